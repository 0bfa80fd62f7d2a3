"""Where evidence is thin against how common the cancer is: what would be worth studying."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from metastasis._catalog.incidence import Incidence, read_incidence
from metastasis._catalog.known_gaps import read_known_gaps
from metastasis._errors import EvidenceError
from metastasis._evidence.conflict import status_from
from metastasis._evidence.number import asked_pairs
from metastasis._evidence.overlap import document_of
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from metastasis._catalog import Catalog, Names, Primary, Site
    from metastasis._catalog.known_gaps import KnownGap
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["Gap", "gaps"]

_OFTEN: Final = 3
"""Primaries that reach a site before it is asked about: two may be a chance of reporting."""


@dataclass(frozen=True, slots=True)
class _Counts:
    """What all evidence on one pair amounts to."""

    state: str
    documents: frozenset[str]
    counting: int
    """Documents that give a share of a known number of patients."""
    patients: int


_SEARCHED: Final = "searched, not found"
_NOTHING: Final = _Counts("not studied", frozenset(), 0, 0)


@dataclass(frozen=True, slots=True)
class Gap:
    """One primary and one site: how many documents speak of it, and how common the primary is."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "primary.key",
        "primary_label": "primary.label",
        "site": "site.key",
        "site_label": "site.label",
        **{
            name: name
            for name in (
                "state",
                "documents",
                "counted_documents",
                "patients",
                "subtype_documents",
            )
        },
        **{name: name for name in ("new_cases", "region", "year", "cases_per_document")},
        **{name: name for name in ("searched", "searched_on")},
    }

    primary: Primary
    site: Site
    state: str
    """``reported``, ``reported absent``, ``conflicting``, ``not studied``, or of a pair on which
    there is nothing although it was looked up, ``searched, not found``."""
    documents: int
    """How many speak of the pair (or of the primary and a part of the site), each once."""
    counted_documents: int
    """How many of them give a share of a known number of patients."""
    patients: int
    """The largest N of them; cohorts may overlap, so that they are not added."""
    subtype_documents: int
    """How many others speak of a subtype of the primary; they do not count as evidence."""
    incidence: Incidence | None
    """None only where the pair was looked up and the table of new cases lacks the primary."""
    cases_per_document: float | None
    """New cases a year over 1 + counted documents: by this the rows are ranked."""
    known: KnownGap | None = None
    """What was searched, and when, where the pair was looked up and not found."""

    @property
    def new_cases(self) -> int | None:
        """Of the primary, a year."""
        return self.incidence.new_cases if self.incidence else None

    @property
    def region(self) -> str | None:
        """Where they are counted."""
        return self.incidence.region if self.incidence else None

    @property
    def year(self) -> int | None:
        """When they are counted."""
        return self.incidence.year if self.incidence else None

    @property
    def searched(self) -> str | None:
        """Where the pair was looked for and not found."""
        return self.known.searched if self.known else None

    @property
    def searched_on(self) -> str | None:
        """When it was looked for."""
        return self.known.date if self.known else None


def gaps(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    reached_by: int = _OFTEN,
    incidence: Mapping[str, Incidence] | None = None,
    known: Mapping[tuple[str, str], KnownGap] | None = None,
    only_searched: bool = False,
    top: int | None = None,
) -> Table[Gap]:
    """Return pairs, the thinnest evidence on the most common cancer first.

    Ranked by new cases of the primary divided by one more than the documents that count patients
    with the pair; among equals, by fewer documents of any sort, then by label. Only sites that at
    least ``reached_by`` primaries are reported to reach are asked about (what no cancer is known to
    reach is no gap), none that is the primary's own organ, none that the sex with the primary
    lacks, and no groupings. A part of a site counts as the site.

    A pair that was looked up and not found is there whoever else reaches the site, with what was
    searched and when; ``only_searched`` leaves all others out. It says where to look no further,
    not that the cancer spares the site.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        One name or several; None is all for which there are new cases.
    sites
        One name or several; None is all that are reached often enough.
    reached_by
        By how many primaries a site is reported to be reached, at least.
    incidence
        New cases by primary; None is the shipped table (the world, 2022), see
        :func:`metastasis._catalog.incidence.read_incidence`. A primary that is not in it is not
        ranked, and is named in the notes.
    known
        Pairs that were looked up and not found; None is the shipped table, see
        :func:`metastasis._catalog.known_gaps.read_known_gaps`.
    only_searched
        Whether only these are asked about.
    top
        At most this many rows; None is all.

    >>> import metastasis as mets
    >>> first = gaps(mets.load().evidence, "prostate cancer")[0]
    >>> first.counted_documents, first.incidence.new_cases
    (0, 1467854)

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        A primary asked for has no new cases in the table.
    ValueError
        ``reached_by`` or ``top`` is negative.
    """
    if reached_by < 0 or (top is not None and top < 0):
        raise ValueError("reached_by and top count things: give 0 or more")
    catalog = evidence.catalog
    cases = read_incidence() if incidence is None else incidence
    looked_up = evidence.made(_looked_up) if known is None else known
    chosen = _chosen(catalog, primaries, cases, {primary for primary, _ in looked_up})
    counted, reached = evidence.made(_counts), evidence.made(_reached)
    often = {site for site, by in reached.items() if len(by) >= reached_by}
    asked = evidence.places(sites)
    kinds = {one.key: catalog.subtypes(one.key) - {one.key} for one in chosen}
    found = [
        _gap(one, kinds[one.key], site, counted, cases, looked_up)
        for one in chosen
        for site in asked
        if (one.key, site.key) in looked_up
        or (not only_searched and one.key in cases and (site.key in often or reached_by == 0))
        if _possible(catalog, one, site)
    ]
    found.sort(
        key=lambda gap: (
            *(-(gap.cases_per_document or 0), gap.documents, gap.subtype_documents),
            *(gap.primary.label.casefold(), gap.site.label.casefold()),
        )
    )
    return Table(
        Gap,
        found[:top],
        formula="new cases / (1 + documents that count patients with the pair)",
        source="; ".join(sorted({one.source for one in cases.values()})) or "an empty table",
        inputs=[
            f"{len(evidence.pairs())} pairs with evidence",
            f"new cases of {len(cases)} primaries",
            f"{len(looked_up)} pairs that were looked up, and nothing or no number was found",
        ],
        notes=_notes(chosen, cases, found),
    )


def _looked_up(evidence: Evidence) -> dict[tuple[str, str], KnownGap]:
    """Return the shipped table, as far as this graph has its primaries and sites."""
    from metastasis._catalog import read_catalog

    catalog = evidence.catalog
    return {
        (primary, site): one
        for (primary, site), one in read_known_gaps(read_catalog()).items()
        if primary in catalog.primaries and site in catalog.sites
    }


def _chosen(
    catalog: Catalog, primaries: Names, cases: Collection[str], looked_up: Collection[str]
) -> list[Primary]:
    keys = catalog.primary_keys(primaries)
    if keys is None:
        every = catalog.primaries.values()
        return [one for one in every if one.kind != "grouping" or one.key in looked_up]
    for key in keys:
        if key not in cases and key not in looked_up:
            raise EvidenceError(
                f"the table of new cases has no row for {catalog.primaries[key].label}: how common "
                "it is cannot be told"
            )
    return [catalog.primaries[key] for key in keys]


def _notes(chosen: Iterable[Primary], cases: Collection[str], found: Collection[Gap]) -> list[str]:
    notes = []
    if searched := sum(gap.state == _SEARCHED for gap in found):
        notes.append(
            f"searched and not found: {searched} pair{'' if searched == 1 else 's'} (column "
            "searched; only_searched lists them alone)"
        )
    if without := sorted(
        one.label for one in chosen if one.key not in cases and one.kind != "grouping"
    ):
        notes.append(f"not ranked, no new cases are known: {', '.join(without)}")
    return notes


def _counts(evidence: Evidence) -> dict[tuple[str, str], _Counts]:
    """Return what is said of each pair; a part of a site counts as the site."""
    said: dict[tuple[str, str], list[Assertion]] = defaultdict(list)
    for pair in evidence.pairs():
        for whole in evidence.catalog.wholes(pair.site):
            said[pair.primary, whole].extend(pair.assertions)
    sources = evidence.catalog.sources
    found = {}
    for (primary, site), assertions in said.items():
        counted = [one for one in assertions if _counts_patients(one)]
        of_the_site = [one for one in assertions if one.site == site]
        found[primary, site] = _Counts(
            state=status_from(of_the_site) if of_the_site else "reported, on a part only",
            documents=frozenset(document_of(one, sources) for one in assertions),
            counting=len({document_of(one, sources) for one in counted}),
            patients=max((one.total or 0 for one in counted), default=0),
        )
    return found


def _reached(evidence: Evidence) -> dict[str, set[str]]:
    """Return the primaries with an edge to each site or a part of it, without groupings."""
    reached: dict[str, set[str]] = defaultdict(set)
    for pair in asked_pairs(evidence):
        if pair.edge is not None:
            for whole in evidence.catalog.wholes(pair.site):
                reached[whole].add(pair.primary)
    return dict(reached)


def _possible(catalog: Catalog, primary: Primary, site: Site) -> bool:
    sexes = {primary.sex, site.sex} - {None}
    return len(sexes) < 2 and catalog.proximity(primary.key, site.key) != "own_organ"


def _gap(
    primary: Primary,
    subtypes: Collection[str],
    site: Site,
    counted: Mapping[tuple[str, str], _Counts],
    cases: Mapping[str, Incidence],
    looked_up: Mapping[tuple[str, str], KnownGap],
) -> Gap:
    here = counted.get((primary.key, site.key), _NOTHING)
    elsewhere = frozenset[str]().union(
        *(counted[kind, site.key].documents for kind in subtypes if (kind, site.key) in counted)
    )
    known, new = looked_up.get((primary.key, site.key)), cases.get(primary.key)
    return Gap(
        primary=primary,
        site=site,
        state=_SEARCHED if known and here is _NOTHING else here.state,
        documents=len(here.documents),
        counted_documents=here.counting,
        patients=here.patients,
        subtype_documents=len(elsewhere - here.documents),
        incidence=new,
        cases_per_document=new.new_cases / (1 + here.counting) if new else None,
        known=known,
    )


def _counts_patients(assertion: Assertion) -> bool:
    told = bool(assertion.total) and assertion.percent is not None
    return told and assertion.denominator not in (None, "records", "site_cases")
