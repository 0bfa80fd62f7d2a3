"""Running a query so that it ends: in a thread with room for it, or in a process that is killed.

Oxigraph cannot be interrupted, calls itself for each bracket, and keeps what it has found in memory
until it is asked for it. So a query runs in a thread of its own, whose stack is large enough for
every query that is let through, while the caller waits and can be interrupted. With a limit of time
or memory it runs in a forked child: the child has no descriptor but the pipe for its answer, so
that it reaches no file and no machine, dies with its parent, and is killed at the deadline.

Where there is no fork, or a store on disk whose own threads would not be in the child, a limit of
time is kept by a thread: the caller is free at the deadline, while the thread goes on to its end.

Apart from the queries because a server's workers need this and not those.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from _thread import allocate_lock, start_new_thread
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from metastasis.rdf._sparql.sandbox import confine, quiet_fork

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Answer", "can_fork", "in_child", "in_thread"]


class Answer(NamedTuple):
    """What a job answers: of which kind it is, a character, and its bytes."""

    kind: str
    data: bytes


Job: TypeAlias = "Callable[[], Answer]"

TIMED_OUT: Final = Answer("t", b"")
OUT_OF_MEMORY: Final = Answer("m", b"")
DIED: Final = Answer("d", b"")

_STACK: Final = 256 << 20
"""Bytes of a worker's stack, of which only what is used is ever taken from the machine. The deepest
query that is let through needs less than a fifth of them."""
_SMALL_STACK: Final = 16 << 20
"""What is tried where a machine does not give as much."""
_PATIENCE: Final = 0.1 if sys.platform == "win32" else -1.0
"""Seconds in one piece for which a thread waits: on Windows Ctrl-C does not end a wait."""
_PIECE: Final = 1 << 20


class _Worker:
    """A thread that runs one job after another, and ends with the job that no one waits for."""

    def __init__(self) -> None:
        self._asked, self._done = allocate_lock(), allocate_lock()
        self._asked.acquire()
        self._done.acquire()
        self._is_left = False
        self._job: Job | None = None
        self._answer: Answer | BaseException = DIED
        _start(self._work)

    def _work(self) -> None:
        while True:
            self._asked.acquire()
            if self._is_left or self._job is None:
                return
            try:
                self._answer = self._job()
            except BaseException as error:  # noqa: BLE001 - is raised where it is waited for
                self._answer = error
            self._job = None
            self._done.release()

    def run(self, job: Job, timeout: float | None) -> Answer:
        """Return the answer of a job; leave the thread to itself when time is up or at Ctrl-C."""
        self._job = job
        self._asked.release()
        is_done = False
        try:
            is_done = _acquired(self._done, timeout)
        finally:
            if not is_done:
                self._leave()
        if not is_done:
            return TIMED_OUT
        answer, self._answer = self._answer, DIED
        _IDLE.append(self)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _leave(self) -> None:
        self._is_left = True
        self._asked.release()


_IDLE: Final[list[_Worker]] = []
"""Workers without a job; as many as ever asked at the same time."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_IDLE.clear)


def _start(function: Callable[[], None]) -> None:
    """Start a thread with a large stack, or with a smaller one where that is refused."""
    for size in (_STACK, _SMALL_STACK, 0):
        before = threading.stack_size(size)
        try:
            start_new_thread(function, ())
        except RuntimeError:
            if not size:
                raise
        else:
            return
        finally:
            threading.stack_size(before)


def _acquired(lock: threading.Lock, timeout: float | None) -> bool:
    """Wait for a lock, so that a signal can end the wait."""
    if timeout is None and _PATIENCE < 0:
        return lock.acquire()
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        left = threading.TIMEOUT_MAX if end is None else max(end - time.monotonic(), 0)
        if lock.acquire(timeout=min(left, _PATIENCE) if _PATIENCE > 0 else left):
            return True
        if end is not None and time.monotonic() >= end:
            return False


def in_thread(job: Job, timeout: float | None = None) -> Answer:
    """Return the answer of a job that runs in a thread with a large stack.

    >>> in_thread(lambda: Answer("x", b"done"))
    Answer(kind='x', data=b'done')
    """
    try:
        worker = _IDLE.pop()
    except IndexError:
        worker = _Worker()
    return worker.run(job, timeout)


def can_fork() -> bool:
    """Return whether a child can take over the stores of this process.

    macOS forks as well, but its libraries do not stand it.
    """
    return sys.platform == "linux" and not _has_store_on_disk()


def _has_store_on_disk() -> bool:
    """Return whether RocksDB is open in this process: its threads would not be in the child."""
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            if (task / "comm").read_bytes().startswith(b"rocksdb"):
                return True
    return False


def in_child(job: Job, timeout: float | None, memory: int | None, *, is_offline: bool) -> Answer:
    """Return the answer of a job that runs in a child of this process, which is killed in time.

    ``memory`` is how many bytes it may take beside what this process has. ``is_offline`` takes all
    descriptors from it.
    """
    end = None if timeout is None else time.monotonic() + timeout
    reads, writes = os.pipe()
    parent, child = os.getpid(), 0
    try:
        child = quiet_fork()
        if not child:
            _be_child(job, writes, memory, parent, is_offline=is_offline)
        os.close(writes)
        data = _read_all(reads, end)
    finally:
        os.close(reads)
        if child:
            # One that has ended keeps its number until it is waited for.
            os.kill(child, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)
    if data is None:
        return TIMED_OUT
    if not data.endswith(_END):
        return OUT_OF_MEMORY if memory is not None else DIED
    return Answer(chr(data[0]), data[1 : -len(_END)])


_END: Final = b"\x00end"
"""What ends a whole answer: a child that dies writes half of one."""


def _read_all(descriptor: int, end: float | None) -> bytes | None:
    """Return what comes out of a pipe; None where it does not end in time."""
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    pieces: list[bytes] = []
    while True:
        left = None if end is None else max(end - time.monotonic(), 0) * 1000
        if not poll.poll(left):
            return None
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)


def _be_child(job: Job, writes: int, memory: int | None, parent: int, *, is_offline: bool) -> None:
    """Run a job in this process, which is a child and has no other purpose, and end."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

        def confined() -> Answer:
            # The stack of the thread is there by now, and does not count.
            confine(memory, writes if is_offline else None, parent)
            return job()

        answer = in_thread(confined)
        data = answer.kind.encode() + answer.data + _END
        while data:
            data = data[os.write(writes, data) :]
    finally:
        os._exit(0)
