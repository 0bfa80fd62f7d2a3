"""Writing rows for people and for programs, and sentences for people."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from metastasis._clean import separated, shown
from metastasis._table import LISTING
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from metastasis._cli.options import RowForm
    from metastasis._evidence.explanation import Explanation
    from metastasis._table import Table, Value

__all__ = ["NOTICE", "form_of", "say", "write_answer", "write_rows", "write_words"]

NOTICE: Final = f"Data release {DATA_RELEASE}. {NOT_CLINICAL}"
_WIDTH_IN_FILES: Final = 160
"""Characters of a line of a table that is written to a file, which has no window to fit."""


_ENDINGS: Final[Mapping[str, RowForm]] = MappingProxyType(
    {"txt": "table", "table": "table", "csv": "csv", "tsv": "tsv", "json": "json"}
)


def say(message: str) -> None:
    """Tell the person something, beside the output; where no one listens, nothing happens."""
    clean = shown(message).replace("\r", "\ufffd")  # which would write over what stands there
    with suppress(OSError, AttributeError):
        sys.stderr.write(f"{clean}\n")


def form_of(path: Path) -> RowForm | None:
    """Return the form of rows that a file's ending tells, or None."""
    return _ENDINGS.get(path.suffix.removeprefix(".").lower())


def write_words(
    text: str, out: Path | None, notice: str = NOTICE, *, is_clean: bool = False
) -> None:
    """Write text to standard output or, in one step, to a file.

    The notice, which is not for programs, goes to standard error; a blank one is left out. To a
    terminal no control character goes, unless the text is known to have none but its own colors.

    Raises
    ------
    WriteError
        The disk is full, or the file cannot be written.
    """
    if out is None:
        _write_out(text if is_clean or not _on_terminal() else shown(text))
    else:
        from metastasis._files import write_text

        write_text(out, text)
        say(f"wrote {out}")
    if notice:
        say(notice)


def write_answer(
    answer: Table[Any] | tuple[Table[Any], Iterable[str]] | Explanation,
    form: RowForm | None,
    out: Path | None,
) -> None:
    """Write an answer: a table, one with remarks on it, or an explanation, which is words.

    Notes and remarks go to standard error, after the rows. An explanation is written as rows where
    a form of rows is asked for, by name or by the file's ending.

    Raises
    ------
    UnknownNameError, WriteError
        As for rows.
    """
    if isinstance(answer, tuple):
        table, remarks = answer
        write_rows(table, form, out)
        for remark in remarks:
            say(remark)
    elif (rows := getattr(answer, "table", None)) is None:
        write_rows(answer, form, out)  # type: ignore[arg-type]
    elif form is None and (out is None or form_of(out) in (None, "table")):
        write_words(f"{answer}\n", out, notice="")
    else:
        write_rows(rows(), form, out)


def write_rows(table: Table[Any], form: RowForm | None, out: Path | None) -> None:
    """Write a table to standard output or to a file.

    Where no form is asked for, a file's ending tells it, a terminal gets a table, and a pipe gets
    CSV. What is not for programs (that there are no rows, the notes) goes to standard error.

    Raises
    ------
    UnknownNameError
        The ending of the file tells no form, and none is asked for.
    WriteError
        As for words.
    """
    chosen = form or _form_for(out)
    text = _TEXTS[chosen](table, out is None)
    notice = NOTICE if len(table) else f"no rows\n{NOTICE}"
    write_words(text, out, notice, is_clean=chosen == "table")
    for note in table.notes:
        say(note)


def rows_as_text(table: Table[Any], out: Path) -> str:
    """Return a table as the text of a file, in the form that its ending tells, else as CSV.

    Raises
    ------
    UnknownNameError
        The ending of the file tells no form.
    """
    return _TEXTS[_form_for(out)](table, False)


def _write_out(text: str) -> None:
    from metastasis._errors import WriteError

    if sys.stdout is None:
        raise WriteError("standard output", "it is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        raise WriteError("standard output", error.strerror or str(error)) from None


def _on_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _form_for(out: Path | None) -> RowForm:
    if out is None:
        return "table" if _on_terminal() else "csv"
    if not out.suffix:
        return "csv"
    if (form := form_of(out)) is None:
        from metastasis._errors import UnknownNameError

        raise UnknownNameError(
            "ending of a file of rows", out.suffix, [f".{name}" for name in _ENDINGS]
        )
    return form


def _separated(delimiter: str) -> Callable[[Table[Any], bool], str]:
    def write(table: Table[Any], _on_terminal: bool) -> str:
        rows = (map(_plain, row) for row in table.cells())
        return separated([table.columns, *rows], delimiter)

    return write


def _plain(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def _json(table: Table[Any], _on_terminal: bool) -> str:
    """Return a list of objects; numbers that JSON has not (NaN, INF) as text."""
    import json

    rows = [
        {name: str(value) if _is_odd(value) else value for name, value in row.items()}
        for row in table.to_dicts()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _is_odd(value: Value) -> bool:
    return isinstance(value, float) and (value != value or value in (float("inf"), float("-inf")))


def _table(table: Table[Any], on_standard_output: bool) -> str:
    """Return a table for people, in the width and the colors of the terminal if there is one."""
    import io

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable

    on_terminal = on_standard_output and _on_terminal()
    console = Console(
        file=sys.stdout if on_terminal else io.StringIO(),
        width=None if on_terminal else _WIDTH_IN_FILES,
    )
    columns, rows = _told(table)
    if on_terminal and console.width < _WIDE and LISTING.intersection(columns):
        return _blocks(columns, rows, console.width)
    if len(rows) and not _fits(columns, rows, console.width):
        return _one_by_one(columns, rows, console.width)
    grid = RichTable(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        grid.add_column(name, overflow="fold")
    for row in rows:
        grid.add_row(*map(_cell, row, columns))
    with console.capture() as text:
        console.print(grid)
    return text.get()


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[Value]], width: int) -> str:
    """Return a block of lines a row, for terminals too narrow for columns that list things."""
    from textwrap import fill

    from metastasis._table import plain_text

    lines = []
    for row in rows:
        cells = [(name, plain_text(value)) for name, value in zip(columns, row, strict=True)]
        lines.append("  ".join(text for name, text in cells if text and name not in LISTING))
        for name, text in cells:
            if text and name in LISTING:
                parts = text.split("; ")
                starts = [f"  {name:9}", *[" " * 11] * (len(parts) - 1)]
                lines += [
                    fill(part, width, initial_indent=start, subsequent_indent=" " * 13)
                    for start, part in zip(starts, parts, strict=True)
                ]
        lines.append("")
    return "\n".join(lines) + "\n" if lines else ""


def _fits(columns: Sequence[str], rows: Sequence[Sequence[Value]], width: int) -> bool:
    """Return whether a grid of these columns has to break words too short to be read."""
    from metastasis._table import plain_text

    needs = [
        max(len(word) for text in (name, *map(plain_text, cells)) for word in text.split() or [""])
        for name, cells in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    return sum(min(need, _READABLE) + 2 for need in needs) <= width


def _one_by_one(columns: Sequence[str], rows: Sequence[Sequence[Value]], width: int) -> str:
    """Return a line for each cell that is not blank, under the name of its column."""
    from textwrap import fill

    from metastasis._table import plain_text

    names = max(map(len, columns)) + 2
    blocks = [
        "\n".join(
            fill(text, width, initial_indent=f"{name:{names}}", subsequent_indent=" " * names)
            for name, text in zip(columns, map(plain_text, row), strict=True)
            if text
        )
        for row in rows
    ]
    return "\n\n".join(blocks) + "\n"


_READABLE: Final = 12
"""Characters of a word on a line, below which a folded cell is hard to read."""

_WIDE: Final = 140
"""Columns of a terminal from which on a table with lists in its cells can be read."""

_TEXTS: Final[Mapping[str, Callable[[Table[Any], bool], str]]] = {
    "table": _table,
    "csv": _separated(","),
    "tsv": _separated("\t"),
    "json": _json,
}


def _told(table: Table[Any]) -> tuple[list[str], list[list[Value]]]:
    """Return columns and rows for people, without a column that has nothing to tell."""
    columns, rows = table.shown()
    kept = [
        i
        for i, name in enumerate(columns)
        if not (name in _TELLING and all(row[i] in (None, "", "reported") for row in rows))
    ]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]


_TELLING: Final = frozenset({"status", "proximity", "words", "numbers", "rolled_up_from"})


def _cell(value: Value, column: str) -> str:
    from rich.markup import escape

    from metastasis._table import plain_text

    text = plain_text(value)
    return escape(text.replace("; ", "\n") if column in LISTING else text)
