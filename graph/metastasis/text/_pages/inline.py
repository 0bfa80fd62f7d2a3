"""The marks inside a line of text or Markdown, and the view of it that is read.

Apart from the reader of blocks because it knows characters alone, and no lines.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._pages.view import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from metastasis.text._pages.view import TextView

__all__ = ["INVISIBLE", "Piece", "concatenated", "inline_view", "trimmed"]

INVISIBLE: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00"
"""Soft hyphens, characters without width, and marks of direction, as in a class of a pattern."""

_LONGEST_ADDRESS: Final = 2_000  # an address that is longer is none that a browser would take

_SHOWN_TAGS: Final = (
    "a|abbr|b|br|big|cite|code|del|div|em|font|i|ins|kbd|mark|p|q|s|small|span|strong|sub|sup|u|wbr"
)

_MARKS: Final = re.compile(
    rf"(?P<blank>[^\S ]\s*|\s{{2,}})"
    rf"|(?P<ligature>[\ufb00-\ufb06])"
    rf"|(?P<none>[{INVISIBLE}]+)"
    rf"|\\(?P<escaped>[\\`*_{{}}\[\]()#+.!|>~-])"
    rf"|(?P<entity>&(?:\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});)"
    rf"|(?P<line_break><br\b[^<>]{{0,200}}>)"
    rf"|(?P<tag></?(?:{_SHOWN_TAGS})\b[^<>]{{0,{_LONGEST_ADDRESS}}}>)"
    rf"|(?P<strong>\*\*\*?|___?|~~|``?)"
    rf"|(?P<single>[*_])",
    re.IGNORECASE,
)
_ANY_MARK: Final = re.compile(rf"[^\S ]|  |[{INVISIBLE}\ufb00-\ufb06\\&<*_~`]|\]\(")
_TARGET: Final = re.compile(
    rf"\](?:\((?:[^()\s]|\([^()\s]{{0,200}}\)){{0,{_LONGEST_ADDRESS}}}"
    rf"(?:\s{{1,9}}(?:\"[^\"\n]{{0,300}}\"|'[^'\n]{{0,300}}'))?\))"
)
_FOOTNOTE: Final = re.compile(r"[\d,;\s\u2013-]{1,40}")

# Before a hyphen at the end of a line, these keep it: "non-" and "small" belong to "non-small".
_KEEPS_HYPHEN: Final = re.compile(
    r"(?:non|well|para|long|short|high|low|self|cross|post|ex|half|mid|one|two|three|four|five|six"
    r"|first|second|third|small|large|early|late|age|re)"
)


class Piece(NamedTuple):
    """A stretch of the document that is a line of a block, or a part of one."""

    start: int
    end: int


def inline_view(document: str, pieces: Sequence[Piece], known: Container[str] = ()) -> TextView:
    r"""Return the view of a block whose lines are given: on one line, and without marks.

    ``known`` are the words with a hyphen that stand elsewhere on the page, in lower case: a word
    that a line break cuts at its hyphen keeps it if it is one of them.

    >>> text = "The **liver** and\nthe metas-\ntases"
    >>> inline_view(text, [Piece(0, 17), Piece(18, 28), Piece(29, 34)]).text
    'The liver and the metastases'
    """
    builder = ViewBuilder()
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        hyphen = _hyphen_to_drop(document, piece, following, known) if following else False
        _marked(builder, document, Piece(piece.start, piece.end - 1) if hyphen else piece)
        if following and not _cut_word(document, piece, following):
            builder.add(" ", piece.end, following.start)
    return trimmed(builder.view())


def _cut_word(document: str, piece: Piece, following: Piece) -> bool:
    """Tell whether a line ends within a word with a hyphen."""
    return (
        piece.end - piece.start > 1
        and document[piece.end - 1] in "-\u2010\u00ad"
        and document[piece.end - 2].isalpha()
        and document[following.start].islower()
    )


def _hyphen_to_drop(document: str, piece: Piece, following: Piece, known: Container[str]) -> bool:
    if not _cut_word(document, piece, following):
        return False
    front = re.search(
        r"[^\W\d_]{1,40}\Z", document[max(piece.start, piece.end - 41) : piece.end - 1]
    )
    back = re.match(r"[^\W\d_]{1,40}", document[following.start : following.start + 40])
    if not front or not back:
        return False
    word = front.group().lower()
    return not _KEEPS_HYPHEN.fullmatch(word) and f"{word}-{back.group().lower()}" not in known


def concatenated(views: Sequence[TextView]) -> TextView:
    """Return views one after the other, with blanks between."""
    if len(views) == 1:
        return views[0]
    builder = ViewBuilder()
    for number, view in enumerate(views):
        if number and len(view):
            place = view.span(0, 1)[0]
            builder.add(" ", place, place)
        builder.add_view(view)
    return trimmed(builder.view())


def trimmed(view: TextView) -> TextView:
    """Return a view without the blanks that marks have left doubled, or at the ends."""
    text = view.text
    if "  " not in text and text == text.strip():
        return view
    builder = ViewBuilder()
    words = [match.span() for match in re.finditer(r"\S+", text)]
    for number, (start, end) in enumerate(words):
        if number:
            builder.add(" ", *view.span(words[number - 1][1], start))
        builder.add_view(view, [(start, end)])
    return builder.view()


def _marked(builder: ViewBuilder, document: str, piece: Piece) -> None:
    text = document[piece.start : piece.end]
    if not _ANY_MARK.search(text):
        builder.add(text, piece.start, piece.end)
        return
    dropped = dict(_link_marks(text)) if "](" in text else {}
    pairs = _paired(text)
    at = 0
    for start in sorted(dropped):
        if start < at:
            continue
        _add_marked(builder, document, piece, (at, start), pairs)
        at = dropped[start]
    _add_marked(builder, document, piece, (at, len(text)), pairs)


def _add_marked(
    builder: ViewBuilder,
    document: str,
    piece: Piece,
    part: tuple[int, int],
    pairs: frozenset[int],
) -> None:
    first = piece.start

    def meaning(match: re.Match[str]) -> str:
        if match["blank"] or match["line_break"]:
            return " "
        if match["ligature"]:
            return unicodedata.normalize("NFKC", match["ligature"])
        if match["escaped"]:
            return match["escaped"]
        if match["entity"]:
            return _entity(match["entity"])
        if match["strong"] or match["single"]:
            return "" if match.start() - first in pairs else match.group()
        return ""

    _add_with(builder, document, Piece(first + part[0], first + part[1]), _MARKS, meaning)


def _entity(text: str) -> str:
    meant = html.unescape(text)
    return " " if meant.isspace() else meant.translate(_UNSEEN)


_UNSEEN: Final = dict.fromkeys(
    [0x00, 0xAD, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F)], None
)


def _add_with(
    builder: ViewBuilder,
    document: str,
    piece: Piece,
    marks: re.Pattern[str],
    meaning: Callable[[re.Match[str]], str],
) -> None:
    at = piece.start
    for match in marks.finditer(document, piece.start, piece.end):
        if match.start() > at:
            builder.add(document[at : match.start()], at, match.start())
        meant = meaning(match)
        if meant:
            builder.add(meant, *match.span())
        at = match.end()
    if piece.end > at:
        builder.add(document[at : piece.end], at, piece.end)


def _link_marks(text: str) -> Iterator[tuple[int, int]]:
    """Give start and end of what a link adds to its text: ``[``, ``![``, ``](address)``.

    A link whose text is a number is a footnote: there only the address goes.
    """
    opened: list[int] = []
    for match in re.finditer(r"!?\[|\]", text):
        if match.group() != "]":
            opened.append(match.start())
            continue
        if not opened:
            continue
        start = opened.pop()
        target = _TARGET.match(text, match.start())
        if not target:
            continue
        first = start + (2 if text[start] == "!" else 1)
        if _FOOTNOTE.fullmatch(text, first, match.start()):
            yield match.start() + 1, target.end()
        else:
            yield start, first
            yield match.start(), target.end()


def _paired(text: str) -> frozenset[int]:
    """Return where marks of emphasis stand that have a partner; a lone star is a footnote."""
    found: set[int] = set()
    opened: dict[str, int] = {}
    for match in re.finditer(r"\\.|\*{1,3}|_{1,3}|~~|`{1,2}", text, re.DOTALL):
        mark = match.group()
        if mark.startswith("\\"):
            continue
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        closes = mark in opened and bool(before) and not before.isspace()
        if closes and not (mark[0] == "_" and (after.isalnum())):
            found |= {opened.pop(mark), match.start()}
        elif after and not after.isspace() and not (mark[0] == "_" and before.isalnum()):
            opened[mark] = match.start()
    return frozenset(found)
