"""Where the header of a text table is, and what stands between its cells.

Apart because tables begin with much else: comments, titles, a line for Excel, numbers of rows
without a name. What is above the header, and what stands in rows beside it, is told or refused.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis.patients._forms.headers import Head, head_from

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["head_in"]

_DELIMITERS: Final = "\t,;|"
"""In the order of preference where a header holds several equally often."""
_MOST_LINES_OF_HEADER: Final = 100
"""A header of more lines is none: a quotation mark is not closed."""
_MOST_TITLES: Final = 20
_SAMPLE: Final = 200
"""Rows that are looked at to know what the cells beyond the header are."""
_FOR_EXCEL: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""A line that tells Excel what stands between cells."""
_NO_HEADER: Final = "the first MB holds no line that names the columns"
_NUMBER: Final = re.compile(r"[\d.,/:\s-]*\d[\d.,/:\s-]*%?")


def head_in(
    file: str, text: str, delimiter: str | None, comment: str | None, *, is_cut: bool = False
) -> Head:
    r"""Return the head of a table that begins with this text.

    ``is_cut`` says that the text goes on.

    >>> head = head_in("a.csv", "Our clinic\n\nid;code\n1;C50\n", None, None)
    >>> head.columns, head.delimiter, head.skip, head.remarks
    (('id', 'code'), ';', 2, ('what stands above line 3, the header, is not read',))

    Raises
    ------
    ReadError
        There is no header.
    TableError
        No column has a name, or rows have a cell more than the header, and which column has no
        name cannot be seen.
    """
    mark = text.startswith("\ufeff")
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    skip = _comments(lines, comment)
    if skip == len(lines):
        none = "nothing stands below the comments" if lines else "it is empty"
        raise ReadError(file, _NO_HEADER if is_cut else none)
    if told := _FOR_EXCEL.fullmatch(lines[skip]):
        delimiter, skip = delimiter or told[1], skip + 1
    titles = _titles(lines[skip:], delimiter)
    skip += titles
    if skip >= len(lines) or (is_cut and skip + 1 == len(lines)):
        raise ReadError(file, _NO_HEADER)
    row = lines[skip] + _rest_of_header(lines[skip], lines[skip + 1 :])
    delimiter = delimiter or _between(row)
    names = _cells(file, row, delimiter, skip + 1)
    if not any(name.strip() for name in names):
        raise TableError([Fault(file, skip + 1, None, None, "no column has a name; name them")])
    below = text[len("\ufeff" if mark else "") + sum(map(len, lines[:skip])) + len(row) :]
    names = _with_nameless(file, names, _rows(below, delimiter, is_cut=is_cut), row, skip + 1)
    head = head_from(names, delimiter)
    above = (f"what stands above line {skip + 1}, the header, is not read",) if titles else ()
    return replace(
        head,
        skip=skip,
        titles=titles + bool(told),
        end=len(text.encode()) - len(below.encode()),
        remarks=above + head.remarks,
    )


def _comments(lines: Sequence[str], comment: str | None) -> int:
    """Return how many lines at the beginning are blank or comments."""
    for place, line in enumerate(lines):
        if line.strip() and not (comment is not None and line.startswith(comment)):
            return place
    return len(lines)


def _titles(lines: Sequence[str], delimiter: str | None) -> int:
    """Return how many lines stand above the header as a title of the table does.

    A title has one cell, the first; the header below it has a name for every column, no number
    among them, and as many cells as the row that follows.
    """
    if lines[0].count('"') % 2:
        return 0  # a line break inside of a name
    first = _split(lines[0], delimiter or _between(lines[0]))
    if sum(bool(cell.strip()) for cell in first) > 1:
        return 0
    least = 3 if len(first) > 1 else 2
    for place, line in enumerate(lines[:_MOST_TITLES]):
        between = delimiter or _between(line)
        cells = _split(line, between)
        if place and len(cells) >= least and _are_names(cells):
            above = [_split(one, between) for one in lines[:place]]
            below = _split(lines[place + 1], between) if place + 1 < len(lines) else []
            is_title = all(not any(cell.strip() for cell in row[1:]) for row in above)
            return place if is_title and len(below) == len(cells) else 0
    return 0


def _are_names(cells: Sequence[str]) -> bool:
    names = {cell.strip().casefold() for cell in cells}
    return len(names) == len(cells) and not any(
        not name or _NUMBER.fullmatch(name) for name in names
    )


def _between(row: str) -> str:
    r"""Return what stands between the cells of a row: what makes the most of them; a tab always.

    >>> _between("id,SITE: BONE; LIVER\tcode"), _between('"a;b;c",d')
    ('\t', ',')
    """
    if "\t" in row:
        return "\t"
    found = max(_DELIMITERS, key=lambda one: len(_split(row, one)))
    is_of_r = len(_split(row, found)) == 1 and row.startswith('"') and '" "' in row
    return " " if is_of_r else found


def _split(row: str, delimiter: str) -> list[str]:
    """Return the cells of a row, as far as they can be told."""
    try:
        rows = csv.reader(io.StringIO(row, newline=""), delimiter=delimiter, strict=True)
        return next(rows, [])
    except csv.Error:
        return [row]


def _cells(file: str, row: str, delimiter: str, line: int) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(row, newline=""), delimiter=delimiter))
    except csv.Error:
        most = f"{csv.field_size_limit():,}"
        reason = f"line {line} does not name columns: a name has more than {most} characters"
        raise ReadError(file, f"{reason}; is it a table, and each quotation mark closed?") from None


def _rest_of_header(line: str, lines: Sequence[str]) -> str:
    """Return the lines that still belong to a header, which may have line breaks in its cells."""
    rest = ""
    for one in lines[:_MOST_LINES_OF_HEADER]:
        if (line.count('"') + rest.count('"')) % 2 == 0:
            break
        rest += one
    return rest


def _rows(text: str, delimiter: str, *, is_cut: bool) -> list[list[str]]:
    """Return the first rows below a header, as far as they can be told."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows += [row] if row else []
            if len(rows) > _SAMPLE:
                return rows[:-1]
    except csv.Error:
        return rows
    return rows[:-1] if is_cut else rows


def _with_nameless(
    file: str, names: list[str], rows: Sequence[list[str]], header: str, line: int
) -> list[str]:
    """Return a name for each cell of a row, blank where the header has a cell less than all rows.

    Either each row ends in a separator, or R wrote the names of the rows before the first column.
    """
    if not rows or {len(row) for row in rows} != {len(names) + 1}:
        return names
    if not any(row[-1].strip() for row in rows):
        return [*names, ""]
    if _are_of_rows([row[0] for row in rows], rows, header):
        return ["", *names]
    remedy = f"{len(names)} names for rows of {len(names) + 1} cells; name the column that has none"
    raise TableError([Fault(file, line, None, None, remedy)])


def _are_of_rows(first: Sequence[str], rows: Sequence[list[str]], header: str) -> bool:
    """Return whether the first cells are the names that R gives to rows.

    Those are numbers that go up, or words before nothing but numbers.
    """
    if all(one.isdecimal() and one.isascii() for one in first):
        numbers = [int(one) for one in first]
        return header.startswith('"') and numbers == sorted(set(numbers))
    are_words = len(set(first)) == len(first) and not any(map(_NUMBER.fullmatch, first))
    others = [cell for row in rows for cell in row[1:] if cell.strip() not in ("", "NA")]
    return are_words and all(map(_NUMBER.fullmatch, others))
