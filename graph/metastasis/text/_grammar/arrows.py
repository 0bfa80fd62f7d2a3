"""Arrows: "breast → bone, lung; colon → liver → lung", as notes and slides write where it spreads.

Apart from the sentence because an arrow stands for the verb, and no word governs anything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of, is_light
from metastasis.text._grammar.members import labelled_sites
from metastasis.text._grammar.statement import Topic
from metastasis.text._names.mentions import primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.statement import Context, Statement
    from metastasis.text._grammar.tokens import Token

__all__ = ["arrow_statements", "has_arrow"]

_ARROW: Final = re.compile(r"[\u2192\u21d2\u27a1\u2794\u27f6]|[-=]>")
_LINK: Final = re.compile(rf"(?: cancers?| ca)?[\s*_:]{{0,4}}(?:{_ARROW.pattern})")
"""What stands between a cancer and its sites."""


class _Arrow(NamedTuple):
    """What stands on the two sides of an arrow."""

    label: Token
    rest: tuple[Token, ...]


def has_arrow(text: str) -> bool:
    """Return whether a text has an arrow.

    >>> has_arrow("breast \u2192 bone"), has_arrow("breast -> bone"), has_arrow("breast > bone")
    (True, True, False)
    """
    return _ARROW.search(text) is not None


def arrow_statements(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield a statement for each site behind an arrow that has a cancer before it."""
    led = context._replace(relation=context.relation or "metastasis")
    for arrow in _arrows(text, tokens):
        label, rest = arrow
        if not _is_list(text, arrow):
            continue
        key = label.value if label.kind == "primary" else primary_of_organ(label.value)
        topic = Topic((key or "",), "row", (label.start, label.end))
        for one in labelled_sites(text, rest, led, topic):
            yield one if one.frequency else one._replace(frequency="possible")


def _arrows(text: str, tokens: Sequence[Token]) -> Iterator[_Arrow]:
    """Yield each cancer before an arrow, with what stands up to the mark or cancer that ends it."""
    label: Token | None = None
    rest: list[Token] = []
    depth = 0
    for token in tokens:
        links = _is_cancer(text, token) and _LINK.match(text, token.end) is not None
        if label is not None:
            depth += (token.value in _OPEN) - (token.value in _CLOSE)
            if depth >= 0 and token.value not in _ENDS and not links:
                rest.append(token)
                continue
            if links and token.kind == "site" and _CHAIN.search(text[label.end : token.start]):
                rest.append(token)  # "colon → liver → lung"
                continue
            yield _Arrow(label, tuple(rest))
            label, rest = None, []
        if links:
            label, depth = token, 0
    if label is not None:
        yield _Arrow(label, tuple(rest))


_OPEN: Final = ("(", "[", "{")
_CLOSE: Final = (")", "]", "}")
_ENDS: Final = (";", "|", "•")
"""Marks after which another cancer may be named."""
_CHAIN: Final = re.compile(rf"(?:{_ARROW.pattern})\s*$")
_TO: Final = re.compile(r"\b(?:to|in|of) (?:the )?$")
"""What makes the place of a metastasis of an organ: "metastases to the lung → breast"."""
_LISTED: Final = frozenset({"site", "join", "mark", "frequency"})


def _is_list(text: str, arrow: _Arrow) -> bool:
    """Return whether nothing but sites stands behind an arrow, brackets aside."""
    position = _LINK.match(text, arrow.label.end)
    at = position.end() if position else arrow.label.end
    rest = [token for token in arrow.rest if token.start >= at]
    for token, depth in zip(rest, depths_of(rest), strict=True):
        if not depth:
            gap = _ARROW.sub(" ", text[at : token.start])
            if token.kind not in _LISTED or not is_light(gap):
                return False
        at = token.end
    return _REST.match(text, at) is not None


_REST: Final = re.compile(r"[\s*_.,;:)\]|•]*(?:$|(?<=[;|•.,)]) ?\S)|\s*\d")
"""How a list of sites ends: with its text, or at a mark."""


def _is_cancer(text: str, token: Token) -> bool:
    if token.kind == "site":
        before = text[max(0, token.start - len("into the ")) : token.start]
        return primary_of_organ(token.value) is not None and not _TO.search(before)
    return token.kind == "primary" and token.value != "any"
