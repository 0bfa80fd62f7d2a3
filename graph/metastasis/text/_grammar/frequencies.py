"""Frequencies: which words of frequency govern each site of a clause.

A word stands before the sites that it governs ("often to the liver"), after them ("… is common"),
inside their list, from where it governs the rest ("lung and, less often, bone"), or in a bracket
after a site ("bone (rarely)"). "Can" and "may" count where nothing else does. What stands after
"followed by" or ">" is common, and the first of such an order the most common.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["Said", "afterthought", "frequencies_of"]


class Said(NamedTuple):
    """How often, and by which words."""

    frequency: str
    start: int
    end: int
    where: str
    """``modal``, ``before``, ``after``, ``inside`` or ``bracket``."""


_RANK: Final = ("modal", "before", "after", "inside", "bracket")
"""Where a word stands, the weakest first: which wins where several govern one site."""
_TOLD: Final = frozenset(
    (
        *("place", "metastasis", "spread", "growth", "site", "copula", "route", "primary"),
        *("generic", "occur", "frequency", "order", "inverse", "setting"),
    )
)
"""What an adjective of frequency stands with, if it tells of spread."""
_NEAR: Final = 30
"""Characters between an adjective and what it tells of."""
_COORDINATES: Final = frozenset({"metastasis", "join", "mark"})
"""What stands between lists of which one predicate speaks: "lung metastases and bone deposits"."""
_ACTS: Final = frozenset({"spread", "growth", "metastasis", "occur"})
"""What a word of frequency before it belongs to."""
_OF_ALL: Final = 16
"""Characters of words of order that speak of a whole list: "in decreasing order of frequency"."""
_OFTEN: Final = frozenset({"most_common", "common"})
_PREPOSITION: Final = re.compile(r"\s+(?:in|to|into|on|at)\b")


def frequencies_of(
    text: str, tokens: Sequence[Token], lists: Sequence[SiteList]
) -> dict[int, Said]:
    """Return what the clause says of each site that it says something of, by index of the token."""
    said: dict[int, Said] = {}
    if not lists:
        return said
    clause = _Clause(text, tokens, lists)
    for index, value, form in clause.words():
        where, governed = clause.governed(index, form)
        if where == "before" and form == "adjective" and not clause.tells_of_spread(index):
            continue
        if clause.tells_of_effects(index):
            continue
        if index + 1 < len(tokens) and tokens[index + 1].kind == "inverse":
            continue  # "Usually starts in the stomach before it spreads" says how often it starts.
        for site in governed:
            new = Said(value, tokens[index].start, tokens[index].end, where)
            if site not in said or _outranks(new, said[site], tokens[site]):
                said[site] = new
    clause.put_in_order(said)
    return said


def afterthought(text: str, tokens: Sequence[Token]) -> Said | None:
    """Return what a clause says of all that the one before said: "…, although this is rare"."""
    if not _AFTERTHOUGHT.match(text) or any(token.kind in {"site", "primary"} for token in tokens):
        return None
    words = [
        Said(cue.value, token.start, token.end, "before")
        for token in tokens
        if (cue := token.how_often) and cue.form == "adjective"
    ]
    return words[0] if len(words) == 1 else None


_AFTERTHOUGHT: Final = re.compile(
    r"(?:although|but|though|however),? "
    r"(?:this|that|it|these|such cases|they) (?:is|are|occurs?)\b",
    re.IGNORECASE,
)


def _outranks(new: Said, old: Said, site: Token) -> bool:
    if new.where != old.where:
        return _RANK.index(new.where) > _RANK.index(old.where)
    # The nearest counts: before a site the last, after it the first.
    return new.where != "after" and new.start < site.start


class _Clause:
    """The tokens of a clause, and the sites in it."""

    def __init__(self, text: str, tokens: Sequence[Token], lists: Sequence[SiteList]) -> None:
        self._text = text
        self._tokens = tokens
        self._lists = lists
        self._depths = depths_of(tokens)
        self._sites = [index for sites in lists for index in sites.members]

    def words(self) -> Iterator[tuple[int, str, str]]:
        """Yield index, value and form of each word of frequency; "not uncommon" is one."""
        for index, token in enumerate(self._tokens):
            cue = token.how_often
            if cue is not None and cue.value:
                yield index, cue.value, cue.form

    def tells_of_spread(self, index: int) -> bool:
        """Return whether an adjective stands with a word of spread: no "leading cause of death"."""
        if index + 1 >= len(self._tokens):
            return False
        after = self._tokens[index + 1]
        return after.is_a(*_TOLD) and after.start - self._tokens[index].end < _NEAR

    def tells_of_effects(self, index: int) -> bool:
        """Return whether a word tells how often metastases do something: "often cause pain"."""
        if index + 1 >= len(self._tokens):
            return False
        after = self._tokens[index + 1]
        gap = self._text[self._tokens[index].end : after.start]
        return after.kind in {"stop", "background"} and not gap.strip()

    def governed(self, index: int, form: str) -> tuple[str, Sequence[int]]:
        """Return where a word of frequency stands, and the sites that it governs."""
        before = [site for site in self._sites if site < index]
        after = [site for site in self._sites if site > index]
        if form == "modal":
            return "modal", after or before
        if self._depths[index]:
            inner = [site for site in after if all(self._depths[index:site])]
            return ("inside", inner) if inner else ("bracket", self._joined(before))
        for sites in self._lists:
            if sites.first < index < sites.last:
                return "inside", [site for site in after if site <= sites.last]
        if before and (not after or self._looks_back(index, before[-1], after[0])):
            return "after", self._coordinated(before[-1])
        return "before", after

    def _joined(self, before: Sequence[int]) -> list[int]:
        """Return the site before a bracket, and those that an "and" alone joins to it."""
        found = list(before[-1:])
        for left, right in zip(before[-2::-1], before[::-1], strict=False):
            between = self._tokens[left + 1 : right]
            if not between or any(token.kind != "join" for token in between):
                break
            found.append(left)
        return found

    def _coordinated(self, last: int) -> list[int]:
        """Return the sites that a predicate speaks of, up to the last of them."""
        number = next(index for index, sites in enumerate(self._lists) if sites.last == last)
        found = list(self._lists[number].members)
        while number:
            left, right = self._lists[number - 1].last, self._lists[number].first
            if any(token.kind not in _COORDINATES for token in self._tokens[left + 1 : right]):
                break
            number -= 1
            found += self._lists[number].members
        return found

    def _looks_back(self, index: int, before: int, after: int) -> bool:
        """Return whether a word between two lists belongs to the one before: "is common, …"."""
        between = self._tokens[before + 1 : index]
        upto = self._tokens[index + 1 : after]
        if between and between[-1].kind == "copula" and upto and upto[0].kind == "place":
            return True
        if not any(token.kind in {"copula", "occur"} for token in between):
            return False
        if any(token.value in {",", ";"} or token.kind in {"break", "join"} for token in upto):
            return True
        if any(token.kind in _ACTS for token in upto):
            return False
        follows = self._text[self._tokens[index].end : self._tokens[after].start]
        return _PREPOSITION.match(follows) is None

    def put_in_order(self, said: dict[int, Said]) -> None:
        """Let the first of an order be the most common, and what follows it common."""
        for index, token in enumerate(self._tokens):
            if token.is_a("order"):
                if token.end - token.start > _OF_ALL:
                    self._rank(token, said)
                    return
                if self._sites[0] < index < self._sites[-1]:
                    self._split(index, said)
                    return

    def _rank(self, order: Token, said: dict[int, Said]) -> None:
        for number, site in enumerate(self._sites):
            if site not in said or said[site].where in {"before", "modal"}:
                value = "common" if number else "most_common"
                said[site] = Said(value, order.start, order.end, "inside")

    def _split(self, index: int, said: dict[int, Said]) -> None:
        order = self._tokens[index]
        is_mark = order.end - order.start == 1  # "liver > lung" needs no word of frequency
        words = [said[site].frequency for site in self._sites if site < index and site in said]
        if not (_OFTEN.intersection(words) or (is_mark and not words)):
            return
        for site in self._sites:
            old = said.get(site)
            if site > index and (old is None or _gives_way(old)):
                said[site] = Said("common", order.start, order.end, "inside")
            elif site < index and (old is None or _is_only_common(old)) and (old or is_mark):
                said[site] = Said("most_common", order.start, order.end, "inside")


def _gives_way(old: Said) -> bool:
    return old.frequency in _OFTEN and old.where in {"modal", "before", "inside"}


def _is_only_common(old: Said) -> bool:
    return old.frequency == "common" and old.where in {"before", "after"}
