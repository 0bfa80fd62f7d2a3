"""The metastatic diseases as terms for Mondo: a ROBOT template and a table of mappings."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, RDFS, Literal, URIRef

import metastasis as mets
from metastasis import KnowledgeGraph
from metastasis._catalog import read_catalog
from metastasis._catalog.keys import join_keys
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.rdf._exchange.disease_terms import disease_mappings, robot_template
from robot import OBO, PREFIXES, iri, owl_of

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

PARENT = URIRef(f"{OBO}MONDO_0024880")
HAS_LOCATION = "RO:0004026"


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """Return what is said, with the mapping tables as they are now."""
    return KnowledgeGraph.from_assertions(mets.load().assertions(), read_catalog()).evidence


@pytest.fixture(scope="module")
def template(evidence: Evidence) -> str:
    return robot_template(evidence)


@pytest.fixture(scope="module")
def rows(template: str) -> dict[str, dict[str, str]]:
    """Return the terms of the template by key."""
    found = list(csv.DictReader(io.StringIO(template), delimiter="\t"))
    return {row["id"].removeprefix("disease:"): row for row in found if row["type"] == "class"}


@pytest.fixture(scope="module")
def pairs(evidence: Evidence) -> dict[str, Pair]:
    return {f"{one.primary}--{one.site}": one for one in evidence.pairs(roll_up=True)}


def test_every_metastatic_disease_is_a_term(
    evidence: Evidence, rows: dict[str, dict[str, str]], pairs: dict[str, Pair]
) -> None:
    expected = {
        key
        for key, pair in pairs.items()
        if pair.edge and evidence.catalog.primaries[pair.primary].kind != "grouping"
    }
    assert list(rows) == sorted(expected)
    assert {"breast--liver", "colon--liver"} <= expected
    assert len({row["label"] for row in rows.values()}) == len(rows)
    assert len({row["definition"] for row in rows.values()}) == len(rows)
    for key, row in rows.items():
        pair = pairs[key]
        assert row["edge"] == pair.edge
        assert row["evidence"].endswith(f"data release {DATA_RELEASE}. {NOT_CLINICAL}")
        assert int(row["assertions"]) == len(pair.assertions)
        assert int(row["sources"]) == len({one.source for one in pair.assertions})


def reporters(pair: Pair) -> set[str]:
    own = {one.source for one in pair.assertions if one.finding == "present"}
    return own.union(*map(reporters, pair.parts))


def test_references_are_of_sources_that_report_the_pair(
    evidence: Evidence, rows: dict[str, dict[str, str]], pairs: dict[str, Pair]
) -> None:
    by_reference: dict[str, set[str]] = {}
    for source in evidence.catalog.sources.values():
        for name in (f"PMID:{source.pmid}", f"DOI:{source.doi}", str(source.url)):
            by_reference.setdefault(name, set()).add(source.key)
    for key, row in rows.items():
        pair = pairs[key]
        for reference in filter(None, row["references"].split("|")):
            assert by_reference[reference] & reporters(pair)
        reported = reporters(pair)
        known = [evidence.catalog.sources[one] for one in reported]
        if any(one.pmid or one.doi or one.url for one in known):
            assert row["references"]


def test_the_template_is_read_as_its_specification_says(
    evidence: Evidence, template: str, rows: dict[str, dict[str, str]]
) -> None:
    graph = owl_of(template)
    assert HAS_LOCATION.replace(":", "_") not in graph.serialize(format="nt")
    owl = {one for one in graph.predicates() if str(one).startswith(str(OWL))}
    annotating = {OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget}
    assert owl - annotating == {  # what OWL 2 EL allows
        OWL.equivalentClass,
        OWL.intersectionOf,
        OWL.onProperty,
        OWL.someValuesFrom,
    }
    properties = {URIRef(f"{OBO}RO_0004022"), URIRef(f"{OBO}NCIT_R102")}
    assert set(graph.subjects(RDF.type, OWL.ObjectProperty)) == properties
    for key, row in rows.items():
        term = iri(f"disease:{key}")
        assert graph.value(term, RDFS.label) == Literal(row["label"])
        primary, site = key.split("--")
        ends = (
            join_keys(evidence.catalog.primaries[primary]).get("mondo"),
            join_keys(evidence.catalog.sites[site]).get("uberon"),
        )
        whole = graph.value(term, OWL.equivalentClass)
        if whole is None:
            said = set(graph.objects(term, RDFS.subClassOf))
        else:
            assert None not in ends
            (members,) = graph.objects(whole, OWL.intersectionOf)
            said = set(graph.items(members))
        fillers = {graph.value(one, OWL.someValuesFrom) for one in said} - {None}
        assert PARENT in said
        assert fillers == {iri(end) for end in ends if end}
        assert len(said) == 1 + len(fillers)


def test_only_exact_matches_define(evidence: Evidence, rows: dict[str, dict[str, str]]) -> None:
    kinds = set()
    for key, row in rows.items():
        primary, site = key.split("--")
        records = evidence.catalog.primaries[primary], evidence.catalog.sites[site]
        exact = [
            {one.object for one in record.mappings if one.predicate == "skos:exactMatch"}
            for record in records
        ]
        defined = row["defined by origin"] in exact[0] and row["defined by site"] in exact[1]
        assert defined == bool(row["defined by parent"]) != bool(row["parent"])
        kinds.add(defined)
    assert kinds == {True, False}


def mappings(evidence: Evidence) -> list[dict[str, str]]:
    lines = disease_mappings(evidence).splitlines()
    return list(csv.DictReader([one for one in lines if one[0] != "#"], delimiter="\t"))


def test_mappings_say_where_a_disease_stands_elsewhere(evidence: Evidence) -> None:
    found = {
        (row["subject_id"], row["predicate_id"], row["object_id"]): row["object_label"]
        for row in mappings(evidence)
    }
    assert len(found) == len(mappings(evidence))
    label = "metastatic malignant neoplasm in the brain"
    assert found["disease:breast--brain", "skos:broadMatch", "MONDO:1040026"] == label
    assert ("disease:colon--liver", "skos:broadMatch", "MONDO:0041448") in found
    assert ("disease:melanoma_skin--lung", "skos:broadMatch", "MONDO:0005191") in found
    assert ("disease:breast--liver", "skos:relatedMatch", "MONDO:0007254") in found
    assert ("disease:breast--bone", "skos:narrowMatch", "NCIT:C36303") in found
    # No disease is the place's own cancer, nor the same as a metastasis of any cancer.
    assert {link for _, link, _ in found} <= {f"skos:{one}Match" for one in SHADES}
    exact = [row for row in found if row[1] == "skos:exactMatch"]
    assert exact == []


SHADES = ("close", "narrow", "broad", "related")


def test_curated_mappings_stay_as_they_are(evidence: Evidence, pairs: dict[str, Pair]) -> None:
    curated = {
        (f"disease:{key}", one.predicate, one.object)
        for key, found in evidence.catalog.diseases.items()
        for one in found
        if key in pairs and pairs[key].edge
    }
    ours = {
        (row["subject_id"], row["predicate_id"], row["object_id"])
        for row in mappings(evidence)
        if row["mapping_justification"] == "semapv:ManualMappingCuration"
    }
    assert ours == curated


@pytest.mark.parametrize("name", ["robot", "sssom"])
def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    kg = mets.load()
    one, other = (kg.export(tmp_path / f"{at}.{name}.tsv")[0].read_bytes() for at in "ab")
    assert one == other
    assert PREFIXES["disease"].encode() in one or name == "robot"
