"""What every section of bench.py measures with: seconds, memory, turns, bounds."""

from __future__ import annotations

import gc
import sys
import time
from itertools import cycle, permutations
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

missed: list[str] = []
"""What missed its bound in this run."""


def report(what: str, ratio: float, bound: float, *, at_least: bool = False) -> None:
    """Print a ratio and whether it keeps its bound."""
    kept = ratio >= bound if at_least else ratio <= bound
    sign = "≥" if at_least else "≤"
    print(
        f"{'kept  ' if kept else 'MISSED'} {what}: {ratio:.2f} (bound {sign} {bound:g})", flush=True
    )
    if not kept:
        missed.append(f"{what} {ratio:.2f}")


def seconds(job: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long a job takes; as in timeit, garbage waits until it is over.

    The clock ``time.process_time`` counts what this process computes, so that other programs do not
    matter; it does not see other processes or waiting.
    """
    gc.disable()
    try:
        start = clock()
        job()
        return clock() - start
    finally:
        gc.enable()


def repeated(job: Callable[[], object], times: int) -> Callable[[], object]:
    """Return the job done so many times."""

    def block() -> None:
        for _ in range(times):
            job()

    return block


def interleaved(
    jobs: Sequence[Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the median seconds of each job, run in turns; one that takes over 2 s runs once.

    The turns go through every order, so that no job always follows the heaviest one. As in timeit,
    what takes less than a hundredth of a second is done often enough in one go to take that long,
    and what each job did once before, to warm up, does not count.
    """
    warm = [seconds(job, clock) for job in jobs]
    # The first go of a job is often its slowest, and would let it be done too few times.
    warm = [
        min(once, seconds(job, clock)) if once < 2 else once
        for once, job in zip(warm, jobs, strict=True)
    ]
    often = [max(1, round(0.01 / max(taken, 1e-6))) for taken in warm]
    blocks = [repeated(job, times) for job, times in zip(jobs, often, strict=True)]
    taken: list[list[float]] = [[] for _ in jobs]
    orders = cycle(permutations(range(len(jobs))))
    for _ in range(rounds):
        for which in next(orders):
            if warm[which] < 2:
                taken[which].append(seconds(blocks[which], clock) / often[which])
    return [median(found or [first]) for found, first in zip(taken, warm, strict=True)]


def memory() -> int:
    """Return the peak memory of this process so far, in bytes.

    Linux passes on the peak of a parent in ``ru_maxrss``; ``VmHWM`` begins anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)
