"""What stands in one cell of codes: one code, several, a code with its text or with marks.

This is done once for each different cell, of which there are few however many rows there are.

- Several codes are separated by ``;``, ``|``, ``/``, a comma, a line break or blanks.
- Text after a code, or before a code in brackets, is not read. A comma within a code
  (``C50,9``) is a decimal comma.
- Text that says suspected or excluded, or ends in a question mark, is such a mark.
- Dagger, star and exclamation mark of ICD-10 (``+``, ``*``, ``!``), and a side (R, L, B), are
  dropped; the German mark of certainty (:mod:`._coded.certainty`) is told apart from the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.patients._coded.certainty import mark_of_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CodeCell", "has_marks", "read_cell"]

_CODE: Final = r"(?:[A-Za-z]\d[0-9A-Za-z](?:\.?[0-9A-Za-z]{1,5})?(?:\.?-)?|\d{3}(?:\.?\d{1,2})?)"
_SIGNS: Final = r"[+*!†‡#]*"
_SIMPLE: Final = re.compile(r"(?:[^:\s]+:)?[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)?")
_LED: Final = re.compile(
    rf"""[\s\[({{"']*(?:ICD[-\w ]*[:=]\s*)?({_CODE})({_SIGNS})[\])}}"']*(?=$|[\s:\-\u2013])""",
    re.IGNORECASE,
)
_IN_BRACKETS: Final = re.compile(
    rf"[\[(]\s*(?:ICD[-\w ]*[:=]\s*)?({_CODE}){_SIGNS}\s*[\])]", re.IGNORECASE
)
_TOKEN: Final = re.compile(rf"({_CODE}){_SIGNS}")
_TRAILING: Final = re.compile(rf"\s*{_SIGNS}\s*([GVAZ]?)\s*([RLB]?)\s*")
_GLUED: Final = re.compile(
    rf"([A-Z]\d\d(?:\.?\d{{1,2}})?(?:\.?-)?)(?:{_SIGNS}([GVAZ])\s*[RLB]?|{_SIGNS}[RLB])"
)
_DECIMAL_COMMA: Final = re.compile(r"\b([A-Za-z]\d[0-9A-Za-z]|\d{3}),(\d{1,2})(?![\d.])")
_SEPARATOR: Final = re.compile(r"[;|/,\n\r\t]")


@dataclass(frozen=True, slots=True)
class CodeCell:
    """What a cell of codes holds."""

    codes: tuple[tuple[str, str], ...]
    """Each code, and the letter of its certainty or nothing."""
    has_text: bool = False
    """Whether there is text beside the code, which is not read."""


def read_cell(text: str, *, glued: bool = True) -> CodeCell:
    """Return the codes of a cell.

    ``glued`` tells whether a letter at the end of a code is a mark of certainty, as in no code of
    ICD-10-CM, where ``C49.A`` is a code.

    >>> read_cell("C50.911;C79.51").codes
    (('C50.911', ''), ('C79.51', ''))
    >>> read_cell("C79.51 - Secondary malignant neoplasm, bone")
    CodeCell(codes=(('C79.51', ''),), has_text=True)
    >>> read_cell("C79.5G").codes, read_cell("C79.5 V").codes, read_cell("C79.5+ M90.7*").codes
    ((('C79.5', 'G'),), (('C79.5', 'V'),), (('C79.5', ''), ('M90.7', '')))
    """
    bare = text.strip()
    if _SIMPLE.fullmatch(bare):
        return CodeCell((_marked(bare, "", glued=glued),))
    commas = _DECIMAL_COMMA.sub(r"\1.\2", bare)
    found: list[tuple[str, str]] = []
    has_text = False
    for part in _SEPARATOR.split(commas):
        codes, rest = _codes_of(part.rstrip("? "), glued=glued)
        if part.rstrip().endswith("?"):
            codes = [(code, mark or "V") for code, mark in codes]
        if not codes and found and (mark := mark_of_text(part)):
            # "C79.5, suspected": what follows the separator is of the code before it.
            found[-1] = (found[-1][0], found[-1][1] or mark)
        found += codes
        has_text = has_text or rest
    return CodeCell(tuple(found), has_text) if found else CodeCell(((bare, ""),))


def has_marks(texts: Iterable[str]) -> bool:
    """Return whether some codes bear marks of certainty that only Germany's have.

    >>> has_marks(["C50.9", "C79.5V"]), has_marks(["C50.9", "C49A", "C79.51 suspected"])
    (True, False)
    """
    cells = (read_cell(text) for text in texts if not text.rstrip().endswith("?"))
    marks = (mark for cell in cells if not cell.has_text for _, mark in cell.codes)
    return any(mark in ("G", "V") for mark in marks)


def _codes_of(part: str, *, glued: bool) -> tuple[list[tuple[str, str]], bool]:
    """Return the codes of a part of a cell, and whether it holds text too."""
    led = _LED.match(part)
    if led is None:
        inside = [(code, "") for code in _IN_BRACKETS.findall(part)]
        return inside, bool(part.strip())
    rest = part[led.end() :]
    if marks := _TRAILING.fullmatch(rest.upper()):
        return [_marked(led[1], marks[1], glued=glued)], False
    tokens = [_TOKEN.fullmatch(one) for one in rest.split()]
    if all(tokens):
        more = [_marked(one[1], "", glued=glued) for one in tokens if one]
        return [_marked(led[1], "", glued=glued), *more], False
    return [_marked(led[1], mark_of_text(rest), glued=glued)], True


def _marked(code: str, mark: str, *, glued: bool) -> tuple[str, str]:
    """Return a code without the mark that is written right after it, and the mark."""
    match = _GLUED.fullmatch(code.upper()) if glued and not mark else None
    return (match[1], match[2] or "") if match else (code, mark)
