"""An UpSet plot is drawn: bars over a matrix of dots, and bars beside it.

Apart from the plot because that says what is shown, and this how it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.path import Path as Outline

from metastasis.pictures._sheet.sheet import line_height, text_width
from metastasis.pictures._sheet.style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style
    from metastasis.pictures._upset.combinations import Counted
    from metastasis.pictures._upset.layout import UpsetPage

__all__ = ["SAMPLE_WIDTH", "Shown", "bar_sample", "draw_plot", "hollow_sample"]

SAMPLE_WIDTH = 0.16
"""Inches of a sample of the legend."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the bars are of, as far as it decides how they look."""

    sizes: Mapping[str, Counted]
    lit: frozenset[str] | None
    """Sites that are brought out; None: all alike."""
    places: frozenset[str]
    """Sites that name a place."""

    def is_place(self, key: str) -> bool:
        """Return whether a site names a place."""
        return key in self.places


def bar_sample(color: str) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of a filled bar."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.box(x, y - 0.06, SAMPLE_WIDTH, 0.12, color, gid, linewidth=0.0)

    return draw


def hollow_sample(state: str) -> Callable[[Sheet, float, float, str], Artist]:
    """Return the sample of a bar of patients without a site."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        more = _edge(sheet, state)
        return sheet.box(x, y - 0.06, SAMPLE_WIDTH, 0.12, sheet.style.paper, gid, **more)

    return draw


def _edge(sheet: Sheet, state: str) -> dict[str, Any]:
    hatch = {"unrecorded": "//////", "others": None, "none": "......"}[state]
    return {"edgecolor": sheet.style.faint_ink, "linewidth": 0.9, "hatch": hatch}


def draw_plot(
    sheet: Sheet, shown: Shown, laid: UpsetPage, top: float
) -> dict[str, tuple[Artist, ...]]:
    grid, marks = _draw_axis(sheet, laid, top)
    links, dots = _draw_matrix(sheet, shown, laid, top)
    return {
        "stripes": _draw_stripes(sheet, laid, top),
        "grid": grid,
        "axis labels": (*marks, *_draw_headings(sheet, laid, top)),
        **_draw_bars(sheet, shown, laid, top),
        **_draw_sizes(sheet, shown, laid, top),
        "links": links,
        "dots": dots,
    }


def _draw_headings(sheet: Sheet, laid: UpsetPage, top: float) -> list[Artist]:
    style = sheet.style
    return [
        sheet.write(
            x,
            top + y,
            text,
            size=style.caption_size,
            color=style.faint_ink,
            gid=f"upset-heading-{at}",
        )
        for at, (x, y, text) in enumerate(laid.headings, 1)
    ]


def _draw_stripes(sheet: Sheet, laid: UpsetPage, top: float) -> tuple[Artist, ...]:
    """Draw a quiet band behind every second row, so that the eye keeps to it."""
    wide = laid.matrix_right - laid.sizes_left
    return tuple(
        sheet.box(
            laid.sizes_left,
            top + laid.ys[key] - laid.heights[key] / 2,
            wide,
            laid.heights[key],
            sheet.style.other_fill,
            f"upset-stripe-{at}",
            linewidth=0.0,
            alpha=0.55,
            zorder=0,
        )
        for at, key in enumerate(laid.rows, 1)
        if at % 2
    )


def _draw_axis(
    sheet: Sheet, laid: UpsetPage, top: float
) -> tuple[tuple[Artist, ...], list[Artist]]:
    style = sheet.style
    lines, words = [], []
    for at, tick in enumerate(laid.axis.ticks):
        y = top + laid.bars_bottom - laid.axis.at(tick)
        ends = [(laid.matrix_left - 0.04, y), (laid.matrix_right, y)]
        line = LineStyle(0.6 if tick else 0.9)
        color = style.grid if tick else style.outline
        lines.append(sheet.line(ends, line, color, f"upset-grid-{at}", zorder=1))
        words.append(
            sheet.write(
                laid.matrix_left - 0.08,
                y,
                f"{tick:g} %",
                size=style.caption_size,
                align="right",
                color=style.faint_ink,
                gid=f"upset-tick-{at}",
            )
        )
    return tuple(lines), list(words)


def _draw_bars(
    sheet: Sheet, shown: Shown, laid: UpsetPage, top: float
) -> dict[str, tuple[Artist, ...]]:
    bars, numbers = [], []
    style, wide = sheet.style, 0.7 * laid.pitch
    for one, x in zip(laid.columns, laid.xs, strict=True):
        high = laid.axis.at(one.patients.percent)
        y = top + laid.bars_bottom - high
        gid = f"upset-bar-{one.key}"
        if one.state == "sites":
            color = _color(shown, style, one.sites)
            bars.append(sheet.box(x - wide / 2, y, wide, high, color, gid, linewidth=0.0, zorder=2))
        else:
            more = _edge(sheet, one.state)
            bars.append(sheet.box(x - wide / 2, y, wide, high, style.paper, gid, zorder=2, **more))
        number = sheet.write(
            x,
            y - (0.04 if laid.upright else 0.09),
            f"{one.patients.count:,}",
            size=style.caption_size,
            align="left" if laid.upright else "center",
            upright=laid.upright,
            gid=f"upset-number-{one.key}",
        )
        # Lines of the grid end before the digits.
        number.set_bbox({"facecolor": style.paper, "edgecolor": "none", "pad": 0.6 * sheet.scale})
        numbers.append(number)
    return {"bars": tuple(bars), "numbers": tuple(numbers)}


def _color(shown: Shown, style: Style, sites: Sequence[str]) -> str:
    if shown.lit is None:
        return style.edge_shades[0]
    return style.arrow if shown.lit & set(sites) else style.outline


def _draw_sizes(
    sheet: Sheet, shown: Shown, laid: UpsetPage, top: float
) -> dict[str, tuple[Artist, ...]]:
    style = sheet.style
    texts = {key: f"{shown.sizes[key].count:,}" for key in laid.rows}
    reserved = 0.05 + max(
        1.06 * text_width(text, style.caption_size, style.font) for text in texts.values()
    )
    unit = (laid.sizes_width - reserved) / max(shown.sizes[key].percent for key in laid.rows)
    right = laid.sizes_left + laid.sizes_width
    bars, numbers, labels = [], [], []
    for key in laid.rows:
        y, wide = top + laid.ys[key], unit * shown.sizes[key].percent
        high = 0.13
        color = _color(shown, style, (key,))
        bars.append(
            sheet.box(
                right - wide,
                y - high / 2,
                wide,
                high,
                color,
                f"upset-size-any--{key}",
                linewidth=0.0,
                zorder=2,
            )
        )
        numbers.append(
            sheet.write(
                right - wide - 0.04,
                y,
                texts[key],
                size=style.caption_size,
                align="right",
                gid=f"upset-total-any--{key}",
            )
        )
        labels += _draw_name(sheet, laid, key, y)
    return {
        "sizes": tuple(bars),
        "size numbers": tuple(numbers),
        "site labels": tuple(labels),
    }


def _draw_name(sheet: Sheet, laid: UpsetPage, key: str, y: float) -> list[Artist]:
    style, lines = sheet.style, laid.names[key]
    pitch = 0.85 * line_height(style.label_size)
    return [
        sheet.write(
            laid.labels_right,
            y + pitch * (at - (len(lines) - 1) / 2),
            line,
            size=style.label_size,
            align="right",
            gid=f"upset-label-any--{key}-{at + 1}",
        )
        for at, line in enumerate(lines)
    ]


def _draw_matrix(
    sheet: Sheet, shown: Shown, laid: UpsetPage, top: float
) -> tuple[tuple[Artist, ...], tuple[Artist, ...]]:
    """Draw a dot for each site of a combination, and a line that joins them."""
    style = sheet.style
    radius = min(0.3 * laid.pitch, 0.062)
    blank = [
        (x, top + laid.ys[key])
        for one, x in zip(laid.columns, laid.xs, strict=True)
        for key in laid.rows
        if key not in one.sites and one.state == "sites"
    ]
    links, dots = [], []
    if blank:
        dots.append(sheet.dots(blank, 0.32 * radius, style.unstudied_dot, "upset-blank"))
    for one, x in zip(laid.columns, laid.xs, strict=True):
        color = _color(shown, style, one.sites) if shown.lit is not None else style.ink
        ys = [top + laid.ys[key] for key in one.sites]
        if len(ys) > 1:
            ends = [(x, min(ys)), (x, max(ys))]
            links.append(
                sheet.line(ends, LineStyle(1.6), color, f"upset-link-{one.key}", zorder=2.5)
            )
        for key, y in zip(one.sites, ys, strict=True):
            fill = color if shown.is_place(key) else style.paper
            circle = Outline.circle((x, y), radius)
            gid = f"upset-dot-{one.key}-at-{key}"
            more = {"edgecolor": color, "linewidth": 1.0, "zorder": 3}
            dots.append(sheet.fill(circle, fill, gid, **more))
    return tuple(links), tuple(dots)
