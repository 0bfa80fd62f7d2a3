"""PySpark's columns and their functions, as the readers use them, written in DuckDB's SQL.

Apart because it stands where ``pyspark.sql.functions`` stands on Spark, whose manual says what the
names do. A column is its SQL text and the name that it has in the result.
"""

from __future__ import annotations

import re
from datetime import date
from functools import partialmethod
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Column", "as_column", "quoted", "text"]

_TYPES: Final = {"string": "varchar"}
"""Spark's names of types that are not DuckDB's; all others in use are the same."""
_RENAMED: Final = {
    "shiftleft(": '"<<"(',
    "shiftright(": '">>"(',
    "array_join(": "array_to_string(",
}
"""Functions of Spark that DuckDB names otherwise; its operators are functions too."""


def quoted(name: str) -> str:
    """Return the name of a column as SQL.

    >>> quoted("Tumor Site")
    '"Tumor Site"'
    """
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as SQL.

    >>> text("Crohn's")
    "'Crohn''s'"
    """
    return "'" + value.replace("'", "''") + "'"


class Column:
    """An expression over the columns of a data frame.

    >>> (col("age") > 60) & col("site").isin("bone", "liver")
    Column((("age" > 60) and ("site" in ('bone', 'liver'))))
    """

    __slots__ = ("name", "sql")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, sql: str, name: str = "") -> None:
        self.sql = sql
        self.name = name or sql

    def __repr__(self) -> str:
        return f"Column({self.sql})"

    def __bool__(self) -> bool:
        """Refuse: ``and``, ``or`` and ``not`` would ask for it, and drop half of a condition."""
        raise TypeError("a column is neither true nor false; combine conditions by &, | and ~")

    def _binary(self, operator: str, other: Any) -> Column:
        return Column(f"({self.sql} {operator} {_value(other)})")

    def _reversed(self, operator: str, other: Any) -> Column:
        return lit(other)._binary(operator, self)  # noqa: SLF001

    def _suffix(self, words: str) -> Column:
        return Column(f"({self.sql} {words})")

    def _call(self, function: str, *others: Any) -> Column:
        return Column(f"{function}({', '.join(map(_value, (self, *others)))})")

    __eq__ = partialmethod(_binary, "=")
    __ne__ = partialmethod(_binary, "<>")
    __lt__ = partialmethod(_binary, "<")
    __le__ = partialmethod(_binary, "<=")
    __gt__ = partialmethod(_binary, ">")
    __ge__ = partialmethod(_binary, ">=")
    __and__ = partialmethod(_binary, "and")
    __or__ = partialmethod(_binary, "or")
    __add__ = partialmethod(_binary, "+")
    __sub__ = partialmethod(_binary, "-")
    __mul__ = partialmethod(_binary, "*")
    __truediv__ = partialmethod(_binary, "/")
    __mod__ = partialmethod(_binary, "%")
    __radd__ = partialmethod(_reversed, "+")
    __rsub__ = partialmethod(_reversed, "-")
    __rmul__ = partialmethod(_reversed, "*")
    isNull = partialmethod(_suffix, "is null")  # noqa: N815 - PySpark's names
    isNotNull = partialmethod(_suffix, "is not null")  # noqa: N815
    contains = partialmethod(_call, "contains")
    startswith = partialmethod(_call, "starts_with")
    endswith = partialmethod(_call, "ends_with")
    rlike = partialmethod(_call, "regexp_matches")

    def __invert__(self) -> Column:
        return Column(f"(not {self.sql})")

    def __neg__(self) -> Column:
        return Column(f"(-{self.sql})")

    def alias(self, name: str) -> Column:
        """Return the column under a name."""
        return Column(self.sql, name)

    def cast(self, kind: str) -> Column:
        """Return the column as another type, named as Spark names it."""
        return Column(f"cast({self.sql} as {_TYPES.get(kind, kind)})", self.name)

    def isin(self, *values: Any) -> Column:
        """Return whether the value is one of these."""
        return self._suffix(f"in ({', '.join(map(_value, values)) or 'null'})")

    def when(self, condition: Column, value: Any) -> Column:
        """Return a case with one more condition."""
        return Column(
            f"{self.sql.removesuffix('end')}when {condition.sql} then {_value(value)} end"
        )

    def otherwise(self, value: Any) -> Column:
        """Return a case with what it is where no condition holds."""
        return Column(f"{self.sql.removesuffix('end')}else {_value(value)} end")


def as_column(given: Any) -> Column:
    """Return a column: itself, the one of a name, or a constant that is no text."""
    return col(given) if isinstance(given, str) else lit(given)


def _value(given: Any) -> str:
    return lit(given).sql


def _function(form: str, columns: int = 1) -> Callable[..., Column]:
    """Return a function written in a form; so many arguments are columns, the others constants."""

    def function(*given: Any) -> Column:
        cells = [*map(as_column, given[:columns]), *map(lit, given[columns:])]
        return Column(form.format(*(one.sql for one in cells)))

    return function


def _of_any(start: str, between: str = ", ") -> Callable[..., Column]:
    """Return a function of any number of columns."""

    def function(*columns: Any) -> Column:
        return Column(f"{start}{between.join(as_column(one).sql for one in columns)})")

    return function


def col(name: str) -> Column:
    """Return the column of a name, or a field of one; in backticks a dot is part of the name.

    >>> [col(name).sql for name in ("site", "cell.code", "`a.b`")]
    ['"site"', '"cell"."code"', '"a.b"']
    """
    if name[:1] == "`":
        name = name[1:-1].replace("``", "`")
        return Column(quoted(name), name)
    parts = name.split(".")
    return Column(".".join(map(quoted, parts)), parts[-1])


def lit(value: Any) -> Column:
    """Return a constant; a column stays one.

    >>> [lit(one).sql for one in (None, True, -2, "bone")]
    ['null', 'true', '(-2)', "'bone'"]
    """
    if isinstance(value, Column):
        return value
    if value is None or isinstance(value, bool):
        return Column("null" if value is None else str(value).lower())
    if isinstance(value, date):
        return Column(f"cast({text(value.isoformat())} as date)")
    return Column(
        text(value) if isinstance(value, str) else f"({value})" if value < 0 else str(value)
    )


def expr(sql: str) -> Column:
    """Return an expression in words that Spark and DuckDB both know.

    They differ in which of ``&`` and ``|`` goes first: parentheses must tell. Names that are words
    of SQL stand in backticks.

    >>> expr("shiftleft(1, site) | mask")
    Column(("<<"(1, site) | mask))
    """
    for function, ours in _RENAMED.items():
        sql = re.sub(rf"\b{re.escape(function)}", ours, sql)
    sql = sql.replace("`", '"')
    return Column(f"({sql})")


def when(condition: Column, value: Any) -> Column:
    """Return a case: a value where a condition holds, else null."""
    return Column(f"case when {condition.sql} then {_value(value)} end")


def struct(*columns: Any) -> Column:
    """Return several columns as one, under their names."""
    fields = [f"{quoted(one.name)} := {one.sql}" for one in map(as_column, columns)]
    return Column(f"struct_pack({', '.join(fields)})")


def count(values: Any) -> Column:
    """Return how many values there are, or rows."""
    is_rows = isinstance(values, str) and values == "*"
    return Column("count(*)" if is_rows else f"count({as_column(values).sql})")


def concat_ws(separator: str, *parts: Any) -> Column:
    """Return the texts that are there as one, those of arrays too."""
    return lit(separator)._call("concat_ws", *map(as_column, parts))  # noqa: SLF001


def broadcast(rows: Any) -> Any:
    """Return the rows: on a cluster they would be sent to every machine."""
    return rows


abs = _function("abs({})")  # noqa: A001 - PySpark's names, here and below
array = _of_any("list_value(")
array_compact = _function("list_filter({}, lambda one: one is not null)")
array_contains = _function("list_contains({}, {})")
array_max = _function("list_max({})")
array_min = _function("list_min({})")
bit_or = _function("bit_or({})")
coalesce = _of_any("coalesce(")
collect_list = _function("coalesce(list({0}) filter ({0} is not null), [])")
collect_set = _function("coalesce(list(distinct {0}) filter ({0} is not null), [])")
concat = _of_any("(", " || ")
countDistinct = _function("count(distinct {})")  # noqa: N816
date_add = _function("(cast({} as date) + cast({} as int))", 2)
datediff = _function("date_diff('day', cast({1} as date), cast({0} as date))", 2)
explode = _function("unnest({})")
floor = _function("cast(floor({}) as bigint)")
length = _function("length({})")
lower = _function("lower({})")
lpad = _function("lpad({}, {}, {})")
max = _function("max({})")  # noqa: A001
min = _function("min({})")  # noqa: A001
regexp_extract = _function("regexp_extract({}, {}, {})")
regexp_replace = _function("regexp_replace({}, {}, {}, 'g')")
sort_array = _function("list_sort({}, 'ASC', 'NULLS FIRST')")
substring = _function("substring({}, {}, {})")
sum = _function("sum({})")  # noqa: A001
trim = _function("trim({})")
unix_date = _function("date_diff('day', date '1970-01-01', cast({} as date))")
upper = _function("upper({})")
