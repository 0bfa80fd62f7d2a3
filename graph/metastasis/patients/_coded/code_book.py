"""What the codes of one table mean, and the canonical rows that follow.

This stands apart from the reader, which knows of patients and dates: here are only the different
codes of the table and how many rows hold each, brought into Python and looked up once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._coded.cells import CodeCell, read_cell
from metastasis.patients._coded.certainty import MARKS, is_diagnosis
from metastasis.patients._coded.codes import SYSTEMS, Meaning, code_system, organ_of
from metastasis.patients._coded.counted_codes import counted_codes, told_system
from metastasis.patients._coded.lookup import (
    check_system,
    look_up,
    open_labels,
    system_of,
    tell_of_maps,
    tell_of_others,
)
from metastasis.patients._counting.patient import coded_rows
from metastasis.patients._flags import showing_metastasis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.lookup import Key
    from metastasis.patients._coded.rules import CodingRules
    from metastasis.patients._report import ReportDraft

    Read = Meaning | tuple[str, str]
    """What a code means, or why its rows are left out and an example of that."""

__all__ = ["NO_KEY", "CodeBook", "canonical_rows", "read_code_book"]

NO_KEY: Final = "whose primary the catalog does not have"
"""Why patients are left out whose primary has a code, but no catalog key."""
_GERMAN: Final = ("ICD-10", "ICD-10-GM")
"""Code systems in which a letter may be glued to a code, as a mark of certainty."""
_COLUMNS: Final = {
    "code": "string",
    "system": "string",
    "primary": "int",
    "site": "int",
    "metastatic": "boolean",
    "leads": "boolean",
    "cell": "int",
    "place": "int",
}


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What the codes of a table mean, as positions in lists of catalog keys."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    meanings: Mapping[Key, tuple[Meaning, ...]]
    """Of the cells that count; those that name a primary come first."""
    systems: tuple[str, ...]
    """The code systems in use."""
    is_whole: bool = True
    """Whether no row holds a cancer code of a system that is not its own."""

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

        ``leads`` marks one row of each cell; ``cell`` numbers the cells, ``place`` the rows of
        each. ``metastatic`` is true where the code by itself makes a patient metastatic, else null.
        """
        return [
            (*key, *row, not place, number, place)
            for number, key in enumerate(sorted(self.meanings, key=str))
            for place, row in enumerate(self._rows(key, nodes))
        ]

    def _rows(self, key: Key, nodes: str) -> list[tuple[Any, ...]]:
        return list(
            dict.fromkeys(row for one in self.meanings[key] for row in self._of(one, nodes))
        )

    def _of(self, one: Meaning, nodes: str) -> list[tuple[Any, ...]]:
        spread = True if one.spreads(nodes) else None
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
    counts, beside = counted_codes(table, draft)
    if system is None and not table.has("system"):
        system = told_system(table, counts, rules, draft)
    cells = {key: _cell(key, system) for key in counts}
    parts = _parts(cells, counts)
    beside_parts = {(code, key[1]): beside[key] for key, code, _ in _codes_of(cells)}
    read = {part: look_up(part, beside_parts[part], system, rules) for part in parts}
    undecided = open_labels(read, parts, beside_parts, system, rules)
    if not any(isinstance(one, Meaning) for one in read.values()):
        check_system(table, read, system, undecided, draft)
    readings = {key: _reading(key, one, read) for key, one in cells.items()}
    _tell_of_cells(cells, counts, draft)
    _leave_out(readings, counts, draft)
    tell_of_maps(read, parts, beside_parts, rules, draft)
    draft.unmapped += undecided
    meanings = {
        key: tuple(_in_force(one, rules) for one in reading)
        for key, reading in readings.items()
        if isinstance(reading, list)
    }
    systems = {system_of(key, system) for key in meanings}
    systems |= {name for key in read if (name := system_of(key, system)) in SYSTEMS}
    is_whole = not tell_of_others(read, parts, system, draft)
    return replace(_book(meanings, tuple(sorted(systems)), rules), is_whole=is_whole)


def canonical_rows(
    table: Diagnoses, book: CodeBook, days: Any, *, nodes: str, cells: bool = False
) -> Any:
    """Return the rows that count, in the canonical form, with ``leads`` beside it.

    ``days`` is what :func:`~.diagnoses.with_days` returned. A row whose code
    counts at several sites comes once for each; ``leads`` is true for one of them. With ``cells``
    the number of the cell stays beside it, by which such rows belong together.
    """
    keys = ["code", "system"] if table.has("system") else ["code"]
    not_wanted = {
        *(["system"] if "system" not in keys else []),
        *([] if cells else ["cell", "place"]),
    }
    wanted = [name for name in _COLUMNS if name not in not_wanted]
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in book.table(nodes=nodes))
    codes = table.engine.table(
        {name: _COLUMNS[name] for name in wanted},
        dict.fromkeys(tuple(row[name] for name in wanted) for row in rows),
    )
    return coded_rows(days, codes, sites=len(book.sites), on=keys, F=table.engine.functions)


def _cell(key: Key, system: str | None) -> CodeCell:
    """Return the codes of a cell; what a system that is not read calls a code stays whole."""
    known = system_of(key, system)
    if known and known not in SYSTEMS:
        return CodeCell(((key[0].strip(), ""),))
    return read_cell(key[0], glued=_bears_marks(key, system))


def _bears_marks(key: Key, system: str | None) -> bool:
    """Return whether a letter at the end of a code may be a mark of certainty."""
    return system_of(key, system) in _GERMAN


def _codes_of(cells: Mapping[Key, CodeCell]) -> Iterator[tuple[Key, str, str]]:
    """Yield the codes of all cells, each with its cell before it and its mark after it."""
    for key, cell in cells.items():
        for code, mark in cell.codes:
            yield key, code, mark


def _parts(cells: Mapping[Key, CodeCell], counts: Mapping[Key, int]) -> dict[Key, int]:
    """Return the rows of each single code, but for codes that their mark makes no diagnosis."""
    parts: Counter[Key] = Counter()
    for key, code, mark in _codes_of(cells):
        if is_diagnosis(mark):
            parts[code, key[1]] += counts[key]
    return parts


def _reading(key: Key, cell: CodeCell, read: Mapping[Key, Read]) -> list[Meaning] | tuple[str, str]:
    """Return what a cell means, what names a primary first; or why no code of it counts."""
    found: list[Meaning] = []
    why: list[tuple[str, str]] = []
    for code, mark in cell.codes:
        one = read[code, key[1]] if is_diagnosis(mark) else (MARKS[mark], f"{code} {mark}")
        if not isinstance(one, Meaning):
            why.append(one)
        elif one.counts or one.kind == "no_key":
            found.append(one)
    names_none = [one.primary is None and one.kind != "no_key" for one in found]
    order = sorted(range(len(found)), key=names_none.__getitem__)
    return [found[place] for place in order] if found else why[0]


def _tell_of_cells(
    cells: Mapping[Key, CodeCell], counts: Mapping[Key, int], draft: ReportDraft
) -> None:
    """Say how many rows hold more than a code, and how they are read."""
    several = sum(counts[key] for key, one in cells.items() if len(one.codes) > 1)
    text = sum(counts[key] for key, one in cells.items() if one.has_text)
    draft.notice("cells", several, "rows with several codes in one cell: each is read")
    draft.notice("cells", text, "rows with text beside the code: the code is read")


def _leave_out(
    read: Mapping[Key, list[Meaning] | tuple[str, str]],
    counts: Mapping[Key, int],
    draft: ReportDraft,
) -> None:
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for key, one in read.items():
        if isinstance(one, tuple):
            left[one[0]][one[1]] += counts[key]
    for reason in sorted(left):
        examples = [value for value, _ in left[reason].most_common(5) if value.strip()]
        draft.leave_out(reason, left[reason].total(), examples)


def _in_force(one: Meaning, rules: CodingRules) -> Meaning:
    """Return what a code means under the rules; whoever says so, nodes alone are nodes."""
    if one.sites and not showing_metastasis(one.sites, rules.known):
        one = replace(one, kind="nodes")
    if rules.detail == "organ" and one.primary:
        return replace(one, primary=organ_of(one.primary, rules.known))
    return one


def _book(
    meanings: Mapping[Key, tuple[Meaning, ...]], systems: tuple[str, ...], rules: CodingRules
) -> CodeBook:
    every = {one for several in meanings.values() for one in several}
    primaries = {one.primary for one in every if one.primary}
    sites = {site for one in every for site in one.sites}
    if rules.zeros:
        known = (name for name in systems if name in SYSTEMS)
        sites |= {site for name in known for site in code_system(name).sites}
    return CodeBook(tuple(sorted(primaries)), tuple(sorted(sites)), meanings, systems)
