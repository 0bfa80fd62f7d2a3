"""The progression from site to site: a wheel of sites with a step for every next site.

Long because it is the whole picture: what it says, where sites go, and how steps are drawn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import cos, hypot, pi, sin
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path

from metastasis._vocabulary import NOT_CLINICAL
from metastasis.pictures._arrow import arrow_width, draw_shaft, faded, interval_step
from metastasis.pictures._drawn import Drawn, row_key
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind, describe_call
from metastasis.pictures._labels import Unplaced, spread_beside
from metastasis.pictures._sheet import text_width
from metastasis.pictures._steps import START, read_steps, steps_from_matrix
from metastasis.pictures._style import LineStyle
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import NOT_POOLED, capitalize, plural

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._labels import Placed, Point
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._steps import Step, Steps
    from metastasis.pictures._style import Style

__all__ = ["Progression", "draw_progression", "step_curve"]

_INTERVALS: Final = (
    "interval up to {0:g} points wide",
    "interval {0:g} to {1:g} points wide",
    "interval wider",
)
_TOLD: Final = 6
"""Steps that an alternative text names one by one."""
_DRAWN: Final = 120
"""Steps that are drawn at most, the most frequent: more are not to be told apart."""
_NODE = 0.1
"""Inches of the radius of a site."""
_LEAST_RADIUS = 1.75
"""Inches of the ring at least, so that arrows of few sites have room for their bends."""
_PITCH = 0.5
"""Inches of the ring to a site at least."""
_LEADER = 0.3
"""Inches from the ring to the labels."""
_LINES: Final = 2
"""Next sites that are written beside a site."""
_PULL = 0.45
"""How far the middle of a step is drawn towards the center of the ring."""
_APART = 0.13
"""How far a step bends to its right, as a share of its length: so it keeps off its return."""


class Progression(Kind):
    """Draw how often a cancer goes from one site to the next, as a wheel with steps both ways.

    A share is out of the steps from a site: the end of a sequence is no step, and sites found
    together share one in equal parts. Where there is no step, the picture says so, with an
    `EmptyDiagramWarning`.

    >>> from types import SimpleNamespace

    Parameters
    ----------
    sequences
        A table with the columns ``patient``, ``primary``, ``site`` and ``order``, as ``metastasis
        ingest coded --sequences`` writes it. Or an object with a transition ``matrix`` over its
        ``states`` (or ``sites``), such as a process of :mod:`metastasis.analysis`, whose ``draws``
        give intervals.
    primaries
        The primary, where the table has several.
    sites
        The sites to draw steps between; None is all.

    Returns
    -------
    Diagram
        With artists ``steps`` and ``step heads`` (small ones first), ``site dots``, ``leaders``,
        ``primary labels``, ``site labels`` (clockwise), ``numbers``, and ``title``, ``legend
        samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import metastasis as mets
    >>> chain = SimpleNamespace(sites=["bone", "liver"], matrix=[[0.0, 1.0], [0.5, 0.5]])
    >>> len(mets.load().draw.progression(chain, primaries="breast").artists["steps"])
    3
    """

    name = "progression"
    noun = "progression"
    nothing = "no step"
    takes_sources = False

    def __init__(self, chosen: Selection, sequences: Any, *, name: str | None = None) -> None:
        super().__init__(chosen)
        self.name = name or self.name
        self.drawn = ()
        is_table = isinstance(sequences, str | FilePath)
        self.shown_as = FilePath(sequences).name if is_table else "…"
        read = read_steps if is_table else steps_from_matrix
        catalog = chosen.catalog
        self.steps = _between(read(sequences, catalog, chosen.primaries), chosen.sites)
        primary = self.steps.primary
        self.primary = catalog.primary(primary).label if primary else "the primary"
        self.labels = {key: capitalize(catalog.sites[key].label) for key in self.steps.sites}
        self.labels[START] = capitalize(self.primary)
        most = _most_frequent(self.steps)
        if most.steps:
            self.layout = lay_out_wheel(most, self.labels, self.style, self.name)
            self.size = self.layout.width, self.layout.height
        self.empty_title = self.title()

    @classmethod
    def plan(cls, chosen: Selection, sequences: str | FilePath | Any) -> Progression:
        """Return the progression; only a network drawn the former way has another name."""
        return cls(chosen, sequences)

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; a table is named by its file, and a matrix cannot be written down."""
        return describe_call(self.name, {"sequences": self.shown_as} | _but(options, "sequences"))

    def credits(self) -> tuple[str, ...]:
        """Return the table or matrix, which is the caller's own."""
        return (f"{self.steps.origin} (of the caller's own)",)

    def license(self) -> str:
        """Return that it is the caller's to say: no source of the graph is behind it."""
        return f"{self.steps.origin}: not stated"

    def citation(self) -> str:
        """Return the table or matrix."""
        return self.steps.origin

    def caption(self) -> str:
        """Return what width, color and direction mean; no source of the graph is behind it."""
        ending = f"Source: {self.steps.origin}. {NOT_CLINICAL}"
        return " ".join([*self.rules(), ending])

    def alt_text(self) -> str:
        """Return the most frequent steps."""
        return self.findings() if self.steps.steps else self.empty_findings()

    def empty_findings(self) -> str:
        """Return that there is no step."""
        return f"An empty {self.name}: no step from site to site fits what was asked for."

    def rows(self) -> list[Drawn]:
        """Return every step that is drawn; what it starts from, if a site, is between its ends."""
        return [self._row(step) for step in self.layout.steps]

    def _row(self, step: Step) -> Drawn:
        low, high = step.interval or (None, None)
        return Drawn(
            key=row_key(step.origin, step.target),
            primary=self.steps.primary,
            primary_label=self.primary,
            site=step.target,
            site_label=self.labels[step.target].lower(),
            via=None if step.origin == START else f"from {self.labels[step.origin].lower()}",
            state="number",
            value=step.percent,
            measure="percent",
            count=step.count,
            total=step.total,
            percent=step.percent,
            frame=f"steps from {self.labels[step.origin].lower()}",
            source=(self.steps.origin,),
            interval_low=low,
            interval_high=high,
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw steps, small ones first, then sites and labels."""
        return draw_steps(sheet, self.layout, top)

    def title(self) -> str:
        """Return which primary goes on."""
        return f"Where {self.primary} goes next, from site to site"

    def rules(self) -> list[str]:
        """Return what width, color and direction mean, and out of whom shares are."""
        if not self.size:
            return []
        steps, drawn = self.steps, self.layout.steps
        rules = ["Width: transition probability, of those who go on from a site."]
        if steps.counted:
            patients = plural(steps.patients or 0, "patient")
            rules = [
                f"Width: share of the steps from a site, with k/n steps, in {patients}; the end of "
                "a sequence is no step. Sites found together share one step in equal parts, and "
                "none of them leads to another."
            ]
        rules += steps.remarks
        if any(step.interval for step in drawn):
            rules.append(f"The wider the {steps.interval} of a share, the paler its step.")
        rules.append(
            "Clockwise from the primary: sites in the order of how often they come first. Steps "
            "bend to their right; steps back to a site that more often comes first are blue."
        )
        if less := len(steps.steps) - len(drawn):
            least = min(step.percent for step in drawn)
            rules.append(f"{plural(less, 'step')} of {least:.1f} % or less not drawn.")
        return [*rules, "Beside a site stand its most frequent next sites.", NOT_POOLED]

    def findings(self) -> str:
        """Return how many steps there are, and the most frequent."""
        ranked = sorted(self.steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
        first = [one for one in ranked if one.origin == START]
        later = [one for one in ranked if one.origin != START]
        pairs = {(one.origin, one.target) for one in later}
        both = sum((target, origin) in pairs for origin, target in pairs if origin < target)
        parts = [
            f"Progression of {self.primary} over {plural(len(self.steps.sites), 'site')}: "
            f"{plural(len(ranked), 'step')}."
        ]
        if first:
            parts.append(f"First sites: {self._told(first, target_only=True)}.")
        if later:
            parts.append(f"Most frequent next: {self._told(later, target_only=False)}.")
        parts.append(f"{plural(both, 'pair of sites', 'pairs of sites')} joined both ways.")
        return " ".join(parts)

    def _told(self, steps: Sequence[Step], *, target_only: bool) -> str:
        said = []
        for one in steps[:_TOLD]:
            target = self.labels[one.target].lower()
            pair = target if target_only else f"{self.labels[one.origin].lower()} to {target}"
            counted = f" ({one.counts})" if one.counts else ""
            said.append(f"{pair} {one.percent:.0f} %{counted}")
        return ", ".join(said)

    def legend(self) -> list[LegendEntry]:
        """Return widths of 10 and 50 percent, directions, and how pale a wide interval is."""
        style, drawn = self.style, self.layout.steps
        entries = [
            LegendEntry(f"{share} %", _line_sample(arrow_width(share, style), style.arrow))
            for share in (10, 50)
        ]
        if any(is_return(step, self.layout.ranks) for step in drawn):
            entries.append(LegendEntry("step back", _line_sample(4.0, style.primaries[0])))
        pale = {interval_step(step.interval, style) for step in drawn if step.interval}
        for step in sorted(pale):
            words = _INTERVALS[step].format(*style.interval_steps)
            entries.append(LegendEntry(words, _line_sample(4.0, faded(style.arrow, step, style))))
        return entries


draw_progression = front(Progression)


def _but(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {one: value for one, value in options.items() if one != name}


def _between(steps: Steps, sites: Sequence[str] | None) -> Steps:
    """Return the steps among the sites that are named; shares stay those of all next sites."""
    if sites is None:
        return steps
    ends = {START, *sites}
    among = tuple(one for one in steps.steps if one.origin in ends and one.target in ends)
    return replace(steps, steps=among, sites=tuple(key for key in steps.sites if key in sites))


def _most_frequent(steps: Steps) -> Steps:
    """Return the steps that are drawn."""
    ranked = sorted(steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
    return replace(steps, steps=tuple(ranked[:_DRAWN]))


def _line_sample(width: float, color: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], LineStyle(width), color, gid)

    return draw


# Where sites are placed


@dataclass(frozen=True, slots=True)
class WheelPlace:
    """A site, or the primary, on the ring."""

    key: str
    label: str
    point: Point
    lines: tuple[str, ...]
    label_place: Placed


@dataclass(frozen=True, slots=True)
class Wheel:
    """A progression as laid out, in inches from the top left of the drawing."""

    name: str
    """The beginning of the id of every artist."""
    places: tuple[WheelPlace, ...]
    """Clockwise from the top, the primary first."""
    steps: tuple[Step, ...]
    ranks: Mapping[str, int]
    center: Point
    radius: float
    width: float
    height: float


def lay_out_wheel(steps: Steps, labels: Mapping[str, str], style: Style, name: str) -> Wheel:
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
    return Wheel(
        name=name,
        places=tuple(
            WheelPlace(key, labels[key], points[key], lines[key], place)
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


def draw_steps(sheet: Sheet, laid: Wheel, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw steps, small ones first, then sites and labels; return the artists by role."""
    points = {one.key: (one.point[0], one.point[1] + top) for one in laid.places}
    center = (laid.center[0], laid.center[1] + top)
    arrows = []
    for step in laid.steps:
        curve = step_curve(points[step.origin], points[step.target], center)
        how, color = step_look(step, sheet.style, back=is_return(step, laid.ranks))
        gid = f"{laid.name}-step-{step.origin}--{step.target}"
        arrows.append(draw_shaft(sheet, curve, how, color, _NODE + 0.01, gid))
    return {
        "steps": tuple(shaft for shaft, _ in arrows),
        "step heads": tuple(head for _, head in arrows),
        "site dots": tuple(_draw_dot(sheet, laid, one.key, points[one.key]) for one in laid.places),
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


def _draw_dot(sheet: Sheet, laid: Wheel, key: str, point: Point) -> Artist:
    style = sheet.style
    color = style.origin_fill if key == START else style.ink
    gid = f"{laid.name}-dot-{'primary' if key == START else f'site-{key}'}"
    return sheet.fill(
        Path.circle(point, _NODE), color, gid, edgecolor=style.paper, linewidth=1.0, zorder=4
    )


def _draw_leaders(sheet: Sheet, laid: Wheel, top: float) -> Artist:
    paths = []
    for one in laid.places:
        (x, y), (far, level) = one.label_place.leader
        inwards = far + (0.1 if one.label_place.side == "left" else -0.1)
        paths.append(Path([(x, y + top), (inwards, level + top), (far, level + top)]))
    path = Path.make_compound_path(*paths)
    color = sheet.style.faint_ink
    return sheet.fill(
        path, "none", f"{laid.name}-leaders", edgecolor=color, linewidth=0.6, zorder=1.5
    )


def _draw_labels(sheet: Sheet, laid: Wheel, top: float) -> dict[str, tuple[Artist, ...]]:
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
        gid = f"{laid.name}-label-{'primary' if one.key == START else f'site-{one.key}'}"
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
