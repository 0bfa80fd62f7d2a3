"""How well readings agree with what a person read: sets of statements, and numbers.

What :mod:`judge_text` prints and its tests check by hand; it is no part of the package.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gold_text import OUTSIDE, SAME_SITE, GoldNumber, GoldRow

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis.text import Reading

__all__ = [
    "LEVELS",
    "Levels",
    "NumberScore",
    "Score",
    "Tally",
    "gold_row_of",
    "interval",
    "macro",
    "micro",
    "number_right",
    "score_numbers",
    "tally",
]

VAGUE: Final = frozenset(
    (
        *("any_organ", "adjacent_tissue", "unspecified"),
        *("abdomen", "pelvis", "thorax", "abdominal_cavity"),
    )
)
"""Sites that name no organ; ``unspecified`` stands for all distant sites together."""
COARSE: Final = {"most_common": "common", "less_common": "rare"}
"""Frequencies in three steps: common, possible, rare; and absent."""
FAMILIES: Final = {"rectum": "colorectal", "colon": "colorectal"}
SITE_FAMILIES: Final = {"spine": "bone", "vertebra": "bone", "bone_marrow": "bone"}
LEVELS: Final = (
    "pair",
    "pair+relation",
    "pair+relation+frequency",
    "pair+relation+route",
    "pair+relation+frequency (3 steps)",
    "in-catalog pair",
    "in-catalog pair+rel+freq",
    "coarse pair",
    "named-organ pair",
    "named-organ pair+rel+freq",
    "named-organ coarse pair",
)


class Score(NamedTuple):
    """How many statements agree, how many were found, and how many there are."""

    right: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Of those found, the share that is right; 0 where nothing was found."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Of those there are, the share that was found; 0 where there are none."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


class NumberScore(NamedTuple):
    """What became of the numbers that pages print for a pair, and of those that were read."""

    right: int = 0
    wrong: int = 0
    """The page prints another number for this pair."""
    missed: int = 0
    extra: int = 0
    """The page prints no number for this pair, or says nothing of the pair."""


Tally = dict[str, Score]
"""Of each page, its score."""


class Levels:
    """What of a statement is compared at each level."""

    def __init__(self, catalog: Catalog) -> None:
        parents = {key: one.parents for key, one in catalog.primaries.items()}
        self._families = {key: _family(key, parents) for key in parents}

    def of(self, level: str) -> Callable[[GoldRow], Hashable | None]:
        """Return what turns a statement into that which is compared; None where it is not."""
        ways: dict[str, Callable[[GoldRow], Hashable | None]] = {
            "pair": lambda row: row[:2],
            "pair+relation": lambda row: row[:3],
            "pair+relation+frequency": lambda row: row[:4],
            "pair+relation+route": lambda row: (*row[:3], row.route),
            "pair+relation+frequency (3 steps)": lambda row: (*row[:3], _coarse(row.frequency)),
            "in-catalog pair": lambda row: row[:2] if _inside(row) else None,
            "in-catalog pair+rel+freq": lambda row: row[:4] if _inside(row) else None,
            "coarse pair": self._coarse_pair,
            "named-organ pair": lambda row: row[:2] if _named(row) else None,
            "named-organ pair+rel+freq": lambda row: row[:4] if _named(row) else None,
            "named-organ coarse pair": lambda row: self._coarse_pair(row) if _named(row) else None,
        }
        return ways[level]

    def _coarse_pair(self, row: GoldRow) -> Hashable:
        """Return the family of the primary and the site, nodes and bones together."""
        node = row.site.startswith("lymph_node")
        site = "lymph_node" if node else SITE_FAMILIES.get(row.site, row.site)
        return self._families.get(row.primary, row.primary), site


def gold_row_of(reading: Reading) -> GoldRow:
    """Return what a reading says, in the form of a statement that a person read."""
    site = SAME_SITE.get(reading.site, reading.site)
    return GoldRow(reading.primary, site, reading.relation, reading.frequency, reading.route)


def tally(
    gold: Mapping[str, Iterable[GoldRow]],
    found: Mapping[str, Iterable[GoldRow]],
    of: Callable[[GoldRow], Hashable | None],
) -> Tally:
    """Return the score of each page: what is said twice on a page counts once."""
    scores = {}
    for page in gold:
        there = {of(row) for row in gold[page]} - {None}
        read = {of(row) for row in found.get(page, ())} - {None}
        scores[page] = Score(len(there & read), len(read), len(there))
    return scores


def micro(scores: Iterable[Score]) -> Score:
    """Return the score over the statements of all pages together.

    >>> micro([Score(1, 2, 1), Score(1, 2, 3)])
    Score(right=2, found=4, gold=4)
    """
    right, found, gold = zip(*scores, strict=True)
    return Score(sum(right), sum(found), sum(gold))


def macro(scores: Sequence[Score]) -> tuple[float, float, float]:
    """Return precision, recall and F1 as means over pages.

    A page where nothing was found has no precision, one that states nothing has no recall, and one
    of both kinds is right and says nothing.

    >>> macro([Score(1, 2, 1), Score(1, 1, 2), Score(0, 0, 0)])
    (0.75, 0.75, 0.6666666666666666)
    """
    return (
        _mean([one.precision for one in scores if one.found]),
        _mean([one.recall for one in scores if one.gold]),
        _mean([one.f1 for one in scores if one.found or one.gold]),
    )


def interval(
    scores: Sequence[Score], of: Callable[[Score], float], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of a measure, pages drawn again with replacement."""
    counts = np.array(scores)
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(counts), size=(draws, len(counts)))
    values = [of(Score(*map(int, sums))) for sums in counts[drawn].sum(axis=1)]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def number_right(gold: GoldNumber, reading: Reading) -> bool:
    """Whether a reading has count, total and percentage as far as the page prints them.

    A percentage agrees where it rounds to what is printed: that of 104 out of 150 is 69.
    """
    if gold.count is not None and reading.count != gold.count:
        return False
    if gold.total is not None and reading.total != gold.total:
        return False
    if gold.percent is None:
        return True
    if reading.percent is None:
        return False
    return Decimal(reading.percent).quantize(gold.percent, ROUND_HALF_UP) == gold.percent


def score_numbers(
    gold: Sequence[GoldNumber], found: Sequence[Reading]
) -> tuple[NumberScore, list[str]]:
    """Return what became of the numbers of one page, and a line for each that went wrong."""
    printed: dict[tuple[str, str], list[GoldNumber]] = defaultdict(list)
    read: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for number in gold:
        printed[number.primary, number.site].append(number)
    for row in found:
        if row.count is not None or row.percent is not None:
            read[gold_row_of(row)[:2]].append(row)
    counts = dict.fromkeys(NumberScore._fields, 0)
    lines = []
    for pair in sorted({*printed, *read}):
        verdict = _verdict(printed.get(pair, []), read.get(pair, []))
        counts[verdict] += 1
        if verdict != "right":
            got = "; ".join(_printed(row) for row in read.get(pair, []))
            want = "; ".join(_printed(number) for number in printed.get(pair, []))
            lines.append(f"{verdict}: {' '.join(pair)}: gold {want or '-'}, got {got or '-'}")
            lines += [f"    {row.sentence}" for row in read.get(pair, [])[:1]]
    return NumberScore(**counts), lines


def _verdict(printed: Sequence[GoldNumber], read: Sequence[Reading]) -> str:
    if not printed:
        return "extra"
    if not read:
        return "missed"
    agree = all(any(number_right(number, row) for number in printed) for row in read)
    return "right" if agree else "wrong"


def _printed(number: GoldNumber | Reading) -> str:
    parts = (number.count, number.total, number.percent)
    return "/".join("" if part is None else str(part) for part in parts)


def _family(key: str, parents: Mapping[str, tuple[str, ...]]) -> str:
    while parents.get(key):
        key = parents[key][0]
    return FAMILIES.get(key, key)


def _coarse(frequency: str | None) -> str | None:
    return COARSE.get(frequency or "", frequency)


def _inside(row: GoldRow) -> bool:
    return OUTSIDE not in (row.primary[0], row.site[0])


def _named(row: GoldRow) -> bool:
    return row.site not in VAGUE


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
