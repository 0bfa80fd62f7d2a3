"""Outlines of the body's tables as short as a page needs them, and points as text.

Apart because it is about letters that are saved: a page holds a body in a few kilobytes.
"""

from __future__ import annotations

from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._body.anatomy import parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.pictures._sheet.labels import Point

__all__ = ["GRID", "polygon", "polyline", "short_path", "written"]

GRID: Final = 2
"""Points of an outline stand on a grid of so many parts of a unit; a unit is about a pixel."""
_OFF: Final = 0.25
"""Units that an outline may be off its curve: a quarter of a pixel is not seen."""


def written(number: float) -> str:
    """Return a number as short as a drawing needs it.

    >>> written(12.0), written(-0.04), written(0.25)
    ('12', '0', '.2')
    """
    text = f"{number:.1f}".removesuffix(".0")
    if text == "-0":
        return "0"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def polyline(points: Iterable[Point]) -> str:
    """Return the path through some points.

    >>> polyline([(0, 0), (10, 5.04)])
    'M0 0L10 5'
    """
    return "M" + "L".join([f"{written(x)} {written(y)}" for x, y in points])


def polygon(points: Iterable[Point]) -> str:
    """Return the closed path through some points."""
    return f"{polyline(points)}Z"


@lru_cache(maxsize=500)
def short_path(text: str) -> str:
    """Return a path of the body's tables as straight lines, in units of the grid.

    >>> short_path("M0 0 L10 0 L10,10 Z")
    'M0 0l20 0 0 20z'
    """
    lines = [[(x, y) for x, y in one.tolist()] for one in _flat(text)]
    return "".join([_relative(_simplified(one)) for one in lines if len(one) > 1])


def _flat(text: str) -> Iterable[Any]:
    return parse_path(text).to_polygons(closed_only=False)


def _relative(points: Sequence[Point]) -> str:
    """Return a path on the grid, each point from the one before; closed where it ends at first."""
    placed = [(round(GRID * x), round(GRID * y)) for x, y in points]
    (x, y), closed = placed[0], placed[0] == placed[-1]
    steps = ""
    for at, (a, b) in enumerate(placed[1:], 2):
        if (a, b) != (x, y) and not (closed and at == len(placed)):
            steps += _signed(a - x, first=not steps) + _signed(b - y)
            x, y = a, b
    return f"M{placed[0][0]} {placed[0][1]}l{steps}{'z' if closed else ''}"


def _signed(number: int, *, first: bool = False) -> str:
    return str(number) if first or number < 0 else f" {number}"


def _simplified(points: Sequence[Point]) -> list[Point]:
    """Return the fewest of some points whose line is nowhere far off theirs.

    By Douglas and Peucker (1973), doi:10.3138/FM57-6770-U75U-7727.
    """
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        low, high = parts.pop()
        off, at = max(
            ((_off(points[at], points[low], points[high]), at) for at in range(low + 1, high)),
            default=(0.0, low),
        )
        if off > _OFF:
            kept.add(at)
            parts += [(low, at), (at, high)]
    return [points[at] for at in sorted(kept)]


def _off(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    long = hypot(dx, dy)
    x, y = point[0] - start[0], point[1] - start[1]
    return abs(dx * y - dy * x) / long if long else hypot(x, y)
