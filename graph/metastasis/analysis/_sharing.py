"""Which sites cancers share, and which cancers share sites, with weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from metastasis._evidence.pair import check_choice
from metastasis._vocabulary import LISTS
from metastasis.analysis._findings import STUDIED, Findings
from metastasis.analysis._matrix import incidence, node_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from metastasis._graph import KnowledgeGraph
    from metastasis.analysis._matrix import Incidence

__all__ = ["Shared", "pooled_shares", "primaries_in_common", "sites_in_common"]

How = Literal["any", "all"]


@dataclass(frozen=True, slots=True)
class Shared:
    """One site (or primary), and those of the named that reach it (or that it reaches)."""

    node: str
    node_label: str
    shared_by: tuple[str, ...]
    """The node names, in the order asked for."""
    number: int
    """How many they are."""
    weights: tuple[float, ...]
    """The weight of each of them, in the same order."""
    least: float
    """The smallest of these weights: how well the weakest link is supported."""
    total: float
    """Their sum."""


def sites_in_common(
    graph: KnowledgeGraph | nx.DiGraph[str],
    primaries: Sequence[str],
    *,
    how: How = "all",
    edge: str = "any",
    weight: str | Mapping[tuple[str, str], float] | None = "weight",
    top: int | None = None,
) -> Findings[Shared]:
    """Return the sites that all (or any) of these primaries have an edge to, with weights.

    Rows come by how many share the site, then by the smallest weight, then by label. Parts are not
    counted as their wholes; :meth:`KnowledgeGraph.shared_sites` does that.

    Parameters
    ----------
    graph
        The knowledge graph, or its :func:`metastasis.analysis.edge_network`.
    primaries
        Two or more names: of the catalog for a knowledge graph, of nodes for a NetworkX graph.
    how
        ``"all"``: of every one of them; ``"any"``: of at least one.
    edge, weight
        As for :func:`metastasis.analysis._matrix.incidence`; by default the number of sources,
        and for the pooled shares of one frame :func:`pooled_shares`.
    top
        Only so many rows; None for all.

    >>> import metastasis as mets
    >>> found = sites_in_common(mets.load(), ["pancreas", "rectum"])
    >>> [one.node for one in found]
    ['site:liver', 'site:lung', 'site:peritoneum']

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    ValueError
        Fewer than two different primaries are named.
    EvidenceError
        No edge is left.
    """
    names = node_names(graph, primaries, "primary")
    if len(names) < 2:
        raise ValueError("name at least two different primaries")
    found = incidence(graph, weight=weight, edge=edge).side("sites")
    return _shared(found, names, how, top)


def primaries_in_common(
    graph: KnowledgeGraph | nx.DiGraph[str],
    sites: Sequence[str],
    *,
    how: How = "any",
    edge: str = "any",
    weight: str | Mapping[tuple[str, str], float] | None = "weight",
    top: int | None = None,
) -> Findings[Shared]:
    """Return the primaries that have an edge to any (or all) of these sites, with weights.

    The counterpart of :func:`sites_in_common`; one site is enough.

    >>> import metastasis as mets
    >>> primaries_in_common(mets.load(), ["liver", "bone", "brain"], how="all")[0].node
    'primary:breast'

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no site has, or that several have.
    ValueError
        No site is named.
    EvidenceError
        No edge is left.
    """
    names = node_names(graph, sites, "site")
    if not names:
        raise ValueError("name at least one site")
    return _shared(incidence(graph, weight=weight, edge=edge), names, how, top)


def pooled_shares(
    kg: KnowledgeGraph, *, denominator: str, setting: str, occurrence: str = "any"
) -> dict[tuple[str, str], float]:
    """Return the pooled share of each pair in one frame, in percent, to be used as its weight.

    Of everybody: figures that a population or a route narrows are left out, and so are pairs of
    which none was counted. See :func:`metastasis._evidence.pooling.pool_assertions`.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> shares = pooled_shares(kg, denominator="distant_stage_at_diagnosis",
    ...                        setting="at_diagnosis", occurrence="only_site")
    >>> found = sites_in_common(kg, ["lung", "differentiated thyroid cancer"], weight=shares)
    >>> [one.node for one in found]
    ['site:bone', 'site:lung']

    Raises
    ------
    UnknownNameError
        A part of the frame is not in its closed list.
    """
    from metastasis._evidence.pooling import pool_assertions

    frame = {"denominator": denominator, "setting": setting, "occurrence": occurrence}
    for name, value in frame.items():
        check_choice(name, value, LISTS[name])
    general = {**frame, "relation": "metastasis", "stage": "any", "population": None, "route": None}
    said = [
        one
        for one in kg.assertions()
        if all(getattr(one, name) == value for name, value in general.items())
    ]
    return {
        (f"primary:{one.primary}", f"site:{one.site}"): one.percent
        for one in pool_assertions(said, kg.catalog.sources)
        if one.percent
    }


def _shared(found: Incidence, names: list[str], how: How, top: int | None) -> Findings[Shared]:
    check_choice("how", how, ("any", "all"))
    known = [name for name in names if name in found.columns]
    absent = [name for name in names if name not in found.columns]
    least = len(names) if how == "all" else 1
    block = _block(found, known)
    rows = [
        _record(name, found, known, weights)
        for name, weights in zip(found.rows, block, strict=True)
        if np.count_nonzero(weights) >= least
    ]
    rows.sort(key=lambda one: (-one.number, -one.least, one.node_label.casefold(), one.node))
    notes = [f"No edge of this kind is known for {', '.join(absent)}."] if absent else []
    return Findings(Shared, rows[:top], [*notes, STUDIED])


def _block(found: Incidence, known: list[str]) -> Any:
    places = [found.columns.index(name) for name in known]
    return found.matrix[:, places].toarray()


def _record(name: str, found: Incidence, known: list[str], weights: Any) -> Shared:
    present = np.flatnonzero(weights)
    numbers = tuple(float(weights[i]) for i in present)
    return Shared(
        node=name,
        node_label=found.labels[name],
        shared_by=tuple(known[i] for i in present),
        number=len(present),
        weights=numbers,
        least=min(numbers),
        total=sum(numbers),
    )
