"""Forms of files: whatever a table is packed, encoded or written in, its cells are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metastasis._errors import TableError
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=1) as engine:
        yield engine


@pytest.fixture(
    params=[
        "duckdb",
        pytest.param("spark", marks=[pytest.mark.slow, pytest.mark.xdist_group("spark")]),
    ]
)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    found.remarks.clear()
    return found


def test_columns_without_a_name_are_not_read(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",id,code,\n0,A,C50,\n1,B,C61,\n")
    rows = engine.read(path)
    assert engine.columns(rows) == ["id", "code"]
    assert sorted(engine.collect(rows)) == [("A", "C50"), ("B", "C61")]
    assert engine.remarks == ["a.csv: columns 1, 4 have no names and are not read"]


def test_of_two_columns_of_a_name_neither_is_guessed(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,note,Note\nA,x,y\n")
    rows = engine.read(path)
    assert engine.columns(rows) == ["id", "note", "Note.2"]
    assert engine.collect(rows) == [("A", "x", "y")]
    assert engine.remarks == ["a.csv: 'note' is the name of 2 columns: read as 'note', 'Note.2'"]
    assert engine.collect(engine.read(path, columns=["id"])) == [("A",)]
    with pytest.raises(TableError, match="column note: two columns have this name"):
        engine.read(path, columns=["id", "note"])
