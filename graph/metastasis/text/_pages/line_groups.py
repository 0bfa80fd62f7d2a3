"""Lines of text that belong together, before their neighbors are asked what they are.

Apart from the reader of blocks because this knows what wraps a line, and that what follows what.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.outline import MOST_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis.text._pages.lines import Look, TextLine

__all__ = ["BULLET", "LineGroup", "line_groups_of"]

_WRAPPED: Final = 140  # columns: whoever wraps lines wraps them before
_FULL: Final = 0.9  # of the width: a line to which the next word would not have been added
_CLEAR: Final = 40  # characters: a line this long is no name in a list of names
_FLAT_ITEM: Final = 300  # characters: what is longer is a paragraph
_TITLE: Final = 200  # characters
_MOST_HELD: Final = 2_000  # lines of one paragraph
_ASIDE: Final = re.compile(r"\[|https?://|www\.")
BULLET: Final = re.compile(r"(?:(?<=\s)|(?<=[a-z]))[•▪◦]")


@dataclass(slots=True)
class LineGroup:
    """Lines that belong together, before their neighbors are asked what they are."""

    look: Look
    lines: list[TextLine]
    blank_before: bool

    @property
    def first(self) -> TextLine:
        return self.lines[0]

    @property
    def last(self) -> TextLine:
        return self.lines[-1]

    @property
    def label(self) -> bool:
        """Whether it may be a heading, or an item that has lost its mark."""
        line = self.first
        return (
            self.look == "text"
            and len(self.lines) == 1
            and line.short
            and not (line.ends and not line.text.endswith("?"))
            and not line.text.endswith((",", ";"))
            and not _ASIDE.match(line.text)
        )

    @property
    def title(self) -> bool:
        """Whether it may be the title of a page, which may be longer than other headings."""
        line = self.first
        plain = self.look == "text" and len(self.lines) == 1 and not line.ends and not line.leads
        return plain and len(line.text) <= _TITLE and not _ASIDE.match(line.text)

    @property
    def flat(self) -> bool:
        """Whether it may be an item of a list without marks."""
        size = sum(len(line.text) for line in self.lines)
        return self.look == "text" and size <= _FLAT_ITEM and not self.last.ends


def line_groups_of(lines: Iterable[TextLine]) -> list[LineGroup]:
    """Put lines together that belong together."""
    collector = _Collector()
    for line in lines:
        if len(collector.groups) > MOST_BLOCKS:
            break
        collector.take(line)
    collector.flush()
    return collector.groups


class _Collector:
    """Takes lines in order; holds those of a paragraph until it ends."""

    def __init__(self) -> None:
        self.groups: list[LineGroup] = []
        self._held: list[TextLine] = []
        self._asides: list[LineGroup] = []
        self._blank = True
        """Whether the line before was blank."""
        self._held_blank = True
        """Whether that before the lines that are held was."""

    def take(self, line: TextLine) -> None:
        if line.look == "none":  # signs without a letter or a digit
            return
        if line.look == "aside":  # at the end of a printed page, in the middle of a sentence
            self._asides.append(LineGroup("aside", [line], blank_before=True))
            return
        if line.look == "text":
            self._take_text(line)
        elif line.look == "underline" and len(self._held) == 1 and self._held[0].short:
            self.groups.append(LineGroup("heading", [*self._held, line], self._held_blank))
            self._held = []
        else:
            self._take_marked(line)
        self._blank = line.look in ("blank", "rule")

    def flush(self) -> None:
        """End the paragraph that is held."""
        if _is_table(self._held):
            rows = [line._replace(look="row", mark=_mark(line)) for line in self._held]
            self.groups.append(LineGroup("row", rows, self._held_blank))
        elif self._held:
            self.groups.extend(_paragraphs(self._held, blank=self._held_blank))
        self.groups += self._asides
        self._held, self._asides = [], []

    def _take_text(self, line: TextLine) -> None:
        if not self._held:
            self._held_blank = self._blank
            item = self.groups[-1] if self.groups and not self._blank else None
            if item and item.look == "item" and _stays(item, line):
                item.lines.append(line)
                return
        self._held.append(line)
        if len(self._held) >= _MOST_HELD:
            self.flush()

    def _take_marked(self, line: TextLine) -> None:
        self.flush()
        last = self.groups[-1] if self.groups and not self._blank else None
        if line.look in ("row", "divider") and last and last.look == "row":
            if len(last.lines) < MOST_BLOCKS:
                last.lines.append(line)
        elif line.look in ("heading", "item", "row"):
            self.groups.append(LineGroup(line.look, [line], self._blank))


_GAP: Final = re.compile(r" {3,}")
_FEWEST_ROWS: Final = 3
_LONGEST_CELL: Final = 30  # characters of a first cell: a column of prose is wider


def _is_table(lines: Sequence[TextLine]) -> bool:
    """Tell whether lines are rows: with one wall each, or with a gap at the same place in all."""
    if len(lines) < _FEWEST_ROWS:
        return False
    if all(line.text.count(" | ") == 1 for line in lines):
        return True
    gaps = [_GAP.search(line.text[: _LONGEST_CELL * 3]) for line in lines]
    places = {
        line.indent + gap.end() if gap and gap.start() <= _LONGEST_CELL else None
        for line, gap in zip(lines, gaps, strict=True)
    }
    return len(places) == 1 and None not in places


def _mark(line: TextLine) -> str:
    return "" if " | " in line.text else "wide"


def _stays(item: LineGroup, line: TextLine) -> bool:
    """Tell whether a line goes on with the item before it."""
    last = item.last
    if line.indent > item.first.indent + 1:
        return not last.leads
    return not last.leads and (last.open or (line.continues and len(last.text) > _CLEAR))


def _paragraphs(lines: Sequence[TextLine], *, blank: bool) -> list[LineGroup]:
    """Cut lines without a blank line between them into paragraphs."""
    width = max(len(line.text) for line in lines)
    pairs = list(itertools.pairwise(lines))
    clear = sum(line.open or (after.continues and not line.ends) for line, after in pairs)
    wrapped = width <= _WRAPPED and clear * 3 >= len(pairs)
    groups = [LineGroup("text", [lines[0]], blank)]
    for line, after in pairs:
        if _joins(line, after, width if wrapped else 0):
            groups[-1].lines.append(after)
        else:
            groups.append(LineGroup("text", [after], blank_before=False))
    return groups


def _joins(line: TextLine, after: TextLine, width: int) -> bool:
    """Tell whether a line break is only where the page was full."""
    if line.leads or _ASIDE.match(line.text) or BULLET.search(line.text):
        return False
    if BULLET.search(after.text):
        return False
    if line.open:
        return True
    if after.continues:
        return line.ends or len(line.text) > _CLEAR or len(after.text) > _CLEAR
    word = after.text.partition(" ")[0]
    return bool(width) and len(line.text) + 1 + len(word) > _FULL * width > _CLEAR * _FULL
