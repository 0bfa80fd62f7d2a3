"""The cells of a heat map: what each shows, in which words, and how strongly it counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from metastasis.pictures._said.mark import STATES, Mark, percent_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._heatmap.ratio import Ratio
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "CELL_STATES",
    "COUNTS",
    "DIGITS",
    "FULL",
    "NONE",
    "SHARE",
    "STACKED",
    "WHOLE",
    "Cell",
    "count_cell",
    "percent_cell",
    "ratio_cell",
    "ratio_label",
]

CELL_STATES: Final = {
    "commonly": "reported, common",
    "possibly": "reported, how commonly not established",
    "rarely": "reported, rare",
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
    "other": STATES["words"],
    "unstudied": "not studied",
    "not_applicable": STATES["not_applicable"],
}
"""The states of a cell, in the words of the legend: those of a pair, reported ones by class."""

FULL: Final = "full"
"""The number, and n/N or the interval below it."""
SHARE: Final = "share"
"""The number alone."""
DIGITS: Final = "digits"
"""The same without its unit, with three digits that count at most: 34.6 of 34.56."""
WHOLE: Final = "whole"
"""The same without decimals."""
STACKED: Final = "stacked"
"""The same with its signs below it: cells of many columns are narrow, not low."""
COUNTS: Final = "counts"
"""n/N alone."""
NONE: Final = "none"

_NO_NUMBER: Final = "\u2013"
"""A dash, printed where there is an edge but no such number."""
_WEIGHTS: Final = {"commonly": 3.0, "possibly": 2.0, "rarely": 1.0, "conflicting": 1.0}
"""How much a cell counts when like rows are put beside like: by class, a conflict as the least."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its mark, how it looks, what may be printed in it, and its weight for the order."""

    mark: Mark
    state: str
    """One of :data:`CELL_STATES`, or ``percent`` or ``ratio``."""
    wordings: Mapping[str, tuple[str, ...]]
    """The lines printed in it, by how much is printed."""
    weight: float
    """For likeness: 0 is nothing in common."""
    score: float
    """What rows and columns are ranked by, in sum."""
    step: int | None = None
    """Which shade of a percentage or a ratio; None where there is none."""
    ratio: Ratio | None = None
    is_lit: bool = True
    """Whether it stands out as all do; else it is faded."""

    @property
    def pair(self) -> Pair:
        """The pair of its row and column."""
        return self.mark.pair

    @property
    def key(self) -> tuple[str, str]:
        """Its primary and its site."""
        return self.mark.pair.primary, self.mark.pair.site

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the lines printed in it, where so much is printed."""
        return self.wordings.get(text, ())


def count_cell(pair: Pair, *, is_lit: bool) -> Cell:
    """Return a cell that shows in how many sources a pair is."""
    mark = Mark(pair, None)
    state = str(pair.edge) if mark.state == "words" else mark.state
    number = (str(len(pair.sources)),)
    reported = float(len(pair.sources)) if pair.edge else 0.0
    return Cell(
        mark,
        state,
        {FULL: number, SHARE: number},
        _WEIGHTS.get(state, 0.0),
        reported,
        is_lit=is_lit,
    )


def percent_cell(mark: Mark, style: Style, *, is_lit: bool, is_worded: bool = True) -> Cell:
    """Return a cell that shows a percentage; other such numbers on the pair are counted.

    Words take time, and to choose and order cells needs none.
    """
    if mark.number is None:
        dash = () if mark.pair.edge is None else (_NO_NUMBER,)
        wordings = dict.fromkeys((FULL, SHARE, DIGITS, WHOLE, STACKED, COUNTS), dash)
        return Cell(mark, "other" if dash else mark.state, wordings, 0.0, 0.0, is_lit=is_lit)
    share = percent_of(mark.number)
    return Cell(
        mark,
        "percent" if mark.state == "number" else mark.state,
        _percent_wordings(mark, share) if is_worded else {},
        # The constant keeps a row of small shares apart from a row that is not studied.
        weight=1 + float(share) / 10,
        score=float(share),
        step=sum(share >= limit for limit in style.percent_steps),
        is_lit=is_lit,
    )


def _percent_wordings(mark: Mark, share: Fraction) -> dict[str, tuple[str, ...]]:
    label, counts = mark.share_label, _counts(mark)
    others = f"+{mark.others}" if mark.others else ""
    below = " ".join(filter(None, (counts, others)))
    # What is not zero is never said to be.
    whole = str(int(share + Fraction(1, 2)) or ("<1" if share else 0))
    return {
        FULL: tuple(filter(None, (label, below))),
        SHARE: (label,),
        DIGITS: (f"{_three(label.removesuffix(mark.sign).removesuffix(' %'))}{mark.sign}",),
        WHOLE: (f"{whole}{mark.sign}",),
        STACKED: tuple(filter(None, (whole, mark.sign.strip()))),
        COUNTS: (f"{counts or label}{mark.letter_sign if counts else ''}",),
    }


def _three(digits: str) -> str:
    """Return a percentage with three digits that count at most, those before its point whole.

    >>> [_three(one) for one in ("34.56", "6.125", "0.0123", "100", "<0.01", "7.5")]
    ['34.6', '6.13', '0.0123', '100', '<0.01', '7.5']
    """
    before, _, after = digits.partition(".")
    most = 3 - len(before)
    if not after or before.strip("0") == "" or len(after) <= most or digits[:1] == "<":
        return digits
    return str(Decimal(digits).quantize(Decimal(1).scaleb(-max(most, 0)), ROUND_HALF_UP))


def ratio_cell(mark: Mark, ratio: Ratio | None, style: Style, *, is_lit: bool) -> Cell:
    """Return a cell that shows how many times the share of all cancers that of one is."""
    if ratio is None:
        return percent_cell(mark, style, is_lit=is_lit)
    value = f"{ratio_label(ratio.value)}{mark.letter_sign}"
    between = f"{ratio_label(ratio.low)}\u2013{ratio_label(ratio.high)}"
    return Cell(
        mark,
        "ratio" if ratio.is_sure else "unsure",
        {FULL: (value, between), SHARE: (value,)},
        weight=ratio.value,
        score=float(mark.percent),
        step=sum(ratio.value >= limit for limit in style.ratio_steps),
        ratio=ratio,
        is_lit=is_lit,
    )


def ratio_label(value: float) -> str:
    """Return a ratio as printed: with two figures that count, whole from 10 on.

    >>> [ratio_label(one) for one in (12.3, 2.345, 0.5, 0.04, 0)]
    ['12', '2.3', '0.50', '0.04', '0']
    """
    if value == 0:
        return "0"
    if value < 0.005:
        return "<0.01"
    return f"{value:.{0 if value >= 9.95 else 1 if value >= 0.995 else 2}f}"


def _counts(mark: Mark) -> str:
    """Return n/N; without n only what N is, and nothing where not even that is known."""
    number = mark.number
    if number is None:
        return ""
    if number.is_quantified:
        return f"{number.count}/{number.total}"
    return f"of {number.total}" if number.total else ""
