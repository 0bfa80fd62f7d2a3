"""Intervals for proportions.

The one interval that the graph itself needs stands here in plain Python, because a rule of the
graph depends on it and the core carries no statistics package; tests hold it to scipy and
statsmodels.
"""

from __future__ import annotations

from math import sqrt

__all__ = ["wilson_interval"]

_Z95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def wilson_interval(count: int, total: int) -> tuple[float, float]:
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
    z2 = _Z95 * _Z95
    center = (count + z2 / 2) / (total + z2)
    spread = _Z95 / (total + z2) * sqrt(count * (total - count) / total + z2 / 4)
    low = 0.0 if count == 0 else center - spread
    high = 1.0 if count == total else center + spread
    return low, high
