"""The notebooks say what the code answers now: each is run in a fresh kernel and compared.

Printed texts, tables and results are compared exactly. Of pictures only that there is one, and its
alternative text, are compared: their bytes change with the release of Matplotlib and its fonts.
After a change that is meant, store the answers anew: ``python3 scripts/notebooks.py``.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

import notebooks

ROOT: Final = Path(__file__).parents[1]
NOTEBOOKS: Final = sorted((ROOT / "notebooks").glob("*.ipynb"))
PICTURES: Final = ("image/png", "image/svg+xml")


def said(output: Any) -> Any:
    """Return an output without the bytes of its pictures."""
    data = {
        kind: "a picture" if kind in PICTURES else content
        for kind, content in output.get("data", {}).items()
    }
    kept = {key: value for key, value in output.items() if key != "data"}
    return {**kept, "data": data} if data else kept


def answers(notebook: Any) -> list[tuple[str, str, list[Any]]]:
    return [
        (cell.id, cell.source, [said(output) for output in cell.get("outputs", [])])
        for cell in notebook.cells
    ]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request: pytest.FixtureRequest) -> Path:
    pytest.importorskip("nbformat")
    found: Path = request.param
    return found


def test_there_are_notebooks() -> None:
    assert "01-first-look" in {path.stem for path in NOTEBOOKS}


@pytest.mark.notebook
def test_notebook_answers_as_stored(path: Path, tmp_path: Path) -> None:
    """In a process of its own: the notebook client leaves its event loop to the collector."""
    pytest.importorskip("nbclient")
    copy = tmp_path / path.name
    shutil.copyfile(path, copy)
    subprocess.run([sys.executable, notebooks.__file__, str(copy)], check=True)
    assert answers(notebooks.read(copy)) == answers(notebooks.read(path))


def test_stored_notebook_is_tidy(path: Path, tmp_path: Path) -> None:
    """Storing what is stored changes no byte: no times, no versions, counts from one."""
    notebooks.store(notebooks.tidy(notebooks.read(path)), tmp_path / path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_stored_notebook_is_whole(path: Path) -> None:
    cells = [cell for cell in notebooks.read(path).cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    assert all(cell.outputs for cell in cells), "a cell without an answer"
    assert not [one for one in outputs if one.output_type == "error" or one.get("name") == "stderr"]


def test_stored_pictures_have_alternative_text(path: Path) -> None:
    cells = notebooks.read(path).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    pictures = [one for one in outputs if "image/png" in one.get("data", {})]
    assert pictures
    assert all(one.metadata["image/png"]["alt"] for one in pictures)


def test_stored_notebook_names_no_place_on_a_machine(path: Path) -> None:
    text = re.sub(r'"image/png": "[^"]*"', "", path.read_text(encoding="utf-8"))
    assert re.findall(r"/(?:home|root|tmp|usr|work|Users)/|0x[0-9a-f]{6,}", text) == []
    assert "ot for clinical use" in text
