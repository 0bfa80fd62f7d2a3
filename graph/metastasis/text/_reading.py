"""Readings: what a page says about spread, each as a statement with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from metastasis._evidence.assertion import Assertion

__all__ = ["Reading", "Span", "words_at"]

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


def words_at(reading: Reading, span: Span | None) -> str | None:
    """Return the characters of the quote at a span of the document; None where it is elsewhere."""
    if span is None or not reading.start <= span[0] < span[1] <= reading.end:
        return None
    return reading.quote[span[0] - reading.start : span[1] - reading.start]
