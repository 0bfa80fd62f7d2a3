"""A flow between rows and what columns publish: how far a number in a table may move.

Apart from the suppression because it knows nothing of patients. In a table of which some sums are
published, a number can be another one where a circle of others moves with it, by turns up and down
(Cox, Journal of the American Statistical Association 75:377, 1980). How far in all is a maximum
flow, found here by the shortest paths that are left (Edmonds and Karp, 1972).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

__all__ = ["FlowNetwork"]


_NO_COLUMN: Final = -1


class _Arc(NamedTuple):
    """A step of a path: what moves in the table, or nothing at no cost."""

    row: int
    column: int
    falls: bool


@dataclass(slots=True)
class FlowNetwork:
    """Rows and classes (the sums that are published of a column), and what may move between them.

    >>> fall, rise = np.array([[0, 3], [5, 9]]), np.array([[0, 9], [9, 9]])
    >>> FlowNetwork(fall, rise, np.array([[0, 0], [0, 0]]), np.array([False, False])).push(0, 0, 9)
    3
    """

    OUTSIDE: ClassVar[int] = -1
    """The class of what no sum is published of: anything may come from there and go there."""

    fall: Any
    """By row and column, how far a number may fall, which leads from its row to its class."""
    rise: Any
    """How far it may rise, which leads back."""
    classes: Any
    """The class of each number: of those of a column that are alike, one sum is published."""
    unbound: Any
    """Whether no sum of the row is published."""

    def __post_init__(self) -> None:
        columns = np.arange(self.classes.shape[1])[None, :]
        named = 1 + columns + self.classes * columns.size
        self.classes = np.where(self.classes == self.OUTSIDE, 0, named)

    def push(self, row: int, column: int, most: int) -> int:
        """Return how much can move from a row to the class of its number, and move it."""
        moved = 0
        while moved < most:
            path = self._path(row, int(self.classes[row, column]))
            if path is None:
                break
            amount = min([most - moved, *(self._room(arc) for arc in path)])
            for arc in path:
                if arc.column != _NO_COLUMN:
                    sign = 1 if arc.falls else -1
                    self.fall[arc.row, arc.column] -= sign * amount
                    self.rise[arc.row, arc.column] += sign * amount
            moved += amount
        return moved

    def _room(self, arc: _Arc) -> int:
        if arc.column == _NO_COLUMN:
            return int(np.iinfo(np.int64).max)
        return int((self.fall if arc.falls else self.rise)[arc.row, arc.column])

    def _path(self, row: int, target: int) -> list[_Arc] | None:
        """Return the shortest path that has room, or None."""
        ways = _Ways(len(self.unbound), int(self.classes.max()) + 1)
        ways.row_known[row] = True
        front = np.array([row])
        while front.size:
            new = self._classes_from(front, ways)
            if ways.known[target]:
                return ways.back(row, target)
            front = self._rows_from(new, ways)
        return None

    def _classes_from(self, rows: Any, ways: _Ways) -> Any:
        """Note how the classes are reached that new rows lead to; return these."""
        room = (self.fall[rows] > 0) & ~ways.known[self.classes[rows]]
        at, columns = np.nonzero(room)
        found = self.classes[rows[at], columns]
        ways.row[found], ways.column[found] = rows[at], columns
        loose = rows[self.unbound[rows]]
        if loose.size and not ways.known[0]:
            ways.row[0], ways.column[0] = loose[0], _NO_COLUMN
            found = np.append(found, 0)
        ways.known[found] = True
        return found

    def _rows_from(self, classes: Any, ways: _Ways) -> Any:
        """Note how the rows are reached that new classes lead to; return these."""
        is_new = np.zeros(len(ways.known), dtype=bool)
        is_new[classes] = True
        room = is_new[self.classes] & (self.rise > 0)
        through = room.any(axis=1)
        found = np.flatnonzero((through | (self.unbound & is_new[0])) & ~ways.row_known)
        columns = room[found].argmax(axis=1)
        ways.row_column[found] = np.where(through[found], columns, _NO_COLUMN)
        ways.row_class[found] = np.where(through[found], self.classes[found, columns], 0)
        ways.row_known[found] = True
        return found


class _Ways:
    """How each class and row was reached."""

    def __init__(self, rows: int, classes: int) -> None:
        self.known = np.zeros(classes, dtype=bool)
        self.row, self.column = np.zeros((2, classes), dtype=np.int64)
        self.row_known = np.zeros(rows, dtype=bool)
        self.row_class, self.row_column = np.zeros((2, rows), dtype=np.int64)

    def back(self, row: int, target: int) -> list[_Arc]:
        """Return the path from a row to a class."""
        path, at = [], target
        while True:
            above = int(self.row[at])
            path.append(_Arc(above, int(self.column[at]), falls=True))
            if above == row:
                return path
            path.append(_Arc(above, int(self.row_column[above]), falls=False))
            at = int(self.row_class[above])
