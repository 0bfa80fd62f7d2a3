"""The share of one cancer against that of all cancers together, within one table of one source.

Shares of different sources are of people who were chosen and looked at in different ways, so all
cancers are only added up within one table: one source, one frame, one part of the population.

Apart from the cells because this is arithmetic alone, and held to other programs by tests.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import exp, inf, log, sqrt
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError
from metastasis._evidence.interval import Z95

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair

__all__ = ["RATIO_RULE", "Counts", "Ratio", "RatioTable", "ratio_table", "ratio_to_all"]

RATIO_RULE: Final = (
    "The 95 % interval is that of the ratio to all other cancers (Katz et al. 1978, "
    "doi:10.2307/2530610; with one half added to every count where it is 0 or all, Walter 1975, "
    "doi:10.1093/biomet/62.2.371), carried over to the ratio to all cancers."
)
"""How the interval is worked out, for captions."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Those with the site, of those counted."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.count / self.total


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the share of all cancers the share of one is, with its 95 % interval."""

    value: float
    low: float
    high: float
    against: Counts
    """All cancers together, this one included."""

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out 1."""
        return self.low > 1 or self.high < 1


def ratio_to_all(count: int, total: int, everyone: Counts) -> Ratio | None:
    """Return the share of one cancer against that of all cancers, this one included.

    The shares of this cancer and of all others are independent, and their ratio r has the interval
    of Katz et al. (1978, doi:10.2307/2530610): log r plus or minus 1.96 times the root of
    1/a - 1/A + 1/b - 1/B, for a of A and b of B. Where a or b is 0, or both are all, one half is
    added to each of the four (Walter 1975, doi:10.1093/biomet/62.2.371). The ratio to all is
    r / (w r + 1 - w), where w is the cancer's part of all who were counted: it grows with r, so the
    ends of the one interval are those of the other.

    None where nobody has the site, or where there are no other cancers.

    >>> found = ratio_to_all(30, 100, Counts(130, 1100))
    >>> [round(one, 2) for one in (found.value, found.low, found.high)]
    [2.54, 1.92, 3.29]
    >>> ratio_to_all(0, 100, Counts(0, 1100)) is None
    True
    """
    others, rest = everyone.count - count, everyone.total - total
    if everyone.count <= 0 or total <= 0 or rest <= 0 or not 0 <= others <= rest:
        return None
    part = total / everyone.total
    value = (count / total) / everyone.share
    low, high = (_to_all(one, part) for one in _katz(count, total, others, rest))
    return Ratio(
        value,
        0.0 if count == 0 else min(low, value),
        1 / part if others == 0 else max(high, value),
        everyone,
    )


def _to_all(ratio: float, part: float) -> float:
    return 1 / part if ratio == inf else ratio / (part * ratio + 1 - part)


def _katz(count: float, total: float, others: float, rest: float) -> tuple[float, float]:
    """Return the ends of the interval of the ratio of two independent shares."""
    if count == 0 or others == 0 or (count == total and others == rest):
        count, total, others, rest = (one + 0.5 for one in (count, total, others, rest))
    middle = log((count / total) / (others / rest))
    spread = Z95 * sqrt(1 / count - 1 / total + 1 / others - 1 / rest)
    return exp(middle - spread), exp(middle + spread)


@dataclass(frozen=True, slots=True)
class RatioTable:
    """The counts of one source, in one frame, on one part of the population."""

    source: str
    population: str | None
    numbers: Mapping[tuple[str, str], Assertion]
    """By primary and site."""
    everyone: Mapping[str, Counts]
    """All cancers together, by site."""
    cancers: Mapping[str, tuple[str, ...]]
    """Those that are added up, by site: no kind of cancer beside the one that it is a kind of."""

    def narrowed(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Return the pairs that the table has a number on, each with that number alone."""
        return [
            replace(pair, assertions=(number,))
            for pair in pairs
            if (number := self.numbers.get((pair.primary, pair.site))) is not None
        ]

    def ratio(self, primary: str, site: str) -> Ratio | None:
        """Return the ratio of a cell; None where there is none."""
        number = self.numbers.get((primary, site))
        if number is None or number.count is None or number.total is None:
            return None
        everyone = self.everyone.get(site)
        return ratio_to_all(number.count, number.total, everyone) if everyone else None


def ratio_table(pairs: Sequence[Pair], frame: Frame | None, catalog: Catalog) -> RatioTable:
    """Return the table with most cells of which a ratio can be had: the first by name of several.

    ``pairs`` are those of all cancers, not only of those to be drawn.

    Raises
    ------
    EvidenceError
        No source counts several cancers at one site in this frame.
    """
    tables = _tables(pairs, frame)
    made = [_table(key, numbers, catalog) for key, numbers in sorted(tables.items())]
    best = max(made, key=lambda one: sum(map(len, one.cancers.values())), default=None)
    if best is None or not best.everyone:
        raise EvidenceError(
            "a ratio to all cancers takes one source that counts several cancers at the same site "
            f"in one frame, as n of N; {'no source' if frame is None else f'of {frame} none'} does"
        )
    return best


def _tables(
    pairs: Iterable[Pair], frame: Frame | None
) -> dict[tuple[str, str], dict[tuple[str, str], Assertion]]:
    """Return the counted numbers in a frame by source and population; the largest N of several."""
    found: dict[tuple[str, str], dict[tuple[str, str], Assertion]] = defaultdict(dict)
    if frame is None or frame.denominator == "site_cases":
        return found
    for pair in pairs:
        for one in pair.by_frame.get(frame, ()):
            if one.is_quantified and one.total:
                numbers = found[one.source, one.population or ""]
                before = numbers.get((pair.primary, pair.site))
                if before is None or (before.total or 0) < one.total:
                    numbers[pair.primary, pair.site] = one
    return found


def _table(
    key: tuple[str, str], numbers: Mapping[tuple[str, str], Assertion], catalog: Catalog
) -> RatioTable:
    by_site: dict[str, list[str]] = defaultdict(list)
    for primary, site in numbers:
        by_site[site].append(primary)
    cancers = {site: _broadest(primaries, catalog) for site, primaries in by_site.items()}
    cancers = {site: primaries for site, primaries in cancers.items() if len(primaries) > 1}
    everyone = {
        site: Counts(
            sum(numbers[primary, site].count or 0 for primary in primaries),
            sum(numbers[primary, site].total or 0 for primary in primaries),
        )
        for site, primaries in cancers.items()
    }
    return RatioTable(key[0], key[1] or None, numbers, everyone, cancers)


def _broadest(primaries: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Return the cancers without groupings and without kinds of others: nobody counts twice."""
    single = [
        key
        for key in primaries
        if key not in catalog.primaries or catalog.primaries[key].kind != "grouping"
    ]
    return tuple(
        key
        for key in single
        if key not in catalog.primaries or not (catalog.supertypes(key) - {key}) & set(single)
    )
