"""The source record of the user's own patients, and the table it is written to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis._catalog import Source
from metastasis._catalog.rows import numbered_rows
from metastasis._catalog.source_table import SOURCE_COLUMNS, source_problems
from metastasis._clean import separated
from metastasis._errors import Fault, ReadError, TableError, WriteError
from metastasis._files import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["own_source", "source_key", "write_source_beside"]

_OWN: Final = " (own data)"
"""How a citation ends that no one gave."""
_NOT_STATED: Final = "not stated"
_OPTIONS: Final = ("citation", "license", "license_url", "registry")
"""The columns that a person says on the command line."""
_SAID: Final = (*_OPTIONS, "doi", "pmid", "year", "url", "people", "curated_by", "curated_on")
"""The columns that a person says; the others are told by the data, each time anew."""


def own_source(
    key: str,
    *,
    design: str,
    citation: str | None = None,
    doi: str | None = None,
    url: str | None = None,
    license: str | None = None,  # noqa: A002
    license_url: str | None = None,
    population: str | None = None,
    years: str | None = None,
    registry: Iterable[str] = (),
    note: str | None = None,
) -> Source:
    """Return the record of a source that the user brings along.

    >>> own_source("Our Clinic 2024", design="clinical_cohort").key
    'our-clinic-2024'

    Raises
    ------
    TableError
        The key has no letter or digit in it; the years are none, an address is none.
    """
    source = Source(
        key=source_key(key),
        citation=citation or f"{key}{_OWN}",
        design=design,
        doi=doi,
        url=url,
        license=license or _NOT_STATED,
        license_url=license_url,
        population=population,
        years=years,
        registry=tuple(sorted(registry)),
        note=note,
    )
    if faults := [Fault("source", None, *problem) for problem in source_problems(source)]:
        raise TableError(faults)
    return source


def source_key(name: str) -> str:
    """Return a name as a key: lower-case letters (a to z) and digits, joined by hyphens.

    >>> source_key("msk_met_2021")
    'msk-met-2021'

    Raises
    ------
    TableError
        The name has no letter or digit in it.
    """
    key = "-".join(re.findall("[a-z0-9]+", name.lower()))
    if not key:
        raise TableError(
            [Fault("source", None, "key", name, "name it with letters (a to z) or digits")]
        )
    return key


def write_source_beside(source: Source, path: Path) -> None:
    """Write the table of one source, which stands beside a table of assertions.

    What stands there already is replaced only where it is the table of this source, and nothing a
    person said in it is lost.

    Raises
    ------
    WriteError
        Something else stands there, or it says more than this source; or it cannot be written.
    """
    if path.exists() and (problem := _lost(source, path)):
        raise WriteError(path, f"{problem}, or move it, or give --out another name")
    cells = [_cell(getattr(source, name)) for name in SOURCE_COLUMNS]
    write_text(path, separated([SOURCE_COLUMNS, cells]), updates=True)


def _lost(source: Source, path: Path) -> str | None:
    """Return what would be lost with the table that stands beside another; None where nothing."""
    try:
        rows = [row for _, row in numbered_rows(path, ("key", "citation", "design"))]
    except (TableError, ReadError):
        return "what stands there is not the table of a source; mend it"
    if others := [row["key"] for row in rows if row["key"] != source.key]:
        return (
            f"it holds the source {others[0]!r} as well, and not only {source.key!r}; take it out"
        )
    for row in rows:
        for name in _SAID:
            said, new = row.get(name, ""), _cell(getattr(source, name))
            if said != new and not _is_unsaid(said) and _is_unsaid(new):
                option = f"--{name.replace('_', '-')}"
                remedy = f"give {option}" if name in _OPTIONS else "leave it blank"
                return f"its {name} {said!r} would be lost; {remedy}"
    return None


def _is_unsaid(cell: str) -> bool:
    """Return whether a cell is blank, or what stands there where no one said anything."""
    return cell in ("", _NOT_STATED) or cell.endswith(_OWN)


def _cell(value: str | int | tuple[str, ...] | None) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value or "")
