"""The forest plot of one pair: what every source says, only what may be compared on one axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._markup import Markup, element
from metastasis.pictures._forest.forest import COMPARED, ForestPlot
from metastasis.pictures._said.words import NOT_POOLED
from metastasis.serve._drawings.chosen import planned
from metastasis.serve._drawings.drawing import (
    WIDTH,
    Drawing,
    Entry,
    ending,
    legend,
    line_of_text,
    nothing,
)
from metastasis.serve._drawings.lettering import LINE, fitted, text_width, wrapped
from metastasis.serve._drawings.outline import polygon, written
from metastasis.serve._links import pair_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content
    from metastasis.pictures._forest.rows import NumberGroup, Row
    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.serve._links import Links

__all__ = ["forest_drawing"]

_LEFT: Final = 8.0
"""Where axes start, so that the mark of nothing is whole."""
_STRIP: Final = 13.0
"""Height of the strip below a row's words in which its interval is drawn."""
_LONG: Final = 2.5
"""Inches that the axis would be long in a picture: it has as many ticks."""
_BETWEEN: Final = 16.0
"""From one group to the next."""


def forest_drawing(kg: KnowledgeGraph, links: Links, primary: str, site: str) -> Drawing:
    """Return what every source says of a pair, each a link to its row.

    Parameters
    ----------
    kg
        The graph.
    links
        From the page that the drawing is on: on the pair's own, rows lead to its table.
    primary, site
        The keys of the pair.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> forest_drawing(mets.load(), Links("disease/breast--bone"), "breast", "bone").title[-21:]
    'breast cancer to bone'
    """
    kind = planned(ForestPlot, kg, primary, site)
    if not kind.sections:
        return nothing(kind)
    (section,) = kind.sections
    page = _ForestRows(section.pair, links, kind.axis)
    y = 0.0
    for group in section.groups:
        y = page.group(group, y) + _BETWEEN
    if section.in_words:
        y = page.in_words(section.in_words, y) + _BETWEEN
    signs, height = legend(_entries(section.groups), y)
    return Drawing(
        kind="forest",
        title=kind.title(),
        height=height,
        content=[page.drawn, signs],
        caption=(*_frames(section.groups), NOT_POOLED, ending(kind)),
        rules=tuple(_rules(kind)),
        alt=kind.findings(),
    )


def _frames(groups: Sequence[NumberGroup]) -> Iterator[str]:
    if len(groups) > 1:
        yield COMPARED


def _rules(kind: ForestPlot) -> list[str]:
    """Return what marks mean, without what the caption says already."""
    said = {*_frames(kind.sections[0].groups), NOT_POOLED}
    return [rule for rule in kind.rules() if rule not in said]


class _ForestRows:
    """Groups and rows one below the other."""

    def __init__(self, pair: Pair, links: Links, axis: ShareAxis) -> None:
        self.pair = pair
        self.links = links
        self.axis = axis
        self.drawn: list[Content] = []

    def group(self, group: NumberGroup, y: float) -> float:
        """Draw the numbers of one frame on the axis of all; return where they end."""
        y = self._heading(group.label, y)
        start, top = len(self.drawn), y
        for number, row in enumerate(group.rows):
            y = self._row(row, group, y, is_striped=number % 2 == 0)
        self.drawn.insert(start, _axis(self.axis, top, y))  # below the words of the rows
        return y + LINE + 3

    def in_words(self, rows: Sequence[Row], y: float) -> float:
        """Write what is only said in words; return where it ends."""
        y = self._heading("In words", y)
        for number, row in enumerate(rows):
            y = self._row(row, None, y, is_striped=number % 2 == 0)
        return y

    def _heading(self, words: str, y: float) -> float:
        lines = wrapped(words, WIDTH, bold=True)
        for at, line in enumerate(lines):
            self.drawn.append(line_of_text(0, y + (at + 0.5) * LINE, line, class_="name"))
        return y + LINE * len(lines) + 5

    def _row(self, row: Row, group: NumberGroup | None, y: float, *, is_striped: bool) -> float:
        """Draw one statement as a link: who says what, on whom, and where on the axis."""
        words = row.words.replace("  ", " ")
        beside = text_width(words) + 10 + text_width(row.cited) <= WIDTH - 8
        source = fitted(row.cited, WIDTH - 8)
        below = [] if beside else list(wrapped(words, WIDTH - 8))
        below += wrapped(row.narrowed, WIDTH - 8) if row.narrowed else []
        tall = LINE * (1 + len(below)) + (_STRIP if group else 0) + 4
        middle = y + 2 + LINE / 2
        lines: list[Content] = [line_of_text(4, middle, source)]
        if beside:
            lines.append(line_of_text(WIDTH - 4, middle, words, anchor="end"))
        lines += [
            line_of_text(4, middle + (at + 1) * LINE, line, class_="faint")
            for at, line in enumerate(below)
        ]
        shown = _shown(row, self.axis, y + tall - _STRIP / 2 - 2) if group else None
        stripe = "hit stripe" if is_striped else "hit"
        self.drawn.append(
            element(
                "a",
                element(
                    "title", f"{row.source}: {words}{', ' if row.narrowed else ''}{row.narrowed}"
                ),
                element(
                    "rect", y=written(y), width=f"{WIDTH:g}", height=written(tall), class_=stripe
                ),
                lines,
                shown,
                href=self._address(row),
                class_="label",
            )
        )
        return y + tall

    def _address(self, row: Row) -> str:
        path = pair_path(self.pair.primary, self.pair.site)
        fragment = f"assertion-{row.key}"
        # A page's own address may have parameters, which a link to itself would lose.
        return f"#{fragment}" if self.links.path == path else self.links.page(path, fragment)


def _x(percent: float, axis: ShareAxis) -> float:
    return _LEFT + (WIDTH - 2 * _LEFT) * axis.at(percent)


def _shown(row: Row, axis: ShareAxis, y: float) -> Content:
    """Draw the share of a row with its interval; one without a count is open."""
    if row.percent is None:
        return None
    x = _x(row.percent, axis)
    if row.interval is None:
        return _diamond(x, y)
    low, high = (_x(end, axis) for end in row.interval)
    line = f"M{written(low)} {written(y)}H{written(high)}M{written(low)} {written(y - 3)}v6"
    line += f"M{written(high)} {written(y - 3)}v6"
    look = "share" if row.basis == "counted" else "open"
    return [element("path", d=line, class_="interval"), _square(x, y, look)]


def _square(x: float, y: float, look: str = "share") -> Markup:
    return element(
        "rect", x=written(x - 3.5), y=written(y - 3.5), width="7", height="7", class_=look
    )


def _diamond(x: float, y: float) -> Markup:
    corners = [(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)]
    return element("path", d=polygon(corners), class_="open")


def _axis(axis: ShareAxis, high: float, low: float) -> Markup:
    """Draw the axis beside a group: lines at its ends and middle, and what they are at."""
    shares = axis.ticks(_LONG) if axis.is_log else [0.0, axis.high / 2, axis.high]
    path = "".join(
        [f"M{written(_x(one, axis))} {written(high)}V{written(low + 2)}" for one in shares]
    )
    anchors = [None, *("middle" for _ in shares[2:]), "end"]
    texts = [
        line_of_text(_x(one, axis), low + 2 + LINE / 2, f"{one:g} %", anchor=anchor)
        for one, anchor in zip(shares, anchors, strict=True)
    ]
    return element("g", element("path", d=path, class_="grid"), texts, class_="axis soft")


def _entries(groups: Sequence[NumberGroup]) -> Iterator[Entry]:
    rows = [row for group in groups for row in group.rows]
    if any(row.interval for row in rows):
        yield Entry("share with its 95 % interval", _counted_sample)
    if any(not row.interval for row in rows):
        yield Entry("share without an interval", lambda x, y: _diamond(x + 12, y))


def _counted_sample(x: float, y: float) -> Content:
    line = element("path", d=f"M{written(x)} {written(y)}h24", class_="interval")
    return [line, _square(x + 12, y)]
