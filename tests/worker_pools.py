"""Handlers that behave and that do not, and pools of them; what the tests of workers share."""

from __future__ import annotations

import asyncio
import ctypes
import os
import socket
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis.serve._limits import ServeLimits
from metastasis.serve._workers import Outcome, Pool, start_zygote

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

__all__ = [
    "LIMITS",
    "ask",
    "children",
    "descendants",
    "hostile_handler",
    "is_alive",
    "opened",
    "prepare",
    "prepare_later",
    "run",
    "until",
]

_KEPT: Final[list[bytes]] = []
_LATE: Final[list[bool]] = []

LIMITS = ServeLimits(
    deadline=1.0,
    slow=0.05,
    memory=64 << 20,
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
        eaten = [bytes(8 << 20) for _ in range(int(rest))]
        return b"%d" % len(eaten)
    elif word == b"hoard":
        while True:
            _KEPT.append(b"x" * (1 << 20))
            time.sleep(0.002)
    elif word == b"keep":
        _KEPT.append(b"x" * (int(rest) << 20))
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
    elif word == b"nest":
        # The engine calls itself for each brace.
        ox.Store().query("SELECT * " + "{" * int(rest) + "}" * int(rest))
    elif word == b"connect":
        socket.create_connection(("127.0.0.1", int(rest)))
    elif word == b"late":
        return b"%d" % len(_LATE)
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


def prepare_later() -> None:
    """Bring what workers know that are forked afterwards."""
    _LATE.append(True)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@asynccontextmanager
async def opened(
    limits: ServeLimits = LIMITS, *, is_offline: bool = True, later: Any = None
) -> AsyncIterator[Pool]:
    """Give a pool of hostile handlers; what it started is gone afterwards."""
    zygote = start_zygote(prepare, limits, is_offline=is_offline, later=later)
    pool = Pool(zygote, limits)
    await pool.start()
    try:
        # A machine that others use as well may take a while to fork; no test is about that.
        await until(lambda: pool.counts().ready or not pool._is_open, 30)
        yield pool
    finally:
        await pool.close()


def run(scene: Coroutine[Any, Any, None]) -> None:
    """Run what a test does with pools."""
    asyncio.run(scene)


async def ask(pool: Pool, question: bytes, client: str = "somebody") -> Outcome:
    """Return the outcome of a question that arrives now."""
    return await pool.ask(question, client, time.monotonic())


async def until(is_so: Any, seconds: float = 5.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never was"
        await asyncio.sleep(0.01)


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


def descendants(pid: int) -> list[int]:
    """Return the processes below a process, those near it first."""
    found = [pid]
    for one in found:
        found.extend(children(one))
    return found[1:]
