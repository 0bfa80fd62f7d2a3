"""What a graph holds, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metastasis._evidence.pair import evidence_on
from metastasis._table import Rows
from metastasis._vocabulary import DATA_RELEASE

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

__all__ = ["summary"]


def summary(kg: KnowledgeGraph) -> Rows:
    """Return how many of everything a graph holds, and how many assertions each source gives.

    >>> import metastasis as mets
    >>> dict(summary(mets.load()))["primaries in the catalog"] >= 72
    True
    """
    assertions = list(kg.assertions())
    per_source = Counter(one.source for one in assertions)
    spreads = [
        spread
        for spread in evidence_on(kg.store, kg.catalog)
        if kg.catalog.primaries[spread.primary].kind != "grouping"
    ]
    edges = Counter(spread.edge or "no" for spread in spreads)
    return Rows(
        ("what", "number"),
        [
            ("data release", DATA_RELEASE),
            ("primaries in the catalog", len(kg.catalog.primaries)),
            ("sites in the catalog", len(kg.catalog.sites)),
            ("sources in the catalog", len(kg.catalog.sources)),
            ("primaries with assertions", len({one.primary for one in assertions})),
            ("sites with assertions", len({one.site for one in assertions})),
            ("sources with assertions", len(per_source)),
            ("assertions", len(assertions)),
            ("pairs with evidence of metastasis, without groupings", len(spreads)),
            *(
                (f"edges: {name} spreads to", edges[name])
                for name in ("commonly", "possibly", "rarely")
            ),
            ("pairs on which sources conflict", len(kg.conflicts())),
            ("quads", len(kg)),
            *((f"assertions from {key}", count) for key, count in sorted(per_source.items())),
        ],
    )
