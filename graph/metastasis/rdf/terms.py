"""RDF terms of this graph as pyoxigraph nodes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode

from metastasis.vocabulary import expand

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["DEFAULT_GRAPH", "TYPE", "integer", "local_name", "node", "number", "text"]

DEFAULT_GRAPH = DefaultGraph()


@lru_cache(maxsize=4096)
def node(curie: str) -> NamedNode:
    """Return the node of a CURIE.

    >>> node("site:liver")
    <NamedNode value=https://w3id.org/metastasis/site/liver>
    """
    return NamedNode(expand(curie))


TYPE = node("rdf:type")
_INTEGER = node("xsd:integer")
_DECIMAL = node("xsd:decimal")


def text(value: str, language: str | None = None) -> Literal:
    """Return a string literal."""
    return Literal(value, language=language)


def integer(value: int) -> Literal:
    """Return an ``xsd:integer``."""
    return Literal(str(value), datatype=_INTEGER)


def number(value: Decimal) -> Literal:
    """Return an ``xsd:decimal`` in plain notation."""
    return Literal(f"{value:f}", datatype=_DECIMAL)


def local_name(iri: str) -> str:
    """Return what follows the last slash or hash: the key of a thing of ours.

    >>> local_name("https://w3id.org/metastasis/site/liver")
    'liver'
    """
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]
