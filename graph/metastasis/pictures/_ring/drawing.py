"""How the ring is drawn: bands, their intervals, arcs, labels beside the ring or along it.

Apart from what is said of it because either is read without the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.path import Path

from metastasis.pictures._ring.circle import HALF, ring_point
from metastasis.pictures._said.mark import NO_INTERVAL
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.signs import (
    CORNER,
    basis_radius,
    clear_place,
    draw_basis,
    draw_square,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._ring.circle import Circle, Node, Slot
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["FADED", "band_look", "draw_bands", "line_look"]

_THICK = 0.085
"""Of the arcs of primaries and sites, in inches."""
_BEND = 0.32
"""How far bands stay from the center, as a share of the radius."""
_DISPUTED: Final = tuple((85 - step) / 100 for step in range(50))
"""At which share of its way a band is marked where sources conflict: the first that is clear."""
_RESTS: Final = tuple((92 - step) / 100 for step in range(50))
"""The same of what its edge rests on."""
_ROOMY: Final = 0.9
"""Points of the ring to a line, from which lines have arrows and the widths of their classes."""
_CROWDED: Final = 150
"""Bands, from which squares are small."""
_FAINT_SIGN: Final = 0.5
"""Opacity of the sign on a faded band."""
_APART: Final = 0.15
"""Inches between the middles of two marks at least."""
_STRENGTHS: Final = {"core": 0.78, "fringe": 0.34, "uncounted": 0.78}
"""Opacity inside the interval's lower end, between its ends, and of numbers without one."""
FADED: Final = 0.28
"""By how much what is faded is less opaque."""


def draw_bands(
    sheet: Sheet,
    ring: Circle,
    marks: Sequence[Mark],
    top: float,
    *,
    numbers: bool,
    faded: Callable[[Mark], bool],
    signs: bool,
) -> dict[str, tuple[Artist, ...]]:
    """Draw a ring from a height on; return the artists by role.

    With ``numbers`` bands are as wide as their percentage; without, lines show the class. With
    ``signs`` what edges rest on stands on their bands.
    """
    colors = _colors(ring, sheet.style)
    center = (ring.center[0], ring.center[1] + top)
    bands: list[Artist] = []
    fringes: list[Artist] = []
    for mark in _in_order(marks, faded):
        color = colors[mark.pair.primary]
        strength = FADED if faded(mark) else 1.0
        band, fringe = _draw_band(
            sheet, ring, center, mark, color, numbers=numbers, strength=strength
        )
        bands.append(band)
        fringes += fringe
    lit = [one.pair for one in marks if not faded(one)]
    bold = {("left", one.primary) for one in lit} | {("right", one.site) for one in lit}
    return {
        "bands": tuple(bands),
        "interval edges": tuple(fringes),
        **_draw_marks(sheet, ring, center, marks, colors, signs=signs, faded=faded),
        "primary arcs": tuple(_draw_arcs(sheet, ring, center, ring.primaries, colors)),
        "site arcs": tuple(_draw_arcs(sheet, ring, center, ring.sites, {})),
        "grid": (_draw_rim(sheet, ring, center),),
        "leaders": (_draw_leaders(sheet, ring, top),),
        **_draw_labels(sheet, ring, top, bold),
    }


def _colors(ring: Circle, style: Style) -> dict[str, str]:
    palette = style.primaries
    return {node.key: palette[at % len(palette)] for at, node in enumerate(ring.primaries)}


def _in_order(marks: Sequence[Mark], faded: Callable[[Mark], bool]) -> list[Mark]:
    """Return what is faded first, then lines and wide bands: narrow ones are drawn over them."""
    return sorted(
        marks,
        key=lambda one: (
            not faded(one),
            -one.percent,
            one.pair.primary_label,
            one.pair.site_label,
        ),
    )


def band_look(kind: str, color: str) -> dict[str, object]:
    """Return how a part of a band is filled: ``core``, ``fringe`` or ``uncounted``."""
    look: dict[str, object] = {"alpha": _STRENGTHS[kind], "color": color, "linewidth": 0.0}
    if kind == "uncounted":
        look |= {**NO_INTERVAL, "edgecolor": color}
    return look


def line_look(
    edge: str | None, style: Style, *, numbers: bool, width: float | None = None
) -> LineStyle:
    """Return the line of a pair without a number; by class where no pair has one.

    ``width``: points that it may take at most, where very many lines stand side by side.
    """
    if numbers:
        return LineStyle(min(0.8, width or 0.8), (), 0.75)
    how: LineStyle = getattr(style, edge or "possibly")
    if width is None:
        return how
    # All classes narrow alike, so that the common ones stay the widest.
    share = min(width / style.commonly.width, 1.0)
    return LineStyle(max(how.width * share, 0.35), how.dashes, how.strength)


def _draw_band(
    sheet: Sheet,
    ring: Circle,
    center: Point,
    mark: Mark,
    color: str,
    *,
    numbers: bool,
    strength: float,
) -> tuple[Artist, list[Artist]]:
    pair = (mark.pair.primary, mark.pair.site)
    start, end = ring.starts[pair], ring.ends[pair]
    gid = f"ring-band-{pair[0]}--{pair[1]}"
    if mark.number is None:
        # Few lines may be wider than their place; many would run into each other.
        crowded = 72 * ring.line if 72 * ring.line < _ROOMY else None
        path = _line_path(ring, center, start.middle, end.middle, arrow=crowded is None)
        how = line_look(mark.pair.edge, sheet.style, numbers=numbers, width=crowded)
        how = LineStyle(how.width, how.dashes, how.strength * strength)
        return _stroke(sheet, path, how, color, gid, zorder=1.9 if strength == 1 else 1.7), []

    def ribbon(percent: float) -> Path:
        return _ribbon(ring, center, start, end, ring.per_percent * percent)

    if mark.interval is None:
        return _fill(sheet, ribbon(mark.percent), "uncounted", color, gid, strength=strength), []
    low, high = mark.interval
    upper = f"{gid}-upper"
    fringe = _fill(sheet, ribbon(high), "fringe", color, upper, zorder=2.0, strength=strength)
    edge = sheet.fill(
        ribbon(mark.percent),
        "none",
        f"{gid}-estimate",
        edgecolor=color,
        linewidth=0.7,
        zorder=2.2,
        alpha=strength,
    )
    return _fill(sheet, ribbon(low), "core", color, gid, strength=strength), [fringe, edge]


def _draw_marks(
    sheet: Sheet,
    ring: Circle,
    center: Point,
    marks: Sequence[Mark],
    colors: Mapping[str, str],
    *,
    signs: bool,
    faded: Callable[[Mark], bool],
) -> dict[str, tuple[Artist, ...]]:
    """Draw the squares of pairs that sources conflict on, near the site, and what edges rest on.

    These are many: each stands on its band where it is clear of those before it.
    """
    disputed: list[Artist] = []
    taken: list[Point] = []
    small = {"half": CORNER} if len(marks) > _CROWDED else {}
    for mark in (one for one in marks if one.is_disputed):
        course = _course(ring, center, mark)
        x, y = clear_place([point_along(course, share) for share in _DISPUTED], taken, _APART)
        taken.append((x, y))
        gid = f"ring-conflict-{mark.pair.primary}--{mark.pair.site}"
        disputed.append(draw_square(sheet, x, y, gid, **small))
    found = [(mark, basis) for mark in marks if signs and (basis := mark.basis)]
    radius = basis_radius(len(found))
    rests: list[Artist] = []
    for mark, basis in found:
        course = _course(ring, center, mark)
        x, y = clear_place([point_along(course, share) for share in _RESTS], taken, _APART)
        taken.append((x, y))
        gid = f"ring-basis-{mark.pair.primary}--{mark.pair.site}"
        color = colors[mark.pair.primary]
        sign = draw_basis(sheet, x, y, basis, gid, radius=radius, color=color)
        if faded(mark):
            sign.set_alpha(_FAINT_SIGN)
        rests.append(sign)
    return {"conflict marks": tuple(disputed), "basis marks": tuple(rests)}


def _course(ring: Circle, center: Point, mark: Mark) -> tuple[Point, Point, Point, Point]:
    """Return the Bézier curve along the middle of a band."""
    pair = mark.pair.primary, mark.pair.site
    start, end = ring.starts[pair].middle, ring.ends[pair].middle
    inner = ring.radius - _THICK
    tail, head = _bends(center, inner, start, end)
    from_, to = ring_point(center, inner, start, "left"), ring_point(center, inner, end, "right")
    return from_, tail, head, to


def _fill(
    sheet: Sheet,
    path: Path,
    kind: str,
    color: str,
    gid: str,
    zorder: float = 2.1,
    strength: float = 1.0,
) -> Artist:
    look = band_look(kind, color)
    look["alpha"] = _STRENGTHS[kind] * strength
    return sheet.fill(path, str(look.pop("color")), gid, zorder=zorder, **look)


def _stroke(
    sheet: Sheet, path: Path, how: LineStyle, color: str, gid: str, zorder: float
) -> Artist:
    return sheet.fill(
        path,
        "none",
        gid,
        edgecolor=color,
        linewidth=how.width,
        linestyle=how.pattern,
        alpha=how.strength,
        capstyle="butt",
        zorder=zorder,
    )


def _line_path(ring: Circle, center: Point, start: float, end: float, *, arrow: bool) -> Path:
    """Return a curve through the ring, which ends in an open arrow where there is room."""
    inner = ring.radius - _THICK
    tip = ring_point(center, inner, end, "right")
    points = [
        ring_point(center, inner, start, "left"),
        *_bends(center, inner, start, end),
        tip,
        ring_point(center, inner - 0.09, end - 0.035 / inner, "right"),
        tip,
        ring_point(center, inner - 0.09, end + 0.035 / inner, "right"),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.MOVETO, Path.LINETO, Path.LINETO]
    points = [*points[:4], points[4], points[3], points[6]]
    return Path(points, codes) if arrow else Path(points[:4], codes[:4])


def _bends(center: Point, radius: float, start: float, end: float) -> list[Point]:
    return [
        ring_point(center, _BEND * radius, start, "left"),
        ring_point(center, _BEND * radius, end, "right"),
    ]


def _ribbon(ring: Circle, center: Point, start: Slot, end: Slot, width: float) -> Path:
    """Return a band of a width between the middles of two slots, pointed where it arrives."""
    inner = ring.radius - _THICK
    half = max(width, 0.006) / 2 / inner
    head = min(0.17, 0.05 + 0.45 * width)
    top, low = start.middle - half, start.middle + half
    above, below = end.middle - half, end.middle + half
    first, second = _bends(center, inner, top, above)
    back, last = _bends(center, inner, low, below)
    points = [
        ring_point(center, inner, top, "left"),
        first,
        second,
        ring_point(center, inner - head, above, "right"),
        ring_point(center, inner, end.middle, "right"),
        ring_point(center, inner - head, below, "right"),
        last,
        back,
        ring_point(center, inner, low, "left"),
        *(
            ring_point(center, inner, float(angle), "left")
            for angle in np.linspace(low, top, 7)[1:-1]
        ),
        ring_point(center, inner, top, "left"),
    ]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, Path.LINETO, *curve, *[Path.LINETO] * 5]
    return Path(points, [*codes, Path.CLOSEPOLY])


def _draw_arcs(
    sheet: Sheet, ring: Circle, center: Point, nodes: Sequence[Node], colors: Mapping[str, str]
) -> Iterator[Artist]:
    """Draw a part of the ring for each name, primaries in their color and sites in ink."""
    for node in nodes:
        angles = np.linspace(node.arc.low, node.arc.high, 25)
        outer = [ring_point(center, ring.radius, float(one), node.side) for one in angles]
        within = [
            ring_point(center, ring.radius - _THICK, float(one), node.side) for one in angles[::-1]
        ]
        kind = "primary" if node.side == "left" else "site"
        color = colors.get(node.key, sheet.style.ink)
        gid = f"ring-arc-{kind}-{node.key}"
        yield sheet.shape([*outer, *within], color, gid, linewidth=0.0, zorder=4)


def _draw_rim(sheet: Sheet, ring: Circle, center: Point) -> Artist:
    """Draw the ring that the arcs stand on, as one artist."""
    angles = [float(angle) for angle in np.linspace(-HALF, HALF, 61)]
    sides = [
        [ring_point(center, ring.radius - _THICK / 2, one, side) for one in angles]
        for side in ("left", "right")
    ]
    path = Path.make_compound_path(*map(Path, sides))
    return _stroke(sheet, path, LineStyle(1.2), sheet.style.grid, "ring-rim", zorder=1.0)


def _draw_leaders(sheet: Sheet, ring: Circle, top: float) -> Artist:
    """Draw the lines from the ring to the labels as one artist."""
    paths = [
        Path([(x, y + top) for x, y in node.leader])
        for node in (*ring.primaries, *ring.sites)
        if node.leader
    ]
    path = Path.make_compound_path(*paths)
    how = LineStyle(0.6)
    return _stroke(sheet, path, how, sheet.style.faint_ink, "ring-leaders", zorder=1.5)


def _draw_labels(
    sheet: Sheet, ring: Circle, top: float, bold: Collection[tuple[str, str]]
) -> dict[str, tuple[Artist, ...]]:
    """Write names and the lines below them; those of which all bands are faded in faint ink."""
    labels: dict[str, list[Artist]] = {"primary": [], "site": []}
    numbers: list[Artist] = []
    for node in (*ring.primaries, *ring.sites):
        kind = "primary" if node.side == "left" else "site"
        for at, line in enumerate(node.lines):
            role = "number" if line.is_number else "label"
            gid = f"ring-{role}-{kind}-{node.key}{f'-{at + 1}' if at else ''}"
            faint = line.is_number or (node.side, node.key) not in bold
            artist = sheet.write(
                line.x,
                line.y + top,
                line.text,
                size=line.size,
                align=line.align,
                rotation=line.rotation,
                color=sheet.style.faint_ink if faint else None,
                gid=gid,
            )
            (numbers if line.is_number else labels[kind]).append(artist)
    return {
        "primary labels": tuple(labels["primary"]),
        "site labels": tuple(labels["site"]),
        "numbers": tuple(numbers),
    }


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
