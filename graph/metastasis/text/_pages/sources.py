"""Where pages come from: files, folders, patterns, standard input, tables with a column of texts.

Nothing is ever fetched. Whoever has an address saves the page, and says where it stood.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis._files import open_to_read
from metastasis._ledger import note_read
from metastasis._limits import BLOCK, WHOLE_BYTES
from metastasis.text._pages.cells import PARQUET, is_table, suffix_of, table_pages
from metastasis.text._pages.open import is_pubmed, open_pages
from metastasis.text._pages.xml import pubmed_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metastasis.text._pages.page import TextPage

__all__ = ["PAGES", "STANDARD_INPUT", "bytes_of", "files_of", "pages_of", "pages_of_file"]

PAGES: Final = (
    *(".txt", ".text", ".md", ".markdown", ".mkd", ".htm", ".html", ".xhtml"),
    *(".xml", ".nxml", ".pdf", *PARQUET),
)
"""Endings of what is read in a folder, also with that of a packer behind them; a table of another
kind has to be named, as it may be any."""
STANDARD_INPUT: Final = "-"
_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|www\.")


def pages_of(
    places: Iterable[str | Path],
    *,
    address: str | None = None,
    column: str | None = None,
    form: str | None = None,
    on_fault: Callable[[ReadError], None] | None = None,
) -> Iterator[TextPage]:
    """Give the pages of files, folders, patterns and standard input (``-``), one after the other.

    ``column`` is the column of texts where a place is a table. With ``on_fault``, a file that
    cannot be read is told to it, and the next one is read.

    Raises
    ------
    ReadError
        A place is missing, an address, empty, no text, or of a form that is not read.
    TableError
        A table has no such column, or none that is known to hold texts.
    """
    for name in files_of(places):
        try:
            if name == STANDARD_INPUT:
                yield from open_pages(bytes_of(name), name, address, form)
            else:
                yield from pages_of_file(Path(name), address=address, column=column, form=form)
        except ReadError as error:
            if on_fault is None:
                raise
            on_fault(error)


def pages_of_file(
    path: Path,
    *,
    address: str | None = None,
    column: str | None = None,
    form: str | None = None,
) -> Iterator[TextPage]:
    """Give the pages of one file: one, or one for each article or cell; memory stays flat.

    Raises
    ------
    ReadError
        It is missing, empty, no text, or of a form that is not read.
    TableError
        It is a table without such a column, or without one that is known to hold texts.
    """
    if is_table(path):
        yield from table_pages(path, column=column)
        return
    with open_to_read(path) as file:
        head = file.read(BLOCK)
        if form in (None, "pubmed") and is_pubmed(head):
            yield from pubmed_pages(_blocks(head, file), str(path))
            return
        data = head + _rest(file, path, len(head))
    yield from open_pages(data, str(path), address, form)


def files_of(places: Iterable[str | Path]) -> list[str]:
    """Return the files that places mean, each once: those of a folder or a pattern by name.

    In a folder, pages are read and tables are not: which column of which table, no one has said.

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
        It is missing, cannot be read, or is larger than what is read whole.
    """
    if str(place) == STANDARD_INPUT:
        return _rest(sys.stdin.buffer, place, 0)
    with open_to_read(Path(place)) as file:
        return _rest(file, place, 0)


def _files(place: str) -> list[str]:
    path = Path(place)
    if place == STANDARD_INPUT or path.is_file():
        return [place]
    if path.is_dir():
        note_read(place)
        return [str(one) for one in _in_folder(path)]
    if _ADDRESS.match(place):
        reason = (
            "nothing is fetched; save the page and name the file, with --address for where it was"
        )
        raise ReadError(place, reason)
    if glob.has_magic(place) and not path.exists():
        note_read(place)
        return [str(one) for one in _matching(place)]
    return [place]


def _blocks(head: bytes, file: IO[bytes]) -> Iterator[bytes]:
    yield head
    while block := file.read(BLOCK):
        yield block


def _rest(file: IO[bytes], name: object, size: int) -> bytes:
    rest = file.read(WHOLE_BYTES + 1 - size)
    if size + len(rest) > WHOLE_BYTES:
        most = f"{WHOLE_BYTES >> 20} MB"
        raise ReadError(str(name), f"it holds more than {most}, as no page does: divide it")
    return rest


def _in_folder(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in sorted(names) if _is_page(name)]
    if not found:
        raise ReadError(folder, f"no page in it; pages end with {', '.join(PAGES)}")
    return found


def _is_page(name: str) -> bool:
    return not name.startswith(".") and suffix_of(Path(name)) in PAGES


def _matching(pattern: str) -> list[Path]:
    names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - an absolute one is none of Path's
    found = [Path(name) for name in names]
    files = [path for path in found if path.is_file()]
    if not files:
        raise ReadError(pattern, "no file fits this pattern")
    return files
