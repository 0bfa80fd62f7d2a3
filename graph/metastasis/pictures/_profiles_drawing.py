"""How a page of site profiles is drawn: bars, signs, axes and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.path import Path

from metastasis.pictures._mark import draw_square
from metastasis.pictures._profiles_layout import BAR, GUTTER, TEXT, TITLE, bar_text
from metastasis.pictures._style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._profiles_layout import Panel, Profiles
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._labels import Point
    from metastasis.pictures._style import Style

__all__ = ["draw_bar", "draw_profiles_of", "draw_sign"]

_THICK = 0.115


def draw_profiles_of(sheet: Sheet, laid: Profiles, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw every panel from a height on; return the artists by role."""
    numbers = any(one.number for panel in laid.panels for one in panel.marks.values())
    shown = [
        (panel, mark, *_place(panel, at, top, sheet.style))
        for panel in laid.panels
        for at, key in enumerate(laid.sites)
        for mark in (panel.marks.get(key),)
    ]
    with_figure = [(one, mark, x, y) for one, mark, x, y in shown if mark and mark.number]
    empty = [(x - GUTTER / 2, y) for _, mark, x, y in shown if mark is None]
    return {
        "stripes": (_draw_stripes(sheet, laid, top),),
        "axes": tuple(_draw_axes(sheet, laid, top)) if numbers else (),
        "axis labels": tuple(_draw_ticks(sheet, laid, top)) if numbers else (),
        "bars": tuple(
            draw_bar(sheet, x, y, laid.unit, mark, f"profiles-bar-{panel.key}--{mark.key}")
            for panel, mark, x, y in with_figure
        ),
        "intervals": tuple(
            _draw_interval(sheet, x, y, laid.unit, mark, panel.key)
            for panel, mark, x, y in with_figure
            if mark.interval
        ),
        "signs": tuple(
            _draw_sign_of(sheet, x - GUTTER / 2, y, mark, panel.key)
            for panel, mark, x, y in shown
            if mark and (mark.number is None or mark.state != "number")
        ),
        "conflict marks": tuple(
            draw_square(
                sheet,
                x - (GUTTER / 2 if mark.number else GUTTER + 0.015),
                y,
                f"profiles-conflict-{panel.key}--{mark.key}",
            )
            for panel, mark, x, y in shown
            if mark and mark.is_disputed
        ),
        "unstudied dots": _draw_unstudied(sheet, empty),
        "numbers": tuple(
            sheet.write(
                x + laid.unit * mark.most + TEXT,
                y,
                bar_text(mark),
                size=sheet.style.caption_size,
                gid=f"profiles-number-{panel.key}--{mark.key}",
            )
            for panel, mark, x, y in with_figure
        ),
        "primary labels": tuple(_draw_names(sheet, laid, top)),
        "site labels": tuple(_draw_sites(sheet, laid, top)),
    }


def _place(panel: Panel, at: int, top: float, style: Style) -> Point:
    return panel.x + GUTTER, top + panel.y + TITLE + (at + 0.5) * style.row


def _sign_of(mark: Mark) -> str:
    """Return the sign of a pair without a number: its state, or the class of its edge."""
    return mark.state if mark.state in ("absent", "conflicting") else mark.pair.edge or "other"


def draw_bar(sheet: Sheet, x: float, y: float, unit: float, mark: Mark, gid: str) -> Artist:
    """Draw a share as a bar; one without a count is pale with a dashed edge."""
    style = sheet.style
    long = max(unit * mark.percent, 0.012)
    look = {"edgecolor": style.edge_shades[0], "linewidth": 0.0, "zorder": 3}
    color = style.edge_shades[1]
    if mark.interval is None:
        color = style.edge_shades[2]
        look |= {"linewidth": 0.9, "linestyle": (0, (3.0, 2.0))}
    return sheet.box(x, y - _THICK / 2, long, _THICK, color, gid, **look)


def _draw_interval(
    sheet: Sheet, x: float, y: float, unit: float, mark: Mark, primary: str
) -> Artist:
    low, high = mark.interval or (0.0, 0.0)
    ends = [(x + unit * low, y), (x + unit * high, y)]
    gid = f"profiles-interval-{primary}--{mark.key}"
    return sheet.line(ends, LineStyle(1.3), sheet.style.ink, gid, zorder=4)


def draw_sign(sheet: Sheet, x: float, y: float, sign: str, gid: str) -> Artist:
    """Draw a pair without a number: a disk by class, a cross if denied, a square if in conflict."""
    style = sheet.style
    if sign == "absent":
        half = 0.042
        cross = [Path([(x - half, y - half), (x + half, y + half)])]
        cross.append(Path([(x - half, y + half), (x + half, y - half)]))
        path = Path.make_compound_path(*cross)
        return sheet.fill(path, "none", gid, edgecolor=style.ink, linewidth=1.2, zorder=5)
    if sign == "conflicting":
        return draw_square(sheet, x, y, gid)
    shades = dict(zip(("commonly", "possibly", "rarely"), style.edge_shades, strict=True))
    disk = Path.circle((x, y), 0.05)
    color = shades.get(sign, style.other_fill)
    return sheet.fill(disk, color, gid, edgecolor=style.edge_shades[0], linewidth=0.8, zorder=5)


def _draw_sign_of(sheet: Sheet, x: float, y: float, mark: Mark, primary: str) -> Artist:
    gid = f"profiles-sign-{primary}--{mark.key}"
    return draw_sign(sheet, x, y, _sign_of(mark), gid)


def _draw_unstudied(sheet: Sheet, places: Sequence[Point]) -> tuple[Artist, ...]:
    if not places:
        return ()
    return (sheet.dots(places, 0.014, sheet.style.unstudied_dot, "profiles-unstudied"),)


def _draw_stripes(sheet: Sheet, laid: Profiles, top: float) -> Artist:
    """Draw every other line of sites as a pale stripe over all panels, as one artist."""
    row = sheet.style.row
    paths = []
    for band in laid.bands:
        right = max(panel.x for panel in laid.panels if panel.y == band) + laid.panel
        for at in range(0, len(laid.sites), 2):
            low = top + band + TITLE + at * row
            corners = [(laid.left, low), (right, low), (right, low + row), (laid.left, low + row)]
            paths.append(Path([*corners, corners[0]], closed=True))
    path = Path.make_compound_path(*paths)
    color = sheet.style.other_fill
    return sheet.fill(path, color, "profiles-stripes", alpha=0.5, linewidth=0.0, zorder=0.5)


def _bottom(laid: Profiles, panel: Panel, top: float, style: Style) -> float:
    return top + panel.y + TITLE + len(laid.sites) * style.row


def _draw_axes(sheet: Sheet, laid: Profiles, top: float) -> Iterator[Artist]:
    """Draw the axis of each panel as one artist: its foot, and lines at its ends and middle."""
    for panel in laid.panels:
        high, low = top + panel.y + TITLE, _bottom(laid, panel, top, sheet.style)
        start = panel.x + GUTTER
        xs = [start, start + BAR / 2, start + BAR]
        paths = [Path([(x, high), (x, low + 0.03)]) for x in xs]
        paths.append(Path([(xs[0], low), (xs[-1], low)]))
        path = Path.make_compound_path(*paths)
        color = sheet.style.grid
        gid = f"profiles-axis-{panel.key}"
        yield sheet.fill(path, "none", gid, edgecolor=color, linewidth=0.7, zorder=1)


def _draw_ticks(sheet: Sheet, laid: Profiles, top: float) -> Iterator[Artist]:
    for panel in laid.panels:
        y = _bottom(laid, panel, top, sheet.style) + 0.1
        for number, (share, align) in enumerate(((0.0, "center"), (1.0, "center"))):
            yield sheet.write(
                panel.x + GUTTER + share * BAR,
                y,
                f"{share * laid.top:g} %",
                size=sheet.style.caption_size,
                align=align,
                color=sheet.style.faint_ink,
                gid=f"profiles-axis-{panel.key}-{number}",
            )


def _draw_names(sheet: Sheet, laid: Profiles, top: float) -> Iterator[Artist]:
    for panel in laid.panels:
        gid = f"profiles-label-primary-{panel.key}"
        size = sheet.style.label_size
        y = top + panel.y + TITLE / 2
        yield sheet.write(panel.x, y, panel.label, size=size, bold=True, gid=gid)


def _draw_sites(sheet: Sheet, laid: Profiles, top: float) -> Iterator[Artist]:
    """Write the names of the sites at the left of each row of panels."""
    style = sheet.style
    for number, band in enumerate(laid.bands, 1):
        for at, (key, label) in enumerate(laid.sites.items()):
            y = top + band + TITLE + (at + 0.5) * style.row
            gid = f"profiles-label-site-{key}-{number}"
            x = laid.left - 0.08
            yield sheet.write(x, y, label, size=style.label_size, align="right", gid=gid)
