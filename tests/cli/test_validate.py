"""``metastasis validate`` of a graph: its content, and what follows from its assertions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metastasis._graph import load
from shell import call

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """Return the file of a small graph, as it was written."""
    (path,) = load().of_sources(["gandaglia-2014"]).export(tmp_path / "small.nq")
    return path


def test_a_graph_as_it_was_written_has_no_fault(graph: Path) -> None:
    done = call("validate", graph)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no faults" in done.stderr


def test_a_total_that_was_changed_is_told(graph: Path) -> None:
    text = graph.read_text(encoding="utf-8")
    graph.write_text(text.replace('"74826"^^', '"7"^^'), encoding="utf-8")
    done = call("validate", graph, "--format", "csv")
    assert done.returncode == 3
    assert "it was changed or cut off" in done.stdout
    assert "source:gandaglia-2014 met:largestTotal is 7" in done.stdout


def test_a_file_that_was_cut_off_is_told(graph: Path) -> None:
    lines = graph.read_text(encoding="utf-8").splitlines(keepends=True)
    graph.write_text("".join(lines[:-40]), encoding="utf-8")
    done = call("validate", graph)
    assert done.returncode == 3
    assert "cut off" in done.stdout


def test_what_of_a_file_without_a_hash_is_not_checked_is_said(tmp_path: Path) -> None:
    (path,) = load().of_sources(["gandaglia-2014"]).export(tmp_path / "small.jsonld")
    done = call("validate", path)
    assert done.returncode == 0
    assert "states no hash of its content" in done.stderr


def test_a_file_that_is_not_there_hides_no_fault_of_another(tmp_path: Path) -> None:
    (tmp_path / "empty.nq").touch()
    done = call("validate", tmp_path / "nothing.nq", tmp_path / "empty.nq")
    assert done.returncode == 3
    assert "there is no such file" in done.stdout
    assert "holds no met:Primary" in done.stdout
