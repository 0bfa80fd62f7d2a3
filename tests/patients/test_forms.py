"""Forms of files: whatever a table is packed, encoded or written in, its cells are the same."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import os
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final

import openpyxl
import pandas
import pyarrow
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadstat
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._errors import (
    MissingExtraError,
    ReadError,
    TableError,
    UnknownNameError,
    WriteError,
)
from metastasis.patients import read_matrix, read_table
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._engines.faults import duckdb_fault
from metastasis.patients._forms.preparation import Preparation
from metastasis.patients._forms.texts import TextRules
from shell import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis.patients import Ingested
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


# The same three rows in every form --------------------------------------------------------------

HEADER: Final = ("patient", "code", "date", "ward")
ROWS: Final = (
    ("0071", "C50.911", "2015-03-04", 'Kök; 2, "B"'),
    ("0071", "C79.51", "2016-01-02", ""),
    ("12", "C61", "2015-05-06", "Nord"),
)
CELLS: Final = sorted(tuple(cell or None for cell in row) for row in ROWS)


def text_of(delimiter: str = ",", end: str = "\n", rows: Sequence[Sequence[str]] = ROWS) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([HEADER, *rows])
    return out.getvalue()


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def as_workbook(path: Path) -> None:
    dated = [(a, b, date.fromisoformat(c), d or None) for a, b, c, d in ROWS]
    workbook(path, claims=[HEADER, *dated], other=[])


def as_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/claims.csv", text_of())
        archive.writestr("__MACOSX/folder/._claims.csv", b"\0\0")


def frame() -> pandas.DataFrame:
    return pandas.DataFrame(list(ROWS), columns=list(HEADER))


def as_arrow(path: Path) -> None:
    feather.write_feather(pyarrow.Table.from_pandas(frame()), path)


def as_parquet(path: Path) -> None:
    pq.write_table(pyarrow.table({name: list(frame()[name]) for name in HEADER}), path)


def packed(pack: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(pack(text_of().encode()))


def encoded(encoding: str, delimiter: str = ",", end: str = "\n") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text_of(delimiter, end).encode(encoding))


FORMS: Final[dict[str, Callable[[Path], object]]] = {
    "plain.csv": encoded("utf-8"),
    "bom.csv": encoded("utf-8-sig", ";", "\r\n"),
    "returns.txt": encoded("utf-8", "\t", "\r"),
    "bars.txt": encoded("utf-8", "|"),
    "western.csv": encoded("windows-1252"),
    "utf16.csv": encoded("utf-16", "\t", "\r\n"),
    "utf16be.txt": lambda path: path.write_bytes(b"\xfe\xff" + text_of("\t").encode("utf-16-be")),
    "bare16.txt": encoded("utf-16-le", "\t"),
    "packed.csv.gz": packed(gzip.compress),
    "packed.csv.bz2": packed(bz2.compress),
    "packed.csv.xz": packed(lzma.compress),
    "packed.csv.zst": packed(zstandard.ZstdCompressor().compress),
    "misnamed.csv": packed(gzip.compress),
    "unpacked.csv.gz": encoded("utf-8"),
    "packed.zip": as_zip,
    "archive.csv": as_zip,
    "book.xlsx": as_workbook,
    "book.csv": as_workbook,
    "table.feather": as_arrow,
    "table.parquet": as_parquet,
    "parquet.csv": as_parquet,
    "stata.dta": lambda path: frame().to_stata(path, write_index=False, version=118),
    "spss.sav": lambda path: pyreadstat.write_sav(frame(), path),
    "old.dta": lambda path: frame().to_stata(path, write_index=False, version=114),
    "index.csv": lambda path: frame().to_csv(path),
    "excel.csv": lambda path: path.write_text("sep=;\r\n" + text_of(";", "\r\n"), newline=""),
    "title.csv": lambda path: path.write_text("Our clinic\n\n" + text_of()),
    "comma_title.csv": lambda path: path.write_text("Our clinic,,,\n,,,\n" + text_of()),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_rows_whatever_the_form(duckdb: Engine, name: str, tmp_path: Path) -> None:
    check_form(duckdb, name, tmp_path)


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_the_same_rows_on_spark(spark: Engine, tmp_path: Path) -> None:
    for name in FORMS:
        check_form(spark, name, tmp_path)


def check_form(engine: Engine, name: str, folder: Path) -> None:
    path = folder / name
    FORMS[name](path)
    rows = engine.read(path)
    assert sorted(engine.columns(rows)) == sorted(HEADER), name
    found = engine.collect(engine.read(path, columns=HEADER))
    assert sorted(tuple(cell or None for cell in row) for row in found) == CELLS, name


@pytest.mark.parametrize("blanks", range(6))
def test_sas_xport_loses_no_row(duckdb: Engine, tmp_path: Path, blanks: int) -> None:
    """Blank cells near the end are no end; and a file that is cut is told so."""
    path = tmp_path / "claims.xpt"
    rows = frame()
    rows.loc[len(rows) - 1 - blanks :, "ward"] = ""
    short = {name: name.upper()[:8] for name in HEADER}
    pyreadstat.write_xport(rows.rename(columns=short), path, file_format_version=5)
    found = duckdb.collect(duckdb.read(path, columns=list(short.values())))
    expected = [tuple(cell or None for cell in row) for row in rows.itertuples(index=False)]
    assert sorted(found, key=str) == sorted(expected, key=str)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(ReadError, match="cut short"):
        duckdb.read(path)


def test_what_was_done_is_told(duckdb: Engine, tmp_path: Path) -> None:
    told = {
        "western.csv": "read as windows-1252, a guess, as line 2 is not UTF-8 (--encoding names "
        "another)",
        "utf16.csv": "read as UTF-16-LE, as it says itself",
        "bare16.txt": "read as UTF-16-LE, which its bytes look like",
        "book.csv": "read as an Excel workbook, by its first bytes",
        "index.csv": "column 1 has no name and is not read",
        "title.csv": "what stands above line 3, the header, is not read",
    }
    for name, remark in told.items():
        duckdb.remarks.clear()
        FORMS[name](tmp_path / name)
        duckdb.read(tmp_path / name)
        assert duckdb.remarks == [f"{name}: {remark}"]


def test_a_clean_file_is_read_where_it_is(tmp_path: Path) -> None:
    def no_folder() -> Path:
        raise AssertionError

    for name in ("plain.csv", "bom.csv", "packed.csv.gz", "packed.csv.zst", "table.parquet"):
        FORMS[name](tmp_path / name)
        assert Preparation(no_folder).ready(tmp_path / name, TextRules()).path == tmp_path / name


def test_a_folder_of_several_forms(engine: Engine, tmp_path: Path) -> None:
    for name in ("book.xlsx", "packed.csv.gz", "table.parquet", "western.csv", "stata.dta"):
        FORMS[name](tmp_path / name)
    found = engine.collect(engine.read(tmp_path, columns=HEADER))
    assert sorted(tuple(cell or None for cell in row) for row in found) == sorted(CELLS * 5)
    FORMS["plain.csv"](tmp_path / "packed.csv")
    with pytest.raises(ReadError, match=r"packed.csv and packed.csv.gz look like one table"):
        engine.read(tmp_path)


# Any table, in any encoding, between anything, packed or not ------------------------------------

ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1252", "cp437")
PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
SIGNS: Final = st.text(st.sampled_from("abZ019 ,;|\t\"'#=.-äéñß\n"), max_size=6)


@given(
    rows=st.lists(st.tuples(SIGNS, SIGNS, SIGNS), max_size=8),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    packing=st.sampled_from(list(PACKERS)),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_table_comes_back(
    duckdb: Engine,
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    encoding: str,
    delimiter: str,
    end: str,
    packing: str,
    quoting: Any,
) -> None:
    if end == "\r":  # before which a line feed in a cell gets no quotation marks
        quoting = csv.QUOTE_ALL
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerows([("one", "two", "three"), *rows])
    path = tmp_path / f"a.csv{packing}"
    path.write_bytes(PACKERS[packing](out.getvalue().encode(encoding)))
    found = duckdb.collect(duckdb.read(path, encoding=encoding))
    expected = [tuple(cell or None for cell in row) for row in rows]
    assert sorted(found, key=str) == sorted(expected, key=str)


# Text tables as programs leave them -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows", "remark"),
    [
        (
            "a,b,c\n1,2,\n1,2\n",
            2,
            "1 row has fewer cells than the header names, the first in line 3",
        ),
        ("a,b,c\n1,2,3,\n4,5,6,\n", 2, "column 4 has no name and is not read"),
        ("a,b,c\n1,2,3\n4,5,6,,\n", 2, "1 row has blank cells beyond the header, which are cut"),
        ("a\tb\tc\t\n1\t2\t3\t\n", 1, "column 4 has no name and is not read"),
        ('"a","b","c"\n"1","x",2,3\n"2","y",5,6\n', 2, "column 1 has no name and is not read"),
        ('"a" "b" "c"\n"1" "x" 2 3\n"2" "y" 5 6\n', 2, "column 1 has no name and is not read"),
        ("a,b,c\n\n1,2,3\n\n\n4,5,6\n\n", 2, None),
        ('a,b,c\n1,5" lesion,3\n4,"5, ""6""",7\n', 2, None),
        ('a,b,c\r\n1,"x\ny",3\r\n', 1, None),
    ],
)
def test_rows_as_programs_leave_them(
    engine: Engine, tmp_path: Path, text: str, rows: int, remark: str | None
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    found = engine.read(path)
    assert engine.columns(found) == ["a", "b", "c"]
    assert len(engine.collect(found)) == rows
    assert bool(engine.remarks) is (remark is not None)
    assert all(one.startswith(f"a.csv: {remark}") for one in engine.remarks)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("patient,code\nP1,C50,2015\nP2,C61,2016\n", "row 1: 2 names for rows of 3 cells"),
        ("patient,code\n1,C50,2015\n2,C61,2016\n", "row 1: 2 names for rows of 3 cells"),
        ("a,b,c\n1,2,3\nTotal\n", "row 3: 1 cell, where the header names 3"),
        ("a,b,c\n1,2,3\n4,5", "row 3: 2 cells of 3 and no line end: the file is cut short"),
        ("a,b\n\n1,2\n\n1,2,3\n", "row 5: 3 cells, where the header names 2"),
        ('a,b\n1,"2\n', "row 2: a quotation mark is opened and not closed"),
    ],
)
def test_rows_that_nobody_can_tell(duckdb: Engine, tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=told):
        duckdb.collect(duckdb.read(path))


# Encodings --------------------------------------------------------------------------------------

WORDS: Final = {
    "windows-1252": "Größe,Müller,Knöchel,créé,señor,“Nord”,5 µg,Kök",
    "latin-1": "Größe,Müller,Knöchel,créé,señor,5 µg,Kök",
}
OTHERS: Final = {
    "windows-1251": "кость,печень",
    "koi8-r": "кость,печень",
    "iso-8859-7": "οστά,ήπαρ",
    "windows-1250": "Wałbrzych,Łódź,kość",
    "iso-8859-2": "Wałbrzych,Łódź,kość",
    "shift-jis": "肝臓,骨転移",
    "gb18030": "肝脏,骨转移",
    "cp437": "Größe,Müller",
    "mac-roman": "Größe,Müller",
}


@pytest.mark.parametrize("encoding", WORDS)
def test_western_words_are_known(duckdb: Engine, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    words = WORDS[encoding].split(",")
    path.write_bytes("\n".join(["word,n", *(f"{one},1" for one in words), ""]).encode(encoding))
    assert sorted(row[0] for row in duckdb.collect(duckdb.read(path))) == sorted(words)


@pytest.mark.parametrize("encoding", OTHERS)
def test_other_words_are_not_guessed(duckdb: Engine, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    words = OTHERS[encoding].split(",")
    path.write_bytes("\n".join(["word,n", *(f"{one},1" for one in words), ""]).encode(encoding))
    with pytest.raises(ReadError, match="line 2 is not UTF-8; name its encoding"):
        duckdb.read(path)
    found = duckdb.collect(duckdb.read(path, encoding=encoding))
    assert sorted(row[0] for row in found) == sorted(words)


def test_encodings_that_are_wrong_or_none(duckdb: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,\xe9\n2,\x81\n")
    with pytest.raises(UnknownNameError, match="unknown encoding 'utf-9'"):
        duckdb.read(path, encoding="utf-9")
    with pytest.raises(UnknownNameError, match="unknown encoding 'rot13'"):
        duckdb.read(path, encoding="rot13")
    with pytest.raises(ReadError, match=r"a.csv: line 3 is not windows-1252"):
        duckdb.read(path, encoding="windows-1252")
    path.write_bytes(b"a,b\n1,\xe9\n")
    with pytest.raises(ReadError, match="line 2 is not UTF-8"):
        duckdb.read(path, encoding="utf-8")
    with open_engine(threads=1, encoding="latin-1") as one:
        assert one.collect(one.read(path)) == [("1", "é")]


# Excel ------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_are_what_a_person_sees(duckdb: Engine, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Registry of invented patients"
    sheet.merge_cells("A1:D1")
    for row in [
        ("id", "code", "share", "seen", "n"),
        (71, "007", 0.125, datetime(2019, 3, 4, 12, 30), 12.0),
        (72, 7, 0.5, date(2019, 3, 4), 1e15),
        (None, True, 1 / 3, time(12, 30), 0.1),
    ]:
        sheet.append(row)
    for line in (3, 4, 5):
        sheet.cell(line, 1).number_format = "00000"
        sheet.cell(line, 3).number_format = "0.0%"
    sheet.merge_cells("A4:A5")
    book.save(tmp_path / "a.xlsx")
    assert sorted(duckdb.collect(duckdb.read(tmp_path / "a.xlsx"))) == [
        ("00071", "007", "12.5%", "2019-03-04 12:30:00", "12"),
        ("00072", "7", "50%", "2019-03-04", "1000000000000000"),
        ("00072", "TRUE", "33.33333333333333%", "12:30:00", "0.1"),
    ]
    assert "cells merged over rows (the first in row 4)" in duckdb.remarks[-2] + duckdb.remarks[-1]


def test_sheets(duckdb: Engine, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", one=[("a", "b"), (1, 2)], two=[("c", "d"), (3, 4)])
    with pytest.raises(ReadError, match=r"2 sheets have something in them \('one', 'two'\); name"):
        duckdb.read(path)
    assert duckdb.collect(duckdb.read(path, sheet="Two")) == [("3", "4")]
    with pytest.raises(ReadError, match="there is no sheet 'three'; those there are 'one', 'two'"):
        duckdb.read(path, sheet="three")
    with pytest.raises(ReadError, match="no sheet has anything in it"):
        duckdb.read(workbook(tmp_path / "b.xlsx", one=[]))
    with pytest.raises(ReadError, match="cell B2 is a formula whose result is not in the file"):
        duckdb.read(workbook(tmp_path / "c.xlsx", one=[("a", "b"), (1, "=1+1")]))
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = "a", "b"
    far.save(tmp_path / "far.xlsx")
    with pytest.raises(ReadError, match="reaches to row 1,048,576 of column 16,384"):
        duckdb.read(tmp_path / "far.xlsx")


# What is refused, in one true sentence ----------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
NOISE: Final = bytes((one * one) % 75 + 48 + one % 7 for one in range(20_000))
REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "old.xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "an Excel workbook of before 2007",
    ),
    "secret.xlsx": (
        COMPOUND + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "it is protected by a password",
    ),
    "page.csv": (b"<!DOCTYPE html><html><table></table></html>", "it is a web page, not a table"),
    "page.xls": (b"<?xml version='1.0'?><Workbook/>", "it is XML, not a table"),
    "data.csv": (b'{"resourceType": "Bundle"}', "it is JSON, not a table"),
    "paper.csv": (b"%PDF-1.7\n", "it is a PDF, not a table"),
    "word.csv": (zipped(word__document_xml=b"x"), "it is a Word document"),
    "open.csv": (zipped(content_xml=b"x", mimetype=b"x"), "an OpenDocument file"),
    "two.zip": (
        zipped(a_csv=b"a\n", b_csv=b"a\n"),
        r"2 files \(a.csv, b.csv\); unpack it and name",
    ),
    "none.zip": (zipped(), "damaged|cut short|holds no file"),
    "bomb.zip": (zipped(a_csv=b"0" * (70 << 20)), "unpacks to more than 250 times its size"),
    "cut.zip": (cut(zipped(a_csv=NOISE)), "it is cut short"),
    "cut.xlsx": (cut(zipped(xl__workbook_xml=NOISE)), "it is cut short"),
    "hole.zip": (zipped(a_csv=NOISE)[:40] + zipped(a_csv=NOISE)[60:], "it is damaged"),
    "empty.xlsx": (zipped(xl__workbook_xml=b"x"), "it is damaged"),
    "cut.csv.gz": (cut(gzip.compress(NOISE)), "it is cut short"),
    "cut.csv.bz2": (cut(bz2.compress(NOISE)), "it is cut short"),
    "cut.csv.xz": (cut(lzma.compress(NOISE)), "it is cut short"),
    "cut.csv.zst": (cut(zstandard.ZstdCompressor().compress(NOISE)), "it is cut short"),
    "cut.feather": (b"ARROW1\0\0" + NOISE, "cut short or damaged"),
    "cut.dta": (b"<stata_dta>" + NOISE, "cut short or damaged"),
    "cut.sas7bdat": (b"\0" * 12 + b"\xc2\xea\x81\x60" + NOISE, "cut short or damaged"),
    "pointer.txt": (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS"),
    "twice.csv.gz": (gzip.compress(zipped(a_csv=b"a\n")), "an archive is packed in it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_told(duckdb: Engine, tmp_path: Path, name: str) -> None:
    content, told = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=told) as caught:
        duckdb.read(path)
    assert str(caught.value).startswith(f"cannot read {path}: ")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("book.xlsx", "python_calamine", "patients"),
        ("stata.dta", "pandas", "frames"),
        ("spss.sav", "pyreadstat", "frames"),
    ],
)
def test_what_is_not_installed_is_named(
    duckdb: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    module: str,
    extra: str,
) -> None:
    FORMS[name](tmp_path / name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'metastasis\[{extra}\]'"):
        duckdb.read(tmp_path / name)


@pytest.mark.skipif(sys.platform != "linux", reason="limits are set as Linux has them")
@pytest.mark.parametrize("name", ["western.csv", "packed.csv.bz2", "book.xlsx", "packed.zip"])
def test_a_full_disk_is_called_so(
    duckdb: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    FORMS[name](tmp_path / name)

    opened = Path.open

    def open_full(path: Path, mode: str = "r", *rest: Any, **others: Any) -> Any:
        file = opened(path, mode, *rest, **others)
        if mode != "wb":
            return file
        file.close()
        return open("/dev/full", "wb", buffering=0)  # noqa: PTH123

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(WriteError, match="No space left on device; free some, or set TMPDIR"):
        duckdb.read(tmp_path / name)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("failed to offload data block (the 'max_temp_directory_size' setting)", gettempdir()),
        ('Could not write file "/x/duckdb_temp_0": No space left on device', gettempdir()),
        ("Could not write file: No space left on device", "a.csv"),
    ],
)
def test_a_full_disk_is_no_table_that_cannot_be_read(said: str, told: str) -> None:
    found = duckdb_fault(ValueError(said), "a.csv")
    assert str(found).startswith(f"cannot write {told}: No space left on device")


# Tables of counts ---------------------------------------------------------------------------------

TERMS: Final[dict[str, Any]] = {"denominator": "metastatic_patients", "setting": "at_diagnosis"}
MATRICES: Final = {
    "write.csv": '"","Bone","Liver","N"\n"Breast",10,5,40\n"Lung",7,9,30\n',
    "write.csv2": '"";"Bone";"Liver";"N"\n"Breast";10;5;40\n"Lung";7;9;30\n',
    "write.table": '"Bone" "Liver" "N"\n"Breast" 10 5 40\n"Lung" 7 9 30\n',
    "unquoted": "Bone\tLiver\tN\nBreast\t10\t5\t40\nLung\t7\t9\t30\n",
    "floats": ",Bone,Liver,N\nBreast,10.0,5.0,40\nLung,7.0,9.0,30\n",
}


def counts_in(found: Ingested) -> set[tuple[str, str, int | None, int | None]]:
    return {(one.primary, one.site, one.count, one.total) for one in found.assertions}


EXPECTED: Final = {
    ("breast", "bone", 10, 40),
    ("breast", "liver", 5, 40),
    ("lung", "bone", 7, 30),
    ("lung", "liver", 9, 30),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_with_row_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(MATRICES[name])
    assert counts_in(read_matrix(path, totals="N", **TERMS)) == EXPECTED


def test_a_matrix_of_pandas_and_of_excel(tmp_path: Path) -> None:
    rows = {"Bone": [10, 7], "Liver": [5, 9], "N": [40, 30]}
    matrix = pandas.DataFrame(rows, index=["Breast", "Lung"])
    assert counts_in(read_matrix(matrix, totals="N", **TERMS)) == EXPECTED
    header, *others = [("", *rows), ("Breast", 10, 5, 40), ("Lung", 7, 9, 30)]
    path = workbook(tmp_path / "a.xlsx", first=[header, *others], second=[("x",)])
    found = read_matrix(path, totals="N", sheet="first", **TERMS)
    assert counts_in(found) == EXPECTED


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1.205", "12", "2.000,5"), None),
        (("1.234.567", "1.205", "2.000.000"), (1_234_567, 1_205, 2_000_000)),
        (("12", "7", "40"), (12, 7, 40)),
        (("1,205", "7", "4000"), None),
        (("1.205", "7", "4000"), None),
    ],
)
def test_numbers_between_semicolons(
    tmp_path: Path, cells: tuple[str, str, str], expected: tuple[int, int, int] | None
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"cancer;Bone;Liver;N\nBreast;{';'.join(cells)}\n")
    if expected is None:
        with pytest.raises(TableError, match="a\\.csv, row 2"):
            read_matrix(path, totals="N", **TERMS)
        return
    bone, liver, total = expected
    found = counts_in(read_matrix(path, totals="N", **TERMS))
    assert found == {("breast", "bone", bone, total), ("breast", "liver", liver, total)}


def test_percentages_with_a_comma(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("cancer;Bone;Liver;N\nBreast;12,5;7,125 %;40\n")
    found = read_matrix(path, totals="N", values="percent", **TERMS)
    assert [str(one.percent) for one in found.assertions] == ["12.5", "7.125"]
    path.write_text("cancer;Bone;Liver;N\nBreast;12;7,125 %;40\n")
    with pytest.raises(TableError, match="what its mark means cannot be told"):
        read_matrix(path, totals="N", values="percent", **TERMS)


def test_counts_by_a_mapping_on_the_shell(tmp_path: Path) -> None:
    table, mapping = tmp_path / "a.csv", tmp_path / "a.yaml"
    table.write_text("cancer;where;n;of\nbreast;bone;10;40\n")
    mapping.write_text(
        "version: 1\nform: counts\nsource: {key: clinic, design: registry}\n"
        "columns: {primary: cancer, site: where, count: n, total: of}\n"
        "constants: {setting: at_diagnosis, denominator: metastatic_patients}\n"
    )
    for data in (table, [table], str(table)):
        assert counts_in(read_table(data, mapping)) == {("breast", "bone", 10, 40)}
    with pytest.raises(ReadError, match="2 files are meant; name one"):
        read_table([table, mapping], mapping)
    done = run("ingest", "table", table, "--mapping", mapping, "--out", tmp_path / "o.csv")
    assert done.returncode == 0, done.stderr


def test_a_name_that_is_not_utf8_reaches_the_report(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text(",patient,code\n0,A,C50.911\n1,A,C79.51\n")
    report = tmp_path / "r.json"
    done = run(
        *("ingest", "coded", path, "--system", "ICD-10-CM"),
        *("--out", tmp_path / "o.csv", "--report", report),
    )
    assert done.returncode == 0, done.stderr
    assert "column 1 has no name and is not read" in report.read_text("utf-8")
