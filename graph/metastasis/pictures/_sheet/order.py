"""In which order things stand: few crossings, or like beside like with the tree behind it.

Nothing here draws, and nothing is left to chance: equal choices are settled by the order given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float64]

__all__ = [
    "Join",
    "Tree",
    "cluster_order",
    "cluster_tree",
    "count_crossings",
    "minimize_crossings",
]

_ROUNDS = 40
"""Sweeps at most; the order of all graphs here settles in far fewer."""
_WORK = 1_500_000
"""Cells that are looked over at most, in all rounds: what keeps large networks to seconds."""
_WORTH = 0.998
"""What is left of the crossings by a sweep that is worth another: later ones win next to nothing,
and of few crossings any that is saved."""
_CLUSTERED = 300
"""Above so many rows or columns only the order given is started from."""


def count_crossings(matrix: Matrix) -> int:
    """Return how many pairs of edges cross, for a 0/1 matrix of left rows and right columns.

    Two edges cross if one starts above the other and ends below it; edges with an end in common
    never do.

    >>> count_crossings(np.array([[0.0, 1.0], [1.0, 0.0]]))
    1
    """
    below = _exclusive(matrix[::-1])[::-1]
    return int((matrix * _exclusive(below.T).T).sum())


def minimize_crossings(matrix: Matrix) -> tuple[list[int], list[int]]:
    """Return an order of the rows and of the columns with few crossings, never more than at first.

    From the order given, and from one that puts like beside like, both sides are by turns sorted
    by the mean place of what they are joined to (Sugiyama et al. 1981,
    doi:10.1109/TSMC.1981.4308636) and then each row moved to where it crosses least
    (Matuszewski et al. 1999, doi:10.1007/3-540-46648-7_22), until nothing gets better.

    >>> rows, columns = minimize_crossings(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> rows, columns
    ([0, 1], [1, 0])
    """
    rows, columns = matrix.shape
    starts = [(list(range(rows)), list(range(columns)))]
    if max(rows, columns) <= _CLUSTERED:
        starts.append((cluster_order(matrix), cluster_order(matrix.T)))
    finished = [_improve(matrix, *start) for start in starts]
    return min(finished, key=lambda orders: count_crossings(matrix[np.ix_(*orders)]))


def _exclusive(matrix: Matrix) -> Matrix:
    """Return sums over the rows before each row."""
    return np.cumsum(matrix, axis=0) - matrix


def _improve(matrix: Matrix, rows: list[int], columns: list[int]) -> tuple[list[int], list[int]]:
    best = count_crossings(matrix[np.ix_(rows, columns)])
    for _ in range(min(_ROUNDS, max(2, _WORK // max(matrix.size, 1)))):
        columns = _reorder(matrix.T, columns, rows)
        rows = _reorder(matrix, rows, columns)
        found = count_crossings(matrix[np.ix_(rows, columns)])
        if found >= _WORTH * best:
            break
        best = found
    return rows, columns


def _reorder(matrix: Matrix, rows: list[int], columns: list[int]) -> list[int]:
    """Return a better order of the rows while the columns stay, or the same."""
    by_mean = _by_mean_place(matrix, rows, columns)
    better = min(rows, by_mean, key=lambda order: count_crossings(matrix[np.ix_(order, columns)]))
    return _sift(matrix[:, columns], better)


def _by_mean_place(matrix: Matrix, rows: list[int], columns: list[int]) -> list[int]:
    weights = matrix[np.ix_(rows, columns)]
    places = weights @ np.arange(len(columns)) / np.maximum(weights.sum(axis=1), 1)
    return [rows[index] for index in np.argsort(places, kind="stable")]


def _sift(matrix: Matrix, order: list[int]) -> list[int]:
    """Move each row, the busiest first, to where it crosses the fewest edges."""
    above = matrix @ _exclusive(matrix.T)
    change = above.T - above
    """By how many crossings there are more if the first stands below the second, not above."""
    places = list(order)
    for row in np.argsort(-matrix.sum(axis=1), kind="stable").tolist():
        place = places.index(row)
        others = places[:place] + places[place + 1 :]
        costs = [0.0, *np.cumsum(change[row][others]).tolist()]
        best = min(range(len(costs)), key=costs.__getitem__)
        if costs[best] < costs[place]:
            places = others
            places.insert(best, row)
    return places


# Like beside like


@dataclass(frozen=True, slots=True)
class Join:
    """Where two branches of a tree meet: their places in the order, and how far down each began."""

    places: tuple[float, float]
    starts: tuple[float, float]
    """The distance at which each branch was itself joined; 0 for a single row."""
    distance: float
    """Between the two branches: 0 (the same) to 1 (nothing in common)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """An order of rows, and the joins that led to it, the nearest rows first."""

    order: tuple[int, ...]
    joins: tuple[Join, ...]


def cluster_order(matrix: Matrix) -> list[int]:
    """Return an order of the rows that puts like beside like, the fullest end first.

    The order of the leaves of :func:`cluster_tree`.

    >>> cluster_order(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    [0, 2, 1]
    """
    return list(cluster_tree(matrix).order)


def cluster_tree(matrix: Matrix) -> Tree:
    """Return the tree of the rows of a matrix with no negative value, like beside like.

    Rows are joined by average linkage (Sokal and Michener 1958) on the weighted Jaccard distance,
    1 - Σ min / Σ max (Ružička 1958); of two branches that are joined, those ends touch that are
    nearest to one another.

    >>> tree = cluster_tree(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    >>> tree.order, [join.distance for join in tree.joins]
    ((0, 2, 1), [0.0, 1.0])
    >>> cluster_tree(np.zeros((0, 2))).order
    ()
    """
    count = len(matrix)
    if count < 2:
        return Tree(tuple(range(count)), ())
    order, merged = _join(_distances(matrix))
    weight = matrix.sum(axis=1)[order]
    half = count // 2
    if weight[:half].sum() < weight[count - half :].sum():
        order = order[::-1]
    return Tree(tuple(order), tuple(_joins(order, merged)))


def _distances(matrix: Matrix) -> Matrix:
    both = np.zeros((len(matrix), len(matrix)))
    below = 0.0
    for level in np.unique(matrix[matrix > 0]):
        reached = (matrix >= level).astype(float)
        both += (level - below) * (reached @ reached.T)
        below = level
    sums = matrix.sum(axis=1)
    either = sums[:, None] + sums - both
    shared = np.divide(both, either, out=np.ones_like(both), where=either > 0)
    apart: Matrix = (1 - shared).round(12)
    return apart


def _join(between: Matrix) -> tuple[list[int], list[tuple[int, int, float]]]:
    """Return the leaves of the average-linkage tree, nearest ends together, and what was joined.

    A join is two rows, the first of each branch as numbered, and the distance.
    """
    clusters: dict[int, list[int]] = {index: [index] for index in range(len(between))}
    merged: list[tuple[int, int, float]] = []
    apart = between.copy()
    np.fill_diagonal(apart, np.inf)
    while len(clusters) > 1:
        first, second = sorted(map(int, np.unravel_index(int(apart.argmin()), apart.shape)))
        merged.append((first, second, float(apart[first, second])))
        sizes = len(clusters[first]), len(clusters[second])
        mean = (sizes[0] * apart[first] + sizes[1] * apart[second]) / sum(sizes)
        apart[first, :] = apart[:, first] = mean.round(12)
        apart[second, :] = apart[:, second] = apart[first, first] = np.inf
        clusters[first] = _touching(clusters[first], clusters.pop(second), between)
    return clusters[0], merged


def _touching(first: list[int], second: list[int], between: Matrix) -> list[int]:
    pairs = [(a, b) for a in (first, first[::-1]) for b in (second, second[::-1])]
    best = min(pairs, key=lambda pair: between[pair[0][-1], pair[1][0]])
    return [*best[0], *best[1]]


def _joins(order: Sequence[int], merged: Sequence[tuple[int, int, float]]) -> list[Join]:
    """Return each join with the places of its branches: a branch stands midway over its own two."""
    places = {row: float(place) for place, row in enumerate(order)}
    starts = dict.fromkeys(places, 0.0)
    joins = []
    for first, second, distance in merged:
        ends = sorted([(places[first], starts[first]), (places[second], starts[second])])
        (left, left_start), (right, right_start) = ends
        joins.append(Join((left, right), (left_start, right_start), distance))
        places[first], starts[first] = (left + right) / 2, distance
    return joins
