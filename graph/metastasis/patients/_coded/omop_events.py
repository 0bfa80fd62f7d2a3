"""OMOP's clinical tables as one: who, which concepts, what the source wrote, and when.

Apart from what the concepts mean because here are rows, which stay in the engine, and there are the
few concepts that they hold.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from metastasis.patients._coded.omop_vocabulary import taken, text_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._engines.engine import Engine

__all__ = ["EVENTS", "SAID_NO", "Event", "events_in"]

SAID_NO: Final = "no"
"""In ``said``, where the text or the number of a row denies what its concept names."""


class Event(NamedTuple):
    """How a table names its columns: ``condition_concept_id``, ``condition_start_date``."""

    concept: str
    stem: str
    date: str


EVENTS: Final[dict[str, Event]] = {
    "condition_occurrence": Event("condition_concept_id", "condition", "condition_start"),
    "measurement": Event("measurement_concept_id", "measurement", "measurement"),
    "observation": Event("observation_concept_id", "observation", "observation"),
    # An episode's own concept says what kind of episode it is; its object is the disease.
    "episode": Event("episode_object_concept_id", "episode", "episode_start"),
}
"""The tables that may hold cancers, in the order in which they are read."""
_ICD_10: Final = r"[A-Za-z][0-9][0-9A-Za-z](\.?[0-9A-Za-z]{1,4})?"
_ICD_9: Final = r"[0-9]{3}\.?[0-9]{0,2}"
_NO_WORDS: Final = ("no", "n", "negative", "absent", "none", "false", "not present", "not detected")
_COLUMNS: Final = ("table", "patient", "standard", "source", "value", "said", "date")


def events_in(engine: Engine, places: Mapping[str, Any]) -> Any:
    """Return the rows of the clinical tables that are there.

    Columns: ``table``; ``patient``; ``standard`` and ``source`` (concept ids, null for none);
    ``value``, what the source wrote where it has no concept and that has the form of an ICD code;
    ``said``, the id of the concept that a measurement found, or :data:`SAID_NO`; ``date`` as text.
    """
    parts = [_events(engine, places[table], table) for table in EVENTS if table in places]
    return reduce(lambda one, other: one.unionByName(other), parts)


def _events(engine: Engine, place: Any, table: str) -> Any:
    F = engine.functions  # noqa: N806
    names = EVENTS[table]
    needed = {"person_id": "patient", names.concept: "standard"}
    maybe = {
        f"{names.stem}_source_concept_id": "source",
        f"{names.stem}_source_value": "value",
        f"{names.date}_date": "date",
        f"{names.date}_datetime": "moment",
        "value_as_concept_id": "found",
        "value_as_string": "words",
        "value_as_number": "number",
    }
    rows = taken(engine, place, needed, maybe)
    there = set(rows.columns)

    def text(name: str) -> Any:
        return F.col(name).cast("string") if name in there else F.lit(None).cast("string")

    def concept(name: str) -> Any:
        if name not in there:
            return F.lit(None).cast("string")
        known = F.trim(text_id(F, rows, name))
        return F.when(~known.isin("", "0"), known)

    # A condition may be written in ICD-9 without its point; 174 may be a result of a measurement.
    form = f"^({_ICD_10}|{_ICD_9})$" if table == "condition_occurrence" else f"^{_ICD_10}$"
    written = F.upper(F.trim(text("value")))
    denied = F.lower(F.trim(text("words"))).isin(*_NO_WORDS)
    denied = F.coalesce(denied, F.lit(False)) | F.coalesce(
        text("number").cast("double") == 0, F.lit(False)
    )
    cells = {
        "table": F.lit(table),
        "patient": text("patient"),
        "standard": concept("standard"),
        "source": concept("source"),
        "value": F.when(concept("source").isNull() & written.rlike(form), written),
        "said": F.when(denied, F.lit(SAID_NO)).otherwise(concept("found")),
        "date": text("date" if "date" in there else "moment"),
    }
    return rows.select(*(cells[name].alias(name) for name in _COLUMNS))
