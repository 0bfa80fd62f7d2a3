"""Drafts: files and folders that are written first, known again when their writer was killed.

A draft says in its name who makes it, and its maker holds a lock on it as long as it lives; the
system takes the lock away however the process ends. So whoever next writes to the same folder
removes what a killed run left there, and touches neither what a living one works on nor a file of
the user's that looks alike.

Several drafts that take their places together are noted first, where they go, when all are whole.
Who is killed between two of them leaves the note: whoever next writes or reads there lets the
others follow, so that no file stays new beside old ones; unless one has been changed meanwhile.
"""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from metastasis._errors import MetastasisError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = [
    "draft_file",
    "draft_folder",
    "draft_name",
    "finish_moves",
    "noted_moves",
    "remove",
    "swap_folders",
    "workplace",
]

_NAME: Final = re.compile(
    r"(?P<said>\.metastasis-[0-9]+-(?P<host>[0-9a-f]{8})-(?P<boot>[0-9a-f]{8})-[0-9a-f]{16})"
    r"-(?P<check>[0-9a-f]{8})\.(?P<kind>draft|moves)"
)
"""Process, host, start of the system, chance, and a sum over them that no one types by accident."""


def draft_name(kind: str = "draft") -> str:
    """Return a name for a draft of this process, or for a note on them, that nothing has yet.

    >>> bool(_NAME.fullmatch(draft_name()))
    True
    """
    host, boot = _machine()
    said = f".metastasis-{os.getpid()}-{host}-{boot}-{os.urandom(8).hex()}"
    return f"{said}-{_digest(said)}.{kind}"


@contextmanager
def draft_file(folder: Path, kind: str = "draft") -> Iterator[tuple[Path, IO[bytes]]]:
    """Make an empty file in a folder, locked; when the block ends, what is left of it is removed.

    Raises
    ------
    OSError
        The folder cannot be written to.
    """
    _sweep(folder)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        draft = folder / draft_name(kind)
        with os.fdopen(os.open(draft, flags, 0o666), "w+b") as file:
            try:
                if not _is_held(draft, file.fileno()):
                    continue
                yield draft, file
            finally:
                remove(draft)
            return


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """Make an empty folder in a folder, locked; when the block ends, it is removed.

    Raises
    ------
    OSError
        The folder cannot be written to.
    """
    _sweep(folder)
    while True:
        draft = folder / draft_name()
        draft.mkdir(mode=0o700)
        try:
            held = os.open(draft, os.O_RDONLY) if os.name == "posix" else None
        except FileNotFoundError:  # another run came between
            continue
        try:
            if held is not None and not _is_held(draft, held):
                continue
            yield draft
        finally:
            remove(draft)
            if held is not None:
                os.close(held)
        return


@contextmanager
def workplace() -> Iterator[Path]:
    """Make a folder for what is needed only while we work, where the system keeps such things.

    >>> with workplace() as place:
    ...     _ = (place / "rows.csv").write_text("a")
    >>> place.exists()
    False

    Raises
    ------
    WriteError
        There is no place for it.
    """
    import tempfile

    place = tempfile.gettempdir()
    try:
        with draft_folder(Path(place)) as draft:
            yield draft
    except MetastasisError:
        raise
    except OSError as error:
        # What a full disk refuses has no name; what cannot be read has one, and is not ours.
        if error.filename is not None and not str(error.filename).startswith(place):
            raise
        raise WriteError(place, error.strerror or str(error)) from error


@contextmanager
def noted_moves(moves: Sequence[tuple[Path, Path]]) -> Iterator[None]:
    """Note in every folder where drafts go while they take their places; each draft is whole.

    Raises
    ------
    OSError
        A folder cannot be written to.
    """
    note = json.dumps([_noted(draft, target) for draft, target in moves]).encode()
    with ExitStack() as stack:
        for folder in dict.fromkeys(target.parent for _, target in moves):
            _, file = stack.enter_context(draft_file(folder, "moves"))
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        yield


def finish_moves(folder: Path) -> None:
    """Let drafts follow whose maker was killed while they took their places in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".moves") and _is_draft_from_here(entry.name):
                _remove_if_left(Path(entry.path), _finish)


def swap_folders(draft: Path, place: Path) -> None:
    """Let a folder take the place of another; what stood there is in the draft's place then.

    On Linux at one stroke; elsewhere the place is empty for a moment.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     new, old = Path(folder) / "new", Path(folder) / "old"
    ...     (new / "a").mkdir(parents=True)
    ...     (old / "b").mkdir(parents=True)
    ...     swap_folders(new, old)
    ...     [path.name for path in (*old.iterdir(), *new.iterdir())]
    ['a', 'b']

    Raises
    ------
    OSError
        One of them cannot be moved: then all is as it was.
    """
    if not place.exists():
        draft.rename(place)
    elif not _exchange(draft, place):
        aside = draft.with_name(f"{draft.name}-before")
        place.rename(aside)
        try:
            draft.rename(place)
        except OSError:
            aside.rename(place)
            raise
        aside.rename(draft)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at one stroke; return whether the system could."""
    import ctypes

    at_working_folder, at_one_stroke = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    call = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    names = [os.fsencode(one.absolute()), os.fsencode(other.absolute())]
    return call is not None and not call(
        at_working_folder, names[0], at_working_folder, names[1], at_one_stroke
    )


def remove(draft: Path) -> None:
    """Remove a draft, so far as the system lets us; the next run tries again."""
    import shutil

    with suppress(OSError):
        if draft.is_dir() and not draft.is_symlink():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove the drafts of this tool in a folder whose makers live no more."""
    finish_moves(folder)
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".metastasis-") and _is_draft_from_here(entry.name):
                _remove_if_left(Path(entry.path))


def _noted(draft: Path, target: Path) -> dict[str, Any]:
    made = draft.stat()
    return {
        "draft": str(draft.absolute()),
        "target": str(target.absolute()),
        "made": [made.st_dev, made.st_ino],
        "was": _state(target),
    }


def _state(target: Path) -> list[int] | None:
    """Return by what a file is known to be unchanged; None where there is none."""
    try:
        there = target.stat()
    except FileNotFoundError:
        return None
    return [there.st_ino, there.st_size, there.st_mtime_ns]


def _finish(note: Path) -> None:
    """Let the drafts of a note follow; none where one is gone, or its place has changed since."""
    with suppress(ValueError, KeyError, TypeError):
        if os.name != "posix" or note.stat().st_uid != os.getuid():
            return
        moves = json.loads(note.read_bytes())
        waiting = [one for one in moves if not _has_moved(one)]
        if len(waiting) < len(moves) and all(map(_may_move, waiting)):
            for one in waiting:
                Path(one["draft"]).replace(one["target"])


def _has_moved(move: Mapping[str, Any]) -> bool:
    there = Path(move["target"])
    return there.exists() and [there.stat().st_dev, there.stat().st_ino] == move["made"]


def _may_move(move: Mapping[str, Any]) -> bool:
    """Return whether a draft is there, one of ours, and goes to where it was made for."""
    draft, target = Path(move["draft"]), Path(move["target"])
    if not draft.is_file() or _state(target) != move["was"]:
        return False
    made = draft.stat()
    ours = next((one for one in (draft, *draft.parents) if _NAME.fullmatch(one.name)), None)
    is_same = [made.st_dev, made.st_ino] == move["made"] and made.st_uid == os.getuid()
    return is_same and ours is not None and target.is_relative_to(ours.parent)


def _is_draft_from_here(name: str) -> bool:
    """Return whether a name is that of a draft whose maker's lock this machine would know of."""
    found = _NAME.fullmatch(name)
    if found is None or found["check"] != _digest(found["said"]):
        return False
    host, boot = _machine()
    return found["host"] == host or found["boot"] == boot


def _remove_if_left(draft: Path, before: Callable[[Path], None] = lambda _: None) -> None:
    """Remove a draft on which no one holds a lock, after what is to be done with it before."""
    with suppress(OSError):
        held = os.open(draft, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        try:
            kind = os.fstat(held).st_mode
            if (stat.S_ISREG(kind) or stat.S_ISDIR(kind)) and _lock(held, wait=False):
                before(draft)
                remove(draft)
        finally:
            os.close(held)


def _is_held(draft: Path, handle: int) -> bool:
    """Lock a new draft; return whether it is still there, as another run may have come between."""
    _lock(handle, wait=True)
    with suppress(FileNotFoundError):
        return os.path.samestat(draft.stat(), os.fstat(handle))
    return False


def _lock(handle: int, *, wait: bool) -> bool:
    """Return whether a lock could be had; where there are none, nothing is ever taken for left."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


@cache
def _machine() -> tuple[str, str]:
    """Return this host, and this start of its system, in short."""
    import socket

    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        boot = ""
    return _digest(socket.gethostname()), _digest(boot or socket.gethostname())


def _digest(text: str) -> str:
    from hashlib import sha256

    return sha256(f"metastasis {text}".encode()).hexdigest()[:8]
