"""Tidy tables of counts: each row holds one number of patients and becomes an assertion.

This stands apart from :mod:`.tidy`, which counts patients: here nothing is counted and no engine
runs; every cell is read, so that a fault is reported with its row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metastasis._evidence.assertion import Assertion
from metastasis._vocabulary import LISTS
from metastasis.patients._engines.reading import wanted_columns
from metastasis.patients._tables.counted import CountedTable, read_cells
from metastasis.patients._tables.mapping_rules import LISTED
from metastasis.patients._tables.numbers import read_count, read_percent
from metastasis.patients._tabulate import joined
from metastasis.patients._words.labels import LEFT_OUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metastasis._catalog import Source
    from metastasis.patients._intake import Ingested, Rules
    from metastasis.patients._tables.counted import Cells
    from metastasis.patients._tables.mapping import TableMapping
    from metastasis.patients._words.labels import Kind

__all__ = ["ingest_counts"]


@dataclass(slots=True, kw_only=True)
class _TidyCounts:
    """A table of counts while it is read: its rows, and what their words mean."""

    table: CountedTable
    mapping: TableMapping
    rows: list[tuple[int, dict[str, str]]]
    """Each line with its cells under our names; constants are in every row."""

    def header(self, name: str) -> str:
        """Return the header of a column, or the name of a constant."""
        return self.mapping.columns.get(name, name)

    def keys(self, kind: Kind) -> dict[str, str]:
        """Return the key of each label of a column; labels without one go into the report."""
        labels = Counter(row[kind] for _, row in self.rows if row[kind])
        keys, unmapped = self.mapping.keys(kind, labels, self.table.rules)
        self.table.draft.unmapped += unmapped
        return keys

    def meanings(self, name: str) -> dict[str, str]:
        """Return what each word of a column means; a value of the closed list means itself."""
        words = Counter(row[name] for _, row in self.rows if row.get(name))
        own = self.mapping.meanings(name, words)
        return {word: word for word in words if word in LISTS.get(name, ())} | own


def ingest_counts(
    data: Any,
    mapping: TableMapping,
    source: Source,
    rules: Rules,
    *,
    encoding: str | None = None,
    sheet: str | None = None,
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
    cells = read_cells(data, encoding=encoding, sheet=sheet)
    rows = _under_our_names(cells, mapping)
    draft = cells.draft(f"table {source.key}")
    table = CountedTable(file=cells.file, source=source, rules=rules, draft=draft, mark=cells.mark)
    tidy = _TidyCounts(table=table, mapping=mapping, rows=rows)
    keys = {kind: tidy.keys(kind) for kind in ("primary", "site")}
    words = {name: tidy.meanings(name) for name in (*LISTED, "sex")}
    out: dict[str, list[int]] = {}
    for line, row in rows:
        if reason := _take(tidy, line, row, keys, words):
            out.setdefault(reason, []).append(line)
    for reason, lines in sorted(out.items()):
        draft.leave_out(reason, len(lines), [f"row {line}" for line in lines])
    return table.ingested()


def _under_our_names(cells: Cells, mapping: TableMapping) -> list[tuple[int, dict[str, str]]]:
    found = wanted_columns(cells.file, cells.header, mapping.headers, cells.doubled)
    places = {found[header]: place for place, header in enumerate(cells.header) if header in found}
    constants = {name: one for name in mapping.constants if (one := mapping.constant(name))}
    blank = {"", *mapping.missing}
    return [
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


def _take(
    tidy: _TidyCounts,
    line: int,
    row: dict[str, str],
    keys: Mapping[str, Mapping[str, str]],
    words: Mapping[str, Mapping[str, str]],
) -> str | None:
    """Add what a row says, or return why it does not count."""
    table = tidy.table
    found: dict[str, Any] = {kind: keys[kind].get(row[kind]) for kind in ("primary", "site")}
    for kind, key in found.items():
        if key is None:
            has = "that has no place in the catalog"
            return f"with a {kind} {has}" if row[kind] else f"without a {kind}"
        if key == LEFT_OUT:
            return f"with a {kind} that is left out on purpose"
    before = len(table.faults)
    numbers: dict[str, Any] = {
        "count": table.number(line, tidy.header("count"), row.get("count", ""), read_count),
        "total": table.number(line, tidy.header("total"), row.get("total", ""), read_count),
        "percent": table.number(line, tidy.header("percent"), row.get("percent", ""), read_percent),
    }
    terms: dict[str, Any] = dict(_terms(tidy, line, row, words))
    if len(table.faults) > before:
        return None
    if numbers["count"] is None and numbers["percent"] is None:
        return "without a number"
    sex = words["sex"].get(row.get("sex", ""))
    assertion = Assertion(
        **found,
        **numbers,
        **terms,
        population=joined(row.get("population"), sex and f"{sex} patients"),
        source=table.source.key,
        locator=row.get("locator") or f"row {line}",
        note=table.note(found["primary"], found["site"], row.get("note")),
    )
    column = tidy.header("count" if row.get("count") else "percent")
    table.add(assertion, line, column, sex, is_told_apart=bool(row.get("locator")))
    return None


def _terms(
    tidy: _TidyCounts, line: int, row: Mapping[str, str], words: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the values of closed lists that a row has."""
    for name in LISTED:
        word = row.get(name, "")
        if meaning := words[name].get(word):
            yield name, meaning
        elif word or name in ("denominator", "setting"):
            remedy = f"not in the list; one of {', '.join(LISTS[name])}, or map it under values"
            remedy = remedy if word else "must not be blank"
            tidy.table.fault(line, tidy.header(name), word, remedy)
