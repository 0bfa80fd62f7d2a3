"""Matrix, projection and similarity, held to NetworkX, SciPy and scikit-learn."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from networkx.algorithms import bipartite
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity

from metastasis import Assertion
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis.analysis import (
    assertion_network,
    clusters,
    edge_network,
    numbers,
    project,
    projection,
    reach_matrix,
    similar,
)
from metastasis.analysis._matrix import ReachMatrix, row_blocks
from metastasis.analysis._projection import WEIGHTS, projection_blocks, projection_of
from metastasis.analysis._similarity import (
    MEASURES,
    most_similar,
    similarity_blocks,
    similarity_matrix,
)
from strategies import SMALL, bipartite_matrices, weighted_matrices

EVIDENCE = load().evidence
EDGES = edge_network(EVIDENCE)


def _reach(rows: list[list[int]]) -> ReachMatrix:
    matrix = csr_array(np.array(rows, dtype=float))
    names, columns = (tuple(map(str, range(number))) for number in matrix.shape)
    labels, column_labels = dict(zip(names, names, strict=True)), dict.fromkeys(columns, "")
    return ReachMatrix("primary", names, columns, matrix, labels, column_labels)


def _network(rows: list[list[int]]) -> nx.Graph[str]:
    """Return the same graph as NetworkX has it, undirected."""
    network: nx.Graph[str] = nx.Graph()
    network.add_nodes_from(f"primary:{i}" for i in range(len(rows)))
    network.add_nodes_from(f"site:{j}" for j in range(len(rows[0])))
    network.add_edges_from(
        (f"primary:{i}", f"site:{j}") for i, row in enumerate(rows) for j in np.flatnonzero(row)
    )
    return network


def _weights(graph: nx.Graph[str]) -> dict[frozenset[str], float]:
    return {frozenset((u, v)): data.get("weight", 1) for u, v, data in graph.edges(data=True)}


def _sklearn_cosine(matrix: Any) -> Any:
    return cosine_similarity(matrix)


PEERS: dict[str, Any] = {
    "jaccard": lambda m: 1 - cdist(m > 0, m > 0, "jaccard"),
    "cosine": _sklearn_cosine,
    "bray_curtis": lambda m: 1 - cdist(m, m, "braycurtis"),
}
"""Each measure as SciPy or scikit-learn has it."""


# The matrix.


def test_the_matrix_is_the_graph_of_edges_without_groupings() -> None:
    found = reach_matrix(EVIDENCE, weight="weight", distinct=False)
    kinds = nx.get_node_attributes(EDGES, "kind")
    expected = {
        (p, s): data["weight"] for p, s, data in EDGES.edges(data=True) if kinds[p] != "grouping"
    }
    places = found.matrix.tocoo()
    assert {
        (f"primary:{found.rows[i]}", f"site:{found.columns[j]}"): weight
        for i, j, weight in zip(places.row, places.col, places.data, strict=True)
    } == expected
    assert found.labels["colorectal"] == "colorectal cancer"
    assert found.column_labels["bone"] == found.of("sites").labels["bone"] == "bone"
    assert reach_matrix(EDGES, weight="weight").matrix.toarray().tolist() == (
        found.matrix.toarray().tolist()
    )


def test_the_matrix_of_the_same_evidence_is_made_once_and_of_other_evidence_anew() -> None:
    first = reach_matrix(EVIDENCE)
    assert reach_matrix(EVIDENCE) is first
    assert reach_matrix(EVIDENCE, edge="commonly") is not first
    row = Assertion(
        primary="breast", site="heart", frequency="common", source="wu-2017-breast", locator="x"
    )
    more = Evidence.from_assertions([*EVIDENCE.assertions, row], EVIDENCE.catalog)
    before, after = (reach_matrix(one, distinct=False) for one in (EVIDENCE, more))
    assert after.matrix.nnz == before.matrix.nnz + 1


def test_numbers_of_one_frame_may_be_the_weights_and_choose_the_edges() -> None:
    table = numbers(EVIDENCE, denominator="all_patients", setting="at_diagnosis")
    percents = {
        (one.pair.primary, one.pair.site): float(one.assertion.percent or 0)
        for one in table
        if one.pair.edge
    }
    found = reach_matrix(EVIDENCE, weight=percents, distinct=False)
    places = found.matrix.tocoo()
    assert {
        (found.rows[i], found.columns[j]): weight
        for i, j, weight in zip(places.row, places.col, places.data, strict=True)
    } == percents


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_weights_are_positive(weight: float) -> None:
    with pytest.raises(ValueError, match="weights are positive"):
        reach_matrix(EVIDENCE, weight={("breast", "bone"): weight})


@pytest.mark.parametrize("question", [reach_matrix, project, projection, similar, clusters])
def test_an_empty_graph_is_nothing_to_compare(question: Any) -> None:
    with pytest.raises(EvidenceError, match="no edges"):
        question(Evidence.from_assertions([], SMALL))


def test_weights_of_no_edge_leave_nothing_to_compare() -> None:
    with pytest.raises(EvidenceError, match="nothing to compare"):
        reach_matrix(EVIDENCE, weight={})


@pytest.mark.parametrize("question", [projection, similar, clusters])
@pytest.mark.parametrize("side", ["primaries", "sites"])
def test_a_single_primary_has_nothing_to_be_compared_with(question: Any, side: str) -> None:
    row = Assertion(
        primary="breast", site="bone", frequency="common", source="wu-2017-breast", locator="x"
    )
    alone = Evidence.from_assertions([row], EVIDENCE.catalog)
    with pytest.raises(EvidenceError, match="nothing to compare it with"):
        question(alone, side)


def test_only_the_graph_of_edges_is_taken() -> None:
    with pytest.raises(ValueError, match="edge_network"):
        reach_matrix(assertion_network(EVIDENCE))
    with pytest.raises(ValueError, match="edge_network"):
        reach_matrix(EDGES.to_undirected())
    with pytest.raises(UnknownNameError, match="unknown edge"):
        reach_matrix(EVIDENCE, edge="always")


@given(bipartite_matrices())
def test_blocks_hold_every_row_once_and_few_paths(rows: list[list[int]]) -> None:
    matrix = csr_array(np.array(rows, dtype=float))
    blocks = list(row_blocks(matrix, most=5))
    assert [i for rows in blocks for i in range(rows.start, rows.stop)] == list(
        range(matrix.shape[0])
    )
    reached = np.array(rows).sum(axis=0)
    for block in blocks:
        paths = (np.array(rows)[block] @ reached).sum()
        assert paths <= 5 or block.stop - block.start == 1


# Projection.


@given(bipartite_matrices())
def test_projection_is_that_of_networkx(rows: list[list[int]]) -> None:
    network, found = _network(rows), _reach(rows)
    peers: dict[str, Any] = {
        "plain": bipartite.projected_graph,
        "shared": bipartite.weighted_projected_graph,
        "collaboration": bipartite.collaboration_weighted_projected_graph,
    }
    assert set(peers) == set(WEIGHTS)
    for side, name in (("primaries", "primary"), ("sites", "site")):
        nodes = [node for node in network if node.startswith(name)]
        for weight, peer in peers.items():
            ours = projection_of(found.of(side), weight).to_networkx()
            theirs = peer(network, nodes)
            assert set(ours.nodes) == set(theirs.nodes)
            assert _weights(ours) == pytest.approx(_weights(theirs))


def test_the_table_of_projected_pairs_is_the_projection_of_the_graph() -> None:
    graph = project(EVIDENCE, "sites", weight="collaboration").to_networkx()
    pairs = projection(EVIDENCE, "sites")
    ends = [frozenset((f"site:{one.node}", f"site:{one.other}")) for one in pairs]
    assert _weights(graph) == pytest.approx(
        dict(zip(ends, (one.collaboration for one in pairs), strict=True))
    )
    shared = _weights(project(EVIDENCE, "sites").to_networkx())
    assert shared == dict(zip(ends, (one.shared for one in pairs), strict=True))
    assert projection(EVIDENCE, "sites", top=3)[:] == pairs[:3]
    assert projection(EDGES) == projection(EVIDENCE, distinct=False)
    with pytest.raises(UnknownNameError, match="collaboration"):
        project(EVIDENCE, weight="heavy")


# Similarity.


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=weighted_matrices())
def test_similarity_is_that_of_scipy_and_scikit_learn(
    measure: str, rows: list[list[float]]
) -> None:
    matrix = np.array(rows)
    occupied = matrix.sum(axis=1) > 0
    with np.errstate(invalid="ignore"):
        peer = PEERS[measure](matrix)
    ours = similarity_matrix(csr_array(matrix), measure).toarray()
    inside = np.ix_(occupied, occupied)
    assert np.allclose(ours[inside], peer[inside], atol=1e-12)
    assert not ours[~occupied].any()
    assert np.allclose(ours, ours.T)


@given(bipartite_matrices())
def test_jaccard_is_that_of_networkx(rows: list[list[int]]) -> None:
    nodes = [f"primary:{i}" for i in range(len(rows))]
    pairs = list(combinations(nodes, 2))
    ours = similarity_matrix(_reach(rows).matrix).toarray()
    for one, other, number in nx.jaccard_coefficient(_network(rows), pairs):
        i, j = (int(node.partition(":")[2]) for node in (one, other))
        assert ours[i, j] == pytest.approx(number)


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=weighted_matrices())
def test_blocks_are_the_matrix_and_the_most_similar_are_in_it(
    measure: str, rows: list[list[float]]
) -> None:
    matrix = csr_array(np.array(rows))
    whole = similarity_matrix(matrix, measure).toarray()
    for first, block in similarity_blocks(matrix, measure):
        assert np.array_equal(block.toarray(), whole[first : first + block.shape[0]])
    np.fill_diagonal(whole, 0)
    for row, ranked in most_similar(matrix, 3, measure):
        expected = sorted(((-x, j) for j, x in enumerate(whole[row]) if x > 0))[:3]
        assert ranked == [(j, -x) for x, j in expected]


def test_small_blocks_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = reach_matrix(EVIDENCE, weight="weight").matrix
    whole = {measure: similarity_matrix(matrix, measure).toarray() for measure in MEASURES}
    shared = projection_of(reach_matrix(EVIDENCE)).matrix.toarray()
    monkeypatch.setattr(row_blocks, "__defaults__", (40,))
    for measure, expected in whole.items():
        blocks = list(similarity_blocks(matrix, measure))
        assert len(blocks) > 3
        assert np.allclose(np.vstack([block.toarray() for _, block in blocks]), expected)
    blocks = list(projection_blocks(reach_matrix(EVIDENCE).pattern()))
    assert len(blocks) > 3
    assert np.array_equal(np.vstack([block.toarray() for _, block in blocks]), shared)


def test_pairs_are_ranked_and_counted() -> None:
    found = similar(EVIDENCE, distinct=False)
    assert [one.similarity for one in found] == sorted(
        (one.similarity for one in found), reverse=True
    )
    for one in found:
        assert one.similarity == pytest.approx(one.shared / one.together)
        sites = set(EDGES[f"primary:{one.node}"]), set(EDGES[f"primary:{one.other}"])
        assert (one.shared, one.together) == (len(sites[0] & sites[1]), len(sites[0] | sites[1]))
    assert similar(EDGES) == found
    assert found.notes[-1].startswith("This is a graph of what was studied")
    with pytest.raises(UnknownNameError, match="unknown side"):
        similar(EVIDENCE, "organs")
    with pytest.raises(UnknownNameError, match="unknown measure"):
        similar(EVIDENCE, measure="dice")


def test_numbers_that_are_no_weights() -> None:
    with pytest.raises(ValueError, match="not negative"):
        similarity_matrix(csr_array([[1.0, -1.0]]))
    with pytest.raises(ValueError, match="finite"):
        similarity_matrix(csr_array([[1.0, float("nan")]]), "cosine")
    with pytest.raises(UnknownNameError, match="jaccard"):
        similarity_matrix(csr_array([[1.0]]), "dice")
    assert similarity_matrix(csr_array((2, 3))).toarray().tolist() == [[0, 0], [0, 0]]
