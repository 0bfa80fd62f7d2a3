"""The evidence in memory: frozen, the same in any order, and the same from every file."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import metastasis as mets
from metastasis._errors import GraphError, ReadError, TableError, UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.assertion_table import read_evidence
from metastasis._evidence.evidence import Evidence
from metastasis._evidence.index import index_text, read_index
from metastasis._files import ontology_path
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from pathlib import Path


def same(one: Evidence, other: Evidence) -> bool:
    return (
        list(one.assertions) == list(other.assertions)
        and one.edges == other.edges
        and one.catalog.primaries == other.catalog.primaries
        and one.catalog.sites == other.catalog.sites
        and one.catalog.sources == other.catalog.sources
        and one.catalog.diseases == other.catalog.diseases
    )


def test_it_cannot_be_changed() -> None:
    evidence = mets.load().evidence
    with pytest.raises(FrozenInstanceError):
        evidence.catalog = SMALL  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        evidence.pairs()[0].edge = None  # type: ignore[misc]
    assert isinstance(evidence.assertions, tuple)
    assert isinstance(evidence.pairs()[0].assertions, tuple)
    catalog = evidence.catalog
    for records in (catalog.primaries, catalog.sites, catalog.sources, catalog.diseases):
        with pytest.raises(TypeError):
            records["bone"] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        evidence.edges["metastasis", "breast", "bone"] = "rarely"  # type: ignore[index]


def test_the_list_that_it_is_made_of_may_change_afterwards() -> None:
    rows = list(mets.load().evidence.assertions)
    evidence = Evidence.from_assertions(rows, mets.load().catalog)
    rows.clear()
    assert len(evidence.assertions) > 0
    edges = {("metastasis", "breast", "bone"): "rarely"}
    given = Evidence(mets.load().catalog, evidence.assertions, edges)
    edges.clear()
    assert given.edges == {("metastasis", "breast", "bone"): "rarely"}


def test_it_goes_to_another_process_and_comes_back() -> None:
    kg = mets.load()
    kg.similar(top=1), kg.states("breast"), kg.pool("breast", "bone")
    for one in (pickle.loads(pickle.dumps(kg.evidence)), copy.deepcopy(kg.evidence)):
        assert same(one, kg.evidence)
        assert one.pairs() == kg.evidence.pairs()
    built = mets.KnowledgeGraph.from_evidence(kg.evidence)
    for graph in (kg, built):
        quads = len(graph)
        again = pickle.loads(pickle.dumps(graph))
        assert again.numbers("bladder") == graph.numbers("bladder")
        assert len(again) == quads


@given(dense_tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_assertions_does_not_matter(
    table: list[Assertion], random: st.DataObject
) -> None:
    shuffled = list(table)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (Evidence.from_assertions(rows, SMALL) for rows in (table, shuffled))
    assert one.pairs() == other.pairs()
    assert index_text(one) == index_text(other)


@given(dense_tables())
def test_pairs_hold_every_assertion_once_and_every_edge(table: list[Assertion]) -> None:
    evidence = Evidence.from_assertions(table, SMALL)
    pairs = [
        pair
        for relation in ("metastasis", "extension")
        for pair in evidence.pairs(relation=relation, places_only=False)
    ]
    assert sorted(one.key for pair in pairs for one in pair.assertions) == sorted(
        one.key for one in table
    )
    for relation in ("metastasis", "extension"):
        for pair in evidence.pairs(relation=relation, places_only=False):
            assert evidence.pair(pair.primary, pair.site, relation) is pair
            assert evidence.edges.get((relation, pair.primary, pair.site)) == pair.edge


@given(dense_tables(), st.sets(st.sampled_from(sorted(SMALL.primaries))))
def test_pairs_of_some_primaries_are_those_of_all_that_are_theirs(
    table: list[Assertion], primaries: set[str]
) -> None:
    evidence = Evidence.from_assertions(table, SMALL)
    assert evidence.pairs(primaries=primaries) == [
        pair for pair in evidence.pairs() if pair.primary in primaries
    ]


@given(dense_tables())
def test_an_index_reads_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, table: list[Assertion]
) -> None:
    path = tmp_path_factory.mktemp("index") / "x.evidence.json"
    evidence = Evidence.from_assertions(table, SMALL)
    path.write_text(index_text(evidence), encoding="utf-8")
    assert same(read_index(path), evidence)


def test_the_shipped_index_holds_what_the_tables_hold() -> None:
    path = ontology_path("release", "metastasis.evidence.json")
    assert same(read_index(path), read_evidence())
    assert path.read_text(encoding="utf-8") == index_text(read_evidence())


def test_the_shipped_index_is_json_with_its_release_and_notice() -> None:
    index = json.loads(ontology_path("release", "metastasis.evidence.json").read_text("utf-8"))
    assert index["release"] == mets.DATA_RELEASE
    assert "Not for clinical use" in index["notice"]
    assert index["assertions"][0][:2] == ["primary", "site"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"version": 1}', '{"version": 99}', "\x00"])
def test_a_broken_index_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.evidence.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((GraphError, ReadError), match=r"x\.evidence\.json(:| is )"):
        read_index(path)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("primary", "nowhere", "no primary of the catalog has this key"),
        ("source", "nowhere", "no source of the catalog has this key"),
        ("denominator", "people", "not in the list"),
        ("count", -4, "not a whole number"),
        ("percent", "NaN", "not a number"),
    ],
)
def test_an_index_that_somebody_edited_is_checked_when_it_is_read(
    tmp_path: Path, column: str, value: object, told: str
) -> None:
    index = json.loads(ontology_path("release", "metastasis.evidence.json").read_text("utf-8"))
    names, *rows = index["assertions"]
    rows[0][names.index(column)] = value
    path = tmp_path / "x.evidence.json"
    path.write_text(json.dumps(index), encoding="utf-8")
    with pytest.raises(GraphError, match=told):
        mets.KnowledgeGraph.read(path)


def test_an_index_in_another_order_gives_the_same_evidence(tmp_path: Path) -> None:
    index = json.loads(ontology_path("release", "metastasis.evidence.json").read_text("utf-8"))
    names, *rows = index["assertions"]
    index["assertions"] = [names, *reversed(rows)]
    path = tmp_path / "x.evidence.json"
    path.write_text(json.dumps(index), encoding="utf-8")
    assert same(mets.KnowledgeGraph.read(path).evidence, read_evidence())


def test_one_key_is_a_key_and_a_key_twice_is_one() -> None:
    evidence = mets.load().evidence
    pairs = evidence.pairs(primaries={"breast"})
    assert evidence.pairs(primaries="breast") == pairs
    assert evidence.pairs(primaries=["breast", "breast"]) == pairs
    assert {pair.site for pair in evidence.pairs(sites="bone")} == {"bone"}


def test_what_is_made_of_it_is_made_once() -> None:
    evidence = read_evidence()
    calls = []

    def count(given: Evidence) -> int:
        calls.append(given)
        return len(given.assertions)

    assert evidence.made(count) == evidence.made(count) == len(evidence.assertions)
    assert calls == [evidence]
    assert read_evidence().made(count) == len(evidence.assertions)
    assert len(calls) == 2


def test_what_is_made_with_other_arguments_is_another_thing() -> None:
    evidence = read_evidence()

    def times(given: Evidence, factor: int) -> list[int]:
        return [factor * len(given.assertions)]

    assert evidence.made(times, 2) is evidence.made(times, 2)
    assert evidence.made(times, 3) == [3 * len(evidence.assertions)]


def test_faults_are_all_told_at_once() -> None:
    rows = [
        Assertion(primary="brest", site="bone", source="one", locator="a", frequency="common"),
        Assertion(primary="breast", site="bonn", source="one", locator="a", frequency="common"),
    ]
    with pytest.raises(TableError) as caught:
        Evidence.from_assertions(rows, SMALL)
    assert [fault.column for fault in caught.value.faults] == ["primary", "site"]
    with pytest.raises(UnknownNameError, match="unknown relation 'spread'"):
        mets.load().evidence.pairs(relation="spread")


def test_a_build_checks_each_assertion_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def count(one: Assertion) -> list[tuple[str, str | None, str]]:
        checked.append(one.key)
        return []

    monkeypatch.setattr("metastasis._evidence.check.problems_of", count)
    evidence = read_evidence()
    assert len(mets.KnowledgeGraph.from_evidence(evidence)) > 0
    assert sorted(checked) == [one.key for one in evidence.assertions]
