"""Who reaches what as a sparse matrix with names: primaries in rows, sites in columns.

Everything that compares or groups starts from here, so that nothing grows faster than the edges.
Matrices are `scipy.sparse.csr_array`; blocks of rows keep what a product needs small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, MissingExtraError, check_choice
from metastasis._evidence.edge import EDGES
from metastasis._evidence.evidence import Evidence
from metastasis.analysis._networks import distinct_network, edge_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import networkx as nx

    from metastasis._vocabulary import Edge

__all__ = ["ReachMatrix", "pattern_of", "reach_matrix", "row_blocks", "scipy_sparse", "upper"]

_SIDES: Final = {"primaries": "primary", "sites": "site"}
_MOST_PATHS: Final = 2**22
"""Paths of two steps in a block of rows: some 100 MB at 24 bytes a path."""


@dataclass(frozen=True, slots=True, eq=False)
class ReachMatrix:
    """A sparse matrix of weights with the keys of its rows and columns."""

    side: str
    """What the rows are: ``primary`` or ``site``; the columns are the other."""
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Any
    """A `scipy.sparse.csr_array` of floats without stored zeros."""
    labels: Mapping[str, str]
    """What people call each row."""
    column_labels: Mapping[str, str]

    def of(self, side: str) -> ReachMatrix:
        """Return it with ``primaries`` or with ``sites`` in its rows.

        Raises
        ------
        UnknownNameError
            There is no such side.
        """
        check_choice("side", side, _SIDES)
        if _SIDES[side] == self.side:
            return self
        turned = self.matrix.T.tocsr()
        return ReachMatrix(
            _SIDES[side], self.columns, self.rows, turned, self.column_labels, self.labels
        )

    def to_compare(self) -> ReachMatrix:
        """Return it as it is, where there are rows to be compared.

        Raises
        ------
        EvidenceError
            There is only one.
        """
        if len(self.rows) < 2:
            raise EvidenceError(
                f"only {self.side}:{self.rows[0]} has an edge: nothing to compare it with"
            )
        return self

    def pattern(self) -> Any:
        """Return the matrix with 1 where it has a weight."""
        return pattern_of(self.matrix)


def reach_matrix(
    graph: Evidence | nx.DiGraph[str],
    *,
    weight: str | Mapping[tuple[str, str], float] | None = None,
    edge: Edge = "any",
    distinct: bool = True,
) -> ReachMatrix:
    """Return which primaries have an edge to which sites; those without any edge are left out.

    Groupings of cancers, such as "cancer" in general, are left out: they are not one cancer.

    Parameters
    ----------
    graph
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    weight
        None: 1 for each edge; ``"weight"``: the number of sources that report the pair, or any
        other number that edges carry; or a mapping of (primary, site) to positive numbers, such as
        percentages: edges that are not in it are left out.
    edge
        Only edges of this class, or ``"any"``.
    distinct
        Of evidence: without kinds of a cancer and parts of a site that are counted already, see
        :func:`metastasis.analysis.distinct_network`.

    >>> import metastasis as mets
    >>> found = reach_matrix(mets.load().evidence, edge="commonly")
    >>> int(found.matrix[found.rows.index("prostate"), found.columns.index("bone")])
    1

    Raises
    ------
    EvidenceError
        No edge is left.
    ValueError
        A weight is not positive, or the graph is neither evidence nor a graph of edges.
    """
    check_choice("edge", edge, ("any", *EDGES))
    if isinstance(graph, Evidence) and (weight is None or isinstance(weight, str)):
        return graph.made(_matrix_of_evidence, weight, edge, distinct)
    if isinstance(graph, Evidence):
        graph = graph.made(distinct_network if distinct else edge_network)
    elif graph.is_multigraph() or not graph.is_directed():
        raise ValueError("takes evidence, or its edge_network(evidence)")
    return _matrix_of(graph, weight, edge)


def _matrix_of_evidence(
    evidence: Evidence, weight: str | None, edge: Edge, distinct: bool
) -> ReachMatrix:
    network = distinct_network if distinct else edge_network
    return _matrix_of(evidence.made(network), weight, edge)


def row_blocks(matrix: Any, most: int = _MOST_PATHS) -> Iterator[slice]:
    """Yield slices of rows, each with at most ``most`` paths of two steps, or one row.

    The paths of two steps bound what the rows of ``matrix @ matrix.T`` take in memory.

    >>> list(row_blocks(scipy_sparse().csr_array([[1, 1], [1, 0], [0, 1]]), most=4))
    [slice(0, 1, None), slice(1, 3, None)]
    """
    reached = np.bincount(matrix.indices, minlength=matrix.shape[1])
    ends = np.cumsum(pattern_of(matrix) @ reached)
    start = 0
    while start < matrix.shape[0]:
        before = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, before + most, side="right")), start + 1)
        yield slice(start, stop)
        start = stop


def upper(matrix: Any) -> Iterator[tuple[int, int, float]]:
    """Yield row, column and number of the entries above the diagonal, in order.

    >>> list(upper(scipy_sparse().csr_array([[1, 2], [2, 1]])))
    [(0, 1, 2.0)]
    """
    if not matrix.has_sorted_indices:
        matrix = matrix.sorted_indices()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    above = matrix.indices > rows  # SciPy's triu does the same, at ten times the cost
    kept = (rows[above], matrix.indices[above], matrix.data[above].astype(float))
    yield from zip(*(each.tolist() for each in kept), strict=True)


def pattern_of(matrix: Any) -> Any:
    """Return a sparse matrix with 1 where it has a weight.

    >>> pattern_of(scipy_sparse().csr_array([[0.0, 2.5]])).toarray().tolist()
    [[0.0, 1.0]]
    """
    pattern = matrix.copy()
    pattern.data = np.ones_like(pattern.data)
    return pattern


def scipy_sparse() -> Any:
    """Return `scipy.sparse`.

    Raises
    ------
    MissingExtraError
        SciPy is not installed; the extra ``stats`` brings it.
    """
    try:
        import scipy.sparse
    except ImportError:
        raise MissingExtraError("scipy", "stats") from None
    return scipy.sparse


def _matrix_of(
    network: nx.DiGraph[str], weight: str | Mapping[tuple[str, str], float] | None, edge: Edge
) -> ReachMatrix:
    links = [
        (_key(primary), _key(site), number)
        for primary, site, data in network.edges(data=True)
        if edge in ("any", data.get("edge"))
        and network.nodes[primary].get("kind") != "grouping"
        and (number := _weight(_key(primary), _key(site), data, weight)) is not None
    ]
    if not links:
        which = "edges" if edge == "any" else f"edges of the class {edge!r}"
        raise EvidenceError(f"the graph has no {which} with these weights: nothing to compare")
    return _assembled(links, network)


def _weight(
    primary: str,
    site: str,
    data: Mapping[str, Any],
    weight: str | Mapping[tuple[str, str], float] | None,
) -> float | None:
    if weight is None:
        return 1.0
    number = data.get(weight) if isinstance(weight, str) else weight.get((primary, site))
    if number is None:
        return None
    if not 0 < number < float("inf"):
        raise ValueError(f"the weight of {primary} to {site} is {number}; weights are positive")
    return float(number)


def _assembled(links: list[tuple[str, str, float]], network: nx.DiGraph[str]) -> ReachMatrix:
    rows = sorted({primary for primary, _, _ in links})
    columns = sorted({site for _, site, _ in links})
    row_of = {name: i for i, name in enumerate(rows)}
    column_of = {name: i for i, name in enumerate(columns)}
    places = (
        np.array([row_of[primary] for primary, _, _ in links]),
        np.array([column_of[site] for _, site, _ in links]),
    )
    weights = np.array([number for _, _, number in links])
    matrix = scipy_sparse().csr_array((weights, places), shape=(len(rows), len(columns)))
    matrix.sort_indices()
    labels, column_labels = (
        {name: network.nodes[f"{side}:{name}"].get("label", name) for name in names}
        for side, names in (("primary", rows), ("site", columns))
    )
    return ReachMatrix("primary", tuple(rows), tuple(columns), matrix, labels, column_labels)


def _key(name: str) -> str:
    return name.partition(":")[2]
