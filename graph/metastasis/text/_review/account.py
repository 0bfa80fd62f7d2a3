"""The account of a reading in words: what was read, what was not, and what was not made of it.

Apart from the page because the command line tells the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._evidence.assertion import as_text
from metastasis._table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis._evidence.assertion import Assertion
    from metastasis._table import Value
    from metastasis.text._reading import ReadingReport, Readings

__all__ = [
    "UNREVIEWED",
    "account_lines",
    "in_words",
    "number_in_words",
    "ranked_counts",
    "readings_table",
    "summary",
]


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


def in_words(key: str) -> str:
    """Return a reason or a value of a list as people write it.

    >>> in_words("less_common")
    'less common'
    """
    return key.replace("_", " ")


def summary(report: ReadingReport) -> str:
    """Return what was read and what came of it, in one sentence.

    >>> from metastasis.text import ReadingReport
    >>> summary(ReadingReport(pages=1, bytes=2048, blocks=9, sentences=20, triggered=3, rows=2))
    '1 page of 2,048 bytes: 9 blocks, 20 sentences, 3 of them with a word of spread; 2 statements'
    """
    return (
        f"{_counted(report.pages, 'page')} of {report.bytes:,} bytes: "
        f"{_counted(report.blocks, 'block')}, {_counted(report.sentences, 'sentence')}, "
        f"{report.triggered:,} of them with a word of spread; {_counted(report.rows, 'statement')}"
    )


def account_lines(report: ReadingReport) -> list[str]:
    """Return the whole account, a line each, the most frequent reasons first."""
    counts = (
        ("blocks that were not read", report.dropped),
        ("statements that were not made", report.not_made),
        ("names outside the catalog", report.unknown),
    )
    told = [f"{what}: {_listed(found)}" for what, found in counts if found]
    return [summary(report), *told, *report.remarks]


def ranked_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return reasons and how often each, the most frequent first."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {in_words(why)}" for why, count in ranked_counts(counts))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
