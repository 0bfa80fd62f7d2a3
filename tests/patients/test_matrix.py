"""A matrix of primaries and sites: counts in, one assertion a cell out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import read_catalog
from metastasis._errors import ReadError, TableError, UnknownNameError
from metastasis.patients._tables.matrix import read_matrix
from metastasis.patients._tables.numbers import CellError, read_count, read_percent

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._errors import Fault
    from metastasis._evidence.assertion import Assertion
    from metastasis.patients import Ingested

CATALOG: Final = read_catalog()
TERMS: Final[dict[str, Any]] = {"denominator": "metastatic_patients", "setting": "during_course"}
PRIMARIES: Final = ("breast", "colorectal", "lung", "prostate", "thyroid")
SITES: Final = ("bone", "brain", "liver", "lung", "skin")

MATRIX: Final = """\
Cancer,N,Bone,Liver,Lung,Limbo
Breast cancer,200,90,62,0,3
Lung cancer,"1,500",400,,31,3
Gizzard,10,1,1,1,1
All,1710,491,63,32,7
"""


def matrix_file(tmp_path: Path, text: str = MATRIX, name: str = "matrix.csv") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def cells(found: Ingested) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    return {(one.primary, one.site): (one.count, one.total) for one in found.assertions}


def faults_of(path: Path, **arguments: Any) -> list[Fault]:
    with pytest.raises(TableError) as caught:
        read_matrix(path, **{"totals": "N", **TERMS, **arguments})
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    assert all(fault.remedy for fault in caught.value.faults)
    return list(caught.value.faults)


def test_each_reported_cell_becomes_an_assertion(tmp_path: Path) -> None:
    found = read_matrix(matrix_file(tmp_path), totals="N", ignore=["All"], **TERMS)
    assert cells(found) == {
        ("breast", "bone"): (90, 200),
        ("breast", "liver"): (62, 200),
        ("lung", "bone"): (400, 1500),
        ("lung", "lung"): (31, 1500),
    }
    (first, *_) = found.assertions
    assert (first.denominator, first.setting, first.occurrence) == (
        "metastatic_patients",
        "during_course",
        "any",
    )
    assert (first.source, first.locator) == ("matrix", "row Breast cancer, column Bone")


def test_every_row_and_cell_is_accounted_for(tmp_path: Path) -> None:
    report = read_matrix(matrix_file(tmp_path), totals="N", ignore=["All"], **TERMS).report
    assert (report.rows_read, report.rows_used) == (4, 2)
    assert [(one.count, one.reason, one.examples) for one in report.rows] == [
        (1, "of totals, or to be ignored", ("All",)),
        (1, "with a name that has no place in the catalog", ("Gizzard",)),
    ]
    assert [(one.kind, one.label) for one in report.unmapped] == [
        ("primary", "Gizzard"),
        ("site", "Limbo"),
    ]
    assert [(one.reason, one.count) for one in report.not_written] == [
        ("not reported: the cell is blank", 1),
        ("whose site was found in no patient (--zeros writes them)", 1),
    ]
    assert report.patients is None
    assert "patients" not in str(report)


def test_zero_is_not_the_same_as_not_reported(tmp_path: Path) -> None:
    found = read_matrix(
        matrix_file(tmp_path), totals="N", ignore=["All"], zeros=True, zeros_of=1, **TERMS
    )
    assert cells(found)["breast", "lung"] == (0, 200)
    assert ("lung", "liver") not in cells(found)
    (denied,) = [one for one in found.assertions if one.count == 0]
    assert denied.finding == "absent"


@pytest.mark.parametrize("least", [1, 2])
def test_a_site_with_fewer_patients_than_a_part_of_it_is_not_written(
    tmp_path: Path, least: int
) -> None:
    text = "cancer,N,bone,spine,liver\nbreast,100,50,60,40\nprostate,50,0,1,0\nlung,50,9,9,0\n"
    path = matrix_file(tmp_path, text)
    found = read_matrix(path, totals="N", zeros=True, min_count=least, **TERMS)
    assert {pair for pair in cells(found) if pair[1] == "bone"} == {("lung", "bone")}
    assert cells(found)["breast", "spine"] == (60, 100)
    assert cells(found)["prostate", "liver"] == (0, 50)
    assert found.report.warnings[0].startswith("breast to bone has fewer patients than its part")
    of_sites = read_matrix(
        matrix_file(tmp_path, "cancer,bone,spine\nbreast,5,6\nAll,100,100\n"),
        totals="All",
        denominator="site_cases",
        setting="during_course",
    )
    assert len(of_sites.assertions) == 2


def test_own_organ_and_neighbor_are_marked(tmp_path: Path) -> None:
    text = "Cancer,N,Lung,Bladder,Bone\nLung cancer,9,1,1,1\nProstate cancer,9,1,1,1\n"
    found = read_matrix(matrix_file(tmp_path, text), totals="N", **TERMS)
    notes = {(one.primary, one.site): one.note or "" for one in found.assertions}
    assert "own organ" in notes["lung", "lung"]
    assert "touches" in notes["prostate", "bladder"]
    assert notes["prostate", "bone"] == ""


def test_site_of_one_sex_needs_the_number_of_that_sex(tmp_path: Path) -> None:
    path = matrix_file(tmp_path, "Cancer,N,Ovary,Bone\nLung cancer,90,3,4\nUterine cancer,9,2,3\n")
    both = read_matrix(path, totals="N", **TERMS)
    assert set(cells(both)) == {("lung", "bone"), ("uterus", "ovary"), ("uterus", "bone")}
    assert [(one.reason, one.examples) for one in both.report.not_written] == [
        ("whose site needs the number of female patients", ("lung to ovary",))
    ]
    women = read_matrix(path, totals="N", sex="female", **TERMS)
    (one,) = [one for one in women.assertions if (one.primary, one.site) == ("lung", "ovary")]
    assert one.population == "female patients"


def test_all_that_the_user_says_stands_in_the_assertions(tmp_path: Path) -> None:
    found = read_matrix(
        matrix_file(tmp_path),
        totals="N",
        ignore=["All"],
        denominator="all_patients",
        setting="at_diagnosis",
        occurrence="only_site",
        population="under 50",
        name="Our Clinic",
        citation="Our clinic, 2026",
        design="registry",
        license="own",
        min_count=70,
    )
    assert {one.count for one in found.assertions} == {90, 400}
    for one in found.assertions:
        assert (one.denominator, one.setting, one.occurrence, one.population, one.source) == (
            "all_patients",
            "at_diagnosis",
            "only_site",
            "under 50",
            "our-clinic",
        )
    source = found.source
    assert (source.citation, source.design, source.license) == (
        "Our clinic, 2026",
        "registry",
        "own",
    )


# Rows or columns, and where the totals stand ------------------------------------------------------


def transposed(text: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(zip(*csv.reader(io.StringIO(text)), strict=True))
    return out.getvalue()


def test_a_matrix_and_its_transpose_say_the_same(tmp_path: Path) -> None:
    one = read_matrix(matrix_file(tmp_path), totals="N", ignore=["All"], **TERMS)
    path = matrix_file(tmp_path, transposed(MATRIX), "other.csv")
    other = read_matrix(path, totals="N", ignore=["All"], rows="sites", **TERMS)
    assert cells(one) == cells(other)
    assert other.report.rows_read == other.report.rows_used + 2


def test_totals_may_come_from_elsewhere(tmp_path: Path) -> None:
    path = matrix_file(tmp_path, "Cancer,Bone\nBreast cancer,9\nLung cancer,8\n")
    found = read_matrix(path, totals={"breast cancer": 20, "Lung cancer": 30}, **TERMS)
    assert cells(found) == {("breast", "bone"): (9, 20), ("lung", "bone"): (8, 30)}


def test_totals_of_site_cases_belong_to_the_sites(tmp_path: Path) -> None:
    path = matrix_file(
        tmp_path, "Cancer,Brain,Ovary\nLung cancer,50,3\nBreast,30,4\nTotal,100,20\n"
    )
    found = read_matrix(path, totals="Total", denominator="site_cases", setting="at_diagnosis")
    assert cells(found) == {
        ("lung", "brain"): (50, 100),
        ("lung", "ovary"): (3, 20),
        ("breast", "brain"): (30, 100),
        ("breast", "ovary"): (4, 20),
    }


def test_percent_only_if_it_is_declared(tmp_path: Path) -> None:
    path = matrix_file(tmp_path, "Cancer,N,Bone,Liver\nBreast cancer,200,45.5%,31\n")
    (fault,) = faults_of(path)
    assert (fault.row, fault.column, fault.value) == (2, "Bone", "45.5%")
    assert "say that it is percent" in fault.remedy
    found = read_matrix(path, totals="N", values="percent", **TERMS)
    assert [(one.count, one.total, str(one.percent)) for one in found.assertions] == [
        (None, 200, "45.5"),
        (None, 200, "31"),
    ]


# Every bad input ----------------------------------------------------------------------------------


def test_every_wrong_cell_at_once(tmp_path: Path) -> None:
    text = "Cancer,N,Bone,Liver,Lung\nBreast cancer,200,12.5,-3,NA\nLung cancer,50,<5,51,2\n"
    faults = faults_of(matrix_file(tmp_path, text))
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (2, "Bone", "12.5"),
        (2, "Liver", "-3"),
        (2, "Lung", "NA"),
        (3, "Bone", "<5"),
        (3, "Liver", "51"),
    ]
    told = [fault.remedy for fault in faults]
    assert "not a whole number" in told[0]
    assert "less than none" in told[1]
    assert "blank where nothing is reported" in told[2]
    assert "held back" in told[3]
    assert "more than the total of 50" in told[4]


def test_rows_that_are_there_twice(tmp_path: Path) -> None:
    text = (
        "Cancer,N,Bone,Lungs,lung\nBreast cancer,9,1,1,1\nBREAST CANCER,9,1,1,1\nbreast,9,1,1,1\n"
    )
    faults = faults_of(matrix_file(tmp_path, text))
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (3, "Cancer", "BREAST CANCER"),
        (4, "Cancer", "breast"),
        (1, "lung", "lung"),
    ]
    assert "is there twice" in faults[0].remedy
    assert "means what 'Breast cancer' does" in faults[1].remedy


@pytest.mark.parametrize(
    ("text", "arguments", "row", "column", "told"),
    [
        ("Cancer,N,Bone\nBreast,,1\n", {}, 2, None, "'Breast' has no total"),
        ("Cancer,N,Bone\nBreast,0,1\n", {}, 2, None, "'Breast' has no total"),
        ("Cancer,n,Bone\nBreast,x,1\n", {}, 2, "N", "no number"),
        ("Cancer,Bone\nBreast,1\n", {}, None, "N", "no column of this name"),
        ("Cancer,Bone\nBreast,1\nN,9\n", {}, None, "N", "rows='sites'"),
        ("Site,Breast,N\nBone,1,9\n", {"rows": "sites"}, None, "N", "rows='primaries'"),
        ("Site,Breast\nBone,1\nN,\n", {"rows": "sites"}, None, "Breast", "has no total"),
        ("Cancer,N,Bone\n,9,1\n", {}, 2, "Cancer", "the row has no name"),
        ("Cancer,N,Bone\nBreast\n", {}, 2, None, "1 cell, where the header names 3"),
        ("Cancer,N,Bone\n", {}, None, None, "a header and no rows"),
        ('Cancer,N,Bone\nBreast,9,"1\n', {}, 2, None, "not readable as CSV"),
        ("Cancer,N,Bone,bone\nBreast,9,1,1\n", {}, 1, "Bone", "two columns have this name"),
        ("Cancer,N,\nBreast,9,1\n", {}, 1, None, "column 3 has no name"),
    ],
)
def test_bad_table(
    tmp_path: Path,
    text: str,
    arguments: dict[str, Any],
    row: int | None,
    column: str | None,
    told: str,
) -> None:
    (fault, *_) = faults_of(matrix_file(tmp_path, text), **arguments)
    assert (fault.row, fault.column) == (row, column)
    assert told in fault.remedy


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"Cancer,N,Kn\x81chel\nBreast,9,1\n", "line 1 is not UTF-8"),
        (b"Cancer,N,Bone\nBreast,9,1\nM\x81ll,9,1\n", "line 3 is not UTF-8"),
    ],
)
def test_file_that_cannot_be_read(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "matrix.csv"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=told):
        read_matrix(path, totals="N", **TERMS)


def test_missing_file_several_files_and_truncated_parquet(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        read_matrix(tmp_path / "none.csv", totals="N", **TERMS)
    matrix_file(tmp_path)
    matrix_file(tmp_path, name="second.csv")
    with pytest.raises(ReadError, match="2 files are meant"):
        read_matrix(tmp_path, totals="N", **TERMS)
    whole = parquet_of(tmp_path).read_bytes()
    path = tmp_path / "cut.parquet"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReadError):
        read_matrix(path, totals="N", **TERMS)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("denominator", "patients"),
        ("setting", "sometimes"),
        ("occurrence", "once"),
        ("rows", "columns"),
        ("values", "shares"),
        ("sex", "both"),
    ],
)
def test_word_that_is_in_no_list(tmp_path: Path, argument: str, value: str) -> None:
    with pytest.raises(UnknownNameError, match=value):
        read_matrix(matrix_file(tmp_path), **{"totals": "N", **TERMS, argument: value})


def test_who_is_in_the_totals_is_never_guessed(tmp_path: Path) -> None:
    for left_out in ("totals", "denominator", "setting"):
        arguments = {"totals": "N", **TERMS}
        del arguments[left_out]
        with pytest.raises(TypeError, match=left_out):
            read_matrix(matrix_file(tmp_path), **arguments)


# Every form ---------------------------------------------------------------------------------------


def parquet_of(tmp_path: Path) -> Path:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table(
        {
            "Cancer": ["Breast cancer", "Lung cancer"],
            "N": [200, 1500],
            "Bone": [90.0, 400.0],
            "Liver": [62, None],
        }
    )
    path = tmp_path / "matrix.parquet"
    parquet.write_table(table, path)
    return path


def test_csv_tsv_parquet_and_frames_say_the_same(tmp_path: Path) -> None:
    polars, pandas = pytest.importorskip("polars"), pytest.importorskip("pandas")
    parquet = parquet_of(tmp_path)
    frame = polars.read_parquet(parquet)
    text = "Cancer,N,Bone,Liver\nBreast cancer,200,90,62\nLung cancer,1500,400,\n"
    forms = [
        parquet,
        frame,
        frame.lazy(),
        pandas.read_parquet(parquet),
        matrix_file(tmp_path, text, "a.csv"),
        matrix_file(tmp_path, text.replace(",", "\t"), "a.tsv"),
        matrix_file(tmp_path, text.replace(",", ";"), "b.csv"),
        matrix_file(tmp_path, f"# a comment\n{text}", "c.csv"),
    ]
    for form in forms:
        assert cells(read_matrix(form, totals="N", name="x", **TERMS)) == {
            ("breast", "bone"): (90, 200),
            ("breast", "liver"): (62, 200),
            ("lung", "bone"): (400, 1500),
        }


def test_what_is_no_table_is_told() -> None:
    with pytest.raises(TableError, match="give a path, or a frame"):
        read_matrix(17, totals="N", **TERMS)


@pytest.mark.slow
@given(
    st.dictionaries(
        st.sampled_from(PRIMARIES),
        st.tuples(
            st.integers(min_value=1, max_value=10**6),
            st.lists(st.none() | st.integers(0, 10**6), min_size=len(SITES), max_size=len(SITES)),
        ),
        min_size=1,
    )
)
def test_any_matrix_comes_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory,
    matrix: dict[str, tuple[int, list[int | None]]],
) -> None:
    counts = {
        primary: (total, [None if one is None else min(one, total) for one in row])
        for primary, (total, row) in matrix.items()
    }
    path = tmp_path_factory.mktemp("matrix") / "m.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["primary", "n", *SITES])
        writer.writerows([key, total, *row] for key, (total, row) in counts.items())
    found = read_matrix(path, totals="n", zeros=True, zeros_of=1, **TERMS)
    assert cells(found) == {
        (key, site): (count, total)
        for key, (total, row) in counts.items()
        for site, count in zip(SITES, row, strict=True)
        if count is not None
    }
    assert keys_differ(found.assertions)


def keys_differ(found: tuple[Assertion, ...]) -> bool:
    return len({one.key for one in found}) == len(found)


# Single cells -------------------------------------------------------------------------------------


@given(st.integers(min_value=0, max_value=10**14))
def test_whole_numbers_are_read_with_and_without_commas(number: int) -> None:
    assert read_count(str(number)) == read_count(f" {number:,} ") == number


@pytest.mark.parametrize("cell", ["1.5", "1,23", "1 00", "1e3", "0x1", "٣", "1;2", "n/a", "12%"])
def test_what_is_no_count(cell: str) -> None:
    with pytest.raises(CellError):
        read_count(cell)


@pytest.mark.parametrize("cell", ["1,5", "-1", "1.", "%", "about 5", "1000"])
def test_what_is_no_percentage(cell: str) -> None:
    with pytest.raises(CellError):
        read_percent(cell)
