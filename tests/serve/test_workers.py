"""Workers: whatever a handler does, a question has one outcome, in time; the next is answered."""

from __future__ import annotations

import sys
import time
from typing import Final

import pytest

from worker_pools import LIMITS, ask, opened, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")

SLACK: Final = 0.25
"""Seconds that a shared machine may take beside the deadline."""


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (b"echo yes", "done"),
        (b"spin 60", "deadline"),
        (b"sleep 60", "deadline"),
        (b"eat 1000", "memory"),
        (b"eat_outside", "memory"),
        (b"exit", "died"),
        (b"fault", "died"),
        (b"garbage", "died"),
        (b"raise no", "failed"),
        (b"long 2000000", "failed"),
        (b"echo " + b"x" * 300_000, "failed"),
    ],
)
def test_whatever_a_handler_does_there_is_one_outcome_and_the_next_is_answered(
    question: bytes, kind: str
) -> None:
    async def scene() -> None:
        async with opened() as pool:
            await ask(pool, b"echo first")
            began = time.monotonic()
            outcome = await ask(pool, question)
            assert outcome.kind == kind
            assert time.monotonic() - began < LIMITS.deadline + SLACK
            assert (await ask(pool, b"echo next")).data == b"next"

    run(scene())
