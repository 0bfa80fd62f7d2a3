"""Build the wheel and try it on every Python from 3.11 up that this machine has.

    python3 scripts/wheel.py

Each Python gets an environment of its own in ``build/wheel``, with the wheel and the extras that a
user takes, and answers ``scripts/smoke.py`` in an empty folder: no file of the checkout is in
reach, and every warning is an error. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import environment

ROOT: Final = environment.ROOT
FOLDER: Final = ROOT / "build" / "wheel"
FLOOR: Final = (3, 11)
EXTRAS: Final = "stats,frames,patients"
"""What analysts take; ``spark`` brings a Java with it, and the others are for developers."""
PLACES: Final = (
    "~/.pyenv/versions/*/bin/python",
    "~/.local/share/uv/python/*/bin/python3",
    "/opt/*/bin/python3",
    "/opt/hostedtoolcache/Python/*/*/bin/python",
    "/usr/local/bin/python3.*",
    "/usr/bin/python3.*",
)
"""Where Pythons are put by those who install several."""


def main() -> None:
    """Build, install and try; a fault on any Python ends the run with 1."""
    found = pythons()
    if not found:
        sys.exit("no Python from 3.11 up was found")
    wheel = build()
    print(f"{wheel.name} on {', '.join(name(version) for version in found)}", flush=True)
    with ThreadPoolExecutor(2) as pool:  # one installs while another answers
        faults = list(pool.map(lambda one: tried(wheel, *one), found.items()))
    if any(faults):
        sys.exit("\n".join(filter(None, faults)))


def pythons() -> dict[tuple[int, int], str]:
    """Return every Python from the floor up, by version: the first found of each."""
    candidates = [sys.executable]
    candidates += [
        path for minor in range(FLOOR[1], 30) if (path := shutil.which(f"python3.{minor}"))
    ]
    for place in PLACES:
        root, _, rest = str(Path(place).expanduser()).partition("*")
        folder = Path(root) if root.endswith("/") else Path(root).parent
        if folder.is_dir():
            pattern = str(Path(root + "*" + rest).relative_to(folder))
            candidates += map(str, sorted(folder.glob(pattern)))
    found: dict[tuple[int, int], str] = {}
    for path in candidates:
        version = version_of(path)
        if version is not None and version >= FLOOR:
            found.setdefault(version, path)
    return dict(sorted(found.items()))


def version_of(path: str) -> tuple[int, int] | None:
    """Return the version of a Python that can make environments, or None where it cannot."""
    code = "import ensurepip, sys, venv; print(*sys.version_info[:2], sys.implementation.name)"
    try:
        done = subprocess.run(
            [path, "-c", code], capture_output=True, text=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.split()
    if done.returncode or len(said) != 3 or said[2] != "cpython":
        return None
    return int(said[0]), int(said[1])


def name(version: tuple[int, int]) -> str:
    """Return how a version is spoken of.

    >>> name((3, 12))
    'Python 3.12'
    """
    return f"Python {version[0]}.{version[1]}"


def build() -> Path:
    """Return the wheel of the checkout as it is."""
    environment.ensure("dev")
    out = FOLDER / "dist"
    shutil.rmtree(out, ignore_errors=True)
    quiet = ("--quiet", "--disable-pip-version-check")
    environment.run("-m", "pip", "wheel", *quiet, "--no-deps", "--wheel-dir", str(out), str(ROOT))
    (wheel,) = out.glob("*.whl")
    return wheel


def tried(wheel: Path, version: tuple[int, int], python: str) -> str | None:
    """Install the wheel for one Python and let it answer; return what went wrong, if anything."""
    start = time.perf_counter()
    place = FOLDER / f"python{version[0]}.{version[1]}"
    ours = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with tempfile.TemporaryDirectory() as empty:
        for command in (
            [python, "-m", "venv", "--clear", str(place)],
            [
                *(str(ours), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--no-compile", "--only-binary", ":all:", f"{wheel}[{EXTRAS}]"),
            ],
            [str(ours), "-W", "error", str(ROOT / "scripts" / "smoke.py")],
        ):
            done = subprocess.run(
                command, cwd=empty, capture_output=True, text=True, check=False, env=bare()
            )
            if done.returncode:
                said = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
                return f"{name(version)}: {' '.join(command)} ends with {done.returncode}\n{said}"
    print(
        f"{name(version)}: {done.stdout.strip()} ({time.perf_counter() - start:.0f} s)", flush=True
    )
    shutil.rmtree(place)
    return None


def bare() -> dict[str, str]:
    """Return this process's environment without what would lead a Python to other packages."""
    leading = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONWARNINGS"}
    return {key: value for key, value in os.environ.items() if key not in leading}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    main()
