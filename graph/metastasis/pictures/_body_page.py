"""One body large, or many small ones on a page, each under its name."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._body_drawing import draw_panel
from metastasis.pictures._body_layout import lay_out_panel, page_plan, single_plan
from metastasis.pictures._sheet import line_height, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._anatomy import Anatomy
    from metastasis.pictures._body_layout import Panel
    from metastasis.pictures._body_view import View
    from metastasis.pictures._labels import Point
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["Page", "draw_bodies", "lay_out_page"]

_LEAST_WIDTH: Final = 6.0
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
