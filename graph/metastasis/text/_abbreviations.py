"""Abbreviations that a page explains: "bone metastasis (BM)" makes a BM of this page one in bone.

Apart from the mentions because it reads a page once, and they read its sentences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._lexicon import Name
from metastasis.text._mentions import mentions_of

if TYPE_CHECKING:
    from metastasis.text._mentions import Mention

__all__ = ["abbreviations_of"]

_EXPLAINED: Final = re.compile(
    r"(?P<said> (?:metastas[ei]s|metastatic (?:disease|lesions?|involvement)|mets))?"
    r" ?[(\[](?:also (?:called|known as) |or |termed |abbreviated(?: as)? )?[\"'\u201c\u2018]?"
    r"(?P<short>[A-Za-z]{1,7}[A-Z][A-Za-z]{0,6})[\"'\u201d\u2019]?(?=[)\];,:])"
)
"""What follows a name that it explains: at least two letters, of which one is a capital and not
the first."""
_MOST_BEFORE: Final = 60
"""Characters before a name in which the words stand that are abbreviated with it."""


def abbreviations_of(text: str) -> dict[str, Name]:
    """Return what the abbreviations name that a page explains.

    >>> found = abbreviations_of("Lung adenocarcinoma (ADC) and bone metastasis (BM).")
    >>> found["ADC"].key, found["BM"].key, found["BM"].is_metastasis, found["BMs"].key
    ('luad', 'bone', True, 'bone')
    >>> abbreviations_of("the liver (CT)")
    {}
    """
    found: dict[str, Name] = {}
    for one in mentions_of(text):
        explained = _EXPLAINED.match(text, one.end) if one.kind != "blocked" else None
        if explained is not None and _stands_for(text, one, explained):
            name = _name(one, is_metastasis=explained["said"] is not None)
            short = explained["short"].removesuffix("s")
            for form in (short, f"{short}s"):
                found.setdefault(form, name)
    return found


def _name(one: Mention, *, is_metastasis: bool) -> Name:
    return Name(
        one.kind,
        one.key,
        is_group=one.is_group,
        is_metastasis=is_metastasis or one.is_metastasis,
    )


def _stands_for(text: str, one: Mention, explained: re.Match[str]) -> bool:
    """Whether an abbreviation is made of the words before it.

    Either its letters stand in this order in the words, the first one at the beginning of a word,
    or each of them begins a word: ESCC is squamous cell carcinoma of the esophagus. The words may
    begin before the name, as in "castration-resistant prostate cancer (CRPC)".
    """
    letters = explained["short"].removesuffix("s").lower()
    stop = explained.end("said") if explained["said"] else one.end
    low = max(0, one.start - _MOST_BEFORE)
    words = text[low:stop].lower()
    name = re.findall(r"[^\W_]+", text[one.start : stop].lower())
    if all(any(word.startswith(letter) for word in name) for letter in letters):
        return True
    at = len(words)
    for letter in reversed(letters[1:]):
        at = words.rfind(letter, 0, at)
        if at < 0:
            return False
    while (at := words.rfind(letters[0], 0, at)) >= 0:
        if at == 0 or not words[at - 1].isalnum():
            # Of a site, all words count: CT is not made of "connective tissue" in "the tissue".
            return low + at <= one.start or one.kind == "primary"
    return False
