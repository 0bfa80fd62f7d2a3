"""``metastasis ingest``: what it leaves behind, and that it leaves nothing behind after a fault."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Final

import pytest

import metastasis as mets
from metastasis._cli import progress, shell
from metastasis._cli.shell import Ended, ended_by_signals
from metastasis._evidence.assertion_table import read_assertions, read_evidence
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.patients import open_engine, read_patterns
from shell import call, run_on_terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # each case is a process or more

pytest.importorskip("duckdb")
pytest.importorskip("duckdb")

CLAIMS: Final = """patient,code,date
a,C61,2019-01-01
a,C79.51,2019-05-01
a,C79.51,2019-06-01
a,C78.7,2019-07-01
b,C61,2019-02-01
c,C50.911,2018-03-01
c,C79.9,2018-04-01
d,I10,2018-04-01
"""
READERS: Final = (
    "cbioportal",
    "seer",
    "naaccr",
    "registry",
    "coded",
    "omop",
    "fhir",
    "matrix",
    "table",
)


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(CLAIMS, encoding="utf-8")
    return path


def test_every_kind_of_table_has_a_command_with_an_example() -> None:
    text = call("ingest", "--help").stdout
    for name in READERS:
        assert f"  {name}" in text
        told = call("ingest", name, "--help")
        assert "Example: metastasis ingest" in told.stdout.replace("\n  ", " ")
        assert told.stderr == ""


@pytest.mark.slow
def test_standard_output_is_the_table_and_nothing_else(claims: Path) -> None:
    done = call("ingest", "coded", claims, "--source", "our-clinic")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["source"] for row in rows} == {"our-clinic"}
    bone = [row for row in rows if (row["primary"], row["site"]) == ("prostate", "bone")]
    assert [(row["count"], row["total"], row["denominator"]) for row in bone] == [
        ("1", "2", "all_patients"),
        ("1", "1", "metastatic_patients"),
    ]
    assert "8 rows read" in done.stderr
    assert NOT_CLINICAL in done.stderr


WIDE: Final = """who,stay,setting,dx1,dx2,dx3
a,1,IP,C61,I10,
a,2,OP,C7951,,C787
b,3,OP,C61,C787,
c,4,IP,C61,,
"""


def test_wide_tables_with_everything_that_may_be_asked(tmp_path: Path) -> None:
    (tmp_path / "stays.csv").write_text(WIDE, encoding="utf-8")
    (tmp_path / "dates.csv").write_text(
        "stay,admitted\n1,2015-01-01\n2,2015-01-20\n3,2015-01-01\n4,2015-01-01\n", encoding="utf-8"
    )
    asked = ("--patient", "who", "--join", "dates.csv:stay:admitted", "--at-diagnosis", "30")
    done = call("ingest", "coded", "stays.csv", *asked, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    found = {(row["site"], row["denominator"]): (row["count"], row["total"]) for row in rows}
    assert found["bone", "all_patients"] == ("1", "3")
    assert found["liver", "all_patients"] == ("2", "3")
    assert "7 rows are the filled cells of 3 columns (dx1, dx2, dx3)" in done.stderr
    some = ("--code", "dx1", "--code", "dx2", "--where", "setting = OP")
    done = call("ingest", "coded", "stays.csv", *asked[:2], *some, folder=tmp_path)
    assert done.stderr.startswith("Warning: beside dx1, dx2, a column of diagnoses (dx3)")
    assert "3 that do not meet: setting = OP" in done.stderr
    done = call("ingest", "coded", "stays.csv", *asked, "--out", "dates.csv", folder=tmp_path)
    assert done.returncode == 1
    assert "dates.csv" in done.stderr
    assert (tmp_path / "dates.csv").read_text(encoding="utf-8").startswith("stay,admitted")


@pytest.mark.slow
def test_files_that_it_leaves_build_into_a_graph(claims: Path, tmp_path: Path) -> None:
    out = tmp_path / "made" / "ours.csv"
    said = ("--license", "ours", "--citation", "We", "--license-url", "https://example.org/terms")
    more = ("--registry", "SEER", "--registry", "Medicare")
    done = call("ingest", "coded", claims, "--out", out, *said, *more)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.parent.iterdir()} == {"ours.csv", "ours.sources.csv"}
    knowledge = read_evidence([out])
    source = knowledge.catalog.sources["claims"]
    assert (source.license, source.citation, source.design) == ("ours", "We", "claims")
    assert source.license_url == "https://example.org/terms"
    assert source.registry == ("Medicare", "SEER")
    built = call("build", "--assertions", out, "--form", "nq", "--out", tmp_path / "graph")
    assert built.returncode == 0, built.stderr
    told = call("explain", "prostate", "bone", "--graph", tmp_path / "graph" / "metastasis.nq")
    assert "1/2 all patients, during the course of the disease" in told.stdout
    assert "gandaglia-2014" in told.stdout
    assert call("validate", out).returncode == 0
    assert call("validate", out.parent).returncode == 0


def test_an_address_of_a_license_that_is_none_is_told_first(claims: Path, tmp_path: Path) -> None:
    out = tmp_path / "ours.csv"
    done = call("ingest", "coded", claims, "--out", out, "--license-url", "ODbL")
    assert done.returncode == 1
    assert "column license_url: 'ODbL': not an address" in done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_evidence_of_ones_own_stands_beside_the_published(claims: Path) -> None:
    from metastasis.patients import read_coded

    found = read_coded(claims)
    shipped = mets.load()
    before = len(shipped)
    graph = shipped.with_evidence(found.assertions, [found.source])
    assert len(graph.assertions()) == len(shipped.assertions()) + len(found.assertions)
    assert "claims" in {one.source for one in graph.explain("prostate", "bone").assertions}
    assert len(shipped) == before


@pytest.mark.slow
def test_reports_patterns_and_sequences_go_to_files(claims: Path, tmp_path: Path) -> None:
    report, patterns = tmp_path / "report.json", tmp_path / "patterns.csv"
    order = tmp_path / "order.csv"
    asked = ("--report", report, "--patterns", patterns, "--sequences", order)
    done = call("ingest", "coded", claims, "--out", tmp_path / "ours.csv", *asked)
    assert done.returncode == 0, done.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["rows_read"] == told["rows_used"] + sum(one["count"] for one in told["rows"])
    assert told["notice"] == NOT_CLINICAL
    found = read_patterns(patterns)
    assert sum(one.patients for one in found) == told["patients_kept"] == 3
    assert ("bone", "liver") in {one.sites for one in found}
    rows = list(csv.DictReader(io.StringIO(order.read_text(encoding="utf-8"))))
    assert [
        (row["patient"], row["site"], row["order"]) for row in rows if row["patient"] == "a"
    ] == [
        ("a", "bone", "1"),
        ("a", "liver", "2"),
    ]


@pytest.mark.slow
def test_with_a_limit_no_file_names_a_patient_or_a_few(tmp_path: Path) -> None:
    rows = [f"p{n},C50.911,2015-01-01\np{n},C79.51,2015-06-01" for n in range(7731, 7754)]
    rows += [f"p{n},C50.911,2015-01-01\np{n},C78.7,2016-08-09" for n in range(7754, 7757)]
    rows += [f"p{n},C50.911,2015-01-01" for n in range(7757, 7800)]
    rows += [",C79.51,2015-06-01", "p7700,Z99,2015-06-01"]
    table = tmp_path / "claims.csv"
    table.write_text("patient,code,date\n" + "\n".join(rows), encoding="utf-8")
    written = {one: tmp_path / f"{one}.csv" for one in ("out", "patterns", "sequences")}
    written["report"] = tmp_path / "account.html"
    options = [part for name, path in written.items() for part in (f"--{name}", path)]
    asked = ("--system", "ICD-10-CM", "--min-count", "11", "--zeros", "--zeros-of", "60")
    done = call("ingest", "coded", table, *asked, *options)
    assert done.returncode == 0, done.stderr
    texts = {one: path.read_text(encoding="utf-8") for one, path in written.items()}
    assert not any("p77" in text for text in (*texts.values(), done.stderr))
    assert "2016" not in texts["sequences"]
    assert "bone,23,69" in re.sub(r"(bone),.*?(23,69).*", r"\1,\2", texts["out"])
    assert ",liver," not in texts["out"] + texts["sequences"]
    assert "liver" not in texts["patterns"] + texts["report"]
    zeros = [row for row in csv.DictReader(io.StringIO(texts["out"])) if row["count"] == "0"]
    assert {row["total"] for row in zeros} == {"69"}


def test_labels_go_out_with_suggestions_and_come_back(tmp_path: Path) -> None:
    table = tmp_path / "counts.csv"
    table.write_text("cancer,N,Bone,Livre\nProstate cancer,10,4,2\n", encoding="utf-8")
    out, labels = tmp_path / "ours.csv", tmp_path / "ours.site-map.csv"
    counted = ("--totals", "N", "--denominator", "autopsies", "--setting", "at_autopsy")
    done = call("ingest", "matrix", table, *counted, "--out", out)
    assert done.returncode == 0, done.stderr
    assert {one.site for one in read_assertions(out)} == {"bone"}
    text = labels.read_text(encoding="utf-8")
    assert "site,Livre,,1,liver" in text
    labels.write_text(text.replace("Livre,,", "Livre,liver,"), encoding="utf-8")
    again = call("ingest", "matrix", table, *counted, "--out", out, "--site-map", labels)
    assert again.returncode == 0, again.stderr
    assert {one.site for one in read_assertions(out)} == {"bone", "liver"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("patient,kode,date\na,C61,2019-01-01\n", "kode"),
        ("patient,code,date\na,C61,2019-01-01\nb,C61,01/02/2019\nc,C61,20190304\n", "date"),
    ],
)
def test_a_fault_is_a_sentence_and_leaves_nothing(text: str, words: str, tmp_path: Path) -> None:
    table = tmp_path / "claims.csv"
    table.write_text(text, encoding="utf-8")
    out = tmp_path / "made" / "ours.csv"
    done = call(
        "ingest", "coded", table, "--out", out, "--sequences", tmp_path / "made" / "order.csv"
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert "claims.csv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.parent.exists() or not list(out.parent.iterdir())


def test_an_unknown_rule_lists_those_that_there_are(claims: Path) -> None:
    done = call("ingest", "coded", claims, "--choose", "best")
    assert done.returncode == 1
    assert "'first'" in done.stderr


@pytest.mark.slow
def test_a_terminal_sees_the_account(claims: Path, tmp_path: Path) -> None:
    done = run_on_terminal("ingest", "coded", claims, "--out", tmp_path / "ours.csv")
    assert done.returncode == 0, done.stderr
    assert "3 kept" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (("--out", "claims.csv"), "it is read as input"),
        (("--sequences", "./claims.csv", "--out", "ours.csv"), "it is read as input"),
        (("--patterns", "ours.csv", "--out", "ours.csv"), "name the same file"),
        (("--site-map", "ours.csv", "--out", "ours.csv"), "name the same file"),
        (("--report", "r.txt", "--out", "folder"), "it is a folder"),
    ],
)
def test_no_output_takes_the_place_of_anything_else(
    outputs: tuple[str, ...], words: str, claims: Path
) -> None:
    (claims.parent / "folder").mkdir()
    done = call("ingest", "coded", "claims.csv", *outputs, folder=claims.parent)
    assert done.returncode == 1
    assert words in done.stderr
    assert claims.read_text(encoding="utf-8") == CLAIMS
    assert {path.name for path in claims.parent.iterdir()} == {"claims.csv", "folder"}


@pytest.mark.slow
def test_small_cells_are_left_out_of_patterns_too(claims: Path, tmp_path: Path) -> None:
    patterns = tmp_path / "patterns.csv"
    claims.write_text(CLAIMS + "e,C61,2019-01-01\ne,C79.51,2019-05-01\n", encoding="utf-8")
    done = call("ingest", "coded", claims, "--min-count", "2", "--patterns", patterns)
    assert done.returncode == 0, done.stderr
    assert {one.patients for one in read_patterns(patterns)} <= {0, 2}


# No assertion is no success

_COUNTED: Final = ("--totals", "N", "--denominator", "autopsies", "--setting", "at_autopsy")
_MAPPING: Final = """version: 1
form: patients
source: {key: clinic, design: clinical_cohort}
columns: {patient: id, primary: tumor, site: where}
constants: {setting: during_course, denominator: all_patients}
"""
_STUDY: Final = (
    "Patient ID\tCancer Type\tSample Type\tMetastatic Site\nA\tBreast Cancer\tPrimary\t\n"
)
_SEER: Final = "Patient ID,Primary Site,Year of diagnosis,Mets at DX-bone\n1,C61.9,2015,No\n"
_CONDITION: Final = {
    "resourceType": "Condition",
    "subject": {"reference": "Patient/1"},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C61"}]},
}
_OMOP: Final = {
    "cdm/condition_occurrence.csv": (
        "person_id,condition_concept_id,condition_source_concept_id\n1,0,2\n"
    ),
    "cdm/concept.csv": "concept_id,concept_code,vocabulary_id\n2,C61,ICD10CM\n",
}
_NOTHING: Final = {
    "coded": ({"a.csv": "patient,code\nA,C61\nB,C61\n"}, "a.csv", (), "no metastasis is found in"),
    "codes": (
        {"a.csv": "patient,code\nA,J45\nB,I10\n"},
        "a.csv",
        ("--system", "10"),
        "no row counts",
    ),
    "few": ({"a.csv": CLAIMS}, "a.csv", ("--min-count", "9"), "fewer than 9 patients"),
    "cbioportal": ({"a_clinical_data.tsv": _STUDY}, "a_clinical_data.tsv", (), "no row counts"),
    "seer": ({"a.csv": _SEER}, "a.csv", (), "no assertion comes of"),
    "fhir": ({"a.json": json.dumps(_CONDITION)}, "a.json", (), "no metastasis is found"),
    "omop": (_OMOP, "cdm", (), "no assertion comes of"),
    "matrix": (
        {"a.csv": "cancer,N,Livre\nProstate cancer,10,2\n"},
        "a.csv",
        _COUNTED,
        "labels without a place",
    ),
    "table": (
        {"a.csv": "id,tumor,where\n1,prostate,\n", "m.yaml": _MAPPING},
        "a.csv",
        ("--mapping", "m.yaml"),
        "no metastasis is found in the patients kept",
    ),
}
_READER_OF: Final = {"codes": "coded", "few": "coded"}


@pytest.mark.parametrize("name", _NOTHING)
def test_no_assertion_is_no_success(name: str, tmp_path: Path) -> None:
    files, data, options, why = _NOTHING[name]
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    reader = _READER_OF.get(name, name)
    made = ("--out", "made/ours.csv", "--report", "made/told.json", "--site-map", "made/map.csv")
    done = call("ingest", reader, data, *options, *made, folder=tmp_path)
    assert done.returncode == 1, done.stderr
    [said] = [line for line in done.stderr.splitlines() if line.startswith("metastasis: ")]
    assert why in said, said
    written = {path.name for path in (tmp_path / "made").iterdir()}
    assert written == {"told.json"} | ({"map.csv"} if name == "matrix" else set())
    told = json.loads((tmp_path / "made" / "told.json").read_text(encoding="utf-8"))
    assert said.startswith(f"metastasis: {told['warnings'][-1]}; ")


def test_no_assertion_leaves_no_sequences_and_no_patterns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("patient,code,date\nA,C61,2019-01-01\n", encoding="utf-8")
    asked = ("--sequences", "order.csv", "--patterns", "sets.csv", "--out", "ours.csv")
    done = call("ingest", "coded", "a.csv", *asked, folder=tmp_path)
    assert done.returncode == 1
    assert {path.name for path in tmp_path.iterdir()} == {"a.csv"}


# Progress


@pytest.mark.parametrize(("option", "lines"), [("--progress", True), ("--no-progress", False)])
def test_a_log_sees_progress_when_asked(
    option: str, lines: bool, claims: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("metastasis._cli.progress._PATIENCE_SECONDS", 0.0)
    done = call("ingest", "coded", claims, option)
    assert done.returncode == 0, done.stderr
    assert ("reading: " in done.stderr) is lines


def test_a_terminal_sees_a_bar_of_what_takes_long_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_is_terminal", lambda: True)
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 3600.0)
    with progress.counting("reading") as count:
        count(5, 10)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.0)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress.counting("reading") as count:
        count(5, 10)
    assert "5 of 10 rows" in capsys.readouterr().err


def test_a_signal_ends_what_a_database_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(Ended, "asked", None)
    monkeypatch.setattr(Ended, "was_computing", False)
    with pytest.raises(Ended), ended_by_signals(lambda: called.append("ended")):
        shell._end(signal.SIGINT, None)
    assert called == ["ended"]
    assert Ended.was_computing
    with pytest.raises(Ended):
        shell._end(signal.SIGINT, None)
    assert called == ["ended"]


def test_a_query_ends_at_once(tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("a\n" + "1\n" * 3_000)
    with open_engine() as engine:
        many = engine.read(rows)
        F = engine.functions  # noqa: N806
        long = many.join(many, on="a").join(many, on="a").agg(F.count(F.lit(1)).alias("n"))
        Timer(0.5, engine.interrupt).start()
        begun = monotonic()
        with pytest.raises((mets.MetastasisError, RuntimeError)):
            engine.collect(long)
        assert monotonic() - begun < 30  # it would take hours
