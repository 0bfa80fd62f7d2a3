"""The store seen through rdflib: it gives rdflib's own terms, and nothing changes it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from metastasis._errors import FederationError, MetastasisError, QueryError, ReadOnlyError
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KG = load()
LIVER = URIRef("https://w3id.org/metastasis/site/liver")
LABEL = rdflib.RDFS.label
TRIPLE = (LIVER, LABEL, Literal("changed"))
NOWHERE = "http://127.0.0.1:9/x.ttl"

CHANGES: dict[str, Callable[[Any], Any]] = {
    "add": lambda d: d.add(TRIPLE),
    "addN": lambda d: d.addN([(*TRIPLE, d.default_graph)]),
    "+=": lambda d: d.__iadd__([(*TRIPLE, None)]),
    "-=": lambda d: d.__isub__([TRIPLE]),
    "set": lambda d: d.set(TRIPLE),
    "remove": lambda d: d.remove((None, None, None)),
    "remove_graph": lambda d: d.remove_graph("https://w3id.org/metastasis/graph/hess-2006"),
    "remove_context": lambda d: d.remove_context(next(d.graphs())),
    "graph": lambda d: d.graph("https://example.org/new"),
    "graph without a name": lambda d: d.graph(),
    "add_graph": lambda d: d.add_graph(rdflib.Graph().add(TRIPLE)),
    "parse data": lambda d: d.parse(data="<a:b> <a:b> <a:b> .", format="turtle"),
    "parse address": lambda d: d.parse(NOWHERE),
    "parse in a graph": lambda d: next(d.graphs()).parse(NOWHERE),
    "parse in the default graph": lambda d: d.default_graph.parse(NOWHERE),
    "parse in a context": lambda d: d.get_context("https://example.org/x").parse(NOWHERE),
    "load": lambda d: d.load(NOWHERE),
    "add to a graph": lambda d: next(d.graphs()).add(TRIPLE),
    "bind": lambda d: d.bind("site", "https://example.org/"),
    "bind by the manager": lambda d: d.namespace_manager.bind("site", "https://example.org/"),
    "update": lambda d: d.update("DELETE WHERE { ?s ?p ?o }"),
    "update by rdflib": lambda d: d.update("CLEAR ALL", use_store_provided=False),
    "LOAD by rdflib": lambda d: d.update(f"LOAD <{NOWHERE}>", use_store_provided=False),
    "update of a graph": lambda d: next(d.graphs()).update(
        "CLEAR DEFAULT", use_store_provided=False
    ),
    "destroy": lambda d: d.destroy("x"),
    "open": lambda d: d.open("x"),
    "add by the store": lambda d: d.store.add(TRIPLE, d.default_graph),
    "remove by the store": lambda d: d.store.remove((None, None, None)),
    "collection": lambda d: d.collection(LIVER).append(LIVER),
    "resource": lambda d: d.resource(LIVER).set(LABEL, Literal("x")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_would_change_it_is_refused(what: str) -> None:
    before = {str(quad) for quad in KG.store}
    with pytest.raises((ReadOnlyError, QueryError)):
        CHANGES[what](KG.dataset)
    assert {str(quad) for quad in KG.store} == before


def test_closing_it_changes_nothing() -> None:
    KG.dataset.close()
    KG.dataset.commit()
    KG.dataset.rollback()
    assert (LIVER, LABEL, None) in KG.dataset


def test_every_method_of_a_dataset_leaves_the_graph_as_it_is() -> None:
    """Call everything that there is, with arguments that fit and that do not."""
    kg = KnowledgeGraph.from_store(load().store)
    dataset, before = kg.dataset, len(kg)
    for name in dir(type(dataset)):
        if name.startswith("_") or name in {"print", "serialize", "isomorphic", "connected"}:
            continue
        for arguments in ((), (TRIPLE,), (NOWHERE,), ("a", "b"), ((None, None, None),)):
            with suppress(Exception):  # only what is left counts
                getattr(dataset, name)(*arguments)
    assert len(kg.store) == before


QUERIES: dict[str, Callable[[str], Any]] = {
    "text": lambda text: KG.dataset.query(text),
    "text for rdflib": lambda text: KG.dataset.query(text, use_store_provided=False),
    "prepared": lambda text: KG.dataset.query(prepareQuery(text, dict(PREFIXES))),
    "of a graph": lambda text: next(KG.dataset.graphs()).query(text),
    "of a graph for rdflib": lambda text: KG.dataset.default_graph.query(
        text, use_store_provided=False
    ),
    "of the store": lambda text: KG.dataset.store.query(text, {}, {}, "__UNION__"),
}


@pytest.mark.parametrize("how", QUERIES)
@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{NOWHERE}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE SILENT <{NOWHERE}> {{ ?s ?p ?o }} }} }} }}",
        f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{NOWHERE}> {{ ?s ?p ?o }} }} }}",
        "SELECT * FROM <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1:9/x.ttl> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_no_query_leaves_the_machine(monkeypatch: pytest.MonkeyPatch, how: str, query: str) -> None:
    import urllib.request

    asked: list[str] = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *found, **_: asked.append(str(found)))
    monkeypatch.setattr("rdflib.plugins.sparql.evaluate.urlopen", urllib.request.urlopen)
    with pytest.raises(FederationError):
        list(QUERIES[how](query))
    assert asked == []


@pytest.mark.parametrize("how", sorted(QUERIES.keys() - {"prepared"}))
@pytest.mark.parametrize("depth", [400, 5_000])
def test_deep_queries_are_refused_or_answered(how: str, depth: int) -> None:
    query = "SELECT * " + "{" * depth + f" {LIVER.n3()} rdfs:label ?l " + "}" * depth
    if how in {"text", "of a graph", "of the store"} and depth < 500:
        query = query.replace("rdfs:label", LABEL.n3())
        assert len(list(QUERIES[how](query))) == (1 if how != "of a graph" else 0)
        return
    with pytest.raises(QueryError, match=r"nests (deeper|too deep)"):
        QUERIES[how](query)


@pytest.mark.parametrize("how", ["text", "text for rdflib", "prepared", "of the store"])
def test_however_it_is_asked_the_answer_is_the_same(how: str) -> None:
    query = "SELECT ?s ?l { ?s a met:Site ; rdfs:label ?l } ORDER BY ?s"
    if how == "of the store":
        query = f"PREFIX met: <{PREFIXES['met']}> PREFIX rdfs: <{LABEL[:-5]}> {query}"
    ours = [tuple(map(str, row)) for row in KG.query(query)]  # type: ignore[union-attr]
    assert [tuple(map(str, row)) for row in QUERIES[how](query)] == ours


def test_bindings_and_bases_are_taken() -> None:
    query = "SELECT ?s ?l { ?s rdfs:label ?l }"
    assert [str(row.l) for row in KG.dataset.query(query, initBindings={"s": LIVER})] == ["liver"]
    query = "SELECT ?l { <liver> rdfs:label ?l }"
    found = KG.dataset.query(query, base="https://w3id.org/metastasis/site/")
    assert [str(row.l) for row in found] == ["liver"]


def test_literals_are_those_of_rdflib() -> None:
    assert (LIVER, LABEL, Literal("liver")) in KG.dataset
    assert (LIVER, LABEL, Literal("liver", lang="en")) not in KG.dataset
    parsed = rdflib.Dataset(default_union=True)
    nquads = ox.serialize(KG.store, format=ox.RdfFormat.N_QUADS)
    assert nquads is not None
    parsed.parse(data=nquads.decode(), format="nquads")
    assert {quad[:3] for quad in KG.dataset.quads()} == {quad[:3] for quad in parsed.quads()}
    (row,) = KG.dataset.query("SELECT (0.0 AS ?x) (0 AS ?y) (false AS ?z) ('' AS ?t) {}")
    assert [value is not None and value.toPython() for value in row] == [0, 0, False, ""]


def test_graphs_are_found_by_name_and_hold_what_their_source_says() -> None:
    name = URIRef("https://w3id.org/metastasis/graph/hess-2006")
    graph = KG.dataset.graph(name)
    rows = KG.query("SELECT (COUNT(*) AS ?n) { GRAPH graph:hess-2006 { ?s ?p ?o } }")
    assert len(graph) == rows[0][0]  # type: ignore[index]
    assert len(list(graph)) == len(graph)
    assert name in {one.identifier for one in KG.dataset.graphs()}
    assert KG.dataset.namespace_manager.qname(str(LIVER)) == "site:liver"


@pytest.mark.parametrize("form", ["turtle", "nquads", "trig", "xml"])
def test_it_serializes(form: str) -> None:
    assert "liver" in KG.dataset.serialize(format=form)


def test_a_copy_is_the_users_own(tmp_path: Path) -> None:
    copy = KG.to_rdflib()
    assert {quad[:3] for quad in copy.quads()} == {quad[:3] for quad in KG.dataset.quads()}
    assert {str(one.identifier) for one in copy.graphs()} == {
        str(one.identifier) for one in KG.dataset.graphs()
    }
    before = len(KG)
    copy.add((*TRIPLE, copy.default_graph))
    copy.bind("mine", "https://example.org/")
    copy.update("INSERT DATA { GRAPH <a:g> { <a:b> <a:b> <a:b> } }")
    (tmp_path / "x.ttl").write_text("<a:c> <a:c> <a:c> .")
    copy.parse(tmp_path / "x.ttl")
    assert len(KG) == before
    assert (LIVER, LABEL, Literal("changed")) not in KG.dataset


def test_what_is_refused_says_what_to_do() -> None:
    for change in CHANGES.values():
        with pytest.raises(MetastasisError) as caught:
            change(KG.dataset)
        told = str(caught.value)
        assert "to_rdflib" in told or "build another" in told
