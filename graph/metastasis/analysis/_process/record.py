"""The spread of one primary as a Markov chain over sites: the record, and what it is sound for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis._errors import EvidenceError, UnknownNameError
from metastasis.analysis._process.chain import (
    check_matrix,
    first_passage_times,
    is_aperiodic,
    recurrent_states,
    stationary_distribution,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis.analysis._process.chain import Matrix

__all__ = ["Process", "Soundness", "known_process", "over_draws"]


@dataclass(frozen=True, slots=True)
class Soundness:
    """What may be asked of a chain, and what its evidence leaves open."""

    undefined: tuple[str, ...]
    """States that nobody was seen to go on from, so that their row is not known."""
    irreducible: bool | None
    """Whether every site leads to every other; None where rows are not known."""
    aperiodic: bool | None
    settles: bool | None
    """Whether there is one long run, wherever the chain starts; None where rows are not known."""
    identifiable: bool
    """Whether the evidence decides the transitions, or only their long-run result."""
    sentences: tuple[str, ...]
    """The same in words, one sentence a property."""


@dataclass(frozen=True, slots=True, eq=False)
class Process:
    """The spread of one primary as a Markov chain over sites.

    The first state is the primary, ``primary:breast``; the others are sites, ``site:bone``. A step
    leads from the site last involved to the next; how long it takes is not part of the model.
    """

    primary: str
    states: tuple[str, ...]
    matrix: Matrix
    """Transition probabilities, states by states; a row that is not known is not a number."""
    draws: Matrix
    """Further matrices, draws by states by states: bootstrap samples or other solutions."""
    departures: Matrix
    """Steps seen or expected from each state; what a look back weighs the states with."""
    drawn_departures: Matrix
    """The same in each draw, draws by states."""
    method: str
    spread: str
    """What the intervals are: ``bootstrap over patients``, ``spread over solutions``, ``none``."""
    identifiable: bool
    formula: str
    source: str
    inputs: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def state(self, name: str) -> int:
        """Return the place of a state, by its name or the key in it.

        >>> known_process("lung", ("bone", "liver"), [[0, 1], [1, 0]]).state("liver")
        2

        Raises
        ------
        UnknownNameError
            The chain has no such state.
        """
        if name in self.states:
            return self.states.index(name)
        if f"site:{name}" in self.states:
            return self.states.index(f"site:{name}")
        if name == "primary":
            return 0
        from difflib import get_close_matches

        known = [state.partition(":")[2] for state in self.states]
        near = get_close_matches(name, known, n=3)
        hint = "" if near else f" The chain of {self.primary} has: {', '.join(known)}."
        raise UnknownNameError("state of the chain", name, near, hint=hint)

    def soundness(self) -> Soundness:
        """Return whether the chain is complete, irreducible, aperiodic and identifiable."""
        undefined = _undefined(self)
        if undefined:
            said = (_said_incomplete(self), _said_of_identity(self))
            return Soundness(undefined, None, None, None, self.identifiable, said)
        recurrent = recurrent_states(self.matrix)
        whole = recurrent is not None and set(range(1, len(self.states))) <= set(recurrent)
        aperiodic = None if recurrent is None else is_aperiodic(self.matrix, recurrent)
        classes = _said_of_classes(self, recurrent, aperiodic)
        return Soundness(
            undefined=(),
            irreducible=whole,
            aperiodic=aperiodic,
            settles=recurrent is not None,
            identifiable=self.identifiable,
            sentences=(*classes, _said_of_identity(self)),
        )

    def stationary(self) -> Matrix:
        """Return the stationary distribution, one share a state; see :mod:`.chain`.

        Raises
        ------
        EvidenceError
            A row is not known, or the chain is reducible.
        """
        _check_complete(self)
        return stationary_distribution(self.matrix)

    def passage_times(self) -> Matrix:
        """Return mean first-passage times in steps, from state (row) to state (column).

        Raises
        ------
        EvidenceError
            A row is not known, or the chain is reducible.
        """
        _check_complete(self)
        return first_passage_times(self.matrix)


def known_process(
    primary: str, sites: Sequence[str], matrix: Sequence[Sequence[float]], *, first: int = 0
) -> Process:
    """Return a process with transitions that are given, for trials and simulations.

    ``matrix`` is over the sites; from the primary the chain goes to the sites as from the site at
    ``first``, or, where the matrix has one row more than sites, as its first row says.

    >>> known_process("lung", ("bone", "liver"), [[0, 1], [1, 0]]).states
    ('primary:lung', 'site:bone', 'site:liver')

    Raises
    ------
    EvidenceError
        The rows are no transition matrix.
    """
    import numpy as np

    rows = np.asarray(matrix, dtype=float)
    if len(rows) == len(sites):
        rows = np.vstack([rows[first], rows])
    if rows.shape != (len(sites) + 1, len(sites)):
        raise EvidenceError(f"no transition matrix: {rows.shape} for {len(sites)} sites")
    whole = np.hstack([np.zeros((len(rows), 1)), rows])
    check_matrix(whole)
    return Process(
        primary=primary,
        states=(f"primary:{primary}", *(f"site:{site}" for site in sites)),
        matrix=whole,
        draws=np.empty((0, *whole.shape)),
        departures=np.ones(len(whole)),
        drawn_departures=np.empty((0, len(whole))),
        method="given",
        spread="none",
        identifiable=True,
        formula="transitions as given",
        source="the caller",
        inputs=("a matrix",),
    )


def over_draws(process: Process, work_out: Callable[[Matrix], Matrix]) -> Matrix:
    """Return what a function makes of every draw, draws first; NaN where a draw does not tell.

    >>> process = known_process("lung", ("bone", "liver"), [[0, 1], [1, 0]])
    >>> over_draws(process, stationary_distribution).shape
    (0, 3)
    """
    import numpy as np

    shape = work_out(np.full((len(process.states),) * 2, 1 / len(process.states))).shape
    worked = np.full((len(process.draws), *shape), np.nan)
    for number, matrix in enumerate(process.draws):
        if np.isfinite(matrix).all() and recurrent_states(matrix) is not None:
            worked[number] = work_out(matrix)
    return worked


def _undefined(process: Process) -> tuple[str, ...]:
    import numpy as np

    unknown = np.flatnonzero(np.isnan(process.matrix).any(axis=1))
    return tuple(process.states[place] for place in unknown)


def _check_complete(process: Process) -> None:
    if _undefined(process):
        raise EvidenceError(_said_incomplete(process))


def _said_incomplete(process: Process) -> str:
    names = ", ".join(_undefined(process))
    return (
        f"cannot tell the long run of the chain of {process.primary}: nobody was seen to go on "
        f"from {names}; smoothing would assume where they go"
    )


def _said_of_classes(
    process: Process, recurrent: list[int] | None, aperiodic: bool | None
) -> tuple[str, ...]:
    if recurrent is None:
        return ("the chain is reducible: its long run depends on where it starts",)
    outside = [s for n, s in enumerate(process.states) if n not in recurrent and n]
    if outside:
        first = f"not irreducible: the chain leaves {', '.join(outside)} for good"
    else:
        first = "irreducible: every site leads to every other in some number of steps"
    second = "aperiodic" if aperiodic else "periodic: shares alternate and do not settle"
    return (first, second)


def _said_of_identity(process: Process) -> str:
    if process.identifiable:
        return "identifiable: the steps themselves were seen"
    sites = len(process.states) - 1
    return (
        f"not identifiable: frequencies fix {sites - 1} of the {sites * (sites - 1)} free "
        f"transition probabilities of {sites} sites; {(sites - 1) ** 2} are left open"
    )
