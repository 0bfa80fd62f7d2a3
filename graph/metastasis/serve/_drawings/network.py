"""The network: cancers on the left, sites on the right, a line for every edge.

Long because it is the whole drawing: where names, lines and signs stand, and what is said of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._markup import Markup, element
from metastasis.pictures._network.layout import clear_marks, crossing_order, edge_curve
from metastasis.pictures._network.network import Network
from metastasis.pictures._said.mark import dispute_rule, is_disputed, mark_of, shown_basis, undrawn
from metastasis.pictures._said.words import CLASS_RULES, CLASSES, capitalize
from metastasis.pictures._sheet.labels import spread_along
from metastasis.pictures._signs.signs import basis_rule
from metastasis.serve._drawings.chosen import planned
from metastasis.serve._drawings.drawing import (
    SAMPLE,
    WIDTH,
    Drawing,
    Entry,
    ending,
    legend,
    line_of_text,
    nothing,
)
from metastasis.serve._drawings.lettering import LINE, text_width, wrapped
from metastasis.serve._drawings.outline import polygon, written
from metastasis.serve._drawings.signs import (
    basis_entries,
    basis_sign,
    circle,
    conflict_sign,
    told,
)
from metastasis.serve._links import pair_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content
    from metastasis._vocabulary import Edge
    from metastasis.pictures._sheet.labels import Point
    from metastasis.serve._links import Links

__all__ = ["network_drawing"]

_INCH: Final = 72.0
"""Pixels to an inch, in which marks are kept apart."""
_COLUMN: Final = 112.0
"""Width of the names of a side at most; longer ones stand in two lines."""
_GAP: Final = 4.0
"""Between the names of one side."""
_DOT: Final = 7.0
"""From a name to the end of its lines."""
_LEAST: Final = 100.0
"""Height at least: lines of a single pair would lie flat."""
_COLORS: Final = 7
_ORDER: Final = ("rarely", "possibly", "commonly")
_NEAR: Final = {
    "own_organ": "into its own organ",
    "neighbor": "into a neighboring organ",
}


def network_drawing(
    kg: KnowledgeGraph,
    links: Links,
    *,
    primaries: Iterable[str] | None = None,
    sites: Iterable[str] | None = None,
    edge: Edge = "any",
) -> Drawing:
    """Return which cancers spread to which sites, in an order with few crossings, with links.

    Parameters
    ----------
    kg
        The graph.
    links
        From the page that the drawing is on.
    primaries, sites
        Keys of those to draw; None is all.
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> network_drawing(mets.load(), Links(""), primaries=["prostate"], sites=["bone"]).title
    'Spread of prostate cancer to bone'
    """
    kind = planned(Network, kg, primaries, sites, edge=edge)
    if not kind.drawn:
        return nothing(kind)
    page = _NetworkLines(kind.drawn, links)
    return Drawing(
        kind="network",
        title=kind.title(),
        height=page.height,
        content=page.content,
        caption=("Lines give the class of an edge, not a percentage.", ending(kind)),
        rules=tuple(_rules(kind)),
        alt=kind.findings(),
    )


def _rules(kind: Network) -> Iterator[str]:
    """Yield what signs mean, and how many pairs have no line."""
    yield CLASS_RULES
    yield from basis_rule(map(shown_basis, kind.drawn))
    if len({pair.primary for pair in kind.drawn}) > 1:
        yield "Color only tells the lines of cancers apart, and repeats."
    if kind.edge != "any":
        yield f"Only edges of the class “{kind.edge}” are drawn."
    yield from dispute_rule(kind.drawn, "Squares")
    yield from undrawn(kind.chosen.pairs)


@dataclass(frozen=True, slots=True)
class _NetworkEnd:
    """One end: its key, the lines of its name, and the height of its middle."""

    key: str
    lines: tuple[str, ...]
    y: float


class _NetworkLines:
    """Names, lines and signs with their places."""

    def __init__(self, drawn: Sequence[Pair], links: Links) -> None:
        self.links = links
        first, second = crossing_order(drawn)
        left = [(one.primary, one.primary_label) for one in first]
        right = [(one.site, one.site_label) for one in second]
        joined = _joined(drawn)
        self.left, self.right, tall = _heights(left, right, joined)
        self.start = _widest(self.left) + _DOT
        self.end = WIDTH - _widest(self.right) - _DOT
        ys = {("primary", one.key): one.y for one in self.left}
        ys |= {("site", one.key): one.y for one in self.right}
        self.drawn = sorted(
            drawn,
            key=lambda one: (_ORDER.index(str(one.edge)), ys["primary", one.primary], one.site),
        )
        self.curves = [
            edge_curve(self.start, ys["primary", one.primary], self.end, ys["site", one.site])
            for one in self.drawn
        ]
        signs, self.height = legend(self._entries(), tall + 12)
        self.content: Content = [self._groups(), self._sites(), signs]

    # Lines, by cancer

    def _groups(self) -> list[Markup]:
        """Draw each cancer with its lines and signs, which stand out together."""
        colors = {one.key: f"c{at % _COLORS}" for at, one in enumerate(self.left)}
        lines: dict[str, list[Content]] = {one.key: [] for one in self.left}
        for pair, curve in zip(self.drawn, self.curves, strict=True):
            lines[pair.primary].append(self._edge(pair, curve))
        signs = self._signs()
        return [
            element(
                "g",
                lines[one.key],
                signs.get(one.key),
                self._name("primary", one),
                class_=f"of {colors[one.key]}",
            )
            for one in self.left
        ]

    def _edge(self, pair: Pair, curve: Sequence[Point]) -> Markup:
        start, *rest = [f"{written(x)} {written(y)}" for x, y in curve]
        path = f"M{start}C{' '.join(rest)}"
        return element(
            "a",
            element("title", told(mark_of(pair, None), None)),
            element("path", d=path, class_="touch"),
            element("path", d=path, class_=f"edge {pair.edge}"),
            href=self.links.page(pair_path(pair.primary, pair.site)),
            tabindex="-1",
            aria_hidden="true",
        )

    def _signs(self) -> Mapping[str, list[Markup]]:
        """Draw on the lines: into the own organ or a neighbor, conflicts, what edges rest on."""
        inches = [[(x / _INCH, y / _INCH) for x, y in curve] for curve in self.curves]
        place = clear_marks(inches)
        found: dict[str, list[Markup]] = {}
        for draw, wanted in _SIGNS:
            for number, pair in enumerate(self.drawn):
                if wanted(pair):
                    x, y = place(number)
                    found.setdefault(pair.primary, []).append(draw(_INCH * x, _INCH * y, pair))
        return found

    # Names

    def _sites(self) -> Markup:
        return element("g", [self._name("site", one) for one in self.right], class_="sites")

    def _name(self, kind: str, one: _NetworkEnd) -> Markup:
        """Write a name as a link to its page, with the dot that its lines lead to."""
        is_left = kind == "primary"
        x = self.start - _DOT if is_left else self.end + _DOT
        top = one.y - LINE * len(one.lines) / 2
        wide = max(map(text_width, one.lines))
        return element(
            "a",
            element(
                "rect",
                x=written(x - wide - 2 if is_left else x - 2),
                y=written(top),
                width=written(wide + 4),
                height=written(LINE * len(one.lines)),
                class_="hit",
            ),
            [
                line_of_text(x, top + (at + 0.5) * LINE, line, anchor="end" if is_left else None)
                for at, line in enumerate(one.lines)
            ],
            circle(self.start if is_left else self.end, one.y, 2.4, "dot"),
            href=self.links.page(f"{kind}/{one.key}"),
            class_="label",
        )

    def _entries(self) -> Iterator[Entry]:
        """Yield the classes of edges and the signs that are in the drawing."""
        present = {pair.edge for pair in self.drawn}
        for name, words in CLASSES.items():
            if name in present:
                yield Entry(words, _line_sample(name))
        near = {pair.proximity for pair in self.drawn}
        for name, words in _NEAR.items():
            if name in near:
                yield Entry(words, _near_sample(name))
        if any(map(is_disputed, self.drawn)):
            yield Entry("sources conflict", lambda x, y: conflict_sign(x + SAMPLE / 2, y, 3.5))
        yield from basis_entries(map(shown_basis, self.drawn))


def _joined(drawn: Iterable[Pair]) -> dict[tuple[str, str], list[str]]:
    """Return by side and key what each end is joined to."""
    found: dict[tuple[str, str], list[str]] = {}
    for pair in drawn:
        found.setdefault(("left", pair.primary), []).append(pair.site)
        found.setdefault(("right", pair.site), []).append(pair.primary)
    return found


def _heights(
    left: Sequence[tuple[str, str]],
    right: Sequence[tuple[str, str]],
    joined: Mapping[tuple[str, str], Sequence[str]],
) -> tuple[list[_NetworkEnd], list[_NetworkEnd], float]:
    """Return both sides with their heights: the longer evenly, the shorter beside what it joins."""
    lines = {
        side: [wrapped(capitalize(label), _COLUMN) for _, label in ends]
        for side, ends in (("left", left), ("right", right))
    }
    sizes = {side: [LINE * len(one) for one in found] for side, found in lines.items()}
    tall = max(*(sum(one) + _GAP * len(one) for one in sizes.values()), _LEAST)
    longer = max(("left", "right"), key=lambda side: (sum(sizes[side]), side))
    shorter = "left" if longer == "right" else "right"
    ends = {"left": [key for key, _ in left], "right": [key for key, _ in right]}
    gap = (tall - sum(sizes[longer])) / max(len(sizes[longer]), 1)
    ys = {longer: _stacked(sizes[longer], gap)}
    at = dict(zip(ends[longer], ys[longer], strict=True))
    wanted = [_mean([at[key] for key in joined[shorter, one]]) for one in ends[shorter]]
    ys[shorter] = spread_along(wanted, sizes[shorter], 0.0, tall, _GAP)
    named = {
        side: [_NetworkEnd(*one) for one in zip(ends[side], lines[side], ys[side], strict=True)]
        for side in ("left", "right")
    }
    return named["left"], named["right"], tall


def _stacked(sizes: Sequence[float], gap: float) -> list[float]:
    """Return the middles of what stands one below the other, so far apart."""
    middles, top = [], 0.0
    for size in sizes:
        middles.append(top + (size + gap) / 2)
        top += size + gap
    return middles


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _widest(names: Iterable[_NetworkEnd]) -> float:
    return max(text_width(line) for one in names for line in one.lines)


# Signs


def _near_sign(x: float, y: float, pair: Pair) -> Markup:
    return _near(x, y, str(pair.proximity))


def _near(x: float, y: float, proximity: str) -> Markup:
    if proximity == "own_organ":
        return circle(x, y, 4.2, "near")
    corners = [(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)]
    return element("path", d=polygon(corners), class_="near")


def _basis(x: float, y: float, pair: Pair) -> Markup:
    return basis_sign(x, y, str(pair.basis), 3.2)


def _conflict(x: float, y: float, pair: Pair) -> Markup:
    del pair  # every square is alike
    return conflict_sign(x, y, 3.5)


_SIGNS: Final[
    tuple[tuple[Callable[[float, float, Pair], Markup], Callable[[Pair], object]], ...]
] = (
    (_near_sign, lambda pair: pair.proximity),
    (_conflict, is_disputed),
    (_basis, shown_basis),
)
"""What stands on lines, and on which; those that are many come last."""


def _line_sample(edge: str) -> Callable[[float, float], Content]:
    return lambda x, y: element(
        "path", d=f"M{written(x)} {written(y)}h{SAMPLE:g}", class_=f"edge {edge}"
    )


def _near_sample(proximity: str) -> Callable[[float, float], Content]:
    return lambda x, y: _near(x + SAMPLE / 2, y, proximity)
