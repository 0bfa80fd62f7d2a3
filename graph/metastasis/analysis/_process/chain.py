"""Markov chains as matrices: classes, stationary distribution, mean first-passage times.

A matrix here is a square array of floats whose rows sum to one: entry ``[i, j]`` is the probability
that the next state after ``i`` is ``j``. Kemeny JG, Snell JL, Finite Markov Chains, Van Nostrand
1960, has the definitions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._errors import EvidenceError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = [
    "check_matrix",
    "first_passage_times",
    "is_aperiodic",
    "recurrent_states",
    "stationary_distribution",
]


def check_matrix(matrix: Matrix) -> None:
    """Do nothing where a matrix is a transition matrix.

    >>> import numpy as np
    >>> check_matrix(np.array([[0.5, 0.5], [0.9, 0.2]]))
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: no transition matrix: row 2 sums to 1.1, not to 1

    Raises
    ------
    EvidenceError
        It is not square, an entry is below zero or undefined, or a row does not sum to one.
    """
    import numpy as np

    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise EvidenceError(f"no transition matrix: its shape is {matrix.shape}, not square")
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise EvidenceError("no transition matrix: an entry is undefined or below zero")
    for number, total in enumerate(matrix.sum(axis=1), start=1):
        if abs(total - 1) > 1e-6:
            raise EvidenceError(f"no transition matrix: row {number} sums to {total:g}, not to 1")


def recurrent_states(matrix: Matrix) -> list[int] | None:
    """Return the states that the chain ends up among, or None where that depends on its start.

    They are the one closed class of states that all reach each other. Where there are several such
    classes, the chain has no one stationary distribution.

    >>> import numpy as np
    >>> recurrent_states(np.array([[0, 1, 0], [0, 0, 1], [0, 1, 0]], dtype=float))
    [1, 2]
    >>> recurrent_states(np.eye(2))
    """
    import numpy as np

    reach = _reachable(matrix)
    closed = np.all(~reach | reach.T, axis=1)
    states = [int(state) for state in np.flatnonzero(closed)]
    return states if reach[states[0], states].all() else None


def is_aperiodic(matrix: Matrix, states: list[int]) -> bool:
    """Return whether the chain, once among these recurrent states, does not alternate for ever.

    >>> import numpy as np
    >>> is_aperiodic(np.array([[0.0, 1.0], [1.0, 0.0]]), [0, 1])
    False
    """
    import networkx as nx
    import numpy as np

    links = matrix[np.ix_(states, states)] > 0
    network: nx.DiGraph[int] = nx.from_numpy_array(links, create_using=nx.DiGraph)
    return bool(nx.is_aperiodic(network))


def stationary_distribution(matrix: Matrix) -> Matrix:
    """Return the share of steps that a long run spends in each state: one share a state, sum 1.

    The solution of ``p @ matrix == p``; states that the chain leaves for good have 0.

    >>> import numpy as np
    >>> stationary_distribution(np.array([[0.5, 0.5], [0.25, 0.75]])).round(4).tolist()
    [0.3333, 0.6667]

    Raises
    ------
    EvidenceError
        Where the chain ends up depends on its start, so that there is no one such distribution.
    """
    import numpy as np

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

    >>> import numpy as np
    >>> first_passage_times(np.array([[0.5, 0.5], [0.25, 0.75]])).round(2).tolist()
    [[3.0, 2.0], [4.0, 1.5]]

    Raises
    ------
    EvidenceError
        As :func:`stationary_distribution`.
    """
    import numpy as np

    shares = stationary_distribution(matrix)
    size = len(matrix)
    fundamental = np.linalg.inv(np.eye(size) - matrix + np.tile(shares, (size, 1)))
    returns = shares > 0
    times = np.full((size, size), np.inf)
    times[:, returns] = (fundamental.diagonal() - fundamental)[:, returns] / shares[returns]
    times[returns, returns] = 1 / shares[returns]
    return times


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
    import numpy as np

    reach = (matrix > 0) | np.eye(len(matrix), dtype=bool)
    steps = 1
    while steps < len(matrix):
        reach = reach.astype(np.float32) @ reach.astype(np.float32) > 0
        steps *= 2
    return reach
