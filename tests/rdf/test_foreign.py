"""What the graph says of terms of other ontologies: join keys and labels; and organ systems."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

import metastasis as mets
from metastasis._catalog import KEYS, join_keys, read_catalog
from metastasis._files import ontology_path
from metastasis._vocabulary import PREFIXES, contract
from metastasis.rdf import Rows
from metastasis.rdf._exchange.kgx import node_ids
from metastasis.rdf._read import read_evidence
from metastasis.rdf._terms import node

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = f"{PREFIXES['graph']}labels_"
ASSERTED = f"""
    GRAPH ?graph {{ ?term ?property ?label }}
    FILTER STRSTARTS(STR(?graph), "{LABELS}")
"""
OPEN = {
    f"{PREFIXES['graph']}labels_{name}": terms
    for name, terms in {
        "mondo": "https://creativecommons.org/licenses/by/4.0/",
        "ncit": "https://creativecommons.org/licenses/by/4.0/",
        "oncotree": "https://creativecommons.org/licenses/by/4.0/",
        "uberon": "https://creativecommons.org/licenses/by/3.0/",
        "doid": "https://creativecommons.org/publicdomain/zero/1.0/",
        "mesh": None,
    }.items()
}


@pytest.fixture(scope="module")
def kg() -> mets.KnowledgeGraph:
    """Return the graph as the tables give it now."""
    shipped = mets.load().evidence
    return mets.KnowledgeGraph.from_assertions(shipped.assertions, read_catalog())


def table(kg: mets.KnowledgeGraph, query: str) -> list[tuple[Any, ...]]:
    rows = kg.query(query)
    assert isinstance(rows, Rows)
    return [tuple(row) for row in rows]


def labels() -> Iterator[tuple[str, str]]:
    for path in sorted(ontology_path("mappings").glob("*.sssom.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for row in csv.DictReader((one for one in lines if one[0] != "#"), delimiter="\t"):
            yield row["object_id"], row["object_label"]


def test_python_and_sparql_have_the_same_keys(kg: mets.KnowledgeGraph) -> None:
    names = list(KEYS)
    optional = " ".join(f"OPTIONAL {{ ?thing met:{name} ?{name} }}" for name in names)
    asked = table(
        kg,
        f"SELECT ?thing {' '.join(f'?{name}' for name in names)}"
        f" {{ ?thing met:kind ?kind {optional} }}",
    )
    found = {
        contract(thing): tuple(term and contract(term) for term in terms) for thing, *terms in asked
    }
    assert len(found) == len(asked)
    frame = kg.names()
    at = frame.columns.index("mondo")
    assert found == {f"{row[0]}:{row[1]}": tuple(row[at:]) for row in frame}
    assert sum(term is not None for terms in found.values() for term in terms) > 600


def test_most_pairs_join_by_mondo_and_uberon(kg: mets.KnowledgeGraph) -> None:
    catalog = kg.catalog
    pairs = [
        pair for pair in kg.evidence.pairs() if catalog.primaries[pair.primary].kind != "grouping"
    ]
    joined = {
        (pair.primary, pair.site)
        for pair in pairs
        if "mondo" in join_keys(catalog.primaries[pair.primary])
        and "uberon" in join_keys(catalog.sites[pair.site])
    }
    assert len(joined) / len(pairs) > 0.85
    assert {("breast", "bone"), ("prostate", "bone"), ("lung", "brain")} <= joined


def test_kgx_names_things_by_the_same_keys() -> None:
    catalog = read_catalog()
    found = node_ids(catalog)
    for what, records, key in (
        ("primary", catalog.primaries, "mondo"),
        ("site", catalog.sites, "uberon"),
    ):
        for record in records.values():
            name = f"{what}:{record.key}"
            assert found.get(name, name) == join_keys(record).get(key, name)


def test_labels_of_other_ontologies_stand_in_graphs_of_their_own(kg: mets.KnowledgeGraph) -> None:
    mappings = [
        *(record.mappings for record in kg.catalog.primaries.values()),
        *(record.mappings for record in kg.catalog.sites.values()),
        *kg.catalog.diseases.values(),
    ]
    mapped = {one.object for each in mappings for one in each}
    found: dict[str, str] = {}
    for graph, term, link, label in table(
        kg, f"SELECT ?graph ?term ?property ?label {{ {ASSERTED} }}"
    ):
        assert contract(link) == "rdfs:label"
        prefix = contract(term).partition(":")[0]
        assert graph == f"{LABELS}{prefix.lower()}"
        assert found.setdefault(contract(term), label) == label
    assert found == {term: label for term, label in labels() if label and term in mapped}
    assert not any(term.startswith("ICD10CM:") for term in found)
    default = {
        quad.subject
        for quad in kg.store.quads_for_pattern(None, node("rdfs:label"), None, ox.DefaultGraph())
    }
    assert not default & {node(term) for term in found}


def test_each_graph_of_labels_states_its_rights(kg: mets.KnowledgeGraph) -> None:
    rows = table(
        kg,
        "SELECT ?graph ?license ?rights ?triples { <https://w3id.org/metastasis/> void:subset "
        "?graph . ?graph dcterms:rights ?rights ; void:triples ?triples "
        f'FILTER STRSTARTS(STR(?graph), "{LABELS}") '
        "OPTIONAL { ?graph dcterms:license ?license } }",
    )
    assert {graph: terms for graph, terms, _, _ in rows} == OPEN
    for graph, _, rights, triples in rows:
        assert rights
        quads = kg.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        assert triples == sum(1 for _ in quads)


def test_labels_are_left_out_when_the_graph_is_read_back(kg: mets.KnowledgeGraph) -> None:
    store = ox.Store()
    changed = ox.Quad(
        node("MONDO:0007254"), node("rdfs:label"), ox.Literal("changed"), node("graph:labels_mondo")
    )
    store.extend([*kg.store, changed])
    again = read_evidence(store)
    assert again.catalog.primaries == kg.catalog.primaries
    assert again.catalog.sites == kg.catalog.sites
    assert again.catalog.diseases == kg.catalog.diseases
    assert again.assertions == kg.evidence.assertions


def test_cancers_per_organ_system_in_sparql_and_in_python(kg: mets.KnowledgeGraph) -> None:
    asked = table(
        kg,
        "SELECT DISTINCT ?primary ?system { ?primary met:spreadsTo/met:partOf* ?system . "
        "?system met:kind kind:system }",
    )
    catalog = kg.catalog
    expected = {
        (f"primary:{pair.primary}", f"site:{whole}")
        for pair in kg.evidence.pairs(roll_up=True)
        if pair.edge
        for whole in catalog.wholes(pair.site)
        if catalog.sites[whole].kind == "system"
    }
    found = {(contract(primary), contract(system)) for primary, system in asked}
    assert found == expected
    assert ("primary:prostate", "site:skeletal_system") in found
    assert ("primary:breast", "site:digestive_system") in found
    assert len({system for _, system in found}) >= 15
