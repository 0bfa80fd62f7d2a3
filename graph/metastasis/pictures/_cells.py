"""The cells of a heat map: what each says, in which state it is, and whose number it shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING, Final

from metastasis.pictures._scale import figure_on, scales_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Spread
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._style import Style

__all__ = [
    "STATES",
    "Cell",
    "count_cells",
    "only_other_numbers",
    "percent_cells",
    "percent_label",
    "share_of",
    "step_words",
]

STATES: Final = {
    "commonly": "reported, common",
    "possibly": "reported, how commonly not established",
    "rarely": "reported, rare",
    "absent": "reported absent",
    "conflicting": "sources conflict",
    "other": "reported, no such number",
    "unstudied": "not studied",
}
"""The states of a cell, in the words of the legend."""

_NO_NUMBER: Final = "\u2013"
_WEIGHTS: Final = {"commonly": 3.0, "possibly": 2.0, "rarely": 1.0, "conflicting": 1.0}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its pair, its state, the lines printed in it, and its weight for the order."""

    spread: Spread
    state: str
    lines: tuple[str, ...]
    weight: float
    step: int | None = None
    """Which shade of a percentage; None where there is none."""
    figure: Assertion | None = None


def count_cells(spreads: Iterable[Spread]) -> list[Cell]:
    """Return a cell for each pair, showing in how many sources it stands."""
    return [
        Cell(spread, state, (str(len(spread.sources)),), _WEIGHTS.get(state, 0.0))
        for spread in spreads
        for state in (_state(spread),)
    ]


def percent_cells(
    spreads: Iterable[Spread],
    scale: Scale,
    style: Style,
    *,
    primaries: Collection[str] = (),
    sites: Collection[str] = (),
) -> list[Cell]:
    """Return a cell for each pair, showing the percentage on one scale.

    Of several such numbers one is shown, as :func:`~metastasis.pictures._scale.figure_on` has it,
    never a mean, and the others are counted. Primaries and sites without any such number are left
    out, unless their keys are given.
    """
    cells = [_percent_cell(spread, scale, style) for spread in spreads]
    rows = {cell.spread.primary for cell in cells if cell.figure} | set(primaries)
    columns = {cell.spread.site for cell in cells if cell.figure} | set(sites)
    return [cell for cell in cells if cell.spread.primary in rows and cell.spread.site in columns]


def only_other_numbers(
    spreads: Iterable[Spread], denominator: str | None, setting: str | None, occurrence: str
) -> int:
    """Return how many pairs have numbers out of these patients, but of other occurrence only."""
    return sum(
        bool(kinds) and occurrence not in kinds
        for spread in spreads
        for kinds in (
            {
                one.occurrence
                for one in spread.assertions
                if one.percent is not None
                and denominator in (None, one.denominator)
                and setting in (None, one.setting)
            },
        )
    )


def share_of(assertion: Assertion) -> Fraction:
    """Return the percentage of an assertion: exactly n of N where both are known, else as printed.

    >>> from metastasis._evidence.assertion import Assertion
    >>> share_of(Assertion(primary="breast", site="bone", source="a", locator="b", count=1, total=3,
    ...                    denominator="autopsies"))
    Fraction(100, 3)
    """
    if assertion.count is not None and assertion.total:
        return Fraction(100 * assertion.count, assertion.total)
    return Fraction(assertion.percent or 0)


def percent_label(assertion: Assertion) -> str:
    """Return a percentage as printed in a cell: whole from 10 on, from 1 on with one decimal.

    Below 1 it has two decimals. Halves are rounded up, once, and a percentage that is only printed
    gets no more decimals than its source prints.

    >>> from metastasis._evidence.assertion import Assertion
    >>> [
    ...     percent_label(Assertion(primary="breast", site="bone", source="a", locator="b",
    ...                             count=count, total=2812, denominator="autopsies"))
    ...     for count in (1029, 97, 9, 0)
    ... ]
    ['37 %', '3.4 %', '0.32 %', '0 %']
    """
    share = share_of(assertion)
    if share == 0:
        return "0 %"
    if share < Fraction(1, 200):
        return "<0.01 %"
    places = next(
        (places for places, limit in ((2, 1), (1, 10)) if _half_up(share, places) < limit), 0
    )
    places = min(places, _places_known(assertion))
    return f"{float(_half_up(share, places)):.{places}f} %"


def step_words(style: Style) -> list[str]:
    """Return the steps of the percentage scale in words.

    >>> from metastasis.pictures._style import Style
    >>> step_words(Style())
    ['under 5 %', '5 to 10 %', '10 to 25 %', '25 to 50 %', '50 % or more']
    """
    steps = [f"{step:g}" for step in style.percent_steps]
    between = [f"{low} to {high} %" for low, high in pairwise(steps)]
    return [f"under {steps[0]} %", *between, f"{steps[-1]} % or more"]


def _state(spread: Spread) -> str:
    if spread.status == "conflicting" and spread.edge is None:
        return "conflicting"
    return spread.edge or "absent"


def _half_up(share: Fraction, places: int) -> Fraction:
    return Fraction(floor(share * 10**places + Fraction(1, 2)), 10**places)


def _places_known(assertion: Assertion) -> int:
    """Return to how many decimals at most a percentage is known."""
    exponent = (assertion.percent or Decimal(0)).as_tuple().exponent
    return 2 if assertion.is_quantified or not isinstance(exponent, int) else max(-exponent, 0)


def _percent_cell(spread: Spread, scale: Scale, style: Style) -> Cell:
    state, shown = _state(spread), figure_on(spread, scale)
    if shown is None:
        lines = () if spread.edge is None else (_NO_NUMBER,)
        return Cell(spread, "other" if lines else state, lines, 0.0)
    share, others = share_of(shown), len(scales_of(spread)[scale]) - 1
    marks = ("" if shown.is_quantified else "*") + ("†" if shown.population else "")
    below = " ".join(filter(None, (_counts(shown), f"+{others}" if others else "")))
    if state != "conflicting":
        state = "absent" if spread.status == "reported absent" else "percent"
    return Cell(
        spread,
        state,
        tuple(filter(None, (percent_label(shown) + marks, below))),
        weight=1 + float(share) / 10,
        step=sum(share >= limit for limit in style.percent_steps),
        figure=shown,
    )


def _counts(assertion: Assertion) -> str:
    """Return n/N; without n only what N is, and nothing where not even that is known."""
    if assertion.is_quantified:
        return f"{assertion.count}/{assertion.total}"
    return f"of {assertion.total}" if assertion.total else ""
