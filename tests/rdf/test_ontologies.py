"""What is mapped to Uberon and Mondo, against the ontologies' own files: ids, labels, grounds."""

from __future__ import annotations

import csv
import importlib.util
import os
import re
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._catalog import join_keys, read_catalog
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cellxgene_ontology_guide.ontology_parser import OntologyParser

pytestmark = pytest.mark.ontologies

GUIDE: Final = "cellxgene_ontology_guide"
FEWEST: Final = {"MONDO": 110, "UBERON": 95}
"""Fewer mappings than these would mean that the files were not read."""

INVOLVES: Final = re.compile(
    r"(malignant (neoplasm|tumor)|cancer)\b.*\b(involving|involves|affecting|affects) (the|any)\b"
)
"""How Mondo defines a class that holds every malignant neoplasm of an organ, metastases too."""

OURS_ALONE: Final = {
    ("breast", "integumentary_system"): "its mammary gland is, in Uberon",
    ("diaphragm", "musculoskeletal_system"): "it is a muscle",
    ("muscle", "musculoskeletal_system"): "Uberon's musculature is no part of it",
    ("pancreas", "digestive_system"): "Uberon puts only its parts there",
    ("spleen", "lymphatic_system"): "hematopoietic in Uberon",
    ("thymus", "lymphatic_system"): "a gland in Uberon",
}
THEIRS_ALONE: Final = {
    ("choroid", "cardiovascular_system"): "its vessels are counted with the eye",
    ("diaphragm", "respiratory_system"): "sources count lung, pleura and trachea",
    ("liver", "endocrine_system"): "a gland of the digestive system to clinicians",
    ("epidural_space", "musculoskeletal_system"): "in the spinal canal, and no bone",
    ("epidural_space", "skeletal_system"): "in the spinal canal, and no bone",
    ("hepatic_vein", "digestive_system"): "a vein, not a part of the liver",
    ("hepatic_vein", "endocrine_system"): "a vein, not a part of the liver",
    ("lymph_node_infraclavicular", "cardiovascular_system"): "Uberon's axilla reaches into it",
    ("lymph_node_paratracheal", "cardiovascular_system"): "a node, whatever it lies beside",
    ("lymph_node_retropharyngeal", "cardiovascular_system"): "a node, whatever it lies beside",
    ("nasopharynx", "respiratory_system"): "the pharynx is counted with the digestive organs",
    ("oropharynx", "gastrointestinal_tract"): "cohorts count stomach and bowel",
    ("oropharynx", "respiratory_system"): "the pharynx is counted with the digestive organs",
    ("paranasal_sinus", "musculoskeletal_system"): "a space with a lining, and no bone",
    ("paranasal_sinus", "skeletal_system"): "a space with a lining, and no bone",
    ("pituitary_gland", "cns"): "a gland to clinicians",
    ("pituitary_gland", "genital_organs"): "Uberon's axis of hormones reaches into it",
    ("pituitary_gland", "nervous_system"): "a gland to clinicians",
    ("thymus", "endocrine_system"): "a lymphoid organ to clinicians",
}
"""Sites in a system here or in Uberon alone, and why."""


@pytest.fixture(scope="module")
def parser() -> OntologyParser:
    """Return the reader of the ontologies; only on CI is its absence a fault."""
    if importlib.util.find_spec(GUIDE) is None:
        missing = "cellxgene-ontology-guide is not installed: pip install 'metastasis[dev]'"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    from cellxgene_ontology_guide.ontology_parser import OntologyParser

    return OntologyParser()


def mapped(prefix: str) -> Iterator[tuple[str, str, str]]:
    """Yield file, id and label of every mapping to an ontology."""
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        table = [line for line in lines if not line.startswith("#")]
        for row in csv.DictReader(table, delimiter="\t"):
            if row["object_id"].startswith(f"{prefix}:"):
                yield path.name, row["object_id"], row["object_label"]


@pytest.mark.parametrize("prefix", sorted(FEWEST))
def test_ids_are_in_use_and_labels_are_the_ontology_s_own(
    parser: OntologyParser, prefix: str
) -> None:
    rows = list(mapped(prefix))
    assert len({term for _, term, _ in rows}) >= FEWEST[prefix]
    wrong = []
    for file, term, label in rows:
        if not parser.is_valid_term_id(term):
            wrong.append((file, term, "no such term"))
        elif parser.is_term_deprecated(term):
            wrong.append((file, term, "out of use"))
        elif parser.get_term_label(term) != label:
            wrong.append((file, term, f"{label} is named {parser.get_term_label(term)}"))
    assert wrong == []


def test_a_class_of_any_neoplasm_of_an_organ_is_a_close_match(parser: OntologyParser) -> None:
    lines = (
        ontology_path("mappings", "primaries.sssom.tsv").read_text(encoding="utf-8").splitlines()
    )
    near = [
        row
        for row in csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t")
        if row["object_id"].startswith("MONDO:")
        and row["predicate_id"] in ("skos:exactMatch", "skos:closeMatch")
    ]
    assert len(near) > 100
    for row in near:
        defined = parser.get_term_description(row["object_id"]) or ""
        involves = bool(INVOLVES.search(defined.partition(".")[0].casefold()))
        ground = row["comment"].startswith("The class is any malignant neoplasm that involves")
        assert ground == involves, row["object_id"]


def test_organs_lie_in_the_systems_of_uberon_but_for_the_written_out(
    parser: OntologyParser,
) -> None:
    catalog = read_catalog()
    terms = {
        key: term
        for key, site in catalog.sites.items()
        if (term := join_keys(site).get("uberon")) is not None
    }
    systems = [key for key in terms if catalog.sites[key].kind == "system"]
    ours = {
        (key, whole) for key in terms for whole in catalog.wholes(key) - {key} if whole in systems
    }
    above = {key: set(parser.get_term_ancestors(term)) for key, term in terms.items()}
    theirs = {
        (key, system)
        for key in terms
        for system in systems
        if key != system and terms[system] in above[key]
    }
    assert ours - theirs == set(OURS_ALONE)
    assert theirs - ours == set(THEIRS_ALONE)
