"""Where evidence is thin against how common the cancer is: what would be worth studying."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from metastasis._catalog.incidence import Incidence, read_incidence
from metastasis._evidence.belief import document_of
from metastasis._evidence.conflict import status_from
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from metastasis._catalog import Catalog, Primary, Site
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["Gap", "gaps"]


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
        "new_cases": "incidence.new_cases",
        "region": "incidence.region",
        "year": "incidence.year",
        "cases_per_document": "cases_per_document",
    }

    primary: Primary
    site: Site
    state: str
    """``reported``, ``reported absent``, ``conflicting`` or ``not studied``."""
    documents: int
    """How many speak of the pair (or of the primary and a part of the site), each once."""
    counted_documents: int
    """How many of them give a share of a known number of patients."""
    patients: int
    """The largest N of them; cohorts may overlap, so that they are not added."""
    subtype_documents: int
    """How many others speak of a subtype of the primary; they do not count as evidence."""
    incidence: Incidence
    cases_per_document: float
    """New cases a year over 1 + counted documents: by this the rows are ranked."""


def gaps(
    evidence: Evidence,
    primary: str | None = None,
    *,
    reached_by: int = 3,
    incidence: dict[str, Incidence] | None = None,
    top: int | None = None,
) -> Table[Gap]:
    """Return pairs, the thinnest evidence on the most common cancer first.

    Ranked by new cases of the primary divided by one more than the documents that count patients
    with the pair; among equals, by fewer documents of any sort, then by label. Only sites that at
    least ``reached_by`` primaries are reported to reach are asked about (what no cancer is known to
    reach is no gap), none that is the primary's own organ, none that the sex with the primary
    lacks, and no groupings. A part of a site counts as the site.

    Parameters
    ----------
    primary
        Only this one; None all for which there are new cases.
    incidence
        New cases by primary; None is the shipped table (the world, 2022), see
        :func:`metastasis._catalog.incidence.read_incidence`. A primary that is not in it is not
        ranked, and is named in the notes.
    top
        Only so many rows; None all.

    >>> import metastasis as mets
    >>> first = gaps(mets.load().evidence, "prostate cancer")[0]
    >>> first.counted_documents, first.incidence.new_cases
    (0, 1467854)

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    EvidenceError
        The primary asked for has no new cases in the table.
    ValueError
        ``reached_by`` or ``top`` is negative.
    """
    if reached_by < 0 or (top is not None and top < 0):
        raise ValueError("reached_by and top count things: give 0 or more")
    catalog = evidence.catalog
    cases = read_incidence() if incidence is None else incidence
    chosen = _chosen(catalog, primary, cases)
    spreads = evidence.pairs()
    said = _by_pair(spreads, catalog)
    sites = _often_reached(spreads, catalog, reached_by)
    found = [
        _gap(evidence, one, site, said, cases[one.key])
        for one in chosen
        if one.key in cases
        for site in sites
        if _possible(catalog, one, site)
    ]
    found.sort(
        key=lambda gap: (
            *(-gap.cases_per_document, gap.documents, gap.subtype_documents),
            *(gap.primary.label.casefold(), gap.site.label.casefold()),
        )
    )
    return Table(
        Gap,
        found[:top],
        formula="new cases / (1 + documents that count patients with the pair)",
        source="; ".join(sorted({one.source for one in cases.values()})) or "an empty table",
        inputs=[f"{len(spreads)} pairs with evidence", f"new cases of {len(cases)} primaries"],
        notes=_notes(chosen, cases),
    )


def _chosen(catalog: Catalog, primary: str | None, cases: Collection[str]) -> list[Primary]:
    from metastasis._errors import EvidenceError

    if primary is None:
        return [one for one in catalog.primaries.values() if one.kind != "grouping"]
    one = catalog.primary(primary)
    if one.key not in cases:
        raise EvidenceError(
            f"the table of new cases has no row for {one.label}: how common it is cannot be told"
        )
    return [one]


def _notes(chosen: Iterable[Primary], cases: Collection[str]) -> list[str]:
    without = sorted(one.label for one in chosen if one.key not in cases)
    return [f"not ranked, for want of new cases: {', '.join(without)}"] if without else []


def _by_pair(spreads: Iterable[Pair], catalog: Catalog) -> dict[tuple[str, str], list[Assertion]]:
    """Return the assertions of each pair; a part of a site counts as the site."""
    said: dict[tuple[str, str], list[Assertion]] = defaultdict(list)
    for pair in spreads:
        for whole in catalog.wholes(pair.site):
            said[pair.primary, whole].extend(pair.assertions)
    return said


def _often_reached(spreads: Iterable[Pair], catalog: Catalog, least: int) -> list[Site]:
    reached: dict[str, set[str]] = defaultdict(set)
    for pair in spreads:
        if pair.edge is not None and catalog.primaries[pair.primary].kind != "grouping":
            for whole in catalog.wholes(pair.site):
                reached[whole].add(pair.primary)
    return [
        site
        for site in catalog.sites.values()
        if site.is_anatomical and len(reached[site.key]) >= least
    ]


def _possible(catalog: Catalog, primary: Primary, site: Site) -> bool:
    sexes = {primary.sex, site.sex} - {None}
    return len(sexes) < 2 and catalog.proximity(primary.key, site.key) != "own_organ"


def _gap(
    evidence: Evidence,
    primary: Primary,
    site: Site,
    said: dict[tuple[str, str], list[Assertion]],
    cases: Incidence,
) -> Gap:
    sources = evidence.catalog.sources
    assertions = said.get((primary.key, site.key), [])
    documents = {document_of(one, sources) for one in assertions}
    counted = [one for one in assertions if one.total and one.percent is not None]
    counted = [one for one in counted if _counts_patients(one)]
    counting = {document_of(one, sources) for one in counted}
    elsewhere = {
        document_of(one, sources)
        for subtype in evidence.catalog.subtypes(primary.key) - {primary.key}
        for one in said.get((subtype, site.key), ())
    }
    return Gap(
        primary=primary,
        site=site,
        state=status_from(one for one in assertions if one.site == site.key)
        if any(one.site == site.key for one in assertions)
        else _rolled_up(assertions),
        documents=len(documents),
        counted_documents=len(counting),
        patients=max((one.total or 0 for one in counted), default=0),
        subtype_documents=len(elsewhere - documents),
        incidence=cases,
        cases_per_document=cases.new_cases / (1 + len(counting)),
    )


def _rolled_up(assertions: list[Assertion]) -> str:
    return "reported, on a part only" if assertions else "not studied"


def _counts_patients(assertion: Assertion) -> bool:
    return assertion.denominator not in (None, "records", "site_cases")
