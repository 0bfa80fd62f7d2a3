"""Where everything of a body stands: outline, anchors, arrows, labels; one large or many on a page.

Long because a page of bodies is laid out with the measures of one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._body_drawing import draw_panel
from metastasis.pictures._labels import Unplaced, spread_beside
from metastasis.pictures._sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._anatomy import Anatomy, Organ
    from metastasis.pictures._body_view import End, View
    from metastasis.pictures._labels import Placed, Point
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = [
    "Label",
    "Panel",
    "Plan",
    "Target",
    "draw_bodies",
    "lay_out_page",
    "place_panel",
]


TORSO: Final = 250.0
"""Height in units of what is shown where legs are left out."""
HALF: Final = 74.0
"""Half the width in units that a body with its arms takes."""
ELSEWHERE: Final[tuple[float, float]] = (-64.0, 52.0)
"""Beside the neck, in units: where a focus stands that has no place in the body."""
_MIDLINE: Final = 3.0
"""Units from the middle within which an organ may be labeled on either side."""
_MARK: Final = 0.08
"""Inches from a label to the mark that stands for a site without a place."""
_LOOP: Final = 16.0
"""How far, in units, an arrow swings that comes back to its own organ."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a body and its letters are."""

    unit: float
    """Inches a unit of the anatomy."""
    name_size: float
    number_size: float
    column: float
    """Inches that a column of labels takes at most."""
    gap: float
    """Inches from one label to the next."""
    pad: float
    """Inches from the body to a column."""
    whole: bool
    """Whether legs are shown."""
    labels_focus: bool
    """Whether what is in focus has a label of its own; the head of a panel names it otherwise."""
    strokes: float
    """How wide arrows are, as a share of those of a figure of one body."""
    growth: float
    """How many times larger a body is at most, where labels are twice as tall."""

    @property
    def sign(self) -> float:
        """Radius of the sign of what an edge rests on: it stands among the letters of a name."""
        return 0.34 * self.name_size / 72


@dataclass(frozen=True, slots=True)
class PanelRoom:
    """The room for one body: where its crown is, where the columns face it, how tall all is."""

    unit: float
    origin: Point
    left: float
    right: float
    height: float
    shown: float
    """Units of the body that are shown, from the crown down."""

    def place(self, point: Point) -> Point:
        """Return a point of the anatomy in inches from the top left of the panel."""
        return self.origin[0] + self.unit * point[0], self.origin[1] + self.unit * point[1]

    @property
    def low(self) -> float:
        """Where marks beside the body stand by choice."""
        return min(self.height, self.origin[1] + self.unit * 0.9 * TORSO)


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of a label, and its size."""

    name: tuple[str, ...]
    numbers: tuple[str, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Target:
    """One arrow as laid out, in inches from the top left of the panel."""

    mark: End
    label: Label
    placed: Placed
    tip: Point
    """Where the arrow meets its organ, or the mark beside the body."""
    curve: tuple[Point, ...]
    """The Bézier curve of the arrow, four points."""
    beside: bool
    """Whether it has no place in the body and stands beside it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One body as laid out."""

    view: View
    plan: Plan
    width: float
    height: float
    room: PanelRoom
    focus: Point
    focus_label: tuple[Label, Placed] | None
    targets: tuple[Target, ...]


def single_plan(style: Style, *, whole: bool) -> Plan:
    """Return the plan of a figure of one body."""
    return Plan(
        unit=0.0175 if whole else 0.0225,
        name_size=style.label_size,
        number_size=style.label_size - 1,
        column=2.0,
        gap=0.09,
        pad=0.2,
        whole=whole,
        labels_focus=True,
        strokes=1.0,
        growth=1.5,
    )


def page_plan(style: Style) -> Plan:
    """Return the plan of each body on a page of many."""
    return Plan(
        unit=0.0098,
        name_size=style.cell_size,
        number_size=style.cell_size - 1,
        column=1.12,
        gap=0.045,
        pad=0.06,
        whole=False,
        labels_focus=False,
        strokes=0.55,
        growth=1.0,
    )


def lay_out_panel(view: View, anatomy: Anatomy, style: Style, plan: Plan) -> Panel:
    """Return one body with arrows and labels; nothing overlaps, and no site is left out."""
    labels = [_label(mark, style, plan) for mark in view.marks]
    return place_panel(view, anatomy, plan, labels, _focus_label(view, style, plan))


def place_panel(
    view: View, anatomy: Anatomy, plan: Plan, labels: Sequence[Label], focus_label: Label | None
) -> Panel:
    """Return one body with its arrows, and labels whose sizes are known, one for each mark."""
    places = [_organ_of(mark.organs, anatomy) for mark in view.marks]
    center = _organ_of(view.organs, anatomy)
    everything = [*labels, *([focus_label] if focus_label else [])]
    column = max((label.width for label in everything), default=0.0)
    room = _room(anatomy.bodies[view.body].height, column, _least_room(everything, plan.gap), plan)
    focus = room.place(center.anchor if center and center.anchor else ELSEWHERE)
    calls = _calls(room, plan, places, labels, focus_label, focus)
    placed = spread_beside(calls, room.left, room.right, 0.0, room.height, plan.gap)
    targets = _targets(view, labels, placed, places, focus, room)
    return Panel(
        view=view,
        plan=plan,
        width=room.right + column,
        height=room.height,
        room=room,
        focus=focus,
        focus_label=(focus_label, placed[-1]) if focus_label else None,
        targets=targets,
    )


def _room(tall: float, column: float, least: float, plan: Plan) -> PanelRoom:
    """Return the room for a body between two columns, at least so high."""
    shown = tall if plan.whole else min(tall, TORSO)
    unit = plan.unit * min(max(least / (2 * plan.unit * shown), 1.0), plan.growth)
    height = max(unit * shown, least)
    half = HALF * unit + plan.pad
    middle = column + half
    top = max(0.0, (height - unit * shown) / 2)
    return PanelRoom(unit, (middle, top), middle - half, middle + half, height, shown)


def _label(mark: End, style: Style, plan: Plan) -> Label:
    return _lettered(mark.label, mark.lines, style, plan, mark.basis)


def _focus_label(view: View, style: Style, plan: Plan) -> Label | None:
    return _lettered(view.label, (view.focus,), style, plan) if plan.labels_focus else None


def _lettered(
    name: str, lines: Sequence[str], style: Style, plan: Plan, basis: str | None = None
) -> Label:
    """Return a label in lines; the sign of what an edge rests on stands behind its name."""
    names = tuple(wrap(name, plan.name_size, plan.column / 1.03, style.font, bold=True))
    numbers = tuple(
        chain.from_iterable(
            wrap(line, plan.number_size, plan.column / 1.03, style.font) for line in lines
        )
    )
    widths = [text_width(line, plan.name_size, style.font, bold=True) for line in names]
    if basis:
        widths[-1] += 4 * plan.sign
    widths += [text_width(line, plan.number_size, style.font) for line in numbers]
    height = 0.9 * (
        len(names) * line_height(plan.name_size) + len(numbers) * line_height(plan.number_size)
    )
    return Label(names, numbers, 1.03 * max(widths, default=0.0), height)


def _organ_of(keys: Iterable[str], anatomy: Anatomy) -> Organ | None:
    """Return the first of the organs that has a place."""
    organs = (anatomy.organs.get(key) for key in keys)
    return next((organ for organ in organs if organ and organ.anchor), None)


def _least_room(labels: Sequence[Label], gap: float) -> float:
    """Return a height of the columns in which the labels fit, however they are shared out."""
    heights = sorted((label.height + gap for label in labels), reverse=True)
    return sum(heights) / 2 + (heights[0] if heights else 0.0)


def _calls(
    room: PanelRoom,
    plan: Plan,
    places: Sequence[Organ | None],
    labels: Sequence[Label],
    focus_label: Label | None,
    focus: Point,
) -> list[Unplaced]:
    """Return each label with the point that its leader starts from, and its side."""
    filled = {"left": 0.0, "right": 0.0}
    asked: dict[int, Unplaced] = {}
    if focus_label:
        side = "left" if focus[0] <= room.origin[0] else "right"
        asked[len(labels)] = Unplaced(focus, focus_label.width, focus_label.height, side)
        filled[side] += focus_label.height + plan.gap
    for index in sorted(range(len(labels)), key=lambda at: (_freedom(places[at]), at)):
        organ, label = places[index], labels[index]
        lighter = "left" if filled["left"] <= filled["right"] else "right"
        own = _own_side(organ, focus, room)
        side = own or lighter
        if filled[side] + label.height > room.height + 1e-9:
            side = lighter
        anchor = _anchor(organ, own or side, room)
        asked[index] = Unplaced(anchor, label.width, label.height, side)
        filled[side] += label.height + plan.gap
    return [asked[index] for index in range(len(asked))]


def _freedom(organ: Organ | None) -> int:
    """Return how free a label is in its side: an organ on one side, in the middle, no place."""
    if organ is None or organ.anchor is None:
        return 2
    return 1 if organ.paired or abs(organ.anchor[0]) <= _MIDLINE else 0


def _own_side(organ: Organ | None, focus: Point, room: PanelRoom) -> str | None:
    """Return the side that an organ lies on; None where either will do."""
    if organ is None or organ.anchor is None:
        return None
    if organ.paired and room.place(organ.anchor) == focus:
        return "left"  # the other lung or breast: the one in focus is on the right
    if _freedom(organ):
        return None
    return "left" if organ.anchor[0] < 0 else "right"


def _anchor(organ: Organ | None, side: str, room: PanelRoom) -> Point:
    if organ is None or organ.anchor is None:
        return (room.left if side == "left" else room.right), room.low
    x, y = organ.anchor
    if organ.paired:
        x = -abs(x) if side == "left" else abs(x)
    return room.place((x, y))


def _targets(
    view: View,
    labels: Sequence[Label],
    placed: Sequence[Placed],
    places: Sequence[Organ | None],
    focus: Point,
    room: PanelRoom,
) -> tuple[Target, ...]:
    """Return each arrow, those from one place bent apart."""
    met: Counter[Point] = Counter()
    targets = []
    for mark, label, one, organ in zip(view.marks, labels, placed, places, strict=False):
        beside = organ is None
        tip = _beside(one) if beside else one.leader[0]
        ends = (focus, tip) if view.focus == "primary" else (tip, focus)
        curve = _loop(focus, room) if tip == focus else _curve(*ends, met[tip], room)
        targets.append(Target(mark, label, one, tip, curve, beside))
        met[tip] += 1
    return tuple(targets)


def _beside(placed: Placed) -> Point:
    """Return where a mark beside the body stands: between its label and the body."""
    x, y = placed.leader[1]
    return (x + _MARK if placed.side == "left" else x - _MARK), y


def _loop(start: Point, room: PanelRoom) -> tuple[Point, ...]:
    """Return a curve that leaves an organ and comes back to it."""
    swing = _LOOP * room.unit
    x, y = start
    return start, (x + 1.6 * swing, y - swing), (x + 1.6 * swing, y + swing), start


def _curve(start: Point, end: Point, number: int, room: PanelRoom) -> tuple[Point, ...]:
    """Return a curve that swings away from the midline, the further the higher its number."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    bend = 0.16 + 0.11 * number
    x, y = -bend * dy, bend * dx
    outwards = 1.0 if (start[0] + end[0]) / 2 >= room.origin[0] else -1.0
    if x * outwards < 0:
        x, y = -x, -y
    first = start[0] + 0.3 * dx + x, start[1] + 0.3 * dy + y
    last = start[0] + 0.7 * dx + x, start[1] + 0.7 * dy + y
    return start, _off_labels(first, room), _off_labels(last, room), end


def _off_labels(point: Point, room: PanelRoom) -> Point:
    """Return a point as near as can be where no label stands: a curve keeps to its points."""
    return min(max(point[0], room.left + _MARK), room.right - _MARK), point[1]


_LEAST_WIDTH: Final = 6.0
"""Inches of a page of one body at least: title and legend need them."""
_BETWEEN: Final = 0.18
"""Inches between the panels of a page."""
_STRETCH: Final = 1.15
"""A page is about so many times as wide as it is high."""


@dataclass(frozen=True, slots=True)
class Page:
    """Bodies with their places in inches, below whatever stands above them."""

    panels: tuple[tuple[Panel, Point], ...]
    heads: tuple[tuple[str, ...], ...]
    """The name of each body in lines; none where there is only one body."""
    width: float
    height: float


def lay_out_page(views: Sequence[View], anatomy: Anatomy, style: Style) -> Page:
    """Return one large body, or many small ones in rows, about as wide as high."""
    if len(views) == 1:
        whole = views[0].body != "neutral"
        panel = lay_out_panel(views[0], anatomy, style, single_plan(style, whole=whole))
        width = max(_LEAST_WIDTH, panel.width + 2 * style.margin)
        return Page(((panel, ((width - panel.width) / 2, 0.1)),), (), width, panel.height + 0.2)
    return _many(views, anatomy, style)


def draw_bodies(
    sheet: Sheet, page: Page, anatomy: Anatomy, top: float
) -> dict[str, tuple[Artist, ...]]:
    """Draw every body of a page; return the artists of all by role."""
    found: dict[str, list[Artist]] = {}
    single = len(page.panels) == 1
    for panel, (x, y) in page.panels:
        gid = "body" if single else f"body-{panel.view.key}"
        for role, artists in draw_panel(sheet, panel, anatomy, (x, top + y), gid).items():
            found.setdefault(role, []).extend(artists)
    if not single:
        role = f"{page.panels[0][0].view.focus} labels"
        found[role] = list(_heads(sheet, page, top))
    return {role: tuple(artists) for role, artists in found.items()}


def _many(views: Sequence[View], anatomy: Anatomy, style: Style) -> Page:
    plan = page_plan(style)
    panels = [lay_out_panel(view, anatomy, style, plan) for view in views]
    width = max(panel.width for panel in panels) + _BETWEEN
    heads = [
        tuple(wrap(view.label, style.label_size, width / 1.05, style.font, bold=True))
        for view in views
    ]
    heights = [
        panel.height + len(head) * line_height(style.label_size) + 0.06 + 1.5 * _BETWEEN
        for panel, head in zip(panels, heads, strict=True)
    ]
    typical = sum(heights) / len(heights)
    columns = max(1, min(len(views), ceil(sqrt(_STRETCH * len(views) * typical / width))))
    placed: list[tuple[Panel, Point]] = []
    y = 0.1
    for start in range(0, len(panels), columns):
        row = range(start, min(start + columns, len(panels)))
        tall = max(heights[index] for index in row)
        lines = max(len(heads[index]) for index in row)
        head = lines * line_height(style.label_size) + 0.06
        for index in row:
            left = style.margin + (index - start) * width + (width - panels[index].width) / 2
            placed.append((panels[index], (left, y + head)))
        y += tall + (lines - 1) * line_height(style.label_size)
    return Page(tuple(placed), tuple(heads), 2 * style.margin + columns * width, y)


def _heads(sheet: Sheet, page: Page, top: float) -> Iterator[Artist]:
    """Write the name of each body above it."""
    style = sheet.style
    pitch = line_height(style.label_size)
    for (panel, (x, y)), lines in zip(page.panels, page.heads, strict=True):
        middle = x + panel.room.origin[0]
        for number, line in enumerate(reversed(lines), 1):
            yield sheet.write(
                middle,
                top + y - 0.04 - (number - 0.5) * pitch,
                line,
                size=style.label_size,
                align="center",
                bold=True,
                gid=f"body-label-{panel.view.key}-{number}",
            )
