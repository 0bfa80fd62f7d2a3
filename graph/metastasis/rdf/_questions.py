"""The questions that the graph is shipped with, as part of the graph: in a graph of their own.

Editors of other endpoints' makers look for examples in the endpoint itself, in the convention of
https://github.com/sib-swiss/sparql-examples, and for the prefixes that they use. Apart from the
reading of the questions because here they are told to others, and there they are run.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._files import ontology_path, read_text
from metastasis._vocabulary import DATA_LICENSE, expand
from metastasis.rdf._terms import node, text

if TYPE_CHECKING:
    from metastasis.rdf._write import Named

__all__ = ["PREFIX_DOCUMENT", "QUESTIONS", "about_questions", "question_quads"]

QUESTIONS: Final = "shipped_queries"
"""The key of the graph; a key of a source has no underscore."""
PREFIX_DOCUMENT: Final = "query:prefixes"
"""What the questions name as the place of their prefixes: a blank node in their files."""

_LEFT_OUT: Final = frozenset({node("owl:imports"), node("rdf:type")})
"""What the prefixes are called in their file, where they stand alone, and are not in the graph."""


def question_quads() -> list[ox.Quad]:
    """Return every shipped question, with what it means, and the prefixes that they use.

    >>> sum(quad.predicate == node("rdfs:comment") for quad in question_quads()) > 40
    True
    """
    return list(_quads())


@cache
def _quads() -> tuple[ox.Quad, ...]:
    names: dict[ox.BlankNode, ox.NamedNode] = {}
    files = sorted(ontology_path("queries").glob("*.ttl"), key=lambda path: path.name)
    shared = ontology_path("queries", "prefixes.ttl")
    prefixes = _parsed(read_text(shared))
    for one in prefixes:
        if one.predicate == node("sh:prefix") and isinstance(one.subject, ox.BlankNode):
            place = expand(f"{PREFIX_DOCUMENT}#{one.object.value}")  # type: ignore[union-attr]
            names[one.subject] = ox.NamedNode(place)
    questions = [one for path in files if path != shared for one in _parsed(read_text(path))]
    quads = {
        ox.Quad(
            _named(one.subject, names),
            one.predicate,
            _named(one.object, names),
            node(f"graph:{QUESTIONS}"),
        )
        for one in (*prefixes, *questions)
        if not (one.predicate in _LEFT_OUT and isinstance(one.subject, ox.BlankNode))
    }
    return tuple(sorted(quads, key=str))


def _parsed(content: str) -> list[ox.Quad]:
    # Blank nodes keep their labels within one file, and only the prefixes have any.
    return list(ox.parse(content, format=ox.RdfFormat.TURTLE))


def _named(term: Any, names: dict[ox.BlankNode, ox.NamedNode]) -> Any:
    """Return a term, a name of ours in place of a blank node: the prefixes' own, or theirs."""
    return names.get(term, node(PREFIX_DOCUMENT)) if isinstance(term, ox.BlankNode) else term


def about_questions(key: str) -> Named | None:
    """Return what is said of the graph of the questions, by its key; None of other graphs."""
    if key != QUESTIONS:
        return None
    return [
        ("dcterms:title", text("The questions that the graph is shipped with, in SPARQL")),
        ("dcterms:rights", text("CC BY 4.0, the metastasis contributors")),
        ("dcterms:license", ox.NamedNode(DATA_LICENSE)),
    ]
