"""The user's own data frames, as Arrow tables that both engines take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis._errors import Fault, MissingExtraError, TableError
from metastasis.patients._forms.cells import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["arrow_table", "frame_rows", "typed_table"]


def arrow_table(rows: Any) -> Any:
    """Return a frame of pandas, Polars (eager or lazy), Arrow or DuckDB as an Arrow table.

    Categories become texts, and columns without any value become texts too.

    >>> import pandas
    >>> arrow_table(pandas.DataFrame({"patient": ["A"], "code": ["C50"]})).column_names
    ['patient', 'code']

    Raises
    ------
    TableError
        It is no frame.
    MissingExtraError
        PyArrow is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    table = _table(rows, pa)
    fields = [pa.field(one.name, _plain(one.type, pa)) for one in table.schema]
    _check_names([one.name for one in fields])
    return table.cast(pa.schema(fields))


def frame_rows(
    rows: Any, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a frame as those of a text table, each with its number from 1.

    Lists in a cell are joined by semicolons, truth is ``yes`` or ``no``.

    >>> import pandas
    >>> list(frame_rows(pandas.DataFrame({"sites": [["bone", "liver"]], "n": [3.0]}), ["sites"]))
    [(1, {'sites': 'bone; liver', 'n': '3'})]

    Raises
    ------
    TableError
        It is no frame, or it lacks one of the columns.
    MissingExtraError
        PyArrow is not installed.
    """
    table = arrow_table(rows.toArrow() if hasattr(rows, "toArrow") else rows)
    remedy = "the column is missing; add it"
    missing = [name for name in columns if name not in {*table.column_names, *optional}]
    if missing:
        raise TableError([Fault("the frame", None, name, None, remedy) for name in missing])
    blank = dict.fromkeys(optional, "")
    for number, row in enumerate(table.to_pylist(), start=1):
        yield number, blank | {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(as_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_text(value).strip()


def typed_table(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Any:
    """Return rows as an Arrow table; ``columns`` maps names to Spark types.

    >>> typed_table({"code": "string", "rows": "bigint"}, [("C50", 3)]).num_rows
    1
    """
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int": pa.int32(),
        "bigint": pa.int64(),
        "boolean": pa.bool_(),
        "double": pa.float64(),
        "date": pa.date32(),
    }
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(list(column), types[kind])
        for column, kind in zip(cells, columns.values(), strict=True)
    ]
    return pa.Table.from_arrays(arrays, names=list(columns))


def _table(rows: Any, pa: Any) -> Any:
    kind = f"{type(rows).__module__}.{type(rows).__name__}"
    if isinstance(rows, pa.Table):
        return rows
    if isinstance(rows, pa.RecordBatchReader):
        return rows.read_all()
    try:
        if kind.startswith("pandas.") and hasattr(rows, "columns"):
            return pa.Table.from_pandas(_with_text_names(rows), preserve_index=False)
        if kind.startswith("polars.") and kind.endswith("Frame"):
            return (rows.collect() if kind.endswith("LazyFrame") else rows).to_arrow()
        if kind.startswith(("duckdb.", "_duckdb.")):
            return rows.to_arrow_table()
    except (pa.ArrowException, TypeError, ValueError) as error:
        remedy = f"cannot be read: {str(error).partition(chr(10))[0]}; give each column one type"
        raise TableError([Fault("the frame", None, None, None, remedy)]) from None
    remedy = f"is {kind}; give a path, or a frame of pandas, Polars, Arrow, DuckDB or Spark"
    raise TableError([Fault("the frame", None, None, None, remedy)])


def _with_text_names(rows: Any) -> Any:
    return rows.rename(columns=str)


def _plain(kind: Any, pa: Any) -> Any:
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type, pa)
    if pa.types.is_null(kind) or pa.types.is_string_view(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return kind


def _check_names(names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            remedy = "two columns have this name (upper and lower case count as one); rename one"
            raise TableError([Fault("the frame", None, name, None, remedy)])
        seen.add(name.casefold())
