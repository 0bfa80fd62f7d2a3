"""``metastasis analyze``: every analysis by name, on the shell and in Python."""

from __future__ import annotations

import csv
import inspect
import io
import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

import metastasis as mets
from metastasis._cli import app
from metastasis._cli.analyses import ANALYSES, find_analysis, run_analysis
from metastasis._cli.analyzing import analyze
from metastasis._errors import UnknownNameError
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.analysis import findings
from shell import run

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS: dict[tuple[str, ...], dict[str, Any]] = {
    ("sites-in-common", "--primary", "breast", "--primary", "C61"): {
        "primaries": ["breast", "prostate"]
    },
    ("primaries-in-common", "--site", "liver", "--how", "any", "--top", "3"): {
        "sites": ["liver"],
        "top": 3,
    },
    ("projection", "--of", "sites", "--edge", "commonly"): {"of": "sites", "edge": "commonly"},
    ("similarity", "--measure", "bray_curtis", "--top", "4"): {"measure": "bray_curtis", "top": 4},
    ("similarity", "--distinct"): {"distinct": True},
    ("frames",): {},
    (
        "profiles",
        "--denominator",
        "metastatic_patients",
        "--setting",
        "during_course",
        "--figure",
        "each",
    ): {"denominator": "metastatic_patients", "setting": "during_course", "figure": "each"},
    (
        "profile-clusters",
        "--denominator",
        "distant_stage_at_diagnosis",
        "--setting",
        "at_diagnosis",
    ): {"denominator": "distant_stage_at_diagnosis", "setting": "at_diagnosis"},
    ("clusters", "--of", "sites"): {"of": "sites"},
    ("communities", "--draws", "3", "--seed", "7"): {"draws": 3, "seed": 7},
    ("backbone", "--of", "pairs"): {"of": "pairs"},
    ("hubs", "--overlapping"): {"distinct": False},
    ("nestedness", "--draws", "5"): {"draws": 5},
    ("overlap", "--draws", "5", "--seed", "2", "--top", "6"): {"draws": 5, "seed": 2, "top": 6},
    ("walk", "--primary", "lung", "--site", "bone"): {"primaries": ["lung"], "sites": ["bone"]},
}
"""Questions on the shell, and the same in Python."""

MISTAKES: dict[str, tuple[int, str]] = {
    "hub": (1, "There are: "),
    "hubs --primary lung": (2, "the analysis hubs has no --primary; it takes --of, --edge"),
    "frames --top 3": (2, "it takes none"),
    "sites-in-common": (2, "needs --primary"),
    "sites-in-common --primary breast": (2, "two different primaries"),
    "sites-in-common --primary breast --primary xyz": (1, "unknown primary 'xyz'"),
    "walk": (2, "at least one primary or site"),
    "walk --site heart": (2, "nowhere to walk"),
    "similarity --measure dice": (1, "jaccard"),
    "projection --of organs": (1, "primaries"),
    "profiles": (1, "name one denominator and one setting"),
    "profiles --denominator patients": (1, "unknown denominator"),
    "profiles --denominator records": (1, "nothing is quantified"),
    "hubs --graph nowhere.nq": (1, "there is no such file"),
    "hubs --top 0": (2, "--top"),
    "overlap --draws 0": (2, "--draws"),
    "nestedness --seed -1": (2, "--seed"),
}


@pytest.mark.parametrize("arguments", QUESTIONS, ids=" ".join)
def test_rows_equal_those_of_python(arguments: tuple[str, ...]) -> None:
    table = run_analysis(arguments[0], mets.load(), QUESTIONS[arguments])
    done = CliRunner().invoke(app, ["analyze", *arguments, "--format", "json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == json.loads(json.dumps(table.to_dicts()))
    assert len(table) > 0
    assert NOT_CLINICAL in done.stderr
    for note in getattr(table, "notes", ()):
        assert note in done.stderr


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_is_a_function_that_takes_its_options(name: str) -> None:
    analysis = find_analysis(name)
    module, _, function = analysis.function.partition(":")
    found = getattr(import_module(module), function)
    taken = inspect.signature(found).parameters
    if inspect.Parameter.VAR_KEYWORD not in {one.kind for one in taken.values()}:
        assert set(analysis.options) <= set(taken)
    assert set(analysis.needs) <= set(analysis.options)
    assert found.__doc__
    flags = {"primaries": "primary", "sites": "site"}
    offered = inspect.signature(analyze).parameters
    assert {flags.get(option, option) for option in analysis.options} <= set(offered)


def test_without_a_name_it_lists_the_analyses() -> None:
    rows = list(csv.DictReader(io.StringIO(run("analyze").stdout)))
    assert [row["name"] for row in rows] == list(ANALYSES)
    for row in rows:
        assert row["answers"] == ANALYSES[row["name"]].description
    assert "sites-in-common" in run("analyze", "--format", "table").stdout


@pytest.mark.parametrize("arguments", MISTAKES)
def test_mistakes_end_in_one_sentence(arguments: str) -> None:
    code, sentence = MISTAKES[arguments]
    done = CliRunner().invoke(app, ["analyze", *arguments.split()])
    assert done.exit_code == code
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_error_for_an_unknown_name_lists_every_analysis() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_analysis("nothing")
    assert all(name in str(caught.value) for name in ANALYSES)


def test_a_graph_without_edges_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.nq"
    mets.KnowledgeGraph.from_assertions([]).write(path)
    for name in ("hubs", "similarity", "clusters", "nestedness", "communities", "backbone"):
        done = CliRunner().invoke(app, ["analyze", name, "--graph", str(path)])
        assert (done.exit_code, done.stdout) == (1, "")
        assert "no edges" in done.stderr


def test_an_answer_goes_into_a_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "hubs.csv"
    done = run("analyze", "hubs", "--out", path)
    assert done.stdout == ""
    assert path.read_text("utf-8") == run("analyze", "hubs").stdout
    assert findings.STUDIED in done.stderr
