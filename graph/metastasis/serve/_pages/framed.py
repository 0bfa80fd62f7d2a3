"""What a page calls the frame of numbers, and what has to stand beside those of some frames."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis._markup import element
from metastasis.serve._pages.filters import in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metastasis._evidence.frame import Frame
    from metastasis._markup import Markup

__all__ = ["ASIDES", "aside", "frame_labels"]

ASIDES: Final = {
    "site_cases": (
        "Of patients with a metastasis at the site, the share in whom it came from the cancer: "
        "this does not say how often the cancer spreads there."
    ),
    "records": "The share of metastases, not of patients: one patient may have several.",
}
"""What has to stand beside numbers out of people, or things, that are easily taken for others."""


def aside(denominator: str | None) -> Markup | None:
    """Return what has to stand beside numbers with a denominator, if anything has to."""
    told = ASIDES.get(denominator or "")
    return element("p", told, class_="note") if told else None


def frame_labels(frames: Iterable[Frame]) -> dict[Frame, str]:
    """Return each frame in words, no two alike: "distant stage at diagnosis" says when by itself.

    >>> from metastasis import Frame
    >>> at = [Frame("distant_stage_at_diagnosis", when) for when in ("at_diagnosis", "unspecified")]
    >>> list(frame_labels(at).values())[1]
    'patients with distant stage at diagnosis (at a time not stated)'
    """
    every = list(frames)
    often = Counter(map(str, every))
    return {
        frame: f"{frame} ({in_words('setting', frame.setting)})"
        if often[str(frame)] > 1
        else str(frame)
        for frame in every
    }
