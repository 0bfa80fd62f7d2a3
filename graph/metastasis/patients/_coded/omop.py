"""OMOP common data model: condition_occurrence with its vocabulary, as coded diagnoses.

A row's code is that of its source concept where that is of ICD-9-CM or ICD-10. Where it is not,
the standard concept (SNOMED CT) is followed back to the ICD codes that map to it
(``concept_relationship``, ``Mapped from``), if all of them mean the same primary or site. SNOMED CT
is not shipped here: concepts that lead to no ICD code are named for the user's own map file, as
``SNOMED:`` and the code, if the user's concept table calls them a cancer.

Tables and fields: OMOP common data model 5.4 (Observational Health Data Sciences and Informatics).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, ReadError, TableError
from metastasis.patients._coded.codes import code_system
from metastasis.patients._coded.diagnoses import Diagnoses
from metastasis.patients._coded.reader import count_diagnoses
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._intake import FRAME, engine_of, paths_in
from metastasis.patients._report import ReportDraft

if TYPE_CHECKING:
    from typing import Unpack

    from metastasis.patients._coded.codes import Meaning
    from metastasis.patients._coded.rules import CodingOptions
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Ingested

__all__ = ["VOCABULARIES", "read_omop"]

VOCABULARIES: Final = ("ICD10CM", "ICD10", "ICD10GM", "ICD10CN", "ICD9CM")
"""Vocabularies of the concept table whose codes are read, the finest first."""
MALE: Final = "8507"
FEMALE: Final = "8532"
"""Concepts of a person's sex, in OMOP's own vocabulary."""

_TABLES: Final = ("condition_occurrence", "concept", "concept_relationship", "person")
_NEEDED: Final = _TABLES[:2]
_ENDINGS: Final = ("", ".parquet", ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
"""As the vocabulary is downloaded (``CONCEPT.csv``), or as databases write tables to files."""


def read_omop(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    **rules: Unpack[CodingOptions],
) -> Ingested:
    """Return what the conditions of an OMOP database say about sites of metastasis.

    >>> import pandas
    >>> conditions = {"person_id": [1, 1], "condition_concept_id": [0, 0],
    ...               "condition_source_concept_id": [11, 12],
    ...               "condition_start_date": ["2015-03-04", "2016-01-02"]}
    >>> concepts = {"concept_id": [11, 12], "concept_code": ["C61", "C79.51"],
    ...             "vocabulary_id": ["ICD10CM", "ICD10CM"]}
    >>> tables = {"condition_occurrence": conditions, "concept": concepts}
    >>> frames = {table: pandas.DataFrame(columns) for table, columns in tables.items()}
    >>> [(row.primary, row.site, row.count) for row in read_omop(frames).assertions]
    [('prostate', 'bone', 1), ('prostate', 'bone', 1)]

    Parameters
    ----------
    data
        A folder with the tables under their own names, as CSV (the vocabulary as it is downloaded)
        or Parquet; or a dictionary from the names to paths or frames. ``condition_occurrence`` and
        ``concept`` must be there; ``concept_relationship`` and ``person`` may.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the folder.
    **rules
        The fields of :class:`~metastasis.patients._coded.rules.CodingRules`.

    Raises
    ------
    ReadError
        A table is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing, or dates are in several formats.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = CodingRules(**rules)
    places = _places(data)
    title = "omop" if isinstance(data, Mapping) else Path(data).resolve().name
    with engine_of(engine) as running:
        draft = ReportDraft(name or title, [_shown(places["condition_occurrence"])])
        table = _diagnoses(running, places, draft)
        return count_diagnoses(table, in_force, draft, design="clinical_cohort")


def _places(data: Any) -> dict[str, Any]:
    """Return where each table is: a path or a frame."""
    if isinstance(data, Mapping):
        found = {str(name).casefold(): place for name, place in data.items()}
    else:
        folder = Path(data)
        if not folder.is_dir():
            raise ReadError(folder, "there is no such folder; name the one that holds the tables")
        there = {path.name.casefold(): path for path in sorted(folder.iterdir())}
        found = {
            table: next(there[table + end] for end in _ENDINGS if table + end in there)
            for table in _TABLES
            if any(table + end in there for end in _ENDINGS)
        }
    missing = [table for table in _NEEDED if table not in found]
    if missing:
        remedy = f"the table {' and '.join(missing)} is missing; add it as .csv or .parquet"
        raise TableError([Fault(_shown(data), None, None, None, remedy)])
    return found


def _shown(place: Any) -> str:
    return "".join(paths_in(place)) or FRAME


def _taken(engine: Engine, place: Any, columns: Mapping[str, str], maybe: Mapping[str, str]) -> Any:
    """Return a table's columns under new names; those of ``maybe`` only if they are there."""
    take = engine.read if paths_in(place) else engine.frame
    there = {name.casefold() for name in engine.columns(take(place))} if maybe else set()
    more = {theirs: ours for theirs, ours in maybe.items() if theirs in there}
    return take(place, columns={**columns, **more})


def _diagnoses(engine: Engine, places: Mapping[str, Any], draft: ReportDraft) -> Diagnoses:
    conditions = _conditions(engine, places["condition_occurrence"])
    concepts = _concepts(engine, places["concept"])
    rows = _with_codes(engine, conditions, concepts, places.get("concept_relationship"), draft)
    headers = {
        "patient": "person_id",
        "code": "condition_source_concept_id",
        "system": "vocabulary_id",
        "text": "concept_name",
    }
    if "date" in rows.columns:
        headers["date"] = "condition_start_date"
    if "person" in places:
        rows = _with_sex(engine, rows, places["person"])
        headers["sex"] = "gender_concept_id"
    return Diagnoses(engine, rows, headers, _shown(places["condition_occurrence"]))


def _conditions(engine: Engine, place: Any) -> Any:
    F = engine.functions  # noqa: N806
    needed = {"person_id": "patient", "condition_concept_id": "standard"}
    maybe = {
        "condition_source_concept_id": "source",
        "condition_start_date": "date",
        "condition_start_datetime": "moment",
    }
    rows = _taken(engine, place, needed, maybe)
    names = rows.columns
    source = F.col("source") if "source" in names else F.lit(None)
    cells = [
        F.col("patient").cast("string").alias("patient"),
        F.col("standard").cast("string").alias("standard"),
        source.cast("string").alias("source"),
    ]
    day = next((name for name in ("date", "moment") if name in names), None)
    return rows.select(*cells, *([F.col(day).alias("date")] if day else []))


def _concepts(engine: Engine, place: Any) -> Any:
    F = engine.functions  # noqa: N806
    needed = {"concept_id": "id", "concept_code": "code", "vocabulary_id": "system"}
    rows = _taken(engine, place, needed, {"concept_name": "called"})
    called = F.col("called") if "called" in rows.columns else F.lit(None)
    return rows.select(
        F.col("id").cast("string").alias("id"),
        F.col("code").cast("string").alias("code"),
        "system",
        called.cast("string").alias("called"),
    )


def _with_codes(
    engine: Engine, conditions: Any, concepts: Any, relations: Any, draft: ReportDraft
) -> Any:
    """Return conditions with code and code system: of the source, of ICD, or of the standard."""
    F = engine.functions  # noqa: N806
    icd = concepts.where(F.col("system").isin(*VOCABULARIES))
    by_source = icd.select(
        F.col("id").alias("source"), F.col("code").alias("icd"), F.col("system").alias("of_icd")
    )
    kept = [name for name in conditions.columns if name != "source"]
    rows = conditions.join(by_source, on="source", how="left").select(*kept, "icd", "of_icd")
    table = _standard_codes(engine, rows, concepts, icd, relations, draft)
    columns = dict.fromkeys(("standard", "own", "of_own", "text"), "string")
    back = engine.table(columns, table)
    kept = [name for name in kept if name != "standard"]
    both = rows.join(back, on="standard", how="left")
    both = both.select(*kept, "icd", "of_icd", "own", "of_own", "text")
    code = F.coalesce(F.col("icd"), F.col("own")).alias("code")
    return both.select(
        *kept, code, F.coalesce(F.col("of_icd"), F.col("of_own")).alias("system"), "text"
    )


def _standard_codes(
    engine: Engine, rows: Any, concepts: Any, icd: Any, relations: Any, draft: ReportDraft
) -> list[tuple[str, str, str, str]]:
    """Return for each standard concept without an ICD code the code to read in its place."""
    F = engine.functions  # noqa: N806
    alone = rows.where(F.col("icd").isNull()).groupBy("standard")
    counted = alone.agg(F.count(F.lit(1)).alias("n"))
    named = counted.join(
        concepts.select(F.col("id").alias("standard"), "code", "system", "called"),
        on="standard",
        how="inner",
    )
    found = engine.collect(named.select("standard", "n", "code", "system", "called"))
    mapped = _mapped_from(engine, counted, icd, relations) if relations is not None else {}
    codes = []
    followed = 0
    for standard, number, code, system, called in sorted(found):
        own = _agreed(mapped.get(standard, []))
        followed += number if own else 0
        codes.append((standard, *(own or (code, system)), called or ""))
    draft.notice(
        "mapped from", followed, "rows without an ICD code; that of their standard concept is read"
    )
    return codes


def _mapped_from(
    engine: Engine, counted: Any, icd: Any, place: Any
) -> dict[str, list[tuple[str, str]]]:
    """Return for each standard concept the ICD codes that map to it."""
    F = engine.functions  # noqa: N806
    needed = {"concept_id_1": "standard", "concept_id_2": "id", "relationship_id": "relation"}
    links = _taken(engine, place, needed, {})
    links = links.where(F.col("relation") == "Mapped from").select(
        F.col("standard").cast("string").alias("standard"), F.col("id").cast("string").alias("id")
    )
    links = links.join(counted.select("standard"), on="standard", how="inner")
    pairs = links.select("standard", "id").join(icd.select("id", "code", "system"), on="id")
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for standard, code, system in engine.collect(pairs.select("standard", "code", "system")):
        found[standard].append((code, system))
    return found


def _agreed(codes: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Return one of the codes if they all mean the same, else None."""
    order = sorted(codes, key=lambda one: (VOCABULARIES.index(one[1]), one[0]))
    meanings = {_what(code_system(system).meaning(code)) for code, system in order}
    return order[0] if len(meanings) == 1 else None


def _what(meaning: Meaning) -> tuple[Any, ...]:
    return meaning.primary, meaning.sites, meaning.counts or meaning.kind


def _with_sex(engine: Engine, rows: Any, place: Any) -> Any:
    F = engine.functions  # noqa: N806
    people = _taken(engine, place, {"person_id": "patient", "gender_concept_id": "gender"}, {})
    gender = F.col("gender").cast("string")
    sex = F.when(gender == FEMALE, F.lit("female")).when(gender == MALE, F.lit("male"))
    people = people.select(F.col("patient").cast("string").alias("patient"), sex.alias("sex"))
    people = people.groupBy("patient").agg(F.max("sex").alias("sex"))
    kept = rows.columns
    return rows.join(people, on="patient", how="left").select(*kept, "sex")
