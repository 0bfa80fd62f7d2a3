"""Queries: what they give, and what they are not allowed to do."""

from __future__ import annotations

import io
import re
from typing import Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._clean import control_in
from metastasis._errors import GraphError, QueryError, UnknownNameError
from metastasis._graph import load
from metastasis._table import IRI, Table
from metastasis._vocabulary import BASE, PREFIXES
from metastasis.rdf import Rows, Triples, run_query, shipped_queries
from metastasis.rdf._sparql.answers import RESULT_FORMS
from metastasis.rdf._terms import TYPE

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


XSD: Final = PREFIXES["xsd"]

texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.text(
    "\t\n\r\\\"'<>@^_: \u2028\x0b\x85", max_size=8
)
"""Texts, and the characters that end cells, lines and literals."""
datatypes = st.sampled_from(
    [
        *(XSD + name for name in ("string", "integer", "int", "decimal", "double", "boolean")),
        XSD + "date",
        "https://example.org/own",
    ]
)
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(lambda text: ox.Literal(text, language="en-gb"), texts),
    st.builds(lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)), texts, datatypes),
    st.builds(ox.Literal, st.integers(-(10**9), 10**9)),
    st.builds(ox.Literal, st.booleans()),
    st.builds(ox.Literal, st.floats(allow_nan=False)),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)),
        st.sampled_from(["007", "+5", "-0", "1.50", ".5", "1e3", "INF", "1", "0", "true", " 1"]),
        datatypes,
    ),
)
terms = st.one_of(
    literals,
    st.just(ox.NamedNode("https://example.org/a%20b")),
    st.just(ox.BlankNode("b1")),
    st.builds(ox.Triple, st.just(ox.NamedNode("https://e.org/s")), *[st.just(TYPE)], literals),
)


def in_python(term: Any) -> object:
    """Return a term as a Python value, taken from the engine by itself."""
    if not isinstance(term, ox.Literal):
        named = isinstance(term, ox.NamedNode)
        return term.value if named else str(term)
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if kind in {"integer", "int"}:
            return int(term.value)
        if kind in {"decimal", "double"}:
            return float(term.value)
    except ValueError:
        return term.value
    return term.value in {"true", "1"} if kind == "boolean" else term.value


def as_told(value: object) -> tuple[type, str]:
    """Return a value so that 1, 1.0 and True are told apart."""
    return str if isinstance(value, str) else type(value), repr(value)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(terms, min_size=1, max_size=6))
def test_any_term_becomes_the_value_that_the_engine_says(found: list[Any]) -> None:
    store = ox.Store()
    ends = [ox.NamedNode(f"https://e.org/{place}") for place in range(len(found))]
    store.extend([ox.Quad(end, TYPE, term) for end, term in zip(ends, found, strict=True)])
    table = run_query(store, "SELECT ?none ?s ?o ?none2 { ?s a ?o } ORDER BY ?s")
    asked = store.query("SELECT ?o { ?s a ?o } ORDER BY ?s", prefixes={"a": "https://a.org/"})
    expected = [in_python(solution["o"]) for solution in asked]  # type: ignore[union-attr]
    assert isinstance(table, Table)
    assert [(row[0], row[1], row[3]) for row in table] == [(None, end.value, None) for end in ends]
    assert [as_told(row[2]) for row in table] == [as_told(value) for value in expected]
    triples = run_query(store, "CONSTRUCT WHERE { ?s a ?o }")
    assert isinstance(triples, Triples)
    assert {(str(row[0]), row[1]) for row in triples} == {(end.value, TYPE.value) for end in ends}
    assert sorted(as_told(row[2])[1] for row in triples) == sorted(
        as_told(value)[1] for value in expected
    )


def test_an_answer_without_columns_has_its_rows() -> None:
    store = ox.Store()
    store.extend([ox.Quad(ox.NamedNode(f"https://e.org/{i}"), TYPE, TYPE) for i in range(3)])
    table = run_query(store, "SELECT * { <https://e.org/1> a ?x }")
    assert isinstance(table, Table)
    assert list(table) == [(TYPE.value,)]
    nothing = run_query(store, "SELECT * { <https://e.org/1> a <https://e.org/2> }")
    assert isinstance(nothing, Table)
    assert (nothing.columns, list(nothing)) == ((), [])
    once = run_query(store, "SELECT * {}")
    assert isinstance(once, Table)
    assert (once.columns, list(once)) == ((), [()])
    unbound = run_query(store, "SELECT ?x { <https://e.org/1> a ?y }")
    assert isinstance(unbound, Table)
    assert list(unbound) == [(None,)]


def test_triples_print_as_a_table_and_blank_nodes_are_told_apart_from_names() -> None:
    answer = KG.query("CONSTRUCT { [] rdfs:label ?l } WHERE { site:liver rdfs:label ?l }")
    assert isinstance(answer, Triples)
    assert str(answer[0][0]).startswith("_:")
    assert "liver" in str(answer)
    assert "liver" in answer._repr_html_()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x { ?x a met:Site FILTER(?x = site:liver) }",
        "SELECT?x{?x a met:Site FILTER(?x=site:liver)}",
        "PREFIX s: <https://w3id.org/metastasis/site/> SELECT ?x { ?x a met:Site "
        "FILTER (?x = s:liver) }",
        "PREFIX site: <https://w3id.org/metastasis/vocab#> SELECT ?x { ?x a site:Site "
        "FILTER (?x = <https://w3id.org/metastasis/site/liver>) }",
    ],
)
def test_prefixes_are_known_however_they_are_written(query: str) -> None:
    assert list(KG.query(query)) == [("https://w3id.org/metastasis/site/liver",)]  # type: ignore[arg-type]


def test_construct_gives_triples_that_parse_again() -> None:
    answer = KG.query("CONSTRUCT { ?p met:spreadsTo ?s } WHERE { ?p met:spreadsTo ?s }")
    assert isinstance(answer, Triples)
    import rdflib

    assert len(rdflib.Graph().parse(data=answer.to_turtle(), format="turtle")) == len(answer)
    assert answer.to_pandas().shape == (len(answer), 3)


def test_from_chooses_the_graph() -> None:
    rows = KG.query("SELECT DISTINCT ?s FROM graph:hess-2006 { ?a prov:wasDerivedFrom ?s }")
    assert list(rows) == [(IRI("https://w3id.org/metastasis/source/hess-2006"),)]  # type: ignore[arg-type]


def test_allowed_federation_reaches_out_and_says_when_no_one_answers() -> None:
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


@pytest.mark.slow
@settings(max_examples=100)
@given(st.data())
def test_a_fault_is_told_where_it_is(data: st.DataObject) -> None:
    texts = [one.text for one in shipped_queries().values() if not one.federates_with]
    text = data.draw(st.sampled_from(texts))
    starts = [
        found.start()
        for found in re.finditer(r"(?<=[\s({])(?=\S)", text)
        if "#" not in text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    ]
    place = data.draw(st.sampled_from(starts))
    wrong = f"{text[:place]}§ {text[place:]}"
    line, column = wrong.count("\n", 0, place) + 1, place - wrong.rfind("\n", 0, place)
    if "§" not in re.sub(r"\"[^\"]*\"|'[^']*'", "", wrong):
        return  # it is in a text
    with pytest.raises(QueryError, match=f"at line {line}, column {column}:"):
        run_query(ox.Store(), wrong)


@pytest.mark.parametrize(
    "query", ["ASK { <site/liver> a met:Site }", "BASE <site/> ASK { <liver> ?p ?o }"]
)
def test_relative_names_are_of_this_graph(query: str) -> None:
    assert KG.query(query) is True
    assert run_query(KG.store, "ASK { <liver> ?p ?o }", base=f"{BASE}site/") is True


def test_the_default_graph_is_the_union_unless_it_is_not_to_be() -> None:
    query = "ASK { ?a a met:SpreadAssertion }"
    assert run_query(KG.store, query) is True
    assert run_query(KG.store, query, union=False) is False


@settings(max_examples=50)
@given(st.lists(terms, min_size=1, max_size=6))
def test_results_hold_every_term_in_each_form(found: list[Any]) -> None:
    store = ox.Store()
    ends = [ox.NamedNode(f"https://e.org/{place}") for place in range(len(found))]
    store.extend([ox.Quad(end, TYPE, term) for end, term in zip(ends, found, strict=True)])
    query = "SELECT ?none ?s ?o { ?s a ?o } ORDER BY ?s"
    rows = run_query(store, query)
    assert isinstance(rows, Rows)
    for form, syntax in RESULT_FORMS.items():
        if form == "xml" and control_in(written(solutions(store, query), syntax)):
            with pytest.raises(GraphError, match="for which XML has no place"):
                rows.to_sparql(form)
            continue
        asked = solutions(store, query)
        if form != "csv":
            read: Any = ox.parse_query_results(rows.to_sparql(form), format=syntax)
            assert [named(solution) for solution in read] == [named(one) for one in asked]
        else:
            assert rows.to_sparql(form) == written(asked, syntax)


def solutions(store: ox.Store, query: str) -> ox.QuerySolutions:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return found


def written(found: ox.QuerySolutions, syntax: ox.QueryResultsFormat) -> str:
    content = found.serialize(format=syntax)
    assert content is not None
    return content.decode()


def named(solution: Any) -> list[str]:
    """Return the terms of a solution; a blank node may get another name."""
    return [re.sub(r"_:\w+", "_:", str(term)) for term in solution]


def test_results_of_others_are_read_by_rdflib_too() -> None:
    from rdflib.query import Result

    rows = KG.query("SELECT ?s ?l ?none { ?s a met:Site ; rdfs:label ?l } ORDER BY ?s")
    assert isinstance(rows, Rows)
    for form in ("json", "xml", "csv", "tsv"):
        read = Result.parse(io.BytesIO(rows.to_sparql(form).encode()), format=form)
        assert [(str(row.s), str(row.l)) for row in read] == [row[:2] for row in rows]  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["turtle", "nt", "xml", "json-ld"])
def test_triples_are_the_same_in_each_form(form: str) -> None:
    answer = KG.query("DESCRIBE site:liver primary:breast")
    assert isinstance(answer, Triples)
    written = {
        "turtle": answer.to_turtle,
        "nt": answer.to_ntriples,
        "xml": answer.to_rdf_xml,
        "json-ld": answer.to_json_ld,
    }
    import rdflib

    graph = rdflib.Graph().parse(data=written[form](), format=form)
    assert len(graph) == len(answer)
    assert set(graph) == set(rdflib.Graph().parse(data=answer.to_ntriples(), format="nt"))


def test_an_unknown_form_of_results_is_refused() -> None:
    rows = KG.query("SELECT * {}")
    assert isinstance(rows, Rows)
    with pytest.raises(UnknownNameError, match="form of results"):
        rows.to_sparql("yaml")  # type: ignore[arg-type]


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


@pytest.mark.parametrize("query", ["SELECT * { foo:bar ?p ?o }", "SELECT * { ?s foo:bar ?o }"])
def test_a_prefix_that_is_not_declared_is_named_wherever_it_stands(query: str) -> None:
    with pytest.raises(QueryError, match=r"the prefix foo: is not declared$"):
        load().query(query)
