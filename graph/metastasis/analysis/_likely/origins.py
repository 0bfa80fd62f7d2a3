"""Where the metastases of one site come from, as far as it was counted: P(primary | site) itself.

Apart from the posterior because no Bayes' rule is in it: a source that sorts the patients with a
metastasis at one site by their primary (denominator ``site_cases``) has counted the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._catalog.incidence import cases_of_sex
from metastasis._evidence.cohort import PATIENTS
from metastasis._evidence.number import asked_pairs
from metastasis.analysis._likely.shares import counted_in, fits_sex, share_among, share_of_pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._likely.shares import Share

__all__ = [
    "COMMON",
    "COMMONEST",
    "SiteCases",
    "cases_of_site_or_whole",
    "commonest_origins",
    "is_among",
    "site_cases",
]

COMMONEST: Final = 3
"""Of the commonest known primaries of a site, one of the first so many has to be a candidate."""
COMMON: Final = 5
"""Frames are compared by how many of the first so many they count."""
_LEAST: Final = 2
"""With fewer primaries than this nothing is sorted, unless one of them has most of the cases."""
_MOST: Final = 0.5
"""A primary with this share of the cases is the commonest, whatever the others are."""
_LEAST_COVERED: Final = 1 / 3
"""Where the primaries that are printed cover less of the cases, the source tells of some primaries
rather than of the commonest: two thirds of the patients would have none of those ranked."""
_OCCURRENCES: Final = ("any", "first_site", "only_site")
_ALL: Final = "all_patients"


@dataclass(frozen=True, slots=True)
class SiteCases:
    """The patients with a metastasis at one site, by primary: one frame, one population."""

    site: str
    frame: Frame
    population: str | None
    shares: Mapping[str, Share]
    """By primary, as counted; none is a subtype of another."""
    pooled: Mapping[str, Share]
    """By grouping of primaries, and of unknown primary; they may overlap with ``shares``."""
    weights: Mapping[str, float]
    """By primary, the share of its patients who are of the sex asked about; 1 if none is."""
    rest_weight: float

    @property
    def rest(self) -> float:
        """The share of the cases whose primary is another, or is not printed."""
        return max(0.0, 1 - sum(one.share for one in self.shares.values()))

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of those who counted."""
        return tuple(sorted({key for one in self.shares.values() for key in one.sources}))

    def posterior(self, primary: str, share: float | None = None) -> float:
        """Return the share of a primary among patients of the sex; as counted, or of ``share``.

        ``w x / (sum of w x)``: x as counted in both sexes, w the share of a cancer's patients who
        are of this sex, a half for what is not printed. With another share of the one, the others
        keep their proportions.
        """
        one = self.shares[primary].share
        others = self._whole - self.weights[primary] * one
        if share is not None and one < 1:
            others *= (1 - share) / (1 - one)
        there = self.weights[primary] * (one if share is None else share)
        return there / (there + others) if there + others else 0.0

    @property
    def rest_posterior(self) -> float:
        """The same of the primaries that are not printed."""
        return self.rest_weight * self.rest / self._whole if self._whole else 0.0

    @property
    def rests_on(self) -> str:
        """Who was counted, and by whom, in words."""
        who = f" ({self.population})" if self.population else ""
        return f"{self.frame}{who}, {', '.join(self.sources)}"

    @property
    def ranked(self) -> list[str]:
        """The primaries that are of this sex, the commonest first."""
        found = [key for key in self.shares if self.weights[key] > 0]
        return sorted(found, key=lambda key: (-self.posterior(key), key))

    @property
    def _whole(self) -> float:
        printed = sum(self.weights[key] * one.share for key, one in self.shares.items())
        return printed + self.rest_weight * self.rest


def site_cases(evidence: Evidence, site: str, sex: str | None = None) -> list[SiteCases]:
    """Return the counts of one site (a key) by primary, the one to answer from first.

    Only numbers of one frame and population stand in one of them: of each primary the pooled share
    where several sources have counts, else the number that stands for the pair; where these come to
    more than all cases, the numbers of the source with most patients. First come those on patients
    of the sex asked about, then those on everybody, each weighed by how many of a cancer's new
    cases are of this sex, then those on narrower groups; among these, metastases at any time before
    first ones, several primaries before one, and more patients before fewer. Numbers on the other
    sex are left out, and so are counts of a single primary with less than half of the cases, or of
    several with less than a third.

    >>> import metastasis as mets
    >>> first = site_cases(mets.load().evidence, "brain")[0]
    >>> first.ranked[0], first.frame.denominator
    ('lung', 'site_cases')
    """
    return list(evidence.made(_site_cases, site, sex))


def cases_of_site_or_whole(
    evidence: Evidence, site: str, sex: str | None = None
) -> list[SiteCases]:
    """Return :func:`site_cases` of a site, or where there are none, of what it is part of.

    Regions and systems hold too much else to stand for a part of them.

    >>> import metastasis as mets
    >>> cases_of_site_or_whole(mets.load().evidence, "brain")[0].site
    'brain'
    """
    catalog = evidence.catalog
    wholes = [
        one
        for one in catalog.wholes(site) - {site}
        if catalog.sites[one].kind not in ("region", "system")
    ]
    nearest = sorted(wholes, key=lambda one: (len(catalog.parts(one)), one))
    found = (site_cases(evidence, one, sex) for one in (site, *nearest))
    return next(filter(None, found), [])


def commonest_origins(evidence: Evidence, site: str, sex: str | None = None) -> tuple[str, ...]:
    """Return the known primaries of metastases at one site (a key), the commonest first.

    First those of :func:`site_cases`, in its order. Then the others by what is counted in patients
    of a cancer: its new cases (of the sex) times the largest share of them with this site. Shares
    out of all patients, and those out of people who have metastases or died, are on two scales: the
    one on which cancers with more of all new cases are counted comes first, then what only the
    other has. Cancers of the other sex, without new cases, or whose own organ it is do
    not count.

    >>> import metastasis as mets
    >>> commonest_origins(mets.load().evidence, "liver")[0]
    'lung'
    """
    return evidence.made(_commonest_origins, site, sex)


def is_among(catalog: Catalog, origin: str, candidates: Iterable[str]) -> bool:
    """Whether a primary, or a broader one that holds it, is among some.

    A narrower one does not stand for it: melanoma of the eye is not melanoma.

    >>> from metastasis._catalog import read_catalog
    >>> catalog = read_catalog()
    >>> is_among(catalog, "colon", {"colorectal"}), is_among(catalog, "colorectal", {"colon"})
    (True, False)
    """
    return not ({origin} | catalog.supertypes(origin)).isdisjoint(candidates)


def _site_cases(evidence: Evidence, site: str, sex: str | None) -> tuple[SiteCases, ...]:
    groups: dict[tuple[Frame, str | None], list[Assertion]] = {}
    for pair in evidence.pairs(sites={site}):
        for frame, said in pair.by_frame.items():
            if frame.denominator == "site_cases":
                for one in said:
                    groups.setdefault((frame, one.population), []).append(one)
    found = []
    for (frame, population), group in groups.items():
        rank = fits_sex(population, sex)
        cases = None if rank is None else _cases(evidence, site, frame, population, group, sex)
        if rank is not None and cases is not None:
            found.append((rank, cases))
    return tuple(one for _, one in sorted(found, key=_order))


def _order(ranked: tuple[int, SiteCases]) -> tuple[object, ...]:
    rank, one = ranked
    patients = max(share.total for share in one.shares.values())
    occurrence = _OCCURRENCES.index(one.frame.occurrence)
    return (rank, occurrence, len(one.shares) < _LEAST, -patients, one.frame, one.sources)


def _cases(
    evidence: Evidence,
    site: str,
    frame: Frame,
    population: str | None,
    said: Sequence[Assertion],
    sex: str | None,
) -> SiteCases | None:
    shares, pooled = _shares(evidence, said)
    if sum(one.share for one in shares.values()) > 1:
        shares, pooled = _largest(evidence, said)
    covered = sum(one.share for one in shares.values())
    several = len(shares) >= _LEAST and covered >= _LEAST_COVERED
    if not several and not any(one.share >= _MOST for one in shares.values()):
        return None
    counted = None if fits_sex(population, sex) in (0, 2) else sex
    weights = {key: _of_sex(evidence.catalog, key, counted) for key in shares}
    return SiteCases(site, frame, population, shares, pooled, weights, 0.5 if counted else 1.0)


def _largest(
    evidence: Evidence, said: Sequence[Assertion]
) -> tuple[dict[str, Share], dict[str, Share]]:
    """Return the shares by the one source with most patients that sorts more than one primary."""
    keys = sorted({one.source for one in said})
    each = [_shares(evidence, [one for one in said if one.source == key]) for key in keys]
    return max(
        each,
        key=lambda one: (
            len(one[0]) >= _LEAST,
            max((share.total for share in one[0].values()), default=0),
        ),
    )


def _shares(
    evidence: Evidence, said: Iterable[Assertion]
) -> tuple[dict[str, Share], dict[str, Share]]:
    """Return the share of each primary that has no broader one here, and of each grouping."""
    catalog = evidence.catalog
    by_primary: dict[str, list[Assertion]] = {}
    for one in said:
        by_primary.setdefault(one.primary, []).append(one)
    found = {key: share_among(some, catalog.sources) for key, some in sorted(by_primary.items())}
    pooled = {key: one for key, one in found.items() if catalog.primaries[key].kind == "grouping"}
    single = found.keys() - pooled
    tops = [
        key for key in found if key in single and not (catalog.supertypes(key) - {key}) & single
    ]
    return {key: found[key] for key in tops}, pooled


def _of_sex(catalog: Catalog, primary: str, sex: str | None) -> float:
    """Return the share of a cancer's new cases that are of a sex; a half where it is not known."""
    if sex is None:
        return 1.0
    belongs = catalog.primaries[primary].sex
    if belongs is not None:
        return float(belongs == sex)
    both, here = cases_of_sex(catalog), cases_of_sex(catalog, sex)
    if primary not in both.cases:
        return 0.5
    return here.cases.get(primary, 0.0) / both.cases[primary]


def _commonest_origins(evidence: Evidence, site: str, sex: str | None) -> tuple[str, ...]:
    counted = [key for one in site_cases(evidence, site, sex)[:1] for key in one.ranked]
    cases = cases_of_sex(evidence.catalog, sex).cases
    with_metastases: dict[str, float] = {}
    of_all: dict[str, float] = {}
    for frame in _frames_of(evidence, site):
        weights = of_all if frame.denominator == _ALL else with_metastases
        for primary, place in counted_in(evidence, frame, sex):
            if place == site and primary in cases and _may(evidence.catalog, primary, site, sex):
                share = share_of_pair(evidence, primary, site, frame, sex).share
                weights[primary] = max(weights.get(primary, 0), cases[primary] * share)
    found = list(counted)
    # Two scales: first the one on which cancers with more of the new cases are counted.
    scales = (with_metastases, of_all)
    for weights in sorted(scales, key=lambda one: -sum(cases[key] for key in one)):
        for primary in sorted(weights, key=lambda key: (-weights[key], key)):
            related = evidence.catalog.supertypes(primary) | evidence.catalog.subtypes(primary)
            if not (related | {primary}) & set(found):
                found.append(primary)
    return tuple(found)


def _frames_of(evidence: Evidence, site: str) -> list[Frame]:
    pairs = asked_pairs(evidence, sites=[site])
    found = {frame for pair in pairs for frame in pair.by_frame}
    return sorted(one for one in found if one.denominator in PATIENTS and one.occurrence == "any")


def _may(catalog: Catalog, primary: str, site: str, sex: str | None) -> bool:
    one = catalog.primaries[primary]
    return one.sex in (None, sex or one.sex) and catalog.proximity(primary, site) != "own_organ"
