"""The description of the data in the graph itself, in VoID and DCAT.

It is part of the data and is counted with them: the numbers are those of the file it stands in.
Sizes and checksums, which a file cannot hold of itself, stand beside the files
(:mod:`metastasis.rdf._exchange.manifest`). Long because what is said of the data and what is
counted for it make one document, which counts itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pyoxigraph as ox

from metastasis._catalog.license import recorded_terms
from metastasis._evidence.assertion_table import assertion_paths, read_assertions
from metastasis._vocabulary import (
    BASE,
    DATA_LICENSE,
    DATA_RELEASE,
    NOT_CLINICAL,
    PREFIXES,
    PRIOR_RELEASE,
    RELEASE,
    contract,
    expand,
)
from metastasis.rdf._foreign import about_labels
from metastasis.rdf._formats import FORMS
from metastasis.rdf._questions import about_questions
from metastasis.rdf._terms import DEFAULT_GRAPH, TYPE, integer, local_name, node, text, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis.rdf._formats import Form
    from metastasis.rdf._write import Named

__all__ = [
    "ABOUT",
    "KEYWORDS",
    "MAKERS",
    "PAGE",
    "TITLE",
    "description_quads",
    "exceptions",
    "is_the_release",
    "media_type_address",
]

TITLE: Final = "Metastasis: a knowledge graph of metastatic patterns"
ABOUT: Final = (
    "Where each cancer spreads: numerator, denominator, route, source, interval. " + NOT_CLINICAL
)
MAKERS: Final = "The metastasis contributors"
PAGE: Final = f"{BASE}docs/"
"""Where people read about the data."""
KEYWORDS: Final = ("oncology", "metastasis", "knowledge graph", "epidemiology")

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_UNREGISTERED: Final = frozenset({"application/gexf+xml", "application/graphml+xml"})
"""Media types in use that the registry of IANA does not have."""

_short: Final = cache(contract)
"""To shorten a name takes long, and most come many times."""

_OBO: Final = "http://purl.obolibrary.org/obo/"
_FOREIGN: Final = frozenset(filter(str.isupper, PREFIXES))
"""The prefixes of the terms of other ontologies, which are written in capitals."""


_TOTALS: Final = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }"
_ENTITIES: Final = f"""SELECT (COUNT(*) AS ?n) {{
  {{ SELECT DISTINCT ?s {{ ?s ?p ?o }} }} FILTER STRSTARTS(STR(?s), "{BASE}")
}}"""
_CLASSES: Final = f"""SELECT ?term (COUNT(DISTINCT ?s) AS ?n) {{
  ?s <{expand("rdf:type")}> ?term
}} GROUP BY ?term"""
_PROPERTIES: Final = """SELECT ?term (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) {
  ?s ?term ?o
} GROUP BY ?term"""
_GRAPHS: Final = "SELECT ?term (COUNT(*) AS ?n) { GRAPH ?term { ?s ?p ?o } } GROUP BY ?term"
_LINKS: Final = f"""SELECT ?p ?o (COUNT(*) AS ?n) {{
  ?s ?p ?o FILTER (isIRI(?o) && !STRSTARTS(STR(?o), "{BASE}"))
}} GROUP BY ?p ?o"""
_OF_THINGS: Final = f"""FILTER (?term != <{expand("rdf:type")}>
  && !STRSTARTS(STR(?kind), "{PREFIXES["owl"]}"))"""
"""Classes of OWL say of what kind a term of a vocabulary is, and not what a thing is."""
_HELD: Final = f"""SELECT ?kind ?term (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) {{
  ?s <{expand("rdf:type")}> ?kind ; ?term ?o {_OF_THINGS}
}} GROUP BY ?kind ?term"""
_ENDS: Final = f"""SELECT ?kind ?term ?end (COUNT(*) AS ?n) {{
  ?s <{expand("rdf:type")}> ?kind ; ?term ?o . ?o <{expand("rdf:type")}> ?end {_OF_THINGS}
}} GROUP BY ?kind ?term ?end"""


@dataclass(frozen=True, slots=True)
class _Census:
    """How many of everything there is; classes, properties and graphs by their IRI."""

    triples: int = 0
    subjects: int = 0
    entities: int = 0
    """Subjects under our own address."""
    classes: Counter[str] = field(default_factory=Counter)
    """How many things each class has."""
    properties: Counter[str] = field(default_factory=Counter)
    """In how many triples each property stands."""
    users: Counter[str] = field(default_factory=Counter)
    """On how many subjects each property stands."""
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many triples lead by a property into an ontology, by its CURIE and its prefix."""

    def __add__(self, other: _Census) -> _Census:
        """Return the counts of what two hold together that have no subject in common."""
        return _Census(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(_Census))
        )


def description_quads(store: ox.Store, evidence: Evidence) -> list[ox.Quad]:
    """Return the description of a store that holds everything else.

    The description counts itself: it is made of what the store holds, then with its own terms
    among the others, until its numbers are those of the whole.
    """
    counts = _count(store)
    graphs = Counter({term: int(number) for term, number in _rows(store, _GRAPHS)})
    known = [
        *_said(BASE, _dataset(evidence)),
        *_versions(evidence),
        *_parts_of_classes(store),
    ]
    numbers: list[ox.Quad] = []
    while True:
        whole = counts + _count_quads([*known, *numbers])
        before, numbers = numbers, list(_numbers(whole, graphs, evidence.catalog))
        if numbers == before:
            return [*known, *numbers]


def is_the_release(evidence: Evidence) -> bool:
    """Return whether evidence is that of the shipped tables, nothing added and nothing left out."""
    said = {one.source for one in evidence.assertions}
    return said == _shipped_sources() and set(evidence.assertions) == _shipped()


@cache
def _shipped_sources() -> frozenset[str]:
    return frozenset(one.stem for one in assertion_paths())


@cache
def _shipped() -> frozenset[Assertion]:
    return frozenset(read_assertions(assertion_paths()))


def media_type_address(media_type: str) -> str | None:
    """Return where IANA registers a media type; None where it does not.

    >>> media_type_address("text/turtle")
    'https://www.iana.org/assignments/media-types/text/turtle'
    >>> media_type_address("application/graphml+xml")
    """
    return None if media_type in _UNREGISTERED else _MEDIA_TYPES + media_type


def exceptions(evidence: Evidence) -> str | None:
    """Return what is said of the sources whose facts are not under the license of the data."""
    sources = evidence.catalog.sources
    keys = sorted({one.source for one in evidence.assertions})
    own = [key for key in keys if recorded_terms(sources[key]).url != DATA_LICENSE]
    if not own:
        return None
    return f"The graphs of these sources are under terms of their own: {', '.join(own)}."


def _rows(store: ox.Store, query: str) -> list[list[str]]:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)  # noqa: S101
    return [[value_of(value) for value in row] for row in found]


def _count(store: ox.Store) -> _Census:
    ((triples, subjects),) = _rows(store, _TOTALS)
    ((entities,),) = _rows(store, _ENTITIES)
    properties = _rows(store, _PROPERTIES)
    return _Census(
        int(triples),
        int(subjects),
        int(entities),
        classes=Counter({term: int(number) for term, number in _rows(store, _CLASSES)}),
        properties=Counter({term: int(number) for term, number, _ in properties}),
        users=Counter({term: int(number) for term, _, number in properties}),
        links=_links(_rows(store, _LINKS)),
    )


def _links(rows: list[list[str]]) -> Counter[tuple[str, str]]:
    """Count what leads into other ontologies, of rows of a property, a term and a number."""
    links: Counter[tuple[str, str]] = Counter()
    for predicate, term, number in rows:
        prefix = contract(term).partition(":")[0]
        if prefix in _FOREIGN:
            links[contract(predicate), prefix] += int(number)
    return links


def _count_quads(quads: list[ox.Quad]) -> _Census:
    """Return how many of everything there is in quads that lead into no other ontology."""
    subjects = {value_of(quad.subject) for quad in quads}
    users = {(value_of(quad.subject), quad.predicate.value) for quad in quads}
    return _Census(
        len(quads),
        len(subjects),
        sum(name.startswith(BASE) for name in subjects),
        classes=Counter(value_of(quad.object) for quad in quads if quad.predicate == TYPE),
        properties=Counter(quad.predicate.value for quad in quads),
        users=Counter(predicate for _, predicate in users),
    )


def _versions(evidence: Evidence) -> Iterator[ox.Quad]:
    """Yield which release this is and where its files are, or from which release it comes."""
    released = is_the_release(evidence)
    yield from _said(BASE, _version(released=released))
    for form in FORMS.values() if released else ():
        name = expand(f"distribution:{DATA_RELEASE}/{form.file}")
        yield from _said(BASE, [("dcat:distribution", ox.NamedNode(name))])
        yield from _said(name, _distribution(form))


def _numbers(counts: _Census, graphs: Counter[str], catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield how much there is of everything, graph by graph, term by term and link by link."""
    yield from _said(BASE, _sizes(counts))
    for name, triples in sorted(graphs.items()):
        yield from _said(BASE, [("void:subset", ox.NamedNode(name))])
        yield from _said(name, _graph(local_name(name), triples, catalog))
    for term, number in sorted(counts.classes.items()):
        name = _part("class", term)
        yield from _said(BASE, [("void:classPartition", ox.NamedNode(name))])
        yield from _said(name, _class(term, number))
    for term, number in sorted(counts.properties.items()):
        name = _part("property", term)
        yield from _said(BASE, [("void:propertyPartition", ox.NamedNode(name))])
        yield from _said(name, _property(term, number, counts.users[term]))
    for (predicate, prefix), number in sorted(counts.links.items()):
        name = expand(f"linkset:{predicate.replace(':', '-')}--{prefix.lower()}")
        yield from _said(name, _linkset(predicate, prefix, number))


def _parts_of_classes(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield which properties the things of a class have, and to which classes these lead.

    Editors of SPARQL complete by it. That every thing has a class is not said again.
    """
    for kind, term, triples, subjects in sorted(_rows(store, _HELD)):
        name = _part("class", kind, term)
        yield from _said(_part("class", kind), [("void:propertyPartition", ox.NamedNode(name))])
        yield from _said(name, _property(term, int(triples), int(subjects)))
    for kind, term, end, triples in sorted(_rows(store, _ENDS)):
        name, part = _part("class", kind, term, end), _part("class", kind, term)
        number = integer(int(triples))
        yield from _said(part, [("void:classPartition", ox.NamedNode(name))])
        yield from _said(name, [("void:class", ox.NamedNode(end)), ("void:triples", number)])


def _said(subject: str, statements: Named) -> Iterator[ox.Quad]:
    for predicate, value in statements:
        yield ox.Quad(ox.NamedNode(subject), node(predicate), value, DEFAULT_GRAPH)


def _part(kind: str, *terms: str) -> str:
    """Return the IRI of the part of the data that has a class or a property, or of a part of it."""
    names = (quote(_short(term).replace(":", "-", 1), safe="") for term in terms)
    return expand(f"partition:{kind}/{'/'.join(names)}")


def _dataset(evidence: Evidence) -> Named:
    examples = [
        *(f"primary:{key}" for key in ("breast",) if key in evidence.catalog.primaries),
        *(f"site:{key}" for key in ("liver",) if key in evidence.catalog.sites),
    ]
    rights = exceptions(evidence)
    return [
        ("rdf:type", node("void:Dataset")),
        ("rdf:type", node("dcat:Dataset")),
        ("dcterms:title", text(TITLE)),
        ("dcterms:description", text(ABOUT)),
        ("dcterms:identifier", text(BASE)),
        ("dcterms:creator", text(MAKERS)),
        ("dcterms:publisher", text(MAKERS)),
        ("dcterms:issued", text(DATA_RELEASE.replace(".", "-"))),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        *((("dcterms:rights", text(rights)),) if rights else ()),
        *(("dcat:keyword", text(word)) for word in KEYWORDS),
        ("dcat:landingPage", ox.NamedNode(PAGE)),
        ("void:uriSpace", text(BASE)),
        *(("void:exampleResource", node(name)) for name in examples),
    ]


def _sizes(counts: _Census) -> Named:
    return [
        *(("void:vocabulary", ox.NamedNode(name)) for name in _vocabularies(counts)),
        ("void:triples", integer(counts.triples)),
        ("void:entities", integer(counts.entities)),
        ("void:distinctSubjects", integer(counts.subjects)),
        ("void:classes", integer(len(counts.classes))),
        ("void:properties", integer(len(counts.properties))),
    ]


def _vocabularies(counts: _Census) -> list[str]:
    """Return the vocabularies of the properties in use, without those that RDF and OWL bring."""
    used = {contract(term).partition(":")[0] for term in counts.properties}
    names = {PREFIXES[prefix] for prefix in used & PREFIXES.keys() - {"rdf", "rdfs", "owl"}}
    return sorted(f"{BASE}vocab" if name == PREFIXES["met"] else name for name in names)


def _version(*, released: bool) -> Named:
    """Return which release this is, or which it comes from, and what went before it."""
    release = ox.NamedNode(RELEASE)
    statements: Named = [("owl:versionInfo", text(DATA_RELEASE))]
    if not released:
        return [*statements, ("prov:wasDerivedFrom", release)]
    statements += [("owl:versionIRI", release), ("dcat:version", text(DATA_RELEASE))]
    if PRIOR_RELEASE:
        prior = ox.NamedNode(f"{BASE}release/{PRIOR_RELEASE}")
        statements += [("owl:priorVersion", prior), ("dcat:previousVersion", prior)]
    return statements


def _distribution(form: Form) -> Named:
    """Return where the files of a form of the release are: a file, or a folder of several."""
    address = f"{RELEASE}/{form.file}{'/' if form.is_folder else ''}"
    registered = media_type_address(form.media_type)
    return [
        ("rdf:type", node("dcat:Distribution")),
        ("dcterms:title", text(f"Metastasis {DATA_RELEASE}: {form.description}")),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        ("dcat:accessURL", ox.NamedNode(address)),
        *(() if form.is_folder else (("dcat:downloadURL", ox.NamedNode(address)),)),
        *((("dcat:mediaType", ox.NamedNode(registered)),) if registered else ()),
    ]


def _graph(key: str, triples: int, catalog: Catalog) -> Named:
    """Return what is said of a named graph: that of a source, or of the labels of an ontology."""
    return [
        ("rdf:type", node("void:Dataset")),
        ("rdf:type", node("dcat:Dataset")),
        ("void:triples", integer(triples)),
        *(about_labels(key) or about_questions(key) or _of_source(key, catalog)),
    ]


def _of_source(key: str, catalog: Catalog) -> Named:
    """Return what is said of the graph of a source.

    Its license is that of the data as recorded here, ours or the user's; the terms of the source's
    own text are stated with the source alone.
    """
    terms = recorded_terms(catalog.sources[key])
    return [
        ("dcterms:title", text(f"Assertions from {key}")),
        ("dcterms:source", node(f"source:{key}")),
        ("dcterms:rights", text(terms.words)),
        *((("dcterms:license", ox.NamedNode(terms.url)),) if terms.url is not None else ()),
    ]


def _class(term: str, number: int) -> Named:
    return [("void:class", ox.NamedNode(term)), ("void:entities", integer(number))]


def _property(term: str, triples: int, subjects: int) -> Named:
    return [
        ("void:property", ox.NamedNode(term)),
        ("void:triples", integer(triples)),
        ("void:distinctSubjects", integer(subjects)),
    ]


def _linkset(predicate: str, prefix: str, triples: int) -> Named:
    """Return what is said of the links that lead by one property into one ontology."""
    space = PREFIXES[prefix]
    target = f"{_OBO}{prefix.lower()}.owl" if space.startswith(_OBO) else space.rstrip("/#")
    return [
        ("rdf:type", node("void:Linkset")),
        ("dcterms:title", text(f"Links into {prefix} by {predicate}")),
        ("void:subjectsTarget", ox.NamedNode(BASE)),
        ("void:objectsTarget", ox.NamedNode(target)),
        ("void:linkPredicate", node(predicate)),
        ("void:triples", integer(triples)),
    ]
