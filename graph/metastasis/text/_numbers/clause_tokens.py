"""The tokens of a clause, in which each number has taken in the words that say who it counts.

In "30 % of patients with metastatic disease had bone metastases" the number ends before "had". In
"30 % of patients with bone metastases" it counts among people who were chosen by the site, and is
no number of that site: its token is one of the class ``CHOSEN``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._numbers.letters import CHOSEN, DESCRIBING, NUMBER, form
from metastasis.text._numbers.tokens import NumberToken, letters_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._numbers.quantities import Quantity

__all__ = ["ClauseTokens", "clause_tokens"]

_PEOPLE: Final = form(f"""
    (?: [{DESCRIBING} narrow]{{0,3}} people )?
    (?: [of from in] the? [{DESCRIBING} narrow bare]{{0,5}} people
        | [of from] the? [the adjective adverb]{{0,3}} metastasis
        | [of from] the? [the adjective adverb word]{{0,3}} cancer (?= adverb? [have be find]) )
    (?: [with of from in] [{DESCRIBING}]{{0,5}}
            (?: (?<= cancer) and [the adjective word]{{0,2}} cancer )?
        | find [with in] [{DESCRIBING}]{{0,5}}
        | adverb [the adjective adverb cancer metastasis]{{0,2}} ){{0,3}}
    | [{DESCRIBING} narrow]{{0,3}} people
        (?: (?: [with of from in] | find with ) [{DESCRIBING} narrow]{{1,8}} ){{1,2}}
        (?= adverb? [have be find])
    | [{DESCRIBING} narrow]{{1,3}} people (?= adverb? [have be find])
""")
"""Who a number is out of: "of all patients with metastatic disease at diagnosis"."""
_PEOPLE_WITH: Final = f"""
    [of from in] the? [{DESCRIBING} bare number]{{0,5}} people
    (?: with | which [have be find]{{0,2}} with? ) [{DESCRIBING}]{{0,3}}
"""
_CHOSEN: Final = form(f"""
    people? (?: {_PEOPLE_WITH}
        | [of from] the? [the adjective adverb]{{0,3}}
            (?: metastasis [in of] [the adjective adverb]{{0,2}} )?
    ) (?= [site narrow])
""")
"""What makes a number one of people chosen by the site that follows: "of patients with bone …"."""
_OPENS_WITH_CHOSEN: Final = form(f"""
    (?<! rate) {_PEOPLE_WITH} site
    | site [^ site]* [of from] which number
""")
"""The same at the head of a clause, and "of whom 30 %" behind a site."""


class ClauseTokens(NamedTuple):
    """The tokens of a clause, and their letters, on which forms are looked for."""

    text: str
    """The sentence, in which positions of tokens count."""
    tokens: Sequence[NumberToken]
    letters: str
    of_cancers: bool
    """Whether what is called a site here is a cancer, at the site that the sentence speaks of."""

    @property
    def counts_chosen(self) -> bool:
        """Whether all that it counts is among people chosen by a site."""
        return not self.of_cancers and _OPENS_WITH_CHOSEN.search(self.letters) is not None

    def quantity(self, at: int) -> Quantity | None:
        """Return the number that a token is; None where it is none."""
        return self.tokens[at].number

    def before(self, at: int, most: int) -> str:
        """Return the letters before a token, so many at most."""
        return self.letters[max(0, at - most) : at]


def clause_tokens(text: str, tokens: Sequence[NumberToken], *, of_cancers: bool) -> ClauseTokens:
    """Return tokens as a clause, each number with the words behind it that say who it counts.

    Of cancers, "30 % of patients with sarcoma" is a number; of sites it counts the chosen.
    """
    counted = tuple(_with_people(tokens, of_cancers=of_cancers))
    return ClauseTokens(text, counted, letters_of(counted), of_cancers)


def _with_people(tokens: Sequence[NumberToken], *, of_cancers: bool) -> Iterator[NumberToken]:
    letters = letters_of(tokens)
    index = 0
    while index < len(tokens):
        token, end = tokens[index], index + 1
        if token.letter == NUMBER:
            chosen = None if of_cancers else _CHOSEN.match(letters, end)
            people = _PEOPLE.match(letters, end)
            if chosen:
                end = chosen.end()
                token = NumberToken(CHOSEN, token.start, tokens[end - 1].end)
            elif people:
                end = people.end()
                token = replace(token, end=tokens[end - 1].end)
        yield token
        index = end
