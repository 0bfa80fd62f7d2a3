"""Showing on a terminal that work goes on; elsewhere a line a step, or nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metastasis._cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["counting", "steps", "waiting"]

_PATIENCE_SECONDS = 1.0
"""Nothing is said of what takes less: a line that comes and goes only disturbs."""


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
def counting(task: str) -> Iterator[Callable[[int, int | None], None]]:
    """Give a function to call with the rows done and, where known, the rows there are.

    On a terminal a bar shows rows, rate and time from the first call on.
    """
    if not _is_terminal():
        yield lambda done, total: None  # noqa: ARG005 - no one sees it
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        number = bar.add_task(task, total=None, rows="")

        def count(done: int, total: int | None) -> None:
            seconds = bar.tasks[number].elapsed or 0.0
            rate = f", {done / seconds:,.0f} a second" if seconds else ""
            of = f" of {total:,}" if total else ""
            bar.update(number, completed=done, total=total, rows=f"{done:,}{of} rows{rate}")

        yield count


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
