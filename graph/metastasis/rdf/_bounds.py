"""RDF that would end the process, or mean far more than it is: refused before it is parsed.

Oxigraph's parsers expand every entity of RDF/XML, and run out of the stack on quoted triples and on
JSON-LD that is nested some thousands deep. Apart from the reading because it looks at the bytes of
a file, and that at what they say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

import pyoxigraph as ox

from metastasis._errors import ReadError
from metastasis._limits import (
    DEEPEST,
    DEEPEST_JSON_LD,
    ENTITY_LENGTH,
    EXPANSION,
    UNPACKED_BYTES,
    check_depth,
    too_deep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["check_bounds", "check_quoted_triples", "within_bounds"]

_STATEMENT: Final = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|"(?:[^"\\\n]|\\.)*+"?'
    rb"|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\')?|\'(?:[^\'\\\n]|\\.)*+\'?"
    rb'|<[^<>\s"{}|^`]*+>|\#[^\n]*+|<<|>>',
    re.DOTALL,
)
"""What may hold the marks of a quoted triple without being one, and the marks."""


def check_bounds(
    blocks: Callable[[], Iterable[bytes]], path: Path | str, syntax: ox.RdfFormat
) -> None:
    """Make sure that a file of RDF can be parsed; ``blocks`` gives what it holds, from the start.

    Raises
    ------
    ReadError
        Its entities stand for entities or are long, or what it holds is nested too deep.
    """
    if syntax == ox.RdfFormat.RDF_XML:
        _check_xml(blocks(), path)
    elif syntax == ox.RdfFormat.JSON_LD:
        check_depth(blocks(), path, DEEPEST_JSON_LD)
    else:
        check_quoted_triples(blocks, path)


def within_bounds(quads: Iterable[ox.Quad], size: int, path: Path | str) -> Iterator[ox.Quad]:
    """Yield quads as long as they come to no more than a file of this size may say.

    Raises
    ------
    ReadError
        They do: prefixes or entities stand for long texts.
    """
    left = EXPANSION * size + UNPACKED_BYTES
    for quad in quads:
        left -= len(str(quad))
        if left < 0:
            reason = f"written out, it comes to more than {EXPANSION} times its size"
            raise ReadError(path, f"{reason}: its prefixes or entities stand for long texts")
        yield quad


def check_quoted_triples(blocks: Callable[[], Iterable[bytes]], path: Path | str) -> None:
    """Make sure that triples inside triples are not nested too deep.

    Raises
    ------
    ReadError
        They are.
    """
    # Few files have as many marks as would be needed; only those are looked at closely.
    if sum(block.count(b"<") for block in blocks() if b"<<" in block) <= DEEPEST:
        return
    depth = 0
    for found in _STATEMENT.finditer(b"".join(blocks())):
        mark = found[0]
        if mark == b"<<":
            depth += 1
        elif mark == b">>":
            depth -= 1
        if depth > DEEPEST:
            raise too_deep(path, "quoted triples")


def _check_xml(blocks: Iterable[bytes], path: Path | str) -> None:
    """Make sure that XML is well formed, its elements not nested too deep, its entities short.

    Entities that shorten namespaces, as Protégé writes them, hold none themselves.
    """
    parser = expat.ParserCreate()
    depth = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise too_deep(path, "elements")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(name: str, is_parameter: bool, value: str | None, *_rest: object) -> None:
        if is_parameter or value is None:
            raise ReadError(path, f"its entity {name!r} stands for something outside of the file")
        if "&" in value or "%" in value:
            raise ReadError(path, f"its entity {name!r} holds other entities; write it out")
        if len(value) > ENTITY_LENGTH:
            reason = f"its entity {name!r} is longer than {ENTITY_LENGTH:,} characters"
            raise ReadError(path, f"{reason}; write it out")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.EntityDeclHandler = declare
    try:
        for block in blocks:
            parser.Parse(block, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ReadError(path, f"not valid XML: {error}") from None
