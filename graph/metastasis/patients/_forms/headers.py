"""The header of a table as readers see it: no column without a name, no name twice.

Apart because every form of file has a header, whatever it is read with.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Head", "head_from"]

_UNQUOTED: Final = (
    {"concept_id", "concept_code", "vocabulary_id"},
    {"concept_id_1", "concept_id_2", "relationship_id"},
)
"""Columns that tell OMOP's vocabulary, if tabs stand between them."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a text table."""

    cells: tuple[str | None, ...]
    """The name of each cell of a row; None where it is not read, as it has none."""
    delimiter: str
    skip: int = 0
    """Lines above the header."""
    titles: int = field(default=0, compare=False)
    """Those of them that are neither blank nor comments."""
    end: int = field(default=0, compare=False)
    """The bytes of UTF-8 up to the first row."""
    doubled: frozenset[str] = frozenset()
    """The names that several columns had, as they are here."""
    remarks: tuple[str, ...] = field(default=(), compare=False)
    """What was made of the header, for the report."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        return tuple(name for name in self.cells if name is not None)

    @property
    def schema(self) -> tuple[str, ...]:
        """A name for each cell of a row, those included that are not read."""
        taken = {name.casefold() for name in self.columns}
        unread = (name for number in count(1) if (name := f"unread_{number}") not in taken)
        return tuple(next(unread) if name is None else name for name in self.cells)

    @property
    def quote(self) -> str:
        """What may stand around a cell; nothing in OMOP's vocabulary as it is downloaded.

        The names there hold single quotation marks, and no cell is put between two.
        """
        names = {name.strip().casefold() for name in self.schema}
        is_vocabulary = self.delimiter == "\t" and any(one <= names for one in _UNQUOTED)
        return "" if is_vocabulary else '"'


def head_from(names: Sequence[str], delimiter: str) -> Head:
    """Return the head of a table from the cells of its header.

    A column without a name is not read, as those that pandas and R write for the numbers of rows,
    and that a separator at the end of each line makes. Of several columns of one name all but the
    first are numbered; upper and lower case count as one.

    >>> head = head_from(["", "patient", "code", "Code"], ",")
    >>> head.columns
    ('patient', 'code', 'Code.2')
    >>> head.remarks
    ('column 1 has no name and is not read', "'code' is the name of 2 columns: read as ...")
    """
    cells = tuple(_numbered([name if name.strip() else None for name in names]))
    nameless = [str(place) for place, name in enumerate(cells, 1) if name is None]
    remarks = []
    if nameless:
        several = len(nameless) > 1
        which = f"columns {', '.join(nameless[:5])}{', …' if len(nameless) > 5 else ''}"
        one = f"column {nameless[0]} has no name and is not read"
        remarks.append(f"{which} have no names and are not read" if several else one)
    doubled = []
    for name, number in Counter(one.casefold() for one in names if one.strip()).items():
        if number > 1:
            pairs = zip(cells, names, strict=True)
            alike = [cell for cell, given in pairs if cell and given.casefold() == name]
            doubled += alike
            quoted = ", ".join(repr(one) for one in alike)
            remarks.append(f"{alike[0]!r} is the name of {number} columns: read as {quoted}")
    return Head(cells, delimiter, doubled=frozenset(doubled), remarks=tuple(remarks))


def _numbered(names: Sequence[str | None]) -> Iterator[str | None]:
    """Yield the names; one that was there before has a number behind it."""
    there = {name.casefold() for name in names if name is not None}
    given: set[str] = set()
    for name in names:
        if name is None or name.casefold() not in given:
            told = name
        else:
            free = (f"{name}.{number}" for number in count(2))
            told = next(one for one in free if one.casefold() not in there | given)
        if told is not None:
            given.add(told.casefold())
        yield told
