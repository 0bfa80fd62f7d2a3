"""``metastasis validate``: every fault of tables and graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._cli.output import say, write_rows, write_words
from metastasis._cli.progress import waiting
from metastasis._cli.shell import stop
from metastasis._errors import Fault, MetastasisError, MissingExtraError, TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metastasis._cli.options import RowForm

__all__ = ["validate"]


def validate(
    files: Sequence[Path] = (),
    *,
    sources: Sequence[Path] = (),
    format: RowForm | None = None,  # noqa: A002
    out: Path | None = None,
) -> None:
    """Check assertion tables by their rules; graphs by their shapes, and against themselves.

    Edges, intervals, pairs and counts of a graph are derived again from its assertions, and its
    content is held to the hash that the file states at its end; JSON-LD and evidence.json have
    none. Every fault of every file in one go; exit code 3 where there are any.

    Example: metastasis validate

    Example: metastasis validate metastasis.nq

    Example: metastasis validate mine.csv --sources my-sources.csv

    Parameters
    ----------
    files : FILE...
        Assertion tables (.csv), folders of them, or graphs (.nq, .ttl …).  [default: all that is
        shipped]
    sources : FILE
        A table of your own sources; may be given again.
    format
        The faults as rows in this form.  [default: a line each]
    out
        A file for the faults.  [default: standard output]
    """
    from metastasis._table import Table

    found = _faults_in(files, sources)
    if format is None:
        write_words("".join(f"{fault}\n" for fault in found), out)
    else:
        write_rows(Table(Fault, found), format, out)
    if found:
        stop(f"{len(found)} fault{'' if len(found) == 1 else 's'}", 3)
    say("no faults")


def _faults_in(files: Sequence[Path], sources: Sequence[Path]) -> list[Fault]:
    """Return every fault; none means that all is sound.

    A graph that cannot be read is a fault as well.
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
    from metastasis.rdf import content_faults, derivation_faults, load_store, shape_faults
    from metastasis.rdf._content import stated_hash

    say(f"checking {path}: content, shapes, and what follows from its assertions")
    found: list[str] = []
    try:
        with waiting("checking the graph"):
            found += content_faults(path)
            store = load_store(path)
            found += shape_faults(store)
            found += derivation_faults(store)
            if not found and stated_hash(path) is None:
                say(
                    f"{path} states no hash of its content: what does not follow from its "
                    "assertions, as names, notes and licenses, is not checked"
                )
    except MissingExtraError:
        raise  # what cannot be checked is no fault
    except MetastasisError as error:
        found.append(str(error))
    return [Fault(str(path), None, None, None, fault) for fault in found]
