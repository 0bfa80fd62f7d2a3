"""Which numbers a body shows: those of one frame that half of the pairs have, or each its own.

Apart because the order of frames is a rule of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis.pictures._said.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair

__all__ = ["frame_of_most", "frames_in", "own_frame"]

_WHOM: Final = (
    "metastatic_patients",
    "autopsies",
    "distant_stage_at_diagnosis",
    "all_patients",
)
"""Who is counted, from what answers "where does it spread" most directly."""
_WHEN: Final = ("during_course", "unspecified", "at_diagnosis", "at_autopsy")
_AS: Final = ("any", "first_site", "only_site")


def frame_of_most(pairs: Sequence[Pair], *, of_sites: bool) -> tuple[Frame | None, str]:
    """Return the first frame in which half of the pairs have a number, and why.

    In the order metastatic patients, autopsies, distant stage at diagnosis, all patients, and seen
    from a site its own cases; of several frames of the same people the one with the most numbers.
    """
    counts = Counter(frame for pair in pairs for frame in pair.by_frame if _is_fit(frame))
    whom = [*_WHOM, *(["site_cases"] if of_sites else [])]
    enough = [
        frame
        for frame, count in counts.items()
        if 2 * count >= len(pairs) and frame.denominator in whom and frame.occurrence == "any"
    ]
    if not enough:
        return None, ""
    chosen = min(
        enough,
        key=lambda one: (whom.index(one.denominator), -counts[one], _WHEN.index(one.setting)),
    )
    if len(counts) == 1:
        return chosen, "no other has numbers"
    return chosen, f"it has numbers on {counts[chosen]} of {plural(len(pairs), 'pair')}"


def own_frame(pair: Pair) -> Frame | None:
    """Return the frame of the number that stands beside a pair where each has its own."""
    fit = (frame for frame in pair.by_frame if _is_fit(frame) and frame.denominator in _WHOM)
    return min(fit, key=_order, default=None)


def frames_in(frames: Iterable[Frame]) -> list[Frame]:
    """Return the frames of some numbers, each once, in the order of preference."""
    return sorted(set(frames), key=_order)


def _order(frame: Frame) -> tuple[int, ...]:
    return (
        _AS.index(frame.occurrence),
        _WHOM.index(frame.denominator),
        _WHEN.index(frame.setting),
    )


def _is_fit(frame: Frame) -> bool:
    return frame.stage == "any"
