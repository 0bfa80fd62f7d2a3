"""Where pages come from: files, folders, patterns, standard input, tables with a column of texts.

Nothing is ever fetched. Whoever has an address saves the page, and says where it stood.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis._files import open_to_read
from metastasis._limits import BLOCK, WHOLE_BYTES
from metastasis.text._cells import is_table, table_pages
from metastasis.text._open import is_pubmed, open_pages
from metastasis.text._xml import pubmed_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metastasis.text._page import Page

__all__ = ["PAGES", "bytes_of", "files_of", "pages_of", "pages_of_file"]

PAGES: Final = (
    ".txt .text .md .markdown .mkd .htm .html .xhtml .xml .nxml .pdf"
).split()
"""The suffixes of what is read in a folder, also with one of a packer behind them."""
_PACKED: Final = (".gz", ".bz2", ".xz", ".zst")
_ADDRESS: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|www\.")


def pages_of(
    places: Iterable[str | Path],
    *,
    address: str | None = None,
    column: str | None = None,
    form: str | None = None,
    on_fault: Callable[[ReadError], None] | None = None,
) -> Iterator[Page]:
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
    for place in places:
        if str(place) == "-":
            yield from open_pages(_standard_input(), "-", address, form)
            continue
        for path in files_of([place]):
            try:
                yield from pages_of_file(path, address=address, column=column, form=form)
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
) -> Iterator[Page]:
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


def files_of(places: Iterable[str | Path]) -> list[Path]:
    """Return the files of places, in their order, those of a folder or pattern in that of names.

    In a folder, pages are read and tables are not: which column of which table, no one has said.

    Raises
    ------
    ReadError
        A place is missing, an address, or holds no page.
    """
    found: list[Path] = []
    for place in places:
        text = str(place)
        path = Path(place)
        if path.is_dir():
            found += _in_folder(path)
        elif path.exists():
            found.append(path)
        elif _ADDRESS.match(text):
            reason = "nothing is fetched: save the page, give its file, and its address (--address)"
            raise ReadError(text, reason)
        elif glob.has_magic(text):
            found += _matching(text)
        else:
            raise ReadError(text, "there is no such file or folder")
    return found


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file, unpacked where it is packed.

    Raises
    ------
    ReadError
        It is missing, cannot be read, or is larger than what is read whole.
    """
    with open_to_read(path) as file:
        head = file.read(BLOCK)
        return head + _rest(file, path, len(head))


def _blocks(head: bytes, file: object) -> Iterator[bytes]:
    yield head
    while block := file.read(BLOCK):  # type: ignore[attr-defined]
        yield block


def _rest(file: object, name: object, size: int) -> bytes:
    rest: bytes = file.read(WHOLE_BYTES + 1 - size)  # type: ignore[attr-defined]
    if size + len(rest) > WHOLE_BYTES:
        most = f"{WHOLE_BYTES >> 20} MB"
        raise ReadError(str(name), f"it holds more than {most}, as no page does: divide it")
    return rest


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(WHOLE_BYTES + 1)
    if len(data) > WHOLE_BYTES:
        raise ReadError("-", f"it holds more than {WHOLE_BYTES >> 20} MB, as no page does")
    return data


def _in_folder(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(parent, name) for name in sorted(names) if _is_page(name)]
    if not found:
        raise ReadError(folder, f"it holds no page; pages are files with {', '.join(PAGES)}")
    return found


def _is_page(name: str) -> bool:
    lower = name.lower()
    for packed in _PACKED:
        lower = lower.removesuffix(packed)
    return not name.startswith(".") and Path(lower).suffix in PAGES


def _matching(pattern: str) -> list[Path]:
    found = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]
    files = [path for path in found if path.is_file()]
    if not files:
        raise ReadError(pattern, "no file matches this pattern")
    return files

