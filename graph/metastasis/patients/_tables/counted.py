"""Tables of counts: their cells as text, each with its line, and the assertions that they become.

What is read here was counted before: nothing is known of single patients, and nothing is added up.
"""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from metastasis._drafts import workplace
from metastasis._errors import Fault, MissingExtraError, ReadError, TableError
from metastasis._evidence.check import problems_of
from metastasis._evidence.roll_up import home_of, taken_over_by
from metastasis._files import not_csv, open_to_read
from metastasis.patients._engines.frames import arrow_table
from metastasis.patients._engines.reading import files_of
from metastasis.patients._forms.cells import as_text
from metastasis.patients._forms.preparation import Preparation
from metastasis.patients._forms.texts import TextRules
from metastasis.patients._intake import FRAME, Ingested, is_path
from metastasis.patients._report import ReportDraft
from metastasis.patients._tables.numbers import CellError, decimal_mark
from metastasis.patients._tabulate import joined, proximity_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion
    from metastasis.patients._forms.headers import Head
    from metastasis.patients._forms.preparation import Ready
    from metastasis.patients._intake import Rules

__all__ = ["Cells", "CountedTable", "read_cells"]

_NOT_OF_PATIENTS: Final = ("site_cases", "records")
"""Denominators that differ from site to site, or count a patient several times."""
_MOST_ROWS: Final = 1_000_000
"""Beyond this it is no table that was counted by hand; it would only fill the memory."""
_NO_NAME: Final = "column 1 has no name and is not read"
_Value = TypeVar("_Value", int, Decimal)


@dataclass(slots=True, kw_only=True)
class CountedTable:
    """Assertions out of a table of counts while they gather, with all that is wrong with them."""

    file: str
    source: Source
    rules: Rules
    draft: ReportDraft
    mark: str | None = "."
    """What stands before decimals; see :func:`~._tables.numbers.decimal_mark`."""
    assertions: list[Assertion] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    _every: list[Assertion] = field(default_factory=list)
    """Those that are not written too."""
    _place_of: dict[str, str] = field(default_factory=dict)

    def fault(self, row: int | None, column: str | None, value: str | None, remedy: str) -> None:
        """Add a fault of the table."""
        self.faults.append(Fault(self.file, row, column, value, remedy))

    def number(
        self, row: int, column: str, cell: str, read: Callable[[str, str | None], _Value | None]
    ) -> _Value | None:
        """Return the number in a cell, by a function of ``numbers``; None also if it has none.

        What is in its place is a fault of the table.
        """
        try:
            return read(cell, self.mark)
        except CellError as error:
            self.fault(row, column, cell.strip(), str(error))
            return None

    def add(
        self,
        assertion: Assertion,
        row: int,
        column: str,
        sex: str | None = None,
        *,
        is_told_apart: bool = True,
    ) -> None:
        """Add the assertion in a row and a column, or what is wrong with it.

        ``sex`` is the one sex of all those counted; None where both or not stated.
        ``is_told_apart`` says that the locator is of the source, and no mere place in this table:
        another number of the same people may then stand elsewhere in the source.
        """
        problems = list(problems_of(assertion))
        for name, value, remedy in problems:
            where = column if name in ("count", "percent", "frequency") else f"{column} ({name})"
            self.fault(row, where, value, remedy)
        identity = assertion if is_told_apart else replace(assertion, locator="")
        if problems or not self._is_new(identity, row, column):
            return
        self._every.append(assertion)
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
        self._leave_out_small_wholes()
        report = self.draft.finished("none", assertions=len(self.assertions))
        report = replace(report, min_count=self.rules.min_count)
        return Ingested(tuple(self.assertions), self.source, report)

    def _leave_out_small_wholes(self) -> None:
        """Take away sites with fewer patients than one of their parts, and say so first.

        Such a column holds the rest of the organ, as bone beside spine; a zero would deny what the
        part shows.
        """
        catalog = self.rules.known
        most: dict[str, tuple[Decimal | int, str]] = {}
        for one in self._every:
            if one.denominator in _NOT_OF_PATIENTS:
                continue
            for whole in taken_over_by(one.site, catalog) - home_of(one.primary, catalog):
                told = (_number_of(one), one.site)
                key = _same_people(one, whole)
                most[key] = max(most.get(key, told), told)
        kept = []
        for one in self.assertions:
            number, part = most.get(_same_people(one, one.site), (-1, ""))
            if number <= _number_of(one):
                kept.append(one)
                continue
            self.draft.warn(
                f"{one.primary} to {one.site} has fewer patients than its part {part}: it is not "
                "written, since it cannot hold them all"
            )
            self.draft.no_assertion("with fewer patients than a part of it", one.primary, one.site)
        self.assertions[:] = kept

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


def _number_of(assertion: Assertion) -> Decimal | int:
    """Return what is compared among sites of the same people: the count, else the percentage."""
    number = assertion.percent if assertion.count is None else assertion.count
    return -1 if number is None else number


def _same_people(assertion: Assertion, site: str) -> str:
    """Return a name of the people that an assertion counts, and a site."""
    has_count = "n" if assertion.count is not None else "%"
    return f"{replace(assertion, site=site, locator='').key} {assertion.total} {has_count}"


_ONE_BY_ONE: Final = (
    "each count is judged by itself: what can be worked out from several, and percentages without "
    "a count, are as the table publishes them"
)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table, blanks at their ends kept."""

    file: str
    """The name for faults: as given, or ``the frame``."""
    header: tuple[str, ...]
    """Without those that are not read; that of the names of rows may be blank."""
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Each row with the line on which it begins; for a frame or Parquet, its place, from 1."""
    mark: str | None = "."
    """What stands before decimals."""
    doubled: frozenset[str] = frozenset()
    """The names that several columns had."""
    remarks: tuple[str, ...] = ()
    """What was done to the file in order to read it."""

    def draft(self, title: str) -> ReportDraft:
        """Return the draft of a report on these rows."""
        draft = ReportDraft(title, [self.file], rows_read=len(self.rows))
        for remark in self.remarks:
            draft.remark("form", remark)
        return draft


def read_cells(
    data: Any,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
    has_row_names: bool = False,
) -> Cells:
    """Return the cells of one file, or of a frame.

    ``has_row_names`` says that the first column is wanted though it may have no name, and so is the
    index of a pandas frame that is no mere number.

    >>> import pandas
    >>> read_cells(pandas.DataFrame({"site": ["bone"], "n": [12.0]})).rows
    ((1, ('bone', '12')),)

    Raises
    ------
    ReadError
        The file is missing, empty, cut short or damaged, or there are several.
    TableError
        No column has a name, or a row more or fewer cells than the header.
    """
    if not is_path(data):
        return _of_frame(data, has_row_names=has_row_names)
    files = files_of(data)
    if len(files) > 1:
        raise ReadError(files[0], f"{len(files)} files are meant; name one")
    with ExitStack() as kept:
        preparation = Preparation(cache(lambda: kept.enter_context(workplace())))
        rules = TextRules(comment="#", encoding=encoding)
        ready = preparation.ready(files[0], rules, sheet=sheet)
        return _of_text(ready, has_row_names=has_row_names) if ready.head else _of_parquet(ready)


def _of_text(ready: Ready, *, has_row_names: bool) -> Cells:
    head = cast("Head", ready.head)
    places = [place for place, name in enumerate(head.cells) if name is not None]
    if has_row_names and head.cells[0] is None:
        places = [0, *places]
    with open_to_read(ready.path) as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        whole = list(islice(_rows(ready.told, lines, head), _MOST_ROWS))
    if not whole:
        raise _without_rows(ready.told)
    if has_row_names:
        _check_nameless(ready.told, head, whole)
    rows = tuple((line, tuple(row[place] for place in places)) for line, row in whole)
    return Cells(
        ready.told,
        tuple((head.cells[place] or "").strip() for place in places),
        rows,
        decimal_mark((cell for _, row in rows for cell in row), head.delimiter),
        head.doubled,
        tuple(one for one in ready.remarks if not (has_row_names and one == _NO_NAME)),
    )


def _check_nameless(told: str, head: Head, rows: Sequence[tuple[int, list[str]]]) -> None:
    """Make sure that columns without a name, the first apart, hold nothing: all have a meaning."""
    faults = [
        Fault(told, head.skip + 1, None, None, f"column {place} has no name; name it in the header")
        for place, name in enumerate(head.cells, 1)
        if name is None and place > 1 and any(row[place - 1].strip() for _, row in rows)
    ]
    if faults:
        raise TableError(faults)


def _rows(told: str, lines: Any, head: Head) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header that are not blank, each with its line."""
    for _ in range(head.skip):
        lines.readline()
    table = csv.reader(lines, delimiter=head.delimiter, strict=True)
    line = head.skip + 1
    try:
        next(table)
        line = head.skip + table.line_num + 1
        for cells in table:
            if any(cell.strip() for cell in cells):
                yield line, cells
            # A row with line breaks in its cells spans lines; the next one begins after them.
            line = head.skip + table.line_num + 1
    except csv.Error as error:
        raise TableError([Fault(told, line, None, None, not_csv(error))]) from None


def _of_parquet(ready: Ready) -> Cells:
    try:
        import pyarrow.parquet as pq
        from pyarrow import ArrowException
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    try:
        table = pq.read_table(ready.path)
    except (ArrowException, OSError):
        reason = "it is cut short or no Parquet file: copy or export it again"
        raise ReadError(ready.told, reason) from None
    return replace(_of_frame(table), file=ready.told, remarks=ready.remarks)


def _of_frame(data: Any, *, has_row_names: bool = False) -> Cells:
    index = getattr(data, "index", None)
    if has_row_names and hasattr(data, "reset_index") and type(index).__name__ != "RangeIndex":
        data = data.reset_index()
    table = arrow_table(data.toArrow() if hasattr(data, "toArrow") else data)
    rows = [tuple(row.values()) for row in table.slice(0, _MOST_ROWS).to_pylist()]
    if not rows:
        raise _without_rows(FRAME)
    texts = [(place, tuple(map(as_text, row))) for place, row in enumerate(rows, 1)]
    return Cells(FRAME, tuple(table.column_names), tuple(texts))


def _without_rows(file: str) -> TableError:
    return TableError([Fault(file, None, None, None, "the table has a header and no rows")])
