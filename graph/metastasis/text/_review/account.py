"""The account of a reading in words: what was read, what was not, and what was not made of it.

Apart from the page because the command line tells the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.text._reading import ReadingReport

__all__ = ["account_lines", "in_words", "summary"]


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
