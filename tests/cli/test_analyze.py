"""``metastasis analyze``: every question by name, on the shell as in Python."""

from __future__ import annotations

import csv
import inspect
import io
import json
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest

import metastasis as mets
from metastasis import analysis
from metastasis._cli.renamed import GONE, RENAMED
from metastasis._table import Table
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.analysis import QUESTIONS, find_question
from shell import call

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence

COMMANDS: Final = {name: name.replace("_", "-") for name in QUESTIONS}
FRAME: Final = ("--denominator", "metastatic_patients", "--setting", "during_course")
IN_FRAME: Final = {"denominator": "metastatic_patients", "setting": "during_course"}

ASKED: Final[dict[tuple[str, ...], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    ("sites-of", "--primary", "bowel cancer"): (("colorectal",), {}),
    ("shared-sites", "--primary", "breast", "--primary", "C61"): (("breast", "prostate"), {}),
    ("primaries-with", "--site", "liver", "--how", "any", "--top", "3"): (("liver",), {"top": 3}),
    ("states", "--primary", "breast", "--site", "bone"): (("breast", "bone"), {}),
    ("conflicts",): ((), {}),
    ("beliefs",): ((), {}),
    ("frames",): ((), {}),
    ("numbers", "--primary", "breast", *FRAME): (("breast",), IN_FRAME),
    ("pool", "--primary", "DTC", "--site", "lung", "--method", "reml"): (
        ("DTC", "lung"),
        {"method": "reml"},
    ),
    ("gaps", "--top", "3"): ((), {"top": 3}),
    ("projection", "--of", "sites", "--edge", "commonly"): (("sites",), {"edge": "commonly"}),
    ("similar", "--measure", "bray_curtis", "--top", "4"): (
        (),
        {"measure": "bray_curtis", "top": 4},
    ),
    ("similar", "--overlapping"): ((), {"distinct": False}),
    ("similar-profiles", *FRAME, "--by-source"): ((), {**IN_FRAME, "by_source": True}),
    ("profile-clusters", *FRAME): ((), IN_FRAME),
    ("profiles", *FRAME): ((), IN_FRAME),
    ("clusters", "--of", "sites"): (("sites",), {}),
    ("hubs", "--overlapping"): ((), {"distinct": False}),
    ("likely", "--site", "liver", "--site", "bone", "--absent", "lung", "--draws", "20"): (
        (["liver", "bone"],),
        {"absent": ["lung"], "draws": 20},
    ),
    ("process", "--primary", "bladder", "--draws", "10"): (("bladder",), {"draws": 10}),
    ("next-sites", "--primary", "bladder", "--site", "bone", "--top", "3", "--draws", "10"): (
        ("bladder", "bone"),
        {"top": 3, "draws": 10},
    ),
    ("flow", "--among", "arteries"): ((), {"among": "arteries"}),
}
"""Questions on the shell, and what Python is asked for the same answer."""

MISTAKES: Final[dict[str, tuple[int, str]]] = {
    "hub": (1, "unknown analysis 'hub'. There are: sites-of, "),
    "hubs --primary lung": (2, "No such option: --primary; hubs takes --of, --edge"),
    "frames --top 3": (2, "No such option: --top; frames takes --graph, --format, --out."),
    "hubs --tpo 3": (2, "--out. Did you mean --top?"),
    "shared-sites": (2, "two different primaries"),
    "shared-sites --primary breast": (2, "two different primaries"),
    "shared-sites --primary breast --primary xyz": (1, "unknown primary 'xyz'"),
    "process": (2, "Missing option '--primary'"),
    "primaries-with": (2, "at least one site"),
    "primaries-with --site liver --how both": (2, "'both' is not one of 'any', 'all'."),
    "primaries-with --site liver --edge comonly": (2, "Did you mean 'commonly'?"),
    "similar --measure dice": (1, "jaccard"),
    "projection --of organs": (1, "primaries"),
    "profiles --denominator patients": (2, "Did you mean 'all_patients'?"),
    "profiles --denominator site_cases": (1, "no profile of a cancer"),
    "hubs --graph nowhere.nq": (1, "there is no such file"),
    "changes --old nowhere.nq": (1, "there is no such file"),
    "hubs --top 0": (2, "--top"),
    "flow-explained --draws -1": (2, "--draws"),
    "likely --site liver --seed -1": (2, "--seed"),
}


@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_rows_equal_those_of_python(arguments: tuple[str, ...]) -> None:
    given, options = ASKED[arguments]
    name = next(name for name, command in COMMANDS.items() if command == arguments[0])
    table = getattr(mets.load(), name)(*given, **options)
    done = call("analyze", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(json.dumps(table.to_dicts()))
    assert len(table) > 0
    assert NOT_CLINICAL in done.stderr
    for note in table.notes:
        assert note in done.stderr


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_help_of_a_question_says_what_it_takes(name: str) -> None:
    done = call("analyze", COMMANDS[name], "--help")
    assert done.returncode == 0
    offered = {"primaries": "primary", "sites": "site"}
    for one in list(inspect.signature(find_question(name)).parameters)[1:]:
        if one not in ("frame", "incidence", "known"):  # what only Python can give
            assert f"--{offered.get(one, one).replace('_', '-')}" in done.stdout
    lines = done.stdout.partition("Options:")[2].splitlines()
    told = [line for line in lines if line.startswith("  -")]
    silent = [a for a, b in zip(lines, [*lines[1:], "  -"], strict=True) if is_silent(a, b)]
    assert told
    assert not silent


def is_silent(line: str, following: str) -> bool:
    """Return whether an option stands in the help without a word on it."""
    alone = line.startswith("  -") and "  " not in line.strip()
    return alone and following.startswith("  -")


def test_without_a_name_it_lists_the_questions() -> None:
    rows = list(csv.DictReader(io.StringIO(call("analyze").stdout)))
    assert [row["name"] for row in rows] == list(COMMANDS.values())
    assert all(row["answers"] for row in rows)
    assert next(row for row in rows if row["name"] == "hubs")["options"].startswith("'--of, --edge")
    assert "shared-sites" in call("analyze", "--format", "table").stdout


def test_options_of_all_may_stand_before_the_name() -> None:
    after = call("analyze", "frames", "--format", "json").stdout
    assert call("analyze", "--format", "json", "frames").stdout == after


@pytest.mark.parametrize("arguments", MISTAKES)
def test_mistakes_end_in_one_sentence(arguments: str) -> None:
    code, sentence = MISTAKES[arguments]
    done = call("analyze", *arguments.split())
    assert done.returncode == code
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_every_way_to_ask_for_shared_sites_gives_one_answer() -> None:
    named = ("--primary", "breast", "--primary", "prostate", "--edge", "commonly")
    asked = mets.load().shared_sites("breast", "prostate", edge="commonly")
    answers = [
        call("shared", "breast", "prostate", "--edge", "commonly"),
        call("analyze", "shared-sites", *named),
        call("analyze", "sites-in-common", *named),
    ]
    assert len({done.stdout for done in answers}) == 1
    rows = csv.DictReader(io.StringIO(answers[0].stdout))
    assert [row["site"] for row in rows] == [one.site for one in asked]
    assert {"bone", "liver", "lung"} <= {one.site for one in asked}


def test_every_way_to_ask_for_primaries_gives_one_answer() -> None:
    straight = call("primaries", "liver", "bone", "--how", "all").stdout
    named = ("--site", "liver", "--site", "bone", "--how", "all")
    assert call("analyze", "primaries-with", *named).stdout == straight
    assert call("analyze", "primaries-in-common", *named).stdout == straight


# Names of old.


@pytest.mark.parametrize("name", GONE)
def test_an_analysis_that_is_gone_says_where_it_went(name: str) -> None:
    done = call("analyze", name, "--draws", "3")
    assert (done.returncode, done.stdout) == (2, "")
    assert "notebook 03 shows how to get it from kg.network() with NetworkX" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_old_name_runs_the_new_one_and_tells_its_name() -> None:
    old = call("analyze", "similarity", "--measure", "cosine", "--top", "3")
    new = call("analyze", "similar", "--measure", "cosine", "--top", "3")
    assert (old.returncode, old.stdout) == (0, new.stdout)
    assert "'analyze similarity' is now 'metastasis analyze similar'" in old.stderr
    assert "is now" not in new.stderr


@pytest.mark.parametrize("spelled", [("--figure", "each"), ("--figure=each",)])
def test_an_old_option_is_replaced(spelled: tuple[str, ...]) -> None:
    old = call("analyze", "similar-profiles", *FRAME, *spelled)
    assert old.stdout == call("analyze", "similar-profiles", *FRAME, "--by-source").stdout
    assert "'metastasis analyze similar-profiles --by-source'" in old.stderr
    plain = call("analyze", "similar-profiles", *FRAME, "--figure", "largest")
    assert plain.stdout == call("analyze", "similar-profiles", *FRAME).stdout
    assert old.stdout != plain.stdout


def test_what_a_name_stood_for_before_is_told() -> None:
    assert "metastasis analyze similar-profiles" in call("analyze", "profiles", *FRAME).stderr


def test_options_that_only_the_old_meaning_had_lead_to_it() -> None:
    old = call("analyze", "profiles", *FRAME, "--measure=cosine", "--top", "2")
    new = call("analyze", "similar-profiles", *FRAME, "--measure", "cosine", "--top", "2")
    assert (old.returncode, old.stdout) == (0, new.stdout)


@pytest.mark.slow
def test_every_new_name_exists() -> None:
    for new in RENAMED.values():
        group, name, *options = new.replace("*", "similar-profiles").split()
        told = call(group, name, "--help")
        assert told.returncode == 0
        assert all(option in told.stdout for option in options)


# A new question appears by itself.


def parity(evidence: Evidence, kind: str = "even", *, top: int | None = None) -> Table[Any]:
    """Return the primaries with an even or odd number of sites. Made up for a test.

    Parameters
    ----------
    evidence
        What is said.
    kind
        Even or odd; anything else is odd. More follows.
    top
        Only so many rows; None is all.
    """
    rest = 0 if kind == "even" else 1
    pairs = evidence.pairs()
    keys = sorted({pair.primary for pair in pairs})
    counts = [(key, sum(pair.primary == key for pair in pairs)) for key in keys]
    rows = [row for row in counts if row[1] % 2 == rest][:top]
    return Table.of_rows(("primary", "sites"), rows)


@pytest.fixture
def with_parity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a question in the one place that lists them."""
    module = ModuleType("metastasis.made_up")
    vars(module)["parity"] = parity
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(analysis, "QUESTIONS", {**QUESTIONS, "parity": "made_up"})


@pytest.mark.usefixtures("with_parity")
def test_a_new_question_is_a_command_of_its_own() -> None:
    told = " ".join(call("analyze", "parity", "--help").stdout.split())
    assert "The primaries with an even or odd number of sites." in told
    assert "--kind KIND Even or odd; anything else is odd. [default: even]" in told
    assert "[default: all]" in told
    done = call("analyze", "parity", "--kind", "odd", "--top", "2", "--format", "json")
    assert json.loads(done.stdout) == parity(mets.load().evidence, "odd", top=2).to_dicts()
    rows = csv.DictReader(io.StringIO(call("analyze").stdout))
    assert ("parity", "'--kind, --top") in {(row["name"], row["options"]) for row in rows}


# Graphs and files.


def test_a_graph_without_edges_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.nq"
    mets.KnowledgeGraph.from_assertions([]).write(path)
    for name in ("hubs", "similar", "clusters", "projection"):
        done = call("analyze", name, "--graph", path)
        assert (done.returncode, done.stdout) == (1, "")
        assert "no edges" in done.stderr


def test_an_answer_goes_into_a_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "hubs.csv"
    done = call("analyze", "hubs", "--out", path)
    assert done.stdout == ""
    assert path.read_text("utf-8") == call("analyze", "hubs").stdout
    assert "spread is not ruled out" in done.stderr


def test_an_explanation_is_words_or_rows() -> None:
    pair = ("--primary", "prostate", "--site", "bone")
    straight = call("explain", "prostate", "bone")
    assert call("analyze", "explain", *pair).stdout == straight.stdout
    rows = call("analyze", "explain", *pair, "--format", "csv").stdout
    assert rows == call("explain", "prostate", "bone", "--format", "csv").stdout
