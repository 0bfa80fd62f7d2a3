"""Reading and writing files so that nothing is half-read or half-written."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from metastasis._errors import MetastasisError, ReadError, WriteError
from metastasis._limits import BLOCK, UNPACKED_BYTES, UNPACKING, WHOLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "blocks_of",
    "is_packed",
    "not_csv",
    "ontology_path",
    "open_to_read",
    "read_text",
    "write_atomically",
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


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Give a binary file to write to that takes the place of ``path`` only when all is written.

    Until the block ends without an error, whatever stood at ``path`` stays as it was; after an
    error or an interrupt the part-written file is removed. Where ``path`` is a link, the file that
    it leads to is replaced; a pipe or a device, such as ``/dev/stdout``, is written to directly.

    Raises
    ------
    WriteError
        The folder cannot be made or written to, or the disk is full.
    """
    try:
        if path.is_dir():
            raise WriteError(path, "it is a folder, not a file")
        with path.open("wb") if _is_device(path) else _draft_of(path) as file:
            yield file
    except MetastasisError:
        raise
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from error


@contextmanager
def write_together(folder: Path) -> Iterator[Path]:
    """Give a folder to write to whose files move into ``folder`` only when all are written.

    After an error or an interrupt nothing in ``folder`` has changed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place, write_together(Path(place)) as draft:
    ...     write_text(draft / "a.txt", "a")
    ...     (Path(place) / "a.txt").exists()
    False

    Raises
    ------
    WriteError
        The folder cannot be made or written to, or a file would take the place of a folder.
    """
    import tempfile

    is_new = not folder.exists()
    draft: Path | None = None
    try:
        if folder.exists() and not folder.is_dir():
            raise WriteError(folder, "it is a file, not a folder")
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=folder, prefix=".", suffix=".draft"))
        yield draft
        _move_into(folder, draft)
    except MetastasisError:
        raise
    except OSError as error:
        raise WriteError(folder, error.strerror or str(error)) from error
    finally:
        if draft is not None:
            _remove(draft)
        if is_new:
            with suppress(OSError):
                folder.rmdir()


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 in one step: wholly, or not at all."""
    with write_atomically(path) as file:
        file.write(text.encode())


@contextmanager
def _draft_of(path: Path) -> Iterator[IO[bytes]]:
    import tempfile

    path = Path(os.path.realpath(path))
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".draft")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(mode)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _move_into(folder: Path, draft: Path) -> None:
    moves = [
        (path, folder / path.relative_to(draft))
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    ]
    for _, target in moves:
        if target.is_dir():
            raise WriteError(target, "it is a folder, not a file")
        target.parent.mkdir(parents=True, exist_ok=True)
    with _uninterrupted():
        for path, target in moves:
            path.replace(target)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interrupt wait until the block is over, where the system can."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
