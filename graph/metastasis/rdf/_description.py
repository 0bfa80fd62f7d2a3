"""The description of the data in the graph itself, in VoID and DCAT.

It is part of the data and is counted with them: the numbers are those of the file it stands in.
Sizes and checksums, which a file cannot hold of itself, stand beside the files
(:mod:`metastasis.rdf._exchange.manifest`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class _Census:
    """How many of everything a graph holds; classes, properties and graphs by their IRI."""

    triples: int
    subjects: int
    entities: int
    """Subjects under our own address."""
    classes: Counter[str]
    """How many things each class has."""
    properties: Counter[str]
    """In how many triples each property stands."""
    users: Counter[str]
    """On how many subjects each property stands."""
    graphs: Counter[str]
    links: Counter[tuple[str, str]]
    """How many triples lead by a property into an ontology, by its CURIE and its prefix."""


def description_quads(store: ox.Store, evidence: Evidence) -> list[ox.Quad]:
    """Return the description of a store that holds everything else.

    The description counts itself: it is made of what the store holds, then with its own terms
    among the others, and at last with their numbers.
    """
    counts = _count(store)
    known = [*_said(BASE, _dataset(evidence)), *_versions(evidence)]
    quads = known
    for _ in range(3):
        quads = [*known, *_numbers(_with(counts, quads), evidence.catalog)]
    return quads


def is_the_release(evidence: Evidence) -> bool:
    """Return whether evidence is that of the shipped tables, nothing added and nothing left out."""
    said = {one.source for one in evidence.assertions}
    return (
        said == {one.stem for one in assertion_paths()} and set(evidence.assertions) == _shipped()
    )


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


def _count(store: ox.Store) -> _Census:
    def rows(query: str) -> list[list[str]]:
        found = store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101
        return [[value_of(value) for value in row] for row in found]

    ((triples, subjects),) = rows(_TOTALS)
    ((entities,),) = rows(_ENTITIES)
    properties = rows(_PROPERTIES)
    return _Census(
        int(triples),
        int(subjects),
        int(entities),
        classes=Counter({term: int(number) for term, number in rows(_CLASSES)}),
        properties=Counter({term: int(number) for term, number, _ in properties}),
        users=Counter({term: int(number) for term, _, number in properties}),
        graphs=Counter({term: int(number) for term, number in rows(_GRAPHS)}),
        links=_links(rows(_LINKS)),
    )


def _links(rows: list[list[str]]) -> Counter[tuple[str, str]]:
    """Count what leads into other ontologies, of rows of a property, a term and a number."""
    links: Counter[tuple[str, str]] = Counter()
    for predicate, term, number in rows:
        prefix = contract(term).partition(":")[0]
        if prefix in _FOREIGN:
            links[contract(predicate), prefix] += int(number)
    return links


def _with(counts: _Census, quads: list[ox.Quad]) -> _Census:
    """Return counts of a store and of quads on subjects that it does not have."""
    subjects = {value_of(quad.subject) for quad in quads}
    users = {(value_of(quad.subject), quad.predicate.value) for quad in quads}
    return replace(
        counts,
        triples=counts.triples + len(quads),
        subjects=counts.subjects + len(subjects),
        entities=counts.entities + sum(name.startswith(BASE) for name in subjects),
        classes=counts.classes
        + Counter(value_of(quad.object) for quad in quads if quad.predicate == TYPE),
        properties=counts.properties + Counter(quad.predicate.value for quad in quads),
        users=counts.users + Counter(predicate for _, predicate in users),
    )


def _versions(evidence: Evidence) -> Iterator[ox.Quad]:
    """Yield which release this is and where its files are, or from which release it comes."""
    released = is_the_release(evidence)
    yield from _said(BASE, _version(released=released))
    for form in FORMS.values() if released else ():
        name = expand(f"distribution:{DATA_RELEASE}/{form.file}")
        yield from _said(BASE, [("dcat:distribution", ox.NamedNode(name))])
        yield from _said(name, _distribution(form))


def _numbers(counts: _Census, catalog: Catalog) -> Iterator[ox.Quad]:
    """Yield how much there is of everything, graph by graph, term by term and link by link."""
    yield from _said(BASE, _sizes(counts))
    for name, triples in sorted(counts.graphs.items()):
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


def _said(subject: str, statements: Named) -> Iterator[ox.Quad]:
    for predicate, value in statements:
        yield ox.Quad(ox.NamedNode(subject), node(predicate), value, DEFAULT_GRAPH)


def _part(kind: str, term: str) -> str:
    """Return the IRI of the part of the data that has a class or a property."""
    return expand(f"partition:{kind}/{quote(contract(term).replace(':', '-', 1), safe='')}")


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
        *(about_labels(key) or _of_source(key, catalog)),
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
