"""Ids of patients that are the same but for how a program writes them: ``007``, ``7`` and ``7.0``.

A spreadsheet drops the zeros that an id begins with, and pandas writes whole numbers of a column
with blanks as decimals, so that the files of one hospital hold one patient under two ids. The
diagnoses of that patient fall apart: a cancer without its metastasis, and a metastasis without a
cancer. Whether they are one patient only the user can say, so that nothing is joined here.

Apart from the tabulation because it looks at ids alone, and counts no site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import number_of

if TYPE_CHECKING:
    from metastasis.patients._counting.tally import Tally
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["spelled_twice"]

_BARE: Final = "^0*([0-9].*?)([.]0+)?$"
"""The first group is an id without zeros before it and without ``.0`` behind it."""


def spelled_twice(engine: Engine, rows: Any, counted: Tally, draft: ReportDraft) -> bool:
    """Return whether ids differ in nothing but zeros before them or ``.0`` behind; say so first.

    The rows are asked only where some ids, and not all, have either.
    """
    if not 0 < counted.padded < sum(counted.outcomes.values()):
        return False
    F = engine.functions  # noqa: N806
    bare = F.regexp_extract(F.col("patient"), _BARE, 1)
    each = rows.select("patient", bare.alias("bare")).where(F.col("bare") != "")
    ids = each.groupBy("bare").agg(F.countDistinct(F.col("patient")).alias("ids"))
    number = number_of(engine, ids.where(F.col("ids") > 1))
    if number:
        ids_are = "id of patients is" if number == 1 else "ids of patients are"
        draft.warn(
            f"{number:,} {ids_are} written in several ways (as 007, 7 and 7.0 are), and each way "
            "counts as a patient of its own: write them in one, and read again; no zero is written"
        )
    return number > 0
