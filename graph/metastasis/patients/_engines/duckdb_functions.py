"""PySpark's columns and their functions, as the readers use them, written in DuckDB's SQL.

The module stands where ``pyspark.sql.functions`` stands on Spark. A column is its SQL text and the
name that it has in the result; every operator puts parentheses round itself.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Column", "as_column", "quoted", "text"]

_TYPES: Final = {"string": "varchar"}
"""Spark's names of types that are not DuckDB's; all others in use are the same."""
_FUNCTIONS: Final = {
    "shiftleft(": '"<<"(',
    "shiftright(": '">>"(',
    "array_join(": "array_to_string(",
}
"""Functions of Spark that DuckDB names otherwise; its operators are functions too."""


def quoted(name: str) -> str:
    """Return the name of a column as SQL; it may come in backticks, as Spark asks for.

    >>> quoted("Tumor Site"), quoted("`a.b`")
    ('"Tumor Site"', '"a.b"')
    """
    if name[:1] == name[-1:] == "`" and len(name) > 1:
        name = name[1:-1].replace("``", "`")
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as SQL.

    >>> text("Crohn's")
    "'Crohn''s'"
    """
    return "'" + value.replace("'", "''") + "'"


class Column:
    """An expression over the columns of a data frame; see PySpark's class of this name.

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

    def _with(self, operator: str, other: Any) -> Column:
        return Column(f"({self.sql} {operator} {_value(other)})")

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return self._with("=", other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return self._with("<>", other)

    def __lt__(self, other: Any) -> Column:
        return self._with("<", other)

    def __le__(self, other: Any) -> Column:
        return self._with("<=", other)

    def __gt__(self, other: Any) -> Column:
        return self._with(">", other)

    def __ge__(self, other: Any) -> Column:
        return self._with(">=", other)

    def __and__(self, other: Any) -> Column:
        return self._with("and", other)

    def __or__(self, other: Any) -> Column:
        return self._with("or", other)

    def __add__(self, other: Any) -> Column:
        return self._with("+", other)

    def __sub__(self, other: Any) -> Column:
        return self._with("-", other)

    def __mul__(self, other: Any) -> Column:
        return self._with("*", other)

    def __truediv__(self, other: Any) -> Column:
        return self._with("/", other)

    def __mod__(self, other: Any) -> Column:
        return self._with("%", other)

    def __radd__(self, other: Any) -> Column:
        return lit(other) + self

    def __rsub__(self, other: Any) -> Column:
        return lit(other) - self

    def __rmul__(self, other: Any) -> Column:
        return lit(other) * self

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

    def isNull(self) -> Column:  # noqa: N802 - PySpark's names
        """Return whether there is no value."""
        return Column(f"({self.sql} is null)")

    def isNotNull(self) -> Column:  # noqa: N802
        """Return whether there is a value."""
        return Column(f"({self.sql} is not null)")

    def isin(self, *values: Any) -> Column:
        """Return whether the value is one of these."""
        several = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        listed = ", ".join(map(_value, several)) or "null"
        return Column(f"({self.sql} in ({listed}))")

    def contains(self, part: Any) -> Column:
        """Return whether a text has a part."""
        return _call("contains", self, part)

    def startswith(self, part: Any) -> Column:
        """Return whether a text begins so."""
        return _call("starts_with", self, part)

    def endswith(self, part: Any) -> Column:
        """Return whether a text ends so."""
        return _call("ends_with", self, part)

    def rlike(self, pattern: str) -> Column:
        """Return whether a regular expression is found in a text."""
        return _call("regexp_matches", self, pattern)

    def when(self, condition: Column, value: Any) -> Column:
        """Return a case with one more condition."""
        return Column(
            f"{self.sql.removesuffix(' end')} when {condition.sql} then {_value(value)} end"
        )

    def otherwise(self, value: Any) -> Column:
        """Return a case with what it is where no condition holds."""
        return Column(f"{self.sql.removesuffix(' end')} else {_value(value)} end")


def as_column(given: Any) -> Column:
    """Return a column, or the one of a name."""
    return given if isinstance(given, Column) else col(given)


def _value(given: Any) -> str:
    return given.sql if isinstance(given, Column) else lit(given).sql


def _call(name: str, *given: Any) -> Column:
    return Column(f"{name}({', '.join(map(_value, given))})")


def _of_columns(name: str) -> Callable[..., Column]:
    """Return a function whose arguments are columns, and which DuckDB knows by this name."""

    def function(*columns: Any) -> Column:
        return _call(name, *map(as_column, columns))

    return function


def col(name: str) -> Column:
    """Return the column of a name."""
    return Column(quoted(name), name.strip("`"))


def lit(value: Any) -> Column:
    """Return a constant.

    >>> [lit(one).sql for one in (None, True, -2, "bone")]
    ['null', 'true', '(-2)', "'bone'"]
    """
    if isinstance(value, Column):
        return value
    if value is None or isinstance(value, bool):
        return Column("null" if value is None else str(value).lower())
    if isinstance(value, date):
        return Column(f"cast({text(value.isoformat())} as date)")
    if isinstance(value, str):
        return Column(text(value))
    return Column(f"({value!r})" if value < 0 else repr(value))


def expr(sql: str) -> Column:
    """Return an expression in words that Spark and DuckDB both know.

    They differ in which of ``&`` and ``|`` goes first: parentheses must tell. Names that are words
    of SQL stand in backticks.

    >>> expr("shiftleft(1, site) | mask")
    Column("<<"(1, site) | mask)
    """
    for function, ours in _FUNCTIONS.items():
        sql = re.sub(rf"\b{re.escape(function)}", ours, sql)
    return Column(sql.replace("`", '"'))


def when(condition: Column, value: Any) -> Column:
    """Return a case: a value where a condition holds, else null."""
    return Column(f"case when {condition.sql} then {_value(value)} end")


abs = _of_columns("abs")  # noqa: A001 - PySpark's names
array = _of_columns("list_value")
array_max = _of_columns("list_max")
array_min = _of_columns("list_min")
bit_or = _of_columns("bit_or")
coalesce = _of_columns("coalesce")
explode = _of_columns("unnest")
floor = _of_columns("floor")
greatest = _of_columns("greatest")
least = _of_columns("least")
length = _of_columns("length")
lower = _of_columns("lower")
max = _of_columns("max")  # noqa: A001
min = _of_columns("min")  # noqa: A001
sum = _of_columns("sum")  # noqa: A001
trim = _of_columns("trim")
upper = _of_columns("upper")


def array_compact(values: Any) -> Column:
    """Return an array without nulls."""
    return Column(f"list_filter({as_column(values).sql}, lambda one: one is not null)")


def array_contains(values: Any, value: Any) -> Column:
    """Return whether a value is in an array."""
    return _call("list_contains", as_column(values), value)


def broadcast(rows: Any) -> Any:
    """Return the rows: on a cluster they would be sent to every machine."""
    return rows


def collect_set(values: Any) -> Column:
    """Return the different values of a group, in no order."""
    one = as_column(values).sql
    return Column(f"coalesce(list(distinct {one}) filter ({one} is not null), [])")


def collect_list(values: Any) -> Column:
    """Return the values of a group, in no order."""
    one = as_column(values).sql
    return Column(f"coalesce(list({one}) filter ({one} is not null), [])")


def concat(*parts: Any) -> Column:
    """Return texts as one; null where one of them is."""
    return Column(f"({' || '.join(as_column(one).sql for one in parts)})")


def concat_ws(separator: str, *parts: Any) -> Column:
    """Return the texts that are there as one; arrays of texts too."""
    return _call("concat_ws", separator, *map(as_column, parts))


def count(values: Any) -> Column:
    """Return how many values there are."""
    return (
        Column("count(*)")
        if isinstance(values, str) and values == "*"
        else _call("count", as_column(values))
    )


def countDistinct(values: Any) -> Column:  # noqa: N802
    """Return how many different values there are."""
    return Column(f"count(distinct {as_column(values).sql})")


def date_add(day: Any, days: Any) -> Column:
    """Return the date so many days later."""
    number = days if isinstance(days, int) else as_column(days).cast("int")
    return as_column(day).cast("date") + number


def datediff(end: Any, start: Any) -> Column:
    """Return the days from one date to another."""
    first, last = as_column(start).cast("date"), as_column(end).cast("date")
    return _call("date_diff", "day", first, last)


def lpad(texts: Any, size: int, filling: str) -> Column:
    """Return a text of this size, filled up on the left or cut off."""
    return _call("lpad", as_column(texts), size, filling)


def regexp_extract(texts: Any, pattern: str, group: int) -> Column:
    """Return a group of the first match; an empty text where nothing matches."""
    return _call("regexp_extract", as_column(texts), pattern, group)


def regexp_replace(texts: Any, pattern: str, by: str) -> Column:
    """Return a text with every match replaced."""
    return _call("regexp_replace", as_column(texts), pattern, by, "g")


def sort_array(values: Any) -> Column:
    """Return an array in order, nulls first."""
    return _call("list_sort", as_column(values), "ASC", "NULLS FIRST")


def struct(*columns: Any) -> Column:
    """Return several columns as one, under their names."""
    several = [as_column(one) for one in columns]
    fields = ", ".join(f"{quoted(one.name)} := {one.sql}" for one in several)
    return Column(f"struct_pack({fields})")


def substring(texts: Any, start: int, size: int) -> Column:
    """Return a part of a text, by its first character from 1 on."""
    return _call("substring", as_column(texts), start, size)


def unix_date(day: Any) -> Column:
    """Return the days since 1970-01-01."""
    return datediff(day, lit("1970-01-01"))
