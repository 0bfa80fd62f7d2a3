"""Which files are read, whatever they are called and however their lines end; and by how many."""

from __future__ import annotations

import csv
import gzip
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metastasis._errors import ReadError, TableError
from metastasis.patients import read_coded, read_fhir, read_matrix, read_table
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._engines.reading import files_of
from shared_data import shared_path
from shell import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine

NAMES: Final = (
    "claims[1].csv",
    "claims1.csv",
    "claims?.csv",
    "claims*.csv",
    "[!a].csv",
    "[[x]].csv",
    "]x[.csv",
    "{a,b}.csv",
    "a\\b.csv",
    "new\nline.csv",
    "ünï cödé 癌.csv",
    "quo\"te's.csv",
    "~claims.csv",
    "-claims.csv",
    "%41#;.csv",
    "x=1.csv",
)
"""Names that somebody expands, escapes or splits somewhere."""
CODED: Final = "patient,code,date,sex\n{0},C61,2019-01-01,M\n{0},C79.51,2019-02-01,M\n"


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
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which each file names itself in its only row."""
    inside = tmp_path / "in put"
    inside.mkdir()
    for place, name in enumerate(NAMES):
        (inside / name).write_text(f"patient,code\nP{place},C61\n", encoding="utf-8")
    return inside


def test_a_path_that_exists_is_that_file(engine: Engine, folder: Path) -> None:
    for place, name in enumerate(NAMES):
        rows = engine.read(folder / name)
        assert engine.collect(rows) == [(f"P{place}", "C61")], name


def test_a_folder_gives_each_file_once(engine: Engine, folder: Path) -> None:
    patients = [row[0] for row in engine.collect(engine.read(folder))]
    assert sorted(patients) == sorted(f"P{place}" for place in range(len(NAMES)))


def test_a_pattern_is_one_only_where_no_such_file_is(duckdb: Engine, folder: Path) -> None:
    def patients(name: str) -> list[str]:
        found = duckdb.collect(duckdb.read(os.path.join(folder.parent, "in*", name)))  # noqa: PTH118
        return sorted(NAMES[int(row[0][1:])] for row in found)

    assert patients("claims[12].csv") == ["claims1.csv"]
    assert patients("c*.csv") == sorted(name for name in NAMES if name.startswith("c"))
    (folder / "claims[12].csv").write_text("patient,code\nP0,C61\n")
    here = folder / "claims[12].csv"
    assert files_of(here) == [here]
    with pytest.raises(ReadError, match="no file fits"):
        files_of(folder / "nothing[1].csv")


def test_folders_in_brackets(engine: Engine, tmp_path: Path) -> None:
    for place, name in enumerate(("in[1]", "in1", "in*")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a?.csv").write_text(f"patient,code\nP{place},C61\n")
    for place, name in enumerate(("in[1]", "in1", "in*")):
        assert engine.collect(engine.read(tmp_path / name)) == [(f"P{place}", "C61")], name


def test_a_relative_path_may_begin_with_any_character(
    duckdb: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for place, name in enumerate(NAMES):
        assert duckdb.collect(duckdb.read(name)) == [(f"P{place}", "C61")], name


def test_a_file_that_is_named_twice_is_read_once(folder: Path) -> None:
    file = folder / "claims1.csv"
    (folder / "link.csv").symlink_to(file)
    assert files_of([file, folder / ".." / folder.name / file.name, folder / "link.csv"]) == [file]


def test_folders_name_no_columns(duckdb: Engine, tmp_path: Path) -> None:
    inside = tmp_path / "sex=F"
    inside.mkdir()
    (inside / "a.csv").write_text("patient,code\nP0,C61\n")
    rows = duckdb.read(inside)
    assert duckdb.columns(rows) == ["patient", "code"]
    duckdb.write(rows, inside / "b.parquet")
    assert duckdb.columns(duckdb.read(inside / "b.parquet")) == ["patient", "code"]


def test_places_that_cannot_be_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(ReadError, match="once only, as a pipe"):
        files_of(pipe)
    dangling = tmp_path / "*.csv"
    dangling.symlink_to(tmp_path / "nothing.csv")
    with pytest.raises(ReadError, match="the link leads nowhere"):
        files_of(dangling)
    with pytest.raises(ReadError, match="no such file"):
        files_of("a\0b.csv")


def test_names_that_no_engine_takes_are_read(engine: Engine, tmp_path: Path) -> None:
    names = ["a\\*b.csv", ".hidden.csv", "_mine.csv", "a:b.csv"]
    if sys.platform == "linux":
        names.append(os.fsdecode(b"caf\xe9.csv"))
    for place, name in enumerate(names):
        (tmp_path / name).write_text(f"patient,code\nP{place},C61\n")
        assert engine.collect(engine.read(tmp_path / name)) == [(f"P{place}", "C61")]


def test_every_reader_takes_brackets_for_a_name(tmp_path: Path) -> None:
    counted = "primary,bone,N\n{},45,80\n"
    fhir = (
        '{{"resourceType":"Condition","subject":{{"reference":"Patient/{}"}},"code":{{"coding":'
        '[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C79.51"}}]}}}}\n'
    )
    for name, here, there in (("a[1]", "X1", "prostate"), ("a1", "Y1", "breast")):
        (tmp_path / f"{name}.csv").write_text(CODED.format(here))
        (tmp_path / f"{name}.tsv").write_text(counted.format(there).replace(",", "\t"))
        (tmp_path / f"{name}.ndjson").write_text(fhir.format(here) * (1 if here == "X1" else 2))
        (tmp_path / f"{name}.yaml").write_text(_mapping(there))
    coded = read_coded(tmp_path / "a[1].csv", system="ICD-10-CM")
    assert {one.primary for one in coded.assertions} == {"prostate"}
    matrix = read_matrix(
        tmp_path / "a[1].tsv", totals="N", denominator="autopsies", setting="at_autopsy"
    )
    assert {one.primary for one in matrix.assertions} == {"prostate"}
    assert read_fhir(tmp_path / "a[1].ndjson").report.rows_read == 1
    tidy = read_table(tmp_path / "a[1].csv", tmp_path / "a[1].yaml")
    assert {one.primary for one in tidy.assertions} == {"prostate"}


def _mapping(primary: str) -> str:
    return (
        "version: 1\nform: patients\nsource: {key: clinic, design: registry}\n"
        "columns: {patient: patient, site: code}\n"
        "values: {site: {C79.51: bone, C61: '-'}}\n"
        f"constants: {{primary: {primary}, setting: at_diagnosis, denominator: all_patients}}\n"
    )


@pytest.mark.slow
def test_every_option_takes_brackets_for_a_name(tmp_path: Path) -> None:
    inside = tmp_path / "in[1]"
    inside.mkdir()
    (inside / "a[1].csv").write_text(CODED.format("X1").replace("C61", "C99.X"))
    (inside / "map[1].csv").write_text("kind,label,key\nprimary,C99.X,prostate\n")
    out = inside / "out[1].csv"
    done = run(
        *("ingest", "coded", inside / "a[1].csv", "--system", "ICD-10-CM"),
        *("--site-map", inside / "map[1].csv", "--out", out, "--report", inside / "r[1].json"),
    )
    assert done.returncode == 0, done.stderr
    done = run("build", "--out", inside / "b[1]", "--assertions", out, "--form", "nq")
    assert done.returncode == 0, done.stderr
    graph = inside / "g[1].nq"
    (inside / "b[1]" / "metastasis.nq").rename(graph)
    done = run("explain", "prostate", "bone", "--graph", graph)
    assert done.returncode == 0, done.stderr
    assert "a[1].csv" in done.stdout or "a-1" in done.stdout


ENDS: Final = st.sampled_from(["\n", "\r\n", "\r"])
CELLS: Final = st.text(st.sampled_from('ab,;"é\n '), max_size=5)


@given(rows=st.lists(st.tuples(CELLS, CELLS, ENDS), max_size=6), head=ENDS, is_packed=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lines_may_end_in_several_ways(
    duckdb: Engine, tmp_path: Path, rows: list[tuple[str, str, str]], head: str, is_packed: bool
) -> None:
    text = f"a,b{head}"
    for *cells, end in rows:
        line = io.StringIO()
        csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator=end).writerow(cells)
        text += line.getvalue()
    path = tmp_path / ("a.csv.gz" if is_packed else "a.csv")
    path.write_bytes(gzip.compress(text.encode()) if is_packed else text.encode())
    expected = [tuple(cell or None for cell in cells) for *cells, _ in rows]
    assert sorted(duckdb.collect(duckdb.read(path)), key=str) == sorted(expected, key=str)


def test_a_fault_is_told_where_it_stands_however_lines_end(duckdb: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a[1].csv"
    path.write_bytes(b"a,b\r\n1,2\n3\r\n")
    with pytest.raises(TableError) as caught:
        duckdb.collect(duckdb.read(path))
    (fault,) = caught.value.faults
    assert (fault.file, fault.row) == (str(path), 3)


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        (b"\xef\xbb\xbfa,b\r1,2\r", ("a", "b")),
        (b'\xef\xbb\xbf"a","b"\n1,2\n', ("a", "b")),
        (b'"a\nb",c\n1,2\n', ("a\nb", "c")),
        (b"# x\r# y\ra\tb\r", ("a", "b")),
        ("ä\0,b".encode(), ("ä\0", "b")),
    ],
)
def test_headers_of_all_kinds(
    duckdb: Engine, content: bytes, columns: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert tuple(duckdb.columns(duckdb.read(path, comment="#"))) == columns


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"x" * 2_000_000, "the first MB holds no line"),
        (b"#" * 2_000_000, "the first MB holds no line"),
        (
            b'a,"b' + b"x" * 200_000 + b"\n",
            "a name has more than 131,072 characters",
        ),
        (b"a,\x81\n", "line 1 is not UTF-8"),
        (b"#\r#\r\x81\r", "line 3 is not UTF-8"),
    ],
)
def test_headers_that_are_none(duckdb: Engine, content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=told):
        duckdb.read(path, comment="#")


def test_long_cells(duckdb: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'a,b\n1,"{"x" * 9_000_000}"\n2,{"é" * 1_000_000}\n')
    assert [len(row[1]) for row in duckdb.collect(duckdb.read(path))] == [9_000_000, 1_000_000]
    path.write_text(f"a,b\n1,{'x' * 17_000_000}\n")
    with pytest.raises(TableError, match="longer than 16 MB"):
        duckdb.collect(duckdb.read(path))


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns far more often than they do, so that they meet."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def _sums(engine: Engine) -> list[tuple[Any, ...]]:
    F = engine.functions  # noqa: N806
    rows = engine.table({"a": "string", "b": "int"}, [("x", 1), ("y", 2), ("x", 3)])
    kept = engine.settle(rows.groupBy("a").agg(F.sum("b").alias("s")))
    return sorted(engine.collect(kept))


@pytest.mark.usefixtures("restless")
@pytest.mark.parametrize("is_shared", [True, False])
def test_threads_get_the_same_answers(is_shared: bool) -> None:
    def answer(_: int) -> list[tuple[Any, ...]]:
        if is_shared:
            return _sums(shared)
        with open_engine(threads=1) as own:
            return _sums(own)

    with open_engine(threads=1) as shared, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, range(24))) == [[("x", 4), ("y", 2)]] * 24


@pytest.mark.usefixtures("restless")
def test_readers_in_threads_get_the_same_answers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CODED.format("X1"))

    def read(_: int) -> str:
        return read_coded(path, system="ICD-10-CM").to_csv()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(read, range(4))) == {read(0)}


@pytest.mark.parametrize("kind", ["bomb.json.gz", "bigint.json", "deep2.json", "surr.json"])
def test_json_that_was_reported(kind: str) -> None:
    with pytest.raises(ReadError):
        read_fhir(shared_path("faults", "reliability", "bombs", kind))
