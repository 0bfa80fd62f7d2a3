"""Reading and writing files so that nothing is half-read or half-written.

Writing is of :mod:`metastasis._outputs`; its names stand here as well, beside those of reading.
"""

from __future__ import annotations

import gzip
import io
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from metastasis._errors import MetastasisError, ReadError
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
    "is_packed",
    "not_csv",
    "ontology_path",
    "open_to_read",
    "read_text",
    "together",
    "write_atomically",
    "write_beside",
    "write_folder",
    "write_text",
    "write_together",
]


def ontology_path(*parts: str) -> Path:
    """Return the path of something in ``ontology/``, in a wheel and in a checkout alike.

    >>> ontology_path("metastasis.ttl").name
    'metastasis.ttl'
    """
    installed = Path(__file__).parent / "ontology"
    root = installed if installed.is_dir() else Path(__file__).parents[2] / "ontology"
    return root.joinpath(*parts)


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
        line = error.object[: error.start].count(b"\n") + 1
        where = f"byte {error.start + 1} (line {line})"
        raise ReadError(path, f"{where} is not UTF-8; save the file as UTF-8") from None


@contextmanager
def open_to_read(path: Path) -> Iterator[IO[bytes]]:
    """Give a file open for reading, unpacked where its name ends in ``.gz``.

    Raises
    ------
    ReadError
        It is missing or cannot be read; or it is packed, and cut short, damaged, or unpacks to far
        more than tables do.
    """
    note_read(path)
    try:
        with path.open("rb") as raw:
            yield io.BufferedReader(_Unpacked(raw, path), BLOCK) if is_packed(path) else raw
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


def is_packed(path: Path) -> bool:
    """Return whether a file is packed by gzip, by its name.

    >>> is_packed(Path("claims.CSV.GZ")), is_packed(Path("claims.csv"))
    (True, False)
    """
    return path.name.casefold().endswith(".gz")


def not_csv(error: Exception) -> str:
    """Return what is wrong with a table that Python's reader of CSV cannot read.

    >>> not_csv(ValueError("unexpected end of data"))
    'not readable as CSV (unexpected end of data); the file may be cut off'
    """
    if "field larger than" in str(error):
        return "a cell is longer than 131,072 characters; is a quotation mark not closed?"
    return f"not readable as CSV ({error}); the file may be cut off"


class _Unpacked(io.RawIOBase):
    """What a file packed by gzip holds, while that is neither damaged nor out of all measure."""

    def __init__(self, raw: IO[bytes], path: Path) -> None:
        super().__init__()
        self._raw, self._path, self._length = raw, path, 0
        self._inner = gzip.GzipFile(fileobj=raw, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            count = self._inner.readinto(buffer)
        except EOFError:
            raise ReadError(self._path, "it is cut short: copy or export it again") from None
        except (zlib.error, gzip.BadGzipFile):
            raise ReadError(self._path, "it is damaged: copy or export it again") from None
        self._length += count
        if self._length > UNPACKED_BYTES and self._length > UNPACKING * self._raw.tell():
            reason = f"it unpacks to more than {UNPACKING} times its size, as no table does"
            raise ReadError(self._path, f"{reason}; if it is sound, unpack it and name the result")
        return count
