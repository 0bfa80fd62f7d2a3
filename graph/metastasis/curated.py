"""The curated evidence: the shipped assertion tables, and the user's own beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.assertion import Assertion, check_assertions, read_assertions
from metastasis.catalog import Catalog, read_catalog
from metastasis.catalog.files import read_sources
from metastasis.errors import Fault, TableError
from metastasis.files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Knowledge", "assertion_paths", "check_tables", "read_knowledge"]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a graph is built from."""

    catalog: Catalog
    assertions: list[Assertion]


def assertion_paths() -> list[Path]:
    """Return the shipped assertion tables, one a source, by name."""
    return sorted(ontology_path("assertions").glob("*.csv"))


def read_knowledge(assertions: Sequence[Path] = (), sources: Sequence[Path] = ()) -> Knowledge:
    """Return the shipped catalog and assertions, with tables of the user's own beside them.

    >>> knowledge = read_knowledge()
    >>> len(knowledge.assertions) > 300
    True

    Raises
    ------
    TableError
        With every fault of every table.
    ReadError
        A table of sources cannot be read.
    """
    return check_tables([*assertion_paths(), *assertions], sources)


def check_tables(paths: Sequence[Path], sources: Sequence[Path] = ()) -> Knowledge:
    """Return what tables hold, read and checked against the catalog.

    Raises
    ------
    TableError
        With every fault of every table.
    """
    catalog = _with_sources(read_catalog(), sources)
    faults: list[Fault] = []
    rows: list[Assertion] = []
    places: list[tuple[str, int | None]] = []
    for path in paths:
        try:
            found = read_assertions([path])
        except TableError as error:
            faults.extend(error.faults)
            continue
        rows.extend(found)
        places.extend((str(path), number) for number in range(2, len(found) + 2))
    try:
        check_assertions(
            rows,
            primaries=catalog.primaries,
            sites=catalog.sites,
            sources=catalog.sources,
            where=places.__getitem__,
        )
    except TableError as error:
        faults.extend(error.faults)
    if faults:
        raise TableError(faults)
    return Knowledge(catalog, rows)


def _with_sources(catalog: Catalog, paths: Sequence[Path]) -> Catalog:
    own = [source for path in paths for source in read_sources(path)]
    taken = [source.key for source in own if source.key in catalog.sources]
    if taken:
        raise TableError(
            Fault("sources", None, "key", key, "is a shipped source; choose another key") for key in taken
        )
    return Catalog(
        primaries=catalog.primaries.values(),
        sites=catalog.sites.values(),
        sources=[*catalog.sources.values(), *own],
        diseases=catalog.diseases,
    )
