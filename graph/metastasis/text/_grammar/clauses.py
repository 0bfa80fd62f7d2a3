"""Clauses: the parts of a sentence that have a verb of their own, or go on with the one before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from metastasis.text._grammar.phrases import has_phrase, is_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["Clause", "clauses_of", "depths_of", "is_light"]

_VERBS: Final = ("spread", "growth", "copula", "occur", "inverse")
_SUBJECT: Final = (
    "site", "primary", "generic", "metastasis", "place", "frequency", "denial", "join", "double",
    "population", "stage",
)  # fmt: skip
"""What may stand between the beginning of a clause and its verb."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens of a sentence that share a verb."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    goes_on: bool
    """Whether it may take subject and verb from the clause before."""


@lru_cache(maxsize=1024)  # It is mostly the same few words.
def is_light(gap: str) -> bool:
    """Return whether words between two tokens only join them.

    >>> is_light(" to the "), is_light(" because of ")
    (True, False)
    """
    return is_only("light", gap)


def depths_of(tokens: Sequence[Token]) -> list[int]:
    """Return for each token how many brackets it stands in; a bracket stands in itself."""
    depth, depths = 0, []
    for token in tokens:
        if token.kind == "mark" and token.value in "([{":
            depth += 1
            depths.append(depth)
        elif token.kind == "mark" and token.value in ")]}":
            depths.append(depth)
            depth = max(0, depth - 1)
        else:
            depths.append(depth)
    return depths


def clauses_of(text: str, tokens: Sequence[Token]) -> list[Clause]:
    """Return the clauses of a sentence, in order."""
    depths = depths_of(tokens)
    cuts = [0]
    has_verb = False
    for index, token in enumerate(tokens):
        if depths[index]:
            continue
        if (
            token.kind == "break"
            or (token.kind == "mark" and token.value == ";")
            or (has_verb and _parts(token) and _begins_clause(text, tokens, depths, index))
            or (has_verb and token.kind == "generic" and _ends_condition(tokens, cuts[-1], index))
            or (token.value == "," and _is_condition(tokens, cuts[-1], index))
        ):
            cuts.append(index)
            has_verb = False
        elif token.is_a(*_VERBS) and not _is_noun(tokens[cuts[-1] : index], token):
            has_verb = True
    cuts.append(len(tokens))
    return [_clause(text, tokens, start, end) for start, end in pairwise(cuts) if end > start]


def _ends_condition(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Return whether a condition ends at its main clause: "if it gets into the blood it can …"."""
    if tokens[start].kind != "condition" or index + 1 >= len(tokens):
        return False
    return tokens[index + 1].form == "modal" or tokens[index + 1].is_a(
        "spread", "growth", "frequency"
    )


def _is_condition(tokens: Sequence[Token], start: int, index: int) -> bool:
    """Return whether what ends at a comma is a condition: "if one does, it's most likely to …"."""
    return (
        tokens[start].kind == "condition"
        and index + 1 < len(tokens)
        and tokens[index + 1].kind in {"generic", "primary", "place"}
    )


def _is_noun(before: Sequence[Token], token: Token) -> bool:
    """Return whether a word that is noun and verb has no subject: "spread to the liver is rare"."""
    return token.is_a("metastasis") and not any(
        other.kind in {"primary", "generic", "denial"} or other.form == "modal" for other in before
    )


def _clause(text: str, tokens: Sequence[Token], start: int, end: int) -> Clause:
    first = tokens[start].start if start else 0
    last = tokens[end].start if end < len(tokens) else len(text)
    return Clause(tuple(tokens[start:end]), first, last, goes_on=start > 0)


def _parts(token: Token) -> bool:
    return token.kind in {"join", "order"} or (
        token.kind == "mark" and token.value in {",", "–", "—", "-", "..."}
    )


def _begins_clause(text: str, tokens: Sequence[Token], depths: Sequence[int], index: int) -> bool:
    """Return whether a verb follows a comma or an "and" before anything but its subject does."""
    position = tokens[index].end
    seen = 0
    for offset in range(index + 1, len(tokens)):
        token = tokens[offset]
        if depths[offset]:
            position = token.end
            continue
        gap = text[position : token.start]
        if len(gap) > _LONGEST_GAP or has_phrase("subordinate", gap):
            return False
        if token.is_a(*_VERBS) and not token.is_a("member"):
            # "liver, metastases to which": a noun of spread right after the comma is no verb.
            return not (token.kind == "spread" and token.is_a("metastasis") and not seen)
        if token.kind == "mark" or not token.is_a(*_SUBJECT):
            return False
        seen += 1
        position = token.end
    return False


_LONGEST_GAP: Final = 40
"""More words than this before a verb, and it is not the verb of what stands after the comma."""
