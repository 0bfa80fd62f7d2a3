"""Invented numbers to draw: no patient stands behind them.

The gallery, the bench and the tests draw them, where the shipped graph has no table so full.
"""

from __future__ import annotations

import random
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

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


# What people have together, and what comes after what

_WEIGHTS: Final = {
    "lymph_node": 6.0,
    "bone": 5.0,
    "lung": 4.0,
    "liver": 4.0,
    "brain": 3.0,
    "adrenal_gland": 2.0,
    "pleura": 1.2,
    "skin": 0.6,
}
"""How often a site comes, against the others."""


def patterns(patients: int = 600) -> list[Any]:
    """Return so many invented patients with lung cancer, by the sets of their sites.

    Of one in ten no site is on record.
    """
    chance = random.Random(6)  # noqa: S311 - invented numbers
    counted: Counter[tuple[str, ...]] = Counter()
    for _ in range(patients):
        number = chance.choice((0, 1, 1, 1, 1, 2, 2, 2, 3, 4))
        counted[tuple(sorted(_drawn(chance, number)))] += 1
    return [
        SimpleNamespace(primary="lung", sex=None, metastatic=True, sites=sites, patients=number)
        for sites, number in sorted(counted.items())
    ]


def sequences(patients: int = 400) -> list[Any]:
    """Return the sites of so many invented patients with lung cancer, one after the other.

    Liver and brain come late, lung and lymph nodes early: the first take, the others give.
    """
    chance = random.Random(5)  # noqa: S311 - invented numbers
    late = {"liver": 6.0, "brain": 6.0, "lymph_node": 0.15, "lung": 0.15}
    found = []
    for number in range(patients):
        path: list[str] = []
        for _ in range(chance.choice((1, 2, 2, 3, 3, 4, 5))):
            left = [site for site in _WEIGHTS if site not in path]
            weights = [_WEIGHTS[site] * (late.get(site, 1.0) if path else 1.0) for site in left]
            path.append(chance.choices(left, weights)[0])
        steps = tuple((site,) for site in path)
        found.append(SimpleNamespace(patient=f"p{number}", primary="lung", steps=steps))
    return found


def _drawn(chance: random.Random, number: int) -> list[str]:
    left = dict(_WEIGHTS)
    found = []
    for _ in range(number):
        site = chance.choices(list(left), list(left.values()))[0]
        del left[site]
        found.append(site)
    return found
