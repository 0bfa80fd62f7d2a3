"""Assertions to RDF and back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._catalog import Catalog, Primary, Site, read_catalog
from metastasis._errors import GraphError
from metastasis._evidence.assertion_table import read_evidence as tables_evidence
from metastasis._evidence.edge import EDGES
from metastasis._evidence.evidence import Evidence
from metastasis._evidence.index import index_text
from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis.rdf import FORMS, build_store, load_store, read_evidence
from metastasis.rdf import _read as reader
from metastasis.rdf._questions import QUESTIONS
from metastasis.rdf._serialize import sorted_quads
from metastasis.rdf._terms import local_name, node, value_of
from strategies import CATALOG, SMALL, dense_tables, tables

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion


def lines(store: ox.Store) -> list[str]:
    return [str(quad) for quad in sorted_quads(store)]


@pytest.mark.slow
@given(dense_tables())
@settings(max_examples=40)
def test_rdf_gives_back_the_assertions_and_they_give_back_the_rdf(rows: list[Assertion]) -> None:
    store = build_store(Evidence(SMALL, rows))
    back = read_evidence(store)
    assert list(back.assertions) == sorted(rows, key=lambda one: one.key)
    assert lines(build_store(Evidence(back.catalog, back.assertions))) == lines(store)


def test_the_shipped_catalog_survives_rdf() -> None:
    catalog = read_catalog()
    back = reader.read_catalog(build_store(Evidence(catalog, [])))
    assert back.primaries == catalog.primaries
    assert back.sites == catalog.sites
    assert back.sources == catalog.sources
    assert back.diseases == catalog.diseases


def test_the_shipped_graph_is_what_the_tables_give() -> None:
    built = KnowledgeGraph.from_evidence(tables_evidence())
    assert lines(load().store) == lines(built.store), "run python3 scripts/build.py"


@pytest.mark.parametrize("name", ["nq", "evidence"])
def test_a_shipped_file_is_what_the_build_writes(tmp_path: Path, name: str) -> None:
    file = FORMS[name].file
    kg = KnowledgeGraph.from_evidence(tables_evidence())
    (built,) = kg.export(tmp_path / file, command="metastasis build")
    assert built.read_bytes() == ontology_path("release", file).read_bytes(), (
        "run python3 scripts/build.py"
    )


@pytest.mark.slow
@given(dense_tables())
@settings(max_examples=25)
def test_the_order_of_the_rows_changes_nothing(rows: list[Assertion]) -> None:
    shuffled = rows[:]
    random.Random(0).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    one, other = Evidence(SMALL, rows), Evidence(SMALL, shuffled)
    assert lines(build_store(one)) == lines(build_store(other))
    assert index_text(one) == index_text(other)


# --- Edges: the rules in SPARQL and in Python -----------------------------------------------------


def derived(store: ox.Store) -> dict[tuple[str, str, str], str]:
    """Return the edges of a store in the form of `Evidence.edges`, plain edges checked."""
    plain, found = of_property(store, EDGES["possibly"]), {}
    for name in ("commonly", "rarely"):
        for pair in of_property(store, EDGES[name]):
            assert pair in plain, "a common or rare edge is an edge"
            assert ("metastasis", *pair) not in found, "no edge is both common and rare"
            found["metastasis", *pair] = name
    possibly = {("metastasis", *pair): "possibly" for pair in plain}
    extends = {("extension", *pair): "possibly" for pair in of_property(store, "met:extendsInto")}
    return possibly | extends | found


def with_rolled_up(evidence: Evidence) -> dict[tuple[str, str, str], str]:
    """Return every edge of the graph: those that sources speak of, and what rolls up from them."""
    rolled = {("metastasis", *name): str(pair.edge) for name, pair in evidence.rolled_up.items()}
    return {**evidence.edges, **rolled}


def of_property(store: ox.Store, predicate: str) -> set[tuple[str, str]]:
    return {
        (local_name(value_of(quad.subject)), local_name(value_of(quad.object)))
        for quad in store.quads_for_pattern(None, node(predicate), None, None)
    }


AT_HOME = Catalog(
    primaries=[
        Primary(key="breast", label="breast cancer", arises_in=("bone",)),
        Primary(key="lung", label="lung cancer", arises_in=("liver",), neighbors=("bone",)),
    ],
    sites=[
        Site(key="bone", label="bone", parents=("liver",)),
        Site(key="liver", label="liver"),
        Site(key="unspecified", label="unspecified site", kind="unspecific"),
    ],
    sources=SMALL.sources.values(),
)
"""As SMALL, but the sites are the primaries' own organs or hold them: growth there is none."""


@pytest.mark.slow
@given(dense_tables(), st.sampled_from((SMALL, AT_HOME)))
@settings(max_examples=60)
def test_the_rules_in_sparql_and_in_python_derive_the_same_edges(
    rows: list[Assertion], catalog: Catalog
) -> None:
    evidence = Evidence(catalog, rows)
    store = build_store(evidence)
    assert derived(store) == with_rolled_up(evidence)
    assert read_evidence(store).edges == evidence.edges


@pytest.mark.slow
@given(tables(40))
@settings(max_examples=25)
def test_the_rules_agree_on_graphs_over_the_shipped_catalog(rows: list[Assertion]) -> None:
    evidence = Evidence(CATALOG, rows)
    assert derived(build_store(evidence)) == with_rolled_up(evidence)


def test_the_rules_agree_on_the_shipped_graph() -> None:
    edges = load().evidence.edges
    assert {name for (relation, _, _), name in edges.items() if relation == "metastasis"} == {
        *EDGES
    }
    assert any(relation == "extension" for relation, _, _ in edges)
    assert derived(load().store) == with_rolled_up(load().evidence)


def test_index_quads_and_tables_of_the_release_hold_the_same_evidence() -> None:
    index, tables_ = load().evidence, tables_evidence()
    quads = read_evidence(load_store(ontology_path("release", "metastasis.nq")))
    assert index_text(index) == index_text(quads) == index_text(tables_)
    assert index.assertions == quads.assertions == tables_.assertions
    assert index.edges == quads.edges == tables_.edges


# --- A graph is frozen ----------------------------------------------------------------------------


def edge_swapped(store: ox.Store) -> tuple[ox.Quad, ox.Quad]:
    """Put an edge from breast to the appendix in the place of the one to bone."""
    old, new = (
        ox.Quad(node("primary:breast"), node("met:spreadsTo"), node(f"site:{site}"))
        for site in ("bone", "appendix")
    )
    common = ox.Quad(node("primary:breast"), node("met:commonlySpreadsTo"), node("site:bone"))
    assert old in store
    assert common in store
    store.remove(old)
    store.remove(common)
    store.add(new)
    # As many quads as before: an answer remembered by their number would be the old one.
    store.add(ox.Quad(node("primary:breast"), node("met:rarelySpreadsTo"), node("site:appendix")))
    return old, new


def test_changing_the_store_does_not_change_the_evidence_of_a_graph() -> None:
    kg = load()
    before, quads = dict(kg.evidence.edges), len(kg)
    edge_swapped(kg.store)
    assert len(kg) == quads
    assert kg.evidence.edges == before
    assert "bone" in kg.sites_of("breast").sites


def test_a_graph_made_anew_of_a_changed_store_has_the_new_edges() -> None:
    kg = KnowledgeGraph.from_store(load().store)
    assert kg.evidence.edges["metastasis", "breast", "bone"] == "commonly"
    kg.evidence.pairs()
    edge_swapped(kg.store)
    again = KnowledgeGraph.from_store(kg.store)
    assert ("metastasis", "breast", "bone") not in again.evidence.edges
    assert again.evidence.edges["metastasis", "breast", "appendix"] == "rarely"
    assert "bone" not in again.sites_of("breast").sites
    assert kg.evidence.edges["metastasis", "breast", "bone"] == "commonly"


# --- The store ------------------------------------------------------------------------------------


def test_no_blank_node_anywhere() -> None:
    store = load().store
    assert not any(
        isinstance(part, ox.BlankNode) for quad in store for part in (quad.subject, quad.object)
    )


def test_assertions_stand_in_the_graph_of_their_source() -> None:
    store = load().store
    for quad in store:
        subject = value_of(quad.subject)
        if isinstance(quad.graph_name, ox.DefaultGraph):
            assert "/assertion/" not in subject
        elif not local_name(value_of(quad.graph_name)).startswith(("labels_", QUESTIONS)):
            assert "/assertion/" in subject
            source = next(
                store.quads_for_pattern(quad.subject, node("prov:wasDerivedFrom"), None, None)
            )
            assert local_name(value_of(source.object)) == local_name(value_of(quad.graph_name))


def test_running_the_rules_again_derives_nothing_new() -> None:
    from metastasis.rdf._rules import apply_rules

    store = load().store
    before = len(store)
    assert sum(count for _, count in apply_rules(store)) > 0
    assert len(store) == before


def test_a_node_that_is_no_assertion_is_an_error_that_names_it() -> None:
    store = load().store
    store.add(
        ox.Quad(
            ox.NamedNode("https://example.org/x"), node("rdf:type"), node("met:SpreadAssertion")
        )
    )
    with pytest.raises(GraphError, match=r"example\.org/x"):
        read_evidence(store)


RELATIVE: Final = {
    "a.ttl": "<primary/x> a <https://w3id.org/metastasis/vocab#Primary> .",
    "a.trig": "<primary/x> a <https://w3id.org/metastasis/vocab#Primary> .",
    "a.rdf": (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<r:Description r:about="primary/x">'
        '<r:type r:resource="https://w3id.org/metastasis/vocab#Primary"/>'
        "</r:Description></r:RDF>"
    ),
    "a.jsonld": '{"@id": "primary/x", "@type": "https://w3id.org/metastasis/vocab#Primary"}',
}
"""One primary in each form, its name relative."""


@pytest.mark.parametrize("name", RELATIVE)
def test_relative_names_are_of_the_file_or_of_what_is_stated(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(RELATIVE[name])
    stated = load_store(path, "https://w3id.org/metastasis/")
    assert next(iter(stated)).subject == node("primary:x")
    assert value_of(next(iter(load_store(path))).subject) == f"{tmp_path.as_uri()}/primary/x"
