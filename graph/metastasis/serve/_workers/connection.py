"""The front's end of one worker: what it works on, and what it sends.

Apart from the pool because this is about one worker's bytes, and that about who gets which worker.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from metastasis.serve._workers.frames import (
    ANSWER,
    DONE,
    FAILED,
    LAST,
    MEMORY,
    most_answer,
    question_frame,
)
from metastasis.serve._workers.outcome import Outcome

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.clients import Errand
    from metastasis.serve._workers.pool import Pool
    from metastasis.serve._workers.processes import WorkerProcess
    from metastasis.serve._workers.zygote import Zygote

__all__ = ["Connection"]

_PIECE: Final = 1 << 18
_AGAIN: Final = 0.02
"""Seconds after which a worker that has not had its processor time yet is looked at again."""


class Connection:
    """One worker, as the pool knows it."""

    def __init__(
        self, pool: Pool, zygote: Zygote, limits: ServeLimits, loop: AbstractEventLoop
    ) -> None:
        self._pool, self._zygote, self._limits, self._loop = pool, zygote, limits, loop
        self._socket = zygote.new_worker()
        self._socket.setblocking(False)
        self._process: WorkerProcess | None = None
        self._pieces: list[bytes] = []
        self._unsent = b""
        self._began = self._look_at = 0.0
        self.errand: Errand | None = None
        self.is_slow = self.is_old = self.is_doomed = False
        loop.add_reader(self._socket, self._read)

    @property
    def is_ready(self) -> bool:
        """Whether it has said hello."""
        return self._process is not None

    def give(self, errand: Errand) -> None:
        """Let the worker answer a question."""
        assert self._process is not None  # noqa: S101 - only those that are ready are given any
        self.errand = errand
        self._began = self._process.processor_time()
        self._look_at = time.monotonic() + self._limits.slow
        self._send(question_frame(errand.question))

    def _send(self, data: bytes) -> None:
        """Send as much as goes, and the rest as soon as it does."""
        try:
            sent = self._socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has ended, which is read in a moment
        if sent < len(data):
            if not self._unsent:
                self._loop.add_writer(self._socket, self._send_more)
            self._unsent = data[sent:]

    def _send_more(self) -> None:
        data, self._unsent = self._unsent, b""
        self._loop.remove_writer(self._socket)
        self._send(data)

    def becomes_slow(self, now: float) -> bool:
        """Return whether the worker has taken its time just now; from then on it gives way."""
        if self.is_slow or self._process is None or now < self._look_at:
            return False
        # A worker that waits for a processor is not slow: on a busy machine all of them would be.
        left = self._limits.slow - (self._process.processor_time() - self._began)
        if left > 0:
            self._look_at = now + max(left, _AGAIN)
            return False
        self._process.give_way()
        self.is_slow = True
        return True

    def kill(self) -> None:
        """Kill the worker; the pool is told when it has gone."""
        self.is_doomed = True
        if self._process is not None:
            self._process.kill()
        else:
            self._end()

    def close(self) -> None:
        """Forget the worker, which reads this as its end if it is not killed."""
        if self._socket.fileno() < 0:
            return
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        self._socket.close()
        if self._process is not None:
            self._process.close()

    def _read(self) -> None:
        if self._process is None:
            self._hear_hello()
            return
        try:
            data = self._socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
        elif self.is_doomed:
            return
        elif self._pieces:
            self._pieces.append(data)
            self._take(self._pieces)
        else:
            self._take([data])

    def _take(self, pieces: list[bytes]) -> None:
        """Take an answer if it is whole; else keep what there is of it."""
        first = pieces[0]
        if len(first) < ANSWER.size:
            pieces = [first := b"".join(pieces)]
            if len(first) < ANSWER.size:
                self._pieces = pieces
                return
        kind, length = ANSWER.unpack_from(first)
        if kind == MEMORY:
            self._finish(Outcome("memory"), is_last=True)
            return
        if kind not in (DONE, LAST, FAILED) or self.errand is None:
            self._finish(Outcome("died"), is_last=True)
            return
        if length > most_answer(self._limits):
            self._finish(Outcome("failed", b"the answer is longer than it may be"), is_last=True)
            return
        missing = length + ANSWER.size - sum(map(len, pieces))
        if missing > 0:
            self._pieces = pieces
            return
        self._pieces = []
        data = b"".join(pieces)[ANSWER.size :] if len(pieces) > 1 else first[ANSWER.size :]
        outcome = Outcome("failed" if kind == FAILED else "done", data[:length])
        self._finish(outcome, is_last=kind == LAST or missing < 0)

    def _finish(self, outcome: Outcome, *, is_last: bool) -> None:
        self._pieces = []
        self._pool.finished(self, outcome, is_last=is_last)

    def _hear_hello(self) -> None:
        try:
            self._process = self._zygote.process_of(self._socket)
        except BlockingIOError:
            return
        except OSError:
            self._process = None
        if self._process is None:
            self._end()
        else:
            self._pool.became_ready(self)

    def _end(self) -> None:
        with suppress(OSError):
            self._loop.remove_reader(self._socket)
        self._pool.ended(self)
        self.close()
