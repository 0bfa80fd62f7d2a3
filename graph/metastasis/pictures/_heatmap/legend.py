"""The scale of a heat map in its legend: all steps, also those that no cell has.

Apart from the looks because this decides what is told, and where it has room.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from metastasis.pictures._heatmap.cells import CELL_STATES
from metastasis.pictures._heatmap.looks import bar_entry, draw_sample
from metastasis.pictures._said.mark import step_words
from metastasis.pictures._sheet.sheet import text_width
from metastasis.pictures._sheet.surround import LegendEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metastasis.pictures._sheet.style import Style

__all__ = ["CLASSES", "TIMES", "scale_entries"]

CLASSES: Final = ("commonly", "possibly", "rarely")
TIMES: Final = "times the share of all cancers"
"""What a ratio is."""
_STEPS: Final = ("common", "how commonly not established", "rare")
_ROOM: Final = 0.88
"""Of the width between the margins, that the bar of a scale and its words take at most."""


@dataclass(frozen=True, slots=True)
class LegendScale:
    """All steps of a scale: what they are of, their limits, how they look, and each in words."""

    label: str
    steps: Sequence[str]
    looks: Sequence[tuple[str, int | None]]
    words: Sequence[str]


def scale_entries(
    value: str, present: Mapping[str, int], style: Style, width: float | None
) -> list[LegendEntry]:
    """Return a scale as one bar of all its steps; on a narrow sheet each by itself.

    There is none where no cell is on it. ``present`` are cells by their state.
    """
    scale = _scale(value, present, style)
    if scale is None:
        return []
    bar = bar_entry(scale.label, scale.steps, scale.looks, style)
    words = text_width(scale.label, style.legend_size, style.font)
    if width is None or bar.wide + words < _ROOM * (width - 2 * style.margin):
        return [replace(bar, told="; ".join(scale.words))]
    return [
        LegendEntry(words, draw_sample(state, step))
        for words, (state, step) in zip(scale.words, scale.looks, strict=True)
    ]


def _scale(value: str, present: Mapping[str, int], style: Style) -> LegendScale | None:
    looks: list[tuple[str, int | None]]
    if present.get("ratio") or present.get("unsure"):
        steps = _limits([_limit_label(step) for step in style.ratio_steps])
        looks = [("ratio", at) for at in range(len(style.ratio_shades))]
        return LegendScale(TIMES, steps, looks, [f"{step} {TIMES}" for step in steps])
    if present.get("percent"):
        steps = _limits([f"{step:g}" for step in style.percent_steps])
        looks = [("percent", at) for at in range(len(style.percent_shades))]
        return LegendScale("share in %", steps, looks, step_words(style))
    if value == "sources" and any(present.get(one) for one in CLASSES):
        looks = [(one, None) for one in CLASSES]
        return LegendScale("reported", _STEPS, looks, [CELL_STATES[one] for one in CLASSES])
    return None


def _limits(steps: Sequence[str]) -> list[str]:
    """Return the words of the parts of a scale that these steps divide."""
    return [f"<{steps[0]}", *map("\u2013".join, pairwise(steps)), f"\u2265{steps[-1]}"]


def _limit_label(step: float) -> str:
    """Return a limit of a scale of ratios, parts of one as fractions.

    >>> [_limit_label(one) for one in (0.25, 0.5, 1, 4)]
    ['¼', '½', '1', '4']
    """
    return {0.25: "\u00bc", 0.5: "\u00bd"}.get(step, f"{step:g}")
