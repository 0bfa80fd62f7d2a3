"""Containers: leads, headings and header rows that hand their words down to items and rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.frequencies import frequencies_of
from metastasis.text._grammar.labels import flat_label, marked_label, names_column_of_cancers
from metastasis.text._grammar.site_lists import site_lists_of
from metastasis.text._grammar.statement import Context, Statement, Topic
from metastasis.text._grammar.topics import cancer_in_general, is_finer, topic_of_words
from metastasis.text._mentions import primary_of_organ
from metastasis.text._sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.labels import Label
    from metastasis.text._grammar.tokens import Token

__all__ = ["handed_down", "head_of", "item_statements", "row_statements"]

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


_HEAD: Final = re.compile(r"\s*(?::|\s[-–—]\s|\.\s|\.$|\()\s*")
_LONGEST_HEAD: Final = 70


def head_of(text: str) -> int:
    """Return where the head of an item ends: "Bones: this is the most frequent site …".

    >>> head_of("Bones: the most frequent site"), head_of("Liver")
    (5, 5)
    """
    match = _HEAD.search(text)
    return match.start() if match else len(text)


def item_statements(text: str, tokens: Sequence[Token], context: Context) -> Iterator[Statement]:
    """Yield the statements of an item whose lead says that its members are sites of spread."""
    if context.relation is None:
        return
    end = head_of(text)
    label = _label_of(text, tokens, context, end)
    if label is not None:
        yield from _row_of_sites(text, label.rest, context, _topic_of(label))
        return
    if context.has_labels:
        yield from _row_of_sites(text, tokens, context, Topic())
        return
    if end > _LONGEST_HEAD and not _is_enumeration(text[:end], tokens, end):
        return
    head = [token for token in tokens if token.end <= end]
    if any(
        token.kind in {"stop", "background", "definition", "case", "condition", "comparison"}
        for token in head
    ):
        return
    if any(token.kind in {"spread", "growth"} and token.value != "weak" for token in head):
        return
    lists = site_lists_of(text, head)
    if not lists:
        return
    if len(text[: head[lists[0].first].start].split()) > _FEW_WORDS:
        return
    said = frequencies_of(text, tokens, site_lists_of(text, tokens))
    rest = _rest_says(text, tokens, end)
    for sites in lists:
        for member in sites.members:
            words = said.get(member)
            own = (
                (words.frequency, (words.start, words.end))
                if words and words.where != "modal"
                else rest
            )
            frequency, cue = own or (context.frequency, None)
            if frequency is None and words:
                frequency, cue = words.frequency, (words.start, words.end)
            yield _of_container(head[member], frequency, cue, context, "item")


_FEW_WORDS: Final = 5


def _is_enumeration(head: str, tokens: Sequence[Token], end: int) -> bool:
    sites = sum(token.kind == "site" and token.end <= end for token in tokens)
    return sites >= 2 and len(head) / sites < 45


def _rest_says(text: str, tokens: Sequence[Token], end: int) -> tuple[str, tuple[int, int]] | None:
    """Return what the words after the head say of it: "… this is the most frequent site"."""
    stop = text.find(". ", end + 1)
    stop = len(text) if stop < 0 else stop
    for token in tokens:
        if token.start < end or token.start > stop:
            continue
        if token.kind == "site":
            return None
        cue = token.as_a("double") or token.as_a("frequency")
        if cue is not None and cue.form != "modal":
            return cue.value, (token.start, token.end)
    return None


def _label_of(text: str, tokens: Sequence[Token], context: Context, end: int) -> Label | None:
    """Return the cancer that an item is labelled with, where it can be one."""
    label = marked_label(text, tokens, end) if end < len(text) else None
    if context.has_labels:
        return label or flat_label(text)
    if label is None or not any(token.kind == "site" for token in label.rest):
        return None
    names = any(token.kind == "primary" and token.end <= end for token in tokens)
    return label if names or context.topic.keys in {(), ("any",)} else None


def _topic_of(label: Label) -> Topic:
    return Topic(label.keys, "row", (label.start, label.end))


def row_statements(
    text: str, tokens: Sequence[Token], block: Block, context: Context
) -> Iterator[Statement]:
    """Yield the statements of a row: its label and its sites, or its site and how often."""
    cells = block.cells or ((0, len(text)),)
    label = [
        token for token in tokens if token.start < cells[0][1] and token.kind in {"primary", "site"}
    ]
    rest = [token for token in tokens if token.start >= cells[0][1]] if len(cells) > 1 else []
    topic = _label_topic(label, rest, context)
    if topic is not None and any(token.kind == "site" for token in rest):
        yield from _row_of_sites(text, rest, context, topic)
    elif context.relation and context.topic.keys and label and label[0].kind == "site":
        yield from _row_of_site(text, tokens, label, context)


def _label_topic(label: Sequence[Token], rest: Sequence[Token], context: Context) -> Topic | None:
    if not label:
        return None
    first = label[0]
    if first.kind == "primary" and first.value != "any":
        return Topic((first.value,), "row", (first.start, first.end))
    key = primary_of_organ(first.value) if first.kind == "site" else None
    if key is None or not any(token.kind == "site" for token in rest) or not context.relation:
        return None
    return Topic((key,), "row", (first.start, first.end))


def _row_of_sites(
    text: str, tokens: Sequence[Token], context: Context, topic: Topic
) -> Iterator[Statement]:
    said = frequencies_of(text, tokens, site_lists_of(text, tokens))
    for index, token in enumerate(tokens):
        if token.kind != "site":
            continue
        words = said.get(index)
        frequency = words.frequency if words else context.frequency
        cue = (words.start, words.end) if words else None
        yield _of_container(token, frequency, cue, context, "row", topic)


def _row_of_site(
    text: str, tokens: Sequence[Token], label: Sequence[Token], context: Context
) -> Iterator[Statement]:
    cue = next((t for t in tokens if t.kind == "frequency" and t.start > label[0].end), None)
    glued = None if cue else _glued(text, label[0].end)
    frequency = cue.value if cue else glued[0] if glued else context.frequency
    span = (cue.start, cue.end) if cue else glued[1] if glued else None
    yield _of_container(label[0], frequency, span, context, "row")


_GLUED: Final = re.compile(r"\b(Very Rare|Rare|Uncommon|Common|Frequent|Occasional)(?=[A-Z])")


def _glued(text: str, start: int) -> tuple[str, tuple[int, int]] | None:
    """Return a cue that runs into the next cell of a flattened row: "CommonNodule"."""
    match = _GLUED.search(text, start)
    if match is None:
        return None
    value = {
        "very rare": "rare",
        "rare": "rare",
        "uncommon": "less_common",
        "occasional": "less_common",
    }.get(match.group(1).lower(), "common")
    return value, match.span(1)


def _of_container(
    site: Token,
    frequency: str | None,
    cue: tuple[int, int] | None,
    context: Context,
    rule: str,
    topic: Topic | None = None,
) -> Statement:
    topic = context.topic if topic is None else topic
    relation = context.relation or "metastasis"
    if site.value == "adjacent_tissue":
        relation = "extension"
    if site.value.startswith("lymph_node"):
        relation = "metastasis"
    return Statement(
        site=site.value,
        start=site.start,
        end=site.end,
        topic=topic,
        relation=relation,
        frequency=frequency,
        route="direct_extension" if relation == "extension" else context.route,
        cue=cue,
        rule=rule,
        features=(
            f"rule={rule}",
            f"from={topic.source}",
            f"cue={'own' if cue else 'lead' if context.frequency else 'none'}",
            f"relation={relation}",
            f"frequency={frequency}",
        ),
    )
