"""Outside words to catalog keys: the shipped tables, the rules, and the real labels."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import Catalog, read_catalog
from metastasis._errors import UnknownNameError
from metastasis._files import ontology_path
from metastasis.patients._words.labels import (
    CODE_SYSTEMS,
    LEFT_OUT,
    Kind,
    Unmapped,
    map_labels,
    plain,
    vocabularies,
)
from shared_data import shared_path, shared_rows

CATALOG: Final = read_catalog()
TABLES: Final = sorted(
    path.stem
    for path in ontology_path("mappings", "labels").glob("*.csv")
    if path.stem != "spelling"
)
NAMES: Final = [
    (kind, name, record.key)
    for kind, records in (("primary", CATALOG.primaries), ("site", CATALOG.sites))
    for record in records.values()
    for name in (record.key, record.label, *record.synonyms)
]
KINDS: Final[tuple[Kind, ...]] = ("primary", "site")


def rows_of(table: str) -> list[dict[str, str]]:
    with ontology_path("mappings", "labels", f"{table}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def key_of(label: str, kind: Kind = "site", vocabulary: str | None = None) -> str | None:
    return map_labels({label: 1}, kind, CATALOG, vocabulary=vocabulary).key(label)


# The shipped tables -------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_every_row_leads_to_the_catalog(table: str) -> None:
    for row in rows_of(table):
        records = CATALOG.primaries if row["kind"] == "primary" else CATALOG.sites
        assert row["kind"] in KINDS, row
        assert row["key"] == LEFT_OUT or row["key"] in records, row
        assert row["label"].strip() == row["label"] != "", row


@pytest.mark.parametrize("table", TABLES)
def test_no_label_is_there_twice_whatever_its_case(table: str) -> None:
    is_exact = table in CODE_SYSTEMS
    labels = [
        (row["kind"], row["label"] if is_exact else plain(row["label"])) for row in rows_of(table)
    ]
    assert [label for label, times in Counter(labels).items() if times > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_a_label_left_out_says_why(table: str) -> None:
    assert all(row["note"] for row in rows_of(table) if row["key"] == LEFT_OUT)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_is_found_by_its_label(table: str) -> None:
    vocabulary = None if table == "general" else table
    for kind in KINDS:
        rows = [row for row in rows_of(table) if row["kind"] == kind]
        found = map_labels({row["label"]: 1 for row in rows}, kind, CATALOG, vocabulary=vocabulary)
        assert not found.unmapped
        for row in rows:
            assert found.is_left_out(row["label"]) is (row["key"] == LEFT_OUT), row
            assert found.key(row["label"]) in (row["key"], None), row


def test_general_words_are_those_that_the_catalog_lacks() -> None:
    known = {(kind, plain(name)) for kind, name, _ in NAMES}
    assert not {(row["kind"], plain(row["label"])) for row in rows_of("general")} & known


def test_misspellings_are_no_words_of_the_catalog() -> None:
    with ontology_path("mappings", "labels", "spelling.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    words = {word for _, name, _ in NAMES for word in name.casefold().split()}
    right = {plain(word) for word in words}
    assert not {row["wrong"] for row in rows} & right
    assert {row["wrong"] for row in rows}.isdisjoint({row["right"] for row in rows})


def test_vocabularies_are_tables_and_code_systems() -> None:
    assert {"msk_met", "seer", "oncotree", "oncotree_names", "icd10cm"} <= set(vocabularies())
    with pytest.raises(UnknownNameError, match="unknown vocabulary 'msk'"):
        map_labels({"Liver": 1}, "site", CATALOG, vocabulary="msk")


# The rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Liver", "liver"),
        ("liver", "liver"),
        (" LIVER. ", "liver"),
        ("Liver, NOS", "liver"),
        ("Left lung", "lung"),
        ("Adrenal gland (R)", "adrenal_gland"),
        ("Lymph Node, Axillary", "lymph_node_axillary"),
        ("Lymph Node, Regional", "lymph_node_regional"),
        ("Lymph Node, Non-Regional", "lymph_node_distant"),
        ("Left Scapula", "bone"),
        ("Peritonuem", "peritoneum"),
        ("Abdominal Wall", "abdominal_wall"),
        ("Abdominal wall", "abdominal_wall"),
        ("Ribs", "rib"),
        ("Rectovesical pouch", "peritoneum"),
        ("Liver metastases", "liver"),
        ("brain mets", "brain"),
        ("bone_marrow", "bone_marrow"),
        ("Pleural Fluid", "pleura"),
        ("Unknown", "unspecified"),
        ("H&N", "head_neck"),
    ],
)
def test_label_of_a_site(label: str, key: str) -> None:
    assert key_of(label) == key


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Non-Small Cell Lung Cancer", "nsclc"),
        ("Lung Adenocarinoma", "luad"),
        ("Skin Cancer, Non-Melanoma", "skin_nonmelanoma"),
        ("Breast Invasive Carcinoma, NOS", "breast_invasive"),
        ("Oesophageal tumour", None),
        ("oesophageal cancer", "esophagus"),
        ("Esophagogastric Cancer", "esophagogastric"),
        ("Hepatobiliary Cancer", "hepatobiliary"),
        ("Germ Cell Tumor", "germ_cell"),
        ("Sigmoid Colon", "colon"),
    ],
)
def test_label_of_a_primary(label: str, key: str | None) -> None:
    assert key_of(label, "primary") == key


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Hepatocellular Carcinoma plus Intrahepatic Cholangiocarcinoma", "liver"),
        ("Uterine Serous Carcinoma/Uterine Papillary Serous Carcinoma", "endometrium"),
        ("Pleural Mesothelioma, Epithelioid Type", "mesothelioma_pleural"),
        ("Mixed Germ Cell Tumor", "germ_cell"),
    ],
)
def test_labels_with_signs_in_them(label: str, key: str) -> None:
    assert key_of(label, "primary", "oncotree_names") == key


@pytest.mark.parametrize(
    ("label", "wrong", "key"),
    [
        ("Biliary tract", "biliary_tract", "digestive_other"),
        ("DMETS_DX_BILIARY_TRACT", "biliary_tract", "digestive_other"),
        ("Distant Mets: Biliary tract", "biliary_tract", "digestive_other"),
        ("Intra-Abdominal", "abdominal_cavity", "peritoneum_retroperitoneum"),
        ("PNS", "pns", "nervous_system_other"),
        ("CNS/Brain", "brain", "cns"),
        ("Lymph", "lymph_node_distant", "lymph_node"),
        ("Distant LN", "lymph_node", "lymph_node_distant"),
        ("Unspecified", None, "unspecified"),
    ],
)
def test_words_that_msk_met_uses_in_its_own_way(label: str, wrong: str | None, key: str) -> None:
    assert key_of(label, vocabulary="msk_met") == key != wrong


@pytest.mark.parametrize("key", ["unspecified", "digestive_other", "nervous_system_other"])
def test_what_is_no_organ_gets_no_edge(key: str) -> None:
    assert not CATALOG.sites[key].is_anatomical


def test_other_of_seer_is_no_site() -> None:
    found = map_labels({"Mets at DX-Other (2016+)": 4}, "site", CATALOG, vocabulary="seer")
    assert found.key("Mets at DX-Other (2016+)") is None
    assert found.is_left_out("Mets at DX-Other (2016+)")
    assert found.unmapped == ()


@pytest.mark.parametrize(
    "label", ["Livre", "bon", "Lunge", "In-transit", "Epidural mass", "Para-aortic mass"]
)
def test_what_is_merely_similar_is_suggested_and_never_taken(label: str) -> None:
    found = map_labels({label: 3}, "site", CATALOG)
    assert found.key(label) is None
    assert found.how(label) is None
    assert [(one.kind, one.label, one.rows) for one in found.unmapped] == [("site", label, 3)]
    assert len(found.unmapped[0].suggestions) <= 4
    assert set(found.unmapped[0].suggestions) <= set(CATALOG.sites)


def test_suggestions_come_near_or_stand_in_the_label() -> None:
    found = map_labels({"Livre": 1, "mass beside the left adrenal gland": 2}, "site", CATALOG)
    assert {one.label: one.suggestions for one in found.unmapped} == {
        "Livre": ("liver",),
        "mass beside the left adrenal gland": ("adrenal_gland",),
    }


def test_a_name_of_two_things_is_not_taken() -> None:
    two = Catalog(
        primaries=[],
        sites=[
            CATALOG.sites["liver"],
            CATALOG.sites["lung"].__class__(key="x", label="x", synonyms=("hepatic",)),
        ],
    )
    assert map_labels({"hepatic": 1}, "site", two).key("hepatic") is None


# Codes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("IDC", "breast_ductal"),
        ("BRCA", "breast_invasive"),
        ("brca", None),
        ("GBM", "glioblastoma"),
        ("MACR", "colorectal_mucinous"),
        ("OVARY", None),
        ("STOMACH", None),
        ("Breast cancer", None),
    ],
)
def test_oncotree_codes_are_exact_and_no_names(code: str, key: str | None) -> None:
    assert key_of(code, "primary", "oncotree") == key


@pytest.mark.parametrize(
    ("code", "kind", "key"),
    [
        ("C50.911", "primary", "breast"),
        ("C50911", "primary", "breast"),
        ("ICD10CM:C50.9", "primary", "breast"),
        ("C78.7", "site", "liver"),
        ("C78.02", "site", "lung"),
        ("C78.6", "site", "peritoneum_retroperitoneum"),
        ("C79.82", "site", "genital_organs"),
        ("C78.89", "site", "digestive_other"),
        ("C79.89", "site", None),
        ("Z00.0", "site", None),
    ],
)
def test_icd_codes_lead_to_what_means_the_same(code: str, kind: Kind, key: str | None) -> None:
    assert key_of(code, kind, "icd10cm") == key


def test_a_code_needs_no_vocabulary_where_nothing_else_has_its_name() -> None:
    found = map_labels({"C78.7": 1, "Liver": 1}, "site", CATALOG)
    assert (found.how("C78.7"), found.how("Liver")) == ("code", "name")


# The user's decisions -----------------------------------------------------------------------------


def test_the_map_file_decides_before_everything_else() -> None:
    overrides = {("site", "Liver"): "spleen", ("site", "flank"): "-", ("primary", "Lung"): "sclc"}
    found = map_labels({"Liver": 1, "Flank": 2, "Lung": 3}, "site", CATALOG, overrides)
    assert found.keys == {"Liver": "spleen", "Lung": "lung"}
    assert found.is_left_out("Flank")
    assert (found.how("Liver"), found.how("Flank"), found.how("Lung")) == (
        "map file",
        "map file",
        "name",
    )


def test_a_label_asked_for_that_was_not_there_is_none() -> None:
    found = map_labels({}, "site", CATALOG)
    assert (found.key("Liver"), found.how("Liver"), found.is_left_out("Liver")) == (
        None,
        None,
        False,
    )


def test_unmapped_come_with_the_most_rows_first_and_alike_labels_add_up() -> None:
    pairs = [("Ab", 1), ("Zz", 5), ("Ab", 2), ("Aa", 3)]
    found = map_labels(pairs, "site", CATALOG)
    assert [(one.label, one.rows) for one in found.unmapped] == [("Zz", 5), ("Aa", 3), ("Ab", 3)]


def test_many_unmapped_labels_are_all_told_and_the_frequent_ones_get_suggestions() -> None:
    found = map_labels({f"Livre {number}": 1000 - number for number in range(600)}, "site", CATALOG)
    assert len(found.unmapped) == 600
    assert found.unmapped[-1] == Unmapped("site", "Livre 599", 401)


# Properties ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_of_the_catalog_means_its_own_thing(kind: Kind) -> None:
    names = {name: key for of, name, key in NAMES if of == kind}
    found = map_labels(dict.fromkeys(names, 1), kind, CATALOG)
    assert found.keys == names
    assert {found.how(name) for name in names} == {"name"}


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.title, str.swapcase]), st.booleans())
def test_case_and_blanks_make_no_difference(
    name: tuple[Kind, str, str], change: object, wide: bool
) -> None:
    kind, text, key = name
    assert callable(change)
    label = f"  {change(text).replace(' ', '   ' if wide else ' ')} "
    assert key_of(label, kind) == key


@given(st.sampled_from(NAMES), st.integers(min_value=0, max_value=30), st.sampled_from("qxjz"))
def test_a_misspelled_name_is_not_a_name(
    name: tuple[Kind, str, str], place: int, letter: str
) -> None:
    kind, text, _ = name
    at = place % len(text)
    label = f"{text[:at]}{letter}{letter}{text[at:]}"
    assert key_of(label, kind) is None


@given(st.text(max_size=40))
def test_any_text_is_mapped_or_told(label: str) -> None:
    found = map_labels({label: 2}, "site", CATALOG)
    told = [one.label for one in found.unmapped]
    assert (found.how(label) is None) == (told == [label])
    assert plain(plain(label)) == plain(label)


# The real labels ----------------------------------------------------------------------------------


def test_nearly_all_free_text_sites_of_msk_impact_are_mapped() -> None:
    counts = labels_of("msk_impact_2017", "Metastatic Site", "Sample Type", "Metastasis")
    found = map_labels(counts, "site", CATALOG)
    missing = sum(one.rows for one in found.unmapped)
    assert (sum(counts.values()), len(counts)) == (4732, 147)
    assert missing / sum(counts.values()) < 0.02
    assert {one.label for one in found.unmapped[:2]} == {"In-transit", "Epidural Mass"}


def test_oncotree_codes_of_msk_impact_are_mapped_or_left_out_for_a_reason() -> None:
    counts = labels_of("msk_impact_2017", "Oncotree Code")
    found = map_labels(counts, "primary", CATALOG, vocabulary="oncotree")
    assert sum(one.rows for one in found.unmapped) / sum(counts.values()) < 0.01


def test_one_code_has_several_tumor_types_and_one_type_several_codes() -> None:
    path = shared_path("data", "msk_impact_2017", "msk_impact_2017_clinical_data.tsv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    codes: dict[str, set[str]] = {}
    for row in rows:
        codes.setdefault(row["Cancer Type Detailed"], set()).add(row["Oncotree Code"])
    assert len(codes["Mixed Germ Cell Tumor"]) > 1
    assert key_of("Mixed Germ Cell Tumor", "primary", "oncotree_names") == "germ_cell"


def test_every_word_of_msk_met_is_mapped() -> None:
    vocabulary = shared_rows("data", "msk_met_2021", "site_vocabulary.csv")
    columns = ("column_in_data_clinical_sample", "label", "cbioportal_display_name")
    labels = {row[name] for row in vocabulary for name in columns} - {"", "(none)"}
    found = map_labels(
        {label: 1 for label in labels if not label.startswith("(")},
        "site",
        CATALOG,
        vocabulary="msk_met",
    )
    assert found.unmapped == ()
    types = labels_of("msk_met_2021", "Cancer Type")
    assert map_labels(types, "primary", CATALOG, vocabulary="msk_met").unmapped == ()


def test_sequenced_sites_of_msk_met_are_those_of_the_issue() -> None:
    counts = labels_of("msk_met_2021", "Metastatic Site")
    found = map_labels(counts, "site", CATALOG, vocabulary="msk_met")
    by_key = Counter[str]()
    for label, rows in counts.items():
        by_key[found.keys.get(label, "")] += rows
    wanted = {"lymph_node": 2305, "liver": 2289, "lung": 982, "bone": 726}
    assert {key: by_key[key] for key in wanted} == wanted


def labels_of(study: str, column: str, where: str = "", value: str = "") -> Counter[str]:
    path = shared_path("data", study, f"{study}_clinical_data.tsv")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return Counter(
        row[column] for row in rows if row[column] and (not where or row[where] == value)
    )
