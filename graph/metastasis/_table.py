"""Answers as tables: typed rows that turn into data frames and show themselves in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from metastasis._errors import MissingExtraError
from metastasis._vocabulary import NOT_CLINICAL, contract

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["IRI", "Link", "Records", "Rows", "Table", "Value"]


class IRI(str):
    """An IRI in an answer: a string that also knows its short form.

    >>> IRI("https://w3id.org/metastasis/site/liver").curie
    'site:liver'
    """

    __slots__ = ()

    @property
    def curie(self) -> str:
        """The IRI with a prefix of ours, or whole where none fits."""
        return contract(self)


class Link(IRI):
    """An IRI that shows itself in a notebook under a label."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, iri: str, label: str) -> Self:
        """Make a link."""
        link = super().__new__(cls, iri)
        link.label = label
        return link


Value = IRI | str | int | float | bool | None
Item = TypeVar("Item")


class Table(Sequence[Item], Generic[Item]):
    """A sequence of rows with named columns."""

    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """Sentences to read beside the rows."""
    _items: Sequence[Item]

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the values of every row, in the order of the columns."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        return self._items[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return self.columns == other.columns and self.cells() == other.cells()

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)}: {', '.join(self.columns)}>"

    def to_dicts(self) -> list[dict[str, Value]]:
        """Return each row as a dictionary by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.cells()]

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas data frame.

        Raises
        ------
        MissingExtraError
            pandas is not installed; the extra ``frames`` brings it.
        """
        return _data_frame("pandas", self)  # type: ignore[no-any-return]

    def to_polars(self) -> polars.DataFrame:
        """Return a Polars data frame.

        Raises
        ------
        MissingExtraError
            Polars is not installed; the extra ``frames`` brings it.
        """
        return _data_frame("polars", self)  # type: ignore[no-any-return]

    def html_rows(self) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
        """Return the columns and rows that a notebook shows."""
        return self.columns, self.cells()

    def _repr_html_(self) -> str:
        from html import escape

        notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        return _html(*self.html_rows()) + notes


class Rows(Table[tuple[Value, ...]]):
    """The answer to a SELECT query: one tuple a row.

    IRIs come as :class:`IRI`, whole numbers as int, decimals and doubles as float, truth values as
    bool, other literals as str, and None where a variable is unbound.

    >>> rows = Rows(("site", "n"), [(IRI("https://w3id.org/metastasis/site/liver"), 3)])
    >>> rows[0][1], rows.to_dicts()[0]["n"]
    (3, 3)
    """

    def __init__(self, columns: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> None:
        self.columns = tuple(columns)
        self._items = rows

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the rows."""
        return list(self._items)


class Records(Table[Item]):
    """A table of records; ``cells_of`` says what a record shows in each column."""

    def __init__(
        self,
        columns: Sequence[str],
        records: Sequence[Item],
        cells_of: Callable[[Item], tuple[Value, ...]],
    ) -> None:
        self.columns = tuple(columns)
        self._items = records
        self._cells_of = cells_of

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the values of every record, in the order of the columns."""
        return [self._cells_of(record) for record in self._items]


def _data_frame(package: str, table: Table[Any]) -> Any:
    from importlib import import_module

    try:
        frames = import_module(package)
    except ImportError:
        raise MissingExtraError(package, "frames") from None
    rows = table.cells()
    data = {name: _column([row[i] for row in rows]) for i, name in enumerate(table.columns)}
    frame = frames.DataFrame(data)
    if package == "pandas":
        whole = [name for name, values in data.items() if _is_whole(values)]
        frame = frame.astype(dict.fromkeys(whole, "Int64"))
    return frame


def _column(values: list[Value]) -> list[Value]:
    """Return values of one type: all whole, all numbers, or all text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int} or kinds <= {bool} or kinds <= {float}:
        return values
    if kinds <= {int, float}:
        return [None if value is None else float(value) for value in values]
    return [None if value is None else str(value) for value in values]


def _is_whole(values: list[Value]) -> bool:
    return None in values and {type(value) for value in values if value is not None} == {int}


def _html(columns: Sequence[str], rows: Sequence[tuple[Value, ...]], most: int = 100) -> str:
    from html import escape

    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in rows[:most])
    more = f"{len(rows) - most} more rows. " if len(rows) > most else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"{table}<p><small>{more}{escape(NOT_CLINICAL)}</small></p>"


def _html_cell(value: Value) -> str:
    from html import escape

    if isinstance(value, IRI):
        name = value.label if isinstance(value, Link) else value.curie
        if not value.startswith(("http://", "https://")):
            return f"<td>{escape(name)}</td>"
        return f'<td><a href="{escape(value)}">{escape(name)}</a></td>'
    if value is None:
        return "<td></td>"
    return f"<td>{escape(f'{value:g}' if isinstance(value, float) else str(value))}</td>"
