"""Where primaries, sites, bands and labels of a ring stand: primaries on the left, sites right.

Apart because it is geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import cos, radians, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis.pictures._labels import Unplaced, spread_beside
from metastasis.pictures._order import minimize_crossings
from metastasis.pictures._sheet import text_width
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.pictures._labels import Placed, Point
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._style import Style

__all__ = ["HALF", "Circle", "Node", "Slot", "lay_out_ring", "ring_point"]

HALF: Final = radians(80)
"""How far each side goes up and down from the horizontal."""
_LEAST_RADIUS = 1.9
"""Inches of the ring at least, so that bands of few pairs do not kink."""
_LARGE = 3.8
"""Inches of the ring up to which it is as tall as its labels: letters are to be read where a
picture with many of them is scaled to a page."""
_WIDEST = 1.0
"""Inches of the widest band at most."""
_STEEPEST = 0.05
"""Inches of band to a percent at most."""
_LINE = 0.045
"""Inches of the ring that a pair takes at least, and one without a number: as many as fit."""
_LEAST_LINE = 0.012
"""The same where there are more: lines then touch, and the ring is as large as its labels ask."""
_GAP = 0.05
"""Inches of the ring between two primaries or two sites at least."""
_LEADER = 0.3
"""Between the ring and the labels at least."""
_SLOPE = 0.08
"""The same for each inch that the labels are taller than the ring: leaders are not too steep."""
_FILLED = 0.72
"""Of each side by bands and their gaps at most."""


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
class Node:
    """A primary or a site on the ring, with its name and the lines below it."""

    key: str
    label: str
    side: str
    """``left`` or ``right``."""
    arc: Slot
    lines: tuple[str, ...]
    place: Placed


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
    width: float
    height: float


def ring_point(center: Point, radius: float, angle: float, side: str) -> Point:
    """Return the point at an angle below the horizontal, on one side of the ring.

    >>> ring_point((0.0, 0.0), 2.0, 0.0, "left")
    (-2.0, 0.0)
    """
    sign = -1 if side == "left" else 1
    return center[0] + sign * radius * cos(angle), center[1] + radius * sin(angle)


def lay_out_ring(marks: Sequence[Mark], style: Style) -> Circle:
    """Order both sides for few crossings, share the ring out by the bands, and place the labels."""
    names = _ordered(marks)
    texts = _texts(marks, names)
    heights = {
        side: [_label_height(len(lines), style) for _, lines in texts[side]] for side in texts
    }
    tallest = max(sum(high) for high in heights.values())
    radius = max(_LEAST_RADIUS, min(0.46 * tallest, max(_LARGE, 0.32 * tallest)))
    line = min(_LINE, max(HALF * _FILLED * radius / len(marks), _LEAST_LINE))
    radius = max(radius, _needed(marks, names, line))
    unit = _unit(marks, names, radius, line)
    widths = {_pair(one): _slot_width(one, unit, line) for one in marks}
    starts, left = _share_out(names["left"], names["right"], widths, radius, first=True)
    ends, right = _share_out(names["right"], names["left"], widths, radius, first=False)
    wide = {side: _column_width(texts[side], style) for side in texts}
    height = max(2 * radius + 0.1, tallest + 0.1)
    edges = {
        side: radius + _LEADER + _SLOPE * max(0.0, sum(high) - 2 * radius)
        for side, high in heights.items()
    }
    center = (style.margin + wide["left"] + edges["left"], height / 2)
    arcs = {"left": left, "right": right}
    placed = _place_labels(arcs, heights, wide, center, radius, edges, height)
    nodes = {
        side: tuple(
            Node(key, label, side, arcs[side][key], lines, place)
            for key, (label, lines), place in zip(
                names[side], texts[side], placed[side], strict=True
            )
        )
        for side in names
    }
    width = center[0] + edges["right"] + wide["right"] + style.margin
    return Circle(nodes["left"], nodes["right"], starts, ends, center, radius, unit, width, height)


def _pair(mark: Mark) -> tuple[str, str]:
    return mark.pair.primary, mark.pair.site


def _ordered(marks: Sequence[Mark]) -> dict[str, list[str]]:
    """Return primaries and sites, top to bottom, in an order with few crossings."""
    primaries = sorted({one.pair.primary: one.pair.primary_label for one in marks})
    sites = sorted({one.pair.site: one.pair.site_label for one in marks})
    matrix = np.zeros((len(primaries), len(sites)))
    for one in marks:
        matrix[primaries.index(one.pair.primary), sites.index(one.pair.site)] = 1
    rows, columns = minimize_crossings(matrix)
    return {"left": [primaries[row] for row in rows], "right": [sites[at] for at in columns]}


def _texts(
    marks: Sequence[Mark], names: Mapping[str, Sequence[str]]
) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return each name, with its number below where the other side has only one name."""
    labels = {
        "left": {one.pair.primary: one.pair.primary_label for one in marks},
        "right": {one.pair.site: one.pair.site_label for one in marks},
    }
    lines: dict[str, dict[str, tuple[str, ...]]] = {"left": {}, "right": {}}
    for one in marks:
        if len(names["left"]) == 1:
            lines["right"][one.pair.site] = one.lines
        elif len(names["right"]) == 1:
            lines["left"][one.pair.primary] = one.lines
    return {
        side: [(capitalize(labels[side][key]), lines[side].get(key, ())) for key in names[side]]
        for side in names
    }


def _label_height(lines: int, style: Style) -> float:
    return style.row * (1 + 0.75 * lines) + (0.06 if lines else 0)


def _column_width(texts: Sequence[tuple[str, tuple[str, ...]]], style: Style) -> float:
    wide = [1.04 * text_width(label, style.label_size, style.font) for label, _ in texts]
    wide += [
        1.04 * text_width(line, style.caption_size, style.font)
        for _, lines in texts
        for line in lines
    ]
    return max(wide) + 0.05


def _slot_width(mark: Mark, unit: float, line: float) -> float:
    """Return how much of the ring a pair takes: its interval's upper end, or a line."""
    return line if mark.number is None else max(unit * mark.most, line)


def _fixed(marks: Sequence[Mark], names: Sequence[str], line: float) -> float:
    """Return the inches of a side that do not depend on the scale."""
    return line * len(marks) + _GAP * len(names)


def _steepest(marks: Sequence[Mark]) -> float:
    """Return how many inches a percent may take without a band that is too wide."""
    return min(_WIDEST / max(max(one.most for one in marks), 1e-9), _STEEPEST)


def _needed(marks: Sequence[Mark], names: Mapping[str, Sequence[str]], line: float) -> float:
    """Return the radius at which bands of a sixth of the greatest width still fit."""
    percent = sum(one.most for one in marks) * _steepest(marks) / 6
    return max(_fixed(marks, side, line) + percent for side in names.values()) / (
        2 * HALF * _FILLED
    )


def _unit(
    marks: Sequence[Mark], names: Mapping[str, Sequence[str]], radius: float, line: float
) -> float:
    percent = max(sum(one.most for one in marks), 1e-9)
    room = 2 * HALF * _FILLED * radius - max(_fixed(marks, side, line) for side in names.values())
    return min(room / percent, _steepest(marks))


def _share_out(
    names: Sequence[str],
    others: Sequence[str],
    widths: Mapping[tuple[str, str], float],
    radius: float,
    *,
    first: bool,
) -> tuple[dict[tuple[str, str], Slot], dict[str, Slot]]:
    """Return the slot of each band on one side, and the arc of each name."""
    joined: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in widths:
        joined[pair[0 if first else 1]].append(pair)
    rank = {key: place for place, key in enumerate(others)}
    free = 2 * HALF - sum(widths.values()) / radius
    gap = free / len(names)
    slots: dict[tuple[str, str], Slot] = {}
    arcs: dict[str, Slot] = {}
    angle = -HALF + gap / 2
    for key in names:
        begin = angle
        for pair in sorted(joined[key], key=lambda one: rank[one[1 if first else 0]]):
            slots[pair] = Slot(angle, angle + widths[pair] / radius)
            angle = slots[pair].high
        arcs[key] = Slot(begin, angle)
        angle += gap
    return slots, arcs


def _place_labels(
    arcs: Mapping[str, Mapping[str, Slot]],
    heights: Mapping[str, Sequence[float]],
    wide: Mapping[str, float],
    center: Point,
    radius: float,
    edges: Mapping[str, float],
    height: float,
) -> dict[str, list[Placed]]:
    placed = {}
    for side, of_side in arcs.items():
        calls = [
            Unplaced(ring_point(center, radius + 0.03, arc.middle, side), wide[side], high, side)
            for arc, high in zip(of_side.values(), heights[side], strict=True)
        ]
        placed[side] = spread_beside(
            calls, center[0] - edges["left"], center[0] + edges["right"], 0.0, height
        )
    return placed
