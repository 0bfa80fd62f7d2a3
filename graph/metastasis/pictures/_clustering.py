"""Which rows of a matrix are alike: an order that puts like beside like, and the tree behind it.

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

__all__ = ["Join", "Tree", "cluster_order", "cluster_tree"]


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
