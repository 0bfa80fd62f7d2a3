"""Cancers compared by their figures, within one denominator, setting and occurrence.

What no source quantifies is not 0: two cancers are compared over the sites that are quantified for
both, and where these are too few the answer is that it cannot be told.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.edge import LEAST_PERCENT
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._quantified import Frame, choose_frame, figures_by_frame
from metastasis.analysis._similarity import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from metastasis._evidence.evidence import Evidence
    from metastasis.analysis._quantified import Figure

__all__ = [
    "FIGURES",
    "Profile",
    "SimilarProfiles",
    "compare",
    "profile_similarities",
    "profiles",
    "similar_profiles",
]

FIGURES: Final = ("largest", "each")
"""Which figures make a profile: that of the largest total, or those of each source apart."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One cancer, and one figure for each site that is quantified for it in one frame."""

    primary: str
    """Node name."""
    label: str
    """What people call it, with the population that narrows it in brackets."""
    source: str | None
    """The source, where each has a profile of its own; None where the figures are of several."""
    population: str | None
    frame: Frame
    figures: Mapping[str, Figure]
    """By node name of the site."""


@dataclass(frozen=True, slots=True)
class SimilarProfiles:
    """Two profiles, and how alike they are over the sites that are quantified for both."""

    primary: str
    """Node name."""
    primary_label: str
    """With the population that narrows it in brackets."""
    other: str
    other_label: str
    measure: str
    similarity: float | None
    """From 0 to 1; None where it cannot be told."""
    verdict: str
    """``compared``, or why it cannot be told."""
    sites: tuple[str, ...]
    """The sites that are quantified for both."""
    denominator: str
    setting: str
    occurrence: str
    sources: tuple[str, ...]
    """Those of the figures that were compared."""


def profiles(
    graph: Evidence | nx.MultiDiGraph[str],
    *,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str = "any",
    stage: str = "any",
    figure: str = "largest",
) -> list[Profile]:
    """Return the profiles of the cancers in one frame, in order.

    Parameters
    ----------
    graph
        The knowledge graph, or its :func:`metastasis.analysis.assertion_network`.
    denominator, setting
        Whom the figures count, and when; None where there is only one.
    occurrence, stage
        As what a site counts, and of which stage the patients are.
    figure
        Which figure stands for a pair that several sources quantify; none is ever averaged.
        ``"largest"``: that with the largest known total (then the first by source), of figures
        that no population narrows; ``"each"``: each source and population has a profile apart.

    >>> import metastasis as mets
    >>> found = profiles(mets.load().evidence, denominator="all_patients", setting="at_diagnosis")
    >>> {one.figures["site:bone"].source for one in found if one.primary == "primary:breast"}
    {'xiao-2018-breast'}

    Raises
    ------
    EvidenceError
        Nothing is quantified in this frame, or several frames fit; or the figures are out of the
        cases of a site, which are no profile of a cancer.
    """
    check_choice("figure", figure, FIGURES)
    if denominator == "site_cases":
        raise EvidenceError(
            "figures out of site_cases say where a site's metastases come from: they are no "
            "profile of a cancer"
        )
    found = figures_by_frame(graph)
    fitting = [frame for frame in found if frame.denominator != "site_cases"]
    frame = choose_frame(fitting, denominator, setting, occurrence, stage)
    return _profiles(frame, found[frame], apart=figure == "each")


def similar_profiles(
    graph: Evidence | nx.MultiDiGraph[str],
    *,
    measure: str = "cosine",
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str = "any",
    stage: str = "any",
    figure: str = "largest",
    least_sites: int = 3,
    least_percent: float = LEAST_PERCENT,
    top: int | None = None,
) -> Table[SimilarProfiles]:
    """Return how alike every two profiles of one frame are, the most alike first.

    Pairs that cannot be told apart for want of figures come last, and say so.

    Parameters
    ----------
    measure
        ``"cosine"`` of the percentages; ``"bray_curtis"``: 2·Σ min(a, b) / Σ (a + b) (Bray JR,
        Curtis JT, Ecol Monogr 1957;27:325-349, doi:10.2307/1942268); ``"jaccard"`` of the sites
        with at least ``least_percent``.
    graph, denominator, setting, occurrence, stage, figure
        As for :func:`profiles`.
    least_sites
        How many sites have to be quantified for both, at least 1.
    least_percent
        For Jaccard: from how many percent on a site belongs to the pattern.
    top
        Only so many rows; None for all.

    >>> import metastasis as mets
    >>> found = similar_profiles(mets.load().evidence, denominator="distant_stage_at_diagnosis",
    ...                          setting="at_diagnosis")
    >>> found[0].primary, found[0].other, found[0].sites
    ('primary:bladder', 'primary:nen', ('site:bone', 'site:brain', 'site:liver', 'site:lung'))

    Raises
    ------
    UnknownNameError
        There is no such measure, or a part of the frame is not in its closed list.
    EvidenceError
        As :func:`profiles`; or there is only one profile.
    """
    check_choice("measure", measure, FORMULAS)
    found = profiles(
        graph,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        stage=stage,
        figure=figure,
    )
    if len({one.primary for one in found}) < 2:
        raise EvidenceError("only one cancer is quantified in this frame: nothing to compare")
    pairs = [
        _pair(one, other, measure, least_sites, least_percent)
        for one, other in combinations(found, 2)
        if one.primary != other.primary
    ]
    pairs.sort(key=_most_alike_first)
    formula, source = FORMULAS[measure]
    return Table(
        SimilarProfiles,
        pairs[:top],
        formula=formula,
        source=source,
        inputs=[f"percentages of {found[0].frame}", _inputs(measure, figure, least_percent)],
        notes=[
            f"Compared over the sites quantified for both, {least_sites} at least: a site without "
            "a figure is not taken as 0."
        ],
    )


def profile_similarities(
    found: Sequence[Profile],
    *,
    measure: str = "cosine",
    least_sites: int = 3,
    least_percent: float = LEAST_PERCENT,
) -> Any:
    """Return the similarity of every two profiles as a square array, NaN where it cannot be told.

    The diagonal is 1. See :func:`similar_profiles`.

    >>> import metastasis as mets
    >>> found = profiles(mets.load().evidence, denominator="all_patients", setting="at_diagnosis")
    >>> profile_similarities(found).shape == (len(found), len(found))
    True
    """
    check_choice("measure", measure, FORMULAS)
    table = np.eye(len(found))
    for i, j in combinations(range(len(found)), 2):
        number = _similarity(found[i], found[j], measure, least_sites, least_percent)
        table[i, j] = table[j, i] = np.nan if number is None else number
    return table


def compare(one: Sequence[float], other: Sequence[float], measure: str) -> float | None:
    """Return how alike two rows of percentages of the same sites are; None where all are 0.

    >>> compare([10, 0, 30], [30, 0, 10], "bray_curtis")
    0.5
    """
    first, second = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if measure == "cosine":
        part, whole = first @ second, np.sqrt(first @ first) * np.sqrt(second @ second)
    elif measure == "bray_curtis":
        part, whole = 2 * np.minimum(first, second).sum(), (first + second).sum()
    else:
        part, whole = np.sum((first > 0) & (second > 0)), np.sum((first > 0) | (second > 0))
    return float(part / whole) if whole else None


def _profiles(frame: Frame, figures: list[Figure], *, apart: bool) -> list[Profile]:
    by_profile: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for one in figures:
        if apart:
            by_profile[one.primary, one.source, one.population or ""].append(one)
        elif one.population is None:
            by_profile[one.primary, "", ""].append(one)
    if not by_profile:
        raise EvidenceError(
            f"in {frame} every figure is of a narrower population; take each source apart "
            "(figure 'each')"
        )
    return [
        Profile(
            primary,
            found[0].label + (f" ({population})" if population else ""),
            source or None,
            population or None,
            frame,
            _of_largest_total(found),
        )
        for (primary, source, population), found in sorted(by_profile.items())
    ]


def _of_largest_total(figures: list[Figure]) -> dict[str, Figure]:
    chosen: dict[str, Figure] = {}
    for one in figures:
        before = chosen.get(one.site)
        if before is None or (one.total or 0) > (before.total or 0):
            chosen[one.site] = one
    return chosen


def _pair(
    one: Profile, other: Profile, measure: str, least_sites: int, least_percent: float
) -> SimilarProfiles:
    sites = _in_common(one, other)
    similarity = _similarity(one, other, measure, least_sites, least_percent)
    verdict = "compared"
    if similarity is None:
        few = len(sites) < least_sites
        verdict = f"{CANNOT_TELL}: {'too few sites in both' if few else 'no site is reached'}"
    return SimilarProfiles(
        primary=one.primary,
        primary_label=one.label,
        other=other.primary,
        other_label=other.label,
        measure=measure,
        similarity=similarity,
        verdict=verdict,
        sites=sites,
        denominator=one.frame.denominator,
        setting=one.frame.setting,
        occurrence=one.frame.occurrence,
        sources=tuple(sorted({each.figures[s].source for each in (one, other) for s in sites})),
    )


def _in_common(one: Profile, other: Profile) -> tuple[str, ...]:
    return tuple(sorted(one.figures.keys() & other.figures.keys()))


def _similarity(
    one: Profile, other: Profile, measure: str, least_sites: int, least_percent: float
) -> float | None:
    sites = _in_common(one, other)
    if len(sites) < least_sites:
        return None
    rows = [
        [_seen(profile.figures[site].percent, measure, least_percent) for site in sites]
        for profile in (one, other)
    ]
    return compare(rows[0], rows[1], measure)


def _seen(percent: float, measure: str, least_percent: float) -> float:
    if measure != "jaccard":
        return percent
    return float(percent >= least_percent)


def _most_alike_first(pair: SimilarProfiles) -> tuple[Any, ...]:
    known = pair.similarity is None, -(pair.similarity or 0)
    names = pair.primary_label.casefold(), pair.other_label.casefold(), pair.sources
    return (*known, -len(pair.sites), *names)


def _inputs(measure: str, figure: str, least_percent: float) -> str:
    which = {
        "largest": "of each pair that of the largest total, narrower populations left out",
        "each": "of each source and population apart",
    }
    sites = f"; sites from {least_percent:g} % on" if measure == "jaccard" else ""
    return which[figure] + sites
