"""A clause, and which of its numbers belongs to which of its sites.

A clause is a row of tokens, each with the letter of its class (`letters`), and rules look for
forms of letters:

    Liver  metastases  were  found  in  30 % of patients
    S      M           b     v      i   N

1. A number takes in the words that say who it is out of (`clause_tokens`).
2. Sites and numbers are attached to one another: in turn, where lists of equal length say so
   (`series`), else side by side, with nothing between them but words that say "has" (`neighbors`).
   Where two readings are left, neither is taken (`attachment`).
3. What is denied goes, and what speaks of survival, treatment and the like.
4. What is left is printed: count, total, percentage, out of whom and when, as the clause says it.

Apart from `attach` because a clause knows nothing of what the rest of the sentence and the page
say.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from metastasis.text._numbers.clause_tokens import clause_tokens
from metastasis.text._numbers.denominators import denominator_of, names_cancer, setting_of
from metastasis.text._numbers.letters import (
    BRACKET,
    CHOSEN,
    LETTERS,
    NUMBERS,
    RESPECTIVELY,
    SITE,
    form,
)
from metastasis.text._numbers.neighbors import neighbors_in
from metastasis.text._numbers.number import PrintedNumber, agreed
from metastasis.text._numbers.series import in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._numbers.attachment import Attachment
    from metastasis.text._numbers.quantities import Quantity
    from metastasis.text._numbers.tokens import NumberToken

__all__ = ["NumberClause"]

_FOR_NO_SITE: Final = {CHOSEN, LETTERS["against"]}
"""What makes a clause one whose numbers are of no site."""
_DENIED: Final = form("[no narrow] [the adjective adverb of metastasis word in]{0,4} $")
"""What stands before a site whose number is not all who have it."""
_DENIED_WITHIN: Final = 6
"""Tokens before a site in which that stands."""
_OPENING: Final = form("""
    (?: [word cancer] sign )?
    [of from in] the? [the adjective adverb cancer metastasis bare word number of]{0,6}
    [people number] [^ , site bracket stray number]* ,
""")
"""Who is counted, at the head of a clause: "In 634 patients with stage IV disease, …"."""
_HEAD: Final = form("[^ , have be find bracket]* ,")
"""The same with words of any kind, but without a verb."""
_METASTATIC: Final = form("""
    number people? [adjective adverb narrow]{0,3}
    [have be find] [adverb with adjective in find]{0,3} [metastasis site] [in stray]{0,3} ,
    (?= [which adverb then in from])
""")
"""Thirty-seven patients developed distant disease, most commonly in …"""


class NumberClause:
    """The tokens of one clause, and what its rules find."""

    def __init__(
        self, text: str, tokens: Sequence[NumberToken], *, of_cancers: bool = False
    ) -> None:
        self._clause = clause_tokens(text, tokens, of_cancers=of_cancers)
        self._text, self._tokens, self._letters, _ = self._clause
        self._setting = setting_of(text[tokens[0].start : tokens[-1].end]) if tokens else None

    @cached_property
    def metastatic(self) -> int | None:
        """How many had metastases, where it says so once and then where they were."""
        found = [self._tokens[one.start()].number for one in _METASTATIC.finditer(self._letters)]
        return found[0].count if len(found) == 1 and found[0] else None

    @cached_property
    def has_loose(self) -> bool:
        """Whether a number of it belongs to no site: then what follows may be out of that one."""
        if not self._may_count():
            return False
        opening = _OPENING.match(self._letters) or _HEAD.match(self._letters)
        first = opening.end() if opening else 0
        ends = [end for one in self._attachments for end in one.ends]
        places = range(first, min(ends, default=len(self._letters)))
        return any(self._letters[at] in NUMBERS and not self._counts_places(at) for at in places)

    def numbers(self) -> dict[int, PrintedNumber]:
        """Return the numbers of the clause by the start of their site."""
        return {
            self._tokens[one.site].start: self._printed(one)
            for one in self._attachments
            if not self._is_denied(one) and not self._is_outcome(one)
        }

    # Which number belongs to which site.

    def _may_count(self) -> bool:
        """Whether the clause has sites and numbers, and these may belong together."""
        letters = set(self._letters)
        if SITE not in letters or not letters & NUMBERS or letters & _FOR_NO_SITE:
            return False
        return not self._clause.counts_chosen

    @cached_property
    def _attachments(self) -> list[Attachment]:
        if not self._may_count():
            return []
        found = in_turn(self._clause)
        return found if found or RESPECTIVELY in self._letters else neighbors_in(self._clause)

    def _counts_places(self, at: int) -> bool:
        """Whether a number in brackets counts sites: "metastatic sites (n = 305)"."""
        number = self._tokens[at].number
        is_behind = self._letters[at - 1 : at + 1] == LETTERS["place"] + BRACKET
        return is_behind and number is not None and not number.percent

    # What is no number of a site after all.

    def _is_denied(self, one: Attachment) -> bool:
        """Whether the site is denied or narrowed, and the number counts somebody all the same."""
        number = self._clause.quantity(one.number)
        counts_nobody = number is not None and (number.count == 0 or number.percent == 0)
        before = self._clause.before(one.site, _DENIED_WITHIN)
        return not counts_nobody and _DENIED.search(before) is not None

    def _is_outcome(self, one: Attachment) -> bool:
        """Whether the words before or beside a number speak of survival, treatment and the like."""
        first = self._letters.find(LETTERS["outcome"])
        end = self._letters.find(",", max(one.ends)) if first >= 0 else -1
        return first >= 0 and (end < 0 or first < end)

    # What is printed.

    def _printed(self, one: Attachment) -> PrintedNumber:
        """Return the number of a site, with all that the clause says of it."""
        quantity = self._clause.quantity(one.number)
        assert quantity is not None  # noqa: S101 - every number, in brackets or not, has one
        if quantity.kind == "range":
            return PrintedNumber(start=quantity.start, end=quantity.end, note=quantity.note)
        people = self._people(one, quantity)
        return agreed(
            PrintedNumber(
                count=quantity.count,
                total=quantity.total,
                percent=quantity.percent,
                denominator=denominator_of(people.strip(" (["), cancer=names_cancer(people))
                if people
                else None,
                setting=self._setting,
                occurrence=self._occurrence(one),
                start=quantity.start,
                end=quantity.end,
                note=quantity.note,
            )
        )

    def _people(self, one: Attachment, quantity: Quantity) -> str:
        """Return the words that say who a number is out of: in its brackets, behind it, before all.

        The words at the head of a clause are of its numbers only if none of them counts others.
        """
        token = self._tokens[one.number]
        inside = self._text[token.start : token.end]
        if token.letter == BRACKET and _SAYS_OF_WHOM.search(inside):
            return inside
        behind = self._text[quantity.end : token.end] or one.people
        opening = _OPENING.match(self._letters)
        if behind or opening is None or self.has_loose:
            return behind
        return self._text[self._tokens[0].start : self._tokens[opening.end() - 1].end]

    def _occurrence(self, one: Attachment) -> str | None:
        """Return ``only_site`` or ``first_site`` where the words beside the site say so."""
        site, number = self._tokens[one.site], self._tokens[one.number]
        before = self._text[max(0, site.start - _BESIDE) : site.start]
        behind = self._text[site.end : site.end + _BESIDE]
        if _ONLY_BEFORE.search(before) or _ONLY_BEHIND.match(behind):
            return "only_site"
        between = self._text[site.end : number.start]
        return "first_site" if _FIRST.search(between) else None


_SAYS_OF_WHOM: Final = re.compile(r"\b(?:of|with)\b")
_BESIDE: Final = 30
"""Characters beside a site in which "only" is of the site."""
_ONLY_BEFORE: Final = re.compile(
    r"\b(?:isolated|solitary|only|exclusively|solely) $", re.IGNORECASE
)
_ONLY_BEHIND: Final = re.compile(
    r"^(?: metasta\w+)? (?:only|alone)\b|^ (?:was|being|is|as) the (?:only|sole)\b", re.IGNORECASE
)
_FIRST: Final = re.compile(r"\bfirst (?:metastatic |distant )?site\b", re.IGNORECASE)
