"""Where a cancer goes next: shares of patients, counted from sequences or handed in as a matrix."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis.errors import AmbiguousNameError, Fault, TableError, UnknownNameError
from metastasis.files import read_text
from metastasis.statistics import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis.catalog import Catalog

__all__ = ["START", "Step", "Steps", "read_steps", "steps_from_matrix"]

START = "primary"
"""The state before the first site."""
_COLUMNS = ("patient", "primary", "site", "order")
_DRAWS = 40
"""Matrices that an interval needs at least."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one site (or the primary) to the next: the share, and how sure it is."""

    origin: str
    target: str
    percent: float
    count: int | None = None
    """Patients whose next site, or one of those found next, it was."""
    total: int | None = None
    """Patients who went on from the origin to any site."""
    interval: tuple[float, float] | None = None
    """In percent: 95 % Wilson interval of a count, or of the matrices drawn."""


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps of one primary."""

    primary: str
    steps: tuple[Step, ...]
    sites: tuple[str, ...]
    origin: str
    """Where they are from, in words: a file, or a matrix."""
    patients: int | None = None

    @property
    def counted(self) -> bool:
        """Whether the steps are counted patients."""
        return self.patients is not None


def read_steps(path: Path | str, catalog: Catalog, primaries: Sequence[str] | None) -> Steps:
    """Return the steps of one primary from a table of sequences.

    The table has a row for each patient and site, with the columns ``patient``, ``primary``,
    ``site`` and ``order`` (others are let be): what ``metastasis ingest coded --sequences`` writes.
    Sites of one patient with equal ``order`` were found together; none of them leads to another,
    and a patient counts for each. Sites that name no place are left out.

    Raises
    ------
    TableError
        With every fault: a missing column, an unknown name, an order that is no whole number.
    ReadError
        The file cannot be read.
    ValueError
        The table has several primaries and not one of them is named, or none of those named.
    """
    orders: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for patient, primary, site, order in _rows(Path(path), catalog):
        if primaries is None or primary in primaries:
            orders[primary, patient][order].add(site)
    named = sorted({primary for primary, _ in orders})
    if len(named) != 1:
        raise ValueError(
            f"{Path(path).name} has sequences of {len(named)} of the primaries asked for"
            + (f"; name one: {', '.join(named)}" if named else "")
        )
    paths = [[found[order] for order in sorted(found)] for found in orders.values()]
    return Steps(
        primary=named[0],
        steps=tuple(_count(paths)),
        sites=tuple(sorted({site for one in paths for sites in one for site in sites})),
        origin=f"sequences in {Path(path).name}",
        patients=len(paths),
    )


def steps_from_matrix(process: Any, catalog: Catalog, primaries: Sequence[str] | None) -> Steps:
    """Return the steps of a transition matrix, rows to columns, each row with the sum 1.

    ``process`` is any object with ``matrix`` and its ``states`` (or ``sites``), such as
    ``"primary:lung"`` and ``"site:bone"``; ``draws`` of further matrices give intervals, from
    their 2.5th to their 97.5th percentile. A row that is not known is not a number.

    Raises
    ------
    ValueError
        Matrix and states do not fit, or an entry is no probability.
    UnknownNameError
        A state is no site of the catalog.
    """
    import numpy as np

    names = list(getattr(process, "states", None) or process.sites)
    matrix = np.asarray(process.matrix, dtype=float)
    if matrix.shape != (len(names), len(names)):
        raise ValueError(f"a matrix of {matrix.shape} does not fit {len(names)} states")
    if ((matrix < 0) | (matrix > 1)).any():
        raise ValueError("a transition matrix holds probabilities, 0 to 1")
    keys = [_state(name, catalog) for name in names]
    draws = np.asarray(getattr(process, "draws", np.empty((0, *matrix.shape))), dtype=float)
    steps = []
    for row, column in zip(*np.nonzero(np.nan_to_num(matrix)), strict=True):
        drawn = 100 * draws[:, row, column] if len(draws) >= _DRAWS else np.empty(0)
        drawn = drawn[np.isfinite(drawn)]
        ends = np.percentile(drawn, (2.5, 97.5)).tolist() if len(drawn) >= _DRAWS else None
        interval = (ends[0], ends[1]) if ends else None
        percent = float(100 * matrix[row, column])
        steps.append(Step(keys[row], keys[column], percent, interval=interval))
    primary = getattr(process, "primary", None) or (primaries[0] if primaries else "")
    sites = tuple(key for key in keys if key != START)
    return Steps(primary, tuple(steps), sites, "a transition matrix")


def _state(name: str, catalog: Catalog) -> str:
    kind, _, key = name.rpartition(":")
    return START if kind == "primary" or name == START else catalog.site(key).key


def _count(paths: Iterable[Sequence[set[str]]]) -> Iterator[Step]:
    """Yield every step with its patients, in order."""
    counts: Counter[tuple[str, str]] = Counter()
    totals: Counter[str] = Counter()
    for path in paths:
        went: set[tuple[str, str]] = set()
        for before, after in zip([{START}, *path], path, strict=False):
            went |= {(one, other) for one in before for other in after}
        counts.update(went)
        totals.update({one for one, _ in went})
    for (origin, target), count in sorted(counts.items()):
        total = totals[origin]
        low, high = wilson_interval(count, total)
        percent = 100 * count / total
        yield Step(origin, target, percent, count, total, (100 * low, 100 * high))


def _rows(path: Path, catalog: Catalog) -> Iterator[tuple[str, str, str, int]]:
    """Yield patient, primary, site and order of every row, or say all that is wrong."""
    table = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        remedy = "the column is missing; add it"
        raise TableError([Fault(str(path), 1, name, None, remedy) for name in missing])
    faults: list[Fault] = []
    rows = []
    for row in table:
        cells = {name: (row[name] or "").strip() for name in _COLUMNS}
        problems = list(_problems(cells, catalog))
        faults += [
            Fault(str(path), table.line_num, name, cells[name], said) for name, said in problems
        ]
        if not problems and catalog.site(cells["site"]).is_anatomical:
            rows.append(
                (
                    cells["patient"],
                    catalog.primary(cells["primary"]).key,
                    catalog.site(cells["site"]).key,
                    int(cells["order"]),
                )
            )
    if faults:
        raise TableError(faults)
    yield from rows


def _problems(cells: Mapping[str, str], catalog: Catalog) -> Iterator[tuple[str, str]]:
    if not cells["patient"]:
        yield "patient", "must not be blank"
    if not cells["order"].isdecimal():
        yield "order", "not a whole number; 1 is the first site of a patient"
    for name, look_up in (("primary", catalog.primary), ("site", catalog.site)):
        try:
            look_up(cells[name])
        except (UnknownNameError, AmbiguousNameError) as error:
            yield name, str(error)
