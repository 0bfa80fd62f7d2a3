"""What the graph says of itself, held to what is in it."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from typing import Any, Final

import pyoxigraph as ox
import pytest

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import (
    BASE,
    DATA_LICENSE,
    DATA_RELEASE,
    PREFIXES,
    RELEASE,
    contract,
    expand,
)
from metastasis.rdf import FORMS, _description, shipped_queries
from metastasis.rdf._description import description_quads, is_the_release, media_type_address
from metastasis.rdf._questions import QUESTIONS
from metastasis.rdf._terms import node, value_of

EVIDENCE: Final = load().evidence

# As editors of SPARQL ask an endpoint that they know nothing of, such as that of the SIB.
ASKED_BY_EDITORS: Final = """PREFIX void: <http://rdfs.org/ns/void#>
SELECT DISTINCT ?kind ?property ?end ?triples {
  ?part void:class ?kind ; void:propertyPartition ?held .
  ?held void:property ?property ; void:triples ?triples .
  OPTIONAL { ?held void:classPartition [ void:class ?end ] }
}"""
EXAMPLES: Final = """PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?question ?text {
  ?question a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?text .
}"""
DECLARED: Final = """PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT ?prefix ?namespace { [] sh:prefix ?prefix ; sh:namespace ?namespace }"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return KnowledgeGraph.from_evidence(EVIDENCE).store


def values(store: ox.Store, subject: str, predicate: str) -> set[str]:
    """Return what a subject has by a property."""
    found = store.quads_for_pattern(ox.NamedNode(subject), node(predicate), None, None)
    return {value_of(quad.object) for quad in found}


def value(store: ox.Store, subject: str, predicate: str) -> str:
    """Return the one thing that a subject has by a property."""
    (found,) = values(store, subject, predicate)
    return found


def number(store: ox.Store, subject: str, predicate: str) -> int:
    return int(value(store, subject, predicate))


def test_the_numbers_are_those_of_the_graph_that_holds_them(store: ox.Store) -> None:
    subjects = {value_of(quad.subject) for quad in store}
    assert number(store, BASE, "void:triples") == len({quad.triple for quad in store})
    assert number(store, BASE, "void:distinctSubjects") == len(subjects)
    ours = [name for name in subjects if name.startswith(BASE)]
    assert number(store, BASE, "void:entities") == len(ours)


def test_every_class_and_every_property_has_its_part(store: ox.Store) -> None:
    things: dict[str, set[str]] = defaultdict(set)
    triples: Counter[str] = Counter()
    subjects: dict[str, set[str]] = defaultdict(set)
    for triple in {quad.triple for quad in store}:
        if triple.predicate == node("rdf:type"):
            things[value_of(triple.object)].add(value_of(triple.subject))
        triples[triple.predicate.value] += 1
        subjects[triple.predicate.value].add(value_of(triple.subject))
    classes = {
        value(store, part, "void:class"): number(store, part, "void:entities")
        for part in values(store, BASE, "void:classPartition")
    }
    assert classes == {name: len(found) for name, found in things.items()}
    assert number(store, BASE, "void:classes") == len(classes)
    parts = values(store, BASE, "void:propertyPartition")
    properties = {value(store, part, "void:property"): part for part in parts}
    assert properties.keys() == triples.keys()
    assert number(store, BASE, "void:properties") == len(parts)
    for name, part in properties.items():
        assert number(store, part, "void:triples") == triples[name]
        assert number(store, part, "void:distinctSubjects") == len(subjects[name])


def solutions(store: ox.Store, query: str) -> list[ox.QuerySolution]:
    """Return the rows of a query over all graphs."""
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def test_every_class_of_things_says_which_properties_they_have_and_where_these_lead(
    store: ox.Store,
) -> None:
    found = solutions(store, ASKED_BY_EDITORS)
    said = {tuple(value_of(term) if term else "" for term in row) for row in found}
    met = PREFIXES["met"]
    ends = {row[:3] for row in said}
    assert (f"{met}Pair", f"{met}ofPrimary", f"{met}Primary") in ends
    kinds = {kind for kind, *_ in said}
    assert {f"{met}SpreadAssertion", f"{met}Setting", expand("sh:SPARQLExecutable")} <= kinds
    things: dict[str, set[Any]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, node("rdf:type"), None, None):
        things[value_of(quad.object)].add(quad.subject)
    for kind in kinds:
        held = Counter(
            triple.predicate.value
            for triple in {
                quad.triple
                for thing in things[kind]
                for quad in store.quads_for_pattern(thing, None, None, None)
            }
            if triple.predicate != node("rdf:type")
        )
        assert held == {name: int(number) for one, name, _, number in said if one == kind}


def test_the_shipped_questions_are_in_a_graph_of_their_own(store: ox.Store) -> None:
    found = solutions(store, EXAMPLES)
    said = {value_of(name).rpartition("/")[2]: value_of(text) for name, text in found}
    assert said.keys() == shipped_queries().keys()
    for name, one in shipped_queries().items():
        assert one.text.endswith(said[name])
    declared = solutions(store, DECLARED)
    prefixes = {value_of(name): value_of(space) for name, space in declared}
    assert prefixes["met"] == PREFIXES["met"]
    quads = store.quads_for_pattern(None, None, None, node(f"graph:{QUESTIONS}"))
    assert sum(1 for _ in quads) == number(store, expand(f"graph:{QUESTIONS}"), "void:triples")


def test_every_link_into_an_ontology_is_counted_in_one_linkset(store: ox.Store) -> None:
    foreign = {prefix for prefix in PREFIXES if prefix.isupper()}
    links: Counter[tuple[str, str]] = Counter()
    for quad in store:
        prefix = contract(value_of(quad.object)).partition(":")[0]
        if isinstance(quad.object, ox.NamedNode) and prefix in foreign:
            links[quad.predicate.value, prefix.lower()] += 1
    sets = store.quads_for_pattern(None, node("rdf:type"), node("void:Linkset"), None)
    names = [value_of(quad.subject) for quad in sets]
    assert {
        (value(store, name, "void:linkPredicate"), name.rpartition("--")[2]): number(
            store, name, "void:triples"
        )
        for name in names
    } == links
    assert {value(store, name, "void:subjectsTarget") for name in names} == {BASE}
    targets = {value(store, name, "void:objectsTarget") for name in names}
    assert {f"http://purl.obolibrary.org/obo/{name}.owl" for name in ("mondo", "uberon")} < targets


def test_the_description_counts_and_licenses_every_graph(store: ox.Store) -> None:
    parts = values(store, BASE, "void:subset")
    assert parts == {value_of(graph) for graph in store.named_graphs()}
    for graph in parts:
        quads = list(store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))
        assert number(store, graph, "void:triples") == len(quads)
        if graph.startswith(expand("graph:labels_")):
            continue  # tests/rdf/test_foreign.py
        assert value(store, graph, "dcterms:license") == DATA_LICENSE
        if graph == expand(f"graph:{QUESTIONS}"):
            continue
        assert value(store, graph, "dcterms:rights") == "The facts as recorded here: CC BY 4.0"
        assert value(store, graph, "dcterms:source").startswith(expand("source:"))


REGISTERED: Final = {
    *(f"application/{name}" for name in ("json", "csvm+json", "ld+json", "rdf+xml", "yaml")),
    *(f"application/{name}" for name in ("n-quads", "n-triples", "trig")),
    *(f"text/{name}" for name in ("csv", "plain", "tab-separated-values", "turtle")),
}
"""The media types in use that IANA has registered."""


def test_a_media_type_has_an_address_where_iana_has_it() -> None:
    used = {form.media_type for form in FORMS.values()}
    addresses = {one for one in used if media_type_address(one) is not None}
    assert addresses <= REGISTERED, "look it up at iana.org, and list it here or as unregistered"


def test_every_form_has_a_distribution_with_an_address(store: ox.Store) -> None:
    names = values(store, BASE, "dcat:distribution")
    assert {name.removeprefix(expand(f"distribution:{DATA_RELEASE}/")) for name in names} == {
        form.file for form in FORMS.values()
    }
    for form in FORMS.values():
        name = expand(f"distribution:{DATA_RELEASE}/{form.file}")
        address = f"{RELEASE}/{form.file}"
        assert value(store, name, "rdf:type") == expand("dcat:Distribution")
        assert value(store, name, "dcat:accessURL") in {address, f"{address}/"}
        assert values(store, name, "dcat:downloadURL") == (set() if form.is_folder else {address})
        registered = media_type_address(form.media_type)
        assert values(store, name, "dcat:mediaType") == ({registered} if registered else set())
        assert value(store, name, "dcterms:license") == DATA_LICENSE
        assert form.description in value(store, name, "dcterms:title")


def test_the_description_says_who_makes_it_and_which_release_it_is(store: ox.Store) -> None:
    makers = {"The metastasis contributors"}
    assert values(store, BASE, "dcterms:creator") == makers
    assert values(store, BASE, "dcterms:publisher") == makers
    assert values(store, BASE, "dcterms:issued") == {DATA_RELEASE.replace(".", "-")}
    assert values(store, BASE, "dcterms:identifier") == {BASE}
    assert values(store, BASE, "void:uriSpace") == {BASE}
    assert values(store, BASE, "owl:versionIRI") == {RELEASE}
    assert values(store, BASE, "dcat:version") == {DATA_RELEASE}
    assert values(store, BASE, "owl:versionInfo") == {DATA_RELEASE}
    examples = values(store, BASE, "void:exampleResource")
    assert examples == {expand("primary:breast"), expand("site:liver")}
    assert all(values(store, name, "rdfs:label") for name in examples)
    assert f"{BASE}vocab" in values(store, BASE, "void:vocabulary")


@pytest.mark.parametrize("prior", ["", "2026.05"])
def test_a_prior_release_is_named_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, prior: str
) -> None:
    monkeypatch.setattr(_description, "PRIOR_RELEASE", prior)
    said = ox.Store()
    said.extend(description_quads(ox.Store(), EVIDENCE))
    expected = {f"{BASE}release/{prior}"} if prior else set()
    for predicate in ("owl:priorVersion", "dcat:previousVersion"):
        assert values(said, BASE, predicate) == expected


def test_a_graph_with_evidence_of_ones_own_does_not_pass_for_the_release() -> None:
    few = Evidence(EVIDENCE.catalog, EVIDENCE.assertions[:40])
    assert is_the_release(EVIDENCE)
    assert not is_the_release(few)
    one, *others = EVIDENCE.assertions
    changed = dataclasses.replace(one, note="another note")
    assert not is_the_release(Evidence(EVIDENCE.catalog, [changed, *others]))
    said = KnowledgeGraph.from_evidence(few).store
    assert values(said, BASE, "prov:wasDerivedFrom") == {RELEASE}
    assert values(said, BASE, "owl:versionInfo") == {DATA_RELEASE}
    for predicate in ("owl:versionIRI", "dcat:version", "dcat:distribution"):
        assert values(said, BASE, predicate) == set()
    assert number(said, BASE, "void:triples") == len(said)


def test_the_graph_of_a_source_of_ones_own_is_under_its_own_terms() -> None:
    from metastasis._catalog import Source

    mine = Source(key="mine", citation="Mine", design="registry", license="ODbL 1.0")
    row = Assertion(primary="breast", site="bone", source="mine", locator="a", frequency="common")
    said = load().with_evidence([row], [mine]).store
    assert values(said, BASE, "dcterms:rights") == {
        "The graphs of these sources are under terms of their own: mine."
    }
    assert values(said, expand("graph:mine"), "dcterms:rights") == {"ODbL 1.0"}
    assert values(said, expand("graph:mine"), "dcterms:license") == set()
