"""What every reader asks of its rows, on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from metastasis.patients import open_engine
from metastasis.patients._rows import (
    beside,
    counts_of,
    how_many,
    label_locators,
    number_of,
    sex_of,
)
from metastasis.patients._words.missing import is_missing, stated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients import Engine


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def test_conditions_are_counted_in_one_scan_and_null_is_no(engine: Engine) -> None:
    rows = engine.table({"n": "int", "rows": "string"}, [(1, "a"), (None, "b"), (3, None)])
    n = engine.functions.col("n")
    found = how_many(engine, rows, {"big": n > 2, "small": n < 2, "blank": n.isNull()})
    assert found == {"rows": 3, "big": 1, "small": 1, "blank": 1}
    assert how_many(engine, rows.where(n > 9), {"big": n > 2}) == {"rows": 0, "big": 0}
    assert number_of(engine, rows) == 3


def test_values_are_counted_in_their_order_and_too_many_are_not_brought(engine: Engine) -> None:
    rows = engine.table({"word": "string"}, [("b",), ("a",), ("b",), (None,)])
    assert list((counts_of(engine, rows, "word") or {}).items()) == [(None, 1), ("a", 1), ("b", 2)]
    assert counts_of(engine, rows, "word", most=3) == {None: 1, "a": 1, "b": 2}
    assert counts_of(engine, rows, "word", most=2) is None


def test_meanings_stand_beside_their_words(engine: Engine) -> None:
    rows = engine.table({"id": "int", "word": "string"}, [(1, "a"), (2, "z"), (3, None)])
    found = beside(engine, rows, {"word": "string", "at": "int"}, [("a", 7), ("b", 8)])
    assert sorted(engine.collect(found.select("id", "at"))) == [(1, 7), (2, None), (3, None)]
    assert set(engine.columns(found)) == {"id", "word", "at"}


def test_words_for_missing_are_null_in_any_case(engine: Engine) -> None:
    F = engine.functions  # noqa: N806
    rows = engine.table({"word": "string"}, [(" na ",), ("Bone ",), ("[nIl]",), ("odd",)])
    found = rows.select(stated(F, F.col("word"), ("odd",)).alias("word"))
    assert sorted(engine.collect(found), key=str) == [("Bone",), (None,), (None,), (None,)]


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("Female", "female"),
        (" f", "female"),
        ("2", "female"),
        ("male", "male"),
        ("1", "male"),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_sex_is_read_by_its_first_character(
    engine: Engine, text: str | None, sex: str | None
) -> None:
    F = engine.functions  # noqa: N806
    rows = engine.table({"sex": "string"}, [(text,)])
    cell = sex_of(F, F.col("sex"), female=("F", "2"), male=("M", "1"))
    assert engine.collect(rows.select(cell.alias("sex"))) == [(sex,)]


def test_of_many_labels_a_locator_names_the_first_few() -> None:
    keys = {f"place {number}": "bone" for number in range(7)} | {"Liver": "liver"}
    assert label_locators(keys, "SITE") == {
        "bone": "SITE: place 0, place 1, place 2, place 3, place 4 and 2 more",
        "liver": "SITE: Liver",
    }


CELLS: Final = (
    "P1",
    "NA",
    " na ",
    "[Unknown]",
    "n/a 2",
    "Bone",
    "",
    "  ",
    None,
    "-",
    "-9",
    "9",
    "x9",
)


@pytest.mark.parametrize("also", [(), ("-9",), ("bone",), ("none of these", "9")])
def test_what_states_nothing_is_the_same_in_the_engine(also: tuple[str, ...]) -> None:
    with open_engine() as engine:
        F = engine.functions  # noqa: N806
        rows = engine.table({"cell": "string"}, [(cell,) for cell in CELLS])
        found = engine.collect(rows.select("cell", stated(F, F.col("cell"), also).alias("text")))
    for cell, text in found:
        assert text == (None if is_missing(cell, also) else cell.strip())


def test_a_woman_is_no_man_in_any_language(engine: Engine) -> None:
    words = ["Mujer", " mulher", "masculino", "M", "male", "Mann", "Frau", "F", "unknown", None]
    F = engine.functions  # noqa: N806
    rows = engine.table({"sex": "string", "n": "int"}, [(one, n) for n, one in enumerate(words)])
    sex = sex_of(F, F.col("sex"), female=("F", "W"), male=("M",))
    told = [one for _, one in sorted(engine.collect(rows.select("n", sex.alias("told"))))]
    assert told == [*["female"] * 2, *["male"] * 4, *["female"] * 2, None, None]
