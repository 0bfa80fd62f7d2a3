"""Plain text and Markdown, cut into blocks.

Most pages come as somebody's copy: headings without marks, lists without bullets, tables whose
cells have run together. What a line is, its neighbors say.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.flat_tables import is_glued, is_header, number_cells, rows_of
from metastasis.text._pages.inline import Piece, inline_view
from metastasis.text._pages.line_groups import BULLET, line_groups_of
from metastasis.text._pages.lines import lines_of
from metastasis.text._pages.outline import Outline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metastasis.text._pages.block import TextBlock
    from metastasis.text._pages.line_groups import LineGroup
    from metastasis.text._pages.lines import TextLine
    from metastasis.text._pages.view import TextView

__all__ = ["blocks_of", "blocks_of_lines"]

_FLAT_RUN: Final = 4  # lines that stand alone, one after the other: no headings, but a list
_TIGHT_RUN: Final = 3  # the same where no blank lines are between
_MOST_PARTS: Final = 200  # cells of a row, or bullets in a line
_SENTENCE: Final = 6  # blanks: a line with as many and a colon is a sentence rather than a label
_MOSTLY: Final = 0.75  # of the lines of a list of links look like titles
_LEAST_ROWS: Final = 3

_HYPHENATED: Final = re.compile(r"[^\W\d_]{1,40}-[^\W\d_]{1,40}")


def blocks_of(document: str) -> tuple[TextBlock, ...]:
    r"""Cut a plain text, or one of Markdown, into blocks.

    >>> for block in blocks_of("Spread\n\nIt spreads to:\n- the lung\n- the liver"):
    ...     print(block.kind, block.lead, block.text)
    heading None Spread
    paragraph None It spreads to:
    item 1 the lung
    item 1 the liver
    """
    return blocks_of_lines(document, lines_of(document))


def blocks_of_lines(document: str, lines: Iterable[TextLine]) -> tuple[TextBlock, ...]:
    """Cut lines of a document into blocks, in the order in which they are given."""
    return _Writer(document, line_groups_of(lines)).blocks()


class _Hyphenated:
    """The words with a hyphen on a page, looked for only where a line ends in one."""

    def __init__(self, document: str) -> None:
        self._document = document
        self._words: frozenset[str] | None = None

    def __contains__(self, word: object) -> bool:
        if self._words is None:
            found = _HYPHENATED.findall(self._document)
            self._words = frozenset(one.lower() for one in found)
        return word in self._words


class _Writer:
    """Asks the neighbors of each group what it is, and writes the outline."""

    def __init__(self, document: str, groups: Sequence[LineGroup]) -> None:
        self._document = document
        self._groups = groups
        self._known = _Hyphenated(document)
        self._outline = Outline()
        self._pending = 0
        """The level of a heading whose text comes in the next line."""
        self._explicit = 0
        """The level of the last heading with marks."""
        self._indents: list[tuple[int, str]] = []
        self._opened: int | None = None
        """The level at which an item has opened a list that is not indented."""

    def blocks(self) -> tuple[TextBlock, ...]:
        at = 0
        while at < len(self._groups) and not self._outline.full:
            at = self._write(at)
        return self._outline.blocks

    def _write(self, at: int) -> int:
        group = self._groups[at]
        if group.look != "item":
            self._indents.clear()
            self._opened = None
        if group.look == "heading":
            self._heading(group)
        elif group.look == "item":
            self._item(at)
        elif group.look == "row":
            self._table(group)
        elif group.look == "aside":
            self._outline.aside(self._view(group.lines), group.first.mark)
        elif self._pending and group.look == "text" and len(group.lines) == 1:
            self._explicit = self._pending
            self._outline.heading(self._view(group.lines), self._pending)
            self._pending = 0
        elif group.look == "text":
            return self._text(at)
        return at + 1

    def _view(self, lines: Sequence[TextLine]) -> TextView:
        pieces = [Piece(line.start, line.end) for line in lines]
        return inline_view(self._document, pieces, self._known)

    def _heading(self, group: LineGroup) -> None:
        line = group.first
        if line.look != "heading":  # underlined
            self._explicit = 1 if group.last.text.startswith("=") else 2
            self._outline.heading(self._view([line]), self._explicit)
        elif line.text:
            self._explicit = line.level
            self._outline.heading(self._view([line]), line.level)
        else:
            self._pending = line.level

    def _label_heading(self, group: LineGroup) -> None:
        level = self._explicit + 1 if self._explicit else (2 if self._outline.level else 1)
        self._outline.heading(self._view(group.lines), min(level, 6))

    def _item(self, at: int) -> None:
        group = self._groups[at]
        line = group.first
        level = self._level(line)
        following = self._groups[at + 1] if at + 1 < len(self._groups) else None
        opens = line.leads or (following is not None and _is_numbered_head(line, following.first))
        if self._opened is not None and level == self._opened:
            level += 0 if opens else 1
        self._outline.item(self._view(group.lines), level)
        if opens and following and following.look == "item":
            base = self._level_of(line)
            if following.first.indent <= line.indent:
                self._opened = base
            else:
                self._opened = None

    def _level_of(self, line: TextLine) -> int:
        return sum(indent <= line.indent for indent, _ in self._indents) or 1

    def _level(self, line: TextLine) -> int:
        """Return how deep an item is nested, as its indentation says."""
        root = self._indents[0] if self._indents else None
        if root and line.indent < root[0] and line.mark != root[1]:
            return len(self._indents)  # another hand wrote it: it stays where it stands
        while self._indents and self._indents[-1][0] > line.indent:
            self._indents.pop()
        if not self._indents or self._indents[-1][0] < line.indent:
            self._indents.append((line.indent, line.mark))
        return len(self._indents)

    def _table(self, group: LineGroup) -> None:
        rows = [line for line in group.lines if line.look == "row"]
        divided = len(group.lines) > 1 and group.lines[1].look == "divider"
        if len(rows) == 1 and not divided and not rows[0].text.startswith("|"):
            self._outline.paragraph(self._view(rows))
            return
        cells = [_cells(line) for line in rows]
        plain = not any(character.isdigit() for character in rows[0].text)
        for number, row in enumerate(cells):
            views = [inline_view(self._document, [piece]) for piece in row]
            self._outline.row(views, header=number == 0 and (divided or (plain and len(rows) > 2)))
        self._outline.close()

    def _text(self, at: int) -> int:
        group = self._groups[at]
        parts = _labelled(group)
        if parts:
            self._bulleted(parts)
            return at + 1
        run = self._run(at)
        if group.last.leads and not group.label:
            self._outline.paragraph(self._view(group.lines))
            return self._flat(at + 1)
        if group.label and group.last.leads:
            return self._lead(at)
        if group.title and not self._outline.level and at + 1 < len(self._groups):
            self._outline.heading(self._view(group.lines), 1)
            return at + 1
        if not group.label:
            self._outline.paragraph(self._view(group.lines))
            return at + 1
        if links := self._links(at):
            return links
        tight = all(not label.blank_before for label in self._groups[at + 1 : at + run])
        if run >= (_TIGHT_RUN if tight else _FLAT_RUN):
            self._label_heading(group)
            return self._flat(at + 1)
        if at + 1 < len(self._groups):
            self._label_heading(group)
        else:
            self._outline.paragraph(self._view(group.lines))
        return at + 1

    def _lead(self, at: int) -> int:
        """Write a short line with a colon: what follows is its list, or its section."""
        group = self._groups[at]
        following = self._groups[at + 1] if at + 1 < len(self._groups) else None
        is_sentence = group.first.asks or group.first.text.count(" ") >= _SENTENCE
        if is_sentence or (following is not None and following.look != "text"):
            self._outline.paragraph(self._view(group.lines))
        else:
            self._label_heading(group)
        return self._flat(at + 1)

    def _links(self, at: int) -> int:
        """Write titles of other pages, one after the other; return where they end, 0 for none."""
        end = at
        while (
            end < len(self._groups) and self._groups[end].label and not self._groups[end].last.leads
        ):
            end += 1
        if end - at < _FLAT_RUN:
            return 0
        if self._is_heading_of(end - 1):
            end -= 1
        groups = self._groups[at:end]
        if sum(_is_title(group.first.text) for group in groups) < _MOSTLY * len(groups):
            return 0
        for group in groups:
            self._outline.paragraph(self._view(group.lines), "links")
        return end

    def _end_of(self, at: int, is_one: Callable[[LineGroup], bool]) -> int:
        """Return where groups of a kind end that stand one after the other."""
        places = range(at, len(self._groups))
        return next((end for end in places if not is_one(self._groups[end])), len(self._groups))

    def _run(self, at: int) -> int:
        """Return how many labels stand one after the other."""
        end = at
        while end < len(self._groups) and self._groups[end].label and end - at < _FLAT_RUN:
            if self._groups[end].last.leads and end > at:
                break
            end += 1
        return end - at

    def _flat(self, at: int) -> int:
        """Write a list, or a table, that has lost its marks; return where it ends."""
        end = at
        while (
            end < len(self._groups) and self._groups[end].flat and not self._groups[end].last.leads
        ):
            end += 1
        if end > at and self._is_heading_of(end - 1):
            end -= 1
        groups = self._groups[at:end]
        if not groups:
            return at
        if rows := rows_of(groups):
            self._flat_table(rows)
        elif len(groups) >= _LEAST_ROWS and is_glued(groups[0]):
            for number, group in enumerate(groups):
                self._outline.loose_row(self._view(group.lines), header=number == 0)
            self._outline.close()
        else:
            self._flat_items(groups)
        return end

    def _flat_items(self, groups: Sequence[LineGroup]) -> None:
        """Write items; where some of them name columns and have numbers, rows."""
        at = 0
        while at < len(groups):
            lines = (groups[number].first for number in range(at, len(groups)))
            rows = number_cells(lines) if is_header(groups[at]) else []
            for number, pieces in enumerate(rows):
                views = [inline_view(self._document, [piece]) for piece in pieces]
                self._outline.row(views, header=number == 0)
            if not rows:
                self._outline.item(self._view(groups[at].lines))
            at += len(rows) or 1

    def _flat_table(self, rows: Sequence[Sequence[LineGroup]]) -> None:
        for number, row in enumerate(rows):
            views = [self._view(group.lines) for group in row]
            noise = None if len(row) == len(rows[0]) else "incomplete_row"
            self._outline.row(views, header=number == 0, noise=noise)
        self._outline.close()

    def _is_heading_of(self, at: int) -> bool:
        """Tell whether the last line of a list without marks heads what comes after it."""
        if at + 1 >= len(self._groups) or not self._groups[at].label:
            return False
        following = self._groups[at + 1]
        if following.look != "text":
            return following.look in ("item", "row")
        if not following.blank_before:
            return not self._groups[at].first.text[-1:].isdigit()
        words = set(re.findall(r"[a-z]{4,}", self._groups[at].first.text.lower()))
        return bool(words & set(re.findall(r"[a-z]{4,}", following.first.text[:80].lower())))

    def _bulleted(self, parts: Sequence[Piece]) -> None:
        """Write a line that holds a label, and items with bullets."""
        label, *items = parts
        if label.end > label.start:
            self._outline.item(inline_view(self._document, [label]), 1)
        for piece in items:
            self._outline.item(inline_view(self._document, [piece]), 2)


def _is_title(text: str) -> bool:
    """Tell whether a line looks like the title of another page: a question, or In Capitals."""
    words = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    capital = sum(word[0].isupper() for word in words)
    return len(words) > 1 and text.count(" ") > 2 and (text.endswith("?") or capital == len(words))


def _labelled(group: LineGroup) -> list[Piece]:
    """Return the label of a line and the items after its bullets; nothing if it has none."""
    line = group.first
    if not any(bullet in line.text for bullet in "•▪◦"):
        return []
    places = [match.start() for match in itertools.islice(BULLET.finditer(line.text), _MOST_PARTS)]
    if len(group.lines) > 1 or not places:
        return []
    bounds = [-1, *places, len(line.text)]
    return [
        Piece(line.start + first + 1, line.start + end) for first, end in itertools.pairwise(bounds)
    ]


_WALL: Final = re.compile(r"(?<!\\)\|")
_TABS: Final = re.compile(r"\t+")
_WIDE: Final = re.compile(r" {3,}")


def _cells(line: TextLine) -> list[Piece]:
    """Return where the cells of a row stand."""
    walls = _WIDE if line.mark == "wide" else _WALL if "|" in line.text else _TABS
    found = itertools.islice(walls.finditer(line.text), _MOST_PARTS)
    bounds = [(0, 0), *(match.span() for match in found), (len(line.text), len(line.text))]
    cells = [
        Piece(line.start + first, line.start + end)
        for (_, first), (end, _) in itertools.pairwise(bounds)
    ]
    if walls is _WALL and line.text.startswith("|"):
        cells = cells[1 : -1 if line.text.endswith("|") else None]
    return cells


def _is_numbered_head(line: TextLine, following: TextLine) -> bool:
    """Return whether a number heads the bullets after it: "2. Sites of metastasis", "- liver"."""
    is_bullet = following.look == "item" and not any(map(str.isalnum, following.mark))
    return line.mark[:1].isdigit() and is_bullet and line.short and not line.ends
