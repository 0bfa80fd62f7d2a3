"""From what is said of a pair to its edge, and what the edge rests on.

One order of evidence decides: numbers out of patients with metastases or autopsies; then the words
of experts; then the words of pages for lay readers. What a later one says never overrules an
earlier one. The rules that derive the edges of the graph stand in ``ontology/rules/``; the same
rules in plain Python stand here, so that an edge can be explained, and a test holds the two
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from metastasis._catalog import Source
    from metastasis._evidence.assertion import Assertion

__all__ = [
    "BASES",
    "EDGES",
    "LEAST_PATIENTS",
    "LEAST_PERCENT",
    "LEAST_PERCENT_ALONE",
    "LEAST_SAMPLES",
    "NO_VERDICT",
    "RULES",
    "Verdict",
    "bounds_above",
    "bounds_below",
    "common_by_number",
    "common_reason",
    "denies",
    "extension_from",
    "is_checked",
    "least_total",
    "lower_bound",
    "numbers_rule_out",
    "speaks_of",
    "verdict_on",
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
"""The rule of ``ontology/rules/`` by which an edge stands that sources speak of."""

BASES: Final = {
    "numbers": "numbers",
    "expert_words": "words of experts",
    "lay_words": "words for lay readers",
}
"""What an edge rests on, in words, in the order in which they decide."""

_COMMON_WORDS: Final = frozenset({"most_common", "common"})
_RARE_WORDS: Final = frozenset({"less_common", "rare"})
_COMMON_DENOMINATORS: Final = frozenset(
    {"metastatic_patients", "distant_stage_at_diagnosis", "autopsies"}
)
_ANY_TIME: Final = frozenset({"unspecified", "during_course"})
"""Settings of a denial that speaks of the whole course."""
LEAST_PATIENTS: Final = 50
"""Fewer patients make no pair common: a choice of this project, stated in the vocabulary."""
LEAST_PERCENT: Final = 10
"""That the lower bound must reach: one patient in ten, a choice of this project too."""
LEAST_PERCENT_ALONE: Final = 20
"""That a percentage without N must reach: of 50 people or more who are 20 %, whatever their number,
the lower Wilson bound is above 10 % (11.2 % for 10 of 50, and it rises with N)."""
LEAST_SAMPLES: Final = 5
"""Fewer sequenced samples, or other records, report nothing: one may be a slip of a label."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence on a pair amounts to."""

    edge: str | None
    """``commonly``, ``rarely``, ``possibly`` (reported, how commonly not established), or None."""
    basis: str | None
    """What the edge rests on: ``numbers``, ``expert_words``, ``lay_words``; None without one."""


NO_VERDICT: Final = Verdict(None, None)


def verdict_on(
    assertions: Iterable[Assertion],
    sources: Mapping[str, Source],
    proximity: str | None = None,
    *,
    least_percent: float = LEAST_PERCENT,
) -> Verdict:
    """Return the edge that follows from all the evidence on one pair and relation, and its basis.

    ``proximity`` says whether the site is the own organ or its neighbor, ``least_percent``
    from which share on a pair is common. The same as the rules in ``ontology/rules/``, apart from
    sites that name no place.

    >>> verdict_on([], {}).edge
    """
    assertions = [one for one in assertions if is_checked(one, sources)]
    positive = [one for one in assertions if _reports(one, proximity)]
    if not positive or any(map(denies, assertions)):
        return NO_VERDICT
    if any(common_by_number(one, sources, least_percent) for one in positive):
        return Verdict("commonly", "numbers")
    ruled_out = numbers_rule_out(assertions, least_percent)
    for basis in ("expert_words", "lay_words"):
        words = [one for one in positive if _basis_of_words(one, sources) == basis]
        if not ruled_out and any(one.frequency in _COMMON_WORDS for one in words):
            return Verdict("commonly", basis)
        if any(map(_is_general, words)):
            # They speak for everybody: what lay words add changes nothing where experts do, and
            # what was sampled says nothing of how often.
            heard = [
                one
                for one in positive
                if not _is_sample(one)
                and (basis == "lay_words" or _basis_of_words(one, sources) != "lay_words")
            ]
            if _are_rare(heard) and any(map(_is_general, heard)):
                return Verdict("rarely", basis)
            break
    return Verdict("possibly", _best_basis(positive, sources))


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


def is_checked(assertion: Assertion, sources: Mapping[str, Source]) -> bool:
    """Return whether a person stands behind an assertion, so that it counts for or against an edge.

    No one does where rules read it in a text, by a source of the design ``text_extraction``; once
    accepted, it stands under the source that the text is.
    """
    source = sources.get(assertion.source)
    return source is None or source.design != "text_extraction"


def denies(assertion: Assertion) -> bool:
    """Return whether an assertion denies its pair in words: for everyone, and at any time.

    What is absent at diagnosis, or at a stage, may come later.
    """
    at_any_time = assertion.setting in _ANY_TIME and assertion.stage == "any"
    return assertion.frequency == "absent" and at_any_time and _is_general(assertion)


def common_reason(assertion: Assertion, sources: Mapping[str, Source]) -> str | None:
    """Return why an assertion by itself speaks for a common pair, or None where it does not."""
    if not is_checked(assertion, sources):
        return None
    if (reason := common_by_number(assertion, sources)) is not None:
        return f"{reason}{_narrowed(assertion)}"
    if assertion.frequency in _COMMON_WORDS and not _is_sample(assertion):
        return f"recorded as {str(assertion.frequency).replace('_', ' ')}{_narrowed(assertion)}"
    return None


def common_by_number(
    assertion: Assertion, sources: Mapping[str, Source], least_percent: float = LEAST_PERCENT
) -> str | None:
    """Return how a number makes its pair common, or None where it does not.

    By its lower bound: of 50 patients or more, at least 10 %. Or, printed without N, by the
    percentage alone: at least 20 %, where the source says that it counts 50 patients or more.
    """
    if (low := bounds_above(assertion, least_percent)) is not None:
        counts = f"counts {assertion.count} of {assertion.total}"
        prints = f"prints {assertion.percent:f} % of {assertion.total}"
        return f"{prints if assertion.count is None else counts}, at least {low:.1f} %"
    if assertion.denominator not in _COMMON_DENOMINATORS:
        return None
    people = least_total(assertion, sources)
    if people is None or people < LEAST_PATIENTS or (assertion.percent or 0) < LEAST_PERCENT_ALONE:
        return None
    return f"prints {assertion.percent:f} % of at least {people}"


def least_total(assertion: Assertion, sources: Mapping[str, Source]) -> int | None:
    """Return how many people a percentage without N is at least out of, as its source says.

    None where the source does not say, and where the percentage is of a part of its people.
    """
    if assertion.total or assertion.percent is None or assertion.population is not None:
        return None
    source = sources.get(assertion.source)
    if source is None or assertion.denominator is None:
        return None
    return source.people_in(assertion.denominator, assertion.primary)


def lower_bound(assertion: Assertion) -> float | None:
    """Return the lower bound, in percent, of a share of patients who can make a pair common.

    That of the interval, to four decimals, as in the graph. None where there is no interval, and
    where the denominator is not patients with metastases or autopsies.
    """
    counts = assertion.denominator in _COMMON_DENOMINATORS and assertion.finding == "present"
    if not counts or assertion.interval is None:
        return None
    return round(assertion.interval[0], 4)


def bounds_above(assertion: Assertion, least_percent: float = LEAST_PERCENT) -> float | None:
    """Return the lower bound, in percent, of a number that makes its pair common; else None.

    A share as the only or the first site is at most the share at any time, of the same people. Of a
    part of the people it makes nothing common: they may have been chosen for their sites.
    """
    if assertion.occurrence != "any" and assertion.population is not None:
        return None
    low = lower_bound(assertion)
    enough = (assertion.total or 0) >= LEAST_PATIENTS
    return low if low is not None and enough and low >= least_percent else None


def bounds_below(assertion: Assertion) -> float | None:
    """Return the upper bound, in percent, of a number that can speak against a common pair.

    One of 50 patients with metastases, or autopsies, or more, at any time; to four decimals, as in
    the graph. None where it is no such number. A site that counts only as the first or the only one
    is reached by more.
    """
    if (
        assertion.denominator not in _COMMON_DENOMINATORS
        or assertion.occurrence != "any"
        or (assertion.total or 0) < LEAST_PATIENTS
        or assertion.interval is None
    ):
        return None
    return round(assertion.interval[1], 4)


def numbers_rule_out(
    assertions: Collection[Assertion], least_percent: float = LEAST_PERCENT
) -> bool:
    """Return whether numbers show that a pair is not common, whatever words say.

    They do where the upper bounds of all that can tell are below 10 %, one of them of everybody.
    """
    bounds = [
        (bound, one.population is None)
        for one in assertions
        if (bound := bounds_below(one)) is not None
    ]
    return any(general for _, general in bounds) and max(bounds)[0] < least_percent


def _is_sample(assertion: Assertion) -> bool:
    """Whether an assertion counts records, such as sequenced samples: they say what was sampled."""
    return assertion.denominator == "records" and assertion.percent is not None


def speaks_of(assertion: Assertion, proximity: str | None, sources: Mapping[str, Source]) -> bool:
    """Return whether an assertion says anything of its pair, be it that nobody has it.

    Records that do not report it say what was sampled, and nothing of the pair; what no person has
    checked says nothing yet.
    """
    if not is_checked(assertion, sources):
        return False
    return not _is_sample(assertion) or _reports(assertion, proximity)


def _reports(assertion: Assertion, proximity: str | None) -> bool:
    """Whether an assertion reports its pair.

    Records report it where there are five or more of them, and never in the primary's own organ or
    its neighbor, where a record of the primary itself may stand for a metastasis.
    """
    if assertion.finding != "present":
        return False
    if not _is_sample(assertion):
        return True
    return proximity is None and (assertion.count or 0) >= LEAST_SAMPLES


def _basis_of_words(assertion: Assertion, sources: Mapping[str, Source]) -> str | None:
    if assertion.frequency is None or _is_sample(assertion):
        return None
    source = sources.get(assertion.source)
    lay = source is not None and source.design == "lay_summary"
    return "lay_words" if lay else "expert_words"


def _best_basis(positive: Iterable[Assertion], sources: Mapping[str, Source]) -> str:
    found = {
        "numbers" if one.percent is not None else _basis_of_words(one, sources) for one in positive
    }
    return next(basis for basis in BASES if basis in found)


def _are_rare(positive: Collection[Assertion]) -> bool:
    return all(one.frequency in _RARE_WORDS for one in positive)


def _is_general(assertion: Assertion) -> bool:
    return assertion.occurrence == "any" and assertion.population is None


def _narrowed(assertion: Assertion) -> str:
    return f" (only {assertion.population})" if assertion.population else ""
