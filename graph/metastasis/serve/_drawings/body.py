"""The body of one cancer, or of one site: what it reaches, or what reaches it, in shades and words.

Long because it is the whole drawing: its labels, its layers and its legend.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.pictures._arrow import ROUTES, arrow_shape, arrow_width, interval_step
from metastasis.pictures._body import BodyMap, filling_rules
from metastasis.pictures._body_layout import HALF, Label, Plan, place_panel
from metastasis.pictures._body_view import PARTS, has_shape, organs_around, organs_meant
from metastasis.pictures._mark import (
    DENIED,
    STATES,
    dispute_rule,
    frame_words,
    has_no_interval,
    number_rules,
    step_words,
)
from metastasis.pictures._signs import basis_rule
from metastasis.pictures._words import NOT_POOLED
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
from metastasis.serve._drawings.outline import GRID, polygon, short_path, written
from metastasis.serve._drawings.signs import (
    basis_entries,
    basis_sign,
    cross,
    in_order,
    short_lines,
    step_of,
)
from metastasis.serve._html import Markup, element
from metastasis.serve._links import pair_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._anatomy import Organ
    from metastasis.pictures._body_layout import Panel, Target
    from metastasis.pictures._body_view import End, View
    from metastasis.pictures._labels import Placed, Point
    from metastasis.serve._html import Content
    from metastasis.serve._links import Links

__all__ = ["body_drawing"]

_INCH: Final = 72.0
"""Pixels of a drawing to an inch of the layout, in which a letter of 12 points has 12 pixels."""
_COLUMN: Final = 99.0
"""Width of a column of labels at most."""
_PAD: Final = 3.0
"""From the body to a column."""
_GAP: Final = 7.0
"""From one label to the next."""
_LARGEST: Final = 1.35
"""Pixels of a unit of the body at most, where the labels are short."""
_STROKES: Final = 0.5
"""How wide arrows are, as a share of those of a picture for print."""
_RING: Final = 0.06
"""Inches from a site to the tips of the arrows that all lead to it."""
_CROWD: Final = 8
"""Labels of a whole body at least: with fewer, legs would be most of the drawing."""
_NAMED: Final = {"primary": 26, "site": 16}
"""Labels at most: with more, the body would be lost among them. The profile names all."""


def body_drawing(
    kg: KnowledgeGraph,
    links: Links,
    *,
    primary: str | None = None,
    site: str | None = None,
    frame: Frame | None = None,
) -> Drawing:
    """Return where one cancer spreads, or what spreads to one site, on a body with links.

    Parameters
    ----------
    kg
        The graph.
    links
        From the page that the drawing is on.
    primary, site
        Key of the one or of the other.
    frame
        Which numbers are shown; None are those of ``kg.draw.body``.

    >>> import metastasis as mets
    >>> from metastasis.serve._links import Links
    >>> body_drawing(mets.load(), Links("primary/prostate"), primary="prostate").title[:28]
    'Where prostate cancer spread'
    """
    kind = planned(BodyMap, kg, primary, site, frame)
    if not kind.views:
        return nothing(kind)
    pen = _BodyLayers(kind, links)
    return Drawing(
        kind="body",
        title=kind.title(),
        height=pen.height,
        content=pen.content,
        caption=(*_shares(kind), ending(kind)),
        rules=tuple(_rules(kind)),
        alt=kind.findings(),
    )


def _shares(kind: BodyMap) -> Iterator[str]:
    """Yield out of whom the numbers are."""
    if kind.frame:
        yield f"Shade and width of an arrow: {frame_words(kind.frame, kind.why)}."


def _rules(kind: BodyMap) -> Iterator[str]:
    """Yield what shades, arrows and states mean."""
    marks, frame = kind.views[0].marks, kind.frame
    if frame:
        yield from number_rules(marks, frame, without="Arrows with an open head")
    if any(mark.state == "words" for mark in marks):
        yield (
            "Hatched shapes and thin arrows: reported in words, which stand in quotation marks, or "
            "with other numbers only; no frequency can be read from them."
        )
    yield from basis_rule((mark.basis for mark in marks), numbers=frame is not None)
    yield from dispute_rule([mark.pair for mark in marks], "Crossed shapes")
    yield NOT_POOLED
    yield from filling_rules(kind.views[:1], kind.anatomy)
    named, every = len(_named(kind.views[0]).marks), len(marks)
    if named < every:
        yield (
            f"Named are {named} of {every}, those with numbers first; all fill their organs, and "
            "the profile names each."
        )
    yield "Shapes are schematic: which of a pair is drawn on has no meaning."


# Labels


def _named(view: View) -> View:
    """Return a body with no more pairs than there is room to name, those that say most."""
    told = sorted(view.marks, key=lambda one: (*in_order(one), one.label))[: _NAMED[view.focus]]
    return replace(view, marks=tuple(one for one in view.marks if one in told))


def _placed(view: View, kind: BodyMap) -> Panel:
    """Return one body between two columns of labels, all as wide as a drawing at most."""
    labels = [_label(mark) for mark in view.marks]
    focus = _lettered(view.label, (view.focus,))
    column = max(label.width for label in (*labels, focus))
    unit = min((WIDTH / 2 - _INCH * column - _PAD) / HALF, _LARGEST)
    plan = Plan(
        unit=unit / _INCH,
        name_size=12.0,
        number_size=12.0,
        column=_COLUMN / _INCH,
        gap=_GAP / _INCH,
        pad=_PAD / _INCH,
        whole=view.body != "neutral" and len(labels) >= _CROWD,
        labels_focus=True,
        strokes=_STROKES,
        growth=1.0,
    )
    return place_panel(view, kind.anatomy, plan, labels, focus)


def _label(mark: End) -> Label:
    """Return name, share and n/N, or why there is none."""
    return _lettered(mark.label, short_lines(mark), 12.0 if mark.basis else 0.0)


def _lettered(name: str, lines: Sequence[str], beside: float = 0.0) -> Label:
    names = wrapped(name, _COLUMN, bold=True)
    if beside and text_width(names[-1], bold=True) + beside > _COLUMN:
        names = wrapped(name, _COLUMN - beside, bold=True)
    numbers = tuple(part for line in lines for part in wrapped(line, _COLUMN))
    wide = max(
        *(text_width(one, bold=True) for one in names),
        text_width(names[-1], bold=True) + beside,
        *(text_width(one) for one in numbers),
    )
    tall = LINE * (len(names) + len(numbers))
    return Label(names, numbers, min(wide, _COLUMN) / _INCH, tall / _INCH)


# Layers


class _BodyLayers:
    """One body on its sheet: every layer, from the outline up to the legend."""

    def __init__(self, kind: BodyMap, links: Links) -> None:
        self.kind = kind
        self.links = links
        self.view = kind.views[0]
        self.panel = _placed(_named(self.view), kind)
        room = self.panel.room
        self.left = WIDTH / 2 - _INCH * room.origin[0]
        self.unit = _INCH * room.unit
        self.clip = _INCH * (room.origin[1] + room.unit * room.shown)
        body = [self._shapes(), self._arrows(), self._marks(), self._labels()]
        signs, self.height = legend(self._entries(), _INCH * self.panel.height + 14)
        self.content: Content = [self._defs(), *body, signs]

    def place(self, point: Point) -> Point:
        """Return a point of the panel in pixels."""
        return self.left + _INCH * point[0], _INCH * point[1]

    def _link(self, mark: End, *content: Content, class_: str, is_stop: bool = False) -> Markup:
        """Return parts of a pair as a link to its page; only its label is a stop of the keyboard.

        A screen reader meets a pair once, too. A label says what it is; a shape has a title.
        """
        return element(
            "a",
            None if is_stop else element("title", _short(mark)),
            *content,
            href=self.links.page(pair_path(mark.pair.primary, mark.pair.site)),
            class_=class_,
            tabindex=None if is_stop else "-1",
        )

    # Shapes

    def _shapes(self) -> Markup:
        """Draw the body and its organs, those that are meant over the others."""
        anatomy = self.kind.anatomy
        body = anatomy.bodies[self.view.body]
        meant = organs_meant(self.view, anatomy)
        around = organs_around(self.view.body, meant, anatomy)
        shown = sorted(meant, key=lambda key: (anatomy.organs[key].front, key))
        x, y = self.place(self.panel.room.origin)
        scale = f"{self.unit / GRID:.4f}"
        return element(
            "g",
            element(
                "g",
                _path(body.path, "outline"),
                [_path(organ.path, _around(organ)) for organ in around],
                _path(body.detail, "line"),
                [self._organ(anatomy.organs[key], meant[key]) for key in shown],
                transform=f"translate({written(x)} {written(y)}) scale({scale})",
            ),
            clip_path="url(#body-clip)",
            aria_hidden="true",
        )

    def _organ(self, organ: Organ, mark: End | None) -> Markup:
        """Draw one organ that is meant, as a link unless it is in focus."""
        if mark is None:
            shape = [_path(organ.path, "origin"), _path(organ.detail, "line")]
            return element("g", element("title", self.view.label), shape)
        class_, fill = self._look(mark)
        dark = mark.state == "number" and self._step(mark) > 2
        detail = _path(organ.detail, "line light" if dark else "line")
        return self._link(mark, _path(organ.path, f"organ {class_}", fill), detail, class_="part")

    def _step(self, mark: End) -> int:
        return step_of(mark.percent, self.kind.style.percent_steps)

    def _look(self, mark: End) -> tuple[str, str | None]:
        """Return the class and the pattern of what a pair fills."""
        state = f"s{self._step(mark)}" if mark.state == "number" else mark.state
        if mark.state == PARTS:
            return "words", "url(#body-parts)"
        if mark.is_disputed:
            return f"{state} disputed", f"url(#body-x-{state})"
        if mark.state in ("words", "conflicting"):
            return state, f"url(#body-{'x-' if mark.state == 'conflicting' else ''}{state})"
        return state, None

    def _defs(self) -> Markup:
        """Return the clip of the body, and the patterns that are in the drawing."""
        filled = filter(None, organs_meant(self.view, self.kind.anatomy).values())
        looks = {self._look(mark) for mark in (*self.view.marks, *filled)}
        patterns = sorted({fill[5:-1] for _, fill in looks if fill})
        clip = element("rect", x="0", y="-9", width=f"{WIDTH:g}", height=written(self.clip + 9))
        return element(
            "defs",
            element("clipPath", clip, id="body-clip"),
            [self._pattern(name) for name in patterns],
        )

    def _pattern(self, name: str) -> Markup:
        state = "words" if name.endswith(PARTS) else name.rpartition("-")[2]
        lines = "M0 0H8M0 0V8" if "-x-" in name else "M0 0V8"
        if name.endswith(PARTS):
            lines = "M2 4h3"
        return element(
            "pattern",
            element("rect", width="8", height="8", class_=f"ground {state}"),
            element("path", d=lines, class_=f"hatch {state}"),
            id=name,
            width="8",
            height="8",
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        )

    # Arrows

    def _arrows(self) -> Markup:
        """Draw the arrows, the largest first, and the leaders of the labels."""
        drawn = [
            target for target in self.panel.targets if target.mark.state in ("number", "words")
        ]
        plain = [one for one in drawn if one.mark.state == "words" and one.mark.route is None]
        placed = [one.placed for one in self.panel.targets if not one.beside]
        if self.panel.focus_label:
            placed.append(self.panel.focus_label[1])
        path = "".join([self._leader(one) for one in placed])
        return element(
            "g",
            element("path", d=path, class_="leader"),
            self._arrow(plain) if plain else None,
            [self._arrow([target]) for target in drawn if target not in plain],
            class_="above",
            aria_hidden="true",
        )

    def _arrow(self, targets: Sequence[Target]) -> Content:
        """Draw arrows that look alike: shafts, then heads."""
        mark, style = targets[0].mark, self.kind.style
        has_number = mark.state == "number"
        points = arrow_width(mark.percent, style) if has_number else 0.9
        width = max(points * _STROKES, 0.7)
        short = _RING if self.view.focus == "site" else 0.0
        shapes = [arrow_shape(one.curve, width, short, scale=0.6) for one in targets]
        class_ = f"i{interval_step(mark.interval, style)}" if has_number else "thin"
        dashes = ROUTES.get(mark.route or "", ())
        spread = " ".join([written(width * dash * (1 if has_number else 2)) for dash in dashes])
        return [
            element(
                "path",
                d="".join([self._curve(shaft) for shaft, _ in shapes]),
                class_=f"shaft {class_}",
                stroke_width=written(width),
                stroke_dasharray=spread or None,
            ),
            element(
                "path",
                d="".join([polygon(map(self.place, head)) for _, head in shapes]),
                class_=f"head {'open' if has_no_interval(mark) else ''} {class_}".replace(
                    "  ", " "
                ),
            ),
        ]

    def _curve(self, points: Sequence[Point]) -> str:
        start, *rest = [f"{written(x)} {written(y)}" for x, y in map(self.place, points)]
        return f"M{start}C{' '.join(rest)}"

    def _leader(self, placed: Placed) -> str:
        (x1, y1), (x2, y2) = map(self.place, placed.leader)
        elbow = 3.0 if placed.side == "left" else -3.0
        return (
            f"M{written(x1)} {written(y1)}L{written(x2 + elbow)} {written(y2)}"
            f"L{written(x2)} {written(y2)}"
        )

    # Marks and labels

    def _marks(self) -> Markup:
        """Draw a diamond for each site without a shape, crosses, and a dot on what is in focus."""
        drawn: list[Content] = []
        for target in self.panel.targets:
            mark = target.mark
            x, y = self.place(target.tip)
            shaped = any(has_shape(key, self.kind.anatomy) for key in mark.organs)
            if target.beside or not shaped:
                class_, fill = self._look(mark)
                corners = [(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)]
                shape = element("path", d=polygon(corners), class_=f"organ {class_}", fill=fill)
                drawn.append(self._link(mark, shape, class_="part"))
            if mark.state == "absent":
                drawn.append(cross(x, y))
        x, y = self.place(self.panel.focus)
        dot = element("circle", cx=written(x), cy=written(y), r="3.2", class_="origin")
        return element("g", drawn, dot, aria_hidden="true")

    def _labels(self) -> Content:
        """Write names and numbers, each a link to its pair."""
        panel = self.panel
        drawn: list[Content] = []
        ordered = sorted(
            panel.targets, key=lambda one: (one.placed.side, one.placed.box.y, one.mark.key)
        )
        for target in ordered:
            words = self._words(target.label, target.placed, target.mark.basis)
            class_ = "label" if target.mark.state == "number" else "label soft"
            drawn.append(self._link(target.mark, words, class_=class_, is_stop=True))
        if panel.focus_label:
            own = element("g", self._words(*panel.focus_label), class_="label focus")
            drawn.insert(0, own)
        return drawn

    def _words(self, label: Label, placed: Placed, basis: str | None = None) -> list[Content]:
        left = placed.side == "left"
        box = placed.box
        x, top = self.place((box.x + box.width if left else box.x, box.y))
        anchor = "end" if left else None
        wide, tall = _INCH * box.width, _INCH * box.height
        hit = element(
            "rect",
            x=written(x - wide - 2 if left else x - 2),
            y=written(top - 1),
            width=written(wide + 4),
            height=written(tall + 2),
            class_="hit",
        )
        drawn: list[Content] = [hit]
        for at, line in enumerate((*label.name, *label.numbers)):
            class_ = "name" if at < len(label.name) else None
            middle = top + (at + 0.5) * LINE
            drawn.append(line_of_text(x, middle, line, class_=class_, anchor=anchor))
        if basis:
            away = text_width(label.name[-1], bold=True) / 1.06 + 8
            middle = top + (len(label.name) - 0.5) * LINE
            drawn.append(basis_sign(x - away if left else x + away, middle, basis, 3.6))
        return drawn

    # Legend

    def _entries(self) -> list[Entry]:
        """Return what is in the drawing: fills, widths, intervals, states, routes, marks."""
        marks = self.view.marks
        style = self.kind.style
        focus = "where it starts" if self.view.focus == "primary" else "the site"
        steps = sorted({self._step(mark) for mark in marks if mark.state == "number"})
        shown = [step_words(style)[step] for step in steps]
        fills = [Entry(w, _box(f"s{s}")) for s, w in zip(steps, shown, strict=True)]
        states = [
            Entry(STATES[state], _box(*self._sample(state)))
            for state in ("words", *DENIED, "conflicting")
            if any(mark.state == state for mark in marks)
        ]
        filled = filter(None, organs_meant(self.view, self.kind.anatomy).values())
        if any(mark.state == PARTS for mark in filled):
            parts = _box("words", "url(#body-parts)")
            states.append(Entry("only kinds of the cancer have a number", parts))
        disputed = [mark for mark in marks if mark.is_disputed][:1]
        return [
            Entry(focus, _box("origin")),
            *fills,
            *_arrow_entries(marks, self.kind),
            *states,
            *(Entry("reported, and sources conflict", _box(*self._look(one))) for one in disputed),
            *basis_entries(mark.basis for mark in marks),
            *_route_entries(marks),
        ]

    def _sample(self, state: str) -> tuple[str, str | None]:
        return next(self._look(one) for one in self.view.marks if one.state == state)


def _short(mark: End) -> str:
    return f"{mark.label}: {', '.join(short_lines(mark))}"


def _around(organ: Organ) -> str:
    return "around bone" if organ.site == "bone" else "around"


def _path(text: str, class_: str, fill: str | None = None) -> Markup | None:
    return element("path", d=short_path(text), class_=class_, fill=fill) if text else None


def _box(class_: str, fill: str | None = None) -> Callable[[float, float], Content]:
    def sample(x: float, y: float) -> Content:
        box = element(
            "rect",
            width=f"{(SAMPLE - 1) * 2:g}",
            height="20",
            class_=f"organ {class_}",
            fill=fill,
        )
        # Half as large, as organs are: so its pattern is theirs.
        return element("g", box, transform=f"translate({written(x)} {written(y - 5)}) scale(.5)")

    return sample


def _line(
    width: float, class_: str, dashes: Sequence[float] = ()
) -> Callable[[float, float], Content]:
    def sample(x: float, y: float) -> Content:
        return element(
            "path",
            d=f"M{written(x)} {written(y)}h{SAMPLE:g}",
            class_=f"shaft {class_}",
            stroke_width=written(width),
            stroke_dasharray=" ".join([written(width * dash) for dash in dashes]) or None,
        )

    return sample


def _open_head(x: float, y: float) -> Content:
    corners = [(x + SAMPLE, y), (x + SAMPLE - 8, y - 4), (x + SAMPLE - 8, y + 4)]
    return [
        _line(3.0, "i0")(x, y),
        element("path", d=polygon(corners), class_="open head i0"),
    ]


def _arrow_entries(marks: Sequence[End], kind: BodyMap) -> Iterator[Entry]:
    """Yield how wide an arrow of 10 and of 50 percent is, and how pale a wide interval."""
    style = kind.style
    shown = [mark for mark in marks if mark.state == "number"]
    for share in (10, 50) if shown else ():
        width = _STROKES * arrow_width(share, style)
        yield Entry(f"arrow at {share} %", _line(width, "i0"))
    narrow, wide = style.interval_steps
    words = (
        f"95 % interval up to {narrow:g} points",
        f"95 % interval {narrow:g} to {wide:g} points",
        "95 % interval wider",
    )
    for step in sorted({interval_step(mark.interval, style) for mark in shown if mark.interval}):
        yield Entry(words[step], _line(3.0, f"i{step}"))
    if any(map(has_no_interval, shown)):
        yield Entry("no interval", _open_head)


def _route_entries(marks: Sequence[End]) -> Iterator[Entry]:
    named = {mark.route for mark in marks if mark.state in ("number", "words")}
    if not named - {None}:
        return
    for route, dashes in ROUTES.items():
        if route in named:
            yield Entry(route.replace("_", " "), _line(2.0, "ink", dashes))
    if None in named:
        yield Entry("route not stated", _line(2.0, "ink"))
