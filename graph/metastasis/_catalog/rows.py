"""The rows of a table: read one by one, each with its line, and what cannot be read told."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from metastasis._clean import text_of
from metastasis._errors import Fault, TableError
from metastasis._files import not_csv, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["numbered_rows", "readable_rows", "sound_rows", "split_cell"]


def numbered_rows(
    path: Path, columns: Sequence[str], delimiter: str = ","
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table, each with the line of the file on which it begins.

    Lines before the header that start with ``#`` are skipped.
    """
    lines = io.StringIO(read_text(path), newline="")
    start = skipped = 0
    while lines.readline().startswith("#"):
        start = lines.tell()
        skipped += 1
    lines.seek(start)
    table = csv.DictReader(lines, delimiter=delimiter, strict=True)
    faults: list[Fault] = []
    line = skipped + 1
    try:
        names = table.fieldnames or ()
        missing = [name for name in columns if name not in names]
        if missing and len(names) < 2:
            # One fault, and not as many as there are columns.
            faults.append(_headless(path, line, names, columns, delimiter))
        else:
            remedy = "the column is missing; add it"
            faults.extend(Fault(str(path), line, name, None, remedy) for name in missing)
        line = skipped + table.line_num + 1
        for row in () if missing else table:
            if None in row or None in row.values():
                remedy = "more or fewer cells than the header"
                faults.append(Fault(str(path), line, None, None, remedy))
            else:
                yield line, {name: text_of(cell) for name, cell in row.items()}
            line = skipped + table.line_num + 1
    except csv.Error as error:
        faults.append(Fault(str(path), line, None, None, not_csv(error)))
    if faults:
        raise TableError(faults)


def readable_rows(
    path: Path, columns: Sequence[str], faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table that can be read, and put what is wrong with others to the faults.

    So that one row with a comma too many does not hide what is wrong with the cells of the others.
    """
    try:
        yield from numbered_rows(path, columns)
    except TableError as error:
        faults.extend(error.faults)


def sound_rows(
    path: Path,
    columns: Sequence[str],
    problems: Callable[[dict[str, str]], Iterator[tuple[str, str]]],
    faults: list[Fault],
) -> Iterator[dict[str, str]]:
    """Yield the rows that nothing is wrong with, and put what is wrong with others to the faults.

    ``problems`` yields column and remedy of all that is wrong with a row; that no cell has a blank
    too many is looked after here.
    """
    for line, row in readable_rows(path, columns, faults):
        untidy = [name for name in columns if row[name] != " ".join(row[name].split())]
        found = [(name, "has a blank too many; remove it") for name in untidy]
        found += problems(row)
        faults.extend(Fault(str(path), line, column, row[column], why) for column, why in found)
        if not found:
            yield row


def _headless(
    path: Path, line: int, names: Sequence[str], columns: Sequence[str], delimiter: str
) -> Fault:
    """Return what is wrong with a table whose header names no two columns."""
    marks = {",": "commas", ";": "semicolons", "\t": "tabs"}
    wanted = marks.pop(delimiter)
    other = next((words for mark, words in marks.items() for name in names if mark in name), None)
    if other is not None:
        remedy = f"cells are separated by {other}; save it with {wanted}"
        return Fault(str(path), line, None, None, remedy)
    remedy = f"the first row must name the columns: {', '.join(columns)}"
    if not names:
        return Fault(str(path), None, None, None, f"the file is empty; {remedy}")
    return Fault(str(path), line, None, None, remedy)


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the parts of a cell that lists several things, in order."""
    return tuple(sorted(part.strip() for part in cell.split(";") if part.strip()))
