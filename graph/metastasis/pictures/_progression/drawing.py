"""A progression is drawn: steps, small ones first, then the arcs of sites and their labels.

Apart from the plot because that says what is shown, and this how it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._progression.layout import ARC, step_width
from metastasis.pictures._progression.steps import START
from metastasis.pictures._sheet.sheet import line_height
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._sheet.surround import SAMPLE
from metastasis.pictures._signs.arrow import draw_shaft

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._progression.layout import Arc, StepRing
    from metastasis.pictures._progression.steps import Step
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["Looks", "arc_sample", "draw_ring_of_steps", "role_color", "step_sample"]

_WIDE: Final = (2.2, 0.9)
"""Dashes of a step whose interval is wide, in line widths."""
_SLICES: Final = 80
"""Corners along an arc, a half circle."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What decides how arcs and steps look."""

    roles: Mapping[str, str]
    """``spreader``, ``sponge`` or else, by site; the primary is ``primary``."""
    lit: Callable[[str, str], bool]
    """Whether a step from one site to another is brought out."""
    is_wide: Callable[[Step], bool]
    """Whether its interval is wide."""
    name: str
    """The beginning of the id of every artist."""


def role_color(role: str, style: Style) -> str:
    """Return the color of a role."""
    colors = {
        "primary": style.ink,
        "spreader": style.arrow,
        "sponge": style.primaries[0],
    }
    return colors.get(role, style.outline)


def step_sample(
    width: float, color: Callable[[Style], str], dashes: tuple[float, ...] = ()
) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of a step."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        how = LineStyle(width, dashes)
        return sheet.line([(x, y), (x + SAMPLE, y)], how, color(sheet.style), gid)

    return draw


def dashes_of(*, is_wide: bool) -> tuple[float, ...]:
    """Return the dashes of a step."""
    return _WIDE if is_wide else ()


def arc_sample(role: str) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of an arc."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = role_color(role, sheet.style)
        fill = sheet.style.paper if role == "sponge" else color
        return sheet.box(x, y - 0.05, 0.24, 0.1, fill, gid, edgecolor=color, linewidth=1.4)

    return draw


def draw_ring_of_steps(
    sheet: Sheet, laid: StepRing, looks: Looks, top: float
) -> dict[str, tuple[Artist, ...]]:
    """Draw the whole ring from a height on; return the artists by role."""
    style = sheet.style
    shafts, heads = [], []
    for path in laid.paths:
        step = path.step
        curve = [(x, y + top) for x, y in path.curve]
        is_lit = looks.lit(step.origin, step.target)
        color = role_color(looks.roles.get(step.origin, ""), style) if is_lit else style.grid
        how = LineStyle(step_width(step.percent), dashes_of(is_wide=looks.is_wide(step)))
        faded = "" if is_lit else "-faded"
        gid = f"{looks.name}-step-{step.origin}--{step.target}{faded}"
        shaft, head = draw_shaft(sheet, curve, how, color, 0.0, gid)
        shafts.append(shaft)
        heads.append(head)
    center = laid.center[0], laid.center[1] + top
    return {
        "steps": tuple(shafts),
        "step heads": tuple(heads),
        "arcs": tuple(_draw_arc(sheet, laid, one, looks, center) for one in laid.arcs),
        "leaders": (_draw_leaders(sheet, laid, looks, top),),
        **_draw_labels(sheet, laid, looks, top),
    }


def _draw_arc(sheet: Sheet, laid: StepRing, arc: Arc, looks: Looks, center: Point) -> Artist:
    """Draw the arc of a site: full, or hollow where it takes more than it gives."""
    style = sheet.style
    role = "primary" if arc.key == START else looks.roles.get(arc.key, "")
    color = role_color(role, style)
    fill = style.paper if role == "sponge" else color
    number = max(int(_SLICES * (arc.end - arc.start) / pi), 2)
    angles = [arc.start + (arc.end - arc.start) * at / number for at in range(number + 1)]
    inner, outer = laid.radius, laid.radius + ARC
    if role == "sponge":  # the line of its edge stands within
        inner, outer = inner + 0.012, outer - 0.012
    corners = [(center[0] + outer * cos(one), center[1] + outer * sin(one)) for one in angles]
    corners += [
        (center[0] + inner * cos(one), center[1] + inner * sin(one)) for one in reversed(angles)
    ]
    who = "primary" if arc.key == START else f"site-{arc.key}"
    return sheet.shape(
        corners, fill, f"{looks.name}-arc-{who}", edgecolor=color, linewidth=1.6, zorder=4
    )


def _draw_leaders(sheet: Sheet, laid: StepRing, looks: Looks, top: float) -> Artist:
    paths = []
    for one in laid.arcs:
        (x, y), (far, level) = one.label.leader
        inwards = far + (0.08 if one.label.side == "left" else -0.08)
        paths.append(Path([(x, y + top), (inwards, level + top), (far, level + top)]))
    path = Path.make_compound_path(*paths)
    color = sheet.style.faint_ink
    return sheet.fill(
        path, "none", f"{looks.name}-leaders", edgecolor=color, linewidth=0.6, zorder=1.5
    )


def _draw_labels(
    sheet: Sheet, laid: StepRing, looks: Looks, top: float
) -> dict[str, tuple[Artist, ...]]:
    style = sheet.style
    names: dict[str, list[Artist]] = {"primary labels": [], "site labels": []}
    numbers: list[Artist] = []
    pitch, small = 0.9 * line_height(style.label_size), line_height(style.caption_size)
    for one in laid.arcs:
        left = one.label.side == "left"
        x = one.label.leader[1][0] + (-0.05 if left else 0.05)
        align = "right" if left else "left"
        high = pitch * len(one.names) + small * len(one.lines)
        y = top + one.label.leader[1][1] - high / 2
        role = "primary labels" if one.key == START else "site labels"
        gid = f"{looks.name}-label-{'primary' if one.key == START else f'site-{one.key}'}"
        for number, text in enumerate(one.names, 1):
            names[role].append(
                sheet.write(
                    x,
                    y + pitch / 2,
                    text,
                    size=style.label_size,
                    align=align,
                    bold=True,
                    gid=gid if number == 1 else f"{gid}-{number}",
                )
            )
            y += pitch
        for number, text in enumerate(one.lines, 1):
            numbers.append(
                sheet.write(
                    x,
                    y + small / 2,
                    text,
                    size=style.caption_size,
                    align=align,
                    color=style.faint_ink,
                    gid=f"{gid}-next-{number}",
                )
            )
            y += small
    return {role: tuple(found) for role, found in names.items()} | {"numbers": tuple(numbers)}
