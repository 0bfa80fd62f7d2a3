"""Patients counted: what every engine and the packed way return."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CodeUse", "Line", "Tally", "added"]


@dataclass(frozen=True, slots=True)
class CodeUse:
    """What a code says of a patient.

    >>> CodeUse(sites=(3,), metastatic=True).primary is None
    True
    """

    primary: int | None = None
    sites: tuple[int, ...] = ()
    metastatic: bool = False
    """Whether it by itself makes the patient metastatic."""


@dataclass(frozen=True, slots=True)
class Line:
    """Patients kept who share primary, sex and metastatic state."""

    primary: int
    sex: str | None
    metastatic: bool
    patients: int
    present: tuple[int, ...]
    """For each site, the patients with it."""
    examined: tuple[int, ...]
    """For each site, the patients of whom it is known whether they have it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """All patients, counted."""

    lines: tuple[Line, ...]
    """In the order of primary, sex and metastatic state."""
    outcomes: Mapping[str, int]
    """How many patients were kept, and how many not, by why."""
    two_sexes: int
    """Patients whose rows name two sexes; they are counted with none."""
    two_marks: int
    """Patients whose rows mark them both ways; they are counted as metastatic."""
    early: int | None = None
    """Patients with a site dated before every primary; None where nobody asked."""


def added(tallies: Iterable[Tally]) -> Tally:
    """Return the tallies of different patients as one.

    >>> one = Tally((Line(0, None, True, 2, (1,), (2,)),), {"kept": 2}, 0, 0)
    >>> added([one, one]).lines[0].present
    (2,)
    """
    several = list(tallies)
    lines: dict[tuple[int, str, bool], Line] = {}
    for one in (line for tally in several for line in tally.lines):
        key = (one.primary, one.sex or "", one.metastatic)
        lines[key] = _together(lines[key], one) if key in lines else one
    outcomes: Counter[str] = Counter()
    for tally in several:
        outcomes.update(tally.outcomes)
    early = [tally.early for tally in several if tally.early is not None]
    return Tally(
        tuple(lines[key] for key in sorted(lines)),
        dict(sorted(outcomes.items())),
        sum(tally.two_sexes for tally in several),
        sum(tally.two_marks for tally in several),
        sum(early) if early else None,
    )


def _together(one: Line, other: Line) -> Line:
    return Line(
        one.primary,
        one.sex,
        one.metastatic,
        one.patients + other.patients,
        tuple(map(sum, zip(one.present, other.present, strict=True))),
        tuple(map(sum, zip(one.examined, other.examined, strict=True))),
    )
