"""Where everything of one body stands: the outline, the labels in two columns, what is named below.

A body is as large as the words leave room for. Where there is little, details fall away first, then
the names of what matters least; a body under its least size is not drawn.

Long because the sides, places and sizes of labels decide each other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._body.anatomy import parse_path
from metastasis.pictures._body.labels import DETAILS, Label
from metastasis.pictures._body.spots import organ_of
from metastasis.pictures._sheet.labels import Box, Placed, Unplaced, spread_along, spread_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from metastasis.pictures._body.anatomy import Anatomy, Organ
    from metastasis.pictures._body.labels import LabelMeasure
    from metastasis.pictures._body.spots import Spot, View
    from metastasis.pictures._sheet.labels import Point

__all__ = ["HALF", "SWATCH", "Panel", "PanelTerms", "Stand", "fit_panel", "lay_out_panel"]

HALF: Final = 74.0
"""Half the width in units that a body with its arms takes."""
SWATCH: Final = 0.15
"""Inches from the body's side of a list to its words: a small square stands there."""
_ELSEWHERE: Final[tuple[float, float]] = (-64.0, 52.0)
"""Beside the neck, in units: where a focus stands that has no place in the body."""
_MIDLINE: Final = 4.0
"""Units from the middle within which an organ may be labeled on either side."""
_HIP: Final = 235.0
"""Units from the crown under which a shape may belong to the legs."""
_LOOP: Final = 16.0
"""How far, in units, an arrow swings that comes back to its own organ."""
_SHORTER: Final = 0.06
_OVER: Final = 0.5
_LINE: Final = 0.12
"""What a shorter wording of details, columns longer than the body, and each line of a label cost
against the size of the body: found by looking at many."""
_EASY: Final = 0.42
"""Of its largest size, how large a body is at least while there are names to leave out."""
_WITHIN: Final = 0.02
"""Inches between the labels of a block."""
_LIST: Final = 0.3
"""Of the height that names below a body may take."""
_FEWEST: Final = 3
"""Names at least, beside a body."""
_NO_PLACE: Final = "no one place:"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelTerms:
    """What one body is laid out by, in inches."""

    width: float
    """At most, labels included."""
    height: float | None
    """At most; None is as high as need be."""
    unit: float
    """Inches a unit of the anatomy at most."""
    least: float
    """The same at least."""
    columns: tuple[float, ...]
    """Widths of a column of labels that are tried."""
    levels: tuple[int, ...]
    """Wordings of details that are tried; 0 is the fullest."""
    gap: float
    """From one label to the next."""
    pad: float
    """From the body to a column."""
    order: str = "position"
    names_focus: bool = True
    """Whether what is in focus has a label of its own; a head names it otherwise."""
    names_all: bool = False
    """Whether every spot has its label."""
    lists_rest: bool = True
    """Whether what has none is named below the body, if there is room."""
    known: dict[tuple[object, ...], LabelColumns] | None = field(default=None, repr=False)
    """What is shared out already in this drawing, by body with its labels, width and wording: it is
    the same for a body of any size, and many are tried. None: nothing is kept, as where terms are
    those of several drawings."""


@dataclass(frozen=True, slots=True)
class LabelBlock:
    """Labels that stand together: of one organ, of what is in focus, or of what has no place."""

    labels: tuple[tuple[Spot | None, Label], ...]
    organ: Organ | None
    width: float
    height: float
    is_focus: bool = False
    is_list: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class LabelColumns:
    """Blocks shared out between the left and the right of a body."""

    stands: tuple[tuple[LabelBlock, str], ...]
    widths: tuple[float, float]
    height: float
    """Of the taller column."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A block where it stands, in inches from the top left of the panel."""

    block: LabelBlock
    side: str
    x: float
    """Of the body's side of its column."""
    y: float
    """Of its top."""
    end: Point
    """Where its leaders end."""
    tips: tuple[Point, ...]
    """What they point at."""

    def labels(self) -> Iterator[tuple[Spot | None, Label, float]]:
        """Yield each label with the height of its top."""
        y = self.y
        for spot, label in self.block.labels:
            yield spot, label, y
            y += label.height + _WITHIN


@dataclass(frozen=True, slots=True)
class Panel:
    """One body as laid out."""

    view: View
    unit: float
    """Inches a unit of the anatomy."""
    origin: Point
    """Where the crown is, on the midline."""
    left: float
    """Where the columns face the body."""
    right: float
    width: float
    height: float
    shown: float
    """Units of the body that are shown, from the crown down."""
    focus: Point
    stands: tuple[Stand, ...]
    level: int
    rest: Label | None = None
    """What is named below the body."""
    unnamed: tuple[Spot, ...] = ()
    """What is named nowhere in the picture."""

    def place(self, point: Point) -> Point:
        """Return a point of the anatomy in inches from the top left of the panel."""
        return self.origin[0] + self.unit * point[0], self.origin[1] + self.unit * point[1]

    def curves(self) -> dict[str, tuple[Point, ...]]:
        """Return the Bézier curve of an arrow for each spot that is reached, by its key."""
        met: Counter[Point] = Counter()
        found = {}
        for stand in self.stands:
            for spot, _ in stand.block.labels:
                if spot and spot.is_reached and stand.tips:
                    tip = stand.tips[0]
                    ends = (self.focus, tip) if self.view.focus == "primary" else (tip, self.focus)
                    curve = self._curve(*ends, met[tip])
                    found[spot.key] = self._loop() if tip == self.focus else curve
                    met[tip] += 1
        return found

    def _loop(self) -> tuple[Point, ...]:
        """Return a curve that leaves an organ and comes back to it."""
        swing = _LOOP * self.unit
        x, y = self.focus
        return (x, y), (x + 1.6 * swing, y - swing), (x + 1.6 * swing, y + swing), (x, y)

    def _curve(self, start: Point, end: Point, number: int) -> tuple[Point, ...]:
        """Return a curve that swings away from the midline, the further the higher its number."""
        dx, dy = end[0] - start[0], end[1] - start[1]
        bend = 0.16 + 0.11 * number
        x, y = -bend * dy, bend * dx
        outwards = 1.0 if (start[0] + end[0]) / 2 >= self.origin[0] else -1.0
        if x * outwards < 0:
            x, y = -x, -y
        first = start[0] + 0.3 * dx + x, start[1] + 0.3 * dy + y
        last = start[0] + 0.7 * dx + x, start[1] + 0.7 * dy + y
        return start, self._off_labels(first), self._off_labels(last), end

    def _off_labels(self, point: Point) -> Point:
        """Return a point as near as can be where no label stands: a curve keeps to its points."""
        return min(max(point[0], self.left), self.right), point[1]


def fit_panel(
    view: View, anatomy: Anatomy, terms: PanelTerms, measure: LabelMeasure
) -> Panel | None:
    """Return one body in its room, with as many names as there is room for; None: there is none.

    What is not named beside the body is named below it, if there is room.
    """
    whole = lay_out_panel(view, anatomy, terms, measure)
    if whole is not None or terms.names_all:
        return whole
    # A body that is easily seen, with fewer names, is better than one among all of them.
    for least in (max(terms.least, _EASY * terms.unit), terms.least):
        tight = replace(terms, levels=(DETAILS - 1,), least=least)
        if (panel := _fewer(view, anatomy, tight, measure)) is not None:
            return panel
    return None


def _fewer(view: View, anatomy: Anatomy, terms: PanelTerms, measure: LabelMeasure) -> Panel | None:
    """Return a body with as many names as there is room for, the others below it or nowhere."""
    every, fewest = len(view.spots), min(_FEWEST, len(view.spots))
    # Half of them named beside the body and the rest below is better than some named nowhere.
    if terms.lists_rest:
        listed = _most(
            every // 2, every - 1, lambda count: _listed(view, count, anatomy, terms, measure)
        )
        if listed is not None:
            return listed
    return _most(fewest, every - 1, lambda count: _named(view, count, anatomy, terms, measure))


def _most(low: int, high: int, lay_out: Callable[[int], Panel | None]) -> Panel | None:
    """Return the layout with the most names from a least to a largest number, by halves."""
    best = None
    while low <= high:
        middle = (low + high + 1) // 2
        panel = lay_out(middle) if middle else None
        if panel is None:
            high = middle - 1
        else:
            best, low = panel, middle + 1
    return best


def _named(
    view: View, count: int, anatomy: Anatomy, terms: PanelTerms, measure: LabelMeasure
) -> Panel | None:
    """Return a body with so many spots named beside it and the rest nowhere; None: no room."""
    panel = lay_out_panel(replace(view, spots=view.spots[:count]), anatomy, terms, measure)
    return panel and replace(panel, view=view, unnamed=view.spots[count:])


def _listed(
    view: View, count: int, anatomy: Anatomy, terms: PanelTerms, measure: LabelMeasure
) -> Panel | None:
    """Return a body with so many spots named beside it and the rest below; None: no room."""
    below = measure.rest(_sentences(view.spots[count:]), terms.width)
    high = terms.height
    if high is not None and below.height > _LIST * high:
        return None
    left = None if high is None else high - below.height - 2 * terms.gap
    named = replace(view, spots=view.spots[:count])
    panel = lay_out_panel(named, anatomy, replace(terms, height=left), measure)
    if panel is None:
        return None
    height = panel.height + 2 * terms.gap + below.height
    return replace(panel, view=view, rest=below, height=height)


def _sentences(spots: Sequence[Spot]) -> list[str]:
    """Return the spots in words, those with a number first, and whom each counts."""
    with_number = [
        f"{spot.label} {spot.share} {spot.details[-1]}".strip() for spot in spots if spot.share
    ]
    others = [spot.label for spot in spots if not spot.share and not spot.is_denied]
    denied = [spot.label for spot in spots if not spot.share and spot.is_denied]
    return [
        f"{said}: {'; '.join(names)}."
        for said, names in (
            ("Also", with_number),
            ("Also, without a number here", others),
            ("Reported absent", denied),
        )
        if names
    ]


def lay_out_panel(
    view: View, anatomy: Anatomy, terms: PanelTerms, measure: LabelMeasure
) -> Panel | None:
    """Return one body with every spot named, as large and as fully told as its room lets it be.

    None where the body would be too small.
    """
    shown = _shown(view, anatomy)
    groups = _groups(view, anatomy)
    best: tuple[float, Panel] | None = None
    for level in terms.levels:
        for column in terms.columns:
            panel = _try(view, groups, anatomy, terms, measure, column, level, shown)
            if panel is not None:
                worth = _worth(panel, terms, level)
                if best is None or worth > best[0] + 1e-9:
                    best = worth, panel
    return best and best[1]


def _worth(panel: Panel, terms: PanelTerms, level: int) -> float:
    """Return how good a layout is: a large body, told fully, its labels short and beside it."""
    over = panel.height / (panel.unit * panel.shown) - 1
    labels = [label for stand in panel.stands for _, label in stand.block.labels]
    lines = sum(len({line.y for line in label.lines}) for label in labels) / (len(labels) or 1)
    shorter = _SHORTER * (level - terms.levels[0])
    return sqrt(panel.unit / terms.unit) - shorter - _OVER * over - _LINE * lines


def _shown(view: View, anatomy: Anatomy) -> float:
    """Return how many units of a body are shown: all, or its torso if nothing is on its legs."""
    body = anatomy.bodies[view.body]
    keys = [view.organs, *(spot.organs for spot in view.spots)]
    organs = [organ for one in keys if (organ := organ_of(one, anatomy))]
    low = max((_height_of(organ) for organ in organs), default=0.0)
    return body.height if low > body.torso - 2 else body.torso


def _height_of(organ: Organ) -> float:
    """Return how low an organ lies: its anchor, or the middle of a shape that reaches lower."""
    low = organ.anchor[1] if organ.anchor else 0.0
    # The skeleton reaches the feet, and is shown well enough by its upper part.
    if low < _HIP or not organ.path:
        return low
    box = parse_path(organ.path).get_extents()
    return max(low, float(box.y0 + box.y1) / 2)


def _try(
    view: View,
    groups: Mapping[str, Sequence[Spot]],
    anatomy: Anatomy,
    terms: PanelTerms,
    measure: LabelMeasure,
    column: float,
    level: int,
    shown: float,
) -> Panel | None:
    known = {} if terms.known is None else terms.known
    # Spots as they stand, for each is of one drawing: to compare them takes longer.
    key = (view.key, *map(id, view.spots), column, level)
    if key not in known:
        blocks = _blocks(view, groups, anatomy, terms, measure, column, level)
        known[key] = _columns(blocks, organ_of(view.organs, anatomy), terms)
    columns, high = known[key], terms.height
    if not columns.stands:
        unit = min(terms.unit, terms.width / (2 * HALF), (terms.height or 1e9) / shown)
        return _panel(view, terms, [], (0.0, 0.0), unit, shown, unit * shown, level, anatomy)
    if high is not None and columns.height > high + 1e-9:
        return None
    unit = min(
        terms.unit,
        (terms.width - sum(columns.widths) - 2 * terms.pad) / (2 * HALF),
        (high if high is not None else 1e9) / shown,
    )
    if unit < terms.least:
        return None
    height = max(unit * shown, columns.height)
    stands, widths = columns.stands, columns.widths
    return _panel(view, terms, stands, widths, unit, shown, height, level, anatomy)


def _groups(view: View, anatomy: Anatomy) -> dict[str, list[Spot]]:
    """Return the spots by the organ that they are on; those without a place have none."""
    found: dict[str, list[Spot]] = {}
    for spot in view.spots:
        organ = organ_of(spot.organs, anatomy)
        found.setdefault(organ.site if organ else "", []).append(spot)
    return found


def _blocks(
    view: View,
    groups: Mapping[str, Sequence[Spot]],
    anatomy: Anatomy,
    terms: PanelTerms,
    measure: LabelMeasure,
    column: float,
    level: int,
) -> list[LabelBlock]:
    """Return the labels in blocks: those of one organ together, those without a place last."""
    placeless = groups.get("", ())
    found = []
    for rank, (key, spots) in enumerate(groups.items()):
        if not key:
            continue
        labels = tuple((spot, measure.spot(spot, column, level)) for spot in spots)
        found.append(_block(labels, anatomy.organs[key], rank=rank))
    if view.focus and terms.names_focus:
        label = measure.focus(view.label, view.focus, column, level)
        found.append(_block(((None, label),), organ_of(view.organs, anatomy), is_focus=True))
    if placeless:
        inner = column - SWATCH
        head = (None, measure.heading(_NO_PLACE, column))
        rows = [(spot, measure.spot(spot, inner, level)) for spot in placeless]
        block = _block((head, *rows), None, is_list=True)
        found.append(replace(block, width=block.width + SWATCH, rank=len(found)))
    return found


def _block(
    labels: tuple[tuple[Spot | None, Label], ...],
    organ: Organ | None,
    *,
    rank: int = -1,
    is_focus: bool = False,
    is_list: bool = False,
) -> LabelBlock:
    width = max(label.width for _, label in labels)
    height = sum(label.height + _WITHIN for _, label in labels) - _WITHIN
    return LabelBlock(labels, organ, width, height, is_focus, is_list, rank)


# Sides


def _columns(blocks: Sequence[LabelBlock], focus: Organ | None, terms: PanelTerms) -> LabelColumns:
    """Return the blocks with the side of each."""
    taken = {"left": 0.0, "right": 0.0}
    sides = [""] * len(blocks)
    total = sum(block.height + terms.gap for block in blocks)
    for at in sorted(
        range(len(blocks)), key=lambda one: (_freedom(blocks[one]), -blocks[one].height, one)
    ):
        block = blocks[at]
        lighter = "left" if taken["left"] <= taken["right"] else "right"
        side = _own_side(block, focus) or lighter
        # A column that would be much the longer gives to the other.
        if taken[side] + block.height > 0.56 * total and side != lighter:
            side = lighter
        sides[at] = side
        taken[side] += block.height + terms.gap
    stands = tuple(zip(blocks, sides, strict=True))
    left, right = (
        max((block.width for block, own in stands if own == side), default=0.0)
        for side in ("left", "right")
    )
    return LabelColumns(stands, (left, right), max(taken.values()) - terms.gap)


def _freedom(block: LabelBlock) -> int:
    """Return how free a block is in its side: on one side, in the middle or paired, no place."""
    if block.is_focus:
        return -1
    if block.organ is None or block.organ.anchor is None:
        return 2
    return 1 if block.organ.paired or abs(block.organ.anchor[0]) <= _MIDLINE else 0


def _own_side(block: LabelBlock, focus: Organ | None) -> str | None:
    """Return the side that an organ lies on; None where either will do."""
    organ = block.organ
    if organ is None or organ.anchor is None:
        return "left" if block.is_focus else None
    if block.is_focus:
        return "left" if organ.anchor[0] <= 0 else "right"
    if organ.paired and focus is not None and organ.site == focus.site:
        return "left"  # the other lung or breast: the one in focus is on the right
    if _freedom(block):
        return None
    return "left" if organ.anchor[0] < 0 else "right"


# Places


def _panel(
    view: View,
    terms: PanelTerms,
    stands: Sequence[tuple[LabelBlock, str]],
    widths: tuple[float, float],
    unit: float,
    shown: float,
    height: float,
    level: int,
    anatomy: Anatomy,
) -> Panel:
    half = HALF * unit + (terms.pad if stands else 0.0)
    left, right = widths[0], widths[0] + 2 * half
    middle = widths[0] + half
    top = max(0.0, (height - unit * shown) / 2)
    panel = Panel(
        view,
        unit,
        (middle, top),
        left,
        right,
        right + widths[1],
        height,
        shown,
        (0.0, 0.0),
        (),
        level,
    )
    center = organ_of(view.organs, anatomy)
    focus = panel.place(center.anchor if center and center.anchor else _ELSEWHERE)
    panel = replace(panel, focus=focus)
    tips = [_tips(block, side, panel) for block, side in stands]
    return replace(panel, stands=tuple(_placed(stands, tips, panel, terms)))


def _tips(block: LabelBlock, side: str, panel: Panel) -> tuple[Point, ...]:
    """Return what the leaders of a block point at: on its side, where there is a choice."""
    organ = block.organ
    if block.is_focus:
        return (panel.focus,)
    if organ is None or organ.anchor is None:
        return ()
    x, y = organ.anchor
    if organ.paired:
        x = -abs(x) if side == "left" else abs(x)
    further = [point for point in organ.further if (point[0] < 0) == (side == "left")]
    return tuple(panel.place(point) for point in [(x, y), *further])


def _placed(
    stands: Sequence[tuple[LabelBlock, str]],
    tips: Sequence[tuple[Point, ...]],
    panel: Panel,
    terms: PanelTerms,
) -> Iterator[Stand]:
    """Yield each block in its column, at the height of its organ as near as may be."""
    asked = []
    for (block, side), points in zip(stands, tips, strict=True):
        edge = panel.left if side == "left" else panel.right
        anchor = points[0] if points else (edge, panel.height)
        asked.append(Unplaced(anchor, block.width, block.height, side))
    if terms.order == "share":
        placed = _by_share(stands, asked, panel, terms)
    else:
        placed = _by_position(asked, panel, terms)
    for (block, side), points, one in zip(stands, tips, placed, strict=True):
        edge = panel.left if side == "left" else panel.right
        end = (edge, one.box.y + _leader_end(block))
        yield Stand(block, side, edge, one.box.y, end, points)


def _leader_end(block: LabelBlock) -> float:
    """Return how far below the top of a block its leader ends: at its name, or its middle."""
    return block.labels[0][1].lines[0].y if len(block.labels) == 1 else block.height / 2


def _by_position(asked: Sequence[Unplaced], panel: Panel, terms: PanelTerms) -> list[Placed]:
    return spread_beside(
        asked, panel.left, panel.right, 0.0, panel.height + 1e-9, min(terms.gap, panel.height)
    )


def _by_share(
    stands: Sequence[tuple[LabelBlock, str]],
    asked: Sequence[Unplaced],
    panel: Panel,
    terms: PanelTerms,
) -> list[Placed]:
    """Return the blocks of each column in the order of importance, the first on top."""
    placed: dict[int, Placed] = {}
    for side in ("left", "right"):
        members = [at for at, (_, own) in enumerate(stands) if own == side]
        members.sort(key=lambda at: (stands[at][0].rank, at))
        heights = [asked[at].height for at in members]
        step = panel.height / max(len(members), 1)
        wanted = [(number + 0.5) * step for number in range(len(members))]
        centers = spread_along(wanted, heights, 0.0, panel.height + 1e-9, terms.gap)
        edge = panel.left if side == "left" else panel.right
        for at, center in zip(members, centers, strict=True):
            one = asked[at]
            box = Box(edge, center - one.height / 2, one.width, one.height)
            placed[at] = Placed(box, side, ())
    return [placed[at] for at in range(len(stands))]
