"""Code systems: what every code means, against the catalog, the shared list and each other."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import Catalog, read_catalog
from metastasis._errors import UnknownNameError
from metastasis._files import ontology_path
from metastasis.patients._coded.codes import (
    REASONS,
    SYSTEMS,
    code_system,
    infer_system,
    organ_of,
    plain_code,
    with_overrides,
)
from shared_data import shared_rows

if TYPE_CHECKING:
    from metastasis.patients._coded.codes import Meaning

CM = code_system("ICD-10-CM")
WHO = code_system("ICD-10")
NINE = code_system("ICD-9-CM")
KINDS = {"primary", "secondary", "nodes", "disseminated", "no_key", *REASONS}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_rule_names_things_of_the_catalog(name: str, catalog: Catalog) -> None:
    for rule in code_system(name).rules.values():
        assert rule.kind in KINDS
        assert rule.primary is None or rule.primary in catalog.primaries
        assert set(rule.sites) <= set(catalog.sites)
        assert (rule.primary is not None) == (rule.kind in ("primary", "disseminated"))
        assert bool(rule.sites) == (rule.kind in ("secondary", "nodes", "disseminated"))


FILES = ["icd-10-cm", "icd-10", "icd-10-gm", "icd-10-am", "icd-9-cm", "icd-9-who"]


@pytest.mark.parametrize("file", FILES)
def test_tables_are_in_order_and_hold_each_code_once(file: str) -> None:
    with ontology_path("mappings", "codes", f"{file}.csv").open(
        encoding="utf-8", newline=""
    ) as text:
        codes = [row["code"] for row in csv.DictReader(text)]
    assert codes == sorted(set(codes))
    form = r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]+)?" if "10" in file else r"(\d{3}|V10)(\.\d+)?"
    assert [code for code in codes if not re.fullmatch(form, code)] == []


def test_a_wider_site_of_a_rule_holds_the_first_one(catalog: Catalog) -> None:
    for name in SYSTEMS:
        for rule in code_system(name).rules.values():
            if rule.sites:
                assert set(rule.sites[1:]) <= catalog.wholes(rule.sites[0])


def test_every_secondary_code_of_the_list_counts_somewhere(catalog: Catalog) -> None:
    unspecified = set()
    for row in shared_rows("codes", "icd10cm_secondary_neoplasm_codes.csv"):
        code = row["icd10cm"]
        meaning = CM.meaning(code)
        if code.startswith("C80"):
            continue
        assert meaning.sites, code
        assert meaning.kind == ("nodes" if code.startswith("C77") else "secondary")
        if not catalog.sites[meaning.sites[0]].is_anatomical and row["level"] == "leaf":
            unspecified.add(code)
    assert unspecified == {
        *("C77.9", "C78.30", "C78.39", "C78.80", "C78.89", "C79.10", "C79.19", "C79.40"),
        *("C79.49", "C79.89", "C79.9", "C7B.00", "C7B.09", "C7B.1", "C7B.8"),
    }


def test_sites_agree_with_the_catalog(catalog: Catalog) -> None:
    """Where one site of the catalog has the code, it is the one that is counted."""
    loose = {"C77", "C77.9"}  # no region is named: no site of an organ
    for row in shared_rows("codes", "icd10cm_secondary_neoplasm_codes.csv"):
        code = row["icd10cm"]
        near = [
            key
            for key, site in catalog.sites.items()
            for one in site.mappings
            if one.object == f"ICD10CM:{code}"
            and one.predicate in ("skos:exactMatch", "skos:closeMatch")
        ]
        if len(near) == 1 and code not in loose:
            assert CM.meaning(code).sites[0] == near[0], code


def test_primaries_agree_with_the_catalog(catalog: Catalog) -> None:
    near: dict[str, str] = {}
    for key, primary in catalog.primaries.items():
        for one in primary.mappings:
            if one.predicate in ("skos:exactMatch", "skos:closeMatch") and "ICD10CM" in one.object:
                near[one.object.partition(":")[2]] = key
    assert len(near) > 30
    for code, key in near.items():
        assert CM.meaning(code).primary == key, code


@pytest.mark.parametrize(
    ("code", "sites"),
    [
        ("C78.7", ("liver",)),
        ("C78.6", ("peritoneum_retroperitoneum",)),
        ("C79.82", ("genital_organs",)),
        ("C79.51", ("bone",)),
        ("C79.52", ("bone_marrow", "bone")),
        ("C79.31", ("brain", "cns")),
        ("C77.3", ("lymph_node_axillary", "lymph_node")),
        ("C7B.01", ("lymph_node_distant", "lymph_node")),
        ("C77.9", ("unspecified",)),
        ("C79.89", ("unspecified",)),
        ("C79.9", ("unspecified",)),
    ],
)
def test_secondary_codes(code: str, sites: tuple[str, ...]) -> None:
    assert CM.meaning(code).sites == sites


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("C83.30", "hematologic"),
        ("C96.9", "hematologic"),
        ("Z85.3", "history"),
        ("D05.11", "not_malignant"),
        ("D3A.00", "not_malignant"),
        ("D50.9", "not_cancer"),
        ("I10", "not_cancer"),
        ("C22.9", "undetermined"),
        ("C44.01", "skin"),
        ("C76.2", "ill_defined"),
        ("C69.30", "no_key"),
        ("???", "not_a_code"),
        ("15485003", "not_a_code"),
    ],
)
def test_codes_that_are_no_primary(code: str, kind: str) -> None:
    meaning = CM.meaning(code)
    assert (meaning.kind, meaning.counts) == (kind, False)


def test_icd_9_codes_that_are_no_primary() -> None:
    found = [NINE.meaning(code).kind for code in ("V10.3", "202.80", "233.0", "250.00", "155.2")]
    assert found == ["history", "hematologic", "not_malignant", "not_cancer", "undetermined"]


def test_the_unknown_primary_has_other_codes_in_each_system() -> None:
    assert (CM.meaning("C80.0").primary, CM.meaning("C80.0").sites) == ("cup", ("unspecified",))
    assert (CM.meaning("C80.1").primary, CM.meaning("C80.1").sites) == ("cup", ())
    assert (WHO.meaning("C80.0").primary, WHO.meaning("C80.0").sites) == ("cup", ())
    assert (WHO.meaning("C80.9").primary, WHO.meaning("C80.9").sites) == ("cup", ())
    assert (NINE.meaning("199.0").primary, NINE.meaning("199.0").sites) == ("cup", ("unspecified",))
    assert CM.meaning("C80.2").kind == "ill_defined"


SAME = {
    "C11.9": "147.9",
    "C15.9": "150.9",
    "C16.9": "151.9",
    "C18.9": "153.9",
    "C18.1": "153.5",
    "C07": "142.0",
    "C24.1": "156.2",
    "C51.9": "184.4",
    "C52": "184.0",
    "C60.9": "187.4",
    "C19": "154.0",
    "C20": "154.1",
    "C21.0": "154.3",
    "C22.1": "155.1",
    "C22.9": "155.2",
    "C23": "156.0",
    "C24.0": "156.1",
    "C25.4": "157.4",
    "C25.9": "157.9",
    "C32.9": "161.9",
    "C33": "162.0",
    "C34.90": "162.9",
    "C37": "164.0",
    "C41.9": "170.9",
    "C43.9": "172.9",
    "C49.9": "171.9",
    "C50.919": "174.9",
    "C53.9": "180.9",
    "C55": "179",
    "C56.9": "183.0",
    "C61": "185",
    "C62.90": "186.9",
    "C64.9": "189.0",
    "C65.9": "189.1",
    "C66.9": "189.2",
    "C67.9": "188.9",
    "C71.9": "191.9",
    "C73": "193",
    "C74.90": "194.0",
    "C77.0": "196.0",
    "C77.1": "196.1",
    "C77.2": "196.2",
    "C77.3": "196.3",
    "C77.4": "196.5",
    "C77.5": "196.6",
    "C77.8": "196.8",
    "C77.9": "196.9",
    "C78.00": "197.0",
    "C78.1": "197.1",
    "C78.2": "197.2",
    "C78.4": "197.4",
    "C78.5": "197.5",
    "C78.6": "197.6",
    "C78.7": "197.7",
    "C78.89": "197.8",
    "C79.2": "198.2",
    "C79.51": "198.5",
    "C79.60": "198.6",
    "C79.70": "198.7",
    "C79.81": "198.81",
    "C79.82": "198.82",
    "C79.89": "198.89",
    "C7A.012": "209.03",
    "C7A.090": "209.21",
    "C7A.1": "209.30",
    "C4A.9": "209.36",
    "C7B.01": "209.71",
    "C7B.02": "209.72",
    "C7B.03": "209.73",
    "C7B.04": "209.74",
    "C7B.1": "209.75",
    "C80.0": "199.0",
    "C80.1": "199.1",
}
"""Codes of ICD-10-CM, and of ICD-9-CM for the same thing."""


@pytest.mark.parametrize(("ten", "nine"), SAME.items())
def test_both_revisions_say_the_same(ten: str, nine: str) -> None:
    def told(meaning: Meaning) -> tuple[object, ...]:
        return meaning.kind, meaning.primary, meaning.sites

    assert told(CM.meaning(ten)) == told(NINE.meaning(nine))


def test_icd_9_is_coarser_about_the_nervous_system_and_the_bladder() -> None:
    assert NINE.meaning("198.3").sites == ("cns",)
    assert NINE.meaning("198.1").sites == ("urinary_other",)


@given(
    st.sampled_from(sorted(CM.rules)),
    st.sampled_from(["{}", " {} ", "ICD10CM:{}", "{}-", "\t{}"]),
    st.booleans(),
    st.booleans(),
)
def test_spelling_does_not_matter(plain: str, form: str, lower: bool, pointed: bool) -> None:
    written = f"{plain[:3]}.{plain[3:]}" if pointed and len(plain) > 3 else plain
    written = form.format(written.lower() if lower else written)
    assert plain_code(written) == plain
    assert CM.meaning(written) == CM.meaning(plain)


@given(st.text(max_size=12))
def test_any_text_means_something_or_nothing(text: str) -> None:
    for name in SYSTEMS:
        assert code_system(name).meaning(text).kind in KINDS


@given(st.sampled_from(sorted(CM.rules)), st.text("0123456789", max_size=2))
def test_a_longer_code_means_what_its_longest_rule_does(plain: str, more: str) -> None:
    prefixes = [plain + more[:length] for length in range(len(more), -1, -1)]
    rule = next(CM.rules[one[:7]] for one in prefixes if one[:7] in CM.rules)
    assert CM.meaning((plain + more)[:7]) == rule


def test_code_systems_by_other_names() -> None:
    names = {"icd10cm": CM, "http://hl7.org/fhir/sid/icd-9-cm": NINE, "09": NINE, "ICD10CA": WHO}
    names |= {"ICD-10-GM 2016": code_system("ICD-10-GM"), "icd10cm2024": CM}
    assert {name: code_system(name).name for name in names} == {
        name: one.name for name, one in names.items()
    }
    with pytest.raises(UnknownNameError, match="unknown code system 'SNOMED'"):
        code_system("SNOMED")


@pytest.mark.parametrize(
    ("codes", "name"),
    [
        (["C50.9", "C7B.02"], "ICD-10-CM"),
        (["C50.9", "C78.7", "UNK"], "ICD-10"),
        (["C80.0"], None),
        (["C80.0", "C80.9"], "ICD-10"),
        (["174.9"], None),
        (["1749", "C509"], None),
        (["254837009"], None),
        (["I10"], None),
        ([], None),
    ],
)
def test_inferring_the_system(codes: list[str], name: str | None) -> None:
    assert infer_system(codes) == name


def test_subtypes_count_under_the_organ(catalog: Catalog) -> None:
    for key in sorted(CM.primaries):
        organ = organ_of(key, catalog)
        assert organ in catalog.supertypes(key)
        assert organ_of(organ, catalog) == organ


def test_the_users_map_decides_last() -> None:
    eye = CM.meaning("C69.30")
    mapped = with_overrides(eye, "C69.30", {("primary", "C69"): "melanoma_uveal"}, "-")
    assert mapped.primary == "melanoma_uveal"
    spleen = with_overrides(CM.meaning("C78.89"), "C78.89", {("site", "C78.89"): "spleen"}, "-")
    assert spleen.sites == ("spleen",)
    gone = with_overrides(CM.meaning("C50.9"), "C50.9", {("primary", "C50"): "-"}, "-")
    assert (gone.kind, gone.counts) == ("map", False)


@pytest.mark.parametrize(
    ("system", "code", "sites"),
    [
        ("ICD-10-CM", "C79.52", ("bone_marrow", "bone")),
        ("ICD-10", "C79.52", ("bone",)),
        ("ICD-10-CM", "C79.84", ("unspecified",)),
        ("ICD-10-GM", "C79.83", ("pericardium",)),
        ("ICD-10-GM", "C79.84", ("heart",)),
        ("ICD-10-GM", "C79.88", ("unspecified",)),
        ("ICD-10-GM", "C79.3", ("cns",)),
        ("ICD-10-AM", "C79.83", ("unspecified",)),
        ("ICD-10-AM", "C79.11", ("urinary_other",)),
        ("ICD-9-CM", "198.81", ("breast",)),
        ("ICD-9-WHO", "198.81", ("unspecified",)),
        ("ICD-9-CM", "209.72", ("liver",)),
        ("ICD-9-WHO", "209.72", ()),
        ("ICD-9-WHO", "197.7", ("liver",)),
    ],
)
def test_code_systems_differ_in_metastases(system: str, code: str, sites: tuple[str, ...]) -> None:
    assert code_system(system).meaning(code).sites == sites


@pytest.mark.parametrize("system", ["ICD-10", "ICD-10-GM", "ICD-10-AM"])
def test_unknown_primaries_outside_the_united_states(system: str) -> None:
    assert code_system(system).meaning("C80.0").kind == "primary"
    assert CM.meaning("C80.0").kind == "disseminated"


def test_codes_of_one_country_tell_it() -> None:
    assert infer_system(["C50.9", "C79.84"]) == "ICD-10-GM"
    assert infer_system(["C50.9", "C79.51"]) == "ICD-10-CM"
    # Five characters are no sign of ICD-10-CM in other chapters: Germany has E11.90 too.
    assert infer_system(["C50.9", "E11.90"]) == "ICD-10"
    assert infer_system(["C79.51", "C79.84"]) is None
