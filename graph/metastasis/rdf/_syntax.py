"""Where and why a query is not SPARQL, in one sentence.

Apart from running queries because the engine's own message is a list of what it looked for, and the
place that it names is not the place of the fault: where it looks for a keyword it takes as many
characters as that has, and tells how far it has read. So a query at fault is parsed once more with
room between its words. Then a keyword that is looked for does not reach the next word, and the word
at which the engine ends is the one at fault.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["plain_syntax"]

_ROOM: Final = " " * 24
"""More characters than any keyword has."""
_PIECE: Final = re.compile(
    r"""
      <[^<>"{}|^`\x00-\x20]*>
    | \"\"\"(?:[^"\\]|\\.|"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
    | \#[^\n\r]*
    | (?P<gap>[ \t\r\n]+)
    | (?P<open>[({\[,;](?!\||[ \t\r\n]))
    | [^\s<"'#({\[,;]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
_LONGEST: Final = 20_000
"""Characters of a query that is parsed again; of a longer one it is told where the engine ends."""
_TOLD: Final = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)


def plain_syntax(message: str, query: str, options: Mapping[str, Any]) -> str:
    """Return one sentence for a syntax error: where, what is there, and what might be meant.

    ``options`` are the prefixes and the base that the query was parsed with.

    >>> plain_syntax("error at 1:10: expected CONSTRUCT", "SELEC ?s {}", {})
    "the query is not valid SPARQL at line 1, column 1: near 'SELEC ?s {}'"
    """
    told = _TOLD.fullmatch(message)
    if told is None:
        return f"the query is not valid SPARQL: {message.partition(chr(10))[0]}"
    end = _offset(query, told)
    if "Prefix not found" in told[3] and (name := re.search(r"[\w.-]*:[\w.-]*$", query[:end])):
        return _undeclared(name[0].partition(":")[0])
    reason = re.search(r"(?:^|, )(The [\w ]+|[A-Z]\w+ [a-z][\w ]+)(?:,|$)", told[3])
    if reason and reason[1].startswith("The "):  # not of one place
        return f"the query is not valid SPARQL: {reason[1]}"
    start = _start_of_fault(query, end, told[3], options)
    name = re.compile(r"([\w.-]*):").match(query, start)
    if name is not None and not _is_declared(name[1], query, options):
        return _undeclared(name[1])
    line = query.count("\n", 0, start) + 1
    column = start - query.rfind("\n", 0, start)
    near = query[start:].partition("\n")[0].strip()[:30]
    found = f"near {near!r}" if near else "the query ends too soon"
    why = f" ({reason[1]})" if reason else ""
    return f"the query is not valid SPARQL at line {line}, column {column}: {found}{why}"


def _undeclared(prefix: str) -> str:
    return f"the query is not valid SPARQL: the prefix {prefix}: is not declared"


def _is_declared(prefix: str, query: str, options: Mapping[str, Any]) -> bool:
    """Return whether a prefix is known, or declared by the query."""
    declared = re.search(rf"\bPREFIX\s+{re.escape(prefix)}:", query, re.IGNORECASE)
    return declared is not None or prefix in options.get("prefixes", {})


def _offset(query: str, told: re.Match[str]) -> int:
    lines = query.split("\n")
    return sum(len(line) + 1 for line in lines[: int(told[1]) - 1]) + int(told[2]) - 1


def _start_of_fault(query: str, end: int, expected: str, options: Mapping[str, Any]) -> int:
    """Return where the fault begins."""
    keywords = re.findall(r"(?:^|, )([A-Za-z_]+\d?)(?=,|$)", expected)
    if ('"' in expected or "['" in expected) and not keywords:
        return end
    roomy, starts = _with_room(query)
    told = _told_of(roomy, options)
    if told is None or len(query) > _LONGEST:
        return min(end, len(query))
    end = _offset(roomy, told)
    return max((ours for theirs, ours in starts if theirs <= end), default=0)


def _with_room(query: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a query with room between its words, and where each word starts, there and here."""
    pieces: list[str] = []
    starts = [(0, 0)]
    length = 0
    for found in _PIECE.finditer(query):
        pieces.append(found[0])
        length += len(found[0])
        if found.lastgroup in ("gap", "open"):
            pieces.append(_ROOM)
            length += len(_ROOM)
            starts.append((length, found.end()))
    return "".join(pieces), starts


def _told_of(query: str, options: Mapping[str, Any]) -> re.Match[str] | None:
    kept = {name: options[name] for name in ("prefixes", "base_iri") if name in options}
    try:
        ox.Store().query(query, **kept)
    except SyntaxError as error:
        return _TOLD.fullmatch(str(error))
    except (OSError, RuntimeError, ValueError):
        return None
    return None
