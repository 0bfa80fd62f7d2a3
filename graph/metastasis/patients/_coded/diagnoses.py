"""Diagnoses a row: their columns under our names, and the days of their dates.

Rows stay in the engine. What comes into Python are the different dates, of which there are few
however many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.dates import (
    FUTURE,
    HEAD,
    day_number,
    earliest_day,
    last_day,
    read_dates,
)
from metastasis.patients._coded.headers import HEADERS
from metastasis.patients._intake import FRAME
from metastasis.patients._rows import beside, counts_of, how_many, sex_of
from metastasis.patients._words.headers import look_alikes, nearest
from metastasis.patients._words.missing import is_stated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.patients._coded.dates import Dates
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["Diagnoses", "kept_rows", "type_of", "with_days"]

_LOOKED_FOR: Final = ("date", "system", "sex", "certainty")
"""The columns that are missed where only a header like theirs is there."""
_MOST_DATES: Final = 500_000
"""A column of dates has far fewer (a century is 36,525 days); with the time of day cut off."""
_SHIFTED: Final = (
    "rows with a date in the future, as all have that have one: taken as shifted dates"
)
"""Who hides patients may move their dates by centuries, each patient's alike, as MIMIC does."""
_SPANISH: Final = ("sexo", "sexo_paciente")
_DATE_TYPES: Final = ("date", "timestamp")


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """Diagnoses as a table has them, under our names."""

    engine: Engine
    rows: Any
    """Columns ``patient``, ``code``, and where there: ``date``, ``system``, ``sex``, ``text`` (what
    stands beside the code), ``kind`` (what the record says that it names), ``refused``."""
    headers: Mapping[str, str]
    """For each column of ours, the header it has in the table."""
    file: str
    """Where the table is from, for messages."""
    whole_header: tuple[str, ...] = ()
    """All headers of the table; none for tables whose columns have no choice of names."""
    refusals: tuple[str, ...] = ()
    """Why rows are left out whose column ``refused`` is 1, 2, …; 0 leaves none out."""
    wide: tuple[str, ...] = ()
    """The columns of which each filled cell is a row; none for a long table."""
    sees_all: bool = True
    """Whether every diagnosis of the table is read; else what is not found may be in the others."""

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
        return type_of(self.rows, column)

    @property
    def has_patient(self) -> Any:
        """The condition that a row names its patient."""
        F = self.engine.functions  # noqa: N806
        patient = F.col("patient")
        if self.type_of("patient") != "string":
            return patient.isNotNull()
        # False and not null for a blank cell: those without a patient are counted by the opposite.
        return F.coalesce(is_stated(F, patient), F.lit(False))

    @property
    def look_alikes(self) -> list[tuple[str, str]]:
        """Headers that nothing reads although they look like a column of ours that is missing."""
        if not self.whole_header:
            return []
        read = self.headers.values()
        unread = [one for one in self.whole_header if one not in read and one not in self.wide]
        missing = {ours: HEADERS[ours] for ours in _LOOKED_FOR if ours not in self.headers}
        return look_alikes(unread, missing, {})

    def nearest(self, column: str) -> str | None:
        """Return the unread header that comes nearest to a column of ours, or None."""
        unread = [one for one in self.whole_header if one not in self.headers.values()]
        return nearest(unread, HEADERS[column])

    def fault(self, column: str, value: str | None, remedy: str) -> TableError:
        """Return an error about one column."""
        return TableError([Fault(self.file, None, self.headers.get(column, column), value, remedy)])


def type_of(rows: Any, column: str) -> str:
    """Return the type of a column, as Spark names it."""
    return str(dict(rows.dtypes)[column])


def with_days(
    table: Diagnoses, draft: ReportDraft, *, date_format: str | None, latest: date | None
) -> tuple[Any, int]:
    """Return rows with a patient, with ``day`` for ``date`` and ``sex`` as we write it.

    Beside them comes the last day that there may be.

    Rows without a usable date keep a null ``day``; the report says how many and why.

    Raises
    ------
    TableError
        The dates are in several formats, or in one that cannot be told.
    """
    rows = kept_rows(table)
    if table.has("sex"):
        rows = rows.withColumn("sex", _sex(table, rows))
    if not table.has("date"):
        return rows, 0
    if table.has_typed_dates:
        return _with_typed_days(table, rows, draft, latest)
    return _with_written_days(table, rows, draft, date_format, latest)


def _sex(table: Diagnoses, rows: Any) -> Any:
    """Return the sex by its first letter, or by 1 (male) and 2 (female) as in ISO/IEC 5218.

    M is male, but in a Spanish column beside H (hombre) or V (varón) it is a woman (mujer).
    """
    F = table.engine.functions  # noqa: N806
    female, male = ["F", "W", "2"], ["M", "1", "H"]
    if table.headers["sex"].casefold() in _SPANISH:
        letter = F.upper(F.substring(F.trim(F.col("sex")), 1, 1)).alias("letter")
        letters = counts_of(table.engine, rows.select(letter), "letter") or {}
        if "H" in letters or "V" in letters:
            female, male = ["M", "F", "2"], ["H", "V", "1"]
    return sex_of(F, F.col("sex"), female=female, male=male)


def kept_rows(table: Diagnoses) -> Any:
    """Return the rows that are not left out before their codes are looked at."""
    F = table.engine.functions  # noqa: N806
    if table.refusals:
        return table.rows.where(F.col("refused") == 0).drop("refused")
    return table.rows.where(table.has_patient)


def _with_typed_days(
    table: Diagnoses, rows: Any, draft: ReportDraft, latest: date | None
) -> tuple[Any, int]:
    F = table.engine.functions  # noqa: N806
    zero = F.lit("1970-01-01").cast("date")
    rows = rows.withColumn("day", F.datediff(F.col("date").cast("date"), zero)).drop("date")
    first, last = earliest_day(), last_day(latest)
    day = F.col("day")
    reasons = {
        "no date": day.isNull(),
        FUTURE: day > last,
        "a date before 1900-01-02": day < first,
    }
    counts = how_many(table.engine, rows, reasons)
    others = sum(counts[one] for one in reasons if one != FUTURE)
    if latest is None and counts[FUTURE] and counts[FUTURE] + others == counts["rows"]:
        last = day_number(date.max)
        draft.notice("dates", counts.pop(FUTURE), _SHIFTED)
    for reason in (one for one in reasons if one in counts):
        _say_undated(draft, reason, counts[reason])
    return rows.withColumn("day", F.when((day >= first) & (day <= last), day)), last


def _with_written_days(
    table: Diagnoses, rows: Any, draft: ReportDraft, date_format: str | None, latest: date | None
) -> tuple[Any, int]:
    engine = table.engine
    F = engine.functions  # noqa: N806
    rows = rows.withColumn("written", F.substring(F.col("date").cast("string"), 1, HEAD))
    rows = rows.drop("date")
    counts = counts_of(engine, rows, "written", _MOST_DATES)
    if counts is None:
        remedy = f"holds more than {_MOST_DATES:,} different values, which dates do not"
        raise table.fault("date", None, f"{remedy}; name the column of the dates (--date COLUMN)")
    _say_undated(draft, "no date", counts.pop(None, 0))
    dates = _dates_of(table, counts, date_format, latest)
    if latest is None and not dates.days and FUTURE in dates.undated:
        dates = _dates_of(table, counts, date_format, date.max)
        draft.notice("dates", sum(counts[text] for text in dates.days), _SHIFTED)
    for reason, texts in sorted(dates.undated.items()):
        _say_undated(draft, reason, sum(counts[text] for text in texts), texts)
    days = sorted(dates.days.items())
    rows = beside(engine, rows, {"written": "string", "day": "int"}, days).drop("written")
    return rows, max(dates.days.values(), default=0)


def _dates_of(
    table: Diagnoses,
    counts: Mapping[str | None, int],
    date_format: str | None,
    latest: date | None,
) -> Dates:
    return read_dates(
        (one for one in counts if one is not None),
        file=table.file,
        column=table.headers["date"],
        date_format=date_format,
        latest=latest,
    )


def _say_undated(draft: ReportDraft, reason: str, number: int, texts: Sequence[str] = ()) -> None:
    such = f", such as {', '.join(map(repr, texts[:3]))}" if texts else ""
    draft.notice("undated", number, f"rows counted as undated: {reason}{such}")
