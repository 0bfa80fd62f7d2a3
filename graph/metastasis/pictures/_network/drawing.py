"""How a network is drawn: lines, marks on them, dots and names.

Apart from what is said of it because either is read without the other.
"""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from metastasis.pictures._network.layout import DOT, LEADING, clear_marks, edge_curve
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.signs import basis_radius, draw_basis, draw_square

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._network.layout import Bipartite, Curve, Standing
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["FADED", "MARK_SHAPES", "draw_bipartite", "line_of_class", "line_of_share"]

FADED: Final = 0.16
"""By how much a line that is not brought out is less opaque."""
_QUIET: Final = 0.5
"""The same of a line that is not common, where lines are very many."""
_DRAWN_FIRST: Final = ("rarely", "possibly", "commonly")
_PER_PERCENT: Final = 0.11
"""Points of a line to a percent."""
_HAIR: Final = 0.3
"""Points of a line at least."""


def line_of_class(edge: str | None, style: Style) -> LineStyle:
    """Return the line of an edge of a class."""
    how: LineStyle = getattr(style, edge or "possibly")
    return how


def line_of_share(percent: float | None) -> LineStyle:
    """Return the line of a share; dotted where there is none."""
    if percent is None:
        return LineStyle(0.8, (1.0, 2.2), 0.8)
    return LineStyle(max(_PER_PERCENT * percent, _HAIR), (), 0.8)


def draw_bipartite(
    sheet: Sheet,
    layout: Bipartite,
    marks: Sequence[Mark],
    top: float,
    *,
    by_share: bool,
    strength: Callable[[Mark], float],
) -> dict[str, tuple[Artist, ...]]:
    """Draw edges, marks, dots and labels from a height on; return the artists by role.

    ``strength`` is how opaque a line is, of 1.
    """
    left = {one.key: top + one.y for one in layout.primaries}
    right = {one.key: top + one.y for one in layout.sites}
    ordered = sorted(marks, key=lambda one: _height(one, by_share, strength, left))
    curves = [
        edge_curve(layout.left, left[one.pair.primary], layout.right, right[one.pair.site])
        for one in ordered
    ]
    palette = sheet.style.primaries
    colors = {one.key: palette[index % len(palette)] for index, one in enumerate(layout.primaries)}
    ink = dict.fromkeys(right, sheet.style.ink)
    bold = {
        key for one in marks if strength(one) > FADED for key in (one.pair.primary, one.pair.site)
    }
    return {
        "edges": tuple(
            _draw_edge(sheet, one, curve, colors[one.pair.primary], by_share, strength(one))
            for one, curve in zip(ordered, curves, strict=True)
        ),
        **_draw_marks(sheet, ordered, curves, colors, strength),
        "primary dots": tuple(_draw_dots(sheet, layout.left, left, colors, "primary")),
        "site dots": tuple(_draw_dots(sheet, layout.right, right, ink, "site")),
        "primary labels": tuple(_draw_labels(sheet, layout, "primary", top, bold)),
        "site labels": tuple(_draw_labels(sheet, layout, "site", top, bold)),
    }


def _height(
    mark: Mark,
    by_share: bool,
    strength: Callable[[Mark], float],
    left: Mapping[str, float],
) -> tuple[float, ...]:
    """Return what lines are drawn in the order of: what is brought out and weighs most, last."""
    at = left[mark.pair.primary]
    if by_share:
        return strength(mark) > FADED, mark.number is not None, -mark.percent, at
    return strength(mark) > FADED, _DRAWN_FIRST.index(str(mark.pair.edge)), at


def _draw_edge(
    sheet: Sheet, mark: Mark, curve: Curve, color: str, by_share: bool, strength: float
) -> Artist:
    pair = mark.pair
    if by_share:
        how = line_of_share(mark.percent if mark.number else None)
        zorder = 2.0 if mark.number else 1.9
    else:
        how = line_of_class(pair.edge, sheet.style)
        zorder = 1 + 0.1 * _DRAWN_FIRST.index(str(pair.edge))
    how = LineStyle(how.width, how.dashes, how.strength * strength)
    gid = f"network-edge-{pair.primary}--{pair.site}"
    return sheet.line(curve, how, color, gid, zorder=zorder - (strength < 1))


def _draw_dots(
    sheet: Sheet, x: float, places: Mapping[str, float], colors: Mapping[str, str], side: str
) -> Iterator[Artist]:
    for key, y in places.items():
        gid = f"network-dot-{side}-{key}"
        yield sheet.shape(_circle(x, y, 0.035), colors[key], gid, linewidth=0.0, zorder=4)


def _draw_labels(
    sheet: Sheet, layout: Bipartite, side: str, top: float, bold: Collection[str]
) -> Iterator[Artist]:
    """Write the names of a side; those of which all lines are faded in faint ink."""
    names, x, align = (
        (layout.primaries, layout.left - DOT, "right")
        if side == "primary"
        else (layout.sites, layout.right + DOT, "left")
    )
    for one in names:
        yield from _draw_name(sheet, one, layout.size, x, top, align, side, one.key in bold)


def _draw_name(
    sheet: Sheet,
    one: Standing,
    size: float,
    x: float,
    top: float,
    align: str,
    side: str,
    is_bold: bool,
) -> Iterator[Artist]:
    pitch = LEADING * size / 72
    first = top + one.y - pitch * (len(one.lines) - 1) / 2
    for at, line in enumerate(one.lines):
        gid = f"network-label-{side}-{one.key}{f'-{at + 1}' if at else ''}"
        color = None if is_bold else sheet.style.faint_ink
        yield sheet.write(x, first + pitch * at, line, size=size, align=align, color=color, gid=gid)


def _draw_marks(
    sheet: Sheet,
    ordered: Sequence[Mark],
    curves: Sequence[Curve],
    colors: Mapping[str, str],
    strength: Callable[[Mark], float],
) -> dict[str, tuple[Artist, ...]]:
    """Mark edges into the own organ or a neighbor, what sources conflict on, what edges rest on.

    Each mark stands where it is clear of other edges and marks. Those of what edges rest on are
    many, and come last.
    """
    near: list[Artist] = []
    disputed: list[Artist] = []
    places = clear_marks(curves)
    for number, mark in enumerate(ordered):
        pair = f"{mark.pair.primary}--{mark.pair.site}"
        if mark.pair.proximity is not None:
            x, y = places(number)
            color = colors[mark.pair.primary]
            shape = MARK_SHAPES[mark.pair.proximity]
            near.append(shape(sheet, x, y, color, f"network-mark-{pair}"))
            near[-1].set_alpha(max(strength(mark), 0.4))
        if mark.is_disputed:
            x, y = places(number)
            disputed.append(draw_square(sheet, x, y, f"network-conflict-{pair}"))
    found = [(at, mark, basis) for at, mark in enumerate(ordered) if (basis := mark.basis)]
    radius = basis_radius(len(found))
    rests: list[Artist] = []
    for number, mark, basis in found:
        x, y = places(number)
        gid = f"network-basis-{mark.pair.primary}--{mark.pair.site}"
        color = colors[mark.pair.primary]
        rests.append(draw_basis(sheet, x, y, basis, gid, radius=radius, color=color))
        if strength(mark) <= FADED:
            rests[-1].set_alpha(0.4)
    return {
        "proximity marks": tuple(near),
        "conflict marks": tuple(disputed),
        "basis marks": tuple(rests),
    }


def _circle(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    return [
        (x + radius * cos(pi * step / 12), y + radius * sin(pi * step / 12)) for step in range(24)
    ]


def _draw_circle(sheet: Sheet, x: float, y: float, color: str, gid: str) -> Artist:
    return _draw_mark(sheet, _circle(x, y, 0.062), color, gid)


def _draw_diamond(sheet: Sheet, x: float, y: float, color: str, gid: str) -> Artist:
    corners = [(x - 0.08, y), (x, y - 0.08), (x + 0.08, y), (x, y + 0.08)]
    return _draw_mark(sheet, corners, color, gid)


def _draw_mark(
    sheet: Sheet, corners: Sequence[tuple[float, float]], color: str, gid: str
) -> Artist:
    """Draw a mark in the color of its line, set off from all lines by an edge of paper."""
    return sheet.shape(corners, color, gid, edgecolor=sheet.style.paper, linewidth=1.2, zorder=5)


MARK_SHAPES: Final[dict[str, Callable[[Sheet, float, float, str, str], Artist]]] = {
    "own_organ": _draw_circle,
    "neighbor": _draw_diamond,
}
