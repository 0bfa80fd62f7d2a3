"""The reader of one page: its blocks in order, the sentences of each, and what they state.

Apart from the front because that opens pages and rates what is found; this only reads.

Long because all that is handed from one sentence of a page to the next is in one place.
"""

from __future__ import annotations

import re
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._evidence.assertion import Assertion
from metastasis.text._flags import flags_of
from metastasis.text._grammar.arrows import arrow_statements, has_arrow
from metastasis.text._grammar.context import Surroundings
from metastasis.text._grammar.items import item_statements, listed_statements
from metastasis.text._grammar.rows import row_statements
from metastasis.text._grammar.sentence import (
    has_trigger,
    may_state,
    statements_in,
    why_not_read,
)
from metastasis.text._grammar.statement import Topic, relation_to
from metastasis.text._grammar.tokens import speaks_of_spread
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._numbers import PrintedNumber, numbers_of, numbers_of_cancers
from metastasis.text._pages.sentences import sentences_of
from metastasis.text._reading import Reading
from metastasis.text._report import ReadingReport, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis._evidence.evidence import Evidence
    from metastasis.text._grammar.statement import Context, Statement
    from metastasis.text._grammar.tokens import Token
    from metastasis.text._pages.block import TextBlock
    from metastasis.text._pages.page import TextPage

__all__ = ["PageReader"]

_LONGEST: Final = 2000
"""Characters of a sentence that are read: no sentence that a person wrote is longer, and what is
quadratic in a sentence stays small."""
_MOST_SENTENCES: Final = 4000
"""Sentences, items and rows of a page that name a site and are read: no page has a quarter of it,
and a page that is made of nothing else is read in a second or two."""
_MOST_NAMES: Final = 60
"""Names of a sentence that are read: longer lists are menus and indexes."""
_SAME_AGAIN: Final = ("other", "opposite", "contralateral", "another", "elsewhere")
"""Words before the primary's own organ that make it another: "the other lung"."""
_EVERYWHERE: Final = ("skin", "bone", "brain")
"""Organs so wide that a cancer of theirs has metastases in the same organ."""
_VAGUE: Final = {
    "distant_unspecified": "unspecified",
    "unspecified": "unspecified",
}
"""Sites that name no place, and how they are recorded."""
_COUNTS: Final = re.compile(
    r"\d\s?%|\bper ?cent\b|\bn\s?=\s?\d|\b\d+ (?:\w+ )?(?:patients|cases|women|men)\b"
)
"""Signs that a sentence counts: a pair without a word of frequency is then left to its number."""


class _Sentence(NamedTuple):
    """A sentence of a block, and what was found in it."""

    place: int
    """Of the block in the page."""
    block: TextBlock
    start: int
    end: int
    text: str
    tokens: Sequence[Token]
    numbers: Mapping[int, PrintedNumber] = MappingProxyType({})
    """The numbers of sites, by where the site is named."""


class PageReader:
    """Reads one page; what it knows so far is handed from block to block."""

    def __init__(self, page: TextPage, evidence: Evidence | None) -> None:
        self.page = page
        self.report = ReadingReport(
            pages=1, bytes=page.size, blocks=len(page.blocks), remarks=list(page.remarks)
        )
        self._evidence = evidence
        self._left = _MOST_SENTENCES
        self._named: dict[str, str] = {}
        """Of each primary, the last sentence that has named it."""
        self._in_headings: dict[str, frozenset[str]] = {}
        """The primaries that headings name."""
        self._catalog = read_lexicon().catalog

    @cached_property
    def _around(self) -> Surroundings:
        return Surroundings(self.page.blocks, self.page.address, self.page.title)

    def readings(self) -> Iterator[Reading]:
        """Yield the readings of the page in the order of its text."""
        if not self._may_state():
            self._pass_over()
            return
        for index, block in enumerate(self.page.blocks):
            if block.noise:
                count(self.report.dropped, block.noise)
            elif self._left < 0:
                count(self.report.not_made, "too many sentences")
            elif self._around.is_row(index):
                yield from self._of_row(index, block)
            elif block.kind != "heading":
                yield from self._of_block(index, block)
        if self._left < 0:
            self.report.remarks.append(
                f"only the first {_MOST_SENTENCES:,} sentences that name a site are read"
            )

    def _may_state(self) -> bool:
        """Return whether the page may state anything: lists and tables may, prose with a word may.

        Most texts of a corpus do not, and a tenth of the time shows that.
        """
        read = [block for block in self.page.blocks if not block.noise]
        is_prose = all(block.kind in {"heading", "paragraph"} for block in read)
        return not is_prose or any(speaks_of_spread(block.text) for block in read)

    def _pass_over(self) -> None:
        """Count what there is on a page that states nothing."""
        for block in self.page.blocks:
            if block.noise:
                count(self.report.dropped, block.noise)
            elif block.kind != "heading":
                self.report.sentences += sum(1 for _ in sentences_of(block.text))

    def _of_block(self, index: int, block: TextBlock) -> Iterator[Reading]:
        running = self._around.running(index)
        leads = self._around.is_lead_of_cancers(index)
        for number, (start, end) in enumerate(sentences_of(block.text)):
            if self._left < 0:
                return
            sentence = self._sentence(index, start, end, running.topic)
            text, tokens = sentence.text, sentence.tokens
            is_item = running.is_item(number)
            if is_item or may_state(tokens) or running.goes_on(text, tokens) or has_arrow(text):
                context = running.context(text, tokens)
                sentence = self._numbered(sentence, context.header if is_item else "")
                if not (leads and end == len(block.text)):
                    said = self._statements(sentence, context, is_item=is_item)
                    yield from self._readings(sentence, said)
            elif has_trigger(tokens) and (why := why_not_read(text)) is not None:
                count(self.report.not_made, why)
            running.hear(text, tokens)

    def _of_row(self, index: int, block: TextBlock) -> Iterator[Reading]:
        around = self._around.around(index)
        sentence = self._sentence(index, 0, len(block.text), around.topic)
        sentence = self._numbered(sentence, around.header)
        said = row_statements(sentence.text, sentence.tokens, block, around)
        yield from self._readings(sentence, said)

    def _sentence(self, index: int, start: int, end: int, topic: Topic) -> _Sentence:
        """Return a sentence of a block with its tokens, and count it."""
        block = self.page.blocks[index]
        if end - start > _LONGEST:
            self.report.remarks.append(
                f"block {index + 1}: a sentence of {end - start:,} characters is read up to "
                f"character {_LONGEST:,}"
            )
            end = start + _LONGEST
        text = block.text[start:end]
        tokens = self._capped(index, self._around.tokens(text, topic))
        self.report.sentences += 1
        self.report.triggered += has_trigger(tokens)
        self._left -= any(token.kind == "site" for token in tokens)
        self._named |= {token.value: text for token in tokens if token.kind == "primary"}
        return _Sentence(index, block, start, end, text, tokens)

    def _numbered(self, sentence: _Sentence, header: str) -> _Sentence:
        """Return a sentence with its numbers; ``header`` says of what, in a list or a table."""
        before = sentence.block.text[max(0, sentence.start - _LONGEST) : sentence.start]
        above = self._header(sentence.block)
        numbers = _numbers(before, sentence.text, sentence.tokens, above)
        return _with_header(sentence._replace(numbers=numbers), header)

    def _header(self, block: TextBlock) -> str:
        """Return what stands above an item or a row."""
        above = block.section if block.lead is None else block.lead
        return "" if above is None else self.page.blocks[above].text[:_LONGEST]

    def _capped(self, index: int, tokens: Sequence[Token]) -> Sequence[Token]:
        if len(tokens) <= _MOST_NAMES:
            return tokens
        names = 0
        for number, token in enumerate(tokens):
            names += token.kind in {"site", "primary"}
            if names > _MOST_NAMES:
                self.report.remarks.append(
                    f"block {index + 1}: a sentence of more than {_MOST_NAMES} names is read up to "
                    "there"
                )
                return tokens[:number]
        return tokens

    def _statements(
        self, sentence: _Sentence, context: Context, *, is_item: bool
    ) -> Iterator[Statement]:
        """Yield what a sentence states, as an item of its list and by itself."""
        if (
            has_arrow(sentence.text)
            and why_not_read(sentence.text) is None
            and _is_of_spread(sentence, context)
        ):
            found = [*arrow_statements(sentence.text, sentence.tokens, context)]
            if found:
                yield from found
                return
        done: set[str] = set()
        listed = item_statements if is_item else listed_statements
        for one in listed(sentence.text, sentence.tokens, context):
            done.add(one.site)
            yield one
        why = why_not_read(sentence.text)
        if why is not None:
            if has_trigger(sentence.tokens):
                count(self.report.not_made, why)
            return
        counted = frozenset(
            start for start, number in sentence.numbers.items() if not number.is_blank
        )
        plain = context._replace(frequency=None)
        for one in statements_in(sentence.text, sentence.tokens, plain, numbered=counted):
            if one.site not in done or one.rule == "verb":
                yield _grown(one) if context.is_growth else one

    def _readings(self, sentence: _Sentence, statements: Iterable[Statement]) -> Iterator[Reading]:
        """Yield a reading for each primary of each statement, each only once."""
        found = list(statements)
        if any(one.site not in _VAGUE for one in found):
            # "… and other organs" at the end of a list says nothing.
            found = [one for one in found if one.site not in _VAGUE]
        seen: set[tuple[str, str, str, str | None]] = set()
        for one in found:
            if not one.topic.keys:
                count(
                    self.report.not_made, "row without label" if one.rule == "row" else "no primary"
                )
            if one.topic.keys and one.frequency == "absent" and self._counts_some(sentence, one):
                count(self.report.not_made, "denied of some only")
                continue
            for primary in one.topic.keys:
                site = self._site(primary, one, sentence.text)
                key = (primary, site or "", one.relation, one.frequency)
                if site is not None and key not in seen:
                    seen.add(key)
                    # Sites have been counted; cancers of one site are many rows of it.
                    self._left -= one.elsewhere is not None or one.is_inverse
                    yield self._reading(sentence, one, primary, site)

    def _site(self, primary: str, one: Statement, text: str) -> str | None:
        """Return the site, or None where it is the primary's own organ or says nothing."""
        site = _VAGUE.get(one.site, one.site)
        if site == "unspecified" and one.frequency in {None, "possible"}:
            count(self.report.not_made, "no place")
            return None
        if site in self._catalog.primaries[primary].arises_in:
            words = text[max(0, one.start - _LONG_WORD) : one.end].lower()
            named = one.rule in {"compound", "noun"} or site == "skin"
            organ = self._catalog.primaries[primary].kind != "histology"
            if organ and one.topic.source != "sentence":
                named = False  # "Skin metastases" on a page on them, which speaks of skin cancer.
            if not (site in _EVERYWHERE and named) and not any(
                map(words.__contains__, _SAME_AGAIN)
            ):
                count(self.report.not_made, "own organ")
                return None
        return site

    def _reading(self, sentence: _Sentence, one: Statement, primary: str, site: str) -> Reading:
        view, offset = sentence.block.view, sentence.start
        start, end = view.span(offset, sentence.end)
        said = self._assertion(sentence, one, primary, site, start, end)

        def span(within: tuple[int, int] | None) -> tuple[int, int] | None:
            return within and view.span(offset + within[0], offset + within[1])

        return Reading(
            assertion=said,
            quote=self.page.document[start:end],
            sentence=sentence.text,
            before=self._before(sentence, primary, one.topic.source),
            primary_span=span(one.topic.span),
            site_span=self._elsewhere(one) or view.span(offset + one.start, offset + one.end),
            cue_span=span(one.cue),
            primary_from=one.topic.source,
            rule=one.rule,
            features=one.features,
            flags=tuple(flags_of(said, self._catalog, self._evidence)),
            page=self.page.name,
        )

    def _elsewhere(self, one: Statement) -> tuple[int, int] | None:
        """Return where a site is named that another block names."""
        if one.elsewhere is None:
            return None
        return self.page.blocks[one.elsewhere.block].view.span(
            one.elsewhere.start, one.elsewhere.end
        )

    def _before(self, sentence: _Sentence, primary: str, source: str) -> str:
        """Return what before a sentence may name its primary, a line each: heading, text.

        The text is what the block says before, else what leads to it, else the block before; where
        the primary is from further back, what named it stands before that.
        """
        block, blocks = sentence.block, self.page.blocks
        text = block.text[: sentence.start].strip()
        if not text and block.lead is not None:
            text = blocks[block.lead].text
        if not text:
            read = (one.text for one in reversed(blocks[: sentence.place]) if not one.noise)
            text = next(read, "")
        heading = "" if block.section is None else blocks[block.section].text
        named = self._named.get(primary, "") if source == "paragraph" else ""
        if source in {"lead", "heading", "title"}:
            named = self._heading_of(primary, block)
        order = (heading, named) if source == "paragraph" else (named, heading)
        lines = [one for one in dict.fromkeys(order) if one not in text]
        return "\n".join([*lines, text])

    def _counts_some(self, sentence: _Sentence, one: Statement) -> bool:
        """Return whether a denial counts people: "not found in 12 of 40" is in the others."""
        number = self._number(sentence, one)
        return bool(number.count or number.percent)

    def _heading_of(self, primary: str, block: TextBlock) -> str:
        """Return the nearest heading above a block, or the title, that names a primary."""
        above = block.section
        while above is not None:
            heading = self.page.blocks[above]
            if primary in self._names_in(heading.text[:_LONGEST]):
                return heading.text[:_LONGEST]
            above = heading.section
        title = self.page.title or ""
        return title if primary in self._names_in(title) else ""

    def _names_in(self, text: str) -> frozenset[str]:
        if text not in self._in_headings:
            tokens = self._around.tokens(text, Topic())
            names = frozenset(one.value for one in tokens if one.kind == "primary")
            self._in_headings[text] = names
        return self._in_headings[text]

    def _number(self, sentence: _Sentence, one: Statement) -> PrintedNumber:
        """Return what is counted for a statement."""
        if one.cell is None:
            return _printed(sentence, one) or PrintedNumber()
        found = numbers_of(
            f"site {sentence.text[slice(*one.cell)]}",
            [(0, len("site"))],
            header=self._header(sentence.block),
        )
        return found[0] or PrintedNumber()

    def _assertion(
        self, sentence: _Sentence, one: Statement, primary: str, site: str, start: int, end: int
    ) -> Assertion:
        number = self._number(sentence, one)
        if number.refused:
            count(self.report.not_made, f"number refused: {number.refused}")
        return Assertion(
            primary=primary,
            site=site,
            relation=one.relation,
            frequency=_frequency(one, sentence),
            occurrence=number.occurrence or "any",
            count=number.count,
            total=number.total,
            percent=number.percent,
            denominator="site_cases" if one.is_inverse else number.denominator,
            setting=number.setting or one.setting,
            stage=one.stage,
            route=one.route,
            population=one.population,
            source="text",
            locator=f"block {sentence.place + 1}",
            reading="text",
            document_sha256=self.page.sha256,
            start=start,
            end=end,
            note=number.note,
        )


_LONG_WORD: Final = 14
"""Characters before a name that can make it another: "contralateral "."""


def _frequency(one: Statement, sentence: _Sentence) -> str | None:
    """Return how often; what only counts says it by its number, also by one that is not read."""
    if one.frequency is not None and (one.frequency != "possible" or one.cue is not None):
        return one.frequency
    if one.cell is not None:
        return None  # A cell counts.
    counts = _COUNTS.search(sentence.text) is not None and not sentence.numbers
    return None if counts or one.start in sentence.numbers else "possible"


def _is_of_spread(sentence: _Sentence, context: Context) -> bool:
    """Return whether a sentence, or what stands above it, speaks of spread."""
    return (
        context.is_metastatic
        or has_trigger(sentence.tokens)
        or speaks_of_spread(context.header[:_LONGEST])
    )


def _grown(one: Statement) -> Statement:
    """Return a statement as one of growth, which the label of its paragraph says."""
    if one.relation == relation_to(one.site, "extension"):
        return one
    return one._replace(relation="extension", route="direct_extension")


def _with_header(sentence: _Sentence, header: str) -> _Sentence:
    """Return an item or row with the number that only its header tells what it is."""
    sites = [(token.start, token.end) for token in sentence.tokens if token.kind == "site"]
    if len(sites) != 1 or not header or sentence.numbers:
        return sentence
    number = numbers_of(sentence.text, sites, header=header)[0]
    return sentence if number is None else sentence._replace(numbers={sites[0][0]: number})


def _printed(sentence: _Sentence, one: Statement) -> PrintedNumber | None:
    """Return the number of a statement in its sentence, by its site or by its cancer."""
    if one.elsewhere is not None:
        return _of_cancer(sentence, (one.start, one.end))
    cancer = one.topic.span if one.topic.source == "sentence" else None
    if one.rule == "inverse":
        # An inverse sentence counts by cancer and not by site.
        return _of_cancer(sentence, cancer) if cancer else None
    number = sentence.numbers.get(one.start)
    if number or not cancer or sum(token.kind == "site" for token in sentence.tokens) != 1:
        return number
    return _of_cancer(sentence, cancer)


def _of_cancer(sentence: _Sentence, span: tuple[int, int]) -> PrintedNumber | None:
    """Return the number that a sentence gives for one of its cancers."""
    sites = [(token.start, token.end) for token in sentence.tokens if token.kind == "site"]
    names = [(token.start, token.end) for token in sentence.tokens if token.kind == "primary"]
    if span not in names:
        return sentence.numbers.get(span[0])
    if not any(map(str.isdigit, sentence.text)):
        return None
    return numbers_of_cancers(sentence.text, names, sites=sites)[names.index(span)]


def _numbers(
    before: str, text: str, tokens: Sequence[Token], header: str
) -> dict[int, PrintedNumber]:
    """Return the numbers of the sites that a sentence names, by where they are named."""
    sites = [(token.start, token.end) for token in tokens if token.kind == "site"]
    names = [(token.start, token.end) for token in tokens if token.kind == "primary"]
    if not sites or not any(map(str.isdigit, text)):
        return {}
    found = numbers_of(text, sites, before=before, names=names, header=header)
    return {
        start: number for (start, _), number in zip(sites, found, strict=True) if number is not None
    }
