"""Outputs: files that take their places whole, together, and over nothing that is not theirs.

Everything that is written goes through here: to a draft first, and to its place when all that
belongs to it is there (:func:`together`). Apart from reading because that is a matter of one file,
and this of all that a command leaves; :mod:`metastasis._files` offers both.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from metastasis._drafts import (
    draft_file,
    draft_folder,
    draft_name,
    noted_moves,
    remove,
    swap_folders,
)
from metastasis._errors import MetastasisError, WriteError
from metastasis._interrupts import uninterrupted
from metastasis._ledger import check_output, check_replaceable, folded, note_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = [
    "together",
    "uninterrupted",
    "write_atomically",
    "write_beside",
    "write_folder",
    "write_text",
    "write_together",
]


@dataclass(frozen=True, slots=True)
class _Move:
    draft: Path
    target: Path
    file: IO[bytes] | None = None
    """The draft, open and locked."""


class _Batch:
    """Files that take their places together."""

    def __init__(self, *, is_inner: bool = False) -> None:
        self._is_inner = is_inner
        """Whether it goes to a draft of another: what is there is not written yet."""
        self._stack = ExitStack()
        self._folders: list[Path] = []
        self._moves: list[_Move] = []
        self._made: list[Path] = []
        """Folders that were not there."""

    def has_draft(self, path: Path) -> bool:
        """Return whether a path is in a draft folder of this one."""
        return any(Path(os.path.realpath(path)).is_relative_to(one) for one in self._folders)

    def make_folder(self, folder: Path) -> None:
        """Make a folder and those that it is in; without any file in the end they go again."""
        for one in reversed([folder, *folder.parents]):
            if not one.exists():
                with uninterrupted():
                    one.mkdir(exist_ok=True)
                    self._made.append(one)

    @contextmanager
    def file(self, target: Path) -> Iterator[IO[bytes]]:
        """Give a file to write to that takes a place with the others."""
        self.make_folder(target.parent)
        with uninterrupted():
            draft, file = self._stack.enter_context(draft_file(target.parent))
        _take_mode(draft, target)
        yield file
        file.flush()
        os.fsync(file.fileno())
        self._moves.append(_Move(draft, target, file))

    @contextmanager
    def folder(self, folder: Path) -> Iterator[Path]:
        """Give a folder to write to."""
        place = Path(os.path.realpath(folder))
        self.make_folder(place)
        with uninterrupted():
            draft = self._stack.enter_context(draft_folder(place))
        self._folders.append(draft)
        try:
            yield draft
        except WriteError as error:
            if not Path(error.path).is_relative_to(draft):
                raise
            target = folder / Path(error.path).relative_to(draft)
            raise WriteError(target, error.reason) from error

    def take(self, draft: Path, target: Path) -> None:
        """Have a file that was written in a draft folder take a place with the others."""
        check_output(target)
        if target.is_dir():
            raise WriteError(target, "it is a folder, not a file")
        self.make_folder(target.parent)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        if target.exists():
            _take_mode(draft, target)
        self._moves.append(_Move(draft, target))

    def settle(self) -> None:
        """Let all take their places, or none."""
        targets: dict[str, Path] = {}
        for move in self._moves:
            if (other := targets.setdefault(folded(str(move.target)), move.draft)) != move.draft:
                raise WriteError(move.target, f"two outputs have this name ({other.name})")
        with uninterrupted():
            _replace_all(self._moves, is_noted=not self._is_inner)
            if not self._is_inner:
                note_written([move.target for move in self._moves])

    def close(self) -> None:
        """Remove what is left of drafts, and folders that were made for nothing."""
        with uninterrupted():
            self._stack.close()
            for one in reversed(self._made):
                with suppress(OSError):
                    one.rmdir()


_BATCH: ContextVar[_Batch | None] = ContextVar("metastasis outputs", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Let all files that are written in the block take their places together when it ends.

    After an error or an interrupt none does, and whatever stood there stays as it was. In a block
    that is in another, they wait for the outer one.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place, together():
    ...     write_text(Path(place) / "a.txt", "a")
    ...     (Path(place) / "a.txt").exists()
    False

    Raises
    ------
    WriteError
        One of them cannot take its place, or two have the same.
    """
    with _batch(None):
        yield


@contextmanager
def _batch(path: Path | None) -> Iterator[_Batch]:
    """Give the files that a path takes its place with; in a draft folder it does so at once."""
    there = _BATCH.get()
    is_inner = there is not None and path is not None and there.has_draft(path)
    if there is not None and not is_inner:
        yield there
        return
    batch = _Batch(is_inner=is_inner)
    token = _BATCH.set(batch)
    try:
        yield batch
        batch.settle()
    finally:
        _BATCH.reset(token)
        batch.close()


@contextmanager
def write_atomically(path: Path, *, updates: bool = False) -> Iterator[IO[bytes]]:
    """Give a binary file to write to that takes the place of ``path`` only when all is written.

    Until the block ends without an error, whatever stood at ``path`` stays as it was; after an
    error or an interrupt the part-written file is removed. Where ``path`` is a link, the file that
    it leads to is replaced; a pipe or a device, such as ``/dev/stdout``, is written to directly.
    In a block of :func:`together` it takes its place with the others. ``updates`` says that it
    holds what was read there, and so may take its place.

    Raises
    ------
    WriteError
        The folder cannot be made or written to, the disk is full, or the file is read as input.
    """
    with _told(path):
        if not updates:
            check_output(path)
        if path.is_dir():
            raise WriteError(path, "it is a folder, not a file")
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
        else:
            with _batch(path) as batch, batch.file(Path(os.path.realpath(path))) as file:
                yield file


@contextmanager
def write_beside(path: Path) -> Iterator[Path]:
    """Give the path of a draft of ``path`` to hand on to what opens its files itself.

    Raises
    ------
    WriteError
        As :func:`write_atomically`.
    """
    with _told(path), _batch(path) as batch:
        check_output(path)
        target = Path(os.path.realpath(path))
        with batch.folder(target.parent) as draft:
            yield draft / target.name
        batch.take(draft / target.name, target)


@contextmanager
def write_together(folder: Path) -> Iterator[Path]:
    """Give a folder to write to whose files move into ``folder`` only when all are written.

    After an error or an interrupt nothing in ``folder`` has changed. A file that stands there under
    one of their names is replaced only where this tool made it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place, write_together(Path(place)) as draft:
    ...     write_text(draft / "a.txt", "a")
    ...     (Path(place) / "a.txt").exists()
    False

    Raises
    ------
    WriteError
        The folder cannot be made or written to, or a file would take the place of a folder, of a
        file of another's or of one that is read as input.
    """
    with _told(folder), _batch(folder) as batch:
        if folder.exists() and not folder.is_dir():
            raise WriteError(folder, "it is a file, not a folder")
        with batch.folder(folder) as draft:
            yield draft
        for path in sorted(draft.rglob("*")):
            if path.is_file():
                target = folder / path.relative_to(draft)
                check_replaceable(target, path)
                batch.take(path, target)


@contextmanager
def write_folder(folder: Path, check: Callable[[Path], None]) -> Iterator[Path]:
    """Give a folder to write to that takes the place of ``folder`` as a whole when all is written.

    What stood in it is gone then: ``check`` is asked before, and raises where that may not be.
    After an error or an interrupt ``folder`` is as it was.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     with write_folder(Path(place) / "site", lambda there: None) as draft:
    ...         write_text(draft / "a.txt", "a")
    ...     (Path(place) / "site" / "a.txt").read_text()
    'a'

    Raises
    ------
    WriteError
        The folder cannot be made or moved, is a file, holds the working folder, or is refused.
    """
    place = Path(os.path.realpath(folder))
    batch = _Batch()
    with _told(folder):
        try:
            _check_whole(folder, place, check)
            batch.make_folder(place.parent)
            with draft_folder(place.parent) as draft:
                inner = draft / "new"
                inner.mkdir()
                yield inner
                _check_whole(folder, place, check)  # what came there meanwhile
                with uninterrupted():
                    if place.exists():
                        _take_mode(inner, place)
                    swap_folders(inner, place)
                    note_written([folder])
        finally:
            batch.close()


def _check_whole(folder: Path, place: Path, check: Callable[[Path], None]) -> None:
    if place.exists() and not place.is_dir():
        raise WriteError(folder, "it is a file, not a folder")
    if Path.cwd().is_relative_to(place):
        raise WriteError(folder, "the command runs in it; name a folder in it, or beside it")
    check_output(place)
    check(place)


def write_text(path: Path, text: str, *, updates: bool = False) -> None:
    """Write a text as UTF-8 in one step: wholly, or not at all; see :func:`write_atomically`.

    The name of a file that is not UTF-8 may stand in it, with a backslash for what is no character.
    """
    with write_atomically(path, updates=updates) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what the system refuses as what cannot be written."""
    try:
        yield
    except MetastasisError:
        raise
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from error
    except UnicodeEncodeError as error:
        found = f"U+{ord(error.object[error.start]):04X}"
        raise WriteError(path, f"{found} stands for no character; UTF-8 has no place for it") from (
            error
        )


def _take_mode(draft: Path, target: Path) -> None:
    """Give a draft the permissions of what it will replace."""
    with suppress(FileNotFoundError):
        mode = target.stat().st_mode & 0o777
        if mode != draft.stat().st_mode & 0o777:
            draft.chmod(mode)


def _replace_all(moves: Sequence[_Move], *, is_noted: bool = True) -> None:
    """Let drafts take their places; after an error all is as it was.

    Where several do, a note lets the next run finish what a kill has cut short.
    """
    done: list[_Move] = []
    kept: dict[_Move, Path] = {}
    move: _Move | None = None
    try:
        for move in moves if len(moves) > 1 else ():
            if move.target.exists():
                kept[move] = _keep(move.target)
        with _noted(moves if is_noted else ()):
            for move in moves:
                if os.name == "nt" and move.file is not None:  # no open file can be moved there
                    move.file.close()
                move.draft.replace(move.target)
                done.append(move)
    except OSError as error:
        for one in reversed(done):
            if one in kept:
                kept[one].replace(one.target)
            else:
                remove(one.target)
        raise WriteError(move.target if move else "", error.strerror or str(error)) from error
    finally:
        for copy in kept.values():
            remove(copy)


def _noted(moves: Sequence[_Move]) -> AbstractContextManager[None]:
    if len(moves) < 2:
        return nullcontext()
    return noted_moves([(one.draft, one.target) for one in moves])


def _keep(path: Path) -> Path:
    """Return a second name of a file, or a copy where the disk has no such names."""
    import shutil

    copy = path.with_name(draft_name())
    try:
        os.link(path, copy)
    except OSError:
        shutil.copy2(path, copy)
    return copy
