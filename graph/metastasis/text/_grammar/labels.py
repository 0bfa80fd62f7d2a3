"""Labels: the cancers that the head of an item or row names, for the sites in the rest of it.

A cell ends at its mark ("Breast: bone", "Breast | bone"); in a table whose cells ran together it
ends where a capital begins a word and a site is named there ("Breast Bone, brain").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.clauses import is_light
from metastasis.text._grammar.tokens import tokens_of
from metastasis.text._names.mentions import mentions_of, primary_of_organ

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from metastasis.text._grammar.tokens import Token

__all__ = ["CancerLabel", "cancers_of", "flat_label", "marked_label", "names_column_of_cancers"]

_COLUMN: Final = re.compile(
    r"^(?:\W*(?:type|site|kind|location|origin)s? of (?:the )?)?\W*(?:primary|original|common)?\s*"
    r"(?:cancer|tumou?r|malignan(?:cy|cies)|neoplasm|primary|primaries|carcinoma)"
    r"s?(?:\s+(?:types?|sites?|locations?|origins?|names?))?\b",
    re.IGNORECASE,
)
"""How the header of a column of cancers begins."""
_CELL: Final = re.compile(r"\s+(?=[A-Z])|(?<=[a-z])(?=[A-Z])")
_LONGEST: Final = 60
"""Characters of a label."""


class CancerLabel(NamedTuple):
    """What a head names."""

    keys: tuple[str, ...]
    start: int
    end: int
    rest: tuple[Token, ...]
    """The tokens after it."""


def names_column_of_cancers(header: str) -> bool:
    """Return whether a header names cancers in its first column, and more in others.

    >>> names_column_of_cancers("Type of cancer Main sites of spread")
    True
    >>> names_column_of_cancers("Sites of spread")
    False
    """
    match = _COLUMN.match(header)
    return match is not None and re.match(r"\W*[A-Z]", header[match.end() :]) is not None


def cancers_of(text: str, tokens: Sequence[Token], *, by_name: bool) -> tuple[str, ...]:
    """Return the cancers of which an item of a list of cancers consists: "Skin (melanoma)"."""
    named = [token.value for token in tokens if token.kind == "primary" and token.value != "any"]
    return tuple(dict.fromkeys(named)) or (() if by_name else _keys(text, tokens))


def marked_label(text: str, tokens: Sequence[Token], end: int) -> CancerLabel | None:
    """Return the cancers that make up the whole text up to ``end``; None where it says more."""
    head = [token for token in tokens if token.end <= end]
    keys = _keys(text[:end], head)
    if not keys:
        return None
    rest = tuple(token for token in tokens if token.start >= end)
    return CancerLabel(keys, 0, len(text[:end].rstrip()), rest)


def flat_label(text: str) -> CancerLabel | None:
    """Return the cancer that begins a row whose cells ran together."""
    for cell in _CELL.finditer(text, 0, _LONGEST):
        head = tokens_of(text[: cell.start()], mentions_of(text[: cell.start()]))
        keys = _keys(text[: cell.start()], head)
        if not keys:
            continue
        rest = tuple(_shifted(text[cell.end() :], cell.end()))
        if rest and rest[0].kind == "site" and rest[0].start == cell.end():
            return CancerLabel(keys, 0, cell.start(), rest)
    return None


def _shifted(text: str, by: int) -> Iterator[Token]:
    for token in tokens_of(text, mentions_of(text)):
        yield token._replace(start=token.start + by, end=token.end + by)


def _keys(text: str, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the cancers of which a text consists, an organ standing for its own."""
    whole = _called(text)
    if whole is not None:
        return (whole,)
    keys: list[str] = []
    position = 0
    for token in tokens:
        gap = text[position : token.start]
        position = token.end
        if not _LIGHT.fullmatch(gap) and not is_light(gap):
            return ()
        key = token.value if token.kind == "primary" else _organ(text, token)
        if key is not None and key != "any":
            keys.append(key)
        elif token.kind not in {"mark", "join", "generic", "primary"}:
            return ()
    return tuple(dict.fromkeys(keys)) if _LIGHT.fullmatch(text[position:]) else ()


_LIGHT: Final = re.compile(
    r"(?:\b(?:adult|in|adults|and|cancers?|tumou?rs?)\b|[\W\d])*", re.IGNORECASE
)
"""What a label may hold beside names."""


def _organ(text: str, token: Token) -> str | None:
    """Return the cancer of an organ."""
    if token.kind != "site":
        return None
    return _called(text[token.start : token.end]) or primary_of_organ(token.value)


def _called(words: str) -> str | None:
    """Return the cancer that words name where "cancer" is put behind them: "Small cell lung"."""
    name = f"{words.strip()} cancer"
    found = mentions_of(name)
    if len(found) != 1 or found[0].kind != "primary" or found[0].key == "any":
        return None
    return found[0].key if (found[0].start, found[0].end) == (0, len(name)) else None
