"""Who is counted, and how many they are, as far as the words say it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from metastasis.text._numbers.groups import letters_of
from metastasis.text._numbers.tokens import NumberToken, tokens_of

__all__ = [
    "People",
    "denominator_of",
    "is_only_count",
    "names_cancer",
    "people_of",
    "setting_of",
    "totals_of",
]


_KEPT: Final = 8
"""Texts whose people are remembered: what stands before a sentence is asked for again and again."""


class People(NamedTuple):
    """Those out of whom a text counts."""

    denominator: str | None
    total: int | None
    setting: str | None


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


@lru_cache(maxsize=_KEPT)
def names_cancer(words: str) -> bool:
    """Whether some words name a cancer.

    >>> names_cancer("of patients with sarcoma"), names_cancer("of patients")
    (True, False)
    """
    return any(token.letter == "P" for token in tokens_of(words, ()))


def denominator_of(words: str, *, cancer: bool) -> str | None:
    """Return who some words count, a value of the closed list; ``cancer`` if they name one.

    >>> denominator_of("of patients with metastatic RCC", cancer=True)
    'metastatic_patients'
    >>> denominator_of("of patients", cancer=False)
    """
    if _NOT_METASTATIC.search(words):
        return None
    if _METASTATIC.search(words) or _METASTATIC_SHORT.search(words):
        if re.search(
            r"^(?:of|among|from)?\s*(?:all |the |these |\d+ )*(?:distant )?metastases\b",
            words,
            re.IGNORECASE,
        ):
            return "records"
        at_diagnosis = _AT_DIAGNOSIS.search(words) and not _AT_AUTOPSY.search(words)
        return "distant_stage_at_diagnosis" if at_diagnosis else "metastatic_patients"
    if _AT_AUTOPSY.search(words):
        return "autopsies"
    return "all_patients" if cancer and not _NARROWED.search(words) else None


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


_COUNT: Final = re.compile(r"n(?=[jtudPMp]{0,3}q)|n(?=bvw)|n(?=b[jdv]*w)")
"""A number before a word for people, or before "were diagnosed with"."""
_AFTER: Final = re.compile(r"[jtudPMp]{0,3}q?[tjdPMuwrovibf]{0,14}")


@lru_cache(maxsize=_KEPT)
def _named(text: str) -> tuple[tuple[int, str, bool], ...]:
    """Return each number of people in a text, the words about them, whether they name a cancer."""
    tokens = tokens_of(text, ())
    letters = letters_of(tokens)
    found = []
    for match in _COUNT.finditer(letters):
        after = _AFTER.match(letters, match.end())
        end = after.end() if after else match.end()
        part: list[NumberToken] = tokens[match.start() : end]
        before = tokens[max(0, match.start() - 3)].start
        number = part[0].number
        if number and number.count:
            words = text[before : part[-1].end]
            cancer = "P" in letters[match.start() : end]
            found.append((number.count, words, cancer))
    return tuple(found)


def totals_of(text: str) -> list[int]:
    """Return how many people a text counts, each time it does, in order.

    >>> totals_of("From 392 patients we studied 150 registered patients in 2010.")
    [392, 150]
    """
    return [count for count, _, _ in _named(text)]


def is_only_count(text: str) -> bool:
    """Whether a text has one number that may count people, and no other.

    >>> is_only_count("In 137 cases (p < 0.05) of 1990."), is_only_count("In 137 cases, 30 died.")
    (True, False)
    """
    numbers = [token.number for token in tokens_of(text, ()) if token.letter in "nN"]
    return len({number.count for number in numbers if number and number.count}) == 1


def people_of(text: str) -> People | None:
    """Return whom a sentence or abstract counts; None where it names nobody or several groups.

    Where it narrows all patients to those with metastases, these are meant.

    >>> people_of("Of 251 patients with metastases from bladder cancer, half had symptoms.")
    People(denominator='metastatic_patients', total=251, setting=None)
    """
    groups = [
        People(denominator_of(words, cancer=cancer), count, setting_of(words))
        for count, words, cancer in _named(text)
    ]
    named = list(dict.fromkeys(group for group in groups if group.denominator))
    for chosen in (
        "distant_stage_at_diagnosis",
        "metastatic_patients",
        "autopsies",
        "all_patients",
    ):
        found = [group for group in named if group.denominator == chosen]
        if found:
            return found[0] if len({group.total for group in found}) == 1 else None
    return None
