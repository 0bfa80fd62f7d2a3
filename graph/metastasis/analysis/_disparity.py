"""The backbone of a weighted graph: the links too heavy to come from an even split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from metastasis._evidence.pair import check_choice
from metastasis.analysis._answer import Answer
from metastasis.analysis._findings import STUDIED
from metastasis.analysis._matrix import incidence
from metastasis.analysis._projection import projection_of

if TYPE_CHECKING:
    import networkx as nx

    from metastasis._graph import KnowledgeGraph

__all__ = ["BackboneLink", "backbone", "disparity"]

_SIDES = ("primaries", "sites", "pairs")


@dataclass(frozen=True, slots=True)
class BackboneLink:
    """One link of a weighted graph, and whether it belongs to the backbone."""

    node: str
    node_label: str
    other: str
    other_label: str
    weight: float
    p: float
    """The chance of such a share of the weight in an even split, seen from the node that gives the
    smaller one; 1 where both have this link only."""
    kept: bool
    """Whether it is below the threshold."""


def backbone(
    graph: KnowledgeGraph | nx.DiGraph[str],
    of: str = "primaries",
    *,
    alpha: float = 0.05,
    edge: str = "any",
    distinct: bool = False,
    top: int | None = None,
) -> Answer[BackboneLink]:
    """Return the links of the graph, those of its backbone first, by the disparity filter.

    Parameters
    ----------
    graph, edge, distinct
        As for :func:`metastasis.analysis._matrix.incidence`.
    of
        ``"primaries"`` or ``"sites"``: the projection, where a link weighs as many neighbors as
        two share; ``"pairs"``: primaries with sites, where it weighs as many sources as report it.
    alpha
        A link is kept where its p is below, from either end. It is not adjusted for how many
        links there are, as in the method's paper.
    top
        Only so many rows; None for all.

    >>> import metastasis as mets
    >>> links = backbone(mets.load(), "pairs")
    >>> all(one.kept == (one.p < 0.05) for one in links)
    True

    Raises
    ------
    UnknownNameError
        There is no such kind of link.
    EvidenceError
        No edge is left, or only one node of the side has one.
    ValueError
        ``alpha`` is not between 0 and 1.
    """
    check_choice("kind of link", of, _SIDES)
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; it lies between 0 and 1")
    rows, columns, matrix, labels = _links(graph, of, edge, distinct=distinct)
    smaller = np.minimum(disparity(matrix).data, disparity(matrix.T.tocsr()).T.tocsr().data)
    places = matrix.tocoo()
    links = [
        BackboneLink(
            node=rows[i],
            node_label=labels[rows[i]],
            other=columns[j],
            other_label=labels[columns[j]],
            weight=float(weight),
            p=float(p),
            kept=bool(p < alpha),
        )
        for i, j, weight, p in zip(places.row, places.col, places.data, smaller, strict=True)
        if of == "pairs" or i < j
    ]
    links.sort(key=lambda one: (one.p, -one.weight, one.node, one.other))
    return Answer(
        BackboneLink,
        links[:top],
        formula="p = (1 - w/s)^(k - 1), with weight w, the k links of a node, their weight s",
        source="Serrano, Boguñá, Vespignani 2009, doi:10.1073/pnas.0808904106",
        inputs=[_weighs(of)],
        notes=[
            f"Kept where p < {alpha:g} from either end; not adjusted for {len(links)} links.",
            STUDIED,
        ],
    )


def disparity(matrix: Any) -> Any:
    """Return for each entry the chance of its share of the row's weight in an even split.

    p = (1 - w/s)^(k - 1), where w is the entry, s the sum of the row and k the number of its
    entries: the chance that one of k pieces of a stick broken at random is as long. 1 where the row
    has this entry only. (Serrano MÁ, Boguñá M, Vespignani A, Proc Natl Acad Sci USA
    2009;106:6483-6488, doi:10.1073/pnas.0808904106.)

    >>> from metastasis.analysis._matrix import scipy_sparse
    >>> disparity(scipy_sparse().csr_array([[3.0, 1.0], [0.0, 2.0]])).toarray().tolist()
    [[0.25, 0.75], [0.0, 1.0]]
    """
    degrees = np.diff(matrix.indptr)
    found = matrix.copy()
    shares = matrix.data / np.repeat(np.asarray(matrix.sum(axis=1)), degrees)
    found.data = np.maximum(1 - shares, 0.0) ** (np.repeat(degrees, degrees) - 1)
    return found


def _links(
    graph: KnowledgeGraph | nx.DiGraph[str], of: str, edge: str, *, distinct: bool
) -> tuple[tuple[str, ...], tuple[str, ...], Any, Any]:
    if of == "pairs":
        found = incidence(graph, weight="weight", edge=edge, distinct=distinct)
        return found.rows, found.columns, found.matrix, found.labels
    found = incidence(graph, edge=edge, distinct=distinct).side(of).to_compare()
    projection = projection_of(found)
    projection.matrix.sort_indices()
    return projection.names, projection.names, projection.matrix, projection.labels


def _weighs(of: str) -> str:
    if of == "pairs":
        return "how many sources report each pair"
    return f"how many {'sites' if of == 'primaries' else 'primaries'} every two {of} share"
