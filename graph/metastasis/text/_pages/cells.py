"""Tables with a column of texts, each cell a page: CSV, TSV and Parquet.

Apart from other sources because a table has to say first which of its columns is meant.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._encodings import is_western
from metastasis._errors import Fault, MissingExtraError, ReadError, TableError
from metastasis._evidence.check import nearest
from metastasis._files import not_csv, open_to_read
from metastasis._limits import BLOCK
from metastasis.text._pages.decode import MOST_BYTES
from metastasis.text._pages.open import page_of_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.text._pages.page import TextPage

__all__ = ["PARQUET", "is_table", "suffix_of", "table_pages"]

PARQUET: Final = (".parquet", ".pq")
"""Endings of Parquet files."""
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")

_TEXTS: Final = (
    *("text", "abstract", "abstract_text", "full_text", "fulltext", "body", "content", "contents"),
    *("article", "document", "page", "passage", "paragraph", "note", "notes", "report"),
    *("narrative", "summary", "description", "comment", "sentence"),
)
"""What columns of texts are called, the surest name first."""
_KEYS: Final = (
    *("pmid", "pmcid", "doi", "id", "uid", "key"),
    *("doc_id", "document_id", "article_id", "record_id", "name", "file"),
)
_ADDRESSES: Final = ("url", "address", "link", "uri")
_TITLES: Final = ("title", "article_title", "headline")
_MOST_LISTED: Final = 20  # columns that an error names
_DELIMITERS: Final = ",\t;|"
_FEW_BYTES: Final = 200  # in fewer, nobody can tell an encoding
_BATCH: Final = 256  # rows of Parquet that are in memory at a time; a cell has up to 5 MB


class _Columns(NamedTuple):
    text: int
    key: int | None
    address: int | None
    title: int | None
    remark: str | None


def is_table(path: Path) -> bool:
    """Tell whether a file is a table, by its suffix.

    >>> is_table(Path("abstracts.csv.gz")), is_table(Path("page.txt"))
    (True, False)
    """
    return suffix_of(path) in (".csv", ".tsv", *PARQUET)


def table_pages(
    path: Path,
    *,
    column: str | None = None,
    groups: Sequence[int] | None = None,
    first: int = 0,
) -> Iterator[TextPage]:
    """Give the cells of a column as pages, named by the key of their row, or by its number.

    Of Parquet, ``groups`` are the row groups that are read, and ``first`` is the number of rows
    before them. Empty cells are no pages.

    Raises
    ------
    ReadError
        The file is missing, damaged, or no table.
    TableError
        It has no such column, or none that is known to hold texts.
    MissingExtraError
        It is Parquet, and PyArrow is not installed.
    """
    if suffix_of(path) in PARQUET:
        yield from _parquet_pages(path, column, groups, first)
    else:
        yield from _separated_pages(path, column)


def suffix_of(path: Path) -> str:
    """Return the ending of a file, in lower case and without that of a packer behind it.

    >>> suffix_of(Path("Page.HTML.gz"))
    '.html'
    """
    name = path.name.lower()
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return Path(name).suffix


def _columns(path: Path, names: Sequence[str], asked: str | None) -> _Columns:
    """Find the columns by their names; say what was guessed."""
    folded = [name.strip().casefold().replace(" ", "_") for name in names]
    wanted = _TEXTS if asked is None else [asked.strip().casefold().replace(" ", "_")]
    text = next((folded.index(name) for name in wanted if name in folded), None)
    if text is None:
        listed = ", ".join(names[:_MOST_LISTED]) or "none"
        remedy = f"no column of texts; name it with --text-column, one of {listed}"
        if asked is not None:
            remedy = f"no such column{nearest(asked, names)}; columns are {listed}"
        raise TableError([Fault(str(path), 1, asked, None, remedy)])
    remark = None
    if asked is None:
        remark = f"its texts were taken from the column {names[text]!r}, as none was named"
    return _Columns(
        text,
        _first(folded, _KEYS, text),
        _first(folded, _ADDRESSES, text),
        _first(folded, _TITLES, text),
        remark,
    )


def _first(folded: Sequence[str], known: Sequence[str], text: int) -> int | None:
    found = [folded.index(name) for name in known if name in folded]
    return next((one for one in found if one != text), None)


def _page(path: Path, number: int, cells: Sequence[Any], columns: _Columns) -> TextPage | None:
    """Return a cell as a page; None where it is empty."""

    def cell(at: int | None) -> str | None:
        value = cells[at] if at is not None and at < len(cells) else None
        return None if value is None else str(value).strip() or None

    text = cell(columns.text)
    if text is None:
        return None
    whole = str(cells[columns.text])
    key = cell(columns.key)
    name = f"{path}#{key}" if key else f"{path}, row {number}"
    address = cell(columns.address)
    is_web = bool(address) and str(address).startswith(("http://", "https://"))
    return page_of_text(whole, address if is_web else None, cell(columns.title), name)


def _with_remark(pages: Iterable[TextPage | None], remark: str | None) -> Iterator[TextPage]:
    from dataclasses import replace

    for page in pages:
        if page is None:
            continue
        yield replace(page, remarks=(remark, *page.remarks)) if remark else page
        remark = None  # said once


def _separated_pages(path: Path, column: str | None) -> Iterator[TextPage]:
    with open_to_read(path) as file:
        text = io.TextIOWrapper(file, encoding=_encoding(file, path), newline="")
        try:
            yield from _rows_as_pages(text, path, column)
        except UnicodeDecodeError:
            raise ReadError(path, "it is not UTF-8; save it as CSV UTF-8") from None
        finally:
            text.detach()


def _rows_as_pages(text: IO[str], path: Path, column: str | None) -> Iterator[TextPage]:
    beginning = text.readline(BLOCK)
    delimiter = max(_DELIMITERS, key=beginning.count)
    if suffix_of(path) == ".tsv":
        delimiter = "\t"
    names = next(csv.reader([beginning], delimiter=delimiter), [])
    if not any(name.strip() for name in names):
        raise ReadError(path, "it is empty")
    columns = _columns(path, names, column)
    rows = _rows(csv.reader(text, delimiter=delimiter, strict=True), path)
    pages = (_page(path, number, cells, columns) for number, cells in enumerate(rows, 1))
    yield from _with_remark(pages, columns.remark)


def _rows(reader: Iterator[list[str]], path: Path) -> Iterator[list[str]]:
    """Give the rows of a table whose cells may be as long as a page."""
    number = 0
    while True:
        number += 1
        usual = csv.field_size_limit(MOST_BYTES)  # of the whole process: only while a row is read
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise TableError([Fault(str(path), number, None, None, not_csv(error))]) from None
        finally:
            csv.field_size_limit(usual)
        if row is None:
            return
        yield row


def _encoding(file: IO[bytes], path: Path) -> str:
    head: bytes = file.peek(BLOCK)[:BLOCK]  # type: ignore[attr-defined]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head:
        raise ReadError(path, "it is binary, and no table")
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252" if len(head) > _FEW_BYTES and is_western([head]) else "utf-8"
    return "utf-8-sig"


def _parquet_pages(
    path: Path, column: str | None, groups: Sequence[int] | None, first: int
) -> Iterator[TextPage]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    with open_to_read(path) as raw:
        try:
            table = pq.ParquetFile(pa.PythonFile(raw, mode="r"))
            columns = _columns(path, table.schema_arrow.names, column)
            wanted = [table.schema_arrow.names[one] for one in _wanted(columns)]
            batches = table.iter_batches(_BATCH, row_groups=groups, columns=wanted)
            yield from _with_remark(_batch_pages(path, batches, columns, first), columns.remark)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, ReadError):
                raise
            raise ReadError(path, "it is no Parquet file, or is damaged") from None


def _wanted(columns: _Columns) -> list[int]:
    places = (columns.text, columns.key, columns.address, columns.title)
    return sorted({place for place in places if place is not None})


def _batch_pages(
    path: Path, batches: Iterable[Any], columns: _Columns, first: int
) -> Iterator[TextPage | None]:
    wanted = _wanted(columns)
    at = {place: number for number, place in enumerate(wanted)}
    narrowed = _Columns(
        at[columns.text],
        None if columns.key is None else at[columns.key],
        None if columns.address is None else at[columns.address],
        None if columns.title is None else at[columns.title],
        columns.remark,
    )
    number = first
    for batch in batches:
        values = [one.to_pylist() for one in batch.columns]
        for cells in zip(*values, strict=True):
            number += 1
            yield _page(path, number, cells, narrowed)
