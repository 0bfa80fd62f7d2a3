"""The documentation and the scripts: what they say runs, and what they call is what CI calls."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import check
import docs_api
import docs_pages
import docs_site
import wheel
from documents import blocks, run_shell, tables
from readme_inputs import write_inputs
from shared_data import shared_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from documents import Block

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
HOWTO: Final = sorted((DOCS / "howto").glob("*.md"))
FORMATS: Final = (DOCS / "reference" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", HOWTO, ids=lambda path: path.stem)
def test_commands_and_code_of_a_guide_do_what_it_says(path: Path, tmp_path: Path) -> None:
    write_inputs(tmp_path)
    _follow([one for one in blocks(path.read_text(encoding="utf-8")) if not one.needs], tmp_path)


@pytest.mark.slow
def test_the_example_of_sequenced_samples_does_what_it_says(tmp_path: Path) -> None:
    guide = (DOCS / "howto" / "patients.md").read_text(encoding="utf-8")
    found = [one for one in blocks(guide) if one.needs]
    for name in {one.needs for one in found}:
        (tmp_path / Path(name).name).symlink_to(shared_path(name))
    assert {one.language for one in found} == {"sh", "python", "text"}
    _follow(found, tmp_path)


def _follow(found: Sequence[Block], folder: Path) -> None:
    """Run the commands and the code of a guide, and compare what the code prints."""
    for script in (one.text for one in found if one.language == "sh"):
        done = run_shell(script, folder)
        assert done.returncode == 0, done.stderr
    code = "\n".join(one.text for one in found if one.language == "python")
    program = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(one.text for one in found if one.language == "text")


def test_links_of_the_pages_lead_to_sections_that_are_there() -> None:
    parts = {
        f"{document.partition('.')[0].lower()}-{docs_pages.slug(title)}.md"
        for document in ("README.md", "CONTRIBUTING.md")
        for title, _ in docs_pages.sections(document)
    } | {path.name for path in (DOCS / "_parts").iterdir()}
    parts |= {f"columns-{name}.md" for name in docs_pages.columns()}
    for path in DOCS.rglob("*.md"):
        wanted = re.findall(r"```\{include\} \S*_parts/(\S+)", path.read_text(encoding="utf-8"))
        assert [name for name in wanted if name not in parts] == [], path.name


def test_the_specification_lists_the_columns_of_the_files() -> None:
    (shown,) = [rows[2:] for rows in tables(FORMATS) if rows[0] == ["table", "columns"]]
    for name, columns in shown:
        with (ROOT / "ontology" / "catalog" / name.strip("`")).open(encoding="utf-8") as file:
            assert [one.strip("`") for one in columns.split(", ")] == next(csv.reader(file))
    sources = next(rows[2:] for rows in tables(FORMATS) if "`citation`" in str(rows))
    with (ROOT / "ontology" / "catalog" / "sources.csv").open(encoding="utf-8") as file:
        assert [name.strip("`") for name, _ in sources] == next(csv.reader(file))


def test_the_specification_says_which_columns_of_an_assertion_must_not_be_blank() -> None:
    from metastasis._evidence.check import REQUIRED

    said = re.search(r"1\. (.*) MUST NOT be blank", FORMATS)
    assert said is not None
    assert tuple(re.findall(r"`(\w+)`", said[1])) == REQUIRED
    (table,) = tables(docs_pages.columns()["assertions"])
    assert [name for name, holds in table[2:] if not holds.strip()] == []


def test_the_page_of_the_vocabulary_has_every_term() -> None:
    page = docs_pages.vocabulary()
    text = (ROOT / "ontology" / "metastasis.ttl").read_text(encoding="utf-8")
    terms = set(
        re.findall(
            r"^(met:\w+) a owl:(?:Class|ObjectProperty|DatatypeProperty)", text, re.MULTILINE
        )
    )
    assert len(terms) > 40
    assert [term for term in sorted(terms) if f"### `{term}`" not in page] == []
    values = set(re.findall(r"^(\w+:\w+) a met:\w+", text, re.MULTILINE))
    assert [value for value in sorted(values) if f"`{value}`" not in page] == []


def test_the_page_of_the_command_line_has_every_command() -> None:
    from metastasis._cli.app import COMMANDS
    from metastasis.analysis import QUESTIONS
    from metastasis.pictures import KINDS

    page = docs_pages.command_line()
    assert [name for name in COMMANDS if f"\n## {name}\n" not in page] == []
    for group, names in (("analyze", QUESTIONS), ("draw", KINDS)):
        known = [name.replace("_", "-") for name in names]
        told = [name for name in known if f"\n### {group} {name}\n" in page]
        assert len(told) >= len(known) / 2, group


@pytest.mark.slow
@pytest.mark.parametrize("face", docs_api.FACES)
def test_the_page_of_a_face_has_every_name(face: str) -> None:
    page = docs_api.page(face)
    names = docs_api.offered(face)
    assert [name for name in names if f":: {face}.{name}\n" not in page] == []


PAGE: Final = "<h1 id='top'>Page</h1><p>Not for clinical use</p>{}"
FAULTS: Final = {
    "<a href='other.html'>x</a>": "leads to other.html, which is not there",
    "<a href='#nowhere'>x</a>": "leads to #nowhere, and that page has no such place",
    "<img src='a.png' alt=''>": "shows a.png without a text for it",
    "<script src='https://example.org/a.js'></script>": "loads https://example.org/a.js from",
    "<link rel='stylesheet' href='//example.org/a.css'>": "loads //example.org/a.css from",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_page_is_told(fault: str, tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    path = tmp_path / "index.html"
    path.write_text(PAGE.format("<a href='#top'>x</a><img src='a.png' alt='A'>"), encoding="utf-8")
    assert docs_site.faults(tmp_path) == []
    path.write_text(PAGE.format(fault), encoding="utf-8")
    (told,) = docs_site.faults(tmp_path)
    assert told.startswith(f"index.html: {FAULTS[fault]}")


def test_a_page_says_that_it_is_not_for_clinical_use(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>Page</h1>", encoding="utf-8")
    assert docs_site.faults(tmp_path) == ["index.html: does not say: Not for clinical use"]


# The scripts, and what calls them.


def test_hooks_are_the_checks() -> None:
    yaml = pytest.importorskip("yaml")
    config: Any = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = config["repos"]
    assert repository["repo"] == "local"
    hooks = {hook["id"]: hook for hook in repository["hooks"]}
    assert set(hooks) == set(check.CHECKS)
    for name, hook in hooks.items():
        assert hook["entry"] == f"python3 scripts/check.py {name}"
        assert (hook["language"], hook["pass_filenames"]) == ("system", False)


def test_ci_calls_scripts_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    called = [line.partition(" &")[0] for line in lines if line.startswith("python3 ")]
    # Whoever runs beside others is waited for, and then counts.
    assert sum(" & " in line for line in lines) == sum(line.startswith("wait ") for line in lines)
    assert called == [
        "python3 scripts/release.py --check",
        "python3 scripts/check.py",
        "python3 scripts/wheel.py",
        "python3 scripts/docs.py",
        "python3 scripts/test.py",
        "python3 scripts/exchange.py",
    ]
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    said = re.search(r"CI \(`.ci/run`\) runs (.*), and nothing that they do not", told)
    assert said is not None
    assert re.findall(r"`([^`]+)`", said[1]) == [line.split("/")[1] for line in called]


def test_every_script_of_the_ring_has_a_door() -> None:
    """A script that a person runs says how, and CONTRIBUTING names it."""
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    doors = [
        path.name
        for path in sorted((ROOT / "scripts").glob("*.py"))
        if f"python3 scripts/{path.name}"
        in path.read_text(encoding="utf-8").partition('"""\n\n')[0]
    ]
    assert {"build.py", "check.py", "docs.py", "release.py", "test.py", "wheel.py"} <= set(doors)
    missing = [name for name in doors if f"scripts/{name}" not in told]
    assert [name for name in missing if name != "generate_claims.py"] == []


@pytest.mark.slow
def test_the_wheel_is_tried_on_this_python_and_on_none_below_the_floor() -> None:
    found = wheel.pythons()
    assert sys.version_info[:2] in found
    assert min(found) >= wheel.FLOOR
    assert wheel.version_of("/nowhere/python") is None
