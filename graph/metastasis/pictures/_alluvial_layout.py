"""The flows of an alluvial diagram, and where they and their columns stand.

Long because the flows are made for their places: by route or part of the body, in one order.
Apart from the diagram because it is counting and geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._vocabulary import LISTS
from metastasis.pictures._mark import marks_of
from metastasis.pictures._regions import REGIONS, region_of
from metastasis.pictures._sheet import text_width
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._style import Style

__all__ = [
    "APART",
    "BLOCK",
    "MIDDLES",
    "NOT_STATED",
    "VALUES",
    "Flow",
    "Streams",
    "flows_of",
    "in_order",
    "key_of",
    "lay_out_alluvial",
    "middle_label",
    "with_number",
]


_LEAST_HEIGHT = 2.2
"""Inches of a column at least, so that flows of a few blocks still bend gently."""
_GAP = 0.045
"""Between two blocks of a column at least, in inches."""
_WIDEST_GAP = 0.4
"""The same at most: blocks of a short column still belong together."""
_TALLEST = 0.3
"""Inches that one statement, pair or patient takes at most."""
BLOCK = 0.1
"""Inches that a block is wide."""
_REACH = 1.55
"""Inches that flows bridge from column to column."""
APART = 0.07
"""Between blocks and what is written beside them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A primary, a middle or a site: its ends from the top of the body, and what it counts."""

    key: str
    label: str
    low: float
    high: float
    weight: int
    text: float
    """Height of the middle of its label."""
    number: str
    """What is written beside the label; blank where the sum means nothing."""


@dataclass(frozen=True, slots=True)
class Streams:
    """An alluvial diagram as laid out, in inches from the top left of the body."""

    columns: tuple[tuple[Block, ...], tuple[Block, ...], tuple[Block, ...]]
    flows: tuple[Flow, ...]
    bands: Mapping[tuple[str, str, str], tuple[float, float, float, float]]
    """Of each flow: the heights where it leaves, enters and leaves the middle, and arrives."""
    unit: float
    """Inches for each that is counted."""
    adds_up: bool
    """Whether sums over sites mean something: no patient counts twice."""
    edges: tuple[float, float, float, float]
    """Where flows leave, enter and leave the middle, and arrive, from the left."""
    width: float
    height: float


def lay_out_alluvial(
    flows: Sequence[Flow], through: str, style: Style, *, adds_up: bool
) -> Streams:
    """Order the three columns for few crossings, and stack the flows in each block."""
    orders = _orders(flows, through)
    total = sum(flow.weight for flow in flows)
    room = max(max(map(len, orders)) * style.row, _LEAST_HEIGHT)
    unit = min(room / total, _TALLEST)
    weights = [_weights(flows, at) for at in range(3)]
    height = max(
        sum(_slots(order, weights[at], unit, style, inside=at == 1)) + _GAP * (len(order) - 1)
        for at, order in enumerate(orders)
    )
    labels = _labels(flows)
    columns = [
        _column(
            order,
            labels[at],
            weights[at],
            _numbers(flows, at, adds_up=adds_up),
            unit,
            height,
            style,
            inside=at == 1,
        )
        for at, order in enumerate(orders)
    ]
    widest = max((flow.mark.letter for flow in flows), key=len)
    numbers = 1.05 * text_width(f"{total:,}{widest}", style.caption_size, style.font) + 0.16
    sides = [
        max(1.04 * text_width(one.label, style.label_size, style.font) for one in columns[at])
        for at in (0, 2)
    ]
    middle = 0.2 + max(
        1.04 * text_width(with_number(one, adds_up=adds_up), style.label_size, style.font)
        for one in columns[1]
    )
    start = style.margin + sides[0] + numbers + APART + BLOCK
    edges = (start, start + _REACH, start + _REACH + middle, start + 2 * _REACH + middle)
    return Streams(
        columns=(columns[0], columns[1], columns[2]),
        flows=tuple(flows),
        bands=_stack(flows, orders, columns, unit),
        unit=unit,
        adds_up=adds_up,
        edges=edges,
        width=edges[3] + BLOCK + APART + numbers + sides[1] + style.margin,
        height=height,
    )


def with_number(block: Block, *, adds_up: bool) -> str:
    """Return what stands in a block of the middle: its name, and its sum where that is one."""
    return f"{block.label}: {block.weight:,}" if adds_up else block.label


def key_of(flow: Flow) -> tuple[str, str, str]:
    """Return the keys of the primary, the middle and the site of a flow."""
    return flow.primary, flow.middle, flow.site


def _orders(flows: Sequence[Flow], through: str) -> list[list[str]]:
    """Return each column top to bottom: middles as they are, the others by the mean of these."""
    middles = in_order((flow.middle for flow in flows), through)
    places = {key: float(at) for at, key in enumerate(middles)}
    return [_by_mean(flows, 0, places), middles, _by_mean(flows, 2, places)]


def _by_mean(flows: Sequence[Flow], at: int, places: Mapping[str, float]) -> list[str]:
    """Return one side in the order of the mean place of what it flows through."""
    sums: dict[str, float] = defaultdict(float)
    weights: dict[str, int] = defaultdict(int)
    for flow in flows:
        sums[key_of(flow)[at]] += flow.weight * places[flow.middle]
        weights[key_of(flow)[at]] += flow.weight
    return sorted(sums, key=lambda key: (round(sums[key] / weights[key], 9), -weights[key], key))


def _labels(flows: Sequence[Flow]) -> list[dict[str, str]]:
    return [
        {flow.primary: capitalize(flow.pair.primary_label) for flow in flows},
        {flow.middle: middle_label(flow.middle) for flow in flows},
        {flow.site: capitalize(flow.pair.site_label) for flow in flows},
    ]


def _weights(flows: Sequence[Flow], at: int) -> dict[str, int]:
    """Return what each block of a column counts."""
    weights: dict[str, int] = defaultdict(int)
    for flow in flows:
        weights[key_of(flow)[at]] += flow.weight
    return weights


def _numbers(flows: Sequence[Flow], at: int, *, adds_up: bool) -> dict[str, str]:
    """Return what is written beside the blocks of a column.

    Where patients count, only a site that a single flow marks has a number: that of one series.
    """
    weights = _weights(flows, at)
    if adds_up:
        return {key: f"{weight:,}" for key, weight in weights.items()}
    if at != 2:
        return {}
    reached = Counter(flow.site for flow in flows)
    return {
        flow.site: f"{flow.weight:,}{flow.mark.letter}" for flow in flows if reached[flow.site] == 1
    }


def _slots(
    order: Sequence[str],
    weights: Mapping[str, int],
    unit: float,
    style: Style,
    *,
    inside: bool,
) -> list[float]:
    """Return the height that each block takes with its label.

    A label beside a block needs a row. One ``inside`` stands below where the block is too low.
    """
    sizes = [unit * weights[key] for key in order]
    if inside:
        return [size if size > style.row else size + style.row for size in sizes]
    return [max(size, style.row) for size in sizes]


def _column(
    order: Sequence[str],
    labels: Mapping[str, str],
    weights: Mapping[str, int],
    numbers: Mapping[str, str],
    unit: float,
    height: float,
    style: Style,
    *,
    inside: bool,
) -> tuple[Block, ...]:
    """Return the blocks of a column, in the middle of the height, and where their labels stand."""
    slots = _slots(order, weights, unit, style, inside=inside)
    gap = min((height - sum(slots)) / max(len(order) - 1, 1), _WIDEST_GAP)
    top = (height - sum(slots) - gap * (len(order) - 1)) / 2
    blocks = []
    for key, slot in zip(order, slots, strict=True):
        size = unit * weights[key]
        below = inside and slot > size
        low = top if inside else top + (slot - size) / 2
        text = top + size + style.row / 2 if below else top + slot / 2
        blocks.append(
            Block(key, labels[key], low, low + size, weights[key], text, numbers.get(key, ""))
        )
        top += slot + gap
    return tuple(blocks)


def _stack(
    flows: Sequence[Flow],
    orders: Sequence[Sequence[str]],
    columns: Sequence[Sequence[Block]],
    unit: float,
) -> dict[tuple[str, str, str], tuple[float, float, float, float]]:
    """Return the top of each flow at its four ends, flows in each block in the order across."""
    ranks = [{key: at for at, key in enumerate(order)} for order in orders]
    tops: dict[tuple[str, str, str], list[float]] = {key_of(flow): [0.0] * 4 for flow in flows}
    for end, (at, order) in enumerate(
        ((0, (0, 1, 2)), (1, (1, 0, 2)), (1, (1, 2, 0)), (2, (2, 1, 0)))
    ):
        heights = {block.key: block.low for block in columns[at]}
        for flow in sorted(flows, key=_ranked(ranks, order)):
            key = key_of(flow)
            tops[key][end] = heights[key[at]]
            heights[key[at]] += unit * flow.weight
    return {key: (one[0], one[1], one[2], one[3]) for key, one in tops.items()}


def _ranked(
    ranks: Sequence[Mapping[str, int]], order: Sequence[int]
) -> Callable[[Flow], tuple[int, ...]]:
    return lambda flow: tuple(ranks[at][key_of(flow)[at]] for at in order)


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
