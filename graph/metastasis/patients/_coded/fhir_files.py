"""The resources in files of FHIR, one after the other, with the address that a bundle gives them.

Apart from what the resources say because here is how they are packed: alone, in lists, in bundles,
in lines of ndjson.
"""

from __future__ import annotations

from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import ReadError
from metastasis._files import open_to_read, read_text
from metastasis._limits import WHOLE_BYTES, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ENDINGS", "dicts", "resources_in", "tail", "word"]

_LINES: Final = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")
ENDINGS: Final = (*_LINES, ".json", ".json.gz")


def resources_in(file: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the resources of a file, those inside bundles one by one, and their full addresses.

    Raises
    ------
    ReadError
        The file is empty, cut short, damaged, not UTF-8, not JSON, or beyond the limits of JSON.
    """
    if not file.name.casefold().endswith(_LINES):
        yield from _inside(_parsed(read_text(file), file, 1, "file"))
        return
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            yield from _inside(_parsed(line, file, number, "line"))


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the elements of a list that are what they should be; none of anything else.

    >>> dicts([{"code": "a"}, "b"]), dicts({"code": "a"})
    ([{'code': 'a'}], [])
    """
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def word(value: Any) -> str:
    """Return a text or a number as text; blank for anything else.

    >>> word(" C50 "), word({"code": "C50"})
    ('C50', '')
    """
    return str(value).strip() if isinstance(value, str | int | float) else ""


def tail(reference: str) -> str:
    """Return the identifier that a reference ends in.

    >>> tail("https://x.org/fhir/Patient/7/_history/2"), tail("urn:uuid:7"), tail("Patient/7")
    ('7', '7', '7')
    """
    last = reference.partition("/_history/")[0].rpartition("/")[2]
    return last.removeprefix("urn:uuid:").removeprefix("urn:oid:")


def _lines(file: Path) -> Iterator[str]:
    with open_to_read(file) as packed:
        text = TextIOWrapper(packed, encoding="utf-8-sig")
        try:
            while line := text.readline(WHOLE_BYTES):
                if len(line) == WHOLE_BYTES:
                    raise ReadError(file, f"a line is longer than {WHOLE_BYTES >> 20} MB")
                yield line
        except UnicodeDecodeError:
            raise ReadError(file, "it is not UTF-8; save the file as UTF-8") from None


def _parsed(text: str, file: Path, line: int, part: str) -> Any:
    if not text.strip():
        raise ReadError(file, "it is empty")
    return parse_json(text, file, line, part)


def _inside(value: Any, address: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    if isinstance(value, list):
        for one in value:
            yield from _inside(one)
    elif isinstance(value, dict) and value.get("resourceType") == "Bundle":
        for entry in dicts(value.get("entry")):
            yield from _inside(entry.get("resource"), word(entry.get("fullUrl")))
    elif isinstance(value, dict):
        yield value, address
