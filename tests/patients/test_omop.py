"""OMOP tables: source concepts, standard concepts followed back, sex, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from metastasis._errors import ReadError, TableError
from metastasis.patients._coded.omop import read_omop
from metastasis.patients._words.display_text import names_a_cancer

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients import Ingested

CONDITIONS = [
    # person, standard, source, date
    (1, 100, 1, "2015-03-01"),
    (1, 0, 2, "2016-01-01"),
    (2, 101, 0, "2015-05-01"),  # breast, by its standard concept alone
    (2, 102, 0, "2015-06-01"),  # bone, of which no ICD code is known
    (2, 103, 0, "2015-06-01"),  # codes that map to it mean different things
    (3, 0, 3, "2015-01-01"),  # ICD-9
    (3, 0, 0, "2015-01-01"),
    (3, 104, 0, "2015-01-01"),  # no cancer
    (4, 0, 4, "2015-01-01"),
]
CONCEPTS = [
    (1, "C50.911", "ICD10CM", "a"),
    (2, "C79.51", "ICD10CM", "b"),
    (3, "174.9", "ICD9CM", "c"),
    (4, "C61", "ICD10CM", "d"),
    (5, "C50.9", "ICD10CM", "e"),
    (6, "C34.90", "ICD10CM", "f"),
    (100, "9-1", "SNOMED", "Malignant tumor of breast"),
    (101, "9-2", "SNOMED", "Malignant neoplasm of female breast"),
    (102, "9-3", "SNOMED", "Secondary malignant neoplasm of bone"),
    (103, "9-4", "SNOMED", "Malignant neoplasm of chest"),
    (104, "9-5", "SNOMED", "Asthma"),
]
LINKS = [
    (101, 1, "Mapped from"),
    (101, 3, "Mapped from"),
    (101, 5, "Mapped from"),
    (102, 6, "Maps to"),
    (103, 5, "Mapped from"),
    (103, 6, "Mapped from"),
]
PEOPLE = [(1, 8532), (2, 8532), (3, 0), (4, 8507)]


def tables() -> dict[str, pd.DataFrame]:
    return {
        "condition_occurrence": pd.DataFrame(
            CONDITIONS,
            columns=[
                "person_id",
                "condition_concept_id",
                "condition_source_concept_id",
                "condition_start_date",
            ],
        ),
        "concept": pd.DataFrame(
            CONCEPTS, columns=["concept_id", "concept_code", "vocabulary_id", "concept_name"]
        ),
        "concept_relationship": pd.DataFrame(
            LINKS, columns=["concept_id_1", "concept_id_2", "relationship_id"]
        ),
        "person": pd.DataFrame(PEOPLE, columns=["person_id", "gender_concept_id"]),
    }


def counts(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


def check(found: Ingested) -> None:
    report = found.report
    assert report.rows_read == len(CONDITIONS)
    assert report.rows_read == report.rows_used + sum(one.count for one in report.rows)
    assert counts(found) == {("breast", "bone"): (1, 3)}
    left = {one.reason: (one.count, one.examples) for one in report.rows}
    assert left == {
        "without a code": (1, ()),
        "with a code of a system that is not read": (3, ("SNOMED",)),
    }
    assert [(one.kind, one.label, one.rows) for one in report.unmapped] == [
        ("site", "SNOMED:9-3", 1),
        ("primary", "SNOMED:9-4", 1),
    ]
    assert {one.rule: one.count for one in report.notices}["mapped from"] == 1


@pytest.mark.slow
def test_frames() -> None:
    found = read_omop(tables())
    check(found)
    assert {one.source for one in found.assertions} == {"omop"}


@pytest.mark.slow
def test_a_folder_of_tab_separated_and_parquet_tables(tmp_path: Path) -> None:
    for name, table in tables().items():
        if name == "person":
            table.to_parquet(tmp_path / "person.parquet")
        else:
            table.to_csv(tmp_path / f"{name.upper()}.csv", sep="\t", index=False)
    found = read_omop(tmp_path, name="our database")
    check(found)
    assert found.source.key == "our-database"


@pytest.mark.slow
def test_the_users_map_gives_snomed_codes_a_meaning() -> None:
    found = read_omop(tables(), overrides={("site", "SNOMED:9-3"): "liver"})
    assert counts(found) == {("breast", "bone"): (1, 3), ("breast", "liver"): (1, 3)}
    assert found.report.rows_used == 6


@pytest.mark.slow
def test_without_vocabulary_links_and_persons() -> None:
    some = tables()
    del some["concept_relationship"], some["person"]
    assert counts(read_omop(some)) == {("breast", "bone"): (1, 2)}


@pytest.mark.slow
def test_the_sex_of_persons() -> None:
    some = tables()
    some["concept"].loc[1, "concept_code"] = "C79.60"
    assert counts(read_omop(some)) == {("breast", "ovary"): (1, 2)}  # person 3 has no sex
    some["person"]["gender_concept_id"] = 8532
    found = read_omop(some)
    assert counts(found) == {("breast", "ovary"): (1, 3)}
    assert {one.population for one in found.assertions} == {"female patients"}


@pytest.mark.slow
def test_dates_of_the_time_of_day() -> None:
    some = tables()
    rows = some["condition_occurrence"]
    rows["condition_start_datetime"] = pd.to_datetime(rows.pop("condition_start_date"))
    found = read_omop(some, at_diagnosis_days=30)
    assert not found.assertions
    check(read_omop(some, at_diagnosis_days=400))


@pytest.mark.slow
def test_look_back_sees_conditions_that_are_no_cancer() -> None:
    some = tables()
    early = pd.DataFrame([(1, 104, 0, "2014-01-01")], columns=some["condition_occurrence"].columns)
    some["condition_occurrence"] = pd.concat([some["condition_occurrence"], early])
    found = read_omop(some, look_back_days=365)
    assert counts(found) == {("breast", "bone"): (1, 1)}


@pytest.mark.parametrize("table", ["condition_occurrence", "concept"])
def test_a_missing_table(tmp_path: Path, table: str) -> None:
    for name, rows in tables().items():
        if name != table:
            rows.to_csv(tmp_path / f"{name}.csv", index=False)
    with pytest.raises(TableError, match=f"the table {table} is missing; add it as .csv"):
        read_omop(tmp_path)


def test_a_missing_column() -> None:
    some: dict[str, Any] = tables()
    some["concept"] = some["concept"].rename(columns={"vocabulary_id": "vocab"})
    with pytest.raises(TableError, match="vocabulary_id"):
        read_omop(some)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no such folder"):
        read_omop(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Metastatic carcinoma to liver", "site"),
        ("Glioblastoma multiforme", "primary"),
        ("Screening for malignant neoplasm", None),
        ("Benign neoplasm of colon", None),
    ],
)
def test_what_a_name_says(text: str, kind: str | None) -> None:
    assert names_a_cancer(text) == kind
