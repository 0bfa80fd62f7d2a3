"""The table: what it prints, what it turns into, and that it loses nothing on the way."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis._table import IRI, Link, Table, plain_text
from metastasis._vocabulary import NOT_CLINICAL


@dataclass(frozen=True)
class Reached:
    """A record with every kind of cell."""

    site: str
    site_label: str
    percent: Decimal | None
    sources: tuple[str, ...]

    @property
    def twice(self) -> int:
        """Return what is no field."""
        return 2 * len(self.sources)


@dataclass(frozen=True)
class Chosen:
    """A record that names its columns."""

    COLUMNS: ClassVar[dict[str, str]] = {"where": "reached.site_label", "twice": "reached.twice"}

    reached: Reached


BONE = Reached("bone", "bone", Decimal("47.3"), ("a", "b"))
LIVER = Reached("liver", "liver", None, ())
CELLS = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)


def test_columns_are_the_fields_and_cells_plain_values() -> None:
    table = Table(Reached, [BONE, LIVER])
    assert table.columns == ("site", "site_label", "percent", "sources")
    assert table.cells() == [("bone", "bone", 47.3, "a; b"), ("liver", "liver", None, "")]
    assert list(table) == [BONE, LIVER]
    assert table[1] is LIVER


def test_a_record_may_name_its_columns_through_other_records() -> None:
    assert Table(Chosen, [Chosen(BONE)]).to_dicts() == [{"where": "bone", "twice": 4}]


def test_printing_shows_ten_rows_how_many_more_there_are_and_the_notes() -> None:
    table = Table(Reached, [BONE] * 13, formula="n/N", source="us", inputs=["x"], notes=["mind"])
    lines = str(table).splitlines()
    assert lines[0].split() == ["site", "percent", "sources"]
    assert [line.split()[0] for line in lines[1:11]] == ["bone"] * 10
    assert lines[11:] == [
        "(3 more rows)",
        "formula: n/N",
        "source: us",
        "inputs: x",
        "mind",
        NOT_CLINICAL,
    ]


def test_printing_an_empty_table_says_so() -> None:
    assert str(Table(Reached, [])).splitlines()[1:] == ["no rows", NOT_CLINICAL]


def test_columns_that_do_not_fit_are_named_not_dropped() -> None:
    table = Table.of_rows([f"column {n}" for n in range(20)], [("x" * 60,) * 20])
    text = str(table)
    assert max(map(len, text.splitlines()[:2])) <= 122
    assert "column 19" in text.splitlines()[2]


def test_a_notebook_shows_labels_that_are_links_and_the_notes() -> None:
    shown = mets.load().numbers("bladder")._repr_html_()
    assert '<a href="https://w3id.org/metastasis/site/bone">bone</a>' in shown
    assert "primary_label" not in shown
    assert NOT_CLINICAL in shown
    assert "never a mean" in shown


@given(st.lists(st.tuples(CELLS, CELLS), max_size=30))
def test_dictionaries_hold_every_cell_and_printing_never_fails(
    rows: list[tuple[object, object]],
) -> None:
    table = Table.of_rows(("a", "b"), rows)  # type: ignore[arg-type]
    assert [tuple(row.values()) for row in table.to_dicts()] == rows
    assert str(table).endswith(NOT_CLINICAL)
    assert table._repr_html_().count("<tr>") == len(rows) + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (IRI("https://w3id.org/metastasis/site/bone"), "site:bone"),
        (Link("https://w3id.org/metastasis/site/bone", "the bone"), "the bone"),
        (0.1 + 0.2, "0.3"),
        (1200, "1200"),
    ],
)
def test_values_read_as_people_write_them(value: object, text: str) -> None:
    assert plain_text(value) == text  # type: ignore[arg-type]


def test_frames_of_pandas_and_polars_hold_the_same() -> None:
    table = Table(Reached, [BONE, LIVER])
    pandas, polars = table.to_pandas(), table.to_polars()
    assert list(pandas.columns) == polars.columns == list(table.columns)
    assert pandas["percent"].isna().tolist() == [False, True]
    assert polars["percent"].to_list() == [47.3, None]


def test_every_answer_of_the_shipped_graph_is_a_table_and_prints() -> None:
    kg = mets.load()
    answers = [
        kg.sites_of("breast"),
        kg.primaries_with("liver"),
        kg.shared_sites("breast", "prostate"),
        kg.conflicts(),
        kg.beliefs("breast"),
        kg.states("breast"),
        kg.pool("DTC", "lung"),
        kg.gaps(top=3),
        kg.changes(kg.evidence),
        kg.numbers("breast"),
        kg.frames(),
        kg.assertions(),
        kg.summary(),
        kg.query("SELECT * { ?s a met:Site } LIMIT 2"),
        kg.explain("breast", "bone").table(),
    ]
    for answer in answers:
        assert isinstance(answer, Table)
        assert str(answer).endswith(NOT_CLINICAL)


@pytest.mark.parametrize("name", ["names", "summary", "profiles", "hubs", "beliefs", "states"])
def test_a_table_goes_to_another_process_and_comes_back(name: str) -> None:
    table = getattr(mets.load(), name)()
    for again in (pickle.loads(pickle.dumps(table)), copy.deepcopy(table)):
        assert again == table
        assert (again.notes, again.formula) == (table.notes, table.formula)
