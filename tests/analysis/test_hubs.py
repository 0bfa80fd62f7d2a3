"""Null models and hubs, held to independent implementations."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.sparse import csr_array

from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis.analysis import distinct_network, edge_network, hubs
from metastasis.analysis._null_models import adjusted, draws_with_degrees_kept, even_deal
from strategies import SMALL, bipartite_matrices

EVIDENCE = load().evidence


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


MODULES = [[1, 1, 1, 0, 0, 0]] * 4 + [[0, 0, 0, 1, 1, 1]] * 4


# Random graphs.


@given(bipartite_matrices(), st.integers(0, 99))
def test_draws_keep_the_number_of_edges_of_every_node(rows: list[list[int]], seed: int) -> None:
    matrix = np.array(rows)
    for drawn in draws_with_degrees_kept(_sparse(rows), 3, seed=seed, trades=7):
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


@pytest.mark.slow
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
        [one.toarray().tolist() for one in draws_with_degrees_kept(_sparse(MODULES), 5, seed=seed)]
        for seed in (4, 4, 5)
    )
    assert first == second != other


@pytest.mark.parametrize(("draws", "trades"), [(0, None), (-1, 3), (5, 0)])
def test_draws_and_trades_are_at_least_one(draws: int, trades: int | None) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        list(draws_with_degrees_kept(_sparse(MODULES), draws, trades=trades))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_is_that_of_scipy(values: list[float]) -> None:
    assert adjusted(values) == pytest.approx(stats.false_discovery_control(values).tolist())


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


def test_dealing_by_chance_comes_to_the_mean_of_an_even_deal() -> None:
    counts, chance = [1, 2, 3, 3], np.random.default_rng(1)
    hits = [sum(0 in chance.permutation(5)[:count] for count in counts) for _ in range(4000)]
    mean, spread, _ = even_deal(counts, 5)
    assert np.mean(hits) == pytest.approx(mean, abs=4 * spread / np.sqrt(4000))
    with pytest.raises(ValueError, match="more things"):
        even_deal([6], 5)


def test_the_hubs_of_the_shipped_graph() -> None:
    found = hubs(EVIDENCE)
    network = distinct_network(EVIDENCE)
    assert {f"site:{one.node}": one.edges for one in found} == {
        name: degree
        for name, degree in network.in_degree()
        if network.nodes[name]["role"] == "site"
    }
    of = {one.node: one for one in found}
    assert all((of[key].z or 0) > 3 for key in ("lung", "liver", "bone"))
    assert sum(one.edges for one in found) == pytest.approx(sum(one.expected for one in found))
    assert hubs(network) == found
    assert hubs(EVIDENCE, distinct=False) == hubs(edge_network(EVIDENCE))
    assert {one.side for one in hubs(EVIDENCE, "primaries", top=4)} == {"primary"}


def test_a_graph_in_which_nothing_could_be_otherwise_has_no_z_score() -> None:
    full = hubs(_network(np.ones((3, 2))))
    assert [one.z for one in full] == [None, None]
    assert [one.p for one in full] == [1, 1]


def test_a_graph_without_edges_has_no_hubs() -> None:
    with pytest.raises(EvidenceError, match="no edges"):
        hubs(Evidence.from_assertions([], SMALL))
    with pytest.raises(UnknownNameError, match="unknown side"):
        hubs(EVIDENCE, "organs")
    with pytest.raises(UnknownNameError, match="unknown edge"):
        hubs(EVIDENCE, edge="always")
