"""The mapping tables: one ground one shade, one term one key, and what lies in which system."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._catalog import KEYS, Catalog, Mapping, Primary, Site, join_keys, read_catalog
from metastasis._catalog.files import read_mappings
from metastasis._catalog.keys import shared_keys
from metastasis._errors import TableError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REMARK: Final = re.compile(
    r"\s*(?:(?:Label|Code and label) as in [^.]*\.|Label not checked against a release\.)"
)
"""Says where a label was seen, which is no ground for a predicate."""

ORGANS_WITHOUT_SYSTEM: Final = {
    "adipose_tissue": "lies in every region and in no system",
    "mesentery": "lines the abdomen",
    "omentum": "lines the abdomen",
    "peritoneum": "lines the abdomen",
    "soft_tissue": "what is named by no system: fat, muscle and fibrous tissue together",
}
"""Organs and tissues that lie in a region but in no organ system, and why."""

SYSTEMS: Final = {
    *("cardiovascular_system", "digestive_system", "endocrine_system", "integumentary_system"),
    *("lymphatic_system", "musculoskeletal_system", "nervous_system", "respiratory_system"),
    *("genital_organs", "urinary_system", "visual_system"),
}
"""The systems that lie in no other."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


def rows() -> Iterator[dict[str, str]]:
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        yield from csv.DictReader((line for line in lines if line[0] != "#"), delimiter="\t")


def ground(row: dict[str, str]) -> str:
    """Return the first sentence of a comment, without where a label was seen."""
    said = REMARK.sub("", row["comment"]).strip()
    return re.split(r"(?<=\.)\s", said)[0]


def records(catalog: Catalog) -> list[Primary | Site]:
    return [*catalog.primaries.values(), *catalog.sites.values()]


# One ground, one shade.


def test_one_ground_gives_one_predicate_in_all_tables() -> None:
    predicates = defaultdict(set)
    for row in rows():
        predicates[ground(row)].add(row["predicate_id"])
    assert len(predicates) > 30
    assert {why: found for why, found in predicates.items() if len(found) > 1} == {}


def test_whatever_is_no_exact_match_has_a_ground() -> None:
    assert {row["predicate_id"] for row in rows() if not ground(row)} == {"skos:exactMatch"}


def test_a_mapping_has_one_shade() -> None:
    found = [(row["subject_id"], row["object_id"]) for row in rows()]
    assert len(found) == len(set(found))


def test_the_same_term_of_a_vocabulary_has_the_same_label_in_every_row() -> None:
    labels = defaultdict(set)
    for row in rows():
        labels[row["object_id"]].add(row["object_label"])
    assert {term: found for term, found in labels.items() if len(found) > 1} == {}


# Join keys.


def test_a_key_is_the_exact_match_or_else_the_close_one(catalog: Catalog) -> None:
    for record in records(catalog):
        shades = {one.object: one.predicate for one in record.mappings}
        for name, term in join_keys(record).items():
            assert term.startswith(f"{KEYS[name]}:")
            near = {shade for other, shade in shades.items() if other.startswith(f"{KEYS[name]}:")}
            exact = "skos:exactMatch" in near
            assert shades[term] == ("skos:exactMatch" if exact else "skos:closeMatch")


def test_no_term_is_the_key_of_two(catalog: Catalog) -> None:
    assert list(shared_keys(catalog.primaries.values())) == []
    assert list(shared_keys(catalog.sites.values())) == []


def test_what_is_looked_up_by_a_key_is_what_has_it(catalog: Catalog) -> None:
    for record in records(catalog):
        for term in join_keys(record).values():
            assert catalog.find(term) is record, term


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("primary:breast", {"mondo": "MONDO:0007254", "ncit": "NCIT:C9335", "doid": "DOID:1612"}),
        ("primary:lung", {"mondo": "MONDO:0008903", "oncotree": "ONCOTREE:LUNG"}),
        ("primary:prostate", {"mondo": "MONDO:0008315", "icd10cm": "ICD10CM:C61"}),
        ("site:bone", {"uberon": "UBERON:0001474", "ncit": "NCIT:C12366", "mesh": "MESH:D001842"}),
        ("site:liver", {"uberon": "UBERON:0002107", "icd10cm": "ICD10CM:C78.7"}),
        ("site:lymph_node", {"uberon": "UBERON:0000029", "icd10cm": "ICD10CM:C77.9"}),
    ],
)
def test_keys_of_what_people_join_by(catalog: Catalog, name: str, keys: dict[str, str]) -> None:
    assert keys.items() <= join_keys(catalog.find(name)).items()


def test_a_code_of_many_places_is_the_key_of_none(catalog: Catalog) -> None:
    every = {term for site in catalog.sites.values() for term in join_keys(site).values()}
    assert not {"ICD10CM:C79.89", "ICD10CM:C79.8", "ICD10CM:C78.89", "ICD10CM:C79.49"} & every


@pytest.mark.parametrize(
    ("mappings", "key"),
    [
        ([("exact", "UBERON:1"), ("close", "UBERON:2")], "UBERON:1"),
        ([("close", "UBERON:1"), ("broad", "UBERON:2"), ("narrow", "UBERON:3")], "UBERON:1"),
        ([("close", "UBERON:1"), ("close", "UBERON:2")], None),
        ([("broad", "UBERON:1")], None),
        ([("narrow", "UBERON:1")], None),
        ([("related", "UBERON:1")], None),
        ([("exact", "NCIT:C1")], None),
        ([], None),
    ],
)
def test_which_term_is_the_key(mappings: list[tuple[str, str]], key: str | None) -> None:
    found = tuple(Mapping(f"skos:{shade}Match", term) for shade, term in mappings)
    assert join_keys(Site(key="a", label="a", mappings=found)).get("uberon") == key


def test_of_a_category_and_its_code_the_code_is_the_key() -> None:
    found = tuple(Mapping("skos:closeMatch", f"ICD10CM:{code}") for code in ("C79.5", "C79.51"))
    site = Site(key="bone", label="bone", mappings=found)
    assert join_keys(site) == {"icd10cm": "ICD10CM:C79.51"}
    other = replace(site, mappings=(*found, Mapping("skos:closeMatch", "ICD10CM:C79.52")))
    assert join_keys(other) == {}


def test_a_key_of_two_is_a_fault_of_the_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twice = [
        *read_mappings(ontology_path("mappings")),
        ("site:lung", Mapping("skos:closeMatch", "UBERON:0002107")),
    ]
    monkeypatch.setattr("metastasis._catalog.files.read_mappings", lambda _: iter(twice))
    # Uberon's liver as the nearest of the lung as well: the lung has a nearer one, and keeps it.
    assert join_keys(read_catalog(ontology_path()).site("lung"))["uberon"] == "UBERON:0002048"
    twice.append(("site:rib", Mapping("skos:exactMatch", "MESH:D008099")))
    twice.remove(("site:rib", Mapping("skos:exactMatch", "MESH:D012272")))
    with pytest.raises(TableError, match=r"MESH:D008099.*joins both liver and rib"):
        read_catalog(ontology_path())


# Organ systems.


def test_every_organ_lies_in_a_system_or_the_test_says_why_not(catalog: Catalog) -> None:
    systems = {key for key, site in catalog.sites.items() if site.kind == "system"}
    without = {
        site.key
        for site in catalog.sites.values()
        if site.kind in ("organ", "tissue", "vessel", "lymph_node")
        and not catalog.wholes(site.key) & systems
    }
    assert without == set(ORGANS_WITHOUT_SYSTEM)
    for key in without:
        kinds = {catalog.sites[whole].kind for whole in catalog.wholes(key)}
        assert "region" in kinds, key


def test_systems_on_top_are_these_and_hold_something(catalog: Catalog) -> None:
    systems = {key for key, site in catalog.sites.items() if site.kind == "system"}
    top = {key for key in systems if not (catalog.wholes(key) - {key}) & systems}
    assert top == SYSTEMS
    for key in systems:
        assert len(catalog.parts(key)) > 1, key
        assert join_keys(catalog.site(key)).get("uberon"), key


def test_a_system_takes_nothing_over_from_its_parts(catalog: Catalog) -> None:
    from metastasis._evidence.roll_up import taken_over_by

    systems = {key for key, site in catalog.sites.items() if site.kind == "system"}
    for key in catalog.sites:
        assert not taken_over_by(key, catalog) & systems


def test_a_system_that_nobody_counts_in_is_not_a_site_not_studied() -> None:
    import metastasis as mets

    evidence = mets.load().evidence
    counted = {pair.site for pair in evidence.pairs()}
    places = {site.key for site in evidence.places()}
    kinds = {key: site.kind for key, site in evidence.catalog.sites.items()}
    assert {key for key in places if kinds[key] == "system"} <= counted | {
        pair.site for pair in evidence.pairs(relation="extension")
    }
    assert {key for key, kind in kinds.items() if kind not in ("system", "unspecific")} <= places
    assert [site.key for site in evidence.places("pns")] == ["pns"]
