"""A reader that makes every kind of error, whatever the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_rows import reading

if TYPE_CHECKING:
    from metastasis.text import Reading

__all__ = ["read_text"]


def read_text(text: str, *, address: str | None = None, name: str = "") -> list[Reading]:
    """Return a pair that is right in a part, one of another primary, and one of nowhere."""
    return [
        reading("breast", "bone", "rare", percent="3"),
        reading("lung", "bone", "rare"),
        reading("lung", "spleen", "rare", count=1, cue_span=(0, 5)),
    ]
