"""Containers: leads, headings and header rows that hand their words down to items and rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of, is_light
from metastasis.text._grammar.labels import names_column_of_cancers
from metastasis.text._grammar.phrases import has_phrase
from metastasis.text._grammar.statement import NO_PLACE, Context, Topic
from metastasis.text._grammar.topics import OUTSIDE, cancer_in_general, is_finer, topic_of_words
from metastasis.text._pages.sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from metastasis.text._grammar.tokens import Token
    from metastasis.text._pages.block import Kind

__all__ = ["handed_down", "is_made_of", "kind_of", "opened_by"]

_INTRODUCES: Final = re.compile(
    r"(?::|\bfollowing\b.{0,40}|\b(?:to|in|include|includes|are|the)\s*\d{0,2})\s*$", re.IGNORECASE
)


def handed_down(text: str, kind: Kind, tokens: Sequence[Token], outer: Context) -> Context:
    """Return what a lead hands down to its items, on top of what it was handed itself.

    What a paragraph leads to is said by its last sentence; what a label leads to, by its head.
    """
    inner = kind in {"item", "row"} or (kind == "heading" and is_made_of(text, tokens, _CANCERS))
    last = _leading(text, tokens, kind)
    denied = _is_denied(last.tokens)
    relation = None if denied else _relation(last, kind, outer)
    frequency = _frequency(last.cues)
    topic = _topic(text, tokens, kind, outer)
    return Context(
        topic=topic,
        is_metastatic=bool(relation) or outer.is_metastatic,
        relation=relation or (outer.relation if inner and not denied else None),
        frequency=frequency or (outer.frequency if outer.relation else None),
        route=_route(last.tokens, kind) or (None if relation == "extension" else outer.route),
        header=text,
        has_labels=names_column_of_cancers(text) or (outer.has_labels and inner),
    )


def _is_denied(tokens: Sequence[Token]) -> bool:
    """Return whether a lead denies what it leads to, and no site: "it has not spread to:"."""
    depths = depths_of(tokens)
    return any(
        token.is_a("denial")
        and not depths[index]
        and (index + 1 == len(tokens) or tokens[index + 1].kind != "site")
        for index, token in enumerate(tokens)
    )


_CANCERS: Final = frozenset({"primary"})
_JOINS: Final = frozenset({"join", "mark"})


def is_made_of(
    text: str, tokens: Sequence[Token], kinds: Collection[str], position: int = 0
) -> bool:
    """Return whether a text is from a position on nothing but names of some kinds."""
    for token in tokens:
        if token.kind not in kinds and token.kind not in _JOINS:
            return False
        if not is_light(text[position : token.start]):
            return False
        position = token.end
    names = any(token.kind in kinds for token in tokens)
    return names and not text[position:].strip(" .:*_")


def opened_by(tokens: Sequence[Token]) -> Context | None:
    """Return what a sentence hands to the next that names no site of its own: "certain organs"."""
    if not any(token.kind == "place" or token.value in NO_PLACE for token in tokens):
        return None  # So it is with most sentences.
    spreads = any(token.is_a("spread", "metastasis") for token in tokens)
    sites = any(token.kind == "site" and token.value not in NO_PLACE for token in tokens)
    if not spreads or sites or any(token.kind in _NOT_SAID for token in tokens):
        return None
    return Context(relation="metastasis", frequency=_frequency(tokens), route=_route(tokens, ""))


_NOT_SAID: Final = frozenset({"denial", "condition", "definition", "case"})
"""Words of a sentence that asserts nothing for the next to go on with."""


def kind_of(text: str, tokens: Sequence[Token]) -> Context:
    """Return the way of spreading that the label of a paragraph or item names.

    "Direct extension: …" is growth, "Hematogenous: …" and "Distant spread: …" are metastasis.
    """
    head = _KIND.match(text)
    said = [token for token in tokens if head is not None and token.end <= head.end()]
    if head is None or any(token.kind in {"site", "primary", "stop"} for token in said):
        return Context()
    growth = _LOCAL.match(text) is not None
    if not growth and not any(token.is_a("route", "metastasis", "spread") for token in said):
        return Context()
    return Context(
        relation="extension" if growth else "metastasis",
        route=_route(said, ""),
        is_growth=growth,
        label=head.end(),
    )


class _Leading(NamedTuple):
    """The part of a lead that says what its items are."""

    text: str
    tokens: Sequence[Token]
    cues: Sequence[Token]
    """The tokens among which words of frequency are its own."""
    before: Sequence[Token]


def _leading(text: str, tokens: Sequence[Token], kind: str) -> _Leading:
    start = _last_sentence(text) if kind == "paragraph" else 0
    last = [token for token in tokens if token.start >= start]
    before = [token for token in tokens if token.start < start]
    head = _KIND.match(text, start) if kind in {"paragraph", "item"} else None
    if head is not None:
        said = [token for token in last if token.end <= head.end()]
        if any(token.is_a("route", "growth") for token in said):
            return _Leading(text[start : head.end()] + ":", said, last, before)
    cues = last
    if _THESE.match(text, start) and _frequency(last) is None:
        cues = before
    return _Leading(text[start:], last, cues, before)


def _topic(text: str, tokens: Sequence[Token], kind: str, outer: Context) -> Topic:
    """Return the primaries that a lead names, or else those of what stands around it."""
    topic = topic_of_words(text, "heading" if kind == "heading" else "lead", tokens)
    if topic == OUTSIDE:
        return topic
    if not topic.keys and not outer.topic.keys and outer.topic != OUTSIDE and kind != "heading":
        topic = cancer_in_general(text, tokens, "lead")._replace(span=None)
    return topic if topic.keys and not is_finer(outer.topic, topic) else outer.topic


def _relation(last: _Leading, kind: str, outer: Context) -> str | None:
    """Return whether what is led to is sites of metastasis or of growth; None where it is not."""
    spoken = outer.is_metastatic or any(
        token.is_a("spread", "metastasis", "growth") for token in last.before
    )
    growth = any(token.is_a("growth") for token in last.tokens)
    routes = any(token.is_a("route") for token in last.tokens)
    inner = kind in {"item", "row"}
    if (
        _speaks_of_spread(last.text, last.tokens, kind, outer._replace(is_metastatic=spoken))
        or (outer.relation and (growth or routes) and inner)
        or (spoken and _is_kind_alone(last.text, last.tokens))
    ):
        return "extension" if growth or _LOCAL.match(last.text) else "metastasis"
    return None


def _route(tokens: Sequence[Token], kind: str) -> str | None:
    """Return the route that a lead names; a heading that joins several names none."""
    routes = {one.value for token in tokens if (one := token.as_a("route")) is not None}
    if kind == "heading" and any(token.is_a("join") or token.value == "," for token in tokens):
        return None
    return routes.pop() if len(routes) == 1 else None


def _is_kind_alone(text: str, tokens: Sequence[Token]) -> bool:
    """Return whether a lead is nothing but a way of spreading: "Hematogenous", "Local spread"."""
    if len(text.split()) > _FEW or any(token.kind in {"site", "primary"} for token in tokens):
        return False
    return _LOCAL.match(text) is not None or any(token.is_a("route", "growth") for token in tokens)


_KIND: Final = re.compile(r"[\w\s()-]{3,40}(?=:| [-\u2013\u2014] )")
"""The head of a lead, which may be a way of spreading: "Hematogenous - uncommon:"."""
_THESE: Final = re.compile(
    r"(?:these|those|they|such|other|common|examples)\b[^:]{0,50}\b(?:include|are|were|can be)\b",
    re.IGNORECASE,
)
"""How a lead begins that goes on with the sentence before."""
_LOCAL: Final = re.compile(r"(?:local|direct|contiguous)\b", re.IGNORECASE)
_FEW: Final = 3
"""Words of a lead that is nothing but a way of spreading."""


def _last_sentence(text: str) -> int:
    """Return where the last sentence of a lead begins."""
    return max((start for start, _ in sentences_of(text)), default=0)


def _speaks_of_spread(text: str, tokens: Sequence[Token], kind: str, outer: Context) -> bool:
    if has_phrase("other_subject", text) and not any(token.kind == "place" for token in tokens):
        return False
    has_site = any(token.kind == "site" for token in tokens)
    strong = any(
        (token.value != "weak" and token.is_a("spread", "metastasis", "growth"))
        or (token.kind == "place" and token.value == "strong")
        for token in tokens
    )
    weak = any(token.is_a("spread", "metastasis") for token in tokens)
    place = any(token.kind == "place" for token in tokens)
    spoken = outer.is_metastatic or any(token.kind == "primary" for token in tokens)
    if kind == "heading":
        return not has_site and (
            (strong and (place or has_phrase("whereabouts", text)))
            or (place and outer.is_metastatic)
        )
    if outer.is_metastatic and _THESE.match(text):
        return True
    if not (strong or (weak and place and spoken) or ((weak or place) and outer.is_metastatic)):
        return False
    return place or _INTRODUCES.search(text) is not None


def _frequency(tokens: Sequence[Token]) -> str | None:
    """Return the last word of frequency of a lead, "can" and "may" only where there is no other."""
    cues = [cue for token in tokens if (cue := token.how_often)]
    words = [cue for cue in cues if cue.form != "modal"] or cues
    return words[-1].value if words else None
