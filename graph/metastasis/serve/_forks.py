"""Work that is shared out among forked processes, each of which takes the next job when it is free.

Apart from the pages because nothing here knows what the jobs are. Where processes cannot be forked,
this one does them all.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Final

from metastasis.rdf._sparql.engine import can_fork
from metastasis.rdf._sparql.sandbox import die_with_parent, quiet_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

__all__ = ["do_all"]

_NUMBER: Final = 4
"""Bytes of the number of a job in the pipe: read at one stroke, by one process."""
_MOST_JOBS: Final = 4096
"""Numbers that a pipe holds before anybody reads, with room to spare."""
_FAILED: Final = 1


def do_all(jobs: Sequence[Callable[[], None]], processes: int) -> None:
    """Do every job once, in this process and, where it can fork, in others beside it.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> with TemporaryDirectory() as place:
    ...     do_all([(Path(place) / str(number)).touch for number in range(9)], 2)
    ...     len(list(Path(place).iterdir()))
    9

    Raises
    ------
    OSError
        A job could not write.
    RuntimeError
        A job failed otherwise in another process; here it raises what it raises.
    """
    if processes < 2 or len(jobs) > _MOST_JOBS or not can_fork():
        for job in jobs:
            job()
        return
    numbers, puts = os.pipe()
    children: list[_Child] = []
    try:
        os.write(puts, b"".join(n.to_bytes(_NUMBER, "big") for n in range(len(jobs))))
        os.close(puts)
        children += [_Child(jobs, numbers) for _ in range(processes - 1)]
        _take(jobs, numbers)
        for child in children:
            child.wait()
    finally:
        os.close(numbers)
        for child in children:
            child.end()


class _Child:
    """A process that takes jobs."""

    def __init__(self, jobs: Sequence[Callable[[], None]], numbers: int) -> None:
        self._tells, tells = os.pipe()
        parent = os.getpid()
        self._process = quiet_fork()
        if not self._process:
            _be_child(jobs, numbers, tells, parent)
        os.close(tells)

    def wait(self) -> None:
        """Wait until it has no more to do, and raise what it could not do."""
        with os.fdopen(os.dup(self._tells), "rb") as told:
            said = told.read().decode(errors="replace")
        number, _, reason = said.partition(" ")
        if number == "done":
            return
        if number.isdigit():
            raise OSError(int(number), reason)
        raise RuntimeError(reason or "a process that wrote files ended by itself")

    def end(self) -> None:
        """Leave nothing of it."""
        os.close(self._tells)
        # One that has ended keeps its number until it is waited for.
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


def _be_child(
    jobs: Sequence[Callable[[], None]], numbers: int, tells: int, parent: int
) -> NoReturn:
    """Take jobs in this process, which has no other purpose, say how that ended, and end."""
    said = "failed"
    try:
        die_with_parent(parent)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too
        _take(jobs, numbers)
        said = "done"
    except OSError as error:
        said = f"{error.errno or 0} {error.strerror}"
    except BaseException as error:  # noqa: BLE001 - is raised by the parent
        said = f"failed {type(error).__name__}: {error}"
    finally:
        os.write(tells, said.encode()[:_MOST_JOBS])
        os._exit(0 if said == "done" else _FAILED)


def _take(jobs: Sequence[Callable[[], None]], numbers: int) -> None:
    while number := os.read(numbers, _NUMBER):
        jobs[int.from_bytes(number, "big")]()
