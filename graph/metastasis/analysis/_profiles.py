"""Cancers compared by their numbers, within one frame.

What no source counts is not 0: two cancers are compared over the sites that are counted for both,
and where these are too few the answer is that it cannot be told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.edge import LEAST_PERCENT
from metastasis._evidence.number import (
    asked_pairs,
    choose_frame,
    nothing_counted,
    share_of,
)
from metastasis._evidence.pair import PREFERENCE
from metastasis._table import Table
from metastasis._vocabulary import CANNOT_TELL, LISTS
from metastasis.analysis._similarity import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Names
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair

__all__ = [
    "Profile",
    "ProfileTable",
    "SimilarProfiles",
    "compare",
    "profile_similarities",
    "profiles",
    "similar_profiles",
]

_OF_A_CANCER: Final = frozenset(LISTS["denominator"]) - {"site_cases"}
"""Numbers out of a site's metastases say where those come from: they profile a site."""
_LEAST_SITES: Final = 3
"""Over two sites alone any two rows of numbers look alike: of a cosine, one angle decides."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One cancer, and one number for each site that is counted for it in one frame."""

    primary: str
    primary_label: str
    source: str | None
    """The source, where each has a profile of its own; None where numbers are of several."""
    population: str | None
    frame: Frame
    numbers: Mapping[str, Assertion]
    """By key of the site."""

    @property
    def label(self) -> str:
        """The label of the cancer, with the population that narrows it in brackets."""
        return (
            f"{self.primary_label} ({self.population})" if self.population else self.primary_label
        )


class ProfileTable(Table[Profile]):
    """Profiles side by side: one row a cancer, one column a site, percentages in the cells.

    A cell is None where no source counts the site for the cancer in this frame. Sites stand in
    order of how many cancers they are counted for.
    """

    frame: Frame
    """The frame of every number in the table."""

    def __init__(self, found: list[Profile], frame: Frame, notes: Iterable[str]) -> None:
        super().__init__(Profile, found, notes=notes)
        self.frame = frame
        counted = Counter(site for one in found for site in one.numbers)
        sites = sorted(counted, key=lambda site: (-counted[site], site))
        names = ("primary", "primary_label", "source", "population")
        self.columns = (*names, *sites)
        self._read = partial(_row, names, sites)


def _row(names: Sequence[str], sites: Sequence[str], one: Profile) -> tuple[Any, ...]:
    told = [getattr(one, name) for name in names]
    return (*told, *(_percent(one.numbers.get(site)) for site in sites))


@dataclass(frozen=True, slots=True)
class SimilarProfiles:
    """Two profiles, and how alike they are over the sites that are counted for both."""

    primary: str
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
    """The sites that are counted for both."""
    denominator: str
    setting: str
    occurrence: str
    sources: tuple[str, ...]
    """Those of the numbers that were compared."""


def profiles(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    stage: str | None = "any",
    by_source: bool = False,
) -> ProfileTable:
    """Return the numbers of cancers side by side in one frame: a row a cancer, a column a site.

    The number of a pair is that of :func:`metastasis.analysis.numbers`, in percent. Each row is a
    :class:`Profile` whose ``numbers`` holds the assertion behind every cell.

    Parameters
    ----------
    evidence
        What is said.
    primaries, sites
        One name or several; None is all, without groupings such as "cancer" in general.
    frame, denominator, setting, occurrence, stage
        The frame, or the parts of it that are asked for; None may be anything. Where nothing is
        named, it is the one with most numbers; the notes tell it.
    by_source
        Whether each source and population has a row of its own.

    >>> import metastasis as mets
    >>> table = profiles(mets.load().evidence, denominator="all_patients", setting="at_diagnosis")
    >>> table.columns[4], {one.numbers["bone"].source for one in table if one.primary == "breast"}
    ('bone', {'wu-2017-breast'})

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; a part of the frame that there is not.
    EvidenceError
        Nothing is counted in this frame, or several frames have what is named; or the numbers are
        out of the cases of a site, which are no profile of a cancer.
    """
    if "site_cases" in (denominator, getattr(frame, "denominator", None)):
        raise EvidenceError(
            "numbers out of site_cases say where a site's metastases come from: they are no "
            "profile of a cancer"
        )
    pairs = asked_pairs(evidence, primaries, sites)
    choice = choose_frame(
        pairs,
        frame=frame,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        stage=stage,
        among=_OF_A_CANCER,
    )
    counted = [pair for pair in pairs if choice.frame in pair.by_frame]
    if choice.frame is None or not counted:
        raise nothing_counted(pairs)
    rows = _rows(counted, choice.frame, by_source=by_source)
    notes = [f"percent of {choice.frame} ({choice.reason})", _which(by_source=by_source)]
    return ProfileTable(rows, choice.frame, notes + _narrow(rows))


def similar_profiles(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    measure: str = "cosine",
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    stage: str | None = "any",
    by_source: bool = False,
    least_sites: int = _LEAST_SITES,
    least_percent: float = LEAST_PERCENT,
    top: int | None = None,
) -> Table[SimilarProfiles]:
    """Return how alike every two profiles of one frame are, the most alike first.

    Pairs with too few numbers in common come last, and say so.

    Parameters
    ----------
    evidence
        What is said.
    primaries, sites
        The cancers to compare, and the sites to compare them over; None is all.
    measure
        ``"cosine"`` of the percentages; ``"bray_curtis"``: 2·Σ min(a, b) / Σ (a + b) (Bray JR,
        Curtis JT, Ecol Monogr 1957;27:325-349, doi:10.2307/1942268); ``"jaccard"`` of the sites
        with at least ``least_percent``.
    frame, denominator, setting, occurrence, stage, by_source
        As for :func:`profiles`.
    least_sites
        How many sites have to be counted for both, at least 1.
    least_percent
        For Jaccard: from how many percent on a site belongs to the pattern.
    top
        At most this many rows; None is all.

    >>> import metastasis as mets
    >>> found = similar_profiles(mets.load().evidence, denominator="distant_stage_at_diagnosis",
    ...                          setting="at_diagnosis")
    >>> found[0].sites[:2]
    ('bone', 'brain')

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; there is no such measure.
    EvidenceError
        As :func:`profiles`; or there is only one cancer with numbers.
    """
    check_choice("measure", measure, FORMULAS)
    found = profiles(
        evidence,
        primaries=primaries,
        sites=sites,
        frame=frame,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        stage=stage,
        by_source=by_source,
    )
    if len({one.primary for one in found}) < 2:
        raise EvidenceError("only one cancer is counted in this frame: nothing to compare")
    pairs = [
        _pair(one, other, measure, least_sites, least_percent)
        for one, other in combinations(found, 2)
        if one.primary != other.primary
    ]
    pairs.sort(key=_most_alike_first)
    formula, source = FORMULAS[measure]
    from_on = f"sites from {least_percent:g} % on" if measure == "jaccard" else "percentages"
    return Table(
        SimilarProfiles,
        pairs[:top],
        formula=formula,
        source=source,
        inputs=[f"{from_on} of {found.frame}", _which(by_source=by_source)],
        notes=[
            f"Compared over the sites counted for both, {least_sites} at least: a site without "
            "a number is not taken as 0.",
            *_narrow(found),
        ],
    )


def profile_similarities(
    found: Sequence[Profile],
    *,
    measure: str = "cosine",
    least_sites: int = _LEAST_SITES,
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


def _rows(pairs: Iterable[Pair], frame: Frame, *, by_source: bool) -> list[Profile]:
    said: dict[tuple[str, str, str], dict[str, Assertion]] = defaultdict(dict)
    labels = {}
    for pair in pairs:
        labels[pair.primary] = pair.primary_label
        # They come in order of preference: the first stands for the pair, or for its source.
        for one in pair.by_frame[frame]:
            apart = (one.source, one.population or "") if by_source else ("", "")
            said[pair.primary, *apart].setdefault(pair.site, one)
    return [
        Profile(primary, labels[primary], source or None, population or None, frame, numbers)
        for (primary, source, population), numbers in sorted(said.items())
    ]


def _percent(number: Assertion | None) -> float | None:
    return None if number is None or number.percent is None else float(number.percent)


def _which(*, by_source: bool) -> str:
    if by_source:
        return "the numbers of each source and population apart"
    return f"one number stands for a pair: {PREFERENCE}"


def _narrow(found: Iterable[Profile]) -> list[str]:
    """Return a note on numbers that only a part of the population has, if any stand in the rows."""
    parts = sorted(
        f"{one.primary} to {site} ({number.population})"
        for one in found
        if one.source is None
        for site, number in one.numbers.items()
        if number.population is not None
    )
    return [f"counted in a part of the population only: {', '.join(parts)}"] if parts else []


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
        sources=tuple(sorted({each.numbers[s].source for each in (one, other) for s in sites})),
    )


def _in_common(one: Profile, other: Profile) -> tuple[str, ...]:
    return tuple(sorted(one.numbers.keys() & other.numbers.keys()))


def _similarity(
    one: Profile, other: Profile, measure: str, least_sites: int, least_percent: float
) -> float | None:
    sites = _in_common(one, other)
    if len(sites) < least_sites:
        return None
    rows = [[100 * share_of(profile.numbers[site]) for site in sites] for profile in (one, other)]
    if measure == "jaccard":
        rows = [[float(percent >= least_percent) for percent in row] for row in rows]
    return compare(rows[0], rows[1], measure)


def _most_alike_first(pair: SimilarProfiles) -> tuple[Any, ...]:
    known = pair.similarity is None, -(pair.similarity or 0)
    names = pair.primary_label.casefold(), pair.other_label.casefold(), pair.sources
    return (*known, -len(pair.sites), *names)
