"""Whether the sites of narrow cancers lie within those of broad ones, and which pairs share most.

Both are held against random graphs in which every cancer and every site keeps its number of edges:
what is left is not explained by some cancers, or some sites, just having more edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError
from metastasis.analysis._answer import Answer
from metastasis.analysis._findings import STUDIED
from metastasis.analysis._matrix import incidence
from metastasis.analysis._null_models import (
    adjusted,
    draws_with_degrees_kept,
    exceedance,
    z_score,
)

if TYPE_CHECKING:
    import networkx as nx

    from metastasis._graph import KnowledgeGraph
    from metastasis.analysis._matrix import Incidence

__all__ = ["Nestedness", "Overlap", "nestedness", "nodf", "overlap"]

_LARGEST: Final = 2_000
_CURVEBALL: Final = "random graphs after Strona and others 2014, doi:10.1038/ncomms5114"
_NULL: Final = "In the random graphs every primary and every site keeps its number of edges."


@dataclass(frozen=True, slots=True)
class Nestedness:
    """One figure of nestedness, held against random graphs with the same degrees."""

    what: str
    """``all``, ``primaries`` or ``sites``: the pairs that are averaged."""
    nodf: float
    """0 (not nested) to 100 (perfectly nested)."""
    expected: float
    """The mean of the draws."""
    spread: float
    """Their standard deviation."""
    z: float | None
    """None where every draw is the same: it cannot be told."""
    p_more: float
    """The chance of a graph at least as nested."""
    p_less: float
    """The chance of a graph at most as nested."""
    draws: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two nodes of one side, and whether they share more than their degrees explain."""

    node: str
    node_label: str
    other: str
    other_label: str
    shared: int
    expected: float
    """The mean of the draws."""
    z: float | None
    """None where every draw is the same: their degrees alone fix what they share."""
    p_more: float
    """The chance of sharing as much or more."""
    p_less: float
    """The chance of sharing as little or less."""
    p_adjusted: float
    """``p_more`` for the number of pairs, by the false discovery rate."""


def nodf(matrix: Any) -> tuple[float, float, float]:
    """Return the nestedness (NODF) of all pairs, of pairs of rows, and of pairs of columns.

    Each pair with different numbers of entries counts as the percentage of the entries of the
    smaller that the larger has too, each other pair as 0; the mean is over all pairs. From 0 to
    100. (Almeida-Neto M, Guimarães P, Guimarães PR, Loyola RD, Ulrich W, Oikos 2008;117:1227-1239,
    doi:10.1111/j.0030-1299.2008.16644.x.) Rows and columns without an entry count as 0; a side with
    fewer than two gives NaN.

    >>> from metastasis.analysis._matrix import scipy_sparse
    >>> nodf(scipy_sparse().csr_array([[1, 1, 1], [1, 1, 0], [1, 0, 0]]))
    (100.0, 100.0, 100.0)
    """
    pattern = (matrix != 0).astype(float).tocsr()
    (rows, row_pairs), (columns, column_pairs) = _overlaps(pattern), _overlaps(pattern.T.tocsr())
    pairs = row_pairs + column_pairs
    return tuple(  # type: ignore[return-value]
        total / number if number else float("nan")
        for total, number in ((rows + columns, pairs), (rows, row_pairs), (columns, column_pairs))
    )


def nestedness(
    graph: KnowledgeGraph | nx.DiGraph[str],
    *,
    edge: str = "any",
    distinct: bool = True,
    draws: int = 1000,
    seed: int = 1,
    trades: int | None = None,
) -> Answer[Nestedness]:
    """Return how nested the graph is, against random graphs that keep all degrees.

    Parameters
    ----------
    graph, edge, distinct
        As for :func:`metastasis.analysis._matrix.incidence`; here a cancer and its kinds count
        once unless told otherwise.
    draws, seed, trades
        As for :func:`metastasis.analysis._null_models.draws_with_degrees_kept`.

    >>> import metastasis as mets
    >>> [one.what for one in nestedness(mets.load(), draws=20)]
    ['all', 'primaries', 'sites']

    Raises
    ------
    EvidenceError
        There are fewer than two primaries or sites with an edge.
    ValueError
        ``draws`` or ``trades`` is not positive.
    """
    found = _at_least_two(incidence(graph, edge=edge, distinct=distinct))
    drawn = [nodf(one) for one in draws_with_degrees_kept(found.matrix, draws, seed, trades)]
    rows = [
        _nestedness(what, observed, np.array([one[i] for one in drawn]))
        for i, (what, observed) in enumerate(
            zip(("all", "primaries", "sites"), nodf(found.matrix), strict=True)
        )
    ]
    return Answer(
        Nestedness,
        rows,
        formula="NODF: mean over pairs of 100 · of both / of the smaller, 0 where of one size",
        source=f"Almeida-Neto and others 2008, doi:10.1111/j.0030-1299.2008.16644.x; {_CURVEBALL}",
        inputs=[f"{found.matrix.nnz} edges", f"{draws} random graphs, seed {seed}"],
        notes=[_NULL, STUDIED],
    )


def overlap(
    graph: KnowledgeGraph | nx.DiGraph[str],
    of: str = "primaries",
    *,
    edge: str = "any",
    distinct: bool = True,
    draws: int = 1000,
    seed: int = 1,
    trades: int | None = None,
    top: int | None = None,
) -> Answer[Overlap]:
    """Return for every two primaries (or sites) whether they share more than degrees explain.

    Those that stand out most come first; pairs of which nothing can be told come last. The p-values
    of many pairs are many: ``p_adjusted`` says what is left of them.

    Parameters
    ----------
    graph, edge, distinct
        As for :func:`metastasis.analysis._matrix.incidence`; here a cancer and its kinds count
        once unless told otherwise.
    of
        ``"primaries"`` or ``"sites"``.
    draws, seed, trades
        As for :func:`metastasis.analysis._null_models.draws_with_degrees_kept`.
    top
        Only so many rows; None for all.

    >>> import metastasis as mets
    >>> found = overlap(mets.load(), draws=20, top=5)
    >>> all(one.z is None or one.z > 0 for one in found)
    True

    Raises
    ------
    EvidenceError
        There are fewer than two primaries or sites with an edge, or over 2,000 to be paired.
    ValueError
        ``draws`` or ``trades`` is not positive.
    """
    found = _at_least_two(incidence(graph, edge=edge, distinct=distinct).side(of))
    if len(found.rows) > _LARGEST:
        raise EvidenceError(f"{len(found.rows)} {of} are too many to pair against random graphs")
    pairs = np.triu_indices(len(found.rows), k=1)
    observed = _shared(found.matrix, pairs)
    counts = [
        _shared(one, pairs) for one in draws_with_degrees_kept(found.matrix, draws, seed, trades)
    ]
    rows = _overlap_rows(found, pairs, observed, np.array(counts))
    return Answer(
        Overlap,
        rows[:top],
        formula="z = (shared - mean of draws) / standard deviation of draws",
        source=_CURVEBALL,
        inputs=[f"{found.matrix.nnz} edges", f"{draws} random graphs, seed {seed}"],
        notes=[_NULL, STUDIED],
    )


def _at_least_two(found: Incidence) -> Incidence:
    if min(found.matrix.shape) < 2:
        raise EvidenceError("this needs at least two primaries and two sites with an edge")
    return found


def _overlaps(pattern: Any) -> tuple[float, int]:
    """Return the sum of the paired overlaps of rows in percent, and the number of pairs."""
    number = pattern.shape[0]
    sizes = np.diff(pattern.indptr)
    shared = (pattern @ pattern.T).tocoo()
    larger, smaller = sizes[shared.row], sizes[shared.col]
    nested = larger > smaller
    total = float((100 * shared.data[nested] / smaller[nested]).sum())
    return total, number * (number - 1) // 2


def _nestedness(what: str, observed: float, drawn: Any) -> Nestedness:
    return Nestedness(
        what=what,
        nodf=observed,
        expected=float(drawn.mean()),
        spread=float(drawn.std(ddof=1)) if len(drawn) > 1 else 0.0,
        z=z_score(observed, drawn),
        p_more=exceedance(observed, drawn),
        p_less=exceedance(-observed, -drawn),
        draws=len(drawn),
    )


def _shared(matrix: Any, pairs: tuple[Any, Any]) -> Any:
    pattern = (matrix != 0).astype(float).toarray()
    return (pattern @ pattern.T)[pairs]


def _overlap_rows(
    found: Incidence, pairs: tuple[Any, Any], observed: Any, counts: Any
) -> list[Overlap]:
    chances = [exceedance(seen, drawn) for seen, drawn in zip(observed, counts.T, strict=True)]
    rows = [
        Overlap(
            node=found.rows[i],
            node_label=found.labels[found.rows[i]],
            other=found.rows[j],
            other_label=found.labels[found.rows[j]],
            shared=int(seen),
            expected=float(drawn.mean()),
            z=z_score(seen, drawn),
            p_more=chance,
            p_less=exceedance(-seen, -drawn),
            p_adjusted=fair,
        )
        for i, j, seen, drawn, chance, fair in zip(
            *pairs, observed, counts.T, chances, adjusted(chances), strict=True
        )
    ]
    return sorted(rows, key=lambda one: (one.z is None, -(one.z or 0), one.node, one.other))
