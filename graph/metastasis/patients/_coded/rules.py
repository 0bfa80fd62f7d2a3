"""The rules under which coded diagnoses are counted, each with a name and a default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.confirm import CONFIRM, OR_INPATIENT
from metastasis.patients._counting.patient import CHOICES
from metastasis.patients._intake import RuleOptions, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from metastasis.patients._coded.code_map import CodeMap

__all__ = ["DETAILS", "NODES", "CodingOptions", "CodingRules"]

NODES: Final = ("ignore", "count")
"""Whether codes of lymph nodes by themselves make a patient metastatic."""
DETAILS: Final = ("code", "organ")
"""Whether a primary is as fine as its code, or the organ."""


class CodingOptions(RuleOptions, total=False):
    """The fields of :class:`CodingRules`, as keyword arguments of the readers."""

    date_format: str | None
    latest: date | None
    choose: str
    look_back_days: int | None
    at_diagnosis_days: int | None
    nodes: str
    detail: str
    confirm: str
    confirm_days: int
    sequences: str | Path | None
    code_map: CodeMap | None
    population: str | None
    years: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingRules(Rules):
    """How coded diagnoses are counted; the labels of ``overrides`` are codes.

    >>> CodingRules(look_back_days=365).choose
    'first'
    >>> CodingRules(nodes="all")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown rule for nodes 'all'. Did you mean 'ignore' or 'count'?

    Raises
    ------
    UnknownNameError
        A rule that does not exist.
    """

    date_format: str | None = None
    """One of :data:`~.dates.DATE_FORMATS`; None finds the one that fits all."""
    latest: date | None = None
    """Later dates are in the future; None for today."""
    look_back_days: int | None = None
    """How long patients must have been observed before their first cancer code."""
    at_diagnosis_days: int | None = None
    """How near to the primary's first date metastases count; None for the whole course."""
    nodes: str = "ignore"
    """Whether lymph nodes alone make a patient metastatic: ``ignore`` or ``count``."""
    detail: str = "code"
    """``code``: primaries as fine as their codes; ``organ``: subtypes and parts count under the
    organ, as colon and rectum under colorectal."""
    confirm: str = "none"
    """What confirms a diagnosis: one of :data:`~.confirm.CONFIRM`."""
    confirm_days: int = 30
    """How far apart two codes must be that confirm a diagnosis."""
    sequences: str | Path | None = None
    """A file, CSV or Parquet, for the order in which sites were first coded."""
    code_map: CodeMap | None = None
    """The user's own map to ICD, as :func:`~metastasis.patients.read_code_map` returns it."""
    population: str | None = None
    """What narrows the patients, such as an age or a stage."""
    years: str | None = None
    """Of the source."""

    def _closed(self) -> Iterator[tuple[str, str | None, tuple[str | None, ...]]]:
        # Under each of several primaries a patient has no one date of diagnosis: no ``each``.
        choices = CHOICES if self.at_diagnosis_days is None else CHOICES[:-1]
        yield "choice of primary", self.choose, choices
        yield "rule for nodes", self.nodes, NODES
        yield "detail", self.detail, DETAILS
        yield "rule to confirm", self.confirm, CONFIRM

    @property
    def that_need_dates(self) -> list[str]:
        """The rules in force that cannot be followed without dates."""
        set_by_user = {
            "look_back_days": self.look_back_days,
            "at_diagnosis_days": self.at_diagnosis_days,
            "confirm": None if self.confirm == "none" else self.confirm,
            "sequences": self.sequences,
        }
        return [name for name, value in set_by_user.items() if value is not None]

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
        if self.confirm != "none":
            inpatient = " or by one inpatient code" if self.confirm == OR_INPATIENT else ""
            parts.append(f"confirmed by two codes {self.confirm_days} days apart{inpatient}")
        return "; ".join(parts)
