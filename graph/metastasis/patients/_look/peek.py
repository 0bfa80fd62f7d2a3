"""What stands at the head of a file: its form, its columns and a few cells to know them by.

Apart from the claims because here files are read: only their heads, however large they are. The
cells serve to tell codes from names and are never shown: they are patients'.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metastasis._encodings import is_western
from metastasis._errors import MetastasisError, ReadError, TableError
from metastasis._files import open_to_read, packing_of
from metastasis.patients._account import counted
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._forms.beginning import head_in
from metastasis.patients._forms.kinds import kind_of
from metastasis.patients._forms.workbooks import sheets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Peek", "peek"]

_HEAD: Final = 1 << 20
"""Bytes that are looked at: some ten thousand rows."""
_ROWS: Final = 2_000
"""Rows whose cells are looked at."""
_DELIMITERS: Final = "\t,;|"
_NAMES: Final = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
_BY_NAME: Final[Mapping[str, tuple[str, ...]]] = {
    "json": (".json", ".ndjson", ".jsonl"),
    "xml": (".xml",),
}
"""What is no table is known by the ending of its name; tables by their first bytes."""
_BOMS: Final = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_ENCODINGS: Final = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}
_TYPES: Final = re.compile(r'"resourceType"\s*:\s*"(\w+)"')
_SYSTEMS: Final = re.compile(r'"system"\s*:\s*"([^"]+)"')
_XML: Final = re.compile(r'naaccrId="(\w+)"')


@dataclass(frozen=True, slots=True)
class Peek:
    """What is known of a file by its head."""

    path: Path
    kind: str
    """What it is, in words."""
    header: tuple[str, ...] = ()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """For a column the cells of the first rows that are not blank; never to be shown."""
    rows: int | None = None
    is_exact: bool = False
    """Whether the rows are counted, not estimated."""
    resources: Mapping[str, int] = field(default_factory=dict)
    """Of JSON: the types of the resources in its head, with how often each is met."""
    systems: tuple[str, ...] = ()
    """Of JSON: the addresses of the code systems in its head."""
    row_names: tuple[str, ...] = field(default=(), repr=False)
    """The cells of a first column without a header, as R and pandas write it."""
    sheet: str | None = None
    """Of a workbook with several sheets: this one."""

    def __str__(self) -> str:
        """Return what the file is, on one line."""
        return ", ".join([self.kind, *self._size()])

    def _size(self) -> list[str]:
        columns = [counted(len(self.header), "columns", "column")] if self.header else []
        if self.rows is None:
            return columns
        return [*columns, f"{'' if self.is_exact else 'about '}{counted(self.rows, 'rows')}"]


def peek(path: Path) -> list[Peek]:
    r"""Return what a file is by its head; of a workbook, what each sheet with something in it is.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "claims.csv")
    ...     _ = table.write_text("patient;code\nA;C61\n")
    ...     print(*peek(table))
    a text table (UTF-8, separated by semicolons), 2 columns, 1 row

    Raises
    ------
    ReadError
        It is missing or empty, or cannot be read.
    """
    name = path.stem.casefold() if packing_of(path) else path.name.casefold()
    kind = next((kind for kind, endings in _BY_NAME.items() if name.endswith(endings)), None)
    look = _FORMS.get(kind or kind_of(path))
    if look is not None:
        return [look(path)]
    is_workbook = kind_of(path) == "workbook" and not packing_of(path)
    sheets = sheets_of(path) if is_workbook else []
    if len(sheets) < 2:
        return [_of_engine(path, None)]
    found: list[Peek] = []
    for sheet in sheets:
        with suppress(TableError, ReadError):  # a sheet of remarks is no table
            found.append(_of_engine(path, sheet))
    return found


def _of_parquet(path: Path) -> Peek:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_to_read(path):
            pass  # it is there, and may be read; what is wrong inside is said below
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
            batch = next(file.iter_batches(batch_size=_ROWS), None)
            rows = [] if batch is None else zip(*(one.to_pylist() for one in batch), strict=True)
            cells = _cells(header, [[_text(one) for one in row] for row in rows])
            return Peek(path, "a Parquet table", header, cells, file.metadata.num_rows, True)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, MetastasisError):
            raise
        raise ReadError(path, "it is cut short or no Parquet file: copy or export it again") from (
            None
        )


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _of_json(path: Path) -> Peek:
    text, _, _ = _head(path)
    types = Counter(_TYPES.findall(text))
    lines = path.name.casefold().removesuffix(".gz").endswith((".ndjson", ".jsonl"))
    form = "ndjson, a resource a line" if lines else "JSON"
    kind = f"FHIR resources ({form})" if types else f"no FHIR resources ({form})"
    return Peek(
        path,
        kind,
        resources=types,
        systems=tuple(dict.fromkeys(_SYSTEMS.findall(text))),
    )


def _of_xml(path: Path) -> Peek:
    text, _, _ = _head(path)
    items = tuple(dict.fromkeys(_XML.findall(text)))
    kind = "tumors in NAACCR's XML" if "NaaccrData" in text else "XML"
    return Peek(path, kind, items)


def _of_text(path: Path) -> Peek:
    text, encoding, is_whole = _head(path)
    head = head_in(str(path), text, None, "#", is_cut=not is_whole)
    lines = io.StringIO(text, newline=None).read().split("\n")
    rows = _rows_of("\n".join(lines[head.skip :]), head.delimiter)
    kept = [place for place, name in enumerate(head.cells) if name is not None]
    body = [[row[place] for place in kept if place < len(row)] for row in rows[1:]]
    whole = is_whole and len(rows) <= _ROWS
    number = len(rows) - 1 if whole else _about(path, text, lines)
    said = _ENCODINGS.get(encoding or "utf-8", encoding or "")
    kind = f"a text table ({said}, separated by {_NAMES.get(head.delimiter, head.delimiter)})"
    names = () if head.cells[0] else tuple(row[0] for row in rows[1:] if row)
    cells = _cells(head.columns, body)
    return Peek(path, kind, head.columns, cells, number, whole, row_names=names)


def _rows_of(text: str, mark: str) -> list[list[str]]:
    """Return the first rows; what cannot be read as such ends them."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > _ROWS:
                break
    except csv.Error:
        pass
    return rows


def _cells(header: tuple[str, ...], rows: list[list[str]]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(cell for row in rows if place < len(row) and (cell := row[place].strip()))
        for place, name in enumerate(header)
    }


def _about(path: Path, text: str, lines: list[str]) -> int | None:
    """Return about how many rows a file has by the length of its first; None where it is packed."""
    if packing_of(path):
        return None
    return round(path.stat().st_size / max(1, len(text.encode())) * len(lines))


def _of_engine(path: Path, sheet: str | None) -> Peek:
    """Return what an engine reads of a file whose form this room does not know."""
    with open_engine(sheet=sheet) as engine:
        frame = engine.read(path)
        header = tuple(engine.columns(frame))
        rows = [[_text(cell) for cell in row] for row in engine.collect(frame.limit(_ROWS + 1))]
    is_exact = len(rows) <= _ROWS
    kind = f"the sheet {sheet!r} of a workbook" if sheet else f"a table ({path.suffix.lstrip('.')})"
    number = len(rows) if is_exact else None
    return Peek(path, kind, header, _cells(header, rows), number, is_exact, sheet=sheet)


def _head(path: Path) -> tuple[str, str | None, bool]:
    """Return the text of the head of a file, its encoding, and whether that is all of it."""
    with open_to_read(path) as file:
        content = file.read(_HEAD + 1)
    if not content.strip():
        raise ReadError(path, "it is empty")
    is_whole = len(content) <= _HEAD
    if not is_whole:  # to the end of a line, so that neither a row nor a character is cut
        content = content[: max(content.rfind(b"\n"), content.rfind(b"\r")) + 1] or content
    marked = next((to for bom, to in _BOMS.items() if content.startswith(bom)), None)
    if marked:
        return content.decode(marked, "replace"), marked, is_whole
    try:
        return content.decode(), None, is_whole
    except UnicodeDecodeError:
        if not is_western([content]):
            remedy = "name it to ingest (--encoding NAME), or save the file as UTF-8"
            raise ReadError(path, f"its encoding is not UTF-8; {remedy}") from None
        return content.decode("cp1252", "replace"), "cp1252", is_whole


_FORMS: Final[Mapping[str, Callable[[Path], Peek]]] = {
    "parquet": _of_parquet,
    "json": _of_json,
    "xml": _of_xml,
    "text": _of_text,
}
"""By the kind of the file; an engine reads all others."""
