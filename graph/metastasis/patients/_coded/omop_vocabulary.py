"""OMOP's vocabulary tables: where they are, and which ICD codes a concept stands for.

Apart from the reader of patients because a code map reads them too.

Tables and fields: OMOP common data model 5.4 (Observational Health Data Sciences and Informatics).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis.patients._engines.engine import open_engine
from metastasis.patients._intake import paths_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metastasis.patients._engines.engine import Engine

__all__ = [
    "MODIFIER",
    "VOCABULARIES",
    "concepts_of",
    "icd_links",
    "read_links",
    "tables_in",
    "taken",
    "text_id",
]

VOCABULARIES: Final = ("ICD10CM", "ICD10", "ICD10GM", "ICD10CN", "CIM10", "ICD9CM")
"""Vocabularies of the concept table whose codes are read, the finest first."""
MODIFIER: Final = "Cancer Modifier"
"""The vocabulary in which metastases and categories of TNM stand, as measurements."""
_ENDINGS: Final = ("", ".parquet", ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
"""As the vocabulary is downloaded (``CONCEPT.csv``), or as databases write tables to files."""
_RELATIONS: Final = "^(maps to|mapped from|(snomed|icd)[a-z0-9]* (-|to) (snomed|icd)[a-z0-9]*.*)$"
"""Relations between an ICD code and the concept it stands for, in small letters."""


def tables_in(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """Return where each of the tables is that the folder holds, in any case.

    Raises
    ------
    ReadError
        There is no such folder.
    """
    if not folder.is_dir():
        raise ReadError(folder, "there is no such folder; name the one that holds the tables")
    there = {path.name.casefold(): path for path in sorted(folder.iterdir())}
    places = {
        table: [there[table + end] for end in _ENDINGS if table + end in there] for table in names
    }
    return {table: found[0] for table, found in places.items() if found}


def taken(engine: Engine, place: Any, columns: Mapping[str, str], maybe: Mapping[str, str]) -> Any:
    """Return a table's columns under new names; those of ``maybe`` only if they are there."""
    take = engine.read if paths_in(place) else engine.frame
    there = {name.casefold() for name in engine.columns(take(place))} if maybe else set()
    more = {theirs: ours for theirs, ours in maybe.items() if theirs in there}
    return take(place, columns={**columns, **more})


def text_id(F: Any, rows: Any, column: str) -> Any:  # noqa: N803
    """Return a column of ids as text; pandas writes whole numbers with gaps as 11.0."""
    text = F.col(column).cast("string")
    is_whole = dict(rows.dtypes)[column] in ("tinyint", "smallint", "int", "bigint")
    return text if is_whole else F.regexp_replace(text, r"\.0$", "")


def concepts_of(engine: Engine, place: Any) -> Any:
    """Return the concept table: id, code, system, called, group (the concept class)."""
    F = engine.functions  # noqa: N806
    needed = {"concept_id": "id", "concept_code": "code", "vocabulary_id": "system"}
    maybe = {"concept_name": "called", "concept_class_id": "group"}
    rows = taken(engine, place, needed, maybe)
    more = [F.col(name) if name in rows.columns else F.lit(None) for name in maybe.values()]
    cells = [one.cast("string").alias(name) for name, one in zip(maybe.values(), more, strict=True)]
    own = [text_id(F, rows, "id").alias("id"), F.col("code").cast("string").alias("code")]
    return rows.select(*own, "system", *cells)


def icd_links(engine: Engine, concepts: Any, relations: Any, wanted: Any = None) -> Any:
    """Return which ICD codes each other concept stands for: other, code, system.

    ``wanted`` has the column ``id``; None is for all concepts. ``relations`` is the place of
    concept_relationship; links that are no longer valid are not taken. ``Maps to`` leads from the
    ICD code, and ``Mapped from`` to it; the other relations say by themselves which is which.
    """
    F = engine.functions  # noqa: N806
    needed = {"concept_id_1": "one", "concept_id_2": "two", "relationship_id": "relation"}
    links = taken(engine, relations, needed, {"invalid_reason": "invalid"})
    if "invalid" in links.columns:
        invalid = F.trim(F.coalesce(F.col("invalid").cast("string"), F.lit("")))
        links = links.where(invalid.isin("", "NULL", "nan", "None"))
    ids = [text_id(F, links, name).alias(name) for name in ("one", "two")]
    links = links.select(*ids, F.lower(F.trim(F.col("relation"))).alias("relation"))
    links = links.where(F.col("relation").rlike(_RELATIONS))
    icd = concepts.where(F.col("system").isin(*VOCABULARIES))
    sides = []
    for other, own, wrong in (("one", "two", "maps to"), ("two", "one", "mapped from")):
        pairs = links.where(F.col("relation") != wrong)
        pairs = pairs.select(F.col(other).alias("other"), F.col(own).alias("id"))
        if wanted is not None:
            ids = wanted.select(F.col("id").alias("other"))
            pairs = pairs.join(ids, on="other", how="inner").select("other", "id")
        joined = pairs.join(icd.select("id", "code", "system"), on="id", how="inner")
        sides.append(joined.select("other", "code", "system"))
    return sides[0].unionByName(sides[1]).distinct()


def read_links(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield vocabulary and code of each concept, and those of an ICD code that it stands for.

    Raises
    ------
    TableError
        One of the two tables, or a column, is missing.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    """
    names = ("concept", "concept_relationship")
    places = tables_in(folder, names)
    if missing := [name for name in names if name not in places]:
        remedy = f"the table {' and '.join(missing)} is missing; a code map needs both of them"
        raise TableError([Fault(str(folder), None, None, None, remedy)])
    with open_engine() as engine:
        F = engine.functions  # noqa: N806
        concepts = concepts_of(engine, places["concept"])
        links = icd_links(engine, concepts, places["concept_relationship"])
        others = concepts.where(~F.col("system").isin(*VOCABULARIES)).select(
            F.col("id").alias("other"),
            F.col("code").alias("from_code"),
            F.col("system").alias("from_system"),
        )
        joined = links.join(others, on="other", how="inner")
        rows = joined.select("from_system", "from_code", "system", "code")
        yield from sorted(engine.collect(rows))
