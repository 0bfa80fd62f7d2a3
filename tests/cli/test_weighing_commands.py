"""The commands that weigh evidence, as a person runs them."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from metastasis._evidence.weighing import conflicts, pool

import metastasis as mets
from metastasis._vocabulary import NOT_CLINICAL
from metastasis.analysis._gaps import gaps
from shell import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metastasis import KnowledgeGraph
    from metastasis._table import Table

pytestmark = pytest.mark.slow  # each case is a process or more

ANSWERS: dict[tuple[str, ...], Callable[[KnowledgeGraph], Table[Any]]] = {
    ("conflicts",): conflicts,
    ("conflicts", "brain cancer"): lambda kg: conflicts(kg, "brain"),
    ("pool", "DTC", "pulmonary", "--method", "reml"): (
        lambda kg: pool(kg, "thyroid_differentiated", "lung", method="reml")
    ),
    ("gaps", "prostate", "--top", "5"): lambda kg: gaps(kg, "prostate", top=5),
    ("gaps", "--reached-by", "20"): lambda kg: gaps(kg, reached_by=20, top=20),
}


@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_a_command_answers_as_python_does(command: tuple[str, ...]) -> None:
    ours = ANSWERS[command](mets.load())
    done = run(*command, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads(json.dumps(ours.to_dicts()))
    assert NOT_CLINICAL in done.stderr
    assert "formula: " in done.stderr
    rows = list(csv.DictReader(io.StringIO(run(*command).stdout)))
    assert [row.keys() for row in rows] == [dict.fromkeys(ours.columns).keys()] * len(ours)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_diff_tells_what_changed_and_ends_well(tmp_path: Path, form: str) -> None:
    said = list(mets.load().assertions())
    old = mets.KnowledgeGraph.from_assertions([one for one in said if one.source != "pdq-wilms"])
    old.write(tmp_path / "old.ttl")
    done = run("diff", tmp_path / "old.ttl", "--format", form)
    assert done.returncode == 0
    assert "pdq-wilms" in done.stdout
    assert "appeared" in done.stdout
    assert "vanished," in done.stderr
    same = run("diff", tmp_path / "old.ttl", tmp_path / "old.ttl", "--format", form)
    assert (same.returncode, "no rows" in same.stderr) == (0, True)


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("conflicts", "brest"), 1, "unknown primary 'brest'"),
        (("pool", "breast", "livr"), 1, "unknown site 'livr'"),
        (("pool", "breast", "ovary"), 1, "is not studied: no source here speaks of it"),
        (("pool", "DTC", "lung", "--method", "mean"), 1, "unknown method 'mean'"),
        (("gaps", "osteosarcoma"), 1, "has no row for osteosarcoma"),
        (("gaps", "--top", "-1"), 2, "--top"),
        (("diff", "nowhere.nq"), 1, "cannot read nowhere.nq: there is no such file"),
        (("diff",), 2, "Missing argument 'OLD'"),
    ],
)
def test_bad_input_ends_in_one_sentence(command: tuple[str, ...], code: int, sentence: str) -> None:
    done = run(*command)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_sites_tells_other_conflicts_from_denials() -> None:
    done = run("sites", "DTC")
    assert "Sources conflict on: lung (see conflicts)." in done.stderr
    assert "Reported and denied" not in done.stderr


def test_a_forest_takes_the_pooled_share(tmp_path: Path) -> None:
    pair = ("--primary", "differentiated thyroid cancer", "--site", "lung")
    done = run("draw", "forest", *pair, "--pooled", "--out", tmp_path / "forest.svg")
    assert done.returncode == 0, done.stderr
    assert "ooled" in (tmp_path / "forest.svg").read_text(encoding="utf-8")
    refused = run("draw", "forest", "--pooled", "--out", tmp_path / "all.svg")
    assert (refused.returncode, "one --primary" in refused.stderr) == (2, True)
