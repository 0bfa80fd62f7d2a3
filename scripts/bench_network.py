"""The section ``network`` of bench.py: projection, similarity and walks beside NetworkX.

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
from metastasis.analysis._walks import visits
from scipy.sparse import block_array, csr_array

from bench_tools import interleaved, memory, report, seconds
from metastasis import analysis as answers
from metastasis import load
from metastasis.analysis._matrix import Incidence
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
    kg = load()
    full = _network(_generated(72, 74, 2_000))
    jobs: dict[str, Callable[[], object]] = {}
    for name, graph in (("shipped", kg), ("full", full)):
        some = [f"primary:{i}" for i in range(3)] if graph is full else ["breast", "lung"]
        sites = ["site:1", "site:2"] if graph is full else ["bone", "liver"]
        jobs |= {
            f"sites_in_common, {name}": partial(answers.sites_in_common, graph, some),
            f"primaries_in_common, {name}": partial(answers.primaries_in_common, graph, sites),
            f"projected_pairs, {name}": partial(answers.projected_pairs, graph),
            **{
                f"similar_pairs {measure}, {name}": partial(
                    answers.similar_pairs, graph, measure=measure
                )
                for measure in MEASURES
            },
            f"clusters, {name}": partial(answers.clusters, graph),
            f"backbone, {name}": partial(answers.backbone, graph),
            f"hubs, {name}": partial(answers.hubs, graph),
            f"random_walk, {name}": partial(answers.random_walk, graph, some),
        }
    jobs["frames, shipped"] = partial(answers.frames, kg)
    jobs["similar_profiles, shipped"] = partial(
        answers.similar_profiles,
        kg,
        denominator="metastatic_patients",
        setting="during_course",
    )
    jobs["profile_clusters, shipped"] = partial(
        answers.profile_clusters,
        kg,
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
    found = _incidence(_generated(SMALL // 2, SMALL // 2, SMALL * EDGES_A_NODE))
    network = _undirected(found)
    print(f"{SMALL} nodes, {found.matrix.nnz} edges; all pairs of one side, both sides")
    sides = (found, found.side("sites"))
    _compare_jaccard(sides, network)
    _compare_projection(sides, network)
    _compare_walks(found, network, SMALL)


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
            + f", 10 most similar {found['most_similar']:.1f} s, walk {found['walk']:.2f} s; "
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
    times = ("projection", *MEASURES, "walk")
    report(
        "network: seconds an edge, largest over smallest",
        sum(more[name] for name in times)
        / more["edges"]
        / (sum(less[name] for name in times) / less["edges"]),
        2,
    )
    found = _incidence(_generated(LARGE // 2, LARGE // 2, LARGE * EDGES_A_NODE))
    _compare_walks(found, _undirected(found), LARGE)


def grow(size: int) -> dict[str, float]:
    """Return what a graph of so many nodes takes: seconds of each answer, and peak memory."""
    found = _incidence(_generated(size // 2, size // 2, size * EDGES_A_NODE))
    matrix, both = found.matrix, _both_ways(found.matrix)
    before = memory()
    counted: list[int] = []
    taken = {
        "projection": seconds(lambda: counted.extend(b.nnz for _, b in projection_blocks(matrix)))
    }
    for measure in MEASURES:
        taken[measure] = seconds(lambda name=measure: _spend(similarity_blocks(matrix, name)))  # type: ignore[misc]
    taken["most_similar"] = seconds(lambda: _spend(most_similar(matrix, 10)))
    taken["walk"] = seconds(partial(visits, both, [0]))
    return {
        **taken,
        "edges": matrix.nnz,
        "pairs": sum(counted) / 2,
        "bytes": memory() - before,
    }


def _compare_jaccard(sides: tuple[Incidence, ...], network: nx.Graph[str]) -> None:
    pairs = [list(combinations(side.rows, 2)) for side in sides]
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
    whole = fast + seconds(lambda: answers.incidence(_network(sides[0])))
    print(f"with the matrix made from a NetworkX graph first: {slow / whole:.0f} times")


def _compare_projection(sides: tuple[Incidence, ...], network: nx.Graph[str]) -> None:
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
                    slice(None), [p(network, side.rows) for side in sides]
                ),
            ],
            rounds=6,
        )
        for side, matrix, graph in zip(sides, ours, theirs, strict=True):
            peers = nx.to_scipy_sparse_array(graph, nodelist=side.rows, format="csr")
            apart = (matrix - peers).data
            _agree(weight, apart, np.zeros(len(apart)))
            _agree(f"{weight}, pairs", [matrix.nnz], [peers.nnz])
        print(f"projection, {weight}: {fast * 1e3:.0f} ms; NetworkX {slow:.1f} s")
        report(
            f"network: projection ({weight}), NetworkX over ours", slow / fast, bound, at_least=True
        )


def _compare_walks(found: Incidence, network: nx.Graph[str], size: int) -> None:
    names = (*found.rows, *found.columns)
    matrix = _both_ways(found.matrix)
    ours: list[Any] = []
    theirs: list[Any] = []
    fast, slow = interleaved(
        [
            lambda: ours.append(visits(matrix, [0])),
            lambda: theirs.append(
                nx.pagerank(
                    network, alpha=0.85, personalization={names[0]: 1}, tol=1e-12, max_iter=500
                )
            ),
        ],
        rounds=4,
    )
    _agree("walk", ours[0], np.array([theirs[0][name] for name in names]))
    print(f"walk on {size} nodes: {fast * 1e3:.0f} ms; nx.pagerank {slow:.2f} s")
    report(f"network: walk on {size} nodes, nx.pagerank over ours", slow / fast, 1, at_least=True)


def _agree(what: str, ours: Any, theirs: Any) -> None:
    worst = float(np.abs(np.subtract(ours, theirs)).max()) if len(ours) else 0.0
    if len(ours) != len(theirs) or worst > TOLERANCE:
        sys.exit(f"{what}: ours and NetworkX differ by {worst}")


def _generated(rows: int, columns: int, edges: int) -> Any:
    chance = np.random.default_rng(1)
    places = np.unique(chance.integers(0, rows * columns, size=edges))
    weights = chance.integers(1, 8, size=len(places)).astype(float)
    return csr_array((weights, divmod(places, columns)), shape=(rows, columns))


def _incidence(matrix: Any) -> Incidence:
    rows = tuple(f"primary:{i}" for i in range(matrix.shape[0]))
    columns = tuple(f"site:{j}" for j in range(matrix.shape[1]))
    return Incidence(rows, columns, matrix, {name: name for name in (*rows, *columns)})


def _network(matrix: Any) -> nx.DiGraph[str]:
    """Return the graph as edge_network makes it."""
    found = matrix if isinstance(matrix, Incidence) else _incidence(matrix)
    network: nx.DiGraph[str] = nx.DiGraph()
    network.add_nodes_from(found.rows, role="primary")
    network.add_nodes_from(found.columns, role="site")
    places = found.matrix.tocoo()
    network.add_edges_from(
        (found.rows[i], found.columns[j], {"edge": "possibly", "weight": float(weight)})
        for i, j, weight in zip(places.row, places.col, places.data, strict=True)
    )
    return network


def _undirected(found: Incidence) -> nx.Graph[str]:
    return nx.Graph(_network(found))


def _both_ways(matrix: Any) -> Any:
    return block_array([[None, matrix], [matrix.T, None]], format="csr")


def _spend(answers: Any) -> None:
    for _ in answers:
        pass


if __name__ == "__main__":
    print(json.dumps(grow(int(sys.argv[1]))))
