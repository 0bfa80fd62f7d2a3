"""Where primaries, sites, bands and labels of a ring stand: primaries on the left, sites right.

Apart because it is geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, degrees, floor, inf, log1p, radians, sin
from typing import TYPE_CHECKING, Final

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
_LEAST_RADIUS: Final = 0.72
"""Inches of the ring at least: in a smaller one bands kink."""
_LARGE_ALONG: Final = 1.3
"""Inches of a ring with all names along it, from which it is preferred to small names beside."""
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
_SPOKES: Final = (0.2, 0.5)
"""From the ring to labels along it: where each stands by its arc, and at most."""
_SLANT: Final = 0.45
"""The same for each inch that a label stands aside of its arc."""
_LEADING: Final = 1.24
"""From one line of a name beside the ring to the next, in font sizes."""
_ROOMY: Final = 0.48
"""Between two names beside the ring, in font sizes."""
_TALLEST: Final = 8.8
"""Inches of labels beside a ring at most where its height is free: more go along the circle."""
_WRAPS: Final = (inf, 2.3, 1.9, 1.6, 1.4, 1.2, 1.05, 0.9)
"""Inches that labels beside a ring may be wide, tried in turn."""
_TALLEST_ALONG: Final = 10.0
"""Inches of a ring with names along it where its height is free."""
_SMALL: Final = ((8.1, 0.22), (7.3, 0.12))
"""Points of names where there are more, and what is between them in font sizes."""
_PITCH: Final = 1.12
"""From one line of a name along the ring to the next, in font sizes."""
_BETWEEN: Final = 0.14
"""Between two names along the ring, in lines."""
_MOST: Final = radians(88)
"""How far names go along each side of the ring, from the horizontal."""
_FEW: Final = 3
"""Names that do not fit, up to which they are left out one by one."""
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
    length: float = 0.0
    """Inches, of one that is turned."""

    @property
    def end(self) -> float:
        """The height of its other end."""
        away = -1 if self.align == "left" else 1
        return self.y + away * self.length * sin(radians(self.rotation))


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
    """Whether numbers below names are left out for room, or cut to the share."""
    writes_numbers: bool = False
    """Whether shares stand with names."""

    def trimmed(self) -> Circle:
        """Return it without what stays blank above and below the ring and its names."""
        ys = [self.center[1] - self.radius, self.center[1] + self.radius]
        for node in (*self.primaries, *self.sites):
            for one in node.lines:
                half = 0.6 * one.size / 72
                ys += [one.y - half, one.y + half, one.end - half, one.end + half]
        top = max(min(ys) - 0.05, 0.0)

        def lifted(node: Node) -> Node:
            return replace(
                node,
                lines=tuple(replace(one, y=one.y - top) for one in node.lines),
                leader=tuple((x, y - top) for x, y in node.leader),
            )

        return replace(
            self,
            primaries=tuple(map(lifted, self.primaries)),
            sites=tuple(map(lifted, self.sites)),
            center=(self.center[0], self.center[1] - top),
            height=min(self.height, max(ys) + 0.05) - top,
        )

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
        self.shares = _shares(marks, names)
        self.sizes = [(style.label_size, _ROOMY)] + [
            (max(min(style.label_size, size), style.least_size), gap) for size, gap in _SMALL
        ]

    def lay_out(self, width: float, height: float | None, *, fill: bool) -> Circle | None:
        """Return the ring in a room, its names beside it or else along it; None: too small.

        Numbers below names go first, then letters are smaller, then the least names go without.
        """
        high = height or min(width, _TALLEST_ALONG)
        levels = ("all", "share", "none") if self.numbers else ("none",)
        for level in levels:
            if found := self._beside(width, height, *self.sizes[0], fill=fill, level=level):
                return found
        along = self._along(width, high)
        if along and not along.nameless and along.radius >= _LARGE_ALONG:
            return along
        for size, gap in self.sizes[1:]:
            for level in levels[1:] or levels:
                if found := self._beside(width, height, size, gap, fill=fill, level=level):
                    return found
        if along and not along.nameless:
            return along
        some = self._beside(width, height, *self.sizes[-1], fill=fill, level="none", drop=True)
        found_ = [one for one in (along, some) if one]
        return max(found_, key=self._worth, default=None)

    def _worth(self, ring: Circle) -> float:
        """Return how much a ring shows: its size, and the names that matter."""
        nodes = (*ring.primaries, *ring.sites)
        named = sum(log1p(self.weight[f"{one.side} {one.key}"]) for one in nodes if one.lines)
        return named * ring.radius**0.6

    # Labels beside the ring, in two columns

    def _beside(
        self,
        width: float,
        height: float | None,
        size: float,
        gap: float,
        *,
        fill: bool,
        level: str,
        drop: bool = False,
    ) -> Circle | None:
        """Return the ring with names of a size; ``level``: which numbers stand with them.

        With ``drop`` the names that matter least go without where there are too many.
        """
        most = height or _TALLEST
        margin = self.style.margin
        best: tuple[float, dict[str, list[_Text]], dict[str, float], dict[str, float]] | None = None
        for cap in _WRAPS:
            texts = self._texts(cap, size, gap, level)
            if drop:
                texts = {side: self._kept(side, texts[side], most - 0.1) for side in _SIDES}
            wide = {side: max((one.width for one in texts[side]), default=0.0) for side in _SIDES}
            tall = {side: sum(one.height for one in texts[side]) for side in _SIDES}
            tallest = max(tall.values())
            if tallest + 0.1 > most:
                break
            wants = max(_RADIUS[0], min(0.46 * tallest, _RADIUS[1]))
            radius = min(wants, (most - 0.1) / 2)
            edges = {side: _LEADER + _SLOPE * max(0.0, tall[side] - 2 * radius) for side in _SIDES}
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
            level=level,
        )

    def _kept(self, side: str, texts: Sequence[_Text], most: float) -> list[_Text]:
        """Return the names that matter most and have room one below the other."""
        used = 0.0
        kept = set()
        for one in sorted(texts, key=lambda one: -self.weight[f"{side} {one.key}"]):
            if used + one.height <= most:
                used += one.height
                kept.add(one.key)
        return [one for one in texts if one.key in kept]

    def _texts(self, cap: float, size: float, gap: float, level: str) -> dict[str, list[_Text]]:
        """Return what stands beside each arc, wrapped to a width."""
        style = self.style
        small = max(min(style.caption_size, size), style.least_size)
        pitch, below_pitch = _LEADING * size / 72, _LEADING * small / 72
        texts: dict[str, list[_Text]] = {}
        for side in _SIDES:
            texts[side] = []
            for key in self.names[side]:
                label = self.of[side][key]
                if level == "share":
                    label = " ".join([label, *self.shares.get(key, ())])
                lines = _wrapped(label, size, cap / 1.04, style.font)
                below = self.numbers.get(key, ()) if level == "all" else ()
                wide = [1.04 * text_width(line, size, style.font) for line in lines]
                wide += [1.04 * text_width(line, small, style.font) for line in below]
                high = gap * size / 72 + pitch * len(lines) + below_pitch * len(below)
                high += 0.06 if below else 0.0
                texts[side].append(
                    _Text(key, lines, tuple(below), max(wide) + 0.05, high, size, small)
                )
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
        nodes = {}
        for text, place in zip(texts, spread_beside(calls, left, right, 0.0, height), strict=True):
            start, (far, level) = place.leader
            inwards = far + (0.12 if side == "left" else -0.12)
            nodes[text.key] = Node(
                text.key,
                self.of[side][text.key],
                side,
                arcs[text.key],
                tuple(self._stacked(text, side, far, level)),
                (start, (inwards, level), (far, level)),
            )
        return _Side(
            tuple(
                nodes.get(key) or Node(key, self.of[side][key], side, arcs[key])
                for key in self.names[side]
            ),
            slots,
        )

    def _stacked(self, text: _Text, side: str, far: float, level: float) -> Iterator[Written]:
        """Yield the lines of a name and those below it, in the middle of a height."""
        x, align = (far - 0.05, "right") if side == "left" else (far + 0.05, "left")
        pitch, below = _LEADING * text.size / 72, _LEADING * text.small / 72
        y = level - (pitch * len(text.lines) + below * len(text.below) - pitch) / 2
        for line in text.lines:
            yield Written(line, x, y, text.size, align)
            y += pitch
        y += (below - pitch) / 2
        for line in text.below:
            yield Written(line, x, y, text.small, align, is_number=True)
            y += below

    # Labels along the ring, as spokes

    def _along(self, width: float, height: float) -> Circle | None:
        """Return the ring with all names, as large as can be; else the one that shows most."""
        best: Circle | None = None
        for size, _ in self.sizes:
            last = size == self.sizes[-1][0]
            for radius in self._radii(width, height):
                if not last and not self._could_name_all(radius, size):
                    break  # in a smaller one there is less room
                found = self._spokes(width, height, radius, size)
                if not found.nameless:
                    return found
                if best is None or self._worth(found) > self._worth(best):
                    best = found
        return best

    def _could_name_all(self, radius: float, size: float) -> bool:
        """Return whether names of a line each have room along a ring."""
        turn = _PITCH * size / 72 / (radius + _SPOKES[1])
        most = max(map(len, self.names.values()))
        return most * turn * (1 + _BETWEEN) <= 2 * _MOST

    def _radii(self, width: float, height: float) -> list[float]:
        """Return radii to try, the largest first."""
        room = min(width, height) / 2
        return [
            radius
            for step in range(9)
            if (radius := min(room * (0.8 - 0.055 * step), _RADIUS[1])) >= _LEAST_RADIUS
        ]

    def _spokes(self, width: float, height: float, radius: float, size: float) -> Circle:
        """Return a ring with names of one size along it; those without room go without."""
        longest = {
            side: max(text_width(one, size, self.style.font) for one in self.of[side].values())
            for side in _SIDES
        }
        spare = width / 2 - radius - _SPOKES[0] - self.style.margin
        lean = (min(longest["left"], 2 * spare) - min(longest["right"], 2 * spare)) / 2
        lean = min(max(lean, -0.45 * spare), 0.45 * spare)
        center = (width / 2 + lean, height / 2)
        sides = {
            side: self._spoke_side(side, center, radius, width, height, size) for side in _SIDES
        }
        return self._circle(sides, center, radius, width, height, level="none").trimmed()

    def _spoke_side(
        self,
        side: str,
        center: Point,
        radius: float,
        width: float,
        height: float,
        size: float,
    ) -> _Side:
        """Return one side with its names as spokes; the least of them go where there is no room."""
        style = self.style
        arcs, slots = self._share_out(side, radius)
        pitch = _PITCH * size / 72
        across = center[0] - style.margin if side == "left" else width - style.margin - center[0]
        down = height / 2
        spoke = _SPOKES[0]

        def reach(angle: float) -> float:
            """Return how far a line may go from the ring at an angle."""
            half = pitch * 0.9
            flat = (across - half * abs(sin(angle))) / max(cos(angle), 1e-6)
            steep = (down - half * cos(angle)) / max(abs(sin(angle)), 1e-6)
            return (min(flat, steep) - radius - spoke) / 1.04

        keys = list(self.names[side])
        lines: dict[str, tuple[str, ...]] = {key: (self.of[side][key],) for key in keys}
        angles: dict[str, float] = {}
        for _ in range(10):
            turn = pitch / (radius + spoke)
            keys = self._with_room(side, keys, lines, turn)
            needs = [turn * (len(lines[key]) + _BETWEEN) for key in keys]
            middles = spread_along([arcs[key].middle for key in keys], needs, -_MOST, _MOST)
            angles = dict(zip(keys, middles, strict=True))
            shift = max((abs(angles[key] - arcs[key].middle) for key in keys), default=0.0)
            longer = min(_SPOKES[0] + _SLANT * max(shift * radius - 0.1, 0.0), _SPOKES[1])
            if longer > spoke + 0.02:  # else leaders would lie flat on the ring
                spoke = longer
                continue
            fresh = {
                key: _wrapped(
                    self.of[side][key], size, max(_floor(reach(angles[key])), 0.2), style.font
                )
                for key in keys
            }
            # Once wrapped it stays so: else two neighbors could change places forever.
            grown = [key for key in keys if len(fresh[key]) > len(lines[key])]
            misfits = {
                key
                for key in keys
                if len(fresh[key]) > _LINES
                or max(text_width(line, size, style.font) for line in fresh[key])
                > reach(angles[key])
            }
            if not misfits and not grown:
                lines = {key: fresh[key] for key in keys}
                break
            for key in grown:
                lines[key] = fresh[key]
            if misfits:
                out = sorted(misfits, key=lambda key: self.weight[f"{side} {key}"])
                out = out[: max(len(out) - _FEW, 1)]
                keys = [key for key in keys if key not in out]
        else:
            keys = []
        nodes = [
            self._spoke(
                side,
                key,
                arcs[key],
                angles[key] if key in keys else None,
                lines.get(key, ()),
                center,
                (radius, radius + spoke),
                size,
            )
            for key in self.names[side]
        ]
        return _Side(tuple(nodes), slots)

    def _with_room(
        self, side: str, keys: Sequence[str], lines: Mapping[str, Sequence[str]], turn: float
    ) -> list[str]:
        """Return the names that have room side by side, without those that matter least."""
        used = sum(turn * (len(lines[key]) + _BETWEEN) for key in keys)
        out = set()
        for key in sorted(keys, key=lambda key: self.weight[f"{side} {key}"]):
            if used <= 2 * _MOST:
                break
            used -= turn * (len(lines[key]) + _BETWEEN)
            out.add(key)
        return [key for key in keys if key not in out]

    def _spoke(
        self,
        side: str,
        key: str,
        arc: Slot,
        angle: float | None,
        lines: Sequence[str],
        center: Point,
        reach: tuple[float, float],
        size: float,
    ) -> Node:
        label = self.of[side][key]
        if angle is None:
            return Node(key, label, side, arc)
        radius, start = reach
        pitch = _PITCH * size / 72
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
                length=1.04 * text_width(line, size, self.style.font),
            )
            for at, line in enumerate(lines)
        )
        leader = (
            ring_point(center, radius + 0.02, arc.middle, side),
            ring_point(center, radius + 0.05, arc.middle, side),
            ring_point(center, start - 0.07, angle, side),
            ring_point(center, start - 0.03, angle, side),
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
        level: str,
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
            level != "all" and any(self.numbers.values()),
            level != "none" and bool(self.shares),
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
    size: float
    small: float


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


@lru_cache(maxsize=20_000)
def _wrapped(text: str, size: float, width: float, font: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(wrap(text, size, width, font))


def _floor(width: float) -> float:
    """Return a width a little less, so that many names are wrapped to the same."""
    return floor(width / 0.04) * 0.04


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


def _shares(
    marks: Sequence[Mark], names: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Return the share of each name in few letters, where the other side has only one name."""
    at = "site" if len(names["left"]) == 1 else "primary"
    return {getattr(one.pair, at): (one.share_label,) for one in marks if one.number}


def _slot_width(mark: Mark, unit: float, line: float) -> float:
    """Return how much of the ring a pair takes: its interval's upper end, or a line."""
    return line if mark.number is None else max(unit * mark.most, line)
