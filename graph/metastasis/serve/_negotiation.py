"""Which form of an answer a client asks for: proactive negotiation as RFC 9110 (12.5) has it.

Pure: a header and what is offered give the form, or None where the client takes nothing of it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Offer", "accepts_gzip", "choose"]


class Offer(NamedTuple):
    """A form that there is, and a media type by which clients know it."""

    form: str
    media_type: str


class _Range(NamedTuple):
    """One part of an Accept header."""

    kind: str
    """In lower case: ``text/csv``, ``text/*``, ``*/*``; of other headers a word."""
    is_bare: bool
    """Whether it has no parameters of its own."""
    quality: float


_KEPT: Final = 1_000
"""Characters of a header that is worth remembering; browsers send a hundred."""
_PART: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL)
_PARAMETER: Final = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*+"?)++', re.DOTALL)
_WORD: Final = r"[!#$%&'*+.^_`|~0-9a-z-]++"
_KIND: Final = re.compile(rf"{_WORD}(?:/{_WORD})?")
_QUALITY: Final = re.compile(r"(?:0?\.[0-9]*|[01](?:\.[0-9]*)?)")


def choose(accept: str | None, offers: tuple[Offer, ...]) -> Offer | None:
    """Return the offer that a client likes best; among equals the one it names, then the first.

    None, and a blank, take anything. A range with parameters, as ``text/csv;header=present``,
    counts for a type without them where no other range names that type: clients send such ranges
    to servers that know no parameters.

    >>> offers = (Offer("json", "application/json"), Offer("csv", "text/csv"))
    >>> choose("text/csv, application/json;q=0.5", offers).form, choose("text/*", offers).form
    ('csv', 'csv')
    >>> choose(None, offers).form, choose("image/png", offers)
    ('json', None)
    """
    if accept is None or not accept.strip():
        return offers[0] if offers else None
    return _remembered(accept, offers) if len(accept) <= _KEPT else _best(accept, offers)


def accepts_gzip(header: str | None) -> bool:
    """Return whether a client takes what is packed by gzip, from its Accept-Encoding.

    >>> accepts_gzip("br, gzip"), accepts_gzip("*"), accepts_gzip("*, gzip;q=0"), accepts_gzip(None)
    (True, True, False, False)
    """
    if not header:
        return False
    said = {one.kind: one.quality for one in _ranges(header)}
    return said.get("gzip", said.get("x-gzip", said.get("*", 0))) > 0


def _best(accept: str, offers: tuple[Offer, ...]) -> Offer | None:
    ranges = list(_ranges(accept))
    ranked = [(*_liked(offer.media_type, ranges), -place) for place, offer in enumerate(offers)]
    best = max(ranked, default=(0.0, 0, 0))
    return offers[-best[2]] if best[0] > 0 else None


_remembered = lru_cache(maxsize=1024)(_best)


def _liked(media_type: str, ranges: list[_Range]) -> tuple[float, int]:
    """Return how much a client likes a media type, and how exactly it names it."""
    kind = media_type.partition(";")[0]
    names = (kind, f"{kind.partition('/')[0]}/*", "*/*")
    for place, name in enumerate(names):
        for is_bare in (True, False):
            found = [one.quality for one in ranges if (one.kind, one.is_bare) == (name, is_bare)]
            if found:
                return max(found), len(names) - place
    return 0.0, 0


def _ranges(header: str) -> Iterator[_Range]:
    """Yield the parts of a header that can be read; others are as if they were not there."""
    for part in _PART.findall(header.lower()):
        kind, *parameters = [found.strip() for found in _PARAMETER.findall(part)] or [""]
        if not _KIND.fullmatch(kind):
            continue
        quality, others = 1.0, 0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() != "q":
                others += 1
            elif _QUALITY.fullmatch(value.strip()) and value.strip() != ".":
                quality = float(value)
            else:
                quality = -1.0
        if 0 <= quality <= 1:
            yield _Range(kind, not others, quality)
