"""The whole shipped graph against shapes, reasoner and vocabulary."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from metastasis.files import ontology_path
from metastasis.graph import KnowledgeGraph, load
from metastasis.rdf.terms import node, value_of
from metastasis.rdf.validation import shape_faults
from metastasis.vocabulary import BASE, PREFIXES, expand

if TYPE_CHECKING:
    from pathlib import Path


def test_the_graph_conforms_to_the_shapes() -> None:
    assert shape_faults(load().store) == []


def test_the_shapes_name_what_is_wrong_in_a_whole_graph() -> None:
    store = load().store
    store.add(
        ox.Quad(node("primary:breast"), node("met:commonlySpreadsTo"), node("site:unspecified"))
    )
    subject = next(
        iter(store.quads_for_pattern(None, node("rdf:type"), node("met:SpreadAssertion"), None))
    ).subject
    for quad in list(store.quads_for_pattern(subject, node("prov:wasDerivedFrom"), None, None)):
        store.remove(quad)
    found = "\n".join(shape_faults(store))
    assert "never to an unspecific one" in found
    assert "source" in found


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


def test_owl_finds_the_graph_consistent(reasoned: set[tuple[str, str, str]]) -> None:
    errors = [o for _, p, o in reasoned if p.endswith("daml.org/2002/03/agents/agent-ont#error")]
    assert errors == []
    assert not any(
        o == PREFIXES["owl"] + "Nothing" and p == PREFIXES["rdf"] + "type" for _, p, o in reasoned
    )


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
        PREFIXES["owl"] + "NamedIndividual",
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
    assert not any(label.startswith("metastatic brain cancer") for label in labels)


def test_the_files_of_the_ontology_are_all_known(tmp_path: Path) -> None:
    assert {path.name for path in ontology_path().iterdir()} == {
        "assertions",
        "catalog",
        "mappings",
        "metastasis.ttl",
        "queries",
        "release",
        "rules",
        "shapes.ttl",
    }
    assert KnowledgeGraph.read(ontology_path("release", "metastasis.nq"))
