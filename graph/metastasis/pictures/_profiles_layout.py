"""Where the panels of a page of site profiles stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._words import capitalize
from metastasis.pictures._sheet import text_width

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metastasis.pictures._mark import Mark
    from metastasis.pictures._style import Style

__all__ = [
    "BAR",
    "GUTTER",
    "TEXT",
    "TITLE",
    "Panel",
    "Profiles",
    "bar_text",
    "lay_out_profiles",
]

BAR = 1.1
"""Length of a bar at the end of the axis, in inches."""
TITLE = 0.29
_AXIS = 0.34
_BETWEEN = 0.2
_PROPORTION = 1.1
"""Height to width of the page."""
_TOPS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Where the axis may end, in percent."""
GUTTER = 0.17
"""For signs, left of where bars start: no sign is to be read as a length."""
TEXT = 0.06
"""Between a bar and its number."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The profile of one primary, from the top left of the body."""

    key: str
    label: str
    x: float
    y: float
    marks: Mapping[str, Mark]
    """By site."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """A page of panels as laid out, in inches."""

    panels: tuple[Panel, ...]
    sites: Mapping[str, str]
    """Key and label of each site, top to bottom in every panel."""
    bands: tuple[float, ...]
    """The top of each row of panels."""
    top: float
    """The end of every axis, in percent."""
    left: float
    """Where the names of sites end."""
    panel: float
    """Width of a panel."""
    width: float
    height: float

    @property
    def unit(self) -> float:
        """Inches to a percent."""
        return BAR / self.top


def lay_out_profiles(
    marks: Sequence[Mark], primaries: Sequence[str], sites: Mapping[str, str], style: Style
) -> Profiles:
    """Give each primary a panel, with the sites in one order: those most often reached first."""
    reached = Counter(one.key for one in marks if one.pair.edge)
    order = sorted(sites, key=lambda key: (-reached[key], sites[key]))
    found = {
        key: {one.key: one for one in of}
        for key, of in groupby(
            sorted(marks, key=lambda one: one.pair.primary), key=lambda one: one.pair.primary
        )
    }
    labels = {one.pair.primary: capitalize(one.pair.primary_label) for one in marks}
    left = style.margin + _widest(map(capitalize, sites.values()), style.label_size, style) + 0.1
    panel = _panel_width(marks, labels, style)
    band = TITLE + len(order) * style.row + (_AXIS if _has_numbers(marks) else 0.12)
    columns = min(len(primaries), ceil(sqrt(len(primaries) * band / (_PROPORTION * panel))))
    rows = ceil(len(primaries) / columns)
    columns = ceil(len(primaries) / rows)
    panels = tuple(
        Panel(
            key,
            labels[key],
            left + (at % columns) * (panel + _BETWEEN),
            (at // columns) * band,
            found[key],
        )
        for at, key in enumerate(primaries)
    )
    width = left + columns * (panel + _BETWEEN) - _BETWEEN + style.margin
    return Profiles(
        panels=panels,
        sites={key: capitalize(sites[key]) for key in order},
        bands=tuple(row * band for row in range(rows)),
        top=_axis_end(marks),
        left=left,
        panel=panel,
        width=max(width, 6.0),
        height=rows * band,
    )


def _has_numbers(marks: Sequence[Mark]) -> bool:
    return any(one.number for one in marks)


def _widest(texts: Iterable[str], size: float, style: Style, *, bold: bool = False) -> float:
    return 1.04 * max((text_width(text, size, style.font, bold) for text in texts), default=0.0)


def _panel_width(marks: Sequence[Mark], labels: Mapping[str, str], style: Style) -> float:
    """Return the width that names, bars and the numbers at their ends need."""
    unit = BAR / _axis_end(marks)
    numbers = [
        unit * one.most + TEXT + _widest(iter((bar_text(one),)), style.caption_size, style)
        for one in marks
    ]
    names = _widest(iter(labels.values()), style.label_size, style, bold=True)
    room = max([*numbers, BAR + 0.2]) if _has_numbers(marks) else 0.3
    return max(names, GUTTER + room)


def _axis_end(marks: Sequence[Mark]) -> float:
    most = max((one.most for one in marks), default=0.0)
    return next((top for top in _TOPS if top >= most - 1e-9), _TOPS[-1])


def bar_text(mark: Mark) -> str:
    """Return what stands at the end of a bar: share and n/N; blank where there is no number."""
    return mark.number_lines[0] if mark.number else ""
