"""How much is taken in at most, and the checks that hold what is read to it.

A file from elsewhere may be small and mean much: 1.4 KB of RDF/XML can stand for 6 GB, brackets
nested ten thousand deep end a parser, and with it the process. What goes beyond these limits is
refused with a sentence, before a parser sees it; no limit is near what real data hold. They are
told in docs/reference/formats.md too, and a test holds that page to the numbers here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NoReturn

from metastasis._errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = [
    "ALIASED_PARTS",
    "BLOCK",
    "DEEPEST",
    "DEEPEST_JSON_LD",
    "ENDPOINT_BYTES",
    "ENTITY_LENGTH",
    "EXPANSION",
    "HEADER_BYTES",
    "JSON_VALUES",
    "LINE_BYTES",
    "MAPPING_BYTES",
    "UNPACKED_BYTES",
    "UNPACKING",
    "WHOLE_BYTES",
    "check_depth",
    "parse_json",
    "too_deep",
]

_MIB: Final = 1 << 20

BLOCK: Final = _MIB
"""Files that are read through are read in blocks of this size."""
WHOLE_BYTES: Final = 64 * _MIB
"""The size of a text that is read whole: JSON, a line of ndjson, a table of assertions. With
``JSON_VALUES`` it keeps what one text needs below 1 GiB."""
JSON_VALUES: Final = 5_000_000
"""Values in one JSON text; empty brackets take up to thirty times their size in memory."""
MAPPING_BYTES: Final = 256 * 1024
"""The size of a mapping file; YAML takes ten seconds for a megabyte."""
ALIASED_PARTS: Final = 100_000
"""Parts of a mapping file, counting what an alias repeats as often as it does."""
HEADER_BYTES: Final = _MIB
"""The comments and the header at the head of a text table, together."""
LINE_BYTES: Final = 16_000_000
"""A row of a text table that DuckDB reads; a longer one is a quotation mark that is not closed."""
UNPACKED_BYTES: Final = 64 * _MIB
"""What a packed file may unpack to whatever its size; beyond, ``UNPACKING`` is asked too."""
UNPACKING: Final = 250
"""How many times its size a packed file may unpack to. Tables of patients come to 5 to 60 times."""
DEEPEST: Final = 500
"""Brackets, elements or quoted triples inside each other."""
DEEPEST_JSON_LD: Final = 100
"""The same for JSON-LD, whose parser takes time with the square of the depth."""
ENTITY_LENGTH: Final = 200
"""Characters of an entity of RDF/XML; those that shorten namespaces have some fifty."""
EXPANSION: Final = 50
"""How many times its size, beyond 64 MiB, what a file of RDF says may come to when entities and
prefixes are written out; ours come to five times."""
ENDPOINT_BYTES: Final = 256 * _MIB
"""One answer of a SPARQL endpoint."""

_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


def check_depth(blocks: Iterable[bytes], path: Path | str, deepest: int = DEEPEST) -> None:
    r"""Make sure that the brackets of JSON are not nested too deep, outside of its strings.

    >>> check_depth([b'{"a": [[1], "[[[[[["]}'], "a.json", deepest=3)
    >>> check_depth([b'{"a": [[1], "[[[[[["]}'], "a.json", deepest=2)
    Traceback (most recent call last):
    ...
    metastasis.ReadError: cannot read a.json: its brackets are nested more than 2 deep, ...

    Raises
    ------
    ReadError
        They are.
    """
    depth = 0
    for brackets in _brackets(blocks):
        for one in brackets:
            depth += 1 if one in b"[{" else -1
            if depth > deepest:
                raise too_deep(path, "brackets", deepest)


def too_deep(path: Path | str, what: str, deepest: int = DEEPEST) -> ReadError:
    """Return the error of a file whose brackets, elements or triples are nested too deep."""
    reason = f"its {what} are nested more than {deepest} deep, as those of no real data are"
    return ReadError(path, reason)


def parse_json(text: str, path: Path | str, line: int = 1, part: str = "file") -> Any:
    r"""Return the value of a JSON text; ``line`` is where in the file the text begins.

    >>> parse_json('{"a": [1]}', "a.json")
    {'a': [1]}
    >>> parse_json('"half of a pair: \\ud800"', "a.json")
    Traceback (most recent call last):
    ...
    metastasis.ReadError: cannot read a.json: it holds half of a character (\ud800): ...

    Raises
    ------
    ReadError
        It is no JSON, cut short, too large, too deep, or holds what no text or number is.
    """
    _check_size(text, path, part)
    try:
        value = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1
        # An error at the very end means that the end is missing, as when a copy broke off.
        if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
            raise ReadError(path, f"it is cut short in line {at}: export it again") from None
        raise ReadError(path, f"line {at} is not JSON ({error.msg}): export it again") from None
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        reason = f"it holds half of a character ({half}): export it again as UTF-8"
        raise ReadError(path, reason) from None
    except RecursionError:
        raise too_deep(path, "brackets") from None
    except ValueError as error:
        digits = "4,300 digits" in str(error) or "Exceeds the limit" in str(error)
        reason = "a number has more than 4,300 digits" if digits else str(error)
        raise ReadError(path, f"{reason}: export it again") from None
    return value


def _check_size(text: str, path: Path | str, part: str) -> None:
    openers = text.count("[") + text.count("{")
    if openers + text.count(",") > JSON_VALUES:
        reason = f"a {part} of JSON with more than {JSON_VALUES:,} values; divide it"
        raise ReadError(path, reason)
    if openers > DEEPEST:
        check_depth([text.encode("utf-8", "surrogatepass")], path)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _brackets(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the brackets of JSON that stand outside of its strings, in order."""
    is_inside = False
    held = b""
    for block in blocks:
        text = held + block
        held = b"\\" if (len(text) - len(text.rstrip(b"\\"))) % 2 else b""
        text = text.removesuffix(held).replace(rb"\\", b"").replace(rb"\"", b"")
        parts = text.split(b'"')
        yield b"".join(parts[1 if is_inside else 0 :: 2]).translate(None, _NOT_BRACKETS)
        is_inside ^= len(parts) % 2 == 0
