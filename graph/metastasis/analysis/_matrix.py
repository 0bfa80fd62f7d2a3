"""Who reaches what as a sparse matrix with names: primaries in rows, sites in columns.

Everything that compares, groups or walks starts from here, so that nothing grows faster than the
edges. Matrices are `scipy.sparse.csr_array`; blocks of rows keep what a product needs small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from metastasis._errors import EvidenceError, MissingExtraError, UnknownNameError, check_choice
from metastasis._evidence.edge import EDGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import networkx as nx

    from metastasis._evidence.evidence import Evidence

__all__ = ["Incidence", "incidence", "node_names", "row_blocks", "scipy_sparse", "upper"]

Side = Literal["primaries", "sites"]
_SIDES = ("primaries", "sites")
_MOST_PATHS = 2**22


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """A sparse matrix of weights with the node names of its rows and columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Any
    """A `scipy.sparse.csr_array` of floats without stored zeros."""
    labels: Mapping[str, str]
    """What people call each node."""

    def side(self, of: str) -> Incidence:
        """Return it with primaries (as it is) or with sites (turned round) in rows.

        Raises
        ------
        UnknownNameError
            There is no such side.
        """
        check_choice("side", of, _SIDES)
        if of == "primaries":
            return self
        return Incidence(self.columns, self.rows, self.matrix.T.tocsr(), self.labels)

    def to_compare(self) -> Incidence:
        """Return it as it is, where there are rows to be compared.

        Raises
        ------
        EvidenceError
            There is only one.
        """
        if len(self.rows) < 2:
            raise EvidenceError(f"only {self.rows[0]} has an edge: nothing to compare it with")
        return self

    def pattern(self) -> Any:
        """Return the matrix with 1 where it has a weight."""
        pattern = self.matrix.copy()
        pattern.data = np.ones_like(pattern.data)
        return pattern


def incidence(
    graph: Evidence | nx.DiGraph[str],
    *,
    weight: str | Mapping[tuple[str, str], float] | None = None,
    edge: str = "any",
    distinct: bool = False,
) -> Incidence:
    """Return which primaries have an edge to which sites; those without any edge are left out.

    Groupings of cancers, such as "cancer" in general, are left out: they are not one cancer.

    Parameters
    ----------
    graph
        The knowledge graph, or its :func:`metastasis.analysis.edge_network`.
    weight
        None: 1 for each edge; ``"weight"``: the number of sources that report the pair, or any
        other number that edges carry; or a mapping of (primary node, site node) to positive
        numbers, such as pooled shares: edges that are not in it are left out.
    edge
        Only edges of this class, or ``"any"``.
    distinct
        For a knowledge graph: without kinds of a cancer and parts of a site that are counted
        already, as :func:`metastasis.analysis._distinct.distinct_network` has it.

    >>> import metastasis as mets
    >>> found = incidence(mets.load().evidence, edge="commonly")
    >>> int(found.matrix[found.rows.index("primary:prostate"), found.columns.index("site:bone")])
    1

    Raises
    ------
    EvidenceError
        No edge is left.
    ValueError
        A weight is not positive.
    """
    check_choice("edge", edge, ("any", *EDGES))
    network = _network(graph, distinct=distinct)
    links = [
        (primary, site, number)
        for primary, site, data in network.edges(data=True)
        if edge in ("any", data.get("edge"))
        and network.nodes[primary].get("kind") != "grouping"
        and (number := _weight(primary, site, data, weight)) is not None
    ]
    if not links:
        which = "edges" if edge == "any" else f"edges of the class {edge!r}"
        raise EvidenceError(f"the graph has no {which} with these weights: nothing to compare")
    return _assembled(links, network)


def node_names(
    graph: Evidence | nx.Graph[str], names: Iterable[str], role: Literal["primary", "site"]
) -> list[str]:
    """Return the node names of primaries or sites, each once, in the order given.

    For a knowledge graph names may be keys, labels, synonyms, CURIEs or codes; for a NetworkX
    graph node names or keys.

    >>> import metastasis as mets
    >>> node_names(mets.load().evidence, ["hepatic", "site:bone"], "site")
    ['site:liver', 'site:bone']

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    from metastasis._evidence.evidence import Evidence

    if isinstance(graph, Evidence):
        find = graph.catalog.primary if role == "primary" else graph.catalog.site
        return list(dict.fromkeys(f"{role}:{find(name).key}" for name in names))
    known = {name for name, data in graph.nodes(data=True) if data.get("role") == role}
    return list(dict.fromkeys(_node(name, role, known) for name in names))


def row_blocks(matrix: Any, most: int = _MOST_PATHS) -> Iterator[slice]:
    """Yield slices of rows, each with at most so many paths of two steps, or of one row.

    The paths of two steps bound what the rows of ``matrix @ matrix.T`` take in memory.

    >>> list(row_blocks(scipy_sparse().csr_array([[1, 1], [1, 0], [0, 1]]), most=4))
    [slice(0, 1, None), slice(1, 3, None)]
    """
    reached = np.bincount(matrix.indices, minlength=matrix.shape[1])
    pattern = matrix.copy()
    pattern.data = np.ones_like(pattern.data)
    ends = np.cumsum(pattern @ reached)
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
    matrix = matrix.copy()
    matrix.sort_indices()
    above = scipy_sparse().triu(matrix, k=1, format="csr").tocoo()
    for row, column, number in zip(above.row, above.col, above.data, strict=True):
        yield int(row), int(column), float(number)


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


def _network(graph: Evidence | nx.DiGraph[str], *, distinct: bool) -> nx.DiGraph[str]:
    from metastasis._evidence.evidence import Evidence
    from metastasis.analysis._distinct import distinct_network
    from metastasis.analysis._networks import edge_network

    if isinstance(graph, Evidence):
        return graph.made(distinct_network if distinct else edge_network)
    if graph.is_multigraph() or not graph.is_directed():
        raise ValueError("takes the knowledge graph, or its edge_network(evidence)")
    return graph


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


def _assembled(links: list[tuple[str, str, float]], network: nx.DiGraph[str]) -> Incidence:
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
    labels = {name: network.nodes[name].get("label", name) for name in (*rows, *columns)}
    return Incidence(tuple(rows), tuple(columns), matrix, labels)


def _node(name: str, role: str, known: set[str]) -> str:
    if name in known:
        return name
    if (node := f"{role}:{name}") in known:
        return node
    from difflib import get_close_matches

    near = get_close_matches(f"{role}:{name.removeprefix(f'{role}:')}", sorted(known), n=3)
    raise UnknownNameError(f"{role} node", name, near)
