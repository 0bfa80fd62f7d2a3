"""Tokens: the names, cues and marks of a sentence, in order; all other words are gaps."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from metastasis.text._grammar.cues import OF_SPREAD, Cue, shipped_cues
from metastasis.text._names.forms import folded
from metastasis.text._names.lexicon import read_lexicon
from metastasis.text._names.mentions import primary_of_organ
from metastasis.text._names.words import Matcher, put_in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from metastasis.text._names.mentions import Mention

__all__ = ["Token", "speaks_of_spread", "tokens_of"]


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
        # Asked some hundred times a sentence: a loop takes a third of the time of any().
        if self.kind in kinds:
            return True
        for cue in self.also:  # noqa: SIM110
            if cue.kind in kinds:
                return True
        return False

    @property
    def how_often(self) -> Cue | None:
        """What it says on how often; "not uncommon" before "uncommon"."""
        return self.as_a("double") or self.as_a("frequency")

    def as_a(self, kind: str) -> Cue | None:
        """Return what it means as one of a kind; None where it is none."""
        if self.kind == kind:
            return Cue(kind, self.value, self.form)
        for cue in self.also:
            if cue.kind == kind:
                return cue
        return None


_MARK: Final = re.compile(r"[,;:()\[\]{}•|/+&>—…]|\s[-–—]+\s|\.{3}")
"""Marks that part or join; a hyphen inside a word does not."""


_SPREAD: Final = (Cue("metastasis", "noun", ""),)
"""What names that say spread themselves mean as well: "secondary liver cancer"."""


@lru_cache(maxsize=1)
def _matcher() -> Matcher[tuple[str, str, str, tuple[Cue, ...]]]:
    return Matcher({form: (*said[0], said[1:]) for form, said in shipped_cues().items()})


@lru_cache(maxsize=1)
def _words_of_spread() -> Matcher[None]:
    said = shipped_cues().items()
    cues = (form for form, found in said if any(one.kind in OF_SPREAD for one in found))
    names = (form for form, name in read_lexicon().names.items() if name.is_metastasis)
    return Matcher(dict.fromkeys((*cues, *names)))


def speaks_of_spread(text: str) -> bool:
    """Return whether any word of spread stands in a text; prose without one states nothing.

    >>> speaks_of_spread("Bone metastases."), speaks_of_spread("The bone was imaged.")
    (True, False)
    """
    return _words_of_spread().finds(text)


def tokens_of(text: str, mentions: Sequence[Mention]) -> list[Token]:
    """Return the tokens of a sentence in order; where two overlap, the first and longest counts."""
    cues = [Token(start, end, *said) for start, end, said in _matcher().matches(text)]
    marks = [
        Token(one.start(), one.end(), "mark", one.group().strip()) for one in _MARK.finditer(text)
    ]
    names: list[Token] = []
    if mentions:
        spoken = {(one.start, one.end) for one in cues if one.kind == "metastasis"}
        names = [_named(text, one) for one in mentions if _is_named(one, spoken)]
    # A name before a cue of the same length: "liver" is a site, whatever else it may be.
    found = [*names, *cues, *marks]
    put_in_order(found)
    kept: list[Token] = []
    end = 0
    for token in found:
        if token.start >= end:
            kept.append(token)
            end = token.end
        elif token.end > end and token.kind in _NAMES and kept[-1].kind not in _NAMES:
            # A name is worth more than a cue that runs into it.
            kept[-1] = token
            end = token.end
    if names:
        kept = _regional(text, _with_origins(text, _called(text, kept)))
    return _with_subject(text, kept)


def _regional(text: str, tokens: list[Token]) -> list[Token]:
    """Return tokens with nodes beside something as regional ones: "nodes near the tumor"."""
    for index, (token, beside) in enumerate(pairwise(tokens)):
        if token.value == "lymph_node" and beside.kind == "beside":
            is_next = not text[token.end : beside.start].strip()
            if is_next and text[beside.start : beside.end].lower() in _NEARBY:
                tokens[index] = token._replace(value="lymph_node_regional")
    return tokens


_NEARBY: Final = frozenset({"near", "near the", "close to", "around", "next to", "surrounding"})


def _is_named(one: Mention, spoken: Collection[tuple[int, int]]) -> bool:
    """Return whether a name is one here: what registries call a site can be a word of spread.

    So it is with "distant metastases"; and "the lymphatic system" is a way.
    """
    return one.kind != "site" or (
        (one.start, one.end) not in spoken and one.key != "lymphatic_system"
    )


_PRIMARIES_OF: Final = re.compile(r"primar\w+(?: \w+)? of (?:the )?", re.IGNORECASE)


def _named(text: str, one: Mention) -> Token:
    """Return a name as a token, blocked where it is what it is not: "extra-thoracic"."""
    before = text[max(0, one.start - _LONGEST_OUTSIDE) : one.start].lower()
    organ = _PRIMARIES_OF.match(text[one.start : one.end])
    if one.kind == "primary" and organ and text.startswith((" metasta", " mets"), one.end):
        # "Primaries of liver metastases" names a site.
        arises = read_lexicon().catalog.primaries[one.key].arises_in
        if len(arises) == 1:
            return Token(one.start + organ.end(), one.end, "site", arises[0])
    kind = "blocked" if one.kind == "site" and before.endswith(_OUTSIDE) else one.kind
    return Token(one.start, one.end, kind, one.key, "", _SPREAD if one.is_metastasis else ())


_CALLED: Final = re.compile(r"\((?:also |which (?:is|are) )?(?:called|known as) ", re.IGNORECASE)


_ARTICLE: Final = len("the ")


def _called(text: str, tokens: list[Token]) -> list[Token]:
    """Return tokens without the sites that only describe one: "in the chest (called …)"."""
    found = list(tokens)
    for index, token in enumerate(tokens):
        called = _CALLED.match(text, token.start) if token.value == "(" else None
        if called is None or not any(
            other.kind == "site" and other.start - called.end() <= _ARTICLE
            for other in tokens[index + 1 : index + 3]
        ):
            continue
        for before in range(index - 1, -1, -1):
            if tokens[before].value in {",", ";", ":", ")"}:
                break
            if tokens[before].kind == "site":
                found[before] = tokens[before]._replace(kind="blocked")
    return found


_FROM: Final = re.compile(
    r"\b(?:metasta\w+|spread|secondaries|mets)(?: \w+)? from (?:the |a )?$", re.IGNORECASE
)
"""What stands before the organ in which metastases began."""
_FROM_THERE: Final = re.compile(r"\bfrom (?:the |a )?$", re.IGNORECASE)
"""What stands before the organ from which something spreads to the one that is named before."""
_OF: Final = re.compile(
    r"\b(?:malignanc\w+|cancers?|carcinomas?|epitheliomas?) of (?:the |a )?$", re.IGNORECASE
)
"""What stands before organs that are named for their cancers, where several are."""
_INTO: Final = re.compile(r"\b(?:to|into|in|on) (?:the |a )?$", re.IGNORECASE)
_BEFORE: Final = 40
"""Characters before a name that can say what it is to the metastases."""


def _with_origins(text: str, tokens: list[Token]) -> list[Token]:
    """Return tokens with organs as their cancers where metastases come from them."""
    found: list[Token] = []
    is_origin = False
    for index, token in enumerate(tokens):
        if token.kind == "site":
            before = text[max(0, token.start - _BEFORE) : token.start]
            is_from = "from " in before.lower()
            is_origin = bool(
                (is_origin and not _INTO.search(before))
                or (is_from and _FROM.search(before))
                or (_is_listed(tokens[index + 1 : index + 3]) and _OF.search(before))
                or (is_from and _FROM_THERE.search(before) and _is_reached(tokens[:index]))
            )
            key = primary_of_organ(token.value) if is_origin else None
            found.append(token._replace(kind="primary", value=key) if key else token)
        else:
            is_origin = is_origin and token.kind in {"join", "mark"} and token.value in _LISTED
            found.append(token)
    return found


def _is_reached(before: Sequence[Token]) -> bool:
    """Return whether something spreads to the last site: "to the liver from the colon"."""
    last = [token for token in before if token.kind != "route_to"][-1:]
    return (
        bool(last)
        and last[0].kind == "site"
        and any(token.is_a("spread") for token in before)
        and not any(token.kind == "primary" and token.value != "any" for token in before)
    )


def _is_listed(after: Sequence[Token]) -> bool:
    """Return whether a name is followed by another one of its list."""
    return [token.kind for token in after] in (["mark", "site"], ["join", "site"])


_LISTED: Final = frozenset({"", ",", "/"})
"""Values of what joins organs that metastases come from."""


def _with_subject(text: str, tokens: list[Token]) -> list[Token]:
    """Return tokens with what stands for a cancer before its verb: "Cervical tends to spread"."""
    begin = 1 if tokens and tokens[0].kind == "site" else 0
    verbs = tokens[begin : begin + 2]
    if not verbs or verbs[0].form == "adjective" or not verbs[0].is_a(*_VERBS):
        return tokens
    if not any(token.is_a("spread", "growth") for token in verbs):
        return tokens
    word = text[: verbs[0].start].strip()
    name = read_lexicon().names.get(folded(f"{word} cancer")) if word.isalpha() else None
    if name is None or name.kind != "primary":
        return tokens
    start = text.index(word)
    return [Token(start, start + len(word), "primary", name.key), *tokens[begin:]]


_VERBS: Final = ("frequency", "spread", "growth")
_LONGEST_OUTSIDE: Final = 12
_OUTSIDE: Final = ("extra", "extra-", "extra ", "non-", "non ", "outside the ")


_NAMES: Final = ("site", "primary", "blocked")
