"""An axis of shares, chosen once for a whole picture: where values stand on it, and its ticks."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from metastasis._errors import check_choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["AXES", "ShareAxis", "nice_axis", "share_axis", "signed_axis", "tight_axis"]

AXES: Final = ("linear", "log")
_TENFOLDS: Final = 30.0
"""Where the largest value is so many times the least, an axis of its own choice is logarithmic."""
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_LEAST: Final = 0.01
"""Percent at which a logarithmic axis begins at the latest."""


@dataclass(frozen=True, slots=True)
class ShareAxis:
    """From a low to a high end over a length in inches."""

    low: float
    high: float
    length: float
    ticks: tuple[float, ...]
    is_log: bool = False

    def at(self, value: float) -> float:
        """Return how far a value is from the low end, in inches; beyond an end it is that end.

        >>> share_axis([1, 100], 2.0, "log").at(10)
        1.0
        """
        held = min(max(value, self.low), self.high)
        if self.is_log:
            return self.length * log10(held / self.low) / log10(self.high / self.low)
        return self.length * (held - self.low) / (self.high - self.low)

    def holds(self, value: float) -> bool:
        """Return whether a value is between the ends."""
        return self.low - 1e-9 <= value <= self.high + 1e-9


def nice_axis(highest: float, length: float, ticks: int = 4) -> ShareAxis:
    """Return an axis from 0 to just over a value, with ticks at round numbers.

    >>> nice_axis(37, 1.0).ticks
    (0.0, 10.0, 20.0, 30.0, 40.0)
    """
    step = _round_up(max(highest, 1e-9) / ticks)
    number = max(ceil(highest / step - 1e-9), 1)
    return ShareAxis(0.0, number * step, length, tuple(step * at for at in range(number + 1)))


def tight_axis(highest: float, length: float, ticks: int = 4) -> ShareAxis:
    """Return an axis from 0 to a value, with round numbers as ticks as far as it goes.

    >>> tight_axis(37, 1.0).ticks
    (0.0, 10.0, 20.0, 30.0)
    """
    step = _round_up(highest / ticks)
    marks = tuple(step * at for at in range(floor(highest / step + 1e-9) + 1))
    return ShareAxis(0.0, highest, length, marks)


def share_axis(values: Iterable[float], length: float, axis: str | None = None) -> ShareAxis:
    """Return an axis for percentages: from 0 up, or logarithmic where they differ by far.

    Raises
    ------
    UnknownNameError
        There is no such axis.
    """
    if axis is not None:
        check_choice("axis", axis, AXES)
    values = list(values)
    positive = [value for value in values if value > 0]
    highest = max(values, default=100.0)
    is_wide = bool(positive) and max(positive) > _TENFOLDS * min(positive)
    if axis == "linear" or (axis is None and not is_wide) or not positive:
        return nice_axis(min(highest, 100.0) if highest else 100.0, length)
    low = max(10 ** floor(log10(min(positive)) + 1e-9), _LEAST)
    high = 10 ** ceil(log10(highest) - 1e-9)
    if high <= low:
        high = 10 * low
    powers = range(round(log10(low)), round(log10(high)) + 1)
    return ShareAxis(low, high, length, tuple(10.0**power for power in powers), is_log=True)


def signed_axis(values: Sequence[float], length: float) -> ShareAxis:
    """Return an axis for values below and above zero, which it holds.

    >>> signed_axis([-1.2, 2.2], 1.0).ticks
    (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
    """
    low, high = min([0.0, *values]), max([0.0, *values])
    step = _round_up(max(high - low, 1e-9) / 4)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = tuple(step * at for at in range(first, last + 1))
    return ShareAxis(ticks[0], ticks[-1], length, ticks)


def _round_up(step: float) -> float:
    """Return the next round number: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(power * one for one in _STEPS if power * one >= step - 1e-12)
