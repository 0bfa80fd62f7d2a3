"""The table of sources: its columns, its reader, and what is wrong with a row."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from metastasis._catalog.records import PEOPLE, Source, years_in
from metastasis._catalog.rows import readable_rows, split_cell
from metastasis._clean import text_problems
from metastasis._errors import Fault, TableError
from metastasis._vocabulary import LISTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

__all__ = ["SOURCE_COLUMNS", "each_source", "read_sources", "source_problems"]

SOURCE_COLUMNS = (
    "key",
    "citation",
    "doi",
    "pmid",
    "year",
    "url",
    "license",
    "license_url",
    "design",
    "population",
    "years",
    "registry",
    "people",
    "curated_by",
    "curated_on",
    "note",
)
"""The columns of a table of sources, in order."""
_SOURCE_REQUIRED = ("key", "citation", "design")
_SOURCE_LISTS = ("registry", "people")
_SOURCE_OPTIONAL = ("pmid", "year", *_SOURCE_LISTS, "curated_by", "curated_on")
"""The columns that tables of an earlier release do not have: without them nothing is said."""


def read_sources(
    path: Path, primaries: Collection[str] | None = None, shipped: Collection[str] = ()
) -> list[Source]:
    """Return the sources of a ``sources.csv``, the user's own or the shipped one.

    Its column ``people`` may name the primaries given, by their keys; None is any. A table without
    the columns ``pmid``, ``year``, ``registry``, ``people``, ``curated_by`` and ``curated_on`` says
    nothing of them. ``shipped`` are keys that are taken.

    Raises
    ------
    TableError
        With every fault: a missing column, a design that is not in the list, an address that is
        none, years, days or people that cannot be read, a key that stands twice or is taken.
    ReadError
        The file cannot be read.
    """
    return list(each_source(path, primaries, shipped))


def each_source(
    path: Path, primaries: Collection[str] | None, shipped: Collection[str] = ()
) -> Iterator[Source]:
    """Yield the sources of a table; its faults, all of them, are raised behind the last one."""
    faults: list[Fault] = []
    columns = [name for name in SOURCE_COLUMNS if name not in _SOURCE_OPTIONAL]
    first_with: dict[str, int] = {}
    for line, row in readable_rows(path, columns, faults):
        problems = [*(() if first_with else _misspelled(row)), *_year_problems(row)]
        source = _source(row if _is_year(row.get("year", "")) else {**row, "year": ""})
        problems += [*source_problems(source), *_people_problems(source, primaries)]
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
    yield from text_problems((field.name, getattr(source, field.name)) for field in fields(source))
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

    if source.pmid is not None and not re.fullmatch("[1-9][0-9]{0,8}", source.pmid):
        yield "pmid", source.pmid, "not a number of PubMed; write its digits alone, as 21606821"
    if source.curated_on is not None and not _is_day(source.curated_on):
        yield "curated_on", source.curated_on, "write the day as 2026-11-30"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _misspelled(row: dict[str, str]) -> Iterator[tuple[str, str | None, str]]:
    """Yield the columns that are meant for one that may be missing, and would be lost unseen."""
    missing = [name for name in _SOURCE_OPTIONAL if name not in row]
    for name in row:
        near = [] if name in SOURCE_COLUMNS else get_close_matches(name, missing, 1, 0.7)
        if near:
            yield name, None, f"there is no such column; name it {near[0]}"


def _year_problems(row: dict[str, str]) -> Iterator[tuple[str, str | None, str]]:
    if not _is_year(row.get("year", "")):
        yield "year", row["year"], "write the year of publication in four digits, as 2011"


def _is_year(text: str) -> bool:
    return re.fullmatch("((1[5-9]|20)[0-9]{2})?", text) is not None


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


def _source(row: dict[str, str]) -> Source:
    odd = (*_SOURCE_REQUIRED, *_SOURCE_LISTS, "year")
    values: dict[str, Any] = {
        **{name: row[name] for name in _SOURCE_REQUIRED},
        **{name: row.get(name) or None for name in SOURCE_COLUMNS if name not in odd},
        **{name: split_cell(row.get(name, "")) for name in _SOURCE_LISTS},
        "year": int(row["year"]) if row.get("year") else None,
    }
    return Source(**values)
