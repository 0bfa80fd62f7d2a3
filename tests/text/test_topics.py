"""Which primary a page, a heading or a sentence before stands for."""

from __future__ import annotations

import pytest

from metastasis.text import read_text


def primaries(text: str, **options: str) -> set[str]:
    """Return the primaries of what a page says."""
    return {one.primary for one in read_text(text, **options)}


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
