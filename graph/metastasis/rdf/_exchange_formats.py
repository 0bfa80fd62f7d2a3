"""Every form in which the graph leaves, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically, write_text, write_together
from metastasis.rdf._formats import FORMATS, write_graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from metastasis._graph import KnowledgeGraph

__all__ = ["EXPORTS", "Export", "export", "find_export"]


@dataclass(frozen=True, slots=True)
class Export:
    """A form in which the graph leaves: its name, the file it is written to, and what it is."""

    name: str
    file: str
    description: str
    write: Callable[[KnowledgeGraph, Path, str], list[Path]]


def export(
    kg: KnowledgeGraph, name: str, path: Path, *, command: str = "metastasis export"
) -> list[Path]:
    """Write the graph in a named form and return the files written.

    Raises
    ------
    UnknownNameError
        There is no such form; the error lists those that there are.
    WriteError
        A file cannot be written.
    """
    return find_export(name).write(kg, path, command)


def find_export(name: str) -> Export:
    """Return the form of that name.

    >>> find_export("kgx").file
    'kgx'

    Raises
    ------
    UnknownNameError
        There is none; the error lists those that there are.
    """
    if name not in EXPORTS:
        raise UnknownNameError("export format", name, list(EXPORTS))
    return EXPORTS[name]


def _rdf(name: str) -> Callable[[KnowledgeGraph, Path, str], list[Path]]:
    def write(kg: KnowledgeGraph, path: Path, command: str) -> list[Path]:
        write_graph(kg.store, path, name, command=command)
        return [path]

    return write


def _write_assertions(kg: KnowledgeGraph, path: Path, _command: str) -> list[Path]:
    from metastasis._evidence.assertion import write_assertions

    write_assertions(kg.assertions(), path)
    return [path]


def _write_kgx(kg: KnowledgeGraph, folder: Path, command: str) -> list[Path]:
    from metastasis.rdf._kgx import edges_table, nodes_table

    texts = {
        "nodes.tsv": nodes_table(kg),
        "edges.tsv": edges_table(kg),
        "README.txt": _notice(command),
    }
    with write_together(folder) as draft:
        for name, text in texts.items():
            write_text(draft / name, text)
    return [folder / name for name in texts]


def _notice(command: str) -> str:
    from metastasis.rdf._formats import header

    return header(command, mark="")


def _write_graphml(kg: KnowledgeGraph, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    with write_atomically(path) as file:
        nx.write_graphml_xml(kg.network(), file)
    return [path]


def _write_node_link(kg: KnowledgeGraph, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    return _write_json(nx.node_link_data(kg.network(), edges="edges"), path)


def _write_cytoscape(kg: KnowledgeGraph, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    return _write_json(nx.cytoscape_data(kg.network()), path)


def _write_json(value: Any, path: Path) -> list[Path]:
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    return [path]


_RDF_NAMES: Final = {
    "nq": "N-Quads, sorted; a graph per source",
    "trig": "TriG; a graph per source",
    "ttl": "Turtle, all graphs as one",
    "nt": "N-Triples, sorted, all graphs as one",
    "jsonld": "JSON-LD, all graphs as one",
    "xml": "RDF/XML, all graphs as one",
}

EXPORTS: Final[dict[str, Export]] = {
    **{
        name: Export(name, f"metastasis.{FORMATS[name].ending}", text, _rdf(name))
        for name, text in _RDF_NAMES.items()
    },
    "csv": Export("csv", "assertions.csv", "the assertion table", _write_assertions),
    "kgx": Export("kgx", "kgx", "KGX nodes.tsv and edges.tsv, in a folder", _write_kgx),
    "graphml": Export(
        "graphml", "metastasis.graphml", "GraphML of the assertion network", _write_graphml
    ),
    "node-link": Export(
        "node-link", "metastasis.node-link.json", "NetworkX node-link JSON", _write_node_link
    ),
    "cytoscape": Export("cytoscape", "metastasis.cyjs", "Cytoscape JSON", _write_cytoscape),
}
"""Every form by name; ``metastasis export`` and ``metastasis build`` read this."""
