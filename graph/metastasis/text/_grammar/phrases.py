r"""Phrases: words that make a sentence something else than a statement, as ``phrases.csv`` says.

A phrase is a pattern of a few words: alternatives, optional words, and ``\w`` for letters. Each is
bounded, so that looking for it takes time in proportion to the text.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import Final

from metastasis._files import ontology_path
from metastasis.text._names.forms import folded

__all__ = ["begins_with", "ends_with", "has_phrase", "is_only"]

_ARTICLES: Final = (
    r"(?:(?:the|your|a|an|one|both|inner|upper|lower|in|with|of|their|only|multiple|single) ){0,3}"
)
"""Words that may stand between a phrase and what it speaks of."""
_TAIL: Final = 60
"""Characters before a word that can hold a phrase."""


def has_phrase(kind: str, text: str) -> bool:
    """Return whether a phrase of a kind stands in a text.

    >>> has_phrase("aim", "The aim of this study was to find metastases.")
    True
    """
    return _pattern(kind, r"\b{}\b").search(folded(text)) is not None


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


def is_only(kind: str, text: str) -> bool:
    """Return whether a text has nothing but phrases of a kind, digits and blanks."""
    return (
        _pattern(kind, r"(?:(?:{}|\d[\d.,·]*)\b|[\s.%'’\"=-])*").fullmatch(folded(text)) is not None
    )


@lru_cache(maxsize=64)
def _pattern(kind: str, around: str) -> re.Pattern[str]:
    found = "|".join(sorted(_phrases()[kind], key=len, reverse=True))
    return re.compile(around.replace("{}", f"(?:{found})"))


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[str]]:
    phrases: dict[str, list[str]] = {}
    with ontology_path("text", "phrases.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            phrases.setdefault(row["class"], []).append(row["pattern"])
    return phrases
