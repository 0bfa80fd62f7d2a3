"""What is no text of a page is told from what it says, with a reason, and accounted for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from metastasis._files import ontology_path
from metastasis.text._pages.blocks import blocks_of
from metastasis.text._pages.noise import NOISE_COLUMNS, noise_of, read_noise
from shared_data import shared_path

SPAM = ("spam", "error", "other_script", "byline", "template")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Skip to main content", "menu"),
        ("We use cookies to make this site better. Accept all cookies?", "cookies"),
        ("© 2022 A company, all of it", "boilerplate"),
        ("This is not intended to be a substitute for medical advice.", "boilerplate"),
        ("Sign up for our newsletter", "newsletter"),
        ("Share on Facebook", "share"),
        ("There was an error. Please try again.", "error"),
        ("Thank you, {{form.email}}.", "template"),
        ("Возможно, сайт временно недоступен", "other_script"),
        ("癌症可以扩散到肝脏", "other_script"),
        ("Medically reviewed by Ann Other, MD", "byline"),
        ("By Ann Other", "byline"),
        ("Smith A, Jones B. Spread of cancer to liver. J Test. 2010;12(3):45-50.", "references"),
        ("doi:10.1000/182", "references"),
        ("https://example.org/cancer", "links"),
        ("office@example.org (link sends e-mail)", "contact"),
        ("Tel: 555-010-0199", "contact"),
        ("Buy viagra here", "spam"),
        ("* * *", "no_words"),
        ("12", "no_words"),
    ],
)
def test_reasons(text: str, reason: str) -> None:
    assert noise_of(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "Bone",
        "By direct extension",
        "by direct growth into the liver",
        "Breast cancer spreads to the liver (Smith et al. 2010;12:3) and is found in the lungs.",
        "Lung cancer may spread to the β-cells of the pancreas.",
        "\u03b1, \u03b2 and \u03b3 subunits",
        "Contact with the pleura is common.",
        "The share of patients with metastases in bone was 12 %.",
        "It spread to the liver in 12 of 25 patients, as reviewed by two pathologists.",
        "Métastases hépatiques",
        "The next most common site is the lung.",
        "Search for metastases is by CT.",
        "Cancer of the skin often spreads to the nearby lymph nodes.",
    ],
)
def test_text_is_kept(text: str) -> None:
    assert noise_of(text) is None


def test_what_stands_under_references_is_no_text_until_the_next_heading() -> None:
    blocks = blocks_of(
        "# Spread\n\nIt spreads to bone.\n\n## References\n\n1. Anyone. Metastases to the liver.\n"
        "2. Somebody. Brain.\n\n## Symptoms\n\nNone are known.\n"
    )
    assert [one.noise for one in blocks] == [None, None, *["references"] * 3, None, None]


def test_a_list_of_literature_ends_where_something_new_begins() -> None:
    blocks = blocks_of("# A\n\nReferences:\nAnyone. On bone.\n\nKnown sites are:\n- bone\n- lung\n")
    assert [one.noise for one in blocks][-3:] == [None, None, None]


def test_titles_of_other_pages_are_links() -> None:
    blocks = blocks_of(
        "It spreads to bone, and often.\n\n\nWhy Does It Spread to Bone?\n\n\nLiver Metastases and "
        "Their Treatment\n\n\nHow Is Lung Cancer Treated?\n\n\nWhat Is Stage Four Melanoma?\n"
    )
    assert [one.noise for one in blocks] == [None, *["links"] * 4]


def test_the_table_is_well_formed() -> None:
    path = ontology_path("text", "noise.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == NOISE_COLUMNS
    assert rows == sorted(rows, key=lambda row: (row["reason"], row["words"]))
    assert all(row["words"] == row["words"].casefold() and row["note"] for row in rows)
    assert max(int(row["most"]) for row in rows) <= 700
    assert sum(map(len, read_noise(path).values())) == len(rows)


def seed() -> tuple[str, list[dict[str, str]]]:
    """Return the page that the graph began with, and what was curated of it."""
    text = shared_path("pages", "cancer-spreading.txt").read_bytes().decode()
    table = ontology_path("assertions", "cancer-spreading.csv")
    with Path(table).open(encoding="utf-8", newline="") as file:
        return text, [row for row in csv.DictReader(file) if row["start"]]


def test_every_curated_sentence_of_the_first_page_is_text() -> None:
    text, rows = seed()
    blocks = [(one.view.span(0, len(one.view)), one) for one in blocks_of(text)]
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        [block] = [one for (first, last), one in blocks if first <= start and end <= last]
        assert block.noise is None
        assert " ".join(text[start:end].split()) in block.text


def test_what_was_put_on_the_first_page_is_noise() -> None:
    text, _ = seed()
    reasons = {one.text: one.noise for one in blocks_of(text)}
    for part, reason in reasons.items():
        if any(word in part for word in ("Firefox", "Massage", "Welsh", "{{", "©", "Ⓒ", "doi:")):
            assert reason, part
    assert {reason for reason in reasons.values() if reason} >= set(SPAM)
