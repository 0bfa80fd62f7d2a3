"""What readers say in the words of PySpark means the same on DuckDB as on Spark itself."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest

import metastasis.patients
from metastasis.patients._engines import duckdb_functions
from metastasis.patients._engines.duckdb_frame import DuckDBFrame
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from metastasis.patients._engines.engine import Engine

COLUMNS: Final = {"a": "string", "n": "int", "m": "int", "d": "date", "b": "boolean"}
ROWS: Final = [
    ("Bone", 1, 7, date(2015, 3, 1), True),
    ("it's  liver ", 2, None, date(1999, 12, 31), False),
    ("", -3, 10, None, None),
    (None, None, 0, date(2020, 2, 29), True),
    ('a "b" 12', 40, -1, date(1970, 1, 1), False),
    ("Bone", 1, 7, date(2015, 3, 1), True),
]
EXPRESSIONS: Final = 150


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=2) as engine:
        yield engine


class Recipe:
    """Random expressions; the same seed says the same on every engine."""

    def __init__(self, F: Any, seed: int) -> None:  # noqa: N803
        self.F = F
        self.chance = Random(seed)  # noqa: S311 - the same expressions on every run

    def pick(self, *ways: Any) -> Any:
        """Return what one of the ways makes."""
        return self.chance.choice(ways)()

    def any(self, depth: int = 3) -> Any:
        """Return an expression of any kind."""
        return self.pick(
            lambda: self.text(depth), lambda: self.number(depth), lambda: self.truth(depth)
        )

    def text(self, depth: int) -> Any:
        """Return an expression of a text."""
        F = self.F  # noqa: N806
        if not depth:
            return self.pick(lambda: F.col("a"), lambda: F.lit("It's"), lambda: F.lit(""))
        one, two = self.text(depth - 1), self.text(depth - 1)
        return self.pick(
            lambda: F.upper(F.trim(one)),
            lambda: F.lower(one),
            lambda: F.substring(one, 1, 3),
            lambda: F.concat(one, F.lit("-"), two),
            lambda: F.concat_ws(" ", one, two),
            lambda: F.concat_ws(";", F.array_compact(F.array(one, two))),
            lambda: F.coalesce(one, two),
            lambda: F.regexp_extract(one, "([a-z]+)", 1),
            lambda: F.regexp_replace(one, "[aeiou']", "_"),
            lambda: F.lpad(one, 6, "0"),
            lambda: F.when(self.truth(depth - 1), one).when(F.col("b"), two),
            lambda: F.when(self.truth(depth - 1), one).otherwise(two),
            lambda: F.col("n").cast("string"),
            lambda: F.date_add(F.col("d"), F.col("m")).cast("string"),
        )

    def number(self, depth: int) -> Any:
        """Return an expression of a number."""
        F = self.F  # noqa: N806
        if not depth:
            return self.pick(lambda: F.col("n"), lambda: F.col("m"), lambda: F.lit(-2))
        one, two = self.number(depth - 1), self.number(depth - 1)
        return self.pick(
            lambda: one + two,
            lambda: one - two,
            lambda: 3 - one,
            lambda: -one,
            lambda: F.col("n") * F.col("m"),
            lambda: one % 5,
            lambda: F.abs(one),
            lambda: F.floor(one / 10),
            lambda: F.coalesce(one, two, F.lit(0)),
            lambda: F.length(self.text(depth - 1)),
            lambda: F.array_max(F.array(one, two)),
            lambda: F.array_min(F.array(one, two)),
            lambda: F.datediff(F.col("d"), F.lit("2000-01-01").cast("date")),
            lambda: F.unix_date(F.col("d")),
            lambda: F.expr("shiftright(shiftleft(abs(n), 3), 1) | (m & 6)"),
            lambda: F.expr("case when b then ~n else coalesce(m, cast(0 as bigint)) end"),
            lambda: F.when(self.truth(depth - 1), one).otherwise(two),
            lambda: self.truth(depth - 1).cast("int"),
        )

    def truth(self, depth: int) -> Any:
        """Return an expression of a condition."""
        F = self.F  # noqa: N806
        if not depth:
            return self.pick(lambda: F.col("b"), lambda: F.col("n") > 1, lambda: F.lit(True))
        one, two = self.truth(depth - 1), self.truth(depth - 1)
        number, text = self.number(depth - 1), self.text(depth - 1)
        return self.pick(
            lambda: ~one,
            lambda: one & two,
            lambda: one | two,
            lambda: number == F.col("m"),
            lambda: (number != 2) | (number <= F.col("n")),
            lambda: (number < 5) & (number >= -1),
            lambda: text.isin("Bone", "it's", ""),
            lambda: number.isin(1, 2, 40),
            lambda: text.isNull(),
            lambda: number.isNotNull(),
            lambda: text.contains("o"),
            lambda: text.startswith("B"),
            lambda: text.endswith("e"),
            lambda: text.rlike("^[A-Z].*[a-z ]$"),
            lambda: F.array_contains(F.array(F.lit(1), F.coalesce(number, F.lit(0))), 7),
        )


def values(engine: Engine) -> list[list[Any]]:
    """Return what the random expressions come to, row by row."""
    rows = engine.table({"id": "int", **COLUMNS}, [(n, *row) for n, row in enumerate(ROWS)])
    cells = [Recipe(engine.functions, n).any().alias(f"e{n}") for n in range(EXPRESSIONS)]
    return sorted([*row] for row in engine.collect(rows.select("id", *cells)))


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_random_expressions_come_to_the_same(duckdb: Engine, spark: Engine) -> None:
    ours, theirs = values(duckdb), values(spark)
    for place in range(EXPRESSIONS + 1):
        told = Recipe(duckdb.functions, place - 1).any() if place else "id"
        assert [row[place] for row in ours] == [row[place] for row in theirs], told


def answers(engine: Engine) -> list[list[Any]]:
    """Return what every step of a frame that readers use comes to."""
    F = engine.functions  # noqa: N806
    rows = engine.table(COLUMNS, ROWS)
    other = engine.table({"n": "int", "x.y": "string"}, [(1, "one"), (40, "forty"), (None, "no")])
    other = other.select("n", F.col("`x.y`").alias("x"))
    named = rows.select("a", F.col("m").alias("n"))
    groups = rows.groupBy("a", (F.col("n") > 1).alias("more")).agg(
        F.count("*").alias("rows"),
        F.count("m").alias("with"),
        F.countDistinct("d").alias("days"),
        F.min("n").alias("least"),
        F.max("d").alias("last"),
        F.sum("m").alias("sum"),
        F.bit_or("n").alias("bits"),
        F.min(F.struct("n", (-F.col("m")).alias("less"))).alias("low"),
        F.concat_ws(" ", F.sort_array(F.collect_set(F.col("m").cast("string")))).alias("set"),
        F.concat_ws(" ", F.sort_array(F.collect_list(F.col("m").cast("string")))).alias("list"),
    )
    low = F.col("low.less").alias("low")
    steps = [
        rows.where(F.col("b")).withColumn("n", F.col("n") + 1).withColumn("new", F.lit(1)),
        rows.drop("a", "d").distinct(),
        groups.select(*[low if name == "low" else name for name in groups.columns]),
        groups.agg(F.sum("rows").alias("rows"), F.lit(7).alias("seven")),
        rows.where(F.col("n") > 99).agg(F.count(F.lit(1)).alias("none"), F.max("n").alias("most")),
        *(rows.join(other, on="n", how=how) for how in ("inner", "left", "left_semi", "left_anti")),
        rows.select("a", "b").join(other, on=F.col("a") != F.col("x"), how="inner"),
        rows.select("n", "a").union(named.select("n", "a")),
        named.unionByName(rows.select("n", "a")),
        named.unionByName(other, allowMissingColumns=True),
        rows.select("n", F.explode(F.array("m", F.lit(0))).alias("one")),
        rows.withColumn("place", F.expr("dense_rank() over (partition by b order by d)")),
        rows.orderBy("d", "n").limit(2),
        rows.join(F.broadcast(other), on=["n"]).where(rows["n"].isNotNull()),
    ]
    return [[one.columns, *sorted(map(repr, engine.collect(one)))] for one in steps]


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_every_step_comes_to_the_same(duckdb: Engine, spark: Engine) -> None:
    for ours, theirs in zip(answers(duckdb), answers(spark), strict=True):
        assert ours == theirs


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_types_are_named_alike(duckdb: Engine, spark: Engine) -> None:
    for engine in (duckdb, spark):
        rows = engine.table({**COLUMNS, "big": "bigint", "real": "double"}, [])
        assert dict(rows.dtypes) == {**COLUMNS, "big": "bigint", "real": "double"}


def names_used() -> tuple[set[str], set[str]]:
    """Return the names after ``F.`` in the readers, and of all other methods that they call."""
    of_functions: set[str] = set()
    others: set[str] = set()
    for path in Path(metastasis.patients.__path__[0]).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "_engines" or "F.col(" not in text:
            continue
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        for one in calls:
            if isinstance(one, ast.Attribute):
                is_function = isinstance(one.value, ast.Name) and one.value.id == "F"
                (of_functions if is_function else others).add(one.attr)
    return of_functions, others


def lacking(ours: type | ModuleType, names: set[str]) -> set[str]:
    return {name for name in names if not hasattr(ours, name)}


def test_readers_use_no_word_that_duckdb_would_lack() -> None:
    pyspark = pytest.importorskip("pyspark.sql")
    functions, others = names_used()
    assert lacking(duckdb_functions, functions) == set()
    assert lacking(pyspark.functions, functions) == set()
    builtin = {name for kind in (str, list, dict, set, tuple, Path) for name in dir(kind)}
    # Names that readers have for other things too: engines collect, Arrow's readers hand over.
    plain = {"agg", "alias", "collect", "columns", "first", "name", "schema", "toArrow", "write"}
    frames = {one for one in others if hasattr(pyspark.DataFrame, one)} - builtin
    columns = {one for one in others if hasattr(pyspark.Column, one)} - builtin
    assert lacking(DuckDBFrame, frames - columns - plain) == set()
    assert lacking(duckdb_functions.Column, columns - frames - plain) == set()


def test_a_condition_is_no_truth() -> None:
    F = duckdb_functions  # noqa: N806
    with pytest.raises(TypeError, match="neither true nor false; combine conditions by &"):
        bool(F.col("a") == 1)


def test_frames_share_nothing_but_the_connection() -> None:
    """Threads and engines that ask different things of like tables get their own answers."""

    def asked(engine: Engine, number: int) -> list[tuple[Any, ...]]:
        F = engine.functions  # noqa: N806
        rows = engine.table({"n": "int", "name": "string"}, [(number, f"of {number}")])
        shaped = rows.withColumn("n", F.col("n") + 1) if number % 2 else rows
        return engine.collect(shaped.select("name", "n"))

    with open_engine() as one, open_engine() as other, ThreadPoolExecutor(4) as pool:
        found = [
            (number, pool.submit(asked, engine, number))
            for number in range(40)
            for engine in (one, other)
        ]
        for number, answer in found:
            assert answer.result() == [(f"of {number}", number + number % 2)]


def test_a_step_used_twice_is_written_once() -> None:
    F = duckdb_functions  # noqa: N806
    with open_engine() as engine:
        rows = engine.table({"n": "int"}, [(1,), (2,)])
        twice = rows.select((F.col("n") * 2).alias("n"))
        for _ in range(12):  # 4,096 times the same text, were it written at every use
            twice = twice.join(twice.select("n"), on="n")
        assert len(engine.sql(twice)) < 5_000  # type: ignore[attr-defined]
