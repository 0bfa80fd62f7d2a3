"""Letters: one for each class of words and numbers, and forms of a clause written with their names.

To a rule "Liver metastases were found in 30 %" is ``SMbviN``: a site, a word for metastasis, "be",
"find", "in" and a number. A form names the classes, so that ``form("site metastasis? be find in
number")`` finds it.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BARE",
    "BRACKET",
    "CANCER",
    "CHOSEN",
    "DESCRIBING",
    "LETTERS",
    "LONE",
    "NUMBER",
    "NUMBERS",
    "PEOPLE",
    "RESPECTIVELY",
    "SIGN",
    "SITE",
    "STRAY",
    "WORD",
    "classes",
    "form",
]

LETTERS: Final = {
    "people": "q",
    "metastasis": "M",
    "cancer": "P",
    "find": "v",
    "have": "h",
    "be": "b",
    "in": "i",
    "of": "o",
    "with": "w",
    "from": "f",
    "the": "t",
    "and": "c",
    "then": "l",
    "which": "r",
    "adverb": "d",
    "adjective": "j",
    "place": "g",
    "rate": "s",
    "respectively": "e",
    "no": "k",
    "narrow": "p",
    "break": "x",
    "against": "z",
    "outcome": "a",
}
"""The letter of each class of words in ``ontology/text/counting.csv``."""
SITE: Final = "S"
NUMBER: Final = "N"
"""A number of people: a percentage, a count with "n =", "3 of 40", or a bare one that counts."""
BARE: Final = "n"
"""A bare number, which may count people or not."""
STRAY: Final = "X"
"""A number that is none of a site: a year, an age, two that do not agree."""
BRACKET: Final = "B"
"""The number of people that stands in brackets, with all that stands there."""
LONE: Final = "D"
"""A bare number that stands in brackets alone."""
CHOSEN: Final = "C"
"""A number that counts among people who were chosen by a site: "30 % of those with bone …"."""
CANCER: Final = LETTERS["cancer"]
PEOPLE: Final = LETTERS["people"]
RESPECTIVELY: Final = LETTERS["respectively"]
WORD: Final = "u"
SIGN: Final = "y"
_NAMES: Final = {
    **LETTERS,
    "site": SITE,
    "number": NUMBER,
    "bare": BARE,
    "stray": STRAY,
    "bracket": BRACKET,
    "word": WORD,
    "sign": SIGN,
}
"""Every class by its name: a word is any other, a sign is a colon, a dash or an equals sign.

Commas, semicolons and parentheses stand for themselves.
"""
NUMBERS: Final = frozenset({NUMBER, BRACKET})
"""What may be the number of a site."""
DESCRIBING: Final = "the adjective adverb cancer metastasis word"
"""What may stand before a word for people, or behind "with", and does not change who they are."""
_NAME: Final = re.compile(r"(?<!<)\b[a-z]{2,}\b")
"""The name of a class in a form, but not that of a group."""


def form(written: str) -> re.Pattern[str]:
    """Return the pattern of letters that a form means, written with the names of their classes.

    >>> form("number people? in the? site").pattern
    'Nq?it?S'
    """
    return re.compile("".join(_NAME.sub(lambda name: _NAMES[name[0]], written).split()))


def classes(names: str) -> frozenset[str]:
    """Return the letters of classes that are named.

    >>> sorted(classes("number site"))
    ['N', 'S']
    """
    return frozenset(_NAMES[name] for name in names.split())
