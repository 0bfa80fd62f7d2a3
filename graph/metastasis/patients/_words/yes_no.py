"""What a cell answers: yes, no, that nobody knows, or nothing that is an answer.

"Not looked at" is never "no": a blank, ``NA``, ``Unknown``, ``9`` or ``not examined`` leaves the
patient out of the site's denominator. A word that is none of these is no answer at all; whether
that is refused or only told is for the reader to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from metastasis.patients._words.missing import is_missing

__all__ = ["BLANK", "AnswerWords", "YesNo", "m_answer", "stage_answer"]

BLANK: Final = "blank"
"""How the user calls an empty cell where a word is asked for."""


class YesNo(Enum):
    """What a cell says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Not known, or never looked for."""
    NONE = "none"
    """No answer to a question of yes or no."""


def _split(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.replace("\n", " ").split("|"))


_YES: Final = _split(
    """yes|y|true|t|1|1.0|positive|pos|+|present|involved|metastatic|ja|j|oui|si|sí|s|sim|da|tak|
    ano|evet|да|是|有|はい|あり|vero|wahr|vrai|verdadero"""
)
_NO: Final = _split(
    """no|n|false|f|0|0.0|negative|neg|absent|uninvolved|not metastatic|nein|non|não|nao|nej|nei|
    nee|nie|ne|ei|нет|否|无|無|いいえ|なし|falso|falsch|faux"""
)
_UNKNOWN: Final = _split(
    """8|9|8.0|9.0|10|-1|-9|88|99|999|unknown or not mentioned|unknown/not stated|not mentioned|
    not examined|not looked at|not done|not performed|not imaged|not scanned|not tested|not asked|
    no information|no info|no imaging|no scan|no answer|no record|indeterminate|equivocal|uncertain|
    inconclusive|unclear|pending|possible|probable|suspected|suspicious|don't know|dk|unbekannt|
    unklar|fraglich|keine angabe|k.a.|nicht untersucht|inconnu|desconocido|desconhecido|
    sconosciuto|onbekend|ukjent|okänd|ukendt|nieznane|неизвестно|不明|未知"""
)
_CODED: Final = re.compile(r"\d{1,2} ?[:=.)-] ?(?=\D)")
"""A number before its label, as in ``1: Yes`` or ``0 - No``."""
_SENTENCE: Final = re.compile(r"(yes|ja|oui|no|nein|non)[ ,;:.(-]+(.+)")
"""A sentence that begins with its answer: ``Yes - distant metastases``."""
_OPEN: Final = re.compile(r"possib|probab|suspect|suspic|question|unclear|unknown|uncertain|\?")
"""What takes an answer back."""
_ABOUT: Final = re.compile(r"metasta|fernmeta|\bmets?\b|evidence|disease|lesion|involve|distant")
"""What a No must be about: ``no contrast given`` denies no metastasis."""
_NOT_STAGED: Final = ("x", "9", "88", "99")
"""Codes of an M and of a stage that nobody knows."""
_M: Final = re.compile(r"[cpyra]{0,3} ?m ?([01x])(?:[a-d][0-9]?)?(?: ?\(.*\))?")
_STAGE: Final = re.compile(r"(?:stage |uicc |ajcc |c|p)*(0|is|i{1,3}|iv|[1-4])(?: ?[a-d]?[0-9]?)")


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """Words that are answers beside the usual ones, as the user gives them.

    >>> words = AnswerWords(yes=("x",), no=("blank",))
    >>> [words.answer(one).value for one in ("X", "", "Ja", "not examined", "9", "12 mm")]
    ['yes', 'no', 'yes', 'unknown', 'unknown', 'none']
    >>> words.answer("No - stage IV without distant metastases").value
    'no'
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def answer(self, cell: str | None) -> YesNo:
        """Return what a cell says, in any case."""
        text = " ".join((cell or "").split()).casefold()
        own = text or BLANK
        for words, meaning in (
            (self.yes, YesNo.YES),
            (self.no, YesNo.NO),
            (self.unknown, YesNo.UNKNOWN),
        ):
            if own in {word.casefold() for word in words}:
                return meaning
        return _usual(text)


def _usual(text: str) -> YesNo:
    if is_missing(text) or text in _UNKNOWN:
        return YesNo.UNKNOWN
    if text in _YES:
        return YesNo.YES
    if text in _NO:
        return YesNo.NO
    if (label := _CODED.sub("", text, count=1)) != text:
        return _usual(label)
    sentence = _SENTENCE.fullmatch(text)
    if sentence and not _OPEN.search(sentence[2]):
        if sentence[1] in _YES:
            return YesNo.YES
        if _ABOUT.search(sentence[2]):
            return YesNo.NO
    return YesNo.NONE


def m_answer(cell: str | None) -> YesNo:
    """Return what the M of a TNM stage says of distant metastases.

    >>> [m_answer(one).value for one in ("cM1b", "M0", "pMX", "1", "T2")]
    ['yes', 'no', 'unknown', 'yes', 'none']
    """
    text = " ".join((cell or "").split()).casefold()
    if is_missing(text) or text in _NOT_STAGED:
        return YesNo.UNKNOWN
    match = _M.fullmatch(text) or _M.fullmatch(f"m{text}")
    if not match:
        return YesNo.NONE
    return {"1": YesNo.YES, "0": YesNo.NO, "x": YesNo.UNKNOWN}[match[1]]


def stage_answer(cell: str | None) -> YesNo:
    """Return whether a stage is the fourth; no other stage has distant metastases.

    >>> [stage_answer(one).value for one in ("Stage IVB", "IIIA", "4", "Unknown", "T2")]
    ['yes', 'no', 'yes', 'unknown', 'none']
    """
    text = " ".join((cell or "").split()).casefold()
    if is_missing(text) or text in _NOT_STAGED:
        return YesNo.UNKNOWN
    match = _STAGE.fullmatch(text)
    if not match:
        return YesNo.NONE
    return YesNo.YES if match[1] in ("iv", "4") else YesNo.NO
