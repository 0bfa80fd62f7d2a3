"""Confirmed diagnoses: what is coded once may be a suspicion, or an error.

Claims carry codes of what was to be ruled out. A common remedy counts a diagnosis only if it is
coded twice, on days some time apart, or once in an inpatient stay. The rule here is for each
patient and primary, and for each patient and site:

- ``none``: one code is enough;
- ``two``: two codes, at least ``confirm_days`` days apart (30 by default);
- ``two-or-inpatient``: the same, or one code of an inpatient stay.

Codes are of the same primary if they mean the same catalog key, whatever their digits; likewise of
a site. A code without a date confirms nothing by itself.

Rules of this kind: Setoguchi et al. 2007, Cancer Causes and Control 18:561. How little a single
code of a metastasis may say: Chawla et al. 2014 (PMC4135357).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._rows import how_many

if TYPE_CHECKING:
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["CONFIRM", "OR_INPATIENT", "confirmed", "is_inpatient"]

OR_INPATIENT: Final = "two-or-inpatient"
CONFIRM: Final = ("none", "two", OR_INPATIENT)
"""What confirms a diagnosis."""
_INPATIENT: Final = (
    *("INPATIENT", "INPATIENT STAY", "IP", "INP", "IMP", "ACUTE", "I", "1", "Y", "YES", "TRUE"),
    *("T", "60", "HOSPITALIZATION", "HOSPITALISATION", "STATIONÄR", "STATIONAER", "S"),
    *("VOLLSTATIONÄR", "HOSPITALISÉ", "HOSPITALIZACIÓN"),
)
"""Words for an inpatient stay, in capitals; 60 is the claim type of Medicare."""
_FIRST_KEPT: Final = "place = min(place) over (partition by patient, cell)"


def is_inpatient(F: Any, cell: Any) -> Any:  # noqa: N803
    """Return whether a cell says in a usual word that the stay was an inpatient one."""
    return F.coalesce(F.upper(F.trim(cell)).isin(*_INPATIENT), F.lit(False))


def confirmed(engine: Engine, rows: Any, days: int, draft: ReportDraft) -> Any:
    """Return canonical rows without the primaries and sites that nothing confirms.

    ``rows`` have the columns ``day``, ``cell`` and ``place``, and ``inpatient`` where an inpatient
    stay confirms too; these but the day are gone from what is returned. A row of the table is left
    out, and counted, if nothing that its cell means is confirmed.
    """
    F = engine.functions  # noqa: N806
    columns = engine.columns(rows)
    found = rows
    for thing in ("primary", "site"):
        found = _beside(engine, found, rows, thing, days)
    taken = {
        "primary": F.when(F.col("primary_told"), F.col("primary")),
        "site": F.when(F.col("site_told"), F.col("site")),
        "metastatic": F.when(F.col("site_told"), F.col("metastatic")),
    }
    # The bits would still tell of the sites that are taken away.
    kept = [name for name in columns if not name.startswith("bits_") and name != "inpatient"]
    found = found.select(*[taken[name].alias(name) if name in taken else name for name in kept])
    told = F.col("primary").isNotNull() | F.col("site").isNotNull()
    found = found.where(told)
    named = [name for name in kept if name not in ("leads", "cell", "place")]
    found = found.select(*named, F.expr(_FIRST_KEPT).alias("leads"))
    before, after = (how_many(engine, one, {"n": F.col("leads")})["n"] for one in (rows, found))
    draft.leave_out("of a diagnosis that nothing confirms", before - after)
    return found


def _beside(engine: Engine, found: Any, rows: Any, thing: str, days: int) -> Any:
    """Return rows with whether the primary, or the site, of each is confirmed."""
    F = engine.functions  # noqa: N806
    twice = F.coalesce(F.max("day") - F.min("day") >= days, F.lit(False))
    if "inpatient" in engine.columns(rows):
        twice = twice | (F.max(F.col("inpatient").cast("int")) == 1)
    told = rows.where(F.col(thing).isNotNull()).groupBy("patient", thing)
    told = told.agg(twice.alias(f"{thing}_told"))
    columns = engine.columns(found)
    joined = found.join(told, on=["patient", thing], how="left")
    return joined.select(*columns, f"{thing}_told")
