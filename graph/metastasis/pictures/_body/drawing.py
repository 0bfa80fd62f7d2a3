"""Drawing one body: outline, organs, marks, leader lines and labels; arrows on demand."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from metastasis.pictures._body.anatomy import parse_path
from metastasis.pictures._body.layout import SWATCH
from metastasis.pictures._body.spots import has_shape, organs_around, organs_meant
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.arrow import ROUTES, draw_shaft
from metastasis.pictures._signs.signs import draw_basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.artist import Artist

    from metastasis.pictures._body.anatomy import Anatomy, Organ
    from metastasis.pictures._body.fills import Fills
    from metastasis.pictures._body.labels import Label, Letters
    from metastasis.pictures._body.layout import Panel, Stand
    from metastasis.pictures._body.spots import Spot
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["ARROW", "draw_panel", "mark_path"]

ARROW: Final = 1.5
"""Points that an arrow is wide, whatever the share: the shade tells it."""
_ELBOW: Final = 0.07
"""Inches before its label from which a leader runs level."""
_RING: Final = 0.1
"""Inches from a site to the tips of the arrows that all lead to it."""
_USUAL: Final = 0.02
"""Inches a unit of a body whose lines have the usual width."""
_HATCH: Final = 0.6
"""Points that the lines of a hatch are wide."""
_CROSS: Final = ((-1, -1), (1, 1), (-1, 1), (1, -1))
_COARSE: Final = 0.0085
"""Inches a unit under which fine lines on organs are left out."""


def draw_panel(
    sheet: Sheet,
    panel: Panel,
    anatomy: Anatomy,
    letters: Letters,
    fills: Fills,
    at: Point,
    gid: str,
    *,
    arrows: bool = False,
) -> dict[str, tuple[Artist, ...]]:
    """Draw one body at a place on the sheet; return its artists by role."""
    pen = _BodyPen(sheet, panel, anatomy, letters, fills, at, gid)
    drawn = {**pen.shapes(), **pen.labels()}
    return {**drawn, **pen.arrows()} if arrows else drawn


def mark_path(center: Point, radius: float) -> Path:
    """Return the diamond that stands for a site without a shape."""
    x, y = center
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    return Path([*corners, corners[0]], closed=True)


@lru_cache(maxsize=800)
def _shape(text: str) -> Path:
    return parse_path(text)


class _BodyPen:
    """One panel on its sheet: everything that drawing it needs."""

    def __init__(
        self,
        sheet: Sheet,
        panel: Panel,
        anatomy: Anatomy,
        letters: Letters,
        fills: Fills,
        at: Point,
        gid: str,
    ) -> None:
        self.sheet = sheet
        self.style = sheet.style
        self.panel = panel
        self.anatomy = anatomy
        self.letters = letters
        self.fills = fills
        self.at = at
        self.gid = gid
        x, y = self.place(panel.origin)
        self.to_sheet = Affine2D().scale(panel.unit).translate(x, y)
        low = y + panel.unit * panel.shown
        box = Bbox([(x - 80 * panel.unit, y - 0.1), (x + 80 * panel.unit, low)])
        self.frame = TransformedBbox(box, sheet.axes.transData)
        self.fine = min((panel.unit / _USUAL) ** 0.5, 1.25)

    def place(self, point: Point) -> Point:
        """Return a point of the panel on the sheet."""
        return point[0] + self.at[0], point[1] + self.at[1]

    # Shapes

    def shapes(self) -> dict[str, tuple[Artist, ...]]:
        """Draw the body and its organs, those that are meant over the others."""
        body, style = self.anatomy.bodies[self.panel.view.body], self.style
        meant = organs_meant(self.panel.view, self.anatomy)
        line = {"edgecolor": style.body_line, "linewidth": 1.0}
        outline = [
            self._fill(body.path, style.body_fill, "body", **line),
            *self._others(frozenset(meant)),
        ]
        if body.detail and self.panel.unit > _COARSE:
            outline.append(self._fill(body.detail, "none", "face", **{**line, "linewidth": 0.6}))
        shapes = sorted(meant, key=lambda key: (self.anatomy.organs[key].front, key))
        organs = [one for key in shapes for one in self._organ(key, meant[key])]
        return {"body": tuple(outline), "organs": tuple(organs), "marks": tuple(self._marks())}

    def _others(self, meant: frozenset[str]) -> Iterator[Artist]:
        """Draw the organs that only help to find one's way, in few artists."""
        style = self.style
        for name, organs in _batches(organs_around(self.panel.view.body, meant, self.anatomy)):
            yield self._fill(
                " ".join(organ.path for organ in organs),
                style.organ_fill if name != "bone" else style.paper,
                f"others-{name}",
                edgecolor=style.organ_line,
                linewidth=0.5,
            )

    def _organ(self, key: str, spot: Spot | None) -> Iterator[Artist]:
        """Draw one organ that is meant."""
        organ = self.anatomy.organs[key]
        name = f"site-{key}"
        if spot is None:
            look: dict[str, Any] = {"color": self.style.origin_fill, "linewidth": 1.1}
            detail = self.style.ink
        else:
            look, detail = self.fills.of(spot), self.fills.detail(spot)
            name = name if spot.is_lit else f"{name}-faded"
        if self.panel.unit < _COARSE and look.get("hatch"):
            look["hatch"] = look["hatch"][:3]
        yield self._fill(organ.path, look.pop("color"), name, **look)
        if organ.detail and self.panel.unit > _COARSE:
            yield self._fill(
                organ.detail, "none", f"{name}-detail-faded", edgecolor=detail, linewidth=0.45
            )

    def _marks(self) -> Iterator[Artist]:
        """Draw a diamond for each site without a shape, and a cross on what is denied."""
        radius = 0.06 * max(self.fine, 0.75)
        for stand in self.panel.stands:
            for spot, _, y in stand.labels():
                if spot is None:
                    continue
                if stand.block.is_list:
                    yield self._swatch(spot, stand, y)
                elif not any(has_shape(key, self.anatomy) for key in spot.organs):
                    look = self.fills.of(spot)
                    look["hatch"] = None
                    path = mark_path(self.place(stand.tips[0]), radius)
                    name = f"{self.gid}-site-{spot.key}{'' if spot.is_lit else '-faded'}"
                    yield self.sheet.fill(path, look.pop("color"), name, zorder=4.5, **look)
        own = any(has_shape(key, self.anatomy) for key in self.panel.view.organs)
        if self.panel.view.focus and not own:
            path = Path.circle(self.place(self.panel.focus), 0.7 * radius)
            yield self.sheet.fill(
                path,
                self.style.origin_fill,
                f"{self.gid}-focus",
                zorder=4.5,
                linewidth=0.9 * self.fine,
            )

    def _swatch(self, spot: Spot, stand: Stand, y: float) -> Artist:
        """Draw the square of a site that has no place in the body, before its name."""
        side = 0.62 * SWATCH
        x = stand.x - side if stand.side == "left" else stand.x
        left, top = self.place((x, y + self.letters.name * 0.88 * 1.4 / 144 - side / 2))
        corners = [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
        look = self.fills.of(spot)
        if look.get("hatch"):
            look["hatch"] = 2 * look["hatch"]
        path = Path([*corners, corners[0]], closed=True)
        name = f"{self.gid}-site-{spot.key}{'' if spot.is_lit else '-faded'}"
        return self.sheet.fill(path, look.pop("color"), name, zorder=4.5, **look)

    def _fill(self, text: str, color: str, name: str, **more: Any) -> Artist:
        more["linewidth"] = more.get("linewidth", 0.8) * self.fine
        path = self.to_sheet.transform_path(_shape(text))
        patch = self.sheet.fill(path, color, f"{self.gid}-{name}", zorder=2, **more)
        patch.set_clip_box(self.frame)
        if more.get("hatch") and hasattr(patch, "set_hatch_linewidth"):  # from Matplotlib 3.10 on
            patch.set_hatch_linewidth(_HATCH * self.sheet.scale)
        return patch

    # Arrows

    def arrows(self) -> dict[str, tuple[Artist, ...]]:
        """Draw an arrow from where it starts to all that is reached, all of one width."""
        spots = {spot.key: spot for spot in self.panel.view.spots}
        short = _RING * self.fine if self.panel.view.focus == "site" else 0.0
        width = ARROW * max(self.fine, 0.6)
        drawn = [
            draw_shaft(
                self.sheet,
                [self.place(point) for point in curve],
                LineStyle(width, ROUTES.get(spots[key].route or "", ())),
                self.style.arrow,
                short,
                f"{self.gid}-arrow-{key}",
                scale=max(self.fine, 0.7),
            )
            for key, curve in self.panel.curves().items()
        ]
        return {
            "arrows": tuple(shaft for shaft, _ in drawn),
            "arrow heads": tuple(head for _, head in drawn),
        }

    # Labels

    def labels(self) -> dict[str, tuple[Artist, ...]]:
        """Write names and numbers, with a leader line to each."""
        names: list[Artist] = []
        numbers: list[Artist] = []
        own: list[Artist] = []
        signs: list[Artist] = []
        for stand in self.panel.stands:
            for spot, label, y in stand.labels():
                if stand.block.is_focus:
                    self._write(label, stand, y, f"{self.panel.view.key}-focus", own, own, True)
                elif spot is None:
                    self._write(label, stand, y, "no-place", numbers, numbers, False)
                else:
                    self._write(label, stand, y, spot.key, names, numbers, False, spot)
                    signs += self._sign(spot, label, stand, y)
        focus, others = "primary labels", "site labels"
        if self.panel.view.focus == "site":
            focus, others = others, focus
        return {
            "leaders": tuple(self._leaders()),
            "strokes": tuple(self._crosses()),
            focus: tuple(own),
            others: tuple(names),
            "numbers": (*numbers, *self._rest()),
            "basis marks": tuple(signs),
        }

    def _crosses(self) -> Iterator[Artist]:
        """Strike out what is reported absent."""
        arm = 0.055 * max(self.fine, 0.75)
        for stand in self.panel.stands:
            for spot, _ in stand.block.labels:
                if spot and spot.fill == "absent" and stand.tips and len(stand.block.labels) == 1:
                    x, y = self.place(stand.tips[0])
                    path = Path(
                        [(x + a * arm, y + b * arm) for a, b in _CROSS],
                        [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO],
                    )
                    name = f"{self.gid}-stroke-{spot.key}"
                    yield self.sheet.fill(path, "none", name, linewidth=1.2 * self.fine, zorder=4.6)

    def _sign(self, spot: Spot, label: Label, stand: Stand, y: float) -> Iterator[Artist]:
        """Draw behind the name of a site what its edge rests on, unless a number speaks."""
        if spot.basis and label.sign:
            away, down = label.sign
            x, top = self.place((self._start(stand), y))
            x += -away if stand.side == "left" else away
            name = f"{self.gid}-basis-{spot.key}"
            yield draw_basis(self.sheet, x, top + down, spot.basis, name, radius=self.letters.sign)

    def _start(self, stand: Stand) -> float:
        """Return where the words of a block begin or end: at its column, or behind its squares."""
        indent = SWATCH if stand.block.is_list else 0.03
        return stand.x - indent if stand.side == "left" else stand.x + indent

    def _leaders(self) -> Iterator[Artist]:
        """Draw the leader lines of each block as one artist, and a dot where they point at."""
        for stand in self.panel.stands:
            if not stand.tips:
                continue
            turn = _ELBOW if stand.side == "left" else -_ELBOW
            level = (stand.end[0] + turn, stand.end[1])
            lines = [
                Path([self.place(one) for one in (tip, level, stand.end)]) for tip in stand.tips
            ]
            if len(stand.block.labels) > 1:
                x = stand.end[0]
                ends = ((x, stand.y + 0.03), (x, stand.y + stand.block.height - 0.03))
                lines.append(Path([self.place(one) for one in ends]))
            key = next((spot.key for spot, _ in stand.block.labels if spot), "focus")
            name = f"{self.gid}-leader-{key}"
            path = Path.make_compound_path(*lines)
            color = self.style.faint_ink
            yield self.sheet.fill(path, "none", name, edgecolor=color, linewidth=0.45, zorder=2.9)
            if stand.block.is_focus:
                continue
            dots = [Path.circle(self.place(tip), 0.014) for tip in stand.tips]
            yield self.sheet.fill(
                Path.make_compound_path(*dots),
                self.style.ink,
                f"{self.gid}-dot-{key}",
                edgecolor=self.style.paper,
                linewidth=0.4,
                zorder=3.4,
            )

    def _write(
        self,
        label: Label,
        stand: Stand,
        y: float,
        key: str,
        names: list[Artist],
        numbers: list[Artist],
        is_focus: bool,
        spot: Spot | None = None,
    ) -> None:
        style = self.style
        is_left = stand.side == "left"
        start = stand.x + (-0.03 if is_left else 0.03) if is_focus else self._start(stand)
        if spot is None and not is_focus:
            start = stand.x + (-0.03 if is_left else 0.03)
        counts = {"name": 0, "number": 0}
        for line in label.lines:
            x, middle = self.place((start, y + line.y))
            kind = "name" if line.role == "name" else "number"
            counts[kind] += 1
            color = style.ink if line.role != "more" else style.faint_ink
            if is_focus:
                color = style.arrow
            elif spot is not None and not spot.is_lit:
                color = style.faint_ink
            (names if kind == "name" else numbers).append(
                self.sheet.write(
                    x - line.on_left if is_left else x + line.on_right,
                    middle,
                    line.text,
                    size=line.size,
                    align="right" if is_left else "left",
                    bold=line.bold,
                    color=color,
                    gid=f"{self.gid}-{kind}-{key}-{counts[kind]}",
                )
            )

    def _rest(self) -> Iterator[Artist]:
        """Write what is named below the body."""
        panel = self.panel
        if panel.rest is None:
            return
        top = panel.height - panel.rest.height
        for number, line in enumerate(panel.rest.lines, 1):
            x, y = self.place((0.0, top + line.y))
            yield self.sheet.write(
                x,
                y,
                line.text,
                size=line.size,
                color=self.style.faint_ink,
                gid=f"{self.gid}-rest-{number}",
            )


def _batches(organs: Iterable[Organ]) -> list[tuple[str, list[Organ]]]:
    """Return organs in batches: bones, and the others one by one where they overlap."""
    batches: list[tuple[str, list[Organ]]] = []
    for organ in organs:
        name = "bone" if organ.site == "bone" else f"layer-{organ.layer}"
        if not batches or batches[-1][0] != name:
            batches.append((name, []))
        batches[-1][1].append(organ)
    return batches
