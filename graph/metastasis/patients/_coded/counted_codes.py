"""How many rows hold each code, which of them are left out anyway, and of what system codes are.

Apart from the code book because that knows what codes mean, and here they are only counted.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._coded.cells import has_marks, read_cell
from metastasis.patients._coded.codes import SNOMED, infer_system, system_name
from metastasis.patients._coded.lookup import OWN
from metastasis.patients._coded.snomed import looks_like_snomed
from metastasis.patients._coded.wide import shown
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.patients._coded.code_map import CodeMap
    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._coded.lookup import Beside, Key
    from metastasis.patients._coded.rules import CodingRules
    from metastasis.patients._report import ReportDraft

__all__ = ["counted_codes", "told_system"]

_MOST_CODES: Final = 200_000
"""More than the largest of the code systems has: ICD-10-CM has some 74,000."""
_BY_HEADER: Final = re.compile(r"icd(?:10(?:cm|gm|am)|9cm|9)|i10dx")
_OF_HCUP: Final = "i10dx"


def counted_codes(table: Diagnoses, draft: ReportDraft) -> tuple[dict[Key, int], dict[Key, Beside]]:
    """Return how many rows hold each cell of codes, and what the table says beside it.

    Rows that are left out whatever their code, as those without a patient, are counted in
    ``draft``. Of a wide table a row is a cell that is filled: blank ones are none.

    Raises
    ------
    TableError
        The column holds so many different values that it cannot be one of codes, or the table has
        no rows.
    """
    engine = table.engine
    F = engine.functions  # noqa: N806
    keys = ["code", "system"] if table.has("system") else ["code"]
    said = [name for name in ("text", "kind") if table.has(name)]
    refusals = _refusals(table)
    sums = [
        F.sum(F.when(one, F.lit(1)).otherwise(F.lit(0))).alias(f"n_{place}")
        for place, one in enumerate(refusals.values())
    ]
    texts = [F.min(one).alias(one) for one in said]
    whole = table.rows.groupBy(*keys).agg(*texts, F.count(F.lit(1)).alias("n"), *sums)
    found = engine.collect(whole.limit(_MOST_CODES + 1))
    if len(found) > _MOST_CODES:
        raise table.fault("code", None, _too_many([row[0] or "" for row in found]))
    if table.wide:
        found = [row for row in found if not is_missing(row[0])]
    if not found:
        what = "no column of codes holds one" if table.wide else "there are no rows"
        remedy = f"{what} below the header: export the table again"
        raise TableError([Fault(table.file, None, None, None, remedy)])
    _account(table, found, len(keys) + len(said), refusals, draft)
    return _by_key(found, keys, said)


def _too_many(cells: list[str]) -> str:
    """Return what to do about a column of so many different cells."""
    lists = sum(len(read_cell(one).codes) > 1 for one in cells[:1_000])
    if lists > len(cells[:1_000]) / 2:
        return f"holds more than {_MOST_CODES:,} different lists of codes; write one code a row"
    remedy = f"holds more than {_MOST_CODES:,} different values, which codes do not"
    return f"{remedy}; name the column of the codes (--code COLUMN)"


def _account(
    table: Diagnoses, found: list[Any], start: int, refusals: Mapping[str, Any], draft: ReportDraft
) -> None:
    """Add the rows read, and those left out whatever their code."""
    draft.rows_read = sum(int(row[start]) for row in found)
    if table.wide:
        told = f"rows are the filled cells of {len(table.wide)} columns ({shown(table.wide)})"
        draft.notice("wide", draft.rows_read, told)
    for place, reason in enumerate(refusals, start + 1):
        draft.leave_out(reason, sum(int(row[place]) for row in found))


def _by_key(
    found: list[Any], keys: list[str], said: list[str]
) -> tuple[dict[Key, int], dict[Key, Beside]]:
    counts: Counter[Key] = Counter()
    beside: dict[Key, Beside] = {}
    start = len(keys) + len(said)
    for row in sorted(found, key=str):
        key = "" if is_missing(row[0]) else row[0], row[1] if "system" in keys else None
        counts[key] += int(row[start]) - sum(int(one) for one in row[start + 1 :])
        more = dict(zip(said, row[len(keys) : start], strict=True))
        beside[key] = (more.get("text") or "").strip(), more.get("kind") or ""
    return +counts, beside


def _refusals(table: Diagnoses) -> dict[str, Any]:
    """Return why rows are left out whatever their code, and the conditions."""
    F = table.engine.functions  # noqa: N806
    if not table.refusals:
        return {"without a patient": ~table.has_patient}
    return {one: F.col("refused") == place for place, one in enumerate(table.refusals, 1)}


def told_system(
    table: Diagnoses, counts: Mapping[Key, int], rules: CodingRules, draft: ReportDraft
) -> str:
    """Return the code system that the header, the codes themselves or the code map tell.

    Raises
    ------
    TableError
        None of them tells.
    """
    cells = [cell for cell, _ in counts if cell]
    codes = [code for cell in cells for code, _ in read_cell(cell).codes]
    told = [*_told(table, cells, codes), (None, "")]
    name, why = next((one for one in told if one[0]), told[-1])
    if name is None and looks_like_snomed(codes):
        name, why = SNOMED, "their form"
    if name is None and rules.code_map and any(rules.code_map.codes(OWN, one) for one in codes):
        _warn_of_others(sorted(set(codes)), rules.code_map, draft)
        return OWN
    if name is None:
        remedy = (
            "the code system is not named, and the codes do not tell it; name it, as in "
            "system='ICD-10-CM' (--system ICD-10-CM), or name the column that does"
        )
        shown = ", ".join(sorted(code for code in codes if code.strip())[:3])
        raise table.fault("code", shown, remedy)
    rows = sum(counts.values())
    draft.notice("code system", rows, f"rows with codes read as {name}, which {why} tells")
    return name


def _warn_of_others(codes: Sequence[str], code_map: CodeMap, draft: ReportDraft) -> None:
    """Warn where a table without a column of code systems holds ICD codes beside the user's own."""
    others = [one for one in codes if one[:1].isalpha() and not code_map.codes(OWN, one)]
    if looks := infer_system(others):
        some = ", ".join(others[:3])
        draft.warn(
            f"codes that the code map does not have look like {looks} ({some}) and are not "
            "counted: name the column of the code system (--system COLUMN), or add them to the map"
        )


def _told(table: Diagnoses, cells: list[str], codes: list[str]) -> Iterator[tuple[str | None, str]]:
    """Yield the code systems that are told, the surest first, and what tells them."""
    header = re.sub("[^a-z0-9]", "", table.headers["code"].casefold())
    if found := _BY_HEADER.search(header):
        name = "ICD-10-CM" if found[0] == _OF_HCUP else system_name(found[0])
        yield name, "the header of the column"
    by_form = infer_system(codes)
    is_ten = by_form != "ICD-10-CM" and not any(code[:1].isdigit() for code in codes)
    if is_ten and (table.has("certainty") or has_marks(cells)):
        yield "ICD-10-GM", "the certainty of each diagnosis"
    yield by_form, "their form"
