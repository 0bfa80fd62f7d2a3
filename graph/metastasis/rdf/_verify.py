"""Whether a graph is what follows from its own assertions, and whether its file is whole.

What sources say cannot be checked here; what follows from it can. Edges, intervals, pairs,
contradictions and counts are derived again, by the rules of this version, and compared with what
the graph holds; and the content of a file is compared with the hash that it states.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from metastasis._catalog import KEYS
from metastasis._errors import TableError
from metastasis._evidence.evidence import Evidence
from metastasis._vocabulary import BASE, DATA_RELEASE, contract
from metastasis.rdf._build import build_store
from metastasis.rdf._content import content_hash, is_ours, stated_hash
from metastasis.rdf._formats import find_format
from metastasis.rdf._read import load_store, read_evidence
from metastasis.rdf._terms import node, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["content_faults", "derivation_faults"]

_DERIVED: Final = (
    *("met:commonlySpreadsTo", "met:rarelySpreadsTo", "met:spreadsTo", "met:extendsInto"),
    *("met:finding", "met:proximity", "met:frequencyClass", "met:leastTotal"),
    *("met:intervalLow", "met:intervalHigh", "met:intervalBasis"),
    *("met:edge", "met:basis", "met:rule", "met:status", "met:belief", "met:beliefAgainst"),
    *("met:ofPrimary", "met:inSite"),
    *("met:supportedBy", "met:deniedBy", "met:bestNumber", "met:rolledUpFrom"),
    *("met:assertionCount", "met:sourceCount", "met:documentCount", "met:independentCount"),
    *("met:conflictCount", "met:concerns", "met:disagreement", "met:largestTotal"),
    *("biolink:has_evidence_of_type", "biolink:knowledge_level", "biolink:agent_type"),
    *("met:yearFrom", "met:yearTo"),
    *(f"met:{name}" for name in KEYS),
    *("rdf:type", "rdfs:label"),
)
"""The properties whose values follow from what sources say, and from the catalog."""

_OF_NODES: Final = ("rdf:type", "rdfs:label")
"""Those of them that other subjects have as well, of which they do not follow."""

_NODES: Final = ("disease:", "conflict:")
"""Subjects of which all follows but their mappings."""

_COUNTED: Final = "void:triples"
"""It follows from all the rest, and says nothing more where that differs."""

_SHOWN: Final = 20
"""Differences of one property that are told one by one; of more, the number is."""

_UNENDED: Final = (
    "it ends without the line that states its content: it was cut off, or written by a version "
    "that had no such line; take it again from where it came from"
)

Statements = dict[str, set[str]]
"""The values of one property by subject, both as CURIEs or plain text."""


def content_faults(path: Path) -> list[str]:
    """Return what is wrong with the file of a graph as a whole: it may be cut off, or changed.

    Raises
    ------
    ReadError, GraphError
        As for reading the graph.
    """
    form = find_format(path.name)
    if not form.is_rdf:
        return []
    stated = stated_hash(path)
    if stated is None:
        return [_UNENDED] if is_ours(path) else []
    store = load_store(path)
    if any(isinstance(term, ox.BlankNode) for quad in store for term in quad):
        # To name a few dozen of them alike in any order can take for ever.
        return ["it holds blank nodes, as no file with a line that states its content does"]
    found = content_hash(store, keeps_graphs=form.keeps_graphs)
    if found == stated:
        return []
    return [
        f"its content is not the one that it was written with (RDFC-1.0 SHA-256 {found[:12]}…, "
        f"stated: {stated[:12]}…): it was changed or cut off; take it again from where it came from"
    ]


def derivation_faults(store: ox.Store) -> list[str]:
    """Return what a graph holds and does not follow, or lacks and does, one sentence each.

    A graph of another release is asked only for what it states at all.

    >>> import metastasis as mets
    >>> from metastasis.rdf import build_store, derivation_faults
    >>> derivation_faults(build_store(mets.load().evidence))
    []

    Raises
    ------
    GraphError
        What is there is not this graph.
    """
    evidence = read_evidence(store)
    try:
        built = build_store(Evidence.from_assertions(evidence.assertions, evidence.catalog))
    except TableError as error:
        return sorted(str(fault) for fault in error.faults)
    is_of_now = _release(store) == DATA_RELEASE
    faults: list[str] = []
    if is_of_now and _is_release(store) and not _is_release(built):
        faults.append(
            f"it says that it is data release {DATA_RELEASE}, and what it holds of primaries, "
            "sites, sources and assertions is not that of this release"
        )
    for name in _DERIVED:
        faults += _faults_of(name, store, built, is_of_now=is_of_now)
    return faults or _faults_of(_COUNTED, store, built, is_of_now=is_of_now)


def _faults_of(name: str, store: ox.Store, built: ox.Store, *, is_of_now: bool) -> list[str]:
    is_flat = not list(store.named_graphs())
    here, there = (_statements(one, name, is_flat=is_flat) for one in (store, built))
    return list(_differences(name, here, there)) if here or is_of_now else []


def _release(store: ox.Store) -> str | None:
    found = store.quads_for_pattern(ox.NamedNode(BASE), node("owl:versionInfo"), None, None)
    return next((value_of(quad.object) for quad in found), None)


def _is_release(store: ox.Store) -> bool:
    """Return whether a graph says that it is a release, and not only made from one."""
    return bool(_statements(store, "dcat:version", is_flat=True))


def _statements(store: ox.Store, name: str, *, is_flat: bool) -> Statements:
    values: Statements = defaultdict(set)
    for quad in store.quads_for_pattern(None, node(name), None, None):
        subject = contract(value_of(quad.subject))
        if name not in _OF_NODES or subject.startswith(_NODES):
            place = "" if is_flat else _place(quad)
            values[subject].add(contract(value_of(quad.object)) + place)
    return values


def _place(quad: ox.Quad) -> str:
    """Return in which graph of a source a statement stands: what is derived of a pair, in none."""
    graph = quad.graph_name
    return "" if isinstance(graph, ox.DefaultGraph) else f" (in {contract(value_of(graph))})"


def _differences(
    name: str, here: Mapping[str, set[str]], there: Mapping[str, set[str]]
) -> Iterator[str]:
    """Yield a sentence for each subject whose values differ, of many only the first."""
    subjects = sorted(
        subject
        for subject in here.keys() | there.keys()
        if here.get(subject, set()) != there.get(subject, set())
    )
    for subject in subjects[:_SHOWN]:
        yield _difference(subject, name, here.get(subject, set()), there.get(subject, set()))
    if len(subjects) > _SHOWN:
        yield f"{name} differs in {len(subjects) - _SHOWN:,} more"


def _difference(subject: str, name: str, here: set[str], there: set[str]) -> str:
    extra, missing = _listed(here - there), _listed(there - here)
    if not missing:
        return f"{subject} {name} {extra} does not follow from the assertions"
    if not extra:
        return f"{subject} {name} {missing} follows from the assertions and is missing"
    return f"{subject} {name} is {extra}; what follows from the assertions is {missing}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))
