"""Cells of codes: several codes, text beside them, marks of certainty; and tables of such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis.patients._coded.cells import has_marks, read_cell
from metastasis.patients._coded.codes import code_system
from metastasis.patients._coded.reader import read_coded
from metastasis.patients._engines.engine import open_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients import Ingested
    from metastasis.patients._engines.engine import Engine

CELLS = {
    "C50.911": [("C50.911", "")],
    " c50911 ": [("c50911", "")],
    "ICD10CM:C50.911": [("ICD10CM:C50.911", "")],
    "C50.911;C79.51": [("C50.911", ""), ("C79.51", "")],
    "C50.911 | C79.51": [("C50.911", ""), ("C79.51", "")],
    "C50.911,C79.51": [("C50.911", ""), ("C79.51", "")],
    "C50.911 C79.51": [("C50.911", ""), ("C79.51", "")],
    "C50.9\nC79.5": [("C50.9", ""), ("C79.5", "")],
    "C50.9/C79.5": [("C50.9", ""), ("C79.5", "")],
    "C50,9": [("C50.9", "")],
    "174,9": [("174.9", "")],
    "174,198": [("174", ""), ("198", "")],
    "1749 1985": [("1749", ""), ("1985", "")],
    "C50.911 Malignant neoplasm of breast, right": [("C50.911", "")],
    "C79.51 - Secondary malignant neoplasm of bone": [("C79.51", "")],
    "[C50.9] Malignant neoplasm": [("C50.9", "")],
    "Breast cancer (C50.9)": [("C50.9", "")],
    "ICD-10: C50.9 Mamma": [("C50.9", "")],
    "174.9 Malignant neoplasm of breast": [("174.9", "")],
    "254837009": [("254837009", "")],
    "254837009 | Malignant tumor": [("254837009 | Malignant tumor", "")],
    "Malignant neoplasm of breast": [("Malignant neoplasm of breast", "")],
    "C79.5G": [("C79.5", "G")],
    "C79.5 V": [("C79.5", "V")],
    "C79.5 VL": [("C79.5", "V")],
    "C50.9 R": [("C50.9", "")],
    "C50.-": [("C50.-", "")],
    "C50.9 A tumor": [("C50.9", "")],
    "C79.5+ M90.7*": [("C79.5", ""), ("M90.7", "")],
    "C97!": [("C97", "")],
    "C49.A": [("C49.A", "")],
    "C79.51?": [("C79.51", "V")],
    "C79.51 ?": [("C79.51", "V")],
    "C50.9;C79.51?": [("C50.9", ""), ("C79.51", "V")],
    "C79.5, V.a.": [("C79.5", "V")],
    "C79.5 Verdacht auf Knochenmetastasen": [("C79.5", "V")],
    "C79.51 - rule out bone metastasis": [("C79.51", "V")],
    "C79.51 Secondary malignant neoplasm of bone (suspected)": [("C79.51", "V")],
    "C79.51 bone metastases, ruled out": [("C79.51", "A")],
    "C79.51 (excluded)": [("C79.51", "A")],
    "C50.911, status post mastectomy": [("C50.911", "")],
    "C50.911, Z.n. Mastektomie": [("C50.911", "")],
    "C79.51 Secondary malignant neoplasm of bone, possibly from lung": [("C79.51", "")],
    "C79.51 bone, no history of fracture": [("C79.51", "")],
}


@pytest.mark.parametrize(("text", "codes"), CELLS.items())
def test_what_stands_in_a_cell(text: str, codes: list[tuple[str, str]]) -> None:
    assert list(read_cell(text).codes) == codes


@given(st.text(max_size=40))
def test_every_cell_holds_something(text: str) -> None:
    assert read_cell(text).codes
    assert read_cell(text, glued=False).codes


@given(
    st.lists(st.sampled_from(sorted(code_system("ICD-10-CM").rules)), min_size=1, max_size=5),
    st.sampled_from([";", "|", ", ", " ", "\n", " ; "]),
)
def test_codes_come_apart_as_they_were_put_together(codes: list[str], between: str) -> None:
    cell = read_cell(between.join(codes), glued=False)
    assert [code for code, _ in cell.codes] == codes
    assert not cell.has_text


def test_letters_of_other_countries_are_no_marks() -> None:
    assert not has_marks(["C49A", "C4A.9", "C7A.1", "C81.0A"])
    assert has_marks(["C50.9", "C79.5 G"])
    assert read_cell("C49A", glued=False).codes == (("C49A", ""),)


# Tables


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def counts(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {
        (one.primary, one.site): (one.count, one.total)
        for one in found.assertions
        if one.denominator == "all_patients"
    }


def read(engine: Engine, *rows: tuple[str, str], **options: object) -> Ingested:
    table = pd.DataFrame(rows, columns=["patient", "code"])
    return read_coded(table, engine=engine, name="x", **options)  # type: ignore[arg-type]


def test_several_codes_in_a_cell_count_as_if_each_had_a_row(engine: Engine) -> None:
    found = read(engine, ("A", "C50.911;C79.51|I10"), ("B", "C50.912"), ("B", "I10, C79.31, C78.7"))
    one_a_row = read(
        engine,
        *(("A", code) for code in ("C50.911", "C79.51", "I10")),
        *(("B", code) for code in ("C50.912", "I10", "C79.31", "C78.7")),
    )
    assert counts(found) == counts(one_a_row)
    assert counts(found)["breast", "bone"] == (1, 2)
    assert (found.report.rows_read, found.report.rows_used) == (3, 3)
    told = [str(one) for one in found.report.notices if one.rule == "cells"]
    assert told == ["2 rows with several codes in one cell: each is read [cells]"]


def test_rows_add_up_where_no_code_of_a_cell_counts(engine: Engine) -> None:
    found = read(engine, ("A", "C50.9; C79.5"), ("A", "I10; E11.9"), ("A", "NA"), ("NULL", "C50.9"))
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {
        "without a patient": 1,
        "without a code": 1,
        "with a code that is not a cancer code": 1,
    }
    assert found.report.rows_used == 1


def test_codes_with_their_text(engine: Engine) -> None:
    found = read(
        engine,
        ("A", "C50.911 Malignant neoplasm of unspecified site, right breast"),
        ("A", "C79.51 - Secondary malignant neoplasm of bone"),
        ("B", "[C50.912] Malignant neoplasm"),
    )
    assert counts(found) == {("breast", "bone"): (1, 2)}
    told = [str(one) for one in found.report.notices if one.rule == "cells"]
    assert told == ["3 rows with text beside the code: the code is read [cells]"]


GERMAN = (
    "PID;ICD;Datum;Diagnosesicherheit\n1;C50.9;01.02.2015;G\n1;C79.5;01.03.2015;V\n"
    "2;C50.9;01.02.2015;G\n2;C79.5;01.03.2015;A\n3;C50.9;01.02.2015;G\n3;C79.5;01.03.2015;G\n"
    "4;C50.9;01.02.2015;Z\n5;C50.9;01.02.2015;\n5;C79.84;01.04.2015;gesichert\n"
)


def test_suspected_and_excluded_diagnoses_are_none(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "gm.csv"
    path.write_text(GERMAN, encoding="utf-8")
    found = read_coded(path, engine=engine)
    assert counts(found) == {("breast", "bone"): (1, 4), ("breast", "heart"): (1, 4)}
    left = {one.reason: one.count for one in found.report.rows}
    assert left == {
        "of a suspected diagnosis (certainty V)": 1,
        "of an excluded diagnosis (certainty A)": 1,
        "of a diagnosis in the past (certainty Z)": 1,
    }
    assert found.report.rows_used == 6
    assert found.source.note == "Coded diagnoses: ICD-10-GM"


def test_certainty_at_the_end_of_the_code(engine: Engine) -> None:
    glued = read(engine, ("A", "C50.9G"), ("A", "C79.5V"), ("B", "C50.9 G"), ("B", "C79.5 GL"))
    assert counts(glued) == {("breast", "bone"): (1, 2)}
    assert [(one.reason, one.examples) for one in glued.report.rows] == [
        ("of a suspected diagnosis (certainty V)", ("C79.5 V",))
    ]
    american = pd.DataFrame({"patient": ["A"] * 3, "code": ["C50.911", "C79.31", "C79.51"]})
    american["certainty"] = ["definite", "probable", ""]
    found = read_coded(american, engine=engine, name="x")
    assert counts(found) == {("breast", "bone"): (1, 1)}
    assert found.source.note == "Coded diagnoses: ICD-10-CM"
    modified = read(engine, ("A", "C49A"), ("A", "C79.51"), system="ICD-10-CM")
    assert ("gist", "bone") in counts(modified)


@pytest.mark.parametrize(
    ("sexes", "female"), [(("Mujer", "Hombre"), 1), (("M", "F"), 1), (("M", "V"), 1)]
)
def test_m_is_a_woman_in_spanish(engine: Engine, sexes: tuple[str, str], female: int) -> None:
    rows = {"paciente": ["A", "A", "B"], "cie10": ["C34.9", "C79.6", "C34.9"]}
    woman, man = sexes if "F" not in sexes else sexes[::-1]
    table = pd.DataFrame({**rows, "Sexo": [woman, woman, man]})
    found = counts(read_coded(table, engine=engine, name="x"))
    assert found["lung", "ovary"] == (1, female)


@pytest.mark.parametrize("word", ["NA", "NULL", "nan", ".", "Unknown", "[Not Available]", ""])
def test_a_missing_patient_is_nobody(engine: Engine, word: str) -> None:
    found = read(engine, ("A", "C50.9"), ("A", "C79.5"), (word, "C50.9"), (word, "C78.7"))
    assert counts(found) == {("breast", "bone"): (1, 1)}
    assert [str(one) for one in found.report.rows] == ["2 without a patient"]
