"""Timelines of a study: tumors seen in scans and the like, each with its site and day.

An event becomes a row like one of the clinical tables, with its site as the answer Yes of a flag:
so what is counted of flags is counted of events. A patient with events that name other sites, or
``No Tumor Sites``, was looked at; one without any event was not, and of them nothing is known.
Apart because most studies have none.

Days count from a day of the study's own, often the first sequencing, and may be negative.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._flags import FlagGroup
from metastasis.patients._rows import beside, counts_of, number_of
from metastasis.patients._words.answers import holds_primary
from metastasis.patients._words.missing import stated

if TYPE_CHECKING:
    from metastasis.patients._cbioportal.samples import Labels
    from metastasis.patients._cbioportal.study import Timeline
    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._report import ReportDraft

__all__ = ["timeline_group", "with_events"]

_LOOKED: Final = ("no tumor sites", "no tumor site", "no tumour sites", "no metastasis")
"""Sites of events that found none."""
_SAID: Final = {"primary": "int", "sex": "string", "mark": "boolean"}
_EVIDENCE: Final = ("has_age", "is_metastasis")
"""What else is asked of the rows of a study from here on."""
_NUMBER: Final = r"^[+-]?[0-9]{1,6}([.]0*)?$"


def timeline_group(engine: Engine, timeline: Timeline, labels: Labels, first: int) -> FlagGroup:
    """Return the sites of a timeline as flags, whose headers are its labels."""
    counts = counts_of(engine, _events(engine, timeline), "label") or {}
    named = {label: n for label, n in counts.items() if label and label.casefold() not in _LOOKED}
    both = holds_primary(timeline.header)
    found = labels.find(named, "site", "msk_chord" if both else labels.vocabulary)
    labels.miss(found, named)
    return FlagGroup("during_course", both, found.keys, first)


def with_events(
    engine: Engine, rows: Any, timeline: Timeline, group: FlagGroup, draft: ReportDraft
) -> Any:
    """Return the rows of a study with those of a timeline, and a column ``day``.

    Patients without an event get a row in which no site is known.
    """
    F = engine.functions  # noqa: N806
    events = _events(engine, timeline)
    places = {label: group.places[label] for label in group.keys}
    events = beside(engine, events, {"label": "string", "place": "int"}, places.items())
    patients = rows.where(F.col("patient").isNotNull()).select("patient").distinct()
    patients = engine.settle(patients)
    known = events.join(patients, on="patient", how="inner")
    known = engine.settle(known.select("patient", "day", "place"))
    _tell(engine, timeline, events, known, draft)
    code = (F.col("place") + F.lit(1)).cast("int")
    seen = known.select("patient", "day", F.array_compact(F.array(F.lit(0), code)).alias("codes"))
    looked_at = known.select("patient", F.lit(1).alias("seen")).distinct()
    others = patients.join(looked_at, on="patient", how="left")
    others = others.select("patient", "seen").where(F.col("seen").isNull())
    unknown = F.array(*[F.lit(-group.first - at - 1) for at, _ in enumerate(group.sites)])
    day = F.lit(None).cast("bigint")
    never = others.select("patient", day.alias("day"), unknown.alias("codes"))
    cells = ["patient", *_SAID, *_EVIDENCE, day.alias("day"), "codes"]
    whole = rows.select(*cells)
    for part in (seen, never) if group.sites else ():
        whole = whole.unionByName(_event_rows(F, part))
    return engine.settle(whole)


def _events(engine: Engine, timeline: Timeline) -> Any:
    """Return the events with a patient: columns ``patient``, ``day`` and ``label``."""
    F = engine.functions  # noqa: N806
    text = F.trim(F.col("day"))
    day = F.when(text.rlike(_NUMBER), text).cast("double").cast("bigint")
    cells = timeline.rows.select(
        stated(F, F.col("patient")).alias("patient"),
        day.alias("day"),
        stated(F, F.col("site")).alias("label"),
    )
    return engine.settle(cells.where(F.col("patient").isNotNull()))


def _event_rows(F: Any, part: Any) -> Any:  # noqa: N803
    """Return patients with days and codes as rows of a study, which say nothing else."""
    nothing = [F.lit(None).cast(kind).alias(name) for name, kind in _SAID.items()]
    never = [F.lit(False).alias(name) for name in _EVIDENCE]
    return part.select("patient", *nothing, *never, "day", "codes")


def _tell(engine: Engine, timeline: Timeline, events: Any, known: Any, draft: ReportDraft) -> None:
    F = engine.functions  # noqa: N806
    name = Path(timeline.file).name
    every, here = number_of(engine, events), number_of(engine, known)
    draft.notice("timeline", here, f"events of {name} of patients of the study")
    text = f"events of {name} of patients that the study's other tables do not have: not read"
    draft.notice("timeline", every - here, text)
    text = f"events of {name} without a site in the catalog: they show that the patient was seen"
    draft.notice("timeline", number_of(engine, known.where(F.col("place").isNull())), text)
    undated = known.where(F.col("day").isNull() & F.col("place").isNotNull())
    text = f"events of {name} without a day: counted, and in no sequence"
    draft.notice("timeline", number_of(engine, undated), text)
