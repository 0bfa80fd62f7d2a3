"""How an alluvial diagram is drawn: flows, blocks, names and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.path import Path

from metastasis.pictures._alluvial_flows import NOT_STATED
from metastasis.pictures._alluvial_layout import APART, BLOCK, key_of, with_number
from metastasis.pictures._mark import draw_square, is_disputed
from metastasis.pictures._sheet import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._alluvial_layout import Streams
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_flows"]


def draw_flows(sheet: Sheet, laid: Streams, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw flows, blocks, leaders, labels and numbers from a height on; return them by role."""
    palette = sheet.style.primaries
    colors = {block.key: palette[at % len(palette)] for at, block in enumerate(laid.columns[0])}
    return {
        "flows": tuple(_draw_flows(sheet, laid, top, colors)),
        "conflict marks": tuple(_draw_conflicts(sheet, laid, top)),
        "primary blocks": tuple(_draw_blocks(sheet, laid, top, 0, colors)),
        "middle blocks": tuple(_draw_middles(sheet, laid, top)),
        "site blocks": tuple(_draw_blocks(sheet, laid, top, 2, {})),
        "primary labels": tuple(_draw_labels(sheet, laid, top, 0)),
        "middle labels": tuple(_draw_middle_labels(sheet, laid, top)),
        "site labels": tuple(_draw_labels(sheet, laid, top, 2)),
        "numbers": tuple(_draw_numbers(sheet, laid, top)),
    }


def _draw_flows(
    sheet: Sheet, laid: Streams, top: float, colors: Mapping[str, str]
) -> Iterator[Artist]:
    """Draw each flow as one shape in two parts, before and behind the middle; large ones first."""
    first, second, third, fourth = laid.edges
    for flow in sorted(laid.flows, key=lambda one: -one.weight):
        thick = laid.unit * flow.weight
        leaves, enters, goes_on, arrives = (top + y for y in laid.bands[key_of(flow)])
        path = Path.make_compound_path(
            _ribbon(first, leaves, second, enters, thick),
            _ribbon(third, goes_on, fourth, arrives, thick),
        )
        gid = f"alluvial-flow-{'--'.join(key_of(flow))}".replace(" ", "-")
        color, paper = colors[flow.primary], sheet.style.paper
        yield sheet.fill(path, color, gid, alpha=0.6, edgecolor=paper, linewidth=0.4, zorder=2)


def _draw_conflicts(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Mark the flows of pairs that sources conflict on, half their way to the site."""
    _, _, third, fourth = laid.edges
    for flow in laid.flows:
        if is_disputed(flow.pair):
            *_, goes_on, arrives = laid.bands[key_of(flow)]
            y = top + (goes_on + arrives + laid.unit * flow.weight) / 2
            gid = f"alluvial-conflict-{'--'.join(key_of(flow))}".replace(" ", "-")
            yield draw_square(sheet, (third + fourth) / 2, y, gid)


def _ribbon(x1: float, y1: float, x2: float, y2: float, thick: float) -> Path:
    """Return a band that leaves and arrives level."""
    bend = 0.5 * (x2 - x1)
    points = [
        (x1, y1),
        (x1 + bend, y1),
        (x2 - bend, y2),
        (x2, y2),
        (x2, y2 + thick),
        (x2 - bend, y2 + thick),
        (x1 + bend, y1 + thick),
        (x1, y1 + thick),
        (x1, y1),
    ]
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _draw_blocks(
    sheet: Sheet, laid: Streams, top: float, at: int, colors: Mapping[str, str]
) -> Iterator[Artist]:
    kind, x = ("site", laid.edges[3]) if at else ("primary", laid.edges[0] - BLOCK)
    for block in laid.columns[at]:
        color = colors.get(block.key, sheet.style.ink)
        high = max(block.high - block.low, 0.01)
        gid = f"alluvial-block-{kind}-{block.key}"
        yield sheet.box(x, top + block.low, BLOCK, high, color, gid, linewidth=0.0, zorder=3)


def _draw_middles(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Draw the blocks in the middle; that of no stated route is open and dashed."""
    style = sheet.style
    left, right = laid.edges[1:3]
    for block in laid.columns[1]:
        look = {"edgecolor": style.faint_ink, "linewidth": 0.8}
        if block.key == NOT_STATED:
            look |= {"linestyle": (0, (4.0, 2.5))}
        fill = style.paper if block.key == NOT_STATED else style.other_fill
        gid = f"alluvial-block-middle-{block.key}".replace(" ", "-")
        yield sheet.box(
            left, top + block.low, right - left, block.high - block.low, fill, gid, zorder=3, **look
        )


def _draw_middle_labels(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    x = (laid.edges[1] + laid.edges[2]) / 2
    for block in laid.columns[1]:
        gid = f"alluvial-label-middle-{block.key}".replace(" ", "-")
        size = sheet.style.label_size
        yield sheet.write(
            x,
            top + block.text,
            with_number(block, adds_up=laid.adds_up),
            size=size,
            align="center",
            gid=gid,
        )


def _text_end(laid: Streams, at: int) -> tuple[float, int, str]:
    """Return where texts of a side start, in which direction they go, and how they are set."""
    if at == 0:
        return laid.edges[0] - BLOCK - APART, -1, "right"
    return laid.edges[3] + BLOCK + APART, 1, "left"


def _number_width(sheet: Sheet, laid: Streams, at: int) -> float:
    style = sheet.style
    widths = [
        text_width(block.number, style.caption_size, style.font)
        for block in laid.columns[at]
        if block.number
    ]
    return 1.05 * max(widths) + 0.1 if widths else 0.0


def _draw_labels(sheet: Sheet, laid: Streams, top: float, at: int) -> Iterator[Artist]:
    x, sign, align = _text_end(laid, at)
    x += sign * _number_width(sheet, laid, at)
    kind = "site" if at else "primary"
    for block in laid.columns[at]:
        gid = f"alluvial-label-{kind}-{block.key}"
        size = sheet.style.label_size
        yield sheet.write(x, top + block.text, block.label, size=size, align=align, gid=gid)


def _draw_numbers(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Write beside each name how many it counts, right-aligned."""
    style = sheet.style
    for at in (0, 2):
        x, _, _ = _text_end(laid, at)
        right = x + (_number_width(sheet, laid, at) - 0.1 if at else 0.0)
        for block in (one for one in laid.columns[at] if one.number):
            yield sheet.write(
                right,
                top + block.text,
                block.number,
                size=style.caption_size,
                align="right",
                color=style.faint_ink,
                gid=f"alluvial-number-{'site' if at else 'primary'}-{block.key}",
            )
