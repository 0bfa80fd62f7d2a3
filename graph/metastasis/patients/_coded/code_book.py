"""What the codes of one table mean, and the canonical rows that follow.

This stands apart from the reader, which knows of patients and dates: here are only the different
codes of the table and how many rows hold each, brought into Python and looked up once.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.codes import (
    SNOMED,
    SYSTEMS,
    Meaning,
    code_system,
    infer_system,
    organ_of,
    system_name,
)
from metastasis.patients._coded.diagnoses import has_patient
from metastasis.patients._coded.lookup import (
    OWN,
    check_system,
    look_up,
    open_labels,
    system_of,
    tell_of_maps,
)
from metastasis.patients._coded.snomed import looks_like_snomed
from metastasis.patients._counting.patient import coded_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.lookup import Beside, Key
    from metastasis.patients._coded.rules import CodingRules
    from metastasis.patients._report import ReportDraft

__all__ = ["NO_KEY", "CodeBook", "canonical_rows", "read_code_book"]

NO_KEY: Final = "whose primary the catalog does not have"
"""Why patients are left out whose primary has a code, but no catalog key."""

_MOST_CODES: Final = 200_000
"""More than the largest of the code systems has: ICD-10-CM has some 74,000."""
_COLUMNS: Final = {
    "code": "string",
    "system": "string",
    "primary": "int",
    "site": "int",
    "metastatic": "boolean",
    "leads": "boolean",
}


@dataclass(frozen=True, slots=True)
class CodeBook:
    """What the codes of a table mean, as positions in lists of catalog keys."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    meanings: Mapping[Key, Meaning]
    """Of the codes that count."""
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
        for one in sorted(self.meanings.values(), key=lambda one: one.code):
            for site in one.sites:
                codes[site][one.code] = None
        return {site: ", ".join(seen) for site, seen in codes.items()}

    def table(self, *, nodes: str) -> list[tuple[Any, ...]]:
        """Return a row for each code and site: code, system, primary, site, metastatic, leads.

        ``leads`` marks one row of each code. ``metastatic`` is true where the code by itself makes
        a patient metastatic, else null.
        """
        return [row for key in sorted(self.meanings, key=str) for row in self._rows(key, nodes)]

    def _rows(self, key: Key, nodes: str) -> list[tuple[Any, ...]]:
        one = self.meanings[key]
        spread = True if one.spreads(nodes) else None
        primary = self.primaries.index(one.primary) if one.primary else None
        if one.kind == "no_key":
            primary = self.other_primary
        sites: list[int | None] = [self.sites.index(site) for site in one.sites] or [None]
        return [(*key, primary, site, spread, site == sites[0]) for site in sites]


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
    counts, beside = _counted_codes(table, draft)
    if system is None and not table.has("system"):
        system = _told_system(table, counts, rules, draft)
    read = {key: look_up(key, beside[key], system, rules) for key in counts}
    undecided = open_labels(read, counts, beside, system, rules)
    if not any(isinstance(one, Meaning) for one in read.values()):
        check_system(table, read, system, undecided, draft)
    _leave_out(read, counts, draft)
    tell_of_maps(read, counts, beside, rules, draft)
    draft.unmapped += undecided
    meanings = {
        key: _at_detail(one, rules)
        for key, one in read.items()
        if isinstance(one, Meaning) and (one.counts or one.kind == "no_key")
    }
    systems = {system_of(key, system) for key in meanings}
    systems |= {name for key in read if (name := system_of(key, system)) in SYSTEMS}
    return _book(meanings, tuple(sorted(systems)), rules)


def canonical_rows(table: Diagnoses, book: CodeBook, days: Any, *, nodes: str) -> Any:
    """Return the rows that count, in the canonical form, with ``leads`` beside it.

    ``days`` is what :func:`~.diagnoses.with_days` returned. A row whose code
    counts at several sites comes once for each; ``leads`` is true for one of them.
    """
    keys = ["code", "system"] if table.has("system") else ["code"]
    wanted = [name for name in _COLUMNS if name != "system" or name in keys]
    rows = (dict(zip(_COLUMNS, row, strict=True)) for row in book.table(nodes=nodes))
    cells = [tuple(row[name] for name in wanted) for row in rows]
    codes = table.engine.table({name: _COLUMNS[name] for name in wanted}, dict.fromkeys(cells))
    return table.engine.view(
        coded_rows(days, codes, sites=len(book.sites), on=keys, F=table.engine.functions)
    )


def _counted_codes(
    table: Diagnoses, draft: ReportDraft
) -> tuple[dict[Key, int], dict[Key, Beside]]:
    """Return how many rows with a patient hold each code, and what the table says beside it.

    Rows without a patient are counted in ``draft``.
    """
    engine = table.engine
    F = engine.functions  # noqa: N806
    keys = ["code", "system"] if table.has("system") else ["code"]
    kept = F.when(has_patient(table), F.lit(1)).otherwise(F.lit(0))
    said = [name for name in ("text", "kind") if table.has(name)]
    sums = [F.count(F.lit(1)).alias("n"), F.sum(kept).alias("kept")]
    whole = table.rows.groupBy(*keys).agg(*(F.min(one).alias(one) for one in said), *sums)
    found = engine.collect(whole.limit(_MOST_CODES + 1))
    if len(found) > _MOST_CODES:
        remedy = f"holds more than {_MOST_CODES:,} different values, which codes do not"
        raise table.fault("code", None, f"{remedy}; name the column of the codes (--code COLUMN)")
    if not found:
        remedy = "there are no rows below the header: export the table again"
        raise TableError([Fault(table.file, None, None, None, remedy)])
    draft.rows_read = sum(row[-2] for row in found)
    draft.leave_out("without a patient", sum(row[-2] - row[-1] for row in found))
    counts: Counter[Key] = Counter()
    beside: dict[Key, Beside] = {}
    for row in sorted(found, key=str):
        key = row[0] or "", row[1] if "system" in keys else None
        counts[key] += int(row[-1])
        more = dict(zip(said, row[len(keys) : -2], strict=True))
        beside[key] = (more.get("text") or "").strip(), more.get("kind") or ""
    return +counts, beside


def _told_system(
    table: Diagnoses, counts: Mapping[Key, int], rules: CodingRules, draft: ReportDraft
) -> str:
    """Return the code system that the header, the codes themselves or the code map tell."""
    header = re.sub("[^a-z0-9]", "", table.headers["code"].casefold())
    by_header = re.search("icd(10cm|9cm|9)", header)
    codes = [code for code, _ in counts]
    name = system_name(by_header[0]) if by_header else infer_system(codes)
    if name is None and looks_like_snomed(codes):
        name = SNOMED
    if name is None and rules.code_map and any(rules.code_map.codes(OWN, one) for one in codes):
        return OWN
    if name is None:
        remedy = (
            "the code system is not named, and the codes do not tell it; name it, as in "
            "system='ICD-10-CM' (--system ICD-10-CM), or name the column that does"
        )
        shown = ", ".join(sorted(code for code in codes if code.strip())[:3])
        raise table.fault("code", shown, remedy)
    why = "the header of the column" if by_header else "their form"
    rows = sum(counts.values())
    draft.notice("code system", rows, f"rows with codes read as {name}, which {why} tells")
    return name


def _leave_out(
    read: Mapping[Key, Meaning | tuple[str, str]], counts: Mapping[Key, int], draft: ReportDraft
) -> None:
    left: dict[str, Counter[str]] = defaultdict(Counter)
    for key, one in read.items():
        if not isinstance(one, Meaning):
            left[one[0]][one[1]] += counts[key]
    for reason in sorted(left):
        examples = [value for value, _ in left[reason].most_common(5) if value.strip()]
        draft.leave_out(reason, left[reason].total(), examples)


def _at_detail(one: Meaning, rules: CodingRules) -> Meaning:
    if rules.detail == "organ" and one.primary:
        return replace(one, primary=organ_of(one.primary, rules.known))
    return one


def _book(
    meanings: Mapping[Key, Meaning], systems: tuple[str, ...], rules: CodingRules
) -> CodeBook:
    primaries = {one.primary for one in meanings.values() if one.primary}
    sites = {site for one in meanings.values() for site in one.sites}
    if rules.zeros:
        known = (name for name in systems if name in SYSTEMS)
        sites |= {site for name in known for site in code_system(name).sites}
    return CodeBook(tuple(sorted(primaries)), tuple(sorted(sites)), meanings, systems)
