"""Dates of a text column: one format for the whole column, found by looking at all of them.

A column is read in one format. Where 03/04/2015 may be March or April, where formats are mixed, or
where years have two digits, nothing is guessed: the error says how to name the format. Dates that
are impossible, in the future or before 1900-01-02 are no dates, and are counted as such: databases
write 1900-01-01 where nothing is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, TableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "DATE_FORMATS",
    "FUTURE",
    "HEAD",
    "Dates",
    "day_number",
    "earliest_day",
    "last_day",
    "read_dates",
]

HEAD: Final = 11
"""That many characters hold any date that is read; what follows is the time of day."""
FUTURE: Final = "a date in the future"
"""Why a text is no date although it is one."""
_DAY_ZERO: Final = date(1970, 1, 1).toordinal()
_MONTHS: Final = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()  # noqa: SIM905
"""Of English: statistical programs write them so (04MAR2015) whatever the language of the data."""
_PATTERNS: Final = {
    "Y-M-D": re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d])"),
    "YYYYMMDD": re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=$|\d{3}|[T:\s])"),
    "M/D/Y": re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4})(?!\d)"),
    "D/M/Y": re.compile(r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})(?!\d)"),
    "D.M.Y": re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?!\d)"),
    "DMonY": re.compile(r"(?P<d>\d{1,2})[- ]?(?P<m>[A-Za-z]{3})[- ]?(?P<y>\d{4})(?!\d)"),
}
DATE_FORMATS: Final = tuple(_PATTERNS)
"""The formats that are read; ``DMonY`` is 04MAR2015 or 04-Mar-2015."""
_PARTIAL: Final = re.compile(r"\d{4}(-\d{2})?$")
"""Only a year or a month: no day, but no sign of another format either."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What the texts of a column mean."""

    format: str | None
    """One of ``DATE_FORMATS``; None where the column holds no date."""
    days: Mapping[str, int]
    """For each text that is a date, the days since 1970-01-01."""
    undated: Mapping[str, tuple[str, ...]]
    """Texts that are no date, by reason."""


def read_dates(
    texts: Iterable[str],
    *,
    file: str,
    column: str,
    date_format: str | None = None,
    latest: date | None = None,
) -> Dates:
    """Return the days that texts mean.

    Parameters
    ----------
    texts
        The different texts of the column; their first ``HEAD`` characters are enough.
    file, column
        Where they are, for the error.
    date_format
        One of ``DATE_FORMATS``; None finds the one that fits.
    latest
        Later dates are in the future; None for today.

    >>> dates = read_dates(["03/24/2015", "04/02/2015", "02/30/2015"], file="a.csv", column="date")
    >>> dates.format, dates.days["04/02/2015"], dates.undated
    ('M/D/Y', 16527, {'an impossible date': ('02/30/2015',)})
    >>> read_dates(["03/04/2015"], file="a.csv", column="date")
    Traceback (most recent call last):
    ...
    metastasis.TableError: 1 fault in the tables:
      a.csv, column date: '03/04/2015': may be M/D/Y or D/M/Y, and no date of the column tells; name
      the format, as in date_format='M/D/Y' (--date-format M/D/Y)

    Raises
    ------
    TableError
        Several formats, or none that fits, or a format that is not known.
    """
    cells = sorted(texts)
    form = date_format or _format_of(cells, file, column)
    if form is not None and form not in _PATTERNS:
        remedy = f"no such date format; one of {', '.join(DATE_FORMATS)}"
        raise TableError([Fault(file, None, column, form, remedy)])
    last = last_day(latest)
    days: dict[str, int] = {}
    undated: dict[str, list[str]] = {}
    for text in cells:
        day, reason = _day(text, form, last)
        if day is None:
            undated.setdefault(reason, []).append(text)
        else:
            days[text] = day
    return Dates(form, days, {reason: tuple(found) for reason, found in undated.items()})


def day_number(day: date) -> int:
    """Return the days since 1970-01-01.

    >>> day_number(date(2015, 4, 2))
    16527
    """
    return day.toordinal() - _DAY_ZERO


def last_day(latest: date | None) -> int:
    """Return the last day that is no date in the future: ``latest``, or today.

    >>> last_day(date(1970, 1, 3))
    2
    """
    return day_number(latest or datetime.now().astimezone().date())


def earliest_day() -> int:
    """Return the first day that is taken for a date: until 1900-01-01 systems put blanks.

    >>> earliest_day()
    -25566
    """
    return day_number(date(1900, 1, 2))


def _format_of(texts: list[str], file: str, column: str) -> str | None:
    """Return the only format that fits all texts that look like dates at all."""
    dated = [text for text in texts if text.strip() and not _PARTIAL.match(text.strip())]
    fitting = {text: _shapes(text) for text in dated}
    shaped = [set(forms) for forms in fitting.values() if forms]
    if not shaped:
        if not dated:
            return None
        remedy = f"no date in a format that is read; formats are {', '.join(DATE_FORMATS)}"
        raise TableError([Fault(file, None, column, dated[0], remedy)])
    common = set.intersection(*shaped)
    if not common:
        raise TableError(_mixed(fitting, file, column))
    possible = [form for form in DATE_FORMATS if form in common]
    if len(possible) > 1:
        raise TableError([_ambiguous(dated, possible, file, column)])
    return possible[0]


def _shapes(text: str) -> list[str]:
    """Return the formats that a text has the shape and the months of."""
    found = []
    for form, pattern in _PATTERNS.items():
        match = pattern.match(text.strip())
        if match and _month(match["m"]):
            found.append(form)
    return found


def _ambiguous(texts: list[str], possible: list[str], file: str, column: str) -> Fault:
    remedy = (
        f"may be {' or '.join(possible)}, and no date of the column tells; name the format, as in "
        f"date_format={possible[0]!r} (--date-format {possible[0]})"
    )
    return Fault(file, None, column, texts[0], remedy)


def _mixed(fitting: Mapping[str, list[str]], file: str, column: str) -> list[Fault]:
    """Return one fault that shows a text of each format."""
    examples: dict[str, str] = {}
    for text, forms in fitting.items():
        if forms:
            examples.setdefault(" or ".join(forms), text)
    shown = ", ".join(f"{text!r} ({form})" for form, text in examples.items())
    remedy = (
        f"dates in {len(examples)} formats: {shown}; write all in one, or name the one to read, "
        f"as in date_format='Y-M-D' (--date-format Y-M-D): the others then count as undated"
    )
    return [Fault(file, None, column, None, remedy)]


def _day(text: str, form: str | None, last: int) -> tuple[int | None, str]:
    """Return the day, or None and why not."""
    stripped = text.strip()
    if not stripped:
        return None, "no date"
    if _PARTIAL.match(stripped):
        return None, "only a year or a month"
    match = _PATTERNS[form].match(stripped) if form else None
    if match is None:
        return None, "another form"
    try:
        day = day_number(date(int(match["y"]), _month(match["m"]), int(match["d"])))
    except ValueError:
        return None, "an impossible date"
    if day > last:
        return None, FUTURE
    return (day, "") if day >= earliest_day() else (None, "a date before 1900-01-02")


def _month(text: str) -> int:
    """Return the number of a month, or 0."""
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else 0
    name = text.upper()
    return _MONTHS.index(name) + 1 if name in _MONTHS else 0
