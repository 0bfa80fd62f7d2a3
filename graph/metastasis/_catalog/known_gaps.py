"""Pairs that were looked up and not found: what was searched, and when.

Apart from the other tables because it says nothing of spread, only of what was looked for: a pair
that stands here is not denied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import readable_rows
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from metastasis._catalog.lookup import Catalog

__all__ = ["KnownGap", "read_known_gaps"]

_COLUMNS: Final = ("primary", "site", "searched", "date", "note")


@dataclass(frozen=True, slots=True)
class KnownGap:
    """One primary and one site that nothing citable was found on."""

    primary: str
    """Catalog key."""
    site: str
    """Catalog key."""
    searched: str
    """Where it was looked for."""
    date: str
    """When, as 2026-11-29."""
    note: str | None = None


def read_known_gaps(catalog: Catalog, path: Path | None = None) -> dict[tuple[str, str], KnownGap]:
    """Return the pairs that were looked up and not found, by primary and site.

    The shipped table is ``ontology/catalog/known_gaps.csv`` (``path`` None). Columns: primary,
    site, searched, date, note.

    >>> from metastasis._catalog import read_catalog
    >>> all(one.searched for one in read_known_gaps(read_catalog()).values())
    True

    Raises
    ------
    TableError
        With every fault: a missing column, a key that the catalog does not have, a pair that stands
        twice, a date that is none, nothing searched.
    ReadError
        The file cannot be read.
    """
    path = path if path is not None else ontology_path("catalog", "known_gaps.csv")
    found: dict[tuple[str, str], KnownGap] = {}
    faults: list[Fault] = []
    for line, row in readable_rows(path, _COLUMNS, faults):
        problems = list(_problems(row, catalog, found))
        faults.extend(Fault(str(path), line, column, row[column], why) for column, why in problems)
        if not problems:
            found[row["primary"], row["site"]] = KnownGap(
                row["primary"], row["site"], row["searched"], row["date"], row["note"] or None
            )
    if faults:
        raise TableError(faults)
    return found


def _problems(
    row: dict[str, str], catalog: Catalog, found: Container[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield column and remedy of all that is wrong with a row."""
    if row["primary"] not in catalog.primaries:
        yield "primary", "no primary of the catalog has this key"
    if row["site"] not in catalog.sites:
        yield "site", "no site of the catalog has this key"
    if not row["searched"].strip():
        yield "searched", "must not be blank; say where it was looked for"
    if not _is_date(row["date"]):
        yield "date", "not a date; write it as 2026-11-29"
    if (row["primary"], row["site"]) in found:
        yield "site", "the pair stands twice; remove one"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
