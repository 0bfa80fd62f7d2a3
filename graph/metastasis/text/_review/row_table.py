"""A table of review that comes back, perhaps out of a spreadsheet, which has ways of its own.

Apart from the rows because writing them is one form, and what comes back has many.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._clean import text_of
from metastasis._errors import Fault, ReadError, TableError
from metastasis._evidence.check import nearest
from metastasis._files import not_csv, open_to_read
from metastasis._limits import WHOLE_BYTES
from metastasis.text._review.row import COLUMNS, EDITED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "ReviewRow",
    "ReviewTable",
    "has_decisions",
    "kind_of_decided",
    "read_review",
    "unscrambled",
]

_NEEDED: Final = (
    "decision",
    *EDITED,
    "quote",
    "document_sha256",
    "start",
    "end",
    "read_as",
)
_MARKS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of what spreadsheets call Unicode text."""
_COMMA_NUMBER: Final = re.compile(r"[0-9]+,[0-9]+")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A row that came back: its number as a spreadsheet counts, and its cells by column."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return what stands in a column; blank where the table has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class ReviewTable:
    """A table of review that came back, and what was assumed in order to read it."""

    file: str
    rows: tuple[ReviewRow, ...]
    remarks: tuple[str, ...] = ()

    def fault(self, row: ReviewRow, column: str, remedy: str) -> Fault:
        """Return what is wrong with a cell."""
        return Fault(self.file, row.number, column, row[column], remedy)


def read_review(path: Path) -> ReviewTable:
    """Return the rows of a table of review, each cell as it was before it went to a spreadsheet.

    Read are UTF-8, with or without a byte order mark, and UTF-16 with one; commas, semicolons or
    tabs; any line ends. Cells are not looked at yet.

    Raises
    ------
    TableError
        With every fault: columns that are missing or stand twice, rows that are short or long.
    ReadError
        The file cannot be read, or is not text.
    """
    text, remarks = _decoded(path)
    mark = _mark_in(text)
    if mark != ",":
        remarks.append(f"cells are separated by {_MARKS[mark]}")
    items = list(_items(str(path), text, mark))
    if faults := [one for one in items if isinstance(one, Fault)]:
        raise TableError(faults)
    rows = [one for one in items if isinstance(one, ReviewRow)]
    if mark == ";":
        rows, changed = _with_points(rows)
        remarks += [f"{changed} percentages have a comma for the point"] if changed else []
    if unread := [name for name in (rows[0].cells if rows else ()) if name not in COLUMNS]:
        remarks.append(f"columns that are not read: {', '.join(unread)}")
    return ReviewTable(str(path), tuple(rows), tuple(f"{path}: {one}" for one in remarks))


def has_decisions(path: Path) -> int:
    """Return how many rows of a file are decided; none where it is no table of review."""
    try:
        return sum(bool(row["decision"].strip()) for row in read_review(path).rows)
    except (ReadError, TableError):
        return 0


def kind_of_decided(path: Path) -> str | None:
    """Return what a file of decisions that were taken in is called; None where it is none.

    It is told by its columns, as what stands in it may have faults.
    """
    try:
        with open_to_read(path) as file:
            head = file.readline(_LONGEST_HEAD).decode("utf-8-sig", "replace")
    except ReadError:
        return None
    names = {one.strip(' "\r\n') for one in head.split(",")}
    if {"primary", "site", "locator", "reading"} <= names:
        return "an assertion table"
    is_rejections = {"read_as", "decision"} <= names and "sentence" not in names
    return "a table of rejections" if is_rejections else None


_LONGEST_HEAD: Final = 4096
"""Bytes of a first row that names columns."""


def _decoded(path: Path) -> tuple[str, list[str]]:
    with open_to_read(path) as file:
        content = file.read(WHOLE_BYTES + 1)
    if len(content) > WHOLE_BYTES:
        reason = f"it holds more than {WHOLE_BYTES >> 20} MB, the most that is read whole"
        raise ReadError(path, f"{reason}; divide it")
    if content.startswith(b"PK\3\4"):
        raise ReadError(path, "it is an Excel workbook; save it as CSV UTF-8")
    is_wide = content.startswith(_UTF_16)
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = f"byte {error.start + 1} (line {line}) is not {error.encoding.upper()}"
        raise ReadError(path, f"{reason}; save it as CSV UTF-8") from None
    return text, ["it is UTF-16"] if is_wide else []


def _mark_in(text: str) -> str:
    """Return what separates cells: that by which the first row names the most columns."""
    head = text[: text.find("\n")] if "\n" in text else text
    return max(
        _MARKS, key=lambda mark: len({one.strip('"\r') for one in head.split(mark)} & set(COLUMNS))
    )


def _items(file: str, text: str, mark: str) -> Iterator[ReviewRow | Fault]:
    """Yield each row, or what is wrong with it."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 1
    try:
        header = [name.strip() for name in next(rows, [])]
        if faults := list(_header_faults(file, header)):
            yield from faults
            return
        for number, cells in enumerate(rows, 2):
            if any(cells):
                yield _item(file, number, header, cells)
    except csv.Error as error:
        yield Fault(file, number + 1, None, None, not_csv(error))


def _header_faults(file: str, header: list[str]) -> Iterator[Fault]:
    if not set(header) & set(COLUMNS):
        remedy = "this is no table of review; metastasis read --out writes one"
        yield Fault(file, 1, None, None, remedy)
        return
    for name in _NEEDED:
        if name not in header:
            others = [one for one in header if one not in COLUMNS]
            remedy = f"the column is missing{nearest(name, others)}; add it"
            yield Fault(file, 1, name, None, remedy)
    for name in sorted({name for name in header if name in COLUMNS and header.count(name) > 1}):
        yield Fault(file, 1, name, None, "the column stands twice; remove one")


def _item(file: str, number: int, header: list[str], cells: list[str]) -> ReviewRow | Fault:
    if len(cells) != len(header):
        counted = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        said = f"{counted} where the header has {len(header)}"
        remedy = "a cell with a separator may want quotes, or the file may be cut off"
        return Fault(file, number, None, None, f"{said}; {remedy}")
    return ReviewRow(number, dict(zip(header, map(text_of, cells), strict=True)))


def unscrambled(row: ReviewRow) -> ReviewRow | None:
    """Return a row as it was before a spreadsheet took UTF-8 for an old encoding; None for others.

    Excel does so where a table has no byte order mark. A page may hold such text itself, so this is
    asked only where a quote does not stand in its page.
    """
    if row["quote"].isascii():
        return None
    try:
        cells = {name: _decoded_twice(cell) for name, cell in row.cells.items()}
    except UnicodeError:
        return None
    return ReviewRow(row.number, cells)


def _decoded_twice(cell: str) -> str:
    """Return a text that was UTF-8 and read as Windows-1252; bytes that this lacks stay as is."""
    return b"".join(
        one.encode("latin-1" if "\x80" <= one <= "\x9f" else "cp1252") for one in cell
    ).decode()


def _with_points(rows: list[ReviewRow]) -> tuple[list[ReviewRow], int]:
    """Return rows with a point in percentages, and how many had a comma."""
    changed = 0
    for row in rows:
        if _COMMA_NUMBER.fullmatch(row["percent"]):
            row.cells["percent"] = row["percent"].replace(",", ".")
            changed += 1
    return rows, changed
