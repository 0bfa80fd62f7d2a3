"""ROBOT templates as their documentation says they are read: rows to OWL, in RDF.

What https://robot.obolibrary.org/template says of ``ID``, ``LABEL``, ``TYPE``, ``A``, ``>A``,
``SPLIT=``, ``SC`` and ``EC``; whatever else stands in a template is refused. Class expressions are
those of the Manchester syntax that templates here use: ``%`` and ``'property' some %``.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

if TYPE_CHECKING:
    from rdflib.term import Node

__all__ = ["OBO", "PREFIXES", "owl_of"]

OBO: Final = "http://purl.obolibrary.org/obo/"
PREFIXES: Final = {
    **{name: f"{OBO}{name}_" for name in ("IAO", "MONDO", "NCIT", "RO", "UBERON")},
    "oboInOwl": "http://www.geneontology.org/formats/oboInOwl#",
    "rdfs": str(RDFS),
    "disease": "https://w3id.org/metastasis/disease/",
}
"""Those that ROBOT knows, and the one that it is given by ``--prefix``."""
TYPES: Final = {"class": OWL.Class, "object property": OWL.ObjectProperty}
CLASS: Final = re.compile(r"(SC|EC) (?:'(?P<property>[^']+)' some )?%")
NOTE: Final = re.compile(r"(?P<of_axiom>>)?A (?P<property>\S+)(?: SPLIT=(?P<split>.+))?")


def iri(curie: str) -> URIRef:
    """Return the IRI of a CURIE; another one than ROBOT could resolve is refused."""
    prefix, _, local = curie.partition(":")
    assert re.fullmatch(r"[\w-]+", local), curie
    return URIRef(PREFIXES[prefix] + local)


def owl_of(template: str) -> Graph:
    """Return the axioms of a template."""
    headers, strings, *rows = csv.reader(io.StringIO(template), delimiter="\t")
    assert len(headers) == len(set(headers)) == len(strings)
    assert {"ID", "LABEL", "TYPE"} <= set(strings)
    graph = Graph()
    cells = [dict(enumerate(row)) for row in rows]
    id_at, label_at = strings.index("ID"), strings.index("LABEL")
    labels = {row[label_at]: iri(row[id_at]) for row in cells}
    assert len(labels) == len(rows)
    for row in cells:
        _add(graph, iri(row[id_at]), strings, row, labels)
    return graph


def _add(
    graph: Graph, term: URIRef, strings: list[str], row: dict[int, str], labels: dict[str, URIRef]
) -> None:
    definition: list[Node] = []
    for at, string in enumerate(strings):
        cell = row[at]
        if not string or not cell or string == "ID":
            continue
        if string == "LABEL":
            graph.add((term, RDFS.label, Literal(cell)))
        elif string == "TYPE":
            graph.add((term, RDF.type, TYPES[cell]))
        elif found := CLASS.fullmatch(string):
            filler = iri(cell)
            graph.add((filler, RDF.type, OWL.Class))
            expression: Node = filler
            if name := found["property"]:
                expression = _some(graph, labels[name], filler)
            if string.startswith("SC"):
                graph.add((term, RDFS.subClassOf, expression))
            else:
                definition.append(expression)
        else:
            found = NOTE.fullmatch(string)
            assert found is not None, string
            values = cell.split(found["split"]) if found["split"] else [cell]
            predicate = iri(found["property"])
            graph.add((predicate, RDF.type, OWL.AnnotationProperty))
            for value in values:
                if found["of_axiom"]:
                    _annotate(graph, term, strings[at - 1], row[at - 1], predicate, value)
                else:
                    graph.add((term, predicate, Literal(value)))
    if definition:
        whole, members = BNode(), BNode()
        Collection(graph, members, definition)
        graph.add((whole, RDF.type, OWL.Class))
        graph.add((whole, OWL.intersectionOf, members))
        graph.add((term, OWL.equivalentClass, whole))


def _some(graph: Graph, predicate: URIRef, filler: URIRef) -> Node:
    node = BNode()
    graph.add((node, RDF.type, OWL.Restriction))
    graph.add((node, OWL.onProperty, predicate))
    graph.add((node, OWL.someValuesFrom, filler))
    return node


def _annotate(
    graph: Graph, term: URIRef, string: str, cell: str, predicate: URIRef, value: str
) -> None:
    """Annotate the axiom of the cell to the left."""
    of = NOTE.fullmatch(string)
    assert of is not None
    assert cell
    axiom = BNode()
    for link, thing in (
        (RDF.type, OWL.Axiom),
        (OWL.annotatedSource, term),
        (OWL.annotatedProperty, iri(of["property"])),
        (OWL.annotatedTarget, Literal(cell)),
        (predicate, Literal(value)),
    ):
        graph.add((axiom, link, thing))
