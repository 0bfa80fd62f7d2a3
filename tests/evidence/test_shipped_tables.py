"""The shipped evidence: each table against the page or the list of figures that it was read from.

What needs only the shipped tables runs everywhere; what compares them with their sources needs the
shared folder.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import pytest

import metastasis as mets
from metastasis._evidence.assertion_table import assertion_paths, read_evidence
from metastasis._files import ontology_path
from metastasis._vocabulary import LISTS
from shared_data import SHARED, shared_path, shared_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

PAGE: Final = "cancer-spreading"
COPIED_WORDS: Final = 8
"""A run of so many words of a page would be a copied sentence."""

DESCRIBED: Final = (
    "bladder",
    "breast",
    "cervix",
    "colorectal",
    "esophagus",
    "stomach",
    "liver",
    "lung",
    "melanoma",
    "ovary",
    "pancreas",
    "prostate",
    "kidney",
)
"""The primaries of the page's thirteen paragraphs, in their order."""

PAGE_WORDS: Final = {
    "adjacent_tissue": ("nearby tissues", "nearby organs", "other nearby organs", "other tissues"),
    "any_organ": ("almost anywhere", "any organ", "any other organ", "anywhere in the body"),
    "lymph_node": ("lymph nodes",),
    "lymph_node_regional": ("lymph nodes near where it started", "lymph nodes locally"),
    "spinal_nerve": ("nerves of the spine",),
    "unspecified": (
        "other parts of the body",
        "another organ",
        "other organs",
        "outside the liver",
        "organ",
        "metastatic",
        "spreads",
        "spread",
    ),
}
"""What the page calls a site beside the names that the catalog knows."""

PLAIN_SITES: Final = (
    "abdomen",
    "adrenal_gland",
    "bladder",
    "bone",
    "brain",
    "inferior_vena_cava",
    "liver",
    "lung",
    "lymph_node",
    "omentum",
    "pelvic_wall",
    "pelvis",
    "peritoneum",
    "rectum",
    "renal_vein",
    "skin",
    "spine",
    "thorax",
    "uterus",
    "vagina",
)
"""Sites whose plain names, met in a sentence of the thirteen paragraphs, call for a row."""

NAMED_OTHERWISE: Final = {
    ("breast", "skin"): "the skin of the chest",
    ("breast", "thorax"): "the skin of the chest",
    ("liver", "liver"): "the primary, and spread outside its own organ",
    ("lung", "lung"): "the primary",
    ("melanoma", "lymph_node"): "the lymph nodes near the primary",
    ("ovary", "abdomen"): "the build-up of fluid is no spread",
    ("ovary", "lung"): "the outer lining of the lungs",
    ("stomach", "lymph_node"): "distant lymph nodes",
    ("bladder", "bladder"): "the primary",
}
"""Plain names that stand for something else in one sentence of a paragraph, and what."""

SAYS_NOTHING_OF_SPREAD: Final = ("It can cause a build-up of fluid and swelling in the abdomen.",)
"""The one sentence of the thirteen paragraphs without a row."""

FREQUENCY_WORDS: Final = (
    ("rare", r"\brarely\b"),
    ("less_common", r"\boccasionally\b|much less often|is less common|doesn.t often"),
    ("most_common", r"\bmost(ly)?\b|\bmainly\b"),
    ("possible", r"\b(almost any|nearly any|any) (other )?organ\b|anywhere in the body"),
    ("common", ""),
)
"""What the words of a clause make of a site in it; the first that fits holds."""

CLAUSE_END: Final = re.compile(r",? but |, or, (?=rarely)|, and (?=occasionally)")
ADVANCED: Final = re.compile(r"progresses|more advanced|becomes advanced|\bAdvanced\b")

LOWERED: Final = {("liver", "lung"), ("liver", "bone")}
"""Most frequent of a spread that the same paragraph calls not frequent: common."""

SOURCES: Final = {
    "BIANCHI2012": "bianchi-2012",
    "CAGNEY2017": "cagney-2017",
    "DERIDDER2016": "de-ridder-2016",
    "DISIBIO2008": "disibio-2008",
    "GANDAGLIA2014": "gandaglia-2014",
    "HABBOUS2020": "habbous-2020",
    "HESS2006": "hess-2006",
    "HUANG2020_BONE": "huang-2020-bone",
    "KIM2018_DTC": "kim-2018-thyroid",
    "KROMER2017": "kromer-2017",
    "LI2019_LUNG_SEER": "li-2019-lung",
    "LIVER_AJCR2020": "liver-ajcr-2020",
    "NEN_SEER2020": "trikalinos-2020-nen",
    "NGUYEN2022_MSKMET": "nguyen-2022-msk-met",
    "NLCRC_PMC7138773": "netherlands-colorectal",
    "PDQ_MERKEL": "pdq-merkel",
    "PDQ_MTC": "pdq-medullary-thyroid",
    "PDQ_OSTEOSARCOMA": "pdq-osteosarcoma",
    "PDQ_UVEAL": "pdq-uveal-melanoma",
    "PDQ_WILMS": "pdq-wilms",
    "RCC_NIS2021": "rcc-nis-2021",
    "RIIHIMAKI2014_LUNG": "riihimaki-2014-lung",
    "RIIHIMAKI2016_GASTRIC": "riihimaki-2016-gastric",
    "RIIHIMAKI2016_NET": "riihimaki-2016-net",
    "SHINAGARE2011": "shinagare-2011",
    "SHIRAZ_MBC": "shiraz-breast",
    "TAN2022_DTC": "tan-2022-thyroid",
    "WALLMEROTH1999": "wallmeroth-1999",
    "WU2017_BREAST": "wu-2017-breast",
    "XIAO2018_BREAST": "xiao-2018-breast",
    "XU2020_BLADDER": "xu-2020-bladder",
    "ZHANG2023_BONE": "zhang-2023-bone",
    "BUDCZIES2015": "budczies-2015",
    "CASTILLO2023": "castillo-2023",
    "CHEN2009": "chen-2009",
    "JAPAN_AUTOPSY2024": "japan-autopsy-2024",
    "MSKCHORD2024": "msk-chord-2024",
    "NCI_TABLE": "nci-common-sites",
    "NEWTON2012": "newton-2012",
    "NEWTON2013": "newton-2013",
    "NEWTON2015": "newton-2015",
    "RIIHIMAKI2016_CRC": "riihimaki-2016-colorectal",
    "RIIHIMAKI2018": "riihimaki-2018",
}
"""The shared list's source keys and ours."""

FIGURE_PRIMARIES: Final = {
    "All (MSK-MET)": "any",
    "All cancers (autopsy)": "any",
    "All sites": "any",
    "Bladder (muscle-invasive)": "bladder",
    "Colon, left": "colon",
    "Colon, right": "colon",
    "Gastrointestinal primaries (pooled)": "gastrointestinal",
    "Kidney, men": "kidney",
    "Kidney, women": "kidney",
    "Lung, NSCLC NOS/other": "nsclc",
    "Lung, adenocarcinoma": "luad",
    "Lung, bronchioloalveolar carcinoma": "lung_bac",
    "Lung, men": "lung",
    "Lung, small cell carcinoma": "sclc",
    "Lung, squamous cell carcinoma": "lusc",
    "Lung, women": "lung",
    "Medullary thyroid": "thyroid_medullary",
    "Neuroendocrine neoplasm (all primaries)": "nen",
    "Neuroendocrine tumour (all primaries)": "nen",
    "Non-gastrointestinal primaries (pooled)": "non_gastrointestinal",
    "Non-small cell lung": "nsclc",
    "Small cell lung": "sclc",
    "Thyroid, differentiated": "thyroid_differentiated",
    "Wilms tumor, favourable histology": "wilms",
}
"""The shared list's names of primaries that the catalog does not know."""

RENAL_CELL: Final = {"bianchi-2012", "rcc-nis-2021"}
"""Papers on renal cell carcinoma, whose figures the shared list gives for the kidney."""

FIGURE_SITES: Final = {
    "Distant skin": "skin",
    "Lymph": "lymph_node",
}

QUALIFIERS: Final = {
    ", men": "men",
    ", women": "women",
    ", left": "left",
    ", right": "right",
    "(muscle-invasive)": "muscle-invasive",
    "favourable": "favorable histology",
    "NOS/other": "other",
}
"""Parts of a shared name that have to come back in the population."""

DENOMINATORS: Final = (
    ("site_cases", "INVERSE"),
    ("records", "SHARE OF ALL METASTASES"),
    ("all_patients", "ALL |.*of the cases"),
    (
        "distant_stage_at_diagnosis",
        ".*(at diagnosis|initial distant metastasis|synchronous|stage IV|distant-stage)",
    ),
    ("metastatic_patients", ".*"),
)
"""The denominator that the words of the shared list come to; the first that fits holds."""

NOTED_ONLY: Final = [
    ("wilms", "lung", "85"),
    ("wilms", "liver", "10"),
    ("osteosarcoma", "lung", "85-90"),
]
"""Figures that a note tells beside the words: two without a denominator, and a range."""

NOT_IN_THE_LIST: Final = {
    ("pdq-uveal-melanoma", "liver", "89"): "the sum of two figures of the list",
    ("pdq-wilms", "renal_vein", "11"): "on the page; the list leaves growth into veins out",
    ("pdq-wilms", "inferior_vena_cava", "4"): "on the page; the list leaves growth into veins out",
    ("pdq-wilms", "lung", "17.02"): "on the page, said of anaplastic sarcoma",
    ("pdq-wilms", "bone", "10.64"): "on the page, said of anaplastic sarcoma",
    ("kim-2018-thyroid", "lung", "78.51"): "the sum of exclusive categories; of the second list",
    ("kim-2018-thyroid", "bone", "37.6"): "the sum of exclusive categories; of the second list",
    ("huang-2020-bone", "bone", "26.56"): "of the second list",
    ("cagney-2017", "brain", "2.03"): "of the second list",
    ("habbous-2020", "brain", "4.2"): "of the second list",
    ("de-ridder-2016", "liver", "10.12"): "in a copy of the abstract that is not cut off: pancreas",
    ("de-ridder-2016", "liver", "8.16"): "in a copy of the abstract that is not cut off: breast",
}
"""Figures that the shared list does not give, and where they come from."""

WORDS_OF_PAGES: Final = {
    ("pdq-osteosarcoma", "abdomen"): ("rare", r"Abdominal metastases are rare"),
    ("pdq-osteosarcoma", "lung"): ("most_common", r"the lung being the most common site"),
    ("pdq-uveal-melanoma", "bone"): ("common", r"Lung, bone,.* also common"),
    ("pdq-uveal-melanoma", "subcutis"): ("common", r"subcutaneous sites are also common"),
    ("pdq-uveal-melanoma", "liver"): ("most_common", r"first site .* usually the liver"),
    ("pdq-uveal-melanoma", "lung"): ("common", r"Lung, bone,.* also common"),
    ("pdq-uveal-melanoma", "lymph_node"): ("rare", r"Lymphatic spread is rare"),
    ("pdq-wilms", "spine"): ("rare", r"common sites .* bone and spine \(rarely\)"),
    ("pdq-wilms", "renal_vein"): (None, r"11% with renal vein involvement"),
    ("pdq-wilms", "inferior_vena_cava"): (None, r"Four percent .* inferior vena cava"),
}
"""What the pages of the National Cancer Institute say of a site, and the words for it."""

PAGES: Final = {
    "pdq-osteosarcoma": "nci_pdq_osteosarcoma_hp.txt",
    "pdq-uveal-melanoma": "nci_pdq_uveal_melanoma_hp.txt",
    "pdq-wilms": "nci_pdq_kidney_childhood_hp.txt",
}

WORDS_OF_ABSTRACTS: Final = {
    "gandaglia-2014": "bone",
    "riihimaki-2016-gastric": "liver",
    "shinagare-2011": "lymph_node",
    "wallmeroth-1999": "lymph_node_regional",
}
"""Abstracts that list the most common sites, and the first of each list."""

DOI_FOUND_SINCE: Final = {"netherlands-colorectal": "10.1245/s10434-019-08100-5"}
"""Sources that the shared list gives without a DOI, and the DOI of the article."""

PUBLISHERS: Final = {
    "actasdermo.org",
    "actionkidneycancer.org",
    "avesis.medipol.edu.tr",
    "avesis.uludag.edu.tr",
    "bmccancer.biomedcentral.com",
    "bmcgastroenterol.biomedcentral.com",
    "bmcneurol.biomedcentral.com",
    "bmcpulmmed.biomedcentral.com",
    "bmcurol.biomedcentral.com",
    "brieflands.com",
    "cancer.ca",
    "cancercommun.biomedcentral.com",
    "creativecommons.org",
    "dlib.si",
    "doaj.org",
    "dpcj.org",
    "eurjbreasthealth.com",
    "experts.llu.edu",
    "frontiersin.org",
    "ijcep.com",
    "ijgc.bmj.com",
    "ijms.sums.ac.ir",
    "informahealthcare.com",
    "insightsimaging.springeropen.com",
    "irinsubria.uninsubria.it",
    "jamanetwork.com",
    "jcancer.org",
    "jenci.springeropen.com",
    "jgo.amegroups.org",
    "jhu.pure.elsevier.com",
    "journal.hep.com.cn",
    "journals.lww.com",
    "journals.plos.org",
    "journals.viamedica.pl",
    "jtd.amegroups.com",
    "jtgga.org",
    "koreamed.org",
    "koreascience.or.kr",
    "link.springer.com",
    "matersurgery.ie",
    "mayoclinic.elsevierpure.com",
    "mayoclinic.pure.elsevier.com",
    "mdanderson.elsevierpure.com",
    "meridian.allenpress.com",
    "mjiri.iums.ac.ir",
    "moh-it.pure.elsevier.com",
    "mrmjournal.biomedcentral.com",
    "ohsu.elsevierpure.com",
    "oncolex.org",
    "oncotarget.com",
    "onlinelibrary.wiley.com",
    "ovarianresearch.biomedcentral.com",
    "pmc.ncbi.nlm.nih.gov",
    "profiles.wustl.edu",
    "pubmed.ncbi.nlm.nih.gov",
    "pure.johnshopkins.edu",
    "repub.eur.nl",
    "scholars.mssm.edu",
    "scientificsurgery.bjs.co.uk",
    "secure.ssa.gov",
    "synapse.koreamed.org",
    "tcr.amegroups.com",
    "tcr.amegroups.org",
    "turkjcancer.org",
    "turkjdermatol.com",
    "turkjpath.org",
    "utsouthwestern.pure.elsevier.com",
    "wjgnet.com",
    "wjso.biomedcentral.com",
    "www.biomedcentral.com",
    "www.cancer.ca",
    "www.cancer.gov",
    "www.cancerresearchuk.org",
    "www.dovepress.com",
    "www.e-crt.org",
    "www.ejgo.net",
    "www.frontiersin.org",
    "www.hindawi.com",
    "www.jcancer.org",
    "www.jstage.jst.go.jp",
    "www.mdpi.com",
    "www.ncbi.nlm.nih.gov",
    "www.oncotarget.com",
    "www.ro-journal.com",
    "www.scielo.br",
    "www.spandidos-publications.com",
    "www.statpearls.com",
    "www.taylorfrancis.com",
    "www.theajo.com",
    "www.thieme-connect.com",
    "www.thieme-connect.de",
    "www.usa.gov",
    "www.wjgnet.com",
    "www.wjso.com",
}
"""Where shipped addresses lead: to the publisher, a library, the authors' own institution."""

HOSTS_OF_PUBLISHERS: Final = PUBLISHERS | {"doi.org"}
LEFT_OUT: Final = re.compile(r"^Left out: (\d+) rows")
DOI_WITHHELD: Final = 7


class Paragraph(NamedTuple):
    """One of the page's thirteen paragraphs, with the spans of its sentences."""

    primary: str
    sentences: list[tuple[int, int]]


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return read_evidence()


@pytest.fixture(scope="module")
def rows(evidence: Evidence) -> list[Assertion]:
    return list(evidence.assertions)


@pytest.fixture(scope="module")
def page_rows(rows: list[Assertion]) -> list[Assertion]:
    return [row for row in rows if row.source == PAGE]


@pytest.fixture(scope="module")
def page() -> str:
    return shared_path("pages", f"{PAGE}.txt").read_bytes().decode()


@pytest.fixture(scope="module")
def paragraphs(page: str) -> list[Paragraph]:
    """Return the paragraphs that describe where each of thirteen cancers spreads."""
    start = page.index("\n", page.index("The following provides a description")) + 1
    found = []
    for primary in DESCRIBED:
        end = page.index("\n", start)
        breaks = [m.end() for m in re.finditer(r"[.!?]\s(?=[A-Z])", page[start:end])]
        starts = [start, *(start + offset for offset in breaks)]
        ends = [*(offset - 1 for offset in starts[1:]), end]
        found.append(Paragraph(primary, list(zip(starts, ends, strict=True))))
        start = end + 1
    assert page[start:].startswith("Survivor Hotline")
    return found


def span_of(row: Assertion) -> tuple[int, int]:
    assert row.start is not None
    assert row.end is not None
    return row.start, row.end


def names_in(evidence: Evidence, site: str, text: str) -> list[int]:
    """Return where a text names a site."""
    record = evidence.catalog.sites[site]
    names = (record.label, *record.synonyms, *PAGE_WORDS.get(site, ()))
    pattern = "|".join(rf"\b{re.escape(name)}\b" for name in names)
    return [match.start() for match in re.finditer(pattern, text, re.IGNORECASE)]


def frequency_of(sentence: str, position: int) -> str:
    """Return what the clause around a position says of how often."""
    starts = [0, *(match.end() for match in CLAUSE_END.finditer(sentence)), len(sentence) + 1]
    ends = [*(match.start() for match in CLAUSE_END.finditer(sentence)), len(sentence)]
    clause = next(
        sentence[start:end]
        for start, end, following in zip(starts, ends, starts[1:], strict=False)
        if start <= position < following
    )
    said = (word for word, pattern in FREQUENCY_WORDS if re.search(pattern, clause, re.IGNORECASE))
    return next(said)


# All tables.


def test_every_table_is_of_the_source_that_names_it(evidence: Evidence) -> None:
    paths = {path.stem for path in assertion_paths()}
    assert paths == {row.source for row in evidence.assertions}
    assert paths <= set(evidence.catalog.sources)


def test_source_without_table_says_so(evidence: Evidence) -> None:
    tables = {path.stem for path in assertion_paths()}
    for key, source in evidence.catalog.sources.items():
        note = source.note or ""
        silent = "No rows" in note or "No number" in note
        assert silent == (key not in tables), key


def test_every_row_says_where_and_how_it_was_read(rows: list[Assertion]) -> None:
    for row in rows:
        assert row.locator.strip() == row.locator != ""
        assert (row.start is not None) == (row.source == PAGE)


def test_every_source_says_what_it_is_and_under_which_license(evidence: Evidence) -> None:
    for key, source in evidence.catalog.sources.items():
        assert re.fullmatch("[a-z0-9-]+", key)
        assert source.design in LISTS["design"]
        assert source.citation, key
        assert source.license, key
        assert source.population, key


def test_one_total_counts_one_kind_of_people(rows: list[Assertion]) -> None:
    counted = defaultdict(set)
    for row in rows:
        if row.total is not None:
            counted[row.source, row.total].add((row.denominator, row.setting))
    assert {total: kinds for total, kinds in counted.items() if len(kinds) > 1} == {}


def test_every_number_says_out_of_whom(rows: list[Assertion]) -> None:
    for row in rows:
        if row.percent is not None or row.count is not None:
            assert row.denominator in LISTS["denominator"], row


def test_one_printed_number_is_recorded_once(rows: list[Assertion]) -> None:
    printed = Counter(
        (row.source, row.primary, row.site, row.occurrence, row.percent)
        for row in rows
        if row.percent  # none is none out of whatever total
    )
    assert [figure for figure, times in printed.items() if times > 1] == []


def test_vessels_are_reached_by_extension_only(evidence: Evidence, rows: list[Assertion]) -> None:
    vessels = {key for key, site in evidence.catalog.sites.items() if site.kind == "vessel"}
    assert {row.relation for row in rows if row.site in vessels} == {"extension"}


def test_no_number_of_a_cohort_with_conflicting_licenses_is_shipped(
    evidence: Evidence, rows: list[Assertion]
) -> None:
    cohorts = {
        key
        for key, source in evidence.catalog.sources.items()
        if source.design == "sequencing_cohort"
    }
    assert cohorts == {"nguyen-2022-msk-met", "msk-chord-2024"}
    assert not cohorts & {row.source for row in rows}
    assert "licenses" in (evidence.catalog.source("nguyen-2022-msk-met").note or "")
    figures = [
        row
        for row in shared_rows("evidence", "published_figures.csv")
        if row["source_key"] == "NGUYEN2022_MSKMET"
    ]
    assert figures
    theirs = {(int(row["n_patients"]), int(row["n_with_site"])) for row in figures}
    assert not theirs & {(row.total, row.count) for row in rows}
    assert not {total for total, _ in theirs} & {row.total for row in rows}


def test_addresses_are_those_of_publishers(evidence: Evidence) -> None:
    hosts = {
        urlsplit(address).hostname
        for source in evidence.catalog.sources.values()
        for address in (source.url, source.license_url)
        if address
    }
    assert hosts == PUBLISHERS


# The scraped page.


def test_page_is_the_one_that_was_read(page_rows: list[Assertion]) -> None:
    content = shared_path("pages", f"{PAGE}.txt").read_bytes()
    assert {row.document_sha256 for row in page_rows} == {sha256(content).hexdigest()}


def test_each_span_is_one_sentence(page: str, page_rows: list[Assertion]) -> None:
    for start, end in {span_of(row) for row in page_rows}:
        sentence = page[start:end]
        before, after = page[:start][-2:], page[end]
        assert sentence[0].isupper(), sentence
        assert sentence[-1] in ".?!", sentence
        assert before.endswith("\n") or re.fullmatch(r"[.!?]\s", before), sentence
        assert after.isspace(), sentence
        assert "\n" not in sentence
        assert not re.search(r"[.!?]\s[A-Z]", sentence), sentence


def test_each_span_names_the_site_and_its_paragraph_the_primary(
    evidence: Evidence, page: str, page_rows: list[Assertion]
) -> None:
    for row in page_rows:
        start, end = span_of(row)
        assert names_in(evidence, row.site, page[start:end]), (row.site, page[start:end])
        paragraph = page[page.rindex("\n", 0, start) : end]
        record = evidence.catalog.primaries[row.primary]
        words = "|".join((record.label, *record.synonyms, row.primary, "Cervical|Ovarian|cancers?"))
        assert re.search(rf"\b({words})\b", paragraph, re.IGNORECASE), (row.primary, paragraph)


def test_spans_cover_the_thirteen_paragraphs(
    page: str, page_rows: list[Assertion], paragraphs: list[Paragraph]
) -> None:
    read = defaultdict(set)
    for row in page_rows:
        read[span_of(row)].add(row.primary)
    without = []
    for paragraph in paragraphs:
        for span in paragraph.sentences:
            assert read.get(span, {paragraph.primary}) == {paragraph.primary}
            if span not in read:
                without.append(page[slice(*span)])
    assert tuple(without) == SAYS_NOTHING_OF_SPREAD


def test_each_site_that_a_paragraph_names_has_its_row(
    evidence: Evidence, page: str, page_rows: list[Assertion], paragraphs: list[Paragraph]
) -> None:
    read = {(span_of(row), row.site) for row in page_rows}
    unread = {
        (paragraph.primary, site)
        for paragraph in paragraphs
        for span in paragraph.sentences
        for site in PLAIN_SITES
        if names_in(evidence, site, page[slice(*span)]) and (span, site) not in read
    }
    assert unread == set(NAMED_OTHERWISE)


def test_frequencies_are_what_the_sentences_say(
    evidence: Evidence, page: str, page_rows: list[Assertion], paragraphs: list[Paragraph]
) -> None:
    spans = {span for paragraph in paragraphs for span in paragraph.sentences}
    lowered = set()
    for row in page_rows:
        if span_of(row) not in spans:
            continue
        sentence = page[slice(*span_of(row))]
        said = frequency_of(sentence, names_in(evidence, row.site, sentence)[0])
        if said != row.frequency:
            lowered.add((row.primary, row.site, said, row.frequency))
    assert lowered == {(*pair, "most_common", "common") for pair in LOWERED}


def test_every_word_for_less_is_heard(page_rows: list[Assertion]) -> None:
    said = {
        (row.primary, row.site): row.frequency
        for row in page_rows
        if row.frequency in {"rare", "less_common"}
    }
    assert said == {
        ("ovary", "brain"): "rare",
        ("ovary", "skin"): "rare",
        ("kidney", "liver"): "less_common",
        ("prostate", "lung"): "less_common",
        ("prostate", "liver"): "less_common",
        ("prostate", "unspecified"): "less_common",
        ("stomach", "lung"): "less_common",
        ("stomach", "bone"): "less_common",
        ("stomach", "brain"): "less_common",
        ("liver", "unspecified"): "less_common",
    }


def test_stage_is_advanced_where_the_words_say_so(page: str, page_rows: list[Assertion]) -> None:
    for row in page_rows:
        start, end = span_of(row)
        paragraph_start = page.rindex("\n", 0, start) + 1
        said = ADVANCED.search(page[start:end]) or ADVANCED.match(page, paragraph_start)
        assert (row.stage == "advanced") == bool(said), page[start:end]


@pytest.mark.parametrize(
    ("primary", "site"),
    [
        ("bladder", "pelvic_wall"),
        ("cervix", "vagina"),
        ("kidney", "renal_vein"),
        ("kidney", "inferior_vena_cava"),
    ],
)
def test_growth_into_a_neighbor_is_extension(
    page_rows: list[Assertion], primary: str, site: str
) -> None:
    (row,) = [row for row in page_rows if (row.primary, row.site) == (primary, site)]
    assert (row.relation, row.route) == ("extension", "direct_extension")
    kg = mets.load()
    assert kg.query(f"ASK {{ primary:{primary} met:extendsInto site:{site} }}") is True
    assert kg.query(f"ASK {{ primary:{primary} met:spreadsTo site:{site} }}") is False


def test_contradiction_shows_and_makes_no_edge(page_rows: list[Assertion]) -> None:
    said = {row.frequency for row in page_rows if row.primary == "brain"}
    assert said == {"common", "absent"}
    kg = mets.load()
    (pair,) = [one.pair for one in kg.conflicts("brain")]
    assert (pair.primary, pair.site, pair.status) == (
        "brain",
        "unspecified",
        "conflicting",
    )
    assert kg.query("ASK { primary:brain met:spreadsTo|met:extendsInto site:unspecified }") is False
    assert not kg.sites_of("brain", roll_up=False)


def test_no_sentence_of_a_page_is_copied() -> None:
    shared_path("pages", f"{PAGE}.txt")
    theirs = set().union(*(runs(path) for path in (SHARED / "pages").glob("*.txt")))
    for ours in ontology_path().rglob("*.*"):
        # Of quads each by itself: what follows another by chance is no sentence.
        whole = ours.read_text(encoding="utf-8")
        parts = whole.splitlines() if ours.suffix == ".nq" else [whole]
        assert theirs & set().union(*map(runs_of, parts)) == set(), ours.name


def runs(path: Path) -> set[str]:
    return runs_of(path.read_text(encoding="utf-8"))


def runs_of(text: str) -> set[str]:
    """Return every run of words of a text, addresses left out."""
    text = re.sub(r"\S*(?:https?:|www\.|\.gov)\S*|[\u2019']", "", text)
    words = re.findall(r"\w+", text.casefold())
    starts = range(len(words) - COPIED_WORDS + 1)
    return {" ".join(words[start : start + COPIED_WORDS]) for start in starts}


# The table of common sites.


def test_common_sites_are_those_of_the_table(evidence: Evidence, rows: list[Assertion]) -> None:
    theirs = {
        (
            evidence.catalog.primary(row["nci_cancer_type"]).key,
            evidence.catalog.site(row["site"].removeprefix("Other ").lower()).key,
        )
        for row in shared_rows("evidence", "nci_common_sites_table.csv")
    }
    ours = [row for row in rows if row.source == "nci-common-sites"]
    assert len(theirs) == len(ours) == 50
    assert {(row.primary, row.site) for row in ours} == theirs
    assert {(row.relation, row.frequency) for row in ours} == {("metastasis", "common")}


# The published figures.


class Figure(NamedTuple):
    """A figure of the shared list, in our words."""

    source: str
    primary: str
    site: str | None
    denominator: str
    occurrence: str
    row: dict[str, str]


def figures(evidence: Evidence) -> Iterator[Figure]:
    for row in shared_rows("evidence", "published_figures.csv"):
        name, place, words = row["primary"], row["site"], row["denominator"]
        source = SOURCES[row["source_key"]]
        primary = FIGURE_PRIMARIES.get(name) or evidence.catalog.primary(name).key
        if source in RENAL_CELL:
            assert primary == "kidney"
            primary = "rcc"
        site = FIGURE_SITES.get(place) or place.removesuffix(" only")
        found = evidence.catalog.site(site, unknown="none")
        first = "first_site" if words.startswith("FIRST") else "any"
        yield Figure(
            source,
            primary,
            found.key if found else None,
            next(key for key, pattern in DENOMINATORS if re.match(pattern, words)),
            "only_site" if "EXCLUSIVE" in words else first,
            row,
        )


def holds(assertion: Assertion, figure: Figure) -> bool:
    """Whether an assertion records a figure: its pair, its number, out of whom and how counted."""
    row = figure.row
    total = int(row["n_patients"]) if row["n_patients"] else None
    count = int(row["n_with_site"]) if row["n_with_site"] else None
    same_number = (
        assertion.count == count
        if count is not None
        else "-" not in row["percent"] and assertion.percent == Decimal(row["percent"])
    )
    return (
        same_number
        and assertion.total == total
        and (assertion.source, assertion.primary, assertion.site) == figure[:3]
        and (assertion.denominator, assertion.occurrence) == figure[3:5]
        and all(
            re.search(rf"\b{words}\b", assertion.population or "")
            for part, words in QUALIFIERS.items()
            if part in row["primary"]
        )
    )


def is_noted(assertion: Assertion, figure: Figure) -> bool:
    """Whether the note of an assertion of the same pair tells the figure."""
    told = set(re.findall(r"[\d.]+", assertion.note or ""))
    pair = (assertion.source, assertion.primary, assertion.site)
    return pair == figure[:3] and set(re.findall(r"[\d.]+", figure.row["percent"])) <= told


def test_every_published_figure_is_recorded_noted_or_left_out_with_reason(
    evidence: Evidence, rows: list[Assertion]
) -> None:
    recorded, noted, left_out = [], [], Counter[str]()
    for figure in figures(evidence):
        if found := [row for row in rows if holds(row, figure)]:
            recorded += found
        elif any(is_noted(row, figure) for row in rows):
            noted.append((figure.primary, figure.site, figure.row["percent"]))
        else:
            left_out[figure.source] += 1
    announced = {
        key: int(match[1])
        for key, source in evidence.catalog.sources.items()
        if key in SOURCES.values() and (match := LEFT_OUT.match(source.note or ""))
    }
    assert left_out == announced
    assert noted == NOTED_ONLY
    assert len(recorded) == len(set(recorded))
    assert len(recorded) + len(noted) + left_out.total() == 174


def test_no_number_is_ours_alone(evidence: Evidence, rows: list[Assertion]) -> None:
    given = list(figures(evidence))
    ours = {
        (row.source, row.site, str(row.percent))
        for row in rows
        if row.source in SOURCES.values()
        and row.percent is not None
        and not any(holds(row, figure) for figure in given)
    }
    assert ours == set(NOT_IN_THE_LIST)
    assert {row.source for row in rows if row.reading == "computed"} == {"kim-2018-thyroid"}


@pytest.mark.parametrize(("source", "site"), sorted(WORDS_OF_PAGES))
def test_pages_of_the_institute_say_what_is_recorded(
    rows: list[Assertion], source: str, site: str
) -> None:
    frequency, words = WORDS_OF_PAGES[source, site]
    text = shared_path("pages", PAGES[source]).read_text(encoding="utf-8")
    assert re.search(words, text)
    recorded = {row.frequency for row in rows if (row.source, row.site) == (source, site)}
    assert frequency in recorded


@pytest.mark.parametrize("source", sorted(WORDS_OF_ABSTRACTS))
def test_first_of_a_list_of_the_most_common_sites_is_most_common(
    rows: list[Assertion], source: str
) -> None:
    listed = [row for row in rows if row.source == source]
    said = {row.site: row.frequency for row in listed}
    first = WORDS_OF_ABSTRACTS[source]
    assert said == dict.fromkeys(said, "common") | {first: "most_common"}
    assert max(listed, key=lambda row: row.percent or Decimal(0)).site == first


def test_population_names_a_part_of_the_patients(rows: list[Assertion]) -> None:
    for row in rows:
        population = row.population or ""
        assert not re.search("known|documented|trial|missing", population), population


def test_sources_are_those_of_the_list_and_the_page(evidence: Evidence) -> None:
    theirs = {row["source_key"]: row for row in shared_rows("evidence", "sources.csv")}
    assert set(SOURCES) == set(theirs)
    assert set(SOURCES.values()) | {PAGE} <= set(evidence.catalog.sources)
    for key, ours in SOURCES.items():
        verified = "from memory" not in theirs[key]["doi_status_or_url"]
        expected = theirs[key]["doi"] if verified else ""
        if ours in DOI_FOUND_SINCE:
            assert expected == ""
            expected = DOI_FOUND_SINCE[ours]
        assert (evidence.catalog.sources[ours].doi or "") == expected, ours


def test_unverified_dois_are_nowhere(evidence: Evidence) -> None:
    withheld = [s for s in evidence.catalog.sources.values() if "DOI withheld" in (s.note or "")]
    assert len(withheld) == DOI_WITHHELD
    assert not any(source.doi for source in withheld)
    dois = [
        row["doi"]
        for row in shared_rows("evidence", "sources.csv")
        if "from memory" in row["doi_status_or_url"]
    ]
    assert len(dois) == DOI_WITHHELD
    assert shipped_with(dois) == []


def test_addresses_of_mirrors_are_nowhere() -> None:
    mirrors = set()
    for row in shared_rows("evidence", "published_figures.csv"):
        host = re.match(r"(?:https?://)?([^/\s]+)", row["read_at"])
        assert host
        mirrors.add(host[1])
    assert len(mirrors - HOSTS_OF_PUBLISHERS) > 5
    assert shipped_with(sorted(mirrors - HOSTS_OF_PUBLISHERS)) == []


def shipped_with(words: list[str]) -> list[tuple[str, str]]:
    """Return the shipped files that hold one of some words, each with the word."""
    return [
        (path.name, word)
        for path in ontology_path().rglob("*.*")
        for word in words
        if word.casefold() in path.read_text(encoding="utf-8").casefold()
    ]
