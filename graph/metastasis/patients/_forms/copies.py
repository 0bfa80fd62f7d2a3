"""Copies of what engines cannot read as it is: written to a workplace, or the disk is full."""

from __future__ import annotations

import errno
import io
import shutil
from contextlib import contextmanager
from tempfile import gettempdir
from typing import IO, TYPE_CHECKING, Final

from metastasis._encodings import decoded
from metastasis._errors import WriteError
from metastasis._files import blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["full_disk", "linked", "unpacked", "with_line_feeds", "written"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def full_disk(place: str | Path, reason: str) -> WriteError:
    """Return the error of a disk that is full; ``reason`` is what the system says.

    >>> print(full_disk("/tmp", "No space left on device"))
    cannot write /tmp: No space left on device; free some, or set TMPDIR to a larger disk
    """
    return WriteError(place, f"{reason}; free some, or set TMPDIR to a larger disk")


@contextmanager
def written(target: Path) -> Iterator[IO[bytes]]:
    """Give a new file to write to, in the place for temporary files.

    Raises
    ------
    WriteError
        The disk is full.
    """
    try:
        with target.open("wb") as copy:
            yield copy
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise full_disk(gettempdir(), error.strerror or str(error)) from None


def unpacked(file: Path, target: Path) -> Path:
    """Return a copy of a file that is not packed."""
    with written(target) as copy:
        copy.writelines(blocks_of(file))
    return target


def with_line_feeds(file: Path, encoding: str, target: Path) -> Path:
    """Return a copy of a text in UTF-8 whose lines all end in a line feed."""
    feeds = io.IncrementalNewlineDecoder(None, translate=True)
    with written(target) as copy:
        for text in decoded(file, encoding):
            copy.write(feeds.decode(text).encode())
        copy.write(feeds.decode("", final=True).encode())
    return target


def linked(file: Path, target: Path) -> Path:
    """Return a link to a file under a name that every engine takes; a copy where there are none."""
    try:
        target.symlink_to(file.absolute())
    except (OSError, NotImplementedError):
        with file.open("rb") as whole, written(target) as copy:
            shutil.copyfileobj(whole, copy)
    return target
