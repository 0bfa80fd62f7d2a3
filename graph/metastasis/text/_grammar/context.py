"""Context: what stands around a block and a sentence, and which primary is meant.

The primary of a sentence that names none is that of the sentences before it in its block, or else
of the lead or heading above it, or else of the paragraph before, or else of the page. Apart from
the reader of a page because this is grammar and makes no readings.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from metastasis.text._grammar.containers import handed_down, is_made_of
from metastasis.text._grammar.cut_tables import cut_rows
from metastasis.text._grammar.inverse import inverses_of, said_within
from metastasis.text._grammar.phrases import has_phrase
from metastasis.text._grammar.rows import columns_of, words_of
from metastasis.text._grammar.running_context import RunningContext
from metastasis.text._grammar.sentence import has_trigger
from metastasis.text._grammar.statement import Context, Elsewhere, Topic
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._grammar.topics import (
    is_below,
    is_finer,
    topic_of_page,
)
from metastasis.text._names.abbreviations import abbreviations_of
from metastasis.text._names.forms import is_short
from metastasis.text._names.lexicon import Name, read_lexicon
from metastasis.text._names.mentions import mentions_of, narrowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.tokens import Token
    from metastasis.text._names.mentions import Mention
    from metastasis.text._pages.block import TextBlock

__all__ = ["Surroundings"]

_FAR: Final = frozenset({"title", "nowhere"})
"""Topics that stand further away than the paragraph before."""
_LONGEST: Final = 2000
"""Characters of a lead or heading that are looked at: as of a sentence."""
_LONGEST_HEADER: Final = 60
"""Characters of an item that heads those that follow it."""
_PART_OF_ABSTRACT: Final = re.compile(
    r"(?:results?|conclusions?|methods?|(?:materials|patients) and methods|background|objectives?|"
    r"purpose|aims?|introduction|discussion|findings)\b[ :.]",
    re.IGNORECASE,
)
"""How a paragraph begins that speaks of all again, whatever was told apart before."""
_MOST_CHARACTERS: Final = 200_000
"""Characters of a page in which it explains its abbreviations; a book has more, and no page."""
_LINK: Final = re.compile(r"(?::|\bfollowing\b.{0,40})$")
"""How a paragraph ends that leads to what follows it."""


class Surroundings:
    """What a page says around each of its blocks, which are asked for in order."""

    def __init__(self, blocks: Sequence[TextBlock], address: str | None, title: str | None) -> None:
        self._blocks = blocks
        words = "\n".join(block.text for block in blocks if not block.noise)
        self._abbreviations = abbreviations_of(words[:_MOST_CHARACTERS])
        self._known: dict[tuple[str, ...], dict[str, Name]] = {}
        """What abbreviations stand for, by the topics under which they do."""
        self._page = Context(topic=topic_of_page(blocks, address, title))
        self._handed: dict[int, Context] = {}
        self._headers: dict[int, int] = {}
        """Of a lead, the last of its items that heads those that follow."""
        self._rows = cut_rows(blocks)
        self._over: dict[int, int] = dict(self._rows)
        """Of an item or row, the item or row that heads it."""
        self._above = {one for b in blocks for one in (b.lead, b.section) if one is not None}
        self._above |= set(self._rows.values())
        self._next = 0
        self._before = RunningContext(self._page, is_member=False)
        self._section: int | None = None

    def _read_to(self, index: int) -> None:
        """Note what leads and headings hand down, up to a block, the outer ones first."""
        while self._next <= index:
            at, block = self._next, self._blocks[self._next]
            self._next += 1
            if at in self._above:
                self._handed[at] = self._handed_by(at)
            elif block.kind == "item" and block.lead is not None:
                self._note_item(at, block, block.lead)

    def _handed_by(self, index: int) -> Context:
        block = self._blocks[index]
        text = block.text[-_LONGEST:] if block.kind == "paragraph" else block.text[:_LONGEST]
        outer = self.around(index)
        tokens = self.tokens(text, outer.topic)
        return handed_down(text, block.kind, tokens, outer)._replace(
            columns=columns_of(text, block, index) if block.kind == "row" else (),
            words=words_of(text, block, tokens) if block.kind == "row" else (),
            about=_about(text, tokens, index) if block.kind == "heading" else None,
            of_site=_of_site(text, tokens, index, outer)
            if block.kind == "heading"
            else outer.of_site,
            **_of_cancers(text, tokens, index, len(block.text) - len(text), outer.of_site),
        )

    def _note_item(self, index: int, block: TextBlock, lead: int) -> None:
        """Note an item that heads those that follow, and one that says how often for all."""
        if len(block.text) > _LONGEST_HEADER:
            self._headers.pop(lead, None)
            return
        tokens = self.tokens(block.text, Topic())
        has_site = any(token.kind == "site" for token in tokens)
        handed = self._handed[lead]
        cues = [one for token in tokens if (one := token.as_a("frequency")) and one.form != "modal"]
        says = any(token.kind == "place" and token.value == "strong" for token in tokens)
        names = bool(handed.relation) and is_made_of(block.text, tokens, {"primary"})
        if (says or names) and not has_site:
            self._handed[index] = self._handed_by(index)
            self._headers[lead] = index
        elif has_site and lead in self._headers:
            self._over[index] = self._headers[lead]
        elif len(tokens) == 1 and cues and handed.relation and handed.frequency is None:
            self._handed[lead] = handed._replace(frequency=cues[0].value)

    def around(self, index: int) -> Context:
        """Return what stands around a block: its lead, or else its heading, or else the page."""
        self._read_to(index)
        block = self._blocks[index]
        above = self._over.get(index, block.section if block.lead is None else block.lead)
        return self._page if above is None else self._handed[above]

    def is_lead_of_cancers(self, index: int) -> bool:
        """Return whether a block hands a site down to cancers, and says nothing of its own."""
        self._read_to(index)
        return index in self._handed and bool(self._handed[index].sites)

    def is_row(self, index: int) -> bool:
        """Return whether a block is a row of a table, though it may look like something else."""
        return self._blocks[index].kind == "row" or index in self._rows

    def tokens(self, text: str, topic: Topic) -> list[Token]:
        """Return the tokens of a text; what names a subtype only under its topic names it."""
        topics = tuple(dict.fromkeys((*topic.keys[:1], *self._page.topic.keys[:1])))
        if topics not in self._known:
            self._known[topics] = {**_abbreviated(topics), **self._abbreviations}
        mentions = mentions_of(text, self._known[topics])
        for key in topics:
            if subtypes := narrowed(key, text):
                mentions = _with_narrowed(mentions, subtypes)
        if topic.keys:
            mentions = [one for one in mentions if not _is_what_it_is(text, one, topic)]
        return tokens_of(text, mentions)

    def running(self, index: int) -> RunningContext:
        """Return what the sentences of a block follow upon; it is told of each of them."""
        block = self._blocks[index]
        if block.section != self._section:
            self._before, self._section = RunningContext(self._page, is_member=False), block.section
        led = self._led(index)
        around = led or self.around(index)
        is_member = (block.kind == "item" and block.lead is not None) or led is not None
        named = self._before.named
        far = around.topic.source in _FAR and named.keys
        finer = is_finer(named, around.topic) and not _PART_OF_ABSTRACT.match(block.text)
        if not is_member and (far or finer):
            around = around._replace(topic=self._before.named._replace(source="paragraph"))
        new = RunningContext(
            around, is_member=is_member, is_list=led is not None, before=self._before
        )
        self._before = new
        return new

    def _led(self, index: int) -> Context | None:
        """Return what a paragraph is handed that is a list, by what leads to it or stands above.

        Its sentences are no more than items then: "In the brain. In the lungs.", "Liver, bone".
        """
        block = self._blocks[index]
        text = block.text[:_LONGEST]
        if block.kind != "paragraph":
            return None
        is_list = self._is_list_of_sites(index)
        before = self._blocks[index - 1] if index else block
        leads = before.kind == "paragraph" and _LINK.search(
            before.text.rstrip(" .")[-_LONGEST_HEADER:]
        )
        if index and leads and (is_list or _FRAGMENTS.fullmatch(text)):
            return self._handed_by(index - 1)
        around = self.around(index) if is_list else Context()
        return around if around.relation else None

    def _is_list_of_sites(self, index: int) -> bool:
        """Return whether a paragraph is only sites, which a cancer may label: "Ovary: liver".

        One site alone is a list with its neighbors, or below the name of a cancer.
        """
        text, tokens = self._short(index)
        label, at = _labelled(text, tokens)
        if at:
            rest = [token for token in tokens if token.start >= at]
            return label and is_made_of(text, rest, _IN_LIST, at)
        if not is_made_of(text, tokens, _IN_LIST):
            return False
        section = self._blocks[index].section
        return (
            sum(token.kind == "site" for token in tokens) > 1
            or any(is_made_of(*self._short(one), _IN_LIST) for one in (index - 1, index + 1))
            or (section is not None and is_made_of(*self._short(section), {"primary"}))
        )

    def _short(self, index: int) -> tuple[str, list[Token]]:
        """Return a block that is short and read, with its tokens; else nothing."""
        block = self._blocks[index] if 0 <= index < len(self._blocks) else None
        if block is None or block.noise or len(block.text) > _LONGEST_HEADER:
            return "", []
        return block.text, self.tokens(block.text, Topic())


def _labelled(text: str, tokens: Sequence[Token]) -> tuple[bool, int]:
    """Return whether what stands before a colon is cancers, and where the colon ends; 0 of none."""
    at = next((one for one, token in enumerate(tokens) if token.value == ":"), None)
    if at is None:
        return False, 0
    return is_made_of(text[: tokens[at].start], tokens[:at], {"primary"}), tokens[at].end


_IN_LIST: Final = frozenset({"site", "frequency"})
"""What a list of sites has beside what joins them."""
_FRAGMENTS: Final = re.compile(r"(?:(?:In|To|On) [a-z ]{2,34}+[.;]\s*+){2,40}+")
"""A paragraph that is a list."""


def _about(text: str, tokens: Sequence[Token], index: int) -> Elsewhere | None:
    """Return the site that a heading consists of: "Bone", "The liver", "Lungs:"."""
    sites = [token for token in tokens if token.kind == "site"]
    if len(sites) != 1 or len(tokens) > 2 or len(text.split()) > _FEW_WORDS:
        return None
    return Elsewhere(sites[0].value, index, sites[0].start, sites[0].end)


_FEW_WORDS: Final = 3
"""Words of a heading that is no more than a site."""


def _of_site(text: str, tokens: Sequence[Token], index: int, outer: Context) -> Elsewhere | None:
    """Return the site whose metastases a heading is about: "Liver metastases"."""
    if any(token.kind == "primary" and token.value != "any" for token in tokens):
        return None
    if has_phrase("unsaid", text) or has_phrase("other_subject", text):
        return None
    sites = [token for token in tokens if token.kind == "site"]
    if not sites:
        return outer.of_site
    if len(sites) > 1 or not any(token.is_a("metastasis", "spread") for token in tokens):
        return None
    return Elsewhere(sites[0].value, index, sites[0].start, sites[0].end)


def _of_cancers(
    text: str, tokens: Sequence[Token], index: int, cut: int, above: Elsewhere | None
) -> dict[str, Any]:
    """Return what a lead to a list of cancers hands down: the sites that they spread to.

    "The cancers that spread to the brain are:", "Spread to the brain can occur in:".
    """
    if has_phrase("unsaid", text):
        return {}
    inverse = next(reversed([*inverses_of(text, tokens)]), None)
    if inverse is None:
        spreads = (
            has_trigger(tokens)
            and _IN_WHOM.search(text) is not None
            and not has_phrase("other_subject", text)
        )
        return {"sites": _elsewhere(tokens, index, cut), "of_named": True} if spreads else {}
    if not (_LINK.search(text) or len(text) < _LONGEST_HEADER):
        return {}
    is_before = inverse.form == "from"
    place = tokens[: inverse.first] if is_before else tokens[inverse.last + 1 :]
    found: dict[str, Any] = {
        "sites": _elsewhere(place, index, cut) or ((above,) if above else ()),
        "is_source": inverse.form != "to",
        "of_named": False,
    }
    if inverse.form == "to":
        found["relation"] = None  # What it leads to are no sites.
    within = said_within(text[inverse.start : inverse.end])
    return {**found, "frequency": within} if within else found


def _elsewhere(tokens: Sequence[Token], index: int, cut: int) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(one.value, index, cut + one.start, cut + one.end)
        for one in tokens
        if one.kind == "site"
    )


_IN_WHOM: Final = re.compile(r"\b(?:in|with|among|from|of):$")
"""How a lead ends whose items are cancers."""


@lru_cache(maxsize=256)  # Topics of a run of pages; the catalog has fewer.
def _abbreviated(topics: tuple[str, ...]) -> dict[str, Name]:
    """Return the abbreviations that the catalog has for topics and for what is part of them.

    Many stand for other things as well, and are read only where a page speaks of the cancer.
    """
    catalog = read_lexicon().catalog
    family = {one for key in topics for one in (key, *catalog.subtypes(key))}
    return {
        form: Name("primary", key)
        for key in sorted(family)
        for form in catalog.primaries[key].synonyms
        if is_short(form)
    }


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
        and not any(other.kind == "primary" and is_below(other.key, one.key) for other in found)
    ]
    kept = [
        one
        for one in found
        if not any(one.start < other.end and other.start < one.end for other in new)
    ]
    return sorted([*kept, *new])


_IT_IS: Final = re.compile(r"(?:it|they|this|these)\s+(?:is|are|was|were)\b", re.IGNORECASE)
_THIS: Final = re.compile(
    r"\b(?:this|these|such)\s(?:\w+\s)?(?:types?|kinds?|forms?|subtypes?)\sof\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_NEAR: Final = 60
"""Characters before a name in which it says that it is the topic."""


def _is_what_it_is(text: str, one: Mention, topic: Topic) -> bool:
    """Return whether a name stands for the topic: "this type of lung cancer" for a subtype."""
    if one.kind != "primary" or not is_finer(topic, Topic((one.key,))):
        return False
    before = text[max(0, one.start - _NEAR) : one.start]
    return (one.start < _NEAR and _IT_IS.match(text) is not None) or _THIS.search(
        before
    ) is not None
