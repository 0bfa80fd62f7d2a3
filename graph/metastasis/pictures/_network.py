"""The network: primaries on the left, sites on the right, a line for every edge.

Long because it is the whole picture: what it says, where lines and marks go, how they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from metastasis._errors import check_choice
from metastasis._evidence.edge import EDGES
from metastasis._evidence.pair import has_edge
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import dispute_rule, dispute_words, is_disputed, shown_basis
from metastasis.pictures._order import minimize_crossings, spread_apart
from metastasis.pictures._sheet import text_width, warn_caller
from metastasis.pictures._signs import (
    basis_entries,
    basis_radius,
    basis_rule,
    basis_words,
    dispute_entry,
    draw_basis,
    draw_square,
)
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    CLASSES,
    best_supported,
    capitalize,
    class_rules,
    name_primaries,
    name_sites,
    plural,
    stand_out,
    undrawn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis._vocabulary import Edge
    from metastasis.pictures._order import Matrix
    from metastasis.pictures._place import Room
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import LineStyle, Style

    Curve: TypeAlias = list[tuple[float, float]]

__all__ = ["Network", "clear_marks", "crossing_order", "draw_network", "edge_curve"]

_MARKS: Final = {
    "own_organ": "into its own organ (another part or the other side)",
    "neighbor": "into a neighboring organ",
}
_LEAST_WIDTH = 7.0
"""Inches from edge to edge at least: title and legend need them."""
_LEAST_ROWS = 4
"""Rows of room at least: lines of a single pair would lie flat."""
_DOT = 0.1
"""From a label to the end of its lines."""
_MARK_PLACES: Final = tuple(
    sorted((step / 100 for step in range(10, 95)), key=lambda share: (abs(share - 0.5), share))
)
"""Shares of the way along an edge, the best first."""
_CLEAR = 0.15
"""How far from other edges a mark is wholly clear of them, in inches."""
_TOUCHING: Final = 0.15
"""Inches between the middles of two marks, below which they may touch."""
_DRAWN_FIRST: Final = ("rarely", "possibly", "commonly")


class Network(Kind):
    """Draw which primaries spread to which sites, in an order with few crossings.

    Where sources conflict on an edge, a square marks it; where they conflict so that there is no
    edge, the caption counts the pairs. It also lists the primaries and sites that were named and
    have no line. Where there is nothing to draw, the picture says so, with an
    `EmptyDiagramWarning`.

    Parameters
    ----------
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.
    sequences
        Former way to ask for a progression: use :func:`draw_progression`, which draws the same.

    Returns
    -------
    Diagram
        With artists ``edges`` (rarely, possibly, commonly, in the order drawn), ``proximity
        marks``, ``conflict marks``, ``basis marks``, ``primary labels``, ``primary dots``, ``site
        labels``, ``site dots`` (each top to bottom), and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.network(primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> kg.draw.network(edge="often")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown edge 'often'. Did you mean 'any', ...
    """

    name = "network"
    noun = "network"
    nothing = "no edge"

    def __init__(self, chosen: Selection, *, edge: Edge = "any") -> None:
        super().__init__(chosen)
        check_choice("edge", edge, ("any", *EDGES))
        self.edge = edge
        self.drawn = [pair for pair in chosen.pairs if has_edge(pair, edge)]

    def lay_out(self, room: Room) -> None:  # noqa: ARG002 - room is not minded yet
        """Put primaries and sites in an order with few crossings."""
        if self.drawn:
            self.layout = lay_out_bipartite(self.drawn, self.style)
            self.size = self.layout.width, self.layout.height

    @classmethod
    def plan(cls, chosen: Selection, *, edge: Edge = "any", sequences: Any = None) -> Kind:
        """Return a network, or for one more release the progression of some sequences."""
        if sequences is None:
            return cls(chosen, edge=edge)
        from metastasis.pictures._progression import Progression

        if chosen.sources is not None or edge != "any":
            raise ValueError("steps go by their sequences alone: leave sources and edge out")
        warn_caller("a network of sequences is draw.progression now", DeprecationWarning)
        return Progression(chosen, sequences, name=cls.name)

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw edges, marks, dots and labels."""
        return draw_bipartite(sheet, self.layout, self.drawn, top)

    def title(self) -> str:
        """Return who spreads to how many sites."""
        sites = name_sites({pair.site_label for pair in self.drawn})
        who = name_primaries({pair.primary_label for pair in self.drawn})
        return f"Metastasis of {who} to {sites}"

    def legend(self) -> list[LegendEntry]:
        """Return the classes of edges and the marks that are in the figure."""
        present = {pair.edge for pair in self.drawn}
        near = {pair.proximity for pair in self.drawn}
        return [
            *(
                LegendEntry(words, _line_sample(getattr(self.style, name)))
                for name, words in CLASSES.items()
                if name in present
            ),
            *(
                LegendEntry(words, _mark_sample(one))
                for one, words in _MARKS.items()
                if one in near
            ),
            *dispute_entry(self.drawn),
            *basis_entries(map(shown_basis, self.drawn)),
        ]

    def rules(self) -> list[str]:
        """Return what lines mean, and how many pairs have none."""
        only = [f"Only edges of the class “{self.edge}” are drawn."] if self.edge != "any" else []
        left_out = [*only, *dispute_rule(self.drawn, "Squares"), *undrawn(self.chosen.pairs)]
        if not self.drawn:
            return left_out
        lines = "Line width and pattern give the class of the edge, not a percentage."
        basis = basis_rule(map(shown_basis, self.drawn))
        return [lines, *class_rules(self.drawn), *basis, *self._color_rule(), *left_out]

    def _color_rule(self) -> list[str]:
        count = len({pair.primary for pair in self.drawn})
        repeats = ", and repeats" if count > len(self.style.primaries) else ""
        return [f"Color only tells the lines of primaries apart{repeats}."] if count > 1 else []

    def findings(self) -> str:
        """Return how many edges of each class there are, and which pairs stand out."""
        drawn = self.drawn
        classes = [(name, sum(pair.edge == name for pair in drawn)) for name in CLASSES]
        more = " ".join([*basis_words(drawn), *dispute_words(drawn)])
        primaries = plural(len({pair.primary_label for pair in drawn}), "primary", "primaries")
        sites = plural(len({pair.site_label for pair in drawn}), "site")
        return (
            f"Network of {primaries} on the left and {sites} on the right, joined by "
            f"{plural(len(drawn), 'edge')}: "
            f"{', '.join(f'{count} {name}' for name, count in classes if count)}. {more} "
            f"{best_supported(drawn)} {stand_out(drawn)}"
        )


draw_network = front(Network)


def _line_sample(how: LineStyle) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], how, sheet.style.ink, gid)

    return draw


def _mark_sample(name: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return MARK_SHAPES[name](sheet, x + SAMPLE / 2, y, sheet.style.ink, gid)

    return draw


# Where everything stands


@dataclass(frozen=True, slots=True)
class Bipartite:
    """Where everything stands, in inches from the top left of the body."""

    primaries: tuple[Pair, ...]
    """One pair of each primary, top to bottom, for its names."""
    sites: tuple[Pair, ...]
    primary_places: tuple[float, ...]
    site_places: tuple[float, ...]
    left: float
    """Where the lines start, from the left edge of the sheet."""
    right: float
    width: float
    height: float


def lay_out_bipartite(drawn: Sequence[Pair], style: Style) -> Bipartite:
    """Put primaries left and sites right in an order with few crossings, labels a row apart."""
    primaries, sites = crossing_order(drawn)
    left, right = _places(_matrix(drawn, primaries, sites), style.row)
    names = [
        text_width(capitalize(one.primary_label), style.label_size, style.font) for one in primaries
    ]
    start = style.margin + 1.03 * max(names, default=0.0) + _DOT
    names = [text_width(capitalize(one.site_label), style.label_size, style.font) for one in sites]
    labels = start + 1.03 * max(names, default=0.0) + _DOT + style.margin
    middle = max(3.4 + 0.025 * max(0, len(primaries) - 20), _LEAST_WIDTH - labels)
    return Bipartite(
        primaries=tuple(primaries),
        sites=tuple(sites),
        primary_places=tuple(left),
        site_places=tuple(right),
        left=start,
        right=start + middle,
        width=labels + middle,
        height=max(len(primaries), len(sites), _LEAST_ROWS) * style.row,
    )


def crossing_order(drawn: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return a pair of each primary and one of each site, in an order with few crossings."""
    primaries = list({pair.primary: pair for pair in drawn}.values())
    sites = list({pair.site: pair for pair in drawn}.values())
    sites.sort(key=lambda pair: pair.site_label)
    rows, columns = minimize_crossings(_matrix(drawn, primaries, sites))
    return [primaries[row] for row in rows], [sites[column] for column in columns]


def _matrix(drawn: Sequence[Pair], primaries: Sequence[Pair], sites: Sequence[Pair]) -> Matrix:
    row = {pair.primary: index for index, pair in enumerate(primaries)}
    column = {pair.site: index for index, pair in enumerate(sites)}
    matrix = np.zeros((len(row), len(column)))
    for pair in drawn:
        matrix[row[pair.primary], column[pair.site]] = 1
    return matrix


def _places(matrix: Matrix, row: float) -> tuple[list[float], list[float]]:
    """Return the heights of both sides: the longer evenly, the shorter beside what it joins."""
    rows, columns = matrix.shape
    height = max(rows, columns, _LEAST_ROWS) * row
    if rows > columns:
        sites, primaries = _places(matrix.T, row)
        return primaries, sites
    pitch = height / max(columns, 1)
    evenly = [(index + 0.5) * pitch for index in range(columns)]
    wanted = matrix @ np.array(evenly) / np.maximum(matrix.sum(axis=1), 1) if rows else np.zeros(0)
    gap = (row + height / max(rows, 1)) / 2
    return spread_apart(wanted.tolist(), gap, row / 2, height - row / 2), evenly


def draw_bipartite(
    sheet: Sheet, layout: Bipartite, drawn: Sequence[Pair], top: float
) -> dict[str, tuple[Artist, ...]]:
    """Draw edges, marks, dots and labels from a height on; return the artists by role."""
    left = {
        one.primary: top + y for one, y in zip(layout.primaries, layout.primary_places, strict=True)
    }
    right = {one.site: top + y for one, y in zip(layout.sites, layout.site_places, strict=True)}
    ordered = sorted(drawn, key=lambda one: (_DRAWN_FIRST.index(str(one.edge)), left[one.primary]))
    curves = {
        (one.primary, one.site): edge_curve(
            layout.left, left[one.primary], layout.right, right[one.site]
        )
        for one in ordered
    }
    palette = sheet.style.primaries
    colors = {
        one.primary: palette[index % len(palette)] for index, one in enumerate(layout.primaries)
    }
    ink = dict.fromkeys(right, sheet.style.ink)
    return {
        "edges": tuple(
            _draw_edge(sheet, one, curves[one.primary, one.site], colors[one.primary])
            for one in ordered
        ),
        **_draw_marks(sheet, ordered, curves, colors),
        "primary dots": tuple(_draw_dots(sheet, layout.left, left, colors, "primary")),
        "site dots": tuple(_draw_dots(sheet, layout.right, right, ink, "site")),
        **_draw_labels(sheet, layout, left, right),
    }


def _draw_edge(sheet: Sheet, one: Pair, curve: Curve, color: str) -> Artist:
    name = str(one.edge)
    height = 2 + 0.1 * _DRAWN_FIRST.index(name)
    gid = f"network-edge-{one.primary}--{one.site}"
    return sheet.line(curve, getattr(sheet.style, name), color, gid, zorder=height)


def _draw_dots(
    sheet: Sheet, x: float, places: Mapping[str, float], colors: Mapping[str, str], side: str
) -> Iterator[Artist]:
    for key, y in places.items():
        gid = f"network-dot-{side}-{key}"
        yield sheet.shape(_circle(x, y, 0.035), colors[key], gid, linewidth=0.0, zorder=4)


def _draw_labels(
    sheet: Sheet, layout: Bipartite, left: Mapping[str, float], right: Mapping[str, float]
) -> dict[str, tuple[Artist, ...]]:
    size = sheet.style.label_size
    return {
        "primary labels": tuple(
            sheet.write(
                layout.left - _DOT,
                left[one.primary],
                capitalize(one.primary_label),
                size=size,
                align="right",
                gid=f"network-label-primary-{one.primary}",
            )
            for one in layout.primaries
        ),
        "site labels": tuple(
            sheet.write(
                layout.right + _DOT,
                right[one.site],
                capitalize(one.site_label),
                size=size,
                gid=f"network-label-site-{one.site}",
            )
            for one in layout.sites
        ),
    }


def edge_curve(x1: float, y1: float, x2: float, y2: float) -> Curve:
    """Return the four points of a Bézier curve that leaves and arrives level."""
    bend = 0.45 * (x2 - x1)
    return [(x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)]


def _draw_marks(
    sheet: Sheet,
    ordered: Sequence[Pair],
    curves: Mapping[tuple[str, str], Curve],
    colors: Mapping[str, str],
) -> dict[str, tuple[Artist, ...]]:
    """Mark edges into the own organ or a neighbor, what sources conflict on, what edges rest on.

    Each mark stands where it is clear of other edges and marks. Those of what edges rest on are
    many, and come last.
    """
    near: list[Artist] = []
    disputed: list[Artist] = []
    places = clear_marks(list(curves.values()))
    for number, one in enumerate(ordered):
        pair = f"{one.primary}--{one.site}"
        if one.proximity is not None:
            x, y = places(number)
            color = colors[one.primary]
            shape = MARK_SHAPES[one.proximity]
            near.append(shape(sheet, x, y, color, f"network-mark-{pair}"))
        if is_disputed(one):
            x, y = places(number)
            disputed.append(draw_square(sheet, x, y, f"network-conflict-{pair}"))
    found = [
        (number, one, basis) for number, one in enumerate(ordered) if (basis := shown_basis(one))
    ]
    radius = basis_radius(len(found))
    rests: list[Artist] = []
    for number, one, basis in found:
        x, y = places(number)
        gid = f"network-basis-{one.primary}--{one.site}"
        color = colors[one.primary]
        rests.append(draw_basis(sheet, x, y, basis, gid, radius=radius, color=color))
    return {
        "proximity marks": tuple(near),
        "conflict marks": tuple(disputed),
        "basis marks": tuple(rests),
    }


def clear_marks(curves: Sequence[Curve]) -> Callable[[int], tuple[float, float]]:
    """Return what gives the clearest place on each curve in turn, apart from those given before.

    >>> place = clear_marks([[(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]])
    >>> place(0), place(0) == (1.5, 0.0)
    ((1.5, 0.0), False)
    """
    across = _points_on(curves)
    placed: list[tuple[float, float]] = []

    def place(number: int) -> tuple[float, float]:
        points = across[number, :, :2]
        scores = _clearance(across, number) + _distances_to(placed, points)
        x, y = points[int(np.argmax(scores.round(2)))].tolist()
        placed.append((x, y))
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


def _distances_to(placed: Sequence[tuple[float, float]], points: Matrix) -> Matrix:
    """Return of each point how far the nearest mark is, 0 to 1, and much less where they touch."""
    if not placed:
        return np.ones(len(points))
    x, y = (points[:, None, :] - np.array(placed)[None, :, :]).transpose(2, 0, 1)
    apart = np.hypot(x, y).min(axis=1)
    return np.asarray(np.minimum(apart / 0.3, 1.0) - 2.0 * (apart < _TOUCHING))


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
