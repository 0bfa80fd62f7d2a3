"""Where the sites of a progression stand on the ring, and where each step leaves and arrives.

Each site is an arc of the ring, long enough for the heads of all steps that come in and the shafts
of all that go out, side by side: so no head covers another. Apart from the plot because that says
what is shown, and this where it goes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from metastasis.pictures._progression.steps import START
from metastasis.pictures._sheet.labels import Unplaced, spread_beside
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap
from metastasis.pictures._signs.arrow import arrow_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis.pictures._progression.steps import Step, Steps
    from metastasis.pictures._sheet.labels import Placed, Point
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.style import Style

__all__ = ["ARC", "Arc", "StepPath", "StepRing", "lay_out_ring", "step_width"]

ARC: Final = 0.11
"""Thickness of an arc in inches."""
_BETWEEN: Final = 0.12
"""Inches of the ring from one arc to the next, at least."""
_LEAST_ARC: Final = 0.18
_SLACK: Final = 1.14
"""Ports are so much wider than heads: these come nearer to each other within the ring."""
_SHAFT: Final = 0.03
"""Between two shafts."""
_LEADER: Final = 0.26
"""Inches from the ring to the labels."""
_RADII: Final = (0.62, 1.15, 1.75, 3.6)
"""Of the ring in inches: at least, from which on labels keep numbers, on a screen, at most."""
_LINES: Final = 2
"""Next sites that are written beside a site, where there is room."""
_NAMES: Final = (0.7, 1.5)
"""Width of the labels, at least and at most, without numbers."""
_WIDTHS: Final = (0.9, 7.0)
"""Of steps of 0 and of 100 percent, in points."""
_REACH: Final = 0.03
"""From the ring to where steps begin and end."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A site, or the primary, on the ring: angles in radians, clockwise from the right."""

    key: str
    start: float
    end: float
    names: tuple[str, ...]
    """The lines of its label."""
    lines: tuple[str, ...]
    """Its most frequent next sites."""
    label: Placed

    @property
    def middle(self) -> float:
        """The angle of its middle."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class StepPath:
    """A step, and the four points of its curve."""

    step: Step
    curve: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class StepRing:
    """A progression as laid out, in inches from the top left of the drawing."""

    arcs: tuple[Arc, ...]
    """Clockwise from the top, the primary first."""
    paths: tuple[StepPath, ...]
    """The least frequent first."""
    center: Point
    radius: float
    """To the inner edge of the arcs."""
    has_numbers: bool
    width: float
    height: float


def step_width(percent: float) -> float:
    """Return how wide a step is drawn, in points.

    >>> step_width(0), round(step_width(50), 2)
    (0.9, 3.95)
    """
    return _WIDTHS[0] + (_WIDTHS[1] - _WIDTHS[0]) * percent / 100


def lay_out_ring(
    steps: Steps, labels: Mapping[str, str], style: Style, room: Room
) -> StepRing | tuple[float, float]:
    """Return the ring, or the width and height that would be needed where there is no room.

    The numbers beside sites fall away before that, and the least frequent steps.
    """
    order = _order(steps)
    needed = _length(order, steps.steps) / (2 * pi)
    last: StepRing | tuple[float, float] = (0.0, 0.0)
    for lines in range(_LINES, -1, -1):
        blocks = _blocks(steps, order, labels, style, room, lines)
        last = _ring(steps, order, blocks, style, room, needed)
        enough = min(needed, _RADII[1]) - 1e-9
        if isinstance(last, StepRing) and (last.radius >= enough or not lines):
            return last
    return last


def _order(steps: Steps) -> list[str]:
    """Return the primary, then sites by the share of first steps to them, then of all steps."""
    first: dict[str, float] = defaultdict(float)
    later: dict[str, float] = defaultdict(float)
    for step in steps.steps:
        (first if step.origin == START else later)[step.target] += step.percent
    sites = sorted(steps.sites, key=lambda key: (-first[key], -later[key], key))
    starts = any(step.origin == START for step in steps.steps)
    return [START, *sites] if starts else sites


# Labels


@dataclass(frozen=True, slots=True)
class _LabelBlock:
    names: tuple[str, ...]
    lines: tuple[str, ...]
    width: float
    height: float


def _blocks(
    steps: Steps,
    order: Sequence[str],
    labels: Mapping[str, str],
    style: Style,
    room: Room,
    lines: int,
) -> dict[str, _LabelBlock]:
    most = _NAMES[1] if lines else min(max(0.17 * room.width, _NAMES[0]), _NAMES[1])
    blocks = {}
    for key in order:
        names = wrap(labels[key], style.label_size, most, style.font, bold=True)
        next_ones = _next_lines(steps, key, labels, lines)
        wide = [text_width(one, style.label_size, style.font, bold=True) for one in names]
        wide += [text_width(one, style.caption_size, style.font) for one in next_ones]
        high = len(names) * 0.9 * line_height(style.label_size)
        high += len(next_ones) * line_height(style.caption_size)
        blocks[key] = _LabelBlock(tuple(names), next_ones, 1.04 * max(wide) + 0.05, high + 0.07)
    return blocks


def _next_lines(steps: Steps, key: str, labels: Mapping[str, str], number: int) -> tuple[str, ...]:
    """Return the most frequent next sites of a site with their shares, and k/n where known."""
    if not number:
        return ()
    found = sorted(
        (step for step in steps.steps if step.origin == key),
        key=lambda one: (-one.percent, one.target),
    )
    lines = [f"→ {labels[one.target].lower()} {_share(one)}" for one in found[:number]]
    return tuple(lines) if lines else ("no next site seen",)


def _share(step: Step) -> str:
    places = 0 if step.percent >= 10 else 1
    counted = f"  {step.counts}" if step.counts else ""
    return f"{step.percent:.{places}f} %{counted}"


# The ring


def _ring(
    steps: Steps,
    order: Sequence[str],
    blocks: Mapping[str, _LabelBlock],
    style: Style,
    room: Room,
    needed: float,
) -> StepRing | tuple[float, float]:
    widest = max(one.width for one in blocks.values())
    around = ARC + _REACH + _LEADER
    by_width = (room.width - 2 * style.margin - 2 * widest) / 2 - around
    radius = min(by_width, _RADII[3], max(needed, _RADII[2]))
    if room.height is not None:
        radius = min(radius, room.height / 2 - ARC - _REACH - 0.05)
    if radius < _RADII[0]:
        least = 2 * (_RADII[0] + around + widest + style.margin)
        return least, max(2 * (_RADII[0] + ARC + _REACH) + 0.1, _tallest(order, blocks))
    kept = _fitting(order, steps.steps, 2 * pi * radius)
    spans = _spans(order, kept, radius)
    sides = {key: "left" if cos(sum(span) / 2) < -1e-9 else "right" for key, span in spans.items()}
    tallest = max(
        sum(blocks[key].height for key in order if sides[key] == side) for side in ("left", "right")
    )
    height = max(2 * (radius + ARC + _REACH) + 0.1, tallest + 0.05)
    if room.height is not None and height > room.height + 1e-9:
        return room.width, height
    wide = {
        side: max([blocks[key].width for key in order if sides[key] == side] or [0.3])
        for side in ("left", "right")
    }
    used = 2 * style.margin + wide["left"] + wide["right"] + 2 * (radius + around)
    extra = (room.width - used) / 2 if room.fill else 0.0
    center = (extra + style.margin + wide["left"] + around + radius, height / 2)
    outer = radius + ARC + 0.02
    calls = [
        Unplaced(
            _on(center, outer, sum(spans[key]) / 2),
            blocks[key].width,
            blocks[key].height,
            sides[key],
        )
        for key in order
    ]
    edge = radius + around
    placed = spread_beside(calls, center[0] - edge, center[0] + edge, 0.0, height)
    return StepRing(
        arcs=tuple(
            Arc(key, *spans[key], blocks[key].names, blocks[key].lines, place)
            for key, place in zip(order, placed, strict=True)
        ),
        paths=tuple(_paths(order, kept, spans, center, radius)),
        center=center,
        radius=radius,
        has_numbers=any(one.lines for one in blocks.values()),
        width=room.width if room.fill else used,
        height=height,
    )


def _tallest(order: Sequence[str], blocks: Mapping[str, _LabelBlock]) -> float:
    return sum(blocks[key].height for key in order) / 2 + 0.4


def _on(center: Point, radius: float, angle: float) -> Point:
    return center[0] + radius * cos(angle), center[1] + radius * sin(angle)


def _port(step: Step, *, is_out: bool) -> float:
    """Return how much of an arc a step takes: for its shaft, or for its head."""
    width = step_width(step.percent)
    if is_out:
        return width / 72 + _SHAFT
    _, head = arrow_shape([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)], width, 0.0)
    return _SLACK * (abs(head[1][1] - head[2][1]) + 0.02)


def _arc_lengths(order: Sequence[str], steps: Iterable[Step]) -> dict[str, float]:
    lengths = dict.fromkeys(order, 0.0)
    for step in steps:
        lengths[step.origin] += _port(step, is_out=True)
        lengths[step.target] += _port(step, is_out=False)
    return {key: max(length, _LEAST_ARC) for key, length in lengths.items()}


def _length(order: Sequence[str], steps: Iterable[Step]) -> float:
    """Return how long the ring must be for some steps."""
    return sum(_arc_lengths(order, steps).values()) + len(order) * _BETWEEN


def _fitting(order: Sequence[str], steps: Sequence[Step], length: float) -> list[Step]:
    """Return the most frequent steps for which the ring is long enough."""
    ranked = sorted(steps, key=lambda one: (-one.percent, one.origin, one.target))
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high + 1) // 2
        if _length(order, ranked[:middle]) <= length:
            low = middle
        else:
            high = middle - 1
    return ranked[:low]


def _spans(
    order: Sequence[str], steps: Sequence[Step], radius: float
) -> dict[str, tuple[float, float]]:
    """Return where the arc of each site starts and ends; the first has its middle at the top."""
    lengths = _arc_lengths(order, steps)
    free = 2 * pi * radius - sum(lengths.values())
    gap = free / len(order)
    # What is left lengthens the arcs as well, so that few sites are no specks on a large ring.
    longer = {key: length + 0.35 * max(gap - _BETWEEN, 0.0) for key, length in lengths.items()}
    gap = (2 * pi * radius - sum(longer.values())) / len(order)
    at = -pi / 2 - longer[order[0]] / 2 / radius
    spans = {}
    for key in order:
        spans[key] = at, at + longer[key] / radius
        at += (longer[key] + gap) / radius
    return spans


def _paths(
    order: Sequence[str],
    steps: Sequence[Step],
    spans: Mapping[str, tuple[float, float]],
    center: Point,
    radius: float,
) -> list[StepPath]:
    """Return the curve of each step, between ports in an order in which few curves cross."""
    middles = {key: sum(span) / 2 for key, span in spans.items()}
    ports: dict[tuple[str, str, bool], float] = {}
    for key in order:
        own = [
            *(
                ((-_ahead(middles, key, one.target), 0), one, True)
                for one in steps
                if one.origin == key
            ),
            *(
                ((-_ahead(middles, key, one.origin), 1), one, False)
                for one in steps
                if one.target == key
            ),
        ]
        own.sort(key=lambda item: (item[0], item[1].origin, item[1].target))
        widths = [_port(step, is_out=is_out) for _, step, is_out in own]
        start, end = spans[key]
        stretch = (end - start) * radius / (sum(widths) or 1.0)
        at = start
        for (_, step, is_out), width in zip(own, widths, strict=True):
            wide = width * stretch / radius
            ports[step.origin, step.target, is_out] = at + wide / 2
            at += wide
    ranked = sorted(steps, key=lambda one: (one.percent, one.origin, one.target))
    return [
        StepPath(
            step,
            _curve(
                ports[step.origin, step.target, True],
                ports[step.origin, step.target, False],
                center,
                radius - _REACH,
            ),
        )
        for step in ranked
    ]


def _ahead(middles: Mapping[str, float], key: str, other: str) -> float:
    """Return how far ahead of a site another is, clockwise; itself is nearest."""
    return (middles[other] - middles[key]) % (2 * pi)


def _curve(
    start: float, end: float, center: Point, radius: float
) -> tuple[Point, Point, Point, Point]:
    """Return a Bézier curve that leaves and reaches the ring at right angles.

    The nearer both ends are on the ring, the flatter it is, so that it does not run by the center.
    """
    apart = abs((end - start + pi) % (2 * pi) - pi) / pi
    inner = radius * (0.72 - 0.62 * apart)
    return (
        _on(center, radius, start),
        _on(center, inner, start),
        _on(center, inner, end),
        _on(center, radius, end),
    )
