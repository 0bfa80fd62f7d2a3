"""Invented numbers to draw: no patient stands behind them.

The gallery, the bench and the tests draw them, where the shipped graph has no table so full.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph


def autopsies(primaries: int = 16, sites: int = 20) -> KnowledgeGraph:
    """Return a graph of one full table of invented autopsies, also with 0/N and own organs.

    Primaries that many have been written of come first, and so do sites.
    """
    import metastasis
    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.assertion import Assertion
    from metastasis._graph import KnowledgeGraph

    shipped = metastasis.load().evidence
    by_primary = Counter(pair.primary for pair in shipped.pairs())
    by_site = Counter(pair.site for pair in shipped.pairs())
    catalog = shipped.catalog
    named = [key for key, _ in by_primary.most_common()]
    rows_ = [key for key in named if catalog.primaries[key].kind != "grouping"]
    columns = [key for key, _ in by_site.most_common() if catalog.sites[key].is_anatomical]
    chance = random.Random(14)  # noqa: S311 - invented numbers
    found = []
    for primary in rows_[:primaries]:
        total = chance.choice((23, 60, 147, 402, 1118))
        for site in columns[:sites]:
            share = chance.choice((0, 0, 0.02, 0.05, 0.12, 0.3, 0.45, 0.7))
            found.append(
                Assertion(
                    primary=primary,
                    site=site,
                    count=round(share * total),
                    total=total,
                    denominator="autopsies",
                    setting="at_autopsy",
                    source="our-autopsies",
                    locator="table 1",
                    relation="metastasis",
                )
            )
    assert len(found) == primaries * sites
    ours = Source(key="our-autopsies", citation="Autopsies of our own", design="autopsy_series")
    return KnowledgeGraph.from_assertions(
        found, Catalog(catalog.primaries.values(), catalog.sites.values(), [ours])
    )
