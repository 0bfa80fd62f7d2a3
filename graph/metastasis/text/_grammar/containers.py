"""Containers: leads, headings and header rows that hand their words down to items and rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.labels import names_column_of_cancers
from metastasis.text._grammar.statement import Context
from metastasis.text._grammar.topics import cancer_in_general, is_finer, topic_of_words
from metastasis.text._sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.tokens import Token

__all__ = ["handed_down"]

_SYMPTOMS: Final = re.compile(
    r"\b(?:symptoms?|signs?|treat\w*|therap\w+|tests?|cause[sd]?|causes|risk|diagnos\w+|help|include"
    r" pain|may include:|questions?|complications?|survival|types? of|side effects|depend\w*|examin\w+|imaging|"
    r"stage[sd]?|factors?|drugs?|surgery|prevent\w*)\b",
    re.IGNORECASE,
)
_INTRODUCES: Final = re.compile(
    r"(?::|\bfollowing\b.{0,40}|\b(?:to|in|include|includes|are|the)\s*\d{0,2})\s*$", re.IGNORECASE
)
_WHERE: Final = re.compile(
    r"\b(?:where|how|pattern|spread|sites?|locations?|places|routes?|destinations?|metasta\w+)\b",
    re.IGNORECASE,
)


def handed_down(block: Block, tokens: Sequence[Token], outer: Context) -> Context:
    """Return what a lead hands down to its items, on top of what it was handed itself.

    What a paragraph leads to is said by its last sentence.
    """
    text, kind = block.text, block.kind
    topic = topic_of_words(text, "heading" if kind == "heading" else "lead", tokens)
    if not topic.keys and not outer.topic.keys and kind != "heading":
        topic = cancer_in_general(text, tokens, "lead")._replace(span=None)
    start = _last_sentence(text) if kind == "paragraph" else 0
    last = [token for token in tokens if token.start >= start]
    spoken = outer.is_metastatic or any(
        token.is_a("spread", "metastasis", "growth") for token in tokens if token.start < start
    )
    spreads = _speaks_of_spread(text[start:], last, kind, replace(outer, is_metastatic=spoken))
    frequency, cue = _cue_of(text, last)
    routes = {one.value for token in last if (one := token.as_a("route")) is not None}
    growth = any(token.is_a("growth") for token in last)
    relation = ("extension" if growth else "metastasis") if spreads else None
    inner = kind in {"item", "row"}
    if relation is None and outer.relation and (growth or routes) and inner:
        relation = "extension" if growth else "metastasis"
    return Context(
        topic=topic if topic.keys and not is_finer(outer.topic, topic) else outer.topic,
        is_metastatic=bool(relation) or outer.is_metastatic,
        relation=relation or (outer.relation if inner else None),
        frequency=frequency or outer.frequency,
        route=routes.pop() if len(routes) == 1 else outer.route,
        cue=cue or outer.cue,
        has_labels=names_column_of_cancers(text) or (outer.has_labels and inner),
    )


def _last_sentence(text: str) -> int:
    """Return where the last sentence of a lead begins."""
    return max((start for start, _ in sentences_of(text)), default=0)


def _speaks_of_spread(text: str, tokens: Sequence[Token], kind: str, outer: Context) -> bool:
    if _SYMPTOMS.search(text) and not any(token.kind == "place" for token in tokens):
        return False
    has_site = any(token.kind == "site" for token in tokens)
    strong = any(
        token.is_a("spread", "metastasis", "growth") and token.value != "weak" for token in tokens
    )
    weak = any(token.is_a("spread", "metastasis") for token in tokens)
    place = any(token.kind == "place" for token in tokens)
    if kind == "heading":
        return not has_site and (
            (strong and (place or _WHERE.search(text) is not None))
            or (place and outer.is_metastatic)
        )
    if not (strong or (weak and outer.is_metastatic) or (place and outer.is_metastatic)):
        return False
    return place or _INTRODUCES.search(text) is not None


def _cue_of(text: str, tokens: Sequence[Token]) -> tuple[str | None, str | None]:
    """Return the last word of frequency of a lead, "can" and "may" only where there is no other."""
    found: tuple[str | None, str | None] = (None, None)
    modal: tuple[str | None, str | None] = (None, None)
    for token in tokens:
        cue = token.as_a("double") or token.as_a("frequency")
        if cue is None:
            continue
        said = (cue.value, text[token.start : token.end])
        if cue.form == "modal":
            modal = said
        else:
            found = said
    return found if found[0] else modal
