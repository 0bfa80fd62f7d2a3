"""Where labels stand so that none covers another: beside a picture, or close to their points.

Plain geometry: every length is in one unit, whichever the caller uses (points, inches), and the
same input always gives the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Box", "Call", "Placed", "Point", "spread_along", "spread_around", "spread_beside"]

Point: TypeAlias = tuple[float, float]

_SIDES: Final = ("left", "right")
_DIRECTIONS: Final = 16
_STEPS: Final = 200


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
class Call:
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
    calls: Sequence[Call], left: float, right: float, low: float, high: float, gap: float = 0.0
) -> list[Placed]:
    """Return a place for each label in one of two columns beside a picture, in the order given.

    Labels stand in the order in which their leader lines do not cross, as near to the height of
    their anchors as the others let them. A label without a side of its own goes to the nearer one,
    or to the other where that is full.

    >>> placed = spread_beside([Call((1, 5), 4, 2), Call((9, 5), 4, 2)], 0, 10, 0, 20)
    >>> [(one.side, one.box.middle) for one in placed]
    [('left', (-2.0, 5.0)), ('right', (12.0, 5.0))]

    Parameters
    ----------
    calls
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
    sides = _share_out(calls, (left + right) / 2, high - low, gap)
    placed: dict[int, Placed] = {}
    for side, edge in zip(_SIDES, (left, right), strict=True):
        members = [index for index, chosen in enumerate(sides) if chosen == side]
        order = sorted(members, key=lambda index: (calls[index].anchor[1], index))
        for index, center in _column(calls, order, edge, low, high, gap):
            placed[index] = _placed(calls[index], side, edge, center)
    return [placed[index] for index in range(len(calls))]


def spread_around(
    anchors: Sequence[Point],
    sizes: Sequence[tuple[float, float]],
    frame: Box,
    *,
    obstacles: Iterable[Box] = (),
    gap: float = 0.0,
) -> list[Box]:
    """Return a box for each label close to its point, in the order given.

    Each takes the nearest free place around its point, those with most others close by first; none
    covers another or an obstacle, and none leaves the frame.

    >>> spread_around([(5, 5), (5, 5)], [(2, 1), (2, 1)], Box(0, 0, 10, 10))
    [Box(x=4.0, y=4.5, width=2, height=1), Box(x=6.0, y=4.5, width=2, height=1)]

    Raises
    ------
    ValueError
        There is no free place left for a label.
    """
    taken = list(obstacles)
    found: dict[int, Box] = {}
    for index in _crowded_first(anchors):
        places = _places_around(anchors[index], *sizes[index], frame)
        free = (
            box
            for box in places
            if frame.holds(box) and not any(box.overlaps(other, gap) for other in taken)
        )
        box = next(free, None)
        if box is None:
            raise ValueError(f"no room for label {index + 1} in the frame; make the frame larger")
        found[index] = box
        taken.append(box)
    return [found[index] for index in range(len(anchors))]


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


def _share_out(calls: Sequence[Call], middle: float, room: float, gap: float) -> list[str]:
    """Return the side of each label: the nearer one, those nearest the middle moved when full."""
    sides = [call.side or _SIDES[call.anchor[0] > middle] for call in calls]
    movable = sorted(
        (index for index, call in enumerate(calls) if call.side is None),
        key=lambda index: (abs(calls[index].anchor[0] - middle), index),
    )
    for index in movable:
        if _filled(calls, sides, sides[index], gap) > room:
            sides[index] = _SIDES[sides[index] == "left"]
    return sides


def _filled(calls: Sequence[Call], sides: Sequence[str], side: str, gap: float) -> float:
    heights = [call.height for call, chosen in zip(calls, sides, strict=True) if chosen == side]
    return sum(heights) + gap * max(len(heights) - 1, 0)


def _column(
    calls: Sequence[Call], order: list[int], edge: float, low: float, high: float, gap: float
) -> Iterator[tuple[int, float]]:
    """Yield each label of a column with its height, leader lines uncrossed.

    Swapping two labels whose straight leaders cross makes the leaders shorter in sum, so it ends;
    the limit is for ties.
    """
    for _ in range(len(order) ** 2 + 1):
        centers = spread_along(
            [calls[index].anchor[1] for index in order],
            [calls[index].height for index in order],
            low,
            high,
            gap,
        )
        leaders = [
            (calls[index].anchor, (edge, center))
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


def _placed(call: Call, side: str, edge: float, center: float) -> Placed:
    x = edge - call.width if side == "left" else edge
    box = Box(x, center - call.height / 2, call.width, call.height)
    return Placed(box, side, (call.anchor, (edge, center)))


def _crowded_first(anchors: Sequence[Point]) -> list[int]:
    """Return the indices of points, those with the nearest neighbors first."""

    def nearness(index: int) -> float:
        x, y = anchors[index]
        return sum(1 / (1e-6 + hypot(x - a, y - b)) for a, b in anchors)

    return sorted(range(len(anchors)), key=lambda index: (-round(nearness(index), 6), index))


def _places_around(anchor: Point, width: float, height: float, frame: Box) -> Iterator[Box]:
    """Yield the boxes around a point, from the one on it outwards, beside it before above it."""
    x, y = anchor
    yield Box(x - width / 2, y - height / 2, width, height)
    reach = hypot(frame.width, frame.height)
    for step in range(1, _STEPS + 1):
        grown = 1 + (step - 1) * reach / _STEPS / max(height, 1e-9) / 2
        for turn in range(_DIRECTIONS):
            angle = 2 * pi * turn / _DIRECTIONS
            dx, dy = width * grown * round(cos(angle), 12), height * grown * round(sin(angle), 12)
            yield Box(x + dx - width / 2, y + dy - height / 2, width, height)
