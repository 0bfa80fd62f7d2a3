"""Readings: what a page says about spread, each as a statement with the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from decimal import Decimal

    from metastasis._evidence.assertion import Assertion
    from metastasis._table import Table, Value

__all__ = ["Reading", "ReadingReport", "Readings", "Span"]

Span = tuple[int, int]
"""Start and end in the document, in characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One statement that rules read out of a text, not yet seen by a person."""

    assertion: Assertion
    """What it says; ``reading`` is ``text``, and ``start`` and ``end`` are those of the quote."""
    quote: str
    """The characters of the document from start to end, as they stand there."""
    sentence: str
    """The same as a reader sees it: on one line, without tags and marks."""
    before: str
    """The heading and the text before it, a line each, for whoever checks."""
    primary_span: Span | None
    """Where the primary is named."""
    site_span: Span
    """Where the site is named."""
    cue_span: Span | None
    """Where the words stand that give the frequency or the denial."""
    primary_from: str
    """``sentence``, ``paragraph``, ``lead``, ``heading``, ``title`` or ``row``."""
    rule: str
    """The rule of grammar that fired."""
    features: tuple[str, ...] = ()
    """What the confidence is made of, as names of weights."""
    confidence: float = 0.0
    """How sure it is that a person would accept it, 0 to 1."""
    flags: tuple[str, ...] = ()
    """What to look at: ``new_pair``, ``contradicts``, ``own_organ``, ``neighbor``,
    ``number_without_denominator``, ``number_unread``."""
    page: str = ""
    """The name of the page."""

    @property
    def primary(self) -> str:
        """Catalog key of the primary."""
        return self.assertion.primary

    @property
    def site(self) -> str:
        """Catalog key of the site."""
        return self.assertion.site

    @property
    def relation(self) -> str:
        """``metastasis`` or ``extension``."""
        return self.assertion.relation

    @property
    def frequency(self) -> str | None:
        """What the words say; None where they only count."""
        return self.assertion.frequency

    @property
    def route(self) -> str | None:
        """The way the cells took, where the words say it."""
        return self.assertion.route

    @property
    def count(self) -> int | None:
        """Those with the site."""
        return self.assertion.count

    @property
    def total(self) -> int | None:
        """Those counted."""
        return self.assertion.total

    @property
    def percent(self) -> Decimal | None:
        """The percentage, as printed or of count and total."""
        return self.assertion.percent

    @property
    def start(self) -> int:
        """The first character of the quote in the document."""
        return self.assertion.start or 0

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.assertion.end or 0


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
        from metastasis.text._review.account import account_lines

        return "\n".join(account_lines(self))


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
