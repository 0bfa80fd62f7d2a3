"""Tables of marked-up pages: cells that span, headers, and tables that only place things.

Apart from the readers of HTML and XML because both have such tables.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from metastasis.text._pages.inline import concatenated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metastasis.text._pages.outline import Outline
    from metastasis.text._pages.view import TextView

__all__ = ["MarkedBlock", "MarkedTable", "TableCell"]

_MOST_COLUMNS: Final = 100  # a cell that spans more is a mistake of the page
_MOST_ROWS: Final = 10_000
_MOST_CELLS: Final = 100_000  # of one table, spanned ones counted as often as they stand there
_PROSE: Final = (
    400  # characters: a cell with more is no cell of data, where it has blocks of its own
)
_FEWEST_ROWS: Final = 3  # of a table whose first row is taken for its header by its looks


@dataclass(slots=True)
class MarkedBlock:
    """A block that a reader has found, before it has its place in the outline."""

    kind: str
    """``heading``, ``paragraph``, ``lead``, ``item``, or ``grid`` for a table."""
    view: TextView | None
    level: int = 0
    noise: str | None = None
    linked: bool = False
    """Whether all of it is a link."""
    grid: MarkedTable | None = None


@dataclass(slots=True)
class TableCell:
    """A cell, with what is in it."""

    events: list[MarkedBlock] = field(default_factory=list)
    header: bool = False
    rows: int = 1
    columns: int = 1

    @property
    def views(self) -> list[TextView]:
        """The texts in it."""
        return [event.view for event in self.events if event.view is not None]


@dataclass(slots=True)
class MarkedTable:
    """A table."""

    rows: list[list[TableCell]] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)
    """Rows that stand in the head of the table."""
    captions: list[MarkedBlock] = field(default_factory=list)
    nested: bool = False
    """Whether another table stands in it."""

    def start_row(self, *, head: bool) -> None:
        """Begin a row."""
        if head:
            self.heads.add(len(self.rows))
        self.rows.append([])

    def add(self, cell: TableCell) -> None:
        """Add a cell to the row."""
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(cell)

    @property
    def lays_out(self) -> bool:
        """Whether it only places things on the page, as tables did before there were columns."""
        filled = [row for row in self.rows if row]
        if self.nested or (
            len(filled) < 2 and not any(cell.header for row in filled for cell in row)
        ):
            return True
        if max((len(row) for row in filled), default=0) < 2 and not self.heads:
            return not all(cell.header for cell in filled[0])
        return any(
            len(cell.events) > 1 and sum(len(view) for view in cell.views) > _PROSE
            for row in filled
            for cell in row
        )

    def spanned(self) -> Iterator[tuple[int, list[TableCell | None]]]:
        """Give each row with the cells that reach into it; None for what is empty."""
        open_cells: dict[int, tuple[int, TableCell]] = {}
        count = 0
        for number, row in enumerate(self.rows):
            placed: list[TableCell | None] = []
            waiting = deque(row)
            repeats = self.is_header(number)
            while waiting or len(placed) in open_cells:
                column = len(placed)
                if column in open_cells:
                    left, cell = open_cells.pop(column)
                    placed.append(cell)
                    if left > 1:
                        open_cells[column] = left - 1, cell
                    continue
                self._place(waiting.popleft(), placed, open_cells, repeats=repeats)
            yield number, placed
            count += len(placed)
            if count > _MOST_CELLS:
                return

    def _place(
        self,
        cell: TableCell,
        placed: list[TableCell | None],
        open_cells: dict[int, tuple[int, TableCell]],
        *,
        repeats: bool,
    ) -> None:
        """Put a cell into a row, once for each column of a header, and otherwise once."""
        rows = min(cell.rows, _MOST_ROWS) if cell.rows else len(self.rows)
        for step in range(max(1, min(cell.columns, _MOST_COLUMNS))):
            if rows > 1 and step == 0:
                open_cells[len(placed)] = rows - 1, cell
            placed.append(cell if step == 0 or repeats else None)

    def is_header(self, number: int) -> bool:
        """Whether a row names the columns."""
        row = self.rows[number]
        if number in self.heads or (row and all(cell.header for cell in row) and len(row) > 1):
            return True
        if number or self.heads or len(self.rows) < _FEWEST_ROWS or len(row) < 2:
            return False
        if any(cell.header for other in self.rows[1:] for cell in other[1:]):
            return False
        texts = [view.text for cell in row for view in cell.views]
        return len(texts) == len(row) and not any(
            character.isdigit() for text in texts for character in text
        )

    def write(self, outline: Outline, noise: str | None = None) -> None:
        """Write its rows into an outline."""
        for number, cells in self.spanned():
            views = [concatenated(cell.views if cell else []) for cell in cells]
            outline.row(views, header=self.is_header(number), noise=noise)
        outline.end_table()
