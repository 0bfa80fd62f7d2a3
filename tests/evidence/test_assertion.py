"""The assertion record and its table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._errors import Fault, TableError
from metastasis._evidence.assertion import COLUMNS, Assertion
from metastasis._evidence.assertion_table import read_assertions, write_assertions
from metastasis._evidence.check import check_assertions
from metastasis._vocabulary import LISTS
from strategies import CATALOG, assertions, tables

ROW = Assertion(
    primary="breast", site="bone", source="wu-2017-breast", locator="abstract", frequency="common"
)


def faults_of(*rows: Assertion) -> tuple[Fault, ...]:
    try:
        check_assertions(
            rows, primaries=CATALOG.primaries, sites=CATALOG.sites, sources=CATALOG.sources
        )
    except TableError as error:
        return error.faults
    return ()


@pytest.mark.slow
@given(tables())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_written_table_reads_back_the_same(tmp_path: Path, rows: list[Assertion]) -> None:
    path = tmp_path / "table.csv"
    write_assertions(rows, path)
    assert read_assertions([path]) == rows
    before = path.read_bytes()
    write_assertions(read_assertions([path]), path)
    assert path.read_bytes() == before


@given(assertions())
def test_whatever_the_strategy_makes_is_sound(row: Assertion) -> None:
    assert faults_of(row) == ()


@given(st.integers(1, 10**9), st.data())
def test_the_computed_percentage_is_the_share_rounded_half_up(
    total: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, total))
    row = replace(ROW, count=count, total=total, denominator="autopsies")
    assert row.percent is not None
    gap = Fraction(row.percent) - Fraction(100 * count, total)
    assert Fraction(-1, 200) < gap <= Fraction(1, 200)


@given(assertions(), assertions())
def test_the_key_depends_on_what_identifies_and_on_nothing_else(
    one: Assertion, two: Assertion
) -> None:
    numbers = {
        name: getattr(two, name)
        for name in ("frequency", "count", "total", "percent", "note", "reading")
    }
    assert replace(one, **numbers).key == one.key
    assert replace(one, locator=one.locator + "!").key != one.key
    assert replace(one, population=(one.population or "") + "!").key != one.key


def test_the_key_of_a_row_never_changes() -> None:
    # Names stand in other people's files: a change of this value breaks them.
    assert ROW.key == "c89c90edb06d6ae392f8"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"primary": "brest"}, "primary"),
        ({"site": "bones"}, "site"),
        ({"source": "nobody"}, "source"),
        ({"relation": "spread"}, "relation"),
        ({"frequency": "often"}, "frequency"),
        ({"frequency": None}, "frequency"),
        ({"count": 3}, "count"),
        ({"total": 3}, "total"),
        ({"count": 4, "total": 3, "denominator": "autopsies"}, "count"),
        ({"total": 0, "denominator": "autopsies"}, "total"),
        ({"percent": Decimal(120), "denominator": "autopsies"}, "percent"),
        ({"percent": Decimal(12)}, "percent"),
        (
            {"percent": Decimal(48), "count": 71, "total": 150, "denominator": "autopsies"},
            "percent",
        ),
        ({"start": 3, "end": 5}, "document_sha256"),
        ({"document_sha256": "abc", "start": 3, "end": 5}, "document_sha256"),
        ({"document_sha256": "a" * 64, "start": 5, "end": 5}, "end"),
        ({"locator": ""}, "locator"),
    ],
)
def test_each_impossible_value_is_a_fault_in_its_column(
    changes: dict[str, object], column: str
) -> None:
    found = faults_of(replace(ROW, **changes))  # type: ignore[arg-type]
    assert [fault.column for fault in found] == [column]
    assert found[0].remedy


@pytest.mark.parametrize("percent", ["47", "47.3", "47.33"])
def test_a_printed_percentage_agrees_as_far_as_it_is_printed(percent: str) -> None:
    assert not faults_of(
        replace(ROW, percent=Decimal(percent), count=71, total=150, denominator="autopsies")
    )


def test_two_rows_that_say_the_same_are_a_fault_that_names_both() -> None:
    (fault,) = faults_of(ROW, replace(ROW, note="again"))
    assert (fault.row, fault.column) == (2, "locator")
    assert "row 1" in fault.remedy


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    head = "primary,site,source,locator,frequency,count\n"
    (tmp_path / "a.csv").write_text(head + "breast,bone,s,l,oftn,x\n,bone,s,l,common,\n")
    (tmp_path / "b.csv").write_text("primary,sight,source,locator\n")
    with pytest.raises(TableError) as caught:
        read_assertions([tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "missing.csv"])
    found = [(Path(fault.file).name, fault.row, fault.column) for fault in caught.value.faults]
    assert found == [
        ("a.csv", 2, "frequency"),
        ("a.csv", 2, "count"),
        ("a.csv", 3, "primary"),
        ("b.csv", 1, "sight"),
        ("b.csv", 1, "site"),
        ("missing.csv", None, None),
    ]
    assert "did you mean 'site'" in str(caught.value)


def test_columns_stand_in_the_order_of_the_record() -> None:
    assert COLUMNS[:4] == ("primary", "site", "relation", "frequency")
    assert COLUMNS[-1] == "note"
    assert {"relation", "frequency", "denominator"} <= set(COLUMNS) & set(LISTS)


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"frequency": "rare"}, "present"),
        ({"frequency": "absent"}, "absent"),
        ({"frequency": None, "count": 0, "total": 9, "denominator": "autopsies"}, "absent"),
        ({"frequency": None, "count": 1, "total": 9, "denominator": "autopsies"}, "present"),
        ({"frequency": None, "percent": Decimal(0), "denominator": "autopsies"}, "absent"),
    ],
)
def test_a_denial_and_a_count_of_none_are_absence(changes: dict[str, object], finding: str) -> None:
    assert replace(ROW, **changes).finding == finding  # type: ignore[arg-type]
