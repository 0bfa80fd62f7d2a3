"""Where pages come from: files, folders, patterns, standard input, and tables with texts in them.

Nothing is fetched. Pages come one by one, so that a folder of any size takes no more memory than
its largest page.
"""

from __future__ import annotations

import csv
import io
import sys
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._clean import is_web_address
from metastasis._errors import Fault, MissingExtraError, ReadError, TableError
from metastasis._evidence.check import nearest
from metastasis._files import not_csv, open_to_read
from metastasis._ledger import note_read
from metastasis.text._open import open_pages, page_of_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.text._page import Page

__all__ = ["bytes_of", "files_of", "pages_of", "parquet_pages"]

STANDARD_INPUT: Final = "-"
_PAGES: Final = (
    *(".txt", ".text", ".md", ".markdown", ".mkd", ".htm", ".html", ".xhtml"),
    *(".xml", ".nxml", ".pdf", ".parquet", ".pq"),
)
"""Endings of what is read in a folder; a table of another kind has to be named, as it may be any.
One that is packed has .gz, .bz2, .xz or .zst behind it."""
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")
_PARQUET: Final = (".parquet", ".pq")
_SEPARATED: Final = {".csv": ",", ".tsv": "\t"}
_COLUMNS: Final = ("text", "abstract", "body", "content", "sentence", "passage")
"""What a column of texts is called, by the first of these that is there."""
_TITLES: Final = ("title", "article_title")
_BATCH: Final = 500
"""Texts that are held at a time: a megabyte of abstracts."""
_MOST_CELL: Final = 5_000_000
"""Characters of a text in a table: as much as is read of a page."""


def pages_of(
    places: Iterable[str | Path], *, address: str | None = None, column: str | None = None
) -> Iterator[Page]:
    """Yield the pages of files, folders, patterns and standard input (``-``), in this order.

    ``address`` is where they stand on the web, which only one page can; ``column`` is the column of
    texts in tables, None finds it by its name.

    Raises
    ------
    ReadError
        Something is not there, is no page, or would have to be fetched.
    TableError
        A table has no column of texts.
    """
    for name in files_of(places):
        if name.casefold().endswith(_PARQUET):
            yield from parquet_pages(name, column)
        elif (mark := _SEPARATED.get(_ending(name))) is not None:
            yield from _table_pages(name, mark, column)
        else:
            yield from open_pages(bytes_of(name), name, address)


def files_of(places: Iterable[str | Path]) -> list[str]:
    """Return the files that places mean, each once: those of a folder or a pattern by name.

    Raises
    ------
    ReadError
        There is none where one is named, or it would have to be fetched.
    """
    return list(dict.fromkeys(name for place in places for name in _files(str(place))))


def bytes_of(place: str | Path) -> bytes:
    """Return the bytes of a file, unpacked where it is packed, or of standard input.

    Raises
    ------
    ReadError
        It cannot be read.
    """
    if str(place) == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    with open_to_read(Path(place)) as file:
        return file.read()


def parquet_pages(
    name: str, column: str | None = None, groups: Sequence[int] | None = None, first: int = 0
) -> Iterator[Page]:
    """Yield the texts in a column of a Parquet file, each named by the number of its row.

    ``groups`` are row groups, None for all; ``first`` is the number of rows before them.

    Raises
    ------
    ReadError
        It is no Parquet file, or is damaged.
    TableError
        It has no column of texts.
    MissingExtraError
        PyArrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    note_read(name)
    try:
        with pq.ParquetFile(name) as file:
            texts, titles = _columns(name, file.schema_arrow.names, column)
            wanted = [texts] if titles is None else [texts, titles]
            number = first
            for batch in file.iter_batches(_BATCH, groups, wanted):
                for row in batch.to_pylist():
                    number += 1
                    yield from _page(name, number, row[texts], row.get(titles))
    except FileNotFoundError:
        raise ReadError(name, "there is no such file") from None
    except (pa.ArrowException, OSError) as error:
        raise ReadError(name, f"it is no Parquet file, or is damaged ({error})") from None


def _files(place: str) -> Iterator[str]:
    path = Path(place)
    if is_web_address(place):
        raise ReadError(place, "nothing is fetched; save the page and name the file")
    if place == STANDARD_INPUT or not (path.is_dir() or (has_magic(place) and not path.exists())):
        yield place
        return
    note_read(place)
    if path.is_dir():
        found = sorted(one for one in path.rglob("*") if one.is_file() and _is_page(one, path))
        wanted = f"no page in it; pages end with {', '.join(_PAGES)}"
    else:
        found = sorted(Path(one) for one in glob(place, recursive=True) if Path(one).is_file())  # noqa: PTH207
        wanted = "no file fits this pattern"
    if not found:
        raise ReadError(place, wanted)
    yield from map(str, found)


def _is_page(path: Path, folder: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not is_hidden and _ending(path.name) in _PAGES


def _ending(name: str) -> str:
    """Return the ending of a name, without that of a packing."""
    path = Path(name.casefold())
    return Path(path.stem).suffix if path.suffix in _PACKED else path.suffix


def _table_pages(name: str, mark: str, column: str | None) -> Iterator[Page]:
    """Yield the texts in a column of a separated table."""
    csv.field_size_limit(max(csv.field_size_limit(), _MOST_CELL))
    number = 0
    try:
        with open_to_read(Path(name)) as raw:
            lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            table = csv.DictReader(lines, delimiter=mark, strict=True)
            texts, titles = _columns(name, table.fieldnames or (), column)
            for number, row in enumerate(table, 1):
                yield from _page(name, number, row[texts], row.get(titles or ""))
    except csv.Error as error:
        raise TableError([Fault(name, number + 1, None, None, not_csv(error))]) from None
    except UnicodeDecodeError:
        raise ReadError(name, "it is not UTF-8; save it as CSV UTF-8") from None


def _columns(name: str, names: Sequence[str], column: str | None) -> tuple[str, str | None]:
    """Return the column of texts and that of titles, None where there is none."""
    folded = {one.casefold(): one for one in reversed(names)}
    titles = next((folded[one] for one in _TITLES if one in folded), None)
    wanted = _COLUMNS if column is None else (column.casefold(),)
    if (texts := next((folded[one] for one in wanted if one in folded), None)) is not None:
        return texts, titles
    listed = ", ".join(names) or "none"
    if column is None:
        remedy = f"no column of texts; name it with --text-column, one of {listed}"
    else:
        remedy = f"no such column{nearest(column, names)}; columns are {listed}"
    raise TableError([Fault(name, 1, column, None, remedy)])


def _page(name: str, number: int, text: Any, title: Any) -> Iterator[Page]:
    """Yield a text of a table as a page; none where the cell is blank."""
    if isinstance(text, str) and text.strip():
        heading = title if isinstance(title, str) and title.strip() else None
        yield page_of_text(text, title=heading, name=f"{name}, row {number}")
