"""What captions and alternative texts say of numbers, alike in every picture that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis.pictures._cells import percent_label
from metastasis.pictures._diagram import plural
from metastasis.pictures._reach import is_disputed
from metastasis.pictures._selection import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._evidence.pair import Spread
    from metastasis.pictures._reach import Reach
    from metastasis.pictures._scale import Scale

__all__ = [
    "NOT_POOLED",
    "dispute_rule",
    "dispute_words",
    "highest",
    "number_rules",
    "scale_words",
    "share_words",
    "undrawn",
]

NOT_POOLED = "Numbers with different denominators are not pooled."

_NOT_DRAWN = {"conflicting": "on which sources conflict", "reported absent": "reported absent"}
_NAMED = 6
"""Pairs that an alternative text names one by one."""


def scale_words(reaches: Sequence[Reach], scale: Scale, *, unasked: bool) -> str:
    """Return out of whom all numbers of a picture are, and why if nobody named a scale."""
    if not unasked:
        return f"share of {scale}"
    shown = sum(reach.figure is not None for reach in reaches)
    pairs = plural(len(reaches), "pair")
    return f"share of {scale} (it has the most numbers and counts: on {shown} of {pairs})"


def number_rules(reaches: Iterable[Reach], scale: Scale) -> list[str]:
    """Return whose number is shown of several, and the marks on numbers where there are any."""
    figures = [reach.figure for reach in reaches if reach.figure]
    rules = []
    if scale.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    rules.append(
        "Of several such numbers one is shown, never a mean: on the whole population before a part "
        "of it, with its count before one without, then of the largest N."
    )
    if any(not figure.is_quantified for figure in figures):
        rules.append("*: printed by its source without a count n.")
    if any(figure.population for figure in figures):
        rules.append("†: of a part of the population only (a histology, sex, age or subtype).")
    return rules


def highest(reaches: Iterable[Reach], number: int = 5) -> str:
    """Return the pairs with the highest shares in words, the highest first."""
    shown = sorted(
        (reach for reach in reaches if reach.figure),
        key=lambda one: (-one.percent, one.spread.primary_label, one.spread.site_label),
    )
    return "; ".join(map(share_words, shown[:number]))


def share_words(reach: Reach) -> str:
    """Return a pair and its share: ``breast cancer to bone 47 % (71/150)``."""
    figure, pair = reach.figure, reach.spread
    if figure is None:
        return ""
    counted = f"{figure.count}/{figure.total}" if figure.is_quantified else "no count given"
    return f"{pair.primary_label} to {pair.site_label} {percent_label(figure)} ({counted})"


def dispute_rule(spreads: Iterable[Spread], mark: str) -> list[str]:
    """Return what the mark of pairs means on which sources conflict although they have an edge."""
    count = len(_disputed(spreads))
    drawn = "its edge is" if count == 1 else "their edges are"
    said = f"{mark}: sources conflict on {plural(count, 'pair')}; {drawn} drawn all the same."
    return [said] if count else []


def dispute_words(spreads: Iterable[Spread]) -> list[str]:
    """Return in words on which pairs with an edge sources conflict, or on how many."""
    disputed = _disputed(spreads)
    named = ", ".join(map(label_of, disputed))
    if len(disputed) > _NAMED:
        named = plural(len(disputed), "pair")
    return [f"Sources conflict, and the edge stands: {named}."] if disputed else []


def _disputed(spreads: Iterable[Spread]) -> list[Spread]:
    disputed = [spread for spread in spreads if is_disputed(spread)]
    return sorted(disputed, key=label_of)


def undrawn(spreads: Iterable[Spread]) -> list[str]:
    """Return how many pairs have no edge and why, a sentence each."""
    statuses = [spread.status for spread in spreads if spread.edge is None]
    counts = {words: statuses.count(status) for status, words in _NOT_DRAWN.items()}
    return [
        f"{plural(count, 'pair')} {words} {'is' if count == 1 else 'are'} not drawn."
        for words, count in counts.items()
        if count
    ]
