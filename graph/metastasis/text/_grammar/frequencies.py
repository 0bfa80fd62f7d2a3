"""Frequencies: which words of frequency or denial govern each site of a clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import depths_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.site_lists import SiteList
    from metastasis.text._grammar.tokens import Token

__all__ = ["Said", "frequencies_of"]


class Said(NamedTuple):
    """How often, and by which words."""

    frequency: str
    start: int
    end: int
    where: str
    """``bracket``, ``inside``, ``after``, ``before``, ``modal`` or ``denial``."""


def frequencies_of(
    text: str, tokens: Sequence[Token], lists: Sequence[SiteList]
) -> dict[int, Said]:
    """Return what the clause says of each site that it says something of, by index of the token."""
    said: dict[int, Said] = {}
    if not lists:
        return said
    depths = depths_of(tokens)
    members = [index for sites in lists for index in sites.members]
    for index, token in enumerate(tokens):
        cue = token.as_a("double") or token.as_a("frequency")
        if cue is None or not cue.value:
            continue
        where, governed = _governed(text, tokens, depths, lists, members, index, cue.form)
        if where == "before" and cue.form == "adjective" and not _tells_of_spread(tokens, index):
            continue
        for member in governed:
            new = Said(cue.value, token.start, token.end, where)
            if member not in said or _outranks(new, said[member], tokens[member]):
                said[member] = new
    _after_order(tokens, members, said)
    return said


_TOLD: Final = (
    "place", "metastasis", "spread", "growth", "site", "copula", "route", "primary", "generic",
    "occur", "frequency", "order", "inverse", "setting",
)  # fmt: skip


def _tells_of_spread(tokens: Sequence[Token], index: int) -> bool:
    """Return whether an adjective stands with a word of spread: no "leading cause of death"."""
    if index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    return after.is_a(*_TOLD) and after.start - tokens[index].end < _NEAR


_NEAR: Final = 30
"""Characters between an adjective and what it tells of."""
_RANK: Final = ("modal", "before", "after", "inside", "bracket")
"""Which cue wins where several govern one site."""


def _outranks(new: Said, old: Said, site: Token) -> bool:
    if new.where != old.where:
        return _RANK.index(new.where) > _RANK.index(old.where)
    if new.where == "after":
        return False  # the nearest after it, which came first
    return new.start < site.start  # the nearest before it


def _governed(
    text: str,
    tokens: Sequence[Token],
    depths: Sequence[int],
    lists: Sequence[SiteList],
    members: Sequence[int],
    index: int,
    form: str,
) -> tuple[str, list[int]]:
    before = [member for member in members if member < index]
    after = [member for member in members if member > index]
    if form == "modal":
        return "modal", after or before
    if depths[index]:
        inner = [
            member for member in after if depths[member] and _same_bracket(depths, index, member)
        ]
        if inner:
            return "inside", inner
        return "bracket", _joined_to_last(tokens, before)
    if any(sites.first < index < sites.last for sites in lists):
        ours = next(sites for sites in lists if sites.first < index < sites.last)
        return "inside", [member for member in after if member <= ours.last]
    if not before:
        return "before", after
    if not after or _looks_back(text, tokens, index, before[-1], after[0]):
        return "after", _coordinated(tokens, lists, before[-1])
    return "before", after


def _coordinated(tokens: Sequence[Token], lists: Sequence[SiteList], last: int) -> list[int]:
    """Return the sites that a predicate after them speaks of: "lung metastases and bone metastases"."""
    number = next(index for index, sites in enumerate(lists) if sites.last == last)
    found = list(lists[number].members)
    while number:
        between = tokens[lists[number - 1].last + 1 : lists[number].first]
        if any(token.kind not in {"metastasis", "join", "mark"} for token in between):
            break
        number -= 1
        found += lists[number].members
    return found


def _same_bracket(depths: Sequence[int], index: int, member: int) -> bool:
    return all(depths[between] for between in range(index, member))


def _joined_to_last(tokens: Sequence[Token], before: Sequence[int]) -> list[int]:
    """Return the site before a bracket, and those that an "and" alone joins to it."""
    found = list(before[-1:])
    for left, right in zip(before[-2::-1], before[::-1], strict=False):
        between = tokens[left + 1 : right]
        if not between or any(token.kind != "join" for token in between):
            break
        found.append(left)
    return found


def _looks_back(text: str, tokens: Sequence[Token], index: int, before: int, after: int) -> bool:
    """Return whether a cue between two lists belongs to the one before: "is common, …"."""
    between = tokens[before + 1 : index]
    if between and between[-1].kind == "copula" and tokens[index + 1].kind == "place":
        return True
    if not any(token.kind in {"copula", "occur"} for token in between):
        return False
    follows = text[tokens[index].end : tokens[after].start]
    upto = tokens[index + 1 : after]
    if any(
        (token.kind == "mark" and token.value in ",;") or token.kind in {"break", "join"}
        for token in upto
    ):
        return True
    if any(token.kind in {"spread", "growth", "metastasis", "occur"} for token in upto):
        return False
    return not re.match(r"\s+(?:in|to|into|on|at)\b", follows)


def _after_order(tokens: Sequence[Token], members: Sequence[int], said: dict[int, Said]) -> None:
    """Let the first of an order be the most common, and what follows it common."""
    ranked = next(
        (i for i, t in enumerate(tokens) if t.is_a("order") and t.end - t.start > _LONG), None
    )
    if ranked is not None and members:
        _rank(tokens[ranked], members, said)
        return
    first = next(
        (
            index
            for index, token in enumerate(tokens)
            if (token.is_a("order") or (token.kind == "mark" and token.value == ">"))
            and any(member < index for member in members)
            and any(member > index for member in members)
        ),
        None,
    )
    if first is None:
        return
    ahead = [member for member in members if member < first]
    words = [said[member].frequency for member in ahead if member in said]
    if not words and _is_ranking(tokens[first]):
        words = ["most_common"]
    if not any(word in {"most_common", "common"} for word in words):
        return
    for member in members:
        old = said.get(member)
        if member > first and (
            old is None
            or (
                old.frequency in {"most_common", "common"}
                and old.where in {"before", "modal", "inside"}
            )
        ):
            said[member] = Said("common", tokens[first].start, tokens[first].end, "inside")
        elif member < first and (
            (old is None and _is_ranking(tokens[first]))
            or (old is not None and old.frequency == "common" and old.where in {"before", "after"})
        ):
            said[member] = Said("most_common", tokens[first].start, tokens[first].end, "inside")


_LONG: Final = 16
"""Longer words of order speak of all that they stand beside: "in decreasing order of frequency"."""


def _rank(order: Token, members: Sequence[int], said: dict[int, Said]) -> None:
    for number, member in enumerate(members):
        old = said.get(member)
        if old is None or old.where in {"before", "modal"}:
            value = "common" if number else "most_common"
            said[member] = Said(value, order.start, order.end, "inside")


def _is_ranking(token: Token) -> bool:
    """Return whether an order is written as a mark: "liver > lung"."""
    return token.end - token.start == 1
