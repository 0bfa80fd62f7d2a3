"""The data of one thing: what the graph says of it, in every syntax of RDF.

Every name below our address that the graph says something of has data: a primary or a site comes
with its pairs, a pair with its assertions, a source with what it says. A document holds triples of
the graph and nothing else; those of the dataset tell its license, its release, and that it is not
for clinical use. Apart from the routes because what is said of a thing is a matter of the graph,
whatever address asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

import pyoxigraph as ox

from metastasis._vocabulary import BASE, DATA_RELEASE, LISTS, PREFIXES
from metastasis.rdf._json_ld import json_ld_document
from metastasis.rdf._terms import local_name, node, serialized, value_of
from metastasis.serve._reply import Reply

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.serve._links import Links
    from metastasis.serve._reply import Address

__all__ = [
    "DATA_FORMS",
    "PAGELESS",
    "SYNTAXES",
    "data_reply",
    "document",
    "pageless_reply",
    "triples_of",
]

Subject: TypeAlias = Any
"""What a triple may be of, as the store gives it."""
Rule: TypeAlias = Callable[[ox.Store, str], Iterator[ox.Triple]]
"""Gives what the data of a thing holds, by its path."""

SYNTAXES: Final = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
"""The media type of each form in which the data of a thing is given."""
DATA_FORMS: Final = ("csv", "json", *SYNTAXES)
"""What the tables of a page can be taken as."""

PAGELESS: Final = (
    "assertion",
    "conflict",
    "graph",
    "vocab",
    "partition",
    "linkset",
    "distribution",
    "release",
    "rule",
    "query",
    *LISTS,
    "mechanism",
    "response",
)
"""What the paths of things begin with that have no page of their own."""

_RELEASE: Final = f"release/{DATA_RELEASE}"
_DATASET: Final = ox.NamedNode(BASE)
_ABOUT: Final = tuple(
    map(node, ("dcterms:description", "dcterms:license", "dcterms:rights", "owl:versionInfo"))
)
"""What each document says of the dataset that it is from."""
_LABEL: Final = node("rdfs:label")
_LABELED: Final = tuple(PREFIXES[name] for name in ("primary", "site"))
"""Names of ours whose labels come with them; those of closed lists say what they mean."""
_FROM: Final = node("prov:wasDerivedFrom")
_PARTS: Final = frozenset(
    map(node, ("met:supportedBy", "met:deniedBy", "met:bestNumber", "met:rolledUpFrom"))
)
"""What a pair says of its assertions: its own data has it, and those of its two ends do not."""
_OF_AND_IN: Final = (
    (node("met:primary"), node("met:site")),
    (node("met:aboutPrimary"), node("met:aboutSite")),
)
"""How assertions, and contradictions, name the two ends of a pair."""
_OURS: Final = frozenset(name for name, space in PREFIXES.items() if space == f"{BASE}{name}/")
"""Prefixes that say what a path begins with."""
_PREFIX: Final = re.compile(r"^@prefix (\w+): <[^>]*> \.\n", re.MULTILINE)
_SHORT_NAME: Final = re.compile(
    rf'"(?:[^"\\]|\\.)*"|<[^>]*>|(?<![\w:-])({"|".join(sorted(_OURS))}):([\w-]+)(?=[\s;,])'
)
"""A short name of ours that is to be relative; or a text or a whole name, in which none is."""
_UNQUOTED: Final = "/:@!$&'()*+,;=-._~%"


def data_reply(kg: KnowledgeGraph, path: str, form: str) -> Reply | None:
    """Return the data of a thing in a form of :data:`SYNTAXES`; None where there is none.

    >>> import metastasis as mets
    >>> reply = data_reply(mets.load(), "site/liver", "ttl")
    >>> reply.media_type, b'rdfs:label "liver"' in reply.body
    ('text/turtle', True)
    >>> data_reply(mets.load(), "site/livr", "ttl")
    """
    triples = triples_of(kg, path)
    return Reply(200, SYNTAXES[form], document(triples, form)) if triples else None


def pageless_reply(kg: KnowledgeGraph, address: Address, form: str, links: Links) -> Reply | None:
    """Return the data of what has no page of its own; or in HTML, where people read of it.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> from metastasis.serve._reply import Address
    >>> here = "denominator/autopsies"
    >>> pageless_reply(mets.load(), Address(here), "html", Links(here)).headers
    (('Location', '../vocab#denominator-autopsies'),)
    """
    if form in SYNTAXES:
        return data_reply(kg, address.path, form)
    if not next(_RULES.get(address.path.partition("/")[0], _own)(kg.store, address.path), None):
        return None
    path, _, fragment = _page_of(kg, address.path).partition("#")
    place = links.page(path, fragment=fragment)
    return Reply(303, "text/plain", f"See {place}\n".encode(), (("Location", place),))


def _page_of(kg: KnowledgeGraph, path: str) -> str:
    """Return the page, and the place on it, where people read of what has no page."""
    kind, _, key = path.partition("/")
    if kind in ("assertion", "conflict"):
        ends = {one.predicate: local_name(value_of(one.object)) for one in _own(kg.store, path)}
        pair = "--".join(ends[name] for name in _OF_AND_IN[kind == "conflict"])
        return f"disease/{pair}#{kind}-{key}"
    if kind == "graph" and key in kg.catalog.sources:
        return f"source/{key}"
    if kind == "query":
        return "sparql"
    if kind in ("graph", "partition", "linkset", "distribution", "release"):
        return "about#data"
    if path == f"vocab/{DATA_RELEASE}":
        return "vocab"
    return f"vocab#{key}" if kind == "vocab" else f"vocab#{kind}-{key}"


def triples_of(kg: KnowledgeGraph, path: str) -> list[ox.Triple]:
    """Return what the graph says of a thing by its path, in order; nothing of what it has not.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> sorted({one.subject.value for one in triples_of(kg, "rule/35-rolls-up")})
    ['https://w3id.org/metastasis/', 'https://w3id.org/metastasis/rule/35-rolls-up']
    >>> triples_of(kg, "disease/brest--bone")
    []
    """
    return list(_triples_of(kg.store, path))


@lru_cache(maxsize=2)
def _triples_of(store: ox.Store, path: str) -> tuple[ox.Triple, ...]:
    """Return them from the store; a thing is asked for in one form after the other."""
    found = set(_RULES.get(path.partition("/")[0], _own)(store, path))
    return tuple(_whole(store, found)) if found else ()


def _whole(store: ox.Store, found: set[ox.Triple]) -> list[ox.Triple]:
    """Return triples in order, with the labels that they need and what is said of the dataset."""
    found.update(_labels(store, found))
    for predicate in _ABOUT:
        found.update(_triples(store, _DATASET, predicate))
    return sorted(found, key=str)


def document(triples: list[ox.Triple], form: str, *, has_base: bool = True) -> bytes:
    """Return triples, which stand in order, as a document in a form of :data:`SYNTAXES`.

    ``has_base`` tells whether JSON-LD may write names relative to our address.
    """
    if form == "jsonld":
        told = json.dumps(
            _small_json_ld(triples, has_base=has_base), ensure_ascii=False, separators=(",", ":")
        )
        return f"{told}\n".encode()
    if form == "nt":
        return "".join([f"{one} .\n" for one in triples]).encode()
    text = serialized(triples, ox.RdfFormat.TURTLE if form == "ttl" else ox.RdfFormat.RDF_XML)
    return (_small_turtle(text, has_base=has_base) if form == "ttl" else f"{text}\n").encode()


def _small_turtle(text: str, *, has_base: bool) -> str:
    """Return a document of Turtle that declares the prefixes that occur in it, and no more."""
    if has_base:
        text = f"@base <{BASE}> .\n{_SHORT_NAME.sub(_relative_name, text)}"
    return _PREFIX.sub(lambda line: line[0] if text.count(f"{line[1]}:") > 1 else "", text)


def _relative_name(token: re.Match[str]) -> str:
    return f"<{token[1]}/{token[2]}>" if token[1] else token[0]


def _small_json_ld(triples: list[ox.Triple], *, has_base: bool) -> dict[str, Any]:
    """Return a document of JSON-LD whose context has what occurs in it, and no more.

    Names below our address are relative to it: of thousands of small files, what declares a prefix
    for each closed list would be a third.
    """
    whole = json_ld_document(triples)
    context = whole["@context"]
    typed = {name: value for name, value in context.items() if ":" in name or name[0] == "@"}
    typed.pop("rdf:type", None)  # which JSON-LD writes as @type
    named = {"@id", *(name for name, value in typed.items() if value == {"@type": "@id"})}
    graph = whole["@graph"]
    if has_base:
        typed = {"@base": BASE, **typed}
        graph = [
            {name: _relative(value, name in named) for name, value in one.items()} for one in graph
        ]
    said = json.dumps([graph, typed])
    used = {name: value for name, value in context.items() if f'"{name}:' in said}
    return {"@context": {**used, **typed}, "@graph": graph}


def _relative(value: Any, is_name: bool) -> Any:
    """Return the value of a property, names of ours in it relative to our address."""
    if isinstance(value, list):
        return [_relative(one, is_name) for one in value]
    if isinstance(value, dict):
        return {name: _relative(one, name == "@id") for name, one in value.items()}
    prefix, _, key = value.partition(":") if is_name else ("", "", "")
    return f"{prefix}/{key}" if prefix in _OURS else value


def _own(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield what is said of a name itself, as it stands or with its odd characters quoted."""
    for iri in dict.fromkeys((f"{BASE}{path}", f"{BASE}{quote(path, safe=_UNQUOTED)}")):
        with suppress(ValueError):  # a path that no IRI has
            yield from _said(store, ox.NamedNode(iri))


def _end_of_pairs(link: ox.NamedNode) -> Rule:
    """Return the rule of a primary or a site: with them is what matters most of their pairs."""

    def triples(store: ox.Store, path: str) -> Iterator[ox.Triple]:
        yield from _own(store, path)
        for pair in _linked(store, link, path):
            yield from (one for one in _said(store, pair) if one.predicate not in _PARTS)

    return triples


def _with_linked(link: ox.NamedNode) -> Rule:
    """Return the rule of a thing that comes with what one of its properties leads to."""

    def triples(store: ox.Store, path: str) -> Iterator[ox.Triple]:
        for one in _own(store, path):
            yield one
            if one.predicate == link:
                yield from _said(store, one.object)

    return triples


def _pair(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield what is said of a pair, its assertions and its contradictions."""
    yield from _own(store, path)
    names = path.partition("/")[2].split("--")
    for cut in range(1, len(names)):  # a key may hold the sign that parts the two
        primary, site = "--".join(names[:cut]), "--".join(names[cut:])
        for of, place in _OF_AND_IN:
            there = set(_linked(store, place, f"site/{site}"))
            for one in there.intersection(_linked(store, of, f"primary/{primary}")):
                yield from _said(store, one)


def _source(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield what is said of a source, and the names of its assertions.

    What these say is the data of its graph, and of each pair.
    """
    yield from _own(store, path)
    for assertion in _linked(store, _FROM, path):
        yield from _triples(store, assertion, _FROM)


def _graph(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield what is said of a graph, and what is in it."""
    yield from _own(store, path)
    with suppress(ValueError):
        graph = ox.NamedNode(f"{BASE}{path}")
        yield from (one.triple for one in store.quads_for_pattern(None, None, None, graph))


def _vocabulary(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield the vocabulary with all its terms; after a slash, one term."""
    term = path.partition("/")[2]
    if term and term != DATA_RELEASE:
        yield from _own(store, f"vocab#{term}")
        return
    yield from _own(store, "vocab")
    for one in _linked(store, node("rdfs:isDefinedBy"), "vocab"):
        yield from _said(store, one)


def _description(store: ox.Store, path: str) -> Iterator[ox.Triple]:
    """Yield the description of the dataset, with how much there is of everything."""
    own = [*_own(store, "")] if path in ("", _RELEASE) else []
    yield from own
    for one in own:
        if one.predicate in (node("void:classPartition"), node("void:propertyPartition")):
            yield from _said(store, one.object)
    for link in _linked(store, node("void:subjectsTarget"), "") if own else ():
        yield from _said(store, link)


_RULES: Final[dict[str, Rule]] = {
    "": _description,
    "release": _description,
    "primary": _end_of_pairs(node("met:ofPrimary")),
    "site": _end_of_pairs(node("met:inSite")),
    "disease": _pair,
    "assertion": _with_linked(_FROM),
    "conflict": _with_linked(node("met:concerns")),
    "source": _source,
    "graph": _graph,
    "query": _with_linked(node("sh:declare")),  # the prefixes that all of them use
    "vocab": _vocabulary,
}
"""What the data of a thing holds, by what its path begins with; that of others is its own."""


def _linked(store: ox.Store, predicate: ox.NamedNode, path: str) -> Iterator[Subject]:
    """Yield what a property leads from to a thing of ours."""
    with suppress(ValueError):
        thing = ox.NamedNode(f"{BASE}{path}")
        yield from (one.subject for one in store.quads_for_pattern(None, predicate, thing, None))


def _said(store: ox.Store, subject: Subject) -> Iterator[ox.Triple]:
    return _triples(store, subject, None)


def _triples(
    store: ox.Store, subject: Subject, predicate: ox.NamedNode | None
) -> Iterator[ox.Triple]:
    return (one.triple for one in store.quads_for_pattern(subject, predicate, None, None))


def _labels(store: ox.Store, found: set[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the labels of the cancers and the places that occur."""
    for name in {one.object for one in found if isinstance(one.object, ox.NamedNode)}:
        if name.value.startswith(_LABELED):
            yield from _triples(store, name, _LABEL)
