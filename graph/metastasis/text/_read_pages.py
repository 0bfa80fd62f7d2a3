"""Several pages read as one: their readings in the order of the pages, and one account of all.

Apart from the reading of one page because that is a pure function, and this may be several
processes; a corpus that is too large to be held goes by :mod:`metastasis.text._corpus`.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Final

from metastasis.text._corpus.processes import end_workers, ignore_interrupts, result_of
from metastasis.text._read import read_page
from metastasis.text._readings import Readings
from metastasis.text._report import ReadingReport, add_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    from metastasis.text._pages.page import TextPage
    from metastasis.text._reading import Reading

__all__ = ["read_pages"]

_AHEAD: Final = 4
"""Pages that wait for each worker: enough that none waits for us, and few to hold."""


def read_pages(
    pages: Iterable[TextPage],
    *,
    workers: int = 1,
    progress: Callable[[int, int | None], None] | None = None,
) -> Readings:
    """Return what pages say about where cancers spread, and the account of all of them.

    A page that is the same as one before, to the byte, is read once: twice said is said once.
    ``workers`` are processes of this machine; what comes of it is the same for any number.
    ``progress`` is called with the pages that are read.

    >>> from metastasis.text._pages.open import page_of_text
    >>> pages = [page_of_text(f"{name} often spreads to bone.") for name in ("Melanoma", "NSCLC")]
    >>> read_pages(pages).report.pages
    2

    Raises
    ------
    ReadError
        A page cannot be read, or a worker was ended.
    """
    rows: list[Reading] = []
    report = ReadingReport()
    for number, found in enumerate(_read(_once(pages, report), workers), 1):
        rows += found
        add_report(report, found.report)
        if progress is not None:
            progress(number, None)
    return Readings(rows, report)


def _once(pages: Iterable[TextPage], report: ReadingReport) -> Iterator[TextPage]:
    """Yield pages but those that came before; the report tells of them."""
    first: dict[str, str] = {}
    for page in pages:
        if (other := first.setdefault(page.sha256, page.name)) is not page.name:
            report.remarks.append(f"{page.name} is {other} to the byte, and not read again")
        else:
            yield page


def _read(pages: Iterable[TextPage], workers: int) -> Iterator[Readings]:
    return _by_workers(pages, workers) if workers > 1 else map(read_page, pages)


def _by_workers(pages: Iterable[TextPage], workers: int) -> Iterator[Readings]:
    """Yield what processes read, in the order of the pages."""
    # Started anew rather than forked: libraries have threads, which a fork would leave behind.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, initializer=ignore_interrupts)
    waiting: deque[tuple[str, Future[Readings]]] = deque()
    coming = iter(pages)
    try:
        while True:
            for page in islice(coming, workers * _AHEAD - len(waiting)):
                waiting.append((page.name, pool.submit(read_page, page)))
            if not waiting:
                break
            name, future = waiting.popleft()
            yield result_of(future, name)
    finally:
        end_workers(pool, is_awaited=bool(waiting))
