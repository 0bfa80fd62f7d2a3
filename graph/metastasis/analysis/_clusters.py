"""Cancers (or sites) grouped step by step, those most alike first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, MissingExtraError, check_choice
from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.analysis._matrix import reach_matrix
from metastasis.analysis._profiles import profile_similarities, profiles
from metastasis.analysis._similarity import similarity_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from metastasis._catalog import Names
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._vocabulary import Edge

__all__ = ["METHODS", "Clustered", "Clusters", "cluster", "clusters", "profile_clusters"]

METHODS: Final = ("average", "complete", "single")
"""How far apart two groups are: on average, at most, or at least over their members."""

_HALF_WAY: Final = 0.5
"""Where the tree is cut by default: half way between the same (0) and nothing in common (1)."""
_LARGEST: Final = 5_000
"""Nodes of a tree: it takes every distance, and the square of these is 200 MB."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """One node in the order of the tree, and its cluster."""

    side: str
    """``primary`` or ``site``."""
    node: str
    """Catalog key; where each source has a profile, with source and population after it."""
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
    """The steps as `scipy.cluster.hierarchy` has them, over ``names``."""
    names: tuple[str, ...]
    """The nodes that the linkage numbers."""
    cophenetic: float | None
    """The correlation of the distances with the heights at which the tree joins; None where all
    distances are the same."""


def clusters(
    evidence: Evidence | nx.DiGraph[str],
    of: str = "primaries",
    *,
    measure: str = "jaccard",
    method: str = "average",
    at: float = _HALF_WAY,
    edge: Edge = "any",
    distinct: bool = True,
) -> Clusters:
    """Return the primaries (or sites) in the order of a tree that joins the most alike first.

    Parameters
    ----------
    evidence
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    of
        ``"primaries"`` or ``"sites"``.
    measure
        As for :func:`metastasis.analysis.similar`; the distance is 1 less it.
    method
        ``"average"``, ``"complete"`` or ``"single"``: how far apart two groups are, on average, at
        most or at least over their members.
    at
        The tree is cut into clusters at this distance.
    edge
        Only edges of this class (``"commonly"``, ``"possibly"``, ``"rarely"``), or ``"any"``.
    distinct
        Whether a cancer and its kinds count once, and a site and its parts.

    >>> import metastasis as mets
    >>> of = {one.node: one.cluster for one in clusters(mets.load().evidence)}
    >>> of["pancreas"] == of["prostate"]
    False

    Raises
    ------
    UnknownNameError
        There is no such side, measure, method or edge.
    EvidenceError
        No edge is left, only one node has one, or over 5,000 have: the tree takes every distance.
    """
    found = reach_matrix(evidence, weight="weight", edge=edge, distinct=distinct)
    found = found.of(of).to_compare()
    if len(found.rows) > _LARGEST:
        raise EvidenceError(f"{len(found.rows)} {of} are too many for a tree of every distance")
    distances = 1 - similarity_matrix(found.matrix, measure).toarray()
    labels = {name: found.labels[name] for name in found.rows}
    return cluster(labels, distances, side=found.side, method=method, at=at, measure=measure)


def profile_clusters(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    measure: str = "cosine",
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    stage: str | None = "any",
    by_source: bool = False,
    least_sites: int = 3,
    method: str = "average",
    at: float = _HALF_WAY,
) -> Clusters:
    """Return the tree of the profiles of one frame; see :func:`clusters`.

    A tree takes every distance: profiles are left out, that with the most unknown distances first,
    until all are known; the notes name them.

    Parameters
    ----------
    evidence
        What is said.
    primaries, sites, measure, least_sites
        As for :func:`metastasis.analysis.similar_profiles`.
    frame, denominator, setting, occurrence, stage, by_source
        As for :func:`metastasis.analysis.profiles`.
    method, at
        As for :func:`clusters`.

    >>> import metastasis as mets
    >>> found = profile_clusters(mets.load().evidence, denominator="distant_stage_at_diagnosis",
    ...                          setting="at_diagnosis")
    >>> {"bladder", "nen"} <= {one.node for one in found}
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; there is no such measure or method.
    EvidenceError
        As for :func:`metastasis.analysis.profiles`, or fewer than two are left.
    """
    found = profiles(
        evidence,
        primaries=primaries,
        sites=sites,
        frame=frame,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        stage=stage,
        by_source=by_source,
    )
    distances = 1 - profile_similarities(found, measure=measure, least_sites=least_sites)
    kept, left = _all_known(distances)
    if len(kept) < 2:
        raise EvidenceError(
            f"no two cancers have {least_sites} sites counted for both in this frame"
        )
    # Where each source has a profile of its own, the label tells those of one cancer apart.
    names = [", ".join(filter(None, (one.primary, one.source, one.population))) for one in found]
    table = cluster(
        {names[i]: found[i].label for i in kept},
        distances[np.ix_(kept, kept)],
        method=method,
        at=at,
        measure=measure,
    )
    labels = ", ".join(found[i].label for i in left)
    told = f"All numbers: {found.frame}."
    table.notes += (told, f"Left out, too few numbers: {labels}.") if left else (told,)
    return table


def cluster(
    labels: Mapping[str, str],
    distances: Any,
    *,
    side: str = "primary",
    method: str = "average",
    at: float = _HALF_WAY,
    measure: str = "given",
) -> Clusters:
    """Return the tree of a table of distances, such as those of profiles of one frame.

    ``labels`` names the nodes in the order of the table; ``distances`` is square and symmetric,
    from 0 to 1. Leaves are turned so that neighbors are as alike as the tree allows (Bar-Joseph Z,
    Gifford DK, Jaakkola TS, Bioinformatics 2001;17 Suppl 1:S22-S29,
    doi:10.1093/bioinformatics/17.suppl_1.S22).

    >>> found = cluster(dict(zip("abc", "ABC")), [[0, 0.9, 0.1], [0.9, 0, 0.8], [0.1, 0.8, 0]])
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
    if len(labels) < 2:
        raise EvidenceError("a tree needs at least two of them")
    if not np.all(np.isfinite(square)):
        raise EvidenceError("the distance of some two is not known: leave one of them out")
    # SciPy asks for an exactly symmetric table; 1 - similarity is off in the last digit.
    square = np.maximum((square + square.T) / 2, 0)
    np.fill_diagonal(square, 0)
    flat = distance.squareform(square)
    linkage = hierarchy.linkage(flat, method, optimal_ordering=True)
    table = Clusters(
        Clustered,
        _leaves(labels, side, linkage, hierarchy, at),
        formula=f"{method} linkage of 1 - similarity ({measure}), cut at {at:g}",
        source="leaves in the order of Bar-Joseph, Gifford, Jaakkola 2001, "
        "doi:10.1093/bioinformatics/17.suppl_1.S22",
        inputs=[f"the distances of {len(labels)} nodes"],
        notes=[STUDIED],
    )
    table.linkage, table.names = linkage, tuple(labels)
    table.cophenetic = _cophenetic(linkage, flat, hierarchy)
    return table


def _all_known(distances: Any) -> tuple[list[int], list[int]]:
    """Return which to keep so that all distances are known, and which are left out."""
    kept, left = list(range(len(distances))), []
    while (unknown := np.isnan(distances[np.ix_(kept, kept)]).sum(axis=1)).any():
        left.append(kept.pop(int(unknown.argmax())))
    return kept, sorted(left)


def _leaves(
    labels: Mapping[str, str], side: str, linkage: Any, hierarchy: Any, at: float
) -> list[Clustered]:
    groups = hierarchy.fcluster(linkage, at, criterion="distance")
    heights = _first_heights(linkage, len(labels))
    names = tuple(labels)
    numbers: dict[int, int] = {}
    return [
        Clustered(
            side=side,
            node=names[i],
            node_label=labels[names[i]],
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
    # Nothing varies, so that there is no correlation; rounding alone would make one up.
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
