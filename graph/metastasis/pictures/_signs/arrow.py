"""Arrows along curves, and the dashes of routes: what body maps and rings of steps draw with."""

from __future__ import annotations

from math import atan2, cos, hypot, sin
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis.pictures._sheet.style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.order import Matrix
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = [
    "ROUTES",
    "arrow_shape",
    "draw_shaft",
]

ROUTES: Final[Mapping[str, tuple[float, ...]]] = {
    "hematogenous": (4.0, 0.8),
    "lymphatic": (1.6, 0.8),
    "transcoelomic": (0.7, 0.6),
    "direct_extension": (4.0, 0.7, 0.8, 0.7),
    "csf": (2.4, 0.7, 0.7, 0.7, 0.7, 0.7),
    "perineural": (2.4, 2.0),
}
"""The dashes of each route, in line widths; solid where no source names the route."""

_HEAD: Final = 2.6
"""Length of an arrow's head in widths of its line, for lines of middle width."""
_EDGE: Final = 1.2
"""Points of light edge that keep an arrow apart from what it crosses."""
_SHARES: Final = np.linspace(0, 1, 101)[:, None]
"""Parts of the way along a curve where it is looked how far its end is."""
_WEIGHTS: Final = np.concatenate(
    [
        (1 - _SHARES) ** 3,
        3 * (1 - _SHARES) ** 2 * _SHARES,
        3 * (1 - _SHARES) * _SHARES**2,
        _SHARES**3,
    ],
    axis=1,
)
"""How much each point of a Bézier curve counts there."""


def arrow_shape(
    points: Sequence[Point], width: float, short: float, *, scale: float = 1.0
) -> tuple[list[Point], list[Point]]:
    """Return the curve of an arrow's shaft and the corners of its head, in inches.

    ``width`` is that of the shaft in points, and the tip keeps ``short`` inches from the end.

    >>> shaft, head = arrow_shape([(0, 0), (1, 0), (2, 0), (3, 0)], 2.0, 0.0)
    >>> head[0], shaft[-1][0] < 3
    ((3.0, 0.0), True)
    """
    length = (0.05 + width * _HEAD / 72 / (1 + width / 6)) * scale
    curve = _shortened(np.array(points, dtype=float), short)
    shaft = _shortened(curve, 0.8 * length)
    line = [(float(x), float(y)) for x, y in shaft]
    return line, _head(curve[-1], shaft[-1], length, 0.5 * length + width / 144)


def draw_shaft(
    sheet: Sheet,
    points: Sequence[Point],
    how: LineStyle,
    color: str,
    short: float,
    gid: str,
    *,
    scale: float = 1.0,
    hollow: bool = False,
) -> tuple[Artist, Artist]:
    """Draw an arrow of a line style and a color; return its shaft and its head."""
    style, width = sheet.style, how.width
    line, corners = arrow_shape(points, width, short, scale=scale)
    sheet.line(line, LineStyle(width + _EDGE), style.paper, f"{gid}-edge", zorder=3)
    drawn = sheet.line(line, how, color, gid, zorder=3.1)
    fill, edge = (style.paper, color) if hollow else (color, style.paper)
    head = sheet.shape(corners, fill, f"{gid}-head", zorder=3.2, edgecolor=edge, linewidth=0.6)
    return drawn, head


def _shortened(curve: Matrix, length: float) -> Matrix:
    """Return a Bézier curve cut where it is so far from its end."""
    if length <= 0:
        return curve
    points = _WEIGHTS @ curve
    outside = np.flatnonzero(np.hypot(*(points - curve[-1]).T) > length)
    return _first_part(curve, float(_SHARES[outside[-1], 0]) if len(outside) else 0.5)


def _first_part(curve: Matrix, share: float) -> Matrix:
    """Return the first part of a Bézier curve (de Casteljau's construction)."""
    kept = [curve[0]]
    rest = curve
    while len(rest) > 1:
        rest = rest[:-1] + share * (rest[1:] - rest[:-1])
        kept.append(rest[0])
    return np.array(kept)


def _head(tip: Matrix, base: Matrix, length: float, half: float) -> list[Point]:
    """Return the corners of an arrow's head that points from its base to its tip."""
    x, y = float(tip[0]), float(tip[1])
    angle = atan2(y - float(base[1]), x - float(base[0]))
    far, opening = hypot(length, half), atan2(half, length)
    return [
        (x, y),
        (x - far * cos(angle - opening), y - far * sin(angle - opening)),
        (x - far * cos(angle + opening), y - far * sin(angle + opening)),
    ]
