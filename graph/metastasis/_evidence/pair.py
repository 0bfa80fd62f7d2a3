"""What all the evidence on one primary and one site amounts to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis._errors import GraphError, UnknownNameError
from metastasis._evidence.conflict import conflicts_among, status_from
from metastasis._evidence.edge import EDGES
from metastasis._evidence.figures import assertion_table, figure
from metastasis._table import Link, Records
from metastasis._vocabulary import LISTS, expand
from metastasis.rdf._read import read_assertion
from metastasis.rdf._terms import local_name, node, value_of

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    import pyoxigraph as ox

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.conflict import Conflict
    from metastasis._table import Value

__all__ = [
    "SharedSite",
    "Spread",
    "Spreads",
    "all_evidence_on",
    "check_choice",
    "evidence_on",
    "has_edge",
    "reached_by",
    "shared_sites",
]


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
    """``reported``, ``reported absent`` or ``conflicting``, which says nothing of the edge."""
    proximity: str | None
    """``own_organ``, ``neighbor`` or None."""
    assertions: tuple[Assertion, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sources, each once, in order."""
        return tuple(sorted({assertion.source for assertion in self.assertions}))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The contradictions in the evidence, each with its reason."""
        return tuple(conflicts_among(self.assertions))

    @property
    def words(self) -> tuple[str, ...]:
        """What the sources say in words, each with those who say it, the most frequent first."""
        said: dict[str, set[str]] = defaultdict(set)
        for one in self.assertions:
            if one.frequency is not None:
                said[one.frequency].add(one.source)
        return tuple(
            f"{word.replace('_', ' ')}: {', '.join(sorted(said[word]))}"
            for word in LISTS["frequency"]
            if word in said
        )

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
                "words",
                "figures",
                "sources",
            ),
            spreads,
            _cells,
        )

    def html_rows(self) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
        """Return what a notebook shows: labels that are links, and the evidence."""
        columns = ("primary", "site", "edge", "status", "words", "figures", "sources")
        return columns, [
            (
                Link(expand(f"primary:{one.primary}"), one.primary_label),
                Link(expand(f"site:{one.site}"), one.site_label),
                one.edge,
                one.status,
                "; ".join(one.words),
                "; ".join(one.figures),
                "; ".join(one.sources),
            )
            for one in self
        ]

    def assertions(self) -> Records[Assertion]:
        """Return every assertion behind the pairs as a table of its own, one row each."""
        return assertion_table([one for spread in self for one in spread.assertions])

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


def check_choice(name: str, value: str, choices: Collection[str]) -> None:
    """Do nothing where a value is one of the choices.

    >>> check_choice("how", "both", ("any", "all"))
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown how 'both'. Did you mean 'any' or 'all'?

    Raises
    ------
    UnknownNameError
        It is none of them.
    """
    if value not in choices:
        raise UnknownNameError(name, value, tuple(choices))


def has_edge(spread: Spread, edge: str) -> bool:
    """Return whether a pair has the edge that is asked for; ``any`` asks for any."""
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
        sorted(shared, key=lambda one: one.site_label.casefold()),
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
    check_choice("relation", relation, LISTS["relation"])
    found = _gathered(store, catalog, primaries, sites, places_only=places_only)
    return _spreads(store, catalog, relation, found)


def all_evidence_on(
    store: ox.Store,
    catalog: Catalog,
    *,
    primaries: Collection[str] | None = None,
    sites: Collection[str] | None = None,
) -> list[Spread]:
    """Return every pair with evidence of either relation, metastasis first.

    Otherwise as :func:`evidence_on`; sites that name no place are included.
    """
    found = _gathered(store, catalog, primaries, sites, places_only=False)
    return [
        spread
        for relation in LISTS["relation"]
        for spread in _spreads(store, catalog, relation, found)
    ]


def _gathered(
    store: ox.Store,
    catalog: Catalog,
    primaries: Collection[str] | None,
    sites: Collection[str] | None,
    *,
    places_only: bool,
) -> dict[tuple[str, str, str], list[Assertion]]:
    """Return the assertions of each relation, primary and site."""
    found: dict[tuple[str, str, str], list[Assertion]] = defaultdict(list)
    for assertion in _assertions(store, primaries, sites):
        for kind, key, known in (
            ("primary", assertion.primary, catalog.primaries),
            ("site", assertion.site, catalog.sites),
        ):
            if key not in known:
                raise GraphError(f"assertion:{assertion.key} names a {kind} not described: {key}")
        if not places_only or catalog.sites[assertion.site].is_anatomical:
            found[assertion.relation, assertion.primary, assertion.site].append(assertion)
    return found


def _spreads(
    store: ox.Store,
    catalog: Catalog,
    relation: str,
    found: Mapping[tuple[str, str, str], list[Assertion]],
) -> list[Spread]:
    """Return the pairs of one relation, by label."""
    edges = _edges(store, relation)
    spreads = [
        _spread(catalog, (primary, site), edges.get((primary, site)), assertions)
        for (kind, primary, site), assertions in found.items()
        if kind == relation
    ]
    return sorted(
        spreads, key=lambda one: (one.primary_label.casefold(), one.site_label.casefold())
    )


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
        quad.subject
        for predicate, value in named
        for quad in store.quads_for_pattern(None, predicate, value, None)
    }
    for subject in sorted(subjects, key=str):
        assertion = read_assertion(store, subject)
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
        "; ".join(spread.words),
        "; ".join(spread.figures),
        "; ".join(spread.sources),
    )
