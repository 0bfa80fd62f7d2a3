"""The profile of one cancer over sites, or of one site over cancers: a bar for each share.

Numbers are of one frame; what has none of it has a sign, left of where bars start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._markup import Markup, element
from metastasis.pictures._profiles.page import axis_end
from metastasis.pictures._profiles.profiles import SiteProfiles
from metastasis.pictures._said.mark import STATES, dispute_rule, frame_words, number_rules
from metastasis.pictures._said.words import CLASS_RULES, NOT_POOLED, capitalize
from metastasis.pictures._signs.signs import basis_rule
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
from metastasis.serve._drawings.lettering import LINE, text_width, wrapped
from metastasis.serve._drawings.outline import written
from metastasis.serve._drawings.signs import (
    EDGES,
    basis_entries,
    basis_sign,
    conflict_sign,
    in_order,
    short_lines,
    sign_of,
    state_sign,
    told,
)
from metastasis.serve._links import pair_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content
    from metastasis.pictures._said.mark import Mark
    from metastasis.serve._links import Links

__all__ = ["profile_drawing"]

_NAMES: Final = 112.0
"""Width of the names at most; longer ones stand in two lines."""
_SIGN: Final = 13.0
"""Room for one sign beside another."""
_TEXT: Final = 5.0
"""From the end of a bar to its number."""
_SHORTEST: Final = 36.0
"""Of bars that end at the end of the axis."""
_THICK: Final = 9.0
_ROW: Final = 19.0
_HEAD: Final = 22.0
"""Room for the axis above the bars."""


def profile_drawing(
    kg: KnowledgeGraph,
    links: Links,
    *,
    primary: str | None = None,
    site: str | None = None,
    frame: Frame | None = None,
) -> Drawing:
    """Return how often one cancer spreads to each site, or each cancer to one site, as bars.

    Parameters
    ----------
    kg
        The graph.
    links
        From the page that the drawing is on.
    primary, site
        Key of the one or of the other.
    frame
        Which numbers are shown; None are those of ``kg.draw.profiles``.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> profile_drawing(mets.load(), Links("primary/bladder"), primary="bladder").title
    'Site profile of bladder cancer: % of metastatic patients, during the course of the disease'
    """
    kind = planned(SiteProfiles, kg, primary, site, frame)
    if not kind.marks:
        return nothing(kind)
    page = _ProfileRows(kind, links, by_site=primary is not None)
    title = kind.title()
    if primary is None:
        of = f": % of {kind.frame}" if kind.frame else ""
        title = f"Cancers that reach the {kind.marks[0].pair.site_label}{of}"
    return Drawing(
        kind="profile",
        title=title,
        height=page.height,
        content=page.content,
        caption=(*_shares(kind), ending(kind)),
        rules=tuple(_rules(kind)),
        alt=kind.findings(),
    )


def _shares(kind: SiteProfiles) -> Iterator[str]:
    """Yield out of whom the numbers are."""
    marks, frame = kind.marks, kind.frame
    if frame and any(one.number for one in marks):
        yield f"Length of a bar: {frame_words(frame, kind.why)}."
        if any(one.interval for one in marks):
            yield "The line on it is the 95 % interval."


def _rules(kind: SiteProfiles) -> Iterator[str]:
    """Yield what bars and signs mean."""
    marks, frame = kind.marks, kind.frame
    if frame and any(one.number for one in marks):
        yield from number_rules(marks, frame, without="Bars with a dashed edge")
    yield from dispute_rule(kind.drawn, "Squares beside a bar or a disk")
    if any(one.state == "words" for one in marks):
        yield (
            "Disks: reported in words, which stand in quotation marks, or with other numbers only; "
            "their shade gives the class of the edge, and no frequency can be read from them."
        )
        yield from basis_rule((one.basis for one in marks), numbers=frame is not None)
        yield CLASS_RULES
    else:
        yield NOT_POOLED


class _ProfileRows:
    """The rows of one profile, with its axis and its legend."""

    def __init__(self, kind: SiteProfiles, links: Links, *, by_site: bool) -> None:
        self.kind = kind
        self.links = links
        self.by_site = by_site
        marks = sorted(kind.marks, key=lambda one: (*in_order(one), self._name(one)))
        self.has_numbers = any(one.number for one in marks)
        self.names = min(max(text_width(self._name(one), bold=True) for one in marks), _NAMES)
        signs = max(len(_signs(one)) for one in marks)
        self.start = self.names + 6 + _SIGN * signs + (3 if signs else 0)
        self.top = axis_end(marks)
        numbers = max((self._wide(one) for one in marks), default=0.0)
        self.bar = max(min(150.0, WIDTH - self.start - numbers - _TEXT), _SHORTEST)
        self._fit(marks)
        y = _HEAD if self.has_numbers else 2.0
        rows: list[Content] = []
        foot = y
        for number, mark in enumerate(marks):
            row, tall = self._row(mark, y, is_striped=number % 2 == 0)
            rows.append(row)
            y += tall
            foot = y if mark.number else foot
        axis = self._axis(foot) if self.has_numbers else None
        drawn, self.height = legend(self._entries(), y + 12)
        self.content: Content = [axis, rows, drawn]

    def _name(self, mark: Mark) -> str:
        label = mark.pair.site_label if self.by_site else mark.pair.primary_label
        return capitalize(label)

    def _wide(self, mark: Mark) -> float:
        return max(map(text_width, short_lines(mark)[:1]), default=0.0)

    def _fit(self, marks: list[Mark]) -> None:
        """Make bars so short that each number fits behind its own."""
        room = WIDTH - self.start - _TEXT
        for mark in marks:
            if mark.number and mark.most:
                fits = (room - self._wide(mark)) * self.top / mark.most
                self.bar = max(min(self.bar, fits), _SHORTEST)

    def _row(self, mark: Mark, y: float, *, is_striped: bool) -> tuple[Markup, float]:
        """Draw one pair as a link: its name, signs, bar, interval and number."""
        lines = wrapped(self._name(mark), _NAMES, bold=True)
        tall = max(_ROW, LINE * len(lines) + 4)
        middle = y + tall / 2
        stripe = "hit stripe" if is_striped else "hit"
        first = middle - LINE * (len(lines) - 1) / 2
        soft = "label" if mark.state == "number" else "label soft"
        return element(
            "a",
            element("title", told(mark, self.kind.frame)),
            element(
                "rect",
                y=written(y),
                width=f"{WIDTH:g}",
                height=written(tall),
                class_=stripe,
                rx="2",
            ),
            [
                line_of_text(self.names, first + at * LINE, line, class_="name", anchor="end")
                for at, line in enumerate(lines)
            ],
            self._signs(mark, middle),
            self._shown(mark, middle),
            href=self.links.page(pair_path(mark.pair.primary, mark.pair.site)),
            class_=soft,
        ), tall

    def _signs(self, mark: Mark, y: float) -> list[Markup]:
        return [
            _drawn_sign(sign, self.start - 3 - _SIGN * (at + 0.5), y)
            for at, sign in enumerate(_signs(mark))
        ]

    def _shown(self, mark: Mark, y: float) -> Content:
        """Draw the bar of a pair with its number, or say why it has none."""
        said = short_lines(mark)
        if mark.number is None:
            return line_of_text(self.start + _TEXT, y, self._fitting(said, self.start + _TEXT))
        unit = self.bar / self.top
        long = max(unit * mark.percent, 1.0)
        box = element(
            "rect",
            x=written(self.start),
            y=written(y - _THICK / 2),
            width=written(long),
            height=f"{_THICK:g}",
            class_="bar" if mark.interval else "bar uncounted",
        )
        line = None
        if mark.interval:
            low, high = (self.start + unit * end for end in mark.interval)
            path = f"M{written(low)} {written(y)}H{written(high)}"
            line = element("path", d=path, class_="interval")
        words = self._fitting(said, self.start + unit * mark.most + _TEXT)
        x = min(self.start + unit * mark.most + _TEXT, WIDTH - text_width(words))
        return [box, line, line_of_text(x, y, words)]

    def _fitting(self, said: list[str], x: float) -> str:
        """Return what is said from there on; where that is too long, a sign tells the rest."""
        whole = ", ".join(said)
        return whole if x + text_width(whole) <= WIDTH else said[0]

    def _axis(self, bottom: float) -> Markup:
        xs = [self.start, self.start + self.bar / 2, self.start + self.bar]
        path = "".join([f"M{written(x)} {_HEAD - 3:g}V{written(bottom)}" for x in xs])
        return element(
            "g",
            element("path", d=path, class_="grid"),
            line_of_text(xs[0], 8, "0", anchor="middle"),
            line_of_text(xs[2], 8, f"{self.top:g} %", anchor="middle"),
            class_="axis soft",
        )

    def _entries(self) -> Iterator[Entry]:
        """Yield the bars and signs that are in the drawing."""
        marks = self.kind.marks
        if any(one.interval for one in marks):
            yield Entry("share with its 95 % interval", _bar_sample)
        if any(one.number and not one.interval for one in marks):
            yield Entry("share without an interval", _uncounted_sample)
        for sign in _KINDS:
            if any(sign in _signs(one) for one in marks):
                none = ", no such number" if self.has_numbers and sign in EDGES else ""
                yield Entry(f"{_KINDS[sign]}{none}", _sign_sample(sign))
        yield from basis_entries(one.basis for one in marks)


_KINDS: Final = {
    **EDGES,
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
}


def _signs(mark: Mark) -> list[str]:
    """Return the signs of a pair from where its bar starts to the left."""
    signs = [sign_of(mark)] if mark.number is None or mark.state != "number" else []
    signs += [mark.basis] if mark.basis else []
    return [*signs, *(["conflicting"] if mark.is_disputed else [])]


def _drawn_sign(sign: str, x: float, y: float) -> Markup:
    if sign.endswith("_words"):
        return basis_sign(x, y, sign)
    return conflict_sign(x, y) if sign == "conflicting" else state_sign(x, y, sign)


def _sign_sample(sign: str) -> Callable[[float, float], Content]:
    return lambda x, y: state_sign(x + 12, y, sign)


def _bar_sample(x: float, y: float) -> Content:
    line = element("path", d=f"M{written(x + 10)} {written(y)}h14", class_="interval")
    return [_sample(x, y, "bar"), line]


def _uncounted_sample(x: float, y: float) -> Content:
    return _sample(x, y, "bar uncounted")


def _sample(x: float, y: float, class_: str) -> Markup:
    return element("rect", x=written(x), y=written(y - 4.5), width="18", height="9", class_=class_)
