"""The ledger: what a command reads and what it has written, and over what nothing may be written.

A file that is read is noted where files are opened; an output is checked where outputs are opened.
Where no command runs, as in Python, there is no ledger, and whoever writes knows what is read.
"""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Final

from metastasis._drafts import finish_moves
from metastasis._errors import WriteError
from metastasis._vocabulary import BASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "Ledger",
    "check_output",
    "check_replaceable",
    "folded",
    "note_read",
    "note_written",
    "open_ledger",
]

_OPENING: Final = 65536
"""Bytes at either end of a file in which it says that this tool made it."""
_MARKS: Final = (
    NOT_CLINICAL.encode(),
    BASE.removeprefix("https://").encode(),
    b"_METASTASIS_COMPLETE",
)
"""What the files of this tool have in them, near their beginning or their end."""


class Ledger:
    """What a command reads, and what it has written.

    >>> ledger = Ledger()
    >>> ledger.note("no-such-file.csv")
    >>> ledger.check(Path("answer.csv"))
    """

    def __init__(self) -> None:
        self._files: set[object] = set()
        self._folders: set[str] = set()
        self._patterns: set[str] = set()
        self._whole: set[Path] = set()
        self.written: list[Path] = []
        """In the order in which they took their places."""

    def note(self, place: str | Path) -> None:
        """Note a file, a folder or a pattern that is read; of an address there is nothing to note.

        A place that is not there is noted as well where it may be a pattern.
        """
        path = Path(place)
        with suppress(OSError, ValueError):
            self._finish(path if path.is_dir() else path.parent)
            if path.is_dir():
                self._folders.add(os.path.realpath(path))
            elif path.is_file():
                self._files.update(_names_of(path))
            elif "://" not in str(place) and has_magic(str(place)):
                self._patterns.add(os.path.realpath(place))

    def _finish(self, folder: Path) -> None:
        """Have a folder whole before it is read: a run may have been killed that wrote there."""
        if folder not in self._whole:
            self._whole.add(folder)
            finish_moves(folder)

    def check(self, path: Path, option: str | None = None) -> None:
        """Check that a file may be written: that nothing which is read stands in its place.

        Raises
        ------
        WriteError
            It is read as input, or a folder is in which it would stand.
        """
        remedy = f"give --{option} another name" if option else "name another file"
        if self._files.intersection(_names_of(path)):
            raise WriteError(path, f"it is read as input; {remedy}")
        whole = folded(os.path.realpath(path))
        for folder in self._folders:
            if Path(whole).is_relative_to(folded(folder)):
                raise WriteError(path, f"it is in {folder}, a folder that is read; {remedy}")
        for pattern in self._patterns:
            if _fits(whole, folded(pattern)):
                raise WriteError(path, f"it fits {pattern}, a pattern that is read; {remedy}")


_LEDGER: ContextVar[Ledger | None] = ContextVar("metastasis ledger", default=None)


@contextmanager
def open_ledger() -> Iterator[Ledger]:
    """Keep a ledger of what is read and written in the block; one that is open is kept on."""
    if (there := _LEDGER.get()) is not None:
        yield there
        return
    token = _LEDGER.set(Ledger())
    try:
        yield _LEDGER.get()  # type: ignore[misc]
    finally:
        _LEDGER.reset(token)


def note_read(place: str | Path) -> None:
    """Note in the ledger, where one is kept, that a place is read."""
    if (ledger := _LEDGER.get()) is not None:
        ledger.note(place)


def check_output(path: Path, option: str | None = None) -> None:
    """Check with the ledger, where one is kept, that a file may be written.

    Raises
    ------
    WriteError
        As :meth:`Ledger.check`.
    """
    if (ledger := _LEDGER.get()) is not None:
        ledger.check(path, option)


def note_written(paths: Sequence[Path]) -> None:
    """Note in the ledger, where one is kept, that files are in their places."""
    if (ledger := _LEDGER.get()) is not None:
        ledger.written += paths


def check_replaceable(path: Path, new: Path | None = None) -> None:
    """Check that a file whose name the user did not choose takes the place of none but our own.

    ``new`` is what would take its place, where that is written already.

    Raises
    ------
    WriteError
        What stands there was not made by this tool.
    """
    if path.is_file() and not _is_ours(path, new):
        remedy = "move or rename it, or have the output written elsewhere"
        raise WriteError(path, f"what stands there was not made by this tool; {remedy}")


def _is_ours(path: Path, new: Path | None) -> bool:
    with path.open("rb") as file:
        opening = file.read(_OPENING)
        file.seek(max(len(opening), path.stat().st_size - _OPENING))
        ends = opening + file.read()
    if not ends:
        return True
    first = b"" if new is None else _first_line(new)
    if path.suffix.casefold() in (".txt", ".md"):
        # Who writes about this tool names it as well.
        return bool(first) and _without_numbers(_first_line(path)) == _without_numbers(first)
    if not path.suffix and new is not None:  # checksums: of some of the same files
        names = _without_numbers(new.read_bytes()).split(b"\n")
        return not set(filter(None, names)).isdisjoint(_without_numbers(ends).split(b"\n"))
    if path.suffix.casefold() in (".csv", ".tsv") and first:
        return _are_alike(_first_line(path), first)
    return any(mark in ends for mark in _MARKS)


def _first_line(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(_OPENING).strip()


def _without_numbers(line: bytes) -> bytes:
    """Return a line without releases and checksums."""
    return re.sub(rb"[0-9a-f]{64}|[\d.]+", b"", line)


def _are_alike(one: bytes, other: bytes) -> bool:
    """Return whether two rows of names of columns are those of one kind of table."""
    mark = b"\t" if b"\t" in other else b","
    names, wanted = one.split(mark), other.split(mark)
    return names[0] == wanted[0] and 2 * len(set(names) & set(wanted)) >= len(wanted)


def _names_of(path: Path) -> set[object]:
    """Return what a file is known by: where it is, whatever the case, and what the system says."""
    whole = os.path.realpath(path)
    names: set[object] = {folded(whole)}
    with suppress(OSError):
        there = Path(whole).stat()
        if not Path(whole).is_file():  # a terminal may be read and written
            return set()
        if there.st_ino:
            names.add((there.st_dev, there.st_ino))
    return names


def folded(path: str) -> str:
    """Return a path as disks take it that tell neither case nor composed letters apart."""
    return unicodedata.normalize("NFC", path).casefold()


def _fits(path: str, pattern: str) -> bool:
    """Return whether a pattern means a path, both whole and folded."""
    if "**" in pattern:
        return fnmatchcase(path, pattern)
    parts, wanted = Path(path).parts, Path(pattern).parts
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
