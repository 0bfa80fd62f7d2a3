"""Which cancer of a patient counts, where rows of a wide table are each about one cancer.

Apart because here whole rows are chosen: elsewhere the sites of a patient belong to every cancer of
the patient, and here each cancer has its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import number_of

if TYPE_CHECKING:
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["of_chosen_cancer"]

_NUMBER: Final = r"^[+-]?[0-9]{1,9}([.][0-9]*)?$"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NEVER: Final = float(1 << 40)
"""After every order that a cell tells."""


def of_chosen_cancer(engine: Engine, rows: Any, choose: str, draft: ReportDraft) -> Any:
    """Return the rows that count: of a patient with several cancers those that the rule chooses.

    ``rows`` has the columns ``patient``, ``at`` (of the cancer; null where a row names none) and
    maybe ``order``. Rows that name no cancer belong to whichever counts. With ``each``, every
    cancer becomes a patient of its own.
    """
    F = engine.functions  # noqa: N806
    named = rows.where(F.col("at").isNotNull())
    cancers = named.groupBy("patient", "at").agg(_lead(F, rows, choose).alias("lead"))
    cancers = engine.settle(cancers)
    several = cancers.groupBy("patient").agg(
        F.count(F.lit(1)).alias("cancers"), F.min("lead").alias("best")
    )
    several = engine.settle(several.where(F.col("cancers") > 1))
    number = number_of(engine, several)
    draft.notice(f"choose {choose}", number, "patients with several cancers")
    if not number:
        return rows
    if choose == "each":
        whose = F.concat_ws("\t", F.col("patient"), F.col("at").cast("string"))
        others = [one for one in engine.columns(rows) if one != "patient"]
        return engine.settle(rows.select(whose.alias("patient"), *others))
    joined = rows.join(several, on="patient", how="left")
    joined = joined.select(*engine.columns(joined))
    of_cancer = joined.join(cancers, on=["patient", "at"], how="left")
    of_cancer = engine.settle(of_cancer.select(*engine.columns(of_cancer)))
    is_other = F.col("cancers").isNotNull()
    if choose != "only":
        is_other = is_other & F.col("at").isNotNull() & (F.col("lead") > F.col("best"))
    is_other = F.coalesce(is_other, F.lit(False))
    out = number_of(engine, of_cancer.where(is_other))
    why = "of a patient with several cancers" if choose == "only" else "of another cancer"
    draft.leave_out(f"{why} (choose {choose})", out)
    kept = of_cancer.where(~is_other)
    return engine.settle(kept.select(*engine.columns(rows)))


def _lead(F: Any, rows: Any, choose: str) -> Any:  # noqa: N803
    """Return the number by which the cancer of the least counts."""
    if "order" not in rows.columns:
        return F.max(F.lit(0.0))
    text = F.trim(F.col("order"))
    zero = F.lit("1970-01-01").cast("date")
    day = F.when(text.rlike(_DAY), F.substring(text, 1, 10)).cast("date")
    number = F.coalesce(
        F.when(text.rlike(_NUMBER), text).cast("double"), F.datediff(day, zero).cast("double")
    )
    sign = F.lit(-1.0) if choose == "last" else F.lit(1.0)
    return F.min(F.coalesce(number * sign, F.lit(_NEVER)))
