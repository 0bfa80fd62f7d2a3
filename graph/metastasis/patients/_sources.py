"""The source record of the user's own patients, and the table it is written to."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from metastasis._catalog import Source
from metastasis._catalog.source_table import SOURCE_COLUMNS, source_problems
from metastasis._errors import Fault, TableError
from metastasis._files import write_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["own_source", "source_key", "write_sources"]


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
        citation=citation or f"{key} (own data)",
        design=design,
        doi=doi,
        url=url,
        license=license or "not stated",
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


def write_sources(sources: Iterable[Source], path: Path) -> None:
    """Write a table of sources, as ``metastasis build --sources`` reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SOURCE_COLUMNS)
    for source in sources:
        writer.writerow([_cell(getattr(source, name)) for name in SOURCE_COLUMNS])
    write_text(path, text.getvalue())


def _cell(value: str | int | tuple[str, ...] | None) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value or "")
