"""Numbers as people write them in tables: 1,205 and 1.205, 12.5 % and 12,5 %.

Apart because what a comma means is a question about all of a table, not about one cell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CellError", "decimal_mark", "read_count", "read_percent"]

_DIGITS: Final = re.compile(r"[0-9]{1,15}")
"""Fifteen digits are exact in any program that wrote them as a float."""
_SPACED: Final = re.compile("[0-9]{1,3}([ '\u00a0\u2009\u202f\u2019][0-9]{3})+")
_THREES: Final = {mark: re.compile(rf"[0-9]{{1,3}}(\{mark}[0-9]{{3}})+") for mark in ".,"}
_WHOLE: Final = {mark: re.compile(rf"[0-9]{{1,15}}\{mark}0") for mark in ".,"}
"""12.0, as a program writes a count beside a blank."""
_DECIMAL: Final = {
    mark: re.compile(rf"([0-9]+\{mark}([0-9]{{1,2}}|[0-9]{{4,}})|0\{mark}[0-9]+) ?%?")
    for mark in ".,"
}
"""What can only be a decimal: not three digits behind the mark, or nothing before it."""
_OTHER: Final = {".": ",", ",": "."}
_PERCENT: Final = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,10})?) ?%?")
_SUPPRESSED: Final = re.compile(r"[<≤] ?[0-9]+|[*†]+|suppressed", re.IGNORECASE)
"""How data owners write small numbers that they do not give."""


class CellError(ValueError):
    """A cell that holds no number of the kind expected; the message is the remedy."""


def decimal_mark(texts: Iterable[str], delimiter: str = ",") -> str | None:
    """Return what stands before decimals in a table, ``.`` or ``,``; None where nobody can say.

    It is a point, unless cells show a comma; between semicolons it is not taken for granted.

    >>> decimal_mark(["12,5", "1.205"], ";"), decimal_mark(["1,205"]), decimal_mark(["1,205"], ";")
    (',', '.', None)
    """
    shown = {mark for text in texts for mark in ".," if _shows(text.strip(), mark)}
    if len(shown) == 1:
        return shown.pop()
    return None if shown or delimiter == ";" else "."


def _shows(text: str, mark: str) -> bool:
    """Return whether a cell shows that this mark stands before decimals."""
    threes = _THREES[_OTHER[mark]].fullmatch(text)
    return bool(_DECIMAL[mark].fullmatch(text) or (threes and text.count(_OTHER[mark]) > 1))


def read_count(cell: str, mark: str | None = ".") -> int | None:
    """Return the whole number in a cell; None where it is blank, which means not reported.

    ``mark`` is what :func:`decimal_mark` returned for the table.

    >>> read_count("1,205"), read_count("1.205", ","), read_count("0"), read_count(" ")
    (1205, 1205, 0, None)
    >>> read_count("1,205", None)
    Traceback (most recent call last):
    ...
    metastasis.patients._tables.numbers.CellError: it may be 1205 or 1.205; write it without a mark

    Raises
    ------
    CellError
        The cell holds something else; the message says what to do.
    """
    text = cell.strip()
    if not text:
        return None
    if _DIGITS.fullmatch(text) or _SPACED.fullmatch(text):
        return int(re.sub("[^0-9]", "", text))
    if mark and _THREES[_OTHER[mark]].fullmatch(text):
        return int(text.replace(_OTHER[mark], ""))
    if mark and _WHOLE[mark].fullmatch(text):
        return int(text[:-2])
    if text.endswith("%"):
        raise CellError(
            "a percentage where a count belongs; give counts, or say that it is percent"
        )
    if mark is None and any(one.fullmatch(text) for one in _THREES.values()):
        whole = re.sub("[^0-9]", "", text)
        raise CellError(f"it may be {whole} or {text.replace(',', '.')}; write it without a mark")
    raise CellError(_other(text) or "not a whole number; a count has digits only")


def read_percent(cell: str, mark: str | None = ".") -> Decimal | None:
    """Return the percentage in a cell, with or without %; None where it is blank.

    >>> read_percent("12.50 %"), read_percent("12,5", ","), read_percent("")
    (Decimal('12.50'), Decimal('12.5'), None)

    Raises
    ------
    CellError
        The cell holds something else; the message says what to do.
    """
    text = cell.strip()
    if not text:
        return None
    own = [one for one in ".," if one == mark or (not mark and _DECIMAL[one].fullmatch(text))]
    plain = text.replace(own[0], ".") if own and _OTHER[own[0]] not in text else text
    is_clear = own or not re.search("[.,]", text)
    if is_clear and (found := _PERCENT.fullmatch(plain)):
        return Decimal(found[1])
    if mark is None and _PERCENT.fullmatch(text.replace(",", ".")):
        raise CellError("what its mark means cannot be told; write it as 12.5, with a point")
    raise CellError(_other(text) or "not a percentage; write it as 12.5, with a point")


def _other(text: str) -> str | None:
    """Return what to do with a cell that states something other than a number."""
    if _SUPPRESSED.fullmatch(text):
        return "a number held back; leave the cell blank, which means not reported"
    if re.fullmatch(r"[^0-9]*", text):
        return "no number; leave the cell blank where nothing is reported, and write 0 for none"
    if re.fullmatch(r"-[0-9.]+", text):
        return "less than none; nothing can be counted so"
    return None
