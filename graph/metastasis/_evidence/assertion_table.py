"""The curated evidence: the shipped assertion tables, and the user's own beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis._catalog import Catalog, Source, read_catalog
from metastasis._catalog.files import read_sources
from metastasis._errors import Fault, ReadError, TableError
from metastasis._evidence.assertion import Assertion, check_assertions, read_rows
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
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
        With every fault of every table, unreadable ones included.
    """
    return check_tables([*assertion_paths(), *assertions], sources)


def check_tables(paths: Sequence[Path], sources: Sequence[Path] = ()) -> Knowledge:
    """Return what tables hold, read and checked against the catalog.

    ``paths`` are assertion tables, ``sources`` tables of sources that the shipped catalog lacks. A
    table of sources that stands beside an assertion table, ``mine.sources.csv`` beside
    ``mine.csv``, is read without being named.

    Raises
    ------
    TableError
        With every fault of every table, each with the line of the file on which its row begins.
    """
    shipped = read_catalog()
    own, faults = _own_sources(_with_those_beside(paths, sources), shipped)
    catalog = shipped.with_sources(own)
    known: dict[str, Collection[str]] = {"primary": catalog.primaries, "site": catalog.sites}
    if not faults:
        known["source"] = catalog.sources
    assertions: list[Assertion] = []
    places: list[tuple[str, int]] = []
    for path in paths:
        for item in read_rows(path, known):
            if isinstance(item, Fault):
                faults.append(item)
            else:
                places.append((str(path), item[0]))
                assertions.append(item[1])
    faults.extend(_faults_between(assertions, known, places))
    if faults:
        raise TableError(faults)
    return Knowledge(catalog, assertions)


def _faults_between(
    assertions: list[Assertion],
    known: dict[str, Collection[str]],
    places: Sequence[tuple[str, int]],
) -> Sequence[Fault]:
    """Return what is wrong with rows that are sound cell by cell."""
    try:
        check_assertions(
            assertions,
            primaries=known["primary"],
            sites=known["site"],
            sources=known.get("source", frozenset(one.source for one in assertions)),
            where=places.__getitem__,
        )
    except TableError as error:
        return error.faults
    return ()


def _with_those_beside(paths: Sequence[Path], sources: Sequence[Path]) -> list[Path]:
    beside = [path.with_suffix(".sources.csv") for path in paths]
    found = [*sources, *(path for path in beside if path.is_file())]
    return list({path.resolve(): path for path in found}.values())


def _own_sources(paths: Sequence[Path], shipped: Catalog) -> tuple[list[Source], list[Fault]]:
    """Return the sources of the user's own tables, and what is wrong with those tables."""
    own: dict[str, Source] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            found = read_sources(path)
        except TableError as error:
            faults.extend(error.faults)
            continue
        except ReadError as error:
            faults.append(Fault(str(path), None, None, None, str(error)))
            continue
        for source in found:
            if source.key in shipped.sources:
                remedy = "is a shipped source; choose another key"
                faults.append(Fault(str(path), None, "key", source.key, remedy))
            elif source.key in own:
                faults.append(Fault(str(path), None, "key", source.key, "stands twice; remove one"))
            own[source.key] = source
    return list(own.values()), faults
