"""What the endpoint says of itself, and what editors complete on: all of it what the graph says."""

from __future__ import annotations

import json
from typing import Final

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis._vocabulary import BASE, LISTS, PREFIXES
from metastasis.rdf import Rows, build_store, shipped_queries
from metastasis.rdf._terms import value_of
from metastasis.serve._describe import completion, description_reply, service_triples
from metastasis.serve._links import Links
from metastasis.serve._reply import Address
from metastasis.serve._resource import SYNTAXES
from metastasis.serve._routes import make_reply

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
HERE: Final = "http://127.0.0.1:8000/sparql"


@pytest.fixture(scope="module")
def kg() -> mets.KnowledgeGraph:
    return mets.KnowledgeGraph.from_store(build_store(mets.load().evidence))


def described(kg: mets.KnowledgeGraph, form: str) -> ox.Store:
    """Return a service description as a client reads it that asked at one address."""
    reply = description_reply(kg, form)
    store = ox.Store()
    syntax = ox.RdfFormat.from_media_type(reply.media_type)
    base = None if form == "nt" else HERE
    store.load(reply.body, format=syntax, base_iri=base)
    return store


def asked(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    """Return the rows of a query over a description."""
    text = f"PREFIX sd: <{SD}> PREFIX void: <http://rdfs.org/ns/void#> {query}"
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    return {tuple(value_of(value) for value in row) for row in found}


@pytest.mark.parametrize("form", SYNTAXES)
def test_the_endpoint_is_where_it_was_asked(kg: mets.KnowledgeGraph, form: str) -> None:
    place = f"{BASE}sparql" if form == "nt" else HERE
    store = described(kg, form)
    assert asked(store, "SELECT ?s ?e { ?s a sd:Service ; sd:endpoint ?e }") == {(place, place)}
    features = asked(store, "SELECT ?f { ?s sd:feature|sd:supportedLanguage ?f }")
    assert features == {(f"{SD}UnionDefaultGraph",), (f"{SD}SPARQL11Query",)}


def test_the_description_names_every_graph_and_counts_the_whole(kg: mets.KnowledgeGraph) -> None:
    store = described(kg, "ttl")
    graphs = asked(store, "SELECT ?g { ?s sd:defaultDataset/sd:namedGraph/sd:name ?g }")
    assert {name for (name,) in graphs} == {value_of(one) for one in kg.store.named_graphs()}
    ((triples,),) = asked(
        store, "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }"
    )
    assert int(triples) == len({quad.triple for quad in kg.store})


def test_an_editor_finds_classes_properties_and_examples_in_it(kg: mets.KnowledgeGraph) -> None:
    store = described(kg, "jsonld")
    held = asked(
        store,
        "SELECT ?c ?p { ?part void:class ?c ; void:propertyPartition ?q . ?q void:property ?p }",
    )
    met = PREFIXES["met"]
    assert (f"{met}SpreadAssertion", f"{met}denominator") in held
    examples = asked(
        store,
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?q { ?q a sh:SPARQLExecutable }",
    )
    assert len(examples) == len(shipped_queries())


def test_what_is_said_of_the_data_is_what_the_graph_says(kg: mets.KnowledgeGraph) -> None:
    lines = {str(quad.triple) for quad in kg.store}
    own = [one for one in service_triples(kg) if str(one) not in lines]
    assert {
        one.predicate.value.startswith((SD, "http://rdfs.org/ns/void#sparqlE"))
        or value_of(one.object).startswith(SD)
        for one in own
    } == {True}


def test_completion_has_every_term_key_and_value_and_is_small(kg: mets.KnowledgeGraph) -> None:
    told = json.loads(completion(kg))
    words = {word[0]: word for word in told["words"]}
    assert len(words) == len(told["words"])
    assert len(completion(kg)) < 150_000
    assert completion(kg) == completion(mets.KnowledgeGraph.from_store(kg.store))
    for key in kg.catalog.primaries:
        assert words[f"primary:{key}"][1] == "primary"
    for name, values in LISTS.items():
        assert {f"{name}:{value}" for value in values} <= words.keys()
    used = {quad.predicate.value for quad in kg.store}
    assert sum(word[1] == "property" for word in words.values()) == len(used)
    assert words["met:denominator"][5] == ["met:SpreadAssertion"]
    assert words["met:spreadsTo"][4] == sum(
        quad.predicate.value == f"{PREFIXES['met']}spreadsTo" for quad in kg.store
    )
    assert told["prefixes"].items() >= PREFIXES.items()


def test_every_word_can_stand_in_a_query(kg: mets.KnowledgeGraph) -> None:
    told = json.loads(completion(kg))
    prefixes = "".join(f"PREFIX {name}: <{space}>\n" for name, space in told["prefixes"].items())
    listed = " ".join(word[0] for word in told["words"])
    found = kg.query(f"{prefixes} SELECT (COUNT(?x) AS ?n) {{ VALUES ?x {{ {listed} }} }}")
    assert isinstance(found, Rows)
    assert found[0] == (len(told["words"]),)


@pytest.mark.parametrize(
    ("path", "form", "media_type"),
    [
        ("sparql", "ttl", "text/turtle"),
        ("completion", "json", "application/json"),
        ("completion.json", "html", "application/json"),
        ("index.json", "json", "application/json"),
    ],
)
def test_all_of_it_has_an_address(
    kg: mets.KnowledgeGraph, path: str, form: str, media_type: str
) -> None:
    reply = make_reply(kg, Address(path), form, Links(path))
    assert (reply.status, reply.media_type) == (200, media_type)
