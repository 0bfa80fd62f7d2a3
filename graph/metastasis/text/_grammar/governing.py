"""Governing: which word of spread a list of sites belongs to, and how.

A list that no word of spread governs is no statement: "pain in the bone" names a site and says
nothing about spread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of, is_light
from metastasis.text._grammar.phrases import ends_with, has_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["Governor", "governor_of"]


class Governor(NamedTuple):
    """How a list of sites comes to be one of sites of spread."""

    rule: str
    index: int | None
    """Of the word of spread in the tokens of the clause; None where it stands elsewhere."""
    relation: str
    is_weak: bool = False
    """Whether the word means spread only where spread is spoken of: "involve", "site"."""


_COMPOUND: Final = ("metastasis", "growth")
_SKIPPED: Final = (
    "frequency", "join", "copula", "occur", "generic", "primary", "denial", "double", "route",
    "site", "order", "member", "population", "stage", "setting", "neutral", "blocked", "place",
    "background", "inverse", "case", "definition", "condition", "beside",
)  # fmt: skip
"""What may stand between a word of spread and its sites."""


def governor_of(
    text: str, tokens: Sequence[Token], sites: SiteList, *, goes_on: bool
) -> Governor | None:
    """Return what governs a list of sites; None where nothing does."""
    if _comes_from(text, tokens, sites) or _is_beside(text, tokens, sites):
        return None
    return (
        _compound(text, tokens, sites)
        or _passive(text, tokens, sites)
        or _before(text, tokens, sites)
        or _continued(text, tokens, sites, goes_on=goes_on)
    )


def _is_beside(text: str, tokens: Sequence[Token], sites: SiteList) -> bool:
    """Return whether a site only tells where another lies: "the tissue that covers the liver"."""
    if not sites.first:
        return False
    before = tokens[sites.first - 1]
    return before.kind == "beside" and is_light(text[before.end : tokens[sites.first].start])


def _comes_from(text: str, tokens: Sequence[Token], sites: SiteList) -> bool:
    """Return whether the cancer comes from there, or passes through it."""
    return ends_with("origin", text, tokens[sites.first].start)


def _compound(text: str, tokens: Sequence[Token], sites: SiteList) -> Governor | None:
    """ "Liver and lung metastases", "peritoneal seeding", "bone invasion"."""
    if tokens[sites.last].is_a("metastasis"):
        return Governor("compound", sites.last, "metastasis")
    after = sites.last + 1
    if after >= len(tokens):
        return None
    token = tokens[after]
    gap = text[tokens[sites.last].end : token.start]
    if gap.strip(" -/") or not token.is_a("metastasis", "growth", "spread"):
        return None
    if token.kind == "spread" and not token.is_a("metastasis") and not token.value == "verb":
        return None
    if token.value == "verb" and text[token.start : token.end].lower() not in {
        "spread",
        "seeding",
        "implants",
        "metastasis",
    }:
        return None
    relation = "extension" if token.is_a("growth") else "metastasis"
    return Governor("compound", after, relation, is_weak=token.value == "weak")


def _passive(text: str, tokens: Sequence[Token], sites: SiteList) -> Governor | None:
    """ "The liver is the most common site", "nodes were involved", "bone is often affected"."""
    depths = depths_of(tokens)
    seen_verb = False
    position = tokens[sites.last].end
    for index in range(sites.last + 1, len(tokens)):
        token = tokens[index]
        if depths[index]:
            position = token.end
            continue
        gap = text[position : token.start]
        if len(gap) > _LONG or has_phrase("relative", gap):
            return None
        position = token.end
        if token.kind == "copula" or (
            token.kind == "occur"
            and text[token.start : token.end].lower()
            in {"had", "have", "has", "accounted for", "accounts for", "account for", "represented"}
        ):
            seen_verb = True
        elif seen_verb and token.kind == "place":
            return Governor("is_site", index, "metastasis", is_weak=token.value != "strong")
        elif seen_verb and token.kind == "spread" and token.value == "weak":
            return Governor("passive", index, "metastasis", is_weak=True)
        elif seen_verb and token.kind == "growth":
            return Governor("passive", index, "extension")
        elif seen_verb and token.kind == "metastasis":
            return Governor("is_site", index, "metastasis")
        elif (
            token.kind == "site"
            or (token.kind == "mark" and not (token.value == "," and seen_verb))
            or token.kind
            not in {
                "frequency",
                "denial",
                "double",
                "join",
                "mark",
                "setting",
                "population",
                "primary",
                "order",
                "member",
                "neutral",
            }
        ):
            return None
    return None


_LONG: Final = 40


def _before(text: str, tokens: Sequence[Token], sites: SiteList) -> Governor | None:
    """ "Spreads to the liver", "metastases in bone", "common sites are liver and lung"."""
    depths = depths_of(tokens)
    depth = depths[sites.first]
    position = tokens[sites.first].start
    has_link = False
    crossed = False
    for index in range(sites.first - 1, -1, -1):
        token = tokens[index]
        gap = text[token.end : position]
        if depths[index] > depth:
            position = token.start
            continue
        if index == sites.first - 1 and has_phrase("relative", gap):
            return None
        if index < sites.first - 1 and re.search(r"\b(?:which|who|whose|where)\b", gap):
            return None
        position = token.start
        if token.kind in {"stop", "comparison", "break"}:
            return None
        if token.is_a("growth"):
            return Governor("verb", index, "extension")
        if token.is_a("spread"):
            cue = token.as_a("spread")
            weak = cue is not None and cue.value == "weak"
            if weak and crossed and not has_link:
                return None
            return Governor(
                "verb", index, "metastasis", is_weak=weak and not _has_subject(tokens, index)
            )
        if (token.kind == "metastasis" or (token.kind == "site" and token.is_a("metastasis"))) and (has_link or _leads_in(gap) or crossed):
            return Governor("noun", index, "metastasis", is_weak=token.value == "weak")
        if token.kind == "place" and has_link:
            is_strong = token.value == "strong" or any(
                other.is_a("metastasis", "spread") and other.value != "weak"
                for other in tokens[:index]
            )
            return Governor("place", index, "metastasis", is_weak=not is_strong)
        if token.kind in {"copula", "member", "occur", "order"} or (
            token.kind == "mark" and token.value in {":", "-", "–", "—", "("}
        ):
            has_link = True
        elif token.kind == "site":
            crossed = True
        elif token.kind not in _SKIPPED and token.kind != "mark" and token.kind != "route_to":
            return None
    return _of_it(text, tokens, sites)


def _of_it(text: str, tokens: Sequence[Token], sites: SiteList) -> Governor | None:
    """ "It occurs most often in the lungs", "they are mostly found in bone"."""
    if not sites.first or tokens[0].kind != "generic":
        return None
    occurs = [token for token in tokens[: sites.first] if token.kind == "occur"]
    links = [
        token
        for token in tokens[: sites.first]
        if token.kind in {"spread", "background", "definition"}
    ]
    words = text[tokens[sites.first - 1].end : tokens[sites.first].start]
    found_in = text[tokens[sites.first - 1].start : tokens[sites.first - 1].end].endswith(" in")
    if occurs and not links and (re.match(r"\s+(?:in|at|to)\b", words) or found_in):
        return Governor("of_it", None, "metastasis", is_weak=True)
    return None


def _has_subject(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a cancer stands before a verb: "the tumor reaches", not "pain reaches"."""
    return any(token.kind in {"primary", "generic"} for token in tokens[:index])


def _leads_in(gap: str) -> bool:
    return re.match(
        r"\s*(?:to|in|into|within|at|on|of|involving|affecting|within)\b", gap, re.IGNORECASE
    ) is not None or not gap.strip(" -")


def _continued(
    text: str, tokens: Sequence[Token], sites: SiteList, *, goes_on: bool
) -> Governor | None:
    """ "… but rarely to the brain", "… and bone is less common"."""
    if not goes_on:
        return None
    position = 0
    for token in tokens[: sites.first]:
        if token.kind in {"stop", "comparison", "background", "condition", "definition", "case"}:
            return None
        position = token.end
    first = tokens[sites.first]
    before = text[position : first.start] if sites.first else ""
    if not is_light(before):
        return None
    return Governor("continued", None, "metastasis", is_weak=True)
