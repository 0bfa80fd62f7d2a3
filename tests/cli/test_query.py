"""``metastasis query``: the forms of its answers, and limits of time and memory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from metastasis._graph import load
from metastasis.rdf import Rows, Triples
from shell import call

if TYPE_CHECKING:
    from pathlib import Path

KG = load()
SELECT = "SELECT ?s ?l { ?s a met:Site ; rdfs:label ?l } ORDER BY ?s"
DESCRIBE = "DESCRIBE site:liver"


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_come_in_the_forms_of_sparql(form: str) -> None:
    done = call("query", "-", "--format", f"sparql-{form}", stdin=SELECT)
    rows = KG.query(SELECT)
    assert isinstance(rows, Rows)
    written = rows.to_sparql(form)  # type: ignore[arg-type]
    # The shell's own stream may write the line ends of its machine.
    assert done.stdout.splitlines() == written.splitlines()


def test_a_truth_comes_in_the_forms_of_sparql() -> None:
    done = call("query", "-", "--format", "sparql-json", stdin="ASK {}")
    assert json.loads(done.stdout) == {"head": {}, "boolean": True}
    for form, word in (("xml", "<boolean>true</boolean>"), ("csv", "true"), ("tsv", "true")):
        assert word in call("query", "-", "--format", f"sparql-{form}", stdin="ASK {}").stdout


@pytest.mark.parametrize("ending", ["ttl", "nt", "rdf", "jsonld"])
def test_the_ending_tells_the_form_of_triples(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"liver.{ending}"
    done = call("query", "-", "--out", out, stdin=DESCRIBE)
    assert done.returncode == 0
    syntax = ox.RdfFormat.from_extension(ending)
    assert syntax is not None
    answer = KG.query(DESCRIBE)
    assert isinstance(answer, Triples)
    assert {str(quad.triple) for quad in ox.parse(out.read_bytes(), syntax)} == {
        str(quad.triple) for quad in ox.parse(answer.to_ntriples(), ox.RdfFormat.N_TRIPLES)
    }


@pytest.mark.parametrize(("ending", "form"), [("srj", "json"), ("srx", "xml")])
def test_the_ending_tells_the_form_of_results(tmp_path: Path, ending: str, form: str) -> None:
    out = tmp_path / f"sites.{ending}"
    assert call("query", "-", "--out", out, stdin=SELECT).returncode == 0
    rows = KG.query(SELECT)
    assert isinstance(rows, Rows)
    assert out.read_text().rstrip("\n") == rows.to_sparql(form).rstrip("\n")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "form", "other"),
    [
        (SELECT, "ttl", "sparql-json"),
        ("ASK {}", "jsonld", "sparql-json"),
        (DESCRIBE, "sparql-json", "ttl"),
    ],
)
def test_a_form_that_cannot_hold_the_answer_is_refused(query: str, form: str, other: str) -> None:
    done = call("query", "-", "--format", form, stdin=query)
    assert done.returncode == 2
    assert f"does not give what {form} holds; give --format {other}" in done.stderr


@pytest.mark.parametrize("amount", ["60", "60s", "1m", "0.5h", "20000ms"])
def test_a_limit_of_time_has_a_unit(amount: str) -> None:
    assert call("query", "-", "--timeout", amount, stdin="ASK {}").stdout == "true\n"


@pytest.mark.parametrize("amount", ["512MB", "1gb", "600", "900000kb"])
def test_a_limit_of_memory_has_a_unit(amount: str) -> None:
    assert call("query", "-", "--memory", amount, stdin="ASK {}").stdout == "true\n"


@pytest.mark.parametrize("amount", ["0", "-1s", "soon", "5 days", "", "1e3"])
def test_a_wrong_limit_is_the_command_lines_fault(amount: str) -> None:
    for option in ("--timeout", "--memory"):
        done = call("query", "-", option, amount, stdin="ASK {}")
        assert done.returncode == 2
        assert "is not above 0 with one of" in done.stderr


def test_a_query_over_its_time_ends_with_a_sentence() -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
    done = call("query", "-", "--timeout", "300ms", stdin=query)
    assert done.returncode == 1
    assert "ended after 0.3 seconds" in done.stderr
