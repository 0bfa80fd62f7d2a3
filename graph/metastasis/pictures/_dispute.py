"""The mark of pairs that have an edge although sources conflict on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.pictures._frame import SAMPLE, LegendEntry
from metastasis.pictures._reach import is_disputed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Spread
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._spreading import Point

__all__ = ["CORNER", "conflict_entry", "dispute_entry", "draw_square", "point_along"]

_HALF: Final = 0.05
"""Half a side of the square, in inches."""
CORNER: Final = 0.03
"""The same of a square in the corner of a cell."""


def draw_square(sheet: Sheet, x: float, y: float, gid: str, half: float = _HALF) -> Artist:
    """Draw the square that says that sources conflict, its middle at a point."""
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half)]
    corners.append((x - half, y + half))
    return sheet.shape(corners, sheet.style.conflict_fill, gid, zorder=5)


def dispute_entry(spreads: Iterable[Spread]) -> list[LegendEntry]:
    """Return the square and its words, if there is a pair with an edge that sources conflict on."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_square(sheet, x + SAMPLE / 2, y, gid)

    entry = LegendEntry("reported, and sources conflict", draw)
    return [entry] if any(map(is_disputed, spreads)) else []


def conflict_entry(spreads: Iterable[Spread]) -> list[LegendEntry]:
    """Return the square and its words where it marks pairs with and without an edge alike."""
    torn = [spread for spread in spreads if spread.status == "conflicting"]
    if all(map(is_disputed, torn)):
        return dispute_entry(torn)

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_square(sheet, x + SAMPLE / 2, y, gid)

    return [LegendEntry("sources conflict", draw)]


def point_along(points: tuple[Point, Point, Point, Point], share: float) -> Point:
    """Return the point of a Bézier curve of four points at a share of its way.

    >>> point_along(((0.0, 0.0), (1.0, 0.0), (1.0, 2.0), (2.0, 2.0)), 0.5)
    (1.0, 1.0)
    """
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    x, y = (
        sum(weight * point[axis] for weight, point in zip(weights, points, strict=True))
        for axis in (0, 1)
    )
    return x, y
