"""Cancers (or sites) grouped step by step, those most alike first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, MissingExtraError, check_choice
from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.analysis._matrix import incidence
from metastasis.analysis._profiles import profile_similarities, profiles
from metastasis.analysis._similarity import similarity_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from metastasis._evidence.evidence import Evidence

__all__ = ["METHODS", "Clustered", "Clusters", "cluster", "clusters", "profile_clusters"]

METHODS: Final = ("average", "complete", "single")
"""How far apart two groups are: on average, at most, or at least over their members."""

_LARGEST: Final = 5_000


@dataclass(frozen=True, slots=True)
class Clustered:
    """One node in the order of the tree, and its cluster."""

    node: str
    node_label: str
    position: int
    """From 1, along the leaves of the tree: those alike stand together."""
    cluster: int
    """From 1, along the leaves as well."""
    joins_at: float
    """The distance (1 - similarity) at which it first joins another."""


class Clusters(Table[Clustered]):
    """The leaves of the tree, with the tree itself."""

    linkage: Any
    """The steps as `scipy.cluster.hierarchy` has them, over the nodes sorted by name."""
    names: tuple[str, ...]
    """The nodes that the linkage numbers."""
    cophenetic: float | None
    """The correlation of the distances with the heights at which the tree joins; None where all
    distances are the same."""


def clusters(
    graph: Evidence | nx.DiGraph[str],
    of: str = "primaries",
    *,
    measure: str = "jaccard",
    method: str = "average",
    at: float = 0.5,
    edge: str = "any",
    distinct: bool = False,
) -> Clusters:
    """Return the primaries (or sites) in the order of a tree that joins the most alike first.

    Parameters
    ----------
    graph, edge, distinct
        As for :func:`metastasis.analysis._matrix.incidence`.
    of
        ``"primaries"`` or ``"sites"``.
    measure
        As for :func:`metastasis.analysis._similarity.similarity_blocks`; the distance is 1 less it.
    method
        ``"average"``, ``"complete"`` or ``"single"``.
    at
        The tree is cut into clusters at this distance.

    >>> import metastasis as mets
    >>> found = clusters(mets.load().evidence)
    >>> of = {one.node: one.cluster for one in found}
    >>> of["primary:pancreas"] == of["primary:rectum"]
    True

    Raises
    ------
    UnknownNameError
        There is no such side, measure or method.
    EvidenceError
        No edge is left, only one node has one, or over 5,000 have: the tree takes every distance.
    """
    found = incidence(graph, weight="weight", edge=edge, distinct=distinct).side(of).to_compare()
    if len(found.rows) > _LARGEST:
        raise EvidenceError(f"{len(found.rows)} {of} are too many for a tree of every distance")
    distances = 1 - similarity_matrix(found.matrix, measure).toarray()
    labels = [found.labels[name] for name in found.rows]
    return cluster(found.rows, labels, distances, method=method, at=at, measure=measure)


def profile_clusters(
    graph: Evidence | nx.MultiDiGraph[str],
    *,
    measure: str = "cosine",
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str = "any",
    figure: str = "largest",
    least_sites: int = 3,
    method: str = "average",
    at: float = 0.5,
) -> Clusters:
    """Return the tree of the profiles of one frame; see :func:`clusters`.

    A tree takes every distance: profiles are left out, that with the most unknown distances first,
    until all are known; the notes name them.

    Parameters
    ----------
    graph, measure, denominator, setting, occurrence, figure, least_sites
        As for :func:`metastasis.analysis._profiles.similar_profiles`.
    method, at
        As for :func:`clusters`.

    >>> import metastasis as mets
    >>> found = profile_clusters(mets.load().evidence, denominator="distant_stage_at_diagnosis",
    ...                          setting="at_diagnosis")
    >>> sorted(one.node for one in found)
    ['primary:bladder', 'primary:nen']

    Raises
    ------
    EvidenceError
        As for :func:`~metastasis.analysis._profiles.similar_profiles`, or fewer than two are left.
    """
    found = profiles(
        graph, denominator=denominator, setting=setting, occurrence=occurrence, figure=figure
    )
    distances = 1 - profile_similarities(found, measure=measure, least_sites=least_sites)
    kept, left = _all_known(distances)
    if len(kept) < 2:
        raise EvidenceError(
            f"no two cancers have {least_sites} sites quantified for both in this frame"
        )
    table = cluster(
        [found[i].primary for i in kept],
        [found[i].label for i in kept],
        distances[np.ix_(kept, kept)],
        method=method,
        at=at,
        measure=measure,
    )
    labels = ", ".join(found[i].label for i in left)
    frame = f"All figures: {found[0].frame}."
    table.notes += (frame, f"Left out for want of figures: {labels}.") if left else (frame,)
    return table


def cluster(
    names: Sequence[str],
    labels: Sequence[str],
    distances: Any,
    *,
    method: str = "average",
    at: float = 0.5,
    measure: str = "given",
) -> Clusters:
    """Return the tree of a table of distances, such as those of profiles of one frame.

    ``distances`` is square and symmetric, from 0 to 1. Leaves are turned so that neighbors are as
    alike as the tree allows (Bar-Joseph Z, Gifford DK, Jaakkola TS, Bioinformatics 2001;17 Suppl
    1:S22-S29, doi:10.1093/bioinformatics/17.suppl_1.S22).

    >>> found = cluster("abc", "abc", [[0, 0.9, 0.1], [0.9, 0, 0.8], [0.1, 0.8, 0]])
    >>> [(one.node, one.cluster) for one in found]
    [('b', 1), ('c', 2), ('a', 2)]

    Raises
    ------
    EvidenceError
        There are fewer than two nodes, or a distance is not known.
    UnknownNameError
        There is no such method.
    """
    check_choice("method", method, METHODS)
    hierarchy, distance = _scipy()
    square = np.asarray(distances, dtype=float)
    if len(names) < 2:
        raise EvidenceError("a tree needs at least two of them")
    if not np.all(np.isfinite(square)):
        raise EvidenceError("the distance of some two is not known: leave one of them out")
    square = np.maximum((square + square.T) / 2, 0)
    np.fill_diagonal(square, 0)
    flat = distance.squareform(square)
    linkage = hierarchy.linkage(flat, method, optimal_ordering=True)
    table = Clusters(
        Clustered,
        _leaves(names, labels, linkage, hierarchy, at),
        formula=f"{method} linkage of 1 - similarity ({measure}), cut at {at:g}",
        source="leaves in the order of Bar-Joseph, Gifford, Jaakkola 2001, "
        "doi:10.1093/bioinformatics/17.suppl_1.S22",
        inputs=[f"the distances of {len(names)} nodes"],
        notes=[STUDIED],
    )
    table.linkage, table.names = linkage, tuple(names)
    table.cophenetic = _cophenetic(linkage, flat, hierarchy)
    return table


def _all_known(distances: Any) -> tuple[list[int], list[int]]:
    """Return which to keep so that all distances are known, and which are left out."""
    kept, left = list(range(len(distances))), []
    while (unknown := np.isnan(distances[np.ix_(kept, kept)]).sum(axis=1)).any():
        left.append(kept.pop(int(unknown.argmax())))
    return kept, sorted(left)


def _leaves(
    names: Sequence[str], labels: Sequence[str], linkage: Any, hierarchy: Any, at: float
) -> list[Clustered]:
    groups = hierarchy.fcluster(linkage, at, criterion="distance")
    heights = _first_heights(linkage, len(names))
    numbers: dict[int, int] = {}
    return [
        Clustered(
            node=names[i],
            node_label=labels[i],
            position=position,
            cluster=numbers.setdefault(int(groups[i]), len(numbers) + 1),
            joins_at=heights[i],
        )
        for position, i in enumerate(map(int, hierarchy.leaves_list(linkage)), start=1)
    ]


def _first_heights(linkage: Any, number: int) -> list[float]:
    heights = [0.0] * number
    for one, other, height, _ in linkage:
        for leaf in (int(one), int(other)):
            if leaf < number:
                heights[leaf] = float(height)
    return heights


def _cophenetic(linkage: Any, flat: Any, hierarchy: Any) -> float | None:
    joined = hierarchy.cophenet(linkage)
    if np.ptp(flat) < 1e-12 or np.ptp(joined) < 1e-12:
        return None
    return float(np.corrcoef(flat, joined)[0, 1])


def _scipy() -> tuple[Any, Any]:
    try:
        from scipy.cluster import hierarchy
        from scipy.spatial import distance
    except ImportError:
        raise MissingExtraError("scipy", "stats") from None
    return hierarchy, distance
