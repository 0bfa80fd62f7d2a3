"""The network as the files of other tools: GraphML, GEXF, Cytoscape's two, and node-link JSON.

Each takes a network of :mod:`metastasis.rdf._exchange.network` and returns text. What GEXF,
Cytoscape.js and Cytoscape need to show it (places, sizes, colors) is in the file, so that it looks
right as it is opened.
Apart from the network itself because each of these forms has rules of its own.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import networkx as nx

from metastasis.rdf._exchange.network import COLORS, WIDTHS, edge_name, interaction, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["WRITERS"]

_GEXF: Final = "http://gexf.net/1.3"
_OWN_PLACE: Final = frozenset({"id", "label", "weight"})
"""What GEXF has a place for of its own, beside the attributes."""

_STYLE: Final[list[dict[str, Any]]] = [
    {
        "selector": "node",
        "style": {
            "label": "data(name)",
            "width": "data(size)",
            "height": "data(size)",
            "font-size": 12,
            "color": "#1A1A1A",
            "text-valign": "center",
            "text-halign": "right",
            "text-margin-x": 4,
        },
    },
    {"selector": "node.left", "style": {"text-halign": "left", "text-margin-x": -4}},
    {
        "selector": "node[role = 'site']",
        "style": {
            "shape": "round-rectangle",
            "background-color": COLORS["site"],
            "text-background-color": "#FFFFFF",
            "text-background-opacity": 0.8,
        },
    },
    {"selector": "node[role = 'primary']", "style": {"background-color": COLORS["primary"]}},
    {
        "selector": "edge",
        "style": {
            "width": 1,
            "curve-style": "bezier",
            "target-arrow-shape": "triangle",
            "arrow-scale": 0.6,
            "opacity": 0.6,
        },
    },
    *(
        {
            "selector": f"edge[{name} = '{value}']",
            "style": {
                "width": WIDTHS[value],
                "line-color": COLORS[value],
                "target-arrow-color": COLORS[value],
                "line-style": "dashed" if value in {"rarely", "absent"} else "solid",
            },
        }
        for name, values in (("edge", ("commonly", "possibly", "rarely")),
                             ("finding", ("present", "absent")))
        for value in values
    ),
]  # fmt: skip
"""How Cytoscape.js shows the network."""


def graphml(network: nx.Graph[str], _command: str) -> str:
    """Return GraphML; what the file says of itself is data of the graph."""
    text = io.BytesIO()
    # The identifier is data of the edge as well: igraph 1.0 takes others for those of XML.
    nx.write_graphml_xml(network, text, edge_id_from_attribute="id")
    return text.getvalue().decode()


def node_link(network: nx.Graph[str], _command: str) -> str:
    """Return NetworkX's node-link JSON."""
    return _json(nx.node_link_data(network, edges="edges"))


def gexf(network: nx.Graph[str], command: str) -> str:
    """Return GEXF 1.3 with places, sizes and colors."""
    root = Element("gexf", {"xmlns": _GEXF, "xmlns:viz": f"{_GEXF}/viz", "version": "1.3"})
    meta = SubElement(root, "meta")
    SubElement(meta, "creator").text = command
    SubElement(meta, "description").text = " ".join(_told(network))
    graph = SubElement(root, "graph", {"defaultedgetype": "directed", "idtype": "string"})
    for name, records in (("node", network.nodes(data=True)), ("edge", network.edges(data=True))):
        declared = SubElement(graph, "attributes", {"class": name})
        types = _types(data for *_, data in records)
        for title in sorted(types.keys() - _OWN_PLACE):
            # Their titles are their identifiers too: a file that a person reads can be read.
            about = {"id": title, "title": title, "type": _TYPES[types[title]]}
            SubElement(declared, "attribute", about)
    nodes = SubElement(graph, "nodes", {"count": str(len(network))})
    for node, (_, x, y, size) in sorted(look(network).items()):
        data = network.nodes[node]
        element = SubElement(nodes, "node", {"id": node, "label": data["name"]})
        _attributes(element, data)
        _colored(element, COLORS[data["role"]])
        # Gephi's heights grow upward.
        SubElement(element, "viz:position", {"x": _number(x), "y": _number(-y), "z": "0"})
        SubElement(element, "viz:size", {"value": _number(size)})
    edges = SubElement(graph, "edges", {"count": str(network.number_of_edges())})
    for source, target, data in network.edges(data=True):
        about = {"id": data["id"], "source": source, "target": target}
        if "weight" in data:
            about["weight"] = _number(data["weight"])
        element = SubElement(edges, "edge", about | {"label": interaction(data)})
        _attributes(element, data)
        _colored(element, COLORS[_class(data)])
        SubElement(element, "viz:thickness", {"value": _number(WIDTHS[_class(data)])})
    indent(root, " ")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{tostring(root, encoding='unicode')}\n"


def cytoscape(network: nx.Graph[str], command: str) -> str:
    """Return JSON that Cytoscape.js takes as it is, and that Cytoscape opens too."""
    nodes, edges = [], []
    for node, (side, x, y, size) in sorted(look(network).items()):
        data = {**network.nodes[node], "id": node, "size": size}
        data["shared_name"] = data["name"]
        nodes.append({"data": data, "position": {"x": x, "y": y}, "classes": side})
    for source, target, data in network.edges(data=True):
        words = _words(network, source, target, data)
        edges.append({"data": {**data, **words, "source": source, "target": target}})
    about = {**network.graph, "shared_name": network.graph["name"]}
    return _json(
        {
            "format_version": "1.0",
            "generated_by": command,
            "target_cytoscapejs_version": "~3.0",
            "data": about,
            "elements": {"nodes": nodes, "edges": edges},
            "style": _STYLE,
            "layout": {"name": "preset"},
        }
    )


def cx2(network: nx.Graph[str], command: str) -> str:
    """Return CX2 for Cytoscape and NDEx, with places and a visual style."""
    numbers = {node: number for number, node in enumerate(sorted(network.nodes))}
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    for node, (_, x, y, size) in sorted(look(network).items()):
        data = {"id": node, **network.nodes[node], "size": size}
        nodes.append({"id": numbers[node], "x": x, "y": y, "v": data})
    for number, (source, target, data) in enumerate(network.edges(data=True)):
        values = {**data, **_words(network, source, target, data)}
        edges.append({"id": number, "s": numbers[source], "t": numbers[target], "v": values})
    about = {
        **network.graph,
        "description": " ".join(_told(network)),
        "version": network.graph["release"],
        "made_by": command,
    }
    declared = {
        "networkAttributes": _declared([about]),
        "nodes": _declared(one["v"] for one in nodes),
        "edges": _declared(one["v"] for one in edges),
    }
    aspects: dict[str, list[Any]] = {
        "attributeDeclarations": [declared],
        "networkAttributes": [about],
        "nodes": nodes,
        "edges": edges,
        "visualProperties": [
            _visual_properties("edge" if "edge" in declared["edges"] else "finding")
        ],
        # Else Cytoscape takes width and height from a size that is not told.
        "visualEditorProperties": [{"properties": {"nodeSizeLocked": False}}],
    }
    counted = [{"name": name, "elementCount": len(values)} for name, values in aspects.items()]
    return _json(
        [
            {"CXVersion": "2.0", "hasFragments": False},
            {"metaData": counted},
            *({name: values} for name, values in aspects.items()),
            {"status": [{"success": True}]},
        ]
    )


WRITERS: Final[Mapping[str, Callable[[nx.Graph[str], str], str]]] = {
    "graphml": graphml,
    "gexf": gexf,
    "cytoscape": cytoscape,
    "cx2": cx2,
    "node-link": node_link,
}
"""Each takes a network, and what the file says made it."""

_TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "double"}
"""What GEXF and CX2 both call them."""


def _told(network: nx.Graph[str]) -> list[str]:
    """Return what a file says of itself in sentences."""
    about = network.graph
    return [
        f"Metastasis, a knowledge graph of metastatic patterns. Data release {about['release']}.",
        about["notice"],
        f"License: {about['license']}.",
        about["edges"],
        f"Sources: {about['sources']}",
    ]


def _types(records: Iterable[Mapping[str, Any]]) -> dict[str, type]:
    """Return the attributes of nodes or edges and the type of each, in order of their names.

    A number with decimals in one record makes all of them such.
    """
    found: dict[str, type] = {}
    for record in records:
        for name, value in record.items():
            found[name] = float if float in {found.get(name), type(value)} else type(value)
    return {name: found[name] for name in sorted(found)}


def _attributes(element: Element, data: Mapping[str, Any]) -> None:
    values = SubElement(element, "attvalues")
    for name in sorted(data.keys() - _OWN_PLACE):
        value = data[name]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        SubElement(values, "attvalue", {"for": name, "value": text})


def _colored(element: Element, color: str) -> None:
    red, green, blue = bytes.fromhex(color[1:])
    SubElement(element, "viz:color", {"r": str(red), "g": str(green), "b": str(blue)})


def _class(data: Mapping[str, Any]) -> str:
    return str(data["edge"] if "edge" in data else data["finding"])


def _words(
    network: nx.Graph[str], source: str, target: str, data: Mapping[str, Any]
) -> dict[str, str]:
    name = edge_name(network, source, target, data)
    return {"name": name, "shared_name": name, "interaction": interaction(data)}


def _number(value: float) -> str:
    return f"{value:g}"


def _declared(records: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[kind]} for name, kind in _types(records).items()}


def _visual_properties(told_by: str) -> dict[str, Any]:
    """Return how Cytoscape shows the network; ``told_by`` is what tells edges apart."""
    values = ("commonly", "possibly", "rarely") if told_by == "edge" else ("present", "absent")
    dashes = {value: "dashed" if value in {"rarely", "absent"} else "solid" for value in values}
    return {
        "default": {
            "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
            "node": {
                "NODE_SHAPE": "ellipse",
                "NODE_BACKGROUND_COLOR": COLORS["site"],
                "NODE_BORDER_WIDTH": 0,
                "NODE_LABEL_FONT_SIZE": 12,
                "NODE_LABEL_COLOR": "#1A1A1A",
                "NODE_LABEL_MAX_WIDTH": 400,
            },
            "edge": {
                "EDGE_WIDTH": 1,
                "EDGE_OPACITY": 0.6,
                "EDGE_LINE_COLOR": COLORS["possibly"],
                "EDGE_TARGET_ARROW_SHAPE": "triangle",
            },
        },
        "nodeMapping": {
            "NODE_LABEL": _passed_through("name", "string"),
            "NODE_WIDTH": _passed_through("size", "double"),
            "NODE_HEIGHT": _passed_through("size", "double"),
            "NODE_BACKGROUND_COLOR": _discrete("role", _only(COLORS, "primary", "site")),
            "NODE_SHAPE": _discrete("role", {"primary": "ellipse", "site": "round-rectangle"}),
        },
        "edgeMapping": {
            "EDGE_WIDTH": _discrete(told_by, _only(WIDTHS, *values)),
            "EDGE_LINE_COLOR": _discrete(told_by, _only(COLORS, *values)),
            "EDGE_TARGET_ARROW_COLOR": _discrete(told_by, _only(COLORS, *values)),
            "EDGE_LINE_STYLE": _discrete(told_by, dashes),
        },
    }


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _passed_through(attribute: str, kind: str) -> dict[str, Any]:
    return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": kind}}


def _discrete(attribute: str, values: Mapping[str, Any]) -> dict[str, Any]:
    pairs = [{"v": value, "vp": shown} for value, shown in values.items()]
    definition = {"attribute": attribute, "type": "string", "map": pairs}
    return {"type": "DISCRETE", "definition": definition}


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
