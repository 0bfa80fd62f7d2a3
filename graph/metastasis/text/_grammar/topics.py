"""Topics: which primary a page, a heading or a lead speaks of."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.statement import Topic
from metastasis.text._grammar.subjects import named_primaries
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._lexicon import read_lexicon
from metastasis.text._mentions import mentions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.tokens import Token

__all__ = ["is_finer", "topic_of_page", "topic_of_words"]

_SERVER: Final = re.compile(r"^\w+://[^/]*")
_LONGEST: Final = 400
"""Characters of an address that are looked at."""
_ABBREVIATED: Final = re.compile(
    r"\b(?:gist|sclc|nsclc|nen|gbm|hcc|rcc|ccrcc|npc|dcis|hnscc|dsrct|mpnst)\b"
)
"""Abbreviations of cancers that are no words in small letters."""
_FIRST: Final = 4
"""Headings of a page that may say what it is about."""
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
    """Return what a page is about: by its title, first headings and address, or most names.

    An address that names a subtype of what a heading names is finer, and goes before it.
    """
    headings = [block.text for block in blocks if block.kind == "heading" and not block.noise]
    said = [
        topic_of_words(words, "title") for words in ([title] if title else []) + headings[:_FIRST]
    ]
    topic = next((one for one in said if one.keys), Topic())
    place = _topic_of_address(address) if address else Topic()
    if not topic.keys or is_finer(place, topic):
        topic = place
    return topic if topic.keys else _most_named(blocks)


def is_finer(one: Topic, other: Topic) -> bool:
    """Return whether a topic is one subtype of all that another names."""
    if len(one.keys) != 1 or not other.keys or one.keys == other.keys:
        return False
    return set(other.keys) <= read_lexicon().catalog.supertypes(one.keys[0])


def _topic_of_address(address: str) -> Topic:
    """Return the primaries that the last part of an address names which names any."""
    path = _SERVER.sub("", address)[:_LONGEST]
    parts = [_between_words(part) for part in re.split(r"[/?&#]", path)]
    return next(
        (topic for part in reversed(parts) if (topic := topic_of_words(part, "title")).keys),
        Topic(),
    )


def _between_words(part: str) -> str:
    """Return the words of a part of an address: "OvarianCancer_spread.html", "gist-spread"."""
    words = re.sub(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", " ", part)
    # An address is in small letters, and of an abbreviation these do not count.
    return _ABBREVIATED.sub(lambda word: word[0].upper(), words)


def _most_named(blocks: Iterable[Block]) -> Topic:
    counts = Counter(
        one.key
        for block in blocks
        if not block.noise
        for one in mentions_of(block.text)
        if one.kind == "primary" and one.key != "any"
    )
    if not counts:
        return Topic()
    key, most = counts.most_common(1)[0]
    if most >= _LEAST and most >= _MOST * sum(counts.values()):
        return Topic((key,), "title")
    return Topic()
