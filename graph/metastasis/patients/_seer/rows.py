"""The records of a SEER case listing in one form: one row a tumor, its answers as small codes."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._cbioportal.samples import positions
from metastasis.patients._seer.case_listing import M_STAGES, STAGES, VARIABLES
from metastasis.patients._seer.primaries import HISTOLOGIES, is_solid, primary_of_codes
from metastasis.patients._words.labels import LEFT_OUT, Unmapped, map_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._catalog import Catalog
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._seer.case_listing import CaseListing

__all__ = ["ANSWERS", "cleaned_rows", "with_answers", "with_fate", "with_primary"]

ANSWERS: Final = (
    "no",
    "yes",
    "of years before the item was collected",
    "that say unknown",
    "that say not applicable",
    "that are blank",
    "that no code book has",
)
"""What cells on metastases say, as a report tells it; only the first two are known."""
YES: Final = 1
UNREAD: Final = 6
_BLANK: Final = ("", ".", "BLANK", "BLANK(S)")
_NOT_SOLID: Final = "not solid"
_NOT_SOLID_REASON: Final = "of a lymphoma, leukemia or myeloma, which is no solid tumor"


def cleaned_rows(engine: Engine, listing: CaseListing) -> Any:
    """Return the records with clean cells, and what is read off them.

    Columns: ``patient``; ``sex``; ``year`` (four digits, text); ``rank`` (0 for a patient's only
    tumor, 1 for the first of several, …; null where not stated); ``is_malignant``; ``is_solid``;
    ``recode``; ``topography`` (``C50.9``); ``morphology`` (a name of
    :data:`~metastasis.patients._seer.primaries.HISTOLOGIES`, ``other``, or null); ``is_distant`` (by
    the stage, or null); and each variable on metastases as stated, in capitals.
    """
    F = engine.functions  # noqa: N806

    def cell(name: str) -> Any:
        if name not in listing.columns:
            return F.lit(None).cast("string")
        text = F.trim(F.regexp_replace(name, "[\"']", ""))
        return F.when(~F.upper(text).isin(*_BLANK), text)

    morphology = _morphology(F, cell("histology"), cell("morphology"))
    sequence = F.upper(cell("sequence"))
    stage = F.upper(F.coalesce(*[cell(name) for name in STAGES]))
    m_stage = F.upper(F.coalesce(*[cell(name) for name in M_STAGES]))
    columns = {
        "patient": cell("patient"),
        "sex": _sex(F, F.upper(cell("sex"))),
        "year": F.when(cell("year").rlike("^[0-9]{4}$"), cell("year")),
        "rank": _rank(F, sequence),
        "is_malignant": _is_malignant(F, cell("behavior"), cell("morphology"), sequence),
        "recode": cell("recode"),
        "topography": _topography(F, F.upper(cell("topography"))),
        "morphology": morphology,
        "is_distant": _is_distant(F, stage, m_stage),
        **{name: F.upper(cell(name)) for name in listing.variables},
    }
    rows = listing.rows.select(*[column.alias(name) for name, column in columns.items()])
    return engine.settle(rows)


def with_answers(engine: Engine, rows: Any, listing: CaseListing) -> Any:
    """Return rows with a column ``answers``, an array of numbers.

    It holds -1, then for each variable ten times its place plus the place of what it says in
    :data:`ANSWERS`.

    >>> import pandas
    >>> from metastasis.patients._seer.case_listing import open_listing
    >>> from metastasis.patients._engines.engine import open_engine
    >>> rows = {"Patient ID": ["1", "2"], "Primary Site": ["C61.9"] * 2, "METSDXO": ["0", "9"]}
    >>> with open_engine() as engine:
    ...     listing = open_listing(engine, pandas.DataFrame(rows))
    ...     found = with_answers(engine, cleaned_rows(engine, listing), listing)
    ...     sorted(engine.collect(found.select("answers")))
    [([-1, 0],), ([-1, 3],)]
    """
    F = engine.functions  # noqa: N806
    codes = [
        (_answer(F, name) + F.lit(10 * place)).cast("int")
        for place, name in enumerate(listing.variables)
    ]
    return rows.withColumn("answers", F.array(F.lit(-1), *codes))


def with_primary(
    engine: Engine, rows: Any, catalog: Catalog, overrides: Mapping[tuple[str, str], str]
) -> tuple[Any, tuple[str, ...], list[Unmapped]]:
    """Return rows with ``primary`` (null where none is known), and ``state`` for why it is not.

    Also the catalog keys that its numbers stand for, and the labels that nothing knows. The site
    recode is asked first, then topography and morphology.
    """
    F = engine.functions  # noqa: N806
    parts = [F.coalesce(F.col(name), F.lit("")) for name in ("recode", "topography", "morphology")]
    rows = rows.withColumn("tumor", F.concat_ws("\t", *parts))
    counted = rows.groupBy("tumor").agg(F.count(F.lit(1)).alias("rows"))
    counts = {str(tumor): int(number) for tumor, number in engine.collect(counted)}
    keys, unmapped = _keys(counts, catalog, overrides)
    places = positions(key for key in keys.values() if key not in (LEFT_OUT, _NOT_SOLID))
    table = engine.table(
        {"tumor": "string", "primary": "int", "state": "string"},
        [(tumor, places.get(key), key) for tumor, key in sorted(keys.items())],
    )
    joined = rows.join(table, on="tumor", how="left")
    joined = joined.select(*engine.columns(joined))
    return engine.settle(joined), tuple(places), unmapped


def with_fate(engine: Engine, rows: Any, choose: str) -> Any:
    """Return rows with ``fate``: why a record is left out, or null.

    ``first`` keeps the first tumor of a patient: by the sequence number, then by the year;
    ``only`` keeps patients with one; ``each`` keeps all.
    """
    F = engine.functions  # noqa: N806
    fate = (
        F.when(F.col("patient").isNull(), F.lit("without a patient"))
        .when(~F.col("is_malignant"), F.lit("of a tumor that is not malignant"))
        .when(F.col("state") == _NOT_SOLID, F.lit(_NOT_SOLID_REASON))
        .when(F.col("state") == LEFT_OUT, F.lit("of a cancer that is left out on purpose"))
        .when(F.col("tumor") == "\t\t", F.lit("without a stated cancer"))
        .when(F.col("primary").isNull(), F.lit("of a cancer not in the catalog"))
    )
    if choose == "first":
        fate = fate.when(F.col("rank") > 1, F.lit("of a second or later tumor of the patient"))
    elif choose == "only":
        fate = fate.when(F.col("rank") > 0, F.lit("of a patient with several tumors"))
    rows = rows.withColumn("fate", fate)
    return engine.settle(_without_later(engine, rows) if choose == "first" else rows)


def _without_later(engine: Engine, rows: Any) -> Any:
    """Return rows where records after a patient's first are left out."""
    F = engine.functions  # noqa: N806
    rank = F.coalesce(F.col("rank"), F.lit(9)).cast("string")
    order = F.concat_ws(" ", rank, F.coalesce(F.col("year"), F.lit("9999")))
    rows = rows.withColumn("place", F.when(F.col("fate").isNull(), order))
    window = import_module(F.__name__.rpartition(".")[0]).Window.partitionBy("patient")
    rows = rows.withColumn("first", F.min("place").over(window))
    later = F.when(
        F.col("place") > F.col("first"), F.lit("of a second or later tumor of the patient")
    )
    return rows.withColumn("fate", F.coalesce(F.col("fate"), later))


def _answer(F: Any, name: str) -> Any:  # noqa: N803
    word = F.col(name)
    yes = word.isin("1", "YES") | word.rlike("^YES[;,]")
    if name == "mets_other":
        yes = yes | (word == "2") | word.startswith("GENERALIZED")
    no = word.isin("0", "NO", "NONE") | word.rlike("^(NO|NONE)[;,]")
    not_applicable = word.isin("8", "N/A") | word.startswith("NOT APPLICABLE")
    return (
        F.when(F.col("year") < VARIABLES[name].since, F.lit(2))
        .when(word.isNull(), F.lit(5))
        .when(yes, F.lit(YES))
        .when(no, F.lit(0))
        .when(not_applicable, F.lit(4))
        .when((word == "9") | word.startswith("UNKNOWN"), F.lit(3))
        .otherwise(F.lit(UNREAD))
    )


def _sex(F: Any, cell: Any) -> Any:  # noqa: N803
    female = cell.startswith("F") | (cell == "2")
    male = cell.startswith("M") | (cell == "1")
    return F.when(female, F.lit("female")).when(male, F.lit("male"))


def _rank(F: Any, sequence: Any) -> Any:  # noqa: N803
    """Return the sequence number; codes from 60 on are not of malignant tumors, or not stated."""
    digits = F.regexp_extract(sequence, "^([0-9]+)", 1)
    number = F.when(digits != "", digits).cast("int")
    only = F.when(sequence.startswith("ONE PRIMARY ONLY"), F.lit(0))
    return only.otherwise(F.when(number < 60, number))


def _is_malignant(F: Any, behavior: Any, morphology: Any, sequence: Any) -> Any:  # noqa: N803
    """Return whether a tumor is malignant; what nothing is stated of is taken for it."""
    digit = F.regexp_extract(morphology, "/([0-9])", 1)
    stated = F.coalesce(F.upper(behavior), F.when(digit != "", digit))
    word = F.when(stated.isNotNull(), (stated == "3") | stated.startswith("MALIGNANT"))
    listed = sequence.contains("STATE REGISTRY-DEFINED") | sequence.rlike("^(6[0-9]|7|8[0-7])")
    return F.coalesce(word & ~F.coalesce(listed, F.lit(False)), ~F.coalesce(listed, F.lit(False)))


def _topography(F: Any, cell: Any) -> Any:  # noqa: N803
    """Return ``C50.9`` for C50.9, C509, 509 and ``C50.9-…``; null for what is no such code."""
    shape = "^C?([0-9]{2})[.]?([0-9]?)(-.*)?$"
    major, minor = (F.regexp_extract(cell, shape, group) for group in (1, 2))
    whole = F.concat(F.lit("C"), major, F.when(minor != "", F.lit(".")).otherwise(F.lit("")), minor)
    return F.when(major != "", whole)


def _morphology(F: Any, histology: Any, morphology: Any) -> Any:  # noqa: N803
    digits = F.coalesce(
        F.regexp_extract(histology, "^([0-9]{4})", 1),
        F.regexp_extract(morphology, "^([0-9]{4})", 1),
    )
    found = F.when(digits.isNull() | (digits == ""), F.lit(None).cast("string"))
    for name, (low, high) in HISTOLOGIES.items():
        found = found.when((digits >= low) & (digits <= high), F.lit(name))
    return found.otherwise(F.lit("other"))


def _is_distant(F: Any, stage: Any, m_stage: Any) -> Any:  # noqa: N803
    distant = F.when(stage.startswith("DISTANT") | (stage == "7"), F.lit(True))
    nearer = stage.rlike("^(LOCALIZED|REGIONAL|IN SITU|[0-5]$)")
    by_m = F.when(m_stage.rlike("^[CPY]*M?1"), F.lit(True)).when(
        m_stage.rlike("^[CPY]*M?0"), F.lit(False)
    )
    return distant.when(nearer, F.lit(False)).otherwise(by_m)


def _keys(
    counts: Mapping[str, int], catalog: Catalog, overrides: Mapping[tuple[str, str], str]
) -> tuple[dict[str, str], list[Unmapped]]:
    """Return the key of each tumor, or why it has none, and the labels that nothing knows."""
    parts = {tumor: tumor.split("\t") for tumor in counts}
    recodes: Counter[str] = Counter()
    for tumor, number in counts.items():
        if recode := parts[tumor][0]:
            recodes[recode] += number
    found = map_labels(recodes, "primary", catalog, overrides, "seer")
    keys: dict[str, str] = {}
    missed: Counter[str] = Counter()
    for tumor, number in counts.items():
        recode, topography, morphology = parts[tumor]
        if not is_solid(recode, topography, morphology):
            keys[tumor] = _NOT_SOLID
        elif recode and found.how(recode):
            keys[tumor] = found.key(recode) or LEFT_OUT
        elif key := _key_of_codes(topography, morphology, overrides):
            keys[tumor] = key
        elif label := recode or topography:
            missed[label] += number
    suggestions = {one.label: one.suggestions for one in found.unmapped}
    return keys, [
        Unmapped("primary", label, number, suggestions.get(label, ()))
        for label, number in sorted(missed.items())
    ]


def _key_of_codes(
    topography: str, morphology: str, overrides: Mapping[tuple[str, str], str]
) -> str | None:
    for label in (topography, topography[:3]):
        if key := overrides.get(("primary", label)):
            return key
    return primary_of_codes(topography, morphology or None) if topography else None
