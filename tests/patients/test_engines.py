"""What engines read, refuse, tell and leave behind."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._errors import (
    MissingExtraError,
    ReadError,
    TableError,
    UnknownNameError,
    WriteError,
)
from metastasis.patients._engines.engine import ENGINES, open_engine
from metastasis.patients._engines.reading import files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.patients._engines.engine import Engine

TABLE: Final = "Patient ID,CODE,when\nA,C50,NA\nB,,\n"
ROWS: Final = {("A", "C50", "NA"), ("B", None, None)}


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Engine]:
    with open_engine(threads=2) as engine:
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


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_every_cell_is_text_and_only_an_empty_one_is_null(engine: Engine, tmp_path: Path) -> None:
    rows = engine.read(written(tmp_path, "a.csv", TABLE))
    assert engine.columns(rows) == ["Patient ID", "CODE", "when"]
    assert set(engine.collect(rows)) == ROWS


def test_columns_are_chosen_and_renamed(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", TABLE)
    rows = engine.read(path, columns={"code": "code", "Patient ID": "patient"})
    assert engine.columns(rows) == ["code", "patient"]
    assert set(engine.collect(rows)) == {("C50", "A"), (None, "B")}


def test_comments_tabs_quotes_and_marks(engine: Engine, tmp_path: Path) -> None:
    text = '\ufeff#one\n#two\nID\tSITE: BONE\nA\tYes # no\nB\t"a ""b"" \t c"\nC\t5" lesion\n'
    rows = engine.read(written(tmp_path, "a.txt", text), comment="#")
    assert engine.columns(rows) == ["ID", "SITE: BONE"]
    assert set(engine.collect(rows)) == {("A", "Yes # no"), ("B", 'a "b" \t c'), ("C", '5" lesion')}


def test_folders_patterns_and_compressed_files(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    written(tmp_path, "part/a.csv", "id,code\nA,1\n")
    written(tmp_path, "part/.hidden.csv", "nonsense")
    with gzip.open(tmp_path / "part" / "b.csv.gz", "wb") as file:
        file.write(b"code,id\n2,B\n")
    for paths in (tmp_path, tmp_path / "part" / "*.csv*", sorted(tmp_path.glob("part/[ab]*"))):
        rows = engine.read(paths, columns=["id", "code"])
        assert set(engine.collect(rows)) == {("A", "1"), ("B", "2")}


BAD: Final[dict[str, tuple[str | bytes, type[Exception], str]]] = {
    "empty.csv": ("", ReadError, "empty.csv: it is empty"),
    "short.csv": ("a,b\n1,2\n3\n", TableError, "short.csv.*row 3: 1 cell, where"),
    "long.csv": ("a,b\n1,2\n3,4,5\n", TableError, "long.csv.*row 3: 3 cells, where"),
    "greek.csv": (b"a,b\n1,\xe1\xe2\xe3\n", ReadError, "greek.csv: line 2 is not UTF-8; name its"),
    "mixed.csv": (
        b"a,b\n" + b"1,\xc3\xa9\n" * 9000 + b"1,\xe9\n",
        ReadError,
        "line 9002 is not UTF-8",
    ),
    "unnamed.csv": (",,\n1,2,3\n", TableError, "row 1: no column has a name"),
    "cut.csv.gz": (gzip.compress(b"a,b\n" * 9999)[:-20], ReadError, "cut.csv.gz: it is cut short"),
    "none.parquet": ("", ReadError, "none.parquet: it is cut short or no Parquet file"),
    "text.parquet": ("hello, hello", ReadError, "text.parquet: it is cut short or no Parquet file"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_told_in_one_sentence(engine: Engine, tmp_path: Path, name: str) -> None:
    content, error, message = BAD[name]
    path = written(tmp_path, name, content)
    with pytest.raises(error, match=message) as caught:
        engine.collect(engine.read(path))
    assert str(path) in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2


def test_truncated_parquet(engine: Engine, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": list(range(9999))}), tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes()
    path = written(tmp_path, "cut.parquet", whole[:-100])
    with pytest.raises(ReadError, match=r"cut.parquet: it is cut short"):
        engine.collect(engine.read(path))


def test_all_missing_columns_are_named_with_the_nearest(engine: Engine, tmp_path: Path) -> None:
    header = ",".join([f"column{number}" for number in range(99)] + ["PATIENT_IDD"])
    path = written(tmp_path, "wide.csv", header + "\n")
    with pytest.raises(TableError) as caught:
        engine.read(path, columns=["PATIENT_ID", "nothing", "column7"])
    faults = caught.value.faults
    assert [fault.column for fault in faults] == ["PATIENT_ID", "nothing"]
    assert "'PATIENT_IDD' is there" in faults[0].remedy


def test_a_column_missing_in_one_of_several_files(engine: Engine, tmp_path: Path) -> None:
    first = written(tmp_path, "a.csv", "id,code\nA,1\n")
    second = written(tmp_path, "b.csv", "id,kode\nB,2\n")
    with pytest.raises(TableError, match=r"b.csv, column code: is missing; 'kode' is there"):
        engine.read([first, second], columns=["id", "code"])


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ("nowhere.csv", "nowhere.csv: there is no such file or folder"),
        ("nowhere*.csv", "no file fits this pattern"),
        ([], "no file was named"),
    ],
)
def test_files_that_are_not_there(paths: Any, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        files_of(paths)


def test_a_folder_without_tables(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="the folder holds no file that ends in"):
        files_of(tmp_path)


def test_addresses_are_for_spark(duckdb: Engine) -> None:
    with pytest.raises(ReadError, match="only Spark reads addresses"):
        duckdb.read("s3a://bucket/claims.parquet")


def test_a_form_that_is_none(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a\n1\n")
    with pytest.raises(ReadError, match="there is no form 'excel'"):
        engine.read(path, form="excel")


def test_what_stands_between_cells_is_found(duckdb: Engine, tmp_path: Path) -> None:
    for delimiter in ",;\t|":
        path = written(tmp_path, "a.csv", f"one{delimiter}two\n")
        assert duckdb.columns(duckdb.read(path)) == ["one", "two"]


def test_frames_of_every_kind(engine: Engine) -> None:
    import duckdb as package
    import pandas
    import polars
    import pyarrow

    data = {"patient": ["A", "B"], "When Seen": ["1", None], "nothing": [None, None]}
    frame = pandas.DataFrame(data)
    frame["patient"] = frame["patient"].astype("category")
    with package.connect() as connection:
        kinds = [
            frame,
            polars.DataFrame(data),
            polars.DataFrame(data).lazy(),
            pyarrow.table(data),
            connection.sql(
                "select * from (values ('A', '1', null), ('B', null, null)) "
                't(patient, "When Seen", nothing)'
            ),
        ]
        for kind in kinds:
            rows = engine.frame(kind, columns={"patient": "id", "when seen": "seen"})
            assert engine.columns(rows) == ["id", "seen"]
            assert set(engine.collect(rows)) == {("A", "1"), ("B", None)}
    with pytest.raises(TableError, match=r"is builtins.list; give a path, or a frame"):
        engine.frame([1, 2])
    with pytest.raises(TableError, match="column code: is missing"):
        engine.frame(frame, columns=["code"])


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_frame_of_spark_itself(spark: Engine) -> None:
    rows = spark.table({"Patient": "string", "n": "int"}, [("A", 1)])
    assert spark.collect(spark.frame(rows, columns={"patient": "id"})) == [("A",)]


def test_tables_are_written_wholly_or_not_at_all(engine: Engine, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    rows = engine.table({"a": "int", "b": "string"}, [(1, 'x,"y"'), (2, None)])
    engine.write(rows.orderBy("a"), tmp_path / "deep" / "a.csv")
    assert (tmp_path / "deep" / "a.csv").read_text() == 'a,b\n1,"x,""y"""\n2,\n'
    engine.write(rows.orderBy("a"), tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").to_pydict() == {"a": [1, 2], "b": ['x,"y"', None]}
    target = written(tmp_path, "kept.csv", "as it was")
    gone = written(tmp_path, "gone.csv", "a,b\n1,2\n")
    broken = engine.read(gone)
    gone.unlink()
    with pytest.raises(ReadError):
        engine.write(broken, target)
    assert target.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    with pytest.raises(WriteError):
        engine.write(rows, tmp_path / "deep")


def test_progress_comes_at_once_and_ends_at_the_end(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": list(range(5000))}), tmp_path / "a.parquet")
    seen: list[tuple[int, int | None]] = []
    with open_engine(progress=lambda done, rows: seen.append((done, rows))) as engine:
        F = engine.functions  # noqa: N806
        assert engine.collect(engine.read(tmp_path).agg(F.sum("a").alias("a"))) == [(12497500,)]
    assert seen[0] == (0, 5000)
    assert seen[-1] == (5000, 5000)
    assert seen == sorted(seen)


def test_the_users_own_connection_stays_as_it_was() -> None:
    import duckdb as package

    with package.connect() as connection:
        connection.execute("create table mine as select 'A' as patient")
        before = connection.execute("select database_name from duckdb_databases()").fetchall()
        with open_engine(session=connection) as engine:
            assert engine.collect(engine.frame(connection.table("mine"))) == [("A",)]
        after = connection.execute("select database_name from duckdb_databases()").fetchall()
        assert before == after
        assert connection.execute("select * from mine").fetchall() == [("A",)]


def test_engines_side_by_side() -> None:
    with open_engine() as one:
        rows = one.table({"a": "int"}, [(1,)])
        with open_engine() as other:
            assert other.collect(other.table({"a": "int"}, [(2,)])) == [(2,)]
            assert one.collect(rows) == [(1,)]
        F = one.functions  # noqa: N806
        assert one.collect(rows.select((F.col("a") + 1).alias("b"))) == [(2,)]


def test_unknown_engine() -> None:
    with pytest.raises(UnknownNameError, match="unknown engine 'duck'"):
        open_engine("duck")


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_that_is_not_installed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("duckdb", "pyspark.sql.functions"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'metastasis\[(patients|spark)\]'"):
        open_engine(name)


SCRIPT: Final = """
import sys
from metastasis.patients._engines.engine import open_engine
engine = open_engine(threads=1)
rows = engine.table({"a": "int"}, [(1,)])
print(engine.collect(rows))
if "close" in sys.argv:
    engine.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["close", "forget"])
def test_nothing_is_said_at_exit(how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, how],
        check=True,
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("[(1,)]\n", "")


GENERATOR: Final = Path(__file__).parents[2] / "scripts" / "generate_claims.py"


@pytest.mark.slow
@pytest.mark.parametrize("ids", ["integer", "string", "opaque"])
def test_generated_claims_are_what_their_truth_says(
    duckdb: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ids: str
) -> None:
    from importlib import import_module

    from metastasis.patients._counting.patient import coded_rows
    from metastasis.patients._counting.tally import count_patients

    monkeypatch.syspath_prepend(str(GENERATOR.parent))
    claims = import_module("generate_claims")
    primaries, secondaries = list(claims.PRIMARIES), list(claims.SECONDARIES)
    codes = duckdb.table({"code": "string", "primary": "int", "site": "int"}, claims.codes())
    F = duckdb.functions  # noqa: N806
    expected: dict[tuple[str, str], tuple[int, int, int]] = {}
    for form in claims.FORMS:
        out = tmp_path / f"{ids}.{form}"
        truth = claims.generate(out, rows=20_000, patients=4_000, form=form, ids=ids, seed=3)
        again = tmp_path / "again"
        claims.generate(again, rows=20_000, patients=4_000, form=form, ids=ids, seed=3)
        assert out.read_bytes() == again.read_bytes()
        lines = [line.split(",") for line in truth.read_text().splitlines()[1:]]
        expected = {(one[0], one[1]): (int(one[2]), int(one[3]), int(one[4])) for one in lines}
        rows = duckdb.read(out)
        day = F.unix_date(F.col("date").cast("date")).alias("day")
        coded = coded_rows(rows.select("patient", "code", day), codes, sites=len(secondaries), F=F)
        found = count_patients(duckdb, coded, choose="first", sites=len(secondaries))
        for (primary, secondary), counts in expected.items():
            group = [one for one in found.lines if one.primary == primaries.index(primary)]
            with_both = sum(one.present[secondaries.index(secondary)] for one in group)
            metastatic = sum(one.patients for one in group if one.metastatic)
            assert (with_both, sum(one.patients for one in group), metastatic) == counts
    assert sum({one[0]: n[1] for one, n in expected.items()}.values()) == 4_000


@pytest.mark.slow
@pytest.mark.xdist_group("spark")
def test_a_second_engine_leaves_the_session_of_the_first(spark: Engine) -> None:
    with open_engine("spark") as second:
        assert second.collect(second.table({"a": "int"}, [(1,)])) == [(1,)]
    assert spark.collect(spark.table({"a": "int"}, [(2,)])) == [(2,)]
