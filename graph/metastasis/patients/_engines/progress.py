"""Telling the user how far a query is, from its first second on."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

__all__ = ["Progress", "rows_in", "watched"]

Progress: TypeAlias = "Callable[[int, int | None], None]"
"""Is told the rows done so far, and the rows in all (None where unknown)."""

_EVERY_SECONDS: Final = 0.2
"""Often enough for a bar to look alive; asking costs nothing at that pace."""
_SAMPLE_BYTES: Final = 1 << 20
"""Some ten thousand lines: their average length is near enough for a bar."""


@contextmanager
def watched(
    progress: Progress | None, rows: int | None, fraction: Callable[[], float | None]
) -> Iterator[None]:
    """Call ``progress`` several times a second while the block runs, and once when it is done.

    ``fraction`` is asked for what part is done: from 0 to 1, or None where unknown. What
    ``progress`` is told never goes back.

    >>> seen = []
    >>> with watched(lambda done, rows: seen.append((done, rows)), 10, lambda: None):
    ...     pass
    >>> seen[0], seen[-1]
    ((0, 10), (10, 10))
    """
    if progress is None:
        yield
        return
    over = Event()
    progress(0, rows)

    def watch() -> None:
        most = 0.0
        while not over.wait(_EVERY_SECONDS):
            most = min(1.0, max(most, fraction() or 0.0))
            progress(int(most * (rows or 0)), rows)

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    progress(rows or 0, rows)


def rows_in(files: Sequence[Path], form: str) -> int | None:
    """Return how many rows files have: exactly for Parquet, about for plain text, None for gzip."""
    try:
        if form == "parquet":
            import pyarrow.parquet as pq

            return sum(int(pq.read_metadata(file).num_rows) for file in files)
        counts = [_about(file) for file in files]
    except (ImportError, OSError):
        return None
    return None if None in counts else sum(one for one in counts if one is not None)


def _about(file: Path) -> int | None:
    """Return the size of a text table over that of the lines at its head."""
    if file.name.casefold().endswith(".gz"):
        return None
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    return round(size / max(1, len(head)) * head.count(b"\n"))
