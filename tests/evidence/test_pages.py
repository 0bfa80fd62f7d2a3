"""Every row opens its page: the words that a locator quotes stand there, and so do its numbers.

The pages lie in the shared folder and are never shipped; without them these tests are skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from metastasis._evidence.assertion_table import read_evidence
from metastasis._files import ontology_path
from shared_data import shared_path

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

QUOTED: Final = {
    "ccs-skin": "more/ccs_skin_nl",
    "pdq-adrenocortical": "nci_pdq_adrenocortical_hp",
    "pdq-child-cns-embryonal": "nci_pdq_cns_embryonal_patient",
    "pdq-child-thyroid": "nci_pdq_child_thyroid_patient",
    "pdq-gist": "nci_pdq_gist_hp",
    "pdq-medullary-thyroid": "nci_pdq_thyroid_hp",
    "pdq-merkel": "nci_pdq_merkel_hp",
    "pdq-merkel-patient": "nci_pdq_merkel_patient",
    "pdq-neuroblastoma": "nci_pdq_neuroblastoma_patient",
    "pdq-osteosarcoma": "nci_pdq_osteosarcoma_hp",
    "pdq-ovarian-epithelial": "nci_pdq_ovarian_hp",
    "pdq-pheochromocytoma": "nci_pdq_pheochromocytoma_hp",
    "pdq-thyroid": "nci_pdq_thyroid_hp",
    "pdq-uveal-melanoma": "nci_pdq_uveal_melanoma_hp",
    "pdq-vaginal": "nci_pdq_vaginal_hp",
    "pdq-wilms": "nci_pdq_kidney_childhood_hp",
}
"""Sources whose locators quote the first words of the sentence, and their pages."""

NUMBERED: Final = {
    "gastroesophageal-autopsy-2020": "more/gastroesoph_autopsy",
    "shinagare-2011": "more/shinagare_bladder",
    "uka-2007-hcc": "more/uka_hcc",
    "wallmeroth-1999": "more/wallmeroth_bladder",
    "xu-2020-bladder": "more/xu_bladder_seer",
}
"""Abstracts whose numbers are read again."""

TABLED: Final = {"nci-common-sites": "nci_metastatic_cancer"}
"""Sources whose locators name the row of a table."""

IN_WORDS: Final = {"4": "Four percent", "89": "46%"}
"""Percentages that the page prints in words, or in two parts of a sum."""

QUOTE: Final = re.compile(r'"([^"]+)"$')
LONGEST_QUOTE: Final = 7
"""Words of a locator: fewer than what counts as a copied sentence."""

CATALOG: Final = read_evidence().catalog
ROWS: Final = read_evidence().assertions


def rows_of(source: str) -> list[Assertion]:
    return [row for row in ROWS if row.source == source]


def page(name: str) -> str:
    """Return the text of a page on one line, as it was read."""
    text = shared_path("pages", f"{name}.txt").read_text(encoding="utf-8")
    return " ".join(text.replace("*", "").split())


@pytest.mark.parametrize("source", sorted(QUOTED))
def test_the_first_words_of_a_locator_stand_on_the_page(source: str) -> None:
    text = page(QUOTED[source])
    for row in rows_of(source):
        quote = QUOTE.search(row.locator)
        assert quote, row.locator
        assert quote[1] in text, row.locator
        assert len(re.findall(r"\w+", quote[1])) <= LONGEST_QUOTE, row.locator


@pytest.mark.parametrize("source", sorted(QUOTED))
def test_a_row_that_quotes_names_what_the_paragraph_names(source: str) -> None:
    text = page(QUOTED[source])
    for row in rows_of(source):
        quote = QUOTE.search(row.locator)
        assert quote
        start = text.index(quote[1])
        # The sentence, and the one before it, which may name the number's site.
        around = text[max(0, start - 100) : start + 400].casefold()
        assert any(word in around for word in names_of(row.site)), (row.site, around)


def names_of(site: str) -> list[str]:
    """Return the names of a site, and of what stands for it in a sentence."""
    record = CATALOG.sites[site]
    stems = {"subcutis": "subcutaneous", "lymph_node": "lymphatic", "vein": "veins"}
    names = [record.key.replace("_", " "), record.label, *record.synonyms]
    if site == "lymph_node_cervical":
        names.append("lymph nodes in the neck")
    if site.endswith(("_regional", "_distant", "_pelvic", "_para_aortic")):
        names += ["lymph node", "nodes"]
    if site == "distant_unspecified":
        names += ["distant", "other extra-abdominal sites", "other organs"]
    if site == "abdomen":
        names.append("abdominal")
    return [name.casefold() for name in [*names, stems.get(site, record.label)]]


@pytest.mark.parametrize("source", sorted(QUOTED | NUMBERED))
def test_the_numbers_of_a_row_stand_on_the_page(source: str) -> None:
    text = page((QUOTED | NUMBERED)[source]).replace(",", "")
    for row in rows_of(source):
        # Where people are counted, the percentage may be ours.
        for number in (row.count, row.total, row.percent if row.count is None else None):
            if number is not None:
                words = IN_WORDS.get(str(number), rf"(?<![\d.]){number}(?![\d.]*\d)")
                assert re.search(words, text), (row, number)


@pytest.mark.parametrize("source", sorted(TABLED))
def test_the_row_of_a_table_stands_on_the_page(source: str) -> None:
    text = page(TABLED[source]).casefold()
    for row in rows_of(source):
        name = row.locator.removeprefix("table row ").casefold()
        cells = re.search(rf"\| {name} \| ([^|]*) \|", text)
        assert cells, row.locator
        assert any(word in cells[1] for word in names_of(row.site)), (row.site, cells[1])


def test_every_table_of_a_page_of_the_institute_is_opened() -> None:
    tables = {path.stem for path in ontology_path("assertions").glob("pdq-*.csv")}
    assert tables <= set(QUOTED)
