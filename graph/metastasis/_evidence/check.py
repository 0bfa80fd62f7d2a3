"""What can be wrong with one assertion taken alone: its words, its numbers, its place in a text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import CODED, LISTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._evidence.assertion import Assertion

__all__ = ["REQUIRED", "problems_of"]

REQUIRED: Final = ("primary", "site", "source", "locator")
"""The columns that must not be blank."""


def problems_of(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    """Yield column, value and remedy of all that is wrong with one assertion taken alone."""
    for name in CODED:
        value = getattr(assertion, name)
        if value is not None and value not in LISTS[name]:
            yield name, value, f"not in the list; one of {', '.join(LISTS[name])}"
    for name in REQUIRED:
        if not getattr(assertion, name):
            yield name, "", "must not be blank"
    yield from _number_problems(assertion)
    yield from _span_problems(assertion)


def _number_problems(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    for name in ("count", "total", "start", "end"):
        value = getattr(assertion, name)
        if value is not None and (type(value) is not int or value < 0):
            yield name, str(value), "not a whole number"
            return
    count, total, percent = assertion.count, assertion.total, assertion.percent
    if percent is not None and not percent.is_finite():
        yield "percent", str(percent), "not a number"
        return
    yield from _contradictions(assertion)
    if count is not None and total is None:
        yield "count", str(count), "a count needs its total"
    if total is not None and assertion.denominator is None:
        yield "total", str(total), "a total needs its denominator: whom does it count"
    if percent is not None and assertion.denominator is None:
        yield "percent", str(percent), "a percentage needs its denominator: out of whom"
    if total == 0:
        yield "total", "0", "nobody was counted; leave count and total blank"
    if count is not None and total is not None and not 0 <= count <= total:
        yield "count", str(count), f"more than the total of {total}"
    if percent is not None and not 0 <= percent <= 100:
        yield "percent", str(percent), "not between 0 and 100"
    elif percent is not None and count is not None and total and not _agrees(percent, count, total):
        yield (
            "percent",
            str(percent),
            f"does not agree with {count} of {total} ({100 * count / total:.2f} %)",
        )
    if assertion.frequency is None and percent is None and count is None:
        yield (
            "frequency",
            None,
            "says nothing: give a frequency, a percent, or a count with its total",
        )


def _contradictions(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    """Yield where the words of an assertion deny its own numbers."""
    if assertion.frequency is None:
        return
    counted = assertion.percent if assertion.count is None else assertion.count
    if assertion.frequency == "absent" and counted:
        yield "frequency", "absent", f"the row counts some ({counted})"
    if assertion.frequency != "absent" and counted == 0:
        yield "frequency", assertion.frequency, "the row counts none"


def _span_problems(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    span = (assertion.document_sha256, assertion.start, assertion.end)
    if any(part is not None for part in span) and None in span:
        yield (
            "document_sha256",
            assertion.document_sha256,
            "document_sha256, start and end go together",
        )
    if assertion.document_sha256 is not None and not re.fullmatch(
        "[0-9a-f]{64}", assertion.document_sha256
    ):
        yield (
            "document_sha256",
            assertion.document_sha256,
            "not a SHA-256 in 64 lower-case hexadecimal digits",
        )
    if (
        assertion.start is not None
        and assertion.end is not None
        and assertion.start >= assertion.end
    ):
        yield "end", str(assertion.end), f"not after the start, {assertion.start}"


def _agrees(percent: Decimal, count: int, total: int) -> bool:
    """Whether a printed percentage is count/total rounded to as many decimals as it shows."""
    exponent = percent.as_tuple().exponent
    shown = max(0, -exponent) if isinstance(exponent, int) else 0
    slack = Decimal(1).scaleb(-min(shown, 2)) / 2
    return abs(percent - Decimal(100 * count) / total) <= slack + Decimal("1e-9")
