"""Where the words of a statement stand in its sentence as a reader sees it.

A reading knows places in the document, tags, line breaks and marks included; its sentence has none
of them. Apart from the page because this is about text and not about HTML.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from metastasis.text._reading import words_at

if TYPE_CHECKING:
    from metastasis.text._reading import Reading, Span

__all__ = ["Marked", "marked_parts"]

Marked = tuple[str, str]
"""A part of a sentence, and what it names: ``primary``, ``site``, ``cue``, or nothing."""

_TAG: Final = re.compile(r"<[^<>]*>")
_NO_TEXT: Final = re.compile("[*_`\u00ad\u200b-\u200d\u2060\ufeff]+")
"""Marks of emphasis and characters that no reader sees."""


def marked_parts(reading: Reading) -> list[Marked]:
    """Return the sentence of a reading in parts, those that name something with what they name."""
    spans = {"site": reading.site_span, "primary": reading.primary_span, "cue": reading.cue_span}
    taken: list[tuple[int, int, str]] = []
    for kind, span in spans.items():
        place = _place_in_sentence(reading, span)
        if place and all(place[1] <= start or end <= place[0] for start, end, _ in taken):
            taken.append((*place, kind))
    parts: list[Marked] = []
    done = 0
    for start, end, kind in sorted(taken):
        parts += [(reading.sentence[done:start], ""), (reading.sentence[start:end], kind)]
        done = end
    return [part for part in [*parts, (reading.sentence[done:], "")] if part[0]]


def _place_in_sentence(reading: Reading, span: Span | None) -> Span | None:
    """Return where the words of a span stand in the sentence: there where they most likely do.

    The same words may stand there twice; those are meant before which about as much text stands.
    """
    words = words_at(reading, span)
    if words is None or span is None:
        return None
    wanted = _as_read(words)
    before = len(_as_read(reading.quote[: span[0] - reading.start] + "|")) - 1
    places = [one.span() for one in re.finditer(re.escape(wanted), reading.sentence)]
    if not wanted or not places:
        return None
    return min(places, key=lambda place: abs(place[0] - before))


def _as_read(text: str) -> str:
    """Return about what a reader sees of a piece of a document."""
    return " ".join(_NO_TEXT.sub("", unescape(_TAG.sub("", text))).split())
