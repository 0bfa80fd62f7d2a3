"""Coded diagnoses: claims, discharge, registry or hospital tables of patient, code and date.

What the reader does, and the name of the rule that does it:

- *choose*: a patient with several primaries is counted under the first by date, the last, the one
  of most rows, or each; ``only`` leaves such patients out. A primary that the catalog does not
  have takes part in the choice, and its patients are then left out.
- *look_back_days*: patients count only if they have some code that many days before their first
  cancer code, so that the first cancer code is likely the first diagnosis.
- *at_diagnosis_days*: only metastases coded within that many days of the primary's first date
  count, and the setting is ``at_diagnosis`` instead of ``during_course``.
- *confirm*: a primary or site counts only if it is coded twice, some days apart, or in an
  inpatient stay (:mod:`metastasis.patients._coded.confirm`).
- *nodes*: codes of lymph nodes do not say whether the nodes are regional. They count as sites, but
  by themselves make no patient metastatic unless told ``count``.

Codes of cancers in the past, in situ, benign and uncertain neoplasms, hematologic cancers and
nonmelanoma skin cancer name no primary here. They are counted, as are all codes that are no cancer
codes, and serve the look-back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.code_book import NO_KEY, canonical_rows, read_code_book
from metastasis.patients._coded.codes import SNOMED, SYSTEMS, system_label
from metastasis.patients._coded.confirm import OR_INPATIENT, confirmed
from metastasis.patients._coded.diagnoses import with_days
from metastasis.patients._coded.lookup import names_all_sites
from metastasis.patients._coded.opening import Asked, open_diagnoses
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._counting.patient import SHORT_DAYS, by_patient
from metastasis.patients._counting.tally import count_patients
from metastasis.patients._intake import (
    FRAME,
    Ingested,
    StudyPopulation,
    engine_of,
    paths_in,
    stem_of,
)
from metastasis.patients._report import ReportDraft
from metastasis.patients._rows import number_of
from metastasis.patients._sources import own_source
from metastasis.patients._tabulate import of_tally
from metastasis.patients._words.answers import warn_of_unused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from metastasis.patients._coded.code_book import CodeBook
    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.rules import CodingOptions
    from metastasis.patients._counting.tally import Tally
    from metastasis.patients._engines.engine import Engine

__all__ = ["NO_TITLE", "count_diagnoses", "read_coded"]

NO_TITLE: Final = "own diagnoses"
"""The name of a source that neither the user nor a file names."""
_EARLY: Final = "patients have a metastasis dated before any of their primaries; it counts"


def read_coded(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    patient: str | None = None,
    code: str | Sequence[str] | None = None,
    date: str | None = None,
    system: str | None = None,
    sex: str | None = None,
    text: str | None = None,
    certainty: str | None = None,
    position: str = "any",
    inpatient: str | None = None,
    where: str | Sequence[str] = (),
    join: str | Sequence[str] = (),
    **rules: Unpack[CodingOptions],
) -> Ingested:
    """Return what a table of coded diagnoses says about sites of metastasis.

    >>> import pandas
    >>> table = {"patient": ["A", "A", "B", "C"], "code": ["C50.911", "C79.51", "C50.912", "I10"],
    ...          "date": ["2015-03-04", "2016-01-02", "2015-05-06", "2015-01-01"]}
    >>> found = read_coded(pandas.DataFrame(table), name="three patients")
    >>> [(row.site, row.count, row.total, row.denominator) for row in found.assertions]
    [('bone', 1, 2, 'all_patients'), ('bone', 1, 1, 'metastatic_patients')]
    >>> print(found.report.rows[0])
    1 with a code that is not a cancer code, such as I10

    Parameters
    ----------
    data
        A file, a folder, a pattern, several of them, or a frame: a row a diagnosis, or a row a stay
        with its diagnoses in several columns (``dx1`` … ``dx25``).
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the file.
    patient, code, date, sex, text, certainty
        The headers of the columns; None looks for the usual ones. Only patient and code need be
        there. Of codes there may be several, or a pattern (``dx*``). ``text`` is what stands beside
        a code, as its name.
    system
        The code system of all rows (one of :data:`~metastasis.patients._coded.codes.SYSTEMS`, or
        ``SNOMED`` with a map of your own), or the header of the column that names it; None looks
        for such a column, and else asks the codes.
    position
        ``any``: every diagnosis counts; ``principal``: only the principal one of each stay; or the
        header of the column that numbers the diagnoses, of which then only the first counts.
    inpatient
        What tells an inpatient stay, for ``confirm="two-or-inpatient"``: a column, or a condition
        such as ``setting = IP``; None looks for the usual column.
    where
        Conditions that every row must meet, such as ``age >= 18``.
    join
        Columns of other tables, as ``admissions.csv:hadm_id:admittime``.
    **rules
        The fields of :class:`~metastasis.patients._coded.rules.CodingRules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing (the nearest header is named), the code system is not named, dates are
        in several formats, or a rule needs dates and there are none.
    UnknownNameError
        A rule that does not exist.
    """
    in_force = CodingRules(**rules)
    label = system_label(system) if system else None
    named = label if label in (*SYSTEMS, SNOMED) else None
    columns = {"patient": patient, "code": code, "date": date, "sex": sex, "text": text}
    columns |= {"certainty": certainty, "system": system if named is None else None}
    asked = Asked.of(where, join, position, inpatient, confirm=in_force.confirm)
    with engine_of(engine) as running:
        title = name or stem_of((paths_in(data) or [FRAME])[0], NO_TITLE)
        draft = ReportDraft(title)
        table = open_diagnoses(running, data, columns, draft, asked, has_system=named is not None)
        draft.files += table.files
        return count_diagnoses(table, in_force, draft, system=named, design="claims")


def count_diagnoses(
    table: Diagnoses,
    rules: CodingRules,
    draft: ReportDraft,
    *,
    system: str | None = None,
    design: str,
    complete: bool = True,
) -> Ingested:
    """Return the assertions and the report of a table of diagnoses whose columns are known.

    ``draft`` holds what was left out before, and gets the rest. ``complete`` says whether all that
    may hold a metastasis was read; else none is denied.

    Raises
    ------
    TableError
        As :func:`read_coded`.
    """
    _check_dated(table, rules)
    before = draft.rows_read
    book = read_code_book(table, draft, system=system, rules=rules)
    draft.rows_read += before
    _tell_of_columns(table, rules, draft, system)
    rows, last = _rows_in_force(table, book, rules, draft)
    studied = StudyPopulation(
        source=own_source(
            draft.title,
            design=design,
            population=rules.population,
            years=rules.years,
            note=f"Coded diagnoses: {', '.join(book.systems)}",
        ),
        primaries=book.primaries,
        sites=book.sites,
        locators=book.locators,
        setting=rules.setting,
        denominators=("all_patients", "metastatic_patients"),
        rules=rules,
        # The rows say which codes make a patient metastatic; no site does so by itself.
        metastatic_sites=(),
        population=rules.population,
        note=rules.note or None,
        sequences=rules.sequences,
        can_deny=names_all_sites(draft) and complete and table.sees_all and book.is_whole,
        report=draft,
    )
    counted = count_patients(
        table.engine,
        rows,
        choose=rules.choose,
        sites=len(book.sites),
        wholes=studied.wholes,
        metastatic_sites=(),
        early=table.has("date"),
        short_days=last in SHORT_DAYS,
    )
    draft.notice("early secondary", counted.early or 0, _EARLY)
    return of_tally(table.engine, rows, _of_catalog(counted, book), studied)


def _check_dated(table: Diagnoses, rules: CodingRules) -> None:
    if rules.that_need_dates and not table.has("date"):
        need = ", ".join(rules.that_need_dates)
        near = table.nearest("date")
        name = f"the nearest header is {near!r}: name it" if near else "name it"
        other = ", or take it from another table (--join)" if table.whole_header else ""
        remedy = (
            f"there is no column of dates, which {need} cannot do without; {name} (--date){other}"
        )
        raise TableError([Fault(table.file, None, "date", None, remedy)])
    if rules.confirm == OR_INPATIENT and "inpatient" not in table.engine.columns(table.rows):
        remedy = f"nothing tells inpatient stays, which {OR_INPATIENT} asks for; confirm by two"
        raise TableError([Fault(table.file, None, "inpatient", None, remedy)])


def _tell_of_columns(
    table: Diagnoses, rules: CodingRules, draft: ReportDraft, system: str | None
) -> None:
    """Add which headers only look like ours, and what cannot be done without dates."""
    for near, column in table.look_alikes:
        if column != "system" or system is None:
            text = f"oddity: {near!r} is not read, although it looks like {column!r}"
            draft.notice("columns", 1, f"{text}; --{column} {near!r} reads it")
    warn_of_unused(draft, table.whole_header, [*table.headers.values(), *table.wide])
    if rules.choose in ("first", "last") and not table.has("date"):
        text = f"table with no column of dates: {rules.choose!r} cannot order several primaries"
        draft.notice("columns", 1, text)


def _rows_in_force(
    table: Diagnoses, book: CodeBook, rules: CodingRules, draft: ReportDraft
) -> tuple[Any, int]:
    """Return the canonical rows that the rules about time leave, and the last day in them."""
    engine = table.engine
    every, last = with_days(table, draft, date_format=rules.date_format, latest=rules.latest)
    to_confirm = rules.confirm != "none"
    rows = canonical_rows(table, book, every, nodes=rules.nodes, cells=to_confirm)
    if to_confirm:
        rows = confirmed(engine, rows, rules.confirm_days, draft)
    if rules.look_back_days is not None:
        rows = _looked_back(engine, rows, every, rules.look_back_days, draft)
    if rules.at_diagnosis_days is not None:
        rows = _at_diagnosis(engine, rows, rules.choose, rules.at_diagnosis_days, draft)
    return rows, last


def _of_catalog(counted: Tally, book: CodeBook) -> Tally:
    """Return a tally without the patients whose primary has no catalog key, counted as such."""
    kept = tuple(line for line in counted.lines if line.primary != book.other_primary)
    gone = sum(line.patients for line in counted.lines if line.primary == book.other_primary)
    if not gone:
        return counted
    outcomes = {**counted.outcomes, "kept": counted.outcomes["kept"] - gone, NO_KEY: gone}
    return replace(counted, lines=kept, outcomes=outcomes)


# Rules about time


def _looked_back(engine: Engine, rows: Any, every: Any, days: int, draft: ReportDraft) -> Any:
    """Return the rows of patients who were observed so many days before their first cancer code.

    ``every`` holds all rows with a patient, those without a cancer code too: any code shows that a
    patient was observed. Patients whose first day is not known cannot be judged, and go.
    """
    F = engine.functions  # noqa: N806
    seen = every.groupBy("patient").agg(F.min("day").alias("seen"))
    cancer = rows.groupBy("patient").agg(
        F.min("day").alias("cancer"), F.sum(F.col("leads").cast("int")).alias("n")
    )
    both = cancer.join(seen, on="patient", how="inner").select("patient", "cancer", "seen", "n")
    long_enough = F.coalesce(F.col("cancer") - F.col("seen") >= days, F.lit(False))
    judged = both.select("patient", "n", long_enough.alias("enough"))
    gone = judged.where(~F.col("enough"))
    counts = gone.agg(
        F.count(F.lit(1)).alias("patients"), F.sum("n").alias("n"), F.min("patient").alias("such")
    )
    [(patients, number, such)] = engine.collect(counts)
    reason = f"of patients observed fewer than {days} days before their first cancer code"
    draft.leave_out(reason, number or 0, [f"patient {such}"])
    draft.notice("look-back", patients, f"patients left out: observed fewer than {days} days")
    kept = judged.where(F.col("enough")).select("patient")
    return rows.join(kept, on="patient", how="inner").select(*rows.columns)


def _at_diagnosis(engine: Engine, rows: Any, choose: str, days: int, draft: ReportDraft) -> Any:
    """Return rows with secondaries only within so many days of the chosen primary's first date.

    A secondary without a date, or of a patient whose primary has none, is not within them.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=0, F=F).select("patient", "primary")
    named = rows.where(F.col("primary").isNotNull()).select("patient", "primary", "day")
    first = named.join(patients, on=["patient", "primary"], how="inner")
    first = first.groupBy("patient").agg(F.min("day").alias("diagnosis"))
    dated = rows.join(first, on="patient", how="left").select(*rows.columns, "diagnosis")
    near = F.coalesce(F.abs(F.col("day") - F.col("diagnosis")) <= days, F.lit(False))
    is_near = dated.select(*rows.columns, near.alias("near"))
    only = is_near.where(F.col("primary").isNull() & ~F.col("near") & F.col("leads"))
    reason = f"of a metastasis not within {days} days of the primary's first date"
    draft.leave_out(reason, number_of(engine, only))
    stays = F.col("near") | F.col("primary").isNotNull()
    kept = is_near.where(stays)
    cells = [
        F.when(F.col("near"), F.col(name)).alias(name) if name in ("site", "metastatic") else name
        for name in rows.columns
        if not name.startswith("bits_")  # they would still tell of the sites taken away
    ]
    return kept.select(*cells)
