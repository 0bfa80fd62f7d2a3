"""How fast patients are counted, each way beside its peer; ``scripts/bench.py ingest`` runs this.

Every job runs in a process of its own, so that its peak memory is its own, and reports how long the
count took, without imports. Jobs of a round follow one another; medians of the rounds are compared.
"""

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

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: Final = 50_000_000
ROWS_A_PATIENT: Final = 5
SPARK_ROWS: Final = 5_000_000
ROUNDS: Final = 3
SITES: Final = len(claims.SECONDARIES)
CODES: Final = [
    (code, number, None)
    for number, (_, texts, _) in enumerate(claims.PRIMARIES.values())
    for code in texts
] + [(code, None, n) for n, texts in enumerate(claims.SECONDARIES.values()) for code in texts]
_SUMS: Final = ", ".join(f"sum((mask >> {site}) & 1)" for site in range(SITES))
_DAY: Final = "(date - date '1970-01-01')"
HAND_WRITTEN: Final = f"""
with patients as (
  select patient, bit_or(1::bigint << site) as mask,
    min({_DAY} * 65536::bigint + main) as forward,
    min({_DAY} * 65536::bigint + 65535 - main) as backward
  from {{source}} join codes using (code) group by patient)
select case when forward is null then 1 when forward & 65535 = 65535 - (backward & 65535) then 0
    else 2 end, case when forward & 65535 = 65535 - (backward & 65535) then forward & 65535 end,
  coalesce(mask, 0) <> 0, count(*), {_SUMS}
from patients group by 1, 2, 3"""  # noqa: S608
"""The best query found by hand: one pass, a bit a site, the primary and its ties from two keys."""
SCAN: Final = (
    "select bit_xor(hash(patient)), bit_xor(hash(code)), bit_xor(hash(date)) from {source}"
)


def _codes() -> dict[str, Any]:
    from metastasis.patients._counting.counts import CodeUse

    return {
        code: CodeUse(primary=main, sites=() if site is None else (site,))
        for code, main, site in CODES
    }


def _summed(lines: Any) -> list[int]:
    return [sum(column) for column in zip(*lines, strict=True)]


def _query(path: str, sql: str, limit: str | None) -> Callable[[], list[int]]:
    """Return a query of DuckDB by itself."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    if limit:
        connection.execute(f"set memory_limit = '{limit}'")
    connection.execute("create table codes (code varchar, main int, site int)")
    connection.executemany("insert into codes values (?, ?, ?)", CODES)
    is_text = path.endswith(".csv")
    text = sql.format(source=f"read_csv('{path}')" if is_text else f"read_parquet('{path}')")

    def job() -> list[int]:
        rows = connection.execute(text).fetchall()
        kept = [row[3:] for row in rows if row[0] == 0] if len(rows) > 1 else []
        return _summed([cell or 0 for cell in row] for row in kept)

    return job


def _engine(
    path: str, limit: str | None, name: str = "duckdb", *, packed: bool = False
) -> Callable[[], list[int]]:
    """Return our own count: by the engine, or with the packed way."""
    import pyarrow.compute
    import pyarrow.parquet  # noqa: F401 - imports do not count

    from metastasis.patients._counting.packed import tally_coded
    from metastasis.patients._engines.engine import open_engine

    threads = 2 if name == "spark" else None
    engine = open_engine(name, memory_limit=limit, threads=threads)
    nobody = engine.table({"patient": "string", "code": "string", "date": "date"}, [])
    tally_coded(engine, nobody, _codes(), choose="first", sites=SITES)

    def job() -> list[int]:
        rows = engine.read(path)
        if not packed:
            rows = rows.select("patient", "code", "date")
        found = tally_coded(engine, rows, _codes(), choose="first", sites=SITES)
        return _summed((line.patients, *line.yes) for line in found.lines)

    return job


def _pandas(path: str) -> Callable[[], list[int]]:
    import pandas as pd
    import pyarrow.parquet as pq

    def job() -> list[int]:
        table = pq.read_table(path, read_dictionary=["code"])
        frame = table.to_pandas(date_as_object=False, self_destruct=True)
        means = pd.DataFrame(CODES, columns=["code", "main", "site"]).set_index("code")
        known = means.reindex(frame["code"].cat.categories)
        code = frame["code"].cat.codes.to_numpy()
        main, site = (known[name].fillna(-1).to_numpy(int)[code] for name in ("main", "site"))
        day = frame["date"].to_numpy().astype("datetime64[D]").astype(int)
        named = pd.DataFrame({"patient": frame["patient"], "key": day * 65536 + main})[main >= 0]
        first = named.groupby("patient", sort=False)["key"].min()
        backward = named.assign(key=named["key"] - 2 * (named["key"] & 65535) + 65535)
        last = backward.groupby("patient", sort=False)["key"].min()
        kept = first[(first & 65535) == 65535 - (last & 65535)] & 65535
        pairs = pd.DataFrame({"patient": frame["patient"], "site": site})[site >= 0]
        pairs = pairs.drop_duplicates()
        seen = pairs[pairs["patient"].isin(kept.index)]["site"].value_counts()
        return [len(kept), *(int(seen.get(number, 0)) for number in range(SITES))]

    return job


def _spark_by_hand(path: str) -> Callable[[], list[int]]:
    """Return the job as one would write it in PySpark, on the session that the engine makes."""
    from metastasis.patients._engines.engine import open_engine

    session = open_engine("spark", threads=2).session  # type: ignore[attr-defined]
    F = __import__("pyspark.sql.functions", fromlist=["functions"])  # noqa: N806

    def job() -> list[int]:
        codes = session.createDataFrame(CODES, "code string, main int, site int")
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
    "scan": lambda path: _query(path, SCAN, None),
    "hand": lambda path: _query(path, HAND_WRITTEN, None),
    "hand 1GB": lambda path: _query(path, HAND_WRITTEN, "1GB"),
    "duckdb": lambda path: _engine(path, None),
    "duckdb 1GB": lambda path: _engine(path, "1GB"),
    "packed": lambda path: _engine(path, None, packed=True),
    "packed 1GB": lambda path: _engine(path, "1GB", packed=True),
    "pandas": _pandas,
    "spark by hand": _spark_by_hand,
    "spark": lambda path: _engine(path, "2g", "spark"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians of a job."""

    seconds: float
    gigabytes: float


def run_job(name: str, path: str) -> None:
    """Do one job and print what it took; Spark warms up first."""
    from bench_tools import memory

    job = JOBS[name](path)
    if name.startswith("spark"):
        job()
    start = time.perf_counter()
    answer = job()
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "bytes": memory(), "answer": answer}), flush=True)


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
            median(one["seconds"] for one in found), median(one["bytes"] for one in found) / 2**30
        )
        for name, found in taken.items()
    }
    for name, found in figures.items():
        print(f"  {name:14} {found.seconds:7.2f} s {found.gigabytes:6.2f} GiB", flush=True)
    return figures


def ingest(report: Callable[..., None], rows: int = ROWS) -> None:
    """Compare all ways on claims of so many rows, made for this in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="claims-") as folder:
        for ids in ("integer", "string"):
            _parquet(report, Path(folder), ids, rows)
        _csv(report, Path(folder), rows)
        _spark(report, Path(folder), min(rows, SPARK_ROWS))


def _made(folder: Path, rows: int, ids: str, form: str = "parquet") -> Path:
    path = folder / f"claims-{rows}-{ids}.{form}"
    claims.generate(path, rows=rows, patients=rows // ROWS_A_PATIENT, form=form, ids=ids)
    print(f"{rows:,} rows of {rows // ROWS_A_PATIENT:,} patients, {ids} ids, {form}", flush=True)
    return path


def _parquet(report: Callable[..., None], folder: Path, ids: str, rows: int) -> None:
    path = _made(folder, rows, ids)
    found = compared(path, ("scan", "hand", "duckdb", "packed", "duckdb 1GB", "packed 1GB"))
    slow = compared(path, ("pandas",), rounds=1)["pandas"]
    hand, what = found["hand"].seconds, f"ingest, {ids} ids:"
    for name in ("duckdb", "packed"):
        times = found[name].seconds / found["scan"].seconds
        print(f"  {name}: {times:.1f} times a bare scan of the columns")
    report(f"{what} duckdb over the hand-written query", found["duckdb"].seconds / hand, 1.1)
    report(f"{what} packed over the hand-written query", found["packed"].seconds / hand, 0.5)
    report(f"{what} pandas over packed", slow.seconds / found["packed"].seconds, 4, at_least=True)
    for name in ("duckdb", "packed"):
        limited = found[f"{name} 1GB"]
        report(f"{what} {name} at 1 GB over without", limited.seconds / found[name].seconds, 1.1)
        report(f"{what} GiB of {name} at 1 GB", limited.gigabytes, 2)
    report(f"{what} GiB of packed", found["packed"].gigabytes, 2)
    small = compared(_made(folder, rows // 10, ids), ("duckdb", "packed"))
    for name, one in small.items():
        ratio = found[name].seconds / one.seconds / 10
        report(f"{what} {name}, time a row, whole over a tenth", ratio, 1.3)
    path.unlink()


def _csv(report: Callable[..., None], folder: Path, rows: int) -> None:
    path = _made(folder, rows, "integer", "csv")
    found = compared(path, ("hand", "duckdb"), rounds=1)
    ratio = found["duckdb"].seconds / found["hand"].seconds
    report("ingest, csv: duckdb over DuckDB's own scan and query", ratio, 1.3)
    path.unlink()


def _spark(report: Callable[..., None], folder: Path, rows: int) -> None:
    path = _made(folder, rows, "string")
    found = compared(path, ("spark by hand", "spark"))
    ratio = found["spark"].seconds / found["spark by hand"].seconds
    report("ingest, spark: ours over the job by hand", ratio, 1.2)


if __name__ == "__main__":
    run_job(sys.argv[2], sys.argv[3])
