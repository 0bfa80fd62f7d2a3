"""Tokens: the names, cues and marks of a sentence, in order; all other words are gaps."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis._files import ontology_path
from metastasis.text._matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis.text._mentions import Mention

__all__ = ["Cue", "Token", "tokens_of"]


class Cue(NamedTuple):
    """What a written form can mean."""

    kind: str
    value: str
    form: str


class Token(NamedTuple):
    """A piece of a sentence that means something here."""

    start: int
    end: int
    kind: str
    """``site``, ``primary``, ``blocked``, ``mark`` for punctuation, else the class of a cue."""
    value: str
    """The key of a name, the punctuation, or the value of a cue."""
    form: str = ""
    """Of a cue of frequency: ``adverb``, ``adjective`` or ``modal``."""
    also: tuple[Cue, ...] = ()
    """What else the same words can mean."""

    def is_a(self, *kinds: str) -> bool:
        """Return whether it is, or can be, one of some kinds."""
        return self.kind in kinds or any(cue.kind in kinds for cue in self.also)

    def as_a(self, kind: str) -> Cue | None:
        """Return what it means as one of a kind; None where it is none."""
        if self.kind == kind:
            return Cue(kind, self.value, self.form)
        return next((cue for cue in self.also if cue.kind == kind), None)


_MARK: Final = re.compile(r"[,;:()\[\]{}•|/+&>]|\s[-–—]+\s|—|\.{3}|…")
"""Marks that part or join; a hyphen inside a word does not."""


_SPREAD: Final = (Cue("metastasis", "noun", ""),)
"""What names that say spread themselves mean as well: "secondary liver cancer"."""


@lru_cache(maxsize=1)
def _matcher() -> Matcher[tuple[Cue, ...]]:
    forms: dict[str, list[Cue]] = {}
    path = ontology_path("text", "cues.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            forms.setdefault(row["written"], []).append(
                Cue(row["class"], row["value"], row["form"])
            )
    return Matcher({form: tuple(cues) for form, cues in forms.items()})


def tokens_of(text: str, mentions: Iterable[Mention]) -> list[Token]:
    """Return the tokens of a sentence in order; where two overlap, the first and longest counts."""
    found = [
        Token(one.start, one.end, one.kind, one.key, "", _SPREAD if one.is_metastasis else ())
        for one in mentions
    ]
    for start, end, cues in _matcher().matches(text):
        found.append(Token(start, end, *cues[0], cues[1:]))
    found += [
        Token(one.start(), one.end(), "mark", one.group().strip()) for one in _MARK.finditer(text)
    ]
    # A name before a cue of the same length: "liver" is a site, whatever else it may be.
    spoken = {(one.start, one.end) for one in found if one.kind == "metastasis"}
    # "Distant metastases" is what registries call a site; in a sentence it is a word of spread.
    found = [one for one in found if one.kind != "site" or (one.start, one.end) not in spoken]
    # "The lymphatic system" is a way, and only for registries a site.
    found = [one for one in found if one.kind != "site" or one.value != "lymphatic_system"]
    found = [_unlike(text, one) for one in found]
    found.sort(key=lambda token: (token.start, -token.end, token.kind not in _NAMES))
    kept: list[Token] = []
    for token in found:
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
        elif token.kind in _NAMES and kept[-1].kind not in _NAMES and token.end > kept[-1].end:
            # A name is worth more than a cue that runs into it.
            kept[-1] = token
    return kept


_OUTSIDE: Final = ("extra", "extra-", "extra ", "non-", "non ", "outside the ")


def _unlike(text: str, token: Token) -> Token:
    """Return a token, blocked where a name is what it is not: "extra-thoracic" is elsewhere."""
    if token.kind == "site" and text[max(0, token.start - 12) : token.start].lower().endswith(
        _OUTSIDE
    ):
        return token._replace(kind="blocked")
    return token


_NAMES: Final = ("site", "primary", "blocked")
