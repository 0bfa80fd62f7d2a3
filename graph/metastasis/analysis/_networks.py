"""The graph as NetworkX graphs whose attributes are plain Python values.

Nodes are named ``primary:breast`` and ``site:bone``, because a breast is both, and have the term of
each other vocabulary to join by (``mondo``, ``uberon``, ``ncit`` …). An attribute that is not known
is left out, so that every file of other tools can be written.
"""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from metastasis._catalog import join_keys
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import BASES
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from metastasis._catalog import Catalog, Primary, Site
    from metastasis._evidence.evidence import Evidence

__all__ = ["assertion_network", "distinct_network", "edge_network", "part_network"]

_ENDS: Final = {"primary", "site"}
_RENAMED: Final = {"source": "source_key"}
"""Network file formats use ``source`` for the end of an edge."""
_MERELY_WHERE: Final = frozenset({"region", "system"})
_MOST_FREQUENT_FIRST: Final = ("commonly", "possibly", "rarely")


def assertion_network(evidence: Evidence) -> nx.MultiDiGraph[str]:
    """Return a multigraph with one edge per assertion, from primary to site, keyed by its name.

    Edges carry the columns of the assertion table that are not blank (its source as
    ``source_key``), ``finding``, and the 95 % Wilson interval in percent (``interval_low``,
    ``interval_high``) where count and total are known.

    >>> import metastasis as mets
    >>> network = mets.load().network()
    >>> edges = network["primary:melanoma_uveal"]["site:liver"].values()
    >>> "pdq-uveal-melanoma" in {data["source_key"] for data in edges}
    True
    """
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    _add_nodes(network, evidence)
    for assertion in evidence.assertions:
        network.add_edge(
            f"primary:{assertion.primary}",
            f"site:{assertion.site}",
            key=assertion.key,
            **_edge_attributes(assertion),
        )
    return network


def edge_network(
    evidence: Evidence, *, relation: str = "metastasis", roll_up: bool = False
) -> nx.DiGraph[str]:
    """Return a simple graph of the derived edges, from primary to site.

    Edges carry ``edge`` (``commonly``, ``rarely`` or ``possibly``), ``basis`` (what it rests on:
    ``numbers``, ``expert_words`` or ``lay_words``), ``weight`` (how many sources report the pair;
    never a pooled number), ``sources`` and ``proximity``. For the relation ``extension`` all edges
    are ``possibly``. With ``roll_up`` also the edges that no source speaks of and that follow from
    kinds of the cancer or parts of the site, with ``rolled_up`` and the sources of those: the
    edges of the RDF. They would count a statement twice in degrees and similarities.

    >>> import metastasis as mets
    >>> edge_network(mets.load().evidence)["primary:prostate"]["site:bone"]["edge"]
    'commonly'
    """
    network: nx.DiGraph[str] = nx.DiGraph()
    _add_nodes(network, evidence)
    for pair in evidence.pairs(relation=relation, roll_up=roll_up):
        if pair.edge is not None:
            said = (one for each in (pair, *pair.parts) for one in each.assertions)
            present = {one.source for one in said if one.finding == "present"}
            attributes: dict[str, str | int | bool] = {
                "edge": pair.edge,
                "weight": len(present),
                "sources": "; ".join(sorted(present)),
            }
            if pair.basis is not None:
                attributes["basis"] = pair.basis
            if pair.is_rolled_up:
                attributes["rolled_up"] = True
            if pair.proximity is not None:
                attributes["proximity"] = pair.proximity
            network.add_edge(f"primary:{pair.primary}", f"site:{pair.site}", **attributes)
    return network


def distinct_network(evidence: Evidence) -> nx.DiGraph[str]:
    """Return the graph of edges in which no primary is a kind of another, and no site a part.

    A count of primaries or sites, and a null model that deals them out at random, takes each for
    one independent thing. Lung cancer and its adenocarcinoma are not two, nor are bone and spine.

    Left out are groupings of cancers, and kinds of a cancer that has an edge itself: lung
    adenocarcinoma stands behind lung cancer. An edge to a part is an edge to the broadest organ or
    tissue that it belongs to: a vertebra counts as bone. Regions and systems of the body, which
    overlap with the organs in them, are left out. Where several edges become one, it has the most
    frequent class, the best basis and all their sources.

    >>> import metastasis as mets
    >>> network = distinct_network(mets.load().evidence)
    >>> network.has_node("primary:luad"), network.has_node("site:abdomen")
    (False, False)
    """
    edges = evidence.made(edge_network)
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


def part_network(evidence: Evidence) -> nx.DiGraph[str]:
    """Return the graph of what is part of what: sites to their wholes, primaries to their kinds.

    >>> import metastasis as mets, networkx as nx
    >>> nx.has_path(part_network(mets.load().evidence), "site:vertebra", "site:bone")
    True
    """
    network: nx.DiGraph[str] = nx.DiGraph()
    _add_nodes(network, evidence)
    catalog = evidence.catalog
    for kind, records in (("primary", catalog.primaries), ("site", catalog.sites)):
        for record in records.values():
            for parent in record.parents:
                network.add_edge(f"{kind}:{record.key}", f"{kind}:{parent}")
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
    bases = {before.get("basis"), data.get("basis")}
    network.add_edge(
        primary, site, edge=edge, weight=len(sources), sources="; ".join(sorted(sources))
    )
    network.edges[primary, site].update(
        {"basis": basis} if (basis := next((one for one in BASES if one in bases), None)) else {}
    )


def _key(name: str) -> str:
    return name.partition(":")[2]


def _add_nodes(network: nx.Graph[str], evidence: Evidence) -> None:
    network.graph.update(
        name="metastasis",
        release=DATA_RELEASE,
        license=DATA_LICENSE,
        notice=NOT_CLINICAL,
        sources="; ".join(
            f"{source.key} ({source.license or 'license not stated'})"
            for source in evidence.catalog.sources.values()
        ),
    )
    for primary in evidence.catalog.primaries.values():
        network.add_node(
            f"primary:{primary.key}", bipartite=0, **_node_attributes("primary", primary)
        )
    for site in evidence.catalog.sites.values():
        network.add_node(f"site:{site.key}", bipartite=1, **_node_attributes("site", site))


def _node_attributes(role: str, record: Primary | Site) -> dict[str, str]:
    about = {"role": role, "key": record.key, "label": record.label, "kind": record.kind}
    return about | join_keys(record)


def _edge_attributes(assertion: Assertion) -> dict[str, Any]:
    attributes = {
        _RENAMED.get(field.name, field.name): _plain(value)
        for field in fields(Assertion)
        if field.name not in _ENDS and (value := getattr(assertion, field.name)) is not None
    }
    attributes["finding"] = assertion.finding
    if assertion.interval is not None:
        attributes |= dict(zip(("interval_low", "interval_high"), assertion.interval, strict=True))
        attributes["interval_basis"] = assertion.interval_basis
    return attributes


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
