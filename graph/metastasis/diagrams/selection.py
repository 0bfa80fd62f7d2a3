"""Which pairs a diagram shows: names resolved, sources chosen, edges worked out where need be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from metastasis.pairs import edge_from, evidence_on, status_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metastasis.graph import KnowledgeGraph
    from metastasis.pairs import Spread

__all__ = ["Names", "Selection", "capitalize", "label_of", "select"]

Names: TypeAlias = "str | Iterable[str] | None"
"""One name, several, or None for all."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The pairs asked for, and the names as they were understood (None: all)."""

    spreads: tuple[Spread, ...]
    primaries: tuple[str, ...] | None
    sites: tuple[str, ...] | None
    sources: tuple[str, ...] | None


def select(kg: KnowledgeGraph, primaries: Names, sites: Names, sources: Names) -> Selection:
    """Return every pair with evidence among these primaries, sites and sources (None: all).

    Groupings ("cancer" in general) are left out unless named. If sources are named, an edge is what
    follows from them alone.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    """
    catalog = kg.catalog
    rows = _resolve(primaries, lambda name: catalog.primary(name).key)
    columns = _resolve(sites, lambda name: catalog.site(name).key)
    said = _resolve(sources, lambda name: catalog.source(name).key)
    found = evidence_on(kg.store, catalog, primaries=rows, sites=columns)
    if rows is None:
        found = [spread for spread in found if catalog.primaries[spread.primary].kind != "grouping"]
    if said is not None:
        found = list(_said_by(found, frozenset(said)))
    return Selection(tuple(found), rows, columns, said)


def capitalize(label: str) -> str:
    """Return a catalog label with its first letter as a capital.

    >>> capitalize("non-small cell lung cancer")
    'Non-small cell lung cancer'
    """
    return label[:1].upper() + label[1:]


def label_of(spread: Spread) -> str:
    """Return a pair in words: ``breast cancer to bone``."""
    return f"{spread.primary_label} to {spread.site_label}"


def _resolve(names: Names, key: Callable[[str], str]) -> tuple[str, ...] | None:
    if names is None:
        return None
    names = [names] if isinstance(names, str) else names
    return tuple(dict.fromkeys(key(name) for name in names))


def _said_by(spreads: Iterable[Spread], sources: frozenset[str]) -> Iterator[Spread]:
    for spread in spreads:
        kept = tuple(one for one in spread.assertions if one.source in sources)
        if kept:
            yield replace(spread, assertions=kept, edge=edge_from(kept), status=status_from(kept))
