"""The NetworkX view, held to SPARQL and to the other views."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given, settings

from metastasis._errors import UnknownNameError
from metastasis._graph import KnowledgeGraph, load
from metastasis.analysis import (
    assertion_network,
    edge_network,
    part_network,
    primaries_with,
    shared_sites,
    sites_of,
)
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

KG = load()
EDGES = edge_network(KG)


def test_one_edge_an_assertion_with_all_that_it_says() -> None:
    network = assertion_network(KG)
    assertions = list(KG.assertions())
    assert network.number_of_edges() == len(assertions)
    for one in assertions:
        data = network[f"primary:{one.primary}"][f"site:{one.site}"][one.key]
        assert data["source_key"] == one.source
        assert data.get("denominator") == one.denominator
        assert data.get("percent") == (None if one.percent is None else float(one.percent))
        assert ("interval_low" in data) == one.is_quantified


@given(dense_tables())
@settings(max_examples=40)
def test_the_simple_graph_is_what_sparql_says(rows: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(rows, SMALL)
    network = edge_network(kg)
    for name, predicate in (("commonly", "commonlySpreadsTo"), ("rarely", "rarelySpreadsTo")):
        answer = kg.query(f"SELECT ?p ?s {{ ?p met:{predicate} ?s }}")
        said = {(row[0].curie, row[1].curie) for row in answer}  # type: ignore[union-attr]
        assert {(p, s) for p, s, data in network.edges(data=True) if data["edge"] == name} == said
    answer = kg.query("SELECT ?p ?s { ?p met:spreadsTo ?s }")
    assert set(network.edges) == {(row[0].curie, row[1].curie) for row in answer}  # type: ignore[union-attr]
    counted = kg.query(
        """SELECT ?p ?s (COUNT(DISTINCT ?source) AS ?n) {
          ?p met:spreadsTo ?s .
          ?a met:primary ?p ; met:site ?s ; met:relation relation:metastasis ;
             met:finding finding:present ; prov:wasDerivedFrom ?source .
        } GROUP BY ?p ?s"""
    )
    weights = {(row[0].curie, row[1].curie): row[2] for row in counted}  # type: ignore[union-attr]
    assert {(p, s): data["weight"] for p, s, data in network.edges(data=True)} == weights


@pytest.mark.parametrize("edge", ["any", "commonly", "possibly", "rarely"])
@pytest.mark.parametrize("how", ["any", "all"])
def test_networkx_and_the_graph_give_the_same_answers(edge: str, how: str) -> None:
    sites = ("liver", "bone")
    ours = KG.primaries_with(*sites, how=how, edge=edge, roll_up=False).primaries  # type: ignore[arg-type]
    theirs = primaries_with(EDGES, *(f"site:{site}" for site in sites), how=how, edge=edge)  # type: ignore[arg-type]
    assert {f"primary:{key}" for key in ours} == set(theirs)
    shared = KG.shared_sites("breast", "prostate", how=how, edge=edge, roll_up=False)  # type: ignore[arg-type]
    found = shared_sites(EDGES, "primary:breast", "primary:prostate", how=how, edge=edge)  # type: ignore[arg-type]
    assert {f"site:{one.site}" for one in shared} == set(found)
    for primary in KG.catalog.primaries:
        named = {f"site:{site}" for site in KG.sites_of(primary, edge=edge).sites}  # type: ignore[arg-type]
        assert named == set(sites_of(EDGES, f"primary:{primary}", edge=edge))


def test_the_graph_is_bipartite_and_every_thing_is_in_it() -> None:
    assert nx.is_bipartite(EDGES)
    sides = nx.get_node_attributes(EDGES, "bipartite")
    assert all(sides[p] == 0 and sides[s] == 1 for p, s in EDGES.edges)
    assert len(EDGES) == len(KG.catalog.primaries) + len(KG.catalog.sites)


def test_parts_agree_with_sparql_paths() -> None:
    parts = part_network(KG)
    answer = KG.query("SELECT ?s { ?s met:partOf+ site:bone }")
    assert nx.ancestors(parts, "site:bone") == {row[0].curie for row in answer}  # type: ignore[union-attr]
    assert nx.is_directed_acyclic_graph(parts)


@pytest.mark.parametrize("network", [assertion_network(KG), EDGES, part_network(KG)])
def test_attributes_are_plain_so_that_every_format_writes_and_reads(network: nx.Graph[str]) -> None:
    graphml = "\n".join(nx.generate_graphml(network))
    back = nx.read_graphml(io.BytesIO(graphml.encode()), force_multigraph=network.is_multigraph())
    assert back.number_of_edges() == network.number_of_edges()
    assert list(back.nodes(data=True)) == list(network.nodes(data=True))
    data = json.loads(json.dumps(nx.node_link_data(network, edges="edges")))
    assert nx.utils.graphs_equal(nx.node_link_graph(data, edges="edges"), network)
    cytoscape = json.loads(json.dumps(nx.cytoscape_data(network)))
    assert len(cytoscape["elements"]["edges"]) == network.number_of_edges()


def test_extension_is_a_graph_of_its_own() -> None:
    extension = edge_network(KG, relation="extension")
    assert extension.has_edge("primary:kidney", "site:renal_vein")
    assert not EDGES.has_edge("primary:kidney", "site:renal_vein")


def test_a_node_that_is_not_there() -> None:
    with pytest.raises(UnknownNameError, match="site:liver"):
        primaries_with(EDGES, "site:livr")
    assert primaries_with(EDGES) == []
