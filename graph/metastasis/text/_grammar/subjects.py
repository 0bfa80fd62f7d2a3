"""Subjects: which primaries a clause speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.clauses import is_light
from metastasis.text._grammar.phrases import ends_with, is_followed_by
from metastasis.text._grammar.statement import Topic
from metastasis.text._names.lexicon import read_lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["named_primaries", "named_topic", "subject_of"]


def named_primaries(text: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """Return the runs of primaries that are named together, without those only compared with."""
    runs: list[list[Token]] = []
    last = None
    for index, token in enumerate(tokens):
        if token.kind != "primary" or token.value == "any":
            continue
        if ends_with("compared", text, token.start) and not is_followed_by(
            "described", text, token.end
        ):
            continue
        between = tokens[last + 1 : index] if last is not None else ()
        if last is not None and _together(text, tokens[last], between, token):
            runs[-1].append(token)
        else:
            runs.append([token])
        last = index
    return runs


def _together(text: str, left: Token, between: Sequence[Token], right: Token) -> bool:
    position = left.end
    for token in between:
        if not is_light(text[position : token.start]):
            return False
        if not (token.kind == "join" or (token.kind == "mark" and token.value in ",/&()")):
            return False
        position = token.end
    return bool(between) and is_light(text[position : right.start])


def subject_of(
    text: str, tokens: Sequence[Token], sites: SiteList, before: Topic, context: Topic
) -> Topic:
    """Return the primaries that are meant by a list of sites.

    Those that are named before it in its clause; else after it; else those of the clause before,
    or what stands around the sentence.
    """
    runs = named_primaries(text, tokens)
    first, last = tokens[sites.first], tokens[sites.last]
    ahead = [run for run in runs if run[-1].end <= first.start]
    behind = [run for run in runs if run[0].start >= last.end]
    run = _of_predicate(tokens, ahead) if ahead else behind[0] if behind else None
    if behind and ahead and _of_these(text, last, behind[0][0]):
        run = behind[0]
    if run is None or first.start - run[-1].end > _FAR or run[0].start - last.end > _FAR:
        if len(text) > _RAMBLING:
            return Topic()
        if run is None:
            return before if before.keys else context
    return _topic(run)


def _broadest(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return cancers without those that another one holds: "renal cell, or kidney, cancer"."""
    primaries = read_lexicon().catalog.primaries
    return tuple(key for key in keys if not set(primaries[key].parents).intersection(keys))


_OF_KIND: Final = frozenset({"copula", "frequency", "generic", "site", "mark", "join"})
"""What stands between a cancer and its kind: "A is the most common tumor of the organ B"."""
_FAR: Final = 250
"""Characters between a cancer and its sites in a sentence that somebody wrote."""
_RAMBLING: Final = 500
"""Characters of what is no sentence but text without full stops, in which nothing carries far."""


def named_topic(text: str, tokens: Sequence[Token]) -> Topic:
    """Return the primaries that a clause names last; an empty topic if it names none."""
    runs = named_primaries(text, tokens)
    return _topic(runs[-1]) if runs else Topic()


def _topic(run: Sequence[Token]) -> Topic:
    keys = _broadest(tuple(dict.fromkeys(token.value for token in run)))
    return Topic(keys, "sentence", (run[0].start, run[-1].end))


def _of_predicate(tokens: Sequence[Token], runs: Sequence[list[Token]]) -> list[Token]:
    """Return the last run of primaries; of "A is a cancer of kind B", that is A."""
    for left, right in zip(runs[-2::-1], runs[::-1], strict=False):
        between = [token for token in tokens if left[-1].end <= token.start < right[0].start]
        if (
            not between
            or between[0].kind != "copula"
            or any(t.kind not in _OF_KIND for t in between)
        ):
            return right
        runs = runs[:-1]
    return runs[0] if len(runs) == 1 else runs[-1]


def _of_these(text: str, site: Token, primary: Token) -> bool:
    """Return whether a primary after the sites is theirs: "bone metastases from lung cancer"."""
    gap = text[site.end : primary.start]
    return (
        len(gap) < _NEAR
        and re.search(r"\b(?:from|of|in|for)\s+(?:(?:the|a|patients with|cases of)\s+)?$", gap)
        is not None
        and not re.search(r"[,;:]", gap)
    )


_NEAR: Final = 60
