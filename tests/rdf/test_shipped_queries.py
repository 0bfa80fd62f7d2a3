"""The shipped questions: as files, as SPARQL on two engines, and against answers without SPARQL."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from metastasis._catalog import Source
from metastasis._clean import text_of
from metastasis._errors import AmbiguousNameError, FederationError, ReadError, UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._files import ontology_path
from metastasis._graph import KnowledgeGraph, load
from metastasis._table import IRI, Table
from metastasis._vocabulary import LISTS, PREFIXES, contract
from metastasis.rdf import (
    ShippedQuery,
    Triples,
    find_query,
    read_query,
    run_query,
    shipped_queries,
)
from metastasis.rdf._exchange.kgx import assertion_tables
from metastasis.rdf._terms import node
from pair_answers import UBERON_PARTS, into_uberon
from query_answers import ANSWERS, Row, kgx, pooled_frequency
from strategies import SMALL, dense_tables

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


def test_every_number_from_1_to_42_has_a_question() -> None:
    numbers = [query.number for query in QUERIES.values()]
    assert sorted({int(re.sub("[a-z]", "", number)) for number in numbers}) == list(range(1, 43))
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
    assert [one.value for one in values["schema:target"]] == ["https://w3id.org/metastasis/sparql"]
    assert all(one.value for one in values["schema:keywords"])
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
        find_query("43")


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
        "import sys, metastasis.rdf as q; q.find_query('9'); "
        "print(*{'rdflib', 'networkx', 'matplotlib', 'numpy', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# --- Answers --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return load()


EVERY: Final = 8
"""rdflib takes minutes for some questions on the whole graph: it is asked on what every eighth
source says."""


@pytest.fixture(scope="module")
def sample() -> KnowledgeGraph:
    whole = load()
    chosen = set(list(whole.catalog.sources)[::EVERY])
    return KnowledgeGraph.from_assertions(
        [one for one in whole.assertions() if one.source in chosen]
    )


@pytest.fixture(scope="module")
def dataset(sample: KnowledgeGraph) -> Any:
    """Return the sample in rdflib's own store, its default graph the union."""
    import rdflib

    dataset = rdflib.Dataset(default_union=True)
    quads = sample.store.dump(format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    dataset.parse(data=quads.decode(), format="nquads")
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


def both_answers(
    kg: KnowledgeGraph, query: ShippedQuery, expected: Iterable[Row] | None = None
) -> tuple[Counter[Row], Counter[Row]]:
    """Return the answer by SPARQL and the answer in Python, made comparable."""
    rows = ANSWERS[query.number](kg) if expected is None else expected
    answer = kg.query(query.text)
    if isinstance(answer, bool):
        return Counter([(answer,)]), Counter(rows)
    return counted(answer.columns, answer.cells()), counted(answer.columns, rows)


ANSWERED: Final = [query for query in LOCAL if query.number in ANSWERS]


def test_every_question_that_stays_here_has_an_answer_without_sparql() -> None:
    # 18 is a CONSTRUCT and is compared below, edge by edge.
    assert {query.number for query in LOCAL} - ANSWERS.keys() == {"18"}


@pytest.mark.parametrize("query", ANSWERED, ids=name_of)
def test_sparql_and_python_agree(kg: KnowledgeGraph, query: ShippedQuery) -> None:
    ours, theirs = both_answers(kg, query)
    assert ours == theirs


EMPTY_ON_PURPOSE: Final = {
    "25",  # the graph is sound
    "34",  # Uberon is not in it
}


@pytest.mark.parametrize("query", LOCAL, ids=name_of)
def test_a_question_has_an_answer(kg: KnowledgeGraph, query: ShippedQuery) -> None:
    answer = kg.query(query.text)
    if isinstance(answer, bool):
        assert answer is (query.number == "15a")
    else:
        assert bool(len(answer)) is (query.number not in EMPTY_ON_PURPOSE)


@pytest.mark.slow
@pytest.mark.parametrize("query", LOCAL, ids=name_of)
def test_two_engines_agree(sample: KnowledgeGraph, dataset: Any, query: ShippedQuery) -> None:
    theirs = dataset.query(query.text)
    ours = sample.query(query.text)
    if isinstance(ours, Triples):
        parsed = ox.parse(theirs.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)
        assert set(ours.to_ntriples().splitlines()) == {f"{quad.triple} ." for quad in parsed}
    elif isinstance(ours, Table):
        rows = [tuple(map(from_rdflib, row)) for row in theirs]
        assert counted(ours.columns, ours.cells()) == counted(ours.columns, rows)
    else:
        assert ours is theirs.askAnswer


def from_rdflib(term: Any) -> object:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return IRI(term)
    return None if term is None else term.toPython()


@pytest.mark.slow
@settings(max_examples=40)
@given(dense_tables())
def test_sparql_and_python_agree_on_any_graph(table: list[Assertion]) -> None:
    kg = KnowledgeGraph.from_assertions(table, SMALL)
    for query in ANSWERED:
        ours, theirs = both_answers(kg, query)
        assert ours == theirs, query.name
    assert kgx_edges(kg) == {name: tuple(map(plain, row)) for name, row in kgx(kg).items()}


# --- Cases that the shipped graph does not hold ---------------------------------------------------

NUMBERED: Final = {query.number: query for query in QUERIES.values()}
DURING: Final[dict[str, Any]] = {"denominator": "metastatic_patients", "setting": "during_course"}


def said(primary: str, site: str, source: str = "nci-common-sites", **more: Any) -> Assertion:
    """Return an assertion; each says what it says in a place of its own."""
    if not {"count", "percent"} & more.keys():
        more = {"frequency": "common", **more}
    locator = " ".join(f"{name} {value}" for name, value in more.items())
    return Assertion(primary=primary, site=site, source=source, locator=locator, **more)


def columns_of(kg: KnowledgeGraph, number: str, *columns: str) -> list[Row]:
    """Return some columns of an answer, in its order, and check the whole against Python."""
    query = NUMBERED[number]
    ours, theirs = both_answers(kg, query)
    assert ours == theirs
    answer = kg.query(query.text)
    assert isinstance(answer, Table)
    return [tuple(plain(row[name]) for name in columns) for row in answer.to_dicts()]


def test_2_leaves_groupings_out() -> None:
    kg = KnowledgeGraph.from_assertions(
        [said("any", "brain"), said("lung", "brain"), said("breast", "brain", frequency="rare")]
    )
    assert columns_of(kg, "2", "primary") == [("primary:lung",)]


def test_9_pools_only_what_counts_the_same_people() -> None:
    one, two, three = "wu-2017-breast", "shiraz-breast", "kim-2018-thyroid"
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "bone", one, count=10, total=100, **DURING),
            said("breast", "bone", two, count=40, total=300, **DURING),
            # Each of these differs in one thing, and would change the number.
            said(
                "breast", "bone", three, count=1, total=1000, **DURING | {"setting": "at_autopsy"}
            ),
            said(
                "breast", "bone", three, count=2, total=1000, **{**DURING, "denominator": "records"}
            ),
            said("breast", "bone", three, count=3, total=1000, occurrence="first_site", **DURING),
            said("breast", "bone", three, count=4, total=1000, population="men", **DURING),
            said("breast", "bone", three, count=5, total=1000, stage="advanced", **DURING),
            said("breast", "bone", three, count=6, total=1000, relation="extension", **DURING),
            said("breast", "bone", three, percent=Decimal(7), total=1000, **DURING),
            # One source alone, and one source with two numbers for the same people.
            said("breast", "lung", one, count=1, total=100, **DURING),
            said("breast", "liver", one, count=1, total=100, **DURING),
            said("breast", "liver", two, count=2, total=100, **DURING),
            said("breast", "liver", two, count=3, total=100, **DURING),
            # Two papers of one registry whose years may overlap: the larger counts, the other not.
            said("breast", "brain", one, count=1, total=100, **DURING),
            said("breast", "brain", "xiao-2018-breast", count=2, total=200, **DURING),
            said("breast", "skin", one, count=9, total=100, **DURING),
            said("breast", "skin", "xiao-2018-breast", count=2, total=200, **DURING),
            said("breast", "skin", two, count=8, total=200, **DURING),
            # No cancer, and no place.
            *(said("any", "bone", name, count=1, total=100, **DURING) for name in (one, two)),
            *(
                said("lung", "unspecified", name, count=1, total=100, **DURING)
                for name in (one, two)
            ),
        ]
    )
    columns = ("site", "pooledCount", "pooledTotal", "pooledPercent", "sources")
    assert columns_of(kg, "9", *columns) == [
        ("site:bone", 50, 400, 12.5, 2),
        ("site:skin", 10, 400, 2.5, 2),
    ]


def test_9_pools_sole_sites_apart_where_asked(kg: KnowledgeGraph) -> None:
    line = "VALUES ?occurrence { occurrence:any }"
    wider = line.replace("any }", "any occurrence:only_site }")
    text = NUMBERED["9"].text
    assert line in text
    answer = kg.query(text.replace(line, wider))
    assert isinstance(answer, Table)
    expected = pooled_frequency(kg, frozenset({"any", "only_site"}))
    assert counted(answer.columns, answer.cells()) == counted(answer.columns, expected)
    assert PREFIXES["occurrence"] + "only_site" in {row["occurrence"] for row in answer.to_dicts()}


def test_10_counts_from_30_percent_and_100_people() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "bone", count=30, total=100, **DURING),
            said("breast", "lung", count=2999, total=10000, **DURING),
            said("breast", "liver", count=99, total=99, **DURING),
            said("breast", "brain", percent=Decimal(90), **DURING),
            said("breast", "skin", percent=Decimal(90), total=500, denominator="site_cases"),
            said(
                "breast", "spine", percent=Decimal(90), total=500, occurrence="only_site", **DURING
            ),
            said("breast", "chest_wall", count=90, total=100, relation="extension", **DURING),
            said("any", "bone", count=90, total=100, **DURING),
            said("lung", "unspecified", count=90, total=100, **DURING),
        ]
    )
    assert columns_of(kg, "10", "site", "percent") == [("site:bone", 30)]


def test_11_ties_share_a_rank_and_populations_stand_apart() -> None:
    def in_course(site: str, percent: int, **more: Any) -> Assertion:
        return said("breast", site, percent=Decimal(percent), **DURING | more)

    kg = KnowledgeGraph.from_assertions(
        [
            in_course("bone", 50),
            in_course("bone", 20),
            in_course("lung", 40),
            in_course("liver", 40),
            in_course("brain", 30),
            in_course("skin", 99, population="men"),
            in_course("skin", 98, setting="at_autopsy"),
            in_course("skin", 97, occurrence="first_site"),
            in_course("skin", 96, denominator="all_patients"),
            in_course("unspecified", 95),
            said("any", "bone", percent=Decimal(94), **DURING),
        ]
    )
    assert columns_of(kg, "11", "population", "site", "percent", "rank", "compared") == [
        ("", "site:bone", 50, 1, 4),
        ("", "site:liver", 40, 2, 4),
        ("", "site:lung", 40, 2, 4),
    ]


def test_11_ranks_from_three_sites() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            *(
                said("breast", site, percent=Decimal(percent), **DURING)
                for site, percent in (("bone", 50), ("lung", 40))
            ),
            *(
                said("lung", site, percent=Decimal(percent), **DURING)
                for site, percent in (("bone", 50), ("brain", 40), ("liver", 30))
            ),
        ]
    )
    assert columns_of(kg, "11", "primary", "rank") == [("primary:lung", rank) for rank in (1, 2, 3)]


def test_5_counts_who_reaches_a_part_as_reaching_the_whole() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "bone"),
            said("lung", "vertebra"),
            said("kidney", "skin"),
            said("any", "skin"),
            said("breast", "liver", frequency="rare"),
            said("lung", "liver", frequency="absent"),
        ]
    )
    assert columns_of(kg, "5", "site", "primary") == [
        ("site:liver", "primary:breast"),
        ("site:skin", "primary:kidney"),
        ("site:vertebra", "primary:lung"),
    ]


def test_14_tells_nodes_and_lymph_from_other_spread() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "lymph_node_axillary"),
            said("breast", "lymph_node_axillary", "wu-2017-breast"),
            said("breast", "skin", route="lymphatic"),
            said("breast", "lung", frequency="absent"),
            said("breast", "chest_wall", relation="extension"),
            said("prostate", "lymph_node_pelvic"),
            said("prostate", "bone", frequency="rare"),
            said("lung", "lymph_node"),
            said("lung", "any_organ"),
            said("any", "lymph_node"),
        ]
    )
    assert columns_of(kg, "14", "primary", "sites", "assertions") == [
        ("primary:breast", "axillary lymph node; skin", 3)
    ]


def test_7_shows_each_way_to_disagree_and_no_other() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "bone"),
            said("breast", "bone", frequency="absent"),
            said("breast", "lung"),
            said("breast", "lung", frequency="rare"),
            said("breast", "liver", frequency="less_common"),
            said("breast", "liver", "shinagare-2011", count=20, total=100, **DURING),
            said("breast", "brain", frequency="most_common"),
            said("breast", "brain", "shinagare-2011", count=1, total=100, **DURING),
            # Not a disagreement: too few, or another question.
            said("breast", "skin", frequency="rare"),
            said("breast", "skin", count=20, total=49, **DURING),
            said("breast", "skin", count=90, total=100, denominator="site_cases"),
            said("breast", "skin", count=11, total=100, occurrence="only_site", **DURING),
            said("breast", "skin", count=12, total=100, **DURING),
            said("breast", "spine", frequency="possible"),
            said("breast", "spine", count=1, total=100, **DURING),
            said("breast", "kidney"),
            said("breast", "kidney", count=1, total=100, denominator="all_patients"),
            said("breast", "kidney", count=1, total=30, **DURING),
            said("breast", "chest_wall"),
            said("breast", "chest_wall", frequency="absent", relation="extension"),
            said("breast", "pleura", frequency="possible"),
            said("breast", "pleura", count=0, total=31, occurrence="first_site", **DURING),
        ]
    )
    assert columns_of(kg, "7", "site", "disagreement", "oneSource", "otherSource") == [
        ("site:bone", "reported, denied", *["source:nci-common-sites"] * 2),
        (
            *("site:brain", "common in words, rare in numbers"),
            *("source:nci-common-sites", "source:shinagare-2011"),
        ),
        (
            *("site:liver", "rare in words, common in numbers"),
            *("source:nci-common-sites", "source:shinagare-2011"),
        ),
        ("site:lung", "common in words, rare in words", *["source:nci-common-sites"] * 2),
    ]


def test_7_shows_the_page_that_contradicts_itself(kg: KnowledgeGraph) -> None:
    page = "source:cancer-spreading"
    rows = columns_of(kg, "7", "primary", "site", "disagreement", "oneSource", "otherSource")
    assert ("primary:brain", "site:unspecified", "reported, denied", page, page) in rows


def test_12_counts_a_vertebra_as_bone_and_growth_into_it_not() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "vertebra"),
            said("lung", "bone_marrow"),
            said("cervix", "spine", relation="extension"),
            said("any", "bone"),
            said("kidney", "skin"),
        ]
    )
    assert columns_of(kg, "12", "primary", "site") == [
        ("primary:breast", "site:vertebra"),
        ("primary:lung", "site:bone_marrow"),
    ]


def test_13_tells_metastasis_from_growth() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("prostate", "bladder"),
            said("prostate", "bladder", relation="extension"),
            said("cervix", "rectum", relation="extension", frequency="absent"),
            said("any", "ovary"),
        ]
    )
    rows = columns_of(kg, "13", "site", "primary", "how")
    assert [row for row in rows if row[1]] == [
        ("site:bladder", "primary:prostate", "extension"),
        ("site:bladder", "primary:prostate", "metastasis"),
    ]
    assert ("site:rectum", None, None) in rows


def test_21_agrees_with_the_look_up_by_code(kg: KnowledgeGraph) -> None:
    found = {(code, primary) for code, primary in columns_of(kg, "21", "code", "primary")}
    for code in ("ONCOTREE:BLCA", "NCIT:C7712", "ICD10CM:C61"):
        assert (code, f"primary:{kg.catalog.primary(code).key}") in found


@pytest.mark.parametrize(
    ("code", "primary"),
    [
        ("ONCOTREE:PRAD", "prostate_adenocarcinoma"),
        ("NCIT:C9335", "breast"),
        ("ICD10CM:C34", "lung"),
    ],
)
def test_21_answers_for_other_codes(kg: KnowledgeGraph, code: str, primary: str) -> None:
    text = NUMBERED["21"].text.replace("ONCOTREE:BLCA", code)
    answer = kg.query(text)
    assert isinstance(answer, Table)
    rows = [{name: plain(cell) for name, cell in row.items()} for row in answer.to_dicts()]
    assert any((row["code"], row["primary"]) == (code, f"primary:{primary}") for row in rows)


def test_21_takes_no_loose_relation_for_a_match() -> None:
    kg = load()
    before = columns_of(kg, "21", "code", "primary")
    kg.store.add(ox.Quad(node("primary:breast"), node("skos:relatedMatch"), node("ONCOTREE:BLCA")))
    assert columns_of(kg, "21", "code", "primary") == before


# --- Biolink --------------------------------------------------------------------------------------

BIOLINK: Final = PREFIXES["biolink"]
RDF: Final = PREFIXES["rdf"]


def by_subject(kg: KnowledgeGraph) -> dict[str, dict[str, list[Any]]]:
    answer = kg.query(NUMBERED["18"].text)
    assert isinstance(answer, Triples)
    found: dict[str, dict[str, list[Any]]] = {}
    for subject, predicate, value in answer:
        found.setdefault(str(subject), {}).setdefault(contract(str(predicate)), []).append(value)
    return found


def kgx_edges(kg: KnowledgeGraph) -> dict[str, Row]:
    """Return the edges of the export in the shape of `query_answers.kgx`."""
    columns = (
        *("rdf:subject", "rdf:object", "biolink:original_predicate", "biolink:negated"),
        *("met:count", "met:total", "met:percent"),
        *("met:denominator", "met:frequency", "met:relation", "met:locator"),
        "prov:wasDerivedFrom",
    )
    rows = {}
    for subject, values in by_subject(kg).items():
        if "rdf:subject" in values:
            assert all(len(values.get(name, [])) <= 1 for name in columns)
            rows[subject] = tuple(plain(values.get(name, [None])[0]) for name in columns)
    return rows


def test_18_makes_one_edge_of_each_assertion(kg: KnowledgeGraph) -> None:
    assert kgx_edges(kg) == {name: tuple(map(plain, row)) for name, row in kgx(kg).items()}


def test_18_negates_a_denial_and_keeps_growth_apart() -> None:
    kg = KnowledgeGraph.from_assertions(
        [
            said("breast", "bone", frequency="absent"),
            said("breast", "lung", frequency="rare"),
            said("breast", "chest_wall", relation="extension"),
            said("breast", "unspecified"),
        ]
    )
    edges = {row[1]: row[2:4] for row in kgx_edges(kg).values()}
    assert edges == {
        "site:bone": ("met:spreadsTo", True),
        "site:lung": ("met:spreadsTo", None),
        "site:chest_wall": ("met:extendsInto", None),
    }


@pytest.mark.slow
@settings(max_examples=25)
@given(dense_tables())
def test_18_and_the_tables_of_kgx_say_the_same_on_any_graph(table: list[Assertion]) -> None:
    compare_with_tables(KnowledgeGraph.from_assertions(table, SMALL))


def test_18_and_the_tables_of_kgx_say_the_same(kg: KnowledgeGraph) -> None:
    compare_with_tables(kg)


def compare_with_tables(kg: KnowledgeGraph) -> None:
    found = by_subject(kg)
    tables = assertion_tables(kg.evidence, "", ids="own")
    edges = {row["id"]: row for row in table_rows(tables["edges.tsv"])}
    nodes = {row["id"]: row for row in table_rows(tables["nodes.tsv"])}
    assert {contract(name) for name in found} == edges.keys() | nodes.keys()
    for name, values in found.items():
        row = edges.get(contract(name)) or nodes[contract(name)]
        told = {
            column_of(slot): "|".join(sorted(map(in_a_table, all_of)))
            for slot, all_of in values.items()
            if slot != "rdf:type"
        }
        not_in_rdf = {"id", "description", "provided_by", "met_id_match"}
        assert told == {
            column: as_told(column, text_of(cell))
            for column, cell in row.items()
            if cell and column not in not_in_rdf
        }


SLOT_COLUMNS: Final = {"prov:wasDerivedFrom": "met_source", "rdfs:label": "name"}


def column_of(slot: str) -> str:
    """Return the column of the tables that holds what a slot of the RDF form does."""
    prefix, _, name = slot.partition(":")
    snake = re.sub("(?=[A-Z])", "_", name).lower()
    return SLOT_COLUMNS.get(slot, f"met_{snake}" if prefix in {"met", "skos"} else name)


def as_told(column: str, cell: str) -> str:
    """Return a cell with its numbers and lists in one form."""
    if column == "met_percent":
        return f"{Decimal(cell).normalize():f}"
    if column == "synonym" or column == "xref" or column.endswith("_match"):
        return "|".join(sorted(cell.split("|")))
    return cell


def table_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def in_a_table(value: object) -> str:
    """Return a value of the RDF form as the tables write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return f"{Decimal(str(value)).normalize():f}"
    if not isinstance(value, IRI):
        return " ".join(str(value).replace("|", "/").split())
    curie = contract(value)
    curie = curie.replace("https://w3id.org/biolink/infores/", "infores:")
    curie = curie.replace("https://doi.org/", "doi:")
    curie = curie.replace("http://www.ncbi.nlm.nih.gov/pubmed/", "PMID:")
    return curie.partition(":")[2] if curie.partition(":")[0] in LISTS else curie


def test_18_has_what_kgx_requires(kg: KnowledgeGraph) -> None:
    found = by_subject(kg)
    nodes = {name for name, values in found.items() if "rdf:subject" not in values}
    catalog = kg.catalog
    places = [f"site:{key}" for key, site in catalog.sites.items() if site.is_anatomical]
    primaries = [f"primary:{key}" for key in catalog.primaries]
    assert set(map(contract, nodes)) == {*places, *primaries}
    for name, values in found.items():
        if name in nodes:
            assert len(values["biolink:category"]) == len(values["rdfs:label"]) == 1
            continue
        assert values["rdf:type"] == [f"{RDF}Statement"]
        assert values["biolink:category"] == [f"{BIOLINK}Association"]
        is_growth = PREFIXES["relation"] + "extension" in values["met:relation"]
        predicate = "affects" if is_growth else "related_to"
        assert values["rdf:predicate"] == [f"{BIOLINK}{predicate}"]
        assert {*values["rdf:subject"], *values["rdf:object"]} <= nodes
        assert values["biolink:knowledge_level"][0] in {"knowledge_assertion", "observation"}
        assert "biolink:agent_type" in values
        assert values["biolink:has_evidence_of_type"][0].startswith(PREFIXES["ECO"])
        assert values["biolink:primary_knowledge_source"] == [
            "https://w3id.org/biolink/infores/metastasis"
        ]
        assert len(values["prov:wasDerivedFrom"]) == 1
        assert values["met:occurrence"]
        assert values.get("biolink:negated", [True]) == [True]


def test_18_never_seats_a_cancer_where_it_spread(kg: KnowledgeGraph) -> None:
    answer = kg.query(NUMBERED["18"].text)
    assert isinstance(answer, Triples)
    assert "disease_has_location" not in answer.to_ntriples()
    assert "RO_0004026" not in answer.to_ntriples()


# --- Federated questions --------------------------------------------------------------------------


@pytest.mark.parametrize("query", FEDERATED, ids=name_of)
def test_a_federated_question_does_not_leave_the_machine(
    kg: KnowledgeGraph, query: ShippedQuery
) -> None:
    with pytest.raises(FederationError):
        kg.query(query.text)


@pytest.mark.parametrize("query", FEDERATED, ids=name_of)
def test_another_engine_parses_a_federated_question(query: ShippedQuery) -> None:
    from rdflib.plugins.sparql import prepareQuery

    prepareQuery(query.text)


REMOTE: Final[dict[str, tuple[str, list[str], tuple[str, ...], list[Row]]]] = {
    "22": (
        """
        @prefix cello: <https://purl.expasy.org/cellosaurus/rdf/ontology/> .
        @prefix db: <https://purl.expasy.org/cellosaurus/rdf/db/> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix x: <https://example.org/> .
        x:prostate skos:notation "C7378" . x:adenocarcinoma cello:more_specific_than x:prostate .
        x:bone skos:notation "UBERON_0001474" ; skos:inScheme db:UBERON .
        x:vertebra cello:more_specific_than x:bone .
        x:from_spine cello:recommendedName "VCaP" ; cello:derivedFromSite x:spine_site ;
            cello:derivedFromIndividualWithDisease x:case .
        x:from_prostate cello:recommendedName "22Rv1" ; cello:derivedFromSite x:own_site ;
            cello:derivedFromIndividualWithDisease x:case .
        x:case cello:isIdentifiedByXref x:adenocarcinoma .
        x:spine_site cello:siteType "Metastatic" ; cello:name "Vertebra" ;
            cello:isIdentifiedByXref x:vertebra .
        x:own_site cello:siteType "In situ" ; cello:name "Bone" ; cello:isIdentifiedByXref x:bone .
        """,
        ["https://sparql.cellosaurus.org/sparql"],
        ("site", "cellLineName", "placeName"),
        [("site:bone", "VCaP", "Vertebra")],
    ),
    "23": (
        """
        @prefix genex: <http://purl.org/genex#> .
        @prefix obo: <http://purl.obolibrary.org/obo/> .
        @prefix orth: <http://purl.org/net/orth#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix taxon: <http://purl.uniprot.org/taxonomy/> .
        @prefix x: <https://example.org/> .
        x:human obo:RO_0002162 taxon:9606 . x:mouse obo:RO_0002162 taxon:10090 .
        x:gene a orth:Gene ; rdfs:label "CXCL12" ; orth:organism x:human .
        x:mouse_gene a orth:Gene ; rdfs:label "CXCL12" ; orth:organism x:mouse .
        x:in_liver genex:hasAnatomicalEntity obo:UBERON_0002107 , obo:GO_0005575 ;
            genex:hasDevelopmentalStage x:life ; genex:hasSex "any" ; genex:hasStrain x:wild .
        x:in_spleen genex:hasAnatomicalEntity obo:UBERON_0002106 , obo:GO_0005575 ;
            genex:hasDevelopmentalStage x:life ; genex:hasSex "any" ; genex:hasStrain x:wild .
        x:life rdfs:label "life cycle" . x:wild rdfs:label "wild-type" .
        x:e1 a genex:Expression ; genex:hasSequenceUnit x:gene ;
            genex:hasExpressionCondition x:in_liver ; genex:hasExpressionLevel 88.5 .
        x:e2 a genex:Expression ; genex:hasSequenceUnit x:gene ;
            genex:hasExpressionCondition x:in_spleen ; genex:hasExpressionLevel 90.5 .
        x:e3 a genex:Expression ; genex:hasSequenceUnit x:mouse_gene ;
            genex:hasExpressionCondition x:in_liver ; genex:hasExpressionLevel 70.5 .
        x:other_gene a orth:Gene ; rdfs:label "INS" ; orth:organism x:human .
        x:e4 a genex:Expression ; genex:hasSequenceUnit x:other_gene ;
            genex:hasExpressionCondition x:in_liver ; genex:hasExpressionLevel 60.5 .
        """,
        ["https://www.bgee.org/sparql/"],
        ("site", "geneName", "score"),
        [("site:liver", "CXCL12", 88.5)],
    ),
    "24": (
        """
        @prefix obo: <http://purl.obolibrary.org/obo/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        obo:UBERON_0002369 obo:BFO_0000050 obo:UBERON_0000949 ; rdfs:label "adrenal gland" .
        obo:UBERON_0002107 obo:BFO_0000050 obo:UBERON_0001007 ; rdfs:label "liver" .
        """,
        ["http://reasoner.renci.org/redundant", "http://reasoner.renci.org/ontology"],
        ("site", "anatomyLabel"),
        [("site:adrenal_gland", "adrenal gland")],
    ),
}
"""For each federated question: what the other endpoint might hold, in which graphs, the answer."""


@pytest.mark.parametrize("query", FEDERATED, ids=name_of)
def test_a_federated_question_joins_with_what_the_other_side_holds(query: ShippedQuery) -> None:
    """A named graph stands in for each endpoint: SERVICE and GRAPH read the same."""
    remote, graphs, columns, expected = REMOTE[query.number]
    kg = load()
    for graph in graphs:
        kg.store.load(remote.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
    answer = kg.query(query.text.replace("SERVICE <", "GRAPH <"))
    assert isinstance(answer, Table)
    rows = {tuple(plain(row[name]) for name in columns) for row in answer.to_dicts()}
    assert rows == set(expected)


# --- The audit ------------------------------------------------------------------------------------

SOUND: Final = (
    said("breast", "bone", "wu-2017-breast", count=30, total=100, **DURING),
    said("ovary", "liver", frequency="rare"),
    said("bladder", "pelvic_wall", "cancer-spreading", relation="extension"),
    said("thyroid", "spleen", "cancer-spreading", frequency="absent"),
)
COUNTED: Final = node(f"assertion:{SOUND[0].key}")
COUNTED_GRAPH: Final = node("graph:wu-2017-breast")


@pytest.fixture(scope="module")
def sound() -> list[ox.Quad]:
    return list(KnowledgeGraph.from_assertions(SOUND).store)


def faults(store: ox.Store) -> set[str]:
    answer = run_query(store, NUMBERED["25"].text)
    assert isinstance(answer, Table)
    return {str(row["problem"]) for row in answer.to_dicts()}


def test_25_finds_nothing_in_a_sound_graph(sound: list[ox.Quad]) -> None:
    store = ox.Store()
    store.extend(sound)
    assert faults(store) == set()


def test_25_hears_nothing_that_no_person_has_checked() -> None:
    """Neither a reading that reports a pair, nor one that denies what is reported, is evidence."""
    unread = Source(key="unread", citation="Read by rules", design="text_extraction")
    catalog = load().catalog.with_sources([unread])
    readings = [
        said("thyroid", "spleen", "unread", frequency="common"),
        said("ovary", "liver", "unread", frequency="absent"),
        said("bladder", "rectum", "unread", relation="extension"),
    ]
    store = ox.Store()
    store.extend(KnowledgeGraph.from_assertions([*SOUND, *readings], catalog).store)
    assert faults(store) == set()
    store.extend(edge("bladder", "met:extendsInto", "rectum"))
    assert faults(store) == {"an edge without an assertion that reports it"}


def edge(primary: str, predicate: str, site: str) -> tuple[ox.Quad, ...]:
    return (ox.Quad(node(f"primary:{primary}"), node(predicate), node(f"site:{site}")),)


def stated(predicate: str, value: str | int | Decimal) -> tuple[ox.Quad, ...]:
    """Return what the counted assertion might say instead."""
    if isinstance(value, str):
        return (ox.Quad(COUNTED, node(predicate), node(value), COUNTED_GRAPH),)
    datatype = node("xsd:integer" if isinstance(value, int) else "xsd:decimal")
    return (
        ox.Quad(COUNTED, node(predicate), ox.Literal(str(value), datatype=datatype), COUNTED_GRAPH),
    )


Quads = tuple[ox.Quad, ...]
BROKEN: Final[list[tuple[str, Callable[[ox.Quad], bool], Quads]]] = []
"""The fault, which quads are taken away, and which are put in."""


def broken(problem: str, gone: Callable[[ox.Quad], bool] | None = None, added: Quads = ()) -> None:
    BROKEN.append((problem, gone or (lambda _: False), added))


def counted_has(*predicates: str) -> Callable[[ox.Quad], bool]:
    nodes = set(map(node, predicates))
    return lambda quad: quad.subject == COUNTED and quad.predicate in nodes


def anything_has(subject: str, predicate: str) -> Callable[[ox.Quad], bool]:
    return lambda quad: quad.subject == node(subject) and quad.predicate == node(predicate)


broken("a count without a total", counted_has("met:total"))
broken("a total without a denominator", counted_has("met:denominator"))
for count in (-1, 101):
    broken(
        "a count that is negative or above its total",
        counted_has("met:count"),
        stated("met:count", count),
    )
for percent in ("-0.1", "100.1"):
    broken("a percentage outside 0 to 100", None, stated("met:percent", Decimal(percent)))
broken(
    "a percentage that does not agree with its count",
    counted_has("met:percent"),
    stated("met:percent", Decimal("30.6")),
)
for bound, value in (("met:intervalLow", "30.5"), ("met:intervalHigh", "29.5")):
    broken(
        "an interval that does not hold its percentage",
        counted_has(bound),
        stated(bound, Decimal(value)),
    )
broken("a count and a total without an interval", counted_has("met:intervalHigh"))
for needed in (
    *("rdfs:label", "met:primary", "met:site", "met:relation", "met:occurrence", "met:setting"),
    *("met:stage", "met:reading", "met:locator", "met:finding", "prov:wasDerivedFrom"),
    *("biolink:has_evidence_of_type", "biolink:knowledge_level", "biolink:agent_type"),
):
    broken("an assertion without what every assertion has", counted_has(needed))
broken("an assertion that says nothing", counted_has("met:count", "met:percent"))
for name in ("primary:breast", "site:bone", "source:wu-2017-breast"):
    broken("an assertion on what is not in the catalog", anything_has(name, "rdf:type"))
broken("a finding against its own words", None, stated("met:frequency", "frequency:absent"))
broken(
    "an assertion outside the graph of its source",
    None,
    (ox.Quad(COUNTED, node("rdf:type"), node("met:SpreadAssertion"), node("graph:pdq-wilms")),),
)
broken(
    "a span of text that ends before it starts",
    None,
    (*stated("met:start", 7), *stated("met:end", 7)),
)
for needed in ("rdfs:label", "dcterms:bibliographicCitation", "met:design"):
    broken("a source without a citation or a design", anything_has("source:wu-2017-breast", needed))
for name, needed in product(("site:eye", "primary:cup"), ("rdfs:label", "met:kind")):
    broken("a primary or site without a label or a kind", anything_has(name, needed))
broken(
    "a site that is part of itself",
    None,
    (ox.Quad(node("site:bone"), node("met:partOf"), node("site:vertebra")),),
)
broken(
    "a primary that is a subtype of itself",
    None,
    (ox.Quad(node("primary:lung"), node("met:subtypeOf"), node("primary:luad")),),
)
OVARIAN: Final = f"assertion:{SOUND[1].key}"
broken(
    "an organ that the sex of the cancer does not have",
    anything_has(OVARIAN, "met:site"),
    (ox.Quad(node(OVARIAN), node("met:site"), node("site:prostate"), COUNTED_GRAPH),),
)
for way in ("met:spreadsTo", "met:commonlySpreadsTo", "met:rarelySpreadsTo", "met:extendsInto"):
    broken("an edge without an assertion that reports it", None, edge("breast", way, "lung"))
    broken("an edge to a site that names no place", None, edge("breast", way, "unspecified"))
for way in ("met:spreadsTo", "met:commonlySpreadsTo", "met:rarelySpreadsTo"):
    broken("an edge despite a denial", None, edge("thyroid", way, "spleen"))
    broken(
        "an edge without an assertion that reports it", None, edge("bladder", way, "pelvic_wall")
    )
broken(
    "an edge without an assertion that reports it", None, edge("breast", "met:extendsInto", "bone")
)
for name in ("primary:ovary", "primary:breast"):
    broken("a common or rare edge that is not an edge", anything_has(name, "met:spreadsTo"))
    broken("a reported pair without an edge", anything_has(name, "met:spreadsTo"))
broken("an edge both common and rare", None, edge("breast", "met:rarelySpreadsTo", "bone"))
broken("a reported pair without an edge", anything_has("primary:bladder", "met:extendsInto"))
broken("a pair without its metastatic disease", anything_has("disease:breast--bone", "rdf:type"))
broken("an edge that rests on nothing", anything_has("disease:breast--bone", "met:basis"))
STRAY: Final = node("disease:thyroid--spleen")
broken(
    "a pair that is rolled up from no edge",
    None,
    (ox.Quad(node("disease:breast--bone"), node("met:rolledUpFrom"), STRAY),),
)
broken(
    "a metastatic disease without an edge or a mapping",
    None,
    (
        ox.Quad(STRAY, node("rdf:type"), node("met:MetastaticDisease")),
        ox.Quad(STRAY, node("met:ofPrimary"), node("primary:thyroid")),
        ox.Quad(STRAY, node("met:inSite"), node("site:spleen")),
    ),
)


@pytest.mark.parametrize(("problem", "gone", "added"), BROKEN, ids=[one[0] for one in BROKEN])
def test_25_finds_what_is_broken(
    sound: list[ox.Quad], problem: str, gone: Callable[[ox.Quad], bool], added: Quads
) -> None:
    kept = [quad for quad in sound if not gone(quad)]
    store = ox.Store()
    store.extend([*kept, *added])
    assert len(store) != len(sound) or set(kept) != set(sound), "nothing was broken"
    assert problem in faults(store)


def test_25_is_tried_with_every_fault_it_knows() -> None:
    known: set[str] = set(re.findall(r'BIND \("([^"]+)" AS \?problem\)', NUMBERED["25"].text))
    assert known == {problem for problem, _, _ in BROKEN}


# --- On pairs and sources -------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(28, 43))
def test_a_question_on_pairs_takes_at_most_eight_lines(number: int) -> None:
    text = find_query(str(number)).text
    lines = [line for line in text.splitlines() if line and not line.startswith(("PREFIX", "#"))]
    assert len(lines) <= 8


def test_34_joins_with_the_hierarchy_of_uberon_where_it_is_there(kg: KnowledgeGraph) -> None:
    store = ox.Store()
    store.extend(kg.store)
    part_of = ox.NamedNode("http://purl.obolibrary.org/obo/BFO_0000050")
    stand_in = ox.NamedNode("http://purl.obolibrary.org/obo/uberon.owl")
    store.extend(
        ox.Quad(node(part), part_of, node(whole), stand_in) for part, whole in UBERON_PARTS.items()
    )
    answer = run_query(store, find_query("34").text)
    assert isinstance(answer, Table)
    joined = kg.query("SELECT ?site ?key { ?site a met:Site ; met:uberon ?key }")
    assert isinstance(joined, Table)
    keys = {contract(str(site)).partition(":")[2]: contract(str(key)) for site, key in joined}
    assert counted(answer.columns, answer.cells()) == counted(answer.columns, into_uberon(kg, keys))
    assert len(answer) == 4
