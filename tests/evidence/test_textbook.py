"""What a textbook lists is there: an edge for each pair, or a gap told with what was searched."""

from __future__ import annotations

from typing import Final

import pytest

import metastasis as mets
from metastasis._catalog import read_catalog
from metastasis._catalog.known_gaps import read_known_gaps

TEXTBOOK: Final = {
    "lung": "pleura lymph_node_hilar lymph_node_supraclavicular pericardium skin brain bone liver",
    "sclc": "brain liver bone adrenal_gland",
    "breast": "lymph_node_distant pleura adrenal_gland peritoneum ovary leptomeninges skin bone "
    "breast_contralateral liver lung brain",
    "colorectal": "peritoneum lymph_node ovary adrenal_gland liver lung",
    "prostate": "lymph_node_pelvic lymph_node_retroperitoneal dura bone lung liver",
    "stomach": "ovary lymph_node_virchow lymph_node_regional adrenal_gland peritoneum liver",
    "hcc": "lymph_node adrenal_gland peritoneum brain lung bone",
    "thyroid_papillary": "lymph_node_cervical",
    "cervix": "lymph_node_pelvic lymph_node_para_aortic lymph_node_supraclavicular brain lung",
    "bladder": "lymph_node_pelvic bone lung liver",
    "pancreas": "lymph_node bone adrenal_gland liver peritoneum lung",
    "esophagus": "liver lung lymph_node bone adrenal_gland pleura brain",
    "kidney": "lymph_node pancreas thyroid kidney_contralateral skin lung bone",
    "endometrium": "lymph_node_pelvic lymph_node_para_aortic ovary omentum brain lung",
    "head_neck": "lung bone liver lymph_node_cervical lymph_node_mediastinal",
    "melanoma": "lymph_node small_intestine adrenal_gland spleen heart subcutis brain",
    "ovary": "diaphragm bowel spleen lymph_node_retroperitoneal umbilicus peritoneum liver",
    "glioma": "leptomeninges",
    "gallbladder": "liver lymph_node peritoneum lung",
    "cholangiocarcinoma": "liver lymph_node peritoneum lung",
    "testis": "lymph_node_retroperitoneal lung liver brain bone",
}
"""Where each cancer is said to spread in any textbook of oncology; parts count for the whole."""


@pytest.mark.parametrize("primary", TEXTBOOK)
def test_what_a_textbook_lists_has_an_edge_or_a_told_gap(primary: str) -> None:
    reached = set(mets.load().sites_of(primary).sites)
    told = read_known_gaps(read_catalog())
    missing = set(TEXTBOOK[primary].split()) - reached
    assert {site for site in missing if (primary, site) not in told} == set()


def test_the_keys_are_those_of_the_catalog() -> None:
    catalog = read_catalog()
    assert set(TEXTBOOK) <= set(catalog.primaries)
    assert {site for sites in TEXTBOOK.values() for site in sites.split()} <= set(catalog.sites)


def test_the_graph_is_as_rich_as_it_says() -> None:
    kg = mets.load()
    counts = {str(what): number for what, number in kg.summary()}
    for what, least in (
        ("assertions", 750),
        ("assertions with a number", 400),
        ("assertions with a count n/N", 170),
        ("pairs with evidence of metastasis, without groupings", 300),
        ("cancers with five sites or more", 25),
    ):
        assert isinstance(counts[what], int)
        assert counts[what] >= least, what


def test_at_least_twelve_pairs_pool() -> None:
    pytest.importorskip("scipy", reason="scipy is in the extra 'stats'")
    kg = mets.load()
    pooled = {
        (pair.primary, pair.site)
        for pair in kg.evidence.pairs()
        if sum(one.is_quantified for one in pair.assertions) > 1
        and any(row.status == "pooled" for row in kg.pool(pair.primary, pair.site))
    }
    assert len(pooled) >= 12


def test_few_common_edges_rest_on_words_for_lay_readers_alone() -> None:
    kg = mets.load()
    found = [
        pair
        for pair in kg.evidence.pairs(roll_up=True)
        if (pair.edge, pair.basis) == ("commonly", "lay_words")
        and kg.catalog.primaries[pair.primary].kind != "grouping"
    ]
    assert 0 < len(found) <= 25
