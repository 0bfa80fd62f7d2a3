"""Rows: what a row of a table says: its cancer and the sites of it, or its site and how often."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.labels import marked_label
from metastasis.text._grammar.members import labelled_sites, member
from metastasis.text._grammar.statement import Context, Statement, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.tokens import Token

__all__ = ["row_statements"]


def row_statements(
    text: str, tokens: Sequence[Token], block: Block, context: Context
) -> Iterator[Statement]:
    """Yield the statements of a row."""
    cells = block.cells or ((0, len(text)),)
    first = [token for token in tokens if token.start < cells[0][1]]
    rest = [token for token in tokens if token.start >= cells[0][1]] if len(cells) > 1 else []
    sites = any(token.kind == "site" for token in rest)
    topic = _topic(text, first, cells[0][1], context)
    if sites and (topic.keys or context.has_labels):
        yield from labelled_sites(text, rest, context, topic)
        return
    label = next((token for token in first if token.kind in {"primary", "site"}), None)
    if context.relation and context.topic.keys and label is not None and label.kind == "site":
        yield _row_of_site(text, tokens, label, context)


def _topic(text: str, first: Sequence[Token], end: int, context: Context) -> Topic:
    """Return the cancers of a row: those that its first cell names, or whose organ it is."""
    label = marked_label(text, first, end)
    if label is None:
        named = [t for t in first if t.kind == "primary" and t.value != "any"]
        keys = tuple(dict.fromkeys(token.value for token in named))
        return Topic(keys, "row", (named[0].start, named[-1].end)) if named else Topic()
    is_named = any(token.kind == "primary" for token in first)
    if not is_named and not context.has_labels and (context.topic.keys or not context.relation):
        return Topic()  # An organ is a site where the page says of which cancer.
    return Topic(label.keys, "row", (label.start, label.end))


def _row_of_site(text: str, tokens: Sequence[Token], label: Token, context: Context) -> Statement:
    frequency, span = _said(text, [token for token in tokens if token.start >= label.end], label)
    return member(label, frequency or context.frequency, span, context, "row")


def _said(
    text: str, after: Sequence[Token], label: Token
) -> tuple[str | None, tuple[int, int] | None]:
    """Return the word of frequency of a row: that of its own cell, unless it is most common."""
    cues = [
        (cue.value, (token.start, token.end))
        for token in after
        if (cue := token.as_a("frequency")) is not None and cue.form != "modal"
    ]
    glued = _glued(text, label.end)
    if glued is not None:
        cues.append(glued)
    if not cues:
        return None, None
    return next((cue for cue in cues if cue[0] == "most_common"), cues[0])


_GLUED: Final = re.compile(r"\b(Very Rare|Rare|Uncommon|Common|Frequent|Occasional)(?=[A-Z])")
_GLUED_VALUES: Final = {
    "very rare": "rare",
    "rare": "rare",
    "uncommon": "less_common",
    "occasional": "less_common",
}


def _glued(text: str, start: int) -> tuple[str, tuple[int, int]] | None:
    """Return a cue that runs into the next cell of a flattened row: "CommonNodule"."""
    match = _GLUED.search(text, start)
    if match is None:
        return None
    return _GLUED_VALUES.get(match.group(1).lower(), "common"), match.span(1)
