"""Readings: what a page says, in the order of its text, as a table, rows for review, or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from metastasis.text._reading import Reading
from metastasis.text._report import ReadingReport, add_report, count

if TYPE_CHECKING:
    from collections.abc import Callable

    from metastasis._evidence.assertion import Assertion
    from metastasis._table import Table, Value

__all__ = ["Readings", "claims_in", "is_claim", "narrowed_readings"]

_NO_CLAIM: Final = "not a claim (claims only)"
"""Why a reading without a word or a number, or of a primary named elsewhere, is left out."""


class Readings(Sequence[Reading]):
    """What was read, in the order of the text, with the report.

    >>> import metastasis as mets
    >>> print(mets.read_text("Melanoma often spreads to the lungs. It rarely spreads to bone."))
    primary        site  frequency  number  confidence  flags  sentence
    ...
    """

    def __init__(self, rows: Sequence[Reading], report: ReadingReport) -> None:
        self._rows = tuple(rows)
        self.report = report

    @overload
    def __getitem__(self, index: int) -> Reading: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Reading, ...]: ...
    def __getitem__(self, index: int | slice) -> Reading | tuple[Reading, ...]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return repr(self._table())

    def _repr_html_(self) -> str:
        return self._table()._repr_html_()

    def _table(self) -> Table[tuple[Value, ...]]:
        from metastasis.text._review.account import readings_table

        return readings_table(self)

    def assertions(
        self, *, least_confidence: float = 0.0, source: str | None = None
    ) -> list[Assertion]:
        """Return what was read as assertions, which no person has seen: they are not evidence.

        Parameters
        ----------
        least_confidence
            Only those that are at least so sure, 0 to 1.
        source
            The key of the source that the page is; None leaves ``text``.

        >>> import metastasis as mets
        >>> read = mets.read_text("Melanoma often spreads to the lungs.")
        >>> [one.site for one in read.assertions(source="nci-melanoma")]
        ['lung']
        """
        found = [one.assertion for one in self if one.confidence >= least_confidence]
        return found if source is None else [replace(one, source=source) for one in found]

    def to_csv(self, path: Path | str | None = None) -> str:
        """Return the rows as a table for review, the surest first; write it where there is a path.

        The table goes to a spreadsheet, where the column ``decision`` takes ``accept``, ``reject``
        or ``edit``, and then to ``metastasis accept``.

        Raises
        ------
        WriteError
            The file cannot be written.
        """
        from metastasis.text._review.row import ranked, row_of, rows_as_csv

        return _written(rows_as_csv(row_of(one) for one in ranked(self)), path)

    def to_html(self, path: Path | str | None = None, *, source: str | None = None) -> str:
        """Return the rows as a page for review; write it where there is a path.

        One file that asks for nothing: to read without a script, to decide by keys with one.
        ``source`` is the key of the source that the page is, for the command that comes next.

        Raises
        ------
        WriteError
            The file cannot be written.
        """
        from metastasis.text._review.page import review_page

        file = "rows.csv" if path is None else f"{Path(path).stem}.csv"
        return _written(review_page(self, file=file, source=source), path)


def _written(text: str, path: Path | str | None) -> str:
    if path is not None:
        from metastasis._files import write_text

        write_text(Path(path), text)
    return text


def narrowed_readings(
    readings: Readings, keep: Callable[[Reading], bool], why: str | Callable[[Reading], str]
) -> Readings:
    """Return those that are kept; the account counts the others under why they are not.

    >>> from metastasis.text import read_text
    >>> read = read_text("Melanoma often spreads to bone, rarely to the spleen.")
    >>> few = narrowed_readings(read, lambda one: one.site == "bone", "not bone")
    >>> len(few), few.report.not_made["not bone"], few.report.rows
    (1, 1, 1)
    """
    kept = [one for one in readings if keep(one)]
    report = ReadingReport()
    add_report(report, readings.report)
    for one in readings:
        if not keep(one):
            count(report.not_made, why if isinstance(why, str) else why(one))
    report.rows = len(kept)
    return Readings(kept, report)


def claims_in(readings: Readings) -> Readings:
    """Return the readings with a word or a number and a primary that their sentence names."""
    return narrowed_readings(readings, is_claim, _NO_CLAIM)


def is_claim(row: Reading) -> bool:
    """Whether a reading says how often, or gives a number, of a primary that its sentence names.

    Of a page that somebody chose, the rest is worth a look; of all that is written, it is not.
    """
    says = row.cue_span is not None or row.count is not None or row.percent is not None
    return says and row.primary_from == "sentence"
