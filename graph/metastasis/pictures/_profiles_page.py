"""Where the panels of a page of site profiles stand: one a primary, sites in one order.

Apart because it is geometry alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log, sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._sheet import text_width
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from metastasis.pictures._mark import Mark
    from metastasis.pictures._style import Style

__all__ = [
    "BAR",
    "BESIDE",
    "GUTTER",
    "TEXT",
    "TITLE",
    "Band",
    "Multiples",
    "ProfilePanel",
    "axis_end",
    "bar_text",
    "lay_out_panels",
    "signs_beside",
]

BAR = 1.1
"""Length of a bar at the end of the axis, in inches."""
TITLE = 0.29
"""Height of the name of a panel, in inches."""
_AXIS = 0.34
"""Height of the numbers below a panel."""
_BETWEEN = 0.2
"""From one panel to the next."""
_PROPORTION = 1.1
"""Height to width of the page."""
_TOPS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Where the axis may end, in percent."""
GUTTER = 0.17
"""For signs, left of where bars start: no sign is to be read as a length."""
BESIDE = 0.13
"""For each more sign that stands left of another."""
TEXT = 0.06
"""Between a bar and its number."""


@dataclass(frozen=True, slots=True)
class ProfilePanel:
    """The profile of one primary, from the top left of the drawing."""

    key: str
    label: str
    x: float
    y: float
    marks: Mapping[str, Mark]
    """By site."""
    sites: tuple[str, ...]
    """Keys of the sites of its row of panels, top to bottom."""


@dataclass(frozen=True, slots=True)
class Band:
    """A row of panels: its top, and the keys of its sites."""

    top: float
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Multiples:
    """A page of panels as laid out, in inches."""

    panels: tuple[ProfilePanel, ...]
    sites: Mapping[str, str]
    """Key and label of each site, in the order of every panel."""
    bands: tuple[Band, ...]
    """The rows of panels."""
    top: float
    """The end of every axis, in percent."""
    left: float
    """Where the names of sites end."""
    panel: float
    """Width of a panel."""
    gutter: float
    """From the left of a panel to where its bars start."""
    width: float
    height: float

    @property
    def unit(self) -> float:
        """Inches to a percent."""
        return BAR / self.top


def lay_out_panels(
    marks: Sequence[Mark],
    primaries: Sequence[str],
    sites: Mapping[str, str],
    style: Style,
    named: Collection[str] = (),
) -> Multiples:
    """Give each primary a panel, with the sites in one order: those most often reached first.

    A row of panels lists the sites that any of its primaries has, and those that are ``named``.
    """
    reached = Counter(one.pair.site for one in marks if one.pair.edge)
    order = sorted(sites, key=lambda key: (-reached[key], sites[key]))
    found = {
        key: {one.pair.site: one for one in of}
        for key, of in groupby(
            sorted(marks, key=lambda one: one.pair.primary), key=lambda one: one.pair.primary
        )
    }
    labels = {one.pair.primary: capitalize(one.pair.primary_label) for one in marks}
    left = style.margin + _widest(map(capitalize, sites.values()), style.label_size, style) + 0.1
    gutter = GUTTER + BESIDE * max((len(signs_beside(one)) for one in marks), default=0)
    panel = _panel_width(marks, labels, style, gutter)
    around = TITLE + (_AXIS if _has_numbers(marks) else 0.12)
    has = {key: {*named, *found[key]} for key in primaries}

    def heights(columns: int) -> list[float]:
        listed = (set().union(*map(has.__getitem__, row)) for row in _rows(primaries, columns))
        return [around + style.row * len(one) for one in listed]

    columns = _columns(len(primaries), panel, around + style.row * len(order), heights)
    bands: list[Band] = []
    panels: list[ProfilePanel] = []
    height = 0.0
    for row, tall in zip(_rows(primaries, columns), heights(columns), strict=True):
        listed = tuple(key for key in order if any(key in has[one] for one in row))
        bands.append(Band(height, listed))
        for at, key in enumerate(row):
            x = left + at * (panel + _BETWEEN)
            panels.append(ProfilePanel(key, labels[key], x, height, found[key], listed))
        height += tall
    width = left + columns * (panel + _BETWEEN) - _BETWEEN + style.margin
    return Multiples(
        panels=tuple(panels),
        sites={key: capitalize(sites[key]) for key in order},
        bands=tuple(bands),
        top=axis_end(marks),
        left=left,
        panel=panel,
        gutter=gutter,
        width=max(width, 6.0),
        height=height,
    )


def _rows(primaries: Sequence[str], columns: int) -> list[Sequence[str]]:
    return [primaries[at : at + columns] for at in range(0, len(primaries), columns)]


def _columns(count: int, panel: float, tall: float, heights: Callable[[int], list[float]]) -> int:
    """Return how many panels stand side by side; a row with all sites is so ``tall``."""
    most = min(count, ceil(sqrt(count * tall / (_PROPORTION * panel))))
    if most == count:
        return count
    choices = sorted({ceil(count / rows) for rows in range(ceil(count / most), count + 1)})
    wanted = log(_PROPORTION * panel)
    return min(choices, key=lambda many: abs(log(sum(heights(many)) / many) - wanted))


def _has_numbers(marks: Sequence[Mark]) -> bool:
    return any(one.number for one in marks)


def _widest(texts: Iterable[str], size: float, style: Style, *, bold: bool = False) -> float:
    return 1.04 * max((text_width(text, size, style.font, bold) for text in texts), default=0.0)


def signs_beside(mark: Mark) -> list[str]:
    """Return what stands left of the disk of a pair: what its edge rests on, and a conflict."""
    basis = [mark.basis] if mark.basis else []
    return [*basis, *(["conflicting"] if mark.is_disputed and mark.number is None else [])]


def _panel_width(
    marks: Sequence[Mark], labels: Mapping[str, str], style: Style, gutter: float
) -> float:
    """Return the width that names, bars and the numbers at their ends need."""
    unit = BAR / axis_end(marks)
    numbers = [
        unit * one.most + TEXT + _widest(iter((bar_text(one),)), style.caption_size, style)
        for one in marks
    ]
    names = _widest(iter(labels.values()), style.label_size, style, bold=True)
    room = max([*numbers, BAR + 0.2]) if _has_numbers(marks) else 0.3
    return max(names, gutter + room)


def axis_end(marks: Sequence[Mark]) -> float:
    """Return where the axis of some shares ends, in percent."""
    most = max((one.most for one in marks), default=0.0)
    return next((top for top in _TOPS if top >= most - 1e-9), _TOPS[-1])


def bar_text(mark: Mark) -> str:
    """Return what stands at the end of a bar: share and n/N; blank where there is no number."""
    return mark.number_lines[0] if mark.number else ""
