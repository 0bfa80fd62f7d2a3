"""Tables as CSV and JSON for the web: the same cells that a file on the command line has.

Apart from the pages because answers to programs are written so as well.
"""

from __future__ import annotations

import json
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from metastasis._clean import separated
from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, RELEASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis._table import Table, Value

__all__ = ["csv_of", "json_of"]


def csv_of(table: Table[Any]) -> bytes:
    r"""Return a table as CSV: a row of names, and a row for each record.

    >>> from metastasis._table import Table
    >>> csv_of(Table.of_rows(("site", "is_own"), [("bone", False), ("=1", None)]))
    b"site,is_own\nbone,false\n'=1,\n"
    """
    rows = ([_plain(value) for value in row] for row in table.cells())
    return separated([table.columns, *rows]).encode()


def json_of(
    table: Table[Any],
    asked: Iterable[tuple[str, str]] = (),
    more: Mapping[str, object] = MappingProxyType({}),
) -> bytes:
    """Return a table as an object of JSON: what was asked, what to bear in mind, and the rows.

    ``more`` is what else is said of the answer, by name.

    >>> from metastasis._table import Table
    >>> told = json.loads(json_of(Table.of_rows(("site",), [("bone",)]), [("edge", "rarely")]))
    >>> told["asked"], told["rows"]
    ([['edge', 'rarely']], [{'site': 'bone'}])
    """
    rows = [{name: _told(value) for name, value in row.items()} for row in table.to_dicts()]
    head = {
        "notice": NOT_CLINICAL,
        "release": RELEASE,
        "license": DATA_LICENSE,
        **more,
        "asked": list(asked),
        "notes": table.notes,
        "columns": table.columns,
    }
    # One row a line: a change of the data is a change of few lines.
    lines = ",\n".join([json.dumps(row, ensure_ascii=False) for row in rows])
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f'{start},"rows":[\n{lines}\n]}}\n'.encode()


def _plain(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def _told(value: Value) -> Value:
    """Return a value of a cell; a number that JSON has not as text."""
    return str(value) if isinstance(value, float) and not isfinite(value) else value
