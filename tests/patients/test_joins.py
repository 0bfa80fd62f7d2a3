"""Dates, sexes and conditions from other tables: MIMIC, Synthea, and what can be wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from metastasis._errors import ReadError, TableError
from metastasis.patients._coded.joins import join_of
from metastasis.patients._coded.reader import read_coded

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients import Engine, Ingested

DIAGNOSES = """\
subject_id,hadm_id,seq_num,icd_code,icd_version
1,100,1,C50911,10
1,100,2,I10,10
1,101,1,C7951,10
2,200,1,1749,9
2,200,2,1977,9
3,300,1,C3490,10
3,999,1,C7931,10
"""
ADMISSIONS = """\
subject_id,hadm_id,admittime,admission_type
1,100,2150-01-02 10:00:00,URGENT
1,101,2151-02-02 10:00:00,ELECTIVE
2,200,2130-05-05 01:00:00,ELECTIVE
3,300,2140-05-05 01:00:00,ELECTIVE
"""
PATIENTS = "subject_id,gender\n1,F\n2,F\n3,M\n"


@pytest.fixture
def mimic(tmp_path: Path) -> Path:
    tables = {"diagnoses_icd": DIAGNOSES, "admissions": ADMISSIONS, "patients": PATIENTS}
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def counts(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


def test_mimic_as_it_is(mimic: Path) -> None:
    found = read_coded(mimic / "diagnoses_icd.csv")
    assert counts(found) == {
        ("breast", "bone"): (1, 2),
        ("breast", "liver"): (1, 2),
        ("lung", "brain"): (1, 1),
        ("lung", "cns"): (1, 1),
    }
    first = read_coded(mimic / "diagnoses_icd.csv", position="principal")
    assert counts(first) == {
        ("breast", "bone"): (1, 2),
        ("lung", "brain"): (1, 1),
        ("lung", "cns"): (1, 1),
    }
    assert [str(one) for one in first.report.rows] == [
        "2 of a diagnosis that is not the principal one"
    ]
    assert "only the principal diagnosis" in first.report.warnings[0]


def test_dates_of_another_table(mimic: Path) -> None:
    found = read_coded(
        mimic / "diagnoses_icd.csv",
        join=f"{mimic}/admissions.csv:hadm_id:admittime",
        at_diagnosis_days=30,
        sequences=mimic / "order.csv",
    )
    assert counts(found) == {("breast", "liver"): (1, 2)}
    assert found.report.rows_read == 7
    assert found.report.rows_used == 7 - sum(one.count for one in found.report.rows)
    told = {one.rule: one.text for one in found.report.notices}
    assert (
        told["join"]
        == f"rows without a match in {mimic}/admissions.csv: their admittime is unknown"
    )
    assert "taken as shifted dates" in told["dates"]
    lines = (mimic / "order.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["patient,primary,site,date,order", "2,breast,liver,2130-05-05,1"]


def test_several_tables_and_a_condition_on_one(mimic: Path) -> None:
    found = read_coded(
        mimic / "diagnoses_icd.csv",
        join=[
            f"{mimic}/admissions.csv:hadm_id:admittime,admission_type",
            f"{mimic}/patients.csv:subject_id=subject_id:gender",
        ],
        where="admission_type = ELECTIVE",
    )
    assert counts(found) == {("breast", "liver"): (1, 1)}
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {"that do not meet: admission_type = ELECTIVE": 3}


def test_keys_of_two_names_and_dates_without_a_usual_one(tmp_path: Path) -> None:
    (tmp_path / "conditions.csv").write_text(
        "PATIENT,ENCOUNTER,CODE\nA,e1,C61\nA,e2,C79.51\nB,e3,C61\n", encoding="utf-8"
    )
    (tmp_path / "encounters.csv").write_text(
        "Id,WHENCE\ne1,2015-01-01T10:00:00Z\ne2,2016-01-01T10:00:00Z\ne3,2016-01-01T10:00:00Z\n",
        encoding="utf-8",
    )
    join = f"{tmp_path}/encounters.csv:ENCOUNTER=Id:WHENCE"
    found = read_coded(tmp_path / "conditions.csv", join=join)
    assert counts(found) == {("prostate", "bone"): (1, 2)}
    near = read_coded(tmp_path / "conditions.csv", join=join, at_diagnosis_days=30)
    assert not near.assertions


def test_dates_of_synthea_and_omop_are_known(tmp_path: Path) -> None:
    path = tmp_path / "conditions.csv"
    for header in ("START,PATIENT,CODE", "condition_start_date,person_id,condition_source_value"):
        path.write_text(
            f"{header}\n2015-01-01,A,C61\n2016-01-01,A,C79.51\n2015-01-01,B,C61\n2015-01-02,B,C78.7\n",
            encoding="utf-8",
        )
        assert counts(read_coded(path, at_diagnosis_days=30)) == {("prostate", "liver"): (1, 2)}


def test_a_key_that_stands_there_twice(mimic: Path) -> None:
    path = mimic / "admissions.csv"
    path.write_text(f"{ADMISSIONS}1,101,2150-01-03 10:00:00,URGENT\n", encoding="utf-8")
    found = read_coded(
        mimic / "diagnoses_icd.csv", join=f"{path}:hadm_id:admittime", at_diagnosis_days=30
    )
    assert counts(found)["breast", "bone"] == (1, 2)
    assert found.report.rows_read == 7
    assert [one.count for one in found.report.notices if "several different" in one.text] == [1]


def test_wide_tables_take_dates_from_others_too(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").write_text("who,stay,dx1,dx2\nA,1,C61,\nA,2,C7951,I10\nB,3,C61,C787\n")
    (tmp_path / "dates.csv").write_text("stay,admitted\n1,2015-01-01\n2,2016-01-01\n3,2015-01-01\n")
    found = read_coded(
        tmp_path / "stays.csv",
        patient="who",
        join=f"{tmp_path}/dates.csv:stay:admitted",
        at_diagnosis_days=5,
    )
    assert counts(found) == {("prostate", "liver"): (1, 2)}
    assert found.report.rows_read == 5


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_joins_on_spark(spark: Engine, mimic: Path) -> None:
    options = {"join": f"{mimic}/admissions.csv:hadm_id:admittime", "latest": date(2200, 1, 1)}
    here = read_coded(mimic / "diagnoses_icd.csv", **options)  # type: ignore[arg-type]
    there = read_coded(mimic / "diagnoses_icd.csv", engine=spark, **options)  # type: ignore[arg-type]
    assert there.assertions == here.assertions
    assert there.report.rows == here.report.rows


@pytest.mark.parametrize(
    "text", ["", "a.csv", "a.csv:key", ":key:column", "a.csv:key:", "a.csv::x"]
)
def test_what_is_no_join_is_refused(text: str) -> None:
    with pytest.raises(TableError, match="is no join; write FILE:KEY:COLUMN"):
        join_of(text)


def test_a_path_may_hold_colons() -> None:
    assert join_of(r"C:\data\admissions.csv:hadm_id:admittime").path == r"C:\data\admissions.csv"


@pytest.mark.parametrize(
    ("join", "told"),
    [
        (
            "admissions.csv:hadmid:admittime",
            "admissions.csv, column hadmid: no column has this name",
        ),
        ("admissions.csv:hadm_id=id:admittime", "admissions.csv, column id: no column has this"),
        ("admissions.csv:hadm_id:admittim", "(--join); the nearest header is 'admittime'"),
    ],
)
def test_a_join_of_columns_that_are_not_there(mimic: Path, join: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        read_coded(mimic / "diagnoses_icd.csv", join=f"{mimic}/{join}")
    assert told in str(caught.value)


def test_a_join_of_a_file_that_is_not_there(mimic: Path) -> None:
    with pytest.raises(ReadError, match="there is no such file"):
        read_coded(mimic / "diagnoses_icd.csv", join=f"{mimic}/nowhere.csv:hadm_id:admittime")
