"""How a text is encoded: as told, as it says itself, UTF-8, or a guess that is told.

One rule for tables and pages. What is not UTF-8 is taken for Windows-1252 only where its bytes are
what Western European words in it have: letters between letters, few of them side by side, and no
sign where a letter should be. Everything else is refused; the user knows.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis._errors import ReadError, UnknownNameError
from metastasis._files import blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["BOMS", "codec_of", "decoded", "is_western", "wide_encoding"]

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The marks of the order of bytes, and what they say."""
_SOME: Final = ("utf-8", "windows-1252", "latin-1", "utf-16", "windows-1250", "mac-roman")
_NO_TABLES: Final = ("idna", "punycode", "raw_unicode_escape", "unicode_escape")
"""Codecs of Python's that no table is written in."""

_ASCII: Final = bytes(range(128))
_LETTERS: Final = bytes(one for one in range(0xC0, 0x100) if one not in (0xD7, 0xF7))
_SIGNS: Final = bytes.fromhex(
    "80 82 84 85 91 92 93 94 95 96 97 99 a0 a1 a7 a9 aa ab ad ae"
    "b0 b1 b2 b3 b4 b5 b7 ba bb bc bd be bf d7"
)
"""Euro, quotation marks, dashes, degree, micro, fractions, and the like."""
_RARE: Final = bytes.fromhex("83 8a 8c 8e 9a 9c 9e 9f")
"""Letters of Windows-1252 among the controls of Latin-1; letters of Mac and DOS are there too."""
_UNDEFINED: Final = bytes.fromhex("81 8d 8f 90 9d")
_ODD: Final = re.compile(
    rb"[A-Za-z][\x80-\x89\x8b\x8d\x8f-\x91\x93-\x95\x98\x99\x9b\x9d\xa1-\xac\xae-\xb3\xb5-\xbf]"
    rb"[A-Za-z]"
)
"""A sign inside a word, where another encoding has a letter (apostrophes and dashes apart)."""
_RUN: Final = re.compile(rb"[\x80-\xff]{3,}")
"""Words of other scripts are made of such bytes, those of Western Europe have one or two."""


def codec_of(name: str) -> str:
    """Return Python's name of an encoding.

    >>> codec_of("Windows-1252"), codec_of("UTF8")
    ('cp1252', 'utf-8')

    Raises
    ------
    UnknownNameError
        There is no such encoding, or no table is written in it.
    """
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):  # ValueError: a NUL in it
        raise UnknownNameError("encoding", name, _SOME) from None
    if found.name in _NO_TABLES:
        raise UnknownNameError("encoding", name, _SOME)
    return found.name


def wide_encoding(head: bytes) -> str | None:
    r"""Return the encoding of a text of two bytes a character that has no mark; None if it has not.

    >>> wide_encoding("id,code\n".encode("utf-16-be")), wide_encoding(b"id,code\n")
    ('utf-16-be', None)
    """
    line = head[:200]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        blank, other = line[start::2], line[1 - start :: 2]
        if len(line) >= 8 and not any(blank) and 0 not in other:
            return encoding
    return None


@dataclass(slots=True)
class _Bytes:
    """The bytes beyond ASCII in a file, counted."""

    letters: int = 0
    signs: int = 0
    rare: int = 0
    undefined: int = 0
    others: int = 0
    runs: int = 0
    odd: int = 0
    utf8: int = 0

    def add(self, block: bytes) -> None:
        high = block.translate(None, _ASCII)
        self.letters += len(high) - len(high.translate(None, _LETTERS))
        self.signs += len(high) - len(high.translate(None, _SIGNS))
        self.rare += len(high) - len(high.translate(None, _RARE))
        self.undefined += len(high) - len(high.translate(None, _UNDEFINED))
        self.others += len(high.translate(None, _LETTERS + _SIGNS + _RARE))
        self.runs += sum(map(len, _RUN.findall(block)))
        self.odd += len(_ODD.findall(block))
        text = block.decode("utf-8", "ignore")
        self.utf8 += len(text) - sum(map(str.isascii, text)) if not text.isascii() else 0

    @property
    def are_western(self) -> bool:
        every = self.letters + self.signs + self.rare + self.others
        return (
            not (self.utf8 or self.undefined)
            and self.others + self.odd + self.runs <= 0.01 * every
            and self.rare <= self.letters
        )


def is_western(blocks: Iterable[bytes]) -> bool:
    """Return whether a text that is not UTF-8 can be taken for Windows-1252."""
    found = _Bytes()
    for block in blocks:
        if b"\0" in block:
            return False
        if not block.isascii():
            found.add(block)
    return found.are_western


def decoded(file: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file, block by block, without a mark of the order of bytes.

    Raises
    ------
    ReadError
        It is not in this encoding; the message names the first line at fault.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    line, is_first = 1, True
    try:
        for block in blocks_of(file):
            text = decoder.decode(block)
            yield text.removeprefix("\ufeff") if is_first else text
            is_first = is_first and not text
            line += text.count("\n") + text.count("\r") - text.count("\r\n")
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(encoding, "replace")
        line += before.count("\n") + before.count("\r") - before.count("\r\n")
        reason = f"line {line} is not {encoding}: name its encoding (--encoding)"
        raise ReadError(file, reason) from None
