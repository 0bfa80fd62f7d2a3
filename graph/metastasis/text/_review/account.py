"""The account of a reading in words: what was read, what was not, and what was not made of it.

Apart from the page because the command line tells the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._evidence.assertion import as_text
from metastasis._table import Table
from metastasis.text._report import in_words, summary

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._table import Value
    from metastasis.text._readings import Readings

__all__ = ["UNREVIEWED", "number_in_words", "readings_table"]


_SHOWN: Final = (
    "primary",
    "site",
    "frequency",
    "number",
    "confidence",
    "flags",
    "sentence",
    "relation",
    "page",
    "start",
    "end",
)
"""Columns of what was read as it is printed: what is said first, where it stands last."""
UNREVIEWED: Final = "read by rules: not evidence before a person has accepted it"


def readings_table(readings: Readings) -> Table[tuple[Value, ...]]:
    """Return what was read as a table for people, in the order of the text."""
    rows: list[tuple[Value, ...]] = [
        (
            one.primary,
            one.site,
            one.frequency,
            number_in_words(one.assertion),
            round(one.confidence, 2),
            "; ".join(map(in_words, one.flags)),
            one.sentence,
            one.relation,
            one.page,
            one.start,
            one.end,
        )
        for one in readings
    ]
    return Table.of_rows(_SHOWN, rows, [UNREVIEWED, summary(readings.report)])


def number_in_words(said: Assertion) -> str | None:
    """Return the number of an assertion as printed; None where it has none.

    >>> from metastasis import Assertion
    >>> number_in_words(Assertion(primary="a", site="b", source="c", locator="d", count=1, total=4))
    '1 of 4, 25 %'
    """
    if said.count is None and said.total is None and said.percent is None:
        return None
    counted = "" if said.count is None else str(said.count)
    whole = "" if said.total is None else f" of {said.total}"
    percent = "" if said.percent is None else f"{as_text(said.percent)} %"
    return ", ".join(one for one in (f"{counted}{whole}".strip(), percent) if one)
