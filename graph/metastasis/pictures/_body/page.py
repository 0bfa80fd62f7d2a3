"""Where bodies stand on a page: one large, or many in the rows and columns that fit their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final, TypeAlias

from metastasis._errors import FitError
from metastasis.pictures._body.drawing import draw_panel
from metastasis.pictures._body.labels import Measure, letters_of
from metastasis.pictures._body.layout import HALF, PanelTerms, fit_panel
from metastasis.pictures._sheet.sheet import line_height, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._body.anatomy import Anatomy
    from metastasis.pictures._body.fills import Fills
    from metastasis.pictures._body.labels import Letters
    from metastasis.pictures._body.layout import Panel
    from metastasis.pictures._body.spots import View
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["Page", "draw_page", "lay_out_page", "measures_of"]

_TALL: Final = 9.0
"""Inches that one body takes at most where any height would do, unless its labels need more."""
_LEAST_WIDTH: Final = 6.0
"""Inches of a page of one body on a screen at least: title and legend need them."""
_BETWEEN: Final = 0.16
"""Inches between the bodies of a page."""
_LARGEST: Final = 0.0215
"""Inches a unit of one body, where that is for it to say."""
_GROWN: Final = 0.034
"""The same where it has a height to fill."""
_SMALL: Final = 0.0105
"""The same of each of many."""
_LEAST_SINGLE: Final = 0.0058
_LEAST: Final = 0.0042
"""Inches a unit at least: an organ is to be seen."""
_COLUMNS: Final = (2.3, 1.9, 1.6, 1.35, 1.15, 1.0, 0.85, 0.72)
_SMALL_COLUMNS: Final = (1.3, 1.0, 0.8, 0.66)
_SCROLLED: Final = 20
"""Bodies at most on a screen that are as high as they would be where any height would do."""
_HAIR: Final = 1e-6


Measures: TypeAlias = "tuple[Measure, Measure]"
"""In the letters of one body, and in those of each of many."""


def measures_of(style: Style) -> Measures:
    """Return how words are measured beside one body, and beside each of many."""
    return Measure(letters_of(style)), Measure(letters_of(style, small=True))


@dataclass(frozen=True, slots=True)
class Page:
    """Bodies with their places in inches, below whatever stands above them."""

    panels: tuple[tuple[Panel, Point], ...]
    heads: tuple[tuple[str, ...], ...]
    """The name of each body in lines; none where there is only one body."""
    width: float
    height: float
    letters: Letters


def lay_out_page(
    views: Sequence[View],
    anatomy: Anatomy,
    style: Style,
    room: Room,
    order: str,
    measures: Measures,
) -> Page:
    """Return one large body, or many small ones in rows and columns, within a room.

    Raises
    ------
    FitError
        A body would be too small to be seen; the error says how many would fit.
    """
    # A screen scrolls: what is usual there is not as high as it may be.
    free = replace(room, height=None) if room.place.name == "screen" else room
    large, small = measures
    if len(views) == 1:
        page = _single(views[0], anatomy, style, free, order, large)
        if page.height <= (room.height or 1e9) + _HAIR:
            return page
        return _single(views[0], anatomy, style, room, order, large)
    for place in (free, room) if len(views) <= _SCROLLED else (room,):
        many = _many(views, anatomy, style, place, order, small)
        if many is not None and many.height <= (room.height or 1e9) + _HAIR:
            return many
    fitting = next(
        (
            count
            for count in range(min(len(views) - 1, 60), 1, -1)
            if _has_room(count, room, style)
            and _many(views[:count], anatomy, style, room, order, small) is not None
        ),
        1,
    )
    needs = f"more than its room for {len(views)} bodies"
    bodies = f"{fitting} bodies" if fitting > 1 else "one body"
    raise FitError(f"the page of {len(views)} bodies", room, needs, [bodies, *_larger(room)])


def _larger(room: Room) -> list[str]:
    named = {"column": "size='onehalf'", "onehalf": "size='page'"}
    return [named.get(room.place.name, "a larger (width, height)")]


def _single(
    view: View, anatomy: Anatomy, style: Style, room: Room, order: str, measure: Measure
) -> Page:
    any_height = room.height is None
    terms = PanelTerms(
        width=room.width - 2 * style.margin,
        height=_TALL if any_height else max((room.height or 0.0) - 0.1, 0.1),
        unit=_GROWN if room.place.fills_height else _LARGEST,
        least=_LEAST_SINGLE,
        columns=_COLUMNS,
        levels=(0, 1) if any_height else (0, 1, 2),
        gap=0.06,
        pad=0.1,
        order=order,
        names_all=any_height,
        known=measure.columns,
    )
    panel = fit_panel(view, anatomy, terms, measure)
    if panel is None and any_height:
        free = replace(terms, height=None, levels=(1,))
        panel = fit_panel(view, anatomy, free, measure)
    if panel is None:
        wide = (2 * HALF * _LEAST_SINGLE + 2 * _COLUMNS[-1]) * style.scale * 25.4
        needs = f"some {wide:.0f} x {3.0 * style.scale * 25.4:.0f} mm beside title and legend"
        raise FitError("the body", room, needs, ["legend=False", "caption=False", *_larger(room)])
    width = room.width if room.fill else max(_LEAST_WIDTH, panel.width + 2 * style.margin)
    at = ((width - panel.width) / 2, 0.05)
    return Page(((panel, at),), (), width, panel.height + 0.1, measure.letters)


# Many


def _has_room(count: int, room: Room, style: Style) -> bool:
    """Return whether so many bodies of the least size might have room, labels aside."""
    if room.height is None:
        return True
    wide, high = 2 * HALF * _LEAST + 2 * _SMALL_COLUMNS[-1] * 0.6, 250 * _LEAST + 0.2
    columns = int((room.width - 2 * style.margin) / wide)
    return columns * int(room.height / high) >= count


def _many(
    views: Sequence[View],
    anatomy: Anatomy,
    style: Style,
    room: Room,
    order: str,
    measure: Measure,
) -> Page | None:
    """Return bodies in the number of columns that makes them largest; None where none will do."""
    best: tuple[float, Page] | None = None
    for columns in _column_counts(len(views), room, style):
        page = _in_columns(views, columns, anatomy, style, room, order, measure)
        if page is None:
            continue
        if room.height is None:
            return page
        smallest = min(panel.unit for panel, _ in page.panels)
        named = sum(len(panel.view.spots) - len(panel.unnamed) for panel, _ in page.panels)
        worth = smallest / _SMALL + 1.5 * named / sum(len(view.spots) + 1 for view in views)
        if best is None or worth > best[0] + 1e-9:
            best = worth, page
    return best and best[1]


def _column_counts(count: int, room: Room, style: Style) -> list[int]:
    """Return the numbers of columns to try: those that a body in its labels has room in."""
    wide = room.width - 2 * style.margin
    most = max(1, int(wide / (2 * HALF * _LEAST + 0.5)))
    if room.height is None:
        usual = 2 * HALF * _SMALL + 1.9
        fitting = max(1, int(wide / usual))
        return list(range(min(count, fitting), 0, -1))
    typical = (wide * 1.25 / room.height * count) ** 0.5
    around = {max(1, min(count, most, round(typical) + more)) for more in (-1, 0, 1)}
    return sorted(around)


def _in_columns(
    views: Sequence[View],
    columns: int,
    anatomy: Anatomy,
    style: Style,
    room: Room,
    order: str,
    measure: Measure,
) -> Page | None:
    rows = ceil(len(views) / columns)
    width = (room.width - 2 * style.margin) / columns
    size = style.label_size
    heads = tuple(
        tuple(wrap(view.label, size, (width - _BETWEEN) / 1.05, style.font, bold=True))
        for view in views
    )
    tops = [
        max(len(lines) for lines in heads[row * columns : (row + 1) * columns]) * line_height(size)
        + 0.05
        for row in range(rows)
    ]
    high = None
    if room.height is not None:
        high = (room.height - sum(tops) - rows * _BETWEEN) / rows
        if high < 250 * _LEAST:
            return None
    terms = PanelTerms(
        width=width - _BETWEEN,
        height=high,
        unit=_SMALL if high is None else 0.016,
        least=_LEAST if high is not None else 0.75 * _SMALL,
        columns=_SMALL_COLUMNS,
        levels=(1,) if high is None else (2,),
        gap=0.035,
        pad=0.04,
        order=order,
        names_focus=False,
        names_all=high is None,
        lists_rest=False,
        known=measure.columns,
    )
    panels = _fitted(views, anatomy, terms, measure)
    if not panels:
        return None
    # Bodies of one page are of one size.
    terms = replace(terms, unit=min(panel.unit for panel in panels))
    if any(panel.unit > terms.unit + _HAIR for panel in panels):
        panels = _fitted(views, anatomy, terms, measure) or panels
    return _set_out(panels, heads, tops, width, columns, style, room, measure.letters)


def _fitted(
    views: Sequence[View], anatomy: Anatomy, terms: PanelTerms, measure: Measure
) -> list[Panel]:
    """Return every body in its room; none where one of them has none."""
    panels: list[Panel] = []
    for view in views:
        panel = fit_panel(view, anatomy, terms, measure)
        if panel is None:
            return []
        panels.append(panel)
    return panels


def _set_out(
    panels: Sequence[Panel],
    heads: tuple[tuple[str, ...], ...],
    tops: Sequence[float],
    width: float,
    columns: int,
    style: Style,
    room: Room,
    letters: Letters,
) -> Page:
    """Return panels in rows, each as high as its highest, every body below its head."""
    if not room.fill:
        width = max(panel.width for panel in panels) + _BETWEEN
        width = max(width, *(0.0 for _ in panels), (_LEAST_WIDTH - 2 * style.margin) / columns)
    placed: list[tuple[Panel, Point]] = []
    y = 0.0
    for row, top in enumerate(tops):
        here = panels[row * columns : (row + 1) * columns]
        for at, panel in enumerate(here):
            left = style.margin + at * width + (width - panel.width) / 2
            placed.append((panel, (left, y + top)))
        y += top + max(panel.height for panel in here) + _BETWEEN
    wide = room.width if room.fill else min(2 * style.margin + columns * width, room.width)
    return Page(tuple(placed), heads, wide, y, letters)


def draw_page(
    sheet: Sheet, page: Page, anatomy: Anatomy, fills: Fills, top: float, *, arrows: bool
) -> dict[str, tuple[Artist, ...]]:
    """Draw every body of a page; return the artists of all by role."""
    found: dict[str, list[Artist]] = {}
    single = not page.heads
    for panel, (x, y) in page.panels:
        gid = "body" if single else f"body-{panel.view.key}"
        drawn = draw_panel(
            sheet, panel, anatomy, page.letters, fills, (x, top + y), gid, arrows=arrows
        )
        for role, artists in drawn.items():
            found.setdefault(role, []).extend(artists)
    if not single:
        role = f"{page.panels[0][0].view.focus} labels"
        found[role] = list(_heads(sheet, page, top))
    return {role: tuple(artists) for role, artists in found.items()}


def _heads(sheet: Sheet, page: Page, top: float) -> Iterator[Artist]:
    """Write the name of each body above it, in the middle of its panel."""
    style = sheet.style
    pitch = line_height(style.label_size)
    for (panel, (x, y)), lines in zip(page.panels, page.heads, strict=True):
        for number, line in enumerate(reversed(lines), 1):
            yield sheet.write(
                x + panel.width / 2,
                top + y - 0.03 - (number - 0.5) * pitch,
                line,
                size=style.label_size,
                align="center",
                bold=True,
                gid=f"body-label-{panel.view.key}-{number}",
            )
