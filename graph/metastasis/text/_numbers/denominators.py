"""Out of whom words count, and when, in the terms of the closed lists.

"Of patients with metastatic RCC" are metastatic patients, "of patients with sarcoma" all patients
with that cancer, and "of patients" are nobody that a reader could name. Apart from the people whom
a text counts because the words behind one number are asked too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from metastasis.text._numbers.letters import CANCER
from metastasis.text._numbers.tokens import tokens_of

__all__ = ["denominator_of", "names_cancer", "setting_of"]

_REMEMBERED: Final = 8
"""Words that are remembered: what stands before a sentence is asked for again and again."""
_NOT_METASTATIC: Final = re.compile(
    r"non-?\s?metasta|without (?:\w+ )?metasta|no (?:\w+ )?metasta|\bm0\b|metastasis-free",
    re.IGNORECASE,
)
_METASTATIC: Final = re.compile(
    r"metasta|\bmets\b|\bstage[ -](?:iv|4)\b|\bm1[abc]?\b|\bdistant (?:stage|spread|disease)",
    re.IGNORECASE,
)
_METASTATIC_SHORT: Final = re.compile(r"\bm[A-Z]{2,6}\b")
"""mRCC, mCRPC, mBC: written with a small letter."""
_METASTASES: Final = re.compile(
    r"^(?:of|among|from)?\s*(?:all |the |these |\d+ )*(?:distant )?metastases\b", re.IGNORECASE
)
"""Of all metastases: no people, but what was found in them."""
_AT_DIAGNOSIS: Final = re.compile(
    r"\bat (?:the )?(?:time of )?(?:initial |first |primary )?(?:diagnosis|presentation)\b"
    r"|\bon (?:initial )?(?:diagnosis|presentation)\b|\bnewly[ -]diagnosed\b|\bde novo\b"
    r"|\bsynchronous|\bat (?:the )?(?:time of )?(?:its |their )(?:initial )?diagnosis\b",
    re.IGNORECASE,
)
_AT_AUTOPSY: Final = re.compile(r"\bautops|\bnecrops|\bpost-?\s?mortem\b", re.IGNORECASE)
_IN_COURSE: Final = re.compile(
    r"\bduring (?:the |their )?(?:follow[ -]?up|course|disease)\b"
    r"|\beventually (?:develop|metasta|spread|ha[ds])"
    r"|\bat some (?:point|time)\b|\bmetachronous|\bover (?:the course|time)\b|\bwill develop\b"
    r"|\bin the course of\b|\bin (?:their|the) lifetime\b",
    re.IGNORECASE,
)
_NARROWED: Final = re.compile(
    r"\b(?:advanced|early|localized|localised|stage|treated|receiving|underwent|resect\w*|recurr\w*"
    r"|relaps\w*|high-risk|low-risk|positive|negative|died|dying|deceased|operab\w*|refractory"
    r"|who|whose|resistant|[tn][0-4])\b",
    re.IGNORECASE,
)
"""Not all patients with the cancer; which of the closed list they are the words do not say."""


@lru_cache(maxsize=_REMEMBERED)
def names_cancer(words: str) -> bool:
    """Whether some words name a cancer.

    >>> names_cancer("of patients with sarcoma"), names_cancer("of patients")
    (True, False)
    """
    return any(token.letter == CANCER for token in tokens_of(words, ()))


def denominator_of(words: str, *, cancer: bool) -> str | None:
    """Return who some words count, a value of the closed list; ``cancer`` if they name one.

    >>> denominator_of("of patients with metastatic RCC", cancer=True)
    'metastatic_patients'
    >>> denominator_of("of patients", cancer=False)
    """
    if _NOT_METASTATIC.search(words):
        return None
    if _METASTATIC.search(words) or _METASTATIC_SHORT.search(words):
        return _of_metastatic(words)
    if _AT_AUTOPSY.search(words):
        return "autopsies"
    return "all_patients" if cancer and not _NARROWED.search(words) else None


def _of_metastatic(words: str) -> str:
    """Return who some words count that speak of metastases: these, or people who have them."""
    if _METASTASES.search(words):
        return "records"
    at_diagnosis = _AT_DIAGNOSIS.search(words) and not _AT_AUTOPSY.search(words)
    return "distant_stage_at_diagnosis" if at_diagnosis else "metastatic_patients"


def setting_of(words: str) -> str | None:
    """Return when some words count, a value of the closed list, where they say one thing.

    >>> setting_of("found at autopsy"), setting_of("found in 40 %")
    ('at_autopsy', None)
    """
    if _AT_AUTOPSY.search(words):
        return "at_autopsy"
    at_diagnosis, in_course = _AT_DIAGNOSIS.search(words), _IN_COURSE.search(words)
    if at_diagnosis and in_course:
        return None
    return "at_diagnosis" if at_diagnosis else "during_course" if in_course else None
