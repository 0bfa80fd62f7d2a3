"""The graph seen from one side: primaries joined by the sites they share, or sites by primaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import check_choice
from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.analysis._matrix import reach_matrix, row_blocks, scipy_sparse, upper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import networkx as nx

    from metastasis._evidence.evidence import Evidence
    from metastasis._vocabulary import Edge
    from metastasis.analysis._matrix import ReachMatrix

__all__ = [
    "WEIGHTS",
    "ProjectedPair",
    "Projection",
    "project",
    "projection",
    "projection_blocks",
    "projection_of",
]

WEIGHTS: Final = ("plain", "shared", "collaboration")
"""What joins two nodes of a projection weighs: 1; the number of neighbors that they share; or
Newman's collaboration weight."""


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A one-sided graph as a symmetric sparse matrix with the keys of its rows."""

    side: str
    """``primary`` or ``site``."""
    names: tuple[str, ...]
    matrix: Any
    """A `scipy.sparse.csr_array`, its diagonal empty."""
    labels: Mapping[str, str]
    weight: str

    def to_networkx(self) -> nx.Graph[str]:
        """Return the projection as NetworkX makes it; edges carry ``weight`` unless plain.

        >>> import metastasis as mets
        >>> graph = project(mets.load().evidence).to_networkx()
        >>> graph["primary:breast"]["primary:melanoma"]["weight"] > 1
        True
        """
        import networkx as nx

        graph: nx.Graph[str] = nx.Graph()
        names = [f"{self.side}:{name}" for name in self.names]
        for node, name in zip(names, self.names, strict=True):
            graph.add_node(node, label=self.labels[name])
        for row, column, weight in upper(self.matrix):
            data = {} if self.weight == "plain" else {"weight": weight}
            graph.add_edge(names[row], names[column], **data)
        return graph


@dataclass(frozen=True, slots=True)
class ProjectedPair:
    """Two nodes of one side that share neighbors on the other."""

    side: str
    """What both are: ``primary`` or ``site``."""
    node: str
    """Catalog key."""
    node_label: str
    other: str
    other_label: str
    shared: int
    """How many neighbors they share."""
    collaboration: float
    """Newman's weight: each shared neighbor of degree d counts 1/(d - 1)."""


def project(
    graph: Evidence | nx.DiGraph[str],
    of: str = "primaries",
    *,
    weight: str = "shared",
    edge: Edge = "any",
    distinct: bool = True,
) -> Projection:
    """Return the projection of the graph on its primaries, or on its sites, as a matrix.

    Parameters
    ----------
    graph
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    of
        ``"primaries"`` or ``"sites"``.
    weight
        ``"plain"``: 1 where two share anything; ``"shared"``: the number that they share;
        ``"collaboration"``: the sum over what they share of 1/(d - 1), where d is its degree, so
        that a site that every cancer reaches says little (formula 2 of Newman MEJ, Scientific
        collaboration networks II, Phys Rev E 2001;64:016132, doi:10.1103/PhysRevE.64.016132).
    edge, distinct
        As for :func:`projection`.

    >>> import metastasis as mets
    >>> project(mets.load().evidence, "sites").names[0]
    'adrenal_gland'

    Raises
    ------
    UnknownNameError
        There is no such side or weight.
    EvidenceError
        No edge is left.
    """
    return projection_of(reach_matrix(graph, edge=edge, distinct=distinct).of(of), weight)


def projection_of(found: ReachMatrix, weight: str = "shared") -> Projection:
    """Return the projection of a matrix on its rows; see :func:`project`."""
    blocks = [block for _, block in projection_blocks(found.pattern(), weight)]
    matrix = blocks[0] if len(blocks) == 1 else scipy_sparse().vstack(blocks, format="csr")
    return Projection(found.side, found.rows, matrix, found.labels, weight)


def projection_blocks(matrix: Any, weight: str = "shared") -> Iterator[tuple[int, Any]]:
    """Yield the projection of a 0/1 matrix on its rows, some rows at a time.

    Each item is the number of the first row, and a sparse block of these rows against all rows,
    its diagonal empty. The whole of a large graph never stands in memory.

    >>> matrix = scipy_sparse().csr_array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    >>> [block.toarray().tolist() for _, block in projection_blocks(matrix)]
    [[[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]]
    """
    check_choice("weight", weight, WEIGHTS)
    others = _weighted_columns(matrix, weight).T.tocsr()
    for rows in row_blocks(matrix):
        block = _without_diagonal(matrix[rows] @ others, rows.start)
        if weight == "plain":
            block.data[:] = 1
        yield rows.start, block


def projection(
    evidence: Evidence | nx.DiGraph[str],
    of: str = "primaries",
    *,
    edge: Edge = "any",
    distinct: bool = True,
    top: int | None = None,
) -> Table[ProjectedPair]:
    """Return every two primaries (or sites) that share something, those with the most first.

    :func:`metastasis.analysis.project` gives the same as a matrix and a NetworkX graph.

    Parameters
    ----------
    evidence
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    of
        ``"primaries"`` or ``"sites"``.
    edge
        Only edges of this class (``"commonly"``, ``"possibly"``, ``"rarely"``), or ``"any"``.
    distinct
        Whether a cancer and its kinds count once, and a site and its parts.
    top
        At most this many rows; None is all.

    >>> import metastasis as mets
    >>> projection(mets.load().evidence, "sites", top=1)[0].other
    'lung'

    Raises
    ------
    UnknownNameError
        There is no such side or edge.
    EvidenceError
        No edge is left, or only one node of the side has one.
    """
    found = reach_matrix(evidence, edge=edge, distinct=distinct).of(of).to_compare()
    shared = projection_of(found, "shared").matrix
    collaboration = projection_of(found, "collaboration").matrix
    # Both matrices have an entry wherever two rows share a column, so that they run in step.
    pairs = [
        ProjectedPair(
            side=found.side,
            node=found.rows[i],
            node_label=found.labels[found.rows[i]],
            other=found.rows[j],
            other_label=found.labels[found.rows[j]],
            shared=round(number),
            collaboration=weight,
        )
        for (i, j, number), (_, _, weight) in zip(upper(shared), upper(collaboration), strict=True)
    ]
    pairs.sort(key=lambda one: (-one.shared, -one.collaboration, one.node, one.other))
    return Table(
        ProjectedPair,
        pairs[:top],
        formula="collaboration = Σ 1/(d - 1) over what is shared, of degree d",
        source="Newman 2001, doi:10.1103/PhysRevE.64.016132",
        inputs=[f"{found.matrix.nnz} edges"],
        notes=[STUDIED],
    )


def _weighted_columns(matrix: Any, weight: str) -> Any:
    if weight != "collaboration":
        return matrix
    degrees = np.bincount(matrix.indices, minlength=matrix.shape[1])
    weighted = matrix.copy()
    # A column of one row joins no two, so that what its division by zero would be never matters.
    weighted.data = 1.0 / np.maximum(degrees - 1, 1)[matrix.indices]
    return weighted


def _without_diagonal(block: Any, first: int) -> Any:
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    off = block.indices != rows + first
    ends = np.concatenate(([0], np.cumsum(np.bincount(rows[off], minlength=block.shape[0]))))
    kept = (block.data[off], block.indices[off], ends)
    return scipy_sparse().csr_array(kept, shape=block.shape)
