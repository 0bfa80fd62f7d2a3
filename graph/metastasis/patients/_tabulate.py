"""From canonical rows to assertions: which patients count for which site, and out of how many."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis._evidence.assertion import Assertion
from metastasis._evidence.roll_up import home_of, taken_over_by
from metastasis.patients._counting.patterns import Pattern, can_have, patterns_of
from metastasis.patients._counting.remainders import Part, tellable
from metastasis.patients._counting.spellings import spelled_twice
from metastasis.patients._counting.suppression import Setting, Tabulated, withheld
from metastasis.patients._counting.tally import count_patients
from metastasis.patients._intake import Ingested
from metastasis.patients._report import Exclusion, Notice
from metastasis.patients._sequences import write_sequences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis._catalog import Catalog
    from metastasis.patients._counting.tally import Line, Tally
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Rules, StudyPopulation

__all__ = ["assertions_from", "joined", "of_tally", "proximity_note", "summarize"]

_METASTATIC_ONLY: Final = ("metastatic_patients", "distant_stage_at_diagnosis")
"""Denominators that hold metastatic patients only; all others hold every patient."""
_MARKS: Final = {
    "own_organ": "The site is the primary's own organ: another part of it, or the other side",
    "neighbor": "The site touches the primary's organ: growth into it may be counted here",
}
_HOME: Final = "whose site holds the primary itself, which the data flag like any other tumor"
REVEALS: Final = "from which a smaller number could be worked out"
_BY_PARTS: Final = "Counted by its parts alone"
_OUT: Final = {
    "no primary": "without a primary",
    "several primaries": "with several primaries",
    "tied primaries": "with several primaries that the rule cannot choose between",
}
"""What a report says of patients left out, by outcome of :func:`~._counting.patient.by_patient`."""


def summarize(engine: Engine, rows: Any, studied: StudyPopulation) -> Ingested:
    """Return the assertions of canonical rows, and the report.

    ``rows`` is a data frame of the engine with the columns that
    :mod:`metastasis.patients._counting.patient` names.
    Each patient counts once, for each site they have.
    """
    counted = count_patients(
        engine,
        rows,
        choose=studied.rules.choose,
        sites=len(studied.sites),
        wholes=studied.wholes,
        metastatic_sites=studied.metastatic_positions,
    )
    return of_tally(engine, rows, counted, studied)


def of_tally(engine: Engine, rows: Any, counted: Tally, studied: StudyPopulation) -> Ingested:
    """Return the assertions of canonical rows whose patients are counted, and the report."""
    rules, draft = studied.rules, studied.report
    if spelled_twice(engine, rows, counted, draft):
        studied = replace(studied, can_deny=False)
    lines, of_other_sex = _of_possible_sex(counted, studied)
    assertions = assertions_from(lines, studied)
    if studied.sequences is not None:
        write_sequences(engine, rows, studied, assertions)
    out = Counter({name: number for name, number in counted.outcomes.items() if name != "kept"})
    out["of a sex that does not have the primary's organ"] = of_other_sex
    report = replace(
        draft.finished(engine.name, assertions=len(assertions), forms=engine.remarks),
        min_count=rules.min_count,
        patients=sum(counted.outcomes.values()),
        patients_out=tuple(Exclusion(_OUT.get(why, why), n) for why, n in sorted(out.items()) if n),
        metastatic=sum(line.patients for line in lines if line.metastatic),
        notices=(*draft.notices, *_notices(counted, rules)),
    )
    patterns = _patterns(engine, rows, studied, assertions) if rules.patterns else ()
    return Ingested(tuple(assertions), studied.source, report, patterns)


def assertions_from(lines: Sequence[Line], studied: StudyPopulation) -> list[Assertion]:
    """Return an assertion for each primary, site and denominator of a population with a count.

    Sites come in the order of the population, then those of which only parts are in it; primaries
    by key. Patients with a subtype are counted under the broader primaries too, as adenocarcinoma
    of the prostate is prostate cancer (not where ``each`` of several primaries counts); patients
    with a part of a site under the site too, by the rule of :mod:`._counting.wholes`. A site that
    only one sex has is counted among the patients of that sex, unless the primary is of that sex
    anyway; pairs that cannot be stated are added to the report.

    With a ``min_count``, numbers from which one that is too small could be worked out get none.
    """
    by_primary = _rolled_up(lines, studied)
    least = studied.rules.min_patients
    found: list[_Candidate] = []
    for primary in sorted(by_primary):
        group = by_primary[primary]
        enough = sum(line.patients for line in group) >= least
        counted = _counted_sites(primary, studied)
        for one in counted:
            if enough:
                found += _of_pair(primary, one, counted, group, studied)
            elif any(line.present[one.at] for line in group):
                reason = f"of a primary with fewer than {least} patients"
                studied.report.no_assertion(reason, primary, one.site)
    revealing = _revealing(found, lines, studied)
    for place, candidate in enumerate(found):
        why = REVEALS if place in revealing else candidate.reason
        if why:
            studied.report.no_assertion(why, *candidate.pair)
    return [
        candidate.assertion
        for place, candidate in enumerate(found)
        if candidate.reason is None and place not in revealing
    ]


def joined(*parts: str | None) -> str | None:
    """Return the texts that are there, joined by "; "; None where there are none.

    >>> joined("adults", None, "female patients"), joined(None, "")
    ('adults; female patients', None)
    """
    return "; ".join(part for part in parts if part) or None


def proximity_note(primary: str, site: str, catalog: Catalog) -> str | None:
    """Return what to say where a site is the primary's own organ, or touches it; else None.

    >>> from metastasis._catalog import read_catalog
    >>> proximity_note("prostate", "bladder", read_catalog())
    "The site touches the primary's organ: growth into it may be counted here"
    """
    near = catalog.proximity(primary, site)
    return _MARKS[near] if near else None


def _of_possible_sex(counted: Tally, studied: StudyPopulation) -> tuple[list[Line], int]:
    """Return the patients kept who can have the primary, and how many are of the other sex."""
    lines, of_other_sex = [], 0
    for line in counted.lines:
        if can_have(studied.primaries[line.primary], line.sex, studied.rules.known):
            lines.append(line)
        else:
            of_other_sex += line.patients
    return lines, of_other_sex


def _notices(counted: Tally, rules: Rules) -> list[Notice]:
    pairs = sum(counted.outcomes.values()) if rules.choose == "each" else 0
    told = (
        ("choose each", pairs, "patients counted here: one with several primaries is several"),
        ("sex", counted.two_sexes, "patients with two sexes; counted with none"),
        ("metastatic", counted.two_marks, "patients marked both ways; counted as metastatic"),
    )
    return [Notice(rule, number, text) for rule, number, text in told if number]


def _patterns(
    engine: Engine, rows: Any, studied: StudyPopulation, table: Sequence[Assertion]
) -> tuple[Pattern, ...]:
    """Return the patterns; with a ``min_count`` those that may be told beside the table."""
    found = patterns_of(
        engine,
        rows,
        primaries=studied.primaries,
        sites=studied.sites,
        choose=studied.rules.choose,
        catalog=studied.rules.known,
        metastatic_sites=studied.metastatic_positions,
        min_count=studied.rules.min_count,
    )
    least = studied.rules.min_count
    if least < 2:
        return found
    parts = [
        Part(one.primary, frozenset(one.sites), one.patients, one.metastatic, one.sex)
        for one in found
    ]
    told = tellable(parts, table, studied.rules.known, least)
    return tuple(one for one, is_told in zip(found, told, strict=True) if is_told)


def _rolled_up(lines: Sequence[Line], studied: StudyPopulation) -> dict[str, list[Line]]:
    """Return the patients of each primary, those of its subtypes with them; groupings get none.

    Where patients count under each of several primaries, two of them may be subtypes of one, which
    would count the patient twice: then no patient counts under a broader primary.
    """
    catalog, each = studied.rules.known, studied.rules.choose == "each"
    by_primary: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        own = studied.primaries[line.primary]
        for primary in {own} if each else catalog.supertypes(own):
            if primary == own or catalog.primaries[primary].kind != "grouping":
                by_primary[primary].append(line)
    return by_primary


class _CountedSite(NamedTuple):
    """Where a site of a primary is counted."""

    site: str
    at: int
    """Its place in what lines hold of each site."""
    parts: tuple[int, ...] = ()
    """The places of the parts that are counted here too."""
    has_name: bool = True
    """Whether the data name the site itself, and not only parts of it."""
    is_broadest: bool = True
    """Whether no other site takes it over: of these, a metastasis is in one."""

    def locator(self, lines: Sequence[Line], studied: StudyPopulation) -> str:
        """Return where in the source it was counted, with the parts found."""
        found = [studied.sites[at] for at in self.parts if any(one.present[at] for one in lines)]
        own = studied.locators.get(self.site, self.site) if self.has_name else None
        return str(joined(own, f"parts: {', '.join(found)}" if found else None))


def _counted_sites(primary: str, studied: StudyPopulation) -> list[_CountedSite]:
    """Return the sites of a population, and the wholes of them that take over their parts."""
    catalog, sites = studied.rules.known, studied.sites
    home = home_of(primary, catalog)
    found = {site: _CountedSite(site, at) for at, site in enumerate(sites)}
    for at, whole in enumerate(studied.wholes, len(sites)):
        if whole.key not in home:
            parts = tuple(place for place in whole.within if sites[place] != whole.key)
            found[whole.key] = _CountedSite(whole.key, at, parts, whole.key in sites)
    return [
        one._replace(is_broadest=not (taken_over_by(site, catalog) - {site} - home))
        for site, one in found.items()
    ]


class _Candidate(NamedTuple):
    """What would be an assertion, and why it is none."""

    assertion: Assertion
    reason: str | None
    one: _CountedSite
    lines: Sequence[Line]
    """The patients counted."""

    @property
    def is_of_records(self) -> bool:
        """Whether it is a share of what was recorded, not of patients."""
        return self.assertion.denominator == "records"

    @property
    def pair(self) -> tuple[str, str]:
        """Primary and site."""
        return self.assertion.primary, self.assertion.site


def _of_pair(
    primary: str,
    one: _CountedSite,
    every: Sequence[_CountedSite],
    lines: Sequence[Line],
    studied: StudyPopulation,
) -> Iterator[_Candidate]:
    site, catalog, draft = one.site, studied.rules.known, studied.report
    if studied.holds_primary and site in home_of(primary, catalog):
        draft.no_assertion(_HOME, primary, site)
        return
    sex = _sex_to_count(primary, site, catalog)
    counted = [line for line in lines if sex is None or line.sex == sex]
    if sex and not any(line.sex for line in lines):
        if any(line.present[one.at] for line in lines):
            draft.no_assertion(f"whose site needs the number of {sex} patients", primary, site)
        return
    for denominator in studied.denominators:
        those = _out_of(counted, denominator)
        count, total = _fraction(those, one, every, denominator)
        if not count and not one.has_name:
            continue  # That none of some parts was found does not deny the whole.
        reason = studied.rules.why_not(count, total, denominator, can_deny=studied.can_deny)
        if not total:
            if reason:
                draft.no_assertion(reason, primary, site)
            continue
        said = Assertion(
            primary=primary,
            site=site,
            occurrence=studied.occurrence,
            count=count,
            total=total,
            denominator=denominator,
            setting=studied.setting,
            population=joined(studied.population, sex and f"{sex} patients"),
            source=studied.source.key,
            locator=one.locator(counted, studied),
            reading="computed",
            note=joined(
                proximity_note(primary, site, catalog),
                None if one.has_name else _BY_PARTS,
                studied.note,
            ),
        )
        yield _Candidate(said, reason, one, those)


def _revealing(
    found: Sequence[_Candidate], lines: Sequence[Line], studied: StudyPopulation
) -> frozenset[int]:
    """Return which assertions would reveal a number that is too small, as places in a list."""
    if studied.rules.min_count < 2:
        return frozenset()
    revealing: set[int] = set()
    for of_records in (False, True):
        places = [n for n, one in enumerate(found) if one.is_of_records == of_records]
        hidden = withheld(
            _cells([found[n] for n in places], lines),
            _setting([found[n] for n in places], lines, studied, of_records=of_records),
        )
        revealing |= {places[n] for n in hidden.cells}
        studied.report.hides_totals |= hidden.totals
    # Both count the same patients with the site: what one denominator hides, the other would show.
    mixed = len({one.is_of_records for one in found}) > 1
    out = {one.pair for n, one in enumerate(found) if mixed and (one.reason or n in revealing)}
    more = {n for n, one in enumerate(found) if one.reason is None and one.pair in out}
    return frozenset(revealing | more)


def _cells(found: Sequence[_Candidate], lines: Sequence[Line]) -> list[Tabulated]:
    place = {line: n for n, line in enumerate(lines)}
    return [
        Tabulated(
            one.one.at,
            frozenset(place[line] for line in one.lines),
            one.reason is None,
        )
        for one in found
    ]


def _setting(
    found: Sequence[_Candidate],
    lines: Sequence[Line],
    studied: StudyPopulation,
    *,
    of_records: bool,
) -> Setting:
    own = {one for one in (whole.key for whole in studied.wholes) if one in studied.sites}
    return Setting(
        lines=lines,
        sites=len(studied.sites),
        wholes=studied.wholes,
        own_columns=frozenset(studied.sites.index(key) for key in own),
        metastatic_sites=studied.metastatic_positions,
        added_up=frozenset(one.one.at for one in found if of_records and one.one.is_broadest),
        added_of_lines=tuple(_added_up(line, studied) for line in lines) if of_records else (),
        least=studied.rules.min_count,
    )


def _added_up(line: Line, studied: StudyPopulation) -> frozenset[int]:
    """Return the columns that make up the records of a line."""
    counted = _counted_sites(studied.primaries[line.primary], studied)
    return frozenset(one.at for one in counted if one.is_broadest)


def _out_of(lines: Sequence[Line], denominator: str) -> Sequence[Line]:
    """Return the patients that a denominator holds."""
    if denominator in _METASTATIC_ONLY:
        return [line for line in lines if line.metastatic]
    return lines


def _sex_to_count(primary: str, site: str, catalog: Catalog) -> str | None:
    """Return the only sex that has the site, where the primary does not imply it."""
    of_site, of_primary = catalog.sites[site].sex, catalog.primaries[primary].sex
    return None if of_site == of_primary else of_site


def _fraction(
    lines: Sequence[Line], one: _CountedSite, every: Sequence[_CountedSite], denominator: str
) -> tuple[int, int]:
    count = sum(line.present[one.at] for line in lines)
    if denominator == "records":
        # Out of all metastases recorded: a patient counts here once for each site. Parts count in
        # the broadest of their wholes, so that the shares of these add up to one.
        broadest = [other.at for other in every if other.is_broadest]
        return count, sum(line.present[at] for line in lines for at in broadest)
    return count, sum(line.examined[one.at] for line in lines)
