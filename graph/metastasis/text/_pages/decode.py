"""The bytes of a page as text, and what had to be assumed for it.

Apart from opening because what bytes mean is asked before anybody knows what a page is.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from metastasis._encodings import BOMS, codec_of, is_western, wide_encoding
from metastasis._errors import ReadError, UnknownNameError

__all__ = ["MOST_BYTES", "Decoded", "decode"]

MOST_BYTES: Final = 5_000_000
"""What is read of a page at most. The longest article of PMC's is below it."""

_SNIFFED: Final = 4_096  # bytes in which a page says how it is encoded; browsers look at 1,024
_WIDE: Final = 0.7  # of every second byte are 0 in UTF-16 of a Latin script
_FEW: Final = 0.001  # of the bytes may be no UTF-8 where all else is: a copy of many pages
_CONTROLS: Final = 0.01  # of the characters: more is no text
_FEWEST_DOUBLED: Final = 3  # "Ã©" may stand in a name of a product; three are a pattern

_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})"
    rb"|<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
_AS_BROWSERS: Final = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
"""What browsers read instead, as WHATWG's standard says."""
_DOUBLED: Final = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u017d\u017e\u0192\u2018-\u2026\u20ac]"
    "|\u00e2\u20ac[\u0080-\u00bf\u0153\u0152\u02dc\u2122\u2018-\u2026\u0161\u0160]"
)
_NO_PAGES: Final = (
    (
        b"PK\x03\x04",
        "it is a zip archive, or a document of Word or Excel: unpack it, or save it as text",
    ),
    (b"PK\x05\x06", "it is an empty zip archive"),
    (b"\x89PNG", "it is a picture, and no text"),
    (b"\xff\xd8\xff", "it is a picture, and no text"),
    (b"GIF8", "it is a picture, and no text"),
    (b"\x7fELF", "it is a program, and no text"),
    (b"MZ\x90", "it is a program, and no text"),
    (b"\xd0\xcf\x11\xe0", "it is a document of an old Office: save it as text"),
    (b"{\\rtf", "it is rich text: save it as plain text"),
    (b"Rar!", "it is a packed archive: unpack it"),
    (b"7z\xbc\xaf", "it is a packed archive: unpack it"),
    (b"SQLite format 3", "it is a database, and no text"),
    (b"wOF", "it is a font, and no text"),
    (b"PAR1", "it is a Parquet file: give it with the suffix .parquet"),
)
_LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple):
    """A text, its encoding, and what was assumed."""

    text: str
    encoding: str
    remarks: tuple[str, ...]


def decode(data: bytes, name: str) -> Decoded:
    """Decode the bytes of a page.

    >>> decode("Läsion".encode("utf-16"), "page.txt")[:2]
    ('Läsion', 'utf-16-le')

    Raises
    ------
    ReadError
        They hold nothing, no text, or a text of an encoding that cannot be told.
    """
    if not data.strip(b" \t\r\n\0"):
        raise ReadError(name, "it is empty")
    _refuse_others(data, name)
    cut = data[:MOST_BYTES]
    remarks: list[str] = []
    text, encoding = _decoded(cut, name, remarks, partly=len(data) > len(cut))
    if not text.strip():
        raise ReadError(name, "it is empty")
    if len(data) > len(cut):
        remarks.append(
            f"it has {len(data):,} bytes, of which the first {MOST_BYTES:,} are read: divide it"
        )
    _refuse_binary(text, name)
    _say_doubled(text, remarks)
    return Decoded(text, encoding, tuple(remarks))


def _refuse_others(data: bytes, name: str) -> None:
    for start, reason in _NO_PAGES:
        if data.startswith(start):
            raise ReadError(name, reason)


def _refuse_binary(text: str, name: str) -> None:
    sample = text[: 1 << 16]
    odd = len(re.findall("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", sample))
    if odd > _CONTROLS * len(sample):
        raise ReadError(name, "it is binary, and no text")


def _decoded(data: bytes, name: str, remarks: list[str], *, partly: bool) -> tuple[str, str]:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding, remarks), encoding
    if wide := wide_encoding(data) or _mostly_wide(data):
        remarks.append(f"it has no mark of its encoding; it was read as {wide}")
        return _lenient(data, wide, remarks), wide
    declared = _declared(data)
    if b"\0" in data[: 1 << 16]:
        raise ReadError(name, "it is binary, and no text")
    text = _as_utf8(data, partly=partly)
    if text is not None:
        if declared not in (None, "utf-8") and not text.isascii():
            remarks.append(f"it says that it is {declared}, and is UTF-8; it was read as UTF-8")
        return text, "utf-8"
    return _not_utf8(data, name, declared, remarks)


def _mostly_wide(data: bytes) -> str | None:
    """Return the encoding of a text of two bytes a character that is not ASCII alone."""
    head = data[:_SNIFFED]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        blank, other = head[start::2], head[1 - start :: 2]
        if blank.count(0) > _WIDE * len(blank) and not other.count(0):
            return encoding
    return None


def _as_utf8(data: bytes, *, partly: bool) -> str | None:
    """Return bytes as UTF-8, or None; the last character of a part may be cut."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=not partly)
    except UnicodeDecodeError:
        return None


def _not_utf8(data: bytes, name: str, declared: str | None, remarks: list[str]) -> tuple[str, str]:
    if declared not in (None, "utf-8"):
        try:
            return data.decode(declared or ""), declared or ""
        except (UnicodeDecodeError, LookupError):
            remarks.append(f"it says that it is {declared}, and is not")
    lenient = data.decode("utf-8", "replace")
    bad = lenient.count("\ufffd") - data.count("\ufffd".encode())
    if bad <= _FEW * len(data) and not lenient.replace("\ufffd", "").isascii():
        remarks.append(f"it is UTF-8 but for {bad:,} places, which hold no character")
        return lenient, "utf-8"
    if is_western([data]):
        remarks.append("it is not UTF-8; it was read as Windows-1252, which its bytes look like")
        return data.decode("cp1252", "replace"), "windows-1252"
    raise ReadError(
        name, "it is neither UTF-8 nor UTF-16 nor Windows-1252: save it as UTF-8, or it is no text"
    )


def _declared(data: bytes) -> str | None:
    """Return the encoding that HTML or XML says it has, as browsers understand it."""
    found = _DECLARED.search(data, 0, _SNIFFED)
    if not found:
        return None
    try:
        codec = codec_of((found[1] or found[2]).decode("ascii"))
    except UnknownNameError:
        return None
    if codec.startswith("utf-16"):  # it could not have been read as ASCII until here
        return "utf-8"
    return _AS_BROWSERS.get(codec, codec)


def _lenient(data: bytes, encoding: str, remarks: list[str]) -> str:
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    text = _LONE_SURROGATES.sub("\ufffd", text)
    if bad := text.count("\ufffd"):
        remarks.append(f"{bad:,} places hold no character of {encoding}")
    return text


def _say_doubled(text: str, remarks: list[str]) -> None:
    doubled = len(_DOUBLED.findall(text))
    if doubled >= _FEWEST_DOUBLED:
        remarks.append(
            f"{doubled:,} places look like UTF-8 that was read as Windows-1252 before it was saved "
            "(\u00e2\u20ac\u2122 for \u2019): words with them may be missed"
        )
