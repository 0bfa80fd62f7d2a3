"""The network in the files of other tools, held to the evidence."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given

from metastasis._catalog import Catalog, Primary, Site, join_keys
from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._evidence.overlap import document_of, independent
from metastasis._graph import KnowledgeGraph, load
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.network import LEVELS, edge_name, look, network_of
from metastasis.rdf._exchange.network_files import WRITERS
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from pathlib import Path

KG = load()
PAIRS: Final = network_of(KG.evidence, "pairs")
ASSERTIONS: Final = network_of(KG.evidence, "assertions")
NETWORKS: Final = {"pairs": PAIRS, "assertions": ASSERTIONS}
FILES: Final = [
    pytest.param(name, level, id=f"{name}-{level}") for name in WRITERS for level in LEVELS
]


def compare_pairs(kg: KnowledgeGraph, network: nx.Graph[str]) -> None:
    held = {(f"primary:{pair.primary}", f"site:{pair.site}"): pair for pair in kg.evidence.pairs()}
    assert set(network.edges) == {ends for ends, pair in held.items() if pair.edge}
    for source, target, data in network.edges(data=True):
        pair = held[source, target]
        present = [one for one in pair.assertions if one.finding == "present"]
        assert data["id"] == f"disease:{pair.primary}--{pair.site}"
        assert (data["edge"], data.get("basis")) == (pair.edge, pair.basis)
        assert data["weight"] == len(independent(present, kg.catalog.sources))
        documents = {document_of(one, kg.catalog.sources) for one in present}
        assert data["source_count"] == len({one.source for one in present})
        assert len(documents) >= data["weight"] >= 1
        assert data["status"] == pair.status


def test_every_pair_with_an_edge_that_sources_speak_of_is_an_edge() -> None:
    compare_pairs(KG, PAIRS)
    weights = [(data["weight"], data["source_count"]) for *_, data in PAIRS.edges(data=True)]
    # One registry counted again in other years is no second source.
    assert any(weight < count for weight, count in weights)


@pytest.mark.slow
@given(dense_tables())
def test_pairs_of_any_graph_are_edges_and_every_file_can_be_written(
    table: list[Assertion],
) -> None:
    kg = KnowledgeGraph.from_assertions(table, SMALL)
    compare_pairs(kg, network_of(kg.evidence, "pairs"))
    for write in WRITERS.values():
        for level in LEVELS:
            assert write(network_of(kg.evidence, level), "a test")


def test_every_assertion_is_an_edge_of_the_multigraph() -> None:
    edges = {data["id"]: ends for *ends, data in ASSERTIONS.edges(data=True)}
    assert edges == {
        f"assertion:{one.key}": [f"primary:{one.primary}", f"site:{one.site}"]
        for one in KG.assertions()
    }


@pytest.mark.parametrize("level", LEVELS)
def test_nodes_without_an_edge_are_there_only_when_asked_for(level: str) -> None:
    assert min(degree for _, degree in NETWORKS[level].degree) > 0
    whole = network_of(KG.evidence, level, isolated=True)
    assert len(whole) == len(KG.catalog.primaries) + len(KG.catalog.sites)
    assert set(whole.edges) == set(NETWORKS[level].edges)


def small(**labels: str) -> Evidence:
    """Return the evidence of one assertion, with a primary and a site that are called so."""
    catalog = Catalog(
        [Primary(key="liver", label=labels["primary"])],
        [Site(key="liver", label=labels["site"])],
        SMALL.sources.values(),
    )
    said = Assertion(
        primary="liver", site="liver", source="one", locator="1", frequency="common",
        population=labels.get("population"),
    )  # fmt: skip
    return Evidence(catalog, [said])


def test_nodes_are_called_by_their_labels_and_no_two_have_the_same_name() -> None:
    for node, data in PAIRS.nodes(data=True):
        what, _, key = node.partition(":")
        record = (KG.catalog.primaries if what == "primary" else KG.catalog.sites)[key]
        assert data["name"] == data["label"] == record.label
        assert join_keys(record).items() <= data.items()
    network = network_of(small(primary="Liver", site="liver"), "assertions")
    names = [data["name"] for _, data in network.nodes(data=True)]
    assert names == ["Liver (primary liver)", "liver (site liver)"]


def test_edges_are_called_by_what_they_say() -> None:
    data = PAIRS.edges["primary:breast", "site:bone"]
    name = edge_name(PAIRS, "primary:breast", "site:bone", data)
    assert name == "breast cancer (commonly spreads to) bone"


@pytest.mark.parametrize("level", LEVELS)
def test_no_two_nodes_stand_on_each_other_and_primaries_frame_the_sites(level: str) -> None:
    places = look(NETWORKS[level])
    assert places.keys() == set(NETWORKS[level])
    assert len({(x, y) for _, x, y, _ in places.values()}) == len(places)
    for node, (side, x, _, _) in places.items():
        assert (side == "middle") == (x == 0) == node.startswith("site:")
    rows = sorted(y for side, _, y, _ in places.values() if side == "middle")
    # Diameters and names of 12 points fit between.
    assert min(above - below for below, above in pairwise(rows)) > 12
    sizes = {node: size for node, (*_, size) in places.items()}
    assert sizes["site:bone"] > sizes["site:umbilicus"]


@pytest.mark.parametrize(("name", "level"), FILES)
def test_a_file_says_its_release_license_and_that_it_is_not_for_clinical_use(
    name: str, level: str
) -> None:
    text = WRITERS[name](NETWORKS[level], "a test")
    for told in (DATA_RELEASE, DATA_LICENSE, NOT_CLINICAL, LEVELS[level]):
        assert told in text
    assert "hess-2006 (" in text


DIRTY: Final = "a\x00b\x1b[31m\ufffe\x85<&\"'>"
CLEAN: Final = "a\ufffdb\ufffd[31m\ufffd\ufffd<&\"'>"


@pytest.mark.parametrize("name", WRITERS)
def test_no_control_character_leaves(name: str) -> None:
    evidence = small(primary=f"cancer {DIRTY}", site=DIRTY, population=DIRTY)
    text = WRITERS[name](network_of(evidence, "assertions"), "a test")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe]|\\u00(0|1|7f|8|9)", text)
    if name in {"graphml", "gexf"}:
        root = ElementTree.fromstring(text)  # noqa: S314
        texts = {*root.itertext(), *(value for one in root.iter() for value in one.attrib.values())}
        assert CLEAN in texts
    else:
        assert CLEAN in strings(json.loads(text))


def strings(value: Any) -> set[str]:
    """Return all texts in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return set().union(*map(strings, value))
    return {value} if isinstance(value, str) else set()


def test_networkx_reads_back_what_it_wrote() -> None:
    text = WRITERS["graphml"](PAIRS, "a test")
    back = nx.read_graphml(io.BytesIO(text.encode()))
    assert {data["id"] for *_, data in back.edges(data=True)} == {
        data["id"] for *_, data in PAIRS.edges(data=True)
    }
    link = json.loads(WRITERS["node-link"](ASSERTIONS, "a test"))
    assert nx.utils.graphs_equal(nx.node_link_graph(link, edges="edges"), ASSERTIONS)


def test_isolated_nodes_are_kept_in_files_where_that_is_asked_for(tmp_path: Path) -> None:
    for name, form in FORMS.items():
        if "isolated" in form.options:
            (few,) = KG.export(tmp_path / "few", name)
            (all_of_them,) = KG.export(tmp_path / "all", name, isolated=True)
            alone = f'"{site_alone(name)}"'
            assert alone not in few.read_text("utf-8")
            assert alone in all_of_them.read_text("utf-8")
    with pytest.raises(UnknownNameError, match=r"option of kgx 'isolated'\. Taken by: graphml, "):
        KG.export(tmp_path / "kgx", "kgx", isolated=True)


def site_alone(form: str) -> str:
    """Return the first site that no edge of a form leads to."""
    network = ASSERTIONS if form.endswith("assertions") else PAIRS
    return next(f"site:{key}" for key in KG.catalog.sites if f"site:{key}" not in network)
