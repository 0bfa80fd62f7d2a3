"""Answers as tables: the one form in which every question is answered.

Columns are the fields of the record that a row is; a table can say by which formula, from which
source and from which inputs it was made, and what to bear in mind. It shows itself on a console and
in a notebook, and turns into a data frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, overload

from metastasis._clean import html_text, is_web_address, shown
from metastasis._errors import MissingExtraError
from metastasis._vocabulary import NOT_CLINICAL, contract, expand

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["IRI", "LISTING", "Link", "Table", "Value", "plain_text"]


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
Reader = Callable[[Any], Any]
"""What gives something of a record: the value of a cell, or a row of them."""

_PRINTED_ROWS: Final = 10
"""Rows that ``print`` shows: they fit a screen together with the notes."""
LISTING: Final = frozenset(
    {"words", "numbers", "sources", "primaries", "synonyms", "rolled_up_from"}
)
"""Columns whose cells list several things."""
_LISTED_PARTS: Final = 3
"""Of which so many are shown: a pair may have thirty numbers, and a row is to be read at once."""
_PRINTED_WIDTH: Final = 120
"""Characters of a printed line; a console of today is rarely narrower."""
_PRINTED_CELL: Final = 40
"""Characters of a printed cell: a label or one number with its people; longer text is cut."""
_HTML_ROWS: Final = 100
"""Rows that a notebook shows before the page gets long."""
_NAMED: Final = ("primary", "site")
"""Columns of catalog keys, which a notebook links to what they name."""


class Table(Sequence[Item], Generic[Item]):
    """A sequence of records with named columns.

    The columns are those that the record class lists in ``COLUMNS`` (names of attributes, or a
    mapping of column names to attributes), else the fields of the dataclass. ``notes`` are
    sentences to read beside the rows; formula, source and inputs, where there are any, come first.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Size:
    ...     site: str
    ...     cancers: int
    >>> rows = [Size("bone", 3)]
    >>> table = Table(Size, rows, formula="count", source="this graph", inputs=["edges"])
    >>> table.to_dicts(), table.notes
    ([{'site': 'bone', 'cancers': 3}], ('formula: count', 'source: this graph', 'inputs: edges'))
    >>> print(table)
    site  cancers
    bone        3
    formula: count
    source: this graph
    inputs: edges
    Not for clinical use: a research resource, not a diagnostic or treatment tool.
    """

    def __init__(
        self,
        record: type[Any],
        records: Iterable[Item],
        *,
        formula: str | None = None,
        source: str | None = None,
        inputs: Iterable[str] = (),
        notes: Iterable[str] = (),
    ) -> None:
        columns = _columns_of(record)
        self.columns = tuple(columns)
        self._items: Sequence[Item] = (
            records if isinstance(records, list | tuple) else list(records)
        )
        # A partial function, as a table that holds a closure has no pickle.
        self._read: Reader | None = partial(_row, [attrgetter(name) for name in columns.values()])
        self.formula = formula
        self.source = source
        self.inputs = tuple(inputs)
        self.notes = (*_origin(formula, source, self.inputs), *notes)

    @classmethod
    def of_rows(
        cls, columns: Iterable[str], rows: Iterable[tuple[Value, ...]], notes: Iterable[str] = ()
    ) -> Table[tuple[Value, ...]]:
        """Return a table of plain rows, such as the answer to a SELECT query.

        IRIs come as :class:`IRI`, whole numbers as int, decimals and doubles as float, truth values
        as bool, other literals as str, and None where a variable is unbound.

        >>> rows = [(IRI("https://w3id.org/metastasis/site/liver"), 3)]
        >>> table = Table.of_rows(("site", "n"), rows)
        >>> table[0][1], table.to_dicts()[0]["n"]
        (3, 3)
        """
        table: Table[tuple[Value, ...]] = Table.__new__(Table)
        table.columns = tuple(columns)
        table._items = list(rows)
        table._read = None
        table.formula = table.source = None
        table.inputs, table.notes = (), tuple(notes)
        return table

    def cells(self) -> list[tuple[Value, ...]]:
        """Return the values of every row, in the order of the columns."""
        if self._read is None:
            return list(self._items)  # type: ignore[arg-type]
        return [self._read(item) for item in self._items]

    def shown(self) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
        """Return the columns and rows for people: a label takes the place of its key.

        The label is a :class:`Link` to what the key names. Of a cell that lists things only the
        first few are shown, and how many there are more; CSV, JSON and data frames have all.
        """
        places = [
            (i, self.columns.index(label) if (label := f"{name}_label") in self.columns else None)
            for i, name in enumerate(self.columns)
            if not (name.endswith("_label") and name.removesuffix("_label") in self.columns)
        ]
        names = [self.columns[i] for i, _ in places]
        rows = [
            tuple(
                _first_few(name, row[i]) if label is None else _linked(name, row[i], row[label])
                for name, (i, label) in zip(names, places, strict=True)
            )
            for row in self.cells()
        ]
        return tuple(names), rows

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
        names, rows = self.shown()
        head = [names, *([plain_text(value) for value in row] for row in rows[:_PRINTED_ROWS])]
        lines = _aligned(head, [_is_numeric([row[i] for row in rows]) for i in range(len(names))])
        more = len(rows) - _PRINTED_ROWS
        told = [f"({more} more row{'' if more == 1 else 's'})"] if more > 0 else []
        nothing = [] if rows else ["no rows"]
        return "\n".join([*lines, *nothing, *told, *map(shown, self.notes), NOT_CLINICAL])

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

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><small>{html_text(note)}</small></p>" for note in self.notes)
        return _html(*self.shown()) + notes


def _first_few(name: str, value: Value) -> Value:
    if name not in LISTING or not isinstance(value, str):
        return value
    parts = value.split("; ")
    more = len(parts) - _LISTED_PARTS
    # "and 1 more" would take the place of the one.
    return "; ".join([*parts[:_LISTED_PARTS], f"and {more} more"]) if more > 1 else value


def plain_text(value: Value) -> str:
    """Return a value as people read it: IRIs and numbers in short, no control characters.

    >>> plain_text(None), plain_text(True), plain_text(47.333333333)
    ('', 'true', '47.3333')
    """
    if value is None:
        return ""
    if isinstance(value, Link):
        return shown(value.label)
    if isinstance(value, IRI):
        return shown(value.curie)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else shown(str(value))


def _columns_of(record: type[Any]) -> dict[str, str]:
    """Return the attribute that each column of a record shows."""
    named = getattr(record, "COLUMNS", None)
    if named is None:
        named = [field.name for field in fields(record)]
    return dict(named) if isinstance(named, Mapping) else {name: name for name in named}


def _row(readers: Iterable[Reader], record: Any) -> tuple[Value, ...]:
    return tuple([_cell(read(record)) for read in readers])


def _cell(value: Any) -> Value:
    """Return what stands in a cell: text, a number, a truth value, or nothing."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (tuple, list)):
        return "; ".join(map(str, value))
    return str(value)


def _origin(formula: str | None, source: str | None, inputs: Sequence[str]) -> Iterator[str]:
    if formula is not None:
        yield f"formula: {formula}"
    if source is not None:
        yield f"source: {source}"
    if inputs:
        yield f"inputs: {'; '.join(inputs)}"


def _linked(name: str, key: Value, label: Value) -> Value:
    if name in _NAMED and isinstance(key, str):
        return Link(expand(f"{name}:{key}"), str(label))
    return label


def _is_numeric(values: Iterable[Value]) -> bool:
    return all(isinstance(value, int | float) or value is None for value in values)


def _aligned(rows: Sequence[Sequence[str]], numeric: Sequence[bool]) -> list[str]:
    """Return rows of text as lines with columns that stand under each other, cut to the width."""
    cut = [[_cut(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    kept, used = 0, 0
    while kept < len(widths) and (not kept or used + widths[kept] <= _PRINTED_WIDTH):
        used += widths[kept] + 2
        kept += 1
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row[:kept], widths, numeric, strict=False)
        ).rstrip()
        for row in cut
    ]
    left = rows[0][kept:]
    return [*lines, f"and the columns {', '.join(left)}"] if left else lines


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _PRINTED_CELL else f"{text[: _PRINTED_CELL - 1]}…"


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
        # pandas has no whole numbers beside missing ones but in its own Int64.
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


def _html(columns: Sequence[str], rows: Sequence[tuple[Value, ...]]) -> str:
    head = "".join(f"<th>{html_text(name)}</th>" for name in columns)
    body = "".join(f"<tr>{''.join(map(_html_cell, row))}</tr>" for row in rows[:_HTML_ROWS])
    more = f"{len(rows) - _HTML_ROWS} more rows. " if len(rows) > _HTML_ROWS else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"{table}<p><small>{more}{html_text(NOT_CLINICAL)}</small></p>"


def _html_cell(value: Value) -> str:
    if isinstance(value, IRI) and is_web_address(value):
        return f'<td><a href="{html_text(value)}">{html_text(plain_text(value))}</a></td>'
    return f"<td>{html_text(plain_text(value))}</td>"
