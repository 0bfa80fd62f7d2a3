"""Any tidy table, by way of a mapping file that says what its columns and words mean.

A table of the form ``patients`` has a row for each finding in a patient, and is counted here; one
of the form ``counts`` holds numbers that somebody counted, and each row becomes an assertion.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._catalog import read_catalog
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._sources import own_source
from metastasis.patients._tables.mapping import TableMapping, read_mapping
from metastasis.patients._tables.tidy_counts import ingest_counts
from metastasis.patients._tables.tidy_patients import ingest_patients

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._cohort import Ingested
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._tables.mapping import SourceEntry

__all__ = ["read_table"]


def read_table(
    data: Any,
    mapping: Path | str | TableMapping,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    overrides: Mapping[tuple[str, str], str] | None = None,
    catalog: Catalog | None = None,
    choose: str | None = None,
    min_patients: int = 1,
    min_count: int = 1,
    zeros: bool = False,
    patterns: bool = False,
) -> Ingested:
    """Return what a tidy table says.

    >>> import pandas
    >>> from metastasis.patients._tables.mapping import SourceEntry
    >>> mapping = TableMapping(
    ...     version="1", form="patients", source=SourceEntry(key="clinic", design="registry"),
    ...     columns={"patient": "id", "primary": "tumor", "site": "where"},
    ...     constants={"setting": "at_diagnosis", "denominator": "all_patients"})
    >>> rows = pandas.DataFrame({"id": [1, 1, 2], "tumor": ["breast", "breast", "breast"],
    ...                          "where": ["Bone", "Liver", None]})
    >>> [(row.site, row.count, row.total) for row in read_table(rows, mapping).assertions]
    [('bone', 1, 2), ('liver', 1, 2)]

    Parameters
    ----------
    data
        A file, a folder, a pattern, several of them, an address (with Spark), or a frame. A table
        of the form ``counts`` is one file or frame.
    mapping
        The mapping file, or what :func:`~metastasis.patients.read_mapping` returned for it.
    engine
        ``duckdb``, ``spark``, or an engine that is open already; counts in this process.
    name
        Names the source; None takes the key of the mapping file.
    overrides, catalog
        See :func:`~.words.labels.map_labels`; None for none, and the shipped catalog.
    choose
        The rule for patients with several primaries; None takes that of the mapping file.
    min_patients, min_count, zeros, patterns
        See :class:`~metastasis.patients._cohort.Cohort`.

    Raises
    ------
    TableError
        With every fault of the mapping file, of the header, or of the cells.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    """
    known = catalog or read_catalog()
    if not isinstance(mapping, TableMapping):
        mapping = read_mapping(Path(mapping), known)
    source = _source(mapping.source, name)
    words = overrides or {}
    if mapping.form == "counts":
        return ingest_counts(data, mapping, source, known, words, min_count, zeros)
    opened = open_engine(engine) if isinstance(engine, str) else engine
    rules = {
        "choose": choose or mapping.choose,
        "min_patients": min_patients,
        "min_count": min_count,
        "zeros": zeros,
        "patterns": patterns,
    }
    try:
        return ingest_patients(opened, data, mapping, source, known, words, rules)
    finally:
        if isinstance(engine, str):
            opened.close()


def _source(entry: SourceEntry, name: str | None) -> Source:
    return own_source(
        name or entry.key,
        design=entry.design,
        citation=entry.citation,
        doi=entry.doi,
        url=entry.url,
        license=entry.license,
        population=entry.population,
        years=entry.years,
        note=entry.note,
    )
