"""Tidy tables of counts: each row is one number that somebody counted, and becomes an assertion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from metastasis._errors import TableError
from metastasis._evidence.assertion import Assertion
from metastasis._vocabulary import LISTS
from metastasis.patients._engines.reading import wanted_columns
from metastasis.patients._report import ReportDraft
from metastasis.patients._tables.cells import Cells, read_cells
from metastasis.patients._tables.counted import CellError, CountedTable, read_count, read_percent
from metastasis.patients._tables.tidy_words import keys_of, words_of
from metastasis.patients._words.labels import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metastasis._catalog import Catalog, Source
    from metastasis.patients._cohort import Ingested
    from metastasis.patients._tables.mapping import TableMapping
    from metastasis.patients._words.labels import Kind

__all__ = ["ingest_counts"]

_LISTED: Final = ("denominator", "setting", "occurrence", "stage", "relation")
_TEXTS: Final = ("population", "note")
_Value = TypeVar("_Value")


@dataclass(slots=True, kw_only=True)
class _Rows:
    """The rows of a table under our names."""

    table: CountedTable
    mapping: TableMapping
    rows: list[tuple[int, dict[str, str]]]
    """Each line with its cells; constants stand in every row."""
    headers: Mapping[str, str]
    """The header of each of our columns."""

    def header(self, name: str) -> str:
        """Return the header of a column, or the name of a constant."""
        return self.headers.get(name, name)


def ingest_counts(
    data: Any,
    mapping: TableMapping,
    source: Source,
    catalog: Catalog,
    overrides: Mapping[tuple[str, str], str],
    min_count: int,
    zeros: bool,
) -> Ingested:
    """Return what a table of counts says, one assertion a row.

    Raises
    ------
    TableError
        With every fault: a column that is missing, a cell that is no number, a count above its
        total, two rows that say the same.
    ReadError
        The file cannot be read.
    """
    cells = read_cells(data)
    table = CountedTable(
        file=cells.file, catalog=catalog, source=source, zeros=zeros, min_count=min_count
    )
    rows = _under_our_names(cells, table, mapping)
    draft = ReportDraft(f"table {source.key}", [cells.file], rows_read=len(rows.rows))
    keys = {kind: _keys(rows, kind, draft, overrides) for kind in ("primary", "site")}
    words = {name: _words(rows, name) for name in (*_LISTED, "sex")}
    out: dict[str, list[int]] = {}
    for line, row in rows.rows:
        if reason := _take(rows, line, row, keys, words):
            out.setdefault(reason, []).append(line)
    for reason, lines in sorted(out.items()):
        draft.leave_out(reason, len(lines), [f"row {line}" for line in lines])
    if table.faults:
        raise TableError(table.faults)
    return table.ingested(draft)


def _under_our_names(cells: Cells, table: CountedTable, mapping: TableMapping) -> _Rows:
    found = wanted_columns(cells.file, cells.header, mapping.headers)
    places = {found[header]: place for place, header in enumerate(cells.header) if header in found}
    constants = {name: one for name in mapping.constants if (one := mapping.constant(name))}
    blank = {"", *mapping.missing}
    rows = [
        (
            line,
            constants
            | {
                name: "" if (text := row[place].strip()) in blank else text
                for name, place in places.items()
            },
        )
        for line, row in cells.rows
    ]
    return _Rows(table=table, mapping=mapping, rows=rows, headers=mapping.columns)


def _keys(
    rows: _Rows, kind: Kind, draft: ReportDraft, overrides: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    labels = Counter(row[kind] for _, row in rows.rows if row[kind])
    keys, unmapped = keys_of(rows.mapping, kind, labels, rows.table.catalog, overrides)
    draft.unmapped += unmapped
    return keys


def _words(rows: _Rows, name: str) -> dict[str, str]:
    """Return what each word of a column means; a value of the closed list means itself."""
    words = Counter(row[name] for _, row in rows.rows if row.get(name))
    own = words_of(rows.mapping, name, words)
    return {word: word for word in words if word in LISTS.get(name, ())} | own


def _take(
    rows: _Rows,
    line: int,
    row: dict[str, str],
    keys: Mapping[str, Mapping[str, str]],
    words: Mapping[str, Mapping[str, str]],
) -> str | None:
    """Add what a row says, or return why it does not count."""
    found = {kind: keys[kind].get(row[kind]) for kind in ("primary", "site")}
    for kind, key in found.items():
        if key is None:
            return (
                f"with a {kind} that has no place in the catalog"
                if row[kind]
                else f"without a {kind}"
            )
        if key == LEFT_OUT:
            return f"with a {kind} that is left out on purpose"
    before = len(rows.table.faults)
    numbers: dict[str, Any] = {
        "count": _number(rows, line, row, "count", read_count),
        "total": _number(rows, line, row, "total", read_count),
        "percent": _number(rows, line, row, "percent", read_percent),
    }
    terms = dict(_terms(rows, line, row, words))
    if len(rows.table.faults) > before:
        return None
    if numbers["count"] is None and numbers["percent"] is None:
        return "without a number"
    sex = words["sex"].get(row.get("sex", ""))
    _add(rows, line, row, found, numbers | terms, sex)
    return None


def _add(
    rows: _Rows,
    line: int,
    row: Mapping[str, str],
    keys: Mapping[str, Any],
    values: Mapping[str, Any],
    sex: str | None,
) -> None:
    population = "; ".join(
        part for part in (row.get("population"), sex and f"{sex} patients") if part
    )
    assertion = Assertion(
        **keys,
        **values,
        population=population or None,
        source=rows.table.source.key,
        locator=row.get("locator") or f"row {line}",
        note=rows.table.note(keys["primary"], keys["site"], row.get("note")),
    )
    rows.table.add(assertion, line, rows.header("count" if row.get("count") else "percent"), sex)


def _terms(
    rows: _Rows, line: int, row: Mapping[str, str], words: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the values of closed lists that a row has."""
    for name in _LISTED:
        word = row.get(name, "")
        if meaning := words[name].get(word):
            yield name, meaning
        elif word or name in ("denominator", "setting"):
            remedy = f"not in the list; one of {', '.join(LISTS[name])}, or map it under values"
            rows.table.fault(line, rows.header(name), word, remedy if word else "must not be blank")


def _number(
    rows: _Rows,
    line: int,
    row: Mapping[str, str],
    name: str,
    read: Callable[[str], _Value | None],
) -> _Value | None:
    try:
        return read(row.get(name, ""))
    except CellError as error:
        rows.table.fault(line, rows.header(name), row[name], str(error))
        return None
