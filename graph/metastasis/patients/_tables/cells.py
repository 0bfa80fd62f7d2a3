"""Small tables as text cells, each with its line, for what is read cell by cell."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis._files import read_text
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._engines.frames import arrow_table
from metastasis.patients._engines.reading import files_of, form_of, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Cells", "read_cells"]

_MOST_ROWS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table, blanks at their ends kept."""

    file: str
    """The name for faults: as given, or ``the frame``."""
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """Each row with the line on which it begins; for a frame or Parquet, its place, from 1."""

    @property
    def stem(self) -> str:
        """The name without folder and ending."""
        return Path(self.file).name.partition(".")[0] or "table"


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
            line = skip + table.line_num + 1
    except csv.Error as error:
        remedy = f"not readable as CSV ({error}); the file may be cut off"
        faults.append(Fault(str(file), line, None, None, remedy))


def _of_engine(file: Path) -> Cells:
    with open_engine() as engine:
        rows = engine.read(file)
        return _numbered(str(file), engine.columns(rows), engine.collect(rows.limit(_MOST_ROWS)))


def _of_frame(data: Any) -> Cells:
    table = arrow_table(data.toArrow() if hasattr(data, "toArrow") else data)
    rows = [tuple(row.values()) for row in table.slice(0, _MOST_ROWS).to_pylist()]
    return _numbered("the frame", table.column_names, rows)


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
