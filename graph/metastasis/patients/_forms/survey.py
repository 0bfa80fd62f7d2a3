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
    rows: int = 0
    """Lines below the header; breaks inside cells do not count."""
    separators: int = 0
    """The same for what stands between cells."""
    has_breaks: bool = False
    """Whether a cell holds a line break."""

    def fits(self, head: Head) -> bool:
        """Return whether rows can be as long as the header; where they cannot, some are not."""
        return self.separators == self.rows * (len(head.cells) - 1)


def survey(file: Path, head: Head) -> Survey:
    """Return what all of a text table shows.

    Raises
    ------
    ReadError
        It is packed, and cut short, damaged, or unpacks to far more than tables do.
    """
    found = Survey()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    ahead, lines, is_quoted, tail = head.end, 1, False, b""
    for block in blocks_of(file):
        if found.bad_line is None:
            found.bad_line = _bad_line(utf8, block, lines)
        lines += _take_ends(found, tail[-1:] + block if tail.endswith(b"\r") else block)
        below = block[ahead:]
        ahead = max(0, ahead - len(block))
        is_quoted = _take_shape(found, below, ord(head.delimiter), is_quoted=is_quoted)
        tail = (tail + block)[-64:]
    if found.bad_line is None and utf8.getstate()[0]:
        found.bad_line = lines
    if tail.endswith(b"\r"):
        found.ends.add("\r")
    found.rows += _open_or_blank(tail)
    return found


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


def _take_shape(found: Survey, block: bytes, separator: int, *, is_quoted: bool) -> bool:
    """Count lines and separators outside of quotation marks; return whether one is open."""
    bare = block
    if is_quoted or b'"' in block:
        parts = block.split(b'"')
        bare = b"".join(parts[1 if is_quoted else 0 :: 2])
        found.has_breaks = found.has_breaks or bare.count(b"\n") != block.count(b"\n")
        is_quoted ^= len(parts) % 2 == 0
    values = np.frombuffer(bare, np.uint8)
    found.separators += int(np.count_nonzero(values == separator))
    found.rows += int(np.count_nonzero(values == _LF))
    return is_quoted


def _open_or_blank(tail: bytes) -> int:
    """Return what to add to the number of line ends for that of lines, by how the file ends."""
    ends = tail.replace(b"\r\n", b"\n")
    blank = len(ends) - len(ends.rstrip(b"\n"))
    return 1 - blank
