"""igraph, NetworkX, graphology, Cytoscape.js and ndex2 read the network, node by node.

Gephi reads what graphology reads, and holds to GEXF's grammar. Cytoscape takes CX2, which ndex2 of
the same house checks, and the JSON of Cytoscape.js.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from metastasis._graph import load
from metastasis.rdf import FORMS
from metastasis.rdf._exchange.network import COLORS, WIDTHS, look, network_of
from peers import SCRIPTS, ask_node, ask_python

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.exchange, pytest.mark.slow]

REQUIREMENTS: Final = ("igraph==1.0.0", "networkx==3.6.1", "ndex2==3.12.0", "lxml==6.1.3")
PACKAGES: Final = ("cytoscape@3.35.0", "graphology@0.26.0", "graphology-gexf@0.13.2")

KG = load()
NETWORKS: Final = {level: network_of(KG.evidence, level) for level in ("pairs", "assertions")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("networks")
    for name, form in FORMS.items():
        if "isolated" in form.options:
            KG.export(place / form.file, name)
    return place


@pytest.fixture(scope="module")
def read(folder: Path) -> dict[str, Any]:
    """Return what each tool reads of each form."""
    python = ask_python("networks_read.py", REQUIREMENTS, folder, SCRIPTS / "gexf-1.3.rng")
    node = ask_node("networks_read.mjs", PACKAGES, folder)
    return {**python, "graphology": node.pop("gexf"), **node}


READERS: Final = {
    "graphml": "pairs",
    "graphml-assertions": "assertions",
    "gexf": "pairs",
    "graphology": "pairs",
    "node-link": "pairs",
    "cx2": "pairs",
    "cytoscape": "pairs",
    "cytoscape-assertions": "assertions",
}
LIKE_US: Final = (
    "edge",
    "basis",
    "weight",
    "source_count",
    "sources",
    "status",
    "finding",
    "total",
)


@pytest.mark.parametrize("reader", READERS)
def test_a_tool_reads_every_node_by_its_name(read: dict[str, Any], reader: str) -> None:
    network = NETWORKS[READERS[reader]]
    nodes = {node["id"]: node for node in read[reader]["nodes"]}
    assert len(nodes) == len(read[reader]["nodes"])
    assert nodes.keys() == set(network)
    for node, data in network.nodes(data=True):
        told = nodes[node]
        assert told["label"] == told["name"] == data["name"]
        assert (told["role"], told["key"], told["kind"]) == (
            data["role"],
            data["key"],
            data["kind"],
        )
        for key in ("mondo", "uberon"):
            assert (told.get(key) or None) == data.get(key)


@pytest.mark.parametrize("reader", READERS)
def test_a_tool_reads_every_edge_as_we_hold_it(read: dict[str, Any], reader: str) -> None:
    network = NETWORKS[READERS[reader]]
    edges = {edge["id"]: edge for edge in read[reader]["edges"]}
    assert len(edges) == len(read[reader]["edges"]) == network.number_of_edges()
    for source, target, data in network.edges(data=True):
        told = edges[data["id"]]
        assert (told["source"], told["target"]) == (source, target)
        for name in LIKE_US:
            value = told.get(name)
            # igraph has a value for every edge: a blank or not a number where there is none.
            is_told = value not in (None, "") and value == value
            assert (value if is_told else None) == data.get(name)


@pytest.mark.parametrize("reader", ["graphml", "graphml-assertions", "gexf", "node-link"])
def test_edges_lead_from_primary_to_site(read: dict[str, Any], reader: str) -> None:
    assert read[reader]["is_directed"]
    assert {edge["source"].partition(":")[0] for edge in read[reader]["edges"]} == {"primary"}


def test_nothing_is_wrong_with_gexf_and_nothing_is_warned_of(read: dict[str, Any]) -> None:
    assert read["gexf_faults"] == []
    assert read["warnings"] == []
    assert read["graphology"]["kind"] == "directed"


def rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))


@pytest.mark.parametrize(
    "reader", ["gexf", "graphology", "cytoscape", "cytoscape-assertions", "cx2"]
)
def test_nodes_stand_where_they_were_put(read: dict[str, Any], reader: str) -> None:
    places = look(NETWORKS[READERS[reader]])
    for node in read[reader]["nodes"]:
        side, x, y, size = places[node["id"]]
        at = node["viz"]["position"] if reader == "gexf" else node
        is_gexf = reader in {"gexf", "graphology"}
        assert (at["x"], at["y"]) == pytest.approx((x, -y if is_gexf else y), abs=0.01)
        if reader == "gexf":
            color = node["viz"]["color"]
            assert (color["r"], color["g"], color["b"]) == rgb(COLORS[node["role"]])
            assert node["viz"]["size"] == size
        elif reader.startswith("cytoscape"):
            shown = node["shown"]
            assert (shown["label"], shown["width"]) == (node["name"], pytest.approx(size))
            assert shown["color"] == f"rgb{rgb(COLORS[node['role']])}".replace(" ", "")
            assert shown["side"] == ("left" if side == "left" else "right")
        else:
            assert node["size"] == size


def test_edges_look_like_their_class(read: dict[str, Any]) -> None:
    for edge in read["cytoscape"]["edges"]:
        shown = edge["shown"]
        assert shown["width"] == WIDTHS[edge["edge"]]
        assert (shown["dashes"] == "dashed") == (edge["edge"] == "rarely")
    for edge in read["graphology"]["edges"]:
        assert edge["thickness"] == WIDTHS[edge["edge"]]
        assert edge["color"].replace(" ", "") == f"rgb{rgb(COLORS[edge['edge']])}".replace(" ", "")


def test_what_cytoscape_is_to_show_is_in_the_file(read: dict[str, Any]) -> None:
    nodes, edges = read["cx2"]["nodes"], read["cx2"]["edges"]
    assert read["cx2"]["mapped"]
    for kind, attribute in read["cx2"]["mapped"]:
        records = nodes if kind == "nodeMapping" else edges
        assert all(attribute in record for record in records)


@pytest.mark.parametrize("reader", ["graphml", "node-link", "cx2", "cytoscape"])
def test_a_tool_reads_what_the_file_is_and_what_it_is_not_for(
    read: dict[str, Any], reader: str
) -> None:
    about = read[reader]["about"]
    assert "Not for clinical use" in about["notice"]
    assert about["release"]
    assert "creativecommons.org" in about["license"]
    assert "independent sources" in about["edges"]


def test_gephi_is_told_what_the_file_is_not_for(read: dict[str, Any]) -> None:
    assert "Not for clinical use" in read["graphology"]["about"]["description"]
