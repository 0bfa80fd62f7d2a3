"""What igraph, NetworkX and ndex2 read of the network files in a folder.

    python networks_read.py FOLDER GRAMMAR

Of every file: its nodes, with all that is said of each, and its edges, each by its identifier. Of
GEXF also what the RELAX NG grammar finds wrong with it.
"""

import json
import sys
from pathlib import Path

import igraph
import networkx as nx
from lxml import etree
from ndex2.cx2 import CX2Network, RawCX2NetworkFactory


def with_igraph(path):
    """Return a GraphML file as igraph reads it."""
    graph = igraph.Graph.Read_GraphML(str(path))
    nodes = [one.attributes() for one in graph.vs]
    edges = [
        {**one.attributes(), "source": nodes[one.source]["id"], "target": nodes[one.target]["id"]}
        for one in graph.es
    ]
    about = {name: graph[name] for name in graph.attributes()}
    return {"nodes": nodes, "edges": edges, "about": about, "is_directed": graph.is_directed()}


def with_networkx(graph):
    """Return a graph of NetworkX in the same shape."""
    nodes = [{**data, "id": node} for node, data in graph.nodes(data=True)]
    edges = [
        {**data, "source": source, "target": target}
        for source, target, data in graph.edges(data=True)
    ]
    return {
        "nodes": nodes,
        "edges": edges,
        "about": dict(graph.graph),
        "is_directed": graph.is_directed(),
    }


def with_ndex2(path):
    """Return a CX2 file as ndex2 reads it, which holds values to their declared types."""
    network = RawCX2NetworkFactory().get_cx2network(json.loads(path.read_text("utf-8")))
    # Written and read again: what it does not understand is gone then.
    again = CX2Network()
    again.create_from_raw_cx2(network.to_cx2())
    nodes, edges = again.get_nodes(), again.get_edges()
    return {
        "nodes": [{**one["v"], "x": one["x"], "y": one["y"]} for one in nodes.values()],
        "edges": [
            {**one["v"], "source": nodes[one["s"]]["v"]["id"], "target": nodes[one["t"]]["v"]["id"]}
            for one in edges.values()
        ],
        "about": again.get_network_attributes(),
        "mapped": sorted(
            (kind, one["definition"]["attribute"])
            for kind in ("nodeMapping", "edgeMapping")
            for one in again.get_visual_properties()[kind].values()
        ),
        "is_directed": True,
    }


def main(folder, grammar):
    gexf = folder / "metastasis.gexf"
    schema = etree.RelaxNG(etree.parse(grammar))
    schema.validate(etree.parse(gexf))
    node_link = json.loads((folder / "metastasis.node-link.json").read_text("utf-8"))
    answer = {
        "graphml": with_igraph(folder / "metastasis.graphml"),
        "graphml-assertions": with_igraph(folder / "metastasis.assertions.graphml"),
        "gexf": with_networkx(nx.read_gexf(gexf)),
        "gexf_faults": [str(one) for one in schema.error_log],
        "node-link": with_networkx(nx.node_link_graph(node_link, edges="edges")),
        "cx2": with_ndex2(folder / "metastasis.cx2"),
    }
    print(json.dumps(answer))


main(Path(sys.argv[1]), sys.argv[2])
