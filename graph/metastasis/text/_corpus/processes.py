"""Parts read by processes of this machine, and how processes are ended."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._errors import ReadError
from metastasis.text._corpus.parts import made_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from metastasis.text._corpus.parts import Ask, Portion

    Progress = Callable[[int, int | None], None]

__all__ = ["end_workers", "ignore_interrupts", "made_here", "result_of"]

Made = TypeVar("Made")

_AHEAD: Final = 2
"""Parts that wait for each worker: enough that none waits for us."""
_EVERY_SECONDS: Final = 0.5
"""Between two words about progress."""

_pages_read: Any = None
"""In a worker, the count of pages that all of them share."""


def made_here(
    parts: Sequence[Portion], ask: Ask, workers: int, progress: Progress | None
) -> Iterator[tuple[str, bytes]]:
    """Yield key and content of parts as they become ready.

    Raises
    ------
    ReadError
        A file cannot be read, or a worker was ended.
    """
    if workers > 1 and len(parts) > 1:
        yield from _by_workers(parts, ask, min(workers, len(parts)), progress or _silent)
        return
    pages = 0

    def count(number: int) -> None:
        nonlocal pages
        pages += number
        if progress is not None:
            progress(pages, None)

    for part in parts:
        yield part.key, made_part(part, ask, count)


def _silent(done: int, total: int | None) -> None:
    """Tell nobody."""


def _by_workers(
    parts: Sequence[Portion], ask: Ask, workers: int, progress: Progress
) -> Iterator[tuple[str, bytes]]:
    # Started anew rather than forked: PyArrow has threads, which a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    pages = context.Value("q", 0)
    pool = ProcessPoolExecutor(workers, context, initializer=_start, initargs=(pages,))
    waiting: dict[Future[bytes], Portion] = {}
    coming = iter(parts)
    try:
        while True:
            for part in islice(coming, workers * _AHEAD - len(waiting)):
                waiting[pool.submit(_content, part, ask)] = part
            if not waiting:
                break
            done, _ = wait(waiting, _EVERY_SECONDS, FIRST_COMPLETED)
            progress(pages.value, None)
            for future in done:
                part = waiting.pop(future)
                yield part.key, result_of(future, part.path)
    finally:
        end_workers(pool, is_awaited=bool(waiting))


def end_workers(pool: ProcessPoolExecutor, *, is_awaited: bool) -> None:
    """End the processes of a pool, at once where something is awaited that nobody will have."""
    for process in list((pool._processes or {}).values()) if is_awaited else ():  # noqa: SLF001
        with suppress(OSError):
            process.terminate()
    pool.shutdown(wait=True, cancel_futures=True)


def result_of(future: Future[Made], read: str | Path) -> Made:
    """Return what a process made of what it read.

    Raises
    ------
    ReadError
        The process was ended.
    """
    try:
        return future.result()
    except BrokenProcessPool:
        reason = "a process that read it was ended, perhaps for want of memory; give fewer workers"
        raise ReadError(read, reason) from None


def ignore_interrupts() -> None:
    """Prepare a worker: who interrupts a command speaks to the one that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _start(pages: Any) -> None:
    global _pages_read
    _pages_read = pages
    ignore_interrupts()


def _content(part: Portion, ask: Ask) -> bytes:
    return made_part(part, ask, _count)


def _count(pages: int) -> None:
    with _pages_read.get_lock():
        _pages_read.value += pages
