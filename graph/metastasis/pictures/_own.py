"""What pictures of the caller's own data have in common: the call, the caption, wrapped names."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures._kind import Kind, describe_call
from metastasis.pictures._said.words import plural
from metastasis.pictures._sheet.place import SIZES
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap
from metastasis.pictures._sheet.surround import surround

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.style import Style
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = [
    "OwnKind",
    "call_with_data",
    "data_name",
    "first_fitting",
    "larger_sizes",
    "own_caption",
    "under_legend",
    "wrapped_widths",
]

_PAPER: Final = 7.5
"""Inches up to which a width of one's own has the letters of paper (:mod:`._sheet.place`)."""
_MARGINS: Final = 0.4
"""Inches by which margins on a screen may be wider than elsewhere."""


class OwnKind(Kind):
    """A kind that draws data of the caller's own, and no source of the graph."""

    argument: str
    """The option that takes the data."""
    given: Any
    """The data as they were handed in."""
    origin: str
    """The data in words, such as the name of their file."""
    takes_sources = False

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; a file is named, and other data cannot be written down."""
        return call_with_data(self.name, self.argument, self.given, options)

    def credits(self) -> tuple[str, ...]:
        """Return the data, which are the caller's own."""
        return (f"{self.origin} (of the caller's own)",)

    def license(self) -> str:
        """Return that it is the caller's to say."""
        return f"{self.origin}: not stated"

    def citation(self) -> str:
        """Return the data."""
        return self.origin

    def caption(self) -> str:
        """Return the rules, and where the data are from."""
        return own_caption(self.rules(), self.origin)


def call_with_data(name: str, argument: str, data: Any, options: Mapping[str, Any]) -> str:
    """Return the call that draws it again: a file by its name, other data as dots.

    >>> call_with_data("upset", "patterns", "there/mine.csv", {"top": 5})
    "kg.draw.upset(patterns='mine.csv', top=5)"
    """
    shown = Path(data).name if isinstance(data, str | PathLike) else "…"
    rest = {one: value for one, value in options.items() if one != argument}
    return describe_call(name, {argument: shown} | rest)


def data_name(noun: str, data: Any) -> str:
    """Return the caller's data in words: a file by its name.

    >>> data_name("patterns", "there/mine.csv"), data_name("patterns", [])
    ('patterns in mine.csv', 'patterns')
    """
    return f"{noun} in {Path(data).name}" if isinstance(data, str | PathLike) else noun


def own_caption(rules: Sequence[str], origin: str) -> str:
    """Return rules, and what the caption ends with where no source of the graph is behind it.

    >>> own_caption([], "patterns in mine.csv").partition(":")[0]
    'Source'
    """
    return " ".join([*rules, f"Source: {origin}.", NOT_CLINICAL])


def wrapped_widths(
    labels: Mapping[str, str], size: float, most: float, font: tuple[str, ...]
) -> tuple[dict[str, tuple[str, ...]], float]:
    """Return the lines of each label, wrapped to a width, and the width of the widest.

    >>> wrapped_widths({"a": "Adrenal gland"}, 9.0, 0.6, ("DejaVu Sans",))[0]
    {'a': ('Adrenal', 'gland')}
    """
    lines = {key: tuple(wrap(label, size, most, font)) or ("",) for key, label in labels.items()}
    wide = (1.04 * text_width(one, size, font) for each in lines.values() for one in each)
    return lines, max(wide, default=0.0)


def under_legend(room: Room, entries: Sequence[LegendEntry], style: Style) -> Room:
    """Return a room less what a legend takes: the first layout may not know of it yet.

    What would fit is said of this room, so that it fits with the legend as well.
    """
    if room.height is None:
        return room
    # A picture that does not fill the width may be narrower, and its legend and title higher.
    width = room.width if room.fill else 0.6 * room.width
    taken = surround(width, "", entries, "", style).head - style.margin
    taken += 0.0 if room.fill else 2 * line_height(style.title_size)
    return replace(room, height=room.height - taken)


def larger_sizes(room: Room, wide: float, high: float, scale: float) -> list[str]:
    """Return the sizes in which a drawing so wide and high has room, as options.

    ``wide`` and ``high`` are in inches of the sheet; title, legend and caption take what they take
    in the room that is too small.
    """
    place = room.place
    around = 0.0
    if place.height is not None and room.height is not None:
        around = place.height / scale - room.height
    need = wide * scale, (high + around) * scale
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
    if place.letters == "paper" and need[0] <= _PAPER:
        return [f"size=({ceil(10 * need[0]) / 10:g}, {ceil(10 * need[1]) / 10:g})"]
    screen = SIZES["screen"]
    if place.name != screen.name and wide + _MARGINS <= screen.width:
        return [f"size={screen.name!r}"]
    return [f"a drawing of {need[0]:.1f} x {need[1]:.1f} inches"]


def first_fitting(
    fits: Callable[[str], bool], starts: Sequence[str], sources: Sequence[str], release: str
) -> str:
    """Return the first caption in a picture that fits: a start, sources, release, no clinical use.

    >>> first_fitting(lambda text: len(text) < 60, ["A model. ", ""], [], "")
    'A model. Not for clinical use.'
    """
    noun = "Source" if len(sources) == 1 else "Sources"
    named = f"{noun}: {', '.join(sources)}. " if sources else ""
    counted = f"{plural(len(sources), 'source')}. " if sources else ""
    release = f"Data release {release}. " if release else ""
    short = NOT_CLINICAL.partition(":")[0] + "."
    texts = [f"{start}{middle}{release}{short}" for start in starts for middle in (named, counted)]
    return next(filter(fits, texts), texts[-1])
