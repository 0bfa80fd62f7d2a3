"""Where the two panels of likely primaries stand, and how they are drawn.

Apart from the plot because that says what is shown, and this where it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._sheet.axis import BarAxis, draw_axis, signed_axis
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap, wrapped_widths
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.dots import draw_dot, draw_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "LikelyPage",
    "LikelyRow",
    "SitePart",
    "draw_likely_page",
    "lay_out_likely",
    "part_sample",
]

_PANEL: Final = (1.1, 2.2, 3.6)
"""Width of a panel in inches: at least, on a screen, and at most."""
_NAMES: Final = (0.8, 1.7)
_GAP: Final = 0.1
_BETWEEN: Final = 0.34
"""Between the two panels."""
_ROW: Final = 1.15
"""Height of a row, in rows of the style."""
_FOOT: Final = 0.24
_UNITS: Final = ("posterior, %", "share of each site in the log odds")
_COUNTED: Final = "of patients with a metastasis there, %"


@dataclass(frozen=True, slots=True)
class SitePart:
    """What one site adds to the log odds of a cancer."""

    site: str
    number: int
    """Its place among the sites, which its color goes by."""
    state: str
    weight: float


@dataclass(frozen=True, slots=True)
class LikelyRow:
    """One cancer: shares in percent."""

    key: str
    label: str
    posterior: float
    interval: tuple[float, float] | None
    prior: float | None
    words: str
    parts: tuple[SitePart, ...]
    lit: bool


@dataclass(frozen=True, slots=True)
class LikelyPage:
    """The panels as laid out, in inches."""

    rows: tuple[LikelyRow, ...]
    names: Mapping[str, tuple[str, ...]]
    heights: tuple[float, ...]
    axis: ShareAxis
    odds: BarAxis | None
    """None where nothing adds to log odds: cases were counted."""
    left: float
    label_width: float
    panel: float
    numbers: float
    """Width of the words between the panels; 0 where they have no room."""
    units: tuple[tuple[str, ...], tuple[str, ...]]
    width: float
    height: float


def lay_out_likely(
    rows: Sequence[LikelyRow], axis: ShareAxis, style: Style, room: Room
) -> LikelyPage | tuple[float, float]:
    """Return the page, or the width and height that would be needed where there is no room.

    Before that the words between the panels fall away.
    """
    content = room.width - 2 * style.margin
    labels = {row.key: row.label for row in rows}
    most = min(max(0.27 * content, _NAMES[0]), _NAMES[1])
    names, widest = wrapped_widths(labels, style.label_size, most, style.font)
    panels = 2 if any(row.parts for row in rows) else 1
    words = 0.04 + max(1.05 * text_width(row.words, style.caption_size, style.font) for row in rows)
    fixed = widest + _GAP + (panels - 1) * _BETWEEN + 0.2
    numbers = words + _GAP if fixed + words + _GAP + panels * _PANEL[0] <= content else 0.0
    panel = (content - fixed - numbers) / panels
    if panel < _PANEL[0] - 1e-9:
        wide = fixed + panels * _PANEL[0] + 2 * style.margin + 1e-6
        page = lay_out_likely(rows, axis, style, replace(room, width=wide, height=None))
        return wide, page.height if isinstance(page, LikelyPage) else page[1]
    panel = min(panel, _PANEL[2] if room.fill else _PANEL[1])
    pitch = 0.85 * line_height(style.label_size)
    heights = tuple(max(_ROW * style.row, 0.06 + pitch * len(names[row.key])) for row in rows)
    told = (_UNITS[0], _UNITS[1]) if panels == 2 else (_COUNTED, "")
    units = tuple(tuple(wrap(one, style.caption_size, 0.96 * panel, style.font)) for one in told)
    lines = max(map(len, units))
    height = sum(heights) + _FOOT + lines * line_height(style.caption_size) + 0.04
    if room.height is not None and height > room.height + 1e-9:
        return room.width, height
    used = fixed + numbers + panels * panel
    ends = [end for row in rows for end in _reach(row.parts)]
    return LikelyPage(
        rows=tuple(rows),
        names=names,
        heights=heights,
        axis=axis,
        odds=signed_axis(ends, panel, max(int(panel / 0.5), 2)) if panels == 2 else None,
        left=style.margin + ((content - used) / 2 if room.fill else 0.0),
        label_width=widest,
        panel=panel,
        numbers=numbers,
        units=(units[0], units[1]),
        width=room.width if room.fill else used + 2 * style.margin,
        height=height,
    )


def _reach(parts: Sequence[SitePart]) -> tuple[float, float]:
    """Return how far the parts of a cancer go to both sides of zero."""
    return (
        sum(min(part.weight, 0.0) for part in parts),
        sum(max(part.weight, 0.0) for part in parts),
    )


def _part_look(sheet: Sheet, number: int, state: str, *, lit: bool = True) -> dict[str, Any]:
    """Return fill and hatch of a site: present is full, clear is hatched on the paper."""
    style = sheet.style
    color = style.primaries[number % len(style.primaries)] if lit else style.outline
    again = number >= len(style.primaries)
    if state != "present":
        return {
            "facecolor": style.paper,
            "edgecolor": color,
            "hatch": "\\\\\\\\" if again else "////",
        }
    return {"facecolor": color, "edgecolor": style.paper, "hatch": ".." if again else None}


def part_sample(number: int, state: str) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of a site in the legend."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return _draw_box(sheet, x, y, 0.22, 0.12, _part_look(sheet, number, state), gid)

    return draw


def _draw_box(
    sheet: Sheet, x: float, y: float, wide: float, high: float, look: dict[str, Any], gid: str
) -> Artist:
    more = {"edgecolor": look["edgecolor"], "hatch": look["hatch"], "linewidth": 0.8}
    return sheet.box(x, y - high / 2, wide, high, look["facecolor"], gid, zorder=2, **more)


def draw_likely_page(sheet: Sheet, page: LikelyPage, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw both axes, then row by row; return the artists by role."""
    roles = (
        *("primary labels", "numbers", "grid", "axes", "axis labels"),
        *("intervals", "priors", "parts", "sums", "marks"),
    )
    drawn: dict[str, list[Artist]] = {role: [] for role in roles}
    start = page.left + page.label_width + _GAP
    second = start + page.panel + page.numbers + _BETWEEN
    foot = top + sum(page.heights)
    _draw_axes(sheet, page, drawn, (start, second), top, foot)
    y = top
    for row, high in zip(page.rows, page.heights, strict=True):
        _draw_row(sheet, page, row, drawn, start, y + high / 2)
        if page.odds is not None:
            _draw_parts(sheet, page.odds, row, drawn, second, y + high / 2)
        y += high
    return {role: tuple(found) for role, found in drawn.items()}


def _draw_axes(
    sheet: Sheet,
    page: LikelyPage,
    drawn: dict[str, list[Artist]],
    starts: tuple[float, float],
    top: float,
    foot: float,
) -> None:
    style = sheet.style
    grid, axis, numbers = draw_axis(
        sheet, page.axis, starts[0], page.panel, [(top, foot)], foot, "likely-axis-posterior"
    )
    drawn["grid"].append(grid)
    drawn["axes"].append(axis)
    drawn["axis labels"] += numbers
    faint: dict[str, Any] = {"size": style.caption_size, "color": style.faint_ink}
    if page.odds is not None:
        for at, tick in enumerate(page.odds.ticks):
            x = starts[1] + page.odds.at(tick)
            line = LineStyle(0.6 if tick else 1.2)
            color = style.grid if tick else style.outline
            gid = f"likely-axis-odds-{at}"
            drawn["grid"].append(sheet.line([(x, top), (x, foot)], line, color, gid, zorder=1))
            said = f"{tick:+g}" if tick else "0"
            drawn["axis labels"].append(
                sheet.write(x, foot + 0.12, said, align="center", gid=f"{gid}-label", **faint)
            )
    for start, lines, name in zip(starts, page.units, ("posterior", "odds"), strict=True):
        for at, text in enumerate(lines):
            y = foot + _FOOT + (at + 0.4) * line_height(style.caption_size)
            gid = f"likely-unit-{name}-{at + 1}"
            drawn["axis labels"].append(sheet.write(start, y, text, gid=gid, **faint))


def _draw_row(
    sheet: Sheet,
    page: LikelyPage,
    row: LikelyRow,
    drawn: dict[str, list[Artist]],
    start: float,
    y: float,
) -> None:
    style = sheet.style
    is_rest = row.key == "rest"
    ink = style.ink if row.lit and not is_rest else style.faint_ink
    lines = page.names[row.key]
    pitch = 0.85 * line_height(style.label_size)
    for at, text in enumerate(lines):
        drawn["primary labels"].append(
            sheet.write(
                start - _GAP,
                y + pitch * (at - (len(lines) - 1) / 2),
                text,
                size=style.label_size,
                align="right",
                color=ink,
                gid=f"likely-label-{row.key}-{at + 1}",
            )
        )
    if row.prior is not None:
        x = start + page.panel * page.axis.at(row.prior)
        drawn["priors"].append(
            draw_dot(sheet, x, y, "bar", style.faint_ink, f"likely-prior-{row.key}")
        )
    if row.interval is not None:
        low, high = (start + page.panel * page.axis.at(end) for end in row.interval)
        gid = f"likely-interval-{row.key}"
        drawn["intervals"].append(draw_span(sheet, low, high, y, ink, gid, 1.8))
    x = start + page.panel * page.axis.at(row.posterior)
    is_beyond = page.axis.is_beyond(row.posterior)
    shape = "left" if is_beyond and row.posterior < page.axis.low else "circle"
    x += 0.06 if shape == "left" else 0.0
    gid = f"likely-mark-{row.key}"
    drawn["marks"].append(draw_dot(sheet, x, y, shape, ink, gid, hollow=is_rest))
    if page.numbers:
        x = start + page.panel + _GAP + 0.06
        gid = f"likely-number-{row.key}"
        drawn["numbers"].append(
            sheet.write(x, y, row.words, size=style.caption_size, color=ink, gid=gid)
        )


def _draw_parts(
    sheet: Sheet,
    odds: BarAxis,
    row: LikelyRow,
    drawn: dict[str, list[Artist]],
    start: float,
    y: float,
) -> None:
    """Draw what each site adds, those against at the left of zero and those for at the right."""
    reached = {True: 0.0, False: 0.0}
    for part in row.parts:
        is_for = part.weight >= 0
        begin = reached[is_for]
        reached[is_for] = begin + part.weight
        xs = sorted(start + odds.at(value) for value in (begin, reached[is_for]))
        look = _part_look(sheet, part.number, part.state, lit=row.lit)
        gid = f"likely-part-{row.key}--{part.site}"
        drawn["parts"].append(_draw_box(sheet, xs[0], y, xs[1] - xs[0], 0.13, look, gid))
    if len(row.parts) > 1:
        x = start + odds.at(sum(part.weight for part in row.parts))
        gid = f"likely-sum-{row.key}"
        drawn["sums"].append(draw_dot(sheet, x, y, "bar", sheet.style.ink, gid))
