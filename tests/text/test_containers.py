"""Leads, headings and header rows hand their words down; what they do not say is not made."""

from __future__ import annotations

from decimal import Decimal

import pytest

from metastasis.text import read_text


def said(text: str, address: str | None = None) -> set[tuple[str, str, str, str | None]]:
    """Return what a page says, without routes and numbers."""
    rows = read_text(text, address=address)
    return {(one.primary, one.site, one.relation, one.frequency) for one in rows}


def test_last_sentence_of_a_lead_is_what_hands_down() -> None:
    page = """# If thymoma spreads

A plan of treatment depends on much. If thymoma spreads, it often spreads to the:

- pleura
- liver
"""
    assert said(page) == {
        ("thymoma", "pleura", "metastasis", "common"),
        ("thymoma", "liver", "metastasis", "common"),
    }


@pytest.mark.parametrize(
    "lead",
    [
        "Symptoms of spread include pain in the:",
        "Treatment of metastases may cause harm to the:",
        "Tests may include a scan of the:",
    ],
)
def test_lists_of_symptoms_and_treatments_say_nothing(lead: str) -> None:
    assert not said(f"# Thymoma\n\nThymoma can spread.\n\n{lead}\n\n- liver\n- bone\n")


def table(*rows: str) -> str:
    first, *others = (f"| {row} |" for row in rows)
    return "\n".join(["# How cancers spread", "", first, "|---|---|---|", *others, ""])


@pytest.mark.parametrize(
    ("head", "brain"),
    [
        ("Rare sites", "rare"),
        ("Less common", "less_common"),
        ("Other sites", "possible"),
        ("Sites not affected", "absent"),
        ("Never", "absent"),
    ],
)
def test_what_the_head_of_a_column_says_holds_for_that_column(head: str, brain: str) -> None:
    assert said(table(f"Cancer | Common sites | {head}", "Thymoma | pleura, lung | brain")) == {
        ("thymoma", "pleura", "metastasis", "common"),
        ("thymoma", "lung", "metastasis", "common"),
        ("thymoma", "brain", "metastasis", brain),
    }


def test_a_word_of_the_cell_wins_and_a_column_of_words_is_not_a_column_of_sites() -> None:
    page = table("Cancer | Common sites | Rare sites", "Thymoma | pleura, sometimes liver | brain")
    assert ("thymoma", "liver", "metastasis", "less_common") in said(page)
    page = table("Cancer | Metastatic sites | How common", "Thymoma | pleura | rare")
    assert said(page) == {("thymoma", "pleura", "metastasis", "rare")}


def test_a_column_whose_head_says_two_things_says_nothing() -> None:
    page = table("Cancer | Common sites | Not common", "Thymoma | pleura | brain")
    assert ("thymoma", "brain") not in {one[:2] for one in said(page) if one[3] == "common"}


def test_rows_whose_cells_ran_together() -> None:
    page = """# Sites of spread

## Type of Cancer Main Sites of Metastasis

- Bladder Bone, liver
- Small cell lung Brain, adrenal gland
- Breast Bone, brain
"""
    assert said(page) == {
        ("bladder", "bone", "metastasis", "most_common"),
        ("bladder", "liver", "metastasis", "most_common"),
        ("sclc", "brain", "metastasis", "most_common"),
        ("sclc", "adrenal_gland", "metastasis", "most_common"),
        ("breast", "bone", "metastasis", "most_common"),
        ("breast", "brain", "metastasis", "most_common"),
    }


def test_row_without_label_is_reported_and_never_attributed() -> None:
    page = """# Sites of spread

## Type of Cancer Main Sites of Metastasis

- Bladder Bone
- Liver, lung and peritoneum
"""
    found = read_text(page)
    assert {(one.primary, one.site) for one in found} == {("bladder", "bone")}
    assert found.report.not_made["row without label"] == 3


LEAD = "# Thymoma\n\nThymoma often spreads to the:\n\n"


@pytest.mark.parametrize(
    ("item", "sites"),
    [
        ("liver", {("liver", "common")}),
        ("liver (rarely) and bone", {("liver", "rare"), ("bone", "common")}),
        ("lining of the lung (pleura)", {("pleura", "common")}),
        ("Liver: this is the most common site", {("liver", "most_common")}),
        ("cells shed from the liver", set()),
        ("stages of disease of the liver", set()),
    ],
)
def test_items_of_a_list(item: str, sites: set[tuple[str, str]]) -> None:
    found = {(site, frequency) for _, site, _, frequency in said(f"{LEAD}- {item}\n- skin\n")}
    assert found - {("skin", "common")} == sites


def test_growth_in_an_item_is_extension() -> None:
    page = "# Thymoma\n\nPatterns of spread of thymoma:\n\n- Soft tissue extension\n- Lung\n"
    assert {row[1:3] for row in said(page)} == {
        ("soft_tissue", "extension"),
        ("lung", "metastasis"),
    }


def test_kinds_of_spread_lead_each_to_their_own_items() -> None:
    page = """# Spread of thymoma

Local spread:

- lung, pericardium

Hematogenous - uncommon, and found late after the local invasion of others:

- to the liver

Lymphatic:

- most common
- to the nodes in the neck
"""
    routes = {(one.site, one.relation, one.route) for one in read_text(page)}
    assert routes == {
        ("lung", "extension", "direct_extension"),
        ("pericardium", "extension", "direct_extension"),
        ("liver", "metastasis", "hematogenous"),
        ("lymph_node_cervical", "metastasis", "lymphatic"),
    }
    frequencies = {one.site: one.frequency for one in read_text(page)}
    assert frequencies["liver"] == "less_common"
    assert frequencies["lymph_node_cervical"] == "most_common"


@pytest.mark.parametrize(
    "sentence",
    [
        "These include the liver and bone.",
        "Common sites are the liver and bone.",
        "Other organs include liver and bone.",
    ],
)
def test_sentence_that_lists_what_the_one_before_spoke_of(sentence: str) -> None:
    text = f"Thymoma has a tendency to spread to certain organs. {sentence}"
    assert said(text) == {
        ("thymoma", "liver", "metastasis", "common"),
        ("thymoma", "bone", "metastasis", "common"),
    }


@pytest.mark.parametrize("before", ["does not spread to", "causes pain in"])
def test_list_goes_on_with_spread_only(before: str) -> None:
    assert not said(f"Thymoma {before} certain organs. These include the liver and bone.")


def test_paragraph_of_fragments_is_a_list() -> None:
    page = "Thymoma often affects the following parts of the body.\n\nIn the brain. In the lungs."
    assert {row[1] for row in said(page)} == {"brain", "lung"}


def test_item_that_heads_those_that_follow() -> None:
    page = """# Thymoma

## Main risk factors

- Survival 3
- Metastatic location (%)
- Liver 89
- Bone 29
- Age 40
"""
    found = {one.site: (one.frequency, one.percent) for one in read_text(page)}
    assert found == {"liver": (None, Decimal(89)), "bone": (None, Decimal(29))}


@pytest.mark.parametrize(
    ("lead", "is_source"),
    [
        ("The cancers that most often spread to the brain are:", False),
        ("Brain metastases most often come from:", True),
    ],
)
def test_list_of_cancers_that_spread_to_a_site(lead: str, is_source: bool) -> None:
    page = f"# Spread to the brain\n\n{lead}\n\n- lung\n- skin (melanoma)\n- testicular\n"
    found = read_text(page)
    assert {(one.primary, one.site) for one in found} == {
        ("lung", "brain"),
        ("melanoma", "brain"),
        ("testis", "brain"),
    }
    assert {(one.assertion.denominator == "site_cases") for one in found} == {is_source}
    assert all(page[slice(*one.site_span)].lower() == "brain" for one in found)
    assert all(page[slice(*one.primary_span)] in one.quote for one in found if one.primary_span)


def test_what_an_item_passes_through_is_no_site() -> None:
    item = "- through the muscle into nearby organs, e.g. bladder, ureter"
    page = f"# Spread of colon cancer\n\nDirect extension:\n\n{item}\n"
    assert {row[1] for row in said(page)} == {"bladder", "ureter"}


def test_organ_that_begins_a_row_is_a_site_where_the_cancer_is_known() -> None:
    page = """# Spread of thymoma

Known metastatic locations:

| Site | Frequency | Comments |
| Lung | Common | most common distant site |
| Bone | Rare | seen with the liver |
"""
    assert said(page) == {
        ("thymoma", "lung", "metastasis", "most_common"),
        ("thymoma", "bone", "metastasis", "rare"),
    }


def test_rows_that_a_page_cut_from_their_table() -> None:
    page = """# Spread of thymoma

Known metastatic locations:

| Site | Frequency | Comments |
| Pleura | Common | |

| |

| Bone | Rare | Lytic |

Brain Uncommon

Adrenal Glands Very Rare
"""
    assert said(page) == {
        ("thymoma", "pleura", "metastasis", "common"),
        ("thymoma", "bone", "metastasis", "rare"),
        ("thymoma", "brain", "metastasis", "less_common"),
        ("thymoma", "adrenal_gland", "metastasis", "rare"),
    }


def test_list_of_cancers_that_have_a_site_in_common() -> None:
    page = (
        "# Spread\n\nLymph node spread can occur in:\n\n- Ewing sarcoma\n- Melanoma\n- Children\n"
    )
    assert said(page) == {
        ("ewing", "lymph_node", "metastasis", "possible"),
        ("melanoma", "lymph_node", "metastasis", "possible"),
    }


def test_label_says_the_way_of_spreading_for_its_prose() -> None:
    page = """# Thymoma

Thymoma can spread in several ways:

- Direct extension: Thymoma can spread to the pericardium.
- Hematogenous spread: Thymoma can spread to the liver.
"""
    found = {(one.site, one.relation, one.route) for one in read_text(page)}
    assert found == {
        ("pericardium", "extension", "direct_extension"),
        ("liver", "metastasis", "hematogenous"),
    }


def test_what_stands_behind_a_way_of_spreading() -> None:
    page = """# Spread of thymoma

Direct extension: pericardium, diaphragm

Hematogenous: to the liver, bone (rarely)

Lymphatic spread: it is harmless in the end, says the doctor, for the liver
"""
    found = {(one.site, one.relation, one.route, one.frequency) for one in read_text(page)}
    assert found == {
        ("pericardium", "extension", "direct_extension", "possible"),
        ("diaphragm", "extension", "direct_extension", "possible"),
        ("liver", "metastasis", "hematogenous", "possible"),
        ("bone", "metastasis", "hematogenous", "rare"),
    }


def test_table_with_a_column_for_each_site() -> None:
    page = """# Sites of metastasis by primary

| Primary tumor | Bone (%) | Liver (%) | Brain (%) |
| Breast | 60 | 40 | 12.5 |
| Prostate cancer | 85 | 0 | |
| Total | 70 | 33 | 3 |
"""
    found = read_text(page)
    assert {(one.primary, one.site, one.frequency, one.percent) for one in found} == {
        ("breast", "bone", None, Decimal(60)),
        ("breast", "liver", None, Decimal(40)),
        ("breast", "brain", None, Decimal("12.5")),
        ("prostate", "bone", None, Decimal(85)),
    }
    assert found.report.not_made["row without label"] == 3
    assert {page[slice(*one.site_span)] for one in found} == {"Bone", "Liver", "Brain"}


def test_table_with_a_column_for_each_cancer() -> None:
    page = """# Where cancers spread

| Metastatic site | Lung cancer | Breast |
| Bone | Common | Common |
| Skin | Rare | |
"""
    assert said(page) == {
        ("lung", "bone", "metastasis", "common"),
        ("breast", "bone", "metastasis", "common"),
        ("lung", "skin", "metastasis", "rare"),
    }


def test_heading_that_is_the_label_of_its_paragraph() -> None:
    page = """# Thymoma

## Where does thymoma spread?

### Pleura

This is the most common site. It hurts.

### Liver

The doctor often looks here. It is a large organ, and it is common to feel it.

### Skull

Spread to this is rare.
"""
    found = read_text(page)
    assert {(one.site, one.frequency) for one in found} == {
        ("pleura", "most_common"),
        ("skull", "rare"),
    }
    assert {page[slice(*one.site_span)] for one in found} == {"Pleura", "Skull"}
    assert not read_text(page.replace("Where does thymoma spread?", "Anatomy"))


def test_row_of_nodes_names_its_nodes_and_a_thrombus_is_growth() -> None:
    page = """# Spread of thymoma

Known metastatic locations:

| Site | Frequency | Comments |
| Distant Lymph Nodes | Rare | retroperitoneal nodes |
| Inferior Vena Cava | Common | Tumor thrombus |
"""
    assert said(page) == {
        ("thymoma", "lymph_node_distant", "metastasis", "rare"),
        ("thymoma", "lymph_node_retroperitoneal", "metastasis", "rare"),
        ("thymoma", "inferior_vena_cava", "extension", "common"),
    }


LINES = [
    ("Bladder", "Bone, liver, lung"),
    ("Kidney", "Adrenal gland, bone, brain"),
    ("Thyroid", "Bone"),
    ("Colon", "Liver, lung"),
    ("Ovary", "Liver, lung, peritoneum"),
    ("Prostate", "Adrenal gland, bone, liver"),
]


def lines(lost: int | None = None) -> str:
    cells = [cell for row in LINES for cell in row]
    kept = [cell for number, cell in enumerate(cells) if number != lost]
    return "\n".join(["Where cancers spread:", "Cancer Type", "Main Sites of Metastasis", *kept])


@pytest.mark.parametrize("lost", range(2 * len(LINES)))
def test_a_table_of_lines_that_lost_a_cell_says_nothing_new(lost: int) -> None:
    """The cells after it would stand in each other's column otherwise: "Liver | Prostate"."""
    whole, part = said(lines()), said(lines(lost))
    assert {one[0] for one in whole} == {name.lower() for name, _ in LINES}
    assert part < whole
    assert LINES[lost // 2][0].lower() not in {one[0] for one in part}
    assert part or lost == 0
