"""The ring itself: its names in their order, its bands, and how it is told where labels stand.

Apart from where names stand because bands are the same whether these are beside or along it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import cos, log1p, radians, sin
from typing import TYPE_CHECKING, Final

from metastasis.pictures._said.words import capitalize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "HALF",
    "SIDES",
    "Circle",
    "Lettering",
    "Node",
    "RingNames",
    "RingSide",
    "Slot",
    "ring_point",
]

HALF: Final = radians(80)
"""How far each side goes up and down from the horizontal."""
_WIDEST: Final = 1.0
"""Inches of the widest band at most."""
_STEEPEST: Final = 0.05
"""Inches of band to a percent at most."""
_LINE: Final = 0.045
"""Inches of the ring that a pair without a number takes, if there is room."""
_GAP: Final = 0.05
"""Inches of the ring between two primaries or two sites, if there is room."""
_FILLED: Final = 0.72
"""Of each side by bands and their gaps at most."""
_ROOMY: Final = 0.48
"""Between two names beside the ring, in font sizes."""
_SMALL: Final = ((8.1, 0.22), (7.3, 0.12), (6.6, 0.06))
"""Points of names where there are more, and what is between them in font sizes."""
SIDES: Final = ("left", "right")


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
class Lettering:
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
    lines: tuple[Lettering, ...] = ()
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


@dataclass(frozen=True, slots=True)
class RingSide:
    nodes: tuple[Node, ...]
    slots: Mapping[tuple[str, str], Slot]


class RingNames:
    """The names of a ring in their order, and its bands for any radius."""

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

    def worth(self, ring: Circle) -> float:
        """Return how much a ring shows: its size, and the names that matter."""
        nodes = (*ring.primaries, *ring.sites)
        named = sum(log1p(self.weight[f"{one.side} {one.key}"]) for one in nodes if one.lines)
        return float(named * ring.radius**0.6)

    # Bands

    def circle(
        self,
        sides: Mapping[str, RingSide],
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

    def share_out(
        self, side: str, radius: float
    ) -> tuple[dict[str, Slot], dict[tuple[str, str], Slot]]:
        """Return the arc of each name on one side, and the slot of each of its bands."""
        line, unit, _ = self._widths(radius)
        at = SIDES.index(side)
        rank = {key: place for place, key in enumerate(self.names[SIDES[1 - at]])}
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
