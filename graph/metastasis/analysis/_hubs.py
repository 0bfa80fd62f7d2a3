"""Hubs: sites that more cancers reach, or cancers that reach more sites, than an even deal has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metastasis._table import Table
from metastasis._vocabulary import STUDIED
from metastasis.analysis._matrix import reach_matrix
from metastasis.analysis._null_models import adjusted, even_deal

if TYPE_CHECKING:
    import networkx as nx

    from metastasis._evidence.evidence import Evidence
    from metastasis._vocabulary import Edge

__all__ = ["Hub", "hubs"]


@dataclass(frozen=True, slots=True)
class Hub:
    """One node, and how its number of edges compares with an even deal."""

    side: str
    """``primary`` or ``site``."""
    node: str
    """Catalog key."""
    node_label: str
    edges: int
    """With how many of the other side it is joined."""
    out_of: int
    """How many the other side has."""
    expected: float
    """The mean of an even deal."""
    spread: float
    """Its standard deviation."""
    z: float | None
    """(edges - expected) / spread; None where nothing could have come out otherwise."""
    p: float
    """The chance of as many edges or more in an even deal, exact."""
    p_adjusted: float
    """For the number of nodes, by the false discovery rate (Benjamini, Hochberg 1995)."""


def hubs(
    evidence: Evidence | nx.DiGraph[str],
    of: str = "sites",
    *,
    edge: Edge = "any",
    distinct: bool = True,
    top: int | None = None,
) -> Table[Hub]:
    """Return how far the number of cancers that reach a site is from an even deal, hubs first.

    In the even deal every cancer keeps its number of sites, and takes them at random among all
    sites that any cancer reaches. (A null model that keeps the numbers of both sides could say
    nothing of a hub: the number is then what is kept.) With ``of="primaries"`` the sides change.
    Mean Σ k/N, variance Σ k/N · (1 - k/N) and p are exact
    (:func:`metastasis.analysis.even_deal`).

    Parameters
    ----------
    evidence
        The evidence, or its :func:`metastasis.analysis.edge_network`.
    of
        ``"sites"`` or ``"primaries"``.
    edge
        Only edges of this class (``"commonly"``, ``"possibly"``, ``"rarely"``), or ``"any"``.
    distinct
        Whether a cancer and its kinds count once, and a site and its parts.
    top
        At most this many rows; None is all.

    >>> import metastasis as mets
    >>> found = hubs(mets.load().evidence)
    >>> "lung" in [one.node for one in found[:3]], found[0].z > 3
    (True, True)

    Raises
    ------
    UnknownNameError
        There is no such side or edge.
    EvidenceError
        No edge is left.
    """
    found = reach_matrix(evidence, edge=edge, distinct=distinct).of(of)
    edges = np.diff(found.matrix.indptr)
    others = np.bincount(found.matrix.indices, minlength=len(found.columns))
    expected, spread, tail = even_deal(others, len(found.rows))
    chances = [float(tail[count]) for count in edges]
    rows = [
        Hub(
            side=found.side,
            node=name,
            node_label=found.labels[name],
            edges=int(count),
            out_of=len(found.columns),
            expected=expected,
            spread=spread,
            z=(int(count) - expected) / spread if spread else None,
            p=p,
            p_adjusted=fair,
        )
        for name, count, p, fair in zip(found.rows, edges, chances, adjusted(chances), strict=True)
    ]
    rows.sort(key=lambda one: (-one.edges, one.node_label.casefold()))
    note = "Studied more is reported more: a hub of what is reported may be one of what is studied."
    return Table(
        Hub,
        rows[:top],
        formula="z = (edges - Σ k/N) / √(Σ k/N · (1 - k/N)); p exact (Poisson binomial)",
        source="an even deal in which the other side keeps its degrees k; p adjusted after "
        "Benjamini, Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x",
        inputs=[f"{found.matrix.nnz} edges", f"N = {len(found.rows)} {of}"],
        notes=[STUDIED, note],
    )
