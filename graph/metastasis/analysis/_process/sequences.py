"""Sequences of sites: which sites a patient's cancer reached, in what order.

The table has one row a patient and site, with the columns ``patient``, ``primary``, ``site``,
``date`` and ``order``, as ``metastasis ingest coded --sequences`` writes it; ``order`` counts from
1, and equal numbers are sites found together. Where ``order`` is blank, the column ``date``
(2026-11-30) or ``day`` (a number) orders the sites; neither is needed otherwise.

From them a chain: the maximum-likelihood estimate of a first-order chain (Anderson TW, Goodman LA,
Statistical inference about Markov chains, Ann Math Stat 1957;28:89-110,
doi:10.1214/aoms/1177707039) is the share of the steps from a state that lead to each other state.
Long because reading, simulating and counting share one record, and nothing else does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._catalog.rows import numbered_rows
from metastasis._errors import (
    AmbiguousNameError,
    EvidenceError,
    Fault,
    TableError,
    UnknownNameError,
    check_choice,
)
from metastasis.analysis._process.chain import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from metastasis._catalog import Catalog
    from metastasis.analysis._process.chain import Matrix

__all__ = [
    "COLUMNS",
    "TIES",
    "SiteSequence",
    "process_from_sequences",
    "read_sequences",
    "simulate_sequences",
]

COLUMNS = ("patient", "primary", "site", "order")

_Row = tuple[str, str, str, int]

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


@dataclass(frozen=True, slots=True)
class SiteSequence:
    """The sites of one patient in order; sites found together stand in one step.

    In a sequence that was read none is part of another.
    """

    patient: str
    primary: str
    steps: tuple[tuple[str, ...], ...]


def read_sequences(path: Path | str | Any, catalog: Catalog) -> list[SiteSequence]:
    """Return the sequences of a table of the user's own, one a patient and primary, in order.

    ``path`` is a file, or a frame of pandas, Polars or Arrow with the same columns.

    Primaries and sites may have any name that the catalog knows. Sites that name no place are left
    out of the sequence, and so is a site of which the same patient has a part: coded data have
    "lymph node" beside the thoracic ones, and only the finer site is a step. A patient who has the
    broader site alone keeps it.

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from metastasis._catalog import read_catalog
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "sequences.csv"
    ...     rows = ("patient,primary,site,order", "p1,lung,bone,1", "p1,lung,hepatic,2")
    ...     with path.open("w") as file:
    ...         print(*rows, sep=chr(10), file=file)
    ...     read_sequences(path, read_catalog())[0].steps
    (('bone',), ('liver',))

    Raises
    ------
    TableError
        With every fault: a missing column, a name that is not known, a row that stands twice.
    ReadError
        The file cannot be read.
    """
    faults: list[Fault] = []
    placed: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    told = str(path) if isinstance(path, str | PathLike) else "the frame"
    for line, row in _lines(path):
        read = _read(row, catalog, told, line, faults)
        if read is not None and catalog.sites[read[2]].is_anatomical:
            patient, primary, site, place = read
            together = placed[patient, primary][place]
            if site in together:
                remedy = "the same patient, site and order stand twice; remove one"
                faults.append(Fault(told, line, "site", row["site"], remedy))
            together.add(site)
    if faults:
        raise TableError(faults)
    return [_sequence(*key, places, catalog) for key, places in sorted(placed.items())]


def simulate_sequences(
    process: Process, *, patients: int, length: int, seed: int = 0
) -> list[SiteSequence]:
    """Return sequences of ``length`` steps that the chain of a process makes by chance.

    >>> from metastasis.analysis._process import known_process
    >>> process = known_process("lung", ["bone", "liver"], [[0, 1], [1, 0]])
    >>> simulate_sequences(process, patients=1, length=3)[0].steps
    (('liver',), ('bone',), ('liver',))

    Raises
    ------
    EvidenceError
        A row of the chain is not known.
    """
    if not np.isfinite(process.matrix).all():
        raise EvidenceError("a chain with a row that is not known cannot be simulated")
    generator = np.random.default_rng(seed)
    bounds = process.matrix.cumsum(axis=1)
    last = (process.matrix > 0).cumsum(axis=1).argmax(axis=1)
    state = np.zeros(patients, dtype=int)
    visited = []
    for _ in range(length):
        drawn = (generator.random(patients)[:, None] >= bounds[state]).sum(axis=1)
        state = np.minimum(drawn, last[state])
        visited.append(state)
    keys = [name.partition(":")[2] for name in process.states]
    return [
        SiteSequence(f"p{number}", process.primary, tuple((keys[state],) for state in path))
        for number, path in enumerate(np.array(visited).T)
    ]


def process_from_sequences(
    sequences: Sequence[SiteSequence],
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
        Steps assumed in addition to those seen, from every state to every other site. With 0 a
        site that no patient was seen to go on from has no row, and what depends on it is left out.
    ties
        What becomes of sites found together, see :data:`TIES`.
    draws, seed
        Of the bootstrap over patients that the intervals come from; 0 draws, no intervals.

    The end of follow-up is no step: from the last site of a patient nothing is counted. A site that
    a patient has twice is a return to it.

    >>> from metastasis.analysis._process import SiteSequence
    >>> path = SiteSequence("p1", "lung", (("bone",), ("liver",), ("bone",)))
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


def _sequence(
    patient: str, primary: str, places: dict[int, set[str]], catalog: Catalog
) -> SiteSequence:
    broader = _broader(set.union(*places.values()), catalog)
    steps = (tuple(sorted(places[at] - broader)) for at in sorted(places))
    return SiteSequence(patient, primary, tuple(step for step in steps if step))


def _broader(sites: set[str], catalog: Catalog) -> set[str]:
    """Return those of some sites that another of them is part of."""
    if len(sites) < 2:
        return set()
    return sites & set().union(*(catalog.wholes(site) - {site} for site in sites))


def _lines(path: Path | str | Any) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield every row with the line on which it begins; of a frame, with its number."""
    if isinstance(path, str | PathLike):
        rows = numbered_rows(Path(path), COLUMNS)
    else:
        # The wing of patients takes every frame; it is not needed for anything else here.
        from metastasis.patients._engines.frames import frame_rows

        rows = frame_rows(path, COLUMNS, ["order"])
    for line, row in rows:
        yield line, {name: cell.strip() for name, cell in row.items()}


def _read(
    row: dict[str, str], catalog: Catalog, file: str, line: int, faults: list[Fault]
) -> _Row | None:
    """Return patient, primary, site and place, or None, and its faults put with the others."""
    known = len(faults)
    primary = _named(catalog.primary, row, "primary", file, line, faults)
    site = _named(catalog.site, row, "site", file, line, faults)
    column = next((name for name in ("order", "date", "day") if row.get(name)), "order")
    if not row["patient"]:
        faults.append(Fault(file, line, "patient", "", "must not be blank"))
    place = _place(row[column], column)
    if place is None:
        faults.append(Fault(file, line, column, row[column], _REMEDIES[column]))
    if len(faults) > known or place is None:
        return None
    return row["patient"], primary, site, place


_REMEDIES: Final = {
    "order": "write a whole number, from 1",
    "date": "write a date as 2026-11-30",
    "day": "write a whole number",
}


def _place(text: str, column: str) -> int | None:
    """Return the number that a row is ordered by, or None where its cell holds none."""
    if column == "date":
        return _day_of(text)
    number = text.removeprefix("-") if column == "day" else text
    if not re.fullmatch("[0-9]{1,15}", number):
        return None
    return int(text) if column == "day" or int(text) > 0 else None


def _day_of(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def _named(
    find: Callable[[str], Any],
    row: dict[str, str],
    column: str,
    file: str,
    line: int,
    faults: list[Fault],
) -> str:
    try:
        return str(find(row[column]).key)
    except (UnknownNameError, AmbiguousNameError) as error:
        faults.append(Fault(file, line, column, row[column], str(error)))
        return ""


def _of_primary(sequences: Sequence[SiteSequence], primary: str | None) -> list[SiteSequence]:
    there = sorted({one.primary for one in sequences})
    if primary is None and len(there) > 1:
        raise EvidenceError(f"the sequences are of several primaries, {', '.join(there)}: name one")
    chosen = [one for one in sequences if primary in (None, one.primary)]
    if not chosen:
        whose = primary or "any primary"
        raise EvidenceError(f"no sequences of {whose}; there are those of: {', '.join(there)}")
    return chosen


def _steps(sequences: Sequence[SiteSequence], places: dict[str, int], ties: str) -> _Steps:
    rows = [
        (patient, *row)
        for patient, one in enumerate(sequences)
        for row in _steps_of(one, places, ties)
    ]
    tied = sum(1 for one in sequences for pair in _pairs(one) if _is_tied(*pair))
    columns = np.array(rows, dtype=float).reshape(-1, 4).T
    patient, origin, target = columns[:3].astype(np.int64)
    return _Steps(patient, origin, target, columns[3], len(sequences), tied)


def _pairs(sequence: SiteSequence) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the sites before and after each step; nothing stands before the first."""
    yield from zip(((), *sequence.steps), sequence.steps, strict=False)


def _is_tied(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    return len(before) > 1 or len(after) > 1


def _steps_of(
    sequence: SiteSequence, places: dict[str, int], ties: str
) -> Iterator[tuple[int, int, float]]:
    for before, after in _pairs(sequence):
        if ties == "drop" and _is_tied(before, after):
            continue
        origins = [places[site] for site in before] or [0]
        for origin in origins:
            for site in after:
                yield origin, places[site], 1 / (len(origins) * len(after))


def _counted(steps: _Steps, size: int, times: NDArray[np.int64] | None) -> Matrix:
    """Return the steps from state (row) to state (column), each patient as often as drawn."""
    parts = steps.part if times is None else steps.part * times[steps.patient]
    flat = np.bincount(steps.origin * size + steps.target, weights=parts, minlength=size * size)
    return flat.astype(np.float64).reshape(size, size)


def _shares(counts: Matrix, smoothing: float) -> Matrix:
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
    generator = np.random.default_rng(seed)
    even = np.full(steps.patients, 1 / steps.patients)
    drawn = np.empty((draws, size, size))
    for number in range(draws):
        times = generator.multinomial(steps.patients, even)
        drawn[number] = _counted(steps, size, times)
    return drawn


def _last_sites(sites: Sequence[str], counts: Matrix) -> Iterator[str]:
    """Yield the sites that no patient was seen to go on from."""
    for site, row in zip(sites, counts[1:], strict=True):
        if not row.any():
            yield site


def _notes(steps: _Steps, smoothing: float, ties: str, last: Sequence[str]) -> tuple[str, ...]:
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
