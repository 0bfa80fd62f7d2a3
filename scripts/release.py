"""Make a release: version and changelog, the data in every format, sdist and wheel.

    python3 scripts/release.py --check
    python3 scripts/release.py --version 0.2.0 --data 2027.03 [--date 2027-03-01]

--check     only look: do all places name the same version, data release and date?
--version   the version of the code, written wherever it stands
--data      the data release, a year and a month; without it, as it was. A new one names the one
            that was, so that nobody has to look for it
--date      the day of the release; without it, today

A release is made from a clean working tree whose changelog has a section ``## Unreleased``. It ends
with a folder ``build/release`` and a list of what is left to do by hand: nothing is committed,
tagged or sent anywhere.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROOT: Final = environment.ROOT
OUT: Final = ROOT / "build" / "release"
PAST: Final = ROOT / "tests" / "releases"
"""One file of each past data release, which every later version has to read."""
SHIPPED: Final = ROOT / "ontology" / "release" / "metastasis.nq"
ADDRESS: Final = "https://w3id.org/metastasis/"
UNRELEASED: Final = "## Unreleased"


class Place(NamedTuple):
    """Where one of these stands: a file, and what is around it."""

    what: str
    file: str
    pattern: str


PLACES: Final = (
    Place("version", "pyproject.toml", r'^version = "(.+)"$'),
    Place("version", "graph/metastasis/_vocabulary.py", r'^VERSION: Final = "(.+)"$'),
    Place("version", "CITATION.cff", r"^version: (.+)$"),
    Place("version", "CITATION.cff", r"in version (\S+) of the package"),
    Place("version", "CHANGELOG.md", r"^## (\d\S*) \("),
    Place("data", "graph/metastasis/_vocabulary.py", r'^DATA_RELEASE: Final = "(.+)"$'),
    Place("data", "ontology/metastasis.ttl", r'owl:versionInfo "(.+)"'),
    Place("data", "ontology/metastasis.ttl", r"owl:versionIRI <https://\S+/vocab/(.+)>"),
    Place("data", "CITATION.cff", r'^  version: "(.+)"$'),
    Place("data", "CITATION.cff", r"notes: Data release (\S+),"),
    Place("data", "CHANGELOG.md", r"^## \d\S* \([\d-]+\), data release (\S+)$"),
    Place("data", "README.md", r"^Release (\S+) holds:$"),
    Place("data", "LICENSE-DATA", r"data release (\d{4}\.\d{2})"),
    Place("prior", "graph/metastasis/_vocabulary.py", r'^PRIOR_RELEASE: Final = "(.*)"$'),
    Place("date", "graph/metastasis/_vocabulary.py", r'^RELEASE_DATE: Final = "(.+)"$'),
    Place("date", "CITATION.cff", r'^date-released: "(.+)"$'),
    Place("date", "CITATION.cff", r'^  date-released: "(.+)"$'),
    Place("date", "CHANGELOG.md", r"^## \d\S* \(([\d-]+)\)"),
)
"""Every place that names the version, the data release, the one before it or the date.

The newest comes first in a file. The release before stands in one place only, empty for none.
"""


def main() -> None:
    """Check, or make a release."""
    given = arguments()
    if given.check:
        stop_at(disagreements())
        told = ", ".join(value for value in stated().values() if value)
        print(f"one version, one data release, one date: {told}")
        return
    stop_at(obstacles(given.version))
    set_places(given.version, given.data, given.date)
    stop_at(disagreements())
    environment.ensure("dev")
    if OUT.exists():
        shutil.rmtree(OUT)
    build_data(OUT / "data")
    keep_past(stated()["data"])
    environment.run("-m", "build", "--outdir", str(OUT / "dist"))
    write_checksums(OUT)
    lay_out(OUT / "data", OUT / "web", stated()["data"])
    environment.run("-m", "metastasis", "site", str(OUT / "site"))
    shutil.copytree(OUT / "site", OUT / "web", dirs_exist_ok=True)
    print(next_steps())


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="Make a release, or check that one could be made.")
    parser.add_argument("--check", action="store_true", help="only look")
    parser.add_argument("--version", type=shaped(r"\d+\.\d+\.\d+"), help="X.Y.Z")
    parser.add_argument("--data", type=shaped(r"\d{4}\.(0[1-9]|1[0-2])"), help="YYYY.MM")
    today = datetime.now(tz=UTC).date().isoformat()
    parser.add_argument("--date", type=shaped(r"\d{4}-\d{2}-\d{2}"), default=today)
    given = parser.parse_args()
    if not given.check and given.version is None:
        parser.error("say --check, or which --version this is")
    return given


def shaped(pattern: str) -> Callable[[str], str]:
    """Return a check that an argument has a shape."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise argparse.ArgumentTypeError(f"{text!r} is not of the form {pattern}")
        return text

    return check


def stop_at(problems: list[str]) -> None:
    """End the run where something is wrong."""
    if problems:
        sys.exit("\n".join(problems))


def found_at(place: Place, root: Path = ROOT) -> str | None:
    """Return what stands at a place, or None where nothing of that form does."""
    text = (root / place.file).read_text(encoding="utf-8")
    found = re.search(place.pattern, text, re.MULTILINE)
    return found[1] if found else None


def stated(root: Path = ROOT) -> dict[str, str]:
    """Return version, data release, prior one and date, each as it stands at its first place."""
    found: dict[str, str] = {}
    for place in PLACES:
        found.setdefault(place.what, found_at(place, root) or "")
    return found


def disagreements(root: Path = ROOT) -> list[str]:
    """Return every place that does not name what the first of its kind names.

    The release before has to be an earlier one, of which a file is kept.
    """
    wanted = stated(root)
    prior = wanted["prior"]
    late = [f"{prior} is not before {wanted['data']}"] if prior >= wanted["data"] else []
    if prior and not kept(prior).exists():
        late.append(f"{prior}, the data release before this one, is not kept in tests/releases")
    return late + [
        f"{place.file}: {place.what} is {found_at(place, root)!r}, elsewhere {wanted[place.what]!r}"
        for place in PLACES
        if found_at(place, root) != wanted[place.what]
    ]


def obstacles(version: str) -> list[str]:
    """Return why no release can be made from the working tree as it is."""
    asked = ["git", "status", "--porcelain"]
    changed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    problems = []
    if changed:
        problems.append(f"the working tree is not clean; commit first:\n{changed.rstrip()}")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^{UNRELEASED}$", changes, re.MULTILINE):
        problems.append(f"CHANGELOG.md has no section {UNRELEASED!r} that says what is new")
    if re.search(rf"^## {re.escape(version)} ", changes, re.MULTILINE):
        problems.append(f"CHANGELOG.md has version {version} already")
    return problems


def set_places(version: str, data: str | None, date: str, root: Path = ROOT) -> None:
    """Write version, data release and date wherever they stand."""
    now = stated(root)
    values = {"version": version, "data": data or now["data"], "date": date}
    values["prior"] = now["prior"] if values["data"] == now["data"] else now["data"]
    changelog = root / "CHANGELOG.md"
    heading = f"## {version} ({date}), data release {values['data']}"
    text = changelog.read_text(encoding="utf-8").replace(f"{UNRELEASED}\n", f"{heading}\n", 1)
    changelog.write_text(text, encoding="utf-8")
    for place in PLACES:
        path = root / place.file
        text = path.read_text(encoding="utf-8")
        found = re.search(place.pattern, text, re.MULTILINE)
        if found:
            start, end = found.span(1)
            path.write_text(text[:start] + values[place.what] + text[end:], encoding="utf-8")


def build_data(folder: Path) -> None:
    """Build the graph in every format, and renew the shipped one."""
    environment.run("-m", "metastasis", "build", "--out", str(folder))
    environment.run(str(ROOT / "scripts" / "build.py"))
    if SHIPPED.read_bytes() != (folder / SHIPPED.name).read_bytes():
        sys.exit("the shipped graph is not the one that was built")


def keep_past(data: str, shipped: Path = SHIPPED, folder: Path = PAST) -> Path:
    """Keep the graph of a data release for the tests, and return where; one that is there stays.

    Compressed without a name and a time: the same graph gives the same bytes.
    """
    path = kept(data, folder)
    if not path.exists():
        folder.mkdir(exist_ok=True)
        with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
            packed.write(shipped.read_bytes())
    return path


def kept(data: str, folder: Path = PAST) -> Path:
    """Return where the graph of a data release is kept."""
    return folder / f"metastasis-{data}.nq.gz"


def lay_out(data: Path, web: Path, name: str) -> None:
    """Lay out the files as the host has to serve them to which w3id.org leads.

    Each release stays at its own address; the newest is at ``latest`` as well.
    """
    vocabulary = web / "vocab"
    vocabulary.mkdir(parents=True)
    for folder in (name, "latest"):
        shutil.copytree(data, web / "release" / folder)
        shutil.copyfile(ROOT / "ontology" / "metastasis.ttl", vocabulary / f"{folder}.ttl")
    shutil.copyfile(ROOT / "ontology" / "shapes.ttl", vocabulary / "shapes.ttl")
    only_tables = shutil.ignore_patterns("codes", "labels")
    shutil.copytree(ROOT / "ontology" / "mappings", web / "mappings", ignore=only_tables)
    shutil.copytree(ROOT / "ontology" / "queries", web / "query")


def write_checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` of all files of a folder, as ``sha256sum --check`` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def next_steps() -> str:
    """Return what is left to do by hand."""
    now = stated()
    return (
        f"\nVersion {now['version']}, data release {now['data']}, is in {OUT.relative_to(ROOT)}.\n"
        "Next:\n"
        "  1. python3 scripts/notebooks.py, if the data are new, and .ci/run\n"
        "  2. read the difference (git diff), and commit it\n"
        f"  3. git tag v{now['version']} && git push --tags\n"
        "  4. upload dist/ to the package index, and data/ with SHA256SUMS beside the tag\n"
        f"  5. add web/ to what {ADDRESS} leads to (deploy/README.md)"
    )


if __name__ == "__main__":
    main()
