"""OMOP common data model: its clinical tables with the vocabulary, as coded diagnoses.

Cancers stand in ``condition_occurrence``; current vocabularies put metastases and categories of TNM
into ``measurement`` (Cancer Modifier), others into ``observation`` or ``episode``. All that are
there are read. What a row's code is:

1. that of its source concept, where that is of ICD-9-CM or ICD-10;
2. the ICD codes that its standard concept is linked to (``concept_relationship``: ``Maps to``,
   ``Mapped from``), if all of them mean the same primary or site;
3. what the source wrote (``condition_source_value``), where there is no source concept, it has the
   form of an ICD code of a cancer, and the standard concept, if there is one, names a cancer;
4. else the standard concept's own, as ``SNOMED:`` and the code: for the user's code map or site
   map, with the concept's name. SNOMED CT is not shipped here.

Tables and fields: OMOP common data model 5.4 (Observational Health Data Sciences and Informatics).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.codes import system_name
from metastasis.patients._coded.diagnoses import Diagnoses
from metastasis.patients._coded.omop_events import EVENTS, SAID_NO, events_in
from metastasis.patients._coded.omop_meaning import (
    Concept,
    Seen,
    Vocabulary,
    system_of_values,
)
from metastasis.patients._coded.omop_vocabulary import (
    MODIFIER,
    concepts_of,
    icd_links,
    tables_in,
    taken,
    text_id,
)
from metastasis.patients._coded.reader import count_diagnoses
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._intake import FRAME, engine_of, paths_in
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import number_of

if TYPE_CHECKING:
    from typing import Unpack

    from metastasis.patients._coded.rules import CodingOptions
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import Ingested

__all__ = ["read_omop"]

MALE: Final = "8507"
FEMALE: Final = "8532"
"""Concepts of a person's sex, in OMOP's own vocabulary."""

_NEEDED: Final = ("condition_occurrence", "concept")
_TABLES: Final = (*EVENTS, "concept", "concept_relationship", "person")
_KEYS: Final = ("table", "standard", "source", "value", "said")
_READ: Final = ("code", "system", "text", "kind")
_HOW: Final = {
    "mapped": ("mapped from", "rows without an ICD code; that of their standard concept is read"),
    "value": (
        "source value",
        "rows without a source concept whose source value is read as {system}: it has the form of "
        "a code of a cancer, and their standard concept, if any, names one",
    ),
}


def read_omop(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    **rules: Unpack[CodingOptions],
) -> Ingested:
    """Return what an OMOP database says about sites of metastasis.

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
        ``concept`` must be there; ``measurement``, ``observation``, ``episode``,
        ``concept_relationship`` and ``person`` may, and the report says what is missed without.
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
    files = [_shown(places[table]) for table in EVENTS if table in places]
    with engine_of(engine) as running:
        draft = ReportDraft(name or title, list(dict.fromkeys(files)))
        concepts = concepts_of(running, places["concept"])
        complete = _is_complete(running, places, concepts, draft)
        table = _diagnoses(running, places, concepts, draft)
        return count_diagnoses(table, in_force, draft, design="clinical_cohort", complete=complete)


def _places(data: Any) -> dict[str, Any]:
    """Return where each table is: a path or a frame."""
    if isinstance(data, Mapping):
        found = {str(name).casefold(): place for name, place in data.items()}
    else:
        found = dict(tables_in(Path(data), _TABLES))
    missing = [table for table in _NEEDED if table not in found]
    if missing:
        several, it = ("tables", "them") if len(missing) > 1 else ("table", "it")
        verb = "are" if len(missing) > 1 else "is"
        remedy = (
            f"the {several} {' and '.join(missing)} {verb} missing; give the folder that has {it} "
            "as .csv or .parquet"
        )
        raise TableError([Fault(_shown(data), None, None, None, remedy)])
    return found


def _shown(place: Any) -> str:
    return "".join(paths_in(place)) or FRAME


def _is_complete(
    engine: Engine, places: Mapping[str, Any], concepts: Any, draft: ReportDraft
) -> bool:
    """Return whether every table that may hold metastases is there; add what is missed."""
    F = engine.functions  # noqa: N806
    if "person" not in places:
        text = "table is missing: without person, sites of one sex are counted out of all patients"
        draft.notice("missing table", 1, text)
    if "concept_relationship" not in places:
        text = "table is missing: without concept_relationship, no standard concept leads to ICD"
        draft.notice("missing table", 1, text)
    if "measurement" in places:
        return True
    of_modifier = concepts.where(F.col("system") == MODIFIER)
    if not number_of(engine, of_modifier):
        text = "table is missing: without measurement, what a source puts there is not counted"
        draft.notice("missing table", 1, text)
        return True
    draft.warn(
        f"the table measurement is missing, and the vocabulary puts metastases there ({MODIFIER}): "
        "metastases that stand in it are not counted, and no zero is written"
    )
    return False


def _diagnoses(
    engine: Engine, places: Mapping[str, Any], concepts: Any, draft: ReportDraft
) -> Diagnoses:
    rows = _with_codes(engine, places, concepts, draft)
    headers = {
        "patient": "person_id",
        "code": "condition_source_concept_id",
        "date": "condition_start_date",
        "system": "vocabulary_id",
        "text": "concept_name",
        "kind": "concept_class_id",
    }
    if "person" in places:
        rows = _with_sex(engine, rows, places["person"])
        headers["sex"] = "gender_concept_id"
    return Diagnoses(engine, rows, headers, _shown(places["condition_occurrence"]))


def _with_codes(
    engine: Engine, places: Mapping[str, Any], concepts: Any, draft: ReportDraft
) -> Any:
    """Return the rows that are read, with code and code system, and what stands beside them."""
    F = engine.functions  # noqa: N806
    blank = [F.coalesce(F.col(one), F.lit("")).alias(one) for one in _KEYS]
    rows = events_in(engine, places)
    rows = rows.select("patient", "date", *blank)
    groups = engine.collect(rows.groupBy(*_KEYS).agg(F.count(F.lit(1)).alias("n")))
    counted = {
        Seen(row[0], *(one or None for one in row[1:-1])): int(row[-1]) for row in sorted(groups)
    }
    words = _vocabulary(engine, counted, concepts, places.get("concept_relationship"))
    read = {seen: words.read(seen, number) for seen, number in counted.items()}
    _account(words, draft)
    cells = [
        (*(one or "" for one in seen), *found) for seen, found in read.items() if found is not None
    ]
    small = engine.table(dict.fromkeys((*_KEYS, *_READ), "string"), cells)
    joined = rows.join(small, on=list(_KEYS), how="inner")
    return joined.select("patient", "date", *_READ)


def _vocabulary(
    engine: Engine, counted: Mapping[Seen, int], concepts: Any, relations: Any
) -> Vocabulary:
    """Return the concepts of these rows, and the ICD codes that they are linked to."""
    ids = {one for seen in counted for one in (seen.standard, seen.source, seen.said) if one}
    wanted = engine.table({"id": "string"}, [(one,) for one in sorted(ids - {SAID_NO})])
    of_ids = concepts.join(wanted, on="id", how="inner")
    found = engine.collect(of_ids.select("id", "code", "system", "called", "group"))
    links: dict[str, set[tuple[str, str]]] = defaultdict(set)
    if relations is not None:
        pairs = icd_links(engine, concepts, relations, wanted)
        for other, code, system in engine.collect(pairs):
            links[other].add((system_name(system) or "", code))
    return Vocabulary(
        concepts={row[0]: Concept(*(cell or "" for cell in row[1:])) for row in found},
        links={other: frozenset(codes) for other, codes in links.items()},
        values_in=system_of_values(seen.value for seen in counted if seen.value),
    )


def _account(words: Vocabulary, draft: ReportDraft) -> None:
    """Add which rows are left out, and how the codes of the others were found."""
    for reason, examples in sorted(words.left.items()):
        draft.leave_out(reason, examples.total(), [one for one in sorted(examples) if one])
        draft.rows_read += examples.total()
    for how, (rule, text) in _HOW.items():
        draft.notice(rule, words.how[how], text.format(system=words.values_in))


def _with_sex(engine: Engine, rows: Any, place: Any) -> Any:
    F = engine.functions  # noqa: N806
    people = taken(engine, place, {"person_id": "patient", "gender_concept_id": "gender"}, {})
    gender = text_id(F, people, "gender")
    sex = F.when(gender == FEMALE, F.lit("female")).when(gender == MALE, F.lit("male"))
    people = people.select(F.col("patient").cast("string").alias("patient"), sex.alias("sex"))
    people = people.groupBy("patient").agg(F.max("sex").alias("sex"))
    kept = rows.columns
    return rows.join(people, on="patient", how="left").select(*kept, "sex")
