"""The project's virtual environment: made when it is missing, renewed when the project changes.

Standard library only: this runs on a machine with nothing but Python 3.11 and pip.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(extra: str = "") -> Path:
    """Return the Python of an environment that has the project and an extra installed."""
    if sys.version_info < (3, 11):
        sys.exit(f"metastasis needs Python 3.11 or newer; this is {sys.version.split()[0]}")
    if not has_pip():
        print(f"making {FOLDER.relative_to(ROOT)}", file=sys.stderr)
        try:
            venv.create(FOLDER, with_pip=True, clear=FOLDER.exists())
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(f"cannot make {FOLDER} (Python needs its venv and ensurepip modules): {error}")
    stamp = FOLDER / f"installed-{extra or 'core'}"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        what = f".[{extra}]" if extra else "."
        print(f"installing {what} (a few minutes the first time)", file=sys.stderr)
        run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", what)
        stamp.write_text(wanted)
    return PYTHON


def has_pip() -> bool:
    """Return whether the environment is there and whole."""
    asked = [str(PYTHON), "-m", "pip", "--version"]
    return (
        PYTHON.exists() and not subprocess.run(asked, check=False, capture_output=True).returncode
    )


def run(*arguments: str) -> None:
    """Run the environment's Python; a failure ends this program with its exit code."""
    done = subprocess.run([str(PYTHON), *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)
