"""Opening a page: from bytes to blocks, with all that was assumed on the way."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError, check_choice
from metastasis.text._pages.blocks import blocks_of
from metastasis.text._pages.decode import MOST_BYTES, Decoded, decode
from metastasis.text._pages.outline import MOST_BLOCKS
from metastasis.text._pages.page import PageContents, TextPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.text._pages.block import TextBlock

__all__ = ["FORMS", "is_pubmed", "open_page", "open_pages", "page_of_text"]

FORMS: Final = ("text", "markdown", "html", "pubmed", "jats", "pdf")
"""What a page can be."""

_SUFFIXES: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".mkd": "markdown",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".nxml": "jats",
    ".pdf": "pdf",
}
_SNIFFED: Final = 4_000  # characters in which a page shows what it is
_HTML: Final = re.compile(
    r"<!doctype\s+html|<html\b|<head\b|<body\b|<(?:div|p|table|ul|h[1-6]|article|section)\b[^<>]*>",
    re.IGNORECASE,
)
_PUBMED: Final = re.compile(r"<(?:PubmedArticleSet|PubmedArticle|MedlineCitation)\b")
_JATS: Final = re.compile(
    r"<(?:article|pmc-articleset)\b[^<>]*>[\s\S]{0,4000}?<(?:front|body)\b|JATS|NLM//DTD"
)
_FIRST_ADDRESS: Final = re.compile(
    r"\s*(?:url:?\s{0,3}|source:?\s{0,3})?(https?://\S{4,2000})[ \t]*(?:[\r\n]|$)", re.IGNORECASE
)


def open_page(
    data: bytes, name: str, address: str | None = None, form: str | None = None
) -> TextPage:
    """Open one page by its bytes.

    Raises
    ------
    ReadError
        It is empty, no text, of a form that is not read, or holds several articles.
    UnknownNameError
        There is no such form.
    """
    pages = open_pages(data, name, address, form)
    first = next(pages)
    if next(pages, None) is not None:
        raise ReadError(name, "it holds several articles, and one page is opened here")
    return first


def open_pages(
    data: bytes, name: str, address: str | None = None, form: str | None = None
) -> Iterator[TextPage]:
    """Open a page, or each article of a file of many, by its bytes.

    Raises
    ------
    ReadError
        It is empty, no text, or of a form that is not read.
    UnknownNameError
        There is no such form.
    """
    if form is not None:
        check_choice("form", form, FORMS)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from metastasis.text._pages.pdf import text_of_pdf

        yield _page(data, text_of_pdf(data, name), "pdf", name, address)
        return
    if form in (None, "pubmed") and is_pubmed(data):
        from metastasis.text._pages.xml import pubmed_pages

        yield from pubmed_pages([data], name)
        return
    decoded = decode(data, name)
    form = form or _form_of(decoded.text, name)
    if form == "pubmed":
        raise ReadError(name, "it holds no article of PubMed's")
    yield _page(data, decoded, form, name, address)


def is_pubmed(head: bytes) -> bool:
    """Tell whether a file is a set of articles of PubMed, by its beginning."""
    return bool(_PUBMED.search(head[:_SNIFFED].decode("utf-8", "replace")))


def page_of_text(
    text: str, address: str | None = None, title: str | None = None, name: str = "text"
) -> TextPage:
    """Return a text that is at hand as a page.

    >>> page_of_text("Breast cancer spreads to bone.").blocks[0].text
    'Breast cancer spreads to bone.'
    """
    data = text.encode("utf-8", "surrogatepass")
    document = text[:MOST_BYTES]
    cut = len(text) - len(document)
    remarks = (f"its last {cut:,} characters are not read",) if cut else ()
    return _page(data, Decoded(document, "utf-8", remarks), "text", name, address, title)


def _page(
    data: bytes,
    decoded: Decoded,
    form: str,
    name: str,
    address: str | None,
    title: str | None = None,
) -> TextPage:
    """Return bytes as a page, of which all is known but what the text itself says."""
    contents = _contents(decoded.text, form, name)
    return TextPage(
        name=name,
        document=decoded.text,
        sha256=hashlib.sha256(data).hexdigest(),
        blocks=contents.blocks,
        form=form,
        size=len(data),
        encoding=decoded.encoding,
        remarks=(*decoded.remarks, *_cut_remarks(contents.blocks), *contents.remarks),
        address=address or contents.address,
        title=title or contents.title,
    )


def _form_of(text: str, name: str) -> str:
    """Return what a page is, by its beginning, and else by the suffix of its name."""
    head = text[:_SNIFFED].lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        if _HTML.match(head) or re.search(r"<html\b", head, re.IGNORECASE):
            return "html"
        if _JATS.search(head):
            return "jats"
    if len(_HTML.findall(head)) > 2:
        return "html"
    suffix = PurePath(name.lower()).suffix
    found = _SUFFIXES.get(suffix, "text")
    if head.startswith("<?xml") and found == "text":
        raise ReadError(name, "it is XML, but neither of PubMed nor JATS nor a web page")
    return "text" if found == "pdf" else found


def _contents(text: str, form: str, name: str) -> PageContents:
    found = _found(text, form, name)
    return replace(found, title=found.title or _title(found.blocks))


def _found(text: str, form: str, name: str) -> PageContents:
    if form == "html":
        from metastasis.text._pages.html import read_html

        return read_html(text)
    if form == "jats":
        from metastasis.text._pages.xml import read_jats

        return read_jats(text, name)
    if form == "pdf" or "\f" in text:
        from metastasis.text._pages.pdf import layout_blocks

        return PageContents(layout_blocks(text))
    first = _FIRST_ADDRESS.match(text)
    return PageContents(blocks_of(text), address=first[1] if first else None)


def _cut_remarks(blocks: tuple[TextBlock, ...]) -> tuple[str, ...]:
    if len(blocks) < MOST_BLOCKS:
        return ()
    return (f"of its paragraphs, items and rows the first {MOST_BLOCKS:,} are read: divide it",)


def _title(blocks: tuple[TextBlock, ...]) -> str | None:
    """Return the first heading of the highest level."""
    headings = [block for block in blocks if block.kind == "heading" and not block.noise]
    if not headings:
        return None
    top = min(block.level for block in headings)
    return next(block.text for block in headings if block.level == top)
