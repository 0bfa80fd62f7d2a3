"""Which pairs a picture keeps when only some are asked for, and what would have room.

What ``least`` and ``top`` leave out is told in a sentence; and where a picture has no room, what
would fit is tried out, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.pictures._said.mark import mark_of
from metastasis.pictures._said.words import plural
from metastasis.pictures._sheet.place import SIZES
from metastasis.pictures._sheet.surround import surround

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.style import Style
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = ["Cut", "best_first", "cut_pairs", "largest", "legend_height", "would_fit"]

_CLASSES: Final = ("commonly", "possibly", "rarely")
_TALLEST: Final = 40.0
"""Inches of a picture that is proposed at most."""
_STEP: Final = 0.5


@dataclass(frozen=True, slots=True)
class Cut:
    """The pairs that are kept, in the order given, and what is left out, a sentence each."""

    pairs: tuple[Pair, ...]
    rules: tuple[str, ...]


def best_first(pairs: Sequence[Pair], frame: Frame | None) -> list[Pair]:
    """Return pairs with the highest shares first, those without one by class and sources."""
    shares = {_key(pair): mark_of(pair, frame) for pair in pairs}
    return sorted(
        pairs,
        key=lambda one: (
            shares[_key(one)].number is None,
            -shares[_key(one)].percent,
            _CLASSES.index(one.edge) if one.edge in _CLASSES else len(_CLASSES),
            -len(one.sources),
            one.primary_label,
            one.site_label,
        ),
    )


def cut_pairs(pairs: Sequence[Pair], frame: Frame | None, chosen: Selection) -> Cut:
    """Return the pairs that ``least`` and ``top`` of a selection keep, and what they leave out.

    >>> import metastasis as mets
    >>> from metastasis.pictures._said.selection import select
    >>> chosen = select(mets.load().evidence, "prostate", None, None, top=2)
    >>> cut = cut_pairs(chosen.pairs, None, chosen)
    >>> len(cut.pairs), cut.rules[0].partition(",")[0]
    (2, 'Only 2 pairs are drawn')
    """
    kept = list(pairs)
    rules = []
    if chosen.least is not None:
        marks = {_key(pair): mark_of(pair, frame) for pair in kept}
        bare = sum(one.number is None for one in marks.values())
        kept = [
            pair
            for pair in kept
            if marks[_key(pair)].number is not None and marks[_key(pair)].percent >= chosen.least
        ]
        rules += _under(len(marks) - bare - len(kept), bare, chosen.least)
    if chosen.top is not None and chosen.top < len(kept):
        best = best_first(kept, frame)[: chosen.top]
        names = {_key(pair) for pair in best}
        how = "common ones first, then those of most sources"
        if frame is not None:
            shared = sum(mark_of(pair, frame).number is not None for pair in best)
            how = "those with the highest shares"
            if shared < len(best):
                how += ", then common ones and those of most sources"
        rules.append(f"Only {plural(len(best), 'pair')} are drawn, of {len(kept):,}: {how}.")
        if len(best) == 1:
            rules[-1] = rules[-1].replace("pair are", "pair is")
        kept = [pair for pair in kept if _key(pair) in names]
    return Cut(tuple(kept), tuple(rules))


def _under(low: int, bare: int, least: float) -> list[str]:
    said = [
        *([f"{plural(low, 'pair')} with a share under {least:g} %"] if low else []),
        *([f"{plural(bare, 'pair')} without such a share"] if bare else []),
    ]
    verb = "is" if low + bare == 1 else "are"
    return [f"{' and '.join(said)} {verb} left out."] if said else []


def _key(pair: Pair) -> tuple[str, str]:
    return pair.primary, pair.site


# What would fit


def legend_height(entries: Sequence[LegendEntry], width: float, style: Style) -> float:
    """Return the inches that a legend takes on a sheet of that width."""
    return surround(width, "", entries, "", style).head - style.margin


def largest(fits: Callable[[int], bool], most: int) -> int:
    """Return the largest number up to a most that fits; 0 if none does.

    >>> largest(lambda count: count * count < 50, 100)
    7
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def would_fit(
    room: Room,
    scale: float,
    fits: Callable[[float, float | None, int], bool],
    count: int,
    spare: float = 0.0,
) -> list[str]:
    """Return what would fit, in the words of options: fewer pairs, or another size.

    ``fits`` tells of a width and a height on the sheet and a number of pairs whether they do. A
    height of ``spare`` is left for the legend: a room may be of before there was one.
    """
    found = []
    low = room.height - spare if room.height else None
    if top := largest(lambda most: fits(room.width, low, most), count - 1):
        found.append(f"top={top}")
    place = room.place
    if place.name == "axes":
        return [*found, "larger axes"]
    around = place.height / scale - room.height if place.height and room.height else 0.0
    around += spare
    for name, one in SIZES.items():
        high = one.height / scale - around if one.height else None
        if (
            one.letters == place.letters
            and one.width > place.width
            and fits(one.width / scale, high, count)
        ):
            return [*found, f"size={name!r}"]
    # The letters of paper go with its widths: wider would be another drawing.
    start = max(place.width, SIZES["page"].width) if place.letters == "paper" else place.width
    wide = round(start, 1)
    most = int(_TALLEST / _STEP)

    def is_too_low(step: int) -> bool:
        high = (place.height or 0.0) + step * _STEP
        return not fits(wide / scale, high / scale - around, count)

    if (step := largest(is_too_low, most) + 1) <= most:
        return [*found, f"size=({wide:g}, {(place.height or 0.0) + step * _STEP:.1f})"]
    return [*found, "fewer names"]
