"""Where a cancer goes next: shares of steps counted from sequences, or handed in as a chain.

Apart from the progression because nothing here is about a picture: it reads and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._evidence.interval import wilson_interval
from metastasis.analysis._process import (
    Process,
    process_from_sequences,
    read_sequences,
    role_table,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis.analysis._process.tables import SiteRole

__all__ = ["START", "Step", "Steps", "read_steps", "steps_from_matrix", "steps_of"]

START = "primary"
"""The state before the first site."""
_DRAWS = 40
"""Matrices that an interval needs at least."""
_ROLE_DRAWS = 200
"""Samples of the patients from which the roles of sites are told."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one site (or the primary) to the next: the share, and how sure it is."""

    origin: str
    target: str
    percent: float
    count: float | None = None
    """Steps from the origin to the target; sites found together share a step in equal parts."""
    total: float | None = None
    """Steps from the origin to any site."""
    interval: tuple[float, float] | None = None
    """In percent: 95 % Wilson interval of a count, or of the matrices drawn."""

    @property
    def counts(self) -> str:
        """How many of how many steps, such as ``3/4`` or ``1.5/8``; blank where not counted."""
        if self.count is None or self.total is None:
            return ""
        return f"{_number(self.count)}/{_number(self.total)}"


def _number(steps: float) -> str:
    places = 1 if steps >= 0.1 else 2
    return f"{steps:,.{places}f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Steps:
    """All steps of one primary."""

    primary: str
    steps: tuple[Step, ...]
    sites: tuple[str, ...]
    origin: str
    """Where they are from, in words: a file, or a matrix."""
    patients: int | None = None
    interval: str = "interval"
    """What the intervals are, in words."""
    remarks: tuple[str, ...] = ()
    """What else must be said of them, a sentence each."""
    roles: Mapping[str, SiteRole] = field(default_factory=dict)
    """Whether each site gives more than it takes, where that is known."""

    @property
    def counted(self) -> bool:
        """Whether the steps are counted in patients."""
        return self.patients is not None


def steps_of(data: Any, catalog: Catalog, primaries: Sequence[str] | None) -> Steps:
    """Return the steps of a file, a frame, sequences that were read, or a transition matrix."""
    read = steps_from_matrix if hasattr(data, "matrix") else read_steps
    return read(data, catalog, primaries)


def read_steps(data: Any, catalog: Catalog, primaries: Sequence[str] | None) -> Steps:
    """Return the steps of one primary from a table of sequences: a file, a frame, or as read.

    The steps are counted as :mod:`metastasis.analysis` counts them: sites found together share one
    step in equal parts, and none of them leads to another.

    Raises
    ------
    TableError
        With every fault: a missing column, an unknown name, an order that is no whole number.
    ReadError
        The file cannot be read.
    ValueError
        The table has several primaries and not one of them is named, or none of those named.
    """
    is_file = isinstance(data, str | PathLike)
    is_read = isinstance(data, list | tuple) and all(hasattr(one, "steps") for one in data)
    found = list(data) if is_read else read_sequences(data, catalog)
    told = Path(data).name if is_file else "sequences" if is_read else "the frame"
    chosen = [one for one in found if primaries is None or one.primary in primaries]
    named = sorted({one.primary for one in chosen})
    if len(named) != 1:
        raise ValueError(
            f"{told} has sequences of {len(named)} of the primaries asked for"
            + (f"; name one: {', '.join(named)}" if named else "")
        )
    process = process_from_sequences(chosen, named[0], draws=_ROLE_DRAWS)
    keys = [_state(name, catalog) for name in process.states]
    return Steps(
        primary=named[0],
        steps=tuple(
            _counted(keys[row], keys[column], share, float(process.departures[row]))
            for row, column, share in _entries(process.matrix)
        ),
        sites=tuple(key for key in keys if key != START),
        origin="sequences" if is_read else f"sequences in {told}",
        patients=len(chosen),
        interval="95 % Wilson interval",
        roles=_roles(process),
    )


def steps_from_matrix(process: Any, catalog: Catalog, primaries: Sequence[str] | None) -> Steps:
    """Return the steps of a transition matrix, rows to columns, each row with the sum 1.

    ``process`` is a process of :mod:`metastasis.analysis`, or any object with ``matrix`` and its
    ``states`` (or ``sites``), such as ``"primary:lung"`` and ``"site:bone"``; ``draws`` of
    further matrices give intervals, from their 2.5th to their 97.5th percentile. A row that is not
    known is not a number.

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
    if ((matrix < 0) | (matrix > 1 + 1e-9)).any():
        raise ValueError("a transition matrix holds probabilities, 0 to 1")
    keys = [_state(name, catalog) for name in names]
    draws = np.asarray(getattr(process, "draws", np.empty((0, *matrix.shape))), dtype=float)
    steps = [
        Step(keys[row], keys[column], 100 * share, interval=_between(draws[:, row, column]))
        for row, column, share in _entries(matrix)
    ]
    method = getattr(process, "method", None)
    return Steps(
        primary=getattr(process, "primary", None) or (primaries[0] if primaries else ""),
        steps=tuple(steps),
        sites=tuple(key for key in keys if key != START),
        origin=f"a transition matrix ({method})" if method else "a transition matrix",
        interval=f"middle 95 % of the {getattr(process, 'spread', 'matrices drawn')}",
        remarks=_remarks(process),
        roles=_roles(process) if isinstance(process, Process) else {},
    )


def _roles(process: Process) -> dict[str, SiteRole]:
    return {row.site: row for row in role_table(process)}


def _remarks(process: Any) -> tuple[str, ...]:
    """Return what the reader of a chain must know: that it is one of many, where it is."""
    if getattr(process, "identifiable", True):
        return ()
    return ("The evidence does not decide these transitions: other chains fit it as well.",)


def _state(name: str, catalog: Catalog) -> str:
    kind, _, key = name.rpartition(":")
    return START if kind == "primary" or name == START else catalog.site(key).key


def _entries(matrix: Any) -> list[tuple[int, int, float]]:
    """Return row, column and share of every step that there is."""
    import numpy as np

    places = zip(*np.nonzero(np.nan_to_num(matrix)), strict=True)
    return [(int(row), int(column), float(matrix[row, column])) for row, column in places]


def _counted(origin: str, target: str, share: float, total: float) -> Step:
    count = min(share * total, total)
    # the formula holds for parts of steps as well
    low, high = wilson_interval(count, total)
    interval = 100 * low, 100 * high
    return Step(origin, target, 100 * share, round(count, 9), round(total, 9), interval)


def _between(drawn: Any) -> tuple[float, float] | None:
    """Return the ends of the middle 95 % in percent; None where too few draws tell."""
    import numpy as np

    known = 100 * drawn[np.isfinite(drawn)]
    if len(known) < _DRAWS:
        return None
    low, high = np.percentile(known, (2.5, 97.5)).tolist()
    return low, high
