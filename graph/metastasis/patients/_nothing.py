"""Why no assertion came of a whole file: the sentence of last resort, told by the counts.

It stands apart because it is of every reader: one that knows better says so as well, in a warning
of its own, but none may leave the user with nothing and no reason. It has no numbers: they may be
of few patients, and the report below it tells those that may be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    'no assertion comes of a.csv: no row counts (with a code that is not a cancer code)'
    """
    files = ", ".join(report.files) or "the frame"
    why = [f"no assertion comes of {files}: {_what(report)}"]
    if report.unmapped:
        why.append("labels without a place in the catalog are given one by a site map (--site-map)")
    return "; ".join(why)


def _what(report: Report) -> str:
    """Return the first thing that is lacking on the way from rows to assertions."""
    if not report.rows_read:
        return "it holds no rows"
    if not report.rows_used:
        return _of("no row counts", report.rows)
    if report.patients == 0:
        return _of("no row names a patient with a cancer", report.rows)
    if report.patients_kept == 0:
        return _of("no patient is kept", report.patients_out)
    if report.metastatic == 0:
        reasons = (*report.rows, *report.not_written)
        return _of("no metastasis is found in the patients kept", reasons)
    if report.not_written:
        return _of("every pair is left out", report.not_written)
    return "no site of a metastasis is known in it"


def _of(said: str, reasons: Sequence[Exclusion]) -> str:
    """Return what is lacking with the reasons, those of most rows first."""
    most = sorted(reasons, key=lambda one: -one.count)[:3]
    why = "; ".join(one.reason for one in most)
    return f"{said} ({why})" if why else said
