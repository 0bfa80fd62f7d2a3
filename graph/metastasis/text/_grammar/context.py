"""Context: what stands around a block and a sentence, and which primary is meant.

The primary of a sentence that names none is that of the sentences before it in its block, or else
of the lead or heading above it, or else of the paragraph before, or else of the page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metastasis.text._abbreviations import abbreviations_of
from metastasis.text._grammar.containers import handed_down
from metastasis.text._grammar.sentence import has_trigger
from metastasis.text._grammar.statement import Context, Topic
from metastasis.text._grammar.subjects import named_primaries
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._grammar.topics import cancer_in_general, is_finer, topic_of_page
from metastasis.text._mentions import mentions_of, narrowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._block import Block
    from metastasis.text._grammar.tokens import Token
    from metastasis.text._mentions import Mention

__all__ = ["Sequel", "Surroundings"]

_FAR: Final = frozenset({"title", "nowhere"})
"""Topics that stand further away than the paragraph before."""


class Surroundings:
    """What a page says around each of its blocks, which are asked for in order."""

    def __init__(self, blocks: Sequence[Block], address: str | None, title: str | None) -> None:
        words = "\n".join(block.text for block in blocks if not block.noise)
        self._abbreviations = abbreviations_of(words)
        self._page = Context(topic=topic_of_page(blocks, address, title))
        self._handed: dict[int, Context] = {}
        self._hand_down(blocks)
        self._before = Sequel(self._page, is_member=False)
        self._section: int | None = None

    def _hand_down(self, blocks: Sequence[Block]) -> None:
        """Note what leads and headings hand down, the outer ones first."""
        above = {one for block in blocks for one in (block.lead, block.section) if one is not None}
        for index in sorted(above):
            block = blocks[index]
            outer = self.around(block)
            tokens = self.tokens(block.text, outer.topic)
            self._handed[index] = handed_down(block, tokens, outer)

    def around(self, block: Block) -> Context:
        """Return what stands around a block: its lead, or else its heading, or else the page."""
        above = block.section if block.lead is None else block.lead
        return self._page if above is None else self._handed[above]

    def tokens(self, text: str, topic: Topic) -> list[Token]:
        """Return the tokens of a text; what names a subtype only under its topic names it."""
        mentions = mentions_of(text, self._abbreviations)
        if len(topic.keys) == 1:
            mentions = _with_narrowed(mentions, narrowed(topic.keys[0], text))
        if topic.keys:
            mentions = [one for one in mentions if not _is_what_it_is(text, one, topic)]
        return tokens_of(text, mentions)

    def sequel(self, block: Block) -> Sequel:
        """Return what the sentences of a block follow upon; it is told of each of them."""
        if block.section != self._section:
            self._before, self._section = Sequel(self._page, is_member=False), block.section
        around = self.around(block)
        is_member = block.kind == "item" and block.lead is not None
        if not is_member and around.topic.source in _FAR and self._before.named.keys:
            around = replace(around, topic=self._before.named._replace(source="paragraph"))
        new = Sequel(around, is_member=is_member, before=self._before)
        self._before = new
        return new


def _with_narrowed(found: Sequence[Mention], subtypes: Sequence[Mention]) -> list[Mention]:
    """Return names with the subtypes that stand where no longer one does."""
    new = [
        one
        for one in subtypes
        if not any(
            other.start < one.end
            and one.start < other.end
            and (other.end - other.start >= one.end - one.start)
            and other.kind == "primary"
            for other in found
        )
    ]
    kept = [
        one
        for one in found
        if not any(one.start < other.end and other.start < one.end for other in new)
    ]
    return sorted([*kept, *new])


_THIS: Final = re.compile(
    r"(?:^(?:it|they|this|these)\s+(?:is|are|was|were)\b.*|"
    r"\b(?:this|these|such)\s(?:\w+\s)?(?:types?|kinds?|forms?|subtypes?)\sof\s(?:\w+\s)?)$",
    re.IGNORECASE,
)
"""What stands before a name that only says what the topic is: "it is the … lung cancer"."""


def _is_what_it_is(text: str, one: Mention, topic: Topic) -> bool:
    """Return whether a name stands for the topic: "this type of lung cancer" for a subtype."""
    named = Topic((one.key,))
    return (
        one.kind == "primary"
        and is_finer(topic, named)
        and _THIS.search(text[: one.start]) is not None
    )


_PART: Final = re.compile(
    r"\s*(?:\([^()]{0,40}\)\s*)?(?:groups?|subgroups?|arms?|cohorts?|components?|subtypes?)\b"
)
"""What follows a name of a part of those that are spoken of, in whose place it does not come."""


class Sequel:
    """What is known at a sentence of a block: what stands around it, and the sentences before."""

    def __init__(self, around: Context, *, is_member: bool, before: Sequel | None = None) -> None:
        self.is_member = is_member
        """Whether the block is an item of a list with a lead."""
        self.named = before.named if before else Topic()
        """The primaries that were named last outside of lists, in this block or one before."""
        self._around = around
        self.is_metastatic = around.is_metastatic or (before is not None and before.is_metastatic)
        """Whether what stands before speaks of spread."""
        self.topic = around.topic
        """The primaries that a sentence speaks of where it names none."""

    def context(self, text: str, tokens: Sequence[Token]) -> Context:
        """Return what is handed down to the next sentence."""
        context = self._around if self.is_member else Context()
        return replace(
            context,
            topic=self.topic if self.topic.keys else cancer_in_general(text, tokens),
            is_metastatic=self.is_metastatic or has_trigger(tokens),
        )

    def hear(self, text: str, tokens: Sequence[Token]) -> None:
        """Take in a sentence, for those that follow."""
        runs = [run for run in named_primaries(text, tokens) if not _PART.match(text, run[-1].end)]
        self.is_metastatic = self.is_metastatic or has_trigger(tokens)
        if not runs:
            return
        named = Topic(tuple(dict.fromkeys(token.value for token in runs[0])), "paragraph")
        if is_finer(self._around.topic, named):
            # A page on a subtype may call it by its family.
            named = self._around.topic
        self.topic = named
        if not self.is_member:
            self.named = named
