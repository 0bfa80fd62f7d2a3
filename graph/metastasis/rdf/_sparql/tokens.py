"""What the text of a query holds, read as the engine reads it: how deep, how long, what it names.

Apart from running a query because nothing here needs an engine: this decides on text alone.

Oxigraph reads a query without a tokenizer: a keyword needs no end (``5SERVICEe:x`` is a SERVICE),
a name stops at its second dot, and ``<`` begins an IRI or is less-than by what stands before it.
So this follows every way in which the text may fall into tokens at once, from the left, and what
it says holds for all of them: the depth and the length are those of the deepest and the longest
way, and SERVICE counts where any way comes to it. Each way is a place in the text, so that their
number, and the time taken, grow with the length of the text only.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

__all__ = [
    "MOST_DEPTH",
    "MOST_PARTS",
    "TokenReading",
    "declared_prefixes",
    "read_tokens",
    "update_keyword",
    "varies",
]

MOST_DEPTH: Final = 500
"""Brackets that may be open at the same time; the engine calls itself for each."""
MOST_PARTS: Final = 20_000
"""Tokens of a query, those of the data of VALUES not counted. A chain of operators, arms of a UNION
or filters is a tree as deep as it is long, through which the engine calls itself."""


class TokenReading(NamedTuple):
    """What a text holds, at most; of one that is over a limit, what was read until then."""

    depth: int
    """Brackets that are open at the same time."""
    parts: int
    """Tokens outside of the data of VALUES."""
    is_service: bool
    """Whether it may ask another machine."""
    graphs: tuple[str, ...]
    """The names after FROM, as written; blank for one that cannot be read."""
    is_clear: bool
    """Whether its quotes can be told apart."""


_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE: Final = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_IN_NAME: Final = rf"[-_{_BASE}{_MORE}]"
_IN_LOCAL: Final = rf"(?:[-_:{_BASE}{_MORE}]|%[0-9A-Fa-f]{{2}}|\\.)"
_SPACE: Final = r"(?:[ \t\n\r]++|\#[^\r\n]*+)"
_IRI: Final = r"<[^<>\"{}|^`\x00-\x20]*+>"

_TOKEN: Final = rf"""
      (?P<space>{_SPACE}++)
    | (?P<long>'''(?:(?:''?)?+(?:[^'\\]|\\.))*+'''|\"\"\"(?:(?:""?)?+(?:[^"\\]|\\.))*+\"\"\")
    | (?P<text>'(?:[^'\\\n\r]|\\.)*+'|"(?:[^"\\\n\r]|\\.)*+")
    | (?P<variable>[?$][_{_BASE}{_MORE}]++)
    | (?P<name>(?:_|[{_BASE}]{_IN_NAME}*+(?:\.++{_IN_NAME}++)*+)?+:
        (?P<local>(?:{_IN_LOCAL}++(?:\.++{_IN_LOCAL}++)*+)?+))
    | (?P<word>[_{_BASE}][_{_BASE}0-9]*+)
    | (?P<tag>@[A-Za-z]++(?:-++[A-Za-z0-9]++)*+)
    | (?P<digits>[0-9]++)
    | (?P<less><)
    | (?P<open>[\[({{])
    | (?P<close>[\])}}])
    | (?P<other>[^'"])
    """
"""A token at a place; a quote that no other ends is none, there the engine gives up as well."""


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of a token; few queries need it, and all else is imported as fast."""
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


_FULL_IRI: Final = re.compile(_IRI)
_WANTS_MORE: Final = frozenset("</|^=&,(!+-@")
"""After these no pattern can begin."""
_SERVICE: Final = re.compile("service", re.IGNORECASE)
_FROM: Final = re.compile("from", re.IGNORECASE)
_NAME: Final = r"[^\s{}()<>\"'#?$,;:]*:(?:\\.|[^\s{}()<>\"'#])*"
_AFTER_SERVICE: Final = re.compile(
    rf"{_SPACE}*(?:SILENT{_SPACE}*)?(?:<[^>]*>|[?$][^\s{{}}<]*|{_NAME}){_SPACE}*\{{",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_FROM: Final = re.compile(
    rf"{_SPACE}*+(?:NAMED{_SPACE}*+)?+(<[^>]*>|{_NAME})", re.IGNORECASE | re.DOTALL
)
_OPEN_HOST: Final = re.compile(r"//[^/?#<>\s]*>")
"""An IRI that ends within its host: what is put behind it may make it none."""
_MOST_FAILED_TEXTS: Final = 8
"""Long texts without an end, each of which is looked for to the end of the query. A query has one
if somebody forgot the quotes; more make the time grow with the square of the length."""


class _State(NamedTuple):
    """How things stand at a place between two tokens, on whichever way it is reached."""

    least: int
    """Open brackets on the way with the fewest."""
    depth: int
    parts: int
    data: int
    """1 after VALUES, 2 within its braces; 0 where any way is outside."""
    is_pattern: bool
    """Whether a pattern or a clause may begin here."""


def _joined(one: _State | None, other: _State) -> _State:
    if one is None:
        return other
    return _State(
        min(one.least, other.least),
        max(one.depth, other.depth),
        max(one.parts, other.parts),
        min(one.data, other.data),
        one.is_pattern or other.is_pattern,
    )


def read_tokens(text: str) -> TokenReading:
    """Return what a text holds, whichever way it falls into tokens.

    >>> read_tokens("SELECT * { ?s rdfs:label 'the SERVICE' # SERVICE").is_service
    False
    >>> read_tokens("SELECT * { ?s met:total 5SERVICE <http://a/> {} }").is_service
    True
    """
    return _Reader(text).read()


class _Reader:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._states: dict[int, _State] = {}
        self._reached = bytearray(len(text) + 1)
        self._is_open_host = _OPEN_HOST.search(text) is not None
        self._depth = self._parts = 0
        self._is_service = False
        self._graphs: dict[int, str] = {}

    def read(self) -> TokenReading:
        """Follow every way from the start."""
        self._go(0, _State(0, 0, 0, 0, is_pattern=False))
        failed, place = 0, self._reached.find(1)
        while 0 <= place < len(self._text) and failed <= _MOST_FAILED_TEXTS and self._is_within():
            state = self._states.pop(place)
            found = _token().match(self._text, place)
            if found is not None:
                failed += found.lastgroup == "text" and self._text[place : place + 3] in _LONG
                self._step(found, state)
            place = self._reached.find(1, place + 1)
        return TokenReading(
            self._depth,
            self._parts,
            self._is_service,
            tuple(self._graphs.values()),
            failed <= _MOST_FAILED_TEXTS,
        )

    def _is_within(self) -> bool:
        return self._depth <= MOST_DEPTH and self._parts <= MOST_PARTS

    def _go(self, place: int, state: _State) -> None:
        self._states[place] = _joined(self._states.get(place), state)
        self._reached[place] = 1
        self._depth = max(self._depth, state.depth)
        self._parts = max(self._parts, state.parts)

    def _step(self, found: re.Match[str], state: _State) -> None:
        """Go on behind a token."""
        kind, start, end = found.lastgroup, found.start(), found.end()
        if kind == "space":
            self._go(end, state)
            return
        least, depth, parts, data, _ = state
        parts += data != 2
        if kind in ("name", "word"):
            self._look(found, state)
            values = kind == "word" and found[0].upper() == "VALUES"
            data = 1 if values and data != 2 else data
        elif kind == "tag" and _SERVICE.search(found[0]):
            self._may_be_service(start)
        elif kind == "open":
            least, depth = least + 1, depth + 1
            data = 2 if data == 1 and found[0] == "{" else data
        elif kind == "close":
            least, depth = max(least - 1, 0), max(depth - 1, 0)
            data = 0 if data == 2 and found[0] == "}" else data
        elif kind == "less":
            self._less(start, _State(least, depth, parts, data, is_pattern=False))
            return
        elif kind == "long" and "\\" in found[0]:
            # An escape that there is not makes it two short ones.
            self._go(start + 2, _State(least, depth, parts, data, is_pattern=True))
        elif self._text.startswith(">>", start):
            depth, end = max(depth - 1, 0), start + 2
        is_pattern = found[0] not in _WANTS_MORE and found[0].upper() != "PREFIX"
        self._go(end, _State(least, depth, parts, data, is_pattern))

    def _less(self, start: int, state: _State) -> None:
        """Go on behind ``<``: an IRI, a triple in a triple, or less-than."""
        if iri := _FULL_IRI.match(self._text, start):
            self._go(iri.end(), state._replace(is_pattern=True))
        if self._text.startswith("<<", start):
            self._go(start + 2, state._replace(depth=state.depth + 1))
        self._go(start + 1, state)

    def _look(self, found: re.Match[str], state: _State) -> None:
        """Look for keywords in a word, or glued to a name."""
        word, local = found[0], found["local"]
        if local is None:
            # Glued to a word that may stand anywhere (trueSERVICE) it may as well.
            service = _SERVICE.search(word)
            if service and (state.is_pattern or service.start()):
                self._is_service = True
            origin = _FROM.search(word)
            if state.least == 0 and origin and (state.is_pattern or origin.start()):
                self._name_graph(found.start() + origin.end())
            return
        colon = len(word) - len(local) - 1
        for service in _SERVICE.finditer(word):
            place = service.start()
            if place < colon:
                is_service = state.is_pattern or place > 0
            else:
                is_service = self._may_split(local, place - colon - 1)
            if is_service:
                self._may_be_service(found.start() + place)
        if state.least == 0:
            for origin in _FROM.finditer(word[:colon]):
                if state.is_pattern or origin.start():
                    self._name_graph(found.start() + origin.end())

    def _may_split(self, local: str, place: int) -> bool:
        """Return whether the engine may end a name before a place in its local part."""
        return (
            self._is_open_host
            or local[place - 1 : place] == "."
            or "\\" in local
            or max(local) >= "\ue000"
        )

    def _may_be_service(self, start: int) -> None:
        """Count a word SERVICE that may be part of a name, if what follows is a service."""
        found = _SERVICE.search(self._text, start)
        if found and _AFTER_SERVICE.match(self._text, found.end()):
            self._is_service = True

    def _name_graph(self, end: int) -> None:
        found = _AFTER_FROM.match(self._text, end)
        self._graphs[end] = found[1] if found else ""


_LONG: Final = ("'''", '"""')

_DECLARED: Final = re.compile(
    rf"(?:PREFIX{_SPACE}*+([^\s:<>]*+):|BASE){_SPACE}*+<([^>]*+)>", re.IGNORECASE
)
_PROLOGUE: Final = re.compile(
    rf"{_SPACE}*+(?:(?:PREFIX{_SPACE}*+[^\s:<>]*+:|BASE){_SPACE}*+<[^>]*+>{_SPACE}*+)*+",
    re.IGNORECASE,
)
_UPDATE: Final = re.compile(
    r"(?:INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)(?![\w:-])", re.IGNORECASE
)


_VARYING: Final = re.compile(r"(?:NOW|RAND|UUID|BNODE)[\s#(]|\\u", re.IGNORECASE)
"""An escape may stand for a letter of such a word."""


def varies(text: str) -> bool:
    """Return whether the answer to a query may differ from one time to the next.

    It does by NOW, RAND, UUID, STRUUID and BNODE, however they are glued to what stands before
    them. A text that holds such a word may be told to vary though it does not.

    >>> varies("SELECT (NOW() AS ?t) {}"), varies("ASK { ?s met:unknown ?now }")
    (True, True)
    >>> varies("ASK { ?s rdfs:label 'known', 'randomized' }")
    False
    """
    return _VARYING.search(text) is not None


def declared_prefixes(text: str) -> dict[str | None, str]:
    """Return the prefixes that a text declares, and its base under None.

    >>> declared_prefixes("BASE <http://a/> PREFIX e: <b#> ASK {}")
    {None: 'http://a/', 'e': 'b#'}
    """
    return {found[1]: found[2] for found in _DECLARED.finditer(text)}


def update_keyword(text: str) -> str | None:
    """Return the word with which a SPARQL update begins, None for what is none.

    >>> update_keyword("PREFIX a: <http://a/> insert data {}"), update_keyword("ASK {}")
    ('INSERT', None)
    """
    prologue = _PROLOGUE.match(text)
    found = _UPDATE.match(text, prologue.end() if prologue else 0)
    return found[0].upper() if found else None
