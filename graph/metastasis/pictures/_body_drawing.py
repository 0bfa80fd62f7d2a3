"""Drawing one body: outline, organs, arrows, leader lines and labels."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from metastasis.pictures._anatomy import parse_path
from metastasis.pictures._arrow import draw_arrow
from metastasis.pictures._body_view import PARTS, has_shape, organs_around, organs_meant
from metastasis.pictures._mark import NO_INTERVAL, has_no_interval
from metastasis.pictures._sheet import line_height, text_width
from metastasis.pictures._signs import draw_basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._anatomy import Anatomy, Organ
    from metastasis.pictures._body_layout import Label, Panel, Target
    from metastasis.pictures._body_view import End
    from metastasis.pictures._labels import Placed, Point
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["draw_panel", "fill_look", "mark_path"]

_ELBOW: Final = 0.1
"""Inches before its label from which a leader runs level."""
_RING: Final = 0.12
"""Inches from a site to the tips of the arrows that all lead to it."""


def draw_panel(
    sheet: Sheet, panel: Panel, anatomy: Anatomy, at: Point, gid: str
) -> dict[str, tuple[Artist, ...]]:
    """Draw one body at a place on the sheet; return its artists by role."""
    pen = _Pen(sheet, panel, anatomy, at, gid)
    shapes = pen.shapes()
    return {**shapes, **pen.arrows(), **pen.labels()}


def fill_look(
    state: str,
    percent: float,
    style: Style,
    *,
    disputed: bool = False,
    without_interval: bool = False,
) -> dict[str, Any]:
    """Return how an organ, or its sample in the legend, is filled; crossed where disputed."""
    if disputed:
        number = state == "number"
        step = sum(percent >= limit for limit in style.percent_steps)
        color = style.percent_shades[step] if number else style.absent_fill
        edge = style.conflict_fill if number and step > 1 else style.conflict_line
        return {"color": color, "edgecolor": edge, "hatch": "xxx", "linewidth": 1.2}
    if state == "number":
        step = sum(percent >= limit for limit in style.percent_steps)
        dashed = NO_INTERVAL if without_interval else {}
        return {"color": style.percent_shades[step], "linewidth": 0.8, **dashed}
    if state == PARTS:
        return {"color": style.absent_fill, "hatch": "...", "linewidth": 0.8}
    if state == "none_seen":
        return {"color": style.absent_fill, "linewidth": 0.5}
    if state == "conflicting":
        return {"color": style.conflict_fill, "hatch": "xxx", "linewidth": 0.8}
    if state == "absent":
        return {"color": style.absent_fill, "linewidth": 0.9, "linestyle": (0, (2.0, 1.6))}
    return {"color": style.absent_fill, "hatch": "/////", "linewidth": 0.8}


def mark_path(center: Point, radius: float) -> Path:
    """Return the diamond that stands for a site without a shape."""
    x, y = center
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return Path([*corners, corners[0]], closed=True)


@lru_cache(maxsize=500)
def _shape(text: str) -> Path:
    return parse_path(text)


class _Pen:
    """One panel on its sheet: everything that drawing it needs."""

    def __init__(self, sheet: Sheet, panel: Panel, anatomy: Anatomy, at: Point, gid: str) -> None:
        self.sheet = sheet
        self.style = sheet.style
        self.panel = panel
        self.anatomy = anatomy
        self.at = at
        self.gid = gid
        room = panel.room
        self.to_sheet = (
            Affine2D().scale(room.unit).translate(at[0] + room.origin[0], at[1] + room.origin[1])
        )
        left, top = self.place((room.left, room.origin[1] - 0.1))
        right, low = self.place((room.right, room.origin[1] + room.unit * room.shown))
        self.frame = TransformedBbox(Bbox([(left, top), (right, low)]), sheet.axes.transData)
        self.fine = panel.plan.strokes**0.5

    def place(self, point: Point) -> Point:
        """Return a point of the panel on the sheet."""
        return point[0] + self.at[0], point[1] + self.at[1]

    # Shapes

    def shapes(self) -> dict[str, tuple[Artist, ...]]:
        """Draw the body and its organs, those that are meant over the others."""
        body = self.anatomy.bodies[self.panel.view.body]
        style = self.style
        meant = organs_meant(self.panel.view, self.anatomy)
        outline = [
            self._fill(
                body.path, style.body_fill, "body", edgecolor=style.body_line, linewidth=1.1
            ),
            *self._others(frozenset(meant)),
            self._fill(body.detail, "none", "face", edgecolor=style.body_line, linewidth=0.7),
        ]
        shapes = sorted(meant, key=lambda key: (self._layer(key), key))
        organs = [one for key in shapes for one in self._organ(key, meant[key])]
        return {"body": tuple(outline), "organs": tuple(organs), "marks": tuple(self._marks())}

    def _layer(self, key: str) -> int:
        return self.anatomy.organs[key].front

    def _others(self, meant: frozenset[str]) -> Iterator[Artist]:
        """Draw the organs that only help to find one's way, in few artists."""
        view, style = self.panel.view, self.style
        shown = organs_around(view.body, meant, self.anatomy)
        for name, organs in _batches(shown):
            yield self._fill(
                " ".join(organ.path for organ in organs),
                style.organ_fill if name != "bone" else style.paper,
                f"others-{name}",
                edgecolor=style.organ_line,
                linewidth=0.6,
            )

    def _organ(self, key: str, mark: End | None) -> Iterator[Artist]:
        """Draw one organ that is meant."""
        organ, style = self.anatomy.organs[key], self.style
        name = f"site-{key}"
        if mark is None:
            look: dict[str, Any] = {"color": style.origin_fill, "linewidth": 1.4}
        else:
            look = fill_look(
                mark.state,
                mark.percent,
                style,
                disputed=mark.is_disputed and mark.state != PARTS,
                without_interval=has_no_interval(mark),
            )
            if self.panel.plan.strokes < 1 and "hatch" in look:
                look["hatch"] = look["hatch"][:3]
        edge = style.faint_ink if mark is not None and mark.state == "words" else style.ink
        yield self._fill(organ.path, look.pop("color"), name, **{"edgecolor": edge, **look})
        if organ.detail:
            is_dark = mark and mark.state == "number" and mark.percent >= style.percent_steps[2]
            color = style.paper if is_dark else style.ink
            yield self._fill(organ.detail, "none", f"{name}-detail", edgecolor=color, linewidth=0.5)

    def _marks(self) -> Iterator[Artist]:
        """Draw a diamond for each site without a shape, and a dot on what is in focus."""
        radius = 0.055 * self.fine
        for target in self.panel.targets:
            mark = target.mark
            if not target.beside and any(has_shape(key, self.anatomy) for key in mark.organs):
                continue
            disputed = mark.is_disputed
            without = has_no_interval(mark)
            look = fill_look(
                mark.state,
                mark.percent,
                self.style,
                disputed=disputed,
                without_interval=without,
            )
            look["hatch"] = None
            path = mark_path(self.place(target.tip), radius)
            name = f"{self.gid}-site-{mark.key}"
            yield self.sheet.fill(path, look.pop("color"), name, zorder=4.5, **look)
        path = Path.circle(self.place(self.panel.focus), 0.8 * radius)
        name = f"{self.gid}-focus"
        yield self.sheet.fill(path, self.style.origin_fill, name, zorder=4.5, linewidth=self.fine)

    def _fill(self, text: str, color: str, name: str, **more: Any) -> Artist:
        more["linewidth"] = more.get("linewidth", 0.8) * self.fine
        path = self.to_sheet.transform_path(_shape(text))
        patch = self.sheet.fill(path, color, f"{self.gid}-{name}", zorder=2, **more)
        patch.set_clip_box(self.frame)
        return patch

    # Arrows

    def arrows(self) -> dict[str, tuple[Artist, ...]]:
        """Draw the arrows, the largest first."""
        strokes = self.panel.plan.strokes
        short = _RING * strokes if self.panel.view.focus == "site" else 0.0
        drawn = [
            draw_arrow(
                self.sheet,
                [self.place(point) for point in target.curve],
                target.mark,
                strokes,
                short,
                f"{self.gid}-arrow-{target.mark.key}",
            )
            for target in self.panel.targets
            if target.mark.state in ("number", "words")
        ]
        absent = [one for one in self.panel.targets if one.mark.state == "absent"]
        return {
            "arrows": tuple(shaft for shaft, _ in drawn),
            "arrow heads": tuple(head for _, head in drawn),
            "strokes": tuple(self._cross(target) for target in absent),
        }

    def _cross(self, target: Target) -> Artist:
        """Strike out an organ that is reported absent."""
        (x, y), arm = self.place(target.tip), 0.06 * self.fine
        path = Path(
            [(x - arm, y - arm), (x + arm, y + arm), (x - arm, y + arm), (x + arm, y - arm)],
            [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO],
        )
        name = f"{self.gid}-stroke-{target.mark.key}"
        return self.sheet.fill(path, "none", name, linewidth=1.4 * self.fine, zorder=4.6)

    # Labels

    def labels(self) -> dict[str, tuple[Artist, ...]]:
        """Write names and numbers, with a leader line to each."""
        panel, style = self.panel, self.style
        names: list[Artist] = []
        numbers: list[Artist] = []
        for target in panel.targets:
            ink = style.ink if target.mark.state == "number" else style.faint_ink
            self._write(target.label, target.placed, target.mark.key, ink, names, numbers)
        own: list[Artist] = []
        leaders = [target.placed for target in panel.targets if not target.beside]
        if panel.focus_label:
            label, placed = panel.focus_label
            leaders.append(placed)
            self._write(label, placed, f"{panel.view.key}-focus", style.arrow, own, own)
        focus, others = "primary labels", "site labels"
        if panel.view.focus == "site":
            focus, others = others, focus
        return {
            "leaders": (self._leaders(leaders),) if leaders else (),
            focus: tuple(own),
            others: tuple(names),
            "numbers": tuple(numbers),
            "basis marks": tuple(self._signs()),
        }

    def _signs(self) -> Iterator[Artist]:
        """Draw behind the name of a site what its edge rests on, unless a number speaks."""
        plan = self.panel.plan
        for target in self.panel.targets:
            if basis := target.mark.basis:
                x, y = self._start(target.placed)
                lines, size = target.label.name, plan.name_size
                away = text_width(lines[-1], size, self.style.font) + 2.4 * plan.sign
                x += -away if target.placed.side == "left" else away
                y += 0.9 * line_height(size) * (len(lines) - 0.5)
                gid = f"{self.gid}-basis-{target.mark.key}"
                yield draw_basis(self.sheet, x, y, basis, gid, radius=plan.sign)

    def _start(self, placed: Placed) -> Point:
        """Return where the lines of a label are set: its upper corner towards the body."""
        left = placed.side == "left"
        x, y = self.place((placed.box.x + placed.box.width if left else placed.box.x, placed.box.y))
        return x + (-0.03 if left else 0.03), y

    def _leaders(self, placed: Sequence[Placed]) -> Artist:
        """Draw all leader lines as one artist."""
        paths = []
        for one in placed:
            start, end = one.leader
            elbow = _ELBOW * self.panel.plan.pad / 0.2
            level = (end[0] + (elbow if one.side == "left" else -elbow), end[1])
            paths.append(Path([self.place(point) for point in (start, level, end)]))
        path = Path.make_compound_path(*paths)
        name = f"{self.gid}-leaders"
        width = 0.6 * self.fine
        return self.sheet.fill(
            path, "none", name, edgecolor=self.style.faint_ink, linewidth=width, zorder=2.9
        )

    def _write(
        self,
        label: Label,
        placed: Placed,
        key: str,
        ink: str,
        names: list[Artist],
        numbers: list[Artist],
    ) -> None:
        plan = self.panel.plan
        left = placed.side == "left"
        x, y = self._start(placed)
        for kind, lines, size, artists in (
            ("name", label.name, plan.name_size, names),
            ("number", label.numbers, plan.number_size, numbers),
        ):
            pitch = 0.9 * line_height(size)
            for count, line in enumerate(lines, 1):
                artists.append(
                    self.sheet.write(
                        x,
                        y + pitch / 2,
                        line,
                        size=size,
                        align="right" if left else "left",
                        bold=kind == "name" and ink != self.style.faint_ink,
                        color=ink if names is numbers or kind == "number" else self.style.ink,
                        gid=f"{self.gid}-{kind}-{key}-{count}",
                    )
                )
                y += pitch


def _batches(organs: Iterable[Organ]) -> list[tuple[str, list[Organ]]]:
    """Return organs in batches: bones, and the others one by one where they overlap."""
    batches: list[tuple[str, list[Organ]]] = []
    for organ in organs:
        name = "bone" if organ.site == "bone" else f"layer-{organ.layer}"
        if not batches or batches[-1][0] != name:
            batches.append((name, []))
        batches[-1][1].append(organ)
    return batches
