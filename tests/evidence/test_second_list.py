"""The second list of figures: each is an assertion of its source, or left out with the reason."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import pytest

from metastasis._evidence.assertion_table import read_evidence
from shared_data import shared_rows

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

SOURCES: Final = {
    "ANDERSON1982_ESO": "anderson-1982-esophagus",
    "ASCO_ENDOMETRIUM_SEER": "endometrium-seer",
    "ATC2022": "anaplastic-thyroid-2022",
    "BARNHOLTZ2004_BRAIN": "barnholtz-sloan-2004-brain",
    "BONE_LUNG_SEER2020": "xie-2020-bone",
    "BORST1993_ILC": "borst-1993-breast",
    "BREDAEL1982": "bredael-1982-testis",
    "BUBENDORF2000": "bubendorf-2000-prostate",
    "CAGNEY2017": "cagney-2017",
    "CANADA_BRAIN2022": "canada-brain-2022",
    "CERVIX_LIVER_2021": "cervix-liver-2021",
    "CHEN2021_LUNG": "chen-2021-lung",
    "CHENG2009_OVARY": "cheng-2009-ovary",
    "COMS15": "coms-15",
    "COMS26": "coms-26",
    "CORMIO2003_OVARY": "cormio-2003-ovary",
    "CRC_BONE_2019": "colorectal-bone-2019",
    "CRC_BRAINBONE_2019": "colorectal-brain-bone-2019",
    "DAUPLAT1987_OVARY": "dauplat-1987-ovary",
    "DERIDDER2016": "de-ridder-2016",
    "DPC_MCC": "merkel-spain",
    "DUBOIS1999_NB_SEC": "dubois-1999-neuroblastoma",
    "ESO171_1984": "esophagus-171-autopsies",
    "ESOPHAGUS_LIVER_2021": "esophagus-liver-2021",
    "FANG_CERVIX": "fang-cervix",
    "FINN2012_MPM": "finn-2012-mesothelioma",
    "FLANAGAN2018_PM": "flanagan-2018-peritoneum",
    "GADE_HEART": "bergen-heart",
    "GASTRIC_BONE_2023": "gastric-bone-2023",
    "GASTRIC_BONE_HUANG2022": "huang-2022-gastric",
    "GBC_SEER2021": "gallbladder-seer-2021",
    "GIRAUDET2007_MTC": "giraudet-2007-medullary",
    "GIST_SEER2019": "gist-seer-2019",
    "GLOMSET_ADRENAL_SEC": "glomset-adrenal",
    "HABBOUS2020": "habbous-2020",
    "HK1986_ESO": "hong-kong-1986-esophagus",
    "HNSCC_DM_REVIEW2024": "daloiso-2024-hnsc",
    "HORN2020_LIVER": "horn-2020-liver",
    "HU2022_UTUC": "hu-2022-upper-tract",
    "HUANG2020_BONE": "huang-2020-bone",
    "HUGEN2014_CRC": "hugen-2014-colorectal",
    "KAMISAWA1995_PANC": "kamisawa-1995-pancreas",
    "KATYAL2000": "katyal-2000-hcc",
    "KIM2018_DTC": "kim-2018-thyroid",
    "KLATT1990_HEART": "klatt-1990-heart",
    "LAM2002_ADRENAL": "lam-2002-adrenal",
    "LEWIS2020_MCC": "lewis-2020-merkel",
    "LIN2017_THYROID_BONE": "lin-2017-thyroid",
    "LOOKINGBILL1993_SEC": "lookingbill-1993-skin",
    "LOYOLA1990_HEART": "loyola-1990-heart",
    "LUNGMETS2021": "liang-2021-lung",
    "MANDARD1981_ESO": "mandard-1981-esophagus",
    "MAO2020_ADRENAL": "mao-2020-adrenal",
    "MATHEW2017_ILC": "mathew-2017-breast",
    "MED_SECONDARY_RENAL": "secondary-renal-neoplasms",
    "NAKAMURA2011_SARCOMA": "nakamura-2011-sarcoma",
    "NOVA2023_HEART": "nova-camacho-2023-heart",
    "ODA2001_STOMACH": "oda-2001-stomach",
    "OVARY_LUNG_2023": "ovary-lung-2023",
    "PARKER2023_BRAIN": "parker-2023-brain",
    "PATEL1978_MELANOMA": "patel-1978-melanoma",
    "PROSTATE_AUTOPSY137": "prostate-137-autopsies",
    "PROSTATE_PONDVILLE": "prostate-pondville",
    "PTCFTC_DEATH2020": "park-2020-thyroid",
    "QIU2015_CRC": "qiu-2015-colorectal",
    "REN2016_LUNG": "ren-2016-lung",
    "RIJKEN2022_PM": "rijken-2022-peritoneum",
    "SCHOUTEN2002_BRAIN": "schouten-2002-brain",
    "SHINAGARE2011_UTUC": "shinagare-2011-upper-tract",
    "SINGH2020_BRAIN": "singh-2020-brain",
    "SONG2021_MCC": "song-2021-merkel",
    "STS_BONE_SEER2020": "soft-tissue-bone-2020",
    "STS_LIVER_SEER": "soft-tissue-liver-2022",
    "STS_LUNG_SEER2024": "rizk-2024-soft-tissue",
    "TRIESTE_CARDIAC": "trieste-heart",
    "TUFANO2022_UTUC": "tufano-2022-upper-tract",
    "TURKOZ2014_GASTRIC_BONE": "turkoz-2014-gastric",
    "UKA2007_HCC": "uka-2007-hcc",
    "WANG2021_LIVER": "wang-2021-liver",
    "WUSTL_BONE2024": "bone-seer-2024",
    "ZHANG2018_CERVIX_BONE": "zhang-2018-cervix",
}
"""The list's keys of sources, and ours."""

SEXES: Final = re.compile(r", (men|women)$")
OURS: Final = {
    "All cancers (without lung, apparently)": "any",
    "Bone (primary)": "bone",
    "Breast, invasive ductal": "breast_ductal",
    "Breast, invasive lobular": "breast_lobular",
    "Colorectal adenocarcinoma (not mucinous)": "colorectal_adenocarcinoma",
    "Colorectal, mucinous": "colorectal_mucinous",
    "Colorectal, signet-ring": "colorectal_signet_ring",
    "Esophagus (squamous cell)": "esophagus_squamous",
    "Esophagus, adenocarcinoma": "esophagus_adenocarcinoma",
    "Gallbladder (adenocarcinoma)": "gallbladder_adenocarcinoma",
    "Gastrointestinal primaries (pooled)": "gastrointestinal",
    "Genitourinary (pooled)": "genitourinary",
    "Liver and bile ducts": "hepatobiliary",
    "Lung, adenocarcinoma": "luad",
    "Lung, squamous cell carcinoma": "lusc",
    "Medullary thyroid": "thyroid_medullary",
    "Melanoma (skin)": "melanoma_skin",
    "Neuroblastoma, infants, stage 4": "neuroblastoma",
    "Neuroblastoma, older than 1 year, stage 4": "neuroblastoma",
    "Neuroblastoma, stage 4S": "neuroblastoma",
    "Non-small cell lung": "nsclc",
    "Ovary, epithelial": "ovary_epithelial",
    "Pancreas (ductal carcinoma)": "pancreas_adenocarcinoma",
    "Prostate (adenocarcinoma)": "prostate_adenocarcinoma",
    "Sarcoma (bone and soft tissue)": "sarcoma",
    "Small cell lung": "sclc",
    "Soft tissue sarcoma (extremity)": "soft_tissue_sarcoma",
    "Soft tissue sarcoma (limbs and pelvis)": "soft_tissue_sarcoma",
    "Stomach (adenocarcinoma)": "stomach_adenocarcinoma",
    "Thyroid, anaplastic": "thyroid_anaplastic",
    "Thyroid, differentiated": "thyroid_differentiated",
    "Thyroid, follicular": "thyroid_follicular",
    "Thyroid, papillary": "thyroid_papillary",
}
"""The list's names of primaries that the catalog does not know."""

PLACES: Final = {
    "Abdominal viscera": "abdomen",
    "Lymph nodes, extra-abdominal": "lymph_node_distant",
    "Skin / body wall": "skin_soft_tissue",
    "Skin / subcutaneous, non-regional": "skin_soft_tissue",
}
"""The list's names of sites that the catalog does not know, without what is left off them."""

LEFT_OFF: Final = re.compile(r" only$|, parenchymal$| \(malignant effusion\)$")

DENOMINATORS: Final = (
    ("site_cases", r"INVERSE"),
    ("all_patients", r"ALL |.*persistent disease"),
    ("metastatic_patients", r"FIRST|.*whole course|autopsied patients|.*at any time|.*at death"),
    ("autopsies", r"autopsies"),
    (
        "distant_stage_at_diagnosis",
        r".*(at diagnosis|initial distant|single metastatic organ|M1b|stage 4)",
    ),
    ("metastatic_patients", r".*"),
)
"""The denominator that the words of the list come to; the first that fits holds."""

WITHOUT_TOTAL: Final = {
    "SCHOUTEN2002_BRAIN": "a cumulative incidence is no proportion of the cohort",
    "FINN2012_MPM": "no count out of it prints the percentage",
    "MANDARD1981_ESO": "no count out of it prints the percentage",
    "MATHEW2017_ILC": "no count out of it prints one of its percentages",
    "FLANAGAN2018_PM": "no count out of one of its totals prints the percentage",
}
"""Sources whose total does not stand with a percentage, and why."""

LEFT_OUT: Final = {
    "borst-1993-breast": 1,
    "gallbladder-seer-2021": 1,
    "park-2020-thyroid": 2,
    "trieste-heart": 1,
}
"""How many figures of a source are left out; its note gives the reason."""

NO_DOI_YET: Final = {"daloiso-2024-hnsc"}
"""Sources that the list gives without a DOI, and whose DOI stands on the page."""


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return read_evidence()


def holds(evidence: Evidence, row: Assertion, figure: dict[str, str]) -> bool:
    """Whether an assertion records a figure: pair, number, out of whom, and how counted."""
    name = SEXES.sub("", figure["primary"])
    primary = OURS.get(name) or evidence.catalog.primary(name).key
    place = LEFT_OFF.sub("", figure["site"])
    site = PLACES.get(place) or evidence.catalog.site(place).key
    words = figure["denominator"]
    denominator = next(key for key, pattern in DENOMINATORS if re.match(pattern, words))
    first = "FIRST" in words or "first metastatic" in words
    occurrence = "only_site" if "XCLUSIVE" in words else "first_site" if first else "any"
    sex = SEXES.search(figure["primary"])
    return (
        (row.source, row.primary, row.site) == (SOURCES[figure["source_key"]], primary, site)
        and (row.denominator, row.occurrence) == (denominator, occurrence)
        and (sex is None or row.population == sex[1])
        and same_number(row, figure)
    )


def same_number(row: Assertion, figure: dict[str, str]) -> bool:
    total = int(figure["n_patients"]) if figure["n_patients"] else None
    if figure["n_with_site"] and total:
        return (row.count, row.total) == (int(figure["n_with_site"]), total)
    if row.count is not None or row.percent != Decimal(figure["percent"]):
        return False
    withheld = row.total is None and figure["source_key"] in WITHOUT_TOTAL
    taken = figure["source_key"] == "ANDERSON1982_ESO"  # a total that the note gives reasons for
    return row.total == total or withheld or taken


def test_every_figure_is_recorded_or_left_out_with_its_reason(evidence: Evidence) -> None:
    figures = shared_rows("evidence", "more_figures.csv")
    rows = [row for row in evidence.assertions if row.source in SOURCES.values()]
    recorded: list[Assertion] = []
    left_out = Counter[str]()
    for figure in figures:
        several = figure["site"] == "Multiple sites"
        found = [row for row in rows if not several and holds(evidence, row, figure)]
        if found:
            recorded += found
        else:
            left_out[SOURCES[figure["source_key"]]] += 1
    assert left_out == LEFT_OUT
    for key, number in LEFT_OUT.items():
        assert f"Left out: {number} rows: " in (evidence.catalog.source(key).note or "")
    assert len(recorded) == len(set(recorded)) == len(figures) - left_out.total()


def test_a_second_hand_figure_says_so(evidence: Evidence) -> None:
    figures = shared_rows("evidence", "more_figures.csv")
    second_hand = [figure for figure in figures if "SECONDARY" in figure["certainty"]]
    assert second_hand
    for figure in second_hand:
        rows = [row for row in evidence.assertions if holds(evidence, row, figure)]
        assert {row.reading for row in rows} == {"secondary"}, figure


def test_sources_and_dois_are_those_of_the_list(evidence: Evidence) -> None:
    theirs = {row["source_key"]: row for row in shared_rows("evidence", "more_sources.csv")}
    assert set(SOURCES) == set(theirs)
    for key, ours in SOURCES.items():
        if ours in NO_DOI_YET:
            continue
        read = not theirs[key]["doi_status_or_url"].startswith("from memory")
        expected = theirs[key]["doi"] if read else ""
        assert unquote(evidence.catalog.source(ours).doi or "") == expected, ours


def test_no_document_is_two_sources(evidence: Evidence) -> None:
    """By its DOI, or by the identifiers of PubMed and PubMed Central in citation and address."""
    documents = Counter[str]()
    for source in evidence.catalog.sources.values():
        places = re.findall(
            r"(?:PMID |PMC|pubmed\.ncbi\.nlm\.nih\.gov/)\d{6,}", f"{source.citation} {source.url}"
        )
        names = {re.sub(r"^pubmed\S+/", "PMID ", place) for place in places}
        documents.update(names | ({source.doi.casefold()} if source.doi else set()))
    assert [name for name, times in documents.items() if times > 1] == []


def test_a_total_fits_its_percentage(evidence: Evidence) -> None:
    """A total of which no count prints the percentage is somebody else's total."""
    for row in evidence.assertions:
        if row.count is not None or row.percent is None or row.total is None:
            continue
        exponent = row.percent.as_tuple().exponent
        slack = Decimal(1).scaleb(min(0, int(exponent))) / 2
        nearest = int(row.percent * row.total / 100)
        shares = [Decimal(100 * n) / row.total for n in (nearest, nearest + 1)]
        fits = any(abs(share - row.percent) <= slack for share in shares)
        assert fits, (row.source, row.primary, row.site, row.percent, row.total)
