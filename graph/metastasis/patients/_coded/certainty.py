"""How certain a diagnosis is: the marks of German outpatient care, which are part of the code.

Every diagnosis billed in German outpatient care says by a letter whether it is *gesichert* (G),
*Verdacht auf* (V, suspected), *ausgeschlossen* (A, excluded) or *Zustand nach* (Z, what was there
once). Of these only G, and a cell without a mark, is a diagnosis that the patient has.

Source: ICD-10-GM, instructions for use ("Zusatzkennzeichen für die Diagnosensicherheit"), BfArM;
§ 295 SGB V. The words beside them are those of the verificationStatus of a FHIR Condition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from metastasis.patients._words.missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LEFT_OUT_BY", "MARKS", "certainties", "is_diagnosis", "mark_of_text"]

MARKS: Final = {
    "V": "of a suspected diagnosis (certainty V)",
    "A": "of an excluded diagnosis (certainty A)",
    "Z": "of a diagnosis in the past (certainty Z)",
}
"""Why rows with a mark do not count; G, and no mark, count."""
LEFT_OUT_BY: Final = {
    "V": (
        *("V", "VERDACHT", "VERDACHT AUF", "V.A.", "VA", "SUSPECTED", "PROVISIONAL"),
        *("DIFFERENTIAL", "UNCONFIRMED", "PROBABLE", "POSSIBLE", "RULE OUT"),
    ),
    "A": ("A", "AUSGESCHLOSSEN", "AUSSCHLUSS", "EXCLUDED", "RULED OUT", "REFUTED"),
    "Z": ("Z", "ZUSTAND NACH", "Z.N.", "ZN", "HISTORY", "HISTORY OF", "STATUS POST"),
}
"""The words of a column of certainties, in capitals, by mark."""


_BESIDE: Final = {
    "V": (
        r"v\. ?[ad]\.|verdacht\b|suspect(?:ed)?\b|susp\b\.?|suspicion\b|suspicious\b|possible\b|"
        r"probable\b|query\b|rule out\b|r/o\b|fraglich\w*|unconfirmed\b|provisional\b"
    ),
    "A": r"ausschluss\b|ausgeschlossen\b|excluded\b|ruled out\b|refuted\b",
}
"""The same words where they stand beside a code, with those that physicians add.

None for the past: a cancer "status post mastectomy" is one that the patient has.
"""
_TEXTS: Final = {
    mark: re.compile(
        rf"\W*(?:{words}).*|.*[(\[,;:\u2013-]\s*(?:{words})\W*", re.IGNORECASE | re.DOTALL
    )
    for mark, words in _BESIDE.items()
}


def mark_of_text(text: str) -> str:
    """Return the mark that the text beside a code begins or ends with; blank where there is none.

    >>> mark_of_text("Verdacht auf Metastasen"), mark_of_text("bone (suspected)"), mark_of_text("?")
    ('V', 'V', 'V')
    >>> mark_of_text("Secondary malignant neoplasm of bone"), mark_of_text("- ruled out")
    ('', 'A')
    """
    if text.rstrip(" )]\"'").endswith("?"):
        return "V"
    return next((mark for mark, words in _TEXTS.items() if words.fullmatch(text)), "")


def is_diagnosis(mark: str) -> bool:
    """Return whether a mark leaves a diagnosis one that the patient has.

    >>> is_diagnosis("G"), is_diagnosis("v"), is_diagnosis("")
    (True, False, True)
    """
    return is_missing(mark) or mark.strip().upper() not in MARKS


def certainties(F: Any, cell: Any) -> Iterator[tuple[str, Any]]:  # noqa: N803
    """Yield for each mark that is no diagnosis why its rows are left out, and the condition."""
    word = F.upper(F.trim(cell))
    for mark, words in LEFT_OUT_BY.items():
        yield MARKS[mark], word.isin(*words)
