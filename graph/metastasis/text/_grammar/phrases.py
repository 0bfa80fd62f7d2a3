r"""Phrases: words that make a sentence something else than a statement, as ``phrases.csv`` says.

A phrase is a pattern of a few words: alternatives, optional words, and ``\w`` for letters. Each is
bounded, so that looking for it takes time in proportion to the text. ``{which}`` in a row stands
for every word of the class ``which``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import sound_rows
from metastasis._errors import TableError
from metastasis._files import ontology_path
from metastasis.text._names.forms import folded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._errors import Fault

__all__ = [
    "begins_with",
    "ends_with",
    "has_phrase",
    "is_followed_by",
    "is_only",
    "place_of",
    "read_phrases",
]

_CLASSES: Final = (
    *("definition", "one_patient", "aim", "section", "comparison", "doubted"),  # no statement
    *("origin", "who_is_counted", "compared"),  # what a site or cancer is
    *("which", "restrictive", "relative", "subordinate", "described"),  # what a clause says of one
    *("other_subject", "whereabouts"),  # what a lead or heading leads to
    "unsaid",  # takes back what follows
    "made",  # what a cancer does to have metastases
    "light",  # only joins
)

_ARTICLES: Final = (
    r"(?:(?:the|your|a|an|one|both|inner|upper|lower|in|with|of|their|only|multiple|single) ){0,3}"
)
"""Words that may stand between a phrase and what it speaks of."""
_TAIL: Final = 60
"""Characters before or behind a word that can hold a phrase."""


def has_phrase(kind: str, text: str) -> bool:
    """Return whether a phrase of a kind stands in a text.

    >>> has_phrase("aim", "The aim of this study was to find metastases.")
    True
    """
    # Phrases begin with a letter or digit, so that where words end nothing needs to be tried.
    return _pattern(kind, r"\b(?=\w){}\b").search(folded(text)) is not None


def begins_with(kind: str, text: str) -> bool:
    """Return whether a text begins with a phrase and a colon or full stop: "Methods: …"."""
    return _pattern(kind, r"{}\s*[:.]").match(folded(text)) is not None


def ends_with(kind: str, text: str, end: int) -> bool:
    """Return whether a phrase stands directly before a position.

    >>> ends_with("origin", "from the lung", 9), ends_with("origin", "to the lung", 7)
    (True, False)
    """
    before = " ".join(folded(text[max(0, end - _TAIL) : end]).split()) + " "
    return _pattern(kind, r"\b{} " + _ARTICLES + "$").search(before) is not None


def is_followed_by(kind: str, text: str, start: int) -> bool:
    """Return whether a phrase stands directly behind a position, or behind a comma there.

    >>> is_followed_by("described", "melanoma, which spreads", 8)
    True
    """
    after = folded(text[start : start + _TAIL])
    return _pattern(kind, r",? {}\b").match(after) is not None


def place_of(kind: str, text: str) -> int:
    """Return where the first phrase of a kind begins; behind the text if none does.

    >>> place_of("unsaid", "Bone, not liver"), place_of("unsaid", "Bone")
    (6, 4)
    """
    match = _pattern(kind, r"\b{}(?!\w)").search(folded(text))
    return match.start() if match else len(text)


def is_only(kind: str, text: str) -> bool:
    """Return whether a text has nothing but phrases of a kind, digits and blanks."""
    return (
        _pattern(kind, r"(?:(?:{}|\d[\d.,·]*)\b|[\s.%'’\"=-])*").fullmatch(folded(text)) is not None
    )


@lru_cache(maxsize=64)
def _pattern(kind: str, around: str) -> re.Pattern[str]:
    found = "|".join(sorted(_phrases()[kind], key=len, reverse=True))
    return re.compile(around.replace("{}", f"(?:{found})"))


def read_phrases(path: Path) -> dict[str, list[str]]:
    """Return the patterns of each class.

    Raises
    ------
    TableError
        With every fault: an unknown class, a pattern that stands twice in a class, that does not
        compile, that can match no folded text or that may take very long.
    """
    faults: list[Fault] = []
    seen: set[tuple[str, str]] = set()

    def problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
        if row["class"] not in _CLASSES:
            yield "class", f"not in the list; one of {', '.join(_CLASSES)}"
        if (why := _unfit(row["pattern"])) is not None:
            yield "pattern", why
        one = (row["class"], row["pattern"])
        if one in seen:
            yield "pattern", "stands twice in this class; remove one"
        seen.add(one)

    phrases: dict[str, list[str]] = {}
    for row in sound_rows(path, ("class", "pattern", "note"), problems, faults):
        phrases.setdefault(row["class"], []).append(row["pattern"])
    if faults:
        raise TableError(faults)
    which = f"(?:{'|'.join(phrases.get('which', ()))})"
    return {
        kind: [pattern.replace(_WHICH, which) for pattern in patterns]
        for kind, patterns in phrases.items()
    }


def _unfit(pattern: str) -> str | None:
    """Return what is wrong with a pattern; None where nothing is."""
    if not pattern:
        return "must not be blank; write the words"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"is no pattern: {error}"
    words = _ESCAPED.sub("", pattern)
    if words != folded(words):
        return "text is held against it in lower case with blanks for hyphens; write it so"
    if _ENDLESS.search(pattern):
        return "a part repeats without end; say how often at most, as in (?: very){0,4}"
    if _is_nested(pattern):
        return "a part that repeats holds one that repeats; take them apart"
    return None


_WHICH: Final = "{which}"
_ESCAPED: Final = re.compile(r"\\.")
_ENDLESS: Final = re.compile(r"(?:\)|(?<!\\)\.)(?:[*+]|\{\d*,\})")
"""A group, or any letter, as often as one likes; ``\\w+`` ends with its word."""
_GROUP: Final = re.compile(r"\\.|\[[^\]]*\]|(?P<opens>\()|\)(?P<repeats>\{[^{}]*\})?")


def _is_nested(pattern: str) -> bool:
    """Return whether a group repeats that holds a group that repeats.

    >>> _is_nested("(?:(?: a){0,4} b){0,4}"), _is_nested("(?: a){0,4}(?: b){0,4}")
    (True, False)
    """
    holds_repeat = [False]
    for part in _GROUP.finditer(pattern):
        if part["opens"]:
            holds_repeat.append(False)
        elif part[0].startswith(")"):
            inner = holds_repeat.pop()
            if inner and part["repeats"]:
                return True
            holds_repeat[-1] |= inner or part["repeats"] is not None
    return False


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[str]]:
    return read_phrases(ontology_path("text", "phrases.csv"))
