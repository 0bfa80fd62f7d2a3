"""Where pages come from: files, folders, patterns, standard input and tables."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

import metastasis as mets
from metastasis.text._pages.sources import bytes_of, files_of, pages_of

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Melanoma often spreads to the lungs."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "a.md").write_text(f"# Melanoma\n\n{TEXT}\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "notes.docx").write_bytes(b"PK")
    (tmp_path / ".hidden.txt").write_text(TEXT)
    return tmp_path


def test_a_folder_is_its_pages_by_name_and_each_file_is_read_once(folder: Path) -> None:
    names = [name.removeprefix(f"{folder}/") for name in files_of([folder, folder / "b.txt"])]
    assert names == ["a.md", "b.txt", "deep/c.txt.gz"]
    pages = list(pages_of([folder]))
    assert [page.form for page in pages] == ["markdown", "text", "text"]
    assert pages[1].document == pages[2].document == TEXT


def test_a_pattern_is_the_files_that_fit(folder: Path) -> None:
    assert len(files_of([f"{folder}/*.txt"])) == 1
    assert len(files_of([f"{folder}/**/*.gz"])) == 1


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("*.nothing", "no file fits this pattern"),
        ("empty", "no page in it; pages end with .txt"),
        ("missing.txt", "there is no such file"),
        ("https://example.org/page", "nothing is fetched; save the page and name the file"),
        ("wrong.parquet", "it is no Parquet file, or is damaged"),
    ],
)
def test_what_is_not_there_is_said(folder: Path, place: str, said: str) -> None:
    (folder / "empty").mkdir()
    (folder / "wrong.parquet").write_text("no table")
    where = place if "://" in place else f"{folder}/{place}"
    with pytest.raises(mets.ReadError, match="cannot read") as error:
        list(pages_of([where]))
    assert said in str(error.value)


@pytest.mark.parametrize("end", ["csv", "tsv", "parquet"])
def test_texts_in_a_table_are_pages_named_by_their_rows(end: str, tmp_path: Path) -> None:
    path = tmp_path / f"abstracts.{end}"
    rows = {"Title": ["Melanoma", "", "Other"], "Abstract": [TEXT, " ", f"{TEXT} =1+1"]}
    if end == "parquet":
        pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        pq.write_table(pa.table(rows), path)
    else:
        mark = "," if end == "csv" else "\t"
        lines = [mark.join(one) for one in [list(rows), *zip(*rows.values(), strict=True)]]
        path.write_text("\n".join(lines) + "\n")
    pages = list(pages_of([path]))
    assert [page.name for page in pages] == [f"{path}, row 1", f"{path}, row 3"]
    assert [page.title for page in pages] == ["Melanoma", "Other"]
    assert pages[1].document == f"{TEXT} =1+1"
    assert len(list(pages_of([path], column="title"))) == 2
    with pytest.raises(mets.TableError, match="did you mean 'Abstract'"):
        list(pages_of([path], column="Abstrakt"))


def test_a_table_without_texts_says_which_columns_it_has(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("patient,code\n1,2\n")
    with pytest.raises(mets.TableError, match="--text-column, one of patient, code"):
        list(pages_of([path]))


def test_a_spoiled_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text('text\nok\n"cut off')
    with pytest.raises(mets.TableError, match="may be cut off"):
        list(pages_of([path]))
    path.write_bytes(b"text\n\xe9\n")
    with pytest.raises(mets.ReadError, match="CSV UTF-8"):
        list(pages_of([path]))


def test_pages_come_one_by_one(folder: Path) -> None:
    (folder / "zz.txt").write_bytes(b"")
    pages = pages_of([folder])
    assert next(pages).name.endswith("a.md")
    with pytest.raises(mets.ReadError, match="it is empty"):
        list(pages)


def test_the_bytes_are_those_of_the_file(folder: Path) -> None:
    assert bytes_of(folder / "b.txt") == bytes_of(folder / "deep" / "c.txt.gz") == TEXT.encode()
