"""Rows of review: out to a spreadsheet and back, with what spreadsheets do to them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from made_readings import CLAIMS, DOCUMENT, made_page, made_reading, made_readings
from metastasis._clean import FORMULA
from metastasis.text._reading import words_at
from metastasis.text._review.row import COLUMNS, ranked, row_of, rows_as_csv
from metastasis.text._review.row_table import has_decisions, read_review

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

cells: Final = st.text(max_size=20) | st.sampled_from(
    ["=1+1", "'=1", "+a", "-1", "-a", "@x", "\tx", "\rx", "\nx", "''", '"', "a;b", "1e5", "\ufeff"]
)
"""Any text that UTF-8 can hold, and what spreadsheets take for something else."""


def excel(text: str, mark: str = ";") -> bytes:
    """Return a table as Excel saves it where a comma stands in numbers."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator="\r\n")
    writer.writerows(csv.reader(io.StringIO(text, newline="")))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def text_of_made() -> str:
    return rows_as_csv(row_of(one) for one in ranked(made_readings()))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, cells)), max_size=4))
def test_a_table_gives_back_every_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("table") / "rows.csv"
    path.write_text(rows_as_csv(rows), encoding="utf-8", newline="")
    filled = [row for row in rows if any(row.values())]
    assert [one.cells for one in read_review(path).rows] == filled


@given(st.dictionaries(st.sampled_from(COLUMNS), cells))
def test_no_cell_is_a_formula(row: dict[str, str]) -> None:
    import re

    for cell in list(csv.reader(io.StringIO(rows_as_csv([row]), newline="")))[1]:
        is_number = re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?", cell)
        assert is_number or not re.match(FORMULA.replace("'*", ""), cell)


def test_a_row_says_all_that_a_person_needs() -> None:
    row = row_of(made_readings()[0])
    assert list(row) == list(COLUMNS)
    assert (row["primary"], row["site"], row["frequency"]) == ("breast", "bone", "most_common")
    assert (row["cue"], row["confidence"], row["decision"]) == ("most commonly", "0.97", "")
    start, end = int(row["start"]), int(row["end"])
    assert DOCUMENT[start:end] == row["quote"]
    assert row["read_as"] == "breast bone metastasis most_common"
    first, last = map(int, row["site_span"].split(".."))
    assert DOCUMENT[first:last] == "bone"


def test_the_specification_lists_the_columns_in_order() -> None:
    from pathlib import Path

    from documents import tables

    text = (Path(__file__).parents[2] / "docs" / "reference" / "formats.md").read_text("utf-8")
    (rows,) = [rows[2:] for rows in tables(text) if rows[0] == ["columns", "what stands there"]]
    listed = [one.strip("`") for columns, _ in rows for one in columns.split(", ")]
    assert listed == list(COLUMNS)


def test_the_surest_come_first_whatever_the_order_they_came_in() -> None:
    rows = list(made_readings())
    confidences = [one.confidence for one in ranked(rows)]
    assert confidences == sorted(confidences, reverse=True)
    assert ranked(rows) == ranked(reversed(rows))


def test_words_outside_of_the_quote_are_not_taken_from_it() -> None:
    reading = made_reading(made_page(), CLAIMS[2])
    assert words_at(reading, reading.primary_span) is None
    assert words_at(reading, reading.cue_span) == "rarely"
    assert words_at(reading, None) is None


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_spreadsheet_may_save_its_own_way(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text_of_made(), encoding="utf-8", newline="")
    plain = read_review(path)
    path.write_bytes(excel(text_of_made(), mark))
    again = read_review(path)
    assert [one.cells for one in again.rows] == [one.cells for one in plain.rows]
    assert plain.remarks == ()
    words = {",": [], ";": ["semicolons"], "\t": ["tabs"]}[mark]
    assert [word for word in words if word in "".join(again.remarks)] == words


def test_unicode_text_of_excel_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.txt"
    path.write_bytes(excel(text_of_made(), "\t").decode("utf-8-sig").encode("utf-16"))
    table = read_review(path)
    assert len(table.rows) == len(CLAIMS)
    assert "it is UTF-16" in "".join(table.remarks)


def test_a_comma_in_a_percentage_is_a_point_where_semicolons_divide(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    row = {**row_of(made_readings()[3]), "percent": "12,5"}
    path.write_bytes(excel(rows_as_csv([row])))
    table = read_review(path)
    assert table.rows[0]["percent"] == "12.5"
    assert "comma for the point" in "".join(table.remarks)


BAD: Final[dict[str, tuple[Callable[[str], bytes], str]]] = {
    "empty": (lambda _: b"", "no table of review"),
    "another table": (lambda _: b"patient,code\n1,2\n", "no table of review"),
    "a column too few": (
        lambda text: text.replace("read_as", "red_as", 1).encode(),
        "did you mean 'red_as'?",
    ),
    "a column twice": (
        lambda text: text.replace("reviewer", "note", 1).encode(),
        "the column stands twice",
    ),
    "a cell too many": (lambda text: f"{text}a,b\n".encode(), "2 cells where the header has"),
    "cut off": (lambda text: text.encode()[:-40] + b'"', "may be cut off"),
    "an old encoding": (lambda text: text.encode() + b"\xe9", "save it as CSV UTF-8"),
    "a workbook": (lambda _: b"PK\3\4", "save it as CSV UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_table_is_said_with_a_remedy(name: str, tmp_path: Path) -> None:
    spoil, said = BAD[name]
    path = tmp_path / "rows.csv"
    path.write_bytes(spoil(text_of_made()))
    with pytest.raises((mets.TableError, mets.ReadError), match=r".") as error:
        read_review(path)
    assert said in str(error.value)
    assert has_decisions(path) == 0


def test_columns_of_ones_own_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    head, *rows = text_of_made().splitlines(keepends=True)
    text = head.replace("read_as", "read_as,comment") + "".join(rows)
    table = list(csv.reader(io.StringIO(text)))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([table[0], *([*row, "hm"] for row in table[1:])])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    found = read_review(path)
    assert "not read: comment" in "".join(found.remarks)
    assert found.rows[0]["comment"] == "hm"


def test_decisions_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = [row_of(one) for one in made_readings()]
    rows[0]["decision"] = "accept"
    path.write_text(rows_as_csv(rows), encoding="utf-8", newline="")
    assert has_decisions(path) == 1
    assert has_decisions(tmp_path / "nothing.csv") == 0
