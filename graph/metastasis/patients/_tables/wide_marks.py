"""Who is metastatic by the columns of a wide table that say so of the patient as a whole.

Apart because three kinds of columns may say it: a yes or no, the M of TNM, and, only where the user
names it, a stage. M, stage and ``ca_dmets_yn`` are of the diagnosis: where sites are of the whole
course, their No says nothing of what came later, and only their Yes counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import Fault, TableError
from metastasis.patients._account import counted
from metastasis.patients._flags import cells_of
from metastasis.patients._words.answers import setting_of
from metastasis.patients._words.headers import plain_header
from metastasis.patients._words.yes_no import AnswerWords, YesNo, m_answer, stage_answer

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence

    from metastasis.patients._engines.engine import Engine
    from metastasis.patients._flags import FlagGroup
    from metastasis.patients._report import ReportDraft
    from metastasis.patients._tables.wide_columns import WideColumns

__all__ = ["metastatic_mark"]

_AT_DIAGNOSIS: Final = ("ca dmets yn",)
"""Headers that are of the diagnosis without saying so."""


def metastatic_mark(
    engine: Engine,
    rows: Any,
    columns: WideColumns,
    words: AnswerWords,
    groups: Sequence[FlagGroup],
    file: str,
    draft: ReportDraft,
) -> tuple[Any, bool]:
    """Return rows with a column ``mark`` (null where nothing is said), and whether any says it.

    Raises
    ------
    TableError
        A column that the user named for it has cells that are no answers.
    """
    F = engine.functions  # noqa: N806
    kinds: dict[str, Callable[[str], YesNo]] = {
        "mark": lambda cell: _word(words, cell),
        "m": m_answer,
        "stage": stage_answer,
    }
    there = [one for one in kinds if one in columns.named]
    cells = cells_of(engine, rows, there)
    of_course = any(one.setting != "at_diagnosis" for one in groups)
    is_yes, is_no, used = F.lit(False), F.lit(False), False
    for ours in there:
        if not _is_read(ours, cells.get(ours), kinds[ours], columns, file, draft):
            continue
        used = True
        text = F.trim(F.coalesce(F.col(ours), F.lit("")))
        said = {
            kind: [one for one in cells[ours] if kinds[ours](one) is kind]
            for kind in (YesNo.YES, YesNo.NO)
        }
        if said[YesNo.YES]:
            is_yes = is_yes | text.isin(*said[YesNo.YES])
        early = ours != "mark" or _is_of_diagnosis(columns.named[ours])
        if said[YesNo.NO] and not (early and of_course):
            is_no = is_no | text.isin(*said[YesNo.NO])
    mark = F.when(is_yes, F.lit(True)).when(is_no, F.lit(False))
    return engine.settle(rows.withColumn("mark", mark)), used


def _word(words: AnswerWords, cell: str) -> YesNo:
    """Return what a mark says: by yes and no, else by M1 and M0."""
    found = words.answer(cell)
    return m_answer(cell) if found is YesNo.NONE else found


def _is_of_diagnosis(header: str) -> bool:
    return plain_header(header) in _AT_DIAGNOSIS or setting_of(header) == "at_diagnosis"


def _is_read(
    ours: str,
    counts: Counter[str] | None,
    meaning: Callable[[str], YesNo],
    columns: WideColumns,
    file: str,
    draft: ReportDraft,
) -> bool:
    """Return whether a column answers; one that only its header made us take may not."""
    header = columns.named[ours]
    odd = {one: n for one, n in (counts or {}).items() if meaning(one) is YesNo.NONE}
    if counts is not None and not odd:
        return True
    most = max(odd, key=lambda one: (odd[one], one), default="")
    rows = f", in {counted(odd[most], 'rows')}," if odd else ""
    if ours not in columns.guessed:
        remedy = f"does not say who is metastatic{rows} by yes and no, by M or by the stage"
        raise TableError([Fault(file, None, header, most or None, remedy)])
    draft.warn(f"column {header!r} does not mark metastatic patients: {most!r} is no answer")
    return False
