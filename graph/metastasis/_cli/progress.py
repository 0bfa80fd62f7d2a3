"""Showing on a terminal that work goes on; elsewhere a line a step, or nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from metastasis._cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["counting", "steps", "waiting"]

_PATIENCE_SECONDS = 1.0
"""Nothing is said of what takes less: a line that comes and goes only disturbs."""
_EVERY_SECONDS = 2.0
"""Between two lines where there is no terminal, as in the log of a long job."""


@contextmanager
def steps(total: int, task: str) -> Iterator[Callable[[str], None]]:
    """Give a function to call after each step with what was done.

    On a terminal a bar stands below the lines; both go to standard error.
    """
    if not _is_terminal():
        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        number = bar.add_task(task, total=total)

        def step(message: str) -> None:
            bar.console.print(message, highlight=False, markup=False)
            bar.advance(number)

        yield step


@contextmanager
def counting(
    task: str, *, is_shown: bool | None = None, what: str = "rows"
) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function to call with the rows done and, where known, the rows there are.

    ``what`` they are called. On a terminal a bar shows rows, rate and time once the task has taken
    a second. ``is_shown`` False shows nothing anywhere; True shows lines where there is no
    terminal, which otherwise sees nothing.
    """
    if is_shown is False or not (is_shown or _is_terminal()):
        yield lambda done, total: None  # noqa: ARG005 - no one sees it
    elif _is_terminal():
        with _bar(task, what) as count:
            yield count
    else:
        yield _lines(task, what)


def _lines(task: str, what: str) -> Callable[[int, int | None], None]:
    """Return a function that says how far a task is, every few seconds."""
    begun = monotonic()
    said = begun + _PATIENCE_SECONDS - _EVERY_SECONDS

    def count(done: int, total: int | None) -> None:
        nonlocal said
        now = monotonic()
        if now - said >= _EVERY_SECONDS:
            said = now
            say(f"{task}: {_rows(done, total, what)}, {now - begun:,.0f} s")

    return count


def _rows(done: int, total: int | None, what: str) -> str:
    return f"{done:,} of {total:,} {what}" if total else f"{done:,} {what}"


@contextmanager
def _bar(task: str, what: str) -> Iterator[Callable[[int, int | None], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(),
    )
    begun = monotonic()
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    number = bar.add_task(task, total=None, rows="")

    def count(done: int, total: int | None) -> None:
        seconds = monotonic() - begun
        if seconds < _PATIENCE_SECONDS:
            return
        bar.start()  # which does nothing where it has started
        rows = f"{_rows(done, total, what)}, {done / seconds:,.0f} a second"
        bar.update(number, completed=done, total=total, rows=rows)

    try:
        yield count
    finally:
        if bar.live.is_started:
            bar.stop()


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """Say on a terminal, once a second has gone by, what takes so long."""
    if not _is_terminal():
        yield
        return
    from threading import Event, Thread

    done = Event()

    def show() -> None:
        if done.wait(_PATIENCE_SECONDS):
            return
        from rich.console import Console

        with Console(stderr=True).status(task):
            done.wait()

    watcher = Thread(target=show, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
