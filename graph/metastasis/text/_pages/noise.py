"""What on a page is not its text: menus, buttons, errors, spam, other scripts, literature.

A block is judged by what it says, never by where it stands, but for what stands under a heading
such as "References". The words are in ``ontology/text/noise.csv``. Apart from the outline because
that knows places, and this knows words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from metastasis._catalog.rows import sound_rows
from metastasis._errors import TableError
from metastasis._files import ontology_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from metastasis._errors import Fault
    from metastasis.text._pages.block import Kind

__all__ = ["NOISE_COLUMNS", "closing_section", "is_entry", "noise_of", "read_noise"]

NOISE_COLUMNS: Final = ("words", "reason", "place", "most", "note")
"""The columns of the table: words, why they are noise, where in a block they have to stand, and how
many characters it has at most; a longer one only mentions them."""

_PLACES: Final = ("any", "start", "whole")

_OTHER_SCRIPT: Final = 0.3  # of the letters: a name or a symbol among Latin ones stays below
_SCRIPT_SAMPLE: Final = 2_000  # characters that are looked at to know the script
_FEWEST_LETTERS: Final = 3  # fewer are a symbol
_LONGEST_NOISE: Final = 700  # of a block that the table judges; a longer one is text
_LONGEST_CITATION: Final = 600  # characters of an entry of a list of literature
_LONGEST_ENTRY: Final = 400  # characters of what stands under "References" without looking so
_LONGEST_LABEL: Final = 200  # characters of an address, a person or a place alone in a line

_TOKEN: Final = re.compile(r"[\w'-]+|[^\w\s]")
_LATIN: Final = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\ufb00-\ufb06]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_GREEK: Final = re.compile(r"(?<![\u0370-\u03ff])[\u0370-\u03ff](?![\u0370-\u03ff])")
_CITED: Final = re.compile(
    # What it may begin with comes first: most letters are passed at once, and so in the next.
    r"(?=[12dhP\[])(?:\b(?:19|20)\d\d(?:[ \w]{0,12})?;\s?\d{1,4}|\bdoi:\s?10\."
    r"|https?://(?:dx\.)?doi\.org/10\.|\bPMID:?\s?\d{6}|\bPMCID:?\s?PMC\d"
    r"|\[(?:PubMed|Crossref|CrossRef|Google Scholar)\])",
)
_COPYRIGHT: Final = re.compile(
    r"(?=[\u00a9\u24b8\u24d2(c])(?:[\u00a9\u24b8\u24d2]|\(c\)|copyright)\s{0,3}(?:19|20)\d\d",
    re.IGNORECASE,
)
_TEMPLATE: Final = re.compile(
    r"\{\{[^{}]{0,80}\}\}|\{%[^{}]{0,80}%\}|<%[^<>]{0,80}%>|\$\{\w{1,40}\}"
)
_ADDRESS: Final = re.compile(r"(?:https?://|file://|www\.)\S{1,2000}(?:\s\d{1,4}/\d{1,4})?")
_DATE: Final = re.compile(
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.? [A-Z][a-z]{2,8},? \d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})(?:,?\s\d{1,2}:\d\d(?::\d\d)?(?:\s?[APap]\.?[Mm]\.?)?)?"
)
_MAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,63}(?:\s{0,2}\([^()]{0,40}\))?")
_PHONE: Final = re.compile(r"\(?\+?\d{1,3}\)?[ .-]\(?\d{2,4}\)?[ .-]\d{3,4}(?:[ .-]?\d{2,4})?")
_PERSON: Final = re.compile(
    r"(?:(?i:by|editor|illustrator|author):?\s+)?(?:Dr\.?\s+)?"
    r"[A-Z][\w.'\u2019-]{0,20}(?:\s+[A-Z][\w.'\u2019-]{0,20}){1,3},?\s+"
    r"(?:M\.?D|Ph\.?\s?D|D\.?O|R\.?N|MPH|MSc?|B\.?Sc?|FACS|MBBS|PharmD|N\.?P)\b[\w., ]{0,60}"
    r"|[Bb]y:?\s+[A-Z][\w.'\u2019-]{0,20}(?:\s+[A-Z][\w.'\u2019-]{0,20}){1,3}(?:,.{0,80})?"
)
_POSTAL: Final = re.compile(r".{0,120}\b[A-Z]{2}\s\d{5}(?:-\d{4})?|.{0,120},\s[A-Z][a-z]+\s\d{5}")
_STAMP: Final = re.compile(
    r"(?:\[(?:stored|full page|excerpt)\b.{0,400}\]"
    r"|(?:page|p\.)\s?\d{1,4}(?:\s?(?:of|/)\s?\d{1,4})?"
    r"|\d{1,4}\s?(?:of|/)\s?\d{1,4})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    tokens: tuple[str, ...]
    reason: str
    place: str
    most: int


def read_noise(path: Path) -> dict[str, list[_Phrase]]:
    """Return the words of noise, by the first of each.

    Raises
    ------
    TableError
        With every fault: words that are missing or stand twice, a reason, a place or a length that
        cannot be read.
    """
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()

    def problems(row: dict[str, str]) -> Iterator[tuple[str, str]]:
        tokens = _tokens(row["words"])
        if not tokens or tokens in seen:
            yield "words", "stands twice; remove one" if tokens else "must not be blank"
        seen.add(tokens)
        if not re.fullmatch(r"[a-z_]+", row["reason"]):
            yield "reason", "not one word in lower case"
        if row["place"] not in _PLACES:
            yield "place", f"not in the list; one of {', '.join(_PLACES)}"
        if not (row["most"].isdecimal() and int(row["most"]) <= _LONGEST_NOISE):
            yield "most", f"not a number of characters, {_LONGEST_NOISE} at most"

    phrases: dict[str, list[_Phrase]] = {}
    for row in sound_rows(path, NOISE_COLUMNS, problems, faults):
        phrase = _Phrase(_tokens(row["words"]), row["reason"], row["place"], int(row["most"]))
        phrases.setdefault(phrase.tokens[0], []).append(phrase)
    if faults:
        raise TableError(faults)
    for found in phrases.values():
        found.sort(key=lambda phrase: -len(phrase.tokens))
    return phrases


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text.casefold()))


@lru_cache(maxsize=1)
def _noise() -> dict[str, list[_Phrase]]:
    return read_noise(ontology_path("text", "noise.csv"))


def noise_of(text: str) -> str | None:
    """Return why a block is not text of its page; None if it is.

    >>> noise_of("All rights reserved."), noise_of("It spreads to the liver.")
    ('boilerplate', None)
    """
    if not _LETTER.search(text):
        return "no_words"
    return _script(text) or _shape(text) or _worded(text)


def _script(text: str) -> str | None:
    sample = text[:_SCRIPT_SAMPLE]
    if sample.isascii():
        return None
    sample = _GREEK.sub("", sample)  # alone they are symbols
    letters = len(_LETTER.findall(sample))
    others = letters - len(_LATIN.findall(sample))
    odd = letters >= _FEWEST_LETTERS and others > _OTHER_SCRIPT * letters
    return "other_script" if odd else None


def _shape(text: str) -> str | None:
    if len(text) > _LONGEST_CITATION:
        return None
    if _CITED.search(text) and not _is_prose(text):
        return "references"
    if _TEMPLATE.search(text):
        return "template"
    if _COPYRIGHT.search(text):
        return "boilerplate"
    if _STAMP.fullmatch(text):
        return "boilerplate"
    if len(text) > _LONGEST_LABEL:
        return None
    if _DATE.fullmatch(text):
        return "byline"
    if _ADDRESS.fullmatch(text):
        return "links"
    if _MAIL.fullmatch(text) or _PHONE.fullmatch(text) or _POSTAL.fullmatch(text):
        return "contact"
    return "byline" if _PERSON.fullmatch(text) else None


_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|has|have|had|may|can|spreads?|metastasi[sz]es?|occurs?|occurred|showed"
    r"|found|develop(?:s|ed)?|involves?|invades?)\b"
)


def _is_prose(text: str) -> bool:
    """Tell a sentence that cites from an entry of a list, by its verbs."""
    return len(_VERB.findall(text)) > 1


def _worded(text: str) -> str | None:
    if len(text) > _LONGEST_NOISE:
        return None
    tokens = _tokens(text)
    if _noise().keys().isdisjoint(tokens):
        return None
    for phrase in _found(_noise(), tokens):
        if len(text) <= phrase.most:
            return phrase.reason
    return None


def _found(phrases: dict[str, list[_Phrase]], tokens: tuple[str, ...]) -> Iterator[_Phrase]:
    for at, token in enumerate(tokens):
        for phrase in phrases.get(token, ()):
            size = len(phrase.tokens)
            if tokens[at : at + size] != phrase.tokens:
                continue
            rest = (
                [one for one in tokens[size:] if one.isalnum()] if phrase.place == "whole" else []
            )
            if phrase.place == "any" or (at == 0 and not rest):
                yield phrase


_CLOSING: Final = frozenset({"references", "links"})


def closing_section(text: str) -> str | None:
    """Return why what stands under a heading is not text: of "References", ``references``."""
    reason = _worded(text.rstrip(":")) if len(text) <= 40 else None
    return reason if reason in _CLOSING else None


def is_entry(kind: Kind, text: str) -> bool:
    """Tell whether a block under such a heading is one of its entries, and no new text."""
    return kind != "paragraph" or len(text) <= _LONGEST_ENTRY
