"""How common each primary is: new cases a year, of both sexes and of each, from one cited table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import readable_rows
from metastasis._errors import Fault, TableError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path

    from metastasis._catalog.lookup import Catalog

__all__ = ["SEXES", "CasesOfSex", "Incidence", "cases_of_sex", "read_incidence"]

_COLUMNS: Final = ("primary", "sex", "new_cases", "region", "year", "source", "locator", "note")
SEXES: Final = ("both", "female", "male")
"""Whose new cases a row counts."""


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
    sex: str = "both"
    """``both``, ``female`` or ``male``."""


@dataclass(frozen=True, slots=True)
class CasesOfSex:
    """New cases of each primary in people of one sex, or of both."""

    cases: Mapping[str, float]
    """By catalog key; above zero."""
    halved: tuple[str, ...] = ()
    """Primaries of both sexes without a number for either: half of all cases stand for each."""
    summed: tuple[str, ...] = ()
    """Primaries without a row of their own: at least the cases of their subtypes."""


def read_incidence(
    path: Path | None = None, *, primaries: Container[str] | None = None, sex: str = "both"
) -> dict[str, Incidence]:
    """Return the new cases of each primary that a table has, by key, of both sexes or of one.

    The shipped table (``path`` None) holds the world in 2022, of 17 primaries, as GLOBOCAN 2022
    estimates them (Bray F et al., CA Cancer J Clin 2024;74:229-263, doi:10.3322/caac.21834; numbers
    of the Global Cancer Observatory, each row says where it was read). Columns: primary, sex
    (``both``, ``female`` or ``male``), new_cases, region, year, source, locator, note.
    ``primaries``, where given, are the keys that may stand in it.

    >>> cases = read_incidence()
    >>> cases["lung"].new_cases, cases["lung"].year, "osteosarcoma" in cases
    (2480675, 2022, False)
    >>> men = read_incidence(sex="male")
    >>> men["lung"].new_cases, "breast" in men
    (1572045, False)

    Raises
    ------
    TableError
        With every fault: a missing column, a number that is none, a primary that stands twice for
        one sex or is unknown, sexes that do not add up, more than one region or year.
    ReadError
        The file cannot be read.
    """
    return {one.primary: one for one in _read(path, primaries).values() if one.sex == sex}


def cases_of_sex(catalog: Catalog, sex: str | None = None, path: Path | None = None) -> CasesOfSex:
    """Return the new cases of every primary for which they can be told, in one sex or in both.

    For a sex, the number of that sex; where the table tells neither sex of a cancer that both have,
    half of the cases of both; where it tells the other sex only, none. Of a primary that is no row
    of the table, at least its subtypes' cases, so that melanoma has those of skin.

    >>> from metastasis._catalog import read_catalog
    >>> men = cases_of_sex(read_catalog(), "male")
    >>> "breast" in men.cases, "ovary" in men.cases, men.cases["lung"], men.cases["bladder"]
    (False, False, 1572045, 307149.0)
    """
    rows = _read(path, None)
    found: dict[str, float] = {}
    halved: list[str] = []
    for key in dict.fromkeys(primary for primary, _ in rows):
        both = rows.get((key, "both"))
        belongs = catalog.primaries[key].sex if key in catalog.primaries else None
        if sex is None:
            one = both
        elif belongs not in (None, sex):
            continue
        else:
            one = rows.get((key, sex)) or (both if belongs == sex else None)
        if one is not None:
            found[key] = one.new_cases
        elif both is not None and not {(key, "female"), (key, "male")} & rows.keys():
            found[key] = both.new_cases / 2
            halved.append(key)
    summed = {key: total for key in catalog.primaries if (total := _of_parts(catalog, key, found))}
    return CasesOfSex({**summed, **found}, tuple(halved), tuple(sorted(summed)))


def _of_parts(catalog: Catalog, key: str, found: Mapping[str, float]) -> float:
    """Return the cases of the subtypes of a primary without a row, none within another."""
    if key in found or catalog.primaries[key].kind == "grouping":
        return 0
    under = {one for one in catalog.subtypes(key) - {key} if one in found}
    tops = {one for one in under if not (catalog.supertypes(one) - {one}) & under}
    return sum(found[one] for one in tops)


def _read(path: Path | None, primaries: Container[str] | None) -> dict[tuple[str, str], Incidence]:
    """Return every row by primary and sex; the shipped ones, not to be changed, are read once."""
    if path is None and primaries is None:
        return _shipped()
    return _read_table(path or ontology_path("catalog", "incidence.csv"), primaries)


@cache
def _shipped() -> dict[tuple[str, str], Incidence]:
    return _read_table(ontology_path("catalog", "incidence.csv"), None)


def _read_table(path: Path, primaries: Container[str] | None) -> dict[tuple[str, str], Incidence]:
    found: dict[tuple[str, str], Incidence] = {}
    lines: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for line, row in readable_rows(path, _COLUMNS, faults):
        problems = list(_problems(row, found, primaries))
        faults.extend(Fault(str(path), line, column, row[column], why) for column, why in problems)
        if not problems:
            lines[row["primary"], row["sex"]] = line
            found[row["primary"], row["sex"]] = Incidence(
                row["primary"],
                int(row["new_cases"]),
                row["region"],
                int(row["year"]),
                row["source"],
                row["locator"],
                row["note"] or None,
                row["sex"],
            )
    faults.extend(
        Fault(str(path), lines[key], column, value, why) for key, column, value, why in _sums(found)
    )
    if faults:
        raise TableError(faults)
    return found


def _problems(
    row: dict[str, str],
    found: dict[tuple[str, str], Incidence],
    primaries: Container[str] | None,
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
    if row["sex"] not in SEXES:
        problems.append(("sex", f"not in the list; one of {', '.join(SEXES)}"))
    if (row["primary"], row["sex"]) in found:
        problems.append(("primary", "stands twice for this sex; remove one"))
    if primaries is not None and row["primary"] not in primaries:
        problems.append(("primary", "no primary of the catalog has this key"))
    first = next(iter(found.values()), None)
    if first is not None and (row["region"], row["year"]) != (first.region, str(first.year)):
        problems.append(("region", "another region or year than above: one table, one of each"))
    return problems


def _sums(
    found: Mapping[tuple[str, str], Incidence],
) -> Iterator[tuple[tuple[str, str], str, str, str]]:
    """Yield row, column, value and remedy where women and men are not together as many as both."""
    for key, sex in found:
        if sex != "both" and (key, "both") not in found:
            yield (key, sex), "sex", sex, f"{key} has no row for both sexes; add it"
    for key in [key for key, sex in found if sex == "both"]:
        parts = [found[key, sex].new_cases for sex in SEXES if (key, sex) in found]
        if len(parts) == len(SEXES) and parts[0] != sum(parts[1:]):
            remedy = f"women and men together are {sum(parts[1:])}: mend one"
            yield (key, "both"), "new_cases", str(parts[0]), remedy
