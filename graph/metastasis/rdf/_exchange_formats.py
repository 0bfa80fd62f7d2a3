"""Every form in which the graph leaves, by name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically, write_text, write_together
from metastasis.rdf._formats import FORMATS, find_format, write_graph

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyoxigraph as ox

    from metastasis._evidence.evidence import Evidence

__all__ = ["EXPORTS", "Export", "export", "find_export"]


class Exported(Protocol):
    """What can be written: evidence, and the store of the same graph."""

    evidence: Evidence

    @property
    def store(self) -> ox.Store:
        """The quads; made when they are needed."""


@dataclass(frozen=True, slots=True)
class Export:
    """A form in which the graph leaves: its name, the file it is written to, and what it is."""

    name: str
    file: str
    description: str
    write: Callable[[Exported, Path, str], list[Path]]


def export(
    kg: Exported, name: str | None, path: Path, *, command: str = "metastasis export"
) -> list[Path]:
    """Write the graph in a named form, or the one that the file's ending tells.

    Returns the files written.

    Raises
    ------
    UnknownNameError
        There is no such form; the error lists those that there are.
    WriteError
        A file cannot be written.
    """
    return find_export(name or find_format(path.name).name).write(kg, path, command)


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


def _rdf(name: str) -> Callable[[Exported, Path, str], list[Path]]:
    def write(kg: Exported, path: Path, command: str) -> list[Path]:
        write_graph(kg.store, path, name, command=command)
        return [path]

    return write


def _write_assertions(kg: Exported, path: Path, _command: str) -> list[Path]:
    from metastasis._evidence.assertion_table import write_assertions

    write_assertions(kg.evidence.assertions, path)
    return [path]


def _write_kgx(kg: Exported, folder: Path, command: str) -> list[Path]:
    from metastasis.rdf._kgx import edges_table, nodes_table

    texts = {
        "nodes.tsv": nodes_table(kg.evidence),
        "edges.tsv": edges_table(kg.evidence),
        "README.txt": _notice(command),
    }
    with write_together(folder) as draft:
        for name, text in texts.items():
            write_text(draft / name, text)
    return [folder / name for name in texts]


def _notice(command: str) -> str:
    from metastasis.rdf._formats import header

    return header(command, mark="")


def _write_graphml(kg: Exported, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    with write_atomically(path) as file:
        nx.write_graphml_xml(_network(kg), file)
    return [path]


def _write_node_link(kg: Exported, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    return _write_json(nx.node_link_data(_network(kg), edges="edges"), path)


def _write_cytoscape(kg: Exported, path: Path, _command: str) -> list[Path]:
    import networkx as nx

    return _write_json(nx.cytoscape_data(_network(kg)), path)


def _network(kg: Exported) -> Any:
    from metastasis.analysis import assertion_network

    return assertion_network(kg.evidence)


def _write_index(kg: Exported, path: Path, _command: str) -> list[Path]:
    from metastasis._evidence.index import index_text

    write_text(path, index_text(kg.evidence))
    return [path]


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
    "evidence": Export(
        "evidence", "metastasis.evidence.json", "catalog and assertions as JSON", _write_index
    ),
    "cytoscape": Export("cytoscape", "metastasis.cyjs", "Cytoscape JSON", _write_cytoscape),
}
"""Every form by name; ``metastasis export`` and ``metastasis build`` read this."""
