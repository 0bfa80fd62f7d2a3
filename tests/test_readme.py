"""What README, CONTRIBUTING and their neighbors say, held to what is the case."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import metastasis as mets
from documents import blocks, run_shell, shell, tables
from metastasis._evidence.edge import LEAST_PATIENTS, LEAST_PERCENT
from metastasis._files import ontology_path
from metastasis._table import IRI, Table
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL
from metastasis.pictures import KINDS
from metastasis.rdf import FORMS
from readme_inputs import write_inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._graph import KnowledgeGraph

ROOT: Final = Path(__file__).parents[1]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING: Final = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCUMENTS: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
APACHE: Final = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""SHA-256 of https://www.apache.org/licenses/LICENSE-2.0.txt"""
CC_BY: Final = "fd3a263fe19ed8faa9068b43abaebafc02c77897b0c6fc09abc04bb592e5f16e"
"""SHA-256 of the legal code of CC BY 4.0 as plain text."""


def table(*header: str) -> list[list[str]]:
    """Return the rows of README's table with that header."""
    return next(rows[2:] for rows in tables(README) if rows[0] == list(header))


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def test_python_prints_what_readme_shows() -> None:
    languages = [block.language for block in blocks(README)]
    place = languages.index("python")
    code, shown = blocks(README)[place], blocks(README)[place + 1]
    done = subprocess.run(
        [sys.executable, "-c", code.text], capture_output=True, text=True, check=True
    )
    assert shown.language == "text"
    assert done.stdout == shown.text
    assert len([line for line in code.text.splitlines() if line]) == 5


@pytest.mark.slow
def test_shell_commands_of_readme_work(tmp_path: Path) -> None:
    write_inputs(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    said = []
    for script in shell(README):
        done = run_shell(script, tmp_path)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert "prostate cancer → bone: reported; edge: commonly, on numbers." in said[0]
    assert {path.name for path in tmp_path.iterdir()} - before == {
        "heatmap.pdf",
        "left.csv",
        "liver.html",
        "metastasis.ttl",
        "mine",
        "my-page.csv",
        "my-page.rejected.csv",
        "prostate.tiff",
        "read",
        "review.html",
        "rows.csv",
        *(f"{name}.csv" for name in INGESTED),
        *(f"{name}.sources.csv" for name in INGESTED),
        "study.site-map.csv",
    }


INGESTED: Final = (
    "autopsies",
    "claims",
    "fhir",
    "naaccr",
    "omop",
    "ours",
    "seer",
    "study",
    "tumors-counted",
    "wide",
)
"""The tables of assertions that README makes, each with its sources beside it."""


def test_sparql_answers_what_readme_shows(kg: KnowledgeGraph) -> None:
    query = next(block.text for block in blocks(README) if block.language == "sparql")
    answer = kg.query(query)
    assert isinstance(answer, Table)
    cells = [[v.curie if isinstance(v, IRI) else str(v) for v in row] for row in answer]
    assert table(*answer.columns) == cells


def test_set_up_commands_name_scripts_that_exist() -> None:
    commands = [
        block.text for doc in (README, CONTRIBUTING) for block in blocks(doc) if block.set_up
    ]
    scripts = set(re.findall(r"python3 (scripts/\w+\.py)", "\n".join(commands)))
    assert {"scripts/build.py", "scripts/test.py"} <= scripts
    assert [name for name in sorted(scripts) if not (ROOT / name).is_file()] == []


def test_numbers_of_readme_are_those_of_the_graph(kg: KnowledgeGraph) -> None:
    counted = {str(what): str(number) for what, number in kg.summary()}
    shown = dict(table("what", "number"))
    assert shown == {what: counted[what] for what in shown}
    assert f"Release {DATA_RELEASE} holds:" in README


def test_designs_of_readme_are_those_of_the_graph(kg: KnowledgeGraph) -> None:
    sources = kg.catalog.sources
    assertions = Counter(sources[one.source].design for one in kg.assertions())
    used = Counter(sources[key].design for key in {one.source for one in kg.assertions()})
    ranked = sorted(assertions, key=lambda design: (-assertions[design], design))
    assert table("design of the source", "sources", "assertions") == [
        [design.replace("_", " "), str(used[design]), str(assertions[design])] for design in ranked
    ]


def test_sentences_of_readme_on_the_evidence(kg: KnowledgeGraph) -> None:
    assertions = list(kg.assertions())
    numbers = [one for one in assertions if one.percent is not None]
    counted = [one for one in numbers if one.count is not None and one.total is not None]
    abstracts = [one for one in numbers if one.reading == "abstract"]
    assert (
        f"Of the {len(assertions)} assertions, {len(numbers)} give a number, and {len(counted)} of "
        "these a count and a total, from which the interval follows; the others say in words how "
        f"often. Of the {len(numbers)} numbers, {len(abstracts)} were read from the abstract of a "
        "paper, not from its tables."
    ) in README
    assert all(one.frequency for one in assertions if one.percent is None)


def test_readme_gives_the_rule_for_common() -> None:
    rule = (
        f"starts at {LEAST_PERCENT} % or more, out of at least {LEAST_PATIENTS} metastatic patients"
    )
    assert rule in README


def test_readme_lists_every_format() -> None:
    listed = {name.strip("`"): what for name, what in table("format", "what it is")}
    assert listed == {form.name: form.description for form in FORMS.values()}


def test_readme_lists_every_kind_of_picture() -> None:
    assert {kind.strip("`") for kind, _ in table("kind", "what it shows")} == set(KINDS)


def test_picture_of_readme_shows_the_graph_as_it_is(kg: KnowledgeGraph) -> None:
    image = pytest.importorskip("PIL.Image")
    shown = re.search(r"!\[(?P<alt>[^\]]+)\]\((?P<path>[^)]+)\)", README)
    assert shown is not None
    with image.open(ROOT / shown["path"]) as picture:
        inside = dict(picture.text)
    names = ["breast", "prostate", "lung", "colorectal", "kidney", "uveal melanoma"]
    drawn = kg.draw.network(primaries=names, edge="commonly")
    assert inside["Data release"] == DATA_RELEASE
    assert inside["Call"] == drawn.call
    assert inside["Description"] == drawn.alt_text == shown["alt"], (
        "draw it again: metastasis draw network "
        + " ".join(f"--primary '{name}'" for name in names)
        + f" --edge commonly --out {shown['path']}"
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_readme_opens_with_not_for_clinical_use() -> None:
    start = README.partition("## Start")[0]
    assert NOT_CLINICAL.partition(":")[0] in start
    assert NOT_CLINICAL.partition(": ")[2].casefold() in start.casefold()


@pytest.mark.slow
def test_example_of_a_source_is_sound(tmp_path: Path) -> None:
    """The tables of CONTRIBUTING pass the reader, and their commands do what it says."""
    source, assertions = [block.text for block in blocks(CONTRIBUTING) if block.language == "csv"]
    (tmp_path / "author-2026-source.csv").write_text(source, encoding="utf-8")
    (tmp_path / "author-2026.csv").write_text(assertions, encoding="utf-8")
    write_inputs(tmp_path)
    said = ""
    for script in shell(CONTRIBUTING):
        done = run_shell(script, tmp_path)
        assert done.returncode == 0, done.stderr
        said += done.stdout
    assert "90/200 metastatic patients" in said


def test_layers_of_contributing_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    shown = [block.text for block in blocks(CONTRIBUTING) if block.language == "text"]
    for contract, text in zip(contracts, shown[: len(contracts)], strict=True):
        layers = [
            re.sub(r"metastasis\.((serve|patients|pictures|text)\.(?=_))?", "", one)
            for one in contract["layers"]
        ]
        assert text.split("\n")[:-1] == [re.sub(" [:|] ", ", ", one) for one in layers]


def test_citation_is_in_the_citation_file_format() -> None:
    yaml = pytest.importorskip("yaml")
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["type"] == "software"
    assert citation["license"] == "Apache-2.0"
    assert citation["preferred-citation"]["type"] == "data"
    assert citation["preferred-citation"]["license"] == "CC-BY-4.0"


def test_changelog_is_one_sentence_a_line() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    items = [line for line in lines if line.startswith("- ")]
    assert items
    assert [line for line in items if not line.endswith(".") or ". " in line] == []


def test_licenses_are_verbatim() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE
    data = (ROOT / "LICENSE-DATA").read_bytes()
    statement, legal_code = data[: data.index(b"Attribution 4.0 International\n\n=")], data
    legal_code = legal_code[len(statement) :]
    assert hashlib.sha256(legal_code).hexdigest() == CC_BY
    assert DATA_LICENSE in statement.decode()
    assert DATA_RELEASE in statement.decode()


def mapped_versions() -> Iterator[tuple[str, str]]:
    """Yield every ontology and release that the mappings name."""
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
        header = lines[0].split("\t")
        for line in lines[1:]:
            row = dict(zip(header, line.split("\t"), strict=True))
            yield row["object_source"].partition(":")[2], row["object_source_version"]


def test_notice_credits_every_ontology_and_release_mapped_to() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    names = {
        "doid.owl": "Human Disease Ontology (DOID)",
        "icd10cm": "ICD-10-CM",
        "mesh": "Medical Subject Headings (MeSH)",
        "mondo.owl": "Mondo Disease Ontology",
        "ncit.owl": "NCI Thesaurus (NCIt)",
        "oncotree": "OncoTree",
        "uberon.owl": "Uberon",
    }
    mapped = set(mapped_versions())
    assert {ontology for ontology, _ in mapped} == set(names)
    for ontology, release in mapped:
        section = notice[notice.index(f"\n{names[ontology]}") :].partition("\n\n")[0]
        assert ontology == "icd10cm" or release in section
