"""What can be wrong with an assertion: by itself, against the catalog, and among the others."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from metastasis._clean import text_problems
from metastasis._errors import Fault, TableError
from metastasis._vocabulary import CODED, LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from metastasis._evidence.assertion import Assertion

__all__ = ["REQUIRED", "check_assertions", "nearest", "no_such_key", "problems_of"]

REQUIRED: Final = ("primary", "site", "source", "locator")
"""The columns that must not be blank."""
_TEXTS: Final = (*REQUIRED, "population", "route", "note")
"""The columns that hold any text; the others have a closed list or a form of their own."""
_TOO_LARGE: Final = 10**15
"""More people than there are; larger numbers are not exact in programs that read them as floats."""
_SHOWN: Final = 40
"""Characters of a wrong number that are shown."""


def check_assertions(
    assertions: Sequence[Assertion],
    *,
    primaries: Collection[str],
    sites: Collection[str],
    sources: Collection[str],
    where: Callable[[int], tuple[str, int | None]] = lambda index: ("assertions", index + 1),
) -> None:
    """Check assertions against the catalog and against one another.

    ``where`` says in which file and row the assertion with a given index stands.

    Raises
    ------
    TableError
        With every fault: unknown keys, impossible numbers, a count without total or denominator,
        a percentage that does not agree, two rows that say the same thing.
    """
    faults: list[Fault] = []
    known = {"primary": primaries, "site": sites, "source": sources}
    first_with: dict[str, int] = {}
    for index, assertion in enumerate(assertions):
        file, row = where(index)
        problems = [*_unknown_keys(assertion, known), *problems_of(assertion)]
        first = first_with.setdefault(assertion.key, index)
        if first != index:
            other_file, other_row = where(first)
            problems.append(
                (
                    "locator",
                    assertion.locator,
                    f"says the same as {other_file}, row {other_row}; tell them apart by locator "
                    "or population, or remove one",
                )
            )
        faults.extend(Fault(file, row, *problem) for problem in problems)
    if faults:
        raise TableError(faults)


def problems_of(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    """Yield column, value and remedy of all that is wrong with one assertion taken alone."""
    for name in CODED:
        value = getattr(assertion, name)
        if value is not None and value not in LISTS[name]:
            yield name, value, f"not in the list; one of {', '.join(LISTS[name])}"
    for name in REQUIRED:
        if not getattr(assertion, name):
            yield name, "", "must not be blank"
    yield from text_problems((name, getattr(assertion, name)) for name in _TEXTS)
    yield from _number_problems(assertion)
    yield from _span_problems(assertion)


def _number_problems(assertion: Assertion) -> Iterator[tuple[str, str | None, str]]:
    for name in ("count", "total", "start", "end"):
        value = getattr(assertion, name)
        if value is not None and (type(value) is not int or not 0 <= value < _TOO_LARGE):
            yield name, str(value)[:_SHOWN], "not a whole number of at most 15 digits"
            return
    count, total, percent = assertion.count, assertion.total, assertion.percent
    if percent is not None and not _is_written_out(percent):
        yield "percent", str(percent)[:_SHOWN], "not a number of at most 15 decimals"
        return
    yield from _contradictions(assertion)
    if count is not None and total is None:
        yield "count", str(count), "a count needs its total"
    if total is not None and assertion.denominator is None:
        yield "total", str(total), "a total needs its denominator: who does it count"
    if percent is not None and assertion.denominator is None:
        yield "percent", str(percent), "a percentage needs its denominator: out of whom"
    if total == 0:
        yield "total", "0", "no one was counted; leave count and total blank"
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


def _is_written_out(percent: Decimal) -> bool:
    """Whether a number is as a table would have it: ``1E-999999`` would take a million digits."""
    exponent = percent.as_tuple().exponent
    return isinstance(exponent, int) and -15 <= exponent <= 3


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


def _unknown_keys(
    assertion: Assertion, known: dict[str, Collection[str]]
) -> Iterator[tuple[str, str | None, str]]:
    for name, keys in known.items():
        key = getattr(assertion, name)
        if key not in keys:
            yield name, key, no_such_key(name, keys, key)


def no_such_key(name: str, keys: Collection[str], key: str) -> str:
    """Return what to say of a key that the catalog does not have."""
    return f"no {name} of the catalog has this key{nearest(key, keys)}"


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a hint at the nearest of some names, or nothing where none is near.

    >>> nearest("livr", ["liver", "lung"])
    " (did you mean 'liver'?)"
    """
    from difflib import get_close_matches

    near = get_close_matches(name, list(names), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
