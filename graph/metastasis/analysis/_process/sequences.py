"""Sequences of sites: which sites a patient's cancer reached, in what order.

The table has one row a patient and site, with the columns ``patient``, ``primary``, ``site``,
``date`` and ``order``, as ``metastasis ingest coded --sequences`` writes it; ``order`` counts from
1, and equal numbers are sites found together. Where ``order`` is blank, the column ``date``
(2026-11-30) or ``day`` (a number) orders the sites; neither is needed otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import (
    AmbiguousNameError,
    EvidenceError,
    Fault,
    TableError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from metastasis._catalog import Catalog
    from metastasis.analysis._process.record import Process

__all__ = ["COLUMNS", "Sequence", "read_sequences", "simulate_sequences"]

COLUMNS = ("patient", "primary", "site", "order")

_Row = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class Sequence:
    """The sites of one patient in order; sites found together stand in one step.

    In a sequence that was read none is part of another.
    """

    patient: str
    primary: str
    steps: tuple[tuple[str, ...], ...]


def read_sequences(path: Path, catalog: Catalog) -> list[Sequence]:
    """Return the sequences of a table of the user's own, one a patient and primary, in order.

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
    for line, row in _lines(path):
        read = _read(row, catalog, str(path), line, faults)
        if read is not None and catalog.sites[read[2]].is_anatomical:
            patient, primary, site, place = read
            together = placed[patient, primary][place]
            if site in together:
                remedy = "the same patient, site and order stand twice; remove one"
                faults.append(Fault(str(path), line, "site", row["site"], remedy))
            together.add(site)
    if faults:
        raise TableError(faults)
    return [_sequence(*key, places, catalog) for key, places in sorted(placed.items())]


def simulate_sequences(
    process: Process, *, patients: int, length: int, seed: int = 0
) -> list[Sequence]:
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
    import numpy as np

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
        Sequence(f"p{number}", process.primary, tuple((keys[state],) for state in path))
        for number, path in enumerate(np.array(visited).T)
    ]


def _sequence(
    patient: str, primary: str, places: dict[int, set[str]], catalog: Catalog
) -> Sequence:
    broader = _broader(set.union(*places.values()), catalog)
    steps = (tuple(sorted(places[at] - broader)) for at in sorted(places))
    return Sequence(patient, primary, tuple(step for step in steps if step))


def _broader(sites: set[str], catalog: Catalog) -> set[str]:
    """Return those of some sites that another of them is part of."""
    if len(sites) < 2:
        return set()
    return sites & set().union(*(catalog.wholes(site) - {site} for site in sites))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield every row with the line that it ends on, blank cells as blank text."""
    import csv
    import io

    from metastasis._files import read_text

    table = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        remedy = "the column is missing; add it"
        raise TableError(Fault(str(path), 1, name, None, remedy) for name in missing)
    for row in table:
        yield table.line_num, {str(name): str(cell or "").strip() for name, cell in row.items()}


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
    if not (number.isascii() and number.isdigit()):
        return None
    return int(text) if column == "day" or int(text) > 0 else None


def _day_of(text: str) -> int | None:
    from datetime import date

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
