"""How the rows of a forest plot are drawn: names, axes, marks, intervals and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from matplotlib.path import Path

from metastasis.pictures._mark import draw_square
from metastasis.pictures._forest_layout import BETWEEN, INDENT, PLOT, name_lines
from metastasis.pictures._words import capitalize
from metastasis.pictures._sheet import line_height, text_width
from metastasis.pictures._style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._forest_layout import Forest, Line
    from metastasis.pictures._forest_rows import Row
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_forest_rows", "draw_mark"]


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet, and the artists drawn so far by role."""

    sheet: Sheet
    artists: dict[str, list[Artist]]

    def put(self, role: str, *artists: Artist) -> None:
        self.artists.setdefault(role, []).extend(artists)


_ROLES = (
    "primary labels",
    "continued labels",
    "site labels",
    "group labels",
    "source labels",
    "conflict marks",
    "numbers",
    "axes",
    "axis labels",
    "intervals",
    "marks",
)


def draw_forest_rows(sheet: Sheet, forest: Forest, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw every line from a height on; return the artists by role."""
    page = _Page(sheet, {role: [] for role in _ROLES})
    for at, lines in enumerate(forest.columns):
        left = forest.margin + at * (forest.column + BETWEEN)
        for group in _in_groups(lines):
            _draw_group(page, group, left, left + forest.names, top)
    return {role: tuple(found) for role, found in page.artists.items()}


def _in_groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines in runs: those of one group with its axis, all others alone."""
    runs = groupby(
        enumerate(lines),
        key=lambda item: (
            (item[1].pair.pair.primary, item[1].pair.pair.site, item[1].number)
            if item[1].group
            else item[0]
        ),
    )
    return [[line for _, line in run] for _, run in runs]


def _draw_group(page: _Page, lines: Sequence[Line], left: float, axis: float, top: float) -> None:
    for line in lines:
        middle = top + line.y + line.height / 2
        if line.kind in ("primary", "continued", "site", "group"):
            _draw_heading(page, line, left, middle)
        elif line.kind == "axis":
            first = next(one for one in lines if one.kind == "row")
            _draw_axis(page, line, axis, top + first.y, top + line.y)
        elif line.row:
            _draw_row(page, line, left, axis, top + line.y)


def _draw_heading(page: _Page, line: Line, left: float, y: float) -> None:
    style, pair = page.sheet.style, line.pair.pair
    pair = f"{pair.primary}--{pair.site}"
    name = capitalize(pair.primary_label)
    role, text, size, gid = {
        "primary": (
            "primary labels",
            name,
            style.label_size + 1,
            f"label-primary-{pair.primary}",
        ),
        "continued": ("continued labels", f"{name}, continued", style.label_size, f"again-{pair}"),
        "site": (
            "site labels",
            capitalize(pair.site_label),
            style.label_size,
            f"label-site-{pair}",
        ),
        "group": (
            "group labels",
            line.group.label if line.group else "",
            style.legend_size,
            f"group-{pair}-{line.number}",
        ),
    }[line.kind]
    x = left + (INDENT if line.kind == "group" else 0.0)
    bold = line.kind in ("primary", "site")
    page.put(role, page.sheet.write(x, y, text, size=size, bold=bold, gid=f"forest-{gid}"))
    if line.kind == "site" and pair.status == "conflicting":
        x += 1.04 * text_width(text, size, style.font, bold) + INDENT
        page.put("conflict marks", draw_square(page.sheet, x, y, f"forest-conflict-{pair}"))


def _draw_axis(page: _Page, line: Line, left: float, high: float, low: float) -> None:
    """Draw the axis of a group with its ticks as one artist, and what stands at the ticks."""
    group, pair, sheet = line.group, line.pair.pair, page.sheet
    if group is None:
        return
    places = [0.0, group.top / 2, group.top]
    xs = [left + PLOT * place / group.top for place in places]
    paths = [Path([(x, high), (x, low + 0.04)]) for x in xs]
    paths.append(Path([(xs[0], low), (xs[-1], low)]))
    gid = f"forest-axis-{pair.primary}--{pair.site}-{line.number}"
    grid = sheet.fill(
        Path.make_compound_path(*paths),
        "none",
        gid,
        edgecolor=sheet.style.unstudied_dot,
        linewidth=0.6,
        zorder=1,
    )
    page.put("axes", grid)
    for number, (x, place) in enumerate(zip(xs, places, strict=True)):
        text = f"{place:g} %"
        page.put(
            "axis labels",
            sheet.write(
                x,
                low + 0.12,
                text,
                size=sheet.style.caption_size,
                align="center",
                color=sheet.style.faint_ink,
                gid=f"{gid}-{number}",
            ),
        )


def _draw_row(page: _Page, line: Line, left: float, axis: float, top: float) -> None:
    """Write who says what, and draw the share with its interval."""
    row, style, sheet = line.row, page.sheet.style, page.sheet
    if row is None:
        return
    y = top + 0.95 * style.row / 2
    gid = f"{row.key}-{line.pair.pair.primary}--{line.pair.pair.site}"
    first, *rest = name_lines(row, style)
    x = left + 2 * INDENT
    size, bold = style.legend_size, row.pooled
    page.put(
        "source labels",
        sheet.write(x, y, first, size=size, bold=bold, gid=f"forest-source-{gid}"),
    )
    for number, text in enumerate(rest, 1):
        below = y + number * line_height(style.caption_size)
        name = f"forest-source-{gid}-{number}"
        color = style.faint_ink
        page.put(
            "source labels",
            sheet.write(x, below, text, size=style.caption_size, color=color, gid=name),
        )
    in_words = line.group is None
    x = axis if in_words else axis + PLOT + 0.12
    page.put(
        "numbers",
        sheet.write(x, y, row.words, size=style.caption_size, gid=f"forest-number-{gid}"),
    )
    if line.group is not None and row.percent is not None:
        unit = PLOT / line.group.top
        _draw_share(page, row, axis, unit, y, gid)


def _draw_share(page: _Page, row: Row, axis: float, unit: float, y: float, gid: str) -> None:
    sheet, percent = page.sheet, row.percent or 0.0
    if row.interval and not row.pooled:
        ends = [(axis + unit * end, y) for end in row.interval]
        line = sheet.line(ends, LineStyle(1.6), sheet.style.ink, f"forest-interval-{gid}", zorder=2)
        page.put("intervals", line)
    x = axis + unit * percent
    if row.pooled and row.interval:
        low, high = (axis + unit * end for end in row.interval)
        corners = [(low, y), (x, y - 0.075), (high, y), (x, y + 0.075)]
        color = sheet.style.arrow
        page.put("marks", sheet.shape(corners, color, f"forest-mark-{gid}", zorder=3))
        return
    page.put("marks", draw_mark(sheet, x, y, f"forest-mark-{gid}", counted=bool(row.interval)))


def draw_mark(sheet: Sheet, x: float, y: float, gid: str, *, counted: bool) -> Artist:
    """Draw a share: a square if it has a count and so an interval, else an open diamond."""
    half = 0.045 if counted else 0.065
    if counted:
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half)]
        corners.append((x - half, y + half))
        return sheet.shape(corners, sheet.style.edge_shades[0], gid, linewidth=0.0, zorder=3)
    corners = [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]
    color = sheet.style.edge_shades[0]
    return sheet.shape(corners, sheet.style.paper, gid, edgecolor=color, linewidth=1.2, zorder=3)
