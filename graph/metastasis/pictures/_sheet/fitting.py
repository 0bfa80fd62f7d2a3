"""What would fit where a drawing has no room: fewer things, or another place; tried, not guessed.

Kinds lay out and refuse; how far they have to go, and which places to name, is the same for all.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Final

from metastasis._errors import FitError
from metastasis.pictures._sheet.place import PAPER, SIZES, Room
from metastasis.pictures._sheet.sheet import line_height
from metastasis.pictures._sheet.surround import surround

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from metastasis.pictures._sheet.style import Style
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = [
    "height_around",
    "larger_sizes",
    "legend_height",
    "most_that_fits",
    "no_room_alone",
    "no_room_in_height",
    "under_legend",
    "wider_rooms",
    "would_fit",
]

_MARGINS: Final = 0.4
"""Inches by which margins on a screen may be wider than elsewhere."""
_TALLEST: Final = 40.0
"""Inches of a picture that is proposed at most."""
_MOST_HIGH: Final = 200
"""The same of a picture whose height is known and has not to be tried."""
_STEP: Final = 0.5


def height_around(room: Room, scale: float) -> float:
    """Return the inches of a sheet that title, legend and caption take above and below a room.

    >>> height_around(Room(4.7, 7.0, True, SIZES["column"]), 0.74) > 2
    True
    """
    if room.height is None or room.place.height is None:
        return 0.0
    return room.place.height / scale - room.height


def legend_height(entries: Sequence[LegendEntry], width: float, style: Style) -> float:
    """Return the inches that a legend takes on a sheet of that width."""
    return surround(width, "", entries, "", style).head - style.margin


def under_legend(room: Room, entries: Sequence[LegendEntry], style: Style) -> Room:
    """Return a room less what a legend takes: the first layout may not know of it yet.

    What would fit is said of this room, so that it fits with the legend as well.
    """
    if room.height is None:
        return room
    # A picture that does not fill the width may be narrower, and its legend and title higher.
    width = room.width if room.fill else 0.6 * room.width
    taken = legend_height(entries, width, style)
    taken += 0.0 if room.fill else 2 * line_height(style.title_size)
    return replace(room, height=room.height - taken)


# How many, and where


def most_that_fits(count: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number up to a count with which something fits; 0 if not even 1 does.

    >>> most_that_fits(20, lambda top: top <= 7)
    7
    """
    low, high = 0, count + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def wider_rooms(room: Room, scale: float) -> Iterator[tuple[str, Room]]:
    """Yield the places that are wider than a room by name, narrow ones first, a screen last.

    What surrounds a drawing takes no more there than here: it has more room across. ``scale`` is
    that of the letters here.

    >>> place = SIZES["column"]
    >>> [name for name, _ in wider_rooms(Room(4.7, 7.0, True, place), 0.74)]
    ['onehalf', 'page', 'screen']
    """
    if room.height is None:
        return
    around = height_around(room, scale)
    for name in ("onehalf", "page", "screen"):
        place = SIZES[name]
        here = scale if name != "screen" else 1.0
        is_same = room.place.letters == place.letters or name == "screen"
        if is_same and room.place.name in SIZES and place.width > room.place.width:
            tall = (place.height or 0.0) / here - around
            yield name, Room(place.width / here, tall, fill=place.fills_width, place=place)
    if room.place.name == "slide":
        place = SIZES["screen"]
        tall = (place.height or 0.0) - around
        yield "screen", Room(place.width, tall, fill=False, place=place)


def larger_sizes(room: Room, wide: float, high: float, scale: float) -> list[str]:
    """Return the sizes in which a drawing so wide and high has room, as options.

    ``wide`` and ``high`` are in inches of the sheet; title, legend and caption take what they take
    in the room that is too small.
    """
    place = room.place
    need = wide * scale, (high + height_around(room, scale)) * scale
    if place.name == "axes":
        return [f"axes of {need[0]:.1f} x {need[1]:.1f} inches"]
    named = [
        f"size={one.name!r}"
        for one in SIZES.values()
        if one.letters == place.letters
        and one.name != place.name
        and one.width >= need[0]
        and (one.height is None or one.height >= need[1])
    ]
    if named:
        return named
    if place.letters == "paper" and need[0] <= PAPER:
        return [f"size=({ceil(10 * need[0]) / 10:g}, {ceil(10 * need[1]) / 10:g})"]
    screen = SIZES["screen"]
    if place.name != screen.name and wide + _MARGINS <= screen.width:
        return [f"size={screen.name!r}"]
    return [f"a drawing of {need[0]:.1f} x {need[1]:.1f} inches"]


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
    if top := most_that_fits(count - 1, lambda most: fits(room.width, low, most)):
        found.append(f"top={top}")
    place = room.place
    if place.name == "axes":
        return [*found, "larger axes"]
    around = height_around(room, scale) + spare
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

    if (step := most_that_fits(most, is_too_low) + 1) <= most:
        return [*found, f"size=({wide:g}, {(place.height or 0.0) + step * _STEP:.1f})"]
    return [*found, "fewer names"]


# Refusals


def no_room_alone(
    what: str, room: Room, needed: tuple[float, float], fewer: int, style: Style
) -> FitError:
    """Return the refusal of a drawing of known width and height, in inches of the sheet.

    ``fewer`` is the largest ``top`` that fits in the room; 0 is none.
    """
    wide, high = (25.4 * style.scale * one for one in needed)
    return FitError(
        what,
        room,
        f"{wide:.0f} x {high:.0f} mm for the drawing alone",
        [*([f"top={fewer}"] if fewer else []), *larger_sizes(room, *needed, style.scale)],
    )


def no_room_in_height(
    what: str, room: Room, height: float, remedies: Sequence[str], style: Style
) -> FitError:
    """Return the refusal of a drawing that is too high, with what stands around it, for its place.

    ``remedies`` are what would fit there; before them stands the height, where one may ask for it.
    """
    place = room.place
    tall = style.scale * (height + height_around(room, style.scale))
    of_its_own = place.name not in SIZES and place.name != "axes" and tall < _MOST_HIGH
    size = [f"size=({place.width:.2f}, {tall + 0.1:.1f})"] if of_its_own else []
    return FitError(what, room, f"{25.4 * tall:.0f} mm in height", [*size, *remedies])
