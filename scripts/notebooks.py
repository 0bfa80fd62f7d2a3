"""Run the notebooks from top to bottom and store what they answer.

    python3 scripts/notebooks.py [NOTEBOOK ...]

Do this after a change of the code, of the knowledge or of a notebook, read the difference, and
commit it. ``tests/test_notebooks.py`` does the same and compares. What is stored is the same on
every machine: execution counts start at one, and no times, versions or paths are kept.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import environment

FOLDER = environment.ROOT / "notebooks"
SECONDS = 300
"""How long one cell may take."""

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""All that is stored about the kernel: its version would change from machine to machine."""


def main(names: list[str]) -> None:
    """Run the named notebooks, or all, in the environment that has the developers' extras."""
    if Path(sys.prefix).resolve() != environment.FOLDER.resolve():
        environment.ensure("dev")
        environment.run(
            str(Path(__file__).resolve()), *(str(Path(name).resolve()) for name in names)
        )
        return
    for path in map(Path, names) if names else sorted(FOLDER.glob("*.ipynb")):
        store(run(read(path)), path)
        print(f"ran {path.name}")


def read(path: Path) -> Any:
    """Return a notebook as it is stored."""
    import nbformat

    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def run(notebook: Any) -> Any:
    """Return a copy of a notebook with what its cells answer in a fresh kernel.

    The kernel starts in an empty folder and is spoken to through files, not through the network.
    A cell that fails, or that warns, ends the run.
    """
    from copy import deepcopy

    from nbclient import NotebookClient

    fresh = deepcopy(notebook)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as sockets:
        place = {"metadata": {"path": folder}}
        client = NotebookClient(
            fresh,
            kernel_name="python3",
            timeout=SECONDS,
            resources=place,
            config=transport(sockets),
        )
        client.execute()
    for cell in fresh.cells:
        if said := [o.text for o in cell.get("outputs", []) if o.get("name") == "stderr"]:
            raise RuntimeError(f"cell {cell.id} warns: {''.join(said)}")
    return tidy(fresh)


def transport(sockets: str) -> Any:
    """Return the settings of a kernel whose sockets are files in a folder (not on Windows)."""
    from traitlets.config import Config

    by_file = {"transport": "ipc", "ip": f"{sockets}/kernel"}
    return Config({"ConnectionFileMixin": {} if os.name == "nt" else by_file})


def tidy(notebook: Any) -> Any:
    """Return a notebook without what changes from run to run; the notebook itself is changed."""
    notebook.metadata = METADATA
    count = 0
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
                if "image/png" in output.get("data", {}):  # one form of each picture is enough
                    output.data.pop("image/svg+xml", None)
                    output.metadata.pop("image/svg+xml", None)
    return notebook


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with pieces of one printed text, which come as time has it, put together."""
    whole: list[Any] = []
    for output in outputs:
        if whole and output.get("name") and output.get("name") == whole[-1].get("name"):
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def store(notebook: Any, path: Path) -> None:
    """Write a notebook, with keys in sorted order and one newline at the end."""
    import nbformat

    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
