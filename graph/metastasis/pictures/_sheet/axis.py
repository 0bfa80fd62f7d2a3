"""Axes: where a share or the end of a bar stands across, and the numbers at round places.

One axis of shares serves a whole picture, so that places can be compared all over it. It is linear
from 0, unless the highest share is a hundred times the lowest and most are small: then it goes by
powers of ten. Bars start at zero and go as far as values do, or to both sides of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["AXES", "BarAxis", "ShareAxis", "axis_for", "draw_axis", "signed_axis", "tight_axis"]

AXES: Final = ("percent", "log")
"""The axes there are by name."""
_APART: Final = 100.0
"""From so many times the lowest share on, the highest is on an axis by powers of ten …"""
_SMALL: Final = 5.0
"""… if more than half of the shares are under so many percent, which a line would not part."""
_LEAST: Final = 0.001
"""Percent at which an axis by powers of ten starts at the latest."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0)
"""From one tick of shares to the next, times a power of ten."""
_ROUND: Final = _STEPS[:5]
"""The same of bars."""
_BETWEEN: Final = 0.42
"""Inches from one tick to the next at least, so that their numbers stand apart."""
_DECADE: Final = 0.38
"""The same from one power of ten to the next: their numbers are short."""
_MOST_TICKS: Final = 5
"""Parts of a linear axis at most."""
_TICK: Final = 0.04
_HAIR: Final = 1e-9


@dataclass(frozen=True, slots=True)
class ShareAxis:
    """Where shares stand across, from 0 (left) to 1 (right); ends in percent.

    >>> ShareAxis(0.0, 100.0).at(25.0), ShareAxis(0.1, 100.0, is_log=True).at(1.0)
    (0.25, 0.3333333333333333)
    """

    low: float
    high: float
    is_log: bool = False

    def at(self, percent: float) -> float:
        """Return the place of a share; one beyond an end stands at that end."""
        inside = min(max(percent, self.low), self.high)
        if self.is_log:
            return log10(inside / self.low) / log10(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)

    def is_beyond(self, percent: float) -> bool:
        """Return whether a share is beyond an end."""
        return not self.low - _HAIR <= percent <= self.high + _HAIR

    def ticks(self, width: float) -> list[float]:
        """Return where numbers stand on an axis so many inches long.

        >>> ShareAxis(0.0, 100.0).ticks(1.2), ShareAxis(0.1, 100.0, is_log=True).ticks(1.2)
        ([0.0, 50.0, 100.0], [0.1, 1.0, 10.0, 100.0])
        """
        if self.is_log:
            first, last = log10(self.low), log10(self.high)
            decades = range(ceil(first - _HAIR), floor(last + _HAIR) + 1)
            each = 1 if (last - first) * _DECADE <= width else 2
            return [10.0**power for power in reversed(decades[::-1][::each])]
        steps = [
            step * size
            for size in (0.01, 0.1, 1.0)
            for step in _STEPS
            if abs(self.high / (step * size) - round(self.high / (step * size))) < _HAIR
            and width * step * size / self.high >= _BETWEEN
            and self.high / (step * size) <= _MOST_TICKS + _HAIR
        ]
        step = min(steps, default=self.high)
        return [at * step for at in range(round(self.high / step) + 1)]

    def minor(self) -> list[float]:
        """Return the short ticks between: of an axis by powers of ten those at 2 to 9."""
        if not self.is_log:
            return []
        powers = range(floor(log10(self.low) + _HAIR), ceil(log10(self.high) - _HAIR))
        between = (digit * 10.0**power for power in powers for digit in range(2, 10))
        return [one for one in between if not self.is_beyond(one)]


def axis_for(
    shares: Sequence[float],
    most: float,
    tops: Sequence[float],
    *,
    asked: str | None = None,
    high: float | None = None,
) -> ShareAxis:
    """Return the axis of some shares in percent.

    ``most`` is the highest end of their intervals, ``tops`` are where a linear axis may end,
    ``asked`` is one of :data:`AXES` if one was asked for, ``high`` the end that was asked for.

    >>> axis_for([3.0, 60.0], 65.0, (20.0, 100.0))
    ShareAxis(low=0.0, high=100.0, is_log=False)
    >>> axis_for([0.3, 1.0, 60.0], 65.0, (20.0, 100.0))
    ShareAxis(low=0.1, high=100.0, is_log=True)
    """
    above = [one for one in shares if one > 0]
    are_small = 2 * sum(one < _SMALL for one in above) > len(above)
    is_wide = are_small and max(above) >= _APART * min(above)
    if asked == "log" or (asked is None and is_wide):
        last = high or 10.0 ** ceil(log10(max(most, _LEAST * 10)) - _HAIR)
        first = 10.0 ** floor(log10(max(min(above, default=1.0), _LEAST)) + _HAIR)
        return ShareAxis(min(first, last / 10), last, is_log=True)
    end = high or next((top for top in tops if top >= most - _HAIR), tops[-1])
    return ShareAxis(0.0, end)


def draw_axis(
    sheet: Sheet,
    axis: ShareAxis,
    left: float,
    width: float,
    spans: Sequence[tuple[float, float]],
    foot: float,
    gid: str,
) -> tuple[Artist, Artist, list[Artist]]:
    """Draw an axis at its foot, its grid over some spans of heights, and the numbers at its ticks.

    Returned are the grid, the axis and its numbers.
    """
    style = sheet.style
    places = [(one, left + width * axis.at(one)) for one in axis.ticks(width)]
    grid = [Path([(x, top), (x, low)]) for _, x in places for top, low in spans]
    ticks = [
        Path([(left, foot), (left + width, foot)]),
        *(Path([(x, foot), (x, foot + _TICK)]) for _, x in places),
        *(
            Path([(x, foot), (x, foot + _TICK / 2)])
            for x in (left + width * axis.at(one) for one in axis.minor())
        ),
    ]
    lines = [
        sheet.fill(
            Path.make_compound_path(*paths),
            "none",
            f"{gid}{name}",
            edgecolor=color,
            linewidth=thick,
            zorder=order,
        )
        for name, paths, color, thick, order in (
            ("-grid", grid, style.grid, 0.6, 1.0),
            ("", ticks, style.outline, 0.8, 1.5),
        )
    ]
    numbers: list[Artist] = [
        sheet.write(
            x,
            foot + 0.12,
            f"{one:g}{' %' if number == len(places) - 1 else ''}",
            size=style.caption_size,
            align="center",
            color=style.faint_ink,
            gid=f"{gid}-{number}",
        )
        for number, (one, x) in enumerate(places)
    ]
    return lines[0], lines[1], numbers


# Bars


@dataclass(frozen=True, slots=True)
class BarAxis:
    """From a low to a high end over a length in inches."""

    low: float
    high: float
    length: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return how far a value is from the low end, in inches.

        >>> tight_axis(40, 2.0).at(10)
        0.5
        """
        return self.length * (value - self.low) / (self.high - self.low)


def tight_axis(highest: float, length: float, ticks: int = 4) -> BarAxis:
    """Return an axis from 0 to a value, with round numbers as ticks as far as it goes.

    >>> tight_axis(37, 1.0).ticks
    (0.0, 10.0, 20.0, 30.0)
    """
    step = _round_up(highest / ticks)
    marks = tuple(step * at for at in range(floor(highest / step + 1e-9) + 1))
    return BarAxis(0.0, highest, length, marks)


def signed_axis(values: Sequence[float], length: float, ticks: int = 4) -> BarAxis:
    """Return an axis for values below and above zero, which it holds; it ends a little beyond.

    >>> signed_axis([-1.2, 2.2], 1.0).ticks
    (-1.0, 0.0, 1.0, 2.0)
    """
    low, high = min([0.0, *values]), max([0.0, *values])
    beyond = 0.05 * (high - low) or 1.0
    low, high = low - beyond, high + beyond
    step = _round_up((high - low) / ticks)
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return BarAxis(low, high, length, tuple(step * at for at in range(first, last + 1)))


def _round_up(step: float) -> float:
    """Return the next round number: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(power * one for one in _ROUND if power * one >= step - 1e-12)
