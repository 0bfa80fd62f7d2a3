"""Which pairs a picture shows: names resolved, sources chosen, edges worked out where need be."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from metastasis._clean import shown
from metastasis._evidence.edge import verdict_on

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from metastasis._catalog import Catalog, Source
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.pair import Pair

__all__ = ["Names", "Selection", "select"]

Names: TypeAlias = "str | Iterable[str] | None"
"""One name, several, or None for all."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The pairs asked for, and the names as they were understood (None: all)."""

    evidence: Evidence
    pairs: tuple[Pair, ...]
    primaries: tuple[str, ...] | None
    sites: tuple[str, ...] | None
    sources: tuple[str, ...] | None
    named_primaries: Mapping[str, str] = field(default_factory=dict)
    """Key and label of each primary asked for by name."""
    named_sites: Mapping[str, str] = field(default_factory=dict)
    """The same of the sites, without those that name no place."""
    placeless: tuple[str, ...] = ()
    """Labels of sites asked for that name no place, and so are in no picture."""
    grouped: frozenset[str] = frozenset()
    """Keys of the sites that only groupings reach, which were not named."""
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Labels of names that are studied, but not in this selection, by what hides them."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Words of the caller's own for primaries and sites, by key."""
    least: float | None = None
    """Shares under so many percent are left out."""
    top: int | None = None
    """Only so many, those with the highest shares."""
    order: str | None = None
    """The order that was asked for, by name."""
    highlight: frozenset[str] | None = None
    """Keys of the primaries and sites to bring out; None: all alike."""
    letters: dict[tuple[str, ...], str] | None = None
    """Letters of what limits numbers that the pictures of a figure share; None: its own."""

    @property
    def catalog(self) -> Catalog:
        """The names that the evidence is about."""
        return self.evidence.catalog

    @property
    def unstudied(self) -> str:
        """What a pair without evidence is, in words."""
        return "not studied" if self.sources is None else "not studied by the chosen sources"

    def is_lit(self, primary: str, site: str) -> bool:
        """Return whether a pair stands out: all do where nothing is brought out."""
        return self.highlight is None or bool(self.highlight & {primary, site})

    def label(self, key: str, plain: str) -> str:
        """Return what a primary or a site is called here: in the caller's words, if there are."""
        return self.labels.get(key, plain)

    def missing(self, drawn: Iterable[Pair]) -> list[str]:
        """Return what became of the names asked for that are not drawn, a sentence each."""
        drawn = list(drawn)
        grouped = [label for key, label in self.named_sites.items() if key in self.grouped]
        hidden = {
            said: [one for one in labels if one not in grouped]
            for said, labels in self.hidden.items()
        }
        told = {*grouped, *(label for labels in hidden.values() for label in labels)}
        unstudied = [label for label in self._without(self.pairs) if label not in told]
        without = [label for label in self._without(drawn) if label not in (*unstudied, *told)]
        listed = {
            "Not studied here": unstudied,
            **hidden,
            "Reported only of groupings of cancers, which are drawn where they are named": grouped,
            "Asked for but without anything to draw": without,
            "Left out, because it names no place": list(self.placeless),
        }
        return [f"{said}: {', '.join(labels)}." for said, labels in listed.items() if labels]

    def _without(self, pairs: Collection[Pair]) -> list[str]:
        """Return the labels of the names asked for that none of the pairs has."""
        primaries = {pair.primary for pair in pairs}
        sites = {pair.site for pair in pairs}
        return [
            *(label for key, label in self.named_primaries.items() if key not in primaries),
            *(label for key, label in self.named_sites.items() if key not in sites),
        ]


def select(
    evidence: Evidence,
    primaries: Names,
    sites: Names,
    sources: Names,
    *,
    labels: Mapping[str, str] | None = None,
    least: float | None = None,
    top: int | None = None,
    highlight: Names = None,
    order: str | None = None,
) -> Selection:
    """Return every pair with evidence among these primaries, sites and sources (None: all).

    Groupings ("cancer" in general) are left out unless named. If sources are named, an edge is what
    follows from them alone. What is left out by ``least`` and ``top`` is for each kind of picture
    to say, and so are they only handed on.

    >>> import metastasis as mets
    >>> chosen = select(mets.load().evidence, "breast", ["bone", "testis"], None)
    >>> [pair.site for pair in chosen.pairs], chosen.missing(chosen.pairs)
    (['bone'], ['Studied, but with none of the chosen cancers: testis.'])

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        A least share that is no percentage, a top that is no number from 1 on, or a label without
        a word.
    """
    _check_amounts(least, top)
    catalog = evidence.catalog
    words = (labels or {}).items()
    own = {key: _worded(name, text) for name, text in words for key in _keys(catalog, name)}
    rows = _resolve(primaries, lambda name: catalog.primary(name).key)
    columns = _resolve(sites, lambda name: catalog.site(name).key)
    said = _resolve(sources, lambda name: catalog.source(name).key)
    asked = [_relabeled(pair, own) for pair in evidence.pairs(primaries=rows, sites=columns)]
    everything = asked if said is None else list(_said_by(asked, frozenset(said), catalog.sources))
    found = [
        pair
        for pair in everything
        if rows is not None or catalog.primaries[pair.primary].kind != "grouping"
    ]
    places = [key for key in columns or () if catalog.sites[key].is_anatomical]
    chosen = Selection(
        evidence=evidence,
        pairs=tuple(found),
        primaries=rows,
        sites=columns,
        sources=said,
        named_primaries={key: own.get(key, catalog.primaries[key].label) for key in rows or ()},
        named_sites={key: own.get(key, catalog.sites[key].label) for key in places},
        placeless=tuple(catalog.sites[key].label for key in columns or () if key not in places),
        grouped=frozenset(one.site for one in everything) - {one.site for one in found},
        labels=own,
        least=least,
        top=top,
        order=order,
        highlight=_highlighted(catalog, highlight),
    )
    return replace(chosen, hidden=_hidden(chosen, asked))


def _check_amounts(least: float | None, top: int | None) -> None:
    if least is not None and not 0 <= least <= 100:
        raise ValueError(f"least is a percentage from 0 to 100, not {least:g}")
    if top is not None and (top < 1 or top != int(top)):
        raise ValueError(f"top is a whole number from 1 on, not {top:g}")


def _worded(name: str, text: str) -> str:
    """Return a label of the caller's own as it is written; one that none can see is refused."""
    if not any(one.isprintable() and not one.isspace() for one in text):
        raise ValueError(f"the label of {name!r} has no words: give some, or leave it out")
    return shown(text)


def _relabeled(pair: Pair, own: Mapping[str, str]) -> Pair:
    if not own.keys() & {pair.primary, pair.site}:
        return pair
    return replace(
        pair,
        primary_label=own.get(pair.primary, pair.primary_label),
        site_label=own.get(pair.site, pair.site_label),
    )


def _highlighted(catalog: Catalog, names: Names) -> frozenset[str] | None:
    if names is None:
        return None
    names = [names] if isinstance(names, str) else names
    return frozenset(key for name in names for key in _keys(catalog, name))


def _keys(catalog: Catalog, name: str) -> Iterator[str]:
    """Yield the primary and the site of a name, which may be either or both.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        It is neither: as a primary, for the nearest names.
    """
    found = []
    for ask in (catalog.primary, catalog.site):
        with suppress(LookupError):
            found.append(ask(name).key)
    yield from found or [catalog.primary(name).key]


def _resolve(names: Names, key: Callable[[str], str]) -> tuple[str, ...] | None:
    if names is None:
        return None
    names = [names] if isinstance(names, str) else names
    return tuple(dict.fromkeys(key(name) for name in names))


def _said_by(
    pairs: Iterable[Pair], chosen: frozenset[str], sources: Mapping[str, Source]
) -> Iterator[Pair]:
    for pair in pairs:
        kept = tuple(one for one in pair.assertions if one.source in chosen)
        if kept:
            verdict = verdict_on(kept, sources, pair.proximity)
            yield replace(pair, assertions=kept, edge=verdict.edge, basis=verdict.basis)


def _hidden(chosen: Selection, asked: Collection[Pair]) -> dict[str, tuple[str, ...]]:
    """Return the names without a pair in a selection that there is evidence on.

    ``asked`` are the pairs of the primaries and sites chosen, whatever their sources.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for kind, named, others in (
        ("primary", chosen.named_primaries, "sites"),
        ("site", chosen.named_sites, "cancers"),
    ):
        missing = named.keys() - {getattr(one, kind) for one in chosen.pairs}
        here = {getattr(one, kind) for one in asked}
        beyond = _spoken_of(chosen.evidence, kind, missing - here)
        for key in (key for key in named if key in missing):
            if key in here:
                found["None of the chosen sources speaks here of"].append(named[key])
            elif key in beyond:
                found[f"Studied, but with none of the chosen {others}"].append(named[key])
    return {said: tuple(labels) for said, labels in found.items()}


def _spoken_of(evidence: Evidence, kind: str, keys: Collection[str]) -> set[str]:
    """Return those of some primaries or sites that any source speaks of."""
    if not keys:
        return set()
    primaries, sites = (keys, None) if kind == "primary" else (None, keys)
    return {getattr(one, kind) for one in evidence.pairs(primaries=primaries, sites=sites)}
