"""Topics: which primary a page, a heading or a lead speaks of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.statement import Topic
from metastasis.text._grammar.subjects import named_primaries
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._mentions import mentions_of, primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.tokens import Token

__all__ = ["topic_of_page", "topic_of_words"]

_MOST: Final = 0.6
_LEAST: Final = 2


def topic_of_words(text: str, source: str, tokens: Sequence[Token] | None = None) -> Topic:
    """Return the primaries that a heading, lead or title names; an empty topic if it names none."""
    tokens = tokens_of(text, mentions_of(text)) if tokens is None else tokens
    runs = named_primaries(text, tokens)
    if not runs:
        return Topic()
    return Topic(tuple(dict.fromkeys(token.value for token in runs[0])), source)


def topic_of_page(blocks: Sequence[Block], address: str | None, title: str | None) -> Topic:
    """Return what a page is about: by its title, its first heading, its address, or most names."""
    headings = [block.text for block in blocks if block.kind == "heading" and not block.noise]
    for words in ([title] if title else []) + headings[:2]:
        topic = topic_of_words(words, "title")
        if topic.keys:
            return topic
    if address:
        topic = topic_of_words(_words_of(address), "title")
        if topic.keys:
            return topic
    return _most_named(blocks)


def _words_of(address: str) -> str:
    path = re.sub(r"^\w+://[^/]*", "", address)
    return re.sub(r"[^A-Za-z]+", " ", path)[:400]


def _most_named(blocks: Iterable[Block]) -> Topic:
    counts = Counter(
        one.key
        for block in blocks if not block.noise
        for one in mentions_of(block.text)
        if one.kind == "primary" and one.key != "any"
    )
    if not counts:
        return Topic()
    key, most = counts.most_common(1)[0]
    if most >= _LEAST and most >= _MOST * sum(counts.values()):
        return Topic((key,), "title")
    return Topic()
