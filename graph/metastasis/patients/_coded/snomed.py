"""What a code of SNOMED CT looks like; what it means is not shipped here.

Apart from the code systems that are read because this one has a form and no table.

Source: SNOMED CT identifiers, SNOMED International; check digit: Verhoeff (1969), Error Detecting
Decimal Codes, Mathematical Centre Tracts 29.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["looks_like_snomed"]

_FORM: Final = re.compile(r"[1-9]\d{2,14}[01]0\d")
"""Six to eighteen digits; 00 or 10 before the check digit mark a concept (10: of a country)."""
_ENOUGH: Final = 0.95
"""The share of valid codes: a table may hold a few that somebody made up."""
_TURN: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
"""The permutation that is applied once more at every place."""


def looks_like_snomed(codes: Iterable[str]) -> bool:
    """Return whether nearly all codes have the form and the check digit of SNOMED CT's concepts.

    >>> looks_like_snomed(["254837009", "94222008"]), looks_like_snomed(["254837008", "174.9"])
    (True, False)
    >>> looks_like_snomed([])
    False
    """
    plain = {code.strip() for code in codes} - {""}
    return bool(plain) and sum(map(_is_concept, plain)) >= _ENOUGH * len(plain)


def _is_concept(code: str) -> bool:
    if not _FORM.fullmatch(code):
        return False
    check = 0
    for place, character in enumerate(reversed(code)):
        digit = int(character)
        for _ in range(place % 8):
            digit = _TURN[digit]
        check = _times(check, digit)
    return check == 0


def _times(first: int, second: int) -> int:
    """Return one turn or mirror image of a pentagon after another (turns are below five)."""
    if first < 5:
        return (first + second) % 5 + (5 if second >= 5 else 0)
    return (first - second) % 5 + (0 if second >= 5 else 5)
