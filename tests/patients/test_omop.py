"""OMOP tables: every table that may hold a cancer, how a code is found, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from metastasis._errors import ReadError, TableError
from metastasis.patients._coded.omop import read_omop
from metastasis.patients._words.display_text import names_a_cancer

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

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
    with pytest.raises(
        TableError, match=f"the table {table} is missing; give the folder that has it as .csv"
    ):
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
        ("Metastatic malignant neoplasm to prostate", "site"),
        ("Metastatic prostate cancer", "primary"),
        ("Metastasis from malignant tumor of colon", "primary"),
        ("Brain metastases", "site"),
        ("Lebermetastasen", "site"),
        ("Bösartige Neubildung der Brust", "primary"),
        ("Gutartige Neubildung der Brust", None),
        ("Anemia due to malignant neoplasm", None),
        ("Malignant hypertension", None),
        ("Glioblastoma multiforme", "primary"),
        ("Screening for malignant neoplasm", None),
        ("Benign neoplasm of colon", None),
    ],
)
def test_what_a_name_says(text: str, kind: str | None) -> None:
    assert names_a_cancer(text) == kind


# Measurements, observations and episodes

MODIFIED = [
    (1, "C50.911", "ICD10CM", "Malignant neoplasm of breast", "code"),
    (2, "C79.51", "ICD10CM", "Secondary malignant neoplasm of bone", "code"),
    (20, "OMOP1", "Cancer Modifier", "Metastasis to bone", "Metastasis"),
    (21, "OMOP2", "Cancer Modifier", "Metastasis to liver", "Metastasis"),
    (22, "OMOP3", "Cancer Modifier", "Metastasis to the wing of the ilium", "Metastasis"),
    (23, "OMOP4", "Cancer Modifier", "AJCC/UICC 8th clinical M1 Category", "Staging"),
    (24, "OMOP5", "Cancer Modifier", "AJCC/UICC 8th clinical M0 Category", "Staging"),
    (30, "1-8", "LOINC", "Cancer Ag 125 [Units/volume] in Serum", "Lab Test"),
    (40, "y", "SNOMED", "Yes", "Qualifier Value"),
    (41, "n", "SNOMED", "No", "Qualifier Value"),
    (50, "9-8", "SNOMED", "Secondary malignant neoplasm of lung", "Disorder"),
    (60, "8500/3-C50.9", "ICDO3", "Infiltrating duct carcinoma, NOS, of breast", "ICDO Condition"),
]
EVENTS: dict[str, list[tuple[Any, ...]]] = {
    # person, concept, source concept, source value, date, result
    "condition": [(one, 0, 1, "", "2015-03-01", None) for one in range(1, 9)],
    "measurement": [
        (1, 20, 2, "C79.51", "2016-01-01", None),
        (2, 20, 0, "local 7", "2016-01-01", 40),
        (3, 20, 0, "", "2016-01-01", 41),  # looked for, and not found
        (4, 21, 0, "", "2016-01-01", 77),  # the result is of no concept that is known
        (5, 22, 0, "", "2016-01-01", None),
        (6, 23, 0, "", "2016-01-01", None),
        (7, 24, 0, "", "2015-03-02", None),
        (7, 30, 0, "C50", "2015-03-02", None),
        (7, 30, 0, "", "2015-03-02", None),
    ],
    "observation": [(7, 50, 0, "", "2016-01-01", None)],
    "episode": [(9, 60, 0, "", "2016-01-01", None)],
}


def modified(*without: str) -> dict[str, pd.DataFrame]:
    found = {}
    for stem, rows in EVENTS.items():
        name = "condition_occurrence" if stem == "condition" else stem
        start = f"{stem}_start" if stem in ("condition", "episode") else stem
        concept = "episode_object_concept_id" if stem == "episode" else f"{stem}_concept_id"
        columns = ["person_id", concept, f"{stem}_source_concept_id", f"{stem}_source_value"]
        columns += [f"{start}_date", "value_as_concept_id"]
        found[name] = pd.DataFrame(rows, columns=columns)
    columns = ["concept_id", "concept_code", "vocabulary_id", "concept_name", "concept_class_id"]
    found["concept"] = pd.DataFrame(MODIFIED, columns=columns)
    return {name: rows for name, rows in found.items() if name not in without}


def test_metastases_among_measurements() -> None:
    found = read_omop(modified())
    # Persons 1 and 2; 3 has none, 4 is not known, 5 and 7 are asked of the user.
    assert counts(found) == {("breast", "bone"): (2, 8)}
    assert found.report.metastatic == 3  # and 6, by M1
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {
        "of the table measurement that name no cancer": 2,
        "whose result says no": 1,
        "whose result is a concept that the table concept does not have": 1,
        "that state no distant metastasis when staged (M0), which overrules no code": 1,
        "with a code of a system that is not read": 3,
    }
    assert found.report.rows_read == sum(map(len, EVENTS.values()))
    assert {(one.kind, one.label): one.suggestions[0] for one in found.report.unmapped} == {
        ("site", "Cancer Modifier:OMOP3"): "pelvic_bone",
        ("site", "SNOMED:9-8"): "lung",
        ("primary", "ICDO3:8500/3-C50.9"): "breast",
    }
    [warning] = found.report.warnings
    assert "2 rows name metastases by codes that nothing explains" in warning


def test_the_site_map_places_what_only_a_name_tells() -> None:
    decided = {
        ("site", "Cancer Modifier:OMOP3"): "bone",
        ("site", "SNOMED:9-8"): "lung",
        ("primary", "ICDO3:8500/3-C50.9"): "breast",
    }
    found = read_omop(modified(), overrides=decided)
    assert counts(found) == {("breast", "bone"): (3, 9), ("breast", "lung"): (1, 9)}
    assert not found.report.warnings


def test_no_zero_rests_on_a_table_that_is_missing() -> None:
    decided = {("site", "SNOMED:9-8"): "lung", ("primary", "ICDO3:8500/3-C50.9"): "-"}
    found = read_omop(modified("measurement"), overrides=decided, zeros=True, zeros_of=1)
    assert {one.site: one.count for one in found.assertions} == {"lung": 1}
    [warning] = found.report.warnings[:1]
    assert "the table measurement is missing" in warning
    assert "no zero is written" in warning
    assert {one.rule for one in found.report.notices} >= {"missing table"}


def test_an_older_vocabulary_has_no_metastases_elsewhere() -> None:
    assert "measurement" not in str(read_omop(tables()).report.warnings)


@pytest.mark.parametrize(
    ("concept", "value", "is_read"),
    [
        (0, "C50.912", True),
        (0, " c50.9 ", True),
        (0, "174.9", True),
        (0, "1749", False),  # a number may be anything
        (101, "1749", True),  # unless the concept names a cancer
        (104, "C50.9", False),  # asthma
        (0, "C50.9 breast", False),
        (0, "I10", False),
        (0, "OTHER", False),
    ],
)
def test_what_the_source_wrote(concept: int, value: str, is_read: bool) -> None:
    rows = pd.DataFrame(
        [(1, concept, 0, "2015-03-01", value), (1, 0, 2, "2015-05-01", "")],
        columns=[
            "person_id",
            "condition_concept_id",
            "condition_source_concept_id",
            "condition_start_date",
            "condition_source_value",
        ],
    )
    some = {**tables(), "condition_occurrence": rows}
    del some["concept_relationship"]
    found = read_omop(some)
    assert counts(found) == ({("breast", "bone"): (1, 1)} if is_read else {})
    told = {one.rule: one.count for one in found.report.notices}
    assert told.get("source value", 0) == is_read


def test_ids_that_pandas_made_fractions() -> None:
    some = tables()
    rows = some["condition_occurrence"]
    rows["condition_source_concept_id"] = rows["condition_source_concept_id"].where(
        lambda one: one > 0
    )
    assert counts(read_omop(some)) == {("breast", "bone"): (1, 3)}


def as_downloaded(folder: Path) -> None:
    """Write a vocabulary as it is downloaded: tabs, and quotation marks that quote nothing."""
    head = "concept_id\tconcept_name\tvocabulary_id\tconcept_code\n"
    rows = [
        '1\tA 5" "lump of the breast\tICD10CM\tC50.911',
        '2\t"Secondary neoplasm of bone\tICD10CM\tC79.51',
        '3\t"Needle"\tSNOMED\t1',
    ]
    (folder / "CONCEPT.csv").write_text(head + "\n".join(rows) + "\n")
    names = ["person_id", "condition_concept_id", "condition_source_concept_id"]
    conditions = pd.DataFrame([(1, 0, 1), (1, 0, 2), (2, 0, 1), (2, 0, 3)], columns=names)
    conditions.to_csv(folder / "condition_occurrence.csv", index=False)


def test_a_vocabulary_as_it_is_downloaded(tmp_path: Path) -> None:
    as_downloaded(tmp_path)
    assert counts(read_omop(tmp_path)) == {("breast", "bone"): (1, 2)}


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_says_the_same(spark: Engine, tmp_path: Path) -> None:
    as_downloaded(tmp_path)
    found = read_omop(modified(), engine=spark)
    assert counts(read_omop(tmp_path, engine=spark)) == {("breast", "bone"): (1, 2)}
    assert counts(found) == counts(read_omop(modified()))
    assert found.report.rows == read_omop(modified()).report.rows
