"""Denials: nothing that a sentence denies comes out as reported, and nothing else is lost."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from metastasis.text import read_text

SENTENCES = list(
    csv.DictReader((Path(__file__).parent / "denials.csv").read_text("utf-8").splitlines())
)


def test_there_are_sixty_of_them_and_more() -> None:
    assert sum(bool(row["denied"]) for row in SENTENCES) >= 60


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_what_is_denied_is_never_reported(row: dict[str, str]) -> None:
    present = {one.site for one in read_text(row["sentence"]) if one.assertion.finding == "present"}
    assert not present & set(row["denied"].split())


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["sentence"])
def test_what_is_stated_beside_a_denial_is_read(row: dict[str, str]) -> None:
    present = {one.site for one in read_text(row["sentence"]) if one.assertion.finding == "present"}
    assert set(row["stated"].split()) <= present


@pytest.mark.parametrize(
    "sentence",
    [
        "Liver metastases, common in colon cancer, are not seen in basal cell carcinoma.",
        "Breast cancer did not metastasize except to the lung.",
        "Bone metastases were not found in 12 of 40 patients with breast cancer.",
        "Bone metastases were absent in 30 % of 200 patients with breast cancer.",
        "Lung cancer that does not spread to the spleen can spread to the brain.",
        "Colon cancer does not only spread to the liver.",
    ],
)
def test_nothing_is_denied_that_the_sentence_does_not_deny(sentence: str) -> None:
    denied = {one.site for one in read_text(sentence) if one.assertion.finding == "absent"}
    assert denied <= {"spleen"}
