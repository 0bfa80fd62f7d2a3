"""How the cells of a heat map look, and the samples of its legend."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._said.mark import NO_INTERVAL, has_no_interval
from metastasis.pictures._sheet.sheet import text_width
from metastasis.pictures._sheet.style import LineStyle, contrast, ink_on
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from matplotlib.artist import Artist
    from matplotlib.patches import Rectangle

    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "DOT",
    "INSET",
    "bar_entry",
    "bar_look",
    "cross",
    "draw_box",
    "draw_sample",
    "draw_strike",
    "ink_of",
    "look_of",
    "plain_look",
    "proximity_entry",
    "wedge",
]

INSET: Final = 0.012
"""From the grid to the fill of a cell."""
DOT: Final = 0.014
"""Radius of the dot in a cell that is not studied."""
_CROSS: Final = 0.022
"""Half a side of the cross in a cell that no patient can be in."""
_WEDGE: Final = 0.06
"""Side of the mark in the corner of a cell whose site is the organ of origin, or next to it."""
_SEEN: Final = 3.0
"""Contrast of a fill from the paper, below which it has an outline."""
_FADED: Final = 0.22
"""How much is left of the color of a cell that is not brought out."""
_EDGE: Final = 0.4
PROXIMITY: Final = {"own_organ": "own organ", "neighbor": "next to own organ"}
"""Where a site lies, in the words of the legend."""
_NARROW: Final = 0.24
"""Width of a sample beside another."""
_TALL: Final = 0.15
"""Height of a sample."""


def plain_look(state: str, step: int | None, style: Style) -> dict[str, Any]:
    """Return how a cell in a state is filled: color, and pattern where color alone would not do."""
    shades = dict(zip(("commonly", "possibly", "rarely"), style.edge_shades, strict=True))
    if state == "percent" and step is not None:
        return _outlined(style.percent_shades[step], style)
    if state == "ratio" and step is not None:
        return _outlined(style.ratio_shades[step], style)
    if state == "conflicting":
        return {"color": style.conflict_fill, "hatch": "/////", "edgecolor": style.conflict_line}
    if state == "absent":
        return {"color": style.absent_fill, "edgecolor": style.ink}
    if state in ("none_seen", "unsure"):
        return {"color": style.absent_fill, "edgecolor": style.outline, "linewidth": _EDGE}
    if state == "other":
        return _outlined(style.other_fill, style)
    if state == "all":
        return _outlined(style.faint_ink, style)
    return _outlined(shades.get(state, style.unstudied_fill), style)


def bar_look(state: str, step: int | None, style: Style) -> dict[str, Any]:
    """Return how a part of a bar is filled: all parts have the same outline."""
    color = plain_look(state, step, style)["color"]
    return {"color": color, "edgecolor": style.outline, "linewidth": _EDGE}


def look_of(cell: Cell, style: Style) -> dict[str, Any]:
    """Return how a cell is filled: dashed where its number has no interval, pale where faded."""
    look = plain_look(cell.state, cell.step, style)
    if has_no_interval(cell.mark) and cell.state == "percent":
        look |= {**NO_INTERVAL, "edgecolor": style.ink}
    if not cell.is_lit:
        look["color"] = _mixed(look["color"], style.paper, _FADED)
        look["edgecolor"], look["linewidth"] = style.grid, _EDGE
        if "hatch" in look:
            look["hatch"] = None
    return look


def ink_of(cell: Cell, style: Style) -> str:
    """Return the color of the letters on a cell."""
    fill = look_of(cell, style)["color"]
    if cell.state == "unsure" or not cell.is_lit:
        return style.faint_ink if contrast(style.faint_ink, fill) >= 4.5 else ink_on(fill, style)
    return ink_on(fill, style)


def _outlined(fill: str, style: Style) -> dict[str, Any]:
    """Return a fill, with an outline where it alone would hardly be seen."""
    if contrast(fill, style.paper) >= _SEEN:
        return {"color": fill}
    return {"color": fill, "edgecolor": style.outline, "linewidth": _EDGE}


@lru_cache(maxsize=500)
def _mixed(color: str, paper: str, share: float) -> str:
    ends = [[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in (color, paper)]
    mixed = (round(share * a + (1 - share) * b) for a, b in zip(*ends, strict=True))
    return "#" + "".join(f"{one:02X}" for one in mixed)


def draw_box(
    sheet: Sheet, x: float, y: float, width: float, height: float, look: dict[str, Any], gid: str
) -> Rectangle:
    """Draw the fill of a cell whose corner is at the top left."""
    return sheet.box(
        x + INSET,
        y + INSET,
        width - 2 * INSET,
        height - 2 * INSET,
        gid=gid,
        **{"edgecolor": "none", "linewidth": 0.7, "zorder": 2, **look},
    )


def draw_strike(sheet: Sheet, x: float, y: float, width: float, height: float, gid: str) -> Artist:
    """Draw the stroke through what is reported absent, from corner to corner."""
    ends = [(x + INSET, y + height - INSET), (x + width - INSET, y + INSET)]
    return sheet.line(ends, LineStyle(0.7), sheet.style.ink, gid, zorder=3)


def wedge(x: float, bottom: float, cell: float) -> list[Point]:
    """Return the corners of the mark in the lower left corner of a cell."""
    side = min(_WEDGE, 0.36 * cell)
    x, bottom = x + INSET, bottom - INSET
    return [(x, bottom), (x, bottom - side), (x + side, bottom)]


def cross(x: float, y: float) -> list[list[Point]]:
    """Return the two strokes of the cross in a cell that no patient can be in."""
    low, high = -_CROSS, _CROSS
    return [
        [(x + low, y + low), (x + high, y + high)],
        [(x + low, y + high), (x + high, y + low)],
    ]


# The legend


def draw_sample(
    state: str, step: int | None = None, *, sign: str = "", dashed: bool = False
) -> Callable[[Sheet, float, float, str], Artist]:
    """Return what draws the legend's sample of a state; dashed where it has no interval."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        style = sheet.style
        look = plain_look(state, step, style)
        if state in ("unstudied", "not_applicable"):
            look = {"color": style.paper, "edgecolor": style.outline, "linewidth": _EDGE}
        if dashed:
            look = {**look, **NO_INTERVAL, "edgecolor": style.ink}
        box = draw_box(sheet, x, y - _TALL / 2, SAMPLE, _TALL, look, gid)
        _draw_sign(sheet, state, x, y, gid)
        if sign:
            size = max(0.8 * style.legend_size, style.least_size)
            middle = x + SAMPLE / 2
            sheet.write(middle, y, sign, size=size, align="center", gid=f"{gid}-sign")
        return box

    return draw


def _draw_sign(sheet: Sheet, state: str, x: float, y: float, gid: str) -> None:
    style, middle = sheet.style, x + SAMPLE / 2
    if state == "unstudied":
        sheet.dots([(middle, y)], DOT, style.unstudied_dot, f"{gid}-dot")
    if state == "not_applicable":
        for at, stroke in enumerate(cross(middle, y)):
            sheet.line(stroke, LineStyle(0.6), style.unstudied_dot, f"{gid}-cross-{at}", zorder=3)
    if state == "absent":
        draw_strike(sheet, x, y - _TALL / 2, SAMPLE, _TALL, f"{gid}-stroke")
    if state == "other":
        ends = [(middle - 0.03, y), (middle + 0.03, y)]
        sheet.line(ends, LineStyle(0.9), style.ink, f"{gid}-dash", zorder=3)


def proximity_entry(found: Collection[str | None]) -> list[LegendEntry]:
    """Return the marks of cells whose site is the organ of origin, or next to it, as one entry."""
    signs = [sign for sign in PROXIMITY if sign in found]
    if not signs:
        return []

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        style = sheet.style
        look = {"color": style.paper, "edgecolor": style.outline, "linewidth": _EDGE}
        drawn = []
        for at, sign in enumerate(signs):
            left, part = x + at * _NARROW, f"{gid}-{at + 1}" if at else gid
            draw_box(sheet, left, y - _TALL / 2, _NARROW, _TALL, look, f"{part}-box")
            corners = wedge(left, y + _TALL / 2, SAMPLE)
            fill = style.ink if sign == "own_organ" else style.paper
            drawn.append(sheet.shape(corners, fill, part, linewidth=0.5, zorder=4))
        return drawn[0]

    words = "own organ, next to it" if len(signs) > 1 else PROXIMITY[signs[0]]
    return [LegendEntry(words, draw, wide=_NARROW * len(signs))]


def bar_entry(
    label: str, steps: Sequence[str], state: Sequence[tuple[str, int | None]], style: Style
) -> LegendEntry:
    """Return all steps of a scale as one bar, each with its limits in it."""
    size = max(0.86 * style.legend_size, style.least_size)
    widths = [1.04 * text_width(step, size, style.font) + 0.1 for step in steps]
    shared = max(widths) if max(widths) < 2 * min(widths) else 0.0
    widths = [max(width, shared) for width in widths]

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        drawn: list[Artist] = []
        for step, width, (name, at) in zip(steps, widths, state, strict=True):
            look = plain_look(name, at, sheet.style)
            part = f"{gid}-step-{len(drawn) + 1}" if drawn else gid
            drawn.append(draw_box(sheet, x, y - 0.085, width, 0.17, look, part))
            ink = ink_on(look["color"], sheet.style)
            middle = x + width / 2
            sheet.write(middle, y, step, size=size, align="center", color=ink, gid=f"{part}-limits")
            x += width
        return drawn[0]

    told = f"{label}: {', '.join(steps)}"
    return LegendEntry(label, draw, wide=sum(widths), told=told)
