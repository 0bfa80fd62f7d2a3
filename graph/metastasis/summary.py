"""What a graph holds, in numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metastasis.pairs import evidence_on
from metastasis.tables import Rows
from metastasis.vocabulary import DATA_RELEASE

if TYPE_CHECKING:
    from metastasis.graph import KnowledgeGraph

__all__ = ["summary"]


def summary(kg: KnowledgeGraph) -> Rows:
    """Return how many of everything a graph holds, and how many assertions each source gives.

    >>> import metastasis as mets
    >>> dict(summary(mets.load()))["primaries"] >= 72
    True
    """
    per_source = Counter(assertion.source for assertion in kg.assertions())
    spreads = evidence_on(kg.store, kg.catalog)
    edges = Counter(spread.edge or "no" for spread in spreads)
    return Rows(
        ("what", "number"),
        [
            ("data release", DATA_RELEASE),
            ("primaries", len(kg.catalog.primaries)),
            ("sites", len(kg.catalog.sites)),
            ("sources in the catalog", len(kg.catalog.sources)),
            ("sources with assertions", len(per_source)),
            ("assertions", per_source.total()),
            ("pairs with evidence of metastasis", len(spreads)),
            *(
                (f"edges: {name} spreads to", edges[name])
                for name in ("commonly", "possibly", "rarely")
            ),
            ("pairs that sources contradict", len(kg.conflicts())),
            ("quads", len(kg)),
            *((f"assertions from {key}", count) for key, count in sorted(per_source.items())),
        ],
    )
