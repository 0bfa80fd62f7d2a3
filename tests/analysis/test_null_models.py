"""Null models, hubs, nestedness, backbone and communities, held to independent implementations."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise, permutations, product
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from metastasis.analysis._community import adjusted_rand, bipartite_modularity
from metastasis.analysis._disparity import disparity
from metastasis.analysis._nesting import nodf
from scipy import integrate, stats
from scipy.sparse import csr_array
from sklearn.metrics import adjusted_rand_score

from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._graph import KnowledgeGraph, load
from metastasis.analysis import (
    backbone,
    communities,
    distinct_network,
    edge_network,
    hubs,
    nestedness,
    overlap,
)
from metastasis.analysis._hubs import even_deal
from metastasis.analysis._null_models import (
    adjusted,
    draws_with_degrees_kept,
    exceedance,
    z_score,
)
from strategies import SMALL, bipartite_matrices, weighted_matrices

KG = load()
EMPTY = KnowledgeGraph.from_assertions([], SMALL)


def _sparse(rows: Any) -> Any:
    return csr_array(np.array(rows, dtype=float))


def _network(rows: Any) -> nx.DiGraph[str]:
    """Return a graph as edge_network makes it, of a 0/1 matrix."""
    network: nx.DiGraph[str] = nx.DiGraph()
    for i, row in enumerate(rows):
        for j in np.flatnonzero(row):
            network.add_node(f"primary:{i}", role="primary")
            network.add_node(f"site:{j}", role="site")
            network.add_edge(f"primary:{i}", f"site:{j}", edge="possibly", weight=1)
    return network


NESTED = [[1] * (6 - i) + [0] * i for i in range(6)]
MODULES = [[1, 1, 1, 0, 0, 0]] * 4 + [[0, 0, 0, 1, 1, 1]] * 4


# Random graphs.


@given(bipartite_matrices(), st.integers(0, 99))
@settings(max_examples=50)
def test_draws_keep_the_number_of_edges_of_every_node(rows: list[list[int]], seed: int) -> None:
    matrix = np.array(rows)
    for drawn in draws_with_degrees_kept(_sparse(rows), 3, seed, trades=7):
        dense = drawn.toarray()
        assert set(np.unique(dense)) <= {0, 1}
        assert dense.sum(axis=0).tolist() == matrix.sum(axis=0).tolist()
        assert dense.sum(axis=1).tolist() == matrix.sum(axis=1).tolist()


def _all_with_the_same_degrees(rows: list[list[int]]) -> set[tuple[int, ...]]:
    matrix = np.array(rows)
    choices = [
        [row for row in product((0, 1), repeat=matrix.shape[1]) if sum(row) == total]
        for total in matrix.sum(axis=1)
    ]
    sums = matrix.sum(axis=0).tolist()
    return {
        tuple(np.array(one).ravel().tolist())
        for one in product(*choices)
        if np.array(one).sum(axis=0).tolist() == sums
    }


@pytest.mark.parametrize(
    "rows",
    [
        [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 1]],
        [[1, 1, 0], [1, 0, 1], [0, 1, 0]],
        [[1, 0, 0, 0], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]],
    ],
)
def test_draws_are_even_among_all_graphs_with_these_degrees(rows: list[list[int]]) -> None:
    every = _all_with_the_same_degrees(rows)
    drawn = Counter(
        tuple(one.toarray().astype(int).ravel().tolist())
        for one in draws_with_degrees_kept(_sparse(rows), 4000, seed=3)
    )
    assert set(drawn) == every
    assert stats.chisquare([drawn[one] for one in sorted(every)]).pvalue > 0.001


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second, other = (
        [one.toarray().tolist() for one in draws_with_degrees_kept(_sparse(MODULES), 5, seed)]
        for seed in (4, 4, 5)
    )
    assert first == second != other


@pytest.mark.parametrize(("draws", "trades"), [(0, None), (-1, 3), (5, 0)])
def test_draws_and_trades_are_at_least_one(draws: int, trades: int | None) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        list(draws_with_degrees_kept(_sparse(MODULES), draws, 1, trades))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_is_that_of_scipy(values: list[float]) -> None:
    assert adjusted(values) == pytest.approx(stats.false_discovery_control(values).tolist())


def test_z_scores_and_chances() -> None:
    drawn = [1.0, 2.0, 3.0, 6.0]
    assert z_score(7, drawn) == pytest.approx((7 - 3) / np.std(drawn, ddof=1))
    assert z_score(7, [2.0, 2.0]) is None
    assert z_score(7, [2.0]) is None
    assert exceedance(3, drawn) == 3 / 5
    assert exceedance(9, drawn) == 1 / 5


# Hubs.


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_an_even_deal_is_a_poisson_binomial_distribution(counts: list[int]) -> None:
    mean, spread, tail = even_deal(counts, 8)
    peer = stats.poisson_binom([count / 8 for count in counts])
    assert mean == pytest.approx(peer.mean())
    assert spread == pytest.approx(peer.std(), abs=1e-9)
    assert len(tail) == len(counts) + 1
    for number, chance in enumerate(tail):
        assert chance == pytest.approx(peer.sf(number - 1), abs=1e-9)


def test_an_even_deal_is_what_dealing_gives() -> None:
    counts, chance = [1, 2, 3, 3], np.random.default_rng(1)
    hits = [sum(0 in chance.permutation(5)[:count] for count in counts) for _ in range(4000)]
    mean, spread, _ = even_deal(counts, 5)
    assert np.mean(hits) == pytest.approx(mean, abs=4 * spread / np.sqrt(4000))
    with pytest.raises(ValueError, match="more things"):
        even_deal([6], 5)


def test_the_hubs_of_the_shipped_graph() -> None:
    found = hubs(KG)
    network = distinct_network(KG)
    assert {one.node: one.edges for one in found} == {
        name: degree
        for name, degree in network.in_degree()
        if network.nodes[name]["role"] == "site"
    }
    of = {one.node: one for one in found}
    assert all((of[f"site:{key}"].z or 0) > 3 for key in ("lung", "liver", "bone"))
    assert sum(one.edges for one in found) == pytest.approx(sum(one.expected for one in found))
    assert hubs(network) == found
    assert hubs(KG, distinct=False) == hubs(edge_network(KG))
    assert all(one.node.startswith("primary:") for one in hubs(KG, "primaries", top=4))


def test_a_graph_in_which_nothing_could_be_otherwise_has_no_z_score() -> None:
    full = hubs(_network(np.ones((3, 2))))
    assert [one.z for one in full] == [None, None]
    assert all(row.z is None for row in nestedness(_network(np.ones((3, 2))), draws=5))
    assert all(row.z is None for row in overlap(_network(np.ones((3, 2))), draws=5))


# Nestedness.


def _nodf_by_definition(rows: list[list[int]]) -> float:
    """Return NODF pair by pair, over rows and columns."""
    values = []
    for matrix in (np.array(rows), np.array(rows).T):
        for one, other in combinations(matrix.tolist(), 2):
            larger, smaller = sorted((one, other), key=sum, reverse=True)
            both = sum(a and b for a, b in zip(larger, smaller, strict=True))
            falls = sum(larger) > sum(smaller) > 0
            values.append(100 * both / sum(smaller) if falls else 0.0)
    return float(np.mean(values))


@given(bipartite_matrices(max_side=6))
def test_nestedness_is_its_definition(rows: list[list[int]]) -> None:
    assume(len(rows) > 1 or len(rows[0]) > 1)
    assert nodf(_sparse(rows))[0] == pytest.approx(_nodf_by_definition(rows))


@given(bipartite_matrices(max_side=5), st.randoms(use_true_random=False))
def test_nestedness_does_not_depend_on_the_order(rows: list[list[int]], chance: Any) -> None:
    matrix = np.array(rows)
    turned = [list(range(n)) for n in matrix.shape]
    for order in turned:
        chance.shuffle(order)
    assert nodf(_sparse(matrix[np.ix_(*turned)])) == pytest.approx(
        nodf(_sparse(matrix)), nan_ok=True
    )


def test_nestedness_from_none_to_all() -> None:
    assert nodf(_sparse(NESTED)) == (100, 100, 100)
    assert nodf(_sparse(MODULES)) == (0, 0, 0)
    assert np.isnan(nodf(_sparse([[1, 1]]))[1])


def test_nestedness_of_the_shipped_graph_is_held_against_its_degrees() -> None:
    first, again, other = (nestedness(KG, draws=30, seed=seed) for seed in (2, 2, 3))
    assert first == again
    assert first[0].nodf == other[0].nodf
    assert first != other
    for row in first:
        assert 0 <= row.nodf <= 100
        assert row.draws == 30
        assert row.p_more + row.p_less >= 1
    assert "doi:10.1038/ncomms5114" in " ".join(first.notes)


def test_the_degrees_of_a_nested_graph_leave_nothing_to_chance() -> None:
    rows = nestedness(_network(NESTED), draws=10)
    assert [row.z for row in rows] == [None, None, None]
    assert [row.p_more for row in rows] == [1, 1, 1]


def test_modules_share_more_than_their_degrees_explain() -> None:
    found = {(one.node, one.other): one for one in overlap(_network(MODULES), draws=300)}
    together = found["primary:0", "primary:1"]
    apart = found["primary:0", "primary:7"]
    assert (together.shared, apart.shared) == (3, 0)
    assert (together.z or 0) > 1.5
    assert (apart.z or 0) < -1
    assert together.p_more < 0.1 < together.p_less
    assert len(found) == 28


def test_overlap_takes_sides_and_counts_every_pair() -> None:
    found = overlap(KG, "sites", draws=10)
    number = len({name for one in found for name in (one.node, one.other)})
    assert len(found) == number * (number - 1) // 2
    assert all(one.node.startswith("site:") for one in found)
    scores = [one.z for one in found if one.z is not None]
    assert all(a >= b for a, b in pairwise(scores))


@pytest.mark.parametrize("question", [nestedness, overlap])
def test_too_little_to_be_nested(question: Any) -> None:
    with pytest.raises(EvidenceError, match="at least two"):
        question(_network([[1, 1, 1]]))
    with pytest.raises(EvidenceError, match="no edges"):
        question(EMPTY)
    with pytest.raises(ValueError, match="at least 1"):
        question(KG, draws=0)


# The backbone.


@given(weighted_matrices())
@settings(max_examples=50)
def test_the_disparity_filter_is_its_integral(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    ours = disparity(_sparse(rows)).toarray()
    for i, j in zip(*np.nonzero(matrix), strict=True):
        k, share = np.count_nonzero(matrix[i]), matrix[i, j] / matrix[i].sum()
        assert ours[i, j] == pytest.approx(_integral(int(k), share), abs=1e-9)


def _integral(k: int, share: float) -> float:
    if k == 1:
        return 1.0
    density = integrate.quad(lambda x: (1 - x) ** (k - 2), 0, min(share, 1.0))[0]
    return float(1 - (k - 1) * density)


@pytest.mark.parametrize("of", ["primaries", "sites", "pairs"])
def test_the_backbone_keeps_a_link_that_either_end_would_keep(of: str) -> None:
    links = backbone(KG, of, alpha=0.2)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_weighted_edges_from((one.node, one.other, one.weight) for one in links)
    for one in links:
        chances = []
        for end in (one.node, one.other):
            strength, degree = graph.degree(end, weight="weight"), graph.degree(end)
            chances.append((1 - one.weight / strength) ** (degree - 1))
        assert one.p == pytest.approx(min(chances), abs=1e-9)
        assert one.kept == (one.p < 0.2)
    assert len(links) == graph.number_of_edges()
    assert backbone(KG, of, alpha=0.2, top=2)[:] == links[:2]


def test_a_backbone_of_nothing() -> None:
    with pytest.raises(EvidenceError, match="no edges"):
        backbone(EMPTY)
    with pytest.raises(ValueError, match="alpha"):
        backbone(KG, alpha=0)
    with pytest.raises(UnknownNameError, match="pairs"):
        backbone(KG, "links")
    alone = backbone(_network([[1, 0], [0, 1]]), "pairs")
    assert [(one.p, one.kept) for one in alone] == [(1, False), (1, False)]
    assert len(backbone(_network([[1, 0], [0, 1]]))) == 0


# Communities.


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=20))
def test_the_adjusted_rand_index_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    one, other = zip(*pairs, strict=True)
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other))


def _best_barber(rows: Any, groups: list[int]) -> float:
    """Return Barber's modularity of the best of all ways to place the columns, term by term."""
    matrix = np.array(rows)
    k, d, m = matrix.sum(axis=1), matrix.sum(axis=0), float(matrix.sum())
    scores = [
        sum(
            float(matrix[i, j]) - k[i] * d[j] / m
            for i, j in product(*map(range, matrix.shape))
            if groups[i] == columns[j]
        )
        / m
        for columns in product(range(max(groups) + 1), repeat=matrix.shape[1])
    ]
    return float(max(scores))


@given(bipartite_matrices(max_side=4), st.data())
@settings(max_examples=40)
def test_bipartite_modularity_is_the_best_by_its_definition(
    rows: list[list[int]], data: st.DataObject
) -> None:
    assume(np.sum(rows) > 0)
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    assert bipartite_modularity(_sparse(rows), groups) == pytest.approx(_best_barber(rows, groups))


def test_communities_that_are_there_are_found_and_stand_out() -> None:
    found = communities(_network(MODULES), draws=30)
    of = {one.node: one.community for one in found}
    assert {of[f"primary:{i}"] for i in range(4)} != {of[f"primary:{i}"] for i in range(4, 8)}
    assert len(set(of.values())) == 2
    assert found.modularity == pytest.approx(0.5)
    assert found.bipartite == pytest.approx(0.5)
    assert (found.bipartite_z or 0) > 2
    assert found.bipartite_p < 0.05
    assert found.stability == 1
    assert {one.agreement for one in found} == {1}


def test_the_modularity_is_that_of_networkx() -> None:
    from metastasis.analysis import project

    found = communities(KG, draws=2, runs=3)
    graph = project(KG, weight="collaboration", distinct=True).to_networkx()
    groups: dict[int, set[str]] = {}
    for one in found:
        groups.setdefault(one.community, set()).add(one.node)
    assert found.modularity == pytest.approx(nx.community.modularity(graph, groups.values()))
    assert all(0 <= one.agreement <= 1 + 1e-9 for one in found)
    sizes = [len(groups[number]) for number in sorted(groups)]
    assert sizes == sorted(sizes, reverse=True)


def test_a_single_primary_is_a_community() -> None:
    found = communities(_network([[1, 1]]), draws=2, runs=1)
    assert [(one.community, one.agreement) for one in found] == [(1, 1)]
    assert (found.bipartite_z, found.stability) == (None, None)
    with pytest.raises(EvidenceError, match="no edges"):
        communities(EMPTY)
    with pytest.raises(ValueError, match="runs"):
        communities(KG, runs=0)


def test_nothing_depends_on_the_order_of_sets() -> None:
    code = (
        "import metastasis as mets; from metastasis.analysis import *\n"
        "kg = mets.load()\n"
        "print(communities(kg, draws=2, runs=2).to_dicts(), overlap(kg, draws=2).to_dicts())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1


def test_every_permutation_of_a_small_graph_gives_the_same_backbone() -> None:
    rows = [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    weights = {
        tuple(sorted(one.weight for one in backbone(_network([rows[i] for i in order]))))
        for order in permutations(range(3))
    }
    assert len(weights) == 1
