"""XML of PubMed and of JATS, cut into pages and blocks; where each letter stands is known.

Both are read as they are written, without a parser that knows entities of their own: what defines
some is refused, so that a small file cannot mean much, or another file.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError
from metastasis.text._pages.decode import MOST_BYTES
from metastasis.text._pages.elements import names_of
from metastasis.text._pages.html import MarkupReader
from metastasis.text._pages.inline import trimmed
from metastasis.text._pages.outline import Outline
from metastasis.text._pages.page import TextPage
from metastasis.text._pages.tags import Tag, TextPart, add_text, attributes_of, tokens_of
from metastasis.text._pages.view import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis.text._pages.page import PageContents
    from metastasis.text._pages.view import TextView

__all__ = ["pubmed_pages", "read_jats"]

_ENTITY: Final = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_PROLOG: Final = 100_000  # characters in which a document type could define entities
_ARTICLE: Final = re.compile(r"<(PubmedArticle|PubmedBookArticle)\b")
_PMID: Final = re.compile(r"<PMID\b[^<>]{0,100}>\s{0,20}(\d{1,10})")


# PubMed.


def pubmed_pages(blocks: Iterable[bytes], name: str) -> Iterator[TextPage]:
    """Give each article of a set as a page, called after its PMID; of the set, one is in memory.

    Raises
    ------
    ReadError
        The set is not UTF-8, defines entities of its own, is cut short, or holds no article.
    """
    found = False
    for article in _articles(blocks, name):
        found = True
        yield _article_page(article, name)
    if not found:
        raise ReadError(name, "it holds no article of PubMed's")


def _articles(blocks: Iterable[bytes], name: str) -> Iterator[str]:
    """Give the source of each article."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    held = ""
    prolog = True
    for block in blocks:
        try:
            held += decoder.decode(block)
        except UnicodeDecodeError:
            raise ReadError(name, "it is not UTF-8, as all files of PubMed's are") from None
        if prolog:
            _refuse_entities(held, name)
            prolog = False
        start = 0
        while opening := _ARTICLE.search(held, start):
            closing = f"</{opening[1]}>"
            end = held.find(closing, opening.end())
            if end < 0:
                if len(held) - opening.start() > MOST_BYTES:
                    raise ReadError(
                        name, "it holds an article of more than 5 MB, or without an end"
                    )
                start = opening.start()
                break
            start = end + len(closing)
            yield held[opening.start() : start]
        else:
            start = max(start, len(held) - 30)  # the name of an element may be cut
        held = held[start:]
    if _ARTICLE.search(held):
        raise ReadError(name, "it is cut short in the middle of an article: fetch it again")


def _refuse_entities(text: str, name: str) -> None:
    if _ENTITY.search(text, 0, _PROLOG):
        raise ReadError(name, "it defines entities of its own, which are not read: write them out")


def _article_page(source: str, name: str) -> TextPage:
    pmid = found[1] if (found := _PMID.search(source)) else None
    outline = Outline()
    title = None
    for kind, view in _parts(source):
        if kind == "title":
            title = view.text
            outline.heading(view, 1)
        elif kind == "label":
            outline.heading(view, 2)
        else:
            outline.paragraph(view)
    data = source.encode()
    return TextPage(
        name=f"{name}#{pmid}" if pmid else name,
        document=source,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=outline.blocks,
        form="pubmed",
        size=len(data),
        address=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None,
        title=title,
    )


def _parts(source: str) -> Iterator[tuple[str, TextView]]:
    """Give the title, the labels and the texts of an article."""
    builder: ViewBuilder | None = None
    kind = ""
    abstract = False
    for token in tokens_of(source):
        if isinstance(token, TextPart):
            if builder is not None:
                add_text(builder, source, token)
            continue
        name = token.name
        if name in ("Abstract", "OtherAbstract"):
            abstract = name == "Abstract" and not token.closing
        elif name in ("ArticleTitle", "BookTitle", "AbstractText") and not token.empty:
            if token.closing and builder is not None:
                view, builder = trimmed(builder.view()), None
                if view.text:
                    yield kind, view
            elif not token.closing and (name != "AbstractText" or abstract):
                kind = "text" if name == "AbstractText" else "title"
                if kind == "text" and (label := _label(source, token)) is not None:
                    yield "label", label
                builder = ViewBuilder()
        elif name == "sup" and builder is not None and _is_exponent(source, token):
            builder.add("^", token.start, token.end)


def _is_exponent(source: str, tag: Tag) -> bool:
    """Tell whether what is raised is a number at a number."""
    sides = source[tag.start - 1] + source[tag.end : tag.end + 1]
    return not tag.closing and sides.isdigit()


def _label(source: str, tag: Tag) -> TextView | None:
    """Return the label of a part of an abstract, as it stands in the tag."""
    label = attributes_of(tag).get("label", "")
    if not label.strip():
        return None
    found = re.search(r"\bLabel\s*=\s*[\"']", source[tag.start : tag.end])
    if not found:
        return None
    start = tag.start + found.end()
    end = source.find(source[start - 1], start)
    builder = ViewBuilder()
    add_text(builder, source, TextPart(start, end))
    return trimmed(builder.view())


# JATS.

_NAMES: Final = {
    "list": "ul",
    "list-item": "li",
    "def-list": "dl",
    "term": "dt",
    "def": "dd",
    "def-item": "div",
    "bold": "b",
    "italic": "i",
    "sc": "span",
    "break": "br",
    "caption": "lead-in",
    "disp-quote": "blockquote",
    "boxed-text": "div",
    "sec": "section",
    "abstract": "section",
    "body": "main",
    "fig": "figure",
    "table-wrap": "div",
    "xref": "span",
    "ext-link": "span",
    "article-title": "h1",
}
"""The elements of JATS that HTML has under another name."""
_HIDDEN: Final = names_of(
    "journal-meta article-id article-categories contrib-group aff author-notes pub- "
    "date volume issue fpage lpage elocation-id history permissions self-uri kwd- "
    "group funding-group counts related-article custom-meta-group trans-abstract "
    "trans-title-group inline-formula disp-formula tex-math alternatives graphic "
    "media supplementary-material object-id processing-meta article-version "
    "conference support-group floats-wrap email "
)
"""What says who, when and where, and what is no text."""
_CLOSING: Final = {"ref-list": "references", "ack": "boilerplate", "fn-group": "boilerplate"}


def read_jats(document: str, name: str) -> PageContents:
    """Cut an article of JATS into blocks.

    Raises
    ------
    ReadError
        It defines entities of its own.
    """
    _refuse_entities(document, name)
    return _JatsReader(document).read()


class _JatsReader(MarkupReader):
    """Reads the elements of JATS as those of HTML that mean the same."""

    raw = frozenset[str]()

    def __init__(self, document: str) -> None:
        super().__init__(document)
        self._translated: list[tuple[str, str]] = []
        self._sections = 0
        self._wrapped = 0

    def translated(self, tag: Tag) -> Iterator[Tag]:
        """Give the tags of HTML that mean what one of JATS does."""
        name = tag.name.rpartition(":")[2].lower()
        if tag.closing:
            meant = self._closed(name)
            if meant:
                yield tag._replace(name=meant)
            return
        if name in ("sec", "abstract", "ref-list", "app"):
            self._sections += not tag.empty
        meant, attributes = self._meaning(name, tag)
        if not tag.empty:
            self._translated.append((name, meant))
        yield tag._replace(name=meant, attributes=attributes)
        if tag.empty and meant != "br":
            yield tag._replace(name=meant, attributes="", closing=True)

    def _meaning(self, name: str, tag: Tag) -> tuple[str, str]:
        parent = self._translated[-1][0] if self._translated else ""
        if name in _HIDDEN:
            return "div", " hidden"
        if name in _CLOSING:
            return "section", f' data-noise="{_CLOSING[name]}"'
        if name == "title":
            return (f"h{min(self._sections + 1, 6)}" if parent != "caption" else "p"), ""
        if name == "label" and parent not in ("table-wrap", "fig"):
            return "span", " hidden"
        if name == "xref" and "bibr" in tag.attributes:
            return "a", ""
        if name == "article-title" and parent != "title-group":
            return "span", ""
        return _NAMES.get(name, name), tag.attributes

    def _closed(self, name: str) -> str:
        """Return what an element was read as that ends here; nothing for one that is not open."""
        for back in range(1, min(len(self._translated), 20) + 1):
            if self._translated[-back][0] == name:
                meant = self._translated[-back][1]
                del self._translated[-back:]
                if name in ("sec", "abstract", "ref-list", "app"):
                    self._sections -= 1
                return meant
        return ""
