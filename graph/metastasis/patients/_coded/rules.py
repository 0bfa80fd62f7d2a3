"""The rules under which coded diagnoses are counted, each with a name and a default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypedDict

from metastasis._errors import UnknownNameError
from metastasis.patients._counting.tally import CHOICES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

__all__ = ["DETAILS", "NODES", "CodingRules", "RuleOptions"]

NODES: Final = ("ignore", "count")
"""Whether codes of lymph nodes by themselves make a patient metastatic."""
DETAILS: Final = ("code", "organ")
"""Whether a primary is as fine as its code, or the organ."""


class RuleOptions(TypedDict, total=False):
    """The fields of :class:`CodingRules`, as keyword arguments of the readers."""

    date_format: str | None
    latest: date | None
    choose: str
    look_back_days: int | None
    at_diagnosis_days: int | None
    nodes: str
    detail: str
    sequences: str | Path | None
    overrides: Mapping[tuple[str, str], str]
    population: str | None
    years: str | None
    min_patients: int
    min_count: int
    zeros: bool
    patterns: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRules:
    """How coded diagnoses are counted.

    >>> CodingRules(look_back_days=365).choose
    'first'
    >>> CodingRules(choose="best")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown choice of primary 'best'. Did you mean 'first', ...?

    Raises
    ------
    UnknownNameError
        A rule that there is not.
    """

    date_format: str | None = None
    """One of :data:`~.dates.DATE_FORMATS`; None finds the one that fits all."""
    latest: date | None = None
    """Later dates are in the future; None for today."""
    choose: str = "first"
    """The primary of a patient with several: ``first`` or ``last`` by date, ``most`` rows, ``only``
    (leave the patient out) or ``each``."""
    look_back_days: int | None = None
    """How long patients must have been observed before their first cancer code."""
    at_diagnosis_days: int | None = None
    """How near to the primary's first date metastases count; None for the whole course."""
    nodes: str = "ignore"
    """Whether lymph nodes alone make a patient metastatic: ``ignore`` or ``count``."""
    detail: str = "code"
    """``code``: primaries as fine as their codes; ``organ``: subtypes and parts count under the
    organ, as colon and rectum under colorectal."""
    sequences: str | Path | None = None
    """A file, CSV or Parquet, for the order in which sites were first coded."""
    overrides: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The user's own map file, as :func:`~metastasis.patients.read_site_map` returns it; its
    labels are codes."""
    population: str | None = None
    """What narrows the patients, such as an age or a stage."""
    years: str | None = None
    """Of the source."""
    min_patients: int = 1
    """Primaries with fewer patients get no assertion."""
    min_count: int = 1
    """Pairs with fewer patients get no assertion."""
    zeros: bool = False
    """Whether a site seen in nobody becomes an assertion, which denies the pair."""
    patterns: bool = False
    """Whether to count, too, which sites go together in one patient."""

    def __post_init__(self) -> None:
        choices = CHOICES if self.at_diagnosis_days is None else CHOICES[:-1]
        for kind, value, known in (
            ("choice of primary", self.choose, choices),
            ("rule for nodes", self.nodes, NODES),
            ("detail", self.detail, DETAILS),
        ):
            if value not in known:
                raise UnknownNameError(kind, value, known)

    @property
    def that_need_dates(self) -> list[str]:
        """The rules in force that cannot be followed without dates."""
        asked = {
            "look_back_days": self.look_back_days,
            "at_diagnosis_days": self.at_diagnosis_days,
            "sequences": self.sequences,
        }
        return [name for name, value in asked.items() if value is not None]

    @property
    def setting(self) -> str:
        """The setting of what is counted."""
        return "during_course" if self.at_diagnosis_days is None else "at_diagnosis"

    @property
    def note(self) -> str:
        """What the rules say about each number."""
        parts = ["Lymph nodes alone make no patient metastatic"] if self.nodes == "ignore" else []
        if self.look_back_days is not None:
            parts.append(f"observed {self.look_back_days} days before the first cancer code")
        if self.at_diagnosis_days is not None:
            parts.append(f"coded within {self.at_diagnosis_days} days of the primary")
        return "; ".join(parts)
