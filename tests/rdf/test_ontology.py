"""The vocabulary and the shapes, taken alone: no graph is built here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from metastasis._catalog import KEYS
from metastasis._files import ontology_path
from metastasis._vocabulary import (
    BASE,
    DATA_RELEASE,
    LISTS,
    NOT_CLINICAL,
    PREFIXES,
    contract,
    expand,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

MET: Final = Namespace(PREFIXES["met"])
PROV: Final = Namespace(PREFIXES["prov"])
DCTERMS: Final = Namespace(PREFIXES["dcterms"])
SHAPE: Final = Namespace(f"{BASE}shapes#")
ONTOLOGY: Final = URIRef(f"{BASE}vocab")
PAGE: Final = URIRef(f"{BASE}source/cancer-spreading")

CONCEPTS: Final = {
    "mechanism": (
        "acquired_resistance",
        "angiogenesis",
        "inflammatory_permeability",
        "mechanical_trapping",
        "preexisting_resistance",
        "stromal_protection",
    ),
    "response": (
        "complete_response",
        "partial_response",
        "progressive_disease",
        "stable_disease",
    ),
}
"""Named concepts that no column of the assertion table takes its values from."""

CLASS_OF: Final = {
    **{name: MET[name.capitalize()] for name in (*LISTS, "mechanism")},
    "response": MET.ResponseCategory,
}

PROPERTY_TYPES: Final = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}

PREFIX_LINES: Final = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(ontology_path("metastasis.ttl"), format="turtle")


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return Graph().parse(ontology_path("shapes.ttl"), format="turtle")


def terms_in(graph: Graph) -> set[URIRef]:
    """Return every term of ours that a graph uses, in whichever place."""
    return {
        node
        for triple in graph
        for node in triple
        if isinstance(node, URIRef) and node.startswith(str(MET))
    }


def own_terms(vocabulary: Graph) -> list[URIRef]:
    """Return the classes, properties and individuals that the vocabulary defines."""
    return sorted([*terms_in(vocabulary), *individuals_of(vocabulary)])


def individuals_of(vocabulary: Graph) -> set[URIRef]:
    """Return what is of a class of ours: no individual is declared, here or in the graph."""
    typed = vocabulary.subject_objects(RDF.type)
    return {
        one for one, kind in typed if isinstance(one, URIRef) and str(kind).startswith(str(MET))
    }


def declared(vocabulary: Graph, *types: Node) -> set[Node]:
    return {node for one in types for node in vocabulary.subjects(RDF.type, one)}


# The vocabulary as a text -------------------------------------------------------------------------


def test_the_ontology_names_itself_its_release_and_what_it_is_not(vocabulary: Graph) -> None:
    assert list(vocabulary.subjects(RDF.type, OWL.Ontology)) == [ONTOLOGY]
    assert vocabulary.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{DATA_RELEASE}")
    assert vocabulary.value(ONTOLOGY, OWL.versionInfo) == Literal(DATA_RELEASE)
    assert vocabulary.value(ONTOLOGY, RDFS.comment) == Literal(NOT_CLINICAL, lang="en")


def test_the_vocabulary_has_no_blank_node(vocabulary: Graph) -> None:
    assert not [node for triple in vocabulary for node in triple if isinstance(node, BNode)]


def test_every_term_has_a_label_a_definition_and_an_example(vocabulary: Graph) -> None:
    terms = own_terms(vocabulary)
    assert len(terms) > 100
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            values = list(vocabulary.objects(term, predicate))
            assert len(values) == 1, f"{contract(term)} has {len(values)} of {contract(predicate)}"
            (value,) = values
            assert isinstance(value, Literal)
            assert value.language == "en"
            assert value.strip()
        assert vocabulary.value(term, RDFS.isDefinedBy) == ONTOLOGY


def test_no_two_terms_of_a_sort_share_a_label(vocabulary: Graph) -> None:
    sorts: list[set[Node]] = [
        {*individuals_of(vocabulary)},
        *(declared(vocabulary, sort) for sort in (OWL.Class, *PROPERTY_TYPES)),
    ]
    for sort in sorts:
        terms = [term for term in own_terms(vocabulary) if term in sort]
        labels = [str(vocabulary.value(term, RDFS.label)) for term in terms]
        assert len(labels) == len(set(labels))


def test_definitions_are_sentences(vocabulary: Graph) -> None:
    for term in own_terms(vocabulary):
        text = str(vocabulary.value(term, SKOS.definition))
        assert re.fullmatch(r"[A-Z1-9].*\.", text), f"{contract(term)}: {text}"


def test_every_name_has_a_prefix_of_the_prefix_table(vocabulary: Graph) -> None:
    whole = {str(ONTOLOGY), f"{ONTOLOGY}/{DATA_RELEASE}"}
    outside = {
        str(node)
        for triple in vocabulary
        for node in triple
        if isinstance(node, URIRef) and str(node) not in whole and contract(node) == str(node)
    }
    assert all(
        iri.startswith(("https://doi.org/", "https://creativecommons.org/")) for iri in outside
    ), outside


# Closed lists -------------------------------------------------------------------------------------


def test_the_individuals_are_the_closed_lists_and_the_named_concepts(vocabulary: Graph) -> None:
    individuals = {contract(str(node)) for node in individuals_of(vocabulary)}
    lists = {**LISTS, **CONCEPTS}
    assert individuals == {f"{name}:{value}" for name in lists for value in lists[name]}


@pytest.mark.parametrize("name", [*LISTS, *CONCEPTS])
def test_each_list_has_a_class_that_holds_its_values_and_no_other(
    name: str, vocabulary: Graph
) -> None:
    values = {**LISTS, **CONCEPTS}[name]
    members = {contract(str(node)) for node in vocabulary.subjects(RDF.type, CLASS_OF[name])}
    assert members == {f"{name}:{value}" for value in values}
    assert (CLASS_OF[name], RDFS.subClassOf, MET.Value) in vocabulary


def test_concepts_of_the_page_name_it_as_their_source(vocabulary: Graph) -> None:
    from_page = {contract(str(node)) for node in vocabulary.subjects(PROV.wasDerivedFrom, PAGE)}
    concepts = {f"{name}:{value}" for name in CONCEPTS for value in CONCEPTS[name]}
    assert from_page == {
        *concepts,
        "route:hematogenous",
        "route:lymphatic",
        "met:MetastaticDisease",
        "met:Mechanism",
        "met:ResponseCategory",
    }


def test_response_categories_also_name_the_work_that_defines_them(vocabulary: Graph) -> None:
    for category in CONCEPTS["response"]:
        node = URIRef(f"{BASE}response/{category}")
        assert vocabulary.value(node, DCTERMS.source) == URIRef(
            "https://doi.org/10.1016/j.ejca.2016.03.081"
        )


# OWL 2 EL and OWL 2 RL ----------------------------------------------------------------------------

# OWL 2 Web Ontology Language Profiles (Second Edition), W3C Recommendation 2012: sections 2.2 (EL)
# and 4.2 (RL). What both allow, and what needs no blank node, is listed here; nothing else appears.

ALLOWED_TYPES: Final = {
    OWL.Ontology,
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.TransitiveProperty,
}
ALLOWED_AXIOMS: Final = {
    RDF.type,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    RDFS.domain,
    RDFS.range,
    OWL.disjointWith,
}
BUILT_IN_ANNOTATIONS: Final = {
    RDFS.label,
    RDFS.comment,
    RDFS.isDefinedBy,
    RDFS.seeAlso,
    OWL.versionIRI,
    OWL.versionInfo,
}
ALLOWED_DATATYPES: Final = {XSD.string, XSD.integer, XSD.decimal}
"""Of the datatypes of both profiles, those that the graph needs."""


def test_only_constructs_of_both_profiles_appear(vocabulary: Graph) -> None:
    own_classes = declared(vocabulary, OWL.Class)
    usable = declared(vocabulary, OWL.AnnotationProperty, OWL.ObjectProperty)
    assert set(vocabulary.objects(None, RDF.type)) <= ALLOWED_TYPES | own_classes
    assert set(vocabulary.predicates()) <= ALLOWED_AXIOMS | BUILT_IN_ANNOTATIONS | usable


def test_every_term_is_declared_as_one_sort(vocabulary: Graph) -> None:
    for term in terms_in(vocabulary):
        sorts = set(vocabulary.objects(term, RDF.type)) & {OWL.Class, *PROPERTY_TYPES}
        assert len(sorts) == 1, contract(term)
    for link in declared(vocabulary, OWL.TransitiveProperty):
        assert (link, RDF.type, OWL.ObjectProperty) in vocabulary


def test_axioms_stand_between_named_classes_and_properties(vocabulary: Graph) -> None:
    classes = declared(vocabulary, OWL.Class)
    objects = declared(vocabulary, OWL.ObjectProperty)
    data = declared(vocabulary, OWL.DatatypeProperty)
    assert not {OWL.Thing, OWL.Nothing} & set(vocabulary.all_nodes())
    for predicate in (RDFS.subClassOf, OWL.disjointWith):
        for lower, upper in vocabulary.subject_objects(predicate):
            assert {lower, upper} <= classes
    for lower, upper in vocabulary.subject_objects(RDFS.subPropertyOf):
        assert {lower, upper} <= objects
    for term, domain in vocabulary.subject_objects(RDFS.domain):
        assert term in objects | data
        assert domain in classes
    for term, target in vocabulary.subject_objects(RDFS.range):
        assert target in (classes if term in objects else ALLOWED_DATATYPES)
        assert term in objects | data


def test_literals_are_plain_text(vocabulary: Graph) -> None:
    for value in vocabulary.objects():
        if isinstance(value, Literal):
            assert value.datatype is None or value.datatype in ALLOWED_DATATYPES


def test_every_two_classes_of_a_level_are_disjoint(vocabulary: Graph) -> None:
    levels = (
        {
            MET.Primary,
            MET.Site,
            MET.Source,
            MET.SpreadAssertion,
            MET.Pair,
            MET.Conflict,
            MET.Rule,
            MET.Value,
        },
        set(CLASS_OF.values()),
    )
    pairs = {frozenset({a, b}) for level in levels for a in level for b in level if a != b}
    stated = [frozenset(pair) for pair in vocabulary.subject_objects(OWL.disjointWith)]
    assert set(stated) == pairs
    assert len(stated) == len(set(stated)), "a pair stands twice"


# Shapes against the vocabulary --------------------------------------------------------------------


def test_every_term_in_the_shapes_is_in_the_vocabulary(shapes: Graph, vocabulary: Graph) -> None:
    assert terms_in(shapes) <= set(own_terms(vocabulary))
    targets = {
        term
        for predicate in (SH.targetClass, SH["class"])
        for term in shapes.objects(None, predicate)
    }
    assert targets <= declared(vocabulary, OWL.Class)


def test_shapes_use_core_constraints_only(shapes: Graph) -> None:
    beyond = {SH.sparql, SH.rule, SH.js, SH.select, SH.ask, SH.target, SH.expression}
    assert not beyond & set(shapes.predicates())
    datatypes = set(shapes.objects(None, SH.datatype))
    assert datatypes == ALLOWED_DATATYPES


def listed(shapes: Graph, shape: Node) -> tuple[str, ...]:
    head = shapes.value(shape, SH["in"])
    assert head is not None
    return tuple(contract(str(item)) for item in Collection(shapes, head))


@pytest.mark.parametrize(
    "name",
    [name for name in LISTS if name not in {"kind", "design", "disagreement", "basis", "edge"}],
)
def test_the_shapes_allow_just_the_values_of_each_list(name: str, shapes: Graph) -> None:
    shape = SHAPE[f"assertion-{name}"]
    assert shapes.value(shape, SH.path) == MET[name]
    assert listed(shapes, shape) == tuple(f"{name}:{value}" for value in LISTS[name])


def test_the_shapes_allow_just_the_values_of_the_other_lists(shapes: Graph) -> None:
    for name in ("basis", "edge"):
        values = tuple(f"{name}:{value}" for value in LISTS[name])
        assert listed(shapes, SHAPE[f"pair-{name}"]) == values
    disagreements = tuple(f"disagreement:{value}" for value in LISTS["disagreement"])
    assert listed(shapes, SHAPE["conflict-disagreement"]) == disagreements
    designs = tuple(f"design:{value}" for value in LISTS["design"])
    assert listed(shapes, SHAPE["source-design"]) == designs
    kinds = {*listed(shapes, SHAPE["primary-kind"]), *listed(shapes, SHAPE["site-kind"])}
    assert kinds == {f"kind:{value}" for value in LISTS["kind"]}


def failing_shapes(shapes: Graph) -> Iterator[URIRef]:
    """Yield the named shapes that have a constraint of their own."""
    plain = {RDF.type, SH.path, SH.property, SH.message, SH.targetClass}
    plain |= {SH.targetSubjectsOf, SH.targetObjectsOf}
    for shape in shapes.subjects(RDF.type, None, unique=True):
        if isinstance(shape, URIRef) and set(shapes.predicates(shape)) - plain:
            yield shape


def test_every_shape_that_can_fail_says_what_to_do(shapes: Graph) -> None:
    found = list(failing_shapes(shapes))
    assert len(found) > 50
    messages = [str(shapes.value(shape, SH.message)) for shape in found]
    assert all(re.fullmatch(r"[A-Z].{30,}\.", message) for message in messages)
    assert len(messages) == len(set(messages)), "one message for two shapes"


def test_every_property_shape_is_used(shapes: Graph) -> None:
    used = set(shapes.objects(None, SH.property))
    assert declared(shapes, SH.PropertyShape) <= used
    undeclared = {shape for shape in used if isinstance(shape, URIRef)}
    assert undeclared == declared(shapes, SH.PropertyShape)


# HTML ---------------------------------------------------------------------------------------------


# pylode 3.3.4 leaves its style sheet open, which Python reports when the handle is dropped.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed file .*pylode.css:ResourceWarning")
def test_pylode_renders_every_class_and_property(vocabulary: Graph) -> None:
    pylode = pytest.importorskip("pylode", reason="pylode is in the extra 'validate'")
    page = pylode.OntPub(str(ontology_path("metastasis.ttl"))).make_html()
    for term in terms_in(vocabulary):
        assert str(term) in page
        assert str(vocabulary.value(term, RDFS.label)) in page


# Reasoning ----------------------------------------------------------------------------------------


def reasoned(vocabulary: Graph, statements: str) -> tuple[Graph, list[str]]:
    """Return vocabulary and statements with all that OWL 2 RL derives, and the inconsistencies."""
    owlrl = pytest.importorskip("owlrl", reason="owlrl is in the extra 'validate'")
    graph = Graph()
    for triple in vocabulary:
        graph.add(triple)
    graph.parse(data=PREFIX_LINES + statements, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = [str(text) for text in graph.objects(None, owlrl.Namespaces.ERRNS.error)]
    return graph, errors


def iri(curie: str) -> URIRef:
    return URIRef(expand(curie))


FACTS: Final = """
primary:breast met:commonlySpreadsTo site:bone .
primary:ovary met:rarelySpreadsTo site:skin .
primary:kidney met:extendsInto site:renal_vein .
site:omentum met:partOf site:peritoneum .
site:peritoneum met:partOf site:abdomen .
primary:sigmoid met:subtypeOf primary:colon .
primary:colon met:subtypeOf primary:colorectal .
assertion:one met:count 71 ; met:frequency frequency:common ; prov:wasDerivedFrom source:s .
source:s met:design design:registry .
disease:lung--brain met:inSite site:brain .
"""


@pytest.fixture(scope="module")
def closure(vocabulary: Graph) -> Graph:
    graph, errors = reasoned(vocabulary, FACTS)
    assert not errors
    return graph


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "primary:breast met:spreadsTo site:bone",
        "primary:ovary met:spreadsTo site:skin",
        "site:omentum met:partOf site:abdomen",
        "primary:sigmoid met:subtypeOf primary:colorectal",
        "primary:breast rdf:type met:Primary",
        "site:bone rdf:type met:Site",
        "site:renal_vein rdf:type met:Site",
        "assertion:one rdf:type met:SpreadAssertion",
        "assertion:one rdf:type prov:Entity",
        "source:s rdf:type met:Source",
        "disease:lung--brain rdf:type met:Pair",
        "frequency:common rdf:type met:Value",
    ],
)
def test_owlrl_derives(statement: str, closure: Graph) -> None:
    subject, predicate, target = (iri(part) for part in statement.split())
    assert (subject, predicate, target) in closure


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "primary:kidney met:spreadsTo site:renal_vein",
        "primary:ovary met:commonlySpreadsTo site:skin",
        "site:abdomen met:partOf site:omentum",
    ],
)
def test_owlrl_does_not_derive(statement: str, closure: Graph) -> None:
    subject, predicate, target = (iri(part) for part in statement.split())
    assert (subject, predicate, target) not in closure


@pytest.mark.slow
def test_owlrl_finds_the_vocabulary_alone_consistent(vocabulary: Graph) -> None:
    assert reasoned(vocabulary, "")[1] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("primary:liver a met:Primary, met:Site .", id="primary and site at once"),
        pytest.param("primary:breast met:spreadsTo primary:bone . primary:bone a met:Primary .",
                     id="spread to a primary"),
        pytest.param("assertion:one met:frequency stage:any .", id="a value of another list"),
        pytest.param("primary:lung met:ofPrimary primary:lung .", id="a disease for a primary"),
    ],
)  # fmt: skip
def test_owlrl_finds_a_contradiction(statements: str, vocabulary: Graph) -> None:
    _, errors = reasoned(vocabulary, statements)
    assert any("Disjoint classes" in error for error in errors)


# Validation ---------------------------------------------------------------------------------------

SOUND: Final = """
<https://w3id.org/metastasis/> a void:Dataset, dcat:Dataset ;
    dcterms:title "Metastasis" ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    owl:versionInfo "2026.11" ;
    void:subset graph:shinagare-2011 .
graph:shinagare-2011 a void:Dataset ;
    dcterms:title "Assertions from shinagare-2011" ;
    dcterms:rights "The facts as recorded here: CC BY 4.0" ;
    dcterms:source source:shinagare-2011 .

source:shinagare-2011 a met:Source ;
    rdfs:label "shinagare-2011" ;
    dcterms:bibliographicCitation "Shinagare AB, 2011" ;
    met:doi "10.1000/example" ;
    met:years "2010-2015" ;
    met:yearFrom 2010 ;
    met:yearTo 2015 ;
    met:registry "SEER" ;
    met:people "bladder/metastatic_patients 150" ;
    met:pmid "21606821" ;
    met:publicationYear 2011 ;
    met:largestTotal 150 ;
    met:design design:clinical_cohort .

primary:bladder a met:Primary ;
    rdfs:label "bladder cancer" ;
    skos:altLabel "cancer of the bladder" ;
    met:kind kind:organ ;
    met:arisesIn site:bladder ;
    met:hasNeighbor site:pelvic_wall ;
    skos:broadMatch NCIT:C9334 ;
    met:spreadsTo site:bone ;
    met:commonlySpreadsTo site:bone ;
    met:extendsInto site:pelvic_wall .
site:bladder a met:Site ; rdfs:label "bladder" ; met:kind kind:organ .
site:bone a met:Site ; rdfs:label "bone" ; met:kind kind:organ .
site:pelvis a met:Site ; rdfs:label "pelvis" ; met:kind kind:region .
site:pelvic_wall a met:Site ; rdfs:label "pelvic wall" ; met:kind kind:region ;
    met:partOf site:pelvis .
site:any_organ a met:Site ; rdfs:label "any organ" ; met:kind kind:unspecific .

disease:bladder--bone a met:Pair, met:MetastaticDisease ;
    rdfs:label "metastatic bladder cancer in the bone" ;
    met:ofPrimary primary:bladder ;
    met:inSite site:bone ;
    met:edge edge:commonly ;
    met:rule rule:10-commonly-spreads-to ;
    met:status "reported" ;
    met:supportedBy assertion:0123456789abcdef0123 ;
    met:bestNumber assertion:0123456789abcdef0123 ;
    met:belief 0.65 ;
    met:assertionCount 1 ;
    met:sourceCount 1 .
rule:10-commonly-spreads-to a met:Rule ; rdfs:label "10-commonly-spreads-to" .

conflict:00112233445566778899 a met:Conflict ;
    rdfs:label "bladder cancer to bone: one reports what the other denies" ;
    met:aboutPrimary primary:bladder ;
    met:aboutSite site:bone ;
    met:aboutRelation relation:metastasis ;
    met:disagreement disagreement:denied ;
    met:concerns assertion:0123456789abcdef0123 .

assertion:0123456789abcdef0123 a met:SpreadAssertion ;
    rdfs:label "bladder cancer to bone (shinagare-2011)" ;
    met:primary primary:bladder ;
    met:site site:bone ;
    met:relation relation:metastasis ;
    met:frequency frequency:common ;
    met:occurrence occurrence:any ;
    met:count 71 ;
    met:total 150 ;
    met:percent 47.0 ;
    met:denominator denominator:all_patients ;
    met:setting setting:during_course ;
    met:stage stage:any ;
    met:locator "abstract, results" ;
    met:reading reading:abstract ;
    met:finding finding:present ;
    met:intervalLow 39.5 ;
    met:intervalHigh 55.3 ;
    met:intervalBasis "count" ;
    met:frequencyClass HP:0040282 ;
    biolink:has_evidence_of_type ECO:0006017 ;
    biolink:knowledge_level "observation" ;
    biolink:agent_type "manual_agent" ;
    prov:wasDerivedFrom source:shinagare-2011 .
"""

HASH: Final = "0e167e92bc5b3ecd9f147b7556892693f29fefe661445ae6c32ed72cd6383614"

FIGURES: Final = """    met:count 71 ;
    met:total 150 ;
    met:percent 47.0 ;
    met:denominator denominator:all_patients ;
"""
INTERVAL: Final = """    met:intervalLow 39.5 ;
    met:intervalHigh 55.3 ;
    met:intervalBasis "count" ;
"""
CLASS: Final = "    met:frequencyClass HP:0040282 ;\n"

# Each: what to replace in the sound graph, by what, and what the one message must say.
_Change = tuple[tuple[str, str], ...]
BROKEN: Final[dict[str, tuple[_Change, str]]] = {
    "no source": (
        (("\n    prov:wasDerivedFrom source:shinagare-2011 .", "\n    met:stage stage:any ."),),
        "An edge with no source is refused",
    ),
    "two sources": (
        (("prov:wasDerivedFrom source:shinagare-2011 .",
          "prov:wasDerivedFrom source:shinagare-2011, source:b .\n"
          "source:b a met:Source ; rdfs:label 'b' ; met:design design:model ;\n"
          "    dcterms:bibliographicCitation 'B' ."),),
        "exactly one prov:wasDerivedFrom",
    ),
    "unknown source": (
        (("prov:wasDerivedFrom source:shinagare-2011", "prov:wasDerivedFrom source:no-one"),),
        "that is a met:Source of the catalog",
    ),
    "name that is no hash": (
        (("assertion:0123456789abcdef0123 a", "assertion:first a"),
         ("concerns assertion:0123456789abcdef0123", "concerns assertion:first"),
         ("supportedBy assertion:0123456789abcdef0123", "supportedBy assertion:first"),
         ("bestNumber assertion:0123456789abcdef0123", "bestNumber assertion:first")),
        "20 hexadecimal digits: let the build name it",
    ),
    "blank node": (
        (("assertion:0123456789abcdef0123 a", "_:nameless a"),
         ("concerns assertion:0123456789abcdef0123", "concerns _:nameless"),
         ("supportedBy assertion:0123456789abcdef0123", "supportedBy _:nameless"),
         ("bestNumber assertion:0123456789abcdef0123", "bestNumber _:nameless")),
        "digits: let the build name it",
    ),
    "no primary": (
        (("    met:primary primary:bladder ;\n", ""),),
        "An assertion has exactly one primary",
    ),
    "two primaries": (
        (("met:primary primary:bladder", "met:primary primary:bladder, primary:b"),
         ("site:bladder a", "primary:b a met:Primary ; rdfs:label 'b' ; met:kind kind:organ .\n"
                            "site:bladder a")),
        "An assertion has exactly one primary",
    ),
    "a site for a primary": (
        (("met:primary primary:bladder", "met:primary site:bladder"),),
        "correct met:primary, or add the primary to the catalog",
    ),
    "unknown site": (
        (("met:site site:bone", "met:site site:elbow"),),
        "exactly one site, a met:Site of the catalog",
    ),
    "unknown relation": (
        (("relation:metastasis", "relation:teleport"),),
        "set met:relation to metastasis or extension",
    ),
    "no relation": (
        (("    met:relation relation:metastasis ;\n", ""),),
        "exactly one relation",
    ),
    "frequency of another list": (
        (("frequency:common", "stage:any"),),
        "set met:frequency to most_common",
    ),
    "no occurrence": (
        (("    met:occurrence occurrence:any ;\n", ""), (CLASS, "")),
        "set met:occurrence to any",
    ),
    "no setting": (
        (("    met:setting setting:during_course ;\n", ""),),
        "exactly one setting",
    ),
    "no stage": (
        (("    met:stage stage:any ;\n", ""),),
        "exactly one stage",
    ),
    "unknown route": (
        (("    met:stage stage:any ;", "    met:stage stage:any ; met:route route:blood ;"),),
        "set met:route to hematogenous",
    ),
    "unknown reading": (
        (("reading:abstract", "reading:guess"),),
        "exactly one reading",
    ),
    "no finding": (
        (("    met:finding finding:present ;\n", ""),),
        "exactly one finding",
    ),
    "denied and yet present": (
        (("frequency:common", "frequency:absent"),),
        "A source that denies the pair reports it absent",
    ),
    "count over total": (
        (("met:count 71", "met:count 171"),),
        "The count is more than the total",
    ),
    "count below 0": (
        (("met:count 71", "met:count -1"),),
        "A count is one whole number, 0 or more",
    ),
    "two counts": (
        (("met:count 71", "met:count 71, 72"),),
        "A count is one whole number",
    ),
    "total of 0": (
        (("met:count 71", "met:count 0"), ("met:total 150", "met:total 0")),
        "A total is one whole number, 1 or more",
    ),
    "count without total": (
        (("    met:total 150 ;\n", ""), (INTERVAL, "")),
        "A count needs its total",
    ),
    "total without denominator": (
        (("    met:denominator denominator:all_patients ;\n", ""), (CLASS, "")),
        "A total needs its denominator",
    ),
    "unknown denominator": (
        (("denominator:all_patients", "denominator:everybody"), (CLASS, "")),
        "at most one denominator",
    ),
    "percent of 120": (
        (("met:percent 47.0", "met:percent 120.0"),),
        "one number from 0 to 100: correct met:percent",
    ),
    "percent in words": (
        (("met:percent 47.0", 'met:percent "47 %"'),),
        "correct met:percent, typed xsd:decimal",
    ),
    "percent in floating point": (
        (("met:percent 47.0", "met:percent 4.7e1"),),
        "correct met:percent, typed xsd:decimal",
    ),
    "nothing said": (
        (("    met:frequency frequency:common ;\n", ""), (FIGURES, ""), (INTERVAL, ""),
         (CLASS, "")),
        "The assertion says nothing",
    ),
    "interval upside down": (
        (("met:intervalLow 39.5", "met:intervalLow 59.5"),),
        "The lower bound of the interval is above the upper",
    ),
    "half an interval": (
        (("    met:intervalHigh 55.3 ;\n", ""),),
        "An interval has two bounds",
    ),
    "interval without a total": (
        (("    met:count 71 ;\n    met:total 150 ;\n", ""), ('Basis "count"', 'Basis "rounding"')),
        "An interval has two bounds and a basis, and is that of a share of a total",
    ),
    "interval of no count": (
        (('Basis "count"', 'Basis "rounding"'),),
        'The basis of an interval is "count" where there is a count',
    ),
    "interval of both": (
        (('Basis "count"', 'Basis "count", "rounding"'),),
        'The basis of an interval is "count" or "rounding"',
    ),
    "least total of nobody": (
        (("    met:stage stage:any ;", "    met:stage stage:any ; met:leastTotal 0 ;"),),
        "A least total is one whole number, 1 or more",
    ),
    "frequency class of the only site": (
        (("occurrence:any", "occurrence:only_site"),),
        "An HPO frequency class is given only to a percentage of all patients",
    ),
    "frequency class of records": (
        (("denominator:all_patients", "denominator:records"),),
        "An HPO frequency class is given only to a percentage of all patients",
    ),
    "frequency class of metastatic patients": (
        (("denominator:all_patients", "denominator:metastatic_patients"),),
        "An HPO frequency class is given only to a percentage of all patients",
    ),
    "frequency class of some of the patients": (
        ((CLASS, CLASS + '    met:population "men" ;\n'),),
        "An HPO frequency class is given only to a percentage of all patients",
    ),
    "blank locator": (
        (('met:locator "abstract, results"', 'met:locator " "'),),
        "exactly one met:locator that is not blank",
    ),
    "no label": (
        (('    rdfs:label "bladder cancer to bone (shinagare-2011)" ;\n', ""),),
        "exactly one label: give it one rdfs:label",
    ),
    "hash that is none": (
        (("met:stage stage:any",
          "met:documentSha256 'ABC' ; met:start 5 ; met:end 9 ; met:stage stage:any"),),
        "64 lower-case hexadecimal digits",
    ),
    "passage that ends first": (
        (("met:stage stage:any",
          f"met:documentSha256 '{HASH}' ; met:start 9 ; met:end 5 ; met:stage stage:any"),),
        "The passage ends before it starts",
    ),
    "passage without a document": (
        (("met:stage stage:any", "met:start 5 ; met:end 9 ; met:stage stage:any"),),
        "give met:documentSha256, met:start and met:end",
    ),
    "no evidence": (
        (("    biolink:has_evidence_of_type ECO:0006017 ;\n", ""),),
        "Evidence and Conclusion Ontology",
    ),
    "unknown agent": (
        (('"manual_agent"', '"somebody"'),),
        "exactly one agent type",
    ),
    "primary without a label": (
        (('    rdfs:label "bladder cancer" ;\n', ""),),
        "A primary or site has exactly one label",
    ),
    "primary of a kind of sites": (
        (("met:kind kind:organ ;\n    met:arisesIn", "met:kind kind:vessel ;\n    met:arisesIn"),),
        "A primary has exactly one kind",
    ),
    "organ next to itself": (
        (("met:hasNeighbor site:pelvic_wall", "met:hasNeighbor site:bladder"),),
        "An organ is not its own neighbor",
    ),
    "mapping to text": (
        (("skos:broadMatch NCIT:C9334", 'skos:broadMatch "NCIT:C9334"'),),
        "A mapping leads to the address of a term",
    ),
    **{
        f"two join keys of {name}": (
            (("skos:broadMatch NCIT:C9334",
              f"skos:broadMatch NCIT:C9334 ; met:{name} {prefix}:C67, {prefix}:C68"),),
            f"The join key met:{name} is one term",
        )
        for name, prefix in KEYS.items()
    },
    "exact and broad match at once": (
        (("skos:broadMatch NCIT:C9334",
          "skos:broadMatch NCIT:C9334 ; skos:exactMatch NCIT:C9334"),),
        "A term cannot be an exact match and a broader",
    ),
    "site without a kind": (
        (('rdfs:label "pelvis" ; met:kind kind:region', 'rdfs:label "pelvis"'),),
        "A site has exactly one kind",
    ),
    "part of nothing known": (
        (("met:partOf site:pelvis", "met:partOf site:torso"),),
        "A site is part of sites of the catalog only",
    ),
    "source without a citation": (
        (('    dcterms:bibliographicCitation "Shinagare AB, 2011" ;\n', ""),),
        "A source has exactly one citation",
    ),
    "source without a design": (
        ((' ;\n    met:design design:clinical_cohort', ""),),
        "A source has exactly one design",
    ),
    "DOI as an address": (
        (('"10.1000/example"', '"https://doi.org/10.1000/example"'),),
        "A DOI starts with 10.",
    ),
    "edge to an unspecific site": (
        (("met:commonlySpreadsTo site:bone", "met:commonlySpreadsTo site:bone, site:any_organ"),),
        "never to an unspecific one",
    ),
    "growth into an unspecific site": (
        (("met:extendsInto site:pelvic_wall", "met:extendsInto site:any_organ"),),
        "never to an unspecific one",
    ),
    "edge to a primary": (
        (("met:spreadsTo site:bone", "met:spreadsTo site:bone, primary:bladder"),),
        "A direct edge leads to a met:Site",
    ),
    "edge from a site": (
        (("site:bone a met:Site ;", "site:bone a met:Site ; met:spreadsTo site:bladder ;"),),
        "A direct edge starts from a met:Primary",
    ),
    "disease named after the site": (
        (('"metastatic bladder cancer in the bone"', '"bone cancer"'),),
        "A metastasis keeps the name of its primary",
    ),
    "disease of no primary": (
        (("    met:ofPrimary primary:bladder ;\n", ""),),
        "A pair is of exactly one primary",
    ),
    "data set without a license": (
        (("    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n", ""),),
        "The data set states its license",
    ),
    "graph of no source": (
        ((" ;\n    dcterms:source source:shinagare-2011 .", " ."),),
        "A named graph names exactly one source",
    ),
    "unknown proximity": (
        (("met:stage stage:any", "met:stage stage:any ; met:proximity kind:organ"),),
        "An assertion has at most one proximity",
    ),
    "lower bound below 0": (
        (("met:intervalLow 39.5", "met:intervalLow -0.5"),),
        "The lower bound of the interval is one number from 0 to 100",
    ),
    "upper bound over 100": (
        (("met:intervalHigh 55.3", "met:intervalHigh 100.1"),),
        "The upper bound of the interval is one number from 0 to 100",
    ),
    "frequency class of no one": (
        (("HP:0040282", "HP:0000001"),),
        "The HPO frequency class is one of",
    ),
    "two populations": (
        (
            (CLASS, ""),
            (
                "    met:reading reading:abstract ;\n",
                '    met:reading reading:abstract ;\n    met:population "men", "women" ;\n',
            ),
        ),
        "A population is one text",
    ),
    "start below 0": (
        (("met:stage stage:any",
          f"met:documentSha256 '{HASH}' ; met:start -1 ; met:end 9 ; met:stage stage:any"),),
        "The start of a passage is one whole number",
    ),
    "two ends": (
        (("met:stage stage:any",
          f"met:documentSha256 '{HASH}' ; met:start 1 ; met:end 5, 9.0 ; met:stage stage:any"),),
        "The end of a passage is one whole number",
    ),
    "two notes": (
        (("met:stage stage:any", "skos:note 'a', 'b' ; met:stage stage:any"),),
        "A note is one plain text",
    ),
    "no knowledge level": (
        (('    biolink:knowledge_level "observation" ;\n', ""),),
        "exactly one knowledge level",
    ),
    "primary with a capital in its key": (
        (("site:bladder a", "primary:Bladder a met:Primary ;\n"
                            "    rdfs:label 'b' ; met:kind kind:organ .\nsite:bladder a"),),
        "A primary is named",
    ),
    "site with a space in its key": (
        (("site:bladder a", "<https://w3id.org/metastasis/site/small%20bowel> a met:Site ;\n"
                            "    rdfs:label 'b' ; met:kind kind:organ .\nsite:bladder a"),),
        "A site is named",
    ),
    "source with an underscore in its key": (
        (("source:shinagare-2011 a", "source:b_1 a met:Source ; rdfs:label 'b' ;\n"
                                     "    dcterms:bibliographicCitation 'B' ;\n"
                                     "    met:design design:model .\nsource:shinagare-2011 a"),),
        "A source is named",
    ),
    "synonym that is the label": (
        (('skos:altLabel "cancer of the bladder"', 'skos:altLabel "bladder cancer"'),),
        "A synonym is plain text, and differs from the label",
    ),
    "sex that is none": (
        (("    met:arisesIn site:bladder", "    met:sex 'men' ;\n    met:arisesIn site:bladder"),),
        "The sex is female or male",
    ),
    "subtype of a site": (
        (("    met:arisesIn site:bladder", "    met:subtypeOf site:bone ;\n"
                                           "    met:arisesIn site:bladder"),),
        "A primary is a subtype of primaries of the catalog only",
    ),
    "origin unknown": (
        (("met:arisesIn site:bladder", "met:arisesIn site:elbow"),),
        "A primary arises in a site of the catalog",
    ),
    "neighbor unknown": (
        (("met:hasNeighbor site:pelvic_wall", "met:hasNeighbor site:elbow"),),
        "The neighbors of a primary are sites of the catalog",
    ),
    "made of the unknown": (
        (("    met:arisesIn site:bladder", "    met:madeOf site:bone ;\n"
                                           "    met:arisesIn site:bladder"),),
        "A primary is made of primaries of the catalog",
    ),
    "people of no denominator": (
        (("bladder/metastatic_patients 150", "150 patients"),),
        "People are a denominator and a number",
    ),
    "last year before the first": (
        (("met:yearFrom 2010", "met:yearFrom 2020"),),
        "The first year of a source comes after the last",
    ),
    "years in two parts": (
        (('met:years "2010-2015"', 'met:years "2010-2012", "2013-2015"'),),
        "The years of a source are one text",
    ),
    "two first years": (
        (("met:yearFrom 2010", "met:yearFrom 2010, 2012"),),
        "The first year of a source is one whole number",
    ),
    "two last years": (
        (("met:yearTo 2015", "met:yearTo 2015, 2016"),),
        "The last year of a source is one whole number",
    ),
    "registry without a name": (
        (('met:registry "SEER"', 'met:registry ""'),),
        "A registry is a name",
    ),
    "source without a label": (
        (('    rdfs:label "shinagare-2011" ;\n', ""),),
        "A source has exactly one label",
    ),
    "address in text": (
        (("    met:design design:clin", "    dcat:landingPage 'example.org' ;\n"
                                        "    met:design design:clin"),),
        "The address of a source is one http or https address",
    ),
    "graph under two licenses": (
        (('    dcterms:rights "The', "    dcterms:license met:a, met:b ;\n"
                                    '    dcterms:rights "The'),),
        "The graph of a source has at most one license",
    ),
    "graph whose terms are no text": (
        (('"The facts as recorded here: CC BY 4.0"', "source:shinagare-2011"),),
        "The graph of a source states its terms in one text",
    ),
    "license in words": (
        (("    met:design design:clin", "    dcterms:license 'CC BY' ;\n"
                                        "    met:design design:clin"),),
        "The license of a source is the address of a license",
    ),
    "disease in two sites": (
        (("met:inSite site:bone", "met:inSite site:bone, site:pelvis"),),
        "A pair is in exactly one site",
    ),
    "disease on hearsay": (
        (("    met:inSite site:bone ;", "    met:inSite site:bone ; met:basis basis:hearsay ;"),),
        "An edge rests on numbers, on expert_words or on lay_words",
    ),
    "pair named otherwise": (
        (("disease:bladder--bone", "disease:bladder"),),
        "A pair is named after its primary and its site",
    ),
    "pair with an edge of a new sort": (
        (("met:edge edge:commonly", "met:edge edge:always"),),
        "An edge is commonly, possibly or rarely",
    ),
    "pair by no rule": (
        (("met:rule rule:10-commonly-spreads-to", "met:rule site:bone"),),
        "An edge stands by one rule",
    ),
    "pair of two states": (
        (('met:status "reported"', 'met:status "certain"'),),
        "A pair has one status",
    ),
    "pair supported by a page": (
        (("met:supportedBy assertion:0123456789abcdef0123", "met:supportedBy site:bone"),),
        "What supports a pair is an assertion",
    ),
    "pair denied by a page": (
        (("met:supportedBy assertion:0123456789abcdef0123", "met:deniedBy site:bone"),),
        "What denies a pair is an assertion",
    ),
    "pair with the number of a site": (
        (("met:bestNumber assertion:0123456789abcdef0123", "met:bestNumber site:bone"),),
        "The number that stands for a pair",
    ),
    "pair believed beyond measure": (
        (("met:belief 0.65", "met:belief 1.5"),),
        "Belief is one decimal number",
    ),
    "pair that counts its assertions in words": (
        (("met:assertionCount 1", 'met:assertionCount "one"'),),
        "A pair says at most once how many assertions",
    ),
    "pair that counts its sources twice": (
        (("met:sourceCount 1", "met:sourceCount 1, 2"),),
        "A pair says at most once how many sources",
    ),
    "source at a PubMed address": (
        (('met:pmid "21606821"', 'met:pmid "PMID 21606821"'),),
        "A PubMed identifier is its digits alone",
    ),
    "source of the future": (
        (("met:publicationYear 2011", "met:publicationYear 20110"),),
        "A source was published in one year",
    ),
    "source out of nobody": (
        (("met:largestTotal 150", "met:largestTotal 0"),),
        "The largest total of a source",
    ),
    "disease rolled up from a site": (
        (("met:inSite site:bone ;", "met:inSite site:bone ; met:rolledUpFrom site:pelvis ;"),),
        "A pair rolls up from pairs of its parts",
    ),
    "conflict that is no hash": (
        (("conflict:00112233445566778899", "conflict:first"),),
        "the build finds and names conflicts",
    ),
    "conflict without a label": (
        (('    rdfs:label "bladder cancer to bone: one reports what the other denies" ;\n', ""),),
        "A conflict has one label",
    ),
    "conflict about no primary": (
        (("    met:aboutPrimary primary:bladder ;\n", ""),),
        "A conflict is about exactly one primary",
    ),
    "conflict about two sites": (
        (("met:aboutSite site:bone", "met:aboutSite site:bone, site:pelvis"),),
        "A conflict is about exactly one site",
    ),
    "conflict about no relation": (
        (("    met:aboutRelation relation:metastasis ;\n", ""),),
        "A conflict is about metastasis or about extension",
    ),
    "conflict of an unknown sort": (
        (("disagreement:denied", "disagreement:other"),),
        "A conflict has exactly one reason",
    ),
    "conflict among no assertions": (
        ((" ;\n    met:concerns assertion:0123456789abcdef0123 .", " ."),),
        "A conflict concerns two assertions",
    ),
    "graph without a title": (
        (('    dcterms:title "Assertions from shinagare-2011" ;\n', ""),),
        "A data set has exactly one title",
    ),
    "data set without a release": (
        (('    owl:versionInfo "2026.11" ;\n', ""),),
        "The data set states its release",
    ),
}  # fmt: skip


def messages_about(data: Graph, shapes: Graph) -> list[str]:
    """Return the messages of all faults, each as often as it is given."""
    pyshacl = pytest.importorskip("pyshacl", reason="pyshacl is in the extra 'validate'")
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    messages = [
        str(report.value(result, SH.resultMessage))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]
    assert conforms is (not messages)
    return messages


def turtle(text: str) -> Graph:
    return Graph().parse(data=PREFIX_LINES + text, format="turtle")


def changed(changes: _Change) -> Graph:
    """Return the sound graph with passages replaced, each of which must be there."""
    text = SOUND
    for old, new in changes:
        assert old in text, old
        start = text.rindex(old)
        text = text[:start] + new + text[start + len(old) :]
    return turtle(text)


@pytest.mark.slow
def test_the_shapes_are_sound_by_the_shapes_of_shacl(shapes: Graph) -> None:
    pyshacl = pytest.importorskip("pyshacl", reason="pyshacl is in the extra 'validate'")
    conforms, _, text = pyshacl.validate(turtle(SOUND), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_a_sound_graph_conforms(shapes: Graph) -> None:
    assert messages_about(turtle(SOUND), shapes) == []


def test_a_sound_graph_conforms_with_the_vocabulary_in_it(shapes: Graph, vocabulary: Graph) -> None:
    assert messages_about(turtle(SOUND) + vocabulary, shapes) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(((FIGURES, ""), (INTERVAL, ""), (CLASS, "")), id="words only"),
        pytest.param((("    met:frequency frequency:common ;\n", ""),), id="numbers only"),
        pytest.param(
            (("    met:count 71 ;\n    met:total 150 ;\n", ""), (INTERVAL, "")), id="percent only"
        ),
        pytest.param((("    met:count 71 ;\n", ""), (INTERVAL, "")), id="percent of a total"),
        pytest.param((("met:percent 47.0", 'met:percent "47"^^xsd:decimal'),), id="no point"),
        pytest.param((("met:site site:bone", "met:site site:any_organ"),), id="unspecific site"),
        pytest.param(
            (("frequency:common", "frequency:absent"), ("finding:present", "finding:absent")),
            id="denied",
        ),
        pytest.param(
            (
                (
                    "met:stage stage:any",
                    f'met:documentSha256 "{HASH}" ; met:start 0 ; met:end 9 ; met:stage stage:any',
                ),
            ),
            id="with a passage",
        ),
    ],
)
def test_other_sound_graphs_conform(changes: _Change, shapes: Graph) -> None:
    assert messages_about(changed(changes), shapes) == []


@pytest.mark.slow
@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_is_found_and_its_message_says_what_to_do(fault: str, shapes: Graph) -> None:
    changes, expected = BROKEN[fault]
    messages = messages_about(changed(changes), shapes)
    assert len(set(messages)) == 1, messages
    assert expected in messages[0]


def test_every_shape_is_shown_to_fail(shapes: Graph) -> None:
    shown = set()
    for _, expected in BROKEN.values():
        fitting = {
            shape
            for shape in failing_shapes(shapes)
            if expected in str(shapes.value(shape, SH.message))
        }
        assert len(fitting) == 1, expected
        shown |= fitting
    assert shown == set(failing_shapes(shapes))
