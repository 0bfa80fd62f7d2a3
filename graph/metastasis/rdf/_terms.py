"""RDF terms of this graph as pyoxigraph nodes."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import IO, TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from metastasis._clean import control_in
from metastasis._errors import GraphError
from metastasis._vocabulary import PREFIXES, expand

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

    from metastasis.rdf._formats import Form

__all__ = [
    "DEFAULT_GRAPH",
    "TYPE",
    "in_graph",
    "integer",
    "local_name",
    "node",
    "number",
    "serialized",
    "syntax_of",
    "text",
    "value_of",
    "without_faults_of_xml",
    "write_triples",
]

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


def value_of(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """Return the IRI, the label or the text of a term."""
    return str(term) if isinstance(term, Triple) else term.value


def in_graph(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    """Return a triple as a quad of a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def serialized(triples: Iterable[Triple], form: RdfFormat) -> str:
    """Return triples as text, with those of our prefixes that occur in them.

    Raises
    ------
    GraphError
        As :func:`without_faults_of_xml`, where the form is RDF/XML.
    """
    data = BytesIO()
    write_triples(list(triples), form, data)
    text = data.getvalue().decode()
    return without_faults_of_xml(text) if form is RdfFormat.RDF_XML else text


def write_triples(triples: Collection[Triple], form: RdfFormat, output: IO[bytes]) -> None:
    """Write triples into a file, with those of our prefixes that occur in them."""
    names = {value_of(part).rpartition("/")[0] for triple in triples for part in triple}
    used = {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if namespace.rpartition("/")[0] in names
    }
    serialize(triples, output, format=form, prefixes=used)


def without_faults_of_xml(text: str) -> str:
    """Return a text of XML if it holds no control character.

    Raises
    ------
    GraphError
        It does: a literal of another's graph has one.
    """
    if found := control_in(text):
        raise GraphError(f"a text holds {found}, for which XML has no place; take another form")
    return text


def syntax_of(form: Form) -> RdfFormat:
    """Return the syntax of a form of RDF, as Oxigraph knows it."""
    syntax = RdfFormat.from_media_type(form.media_type)
    assert syntax is not None  # noqa: S101 - a test goes through all forms
    return syntax


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
