"""How diagrams look, as plain data: sizes, colors, fonts, and a way to change them for a while."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError, check_choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "PEN",
    "THEMES",
    "LineStyle",
    "Style",
    "contrast",
    "current_style",
    "dressed",
    "ink_on",
    "style_overrides",
    "styled",
]


@dataclass(frozen=True, slots=True)
class LineStyle:
    """A line: its width in points, and its dashes in line widths (none: solid)."""

    width: float
    dashes: tuple[float, ...] = ()
    strength: float = 1.0
    """Opacity, 0 to 1."""

    @property
    def pattern(self) -> Any:
        """The line style in Matplotlib's own form."""
        return (0, self.dashes) if self.dashes else "solid"


@dataclass(frozen=True, slots=True)
class Style:
    """Every setting of every diagram. Lengths are in inches, letters and lines in points.

    They hold where ``scale`` is 1. A place of smaller or larger letters has another scale, by which
    all of them, and so the whole drawing, are multiplied.

    >>> Style().label_size
    9.0
    """

    scale: float = 1.0
    """Of letters, lines and lengths alike; it goes with the place that a picture is for."""
    font: tuple[str, ...] = ("DejaVu Sans",)
    """Comes with Matplotlib, so that every machine sets the same letters in the same places."""
    title_size: float = 13.0
    label_size: float = 9.0
    legend_size: float = 8.5
    caption_size: float = 7.5
    cell_size: float = 7.5
    least_points: float = 5.0
    """Of letters, where the picture stands: nothing is written smaller."""
    margin: float = 0.25
    row: float = 0.215
    """From one label to the next."""
    ink: str = "#1A1A1A"
    faint_ink: str = "#555555"
    paper: str = "#FFFFFF"
    outline: str = "#808080"
    """Around shapes that are too pale to be seen on the paper by their fill alone."""
    primaries: tuple[str, ...] = (
        "#0077AA",
        "#DD6600",
        "#333399",
        "#889966",
        "#880011",
        "#CC66FF",
        "#663355",
    )
    """Given out in turn from top to bottom. Okabe and Ito's blue and vermilion (2008) and five
    more, each at least 3:1 on white and any two at least 25 apart in CIELAB under each of the three
    dichromacies (Machado et al. 2009, doi:10.1109/TVCG.2009.113)."""
    commonly: LineStyle = LineStyle(2.4, (), 0.85)
    possibly: LineStyle = LineStyle(1.0, (), 0.85)
    rarely: LineStyle = LineStyle(1.0, (2.0, 2.6), 0.95)
    edge_shades: tuple[str, str, str] = ("#1F5A92", "#7FB2DA", "#D3E5F4")
    """Fill of cells for commonly, possibly, rarely: dark to light."""
    absent_fill: str = "#FFFFFF"
    conflict_fill: str = "#F6C79A"
    conflict_line: str = "#9A4A00"
    other_fill: str = "#ECECEC"
    unstudied_fill: str = "#FFFFFF"
    unstudied_dot: str = "#8C8C8C"
    """In the middle of a cell that is not studied, so that it is not taken for paper."""
    grid: str = "#D9D9D9"
    percent_shades: tuple[str, ...] = ("#E3EEF8", "#B9D5EC", "#7FB2DA", "#2F6FAE", "#0F3460")
    """Fill of cells for the steps of a percentage, light to dark."""
    percent_steps: tuple[float, ...] = (5.0, 10.0, 25.0, 50.0)
    """Where one shade ends and the next begins, in percent."""
    ratio_shades: tuple[str, ...] = (
        "#01665E",
        "#5AB4AC",
        "#C7EAE5",
        "#F6E8C3",
        "#D8B365",
        "#8C510A",
    )
    """Fill of cells for the steps of a ratio, from far below 1 to far above it: ColorBrewer's BrBG
    turned around, which is told apart under each of the three dichromacies."""
    ratio_steps: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)
    """Where one shade of a ratio ends and the next begins: each twice the one before."""
    body_fill: str = "#F8F3ED"
    body_line: str = "#8A7F73"
    organ_fill: str = "#EFE6DB"
    """Of organs that are only there to find one's way."""
    organ_line: str = "#C4B8A9"
    origin_fill: str = "#E8752A"
    """Of the organ that arrows start from, or all lead to."""
    arrow: str = "#A63C06"
    wide_interval: float = 25.0
    """Percentage points from which on a 95 % interval is wide, and the arrow of its step dashed."""

    @property
    def least_size(self) -> float:
        """The smallest letters that a drawing may have."""
        return self.least_points / self.scale


PEN: Final = RLock()
"""Who draws holds it: Matplotlib's fonts and settings are of the whole process, and threads that
draw at once would get each other's."""
_LETTERS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "screen": {},
        "paper": {
            "scale": 0.74,
            "title_size": 9.5,
            "legend_size": 8.5,
            "caption_size": 8.2,
            "cell_size": 8.2,
            "margin": 0.08,
        },
        "slide": {
            "scale": 1.85,
            "title_size": 9.7,
            "legend_size": 8.7,
            "caption_size": 8.7,
            "cell_size": 8.7,
            "least_points": 14.0,
            "margin": 0.2,
        },
    }
)
"""Letters by place. Times the scale they are 6 to 7 points on paper, 16 to 18 on a slide."""

_THEMES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "light": {},
        "print": {
            "ink": "#000000",
            "faint_ink": "#333333",
            "outline": "#666666",
            "grid": "#CCCCCC",
            "body_fill": "#FFFFFF",
            "body_line": "#666666",
            "organ_fill": "#F2F2F2",
            "organ_line": "#B3B3B3",
        },
        "dark": {
            "ink": "#F2F2F2",
            "faint_ink": "#B8BDC4",
            "paper": "#15181C",
            "outline": "#7C848E",
            "primaries": (
                "#4DB3E6",
                "#FF9A3C",
                "#A3A3FF",
                "#C2D08A",
                "#FF6B81",
                "#D98CFF",
                "#C79AB4",
            ),
            "edge_shades": ("#9CCBF2", "#316C9F", "#1E3F5F"),
            "absent_fill": "#15181C",
            "conflict_fill": "#6B3A10",
            "conflict_line": "#F6B26B",
            "other_fill": "#33393F",
            "unstudied_fill": "#15181C",
            "unstudied_dot": "#7C848E",
            "grid": "#343B43",
            "percent_shades": ("#1B2F42", "#24506F", "#2E6A93", "#7DB8E0", "#D6EAF8"),
            "ratio_shades": ("#8FE3D9", "#2F8F85", "#1B4641", "#4A3718", "#BC8A3C", "#F4D08A"),
            "body_fill": "#22272D",
            "body_line": "#8B939C",
            "organ_fill": "#2E343B",
            "organ_line": "#5A626B",
            "origin_fill": "#F08A3C",
            "arrow": "#FF9F6B",
        },
    }
)
"""What a theme changes of the plain style."""
THEMES: Final = tuple(_THEMES)
"""The themes: on white, on dark, and in black and white ink where color is not needed."""

_PLAIN = Style()
_base: ContextVar[Style] = ContextVar("metastasis diagram style", default=_PLAIN)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_overrides: ContextVar[Mapping[str, Any]] = ContextVar(
    "metastasis style overrides", default=_NOTHING
)


def current_style() -> Style:
    """Return the style that diagrams drawn now are drawn in."""
    return replace(_base.get(), **_overrides.get())


def style_overrides() -> Mapping[str, Any]:
    """Return the settings that :func:`styled` changes at the moment."""
    return _overrides.get()


@contextmanager
def styled(**settings: Any) -> Iterator[Style]:
    """Draw in another style inside a ``with`` block; Matplotlib's own settings stay untouched.

    It has the last word, over the theme and over the letters of a place.

    >>> with styled(label_size=12.0):
    ...     current_style().label_size
    12.0
    >>> current_style().label_size
    9.0

    Raises
    ------
    UnknownNameError
        There is no such setting; the error lists all.
    """
    known = [field.name for field in fields(Style)]
    for name in settings:
        if name not in known:
            raise UnknownNameError("style setting", name, known)
    token = _overrides.set({**_overrides.get(), **settings})
    try:
        yield current_style()
    finally:
        _overrides.reset(token)


@contextmanager
def dressed(letters: str, theme: str | None, font: str | None) -> Iterator[Style]:
    """Draw with the letters of a place, in a theme and a font; None is the plain one.

    Raises
    ------
    UnknownNameError
        There is no such theme.
    """
    theme = theme or "light"
    check_choice("theme", theme, THEMES)
    settings = {**_THEMES[theme], **_LETTERS[letters]}
    if font is not None:
        settings["font"] = _there(font)
    token = _base.set(replace(_PLAIN, **settings))
    try:
        yield current_style()
    finally:
        _base.reset(token)


@lru_cache(maxsize=50)
def _there(font: str) -> tuple[str, ...]:
    """Return a font with what comes with Matplotlib behind it; that alone where it is not there.

    Matplotlib looks for a missing font anew for every word, and logs a line each time.
    """
    from matplotlib.font_manager import fontManager

    plain = _PLAIN.font
    known = {entry.name.casefold(): entry.name for entry in fontManager.ttflist}
    found = known.get(font.casefold())
    return plain if found is None else tuple(dict.fromkeys((found, *plain)))


# Contrast (WCAG 2.2, relative luminance)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21 (W3C, WCAG 2.2, 2023).

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 6)


def ink_on(fill: str, style: Style) -> str:
    """Return ink or paper, whichever stands out more from a fill.

    >>> ink_on("#0F3460", Style()), ink_on("#E3EEF8", Style())
    ('#FFFFFF', '#1A1A1A')
    """
    return max((style.ink, style.paper), key=lambda color: contrast(color, fill))


@lru_cache(maxsize=500)
def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
