"""From tallied patients to assertions: who counts for which site, out of whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis._evidence.assertion import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._cohort import Cohort
    from metastasis.patients._counting.tally import Line

__all__ = ["NotWritten", "assertions_from", "proximity_note"]

_METASTATIC_ONLY: Final = ("metastatic_patients", "distant_stage_at_diagnosis")
_MARKS: Final = {
    "own_organ": "The site is the primary's own organ: another part of it, or the other side",
    "neighbor": "The site touches the primary's organ: growth into it may be counted here",
}


@dataclass(slots=True)
class NotWritten:
    """Pairs that became no assertion, as ``primary to site``, by reason."""

    pairs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, reason: str, primary: str, site: str) -> None:
        """Add a pair under a reason."""
        self.pairs[reason].add(f"{primary} to {site}")


def assertions_from(
    lines: Sequence[Line], cohort: Cohort, catalog: Catalog, not_written: NotWritten
) -> list[Assertion]:
    """Return an assertion for each primary, site and denominator of a cohort with a count.

    Sites come in the order of the cohort, primaries by key. Patients with a subtype are counted
    under the broader primaries too, as adenocarcinoma of the prostate is prostate cancer (not where
    ``each`` of several primaries counts). A site that only one sex has is counted among the
    patients of that sex, unless the primary is of that sex anyway; what cannot be said is added to
    ``not_written``.
    """
    by_primary = _rolled_up(lines, cohort, catalog)
    found: list[Assertion] = []
    for primary in sorted(by_primary):
        group = by_primary[primary]
        enough = sum(line.patients for line in group) >= cohort.min_patients
        for index, site in enumerate(cohort.sites):
            if enough:
                found += _of_pair(primary, index, group, cohort, catalog, not_written)
            elif any(line.present[index] for line in group):
                reason = f"of a primary with fewer than {cohort.min_patients} patients"
                not_written.add(reason, primary, site)
    return found


def _rolled_up(lines: Sequence[Line], cohort: Cohort, catalog: Catalog) -> dict[str, list[Line]]:
    """Return the patients of each primary, those of its subtypes with them; groupings get none.

    Where patients count under each of several primaries, two of them may be subtypes of one, which
    would count the patient twice: then nobody counts under a broader primary.
    """
    by_primary: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        own = cohort.primaries[line.primary]
        for primary in {own} if cohort.choose == "each" else catalog.supertypes(own):
            if primary == own or catalog.primaries[primary].kind != "grouping":
                by_primary[primary].append(line)
    return by_primary


def _of_pair(
    primary: str,
    index: int,
    lines: Sequence[Line],
    cohort: Cohort,
    catalog: Catalog,
    not_written: NotWritten,
) -> Iterator[Assertion]:
    site = cohort.sites[index]
    sex = _sex_to_count(primary, site, catalog)
    counted = [line for line in lines if sex is None or line.sex == sex]
    if sex and not any(line.sex for line in lines):
        if any(line.present[index] for line in lines):
            not_written.add(f"whose site needs the number of {sex} patients", primary, site)
        return
    for denominator in cohort.denominators:
        count, total = _fraction(counted, index, denominator)
        if reason := _why_not(count, cohort):
            not_written.add(reason, primary, site)
        elif total:
            yield Assertion(
                primary=primary,
                site=site,
                occurrence=cohort.occurrence,
                count=count,
                total=total,
                denominator=denominator,
                setting=cohort.setting,
                population=_population(cohort, sex),
                source=cohort.source.key,
                locator=cohort.locators.get(site, site),
                reading="computed",
                note=_note(primary, site, cohort, catalog),
            )


def _sex_to_count(primary: str, site: str, catalog: Catalog) -> str | None:
    """Return the only sex that has the site, where the primary does not imply it."""
    of_site, of_primary = catalog.sites[site].sex, catalog.primaries[primary].sex
    return None if of_site == of_primary else of_site


def _fraction(lines: Sequence[Line], index: int, denominator: str) -> tuple[int, int]:
    if denominator in _METASTATIC_ONLY:
        lines = [line for line in lines if line.metastatic]
    count = sum(line.present[index] for line in lines)
    if denominator == "records":
        return count, sum(sum(line.present) for line in lines)
    return count, sum(line.examined[index] for line in lines)


def _why_not(count: int, cohort: Cohort) -> str | None:
    if count == 0:
        return None if cohort.zeros else "in whom the site was never seen (--zeros writes them)"
    if count < cohort.min_count:
        return f"with fewer than {cohort.min_count} patients"
    return None


def _population(cohort: Cohort, sex: str | None) -> str | None:
    parts = [part for part in (cohort.population, sex and f"{sex} patients") if part]
    return "; ".join(parts) or None


def proximity_note(primary: str, site: str, catalog: Catalog) -> str | None:
    """Return what to say where a site is the primary's own organ, or touches it; else None.

    >>> from metastasis._catalog import read_catalog
    >>> proximity_note("prostate", "bladder", read_catalog())
    "The site touches the primary's organ: growth into it may be counted here"
    """
    near = catalog.proximity(primary, site)
    return _MARKS[near] if near else None


def _note(primary: str, site: str, cohort: Cohort, catalog: Catalog) -> str | None:
    parts = (proximity_note(primary, site, catalog), cohort.note)
    return "; ".join(part for part in parts if part) or None
