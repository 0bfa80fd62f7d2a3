"""``metastasis validate``: every fault of tables and graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis.cli.output import say
from metastasis.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["faults_in"]


def faults_in(files: Sequence[Path], sources: Sequence[Path]) -> list[str]:
    """Return every fault, one line each; none means that all is sound.

    Raises
    ------
    ReadError
        A graph file cannot be read.
    MissingExtraError
        A graph is to be checked and pyshacl is not installed.
    """
    from metastasis.curated import assertion_paths, check_tables
    from metastasis.files import ontology_path

    tables = [path for path in files if path.suffix == ".csv"]
    graphs = [path for path in files if path.suffix != ".csv"]
    if not files:
        tables, graphs = assertion_paths(), [ontology_path("release", "metastasis.nq")]
    faults: list[str] = []
    if tables:
        say(f"checking {len(tables)} assertion table{'' if len(tables) == 1 else 's'}")
        try:
            check_tables(tables, sources)
        except TableError as error:
            faults += map(str, error.faults)
    for path in graphs:
        say(f"checking {path} against the shapes")
        faults += _graph_faults(path)
    return faults


def _graph_faults(path: Path) -> list[str]:
    from metastasis.graph import KnowledgeGraph
    from metastasis.rdf.validation import shape_faults

    return [f"{path}: {fault}" for fault in shape_faults(KnowledgeGraph.read(path).store)]
