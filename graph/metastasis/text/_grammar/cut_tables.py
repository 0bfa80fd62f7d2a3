"""Tables that were cut: rows that stand as headings, items or paragraphs below a header row.

Apart from rows because it looks at blocks and not at words: a page that lost its tags shows
"Brain Uncommon" on a line of its own, and only the header above tells that it is a row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.text._pages.block import TextBlock

__all__ = ["cut_rows"]

_HEADER: Final = re.compile(
    r"(?:metastatic |metastasis )?(?:sites?|locations?|organs?)\s*\|?\s*"
    r"(?:frequency|incidence|rate|how often|likelihood)",
    re.IGNORECASE,
)
_ROW: Final = re.compile(
    r"[A-Z][A-Za-z ,/-]{2,40}(?:\([^()]{1,40}\))?\s*\|?\s*"
    r"\b(?:Very Rare|Rare|Uncommon|Common|Occasional|Frequent)(?![a-z])"
)
"""A site and how often, in the capitals of cells."""
_SHORT: Final = 60
"""Characters of a block that does not end a table: the caption of a picture in a cell."""


def cut_rows(blocks: Sequence[TextBlock]) -> dict[int, int]:
    """Return the index of the header row of each block that is a row without looking like one."""
    found: dict[int, int] = {}
    header: int | None = None
    for index, block in enumerate(blocks):
        text = block.text
        if _HEADER.match(text):
            header = index
        elif header is not None and _ROW.match(text):
            found[index] = header
        elif block.kind == "paragraph" and len(text) > _SHORT and not block.noise:
            header = None
    return found
