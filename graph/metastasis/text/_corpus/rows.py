"""Readings as rows of Parquet: one column for each thing that a reading says or rests on.

Apart from what reads a corpus because rows are made wherever pages are read, in a worker or on an
executor of Spark, and put together elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import MissingExtraError
from metastasis.text._reading import words_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metastasis.text._reading import Reading, Span

__all__ = ["COLUMNS", "arrow", "batch_of", "schema"]

_STATEMENT: Final = (
    *("primary", "site", "relation", "frequency", "occurrence", "count", "total", "percent"),
    *("denominator", "setting", "stage", "route", "population", "note"),
)
"""What an assertion says."""
_KINDS: Final = {"count": "int64", "total": "int64", "percent": "float64"}
"""Of a column that is no text. A percentage of 15 digits and less is kept as it was printed."""


def _of_statement(name: str) -> Callable[[Reading], Any]:
    def cell(row: Reading) -> Any:
        value = getattr(row.assertion, name)
        return float(value) if name == "percent" and value is not None else value

    return cell


def _edge(name: str, side: int) -> Callable[[Reading], int | None]:
    def cell(row: Reading) -> int | None:
        span: Span | None = getattr(row, name)
        return None if span is None else span[side]

    return cell


COLUMNS: Final[dict[str, tuple[str, Callable[[Reading], Any]]]] = {
    "page": ("string", lambda row: row.page),
    "document_sha256": ("string", lambda row: row.assertion.document_sha256),
    "start": ("int64", lambda row: row.start),
    "end": ("int64", lambda row: row.end),
    **{name: (_KINDS.get(name, "string"), _of_statement(name)) for name in _STATEMENT},
    "cue": ("string", lambda row: words_at(row, row.cue_span)),
    "primary_from": ("string", lambda row: row.primary_from),
    "rule": ("string", lambda row: row.rule),
    "confidence": ("float64", lambda row: row.confidence),
    "flags": ("list", lambda row: list(row.flags)),
    "features": ("list", lambda row: list(row.features)),
    "quote": ("string", lambda row: row.quote),
    "sentence": ("string", lambda row: row.sentence),
    "before": ("string", lambda row: row.before),
    "primary_start": ("int64", _edge("primary_span", 0)),
    "primary_end": ("int64", _edge("primary_span", 1)),
    "site_start": ("int64", _edge("site_span", 0)),
    "site_end": ("int64", _edge("site_span", 1)),
    "cue_start": ("int64", _edge("cue_span", 0)),
    "cue_end": ("int64", _edge("cue_span", 1)),
}
"""The kind of each column, and where its cell comes from."""


def arrow() -> Any:
    """Return PyArrow.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("pyarrow", "patients") from None
    return pa


def schema() -> Any:
    """Return the columns as PyArrow has them.

    >>> schema().field("confidence").type
    DataType(double)
    """
    pa = arrow()
    kinds = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "list": pa.list_(pa.string()),
    }
    return pa.schema([(name, kinds[kind]) for name, (kind, _) in COLUMNS.items()])


def batch_of(rows: Iterable[Reading]) -> Any:
    """Return readings as a batch of rows.

    >>> batch_of([]).num_rows
    0
    """
    found = list(rows)
    columns = [[cell(row) for row in found] for _, cell in COLUMNS.values()]
    return arrow().RecordBatch.from_arrays(
        [arrow().array(values, one.type) for values, one in zip(columns, schema(), strict=True)],
        schema=schema(),
    )
