"""Rows that are not as long as their header: what is blank is made up or cut, the rest is told.

Apart because each row is read by itself here, which is slow: only where a survey saw a need.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis._files import not_csv, open_to_read
from metastasis.patients._forms.copies import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients._forms.headers import Head

__all__ = ["mended"]

_MOST_FAULTS: Final = 10


@dataclass(slots=True)
class _Mending:
    """What was found in the rows so far."""

    told: str
    width: int
    faults: list[Fault] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    """The first line of a row that is short, and how many there are."""
    short_rows: int = 0
    long_rows: int = 0

    def row(self, line: int, cells: list[str], *, is_whole: bool) -> list[str] | None:
        """Return a row as long as the header, or None for a fault."""
        number = len(cells)
        if number > self.width and not any(cell.strip() for cell in cells[self.width :]):
            self.long_rows += 1
            return cells[: self.width]
        if 1 < number < self.width and is_whole:
            self.short = self.short or [line]
            self.short_rows += 1
            return cells + [""] * (self.width - number)
        if number != self.width:
            cell = "1 cell" if number == 1 else f"{number} cells"
            remedy = f"{cell}, where the header names {self.width}: mend or remove the row"
            if not is_whole and number < self.width:
                remedy = (
                    f"{cell} of {self.width} and no line end: the file is cut short; copy it again"
                )
            self.faults.append(Fault(self.told, line, None, None, remedy))
            return None
        return cells

    def remarks(self) -> tuple[str, ...]:
        found = []
        if self.short_rows:
            rows = "row has" if self.short_rows == 1 else "rows have"
            found.append(
                f"{self.short_rows:,} {rows} fewer cells than the header names, the first in line "
                f"{self.short[0]}; what is missing at the end is read as blank"
            )
        if self.long_rows:
            rows = "row has" if self.long_rows == 1 else "rows have"
            found.append(f"{self.long_rows:,} {rows} blank cells beyond the header, which are cut")
        return tuple(found)


def mended(file: Path, head: Head, target: Path, told: str) -> tuple[str, ...]:
    """Write a text table again, its rows as long as its header; return remarks on the others.

    Nothing is remarked where all were, as a survey may be misled by quotation marks. The header of
    the copy is that of the schema; its lines end in a line feed, and each row stays in its line.

    Raises
    ------
    TableError
        Rows are longer or shorter than the header, and not by blank cells at their end.
    """
    found = _Mending(told, len(head.cells))
    with open_to_read(file) as raw, written(target) as copy:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        out = io.TextIOWrapper(copy, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(out, delimiter=head.delimiter, lineterminator="\n")
        out.write("\n" * head.skip)
        writer.writerow(head.schema)
        at = head.skip + 2 + sum(name.count("\n") for name in head.schema)
        for line, cells, is_whole in _rows(text, head, found):
            if (row := found.row(line, cells, is_whole=is_whole)) is not None:
                out.write("\n" * (line - at))
                writer.writerow(row)
                at = line + 1 + sum(cell.count("\n") for cell in row)
            if len(found.faults) == _MOST_FAULTS:
                break
        out.detach()
    if found.faults:
        raise TableError(found.faults)
    return found.remarks()


def _rows(text: Any, head: Head, found: _Mending) -> Iterator[tuple[int, list[str], bool]]:
    """Yield the rows below the header: line, cells, and whether the row has a line end."""
    last = ""

    def lines() -> Iterator[str]:
        nonlocal last
        for line in text:
            last = line
            yield line

    skipped = sum(1 for _ in islice(text, head.skip))
    rows = csv.reader(lines(), delimiter=head.delimiter, strict=True)
    line = skipped + 1
    try:
        next(rows, None)
        line = skipped + rows.line_num + 1
        for cells in rows:
            if cells:
                yield line, cells, last.endswith(("\n", "\r"))
            line = skipped + rows.line_num + 1
    except csv.Error as error:
        found.faults.append(Fault(found.told, line, None, None, not_csv(error)))
