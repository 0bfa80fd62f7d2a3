"""The mark: what stands for one pair in a picture, its state, its number, and the words for both.

The four states of a pair, the square that says that sources conflict, and the circle and triangle
that say what an edge rests on, are the same in every picture; a picture only chooses how a state
looks, and where a sign stands.

Long because what a sign looks like and what legends, captions and alternative texts say of it are
one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import cos, floor, hypot, pi, sin
from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import BASES
from metastasis._evidence.number import number_for
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import label_of, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._labels import Point
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = [
    "CELL_RADIUS",
    "CORNER",
    "STATES",
    "Mark",
    "basis_entries",
    "basis_radius",
    "basis_rule",
    "basis_words",
    "clear_place",
    "conflict_entry",
    "dispute_entry",
    "dispute_rule",
    "dispute_words",
    "draw_basis",
    "draw_square",
    "frame_words",
    "highest",
    "is_disputed",
    "mark_of",
    "number_rules",
    "percent_label",
    "percent_of",
    "shown_basis",
    "state_of",
    "step_words",
]

STATES: Final = {
    "number": "reported, with a number",
    "words": "reported, no such number",
    "absent": "reported absent",
    "conflicting": "sources conflict",
}
"""The states of a pair in words. ``conflicting`` is a pair that has no edge because of that; one
that keeps its edge is in the state of its number, and a square marks it."""

_FREQUENCIES: Final = {
    "most_common": "most common",
    "common": "common",
    "possible": "possible",
    "less_common": "less common",
    "rare": "rare",
}
_NAMED: Final = 6
"""Pairs that an alternative text names one by one: more would not be listened to."""
_HALF: Final = 0.05
"""Half a side of the square that says that sources conflict, in inches."""
CORNER: Final = 0.03
"""The same of a square in the corner of a cell."""
_RADIUS: Final = 0.047
"""Inches from the middle of the sign of what an edge rests on to its rim."""
_SMALL: Final = 0.03
"""The same in a crowd."""
CELL_RADIUS: Final = 0.022
"""The same in the corner of a cell."""
_CROWD: Final = 60
"""Such signs, above which they are small."""


@dataclass(frozen=True)
class Mark:
    """A pair as a picture shows it: its state, and its number in the picture's frame."""

    pair: Pair
    number: Assertion | None
    """The one number that stands for the pair; None where there is none in this frame."""

    @cached_property
    def state(self) -> str:
        """One of :data:`STATES`."""
        return state_of(self.pair, self.number)

    @property
    def is_disputed(self) -> bool:
        """Whether sources conflict although the pair has an edge, which is drawn all the same."""
        return is_disputed(self.pair)

    @property
    def basis(self) -> str | None:
        """What the edge rests on, if a sign has to tell it: a number that is shown speaks."""
        return shown_basis(self.pair, self.number)

    @cached_property
    def percent(self) -> float:
        """The share in percent; 0 where there is no number."""
        return float(percent_of(self.number)) if self.number else 0.0

    @property
    def total(self) -> int:
        """N, how many people were counted; 0 where there is no number or its source gives no N."""
        return (self.number.total or 0) if self.number else 0

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval in percent; None where the source gives no count.

        What rounding leaves open is not drawn: it would look like an interval of a count.
        """
        return self.number.interval if self.number and self.number.is_quantified else None

    @property
    def most(self) -> float:
        """The upper end of the interval in percent, or the share where there is none."""
        return self.interval[1] if self.interval else self.percent

    @property
    def route(self) -> str | None:
        """The one route that sources name, if they name one."""
        routes = {one.route for one in self.pair.assertions if one.route}
        return routes.pop() if len(routes) == 1 else None

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the name: percentage, n/N and interval, or why there is none."""
        said = {
            "absent": (STATES["absent"],),
            "conflicting": (STATES["conflicting"],),
            "words": (_frequency_of(self.pair),),
        }.get(self.state, ())
        disputed = (STATES["conflicting"],) if self.is_disputed else ()
        return (*self.number_lines, *said, *disputed)

    @property
    def number_lines(self) -> tuple[str, ...]:
        """Percentage, n/N and interval; nothing where there is no number."""
        if self.number is None:
            return ()
        share = self.share_label
        if self.interval is None:
            return (f"{share} of {self.number.total:,}" if self.number.total else share,)
        counts = f"{self.number.count:,}/{self.number.total:,}"
        return f"{share}  {counts}", f"({_between(*self.interval)})"

    @cached_property
    def share_label(self) -> str:
        """The percentage as printed: * without a count, † of a part of the population."""
        number = self.number
        if number is None:
            return ""
        marks = ("" if number.is_quantified else "*") + ("†" if number.population else "")
        return percent_label(number) + marks

    @property
    def words(self) -> str:
        """The pair and its share: ``breast cancer to bone 47 % (71/150)``."""
        number = self.number
        if number is None:
            return ""
        counted = f"{number.count}/{number.total}" if number.is_quantified else "no count given"
        return f"{label_of(self.pair)} {percent_label(number)} ({counted})"


def mark_of(pair: Pair, frame: Frame | None) -> Mark:
    """Return a pair with its number in a frame; None is a picture without numbers."""
    return Mark(pair, number_for(pair, frame))


def state_of(pair: Pair, number: Assertion | None) -> str:
    """Return which of :data:`STATES` a pair is in that shows this number, or none."""
    if pair.status == "reported absent":
        return "absent"
    if pair.status == "conflicting" and pair.edge is None:
        return "conflicting"
    return "number" if number else "words"


def is_disputed(pair: Pair) -> bool:
    """Return whether sources conflict on a pair that has an edge.

    >>> import metastasis as mets
    >>> pair = mets.load().evidence.pair("thyroid_differentiated", "lung")
    >>> pair.edge, is_disputed(pair)
    ('commonly', True)
    """
    return pair.status == "conflicting" and pair.edge is not None


# The number in words


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
    share = percent_of(assertion)
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
    """Return the steps that percentages are shaded by, in words.

    >>> from metastasis.pictures import Style
    >>> step_words(Style())
    ['under 5 %', '5 to 10 %', '10 to 25 %', '25 to 50 %', '50 % or more']
    """
    steps = [f"{step:g}" for step in style.percent_steps]
    between = [f"{low} to {high} %" for low, high in pairwise(steps)]
    return [f"under {steps[0]} %", *between, f"{steps[-1]} % or more"]


def _half_up(share: Fraction, places: int) -> Fraction:
    return Fraction(floor(share * 10**places + Fraction(1, 2)), 10**places)


def _places_known(assertion: Assertion) -> int:
    """Return to how many decimals at most a percentage is known."""
    exponent = (assertion.percent or Decimal(0)).as_tuple().exponent
    return 2 if assertion.is_quantified or not isinstance(exponent, int) else max(-exponent, 0)


def _between(low: float, high: float) -> str:
    """Return an interval in percent, whole from 10 on."""
    places = 0 if high >= 10 else 1 if high >= 1 else 2
    return f"{low:.{places}f} to {high:.{places}f} %"


def _frequency_of(pair: Pair) -> str:
    """Return the most frequent of the words, or that there are only other numbers."""
    said = {one.frequency for one in pair.assertions}
    word = next((words for key, words in _FREQUENCIES.items() if key in said), None)
    return f"in words: {word}" if word else "other numbers only"


# What captions and alternative texts say of marks


def frame_words(marks: Sequence[Mark], frame: Frame, *, asked: bool) -> str:
    """Return out of whom all numbers of a picture are, and why, unless it was asked for."""
    if asked:
        return f"share of {frame}"
    shown = sum(mark.number is not None for mark in marks)
    pairs = plural(len(marks), "pair")
    return f"share of {frame} (it has the most numbers and counts: on {shown} of {pairs})"


def number_rules(marks: Iterable[Mark], frame: Frame) -> list[str]:
    """Return which of several numbers is shown, and the signs on numbers where there are any."""
    numbers = [mark.number for mark in marks if mark.number]
    rules = []
    if frame.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    rules.append(
        "Of several such numbers one is shown, never a mean: on the whole population before a part "
        "of it, with its count before one without, then of the largest N."
    )
    if any(not number.is_quantified for number in numbers):
        rules.append("*: printed by its source without a count n.")
    if any(number.population for number in numbers):
        rules.append("†: of a part of the population only (a histology, sex, age or subtype).")
    return rules


def highest(marks: Iterable[Mark], most: int = 5) -> str:
    """Return the pairs with the highest shares in words, the highest first."""
    shown = sorted(
        (mark for mark in marks if mark.number),
        key=lambda one: (-one.percent, one.pair.primary_label, one.pair.site_label),
    )
    return "; ".join(mark.words for mark in shown[:most])


def dispute_rule(pairs: Iterable[Pair], sign: str) -> list[str]:
    """Return what the sign of pairs means on which sources conflict although they have an edge."""
    count = len(_disputed(pairs))
    drawn = "its edge is" if count == 1 else "their edges are"
    said = f"{sign}: sources conflict on {plural(count, 'pair')}; {drawn} drawn all the same."
    return [said] if count else []


def dispute_words(pairs: Iterable[Pair]) -> list[str]:
    """Return in words on which pairs with an edge sources conflict, or on how many."""
    disputed = _disputed(pairs)
    named = ", ".join(map(label_of, disputed))
    if len(disputed) > _NAMED:
        named = plural(len(disputed), "pair")
    return [f"Sources conflict, and the edge stands: {named}."] if disputed else []


def _disputed(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(filter(is_disputed, pairs), key=label_of)


# The square that says that sources conflict


def draw_square(sheet: Sheet, x: float, y: float, gid: str, half: float = _HALF) -> Artist:
    """Draw the square that says that sources conflict, its middle at a point."""
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half)]
    corners.append((x - half, y + half))
    return sheet.shape(corners, sheet.style.conflict_fill, gid, zorder=5)


def dispute_entry(pairs: Iterable[Pair]) -> list[LegendEntry]:
    """Return the square and its words, if there is a pair with an edge that sources conflict on."""
    entry = LegendEntry("reported, and sources conflict", _square_sample)
    return [entry] if any(map(is_disputed, pairs)) else []


def conflict_entry(pairs: Iterable[Pair]) -> list[LegendEntry]:
    """Return the square and its words where it marks pairs with and without an edge alike."""
    torn = [pair for pair in pairs if pair.status == "conflicting"]
    if all(map(is_disputed, torn)):
        return dispute_entry(torn)
    return [LegendEntry(STATES["conflicting"], _square_sample)]


def _square_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return draw_square(sheet, x + SAMPLE / 2, y, gid)


# The signs that say what an edge rests on: none for numbers, else an open circle or triangle


def _circle(x: float, y: float, radius: float) -> list[Point]:
    turns = [2 * pi * step / 24 for step in range(24)]
    return [(x + radius * cos(turn), y + radius * sin(turn)) for turn in turns]


def _triangle(x: float, y: float, radius: float) -> list[Point]:
    """Return a triangle that looks as large as a circle of that radius."""
    top, foot, half = 1.25 * radius, 0.85 * radius, 1.2 * radius
    return [(x, y - top), (x + half, y + foot), (x - half, y + foot)]


_BASIS_SIGNS: Final = {"expert_words": ("circle", _circle), "lay_words": ("triangle", _triangle)}


def shown_basis(pair: Pair, number: Assertion | None = None) -> str | None:
    """Return which sign tells what the edge of a pair rests on; None where there is none.

    An edge that rests on numbers has no sign, nor has a pair whose number is shown.

    >>> import metastasis as mets
    >>> shown_basis(mets.load().evidence.pair("breast", "bone"))
    """
    return pair.basis if number is None and pair.basis in _BASIS_SIGNS else None


def draw_basis(
    sheet: Sheet,
    x: float,
    y: float,
    basis: str,
    gid: str,
    *,
    radius: float = _RADIUS,
    color: str | None = None,
) -> Artist:
    """Draw the open sign of what an edge rests on, its middle at a point, in ink or a color."""
    _, corners = _BASIS_SIGNS[basis]
    how = {"edgecolor": color or sheet.style.ink, "linewidth": 0.5 + 10 * radius, "zorder": 5}
    return sheet.shape(corners(x, y, radius), sheet.style.paper, gid, **how)


def basis_radius(count: int) -> float:
    """Return the radius of the signs of what edges rest on in a picture of so many.

    >>> basis_radius(5) > basis_radius(500)
    True
    """
    return _RADIUS if count <= _CROWD else _SMALL


def clear_place(places: Sequence[Point], taken: Sequence[Point], apart: float) -> Point:
    """Return the first place that is so far from all that is taken, or else the farthest.

    >>> clear_place([(0.0, 0.0), (1.0, 0.0)], [(0.1, 0.0)], 0.5)
    (1.0, 0.0)
    """
    far = [
        min((hypot(x - other[0], y - other[1]) for other in taken), default=apart)
        for x, y in places
    ]
    clear = (place for place, free in zip(places, far, strict=True) if free >= apart)
    return next(clear, places[max(range(len(places)), key=far.__getitem__)])


def basis_entries(shown: Iterable[str | None]) -> list[LegendEntry]:
    """Return the signs of what edges rest on that are in a picture, with their words."""
    present = set(shown)
    return [
        LegendEntry(f"rests on {words}", _basis_sample(basis))
        for basis, words in BASES.items()
        if basis in present and basis in _BASIS_SIGNS
    ]


def _basis_sample(basis: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_basis(sheet, x + SAMPLE / 2, y, basis, gid)

    return draw


def basis_rule(shown: Iterable[str | None], *, numbers: bool = False) -> list[str]:
    """Return what the signs in a picture mean, and what it means that there is none.

    ``numbers``: the picture shows numbers, which need no sign.
    """
    present = set(shown)
    signs = [
        f"open {sign}, {BASES[basis]}"
        for basis, (sign, _) in _BASIS_SIGNS.items()
        if basis in present
    ]
    edge, rest = ("edge without a number here", "other numbers") if numbers else ("edge", "numbers")
    return [f"What an {edge} rests on: {'; '.join(signs)}; no sign, {rest}."] if signs else []


def basis_words(pairs: Iterable[Pair]) -> list[str]:
    """Return in words how many edges rest on numbers, how many on whose words."""
    counts = Counter(pair.basis for pair in pairs if pair.basis)
    total = counts.total()
    said = [(counts[basis], words) for basis, words in BASES.items() if counts[basis]]
    if not said:
        return []
    if len(said) == 1:
        edges = "The edge rests" if total == 1 else f"All {total:,} edges rest"
        return [f"{edges} on {said[0][1]}."]
    (first, words), *others = said
    verb = "rests" if first == 1 else "rest"
    listed = [f"{first:,} {verb} on {words}", *(f"{count:,} on {of}" for count, of in others)]
    return [f"Of {total:,} edges, {', '.join(listed)}."]
