"""The export formats: a registry, and one writer each.

Every file opens with a comment that says what it is, its release, what made it and that it is not
for clinical use (JSON-LD, which has no comments, says so in the description of the dataset). The
same store gives the same bytes: blank nodes do not occur, and all writers work in sorted order.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, LISTS, NOT_CLINICAL, PREFIXES
from metastasis.rdf._terms import DEFAULT_GRAPH, serialized, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = [
    "FORMATS",
    "Format",
    "find_format",
    "header",
    "rdflib_graph",
    "sorted_quads",
    "write_graph",
]


@dataclass(frozen=True, slots=True)
class Format:
    """An export format: its name, the ending of its files, and whether it keeps named graphs."""

    name: str
    ending: str
    media_type: str
    keeps_graphs: bool
    write: Callable[[ox.Store, IO[bytes], str], None]
    oxigraph: ox.RdfFormat


def write_graph(
    store: ox.Store, path: Path, name: str | None = None, *, command: str = "metastasis"
) -> None:
    """Write a store to a file, in the named format or the one that the file's ending tells.

    Raises
    ------
    UnknownNameError
        There is no such format.
    WriteError
        The file cannot be written; what stood there before still does.
    """
    chosen = find_format(name or path.name)
    with write_atomically(path) as file:
        chosen.write(store, file, command)


def find_format(name: str) -> Format:
    """Return a format by its name or by the name of a file.

    >>> find_format("graph.ttl").media_type
    'text/turtle'
    >>> find_format("docx")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown format 'docx'. Did you mean 'nq', 'nt', ...

    Raises
    ------
    UnknownNameError
        There is no such format; the error lists those that there are.
    """
    ending = name.rpartition(".")[2].casefold()
    for known in FORMATS.values():
        if ending in (known.name, known.ending):
            return known
    raise UnknownNameError("format", ending, list(FORMATS))


_LINKING: Final = (
    *(f"met:{name}" for name in LISTS),
    "biolink:has_evidence_of_type",
    "dcat:distribution",
    "dcat:landingPage",
    "dcterms:license",
    "dcterms:source",
    "met:arisesIn",
    "met:commonlySpreadsTo",
    "met:extendsInto",
    "met:frequencyClass",
    "met:hasNeighbor",
    "met:inSite",
    "met:ofPrimary",
    "met:partOf",
    "met:primary",
    "met:rarelySpreadsTo",
    "met:site",
    "met:spreadsTo",
    "met:subtypeOf",
    "prov:wasDerivedFrom",
    "rdfs:isDefinedBy",
    "rdfs:seeAlso",
    "skos:broadMatch",
    "skos:closeMatch",
    "skos:exactMatch",
    "skos:narrowMatch",
    "skos:relatedMatch",
    "void:exampleResource",
    "void:subset",
    "void:vocabulary",
)
"""Properties whose values the JSON-LD context declares to be names."""

_DECIMAL: Final = ("met:intervalHigh", "met:intervalLow", "met:percent")
"""Properties whose values the JSON-LD context declares to be decimal numbers."""

_CLASSES: Final = {
    prefix: namespace for prefix, namespace in PREFIXES.items() if namespace.endswith("_")
}
"""The prefixes of OBO: JSON-LD takes one that ends in ``_`` only where its context says so."""


def header(command: str, mark: str = "# ") -> str:
    """Return the lines that open an exported file, each behind a comment mark."""
    lines = (
        f"Metastasis, a knowledge graph of metastatic patterns. Data release {DATA_RELEASE}.",
        f"Made by: {command}",
        f"License: {DATA_LICENSE}; every source and its license is in the graph, a met:Source.",
        NOT_CLINICAL,
    )
    return "".join(f"{mark}{line}\n" for line in lines)


def sorted_quads(
    store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None
) -> Iterator[ox.Quad]:
    """Yield the quads of a store, or of one of its graphs, in the order of their N-Quads lines.

    One subject's quads are held at a time, beside the names of all subjects.
    """
    subjects = {value_of(quad.subject) for quad in store.quads_for_pattern(None, None, None, graph)}
    for name in sorted(subjects, key=lambda name: f"{name}>"):
        yield from sorted(store.quads_for_pattern(ox.NamedNode(name), None, None, graph), key=str)


def _sorted_triples(store: ox.Store) -> Iterator[ox.Triple]:
    for _, same in groupby(sorted_quads(store), key=lambda quad: quad.triple):
        yield next(same).triple


def _write_nquads(store: ox.Store, file: IO[bytes], command: str) -> None:
    file.write(header(command).encode())
    ox.serialize(sorted_quads(store), file, ox.RdfFormat.N_QUADS)


def _write_ntriples(store: ox.Store, file: IO[bytes], command: str) -> None:
    file.write(header(command).encode())
    ox.serialize(_sorted_triples(store), file, ox.RdfFormat.N_TRIPLES)


def _write_trig(store: ox.Store, file: IO[bytes], command: str) -> None:
    file.write(header(command).encode())
    graphs = sorted(store.named_graphs(), key=str)
    quads = (quad for graph in (DEFAULT_GRAPH, *graphs) for quad in sorted_quads(store, graph))
    ox.serialize(quads, file, ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))


def _write_turtle(store: ox.Store, file: IO[bytes], command: str) -> None:
    """Write all graphs as one, in the style of rdflib's ``longturtle``, which keeps diffs small."""
    file.write(header(command).encode())
    file.write(rdflib_graph(store).serialize(format="longturtle", encoding="utf-8"))


def _write_rdf_xml(store: ox.Store, file: IO[bytes], command: str) -> None:
    text = serialized(_sorted_triples(store), ox.RdfFormat.RDF_XML)
    declaration, _, rest = text.partition("?>")
    comment = f"?>\n<!--\n{header(command, mark='')}-->"
    file.write(f"{declaration}{comment}{rest}".encode())


def _write_json_ld(store: ox.Store, file: IO[bytes], _command: str) -> None:
    """Write all graphs as one JSON-LD document with our prefixes and typed terms as context."""
    import json

    text = rdflib_graph(store).serialize(format="json-ld", context=_context(), auto_compact=False)
    document = json.loads(text)
    document["@graph"] = _shortened(document["@graph"])
    document = _ordered(document)
    file.write(json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n")


def _context() -> dict[str, Any]:
    """Return our prefixes, and for properties whose values are no texts what they are."""
    return {
        "@version": 1.1,
        **PREFIXES,
        **{prefix: {"@id": name, "@prefix": True} for prefix, name in _CLASSES.items()},
        **{name: {"@type": "@id"} for name in _LINKING},
        **{name: {"@type": "xsd:decimal"} for name in _DECIMAL},
    }


def _shortened(value: Any, *, is_name: bool = False) -> Any:
    """Return a JSON value with the names of OBO as CURIEs, which rdflib leaves in full."""
    if isinstance(value, dict):
        return {
            key: _shortened(inner, is_name=key == "@id" or key in _LINKING)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_shortened(item, is_name=is_name) for item in value]
    if is_name and isinstance(value, str):
        for prefix, namespace in _CLASSES.items():
            if value.startswith(namespace):
                return f"{prefix}:{value[len(namespace) :]}"
    return value


def _ordered(value: Any) -> Any:
    """Return a JSON value whose objects and sets stand in sorted order."""
    import json

    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


def rdflib_graph(store: ox.Store) -> Any:
    """Return one rdflib graph with the triples of all graphs of a store."""
    import io

    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    lines = io.BytesIO()
    ox.serialize(_sorted_triples(store), lines, ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=lines.getvalue(), format="nt")


FORMATS: Final = {
    known.name: known
    for known in (
        Format("nq", "nq", "application/n-quads", True, _write_nquads, ox.RdfFormat.N_QUADS),
        Format("nt", "nt", "application/n-triples", False, _write_ntriples, ox.RdfFormat.N_TRIPLES),
        Format("ttl", "ttl", "text/turtle", False, _write_turtle, ox.RdfFormat.TURTLE),
        Format("trig", "trig", "application/trig", True, _write_trig, ox.RdfFormat.TRIG),
        Format(
            "jsonld", "jsonld", "application/ld+json", False, _write_json_ld, ox.RdfFormat.JSON_LD
        ),
        Format("xml", "rdf", "application/rdf+xml", False, _write_rdf_xml, ox.RdfFormat.RDF_XML),
    )
}
"""Every format by name; ``metastasis export`` and :func:`write_graph` read this."""
