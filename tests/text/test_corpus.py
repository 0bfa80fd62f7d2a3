"""Corpora: the same bytes whoever reads them, in whatever order, and however often one begins."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq
import pytest

from invented_abstracts import invented_abstract, write_abstracts
from metastasis._errors import ReadError, TableError, WriteError
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.text import read_text
from metastasis.text._corpus.corpus import CorpusReport, read_corpus, reader_hash
from metastasis.text._corpus.parts import Ask, Portion, made_part, report_in
from metastasis.text._corpus.rows import COLUMNS, batch_of
from metastasis.text._readings import is_claim
from metastasis.text._review.account import UNREVIEWED
from text_rows import reading

if TYPE_CHECKING:
    from metastasis.patients._engines.engine import Engine

ABSTRACTS: Final = 12
"""In a file, of which four or so speak of spread."""


def written(folder: Path, files: int = 3, abstracts: int = ABSTRACTS) -> list[Path]:
    """Write text files of invented abstracts, a paragraph each."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number}.txt" for number in range(files)]
    for number, path in enumerate(paths):
        texts = [invented_abstract(one, number, speaking=0.4) for one in range(abstracts)]
        path.write_text("\n\n".join(texts), encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return written(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def content(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return what one process makes of the files, claims only."""
    out = tmp_path_factory.mktemp("out") / "rows.parquet"
    assert read_corpus(files, out).reading.rows > 5
    return out.read_bytes()


def test_rows_are_the_claims_of_each_file(
    files: list[Path], content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "rows.parquet").write_bytes(content)
    rows = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    notice = pq.read_metadata(tmp_path / "rows.parquet").metadata[b"metastasis.notice"].decode()
    assert notice == f"{UNREVIEWED}. {NOT_CLINICAL}"
    assert list(rows[0]) == list(COLUMNS)
    for path in files:
        found = read_text(path.read_text(encoding="utf-8"), name=str(path))
        claims = [row for row in found if is_claim(row)]
        there = [row for row in rows if row["page"] == str(path)]
        assert [row["quote"] for row in there] == [row.quote for row in claims]
        assert [row["confidence"] for row in there] == [row.confidence for row in claims]
    for row in rows:
        text = Path(row["page"]).read_text(encoding="utf-8")
        assert text[row["start"] : row["end"]] == row["quote"]
        assert row["start"] <= row["site_start"] < row["site_end"] <= row["end"]


def test_everything_is_kept_where_more_than_claims_are_wanted(
    files: list[Path], tmp_path: Path
) -> None:
    found = read_corpus(files, tmp_path / "rows.parquet", claims_only=False)
    texts = [path.read_text(encoding="utf-8") for path in files]
    assert found.reading.rows == sum(len(read_text(text)) for text in texts)
    assert pq.read_metadata(tmp_path / "rows.parquet").num_rows == found.reading.rows


@pytest.mark.slow
def test_workers_make_the_same_bytes_as_one_process(
    files: list[Path], content: bytes, tmp_path: Path
) -> None:
    seen: list[int] = []
    report = read_corpus(
        files, tmp_path / "rows.parquet", workers=2, progress=lambda done, _: seen.append(done)
    )
    assert (tmp_path / "rows.parquet").read_bytes() == content
    assert (report.files, report.parts, report.skipped) == (3, 3, 0)
    assert seen == sorted(seen)


def test_the_order_of_files_does_not_matter(
    files: list[Path], content: bytes, tmp_path: Path
) -> None:
    read_corpus([*files[::-1], files[0]], tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").read_bytes() == content


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_spark_makes_the_same_bytes(
    files: list[Path], content: bytes, tmp_path: Path, spark: Engine
) -> None:
    read_corpus(files, tmp_path / "rows.parquet", engine=spark)
    assert (tmp_path / "rows.parquet").read_bytes() == content


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_what_an_executor_cannot_read_is_told_in_a_sentence(
    files: list[Path], tmp_path: Path, spark: Engine
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"")
    with pytest.raises(ReadError, match=r"cannot read .*bad\.txt: ") as told:
        read_corpus([files[0], bad], tmp_path / "rows.parquet", engine=spark)
    assert str(told.value).count("cannot read") == 1
    assert not (tmp_path / "rows.parquet").exists()


def test_duckdb_reads_no_texts(files: list[Path], tmp_path: Path) -> None:
    from metastasis.patients import open_engine

    with open_engine() as engine, pytest.raises(ReadError, match="give workers"):
        read_corpus(files, tmp_path / "rows.parquet", engine=engine)


# What is done stays done


def parts_in(folder: Path) -> dict[str, int]:
    return {
        path.name: path.stat().st_mtime_ns for path in (folder / "rows.parquet.parts").iterdir()
    }


def test_what_is_done_is_not_done_again(files: list[Path], content: bytes, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    first = read_corpus(files, out)
    done = parts_in(tmp_path)
    again = read_corpus(files, out)
    assert (again.skipped, again.reading) == (3, first.reading)
    assert parts_in(tmp_path) == done
    assert out.read_bytes() == content


def test_a_file_that_changed_is_read_again_and_its_old_part_goes(tmp_path: Path) -> None:
    paths = written(tmp_path / "in")
    out = tmp_path / "rows.parquet"
    read_corpus(paths, out)
    before = parts_in(tmp_path)
    paths[1].write_text("Breast cancer often spreads to the spleen.", encoding="utf-8")
    assert read_corpus(paths, out).skipped == 2
    after = parts_in(tmp_path)
    assert len(after) == 3
    assert len(set(before) & set(after)) == 2
    assert "spleen" in pq.read_table(out).column("site").to_pylist()


def test_a_changed_reader_reads_all_again(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "rows.parquet"
    read_corpus(files, out)
    monkeypatch.setattr("metastasis.text._corpus.corpus.reader_hash", lambda: "another")
    assert read_corpus(files, out).skipped == 0
    assert len(parts_in(tmp_path)) == 3


def test_what_is_asked_for_is_part_of_what_is_done(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    read_corpus(files, out)
    assert read_corpus(files, out, claims_only=False).skipped == 0


def test_a_part_that_is_cut_short_is_made_anew(
    files: list[Path], content: bytes, tmp_path: Path
) -> None:
    out = tmp_path / "rows.parquet"
    read_corpus(files, out)
    path = next((tmp_path / "rows.parquet.parts").iterdir())
    path.write_bytes(path.read_bytes()[:-20])
    assert report_in(path) is None
    assert read_corpus(files, out).skipped == 2
    assert out.read_bytes() == content


def test_files_of_others_among_the_parts_stay(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "rows.parquet.parts").mkdir()
    (tmp_path / "rows.parquet.parts" / "mine.parquet").write_text("mine")
    read_corpus(files, tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet.parts" / "mine.parquet").read_text() == "mine"


def test_the_reader_has_a_hash_of_its_code_and_words() -> None:
    assert reader_hash() == reader_hash()
    assert len(reader_hash()) == 64


# What cannot be read or written


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_file_that_cannot_be_read_ends_it_and_what_is_done_stays(
    workers: int, tmp_path: Path
) -> None:
    paths = written(tmp_path / "in")
    (tmp_path / "in" / "zz.txt").write_bytes(b"")
    out = tmp_path / "rows.parquet"
    out.write_text("old")
    with pytest.raises(ReadError, match=r"zz\.txt"):
        read_corpus([*paths, tmp_path / "in" / "zz.txt"], out, workers=workers)
    assert out.read_text() == "old"
    assert read_corpus(paths, tmp_path / "rows.parquet").skipped >= 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is no such file"):
        read_corpus([tmp_path / "none.txt"], tmp_path / "rows.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_text("no table")
    with pytest.raises(ReadError, match="it is no Parquet file, or is damaged"):
        read_corpus([tmp_path / "a.parquet"], tmp_path / "rows.parquet")


def test_a_table_without_texts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("age,sex\n1,2\n")
    with pytest.raises(TableError, match="no column of texts"):
        read_corpus([tmp_path / "a.csv"], tmp_path / "rows.parquet")
    assert not (tmp_path / "rows.parquet").exists()


def test_a_place_that_cannot_be_written(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError):
        read_corpus(files, tmp_path / "file" / "rows.parquet")


def test_no_file_gives_a_table_without_rows(tmp_path: Path) -> None:
    report = read_corpus([], tmp_path / "rows.parquet")
    assert report == CorpusReport()
    assert pq.read_table(tmp_path / "rows.parquet").num_rows == 0


ENDED: Final = """
import sys, time
from pathlib import Path
from metastasis.text._corpus.corpus import read_corpus
if __name__ == "__main__":
    read_corpus(sorted(Path(sys.argv[1]).iterdir()), sys.argv[2], workers=2,
                progress=lambda done, total: print(done, flush=True))
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_goes_on_where_it_was(number: int, tmp_path: Path) -> None:
    written(tmp_path / "in", files=12, abstracts=150)
    script = tmp_path / "script.py"
    script.write_text(ENDED, encoding="utf-8")
    out = tmp_path / "rows.parquet"
    command = [sys.executable, str(script), str(tmp_path / "in"), str(out)]
    run = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE)
    parts = tmp_path / "rows.parquet.parts"
    while run.poll() is None and not (parts.is_dir() and len(list(parts.glob("*.parquet"))) > 1):
        time.sleep(0.05)
    # As a terminal does, to all processes of the command.
    os.killpg(run.pid, number)
    run.communicate(timeout=30)
    assert not out.exists()
    report = read_corpus(sorted((tmp_path / "in").iterdir()), out)
    assert report.skipped > 1
    assert not [path for path in parts.iterdir() if path.name.startswith(".")]


# Size


@pytest.mark.slow
def test_memory_does_not_grow_with_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the texts, in parts of the same size, take no more."""
    monkeypatch.setattr("metastasis.text._corpus.corpus._ROWS_A_PART", 100)
    peaks = []
    for number in (200, 800):
        path = tmp_path / f"{number}.parquet"
        write_abstracts(path, number, group=100)
        read_corpus([path], tmp_path / "warm.parquet")
        shutil.rmtree(tmp_path / "warm.parquet.parts")
        tracemalloc.start()
        read_corpus([path], tmp_path / f"rows-{number}.parquet")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0] + 100_000


def test_a_large_table_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "abstracts.parquet"
    write_abstracts(path, 40, group=10)
    whole = read_corpus([path], tmp_path / "whole.parquet")
    monkeypatch.setattr("metastasis.text._corpus.corpus._ROWS_A_PART", 20)
    parts = read_corpus([path], tmp_path / "parts.parquet")
    assert (whole.parts, parts.parts) == (1, 2)
    assert whole.reading == parts.reading
    one, other = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("whole", "parts"))
    assert one.equals(other)


# Rows


def test_a_row_has_all_that_a_reading_says() -> None:
    row = reading(
        "breast",
        "bone",
        count=1,
        total=8,
        cue_span=(3, 10),
        flags=("own_organ",),
        features=("a", "b"),
        page="p",
        confidence=0.25,
    )
    (cells,) = batch_of([row]).to_pylist()
    assert cells["percent"] == 12.5
    assert (cells["cue_start"], cells["cue_end"], cells["primary_start"]) == (3, 10, None)
    assert (cells["flags"], cells["features"]) == (["own_organ"], ["a", "b"])
    assert (cells["page"], cells["confidence"]) == ("p", 0.25)


@pytest.mark.parametrize(
    ("more", "is_one"),
    [
        ({}, False),
        ({"cue_span": (0, 2)}, True),
        ({"cue_span": (0, 2), "primary_from": "paragraph"}, False),
        ({"percent": "3"}, True),
        ({"count": 3}, True),
    ],
)
def test_a_claim_says_how_often_of_what_its_sentence_names(
    more: dict[str, Any], is_one: bool
) -> None:
    assert is_claim(reading("breast", "bone", **more)) is is_one


def test_a_part_is_the_same_every_time(files: list[Path]) -> None:
    part = Portion(str(files[0]))
    assert made_part(part, Ask()) == made_part(part, Ask())
