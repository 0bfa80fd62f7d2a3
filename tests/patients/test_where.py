"""Conditions on rows, as the user writes them: against plain Python, on both engines."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._errors import TableError
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._coded.where import COMPARISONS, condition_of, is_condition
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

CELLS = ["IP", " IP ", "ip", "", None, "18", "9", "100", "18.5", "2015-03-04", "a, b", "-3"]
CELLS += ["17,5", "18,7", "1,205", "9.0", "31.12.2019", "2014-12-31 23:59:59", "90+", "unknown"]


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("spark", marks=[pytest.mark.slow, pytest.mark.xdist_group("spark")]),
    ]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def number(text: str) -> float | None:
    try:
        return float(text if re.search(r",\d{3}$", text) else text.replace(",", "."))
    except ValueError:
        return None


def at_least(least: float) -> Callable[[str | None], bool]:
    return lambda cell: (found := number((cell or "").strip())) is not None and found >= least


CONDITIONS: dict[str, Callable[[str | None], bool]] = {
    "x = IP": lambda cell: (cell or "").strip() == "IP",
    "x == 'IP'": lambda cell: (cell or "").strip() == "IP",
    "x != IP": lambda cell: (cell or "").strip() != "IP",
    "x <> IP": lambda cell: (cell or "").strip() != "IP",
    "x in (IP, 9, 'a, b')": lambda cell: (cell or "").strip() in ("IP", "9", "9.0", "a, b"),
    "x NOT IN (IP, 9)": lambda cell: (cell or "").strip() not in ("IP", "9", "9.0"),
    "x >= 18": at_least(18),
    "x > 18": lambda cell: at_least(18)(cell) and (cell or "").strip() != "18",
    "x < 18": lambda cell: number((cell or "").strip()) is not None and not at_least(18)(cell),
    "x >= 2015-01-01": lambda cell: cell == "2015-03-04",
    "x <= 2014-12-31": lambda cell: cell == "2014-12-31 23:59:59",
}


@pytest.mark.parametrize(("text", "expected"), CONDITIONS.items())
def test_conditions(engine: Engine, text: str, expected: Callable[[str | None], bool]) -> None:
    rows = engine.table({"x": "string", "n": "int"}, [(one, n) for n, one in enumerate(CELLS)])
    kept = rows.where(condition_of(text).holds(engine.functions, engine.functions.col("x")))
    found = {place for (place,) in engine.collect(kept.select("n"))}
    assert found == {place for place, cell in enumerate(CELLS) if expected(cell)}


@pytest.mark.parametrize(
    "text", ["", "x", "x is 3", "= 3", "x =", "x in ()", "x like 'a%'", "x in 3"]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(TableError, match="is no condition; write a column"):
        condition_of(text)


@given(
    st.from_regex(r"[a-z_]{1,8}( [a-z]{1,4})?", fullmatch=True),
    st.sampled_from([one for one in COMPARISONS if one != "in"]),
    st.from_regex(r"[A-Za-z0-9.-]{1,8}", fullmatch=True),
)
def test_a_condition_comes_apart_as_it_was_put_together(name: str, op: str, value: str) -> None:
    for quoted in (name, f'"{name}"', f"`{name}`"):
        found = condition_of(f" {quoted} {op} '{value}' ")
        assert (found.column, found.comparison, found.values) == (name, op, (value,))


@given(st.text(max_size=30))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    if is_condition(text):
        with suppress(TableError):  # as for a list of nothing
            assert condition_of(text).values
    else:
        with pytest.raises(TableError, match="--where"):
            condition_of(text)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("x >= 18", {"IP", "ip", "2015-03-04", "a, b", "1,205", "31.12.2019", "90+"}),
        ("x < 2020-01-01", {"IP", "ip", "18", "9", "100", "18.5", "a, b", "-3", "17,5", "18,7"}),
    ],
)
def test_what_cannot_be_compared_is_told_apart(engine: Engine, text: str, odd: set[str]) -> None:
    rows = engine.table({"x": "string"}, [(one,) for one in CELLS])
    F = engine.functions  # noqa: N806
    found = rows.where(condition_of(text).cannot_compare(F, F.col("x")))
    strange = {cell.strip() for (cell,) in engine.collect(found.select("x"))}
    assert odd <= strange <= {(cell or "").strip() for cell in CELLS} - {"", "unknown"}


def test_dates_in_another_form_are_never_compared_as_text() -> None:
    table = TABLE.assign(day=["31.12.2019", "05.01.2020", "2020-03-01", "2019-03-01", ""])
    found = read_coded(table, where="day >= 2020-01-01", name="x")
    assert [str(one) for one in found.report.rows] == [
        "2 whose day is in no form that can be compared: day >= 2020-01-01",
        "2 that do not meet: day >= 2020-01-01",
    ]
    with pytest.raises(TableError, match="dates are compared only as YYYY-MM-DD"):
        read("day >= 01.01.2020")


TABLE = pd.DataFrame(
    {
        "patient": ["A", "A", "B", "B", "C"],
        "code": ["C50.911", "C79.51", "C50.911", "C79.51", "C50.912"],
        "Care Setting": ["IP", "OP", "IP", "IP", "OP"],
        "age": [41, 41, 67, 67, None],
    }
)


def read(where: str | list[str]) -> Ingested:
    return read_coded(TABLE, where=where, name="x")


def bone(found: Ingested) -> tuple[int | None, int | None]:
    return next((one.count, one.total) for one in found.assertions if one.site == "bone")


def test_rows_that_do_not_meet_a_condition_are_counted() -> None:
    found = read("'care setting' = IP")
    assert bone(found) == (1, 2)
    assert [str(one) for one in found.report.rows] == ["2 that do not meet: 'care setting' = IP"]
    assert found.report.rows_read == 5
    both = read(["Care_Setting in (IP, OP)", "age >= 60"])
    assert bone(both) == (1, 1)
    assert [str(one) for one in both.report.rows] == ["3 that do not meet: age >= 60"]


def test_a_condition_on_a_column_that_is_not_there() -> None:
    with pytest.raises(TableError, match=r"no column has this name .*the nearest header is 'age'"):
        read("agee > 3")
