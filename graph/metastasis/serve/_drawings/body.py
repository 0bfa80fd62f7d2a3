"""The body of one cancer, or of one site: what it reaches, or what reaches it, in shades and words.

It is the picture's own layout, with the words of a page: what is said and how bodies are filled is
decided in :mod:`metastasis.pictures._body`.

Long because it is the whole drawing: its labels, its layers and its legend.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metastasis._markup import Markup, element
from metastasis.pictures._body import BodyMap
from metastasis.pictures._body.labels import Label, LabelLine
from metastasis.pictures._body.layout import SWATCH, PanelTerms, lay_out_panel
from metastasis.pictures._body.spots import STEP, Spot, has_shape, organs_around, organs_meant
from metastasis.pictures._body.views import PARTS
from metastasis.pictures._said.mark import DENIED, STATES, step_words
from metastasis.pictures._said.words import CLASSES
from metastasis.pictures._sheet.style import ink_on
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
from metastasis.serve._drawings.signs import basis_entries, basis_sign, cross
from metastasis.serve._links import pair_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._graph import KnowledgeGraph
    from metastasis._markup import Content
    from metastasis.pictures._body.anatomy import Organ
    from metastasis.pictures._body.layout import Panel, Stand
    from metastasis.pictures._body.spots import View
    from metastasis.pictures._sheet.labels import Point
    from metastasis.serve._links import Links

__all__ = ["body_drawing"]

_INCH: Final = 72.0
"""Pixels of a drawing to an inch of the layout, in which a letter of 12 points has 12 pixels."""
_COLUMN: Final = 99.0
"""Width of a column of labels at most."""
_TERMS: Final = PanelTerms(
    width=WIDTH / _INCH,
    height=None,
    unit=1.35 / _INCH,
    least=0.2 / _INCH,
    columns=(_COLUMN / _INCH,),
    levels=(1,),
    gap=7 / _INCH,
    pad=3 / _INCH,
    names_all=True,
)
_NAMED: Final = {"primary": 26, "site": 16}
"""Labels at most: with more, the body would be lost among them. The profile names all."""
_ARM: Final = 4.0


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
    shade, *rules = kind.rules()
    named, every = len(pen.named.spots), len(pen.view.spots)
    if named < every:
        rules.append(
            f"Named are {named} of {every}, the most important first; all fill their organs, and "
            "the profile names each."
        )
    return Drawing(
        kind="body",
        title=kind.title(),
        height=pen.height,
        content=pen.content,
        caption=(shade, ending(kind)),
        rules=tuple(rules),
        alt=kind.findings(),
    )


# Labels


@dataclass(frozen=True, slots=True)
class _PageMeasure:
    """How words are measured on a page: by a table, no font is asked."""

    def spot(self, spot: Spot, column: float, level: int) -> Label:
        """Return the label of a spot: its name, its share, and n/N or why there is none."""
        more = spot.details[min(level, len(spot.details) - 1)]
        return _lettered(spot.label, spot.share, more, _INCH * column, 14.0 if spot.basis else 0.0)

    def focus(self, name: str, word: str, column: float, level: int) -> Label:  # noqa: ARG002
        """Return the label of what is in focus."""
        return _lettered(name, "", word, _INCH * column, bold=True)

    def heading(self, text: str, column: float) -> Label:
        """Return a heading over a list."""
        return _lettered("", "", text, _INCH * column)

    def rest(self, texts: Sequence[str], width: float) -> Label:
        """Return sentences in lines: what is named below a body."""
        return _lettered("", "", " ".join(texts), _INCH * width)


def _lettered(
    name: str, share: str, more: str, column: float, beside: float = 0.0, *, bold: bool = False
) -> Label:
    names = list(wrapped(name, column, bold=bold)) if name else []
    if beside and text_width(names[-1]) + beside > column:
        names = list(wrapped(name, column - beside))
    pieces = [
        *((line, "name", bold) for line in names),
        *((line, "share", True) for line in (wrapped(share, column, bold=True) if share else ())),
        *((line, "more", False) for line in (wrapped(more, column) if more else ())),
    ]
    widths = [text_width(line, bold=is_bold) for line, _, is_bold in pieces]
    sign = None
    if beside:
        away = text_width(names[-1]) + 7
        sign = (away / _INCH, LINE * (len(names) - 0.5) / _INCH)
        widths.append(text_width(names[-1]) + beside)
    lines = tuple(
        LabelLine(line, role, (at + 0.5) * LINE / _INCH, bold=is_bold)
        for at, (line, role, is_bold) in enumerate(pieces)
    )
    return Label(lines, min(max(widths), column) / _INCH, LINE * len(lines) / _INCH, sign)


# Layers


class _BodyLayers:
    """One body on its sheet: every layer, from the outline up to the legend."""

    def __init__(self, kind: BodyMap, links: Links) -> None:
        self.kind = kind
        self.links = links
        self.view = kind.views[0]
        self.named = _named(self.view)
        self.panel = _placed(self.named, kind)
        self.left = (WIDTH - _INCH * self.panel.width) / 2
        self.unit = _INCH * self.panel.unit
        self.clip = _INCH * self.panel.origin[1] + self.unit * self.panel.shown
        body = [self._shapes(), self._leaders(), self._marks(), self._labels()]
        signs, self.height = legend(self._entries(), _INCH * self.panel.height + 14)
        self.content: Content = [self._defs(), *body, signs]

    def place(self, point: Point) -> Point:
        """Return a point of the panel in pixels."""
        return self.left + _INCH * point[0], _INCH * point[1]

    def _link(self, spot: Spot, *content: Content, class_: str, is_stop: bool = False) -> Markup:
        """Return parts of a pair as a link to its page; only its label is a stop of the keyboard.

        A screen reader meets a pair once, too. A label says what it is; a shape has a title.
        """
        ends = (spot.key, self.view.key) if self.kind.reverse else (self.view.key, spot.key)
        return element(
            "a",
            None if is_stop else element("title", _short(spot)),
            *content,
            href=self.links.page(pair_path(*ends)),
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
        x, y = self.place(self.panel.origin)
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

    def _organ(self, organ: Organ, spot: Spot | None) -> Markup:
        """Draw one organ that is meant, as a link unless it is in focus."""
        if spot is None:
            shape = [_path(organ.path, "origin"), _path(organ.detail, "line")]
            return element("g", element("title", self.view.label), shape)
        class_, fill = self._look(spot)
        style = self.kind.style
        dark = ink_on(self.kind.fills.color(spot.fill), style) != style.ink
        detail = _path(organ.detail, "line light" if dark else "line")
        return self._link(spot, _path(organ.path, f"organ {class_}", fill), detail, class_="part")

    def _look(self, spot: Spot) -> tuple[str, str | None]:
        """Return the class and the pattern of what a pair fills."""
        fill = spot.fill
        state = f"s{fill.removeprefix(STEP)}" if fill.startswith(STEP) else fill
        if spot.is_disputed:
            return f"{state} disputed", f"url(#body-x-{state})"
        if fill == PARTS:
            return "words", "url(#body-parts)"
        if fill in ("words", "conflicting"):
            return state, f"url(#body-{'x-' if fill == 'conflicting' else ''}{state})"
        return f"{state} uncounted" if spot.is_dashed else state, None

    def _defs(self) -> Markup:
        """Return the clip of the body, and the patterns that are in the drawing."""
        shown = [*self.view.spots, *self.view.filled.values()]
        patterns = sorted({fill[5:-1] for _, fill in map(self._look, shown) if fill})
        clip = element("rect", x="0", y="-9", width=f"{WIDTH:g}", height=written(self.clip + 9))
        return element(
            "defs",
            element("clipPath", clip, id="body-clip"),
            [self._pattern(name) for name in patterns],
        )

    def _pattern(self, name: str) -> Markup:
        if name == "body-parts":
            dots = element("circle", cx="2", cy="2", r="1.1", class_="faint")
            return element(
                "pattern",
                element("rect", width="5", height="5", class_="ground words"),
                dots,
                id=name,
                width="5",
                height="5",
                patternUnits="userSpaceOnUse",
            )
        state = name.rpartition("-")[2]
        lines = "M0 0H8M0 0V8" if "-x-" in name else "M0 0V8"
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

    # Leaders, marks and labels

    def _leaders(self) -> Markup:
        """Draw the leaders of the labels, each with a dot where it points at."""
        path, dots = "", []
        for stand in self.panel.stands:
            x2, y2 = self.place(stand.end)
            elbow = 3.0 if stand.side == "left" else -3.0
            for x1, y1 in map(self.place, stand.tips):
                path += f"M{written(x1)} {written(y1)}L{written(x2 + elbow)} {written(y2)}"
                path += f"L{written(x2)} {written(y2)}"
                if not stand.block.is_focus:
                    at = {"cx": written(x1), "cy": written(y1)}
                    dots.append(element("circle", **at, r="1.3", class_="dot"))
            if len(stand.block.labels) > 1 and stand.tips:
                top, foot = _INCH * stand.y + 3, _INCH * (stand.y + stand.block.height) - 3
                path += f"M{written(x2)} {written(top)}L{written(x2)} {written(foot)}"
        leaders = element("path", d=path, class_="leader")
        return element("g", leaders, dots, class_="above", aria_hidden="true")

    def _marks(self) -> Markup:
        """Draw a diamond for each site without a shape, crosses, and a dot on what is in focus."""
        drawn: list[Content] = []
        for stand in self.panel.stands:
            for spot, _, y in stand.labels():
                if spot is not None:
                    drawn += self._mark(spot, stand, y)
        x, y = self.place(self.panel.focus)
        dot = element("circle", cx=written(x), cy=written(y), r="3.2", class_="origin")
        return element("g", drawn, dot, aria_hidden="true")

    def _mark(self, spot: Spot, stand: Stand, top: float) -> Iterator[Content]:
        class_, fill = self._look(spot)
        if stand.block.is_list:
            side = 0.55 * _INCH * SWATCH
            x, y = self.place((stand.x, top))
            left = x - side if stand.side == "left" else x
            y += (LINE - side) / 2
            corners = [(left, y), (left + side, y), (left + side, y + side), (left, y + side)]
            shape = element("path", d=polygon(corners), class_=f"organ {class_}", fill=fill)
            yield self._link(spot, shape, class_="part")
            return
        x, y = self.place(stand.tips[0])
        if not any(has_shape(key, self.kind.anatomy) for key in spot.organs):
            corners = [(x, y - _ARM), (x + _ARM, y), (x, y + _ARM), (x - _ARM, y)]
            shape = element("path", d=polygon(corners), class_=f"organ {class_}", fill=fill)
            yield self._link(spot, shape, class_="part")
        if spot.fill == "absent" and len(stand.block.labels) == 1:
            yield cross(x, y)

    def _labels(self) -> Content:
        """Write names and numbers, each a link to its pair."""
        drawn: list[Content] = []
        for stand in sorted(self.panel.stands, key=lambda one: (one.side, one.y)):
            for spot, label, top in stand.labels():
                if spot is None:
                    class_ = "label focus" if stand.block.is_focus else "label soft"
                    drawn.append(element("g", self._words(label, stand, top), class_=class_))
                    continue
                words = self._words(label, stand, top, spot)
                class_ = "label" if spot.share else "label soft"
                drawn.append(self._link(spot, words, class_=class_, is_stop=True))
        return drawn

    def _words(
        self, label: Label, stand: Stand, top: float, spot: Spot | None = None
    ) -> list[Content]:
        left = stand.side == "left"
        indent = SWATCH if stand.block.is_list and spot else 0.0
        x, y = self.place((stand.x - indent if left else stand.x + indent, top))
        wide, tall = _INCH * label.width, _INCH * label.height
        hit = element(
            "rect",
            x=written(x - wide - 2 if left else x - 2),
            y=written(y - 1),
            width=written(wide + 4),
            height=written(tall + 2),
            class_="hit",
        )
        drawn: list[Content] = [hit]
        for line in label.lines:
            middle = y + _INCH * line.y
            class_ = "name" if line.bold else None
            anchor = "end" if left else None
            drawn.append(line_of_text(x, middle, line.text, class_=class_, anchor=anchor))
        if spot and spot.basis and label.sign:
            away, down = (_INCH * one for one in label.sign)
            at = x - away if left else x + away
            drawn.append(basis_sign(at, y + down, spot.basis, 3.6))
        return drawn

    # Legend

    def _entries(self) -> list[Entry]:
        """Return what is in the drawing: steps or classes, states, signs."""
        spots = self.view.spots
        fills = {spot.fill for spot in (*spots, *self.view.filled.values())}
        focus = "where it starts" if self.view.focus == "primary" else "the site"
        entries = [Entry(focus, _box("origin"))]
        if self.kind.by_class:
            classes = [name for name in CLASSES if name in fills]
            entries += [Entry(CLASSES[name], _box(name)) for name in classes]
        else:
            words = dict(enumerate(step_words(self.kind.style)))
            steps = [step for step in words if f"{STEP}{step}" in fills]
            entries += [Entry(words[step], _box(f"s{step}")) for step in steps]
        for state in ("words", *DENIED, "conflicting"):
            if state in fills:
                found = next(spot for spot in spots if spot.fill == state)
                entries.append(Entry(STATES[state], _box(*self._look(found))))
        if PARTS in fills:
            what = "are reported" if self.kind.by_class else "have a number"
            parts = _box("words", "url(#body-parts)")
            entries.append(Entry(f"only kinds of the cancer {what}", parts))
        dashed = [spot for spot in spots if spot.is_dashed][:1]
        entries += [Entry("no interval", _box(*self._look(one))) for one in dashed]
        disputed = [spot for spot in spots if spot.is_disputed][:1]
        conflict = "reported, and sources conflict"
        entries += [Entry(conflict, _box(*self._look(one))) for one in disputed]
        return [*entries, *basis_entries(spot.basis for spot in self.named.spots)]


def _named(view: View) -> View:
    """Return a body with no more spots than there is room to name, those that say most."""
    return replace(view, spots=view.spots[: _NAMED[view.focus]])


def _placed(view: View, kind: BodyMap) -> Panel:
    """Return one body between two columns of labels, all as wide as a drawing at most."""
    panel = lay_out_panel(view, kind.anatomy, _TERMS, _PageMeasure())
    if panel is None:
        raise AssertionError("a body of a page has its room")
    return panel


def _short(spot: Spot) -> str:
    said = " ".join(filter(None, (spot.share, spot.details[0])))
    return f"{spot.label}: {said}" if said else spot.label


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
