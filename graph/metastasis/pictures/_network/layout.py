"""Where the names of a network stand, primaries left and sites right, and its lines and marks.

Apart because it is geometry alone, and tested without drawing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from metastasis.pictures._said.words import capitalize
from metastasis.pictures._sheet.labels import spread_along
from metastasis.pictures._sheet.sheet import text_width, wrap
from metastasis.pictures._sheet.sides import side_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._sheet.order import Matrix
    from metastasis.pictures._sheet.style import Style

    Curve: TypeAlias = list[tuple[float, float]]

__all__ = [
    "DOT",
    "LEADING",
    "Bipartite",
    "Standing",
    "clear_marks",
    "crossing_order",
    "edge_curve",
    "lay_out_bipartite",
]

LEADING: Final = 1.24
"""From one line of a name to the next, in font sizes."""
DOT: Final = 0.1
"""From a label to the end of its lines."""
_SIZES: Final = ((1.0, 0.48), (1.0, 0.2), (0.9, 0.2), (0.81, 0.12), (0.73, 0.06))
"""Sizes of names, of that of labels, and what is between them in font sizes, tried in turn."""
_WRAPS: Final = (inf, 2.4, 2.0, 1.7, 1.45, 1.25, 1.1, 0.95, 0.8)
"""Inches that names may be wide, tried in turn."""
_WANTED: Final = 3.4
"""Inches between the sides where nothing narrows them; more where there are many lines."""
_LEAST: Final = 1.1
"""The same at least."""
_SHARE: Final = 0.36
"""Of the width between the sides at least, before names are wrapped."""
_LEAST_WIDTH: Final = 7.0
"""Inches from edge to edge at least where there is room: title and legend need them."""
_LONG: Final = 14.0
"""Inches of names, above which they are smaller although there would be room."""
_GROWN: Final = 1.8
"""How many times as far apart names stand at most where there is height to fill."""
_LEAST_HEIGHT: Final = 0.86
"""Inches at least: lines of a single pair would lie flat."""
_MARK_PLACES: Final = tuple(
    sorted((step / 100 for step in range(10, 95)), key=lambda share: (abs(share - 0.5), share))
)
"""Shares of the way along an edge, the best first."""
_CLEAR: Final = 0.15
"""How far from other edges a mark is wholly clear of them, in inches."""
_TOUCHING: Final = 0.15
"""Inches between the middles of two marks, below which they may touch."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A primary or a site: its name in lines, and the height of its middle."""

    key: str
    lines: tuple[str, ...]
    y: float


@dataclass(frozen=True, slots=True)
class Bipartite:
    """Where everything stands, in inches from the top left of the body."""

    primaries: tuple[Standing, ...]
    sites: tuple[Standing, ...]
    left: float
    """Where the lines start, from the left edge of the sheet."""
    right: float
    size: float
    """Of the letters of names, in points."""
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _End:
    """A name as it would be wrapped."""

    key: str
    lines: tuple[str, ...]
    height: float


def lay_out_bipartite(
    drawn: Sequence[Pair],
    style: Style,
    width: float = 11.0,
    height: float | None = None,
    *,
    fill: bool = False,
    tall: bool = False,
    orders: tuple[Sequence[str], Sequence[str]] | None = None,
    behind: Mapping[str, str] | None = None,
) -> Bipartite | None:
    """Put primaries left and sites right, names apart; None where there is no room.

    Names are wrapped to leave the lines room, and smaller where there are too many. ``behind`` is
    what stands behind a name, by key. ``tall`` is whether the height is to be used where names need
    less.
    """
    orders = orders or side_orders(drawn, [0.0] * len(drawn))
    labels = (
        {one.primary: capitalize(one.primary_label) for one in drawn},
        {one.site: capitalize(one.site_label) for one in drawn},
    )
    for key, said in (behind or {}).items():
        for of in labels:
            if key in of:
                of[key] = f"{of[key]} {said}"
    for share, gap in _SIZES:
        size = max(share * style.label_size, style.least_size)
        for cap in _WRAPS:
            sides = [
                [_end(key, of[key], size, gap, cap, style) for key in order]
                for order, of in zip(orders, labels, strict=True)
            ]
            long = max(sum(one.height for one in side) for side in sides)
            if height is not None and max(long, _LEAST_HEIGHT) > height:
                break
            if long > _LONG and share not in (_SIZES[-2][0], _SIZES[-1][0]):
                break
            wide = [
                1.03 * max(_width(line, size, style) for one in side for line in one.lines)
                for side in sides
            ]
            free = width - 2 * style.margin - 2 * DOT - sum(wide)
            if free < max(_LEAST, min(_SHARE * width, _WANTED) if cap > _WRAPS[-3] else _LEAST):
                continue
            wanted = max(
                _WANTED + 0.025 * max(0, len(sides[0]) - 20),
                _LEAST_WIDTH - 2 * style.margin - 2 * DOT - sum(wide),
            )
            middle = free if fill else min(free, wanted)
            left = style.margin + wide[0] + DOT
            long = max(long, _LEAST_HEIGHT)
            if tall and height is not None:
                long = min(height, _GROWN * long)
            primaries, sites = _heights(sides, drawn, long)
            return Bipartite(
                primaries,
                sites,
                left,
                left + middle,
                size,
                left + middle + DOT + wide[1] + style.margin,
                long,
            )
    return None


def _end(key: str, label: str, size: float, gap: float, cap: float, style: Style) -> _End:
    lines = _wrapped(label, size, cap / 1.03, style.font)
    return _End(key, lines, (LEADING * len(lines) + gap) * size / 72)


@lru_cache(maxsize=20_000)
def _wrapped(text: str, size: float, width: float, font: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(wrap(text, size, width, font))


def _width(line: str, size: float, style: Style) -> float:
    return text_width(line, size, style.font)


def _heights(
    sides: Sequence[Sequence[_End]], drawn: Sequence[Pair], tall: float
) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """Return both sides with their heights: the fuller evenly, the other beside what it joins."""
    sums = [sum(one.height for one in side) for side in sides]
    full = 0 if sums[0] > sums[1] else 1
    spare = (tall - sums[full]) / max(len(sides[full]), 1)
    ys: list[dict[str, float]] = [{}, {}]
    top = 0.0
    for one in sides[full]:
        ys[full][one.key] = top + (one.height + spare) / 2
        top += one.height + spare
    joined: dict[str, list[float]] = defaultdict(list)
    for pair in drawn:
        ends = (pair.primary, pair.site)
        joined[ends[1 - full]].append(ys[full][ends[full]])
    other = sides[1 - full]
    wanted = [sum(joined[one.key]) / len(joined[one.key]) for one in other]
    # Those in between are spread as evenly as they would be alone, as far as their lines let them.
    sizes = [one.height + 0.5 * (tall - sums[1 - full]) / len(other) for one in other]
    middles = spread_along(wanted, sizes, 0.0, tall)
    ys[1 - full] = {one.key: y for one, y in zip(other, middles, strict=True)}
    left, right = (
        tuple(Standing(one.key, one.lines, of[one.key]) for one in side)
        for side, of in zip(sides, ys, strict=True)
    )
    return left, right


def crossing_order(drawn: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return a pair of each primary and one of each site, in an order with few crossings."""
    primaries = {pair.primary: pair for pair in reversed(drawn)}
    sites = {pair.site: pair for pair in reversed(drawn)}
    left, right = side_orders(drawn, [0.0] * len(drawn))
    return [primaries[key] for key in left], [sites[key] for key in right]


def edge_curve(x1: float, y1: float, x2: float, y2: float) -> Curve:
    """Return the four points of a Bézier curve that leaves and arrives level."""
    bend = 0.45 * (x2 - x1)
    return [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]


# Where marks stand on lines


@dataclass(slots=True)
class _Placed:
    """The marks that stand already."""

    points: Matrix
    count: int = field(default=0)

    def add(self, x: float, y: float) -> None:
        self.points[self.count] = x, y
        self.count += 1

    def distances(self, points: Matrix) -> Matrix:
        """Return how far the nearest mark is of each point, 0 to 1; much less where they touch."""
        if not self.count:
            return np.ones(len(points))
        apart = points[:, None, :] - self.points[None, : self.count, :]
        near = np.sqrt(np.einsum("psd,psd->ps", apart, apart).min(axis=1))
        return np.asarray(np.minimum(near / 0.3, 1.0) - 2.0 * (near < _TOUCHING))


def clear_marks(curves: Sequence[Curve]) -> Callable[[int], tuple[float, float]]:
    """Return what gives the clearest place on each curve in turn, apart from those given before.

    >>> place = clear_marks([[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]])
    >>> place(0), place(0) == (1.5, 0.0)
    ((1.5, 0.0), False)
    """
    across = _points_on(curves)
    # A line has three marks at most: its organ is near, sources conflict, what it rests on.
    placed = _Placed(np.zeros((3 * len(curves) + 3, 2)))
    clear: dict[int, Matrix] = {}

    def place(number: int) -> tuple[float, float]:
        if number not in clear:
            clear[number] = _clearance(across, number)
        points = across[number, :, :2]
        scores = clear[number] + placed.distances(points)
        x, y = points[int(np.argmax(scores.round(2)))].tolist()
        placed.add(x, y)
        return x, y

    return place


def _clearance(across: Matrix, number: int) -> Matrix:
    """Return for each place on an edge how clear it is of other edges, 0 to 1.

    At the same share of their way all edges are equally far from the left, so that how far another
    edge is off follows from how much higher it passes and how steeply.
    """
    apart = np.abs(across[:, :, 1] - across[number, :, 1]) * across[:, :, 2]
    apart[number] = np.inf
    clear: Matrix = np.minimum(apart.min(axis=0) / _CLEAR, 1.0)
    return clear


def _points_on(curves: Sequence[Curve]) -> Matrix:
    """Return x, y and the cosine of the slope at each place of each curve."""
    share = np.array(_MARK_PLACES)
    rest = 1 - share
    weights = np.array([rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3])
    slopes = np.array([rest**2, 2 * rest * share, share**2])
    corners = np.array(curves)
    steps = np.einsum("cpd,ps->csd", np.diff(corners, axis=1), slopes)
    points = np.einsum("cpd,ps->csd", corners, weights)
    cosines = steps[:, :, 0] / np.hypot(steps[:, :, 0], steps[:, :, 1])
    return np.concatenate([points, cosines[:, :, None]], axis=2)
