"""Where primaries, sites, bands and labels of a ring stand: primaries on the left, sites right.

Apart because it is geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import cos, degrees, inf, radians, sin
from typing import TYPE_CHECKING, Final

from metastasis.pictures._cut import largest
from metastasis.pictures._labels import Unplaced, spread_along, spread_beside
from metastasis.pictures._sheet import text_width, wrap
from metastasis.pictures._sides import side_orders
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.pictures._labels import Point
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._style import Style

__all__ = ["HALF", "Circle", "Node", "RingPlan", "Slot", "Written", "lay_out_ring", "ring_point"]

HALF: Final = radians(80)
"""How far each side goes up and down from the horizontal."""
_LEAST_RADIUS: Final = 1.05
"""Inches of the ring at least: in a smaller one bands kink."""
_GOOD_RADIUS: Final = 1.5
"""Inches of the ring from which labels are not wrapped for its sake."""
_RADIUS: Final = (1.9, 3.3)
"""Inches that a ring with labels beside it wants, of few names and of many."""
_WIDEST: Final = 1.0
"""Inches of the widest band at most."""
_STEEPEST: Final = 0.05
"""Inches of band to a percent at most."""
_LINE: Final = 0.045
"""Inches of the ring that a pair without a number takes, if there is room."""
_GAP: Final = 0.05
"""Inches of the ring between two primaries or two sites, if there is room."""
_LEADER: Final = 0.3
"""Between the ring and labels beside it at least."""
_SLOPE: Final = 0.08
"""The same for each inch that the labels are taller than the ring: leaders are not too steep."""
_FILLED: Final = 0.72
"""Of each side by bands and their gaps at most."""
_SPOKE: Final = 0.2
"""From the ring to labels along it."""
_TALLEST: Final = 8.8
"""Inches of labels beside a ring at most where its height is free: more go along the circle."""
_WRAPS: Final = (inf, 2.3, 1.9, 1.6, 1.4, 1.2, 1.05, 0.9)
"""Inches that labels beside a ring may be wide, tried in turn."""
_LINES: Final = 3
"""Lines of a label along the circle at most."""
_SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class Slot:
    """The part of the ring that a band starts or ends on, as angles from the horizontal."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Where the middle of the band is."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Written:
    """A line of text as it is to be written."""

    text: str
    x: float
    y: float
    size: float
    align: str
    rotation: float = 0.0
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A primary or a site on the ring, with its name, what is written of it, and the line there."""

    key: str
    label: str
    side: str
    """``left`` or ``right``."""
    arc: Slot
    lines: tuple[Written, ...] = ()
    """None where there is no room for its name."""
    leader: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """A ring as laid out, in inches from the top left of the body."""

    primaries: tuple[Node, ...]
    sites: tuple[Node, ...]
    starts: Mapping[tuple[str, str], Slot]
    """Where the band of a primary and a site leaves the ring."""
    ends: Mapping[tuple[str, str], Slot]
    center: Point
    radius: float
    per_percent: float
    """Inches of band to a percent."""
    line: float
    """Inches of the ring that a pair without a number takes."""
    width: float
    height: float
    without_numbers: bool = False
    """Whether numbers below names are left out for room."""

    @property
    def nameless(self) -> list[str]:
        """The labels of names that there is no room for."""
        return [one.label for one in (*self.primaries, *self.sites) if not one.lines]


def ring_point(center: Point, radius: float, angle: float, side: str) -> Point:
    """Return the point at an angle below the horizontal, on one side of the ring.

    >>> ring_point((0.0, 0.0), 2.0, 0.0, "left")
    (-2.0, 0.0)
    """
    sign = -1 if side == "left" else 1
    return center[0] + sign * radius * cos(angle), center[1] + radius * sin(angle)


class RingPlan:
    """The names of a ring in their order, from which it is laid out in one room or another."""

    def __init__(
        self,
        marks: Sequence[Mark],
        style: Style,
        names: Mapping[str, Sequence[str]],
        weight: Mapping[str, float],
    ) -> None:
        self.marks, self.style, self.names = marks, style, names
        self.weight = weight
        """How much a name matters, by key: those that matter least go without, where need be."""
        self.labels = {one.pair.primary: capitalize(one.pair.primary_label) for one in marks} | {
            one.pair.site: capitalize(one.pair.site_label) for one in marks
        }
        self.of = {
            "left": {one.pair.primary: capitalize(one.pair.primary_label) for one in marks},
            "right": {one.pair.site: capitalize(one.pair.site_label) for one in marks},
        }
        self.numbers = _numbers(marks, names)
        self.sizes = sorted(
            {
                style.label_size,
                min(style.label_size, 8.1),
                min(style.label_size, max(7.3, style.least_size)),
            },
            reverse=True,
        )

    def lay_out(self, width: float, height: float | None, *, fill: bool) -> Circle | None:
        """Return the ring in a room, its names beside it or else along it; None: too small.

        Numbers below names go first, then letters are smaller, then the least names go without.
        """
        return (
            self._beside(width, height, fill=fill, numbers=True)
            or self._beside(width, height, fill=fill, numbers=False)
            or self._along(width, height or width)
        )

    # Labels beside the ring, in two columns

    def _beside(
        self, width: float, height: float | None, *, fill: bool, numbers: bool
    ) -> Circle | None:
        if not numbers and not any(self.numbers.values()):
            return None
        most = height or _TALLEST
        margin = self.style.margin
        best: tuple[float, dict[str, list[_Text]], dict[str, float], dict[str, float]] | None = None
        for cap in _WRAPS:
            texts = self._texts(cap, numbers=numbers)
            wide = {side: max(one.width for one in texts[side]) for side in _SIDES}
            tall = {side: sum(one.height for one in texts[side]) for side in _SIDES}
            tallest = max(tall.values())
            if tallest + 0.1 > most:
                break
            wants = max(_RADIUS[0], min(0.46 * tallest, _RADIUS[1]))
            radius = min(wants, (most - 0.1) / 2)
            edges = {
                side: _LEADER + _SLOPE * max(0.0, tall[side] - 2 * radius) for side in _SIDES
            }
            free = (width - 2 * margin - sum(wide.values()) - sum(edges.values())) / 2
            radius = min(radius, free)
            if best is None or radius > best[0] + 0.05:
                best = radius, texts, wide, edges
            if radius >= min(_GOOD_RADIUS, wants):
                break
        if best is None or best[0] < _LEAST_RADIUS:
            return None
        radius, texts, wide, edges = best
        tallest = max(sum(one.height for one in texts[side]) for side in _SIDES)
        tall_ = max(2 * radius, tallest) + 0.1
        needs = 2 * (margin + radius) + sum(wide.values()) + sum(edges.values())
        aside = (width - needs) / 2 if fill else 0.0
        center = (aside + margin + wide["left"] + edges["left"] + radius, tall_ / 2)
        placed = {
            side: self._columns(side, texts[side], wide[side], center, radius, edges, tall_)
            for side in _SIDES
        }
        return self._circle(
            placed,
            center,
            radius,
            width if fill else needs,
            tall_,
            without_numbers=not numbers,
        )

    def _texts(self, cap: float, *, numbers: bool) -> dict[str, list[_Text]]:
        """Return what stands beside each arc, wrapped to a width."""
        style = self.style
        size, small = style.label_size, max(style.caption_size, style.least_size)
        texts: dict[str, list[_Text]] = {}
        for side in _SIDES:
            texts[side] = []
            for key in self.names[side]:
                lines = wrap(self.of[side][key], size, cap / 1.04, style.font)
                below = self.numbers.get(key, ()) if numbers else ()
                wide = [1.04 * text_width(line, size, style.font) for line in lines]
                wide += [1.04 * text_width(line, small, style.font) for line in below]
                high = style.row * (0.28 + 0.72 * len(lines) + 0.75 * len(below))
                high += 0.06 if below else 0.0
                texts[side].append(_Text(key, tuple(lines), tuple(below), max(wide) + 0.05, high))
        return texts

    def _columns(
        self,
        side: str,
        texts: Sequence[_Text],
        wide: float,
        center: Point,
        radius: float,
        edges: Mapping[str, float],
        height: float,
    ) -> _Side:
        arcs, slots = self._share_out(side, radius)
        calls = [
            Unplaced(
                ring_point(center, radius + 0.03, arcs[one.key].middle, side),
                wide,
                one.height,
                side,
            )
            for one in texts
        ]
        left, right = (center[0] - radius - edges["left"], center[0] + radius + edges["right"])
        nodes = []
        for text, place in zip(
            texts, spread_beside(calls, left, right, 0.0, height), strict=True
        ):
            start, (far, level) = place.leader
            inwards = far + (0.12 if side == "left" else -0.12)
            nodes.append(
                Node(
                    text.key,
                    self.of[side][text.key],
                    side,
                    arcs[text.key],
                    tuple(self._stacked(text, side, far, level)),
                    (start, (inwards, level), (far, level)),
                )
            )
        return _Side(tuple(nodes), slots)

    def _stacked(self, text: _Text, side: str, far: float, level: float) -> Iterator[Written]:
        """Yield the lines of a name and those below it, in the middle of a height."""
        style = self.style
        x, align = (far - 0.05, "right") if side == "left" else (far + 0.05, "left")
        steps = [0.72] * len(text.lines) + [0.75] * len(text.below)
        y = level - style.row * (sum(steps) - steps[-1]) / 2
        small = max(style.caption_size, style.least_size)
        for line in text.lines:
            yield Written(line, x, y, style.label_size, align)
            y += style.row * 0.72
        for line in text.below:
            yield Written(line, x, y, small, align, is_number=True)
            y += style.row * 0.75

    # Labels along the ring, as spokes

    def _along(self, width: float, height: float) -> Circle | None:
        for size in self.sizes:
            if found := self._spokes(width, height, size, self._most_named()):
                return found
        size = self.sizes[-1]
        count = sum(map(len, self.names.values()))
        most = largest(
            lambda named: self._spokes(width, height, size, self._most_named(named)) is not None,
            count - 1,
        )
        return self._spokes(width, height, size, self._most_named(most)) if most else None

    def _most_named(self, most: int | None = None) -> frozenset[str]:
        """Return so many names that matter most, as ``left key`` and ``right key``."""
        found = [f"{side} {key}" for side in _SIDES for key in self.names[side]]
        found.sort(key=lambda one: -self.weight[one])
        return frozenset(found[:most])

    def _spokes(
        self, width: float, height: float, size: float, named: frozenset[str]
    ) -> Circle | None:
        """Return the largest ring that leaves room for names along it, all of one size."""
        longest = {
            side: max(
                (
                    text_width(self.of[side][key], size, self.style.font)
                    for key in self.names[side]
                    if f"{side} {key}" in named
                ),
                default=0.0,
            )
            for side in _SIDES
        }
        lean = min(max((longest["left"] - longest["right"]) / 3, -0.3), 0.3)
        center = (width / 2 + lean, height / 2)
        room = min(width / 2 - abs(lean), height / 2)
        for step in range(12):
            radius = room * (0.78 - 0.04 * step)
            if radius < _LEAST_RADIUS:
                return None
            sides = {}
            for side in _SIDES:
                found = self._spoke_side(side, center, radius, width, height, size, named)
                if found is None:
                    break
                sides[side] = found
            else:
                return self._circle(sides, center, radius, width, height, without_numbers=True)
        return None

    def _spoke_side(
        self,
        side: str,
        center: Point,
        radius: float,
        width: float,
        height: float,
        size: float,
        named: frozenset[str],
    ) -> _Side | None:
        """Return one side with its names as spokes; None where these are too many or too long."""
        style = self.style
        arcs, slots = self._share_out(side, radius)
        keys = [key for key in self.names[side] if f"{side} {key}" in named]
        start = radius + _SPOKE
        pitch = 1.12 * size / 72
        across = center[0] - style.margin if side == "left" else width - style.margin - center[0]
        down = height / 2

        def reach(angle: float) -> float:
            """Return how far a line may go from the ring at an angle."""
            half = pitch * 0.5
            flat = (across - half * abs(sin(angle))) / max(cos(angle), 1e-6)
            steep = (down - half * cos(angle)) / max(abs(sin(angle)), 1e-6)
            return (min(flat, steep) - start) / 1.04

        lines: dict[str, list[str]] = {key: [self.of[side][key]] for key in keys}
        most = radians(88)
        for _ in range(4):
            needs = [pitch * (len(lines[key]) + 0.12) / start for key in keys]
            if sum(needs) > 2 * most:
                return None
            middles = spread_along([arcs[key].middle for key in keys], needs, -most, most)
            angles = dict(zip(keys, middles, strict=True))
            fresh = {}
            for key in keys:
                free = reach(angles[key])
                fresh[key] = wrap(self.of[side][key], size, max(free, 0.3), style.font)
                # Once wrapped it stays so: else two neighbors could change places forever.
                if len(fresh[key]) < len(lines[key]):
                    fresh[key] = wrap(self.of[side][key], size, max(free, 0.3), style.font)
            if all(len(fresh[key]) == len(lines[key]) for key in keys):
                lines = fresh
                break
            lines = fresh
        else:
            return None
        for key in keys:
            free = reach(angles[key])
            if len(lines[key]) > _LINES or any(
                text_width(line, size, style.font) > free for line in lines[key]
            ):
                return None
        nodes = [
            self._spoke(side, key, arcs[key], angles.get(key), lines.get(key), center, radius, size)
            for key in self.names[side]
        ]
        return _Side(tuple(nodes), slots)

    def _spoke(
        self,
        side: str,
        key: str,
        arc: Slot,
        angle: float | None,
        lines: Sequence[str] | None,
        center: Point,
        radius: float,
        size: float,
    ) -> Node:
        label = self.of[side][key]
        if angle is None or lines is None:
            return Node(key, label, side, arc)
        start = radius + _SPOKE
        pitch = 1.12 * size / 72
        turn = degrees(angle) if side == "left" else -degrees(angle)
        align = "right" if side == "left" else "left"
        x, y = ring_point(center, start, angle, side)
        # Lines of one name are parallel: across them is "down" of its text.
        down = (sin(radians(turn)), cos(radians(turn)))
        written = tuple(
            Written(
                line,
                x + down[0] * pitch * (at - (len(lines) - 1) / 2),
                y + down[1] * pitch * (at - (len(lines) - 1) / 2),
                size,
                align,
                turn,
            )
            for at, line in enumerate(lines)
        )
        leader = (
            ring_point(center, radius + 0.02, arc.middle, side),
            ring_point(center, radius + _SPOKE - 0.07, angle, side),
            ring_point(center, radius + _SPOKE - 0.03, angle, side),
        )
        return Node(key, label, side, arc, written, leader)

    # Bands

    def _circle(
        self,
        sides: Mapping[str, _Side],
        center: Point,
        radius: float,
        width: float,
        height: float,
        *,
        without_numbers: bool,
    ) -> Circle:
        line, unit, _ = self._widths(radius)
        return Circle(
            sides["left"].nodes,
            sides["right"].nodes,
            sides["left"].slots,
            sides["right"].slots,
            center,
            radius,
            unit,
            line,
            width,
            height,
            without_numbers and any(self.numbers.values()),
        )

    def _widths(self, radius: float) -> tuple[float, float, float]:
        """Return inches of the ring for a line, for a percent, and between names."""
        side = 2 * HALF * _FILLED * radius
        most = max(map(len, self.names.values()))
        gap = min(_GAP, 0.3 * side / most)
        line = min(_LINE, 0.6 * (side - gap * most) / len(self.marks))
        percent = max(sum(one.most for one in self.marks), 1e-9)
        room = side - gap * most - line * len(self.marks)
        widest = max(max(one.most for one in self.marks), 1e-9)
        return line, min(room / percent, _WIDEST / widest, _STEEPEST), gap

    def _share_out(
        self, side: str, radius: float
    ) -> tuple[dict[str, Slot], dict[tuple[str, str], Slot]]:
        """Return the arc of each name on one side, and the slot of each of its bands."""
        line, unit, _ = self._widths(radius)
        at = _SIDES.index(side)
        rank = {key: place for place, key in enumerate(self.names[_SIDES[1 - at]])}
        widths = {_pair(one): _slot_width(one, unit, line) for one in self.marks}
        joined: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for pair in widths:
            joined[pair[at]].append(pair)
        free = 2 * HALF - sum(widths.values()) / radius
        gap = free / len(self.names[side])
        slots: dict[tuple[str, str], Slot] = {}
        arcs: dict[str, Slot] = {}
        angle = -HALF + gap / 2
        for key in self.names[side]:
            begin = angle
            for pair in sorted(joined[key], key=lambda one: rank[one[1 - at]]):
                slots[pair] = Slot(angle, angle + widths[pair] / radius)
                angle = slots[pair].high
            arcs[key] = Slot(begin, angle)
            angle += gap
        return arcs, slots


@dataclass(frozen=True, slots=True)
class _Text:
    """A name beside the ring, wrapped, with the lines below it."""

    key: str
    lines: tuple[str, ...]
    below: tuple[str, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Side:
    nodes: tuple[Node, ...]
    slots: Mapping[tuple[str, str], Slot]


def lay_out_ring(
    marks: Sequence[Mark],
    style: Style,
    width: float = 11.0,
    height: float | None = None,
    *,
    fill: bool = False,
    order: str | None = None,
    given: tuple[Sequence[str], Sequence[str]] = ((), ()),
    lit: frozenset[str] = frozenset(),
) -> Circle | None:
    """Order both sides, share the ring out by the bands, and place the labels; None: no room.

    ``lit`` are keys of names that keep their label whatever falls away.
    """
    return plan_ring(marks, style, order=order, given=given, lit=lit).lay_out(
        width, height, fill=fill
    )


def plan_ring(
    marks: Sequence[Mark],
    style: Style,
    *,
    order: str | None = None,
    given: tuple[Sequence[str], Sequence[str]] = ((), ()),
    lit: frozenset[str] = frozenset(),
) -> RingPlan:
    """Return the names of a ring in their order, before it is laid out."""
    pairs = [one.pair for one in marks]
    first, second = side_orders(pairs, [one.percent for one in marks], order, given)
    weight: dict[str, float] = defaultdict(float)
    for one in marks:
        worth = one.percent + (1.0 if one.pair.edge == "commonly" else 0.2)
        for key in (f"left {one.pair.primary}", f"right {one.pair.site}"):
            weight[key] += worth + (1e6 if key.partition(" ")[2] in lit else 0.0)
    return RingPlan(marks, style, {"left": first, "right": second}, weight)


def _pair(mark: Mark) -> tuple[str, str]:
    return mark.pair.primary, mark.pair.site


def _numbers(
    marks: Sequence[Mark], names: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the number of each name, where the other side has only one name."""
    if len(names["left"]) == 1:
        return {one.pair.site: one.lines for one in marks}
    if len(names["right"]) == 1:
        return {one.pair.primary: one.lines for one in marks}
    return {}


def _slot_width(mark: Mark, unit: float, line: float) -> float:
    """Return how much of the ring a pair takes: its interval's upper end, or a line."""
    return line if mark.number is None else max(unit * mark.most, line)
