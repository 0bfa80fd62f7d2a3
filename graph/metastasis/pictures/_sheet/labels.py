"""Where labels go so that none covers another: along a line, or in columns beside a drawing.

Plain geometry: every length is in one unit, whichever the caller uses (points, inches), and the
same input always gives the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Box", "Placed", "Point", "Unplaced", "spread_along", "spread_beside"]

Point: TypeAlias = tuple[float, float]

_SIDES: Final = ("left", "right")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its sides along the axes.

    >>> Box(0, 0, 2, 1).overlaps(Box(1, 0, 2, 1)), Box(0, 0, 2, 1).overlaps(Box(2, 0, 2, 1))
    (True, False)
    """

    x: float
    """The lower end on the first axis."""
    y: float
    """The lower end on the second axis."""
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """The center."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Return whether two boxes share an area, or come nearer than the gap."""
        slack = 1e-9 - gap
        return (
            min(self.x + self.width, other.x + other.width) - max(self.x, other.x) > slack
            and min(self.y + self.height, other.y + other.height) - max(self.y, other.y) > slack
        )

    def holds(self, other: Box) -> bool:
        """Return whether another box lies within this one."""
        slack = 1e-9
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.x + other.width <= self.x + self.width + slack
            and other.y + other.height <= self.y + self.height + slack
        )


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A label that asks for a place: what it points at, and how large it is."""

    anchor: Point
    width: float
    height: float
    side: str | None = None
    """``left`` or ``right``; None is the nearer side, unless it is full."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a label stands, on which side, and the line that leads to it from its anchor."""

    box: Box
    side: str
    leader: tuple[Point, ...]


def spread_along(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float = 0.0
) -> list[float]:
    """Return the centers of labels on a line, in the order given, apart and within its ends.

    The sum of the squared distances from where they want to be is as small as it can be: isotonic
    regression by pooling adjacent violators (Ayer et al. 1955, doi:10.1214/aoms/1177728423), of
    the wanted places less the room that the labels before take.

    >>> spread_along([5, 5, 9], [2, 2, 2], 0, 20)
    [4.0, 6.0, 9.0]
    >>> spread_along([5, 5], [4, 4], 0, 6)
    Traceback (most recent call last):
    ...
    ValueError: labels of 8 do not fit between 0 and 6; leave more room

    Parameters
    ----------
    wanted
        Where each center would be if it were alone.
    sizes
        How long each label is on the line.
    low, high
        The ends of the line.
    gap
        Between one label and the next.

    Raises
    ------
    ValueError
        The labels do not fit.
    """
    room = sum(sizes) + gap * max(len(sizes) - 1, 0)
    if room > high - low + 1e-9:
        raise ValueError(
            f"labels of {room:g} do not fit between {low:g} and {high:g}; leave more room"
        )
    ends = list(accumulate((size + gap for size in sizes), initial=0.0))
    offsets = [end + size / 2 for end, size in zip(ends, sizes, strict=False)]
    starts = _isotonic([place - offset for place, offset in zip(wanted, offsets, strict=True)])
    highest = max(low, high - room)
    return [
        min(max(start, low), highest) + offset
        for start, offset in zip(starts, offsets, strict=True)
    ]


def spread_beside(
    labels: Sequence[Unplaced], left: float, right: float, low: float, high: float, gap: float = 0.0
) -> list[Placed]:
    """Return a place for each label in one of two columns beside a picture, in the order given.

    Labels stand in the order in which their leader lines do not cross, as near to the height of
    their anchors as the others let them. A label without a side of its own goes to the nearer one,
    or to the other where that is full.

    >>> placed = spread_beside([Unplaced((1, 5), 4, 2), Unplaced((9, 5), 4, 2)], 0, 10, 0, 20)
    >>> [(one.side, one.box.middle) for one in placed]
    [('left', (-2.0, 5.0)), ('right', (12.0, 5.0))]

    Parameters
    ----------
    labels
        The labels.
    left, right
        Where the columns face the picture: labels of the left one end there, the others begin.
    low, high
        The ends of both columns.
    gap
        Between one label and the next.

    Raises
    ------
    ValueError
        The labels do not fit into the columns.
    """
    sides = _share_out(labels, (left + right) / 2, high - low, gap)
    placed: dict[int, Placed] = {}
    for side, edge in zip(_SIDES, (left, right), strict=True):
        members = [index for index, chosen in enumerate(sides) if chosen == side]
        order = sorted(members, key=lambda index: (labels[index].anchor[1], index))
        for index, center in _column(labels, order, edge, low, high, gap):
            placed[index] = _placed(labels[index], side, edge, center)
    return [placed[index] for index in range(len(labels))]


def _isotonic(values: Sequence[float]) -> list[float]:
    """Return the nearest values that never fall, by pooling adjacent violators."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, count = float(value), 1
        while blocks and blocks[-1][0] > mean:
            before, more = blocks.pop()
            mean, count = (before * more + mean * count) / (more + count), more + count
        blocks.append((mean, count))
    return [mean for mean, count in blocks for _ in range(count)]


def _share_out(labels: Sequence[Unplaced], middle: float, room: float, gap: float) -> list[str]:
    """Return the side of each label: the nearer one, those nearest the middle moved when full."""
    sides = [label.side or _SIDES[label.anchor[0] > middle] for label in labels]
    movable = sorted(
        (index for index, label in enumerate(labels) if label.side is None),
        key=lambda index: (abs(labels[index].anchor[0] - middle), index),
    )
    for index in movable:
        if _filled(labels, sides, sides[index], gap) > room:
            sides[index] = _SIDES[sides[index] == "left"]
    return sides


def _filled(labels: Sequence[Unplaced], sides: Sequence[str], side: str, gap: float) -> float:
    heights = [label.height for label, chosen in zip(labels, sides, strict=True) if chosen == side]
    return sum(heights) + gap * max(len(heights) - 1, 0)


def _column(
    labels: Sequence[Unplaced], order: list[int], edge: float, low: float, high: float, gap: float
) -> Iterator[tuple[int, float]]:
    """Yield each label of a column with its height, leader lines uncrossed.

    Swapping two labels whose straight leaders cross makes the leaders shorter in sum, so it ends;
    the limit is for ties.
    """
    for _ in range(len(order) ** 2 + 1):
        centers = spread_along(
            [labels[index].anchor[1] for index in order],
            [labels[index].height for index in order],
            low,
            high,
            gap,
        )
        leaders = [
            (labels[index].anchor, (edge, center))
            for index, center in zip(order, centers, strict=True)
        ]
        crossed = next((at for at, two in enumerate(pairwise(leaders)) if _cross(*two)), None)
        if crossed is None:
            break
        order[crossed : crossed + 2] = order[crossed : crossed + 2][::-1]
    yield from zip(order, centers, strict=True)


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Return whether two segments cross, beyond touching."""
    (a, b), (c, d) = one, other
    return _turn(a, b, c) * _turn(a, b, d) < -1e-12 and _turn(c, d, a) * _turn(c, d, b) < -1e-12


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _placed(label: Unplaced, side: str, edge: float, center: float) -> Placed:
    x = edge - label.width if side == "left" else edge
    box = Box(x, center - label.height / 2, label.width, label.height)
    return Placed(box, side, (label.anchor, (edge, center)))
