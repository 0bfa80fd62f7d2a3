"""Questions asked of a NetworkX graph of ours.

Each takes the simple graph of :func:`metastasis.analysis.edge_network`, or the multigraph of
:func:`metastasis.analysis.assertion_network` reduced by the caller, and node names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from metastasis._errors import UnknownNameError
from metastasis._evidence.edge import EDGES
from metastasis._evidence.pair import check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

__all__ = ["primaries_with", "shared_sites", "sites_of"]

How = Literal["any", "all"]


def sites_of(network: nx.DiGraph[str], primary: str, *, edge: str = "any") -> list[str]:
    """Return the sites that a primary has an edge to, sorted.

    >>> import metastasis as mets
    >>> from metastasis.analysis import edge_network
    >>> sites_of(edge_network(mets.load()), "primary:rectum")
    ['site:liver', 'site:lung', 'site:peritoneum']

    Raises
    ------
    UnknownNameError
        The graph has no such node.
    """
    _check(network, [primary], "primary", edge)
    links = network[primary].items()
    return sorted(site for site, data in links if edge in ("any", data["edge"]))


def primaries_with(
    network: nx.DiGraph[str], *sites: str, how: How = "any", edge: str = "any"
) -> list[str]:
    """Return the primaries that have an edge to any or all of these sites, sorted.

    Groupings of cancers are left out. Parts are not counted as their wholes: name them too.

    >>> import metastasis as mets
    >>> from metastasis.analysis import edge_network
    >>> primaries_with(edge_network(mets.load()), "site:muscle")
    ['primary:melanoma']

    Raises
    ------
    UnknownNameError
        The graph has no such node.
    """
    _check(network, sites, "site", edge)
    reaching = [
        {
            primary
            for primary, _, data in network.in_edges(site, data=True)
            if edge in ("any", data["edge"])
        }
        for site in sites
    ]
    return sorted(
        primary
        for primary in _combine(reaching, how)
        if network.nodes[primary].get("kind") != "grouping"
    )


def shared_sites(
    network: nx.DiGraph[str], *primaries: str, how: How = "all", edge: str = "any"
) -> list[str]:
    """Return the sites that all or any of these primaries have an edge to, sorted.

    >>> import metastasis as mets
    >>> from metastasis.analysis import edge_network
    >>> shared_sites(edge_network(mets.load()), "primary:pancreas", "primary:rectum")
    ['site:liver', 'site:lung', 'site:peritoneum']

    Raises
    ------
    UnknownNameError
        The graph has no such node.
    """
    return sorted(_combine([set(sites_of(network, name, edge=edge)) for name in primaries], how))


def _combine(sets: list[set[str]], how: How) -> set[str]:
    check_choice("how", how, ("any", "all"))
    if not sets:
        return set()
    return set.intersection(*sets) if how == "all" else set.union(*sets)


def _check(network: nx.DiGraph[str], names: Iterable[str], role: str, edge: str) -> None:
    from difflib import get_close_matches

    check_choice("edge", edge, ("any", *EDGES))
    if network.is_multigraph():
        raise ValueError("takes the simple graph of edge_network(kg), not the multigraph")
    known = [name for name, data in network.nodes(data=True) if data.get("role") == role]
    for name in names:
        if name not in known:
            raise UnknownNameError(f"{role} node", name, get_close_matches(name, known, n=3))
