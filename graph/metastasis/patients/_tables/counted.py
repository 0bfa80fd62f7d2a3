"""Tables of counts: their cells as text, each with its line, and the assertions that they become.

What is read here was counted before: nothing is known of single patients, and nothing is added up.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._errors import Fault, ReadError, TableError
from metastasis._evidence.check import problems_of
from metastasis._files import not_csv, read_text
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._engines.frames import arrow_table
from metastasis.patients._engines.reading import files_of, form_of, head_of
from metastasis.patients._intake import FRAME, Ingested
from metastasis.patients._tabulate import joined, proximity_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis.patients._intake import Rules
    from metastasis.patients._report import ReportDraft

__all__ = ["CellError", "Cells", "CountedTable", "read_cells", "read_count", "read_percent"]

_MOST_ROWS: Final = 1_000_000
"""Beyond this it is no table that was counted by hand; it would only fill the memory."""
_COUNT: Final = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(,[0-9]{3})+")
"""Digits, or digits in threes; 15 of them are exact in any program that wrote them as a float."""
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,10})?) ?%?")
_SUPPRESSED: Final = re.compile(r"[<≤] ?[0-9]+|[*†]+|suppressed", re.IGNORECASE)
"""How data owners write small numbers that they do not give."""
_Value = TypeVar("_Value", int, Decimal)


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
    source: Source
    rules: Rules
    draft: ReportDraft
    assertions: list[Assertion] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _place_of: dict[str, str] = field(default_factory=dict)

    def fault(self, row: int | None, column: str | None, value: str | None, remedy: str) -> None:
        """Add a fault of the table."""
        self.faults.append(Fault(self.file, row, column, value, remedy))

    def number(
        self, row: int, column: str, cell: str, read: Callable[[str], _Value | None]
    ) -> _Value | None:
        """Return the number in a cell, by one of the two functions above; None also if it has none.

        What is in its place is a fault of the table.
        """
        try:
            return read(cell)
        except CellError as error:
            self.fault(row, column, cell.strip(), str(error))
            return None

    def add(self, assertion: Assertion, row: int, column: str, sex: str | None = None) -> None:
        """Add the assertion in a row and a column, or what is wrong with it.

        ``sex`` is the one sex of all those counted; None where both or not stated.
        """
        problems = list(problems_of(assertion))
        for name, value, remedy in problems:
            where = column if name in ("count", "percent", "frequency") else f"{column} ({name})"
            self.fault(row, where, value, remedy)
        if problems or not self._is_new(assertion, row, column):
            return
        if reason := self._why_not(assertion, sex):
            self.draft.no_assertion(reason, assertion.primary, assertion.site)
        else:
            self.assertions.append(assertion)

    def note(self, primary: str, site: str, words: str | None = None) -> str | None:
        """Return the note of a pair: that the site is near the primary, and further words."""
        return joined(proximity_note(primary, site, self.rules.known), words)

    def ingested(self) -> Ingested:
        """Return what was read, with its report.

        Raises
        ------
        TableError
            With all the faults of the table.
        """
        if self.faults:
            raise TableError(self.faults)
        if self.rules.min_count > 1:
            self.draft.remark("min-count", _ONE_BY_ONE)
        report = self.draft.finished("none", assertions=len(self.assertions))
        report = replace(report, min_count=self.rules.min_count)
        return Ingested(tuple(self.assertions), self.source, report)

    def _is_new(self, assertion: Assertion, row: int, column: str) -> bool:
        here = f"row {row}, column {column}"
        there = self._place_of.setdefault(assertion.key, here)
        if there != here:
            remedy = f"says the same as {there}; tell the two apart, or remove one"
            self.fault(row, column, None, remedy)
        return there == here

    def _why_not(self, assertion: Assertion, sex: str | None) -> str | None:
        catalog = self.rules.known
        needed = catalog.sites[assertion.site].sex
        implied = catalog.primaries[assertion.primary].sex or sex
        if needed and implied != needed and assertion.denominator != "site_cases":
            return f"whose site needs the number of {needed} patients"
        if assertion.count is not None:
            return self.rules.why_not(assertion.count, assertion.total, assertion.denominator)
        # A percentage does not say how many patients there are: min_count cannot apply to it.
        if assertion.percent == 0:
            return self.rules.why_not(0, assertion.total, assertion.denominator)
        return None


_ONE_BY_ONE: Final = (
    "each count is judged by itself: what can be worked out from several, and percentages without "
    "a count, are as the table publishes them"
)


def _other(text: str) -> str | None:
    """Return what to do with a cell that states something other than a number."""
    if _SUPPRESSED.fullmatch(text):
        return "a number held back; leave the cell blank, which means not reported"
    if re.fullmatch(r"[^0-9]*", text):
        return "no number; leave the cell blank where nothing is reported, and write 0 for none"
    if re.fullmatch(r"-[0-9.]+", text):
        return "less than none; nothing can be counted so"
    return None


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table, blanks at their ends kept."""

    file: str
    """The name for faults: as given, or ``the frame``."""
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Each row with the line on which it begins; for a frame or Parquet, its place, from 1."""


def read_cells(data: Any) -> Cells:
    """Return the cells of one CSV, TSV or Parquet file, or of a frame.

    >>> import pandas
    >>> read_cells(pandas.DataFrame({"site": ["bone"], "n": [12.0]})).rows
    ((1, ('bone', '12')),)

    Raises
    ------
    ReadError
        The file is missing, empty, cut short or not UTF-8, or there are several.
    TableError
        A column has no name, or a row more or fewer cells than the header.
    """
    if not isinstance(data, str | Path):
        return _of_frame(data)
    files = files_of(data)
    if len(files) > 1:
        raise ReadError(data, f"it means {len(files)} files; name one")
    if form_of(files) == "parquet" or files[0].suffix.casefold() == ".gz":
        return _of_engine(files[0])
    return _of_text(files[0])


def _of_text(file: Path) -> Cells:
    head = head_of(file, comment="#")
    text = io.StringIO(read_text(file), newline="")
    for _ in range(head.skip):
        text.readline()
    table = csv.reader(text, delimiter=head.delimiter, strict=True)
    faults: list[Fault] = []
    rows = tuple(_rows(file, table, head.skip, len(head.columns), faults))
    if not faults and not rows:
        faults.append(Fault(str(file), None, None, None, "the table has a header and no rows"))
    if faults:
        raise TableError(faults)
    return Cells(str(file), tuple(name.strip() for name in head.columns), rows)


def _rows(
    file: Path, table: Any, skip: int, width: int, faults: list[Fault]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    line = skip + 1
    try:
        next(table)
        line = skip + table.line_num + 1
        for cells in table:
            if any(cells) and len(cells) != width:
                remedy = f"{len(cells)} cells where the header has {width}; a comma may want quotes"
                faults.append(Fault(str(file), line, None, None, remedy))
            elif any(cell.strip() for cell in cells):
                yield line, tuple(cells)
            # A row with line breaks in its cells spans lines; the next one begins after them.
            line = skip + table.line_num + 1
    except csv.Error as error:
        faults.append(Fault(str(file), line, None, None, not_csv(error)))


def _of_engine(file: Path) -> Cells:
    with open_engine() as engine:
        rows = engine.read(file)
        return _numbered(str(file), engine.columns(rows), engine.collect(rows.limit(_MOST_ROWS)))


def _of_frame(data: Any) -> Cells:
    table = arrow_table(data.toArrow() if hasattr(data, "toArrow") else data)
    rows = [tuple(row.values()) for row in table.slice(0, _MOST_ROWS).to_pylist()]
    return _numbered(FRAME, table.column_names, rows)


def _numbered(file: str, header: list[str], rows: list[tuple[Any, ...]]) -> Cells:
    if not rows:
        raise TableError([Fault(file, None, None, None, "the table has a header and no rows")])
    return Cells(
        file,
        tuple(header),
        tuple((place, tuple(_text(value) for value in row)) for place, row in enumerate(rows, 1)),
    )


def _text(value: Any) -> str:
    """Return a value as a text table would have it: 12.0 as 12, nothing as a blank."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
