"""Which code system cells seem to be of, by their form alone; which columns hold codes.

Apart because it looks at cells, and the claims at headers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.codes import SNOMED, code_system, infer_system, plain_code
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
_CONCEPT: Final = re.compile(r"(?!(?:19|20)[0-9]{6}$)[1-9][0-9]{5,17}")
"""Numbers of eight figures may be days."""
_FIRST: Final = re.compile(r"[\s;,|]")
"""What ends the first code of a cell that holds several, or a code with its name."""


def guessed_system(cells: Iterable[str]) -> str | None:
    """Return the code system that cells have the form of, or None.

    >>> guessed_system(["C50.911", "C79.51 Secondary neoplasm of bone"]), guessed_system(["1749"])
    ('ICD-10-CM', 'ICD-9-CM')
    >>> guessed_system(["254837009", "94222008"]), guessed_system(["Liver", "2019-01-01"])
    ('SNOMED', None)
    """
    first = _first_codes(cells)
    codes = [plain_code(one) for one in sorted(first) if not re.search(r"[-/]\d", one)]
    if not codes or len(codes) < _MOST * len(first):
        return None
    of_cancer = any(map(_OF_CANCER.match, codes))
    if of_cancer and _share(codes, _ICD_10) >= _MOST:
        return infer_system(one for one in codes if _ICD_10.fullmatch(one)) or "ICD-10"
    if of_cancer and _share(codes, _ICD_9) >= _MOST:
        return "ICD-9-CM"
    return SNOMED if all(map(_is_concept, codes)) else None


def names_metastases(cells: Iterable[str], system: str) -> bool:
    """Return whether a code of a metastasis is among those of a code system.

    >>> names_metastases(["C50.911", "C79.51"], "ICD-10-CM"), names_metastases(["1749"], "ICD-9-CM")
    (True, False)
    """
    known = code_system(system)
    return any(known.meaning(code).sites for code in _first_codes(cells))


def _first_codes(cells: Iterable[str]) -> set[str]:
    return {_FIRST.split(cell.strip())[0] for cell in cells if not is_missing(cell)}


def _share(codes: list[str], form: re.Pattern[str]) -> float:
    return sum(bool(form.fullmatch(one)) for one in codes) / len(codes)


_TIMES: Final = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
"""The group of a regular pentagon, by which the last digit of a concept checks the others."""
_TURNS: Final = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def _is_concept(code: str) -> bool:
    """Return whether a number can be a concept of SNOMED CT: it checks itself (Verhoeff 1969)."""
    if not _CONCEPT.fullmatch(code):
        return False
    sum_ = 0
    for place, digit in enumerate(reversed(code)):
        sum_ = int(_TIMES[sum_][int(_TURNS[place % 8][int(digit)])])
    return sum_ == 0
