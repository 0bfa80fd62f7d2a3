"""From what is said of a pair to its edge.

The rules that derive the edges of the graph stand in ``ontology/rules/``; the same rules in plain
Python stand here, so that an edge can be explained, and a test holds the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._evidence.assertion import Assertion

__all__ = [
    "EDGES",
    "LEAST_PATIENTS",
    "LEAST_PERCENT",
    "RULES",
    "common_reason",
    "counts_as_common",
    "denies",
    "edge_from",
    "extension_from",
    "lower_bound",
]

EDGES: Final = {
    "commonly": "met:commonlySpreadsTo",
    "rarely": "met:rarelySpreadsTo",
    "possibly": "met:spreadsTo",
}
"""What an edge is called, and its property; the first that holds names the edge."""

RULES: Final = {
    "commonly": "10-commonly-spreads-to",
    "rarely": "20-rarely-spreads-to",
    "possibly": "30-spreads-to",
}
"""The rule of ``ontology/rules/`` by which an edge stands."""

_COMMON_WORDS: Final = frozenset({"most_common", "common"})
_RARE_WORDS: Final = frozenset({"less_common", "rare"})
_COMMON_DENOMINATORS: Final = frozenset(
    {"metastatic_patients", "distant_stage_at_diagnosis", "autopsies"}
)
LEAST_PATIENTS: Final = 50
"""Fewer patients make no pair common: a choice of this project, stated in the vocabulary."""
LEAST_PERCENT: Final = 10
"""That the lower bound must reach: one patient in ten, a choice of this project too."""


def edge_from(assertions: Iterable[Assertion]) -> str | None:
    """Return the edge that follows from all the evidence on one pair and relation.

    The same as the rules in ``ontology/rules/``, apart from sites that name no place.

    >>> edge_from([])
    """
    assertions = list(assertions)
    positive = [one for one in assertions if one.finding == "present"]
    if not positive or any(map(denies, assertions)):
        return None
    if any(common_reason(one) for one in positive):
        return "commonly"
    rare = [one for one in positive if one.frequency in _RARE_WORDS]
    return "rarely" if len(rare) == len(positive) and any(map(_is_general, rare)) else "possibly"


def extension_from(assertions: Iterable[Assertion], *, stays_at_home: bool) -> str | None:
    """Return ``possibly`` where the evidence on direct growth into a site makes an edge, else None.

    ``stays_at_home``: the site is the primary's own organ or holds it; growth there is no
    extension. The same as ``ontology/rules/40-extends-into.rq``.

    >>> extension_from([], stays_at_home=False)
    """
    assertions = list(assertions)
    if stays_at_home or any(map(denies, assertions)):
        return None
    return "possibly" if any(one.finding == "present" for one in assertions) else None


def denies(assertion: Assertion) -> bool:
    """Return whether an assertion denies its pair in words: for everyone, and at any time."""
    return assertion.frequency == "absent" and _is_general(assertion)


def _is_general(assertion: Assertion) -> bool:
    return assertion.occurrence == "any" and assertion.population is None


def common_reason(assertion: Assertion) -> str | None:
    """Return why an assertion makes its pair common, or None where it does not."""
    if assertion.frequency in _COMMON_WORDS:
        return f"recorded as {str(assertion.frequency).replace('_', ' ')}{_narrowed(assertion)}"
    low = counts_as_common(assertion)
    if low is None:
        return None
    counted = f"counts {assertion.count} of {assertion.total}"
    return f"{counted}, at least {low:.1f} %{_narrowed(assertion)}"


def counts_as_common(assertion: Assertion) -> float | None:
    """Return the lower bound, in percent, of a count that makes its pair common; else None."""
    low = lower_bound(assertion)
    enough = (assertion.total or 0) >= LEAST_PATIENTS
    return low if low is not None and enough and low >= LEAST_PERCENT else None


def lower_bound(assertion: Assertion) -> float | None:
    """Return the lower bound, in percent, of a count of patients who can make a pair common.

    The 95 % Wilson interval's, to four decimals, as in the graph. None where there is no count, and
    where the denominator is not patients with metastases or autopsies.
    """
    counts = assertion.denominator in _COMMON_DENOMINATORS and assertion.finding == "present"
    if not counts or assertion.interval is None:
        return None
    return round(assertion.interval[0], 4)


def _narrowed(assertion: Assertion) -> str:
    return f" (only {assertion.population})" if assertion.population else ""
