"""The tags, texts and entities of HTML and XML, each with where it stands, in linear time.

The parsers of the standard library give a line and a column, or bytes, or nothing: an entity or a
tag in the middle of a word moves what comes after it. This one knows characters, and that is all
it knows: what tags mean, the readers of each form say.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._pages.inline import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.text._pages.view import ViewBuilder

__all__ = ["Tag", "TextPart", "add_text", "attributes_of", "tokens_of"]


class Tag(NamedTuple):
    """A tag."""

    name: str
    start: int
    end: int
    attributes: str = ""
    """As they are written; see :func:`attributes_of`."""
    closing: bool = False
    empty: bool = False
    """Whether it closes itself, as in XML."""


class TextPart(NamedTuple):
    """What stands between two tags."""

    start: int
    end: int
    literal: bool = False
    """Whether entities mean nothing in it: CDATA."""


_OPENING: Final = re.compile(r"<(?=[a-zA-Z_!?/])")
_NAMED: Final = re.compile(r"<(/?+)([a-zA-Z_][^\s/>]*+)")
_REST: Final = re.compile(r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|))*+>")
_ATTRIBUTE: Final = re.compile(
    r"([^\s=/>\"']++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+"
)
_PARTS: Final = re.compile(
    rf"(?P<blank>[^\S ]\s*|\s{{2,}})|(?P<none>[{INVISIBLE}]+)|(?P<ligature>[\ufb00-\ufb06])"
    r"|(?P<entity>&(?:\#[0-9]{1,7};?|\#[xX][0-9a-fA-F]{1,6};?|[a-zA-Z][a-zA-Z0-9]{1,31};?))"
)
_UNSEEN: Final = re.compile(rf"[{INVISIBLE}]+")


def tokens_of(document: str, raw: frozenset[str] = frozenset()) -> Iterator[Tag | TextPart]:
    """Give tags and texts in the order of the document.

    What is in an element that ``raw`` names is one text, whatever is in it: scripts. A tag that is
    never closed takes the rest of the document with it, as in browsers.

    >>> [token[0] for token in tokens_of("<p>A &lt; B<br/></p>")]
    ['p', 3, 'br', 'p']
    """
    at, size = 0, len(document)
    while at < size:
        opening = _OPENING.search(document, at)
        found = opening.start() if opening else size
        if found > at:
            yield TextPart(at, found)
        if found == size:
            return
        tag, at = _tag_at(document, found)
        if tag is None:
            continue
        yield tag
        name = tag.name.lower() if isinstance(tag, Tag) else ""
        if name in raw and isinstance(tag, Tag) and not (tag.closing or tag.empty):
            end = _end_of_raw(document, name, at)
            if end > at:
                yield TextPart(at, end, literal=True)
            at = end


def _tag_at(document: str, at: int) -> tuple[Tag | TextPart | None, int]:
    """Return the tag, or the literal text, at a place, and where reading goes on."""
    named = _NAMED.match(document, at)
    if named:
        rest = _REST.match(document, named.end())
        if not rest:
            return None, len(document)
        attributes = document[named.end() : rest.end() - 1]
        empty = attributes.endswith("/")
        tag = Tag(named[2], at, rest.end(), attributes, bool(named[1]), empty)
        return tag, rest.end()
    if document.startswith("<!--", at):
        end = document.find("-->", at + 2)
        return None, len(document) if end < 0 else end + 3
    if document.startswith("<![CDATA[", at):
        end = document.find("]]>", at)
        if end >= 0:
            return TextPart(at + 9, end, literal=True), end + 3
    end = document.find(">", at)
    return None, len(document) if end < 0 else end + 1


def _end_of_raw(document: str, name: str, at: int) -> int:
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(document, at)
    return found.start() if found else len(document)


def attributes_of(tag: Tag) -> dict[str, str]:
    """Return the attributes of a tag, with names in lower case; the first of two of one name.

    >>> attributes_of(Tag("td", 0, 0, ' RowSpan=2 hidden class="a > b"'))
    {'rowspan': '2', 'hidden': '', 'class': 'a > b'}
    """
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag.attributes):
        found.setdefault(name.lower(), html.unescape(double or single or bare))
    return found


def add_text(builder: ViewBuilder, document: str, part: TextPart) -> None:
    """Add a text as it is read: blanks single, entities as what they stand for."""
    at = part.start
    for match in _PARTS.finditer(document, part.start, part.end):
        if match.start() > at:
            builder.add(document[at : match.start()], at, match.start())
        if match["blank"]:
            builder.add(" ", *match.span())
        elif match["ligature"]:
            builder.add(unicodedata.normalize("NFKC", match["ligature"]), *match.span())
        elif match["entity"]:
            meant = match.group() if part.literal else _entity(match.group())
            if meant:
                builder.add(meant, *match.span())
        at = match.end()
    if part.end > at:
        builder.add(document[at : part.end], at, part.end)


def _entity(text: str) -> str:
    meant = html.unescape(text)
    return " " if meant.isspace() else _UNSEEN.sub("", meant)
