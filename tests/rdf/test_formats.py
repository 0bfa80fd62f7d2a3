"""The export formats: independent readers, stable bytes, named graphs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

import metastasis
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL, PREFIXES
from metastasis.rdf import FORMS

if TYPE_CHECKING:
    from metastasis.rdf import Form

pytestmark = pytest.mark.slow  # rdflib and other readers take seconds for the whole graph

KG = load()
TRIPLES = len({str(quad.triple) for quad in KG.store})
QUADS = len(KG)
RDF = [form for form in FORMS.values() if form.is_rdf]
NAMES = [form.name for form in RDF]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exports")
    for form in RDF:
        KG.export(path / form.file, command="test")
    return path


def tool(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is missing: CI installs Debian's {package}")
        pytest.skip(f"an independent parser: install Debian's {package}")
    return found


@pytest.mark.parametrize("form", RDF, ids=NAMES)
def test_oxigraph_reads_every_format_and_finds_the_same(folder: Path, form: Form) -> None:
    back = KnowledgeGraph.read(folder / form.file)
    if form.keeps_graphs:
        assert set(back.store) == set(KG.store)
    assert {str(quad.triple) for quad in back.store} == {str(quad.triple) for quad in KG.store}


@pytest.mark.parametrize(
    ("ending", "syntax", "count"),
    [
        ("nt", "ntriples", TRIPLES),
        ("ttl", "turtle", TRIPLES),
        ("rdf", "rdfxml", TRIPLES),
        ("nq", "nquads", QUADS),
    ],
)
def test_rapper_counts_the_same(folder: Path, ending: str, syntax: str, count: int) -> None:
    rapper = tool("rapper", "raptor2-utils")
    path = folder / f"metastasis.{ending}"
    done = subprocess.run(
        [rapper, "--count", "--input", syntax, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"returned {count} " in done.stderr
    assert "warning" not in done.stderr.casefold()


@pytest.mark.parametrize(
    ("ending", "syntax", "count"),
    [
        ("nt", "NTriples", TRIPLES),
        ("ttl", "Turtle", TRIPLES),
        ("nq", "NQuads", QUADS),
        ("trig", "TriG", QUADS),
    ],
)
def test_serdi_counts_the_same(folder: Path, ending: str, syntax: str, count: int) -> None:
    serdi = tool("serdi", "serdi")
    path = folder / f"metastasis.{ending}"
    done = subprocess.run(
        [serdi, "-i", syntax, "-o", "NQuads", str(path)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert len(set(done.stdout.splitlines())) == count


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_rdflib_reads_the_flat_formats(folder: Path, ending: str) -> None:
    import rdflib

    names = {"rdf": "xml", "jsonld": "json-ld", "ttl": "turtle", "nt": "nt"}
    graph = rdflib.Graph().parse(
        data=(folder / f"metastasis.{ending}").read_bytes(), format=names[ending]
    )
    assert len(graph) == TRIPLES


@pytest.mark.parametrize("ending", ["trig", "nq"])
def test_rdflib_finds_every_named_graph(folder: Path, ending: str) -> None:
    import rdflib

    names = {"trig": "trig", "nq": "nquads"}
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=(folder / f"metastasis.{ending}").read_bytes(), format=names[ending])
    named = {str(graph.identifier) for graph in dataset.graphs() if len(graph)}
    assert {
        graph.value for graph in KG.store.named_graphs() if isinstance(graph, ox.NamedNode)
    } <= named
    assert sum(1 for _ in dataset.quads()) == QUADS


@pytest.mark.parametrize("ending", ["nq", "nt"])
def test_line_formats_are_sorted(folder: Path, ending: str) -> None:
    text = (folder / f"metastasis.{ending}").read_text(encoding="utf-8")
    statements = [line for line in text.splitlines() if not line.startswith("#")]
    assert statements == sorted(statements)
    assert [line for line, _ in groupby(statements)] == statements


def test_turtle_has_no_prefix_but_ours(folder: Path) -> None:
    text = (folder / "metastasis.ttl").read_text(encoding="utf-8")
    declared = {
        line.split()[1].rstrip(":") for line in text.splitlines() if line.startswith("PREFIX")
    }
    assert declared <= set(PREFIXES)
    assert "ns1:" not in text


@pytest.mark.parametrize("form", RDF, ids=NAMES)
def test_every_file_says_what_it_is(folder: Path, form: Form) -> None:
    text = (folder / form.file).read_text(encoding="utf-8")
    assert DATA_RELEASE in text
    assert NOT_CLINICAL in text
    assert "creativecommons.org/licenses/by/4.0" in text


def test_json_ld_reads_like_the_vocabulary(folder: Path) -> None:
    import json

    document = json.loads((folder / "metastasis.jsonld").read_text(encoding="utf-8"))
    nodes = {item["@id"]: item for item in document["@graph"]}
    liver = nodes["site:liver"]
    assert liver["@type"] == "met:Site"
    assert liver["rdfs:label"] == "liver"
    assert liver["met:kind"] == "kind:organ"


def test_json_ld_names_terms_of_obo_and_numbers_in_short(folder: Path) -> None:
    import json

    text = (folder / "metastasis.jsonld").read_text(encoding="utf-8")
    document = json.loads(text)
    nodes = {item["@id"]: item for item in document["@graph"]}
    mappings = KG.catalog.sites["liver"].mappings
    for predicate in {one.predicate for one in mappings}:
        found = nodes["site:liver"][predicate]
        expected = {one.object for one in mappings if one.predicate == predicate}
        assert set([found] if isinstance(found, str) else found) == expected
    for one in KG.assertions():
        item = nodes[f"assertion:{one.key}"]
        assert item["biolink:has_evidence_of_type"].startswith("ECO:")
        if one.percent is not None:
            assert item["met:percent"] == f"{one.percent:f}"
    # In full they stand in the context alone, and in questions, which bring their own prefixes.
    said = json.dumps([item for name, item in nodes.items() if not name.startswith("query:")])
    for prefix in ("MONDO", "NCIT", "UBERON", "ECO", "HP"):
        assert document["@context"][prefix] == {"@id": PREFIXES[prefix], "@prefix": True}
        assert PREFIXES[prefix] not in said


@pytest.mark.parametrize("reader", ["pyoxigraph", "rdflib"])
def test_json_ld_is_the_same_graph_for_two_readers(folder: Path, reader: str) -> None:
    import rdflib

    data = (folder / "metastasis.jsonld").read_bytes()
    if reader == "pyoxigraph":
        quads = ox.parse(data, format=ox.RdfFormat.JSON_LD)
        assert {str(quad.triple) for quad in quads} == {str(quad.triple) for quad in KG.store}
    else:
        lines = "".join(f"{quad.triple} .\n" for quad in KG.store)
        ours = rdflib.Graph().parse(data=lines, format="nt")
        theirs = rdflib.Graph().parse(data=data, format="json-ld")
        assert set(theirs) == set(ours)


SCRIPT = """
import sys
from pathlib import Path
from metastasis._evidence.assertion_table import read_evidence
from metastasis.rdf import FORMS
from metastasis._graph import KnowledgeGraph
kg = KnowledgeGraph.from_evidence(read_evidence())
for form in FORMS.values():
    kg.export(Path(sys.argv[1]) / form.file)
"""


def test_every_export_has_the_same_bytes_over_hash_seeds_and_set_ups(tmp_path: Path) -> None:
    """Two processes that differ in hash seed, locale, time zone, folder and home."""
    folders = []
    for seed, locale, zone in (("1", "C", "UTC"), ("4242", "C.UTF-8", "Pacific/Auckland")):
        out = tmp_path / f"seed{seed}"
        home = tmp_path / f"home{seed}"
        home.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "TZ": zone,
            "HOME": str(home),
            "PYTHONPATH": str(Path(metastasis.__file__).parents[1]),
            "TMPDIR": str(home),
        }
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(out)], env=environment, cwd=home, check=True
        )
        folders.append(out)
    files = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*") if path.is_file())
    assert len(files) >= 12
    for file in files:
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file
