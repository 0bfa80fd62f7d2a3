"""What pages look up, put in order once for a graph: no page goes through all of the evidence."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from metastasis._catalog.known_gaps import read_known_gaps
from metastasis._errors import TableError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.pair_summary import summaries
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metastasis._catalog import Catalog, Site
    from metastasis._catalog.known_gaps import KnownGap
    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair
    from metastasis._evidence.pair_summary import PairSummary
    from metastasis._graph import KnowledgeGraph

__all__ = ["EvidenceRow", "Shelf", "shelf_of"]

Thing = TypeVar("Thing")
Key = TypeVar("Key")

_ASSERTED: Final = {
    name: f"assertion.{of}"
    for name, of in Assertion.COLUMNS.items()
    if name not in ("primary", "site", "relation")
}


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One assertion, with the pair that it is about."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "pair.primary",
        "primary_label": "pair.primary_label",
        "site": "pair.site",
        "site_label": "pair.site_label",
        "relation": "assertion.relation",
        "edge": "pair.edge",
        "basis": "pair.basis",
        "status": "pair.status",
        **_ASSERTED,
    }

    pair: Pair
    assertion: Assertion
    key: str
    """That of the assertion, which takes a hash to make."""


@dataclass(frozen=True)
class Shelf:
    """The evidence by cancer, by site, by source and by pair."""

    of_primary: Mapping[str, tuple[PairSummary, ...]]
    """Pairs by metastasis, those that roll up too."""
    of_site: Mapping[str, tuple[PairSummary, ...]]
    summary: Mapping[tuple[str, str], PairSummary]
    primary_rows: Mapping[str, tuple[EvidenceRow, ...]]
    """Every assertion on a cancer, of either relation, sites that name no place included."""
    site_rows: Mapping[str, tuple[EvidenceRow, ...]]
    source_rows: Mapping[str, tuple[EvidenceRow, ...]]
    pair_rows: Mapping[tuple[str, str], tuple[EvidenceRow, ...]]
    row: Mapping[str, EvidenceRow]
    """By the key of the assertion."""
    pairs: Mapping[str, tuple[str, str]]
    """Every pair that has a page, by its name in an address, in order."""
    conflicts: Mapping[tuple[str, str], tuple[Conflict, ...]]
    places: tuple[Site, ...]
    """Every site that can be studied as one, by label."""
    searched: Mapping[tuple[str, str], KnownGap]
    """Pairs that were looked up and not found."""


def shelf_of(kg: KnowledgeGraph) -> Shelf:
    """Return what pages of a graph look up; it is put in order when first asked for.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> shelf_of(kg) is shelf_of(kg), shelf_of(kg).pairs["breast--bone"]
    (True, ('breast', 'bone'))
    """
    return kg.evidence.made(_filled)


def _filled(evidence: Evidence) -> Shelf:
    found = evidence.made(summaries)
    every = [
        pair
        for relation in LISTS["relation"]
        for pair in evidence.pairs(relation=relation, places_only=False)
    ]
    by_name = {(one.pair.primary, one.pair.site): one for one in found}
    rows = [
        EvidenceRow(_as_told(pair, one, by_name), one, one.key)
        for pair in every
        for one in pair.assertions
    ]
    conflicts = _gathered(
        [one for pair in every for one in pair.conflicts],
        lambda one: (one.one.primary, one.one.site),
    )
    said = ((row.pair.primary, row.pair.site) for row in rows)
    names = sorted({*by_name, *said, *_mapped(evidence.catalog)})
    return Shelf(
        of_primary=_gathered(found, lambda one: one.pair.primary),
        of_site=_gathered(found, lambda one: one.pair.site),
        summary=by_name,
        primary_rows=_gathered(rows, lambda one: one.pair.primary),
        site_rows=_gathered(rows, lambda one: one.pair.site),
        source_rows=_gathered(rows, lambda one: one.assertion.source),
        pair_rows=_gathered(rows, lambda one: (one.pair.primary, one.pair.site)),
        row={one.key: one for one in rows},
        pairs={f"{primary}--{site}": (primary, site) for primary, site in names},
        conflicts=conflicts,
        places=tuple(sorted(evidence.places(), key=lambda one: one.label.casefold())),
        searched=_searched(evidence),
    )


def _mapped(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the pairs that another ontology has a class for, though no source speaks of some."""
    for name in catalog.diseases:
        primary, _, site = name.partition("--")
        if primary in catalog.primaries and site in catalog.sites:
            yield primary, site


def _as_told(pair: Pair, one: Assertion, by_name: Mapping[tuple[str, str], PairSummary]) -> Pair:
    """Return the pair whose edge the graph tells: of too few records, that of parts."""
    told = by_name.get((pair.primary, pair.site)) if one.relation == "metastasis" else None
    return pair if told is None else told.pair


def _gathered(
    things: Iterable[Thing], key: Callable[[Thing], Key]
) -> Mapping[Key, tuple[Thing, ...]]:
    found: dict[Key, list[Thing]] = defaultdict(list)
    for one in things:
        found[key(one)].append(one)
    return {name: tuple(gathered) for name, gathered in found.items()}


def _searched(evidence: Evidence) -> Mapping[tuple[str, str], KnownGap]:
    try:
        return read_known_gaps(evidence.catalog)
    except TableError:  # a catalog that lacks what the shipped table speaks of
        return {}
