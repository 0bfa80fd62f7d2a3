"""Blocking: a bone scan is no bone and pain in the liver no liver, for the words beside the name.

Apart from the mentions because it knows what stands around a name, and they what a name is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._names.forms import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis.text._names.word_tables import Blocker

__all__ = ["Blocking"]

_REACH: Final = 40
"""Characters beside a name in which its blocker stands."""
_MOST_WORDS: Final = 3
"""That a blocker has, as in "function tests show"; an article before a name does not count."""
_ARTICLES: Final = frozenset({"the", "your", "their", "a", "an", "my", "his", "her", "one"})


_MARKS: Final = ".,;:)!?/"
"""What may follow the last word of a blocker."""


class Blocked(NamedTuple):
    """What words make of the name beside them, and as far as they reach."""

    start: int
    end: int
    what: str
    place: str


class Blocking:
    """The words that block names.

    >>> from metastasis.text._names.word_tables import Blocker
    >>> blocking = Blocking([Blocker("scan", "after", "site", False, (), "test")])
    >>> blocking.found("Bone scans", "bone scans", 0, 4, "site", "bone").what
    'test'
    """

    def __init__(self, blockers: Iterable[Blocker]) -> None:
        self._after: dict[tuple[str, str], Blocker] = {}
        self._before: dict[tuple[str, str], Blocker] = {}
        for one in blockers:
            forms = {one.written, plural(one.written)} if one.place == "after" else {one.written}
            for form in forms:
                (self._after if one.place == "after" else self._before)[one.kind, form] = one
        # Most names have no such words beside them: one look saves the rest.
        self._first = {form.partition(" ")[0] for _, form in self._after}
        self._last_two = {" ".join(form.split(" ")[-2:]) for _, form in self._before}

    def found(
        self, text: str, plain: str, start: int, end: int, kind: str, key: str
    ) -> Blocked | None:
        """Return what blocks a name, the longest first."""
        if plain[end : end + 1] == " " and _word_behind(plain, end) in self._first:
            for stop, form in _following(plain, end):
                one = self._after.get((kind, form))
                if one is not None and _applies(one, key, text[end + 1]):
                    return Blocked(start, stop, one.what, one.place)
        words, edge = _words_before(plain, start)
        if words and not self._last_two.isdisjoint((words[-1], " ".join(words[-2:]))):
            for begin, form in _preceding(words, edge):
                one = self._before.get((kind, form))
                if one is not None and _applies(one, key, text[begin]):
                    return Blocked(begin, end, one.what, one.place)
        return None


def _word_behind(plain: str, end: int) -> str:
    stop = plain.find(" ", end + 1, end + _REACH)
    return plain[end + 1 : stop if stop > 0 else end + _REACH].rstrip(_MARKS)


def _words_before(plain: str, start: int) -> tuple[list[str], int]:
    """Return the words before a name and its article, and where they end."""
    words = plain[max(0, start - _REACH) : start].split(" ")
    edge = start - 1
    if words.pop():
        return [], edge  # Something stands right before the name.
    if words and words[-1] in _ARTICLES:
        edge -= len(words.pop()) + 1
    return words, edge


def _preceding(words: list[str], edge: int) -> Iterator[tuple[int, str]]:
    """Yield the last words before a name, three, two and one, and where they begin."""
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        form = " ".join(words[-count:])
        yield edge - len(form), form


def _following(plain: str, end: int) -> Iterator[tuple[int, str]]:
    """Yield the words behind a name, three, two and one, and where they end."""
    words: list[str] = []
    for word in plain[end + 1 : end + _REACH].split(" ", _MOST_WORDS)[:_MOST_WORDS]:
        if word.isalpha():
            words.append(word)
            continue
        # What a full stop or a comma ends may be the last.
        words.append(word.rstrip(_MARKS))
        break
    for count in range(len(words), 0, -1):
        form = " ".join(words[:count])
        yield end + 1 + len(form), form


def _applies(blocker: Blocker, key: str, first: str) -> bool:
    return (not blocker.keys or key in blocker.keys) and (not blocker.capital or first.isupper())
