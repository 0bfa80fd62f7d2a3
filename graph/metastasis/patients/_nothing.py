"""Why no assertion came of a whole file: the sentence of last resort, told by the counts.

It stands apart because it is of every reader: one that knows better says so as well, in a warning
of its own, but none may leave the user with nothing and no reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metastasis.patients._account import in_words, limited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.patients._report import Exclusion, Report

__all__ = ["why_nothing"]


def why_nothing(report: Report) -> str:
    """Return why a report of no assertion has none, as far as its numbers tell.

    >>> from metastasis.patients._report import Exclusion, Report
    >>> asthma = Exclusion("with a code that is not a cancer code", 8, ("J45",))
    >>> why_nothing(Report(title="a", files=("a.csv",), engine="duckdb", rows_read=8,
    ...                    rows=(asthma,), patients=0, metastatic=0))
    'no assertion comes of a.csv: no row counts (8 with a code that is not a cancer code)'
    """
    files = ", ".join(report.files) or "the frame"
    if report.min_count > 1:  # Numbers below it are nobody's business.
        report = replace(report, rows=(), patients_out=(), not_written=())
    return "; ".join([f"no assertion comes of {files}: {_what(report)}", *_labels(report)])


def _what(report: Report) -> str:
    """Return the first thing that is lacking on the way from rows to assertions."""
    if not report.rows_read:
        return "it holds no rows"
    if not report.rows_used:
        return _of("no row counts", report.rows)
    if report.patients == 0:
        return _of("no row names a patient with a cancer", report.rows)
    if report.patients_kept == 0:
        return _of(
            f"none of {_number(report.patients, report.min_count)} is kept", report.patients_out
        )
    if report.metastatic == 0:
        kept = (
            f"no metastasis is found in the {_number(report.patients_kept, report.min_count)} kept"
        )
        return _of(kept, (*report.rows, *report.not_written))
    if report.not_written:
        return _of("every pair is left out", report.not_written)
    return "no site of a metastasis is known in it"


def _number(patients: int | None, least: int) -> str:
    return in_words(limited(patients, least), "patients")


def _of(said: str, reasons: Sequence[Exclusion]) -> str:
    """Return what is lacking with the reasons, those of most rows first, and no example of them."""
    most = sorted(reasons, key=lambda one: -one.count)[:3]
    why = "; ".join(str(replace(one, examples=())) for one in most)
    return f"{said} ({why})" if why else said


def _labels(report: Report) -> list[str]:
    number = len(report.unmapped)
    if not number:
        return []
    what = "1 label has" if number == 1 else f"{number:,} labels have"
    return [f"{what} no place in the catalog: a site map gives them one (--site-map)"]
