"""The evidence in memory: catalog, assertions and edges. Every analysis and every picture takes it.

It is frozen: other evidence is another object, so that what was worked out of it once stays true.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import InitVar, dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._catalog import Catalog
from metastasis._catalog.files import record_faults
from metastasis._errors import GraphError, TableError, check_choice
from metastasis._evidence.check import check_assertions
from metastasis._evidence.edge import (
    NO_VERDICT,
    Verdict,
    extension_from,
    is_checked,
    speaks_of,
    verdict_on,
)
from metastasis._evidence.pair import Pair
from metastasis._evidence.roll_up import rolled_up_from, verdict_on_parts
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from metastasis._catalog import Names, Site
    from metastasis._evidence.assertion import Assertion

__all__ = ["Evidence"]

Made = TypeVar("Made")
PairName = tuple[str, str, str]
"""Relation, key of the primary, key of the site."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is said of where cancers spread, and what follows from it pair by pair.

    ``assertions`` are kept in order of their keys. ``given_edges`` are the edges of a graph that
    was read from a file or an endpoint; None derives them by the rules of
    :mod:`metastasis._evidence.edge`.

    >>> import metastasis as mets
    >>> evidence = mets.load().evidence
    >>> evidence.pair("prostate", "bone").edge
    'commonly'
    """

    catalog: Catalog
    assertions: Sequence[Assertion]
    given_edges: Mapping[PairName, str] | None = field(default=None, repr=False)
    is_sorted: InitVar[bool] = False
    """Whether the assertions are known to be in order of their keys: hashes, costly to make."""
    _memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self, is_sorted: bool) -> None:
        given = self.assertions if is_sorted else sorted(self.assertions, key=lambda one: one.key)
        # A tuple: a list would still be open to change, and all that is remembered would be wrong.
        object.__setattr__(self, "assertions", tuple(given))
        if self.given_edges is not None:
            edges = MappingProxyType(dict(self.given_edges))
            object.__setattr__(self, "given_edges", edges)

    def __reduce__(self) -> tuple[Any, ...]:
        # What was worked out is left behind: it is found again, and much of it has no pickle.
        edges = None if self.given_edges is None else dict(self.given_edges)
        return type(self), (self.catalog, self.assertions, edges, True)

    @classmethod
    def from_assertions(cls, assertions: Iterable[Assertion], catalog: Catalog) -> Evidence:
        """Return checked evidence.

        Raises
        ------
        TableError
            With every fault of the records of the catalog, or else of every assertion: unknown
            keys, impossible numbers, doubles.
        """
        assertions = list(assertions)
        if faults := record_faults(catalog):
            raise TableError(faults)
        check_assertions(
            assertions, primaries=catalog.primaries, sites=catalog.sites, sources=catalog.sources
        )
        return cls(catalog, assertions)

    def of_sources(self, keys: Iterable[str]) -> Evidence:
        """Return what these sources say; the catalog stays, but for the other sources.

        >>> import metastasis as mets
        >>> len(mets.load().evidence.of_sources([]).assertions)
        0
        """
        kept = frozenset(keys)
        catalog = Catalog(
            primaries=self.catalog.primaries.values(),
            sites=self.catalog.sites.values(),
            sources=[one for key, one in self.catalog.sources.items() if key in kept],
            diseases=self.catalog.diseases,
        )
        said = [one for one in self.assertions if one.source in kept]
        return Evidence(catalog, said, is_sorted=True)

    def __repr__(self) -> str:
        catalog = self.catalog
        return (
            f"<Evidence: {len(self.assertions)} assertions on {len(catalog.primaries)} primaries "
            f"and {len(catalog.sites)} sites from {len(catalog.sources)} sources>"
        )

    def pairs(
        self,
        *,
        primaries: Collection[str] | str | None = None,
        sites: Collection[str] | str | None = None,
        relation: str = "metastasis",
        places_only: bool = True,
        roll_up: bool = False,
    ) -> list[Pair]:
        """Return every pair with evidence, for some or all primaries and sites, by label.

        ``primaries`` and ``sites`` are keys, one or several. Sites that name no place
        (``unspecified``, ``any organ``) are left out if ``places_only``. With ``roll_up`` also the
        pairs that no source speaks of, and that follow from those of their parts.

        >>> import metastasis as mets
        >>> [pair.site for pair in mets.load().evidence.pairs(primaries={"prostate"})][:2]
        ['adrenal_gland', 'bone']

        Raises
        ------
        UnknownNameError
            There is no such relation.
        """
        check_choice("relation", relation, LISTS["relation"])
        # Text is a collection of texts as well: of single letters, and of every part of it.
        primaries = (primaries,) if isinstance(primaries, str) else primaries
        sites = (sites,) if isinstance(sites, str) else sites
        if primaries is not None:
            keys = dict.fromkeys(primaries)
            found = [pair for key in keys for pair in self._of_primary[relation].get(key, ())]
            found.sort(key=_by_label)
        else:
            found = list(self._ordered[relation])
        if roll_up and relation == "metastasis":
            wholes = self.rolled_up.values()
            found = [pair for pair in found if (pair.primary, pair.site) not in self.rolled_up]
            found += [pair for pair in wholes if primaries is None or pair.primary in primaries]
            found.sort(key=_by_label)
        return [
            pair
            for pair in found
            if (sites is None or pair.site in sites)
            and not (places_only and not self.catalog.sites[pair.site].is_anatomical)
        ]

    def places(self, sites: Names = None) -> list[Site]:
        """Return the sites named that are places; of all, those that can be studied as sites.

        An organ system is what sites are counted under: unless a source counts in it, nobody
        looked for metastases in it.

        >>> import metastasis as mets
        >>> keys = [site.key for site in mets.load().evidence.places()]
        >>> "nervous_system" in keys, "skeletal_system" in keys
        (True, False)
        """
        keys = self.catalog.site_keys(sites)
        if keys is None:
            counted = {pair.site for relation in self._ordered.values() for pair in relation}
            every = self.catalog.sites.values()
            keys = [one.key for one in every if one.kind != "system" or one.key in counted]
        asked = set(keys)
        return [
            one for one in self.catalog.sites.values() if one.is_anatomical and one.key in asked
        ]

    def pair(self, primary: str, site: str, relation: str = "metastasis") -> Pair | None:
        """Return a pair by the keys of primary and site, or None where no source speaks of it."""
        return self._by_name.get((relation, primary, site))

    @cached_property
    def rolled_up(self) -> Mapping[tuple[str, str], Pair]:
        """The pairs by metastasis that no source speaks of, and that follow from their parts.

        By the keys of primary and site; see :mod:`metastasis._evidence.roll_up`.

        >>> import metastasis as mets
        >>> evidence = mets.load().evidence
        >>> all(pair.parts and not pair.assertions for pair in evidence.rolled_up.values())
        True
        """
        pairs, sources = self.pairs(), self.catalog.sources
        spoken_of = (
            (pair.primary, pair.site)
            for pair in pairs
            if pair.edge or any(speaks_of(one, pair.proximity, sources) for one in pair.assertions)
        )
        found = rolled_up_from(pairs, self.catalog, spoken_of)
        return MappingProxyType({name: self._whole(*name, parts) for name, parts in found.items()})

    def verdict(self, name: PairName) -> Verdict:
        """Return the edge of a pair with evidence, and what it rests on."""
        edge = self.edges.get(name)
        if edge is None:
            return NO_VERDICT
        # A graph from elsewhere keeps its edges. What they rest on is read off the evidence, where
        # that makes the same edge by the rules here.
        by_rule = self._verdicts.get(name, NO_VERDICT)
        return by_rule if by_rule.edge == edge else Verdict(edge, None)

    def made(self, make: Callable[..., Made], *given: Any) -> Made:
        """Return what a function makes of this evidence, worked out the first time it is asked for.

        ``given`` are further arguments of the function, by position; each set of them is
        remembered by itself. What it returns is shared and must not be changed.

        >>> import metastasis as mets
        >>> evidence = mets.load().evidence
        >>> evidence.made(repr) is evidence.made(repr)
        True
        """
        asked = make, *given
        if asked not in self._memory:
            self._memory[asked] = make(self, *given)
        return self._memory[asked]  # type: ignore[no-any-return]

    @cached_property
    def edges(self) -> Mapping[PairName, str]:
        """The class of each edge that sources speak of, by relation, primary and site.

        An extension is ``possibly``. Edges that roll up from parts are in :attr:`rolled_up`.
        """
        if self.given_edges is not None:
            return self.given_edges
        found = ((name, verdict.edge) for name, verdict in self._verdicts.items())
        return MappingProxyType({name: edge for name, edge in found if edge is not None})

    @cached_property
    def _verdicts(self) -> Mapping[PairName, Verdict]:
        return {name: self._verdict_on(name, said) for name, said in self._said.items()}

    @cached_property
    def _said(self) -> Mapping[PairName, list[Assertion]]:
        found: dict[PairName, list[Assertion]] = defaultdict(list)
        for one in self.assertions:
            found[one.relation, one.primary, one.site].append(one)
        return found

    @cached_property
    def _by_name(self) -> Mapping[PairName, Pair]:
        return {name: self._made_pair(name, said) for name, said in self._said.items()}

    @cached_property
    def _ordered(self) -> Mapping[str, list[Pair]]:
        """The pairs of each relation, by label."""
        found: dict[str, list[Pair]] = {relation: [] for relation in LISTS["relation"]}
        for (relation, _, _), pair in self._by_name.items():
            found[relation].append(pair)
        return {relation: sorted(pairs, key=_by_label) for relation, pairs in found.items()}

    @cached_property
    def _of_primary(self) -> Mapping[str, Mapping[str, list[Pair]]]:
        found: dict[str, dict[str, list[Pair]]] = {}
        for relation, pairs in self._ordered.items():
            found[relation] = defaultdict(list)
            for pair in pairs:
                found[relation][pair.primary].append(pair)
        return found

    def _made_pair(self, name: PairName, assertions: list[Assertion]) -> Pair:
        _, primary, site = name
        for kind, key, known in (
            ("primary", primary, self.catalog.primaries),
            ("site", site, self.catalog.sites),
        ):
            if key not in known:
                named = f"assertion:{assertions[0].key} names a {kind}"
                raise GraphError(f"{named} that is not described: {key}")
        said = tuple(sorted(assertions, key=_reading_order))
        return self._pair(primary, site, self.verdict(name), assertions=said)

    def _whole(self, primary: str, site: str, parts: tuple[Pair, ...]) -> Pair:
        verdict = verdict_on_parts(primary, site, parts, self.catalog)
        return self._pair(primary, site, verdict, parts=parts)

    def _pair(
        self,
        primary: str,
        site: str,
        verdict: Verdict,
        assertions: tuple[Assertion, ...] = (),
        parts: tuple[Pair, ...] = (),
    ) -> Pair:
        return Pair(
            primary=primary,
            primary_label=self.catalog.primaries[primary].label,
            site=site,
            site_label=self.catalog.sites[site].label,
            edge=verdict.edge,
            proximity=self.catalog.proximity(primary, site),
            assertions=assertions,
            basis=verdict.basis,
            parts=parts,
        )

    def _verdict_on(self, name: PairName, assertions: list[Assertion]) -> Verdict:
        relation, primary, site = name
        if site not in self.catalog.sites or not self.catalog.sites[site].is_anatomical:
            return NO_VERDICT
        proximity = self.catalog.proximity(primary, site)
        verdict = verdict_on(assertions, self.catalog.sources, proximity)
        if relation == "metastasis":
            return verdict
        at_home = site in self._holding(primary)
        checked = [one for one in assertions if is_checked(one, self.catalog.sources)]
        return Verdict(extension_from(checked, stays_at_home=at_home), verdict.basis)

    def _holding(self, primary: str) -> frozenset[str]:
        """Return the sites that a primary arises in, and all that these are part of."""
        record = self.catalog.primaries.get(primary)
        organs = record.arises_in if record is not None else ()
        return frozenset().union(*map(self.catalog.wholes, organs))


def _by_label(pair: Pair) -> tuple[str, str]:
    return pair.primary_label.casefold(), pair.site_label.casefold()


_READ_FIRST: Final = (
    "metastatic_patients",
    "distant_stage_at_diagnosis",
    "autopsies",
    "all_patients",
    "site_cases",
    "records",
)
"""Numbers that can make a pair common come first: a table shows few of many."""


def _reading_order(assertion: Assertion) -> tuple[str, ...]:
    """Like beside like: by denominator, setting and occurrence, those with numbers first."""
    names = ("setting", "occurrence", "population", "source", "locator")
    who = assertion.denominator
    return (
        "0" if assertion.percent is not None else "1",
        str(_READ_FIRST.index(who)) if who in _READ_FIRST else "",
        *(str(getattr(assertion, name) or "") for name in names),
    )
