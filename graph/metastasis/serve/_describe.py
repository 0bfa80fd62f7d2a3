"""What an endpoint says of itself to other programs, and what an editor of SPARQL completes on.

The service description has the description of the dataset with it, with which property of which
class leads where, and the shipped questions: editors of others look for them there or ask the
graph, which holds the same. All of it is read from the graph, nothing is counted again. Apart from
the routes because it is of the endpoint as a whole, and no thing in the graph.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._vocabulary import (
    BASE,
    DATA_RELEASE,
    LISTS,
    NOT_CLINICAL,
    PREFIXES,
    contract,
    expand,
)
from metastasis.rdf._questions import PREFIX_DOCUMENT, question_quads
from metastasis.rdf._terms import TYPE, node, value_of
from metastasis.serve._reply import Reply
from metastasis.serve._resource import SYNTAXES, document, triples_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis._catalog import Primary, Site
    from metastasis._graph import KnowledgeGraph

__all__ = ["completion", "description_reply", "service_triples"]

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_SERVICE: Final = f"{BASE}sparql"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_RESULTS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)
"""The names of W3C for the forms in which the endpoint answers."""
_PLACES: Final = (
    (f"<{_SERVICE}>", "<sparql>"),
    (f'"{_SERVICE}"', '"sparql"'),
)
"""How the endpoint is named here and in what is sent: relative to where it was asked, so that it is
right on every host and behind every proxy."""
_OF_PARTS: Final = tuple(
    node(f"void:{name}")
    for name in (
        "property",
        "class",
        "triples",
        "distinctSubjects",
        "propertyPartition",
        "classPartition",
    )
)
_LONGEST: Final = 160
"""Characters of what is said of a term: an editor shows a line or two beside the list."""


def description_reply(kg: KnowledgeGraph, form: str) -> Reply:
    """Return the service description in a form of RDF.

    N-Triples, which has no relative names, has the permanent address of the endpoint.

    >>> import metastasis as mets
    >>> b"#endpoint> <sparql>" in description_reply(mets.load(), "ttl").body
    True
    """
    text = document(service_triples(kg), form, has_base=False).decode()
    for here, there in _PLACES if form != "nt" else ():
        text = text.replace(here, there)
    return Reply(200, SYNTAXES[form], text.encode())


def service_triples(kg: KnowledgeGraph) -> list[ox.Triple]:
    """Return what the endpoint says of itself, of its data and of its questions, in order."""
    found = {*_service(kg), *triples_of(kg, ""), *_inner_parts(kg.store)}
    found.update(quad.triple for quad in question_quads())
    return sorted(found, key=str)


def _service(kg: KnowledgeGraph) -> Iterator[ox.Triple]:
    service, data = ox.NamedNode(_SERVICE), ox.NamedNode(f"{_SERVICE}#dataset")
    yield ox.Triple(service, TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(service, _sd("feature"), _sd("UnionDefaultGraph"))
    for name in _RESULTS:
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + name))
    yield ox.Triple(service, _sd("defaultDataset"), data)
    yield ox.Triple(data, TYPE, _sd("Dataset"))
    # The default graph is the union of all, which is what the dataset's own description counts.
    yield ox.Triple(data, _sd("defaultGraph"), ox.NamedNode(BASE))
    yield ox.Triple(ox.NamedNode(BASE), TYPE, _sd("Graph"))
    yield ox.Triple(ox.NamedNode(BASE), node("void:sparqlEndpoint"), service)
    for graph in kg.store.named_graphs():
        if isinstance(graph, ox.NamedNode):
            yield ox.Triple(data, _sd("namedGraph"), graph)
            yield ox.Triple(graph, _sd("name"), graph)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)


def _inner_parts(store: ox.Store) -> Iterator[ox.Triple]:
    """Yield which properties the things of each class have, and where they lead."""
    start = expand("partition:class/")
    for predicate in _OF_PARTS:
        for quad in store.quads_for_pattern(None, predicate, None, None):
            if value_of(quad.subject).startswith(start):
                yield quad.triple


def completion(kg: KnowledgeGraph) -> bytes:
    """Return what an editor completes on, as JSON: prefixes, and words by kind.

    A word is its name as a query has it, its kind, its label, more text to find it by, and for
    classes and properties how many there are of it; a property has last the classes that have it.

    >>> import json, metastasis as mets
    >>> told = json.loads(completion(mets.load()))
    >>> next(word[:3] for word in told["words"] if word[0] == "met:spreadsTo")
    ['met:spreadsTo', 'property', 'spreads to']
    """
    words = [*_terms(kg.store), *_listed(kg.store), *_named(kg), *_sources(kg)]
    start = expand(f"{PREFIX_DOCUMENT}#")
    asked_by = {
        value_of(one.subject).removeprefix(start): value_of(one.object)
        for one in question_quads()
        if one.predicate == node("sh:namespace")
    }
    told = {
        "release": DATA_RELEASE,
        "notice": NOT_CLINICAL,
        "prefixes": dict(sorted((asked_by | dict(PREFIXES)).items())),
        "words": words,
    }
    return f"{json.dumps(told, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _terms(store: ox.Store) -> Iterator[list[Any]]:
    """Yield the classes and the properties, the most frequent first."""
    for kind, link, name, number in (
        ("class", "void:classPartition", "void:class", "void:entities"),
        ("property", "void:propertyPartition", "void:property", "void:triples"),
    ):
        parts = [
            value_of(quad.object)
            for quad in store.quads_for_pattern(ox.NamedNode(BASE), node(link), None, None)
        ]
        found = [(int(_one(store, part, number)), _one(store, part, name)) for part in parts]
        for count, term in sorted(found, key=lambda one: (-one[0], one[1])):
            label = _one(store, term, "rdfs:label") or contract(term).partition(":")[2]
            said = _said_of(store, term)
            word: list[Any] = [_written(term), kind, label, said, count]
            yield [*word, _holders(store, term)] if kind == "property" else word


def _holders(store: ox.Store, term: str) -> list[str]:
    """Return the classes whose things have a property."""
    start = expand("partition:class/")
    owners = {
        value_of(owner.subject)
        for quad in store.quads_for_pattern(None, node("void:property"), ox.NamedNode(term), None)
        if value_of(quad.subject).startswith(start)
        for owner in store.quads_for_pattern(None, None, quad.subject, None)
    }
    return sorted(contract(_one(store, owner, "void:class")) for owner in owners)


def _listed(store: ox.Store) -> Iterator[list[Any]]:
    """Yield the values of the closed lists."""
    for name, values in LISTS.items():
        for value in values:
            term = expand(f"{name}:{value}")
            label = _one(store, term, "rdfs:label") or value
            yield [f"{name}:{value}", name, label, _said_of(store, term)]


def _named(kg: KnowledgeGraph) -> Iterator[list[Any]]:
    records: tuple[tuple[str, Iterable[Primary] | Iterable[Site]], ...] = (
        ("primary", kg.catalog.primaries.values()),
        ("site", kg.catalog.sites.values()),
    )
    for kind, every in records:
        for one in every:
            yield [_written(expand(f"{kind}:{one.key}")), kind, one.label, "; ".join(one.synonyms)]


def _sources(kg: KnowledgeGraph) -> Iterator[list[Any]]:
    for one in kg.catalog.sources.values():
        yield [_written(expand(f"source:{one.key}")), "source", one.key, _cut(one.citation, 60)]


def _said_of(store: ox.Store, term: str) -> str:
    said = _one(store, term, "skos:definition") or _one(store, term, "rdfs:comment")
    return _cut(said, _LONGEST)


def _one(store: ox.Store, subject: str, predicate: str) -> str:
    found = store.quads_for_pattern(ox.NamedNode(subject), node(predicate), None, None)
    return min((value_of(quad.object) for quad in found), default="")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rsplit(' ', 1)[0]}…"


def _written(iri: str) -> str:
    """Return a name as a query has it: short, or whole where its end could not be a short name."""
    short = contract(iri)
    end = short.partition(":")[2]
    plain = end.replace("-", "").replace("_", "").replace(".", "")
    return short if plain.isalnum() and short != iri and end[-1] != "." else f"<{iri}>"
