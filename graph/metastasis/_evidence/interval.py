"""Intervals for proportions.

The one interval that the graph itself needs stands here in plain Python, because a rule of the
graph depends on it and the core carries no statistics package; tests hold it to scipy and
statsmodels.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor, isclose, isfinite, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Z95",
    "finite",
    "percentile_interval",
    "possible_counts",
    "rounding_interval",
    "wilson_interval",
]

Z95: Final = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""

_LEAST_TOLD: Final = 0.95
"""Share of the draws that must be finite: fewer would cut into the tails of a 95 % interval."""

_ALIKE: Final = 1e-9
"""Draws this near to each other are one number: searches for solutions end sooner than that."""


def wilson_interval(count: float, total: float) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of ``count`` of ``total`` as two proportions, 0 to 1.

    Formula 4 of Wilson EB, Probable inference, the law of succession, and statistical inference,
    J Am Stat Assoc 1927;22:209-212, doi:10.1080/01621459.1927.10502953; without continuity
    correction.

    >>> low, high = wilson_interval(71, 150)
    >>> f"{low:.3f} to {high:.3f}"
    '0.395 to 0.553'
    >>> wilson_interval(0, 0)
    Traceback (most recent call last):
    ...
    ValueError: the interval of 0 of 0 is not defined

    Raises
    ------
    ValueError
        ``total`` is not positive, or ``count`` is not between 0 and ``total``.
    """
    if total <= 0 or not 0 <= count <= total:
        raise ValueError(f"the interval of {count} of {total} is not defined")
    z2 = Z95 * Z95
    center = (count + z2 / 2) / (total + z2)
    spread = Z95 / (total + z2) * sqrt(count * (total - count) / total + z2 / 4)
    low = 0.0 if count == 0 else center - spread
    high = 1.0 if count == total else center + spread
    return low, high


def possible_counts(percent: Decimal, total: int) -> range:
    """Return every n for which n of ``total``, in percent, is rounded to ``percent`` as printed.

    That is n from ceil(N·(p - h)/100) to floor(N·(p + h)/100), h half a unit of the last digit
    printed; both ends belong to it, because rules of rounding differ.

    >>> list(possible_counts(Decimal("3.6"), 55))
    [2]
    >>> len(possible_counts(Decimal("90"), 200))
    3

    Raises
    ------
    ValueError
        ``total`` is not positive, ``percent`` is not between 0 and 100, or no n fits.
    """
    if total <= 0 or not (percent.is_finite() and 0 <= percent <= 100):
        raise ValueError(f"{percent} % of {total} is no share of a number of patients")
    exponent = percent.as_tuple().exponent
    half = Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0) / 2
    least = max(0, ceil(total * (percent - half) / 100))
    most = min(total, floor(total * (percent + half) / 100))
    if least > most:
        raise ValueError(f"no whole number of {total} patients is {percent} %")
    return range(least, most + 1)


def rounding_interval(percent: Decimal, total: int) -> tuple[float, float]:
    """Return an interval for a printed percentage of a known total, as two proportions, 0 to 1.

    The union of the 95 % Wilson intervals of every count that the percentage may stand for
    (:func:`possible_counts`), so that it covers no less than 95 %, whichever of them it was. It is
    derived, not reported: it is shown as such and enters no pooling. An edge may rest on it, for
    its bounds hold.

    >>> low, high = rounding_interval(Decimal("47"), 150)
    >>> f"{low:.3f} to {high:.3f}"
    '0.389 to 0.553'

    Raises
    ------
    ValueError
        As for :func:`possible_counts`.
    """
    counts = possible_counts(percent, total)
    return wilson_interval(counts[0], total)[0], wilson_interval(counts[-1], total)[1]


def finite(value: float) -> float | None:
    """Return a number, or None where it is not defined or not finite.

    >>> finite(0.5), finite(float("nan")), finite(float("inf"))
    (0.5, None, None)
    """
    return float(value) if isfinite(value) else None


def percentile_interval(values: Iterable[float]) -> tuple[float | None, float | None]:
    """Return the 2.5th and 97.5th percentile of draws, or None twice where they do not tell.

    They do not where there are none, where more than one in twenty is not finite, or where both
    percentiles are one number: what no draw varied is fixed by the model, and how uncertain it is
    was not drawn.

    >>> percentile_interval(range(41))
    (1.0, 39.0)
    >>> percentile_interval([1.0, float("nan")])
    (None, None)
    >>> percentile_interval([0.25, 0.25, 0.25])
    (None, None)
    """
    import numpy as np

    drawn = np.asarray(list(values), dtype=float)
    told = drawn[np.isfinite(drawn)]
    if not len(told) or len(told) < _LEAST_TOLD * len(drawn):
        return None, None
    low, high = np.percentile(told, (2.5, 97.5))
    if isclose(low, high, rel_tol=_ALIKE, abs_tol=_ALIKE):
        return None, None
    return float(low), float(high)
