"""Assertion tables: the CSV form in which evidence comes in, shipped and one's own."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog import Catalog, Source, read_catalog
from metastasis._catalog.source_table import read_sources
from metastasis._clean import separated, text_of
from metastasis._errors import Fault, ReadError, TableError
from metastasis._evidence.assertion import COLUMNS, Assertion, as_text
from metastasis._evidence.check import REQUIRED, check_assertions, nearest, no_such_key
from metastasis._evidence.evidence import Evidence
from metastasis._files import not_csv, ontology_path, read_text, write_text
from metastasis._vocabulary import CODED, LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

__all__ = [
    "assertion_paths",
    "assertions_as_csv",
    "check_tables",
    "read_assertions",
    "read_evidence",
    "read_row",
    "read_rows",
    "write_assertions",
]

_DEFAULTS: Final = {
    "relation": "metastasis",
    "occurrence": "any",
    "setting": "unspecified",
    "stage": "any",
    "reading": "table",
}
_WHOLE: Final = ("count", "total", "start", "end")


def read_assertions(paths: Path | str | Iterable[Path | str]) -> list[Assertion]:
    """Return the assertions of one or more CSV files, in the order of the files and rows.

    Each file is UTF-8, comma separated, with a header row that names columns of :data:`COLUMNS` in
    any order; blank cells stand for the default. Primary, site and source keys are not looked up
    here: :func:`check_assertions` does that.

    Raises
    ------
    TableError
        With every fault of every file: unknown or missing columns, short or long rows, values that
        are not numbers or not in their closed list.
    """
    assertions: list[Assertion] = []
    faults: list[Fault] = []
    for path in [paths] if isinstance(paths, Path | str) else paths:
        for item in read_rows(Path(path)):
            if isinstance(item, Fault):
                faults.append(item)
            else:
                assertions.append(item[1])
    if faults:
        raise TableError(faults)
    return assertions


def write_assertions(assertions: Iterable[Assertion], path: Path | str) -> None:
    """Write an assertion table: UTF-8, one row an assertion, all columns, in the order given."""
    write_text(Path(path), assertions_as_csv(assertions))


def assertions_as_csv(assertions: Iterable[Assertion]) -> str:
    """Return the text of an assertion table, as :func:`write_assertions` writes it."""
    rows = ([as_text(getattr(one, name)) for name in COLUMNS] for one in assertions)
    return separated([COLUMNS, *rows])


def read_rows(
    path: Path, known: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Iterator[tuple[int, Assertion] | Fault]:
    """Yield each row of an assertion table: where it begins and what it says, or what is wrong.

    The place is the line of the file on which the row begins; a quoted cell may go over several.
    ``known`` holds, for columns such as ``primary``, the keys that may stand there; columns that
    are not in it may hold any key.
    """
    file = str(path)
    try:
        text = read_text(path)
    except ReadError as error:
        yield Fault(file, None, None, None, str(error))
        return
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = next(rows, [])
        if faults := list(_header_faults(file, header)):
            yield from faults
            return
        line = rows.line_num + 1
        for cells in rows:
            if cells:
                yield from read_row(file, line, header, cells, known)
            line = rows.line_num + 1
    except csv.Error as error:
        yield Fault(file, line, None, None, not_csv(error))


def assertion_paths() -> list[Path]:
    """Return the shipped assertion tables, one a source, by name."""
    return sorted(ontology_path("assertions").glob("*.csv"))


def read_evidence(assertions: Sequence[Path] = (), sources: Sequence[Path] = ()) -> Evidence:
    """Return the shipped catalog and assertions, with tables of the user's own beside them.

    >>> len(read_evidence().assertions) > 300
    True

    Raises
    ------
    TableError
        With every fault of every table, unreadable ones included.
    """
    return check_tables([*assertion_paths(), *assertions], sources)


def check_tables(paths: Sequence[Path], sources: Sequence[Path] = ()) -> Evidence:
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
    return Evidence(catalog, assertions)


def _header_faults(file: str, header: list[str]) -> Iterator[Fault]:
    if not header:
        yield Fault(
            file,
            None,
            None,
            None,
            f"the file is empty; its first row must name the columns: {', '.join(COLUMNS)}",
        )
        return
    if len(header) == 1 and (mark := next((mark for mark in ";\t" if mark in header[0]), None)):
        other = "tabs" if mark == "\t" else "semicolons"
        yield Fault(file, 1, None, None, f"cells are separated by {other}; save it with commas")
        return
    for name in header:
        if name not in COLUMNS:
            yield Fault(
                file,
                1,
                name or "(unnamed)",
                None,
                f"no such column{nearest(name, COLUMNS)}; columns are {', '.join(COLUMNS)}",
            )
    for name in REQUIRED:
        if name not in header:
            yield Fault(file, 1, name, None, "the column is missing; add it")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Fault(file, 1, name, None, "the column stands twice; remove one")


def read_row(
    file: str, line: int, header: list[str], cells: list[str], known: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, Assertion] | Fault]:
    """Yield what a row says, with its line; or each thing that is wrong with its cells."""
    if len(cells) != len(header):
        remedy = "a comma may want quotes, or the file may be cut off"
        number = (
            f"{len(cells)} cell{'' if len(cells) == 1 else 's'} where the header has {len(header)}"
        )
        yield Fault(file, line, None, None, f"{number}; {remedy}")
        return
    values: dict[str, Any] = dict(_DEFAULTS)
    faults = []
    for name, cell in zip(header, cells, strict=True):
        text = text_of(cell.strip())
        try:
            if text:
                values[name] = _parse(name, text, known)
            elif name in REQUIRED:
                raise ValueError("must not be blank")  # noqa: TRY301
        except ValueError as error:
            faults.append(Fault(file, line, name, text, str(error)))
    if faults:
        yield from faults
    else:
        yield line, Assertion(**values)


def _parse(name: str, text: str, known: Mapping[str, Collection[str]]) -> str | int | Decimal:
    if name in _WHOLE:
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise ValueError("not a whole number; write digits only")
        return int(text)
    if name == "percent":
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", text):
            raise ValueError("not a number; write it without %, with a point, such as 12.5")
        return Decimal(text)
    if name in known and text not in known[name]:
        raise ValueError(no_such_key(name, known[name], text))
    if name in CODED and text not in LISTS[name]:
        raise ValueError(
            f"not in the list{nearest(text, LISTS[name])}; one of {', '.join(LISTS[name])}"
        )
    return text


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
            found = read_sources(path, shipped.primaries, shipped.sources)
        except TableError as error:
            faults.extend(error.faults)
            continue
        except ReadError as error:
            faults.append(Fault(str(path), None, None, None, str(error)))
            continue
        for source in found:
            if source.key in own:
                remedy = "stands in another table of sources as well; remove one"
                faults.append(Fault(str(path), None, "key", source.key, remedy))
            own[source.key] = source
    return list(own.values()), faults
