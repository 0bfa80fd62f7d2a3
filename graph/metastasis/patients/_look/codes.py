"""Which code system cells seem to be of, by their form alone, and whether they name metastases.

Apart because it looks at cells, and the claims at headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.cells import read_cell
from metastasis.patients._coded.codes import SNOMED, code_system, infer_system, plain_code
from metastasis.patients._coded.snomed import looks_like_snomed
from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["guessed_system", "names_metastases"]

_MOST: Final = 0.7
"""The share of cells that must have the form of a code."""
_ICD_10: Final = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
_ICD_9: Final = re.compile(r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}")
_OF_CANCER: Final = re.compile(r"C[0-9]|D[0-4]|1[4-9][0-9]|20[0-9]|23[0-9]")
"""What codes of neoplasms begin with in ICD-10 and ICD-9; a column of diagnoses has some."""
_DAY: Final = re.compile(r"(?:19|20)[0-9]{6}")


def guessed_system(cells: Iterable[str]) -> str | None:
    """Return the code system that cells have the form of, or None.

    >>> guessed_system(["C50.911", "C79.51 Secondary neoplasm of bone"]), guessed_system(["1749"])
    ('ICD-10-CM', 'ICD-9-CM')
    >>> guessed_system(["254837009", "94222008"]), guessed_system(["Liver", "2019-01-01"])
    ('SNOMED', None)
    """
    codes = _codes_in(cells)
    if not codes:
        return None
    of_cancer = any(map(_OF_CANCER.match, codes))
    if of_cancer and _share(codes, _ICD_10) >= _MOST:
        return infer_system(one for one in codes if _ICD_10.fullmatch(one)) or "ICD-10"
    if of_cancer and _share(codes, _ICD_9) >= _MOST:
        return "ICD-9-CM"
    is_snomed = looks_like_snomed(codes) and not all(map(_DAY.fullmatch, codes))
    return SNOMED if is_snomed else None


def names_metastases(cells: Iterable[str], system: str) -> bool:
    """Return whether a code of a metastasis is among those of a code system.

    >>> names_metastases(["C50.911", "C79.51"], "ICD-10-CM"), names_metastases(["1749"], "ICD-9-CM")
    (True, False)
    """
    known = code_system(system)
    return any(known.meaning(code).sites for code in _codes_in(cells))


def _codes_in(cells: Iterable[str]) -> list[str]:
    stated = {cell for cell in cells if not is_missing(cell)}
    return sorted({plain_code(code) for cell in stated for code, _ in read_cell(cell).codes})


def _share(codes: list[str], form: re.Pattern[str]) -> float:
    return sum(bool(form.fullmatch(one)) for one in codes) / len(codes)
