"""The network that leaves in files: what is in it, what it is called, where it stands.

Of pairs, a simple graph of the edges by metastasis that sources speak of; of assertions, a
multigraph with one edge for each. Both look the same: primaries in two columns with the sites
between them, so that all names can be read.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from metastasis._clean import shown
from metastasis._evidence.overlap import independent
from metastasis.analysis import assertion_network, edge_network

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["COLORS", "LEVELS", "WIDTHS", "edge_name", "interaction", "look", "network_of"]

LEVELS: Final = {
    "pairs": (
        "An edge is a pair that sources speak of. Its weight is the number of independent sources "
        "that report it: those that may hold the same patients count as one. A weight says how "
        "well a pair is reported, not how often a cancer spreads there: percentages out of "
        "different people are not comparable, and none is in it."
    ),
    "assertions": (
        "An edge is one source saying one thing of a pair: several go from one node to another, "
        "and one with the finding absent denies the pair."
    ),
}
"""What an edge is, as every file says it."""

COLORS: Final[Mapping[str, str]] = {
    "primary": "#DD6600",
    "site": "#0077AA",
    "commonly": "#1F5A92",
    "possibly": "#7FB2DA",
    "rarely": "#8A8A8A",
    "present": "#7FB2DA",
    "absent": "#880011",
}
"""Of nodes by their role, of edges by their class or finding: the blues of the pictures."""
WIDTHS: Final[Mapping[str, float]] = {
    "commonly": 3.0,
    "possibly": 1.5,
    "rarely": 1.0,
    "present": 1.0,
    "absent": 1.5,
}
"""Color does not tell the class alone."""

_SWEEPS: Final = 12
"""How often columns are put in order by one another; from about eight on nothing moves."""
_ROW: Final = 36
"""Between two names of a column, in pixels: labels of 12 points and some air."""
_COLUMN: Final = 900
"""From one column to the next: two names of 40 letters and the edges between them."""


def network_of(evidence: Evidence, level: str, *, isolated: bool = False) -> nx.Graph[str]:
    """Return the network of pairs or of assertions, with names and without isolated nodes.

    Every edge has an ``id`` that stays the same from release to release, every node a ``name``
    that no other has, and no text a control character. ``isolated`` keeps primaries and sites
    that no edge leads to.

    >>> import metastasis as mets
    >>> network = network_of(mets.load().evidence, "pairs")
    >>> network.edges["primary:breast", "site:bone"]["id"]
    'disease:breast--bone'
    """
    network: nx.Graph[str] = _of_pairs(evidence) if level == "pairs" else _of_assertions(evidence)
    if not isolated:
        network.remove_nodes_from([node for node, degree in list(network.degree) if not degree])
    network.graph["edges"] = LEVELS[level]
    _name(network)
    for data in (network.graph, *dict(network.nodes).values(), *_edges(network)):
        data.update({key: _clean(value) for key, value in data.items()})
    return network


def edge_name(network: nx.Graph[str], source: str, target: str, data: Mapping[str, Any]) -> str:
    """Return what an edge is called, as Cytoscape calls edges: ``breast cancer (…) bone``."""
    names = (network.nodes[node]["name"] for node in (source, target))
    return f" ({interaction(data)}) ".join(names)


def interaction(data: Mapping[str, Any]) -> str:
    """Return what an edge says in words.

    >>> interaction({"edge": "commonly"}), interaction({"finding": "absent"})
    ('commonly spreads to', 'denied: spreads to')
    """
    if "edge" in data:
        return f"{data['edge']} spreads to"
    words = "extends into" if data.get("relation") == "extension" else "spreads to"
    return f"denied: {words}" if data.get("finding") == "absent" else words


def look(network: nx.Graph[str]) -> dict[str, tuple[str, float, float, float]]:
    """Return where each node stands and how large it is: its column, x, y, diameter.

    Sites stand in the middle, and every other primary on the left. Columns are ordered so that
    edges are short: each node at the mean height of those it is joined to, in turns.

    >>> import networkx as nx
    >>> network = nx.Graph([("primary:a", "site:b")])
    >>> network.add_node("primary:a", role="primary")
    >>> network.add_node("site:b", role="site")
    >>> look(network)["site:b"][:3]
    ('middle', 0.0, 0.0)
    """
    primaries = [node for node, data in network.nodes(data=True) if data["role"] == "primary"]
    sites = [node for node, data in network.nodes(data=True) if data["role"] == "site"]
    for _ in range(_SWEEPS):
        primaries = _by_mean_height(network, primaries, sites)
        sites = _by_mean_height(network, sites, primaries)
    columns = {"left": primaries[::2], "middle": sites, "right": primaries[1::2]}
    height = _ROW * max(len(column) - 1 for column in columns.values())
    found = {}
    for (side, column), x in zip(columns.items(), (-_COLUMN, 0, _COLUMN), strict=True):
        for node, y in zip(column, _heights(len(column), height), strict=True):
            diameter = 10 + 3 * math.sqrt(network.degree(node))
            found[node] = side, float(x), y, round(diameter, 1)
    return found


def _of_pairs(evidence: Evidence) -> nx.DiGraph[str]:
    network: nx.DiGraph[str] = edge_network(evidence)
    for pair in evidence.pairs():
        if pair.edge is not None:
            data = network.edges[f"primary:{pair.primary}", f"site:{pair.site}"]
            data |= _about(pair, evidence)
    return network


def _about(pair: Pair, evidence: Evidence) -> dict[str, Any]:
    present = [one for one in pair.assertions if one.finding == "present"]
    return {
        "id": f"disease:{pair.primary}--{pair.site}",
        "weight": len(independent(present, evidence.catalog.sources)),
        "source_count": len({one.source for one in present}),
        "assertion_count": len(present),
        "status": pair.status,
    }


def _of_assertions(evidence: Evidence) -> nx.MultiDiGraph[str]:
    network: nx.MultiDiGraph[str] = assertion_network(evidence)
    for *_, key, data in network.edges(keys=True, data=True):
        data["id"] = f"assertion:{key}"
    return network


def _edges(network: nx.Graph[str]) -> Sequence[dict[str, Any]]:
    return [data for *_, data in network.edges(data=True)]


def _name(network: nx.Graph[str]) -> None:
    """Give every node a name of its own: its label, and where two have one, what it is as well."""
    labels = Counter(data["label"].casefold() for _, data in network.nodes(data=True))
    for _, data in network.nodes(data=True):
        label = data["label"]
        is_shared = labels[label.casefold()] > 1
        data["name"] = f"{label} ({data['role']} {data['key']})" if is_shared else label


def _clean(value: object) -> object:
    return shown(value) if isinstance(value, str) else value


def _by_mean_height(
    network: nx.Graph[str], column: Sequence[str], other: Sequence[str]
) -> list[str]:
    heights = dict(zip(other, _heights(len(other), 1.0), strict=True))

    def mean(node: str) -> float:
        near = [heights[one] for one in _neighbors(network, node)]
        return sum(near) / len(near) if near else 1.0

    return sorted(column, key=lambda node: (mean(node), node))


def _neighbors(network: nx.Graph[str], node: str) -> list[str]:
    """Return those that a node is joined to, in order, so that sums are always the same."""
    if network.is_directed():
        return sorted({*network.successors(node), *network.predecessors(node)})  # type: ignore[attr-defined]
    return sorted(network.neighbors(node))


def _heights(count: int, height: float) -> list[float]:
    """Return the heights of a column's nodes, spread over the height around its middle."""
    step = height / max(count - 1, 1)
    return [round((place - (count - 1) / 2) * step, 4) for place in range(count)]
