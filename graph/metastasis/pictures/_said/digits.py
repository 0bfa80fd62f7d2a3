"""Shares and intervals in digits: one rule of rounding for every picture.

- What a source prints as a percentage stays as it is printed: 10.6 % is not 11 %. Only where the
  interval of n/N is so narrow that the rounded percentage is not in it, n/N is written itself.
- A share n/N is whole from 10 % on, has one decimal from 1 % on and two below; out of fewer than a
  hundred it is whole from 1 % on, because one person more or less is more than a point.
- An interval is whole from 10 % on, by its upper end, has one decimal from 1 % on and two below.
- Where an end so rounded would be the share itself, or the other end, both get more decimals until
  it is an interval: not 20 % (20 to 20 %) but 20.0 % (19.8 to 20.3 %). Only an end that is the
  share exactly (0 of 60, 60 of 60) may look like it.

Apart from the mark because the rule of rounding is to be found and read on its own.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion

__all__ = ["interval_label", "percent_label", "percent_of"]

_MOST: Final = 6
"""Decimals at most: of an interval narrower than that, zeros would be counted, not read."""
_FEW: Final = 100
"""N below which a share from 1 % on is whole."""


def percent_of(assertion: Assertion) -> Fraction:
    """Return the percentage of an assertion: exactly n of N where both are known, else as printed.

    >>> from metastasis._evidence.assertion import Assertion
    >>> percent_of(Assertion(primary="breast", site="bone", source="a", locator="b", count=1,
    ...                      total=3, denominator="autopsies"))
    Fraction(100, 3)
    """
    if assertion.count is not None and assertion.total:
        return Fraction(100 * assertion.count, assertion.total)
    return Fraction(assertion.percent or 0)


def percent_label(assertion: Assertion) -> str:
    """Return a percentage as printed in a cell; the rule is that of this module.

    >>> from metastasis._evidence.assertion import Assertion
    >>> [
    ...     percent_label(Assertion(primary="breast", site="bone", source="a", locator="b",
    ...                             count=count, total=total, denominator="autopsies"))
    ...     for count, total in ((1029, 2812), (97, 2812), (9, 2812), (0, 2812), (2, 60))
    ... ]
    ['37 %', '3.4 %', '0.32 %', '0 %', '3 %']
    """
    share = percent_of(assertion)
    if share in (0, 100) and assertion.count is not None:  # all and none have no decimals
        return f"{share} %"
    if share == 0:
        return "0 %"
    if _is_printed(assertion):
        return f"{assertion.percent:f} %"
    if share < Fraction(1, 200):
        return "<0.01 %"
    return f"{_written(share, _places(assertion)[0])} %"


def interval_label(assertion: Assertion) -> str:
    """Return the interval of a number without brackets, or nothing where there is none.

    >>> from metastasis._evidence.assertion import Assertion
    >>> interval_label(Assertion(primary="breast", site="bone", source="a", locator="b",
    ...                          count=1029, total=2812, denominator="autopsies"))
    '35 to 38 %'
    """
    if assertion.interval is None:
        return ""
    places = _places(assertion)[1]
    low, high = (_written(Fraction(end), places) for end in assertion.interval)
    return f"{low} to {high} %"


def _places(assertion: Assertion) -> tuple[int, int]:
    """Return to how many decimals a share and its interval are written."""
    share = percent_of(assertion)
    own = _own_places(share, assertion.total)
    if assertion.interval is None:
        return own, 0
    low, high = map(Fraction, assertion.interval)
    least = places = 0 if high >= 10 else 1 if high >= 1 else 2
    while places < _MOST and not _is_told_apart(low, share, high, places):
        places += 1
    return (max(own, places) if places > least else own), places


def _own_places(share: Fraction, total: int | None) -> int:
    """Return the decimals of a share for itself."""
    if total and total < _FEW and _units(share, 0) >= 1:
        return 0
    limits = ((2, 1), (1, 10))
    return next((at for at, limit in limits if _units(share, at) < limit * 10**at), 0)


def _is_told_apart(low: Fraction, share: Fraction, high: Fraction, places: int) -> bool:
    """Return whether the ends are other than the share when written, unless they are the share."""
    first, middle, last = (_units(one, places) for one in (low, share, high))
    return (first < middle or low == share) and (middle < last or high == share)


def _is_printed(assertion: Assertion) -> bool:
    """Return whether the percentage is as its source prints it, not made of n and N here."""
    if not assertion.is_quantified or assertion.percent is None:
        return assertion.percent is not None
    # A share made here has two decimals where it needs them: any other is what was printed.
    printed = Fraction(assertion.percent)
    if printed == _half_up(percent_of(assertion), 2) or assertion.interval is None:
        return False
    # Of very many people the interval of n/N may leave out what was rounded: then n/N is written.
    places = _places(assertion)[1]
    low, high = (_half_up(Fraction(one), places) for one in assertion.interval)
    return low < printed < high


def _written(share: Fraction, places: int) -> str:
    return f"{Decimal(_units(share, places)).scaleb(-places):f}"


def _half_up(share: Fraction, places: int) -> Fraction:
    """Return a number rounded to decimals, halves up, without the half of a binary fraction."""
    return Fraction(_units(share, places), 10**places)


def _units(share: Fraction, places: int) -> int:
    """Return the same in units of the last decimal: whole numbers, which are compared faster."""
    count: int = share.numerator * 10**places
    return (2 * count + share.denominator) // (2 * share.denominator)
