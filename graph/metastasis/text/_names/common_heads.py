"""Shared heads: "colon and rectal cancer" are two, and so are "nodes of the neck and groin".

Apart from the mentions because it looks at what stands between two names, and they at one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metastasis.text._names.lexicon import Name

__all__ = ["SharedPart", "parts_before", "parts_behind"]

_LINK_WORDS: Final = ("and", "or", "and/or", "versus", "vs", "vs.", "as well as")
_LAST_LINKS: Final = (
    *(f", {word} " for word in _LINK_WORDS),
    *(f" {word} " for word in _LINK_WORDS),
    *(" & ", " / ", " /", "/ ", "/"),
)
"""What may stand between the last part of a list and what it shares its head with."""
_LINKS: Final = (*_LAST_LINKS, ", ")
"""The same of the parts before; the first of these that fits is the longest."""
_LINK_BEHIND: Final = re.compile(
    r"(?P<closing>,? (?:and|or|and/or|as well as) | & | ?/ ?)(?P<article>(?:(?:of|in|under) )?"
    r"(?:the |your )?)|, (?:the )?"
)
_GOAL: Final = re.compile(r"\b(?:to|into) (?:the )?$")
_CLOSING: Final = re.compile(r",? (?:and|or) ")
"""What follows the last part but one of a list whose last part is no part: "lymph nodes in the
neck, chest and other places"."""
_MOST_PARTS: Final = 40
"""That share one head: a list of all organs has fewer, and a text made to be slow has more."""
_MOST_WORDS: Final = 3
"""That a part may have, as in "non small cell"."""
_LONGEST_PART: Final = 40
"""Characters of the words of a part together."""
_WORDS: Final = re.compile(r"[^\W\d_]+")
_NO_PART: Final = re.compile(r" (?:metasta|mets|involve|lesion|recur|implant)")
"""What follows a site that is one of its own, as in "cancer of the breast and bone metastases"."""


class SharedPart(NamedTuple):
    """A name without the words that it shares with another."""

    start: int
    end: int
    name: Name
    head: tuple[int, int]
    """Where the words stand that it shares."""


def parts_before(
    plain: str, start: int, end: int, names: Mapping[str, Name]
) -> Iterator[SharedPart]:
    """Yield what stands before a name and shares its last words, the nearest first.

    Parts that a comma separates count where another follows them that "and" or "or" links.
    """
    cursor, links = start, _LAST_LINKS
    for _ in range(_MOST_PARTS):
        if not plain.endswith(links, 0, cursor):
            return
        edge = cursor - len(next(one for one in links if plain.endswith(one, 0, cursor)))
        links = _LINKS
        found = _part_ending(plain, edge, _tails(plain, start, end), names)
        if found is None or (found[1].kind == "primary" and _is_goal(plain, found[0])):
            return
        yield SharedPart(found[0], edge, found[1], (end - found[2], end))
        cursor = found[0]


def _is_goal(plain: str, start: int) -> bool:
    """Return whether a word is where something goes: "spreads to bone, and lung cancer …"."""
    return _GOAL.search(plain[max(0, start - len("into the ")) : start]) is not None


def _tails(plain: str, start: int, end: int) -> list[str]:
    """Return the last words of a name, more words first; never all of them."""
    blanks = [at for at in range(start, end) if plain[at] == " "]
    return [plain[at:end] for at in blanks]


def _part_ending(
    plain: str, edge: int, tails: Sequence[str], names: Mapping[str, Name]
) -> tuple[int, Name, int] | None:
    low = max(0, edge - _LONGEST_PART)
    words = [low + word.start() for word in _WORDS.finditer(plain[low:edge])]
    for at in words[-_MOST_WORDS:]:
        part = plain[at:edge]
        if at and plain[at - 1].isalnum():
            continue
        for tail in tails:
            if (name := names.get(part + tail)) is not None and name.case is None:
                return at, name, len(tail) - 1
    return None


def parts_behind(plain: str, start: int, end: int, names: Mapping[str, Name]) -> list[SharedPart]:
    """Return what follows a name and shares its first words: "cancers of the colon and rectum"."""
    heads = _heads(plain, start, end) if _LINK_BEHIND.match(plain, end) else ()
    found: list[SharedPart] = []
    cursor = end
    closed = 0
    if not heads:
        return found
    for _ in range(_MOST_PARTS):
        link = _LINK_BEHIND.match(plain, cursor)
        part = None if link is None else _part_beginning(plain, link.end(), heads, names)
        if link is None or part is None or _NO_PART.match(plain, part[0]):
            break
        found.append(SharedPart(link.end(), part[0], part[1], (start, start + part[2])))
        cursor = part[0]
        if link["closing"] or (part[1].kind == "site" and _CLOSING.match(plain, cursor)):
            closed = len(found)
    return found[:closed]


_PREPOSITION: Final = re.compile(
    r" (?:of|in|from|within|inside|under|near|around|above) (?:(?:the|your) )?"
)


def _heads(plain: str, start: int, end: int) -> list[str]:
    """Return the words of a name up to a preposition, with an article and without."""
    found: list[str] = []
    for one in _PREPOSITION.finditer(plain, start, end):
        bare = one[0].rstrip().removesuffix("the").removesuffix("your")
        found += [plain[start : one.end()], f"{plain[start : one.start()]} {bare.strip()} "]
    return list(dict.fromkeys(found))


def _part_beginning(
    plain: str, edge: int, heads: Sequence[str], names: Mapping[str, Name]
) -> tuple[int, Name, int] | None:
    ends: list[int] = []
    for word in _WORDS.finditer(plain, edge, edge + _LONGEST_PART):
        if word.start() != (ends[-1] + 1 if ends else edge) or len(ends) > _MOST_WORDS:
            break
        ends.append(word.end())
    for at in reversed(ends):
        part = plain[edge:at]
        for head in heads:
            if (name := names.get(head + part)) is not None and name.case is None:
                return at, name, len(head) - 1
    return None
