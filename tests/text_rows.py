"""Readings and annotated pages made by hand, for the tests of reading texts."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from gold_text import GoldPage, GoldRow
from metastasis._evidence.assertion import Assertion
from metastasis.text import Reading

__all__ = ["gold_page", "reading"]


def reading(primary: str, site: str, frequency: str | None = "common", **more: Any) -> Reading:
    """Return a reading of a sentence that does not exist."""
    given: dict[str, Any] = {}
    for name in ("count", "total", "route"):
        if name in more:
            given[name] = more.pop(name)
    if "percent" in more:
        given["percent"] = Decimal(more.pop("percent"))
    relation = more.pop("relation", "metastasis")
    assertion = Assertion(
        primary=primary,
        site=site,
        relation=relation,
        frequency=frequency,
        reading="text",
        source="nobody",
        locator="nowhere",
        **given,
    )
    made = Reading(
        assertion=assertion,
        quote="It spreads there.",
        sentence="It spreads there.",
        before="",
        primary_span=None,
        site_span=(11, 16),
        cue_span=None,
        primary_from="sentence",
        rule="clause",
    )
    return replace(made, **more)


def gold_page(name: str, *rows: tuple[str, str, str, str | None], **more: Any) -> GoldPage:
    """Return an annotated page of statements by primary, site, relation and frequency."""
    gold = tuple(GoldRow(*row, None) for row in rows)
    return GoldPage(name=name, text="", rows=gold, **{"numbers": (), **more})
