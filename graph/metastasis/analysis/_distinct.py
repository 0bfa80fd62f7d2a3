"""The graph of edges without what is counted already: kinds of a cancer, and parts of a site.

A count of primaries or sites, and a null model that deals them out at random, takes each for one
independent thing. Lung cancer and its adenocarcinoma are not two, nor are bone and spine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import networkx as nx

from metastasis.analysis._networks import edge_network

if TYPE_CHECKING:
    from metastasis._catalog import Catalog
    from metastasis._evidence.evidence import Evidence

__all__ = ["distinct_network"]

_MERELY_WHERE: Final = frozenset({"region", "system"})
_MOST_FREQUENT_FIRST: Final = ("commonly", "possibly", "rarely")


def distinct_network(evidence: Evidence) -> nx.DiGraph[str]:
    """Return :func:`~metastasis.analysis.edge_network` with primaries and sites that are distinct.

    Left out are groupings of cancers, and kinds of a cancer that has an edge itself: lung
    adenocarcinoma stands behind lung cancer. An edge to a part is an edge to the broadest organ or
    tissue that it belongs to: a vertebra counts as bone. Regions and systems of the body, which
    overlap with the organs in them, are left out. Where several edges become one, it has the most
    frequent class and all their sources.

    >>> import metastasis as mets
    >>> network = distinct_network(mets.load().evidence)
    >>> network.has_node("primary:luad"), network.has_node("site:abdomen")
    (False, False)
    """
    edges = edge_network(evidence)
    network: nx.DiGraph[str] = nx.DiGraph()
    network.graph.update(edges.graph)
    kept = _distinct_primaries(edges, evidence.catalog)
    for primary, site, data in edges.edges(data=True):
        if primary in kept:
            network.add_node(primary, **edges.nodes[primary])
            for whole in _wholes(site, evidence.catalog):
                network.add_node(whole, **edges.nodes[whole])
                _add(network, primary, whole, data)
    return network


def _distinct_primaries(edges: nx.DiGraph[str], catalog: Catalog) -> set[str]:
    reaching = _reaching(edges, catalog)
    return {
        f"primary:{key}" for key in reaching if not (catalog.supertypes(key) - {key}) & reaching
    }


def _reaching(edges: nx.DiGraph[str], catalog: Catalog) -> set[str]:
    keys = {_key(primary) for primary, _ in edges.edges}
    return {key for key in keys if catalog.primaries[key].kind != "grouping"}


def _wholes(site: str, catalog: Catalog) -> list[str]:
    """Return the broadest organs or tissues that a site is or belongs to; none for a region."""
    lines = {
        key for key in catalog.wholes(_key(site)) if catalog.sites[key].kind not in _MERELY_WHERE
    }
    return sorted(f"site:{key}" for key in lines if not (catalog.wholes(key) - {key}) & lines)


def _add(network: nx.DiGraph[str], primary: str, site: str, data: dict[str, object]) -> None:
    before = network.get_edge_data(primary, site, {"edge": "rarely", "sources": ""})
    sources = {*str(before["sources"]).split("; "), *str(data["sources"]).split("; ")} - {""}
    classes = {str(before["edge"]), str(data["edge"])}
    edge = next(name for name in _MOST_FREQUENT_FIRST if name in classes)
    network.add_edge(
        primary, site, edge=edge, weight=len(sources), sources="; ".join(sorted(sources))
    )


def _key(name: str) -> str:
    return name.partition(":")[2]
