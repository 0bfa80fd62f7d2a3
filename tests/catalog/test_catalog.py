"""The catalog: its reader, its names, its hierarchies, and the shipped tables themselves."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._catalog import Catalog, Primary, Site, Source, read_catalog
from metastasis._catalog.records import years_in
from metastasis._catalog.scope import why_out_of_scope
from metastasis._catalog.source_table import read_sources
from metastasis._errors import AmbiguousNameError, ReadError, TableError, UnknownNameError
from metastasis._files import ontology_path
from shared_data import shared_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES: Final = {
    "catalog/primaries.csv": (
        "key,label,synonyms,kind,parents,arises_in,neighbors,sex,made_of,note",
        "lung,lung cancer,,organ,,lung,pleura,,nsclc; sclc,",
        "nsclc,non-small cell lung cancer,,histology,lung,lung,,,,",
        "sclc,small cell lung cancer,,histology,lung,lung,,,,",
    ),
    "catalog/sites.csv": (
        "key,label,synonyms,kind,sex,note",
        "lung,lung,,organ,,",
        "pleura,pleura,,organ,,",
        "thorax,thorax,,region,,",
    ),
    "catalog/site_parts.csv": ("part,whole,note", "lung,thorax,", "pleura,thorax,"),
    "catalog/sources.csv": (
        "key,citation,doi,url,license,license_url,design,population,years,registry,people,note",
        "page,A page,,,,,expert_summary,,,,,",
    ),
    "mappings/all.sssom.tsv": (
        "#mapping_set_id: https://example.org/all",
        "subject_id\tpredicate_id\tobject_id\tmapping_justification",
        "site:lung\tskos:exactMatch\tUBERON:0002048\tsemapv:ManualMappingCuration",
        "disease:lung--pleura\tskos:closeMatch\tNCIT:C0\tsemapv:ManualMappingCuration",
    ),
}
"""A whole catalog in small: nothing is wrong with it."""

ICD10CM_RESIDUAL_SITES: Final = 17
"""Sites that share ICD-10-CM C79.89, other specified sites."""

REGISTRIES: Final = {
    *("SEER", "NCDB", "NIS", "Medicare", "Detroit", "Canada", "Ontario", "Japan autopsy"),
    *("Denmark", "France", "Ireland", "Korea", "Netherlands", "Norway", "Sweden", "Taiwan"),
    *("COMS", "Saskatchewan"),
}
"""How the shipped table spells the registries and claims data that sources draw on."""

years = st.integers(min_value=1500, max_value=2099)

PRIMARY_KINDS: Final = {"organ", "histology", "grouping"}
SITE_KINDS: Final = {"organ", "tissue", "region", "system", "vessel", "lymph_node", "unspecific"}

MAPPED_TO: Final = {
    "primary": {"MONDO", "NCIT", "DOID", "ONCOTREE", "ICD10CM", "MESH"},
    "site": {"UBERON", "NCIT", "ICD10CM", "MESH", "MONDO"},
    "disease": {"NCIT"},
}
"""The vocabularies that each kind of subject is mapped to: those whose licenses allow it."""

MAPPED_BEYOND_SHARED: Final = {
    ("primary:stomach", "ONCOTREE:STOMACH"): "OncoTree's tissue node, broader: with the esophagus",
    ("site:bone", "ICD10CM:C79.5"): "the category above the leaf",
    ("site:lung", "ICD10CM:C78.0"): "the category above the leaf",
    ("site:lymph_node", "ICD10CM:C77"): "the category above the leaf",
    ("site:adrenal_gland", "ICD10CM:C79.7"): "the category above the leaf",
    ("site:ovary", "ICD10CM:C79.6"): "the category above the leaf",
    ("site:kidney", "ICD10CM:C79.0"): "the category above the leaf",
    ("site:cns", "ICD10CM:C79.3"): "brain and cerebral meninges",
    ("site:meninges", "ICD10CM:C79.32"): "cerebral meninges",
    ("site:lymph_node", "ICD10CM:C77.8"): "nodes of several regions",
    ("site:bladder", "ICD10CM:C79.1"): "the category above the leaf",
    ("site:ureter", "ICD10CM:C79.1"): "the category above the leaf",
    ("primary:ovary_epithelial", "NCIT:C40026"): "the malignant class, which the note names",
    ("primary:ovary_epithelial", "MONDO:0018364"): "the malignant class",
    ("primary:upper_tract_urothelial", "MONDO:0020654"): "younger than the list",
    ("primary:esophagogastric_adenocarcinoma", "MONDO:0850130"): "younger than the list",
    ("primary:esophagogastric_adenocarcinoma", "DOID:0080375"): "younger than the list",
    **{
        (f"site:{site}", f"ICD10CM:{code}"): "the leaf of one side"
        for site, codes in {
            "lung": ("C78.01", "C78.02"),
            "adrenal_gland": ("C79.71", "C79.72"),
            "ovary": ("C79.61", "C79.62", "C79.63"),
            "kidney": ("C79.01", "C79.02"),
        }.items()
        for code in codes
    },
    **{
        (f"site:{site}", f"ICD10CM:{code}"): "the neuroendocrine secondary of the same place"
        for site, code in {
            "unspecified": "C7B.00",
            "lymph_node_distant": "C7B.01",
            "liver": "C7B.02",
            "bone": "C7B.03",
            "peritoneum": "C7B.04",
        }.items()
    },
}
"""Mappings that the shared files do not give, and why they are here."""

INVOLVES_THE_ORGAN: Final = "The class is any malignant neoplasm that involves the organ"
"""The ground of a close match, where the shared list has exact, close and broad ones."""

PREDICATE_OF_OURS: Final = {
    ("primary:bladder", "ONCOTREE:BLADDER"): "skos:broadMatch",  # ureter, urethra, upper tract
    ("primary:ovary", "ONCOTREE:OVARY"): "skos:broadMatch",  # with the fallopian tube
    **{
        (f"primary:{primary}", term): "skos:exactMatch"  # the list states no difference
        for primary, term in (
            *(("nen", "NCIT:C3809"), ("nen", "MONDO:0019496"), ("nen", "DOID:169")),
            *(("gi_net", "DOID:0050626"), ("cup", "ONCOTREE:CUP")),
            ("ovary_epithelial", "DOID:2152"),
        )
    },
    **{
        ("primary:ovary_epithelial", term): "skos:broadMatch"  # with benign and borderline tumors
        for term in ("NCIT:C4381", "MONDO:0002229", "ONCOTREE:OVT")
    },
}
"""Classes that the shared list matches in another shade than the ground of the row gives."""

NOT_OUR_PARTS: Final = {
    ("diaphragm", "muscle"): "a metastasis in muscle means skeletal muscle, a soft tissue",
    (
        "lymph_node_supraclavicular",
        "lymph_node_cervical",
    ): "a group of its own, mostly of cancers below it",
    ("retroperitoneum", "abdominal_cavity"): "behind the peritoneum, outside the cavity",
}
"""Pairs of Uberon's closure that our body regions leave out, and why."""

NARROWER: Final = ("narrower_ncit", "narrower_mondo", "narrower_doid")

FORBIDDEN: Final = {
    "SNOMED": re.compile(r"snomed|sctid", re.IGNORECASE),
    "UMLS": re.compile(r"\bumls\b|\bCUI\b|\bC\d{7}\b"),
    "ICD-O-3": re.compile(r"icd-?o-?3|icdo\b|\b[89]\d{3}/[0-369]\b", re.IGNORECASE),
    "WHO ICD-10": re.compile(r"\bICD10(?:WHO)?:|icd\.who\.int", re.IGNORECASE),
}
"""Identifiers that may not be shipped. UMLS concepts have seven digits, NCIt codes six at most."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


def write_tables(folder: Path, **rows: Iterable[str]) -> Path:
    """Write the small catalog, with rows added to the tables named by their stems."""
    for name, lines in TABLES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        stem = path.name.partition(".")[0]
        path.write_text("\n".join([*lines, *rows.get(stem, ()), ""]), encoding="utf-8")
    return folder


def faults_of(folder: Path) -> set[tuple[str, str | None, str | None]]:
    """Return file name, column and value of every fault of the catalog in a folder."""
    with pytest.raises(TableError) as caught:
        read_catalog(folder)
    return {(Path(fault.file).name, fault.column, fault.value) for fault in caught.value.faults}


def mapping_rows() -> Iterator[dict[str, str]]:
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        table = [line for line in lines if not line.startswith("#")]
        yield from csv.DictReader(table, delimiter="\t")


# The reader.


def test_a_name_of_the_other_kind_is_told() -> None:
    catalog = read_catalog()
    with pytest.raises(UnknownNameError, match="It names a primary: kidney"):
        catalog.site("kidney cancer")
    with pytest.raises(UnknownNameError, match="It names a site: liver"):
        catalog.primary("C78.7")


def test_small_catalog_is_read(tmp_path: Path) -> None:
    row = "paper,A paper,,,,,registry,,1991-2000; 2003,SEER; NCDB,all_patients 9; sclc/autopsies 7,"
    found = read_catalog(write_tables(tmp_path, sources=[row]))
    assert sorted(found.primaries) == ["lung", "nsclc", "sclc"]
    assert found.primary("lung").made_of == ("nsclc", "sclc")
    assert found.parts("thorax") == {"thorax", "lung", "pleura"}
    assert found.site("UBERON:0002048").key == "lung"
    assert found.source("page").design == "expert_summary"
    assert (found.source("page").span, found.source("page").registry) == (None, ())
    paper = found.source("paper")
    assert (paper.span, paper.registry) == ((1991, 2003), ("NCDB", "SEER"))
    assert (paper.people_in("all_patients", "lung"), paper.people_in("autopsies", "sclc")) == (9, 7)
    assert paper.people_in("autopsies", "lung") is None
    assert list(found.diseases) == ["lung--pleura"]


def test_reader_reports_every_wrong_value_at_once(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        primaries=[
            "lung,again,,organ,,lung,pleura,,nsclc; sclc,",
            "nec,x,,tumor,gone,nowhere,nobody,,sclc; none,",
        ],
        sites=["pleura,again,,organ,,", "rib,rib,,thing,,"],
        site_parts=["toe,thorax,", "rib,foot,", "thorax,lung,"],
        all=[
            "site:arm\tskos:exactMatch\tUBERON:1\tx",
            "site:lung\tskos:sameAs\tUBERON:2\tx",
            "disease:lung--arm\tskos:closeMatch\tNCIT:C1\tx",
        ],
    )
    assert faults_of(tmp_path) == {
        ("catalog", "key", "lung"),
        ("catalog", "key", "pleura"),
        ("catalog", "kind", "tumor"),
        ("catalog", "kind", "thing"),
        ("catalog", "parents", "lung"),
        ("catalog", "parents", "thorax"),
        ("primaries.csv", "parents", "gone"),
        ("primaries.csv", "arises_in", "nowhere"),
        ("primaries.csv", "neighbors", "nobody"),
        ("primaries.csv", "made_of", "none"),
        ("primaries.csv", "made_of", "sclc"),
        ("site_parts.csv", "part", "toe"),
        ("site_parts.csv", "whole", "foot"),
        ("mappings", "subject_id", "site:arm"),
        ("mappings", "subject_id", "disease:lung--arm"),
        ("mappings", "predicate_id", "skos:sameAs"),
    }


def test_reader_reports_every_unreadable_table_at_once(tmp_path: Path) -> None:
    write_tables(
        tmp_path, site_parts=["lung", "a,b,c,d"], sources=["x,y,,,,,guess,,,,lung/records 9,"]
    )
    (tmp_path / "catalog" / "primaries.csv").write_text("key,label\nlung,lung cancer\n")
    (tmp_path / "catalog" / "sites.csv").write_text('key,label,synonyms,kind,sex,note\nlung,"lu')
    (tmp_path / "mappings" / "more.sssom.tsv").write_text("")
    primary_columns = TABLES["catalog/primaries.csv"][0].split(",")[2:]
    assert faults_of(tmp_path) == {
        *(("primaries.csv", column, None) for column in primary_columns),
        ("more.sssom.tsv", None, None),
        ("sites.csv", None, None),
        ("site_parts.csv", None, None),
        ("sources.csv", "design", "guess"),
    }


def test_fault_of_a_row_says_which_row(tmp_path: Path) -> None:
    write_tables(tmp_path, site_parts=["lung", "a,b,c,d"])
    with pytest.raises(TableError) as caught:
        read_catalog(tmp_path)
    assert [fault.row for fault in caught.value.faults] == [4, 5]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_table_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    path = write_tables(tmp_path) / "catalog" / "sites.csv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadError, match=r"sites\.csv"):
        read_catalog(tmp_path)


def test_every_fault_of_a_source_is_told_with_its_row(tmp_path: Path) -> None:
    table = write_tables(
        tmp_path,
        sources=[
            "a,A,,,,,registry,,about 2010,,"
            "patients 9; autopsies; autopsies 0; sclc/ autopsies 7; all_patients 1.5,",
            "b,B,,,,,registry,,2015-2010,,"
            '"all_patients 9; all_patients 8; toe/autopsies 7; autopsies 1,000",',
        ],
    )
    with pytest.raises(TableError) as caught:
        read_catalog(table)
    told = {(fault.row, fault.column, fault.value) for fault in caught.value.faults}
    assert told == {
        (3, "years", "about 2010"),
        (3, "people", "patients 9"),
        (3, "people", "autopsies"),
        (3, "people", "autopsies 0"),
        (3, "people", "sclc/ autopsies 7"),
        (3, "people", "all_patients 1.5"),
        (4, "years", "2015-2010"),
        (4, "people", "all_patients 9"),
        (4, "people", "toe/autopsies 7"),
        (4, "people", "autopsies 1,000"),
    }
    assert all(fault.remedy for fault in caught.value.faults)


def test_a_table_of_sources_without_the_later_columns_says_nothing_of_them(tmp_path: Path) -> None:
    path = tmp_path / "mine.sources.csv"
    columns = "key,citation,doi,url,license,license_url,design,population,years,note"
    path.write_text(f"{columns}\nmine,Mine,,,,,registry,,2010,said\n", encoding="utf-8")
    (mine,) = read_sources(path)
    assert (mine.registry, mine.people, mine.note) == ((), (), "said")


@given(st.lists(st.tuples(years, years), min_size=1, max_size=4))
def test_years_are_read_as_they_are_written(spans: list[tuple[int, int]]) -> None:
    spans = sorted((min(one), max(one)) for one in spans)
    text = "; ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)
    assert years_in(text) == tuple(spans)
    source = Source(key="a", citation="A", design="registry", years=text)
    assert source.span == (spans[0][0], max(last for _, last in spans))


def test_shipped_registries_are_spelled_alike(catalog: Catalog) -> None:
    found = {name for source in catalog.sources.values() for name in source.registry}
    assert found <= REGISTRIES


def test_shipped_people_are_printed_by_the_source(catalog: Catalog) -> None:
    for source in catalog.sources.values():
        printed = f"{source.population} {source.note}".replace(",", "")
        for entry in source.people:
            assert entry.rpartition(" ")[2] in printed.split(), (source.key, entry)


# Names.


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("breast", "breast"),
        ("primary:breast", "breast"),
        ("https://w3id.org/metastasis/primary/breast", "breast"),
        ("Breast  Cancer", "breast"),
        ("mammary cancer", "breast"),
        ("stomach cancer", "stomach"),
        ("gastric cancer", "stomach"),
        ("kidney cancer", "kidney"),
        ("bowel", "colorectal"),
        ("womb cancer", "uterus"),
        ("merkel cell carcinoma", "merkel"),
        ("non small cell lung cancer", "nsclc"),
        ("BRCA", "breast_invasive"),
        ("ONCOTREE:BRCA", "breast_invasive"),
        ("NCIT:C9335", "breast"),
        ("C9335", "breast"),
        ("MONDO:0007254", "breast"),
        ("http://purl.obolibrary.org/obo/MONDO_0007254", "breast"),
        ("DOID:1612", "breast"),
        ("C50", "breast"),
        ("c50.9", "breast"),
        ("C50.911", "breast"),
        ("ICD10CM:C50.911", "breast"),
        ("C18.7", "colon"),
        ("C34.90", "lung"),
        ("C22.0", "hcc"),
        ("C22", "liver"),
        ("breast carcinoma", "breast"),
        ("NCIT:C4872", "breast"),
        ("MONDO:0005138", "lung"),
        ("hepatocellular carcinoma", "hcc"),
        ("NCIT:C3099", "hcc"),
        ("PDAC", "pancreas_adenocarcinoma"),
        ("ocular melanoma", "melanoma_uveal"),
        ("gastric adenocarcinoma", "stomach_adenocarcinoma"),
        ("bile duct cancer", "bile_duct"),
        ("seminoma", "testis_seminoma"),
        ("larynx cancer", "larynx"),
        ("squamous cell carcinoma of the larynx", "hnsc_larynx"),
        ("basal cell carcinoma", "skin_basal_cell"),
        ("MONDO:0005036", "stomach_adenocarcinoma"),
        ("colon adenocarcinoma", "colon"),
        ("renal", "kidney"),
        ("carcinoid", "nen"),
        ("H&N", "head_neck"),
        ("epithelial ovarian cancer", "ovary_epithelial"),
        ("NCIT:C40026", "ovary_epithelial"),
        ("ONCOTREE:OVT", "ovary_epithelial"),
        ("ONCOTREE:BLADDER", "bladder"),
    ],
)
def test_primary_by_name(catalog: Catalog, name: str, key: str) -> None:
    assert catalog.primary(name).key == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("adrenal_gland", "adrenal_gland"),
        ("site:adrenal_gland", "adrenal_gland"),
        ("https://w3id.org/metastasis/site/liver", "liver"),
        ("Liver", "liver"),
        ("hepatic", "liver"),
        ("adrenals", "adrenal_gland"),
        ("bowel", "bowel"),
        ("belly", "abdomen"),
        ("cervix", "uterine_cervix"),
        ("cervical lymph nodes", "lymph_node_cervical"),
        ("UBERON:0002107", "liver"),
        ("http://purl.obolibrary.org/obo/UBERON_0002107", "liver"),
        ("NCIT:C12414", "bladder"),
        ("C78.7", "liver"),
        ("C78.0", "lung"),
        ("C78.01", "lung"),
        ("C79.51", "bone"),
        ("C7B.02", "liver"),
        ("C79.9", "unspecified"),
        ("C78.3", "respiratory_other"),
        ("C79.4", "nervous_system_other"),
        ("dura", "dura"),
        ("Virchow node", "lymph_node_virchow"),
        ("subcutaneous", "subcutis"),
        ("contralateral breast", "breast_contralateral"),
        ("other parts of the body", "distant_unspecified"),
        ("contralateral lung", "lung"),
        ("vena cava", "inferior_vena_cava"),
        ("axilla", "lymph_node_axillary"),
        ("para-aortic nodes", "lymph_node_para_aortic"),
        ("hilar nodes", "lymph_node_hilar"),
        ("cervical node", "lymph_node_cervical"),
        ("suprarenal gland", "adrenal_gland"),
    ],
)
def test_site_by_name(catalog: Catalog, name: str, key: str) -> None:
    assert catalog.site(name).key == key


def test_unknown_name_raises_with_suggestions(catalog: Catalog) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'breast'") as caught:
        catalog.primary("brest")
    assert (caught.value.kind, caught.value.name) == ("primary", "brest")
    assert caught.value.suggestions[0] == "breast"
    with pytest.raises(UnknownNameError, match=r"unknown primary or site 'qqqq'\.$"):
        catalog.find("qqqq")
    with pytest.raises(UnknownNameError, match=r"unknown source 'wu-2017'.*'wu-2017-breast'"):
        catalog.source("wu-2017")


def test_unknown_name_passes_or_is_none_when_asked(catalog: Catalog) -> None:
    assert catalog.primary("brest", unknown="pass") == "brest"
    assert catalog.primary("brest", unknown="none") is None
    assert catalog.site("livr", unknown="pass") == "livr"
    assert catalog.site("livr", unknown="none") is None


@pytest.mark.parametrize(
    "name", ["lymphoma", "Leukemias", "acute lymphoblastic leukaemia", "multiple_myeloma", "AML"]
)
def test_blood_cancers_are_out_of_scope_and_the_error_says_why(catalog: Catalog, name: str) -> None:
    for ask in (catalog.primary, catalog.find, catalog.site):
        with pytest.raises(UnknownNameError, match=r"Blood cancers .* out of scope: they arise in"):
            ask(name)
    assert catalog.primary(name, unknown="none") is None


def test_nothing_of_the_catalog_is_out_of_scope(catalog: Catalog) -> None:
    records: list[Primary | Site] = [*catalog.primaries.values(), *catalog.sites.values()]
    for record in records:
        for name in (record.key, record.label, *record.synonyms):
            assert why_out_of_scope(name) == "", name


def test_class_of_metastases_is_no_name_of_the_place(catalog: Catalog) -> None:
    assert catalog.site("NCIT:C8610", unknown="none") is None


def test_cervical_alone_is_neither_node_nor_uterine_cervix(catalog: Catalog) -> None:
    assert catalog.site("cervical", unknown="none") is None
    assert catalog.primary("cervical", unknown="none") is None
    with pytest.raises(UnknownNameError) as caught:
        catalog.site("cervical")
    assert {"cervix", "cervical lymph node"} <= set(caught.value.suggestions)


@pytest.mark.parametrize("unknown", ["raise", "pass", "none"])
def test_ambiguous_code_is_an_error_whatever_is_asked(catalog: Catalog, unknown: str) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        catalog.site("C79.89", unknown=unknown)  # type: ignore[call-overload]
    assert len(set(caught.value.candidates)) == ICD10CM_RESIDUAL_SITES
    assert set(caught.value.candidates) <= set(catalog.sites)


@pytest.mark.parametrize(
    ("code", "some"),
    [("C79.1", {"bladder", "ureter"}), ("C79.8", {"breast", "heart", "uterus", "soft_tissue"})],
)
def test_category_of_several_sites_lists_them(catalog: Catalog, code: str, some: set[str]) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        catalog.site(code)
    assert some <= set(caught.value.candidates)


def test_code_of_two_primaries_lists_them(catalog: Catalog) -> None:
    with pytest.raises(AmbiguousNameError, match="esophagus, stomach") as caught:
        catalog.primary("ONCOTREE:STOMACH")
    assert caught.value.candidates == ("esophagus", "stomach")


def test_find_tells_primary_from_site(catalog: Catalog) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        catalog.find("liver")
    assert caught.value.candidates == ("primary:liver", "site:liver")
    assert catalog.find("primary:liver") is catalog.primary("liver")
    assert catalog.find("site:liver") is catalog.site("liver")
    assert catalog.find("hepatic") is catalog.site("liver")


@pytest.mark.parametrize("kind", ["primaries", "sites"])
def test_no_name_belongs_to_two_things(catalog: Catalog, kind: str) -> None:
    holders = defaultdict(set)
    for record in getattr(catalog, kind).values():
        for name in (record.key, record.label, *record.synonyms):
            holders[" ".join(re.split(r"[\s_-]+", name.casefold()))].add(record.key)
    assert {name: keys for name, keys in holders.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("kind", ["primaries", "sites"])
def test_every_name_and_every_exact_code_finds_its_thing(catalog: Catalog, kind: str) -> None:
    find = catalog.primary if kind == "primaries" else catalog.site
    records: dict[str, Primary] | dict[str, Site] = getattr(catalog, kind)
    for key, record in records.items():
        exact = [m.object for m in record.mappings if m.predicate == "skos:exactMatch"]
        for name in (key, record.label, *record.synonyms, *exact):
            assert find(name).key == key, name


# Hierarchies.


def test_parts_wholes_and_subtypes(catalog: Catalog) -> None:
    assert {"bone_marrow", "spine", "vertebra"} <= catalog.parts("bone")
    assert {"peritoneum", "abdominal_cavity", "abdomen"} <= catalog.wholes("omentum")
    assert {"skin", "chest_wall"} <= catalog.wholes("skin_chest_wall")
    assert catalog.wholes("retroperitoneum") == {
        "retroperitoneum",
        "peritoneum_retroperitoneum",
        "abdomen",
    }
    assert "head_neck" not in catalog.wholes("lymph_node_supraclavicular")
    assert {"bladder", "ovary", "rectum", "uterine_cervix"} <= catalog.parts("pelvis")
    assert {"stomach", "pancreas", "adrenal_gland"} <= catalog.parts("abdomen")
    assert {"colon", "rectum"} <= catalog.subtypes("colorectal")
    assert {"nsclc", "sclc", "luad"} <= catalog.subtypes("lung")


def test_hierarchies_have_no_circle_and_agree_both_ways(catalog: Catalog) -> None:
    assert catalog.circular() == set()
    for site in catalog.sites:
        assert catalog.wholes(site) & catalog.parts(site) == {site}
        assert all(site in catalog.parts(whole) for whole in catalog.wholes(site))


@pytest.mark.parametrize("table", ["primaries", "site_parts"])
@settings(deadline=None)
@given(
    circle=st.lists(st.sampled_from("abcdef"), min_size=1, unique=True),
    links=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))),
)
def test_circle_of_parents_is_a_fault(
    table: str, circle: list[str], links: list[tuple[str, str]]
) -> None:
    links = [*links, *zip(circle, [*circle[1:], circle[0]], strict=True)]
    with TemporaryDirectory() as folder:
        faults = faults_of(write_links(Path(folder), table, links))
    assert {("catalog", "parents", key) for key in circle} <= faults
    assert {(file, column) for file, column, _ in faults} == {("catalog", "parents")}


@pytest.mark.parametrize("table", ["primaries", "site_parts"])
@settings(deadline=None)
@given(links=st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"))))
def test_links_up_an_order_are_no_circle(table: str, links: list[tuple[str, str]]) -> None:
    links = [(min(link), max(link)) for link in links if link[0] != link[1]]
    with TemporaryDirectory() as folder:
        found = read_catalog(write_links(Path(folder), table, links))
    below = found.subtypes if table == "primaries" else found.parts
    for child, parent in links:
        assert below(child) < below(parent)


def write_links(folder: Path, table: str, links: list[tuple[str, str]]) -> Path:
    """Write the small catalog with things a to f under one another."""
    if table == "site_parts":
        sites = [f"{key},{key},,region,," for key in "abcdef"]
        return write_tables(folder, sites=sites, site_parts=[f"{a},{b}," for a, b in links])
    parents = {key: "; ".join(b for a, b in links if a == key) for key in "abcdef"}
    return write_tables(
        folder, primaries=[f"{key},{key},,organ,{above},,,,," for key, above in parents.items()]
    )


@pytest.mark.parametrize(
    ("primary", "site", "proximity"),
    [
        ("lung", "lung", "own_organ"),
        ("breast", "breast", "own_organ"),
        ("breast", "breast_contralateral", None),
        ("breast_lobular", "breast_contralateral", None),
        ("kidney", "kidney_contralateral", None),
        ("rcc", "kidney_contralateral", None),
        ("bone", "vertebra", "own_organ"),
        ("prostate", "bladder", "neighbor"),
        ("prostate", "seminal_vesicle", "neighbor"),
        ("melanoma_uveal", "conjunctiva", "neighbor"),
        ("brain", "dura", "neighbor"),
        ("pancreas", "duodenum", "neighbor"),
        ("larynx", "pharynx", "neighbor"),
        ("oropharynx", "pharynx", "own_organ"),
        ("head_neck", "head_neck", "own_organ"),
        ("hnsc", "eye", None),
        ("nasopharynx", "thyroid", None),
        ("cervix", "uterus", "neighbor"),
        ("kidney", "renal_vein", "neighbor"),
        ("breast", "skin_chest_wall", "neighbor"),
        ("head_neck", "lymph_node_cervical", None),
        ("head_neck", "bone", None),
        ("nasopharynx", "bone", None),
        ("breast", "brain", None),
        ("cup", "liver", None),
        ("breast", "nowhere", None),
    ],
)
def test_proximity(catalog: Catalog, primary: str, site: str, proximity: str | None) -> None:
    assert catalog.proximity(primary, site) == proximity


# The shipped tables.


def test_kinds_and_sexes_are_those_of_the_record(catalog: Catalog) -> None:
    assert {record.kind for record in catalog.primaries.values()} == PRIMARY_KINDS
    assert {record.kind for record in catalog.sites.values()} == SITE_KINDS
    records: list[Primary | Site] = [*catalog.primaries.values(), *catalog.sites.values()]
    for record in records:
        assert re.fullmatch("[a-z0-9_]+", record.key)
        assert record.sex in {None, "female", "male"}


def test_sex_of_a_primary_is_that_of_its_organ(catalog: Catalog) -> None:
    for primary in catalog.primaries.values():
        for site in primary.arises_in:
            assert primary.sex == catalog.sites[site].sex, primary.key


@pytest.mark.parametrize(
    ("sex", "words"),
    [
        ("male", r"prostat|testi[sc]|penis|penile|seminal|seminoma"),
        (
            "female",
            r"ovar(y|ian)|cervical (cancer|squ)|uterine|endometr|vagina|vulv|fallopian",
        ),
    ],
)
def test_cancers_of_one_sex_say_so(catalog: Catalog, sex: str, words: str) -> None:
    records: list[Primary | Site] = [*catalog.primaries.values(), *catalog.sites.values()]
    named = [record for record in records if re.search(words, record.label)]
    assert len(named) > 5
    assert {record.key for record in named if record.sex != sex} == set()


@pytest.mark.parametrize(("kind", "count"), [("primaries", 72), ("sites", 74)])
def test_everything_of_the_shared_lists_is_there(catalog: Catalog, kind: str, count: int) -> None:
    keys = {row["key"] for row in shared_rows("ontology", f"{kind}.csv")}
    assert len(keys) == count
    assert keys <= set(getattr(catalog, kind))


def test_mappings_are_those_of_the_shared_lists(catalog: Catalog) -> None:
    primaries = shared_rows("ontology", "primaries.csv")
    sites = shared_rows("ontology", "sites.csv")
    expected = {f"primary:{row['key']}": shared_primary(row) for row in primaries}
    expected |= {f"site:{row['key']}": shared_site(row) for row in sites}
    ours: dict[str, dict[str, str]] = defaultdict(dict)
    involves = set()
    for row in mapping_rows():
        of_mondo = row["object_id"].startswith("MONDO:")
        names_metastasis = of_mondo and row["comment"].startswith("Names the metastasis")
        # The shared lists have no MeSH, and of Mondo no metastases.
        if not row["object_id"].startswith("MESH:") and not names_metastasis:
            ours[row["subject_id"]][row["object_id"]] = row["predicate_id"]
        if row["comment"].startswith(INVOLVES_THE_ORGAN):
            involves.add((row["subject_id"], row["object_id"]))
    for subject, objects in expected.items():
        beyond = {other for thing, other in MAPPED_BEYOND_SHARED if thing == subject}
        if any(re.match(r"ICD10CM:C79\.8", other) for other in ours[subject]):
            beyond.add("ICD10CM:C79.8")
        assert set(ours[subject]) == set(objects) | beyond, subject
        for other, predicate in objects.items():
            if (subject, other) in PREDICATE_OF_OURS:
                assert ours[subject][other] == PREDICATE_OF_OURS[subject, other] != predicate
            elif (subject, other) in involves:
                assert ours[subject][other] == "skos:closeMatch"
            else:
                assert predicate in {None, ours[subject][other]}, (subject, other)
    assert {subject for subject, _ in MAPPED_BEYOND_SHARED} <= set(expected)


def test_narrower_classes_carry_the_labels_of_the_shared_list() -> None:
    theirs = {
        (f"primary:{row['key']}", *row[column].split(" ", 1))
        for row in shared_rows("ontology", "primaries.csv")
        for column in NARROWER
        if row[column]
    }
    ours = {(row["subject_id"], row["object_id"], row["object_label"]) for row in mapping_rows()}
    assert theirs <= ours


@pytest.mark.parametrize("predicate", ["skos:exactMatch", "skos:closeMatch"])
def test_no_code_is_the_nearest_of_two_primaries(catalog: Catalog, predicate: str) -> None:
    holders = defaultdict(set)
    for record in catalog.primaries.values():
        for mapping in record.mappings:
            if mapping.predicate == predicate:
                holders[mapping.object].add(record.key)
    assert {code: keys for code, keys in holders.items() if len(keys) > 1} == {}


def shared_primary(row: dict[str, str]) -> dict[str, str | None]:
    """Return the objects of a shared primary with their predicates, where the list gives one."""
    return {
        **curies(row["ncit_id"], row["ncit_relation"]),
        **curies(row["mondo_id"], row["mondo_relation"]),
        **curies(row["doid"], row["doid_relation"]),
        **curies(re.sub(r"\w+", r"ONCOTREE:\g<0>", row["oncotree_code"]), row["oncotree_relation"]),
        **icd10cm(row["icd10cm"]),
        **{row[column].split()[0]: "skos:narrowMatch" for column in NARROWER if row[column]},
    }


def shared_site(row: dict[str, str]) -> dict[str, str | None]:
    """Return the objects of a shared site with their predicates, where the list gives one."""
    return {
        **curies(row["uberon_id"], row["uberon_match"]),
        **curies(row["ncit_id"], None),
        **curies(row["ncit_metastasis_class"], "skos:relatedMatch"),
        **icd10cm(row["icd10cm_secondary"]),
    }


def curies(cell: str, predicate: str | None) -> dict[str, str | None]:
    return dict.fromkeys(re.findall(r"\w+:\w+", cell), predicate)


def icd10cm(cell: str) -> dict[str, str | None]:
    """Return the codes of a cell; a range such as C00-C14 stands for its categories."""
    codes: list[str] = []
    for part in filter(None, cell.split(";")):
        first, _, last = part.partition("-")
        span = range(int(first[1:]), int(last[1:]) + 1) if last else ()
        codes += [f"C{number:02}" for number in span] or [first]
    return {f"ICD10CM:{code}": None for code in codes}


def test_parts_are_those_of_uberon_but_for_the_written_out(catalog: Catalog) -> None:
    theirs = {
        (row["child_key"], row["parent_key"])
        for row in shared_rows("ontology", "anatomy_relations.csv")
        if row["child_key"] and row["parent_key"]
    }
    missing = {(part, whole) for part, whole in theirs if whole not in catalog.wholes(part)}
    assert missing == set(NOT_OUR_PARTS)


def test_mappings_are_to_permitted_vocabularies_only() -> None:
    found = defaultdict(set)
    for row in mapping_rows():
        found[row["subject_id"].partition(":")[0]].add(row["object_id"].partition(":")[0])
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
    assert dict(found) == MAPPED_TO


def test_mapping_subjects_carry_the_labels_of_the_catalog(catalog: Catalog) -> None:
    for row in mapping_rows():
        kind, _, key = row["subject_id"].partition(":")
        if kind == "disease":
            primary, _, site = key.partition("--")
            label = f"metastatic {catalog.primaries[primary].label}"
            label += f" in the {catalog.sites[site].label}"
        else:
            label = (catalog.primaries if kind == "primary" else catalog.sites)[key].label
        assert row["subject_label"] == label


def test_icd10cm_rows_carry_no_label_and_all_others_do() -> None:
    for row in mapping_rows():
        assert bool(row["object_label"]) != row["object_id"].startswith("ICD10CM:"), row


def test_metastatic_diseases_are_mapped_by_the_name_of_their_primary() -> None:
    subject = "disease:{primary_key}--{site_key}"
    theirs = {
        (subject.format_map(row), row["ncit_class"], row["ncit_label_2018"])
        for row in shared_rows("ontology", "ncit_pair_classes.csv")
    }
    ours = {
        (row["subject_id"], row["object_id"], row["object_label"])
        for row in mapping_rows()
        if row["subject_id"].startswith("disease:")
    }
    assert ours == theirs


@pytest.mark.parametrize("name", ["primaries", "sites", "metastases"])
def test_mapping_files_are_valid_sssom(name: str) -> None:
    sssom = pytest.importorskip("sssom_pydantic")
    path = ontology_path("mappings", f"{name}.sssom.tsv")
    mappings, converter, mapping_set, errors = sssom.read(path, return_errors=True)
    assert errors == []
    assert (
        len(mappings)
        == sum(
            1 for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
        )
        - 1
    )
    assert str(mapping_set.license) == "https://creativecommons.org/licenses/by/4.0/"
    assert mapping_set.creator_label == ["the metastasis contributors"]
    assert {str(mapping.mapping_date) for mapping in mappings} <= {"2026-11-22", "2026-11-29"}
    used = {prefix for m in mappings for prefix in (m.subject.prefix, m.object.prefix)}
    assert used <= set(converter.prefix_map)


@pytest.mark.parametrize("kind", sorted(FORBIDDEN))
def test_no_identifier_that_may_not_be_shipped(kind: str) -> None:
    for path in ontology_path().rglob("*.*"):
        found = FORBIDDEN[kind].search(path.read_text(encoding="utf-8"))
        assert found is None, (path.name, found)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("SNOMED", "SCTID:126906006"),
        ("UMLS", "a concept such as C0153690"),
        ("ICD-O-3", "morphology 8140/3"),
        ("WHO ICD-10", "ICD10WHO:C80.0"),
    ],
)
def test_scan_knows_what_it_looks_for(kind: str, text: str) -> None:
    assert FORBIDDEN[kind].search(text)
    assert not FORBIDDEN[kind].search("NCIT:C133501, ICD10CM:C79.51, UBERON:8480043")


def test_no_label_of_a_code_list_is_shipped() -> None:
    labels = {row["icd10cm_label"] for row in shared_rows("ontology", "primaries.csv")}
    labels |= {row["icd10cm_secondary_label"] for row in shared_rows("ontology", "sites.csv")}
    parts = {part.strip() for label in labels for part in label.split("|") if "neoplasm" in part}
    assert parts
    for path in ontology_path().rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert [part for part in parts if part in text] == [], path.name


@pytest.mark.parametrize(("written", "meant"), [("pmd", "pmid"), ("registries", "registry")])
def test_a_column_that_is_misspelled_is_not_lost(tmp_path: Path, written: str, meant: str) -> None:
    path = tmp_path / "mine.csv"
    head = f"key,citation,doi,url,license,license_url,design,population,years,note,{written}"
    path.write_text(f"{head}\nmine,Mine,,,,,registry,,,,1\nmore,Mine,,,,,registry,,,,2\n")
    with pytest.raises(TableError) as caught:
        read_sources(path)
    (fault,) = caught.value.faults
    assert (fault.column, fault.remedy) == (written, f"there is no such column; name it {meant}")
