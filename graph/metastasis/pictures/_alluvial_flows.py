"""The flows of an alluvial diagram: what is counted, by which route or part of the body."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._evidence.number import number_for
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair

__all__ = [
    "MIDDLES",
    "NOT_STATED",
    "VALUES",
    "Flow",
    "flows_of",
    "in_order",
    "middle_label",
    "region_of",
]

VALUES: Final = ("statements", "pairs", "patients")
"""What the widths may count."""

MIDDLES: Final = ("region", "route")
"""What may stand between primaries and sites."""

NOT_STATED: Final = "not_stated"
_SEVERAL: Final = "several"

_REGIONS: Final = {
    "nervous_system": "Nervous system",
    "head_neck": "Head and neck",
    "skin": "Skin and soft tissue",
    "soft_tissue": "Skin and soft tissue",
    "thorax": "Thorax",
    "respiratory_system": "Thorax",
    "abdomen": "Abdomen",
    "pelvis": "Pelvis and genital organs",
    "female_genital": "Pelvis and genital organs",
    "male_genital": "Pelvis and genital organs",
    "genital_organs": "Pelvis and genital organs",
    "bone": "Bone and marrow",
}
"""The wholes of the catalog that a site is counted under, from head to foot; the first that fits.

Skin of the chest wall so counts as skin, the rectum under the abdomen.
"""
_NODES: Final = "Lymph nodes"
_OTHER: Final = "Elsewhere"
_ROUTES: Final = {_SEVERAL: "Several routes", NOT_STATED: "Route not stated"}


@dataclass(frozen=True, slots=True)
class Flow:
    """So many statements, pairs or patients from a primary by a middle to a site."""

    pair: Pair
    middle: str
    weight: int
    population: str | None = None
    """The part of the population that its patients are of; None is the whole."""

    @property
    def primary(self) -> str:
        """Key of the primary."""
        return self.pair.primary

    @property
    def site(self) -> str:
        """Key of the site."""
        return self.pair.site


def region_of(catalog: Catalog, site: str) -> str:
    """Return the part of the body that a site is counted under, in words.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> region_of(catalog, "leptomeninges"), region_of(catalog, "lymph_node_mediastinal")
    ('Nervous system', 'Lymph nodes')
    """
    if catalog.sites[site].kind == "lymph_node":
        return _NODES
    wholes = catalog.wholes(site)
    return next((words for key, words in _REGIONS.items() if key in wholes), _OTHER)


def middle_label(middle: str) -> str:
    """Return a route in words, or a region as it stands.

    >>> middle_label("not_stated"), middle_label("csf"), middle_label("Thorax")
    ('Route not stated', 'CSF', 'Thorax')
    """
    if middle == "csf":
        return "CSF"
    words = _ROUTES.get(middle, middle.replace("_", " "))
    return words[:1].upper() + words[1:]


def flows_of(
    pairs: Iterable[Pair], catalog: Catalog, *, through: str, value: str, frame: Frame | None
) -> list[Flow]:
    """Return the flows of all pairs, in the order of the pairs and then of the middles.

    ``statements`` counts what sources say in favor of a pair, ``pairs`` each pair once, and
    ``patients`` the n of the number in the frame; pairs without a count have no flow then.
    """
    flows = [
        Flow(pair, middle, weight, _population(pair, frame))
        for pair in pairs
        for middle, weight in _weights(pair, catalog, through, value, frame)
    ]
    return [flow for flow in flows if flow.weight > 0]


def in_order(middles: Iterable[str], through: str) -> list[str]:
    """Return routes or regions in a fixed order, what is not stated last."""
    known: Sequence[str] = (*LISTS["route"], _SEVERAL, NOT_STATED)
    if through == "region":
        known = list(dict.fromkeys([*_REGIONS.values(), _NODES, _OTHER]))
    return sorted(set(middles), key=known.index)


def _weights(
    pair: Pair, catalog: Catalog, through: str, value: str, frame: Frame | None
) -> Iterator[tuple[str, int]]:
    region = region_of(catalog, pair.site) if through == "region" else None
    if value == "statements":
        routes = Counter(one.route for one in pair.assertions if one.finding == "present")
        if region:
            yield region, routes.total()
        else:
            yield from ((route or NOT_STATED, count) for route, count in routes.items())
    elif value == "pairs":
        yield region or _route_of(pair), 1
    else:
        number = number_for(pair, frame)
        if number is not None and number.count is not None:
            yield region or number.route or NOT_STATED, number.count


def _population(pair: Pair, frame: Frame | None) -> str | None:
    """Return which part of the population the number in a frame is of."""
    number = number_for(pair, frame)
    return number.population if number else None


def _route_of(pair: Pair) -> str:
    """Return the one route that sources name, that they name several, or that none does."""
    routes = {one.route for one in pair.assertions if one.route}
    return routes.pop() if len(routes) == 1 else _SEVERAL if routes else NOT_STATED
