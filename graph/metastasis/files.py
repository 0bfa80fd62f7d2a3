"""Reading and writing files so that nothing is half-read or half-written."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from metastasis.errors import ReadError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ontology_path", "read_text", "write_atomically", "write_text"]


def ontology_path(*parts: str) -> Path:
    """Return the path of something in ``ontology/``, in a wheel and in a checkout alike.

    >>> ontology_path("metastasis.ttl").name
    'metastasis.ttl'
    """
    installed = Path(__file__).parent / "ontology"
    root = installed if installed.is_dir() else Path(__file__).parents[2] / "ontology"
    return root.joinpath(*parts)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file (with or without a byte order mark), newlines untouched.

    Raises
    ------
    ReadError
        The file is missing, cannot be opened, or is not UTF-8; the message says which and where.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except IsADirectoryError:
        raise ReadError(path, "it is a folder, not a file") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReadError(
            path, f"byte {error.start} (line {line}) is not UTF-8; save the file as UTF-8"
        ) from None
    except OSError as error:
        raise ReadError(path, error.strerror or str(error)) from None


@contextmanager
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """Give a binary file to write to that takes the place of ``path`` only when all is written.

    Until the block ends without an error, whatever stood at ``path`` stays as it was; after an
    error or an interrupt the part-written file is removed.

    Raises
    ------
    WriteError
        The folder cannot be made or written to, or the disk is full.
    """
    import tempfile

    draft: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise WriteError(path, "it is a folder, not a file")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".draft")
        draft = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except WriteError:
        raise
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from error
    finally:
        if draft is not None:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8 in one step: wholly, or not at all."""
    with write_atomically(path) as file:
        file.write(text.encode())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
