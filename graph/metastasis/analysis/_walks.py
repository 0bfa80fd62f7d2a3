"""Random walks with restart: what lies near a cancer or a site by all paths, not one edge only."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING, Any

import numpy as np

from metastasis.analysis._answer import Answer
from metastasis.analysis._findings import STUDIED
from metastasis.analysis._matrix import incidence, node_names, scipy_sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from metastasis._graph import KnowledgeGraph

__all__ = ["Visited", "random_walk", "visits"]


@dataclass(frozen=True, slots=True)
class Visited:
    """One node, and how much of its time a random walk spends there."""

    node: str
    node_label: str
    role: str
    """``primary`` or ``site``."""
    share: float
    """Of all steps; the shares of all nodes are 1 together."""
    is_start: bool


def random_walk(
    graph: KnowledgeGraph | nx.DiGraph[str],
    primaries: Sequence[str] = (),
    sites: Sequence[str] = (),
    *,
    restart: float = 0.15,
    edge: str = "any",
    weight: str | None = "weight",
    distinct: bool = False,
    top: int | None = None,
) -> Answer[Visited]:
    """Return where a random walk that returns to these nodes spends its time, most first.

    At each step the walk goes back to one of the nodes named, with the chance ``restart``, or else
    on along an edge, in either direction, as often as it weighs. This says what is near in the
    graph, not where cells go: it is no model of spread.

    Parameters
    ----------
    graph, edge, weight, distinct
        As for :func:`metastasis.analysis._matrix.incidence`; by default edges weigh as many sources
        as report the pair.
    primaries, sites
        Where the walk starts and restarts; at least one.
    restart
        Between 0 and 1.
    top
        Only so many rows; None for all.

    >>> import metastasis as mets
    >>> found = random_walk(mets.load(), ["melanoma_uveal"])
    >>> found[0].node, round(sum(one.share for one in found), 6)
    ('primary:melanoma_uveal', 1.0)

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        No edge is left.
    ValueError
        Nothing is named, what is named has no edge, or ``restart`` is not between 0 and 1.
    """
    starts = node_names(graph, primaries, "primary") + node_names(graph, sites, "site")
    found = incidence(graph, weight=weight, edge=edge, distinct=distinct)
    names = (*found.rows, *found.columns)
    if not starts:
        raise ValueError("name at least one primary or site to start from")
    if lone := [name for name in starts if name not in names]:
        raise ValueError(f"no edge of this kind is known for {', '.join(lone)}: nowhere to walk")
    shares = visits(_both_ways(found.matrix), [names.index(name) for name in starts], restart)
    rows = [
        Visited(
            node=name,
            node_label=found.labels[name],
            role="primary" if i < len(found.rows) else "site",
            share=float(share),
            is_start=name in starts,
        )
        for i, (name, share) in enumerate(zip(names, shares, strict=True))
    ]
    rows.sort(key=lambda one: (-one.share, one.node))
    return Answer(
        Visited,
        rows[:top],
        formula="x = (1 - c)·x·P + c·e, with restart c and the transition matrix P",
        source="Tong, Faloutsos, Pan 2006, doi:10.1109/ICDM.2006.70",
        inputs=[f"{found.matrix.nnz} edges", f"restart {restart:g}"],
        notes=["Near in the graph is not where cells go: no model of spread.", STUDIED],
    )


def visits(
    adjacency: Any, starts: Sequence[int], restart: float = 0.15, tolerance: float = 1e-12
) -> Any:
    """Return the share of steps at each node of a random walk with restart, as an array.

    The solution of x = (1 - c)·x·P + c·e by repeated steps, where c is ``restart``, P the adjacency
    with rows that add up to 1, and e even over the starts; from a node without an edge the walk
    restarts. The same as personalized PageRank with a damping of 1 - c. (Tong H, Faloutsos C, Pan
    JY, ICDM 2006:613-622, doi:10.1109/ICDM.2006.70.)

    Parameters
    ----------
    adjacency
        A square sparse matrix of weights that are not negative.
    starts
        The numbers of the nodes where the walk starts.
    tolerance
        How far the shares may be off, all together. Each step shrinks the error by 1 - c, so that
        the steps it takes are known beforehand.

    >>> visits(scipy_sparse().csr_array([[0.0, 1.0], [1.0, 0.0]]), [0], restart=0.5).round(4)
    array([0.6667, 0.3333])

    Raises
    ------
    ValueError
        ``restart`` is not between 0 and 1, or there is no start.
    """
    if not 0 < restart < 1:
        raise ValueError(f"restart is {restart}; it lies between 0 and 1")
    if not len(starts):
        raise ValueError("a walk needs a node to start from")
    outward = np.asarray(adjacency.sum(axis=1))
    steps = scipy_sparse().diags_array(1 / np.where(outward > 0, outward, 1.0)) @ adjacency
    back, stuck = steps.T.tocsr(), outward == 0
    start = np.zeros(adjacency.shape[0])
    start[list(starts)] = 1 / len(set(starts))
    shares = start
    for _ in range(ceil(log(tolerance / 2) / log(1 - restart))):
        on = back @ shares + shares[stuck].sum() * start
        shares = (1 - restart) * on + restart * start
    return shares


def _both_ways(matrix: Any) -> Any:
    sparse = scipy_sparse()
    return sparse.block_array([[None, matrix], [matrix.T, None]], format="csr")
