"""Kill every command that writes at random points, and look at what it leaves.

    python3 scripts/kills.py [--kills 200] [--seed 1] [--only WORD]

Each command runs once to its end, for what it writes and how long it takes. Then it is killed again
and again: SIGKILL, SIGTERM, SIGINT or SIGHUP, at a random time after it has been loaded. Every file
must be as before or whole; after a signal that can be caught, all of them one or the other, with
the exit code and the sentence that are true; no traceback; and after the next run all of them are
one or the other whatever the signal, and no draft is left.
Random times and signals follow from the seed; where they strike depends on the machine.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import environment

SOURCE: Final = environment.ROOT / "graph"
SIGNALS: Final = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")
CAUGHT: Final = {"SIGTERM": 143, "SIGINT": 130, "SIGHUP": 129}
"""The exit code of each signal that a command hears."""
AS_BEFORE: Final = "files that were being written are as they were before"
DRAFT: Final = ".metastasis-"
LOADED: Final = """
import os, sys
from metastasis._cli import main
said = int(sys.argv.pop(1))
os.write(said, b".")
os.close(said)
main()
"""
"""Runs the command line, and says when Python has started: what comes before is not ours."""
PATIENCE_SECONDS: Final = 300
OLD: Final = b"Not for clinical use: a research resource, not a diagnostic or treatment tool. Old\n"
"""Stands in place of every output before a command begins, after a first line as it will have."""
KEPT: Final = (".sources.csv", ".site-map.csv")
"""Endings of files that are read before they are written: they stand there as they will be."""
ADDED_TO: Final = (".accepted.csv", ".rejected.csv")
"""Endings of tables that rows are added to: they stand there with the names of their columns."""
CLAIMS: Final = 4_000

COMMANDS: Final[dict[str, str]] = {
    "build": "build --form csv --form kgx --form evidence --out made",
    "export nq": "export nq --graph graph.nq --out made/x.nq",
    "export ttl": "export ttl --graph graph.nq --out made/x.ttl",
    "export xml": "export xml --graph graph.nq --out made/x.rdf",
    "export kgx": "export kgx --graph graph.nq --out made",
    "export graphml": "export graphml --graph graph.nq --out made/x.graphml",
    "export evidence": "export evidence --graph graph.nq --out made/x.json",
    "ingest coded": "ingest coded claims.csv --out made/a.csv --sequences made/b.csv "
    "--patterns made/c.csv --report made/d.txt",
    "ingest matrix": "ingest matrix matrix.csv --totals N --denominator autopsies "
    "--setting at_autopsy --out made/a.csv --report made/b.json",
    "ingest fhir": "ingest fhir claims.ndjson --out made/a.csv --report made/b.txt",
    "draw svg": "draw network --graph graph.nq --out made/x.svg",
    "draw png": "draw heatmap --graph graph.nq --out made/x.png",
    "query": "query mine.rq --graph graph.nq --out made/x.csv",
    "sites": "sites breast --graph graph.nq --out made/x.json",
    "diff": "diff graph.nq other.nq --out made/x.csv",
    "validate": "validate graph.nq wrong.csv --out made/x.txt",
    "read": "read page.txt --out made/rows.csv --html made/review.html",
    "accept": "accept rows.csv --source cancer-spreading --page page.txt --reviewer Tester "
    "--out made/a.accepted.csv --rejections made/a.rejected.csv",
}
"""By name; everything that is written goes to the folder ``made``."""


@dataclass
class Watched:
    """A command with what it writes when no one disturbs it."""

    name: str
    arguments: list[str]
    code: int
    seconds: float
    made: dict[str, bytes]
    faults: list[str] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Kill, count and tell; a fault ends it with code 1."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--kills", type=int, default=200, help="how many, over all commands")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only commands with this in their names")
    options = parser.parse_args()
    for name in ("SIGINT", "SIGHUP"):  # a shell in the background ignores them, and so would all
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    names = [name for name in COMMANDS if options.only in name]
    with tempfile.TemporaryDirectory() as place:
        watched = kill(Path(place), names, options.kills, options.seed)
    for one in watched:
        ends = ", ".join(f"{end} {count}" for end, count in sorted(one.ends.items()))
        print(f"{one.name:16} {one.seconds:5.1f} s  {len(one.faults)} faults  {ends}")
    faults = [fault for one in watched for fault in one.faults]
    print("\n".join(faults) or f"{options.kills} kills: no torn file, no traceback, no draft left")
    sys.exit(bool(faults))


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the docstring."""


def kill(place: Path, names: list[str], kills: int, seed: int) -> list[Watched]:
    """Kill commands in turn, so many times in all; return what was found of each."""
    chance = random.Random(seed)  # noqa: S311 - moments to kill at
    _prepare(place)
    watched = [_undisturbed(place, name) for name in names]
    for number in range(kills):
        one = watched[number % len(watched)]
        sent = chance.choice(SIGNALS)
        _strike(place, one, sent, chance.uniform(0, 1.1) * one.seconds)
    return watched


def _undisturbed(place: Path, name: str) -> Watched:
    """Run a command to its end, twice: the second time over what the first has left."""
    arguments = COMMANDS[name].split()
    shutil.rmtree(place / "made", ignore_errors=True)
    for _ in range(2):
        process = _started(place, arguments)
        begun = time.monotonic()
        process.communicate(timeout=PATIENCE_SECONDS)
        seconds = time.monotonic() - begun
    made = _content(place / "made")
    if process.returncode not in (0, 3) or not made:
        raise SystemExit(f"{name}: ends with {process.returncode} without a signal")
    return Watched(name, arguments, process.returncode, seconds, made)


def _strike(place: Path, one: Watched, sent: str, after: float) -> None:
    """Let a command run over old files, send it a signal, and look at what it leaves."""
    shutil.rmtree(place / "made", ignore_errors=True)
    for name, content in one.made.items():
        path = place / "made" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(old_of(name, content))
    process = _started(place, one.arguments)
    time.sleep(after)
    process.send_signal(getattr(signal, sent))
    _, told = process.communicate(timeout=PATIENCE_SECONDS)
    left = _content(place / "made")
    where = f"{one.name}, {sent} after {after:.3f} s"
    drafts = [path.name for path in place.rglob(f"{DRAFT}*")]
    one.ends[f"{sent}→{process.returncode}"] += 1
    one.faults += [
        f"{where}: {fault}" for fault in faults_of(one, sent, process.returncode, told, left)
    ]
    if drafts and sent != "SIGKILL":
        one.ends["drafts until the next run"] += 1
    one.faults += [f"{where}: left {name}" for name in _next_run(place)]
    if (settled := _content(place / "made")) not in (_old(one), one.made):
        mixed = [name for name in settled if settled[name] == one.made.get(name)]
        one.faults.append(f"{where}: after the next run only {', '.join(mixed)} are new")
    if settled != left:
        one.ends["finished by the next run"] += 1


def old_of(name: str, content: bytes) -> bytes:
    """Return what stands where a file will be written: a line of this tool's own."""
    if name.endswith(KEPT):
        return content
    first, end, _ = content.partition(b"\n")
    return first + end + (b"" if name.endswith(ADDED_TO) else OLD)


def _old(one: Watched) -> dict[str, bytes]:
    return {name: old_of(name, content) for name, content in one.made.items()}


def faults_of(one: Watched, sent: str, code: int, told: str, left: dict[str, bytes]) -> list[str]:
    """Return what is wrong with how a command ended, and with what it left."""
    old = _old(one)
    faults = []
    if "Traceback" in told or "Exception ignored" in told:
        faults.append(f"a traceback: {told[-3000:]}")
    torn = [name for name in left if left[name] not in (old.get(name), one.made.get(name))]
    faults += [f"torn: {name}" for name in torn]
    faults += [f"gone: {name}" for name in old if name not in left]
    number = getattr(signal, sent)
    if code not in (one.code, -number, CAUGHT.get(sent)):
        faults.append(f"ended with {code}: {told[-500:]}")
    if sent == "SIGKILL" or torn:
        return faults
    if left not in (old, one.made):
        faults.append("some files are new and some are old")
    if code == CAUGHT[sent]:
        is_told = AS_BEFORE in told or "before anything was done" in told
        if (left == old) != is_told or (left == one.made) != ("after it had written" in told):
            faults.append(f"not true: {told[-500:]}")
    if code == one.code and left != one.made:
        faults.append("it says that it is done, and is not")
    return faults


def _next_run(place: Path) -> list[str]:
    """Run a small command wherever something was written; return the drafts that are left."""
    for folder in ("made", "made/kgx", "."):
        if (place / folder).is_dir():
            subprocess.run(
                [sys.executable, "-c", _NEXT, str(place / folder / "next.txt")],
                env=_environment(place),
                check=True,
            )
            (place / folder / "next.txt").unlink()
    return [str(path.relative_to(place)) for path in place.rglob(f"{DRAFT}*")]


_NEXT: Final = """
import sys
from pathlib import Path
from metastasis._drafts import workplace
from metastasis._files import write_text
with workplace():
    write_text(Path(sys.argv[1]), "next")
"""


def _started(place: Path, arguments: list[str]) -> subprocess.Popen[str]:
    """Return a process that has begun with a command."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", LOADED, str(writing), *arguments],
        cwd=place,
        env=_environment(place),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[writing],
        text=True,
        encoding="utf-8",
    )
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    return process


def _environment(place: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(place / "tmp")}


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): _stable(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and DRAFT not in path.as_posix()
    }


def _stable(content: bytes) -> bytes:
    """Return bytes without moments, which differ from run to run."""
    return re.sub(rb"\d{4}-\d\d-\d\dT[\d:.+Z-]+", b"", content)


def _prepare(place: Path) -> None:
    """Make small inputs of every kind."""
    import json

    import metastasis as mets

    (place / "tmp").mkdir()
    said: list[Any] = [
        mets.Assertion(
            primary=primary,
            site=site,
            frequency="common",
            source="cancer-spreading",
            locator="made up",
        )
        for primary in ("breast", "prostate", "lung", "kidney")
        for site in ("bone", "liver", "brain", "lung")
    ]
    mets.KnowledgeGraph.from_assertions(said).export(place / "graph.nq")
    mets.KnowledgeGraph.from_assertions(said[:9]).export(place / "other.nq")
    mets.write_assertions(said, place / "wrong.csv")
    (place / "wrong.csv").write_text((place / "wrong.csv").read_text().replace("brain", "brian"))
    (place / "mine.rq").write_text("SELECT * { ?s met:primary ?p ; met:site ?o } ORDER BY ?s")
    (place / "matrix.csv").write_text("cancer,N,Bone,Livre\nProstate cancer,10,4,2\n")
    page = "Melanoma often spreads to the lungs. It rarely spreads to the spleen.\n"
    (place / "page.txt").write_text(page)
    read = mets.read_page(place / "page.txt").to_csv().replace("\n,", "\naccept,", 1)
    (place / "rows.csv").write_text(read.replace("\n,", "\nreject,"))
    codes = ("C50.911", "C79.51", "C78.7", "C61", "C79.31")
    rows = [(f"p{i // 4}", codes[i * 7 % 5], f"2020-01-{i % 28 + 1:02}") for i in range(CLAIMS)]
    lines = ["patient,code,date", *map(",".join, rows)]
    (place / "claims.csv").write_text("\n".join(lines) + "\n")
    system = "http://hl7.org/fhir/sid/icd-10-cm"
    (place / "claims.ndjson").write_text(
        "".join(
            json.dumps(
                {
                    "resourceType": "Condition",
                    "subject": {"reference": f"Patient/{patient}"},
                    "code": {"coding": [{"system": system, "code": code}]},
                    "onsetDateTime": date,
                }
            )
            + "\n"
            for patient, code, date in rows
        )
    )


if __name__ == "__main__":
    main()
