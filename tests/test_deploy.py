"""What is ready for registries, held to the graph; and what runs a server, held to the server.

There is no Docker daemon where these tests run: of the Dockerfile, each line is held to what it
names, and its commands to the command line. No image is built.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import pytest

from documents import tables
from metastasis._cli.app import app
from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import BASE, DATA_RELEASE, PREFIXES, RELEASE
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.manifest import MANIFEST
from metastasis.rdf._terms import value_of
from metastasis.serve._limits import ServeLimits
from servers import serving

DEPLOY: Final = Path(__file__).parents[1] / "deploy"
RULE: Final = re.compile(r"^RewriteRule (\S+) (\S+) \[(\S+)\]$", re.MULTILINE)
RULES: Final = RULE.findall((DEPLOY / "w3id/metastasis/.htaccess").read_text(encoding="utf-8"))
REDIRECTS: Final = [pattern for pattern, target, _ in RULES if target != "-"]
RECORDS: Final = json.loads((DEPLOY / "bioregistry/prefixes.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every IRI of ours in the graph, wherever it stands, without our address."""
    store = KnowledgeGraph.from_evidence(load().evidence).store
    terms = {
        term
        for quad in store
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
        if isinstance(term, ox.NamedNode)
    }
    found = {value_of(term) for term in terms}
    return {name.removeprefix(BASE) for name in found if name.startswith(BASE)}


def leads_somewhere(path: str) -> bool:
    """Return whether a redirect takes a path, as a server gets it: without what follows a hash."""
    return any(re.search(pattern, path.partition("#")[0]) for pattern in REDIRECTS)


def test_every_iri_of_the_graph_leads_somewhere(names: set[str]) -> None:
    assert len(names) > 4000
    assert [name for name in sorted(names) if not leads_somewhere(name)] == []


def test_every_prefix_of_ours_leads_somewhere() -> None:
    ours = {name: space.removeprefix(BASE) for name, space in PREFIXES.items() if BASE in space}
    paths = {"distribution": f"distribution/{DATA_RELEASE}/x"}
    lost = [name for name, path in ours.items() if not leads_somewhere(paths.get(name, f"{path}x"))]
    assert lost == []


@pytest.mark.parametrize("name", ["csvw", "json-schema", "linkml", "robot", "sssom"])
def test_every_address_in_a_form_leads_somewhere(tmp_path: Path, name: str) -> None:
    (path,) = load().export(tmp_path / FORMS[name].file, name)
    text = path.read_text(encoding="utf-8").replace("{", "").replace("}", "")
    found = set(re.findall(rf"{re.escape(BASE)}([\w./#-]+)", text))
    spaces = {space.removeprefix(BASE) for space in PREFIXES.values()}
    assert [one for one in sorted(found - spaces) if not leads_somewhere(one)] == []


def test_every_address_in_the_files_of_the_ontology_leads_somewhere() -> None:
    kinds = ("*.ttl", "queries/*.ttl", "rules/*.rq", "mappings/*.tsv")
    paths = [path for kind in kinds for path in ontology_path().glob(kind)]
    texts = "".join(path.read_text(encoding="utf-8") for path in paths)
    found = set(re.findall(rf"{re.escape(BASE)}([\w/-][\w.#/-]*)", texts))
    assert len(found) > 20
    lost = [one for one in sorted(found) if not leads_somewhere(re.sub("/$", "/x", one))]
    assert lost == []


def test_every_file_of_a_release_leads_somewhere() -> None:
    release = RELEASE.removeprefix(BASE)
    for name in (*(form.file for form in FORMS.values()), *MANIFEST):
        assert leads_somewhere(f"{release}/{name}")
    assert leads_somewhere(release)


def test_every_nanopublication_leads_to_the_file_of_all() -> None:
    from metastasis.rdf._exchange.nanopublications import nanopublication_quads

    quads = islice(nanopublication_quads(load().evidence), 100)
    graphs = {value_of(quad.graph_name).removeprefix(BASE) for quad in quads}  # type: ignore[arg-type]
    assert graphs
    assert all(leads_somewhere(name) for name in graphs)
    assert any(target.endswith(f"/latest/{FORMS['nanopubs'].file}") for _, target, _ in RULES)


@pytest.mark.parametrize("path", ["nothing/x", "primary", "vocabulary", "release/x/y"])
def test_what_is_not_ours_leads_nowhere(path: str) -> None:
    assert not leads_somewhere(path)


def test_one_line_names_the_host() -> None:
    hosts = [target for _, target, flags in RULES if "E=HOST" in flags]
    assert len(hosts) == 1
    others = [target for _, target, _ in RULES if target != "-"]
    assert all(target.startswith("%{ENV:HOST}/") for target in others)


@pytest.mark.parametrize("prefix", RECORDS)
def test_the_pattern_of_a_prefix_fits_every_identifier_of_the_graph(
    names: set[str], prefix: str
) -> None:
    record = RECORDS[prefix]
    space = record["uri_format"].removesuffix("$1").removeprefix(BASE)
    found = {name.removeprefix(space) for name in names if name.startswith(space)}
    assert len(found) > 10
    assert [key for key in sorted(found) if not re.fullmatch(record["pattern"], key)] == []
    assert {record["example"], *record.get("example_extras", ())} <= found


def test_prefixes_are_parts_of_the_one() -> None:
    assert {record.get("part_of", "metastasis") for record in RECORDS.values()} == {"metastasis"}
    assert {prefix.partition(".")[0] for prefix in RECORDS} == {"metastasis"}
    spaces = {record["uri_format"].removesuffix("$1") for record in RECORDS.values()}
    assert spaces <= set(PREFIXES.values())


# What runs a server.

CHECKOUT: Final = DEPLOY.parent
DOCKERFILE: Final = [
    (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
    for line in (DEPLOY / "docker/Dockerfile").read_text("utf-8").replace("\\\n", "").splitlines()
    if line and not line.startswith("#")
]
"""Instruction and the rest of each line of the Dockerfile, comments left out."""
UNIT: Final = DEPLOY / "systemd" / "metastasis.service"
EXPOSURE: Final = 1.5
"""Of 10, by systemd-analyze; what is left is the network and SCHED_IDLE, which a server needs."""


def told(instruction: str) -> list[str]:
    """Return what stands behind each instruction of that name in the Dockerfile."""
    return [rest for name, rest in DOCKERFILE if name == instruction]


def is_understood(words: list[str]) -> bool:
    """Return whether the command line takes a command with these options; nothing is run."""
    command = app.get_command(app.make_context("metastasis", [], resilient_parsing=True), words[0])
    assert command is not None, words
    asked = command.make_context(words[0], words[1:]).params
    return words[0] == "site" or asked["port"] in {0, 8000}


def test_the_image_runs_our_command_as_nobody() -> None:
    (entry,), (command,) = told("ENTRYPOINT"), told("CMD")
    assert Path(json.loads(entry)[0]).name == "metastasis"
    assert is_understood(json.loads(command))
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", told("USER")[0])
    names = [name for name, _ in DOCKERFILE]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "ADD" not in names
    assert told("EXPOSE") == ["8000"]


def test_the_image_is_made_of_what_is_here() -> None:
    assert {rest.split()[0] for rest in told("FROM")} == {"python:3.13-slim"}
    listed = (DEPLOY / "docker/Dockerfile.dockerignore").read_text(encoding="utf-8")
    sent = re.findall(r"^!(.+)$", listed, re.MULTILINE)
    copied = [word for rest in told("COPY") if "--from" not in rest for word in rest.split()[:-1]]
    assert set(copied) == set(sent)
    assert [name for name in copied if not (CHECKOUT / name).exists()] == []
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    assert '".[serve]"' in told("RUN")[0]
    assert "serve" in project["project"]["optional-dependencies"]
    assert tuple(map(int, project["project"]["requires-python"][2:].split("."))) <= (3, 13)


def test_the_health_check_of_the_image_tells_a_server_that_does_not_answer() -> None:
    command = json.loads(told("HEALTHCHECK")[0].partition(" CMD ")[2])
    assert Path(command[1]).name == "health.py"
    script = DEPLOY / "docker" / "health.py"
    done = subprocess.run(
        [sys.executable, script, "http://127.0.0.1:9/"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("http://127.0.0.1:9/ does not answer: ")
    question = runpy.run_path(str(script))["QUESTION"]
    assert load().query(question) is True


@pytest.mark.slow
def test_the_health_check_of_the_image_passes_a_server_that_answers() -> None:
    health = runpy.run_path(str(DEPLOY / "docker" / "health.py"))["main"]
    with serving() as address:
        assert health(address) is None


def test_the_unit_runs_our_command() -> None:
    text = UNIT.read_text(encoding="utf-8")
    (words,) = re.findall(r"^ExecStart=\S+/metastasis (.*)$", text, re.MULTILINE)
    assert is_understood(words.split())


@pytest.mark.parametrize("document", ["README.md", "docs/howto/serve.md", "deploy/README.md"])
def test_commands_that_no_test_runs_are_understood(document: str) -> None:
    text = (CHECKOUT / document).read_text(encoding="utf-8")
    for line in re.findall(r"^\$ metastasis (serve|site)\b *([^#\n]*)", text, re.MULTILINE):
        assert is_understood([line[0], *line[1].split()])


def test_the_limits_that_the_guide_states_are_those_of_a_server() -> None:
    limits = ServeLimits()
    guide = (CHECKOUT / "docs/howto/serve.md").read_text(encoding="utf-8")
    stated = next(rows[2:] for rows in tables(guide) if rows[0][:2] == ["limit", "is"])
    assert [value for _, value, _ in stated] == [
        f"{limits.deadline:g} s",
        f"{limits.memory >> 20} MB",
        f"{limits.question >> 10} KB",
        f"{limits.answer >> 20} MB",
        f"{limits.wait:g} s",
        f"{limits.client_running} and {limits.client_waiting}",
    ]


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unit with a command that is on this machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    text = UNIT.read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("unit") / UNIT.name
    path.write_text(text.replace("/opt/metastasis/bin/metastasis", sys.executable), "utf-8")
    return path


def test_systemd_takes_the_unit(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_little_that_the_unit_may_do(unit: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:g}", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    level = re.search(r"exposure level for metastasis.service: ([\d.]+)", done.stdout)
    assert level is not None
    assert float(level[1]) <= EXPOSURE
