"""What changed between two graphs: assertions and edges that appeared, moved or vanished."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TypeVar

from metastasis._evidence.evidence import Evidence
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from metastasis._evidence.assertion import Assertion

__all__ = ["CHANGES", "Change", "changes"]

CHANGES: Final = ("appeared", "moved", "vanished")
"""What may happen to an assertion or an edge from one graph to the next."""

_CONTENT: Final = ("frequency", "count", "total", "percent", "reading", "note")
"""What an assertion says, apart from what identifies it."""

_Key = TypeVar("_Key")
_Item = TypeVar("_Item")
PairKey = tuple[str, str, str]
"""Primary, site, relation."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that one graph has and the other has not, or has otherwise."""

    COLUMNS: ClassVar[dict[str, str]] = {
        **{
            name: name
            for name in ("source", "what", "change", "primary", "site", "before", "after")
        },
        "assertion": "key",
    }

    what: str
    """``assertion`` or ``edge``."""
    change: str
    """``appeared``, ``moved`` or ``vanished``."""
    primary: str
    site: str
    source: str
    """The source of the assertion; of an edge, the sources of whose assertions on it changed."""
    before: str | None
    """What the old graph says, in words."""
    after: str | None
    key: str | None
    """The key of the assertion; None of an edge."""


class HasEvidence(Protocol):
    """A knowledge graph, as far as it matters here."""

    @property
    def evidence(self) -> Evidence:
        """The evidence in it."""


def changes(evidence: Evidence, old: Evidence | HasEvidence) -> Table[Change]:
    """Return what changed from an old graph to this one, by source.

    An assertion keeps its name as long as source, place, pair, and who it counts stay the same; it
    moved where its words, numbers, reading or note changed. An edge moved where its class changed
    (rarely, possibly, commonly). An edge that changed although no assertion on the pair did is put
    down to the rules.

    Parameters
    ----------
    evidence
        What is said now.
    old
        What was said before: other evidence, or a graph.

    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> len(kg.changes(kg))
    0
    """
    before = old if isinstance(old, Evidence) else old.evidence
    was, now = (each.made(_by_key) for each in (before, evidence))
    assertions = [*_assertion_changes(was, now)]
    touched: dict[PairKey, set[str]] = defaultdict(set)
    for _, _, one, other in _changed(was, now, _content):
        for said in filter(None, (one, other)):
            touched[said.primary, said.site, said.relation].add(said.source)
    found = sorted(
        [*assertions, *_edge_changes(_edges(before), _edges(evidence), touched)],
        key=lambda one: (one.source, one.what, one.primary, one.site, one.change, one.key or ""),
    )
    return Table(
        Change,
        found,
        formula="assertions by name and content, edges by pair and class",
        source="Assertion.key, and the rules of the two graphs",
        inputs=[f"{len(was)} assertions before", f"{len(now)} after"],
        notes=[_tally(found)],
    )


def _by_key(evidence: Evidence) -> dict[str, Assertion]:
    return {one.key: one for one in evidence.assertions}


def _assertion_changes(
    was: Mapping[str, Assertion], now: Mapping[str, Assertion]
) -> Iterator[Change]:
    for key, change, one, other in _changed(was, now, _content):
        said = other or one
        if said is not None:
            yield Change(
                *("assertion", change, said.primary, said.site, said.source),
                _told(one, other),
                _told(other, one),
                key,
            )


def _edge_changes(
    was: Mapping[PairKey, str], now: Mapping[PairKey, str], touched: Mapping[PairKey, set[str]]
) -> Iterator[Change]:
    for pair, change, before, after in _changed(was, now, str):
        sources = "; ".join(sorted(touched.get(pair, ()))) or "the rules"
        yield Change("edge", change, pair[0], pair[1], sources, before, after, None)


def _changed(
    was: Mapping[_Key, _Item], now: Mapping[_Key, _Item], content: Callable[[_Item], object]
) -> Iterator[tuple[_Key, str, _Item | None, _Item | None]]:
    """Yield what is not the same in both: key, how it changed, what it was, what it is."""
    for key in was.keys() | now.keys():
        one, other = was.get(key), now.get(key)
        if one is None:
            yield key, "appeared", one, other
        elif other is None:
            yield key, "vanished", one, other
        elif content(one) != content(other):
            yield key, "moved", one, other


def _content(assertion: Assertion) -> tuple[object, ...]:
    return tuple(getattr(assertion, name) for name in _CONTENT)


def _told(assertion: Assertion | None, other: Assertion | None) -> str | None:
    """Return what an assertion says; next to another one, only where they differ."""
    if assertion is None:
        return None
    if other is None:
        word = (assertion.frequency or "").replace("_", " ")
        return "; ".join(filter(None, (word, assertion.number, assertion.population)))
    return "; ".join(
        f"{name} {'none' if value is None else value}"
        for name in _CONTENT
        if (value := getattr(assertion, name)) != getattr(other, name)
    )


def _edges(evidence: Evidence) -> dict[PairKey, str]:
    """Return the class of every edge, by primary, site and relation."""
    return {
        (primary, site, relation): "extends into" if relation == "extension" else edge
        for (relation, primary, site), edge in evidence.edges.items()
    }


def _tally(changes: Iterable[Change]) -> str:
    counts = Counter((one.what, one.change) for one in changes)
    told = [
        f"{counts[what, change]} {what}{'' if counts[what, change] == 1 else 's'} {change}"
        for what in ("assertion", "edge")
        for change in CHANGES
    ]
    return ", ".join(told)
