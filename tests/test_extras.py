"""Without what an extra brings, every command answers, or says what to install and ends with 1."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from metastasis.analysis import QUESTIONS
from metastasis.pictures import KINDS
from metastasis.rdf import FORMS

if TYPE_CHECKING:
    from pathlib import Path

BLOCKED: Final = (
    *("duckdb", "pyarrow", "pydantic", "python_calamine", "yaml"),
    *("pandas", "polars", "pyspark", "pyshacl", "owlrl", "scipy", "statsmodels", "uvicorn"),
)
"""What only extras bring, by the names that are imported."""
SCRIPT: Final = """
import contextlib, functools, io, json, sys, traceback

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

blocked, commands = json.loads(sys.argv[1])
sys.meta_path.insert(0, Missing())
import metastasis._graph
from metastasis._cli.app import app

# Read once: commands are asked here for what they need, and reading is the same for all.
metastasis._graph.load = functools.cache(metastasis._graph.load)
for command in commands:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = app(command, standalone_mode=False) or 0
        except BaseException as error:
            # What is wrong with the command line has an exit code of its own.
            code = getattr(error, "exit_code", None) or "".join(traceback.format_exception(error))
    last = said.getvalue()[-2000:] if code else ""
    print(json.dumps([command, code, last]), file=sys.__stdout__, flush=True)
"""
TABLES: Final = {
    "coded.csv": "patient,code,date,sex\nX1,C61,2019-01-01,M\nX1,C79.51,2019-02-01,M\n",
    "matrix.csv": "primary,bone,N\nbreast,45,80\n",
    "map.yaml": "version: 1\nform: patients\n",
    "condition.json": '{"resourceType":"Condition","subject":{"reference":"Patient/1"},"code":{}}',
}
COUNTS: Final = ("--totals", "N", "--denominator", "autopsies", "--setting", "at_autopsy")
NEEDING: Final = {
    "patients": [
        ["ingest", "coded", "coded.csv", "--system", "ICD-10-CM", "--out", "o.csv"],
        ["ingest", "fhir", "condition.json", "--out", "o.csv"],
        ["ingest", "table", "coded.csv", "--mapping", "map.yaml", "--out", "o.csv"],
        ["ingest", "seer", "coded.csv", "--out", "o.csv"],
        ["ingest", "cbioportal", "coded.csv", "--out", "o.csv"],
        ["ingest", "omop", "cdm", "--out", "o.csv"],
    ],
    "spark": [["ingest", "coded", "coded.csv", "--engine", "spark", "--out", "o.csv"]],
    "validate": [["validate"], ["validate", "nothing.csv", "g.nt"]],
    "serve": [["serve", "--port", "0"]],
    "stats": [["analyze", "projection"], ["analyze", "clusters"], ["analyze", "similar"]],
}
"""Commands that cannot do without an extra, by the extra."""
OTHERS: Final = [
    *(["info"], ["names", "liver"], ["primaries", "bone"], ["sites", "breast"], ["queries"]),
    *(["shared", "breast", "prostate"], ["explain", "breast", "bone"], ["query", "1"]),
    *(["conflicts"], ["gaps"], ["pool", "breast", "bone"]),
    ["ingest", "matrix", "matrix.csv", *COUNTS, "--out", "o.csv"],
    *(["analyze", name.replace("_", "-")] for name in QUESTIONS),
    *(["draw", name, "--primary", "breast", "--out", "p.svg"] for name in KINDS),
    *(["export", name, "--out", f"export-{name}"] for name in FORMS),
]


def ran(folder: Path, commands: list[list[str]]) -> dict[str, tuple[object, str]]:
    """Return the exit code and the words of each command, run where the extras are missing."""
    from metastasis import load

    load().export(folder / "g.nt")
    (folder / "cdm").mkdir()
    for name, text in TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    arguments = json.dumps([BLOCKED, commands])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(commands), done.stderr
    return {" ".join(command): (code, said) for command, code, said in lines}


@pytest.mark.slow
@pytest.mark.parametrize("extra", NEEDING)
def test_a_missing_extra_ends_with_1_and_what_to_install(extra: str, tmp_path: Path) -> None:
    for command, (code, said) in ran(tmp_path, NEEDING[extra]).items():
        assert code == 1, (command, code, said)
        assert f"pip install 'metastasis[{extra}]'" in said, (command, said)
        assert "fault" not in said.replace("default", ""), (command, said)
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.slow
def test_everything_else_answers_or_says_what_is_missing(tmp_path: Path) -> None:
    for command, (code, said) in ran(tmp_path, OTHERS).items():
        assert code in (0, 1, 2), (command, code, said)
        # Some need a name or a site, which they ask for in a sentence of their own.
        assert "No module named" not in said, (command, said)
