"""The place where a picture will stand, a column, a page, a slide or a screen, and its room there.

A place decides how large letters are; they are never scaled. What a kind draws takes the room that
is left, and what does not fit is refused with what would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metastasis._errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

__all__ = ["PAPER", "SIZES", "Place", "Room", "axes_place", "place_of"]

_MM: Final = 1 / 25.4
PAPER: Final = 7.5
"""Inches up to which a picture of a size of its own has the letters of paper."""
_WIDEST: Final = 200.0
_NARROWEST: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place: its width and height in inches, and whose letters stand there."""

    name: str
    width: float
    height: float | None = None
    """At most so high; None is as high as need be."""
    letters: str = "paper"
    """``screen``, ``paper`` or ``slide``: which letters stand there (:mod:`.style`)."""
    fills_width: bool = True
    """Whether the picture is exactly so wide, also where it needs less."""
    fills_height: bool = False
    """Whether it is exactly so high."""

    def __str__(self) -> str:
        """Return the place as in a message: ``column (89 mm wide, at most 170 mm high)``."""
        wide = f"{self.width / _MM:.0f} mm wide"
        if self.height is None:
            return f"{self.name} ({wide})"
        most = "" if self.fills_height else "at most "
        return f"{self.name} ({wide}, {most}{self.height / _MM:.0f} mm high)"


SIZES: Final[Mapping[str, Place]] = MappingProxyType(
    {
        place.name: place
        for place in (
            Place(name="screen", width=11.0, height=30.0, letters="screen", fills_width=False),
            Place(name="column", width=89 * _MM, height=170 * _MM),
            Place(name="onehalf", width=120 * _MM, height=170 * _MM),
            Place(name="page", width=183 * _MM, height=170 * _MM),
            Place(name="slide", width=13.33, height=7.5, letters="slide", fills_height=True),
        )
    }
)
"""The places by name. Widths of columns and pages are those that journals ask for."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a drawing may take, in inches of the sheet, its margins included."""

    width: float
    height: float | None
    """None: any."""
    fill: bool
    """Whether the width is to be used, also where less would do."""
    place: Place

    def __str__(self) -> str:
        """Return the place that the room is in."""
        return str(self.place)


def place_of(size: str | tuple[float, float] | None, width: float | None) -> Place:
    """Return the place of a name or of width and height in inches; ``width`` replaces its width.

    >>> place_of("column", None).letters, round(place_of("page", 5.0).width, 1)
    ('paper', 5.0)
    >>> place_of("poster", None)
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown size 'poster'. Did you mean 'screen', 'column', ...

    Raises
    ------
    UnknownNameError
        There is no such size.
    ValueError
        A width or height is not between half an inch and 200 inches.
    """
    if isinstance(size, str):
        if size not in SIZES:
            raise UnknownNameError("size", size, list(SIZES))
        place = SIZES[size]
    elif size is not None:
        wide, high = _checked(*size)
        place = _own(wide, high)
    else:
        place = SIZES["screen"]
    if width is None:
        return place
    (wide,) = _checked(width)
    if size is None:
        return _own(wide, None)
    return replace(place, width=wide, fills_width=True)


def _own(width: float, height: float | None) -> Place:
    letters = "paper" if width <= PAPER else "screen"
    return Place(
        name="figure",
        width=width,
        height=height,
        letters=letters,
        fills_height=height is not None,
    )


def _checked(*lengths: float) -> tuple[float, ...]:
    for length in lengths:
        if not _NARROWEST <= length <= _WIDEST:
            raise ValueError(
                f"a width or height is a number of inches from {_NARROWEST:g} to {_WIDEST:g}, not "
                f"{length:g}"
            )
    return tuple(float(length) for length in lengths)


def axes_place(axes: Axes, size: str | tuple[float, float] | None) -> Place:
    """Return the place that axes are: as large as they, letters of paper or of a named size."""
    if size is not None and not isinstance(size, str):
        raise ValueError("the size is that of the axes: name one for its letters, or leave it out")
    letters = place_of(size, None).letters if size else "paper"
    dpi = axes.figure.dpi
    return Place(
        name="axes",
        width=axes.bbox.width / dpi,
        height=axes.bbox.height / dpi,
        letters=letters,
        fills_height=True,
    )
