"""Reading the catalog's tables and mappings from ``ontology/``."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from metastasis._catalog.lookup import Catalog
from metastasis._catalog.records import (
    MAPPING_PREDICATES,
    PEOPLE,
    Mapping,
    Primary,
    Site,
    Source,
    years_in,
)
from metastasis._errors import Fault, TableError
from metastasis._files import not_csv, ontology_path, read_text
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "SOURCE_COLUMNS",
    "numbered_rows",
    "read_catalog",
    "read_mappings",
    "read_sources",
    "readable_rows",
    "source_problems",
]

_Row = TypeVar("_Row")

_PRIMARY_COLUMNS = (
    "key",
    "label",
    "synonyms",
    "kind",
    "parents",
    "arises_in",
    "neighbors",
    "sex",
    "made_of",
    "note",
)
_SITE_COLUMNS = ("key", "label", "synonyms", "kind", "sex", "note")
_PART_COLUMNS = ("part", "whole", "note")
SOURCE_COLUMNS = (
    "key",
    "citation",
    "doi",
    "url",
    "license",
    "license_url",
    "design",
    "population",
    "years",
    "registry",
    "people",
    "note",
)
"""The columns of a table of sources, in order."""
_SOURCE_REQUIRED = ("key", "citation", "design")
_SOURCE_LISTS = ("registry", "people")
"""The columns that tables of an earlier release do not have: without them nothing is said."""
_MAPPING_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def read_catalog(folder: Path | None = None) -> Catalog:
    """Return the catalog that stands in an ``ontology/`` folder (the shipped one by default).

    >>> read_catalog().site("hepatic").key
    'liver'

    Raises
    ------
    TableError
        With every fault of every table: missing columns, keys that stand twice, parents that do not
        exist or run in a circle, values outside their list.
    """
    root = folder if folder is not None else ontology_path()
    faults: list[Fault] = []
    primary_rows = _gathered(_rows(root / "catalog" / "primaries.csv", _PRIMARY_COLUMNS), faults)
    site_rows = _gathered(_rows(root / "catalog" / "sites.csv", _SITE_COLUMNS), faults)
    parents: dict[str, list[str]] = defaultdict(list)
    for row in _gathered(_rows(root / "catalog" / "site_parts.csv", _PART_COLUMNS), faults):
        parents[row["part"]].append(row["whole"])
    keys = {row["key"] for row in primary_rows} or None
    sources = _gathered(_sources(root / "catalog" / "sources.csv", keys), faults)
    mappings: dict[str, list[Mapping]] = defaultdict(list)
    for subject, mapping in _gathered(read_mappings(root / "mappings"), faults):
        mappings[subject].append(mapping)
    if faults:
        raise TableError(faults)
    catalog = Catalog(
        primaries=[_primary(row, mappings[f"primary:{row['key']}"]) for row in primary_rows],
        sites=[
            _site(row, parents[row["key"]], mappings[f"site:{row['key']}"]) for row in site_rows
        ],
        sources=sources,
        diseases={
            subject.partition(":")[2]: tuple(sorted(found))
            for subject, found in mappings.items()
            if subject.startswith("disease:")
        },
    )
    faults = list(_faults(catalog, mappings, parents))
    if faults:
        raise TableError(faults)
    return catalog


def read_sources(
    path: Path, primaries: Collection[str] | None = None, shipped: Collection[str] = ()
) -> list[Source]:
    """Return the sources of a ``sources.csv``, the user's own or the shipped one.

    Its column ``people`` may name the primaries given, by their keys; None is any. A table without
    the columns ``registry`` and ``people`` says nothing of either. ``shipped`` are keys that are
    taken.

    Raises
    ------
    TableError
        With every fault: a missing column, a design that is not in the list, an address that is
        none, years or people that cannot be read, a key that stands twice or is taken.
    ReadError
        The file cannot be read.
    """
    return list(_sources(path, primaries, shipped))


def _sources(
    path: Path, primaries: Collection[str] | None, shipped: Collection[str] = ()
) -> Iterator[Source]:
    faults: list[Fault] = []
    columns = [name for name in SOURCE_COLUMNS if name not in _SOURCE_LISTS]
    first_with: dict[str, int] = {}
    for line, row in readable_rows(path, columns, faults):
        source = _source(row)
        problems = [*source_problems(source), *_people_problems(source, primaries)]
        if source.key in shipped:
            problems.append(("key", source.key, "is a shipped source; choose another key"))
        elif source.key and (first := first_with.setdefault(source.key, line)) != line:
            problems.append(("key", source.key, f"stands in row {first} as well; remove one"))
        faults.extend(Fault(str(path), line, *problem) for problem in problems)
        if not problems:
            yield source
    if faults:
        raise TableError(faults)


def source_problems(source: Source) -> Iterator[tuple[str, str | None, str]]:
    """Yield column, value and remedy of all that is wrong with a source by itself."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", source.key):
        yield "key", source.key, "write it in lower-case letters, digits and hyphens"
    if not source.citation:
        yield "citation", "", "must not be blank"
    if source.design not in LISTS["design"]:
        yield "design", source.design, f"not in the list; one of {', '.join(LISTS['design'])}"
    if source.doi is not None and not re.fullmatch(r"10\.\d+/[^\s<>\"{}|^`\\]+", source.doi):
        yield "doi", source.doi, "not a DOI; write it as 10.1000/182, without https://doi.org/"
    for column, address in (("url", source.url), ("license_url", source.license_url)):
        if address is not None and not re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", address):
            yield column, address, "not an address; it begins with https:// and holds no blanks"
    if source.years is not None and not years_in(source.years):
        yield "years", source.years, "write 2010, 2010-2015 or several as 1991-2000; 2003"


def _people_problems(
    source: Source, primaries: Collection[str] | None
) -> Iterator[tuple[str, str | None, str]]:
    said: set[tuple[str | None, str]] = set()
    for entry in source.people:
        found = PEOPLE.fullmatch(entry)
        if found is None or int(found["number"]) == 0:
            remedy = "write metastatic_patients 761 or ovary/metastatic_patients 120, digits only"
            yield "people", entry, remedy
            continue
        primary, denominator = found["primary"], found["denominator"]
        if denominator not in LISTS["denominator"]:
            listed = ", ".join(LISTS["denominator"])
            yield "people", entry, f"no denominator is called {denominator}; one of {listed}"
        if primary is not None and primaries is not None and primary not in primaries:
            yield "people", entry, f"no primary of the catalog has the key {primary}"
        if (primary, denominator) in said:
            yield "people", entry, "says this denominator a second time; remove one"
        said.add((primary, denominator))


def read_mappings(folder: Path) -> Iterator[tuple[str, Mapping]]:
    """Yield subject and mapping of every row of the SSSOM files of a folder."""
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.sssom.tsv")):
        for row in _gathered(_rows(path, _MAPPING_COLUMNS, delimiter="\t"), faults):
            yield row["subject_id"], Mapping(row["predicate_id"], row["object_id"])
    if faults:
        raise TableError(faults)


def _gathered(rows: Iterable[_Row], faults: list[Fault]) -> list[_Row]:
    """Return the rows of a table, or none and its faults put with the others."""
    try:
        return list(rows)
    except TableError as error:
        faults.extend(error.faults)
        return []


def _rows(path: Path, columns: Sequence[str], delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a table."""
    for _, row in numbered_rows(path, columns, delimiter):
        yield row


def numbered_rows(
    path: Path, columns: Sequence[str], delimiter: str = ","
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table, each with the line of the file on which it begins.

    Lines before the header that start with ``#`` are skipped.
    """
    lines = io.StringIO(read_text(path), newline="")
    start = skipped = 0
    while lines.readline().startswith("#"):
        start = lines.tell()
        skipped += 1
    lines.seek(start)
    table = csv.DictReader(lines, delimiter=delimiter, strict=True)
    faults: list[Fault] = []
    line = skipped + 1
    try:
        names = table.fieldnames or ()
        missing = [name for name in columns if name not in names]
        if missing and len(names) < 2:
            # One fault, and not as many as there are columns.
            faults.append(_headless(path, line, names, columns, delimiter))
        else:
            remedy = "the column is missing; add it"
            faults.extend(Fault(str(path), line, name, None, remedy) for name in missing)
        line = skipped + table.line_num + 1
        for row in () if missing else table:
            if None in row or None in row.values():
                remedy = "more or fewer cells than the header"
                faults.append(Fault(str(path), line, None, None, remedy))
            else:
                yield line, row
            line = skipped + table.line_num + 1
    except csv.Error as error:
        faults.append(Fault(str(path), line, None, None, not_csv(error)))
    if faults:
        raise TableError(faults)


def readable_rows(
    path: Path, columns: Sequence[str], faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table that can be read, and put what is wrong with others to the faults.

    So that one row with a comma too many does not hide what is wrong with the cells of the others.
    """
    try:
        yield from numbered_rows(path, columns)
    except TableError as error:
        faults.extend(error.faults)


def _headless(
    path: Path, line: int, names: Sequence[str], columns: Sequence[str], delimiter: str
) -> Fault:
    """Return what is wrong with a table whose header names no two columns."""
    marks = {",": "commas", ";": "semicolons", "\t": "tabs"}
    wanted = marks.pop(delimiter)
    other = next((words for mark, words in marks.items() for name in names if mark in name), None)
    if other is not None:
        remedy = f"cells are separated by {other}; save it with {wanted}"
        return Fault(str(path), line, None, None, remedy)
    remedy = f"the first row must name the columns: {', '.join(columns)}"
    if not names:
        return Fault(str(path), None, None, None, f"the file is empty; {remedy}")
    return Fault(str(path), line, None, None, remedy)


def _primary(row: dict[str, str], mappings: list[Mapping]) -> Primary:
    return Primary(
        key=row["key"],
        label=row["label"],
        kind=row["kind"],
        synonyms=_split(row["synonyms"]),
        parents=_split(row["parents"]),
        arises_in=_split(row["arises_in"]),
        neighbors=_split(row["neighbors"]),
        sex=row["sex"] or None,
        made_of=_split(row["made_of"]),
        mappings=tuple(sorted(mappings)),
        note=row["note"] or None,
    )


def _site(row: dict[str, str], parents: list[str], mappings: list[Mapping]) -> Site:
    return Site(
        key=row["key"],
        label=row["label"],
        kind=row["kind"],
        synonyms=_split(row["synonyms"]),
        parents=tuple(sorted(parents)),
        sex=row["sex"] or None,
        mappings=tuple(sorted(mappings)),
        note=row["note"] or None,
    )


def _source(row: dict[str, str]) -> Source:
    texts = [name for name in SOURCE_COLUMNS if name not in (*_SOURCE_REQUIRED, *_SOURCE_LISTS)]
    values: dict[str, Any] = {
        **{name: row[name] for name in _SOURCE_REQUIRED},
        **{name: row[name] or None for name in texts},
        **{name: _split(row.get(name, "")) for name in _SOURCE_LISTS},
    }
    return Source(**values)


def _split(cell: str) -> tuple[str, ...]:
    return tuple(sorted(part.strip() for part in cell.split(";") if part.strip()))


def _faults(
    catalog: Catalog, mappings: dict[str, list[Mapping]], parents: dict[str, list[str]]
) -> Iterator[Fault]:
    for key in sorted(catalog.repeated_keys):
        yield Fault("catalog", None, "key", key, "stands twice; remove one")
    for key in sorted(catalog.circular()):
        yield Fault("catalog", None, "parents", key, "is, through its parents, a part of itself")
    yield from _link_faults(catalog, parents)
    yield from _kind_faults(catalog)
    yield from _mapping_faults(catalog, mappings)


def _link_faults(catalog: Catalog, parents: dict[str, list[str]]) -> Iterator[Fault]:
    for primary in catalog.primaries.values():
        for column, keys, known in (
            ("parents", primary.parents, frozenset(catalog.primaries)),
            ("arises_in", primary.arises_in, frozenset(catalog.sites)),
            ("neighbors", primary.neighbors, frozenset(catalog.sites)),
            ("made_of", primary.made_of, frozenset(catalog.primaries)),
        ):
            yield from _dangling("primaries.csv", column, primary.key, keys, known)
        for part in primary.made_of:
            if part in catalog.primaries and primary.key not in catalog.primaries[part].parents:
                remedy = f"is no subtype of {primary.key}: name {primary.key} among its parents"
                yield Fault("primaries.csv", None, "made_of", part, remedy)
    for part, wholes in parents.items():
        yield from _dangling("site_parts.csv", "part", part, [part], catalog.sites)
        yield from _dangling("site_parts.csv", "whole", part, wholes, catalog.sites)


def _kind_faults(catalog: Catalog) -> Iterator[Fault]:
    kinds = [record.kind for record in catalog.primaries.values()]
    kinds += [record.kind for record in catalog.sites.values()]
    for kind in kinds:
        if kind not in LISTS["kind"]:
            remedy = f"not in the list; one of {', '.join(LISTS['kind'])}"
            yield Fault("catalog", None, "kind", kind, remedy)


def _mapping_faults(catalog: Catalog, mappings: dict[str, list[Mapping]]) -> Iterator[Fault]:
    known = {f"primary:{key}" for key in catalog.primaries}
    known |= {f"site:{key}" for key in catalog.sites}
    for subject, found in mappings.items():
        primary, _, site = subject.removeprefix("disease:").partition("--")
        parts = {f"primary:{primary}", f"site:{site}"}
        if not known.issuperset(parts if subject.startswith("disease:") else {subject}):
            yield Fault("mappings", None, "subject_id", subject, "not in the catalog")
        for mapping in found:
            if mapping.predicate not in MAPPING_PREDICATES:
                remedy = f"one of {', '.join(MAPPING_PREDICATES)}"
                yield Fault("mappings", None, "predicate_id", mapping.predicate, remedy)


def _dangling(
    file: str, column: str, key: str, keys: Sequence[str], known: Container[str]
) -> Iterator[Fault]:
    for other in keys:
        if other not in known:
            yield Fault(file, None, column, other, f"no such key (named by {key})")
