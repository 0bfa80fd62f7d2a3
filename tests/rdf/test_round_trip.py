"""Assertions to RDF and back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from metastasis._catalog import read_catalog
from metastasis._errors import GraphError
from metastasis._evidence.assertion_table import read_evidence
from metastasis._evidence.edge import EDGES, edge_from
from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis.rdf import _read as reader
from metastasis.rdf._build import build_store
from metastasis.rdf._formats import sorted_quads, write_graph
from metastasis.rdf._terms import local_name, node, value_of
from strategies import CATALOG, SMALL, dense_tables, tables

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion


def lines(store: ox.Store) -> list[str]:
    return [str(quad) for quad in sorted_quads(store)]


@given(tables())
@settings(max_examples=25)
def test_rdf_gives_back_the_assertions_and_they_give_back_the_rdf(rows: list[Assertion]) -> None:
    store = build_store(rows, CATALOG)
    back = list(reader.read_assertions(store))
    assert back == sorted(rows, key=lambda one: one.key)
    assert lines(build_store(back, reader.read_catalog(store))) == lines(store)


def test_the_shipped_catalog_survives_rdf() -> None:
    catalog = read_catalog()
    back = reader.read_catalog(build_store([], catalog))
    assert back.primaries == dict(sorted(catalog.primaries.items()))
    assert back.sites == dict(sorted(catalog.sites.items()))
    assert back.sources == dict(sorted(catalog.sources.items()))
    assert back.diseases == catalog.diseases


def test_the_shipped_graph_is_what_the_tables_give() -> None:
    knowledge = read_evidence()
    built = KnowledgeGraph.from_assertions(knowledge.assertions, knowledge.catalog)
    assert lines(load().store) == lines(built.store), "run python3 scripts/build.py"


def test_the_shipped_file_is_what_the_build_writes(tmp_path: Path) -> None:
    built = tmp_path / "metastasis.nq"
    write_graph(load().store, built, command="metastasis build")
    assert built.read_bytes() == ontology_path("release", "metastasis.nq").read_bytes()


@given(dense_tables())
@settings(max_examples=25)
def test_the_order_of_the_rows_changes_nothing(rows: list[Assertion]) -> None:
    shuffled = rows[:]
    random.Random(0).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    assert lines(build_store(rows, SMALL)) == lines(build_store(shuffled, SMALL))


@given(dense_tables())
@settings(max_examples=100)
def test_the_rules_in_sparql_and_in_python_derive_the_same_edges(rows: list[Assertion]) -> None:
    store = build_store(rows, SMALL)
    for relation, names in (("metastasis", EDGES), ("extension", {"possibly": "met:extendsInto"})):
        expected = set()
        for primary in SMALL.primaries:
            for site in ("bone", "liver"):
                pair = [
                    r for r in rows if (r.primary, r.site, r.relation) == (primary, site, relation)
                ]
                edge = edge_from(pair)
                if relation == "extension" and edge:
                    edge = "possibly"
                if edge:
                    expected.add((primary, site, names[edge]))
                    expected.add((primary, site, names["possibly"]))
        assert edges(store, names.values()) == expected


def edges(store: ox.Store, predicates: object) -> set[tuple[str, str, str]]:
    return {
        (local_name(value_of(quad.subject)), local_name(value_of(quad.object)), str(predicate))
        for predicate in list(predicates)  # type: ignore[call-overload]
        for quad in store.quads_for_pattern(None, node(predicate), None, None)
    }


def test_no_blank_node_anywhere() -> None:
    store = load().store
    assert not any(
        isinstance(part, ox.BlankNode) for quad in store for part in (quad.subject, quad.object)
    )


def test_assertions_stand_in_the_graph_of_their_source_and_nothing_else_does() -> None:
    store = load().store
    for quad in store:
        subject = value_of(quad.subject)
        if isinstance(quad.graph_name, ox.DefaultGraph):
            assert "/assertion/" not in subject
        else:
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
        list(reader.read_assertions(store))
