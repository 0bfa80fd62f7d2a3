"""Reading: the blocks of a page, sentence by sentence, become readings."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from metastasis._evidence.assertion import Assertion
from metastasis.text._blocks import blocks_of
from metastasis.text._grammar.containers import item_statements, row_statements
from metastasis.text._grammar.context import Surroundings
from metastasis.text._grammar.sentence import has_trigger, statements_in, why_not_read
from metastasis.text._lexicon import read_lexicon
from metastasis.text._numbers import Number, numbers_of
from metastasis.text._page import Page
from metastasis.text._reading import Reading, ReadingReport, Readings
from metastasis.text._sentences import sentences_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.text._block import Block
    from metastasis.text._grammar.statement import Statement
    from metastasis.text._grammar.tokens import Token

__all__ = ["read_page", "read_text"]

_DIFFUSE: Final = ("bone", "brain")
"""Organs in which a tumor has metastases of its own that are named so."""
_UNPLACED: Final = {"distant_unspecified": "unspecified", "any_organ": "unspecified"}


def read_text(
    text: str, *, address: str | None = None, title: str | None = None, name: str = ""
) -> Readings:
    """Return what a plain or Markdown text says about spread."""
    page = Page(
        name=name,
        document=text,
        sha256=sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        blocks=blocks_of(text, "text"),
        size=len(text.encode("utf-8", "surrogatepass")),
        address=address,
        title=title,
    )
    return read_page(page)


def read_page(page: Page) -> Readings:
    """Return what a page says about spread."""
    reader = _Reader(page)
    rows = tuple(_without_weaker(tuple(reader.readings()), reader.report))
    reader.report.rows = len(rows)
    return Readings(rows, reader.report)


def _without_weaker(rows: tuple[Reading, ...], report: ReadingReport) -> Iterator[Reading]:
    """Yield the rows but those that say nothing of a pair of which the page says more elsewhere."""
    told = {(row.primary, row.site) for row in rows if _tells(row)}
    for row in rows:
        if _tells(row) or (row.primary, row.site) not in told:
            yield row
        else:
            report.not_made["said better elsewhere"] = report.not_made.get("said better elsewhere", 0) + 1


def _tells(row: Reading) -> bool:
    """Return whether a row has a word of frequency or a number."""
    numbers = row.count is not None or row.percent is not None
    return numbers or row.cue_span is not None or row.frequency not in {None, "possible"}


_COUNTS: Final = re.compile(r"\d\s?%|\bper ?cent\b|\bn\s?=\s?\d|\b\d+ (?:\w+ )?(?:patients|cases|women|men)\b")
"""Signs that a sentence counts: a pair without words of frequency is then left to its number."""


class _Reader:
    """Reads one page; what it knows so far is handed from block to block."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.report = ReadingReport(pages=1, bytes=page.size, blocks=len(page.blocks), remarks=list(page.remarks))
        self.around = Surroundings(page.blocks, page.address, page.title)

    def readings(self) -> Iterator[Reading]:
        for index, block in enumerate(self.page.blocks):
            if block.noise:
                self.report.dropped[block.noise] = self.report.dropped.get(block.noise, 0) + 1
                continue
            yield from self._of_block(index, block)

    def _of_block(self, index: int, block: Block) -> Iterator[Reading]:
        if block.kind == "heading":
            return
        if block.kind == "row":
            yield from self._of_row(index, block)
            return
        sequel = self.around.sequel(block)
        done: set[str] = set()
        for number, (start, end) in enumerate(sentences_of(block.text)):
            text = block.text[start:end]
            tokens = self.around.tokens(text, sequel.topic)
            self.report.sentences += 1
            triggered = has_trigger(tokens)
            self.report.triggered += triggered
            context = sequel.context(text, tokens)
            found: list[Statement] = []
            if sequel.is_member and number == 0:
                found += item_statements(text, tokens, context)
                done = {one.site for one in found}
            why = why_not_read(text, tokens)
            if why is None:
                plain = replace(context, frequency=None)
                said = statements_in(text, tokens, plain)
                found += [one for one in said if one.site not in done or one.rule == "verb"]
            elif triggered:
                self._not_made(why)
            yield from self._readings_of(index, block, start, end, text, tokens, found)
            sequel.hear(text, tokens)

    def _of_row(self, index: int, block: Block) -> Iterator[Reading]:
        around = self.around.around(block)
        tokens = self.around.tokens(block.text, around.topic)
        self.report.sentences += 1
        found = list(row_statements(block.text, tokens, block, around))
        yield from self._readings_of(index, block, 0, len(block.text), block.text, tokens, found)

    def _numbers(self, before: str, text: str, tokens: list[Token]) -> dict[tuple[int, int], Number | None]:
        """Return the number of each site that a sentence names, by where it is named."""
        sites = [(token.start, token.end) for token in tokens if token.kind == "site"]
        names = [(token.start, token.end) for token in tokens if token.kind == "primary"]
        numbers = dict(zip(sites, numbers_of(text, sites, before=before, names=names), strict=True))
        return numbers

    def _numbered(self, before: str, text: str, tokens: list[Token]) -> frozenset[int]:
        found = self._numbers(before, text, tokens)
        return frozenset(start for (start, _), number in found.items() if number is not None and not number.is_blank)

    def _not_made(self, why: str) -> None:
        self.report.not_made[why] = self.report.not_made.get(why, 0) + 1

    def _readings_of(
        self, index: int, block: Block, start: int, end: int, text: str, tokens: list[Token], found: list[Statement]
    ) -> Iterator[Reading]:
        if not found:
            return
        if any(one.site not in _UNPLACED and one.site != "unspecified" for one in found):
            # "… and other organs" at the end of a list says nothing.
            found = [one for one in found if one.site not in _UNPLACED]
        numbers = self._numbers(block.text[:start], text, tokens)
        seen: set[tuple[object, ...]] = set()
        for one in found:
            if not one.topic.keys:
                self._not_made("row without label" if one.rule == "row" else "no primary")
                continue
            for primary in one.topic.keys:
                site = self._site(primary, one, text)
                key = (primary, site, one.relation, one.frequency)
                if site is None or key in seen:
                    continue
                seen.add(key)
                yield self._reading(index, block, start, end, text, one, primary, site, numbers.get((one.start, one.end)))

    def _site(self, primary: str, one: Statement, text: str) -> str | None:
        """Return the site, or None where it is the primary's own organ or names no place."""
        site = _UNPLACED.get(one.site, one.site)
        catalog = read_lexicon().catalog
        own = catalog.primaries[primary].arises_in
        words = text[max(0, one.start - 12) : one.end].lower()
        if site in own and not (site == "skin" or (site in _DIFFUSE and one.rule in {"compound", "noun"})) and not any(word in words for word in ("other", "opposite", "contralateral", "another", "elsewhere")):
            return None
        if site == "unspecified" and one.frequency in {None, "possible"}:
            return None
        return site

    def _reading(self, index, block, start, end, text, one, primary, site, number) -> Reading:  # type: ignore[no-untyped-def]
        view = block.view
        first, last = view.span(start, end)
        frequency = one.frequency
        if number is not None and number.refused:
            self._not_made(f"number refused: {number.refused}")
        counted = number is not None or _COUNTS.search(text) is not None
        if number is not None and number.is_blank:
            number = None
        if frequency is None and not counted:
            frequency = "possible"
        if frequency == "possible" and one.cue is None and counted:
            frequency = None
        assertion = Assertion(
            primary=primary, site=site, relation=one.relation, frequency=frequency, route=one.route,
            count=number.count if number else None, total=number.total if number else None,
            percent=number.percent if number else None,
            denominator="site_cases" if one.is_inverse else (number.denominator if number else None),
            setting=(number.setting if number and number.setting else one.setting), stage=one.stage,
            occurrence=(number.occurrence if number and number.occurrence else "any"),
            population=one.population, source="text", locator=f"block {index + 1}", reading="text",
            document_sha256=self.page.sha256, start=first, end=last,
        )
        before = self.page.blocks[index - 1].text if index else ""
        topic_span = one.topic.span
        return Reading(
            assertion=assertion, quote=self.page.document[first:last], sentence=text, before=before,
            primary_span=view.span(start + topic_span[0], start + topic_span[1]) if topic_span else None,
            site_span=view.span(start + one.start, start + one.end),
            cue_span=view.span(start + one.cue[0], start + one.cue[1]) if one.cue else None,
            primary_from=one.topic.source, rule=one.rule, features=one.features, page=self.page.name,
        )
