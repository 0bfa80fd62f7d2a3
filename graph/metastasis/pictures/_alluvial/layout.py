"""Where the columns of an alluvial diagram and their streams stand.

Apart because it is geometry alone, and tested without drawing. Long because names, blocks and
streams share one height, and are worked out together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final

from metastasis.pictures._alluvial.streams import in_order, key_of, middle_label
from metastasis.pictures._said.words import capitalize
from metastasis.pictures._sheet.sheet import text_width, wrap
from metastasis.pictures._sheet.sides import ORDERS, one_order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis.pictures._alluvial.streams import Flow
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "APART",
    "BLOCK",
    "LEADING",
    "Block",
    "Heading",
    "Streams",
    "lay_out_alluvial",
]

LEADING: Final = 1.24
"""From one line of a name to the next, in font sizes."""
BLOCK: Final = 0.1
"""Inches that a block is wide."""
APART: Final = 0.07
"""Between blocks and what is written beside them."""
_SIZES: Final = ((1.0, 0.48), (1.0, 0.2), (0.9, 0.2), (0.81, 0.12), (0.73, 0.06))
"""Sizes of names, of that of labels, and what is between them in font sizes, tried in turn."""
_WRAPS: Final = (inf, 2.2, 1.85, 1.6, 1.4, 1.2, 1.05, 0.9, 0.8)
"""Inches that names may be wide, tried in turn."""
_MIDDLES: Final = (inf, 1.5, 1.2, 1.0, 0.85)
"""The same of those in the middle, by the wrap of the others."""
_LEAST_HEIGHT: Final = 2.2
"""Inches of a column at least, so that flows of a few blocks still bend gently."""
_GAP: Final = 0.045
"""Between two blocks of a column at least, in inches."""
_WIDEST_GAP: Final = 0.4
"""The same at most: blocks of a short column still belong together."""
_TALLEST: Final = 0.16
"""Inches that one statement, pair or patient takes at most."""
_FILLED: Final = 0.3
"""Of the height by the streams at least: thinner ones are threads, and names had the room."""
_LONG: Final = 14.0
"""Inches of names, above which they are smaller although there would be room."""
_STRETCH: Final = 1.25
"""How much taller than its names a column is where its height is free."""
_REACH: Final = (0.5, 0.85, 1.55)
"""Inches that flows bridge from column to column: at least, before names are wrapped, at most."""


@dataclass(frozen=True, slots=True)
class Block:
    """A primary, a middle or a site: its ends from the top of the body, and what it counts."""

    key: str
    lines: tuple[str, ...]
    """Its label."""
    low: float
    high: float
    weight: int
    text: float
    """Height of the middle of its label."""
    number: str
    """What is written beside the label; blank where the sum means nothing."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line above a column: what it is of, and what is counted."""

    text: str
    x: float
    y: float
    align: str


@dataclass(frozen=True, slots=True)
class Streams:
    """An alluvial diagram as laid out, in inches from the top left of the body."""

    columns: tuple[tuple[Block, ...], tuple[Block, ...], tuple[Block, ...]]
    headings: tuple[Heading, ...]
    flows: tuple[Flow, ...]
    bands: Mapping[tuple[str, str, str], tuple[float, float, float, float]]
    """Of each flow: the heights where it leaves, enters and leaves the middle, and arrives."""
    unit: float
    """Inches for each that is counted."""
    edges: tuple[float, float, float, float]
    """Where flows leave, enter and leave the middle, and arrive, from the left."""
    numbers: tuple[float, float]
    """Inches that numbers take on the left and on the right; 0 where there are none."""
    size: float
    """Of the letters of names, in points."""
    small: float
    """Of the letters of numbers and headings."""
    width: float
    height: float
    without_numbers: bool = False
    """Whether numbers are left out for room."""


@dataclass(frozen=True, slots=True)
class _StreamEnd:
    """A name as it would be wrapped, and the height that it takes."""

    key: str
    lines: tuple[str, ...]
    height: float
    weight: int
    number: str


def lay_out_alluvial(
    flows: Sequence[Flow],
    through: str,
    style: Style,
    width: float = 11.0,
    height: float | None = None,
    *,
    adds_up: bool,
    fill: bool = False,
    heads: tuple[str, str, str] = ("", "", ""),
    order: str = ORDERS[0],
    given: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> Streams | None:
    """Order the three columns, stack the flows in each block; None where there is no room.

    Names are wrapped to leave the flows room, numbers go, letters are smaller, in this order.
    """
    orders = _orders(flows, through, order, given)
    for share, gap in _SIZES:
        size = max(share * style.label_size, style.least_size)
        for with_numbers in (True, False):
            for at, cap in enumerate(_WRAPS):
                caps = (cap, _MIDDLES[min((at + 1) // 2, len(_MIDDLES) - 1)], cap)
                page = _Page(flows, orders, style, size, gap, caps, adds_up, with_numbers)
                head = page.head_height(heads)
                low = page.lowest() + head
                if height is not None and low > height:
                    break
                if low > _LONG and share not in (_SIZES[-2][0], _SIZES[-1][0]):
                    break
                free = page.free(width) / 2
                if free < (_REACH[1] if cap > _WRAPS[4] else _REACH[0]):
                    continue
                tall = max(_STRETCH * page.lowest(), _LEAST_HEIGHT) + head
                tall = tall if height is None else min(tall, height)
                least = min(_FILLED * (tall - head) / page.total, _TALLEST)
                if not page.has_room(least, tall - head):
                    break
                unit = page.unit(tall - head)
                reach = free if fill else min(free, _REACH[2])
                return page.place(width if fill else None, reach, unit, tall, head, heads)
    return None


class _Page:
    """Names wrapped for one size, and what follows from them."""

    def __init__(
        self,
        flows: Sequence[Flow],
        orders: Sequence[Sequence[str]],
        style: Style,
        size: float,
        gap: float,
        caps: tuple[float, float, float],
        adds_up: bool,
        with_numbers: bool,
    ) -> None:
        self.flows, self.orders, self.style = flows, orders, style
        self.size, self.gap = size, gap
        self.small = max(min(style.caption_size, size), style.least_size)
        self.total = sum(flow.weight for flow in flows)
        labels = _labels(flows)
        weights = [_weights(flows, at) for at in range(3)]
        numbers = [_numbers(flows, at, adds_up=adds_up) for at in range(3)]
        self.with_numbers = with_numbers
        self.has_numbers = any(numbers[at] for at in (0, 2))
        self.columns = [
            [
                self._name(
                    key,
                    labels[at][key],
                    weights[at][key],
                    numbers[at].get(key, "") if with_numbers else "",
                    caps[at],
                    inside=at == 1,
                )
                for key in orders[at]
            ]
            for at in range(3)
        ]
        self.number_widths = tuple(
            1.05 * max(text_width(one.number, self.small, style.font) for one in column) + 0.1
            if any(one.number for one in column)
            else 0.0
            for column in (self.columns[0], self.columns[2])
        )
        self.wide = [self._widest(column) for column in self.columns]

    def _name(
        self, key: str, label: str, weight: int, number: str, cap: float, *, inside: bool
    ) -> _StreamEnd:
        if inside and number:
            label = f"{label}: {number}"
        lines = _wrapped(label, self.size, cap / 1.04, self.style.font)
        tall = (LEADING * len(lines) + self.gap) * self.size / 72
        return _StreamEnd(key, lines, tall, weight, "" if inside else number)

    def _widest(self, column: Sequence[_StreamEnd]) -> float:
        font = self.style.font
        return 1.04 * max(text_width(line, self.size, font) for one in column for line in one.lines)

    def free(self, width: float) -> float:
        """Return what a width leaves for the flows."""
        left, right = self.number_widths
        beside = self.wide[0] + self.wide[2] + left + right + 2 * (APART + BLOCK)
        return width - 2 * self.style.margin - beside - (self.wide[1] + 0.16)

    def lowest(self) -> float:
        """Return the least height at which all names have room."""
        return max(
            sum(one.height for one in column) + _GAP * (len(column) - 1) * (at == 1)
            for at, column in enumerate(self.columns)
        )

    def unit(self, tall: float) -> float:
        """Return the most inches for each that is counted with which all columns have room."""
        low, high = 0.0, min(tall / self.total, _TALLEST)
        if self.has_room(high, tall):
            return high
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if self.has_room(middle, tall) else (low, middle)
        return low

    def has_room(self, unit: float, tall: float) -> bool:
        """Return whether all columns have room in a height, with so much for each counted."""
        return all(
            sum(self._slot(one, unit, inside=at == 1) for one in column)
            + (_GAP * (len(column) - 1) if at == 1 else 0.0)
            <= tall + 1e-9
            for at, column in enumerate(self.columns)
        )

    def _slot(self, one: _StreamEnd, unit: float, *, inside: bool) -> float:
        """Return the height that a block takes with its label.

        A label beside a block needs its lines. One ``inside`` stands below where the block is low.
        """
        block = unit * one.weight
        if inside:
            return block if block > one.height else block + one.height
        return max(block + _GAP, one.height)

    def head_height(self, heads: tuple[str, str, str]) -> float:
        """Return the height of the headings."""
        count = max(len(lines) for lines in self._heads(heads))
        return count * LEADING * self.small / 72 + 0.06 if count else 0.0

    def _heads(self, heads: tuple[str, str, str]) -> list[tuple[str, ...]]:
        left, right = self.number_widths
        room = (
            self.wide[0] + left + BLOCK + 0.2,
            self.wide[1] + 0.3,
            self.wide[2] + right + BLOCK + 0.2,
        )
        return [
            _wrapped(head, self.small, max(wide, 0.75) / 1.04, self.style.font) if head else ()
            for head, wide in zip(heads, room, strict=True)
        ]

    def place(
        self,
        width: float | None,
        reach: float,
        unit: float,
        tall: float,
        head: float,
        heads: tuple[str, str, str],
    ) -> Streams:
        """Return the page with everything in its place."""
        style = self.style
        left, right = self.number_widths
        start = style.margin + self.wide[0] + left + APART + BLOCK
        middle = self.wide[1] + 0.16
        edges = (start, start + reach, start + reach + middle, start + 2 * reach + middle)
        columns = [
            self._blocks(column, unit, tall - head, head, inside=at == 1)
            for at, column in enumerate(self.columns)
        ]
        return Streams(
            columns=(columns[0], columns[1], columns[2]),
            headings=tuple(self._headings(heads, edges, head)),
            flows=tuple(self.flows),
            bands=_stack(self.flows, self.orders, columns, unit),
            unit=unit,
            edges=edges,
            numbers=(left, right),
            size=self.size,
            small=self.small,
            width=width or edges[3] + BLOCK + APART + right + self.wide[2] + style.margin,
            height=tall,
            without_numbers=self.has_numbers and not self.with_numbers,
        )

    def _headings(
        self, heads: tuple[str, str, str], edges: tuple[float, float, float, float], head: float
    ) -> list[Heading]:
        found = []
        pitch = LEADING * self.small / 72
        places = (
            (edges[0], "right"),
            ((edges[1] + edges[2]) / 2, "center"),
            (edges[3], "left"),
        )
        for lines, (x, align) in zip(self._heads(heads), places, strict=True):
            top = head - 0.06 - pitch * len(lines)
            found += [
                Heading(line, x, top + pitch * (at + 0.5), align) for at, line in enumerate(lines)
            ]
        return found

    def _blocks(
        self, column: Sequence[_StreamEnd], unit: float, tall: float, top: float, *, inside: bool
    ) -> tuple[Block, ...]:
        """Return the blocks of a column, in the middle of the height, and where labels stand."""
        slots = [self._slot(one, unit, inside=inside) for one in column]
        gap = min((tall - sum(slots)) / max(len(column) - 1, 1), _WIDEST_GAP)
        y = top + (tall - sum(slots) - gap * (len(column) - 1)) / 2
        blocks = []
        for one, slot in zip(column, slots, strict=True):
            size = unit * one.weight
            below = inside and slot > size + 1e-9
            low = y if inside else y + (slot - size) / 2
            text = y + size + one.height / 2 if below else y + slot / 2
            blocks.append(Block(one.key, one.lines, low, low + size, one.weight, text, one.number))
            y += slot + gap
        return tuple(blocks)


@lru_cache(maxsize=20_000)
def _wrapped(text: str, size: float, width: float, font: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(wrap(text, size, width, font))


def _orders(
    flows: Sequence[Flow],
    through: str,
    order: str,
    given: tuple[Sequence[str], Sequence[str]],
) -> list[list[str]]:
    """Return each column top to bottom: middles as they are, the others in the order asked for."""
    middles = in_order((flow.middle for flow in flows), through)
    if order == "crossings":
        places = {key: float(at) for at, key in enumerate(middles)}
        return [_by_mean(flows, 0, places), middles, _by_mean(flows, 2, places)]
    sides = []
    for at in (0, 2):
        weights = _weights(flows, at)
        labels = {
            key_of(one)[at]: one.pair.site_label if at else one.pair.primary_label for one in flows
        }
        values = [float(weights[key]) for key in labels]
        sides.append(one_order(labels, list(labels), values, order, given[at // 2]))
    return [sides[0], middles, sides[1]]


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
    """Return what is written beside the blocks of a column, or behind the names of the middle.

    Where patients count, only a site that a single flow marks has a number: that of one series.
    """
    weights = _weights(flows, at)
    if adds_up:
        return {key: f"{weight:,}" for key, weight in weights.items()}
    if at != 2:
        return {}
    reached = Counter(flow.site for flow in flows)
    return {
        flow.site: f"{flow.weight:,}{flow.mark.letter_sign}"
        for flow in flows
        if reached[flow.site] == 1
    }


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
