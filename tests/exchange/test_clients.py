"""The endpoint as other clients ask it: each shipped question gives the rows of Python."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis._vocabulary import PREFIXES
from metastasis.rdf import Rows, Triples, shipped_queries
from peers import ask_node, ask_python

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.exchange

SPARQLWRAPPER: Final = ("SPARQLWrapper==2.0.0", "rdflib==7.6.0", "setuptools<81")
COMUNICA: Final = ("@comunica/query-sparql@4.3.0",)
OPENAPI: Final = ("openapi-spec-validator==0.9.0", "schemathesis==4.32.5")

KG: Final = mets.load()
OURS: Final = {name: one for name, one in shipped_queries().items() if not one.federates_with}
Bag = Counter[frozenset[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return the address of a server that runs as long as this module."""
    command = [sys.executable, "-m", "metastasis", "serve", "--port", "0", "--deadline", "60s"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://[\w.:]+/", told)
            assert found is not None, told
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)


@pytest.fixture(scope="module")
def questions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the text and the form of each shipped question."""
    path = tmp_path_factory.mktemp("clients") / "questions.json"
    path.write_text(json.dumps({name: [one.text, one.form] for name, one in OURS.items()}))
    return path


def value(term: dict[str, str]) -> tuple[str, str]:
    """Return a term; a number as such, for clients write it as they like."""
    kind = term.get("datatype", "").removeprefix(PREFIXES["xsd"])
    if kind in {"decimal", "double", "float"}:
        return f"{float(term['value']):.9g}", "number"
    return term["value"], kind


def bag(bindings: list[dict[str, dict[str, str]]]) -> Bag:
    """Return rows in no order."""
    return Counter(
        frozenset((name, *value(term)) for name, term in row.items()) for row in bindings
    )


def in_python(name: str) -> Bag | bool | set[str]:
    """Return what Python answers: rows, a truth, or triples."""
    answer = KG.query(OURS[name].text)
    if isinstance(answer, Rows):
        return bag(json.loads(answer.to_sparql("json"))["results"]["bindings"])
    return set(answer.to_ntriples().splitlines()) if isinstance(answer, Triples) else answer


def came(name: str, answer: Any) -> Bag | bool | set[str]:
    """Return the answer of a client in the same way."""
    if OURS[name].form == "select":
        return bag(answer["results"]["bindings"])
    if OURS[name].form == "ask":
        return bool(answer["boolean"])
    return lines(answer, ox.RdfFormat.N_TRIPLES)


def lines(text: str | bytes, form: ox.RdfFormat) -> set[str]:
    """Return triples as lines of N-Triples."""
    return {f"{quad.triple} ." for quad in ox.parse(text, format=form)}


def test_sparqlwrapper_asks_in_every_way_and_reads_every_form(
    address: str, questions: Path
) -> None:
    read = ask_python("sparqlwrapper_asks.py", SPARQLWRAPPER, f"{address}sparql", questions)
    for name, answer in read["all"].items():
        assert came(name, answer) == in_python(name), name
    assert read["all"].keys() == OURS.keys()
    assert len(read["ways"]) == 3 * 4
    for way, answer in read["ways"].items():
        assert answer == read["ways"]["GET json"], way
    for form, answer in read["graphs"].items():
        assert set(answer) == in_python(read["constructed"]), form


def test_the_store_of_rdflib_gives_the_same_rows(address: str, questions: Path) -> None:
    read = ask_python("sparqlstore_asks.py", SPARQLWRAPPER, f"{address}sparql", questions)
    assert read["answers"].keys() == OURS.keys()
    for name, answer in read["answers"].items():
        assert came(name, answer) == in_python(name), name
    assert read["size"] == len({quad.triple for quad in KG.store})


def test_comunica_gives_the_same_rows(address: str, questions: Path) -> None:
    read = ask_node("comunica_asks_endpoint.mjs", COMUNICA, f"{address}sparql", questions)
    assert read["answers"].keys() | read["failed"].keys() == OURS.keys()
    assert read["failed"] == {}
    for name, answer in read["answers"].items():
        assert came(name, answer) == in_python(name), name


FORMS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}


@pytest.mark.parametrize("media_type", FORMS)
def test_curl_gets_and_posts(address: str, media_type: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    text = OURS["01-breast-commonly-spreads-to"].text
    ways = (
        ["--get", "--data-urlencode", f"query={text}"],
        ["--data-urlencode", f"query={text}"],
        ["--header", "Content-Type: application/sparql-query", "--data-binary", text],
    )
    bodies = [
        subprocess.run(
            [
                "curl",
                "-sSf",
                "--compressed",
                "-H",
                f"Accept: {media_type}",
                *way,
                f"{address}sparql",
            ],
            check=True,
            capture_output=True,
        ).stdout
        for way in ways
    ]
    assert len(set(bodies)) == 1
    if media_type != "text/csv":
        ours = KG.query(text)
        found = ox.parse_query_results(bodies[0], format=FORMS[media_type])
        assert isinstance(found, ox.QuerySolutions)
        assert isinstance(ours, Rows)
        assert len(list(found)) == len(ours)


@pytest.mark.parametrize("path", ["primary/breast", "disease/breast--bone", "source/hess-2006"])
def test_curl_takes_the_data_of_a_name_by_accept(address: str, path: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    got = {}
    for form in (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML):
        done = subprocess.run(
            ["curl", "-sSfL", "-H", f"Accept: {form.media_type}", f"{address}{path}"],
            check=True,
            capture_output=True,
        )
        got[form.media_type] = lines(done.stdout, form)
    first, *others = got.values()
    assert first
    assert all(one == first for one in others)


def test_the_package_itself_reads_the_graph_from_its_endpoint(address: str) -> None:
    read = mets.KnowledgeGraph.read(f"{address}sparql")
    assert set(read.store) == set(KG.store)
    assert read.evidence.assertions == KG.evidence.assertions


def test_the_description_of_the_api_is_valid_and_the_api_keeps_to_it(address: str) -> None:
    read = ask_python("openapi_checks.py", OPENAPI, f"{address}api")
    assert read["version"] == "3.1"
    assert read["faults"] == []
    assert read["asked"] > 100
