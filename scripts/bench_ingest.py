"""How fast patients are counted, beside the best query by hand: section ``ingest`` of bench.py.

Every job runs in a process of its own, so that its peak memory is its own, and reports what the
count took without imports: seconds on the clock, and seconds of processor. Jobs of a round follow
one another, and medians of the rounds are compared. Ratios are of processor seconds: both sides use
the same threads, and what else a shared machine does goes into the clock.
"""

# ruff: noqa: S608 - what is put into queries stands here

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import generate_claims as claims
from bench_small import fixed_costs
from bench_tools import memory

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: Final = 50_000_000
"""So many that the patients do not fit in the caches, and hardly in the memory allowed."""
ROWS_A_PATIENT: Final = 5
FEWER_ROWS: Final = 5_000_000
"""Spark on one machine takes some ten times as long; the ratio is the same with fewer. So many are
also enough to compare wide claims with long ones."""
WIDE_CODES: Final = 8
"""The codes of a claim, as many as it has columns for them."""
ROUNDS: Final = 3
SITES: Final = len(claims.SECONDARIES)
NODES: Final = tuple(at for at, code in enumerate(claims.SECONDARIES) if code.startswith("C77"))
"""The nodes: counted together too, once a patient, as the reader does; not so by hand."""
_SUMS: Final = ", ".join(f"sum((mask >> {site} & 1) * n)" for site in range(SITES))
_DAY: Final = "(date - date '1970-01-01')::int * 65536"
HAND_WRITTEN: Final = f"""
with patients as (
  select patient, bit_or(bits) as mask,
    min({_DAY} + main) as forward, min({_DAY} + 65535 - main) as backward
  from {{source}} join codes using (code) group by patient),
alike as (
  select forward & 65535 as main, (forward & 65535) + (backward & 65535) = 65535 as chosen, mask,
    count(*) as n
  from patients group by all)
select case when main is null then 1 when chosen then 0 else 2 end, case when chosen then main end,
  mask <> 0, sum(n), {_SUMS}
from alike group by 1, 2, 3"""
"""The best of some twenty queries tried by hand: one pass over the rows with the bit of a site from
the table of codes, the primary and its ties from two keys of 32 bits, sums over the few different
patients."""
SCAN: Final = (
    "select bit_xor(hash(patient)), bit_xor(hash(code)), bit_xor(hash(date)) from {source}"
)


def _summed(lines: Any) -> list[int]:
    return [int(sum(column)) for column in zip(*lines, strict=True)]


def _query(path: str, sql: str) -> Callable[[], list[int]]:
    """Return a query of DuckDB by itself, with all the memory it wants."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute("create table codes (code varchar, main int, bits int)")
    means = [(code, main, 0 if site is None else 1 << site) for code, main, site in claims.codes()]
    connection.executemany("insert into codes values (?, ?, ?)", means)
    is_text = path.endswith(".csv")
    text = sql.format(source=f"read_csv('{path}')" if is_text else f"read_parquet('{path}')")

    def job() -> list[int]:
        rows = connection.execute(text).fetchall()
        kept = [row[3:] for row in rows if row[0] == 0] if len(rows) > 1 else []
        return _summed([cell or 0 for cell in row] for row in kept)

    return job


def _counted(engine: Any, rows: Any) -> Any:
    """Return the coded rows counted, as the reader of coded diagnoses has them counted."""
    from metastasis.patients._counting.patient import coded_rows
    from metastasis.patients._counting.tally import count_patients
    from metastasis.patients._counting.wholes import Whole

    F = engine.functions  # noqa: N806
    day = F.unix_date(F.col("date").cast("date")).alias("day")
    codes = engine.table({"code": "string", "primary": "int", "site": "int"}, claims.codes())
    coded = coded_rows(rows.select("patient", "code", day), codes, sites=SITES, F=F)
    nodes = Whole("lymph_node", NODES, NODES)
    return count_patients(
        engine, coded, choose="first", sites=SITES, wholes=(nodes,), short_days=True
    )


def _engine(path: str, limit: str | None, name: str = "duckdb") -> Callable[[], list[int]]:
    """Return our own count."""
    import pyarrow.parquet  # noqa: F401 - imports do not count

    from metastasis.patients._engines.engine import open_engine

    engine = open_engine(name, memory_limit=limit, threads=2 if name == "spark" else None)
    _counted(engine, _no_rows(engine))

    def job() -> list[int]:
        found = _counted(engine, engine.read(path))
        return _summed((line.patients, *line.present[:SITES]) for line in found.lines)

    return job


def _no_rows(engine: Any) -> Any:
    return engine.table({"patient": "string", "code": "string", "date": "date"}, [])


def _planning(path: str) -> Callable[[], list[int]]:
    """Return the count of no rows: what takes time then is to write the query and to plan it."""
    from metastasis.patients._engines.engine import open_engine

    engine = open_engine()
    _counted(engine, engine.read(path).limit(0))
    none = _no_rows(engine)

    def job() -> list[int]:
        _counted(engine, none)
        return []

    return job


def _read(path: str) -> Callable[[], list[int]]:
    """Return the whole of what the reader of coded diagnoses does with a table."""
    import pyarrow.parquet  # noqa: F401 - imports do not count

    from metastasis.patients import open_engine, read_coded

    engine = open_engine()

    def job() -> list[int]:
        found = read_coded(path, engine=engine, system="ICD-10-CM")
        return [found.report.rows_used, *(one.count or 0 for one in found.assertions)]

    return job


def _spark_by_hand(path: str) -> Callable[[], list[int]]:
    """Return the job as one would write it in PySpark, on the session that the engine makes."""
    from metastasis.patients._engines.engine import open_engine

    session = open_engine("spark", threads=2).session  # type: ignore[attr-defined]
    F = __import__("pyspark.sql.functions", fromlist=["functions"])  # noqa: N806

    def job() -> list[int]:
        codes = session.createDataFrame(claims.codes(), "code string, main int, site int")
        day = F.unix_date("date").cast("bigint") * 65536
        rows = session.read.parquet(path).join(F.broadcast(codes), "code")
        patients = rows.groupBy("patient").agg(
            F.min(day + F.col("main")).alias("forward"),
            F.min(day + 65535 - F.col("main")).alias("backward"),
            F.bit_or(F.expr("shiftleft(1L, site)")).alias("mask"),
        )
        main = F.col("forward").bitwiseAND(65535)
        tied = main != 65535 - F.col("backward").bitwiseAND(65535)
        sums = [F.sum(F.expr(f"shiftright(mask, {site}) & 1")) for site in range(SITES)]
        grouped = patients.groupBy(main.alias("main"), tied.alias("tied"), F.expr("mask <> 0"))
        found = grouped.agg(F.count("*"), *sums).where(~F.col("tied")).collect()
        return _summed([cell or 0 for cell in row[3:]] for row in found)

    return job


JOBS: Final[dict[str, Callable[[str], Callable[[], list[int]]]]] = {
    "scan": lambda path: _query(path, SCAN),
    "hand": lambda path: _query(path, HAND_WRITTEN),
    "duckdb": lambda path: _engine(path, None),
    "duckdb 1GB": lambda path: _engine(path, "1GB"),
    "planning": _planning,
    "long": _read,
    "wide": lambda path: _read(path.replace("long", "wide")),
    "spark by hand": _spark_by_hand,
    "spark": lambda path: _engine(path, "2g", "spark"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians of a job."""

    clock: float
    processor: float
    gigabytes: float


def run_job(name: str, path: str) -> None:
    """Do one job and print what it took; Spark warms up first."""
    job = JOBS[name](path)
    if name.startswith("spark"):
        job()
    clock, processor = time.perf_counter(), time.process_time()
    answer = job()
    taken = [time.perf_counter() - clock, time.process_time() - processor, memory() / 2**30]
    print(json.dumps({"taken": taken, "answer": answer}), flush=True)


def compared(path: Path, names: tuple[str, ...], rounds: int = ROUNDS) -> dict[str, Figures]:
    """Run jobs in turns, print their medians, and make sure that they agree."""
    taken: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(rounds):
        for name in names if turn % 2 == 0 else reversed(names):
            command = [sys.executable, __file__, "--job", name, str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            taken[name].append(json.loads(done.stdout.splitlines()[-1]))
    answers = {tuple(one["answer"]) for found in taken.values() for one in found if one["answer"]}
    if len(answers) > 1:
        sys.exit(f"{path.name}: {', '.join(names)} do not agree")
    figures = {
        name: Figures(
            *(median(column) for column in zip(*(one["taken"] for one in found), strict=True))
        )
        for name, found in taken.items()
    }
    for name, one in figures.items():
        print(
            f"  {name:14} {one.clock:7.2f} s on the clock, {one.processor:7.2f} s of processor, "
            f"{one.gigabytes:5.2f} GiB",
            flush=True,
        )
    return figures


def ingest(report: Callable[..., None], rows: int = ROWS) -> None:
    """Compare all ways on claims of so many rows, made for this in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        for ids in ("integer", "string"):
            _parquet(report, Path(folder), ids, rows)
        _csv(report, Path(folder), rows)
        _wide(report, Path(folder), min(rows, FEWER_ROWS))
        _spark(report, Path(folder), min(rows, FEWER_ROWS))
        fixed_costs(report, Path(folder))


def _made(folder: Path, rows: int, ids: str, form: str = "parquet") -> Path:
    path = folder / f"claims-{rows}-{ids}.{form}"
    claims.generate(path, rows=rows, patients=rows // ROWS_A_PATIENT, form=form, ids=ids)
    print(f"{rows:,} rows of {rows // ROWS_A_PATIENT:,} patients, {ids} ids, {form}", flush=True)
    return path


def _parquet(report: Callable[..., None], folder: Path, ids: str, rows: int) -> None:
    path = _made(folder, rows, ids)
    found = compared(path, ("scan", "hand", "duckdb", "duckdb 1GB", "planning"))
    ours, what = found["duckdb"], f"ingest, {ids} ids:"
    print(f"  {ours.processor / found['scan'].processor:.1f} times a bare scan of the columns")
    report(f"{what} ours over the hand-written query", _ratio(ours, found["hand"]), 1.0)
    report(f"{what} ours at 1 GB over ours", _ratio(found["duckdb 1GB"], ours), 1.1)
    report(f"{what} GiB", max(ours.gigabytes, found["duckdb 1GB"].gigabytes), 2)
    report(f"{what} seconds of planning", found["planning"].processor, 0.3)
    small = compared(_made(folder, rows // 10, ids), ("duckdb",))["duckdb"]
    report(f"{what} time a row, whole over a tenth", _ratio(ours, small) / 10, 1.3)
    path.unlink()


def _csv(report: Callable[..., None], folder: Path, rows: int) -> None:
    path = _made(folder, rows, "integer", "csv")
    found = compared(path, ("hand", "duckdb"))
    ratio = _ratio(found["duckdb"], found["hand"])
    report("ingest, csv: ours over DuckDB's own scan and query", ratio, 1.3)
    path.unlink()


def _wide(report: Callable[..., None], folder: Path, rows: int) -> None:
    """Compare claims of several codes a row with the same codes a row each."""
    import duckdb

    source = _made(folder, rows, "integer")
    long, wide = folder / "claims-long.parquet", folder / "claims-wide.parquet"
    names = [f"dx{n + 1}" for n in range(WIDE_CODES)]
    places = ", ".join(f"codes[{n + 1}] as {name}" for n, name in enumerate(names))
    with duckdb.connect() as connection:
        connection.execute(
            "create table claims as select patient, min(date) as date, "
            f"list(code)[:{WIDE_CODES}] as codes from '{source}' group by patient"
        )
        connection.execute(f"copy (select patient, date, {places} from claims) to '{wide}'")
        codes = "select patient, date, unnest(codes) as code from claims"
        connection.execute(f"copy ({codes}) to '{long}'")
    found = compared(long, ("long", "wide"))
    report("ingest, wide claims over the long form", _ratio(found["wide"], found["long"]), 1.5)


def _spark(report: Callable[..., None], folder: Path, rows: int) -> None:
    # Spark counts in a process of its own, so that only the clock tells.
    path = _made(folder, rows, "string")
    found = compared(path, ("spark by hand", "spark"))
    ratio = found["spark"].clock / found["spark by hand"].clock
    report("ingest, spark: ours over the job by hand", ratio, 1.2)


def _ratio(one: Figures, other: Figures) -> float:
    return one.processor / other.processor


if __name__ == "__main__":
    run_job(sys.argv[2], sys.argv[3])
