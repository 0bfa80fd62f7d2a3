"""The lines of plain text and Markdown, each with what it looks like.

Apart from the reader of blocks because a line is judged alone here, and among its neighbors there.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Look", "TextLine", "lines_of", "seen", "split_mark"]

Look = Literal[
    "blank", "heading", "underline", "rule", "item", "row", "divider", "none", "aside", "text"
]

_TAB: Final = 4  # columns, as Markdown has it
_SHORT: Final = 80  # characters: longer lines are sentences rather than labels
_WORDS: Final = 12  # the same in words
_SCANNED: Final = 400  # characters of a line that are looked at to tell what it is
_MOST_LINES: Final = 150_000  # of a page; a book of 5 MB has 100,000

_BREAK: Final = r"(?:[\n\r\x0b\x0c\x85\u2028\u2029](?:(?<=\r)\n)?)"
_BREAKS: Final = re.compile(rf"{_BREAK}(?P<more>[ \t\xa0]*+{_BREAK})*")
_HEADING: Final = re.compile(r"(?P<marks>#{1,6})(?:[ \t]+|$)")
_RULE: Final = re.compile(r"(?:[-*_=~·][ \t]?){3,}$")
_DIVIDER: Final = re.compile(r"[|+:\- \t]*-{2,}[|+:\- \t]*$")
_WORD: Final = re.compile(r"[^\W_]")
_ITEM: Final = re.compile(
    r"(?P<mark>[•◦▪▫‣\u2043∙●○■□❖➢➤►▶✓✔·\uf0b7\uf0a7][ \t\xa0]*"
    r"|[-*+\u2013—o»][ \t\xa0]+(?=[^-*+\u2013—\s]|\*{1,3}\w)"
    r"|[(\[]?(?P<number>\d{1,3}|[a-z]|[ivx]{1,5})[.)][ \t\xa0]+"
    r"|\((?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})\)[ \t\xa0]*)(?=\S)"
)
_FINAL: Final = re.compile(
    r"[.!?…][\"'”\u2019)\]*_]{0,3}(?:\s?\[?\d{1,3}(?:[,\u2013-]\s?\d{1,3})*\]?)?$"
)
_ASKS: Final = re.compile(
    r"\b(?:are|is|to|in|of|as|by|include[sd]?|including|following|follows|into|through|with|the"
    r"|for|from|involves?|affects?):$"
)
_OPEN_END: Final = re.compile(
    r"(?:[,;&(/\u2013—-]|\b(?:a|an|and|are|as|at|be|been|between|both|but|by|can|does|for|from|had|has"
    r"|have|in|into|is|its|may|most|no|not|of|on|or|such|than|that|the|their|these|this|to|was"
    r"|were|when|where|which|who|with|without))$",
    re.IGNORECASE,
)


_SAYS_MORE: Final = re.compile(
    r"\w[*_]{0,3}:[*_]{0,3} (?:the |to )?[a-z]|[\u2192\u21d2\u27a1\u2794\u27f6]|[-=]>"
)
"""A label that is followed by what it labels: "Hematogenous: liver", "Breast \u2192 bone"."""


class TextLine(NamedTuple):
    """A line, without the marks before its text."""

    start: int
    """Where the text starts in the document."""
    end: int
    look: Look
    text: str
    indent: int = 0
    """Columns before the first mark."""
    level: int = 0
    """Of a heading with marks, how many they are."""
    mark: str = ""
    """Of an item, what stands before its text."""

    @property
    def ends(self) -> bool:
        """Whether it ends as a sentence does."""
        return bool(_FINAL.search(self.text[-60:]))

    @property
    def leads(self) -> bool:
        """Whether it opens a list, as its colon says."""
        return self.text.rstrip("*_ \t\xa0").endswith((":", ":-", "\uff1a"))

    @property
    def open(self) -> bool:
        """Whether its end asks for more: a comma, an article, a preposition."""
        return bool(_OPEN_END.search(self.text[-30:]))

    @property
    def asks(self) -> bool:
        """Whether what stands before its colon is half a sentence: "The sites are:"."""
        return bool(_ASKS.search(self.text[-40:]))

    @property
    def short(self) -> bool:
        """Whether it may be a label or a heading."""
        return (
            len(self.text) <= _SHORT
            and self.text.count(" ") < _WORDS
            and not _SAYS_MORE.search(self.text)
        )

    @property
    def continues(self) -> bool:
        """Whether it starts in the middle of a sentence."""
        first = self.text[:1]
        return first.islower() or first in ",;)]%."


def lines_of(document: str) -> Iterator[TextLine]:
    r"""Give the lines of a text in order.

    >>> [line.look for line in lines_of("# A\n\n- b\nc | d | e\nText.")]
    ['heading', 'blank', 'item', 'row', 'text']
    """
    at = 0
    for match in itertools.islice(_BREAKS.finditer(document), _MOST_LINES):
        yield _line(document, at, match.start())
        if match["more"]:  # of several blank lines, one
            yield TextLine(match.end(), match.end(), "blank", "")
        at = match.end()
    more = _BREAKS.search(document, at)
    yield _line(document, at, more.start() if more else len(document))


def split_mark(text: str) -> int:
    """Return how long the mark of an item is that a text begins with; 0 if it has none.

    >>> split_mark("- Lung"), split_mark("Lung")
    (2, 0)
    """
    item = _ITEM.match(text[:_SCANNED])
    return len(item["mark"]) if item else 0


def _line(document: str, start: int, end: int) -> TextLine:
    whole = document[start:end]
    text = whole.lstrip()
    indent = _columns(whole[: len(whole) - len(text)])
    if text.startswith(">"):  # quoted, as in mail and Markdown
        text = text.lstrip("> \t\xa0")
    first = end - len(text)
    return seen(text.rstrip(), first, indent)


def _columns(blanks: str) -> int:
    return sum(_TAB if blank == "\t" else 1 for blank in blanks[:_SCANNED])


def seen(text: str, start: int, indent: int) -> TextLine:
    """Return a line by its text, without blanks at its ends, and where that starts."""
    end = start + len(text)
    if not text:
        return TextLine(start, end, "blank", text)
    beginning = text[:_SCANNED]
    if heading := _HEADING.match(beginning):
        kept = text[heading.end() :].rstrip("#").rstrip()
        first = start + heading.end()
        return TextLine(first, first + len(kept), "heading", kept, indent, len(heading["marks"]))
    if len(text) <= _SCANNED:
        if _RULE.match(text):
            return TextLine(start, end, "underline" if _sole(text) else "rule", text, indent)
        if "-" in text and _DIVIDER.match(text):
            return TextLine(start, end, "divider", text, indent)
    if not _WORD.search(text):
        return TextLine(start, end, "none", text, indent)
    item = _ITEM.match(beginning)
    if _is_row(text[item.end() :] if item else text):
        return TextLine(start, end, "row", text, indent)
    if item:
        mark = item["mark"]
        return TextLine(start + len(mark), end, "item", text[len(mark) :], indent, 0, mark.strip())
    return TextLine(start, end, "text", text, indent)


def _sole(text: str) -> bool:
    return set(text) in ({"="}, {"-"})


def _is_row(text: str) -> bool:
    if text.startswith("|") and text.count("|") > 1:
        return True
    return text.count(" | ") > 1 or text.count("\t") > 0
