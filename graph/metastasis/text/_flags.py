"""Flags: what a person should look at in a reading, beside how sure it is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from metastasis._evidence.assertion_table import read_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis._catalog import Catalog
    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.evidence import Evidence

__all__ = ["flags_of", "shipped_evidence"]


@lru_cache(maxsize=1)
def shipped_evidence() -> Evidence:
    """Return the evidence of the shipped graph, which readings are held to."""
    return read_evidence()


def flags_of(said: Assertion, catalog: Catalog, evidence: Evidence | None) -> Iterator[str]:
    """Yield ``own_organ`` or ``neighbor``, then what numbers lack and how the graph stands to it.

    ``number_unread`` is a sentence that counts, and a number that a person has to read out of it.

    ``evidence`` is that of the graph; with None nothing is said of it.
    """
    near = catalog.proximity(said.primary, said.site)
    if near:
        yield near
    has_number = said.count is not None or said.percent is not None
    if has_number and said.denominator is None:
        yield "number_without_denominator"
    if not has_number and said.frequency is None:
        yield "number_unread"
    if evidence is None:
        return
    pair = evidence.pair(said.primary, said.site, said.relation)
    if pair is None:
        yield "new_pair"
    elif all(other.finding != said.finding for other in pair.assertions):
        yield "contradicts"
