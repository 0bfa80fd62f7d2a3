"""Readings: what a page says about spread, each as a statement with the place where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from decimal import Decimal

    from metastasis._evidence.assertion import Assertion

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
    """The block before it, for whoever checks."""
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
    ``number_without_denominator``."""
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


class Readings(Sequence[Reading]):
    """What was read, in the order of the text, with the report."""

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
