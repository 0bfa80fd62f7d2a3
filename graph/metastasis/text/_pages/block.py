"""A block: a heading, a paragraph, an item of a list or a row of a table, as a reader sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from metastasis.text._pages.view import TextView

__all__ = ["Kind", "TextBlock"]

Kind = Literal["heading", "paragraph", "item", "row"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """A part of a page that is read as one piece. Its text is on one line, blanks are single."""

    kind: Kind
    view: TextView
    level: int = 0
    """Of a heading, 1 to 6; of an item, how deep it is nested, from 1; 0 of all else."""
    section: int | None = None
    """The index of the heading that it stands under: for a heading, the one above it."""
    lead: int | None = None
    """The index of the block that leads to it: of an item, the paragraph, heading or outer item
    that opens its list; of a row, the header row of its table, or else what stands before it."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a row: start and end of each cell in the text. Empty cells have start = end."""
    noise: str | None = None
    """Why it is not read (``boilerplate``, ``spam``, ``other_script`` …); None if it is."""

    @property
    def text(self) -> str:
        """The text as it is read."""
        return self.view.text
