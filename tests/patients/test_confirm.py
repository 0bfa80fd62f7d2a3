"""Confirmed diagnoses: against patients confirmed one by one, on both engines."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from metastasis._errors import TableError, UnknownNameError
from metastasis.patients._coded.codes import code_system
from metastasis.patients._coded.omop import read_omop
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._engines.engine import open_engine
from patient_files import counted_under

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

Row = tuple[str, str, int | None, str]

CM = code_system("ICD-10-CM")
START = date(2015, 1, 1)
CODES = ("C50.911", "C50.912", "C79.51", "C79.52", "C79.31", "C79.32", "C78.7", "C77.3", "I10")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    days = [
        None if day is None else (START + timedelta(days=day)).isoformat() for *_, day, _ in rows
    ]
    return pd.DataFrame(
        {
            "patient": [row[0] for row in rows],
            "code": [row[1] for row in rows],
            "date": pd.Series(days, dtype="str"),
            "setting": [row[3] for row in rows],
        }
    )


def many() -> list[Row]:
    random = Random(3)  # noqa: S311
    return [
        (
            f"P{random.randrange(150)}",
            random.choice(CODES),
            random.choice([None, *range(0, 120, 6)]),
            random.choice(["IP", "OP", "OP", "OP"]),
        )
        for _ in range(1_500)
    ]


def one_by_one(
    rows: Sequence[Row], days: int, *, inpatient: bool
) -> tuple[dict[tuple[str, str], tuple[int, int]], int]:
    """Return the counts among all patients, and how many rows nothing confirms."""
    seen: dict[tuple[str, str], list[tuple[int | None, str]]] = defaultdict(list)
    for who, code, day, setting in rows:
        meaning = CM.meaning(code)
        for thing in filter(None, (meaning.primary, *meaning.sites)):
            seen[who, thing].append((day, setting))
    sure = set()
    for key, found in seen.items():
        dated = [day for day, _ in found if day is not None]
        if dated and max(dated) - min(dated) >= days:
            sure.add(key)
        if inpatient and any(setting == "IP" for _, setting in found):
            sure.add(key)
    left = 0
    for who, code, _, _ in rows:
        meaning = CM.meaning(code)
        things = [one for one in (meaning.primary, *meaning.sites) if one]
        left += bool(things) and not any((who, one) in sure for one in things)
    with_primary = {who for who, thing in sure if thing == "breast"}
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for site in {site for code in CODES for site in CM.meaning(code).sites}:
        number = sum((who, site) in sure for who in with_primary)
        for primary in counted_under("breast"):
            if number:
                counts[primary, site] = number, len(with_primary)
    return counts, left


def counts(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


@pytest.mark.parametrize(("rule", "days"), [("two", 30), ("two", 1), ("two-or-inpatient", 60)])
def test_the_same_as_one_by_one(engine: Engine, rule: str, days: int) -> None:
    rows = many()
    found = read_coded(
        frame(rows), engine=engine, system="ICD-10-CM", confirm=rule, confirm_days=days
    )
    expected, left = one_by_one(rows, days, inpatient=rule != "two")
    assert len(expected) > 5
    assert left > 20
    assert counts(found) == expected
    reasons = {one.reason: one.count for one in found.report.rows}
    assert reasons["of a diagnosis that nothing confirms"] == left
    assert found.report.rows_read == len(rows)
    assert f"confirmed by two codes {days} days apart" in (found.assertions[0].note or "")


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_confirmed_on_spark(spark: Engine, engine: Engine) -> None:
    table, options = frame(many()), {"system": "ICD-10-CM", "confirm": "two-or-inpatient"}
    here = read_coded(table, engine=engine, **options)  # type: ignore[arg-type]
    there = read_coded(table, engine=spark, **options)  # type: ignore[arg-type]
    assert there.assertions == here.assertions
    assert there.report.rows == here.report.rows


@pytest.mark.slow
@pytest.mark.parametrize("rule", [{"at_diagnosis_days": 30}, {"look_back_days": 10}])
def test_rows_add_up_with_other_rules(engine: Engine, rule: dict[str, int]) -> None:
    rows = [*many(), ("A", "C79.51;C50.911", 0, "OP"), ("A", "C50.911 C78.7", 40, "OP")]
    found = read_coded(
        frame(rows),
        engine=engine,
        system="ICD-10-CM",
        confirm="two",
        **rule,  # type: ignore[arg-type]
    )
    left = sum(one.count for one in found.report.rows)
    assert found.report.rows_used == len(rows) - left > 0


def test_a_cell_of_which_only_a_part_is_confirmed_is_used(engine: Engine) -> None:
    rows: list[Row] = [
        ("A", "C79.51;C50.911", 0, "OP"),
        ("A", "C50.911", 40, "OP"),
        ("A", "C78.7", 40, "OP"),
    ]
    found = read_coded(frame(rows), engine=engine, system="ICD-10-CM", confirm="two")
    assert found.report.rows_used == 2
    assert found.report.patients_kept == 1
    assert found.report.metastatic == 0


def test_an_inpatient_stay_told_by_a_condition(engine: Engine) -> None:
    rows: list[Row] = [("A", "C50.911", 0, "S1"), ("A", "C79.51", 0, "S1"), ("B", "C50.9", 0, "S2")]
    found = read_coded(
        frame(rows), engine=engine, confirm="two-or-inpatient", inpatient="setting = S1"
    )
    assert counts(found) == {("breast", "bone"): (1, 1)}


def test_rules_that_cannot_be_followed(engine: Engine) -> None:
    rows: list[Row] = [("A", "C50.911", 0, "IP")]
    with pytest.raises(TableError, match="no column of dates, which confirm cannot do without"):
        read_coded(frame(rows).drop(columns="date"), engine=engine, confirm="two")
    with pytest.raises(TableError, match="--inpatient COLUMN"):
        read_coded(frame(rows).drop(columns="setting"), engine=engine, confirm="two-or-inpatient")
    with pytest.raises(TableError, match="nothing asks for it: give --confirm two-or-inpatient"):
        read_coded(frame(rows), engine=engine, inpatient="setting")
    conditions: dict[str, list[Any]] = {
        "person_id": [1],
        "condition_concept_id": [0],
        "condition_source_concept_id": [1],
    }
    conditions["condition_start_date"] = ["2015-03-04"]
    concepts = {"concept_id": [1], "concept_code": ["C61"], "vocabulary_id": ["ICD10CM"]}
    omop = {
        "condition_occurrence": pd.DataFrame(conditions),
        "concept": pd.DataFrame(concepts),
    }
    with pytest.raises(TableError, match="nothing tells inpatient stays"):
        read_omop(omop, engine=engine, confirm="two-or-inpatient")
    with pytest.raises(UnknownNameError, match="unknown rule to confirm 'thrice'"):
        read_coded(frame(rows), engine=engine, confirm="thrice")
