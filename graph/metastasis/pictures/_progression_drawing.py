"""Where sites stand on the ring of a progression, and how steps are drawn between them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._arrow import arrow_width, draw_shaft, faded, interval_step
from metastasis.pictures._progression_record import START
from metastasis.pictures._sheet import text_width
from metastasis.pictures._labels import Unplaced, spread_beside
from metastasis.pictures._style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._progression_record import Step, Steps
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._labels import Placed, Point
    from metastasis.pictures._style import Style

__all__ = ["Progression", "draw_steps", "is_return", "lay_out_progression", "step_look"]

_NODE = 0.1
_LEAST_RADIUS = 1.75
_PITCH = 0.5
"""Inches of the ring to a site at least."""
_LEADER = 0.3
_LINES: Final = 2
"""Next sites that are written beside a site."""
_PULL = 0.45
"""How far the middle of a step is drawn towards the center of the ring."""
_APART = 0.13
"""How far a step bends to its right, as a share of its length: so it keeps off its return."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site, or the primary, on the ring."""

    key: str
    label: str
    point: Point
    lines: tuple[str, ...]
    label_place: Placed


@dataclass(frozen=True, slots=True)
class Progression:
    """A progression as laid out, in inches from the top left of the body."""

    places: tuple[Place, ...]
    """Clockwise from the top, the primary first."""
    steps: tuple[Step, ...]
    ranks: Mapping[str, int]
    center: Point
    radius: float
    width: float
    height: float


def lay_out_progression(steps: Steps, labels: Mapping[str, str], style: Style) -> Progression:
    """Put the primary on top of a ring, and sites clockwise: those it goes to first come first."""
    order = _order(steps)
    lines = {key: _next_lines(steps, key, labels) for key in order}
    heights = {key: _label_height(len(lines[key]), style) for key in order}
    angles = {key: -pi / 2 + 2 * pi * at / len(order) for at, key in enumerate(order)}
    sides = {key: "left" if cos(angle) < -1e-9 else "right" for key, angle in angles.items()}
    tallest = max(
        sum(heights[key] for key in order if sides[key] == side) for side in ("left", "right")
    )
    radius = max(_LEAST_RADIUS, _PITCH * len(order) / 2 / pi, 0.46 * tallest)
    height = max(2 * radius + 0.5, tallest + 0.1)
    wide = {
        side: max(
            (_width(labels[key], lines[key], style) for key in order if sides[key] == side),
            default=0.3,
        )
        for side in ("left", "right")
    }
    center = (style.margin + wide["left"] + _LEADER + radius, height / 2)
    points = {
        key: (center[0] + radius * cos(angle), center[1] + radius * sin(angle))
        for key, angle in angles.items()
    }
    calls = [
        Unplaced(_outside(center, points[key]), wide[sides[key]], heights[key], sides[key])
        for key in order
    ]
    edge = radius + _LEADER
    placed = spread_beside(calls, center[0] - edge, center[0] + edge, 0.0, height)
    return Progression(
        places=tuple(
            Place(key, labels[key], points[key], lines[key], place)
            for key, place in zip(order, placed, strict=True)
        ),
        steps=tuple(sorted(steps.steps, key=lambda one: (one.percent, one.origin, one.target))),
        ranks={key: at for at, key in enumerate(order)},
        center=center,
        radius=radius,
        width=max(center[0] + edge + wide["right"] + style.margin, 6.0),
        height=height,
    )


def _order(steps: Steps) -> list[str]:
    """Return the primary, then sites by the share of first steps to them, then of all steps."""
    first: dict[str, float] = defaultdict(float)
    later: dict[str, float] = defaultdict(float)
    for step in steps.steps:
        (first if step.origin == START else later)[step.target] += step.percent
    sites = sorted(steps.sites, key=lambda key: (-first[key], -later[key], key))
    starts = any(step.origin == START for step in steps.steps)
    return [START, *sites] if starts else sites


def _next_lines(steps: Steps, key: str, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Return the most frequent next sites of a site with their shares, and k/n where known."""
    found = sorted(
        (step for step in steps.steps if step.origin == key),
        key=lambda one: (-one.percent, one.target),
    )
    lines = [f"→ {labels[one.target].lower()} {_share(one)}" for one in found[:_LINES]]
    return tuple(lines) if lines else ("no next site seen",)


def _share(step: Step) -> str:
    places = 0 if step.percent >= 10 else 1
    counted = f"  {step.counts}" if step.counts else ""
    return f"{step.percent:.{places}f} %{counted}"


def _label_height(lines: int, style: Style) -> float:
    return style.row * (1 + 0.75 * lines) + 0.06


def _width(label: str, lines: Sequence[str], style: Style) -> float:
    wide = [text_width(label, style.label_size, style.font, bold=True)]
    wide += [text_width(line, style.caption_size, style.font) for line in lines]
    return 1.04 * max(wide) + 0.05


def _outside(center: Point, point: Point) -> Point:
    """Return the point of the ring's outer side beside a site."""
    far = hypot(point[0] - center[0], point[1] - center[1])
    share = (far + _NODE + 0.02) / far
    return (
        center[0] + share * (point[0] - center[0]),
        center[1] + share * (point[1] - center[1]),
    )


# Drawing


def is_return(step: Step, ranks: Mapping[str, int]) -> bool:
    """Return whether a step leads back: to a site that commonly comes before the one it leaves."""
    return ranks[step.target] <= ranks[step.origin]


def step_look(step: Step, style: Style, *, back: bool) -> tuple[LineStyle, str]:
    """Return the line of a step and its color: paler the wider its interval."""
    color = style.primaries[0] if back else style.arrow
    pale = interval_step(step.interval, style) if step.interval else 0
    return LineStyle(arrow_width(step.percent, style)), faded(color, pale, style)


def draw_steps(sheet: Sheet, laid: Progression, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw steps, small ones first, then sites and labels; return the artists by role."""
    points = {one.key: (one.point[0], one.point[1] + top) for one in laid.places}
    center = (laid.center[0], laid.center[1] + top)
    arrows = []
    for step in laid.steps:
        curve = step_curve(points[step.origin], points[step.target], center)
        how, color = step_look(step, sheet.style, back=is_return(step, laid.ranks))
        gid = f"network-step-{step.origin}--{step.target}"
        arrows.append(draw_shaft(sheet, curve, how, color, _NODE + 0.01, gid))
    return {
        "steps": tuple(shaft for shaft, _ in arrows),
        "step heads": tuple(head for _, head in arrows),
        "site dots": tuple(_draw_dot(sheet, one.key, points[one.key]) for one in laid.places),
        "leaders": (_draw_leaders(sheet, laid, top),),
        **_draw_labels(sheet, laid, top),
    }


def step_curve(start: Point, end: Point, center: Point) -> list[Point]:
    """Return the Bézier curve of a step: through the ring, bent to its right; or a loop outside.

    >>> there, back = step_curve((0, 0), (2, 0), (1, 1)), step_curve((2, 0), (0, 0), (1, 1))
    >>> there[1] == back[2]
    False
    """
    if start == end:
        return _loop(start, center)
    dx, dy = end[0] - start[0], end[1] - start[1]
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    pulled = [one + _PULL * (other - one) for one, other in zip(middle, center, strict=True)]
    bend = (pulled[0] - 2 * _APART * dy, pulled[1] + 2 * _APART * dx)
    return [
        start,
        (start[0] + 2 / 3 * (bend[0] - start[0]), start[1] + 2 / 3 * (bend[1] - start[1])),
        (end[0] + 2 / 3 * (bend[0] - end[0]), end[1] + 2 / 3 * (bend[1] - end[1])),
        end,
    ]


def _loop(point: Point, center: Point) -> list[Point]:
    """Return a loop from a site to itself, inside the ring."""
    dx, dy = center[0] - point[0], center[1] - point[1]
    far = hypot(dx, dy)
    dx, dy = 0.55 * dx / far, 0.55 * dy / far
    return [
        point,
        (point[0] + dx - 0.7 * dy, point[1] + dy + 0.7 * dx),
        (point[0] + dx + 0.7 * dy, point[1] + dy - 0.7 * dx),
        point,
    ]


def _draw_dot(sheet: Sheet, key: str, point: Point) -> Artist:
    style = sheet.style
    color = style.origin_fill if key == START else style.ink
    gid = f"network-dot-{'primary' if key == START else f'site-{key}'}"
    return sheet.fill(
        Path.circle(point, _NODE), color, gid, edgecolor=style.paper, linewidth=1.0, zorder=4
    )


def _draw_leaders(sheet: Sheet, laid: Progression, top: float) -> Artist:
    paths = []
    for one in laid.places:
        (x, y), (far, level) = one.label_place.leader
        inwards = far + (0.1 if one.label_place.side == "left" else -0.1)
        paths.append(Path([(x, y + top), (inwards, level + top), (far, level + top)]))
    path = Path.make_compound_path(*paths)
    color = sheet.style.faint_ink
    return sheet.fill(path, "none", "network-leaders", edgecolor=color, linewidth=0.6, zorder=1.5)


def _draw_labels(sheet: Sheet, laid: Progression, top: float) -> dict[str, tuple[Artist, ...]]:
    style = sheet.style
    names: dict[str, list[Artist]] = {"primary labels": [], "site labels": []}
    numbers: list[Artist] = []
    for one in laid.places:
        left = one.label_place.side == "left"
        x = one.label_place.leader[1][0] + (-0.05 if left else 0.05)
        align = "right" if left else "left"
        pitch = 0.75 * style.row
        y = top + one.label_place.leader[1][1] - pitch * len(one.lines) / 2
        role = "primary labels" if one.key == START else "site labels"
        gid = f"network-label-{'primary' if one.key == START else f'site-{one.key}'}"
        names[role].append(
            sheet.write(x, y, one.label, size=style.label_size, align=align, bold=True, gid=gid)
        )
        for number, line in enumerate(one.lines, 1):
            below = y + number * pitch
            size, color = style.caption_size, style.faint_ink
            name = f"{gid}-next-{number}"
            numbers.append(
                sheet.write(x, below, line, size=size, align=align, color=color, gid=name)
            )
    return {role: tuple(found) for role, found in names.items()} | {"numbers": tuple(numbers)}
