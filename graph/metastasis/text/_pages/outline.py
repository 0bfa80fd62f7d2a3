"""An outline: takes headings, paragraphs, items and rows in order, and knows what leads to what.

Every form of page is read into one: plain text, Markdown, HTML, XML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.block import TextBlock
from metastasis.text._pages.noise import closing_section, is_entry, noise_of
from metastasis.text._pages.view import ViewBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._pages.block import Kind
    from metastasis.text._pages.view import TextView

__all__ = ["CELL_BOUNDARY", "MOST_BLOCKS", "Outline"]

MOST_BLOCKS: Final = 20_000
"""What is read of a page at most. The longest article of a journal has a tenth as many."""

CELL_BOUNDARY: Final = " | "
"""What stands between two cells in the text of a row."""

_DEEPEST: Final = 6  # a list that is nested deeper is a page that went wrong
_LEADING: Final = re.compile(
    r"\b(?:following|as follows|include[sd]?|including|these are|such as|are|listed)\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”\u2019)\]]{0,3}$")


class Outline:
    """Collects the blocks of a page."""

    def __init__(self) -> None:
        self._blocks: list[TextBlock] = []
        self._headings: list[int] = []
        self._items: list[int] = []
        """The item that is open at each level of the list."""
        self._closing: tuple[int, str] | None = None
        """The level of a heading under which nothing is text, and why."""
        self._list_lead: int | None = None
        self._leader: int | None = None
        """A paragraph that is known to lead: the caption of a table."""
        self._table: int | None = None
        self._header: int | None = None

    def __len__(self) -> int:
        return len(self._blocks)

    @property
    def blocks(self) -> tuple[TextBlock, ...]:
        """What has been collected."""
        return tuple(self._blocks)

    @property
    def full(self) -> bool:
        """Whether no more is taken."""
        return len(self._blocks) >= MOST_BLOCKS

    @property
    def level(self) -> int:
        """The level of the heading that is open; 0 for none."""
        return self._blocks[self._headings[-1]].level if self._headings else 0

    def heading(self, view: TextView, level: int, noise: str | None = None) -> None:
        """Add a heading; it closes those of its level and below.

        One that is noise heads nothing. One such as "References" makes noise of what follows.
        """
        self.close()
        if not view.text:
            return
        if self._closing and level <= self._closing[0]:
            self._closing = None
        reason = closing_section(view.text)
        noise = noise or reason or noise_of(view.text)
        if noise:
            self._add("heading", view, level=level, lead=None, noise=noise)
        else:
            while self._headings and self._blocks[self._headings[-1]].level >= level:
                self._headings.pop()
            self._add("heading", view, level=level, lead=None)
            if not self.full:
                self._headings.append(len(self._blocks) - 1)
        if reason:
            self._closing = (level, reason)

    def paragraph(self, view: TextView, noise: str | None = None, *, leads: bool = False) -> None:
        """Add a paragraph; it ends a list and a table. ``leads`` says that it opens the next."""
        self.close()
        if view.text:
            self._add("paragraph", view, lead=None, noise=noise)
            self._leader = len(self._blocks) - 1 if leads else None

    def aside(self, view: TextView, noise: str) -> None:
        """Add what stands in the middle of something else, and is no part of it."""
        if view.text:
            self._add("paragraph", view, lead=None, noise=noise)

    def item(self, view: TextView, level: int = 1, noise: str | None = None) -> None:
        """Add an item of a list, nested as deep as ``level`` says."""
        if not view.text:
            return
        self.end_table()
        if not self._items:
            self._list_lead = self._leading()
        level = max(1, min(level, len(self._items) + 1, _DEEPEST))
        del self._items[level - 1 :]
        lead = self._items[-1] if self._items else self._list_lead
        self._add("item", view, level=level, lead=lead, noise=noise)
        self._items.append(len(self._blocks) - 1)

    def row(
        self, cells: Sequence[TextView], *, header: bool = False, noise: str | None = None
    ) -> None:
        """Add a row of a table by its cells; ``header`` says that it names the columns."""
        view, places = _row_of(cells)
        if view.text.strip(CELL_BOUNDARY):
            self._row(view, places, header=header, noise=noise)

    def loose_row(self, view: TextView, *, header: bool = False) -> None:
        """Add a row of a table whose cells have run together."""
        if view.text:
            self._row(view, (), header=header)

    def close(self) -> None:
        """End the list and the table that are open."""
        self._items.clear()
        self.end_table()

    def end_table(self) -> None:
        """End the table that is open."""
        self._table = self._header = None

    def _row(
        self,
        view: TextView,
        cells: tuple[tuple[int, int], ...],
        *,
        header: bool,
        noise: str | None = None,
    ) -> None:
        self._items.clear()
        if self._table is None:
            self._table = len(self._blocks)
            before = self._leading()
        else:
            before = self._blocks[self._table].lead
        lead = self._header if self._header is not None and not header else before
        self._add("row", view, lead=lead, cells=cells, noise=noise)
        if header:
            self._header = len(self._blocks) - 1

    def _leading(self) -> int | None:
        """Return the block that leads to a list or table that starts here."""
        section = self._headings[-1] if self._headings else None
        last = len(self._blocks) - 1
        while last >= 0 and last != section and self._blocks[last].noise:
            last -= 1
        if last < 0 or last == section:
            return section
        before = self._blocks[last]
        if last == self._leader:
            return last
        if before.kind in ("row", "item"):
            return last if before.kind == "item" and before.text.endswith(":") else section
        return last if _may_lead(before.text) else section

    def _add(
        self,
        kind: Kind,
        view: TextView,
        *,
        lead: int | None,
        level: int = 0,
        cells: tuple[tuple[int, int], ...] = (),
        noise: str | None = None,
    ) -> None:
        if self.full:
            return
        above = [one for one in self._headings if self._blocks[one].level < level]
        headings = above if kind == "heading" else self._headings
        noise = noise or noise_of(view.text)
        if view.text.endswith(":") or kind == "row":  # something new begins, under whatever heading
            self._closing = None
        if not noise and self._closing and is_entry(kind, view.text):
            noise = self._closing[1]
        self._blocks.append(
            TextBlock(
                kind=kind,
                view=view,
                level=level,
                section=headings[-1] if headings else None,
                lead=lead,
                cells=cells,
                noise=noise,
            )
        )


def _may_lead(text: str) -> bool:
    if text.endswith(":") or not _SENTENCE_END.search(text[-8:]):
        return True
    last = text[-300:]
    cut = max(last.rfind(". ", 0, -1), last.rfind("? ", 0, -1))
    return bool(_LEADING.search(last[cut + 1 :]))


def _row_of(cells: Sequence[TextView]) -> tuple[TextView, tuple[tuple[int, int], ...]]:
    builder = ViewBuilder()
    places: list[tuple[int, int]] = []
    at = next((cell.span(0, 1)[0] for cell in cells if cell.text), 0)
    for number, cell in enumerate(cells):
        if number:
            builder.add(CELL_BOUNDARY, at, at)
        first = len(builder)
        builder.add_view(cell)
        places.append((first, len(builder)))
        if cell.text:
            at = cell.span(len(cell) - 1, len(cell))[1]
    return builder.view(), tuple(places)
