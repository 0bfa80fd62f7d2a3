"""Headers that name a site of metastasis are found in any usual form, and no others are."""

from __future__ import annotations

import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis.patients import read_coded
from metastasis.patients._report import ReportDraft
from metastasis.patients._words.answers import setting_of, site_columns, warn_of_unused

NAMED = {
    "Tumor Site: Liver (NLP)": "liver",
    "Tumor Site: Intra Abdominal": "intra-abdominal",
    "Tumor.Site..Liver..NLP.": "liver",
    "tumor_site_adrenal_glands_nlp": "adrenal glands",
    "Tumor Site: Other (NLP)": "other",
    "DMETS_DX_LIVER": "liver",
    "DMETS_DX_BLADDER_UT": "bladder/ut",
    "DMETS_DX_LIMBO": "limbo",
    "Distant Mets: Bone": "bone",
    "Distant Mets: CNS/Brain": "cns/brain",
    "dmets_abdomen": "abdomen",
    "dmets_head_neck": "head and neck",
    "dmets_other": "other",
    "mets_at_dx_lung": "lung",
    "METS_AT_DX_DISTANT_LN": "distant ln",
    "SEER Combined Mets at DX-bone (2010+)": "bone",
    "Mets at DX-Distant LN (2016+)": "distant ln",
    "metsAtDxBrain": "brain",
    "CS_METS_DX_BONE": "bone",
    "bone_mets": "bone",
    "bone_mets_yn": "bone",
    "bone_mets_at_dx": "bone",
    "baseline_liver_mets": "liver",
    "has_bone_mets": "bone",
    "BoneMets": "bone",
    "Pulmonary metastasis": "pulmonary",
    "Liver Mets (Y/N)": "liver",
    "LN_mets": "ln",
    "other_mets": "other",
    "met_liver": "liver",
    "METS_LUNG": "lung",
    "Metastasis (brain)": "brain",
    "Metastases - Liver": "liver",
    "Metastatic site: Liver": "liver",
    "metastases_to_liver": "liver",
    "dist_mets_liver": "liver",
    "sites_of_metastasis_bone": "bone",
    "metastasis.lung": "lung",
}
UNNAMED = """
METASTATIC_SITE|Metastatic Site|Metastatic patient|Liver function|Liver Disease|liver|
Bone|LUNG|Bone Density|bone_marrow_transplant|brain_mri|lung_cancer|MET|MET_COUNT|MET_AMP|
METTL3|met1|MET mutation|MET_SITE_COUNT|metformin|Method|metastasectomy|ca_dmets_yn|dmets|
dmets_days|dmets_yn|dmets_stage_i_iii|dx_to_dmets_abdomen_days|IS_DIST_MET_MAPPED|
AGE_AT_EVIDENCE_OF_METS|mets_at_dx|Age at First Mets Dx|Distant mets at diagnosis|
CS mets at dx (2004-2015)|EOD Mets (2018+)|Mets at DX|CS mets eval (2004-2015)|
Primary Tumor Site|Tumor Site|TUMOR_SITE|Tumor Site Code|metastasis_date|bone_mets_date|
n_brain_mets|Number of metastases|time_to_bone_mets|Metastasis|metastases|M stage|
Distant Metastasis|Metastasis Free Survival|MET_UNKNOWN|Metastasis sample|
metastatic cancer|pN|Metastatic disease at diagnosis|METASTATIC_DISEASE|STAGE_AT_DX|
SAMPLE_TYPE|patient|sex
"""
ORDINARY = [one.strip() for one in UNNAMED.split("|")]


@pytest.mark.parametrize(("header", "label"), NAMED.items())
def test_a_header_that_names_a_site_is_found(header: str, label: str) -> None:
    """The label is that of the site, whatever stands around it."""
    assert {one: name.casefold() for one, name in site_columns([header]).items()} == {header: label}


@pytest.mark.parametrize("header", ORDINARY)
def test_no_other_header_is(header: str) -> None:
    """Genes, dates, counts and overall marks name no site."""
    assert site_columns([header]) == {}


@given(st.permutations([*NAMED, *ORDINARY]))
def test_columns_do_not_depend_on_one_another(header: list[str]) -> None:
    """Whatever stands beside a column, it means the same, and the order is the header's."""
    assert list(site_columns(header)) == [one for one in header if one in NAMED]


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_text_may_be_a_header(header: list[str]) -> None:
    """Nothing that stands in a header ends in an error."""
    found = site_columns(header)
    assert set(found) <= set(header)
    assert all(found.values())
    assert {setting_of(one) for one in header} <= {None, "at_diagnosis", "during_course"}


def test_words_of_the_users_map_file_are_known() -> None:
    """A label that only the user knows names a site too."""
    assert site_columns(["Leber_mets"]) == {}
    assert site_columns(["Leber_mets"], overrides={("site", "Leber"): "liver"}) == {
        "Leber_mets": "Leber"
    }


@pytest.mark.parametrize(
    ("header", "setting"),
    [
        ("mets_at_dx_lung", "at_diagnosis"),
        ("SEER Combined Mets at DX-bone (2010+)", "at_diagnosis"),
        ("bone_mets_at_dx", "at_diagnosis"),
        ("lung mets at diagnosis", "at_diagnosis"),
        ("DMETS_DX_LIVER", "during_course"),
        ("Distant Mets: Bone", "during_course"),
        ("Tumor Site: Liver (NLP)", "during_course"),
        ("bone_mets", None),
        ("dmets_bone", None),
    ],
)
def test_a_header_may_say_when(header: str, setting: str | None) -> None:
    """DX of MSK-MET is any time until the last record; elsewhere it is the diagnosis."""
    assert setting_of(header) == setting


def test_unused_columns_are_named_once_and_the_rest_counted() -> None:
    """Four columns are one warning, and none where all are read."""
    header = [f"{site}_mets" for site in ("bone", "brain", "liver", "lung")]
    draft = ReportDraft("a table")
    warn_of_unused(draft, header)
    warn_of_unused(draft, header)
    warn_of_unused(draft, ["patient", "sex", *header], used=header)
    (told,) = draft.warnings
    assert told.startswith("4 columns that name sites of metastasis are not read ('bone_mets', ")
    assert "'liver_mets' and 1 more" in told


def test_coded_diagnoses_say_which_answers_they_do_not_read() -> None:
    """A wide column beside a long table of codes is in the report's first line."""
    rows = {"patient": ["A", "B"], "code": ["C50.9", "C79.51"], "liver_mets": ["yes", "no"]}
    found = read_coded(pandas.DataFrame(rows), system="ICD-10-CM", name="claims")
    assert str(found.report).startswith("Warning: 1 column that names a site of metastasis is not")
