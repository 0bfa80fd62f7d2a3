"""The pool: gives each question to a worker, and sees to it that each has one outcome in time.

A worker answers one question at a time. One that has taken its processor time gives way to all
others, and a fresh one takes its place; at the deadline the outcome is told first and the worker is
killed then, because a process that holds much memory takes a while to go.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from metastasis.serve._workers.clients import Errand, Turns
from metastasis.serve._workers.connection import Connection
from metastasis.serve._workers.frames import most_question
from metastasis.serve._workers.outcome import Outcome, PoolCounts

if TYPE_CHECKING:
    from metastasis.serve._limits import ServeLimits
    from metastasis.serve._workers.zygote import Zygote

__all__ = ["Pool"]

_LOG: Final = logging.getLogger(__name__)

_TICK: Final = 0.02
"""Seconds between two looks at what runs and waits, where no deadline is nearer."""
_LEAST_TICK: Final = 0.001
_FIRST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 1.0
"""Seconds before the next worker is started when the last one ended before it was ready."""
_NONE_STARTS: Final = (
    "workers cannot be started, or end before they are ready, time after time; they are tried "
    f"again every {_LONGEST_PAUSE:g} s, and standard error may tell why"
)


class Pool:
    """Workers of one zygote, and the questions that they answer."""

    def __init__(self, zygote: Zygote, limits: ServeLimits) -> None:
        self._zygote = zygote
        self._limits = limits
        self._turns = Turns(limits)
        self._workers: set[Connection] = set()
        self._idle: list[Connection] = []
        self._running: set[Connection] = set()
        self._is_open = False
        self._was_ready = False
        self._is_ticking = False
        self._is_pausing = False
        self._pause = 0.0
        self._killed = self._started = self._died = 0
        self.gone = asyncio.Event()
        """Is set when the zygote has ended: there will be no more workers."""

    async def start(self) -> None:
        """Start the workers; questions may be asked at once, and wait for the first of them."""
        self._loop = asyncio.get_running_loop()
        self._is_open = True
        if self._zygote.control is not None:
            self._loop.add_reader(self._zygote.control, self._hear_zygote)
        self._refill()

    async def close(self) -> None:
        """End the workers and the zygote; a question without an outcome gets ``died``."""
        self._shut()
        for worker in list(self._workers):
            worker.kill()
            worker.close()
        self._workers.clear()
        self._zygote.end()

    def counts(self) -> PoolCounts:
        """Return what the pool is at."""
        slow = sum(worker.is_slow for worker in self._running)
        return PoolCounts(
            ready=len(self._idle),
            running=len(self._running),
            slow=slow,
            waiting=self._turns.waiting,
            killed=self._killed,
            started=self._started,
            died=self._died,
        )

    async def ask(self, question: bytes, client: str, arrived: float) -> Outcome:
        """Return the one outcome of a question; whoever cancels this ends the worker.

        ``client`` is whose bounds it counts for, and ``arrived`` when it came, by `time.monotonic`.
        """
        if not self._is_open:
            return Outcome("died")
        if len(question) > most_question(self._limits):
            return Outcome("failed", b"the question is longer than it may be")
        end = arrived + self._limits.deadline
        until = min(arrived + self._limits.wait, end)
        errand = Errand(question, client, end, until, self._loop.create_future())
        refusal = self._turns.enter(errand)
        if refusal is not None:
            return Outcome(refusal)
        self._deal()
        try:
            return await errand.outcome
        except asyncio.CancelledError:
            self._abandon(errand)
            raise

    def became_ready(self, worker: Connection) -> None:
        """Note that a worker has said hello."""
        self._pause = 0.0
        self._was_ready = True
        if worker.is_old:
            self._retire(worker)
        else:
            self._idle.append(worker)
        self._deal()

    def finished(self, worker: Connection, outcome: Outcome, *, is_last: bool) -> None:
        """Take an outcome from a worker, and give it the next question if it is to have one."""
        self._settle(worker, outcome)
        if is_last or worker.is_slow or worker.is_old:
            # One that gave way cannot be brought back.
            self._retire(worker)
        elif not worker.is_doomed:
            self._idle.append(worker)
        self._deal()

    def ended(self, worker: Connection) -> None:
        """Note that a worker's process has ended."""
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if not worker.is_doomed:
            self._died += 1
            self._settle(worker, Outcome("died"))
        if worker.is_ready:
            self._refill()
        elif self._is_open:
            self._refill_later()
        self._deal()

    def _deal(self) -> None:
        """Give questions to workers, as long as there are both."""
        while self._idle and (errand := self._turns.take()) is not None:
            # The one that answered last: what it used is still near the processor.
            worker = self._idle.pop()
            self._running.add(worker)
            worker.give(errand)
        if not self._is_ticking and (self._running or self._turns.waiting):
            self._is_ticking = True
            self._loop.call_later(self._next_tick(), self._tick)

    def _next_tick(self) -> float:
        now = time.monotonic()
        ends = [worker.errand.end for worker in self._running if worker.errand is not None]
        return max(min([now + _TICK, *ends]) - now, _LEAST_TICK)

    def _tick(self) -> None:
        self._is_ticking = False
        now = time.monotonic()
        for worker in list(self._running):
            if worker.errand is not None and now >= worker.errand.end:
                self._kill(worker, Outcome("deadline"))
            elif worker.becomes_slow(now):
                self._refill()
        for errand in self._turns.all_waiting():
            self._tell_overdue(errand, now)
        self._deal()

    def _tell_overdue(self, errand: Errand, now: float) -> None:
        """End the wait of a question that has waited long enough."""
        # Until the first worker is ready only the deadline counts: the server has just started.
        if now < (errand.until if self._was_ready else errand.end):
            return
        is_full = self._turns.is_full(errand.client)
        if self._turns.drop(errand) and not errand.outcome.done():
            errand.outcome.set_result(Outcome("client_busy" if is_full else "waited"))

    def _kill(self, worker: Connection, outcome: Outcome) -> None:
        self._settle(worker, outcome)
        worker.is_doomed = True
        self._killed += 1
        # The outcome is on its way to its client before the process is told to go.
        self._loop.call_later(_LEAST_TICK, worker.kill)
        self._refill()

    def _settle(self, worker: Connection, outcome: Outcome) -> None:
        """Tell the outcome of what a worker works on, if it works on anything."""
        errand, worker.errand = worker.errand, None
        self._running.discard(worker)
        if errand is None:
            return
        self._turns.leave(errand)
        if not errand.outcome.done():
            errand.outcome.set_result(outcome)

    def _abandon(self, errand: Errand) -> None:
        """End what no one waits for any more."""
        if self._turns.drop(errand):
            return
        for worker in self._running:
            if worker.errand is errand:
                self._kill(worker, Outcome("died"))
                break
        self._deal()

    def _refill(self) -> None:
        """Start as many workers as are missing beside those that are slow or about to go."""
        if not self._is_open or self.gone.is_set():
            return
        fresh = sum(not (worker.is_slow or worker.is_doomed) for worker in self._workers)
        room = self._limits.most_workers - len(self._workers)
        for _ in range(min(self._limits.workers - fresh, room)):
            try:
                worker = Connection(self, self._zygote, self._limits, self._loop)
            except OSError:
                # The zygote has ended, which is read in a moment; or descriptors are short.
                self._refill_later()
                return
            self._workers.add(worker)
            self._started += 1

    def _refill_later(self) -> None:
        """Start what is missing after a pause, which is longer each time until a worker is ready.

        There is one pause at a time: of workers that end together each would else begin its own,
        and those that are started after the first would begin more.
        """
        if self._is_pausing:
            return
        before, self._pause = self._pause, min(max(2 * self._pause, _FIRST_PAUSE), _LONGEST_PAUSE)
        if before < self._pause == _LONGEST_PAUSE:
            _LOG.error(_NONE_STARTS)
        self._is_pausing = True
        self._loop.call_later(self._pause, self._end_pause)

    def _end_pause(self) -> None:
        self._is_pausing = False
        self._refill()

    def _hear_zygote(self) -> None:
        """Take new workers where the zygote has something new; end all where it has ended."""
        assert self._zygote.control is not None  # noqa: S101 - it was read just now
        try:
            is_there = bool(self._zygote.control.recv(1))
        except BlockingIOError:
            return
        except OSError:
            is_there = False
        if not is_there:
            self._shut()
            self.gone.set()
            return
        for worker in list(self._workers):
            worker.is_old = True
            if worker in self._idle:
                self._retire(worker)

    def _retire(self, worker: Connection) -> None:
        """Let a worker go, and another take its place."""
        worker.is_doomed = True
        if worker in self._idle:
            self._idle.remove(worker)
        self._loop.call_soon(worker.kill)
        self._refill()

    def _shut(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if self._zygote.control is not None:
            self._loop.remove_reader(self._zygote.control)
        for worker in list(self._running):
            self._settle(worker, Outcome("died"))
        for errand in self._turns.all_waiting():
            if self._turns.drop(errand) and not errand.outcome.done():
                errand.outcome.set_result(Outcome("died"))
