"""A view: text as it is read, and where in the document each character of it stands.

A page is full of what is no text: line breaks, tags, emphasis marks, soft hyphens. Whoever reads
sees none of it; whoever checks wants to know, to the character, where it stands.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["TextView", "ViewBuilder"]

_POSITION: Final = "L"
"""An unsigned number of at least four bytes; a page has at most five million."""


class TextView:
    """Text as it is read; each character knows what it stands for in the document.

    >>> builder = ViewBuilder()
    >>> builder.add("A", 0, 1)
    >>> builder.add("&", 1, 6)
    >>> builder.add("B", 6, 7)
    >>> view = builder.view()
    >>> view.text, view.span(1, 2), view.span(0, 3)
    ('A&B', (1, 6), (0, 7))
    """

    __slots__ = ("_ends", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.text = text
        self._starts = starts
        self._ends = ends

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"<TextView of {len(self)} characters: {self.text[:40]!r}>"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return start and end in the document of a part of the text, which is not empty."""
        if isinstance(self._starts, range):
            return self._starts[start], self._ends[end - 1]
        # In a row, a cell that spans several rows may stand before all others in the document.
        return min(self._starts[start:end]), max(self._ends[start:end])

    def part(self, start: int, end: int) -> TextView:
        """Return the view of a part of the text."""
        return TextView(self.text[start:end], self._starts[start:end], self._ends[start:end])


class ViewBuilder:
    """Collects the characters of a view, in the order of reading."""

    __slots__ = ("_ends", "_starts", "_text")

    def __init__(self) -> None:
        self._text: list[str] = []
        # What stands in one piece is a range, which takes no time and no room.
        self._starts: array[int] | range = range(0)
        self._ends: array[int] | range = range(0)

    def __len__(self) -> int:
        return len(self._starts)

    def add(self, text: str, start: int, end: int) -> None:
        """Add text that stands for a span of the document.

        Where the text is as long as the span, each character stands for its own; otherwise each
        stands for the whole span, such as the letters that an entity of HTML stands for.
        """
        self._text.append(text)
        if len(text) == end - start:
            self._extend(range(start, end), range(start + 1, end + 1))
        else:
            self._extend([start] * len(text), [end] * len(text))

    def _extend(self, starts: Sequence[int], ends: Sequence[int]) -> None:
        if not self._starts and isinstance(starts, range) and isinstance(ends, range):
            self._starts, self._ends = starts, ends
            return
        if isinstance(self._starts, range) or isinstance(self._ends, range):
            self._starts, self._ends = array(_POSITION, self._starts), array(_POSITION, self._ends)
        self._starts.extend(starts)
        self._ends.extend(ends)

    def add_view(self, view: TextView, pieces: Iterable[tuple[int, int]] | None = None) -> None:
        """Add another view, or pieces of it by start and end."""
        for start, end in [(0, len(view))] if pieces is None else pieces:
            part = view.part(start, end)
            self._text.append(part.text)
            self._extend(part._starts, part._ends)  # noqa: SLF001 - its own class's builder

    def view(self) -> TextView:
        """Return what has been added as a view."""
        return TextView("".join(self._text), self._starts, self._ends)
