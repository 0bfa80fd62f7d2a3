"""Every engine, the packed way and plain Python count the same patients."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import example, given, settings

from metastasis._errors import UnknownNameError
from metastasis.patients._counting import identity, packed
from metastasis.patients._counting.counts import CodeUse, Tally, added
from metastasis.patients._counting.identity import NotPacked, identity_of
from metastasis.patients._counting.packed import PackedJob, count_packed, tally_coded
from metastasis.patients._counting.tally import (
    CHOICES,
    SITES_A_MASK,
    by_patient,
    count_patients,
    masks_of,
    patterns,
    sequences,
)
from metastasis.patients._engines.engine import open_engine
from plain_tally import Row, patients_of, plain_sequences, tally_of
from strategies import CANONICAL, CANONICAL_SITES, CODES, canonical_rows, coded_diagnoses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine

SITES: Final = CANONICAL_SITES
TELLING: Final = (0, 62)
"""Sites that make a patient metastatic in these tests, one in each mask."""
MEANINGS: Final = {
    "C50": CodeUse(primary=0),
    "C61": CodeUse(primary=1),
    "C34": CodeUse(primary=2, sites=(3,)),
    "C78.7": CodeUse(sites=(0,), metastatic=True),
    "C79.51": CodeUse(sites=(1, 2), metastatic=True),
    "C77.9": CodeUse(sites=(3,)),
    "C79.9": CodeUse(),
}
BASE: Final = date(1970, 1, 1)
_names = count()


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=2) as engine:
        yield engine


def as_patients(engine: Engine, found: Any) -> set[tuple[Any, ...]]:
    """Return what came out of ``by_patient`` as plain Python has it."""
    names = engine.columns(found)
    patients = set()
    for row in engine.collect(found):
        cells = dict(zip(names, row, strict=True))
        seen, unknown = (
            frozenset(
                number * SITES_A_MASK + bit
                for number in masks_of(SITES)
                for bit in range(SITES_A_MASK)
                if cells.get(f"{kind}_{number}", 0) >> bit & 1
            )
            for kind in ("mask", "unknown")
        )
        kept = ("patient", "primary", "outcome", "sex", "two_sexes", "metastatic", "two_marks")
        patients.add(
            (*(cells[name] for name in kept), seen, unknown, cells["first_day"], cells["early"])
        )
    return patients


def agrees(engine: Engine, rows: Sequence[Row], choose: str) -> None:
    """Compare an engine with plain Python, patient by patient and counted."""
    table = engine.table(CANONICAL, rows)
    F = engine.functions  # noqa: N806
    found = by_patient(table, choose=choose, sites=SITES, early=True, F=F)
    assert as_patients(engine, found) == set(map(tuple, patients_of(rows, choose)))
    counted = count_patients(
        engine, table, choose=choose, sites=SITES, metastatic_sites=TELLING, early=True
    )
    assert counted == tally_of(rows, choose, SITES, TELLING, early=True)


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
@settings(max_examples=2)
def test_duckdb_counts_what_plain_python_counts(
    duckdb: Engine, choose: str, rows: list[Any]
) -> None:
    agrees(duckdb, [Row(*row) for row in rows], choose)


@given(rows=canonical_rows())
@settings(max_examples=4)
def test_order_of_sites_on_duckdb(duckdb: Engine, rows: list[Any]) -> None:
    plain = [Row(*row) for row in rows]
    F = duckdb.functions  # noqa: N806
    table = duckdb.table(CANONICAL, plain)
    for choose in ("first", "each"):
        patients = by_patient(table, choose=choose, sites=SITES, F=F)
        assert set(duckdb.collect(sequences(table, patients, F))) == plain_sequences(plain, choose)


def many_rows(size: int = 1500, patients: int = 400, seed: int = 1) -> list[Row]:
    """Return rows of many patients, with everything that can be odd in them."""
    chance = random.Random(seed)  # noqa: S311 - the same rows on every run
    truth = (None, None, True, False)
    return [
        Row(
            f"P{chance.randrange(patients)}",
            chance.choice((None, 0, 0, 1, 2)),
            chance.choice((None, None, 0, 1, 61, 62, 63)),
            chance.choice(truth),
            chance.choice((None, -719_162, 2_932_896, *range(-3, 4))),
            chance.choice((None, None, None, "female", "male")),
            chance.choice((None, None, None, True, False)),
        )
        for _ in range(size)
    ]


@pytest.mark.xdist_group("spark")
@pytest.mark.parametrize("choose", CHOICES)
def test_spark_counts_what_plain_python_counts(spark: Engine, choose: str) -> None:
    agrees(spark, many_rows(), choose)


@pytest.mark.parametrize("choose", CHOICES)
def test_many_patients_on_duckdb(duckdb: Engine, choose: str) -> None:
    agrees(duckdb, many_rows(), choose)


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


# Coded rows and the packed way


def parquet_of(folder: Path, rows: Sequence[Any], ids: str = "int64", kind: str = "date") -> Path:
    """Write coded diagnoses as Parquet, two rows a group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    patient, code, day = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ((), (), ())
    )
    if ids == "text":
        patient = [None if one is None else f"M{one + 95:08}" for one in patient]
    dates = [None if one is None else BASE + timedelta(days=one) for one in day]
    if kind == "timestamp":
        dates = [
            None if one is None else datetime(one.year, one.month, one.day, 23, 59) for one in dates
        ]
    table = pa.table(
        {
            "who": pa.array(patient, pa.string() if ids == "text" else getattr(pa, ids)()),
            "icd": pa.array(code, pa.string()),
            "on": pa.array(dates, pa.timestamp("us") if kind == "timestamp" else pa.date32()),
        }
    )
    path = folder / f"{next(_names)}.parquet"
    pq.write_table(table, path, row_group_size=2)
    return path


def canonical_of(rows: Sequence[Any], days: tuple[int, int] | None = None) -> list[Row]:
    """Return the canonical rows that coded ones stand for."""
    found = []
    for patient, code, day in rows:
        use = MEANINGS.get(code)
        if use is None or patient is None:
            continue
        if days is not None and day is not None and not days[0] <= day <= days[1]:
            day = None
        for site in use.sites or (None,):
            mark = use.metastatic or None
            found.append(Row(patient, use.primary, site, None, day, None, mark))
    return found


def job_of(path: Path, choose: str, **more: Any) -> PackedJob:
    given = {"metastatic_sites": (3,), "days": None, "early": True, **more}
    return PackedJob(
        files=[path],
        patient="who",
        code="icd",
        date="on",
        codes=MEANINGS,
        choose=choose,
        primaries=3,
        sites=4,
        **given,
    )


@pytest.mark.parametrize("ids", ["int64", "int32", "text"])
@pytest.mark.parametrize("choose", [choice for choice in CHOICES if choice != "most"])
@given(rows=coded_diagnoses())
@example(rows=[(0, "C50", 1), (0, "C61", 1), (1, "C61", None), (1, "C50", 2), (2, "C79.9", None)])
@settings(max_examples=12)
def test_the_packed_way_counts_what_plain_python_counts(
    tmp_path_factory: pytest.TempPathFactory, ids: str, choose: str, rows: list[Any]
) -> None:
    path = parquet_of(tmp_path_factory.getbasetemp(), rows, ids)
    for days in (None, (-1, 2)):
        found = count_packed(job_of(path, choose, days=days), threads=2)
        if not any(row[0] is not None for row in rows):
            assert found is None
            continue
        assert found == tally_of(canonical_of(rows, days), choose, 4, (3,), early=True)


@pytest.mark.parametrize("choose", CHOICES)
@given(rows=coded_diagnoses())
@settings(max_examples=3)
def test_both_ways_behind_one_function(
    tmp_path_factory: pytest.TempPathFactory, duckdb: Engine, choose: str, rows: list[Any]
) -> None:
    path = parquet_of(tmp_path_factory.getbasetemp(), rows, "int64", "timestamp")
    names = {"who": "patient", "icd": "code", "on": "date"}
    as_read = duckdb.read(path, columns=names)
    F = duckdb.functions  # noqa: N806
    altered = as_read.where(F.col("patient").isNotNull())
    assert duckdb.origin(as_read) is not None
    assert duckdb.origin(altered) is None
    expected = tally_of(canonical_of(rows, (-1, 2)), choose, 4, (3,), early=True)
    for table in (altered, as_read):
        found = tally_coded(
            duckdb,
            table,
            MEANINGS,
            choose=choose,
            sites=4,
            metastatic_sites=(3,),
            days=(-1, 2),
            early=True,
        )
        if table is altered or all(row[0] is not None for row in rows):
            assert found == expected


def test_a_patient_range_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)  # noqa: S311 - the same rows on every run
    rows = [
        (chance.randrange(200), chance.choice(CODES), chance.choice((None, *range(9))))
        for _ in range(600)
    ]
    path = parquet_of(tmp_path, rows)
    whole = count_packed(job_of(path, "first"))
    monkeypatch.setattr(packed, "_MOST_BYTES", 2500)
    assert count_packed(job_of(path, "first"), threads=1) == whole
    assert whole == tally_of(canonical_of(rows), "first", 4, (3,), early=True)


@pytest.mark.parametrize(
    "patients",
    [
        ["A1", "A22"],
        ["A1", "B2", "AX"],
        ["Ä1", "Ä2"],
        ["A" + "1" * 17, "B" + "2" * 17],
        [0.5, 1.0],
        [True, False],
        [None, None],
        [0, 10**12],
        [b"1", b"2"],
    ],
)
def test_identifiers_that_cannot_be_packed(tmp_path: Path, patients: list[Any]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "odd.parquet"
    days = pa.array([1] * len(patients), pa.int32()).cast(pa.date32())
    table = {"who": pa.array(patients), "icd": ["C50"] * len(patients), "on": days}
    pq.write_table(pa.table(table), path)
    assert count_packed(job_of(path, "first")) is None


@pytest.mark.parametrize("low", ["0", "7", "12345678", "123456789", "0000000000000042"])
def test_digits_are_read_exactly(low: str) -> None:
    import pyarrow as pa

    width = len(low)
    numbers = [int(low), 10**width - 1, 10 ** (width - 1)]
    texts = [f"X-{number:0{width}}" for number in numbers]
    way = identity.Digits(b"X-", width, min(numbers), max(numbers) - min(numbers) + 1)
    found = way.positions(pa.array(["skipped", *texts])[1:])
    assert (found + min(numbers)).tolist() == numbers
    for wrong in (
        "Y-" + low,
        "X-" + "a" * width,
        "X-" + low + "0",
        "X-" + ":" * width,
        "X-" + "/" * width,
    ):
        with pytest.raises(NotPacked):
            way.positions(pa.array([wrong]))


def test_a_table_that_says_its_extremes_in_several_groups(tmp_path: Path) -> None:
    path = parquet_of(
        tmp_path, [(5, "C50", 1), (99, "C50", 1), (None, None, None), (None, "C50", 2)]
    )
    way = identity_of([path], "who")
    assert (way.size, isinstance(way, identity.Whole)) == (100, True)


def test_tallies_of_different_patients_are_added() -> None:
    one = tally_of([Row("A", 0, 1), Row("B", 1, None)], "first", 2)
    other = tally_of([Row("C", 0, 1), Row("D", None, 1)], "first", 2)
    both = tally_of(
        [Row("A", 0, 1), Row("B", 1, None), Row("C", 0, 1), Row("D", None, 1)], "first", 2
    )
    assert added([one, other]) == both
    assert added([]) == Tally((), {}, 0, 0, None)


SCRIPT: Final = """
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._counting.tally import by_patient, sequences, tally
with open_engine(threads=2) as engine:
    F = engine.functions
    rows = engine.table({"patient": "string", "primary": "int", "site": "int", "day": "int"},
                        [(f"P{i % 50}", i % 3, i % 5, i % 7) for i in range(500)])
    for choose in ("first", "most", "each"):
        patients = by_patient(rows, choose=choose, sites=5, F=F)
        print(sorted(engine.collect(tally(patients, sites=5, F=F)), key=str))
        print(engine.collect(sequences(rows, patients, F).orderBy("patient", "primary", "site")))
"""


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
