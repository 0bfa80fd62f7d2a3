"""The NetworkX view, held to SPARQL and to the other views."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from hypothesis import given

from metastasis._graph import KnowledgeGraph, load
from metastasis.analysis import assertion_network, distinct_network, edge_network, part_network
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

KG = load()
EVIDENCE, CATALOG = KG.evidence, KG.catalog
EDGES = edge_network(EVIDENCE)


def test_one_edge_an_assertion_with_all_that_it_says() -> None:
    network = assertion_network(EVIDENCE)
    assertions = list(KG.assertions())
    assert network.number_of_edges() == len(assertions)
    for one in assertions:
        data = network[f"primary:{one.primary}"][f"site:{one.site}"][one.key]
        assert data["source_key"] == one.source
        assert data.get("denominator") == one.denominator
        assert data.get("percent") == (None if one.percent is None else float(one.percent))
        assert data.get("interval_basis") == one.interval_basis
        assert ("interval_low" in data) == (one.interval is not None)


@pytest.mark.slow
@given(dense_tables())
def test_the_simple_graph_is_what_sparql_says(rows: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(rows, SMALL)
    network = edge_network(kg.evidence)
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
def test_networkx_and_the_questions_give_the_same_answers(edge: Any) -> None:
    edges = {
        (p.partition(":")[2], s.partition(":")[2])
        for p, s, data in EDGES.edges(data=True)
        if edge in ("any", data["edge"])
    }
    for primary in CATALOG.primaries:
        named = {site for one, site in edges if one == primary}
        assert set(KG.sites_of(primary, edge=edge, roll_up=False).sites) == named
    both = {one for one, site in edges if site == "liver" and (one, "bone") in edges}
    single = {one for one in both if CATALOG.primaries[one].kind != "grouping"}
    found = KG.primaries_with("liver", "bone", how="all", edge=edge, roll_up=False)
    assert set(found.primaries) == single
    shared = {site for one, site in edges if one == "breast" and ("prostate", site) in edges}
    asked = KG.shared_sites("breast", "prostate", edge=edge, roll_up=False)
    assert {one.site for one in asked} == shared


def test_the_graph_is_bipartite_and_every_thing_is_in_it() -> None:
    assert nx.is_bipartite(EDGES)
    sides = nx.get_node_attributes(EDGES, "bipartite")
    assert all(sides[p] == 0 and sides[s] == 1 for p, s in EDGES.edges)
    assert len(EDGES) == len(CATALOG.primaries) + len(CATALOG.sites)


def test_parts_agree_with_sparql_paths() -> None:
    parts = part_network(EVIDENCE)
    answer = KG.query("SELECT ?s { ?s met:partOf+ site:bone }")
    assert nx.ancestors(parts, "site:bone") == {row[0].curie for row in answer}  # type: ignore[union-attr]
    assert nx.is_directed_acyclic_graph(parts)


@pytest.mark.parametrize("network", [assertion_network(EVIDENCE), EDGES, part_network(EVIDENCE)])
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
    extension = edge_network(EVIDENCE, relation="extension")
    assert extension.has_edge("primary:kidney", "site:renal_vein")
    assert not EDGES.has_edge("primary:kidney", "site:renal_vein")


def test_distinct_primaries_and_sites_overlap_with_no_other() -> None:
    network = distinct_network(EVIDENCE)
    primaries = {p.partition(":")[2] for p, _ in network.edges}
    sites = {s.partition(":")[2] for _, s in network.edges}
    assert not any((CATALOG.supertypes(key) - {key}) & primaries for key in primaries)
    assert not any((CATALOG.wholes(key) - {key}) & sites for key in sites)
    assert not any(CATALOG.sites[key].kind in ("region", "system") for key in sites)
    assert set(network.nodes) == {name for edge in network.edges for name in edge}


def test_a_part_gives_its_sources_to_its_whole() -> None:
    for primary, site, data in distinct_network(EVIDENCE).edges(data=True):
        parts = {f"site:{key}" for key in CATALOG.parts(site.partition(":")[2])}
        behind = [EDGES[primary][part] for part in parts if EDGES.has_edge(primary, part)]
        sources = {source for one in behind for source in one["sources"].split("; ")}
        assert data["sources"] == "; ".join(sorted(sources))
        assert data["weight"] == len(sources)
        ranks = ("commonly", "possibly", "rarely")
        assert data["edge"] == min((one["edge"] for one in behind), key=ranks.index)
