"""What the evidence of a whole graph comes to: pooled shares, contradictions, states, belief."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import EvidenceError
from metastasis._evidence.belief import Belief, belief
from metastasis._evidence.pair import all_evidence_on, evidence_on
from metastasis._evidence.pooling import Pooled, pool_assertions
from metastasis._evidence.random_effects import METHODS
from metastasis._stated import Stated

if TYPE_CHECKING:
    from metastasis._evidence.conflict import Conflict
    from metastasis._evidence.pair import Spread
    from metastasis._graph import KnowledgeGraph
    from metastasis._table import Value

__all__ = ["PairState", "beliefs", "conflicts", "pair_states", "pool"]

_POOLED: Final = (
    "primary",
    "site",
    "relation",
    "denominator",
    "setting",
    "occurrence",
    "stage",
    "population",
    "route",
    "status",
    "studies",
    "count",
    "total",
    "percent",
    "interval_low",
    "interval_high",
    "prediction_low",
    "prediction_high",
    "tau2",
    "q",
    "i2",
    "method",
    "entered",
    "left_out",
    "remarks",
)
_CONFLICTS: Final = (
    "primary",
    "primary_label",
    "site",
    "site_label",
    "relation",
    "disagreement",
    "reason",
    "one_source",
    "one_locator",
    "one_says",
    "other_source",
    "other_locator",
    "other_says",
    "edge",
    "conflict",
)


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


def pool(
    kg: KnowledgeGraph, primary: str, site: str, *, method: str = "binomial_normal"
) -> Stated[Pooled]:
    """Return the pooled share of a pair, one row for each frame in which it was counted.

    A frame is one relation, denominator, setting, occurrence, stage, population and route; numbers
    of different frames are never pooled. Each row lists the assertions that entered and those that
    did not, with the reason. Percentages are in percent. See
    :func:`metastasis._evidence.pooling.pool_assertions` and :func:`metastasis._evidence.random_effects.random_effects`.

    >>> import metastasis as mets
    >>> found = pool(mets.load(), "differentiated thyroid cancer", "lung")[0]
    >>> found.status, found.studies, found.denominator, found.occurrence
    ('pooled', 2, 'distant_stage_at_diagnosis', 'only_site')

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have; no such method.
    EvidenceError
        No source speaks of the pair.
    MissingExtraError
        scipy or statsmodels is not installed; the extra ``stats`` brings them.
    """
    one, other = kg.catalog.primary(primary), kg.catalog.site(site)
    spreads = all_evidence_on(kg.store, kg.catalog, primaries={one.key}, sites={other.key})
    if not spreads:
        raise EvidenceError(
            f"{one.label} to {other.label} is not studied: no source here speaks of it"
        )
    said = [assertion for spread in spreads for assertion in spread.assertions]
    found = pool_assertions(said, kg.catalog.sources, method=method)
    notes = [
        f"{one.label} to {other.label}, {_frame(row)}: {'; '.join(row.remarks)}" for row in found
    ]
    is_pooled = any(row.status == "pooled" for row in found)
    nothing = "none: no frame holds counts of two studies or more, and nothing is pooled"
    return Stated(
        _POOLED,
        found,
        _pooled_cells,
        formula=f"random-effects mean of logits; {METHODS[method]}" if is_pooled else nothing,
        source=(
            "Stijnen T, Hamza TH, Özdemir P, Stat Med 2010;29:3046-3067, doi:10.1002/sim.4040; "
            "prediction: Higgins JPT et al. 2009, doi:10.1111/j.1467-985X.2008.00552.x"
        ),
        inputs=sorted({assertion.source for assertion in said}),
        notes=notes,
    )


def conflicts(kg: KnowledgeGraph, primary: str | None = None) -> Stated[Conflict]:
    """Return every contradiction in the evidence, of one primary or of all, with its reason.

    The same as the ``met:Conflict`` nodes of a built graph; see
    :func:`metastasis._evidence.conflict.conflicts_among`. Sites that name no place are included.

    >>> import metastasis as mets
    >>> [(one.disagreement, one.sources) for one in conflicts(mets.load(), "brain cancer")]
    [('denied', ('cancer-spreading',))]

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    keys = None if primary is None else {kg.catalog.primary(primary).key}
    edges: dict[str, str | None] = {}
    found: list[Conflict] = []
    for spread in all_evidence_on(kg.store, kg.catalog, primaries=keys):
        for conflict in spread.conflicts:
            edges[conflict.key] = spread.edge
            found.append(conflict)

    def cells(conflict: Conflict) -> tuple[Value, ...]:
        one, other = conflict.one, conflict.other
        one_says, other_says = conflict.sayings
        return (
            *(one.primary, kg.catalog.primaries[one.primary].label),
            *(one.site, kg.catalog.sites[one.site].label),
            *(one.relation, conflict.disagreement, conflict.reason),
            *(one.source, one.locator, one_says),
            *(other.source, other.locator, other_says),
            *(edges[conflict.key], conflict.key),
        )

    return Stated(
        _CONFLICTS,
        found,
        cells,
        formula=(
            "a denial against a report; 95 % Wilson intervals of like numbers that do not overlap; "
            "rare in words against a lower bound of at least 10 %"
        ),
        source="the definitions of met:Disagreement in the vocabulary",
        inputs=sorted({source for conflict in found for source in conflict.sources})
        or ["no source"],
    )


def pair_states(kg: KnowledgeGraph, *, relation: str = "metastasis") -> Stated[PairState]:
    """Return the state of every primary and every site that is a place: one row a pair.

    Groupings such as "cancer" in general are left out.

    >>> import metastasis as mets
    >>> states = {(one.primary, one.site): one.state for one in pair_states(mets.load())}
    >>> states["breast", "bone"], states["breast", "spleen"]
    ('reported', 'not studied')

    Raises
    ------
    UnknownNameError
        There is no such relation.
    """
    known = {
        (spread.primary, spread.site): spread
        for spread in evidence_on(kg.store, kg.catalog, relation=relation)
    }
    states = [
        _state(primary.key, site.key, known.get((primary.key, site.key)))
        for primary in sorted(kg.catalog.primaries.values(), key=lambda one: one.label.casefold())
        for site in sorted(kg.catalog.sites.values(), key=lambda one: one.label.casefold())
        if primary.kind != "grouping" and site.is_anatomical
    ]
    return Stated(
        ("primary", "site", "state", "edge", "sources", "reasons"),
        states,
        lambda one: (
            *(one.primary, one.site, one.state, one.edge),
            *("; ".join(one.sources), "; ".join(one.reasons)),
        ),
        formula="conflicting where assertions contradict each other, else what they all report",
        source="metastasis._evidence.conflict.status_from",
        inputs=["every assertion of the graph"],
    )


def beliefs(kg: KnowledgeGraph, primary: str | None = None) -> Stated[tuple[Spread, Belief]]:
    """Return for each pair with evidence of metastasis how far documents bear it out.

    >>> import metastasis as mets
    >>> rows = beliefs(mets.load(), "breast").to_dicts()
    >>> all(row["documents"] >= 1 for row in rows if row["belief"])
    True

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that no primary has, or that several have.
    """
    keys = None if primary is None else {kg.catalog.primary(primary).key}
    spreads = evidence_on(kg.store, kg.catalog, primaries=keys)
    scored = [(spread, belief(spread.assertions, kg.catalog.sources)) for spread in spreads]
    return Stated(
        (
            "primary",
            "site",
            "edge",
            "status",
            "belief",
            "documents",
            "kinds",
            "against",
            "against_documents",
        ),
        scored,
        lambda row: (
            *(row[0].primary, row[0].site, row[0].edge, row[0].status),
            *(row[1].score, row[1].documents, len(row[1].reporting)),
            *(row[1].against, row[1].against_documents),
        ),
        formula="1 - product over kinds of documents of min(1, 0.05 + 0.3^n), each document once",
        source="Gyori BM et al., Mol Syst Biol 2017;13:954, doi:10.15252/msb.20177651 (the form)",
        inputs=sorted({source for spread in spreads for source in spread.sources}) or ["no source"],
        notes=("The error rates are chosen, not estimated: the score is no probability.",),
    )


def _state(primary: str, site: str, spread: Spread | None) -> PairState:
    if spread is None:
        return PairState(primary, site, "not studied", None, (), ())
    reasons = tuple(dict.fromkeys(one.disagreement for one in spread.conflicts))
    return PairState(primary, site, spread.status, spread.edge, spread.sources, reasons)


def _frame(row: Pooled) -> str:
    parts = (row.relation, row.denominator or "no denominator", row.setting, row.population)
    return ", ".join(str(part).replace("_", " ") for part in parts if part)


def _pooled_cells(row: Pooled) -> tuple[Value, ...]:
    entered = "; ".join(f"{one.source} {one.count}/{one.total}" for one in row.entered)
    left_out = "; ".join(f"{one.assertion.source}: {one.reason}" for one in row.left_out)
    return (
        *(row.primary, row.site, row.relation, row.denominator, row.setting, row.occurrence),
        *(row.stage, row.population, row.route, row.status, row.studies),
        *((row.count, row.total) if row.entered else (None, None)),
        *(row.percent, row.low, row.high, row.prediction_low, row.prediction_high),
        *(row.tau2, row.q, row.i2, row.method, entered, left_out, "; ".join(row.remarks)),
    )
