"""The SPARQL 1.1 Protocol, without a socket: what is asked, what is refused, what is answered.

The requests of the W3C's tests are written down here in a short form, under the names that
https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/ gives them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis.rdf import Rows, Triples, shipped_queries
from metastasis.serve._app import Front
from metastasis.serve._limits import ServeLimits
from metastasis.serve._query import query_handler
from metastasis.serve._refusal import REFUSALS
from visits import Got, front_of, told_by, visit

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

DATA: Final = "http://kasei.us/2009/09/sparql/data/data%d.rdf"
ZERO, ONE, TWO, THREE = (DATA % number for number in range(4))
SPARQL: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
XML: Final = "application/sparql-results+xml"
FORM: Final = "application/x-www-form-urlencoded"
BOTH: Final = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type . }}"
NAMED: Final = f"ASK {{ GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
FULL: Final = (
    f"ASK {{ <{THREE}> a ?type GRAPH ?g1 {{ <{ONE}> a ?type }} GRAPH ?g2 {{ <{TWO}> a ?type }} }}"
)


class Case(NamedTuple):
    """One request of the W3C's tests, and what is to come."""

    name: str
    method: str
    asked: tuple[tuple[str, str], ...] = ()
    body: str = ""
    content_type: str = ""
    answer: str = "4xx"
    encoding: str = "utf-8"


def default(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("default-graph-uri", name) for name in names)


def named(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(("named-graph-uri", name) for name in names)


W3C: Final = [
    Case("query_post_form", "POST", default(ZERO), "query=ASK%20%7B%7D", FORM, "true"),
    Case(
        "query_dataset_default_graphs_get",
        "GET",
        (("query", BOTH), *default(ONE, TWO)),
        answer="true",
    ),
    Case("query_dataset_default_graphs_post", "POST", default(ONE, TWO), BOTH, SPARQL, "true"),
    Case("query_dataset_named_graphs_post", "POST", named(ONE, TWO), NAMED, SPARQL, "true"),
    Case(
        "query_dataset_named_graphs_get", "GET", (("query", NAMED), *named(ONE, TWO)), answer="true"
    ),
    Case("query_dataset_full", "POST", (*default(THREE), *named(ONE, TWO)), FULL, SPARQL, "true"),
    Case(
        "query_multiple_dataset",
        "POST",
        (*default(THREE), *named(ONE, TWO)),
        FULL.replace("ASK", f"ASK FROM <{ONE}>"),
        SPARQL,
        "true",
    ),
    Case("query_get", "GET", (("query", "ASK {}"), *default(ZERO)), answer="true"),
    Case(
        "query_content_type_select",
        "POST",
        default(ZERO),
        "SELECT (1 AS ?value) {}",
        SPARQL,
        "table",
    ),
    Case("query_content_type_ask", "POST", default(ZERO), "ASK {}", SPARQL, "true"),
    Case(
        "query_content_type_describe",
        "POST",
        default(ZERO),
        "DESCRIBE <http://example.org/>",
        SPARQL,
        "graph",
    ),
    Case(
        "query_content_type_construct",
        "POST",
        default(ZERO),
        "CONSTRUCT { <s> <p> 1 } WHERE {}",
        SPARQL,
        "graph",
    ),
    Case("query_post_direct", "POST", (), "ASK {}", SPARQL, "true"),
    Case("bad_query_method", "PUT", (("query", "ASK {}"), *default(ZERO)), "", FORM),
    Case("bad_multiple_queries", "GET", (("query", "ASK {}"), ("query", "SELECT * {}"))),
    Case("bad_query_wrong_media_type", "POST", (), "ASK {}", "text/plain"),
    Case("bad_query_missing_form_type", "POST", (), "query=ASK%20%7B%7D"),
    Case("bad_query_missing_direct_type", "POST", (), "ASK {}"),
    Case(
        "bad_query_non_utf8", "POST", (), "ASK {}", f"{SPARQL}; charset=UTF-16", encoding="utf-16"
    ),
    Case("bad_query_syntax", "GET", (("query", "ASK {"),)),
    Case("bad_update_get", "GET", (("update", "CLEAR ALL"),)),
    Case("bad_multiple_updates", "POST", (), "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", FORM),
    Case("bad_update_wrong_media_type", "POST", (), "CLEAR NAMED", "text/plain"),
    Case("bad_update_missing_form_type", "POST", (), "update=CLEAR%20NAMED"),
    Case(
        "bad_update_non_utf8",
        "POST",
        (),
        "CLEAR NAMED",
        f"{UPDATE}; charset=UTF-16",
        encoding="utf-16",
    ),
    Case("bad_update_syntax", "POST", (), "update=CLEAR%20XYZ", FORM),
    Case(
        "bad_update_dataset_conflict",
        "POST",
        (("using-named-graph-uri", "http://example/people"),),
        "WITH <http://example/addresses> DELETE { ?p ?q 'Bill' } WHERE { ?p ?q 'Bill' }",
        UPDATE,
    ),
    # The seven tests of updates: this endpoint takes none, and says so.
    Case("update_dataset_default_graph", "POST", (), "CLEAR ALL ; INSERT DATA {}", UPDATE),
    Case("update_dataset_default_graphs", "POST", (), "CLEAR ALL ; INSERT DATA {}", UPDATE),
    Case("update_dataset_named_graphs", "POST", (), "CLEAR ALL ; INSERT DATA {}", UPDATE),
    Case("update_dataset_full", "POST", (), "CLEAR ALL ; INSERT DATA {}", UPDATE),
    Case("update_post_form", "POST", (), "update=CLEAR+ALL", FORM),
    Case("update_post_direct", "POST", (), "CLEAR ALL", UPDATE),
    Case("update_base_uri", "POST", (), "INSERT DATA { <s> <p> <test> }", UPDATE),
]


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def front(kg: KnowledgeGraph) -> Front:
    return front_of(kg)


@pytest.fixture(scope="module")
def small(kg: KnowledgeGraph) -> Front:
    """Return a front over the graphs that the W3C's tests speak of."""
    store = ox.Store()
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    document = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
    store.add_graph(ox.NamedNode(ZERO))
    for name in (ONE, TWO, THREE):
        node = ox.NamedNode(name)
        store.add(ox.Quad(node, kind, document, node))
    ask = told_by(query_handler(store, 10_000))
    return Front(ask, ask, "test", ServeLimits(answer=10_000, question=2_000))


def ask(front: Front, query: str, accept: str | None = None, **more: str) -> Got:
    headers = {} if accept is None else {"Accept": accept}
    return visit(front, "GET", f"/sparql?{urlencode({'query': query, **more})}", headers)


@pytest.mark.parametrize("case", W3C, ids=lambda case: case.name)
def test_the_protocol_tests_of_the_w3c(small: Front, case: Case) -> None:
    target = f"/sparql/?{urlencode(case.asked)}" if case.asked else "/sparql/"
    headers = {"Content-Type": case.content_type} if case.content_type else {}
    got = visit(small, case.method, target, headers, case.body.encode(case.encoding))
    kind = got.headers.get("content-type", "")
    if case.answer == "4xx":
        assert 400 <= got.status < 500
        assert got.detail
    else:
        assert got.status == 200
    if case.answer in ("true", "table"):
        assert kind == "application/sparql-results+json"
        assert case.answer == "table" or json.loads(got.body)["boolean"] is True
    if case.answer == "graph":
        assert kind == "text/turtle"
        assert list(ox.parse(got.body, format=ox.RdfFormat.TURTLE)) or "DESCRIBE" in case.body


@pytest.mark.parametrize(
    ("method", "target", "content_type", "body", "kind"),
    [
        ("GET", "/sparql?query=ASK%20%7B%7", "", b"", "encoding"),
        ("GET", "/sparql?query=ASK%20%7B%ff%7D", "", b"", "encoding"),
        ("POST", "/sparql", SPARQL, b"ASK { ?s ?p '\xff' }", "encoding"),
        ("POST", "/sparql", FORM, b"query=%C3%28", "encoding"),
        ("POST", "/sparql", FORM, b"default-graph-uri=x", "no query"),
        ("POST", "/sparql", FORM, b"query=+", "no query"),
        ("POST", "/sparql?query=ASK+%7B%7D", SPARQL, b"ASK {}", "several queries"),
        ("POST", "/sparql", f"{SPARQL};charset=latin-1", b"ASK {}", "media type"),
        ("POST", "/sparql", "multipart/form-data; boundary=x", b"--x--", "media type"),
        ("POST", "/sparql", SPARQL, b"INSERT DATA {}", "update"),
        ("POST", "/sparql", SPARQL, b"PREFIX a: <http://a/> drop all", "update"),
        ("POST", "/sparql", SPARQL, b"#" * 2_001, "question size"),
        ("POST", "/sparql", SPARQL, b"#" * 2_000_000, "question size"),
        ("POST", "/sparql", FORM, b"query=" + b"a" * 2_001, "question size"),
        ("GET", "/sparql?query=" + "a" * 2_001, "", b"", "question size"),
        ("POST", "/sparql", SPARQL, b"SELECT * { SERVICE <http://a/> {} }", "federation"),
        ("POST", "/sparql", SPARQL, b"SELECT * { SERVICE SILENT <http://a/> {} }", "federation"),
        ("POST", "/sparql", SPARQL, b"SELECT * FROM <http://a/> { ?s ?p ?o }", "federation"),
        ("POST", "/sparql", SPARQL, b"ASK" + b"{" * 600 + b"}" * 600, "syntax"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=http://a/", "", b"", "foreign graph"),
        ("GET", "/sparql?query=ASK%7B%7D&named-graph-uri=a%20b", "", b"", "graph name"),
        ("DELETE", "/sparql", "", b"", "method"),
        ("POST", "/", FORM, b"", "method"),
        ("BREW", "/health", "", b"", "method"),
        ("GET", "/assets/../secret", "", b"", "not found"),
        ("GET", "/%ff", "", b"", "encoding"),
        ("GET", "/primary?edge=" + "a" * 10_000, "", b"", "address size"),
        ("POST", "/sparql?default-graph-uri=" + "a" * 10_000, SPARQL, b"ASK {}", "names size"),
    ],
)
def test_what_is_refused_is_told_in_a_sentence(
    small: Front, method: str, target: str, content_type: str, body: bytes, kind: str
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    got = visit(small, method, target, {**headers, "Content-Length": str(len(body))}, body)
    assert got.headers["content-type"] == "application/problem+json"
    assert got.headers["cache-control"] == "no-store"
    told = json.loads(got.body)
    assert (told["kind"], told["status"]) == (kind, REFUSALS[kind].status)
    assert got.status == told["status"]
    assert len(told["detail"].split()) > 4
    assert "Traceback" not in told["detail"]
    assert ("allow" in got.headers) == (got.status == 405)


def test_a_sentence_of_syntax_says_line_and_column(front: Front) -> None:
    got = ask(front, "SELECT ?s {\n ?s ?p }")
    assert got.status == 400
    assert "line 2, column 8" in got.detail


def test_an_answer_that_is_too_long_is_refused_whole(small: Front) -> None:
    rows = "SELECT * { " + " ".join(f"VALUES ?{name} {{ 1 2 3 4 5 6 7 8 }}" for name in "abcd")
    got = ask(small, f"{rows} }}")
    assert got.status == 413
    assert "LIMIT" in got.detail
    assert ask(small, f"{rows} }} LIMIT 10").status == 200
    triples = ask(small, f"CONSTRUCT {{ [] <http://p> ?a, ?b }} {rows[9:]} }}")
    assert triples.status == 413


def test_xml_that_cannot_hold_an_answer_is_refused(front: Front) -> None:
    query = 'SELECT ("\\u0007" AS ?bell) {}'
    assert ask(front, query, "application/sparql-results+xml").status == 406
    assert ask(front, query, "application/sparql-results+json").status == 200


@pytest.mark.parametrize(
    ("query", "accept", "more", "expected"),
    [
        ("ASK {}", None, {}, "application/sparql-results+json"),
        ("ASK {}", "application/json", {}, "application/json"),
        ("ASK {}", "text/csv;q=0.3, text/tab-separated-values", {}, "text/tab-separated-values"),
        ("ASK {}", "text/turtle", {}, 406),
        ("ASK {}", "image/png", {}, 406),
        ("ASK {}", "text/turtle", {"format": "xml"}, "application/sparql-results+xml"),
        ("ASK {}", "text/csv", {"output": "json"}, "application/sparql-results+json"),
        ("ASK {}", "text/csv", {"format": "nonsense"}, "text/csv"),
        (
            "ASK {}",
            None,
            {"format": "application/sparql-results+xml"},
            "application/sparql-results+xml",
        ),
        ("CONSTRUCT {} {}", None, {}, "text/turtle"),
        ("CONSTRUCT {} {}", "application/rdf+xml", {}, "application/rdf+xml"),
        ("CONSTRUCT {} {}", "text/csv", {}, 406),
        ("CONSTRUCT {} {}", "text/csv, application/n-triples;q=0.1", {}, "application/n-triples"),
        ("CONSTRUCT {} {}", None, {"format": "json"}, "application/ld+json"),
        ("DESCRIBE <x>", None, {"format": "turtle"}, "text/turtle"),
    ],
)
def test_the_form_is_the_one_that_is_asked_for(
    front: Front, query: str, accept: str | None, more: dict[str, str], expected: str | int
) -> None:
    got = ask(front, query, accept, **more)
    if isinstance(expected, int):
        assert got.status == expected
        assert got.detail
    else:
        assert got.status == 200, got
        assert got.headers["content-type"].partition(";")[0] == expected


def test_graphs_that_are_named_are_the_only_ones_asked(front: Front) -> None:
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g LIMIT 2"
    first, second = ask(front, graphs, "text/csv").body.decode().split()[1:]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    everything = int(ask(front, count, "text/csv").body.split()[1])
    of_first = ask(front, count, "text/csv", **{"default-graph-uri": first}).body.split()[1]
    assert 0 < int(of_first) < everything
    only_named = ask(front, count, "text/csv", **{"named-graph-uri": second}).body.split()[1]
    assert int(only_named) == 0
    seen = ask(front, graphs, "text/csv", **{"named-graph-uri": second}).body.decode().split()[1:]
    assert seen == [second]
    written = count.replace(" {", f" FROM <{second}> {{")
    of_second = int(ask(front, written, "text/csv").body.split()[1])
    assert 0 < of_second < everything
    over = ask(front, written, "text/csv", **{"default-graph-uri": first}).body.split()[1]
    assert over == of_first


def rows_of(query: str, got: Got, form: ox.QueryResultsFormat) -> list[list[str | None]] | bool:
    found = ox.parse_query_results(got.body, format=form)
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    return [[None if cell is None else str(cell) for cell in row] for row in found]


@pytest.mark.parametrize("name", shipped_queries())
def test_every_shipped_question_has_the_rows_of_the_library(
    front: Front, kg: KnowledgeGraph, name: str
) -> None:
    query = shipped_queries()[name]
    if query.federates_with:
        assert ask(front, query.text).status == 403
        return
    expected = kg.query(query.text)
    got = ask(front, query.text, "application/sparql-results+json, text/turtle")
    assert got.status == 200, got
    if isinstance(expected, Triples):
        assert got.body.decode() == expected.to_turtle()
    elif isinstance(expected, Rows):
        assert got.body.decode() == expected.to_sparql("json")
    else:
        assert json.loads(got.body)["boolean"] is expected


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("tsv", "text/tab-separated-values"),
        ("csv", "text/csv"),
    ],
)
def test_all_forms_hold_the_same_rows(
    front: Front, kg: KnowledgeGraph, form: str, media_type: str
) -> None:
    query = (
        "SELECT * { ?site a met:Site ; rdfs:label ?label OPTIONAL { ?site met:icd10cm ?code } } "
        "ORDER BY ?site ?code"
    )
    expected = kg.query(query)
    assert isinstance(expected, Rows)
    got = ask(front, query, media_type)
    assert got.body.decode() == expected.to_sparql(form)  # type: ignore[arg-type]
    assert len(expected) > 50


def test_prefixes_and_the_base_are_those_of_the_library(front: Front) -> None:
    got = ask(front, "ASK { primary:breast met:spreadsTo <site/bone> }")
    assert json.loads(got.body)["boolean"] is True
    made = ask(front, "CONSTRUCT { <site/bone> <p> 1 } {}", "application/n-triples")
    assert made.body.startswith(b"<https://w3id.org/metastasis/site/bone> ")


def test_a_question_and_its_address_may_be_of_any_script(front: Front) -> None:
    got = ask(front, "SELECT ('骨転移 μετάσταση 🧬' AS ?x) {}", "text/csv")
    assert got.body.decode().splitlines() == ["x", "骨転移 μετάσταση 🧬"]
    raw = "/sparql?query=" + quote("SELECT ('ñ' AS ?x) {}", safe="")
    assert "ñ" in visit(front, "GET", raw, {"Accept": "text/csv"}).body.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("SELECT ?label { site:liver rdfs:label ?label }", "liver"),
        ("ASK { site:liver a met:Site }", "Yes"),
        ("CONSTRUCT WHERE { site:liver rdfs:label ?label }", "site:liver"),
        ("SELECT ('<script>alert(1)</script>' AS ?x) {}", "&lt;script&gt;"),
        ("SELECT ?x { ", "line 1, column"),
        ("SELECT * { SERVICE <http://a/> {} }", "asks no other machine"),
    ],
)
def test_a_form_without_a_script_has_a_page_for_its_answer(
    front: Front, query: str, seen: str
) -> None:
    got = ask(front, query, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert got.headers["content-type"] == "text/html; charset=utf-8"
    page = got.body.decode()
    assert seen in page
    assert "<script>alert" not in page
    assert "Not for clinical use" in page


def test_a_page_of_the_endpoint_stands_where_no_query_is(front: Front) -> None:
    page = visit(front, "GET", "/sparql", {"Accept": "text/html"})
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert visit(front, "GET", "/sparql?query=", {"Accept": "text/html"}).status == 200
