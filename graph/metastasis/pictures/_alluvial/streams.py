"""The streams of an alluvial diagram: what they count, by which middle, and what counts twice.

Apart from where they stand because it is counting alone, and tested without drawing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._evidence.number import number_for
from metastasis._vocabulary import LISTS
from metastasis.pictures._said.mark import marks_of
from metastasis.pictures._said.regions import REGIONS, region_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.mark import Mark

__all__ = [
    "MIDDLES",
    "NOT_STATED",
    "VALUES",
    "Flow",
    "flows_of",
    "in_order",
    "key_of",
    "middle_label",
    "without_twice",
]

VALUES: Final = ("statements", "pairs", "patients")
"""What the widths may count."""

MIDDLES: Final = ("region", "route")
"""What may stand between primaries and sites."""

NOT_STATED: Final = "not_stated"
_SEVERAL: Final = "several"

_ROUTES: Final = {_SEVERAL: "Several routes", NOT_STATED: "Route not stated"}


@dataclass(frozen=True, slots=True)
class Flow:
    """So many statements, pairs or patients from a primary by a middle to a site."""

    mark: Mark
    """The pair, with its number where patients are counted."""
    middle: str
    weight: int

    @property
    def pair(self) -> Pair:
        """The pair that it is of."""
        return self.mark.pair

    @property
    def primary(self) -> str:
        """Key of the primary."""
        return self.pair.primary

    @property
    def site(self) -> str:
        """Key of the site."""
        return self.pair.site


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
        Flow(mark, middle, weight)
        for mark in marks_of(pairs, frame)
        for middle, weight in _weights_of(mark, catalog, through, value)
    ]
    return [flow for flow in flows if flow.weight > 0]


def in_order(middles: Iterable[str], through: str) -> list[str]:
    """Return routes or regions in a fixed order, what is not stated last."""
    known: Sequence[str] = (*LISTS["route"], _SEVERAL, NOT_STATED)
    if through == "region":
        known = REGIONS
    return sorted(set(middles), key=known.index)


def _weights_of(
    mark: Mark, catalog: Catalog, through: str, value: str
) -> Iterator[tuple[str, int]]:
    pair, number = mark.pair, mark.number
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
        if number is not None and number.count is not None:
            yield region or number.route or NOT_STATED, number.count


def _route_of(pair: Pair) -> str:
    """Return the one route that sources name, that they name several, or that none does."""
    routes = {one.route for one in pair.assertions if one.route}
    return routes.pop() if len(routes) == 1 else _SEVERAL if routes else NOT_STATED


def key_of(flow: Flow) -> tuple[str, str, str]:
    """Return the keys of the primary, the middle and the site of a flow."""
    return flow.primary, flow.middle, flow.site


def without_twice(pairs: Iterable[Pair], frame: Frame | None, catalog: Catalog) -> list[Pair]:
    """Return pairs without those whose patients another one counts: of a broader cancer and site.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> frame = mets.Frame("all_patients", "at_diagnosis")
    >>> names = {"primaries": {"thyroid", "thyroid_differentiated"}, "sites": {"bone"}}
    >>> found = without_twice(kg.evidence.pairs(**names), frame, kg.catalog)
    >>> sorted(pair.primary for pair in found if pair.edge)
    ['thyroid']
    """
    pairs = list(pairs)
    counted = {
        (pair.primary, pair.site)
        for pair in pairs
        if (number := number_for(pair, frame)) is not None and number.count is not None
    }
    return [pair for pair in pairs if not _is_within(pair, counted, catalog)]


def _is_within(pair: Pair, counted: set[tuple[str, str]], catalog: Catalog) -> bool:
    """Return whether a pair is a part of another that is counted."""
    primaries = {pair.primary, *_above(pair.primary, catalog)}
    sites = {pair.site, *catalog.wholes(pair.site)}
    return any(
        (primary, site) in counted
        for primary in primaries
        for site in sites
        if (primary, site) != (pair.primary, pair.site)
    )


def _above(primary: str, catalog: Catalog) -> set[str]:
    """Return the keys of all primaries that one is a kind of."""
    found: set[str] = set()
    open_ = [primary]
    while open_:
        one = catalog.primaries.get(open_.pop())
        fresh = [key for key in one.parents if key not in found] if one else []
        found.update(fresh)
        open_ += fresh
    return found
