"""Rows that are kept for the next run: read once, and never when they are stale or damaged."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from metastasis._errors import TableError, WriteError
from metastasis.patients import open_engine, read_coded
from metastasis.patients._engines.keeping import KeptReads, keep_reads
from shell import call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients import Engine

pytest.importorskip("duckdb")

CLAIMS = "patient,code,date,note\na,C61,2019-01-01,x\na,C79.51,2019-05-01,x\nb,C61,2019-02-01,x\n"
COLUMNS = {"patient": "who", "code": "code"}
ROWS = [("a", "C61"), ("a", "C79.51"), ("b", "C61")]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(CLAIMS, encoding="utf-8")
    return path


def rows_of(kept: KeptReads, path: Any, columns: Any = None) -> list[tuple[Any, ...]]:
    engine = kept._engine
    return sorted(engine.collect(engine.read(path, columns=columns or COLUMNS)))


def test_a_file_is_read_once(engine: Engine, claims: Path, tmp_path: Path) -> None:
    kept = keep_reads(engine, tmp_path / "kept")
    assert rows_of(kept, claims) == ROWS
    assert (kept.taken, kept.made) == ([], [str(claims)])
    assert rows_of(kept, [claims]) == ROWS
    assert (kept.taken, kept.made) == ([str(claims)], [str(claims)])
    for path in (tmp_path / "kept").iterdir():
        assert b"note" not in path.read_bytes() or path.suffix != ".parquet"


def test_only_its_owner_can_enter_the_folder(engine: Engine, claims: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    rows_of(keep_reads(engine, folder), claims)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {one.suffix: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}
    assert (len(modes), modes[".parquet"], modes[".json"]) == (3, 0o600, 0o600)
    folder.chmod(0o755)
    with pytest.raises(WriteError, match="chmod 700"):
        keep_reads(engine, folder)


def test_a_folder_of_others_is_not_taken(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WriteError, match="it holds other files"):
        keep_reads(engine, tmp_path)
    with pytest.raises(WriteError, match=r"Not a directory|File exists"):
        keep_reads(engine, tmp_path / "mine.txt")


def rewritten(path: Path) -> None:
    path.write_text(CLAIMS.replace("C79.51", "C79.31"), encoding="utf-8")


def replaced(path: Path) -> None:
    before = path.stat()
    other = path.with_name("other.csv")
    rewritten(other)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [rewritten, replaced])
def test_a_file_that_has_changed_is_read_again(
    change: Any, engine: Engine, claims: Path, tmp_path: Path
) -> None:
    kept = keep_reads(engine, tmp_path / "kept")
    rows_of(kept, claims)
    change(claims)
    assert ("a", "C79.31") in rows_of(kept, claims)
    assert kept.taken == []
    assert len(list((tmp_path / "kept").iterdir())) == 3  # the old copy has gone


@pytest.mark.parametrize("what", ["parquet", "json"])
@pytest.mark.parametrize("harm", [b"", b"{}", None])
def test_a_damaged_copy_is_read_again(
    what: str, harm: bytes | None, engine: Engine, claims: Path, tmp_path: Path
) -> None:
    kept = keep_reads(engine, tmp_path / "kept")
    rows_of(kept, claims)
    [copy] = (tmp_path / "kept").glob(f"*.{what}")
    if harm is None:
        content = bytearray(copy.read_bytes())
        content[len(content) // 2] ^= 1
        harm = bytes(content)
    copy.write_bytes(harm)
    assert rows_of(kept, claims) == ROWS
    assert kept.taken == []


def test_other_columns_and_forms_are_other_rows(
    engine: Engine, claims: Path, tmp_path: Path
) -> None:
    kept = keep_reads(engine, tmp_path / "kept")
    assert rows_of(kept, claims) == ROWS
    assert rows_of(kept, claims, ["code"]) == sorted((code,) for _, code in ROWS)
    assert rows_of(kept, claims, {"code": "who", "patient": "code"}) == sorted(
        (code, who) for who, code in ROWS
    )
    engine.encoding = "utf-8"
    assert rows_of(kept, claims) == ROWS
    assert kept.taken == []


def test_a_new_file_of_a_folder_is_read(engine: Engine, claims: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    claims.rename(folder / "1.csv")
    kept = keep_reads(engine, tmp_path / "kept")
    assert len(rows_of(kept, folder)) == 3
    (folder / "2.csv").write_text(CLAIMS)
    assert len(rows_of(kept, folder)) == 6


def test_faults_name_the_file_and_leave_no_copy(engine: Engine, tmp_path: Path) -> None:
    kept = keep_reads(engine, tmp_path / "kept")
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"patient,code\n" + b"a,C61\n" * 9000 + b"a,C61,x\n")
    with pytest.raises(TableError) as told:
        rows_of(kept, bad)
    assert "bad.csv, row 9002" in str(told.value)
    assert "kept" not in str(told.value).replace(str(tmp_path), "")
    assert not list((tmp_path / "kept").glob("*.parquet"))


def test_a_second_run_says_the_same(claims: Path, tmp_path: Path) -> None:
    found = []
    for _ in range(2):
        with open_engine() as engine:
            keep_reads(engine, tmp_path / "kept")
            found.append(read_coded(claims, engine=engine))
    first, second = found
    assert first.assertions == second.assertions
    assert first.report.rows == second.report.rows
    assert "are taken from" in str(second.report)


def test_the_command_keeps_and_says_so(claims: Path, tmp_path: Path) -> None:
    asked = ("ingest", "coded", claims, "--out", tmp_path / "a.csv", "--keep", tmp_path / "kept")
    first, second = call(*asked), call(*asked)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert f"rows of {claims} are kept in" in first.stderr
    assert f"not read again: {claims}, kept in" in second.stderr
    assert "delete the folder" in second.stderr
    claims.write_text("patient,code,date\na,C61,2019-01-01\n", encoding="utf-8")
    third = call(*asked)
    assert third.returncode == 1
    assert "not read again" not in third.stderr


def test_nothing_is_kept_where_data_are_read(claims: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    claims.rename(tmp_path / "data" / "claims.csv")
    done = call("ingest", "coded", tmp_path / "data", "--keep", tmp_path / "data" / "kept")
    assert done.returncode == 1
    assert "a folder that is read; give --keep another name" in done.stderr
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["claims.csv"]
