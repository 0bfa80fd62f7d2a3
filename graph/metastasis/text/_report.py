"""The report of a reading: what was read, what was not, and what was not made of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ReadingReport",
    "account_lines",
    "add_report",
    "count",
    "in_words",
    "left_out_counts",
    "ranked_counts",
    "summary",
]

_MOST_REMARKS: Final = 200
"""Remarks that are kept; of a million pages nobody reads more, and memory stays flat."""


@dataclass(slots=True)
class ReadingReport:
    """What was read, and what became of it: nothing is dropped without a count and a reason."""

    pages: int = 0
    bytes: int = 0
    blocks: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    """Blocks that were not read, by reason."""
    sentences: int = 0
    triggered: int = 0
    """Sentences, items and rows with a word of spread."""
    rows: int = 0
    not_made: dict[str, int] = field(default_factory=dict)
    """Statements that were not made, by reason."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Names outside the catalog, and how often each stands where a name was looked for."""
    remarks: list[str] = field(default_factory=list)
    """What was assumed or cut, page by page."""

    def __str__(self) -> str:
        """Return the account as text, for people.

        >>> print(ReadingReport(pages=1, bytes=90, blocks=3, dropped={"spam": 2}, sentences=1))
        1 page of 90 bytes: 3 blocks, 1 sentence, 0 of them with a word of spread; 0 statements
        blocks that were not read: 2 spam
        """
        return "\n".join(account_lines(self))


def count(counts: dict[str, int], reason: str, number: int = 1) -> None:
    """Count one more, or a number of them, for a reason."""
    counts[reason] = counts.get(reason, 0) + number


def add_report(total: ReadingReport, more: ReadingReport) -> None:
    """Add what was read elsewhere to the report of all.

    >>> total = ReadingReport(rows=1, dropped={"spam": 1})
    >>> add_report(total, ReadingReport(rows=2, dropped={"spam": 1, "empty": 3}))
    >>> total.rows, total.dropped
    (3, {'spam': 2, 'empty': 3})
    """
    for name in (one.name for one in fields(total)):
        there, here = getattr(total, name), getattr(more, name)
        if isinstance(there, dict):
            for reason, number in here.items():
                count(there, reason, number)
        elif isinstance(there, list):
            there += [one for one in dict.fromkeys(here) if one not in there]
            del there[_MOST_REMARKS:]
        else:
            setattr(total, name, there + here)


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
    told = [f"{what}: {_listed(found)}" for what, found in left_out_counts(report)]
    return [summary(report), *told, *report.remarks]


def left_out_counts(report: ReadingReport) -> list[tuple[str, dict[str, int]]]:
    """Return what was left out, kind by kind: what it is called, and how often for each reason."""
    counts = (
        ("blocks that were not read", report.dropped),
        ("statements that were not made", report.not_made),
        ("names outside the catalog", report.unknown),
    )
    return [(what, found) for what, found in counts if found]


def ranked_counts(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return reasons and how often each, the most frequent first."""
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {in_words(why)}" for why, count in ranked_counts(counts))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
