"""Sharing, projection, similarity and walks, held to NetworkX, SciPy and scikit-learn."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from metastasis._evidence.weighing import pool
from metastasis.analysis._remembered import remembered
from metastasis.analysis._walks import visits
from networkx.algorithms import bipartite
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity

from metastasis import Assertion
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._graph import KnowledgeGraph, load
from metastasis.analysis import (
    backbone,
    clusters,
    distinct_network,
    edge_network,
    incidence,
    pooled_shares,
    primaries_in_common,
    project,
    projected_pairs,
    random_walk,
    shared_sites,
    similar_pairs,
    sites_in_common,
)
from metastasis.analysis._matrix import Incidence, node_names, row_blocks
from metastasis.analysis._projection import WEIGHTS, projection_blocks, projection_of
from metastasis.analysis._similarity import (
    MEASURES,
    most_similar,
    similarity_blocks,
    similarity_matrix,
)
from metastasis.rdf._terms import node
from strategies import SMALL, bipartite_matrices, weighted_matrices

KG = load()
EDGES = edge_network(KG)


def _incidence(rows: list[list[int]]) -> Incidence:
    matrix = csr_array(np.array(rows, dtype=float))
    names = tuple(f"primary:{i}" for i in range(matrix.shape[0]))
    columns = tuple(f"site:{i}" for i in range(matrix.shape[1]))
    return Incidence(names, columns, matrix, {name: name for name in (*names, *columns)})


def _network(rows: list[list[int]]) -> nx.Graph[str]:
    """Return the same graph as NetworkX has it, undirected."""
    found = _incidence(rows)
    network: nx.Graph[str] = nx.Graph()
    network.add_nodes_from(found.rows)
    network.add_nodes_from(found.columns)
    network.add_edges_from(
        (found.rows[i], found.columns[j]) for i, row in enumerate(rows) for j in np.flatnonzero(row)
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
    found = incidence(KG, weight="weight")
    kinds = nx.get_node_attributes(EDGES, "kind")
    expected = {
        (p, s): data["weight"] for p, s, data in EDGES.edges(data=True) if kinds[p] != "grouping"
    }
    places = found.matrix.tocoo()
    assert {
        (found.rows[i], found.columns[j]): weight
        for i, j, weight in zip(places.row, places.col, places.data, strict=True)
    } == expected
    assert found.labels["site:bone"] == "bone"
    assert incidence(EDGES, weight="weight").matrix.toarray().tolist() == (
        found.matrix.toarray().tolist()
    )


def test_own_weights_choose_the_edges() -> None:
    shares = {("primary:breast", "site:bone"): 0.4, ("primary:prostate", "site:bone"): 0.8}
    found = incidence(KG, weight=shares)
    assert found.rows == ("primary:breast", "primary:prostate")
    assert found.columns == ("site:bone",)
    assert found.matrix.toarray().tolist() == [[0.4], [0.8]]


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_weights_are_positive(weight: float) -> None:
    with pytest.raises(ValueError, match="weights are positive"):
        incidence(KG, weight={("primary:breast", "site:bone"): weight})


def test_an_empty_graph_is_nothing_to_compare() -> None:
    empty = KnowledgeGraph.from_assertions([], SMALL)
    questions: list[Any] = [incidence, project, projected_pairs, similar_pairs]
    for question in questions:
        with pytest.raises(EvidenceError, match="no edges"):
            question(empty)
    with pytest.raises(EvidenceError, match="no edges"):
        random_walk(empty, ["breast"])
    with pytest.raises(EvidenceError, match="nothing to compare"):
        incidence(KG, weight={})


def test_a_single_primary_has_nothing_to_be_compared_with() -> None:
    row = Assertion(
        primary="breast", site="bone", frequency="common", source="wu-2017-breast", locator="x"
    )
    alone = KnowledgeGraph.from_assertions([row])
    questions: list[Any] = [projected_pairs, similar_pairs, clusters, backbone]
    for question in questions:
        for side in ("primaries", "sites"):
            with pytest.raises(EvidenceError, match="nothing to compare it with"):
                question(alone, side)
    assert random_walk(alone, ["breast"])[1].node == "site:bone"


def test_only_the_graph_of_edges_is_taken() -> None:
    with pytest.raises(ValueError, match="edge_network"):
        incidence(KG.network())
    with pytest.raises(ValueError, match="edge_network"):
        incidence(EDGES.to_undirected())  # type: ignore[arg-type]


def test_distinct_primaries_and_sites_overlap_with_no_other() -> None:
    network, catalog = distinct_network(KG), KG.catalog
    primaries = {p.partition(":")[2] for p, _ in network.edges}
    sites = {s.partition(":")[2] for _, s in network.edges}
    assert not any((catalog.supertypes(key) - {key}) & primaries for key in primaries)
    assert not any((catalog.wholes(key) - {key}) & sites for key in sites)
    assert not any(catalog.sites[key].kind in ("region", "system") for key in sites)
    assert set(network.nodes) == {name for edge in network.edges for name in edge}


def test_a_part_gives_its_sources_to_its_whole() -> None:
    for primary, site, data in distinct_network(KG).edges(data=True):
        parts = {f"site:{key}" for key in KG.catalog.parts(site.partition(":")[2])}
        behind = [EDGES[primary][part] for part in parts if EDGES.has_edge(primary, part)]
        sources = {source for one in behind for source in one["sources"].split("; ")}
        assert data["sources"] == "; ".join(sorted(sources))
        assert data["weight"] == len(sources)
        ranks = ("commonly", "possibly", "rarely")
        assert data["edge"] == min((one["edge"] for one in behind), key=ranks.index)


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


# Sharing.


@pytest.mark.parametrize("how", ["any", "all"])
def test_sites_in_common_are_those_of_the_other_questions(how: Any) -> None:
    found = sites_in_common(KG, ["breast", "prostate"], how=how)
    assert {one.node for one in found} == set(
        shared_sites(EDGES, "primary:breast", "primary:prostate", how=how)
    )
    for one in found:
        weights = [EDGES[primary][one.node]["weight"] for primary in one.shared_by]
        assert list(one.weights) == weights
        assert (one.number, one.least, one.total) == (len(weights), min(weights), sum(weights))
    assert [one.number for one in found] == sorted((one.number for one in found), reverse=True)


@pytest.mark.parametrize("how", ["any", "all"])
def test_primaries_in_common_are_those_of_the_graph(how: Any) -> None:
    found = primaries_in_common(KG, ["hepatic", "C79.51"], how=how)
    asked = KG.primaries_with("liver", "bone", how=how, roll_up=False).primaries
    assert {one.node for one in found} == {f"primary:{key}" for key in asked}


def test_sharing_takes_both_graphs_and_says_what_has_no_edge() -> None:
    ours, theirs = (sites_in_common(g, ["breast", "lung"], top=2) for g in (KG, EDGES))
    assert ours == theirs
    assert len(ours) == 2
    lonely = primaries_in_common(KG, ["bone", "heart"], how="any")
    assert "site:heart" in lonely.notes[0]
    assert len(primaries_in_common(KG, ["bone", "heart"], how="all")) == 0
    frame = ours.to_pandas()
    assert list(frame.columns)[:3] == ["node", "node_label", "shared_by"]
    assert "not ruled out" in ours._repr_html_()


def test_names_that_nothing_has() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean"):
        sites_in_common(KG, ["breast", "prostat"])
    with pytest.raises(UnknownNameError, match="primary:breast"):
        sites_in_common(EDGES, ["brest", "lung"])
    with pytest.raises(ValueError, match="two different"):
        sites_in_common(KG, ["breast", "breast cancer"])
    with pytest.raises(ValueError, match="at least one site"):
        primaries_in_common(KG, [])
    with pytest.raises(UnknownNameError, match="unknown how"):
        primaries_in_common(KG, ["bone"], how="some")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown edge"):
        incidence(KG, edge="always")
    with pytest.raises(UnknownNameError, match="unknown side"):
        similar_pairs(KG, "organs")
    assert node_names(EDGES, ["bone", "site:liver", "site:bone"], "site") == [
        "site:bone",
        "site:liver",
    ]


def test_pooled_shares_are_those_of_the_pooling_and_of_one_frame() -> None:
    frame = {"denominator": "distant_stage_at_diagnosis", "setting": "at_diagnosis"}
    shares = pooled_shares(KG, **frame, occurrence="only_site")
    assert shares
    for (primary, site), share in shares.items():
        rows = [
            row
            for row in pool(KG, primary.partition(":")[2], site.partition(":")[2])
            if row.occurrence == "only_site"
            and (row.denominator, row.setting) == tuple(frame.values())
            and row.population is None
        ]
        assert share in [row.percent for row in rows]
    with pytest.raises(UnknownNameError, match="unknown denominator"):
        pooled_shares(KG, denominator="patients", setting="at_diagnosis")
    nothing = pooled_shares(KG, denominator="records", setting="at_autopsy")
    with pytest.raises(EvidenceError, match="nothing to compare"):
        sites_in_common(KG, ["breast", "lung"], weight=nothing)


def test_a_graph_that_grew_is_read_anew() -> None:
    import pyoxigraph as ox

    kg = load()
    before = incidence(kg)
    assert remembered(kg, edge_network) is remembered(kg, edge_network)
    ends = (node("primary:breast"), node("met:spreadsTo"), node("site:heart"))
    row = Assertion(
        primary="breast",
        site="heart",
        frequency="common",
        source="wu-2017-breast",
        locator="made up for a test",
    )
    other = KnowledgeGraph.from_assertions([*kg.assertions(), row])
    for quad in other.store:
        kg.store.add(quad)
    kg.store.add(ox.Quad(*ends))
    assert incidence(kg).matrix.nnz == before.matrix.nnz + 1


# Projection.


@given(bipartite_matrices())
@settings(max_examples=60)
def test_projection_is_that_of_networkx(rows: list[list[int]]) -> None:
    network, found = _network(rows), _incidence(rows)
    peers: dict[str, Any] = {
        "plain": bipartite.projected_graph,
        "shared": bipartite.weighted_projected_graph,
        "collaboration": bipartite.collaboration_weighted_projected_graph,
    }
    assert set(peers) == set(WEIGHTS)
    for side in ("primaries", "sites"):
        for weight, peer in peers.items():
            projection = projection_of(found.side(side), weight)
            ours, theirs = projection.to_networkx(), peer(network, found.side(side).rows)
            assert set(ours.nodes) == set(theirs.nodes)
            assert _weights(ours) == pytest.approx(_weights(theirs))


def test_projected_pairs_are_the_projection_of_the_shipped_graph() -> None:
    graph = project(KG, "sites", weight="collaboration").to_networkx()
    pairs = projected_pairs(KG, "sites")
    assert _weights(graph) == pytest.approx(
        {frozenset((one.node, one.other)): one.collaboration for one in pairs}
    )
    shared = _weights(project(EDGES, "sites").to_networkx())
    assert shared == {frozenset((one.node, one.other)): one.shared for one in pairs}
    assert projected_pairs(KG, "sites", top=3)[:] == pairs[:3]
    with pytest.raises(UnknownNameError, match="collaboration"):
        project(KG, weight="heavy")


# Similarity.


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=weighted_matrices())
@settings(max_examples=60)
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
@settings(max_examples=60)
def test_jaccard_is_that_of_networkx(rows: list[list[int]]) -> None:
    found = _incidence(rows)
    pairs = [(one, other) for one in found.rows for other in found.rows if one < other]
    ours = similarity_matrix(found.matrix).toarray()
    for one, other, number in nx.jaccard_coefficient(_network(rows), pairs):
        assert ours[found.rows.index(one), found.rows.index(other)] == pytest.approx(number)


@pytest.mark.parametrize("measure", MEASURES)
@given(rows=weighted_matrices())
@settings(max_examples=30)
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
    matrix = incidence(KG, weight="weight").matrix
    whole = {measure: similarity_matrix(matrix, measure).toarray() for measure in MEASURES}
    shared = projection_of(incidence(KG)).matrix.toarray()
    monkeypatch.setattr(row_blocks, "__defaults__", (40,))
    for measure, expected in whole.items():
        blocks = list(similarity_blocks(matrix, measure))
        assert len(blocks) > 3
        assert np.allclose(np.vstack([block.toarray() for _, block in blocks]), expected)
    blocks = list(projection_blocks(incidence(KG).pattern()))
    assert len(blocks) > 3
    assert np.array_equal(np.vstack([block.toarray() for _, block in blocks]), shared)


def test_pairs_are_ranked_and_counted() -> None:
    found = similar_pairs(KG, measure="jaccard")
    assert [one.similarity for one in found] == sorted(
        (one.similarity for one in found), reverse=True
    )
    for one in found:
        assert one.similarity == pytest.approx(one.shared / one.together)
        sites = set(EDGES[one.node]), set(EDGES[one.other])
        assert (one.shared, one.together) == (len(sites[0] & sites[1]), len(sites[0] | sites[1]))
    assert similar_pairs(EDGES, measure="jaccard") == found
    assert found.notes[-1].startswith("This is a graph of what was studied")


def test_numbers_that_are_no_weights() -> None:
    with pytest.raises(ValueError, match="not negative"):
        similarity_matrix(csr_array([[1.0, -1.0]]))
    with pytest.raises(ValueError, match="finite"):
        similarity_matrix(csr_array([[1.0, float("nan")]]), "cosine")
    with pytest.raises(UnknownNameError, match="jaccard"):
        similarity_matrix(csr_array([[1.0]]), "dice")
    assert similarity_matrix(csr_array((2, 3))).toarray().tolist() == [[0, 0], [0, 0]]


# Walks.


@given(weighted_matrices())
@settings(max_examples=40)
def test_walks_are_personalized_pagerank(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    size = sum(matrix.shape)
    square = np.zeros((size, size))
    square[: matrix.shape[0], matrix.shape[0] :] = matrix
    square += square.T
    network = nx.from_numpy_array(square)
    theirs = nx.pagerank(network, alpha=0.7, personalization={0: 1}, tol=1e-14, max_iter=1000)
    ours = visits(csr_array(square), [0], restart=0.3)
    assert np.allclose(ours, [theirs[i] for i in range(size)], atol=1e-9)
    exact = np.linalg.solve(np.eye(size) - 0.7 * _steps(square, 0).T, 0.3 * np.eye(size)[0])
    assert np.allclose(ours, exact, atol=1e-11)


def _steps(square: Any, start: int) -> Any:
    steps = np.zeros_like(square)
    for i, row in enumerate(square):
        steps[i] = row / row.sum() if row.sum() else np.eye(len(square))[start]
    return steps


def test_a_walk_on_the_shipped_graph() -> None:
    found = random_walk(KG, ["uveal melanoma"], ["liver"], restart=0.2)
    assert sum(one.share for one in found) == pytest.approx(1)
    assert {one.node for one in found if one.is_start} == {
        "primary:melanoma_uveal",
        "site:liver",
    }
    network = EDGES.to_undirected()
    network.remove_nodes_from(
        [name for name, data in network.nodes(data=True) if data["kind"] == "grouping"]
    )
    start = {"primary:melanoma_uveal": 1, "site:liver": 1}
    theirs = nx.pagerank(network, alpha=0.8, personalization=start, tol=1e-13, max_iter=1000)
    for one in found:
        assert one.share == pytest.approx(theirs[one.node], abs=1e-9)


def test_walks_that_cannot_start() -> None:
    with pytest.raises(ValueError, match="at least one primary or site"):
        random_walk(KG)
    with pytest.raises(ValueError, match="nowhere to walk"):
        random_walk(KG, sites=["heart"])
    with pytest.raises(ValueError, match="between 0 and 1"):
        random_walk(KG, ["breast"], restart=1)
    with pytest.raises(ValueError, match="start from"):
        visits(csr_array([[0.0]]), [])
    assert visits(csr_array((1, 1)), [0]).tolist() == pytest.approx([1])
