"""Dots with intervals: the marks of values, told apart by shape as well as by color."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._sheet.surround import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["draw_dot", "draw_span", "mark_sample", "span_sample"]

_HALF: Final = 0.058
"""Inches from the middle of a mark to its edge."""
_SHAPES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "up": ((-1.05, 0.85), (0.0, -1.05), (1.05, 0.85)),
    "down": ((-1.05, -0.85), (0.0, 1.05), (1.05, -0.85)),
    "left": ((0.85, -1.05), (-1.05, 0.0), (0.85, 1.05)),
    "right": ((-0.85, -1.05), (1.05, 0.0), (-0.85, 1.05)),
    "diamond": ((-1.2, 0.0), (0.0, -1.2), (1.2, 0.0), (0.0, 1.2)),
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "bar": ((-0.22, -1.35), (0.22, -1.35), (0.22, 1.35), (-0.22, 1.35)),
}
"""The corners of each shape, in halves; a circle has none."""


def draw_dot(
    sheet: Sheet,
    x: float,
    y: float,
    shape: str,
    color: str,
    gid: str,
    *,
    hollow: bool = False,
    size: float = 1.0,
) -> Artist:
    """Draw a mark: ``circle``, ``up``, ``down``, ``left``, ``right``, ``diamond``, ``square``."""
    half = size * _HALF
    fill = sheet.style.paper if hollow else color
    more = {"edgecolor": color, "linewidth": 1.1 if hollow else 0.4, "zorder": 4}
    if shape == "circle":
        return sheet.fill(Path.circle((x, y), half), fill, gid, **more)
    corners = [(x + half * dx, y + half * dy) for dx, dy in _SHAPES[shape]]
    return sheet.shape(corners, fill, gid, **more)


def draw_span(
    sheet: Sheet, low: float, high: float, y: float, color: str, gid: str, width: float = 1.5
) -> Artist:
    """Draw an interval as a line."""
    return sheet.line([(low, y), (high, y)], LineStyle(width), color, gid, zorder=3)


def mark_sample(
    shape: str, color: str, *, hollow: bool = False
) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of a mark."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_dot(sheet, x + 0.08, y, shape, color, gid, hollow=hollow)

    return draw


def span_sample(color: str) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of an interval."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_span(sheet, x, x + 0.8 * SAMPLE, y, color, gid)

    return draw
