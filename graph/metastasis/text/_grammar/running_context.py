"""The running context: what is known at a sentence, from what stands around and goes before it.

The primary of a sentence that names none is that of the sentences before it in its block, or else
of what stands around the block. Apart from the context because that is of blocks, and known before
anything is read, and this is told of each sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.containers import kind_of, opened_by
from metastasis.text._grammar.items import goes_on
from metastasis.text._grammar.sentence import has_trigger
from metastasis.text._grammar.statement import Context, Topic
from metastasis.text._grammar.subjects import named_primaries
from metastasis.text._grammar.topics import OUTSIDE, cancer_in_general, is_finer, is_outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["RunningContext"]

_PRONOUN: Final = re.compile(
    r"(?:it|they|these|this|both|such|the (?:tumou?rs?|cancers?))\b", re.IGNORECASE
)
"""How a sentence begins that goes on with what was named last."""
_PART: Final = re.compile(
    r"\s*(?:\([^()]{0,40}\)\s*)?(?:groups?|subgroups?|arms?|cohorts?|components?|subtypes?)\b"
)
"""What follows a name of a part of those that are spoken of, in whose place it does not come."""


_REFERS: Final = re.compile(r"(?:(?:but|and|however),? )?(?:it|they)\b", re.IGNORECASE)
"""How a sentence begins that goes on with what the one before spoke of."""


class RunningContext:
    """What is known at a sentence of a block: what stands around it, and the sentences before."""

    def __init__(
        self,
        around: Context,
        *,
        is_member: bool,
        is_list: bool = False,
        before: RunningContext | None = None,
    ) -> None:
        self._is_list = is_list
        self.is_member = is_member
        """Whether the block is an item of a list with a lead."""
        self.named: Topic = before.named if before else Topic()
        """The primaries that were named last outside of lists, in this block or one before."""
        self._around = around
        self.is_metastatic: bool = around.is_metastatic or (
            before is not None and before.is_metastatic
        )
        """Whether what stands before speaks of spread."""
        self.topic = around.topic
        """The primaries that a sentence speaks of where it names none."""
        self._about = around.about if around.is_metastatic else None
        self._of_site = around.of_site
        self._told: list[Topic] = []
        """The primaries that its sentences named, in order, each change once."""
        self._general = Topic()
        """Cancer in general, where the sentence before spoke of it."""
        self._opened: Context | None = None
        self._kind: Context | None = None

    def is_item(self, number: int) -> bool:
        """Return whether a sentence, counted from 0, may be no more than an item."""
        return self.is_member and (number == 0 or self._is_list)

    def context(self, text: str, tokens: Sequence[Token]) -> Context:
        """Return what is handed down to the next sentence."""
        context = (
            self._around if self.is_member else Context(about=self._about, of_site=self._of_site)
        )
        if not self.is_member and self._opened is not None and goes_on(text):
            context = self._opened
        is_first = self._kind is None
        kind = self._kind_of(text, tokens)
        return context._replace(
            route=kind.route or context.route,
            is_growth=kind.is_growth,
            label=kind.label if is_first else 0,
            topic=self._meant(text, tokens),
            is_metastatic=self.is_metastatic or has_trigger(tokens),
        )

    def goes_on(self, text: str, tokens: Sequence[Token]) -> bool:
        """Return whether a sentence may state something without a word of spread."""
        about = self._about is not None
        of_site = self._of_site is not None and any(token.is_a("inverse") for token in tokens)
        if about or of_site or goes_on(text):
            return True
        return self._kind is None and kind_of(text, tokens).label > 0

    def _kind_of(self, text: str, tokens: Sequence[Token]) -> Context:
        """Return the way of spreading that the first sentence of the block is labelled with."""
        if self._kind is None:
            self._kind = kind_of(text, tokens)
        return self._kind

    def _meant(self, text: str, tokens: Sequence[Token]) -> Topic:
        """Return the primaries of a sentence that names none."""
        if is_outside(text, tokens):
            return OUTSIDE
        around = self._around.topic
        parts = all(is_finer(one, around) for one in self._told)
        if self._told and parts and self._is_of_all() and not _PRONOUN.match(text):
            return around
        if self.topic.keys or self.topic == OUTSIDE:
            return self.topic
        general = cancer_in_general(text, tokens)
        if general.keys or not _REFERS.match(text):
            return general
        return self._general

    def hear(self, text: str, tokens: Sequence[Token]) -> None:
        """Take in a sentence, for those that follow."""
        general = cancer_in_general(text, tokens)
        if general.keys or not _REFERS.match(text):
            self._general = Topic(general.keys, "paragraph")
        runs = [run for run in named_primaries(text, tokens) if not _PART.match(text, run[-1].end)]
        self.is_metastatic = self.is_metastatic or has_trigger(tokens)
        self._opened = opened_by(tokens)
        self._kind_of(text, tokens)
        if not runs:
            if is_outside(text, tokens):
                self.topic = OUTSIDE
            return
        named = Topic(tuple(dict.fromkeys(token.value for token in runs[0])), "paragraph")
        if is_finer(self._around.topic, named):
            # A page on a subtype may call it by its family.
            named = self._around.topic
        self.topic = named
        if not self._told or self._told[-1] != named:
            self._told.append(named)
        if not self.is_member:
            self.named = Topic() if self._is_of_all() and self._around.topic.keys else named

    def _is_of_all(self) -> bool:
        """Return whether several were told apart, so that what comes next may be of all again."""
        first = self._told[0]
        return any(
            one.keys != first.keys and not is_finer(one, first) and not is_finer(first, one)
            for one in self._told
        )
