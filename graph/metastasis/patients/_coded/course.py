"""Rules about time: how long patients were observed, and when their metastases were coded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis.patients._counting.tally import by_patient, sequences

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients._coded.code_book import CodeBook
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["at_diagnosis", "looked_back", "write_sequences"]


def looked_back(engine: Engine, rows: Any, every: Any, days: int, draft: ReportDraft) -> Any:
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
    judged = engine.view(both.select("patient", "n", long_enough.alias("enough")))
    gone = judged.where(~F.col("enough"))
    counts = gone.agg(
        F.count(F.lit(1)).alias("patients"), F.sum("n").alias("n"), F.min("patient").alias("such")
    )
    [(patients, number, such)] = engine.collect(counts)
    reason = f"of patients observed fewer than {days} days before their first cancer code"
    draft.leave_out(reason, number or 0, [f"patient {such}"])
    draft.notice("look-back", patients, f"patients left out: observed fewer than {days} days")
    kept = judged.where(F.col("enough")).select("patient")
    return engine.view(rows.join(kept, on="patient", how="inner").select(*rows.columns))


def at_diagnosis(engine: Engine, rows: Any, choose: str, days: int, draft: ReportDraft) -> Any:
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
    is_near = engine.view(dated.select(*rows.columns, near.alias("near")))
    outside = is_near.where(F.col("site").isNotNull() & ~F.col("near") & F.col("leads"))
    only = outside.where(F.col("primary").isNull())
    [(number,)] = engine.collect(only.agg(F.count(F.lit(1)).alias("n")))
    draft.leave_out(f"of a metastasis not within {days} days of the primary's first date", number)
    stays = F.col("near") | F.col("primary").isNotNull()
    kept = is_near.where(stays)
    cells = [
        F.when(F.col("near"), F.col(name)).alias(name)
        if name in ("site", "metastatic") or name.startswith("bits_")
        else name
        for name in rows.columns
    ]
    return engine.view(kept.select(*cells))


def write_sequences(
    engine: Engine, rows: Any, book: CodeBook, choose: str, path: Path, draft: ReportDraft
) -> None:
    """Write in which order the sites of each patient kept were first coded.

    Columns: patient, primary, site, date (the first), order (1 for the earliest; sites of one day
    share a number). Sites without a date are left out, and counted.
    """
    F = engine.functions  # noqa: N806
    patients = by_patient(rows, choose=choose, sites=len(book.sites), F=F)
    found = engine.view(sequences(rows, engine.view(patients), F))
    names = {
        kind: engine.table({kind: "int", f"{kind}_key": "string"}, list(enumerate(keys)))
        for kind, keys in (("primary", book.primaries), ("site", book.sites))
    }
    named = found.join(names["primary"], on="primary", how="inner")
    named = named.select("patient", "primary_key", "site", "day", "order")
    named = named.join(names["site"], on="site", how="inner")
    named = named.select("patient", "primary_key", "site_key", "day", "order")
    moment = F.date_add(F.lit("1970-01-01").cast("date"), F.col("day").cast("int"))
    day = F.substring(moment.cast("string"), 1, 10)
    cells = [F.col("patient"), F.col("primary_key").alias("primary")]
    cells += [F.col("site_key").alias("site"), day.alias("date"), F.col("order")]
    shown = named.select(*cells)
    engine.write(shown.orderBy("patient", "primary", "order", "site"), path)
    undated = rows.where(F.col("site").isNotNull() & F.col("day").isNull() & F.col("leads"))
    [(number,)] = engine.collect(undated.agg(F.count(F.lit(1)).alias("n")))
    draft.notice("sequences", number, "rows of a site without a date: not in the sequences")
