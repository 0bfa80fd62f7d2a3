"""``metastasis read`` and ``metastasis accept``: from a page to evidence, on the command line."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import pytest

import metastasis as mets
from metastasis._evidence.assertion_table import read_assertions
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.text._review.account import UNREVIEWED
from metastasis.text._review.row import COLUMNS
from shell import call, run, run_on_terminal

if TYPE_CHECKING:
    from pathlib import Path

TEXT: Final = (
    "Melanoma often spreads to the lungs, and rarely to the spleen.\n\n"
    "Prostate cancer most commonly spreads to bone.\n\n"
    "If it has spread to the liver, ask your doctor.\n"
)
SOURCE: Final = "cancer-spreading"
SOURCES: Final = (
    "key,citation,doi,pmid,year,url,license,license_url,design,population,years,registry,people,"
    "curated_by,curated_on,note\nmine,My page,,,,,,,expert_summary,,,,,,,\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def decide(path: Path, *decisions: str) -> None:
    """Write decisions into a table of review, the last one into all rows that are left."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        row["decision"] = decisions[min(number, len(decisions) - 1)]
        row["reviewer"] = "A. Person"
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8-sig", newline="")


def pairs(text: str) -> set[tuple[str, str, str]]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return {(row["primary"], row["site"], row["frequency"]) for row in rows}


FOUND: Final = {
    ("melanoma", "lung", "common"),
    ("melanoma", "spleen", "rare"),
    ("prostate", "bone", "most_common"),
}


def test_a_pipe_gets_rows_and_the_account_goes_beside_them(here: Path) -> None:
    done = call("read", "page.txt")
    assert done.returncode == 0
    assert pairs(done.stdout) == FOUND
    assert "1 page of 160 bytes" in done.stderr
    assert NOT_CLINICAL in done.stderr
    assert UNREVIEWED in done.stderr
    assert list(here.iterdir()) == [here / "page.txt"]


def test_standard_input_is_a_page(here: Path) -> None:
    assert pairs(call("read", "-", stdin=TEXT).stdout) == FOUND
    assert run("read", "-", stdin="").stderr.startswith("metastasis: cannot read -: it is empty")


def test_a_terminal_gets_a_table_for_people(here: Path) -> None:
    done = run_on_terminal("read", "page.txt")
    assert "read by rules: not evidence before a person has accepted it" in done.stderr
    assert "melanoma" in done.stdout
    assert done.stderr.count("1 page of 160 bytes") == 1


def test_a_table_of_many_texts_refuses_what_it_does_not_do(here: Path) -> None:
    asked = ("--html", "a.html", "--least-confidence", "0.5")
    done = call("read", "page.txt", "--out", "a.parquet", *asked)
    assert done.returncode == 2
    assert "--html, --least-confidence: for a table of review" in done.stderr
    assert list(here.iterdir()) == [here / "page.txt"]


def test_what_came_through_a_pipe_is_to_be_saved(here: Path) -> None:
    done = call("read", "-", "--out", "rows.csv", stdin=TEXT)
    assert "save it as a file" in done.stderr
    assert "metastasis accept rows.csv --source KEY --page FILE" in done.stderr
    done = call(
        "read", "-", "--out", "none.csv", stdin="Nothing is said of spread here, nor of cancer."
    )
    assert "metastasis accept" not in done.stderr


def test_a_page_that_is_there_twice_is_read_once(here: Path) -> None:
    (here / "same.txt").write_bytes((here / "page.txt").read_bytes())
    done = call("read", "page.txt", "same.txt")
    assert len(done.stdout.splitlines()) == len(FOUND) + 1
    assert "same.txt is page.txt to the byte, and not read again" in done.stderr


def test_files_and_python_say_the_same(here: Path) -> None:
    done = call("read", "page.txt", "--out", "rows.csv", "--html", "review.html")
    assert done.stdout == ""
    readings = mets.read_page("page.txt")
    assert (here / "rows.csv").read_text("utf-8") == readings.to_csv()
    page = (here / "review.html").read_text("utf-8")
    assert page == readings.to_html(here / "again.html").replace("again.csv", "rows.csv")
    assert "metastasis accept rows.csv --source KEY --page page.txt" in done.stderr
    assert "default-src 'none'" in page


def test_the_way_from_a_page_to_the_graph(here: Path) -> None:
    (here / "mine.sources.csv").write_text(SOURCES)
    call("read", "page.txt", "--source", "mine", "--out", "rows.csv")
    decide(here / "rows.csv", "accept", "accept", "reject")
    done = call("accept", "rows.csv", "--source", "mine", "--page", "page.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert "accepted 2, rejected 1" in done.stderr
    accepted = read_assertions(here / "mine.csv")
    assert {one.note for one in accepted} == {"read by rules, accepted by A. Person"}
    assert call("validate", "mine.csv").returncode == 0
    built = call("build", "--assertions", "mine.csv", "--form", "nq", "--out", "graph")
    assert built.returncode == 0, built.stderr


def test_what_is_decided_is_not_asked_again(here: Path) -> None:
    call("read", "page.txt", "--out", "rows.csv")
    decide(here / "rows.csv", "accept", "reject")
    call("accept", "rows.csv", "--source", SOURCE, "--page", "page.txt", "--out", "a.csv")
    again = call("read", "page.txt", "--assertions", "a.csv")
    assert pairs(again.stdout) == set()
    assert "2 rejected before" in again.stderr
    assert "1 accepted before" in again.stderr
    only = call("read", "page.txt", "--rejections", "a.rejected.csv")
    assert len(pairs(only.stdout)) == 1
    (here / "page.txt").write_text(TEXT + "More.\n")
    assert pairs(call("read", "page.txt", "--assertions", "a.csv").stdout) == FOUND


def test_what_was_mended_is_told_apart_from_what_was_rejected(here: Path) -> None:
    call("read", "page.txt", "--out", "rows.csv")
    decide(here / "rows.csv", "accept")
    rows = (here / "rows.csv").read_text("utf-8-sig")
    mended = rows.replace(
        "accept,melanoma,spleen,metastasis,rare", "edit,melanoma,spleen,metastasis,common"
    )
    (here / "rows.csv").write_text(mended, "utf-8-sig")
    call("accept", "rows.csv", "--source", SOURCE, "--page", "page.txt", "--out", "a.csv")
    assert (
        "2 accepted before, 1 mended before"
        in call("read", "page.txt", "--assertions", "a.csv").stderr
    )


def test_decisions_are_not_written_over(here: Path) -> None:
    call("read", "page.txt", "--out", "rows.csv")
    assert call("read", "page.txt", "--out", "rows.csv").returncode == 0
    decide(here / "rows.csv", "accept", "")
    before = (here / "rows.csv").read_bytes()
    done = call("read", "page.txt", "--out", "rows.csv", "--html", "review.html")
    assert done.returncode == 1
    assert "rows.csv holds 1 decision; accept it first" in done.stderr
    assert (here / "rows.csv").read_bytes() == before
    assert not (here / "review.html").exists()


@pytest.mark.parametrize("ending", [".csv", ".rejected.csv"])
def test_what_was_accepted_is_not_written_over(here: Path, ending: str) -> None:
    call("read", "page.txt", "--out", "rows.csv")
    decide(here / "rows.csv", "reject", "accept")
    given = ("--source", SOURCE, "--page", "page.txt", "--out", "a.csv")
    assert call("accept", "rows.csv", *given).returncode == 0
    before = (here / f"a{ending}").read_bytes()
    done = call("read", "page.txt", "--out", f"a{ending}")
    assert done.returncode == 1
    assert f"a{ending} is a" in done.stderr
    assert "give --out another name" in done.stderr
    assert (here / f"a{ending}").read_bytes() == before


@pytest.mark.parametrize("number", ["1.5", "-1", "nan"])
def test_a_confidence_is_between_0_and_1(here: Path, number: str) -> None:
    done = call("read", "page.txt", "--least-confidence", number)
    assert done.returncode == 2
    assert done.stdout == ""


def test_rows_can_be_narrowed_and_what_is_left_out_is_counted(here: Path) -> None:
    done = call("read", "page.txt", "--least-confidence", "1")
    assert pairs(done.stdout) == set()
    assert "3 less sure than 1" in done.stderr
    assert call("read", "page.txt", "--claims-only").returncode == 0
    for wrong in ("-1", "1.5"):
        assert call("read", "page.txt", "--least-confidence", wrong).returncode == 2


def test_several_workers_read_the_same(here: Path) -> None:
    (here / "pages").mkdir()
    for number in range(3):
        (here / "pages" / f"{number}.txt").write_text(f"{TEXT}\nPage {number}.\n")
    one = run("read", "pages", "--out", "one.csv", folder=here)
    two = run("read", "pages", "--out", "two.csv", "--workers", "2", folder=here)
    assert (one.returncode, two.returncode) == (0, 0), two.stderr
    assert (here / "one.csv").read_bytes() == (here / "two.csv").read_bytes()


def test_a_page_of_a_folder_that_cannot_be_read_is_left_out_and_told(here: Path) -> None:
    (here / "pages").mkdir()
    (here / "pages" / "a.txt").write_text(TEXT)
    (here / "pages" / "b.txt").write_bytes(b"PK\3\4")
    done = call("read", "pages")
    assert (done.returncode, pairs(done.stdout)) == (0, FOUND)
    assert "left out: cannot read pages/b.txt: it is a zip archive" in done.stderr
    assert call("read", "pages/b.txt", "pages/a.txt").returncode == 1
    (here / "pages" / "a.txt").unlink()
    assert call("read", "pages").returncode == 1


WRONG: Final = {
    "read missing.txt": (1, "cannot read missing.txt: there is no such file"),
    "read https://example.org/a": (1, "nothing is fetched; save the page and name the file"),
    "read page.txt --out rows.xlsx": (1, "unknown ending of a file of rows '.xlsx'"),
    "read page.txt --out page.txt": (1, "it is read as input; give --out another name"),
    "read page.txt --html page.txt": (1, "it is read as input; give --html another name"),
    "read page.txt --out a.csv --html a.csv": (1, "--out and --html name the same file"),
    "read page.txt --rejections page.txt": (1, "page.txt"),
    "read page.txt --assertions missing.csv": (1, "there is no such file"),
    "read": (2, "Missing argument 'PAGE...'"),
    "accept rows.csv --source nothing --page page.txt": (1, "Describe it in nothing.sources.csv"),
    "accept rows.csv --source cancer-spredding --page page.txt": (
        1,
        "Did you mean 'cancer-spreading'? Or describe it",
    ),
    f"accept rows.csv --source {SOURCE}": (2, "Missing option '--page'"),
    f"accept rows.csv --source {SOURCE} --page page.txt": (1, "3 of 3 rows are not decided"),
    f"accept decided.csv --source {SOURCE} --page other.txt": (1, "no page given has this hash"),
    f"accept page.txt --source {SOURCE} --page page.txt": (1, "this is no table of review"),
    f"accept missing.csv --source {SOURCE} --page page.txt": (1, "there is no such file"),
    f"accept decided.csv --source {SOURCE} --page page.txt --out decided.csv": (
        1,
        "it is read as input; give --out another name",
    ),
    f"accept decided.csv --source {SOURCE} --page page.txt --rejections decided.csv": (
        1,
        "it is read as input; give --rejections another name",
    ),
    f"accept decided.csv --source {SOURCE} --page page.txt --out a.csv --rejections a.csv": (
        1,
        "--out and --rejections name the same file",
    ),
    f"accept decided.csv --source {SOURCE} --page page.txt --out rows.csv": (1, "rows.csv"),
}


@pytest.mark.parametrize("command", WRONG)
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(command: str, here: Path) -> None:
    (here / "other.txt").write_text(f"{TEXT}\n")
    call("read", "page.txt", "--out", "rows.csv")
    (here / "decided.csv").write_bytes((here / "rows.csv").read_bytes())
    decide(here / "decided.csv", "accept", "reject")
    before = {path.name: path.read_bytes() for path in here.iterdir()}
    code, said = WRONG[command]
    done = call(*command.split())
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name: path.read_bytes() for path in here.iterdir()} == before


def test_a_source_that_no_one_has_checked_takes_no_accepted_rows(here: Path) -> None:
    (here / "mine.sources.csv").write_text(SOURCES.replace("expert_summary", "text_extraction"))
    call("read", "page.txt", "--out", "rows.csv")
    decide(here / "rows.csv", "accept")
    done = call("accept", "rows.csv", "--source", "mine", "--page", "page.txt")
    assert done.returncode == 1
    assert "the design of mine is text_extraction" in done.stderr


def test_a_second_page_of_a_source_goes_beside_the_first(here: Path) -> None:
    other = here / "other.txt"
    other.write_text("Breast cancer often spreads to the liver.\n")
    for page in ("page.txt", "other.txt"):
        call("read", page, "--out", f"{page}.csv")
        decide(here / f"{page}.csv", "accept")
        call("accept", f"{page}.csv", "--source", SOURCE, "--page", page, "--out", "both.csv")
    assert {one.primary for one in read_assertions(here / "both.csv")} == {
        "melanoma",
        "prostate",
        "breast",
    }
    assert not (here / "both.rejected.csv").exists()
