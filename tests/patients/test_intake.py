"""What the readers have in common: their rules, their engine, and the names of what they read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import metastasis.patients
from metastasis._errors import UnknownNameError
from metastasis.patients import (
    Rules,
    open_engine,
    read_cbioportal,
    read_coded,
    read_fhir,
    read_omop,
    read_seer,
)
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._intake import engine_of, is_path, paths_in, stem_of

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC = {
    "Claim",
    "CodeMap",
    "ENGINES",
    "Engine",
    "Exclusion",
    "Ingested",
    "Look",
    "Notice",
    "Pattern",
    "Remark",
    "Report",
    "Rules",
    "SourceEntry",
    "TableMapping",
    "Unmapped",
    "look",
    "open_engine",
    "read_cbioportal",
    "read_code_map",
    "read_coded",
    "read_fhir",
    "read_mapping",
    "read_matrix",
    "read_naaccr",
    "read_omop",
    "read_patterns",
    "read_registry",
    "read_seer",
    "read_site_map",
    "read_table",
    "read_wide",
    "write_patterns",
    "write_site_map",
}


def test_remarks_on_the_files_of_another_read_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("patient,code,\nA,C61,\nA,C79.51,\n", "utf-16")
    (tmp_path / "plain.csv").write_text("patient,code\nA,C61\nA,C79.51\n", "utf-8")
    with open_engine() as engine:
        said = read_coded(tmp_path / "odd.csv", engine=engine).report.remarks
        assert any("UTF-16" in one.text for one in said)
        assert not read_coded(tmp_path / "plain.csv", engine=engine).report.remarks
        assert read_coded(tmp_path / "odd.csv", engine=engine).report.remarks == said


def test_these_names_are_public_and_no_others() -> None:
    assert set(metastasis.patients.__all__) == PUBLIC
    shown = {name for name in vars(metastasis.patients) if not name.startswith("_")}
    assert shown - {"annotations"} == PUBLIC


@pytest.mark.parametrize(
    ("reader", "rule", "told"),
    [
        (read_cbioportal, {"choose": "first"}, "choice of primary among samples"),
        (read_cbioportal, {"metastatic_by": "mark"}, "metastatic-by rule"),
        (read_cbioportal, {"primary_from": "site"}, "column of the primary"),
        (read_seer, {"choose": "most"}, "choice of tumor"),
        (read_seer, {"distant_by": "code"}, "distant-by rule"),
        (read_coded, {"choose": "best"}, "choice of primary"),
        (read_coded, {"nodes": "all"}, "rule for nodes"),
        (read_cbioportal, {"nodes": "all"}, "rule for nodes"),
        (read_omop, {"detail": "fine"}, "detail"),
        (read_fhir, {"choose": "each", "at_diagnosis_days": 30}, "choice of primary"),
    ],
)
def test_a_rule_that_does_not_exist_is_refused_before_anything_is_read(
    reader: Callable[..., Any], rule: dict[str, Any], told: str
) -> None:
    with pytest.raises(UnknownNameError, match=f"unknown {told} "):
        reader("no such file", **rule)


@pytest.mark.parametrize("reader", [read_cbioportal, read_coded, read_omop, read_fhir, read_seer])
def test_a_rule_that_no_reader_has_is_a_type_error(reader: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="min_number"):
        reader("no such file", min_number=3)


ZERO = "whose site was found in no patient (--zeros writes them)"


@pytest.mark.parametrize(
    ("rules", "count", "total", "reason"),
    [
        (Rules(), 0, 90, ZERO),
        (Rules(zeros=True), 0, 50, None),
        (Rules(zeros=True), 0, 49, "whose site was found in none of fewer than 50 (--zeros-of)"),
        (Rules(zeros=True), 0, None, "whose site was found in none of fewer than 50 (--zeros-of)"),
        (Rules(zeros=True, zeros_of=1), 0, 1, None),
        (Rules(), 1, 1, None),
        (Rules(min_count=5), 4, 90, "with fewer than 5 patients"),
        (Rules(min_count=5), 5, 90, None),
        (Rules(min_count=5), 4, 4, "out of fewer than 5 patients"),
        (Rules(min_count=5), 86, 90, "that all but fewer than 5 patients have"),
        (Rules(min_count=5), 90, 90, None),
        (Rules(min_count=5, zeros=True), 0, 90, None),
        (Rules(min_count=5, zeros=True, zeros_of=1), 0, 3, "out of fewer than 5 patients"),
    ],
)
def test_why_a_count_is_not_written(
    rules: Rules, count: int, total: int | None, reason: str | None
) -> None:
    assert rules.why_not(count, total, "all_patients") == reason


def test_records_and_what_could_not_be_seen_deny_nothing() -> None:
    rules = Rules(zeros=True)
    assert "records are no patients" in str(rules.why_not(0, 900, "records"))
    assert "could be seen" in str(rules.why_not(0, 900, "all_patients", can_deny=False))


def test_rules_without_a_map_file_or_a_catalog_have_none_of_the_first_and_ours_of_the_second() -> (
    None
):
    assert Rules().words == {}
    assert "breast" in Rules().known.primaries
    assert CodingRules(overrides={("site", "X"): "-"}).words == {("site", "X"): "-"}


def test_the_catalog_is_read_once_for_all_that_the_rules_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = Rules()
    monkeypatch.setattr("metastasis.patients._intake.read_catalog", None)
    assert rules.known is replace(rules, choose="last").known


def test_an_engine_opened_by_name_is_closed_and_an_open_one_stays_open() -> None:
    with open_engine() as own:
        with engine_of(own) as running:
            assert running is own
        assert own.collect(own.table({"n": "int"}, [(1,)])) == [(1,)]
    with engine_of("duckdb") as made:
        rows = made.table({"n": "int"}, [(1,)])
        assert made.collect(rows) == [(1,)]
    with pytest.raises(Exception, match=r"(?i)closed"):
        made.collect(rows)
    with pytest.raises(UnknownNameError, match="unknown engine"), engine_of("abacus"):
        pass


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        ("a.csv", ["a.csv"]),
        (Path("a.csv"), ["a.csv"]),
        (["a.csv", Path("b.csv")], ["a.csv", "b.csv"]),
        (("a.csv",), ["a.csv"]),
        (pd.DataFrame({"a": [1]}), []),
        ({"a": "a.csv"}, []),
        ([1, 2], []),
        (None, []),
    ],
)
def test_files_are_told_from_frames(data: Any, paths: list[str]) -> None:
    assert paths_in(data) == paths
    assert is_path(data) == bool(paths)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("data/claims.csv.gz", "claims"),
        ("claims 2019", "claims 2019"),
        ("the frame", "own"),
        (".csv", "own"),
        ("---.csv", "own"),
    ],
)
def test_a_source_is_named_after_its_file(file: str, name: str) -> None:
    assert stem_of(file, "own") == name


def test_patterns_are_of_the_patients_kept() -> None:
    """Patients of a sex that cannot have the primary are in neither."""
    table = {
        "patient": ["A", "A", "B", "B"],
        "code": ["C61", "C79.51"] * 2,
        "sex": ["F", "F", "M", "M"],
    }
    found = read_coded(pd.DataFrame(table), system="ICD-10-CM", patterns=True)
    assert found.report.patients_kept == 1
    assert [(one.sex, one.patients) for one in found.patterns] == [("male", 1)]
