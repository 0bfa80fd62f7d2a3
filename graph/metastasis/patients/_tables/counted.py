"""Tables of counts: cells that hold numbers, and the assertions that they become.

What is read here was counted by somebody else: nothing is known of single patients, and nothing is
added up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault
from metastasis._evidence.check import problems_of
from metastasis.patients._cohort import Ingested
from metastasis.patients._report import LeftOut, Report
from metastasis.patients._tabulate import NotWritten, proximity_note

if TYPE_CHECKING:
    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis.patients._report import ReportDraft

__all__ = ["CellError", "CountedTable", "read_count", "read_percent"]

_EXAMPLES: Final = 5
_COUNT: Final = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(,[0-9]{3})+")
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,10})?) ?%?")
_SUPPRESSED: Final = re.compile(r"[<≤] ?[0-9]+|[*†]+|suppressed", re.IGNORECASE)


class CellError(ValueError):
    """A cell that holds no number of the kind expected; the message is the remedy."""


def read_count(cell: str) -> int | None:
    """Return the whole number in a cell; None where it is blank, which means not reported.

    >>> read_count("1,205"), read_count("0"), read_count(" ")
    (1205, 0, None)
    >>> read_count("12.5")
    Traceback (most recent call last):
    ...
    metastasis.patients._tables.counted.CellError: not a whole number; a count has digits only

    Raises
    ------
    CellError
        The cell holds something else; the message says what to do.
    """
    text = cell.strip()
    if not text:
        return None
    if _COUNT.fullmatch(text):
        return int(text.replace(",", ""))
    if text.endswith("%"):
        raise CellError(
            "a percentage where a count belongs; give counts, or say that it is percent"
        )
    raise CellError(_other(text) or "not a whole number; a count has digits only")


def read_percent(cell: str) -> Decimal | None:
    """Return the percentage in a cell, with or without %; None where it is blank.

    >>> read_percent("12.50 %"), read_percent("")
    (Decimal('12.50'), None)

    Raises
    ------
    CellError
        The cell holds something else; the message says what to do.
    """
    text = cell.strip()
    if not text:
        return None
    if found := _PERCENT.fullmatch(text):
        return Decimal(found[1])
    raise CellError(_other(text) or "not a percentage; write it as 12.5, with a point")


@dataclass(slots=True, kw_only=True)
class CountedTable:
    """Assertions out of a table of counts while they gather, with all that is wrong with them."""

    file: str
    catalog: Catalog
    source: Source
    zeros: bool = False
    """Whether a count of none becomes an assertion, which denies the pair."""
    min_count: int = 1
    assertions: list[Assertion] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    not_written: NotWritten = field(default_factory=NotWritten)
    _place_of: dict[str, str] = field(default_factory=dict)

    def fault(self, row: int | None, column: str | None, value: str | None, remedy: str) -> None:
        """Add a fault of the table."""
        self.faults.append(Fault(self.file, row, column, value, remedy))

    def add(self, assertion: Assertion, row: int, column: str, sex: str | None = None) -> None:
        """Add an assertion that stands in a row and a column, or what speaks against it.

        ``sex`` says of which sex all those counted are; None where both or unstated.
        """
        problems = list(problems_of(assertion))
        for name, value, remedy in problems:
            where = column if name in ("count", "percent", "frequency") else f"{column} ({name})"
            self.fault(row, where, value, remedy)
        if problems or not self._is_new(assertion, row, column):
            return
        if reason := self._why_not(assertion, sex):
            self.not_written.add(reason, assertion.primary, assertion.site)
        else:
            self.assertions.append(assertion)

    def note(self, primary: str, site: str, words: str | None = None) -> str | None:
        """Return the note of a pair: that the site is near the primary, and further words."""
        parts = (proximity_note(primary, site, self.catalog), words)
        return "; ".join(part for part in parts if part) or None

    def ingested(self, draft: ReportDraft) -> Ingested:
        """Return what came in, with its account."""
        report = Report(
            title=draft.title,
            files=tuple(draft.files),
            engine="none",
            rows_read=draft.rows_read,
            rows=tuple(draft.rows),
            patients=None,
            metastatic=None,
            notices=tuple(draft.notices),
            unmapped=tuple(draft.unmapped),
            assertions=len(self.assertions),
            not_written=tuple(
                LeftOut(why, len(pairs), tuple(sorted(pairs)[:_EXAMPLES]))
                for why, pairs in sorted(self.not_written.pairs.items())
            ),
        )
        return Ingested(assertions=tuple(self.assertions), source=self.source, report=report)

    def _is_new(self, assertion: Assertion, row: int, column: str) -> bool:
        here = f"row {row}, column {column}"
        there = self._place_of.setdefault(assertion.key, here)
        if there != here:
            remedy = f"says the same as {there}; tell the two apart, or remove one"
            self.fault(row, column, None, remedy)
        return there == here

    def _why_not(self, assertion: Assertion, sex: str | None) -> str | None:
        needed = self.catalog.sites[assertion.site].sex
        implied = self.catalog.primaries[assertion.primary].sex or sex
        if needed and implied != needed and assertion.denominator != "site_cases":
            return f"whose site needs the number of {needed} patients"
        counted = assertion.percent if assertion.count is None else assertion.count
        if counted == 0 and assertion.frequency is None:
            return None if self.zeros else "in whom the site was never seen (--zeros writes them)"
        if assertion.count is not None and assertion.count < self.min_count:
            return f"with fewer than {self.min_count} patients"
        return None


def _other(text: str) -> str | None:
    """Return what to do with a cell that states something else than a number."""
    if _SUPPRESSED.fullmatch(text):
        return "a number held back; leave the cell blank, which means not reported"
    if re.fullmatch(r"[^0-9]*", text):
        return "no number; leave the cell blank where nothing is reported, and write 0 for none"
    if re.fullmatch(r"-[0-9.]+", text):
        return "less than none; nothing can be counted so"
    return None
