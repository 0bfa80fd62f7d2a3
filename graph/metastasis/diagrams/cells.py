"""The cells of a heat map: what each says, in which state it is, and whose number it shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING, Final

from metastasis.errors import UnknownNameError
from metastasis.vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from metastasis.assertion import Assertion
    from metastasis.diagrams.style import Style
    from metastasis.pairs import Spread

__all__ = [
    "STATES",
    "Basis",
    "Cell",
    "count_cells",
    "only_other_numbers",
    "percent_cells",
    "percent_label",
    "settle_basis",
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

WHOM: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic patients",
    "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
    "autopsies": "autopsies",
    "records": "recorded metastases (not patients)",
    "site_cases": "patients with a metastasis at the site",
}
WHEN: Final = {
    "at_diagnosis": "at diagnosis",
    "during_course": "during the course of the disease",
    "at_autopsy": "at autopsy",
}
_NO_NUMBER: Final = "\u2013"
_WEIGHTS: Final = {"commonly": 3.0, "possibly": 2.0, "rarely": 1.0, "conflicting": 1.0}


@dataclass(frozen=True, slots=True)
class Basis:
    """Out of whom and when: the one thing that all percentages on a scale must share."""

    denominator: str
    setting: str

    def __str__(self) -> str:
        whom, when = WHOM[self.denominator], WHEN.get(self.setting)
        return whom if when is None or when in whom else f"{whom}, {when}"


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
    basis: Basis,
    style: Style,
    *,
    primaries: Collection[str] = (),
    sites: Collection[str] = (),
) -> list[Cell]:
    """Return a cell for each pair, showing the percentage out of these patients at this time.

    Of several such numbers the one on the whole population with the largest N is shown, never a
    mean, and the others are counted. Primaries and sites without any such number are left out,
    unless their keys are given.
    """
    cells = [_percent_cell(spread, basis, style) for spread in spreads]
    rows = {cell.spread.primary for cell in cells if cell.figure} | set(primaries)
    columns = {cell.spread.site for cell in cells if cell.figure} | set(sites)
    return [cell for cell in cells if cell.spread.primary in rows and cell.spread.site in columns]


def only_other_numbers(
    spreads: Iterable[Spread], denominator: str | None, setting: str | None
) -> int:
    """Return how many pairs have numbers out of these patients, but only as first or only site."""
    return sum(
        bool(kinds) and not any(kinds)
        for spread in spreads
        for kinds in (
            [
                one.occurrence == "any"
                for one in spread.assertions
                if one.percent is not None
                and denominator in (None, one.denominator)
                and setting in (None, one.setting)
            ],
        )
    )


def settle_basis(
    spreads: Sequence[Spread], denominator: str | None, setting: str | None
) -> Basis | None:
    """Return the one denominator and setting of the percentages; None where there is no percentage.

    Raises
    ------
    UnknownNameError
        There is no such denominator or setting.
    ValueError
        The percentages that are left have more than one: the message counts each.
    """
    for kind, name in (("denominator", denominator), ("setting", setting)):
        if name is not None and name not in LISTS[kind]:
            raise UnknownNameError(kind, name, LISTS[kind])
    counts = Counter(
        Basis(one.denominator, one.setting)
        for spread in spreads
        for one in spread.assertions
        if _is_figure(one)
        and one.denominator is not None
        and denominator in (None, one.denominator)
        and setting in (None, one.setting)
    )
    if len(counts) > 1:
        raise ValueError(_remedy(counts))
    return next(iter(counts), None)


def share_of(assertion: Assertion) -> Fraction:
    """Return the percentage of an assertion: exactly n of N where both are known, else as printed.

    >>> from metastasis.assertion import Assertion
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

    >>> from metastasis.assertion import Assertion
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

    >>> from metastasis.diagrams.style import Style
    >>> step_words(Style())
    ['under 5 %', '5 to 10 %', '10 to 25 %', '25 to 50 %', '50 % or more']
    """
    steps = [f"{step:g}" for step in style.percent_steps]
    between = [f"{low} to {high} %" for low, high in pairwise(steps)]
    return [f"under {steps[0]} %", *between, f"{steps[-1]} % or more"]


def _state(spread: Spread) -> str:
    if spread.status == "conflicting":
        return "conflicting"
    return spread.edge or "absent"


def _is_figure(assertion: Assertion) -> bool:
    return (
        assertion.percent is not None and assertion.occurrence == "any" and assertion.stage == "any"
    )


def _half_up(share: Fraction, places: int) -> Fraction:
    return Fraction(floor(share * 10**places + Fraction(1, 2)), 10**places)


def _places_known(assertion: Assertion) -> int:
    """Return to how many decimals at most a percentage is known."""
    exponent = (assertion.percent or Decimal(0)).as_tuple().exponent
    return 2 if assertion.is_quantified or not isinstance(exponent, int) else max(-exponent, 0)


def _percent_cell(spread: Spread, basis: Basis, style: Style) -> Cell:
    figures = [
        one
        for one in spread.assertions
        if _is_figure(one) and (one.denominator, one.setting) == (basis.denominator, basis.setting)
    ]
    state = _state(spread)
    if not figures and spread.edge is not None:
        return Cell(spread, "other", (_NO_NUMBER,), 0.0)
    if not figures:
        return Cell(spread, state, (), 0.0)
    shown = min(
        figures,
        key=lambda one: (
            one.population is not None,
            -(one.total or 0),
            not one.is_quantified,
            one.key,
        ),
    )
    share = share_of(shown)
    marks = ("" if shown.is_quantified else "*") + ("†" if shown.population else "")
    lines = (
        percent_label(shown) + marks,
        " ".join(
            filter(None, (_counts(shown), f"+{len(figures) - 1}" if len(figures) > 1 else ""))
        ),
    )
    if state != "conflicting":
        state = "absent" if spread.status == "reported absent" else "percent"
    step = sum(share >= limit for limit in style.percent_steps)
    return Cell(spread, state, tuple(filter(None, lines)), 1 + float(share) / 10, step, shown)


def _counts(assertion: Assertion) -> str:
    return f"{assertion.count}/{assertion.total}" if assertion.is_quantified else ""


def _remedy(counts: Counter[Basis]) -> str:
    kinds = [
        f"  denominator={basis.denominator!r}, setting={basis.setting!r} ({number} numbers)"
        for basis, number in sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    ]
    return "\n".join(
        [
            "percentages with different denominators or settings cannot share a scale; choose one:",
            *kinds,
        ]
    )
