"""The SPARQL page in a real browser, on files alone: what it answers, refuses and shows.

Its worker is held to ``kg.query`` by every shipped question, in Node.js, where that takes seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from browser import PACKAGES, VIEWS, WIDE, Sight, look, web_space
from metastasis._errors import QueryError
from metastasis._graph import load
from metastasis._vocabulary import BASE, PREFIXES
from metastasis.rdf import Triples, shipped_queries
from metastasis.serve import _site, write_site
from metastasis.serve._reply import Address
from peers import ask_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph

pytestmark = pytest.mark.exchange

READY: Final = ("wait", "#sparql[data-ready]")
SHOWN: Final = ("wait", "#answer table")
REFUSED: Final = ("wait", "#said.fault")
SAID: Final = {"said": "document.querySelector('#said').textContent"}
PAIRS: Final = """SELECT ?primary ?site WHERE {
  VALUES ?primary { primary:breast primary:prostate }
  ?primary met:commonlySpreadsTo ?site
} ORDER BY ?primary ?site"""
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TYPOS: Final = (
    "SELEC ?s { ?s ?p ?o }",
    "SELECT ?s {\n  ?s rdfs:label \n}",
    "SELECT * { ?s nope:label ?o }",
    "SELECT * {\n ?s ?p ?o .\n FILTR(?o > 3) }",
    "SELECT ?s WHERE { ?s ?p ?o } ORDER ?s",
    "",
)
HARMLESS: Final = "ASK { FILTER('the SERVICE {' != 'x') # SERVICE <http://127.0.0.1/>\n }"
"""Asked last; its words only look like what is refused."""
SHIPPED: Final = {
    one.name: one.text for one in shipped_queries().values() if not one.federates_with
}
REFUSALS: Final = {
    "SELECT * " + "{" * 600 + "?s ?p ?o" + "}" * 600: "nests deeper than 500 brackets",
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }": "SERVICE would ask another machine",
    "SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }": "names no graph of this site",
    "INSERT DATA { <a> <b> <c> }": "is not valid SPARQL",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with the SPARQL page and what it asks, and no other page."""
    out = tmp_path_factory.mktemp("sparql") / "site"

    def addresses(kg: KnowledgeGraph) -> Iterator[tuple[Address, tuple[str, ...]]]:
        yield Address("sparql"), ("html",)
        yield Address("completion"), ("json",)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_site, "addresses", addresses)
        patch.setattr(_site, "_subjects", lambda _: ())
        write_site(load(), out)
    return out


def asked(query: str) -> str:
    """Return the path of a link to a query."""
    return f"sparql.html#query={quote(query)}"


@pytest.fixture(scope="module")
def answers(site: Path) -> dict[str, dict[str, Any]]:
    """Return what the worker answers, by query."""
    files = site / "assets" / "sparql"
    queries = [*SHIPPED.values(), *TYPOS, *REFUSALS, HARMLESS]
    plan = {
        "worker": str(files / "worker.js"),
        "engine": str(files / "oxigraph.wasm.gz"),
        "graph": str(site / _site.GRAPH),
        "base": BASE,
        "prefixes": dict(PREFIXES),
        "queries": queries,
    }
    # Node.js takes a .js file for a module where a file beside it says so.
    (files / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    path = site.parent / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    ready, *found = ask_node("worker_in_node.mjs", PACKAGES, path)
    (files / "package.json").unlink()
    assert ready == {"ready": len(load().store)}
    return dict(zip(queries, found, strict=True))


def rows(text: str) -> list[str]:
    """Return what SPARQL's JSON says, in an order of its own."""
    told = json.loads(text)
    if "boolean" in told:
        return [str(told["boolean"])]
    return sorted(json.dumps(row, sort_keys=True) for row in told["results"]["bindings"])


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_question_has_the_answer_of_the_library(
    answers: dict[str, dict[str, Any]], name: str
) -> None:
    got, wanted = answers[SHIPPED[name]], load().query(SHIPPED[name])
    assert "fault" not in got, got
    if isinstance(wanted, bool):
        assert rows(got["data"]) == [str(wanted)]
    elif isinstance(wanted, Triples):
        parsed = ox.parse(got["data"].encode(), format=ox.RdfFormat.TURTLE)
        again = ox.parse(wanted.to_ntriples().encode(), format=ox.RdfFormat.N_TRIPLES)
        assert {str(quad.triple) for quad in parsed} == {str(quad.triple) for quad in again}
    else:
        assert rows(got["data"]) == rows(wanted.to_sparql("json"))


@pytest.mark.parametrize("query", TYPOS)
def test_a_fault_is_told_as_by_the_library(answers: dict[str, dict[str, Any]], query: str) -> None:
    with pytest.raises(QueryError) as caught:
        load().query(query)
    assert answers[query]["fault"] == str(caught.value)


def test_what_may_not_be_asked_is_refused_and_the_next_is_answered(
    answers: dict[str, dict[str, Any]],
) -> None:
    for query, said in REFUSALS.items():
        assert said in answers[query]["fault"]
    assert json.loads(answers[HARMLESS]["data"])["boolean"] is True


def test_the_page_answers_in_every_view(site: Path) -> None:
    sights = [
        Sight("answer", asked(PAIRS), (READY, ("wait", "#answer svg")), SAID),
        Sight("fault", asked(TYPOS[1]), (READY, REFUSED), SAID),
        Sight("start", "sparql.html", (READY, ("click", "#questions li:nth-child(5) summary"))),
    ]
    with web_space(site) as origin:
        looks = look(origin, sights, "sparql-page", views=VIEWS)
    # The pages that the header leads to are not there, and the browser does not ask for them.
    assert [fault for one in looks for fault in one.faults()] == []
    said = {one.page: one.reads.get("said", "") for one in looks}
    wanted = len(load().query(PAIRS))  # type: ignore[arg-type]
    assert said["answer"].startswith(f"{wanted} rows in ")
    assert said["fault"].startswith("The query is not valid SPARQL at line 3, column 1")


def test_the_page_does_what_it_says(site: Path) -> None:
    list_of = "document.querySelector('#editor').shadowRoot.querySelectorAll('{}').length"
    endless = (READY, ("wait", "#cancel:not([hidden])"))
    again = (
        *(("click", "#editor .cm-content"), ("press", "Control+a"), ("type", "ASK {}")),
        *(("press", "Control+Enter"), ("until", f"{SAID['said']}.startsWith('Yes')")),
    )
    sights = [
        Sight(
            "completes",
            "sparql.html",
            (
                *(READY, ("click", "#editor .cm-content"), ("press", "Control+a")),
                *(("type", "SELECT * { ?p met:spreadsTo axil"), ("wait", "#editor li")),
                # At once after it opens, the list is not listened to: nobody has read it yet.
                ("until", "(window.opened ??= Date.now()) + 500 < Date.now()"),
                *(("press", "Enter"), ("press", "Control+Enter"), SHOWN),
            ),
            {"text": "document.querySelector('#query').value", **SAID},
        ),
        Sight("canceled", asked(ENDLESS), (*endless, ("click", "#cancel"), *again), SAID),
        Sight("late", asked(ENDLESS), (READY, REFUSED), SAID),
        Sight("marked", asked(TYPOS[3]), (READY, REFUSED), {"n": list_of.format(".cm-fault")}),
        Sight(
            "asked",
            "sparql.html",
            (
                *(READY, ("fill", "#search-questions", "uveal melanoma")),
                ("click", "#questions li:not([hidden]) summary"),
                ("click", "#questions li:not([hidden]) button"),
                ("until", f"{SAID['said']}.startsWith('Yes')"),
            ),
            {"found": "document.querySelector('#found-questions').textContent"},
        ),
    ]
    with web_space(site) as origin:
        looks = {one.page: one for one in look(origin, sights, "sparql-page", views=[WIDE])}
    assert [fault for one in looks.values() for fault in one.faults()] == []
    assert looks["completes"].reads["text"].endswith("site:lymph_node_axillary}")
    assert looks["late"].reads["said"].startswith("The query took longer than 10 seconds")
    assert looks["marked"].reads["n"] >= 1
    assert looks["asked"].reads["found"].startswith("1 question")


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Start a server with the graph, and give its address."""
    if sys.platform != "linux":
        pytest.skip("tried on Linux")
    command = [sys.executable, "-m", "metastasis", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        yield next(word for word in told.split() if word.startswith("http://")).rstrip("/.") + "/"
        process.terminate()


def test_the_same_page_asks_a_server(served: str) -> None:
    path = f"sparql#query={quote(PAIRS)}"
    sights = [
        Sight("server", path, (READY, ("wait", "#answer svg")), SAID),
        Sight("server-fault", f"sparql#query={quote(TYPOS[1])}", (READY, REFUSED), SAID),
    ]
    looks = {one.page: one for one in look(served, sights, "sparql-page", views=[WIDE])}
    assert looks["server"].faults() == []
    assert looks["server"].reads["said"].startswith(f"{len(load().query(PAIRS))} rows")  # type: ignore[arg-type]
    assert "line 3, column 1" in looks["server-fault"].reads["said"]


def test_without_a_script_a_server_answers_a_form(served: str) -> None:
    sights = [Sight("form", "sparql", (("click", "#sparql button"), SHOWN))]
    (found,) = look(served, sights, "sparql-page", views=[WIDE], javascript=False)
    assert found.faults() == []
    assert "query=" in found.address
