"""Lists of sites in a clause: sites that are joined, with what stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.text._grammar.clauses import is_light

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["SiteList", "site_lists_of"]

_JOINING = ("join", "frequency", "order", "double", "denial", "population")


@dataclass(frozen=True, slots=True)
class SiteList:
    """Indices, in the tokens of a clause, of sites that are joined."""

    members: tuple[int, ...]

    @property
    def first(self) -> int:
        """Index of its first site."""
        return self.members[0]

    @property
    def last(self) -> int:
        """Index of its last site."""
        return self.members[-1]


def site_lists_of(text: str, tokens: Sequence[Token]) -> list[SiteList]:
    """Return the lists of sites of a clause, in order."""
    lists: list[list[int]] = []
    for index, token in enumerate(tokens):
        if token.kind != "site":
            continue
        if lists and _joined(text, tokens, lists[-1][-1], index):
            lists[-1].append(index)
        else:
            lists.append([index])
    return [SiteList(tuple(members)) for members in lists]


def _joined(text: str, tokens: Sequence[Token], left: int, right: int) -> bool:
    """Return whether two sites stand in one list."""
    depth = 0
    position = tokens[left].end
    joins = 0
    for token in tokens[left + 1 : right]:
        if depth == 0 and not is_light(text[position : token.start]):
            return False
        position = token.end
        if token.kind == "mark":
            if token.value in "([{":
                depth += 1
            elif token.value in ")]}":
                depth = max(0, depth - 1)
            elif depth == 0 and token.value not in ",/&+>":
                return False
            joins += 1
        elif depth == 0:
            if not token.is_a(*_JOINING):
                return False
            joins += 1
    if depth and tokens[right - 1].value == "(":
        return False  # "the large vein (the renal vein)" explains
    gap = text[position : tokens[right].start]
    return (depth > 0 or is_light(gap)) and (joins > 0 or gap.strip() in {"/", "-"})
