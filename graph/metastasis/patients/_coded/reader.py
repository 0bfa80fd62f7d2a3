"""Coded diagnoses: claims, discharge, registry or hospital tables of patient, code and date.

What the reader does, and the name of the rule that does it:

- *choose*: a patient with several primaries is counted under the first by date, the last, the one
  of most rows, or each; ``only`` leaves such patients out. A primary that the catalog does not
  have takes part in the choice, and its patients are then left out.
- *look_back_days*: patients count only if some code of theirs stands so long before their first
  cancer code, so that the first code is likely the first diagnosis.
- *at_diagnosis_days*: only metastases coded so near to the primary's first date count, and the
  setting is ``at_diagnosis`` instead of ``during_course``.
- *nodes*: codes of lymph nodes do not say whether the nodes are regional. They count as sites, but
  by themselves make nobody metastatic unless told ``count``.

Codes of cancers in the past, in situ, benign and uncertain neoplasms, hematologic cancers and
nonmelanoma skin cancer name no primary here. They are counted, as are all codes that are no cancer
codes, and serve the look-back.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._catalog import read_catalog
from metastasis._errors import Fault, TableError
from metastasis.patients._coded.code_book import NO_KEY, canonical_rows, read_code_book
from metastasis.patients._coded.codes import system_name
from metastasis.patients._coded.course import at_diagnosis, looked_back, write_sequences
from metastasis.patients._coded.diagnoses import FRAME, open_diagnoses, with_days
from metastasis.patients._coded.rules import CodingRules
from metastasis.patients._cohort import Cohort, Ingested, of_tally
from metastasis.patients._counting.tally import count_patients
from metastasis.patients._engines.engine import Engine, open_engine
from metastasis.patients._report import ReportDraft
from metastasis.patients._sources import own_source

if TYPE_CHECKING:
    from typing import Unpack

    from metastasis._catalog import Catalog
    from metastasis.patients._coded.code_book import CodeBook
    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.rules import RuleOptions
    from metastasis.patients._counting.tally import Tally

__all__ = ["count_diagnoses", "read_coded", "title_of"]

_EARLY: Final = "patients have a metastasis dated before any of their primaries; it counts"


def read_coded(
    data: Any,
    *,
    engine: str | Engine = "duckdb",
    name: str | None = None,
    patient: str | None = None,
    code: str | None = None,
    date: str | None = None,
    system: str | None = None,
    sex: str | None = None,
    catalog: Catalog | None = None,
    **rules: Unpack[RuleOptions],
) -> Ingested:
    """Return what a long table of coded diagnoses says about sites of metastasis.

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
        A file, a folder, a pattern, several of them, or a frame: one row a diagnosis.
    engine
        ``duckdb``, ``spark``, or an engine that is open already.
    name
        Names the source; None takes the name of the file.
    patient, code, date, sex
        The headers of the columns; None looks for the usual ones. Date and sex need not be there.
    system
        The code system of all rows (``ICD-10-CM``, ``ICD-10``, ``ICD-9-CM``), or the header of the
        column that names it; None looks for such a column, and else asks the codes.
    catalog
        None for the shipped one.
    **rules
        The fields of :class:`~metastasis.patients._coded.rules.CodingRules`.

    Raises
    ------
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    TableError
        A column is missing (the nearest header is named), nobody named the code system, dates are
        in several formats, or a rule needs dates and there are none.
    UnknownNameError
        A rule that there is not.
    """
    in_force = CodingRules(**rules)
    named = system_name(system) if system else None
    column = system if named is None else None
    columns = {"patient": patient, "code": code, "date": date, "system": column, "sex": sex}
    opened = open_engine(engine) if isinstance(engine, str) else engine
    try:
        table = open_diagnoses(opened, data, columns)
        draft = ReportDraft(name or title_of(table.file), list(table.files))
        return count_diagnoses(table, in_force, draft, catalog, system=named, design="claims")
    finally:
        if isinstance(engine, str):
            opened.close()


def count_diagnoses(
    table: Diagnoses,
    rules: CodingRules,
    draft: ReportDraft,
    catalog: Catalog | None,
    *,
    system: str | None = None,
    design: str,
) -> Ingested:
    """Return the assertions and the account of a table of diagnoses whose columns are known.

    ``draft`` holds what was left out before, and gets the rest.

    Raises
    ------
    TableError
        As :func:`read_coded`.
    """
    _check_dated(table, rules)
    before = draft.rows_read
    known = catalog or read_catalog()
    book = read_code_book(
        table,
        known,
        draft,
        system=system,
        overrides=rules.overrides,
        detail=rules.detail,
        every_site=rules.zeros,
    )
    draft.rows_read += before
    _tell_of_columns(table, rules, draft, system)
    rows = _rows_in_force(table, book, rules, draft)
    cohort = Cohort(
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
        choose=rules.choose,
        metastatic_sites=(),
        population=rules.population,
        note=rules.note or None,
        min_patients=rules.min_patients,
        min_count=rules.min_count,
        zeros=rules.zeros,
        patterns=rules.patterns,
        report=draft,
    )
    counted = count_patients(
        table.engine,
        rows,
        choose=rules.choose,
        sites=len(book.sites),
        metastatic_sites=(),
        early=table.has("date"),
    )
    draft.notice("early secondary", counted.early or 0, _EARLY)
    found = of_tally(_of_catalog(counted, book), cohort, table.engine.name)
    return replace(found, patterns=cohort.patterns_in(table.engine, rows))


def title_of(file: str) -> str:
    """Return a name for a source after the file it is in.

    >>> title_of("data/claims 2019.csv.gz"), title_of("the frame")
    ('claims 2019', 'own diagnoses')
    """
    if file == FRAME:
        return "own diagnoses"
    name = Path(file.partition(",")[0]).name.partition(".")[0]
    return name if any(letter.isalnum() for letter in name) else "own diagnoses"


def _check_dated(table: Diagnoses, rules: CodingRules) -> None:
    if rules.that_need_dates and not table.has("date"):
        need = ", ".join(rules.that_need_dates)
        near = table.nearest("date")
        name = f"the nearest header is {near!r}: name it" if near else "name it"
        remedy = f"there is no column of dates, which {need} cannot do without; {name} (--date)"
        raise TableError([Fault(table.file, None, "date", None, remedy)])


def _tell_of_columns(
    table: Diagnoses, rules: CodingRules, draft: ReportDraft, system: str | None
) -> None:
    """Add which headers only look like ours, and what cannot be done without dates."""
    for near, column in table.look_alikes:
        if column != "system" or system is None:
            text = f"oddity: {near!r} is not read, although it looks like {column!r}"
            draft.notice("columns", 1, f"{text}; --{column} {near!r} reads it")
    if rules.choose in ("first", "last") and not table.has("date"):
        text = f"table with no column of dates: {rules.choose!r} cannot order several primaries"
        draft.notice("columns", 1, text)


def _rows_in_force(table: Diagnoses, book: CodeBook, rules: CodingRules, draft: ReportDraft) -> Any:
    """Return the canonical rows that the rules about time leave."""
    engine = table.engine
    every = with_days(table, draft, date_format=rules.date_format, latest=rules.latest)
    rows = canonical_rows(table, book, every, nodes=rules.nodes)
    if rules.look_back_days is not None:
        rows = looked_back(engine, rows, every, rules.look_back_days, draft)
    if rules.at_diagnosis_days is not None:
        rows = at_diagnosis(engine, rows, rules.choose, rules.at_diagnosis_days, draft)
    if rules.sequences is not None:
        write_sequences(engine, rows, book, rules.choose, Path(rules.sequences), draft)
    return rows


def _of_catalog(counted: Tally, book: CodeBook) -> Tally:
    """Return a tally without the patients whose primary has no catalog key, counted as such."""
    kept = tuple(line for line in counted.lines if line.primary != book.other_primary)
    gone = sum(line.patients for line in counted.lines if line.primary == book.other_primary)
    if not gone:
        return counted
    outcomes = {**counted.outcomes, "kept": counted.outcomes["kept"] - gone, NO_KEY: gone}
    return replace(counted, lines=kept, outcomes=outcomes)
