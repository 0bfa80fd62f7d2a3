"""Assertions to a store that holds the whole graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pyoxigraph as ox

from metastasis._catalog import read_catalog
from metastasis._evidence.assertion import Assertion, check_assertions
from metastasis._evidence.conflict import Conflict, conflicts_among
from metastasis.rdf._rules import apply_rules
from metastasis.rdf._write import (
    assertion_quads,
    catalog_quads,
    conflict_quads,
    dataset_quads,
    vocabulary_quads,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from metastasis._catalog import Catalog

__all__ = ["build_store"]


def build_store(
    assertions: Iterable[Assertion],
    catalog: Catalog | None = None,
    *,
    progress: Callable[[str, int], None] | None = None,
) -> ox.Store:
    """Return a store with vocabulary, catalog, assertions and everything the rules derive.

    Raises
    ------
    TableError
        With every fault of every assertion.
    """
    tell = progress or (lambda _name, _count: None)
    catalog = catalog or read_catalog()
    assertions = assertions if isinstance(assertions, list) else list(assertions)
    check_assertions(
        assertions, primaries=catalog.primaries, sites=catalog.sites, sources=catalog.sources
    )
    tell("checked assertions", len(assertions))
    store = ox.Store()
    triples: Counter[str] = Counter()
    store.bulk_extend(_counted(assertions, catalog, triples))
    store.extend(vocabulary_quads())
    store.extend(catalog_quads(catalog))
    store.extend(dataset_quads(catalog, triples))
    tell("wrote quads", len(store))
    for name, count in apply_rules(store):
        tell(f"ran rule {name}", count)
    conflicts = _conflicts(assertions)
    for conflict in conflicts:
        store.extend(conflict_quads(conflict, catalog))
    tell("found conflicts", len(conflicts))
    return store


def _conflicts(assertions: Iterable[Assertion]) -> list[Conflict]:
    """Return the contradictions among the assertions of each pair and relation."""
    said: dict[tuple[str, str, str], list[Assertion]] = defaultdict(list)
    for one in assertions:
        said[one.primary, one.site, one.relation].append(one)
    return [conflict for pair in said.values() for conflict in conflicts_among(pair)]


def _counted(
    assertions: Iterable[Assertion], catalog: Catalog, triples: Counter[str]
) -> Iterator[ox.Quad]:
    """Yield the quads of assertions, and count in ``triples`` those of each source."""
    for assertion in assertions:
        quads = list(assertion_quads(assertion, catalog))
        triples[assertion.source] += len(quads)
        yield from quads
