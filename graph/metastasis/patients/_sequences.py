"""In which order the sites of each patient were first seen, as a file.

With a ``min_count``, the file names no patient and no day. Patients are numbered in the order of
what the file says of them, so that a number tells nothing more of its patient, needs no key, is the
same in every run, and belongs to this file alone. Days count from the first date of the primary.
Apart from the tabulation because it writes single patients, which nothing else does.
Still a row is of one patient: who knows the days between a patient's findings may recognize them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from metastasis._clean import FORMULA, NUMBER
from metastasis.patients._counting.patient import by_patient, sequences
from metastasis.patients._counting.patterns import can_have
from metastasis.patients._counting.remainders import Part, tellable
from metastasis.patients._engines.reading import form_of
from metastasis.patients._rows import beside, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._intake import StudyPopulation

__all__ = ["write_sequences"]

_KEYS = ("primary", "site")


def write_sequences(
    engine: Engine, rows: Any, studied: StudyPopulation, table: Sequence[Assertion]
) -> None:
    """Write the sequences of canonical rows to the file that the population names, and say so.

    Columns: patient, primary, site, date (the first; ``day`` where days are no dates), order (1 for
    the earliest; sites of one day share a number). Sites without a date are left out, and counted.

    With a ``min_count``, ``patient`` is a number of this file alone, and instead of the date stand
    ``day`` since the first date of the primary, blank where that has none. Only pairs of primary
    and site are written that ``table`` holds and that may be told beside it
    (:func:`~._counting.remainders.tellable`).

    Raises
    ------
    WriteError
        The file cannot be written.
    """
    path, least, draft = Path(str(studied.sequences)), studied.rules.min_count, studied.report
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=studied.rules.choose, sites=len(studied.sites), F=F)
    patients = _of_possible_sex(patients, studied, F)
    found = _named(engine, sequences(rows, patients, F), studied)
    undated = rows.where(_tells_of_site(rows, F) & F.col("day").isNull())
    text = "rows of a site without a date: not in the sequences"
    draft.notice("sequences", number_of(engine, undated), text)
    if least > 1:
        shown = _without_names(rows, _of_pairs(engine, found, studied, table), F)
        engine.write(shown.orderBy("patient", "primary", "order", "site"), path)
        return
    dates = "days" if studied.relative_days else "dates"
    draft.remark(
        "sequences", f"{path.name} holds patient ids and exact {dates} (--min-count N hides)"
    )
    cells = [_patient_cell(path, F), F.col("primary_key").alias("primary")]
    cells += [F.col("site_key").alias("site"), _moment(studied, F), F.col("order")]
    engine.write(found.select(*cells).orderBy("patient", "primary", "order", "site"), path)


def _of_possible_sex(patients: Any, studied: StudyPopulation, F: Any) -> Any:  # noqa: N803
    """Return patients without those of a sex that cannot have their primary, as in every count."""
    if "sex" not in patients.columns:
        return patients
    for sex in ("female", "male"):
        of_others = [
            place
            for place, primary in enumerate(studied.primaries)
            if not can_have(primary, sex, studied.rules.known)
        ]
        if of_others:
            cannot = (F.col("sex") == sex) & F.col("primary").isin(*of_others)
            patients = patients.where(~F.coalesce(cannot, F.lit(False)))
    return patients


def _moment(studied: StudyPopulation, F: Any) -> Any:  # noqa: N803
    """Return the column of the date, or of the day where that is none."""
    day = F.col("day").cast("int")
    if studied.relative_days:
        return day.alias("day")
    date = F.date_add(F.lit("1970-01-01").cast("date"), day)
    return F.substring(date.cast("string"), 1, 10).alias("date")


def _tells_of_site(rows: Any, F: Any) -> Any:  # noqa: N803
    """Return the condition that a row tells of a site; a code of several sites counts once."""
    told = F.col("site").isNotNull()
    if "known" in rows.columns:
        told = told & F.coalesce(F.col("known"), F.lit(True))
    return told & F.col("leads") if "leads" in rows.columns else told


def _named(engine: Engine, found: Any, studied: StudyPopulation) -> Any:
    """Return sequences with the keys of their primaries and sites beside them.

    A primary past the last has no key, and its patients are left out of everything.
    """
    for kind, keys in zip(_KEYS, (studied.primaries, studied.sites), strict=True):
        columns = {kind: "int", f"{kind}_key": "string"}
        found = beside(engine, found, columns, enumerate(keys))
    return found.where(engine.functions.col("primary_key").isNotNull())


def _of_pairs(
    engine: Engine, found: Any, studied: StudyPopulation, table: Sequence[Assertion]
) -> Any:
    """Return the steps of pairs that may be shown."""
    F = engine.functions  # noqa: N806
    counted = found.groupBy("primary", "site", "primary_key", "site_key").agg(
        F.count(F.lit(1)).alias("n")
    )
    pairs = sorted(engine.collect(counted))
    parts = [
        Part(primary, frozenset({site}), number, has_no_others=False)
        for *_, primary, site, number in pairs
    ]
    told = tellable(parts, table, studied.rules.known, studied.rules.min_count)
    shown = [(one[0], one[1]) for one, is_told in zip(pairs, told, strict=True) if is_told]
    small = engine.table({"primary": "int", "site": "int"}, shown)
    return found.join(small, on=list(_KEYS), how="inner").select(*found.columns)


def _without_names(rows: Any, found: Any, F: Any) -> Any:  # noqa: N803
    """Return sequences with a number for each patient, and days since the primary's first date."""
    named = rows.where(F.col("primary").isNotNull())
    first = named.groupBy("patient", F.col("primary").cast("int").alias("primary"))
    first = first.agg(F.min(F.col("day").cast("bigint")).alias("start"))
    both = found.join(first, on=["patient", "primary"], how="left")
    # Left out sites would show as gaps in the order.
    order = F.expr("dense_rank() over (partition by patient, `primary` order by day)")
    days = (F.col("day") - F.col("start")).alias("since")
    names = [F.col(f"{kind}_key").alias(kind) for kind in _KEYS]
    steps = both.select("patient", *names, days, order.alias("order"))
    text = F.concat_ws(
        " ",
        F.col("primary"),
        F.lpad(F.col("order").cast("string"), 6, "0"),
        F.col("site"),
        F.coalesce(F.col("since").cast("string"), F.lit("")),
    )
    told = steps.groupBy("patient").agg(F.sort_array(F.collect_list(text)).alias("told"))
    numbered = told.select(
        F.col("patient").alias("name"),
        F.expr("row_number() over (order by array_join(told, ';'))").alias("number"),
    )
    joined = steps.join(numbered, on=F.col("patient") == F.col("name"), how="inner")
    return joined.select(
        F.col("number").alias("patient"), *_KEYS, F.col("since").alias("day"), "order"
    )


def _patient_cell(path: Path, F: Any) -> Any:  # noqa: N803
    """Return the name of a patient as it stands in a file: in text, no formula."""
    name = F.col("patient")
    if form_of([path]) != "csv":
        return name
    text = name.cast("string")
    is_formula = text.rlike(FORMULA) & ~text.rlike(NUMBER)
    return F.when(is_formula, F.concat(F.lit("'"), text)).otherwise(text).alias("patient")
