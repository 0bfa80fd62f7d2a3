"""The ring: primaries and sites around a circle, a band for every edge, as wide as its share.

Long because what is drawn and what the legend says of it are one: a change of one is a change of
the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.path import Path

from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import (
    NO_INTERVAL,
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    highest,
    letter_rules,
    marks_of,
    number_rules,
)
from metastasis.pictures._ring_layout import HALF, lay_out_ring, ring_point
from metastasis.pictures._signs import (
    basis_entries,
    basis_radius,
    basis_rule,
    basis_words,
    clear_place,
    dispute_entry,
    draw_basis,
    draw_square,
    letter_entries,
)
from metastasis.pictures._style import LineStyle
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    CLASSES,
    NOT_POOLED,
    best_supported,
    class_rules,
    plural,
    spread_title,
    stand_out,
    undrawn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._labels import Point
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._ring_layout import Circle, Node, Slot
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = [
    "draw_ring",
]


_SAMPLES = (50, 20, 10, 5, 2, 1)
"""Percentages whose width a legend may show: the largest that fits a line of it."""


class Ring(Kind):
    """Draw primaries on the left of a ring, sites on the right, and a band for every edge.

    Pairs without a number on the scale are thin lines. Where no pair has one, all are lines whose
    width gives the class of the edge. Where there is nothing to draw, the picture says so, with an
    `EmptyDiagramWarning`.

    Returns
    -------
    Diagram
        With artists ``bands`` (widest first), ``interval edges`` (of each band with a count: as
        wide as the upper end of its interval, then the outline of the share itself), ``conflict
        marks``, ``basis marks``, ``primary arcs``, ``site arcs``, ``leaders``, ``primary labels``
        and ``site labels`` (top to bottom), ``numbers``, and ``title``, ``legend samples``,
        ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.ring(primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> kg.draw.ring(denominator="autopsy")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown denominator 'autopsy'. Did you mean ...
    """

    name = "ring"
    noun = "ring"
    nothing = "no edge"

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        self.drawn = [pair for pair in chosen.pairs if pair.edge]
        self.choose_frame(self.drawn, denominator, setting, occurrence)
        self.marks = marks_of(self.drawn, self.frame)
        if self.marks:
            self.layout = lay_out_ring(self.marks, self.style)
            self.size = self.layout.width, self.layout.height

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw bands, arcs and labels."""
        numbers = self.frame is not None
        return draw_bands(sheet, self.layout, self.marks, top, numbers=numbers)

    def title(self) -> str:
        """Return who spreads where, and out of whom percentages are."""
        said = spread_title(self.drawn, self.chosen)
        return f"{said}: % of {self.frame}" if self.frame else said

    def rules(self) -> list[str]:
        """Return what widths, edges and colors mean."""
        return [*(self._band_rules() if self.marks else []), *undrawn(self.chosen.pairs)]

    def _band_rules(self) -> list[str]:
        disputed = [
            *basis_rule(self._basis(), numbers=self.frame is not None),
            *dispute_rule(self.drawn, "Squares"),
        ]
        if self.frame is None:
            rules = ["Line width and pattern give the class of the edge, not a percentage."]
            return [*rules, *class_rules(self.drawn), *disputed, *self._color_rule()]
        rules = [f"Width of a band: {frame_words(self.frame, self.why)}."]
        if any(one.interval for one in self.marks):
            rules.append(
                "The strong part is as wide as the lower end of the 95 % interval, the pale "
                "edge as its upper end; the thin line between is the share itself."
            )
        rules += number_rules(self.marks, self.frame, without="Bands with a dashed edge")
        if any(one.number is None for one in self.marks):
            rules.append(
                "Thin lines: reported in words or with other numbers only; no frequency can be "
                "read from them."
            )
        rules.append(
            "Patients may have several sites: the length of an arc, the sum of its bands, is no "
            "share."
        )
        return [*rules, *disputed, NOT_POOLED, *self._color_rule()]

    def _basis(self) -> list[str | None]:
        return [one.basis for one in self.marks]

    def _color_rule(self) -> list[str]:
        several = len({pair.primary for pair in self.drawn})
        repeats = ", and repeats" if several > len(self.style.primaries) else ""
        return [f"Color only tells primaries apart{repeats}."] if several > 1 else []

    def findings(self) -> str:
        """Return how many bands there are, and the highest shares."""
        drawn = self.drawn
        size = (
            f"{plural(len({one.primary for one in drawn}), 'primary', 'primaries')} on the left "
            f"and {plural(len({one.site for one in drawn}), 'site')} on the right"
        )
        parts = [f"Ring of {size}, joined by {plural(len(drawn), 'band')}."]
        if self.frame:
            parts.append(f"Highest of {self.frame}: {highest(self.marks)}.")
            parts += letter_rules(self.marks)
        if self.frame and (rest := sum(one.number is None for one in self.marks)):
            parts.append(f"{plural(rest, 'pair')} without such a number.")
        parts += [*basis_words(drawn), *dispute_words(drawn)]
        return " ".join([*parts, best_supported(drawn), stand_out(drawn)])

    def legend(self) -> list[LegendEntry]:
        """Return the classes of lines, or how wide bands are and what their edges mean."""
        disputed = [*dispute_entry(self.drawn), *basis_entries(self._basis())]
        if self.frame is None:
            present = {pair.edge for pair in self.drawn}
            lines = [
                LegendEntry(words, _line_sample(name, numbers=False))
                for name, words in CLASSES.items()
                if name in present
            ]
            return [*lines, *disputed]
        entries = [_width_entry(self.layout, self.style)]
        if any(one.interval for one in self.marks):
            entries.append(LegendEntry("share, with its 95 % interval as edge", _interval_sample))
        if any(one.number and not one.interval for one in self.marks):
            entries.append(LegendEntry("share without an interval", _uncounted_sample))
        if any(one.number is None for one in self.marks):
            entries.append(LegendEntry(STATES["words"], _line_sample(None, numbers=True)))
        return [*entries, *disputed, *letter_entries(self.marks)]


draw_ring = front(Ring)


def _width_entry(ring: Circle, style: Style) -> LegendEntry:
    """Return how wide so many percent are: the most that fits a line of the legend."""
    most = 1.4 * style.legend_size / 72
    share = next((one for one in _SAMPLES if one * ring.per_percent <= most), _SAMPLES[-1])
    high = share * ring.per_percent

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.faint_ink
        return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, linewidth=0.0)

    return LegendEntry(f"width of {share} %", draw)


def _line_sample(
    edge: str | None, *, numbers: bool
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        how = line_look(edge, sheet.style, numbers=numbers)
        return sheet.line([(x, y), (x + SAMPLE, y)], how, sheet.style.ink, gid)

    return draw


def _interval_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    ink = sheet.style.ink
    for part, half, kind in (("upper", 0.075, "fringe"), ("lower", 0.035, "core")):
        look = band_look(kind, ink)
        color = str(look.pop("color"))
        sheet.box(x, y - half, SAMPLE, 2 * half, color, f"{gid}-{part}", **look)
    return sheet.box(x, y - 0.055, SAMPLE, 0.11, "none", gid, edgecolor=ink, linewidth=0.7)


def _uncounted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    look = band_look("uncounted", sheet.style.ink)
    return sheet.box(x, y - 0.06, SAMPLE, 0.12, str(look.pop("color")), gid, **look)


_THICK = 0.085
"""Of the arcs of primaries and sites, in inches."""
_BEND = 0.32
"""How far bands stay from the center, as a share of the radius."""
_DISPUTED: Final = tuple((85 - step) / 100 for step in range(50))
"""At which share of its way a band is marked where sources conflict: the first that is clear."""
_RESTS: Final = tuple((92 - step) / 100 for step in range(50))
"""The same of what its edge rests on."""
_APART: Final = 0.15
"""Inches between the middles of two marks at least."""
_STRENGTHS: Final = {"core": 0.78, "fringe": 0.34, "uncounted": 0.78}
"""Opacity inside the interval's lower end, between its ends, and of numbers without one."""


def draw_bands(
    sheet: Sheet, ring: Circle, marks: Sequence[Mark], top: float, *, numbers: bool
) -> dict[str, tuple[Artist, ...]]:
    """Draw a ring from a height on; return the artists by role.

    With ``numbers`` bands are as wide as their percentage; without, lines show the class.
    """
    colors = _colors(ring, sheet.style)
    center = (ring.center[0], ring.center[1] + top)
    bands: list[Artist] = []
    fringes: list[Artist] = []
    for mark in _widest_first(marks):
        color = colors[mark.pair.primary]
        band, fringe = _draw_band(sheet, ring, center, mark, color, numbers=numbers)
        bands.append(band)
        fringes += fringe
    return {
        "bands": tuple(bands),
        "interval edges": tuple(fringes),
        **_draw_marks(sheet, ring, center, marks, colors),
        "primary arcs": tuple(_draw_arcs(sheet, ring, center, ring.primaries, colors)),
        "site arcs": tuple(_draw_arcs(sheet, ring, center, ring.sites, {})),
        "rim": (_draw_rim(sheet, ring, center),),
        "leaders": (_draw_leaders(sheet, ring, top),),
        **_draw_labels(sheet, ring, top),
    }


def _colors(ring: Circle, style: Style) -> dict[str, str]:
    palette = style.primaries
    return {node.key: palette[at % len(palette)] for at, node in enumerate(ring.primaries)}


def _widest_first(marks: Sequence[Mark]) -> list[Mark]:
    return sorted(
        marks, key=lambda one: (-one.percent, one.pair.primary_label, one.pair.site_label)
    )


def band_look(kind: str, color: str) -> dict[str, object]:
    """Return how a part of a band is filled: ``core``, ``fringe`` or ``uncounted``."""
    look: dict[str, object] = {"alpha": _STRENGTHS[kind], "color": color, "linewidth": 0.0}
    if kind == "uncounted":
        look |= {**NO_INTERVAL, "edgecolor": color}
    return look


def line_look(edge: str | None, style: Style, *, numbers: bool) -> LineStyle:
    """Return the line of a pair without a number; by class where no pair has one."""
    if numbers:
        return LineStyle(0.8, (), 0.75)
    how: LineStyle = getattr(style, edge or "possibly")
    return how


def _draw_band(
    sheet: Sheet, ring: Circle, center: Point, mark: Mark, color: str, *, numbers: bool
) -> tuple[Artist, list[Artist]]:
    pair = (mark.pair.primary, mark.pair.site)
    start, end = ring.starts[pair], ring.ends[pair]
    gid = f"ring-band-{pair[0]}--{pair[1]}"
    if mark.number is None:
        path = _line_path(ring, center, start.middle, end.middle)
        how = line_look(mark.pair.edge, sheet.style, numbers=numbers)
        return _stroke(sheet, path, how, color, gid, zorder=1.9), []

    def ribbon(percent: float) -> Path:
        return _ribbon(ring, center, start, end, ring.per_percent * percent)

    if mark.interval is None:
        return _fill(sheet, ribbon(mark.percent), "uncounted", color, gid), []
    low, high = mark.interval
    fringe = _fill(sheet, ribbon(high), "fringe", color, f"{gid}-upper", zorder=2.0)
    edge = sheet.fill(
        ribbon(mark.percent), "none", f"{gid}-estimate", edgecolor=color, linewidth=0.7, zorder=2.2
    )
    return _fill(sheet, ribbon(low), "core", color, gid), [fringe, edge]


def _draw_marks(
    sheet: Sheet, ring: Circle, center: Point, marks: Sequence[Mark], colors: Mapping[str, str]
) -> dict[str, tuple[Artist, ...]]:
    """Draw the squares of pairs that sources conflict on, near the site, and what edges rest on.

    These are many: each stands on its band where it is clear of those before it.
    """
    disputed: list[Artist] = []
    taken: list[Point] = []
    for mark in (one for one in marks if one.is_disputed):
        course = _course(ring, center, mark)
        x, y = clear_place([point_along(course, share) for share in _DISPUTED], taken, _APART)
        taken.append((x, y))
        gid = f"ring-conflict-{mark.pair.primary}--{mark.pair.site}"
        disputed.append(draw_square(sheet, x, y, gid))
    found = [(mark, basis) for mark in marks if (basis := mark.basis)]
    radius = basis_radius(len(found))
    rests: list[Artist] = []
    for mark, basis in found:
        course = _course(ring, center, mark)
        x, y = clear_place([point_along(course, share) for share in _RESTS], taken, _APART)
        taken.append((x, y))
        gid = f"ring-basis-{mark.pair.primary}--{mark.pair.site}"
        color = colors[mark.pair.primary]
        rests.append(draw_basis(sheet, x, y, basis, gid, radius=radius, color=color))
    return {"conflict marks": tuple(disputed), "basis marks": tuple(rests)}


def _course(ring: Circle, center: Point, mark: Mark) -> tuple[Point, Point, Point, Point]:
    """Return the Bézier curve along the middle of a band."""
    pair = mark.pair.primary, mark.pair.site
    start, end = ring.starts[pair].middle, ring.ends[pair].middle
    inner = ring.radius - _THICK
    tail, head = _bends(center, inner, start, end)
    from_, to = ring_point(center, inner, start, "left"), ring_point(center, inner, end, "right")
    return from_, tail, head, to


def _fill(sheet: Sheet, path: Path, kind: str, color: str, gid: str, zorder: float = 2.1) -> Artist:
    look = band_look(kind, color)
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


def _line_path(ring: Circle, center: Point, start: float, end: float) -> Path:
    """Return a curve through the ring that ends in an open arrow."""
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
    return Path(points, codes)


def _bends(center: Point, radius: float, start: float, end: float) -> list[Point]:
    return [
        ring_point(center, _BEND * radius, start, "left"),
        ring_point(center, _BEND * radius, end, "right"),
    ]


def _ribbon(ring: Circle, center: Point, start: Slot, end: Slot, width: float) -> Path:
    """Return a band of a width between the middles of two slots, pointed where it arrives."""
    inner = ring.radius - _THICK
    half = max(width, 0.012) / 2 / inner
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
    paths = []
    for node in (*ring.primaries, *ring.sites):
        (x, y), (far, level) = node.place.leader
        inwards = far + (0.12 if node.side == "left" else -0.12)
        points = [(x, y + top), (inwards, level + top), (far, level + top)]
        paths.append(Path(points, [Path.MOVETO, Path.LINETO, Path.LINETO]))
    path = Path.make_compound_path(*paths)
    how = LineStyle(0.6)
    return _stroke(sheet, path, how, sheet.style.faint_ink, "ring-leaders", zorder=1.5)


def _draw_labels(sheet: Sheet, ring: Circle, top: float) -> dict[str, tuple[Artist, ...]]:
    written = [_draw_label(sheet, node, top) for node in (*ring.primaries, *ring.sites)]
    count = len(ring.primaries)
    return {
        "primary labels": tuple(label for label, _ in written[:count]),
        "site labels": tuple(label for label, _ in written[count:]),
        "numbers": tuple(line for _, lines in written for line in lines),
    }


def _draw_label(sheet: Sheet, node: Node, top: float) -> tuple[Artist, list[Artist]]:
    """Write a name, and its lines below it, beside the end of its leader."""
    style = sheet.style
    kind, align = ("primary", "right") if node.side == "left" else ("site", "left")
    x = node.place.leader[1][0] + (-0.05 if node.side == "left" else 0.05)
    pitch = 0.75 * style.row
    y = top + node.place.leader[1][1] - pitch * len(node.lines) / 2
    gid = f"ring-label-{kind}-{node.key}"
    label = sheet.write(x, y, node.label, size=style.label_size, align=align, gid=gid)
    lines: list[Artist] = [
        sheet.write(
            x,
            y + pitch * number,
            line,
            size=style.caption_size,
            align=align,
            color=style.faint_ink,
            gid=f"ring-number-{node.key}-{number}",
        )
        for number, line in enumerate(node.lines, 1)
    ]
    return label, lines


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
