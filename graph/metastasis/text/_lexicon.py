"""The lexicon: every written form of the primaries and sites of the catalog, and what each names.

Long because the table, what is made of the catalog and what is wrong with either stand together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._catalog.files import read_catalog
from metastasis._catalog.rows import readable_rows
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path
from metastasis.text._forms import folded, is_short, name_forms, node_forms, plural, spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from metastasis._catalog import Catalog, Primary, Site

__all__ = ["KINDS", "Lexicon", "Name", "read_lexicon"]

KINDS: Final = ("primary", "site", "blocked")
_COLUMNS: Final = ("written", "kind", "key", "note")

_STATED: Final = 3
_OTHER_NUMBER: Final = 2
_MADE: Final = 1
"""How much a form counts: one that a table states before its plural, and both before those that
are made of parts."""


class Name(NamedTuple):
    """What a written form names."""

    kind: str
    key: str
    weight: int
    case: str | None = None
    """Of an abbreviation, how it must be written."""


class Lexicon:
    """The names by their folded forms."""

    def __init__(self, names: Mapping[str, Name], catalog: Catalog) -> None:
        self.names = names
        self.catalog = catalog


def read_lexicon(folder: Path | None = None) -> Lexicon:
    """Return the lexicon of an ``ontology/`` folder (the shipped one by default).

    >>> read_lexicon().names["hepatic"].key
    'liver'

    Raises
    ------
    TableError
        With every fault of the table of names.
    """
    return _shipped() if folder is None else _read(folder, read_catalog(folder))


@lru_cache(maxsize=1)
def _shipped() -> Lexicon:
    return _read(ontology_path(), read_catalog())


def _read(folder: Path, catalog: Catalog) -> Lexicon:
    faults: list[Fault] = []
    path = folder / "text" / "names.csv"
    names: dict[str, Name] = {}
    for form, name in _names(path, folder, catalog, faults):
        known = names.get(form)
        if known is None or name.weight > known.weight:
            names[form] = name
    if faults:
        raise TableError(faults)
    return Lexicon(names, catalog)


def _names(
    path: Path, folder: Path, catalog: Catalog, faults: list[Fault]
) -> Iterator[tuple[str, Name]]:
    for site in catalog.sites.values():
        for written in (site.label, *site.synonyms):
            yield from _forms(written, "site", site.key, site)
    for _, row in readable_rows(path, _COLUMNS, faults):
        record = _record(row, catalog)
        yield from _forms(row["written"], row["kind"], row["key"], record)
    for primary in catalog.primaries.values():
        for written in (primary.label, *primary.synonyms):
            yield from _forms(written, "primary", primary.key, primary)
    out = folder / "catalog" / "out_of_scope.csv"
    for _, row in readable_rows(out, ("name", "note"), faults):
        yield from _forms(row["name"], "blocked", "out_of_scope", None)


def _record(row: dict[str, str], catalog: Catalog) -> Primary | Site | None:
    if row["kind"] == "primary":
        return catalog.primaries.get(row["key"])
    return catalog.sites.get(row["key"]) if row["kind"] == "site" else None


def _forms(
    written: str, kind: str, key: str, record: Primary | Site | None
) -> Iterator[tuple[str, Name]]:
    if is_short(written):
        for case in (written, f"{written}s"):
            yield folded(case), Name(kind, key, _STATED, case)
        return
    plain = folded(written)
    for form in spellings(plain):
        yield form, Name(kind, key, _STATED)
        yield plural(form), Name(kind, key, _OTHER_NUMBER)
    for made in _made(plain, kind, record):
        for form in spellings(made):
            yield form, Name(kind, key, _MADE)


def _made(plain: str, kind: str, record: Primary | Site | None) -> Iterator[str]:
    if kind == "primary" and record is not None:
        yield from name_forms(plain, is_organ=record.kind == "organ")
    elif kind == "site" and record is not None and record.kind == "lymph_node":
        yield from node_forms(plain)
