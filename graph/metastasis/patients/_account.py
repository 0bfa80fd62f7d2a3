"""What a report tells, in numbers and in words: the same for text, JSON and a page.

Apart from the report because what is too small to be told is decided here, once for all of them.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients._report import Exclusion, Report

__all__ = [
    "counted",
    "hidden",
    "in_full",
    "in_words",
    "left_out",
    "limited",
    "lines_of",
    "not_understood",
    "of_kept",
    "told",
    "unmapped_in_words",
]

_EXAMPLES: Final = 5
"""A report is read on one screen."""
_PLURAL: Final = re.compile(
    r"((?:metastasis |metastatic |OncoTree )?"
    r"(?:assertion|cell|code|label|patient|record|row|sample))s\b"
)
"""The noun that a text begins with, so that one of them can be told in the singular."""
_NUMBER: Final = re.compile(
    r"(?<!fewer than )\b[0-9][0-9,]*(?: of (?:the )?[0-9][0-9,]*)?"
    r"(?= (?:(?!(?:days?|years?|columns?|files?|tables?|of)\b)[A-Za-z]+ )?"
    r"(?:cells?|ids?|labels?|patients?|people|records?|rows?|samples?|tumors?|women|men)\b)"
)
"""A number of rows or of patients in a sentence, but for the limit itself."""


# What is told


def told(report: Report) -> dict[str, Any]:
    """Return what a report tells of itself, as plain values.

    The rows of a table of counts are no patients, and are told.
    """
    told, least = asdict(report), 1 if report.patients is None else report.min_count
    used, rows = _parted(report.rows_read, report.rows, least)
    kept, out = _parted(report.patients, report.patients_out, least)
    told |= {"rows_used": used, "rows": rows, "patients_kept": kept, "patients_out": out}
    if report.min_count > 1:
        told["not_written"] = [one | {"examples": ()} for one in told["not_written"]]
    if least > 1:
        told["rows_read"] = limited(report.rows_read, least)
        told["patients"] = limited(report.patients, least)
        told["metastatic"] = _metastatic(report, kept)
        for notice in told["notices"]:
            if _PLURAL.match(notice["text"]):
                number = None if report.hides_totals else limited(notice["count"], least)
                notice["count"] = number
        for label in told["unmapped"]:
            label["rows"] = limited(label["rows"], least)
        told["warnings"] = tuple(_unnumbered(one) for one in report.warnings)
        for remark in told["remarks"]:
            remark["text"] = _unnumbered(remark["text"])
    if report.hides_totals:
        told |= dict.fromkeys(("rows_read", "rows_used", "patients", "patients_kept", "metastatic"))
    return told


def limited(number: int | None, least: int) -> int | str | None:
    """Return a number, or that it is below a limit; 0 is told.

    >>> limited(12, 11), limited(3, 11), limited(0, 11)
    (12, '<11', 0)
    """
    return f"<{least}" if number is not None and 0 < number < least else number


def _unnumbered(text: str) -> str:
    """Return a sentence without its numbers of rows and patients.

    >>> _unnumbered("1 of 4 records of years before 2010 has a stage; 3 rows are left out")
    'some records of years before 2010 has a stage; some rows are left out'
    """
    return _NUMBER.sub("some", text)


def _parted(
    whole: int | None, reasons: Sequence[Exclusion], least: int
) -> tuple[int | str | None, list[dict[str, Any]]]:
    """Return what is told of those that stay, and of those that do not.

    Of two parts of a whole, one tells the other: where one is too small, the other is None, which
    text calls all others.
    """
    out = sum(one.count for one in reasons)
    rest = None if whole is None else whole - out
    if least < 2:
        return rest, [asdict(one) for one in reasons]
    if rest is not None and 0 < rest < least:
        return limited(rest, least), [
            {"reason": _together(reasons), "count": None, "examples": ()} for _ in reasons[:1]
        ]
    return (None if 0 < out < least else rest), _large_enough(reasons, least)


def _large_enough(reasons: Sequence[Exclusion], least: int) -> list[dict[str, Any]]:
    """Return reasons, those that are too small as one; with the next, if need be."""
    order = sorted(reasons, key=lambda one: (one.count, one.reason))
    small: list[Exclusion] = []
    while order and (order[0].count < least or 0 < sum(one.count for one in small) < least):
        small.append(order.pop(0))
    told = [
        {"reason": one.reason, "count": one.count, "examples": ()}
        for one in reasons
        if one in order
    ]
    if small:
        number = limited(sum(one.count for one in small), least)
        told.append({"reason": _together(small), "count": number, "examples": ()})
    return told


def _together(reasons: Sequence[Exclusion]) -> str:
    return "; ".join(sorted(one.reason for one in reasons))


def _metastatic(report: Report, kept: int | str | None) -> int | str | None:
    """Return what is told of how many of those kept are metastatic."""
    number, least = report.metastatic, report.min_count
    if number is None or isinstance(kept, str):
        return None
    others = (report.patients_kept or 0) - number
    return f"all but <{least}" if 0 < others < least else limited(number, least)


# In words


def in_words(number: int | str | None, text: str, otherwise: str = "all other") -> str:
    """Return a number and what it is of; ``text`` begins in the plural.

    >>> in_words(1, "rows"), in_words("<11", "rows"), in_words(None, "rows")
    ('1 row', 'fewer than 11 rows', 'all other rows')
    """
    if number is None:
        return f"{otherwise} {text}"
    if isinstance(number, str):
        return f"{number.replace('<', 'fewer than ')} {text}"
    return counted(number, text)


def left_out(reasons: Sequence[dict[str, Any]]) -> str:
    """Return how many are left out, in all."""
    counts = [one["count"] for one in reasons]
    if all(isinstance(one, int) for one in counts):
        return f"{sum(counts):,} left out"
    return in_words(counts[0], "left out", "all others")


def of_kept(told: dict[str, Any]) -> str:
    """Return how many patients are kept, and how many of these are metastatic."""
    kept = in_words(told["patients_kept"], "kept", "all others")
    number = told["metastatic"]
    return kept if number is None else f"{kept}, {in_words(number, 'of them metastatic')}"


def in_full(item: dict[str, Any], text: str) -> str:
    """Return count, reason and examples on one line."""
    such = f", such as {', '.join(item['examples'])}" if item.get("examples") else ""
    return f"{in_words(item['count'], item[text], '')}{such}".strip()


def lines_of(report: Report) -> list[str]:
    told = report.to_dict()
    names = ", ".join(report.files) or "a frame"
    lines = [*(f"Warning: {one}" for one in told["warnings"]), report.title]
    if report.hides_totals:
        lines += [f"  read from {names}", f"  {hidden(report)}"]
        lines += _left_out(told["rows"], "rows ") + _left_out(told["patients_out"], "patients ")
    else:
        lines += [f"  {in_words(told['rows_read'], 'rows')} read from {names}"]
        lines += [f"     {in_words(told['rows_used'], 'used', 'all others')}"]
        lines += _left_out(told["rows"])
        if report.patients is not None:
            lines += [f"  {in_words(told['patients'], 'patients')}", f"     {of_kept(told)}"]
            lines += _left_out(told["patients_out"])
    decided = [f"{in_full(one, 'text')} [{one['rule']}]" for one in told["notices"]]
    lines += _section("  decided by rule:", decided)
    said = [f"{one['text']} [{one['rule']}]" for one in told["remarks"]]
    lines += _section("  remarks:", said)
    lines += [f"  {line}" for line in unmapped_in_words(told["unmapped"])]
    lines += [f"  {counted(report.assertions, 'assertions')}"]
    pairs = [in_full(one, "reason") for one in told["not_written"]]
    lines += _section("  pairs without an assertion:", pairs)
    return [*lines, f"  {NOT_CLINICAL}"]


def hidden(report: Report) -> str:
    """Return why rows and patients are not told."""
    least = report.min_count
    return f"how many rows and patients is not told: fewer than {least} could be worked out from it"


def _left_out(reasons: Sequence[dict[str, Any]], what: str = "") -> list[str]:
    if not reasons:
        return []
    told = [in_full(one, "reason") for one in reasons]
    total = f"     {what}{left_out(reasons)}:"
    if len(reasons) == 1:
        return [f"{total} {told[0]}"]
    return [total, *(f"        {one}" for one in told)]


def _section(head: str, items: Sequence[object]) -> list[str]:
    return [head, *(f"     {one}" for one in items)] if items else []


def unmapped_in_words(labels: Sequence[dict[str, Any]]) -> list[str]:
    """Return one line on the labels without a key, or none."""
    if not labels:
        return []

    def place(one: dict[str, Any]) -> tuple[int, str, str]:
        number = one["rows"] if isinstance(one["rows"], int) else 0
        return -number, one["kind"], one["label"]

    most = sorted(labels, key=place)[:_EXAMPLES]
    names = ", ".join(
        f"{one['label']!r} ({one['kind']}, {in_words(one['rows'], 'rows')})" for one in most
    )
    more = f" and {len(labels) - len(most):,} more" if len(labels) > len(most) else ""
    return [f"{counted(len(labels), 'labels')} without a place in the catalog: {names}{more}"]


def counted(count: int, text: str, one: str | None = None) -> str:
    """Return a number and what it is of; ``text`` begins in the plural, ``one`` is said of one.

    >>> counted(2, "rows without a date"), counted(1, "rows without a date")
    ('2 rows without a date', '1 row without a date')
    >>> counted(1, "records state M0", "record states M0")
    '1 record states M0'
    """
    if count == 1 and one is not None:
        return f"1 {one}"
    match = _PLURAL.match(text) if count == 1 else None
    return f"{count:,} {match[1]}{text[match.end() :]}" if match else f"{count:,} {text}"


def not_understood(cells: int, column: str) -> str:
    """Return how many cells of a column have no meaning.

    >>> not_understood(1, "'stage'"), not_understood(9, "'stage'")
    ("1 cell of 'stage' is not understood", "9 cells of 'stage' are not understood")
    """
    one = f"cell of {column} is not understood"
    return counted(cells, f"cells of {column} are not understood", one)
