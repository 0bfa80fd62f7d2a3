"""How a share with its interval is drawn on an axis: one look for each kind of interval.

Counted, the mark is filled and the interval a plain line. From the rounding of a printed
percentage, the mark is open and the line ends in bars. Without an interval the mark is open and its
outline dashed.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path

from metastasis.pictures._said.mark import NO_INTERVAL
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["SHAPES", "draw_interval", "draw_share", "interval_entries"]

_BAR: Final = 0.035
"""Half the height of the bar at the end of an interval from rounding, in inches."""
_HEAD: Final = 0.05
"""Of the arrow where an interval goes on beyond the axis."""
_KINDS: Final = {
    "counted": "share n/N with its 95 % interval",
    "rounded": "printed share, interval from rounding",
    None: "share without an interval",
}


def _turned(corners: int, start: float, x: float, y: float, radius: float) -> list[Point]:
    turns = [start + 2 * pi * step / corners for step in range(corners)]
    return [(x + radius * cos(turn), y - radius * sin(turn)) for turn in turns]


def _cross(x: float, y: float, radius: float) -> list[Point]:
    wide, thin = radius, 0.36 * radius
    quarter = [(-thin, -wide), (thin, -wide), (thin, -thin)]
    found = []
    for _ in range(4):
        found += quarter
        quarter = [(-b, a) for a, b in quarter]
    return [(x + a, y + b) for a, b in found]


SHAPES: Final[dict[str, Callable[[float, float, float], list[Point]]]] = {
    "circle": lambda x, y, radius: _turned(24, 0.0, x, y, 0.95 * radius),
    "square": lambda x, y, radius: _turned(4, pi / 4, x, y, 1.2 * radius),
    "diamond": lambda x, y, radius: _turned(4, 0.0, x, y, 1.3 * radius),
    "triangle": lambda x, y, radius: _turned(3, pi / 2, x, y + 0.2 * radius, 1.35 * radius),
    "down": lambda x, y, radius: _turned(3, -pi / 2, x, y - 0.2 * radius, 1.35 * radius),
    "cross": lambda x, y, radius: _cross(x, y, 1.15 * radius),
    "pentagon": lambda x, y, radius: _turned(5, pi / 2, x, y, 1.15 * radius),
}
"""Corners of each shape about a point; all look equally large at one radius."""


def draw_share(
    sheet: Sheet,
    x: float,
    y: float,
    gid: str,
    *,
    basis: str | None,
    color: str,
    shape: str = "square",
    radius: float = 0.05,
) -> Artist:
    """Draw the mark of a share, in the look of what its interval follows from."""
    style = sheet.style
    look: dict[str, Any] = {"edgecolor": color, "linewidth": 1.1, "zorder": 4}
    if basis is None:
        look |= NO_INTERVAL | {"linestyle": (0, (1.8, 1.1))}
    fill = color if basis == "counted" else style.paper
    return sheet.shape(SHAPES[shape](x, y, radius), fill, gid, **look)


def draw_interval(
    sheet: Sheet,
    axis: ShareAxis,
    left: float,
    width: float,
    ends: tuple[float, float],
    y: float,
    gid: str,
    *,
    basis: str | None,
    color: str,
    thick: float = 1.4,
) -> Artist:
    """Draw an interval; an end beyond the axis is an arrow."""
    xs = [left + width * axis.at(end) for end in ends]
    paths = [Path([(xs[0], y), (xs[1], y)])]
    for x, end, way in zip(xs, ends, (1, -1), strict=True):
        if axis.is_beyond(end):
            tip = [(x + way * _HEAD, y - _BAR), (x, y), (x + way * _HEAD, y + _BAR)]
            paths.append(Path(tip))
        elif basis == "rounded":
            paths.append(Path([(x, y - _BAR), (x, y + _BAR)]))
    path = Path.make_compound_path(*paths)
    look: dict[str, Any] = {
        "edgecolor": color,
        "linewidth": thick,
        "zorder": 3,
        "joinstyle": "miter",
    }
    return sheet.fill(path, "none", gid, capstyle="butt", **look)


def interval_entries(
    bases: Iterable[str | None],
    shape: str = "square",
    none: str = "diamond",
    *,
    plain: bool = False,
) -> list[LegendEntry]:
    """Return the looks of shares that are in a picture, with their words.

    ``none`` is the shape of those without an interval; ``plain`` ones are in ink, because colors
    mean something else.
    """
    present = set(bases)
    return [
        LegendEntry(words, _sample(basis, shape if basis else none, plain=plain))
        for basis, words in _KINDS.items()
        if basis in present
    ]


def _sample(
    basis: str | None, shape: str, *, plain: bool
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.faint_ink if plain else sheet.style.edge_shades[0]
        if basis is not None:
            ends = [Path([(x, y), (x + SAMPLE, y)])]
            if basis == "rounded":
                ends += [
                    Path([(one, y - _BAR), (one, y + _BAR)])
                    for one in (x + 0.01, x + SAMPLE - 0.01)
                ]
            path = Path.make_compound_path(*ends)
            sheet.fill(path, "none", f"{gid}-interval", edgecolor=color, linewidth=1.4, zorder=3)
        middle = x + SAMPLE / 2
        return draw_share(sheet, middle, y, gid, basis=basis, color=color, shape=shape)

    return draw
