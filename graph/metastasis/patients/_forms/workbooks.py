"""Excel workbooks (.xlsx): one sheet, its cells as text as a person sees them.

Apart because a package reads them, python-calamine: of November 2026 its last release, where that
of openpyxl is of June 2024; MIT both; 100,000 rows of ten cells take 0.6 s, with openpyxl 13 s. Of
workbooks before 2007 and of OpenDocument it cannot be known how a number is shown: those are
refused.
"""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from metastasis._errors import MissingExtraError, ReadError
from metastasis.patients._forms.archives import check_measure, opened_archive
from metastasis.patients._forms.cells import as_text
from metastasis.patients._forms.copies import written
from metastasis.patients._forms.number_formats import SheetFormats, sheet_formats, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["sheets_of", "text_of_sheet"]


def text_of_sheet(file: Path, sheet: str | None, target: Path) -> list[str]:
    """Write the cells of a sheet as a text table; return remarks. A line is a row of the sheet.

    Raises
    ------
    ReadError
        The workbook is damaged, or there is no sheet of this name, or none is named and several
        have something in them; or a formula has no result, or cells side by side are merged.
    MissingExtraError
        python-calamine is not installed; the extra ``patients`` brings it.
    """
    with _opened(file) as (book, calamine):
        found, name = _chosen(file, book, calamine, sheet)
        return _written(file, book.get_sheet_by_name(name), found, target)


def sheets_of(file: Path) -> list[str]:
    """Return the sheets of a workbook that have something in them, hidden ones left out.

    Raises
    ------
    ReadError
        The workbook is damaged.
    MissingExtraError
        python-calamine is not installed; the extra ``patients`` brings it.
    """
    with _opened(file) as (book, calamine):
        return [name for _, name in _full(file, book, calamine)]


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Any, Any]]:
    """Yield a workbook, and what reads it."""
    with opened_archive(file) as archive:
        check_measure(file, archive.infolist())
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtraError("python-calamine", "patients") from None
    try:
        with calamine.load_workbook(file) as book:
            yield book, calamine
    except calamine.PasswordError:
        raise ReadError(file, "it is protected by a password; save it without one") from None
    except calamine.CalamineError:
        raise ReadError(file, "it is damaged: open it in Excel and save it again") from None


def _chosen(file: Path, book: Any, calamine: Any, sheet: str | None) -> tuple[SheetFormats, str]:
    """Return the sheet that is meant: what it says beside its values, and its name.

    A sheet is looked at before python-calamine reads it, which ends the process where cells stand
    so far apart that no memory holds what is between.
    """
    names = _names(book, calamine)
    if sheet is not None:
        found = [name for name in names if name.casefold() == sheet.strip().casefold()]
        if not found:
            there = ", ".join(map(repr, names))
            raise ReadError(file, f"there is no sheet {sheet!r}; those there are {there}")
        return sheet_formats(file, found[0]), found[0]
    full = _full(file, book, calamine)
    if len(full) != 1:
        there = ", ".join(repr(name) for _, name in full)
        lacking = "no sheet has anything in it"
        several = f"{len(full)} sheets have something in them ({there}); name one with --sheet"
        raise ReadError(file, several if full else lacking)
    return full[0]


def _names(book: Any, calamine: Any) -> list[str]:
    kind = calamine.SheetTypeEnum.WorkSheet
    return [one.name for one in book.sheets_metadata if one.typ == kind]


def _full(file: Path, book: Any, calamine: Any) -> list[tuple[SheetFormats, str]]:
    """Return the sheets that are shown and have something in them."""
    seen, names = calamine.SheetVisibleEnum.Visible, _names(book, calamine)
    shown_ones = [one.name for one in book.sheets_metadata if one.visible == seen]
    looked = [(sheet_formats(file, name), name) for name in shown_ones if name in names]
    return [(found, name) for found, name in looked if found.has_values]


def _written(file: Path, sheet: Any, found: SheetFormats, target: Path) -> list[str]:
    if found.without_result:
        reason = f"cell {found.without_result} is a formula whose result is not in the file"
        raise ReadError(file, f"{reason}; open it in Excel and save it")
    below, beside = _merged(sheet)
    first = sheet.start[1] if sheet.start else 0
    held: dict[int, str] = {}
    with written(target) as copy:
        text = io.TextIOWrapper(copy, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        for row, values in enumerate(sheet.iter_rows()):
            cells = list(_texts(values, row, first, found.cells))
            if row in beside and sum(map(bool, cells)) > 1:
                reason = f"cells side by side in row {row + 1} are merged"
                raise ReadError(file, f"{reason}; give each column a cell of its own")
            for column in below.get(row, ()):
                held[column] = cells[column - first] = cells[column - first] or held[column]
            writer.writerow(cells if any(cells) else [])
        text.detach()
    if not below:
        return []
    return [f"cells merged over rows (the first in row {min(below) + 1}) count for each"]


def _merged(sheet: Any) -> tuple[dict[int, list[int]], set[int]]:
    """Return the columns of cells merged over rows, by row, and the rows with some side by side."""
    below: dict[int, list[int]] = {}
    beside = set()
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left != right:
            beside.add(top)
        for row in range(top, bottom + 1) if left == right else ():
            below.setdefault(row, []).append(left)
    return below, beside


def _texts(
    values: list[Any], row: int, first: int, forms: Mapping[tuple[int, int], str]
) -> Iterator[str]:
    for column, value in enumerate(values, first):
        form = forms.get((row, column))
        text = shown(value, form) if form and type(value) in (int, float) else None
        yield as_text(value) if text is None else text
