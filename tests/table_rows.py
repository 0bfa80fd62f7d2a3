"""Rows of an assertion table, sound and broken in every way that a schema can tell."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from metastasis._evidence.assertion import COLUMNS
from metastasis._vocabulary import CODED

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from metastasis._evidence.assertion import Assertion

__all__ = ["BEYOND", "BROKEN", "CELLS", "SOUND", "as_row", "changed", "write_table"]

SOUND: Final[dict[str, Any]] = {
    "primary": "bladder",
    "site": "bone",
    "source": "shinagare-2011",
    "locator": "abstract",
    "count": 71,
    "total": 150,
    "denominator": "metastatic_patients",
}
SPAN: Final[dict[str, Any]] = {"document_sha256": "0" * 64, "start": 3, "end": 9}

CELLS: Final[dict[str, dict[str, Any]]] = {
    **{f"no {name}": {name: None} for name in ("primary", "site", "source", "locator")},
    **{f"{name} outside its list": {name: "nonsense"} for name in ("primary", "site", *CODED)},
    "a source that is no key": {"source": "Hess 2006"},
    "a blank locator": {"locator": " "},
    "a count in words": {"count": "many"},
    "a count below 0": {"count": -1},
    "a count with a fraction": {"count": 70.5},
    "a total of 0": {"count": 0, "total": 0},
    "a percentage in words": {"percent": "half"},
    "a percentage above 100": {"count": None, "percent": 100.5},
    "a percentage below 0": {"count": None, "percent": -1},
    "a hash that is none": {**SPAN, "document_sha256": "abc"},
    "a start below 0": {**SPAN, "start": -1},
}
"""What is wrong with one cell by itself: changes of a sound row, None for a blank cell."""

BROKEN: Final[dict[str, dict[str, Any]]] = {
    **CELLS,
    "a column that there is not": {"color": "red"},
    "a count without its total": {"total": None},
    "a total without its people": {"denominator": None},
    "a percentage without its people": {
        **dict.fromkeys(("count", "total", "denominator")),
        "percent": 5,
    },
    "nothing said": {"count": None},
    "denied, and counted": {"frequency": "absent"},
    "denied, with a percentage": {"frequency": "absent", "count": None, "percent": 5},
    "common, and none counted": {"frequency": "common", "count": 0},
    "rare, and 0 %": {"frequency": "rare", "count": None, "percent": 0},
    **{f"a passage without its {name}": {**SPAN, name: None} for name in SPAN},
}
"""What is wrong with a row."""

BEYOND: Final[dict[str, dict[str, Any]]] = {
    "a count above its total": {"count": 151},
    "a percentage that does not agree": {"percent": 12},
    "a source that is not in the catalog": {"source": "nobody-2026"},
    "a passage that ends before it starts": {**SPAN, "end": 2},
}
"""What is wrong as well, and no schema can tell."""


def changed(changes: dict[str, Any], row: dict[str, Any] = SOUND) -> dict[str, Any]:
    """Return a row with changes; None takes a cell away."""
    return {name: value for name, value in {**row, **changes}.items() if value is not None}


def as_row(assertion: Assertion) -> dict[str, Any]:
    """Return an assertion as a row in JSON: a blank cell is not there."""
    cells = {name: getattr(assertion, name) for name in COLUMNS}
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in cells.items()
        if value is not None
    }


def write_table(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write rows as an assertion table with all columns, and others that rows have."""
    rows = list(rows)
    names = [*COLUMNS, *sorted({name for row in rows for name in row} - set(COLUMNS))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
