"""Tools of the field that read what this project writes, each in an environment of its own.

A tool is named with pinned requirements and asked by a script of its own beside the tests, in
``tests/exchange/peers/``: Python that runs in the tool's environment, or JavaScript for Node.js.
The script knows nothing of this project; it prints what the tool read as one JSON value, last, on
standard output. Environments stay in ``build/peers/`` and are made again when the requirements
change.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import venv
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ask_node", "ask_python"]

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "build" / "peers"
SCRIPTS: Final = ROOT / "tests" / "exchange" / "peers"
MINUTES: Final = 10


def ask_python(script: str, requirements: tuple[str, ...], *arguments: Path | str) -> Any:
    """Return what a script prints that runs in an environment with these requirements."""
    place = _place(requirements)
    python = place / "bin" / "python"
    with _made_alone(place) as is_made:
        if not is_made:
            venv.create(place, with_pip=True, clear=place.exists())
            _install([str(python), "-m", "pip", "install", "-q", *requirements], place)
    return _answer([str(python), str(SCRIPTS / script), *map(str, arguments)], place)


def ask_node(script: str, packages: tuple[str, ...], *arguments: Path | str) -> Any:
    """Return what a script prints that Node.js runs beside these packages."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("Node.js is not installed")
    place = _place(packages)
    with _made_alone(place) as is_made:
        if not is_made:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            (place / "package.json").write_text('{"private": true, "type": "module"}\n')
            _install([npm, "install", "--silent", "--no-audit", "--no-fund", *packages], place)
    # Modules are looked for beside the script that names them.
    copy = Path(shutil.copy(SCRIPTS / script, place))
    return _answer([node, str(copy), *map(str, arguments)], place)


def _place(packages: tuple[str, ...]) -> Path:
    """Return the folder of an environment, which its requirements name."""
    digest = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:12]
    name = packages[0].lstrip("@").replace("/", "-").partition("=")[0].partition("@")[0]
    return FOLDER / f"{name}-{digest}"


@contextmanager
def _made_alone(place: Path) -> Iterator[bool]:
    """Tell whether an environment is made, while no other test makes it."""
    import fcntl

    FOLDER.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield (place / "made").exists()


def _install(command: list[str], place: Path) -> None:
    done = _run(command, place)
    if done.returncode:
        pytest.fail(f"cannot install for {place.name}: {done.stderr[-2000:]}")
    (place / "made").touch()


def _answer(command: list[str], place: Path) -> Any:
    done = _run(command, place)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def _run(command: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    # A tool is not to see this project's packages, nor to ask anything of the network but packages.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command,
        cwd=place,
        env=kept,
        capture_output=True,
        text=True,
        timeout=60 * MINUTES,
        check=False,
    )
