"""The shipped questions: as files, as SPARQL on two engines, and against answers without SPARQL."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from query_answers import ANSWERS, Row, kgx, pooled_frequency
from strategies import dense_tables

from metastasis.assertion import Assertion
from metastasis.errors import AmbiguousNameError, FederationError, ReadError, UnknownNameError
from metastasis.files import ontology_path
from metastasis.graph import KnowledgeGraph, load
from metastasis.queries import ShippedQuery, find_query, read_query, shipped_queries
from metastasis.rdf.sparql import Triples
from metastasis.rdf.terms import node
from metastasis.tables import IRI, Rows
from metastasis.vocabulary import PREFIXES, contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

QUERIES: Final = shipped_queries()
LOCAL: Final = [query for query in QUERIES.values() if not query.federates_with]
FEDERATED: Final = [query for query in QUERIES.values() if query.federates_with]
FILES: Final = [ontology_path("queries", f"{name}.ttl") for name in QUERIES]
LISTED: Final = {"names", "sites"}
"""Columns that hold a list whose order does not matter."""
EXAMPLE: Final = "https://w3id.org/metastasis/query/"
SH: Final = PREFIXES["sh"]


def name_of(item: ShippedQuery | Path) -> str:
    return item.stem if isinstance(item, Path) else item.name


# --- The files ------------------------------------------------------------------------------------


def test_every_number_from_1_to_25_has_a_question() -> None:
    numbers = [query.number for query in QUERIES.values()]
    assert sorted({int(re.sub("[a-z]", "", number)) for number in numbers}) == list(range(1, 26))
    assert len(set(numbers)) == len(numbers)
    assert list(QUERIES) == sorted(QUERIES)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_keeps_the_convention(path: Path) -> None:
    shared = ontology_path("queries", "prefixes.ttl").read_text("utf-8")
    quads = list(ox.parse(shared + path.read_text("utf-8"), format=ox.RdfFormat.TURTLE))
    values: dict[str, list[Any]] = {}
    for quad in quads:
        if quad.subject == ox.NamedNode(EXAMPLE + path.stem):
            values.setdefault(contract(quad.predicate.value), []).append(quad.object)
    query = QUERIES[path.stem]
    kind = f"{SH}SPARQL{query.form.capitalize()}Executable"
    assert {one.value for one in values["rdf:type"]} == {f"{SH}SPARQLExecutable", kind}
    assert [(one.value, one.language) for one in values["rdfs:comment"]] == [(query.question, "en")]
    assert [one.value for one in values["https://schema.org/target"]] == [
        "https://w3id.org/metastasis/sparql"
    ]
    assert all(one.value for one in values["https://schema.org/keywords"])
    (prefixes,) = values["sh:prefixes"]
    assert any(q.subject == prefixes and q.predicate.value == f"{SH}declare" for q in quads)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_another_parser_reads_a_file_alone(path: Path) -> None:
    import rdflib

    graph = rdflib.Graph().parse(path, format="turtle")
    subject = rdflib.URIRef(EXAMPLE + path.stem)
    text = graph.value(subject, rdflib.URIRef(SH + QUERIES[path.stem].form))
    assert str(text) == QUERIES[path.stem].text


def test_all_files_together_are_one_document_with_one_set_of_prefixes() -> None:
    texts = [path.read_text("utf-8") for path in [ontology_path("queries", "prefixes.ttl"), *FILES]]
    quads = list(ox.parse("\n".join(texts), format=ox.RdfFormat.TURTLE))
    assert len({quad.object for quad in quads if quad.predicate.value == f"{SH}prefixes"}) == 1


def declared_prefixes() -> dict[str, str]:
    text = ontology_path("queries", "prefixes.ttl").read_text("utf-8")
    return dict(re.findall(r'sh:prefix "(\w+)" ;\s+sh:namespace "([^"]+)"', text))


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_a_query_declares_the_prefixes_it_uses_as_everywhere_else(query: ShippedQuery) -> None:
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", query.text, re.MULTILINE))
    shared = declared_prefixes()
    assert declared.items() <= shared.items()
    for name in declared.keys() & PREFIXES.keys():
        assert declared[name] == PREFIXES[name]
    body = query.text.rpartition("PREFIX")[2].partition("\n")[2]
    for name in declared:
        assert re.search(rf"\b{name}:", body), f"{name} is declared and not used"


def test_the_prefix_file_declares_what_the_queries_use_and_no_more() -> None:
    used = {name for query in QUERIES.values() for name in re.findall(r"PREFIX (\w+):", query.text)}
    assert declared_prefixes().keys() == used


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_a_question_is_asked_in_words_and_says_what_the_answer_means(query: ShippedQuery) -> None:
    assert len(query.question) > 60
    assert query.question.endswith((".", ")"))


@pytest.mark.parametrize("query", QUERIES.values(), ids=name_of)
def test_every_service_is_announced(query: ShippedQuery) -> None:
    assert tuple(sorted(re.findall(r"SERVICE <([^>]+)>", query.text))) == query.federates_with


# --- Finding and reading --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["9", "09", "009", "09-pooled-frequency", "09-pool", " 9 "])
def test_a_query_is_found_by_name_number_or_beginning(name: str) -> None:
    assert find_query(name).name == "09-pooled-frequency"


def test_a_number_is_not_the_beginning_of_a_longer_one() -> None:
    assert find_query("1").name == "01-breast-commonly-spreads-to"
    assert find_query("2").number == "2"


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_query("skeletn")
    assert "12-skeleton" in caught.value.suggestions
    with pytest.raises(UnknownNameError, match="unknown query ''"):
        find_query("")
    with pytest.raises(UnknownNameError):
        find_query("26")


def test_a_beginning_of_several_names_lists_them() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        find_query("15")
    assert caught.value.candidates == ("15a-uveal-melanoma-to-liver", "15b-thyroid-to-spleen")


def test_a_text_file_is_the_query(tmp_path: Path) -> None:
    for name in ("own.rq", "own.sparql"):
        path = tmp_path / name
        path.write_text("ASK { ?s ?p ?o }", "utf-8")
        assert read_query(path) == "ASK { ?s ?p ?o }"


def test_a_turtle_file_of_another_collection_is_read_with_its_prefixes(tmp_path: Path) -> None:
    (tmp_path / "prefixes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "_:p sh:declare _:a , _:b , _:c .\n"
        '_:a sh:prefix "a" ; sh:namespace "https://example.org/a/" .\n'
        '_:b sh:prefix "b" ; sh:namespace "https://example.org/b/" .\n'
        '_:c sh:prefix "c" ; sh:namespace "https://example.org/c/" .\n',
        "utf-8",
    )
    path = tmp_path / "own.ttl"
    path.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/1> a sh:SPARQLAskExecutable ; sh:prefixes _:p ;\n"
        '  sh:ask """prefix a: <https://example.org/mine/>\nASK { a:x b:y ?z }""" .\n',
        "utf-8",
    )
    assert read_query(path) == (
        "PREFIX b: <https://example.org/b/>\n"
        "prefix a: <https://example.org/mine/>\nASK { a:x b:y ?z }"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<https://example.org/1> a <https://example.org/2> .", "holds no query"),
        ("@prefix sh: <http://www.w3.org/ns/shacl#> . <#a> sh:ask 'x' . <#b> sh:ask 'y' .", "2 "),
        ("this is no Turtle", "not valid Turtle"),
        (None, "no such file"),
    ],
)
def test_a_turtle_file_without_one_query_says_so(
    tmp_path: Path, text: str | None, reason: str
) -> None:
    path = tmp_path / "own.ttl"
    if text is not None:
        path.write_text(text.replace("<#", "<https://example.org/#"), "utf-8")
    with pytest.raises(ReadError, match=reason):
        read_query(path)


def test_reading_a_query_loads_nothing_heavy() -> None:
    code = (
        "import sys, metastasis.queries as q; q.find_query('9'); "
        "print(*{'rdflib', 'networkx', 'matplotlib', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# --- Answers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return load()


@pytest.fixture(scope="module")
def dataset() -> Any:
    """The shipped graph in rdflib's own store, its default graph the union."""
    import rdflib

    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(ontology_path("release", "metastasis.nq"), format="nquads")
    return dataset


def plain(value: object) -> object:
    """Return a value so that engines and Python can be compared: CURIEs, rounded numbers."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float, Decimal)):
        return round(float(value), 4)
    return contract(value) if isinstance(value, IRI) else str(value)


def counted(columns: Iterable[str], rows: Iterable[Row]) -> Counter[Row]:
    """Return rows as a multiset, lists within a cell in one order."""
    listed = [name in LISTED for name in columns]
    return Counter(
        tuple(
            "; ".join(sorted(str(cell).split("; "))) if is_list else plain(cell)
            for is_list, cell in zip(listed, row, strict=True)
        )
        for row in rows
    )


def answer_of(kg: KnowledgeGraph, text: str) -> Counter[Row]:
    answer = kg.query(text)
    if isinstance(answer, bool):
        return Counter([(answer,)])
    return counted(answer.columns, answer.cells())


def expected_of(kg: KnowledgeGraph, query: ShippedQuery) -> Counter[Row]:
    head = re.search(r"SELECT (.*?)\nWHERE", query.text, re.DOTALL)
    columns = re.findall(r"\?(\w+)(?=\)|\s|$)", re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*AS", "(AS", head[1])) if head else ["ask"]
    return counted(columns, ANSWERS[query.number](kg))


ANSWERED: Final = [query for query in LOCAL if query.number in ANSWERS]


def test_every_question_that_stays_here_has_an_answer_without_sparql() -> None:
    # 18 is a CONSTRUCT and is compared below, edge by edge.
    assert {query.number for query in LOCAL} - ANSWERS.keys() == {"18"}


@pytest.mark.parametrize("query", ANSWERED, ids=name_of)
def test_sparql_and_python_agree(kg: KnowledgeGraph, query: ShippedQuery) -> None:
    assert answer_of(kg, query.text) == expected_of(kg, query)


EMPTY_ON_PURPOSE: Final = {
    "9",  # no two of the sources count the same people in the same way
    "25",  # the graph is sound
}


@pytest.mark.parametrize("query", LOCAL, ids=name_of)
def test_a_question_has_an_answer(kg: KnowledgeGraph, query: ShippedQuery) -> None:
    answer = kg.query(query.text)
    if isinstance(answer, bool):
        assert answer is (query.number == "15a")
    else:
        assert bool(len(answer)) is (query.number not in EMPTY_ON_PURPOSE)


@pytest.mark.parametrize("query", LOCAL, ids=name_of)
def test_two_engines_agree(kg: KnowledgeGraph, dataset: Any, query: ShippedQuery) -> None:
    theirs = dataset.query(query.text)
    ours = kg.query(query.text)
    if isinstance(ours, Triples):
        assert ours.to_ntriples().splitlines() == sorted(
            ox.serialize(
                ox.parse(theirs.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES),
                format=ox.RdfFormat.N_TRIPLES,
            )
            .decode()
            .splitlines()
        )
    elif isinstance(ours, Rows):
        rows = [tuple(map(from_rdflib, row)) for row in theirs]
        assert counted(ours.columns, ours.cells()) == counted(ours.columns, rows)
    else:
        assert ours is theirs.askAnswer


def from_rdflib(term: Any) -> object:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return IRI(term)
    return None if term is None else term.toPython()


PROPERTY_QUERIES: Final = [query for query in ANSWERED if query.number != "21"]


@settings(max_examples=40)
@given(dense_tables())
def test_sparql_and_python_agree_on_any_graph(table: list[Assertion]) -> None:
    from strategies import SMALL

    kg = KnowledgeGraph.from_assertions(table, SMALL)
    for query in PROPERTY_QUERIES:
        assert answer_of(kg, query.text) == expected_of(kg, query), query.name
