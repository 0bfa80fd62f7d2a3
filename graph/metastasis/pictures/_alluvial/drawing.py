"""How an alluvial diagram is drawn: streams, blocks, names, numbers and what stands above them.

Apart from what is said of it because either is read without the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._alluvial.layout import APART, BLOCK, LEADING
from metastasis.pictures._alluvial.streams import NOT_STATED, key_of
from metastasis.pictures._said.mark import is_disputed, shown_basis
from metastasis.pictures._signs.signs import (
    CORNER,
    basis_radius,
    clear_place,
    draw_basis,
    draw_square,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._alluvial.layout import Block, Streams
    from metastasis.pictures._alluvial.streams import Flow
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["draw_flows"]

_DISPUTED: Final = tuple((50 + step) / 100 for step in range(40))
"""At which share of its way to the site a flow is marked where sources conflict: the first that is
clear of other marks."""
_RESTS: Final = tuple((88 - step) / 100 for step in range(80))
"""The same of what its edge rests on."""
_APART: Final = 0.15
"""Inches between the middles of two marks at least."""
_CROWDED: Final = 150
"""Streams, from which squares are small."""
_STRENGTHS: Final = (0.6, 0.12)
"""Opacity of a stream, and of one that is not brought out."""


def draw_flows(
    sheet: Sheet,
    laid: Streams,
    top: float,
    *,
    signs: bool,
    is_lit: Callable[[Flow], bool],
) -> dict[str, tuple[Artist, ...]]:
    """Draw flows, blocks, labels and numbers from a height on; return them by role.

    ``signs``: what edges rest on stands on their flows. What is not lit is faded.
    """
    palette = sheet.style.primaries
    colors = {block.key: palette[at % len(palette)] for at, block in enumerate(laid.columns[0])}
    lit = [key_of(flow) for flow in laid.flows if is_lit(flow)]
    bold, middles, sites = ({keys[at] for keys in lit} for at in range(3))
    return {
        "flows": tuple(_draw_flows(sheet, laid, top, colors, is_lit)),
        **_draw_marks(sheet, laid, top, colors, signs=signs),
        "primary blocks": tuple(_draw_blocks(sheet, laid, top, 0, colors)),
        "middle blocks": tuple(_draw_middles(sheet, laid, top)),
        "site blocks": tuple(_draw_blocks(sheet, laid, top, 2, {})),
        "primary labels": tuple(_draw_labels(sheet, laid, top, 0, bold)),
        "middle labels": tuple(_draw_middle_labels(sheet, laid, top, middles)),
        "site labels": tuple(_draw_labels(sheet, laid, top, 2, sites)),
        "numbers": tuple(_draw_numbers(sheet, laid, top)),
        "headings": tuple(_draw_headings(sheet, laid, top)),
    }


def _draw_flows(
    sheet: Sheet,
    laid: Streams,
    top: float,
    colors: Mapping[str, str],
    is_lit: Callable[[Flow], bool],
) -> Iterator[Artist]:
    """Draw each flow as one shape in two parts, before and behind the middle; large ones first."""
    first, second, third, fourth = laid.edges
    for flow in sorted(laid.flows, key=lambda one: (is_lit(one), -one.weight)):
        thick = laid.unit * flow.weight
        leaves, enters, goes_on, arrives = (top + y for y in laid.bands[key_of(flow)])
        path = Path.make_compound_path(
            _ribbon(first, leaves, second, enters, thick),
            _ribbon(third, goes_on, fourth, arrives, thick),
        )
        gid = _gid("flow", flow)
        # A seam between neighbors, where they are thick enough to have one.
        seam = min(0.4, 72 * thick / 5)
        yield sheet.fill(
            path,
            colors[flow.primary],
            gid,
            alpha=_STRENGTHS[not is_lit(flow)],
            edgecolor=sheet.style.paper,
            linewidth=seam,
            zorder=2,
        )


def _draw_marks(
    sheet: Sheet, laid: Streams, top: float, colors: Mapping[str, str], *, signs: bool
) -> dict[str, tuple[Artist, ...]]:
    """Mark on their way to the site what sources conflict on, and what edges rest on.

    Each mark stands where it is clear of those before it.
    """
    taken: list[Point] = []

    def place(flow: Flow, shares: Sequence[float]) -> Point:
        places = [_point_of(laid, flow, top, share) for share in shares]
        taken.append(clear_place(places, taken, _APART))
        return taken[-1]

    small = {"half": CORNER} if len(laid.flows) > _CROWDED else {}
    disputed = [
        draw_square(sheet, *place(flow, _DISPUTED), _gid("conflict", flow), **small)
        for flow in laid.flows
        if is_disputed(flow.pair)
    ]
    found = [(flow, basis) for flow in laid.flows if signs and (basis := shown_basis(flow.pair))]
    radius = basis_radius(len(found))
    rests = [
        draw_basis(
            sheet,
            *place(flow, _RESTS),
            basis,
            _gid("basis", flow),
            radius=radius,
            color=colors[flow.primary],
        )
        for flow, basis in found
    ]
    return {"conflict marks": tuple(disputed), "basis marks": tuple(rests)}


def _gid(role: str, flow: Flow) -> str:
    return f"alluvial-{role}-{'--'.join(key_of(flow))}".replace(" ", "-")


def _point_of(laid: Streams, flow: Flow, top: float, share: float) -> Point:
    """Return the middle of a flow at a share of its way from the middle to the site."""
    _, _, third, fourth = laid.edges
    *_, goes_on, arrives = laid.bands[key_of(flow)]
    bent = 1.5 * share * (1 - share) + share**3
    risen = share**2 * (3 - 2 * share)
    y = goes_on + risen * (arrives - goes_on) + laid.unit * flow.weight / 2
    return third + bent * (fourth - third), top + y


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


def _draw_middle_labels(
    sheet: Sheet, laid: Streams, top: float, bold: Collection[str]
) -> Iterator[Artist]:
    x = (laid.edges[1] + laid.edges[2]) / 2
    for block in laid.columns[1]:
        gid = f"alluvial-label-middle-{block.key}".replace(" ", "-")
        yield from _write_lines(sheet, laid, block, x, top, "center", gid, bold)


def _write_lines(
    sheet: Sheet,
    laid: Streams,
    block: Block,
    x: float,
    top: float,
    align: str,
    gid: str,
    bold: Collection[str],
) -> Iterator[Artist]:
    pitch = LEADING * laid.size / 72
    first = top + block.text - pitch * (len(block.lines) - 1) / 2
    for at, line in enumerate(block.lines):
        yield sheet.write(
            x,
            first + pitch * at,
            line,
            size=laid.size,
            align=align,
            color=None if block.key in bold else sheet.style.faint_ink,
            gid=f"{gid}-{at + 1}" if at else gid,
        )


def _draw_headings(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    for at, one in enumerate(laid.headings, 1):
        yield sheet.write(
            one.x,
            top + one.y,
            one.text,
            size=laid.small,
            align=one.align,
            color=sheet.style.faint_ink,
            gid=f"alluvial-heading-{at}",
        )


def _text_end(laid: Streams, at: int) -> tuple[float, int, str]:
    """Return where texts of a side start, in which direction they go, and how they are set."""
    if at == 0:
        return laid.edges[0] - BLOCK - APART, -1, "right"
    return laid.edges[3] + BLOCK + APART, 1, "left"


def _draw_labels(
    sheet: Sheet, laid: Streams, top: float, at: int, bold: Collection[str]
) -> Iterator[Artist]:
    x, sign, align = _text_end(laid, at)
    x += sign * laid.numbers[at // 2]
    kind = "site" if at else "primary"
    for block in laid.columns[at]:
        gid = f"alluvial-label-{kind}-{block.key}"
        yield from _write_lines(sheet, laid, block, x, top, align, gid, bold)


def _draw_numbers(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Write beside each name how many it counts, right-aligned."""
    for at in (0, 2):
        x, _, _ = _text_end(laid, at)
        right = x + (laid.numbers[1] - 0.1 if at else 0.0)
        for block in (one for one in laid.columns[at] if one.number):
            yield sheet.write(
                right,
                top + block.text,
                block.number,
                size=laid.small,
                align="right",
                color=sheet.style.faint_ink,
                gid=f"alluvial-number-{'site' if at else 'primary'}-{block.key}",
            )
