"""Topics: which primary a page, a heading or a lead speaks of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.statement import Topic
from metastasis.text._grammar.subjects import named_primaries
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._names.mentions import mentions_in, mentions_of, named_on, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.text._grammar.tokens import Token
    from metastasis.text._pages.block import TextBlock

__all__ = [
    "OUTSIDE",
    "cancer_in_general",
    "is_finer",
    "is_outside",
    "topic_of_page",
    "topic_of_words",
]

_SERVER: Final = re.compile(r"^\w+://[^/]*")
_LONGEST: Final = 400
"""Characters of an address that are looked at."""
_ABBREVIATED: Final = re.compile(
    r"\b(?:gist|sclc|nsclc|nen|gbm|hcc|rcc|ccrcc|npc|dcis|hnscc|dsrct|mpnst)\b"
)
"""Abbreviations of cancers that are no words in small letters."""
_ABOUT: Final = re.compile(r"cancer|carcinoma|tumou?r|oncolog|metasta|\bmets\b", re.IGNORECASE)
"""What an address says that is about cancer, so that an organ in it stands for its own."""
_SPREAD: Final = re.compile(r"metasta|\bmets\b|secondar|spread", re.IGNORECASE)
_FEW: Final = 5
"""Words that the name of a cancer in an address has at most."""
_FIRST: Final = 4
"""Headings of a page that may say what it is about."""
_MOST: Final = 0.6
_LEAST: Final = 2


def topic_of_words(text: str, source: str, tokens: Sequence[Token] | None = None) -> Topic:
    """Return the primaries that a heading, lead or title names; an empty topic if it names none.

    What is no solid cancer, or none of the catalog, is a topic without rows: `OUTSIDE`.
    """
    tokens = tokens_of(text, mentions_of(text)) if tokens is None else tokens
    if is_outside(text, tokens):
        return OUTSIDE
    runs = named_primaries(text, tokens)
    if not runs:
        return Topic()
    return Topic(tuple(dict.fromkeys(token.value for token in runs[0])), source)


OUTSIDE: Final = Topic((), "outside")
"""The topic of what speaks of something else than the cancers of the catalog."""
_OUTSIDE: Final = frozenset({"out_of_scope", "no_cancer", "outside_catalog"})
_BEFORE_SUBJECT: Final = frozenset(
    {"frequency", "population", "stage", "generic", "join", "mark", "neutral", "place", "primary"}
)
"""What may stand before the name of what a text speaks of."""
_CANCER: Final = re.compile(r"cancer|carcinoma|tumou?r|sarcoma|oma\b|omas\b|leuk", re.IGNORECASE)


def is_outside(text: str, tokens: Sequence[Token]) -> bool:
    """Return whether what a text names first, before any verb, is no cancer of the catalog."""
    for token in tokens:
        if token.kind == "primary" and token.value != "any":
            return False
        if token.kind == "blocked" and token.value in _OUTSIDE:
            return _CANCER.search(text[token.start : token.end]) is not None
        if token.kind not in _BEFORE_SUBJECT:
            return False
    return False


def cancer_in_general(text: str, tokens: Sequence[Token], source: str = "sentence") -> Topic:
    """Return the topic ``any`` where a text speaks of cancers in general, and else an empty one.

    "The cancer" and "your tumor" are one that was spoken of before.
    """
    for token in tokens:
        if not token.is_a("primary", "generic") or not _GENERAL.match(text, token.start):
            continue
        if not _CERTAIN.search(text[max(0, token.start - _NEAR) : token.start]):
            is_of_one = bool(named_primaries(text, tokens))
            return Topic() if is_of_one else Topic(("any",), source, (token.start, token.end))
    return Topic()


_GENERAL: Final = re.compile(
    r"(?:any |most |all |metastatic |solid )?(?:cancers?|tumou?rs|malignanc(?:y|ies)|carcinomas)\b"
    r"(?! (?:patients|cells? (?:in|from)))",
    re.IGNORECASE,
)
_CERTAIN: Final = re.compile(
    r"\b(?:the|this|that|these|those|your|her|his|their|its|a|an|such|secondary|primary|original|whose)\s+"
    r"(?:(?:same|original|primary|advanced|metastatic)\s+)?$",
    re.IGNORECASE,
)
_NEAR: Final = 30
"""Characters before a word in which an article of it stands."""


def topic_of_page(blocks: Sequence[TextBlock], address: str | None, title: str | None) -> Topic:
    """Return what a page is about: by its title, first headings and address, or most names.

    An address that names a subtype of what a heading names is finer, and goes before it.
    """
    headings = [block.text for block in blocks if block.kind == "heading" and not block.noise]
    topic, is_general = _first_named(([title] if title else []) + headings[:_FIRST])
    place = _topic_of_address(address, blocks) if address else Topic()
    if (not topic.keys and topic != OUTSIDE) or is_finer(place, topic):
        topic = place
    return topic if topic.keys or is_general else _most_named(blocks)


def _first_named(titles: Sequence[str]) -> tuple[Topic, bool]:
    """Return what titles name first, and whether that is the spread of cancer in general."""
    for words in titles:
        tokens = tokens_of(words, mentions_of(words))
        topic = topic_of_words(words, "title", tokens)
        if topic.keys or topic == OUTSIDE:
            return topic, topic == OUTSIDE
        spreads = any(token.is_a("spread", "metastasis") for token in tokens)
        if spreads and cancer_in_general(words, tokens).keys:
            return topic, True
    return Topic(), False


def is_below(key: str, other: str) -> bool:
    """Return whether a primary is a subtype of another."""
    return key != other and other in read_lexicon().catalog.supertypes(key)


def is_finer(one: Topic, other: Topic) -> bool:
    """Return whether a topic is one subtype of all that another names."""
    if len(one.keys) != 1 or not other.keys or one.keys == other.keys:
        return False
    return set(other.keys) <= read_lexicon().catalog.supertypes(one.keys[0])


def _topic_of_address(address: str, blocks: Sequence[TextBlock]) -> Topic:
    """Return the primaries that the last part of an address names which names any.

    A folder may hold pages on anything: what it names counts only if the page names it too.
    """
    path = _SERVER.sub("", address)[:_LONGEST]
    parts = [_between_words(part) for part in re.split(r"[/?&#]", path) if part]
    ways = (lambda part: topic_of_words(part, "title"), _called if _ABOUT.search(address) else None)
    for way in ways:
        for number, part in enumerate(reversed(parts)):
            topic = way(part) if way else Topic()
            if topic.keys and (number < _LAST or _is_named(topic, blocks)):
                return _narrowed(topic, " ".join(parts))
    return Topic()


_LAST: Final = 1
"""Parts at the end of an address that say what the page is about."""


_LITTLE: Final = 200
"""Characters of a page that may never name its topic."""


def _is_named(topic: Topic, blocks: Sequence[TextBlock]) -> bool:
    """Return whether blocks name a primary or its organ, or say too little to tell."""
    if sum(len(block.text) for block in blocks if not block.noise) < _LITTLE:
        return True
    organs = {one for key in topic.keys for one in read_lexicon().catalog.primaries[key].arises_in}
    return any(
        one.key in topic.keys or one.key in organs
        for block in blocks
        if not block.noise
        for one in mentions_in(block.text)
    )


def _called(part: str) -> Topic:
    """Return the cancer that the first words of a part name where "cancer" is put behind them."""
    words = part.split()[:_FEW]
    if _SPREAD.search(part):
        return Topic()  # "brain metastases" are none of the brain's own
    for end in range(len(words), 0, -1):
        for head in ("cancer", "carcinoma"):
            called = topic_of_words(f"{' '.join(words[:end])} {head}", "title")
            if called.keys:
                return called
    return Topic()


def _narrowed(topic: Topic, text: str) -> Topic:
    """Return a topic, or the subtype of it that words name which alone name none."""
    subtypes = narrowed(topic.keys[0], text) if len(topic.keys) == 1 else []
    finer = [Topic((one.key,), topic.source) for one in subtypes]
    return next((one for one in finer if is_finer(one, topic)), topic)


def _between_words(part: str) -> str:
    """Return the words of a part of an address: "OvarianCancer_spread.html", "gist-spread"."""
    words = re.sub(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])", " ", part)
    # An address is in small letters, and of an abbreviation these do not count.
    return _ABBREVIATED.sub(lambda word: word[0].upper(), words)


def _most_named(blocks: Iterable[TextBlock]) -> Topic:
    counts = named_on(blocks)
    if not counts:
        return Topic()
    key, most = counts.most_common(1)[0]
    if most >= _LEAST and most >= _MOST * sum(counts.values()):
        return Topic((key,), "title")
    return Topic()
