"""Text tables: what is needed so that engines read them right, and no more.

A clean table (UTF-8, lines that end alike, rows as long as the header) is read where it is.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metastasis._encodings import BOMS, codec_of, is_western, wide_encoding
from metastasis._errors import ReadError
from metastasis._files import blocks_of, open_to_read, packing_of
from metastasis._limits import HEADER_BYTES
from metastasis.patients._forms.beginning import head_in
from metastasis.patients._forms.copies import unpacked, with_line_feeds
from metastasis.patients._forms.headers import Head
from metastasis.patients._forms.rows import mended
from metastasis.patients._forms.survey import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["ReadyText", "TextRules", "ready_text"]

_GUESS: Final = "windows-1252"

_MOST_MENDED: Final = 1 << 30
"""In larger tables rows that do not fit are left to the engine, which ends at the first."""


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A text table as engines read it."""

    path: Path
    head: Head
    packing: str | None
    """``gzip`` or ``zstd`` where an engine is to unpack it."""
    has_breaks: bool
    """Whether a cell holds a line break."""
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """What the user and the engine say of text tables."""

    delimiter: str | None = None
    comment: str | None = None
    encoding: str | None = None
    packings: tuple[str, ...] = ("gzip", "zstd")
    """What the engine unpacks."""
    skips_lines: bool = True
    """Whether the engine can pass over lines above the header that are no comments."""


def ready_text(file: Path, told: str, rules: TextRules, new_path: Callable[[], Path]) -> ReadyText:
    """Return a text table as engines read it: the file itself, or a copy under a new path.

    ``told`` is the user's name for it.

    Raises
    ------
    ReadError
        It is empty, cut short, damaged, or in no encoding that can be told.
    TableError
        It has no header, or rows are not as long as that.
    WriteError
        There is no room for a copy.
    """
    path, (encoding, *remarks) = file, _stated_encoding(file, rules.encoding)
    if encoding is not None:
        path = with_line_feeds(file, encoding, new_path())
    head, found = _seen(path, told, rules)
    if found.bad_line is not None:
        remarks.append(_remark_on_guess(file, told, found.bad_line, rules.encoding))
        path = with_line_feeds(file, _GUESS, new_path())
        head, found = _seen(path, told, rules)
    elif found.ends not in (set(), {"\n"}, {"\r\n"}):
        path = with_line_feeds(file, "utf-8", new_path())
        head, found = _seen(path, told, rules)
    path, head, made = _with_rows_that_fit(path, told, rules, (head, found), new_path)
    if (packing := packing_of(path)) and packing not in rules.packings:
        path, packing = unpacked(path, new_path()), None
    remarks += [*head.remarks, *made]
    return ReadyText(path, head, packing, found.has_breaks, tuple(remarks))


def _seen(path: Path, told: str, rules: TextRules) -> tuple[Head, Survey]:
    """Return the head of a table of UTF-8, and what all of it shows."""
    with open_to_read(path) as stream:
        content = stream.read(HEADER_BYTES)
    is_cut = len(content) == HEADER_BYTES
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(content, final=not is_cut)
    except UnicodeDecodeError as error:
        before = len(content[: error.start].splitlines())
        is_begun = error.start and content[error.start - 1] not in b"\r\n"
        return Head((), ","), Survey(bad_line=before + (not is_begun))
    head = head_in(told, text, rules.delimiter, rules.comment, is_cut=is_cut)
    return head, survey(path, head)


def _with_rows_that_fit(
    path: Path,
    told: str,
    rules: TextRules,
    seen: tuple[Head, Survey],
    new_path: Callable[[], Path],
) -> tuple[Path, Head, tuple[str, ...]]:
    """Return a table whose rows are as long as its header, and what was done to them."""
    head, found = seen
    is_above = bool(head.titles) and not rules.skips_lines
    may_be_odd = len(head.cells) > 1 and bool(head.quote)
    is_odd = may_be_odd and not found.fits and path.stat().st_size <= _MOST_MENDED
    if not is_above and not is_odd:
        return path, head, ()
    copy = new_path()
    made = mended(path, head, copy, told)
    if made or is_above:
        return copy, replace(head, titles=0), made
    copy.unlink()  # quotation marks inside of cells only looked as if rows did not fit
    return path, head, ()


def _stated_encoding(file: Path, told: str | None) -> tuple[str | None, *tuple[str, ...]]:
    """Return the encoding that the user or the file states, None for UTF-8, and what to say."""
    with open_to_read(file) as stream:
        content = stream.read(4096)
    codec = codec_of(told) if told else None
    for mark, stated in BOMS:
        if content.startswith(mark):
            encoding = None if stated == "utf-8" else stated
            is_told = codec in (None, stated) or stated.startswith(f"{codec}-")
            said = encoding is not None or not is_told
            return encoding, *[f"read as {stated.upper()}, as it says itself"][:said]
    if codec not in (None, "utf-8"):
        return told, *[f"is UTF-8 by its bytes; read as {told}, as told"][: _is_utf8(content)]
    if told is None and (wide := wide_encoding(content)):
        return wide, f"read as {wide.upper()}, which its bytes look like"
    return (None,)


def _is_utf8(content: bytes) -> bool:
    """Return whether bytes are UTF-8 and would not be the same text in another encoding."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return False
    return not text.isascii()


def _remark_on_guess(file: Path, told: str, line: int, encoding: str | None) -> str:
    """Return the remark on a text that is read as Windows-1252, as it is not UTF-8.

    Raises
    ------
    ReadError
        It does not look like that, or the user says that it is UTF-8.
    """
    if encoding is not None or not is_western(blocks_of(file)):
        remedy = "name its encoding (--encoding, such as windows-1250), or save the file as UTF-8"
        raise ReadError(told, f"line {line} is not UTF-8; {remedy}")
    return f"read as {_GUESS}, a guess, as line {line} is not UTF-8 (--encoding names another)"
