"""Triples as one JSON-LD document: a node for each subject, with our prefixes and typed terms.

Apart from the other writers because JSON-LD is the one form that no library at hand writes short,
in order, and with every number as it is written: rdflib changes numbers, and Oxigraph knows no
context.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._vocabulary import PREFIXES, contract
from metastasis.rdf._terms import TYPE, node

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["json_ld_document"]

_short: Final = lru_cache(maxsize=1 << 16)(contract)
"""To shorten a name takes as long as all else that is done with it, and most come many times."""

_STRING: Final = node("xsd:string")
_INTEGER: Final = node("xsd:integer")
_DECIMAL: Final = node("xsd:decimal")


def json_ld_document(triples: Iterable[ox.Triple]) -> dict[str, Any]:
    """Return a document of triples that stand in order of their subjects.

    A property whose values are all names, or all decimal numbers, says so once, in the context.

    >>> import pyoxigraph as ox
    >>> from metastasis.rdf._terms import node
    >>> said = ox.Triple(node("site:rib"), node("met:partOf"), node("site:bone"))
    >>> json_ld_document([said])["@graph"]
    [{'@id': 'site:rib', 'met:partOf': 'site:bone'}]
    """
    triples = list(triples)
    types = _types(triples)
    nodes = [
        {"@id": _name(subject), **_properties(same, types)}
        for subject, same in groupby(triples, key=lambda triple: triple.subject)
    ]
    return {"@context": _context(types), "@graph": nodes}


def _types(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return of what type all values of a property are, where they are of one."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for triple in triples:
        found[_short(triple.predicate.value)].add(_type_of(triple.object))
    return {
        name: kind
        for name, kinds in sorted(found.items())
        if len(kinds) == 1 and (kind := next(iter(kinds))) is not None
    }


def _type_of(value: Any) -> str | None:
    if isinstance(value, ox.Literal):
        return "xsd:decimal" if value.datatype == _DECIMAL else None
    return "@id"


def _context(types: dict[str, str]) -> dict[str, Any]:
    prefixes: dict[str, Any] = {
        # A prefix that does not end in / or # is taken for one only where the context says so.
        name: {"@id": iri, "@prefix": True} if iri.endswith("_") else iri
        for name, iri in PREFIXES.items()
    }
    typed = {name: {"@type": kind} for name, kind in types.items() if ":" in name}
    return {"@version": 1.1, **prefixes, **typed}


def _properties(triples: Iterable[ox.Triple], types: dict[str, str]) -> dict[str, Any]:
    values: dict[str, list[Any]] = defaultdict(list)
    for triple in triples:
        if triple.predicate == TYPE:
            values["@type"].append(_name(triple.object))
        else:
            name = _short(triple.predicate.value)
            values[name].append(_value(triple.object, name in types))
    return {name: found if len(found) > 1 else found[0] for name, found in sorted(values.items())}


def _value(value: Any, is_typed: bool) -> Any:
    if not isinstance(value, ox.Literal):
        return _name(value) if is_typed else {"@id": _name(value)}
    if value.language:
        return {"@language": value.language, "@value": value.value}
    if is_typed or value.datatype == _STRING:
        return value.value
    if value.datatype == _INTEGER and _is_plain(value.value):
        return int(value.value)
    return {"@type": _short(value.datatype.value), "@value": value.value}


def _is_plain(number: str) -> bool:
    """Return whether a whole number is written as JSON writes it: else it keeps its own form."""
    return number.removeprefix("-").isdecimal() and str(int(number[:16])) == number


def _name(term: Any) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else _short(term.value)
