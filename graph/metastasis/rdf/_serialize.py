"""A store as RDF files: one writer for each syntax.

Every file opens with a comment that says what it is, its release, what made it and that it is not
for clinical use (JSON-LD, which has no comments, says so in the description of the dataset). The
same store gives the same bytes: blank nodes do not occur, and all writers work in sorted order.
"""

from __future__ import annotations

from itertools import groupby
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from metastasis._vocabulary import BASE, DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, PREFIXES
from metastasis.rdf._content import ContentHash, content_hash, statement
from metastasis.rdf._terms import DEFAULT_GRAPH, node, serialized, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WRITERS", "header", "rdflib_graph", "sorted_quads"]


def header(command: str, mark: str = "# ", rights: str | None = None) -> str:
    """Return the lines that open an exported file, each behind a comment mark.

    ``rights`` says which sources are under terms of their own, where there are such.
    """
    every = "every source and its license is in the graph, a met:Source."
    lines = (
        f"Metastasis, a knowledge graph of metastatic patterns. Data release {DATA_RELEASE}.",
        f"Made by: {command}",
        f"License: {DATA_LICENSE}; {every}{f' {rights}' if rights else ''}",
        NOT_CLINICAL,
    )
    return "".join(f"{mark}{line}\n" for line in lines)


def _opening(store: ox.Store, command: str, mark: str = "# ") -> str:
    """Return the lines that open the file of a graph, which itself says whose terms are others."""
    dataset, rights = ox.NamedNode(BASE), node("dcterms:rights")
    said = [value_of(quad.object) for quad in store.quads_for_pattern(dataset, rights, None, None)]
    return header(command, mark, " ".join(sorted(said)))


def _footer(digest: str) -> bytes:
    return f"# {statement(digest)}\n".encode()


def sorted_quads(
    store: ox.Store, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None
) -> Iterator[ox.Quad]:
    """Yield the quads of a store, or of one of its graphs, in the order of their N-Quads lines.

    One subject's quads are held at a time, beside all subjects.
    """
    subjects = {quad.subject for quad in store.quads_for_pattern(None, None, None, graph)}
    for subject in sorted(subjects, key=str):
        yield from sorted(store.quads_for_pattern(subject, None, None, graph), key=str)


def _sorted_triples(store: ox.Store) -> Iterator[ox.Triple]:
    for _, same in groupby(sorted_quads(store), key=lambda quad: quad.triple):
        yield next(same).triple


def _write_nquads(store: ox.Store, file: IO[bytes], command: str) -> None:
    seen = ContentHash()
    file.write(_opening(store, command).encode())
    ox.serialize(seen.through(sorted_quads(store)), file, ox.RdfFormat.N_QUADS)
    file.write(_footer(seen.hexdigest()))


def _write_ntriples(store: ox.Store, file: IO[bytes], command: str) -> None:
    seen = ContentHash()
    file.write(_opening(store, command).encode())
    ox.serialize(seen.through(_sorted_triples(store)), file, ox.RdfFormat.N_TRIPLES)
    file.write(_footer(seen.hexdigest()))


def _write_trig(store: ox.Store, file: IO[bytes], command: str) -> None:
    file.write(_opening(store, command).encode())
    graphs = sorted(store.named_graphs(), key=str)
    quads = (quad for graph in (DEFAULT_GRAPH, *graphs) for quad in sorted_quads(store, graph))
    ox.serialize(quads, file, ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))
    file.write(_footer(content_hash(store)))


def _write_turtle(store: ox.Store, file: IO[bytes], command: str) -> None:
    """Write all graphs as one, a property a line."""
    seen = ContentHash()
    file.write(_opening(store, command).encode())
    triples = seen.through(_sorted_triples(store))
    ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    file.write(_footer(seen.hexdigest()))


def _write_rdf_xml(store: ox.Store, file: IO[bytes], command: str) -> None:
    seen = ContentHash()
    text = serialized(seen.through(_sorted_triples(store)), ox.RdfFormat.RDF_XML)
    declaration, _, rest = text.partition("?>")
    comment = f"?>\n<!--\n{_opening(store, command, mark='')}-->"
    file.write(f"{declaration}{comment}{rest}\n<!-- {statement(seen.hexdigest())} -->\n".encode())


def _write_json_ld(store: ox.Store, file: IO[bytes], _command: str) -> None:
    """Write all graphs as one document; what is not for clinical use is said by its data."""
    import json

    from metastasis.rdf._json_ld import json_ld_document

    document = json_ld_document(_sorted_triples(store))
    file.write(json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n")


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
