"""Queries: what they give, and what they are not allowed to do."""

from __future__ import annotations

import pytest

from metastasis._errors import FederationError, QueryError
from metastasis._graph import load
from metastasis._table import IRI, Table
from metastasis.rdf import Triples

KG = load()


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("3", 3),
        ("2.5", 2.5),
        ("1e1", 10.0),
        ("true", True),
        ('"text"', "text"),
        ('"text"@en', "text"),
        ("?unbound", None),
        ("site:liver", IRI("https://w3id.org/metastasis/site/liver")),
    ],
)
def test_values_are_typed(expression: str, value: object) -> None:
    rows = KG.query(f"SELECT ({expression} AS ?x) {{}}")
    assert isinstance(rows, Table)
    assert rows[0] == (value,)
    assert type(rows[0][0]) is type(value)


def test_construct_gives_triples_that_parse_again() -> None:
    answer = KG.query("CONSTRUCT { ?p met:spreadsTo ?s } WHERE { ?p met:spreadsTo ?s }")
    assert isinstance(answer, Triples)
    import rdflib

    assert len(rdflib.Graph().parse(data=answer.to_turtle(), format="turtle")) == len(answer)
    assert answer.to_pandas().shape == (len(answer), 3)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a' . SERVICE ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p '''it's ' ''' . SERVICE <http://127.0.0.1:9/> { } }",
        "SELECT * { # comment\nSERVICE <http://127.0.0.1:9/> {} }",
        "SELECT * { ?s ?p <http://a#b> . SERVICE <http://127.0.0.1:9/> {} }",
        "SELECT * FROM <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/hostname> { ?s ?p ?o }",
        "PREFIX x: <http://127.0.0.1:9/> SELECT * FROM x:y { ?s ?p ?o }",
        "SELECT * FROM primary:breast { ?s ?p ?o }",
        "PREFIX e:<http://127.0.0.1:9/> SELECT * { SERVICEe:x {?s ?p ?o} }",
        "PREFIX :<http://127.0.0.1:9/> SELECT * { SERVICE:x {?s ?p ?o} }",
        "PREFIX e:<http://127.0.0.1:9/> SELECT * { SERVICESILENT e:x {?s ?p ?o} }",
        "SELECT * { ?s met:total 5SERVICE <http://127.0.0.1:9/> {} }",
        "SELECT * { OPTIONAL{?a met:x site:a\\#} SERVICE <http://127.0.0.1:9/> {} }",
        "PREFIX e:<http://127.0.0.1:9/> SELECT * { FILTER(1<2)SERVICEe:x#>\n{} }",
        "SELECT * { BIND ('SERVICE <http://x/>' AS ?x) }",
        "SELECT * { ?s rdfs:label 'a' } # SERVICE <http://x/>",
        "SELECT * FROM # comment\n <http://127.0.0.1:9/x.ttl> { ?s ?p ?o }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> {} }",
        'SELECT * { BIND ("\\u0022" AS ?x) SERVICE <http://127.0.0.1:9/> {} BIND ("" AS ?y) }',
        "BASE <http://127.0.0.1:9/> SELECT * FROM <x> { ?s ?p ?o }",
    ],
)
def test_what_leaves_the_machine_is_refused(query: str) -> None:
    with pytest.raises(FederationError):
        KG.query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a met:Site } LIMIT 1",
        "SELECT * { ?s rdfs:label 'from' } # FROM <http://x/>",
        "PREFIX g: <https://w3id.org/metastasis/graph/> SELECT * FROM g:hess-2006 { ?s a ?o }",
        "BASE <https://w3id.org/metastasis/> SELECT * FROM <graph/hess-2006> { ?s a ?o }",
        "SELECT * FROM graph:hess-2006 { ?s ?p ?o } LIMIT 1",
        "SELECT * FROM NAMED <https://w3id.org/metastasis/graph/hess-2006> { GRAPH ?g {?s a ?o} }",
    ],
)
def test_what_stays_is_allowed(query: str) -> None:
    assert isinstance(KG.query(query), Table)


def test_from_chooses_the_graph() -> None:
    rows = KG.query("SELECT DISTINCT ?s FROM graph:hess-2006 { ?a prov:wasDerivedFrom ?s }")
    assert list(rows) == [(IRI("https://w3id.org/metastasis/source/hess-2006"),)]  # type: ignore[arg-type]


def test_allowed_federation_reaches_out_and_says_when_nobody_answers() -> None:
    with pytest.raises(QueryError, match="failed"):
        KG.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", federate=True)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?s WHERE { ?s ?p ", "ends too soon"),
        ("SELECT ?s\nWHERE { ?s ?p ?o ) }", "line 2"),
        ("SELEC ?s {}", "line 1, column 1"),
        ("SELECT * { ?s nope:x ?o }", "nope"),
        ("INSERT DATA { <http://a> <http://b> <http://c> }", "is an update"),
        ("LOAD <http://127.0.0.1:9/x.ttl>", "is an update"),
        ("", "not valid SPARQL"),
    ],
)
def test_a_malformed_query_says_where(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        KG.query(query)
    assert "\n" not in str(caught.value)
    assert caught.value.query == query


def test_a_query_never_changes_the_graph() -> None:
    before = len(KG)
    with pytest.raises(QueryError):
        KG.query("DELETE WHERE { ?s ?p ?o }")
    assert len(KG) == before


def test_our_prefixes_are_known_and_the_default_graph_is_the_union() -> None:
    assert KG.query("ASK { ?a met:source ?s }") is False
    rows = KG.query(
        "SELECT (COUNT(*) AS ?n) { ?a a met:SpreadAssertion ; met:site ?s . ?s a met:Site }"
    )
    assert rows[0][0] == sum(1 for _ in KG.assertions())  # type: ignore[index]
