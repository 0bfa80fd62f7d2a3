"""The section ``network`` of bench.py: projection and similarity beside NetworkX.

Graphs are generated: primaries and sites in equal number, 20 edges a node on average, drawn evenly.
What NetworkX and ours work out is compared number by number in the same run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from bench_tools import interleaved, memory, report, seconds
from metastasis import analysis as answers
from metastasis import load
from metastasis.analysis._matrix import ReachMatrix, reach_matrix
from metastasis.analysis._projection import projection_blocks, projection_of
from metastasis.analysis._similarity import MEASURES, most_similar, similarity_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL, LARGE = 5_000, 100_000
EDGES_A_NODE = 10
TOLERANCE = 1e-9


def main() -> None:
    """Run the section."""
    interactive()
    small()
    growth()


def interactive() -> None:
    """Time what answers at once, on the shipped graph and on a full one of 72 by 74."""
    evidence = load().evidence
    full = _network(_generated(72, 74, 2_000))
    jobs: dict[str, Callable[[], object]] = {}
    for name, graph in (("shipped", evidence), ("full", full)):
        jobs |= {
            f"projection, {name}": partial(answers.projection, graph),
            **{
                f"similar {measure}, {name}": partial(answers.similar, graph, measure=measure)
                for measure in MEASURES
            },
            f"clusters, {name}": partial(answers.clusters, graph),
            f"hubs, {name}": partial(answers.hubs, graph),
        }
    jobs["shared_sites, shipped"] = partial(answers.shared_sites, evidence, "breast", "lung")
    jobs["primaries_with, shipped"] = partial(answers.primaries_with, evidence, "bone", "liver")
    jobs["frames, shipped"] = partial(answers.frames, evidence)
    jobs["similar_profiles, shipped"] = partial(
        answers.similar_profiles,
        evidence,
        denominator="metastatic_patients",
        setting="during_course",
    )
    jobs["profile_clusters, shipped"] = partial(
        answers.profile_clusters,
        evidence,
        denominator="distant_stage_at_diagnosis",
        setting="at_diagnosis",
    )
    taken = dict(zip(jobs, interleaved(list(jobs.values()), rounds=9), strict=True))
    for name, time in taken.items():
        print(f"{name:40} {time * 1e3:7.1f} ms")
    slowest = max(taken, key=lambda name: taken[name])
    report(f"network: slowest answer in ms, {slowest}", taken[slowest] * 1e3, 50)


def small() -> None:
    """Compare with NetworkX on 5,000 nodes, all pairs of either side."""
    found = _matrix_of(_generated(SMALL // 2, SMALL // 2, SMALL * EDGES_A_NODE))
    network = _undirected(found)
    print(f"{SMALL} nodes, {found.matrix.nnz} edges; all pairs of one side, both sides")
    sides = (found, found.of("sites"))
    _compare_jaccard(sides, network)
    _compare_projection(sides, network)


def growth() -> None:
    """See how time and memory grow up to 100,000 nodes and a million edges."""
    results = {}
    for size in (LARGE // 10, LARGE):
        command = [sys.executable, __file__, str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = results[size] = json.loads(done.stdout)
        print(
            f"{size:7} nodes, {found['edges']:8} edges: projection {found['projection']:.1f} s, "
            + ", ".join(f"{measure} {found[measure]:.1f} s" for measure in MEASURES)
            + f", 10 most similar {found['most_similar']:.1f} s; "
            f"{found['pairs']:.3g} pairs share something; peak {found['bytes'] / 1e6:.0f} MB "
            f"more than the graph, {found['bytes'] / found['edges']:.0f} bytes an edge",
            flush=True,
        )
    less, more = results[LARGE // 10], results[LARGE]
    report(
        "network: memory an edge, largest over smallest",
        more["bytes"] / more["edges"] / (less["bytes"] / less["edges"]),
        1.5,
    )
    times = ("projection", *MEASURES)
    report(
        "network: seconds an edge, largest over smallest",
        sum(more[name] for name in times)
        / more["edges"]
        / (sum(less[name] for name in times) / less["edges"]),
        2,
    )


def grow(size: int) -> dict[str, float]:
    """Return what a graph of so many nodes takes: seconds of each answer, and peak memory."""
    found = _matrix_of(_generated(size // 2, size // 2, size * EDGES_A_NODE))
    matrix = found.matrix
    before = memory()
    counted: list[int] = []
    taken = {
        "projection": seconds(lambda: counted.extend(b.nnz for _, b in projection_blocks(matrix)))
    }
    for measure in MEASURES:
        taken[measure] = seconds(lambda name=measure: _spend(similarity_blocks(matrix, name)))  # type: ignore[misc]
    taken["most_similar"] = seconds(lambda: _spend(most_similar(matrix, 10)))
    return {
        **taken,
        "edges": matrix.nnz,
        "pairs": sum(counted) / 2,
        "bytes": memory() - before,
    }


def _compare_jaccard(sides: tuple[ReachMatrix, ...], network: nx.Graph[str]) -> None:
    pairs = [list(combinations(_nodes(side), 2)) for side in sides]
    ours: list[Any] = []
    theirs: list[Any] = []

    def mine() -> None:
        ours[:] = [[block for _, block in similarity_blocks(side.matrix)] for side in sides]

    def peer() -> None:
        theirs[:] = [
            np.fromiter((p for _, _, p in nx.jaccard_coefficient(network, some)), dtype=float)
            for some in pairs
        ]

    fast, slow = interleaved([mine, peer], rounds=6)
    for side, blocks, numbers in zip(sides, ours, theirs, strict=True):
        dense = np.vstack([block.toarray() for block in blocks])
        _agree("Jaccard", dense[np.triu_indices(len(side.rows), k=1)], numbers)
    count = sum(map(len, pairs))
    print(f"Jaccard of {count} pairs: {fast * 1e3:.0f} ms; NetworkX {slow:.1f} s")
    report("network: Jaccard, NetworkX over ours", slow / fast, 200, at_least=True)
    whole = fast + seconds(lambda: reach_matrix(_network(sides[0])))
    print(f"with the matrix made from a NetworkX graph first: {slow / whole:.0f} times")


def _compare_projection(sides: tuple[ReachMatrix, ...], network: nx.Graph[str]) -> None:
    for weight, peer, bound in (
        ("shared", nx.bipartite.weighted_projected_graph, 100),
        ("collaboration", nx.bipartite.collaboration_weighted_projected_graph, 100),
    ):
        ours: list[Any] = []
        theirs: list[Any] = []
        fast, slow = interleaved(
            [
                lambda w=weight, o=ours: o.__setitem__(  # type: ignore[misc]
                    slice(None), [projection_of(side, w).matrix for side in sides]
                ),
                lambda p=peer, t=theirs: t.__setitem__(  # type: ignore[misc]
                    slice(None), [p(network, _nodes(side)) for side in sides]
                ),
            ],
            rounds=6,
        )
        for side, matrix, graph in zip(sides, ours, theirs, strict=True):
            peers = nx.to_scipy_sparse_array(graph, nodelist=_nodes(side), format="csr")
            apart = (matrix - peers).data
            _agree(weight, apart, np.zeros(len(apart)))
            _agree(f"{weight}, pairs", [matrix.nnz], [peers.nnz])
        print(f"projection, {weight}: {fast * 1e3:.0f} ms; NetworkX {slow:.1f} s")
        report(
            f"network: projection ({weight}), NetworkX over ours", slow / fast, bound, at_least=True
        )


def _agree(what: str, ours: Any, theirs: Any) -> None:
    worst = float(np.abs(np.subtract(ours, theirs)).max()) if len(ours) else 0.0
    if len(ours) != len(theirs) or worst > TOLERANCE:
        sys.exit(f"{what}: ours and NetworkX differ by {worst}")


def _generated(rows: int, columns: int, edges: int) -> Any:
    chance = np.random.default_rng(1)
    places = np.unique(chance.integers(0, rows * columns, size=edges))
    weights = chance.integers(1, 8, size=len(places)).astype(float)
    return csr_array((weights, divmod(places, columns)), shape=(rows, columns))


def _matrix_of(matrix: Any) -> ReachMatrix:
    rows, columns = (tuple(map(str, range(length))) for length in matrix.shape)
    labels = ({name: name for name in names} for names in (rows, columns))
    return ReachMatrix("primary", rows, columns, matrix, *labels)


def _network(matrix: Any) -> nx.DiGraph[str]:
    """Return the graph as edge_network makes it."""
    found = matrix if isinstance(matrix, ReachMatrix) else _matrix_of(matrix)
    rows, columns = _nodes(found), _nodes(found.of("sites"))
    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_nodes_from(rows, role="primary")
    network.add_nodes_from(columns, role="site")
    places = found.matrix.tocoo()
    network.add_edges_from(
        (rows[i], columns[j], {"edge": "possibly", "weight": float(weight)})
        for i, j, weight in zip(places.row, places.col, places.data, strict=True)
    )
    return network


def _nodes(found: ReachMatrix) -> list[str]:
    """Return how a graph names the rows."""
    return [f"{found.side}:{name}" for name in found.rows]


def _undirected(found: ReachMatrix) -> nx.Graph[str]:
    return nx.Graph(_network(found))


def _spend(answers: Any) -> None:
    for _ in answers:
        pass


if __name__ == "__main__":
    print(json.dumps(grow(int(sys.argv[1]))))
