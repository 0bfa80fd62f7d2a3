"""Writing rows for people and for programs, and sentences for people."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from metastasis.vocabulary import DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis.tables import Table, Value

__all__ = ["RowFormat", "say", "write_rows", "write_words"]


class RowFormat(str, Enum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    tsv = "tsv"
    json = "json"


def say(message: str) -> None:
    """Tell the person something, beside the output."""
    sys.stderr.write(f"{message}\n")


def write_words(text: str, out: Path | None) -> None:
    """Write text to standard output or, in one step, to a file."""
    if out is None:
        sys.stdout.write(text)
        return
    from metastasis.files import write_text

    write_text(out, text)


def write_rows(table: Table[Any], form: RowFormat | None, out: Path | None) -> None:
    """Write a table to standard output or to a file.

    Where no form is asked for, a file's ending tells it, a terminal gets a table, and a pipe gets
    CSV. What is not for programs (that there are no rows, the notice) goes to standard error.
    """
    chosen = form or _form_for(out)
    if chosen is RowFormat.table and out is None:
        _print_table(table)
    else:
        write_words(_TEXTS[chosen](table), out)
    if not len(table):
        say("no rows")
    say(f"Data release {DATA_RELEASE}. {NOT_CLINICAL}")


def _form_for(out: Path | None) -> RowFormat:
    if out is None:
        return RowFormat.table if sys.stdout.isatty() else RowFormat.csv
    ending = out.suffix.lstrip(".")
    return RowFormat(ending) if ending in set(RowFormat) else RowFormat.csv


def _separated(delimiter: str) -> Callable[[Table[Any]], str]:
    def write(table: Table[Any]) -> str:
        import csv
        import io

        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.cells())
        return text.getvalue()

    return write


def _json(table: Table[Any]) -> str:
    import json

    return json.dumps(table.to_dicts(), ensure_ascii=False, indent=1) + "\n"


def _plain_table(table: Table[Any]) -> str:
    import io

    text = io.StringIO()
    _print_table(table, text)
    return text.getvalue()


_TEXTS: dict[RowFormat, Callable[[Table[Any]], str]] = {
    RowFormat.table: _plain_table,
    RowFormat.csv: _separated(","),
    RowFormat.tsv: _separated("\t"),
    RowFormat.json: _json,
}


def _print_table(table: Table[Any], file: IO[str] | None = None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable

    console = Console(file=file, width=None if file is None and sys.stdout.isatty() else 160)
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    shown = _shown(table.columns)
    for i in shown:
        grid.add_column(table.columns[i], overflow="fold")
    for row in table.cells():
        grid.add_row(*(_cell(row[i]) for i in shown))
    console.print(grid)


def _shown(columns: Sequence[str]) -> list[int]:
    """For people a label stands for its key."""
    return [i for i, name in enumerate(columns) if f"{name}_label" not in columns]


def _cell(value: Value) -> str:
    from rich.markup import escape

    from metastasis.tables import IRI

    if value is None:
        return ""
    if isinstance(value, IRI):
        return escape(value.curie)
    if isinstance(value, float):
        return f"{value:g}"
    return escape(str(value).replace("; ", "\n"))
