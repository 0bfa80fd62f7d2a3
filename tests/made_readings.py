"""Readings made by hand of a page made up for tests: review is tested without a reader."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from metastasis import Assertion
from metastasis.text import Reading, ReadingReport, Readings
from metastasis.text._pages.page import TextPage

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CLAIMS", "DOCUMENT", "made_page", "made_reading", "made_readings"]

DOCUMENT: Final = """# Where breast cancer spreads

Breast cancer spreads most commonly to **bone**,
and often to the liver.
It rarely reaches the spleen & <b>never</b> the nail.

=1+1 is what a spreadsheet would count: of 200 patients, 90 had lung metastases.
"""
"""Emphasis, a sentence over two lines, a primary in the heading, what looks like markup."""

CLAIMS: Final[tuple[dict[str, Any], ...]] = (
    {
        "quote": "Breast cancer spreads most commonly to **bone**,\nand often to the liver.",
        "words": ("Breast cancer", "bone", "most commonly"),
        "said": {"site": "bone", "frequency": "most_common"},
        "confidence": 0.97,
    },
    {
        "quote": "Breast cancer spreads most commonly to **bone**,\nand often to the liver.",
        "words": ("Breast cancer", "liver", "often"),
        "said": {"site": "liver", "frequency": "common"},
        "confidence": 0.93,
    },
    {
        "quote": "It rarely reaches the spleen & <b>never</b> the nail.",
        "words": (None, "spleen", "rarely"),
        "said": {"site": "spleen", "frequency": "rare"},
        "primary_from": "heading",
        "confidence": 0.55,
        "flags": ("new_pair",),
    },
    {
        "quote": "=1+1 is what a spreadsheet would count: of 200 patients, 90 had lung metastases.",
        "words": (None, "lung", None),
        "said": {
            "site": "lung",
            "count": 90,
            "total": 200,
            "denominator": "all_patients",
            "note": "=cmd|' /C calc'!A0",
        },
        "primary_from": "heading",
        "confidence": 0.61,
        "flags": ("contradicts",),
    },
)


def made_page(document: str = DOCUMENT, name: str = "made/up page.md") -> TextPage:
    """Return the page as a reader opens it."""
    digest = sha256(document.encode()).hexdigest()
    return TextPage(
        name=name, document=document, sha256=digest, blocks=(), size=len(document.encode())
    )


def made_reading(page: TextPage, claim: dict[str, Any]) -> Reading:
    """Return a claim as a reading of a page that holds its quote and its words."""
    start = page.document.index(claim["quote"])
    end = start + len(claim["quote"])
    spans = [_span(page.document, one, start) for one in claim["words"]]
    primary_span, site_span, cue_span = spans
    assert site_span is not None
    said: dict[str, Any] = {"primary": "breast", "source": "text", "locator": "text"}
    said |= {"reading": "text", "document_sha256": page.sha256, "start": start, "end": end}
    return Reading(
        assertion=Assertion(**said | claim["said"]),
        quote=claim["quote"],
        sentence=" ".join(claim["quote"].replace("**", "").split()),
        before="Where breast cancer spreads",
        primary_span=primary_span or (2, 29),
        site_span=site_span,
        cue_span=cue_span,
        primary_from=claim.get("primary_from", "sentence"),
        rule="clause",
        confidence=claim["confidence"],
        flags=claim.get("flags", ()),
        page=page.name,
    )


def made_readings(
    page: TextPage | None = None, claims: Iterable[dict[str, Any]] = CLAIMS, /, **changes: Any
) -> Readings:
    """Return readings of the page with a report that has one of everything."""
    page = page or made_page()
    rows = [replace(made_reading(page, one), **changes) for one in claims]
    report = ReadingReport(
        pages=1,
        bytes=page.size,
        blocks=5,
        dropped={"spam": 2, "other_script": 1},
        sentences=6,
        triggered=4,
        rows=len(rows),
        not_made={"no_primary": 3, "conditional": 1},
        unknown={"nail": 1},
        remarks=[f"{page.name}: read as UTF-8"],
    )
    return Readings(rows, report)


def _span(document: str, words: str | None, start: int) -> tuple[int, int] | None:
    if words is None:
        return None
    at = document.index(words, start)
    return at, at + len(words)
