"""Handlers that behave and that do not, and pools of them; what the tests of workers share."""

from __future__ import annotations

import asyncio
import ctypes
import os
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from metastasis.serve._limits import ServeLimits
from metastasis.serve._workers import Outcome, Pool, start_zygote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

__all__ = ["LIMITS", "ask", "children", "hostile_handler", "is_alive", "opened", "prepare", "run"]

LIMITS = ServeLimits(
    deadline=1.0,
    slow=0.05,
    memory=128 << 20,
    answer=1 << 20,
    workers=2,
    most_workers=5,
    wait=0.3,
    waiting=6,
    client_running=2,
    client_waiting=3,
)


def hostile_handler(question: bytes) -> bytes:
    """Answer ``echo`` and what follows; do the worst with every other question."""
    word, _, rest = question.partition(b" ")
    if word == b"sleep":
        time.sleep(float(rest))
    elif word == b"spin":
        end = time.monotonic() + float(rest)
        while time.monotonic() < end:
            pass
    elif word == b"eat":
        eaten = [bytearray(8 << 20) for _ in range(int(rest))]
        return b"%d" % len(eaten)
    elif word == b"eat_outside":
        # As a library does that knows no exception: it says so, and ends the process.
        ctypes.CDLL(None).write(2, b"memory allocation of 8 bytes failed\n", 36)
        os.abort()
    elif word == b"exit":
        os._exit(0)
    elif word == b"fault":
        ctypes.string_at(0)
    elif word == b"raise":
        raise ValueError(rest.decode())
    elif word == b"long":
        return bytes(int(rest))
    elif word == b"deep":
        return b"%d" % _depth(int(rest))
    elif word == b"pid":
        return b"%d" % os.getpid()
    elif word == b"open":
        with open("/dev/null", "rb"):  # noqa: PTH123
            pass
    elif word == b"descriptors":
        return b" ".join(b"%d" % one for one in range(64) if _is_open(one))
    elif word == b"garbage":
        os.write(2, b"x" * 100)
        time.sleep(5)
    return rest


def prepare() -> Any:
    """Return the handler; what it needs is imported by now."""
    return hostile_handler


def _depth(left: int) -> int:
    return 1 + _depth(left - 1) if left else 0


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@asynccontextmanager
async def opened(limits: ServeLimits = LIMITS, *, is_offline: bool = True) -> AsyncIterator[Pool]:
    """Give a pool of hostile handlers; what it started is gone afterwards."""
    zygote = start_zygote(prepare, limits, is_offline=is_offline)
    pool = Pool(zygote, limits)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def run(scene: Coroutine[Any, Any, None]) -> None:
    """Run what a test does with pools."""
    asyncio.run(scene)


async def ask(pool: Pool, question: bytes, client: str = "somebody") -> Outcome:
    """Return the outcome of a question that arrives now."""
    return await pool.ask(question, client, time.monotonic())


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that only waits to be forgotten does not."""
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that run."""
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:  # noqa: PTH123
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == pid and is_alive(int(name)):
                found.append(int(name))
    return found
