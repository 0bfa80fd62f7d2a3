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
