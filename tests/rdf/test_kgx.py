"""KGX, of pairs and of assertions, held to the evidence."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given

from metastasis._catalog import Catalog, Mapping, Site
from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._graph import KnowledgeGraph, load
from metastasis.rdf._exchange.kgx import (
    ASSERTION_COLUMNS,
    IDS,
    NODE_COLUMNS,
    PAIR_COLUMNS,
    STUDY_COLUMNS,
    assertion_tables,
    node_ids,
    pair_tables,
)
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._catalog import Primary
    from metastasis._evidence.pair import Pair

KG = load()
TABLES: Final = {
    (what, ids): tables(KG.evidence, "a test", ids)
    for what, tables in (("pairs", pair_tables), ("assertions", assertion_tables))
    for ids in IDS
}
EVERY: Final = pytest.mark.parametrize(("what", "ids"), TABLES)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def items(cell: str) -> set[str]:
    return set(filter(None, cell.split("|")))


def records(catalog: Catalog) -> dict[str, Primary | Site]:
    return {
        **{f"primary:{key}": primary for key, primary in catalog.primaries.items()},
        **{f"site:{key}": site for key, site in catalog.sites.items() if site.is_anatomical},
    }


@EVERY
def test_nodes_are_all_primaries_and_all_sites_that_are_places(what: str, ids: str) -> None:
    nodes = rows(TABLES[what, ids]["nodes.tsv"])
    own = [node["id"] if not node["equivalent_identifiers"] else node["equivalent_identifiers"]
           for node in nodes]  # fmt: skip
    assert sorted(own) == sorted(records(KG.catalog))
    assert len({node["id"] for node in nodes}) == len(nodes)
    assert tuple(nodes[0]) == NODE_COLUMNS
    for name, node in zip(own, nodes, strict=True):
        is_primary = name.startswith("primary:")
        wanted = "biolink:Disease" if is_primary else "biolink:GrossAnatomicalStructure"
        assert node["category"] == wanted
        if node["id"] != name:
            assert node["id"].startswith("MONDO:" if is_primary else "UBERON:")


def test_nodes_are_called_by_what_the_mappings_call_the_same_or_close_and_nothing_else() -> None:
    of = records(KG.catalog)
    for row in rows(TABLES["pairs", "known"]["nodes.tsv"]):
        name = row["equivalent_identifiers"] or row["id"]
        if row["met_id_match"] != "own":
            wanted = Mapping(f"skos:{row['met_id_match']}Match", row["id"])
            assert wanted in of[name].mappings
        else:
            assert row["id"] == name
    own = rows(TABLES["pairs", "own"]["nodes.tsv"])
    assert {row["id"] for row in own} == set(of)
    assert {row["met_id_match"] for row in own} == {"own"}
    assert not any(row["equivalent_identifiers"] for row in own)


def test_most_of_what_has_a_class_elsewhere_is_called_by_it() -> None:
    found = node_ids(KG.catalog)
    assert found["primary:breast"].startswith("MONDO:")
    assert found["site:bone"] == "UBERON:0001474"
    assert sum(name != known for name, known in found.items()) > 0.8 * len(found)


def mapped(**shades: tuple[str, ...]) -> Catalog:
    """Return a catalog of three sites that have these mappings, as ``exact UBERON:1``."""
    sites = [
        Site(
            key=key,
            label=key,
            mappings=tuple(
                Mapping(f"skos:{shade}Match", known)
                for shade, known in map(str.split, shades.get(key, ()))
            ),
        )
        for key in ("bone", "liver", "lung")
    ]
    return Catalog([], sites)


@pytest.mark.parametrize(
    ("shades", "expected"),
    [
        # The same goes before the close, in one record and between two.
        ({"bone": ("exact UBERON:1", "close UBERON:2")}, {"bone": "UBERON:1"}),
        (
            {"bone": ("exact UBERON:1",), "liver": ("close UBERON:1",)},
            {"bone": "UBERON:1", "liver": "site:liver"},
        ),
        # What does not decide is left as it is.
        ({"bone": ("exact UBERON:1", "exact UBERON:2")}, {"bone": "site:bone"}),
        ({"bone": ("close UBERON:1", "close UBERON:2")}, {"bone": "site:bone"}),
        (
            {"bone": ("close UBERON:1",), "liver": ("close UBERON:1",)},
            {"bone": "site:bone", "liver": "site:liver"},
        ),
        (
            {
                "bone": ("exact UBERON:1",),
                "liver": ("exact UBERON:1",),
                "lung": ("close UBERON:1",),
            },
            {"bone": "site:bone", "liver": "site:liver", "lung": "site:lung"},
        ),
        # Broader, narrower and other ontologies name something else.
        ({"bone": ("broad UBERON:1",)}, {"bone": "site:bone"}),
        ({"bone": ("exact NCIT:1",)}, {"bone": "site:bone"}),
        ({"bone": ("exact MONDO:1",)}, {"bone": "site:bone"}),
    ],
)
def test_two_nodes_never_have_the_same_name(
    shades: dict[str, tuple[str, ...]], expected: dict[str, str]
) -> None:
    found = node_ids(mapped(**shades))
    assert {key: found[f"site:{key}"] for key in expected} == expected
    assert len(set(found.values())) == len(found)


def test_nodes_keep_apart_what_is_the_same_and_what_is_near() -> None:
    of = records(KG.catalog)
    columns = {"xref": "exact", **{f"met_{one}_match": one for one in NEAR}}
    for row in rows(TABLES["pairs", "own"]["nodes.tsv"]):
        for column, name in columns.items():
            mappings = of[row["id"]].mappings
            expected = {one.object for one in mappings if one.predicate == f"skos:{name}Match"}
            assert items(row[column]) == expected


NEAR: Final = ("close", "narrow", "broad", "related")


@EVERY
def test_edges_join_nodes_by_the_name_that_these_have(what: str, ids: str) -> None:
    tables = TABLES[what, ids]
    names = node_ids(KG.catalog, ids)
    nodes = {row["id"] for row in rows(tables["nodes.tsv"])}
    edges = rows(tables["edges.tsv"])
    for edge in edges:
        assert {edge["subject"], edge["object"]} <= nodes
        assert edge["subject"] == names[edge["original_subject"]]
        assert edge["object"] == names[edge["original_object"]]
        assert edge["negated"] in {"", "true"}
        predicate = (edge["predicate"], edge["original_predicate"])
        assert predicate in {
            ("biolink:related_to", "met:spreadsTo"),
            ("biolink:affects", "met:extendsInto"),
        }
    assert len({edge["id"] for edge in edges}) == len(edges)


def test_every_assertion_is_an_edge_with_its_provenance_numbers_and_negation() -> None:
    edges = {row["id"]: row for row in rows(TABLES["assertions", "own"]["edges.tsv"])}
    sites = KG.catalog.sites
    assertions = {f"assertion:{one.key}": one for one in KG.assertions()}
    assert edges.keys() == {
        name for name, one in assertions.items() if sites[one.site].is_anatomical
    }
    for name, edge in edges.items():
        one = assertions[name]
        source = KG.catalog.sources[one.source]
        assert edge["subject"] == f"primary:{one.primary}"
        assert edge["object"] == f"site:{one.site}"
        assert edge["primary_knowledge_source"] == "infores:metastasis"
        assert edge["met_source"] == f"source:{one.source}"
        article = source.pmid and f"PMID:{source.pmid}"
        document = source.doi and f"doi:{source.doi}"
        assert edge["publications"] == (document or article or source.url or "")
        assert edge["negated"] == ("true" if one.finding == "absent" else "")
        assert edge["met_count"] == ("" if one.count is None else str(one.count))
        assert edge["met_percent"] == ("" if one.percent is None else f"{one.percent:f}")
        assert edge["met_denominator"] == (one.denominator or "")
        assert edge["met_relation"] == one.relation
        assert edge["knowledge_level"] in {"knowledge_assertion", "observation"}
        assert (edge["predicate"] == "biolink:affects") == (one.relation == "extension")
    assert tuple(next(iter(edges.values()))) == ASSERTION_COLUMNS


def pair_name(pair: Pair, relation: str) -> str:
    return f"disease:{pair.primary}--{pair.site}" + "--extension" * (relation == "extension")


def said_of(pair: Pair) -> list[Assertion]:
    return [one for each in (pair, *pair.parts) for one in each.assertions]


def compare_pairs(kg: KnowledgeGraph) -> None:
    """Hold the edges of pairs to the evidence."""
    edges = {row["id"]: row for row in rows(pair_tables(kg.evidence, "", "own")["edges.tsv"])}
    held = {
        pair_name(pair, relation): pair
        for relation in ("metastasis", "extension")
        for pair in kg.evidence.pairs(relation=relation, roll_up=True)
    }
    assert edges.keys() == {
        name
        for name, pair in held.items()
        if pair.edge or {one.finding for one in said_of(pair)} == {"absent"}
    }
    for name, edge in edges.items():
        pair = held[name]
        present = {one for one in said_of(pair) if one.finding == "present"}
        absent = set(said_of(pair)) - present
        behind, against = (present, absent) if pair.edge else (absent, present)
        assert edge["negated"] == ("" if pair.edge else "true")
        assert edge["met_edge"] == (pair.edge or "")
        assert edge["met_basis"] == (pair.basis or "")
        assert items(edge["has_evidence"]) == {f"assertion:{one.key}" for one in behind}
        assert items(edge["met_denied_by"]) == {f"assertion:{one.key}" for one in against}
        assert items(edge["met_sources"]) == {f"source:{one.source}" for one in behind}
        assert edge["met_assertion_count"] == str(len(behind))
        assert edge["met_source_count"] == str(len({one.source for one in behind}))
        numbers = {f"assertion:{one.key}" for one in pair.assertions if one.percent is not None}
        assert items(edge["met_best_numbers"]) <= numbers
        assert bool(edge["met_best_numbers"]) == bool(numbers)
        is_entailed = edge["knowledge_level"] == "logical_entailment"
        assert is_entailed == bool(edge["met_rolled_up_from"]) == pair.is_rolled_up
        assert items(edge["met_rolled_up_from"]) <= edges.keys()


def test_every_pair_with_an_edge_or_wholly_denied_is_an_edge_with_all_behind_it() -> None:
    compare_pairs(KG)
    edges = rows(TABLES["pairs", "known"]["edges.tsv"])
    assert tuple(edges[0]) == PAIR_COLUMNS
    assert sum(edge["negated"] == "true" for edge in edges) > 0


@pytest.mark.slow
@given(dense_tables())
def test_pairs_of_any_graph_are_edges(table: list[Assertion]) -> None:
    compare_pairs(KnowledgeGraph.from_assertions(table, SMALL))


@pytest.mark.parametrize("ids", IDS)
def test_no_two_pairs_have_the_same_subject_predicate_and_object(ids: str) -> None:
    edges = rows(TABLES["pairs", ids]["edges.tsv"])
    spreads = {(edge["subject"], edge["predicate"], edge["object"]) for edge in edges}
    assert len(spreads) == len(edges)


def test_the_edges_of_pairs_are_the_edges_of_the_rdf() -> None:
    edges = rows(TABLES["pairs", "own"]["edges.tsv"])
    for relation in ("spreadsTo", "extendsInto"):
        told = {
            (edge["subject"], edge["object"])
            for edge in edges
            if edge["original_predicate"] == f"met:{relation}" and not edge["negated"]
        }
        answer = KG.query(f"SELECT ?p ?s {{ ?p met:{relation} ?s }}")
        assert told == {(row[0].curie, row[1].curie) for row in answer}  # type: ignore[union-attr]


@EVERY
def test_every_source_that_is_named_is_described_with_its_license(what: str, ids: str) -> None:
    tables = TABLES[what, ids]
    studies = {row["id"]: row for row in rows(tables["studies.tsv"])}
    named = set[str]()
    for edge in rows(tables["edges.tsv"]):
        named |= items(edge.get("met_sources", "") or edge.get("met_source", ""))
    assert named <= studies.keys()
    assert {f"source:{one.source}" for one in KG.assertions()} == studies.keys()
    for name, row in studies.items():
        source = KG.catalog.sources[name.partition(":")[2]]
        assert row["met_license"] == (source.license or "")
        assert row["met_design"] == source.design
        assert row["category"] == "biolink:Study"
    assert tuple(next(iter(studies.values()))) == STUDY_COLUMNS


@EVERY
def test_the_folder_says_what_it_is_and_how_to_load_it(what: str, ids: str) -> None:
    text = TABLES[what, ids]["README.txt"]
    assert "Not for clinical use" in text
    assert "Data release" in text
    assert "Made by: a test" in text
    assert ("kgx transform --stream" in text) == (what == "assertions")
    own = sum(known == name for name, known in node_ids(KG.catalog, ids).items())
    assert f"{own} of {len(node_ids(KG.catalog))} nodes" in text


DIRTY: Final = 'one|two\tthree\r\nfour\x00\x1b[31m\ufffe "five'


def test_a_cell_holds_no_tab_no_line_break_no_control_character_and_no_list_of_its_own() -> None:
    bone = Site(key="bone", label="bone", synonyms=(DIRTY, "os"), note=DIRTY)
    catalog = Catalog(SMALL.primaries.values(), [bone], SMALL.sources.values())
    said = Assertion(
        primary="breast", site="bone", source="one", frequency="common", locator=DIRTY,
        population=DIRTY,
    )  # fmt: skip
    kg = KnowledgeGraph.from_evidence(Evidence(catalog, [said]))
    clean = 'one/two three four\ufffd\ufffd[31m\ufffd "five'
    node = rows(pair_tables(kg.evidence, "")["nodes.tsv"])[-1]
    assert node["synonym"] == f"{clean}|os"
    assert node["description"] == clean
    (edge,) = rows(assertion_tables(kg.evidence, "")["edges.tsv"])
    assert edge["met_locator"] == edge["met_population"] == clean


def test_ids_are_ours_where_that_is_asked_for(tmp_path: Path) -> None:
    for form in ("kgx", "kgx-assertions"):
        paths = KG.export(tmp_path / form, ids="own")
        nodes = next(path for path in paths if path.name == "nodes.tsv").read_text("utf-8")
        assert {row["id"].partition(":")[0] for row in rows(nodes)} == {"primary", "site"}
    with pytest.raises(UnknownNameError, match="'known' or 'own'"):
        KG.export(tmp_path / "kgx", ids="mondo")
    with pytest.raises(UnknownNameError, match=r"option of nq 'ids'\. Taken by: kgx"):
        KG.export(tmp_path / "a.nq", ids="own")
