"""Whatever happens in whatever order: a question has exactly one outcome, and nothing is left."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from metastasis.serve._workers import Outcome, Pool, start_zygote
from metastasis.serve._workers.zygote import ForkingZygote
from worker_pools import LIMITS, ask, children, is_alive, prepare, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only"),
]

SHORT: Final = replace(LIMITS, deadline=0.25, slow=0.03, wait=0.1, workers=2, most_workers=4)
KINDS: Final = {
    b"echo": {"done"},
    b"spin 60": {"deadline"},
    b"sleep 60": {"deadline"},
    b"sleep 0.02": {"done"},
    b"spin 0.06": {"done"},
    b"exit": {"died"},
    b"fault": {"died"},
    b"raise no": {"failed"},
    b"long 70000": {"done"},
    b"long 2000000": {"failed"},
    b"eat 1000": {"memory"},
    b"eat_outside": {"memory"},
}
"""Questions, and how each may end. A worker may be killed, a client be greedy and the machine slow:
what else a question may end with holds for all."""
ANY: Final = {"deadline", "waited", "client_busy", "busy", "died"}
CLIENTS: Final = st.sampled_from(["a", "b", "c", "d"])


class PoolOfAnyFate(RuleBasedStateMachine):
    """A pool that is asked, left alone, filled and robbed of its workers."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.faults: list[Any] = []
        self.asked: list[tuple[bytes, float, asyncio.Task[Outcome]]] = []
        self.abandoned: set[asyncio.Task[Outcome]] = set()
        self.loop.set_exception_handler(lambda _, context: self.faults.append(context))

    def pass_time(self, seconds: float) -> None:
        """Let happen what happens in so many seconds."""
        self.loop.run_until_complete(asyncio.sleep(seconds))

    @initialize()
    def open(self) -> None:
        """Open a pool."""
        zygote = start_zygote(prepare, SHORT, is_offline=True)
        assert isinstance(zygote, ForkingZygote)
        self.zygote = zygote.pid
        self.pool = Pool(zygote, SHORT)
        self.loop.run_until_complete(self.pool.start())

    @rule(question=st.sampled_from(sorted(KINDS)), client=CLIENTS, pause=st.sampled_from([0, 0.01]))
    def ask(self, question: bytes, client: str, pause: float) -> None:
        """Ask a question, and wait for no answer."""
        task = self.loop.create_task(ask(self.pool, question, client))
        self.asked.append((question, time.monotonic(), task))
        self.pass_time(pause)

    @rule(count=st.integers(2, 12), question=st.sampled_from([b"echo", b"sleep 60"]))
    def fill(self, count: int, question: bytes) -> None:
        """Ask more than there are workers."""
        for number in range(count):
            self.ask(question, f"client {number % 5}", 0)

    @precondition(lambda self: self.asked)
    @rule(number=st.integers(0, 99))
    def abandon(self, number: int) -> None:
        """Let a client go, whether its question runs, waits, or has its outcome."""
        task = self.asked[number % len(self.asked)][2]
        if task.cancel():
            self.abandoned.add(task)
        self.pass_time(0)

    @rule(number=st.integers(0, 9))
    def kill_worker(self, number: int) -> None:
        """Kill a worker, whether it works, waits, or has only just been forked."""
        workers = children(self.zygote)
        if workers:
            with suppress(ProcessLookupError):
                os.kill(workers[number % len(workers)], signal.SIGKILL)
        self.pass_time(0)

    @rule(seconds=st.sampled_from([0.01, 0.05, 0.3]))
    def wait(self, seconds: float) -> None:
        """Let time pass, in which questions reach their deadlines."""
        self.pass_time(seconds)

    @invariant()
    def counts_agree(self) -> None:
        """Hold the counts to the limits and to each other."""
        if not hasattr(self, "pool"):
            return
        counts = self.pool.counts()
        assert 0 <= counts.slow <= counts.running <= SHORT.most_workers
        assert len(self.pool._workers) <= SHORT.most_workers
        assert counts.waiting <= SHORT.waiting
        assert counts.waiting == len(self.pool._turns.all_waiting())

    def teardown(self) -> None:
        """Close the loop, whatever came before: what is left open is told of another test."""
        try:
            if hasattr(self, "pool"):
                self.settle()
        finally:
            self.loop.close()
        assert self.faults == []

    def settle(self) -> None:
        """See that every question had an outcome that it may have, and that nothing is left."""
        tasks = [task for _, _, task in self.asked]
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks, timeout=9))
        for question, _, task in self.asked:
            assert task.done()
            if task.cancelled():
                assert task in self.abandoned
            else:
                outcome = task.result()
                assert outcome.kind in KINDS[question] | ANY, (question, outcome)
                if outcome.kind == "done" and question == b"long 70000":
                    assert outcome.data == bytes(70_000)
        self.loop.run_until_complete(self.closed())

    async def closed(self) -> None:
        """Close the pool once it is as it was in the beginning."""
        # Workers that were killed only just now are known by what they do not answer.
        for _ in range(SHORT.workers + 1):
            await until(lambda: self.pool.counts()[:4] == (SHORT.workers, 0, 0, 0), 9)
            assert self.pool._turns._clients == {}
            last = await ask(self.pool, b"echo last", "z")
            if last.kind != "died":
                break
        assert last.data == b"last"
        workers = children(self.zygote)
        await self.pool.close()
        await until(lambda: not any(map(is_alive, [self.zygote, *workers])))


def test_every_question_has_exactly_one_outcome() -> None:
    run_state_machine_as_test(
        PoolOfAnyFate,
        settings=settings(max_examples=15, stateful_step_count=20),  # of a second or more each
    )
