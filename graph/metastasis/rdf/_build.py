"""Evidence to a store that holds the whole graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from metastasis._evidence.pair_summary import summaries
from metastasis._evidence.source_summary import sources
from metastasis._vocabulary import LISTS
from metastasis.rdf._description import description_quads
from metastasis.rdf._foreign import foreign_quads
from metastasis.rdf._questions import question_quads
from metastasis.rdf._rules import apply_rules, rule_quads
from metastasis.rdf._write import (
    assertion_quads,
    catalog_quads,
    conflict_quads,
    pair_quads,
    source_quads,
    vocabulary_quads,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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
    store.bulk_extend(
        quad for one in evidence.assertions for quad in assertion_quads(one, evidence.catalog)
    )
    store.extend(vocabulary_quads())
    store.extend(catalog_quads(evidence.catalog))
    store.extend(foreign_quads(evidence.catalog))
    store.extend(rule_quads())
    store.extend(question_quads())
    store.extend(
        quad for one in sources(evidence) for quad in source_quads(one.source, one.largest_total)
    )
    tell("wrote quads", len(store))
    for name, count in apply_rules(store):
        tell(f"ran rule {name}", count)
    store.extend(quad for one in evidence.made(summaries) for quad in pair_quads(one))
    conflicts = [
        conflict
        for relation in LISTS["relation"]
        for pair in evidence.pairs(relation=relation, places_only=False)
        for conflict in pair.conflicts
    ]
    store.extend(
        quad for conflict in conflicts for quad in conflict_quads(conflict, evidence.catalog)
    )
    tell("found conflicts", len(conflicts))
    store.extend(description_quads(store, evidence))
    return store
