"""An axis of bars: from zero as far as the values go, or to both sides of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BarAxis", "signed_axis", "tight_axis"]

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


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
    return next(power * one for one in _STEPS if power * one >= step - 1e-12)
