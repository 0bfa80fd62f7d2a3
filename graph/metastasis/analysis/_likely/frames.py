"""Which numbers answer: the frame that counts most of the primaries that are known to be common.

Apart from the numbers because what a frame lacks is a question of what is known elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metastasis._catalog.incidence import cases_of_sex, read_incidence
from metastasis._errors import EvidenceError
from metastasis._evidence.cohort import PATIENTS
from metastasis._evidence.number import asked_pairs
from metastasis.analysis._likely.origins import (
    COMMON,
    COMMONEST,
    SiteCases,
    commonest_origins,
    is_among,
    site_cases,
)
from metastasis.analysis._likely.shares import USUAL, counted_in

if TYPE_CHECKING:
    from metastasis._catalog import Catalog
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._likely.observation import Observation

__all__ = ["Base", "Coverage", "best_base", "coverage", "richest_frame"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the commonest known primaries of each site a frame counts there."""

    frame: Frame
    sites: int
    """How many of the sites asked about are counted at all."""
    pairs: int
    """How many primaries and sites."""
    common: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    """Of each site with metastasis: its commonest known primaries, and those that are counted."""
    cases: float
    """The share of all new cases (of the sex) whose cancer is counted at the site with metastasis,
    of several the least; cancers whose own organ it is do not count."""

    @property
    def uncovered(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The sites of which none of the commonest is counted, with these."""
        return tuple(
            (site, known[:COMMONEST])
            for site, known, counted in self.common
            if known and not set(known[:COMMONEST]) & set(counted)
        )

    @property
    def score(self) -> tuple[float, ...]:
        """By which frames are compared, the more the better."""
        known = sum(len(counted) for _, _, counted in self.common)
        usual = float(self.frame == USUAL)
        return (self.sites, -len(self.uncovered), known, self.cases, usual, self.pairs)

    def reason(self, catalog: Catalog) -> str:
        """Why this frame, in words."""
        said = [
            f"{len(counted)} of the {len(known)} commonest known primaries of metastases in "
            f"{catalog.sites[site].label} ({_labels(catalog, known, counted)})"
            for site, known, counted in self.common
            if known
        ]
        return "; ".join(said) or "it has the most numbers"


def coverage(evidence: Evidence, seen: Observation, frame: Frame) -> Coverage:
    """Return how many of the commonest known primaries of the sites a frame counts.

    >>> import metastasis as mets
    >>> from metastasis.analysis._likely import observe
    >>> evidence = mets.load().evidence
    >>> found = coverage(evidence, observe(evidence.catalog, "liver"), USUAL)
    >>> found.common[0][1][0], found.sites
    ('lung', 1)
    """
    pairs = counted_in(evidence, frame, seen.sex)
    asked = [site for site, _ in seen.statements]
    common, cases = [], [1.0]
    for site in seen.present:
        known = commonest_origins(evidence, site, seen.sex)[:COMMON]
        there = {primary for primary, place in pairs if place == site}
        counted = tuple(one for one in known if is_among(evidence.catalog, one, there))
        common.append((site, known, counted))
        cases.append(_cases_counted(evidence.catalog, seen.sex, site, there))
    places = [place for _, place in pairs if place in asked]
    return Coverage(frame, len(set(places)), len(places), tuple(common), min(cases))


def richest_frame(evidence: Evidence, seen: Observation) -> Coverage:
    """Return the frame with the most of the sites' commonest known primaries among its candidates.

    Compared are the frames that count people with a cancer, at any time of metastasis: first by
    how many of the sites are counted at all, then by how many sites lack all of their three
    commonest known primaries, then by how many of the five commonest of each site are counted;
    among equals, metastatic patients during the course, then the frame with more numbers.

    Raises
    ------
    EvidenceError
        Nothing is counted in any such frame.
    """
    return evidence.made(_richest_frame, seen)


def _richest_frame(evidence: Evidence, seen: Observation) -> Coverage:
    frames = {
        frame
        for pair in asked_pairs(evidence)
        for frame in pair.by_frame
        if frame.denominator in PATIENTS and frame.occurrence == "any"
    }
    if not frames:
        raise EvidenceError(
            "nothing is counted out of people with a cancer: how often one reaches a site cannot "
            "be told"
        )
    found = [coverage(evidence, seen, frame) for frame in sorted(frames)]
    return max(found, key=lambda one: one.score)


@dataclass(frozen=True, slots=True)
class Base:
    """A site whose cases, as counted by primary, are the prior for what was seen elsewhere."""

    cases: SiteCases
    rest: Observation
    """What was seen but for this site."""
    frame: Coverage
    """That counts the rest."""
    known: float
    """The share of the cases whose primary is counted at all other sites."""


def best_base(evidence: Evidence, seen: Observation, frame: Frame | None = None) -> Base | None:
    """Return the site with metastasis whose cases are the best prior for the rest; None for none.

    ``P(primary | a, b)`` is in proportion to ``P(primary | a) P(b | primary)``, sites being
    independent given the primary: what was counted at one site takes the place of new cases and of
    how often each cancer reaches it. Of several sites it is the one with the largest share of cases
    whose primary is counted at all others in one frame (``frame``, or the richest). Its commonest
    primary has to be, and another one, and some of the commonest of each other site.

    >>> import metastasis as mets
    >>> from metastasis.analysis._likely import observe
    >>> evidence = mets.load().evidence
    >>> best_base(evidence, observe(evidence.catalog, "brain"))
    """
    return evidence.made(_best_base, seen, frame)


def _best_base(evidence: Evidence, seen: Observation, frame: Frame | None) -> Base | None:
    found = []
    for site in seen.present:
        rest = replace(seen, present=tuple(one for one in seen.present if one != site))
        cases = next(iter(site_cases(evidence, site, seen.sex)), None)
        if cases is None or not rest.statements:
            continue
        covered = (
            richest_frame(evidence, rest) if frame is None else coverage(evidence, rest, frame)
        )
        pairs = counted_in(evidence, covered.frame, seen.sex)
        counted = [
            key
            for key in cases.ranked
            if all((key, place) in pairs for place, _ in rest.statements)
        ]
        if len(counted) > 1 and cases.ranked[0] in counted and not covered.uncovered:
            known = sum(cases.posterior(key) for key in counted)
            found.append(Base(cases, rest, covered, known))
    return max(found, key=lambda one: (one.known, one.cases.site), default=None)


def _cases_counted(catalog: Catalog, sex: str | None, site: str, there: set[str]) -> float:
    cases = {
        key: number
        for key, number in cases_of_sex(catalog, sex).cases.items()
        if key in read_incidence() and catalog.proximity(key, site) != "own_organ"
    }
    counted = sum(number for key, number in cases.items() if is_among(catalog, key, there))
    return counted / sum(cases.values()) if cases else 0.0


def _labels(catalog: Catalog, known: tuple[str, ...], counted: tuple[str, ...]) -> str:
    return ", ".join(
        catalog.primaries[key].label + ("" if key in counted else " (not counted)") for key in known
    )
