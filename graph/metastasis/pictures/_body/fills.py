"""How organs are filled: the share or the class of the edge, and the states of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.colors import to_hex, to_rgb

from metastasis.pictures._body.spots import STEP
from metastasis.pictures._sheet.style import ink_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.pictures._body.spots import Spot
    from metastasis.pictures._sheet.style import Style

__all__ = ["Fills", "shades"]

_FADED: Final = 0.28
"""How much of its color is left of what is not brought out."""
_CLASSES: Final = ("commonly", "possibly", "rarely")


@dataclass(frozen=True, slots=True)
class Fills:
    """The fills of one picture."""

    style: Style
    steps: tuple[str, ...]
    """Of numbers, the lowest first."""

    def color(self, fill: str) -> str:
        """Return the color of a step, a class or a state."""
        style = self.style
        if fill.startswith(STEP):
            return self.steps[int(fill.removeprefix(STEP))]
        if fill in _CLASSES:
            return style.edge_shades[_CLASSES.index(fill)]
        return style.conflict_fill if fill == "conflicting" else style.absent_fill

    def of(self, spot: Spot) -> dict[str, Any]:
        """Return how the organs of a spot are drawn."""
        look = self.look(spot.fill, disputed=spot.is_disputed, dashed=spot.is_dashed)
        if not spot.is_lit:
            look["color"] = _mixed(look["color"], self.style.body_fill, _FADED)
            look["edgecolor"] = self.style.organ_line
            look.pop("hatch", None)
        return look

    def look(self, fill: str, *, disputed: bool = False, dashed: bool = False) -> dict[str, Any]:
        """Return how a fill is drawn, on an organ or in the legend."""
        style, color = self.style, self.color(fill)
        plain = {"color": color, "edgecolor": style.ink, "linewidth": 0.55}
        if disputed:
            edge = style.conflict_line if ink_on(color, style) == style.ink else style.conflict_fill
            if fill in ("conflicting", "words"):
                edge = style.conflict_line
            return {**plain, "edgecolor": edge, "hatch": "xxx", "linewidth": 1.1}
        if fill == "conflicting":
            return {**plain, "hatch": "xxx"}
        if fill in ("words", "parts"):
            hatch = "/////" if fill == "words" else "....."
            return {**plain, "edgecolor": style.outline, "hatch": hatch}
        if fill == "absent":
            return {**plain, "linewidth": 0.8, "linestyle": (0, (2.0, 1.6))}
        if fill == "none_seen":
            return {**plain, "linewidth": 0.5}
        if dashed:
            return {**plain, "linewidth": 0.9, "linestyle": (0, (3.0, 2.0))}
        return plain

    def detail(self, spot: Spot) -> str:
        """Return the color of fine lines on the organs of a spot."""
        return ink_on(self.color(spot.fill), self.style) if spot.is_lit else self.style.organ_line


def shades(colors: Sequence[str], count: int) -> tuple[str, ...]:
    """Return so many shades from the first to the last of some, with those between.

    >>> shades(["#FFFFFF", "#000000"], 3)
    ('#ffffff', '#808080', '#000000')
    """
    if count == len(colors):
        return tuple(colors)
    places = np.linspace(0, len(colors) - 1, count) if count > 1 else [len(colors) // 2]
    channels = np.array([to_rgb(one) for one in colors])
    at = np.arange(len(colors))
    return tuple(
        _hex(*(float(np.interp(place, at, channels[:, one])) for one in range(3)))
        for place in places
    )


def _mixed(color: str, other: str, share: float) -> str:
    one, two = np.array(to_rgb(color)), np.array(to_rgb(other))
    return _hex(*(float(value) for value in share * one + (1 - share) * two))


def _hex(red: float, green: float, blue: float) -> str:
    return to_hex((red, green, blue))
