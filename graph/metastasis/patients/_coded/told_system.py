"""Which code system the codes of a table are of: by its header, by their form, or as it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.cells import has_marks, read_cell
from metastasis.patients._coded.codes import (
    SNOMED,
    SYSTEMS,
    code_system,
    foreign_system,
    infer_system,
    is_snomed,
    system_name,
)
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis.patients._coded.diagnoses import Diagnoses
    from metastasis.patients._report import ReportDraft

__all__ = ["check_system", "system_of_cancer", "told_system"]

_BY_HEADER: Final = re.compile(r"icd(?:10(?:cm|gm|am)|9cm|9)|i10dx")


def told_system(table: Diagnoses, counts: Mapping[str, int], draft: ReportDraft) -> str:
    """Return the code system that the header or the codes themselves tell.

    ``counts`` are the rows of each cell of codes.

    Raises
    ------
    TableError
        Neither tells.
    """
    header = re.sub("[^a-z0-9]", "", table.headers["code"].casefold())
    stated = [cell for cell in counts if not is_missing(cell)]
    codes = [code for cell in stated for code, _ in read_cell(cell).codes]
    by_header = _BY_HEADER.search(header)
    if by_header:
        name = "ICD-10-CM" if by_header[0] == "i10dx" else system_name(by_header[0])
        why = "the header of the column"
    elif table.has("certainty") or has_marks(stated):
        name, why = "ICD-10-GM", "the certainty of each diagnosis"
    elif codes and all(map(is_snomed, codes)):
        name, why = SNOMED, "their form"
    else:
        name, why = infer_system(codes), "their form"
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


def check_system(table: Diagnoses, foreign: Iterable[str | None], draft: ReportDraft) -> None:
    """Refuse a table of which no row is of a code system that is read, or warn of SNOMED CT.

    ``foreign`` are the names of code systems that its rows give.

    Raises
    ------
    TableError
        The code systems are others, or not named.
    """
    seen = sorted({flag.strip() for flag in foreign if flag and flag.strip()})[:3]
    if seen and all(foreign_system(one) == SNOMED for one in seen):
        draft.warn(
            "the codes are of SNOMED CT, whose meanings are not shipped: give your own map of codes "
            "(--code-map), or a key for each label (--site-map)"
        )
        return
    remedy = f"no row is of a code system that is read ({', '.join(SYSTEMS)})"
    if not seen:
        remedy += "; name the one of all rows, as in system='ICD-10-CM' (--system ICD-10-CM)"
    else:
        remedy += "; give a map from these codes to ICD-10 (--code-map)"
    raise table.fault("system", ", ".join(seen) or None, remedy)


def system_of_cancer(code: str) -> str | None:
    """Return the first code system in which a code counts, or None.

    >>> system_of_cancer("C50.9"), system_of_cancer("174.9"), system_of_cancer("I10")
    ('ICD-10-CM', 'ICD-9-CM', None)
    """
    return next((name for name in SYSTEMS if code_system(name).meaning(code).counts), None)
