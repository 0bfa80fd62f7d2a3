"""Reading and writing files so that nothing is half-read or half-written.

Writing is of :mod:`metastasis._outputs`; its names stand here as well, beside those of reading.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, MissingExtraError, ReadError
from metastasis._ledger import note_read
from metastasis._limits import BLOCK, UNPACKED_BYTES, UNPACKING, WHOLE_BYTES
from metastasis._outputs import (
    together,
    write_atomically,
    write_beside,
    write_folder,
    write_text,
    write_together,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "blocks_of",
    "not_csv",
    "ontology_path",
    "open_to_read",
    "packing_of",
    "read_text",
    "together",
    "write_atomically",
    "write_beside",
    "write_folder",
    "write_text",
    "write_together",
]

_PACKINGS: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
"""What packed files begin with."""
_BZIP2: Final = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows four bytes later in a file packed by bzip2, whose beginning could be a text's."""


def ontology_path(*parts: str) -> Path:
    """Return the path of something in ``ontology/``, in a wheel and in a checkout alike.

    >>> ontology_path("metastasis.ttl").name
    'metastasis.ttl'
    """
    installed = Path(__file__).parent / "ontology"
    root = installed if installed.is_dir() else Path(__file__).parents[2] / "ontology"
    return root.joinpath(*parts)


_NO_TEXT: Final = {
    b"PK\3\4": "an Excel workbook or another archive",
    b"PAR1": "a Parquet file",
}
"""What files begin with that are no text in whatever encoding."""


def read_text(path: Path, most: int = WHOLE_BYTES) -> str:
    """Return the text of a UTF-8 file (with or without a byte order mark), newlines untouched.

    Raises
    ------
    ReadError
        The file is missing, cannot be opened, is larger than ``most`` bytes, damaged, or not UTF-8;
        the message says which and where.
    """
    with open_to_read(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        size = f"{most >> 20} MB" if most >> 20 else f"{most >> 10} KB"
        raise ReadError(path, f"it holds more than {size}, the most that is read whole; divide it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        for start, kind in _NO_TEXT.items():
            if content.startswith(start):
                raise ReadError(path, f"it is {kind}, and text is read here: save it so") from None
        line = error.object[: error.start].count(b"\n") + 1
        where = f"byte {error.start + 1} (line {line})"
        raise ReadError(path, f"{where} is not UTF-8; save the file as UTF-8") from None


@contextmanager
def open_to_read(path: Path) -> Iterator[IO[bytes]]:
    """Give a file open for reading, unpacked where it is packed by gzip, bzip2, xz or zstd.

    Raises
    ------
    ReadError
        It is missing or cannot be read; or it is packed, and cut short, damaged, or unpacks to far
        more than tables do.
    MissingExtraError
        It is packed by zstd, and PyArrow is not installed; the extra ``patients`` brings it.
    """
    note_read(path)
    try:
        with path.open("rb") as raw:
            packing = _packing(raw)
            yield io.BufferedReader(_Unpacked(raw, path, packing), BLOCK) if packing else raw
    except MetastasisError:
        raise
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except IsADirectoryError:
        raise ReadError(path, "it is a folder, not a file") from None
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None


def blocks_of(path: Path) -> Iterator[bytes]:
    """Yield what a file holds, block by block; see :func:`open_to_read`."""
    with open_to_read(path) as file:
        while block := file.read(BLOCK):
            yield block


def packing_of(path: Path) -> str | None:
    """Return how a file is packed, by its first bytes: ``gzip``, ``bzip2``, ``xz``, ``zstd``, None.

    Raises
    ------
    ReadError
        It is missing or cannot be read.
    """
    try:
        with path.open("rb") as raw:
            return _packing(raw)
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None


def not_csv(error: Exception) -> str:
    """Return what is wrong with a table that Python's reader of CSV cannot read.

    >>> not_csv(ValueError("unexpected end of data"))
    'not readable as CSV (unexpected end of data); the file may be cut off'
    """
    if "field larger than" in str(error):
        return "a cell is longer than 131,072 characters; is a quotation mark not closed?"
    return f"not readable as CSV ({error}); the file may be cut off"


def _packing(raw: io.BufferedReader) -> str | None:
    """Return how a file is packed that is open at its beginning, and stays there."""
    head = raw.peek(10)[:10]
    found = next((name for start, name in _PACKINGS if head.startswith(start)), None)
    return None if found == "bzip2" and head[4:] not in _BZIP2 else found


def _opened(raw: IO[bytes], packing: str) -> Any:
    """Return what a packed file holds, as a file."""
    if packing == "gzip":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if packing == "bzip2":
        return bz2.BZ2File(raw)
    if packing == "xz":
        return lzma.LZMAFile(raw)
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    return pa.CompressedInputStream(pa.PythonFile(raw), "zstd")


class _Unpacked(io.RawIOBase):
    """What a packed file holds, while that is neither damaged nor out of all measure."""

    def __init__(self, raw: IO[bytes], path: Path, packing: str) -> None:
        super().__init__()
        self._raw, self._path, self._length = raw, path, 0
        self._inner = _opened(raw, packing)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            count: int = self._inner.readinto(buffer)
        except (EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            if getattr(error, "errno", None):  # of the disk, not of what is on it
                raise
            is_cut = isinstance(error, EOFError) or "Truncated" in str(error)
            reason = "it is cut short" if is_cut else "it is damaged"
            raise ReadError(self._path, f"{reason}: copy or export it again") from None
        self._length += count
        if self._length > UNPACKED_BYTES and self._length > UNPACKING * self._raw.tell():
            reason = f"it unpacks to more than {UNPACKING} times its size, as no table does"
            raise ReadError(self._path, f"{reason}; if it is sound, unpack it and name the result")
        return count
