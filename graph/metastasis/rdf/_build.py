"""Evidence to a store that holds the whole graph."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._catalog.license import recorded_terms
from metastasis._evidence.pair_summary import summaries
from metastasis._evidence.source_summary import sources
from metastasis._vocabulary import BASE, DATA_LICENSE, DATA_RELEASE, LISTS, NOT_CLINICAL
from metastasis.rdf._foreign import foreign_quads
from metastasis.rdf._formats import FORMS
from metastasis.rdf._rules import apply_rules, rule_quads
from metastasis.rdf._terms import DEFAULT_GRAPH, integer, node, syntax_of, text
from metastasis.rdf._write import (
    assertion_quads,
    catalog_quads,
    conflict_quads,
    described,
    pair_quads,
    source_quads,
    vocabulary_quads,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metastasis._catalog import Catalog
    from metastasis._catalog.license import Terms
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis.rdf._formats import Form
    from metastasis.rdf._write import Named

__all__ = ["build_store"]

_MAKERS: Final = "The metastasis contributors"


def build_store(
    evidence: Evidence, *, progress: Callable[[str, int], None] | None = None
) -> ox.Store:
    """Return a store with vocabulary, catalog, assertions and everything the rules derive.

    ``progress``, where given, is told the name of each step and how many things it made.
    """
    tell = progress or (lambda _name, _count: None)
    store = ox.Store()
    triples: Counter[str] = Counter()
    store.bulk_extend(_counted(evidence.assertions, evidence.catalog, triples))
    store.extend(vocabulary_quads())
    store.extend(catalog_quads(evidence.catalog))
    store.extend(foreign_quads(evidence.catalog))
    store.extend(rule_quads())
    store.extend(
        quad for one in sources(evidence) for quad in source_quads(one.source, one.largest_total)
    )
    store.extend(_dataset_quads(evidence.catalog, triples))
    tell("wrote quads", len(store))
    for name, count in apply_rules(store):
        tell(f"ran rule {name}", count)
    store.extend(quad for one in evidence.made(summaries) for quad in pair_quads(one))
    conflicts = [
        conflict
        for relation in LISTS["relation"]
        for pair in evidence.pairs(relation=relation, places_only=False)
        for conflict in pair.conflicts
    ]
    store.extend(
        quad for conflict in conflicts for quad in conflict_quads(conflict, evidence.catalog)
    )
    tell("found conflicts", len(conflicts))
    return store


def _counted(
    assertions: Iterable[Assertion], catalog: Catalog, triples: Counter[str]
) -> Iterator[ox.Quad]:
    """Yield the quads of assertions, and count in ``triples`` those of each source."""
    for assertion in assertions:
        quads = list(assertion_quads(assertion, catalog))
        triples[assertion.source] += len(quads)
        yield from quads


def _dataset_quads(catalog: Catalog, triples: Mapping[str, int]) -> Iterator[ox.Quad]:
    """Yield the VoID and DCAT description of the dataset, its parts and the RDF it comes in.

    ``triples`` says of each source how many triples its graph holds. The license of a graph is
    that of the data as recorded here, ours or the user's; the terms of the source's own text are
    stated with the source alone.
    """
    dataset = ox.NamedNode(BASE)
    terms = {key: recorded_terms(catalog.sources[key]) for key in sorted(triples)}
    for predicate, value in (*_dataset(catalog), *_exceptions(terms)):
        yield ox.Quad(dataset, node(predicate), value, DEFAULT_GRAPH)
    for form in FORMS.values():
        if not form.is_rdf:
            continue
        distribution = ox.NamedNode(f"{BASE}distribution/{form.name}")
        yield ox.Quad(dataset, node("dcat:distribution"), distribution, DEFAULT_GRAPH)
        for predicate, value in _distribution(form):
            yield ox.Quad(distribution, node(predicate), value, DEFAULT_GRAPH)
    for key, count in sorted(triples.items()):
        yield ox.Quad(dataset, node("void:subset"), node(f"graph:{key}"), DEFAULT_GRAPH)
        yield from described(f"graph:{key}", _graph(key, count, terms[key]))


def _dataset(catalog: Catalog) -> Named:
    examples = [
        *(f"primary:{key}" for key in ("breast",) if key in catalog.primaries),
        *(f"site:{key}" for key in ("liver",) if key in catalog.sites),
    ]
    return [
        ("rdf:type", node("void:Dataset")),
        ("rdf:type", node("dcat:Dataset")),
        ("dcterms:title", text("Metastasis: a knowledge graph of metastatic patterns")),
        (
            "dcterms:description",
            text(
                "Where each cancer spreads: numerator, denominator, route, source, interval. "
                + NOT_CLINICAL
            ),
        ),
        ("dcterms:identifier", text(BASE)),
        ("dcterms:creator", text(_MAKERS)),
        ("dcterms:publisher", text(_MAKERS)),
        ("dcterms:issued", text(DATA_RELEASE.replace(".", "-"))),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        ("owl:versionInfo", text(DATA_RELEASE)),
        ("void:vocabulary", ox.NamedNode(f"{BASE}vocab")),
        ("void:uriSpace", text(BASE)),
        *(("void:exampleResource", node(name)) for name in examples),
    ]


def _distribution(form: Form) -> Named:
    syntax = syntax_of(form)
    return [
        ("rdf:type", node("dcat:Distribution")),
        ("dcterms:title", text(f"Metastasis {DATA_RELEASE} in {syntax.name}")),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
        ("dcat:mediaType", text(form.media_type)),
    ]


def _exceptions(terms: Mapping[str, Terms]) -> Named:
    """Return what the dataset says of the sources whose facts are not under its license."""
    own = [key for key, found in terms.items() if found.url != DATA_LICENSE]
    said = f"The graphs of these sources are under terms of their own: {', '.join(own)}."
    return [("dcterms:rights", text(said))] if own else []


def _graph(key: str, triples: int, terms: Terms) -> Named:
    statements: Named = [
        ("rdf:type", node("void:Dataset")),
        ("rdf:type", node("dcat:Dataset")),
        ("dcterms:title", text(f"Assertions from {key}")),
        ("dcterms:source", node(f"source:{key}")),
        ("dcterms:rights", text(terms.words)),
        ("void:triples", integer(triples)),
    ]
    if terms.url is not None:
        statements.append(("dcterms:license", ox.NamedNode(terms.url)))
    return statements
