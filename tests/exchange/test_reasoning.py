"""What a reasoner makes of the graph, and of the metastatic diseases among the terms of Mondo.

The reasoner is HermiT, as owlready2 has it. Mondo itself is not here: what stands in for it is what
its editors' file says of cancers, place by place (``cancer and 'disease has location' some breast``
is breast cancer), so that every wrong conclusion that Mondo would draw is drawn here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection

from metastasis import KnowledgeGraph
from metastasis._catalog import join_keys
from metastasis._evidence.assertion_table import read_evidence
from metastasis.rdf._exchange.disease_terms import robot_template
from peers import ask_python
from robot import iri, owl_of

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._catalog import Catalog

pytestmark = pytest.mark.exchange

OWLREADY: Final = ("owlready2==0.51",)
CANCER, METASTASIS = iri("MONDO:0004992"), iri("MONDO:0024880")
BRAIN_METASTASIS = iri("MONDO:1040026")
HAS_LOCATION, ARISES_FROM, HAS_BASIS_IN = map(iri, ("RO:0004026", "RO:0004022", "RO:0004019"))
ANATOMY = iri("UBERON:0001062")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    knowledge = read_evidence()
    return KnowledgeGraph.from_assertions(knowledge.assertions, knowledge.catalog)


def some(graph: Graph, predicate: URIRef, filler: URIRef) -> BNode:
    node = BNode()
    graph.add((node, RDF.type, OWL.Restriction))
    graph.add((node, OWL.onProperty, predicate))
    graph.add((node, OWL.someValuesFrom, filler))
    return node


def located(graph: Graph, term: URIRef, kind: URIRef, place: URIRef) -> None:
    """Say of a term that it is whatever of a kind has a location in a place."""
    whole, members = BNode(), BNode()
    Collection(graph, members, [kind, some(graph, HAS_LOCATION, place)])
    for node in (term, kind, place, whole):
        graph.add((node, RDF.type, OWL.Class))
    graph.add((whole, OWL.intersectionOf, members))
    graph.add((term, OWL.equivalentClass, whole))


def stand_in(catalog: Catalog) -> Graph:
    """Return what Mondo says of cancers and places, as far as the catalog leads there."""
    graph = Graph()
    for one in (HAS_LOCATION, ARISES_FROM, HAS_BASIS_IN):
        graph.add((one, RDF.type, OWL.ObjectProperty))
    graph.add((ARISES_FROM, RDFS.subPropertyOf, HAS_BASIS_IN))
    graph.add((METASTASIS, RDFS.subClassOf, CANCER))
    graph.add((CANCER, OWL.disjointWith, ANATOMY))
    for site in catalog.sites.values():
        if place := join_keys(site).get("uberon"):
            graph.add((iri(place), RDFS.subClassOf, ANATOMY))
            located(graph, cancer_of(place), CANCER, iri(place))
    for primary in catalog.primaries.values():
        if term := join_keys(primary).get("mondo"):
            graph.add((iri(term), RDF.type, OWL.Class))
            graph.add((iri(term), RDFS.subClassOf, CANCER))
            for key in catalog.supertypes(primary.key) - {primary.key}:
                if broader := join_keys(catalog.primaries[key]).get("mondo"):
                    graph.add((iri(term), RDFS.subClassOf, iri(broader)))
            organs = [catalog.sites[key] for key in primary.arises_in if primary.kind == "organ"]
            places = [join_keys(organ).get("uberon") for organ in organs]
            if len(places) == 1 and places[0]:
                located(graph, iri(term), CANCER, iri(places[0]))
    located(graph, BRAIN_METASTASIS, METASTASIS, iri("UBERON:0000955"))
    return graph


def cancer_of(place: str) -> URIRef:
    """Return a class of ours for what Mondo would call the cancer of a place."""
    return URIRef(f"urn:cancer-of:{place}")


def classified(graph: Graph, path: Path) -> Any:
    graph.serialize(path, format="nt", encoding="utf-8")
    return ask_python("owl_reasoning.py", OWLREADY, path)[str(path)]


def test_terms_are_classified_without_making_a_metastasis_a_cancer_of_the_place(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    found = classified(
        stand_in(kg.catalog) + owl_of(robot_template(kg.evidence)), tmp_path / "terms.nt"
    )
    assert found["consistent"]
    assert found["unsatisfiable"] == []
    terms = {name: set(over) for name, over in found["under"].items() if "/disease/" in name}
    assert len(terms) > 900
    for over in terms.values():
        assert str(METASTASIS) in over
        others = {one for one in over if "/disease/" not in one}
        assert others == {str(METASTASIS), str(CANCER)}
    # Definitions are at work: what arises from a kind of a cancer is under what arises from it.
    narrow, broad = (str(iri(f"disease:{key}--brain")) for key in ("luad", "nsclc"))
    assert broad in terms[narrow]
    breast, bone = iri("MONDO:0007254"), iri("MONDO:0002129")
    assert str(bone) not in found["under"][str(breast)]


def test_a_location_would_make_breast_cancer_in_the_bone_a_bone_cancer(
    kg: KnowledgeGraph, tmp_path: Path
) -> None:
    """So the test above can fail, and this is why the terms do not say it."""
    graph = owl_of(robot_template(kg.evidence))
    for node in graph.subjects(OWL.onProperty, iri("NCIT:R102")):
        graph.set((node, OWL.onProperty, HAS_LOCATION))
    found = classified(stand_in(kg.catalog) + graph, tmp_path / "located.nt")
    over = found["under"][str(iri("disease:breast--bone"))]
    assert str(iri("MONDO:0002129")) in over
    assert str(cancer_of("UBERON:0001474")) in over


def test_the_whole_graph_is_consistent(kg: KnowledgeGraph, tmp_path: Path) -> None:
    (whole,) = kg.export(tmp_path / "whole.nt")
    wrong = tmp_path / "wrong.nt"
    site, kind, primary = (
        f"<{name}>"
        for name in (
            "https://w3id.org/metastasis/site/bone",
            str(RDF.type),
            "https://w3id.org/metastasis/vocab#Primary",
        )
    )
    contradiction = f"{site} {kind} {primary} .\n"
    wrong.write_text(whole.read_text(encoding="utf-8") + contradiction, encoding="utf-8")
    found = ask_python("owl_reasoning.py", OWLREADY, whole, wrong)
    assert found[str(whole)]["consistent"]
    assert found[str(whole)]["unsatisfiable"] == []
    assert not found[str(wrong)]["consistent"]
