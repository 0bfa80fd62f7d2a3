"""A sentence as a row of tokens, each with the letter of its class: what rules of attachment see.

Apart from the rules because the letters are made once, and whoever asks who is counted reads them
too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import sound_rows
from metastasis._errors import TableError
from metastasis._files import ontology_path
from metastasis.text._numbers.letters import BARE, CANCER, LETTERS, NUMBER, SIGN, SITE, STRAY, WORD
from metastasis.text._numbers.quantities import Quantity, quantities_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from metastasis._errors import Fault

__all__ = ["NumberToken", "letters_of", "read_counting_words", "tokens_of"]


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A word, a sign, a site or a number, with the letter of its class."""

    letter: str
    start: int
    end: int
    number: Quantity | None = None


def letters_of(tokens: Sequence[NumberToken]) -> str:
    """Return the letters of tokens as one string, on which forms are looked for."""
    return "".join(token.letter for token in tokens)


_SIGNS: Final = {**dict.fromkeys(":|=-\u2013\u2014", SIGN), ";": ";", ".": ";", ",": ","}
"""Signs that stand between a site and its number, or between two sites."""
_OPEN: Final = "([{"
_CLOSE: Final = ")]}"
_ACRONYM: Final = re.compile(r"[a-z]?[A-Z][A-Za-z0-9-]*[A-Z]s?")
"""Mostly a cancer (RCC, mCRPC) or a registry (SEER): read as a name that is not known."""
_PIECE: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\S")
_MOST_WORDS: Final = 8
"""Words of the longest phrase of the table that is looked for."""


def read_counting_words(path: Path) -> dict[str, str]:
    """Return the letter of each word and phrase of a table.

    Raises
    ------
    TableError
        With every fault: an unknown class, words that stand twice, that are too many to be found,
        or that are not in lower case.
    """
    faults: list[Fault] = []
    seen: set[str] = set()

    def problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
        if row["class"] not in LETTERS:
            yield "class", f"not in the list; one of {', '.join(LETTERS)}"
        for words in _phrases_of(row):
            if (why := _unfit(words, seen)) is not None:
                yield "words", f"{words!r} {why}"
            seen.add(words)

    letters: dict[str, str] = {}
    for row in sound_rows(path, ("class", "words", "what"), problems, faults):
        letters.update(dict.fromkeys(_phrases_of(row), LETTERS[row["class"]]))
    if faults:
        raise TableError(faults)
    return letters


def _phrases_of(row: dict[str, str]) -> list[str]:
    return [words.strip() for words in row["words"].split(";")]


def _unfit(words: str, known: Collection[str]) -> str | None:
    """Return what is wrong with words of the table; None where nothing is."""
    if not words:
        return "is blank; remove the semicolon or write the words"
    if words in known:
        return "stands twice; remove one"
    if words != words.lower():
        return "is never found; write it in lower case"
    if len(_PIECE.findall(words)) > _MOST_WORDS:
        return f"is never found; write {_MOST_WORDS} words at most"
    return None


@cache
def _phrases() -> dict[str, str]:
    return read_counting_words(ontology_path("text", "counting.csv"))


@cache
def _longest() -> dict[str, int]:
    """Return for each first word the number of words of the longest phrase that begins with it."""
    longest: dict[str, int] = {}
    for phrase in _phrases():
        pieces = _PIECE.findall(phrase)
        longest[pieces[0]] = min(max(longest.get(pieces[0], 0), len(pieces)), _MOST_WORDS)
    return longest


def tokens_of(
    text: str, sites: Sequence[tuple[int, int]], names: Sequence[tuple[int, int]] = ()
) -> list[NumberToken]:
    """Return the tokens of a sentence; ``names`` are the spans of cancers in it.

    >>> "".join(token.letter for token in tokens_of("lung (47%) and liver", [(0, 4), (15, 20)]))
    'S(N)cS'
    """
    cancers = [(start, end) for start, end in names if not _meets(start, end, sites)]
    fixed = [NumberToken(CANCER, start, end) for start, end in cancers]
    fixed += [NumberToken(SITE, start, end) for start, end in sites]
    fixed.sort(key=lambda token: token.start)
    spans = [(token.start, token.end) for token in fixed]
    fixed += [
        NumberToken(_letter(number), number.start, number.end, number)
        for number in _apart(quantities_of(text), spans)
    ]
    fixed.sort(key=lambda token: token.start)
    return _named(list(_filled(text, fixed)))


def _named(tokens: list[NumberToken]) -> list[NumberToken]:
    """Return tokens, a site that names a cancer ("lung NETs") as none."""
    for index, token in enumerate(tokens):
        if token.letter != SITE:
            continue
        if index + 1 < len(tokens) and tokens[index + 1].letter == CANCER:
            tokens[index] = NumberToken(CANCER, token.start, token.end)
    return tokens


def _letter(number: Quantity) -> str:
    return {"plain": BARE, "other": STRAY}.get(number.kind, NUMBER)


def _meets(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in spans)


def _apart(numbers: Sequence[Quantity], spans: Sequence[tuple[int, int]]) -> Iterator[Quantity]:
    """Yield the numbers that lie outside all spans; both are in order."""
    index = 0
    for number in numbers:
        while index < len(spans) and spans[index][1] <= number.start:
            index += 1
        if index == len(spans) or number.end <= spans[index][0]:
            yield number


def _filled(text: str, fixed: Sequence[NumberToken]) -> Iterator[NumberToken]:
    """Yield the tokens that are there, with words and signs between them."""
    at = 0
    for token in fixed:
        if token.start < at:
            continue
        yield from _words(text, at, token.start)
        yield token
        at = token.end
    yield from _words(text, at, len(text.rstrip(". ")))


def _words(text: str, start: int, end: int) -> Iterator[NumberToken]:
    pieces = list(_PIECE.finditer(text, start, end))
    index = 0
    while index < len(pieces):
        word = pieces[index][0].lower()
        length = min(_longest().get(word, 1), len(pieces) - index)
        letter = None
        while length > 1 and letter is None:
            last = pieces[index + length - 1].end()
            letter = _phrases().get(text[pieces[index].start() : last].lower())
            length -= letter is None
        letter = letter or _single(pieces[index][0])
        yield NumberToken(letter, pieces[index].start(), pieces[index + length - 1].end())
        index += length


def _single(word: str) -> str:
    if word in _OPEN:
        return "("
    if word in _CLOSE:
        return ")"
    if word in _SIGNS:
        return _SIGNS[word]
    known = _phrases().get(word.lower())
    return known or (CANCER if _ACRONYM.fullmatch(word) else WORD)
