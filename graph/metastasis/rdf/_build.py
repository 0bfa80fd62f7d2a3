"""Evidence to a store that holds the whole graph."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox

from metastasis._vocabulary import LISTS
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
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["build_store"]


def build_store(
    evidence: Evidence, *, progress: Callable[[str, int], None] | None = None
) -> ox.Store:
    """Return a store with vocabulary, catalog, assertions and everything the rules derive.

    ``progress``, where given, is told the name of each step and how many things it made.
    """
    tell = progress or (lambda _name, _count: None)
    store = ox.Store()
    triples: Counter[str] = Counter()
    store.bulk_extend(_counted(evidence.assertions, evidence.catalog, triples))
    store.extend(vocabulary_quads())
    store.extend(catalog_quads(evidence.catalog))
    store.extend(dataset_quads(evidence.catalog, triples))
    tell("wrote quads", len(store))
    for name, count in apply_rules(store):
        tell(f"ran rule {name}", count)
    conflicts = [
        conflict
        for relation in LISTS["relation"]
        for pair in evidence.pairs(relation=relation, places_only=False)
        for conflict in pair.conflicts
    ]
    for conflict in conflicts:
        store.extend(conflict_quads(conflict, evidence.catalog))
    tell("found conflicts", len(conflicts))
    return store


def _counted(
    assertions: Iterable[Assertion], catalog: Catalog, triples: Counter[str]
) -> Iterator[ox.Quad]:
    """Yield the quads of assertions, and count in ``triples`` those of each source."""
    for assertion in assertions:
        quads = list(assertion_quads(assertion, catalog))
        triples[assertion.source] += len(quads)
        yield from quads
