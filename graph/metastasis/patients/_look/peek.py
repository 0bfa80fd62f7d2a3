"""What stands at the head of a file: its form, its columns and a few cells to know them by.

Apart from the claims because here files are read: only their heads, however large they are. The
cells serve to tell codes from names and are never shown: they are patients'.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, ReadError
from metastasis._files import open_to_read, packing_of
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._forms.headers import head_from

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
_PARQUET: Final = (".parquet", ".pq")
_JSON: Final = (".json", ".ndjson", ".jsonl")
_TEXT: Final = (".csv", ".tsv", ".txt", ".dat", ".tab", "")
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
    encoding: str | None = None
    """What has to be told to read it; None for UTF-8."""

    def __str__(self) -> str:
        """Return what the file is, on one line."""
        return ", ".join([self.kind, *self._size()])

    def _size(self) -> list[str]:
        columns = [_number(len(self.header), "column")] if self.header else []
        if self.rows is None:
            return columns
        return [*columns, f"{'' if self.is_exact else 'about '}{_number(self.rows, 'row')}"]


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def peek(path: Path, comment: str = "#") -> Peek:
    r"""Return what a file is by its head.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     table = Path(folder, "claims.csv")
    ...     _ = table.write_text("patient;code\nA;C61\n")
    ...     print(peek(table))
    a text table (UTF-8, separated by semicolons), 2 columns, 1 row

    Raises
    ------
    ReadError
        It is missing or empty, or cannot be read.
    """
    name = path.name.casefold()
    plain = name.removesuffix(".gz")
    look = next(found for ending, found in _FORMS.items() if plain.endswith(ending))
    return look(path, comment)


def _of_parquet(path: Path, _comment: str) -> Peek:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_to_read(path), pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
            batch = next(file.iter_batches(batch_size=_ROWS), None)
            rows = [] if batch is None else zip(*(one.to_pylist() for one in batch), strict=True)
            cells = _cells(header, [[_text(one) for one in row] for row in rows])
            return Peek(path, "a Parquet table", header, cells, file.metadata.num_rows, True)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, MetastasisError):
            raise
        raise ReadError(path, "it is cut short or no Parquet file: copy or export it again") from (
            None
        )


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _of_json(path: Path, _comment: str) -> Peek:
    text, encoding, _ = _head(path)
    types = Counter(_TYPES.findall(text))
    lines = path.name.casefold().removesuffix(".gz").endswith((".ndjson", ".jsonl"))
    form = "ndjson, a resource a line" if lines else "JSON"
    kind = f"FHIR resources ({form})" if types else f"no FHIR resources ({form})"
    return Peek(
        path,
        kind,
        resources=types,
        systems=tuple(dict.fromkeys(_SYSTEMS.findall(text))),
        encoding=encoding,
    )


def _of_xml(path: Path, _comment: str) -> Peek:
    text, encoding, _ = _head(path)
    items = tuple(dict.fromkeys(_XML.findall(text)))
    kind = "tumors in NAACCR's XML" if "NaaccrData" in text else "XML"
    return Peek(path, kind, items, encoding=encoding)


def _of_text(path: Path, comment: str) -> Peek:
    text, encoding, is_whole = _head(path)
    lines = io.StringIO(text, newline=None).read().split("\n")
    skip = next((n for n, one in enumerate(lines) if not one.startswith(comment)), 0)
    if not any(line.strip() for line in lines[skip:]):
        raise ReadError(path, "it is empty" if not text.strip() else "it holds only comments")
    first = lines[skip]
    mark = max(_DELIMITERS, key=first.count)
    rows = _rows_of("\n".join(lines[skip:]), mark)
    head = head_from(rows[0], mark) if rows and any(map(str.strip, rows[0])) else None
    if head is None:
        raise ReadError(path, f"line {skip + 1} should name the columns, but is empty")
    kept = [place for place, name in enumerate(head.cells) if name is not None]
    body = [[row[place] for place in kept if place < len(row)] for row in rows[1:]]
    whole = is_whole and len(rows) <= _ROWS
    number = len(rows) - 1 if whole else _about(path, text, lines)
    said = _ENCODINGS.get(encoding or "utf-8", encoding or "")
    kind = f"a text table ({said}, separated by {_NAMES[mark]})"
    told = None if said == "UTF-8" else encoding
    columns = tuple(head.columns)
    names = () if head.cells[0] else tuple(row[0] for row in rows[1:] if row)
    cells = _cells(columns, body)
    return Peek(path, kind, columns, cells, number, whole, row_names=names, encoding=told)


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


def _of_engine(path: Path, _comment: str) -> Peek:
    """Return what an engine reads of a file whose form this room does not know."""
    with open_engine() as engine:
        frame = engine.read(path)
        header = tuple(engine.columns(frame))
        rows = [[_text(cell) for cell in row] for row in engine.collect(frame.limit(_ROWS))]
    form = path.suffix.removeprefix(".").casefold()
    is_exact = len(rows) < _ROWS
    number = len(rows) if is_exact else None
    return Peek(path, f"a table ({form})", header, _cells(header, rows), number, is_exact)


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
        return content.decode("cp1252", "replace"), "cp1252", is_whole


_FORMS: Final[Mapping[str, Callable[[Path, str], Peek]]] = {
    **dict.fromkeys(_PARQUET, _of_parquet),
    **dict.fromkeys(_JSON, _of_json),
    ".xml": _of_xml,
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".sas7bdat", ".xpt", ".dta", ".sav"), _of_engine),
    **dict.fromkeys(_TEXT, _of_text),
}
"""By the ending of the name; what has none of these is looked at as text."""
