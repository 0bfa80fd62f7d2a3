"""Statements: what plain sentences say, and what they do not say."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from metastasis.text import read_text

if TYPE_CHECKING:
    from metastasis.text import Reading

SENTENCES = list(
    csv.DictReader((Path(__file__).parent / "statements.csv").read_text("utf-8").splitlines())
)


def told(row: Reading) -> str:
    relation = ["extension"] if row.relation == "extension" else []
    words = [row.primary, row.site, *([row.frequency] if row.frequency else []), *relation]
    return " ".join(words)


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_a_sentence_says_this_and_nothing_else(row: dict[str, str]) -> None:
    expected = {one.strip() for one in row["rows"].split(";") if one.strip()}
    assert {told(one) for one in read_text(row["sentence"])} == expected


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Lung cancer spreads to bone.", "sentence"),
        ("# Lung cancer\n\nIt spreads to bone.", "heading"),
        ("Lung cancer is common. It spreads to bone.", "paragraph"),
        ("Lung cancer often spreads to:\n\n- bone\n- liver", "lead"),
        ("| Cancer | Main sites of spread |\n|---|---|\n| Lung | Bone |", "row"),
    ],
)
def test_where_the_primary_was_taken_from(text: str, source: str) -> None:
    assert {row.primary_from for row in read_text(text)} == {source}


def test_no_row_has_a_primary_from_nowhere() -> None:
    readings = read_text("Metastases were most often found in the liver and the lungs.")
    assert not readings
    assert readings.report.not_made["no primary"] == 2
