"""Observed frequency of a site against what blood flow alone predicts: soil or flow.

The metastatic efficiency index sets how often an organ is involved against its blood flow (Weiss L,
Comments on hematogenous metastatic patterns in humans as revealed by autopsy, Clin Exp Metastasis
1992;10:191-199, doi:10.1007/BF00132751). Here the flow is that of the cells which the model of
:mod:`~metastasis.analysis._flow.circulation` brings to the organ, and both are taken as shares of
all the sites compared, so that 1 means as flow has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.cohort import cohorts_of
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._flow.circulation import (
    ARREST,
    SOURCE,
    adult_of,
    arriving_shares,
    first_beds,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis._catalog import Catalog, Names, Primary
    from metastasis._evidence.cohort import SiteFrequency, StudyCohort
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame

__all__ = ["AMONG", "FlowComparison", "Judged", "flow", "judge"]

_OTHERS: Final = (0.1, 0.9)
"""Probabilities of arrest that a verdict must also hold for: nearly nothing held, nearly all."""

AMONG: Final = ("all", "arteries")
"""Which sites are set against each other: all with a reference flow, or those that arteries alone
supply, whose shares do not depend on the probability of arrest.
"""
_ALSO_BY_VEINS: Final = ("liver", "lung")
"""Sites whose first cells come with venous blood, so that arterial flow says little of them."""

_WEISS: Final = "Weiss L 1992, doi:10.1007/BF00132751"
FORMULA: Final = "index = (p[i] / sum of p) / (e[i] / sum of e); p: observed, e: brought by flow"


@dataclass(frozen=True, slots=True)
class FlowComparison:
    """One primary and site: how often seen in one cohort, and how often flow would have it."""

    primary: str
    site: str
    cohort: str
    """The source, and who it counts, in words."""
    count: int | None
    total: int | None
    observed: float
    """Percent of the cohort."""
    observed_share_of_site_mentions: float | None
    """Percent of all involvements of the compared sites; over these it sums to 100."""
    expected_share_of_site_mentions: float | None
    """The same, were these involvements dealt out by flow; it sums to 100 too."""
    index: float | None
    index_low: float | None
    index_high: float | None
    """From Wilson's 95 % intervals of the site and of the others, squared and added."""
    verdict: str
    """``above flow``, ``below flow``, ``not told apart from flow``, or ``cannot tell``."""
    reason: str | None
    """Why it cannot be told."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A cohort with the sites that flow can be set against, and why others cannot."""

    cohort: StudyCohort
    compared: tuple[SiteFrequency, ...]
    expected: tuple[float, ...]
    """What flow brings to each compared site, as a share of what it brings to all of them."""
    others: tuple[tuple[float, ...], ...]
    """The same for other probabilities of arrest."""
    reasons: Mapping[str, str]
    """Why a site is not compared."""


def flow(
    evidence: Evidence,
    primaries: Names = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
    arrest: float = ARREST,
    among: str = "all",
) -> Table[FlowComparison]:
    """Return every counted site of some primaries, set against blood flow.

    Each cohort stands for itself: nothing is pooled. A verdict must hold for probabilities of
    arrest of 0.1 and 0.9 too. Not compared are sites without reference flow, lymph nodes, the organ
    that the primary arises in, and cohorts that leave fewer than two sites. ``observed`` is a
    percentage of the cohort. People may have several sites, so that flow can tell no percentage of
    people: what it is set against is the share of a site in all mentions of the compared sites,
    observed and expected, each summing to 100 %.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        One name or several; None is all.
    frame, denominator, setting
        Only cohorts of this frame, or of this part of it.
    source
        Only cohorts of this source.
    arrest
        The probability that a capillary bed holds a cell, above 0 and at most 1.
    among
        Which sites are set against each other: ``"all"`` with a reference flow, or ``"arteries"``:
        those that arteries alone supply, whose shares do not depend on ``arrest``.

    >>> import metastasis as mets
    >>> evidence = mets.load().evidence
    >>> answer = flow(evidence, "bladder", source="xu-2020-bladder", among="arteries")
    >>> [(row.site, row.verdict) for row in answer][:2]
    [('bone', 'above flow'), ('brain', 'below flow')]

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; or there is no such ``among``.
    EvidenceError
        No two sites of these primaries were counted in the same people.
    ValueError
        ``arrest`` is not above 0 and at most 1.
    """
    check_choice("among", among, AMONG)
    found = cohorts_of(
        evidence,
        primaries,
        frame=frame,
        denominator=denominator,
        setting=setting,
        source=source,
    )
    rows = [
        row
        for one in found
        for row in _rows(judge(evidence.catalog, one, arrest=arrest, among=among))
    ]
    return Table(
        FlowComparison,
        rows,
        formula=FORMULA,
        source=f"{_WEISS}; flow: {SOURCE}",
        inputs=tuple(dict.fromkeys(one.name for one in found)),
        notes=(
            f"cells are held in each capillary bed with probability {arrest:g} (assumed); a "
            f"verdict also holds for {' and '.join(f'{one:g}' for one in _OTHERS)}",
            "sites are taken as independent of each other, though people may have several",
            "an index is relative to the sites compared in the same cohort, not across cohorts",
            "not told apart from flow is no proof of it; above flow is no proof of fertile soil",
        ),
    )


def judge(
    catalog: Catalog, cohort: StudyCohort, *, arrest: float = ARREST, among: str = "all"
) -> Judged:
    """Return what flow brings to the sites of a cohort, as far as that can be told.

    >>> import metastasis as mets
    >>> from metastasis._evidence.cohort import cohorts
    >>> evidence = mets.load().evidence
    >>> judged = judge(evidence.catalog, cohorts(evidence, "bladder", source="shinagare-2011")[0])
    >>> [one.site for one in judged.compared], judged.reasons["lymph_node"]
    (['bone', 'liver', 'lung'], 'reached by lymph')
    """
    primary = catalog.primaries[cohort.primary]
    models = _models(primary, (arrest, *_OTHERS))
    reasons: dict[str, str] = {}
    for one in cohort.frequencies:
        if reason := _reason(catalog, primary, one.site, models, among):
            reasons[one.site] = reason
    compared = [one for one in cohort.frequencies if one.site not in reasons]
    if len(compared) < 2 or not any(one.share for one in compared):
        reasons |= {one.site: "no other site to compare with" for one in compared}
        compared = []
    expected, *others = [_scaled([model[one.site] for one in compared]) for model in models] or [()]
    return Judged(cohort, tuple(compared), expected, tuple(others), reasons)


def _models(primary: Primary, arrests: Sequence[float]) -> list[dict[str, float]]:
    try:
        beds = first_beds(primary)
    except EvidenceError:
        return []
    return [arriving_shares(beds, adult=adult_of(primary), arrest=one) for one in arrests]


def _reason(
    catalog: Catalog,
    primary: Primary,
    site: str,
    models: Sequence[Mapping[str, float]],
    among: str,
) -> str | None:
    if not models:
        return "no organ that the primary arises in"
    if catalog.sites[site].kind == "lymph_node":
        return "reached by lymph"
    if catalog.proximity(primary.key, site) == "own_organ":
        return "organ that the primary arises in"
    if among == "arteries" and site in _ALSO_BY_VEINS:
        return "reached by veins too"
    if site not in models[0]:
        return "no reference blood flow"
    return None if models[0][site] else "every cell is held before it comes there"


def _scaled(values: Sequence[float]) -> tuple[float, ...]:
    return tuple(value / sum(values) for value in values)


def _rows(judged: Judged) -> Iterator[FlowComparison]:
    places = {one.site: place for place, one in enumerate(judged.compared)}
    for one in judged.cohort.frequencies:
        if one.site in places:
            yield _compared(judged, one, places[one.site])
        else:
            yield _row(judged.cohort, one, CANNOT_TELL, judged.reasons[one.site])


def _compared(judged: Judged, one: SiteFrequency, place: int) -> FlowComparison:
    rest = sum(other.share for other in judged.compared) - one.share
    expected = judged.expected[place]
    mentions = 100 * _index(one.share, rest, 1), 100 * expected
    index = _index(one.share, rest, expected)
    if one.interval is None:
        reason = "no count, so no interval"
        return _row(judged.cohort, one, CANNOT_TELL, reason, mentions, index)
    spans = [
        _span(one, judged.compared, model[place]) for model in (judged.expected, *judged.others)
    ]
    bounds, verdicts = spans[0], {_verdict(*span) for span in spans}
    if len(verdicts) > 1:
        reason = "depends on how many cells a capillary bed holds"
        return _row(judged.cohort, one, CANNOT_TELL, reason, mentions, index, bounds)
    return _row(judged.cohort, one, verdicts.pop(), None, mentions, index, bounds)


def _index(share: float, rest: float, expected: float) -> float:
    """Return the index; both shares are of the site and the rest."""
    return share / (share + rest) / expected if share + rest else 0.0


def _span(
    one: SiteFrequency, compared: Sequence[SiteFrequency], expected: float
) -> tuple[float, float]:
    """Return the bounds of an index, by squaring and adding what either share may be off.

    Newcombe RG, Stat Med 1998;17:873-890, does so for differences. Sites are taken as independent;
    one without a count adds nothing.
    """
    others = [other for other in compared if other is not one]
    rest = sum(other.share for other in others)
    low, high = _bounds(one)
    rest_low = rest - hypot(*(other.share - _bounds(other)[0] for other in others))
    rest_high = rest + hypot(*(_bounds(other)[1] - other.share for other in others))
    index = _index(one.share, rest, expected)
    down = hypot(
        index - _index(low, rest, expected), index - _index(one.share, rest_high, expected)
    )
    up = hypot(_index(high, rest, expected) - index, _index(one.share, rest_low, expected) - index)
    return max(index - down, 0.0), min(index + up, 1 / expected)


def _bounds(one: SiteFrequency) -> tuple[float, float]:
    return one.interval or (one.share, one.share)


def _verdict(low: float, high: float) -> str:
    if low > 1:
        return "above flow"
    return "below flow" if high < 1 else "not told apart from flow"


def _row(
    cohort: StudyCohort,
    one: SiteFrequency,
    verdict: str,
    reason: str | None,
    mentions: tuple[float | None, float | None] = (None, None),
    index: float | None = None,
    bounds: tuple[float | None, ...] = (None, None),
) -> FlowComparison:
    return FlowComparison(
        primary=cohort.primary,
        site=one.site,
        cohort=cohort.name,
        count=one.count,
        total=one.total,
        observed=round(100 * one.share, 9),
        observed_share_of_site_mentions=mentions[0],
        expected_share_of_site_mentions=mentions[1],
        index=index,
        index_low=bounds[0],
        index_high=bounds[1],
        verdict=verdict,
        reason=reason,
    )
