"""Where the bars, rows and columns of an UpSet plot stand, and how many have room.

Apart from the plot because that says what is shown, and this how it gets into its room.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import floor
from typing import TYPE_CHECKING, Final

from metastasis.pictures._sheet.axis import tight_axis
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap, wrapped_widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis.pictures._sheet.axis import BarAxis
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.style import Style
    from metastasis.pictures._upset.combinations import Combination, Combinations

__all__ = ["UpsetFrame", "UpsetPage"]

_PITCH: Final = (0.17, 0.27)
"""Inches from one column to the next, at least and at most."""
_WIDER: Final = 1.6
"""How much wider columns are where the width is to be filled."""
_GAP: Final = 0.5
"""Columns between combinations and those without a site."""
_APART: Final = 0.12
"""Between the bars of sites, their labels and the matrix."""
_BARS: Final = (0.6, 2.0)
"""Height of the upper bars, at least and at most."""
_PART_OF_HEIGHT: Final = 0.13
"""Of a room that the upper bars have at least, before there are more rows."""


@dataclass(frozen=True, slots=True)
class UpsetPage:
    """An UpSet plot as laid out, in inches from the top left of the drawing."""

    columns: tuple[Combination, ...]
    rows: tuple[str, ...]
    """Keys of sites, top to bottom."""
    names: Mapping[str, tuple[str, ...]]
    """The lines of each label."""
    xs: tuple[float, ...]
    """The middle of each column."""
    ys: Mapping[str, float]
    """The middle of each row."""
    heights: Mapping[str, float]
    """Of each row."""
    pitch: float
    sizes_left: float
    sizes_width: float
    labels_right: float
    matrix_left: float
    matrix_right: float
    bars_bottom: float
    upright: bool
    """Whether the numbers over bars are turned."""
    axis: BarAxis
    """Of the upper bars, upwards."""
    headings: tuple[tuple[float, float, str], ...]
    """Left end, height and words of what stands beside the bars."""
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class UpsetFrame:
    """What a room leaves for columns and rows, whichever they are."""

    found: Combinations
    labels: Mapping[str, str]
    style: Style
    room: Room
    names: Mapping[str, tuple[str, ...]]
    label_width: float
    sizes_width: float
    above: float
    """Over the highest bar, for its number, which may stand upright."""

    @classmethod
    def of(
        cls, found: Combinations, labels: Mapping[str, str], style: Style, room: Room
    ) -> UpsetFrame:
        """Return the frame of a room for some combinations; labels are wrapped to it."""
        wide = room.width - 2 * style.margin
        most = min(max(0.22 * wide, 0.8), 1.7)
        names, widest = wrapped_widths(labels, style.label_size, most, style.font)
        sizes = min(max(0.17 * wide, 0.72), 1.5)
        most_patients = max(one.patients.count for one in found.all)
        above = 0.08 + text_width(f"{most_patients:,}", style.caption_size, style.font)
        return cls(found, labels, style, room, names, widest, sizes, above)

    @property
    def least_bars(self) -> float:
        """How high the upper bars are at least: higher where the room is."""
        wanted = min(_PART_OF_HEIGHT * (self.room.height or 0.0), 0.6 * _BARS[1])
        return max(_BARS[0], wanted)

    @property
    def left(self) -> float:
        """Where the matrix begins at the latest."""
        return self.style.margin + self.sizes_width + self.label_width + 2 * _APART

    def most_columns(self, wanted: Sequence[Combination], most: int) -> int:
        """Return how many of the most frequent combinations have room."""
        without = len(self.found.without)
        apart = without + (_GAP if without else 0.0)
        space = self.room.width - self.style.margin - self.left
        number = min(most, floor(space / _PITCH[0] - apart + 1e-9))
        while number > 0 and self.room.height is not None:
            rows = {site for one in wanted[:number] for site in one.sites}
            if self.height(rows, self.least_bars) <= self.room.height + 1e-9:
                break
            number -= 1
        return max(number, 0)

    def row(self, key: str) -> float:
        """Return the height of the row of a site."""
        lines = len(self.names[key])
        return max(self.style.row, 0.06 + 0.85 * lines * line_height(self.style.label_size))

    def height(self, rows: Iterable[str], bars: float) -> float:
        """Return the height of a drawing of some rows under bars so high."""
        return bars + self.above + _APART + sum(map(self.row, rows)) + 0.04

    def size(self, columns: Sequence[Combination]) -> tuple[float, float]:
        """Return the least width and height that some columns need."""
        rows = {site for one in columns for site in one.sites}
        without = len(self.found.without)
        wide = self.left + (len(columns) + without + _GAP) * _PITCH[0] + self.style.margin
        return wide, self.height(rows, self.least_bars)

    def laid(self, columns: tuple[Combination, ...]) -> UpsetPage:
        """Return everything in its place, with as many rows as say something and fit."""
        room, style = self.room, self.style
        rows = self._rows(columns)
        names = [line for key in rows for line in self.names[key]]
        labels = 1.04 * max(text_width(line, style.label_size, style.font) for line in names)
        left = style.margin + self.sizes_width + labels + 2 * _APART
        apart = [one.state != "sites" for one in columns]
        number = len(columns) + (_GAP if any(apart) else 0.0)
        space = room.width - style.margin - left
        pitch = min(space / number, (_WIDER if room.fill else 1.0) * _PITCH[1])
        if room.fill:
            left += (space - pitch * number) / 2
        bars = self._bars(rows)
        first = self.above + bars + _APART
        ends = list(accumulate(map(self.row, rows), initial=first))
        counts = [f"{one.patients.count:,}" for one in columns]
        widest = max(1.05 * text_width(one, style.caption_size, style.font) for one in counts)
        labels_right = left - _APART
        sizes_left = labels_right - labels - _APART - self.sizes_width
        xs = [left + pitch * (at + 0.5 + _GAP * apart[at]) for at in range(len(columns))]
        return UpsetPage(
            columns=columns,
            rows=rows,
            names=self.names,
            xs=tuple(xs),
            ys={key: (ends[at] + ends[at + 1]) / 2 for at, key in enumerate(rows)},
            heights={key: self.row(key) for key in rows},
            pitch=pitch,
            sizes_left=sizes_left,
            sizes_width=self.sizes_width,
            labels_right=labels_right,
            matrix_left=left,
            matrix_right=left + pitch * number,
            bars_bottom=self.above + bars,
            upright=widest > 0.94 * pitch,
            axis=tight_axis(
                max(one.patients.percent for one in columns), bars, 4 if bars > 1 else 2
            ),
            headings=tuple(self._headings(left, first, sizes_left)),
            width=room.width if room.fill else left + pitch * number + style.margin,
            height=self.height(rows, bars),
        )

    def _bars(self, rows: Sequence[str]) -> float:
        if self.room.height is None:
            return _BARS[1]
        return min(_BARS[1], _BARS[1] + self.room.height - self.height(rows, _BARS[1]))

    def _rows(self, columns: Sequence[Combination]) -> tuple[str, ...]:
        """Return the sites of the columns, and those as frequent as a column, as they fit."""
        needed = {site for one in columns for site in one.sites}
        least = min(one.patients.count for one in columns)
        sizes = self.found.sizes
        more = [key for key, one in sizes.items() if key not in needed and one.count > least]
        for key in more:
            rows = {*needed, key}
            if self.room.height is None or self.height(rows, self.least_bars) <= self.room.height:
                needed = rows
        return tuple(key for key in sizes if key in needed)

    def _headings(
        self, left: float, first: float, sizes_left: float
    ) -> list[tuple[float, float, str]]:
        """Return what both groups of bars are of, in the corner between them."""
        style = self.style
        size, line = style.caption_size, line_height(style.caption_size)
        room = 0.95 * (left - 0.62 - sizes_left)
        over = wrap(
            f"Exactly these sites, %\u00a0of\u00a0{self.found.total:,}", size, room, style.font
        )
        side = wrap("All with the site", size, 0.95 * (left - 0.62 - sizes_left), style.font)
        below = [
            (sizes_left, first - _APART + 0.02 - (len(side) - at - 0.5) * line, text)
            for at, text in enumerate(side)
        ]
        above = [(sizes_left, (at + 0.5) * line, text) for at, text in enumerate(over)]
        if above and below and above[-1][1] > below[0][1] - line:
            return below  # there is no room for both; the axis has its unit
        return [*above, *below]
