"""What the codes of one table mean, and the canonical rows that follow.

This stands apart from the reader, which knows of patients and dates: here are only the different
codes of the table and how many rows hold each, brought into Python and looked up once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.cells import read_cell
from metastasis.patients._coded.certainty import MARKS, is_diagnosis
from metastasis.patients._coded.codes import (
    REASONS,
    Meaning,
    code_system,
    organ_of,
    system_name,
    with_overrides,
)
from metastasis.patients._coded.told_system import check_system, system_of_cancer, told_system
from metastasis.patients._coded.wide import shown
from metastasis.patients._counting.patient import coded_rows
from metastasis.patients._words.labels import LEFT_OUT, Unmapped
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._coded.cells import Cell
    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.rules import CodingRules
    from metastasis.patients._report import ReportDraft

__all__ = ["NO_KEY", "CodeBook", "canonical_rows", "read_code_book"]

NO_KEY: Final = "whose primary the catalog does not have"
"""Why patients are left out whose primary has a code, but no catalog key."""

_MOST_CODES: Final = 200_000
"""More than the largest of the code systems has: ICD-10-CM has some 74,000."""
_BLANK: Final = "without a code"
_NO_SYSTEM: Final = "without the name of a code system"
_OTHER_SYSTEM: Final = "with a code of a system that is not read"
_COLUMNS: Final = {
    "code": "string",
    "system": "string",
    "primary": "int",
    "site": "int",
    "metastatic": "boolean",
    "leads": "boolean",
    "cell": "int",
}

Key = tuple[str, str | None]
"""A cell of codes, and its system where the table has a column for it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a cell means; or why its rows are left out, and an example of that."""

    meanings: tuple[Meaning, ...] = ()
    reason: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What the codes of a table mean, as positions in lists of catalog keys."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    meanings: Mapping[Key, tuple[Meaning, ...]]
    """Of the cells that count; those that name a primary come first."""
    systems: tuple[str, ...]
    """The code systems in use."""

    @property
    def other_primary(self) -> int:
        """The position of all primaries that have no catalog key: one past the last."""
        return len(self.primaries)

    @property
    def locators(self) -> dict[str, str]:
        """For each site the codes that name it in the table."""
        codes: dict[str, dict[str, None]] = defaultdict(dict)
        every = {one for several in self.meanings.values() for one in several}
        for one in sorted(every, key=lambda one: one.code):
            for site in one.sites:
                codes[site][one.code] = None
        return {site: ", ".join(seen) for site, seen in codes.items()}

    def table(self, *, nodes: str) -> list[tuple[Any, ...]]:
        """Return a row for each cell and site, with the columns of ``_COLUMNS``.

        ``leads`` marks one row of each cell, and ``cell`` numbers them. ``metastatic`` is true
        where the code by itself makes a patient metastatic, else null.
        """
        return [
            (*key, *row, not place, number)
            for number, key in enumerate(sorted(self.meanings, key=str))
            for place, row in enumerate(self._rows(key, nodes))
        ]

    def _rows(self, key: Key, nodes: str) -> list[tuple[Any, ...]]:
        return list(dict.fromkeys(row for one in self.meanings[key] for row in self._of(one, nodes)))

    def _of(self, one: Meaning, nodes: str) -> list[tuple[Any, ...]]:
        spread = True if one.sites and (one.kind != "nodes" or nodes == "count") else None
        primary = self.primaries.index(one.primary) if one.primary else None
        if one.kind == "no_key":
            primary = self.other_primary
        sites: list[int | None] = [self.sites.index(site) for site in one.sites] or [None]
        return [(primary, site, spread) for site in sites]


def read_code_book(
    table: Diagnoses,
    draft: ReportDraft,
    *,
    system: str | None,
    rules: CodingRules,
) -> CodeBook:
    """Return what the codes of a table mean, and report in ``draft`` the rows they leave out.

    ``system`` names the code system of all rows; None takes it from the table's column, or from
    the codes if they tell. With ``zeros``, the sites are all that the code systems name, not only
    those that were seen.

    Raises
    ------
    TableError
        The code system is not named and the codes do not tell it; or the column holds so many
        different values that it cannot be one of codes; or the table has no rows; or none is of
        the code system.
    """
    counts = _counted_codes(table, draft)
    if system is None and not table.has("system"):
        by_cell: Counter[str] = Counter()
        for (cell, _), number in counts.items():
            by_cell[cell] += number
        system = told_system(table, by_cell, draft)
    cells = {key: read_cell(key[0], glued=_glued(key, system)) for key in counts}
    read = {key: _read(cells[key], key[1], system, rules) for key in counts}
    if table.whole_header and not any(one.meanings for one in read.values()):
        _check_system(table, read, system, draft)
    _tell_of_cells(cells, counts, draft)
    _leave_out(read, counts, draft)
    draft.unmapped += _unmapped(read, counts)
    meanings = {
        key: tuple(_at_detail(one, rules) for one in reading.meanings)
        for key, reading in read.items()
        if reading.meanings
    }
    systems = {system} if system else {system_name(flag or "") for _, flag in read} - {None}
    return _book(meanings, tuple(sorted(name for name in systems if name)), rules.zeros)


def canonical_rows(
    table: Diagnoses, book: CodeBook, days: Any, *, nodes: str, cells: bool = False
) -> Any:
    """Return the rows that count, in the canonical form, with ``leads`` beside it.

    ``days`` is what :func:`~.diagnoses.with_days` returned. A row whose code
    counts at several sites comes once for each; ``leads`` is true for one of them. With ``cells``
    the number of the cell stays beside it, by which such rows belong together.
    """
    keys = ["code", "system"] if table.has("system") else ["code"]
    not_wanted = {*(["system"] if "system" not in keys else []), *([] if cells else ["cell"])}
    wanted = [name for name in _COLUMNS if name not in not_wanted]
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in book.table(nodes=nodes))
    codes = table.engine.table(
        {name: _COLUMNS[name] for name in wanted},
        dict.fromkeys(tuple(row[name] for name in wanted) for row in rows),
    )
    return table.engine.view(
        coded_rows(days, codes, sites=len(book.sites), on=keys, F=table.engine.functions)
    )


def _counted_codes(table: Diagnoses, draft: ReportDraft) -> dict[Key, int]:
    """Return how many rows that are not left out hold each code; count those that are.

    Of a wide table a row is a cell that is filled: blank ones are none.
    """
    engine = table.engine
    F = engine.functions  # noqa: N806
    keys = ["code", "system"] if table.has("system") else ["code"]
    conditions = _refusals(table)
    sums = [
        F.sum(F.when(one, F.lit(1)).otherwise(F.lit(0))).alias(f"n_{place}")
        for place, one in enumerate(conditions.values())
    ]
    whole = table.rows.groupBy(*keys).agg(F.count(F.lit(1)).alias("n"), *sums)
    found = engine.collect(whole.limit(_MOST_CODES + 1))
    if len(found) > _MOST_CODES:
        remedy = f"holds more than {_MOST_CODES:,} different values, which codes do not"
        raise table.fault("code", None, f"{remedy}; name the column of the codes (--code COLUMN)")
    if table.wide:
        found = [row for row in found if not is_missing(row[0])]
    if not found:
        remedy = "there are no rows below the header: export the table again"
        raise TableError([Fault(table.file, None, None, None, remedy)])
    start = len(keys)
    draft.rows_read = sum(row[start] for row in found)
    if table.wide:
        told = f"rows are the filled cells of {len(table.wide)} columns ({shown(table.wide)})"
        draft.notice("wide", draft.rows_read, told)
    for place, reason in enumerate(conditions, start + 1):
        draft.leave_out(reason, sum(row[place] for row in found))
    counts: Counter[Key] = Counter()
    for row in sorted(found, key=str):
        key = (row[0] or "", row[1] if "system" in keys else None)
        counts[key] += int(row[start]) - sum(int(one) for one in row[start + 1 :])
    return +counts


def _refusals(table: Diagnoses) -> dict[str, Any]:
    """Return why rows are left out whatever their code, and the conditions."""
    F = table.engine.functions  # noqa: N806
    if not table.refusals:
        return {"without a patient": ~table.has_patient}
    return {one: F.col("refused") == place for place, one in enumerate(table.refusals, 1)}


def _glued(key: Key, system: str | None) -> bool:
    """Return whether a letter at the end of a code may be a mark of certainty."""
    return (system or system_name(key[1] or "")) in ("ICD-10", "ICD-10-GM")


def _check_system(
    table: Diagnoses, read: Mapping[Key, _Reading], system: str | None, draft: ReportDraft
) -> None:
    """Refuse a table of which no row counts because its code system is not the one it says."""
    reasons = {one.reason for one in read.values()} - {_BLANK}
    if reasons and reasons <= {_NO_SYSTEM, _OTHER_SYSTEM}:
        check_system(table, {system or flag for _, flag in read}, draft)
        return
    strange = [key for key, one in read.items() if one.reason == REASONS["not_a_code"]]
    for code, flag in sorted(strange, key=str):
        named = system or system_name(flag or "")
        if other := system_of_cancer(code):
            remedy = (
                f"no code is a cancer code of {named}, while this one is of {other}; name the "
                f"code system, as in system={other!r} (--system {other})"
            )
            raise table.fault("code", code, remedy)


def _read(cell: Cell, flag: str | None, system: str | None, rules: CodingRules) -> _Reading:
    """Return what a cell means: all of its codes that count, or why none does."""
    found: list[Meaning] = []
    why = _Reading()
    for code, mark in cell.codes:
        one = _read_code(code, mark, flag, system, rules)
        if isinstance(one, Meaning):
            found.append(one)
        elif not why.reason:
            why = _Reading((), *one)
    first = sorted(found, key=lambda one: one.primary is None and one.kind != "no_key")
    return _Reading(tuple(first)) if found else why


def _read_code(
    code: str, mark: str, flag: str | None, system: str | None, rules: CodingRules
) -> Meaning | tuple[str, str]:
    """Return what a code means; or why its rows are left out, and an example of that."""
    if is_missing(code):
        return _BLANK, ""
    if not is_diagnosis(mark):
        return MARKS[mark], f"{code} {mark}"
    if system is None and not (flag or "").strip():
        return _NO_SYSTEM, code
    known = system_name(system or flag or "")
    if known is None:
        own = with_overrides(
            Meaning("", "map"), f"{system or flag}:{code}", rules.words, LEFT_OUT
        )
        return own if own.counts else (_OTHER_SYSTEM, system or flag or "")
    one = with_overrides(code_system(known).meaning(code), code.strip(), rules.words, LEFT_OUT)
    return one if one.counts or one.kind == "no_key" else (REASONS[one.kind], code)


def _tell_of_cells(
    cells: Mapping[Key, Cell], counts: Mapping[Key, int], draft: ReportDraft
) -> None:
    """Say how many rows hold more than a code, and how they are read."""
    several = sum(counts[key] for key, one in cells.items() if len(one.codes) > 1)
    text = sum(counts[key] for key, one in cells.items() if one.has_text)
    draft.notice("cells", several, "rows with several codes in one cell: each is read")
    draft.notice("cells", text, "rows with text beside the code: the code is read")


def _leave_out(
    read: Mapping[Key, _Reading], counts: Mapping[Key, int], draft: ReportDraft
) -> None:
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for key, one in read.items():
        if not one.meanings:
            left[one.reason][one.example] += counts[key]
    for reason in sorted(left):
        examples = [value for value, _ in left[reason].most_common(5) if value.strip()]
        draft.leave_out(reason, left[reason].total(), examples)


def _unmapped(read: Mapping[Key, _Reading], counts: Mapping[Key, int]) -> list[Unmapped]:
    rows: Counter[str] = Counter()
    for key, reading in read.items():
        for one in reading.meanings:
            if one.kind == "no_key":
                rows[one.code] += counts[key]
    return [Unmapped("primary", code, rows[code]) for code in sorted(rows)]


def _at_detail(one: Meaning, rules: CodingRules) -> Meaning:
    if rules.detail == "organ" and one.primary:
        return replace(one, primary=organ_of(one.primary, rules.known))
    return one


def _book(
    meanings: Mapping[Key, tuple[Meaning, ...]], systems: tuple[str, ...], every_site: bool
) -> CodeBook:
    every = {one for several in meanings.values() for one in several}
    primaries = {one.primary for one in every if one.primary}
    sites = {site for one in every for site in one.sites}
    if every_site:
        sites |= {site for name in systems for site in code_system(name).sites}
    return CodeBook(tuple(sorted(primaries)), tuple(sorted(sites)), meanings, systems)
