"""Which primary a page, a heading or a sentence before stands for."""

from __future__ import annotations

import pytest

from metastasis.text import read_text


def primaries(text: str, address: str | None = None) -> set[str]:
    """Return the primaries of what a page says."""
    return {one.primary for one in read_text(text, address=address)}


@pytest.mark.parametrize(
    ("address", "primary"),
    [
        ("https://example.org/ovarian-cancer/spread", "ovary"),
        ("https://example.org/OvarianCancerSpread.html", "ovary"),
        ("https://example.org/soft-tissue-sarcoma/gist-spread", "gist"),
        ("https://example.org/spread?of=thymoma", "thymoma"),
    ],
)
def test_address_says_what_a_page_is_about(address: str, primary: str) -> None:
    assert primaries("It often spreads to the liver.", address=address) == {primary}


def test_address_that_is_finer_goes_before_a_heading() -> None:
    page = "# Lung cancer\n\nIt often spreads to the liver."
    assert primaries(page, address="https://example.org/small-cell-lung-cancer") == {"sclc"}


def test_nothing_comes_from_nowhere() -> None:
    assert not primaries("It often spreads to the liver.")


def test_subtype_that_only_its_topic_names() -> None:
    page = "# Thyroid cancer\n\nPapillary tumors often spread to lymph nodes in the neck."
    assert primaries(page) == {"thyroid_papillary"}


def test_cancer_in_general_is_any_where_a_page_has_no_other_topic() -> None:
    text = "Cancer mostly spreads to the bone and the liver."
    assert primaries(text) == {"any"}
    assert primaries(f"# Thymoma\n\n{text}") == {"thymoma"}


@pytest.mark.parametrize("who", ["The cancer", "Your cancer", "This tumor", "It"])
def test_certain_cancer_that_nobody_named_is_none(who: str) -> None:
    assert not primaries(f"{who} often spreads to the liver.")


def test_page_on_the_spread_of_cancer_takes_no_topic_from_a_later_heading() -> None:
    page = "# How cancer spreads\n\n## A survivor of thymoma\n\n## Sites\n\n"
    assert not primaries(f"{page}It often spreads to the liver.")


def test_page_on_a_subtype_may_call_it_by_its_family() -> None:
    page = "# Small cell lung cancer\n\nLung cancer is feared. It often spreads to the liver."
    assert primaries(page) == {"sclc"}


@pytest.mark.parametrize(
    "sentence",
    [
        "This type of lung cancer often spreads to the liver.",
        "It is the lung cancer that most often spreads to the liver.",
    ],
)
def test_name_that_says_only_what_it_is(sentence: str) -> None:
    assert primaries(f"Small cell lung cancer grows fast. {sentence}") == {"sclc"}


def test_part_of_the_patients_is_no_new_topic() -> None:
    text = (
        "The urothelial carcinoma group had 9 patients. The most common sites of spread were bone."
    )
    assert primaries(f"# Bladder cancer\n\n{text}") == {"bladder"}


def test_finer_paragraph_goes_before_the_heading_for_the_next() -> None:
    page = "# Bladder cancer\n\nUrothelial cancer can spread.\n\n"
    page += "{}Metastases often occur in the liver.\n"
    assert primaries(page.format("")) == {"bladder_urothelial"}
    assert primaries(page.format("Results: ")) == {"bladder"}


def test_abbreviation_is_explained_within_its_block() -> None:
    page = """# Skin cancer

## Basal cell carcinoma (BCC)

BCC can spread to the:

- liver

## Squamous cell carcinoma (SCC)

SCC can spread to the:

- bone
"""
    assert {(one.primary, one.site) for one in read_text(page)} == {
        ("skin_basal_cell", "liver"),
        ("skin_squamous_cell", "bone"),
    }


@pytest.mark.parametrize("name", ["Leukemia", "Kaposi sarcoma"])
def test_what_is_no_cancer_of_the_catalog_is_a_topic_without_rows(name: str) -> None:
    assert not primaries(f"# {name}\n\nIt often spreads to the liver. Thymoma is rarer.")
    assert not primaries(f"# Thymoma\n\n{name} is rarer. It often spreads to the liver.")
    assert not primaries(f"# How cancer spreads\n\n## {name}\n\nCancer often spreads to the liver.")


def test_folder_of_an_address_counts_only_if_the_page_names_it() -> None:
    address = "https://example.org/breast-cancer/ways-of-spread"
    text = "The tumor often spreads to the liver. " * 9
    assert not primaries(text, address=address)
    assert primaries(f"{text}It began in the breast.", address=address) == {"breast"}


def test_several_that_were_told_apart_leave_the_page_to_speak_of_all() -> None:
    told = "Oral cancer spreads to lymph nodes. Laryngeal cancer rarely spreads to the spleen."
    page = f"# Head and neck cancer\n\n{told} {{}} most often spread to the liver."

    def of_the_liver(subject: str) -> list[str]:
        return [one.primary for one in read_text(page.format(subject)) if one.site == "liver"]

    assert of_the_liver("Distant metastases") == ["head_neck"]
    assert of_the_liver("They") == ["larynx"]


def test_abbreviation_of_the_catalog_is_read_under_its_topic() -> None:
    assert primaries("# Thyroid cancer\n\nMTC often spreads to the liver.") == {"thyroid_medullary"}
