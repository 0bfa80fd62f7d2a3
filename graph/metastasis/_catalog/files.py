"""Reading the catalog's tables and mappings from ``ontology/``."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from metastasis._catalog.keys import shared_keys
from metastasis._catalog.lookup import Catalog
from metastasis._catalog.records import MAPPING_PREDICATES, Mapping, Primary, Site
from metastasis._catalog.rows import numbered_rows, split_cell
from metastasis._catalog.source_table import each_source, source_problems
from metastasis._clean import text_problems
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "catalog_faults",
    "read_catalog",
    "read_mappings",
    "read_term_labels",
    "record_faults",
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
_TEXTS = ("key", "label", "synonyms", "kind", "note")
"""What primaries and sites have of text."""
_SITE_COLUMNS = ("key", "label", "synonyms", "kind", "sex", "note")
_PART_COLUMNS = ("part", "whole", "note")
_MAPPING_COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def read_catalog(folder: Path | None = None) -> Catalog:
    """Return the catalog that stands in an ``ontology/`` folder (the shipped one by default).

    The shipped one is read once: a catalog is seen and not changed.

    >>> read_catalog().site("hepatic").key
    'liver'

    Raises
    ------
    TableError
        With every fault of every table: missing columns, keys that stand twice, parents that do not
        exist or run in a circle, values outside their list.
    """
    return _shipped_catalog() if folder is None else _read_folder(folder)


@lru_cache(maxsize=1)
def _shipped_catalog() -> Catalog:
    return _read_folder(ontology_path())


def _read_folder(root: Path) -> Catalog:
    faults: list[Fault] = []
    primary_rows = _gathered(_rows(root / "catalog" / "primaries.csv", _PRIMARY_COLUMNS), faults)
    site_rows = _gathered(_rows(root / "catalog" / "sites.csv", _SITE_COLUMNS), faults)
    parents: dict[str, list[str]] = defaultdict(list)
    for row in _gathered(_rows(root / "catalog" / "site_parts.csv", _PART_COLUMNS), faults):
        parents[row["part"]].append(row["whole"])
    keys = {row["key"] for row in primary_rows} or None
    sources = _gathered(each_source(root / "catalog" / "sources.csv", keys), faults)
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


def read_mappings(folder: Path) -> Iterator[tuple[str, Mapping]]:
    """Yield subject and mapping of every row of the SSSOM files of a folder."""
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.sssom.tsv")):
        for row in _gathered(_rows(path, _MAPPING_COLUMNS, delimiter="\t"), faults):
            yield row["subject_id"], Mapping(row["predicate_id"], row["object_id"])
    if faults:
        raise TableError(faults)


def read_term_labels(folder: Path) -> dict[str, str]:
    """Return what the other terms of the SSSOM files of a folder are called, where they say so.

    >>> from metastasis._files import ontology_path
    >>> read_term_labels(ontology_path("mappings"))["UBERON:0002107"]
    'liver'
    """
    return {
        row["object_id"]: row["object_label"]
        for path in sorted(folder.glob("*.sssom.tsv"))
        for _, row in numbered_rows(path, ("object_id", "object_label"), delimiter="\t")
        if row["object_label"]
    }


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


def _primary(row: dict[str, str], mappings: list[Mapping]) -> Primary:
    return Primary(
        key=row["key"],
        label=row["label"],
        kind=row["kind"],
        synonyms=split_cell(row["synonyms"]),
        parents=split_cell(row["parents"]),
        arises_in=split_cell(row["arises_in"]),
        neighbors=split_cell(row["neighbors"]),
        sex=row["sex"] or None,
        made_of=split_cell(row["made_of"]),
        mappings=tuple(sorted(mappings)),
        note=row["note"] or None,
    )


def _site(row: dict[str, str], parents: list[str], mappings: list[Mapping]) -> Site:
    return Site(
        key=row["key"],
        label=row["label"],
        kind=row["kind"],
        synonyms=split_cell(row["synonyms"]),
        parents=tuple(sorted(parents)),
        sex=row["sex"] or None,
        mappings=tuple(sorted(mappings)),
        note=row["note"] or None,
    )


def catalog_faults(catalog: Catalog) -> Iterator[Fault]:
    """Yield what is wrong with a catalog that came out of a file somebody may have changed.

    >>> list(catalog_faults(read_catalog()))
    []
    """
    parents = {site.key: list(site.parents) for site in catalog.sites.values()}
    yield from _faults(catalog, {}, parents)
    for source in catalog.sources.values():
        if source.design not in LISTS["design"]:
            remedy = f"not in the list; one of {', '.join(LISTS['design'])}"
            yield Fault("catalog", None, "design", source.design, remedy)
    sexes = [record.sex for record in catalog.primaries.values()]
    sexes += [record.sex for record in catalog.sites.values()]
    for sex in sexes:
        if sex not in (None, "female", "male"):
            yield Fault("catalog", None, "sex", sex, "must be female, male or blank")


def _faults(
    catalog: Catalog, mappings: dict[str, list[Mapping]], parents: dict[str, list[str]]
) -> Iterator[Fault]:
    for key in sorted(catalog.repeated_keys):
        yield Fault("catalog", None, "key", key, "stands twice; remove one")
    for key in sorted(catalog.circular()):
        yield Fault("catalog", None, "parents", key, "is, through its parents, a part of itself")
    yield from record_faults(catalog)
    yield from _link_faults(catalog, parents)
    yield from _kind_faults(catalog)
    yield from _mapping_faults(catalog, mappings)


@lru_cache(maxsize=8)
def record_faults(catalog: Catalog) -> tuple[Fault, ...]:
    """Return what is wrong with the records of a catalog, each by itself: with texts and addresses.

    >>> record_faults(read_catalog())
    ()
    """
    return tuple(_record_faults(catalog))


def _record_faults(catalog: Catalog) -> Iterator[Fault]:
    for record in (*catalog.primaries.values(), *catalog.sites.values()):
        values = ((name, getattr(record, name)) for name in _TEXTS)
        yield from (Fault("catalog", None, *problem) for problem in text_problems(values))
    for source in catalog.sources.values():
        yield from (Fault("sources", None, *problem) for problem in source_problems(source))


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
    for records in (catalog.primaries.values(), catalog.sites.values()):
        for term, one, other in shared_keys(records):
            remedy = f"joins both {one} and {other}: it is the broader or narrower of one of them"
            yield Fault("mappings", None, "object_id", term, remedy)


def _dangling(
    file: str, column: str, key: str, keys: Sequence[str], known: Container[str]
) -> Iterator[Fault]:
    for other in keys:
        if other not in known:
            yield Fault(file, None, column, other, f"no such key (named by {key})")
