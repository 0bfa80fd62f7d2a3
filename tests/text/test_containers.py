"""Leads, headings and header rows hand their words down; what they do not say is not made."""

from __future__ import annotations

import pytest

from metastasis.text import read_text


def said(text: str, **options: str) -> set[tuple[str, str, str, str | None]]:
    """Return what a page says, without routes and numbers."""
    rows = read_text(text, **options)
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
