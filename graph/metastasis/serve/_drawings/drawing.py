"""A drawing: markup of its own width, with its legend, what it says in words, and alone as a file.

Colors and lines are classes, which ``assets/figures.css`` gives a look in light and in dark; a file
that stands alone has that style inside, in light.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._files import read_text
from metastasis._markup import Content, Markup, element, joined
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.serve._assets import ASSETS
from metastasis.serve._drawings.lettering import LINE, SIZE, text_width, wrapped
from metastasis.serve._drawings.outline import written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis.pictures._kind import Kind

__all__ = ["SAMPLE", "WIDTH", "Drawing", "Entry", "ending", "legend", "line_of_text", "nothing"]

_STYLE: Final = ASSETS / "figures.css"
WIDTH: Final = 330.0
"""Of every drawing: what a page of 360 has room for, so that a letter there is as large as here."""
SAMPLE: Final = 24.0
"""Width of a sample in a legend."""
_SMALL: Final = 9.5
"""Of the letters of the caption in a file, which is read on paper and on a large screen."""
_SMALL_LINE: Final = 12.5
_NAMED: Final = 6
"""Sources that a caption names; the pages of the pairs name all."""
_MARGIN: Final = 12.0
_GAP: Final = 14.0
"""Between two entries of a legend."""


class Entry(NamedTuple):
    """One sign of a legend, and its words; the sign is drawn from its left, at a middle height."""

    words: str
    sample: Callable[[float, float], Content]


class Drawing(NamedTuple):
    """What is drawn, and what is said of it; nothing is drawn where the height is 0."""

    kind: str
    """Of the drawing; a page has at most one of a kind."""
    title: str
    height: float
    content: Content
    caption: tuple[str, ...]
    """Out of whom the numbers are, and that it is not for clinical use: what nobody may miss."""
    rules: tuple[str, ...]
    """What else signs and numbers mean."""
    alt: str
    """What the drawing shows, for those who do not see it."""

    def figure(self, name: str, below: Content = None) -> Markup:
        """Return the drawing as a part of a page, with its title, caption and words below it.

        ``below`` is what else a page says there.
        """
        words = f"{name}-told"
        return element(
            "figure",
            element("p", self.title, class_="drawing-title", id=f"{name}-title"),
            self.svg(name) if self.height else None,
            element(
                "figcaption",
                element("p", " ".join(self.caption)),
                _folded("In words", self.alt, words),
                _folded("How to read it", " ".join(self.rules)) if self.rules else None,
                below,
            ),
            class_=f"drawing {self.kind}",
            id=name,
        )

    def svg(self, name: str) -> Markup:
        """Return the drawing alone, named and described by what stands around it in a figure."""
        return element(
            "svg",
            _shortened(joined(self.content)),
            viewBox=f"0 0 {WIDTH:g} {written(self.height)}",
            width=f"{WIDTH:g}",
            height=written(self.height),
            role="group",
            aria_labelledby=f"{name}-title",
            aria_describedby=f"{name}-told",
        )

    def file(self) -> bytes:
        """Return the drawing as a file that stands alone, its style inside."""
        wide = WIDTH + 2 * _MARGIN
        title = _lines(self.title, SIZE, LINE, "title")
        foot = _lines(" ".join([*self.rules, *self.caption]), _SMALL, _SMALL_LINE, "small")
        head = _MARGIN + title.height + 8
        tall = head + self.height + foot.height + 10 + _MARGIN
        inside = joined(
            element("title", self.title),
            element("desc", self.alt),
            Markup(f"<style>{_style_alone()}</style>"),
            element("rect", width="100%", height="100%", class_="paper"),
            _moved(_MARGIN, _MARGIN, title.content),
            _moved(_MARGIN, head, self.content),
            _moved(_MARGIN, head + self.height + 10, foot.content),
        )
        svg = element(
            "svg",
            inside,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {wide:g} {written(tall)}",
            width=f"{2 * wide:g}",
            height=written(2 * tall),
            class_=f"drawing {self.kind}",
        )
        return f"{_shortened(svg)}\n".encode()


def _shortened(content: Markup) -> Markup:
    """Return markup with elements closed where they open, if nothing is in them."""
    for name in ("path", "rect", "circle"):
        content = Markup(content.replace(f"></{name}>", "/>"))
    return content


def _folded(summary: str, words: str, name: str | None = None) -> Markup:
    """Return words that a reader unfolds."""
    return element("details", element("summary", summary), element("p", words, id=name))


class _Block(NamedTuple):
    height: float
    content: Content


def _lines(text: str, size: float, pitch: float, class_: str) -> _Block:
    lines = wrapped(text, WIDTH, size, bold=class_ == "title")
    written_ = [
        line_of_text(0, (at + 0.5) * pitch, line, class_=class_) for at, line in enumerate(lines)
    ]
    return _Block(pitch * len(lines), written_)


def _moved(x: float, y: float, content: Content) -> Markup:
    return element("g", content, transform=f"translate({written(x)} {written(y)})")


def line_of_text(
    x: float, y: float, text: str, *, class_: str | None = None, anchor: str | None = None
) -> Markup:
    """Return a line of text, its middle at a height."""
    return element(
        "text", text, x=written(x), y=written(y + 0.35 * SIZE), class_=class_, text_anchor=anchor
    )


def ending(kind: Kind) -> str:
    """Return what a caption ends with: sources, release, not for clinical use."""
    keys = kind.sources()
    named = ", ".join(keys) if len(keys) <= _NAMED else f"{len(keys)}, named with the pairs"
    said = f"{'Source' if len(keys) == 1 else 'Sources'}: {named}. " if keys else ""
    return f"{said}Data release {DATA_RELEASE}. {NOT_CLINICAL}"


def nothing(kind: Kind) -> Drawing:
    """Return a drawing of nothing, which says so."""
    return Drawing(kind.name, kind.empty_title, 0.0, None, (ending(kind),), (), kind.alt_text())


def legend(entries: Iterable[Entry], top: float) -> tuple[Markup, float]:
    """Return the signs of a drawing with their words in rows, and where these end."""
    drawn: list[Content] = []
    x, y = 0.0, top
    for entry in entries:
        lines = wrapped(entry.words, WIDTH - SAMPLE - 6)
        wide = SAMPLE + 6 + max(map(text_width, lines))
        if x and x + wide > WIDTH:
            x, y = 0.0, y + LINE + 3
        drawn.append(entry.sample(x, y + LINE / 2))
        for at, line in enumerate(lines):
            drawn.append(line_of_text(x + SAMPLE + 6, y + (at + 0.5) * LINE, line))
        y += (len(lines) - 1) * LINE
        x += wide + _GAP
    end = y + LINE + 3 if drawn else top
    return element("g", drawn, class_="legend"), end


@cache
def _style_alone() -> str:
    """Return the part of the style sheet that a file takes with it: light colors, and shapes."""
    text = read_text(_STYLE)
    light = text.partition("/* In light */")[2].partition("/* In dark */")[0]
    shapes = text.partition("/* Shapes */")[2].partition("/* On a page */")[0]
    return "".join(f"{light}{shapes}".split("\n"))
