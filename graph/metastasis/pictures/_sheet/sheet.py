"""The sheet that pictures are drawn on, and how wide text is on it.

A sheet has its own coordinates: inches from its top left corner, y downwards. They are inches where
the scale of the style is 1; elsewhere everything, text and lines included, is smaller or larger by
it. So what does not collide on a screen does not collide on paper. Nothing is scaled to fit.
"""

from __future__ import annotations

import inspect
import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox, IdentityTransform, TransformedBbox, TransformedPath

from metastasis._clean import shown
from metastasis.pictures._sheet.style import contrast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

    from metastasis.pictures._sheet.style import LineStyle, Style

__all__ = [
    "EmptyDiagramWarning",
    "Sheet",
    "line_height",
    "open_sheet",
    "text_width",
    "warn_caller",
    "wrap",
    "wrapped",
    "wrapped_widths",
]

_DPI = 100
"""Pixels an inch of a figure on a screen; files have their own."""
_READABLE = 4.5
"""Contrast that letters need (W3C, WCAG 2.2, 2023)."""
_HALF_CAPITAL = 0.365
"""Half the height of a capital, in font sizes: what centers text on a line."""
_BLANK: Final = re.compile(r"[^\S\u00a0\u202f]+")
"""What a line may end at."""
_BREAKS: Final = str.maketrans("\t\n\r", "   ")
_STAND_IN: Final = TransformedPath(Path.unit_rectangle(), IdentityTransform())
"""The clip that an artist has while it is added, and only then."""
_PLAIN: Final[dict[str, Any]] = {"sketch_params": None, "path_effects": []}
"""What an artist would otherwise take from the caller's settings."""


class EmptyDiagramWarning(UserWarning):
    """There was nothing to draw; the figure says so too."""


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn, naming the nearest line outside this package."""
    level = 1
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("metastasis."):
        level += 1
        frame = frame.f_back
    warnings.warn(message, category, stacklevel=max(level, 2))


@dataclass(frozen=True, slots=True)
class Sheet:
    """Axes whose coordinates are inches from the top left corner, and how to draw on them."""

    axes: Axes
    width: float
    height: float
    scale: float
    """By how much text and lines are larger than they ask to be: that of the style."""
    style: Style
    clip: TransformedBbox
    """Where the axes are in the figure: what all artists are clipped to."""

    @property
    def figure(self) -> Figure:
        """The figure that the axes are in, whatever sub-figures lie between."""
        figure = self.axes.figure
        return figure if isinstance(figure, Figure) else figure.figure

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        gid: str,
        align: str = "left",
        color: str | None = None,
        bold: bool = False,
        upright: bool = False,
        rotation: float = 0.0,
    ) -> Text:
        """Write a line of text with its middle at height y, or reading upwards if ``upright``.

        ``rotation`` turns it about that point, in degrees, the other way than a clock.
        """
        turned = 90.0 if upright else rotation
        middle = _HALF_CAPITAL * size / 72
        words = Text(
            x + middle * sin(radians(turned)),
            y + middle * cos(radians(turned)),
            _line(text),
            ha=align,
            va="baseline",
            rotation=turned,
            rotation_mode="anchor",
            color=color or self.style.ink,
            fontproperties=_face(self.style.font, size * self.scale, bold),
            parse_math=False,
            usetex=False,
            zorder=6,
            gid=gid,
            clip_on=False,
            **_PLAIN,
        )
        self._put(words)
        return words

    def _put(self, artist: Artist) -> None:
        """Add an artist, in the one clip that all share.

        Axes make a clip for each that has none: thousands took a tenth of the time of a picture.
        """
        artist.set_clip_path(_STAND_IN)
        self.axes.add_artist(artist)
        artist.set_clip_path(None)
        artist.set_clip_box(self.clip)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        how: LineStyle,
        color: str,
        gid: str,
        **more: Any,
    ) -> PathPatch:
        """Draw a line through two points, or a Bézier curve where four are given."""
        curve = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
        codes = curve if len(points) == 4 else [Path.MOVETO] + [Path.LINETO] * (len(points) - 1)
        patch = PathPatch(
            Path(list(points), codes),
            facecolor="none",
            edgecolor=color,
            linewidth=how.width * self.scale,
            linestyle=how.pattern,
            alpha=how.strength,
            capstyle="butt",
            joinstyle="round",
            gid=gid,
            **_PLAIN,
            **more,
        )
        self._put(patch)
        return patch

    def _hatch(self, patch: Patch) -> None:
        """Set the lines of a hatch, if any, as wide as others, in the color of the edge."""
        if not patch.get_hatch():
            return
        if hasattr(patch, "set_hatch_linewidth"):  # from Matplotlib 3.10 on
            patch.set_hatch_linewidth(self.scale)
        if hasattr(patch, "set_hatchcolor"):  # from Matplotlib 3.11 on
            patch.set_hatchcolor("edge")

    def box(
        self, x: float, y: float, width: float, height: float, color: str, gid: str, **more: Any
    ) -> Rectangle:
        """Draw a filled rectangle, its corner at the top left."""
        settings = {"edgecolor": self.style.grid, "linewidth": 0.5, **more}
        settings["linewidth"] *= self.scale
        patch = Rectangle((x, y), width, height, facecolor=color, gid=gid, **_PLAIN, **settings)
        self._hatch(patch)
        self._put(patch)
        return patch

    def shape(
        self, corners: Sequence[tuple[float, float]], color: str, gid: str, **more: Any
    ) -> PathPatch:
        """Draw a closed shape around a point or an area."""
        settings = {"edgecolor": self.style.ink, "linewidth": 0.8, **more}
        settings["linewidth"] *= self.scale
        path = Path([*corners, corners[0]], closed=True)
        patch = PathPatch(path, facecolor=color, gid=gid, **_PLAIN, **settings)
        self._put(patch)
        return patch

    def fill(self, path: Path, color: str, gid: str, **more: Any) -> PathPatch:
        """Draw a path as it stands, on the sheet's coordinates."""
        settings = {"edgecolor": self.style.ink, "linewidth": 0.8, "joinstyle": "round", **more}
        settings["linewidth"] *= self.scale
        patch = PathPatch(path, facecolor=color, gid=gid, **_PLAIN, **settings)
        self._hatch(patch)
        self._put(patch)
        return patch

    def dots(
        self, centers: Sequence[tuple[float, float]], radius: float, color: str, gid: str
    ) -> PathPatch:
        """Draw many small dots as one artist."""
        dot = Path.circle(radius=radius)
        paths = [Path(np.asarray(dot.vertices) + center, dot.codes) for center in centers]
        path = Path.make_compound_path(*paths)
        patch = PathPatch(path, facecolor=color, linewidth=0.0, gid=gid, zorder=3, **_PLAIN)
        self._put(patch)
        return patch


def open_sheet(axes: Axes | None, width: float, height: float, style: Style) -> Sheet:
    """Return a sheet of that size: a new figure, or the caller's axes.

    Width and height are in inches of the sheet; the figure is larger or smaller by the scale of the
    style.
    """
    scale = style.scale
    if axes is None:
        figure = Figure(figsize=(scale * width, scale * height), dpi=_DPI, facecolor=style.paper)
        figure.set_layout_engine("none")
        figure.patch.update(_PLAIN)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    else:
        axes.set_aspect("equal", adjustable="box", anchor="N")
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    clip = TransformedBbox(Bbox.unit(), axes.transAxes)
    sheet = Sheet(axes, width, height, scale, style, clip)
    if contrast(style.ink, to_hex(sheet.figure.get_facecolor())) < _READABLE:
        # A figure of the caller's may have another color than the theme is for.
        paper = {"edgecolor": "none", "linewidth": 0.0, "zorder": 0}
        sheet.box(0.0, 0.0, width, height, style.paper, "paper", **paper)
    return sheet


def line_height(size: float) -> float:
    """Return the height in inches of a line of text of that size in points."""
    return 1.4 * size / 72


@lru_cache(maxsize=20_000)
def text_width(text: str, size: float, font: tuple[str, ...], bold: bool = False) -> float:
    """Return the width in inches of a text of that size in points.

    >>> 0.5 < text_width("Breast cancer", 9.0, ("DejaVu Sans",)) < 1.5
    True
    """
    face = _face(font, size, bold)
    return (
        float(TextToPath().get_text_width_height_descent(_line(text), face, ismath=False)[0]) / 72
    )


@lru_cache(maxsize=200)
def _face(font: tuple[str, ...], size: float, bold: bool) -> FontProperties:
    """Return a font of that size in points, with nothing of the caller's settings."""
    return FontProperties(
        family=list(font),
        size=size,
        weight="bold" if bold else "normal",
        style="normal",
        stretch="normal",
        variant="normal",
    )


def _line(text: str) -> str:
    """Return a text as one line of what fonts have signs for."""
    return shown(text.translate(_BREAKS))


def wrap(
    text: str,
    size: float,
    width: float,
    font: tuple[str, ...],
    bold: bool = False,
    *,
    broken: bool = False,
) -> list[str]:
    """Return the lines of a text, none wider than so many inches unless one word alone is.

    A percentage is one word: its space becomes one that does not break. Where a narrow space stands
    no line ends: a letter stays with its number. A word that is too wide for a line is cut where
    the line ends if ``broken``.

    >>> wrap("Not for clinical use", 9.0, 0.8, ("DejaVu Sans",))
    ['Not for', 'clinical use']
    >>> wrap("Bone 84 %\u202fb", 9.0, 0.6, ("DejaVu Sans",)) == ["Bone", "84\u00a0%\u202fb"]
    True
    """
    return list(wrapped(text, size, width, font, bold, broken=broken))


@lru_cache(maxsize=20_000)
def wrapped(
    text: str,
    size: float,
    width: float,
    font: tuple[str, ...],
    bold: bool = False,
    *,
    broken: bool = False,
) -> tuple[str, ...]:
    """Return the lines of a text as :func:`wrap`; many layouts are tried with the same words."""
    space = text_width("n n", size, font, bold) - text_width("nn", size, font, bold)
    lines: list[list[str]] = [[]]
    used = 0.0
    words: Iterable[str] = filter(None, _BLANK.sub(" ", text).replace(" %", "\u00a0%").split(" "))
    if broken:
        words = [part for word in words for part in _parts(word, size, width, font, bold)]
    for word in words:
        wide = text_width(word, size, font, bold)
        if lines[-1] and used + space + wide > width:
            lines.append([])
            used = 0.0
        used += wide + (space if lines[-1] else 0.0)
        lines[-1].append(word)
    return tuple(" ".join(line) for line in lines if any(line))


def wrapped_widths(
    labels: Mapping[str, str], size: float, most: float, font: tuple[str, ...]
) -> tuple[dict[str, tuple[str, ...]], float]:
    """Return the lines of each label, wrapped to a width, and the width of the widest.

    >>> wrapped_widths({"a": "Adrenal gland"}, 9.0, 0.6, ("DejaVu Sans",))[0]
    {'a': ('Adrenal', 'gland')}
    """
    lines = {key: wrapped(label, size, most, font) or ("",) for key, label in labels.items()}
    wide = (1.04 * text_width(one, size, font) for each in lines.values() for one in each)
    return lines, max(wide, default=0.0)


def _parts(
    word: str, size: float, width: float, font: tuple[str, ...], bold: bool
) -> Iterator[str]:
    """Yield a word whole, or, if it is too wide, in parts that are not: a letter at the least."""
    while len(word) > 1 and text_width(word, size, font, bold) > width:
        low, high = 1, len(word)
        while high - low > 1:
            middle = (low + high) // 2
            is_narrow = text_width(word[:middle], size, font, bold) <= width
            low, high = (middle, high) if is_narrow else (low, middle)
        yield word[:low]
        word = word[low:]
    yield word
