"""Whether a graph is what follows from its assertions, and its file the one that was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metastasis._errors import ReadError
from metastasis._evidence.evidence import Evidence
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import BASE, DATA_RELEASE, PREFIXES
from metastasis.rdf import FORMS, build_store, content_faults, derivation_faults, load_store
from metastasis.rdf._content import content_hash, stated_hash
from metastasis.rdf._terms import node
from strategies import FAMILY, family_tables

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion

FEW: Final = load().of_sources(["gandaglia-2014", "bubendorf-2000-prostate"])
COMMENTED: Final = ("nq", "trig", "ttl", "nt", "xml")
"""The forms of RDF that can hold a comment."""


def written(folder: Path, name: str) -> Path:
    (path,) = FEW.export(folder / FORMS[name].file, name)
    return path


@pytest.mark.parametrize("name", COMMENTED)
def test_a_file_as_it_was_written_is_whole(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name)
    stated = stated_hash(path)
    assert stated == content_hash(FEW.store, keeps_graphs=FORMS[name].keeps_graphs)
    assert content_faults(path) == []


def test_all_files_without_named_graphs_state_one_content(tmp_path: Path) -> None:
    flat = {stated_hash(written(tmp_path, name)) for name in ("ttl", "nt", "xml")}
    whole = {stated_hash(written(tmp_path, name)) for name in ("nq", "trig")}
    assert len(flat) == len(whole) == 1
    assert flat != whole


@pytest.mark.parametrize("name", COMMENTED)
def test_a_file_that_was_cut_off_is_told(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name)
    data = path.read_bytes()
    path.write_bytes(data[: data[: len(data) * 9 // 10].rfind(b"\n") + 1])
    (fault,) = content_faults(path)
    assert "cut off" in fault


def test_a_number_that_was_changed_is_told_wherever_it_counts(tmp_path: Path) -> None:
    path = written(tmp_path, "nq")
    text = path.read_text(encoding="utf-8")
    assert '"74826"^^' in text
    path.write_text(re.sub(r'"74826"\^\^', '"7"^^', text), encoding="utf-8")
    assert "changed" in content_faults(path)[0]
    found = " ".join(derivation_faults(load_store(path)))
    assert "met:intervalLow" in found
    assert "source:gandaglia-2014 met:largestTotal is 7" in found


def test_an_edge_that_was_typed_in_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "nt")
    base = "https://w3id.org/metastasis/"
    edge = f"<{base}primary/thyroid> <{base}vocab#commonlySpreadsTo> <{base}site/spleen> .\n"
    path.write_text(edge + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(content_faults(path)) == 1
    assert derivation_faults(load_store(path)) == [
        "primary:thyroid met:commonlySpreadsTo site:spleen does not follow from the assertions"
    ]


BONE: Final = "<https://w3id.org/metastasis/disease/prostate--bone>"


@pytest.mark.parametrize(
    ("gone", "line", "told"),
    [
        (r"prostate--bone> \S+inSite> ", f"{BONE} met:inSite site:spleen .", "is site:spleen"),
        (r"prostate--bone> \S+label> ", f'{BONE} rdfs:label "brain cancer" .', "is brain cancer"),
        (r"prostate--bone> \S+#type> ", "", "met:Pair follows from the assertions and is missing"),
        (" nothing ", f"{BONE[:-5]}nose> a met:Pair .", "met:Pair does not follow"),
    ],
    ids=["its site", "its name", "its class", "a node"],
)
def test_a_pair_that_was_changed_is_told_by_what_was_changed_alone(
    gone: str, line: str, told: str
) -> None:
    names = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store = ox.Store()
    store.extend(quad for quad in FEW.store if not re.search(gone, f"{quad} "))
    store.load(f"{names}{line}", format=ox.RdfFormat.TURTLE)
    (fault,) = derivation_faults(store)
    assert told in fault


def test_counts_of_triples_are_told_where_nothing_else_is(tmp_path: Path) -> None:
    path = written(tmp_path, "nq")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"74826"^^', '"7"^^'), encoding="utf-8")
    assert "void:triples" not in " ".join(derivation_faults(load_store(path)))
    path.write_text(re.sub(r'(void#triples> )"\d+', r'\1"7', text), encoding="utf-8")
    found = derivation_faults(load_store(path))
    assert found
    assert all("void:triples" in fault for fault in found)


def test_a_file_that_is_not_there_is_an_error_of_this_package(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no such file"):
        content_faults(tmp_path / "nothing.nq")


def test_a_graph_that_says_it_is_the_release_is_held_to_it() -> None:
    store = ox.Store()
    store.extend(FEW.store)
    store.add(ox.Quad(ox.NamedNode(BASE), node("dcat:version"), ox.Literal(DATA_RELEASE)))
    (fault,) = derivation_faults(store)
    assert f"it says that it is data release {DATA_RELEASE}" in fault


def test_an_impossible_number_is_told_as_in_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, "nq")
    text = path.read_text(encoding="utf-8")
    percent = re.search(r'vocab#percent> ("[0-9.]+")', text)
    assert percent is not None
    path.write_text(text.replace(percent[1], '"140"', 1), encoding="utf-8")
    assert any("140" in fault for fault in derivation_faults(load_store(path)))


@given(family_tables(), st.data())
@settings(max_examples=20)  # each example builds three graphs
def test_what_is_derived_is_missed_where_it_is_lost(
    said: list[Assertion], data: st.DataObject
) -> None:
    store = build_store(Evidence.from_assertions(said, FAMILY))
    assert derivation_faults(store) == []
    derived = [quad for quad in store if quad.predicate.value.endswith(("spreadsTo", "#belief"))]
    if derived:
        lost = data.draw(st.sampled_from(sorted(derived, key=str)))
        store.remove(lost)
        assert any("is missing" in fault for fault in derivation_faults(store))


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=6))
def test_the_hash_is_that_of_the_canonical_lines_in_any_order(pairs: list[tuple[str, str]]) -> None:
    name = ox.NamedNode("https://example.org/a")
    quads = [
        ox.Quad(name, name, ox.Literal(text.encode("utf-8", "ignore").decode()), name)
        for pair in pairs
        for text in pair
    ]
    one, other = ox.Store(), ox.Store()
    one.extend(quads)
    other.extend(reversed(quads))
    assert content_hash(one) == content_hash(other)


def test_blank_nodes_have_no_say_in_the_hash() -> None:
    lines = '_:{0} <https://example.org/p> _:{1} .\n_:{1} <https://example.org/p> "x" .\n'
    stores = []
    for names in (("a", "b"), ("z", "c")):
        store = ox.Store()
        store.load(lines.format(*names).encode(), format=ox.RdfFormat.N_TRIPLES)
        stores.append(store)
    assert content_hash(stores[0]) == content_hash(stores[1])


def test_a_graph_of_another_version_is_asked_for_what_it_states() -> None:
    store = build_store(FEW.evidence)
    version = "https://w3id.org/metastasis/"
    (said,) = store.quads_for_pattern(
        ox.NamedNode(version), ox.NamedNode("http://www.w3.org/2002/07/owl#versionInfo"), None, None
    )
    for quad in list(store):
        if quad.predicate.value.endswith("#belief") or quad == said:
            store.remove(quad)
    assert derivation_faults(store) == []


def test_a_graph_that_is_read_is_what_was_built(tmp_path: Path) -> None:
    kg = KnowledgeGraph.read(written(tmp_path, "ttl"))
    assert derivation_faults(kg.store) == []


def test_a_derived_edge_that_a_source_is_made_to_say_is_told() -> None:
    store = build_store(FEW.evidence)
    edge = next(store.quads_for_pattern(None, node("met:commonlySpreadsTo"), None, None))
    said = ox.Quad(edge.subject, edge.predicate, edge.object, node("graph:gandaglia-2014"))
    store.add(said)
    (fault,) = derivation_faults(store)
    assert "(in graph:gandaglia-2014) does not follow" in fault
