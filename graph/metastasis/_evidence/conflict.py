"""Whether what is said of a pair agrees: its state, and each contradiction with its reason.

Here stands the one definition of each rule: the ``met:Conflict`` nodes of the graph, the answers
in Python and the pictures all follow it. What is compared is of one relation, and numbers only with
numbers out of the same people: of one denominator, setting, occurrence, stage, population, route.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import bounds_above, bounds_below, denies, numbers_rule_out
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from metastasis._evidence.assertion import Assertion

__all__ = ["REASONS", "Conflict", "conflicts_among", "status_from"]

REASONS: Final = {
    "denied": "one reports what the other denies",
    "disjoint_intervals": "the intervals of like numbers do not overlap",
    "words_against_numbers": "rare in words and at least 10 % by a number, or common and less",
}
"""Why two assertions contradict each other, in words."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two assertions on one pair and relation that cannot both hold, and why."""

    disagreement: str
    """``denied``, ``disjoint_intervals`` or ``words_against_numbers``."""
    one: Assertion
    """The one that denies, has the lower interval, or says that there are fewer."""
    other: Assertion

    @property
    def key(self) -> str:
        """The name of the conflict: 20 hexadecimal digits, a hash of reason and assertions."""
        identity = f"{self.disagreement}\x1f{self.one.key}\x1f{self.other.key}"
        return sha256(identity.encode()).hexdigest()[:20]

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sources: two, or one that contradicts itself."""
        return tuple(sorted({self.one.source, self.other.source}))

    @property
    def reason(self) -> str:
        """Why they contradict each other, in words."""
        return REASONS[self.disagreement]

    @property
    def one_says(self) -> str:
        """What the one says, with who it counts and where it stands."""
        return _said(self.one)

    @property
    def other_says(self) -> str:
        """What the other says, likewise."""
        return _said(self.other)

    @property
    def words(self) -> str:
        """What the two say, one against the other."""
        return f"{self.one_says} against {self.other_says}"


def status_from(assertions: Iterable[Assertion]) -> str:
    """Return what a pair's evidence comes to: reported, reported absent, or conflicting.

    Take the assertions of one pair and one relation. A pair that no source speaks of is not
    studied.

    >>> from metastasis._evidence.assertion import Assertion
    >>> said = [Assertion(primary="lung", site="bone", source="a", locator="b", frequency=word)
    ...         for word in ("common", "absent")]
    >>> status_from(said[:1]), status_from(said[1:]), status_from(said)
    ('reported', 'reported absent', 'conflicting')
    """
    assertions = list(assertions)
    if not assertions:
        return "not studied"
    if all(one.finding == "absent" for one in assertions):
        return "reported absent"
    return "conflicting" if next(_conflicts(assertions), None) is not None else "reported"


def conflicts_among(assertions: Iterable[Assertion]) -> list[Conflict]:
    """Return the contradictions among assertions of one pair and one relation, by reason.

    ``denied``: the source says in words that the pair does not occur, and another statement says
    that it does. A denial for everyone and at any time contradicts every report; one that is
    narrowed, only reports that are narrowed alike. Counting none in a number of people denies
    nothing. Each denial is named with one report: of the same source, if there is one.

    ``disjoint_intervals``: two 95 % Wilson intervals of like numbers, in percent to four decimals
    as in the graph, do not overlap. Of the numbers that are alike, the two furthest apart are
    named. Only counts are compared: what rounding leaves open is derived.

    ``words_against_numbers``: *rare* in words, and a number that makes the pair common (a lower
    bound of at least 10 % of 50 or more patients with metastases, or autopsies) in the same
    population. (A word beside its own number is held to that number alone.) Or *most common* or
    *common* in words, and numbers that rule it out (upper bounds below 10 % of as many, all that
    can tell); the number with the highest bound is named. Possible and less common rank sites among
    one another, and no number contradicts them.

    >>> from metastasis._evidence.assertion import Assertion
    >>> pair = {"primary": "lung", "site": "bone", "locator": "b", "denominator": "autopsies"}
    >>> counts = [Assertion(**pair, source=source, count=count, total=100)
    ...           for source, count in (("one", 10), ("two", 12), ("three", 60))]
    >>> [(one.disagreement, one.sources) for one in conflicts_among(counts)]
    [('disjoint_intervals', ('one', 'three'))]
    """
    return sorted(
        _conflicts(sorted(assertions, key=lambda one: one.key)),
        key=lambda one: (list(REASONS).index(one.disagreement), one.one.key, one.other.key),
    )


def _conflicts(assertions: Sequence[Assertion]) -> Iterator[Conflict]:
    yield from _denied(assertions)
    yield from _disjoint(assertions)
    yield from _words_against_numbers(assertions)


def _denied(assertions: Sequence[Assertion]) -> Iterator[Conflict]:
    reported = [one for one in assertions if one.finding == "present"]
    for denial in assertions:
        if denial.frequency != "absent":
            continue
        denied = [one for one in reported if denies(denial) or _narrowed(one) == _narrowed(denial)]
        if denied:
            yield Conflict("denied", denial, min(denied, key=lambda one: _nearness(one, denial)))


def _narrowed(assertion: Assertion) -> Hashable:
    return assertion.population, assertion.occurrence, assertion.setting, assertion.stage


def _nearness(assertion: Assertion, denial: Assertion) -> tuple[bool, int, str]:
    """Order reports: of the same source first, then the most frequent in words."""
    ranks = LISTS["frequency"]
    word = assertion.frequency
    rank = len(ranks) if word is None else ranks.index(word)
    return assertion.source != denial.source, rank, assertion.key


def _disjoint(assertions: Sequence[Assertion]) -> Iterator[Conflict]:
    alike: dict[Hashable, list[tuple[float, float, Assertion]]] = defaultdict(list)
    for one in assertions:
        if one.is_quantified and one.interval is not None:
            # To four decimals, as the intervals stand in the graph: SPARQL must find the same.
            low, high = (round(end, 4) for end in one.interval)
            alike[one.stratum].append((low, high, one))
    for intervals in alike.values():
        lower = min(intervals, key=lambda one: (one[1], one[2].key))
        upper = max(intervals, key=lambda one: (one[0], one[2].key))
        if lower[1] < upper[0]:
            yield Conflict("disjoint_intervals", lower[2], upper[2])


def _words_against_numbers(assertions: Sequence[Assertion]) -> Iterator[Conflict]:
    common: dict[str | None, tuple[float, Assertion]] = {}
    for one in assertions:
        low = bounds_above(one)
        if low is not None and (one.population not in common or low > common[one.population][0]):
            common[one.population] = low, one
    for one in assertions:
        if one.frequency != "rare":
            continue
        if one.percent is not None:  # a word beside its own number speaks of those people
            if bounds_above(one) is not None:
                yield Conflict("words_against_numbers", one, one)
        elif one.population in common:
            yield Conflict("words_against_numbers", one, common[one.population][1])
    if numbers_rule_out(assertions):
        yield from _common_against_few(assertions)


def _common_against_few(assertions: Sequence[Assertion]) -> Iterator[Conflict]:
    bounds = [(high, one) for one in assertions if (high := bounds_below(one)) is not None]
    _, most = max(bounds, key=lambda bound: (bound[0], bound[1].key))
    for one in assertions:
        # "Common" beside its own number ranks the sites of one list, and contradicts nothing.
        if one.frequency in ("most_common", "common") and one.percent is None:
            yield Conflict("words_against_numbers", most, one)


def _said(assertion: Assertion) -> str:
    word = str(assertion.frequency).replace("_", " ") if assertion.frequency else ""
    said = "; ".join(filter(None, (word, assertion.number)))
    return said if assertion.number else f"{said} ({assertion.source}, {assertion.locator})"
