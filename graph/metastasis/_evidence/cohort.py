"""Groups of people in whom several sites were counted: what may be compared with what.

Numbers of two sites can be set against each other only where they are out of the same people. A
cohort here is one source, one population, one denominator, setting and stage.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.frame import Frame, check_frame
from metastasis._evidence.interval import wilson_interval
from metastasis._evidence.number import share_of
from metastasis._evidence.pair import preference
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._catalog import Catalog, Names
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["PATIENTS", "SiteFrequency", "StudyCohort", "cohorts", "cohorts_of"]

PATIENTS: Final = (
    "all_patients",
    "metastatic_patients",
    "distant_stage_at_diagnosis",
    "autopsies",
)
"""Denominators that count people with this primary.

Shares of records and of a site's cases are left out: they say where metastases are found, not how
often a cancer reaches a site.
"""

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
        """The 95 % Wilson interval of the share, 0 to 1, or None without count and total.

        >>> SiteFrequency("bone", 0.32, None, 251).interval
        """
        if self.count is None or not self.total:
            return None
        return wilson_interval(self.count, self.total)


@dataclass(frozen=True, slots=True)
class StudyCohort:
    """One group of people with one primary, and the sites counted in them."""

    primary: str
    source: str
    population: str | None
    frame: Frame
    frequencies: tuple[SiteFrequency, ...]
    """One a site, by key; none is part of another."""
    left_out: tuple[str, ...] = ()
    """Sites that overlap with one that was counted too: regions, and parts of an organ."""

    @property
    def name(self) -> str:
        """The cohort in words.

        >>> StudyCohort("bladder", "s", "men", Frame("autopsies", "at_autopsy"), ()).name
        's (men): autopsies, at autopsy'
        """
        people = f"{self.source} ({self.population})" if self.population else self.source
        return f"{people}: {self.frame}"


def cohorts(
    evidence: Evidence,
    primary: str | None = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
) -> list[StudyCohort]:
    """Return every cohort in which at least two sites were counted, those with most sites first.

    Of as many sites those go first of which the fewest lie in one region or system: bone, liver,
    lung and brain tell more of how a cancer spreads than four sites of the nervous system.

    Only metastasis at any time, out of people with the primary (:data:`PATIENTS`). Of sites that
    overlap, regions and systems give way to the organs in them, and parts of an organ to the
    organ. None for an argument is any.

    >>> import metastasis as mets
    >>> [one.source for one in cohorts(mets.load().evidence, "bladder", setting="during_course")]
    ['shinagare-2011']

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    if frame is not None:
        check_frame(frame, denominator=denominator, setting=setting)
    key = None if primary is None else evidence.catalog.primary(primary).key
    wanted = None if source is None else evidence.catalog.source(source).key
    for name, value in (("denominator", denominator), ("setting", setting)):
        if value is not None:
            check_choice(name, value, LISTS[name])
    return [
        cohort
        for cohort in evidence.made(_every_cohort)
        if key in (None, cohort.primary)
        and wanted in (None, cohort.source)
        and frame in (None, cohort.frame)
        and denominator in (None, cohort.frame.denominator)
        and setting in (None, cohort.frame.setting)
    ]


def cohorts_of(
    evidence: Evidence,
    primaries: Names = None,
    *,
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
) -> list[StudyCohort]:
    """Return the cohorts of some primaries (None is all), at least one; see :func:`cohorts`.

    >>> import metastasis as mets
    >>> cohorts_of(mets.load().evidence, "thymoma")
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: no quantified evidence on thymoma: no source counts two or ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        There is none: no two sites of these primaries were counted in the same people.
    """
    keys = evidence.catalog.primary_keys(primaries)
    found = [
        cohort
        for key in keys or (None,)
        for cohort in cohorts(
            evidence, key, frame=frame, denominator=denominator, setting=setting, source=source
        )
    ]
    if not found:
        asked = ", ".join(evidence.catalog.primaries[key].label for key in keys or ())
        raise EvidenceError(
            f"no quantified evidence on {asked or 'any primary'}: no source counts two or more "
            "sites in the same people; ask with another denominator, setting or source, or without "
            "them"
        )
    return found


def _every_cohort(evidence: Evidence) -> list[StudyCohort]:
    groups: dict[_Group, dict[str, list[Assertion]]] = defaultdict(lambda: defaultdict(list))
    for pair in evidence.pairs():
        for frame, said in pair.by_frame.items():
            if frame.occurrence == "any" and frame.denominator in PATIENTS:
                for one in said:
                    groups[one.primary, one.source, one.population, frame][one.site].append(one)
    found = [_cohort(group, said, evidence.catalog) for group, said in groups.items()]
    return sorted(
        (one for one in found if len(one.frequencies) > 1),
        key=lambda one: _most_sites_first(one, evidence.catalog),
    )


_Group = tuple[str, str, "str | None", Frame]


def _most_sites_first(cohort: StudyCohort, catalog: Catalog) -> tuple[object, ...]:
    counted = sum(one.count is not None for one in cohort.frequencies)
    together = Counter(
        whole
        for one in cohort.frequencies
        for whole in catalog.wholes(one.site)
        if catalog.sites[whole].kind in _MERELY_WHERE
    )
    crowd = max(together.values(), default=0)
    return (-len(cohort.frequencies), -counted, crowd, cohort.primary, cohort.name)


def _cohort(group: _Group, said: dict[str, list[Assertion]], catalog: Catalog) -> StudyCohort:
    twice = _counted_twice(said, catalog)
    kept = [_frequency(said[site]) for site in sorted(said) if site not in twice]
    return StudyCohort(*group, tuple(kept), tuple(sorted(twice)))


def _frequency(said: Sequence[Assertion]) -> SiteFrequency:
    """Return the number of a site; where a source gives several, the one that stands for a pair."""
    one = min(said, key=preference)
    return SiteFrequency(one.site, share_of(one), one.count if one.total else None, one.total)


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
