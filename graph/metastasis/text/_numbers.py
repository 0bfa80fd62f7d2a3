"""Numbers that a sentence gives for its sites: n, N and percentages, as printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

__all__ = ["Number", "numbers_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """What a sentence prints for one site. What it does not print is None."""

    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    denominator: str | None = None
    """A value of the closed list, only where the words say who is counted."""
    setting: str | None = None
    start: int = 0
    end: int = 0
    """Where it stands in the text that was given."""
    note: str | None = None
    """A range as printed, which is no number."""


def numbers_of(text: str, sites: Sequence[tuple[int, int]]) -> list[Number | None]:
    """Return the number that a sentence gives for each of its sites; None where it gives none.

    ``text`` is the sentence; ``sites`` are start and end of each name of a site in it, in order.
    """
    return [None for _ in sites]
