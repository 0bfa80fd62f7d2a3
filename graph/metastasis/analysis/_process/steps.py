"""A chain over sites from sequences of sites: every step counted, and a bootstrap over patients.

The maximum-likelihood estimate of a first-order chain (Anderson TW, Goodman LA, Statistical
inference about Markov chains, Ann Math Stat 1957;28:89-110, doi:10.1214/aoms/1177707039) is the
share of the steps from a state that lead to each other state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis.analysis._process.record import Process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as Several

    import numpy as np
    from numpy.typing import NDArray

    from metastasis.analysis._process.chain import Matrix
    from metastasis.analysis._process.sequences import Sequence

__all__ = ["TIES", "process_from_sequences"]

TIES: Final = ("share", "drop")
"""What becomes of sites found together.

``share``: one step leads from the sites found before to those found together, in equal parts; no
step leads from one of them to another. ``drop``: no step leads to or from them.
"""
_SOURCE: Final = "Anderson TW, Goodman LA 1957, doi:10.1214/aoms/1177707039"


@dataclass(frozen=True, slots=True)
class _Steps:
    """Every step of every patient: who, from, to, and what part of a step."""

    patient: NDArray[np.int64]
    origin: NDArray[np.int64]
    target: NDArray[np.int64]
    part: Matrix
    patients: int
    tied: int
    """Steps to or from sites found together."""


def process_from_sequences(
    sequences: Several[Sequence],
    primary: str | None = None,
    *,
    smoothing: float = 0.0,
    ties: str = "share",
    draws: int = 200,
    seed: int = 0,
) -> Process:
    """Return the chain over sites that sequences of sites are most likely under.

    Parameters
    ----------
    sequences
        One a patient; those of other primaries are left out.
    primary
        A key. None takes the one primary that all sequences have.
    smoothing
        Steps added, in thought, from every state to every other site. With 0 a site that nobody was
        seen to go on from has no row, and what depends on it is not told.
    ties
        What becomes of sites found together, see :data:`TIES`.
    draws, seed
        Of the bootstrap over patients that the intervals come from; 0 draws, no intervals.

    The end of follow-up is no step: from the last site of a patient nothing is counted. A site that
    a patient has twice is a return to it.

    >>> from metastasis.analysis._process import Sequence
    >>> path = Sequence("p1", "lung", (("bone",), ("liver",), ("bone",)))
    >>> process_from_sequences([path], draws=0).matrix.tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]

    Raises
    ------
    EvidenceError
        There is no step of this primary, or the sequences have several primaries and none is named.
    ValueError
        ``smoothing`` is below zero.
    UnknownNameError
        There is no such way with ties.
    """
    check_choice("ties", ties, TIES)
    if smoothing < 0:
        raise ValueError(f"smoothing cannot be below zero: {smoothing}")
    chosen = _of_primary(sequences, primary)
    sites = sorted({site for one in chosen for step in one.steps for site in step})
    steps = _steps(chosen, {site: number for number, site in enumerate(sites, start=1)}, ties)
    if not len(steps.part):
        raise EvidenceError("the sequences hold no step: there is nothing to estimate from")
    counts = _counted(steps, len(sites) + 1, None)
    drawn = _resampled(steps, len(sites) + 1, draws, seed)
    return Process(
        primary=chosen[0].primary,
        states=(f"primary:{chosen[0].primary}", *(f"site:{site}" for site in sites)),
        matrix=_shares(counts, smoothing),
        draws=_shares(drawn, smoothing),
        departures=counts.sum(axis=1),
        drawn_departures=drawn.sum(axis=2),
        method=f"sequences of sites, smoothing {smoothing:g}, ties: {ties}",
        spread="bootstrap over patients" if draws else "none",
        identifiable=True,
        formula="P[i, j] = (steps from i to j + smoothing) / (the same over all j)",
        source=_SOURCE,
        inputs=(f"sequences of {steps.patients} patients",),
        notes=_notes(steps, smoothing, ties, [*_last_sites(sites, counts)]),
    )


def _of_primary(sequences: Several[Sequence], primary: str | None) -> list[Sequence]:
    there = sorted({one.primary for one in sequences})
    if primary is None and len(there) > 1:
        raise EvidenceError(f"the sequences are of several primaries, {', '.join(there)}: name one")
    chosen = [one for one in sequences if primary in (None, one.primary)]
    if not chosen:
        whose = primary or "any primary"
        raise EvidenceError(f"no sequences of {whose}; there are those of: {', '.join(there)}")
    return chosen


def _steps(sequences: Several[Sequence], places: dict[str, int], ties: str) -> _Steps:
    import numpy as np

    rows = [
        (patient, *row)
        for patient, one in enumerate(sequences)
        for row in _steps_of(one, places, ties)
    ]
    tied = sum(1 for one in sequences for pair in _pairs(one) if _is_tied(*pair))
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    patient, origin, target = columns[:3].astype(np.int64)
    return _Steps(patient, origin, target, columns[3], len(sequences), tied)


def _pairs(sequence: Sequence) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the sites before and after each step; nothing stands before the first."""
    yield from zip(((), *sequence.steps), sequence.steps, strict=False)


def _is_tied(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return len(before) > 1 or len(after) > 1


def _steps_of(
    sequence: Sequence, places: dict[str, int], ties: str
) -> Iterator[tuple[int, int, float]]:
    for before, after in _pairs(sequence):
        if ties == "drop" and _is_tied(before, after):
            continue
        origins = [places[site] for site in before] or [0]
        for origin in origins:
            for site in after:
                yield origin, places[site], 1 / (len(origins) * len(after))


def _counted(steps: _Steps, size: int, times: NDArray[np.int64] | None) -> Matrix:
    """Return the steps from state (row) to state (column), each patient taken so many times."""
    import numpy as np

    parts = steps.part if times is None else steps.part * times[steps.patient]
    flat = np.bincount(steps.origin * size + steps.target, weights=parts, minlength=size * size)
    return flat.astype(np.float64).reshape(size, size)


def _shares(counts: Matrix, smoothing: float) -> Matrix:
    import numpy as np

    added = np.full(counts.shape[-2:], smoothing)
    added[:, 0] = 0
    np.fill_diagonal(added, 0)
    smoothed = counts + added
    totals = smoothed.sum(axis=-1, keepdims=True)
    shares: Matrix = np.full(counts.shape, np.nan)
    np.divide(smoothed, totals, out=shares, where=totals > 0)
    return shares


def _resampled(steps: _Steps, size: int, draws: int, seed: int) -> Matrix:
    """Return the steps in samples of the patients with replacement, draws by states by states."""
    import numpy as np

    generator = np.random.default_rng(seed)
    even = np.full(steps.patients, 1 / steps.patients)
    drawn = np.empty((draws, size, size))
    for number in range(draws):
        times = generator.multinomial(steps.patients, even)
        drawn[number] = _counted(steps, size, times)
    return drawn


def _last_sites(sites: Several[str], counts: Matrix) -> Iterator[str]:
    """Yield the sites that nobody was seen to go on from."""
    for site, row in zip(sites, counts[1:], strict=True):
        if not row.any():
            yield site


def _notes(steps: _Steps, smoothing: float, ties: str, last: Several[str]) -> tuple[str, ...]:
    notes = [
        "first-order: the next site depends on the last alone, not on all before",
        "the end of follow-up is no step; that it comes regardless of the next site is assumed",
    ]
    if steps.tied:
        notes.append(f"{steps.tied} steps lead to or from sites found together (ties: {ties})")
    if smoothing:
        notes.append(f"{smoothing:g} steps are assumed from every state to every other site")
        if last:
            notes.append(f"all steps from {', '.join(last)} are assumed: none was seen")
    return tuple(notes)
