"""Lists of equal length: "lung, liver and bone in 40 %, 30 % and 10 %, respectively".

The first site has the first number, and so on. A list of three and more needs no "respectively".
Apart from single numbers because here what stands between a site and its number are others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.attachment import Attachment
from metastasis.text._numbers.letters import NUMBERS, RESPECTIVELY, SITE, form

if TYPE_CHECKING:
    import re
    from collections.abc import Container, Sequence

    from metastasis.text._numbers.clause_tokens import ClauseTokens

__all__ = ["in_turn"]

_SITES: Final = """(?P<sites>
    site (?: [metastasis place]? (?: , | and | , and | )
        [the adjective adverb metastasis]{0,3} site )++
)"""
_NUMBERS: Final = """(?P<numbers>
    [number bracket] (?: people? (?: , | and | , and ) [in the adverb]{0,2} [number bracket] )++
)"""
_RESPECTIVELY: Final = (
    form(f"""
        {_SITES}
        [metastasis place adverb be find the adjective of cancer in which rate sign have people]*
        ,? [in sign be]? {_NUMBERS} people? ,? respectively
    """),
    form(f"""
        {_NUMBERS} people?
        [have be adverb with in the adjective find metastasis place cancer rate]*
        {_SITES} metastasis? [adverb in]* ,? respectively
    """),
)
"""Sites before their numbers, and numbers before their sites."""
_WITHOUT_THE_WORD: Final = (
    form(f"""
        {_SITES} [metastasis place adverb be find the adjective in sign rate have]*
        ,? [in sign be]? {_NUMBERS} people? (?: , | $)
    """),
)
_FEWEST: Final = 3
"""Of a list without "respectively": two sites may share two numbers in other ways."""
_SEVERAL_CANCERS: Final = form("cancer (?: , | and | , and ) [the adjective]{0,2} cancer")
"""Lists of cancers and of sites with one list of numbers: whose are they?"""


def in_turn(clause: ClauseTokens) -> list[Attachment]:
    """Return what lists of sites and of numbers say, each site with the number of its place."""
    if RESPECTIVELY in clause.letters:
        return _listed(clause, _RESPECTIVELY)
    found = _listed(clause, _WITHOUT_THE_WORD)
    return found if len(found) >= _FEWEST else []


def _listed(clause: ClauseTokens, forms: Sequence[re.Pattern[str]]) -> list[Attachment]:
    found = [match for one in forms for match in one.finditer(clause.letters)]
    if len(found) != 1 or _SEVERAL_CANCERS.search(clause.letters):
        return []
    sites = _places(found[0], "sites", SITE)
    numbers = _places(found[0], "numbers", NUMBERS)
    if len(sites) != len(numbers):
        return []
    people = _said_behind(clause, numbers[-1])
    return [
        Attachment(site=site, number=number, is_strong=True, people=people)
        for site, number in zip(sites, numbers, strict=True)
    ]


def _places(match: re.Match[str], name: str, letters: Container[str]) -> list[int]:
    """Return where in the clause the letters of a list stand."""
    start = match.start(name)
    return [at for at, letter in enumerate(match[name], start) if letter in letters]


def _said_behind(clause: ClauseTokens, number: int) -> str:
    """Return the words behind the last number of a list, which say who all of them are out of."""
    token = clause.tokens[number]
    return clause.text[token.number.end : token.end] if token.number else ""
