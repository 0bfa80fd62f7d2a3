"""A page: bytes, decoded, and cut into blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metastasis.text._pages.block import TextBlock

__all__ = ["PageContents", "TextPage"]


@dataclass(frozen=True, slots=True)
class PageContents:
    """What the reader of one form finds in a page."""

    blocks: tuple[TextBlock, ...]
    title: str | None = None
    address: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """A page as it was read. Positions of readings count the characters of ``document``."""

    name: str
    """How it was given: a path, ``-`` for standard input; with the record where a file has many."""
    document: str
    """The decoded text: the source of HTML and XML, tags included; what was extracted of a PDF."""
    sha256: str
    """Of the bytes as read."""
    blocks: tuple[TextBlock, ...]
    form: str = "text"
    """``text``, ``markdown``, ``html``, ``pubmed``, ``jats`` or ``pdf``."""
    size: int = 0
    """In bytes."""
    encoding: str = "utf-8"
    """How it was decoded."""
    remarks: tuple[str, ...] = ()
    """What was assumed or cut, a sentence each."""
    address: str | None = None
    """Where on the web it stands, as far as the page or the caller says."""
    title: str | None = None
