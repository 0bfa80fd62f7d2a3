"""One look at all of a text table: whether it is UTF-8, how its lines end, and whether rows fit.

Apart because every byte passes here, at some gigabytes a second, and nothing slower may be added.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis._files import blocks_of

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.patients._forms.headers import Head

__all__ = ["Survey", "survey"]

_LF: Final = ord("\n")
_CR: Final = ord("\r")


@dataclass(slots=True)
class Survey:
    """What all of a text table shows."""

    bad_line: int | None = None
    """The first line that is not UTF-8."""
    ends: set[str] = field(default_factory=set)
    """How lines end; breaks inside cells count too."""
    fits: bool = True
    """Whether rows can be as long as the header; where they cannot, some are not."""
    has_breaks: bool = False
    """Whether a cell holds a line break."""


@dataclass(slots=True)
class _Shape:
    """How many lines and separators are below a header."""

    width: int
    rows: int = 0
    separators: int = 0
    quoted: int = 0
    """Separators between quotation marks, as where every cell has them."""
    has_quotes: bool = False

    def fits(self) -> bool:
        """Return whether so many separators can be those of so many lines."""
        return self.rows * (self.width - 1) in (self.separators, self.quoted)


def survey(file: Path, head: Head) -> Survey:
    """Return what all of a text table shows.

    Raises
    ------
    ReadError
        It is packed, and cut short, damaged, or unpacks to far more than tables do.
    """
    found, shape = Survey(), _Shape(len(head.cells))
    utf8 = codecs.getincrementaldecoder("utf-8")()
    ahead, lines, tail = head.end, 1, b""
    for block in blocks_of(file):
        if found.bad_line is None:
            found.bad_line = _bad_line(utf8, block, lines)
        lines += _take_ends(found, tail[-1:] + block if tail.endswith(b"\r") else block)
        _take_shape(shape, block[ahead:] if ahead else block, head.delimiter.encode(), tail)
        ahead = max(0, ahead - len(block))
        tail = (tail + block)[-64:]
    if found.bad_line is None and utf8.getstate()[0]:
        found.bad_line = lines
    if tail.endswith(b"\r"):
        found.ends.add("\r")
    shape.rows += _open_or_blank(tail)
    found.fits = shape.fits()
    if not found.fits and shape.has_quotes:
        _look_closer(found, file, head)
    return found


def _look_closer(found: Survey, file: Path, head: Head) -> None:
    """Find whether rows fit where what is inside of quotation marks does not count."""
    shape, breaks, ahead, is_quoted, tail = _Shape(len(head.cells)), 0, head.end, False, b""
    for block in blocks_of(file):
        parts = block[ahead:].split(b'"')
        ahead = max(0, ahead - len(block))
        bare = b"".join(parts[1 if is_quoted else 0 :: 2])
        breaks += sum(part.count(b"\n") for part in parts[0 if is_quoted else 1 :: 2])
        is_quoted ^= len(parts) % 2 == 0
        _take_shape(shape, bare, head.delimiter.encode(), b"")
        tail = (tail + block)[-64:]
    shape.rows += _open_or_blank(tail)
    found.fits, found.has_breaks = shape.fits(), breaks > 0


def _bad_line(utf8: codecs.IncrementalDecoder, block: bytes, lines: int) -> int | None:
    if block.isascii() and not utf8.getstate()[0]:
        return None
    try:
        utf8.decode(block)
    except UnicodeDecodeError as error:
        return lines + len(error.object[: error.start].splitlines()[1:])
    return None


def _take_ends(found: Survey, block: bytes) -> int:
    """Note how lines end in a block; return how many do. A return at its end waits."""
    values = np.frombuffer(block, np.uint8)
    feeds = int(np.count_nonzero(values == _LF))
    if b"\r" not in block:
        found.ends |= {"\n"} if feeds else set()
        return feeds
    both = block.count(b"\r\n")
    returns = int(np.count_nonzero(values == _CR)) - both - block.endswith(b"\r")
    counts = {"\r\n": both, "\r": returns, "\n": feeds - both}
    found.ends |= {end for end, number in counts.items() if number}
    return feeds + returns


def _take_shape(shape: _Shape, block: bytes, separator: bytes, before: bytes) -> None:
    """Count lines and separators; ``before`` is the end of the block before."""
    values = np.frombuffer(block, np.uint8)
    shape.separators += int(np.count_nonzero(values == ord(separator)))
    shape.rows += int(np.count_nonzero(values == _LF))
    if b'"' in block:
        shape.has_quotes = True
        shape.quoted += (before[-2:] + block).count(b'"' + separator + b'"')


def _open_or_blank(tail: bytes) -> int:
    """Return what to add to the number of line ends for that of lines, by how the file ends."""
    ends = tail.replace(b"\r\n", b"\n")
    blank = len(ends) - len(ends.rstrip(b"\n"))
    return 1 - blank
