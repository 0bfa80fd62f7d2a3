"""Abbreviations that a page explains: "bone metastasis (BM)" makes a BM of this page one in bone.

Apart from the mentions because it reads a page once, and they read its sentences.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from metastasis.text._names.forms import folded
from metastasis.text._names.lexicon import Name, read_lexicon
from metastasis.text._names.mentions import kinds_in, mentions_in

if TYPE_CHECKING:
    from metastasis.text._names.mentions import Mention

__all__ = ["abbreviations_of"]

_EXPLAINED: Final = re.compile(
    r"(?P<said> (?:metastas[ei]s|metastatic (?:disease|lesions?|involvement)|mets))?"
    r" ?[(\[](?:also (?:called|known as) |or |termed |abbreviated(?: as)? )?[\"'\u201c\u2018]?"
    r"(?P<short>[A-Za-z]{1,7}[A-Z][A-Za-z]{0,6})[\"'\u201d\u2019]?(?=[)\];,:])"
)
"""What follows a name that it explains: at least two letters, of which one is a capital and not
the first."""
_IN_BRACKETS: Final = re.compile(r"[(\[][^()\[\]]{0,24}[A-Za-z][A-Z]")
"""What every block has that explains an abbreviation; others need not be looked through."""
_MOST_BEFORE: Final = 60
"""Characters before a name in which the words stand that are abbreviated with it."""


def abbreviations_of(text: str) -> dict[str, Name]:
    """Return what the abbreviations name that a page explains, of which each block is a line.

    With them are those that name one thing nearly everywhere, such as NPC, where the page does not
    explain them as another.

    One that stands for a kind of cancer of no organ has the kind ``words`` and these as its key.

    >>> found = abbreviations_of("Lung adenocarcinoma (ADC) and bone metastasis (BM).")
    >>> found["ADC"].key, found["BM"].key, found["BM"].is_metastasis, found["BMs"].key
    ('luad', 'bone', True, 'bone')
    >>> abbreviations_of("Squamous cell carcinoma (SCC) is rare.")["SCC"]
    Name(kind='words', key='squamous cell carcinoma', ...)
    >>> "CT" in abbreviations_of("the liver (CT)")
    False
    >>> ["NPC" in abbreviations_of(page) for page in ("NPC spreads.", "nuclear pore complex (NPC)")]
    [True, False]
    """
    found = _explained(text)
    for short, name in read_lexicon().unsafe.items():
        # "Moffitt Cancer Center (MCC)" explains it as well, as something else.
        if short not in found and f"({short}" not in text:
            found.update({short: name, f"{short}s": name})
    return found


def _explained(text: str) -> dict[str, Name]:
    found: dict[str, Name] = {}
    blocks = [block for block in text.split("\n") if _IN_BRACKETS.search(block)]
    for block in blocks:
        for one in mentions_in(block):
            explained = _EXPLAINED.match(block, one.end) if one.kind != "blocked" else None
            if explained is not None:
                _put(found, explained, _name(block, one, explained))
    for block in blocks:
        for start, end, words in kinds_in(block):
            explained = _EXPLAINED.match(block, end)
            if explained is not None and _letters_begin(block, start, end, explained) is not None:
                _put(found, explained, Name("words", words))
    return found


def _put(found: dict[str, Name], explained: re.Match[str], name: Name | None) -> None:
    if name is not None:
        short = explained["short"].removesuffix("s")
        for form in (short, f"{short}s"):
            found.setdefault(form, name)


def _name(text: str, one: Mention, explained: re.Match[str]) -> Name | None:
    stop = explained.end("said") if explained["said"] else one.end
    at = _letters_begin(text, one.start, stop, explained)
    if at is None or (at > one.start and one.kind == "site"):
        # Of a site, all words count: CT is not made of the "connective tissue" in a longer name.
        return None
    is_metastasis = one.is_metastasis or explained["said"] is not None
    # RCC is renal cell carcinoma also where it stands behind "clear cell renal cell carcinoma".
    part = read_lexicon().names.get(folded(text[at : one.end])) if at > one.start else None
    if part is not None and part.kind == one.kind:
        return part._replace(case=None)
    return Name(one.kind, one.key, is_metastasis=is_metastasis)


def _letters_begin(text: str, start: int, stop: int, explained: re.Match[str]) -> int | None:
    """Return where the words begin that an abbreviation is made of, or None if it is not.

    Either its letters stand in this order in the words, the first one at the beginning of a word,
    or each of them begins a word: ESCC is squamous cell carcinoma of the esophagus. The words may
    begin before the name, as in "castration-resistant prostate cancer (CRPC)".
    """
    letters = explained["short"].removesuffix("s").lower()
    low = max(0, start - _MOST_BEFORE)
    words = folded(text[low:stop])
    at = len(words)
    for letter in reversed(letters[1:]):
        at = words.rfind(letter, 0, at) if at > 0 else -1
    while at > 0 and (at := words.rfind(letters[0], 0, at)) >= 0:
        if at == 0 or not words[at - 1].isalnum():
            return low + at
    name = words[start - low :].split()
    is_initials = all(any(word.startswith(letter) for word in name) for letter in letters)
    return start if is_initials else None
