"""The record of a number: what a sentence prints for one site, and if it agrees with itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

__all__ = ["PrintedNumber", "agreed", "agrees", "blank", "could_be"]

_LARGEST: Final = 10**9
"""More people than have ever been counted in one study; longer digits are identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """What a sentence prints for one site. What it does not print is None."""

    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    denominator: str | None = None
    """A value of the closed list, only where the words say who is counted."""
    setting: str | None = None
    """A value of the closed list, only where the words say when."""
    occurrence: str | None = None
    """``only_site`` or ``first_site``, where the words say so."""
    start: int = 0
    end: int = 0
    """Where it stands in the text that was given."""
    note: str | None = None
    """A range or a bound as printed, which is no number; ``about`` of a number that has one."""
    refused: str | None = None
    """Why what is printed is not taken: it contradicts itself, or two numbers compete."""

    @property
    def is_blank(self) -> bool:
        """Whether it has neither count nor percentage."""
        return self.count is None and self.percent is None


def agreed(number: PrintedNumber) -> PrintedNumber:
    """Return a number as it is, or refused where it contradicts itself.

    >>> agreed(PrintedNumber(count=7, total=150, percent=Decimal(47))).refused
    '47 % does not agree with 7 of 150'
    """
    count, total, percent = number.count, number.total, number.percent
    problem = None
    if percent is not None and percent > 100:
        problem = f"{percent} % is more than all"
    elif max(count or 0, total or 0) > _LARGEST:
        problem = "too many people"
    elif total == 0 or (count is not None and total is not None and count > total):
        problem = f"{count} is more than {total}"
    elif None not in (count, total, percent) and not agrees(percent, count, total):
        problem = f"{percent} % does not agree with {count} of {total}"
    return replace(blank(number), refused=problem) if problem else number


def blank(number: PrintedNumber) -> PrintedNumber:
    """Return a number without what it printed, but where it stands."""
    return PrintedNumber(start=number.start, end=number.end, note=number.note)


def agrees(percent: Decimal | None, count: int | None, total: int | None) -> bool:
    """Whether a printed percentage is count/total rounded to as many decimals as it shows.

    >>> agrees(Decimal("47.3"), 71, 150), agrees(Decimal(47), 71, 140)
    (True, False)
    """
    if percent is None or count is None or not total:
        return False
    exponent = percent.as_tuple().exponent
    shown = max(0, -exponent) if isinstance(exponent, int) else 0
    slack = Decimal(1).scaleb(-min(shown, 2)) / 2
    return abs(percent - Decimal(100 * count) / total) <= slack + Decimal("1e-9")


def could_be(percent: Decimal, total: int) -> bool:
    """Whether some whole number of a total rounds to a printed percentage.

    >>> could_be(Decimal(51), 37), could_be(Decimal("50.3"), 37)
    (True, False)
    """
    near = int(percent * total / 100)
    return any(agrees(percent, count, total) for count in (near, near + 1) if count <= total)
