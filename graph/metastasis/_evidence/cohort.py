"""Groups of people in whom several sites were counted: what may be compared with what.

Numbers of two sites can be set against each other only where they are out of the same people. A
cohort here is one source, one population, one denominator, setting and stage.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.interval import wilson_interval
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["Cohort", "SiteFrequency", "cohorts", "one_cohort"]

PATIENTS: Final = (
    "all_patients",
    "metastatic_patients",
    "distant_stage_at_diagnosis",
    "autopsies",
)
"""Denominators that count people with this primary."""

_MERELY_WHERE: Final = ("region", "system")


@dataclass(frozen=True, slots=True)
class SiteFrequency:
    """How many of a cohort had a metastasis at one site."""

    site: str
    share: float
    """Of the cohort, 0 to 1; as printed where no count is known."""
    count: int | None
    total: int | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of the share, or None where count or total is not known.

        >>> SiteFrequency("bone", 0.32, None, 251).interval
        """
        if self.count is None or not self.total:
            return None
        return wilson_interval(self.count, self.total)


@dataclass(frozen=True, slots=True)
class Cohort:
    """One group of people with one primary, and the sites counted in them."""

    primary: str
    source: str
    population: str | None
    denominator: str
    setting: str
    stage: str
    frequencies: tuple[SiteFrequency, ...]
    """One a site, by key; none is part of another."""
    left_out: tuple[str, ...]
    """Sites that overlap with one that was counted too: regions, and parts of an organ."""

    @property
    def name(self) -> str:
        """The cohort in words.

        >>> Cohort("bladder", "s", "men", "autopsies", "at_autopsy", "any", (), ()).name
        's (men): autopsies, at autopsy'
        """
        people = f"{self.source} ({self.population})" if self.population else self.source
        stage = "" if self.stage == "any" else f", {self.stage} stage"
        return f"{people}: {_plain(self.denominator)}, {_plain(self.setting)}{stage}"


def cohorts(
    evidence: Evidence,
    primary: str | None = None,
    *,
    source: str | None = None,
    denominator: str | None = None,
    setting: str | None = None,
) -> list[Cohort]:
    """Return every cohort in which at least two sites were counted, those with most sites first.

    Only metastasis at any time, out of people with the primary: shares of records and of a site's
    cases are no frequencies of a site. Of sites that overlap, regions and systems
    give way to the organs in them, and parts of an organ to the organ. None for an argument is any.

    >>> import metastasis as mets
    >>> [one.source for one in cohorts(mets.load().evidence, "bladder", setting="during_course")]
    ['shinagare-2011']

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    key = None if primary is None else evidence.catalog.primary(primary).key
    wanted = None if source is None else evidence.catalog.source(source).key
    for name, value in (("denominator", denominator), ("setting", setting)):
        if value is not None:
            check_choice(name, value, LISTS[name])
    found = [
        cohort
        for cohort in evidence.made(_every_cohort)
        if key in (None, cohort.primary)
        and wanted in (None, cohort.source)
        and denominator in (None, cohort.denominator)
        and setting in (None, cohort.setting)
    ]
    return sorted(found, key=_order)


def one_cohort(found: Sequence[Cohort], asked: str) -> Cohort:
    """Return the first of some cohorts.

    >>> one_cohort([], "thymoma")
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: no quantified evidence on thymoma: no source counts two or ...

    Raises
    ------
    EvidenceError
        There is none: no two sites of ``asked`` were counted in the same people.
    """
    if not found:
        raise EvidenceError(
            f"no quantified evidence on {asked}: no source counts two or more sites in the same "
            "people; ask with another denominator, setting or source, or without them"
        )
    return found[0]


def _order(cohort: Cohort) -> tuple[object, ...]:
    counted = sum(one.count is not None for one in cohort.frequencies)
    return (-len(cohort.frequencies), -counted, cohort.primary, cohort.name)


def _every_cohort(evidence: Evidence) -> list[Cohort]:
    said = (one for pair in evidence.pairs() for one in pair.assertions)
    return _grouped(said, evidence.catalog)


def _grouped(assertions: Iterable[Assertion], catalog: Catalog) -> list[Cohort]:
    groups: dict[tuple[str | None, ...], dict[str, SiteFrequency]] = defaultdict(dict)
    for one in assertions:
        frequency = _frequency(one)
        if frequency is not None and one.occurrence == "any" and one.denominator in PATIENTS:
            key = (one.primary, one.source, one.population, one.denominator, one.setting, one.stage)
            known = groups[key].get(one.site)
            groups[key][one.site] = max(filter(None, (known, frequency)), key=_informed)
    return [
        _cohort(key, sites, catalog) for key, sites in groups.items() if _enough(sites, catalog)
    ]


def _informed(frequency: SiteFrequency) -> tuple[bool, int, float]:
    return frequency.count is not None, frequency.total or 0, frequency.share


def _frequency(one: Assertion) -> SiteFrequency | None:
    if one.count is not None and one.total:
        return SiteFrequency(one.site, one.count / one.total, one.count, one.total)
    if one.percent is None:
        return None
    return SiteFrequency(one.site, float(one.percent) / 100, None, one.total)


def _enough(sites: dict[str, SiteFrequency], catalog: Catalog) -> bool:
    return len(sites) - len(_counted_twice(sites, catalog)) > 1


def _counted_twice(sites: Iterable[str], catalog: Catalog) -> set[str]:
    """Return regions with a counted organ in them, then organs and tissues in a counted whole."""
    counted = set(sites)
    regions = {
        site
        for site in counted
        if catalog.sites[site].kind in _MERELY_WHERE and (catalog.parts(site) - {site}) & counted
    }
    rest = counted - regions
    return regions | {site for site in rest if (catalog.wholes(site) - {site}) & rest}


def _cohort(
    key: tuple[str | None, ...], sites: dict[str, SiteFrequency], catalog: Catalog
) -> Cohort:
    primary, source, population, denominator, setting, stage = key
    twice = _counted_twice(sites, catalog)
    return Cohort(
        str(primary),
        str(source),
        population,
        str(denominator),
        str(setting),
        str(stage),
        tuple(sites[site] for site in sorted(sites) if site not in twice),
        tuple(sorted(twice)),
    )


def _plain(value: str) -> str:
    return value.replace("_", " ")
