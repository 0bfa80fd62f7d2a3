"""Bundle what the SPARQL page needs from others: the editor, and the engine for the browser.

    python3 scripts/assets.py            # build them into graph/metastasis/serve/assets/sparql/
    python3 scripts/assets.py --check    # only say whether those that are checked in are the same

What is installed is pinned with its checksums in ``scripts/assets/package-lock.json`` and comes
from npm by its name; to take newer ones, change ``package.json`` beside it and run
``npm install --package-lock-only --omit-lockfile-registry-resolved`` there. Needs Node.js with npm,
and of Python the standard library only.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

__all__ = ["MADE", "OUT", "bundle", "differences", "plain_bytes"]

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "scripts" / "assets"
OUT: Final = ROOT / "graph" / "metastasis" / "serve" / "assets" / "sparql"
MADE: Final = ("editor.js", "oxigraph.js", "oxigraph.wasm.gz", "LICENSES.txt")
"""What is made; the other files in that folder are written by hand."""
MANIFEST: Final = "manifest.json"
TARGET: Final = "es2022"
"""What browsers of the last years read; DecompressionStream is younger."""


def main() -> None:
    """Build, or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        made = bundle(Path(place))
        if given.check:
            found = differences(made, OUT)
            sys.exit("\n".join(found) or 0)
        OUT.mkdir(parents=True, exist_ok=True)
        for name in (*MADE, MANIFEST):
            shutil.copyfile(made / name, OUT / name)
            print(f"{(OUT / name).relative_to(ROOT)}: {(OUT / name).stat().st_size:,} bytes")


def bundle(place: Path) -> Path:
    """Install and build in a folder; return the folder with what was made."""
    for name in ("package.json", "package-lock.json", "editor.mjs"):
        shutil.copyfile(SOURCE / name, place / name)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", at=place)
    made = place / "made"
    made.mkdir()
    _run(
        *("npx", "--no-install", "esbuild", "editor.mjs", "--bundle", "--minify", "--format=esm"),
        *(f"--target={TARGET}", "--legal-comments=none", "--charset=utf8"),
        *("--log-level=warning", "--outfile=made/editor.js"),
        at=place,
    )
    engine = place / "node_modules" / "oxigraph"
    shutil.copyfile(engine / "web.js", made / "oxigraph.js")
    _pack(engine / "web_bg.wasm", made / "oxigraph.wasm.gz")
    packages = _packages(place)
    (made / "LICENSES.txt").write_text(_licenses(place, packages), encoding="utf-8")
    told = {
        "packages": packages,
        "sha256": {name: hashlib.sha256(plain_bytes(made / name)).hexdigest() for name in MADE},
    }
    (made / MANIFEST).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return made


def _run(*command: str, at: Path) -> None:
    program = shutil.which(command[0])
    if program is None:
        sys.exit(f"{command[0]} is not installed; it comes with Node.js")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if subprocess.run([program, *command[1:]], cwd=at, env=kept, check=False).returncode:
        sys.exit(f"{' '.join(command)} failed")


def _pack(source: Path, target: Path) -> None:
    """Compress a file without a name and a time: the same file gives the same bytes."""
    with target.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(source.read_bytes())


def plain_bytes(path: Path) -> bytes:
    """Return what a file holds, of one that is compressed what is in it.

    Checksums are of that: libraries that compress differ in their bytes.
    """
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _packages(place: Path) -> dict[str, str]:
    """Return the version of every package of which something is in what was made."""
    lock: dict[str, Any] = json.loads((place / "package-lock.json").read_text(encoding="utf-8"))
    return {
        key.removeprefix("node_modules/"): one["version"]
        for key, one in sorted(lock["packages"].items())
        if key and not one.get("dev")
    }


def _licenses(place: Path, packages: dict[str, str]) -> str:
    """Return who made the packages, and the texts of their licenses, each once."""
    texts: dict[str, list[str]] = {}
    for name, version in packages.items():
        folder = place / "node_modules" / name
        found = sorted(folder.glob("LICENSE*"))
        text = found[0].read_text(encoding="utf-8").strip() if found else _without_text(folder)
        texts.setdefault(text, []).append(f"{name} {version}")
    rule = "\n" + "-" * 78 + "\n"
    parts = [f"{', '.join(names)}\n\n{text}\n" for text, names in texts.items()]
    head = (
        "What editor.js, oxigraph.js and oxigraph.wasm hold of others, and under which licenses.\n"
    )
    return head + rule + rule.join("\n" + part for part in parts)


def _without_text(folder: Path) -> str:
    """Return the license of a package that names it and does not hold its text, as Oxigraph's."""
    told = json.loads((folder / "package.json").read_text(encoding="utf-8"))["license"]
    if "Apache-2.0" not in told.split(" OR "):
        sys.exit(f"{folder.name} is under {told}, and has no text of it")
    text = (ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    return f"{told}, taken here under the Apache License 2.0.\n\n{text}"


def differences(made: Path, out: Path) -> list[str]:
    """Return what is checked in and is not what was made."""
    return [
        f"{name} is not what scripts/assets.py makes; run it"
        for name in (*MADE, MANIFEST)
        if not (out / name).exists() or plain_bytes(made / name) != plain_bytes(out / name)
    ]


if __name__ == "__main__":
    main()
