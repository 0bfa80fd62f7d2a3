"""The commands that weigh evidence, as a person runs them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

import metastasis as mets
from metastasis._vocabulary import NOT_CLINICAL
from shell import call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metastasis import KnowledgeGraph
    from metastasis._table import Table

ANSWERS: dict[tuple[str, ...], Callable[[KnowledgeGraph], Table[Any]]] = {
    ("conflicts",): lambda kg: kg.conflicts(),
    ("conflicts", "brain cancer"): lambda kg: kg.conflicts("brain"),
    ("pool", "DTC", "pulmonary", "--method", "reml"): (
        lambda kg: kg.pool("thyroid_differentiated", "lung", method="reml")
    ),
    ("gaps",): lambda kg: kg.gaps(top=20),
    ("gaps", "prostate", "--top", "5"): lambda kg: kg.gaps("prostate", top=5),
    ("gaps", "--reached-by", "20"): lambda kg: kg.gaps(reached_by=20, top=20),
}


@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_a_command_answers_as_python_does(command: tuple[str, ...]) -> None:
    ours = ANSWERS[command](mets.load())
    done = call(*command, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads(json.dumps(ours.to_dicts()))
    assert NOT_CLINICAL in done.stderr
    assert "formula: " in done.stderr
    rows = list(csv.DictReader(io.StringIO(call(*command).stdout)))
    assert [row.keys() for row in rows] == [dict.fromkeys(ours.columns).keys()] * len(ours)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_diff_tells_what_changed_and_ends_well(tmp_path: Path, form: str) -> None:
    said = list(mets.load().assertions())
    old = mets.KnowledgeGraph.from_assertions([one for one in said if one.source != "pdq-wilms"])
    old.write(tmp_path / "old.evidence.json")
    done = call("diff", tmp_path / "old.evidence.json", "--format", form)
    assert done.returncode == 0
    assert "pdq-wilms" in done.stdout
    assert "appeared" in done.stdout
    assert "vanished," in done.stderr
    same = call(
        "diff", tmp_path / "old.evidence.json", tmp_path / "old.evidence.json", "--format", form
    )
    assert (same.returncode, "no rows" in same.stderr) == (0, True)


def test_diff_and_the_analysis_of_changes_are_one(tmp_path: Path) -> None:
    old = tmp_path / "old.evidence.json"
    mets.KnowledgeGraph.from_assertions(list(mets.load().assertions())[:-1]).write(old)
    assert call("diff", old).stdout == call("analyze", "changes", "--old", old).stdout


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("conflicts", "brest"), 1, "unknown primary 'brest'"),
        (("pool", "breast", "livr"), 1, "unknown site 'livr'"),
        (("pool", "breast", "testis"), 1, "is not studied: no source here speaks of it"),
        (("pool", "DTC", "lung", "--method", "mean"), 1, "unknown method 'mean'"),
        (("gaps", "osteosarcoma"), 1, "has no row for osteosarcoma"),
        (("gaps", "--top", "-1"), 2, "--top"),
        (("diff", "nowhere.nq"), 1, "cannot read nowhere.nq: there is no such file"),
        (("diff",), 2, "Missing argument 'OLD'"),
    ],
)
def test_bad_input_ends_in_one_sentence(command: tuple[str, ...], code: int, sentence: str) -> None:
    done = call(*command)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_sites_tells_other_conflicts_from_denials() -> None:
    done = call("sites", "DTC")
    assert "Sources conflict on: lung (see conflicts)." in done.stderr
    assert "Reported and denied" not in done.stderr


def test_an_answer_without_rows_tells_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.evidence.json"
    said = [one for one in mets.load().assertions() if one.site == "bone"]
    mets.KnowledgeGraph.from_assertions(said).write(path)
    done = call("primaries", "vertebra", "--graph", path)
    assert "no rows" in done.stderr
    assert "There is evidence on what it is part of: bone" in done.stderr
