"""Every engine and plain Python count the same patients."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import example, given, settings

from metastasis._errors import UnknownNameError
from metastasis.patients._counting.masks import SITES_A_MASK, masks_of
from metastasis.patients._counting.patient import (
    CHOICES,
    OUTCOMES,
    SHORT_DAYS,
    by_patient,
    coded_rows,
    sequences,
)
from metastasis.patients._counting.tally import as_tally, count_patients, patterns, tally
from metastasis.patients._counting.wholes import Whole
from metastasis.patients._engines.engine import open_engine
from plain_tally import Patient, Row, patients_of, plain_sequences, tally_of
from strategies import CANONICAL, CANONICAL_SITES, CODES, canonical_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.patients._engines.engine import Engine

SITES: Final = CANONICAL_SITES
FEW: Final = 2
"""Sites counted where many examples are: a sum for each of 64 takes DuckDB long to plan."""
TELLING: Final = (0, 58)
"""Sites that make a patient metastatic in these tests, one in each mask."""
WHOLES: Final = (
    Whole("of its own name and a part in the other mask", (0, 58), (0,)),
    Whole("of parts alone", (1, 57, 63), (1, 57, 63)),
)
MEANINGS: Final = [
    ("C50", 0, None, None),
    ("C61", 1, None, None),
    ("C34", 2, 3, None),
    ("C78.7", None, 0, True),
    ("C79.51", None, 1, True),
    ("C79.51", None, 2, True),
    ("C77.9", None, 3, None),
    ("C79.9", None, None, None),
]
"""What codes mean: primary, site, and whether the code by itself tells of metastases."""


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=2) as engine:
        yield engine


def as_patients(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Return what came out of ``by_patient`` as plain Python has it."""
    patients = set()
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        cells["outcome"] = OUTCOMES[cells["outcome"]]
        seen, unknown = (
            frozenset(
                number * SITES_A_MASK + bit
                for number in masks_of(SITES)
                for bit in range(SITES_A_MASK)
                if cells.get(f"{kind}_{number}", 0) >> bit & 1
            )
            for kind in ("mask", "unknown")
        )
        patients.add((*(cells[name] for name in Patient._fields[:8]), seen, unknown))
    return patients


def agrees(engine: Engine, rows: Sequence[Row], choose: str) -> None:
    """Compare an engine with plain Python, patient by patient and counted."""
    table = engine.table(CANONICAL, rows)
    F = engine.functions  # noqa: N806
    found = by_patient(table, choose=choose, sites=SITES, early=True, F=F)
    patients = as_patients(engine.columns(found), engine.collect(found))
    assert patients == set(map(tuple, patients_of(rows, choose)))
    counted = count_patients(
        engine,
        table,
        choose=choose,
        sites=SITES,
        wholes=WHOLES,
        metastatic_sites=TELLING,
        early=True,
    )
    assert counted == tally_of(rows, choose, SITES, TELLING, wholes=WHOLES, early=True)


class Planned:
    """Questions to one table, planned once; the table is filled anew for each example.

    Planning takes far longer than counting ten rows: this is what makes many examples quick.
    """

    def __init__(self, engine: Any, choose: str) -> None:
        F = engine.functions  # noqa: N806
        table = engine.table(CANONICAL, [])
        patients = by_patient(table, choose=choose, sites=SITES, early=True, F=F)
        counted = tally(patients, sites=FEW, wholes=WHOLES, metastatic_sites=TELLING[:1], F=F)
        ordered = sequences(table, patients, F)
        self.connection = engine.connection
        self.columns = engine.columns(patients)
        for name, one in (("patients", patients), ("counted", counted), ("ordered", ordered)):
            self.connection.execute(f"prepare {choose}_{name} as {engine.sql(one)}")
        self.choose = choose
        found = re.search(r"from (\S+)", engine.sql(table))
        assert found is not None
        self.table = found[1]

    def ask(self, rows: Sequence[Row]) -> list[list[tuple[Any, ...]]]:
        """Return the answers about these rows: patients, counts, order of sites."""
        self.connection.execute(f"delete from {self.table}")  # noqa: S608
        if rows:
            places = f"({', '.join('?' * len(CANONICAL))})"
            values = [cell for row in rows for cell in row]
            insert = f"insert into {self.table} values {', '.join([places] * len(rows))}"  # noqa: S608
            self.connection.execute(insert, values)
        return [
            self.connection.execute(f"execute {self.choose}_{name}").fetchall()
            for name in ("patients", "counted", "ordered")
        ]


@pytest.fixture(scope="module")
def planned(duckdb: Engine) -> dict[str, Planned]:
    return {choose: Planned(duckdb, choose) for choose in CHOICES}


@pytest.mark.slow
@pytest.mark.parametrize("choose", CHOICES)
@given(rows=canonical_rows())
@example(rows=[])
@example(
    rows=[
        *[("P0", None, None, None, None, None, None)] * 2,
        ("P1", 1, None, None, 0, None, None),
        ("P1", 2, None, None, 0, None, None),
    ]
)
@example(
    rows=[
        ("P0", 0, None, True, None, "male", True),
        ("P0", 1, None, True, 0, "female", False),
        ("P0", None, 3, True, -1, None, None),
    ]
)
@settings(max_examples=100)
def test_duckdb_counts_what_plain_python_counts(
    planned: dict[str, Planned], choose: str, rows: list[Any]
) -> None:
    plain, one = [Row(*row) for row in rows], planned[choose]
    patients, counted, ordered = one.ask(plain)
    assert as_patients(one.columns, patients) == set(map(tuple, patients_of(plain, choose)))
    found = as_tally(counted, sites=FEW + len(WHOLES), early=True)
    assert found == tally_of(plain, choose, FEW, TELLING[:1], wholes=WHOLES, early=True)
    assert set(ordered) == plain_sequences(plain, choose)


def many_rows(size: int = 1500, patients: int = 400, seed: int = 1) -> list[Row]:
    """Return rows of many patients, with everything that can be odd in them."""
    chance = random.Random(seed)  # noqa: S311 - the same rows on every run
    truth = (None, None, True, False)
    return [
        Row(
            f"P{chance.randrange(patients)}",
            chance.choice((None, 0, 0, 1, 2)),
            chance.choice((None, None, 0, 1, 57, 58, 63)),
            chance.choice(truth),
            chance.choice((None, -719_162, 2_932_896, *range(-3, 4))),
            chance.choice((None, None, None, "female", "male")),
            chance.choice((None, None, None, True, False)),
        )
        for _ in range(size)
    ]


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("choose", CHOICES)
def test_spark_counts_what_plain_python_counts(spark: Engine, choose: str) -> None:
    agrees(spark, many_rows(), choose)


@pytest.mark.slow
@pytest.mark.parametrize("choose", CHOICES)
def test_many_patients_on_duckdb(duckdb: Engine, choose: str) -> None:
    agrees(duckdb, many_rows(), choose)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_and_duckdb_find_the_same_patterns_and_sequences(
    spark: Engine, duckdb: Engine
) -> None:
    rows = many_rows(seed=2)
    found = []
    for engine in (spark, duckdb):
        F = engine.functions  # noqa: N806
        table = engine.table(CANONICAL, rows)
        patients = by_patient(table, choose="first", sites=SITES, F=F)
        joint = patterns(patients, sites=SITES, metastatic_sites=TELLING, F=F)
        ordered = sequences(table, patients, F)
        found.append((set(engine.collect(joint)), set(engine.collect(ordered))))
    assert found[0] == found[1]
    assert found[0][1] == plain_sequences(rows, "first")


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_takes_no_rows_and_columns_without_values(spark: Engine) -> None:
    agrees(spark, [], "first")
    agrees(spark, [Row("P0", None, None)], "most")


def test_columns_that_are_absent_count_as_null(duckdb: Engine) -> None:
    rows = [Row("A", 0, None), Row("A", None, 1), Row("B", 1, None), Row("B", 2, None)]
    columns = {name: CANONICAL[name] for name in ("patient", "primary", "site")}
    table = duckdb.table(columns, [row[:3] for row in rows])
    found = count_patients(duckdb, table, choose="first", sites=2)
    assert found == tally_of(rows, "first", 2)


def test_unknown_choice(duckdb: Engine) -> None:
    table = duckdb.table(CANONICAL, [])
    with pytest.raises(UnknownNameError, match=r"choice of primary 'earliest'.*'first'"):
        count_patients(duckdb, table, choose="earliest", sites=1)


def test_contradictions_are_counted_once_a_patient() -> None:
    rows = [(0, "C50", None), (0, "C61", 0), (0, "C78.7", -1)]
    canonical = canonical_of(rows)
    with open_engine(threads=1) as engine:
        table = engine.table(CANONICAL, [(str(one.patient), *one[1:]) for one in canonical])
        found = count_patients(
            engine, table, choose="each", sites=4, metastatic_sites=(3,), early=True
        )
    assert found == tally_of(canonical, "each", 4, (3,), early=True)
    assert (found.outcomes, found.early) == ({"kept": 2}, 1)


# Days of 16 bits


@pytest.mark.parametrize("choose", CHOICES)
@pytest.mark.parametrize("sites", [27, 28, 64])
def test_short_days_are_counted_as_long_ones(duckdb: Engine, choose: str, sites: int) -> None:
    days = (None, SHORT_DAYS[0], -1, 0, 1, SHORT_DAYS[-1])
    chance = random.Random(sites)  # noqa: S311 - the same rows on every run
    rows = [
        one._replace(day=chance.choice(days), site=None if one.site is None else one.site % sites)
        for one in many_rows(seed=sites)
    ]
    table = duckdb.table(CANONICAL, rows)
    short, long = (
        count_patients(duckdb, table, choose=choose, sites=sites, early=True, short_days=are_short)
        for are_short in (True, False)
    )
    assert short == long == tally_of(rows, choose, sites, range(sites), early=True)


# Coded rows


def canonical_of(rows: Sequence[Any]) -> list[Row]:
    """Return the canonical rows that coded ones stand for."""
    return [
        Row(patient, primary, site, None, day, None, mark)
        for patient, code, day in rows
        for known, primary, site, mark in MEANINGS
        if code == known
    ]


@pytest.mark.slow
@pytest.mark.parametrize("ids", ["int", "string"])
def test_rows_with_codes_are_counted_as_by_hand(duckdb: Engine, ids: str) -> None:
    chance = random.Random(3)  # noqa: S311 - the same rows on every run
    rows: list[Any] = [
        (chance.randrange(200), chance.choice(CODES), chance.choice((None, *range(9))))
        for _ in range(600)
    ]
    if ids == "string":
        rows = [(f"M{patient}", code, day) for patient, code, day in rows]
    table = duckdb.table({"patient": ids, "code": "string", "day": "int"}, rows)
    kinds = {"code": "string", "primary": "int", "site": "int", "metastatic": "boolean"}
    coded = coded_rows(table, duckdb.table(kinds, MEANINGS), sites=4, F=duckdb.functions)
    for choose in CHOICES:
        found = count_patients(duckdb, coded, choose=choose, sites=4, early=True)
        assert found == tally_of(canonical_of(rows), choose, 4, early=True)


SCRIPT: Final = """
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._counting.patient import by_patient, sequences
from metastasis.patients._counting.tally import tally
with open_engine(threads=2) as engine:
    F = engine.functions
    rows = engine.table({"patient": "string", "primary": "int", "site": "int", "day": "int"},
                        [(f"P{i % 50}", i % 3, i % 5, i % 7) for i in range(500)])
    for choose in ("first", "most", "each"):
        patients = by_patient(rows, choose=choose, sites=5, F=F)
        print(sorted(engine.collect(tally(patients, sites=5, F=F)), key=str))
        print(engine.collect(sequences(rows, patients, F).orderBy("patient", "primary", "site")))
"""


@pytest.mark.slow
def test_nothing_depends_on_the_hash_seed() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
