"""The whole shipped graph against shapes, reasoner and vocabulary."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from metastasis._evidence.assertion import Assertion
from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import (
    BASE,
    LISTS,
    PREFIXES,
    contract,
    expand,
)
from metastasis.rdf import shape_faults
from metastasis.rdf._terms import node, value_of
from metastasis.rdf._write import frequency_class

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_shapes_name_what_is_wrong_in_the_whole_graph_and_nothing_else() -> None:
    """As shipped, it conforms: what is found is what was put in here."""
    store = load().store
    store.add(
        ox.Quad(node("primary:breast"), node("met:commonlySpreadsTo"), node("site:unspecified"))
    )
    subject = next(
        iter(store.quads_for_pattern(None, node("rdf:type"), node("met:SpreadAssertion"), None))
    ).subject
    for quad in list(store.quads_for_pattern(subject, node("prov:wasDerivedFrom"), None, None)):
        store.remove(quad)
    found = shape_faults(store)
    assert "never to an unspecific one" in "\n".join(found)
    assert "source" in "\n".join(found)
    touched = ("primary:breast ", f"{contract(value_of(subject))} ")
    assert [fault for fault in found if not fault.startswith(touched)] == []


@pytest.fixture(scope="module")
def reasoned() -> set[tuple[str, str, str]]:
    """Everything that OWL 2 RL derives from the graph, with inconsistencies if there are any."""
    import rdflib
    from owlrl import DeductiveClosure, OWLRL_Semantics

    graph = rdflib.Graph()
    for quad in load().store:
        if not isinstance(quad.object, ox.Literal):
            parts = (value_of(quad.subject), value_of(quad.predicate), value_of(quad.object))
            graph.add(tuple(map(rdflib.URIRef, parts)))  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # owlrl's own use of rdflib
        DeductiveClosure(OWLRL_Semantics).expand(graph)
    return {(str(s), str(p), str(o)) for s, p, o in graph}


@pytest.mark.slow
def test_owl_finds_the_graph_consistent(reasoned: set[tuple[str, str, str]]) -> None:
    errors = [o for _, p, o in reasoned if p.endswith("daml.org/2002/03/agents/agent-ont#error")]
    assert errors == []
    assert not any(
        o == PREFIXES["owl"] + "Nothing" and p == PREFIXES["rdf"] + "type" for _, p, o in reasoned
    )


@pytest.mark.slow
def test_owl_derives_what_the_rules_derive(reasoned: set[tuple[str, str, str]]) -> None:
    spreads = expand("met:spreadsTo")
    stated = {
        (value_of(quad.subject), value_of(quad.predicate), value_of(quad.object))
        for quad in load().store
    }
    assert {t for t in reasoned if t[1] == spreads} == {t for t in stated if t[1] == spreads}
    catalog = load().catalog
    part_of = {(s, o) for s, p, o in reasoned if p == expand("met:partOf")}
    expected = {
        (expand(f"site:{key}"), expand(f"site:{whole}"))
        for key in catalog.sites
        for whole in catalog.wholes(key) - {key}
    }
    assert part_of == expected


@pytest.mark.slow
def test_no_cancer_is_ever_concluded_to_be_another(reasoned: set[tuple[str, str, str]]) -> None:
    same = PREFIXES["owl"] + "sameAs"
    ours = {(s, o) for s, p, o in reasoned if p == same and s != o and s.startswith(BASE)}
    assert ours == set()
    types = {
        o for s, p, o in reasoned if s == expand("primary:breast") and p == PREFIXES["rdf"] + "type"
    }
    assert types <= {
        expand("met:Primary"),
        PREFIXES["owl"] + "Thing",
    }


def test_every_property_of_the_graph_is_declared() -> None:
    kg = load()
    declared = {
        value_of(quad.subject)
        for kind in (
            "ObjectProperty",
            "DatatypeProperty",
            "AnnotationProperty",
            "TransitiveProperty",
        )
        for quad in kg.store.quads_for_pattern(None, node("rdf:type"), node(f"owl:{kind}"), None)
    }
    builtin = tuple(PREFIXES[name] for name in ("rdf", "rdfs", "owl"))
    used = {value_of(quad.predicate) for quad in kg.store}
    assert {name for name in used - declared if not name.startswith(builtin)} == set()


def test_a_metastasis_keeps_the_name_of_its_primary() -> None:
    kg = load()
    ask = """ASK {
      ?disease met:ofPrimary primary:lung ; met:inSite site:brain ;
        rdfs:label "metastatic lung cancer in the brain" ; skos:narrowMatch NCIT:C36304 .
    }"""
    assert kg.query(ask) is True
    rows = kg.query("SELECT ?l { ?d a met:MetastaticDisease ; rdfs:label ?l }")
    labels = [str(row[0]) for row in rows]  # type: ignore[union-attr]
    assert len(labels) > 100
    assert not any(
        label.startswith("metastatic brain cancer") and label.endswith(" brain") for label in labels
    )


def test_groupings_have_no_metastatic_disease_that_is_not_mapped() -> None:
    ask = """ASK {
      ?disease a met:MetastaticDisease ; met:ofPrimary/met:kind kind:grouping
      FILTER NOT EXISTS { ?disease ?match ?term FILTER (STRSTARTS(STR(?match), STR(skos:))) }
    }"""
    assert load().query(ask) is False


@pytest.mark.parametrize(
    ("percent", "curie"),
    [
        ("100", "HP:0040280"),
        ("99.9", "HP:0040281"),
        ("80", "HP:0040281"),
        ("30", "HP:0040282"),
        ("29.9", "HP:0040283"),
        ("5", "HP:0040283"),
        ("4.9", "HP:0040284"),
        ("1", "HP:0040284"),
        ("0.99", None),
        ("0", "HP:0040285"),
    ],
)
def test_the_frequency_class_is_that_of_hpo(percent: str, curie: str | None) -> None:
    assert frequency_class(share(percent)) == curie


@pytest.mark.parametrize(
    "other",
    [
        *({"denominator": name} for name in (*LISTS["denominator"][1:], None)),
        *({"occurrence": name} for name in LISTS["occurrence"][1:]),
        {"population": "men"},
    ],
)
def test_the_frequency_class_counts_all_patients_and_no_one_else(other: dict[str, Any]) -> None:
    assert frequency_class(share("50")) is not None
    assert frequency_class(share("50", **other)) is None


def test_words_alone_have_no_frequency_class() -> None:
    one = Assertion(primary="breast", site="bone", source="one", locator="row", frequency="rare")
    assert frequency_class(one) is None


def share(percent: str, **other: Any) -> Assertion:
    """Return a share of all patients."""
    fields: dict[str, Any] = {"percent": Decimal(percent), "denominator": "all_patients", **other}
    return Assertion(primary="breast", site="bone", source="one", locator="row", **fields)


def test_the_files_of_the_ontology_are_all_known(tmp_path: Path) -> None:
    assert {path.name for path in ontology_path().iterdir()} == {
        "anatomy",
        "assertions",
        "catalog",
        "mappings",
        "metastasis.ttl",
        "physiology",
        "queries",
        "release",
        "rules",
        "shapes.ttl",
        "text",
    }
    assert KnowledgeGraph.read(ontology_path("release", "metastasis.nq"))
