"""``metastasis draw``: every kind of picture by name, with the options of its function."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

import metastasis as mets
from metastasis import pictures
from metastasis.pictures import KINDS, find_kind
from shell import call

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.evidence import Evidence

STEPS = "patient,primary,site,order\na,bladder,bone,1\na,bladder,liver,2\nb,bladder,liver,1\n"


OF_PYTHON = ("frame", "ax", "scale", "values", "steps")
"""Options that hold what nobody writes on a line."""


@pytest.mark.parametrize("kind", KINDS)
def test_the_help_of_a_kind_says_what_it_takes(kind: str) -> None:
    done = call("draw", kind, "--help")
    assert done.returncode == 0
    offered = {"primaries": "primary", "sites": "site", "sources": "source", "labels": "label"}
    for one in list(inspect.signature(find_kind(kind)).parameters)[1:]:
        if one not in OF_PYTHON:
            assert f"--{offered.get(one, one).replace('_', '-')}" in done.stdout
    assert "--ax " not in done.stdout
    assert "[png|svg|pdf|eps|tiff|html]" in "".join(done.stdout.split())


def test_the_list_of_kinds_says_what_they_show() -> None:
    told = " ".join(call("draw", "--help").stdout.split())
    for kind, listed in KINDS.items():
        assert f"{kind} {listed.shows}" in told


def test_an_option_of_another_kind_is_refused_with_those_there_are() -> None:
    done = call("draw", "ring", "--through", "route")
    assert (done.returncode, done.stdout) == (2, "")
    assert "No such option: --through; ring takes --primary, --site" in " ".join(
        done.stderr.split()
    )


@pytest.mark.slow
def test_a_forest_takes_the_pooled_share(tmp_path: Path) -> None:
    pair = ("--primary", "differentiated thyroid cancer", "--site", "lung")
    done = call("draw", "forest", *pair, "--pooled", "--out", tmp_path / "forest.svg")
    assert done.returncode == 0, done.stderr
    assert "Pooled, 2 studies 55.2 %" in done.stderr
    refused = call("draw", "forest", "--pooled", "--out", tmp_path / "all.svg")
    assert (refused.returncode, "what would fit: top=" in refused.stderr) == (1, True)
    assert not (tmp_path / "all.svg").exists()


@pytest.mark.slow
def test_a_network_of_sequences_is_a_progression(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text(STEPS, encoding="utf-8")
    asked = ("--sequences", "steps.csv", "--out")
    old = call("draw", "network", *asked, "old.svg", folder=tmp_path)
    new = call("draw", "progression", *asked, "new.svg", folder=tmp_path)
    assert old.returncode == new.returncode == 0, old.stderr
    assert "'metastasis draw progression --sequences'" in old.stderr
    assert (tmp_path / "old.svg").read_bytes() == (tmp_path / "new.svg").read_bytes()


def dots(evidence: Evidence, primaries: Any = None, *, title: str | None = None) -> Any:
    """Draw dots, made up for a test.

    Parameters
    ----------
    title
        A title; None is none.
    """
    from metastasis.pictures import draw_network

    return draw_network(evidence, primaries="breast", title=title)


class Dots:
    """The entry of a kind that is made up."""

    shows = "Dots."
    function = staticmethod(dots)


@pytest.mark.slow
def test_a_new_kind_is_a_command_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from metastasis.pictures import _kind

    monkeypatch.setattr(pictures, "KINDS", {**KINDS, "dots": Dots()})
    monkeypatch.setattr(_kind, "KINDS", {**KINDS, "dots": Dots()})
    assert "A title.  [default: none]" in call("draw", "dots", "--help").stdout
    assert "dots         Dots." in call("draw", "--help").stdout
    done = call("draw", "dots", "--title", "Ours", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["dots.png"]
    assert hasattr(mets.load().draw, "dots")
