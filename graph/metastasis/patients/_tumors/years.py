"""The year of diagnosis, from a year or a date in any usual form; and what is odd about it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from metastasis.patients._account import counted
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._report import ReportDraft

__all__ = ["day_of", "warn_of_years"]

_ISO: Final = re.compile(
    r"([0-9]{4})(?:[-/.]?([0-9]{2}))?(?:[-/.]?([0-9]{2}))?(?:[T ].*|[.]0)?", re.ASCII
)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})", re.ASCII)
_EITHER_FIRST: Final = re.compile(r"[0-9]{1,2}[-/][0-9]{1,2}[-/]([0-9]{4})", re.ASCII)
_NAMED_MONTH: Final = re.compile(r"[0-9]{0,2}\W?[A-Za-z]{3,9}\.?\W?([0-9]{4})", re.ASCII)
_EARLIEST: Final = 1900
"""No registry of cancer is older."""
_SHOWN: Final = 3


def day_of(cell: str | None) -> str | None:
    """Return ``2012``, ``201207`` or ``20120704``, as much as is stated; None where no year is.

    >>> day_of("2012-07-04"), day_of("4.7.2012"), day_of("07/04/2012"), day_of("04JUL2012")
    ('20120704', '20120704', '2012', '2012')
    >>> day_of("12"), day_of("1975-1979"), day_of("2199"), day_of("Unknown")
    (None, None, None, None)
    """
    text = (cell or "").strip(" \"'")
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        found = f"{year}{int(month):02}{int(day):02}"
    elif match := _ISO.fullmatch(text):
        found = "".join(part for part in match.groups() if part)
    elif match := _EITHER_FIRST.fullmatch(text) or _NAMED_MONTH.fullmatch(text):
        found = match[1]
    else:
        return None
    months = found[4:6]
    if not _EARLIEST <= int(found[:4]) <= date.today().year or months > "12":
        return None
    return found


def warn_of_years(
    draft: ReportDraft, counts: Mapping[str | None, int], header: str, earliest: int = _EARLIEST
) -> None:
    """Warn of the cells of a year that are none, or none that the registry can have."""
    stated = {cell: number for cell, number in counts.items() if cell and not is_missing(cell)}
    odd = {cell: number for cell, number in stated.items() if day_of(cell) is None}
    early = {
        cell: number
        for cell, number in stated.items()
        if (day := day_of(cell)) and int(day[:4]) < earliest
    }
    remedy = "export the year with four digits, or the date as YYYY-MM-DD"
    if odd:
        draft.warn(
            f"no year from {_EARLIEST} to this year in {counted(sum(odd.values()), 'cells')} of "
            f"{header!r} ({_some(odd)}): the year is not known there; {remedy}"
        )
    if early:
        draft.warn(
            f"a year before {earliest} in {counted(sum(early.values()), 'cells')} of {header!r} "
            f"({_some(early)}), before the registry began: check the column"
        )


def _some(cells: Mapping[str, int]) -> str:
    most = sorted(cells, key=lambda cell: (-cells[cell], cell))
    return ", ".join(repr(cell) for cell in most[:_SHOWN])
