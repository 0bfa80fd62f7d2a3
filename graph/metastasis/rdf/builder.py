"""Assertions to a store that holds the whole graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from metastasis.assertion import Assertion, check_assertions
from metastasis.catalog import read_catalog
from metastasis.rdf.rules import apply_rules
from metastasis.rdf.writer import assertion_quads, catalog_quads, dataset_quads, vocabulary_quads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis.catalog import Catalog

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
    store.bulk_extend(quad for one in assertions for quad in assertion_quads(one, catalog))
    store.extend(vocabulary_quads())
    store.extend(catalog_quads(catalog))
    store.extend(dataset_quads(catalog, (one.source for one in assertions)))
    tell("wrote quads", len(store))
    for name, count in apply_rules(store):
        tell(f"ran rule {name}", count)
    return store
