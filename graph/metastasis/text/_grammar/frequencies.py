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
        for member in governed:
            new = Said(cue.value, token.start, token.end, where)
            if member not in said or _outranks(new, said[member], tokens[member]):
                said[member] = new
    _after_order(tokens, members, said)
    return said


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
        inner = [member for member in after if depths[member] and _same_bracket(depths, index, member)]
        if inner:
            return "inside", inner
        return "bracket", _nearest_outside(depths, before)
    if any(sites.first < index < sites.last for sites in lists):
        ours = next(sites for sites in lists if sites.first < index < sites.last)
        return "inside", [member for member in after if member <= ours.last]
    if not before:
        return "before", after
    if not after or _looks_back(text, tokens, index, before[-1], after[0]):
        ours = next(sites for sites in lists if sites.last == before[-1])
        return "after", list(ours.members)
    return "before", after


def _same_bracket(depths: Sequence[int], index: int, member: int) -> bool:
    return all(depths[between] for between in range(index, member))


def _nearest_outside(depths: Sequence[int], before: Sequence[int]) -> list[int]:
    return list(before[-1:])


def _looks_back(
    text: str, tokens: Sequence[Token], index: int, before: int, after: int
) -> bool:
    """Return whether a cue between two lists belongs to the one before: "is common, …"."""
    between = tokens[before + 1 : index]
    if not any(token.kind in {"copula", "occur"} for token in between):
        return False
    follows = text[tokens[index].end : tokens[after].start]
    upto = tokens[index + 1 : after]
    if any(token.kind == "mark" and token.value in ",;" or token.kind in {"break", "join"} for token in upto):
        return True
    if any(token.kind in {"spread", "growth", "metastasis"} for token in upto):
        return False
    return not re.match(r"\s+(?:in|to|into|on|at)\b", follows)


def _after_order(tokens: Sequence[Token], members: Sequence[int], said: dict[int, Said]) -> None:
    """Let what stands after "followed by" be common where the first is the most common."""
    orders = [
        index for index, token in enumerate(tokens)
        if token.is_a("order") and token.value != "frequency" or (token.kind == "mark" and token.value == ">")
    ]
    orders = [index for index in orders if any(member < index for member in members)]
    if not orders:
        return
    first = orders[0]
    for member in members:
        if member > first:
            old = said.get(member)
            if (old is None and tokens[first].value == ">") or (old is not None and old.frequency == "most_common" and old.where != "bracket"):
                said[member] = Said("common", tokens[first].start, tokens[first].end, "inside")
    if tokens[first].value == ">":
        for member in members:
            if member < first and member not in said:
                said[member] = Said("most_common", tokens[first].start, tokens[first].end, "inside")
