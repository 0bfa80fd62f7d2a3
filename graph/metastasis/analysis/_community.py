"""Communities of cancers that share sites, and how far they can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from metastasis.analysis._answer import Answer
from metastasis.analysis._findings import STUDIED
from metastasis.analysis._matrix import incidence
from metastasis.analysis._null_models import draws_with_degrees_kept, exceedance, z_score
from metastasis.analysis._projection import projection_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from metastasis._graph import KnowledgeGraph

__all__ = ["Communities", "Member", "adjusted_rand", "bipartite_modularity", "communities"]


@dataclass(frozen=True, slots=True)
class Member:
    """One node and its community."""

    node: str
    node_label: str
    community: int
    """From 1, the largest first."""
    agreement: float
    """How many of the other nodes stand with or apart from it as here, on average over all runs."""


class Communities(Answer[Member]):
    """The members, with how good and how stable the division is."""

    modularity: float
    """Of the projection, at most 1."""
    bipartite: float
    """Barber's modularity of primaries and sites together."""
    bipartite_z: float | None
    """How far that is from random graphs with the same degrees; None where all are the same."""
    bipartite_p: float
    """The chance of as much in such a graph."""
    stability: float | None
    """The mean adjusted Rand index of every two runs; None with one run only."""


def communities(
    graph: KnowledgeGraph | nx.DiGraph[str],
    of: str = "primaries",
    *,
    edge: str = "any",
    distinct: bool = True,
    runs: int = 10,
    draws: int = 50,
    seed: int = 1,
) -> Communities:
    """Return the communities of the projection by the Louvain method, the best of several runs.

    Two cancers are joined by Newman's collaboration weight of the sites that they share. A method
    that looks for communities finds some in any graph: read ``stability``, over runs with other
    seeds, and ``bipartite_z``, against random graphs with the same degrees, in which the same
    search was made. Near 1 and over 2 there is something; otherwise the communities say little.

    Parameters
    ----------
    graph, edge, distinct
        As for :func:`metastasis.analysis._matrix.incidence`; here a cancer and its kinds count
        once unless told otherwise.
    of
        ``"primaries"`` or ``"sites"``.
    runs
        How many runs with other seeds; the one of the highest modularity is the answer.
    draws, seed
        How many random graphs, and where chance starts.

    >>> import metastasis as mets
    >>> found = communities(mets.load(), runs=3, draws=3)
    >>> min(one.community for one in found), 0 <= found.modularity <= 1
    (1, True)

    Raises
    ------
    UnknownNameError
        There is no such side.
    EvidenceError
        No edge is left.
    ValueError
        ``runs`` or ``draws`` is not positive.
    """
    if runs < 1:
        raise ValueError("runs has to be at least 1")
    found = incidence(graph, edge=edge, distinct=distinct).side(of)
    pattern = found.pattern()
    modularity, best, all_runs = _search(pattern, seed, runs)
    bipartite = bipartite_modularity(pattern, best)
    drawn = [
        bipartite_modularity(one, _search(one, seed, runs)[1])
        for one in draws_with_degrees_kept(pattern, draws, seed)
    ]
    rows = [
        Member(name, found.labels[name], int(group) + 1, float(agreement))
        for name, group, agreement in zip(found.rows, best, _agreement(best, all_runs), strict=True)
    ]
    rows.sort(key=lambda one: (one.community, one.node_label.casefold()))
    table = Communities(
        Member,
        rows,
        formula="Louvain on Newman's collaboration weights; Q = Σ (A - k·d/m)/m within communities",
        source="Blondel and others 2008, doi:10.1088/1742-5468/2008/10/P10008; Barber 2007, "
        "doi:10.1103/PhysRevE.76.066102",
        inputs=[f"{pattern.nnz} edges", f"{runs} runs, {draws} random graphs, seed {seed}"],
    )
    table.modularity, table.bipartite = modularity, bipartite
    table.bipartite_z, table.bipartite_p = z_score(bipartite, drawn), exceedance(bipartite, drawn)
    table.stability = _stability(all_runs)
    table.notes += (_verdict(table), STUDIED)
    return table


def adjusted_rand(one: Sequence[int], other: Sequence[int]) -> float:
    """Return how far two divisions of the same things agree: 1 the same, 0 as by chance.

    Hubert L, Arabie P, J Classif 1985;2:193-218, doi:10.1007/BF01908075.

    >>> adjusted_rand([0, 0, 1, 1], [1, 1, 0, 0])
    1.0
    """
    table = np.zeros((max(one) + 1, max(other) + 1))
    np.add.at(table, (list(one), list(other)), 1)
    both = _pairs(table).sum()
    first, second = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    total = len(one) * (len(one) - 1) / 2
    expected = first * second / total if total else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def bipartite_modularity(pattern: Any, groups: Sequence[int]) -> float:
    """Return Barber's modularity, each column in the group that gives the most.

    Q = (1/m) Σ (A - k·d/m) over the rows and columns of one group, with the degrees k and d and the
    number of edges m. (Barber MJ, Phys Rev E 2007;76:066102, doi:10.1103/PhysRevE.76.066102.)

    >>> from metastasis.analysis._matrix import scipy_sparse
    >>> bipartite_modularity(scipy_sparse().csr_array([[1.0, 0.0], [0.0, 1.0]]), [0, 1])
    0.5
    """
    from metastasis.analysis._matrix import scipy_sparse

    number, count = max(groups) + 1, len(groups)
    places = (np.asarray(groups), np.arange(count))
    member = scipy_sparse().csr_array((np.ones(count), places), shape=(number, count))
    inside = (member @ pattern).toarray()
    degrees = np.asarray(pattern.sum(axis=0))
    edges = float(degrees.sum())
    weight = member @ np.asarray(pattern.sum(axis=1))
    gain = inside - np.outer(weight, degrees) / edges
    return float(gain.max(axis=0).sum() / edges)


def _search(pattern: Any, seed: int, runs: int) -> tuple[float, list[int], list[list[int]]]:
    """Return the highest modularity of the runs, the groups that have it, and those of each run."""
    divided = [_louvain(pattern, seed + run) for run in range(runs)]
    modularity, best = max(divided, key=lambda one: one[0])
    return modularity, best, [groups for _, groups in divided]


def _louvain(pattern: Any, seed: int) -> tuple[float, list[int]]:
    """Return modularity and the number of each row's community, the largest community first.

    Nodes are whole numbers here, so that the order of sets does not depend on the hash seed.
    """
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(pattern.shape[0]))
    for first, block in projection_blocks(pattern, "collaboration"):
        places = block.tocoo()
        for i, j, weight in zip(places.row + first, places.col, places.data, strict=True):
            if i < j:
                graph.add_edge(int(i), int(j), weight=float(weight))
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    ordered = sorted(found, key=lambda one: (-len(one), min(one)))
    groups = {node: number for number, members in enumerate(ordered) for node in members}
    score = nx.community.modularity(graph, ordered) if graph.number_of_edges() else 0.0
    return float(score), [groups[node] for node in range(len(graph))]


def _agreement(best: list[int], runs: list[list[int]]) -> Any:
    together = np.equal.outer(best, best)
    same = np.mean([np.equal.outer(run, run) == together for run in runs], axis=0)
    others = max(len(best) - 1, 1)
    return (same.sum(axis=1) - 1) / others if len(best) > 1 else np.ones(1)


def _stability(runs: list[list[int]]) -> float | None:
    if len(runs) < 2:
        return None
    return float(np.mean([adjusted_rand(one, other) for one, other in combinations(runs, 2)]))


def _pairs(counts: Any) -> Any:
    return counts * (counts - 1) / 2


def _verdict(table: Communities) -> str:
    z = "cannot be told" if table.bipartite_z is None else f"{table.bipartite_z:.1f}"
    stability = "one run only" if table.stability is None else f"{table.stability:.2f}"
    return (
        f"Modularity {table.modularity:.2f} of the projection, {table.bipartite:.2f} of both "
        f"sides; z-score of that {z}, p {table.bipartite_p:.2g}; stability over runs {stability}. "
        "Communities are found in any graph: with a z-score below 2 these say little."
    )
