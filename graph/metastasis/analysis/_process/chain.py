"""The spread of one primary as a Markov chain over sites: the mathematics, and the record.

A matrix here is a square array of floats whose rows sum to one: entry ``[i, j]`` is the probability
that the next state after ``i`` is ``j``. Kemeny JG, Snell JL, Finite Markov Chains, Van Nostrand
1960, has the definitions.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis._errors import EvidenceError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = [
    "Process",
    "Soundness",
    "check_matrix",
    "first_passage_times",
    "is_aperiodic",
    "known_process",
    "over_draws",
    "recurrent_states",
    "stationary_distribution",
]

_OFF: Final = 1e-6
"""How far a row may be from a sum of one: matrices that are typed have six digits."""


def check_matrix(matrix: Matrix) -> None:
    """Do nothing where a matrix is a transition matrix.

    >>> check_matrix(np.array([[0.5, 0.5], [0.9, 0.2]]))
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: no transition matrix: row 2 sums to 1.1, not to 1

    Raises
    ------
    EvidenceError
        It is not square, an entry is below zero or undefined, or a row does not sum to one.
    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise EvidenceError(f"no transition matrix: its shape is {matrix.shape}, not square")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise EvidenceError("no transition matrix: an entry is undefined or below zero")
    for number, total in enumerate(matrix.sum(axis=1), start=1):
        if abs(total - 1) > _OFF:
            raise EvidenceError(f"no transition matrix: row {number} sums to {total:g}, not to 1")


def recurrent_states(matrix: Matrix) -> list[int] | None:
    """Return the states that the chain ends up among, or None where that depends on its start.

    They are the one closed class of states that all reach each other. Where there are several such
    classes, the chain has no one stationary distribution.

    >>> recurrent_states(np.array([[0, 1, 0], [0, 0, 1], [0, 1, 0]], dtype=float))
    [1, 2]
    >>> recurrent_states(np.eye(2))
    """
    reach = _reachable(matrix)
    closed = np.all(~reach | reach.T, axis=1)
    states = [int(state) for state in np.flatnonzero(closed)]
    return states if reach[states[0], states].all() else None


def is_aperiodic(matrix: Matrix, states: list[int]) -> bool:
    """Return whether the chain, once among these recurrent states, does not alternate for ever.

    >>> is_aperiodic(np.array([[0.0, 1.0], [1.0, 0.0]]), [0, 1])
    False
    """
    import networkx as nx

    links = matrix[np.ix_(states, states)] > 0
    network: nx.DiGraph[int] = nx.from_numpy_array(links, create_using=nx.DiGraph)
    return bool(nx.is_aperiodic(network))


def stationary_distribution(matrix: Matrix) -> Matrix:
    """Return the share of steps that a long run spends in each state: one share a state, sum 1.

    The solution of ``p @ matrix == p``; states that the chain leaves for good have 0.

    >>> stationary_distribution(np.array([[0.5, 0.5], [0.25, 0.75]])).round(4).tolist()
    [0.3333, 0.6667]

    Raises
    ------
    EvidenceError
        Where the chain ends up depends on its start, so that there is no one such distribution.
    """
    recurrent = _recurrent(matrix)
    inner = matrix[np.ix_(recurrent, recurrent)]
    equations = inner.T - np.eye(len(recurrent))
    equations[-1] = 1
    shares = np.linalg.solve(equations, np.eye(len(recurrent))[-1])
    distribution = np.zeros(len(matrix))
    distribution[recurrent] = shares
    return distribution


def first_passage_times(matrix: Matrix) -> Matrix:
    """Return the mean number of steps from each state (row) until each (column) is first reached.

    With the fundamental matrix ``Z = (I - P + 1 p)^-1`` and the stationary distribution ``p``:
    ``(Z[j, j] - Z[i, j]) / p[j]``, and ``1 / p[j]`` for the return to a state (Kemeny and Snell
    1960, chapter IV). A state that the chain leaves for good has infinity in its column.

    >>> first_passage_times(np.array([[0.5, 0.5], [0.25, 0.75]])).round(2).tolist()
    [[3.0, 2.0], [4.0, 1.5]]

    Raises
    ------
    EvidenceError
        As :func:`stationary_distribution`.
    """
    shares = stationary_distribution(matrix)
    size = len(matrix)
    fundamental = np.linalg.inv(np.eye(size) - matrix + np.tile(shares, (size, 1)))
    returns = shares > 0
    times = np.full((size, size), np.inf)
    times[:, returns] = (fundamental.diagonal() - fundamental)[:, returns] / shares[returns]
    times[returns, returns] = 1 / shares[returns]
    return times


@dataclass(frozen=True, slots=True)
class Soundness:
    """What may be asked of a chain, and what its evidence leaves open."""

    undefined: tuple[str, ...]
    """States that no patient was seen to go on from, so that their row is not known."""
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
        """Return the share of each state in the long run; see :func:`stationary_distribution`.

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
    shape = work_out(np.full((len(process.states),) * 2, 1 / len(process.states))).shape
    worked = np.full((len(process.draws), *shape), np.nan)
    for number, matrix in enumerate(process.draws):
        if np.isfinite(matrix).all():
            with suppress(EvidenceError):  # a draw that is reducible has no one long run
                worked[number] = work_out(matrix)
    return worked


def _recurrent(matrix: Matrix) -> list[int]:
    recurrent = recurrent_states(matrix)
    if recurrent is None:
        raise EvidenceError(
            "the chain is reducible: where it ends up depends on where it starts, so there is no "
            "one stationary distribution; smoothing, or more sequences, would connect its parts"
        )
    return recurrent


def _reachable(matrix: Matrix) -> NDArray[np.bool_]:
    """Return which states lead to which in any number of steps, none included."""
    reach = (matrix > 0) | np.eye(len(matrix), dtype=bool)
    steps = 1
    while steps < len(matrix):
        reach = reach.astype(np.float32) @ reach.astype(np.float32) > 0
        steps *= 2
    return reach


def _undefined(process: Process) -> tuple[str, ...]:
    unknown = np.flatnonzero(np.isnan(process.matrix).any(axis=1))
    return tuple(process.states[place] for place in unknown)


def _check_complete(process: Process) -> None:
    if _undefined(process):
        raise EvidenceError(_said_incomplete(process))


def _said_incomplete(process: Process) -> str:
    names = ", ".join(_undefined(process))
    return (
        f"cannot tell the long run of the chain of {process.primary}: no patient was seen to go "
        f"on from {names}; smoothing would assume where they go"
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
