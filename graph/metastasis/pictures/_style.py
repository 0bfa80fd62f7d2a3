"""How diagrams look, as plain data: sizes, colors, fonts, and a way to change them for a while."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PEN", "LineStyle", "Style", "current_style", "styled"]


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

    >>> Style().label_size
    9.0
    """

    font: tuple[str, ...] = ("DejaVu Sans",)
    """Comes with Matplotlib, so that every machine sets the same letters in the same places."""
    title_size: float = 13.0
    label_size: float = 9.0
    legend_size: float = 8.5
    caption_size: float = 7.5
    cell_size: float = 7.5
    margin: float = 0.25
    row: float = 0.215
    """From one label to the next."""
    ink: str = "#1A1A1A"
    faint_ink: str = "#555555"
    paper: str = "#FFFFFF"
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
    unstudied_dot: str = "#A6A6A6"
    """In the middle of a cell that is not studied, so that it is not taken for paper."""
    grid: str = "#D9D9D9"
    percent_shades: tuple[str, ...] = ("#E3EEF8", "#B9D5EC", "#7FB2DA", "#2F6FAE", "#0F3460")
    """Fill of cells for the steps of a percentage, light to dark."""
    percent_steps: tuple[float, ...] = (5.0, 10.0, 25.0, 50.0)
    """Where one shade ends and the next begins, in percent."""
    body_fill: str = "#F8F3ED"
    body_line: str = "#8A7F73"
    organ_fill: str = "#EFE6DB"
    """Of organs that are only there to find one's way."""
    organ_line: str = "#C4B8A9"
    origin_fill: str = "#E8752A"
    """Of the organ that arrows start from, or all lead to."""
    arrow: str = "#A63C06"
    arrow_widths: tuple[float, float] = (1.0, 9.0)
    """Of arrows at 0 and at 100 percent."""
    interval_steps: tuple[float, float] = (10.0, 25.0)
    """Where an arrow becomes paler: width of its 95 % interval, in percentage points."""


PEN: Final = RLock()
"""Who draws holds it: Matplotlib's fonts and settings are of the whole process, and threads that
draw at once would get each other's."""
_PLAIN = Style()
_current: ContextVar[Style] = ContextVar("metastasis diagram style", default=_PLAIN)


def current_style() -> Style:
    """Return the style that diagrams drawn now are drawn in."""
    return _current.get()


@contextmanager
def styled(**settings: Any) -> Iterator[Style]:
    """Draw in another style inside a ``with`` block; Matplotlib's own settings stay untouched.

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
    token = _current.set(replace(_current.get(), **settings))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
