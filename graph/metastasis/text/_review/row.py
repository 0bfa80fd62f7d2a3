"""A row of review: a reading as a person sees it in a spreadsheet, with room for the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._clean import separated
from metastasis._evidence.assertion import as_text
from metastasis.text._reading import words_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._evidence.assertion import Assertion
    from metastasis.text._reading import Reading, Span

__all__ = [
    "COLUMNS",
    "DECISIONS",
    "EDITED",
    "ranked",
    "read_as",
    "row_of",
    "rows_as_csv",
]

DECISIONS: Final = ("accept", "reject", "edit")
"""What a person says of a row: it is right, it is not, or it is right as it was mended."""
EDITED: Final = (
    "primary",
    "site",
    "relation",
    "frequency",
    "occurrence",
    "count",
    "total",
    "percent",
    "denominator",
    "setting",
    "stage",
    "route",
    "population",
)
"""The columns that say what is said, which a person may mend; they are those of an assertion."""
COLUMNS: Final = (
    "decision",
    *EDITED,
    "cue",
    "primary_from",
    "rule",
    "confidence",
    "flags",
    "sentence",
    "quote",
    "page",
    "document_sha256",
    "start",
    "end",
    "primary_span",
    "site_span",
    "cue_span",
    "reviewer",
    "note",
    "read_as",
)
"""The columns of a table for review, in order."""
_NOTHING: Final = "-"
"""Stands for a value that is None where blanks divide: no key and no word is a dash."""


def row_of(reading: Reading) -> dict[str, str]:
    """Return a reading as a row, not yet decided."""
    said = reading.assertion
    cells = {name: as_text(getattr(said, name)) for name in EDITED}
    return {
        "decision": "",
        **cells,
        "cue": words_at(reading, reading.cue_span) or "",
        "primary_from": reading.primary_from,
        "rule": reading.rule,
        "confidence": f"{reading.confidence:.2f}",
        "flags": "; ".join(reading.flags),
        "sentence": reading.sentence,
        "quote": reading.quote,
        "page": reading.page,
        "document_sha256": said.document_sha256 or "",
        "start": str(reading.start),
        "end": str(reading.end),
        "primary_span": _place(reading.primary_span),
        "site_span": _place(reading.site_span),
        "cue_span": _place(reading.cue_span),
        "reviewer": "",
        "note": said.note or "",
        "read_as": read_as(said),
    }


def read_as(assertion: Assertion) -> str:
    """Return what an assertion says in one cell, by which it is known again once it is mended.

    >>> from metastasis import Assertion
    >>> read_as(Assertion(primary="breast", site="bone", source="a", locator="b", count=1, total=2))
    'breast bone metastasis -'
    """
    said = (assertion.primary, assertion.site, assertion.relation, assertion.frequency)
    return " ".join(one or _NOTHING for one in said)


def ranked(readings: Iterable[Reading]) -> list[Reading]:
    """Return readings with the surest first, those that are as sure in the order of the text."""
    return sorted(readings, key=_rank)


def rows_as_csv(rows: Iterable[dict[str, str]]) -> str:
    """Return rows as the text of a table in which no cell is a formula.

    >>> "'=1+1" in rows_as_csv([{"decision": "accept", "quote": "=1+1"}])
    True
    """
    return separated([COLUMNS, *([row.get(name, "") for name in COLUMNS] for row in rows)])


def _rank(reading: Reading) -> tuple[object, ...]:
    said = reading.assertion
    place = (reading.page, said.document_sha256 or "", reading.start, reading.end)
    return -round(reading.confidence, 6), *place, read_as(said), said.route or ""


def _place(span: Span | None) -> str:
    """Return a span as a cell that no spreadsheet takes for a date or a time."""
    return "" if span is None else f"{span[0]}..{span[1]}"
