"""A store as RDF files: one writer for each syntax.

Every file opens with a comment that says what it is, its release, what made it and that it is not
for clinical use (JSON-LD, which has no comments, says so in the description of the dataset). The
same store gives the same bytes: blank nodes do not occur, and all writers work in sorted order.
"""

from __future__ import annotations

from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, LISTS, NOT_CLINICAL, PREFIXES
from metastasis.rdf._content import ContentHash, content_hash, statement
from metastasis.rdf._terms import DEFAULT_GRAPH, serialized, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WRITERS", "header", "rdflib_graph", "sorted_quads"]


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
    "met:madeOf",
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


def _footer(digest: str) -> bytes:
    return f"# {statement(digest)}\n".encode()


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
    seen = ContentHash()
    file.write(header(command).encode())
    ox.serialize(seen.through(sorted_quads(store)), file, ox.RdfFormat.N_QUADS)
    file.write(_footer(seen.hexdigest()))


def _write_ntriples(store: ox.Store, file: IO[bytes], command: str) -> None:
    seen = ContentHash()
    file.write(header(command).encode())
    ox.serialize(seen.through(_sorted_triples(store)), file, ox.RdfFormat.N_TRIPLES)
    file.write(_footer(seen.hexdigest()))


def _write_trig(store: ox.Store, file: IO[bytes], command: str) -> None:
    file.write(header(command).encode())
    graphs = sorted(store.named_graphs(), key=str)
    quads = (quad for graph in (DEFAULT_GRAPH, *graphs) for quad in sorted_quads(store, graph))
    ox.serialize(quads, file, ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))
    file.write(_footer(content_hash(store)))


def _write_turtle(store: ox.Store, file: IO[bytes], command: str) -> None:
    """Write all graphs as one, in the style of rdflib's ``longturtle``, which keeps diffs small."""
    file.write(header(command).encode())
    file.write(rdflib_graph(store).serialize(format="longturtle", encoding="utf-8"))
    file.write(_footer(content_hash(store, keeps_graphs=False)))


def _write_rdf_xml(store: ox.Store, file: IO[bytes], command: str) -> None:
    seen = ContentHash()
    text = serialized(seen.through(_sorted_triples(store)), ox.RdfFormat.RDF_XML)
    declaration, _, rest = text.partition("?>")
    comment = f"?>\n<!--\n{header(command, mark='')}-->"
    file.write(f"{declaration}{comment}{rest}\n<!-- {statement(seen.hexdigest())} -->\n".encode())


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
    """Return a JSON value with its objects and sets in sorted order."""
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


WRITERS: Final = {
    "nq": _write_nquads,
    "trig": _write_trig,
    "ttl": _write_turtle,
    "nt": _write_ntriples,
    "jsonld": _write_json_ld,
    "xml": _write_rdf_xml,
}
"""By the name of the form: what writes a store to a file, with what the file says made it."""
