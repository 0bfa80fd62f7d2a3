"""``metastasis validate``: every fault of tables and graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.output import say
from metastasis._cli.progress import waiting
from metastasis._errors import Fault, MetastasisError, TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["faults_in"]


def faults_in(files: Sequence[Path], sources: Sequence[Path]) -> list[Fault]:
    """Return every fault; none means that all is sound.

    A graph that cannot be read, or cannot be checked for want of pyshacl, is a fault as well.
    """
    from metastasis._evidence.assertion_table import assertion_paths
    from metastasis._files import ontology_path

    if files:
        tables = [path for file in files for path in _tables_of(file)]
        graphs = [path for path in files if not _is_table(path) and not path.is_dir()]
    else:
        tables, graphs = assertion_paths(), [ontology_path("release", "metastasis.nq")]
    faults = [
        Fault(str(path), None, None, None, "holds no assertion table (*.csv)")
        for path in files
        if path.is_dir() and not _tables_of(path)
    ]
    faults += _table_faults(tables, sources) if tables or sources else []
    for path in graphs:
        faults += _graph_faults(path)
    return faults


def _tables_of(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(filter(_is_table, path.iterdir()))
    return [path] if _is_table(path) else []


def _is_table(path: Path) -> bool:
    name = path.name.casefold()
    return name.endswith(".csv") and not name.endswith((".sources.csv", ".site-map.csv"))


def _table_faults(tables: Sequence[Path], sources: Sequence[Path]) -> list[Fault]:
    from metastasis._evidence.assertion_table import check_tables

    say(f"checking {len(tables)} assertion table{'' if len(tables) == 1 else 's'}")
    try:
        check_tables(tables, sources)
    except TableError as error:
        return list(error.faults)
    return []


def _graph_faults(path: Path) -> list[Fault]:
    from metastasis.rdf._read import load_store
    from metastasis.rdf._validation import shape_faults

    say(f"checking {path} against the shapes")
    try:
        with waiting("checking against the shapes"):
            found = shape_faults(load_store(path))
    except MetastasisError as error:
        return [Fault(str(path), None, None, None, str(error))]
    return [Fault(str(path), None, None, None, fault) for fault in found]
