"""How common each primary is: new cases a year, from one cited table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._catalog.files import numbered_rows
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

__all__ = ["Incidence", "read_incidence"]

_COLUMNS: Final = ("primary", "new_cases", "region", "year", "source", "locator", "note")


@dataclass(frozen=True, slots=True)
class Incidence:
    """New cases of one primary in one region and year."""

    primary: str
    """Catalog key of the primary."""
    new_cases: int
    region: str
    year: int
    source: str
    locator: str
    """Where in the source, or by whom it is quoted."""
    note: str | None = None
    """What the count includes or leaves out."""


def read_incidence(
    path: Path | None = None, *, primaries: Container[str] | None = None
) -> dict[str, Incidence]:
    """Return the new cases of each primary that a table has, by key.

    The shipped table (``path`` None) holds the world in 2022, of 17 primaries, as GLOBOCAN 2022
    estimates them (Bray F et al., CA Cancer J Clin 2024;74:229-263, doi:10.3322/caac.21834; numbers
    of the Global Cancer Observatory, each row says where it was read). Columns: primary, new_cases,
    region, year, source, locator, note. ``primaries``, where given, are the keys that may stand in
    it.

    >>> cases = read_incidence()
    >>> cases["lung"].new_cases, cases["lung"].year, "osteosarcoma" in cases
    (2480675, 2022, False)

    Raises
    ------
    TableError
        With every fault: a missing column, a number that is none, a primary that stands twice or is
        unknown, more than one region or year.
    ReadError
        The file cannot be read.
    """
    path = path if path is not None else ontology_path("catalog", "incidence.csv")
    found: dict[str, Incidence] = {}
    faults: list[Fault] = []
    for line, row in numbered_rows(path, _COLUMNS):
        problems = list(_problems(row, found, primaries))
        faults.extend(Fault(str(path), line, column, row[column], why) for column, why in problems)
        if not problems:
            found[row["primary"]] = Incidence(
                row["primary"],
                int(row["new_cases"]),
                row["region"],
                int(row["year"]),
                row["source"],
                row["locator"],
                row["note"] or None,
            )
    if faults:
        raise TableError(faults)
    return found


def _problems(
    row: dict[str, str], found: dict[str, Incidence], primaries: Container[str] | None
) -> list[tuple[str, str]]:
    """Return column and remedy of all that is wrong with a row."""
    problems = [
        (column, "not a whole number; write digits only")
        for column in ("new_cases", "year")
        if not (row[column].isascii() and row[column].isdigit())
    ]
    problems += [
        (column, "must not be blank")
        for column in ("region", "source", "locator")
        if not row[column].strip()
    ]
    if row["primary"] in found:
        problems.append(("primary", "stands twice; remove one"))
    if primaries is not None and row["primary"] not in primaries:
        problems.append(("primary", "no primary of the catalog has this key"))
    first = next(iter(found.values()), None)
    if first is not None and (row["region"], row["year"]) != (first.region, str(first.year)):
        problems.append(("region", "another region or year than above: one table, one of each"))
    return problems
