"""Where primaries, sites, bands and labels of a ring stand: primaries on the left, sites right.

Apart because it is geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

from metastasis.pictures._ring.circle import (
    HALF,
    SIDES,
    Circle,
    Lettering,
    Node,
    RingSide,
    Slot,
    ring_point,
)
from metastasis.pictures._ring.spokes import LEAST_RADIUS, RingSpokes
from metastasis.pictures._sheet.labels import Unplaced, spread_beside
from metastasis.pictures._sheet.sheet import text_width, wrapped
from metastasis.pictures._sheet.sides import ORDERS, side_orders

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.style import Style

__all__ = ["HALF", "Circle", "Node", "RingPlan", "Slot", "plan_ring", "ring_point"]

_LARGE_ALONG: Final = 1.3
"""Inches of a ring with all names along it, from which it is preferred to small names beside."""
_TALLEST_ALONG: Final = 10.0
"""Inches of a ring with names along it where its height is free."""
_GOOD_RADIUS: Final = 1.5
"""Inches of the ring from which labels are not wrapped for its sake."""
_RADIUS: Final = (1.9, 3.3)
"""Inches that a ring with labels beside it wants, of few names and of many."""
_LEADER: Final = 0.3
"""Between the ring and labels beside it at least."""
_SLOPE: Final = 0.08
"""The same for each inch that the labels are taller than the ring: leaders are not too steep."""
_LEADING: Final = 1.24
"""From one line of a name beside the ring to the next, in font sizes."""
_TALLEST: Final = 8.8
"""Inches of labels beside a ring at most where its height is free: more go along the circle."""
_COLUMN: Final = 0.95
"""Of the width of the room that labels beside a ring are tall at most."""
_WRAPS: Final = (inf, 2.3, 1.9, 1.6, 1.4, 1.2, 1.05, 0.9)
"""Inches that labels beside a ring may be wide, tried in turn."""


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


class RingPlan(RingSpokes):
    """A ring that is laid out in one room or another, its names beside it or along it."""

    def lay_out(self, width: float, height: float | None, *, fill: bool) -> Circle | None:
        """Return the ring in a room, its names beside it or else along it; None: too small.

        Numbers below names go first, then letters are smaller, then the least names go without.
        """
        high = height or min(width, _TALLEST_ALONG)
        levels = ("all", "share", "none") if self.numbers else ("none",)
        for level in levels:
            if found := self._beside(width, height, *self.sizes[0], fill=fill, level=level):
                return found
        along = self.along(width, high)
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
        return max(found_, key=self.worth, default=None)

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
        # Columns far taller than the ring would leave it little, and their leaders steep.
        most = min(height or _TALLEST, _COLUMN * width)
        margin = self.style.margin
        best: tuple[float, dict[str, list[_Text]], dict[str, float], dict[str, float]] | None = None
        for cap in _WRAPS:
            texts = self._texts(cap, size, gap, level)
            if drop:
                texts = {side: self._kept(side, texts[side], most - 0.1) for side in SIDES}
            wide = {side: max((one.width for one in texts[side]), default=0.0) for side in SIDES}
            tall = {side: sum(one.height for one in texts[side]) for side in SIDES}
            tallest = max(tall.values())
            if tallest + 0.1 > most:
                break
            wants = max(_RADIUS[0], min(0.46 * tallest, _RADIUS[1]))
            radius = min(wants, (most - 0.1) / 2)
            edges = {side: _LEADER + _SLOPE * max(0.0, tall[side] - 2 * radius) for side in SIDES}
            free = (width - 2 * margin - sum(wide.values()) - sum(edges.values())) / 2
            radius = min(radius, free)
            if best is None or radius > best[0] + 0.05:
                best = radius, texts, wide, edges
            if radius >= min(_GOOD_RADIUS, wants):
                break
        if best is None or best[0] < LEAST_RADIUS:
            return None
        radius, texts, wide, edges = best
        tallest = max(sum(one.height for one in texts[side]) for side in SIDES)
        tall_ = max(2 * radius, tallest) + 0.1
        needs = 2 * (margin + radius) + sum(wide.values()) + sum(edges.values())
        aside = (width - needs) / 2 if fill else 0.0
        center = (aside + margin + wide["left"] + edges["left"] + radius, tall_ / 2)
        placed = {
            side: self._columns(side, texts[side], wide[side], center, radius, edges, tall_)
            for side in SIDES
        }
        return self.circle(
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
        for side in SIDES:
            texts[side] = []
            for key in self.names[side]:
                label = self.of[side][key]
                if level == "share":
                    label = " ".join([label, *self.shares.get(key, ())])
                lines = wrapped(label, size, cap / 1.04, style.font)
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
    ) -> RingSide:
        arcs, slots = self.share_out(side, radius)
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
        return RingSide(
            tuple(
                nodes.get(key) or Node(key, self.of[side][key], side, arcs[key])
                for key in self.names[side]
            ),
            slots,
        )

    def _stacked(self, text: _Text, side: str, far: float, level: float) -> Iterator[Lettering]:
        """Yield the lines of a name and those below it, in the middle of a height."""
        x, align = (far - 0.05, "right") if side == "left" else (far + 0.05, "left")
        pitch, below = _LEADING * text.size / 72, _LEADING * text.small / 72
        y = level - (pitch * len(text.lines) + below * len(text.below) - pitch) / 2
        for line in text.lines:
            yield Lettering(line, x, y, text.size, align)
            y += pitch
        y += (below - pitch) / 2
        for line in text.below:
            yield Lettering(line, x, y, text.small, align, is_number=True)
            y += below


def plan_ring(
    marks: Sequence[Mark],
    style: Style,
    *,
    order: str = ORDERS[0],
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
