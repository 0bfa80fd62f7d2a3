"""What is known of every pair: reported, reported absent, conflicting, or not studied; and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from metastasis._table import Table
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from metastasis._catalog import Names, Primary, Site
    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["PairConflict", "PairState", "conflicts", "states"]


@dataclass(frozen=True, slots=True)
class PairState:
    """One primary and one site, and what is known of the pair."""

    primary: str
    site: str
    state: str
    """``reported``, ``reported absent``, ``conflicting`` or ``not studied``."""
    edge: str | None
    sources: tuple[str, ...]
    reasons: tuple[str, ...]
    """Why it is conflicting: ``denied``, ``disjoint_intervals``, ``words_against_numbers``."""


@dataclass(frozen=True, slots=True)
class PairConflict:
    """A contradiction with the pair that it is about."""

    COLUMNS: ClassVar[dict[str, str]] = {
        "primary": "pair.primary",
        "primary_label": "pair.primary_label",
        "site": "pair.site",
        "site_label": "pair.site_label",
        "relation": "conflict.one.relation",
        "disagreement": "conflict.disagreement",
        "reason": "conflict.reason",
        "one_source": "conflict.one.source",
        "one_locator": "conflict.one.locator",
        "one_says": "conflict.one_says",
        "other_source": "conflict.other.source",
        "other_locator": "conflict.other.locator",
        "other_says": "conflict.other_says",
        "edge": "pair.edge",
        "conflict": "conflict.key",
    }

    pair: Pair
    conflict: Conflict


def conflicts(evidence: Evidence, primaries: Names = None) -> Table[PairConflict]:
    """Return every contradiction in the evidence, of some primaries or of all, with its reason.

    The same as the ``met:Conflict`` nodes of a built graph; see
    :func:`metastasis._evidence.conflict.conflicts_among`. Sites that name no place are included.

    >>> import metastasis as mets
    >>> found = conflicts(mets.load().evidence, "brain cancer")
    >>> [(one.conflict.disagreement, one.conflict.sources) for one in found]
    [('denied', ('cancer-spreading',))]

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    keys = evidence.catalog.primary_keys(primaries)
    found = [
        PairConflict(pair, conflict)
        for relation in LISTS["relation"]
        for pair in evidence.pairs(primaries=keys, relation=relation, places_only=False)
        for conflict in pair.conflicts
    ]
    return Table(
        PairConflict,
        found,
        formula=(
            "a denial against a report; 95 % Wilson intervals of like numbers that do not overlap; "
            "rare in words against a lower bound of at least 10 %, common against upper ones below"
        ),
        source="the definitions of met:Disagreement in the vocabulary",
        inputs=sorted({source for one in found for source in one.conflict.sources})
        or ["no source"],
    )


def states(
    evidence: Evidence,
    primaries: Names = None,
    sites: Names = None,
    *,
    relation: str = "metastasis",
) -> Table[PairState]:
    """Return the state of every primary and every site that is a place: one row a pair.

    Parameters
    ----------
    evidence
        What is said.
    primaries
        One name or several; None is all, without groupings such as "cancer" in general.
    sites
        One name or several; None is all, without organ systems that no source counts in.
    relation
        ``"metastasis"`` or ``"extension"``, direct growth into a neighbor.

    >>> import metastasis as mets
    >>> found = states(mets.load().evidence, "breast", ["bone", "testis"])
    >>> [(one.site, one.state) for one in found]
    [('bone', 'reported'), ('testis', 'not studied')]

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; no such relation.
    """
    if primaries is None and sites is None:
        found = evidence.made(_states, None, None, relation)
    else:
        found = _states(evidence, primaries, sites, relation)
    return Table(
        PairState,
        found,
        formula="conflicting where assertions contradict each other, else what they all report",
        source="metastasis, as kg.explain tells of each pair",
        inputs=["every assertion of the graph"],
    )


def _states(
    evidence: Evidence, primaries: Names, sites: Names, relation: str
) -> tuple[PairState, ...]:
    catalog = evidence.catalog
    rows = catalog.primary_keys(primaries)
    known = {(pair.primary, pair.site): pair for pair in evidence.pairs(relation=relation)}
    chosen = [
        one
        for one in catalog.primaries.values()
        if (one.kind != "grouping" if rows is None else one.key in rows)
    ]
    chosen.sort(key=_label)
    places = sorted(evidence.places(sites), key=_label)
    return tuple(
        _state(primary.key, site.key, known.get((primary.key, site.key)))
        for primary in chosen
        for site in places
    )


def _label(record: Primary | Site) -> str:
    return record.label.casefold()


def _state(primary: str, site: str, pair: Pair | None) -> PairState:
    if pair is None:
        return PairState(primary, site, "not studied", None, (), ())
    reasons = tuple(dict.fromkeys(one.disagreement for one in pair.conflicts))
    return PairState(primary, site, pair.status, pair.edge, pair.sources, reasons)
