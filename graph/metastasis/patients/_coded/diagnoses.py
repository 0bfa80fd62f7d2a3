"""A long table of diagnoses: its columns under our names, and the days of its dates.

Rows stay in the engine. What comes into Python are the different dates, of which there are few
however many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.codes import SYSTEMS
from metastasis.patients._coded.dates import HEAD, day_number, earliest_day, read_dates
from metastasis.patients._intake import FRAME, paths_in
from metastasis.patients._rows import beside, counts_of, how_many, sex_of
from metastasis.patients._words.headers import look_alikes, missing_column, nearest, recognize
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["HEADERS", "Diagnoses", "has_patient", "open_diagnoses", "with_days"]

_HEADERS: Final = {
    "patient": """
        patient patient_id patientid patient_identifier person_id person subject_id subject bene_id
        desynpuf_id member_id enrolid pat_id patid mrn
        """,
    "code": """
        code icd_code diagnosis_code dx_code condition_code icd dx icd10cm icd_10_cm icd10 icd_10
        icd10_code icd9cm icd9 icd_9 icd9_code diagnosis diag condition_source_value
        """,
    "date": """
        date diagnosis_date dx_date date_of_diagnosis service_date date_of_service svcdate
        condition_start_date start_date onset_date claim_date clm_from_dt admit_date admission_date
        encounter_date recorded_date day
        """,
    "system": """
        system code_system coding_system codesystem vocabulary_id vocabulary code_type icd_version
        dx_version dxver icd_code_version
        """,
    "sex": "sex gender sex_cd patient_sex",
    "text": """
        description code_description diagnosis_description dx_description display code_display
        concept_name diagnosis_name dx_name diagnosis_text long_title short_title
        """,
}
HEADERS: Final = {column: tuple(names.split()) for column, names in _HEADERS.items()}
"""For each of our columns, the headers it is known by, the best first (in any case; "_" or blank).

They are those of US claims (Medicare, MarketScan), of hospital exports and of OMOP.
"""
_MOST_DATES: Final = 500_000
"""A column of dates has far fewer (a century is 36,525 days); with the time of day cut off."""
_DATE_TYPES: Final = ("date", "timestamp")


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """Diagnoses as a table has them, under our names."""

    engine: Engine
    rows: Any
    """Columns ``patient``, ``code``, and where there: ``date``, ``system``, ``sex``, ``text`` (what
    stands beside the code) and ``kind`` (what the record says that it names)."""
    headers: Mapping[str, str]
    """For each column of ours, the header it has in the table."""
    file: str
    """Where the table is from, for messages."""
    whole_header: tuple[str, ...] = ()
    """All headers of the table; none for tables whose columns have no choice of names."""

    @property
    def files(self) -> tuple[str, ...]:
        """What the report names as read."""
        return () if self.file == FRAME else (self.file,)

    def has(self, column: str) -> bool:
        """Whether the table has one of our columns."""
        return column in self.headers

    @property
    def has_typed_dates(self) -> bool:
        """Whether dates are dates, not texts."""
        return self.has("date") and self.type_of("date").startswith(_DATE_TYPES)

    def type_of(self, column: str) -> str:
        """Return the type of a column, as Spark names it."""
        types = {one.name: one.dataType.simpleString() for one in self.rows.schema.fields}
        return str(types[column])

    @property
    def look_alikes(self) -> list[tuple[str, str]]:
        """Headers that nothing reads although they look like a column of ours that is missing."""
        if not self.whole_header:
            return []
        places = {ours: self.whole_header.index(one) for ours, one in self.headers.items()}
        known = {ours: names for ours, names in HEADERS.items() if ours != "text"}
        return look_alikes(self.whole_header, known, places)

    def nearest(self, column: str) -> str | None:
        """Return the unread header that comes nearest to a column of ours, or None."""
        unread = [one for one in self.whole_header if one not in self.headers.values()]
        return nearest(unread, HEADERS[column])

    def fault(self, column: str, value: str | None, remedy: str) -> TableError:
        """Return an error about one column."""
        return TableError([Fault(self.file, None, self.headers.get(column, column), value, remedy)])


def open_diagnoses(engine: Engine, data: Any, columns: Mapping[str, str | None]) -> Diagnoses:
    """Return a table of diagnoses with its columns found by their usual headers, or as told.

    Raises
    ------
    TableError
        There is no column of the patient or of the code; a column that was named is not there.
    ReadError
        A file is missing, empty, cut short or not UTF-8.
    """
    paths = paths_in(data)
    file = ", ".join(paths) or FRAME
    take = engine.read if paths else engine.frame
    header = engine.columns(take(data))
    known = {ours: (told,) if told else HEADERS[ours] for ours, told in columns.items()}
    places = recognize(header, known)
    needed = [ours for ours, told in columns.items() if told or ours in ("patient", "code")]
    missing = [ours for ours in needed if ours not in places]
    if missing:
        raise TableError([_missing(file, header, ours, known[ours]) for ours in missing])
    found = {ours: header[place] for ours, place in places.items()}
    rows = take(data, columns={theirs: ours for ours, theirs in found.items()})
    text = [name for name in ("code", "system", "sex", "text") if name in found]
    F = engine.functions  # noqa: N806
    cells = [F.col(name).cast("string").alias(name) if name in text else name for name in found]
    return Diagnoses(engine, rows.select(*cells), found, file, tuple(header))


def with_days(
    table: Diagnoses, draft: ReportDraft, *, date_format: str | None, latest: date | None
) -> Any:
    """Return rows with a patient, with ``day`` for ``date`` and ``sex`` as we write it.

    Rows without a usable date keep a null ``day``; the report says how many and why.

    Raises
    ------
    TableError
        The dates are in several formats, or in one that cannot be told.
    """
    F = table.engine.functions  # noqa: N806
    rows = table.rows.where(has_patient(table))
    if table.has("sex"):
        # By the first letter, or by 1 (male) and 2 (female) as in ISO/IEC 5218.
        sex = sex_of(F, F.col("sex"), female=("F", "W", "2"), male=("M", "1"))
        rows = rows.withColumn("sex", sex)
    if not table.has("date"):
        return rows
    if table.has_typed_dates:
        return _with_typed_days(table, rows, draft, latest)
    return _with_written_days(table, rows, draft, date_format, latest)


def _missing(file: str, header: Sequence[str], ours: str, names: Sequence[str]) -> Fault:
    near = missing_column(file, header, names[:1] if len(names) == 1 else names[:3])
    remedy = f"{near.remedy}, or name the column that holds the {ours} (--{ours} COLUMN)"
    if ours == "system":
        remedy += f", or the code system of all rows ({', '.join(SYSTEMS)})"
    return Fault(file, None, near.column, None, remedy)


def has_patient(table: Diagnoses) -> Any:
    """Return the condition that a row names its patient."""
    F = table.engine.functions  # noqa: N806
    patient = F.col("patient")
    return (stated(F, patient) if table.type_of("patient") == "string" else patient).isNotNull()


def _with_typed_days(table: Diagnoses, rows: Any, draft: ReportDraft, latest: date | None) -> Any:
    F = table.engine.functions  # noqa: N806
    zero = F.lit("1970-01-01").cast("date")
    rows = rows.withColumn("day", F.datediff(F.col("date").cast("date"), zero)).drop("date")
    rows = table.engine.view(rows)
    first, last = earliest_day(), day_number(latest or datetime.now().astimezone().date())
    day = F.col("day")
    reasons = {
        "no date": day.isNull(),
        "a date in the future": day > last,
        "a date before 1900": day < first,
    }
    counts = how_many(table.engine, rows, reasons)
    for reason in reasons:
        _say_undated(draft, reason, counts[reason])
    return rows.withColumn("day", F.when((day >= first) & (day <= last), day))


def _with_written_days(
    table: Diagnoses, rows: Any, draft: ReportDraft, date_format: str | None, latest: date | None
) -> Any:
    engine = table.engine
    F = engine.functions  # noqa: N806
    rows = rows.withColumn("written", F.substring(F.col("date").cast("string"), 1, HEAD))
    rows = engine.view(rows.drop("date"))
    counts = counts_of(engine, rows, "written", _MOST_DATES)
    if counts is None:
        remedy = f"holds more than {_MOST_DATES:,} different values, which dates do not"
        raise table.fault("date", None, f"{remedy}; name the column of the dates (--date COLUMN)")
    _say_undated(draft, "no date", counts.pop(None, 0))
    dates = read_dates(
        (one for one in counts if one is not None),
        file=table.file,
        column=table.headers["date"],
        date_format=date_format,
        latest=latest,
    )
    for reason, texts in sorted(dates.undated.items()):
        _say_undated(draft, reason, sum(counts[text] for text in texts), texts)
    days = sorted(dates.days.items())
    return beside(engine, rows, {"written": "string", "day": "int"}, days).drop("written")


def _say_undated(draft: ReportDraft, reason: str, number: int, texts: Sequence[str] = ()) -> None:
    such = f", such as {', '.join(map(repr, texts[:3]))}" if texts else ""
    draft.notice("undated", number, f"rows counted as undated: {reason}{such}")
