"""PySpark's data frames, as the readers use them, written in DuckDB's SQL.

Apart because a frame knows no engine: the engine says how a query is described, and asks it.
"""

# ruff: noqa: S608 - names and texts are quoted where a query is put together

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._engines.duckdb_functions import Column, as_column, col, lit, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Described = Callable[[str], list[tuple[str, str]]]

__all__ = ["DuckDBFrame"]

_JOINS: Final = {
    "inner": "join",
    "left": "left join",
    "left_semi": "semi join",
    "left_anti": "anti join",
}
_ONE_SIDED: Final = ("left_semi", "left_anti")
_TYPES: Final = {"varchar": "string", "integer": "int"}
"""DuckDB's names of types that Spark names otherwise."""


class DuckDBFrame:
    """The rows of a query that is not asked yet; see PySpark's ``DataFrame``.

    A frame is one step of a query: SQL with other frames in it, and the names of its columns. What
    a method returns is one more step, which costs microseconds. The steps become the tables of one
    ``with`` when they are asked for, each written once and none computed by itself.
    """

    def __init__(
        self, pieces: Sequence[str | DuckDBFrame], columns: Iterable[str], described: Described
    ) -> None:
        self.columns = list(columns)
        self._pieces = tuple(pieces)
        self._described = described

    def sql(self) -> str:
        """Return the query."""
        steps: dict[DuckDBFrame, str] = {}
        query = self._written(steps)
        # Where two steps use one, DuckDB would otherwise keep its rows in memory.
        tables = [f"t{n} as not materialized ({step})" for n, step in enumerate(steps.values())]
        return f"with {', '.join(tables)} {query}" if tables else query

    def __getitem__(self, name: str) -> Column:
        """Return the column of a name."""
        return col(name)

    def sources(self) -> set[DuckDBFrame]:
        """Return the frames that this one is made of in the end: files, tables, frames."""
        inner = [piece for piece in self._pieces if isinstance(piece, DuckDBFrame)]
        return {self} if not inner else set().union(*(one.sources() for one in inner))

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """The columns with their types as Spark names them."""
        told = [(name, kind.lower()) for name, kind in self._described(self.sql())]
        return [(name, _TYPES.get(kind, kind)) for name, kind in told]

    def select(self, *columns: Any) -> DuckDBFrame:
        """Return these columns."""
        return self._selected([self._cell(one) for one in columns])

    def where(self, condition: Column) -> DuckDBFrame:
        """Return the rows that meet a condition."""
        return self._selected(self._every(), f" where {condition.sql}")

    def withColumn(self, name: str, column: Column) -> DuckDBFrame:  # noqa: N802 - PySpark's names
        """Return the rows with one more column, or with one replaced."""
        new = column.alias(name)
        cells = [new if one.name == name else one for one in self._every()]
        return self._selected(cells if name in self.columns else [*cells, new])

    def drop(self, *names: str) -> DuckDBFrame:
        """Return the rows without some columns."""
        return self._selected([one for one in self._every() if one.name not in names])

    def distinct(self) -> DuckDBFrame:
        """Return each row once."""
        return self._step(self.columns, "select distinct * from ", self)

    def limit(self, number: int) -> DuckDBFrame:
        """Return so many rows at most."""
        return self._selected(self._every(), f" limit {int(number)}")

    def orderBy(self, *columns: Any) -> DuckDBFrame:  # noqa: N802
        """Return the rows in order, nulls first."""
        keys = ", ".join(f"{as_column(one).sql} nulls first" for one in columns)
        return self._selected(self._every(), f" order by {keys}")

    def groupBy(self, *keys: Any) -> _Groups:  # noqa: N802
        """Return the rows in groups, to be brought together."""
        return _Groups(self, [self._cell(one) for one in keys])

    def agg(self, *cells: Column) -> DuckDBFrame:
        """Return one row of all."""
        return self.groupBy().agg(*cells)

    def union(self, other: DuckDBFrame) -> DuckDBFrame:
        """Return the rows of both, column by column."""
        return self._step(self.columns, "from ", self, " union all from ", other)

    def unionByName(  # noqa: N802
        self,
        other: DuckDBFrame,
        allowMissingColumns: bool = False,  # noqa: N803
    ) -> DuckDBFrame:
        """Return the rows of both, columns of one name together."""
        if not allowMissingColumns:
            return self.union(other.select(*self.columns))
        names = list(dict.fromkeys([*self.columns, *other.columns]))
        one, two = (
            frame.select(*(n if n in frame.columns else lit(None).alias(n) for n in names))
            for frame in (self, other)
        )
        return one.union(two)

    def join(
        self, other: DuckDBFrame, on: str | Sequence[str] | Column, how: str = "inner"
    ) -> DuckDBFrame:
        """Return the rows with those of another that have the same values, or meet a condition."""
        if isinstance(on, Column):
            keys, same = [], on.sql
        else:
            keys = [on] if isinstance(on, str) else list(on)
            same = " and ".join(f"l.{quoted(key)} = r.{quoted(key)}" for key in keys)
        left = [*keys, *(name for name in self.columns if name not in keys)]
        right = [name for name in other.columns if name not in keys and how not in _ONE_SIDED]
        cells = [f"l.{quoted(name)}" for name in left] + [f"r.{quoted(name)}" for name in right]
        start = f"select {', '.join(cells)} from "
        columns = [*left, *right]
        return self._step(columns, start, self, f" as l {_JOINS[how]} ", other, f" as r on {same}")

    def _cell(self, given: Any) -> Column:
        """Return a column; the name of one of ours may have a dot in it."""
        is_own = isinstance(given, str) and given in self.columns
        return _plain(given) if is_own else as_column(given)

    def _every(self) -> list[Column]:
        return [_plain(name) for name in self.columns]

    def _selected(self, cells: Sequence[Column], rest: str = "") -> DuckDBFrame:
        return self._step([one.name for one in cells], f"select {_named(cells)} from ", self, rest)

    def _step(self, columns: Sequence[str], *pieces: str | DuckDBFrame) -> DuckDBFrame:
        return DuckDBFrame(pieces, columns, self._described)

    def _written(self, steps: dict[DuckDBFrame, str]) -> str:
        """Return this step, after those that it uses have been added to ``steps``."""
        for piece in self._pieces:
            if isinstance(piece, DuckDBFrame) and piece not in steps:
                steps[piece] = piece._written(steps)  # noqa: SLF001
        places = {step: f"t{place}" for place, step in enumerate(steps)}
        return "".join(one if isinstance(one, str) else places[one] for one in self._pieces)


class _Groups:
    """Rows in groups; see PySpark's ``GroupedData``."""

    def __init__(self, rows: DuckDBFrame, keys: list[Column]) -> None:
        self._rows = rows
        self._keys = keys

    def agg(self, *cells: Column) -> DuckDBFrame:
        """Return one row a group: its keys, and what its rows come to."""
        by = f" group by {', '.join(str(n + 1) for n in range(len(self._keys)))}"
        return self._rows._selected([*self._keys, *cells], by if self._keys else "")  # noqa: SLF001


def _plain(name: str) -> Column:
    return Column(quoted(name), name)


def _named(cells: Iterable[Column]) -> str:
    return ", ".join(f"{one.sql} as {quoted(one.name)}" for one in cells)
