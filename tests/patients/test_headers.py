"""Column headers of files from outside: which are taken, and which are only told."""

from __future__ import annotations

import pytest

from metastasis.patients._words.headers import (
    look_alikes,
    missing_column,
    nearest,
    plain_header,
    recognize,
)

KNOWN = {"patient": ("PATIENT_ID", "Patient ID"), "age": ("AGE",), "sex": ("sex", "gender")}


@pytest.mark.parametrize("header", ["Patient ID", '"patient_id"', " PATIENT-ID ", "patient.id"])
def test_case_quotes_and_punctuation_make_no_difference(header: str) -> None:
    assert recognize(["x", header], KNOWN) == {"patient": 1}


def test_the_best_name_counts_whatever_the_order_of_the_columns() -> None:
    assert recognize(["Gender", "SEX"], KNOWN) == {"sex": 1}
    assert recognize(["age", "AGE"], KNOWN) == {"age": 0}
    assert plain_header("Distant Mets: CNS/Brain") == "distant mets cns brain"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Agee", ("Agee", "AGE")),
        ("sxe", ("sxe", "sex")),
        ("PATIENT_DI", ("PATIENT_DI", "PATIENT_ID")),
    ],
)
def test_a_header_that_only_looks_right_is_told_and_not_taken(
    header: str, told: tuple[str, str]
) -> None:
    assert recognize([header], KNOWN) == {}
    assert look_alikes([header], KNOWN, {}) == [told]


def test_a_header_that_is_read_looks_like_nothing_else() -> None:
    assert look_alikes(["sex", "ages"], KNOWN, {"sex": 0, "age": 1, "patient": 2}) == []


def test_a_good_match_of_any_name_comes_before_a_loose_one() -> None:
    assert nearest(["dat", "diagnosis_dat"], ["diagnosis_date"]) == "diagnosis_dat"
    assert nearest(["x"], ["date"]) is None


def test_a_missing_column_is_told_with_the_nearest_header_or_without() -> None:
    assert "rename it" in str(missing_column("f", ["Patien ID"], ["PATIENT_ID"], "export it"))
    assert str(missing_column("f", ["x"], ["PATIENT_ID"], "export it")).endswith("; export it")
