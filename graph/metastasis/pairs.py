"""What all the evidence on one primary and one site amounts to.

The rules that derive the edges of the graph stand in ``ontology/rules/``; the same rules in plain
Python stand here, so that an edge can be explained, and a test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis.rdf.reader import read_assertion
from metastasis.rdf.terms import local_name, node, value_of
from metastasis.statistics import wilson_interval
from metastasis.tables import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from metastasis.assertion import Assertion
    from metastasis.catalog import Catalog
    from metastasis.tables import Value

__all__ = [
    "EDGES",
    "SharedSite",
    "Spread",
    "Spreads",
    "common_reason",
    "edge_from",
    "evidence_on",
    "figure",
    "has_edge",
    "reached_by",
    "shared_sites",
    "status_from",
]

EDGES: Final = {
    "commonly": "met:commonlySpreadsTo",
    "rarely": "met:rarelySpreadsTo",
    "possibly": "met:spreadsTo",
}
"""What an edge is called, and its property; the first that holds names the edge."""

_COMMON_WORDS: Final = frozenset({"most_common", "common"})
_RARE_WORDS: Final = frozenset({"less_common", "rare"})
_COMMON_DENOMINATORS: Final = frozenset(
    {"metastatic_patients", "distant_stage_at_diagnosis", "autopsies"}
)
LEAST_PATIENTS: Final = 50
LEAST_PERCENT: Final = 10

_WHOM: Final = {
    "all_patients": "all patients",
    "metastatic_patients": "metastatic patients",
    "distant_stage_at_diagnosis": "patients with distant stage at diagnosis",
    "autopsies": "autopsies",
    "records": "recorded metastases",
    "site_cases": "patients with a metastasis at the site",
}


@dataclass(frozen=True, slots=True)
class Spread:
    """One primary, one site, and all that is said of the pair."""

    primary: str
    primary_label: str
    site: str
    site_label: str
    edge: str | None
    """``commonly``, ``rarely``, ``possibly`` (reported, how commonly not established), or None."""
    status: str
    """``reported``, ``reported absent`` or ``conflicting``."""
    proximity: str | None
    """``own_organ``, ``neighbor`` or None."""
    assertions: tuple[Assertion, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sources, each once, in order."""
        return tuple(sorted({assertion.source for assertion in self.assertions}))

    @property
    def figures(self) -> tuple[str, ...]:
        """Every number that there is, each with whom it counts and who says so; never pooled."""
        return tuple(filter(None, map(figure, self.assertions)))


class Spreads(Records[Spread]):
    """A table of pairs, with the primaries and the sites in it."""

    def __init__(self, spreads: Sequence[Spread]) -> None:
        super().__init__(
            (
                "primary",
                "primary_label",
                "site",
                "site_label",
                "edge",
                "status",
                "proximity",
                "figures",
                "sources",
            ),
            spreads,
            _cells,
        )

    @property
    def primaries(self) -> list[str]:
        """The keys of the primaries, each once, in the order of the rows."""
        return list(dict.fromkeys(spread.primary for spread in self))

    @property
    def sites(self) -> list[str]:
        """The keys of the sites, each once, in the order of the rows."""
        return list(dict.fromkeys(spread.site for spread in self))


@dataclass(frozen=True, slots=True)
class SharedSite:
    """One site and the primaries that reach it."""

    site: str
    site_label: str
    primaries: tuple[str, ...]
    spreads: tuple[Spread, ...]
    """The pairs behind it; with roll-up also those that name a part of the site."""


def has_edge(spread: Spread, edge: str) -> bool:
    """Return whether a pair has the edge that is asked for; ``any`` asks for any.

    Raises
    ------
    ValueError
        There is no such class of edge.
    """
    if edge != "any" and edge not in EDGES:
        raise ValueError(f"edge={edge!r}: one of 'any', {', '.join(map(repr, EDGES))}")
    return spread.edge is not None if edge == "any" else spread.edge == edge


def reached_by(spreads: Iterable[Spread]) -> dict[str, set[str]]:
    """Return for each primary the sites that it reaches."""
    reached: dict[str, set[str]] = defaultdict(set)
    for spread in spreads:
        reached[spread.primary].add(spread.site)
    return reached


def shared_sites(
    spreads: Iterable[Spread],
    least: int,
    catalog: Catalog,
    wholes: Callable[[str], frozenset[str]],
) -> Records[SharedSite]:
    """Return the sites that at least so many primaries reach, by label.

    ``wholes`` says which sites a site counts as: itself, or also what it is part of. Only sites
    that some source names for one of the primaries are rows.
    """
    spreads = list(spreads)
    named = {spread.site for spread in spreads}
    behind: dict[str, list[Spread]] = defaultdict(list)
    for spread in spreads:
        for site in wholes(spread.site) & named:
            behind[site].append(spread)
    shared = [
        SharedSite(site, catalog.sites[site].label, primaries, tuple(found))
        for site, found in behind.items()
        if len(primaries := tuple(sorted({spread.primary for spread in found}))) >= least
    ]
    return Records(
        ("site", "site_label", "primaries", "figures", "sources"),
        sorted(shared, key=lambda one: one.site_label),
        _shared_cells,
    )


def evidence_on(
    store: ox.Store,
    catalog: Catalog,
    *,
    primaries: Collection[str] | None = None,
    sites: Collection[str] | None = None,
    relation: str = "metastasis",
    places_only: bool = True,
) -> list[Spread]:
    """Return every pair with evidence, for some or all primaries and sites, by label.

    Sites that name no place (``unspecified``, ``any organ``) are left out if ``places_only``.
    """
    found: dict[tuple[str, str], list[Assertion]] = defaultdict(list)
    for assertion in _assertions(store, primaries, sites):
        if assertion.relation == relation and (
            not places_only or catalog.sites[assertion.site].is_anatomical
        ):
            found[assertion.primary, assertion.site].append(assertion)
    edges = _edges(store, relation)
    spreads = [
        _spread(catalog, pair, edges.get(pair), assertions) for pair, assertions in found.items()
    ]
    return sorted(spreads, key=lambda spread: (spread.primary_label, spread.site_label))


def edge_from(assertions: Iterable[Assertion]) -> str | None:
    """Return the edge that follows from all the evidence on one pair and relation.

    The same as the rules in ``ontology/rules/``, apart from sites that name no place.

    >>> edge_from([])
    """
    assertions = list(assertions)
    positive = [one for one in assertions if one.finding == "present"]
    if not positive or any(one.frequency == "absent" for one in assertions):
        return None
    if any(common_reason(one) for one in positive):
        return "commonly"
    return "rarely" if all(one.frequency in _RARE_WORDS for one in positive) else "possibly"


def common_reason(assertion: Assertion) -> str | None:
    """Return why an assertion makes its pair common, or None where it does not."""
    if assertion.frequency in _COMMON_WORDS:
        return f"is recorded as {str(assertion.frequency).replace('_', ' ')}{_narrowed(assertion)}"
    count, total = assertion.count, assertion.total
    if (
        count is None
        or total is None
        or total < LEAST_PATIENTS
        or assertion.denominator not in _COMMON_DENOMINATORS
    ):
        return None
    low = round(100 * wilson_interval(count, total)[0], 4)
    if low < LEAST_PERCENT or assertion.finding == "absent":
        return None
    return f"counts {count} of {total}, at least {low:.1f} %{_narrowed(assertion)}"


def _narrowed(assertion: Assertion) -> str:
    return f" (only {assertion.population})" if assertion.population else ""


def status_from(assertions: Iterable[Assertion]) -> str:
    """Return what a pair's evidence comes to: reported, reported absent, or conflicting."""
    assertions = list(assertions)
    if all(one.finding == "absent" for one in assertions):
        return "reported absent"
    denied = any(one.frequency == "absent" for one in assertions)
    return "conflicting" if denied else "reported"


def figure(assertion: Assertion) -> str | None:
    """Return an assertion's number with its denominator, setting, interval and source.

    >>> from metastasis.assertion import Assertion
    >>> figure(Assertion(primary="bladder", site="bone", source="shinagare-2011",
    ...                  locator="abstract", count=71, total=150,
    ...                  denominator="metastatic_patients"))
    '71/150 metastatic patients, 47.3 % (39.5 to 55.3), shinagare-2011'
    """
    if assertion.percent is None:
        return None
    whom = _WHOM.get(assertion.denominator or "", "denominator not stated")
    if assertion.setting != "unspecified" and "diagnosis" not in whom:
        whom += f", {assertion.setting.replace('_', ' ')}"
    if assertion.population:
        whom += f" ({assertion.population})"
    if assertion.occurrence != "any":
        whom += f", {assertion.occurrence.replace('_', ' ')}"
    if assertion.count is not None and assertion.total:
        low, high = wilson_interval(assertion.count, assertion.total)
        share = f"{100 * assertion.count / assertion.total:.1f} %"
        interval = f"({100 * low:.1f} to {100 * high:.1f})"
        return f"{assertion.count}/{assertion.total} {whom}, {share} {interval}, {assertion.source}"
    of = f"{assertion.total} {whom}" if assertion.total else whom
    return f"{assertion.percent:f} % of {of}, no count, {assertion.source}"


def _assertions(
    store: ox.Store, primaries: Collection[str] | None, sites: Collection[str] | None
) -> Iterator[Assertion]:
    """Yield assertions in order of their keys, found from whichever end is named."""
    if primaries is not None:
        named = [(node("met:primary"), node(f"primary:{key}")) for key in primaries]
    elif sites is not None:
        named = [(node("met:site"), node(f"site:{key}")) for key in sites]
    else:
        named = [(node("rdf:type"), node("met:SpreadAssertion"))]
    subjects = {
        value_of(quad.subject)
        for predicate, value in named
        for quad in store.quads_for_pattern(None, predicate, value, None)
    }
    for subject in sorted(subjects):
        assertion = read_assertion(store, ox.NamedNode(subject))
        if sites is None or assertion.site in sites:
            yield assertion


def _edges(store: ox.Store, relation: str) -> dict[tuple[str, str], str]:
    properties = EDGES if relation == "metastasis" else {"possibly": "met:extendsInto"}
    edges: dict[tuple[str, str], str] = {}
    for name, predicate in properties.items():
        for quad in store.quads_for_pattern(None, node(predicate), None, None):
            pair = local_name(value_of(quad.subject)), local_name(value_of(quad.object))
            edges.setdefault(pair, name)
    return edges


def _spread(
    catalog: Catalog, pair: tuple[str, str], edge: str | None, assertions: list[Assertion]
) -> Spread:
    primary, site = pair
    return Spread(
        primary=primary,
        primary_label=catalog.primaries[primary].label,
        site=site,
        site_label=catalog.sites[site].label,
        edge=edge,
        status=status_from(assertions),
        proximity=catalog.proximity(primary, site),
        assertions=tuple(sorted(assertions, key=_reading_order)),
    )


def _reading_order(assertion: Assertion) -> tuple[str, ...]:
    """Like beside like: by denominator, setting and occurrence, those with numbers first."""
    names = ("denominator", "setting", "occurrence", "population", "source", "locator")
    return (
        "0" if assertion.percent is not None else "1",
        *(str(getattr(assertion, name) or "") for name in names),
    )


def _shared_cells(shared: SharedSite) -> tuple[Value, ...]:
    return (
        shared.site,
        shared.site_label,
        "; ".join(shared.primaries),
        "; ".join(
            f"{spread.primary_label} to {spread.site_label}: {one}"
            for spread in shared.spreads
            for one in spread.figures
        ),
        "; ".join(sorted({source for spread in shared.spreads for source in spread.sources})),
    )


def _cells(spread: Spread) -> tuple[Value, ...]:
    return (
        spread.primary,
        spread.primary_label,
        spread.site,
        spread.site_label,
        spread.edge,
        spread.status,
        spread.proximity,
        "; ".join(spread.figures),
        "; ".join(spread.sources),
    )
