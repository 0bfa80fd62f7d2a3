"""Where the cohorts of a picture of blood flow stand, and how they are drawn.

Apart from the plot because that says what is shown, and this where it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, sqrt
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._sheet.axis import draw_axis
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap, wrapped_widths
from metastasis.pictures._signs.dots import draw_dot, draw_span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["FlowPage", "FlowRow", "FlowSection", "draw_flow_page", "lay_out_flow"]

_PLOT: Final = (1.15, 1.9, 3.2)
"""Width of the axis in inches: at least, on a screen, and at most."""
_NAMES: Final = (0.62, 1.35)
"""Width of the names of sites, at least and at most."""
_BETWEEN: Final = 0.35
"""Between two columns."""
_GAP: Final = 0.1
_SPACE: Final = 0.13
"""Between two cohorts."""
_FOOT: Final = 0.24
"""Of an axis with its numbers."""
_PROPORTION: Final = 1.1
"""Height to width of a page of many columns, on a screen."""
_UNIT: Final = "% of the mentions of the sites compared"


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One site in one cohort, in percent of the mentions of the sites compared there."""

    key: str
    site: str
    label: str
    observed: float
    expected: float
    interval: tuple[float, float] | None
    shape: str
    verdict: str
    words: str
    """The ratio with its interval."""
    lit: bool


@dataclass(frozen=True, slots=True)
class FlowSection:
    """One cohort."""

    key: str
    primary: str
    label: str
    cohort: str
    rows: tuple[FlowRow, ...]
    note: str
    """What is not compared, and why; blank where everything is."""


@dataclass(frozen=True, slots=True)
class _CohortBlock:
    """A cohort as set in a column: its lines, and how high it is."""

    section: FlowSection
    heading: tuple[str, ...]
    """Of the primary; empty where the cohort above has the same."""
    people: tuple[str, ...]
    note: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]
    heights: tuple[float, ...]
    """Of the rows."""
    height: float


@dataclass(frozen=True, slots=True)
class FlowPage:
    """A picture as laid out, in inches."""

    columns: tuple[tuple[_CohortBlock, ...], ...]
    axis: ShareAxis
    names: float
    plot: float
    column: float
    left: float
    has_numbers: bool
    has_notes: bool
    unit: tuple[str, ...]
    width: float
    height: float


def lay_out_flow(
    sections: Sequence[FlowSection], axis: ShareAxis, style: Style, room: Room
) -> FlowPage | tuple[float, float]:
    """Return the page, or the width and height that would be needed where there is no room.

    The words under the cohorts fall away before that, and the ratios beside the axis.
    """
    content = room.width - 2 * style.margin
    needed = room.width, 1e9
    for has_numbers in (True, False):
        for has_notes in (True, False):
            found = _tried(sections, axis, style, room, content, (has_numbers, has_notes))
            if isinstance(found, FlowPage):
                return found
            needed = min(needed, found, key=lambda one: one[1])
    return needed


def _tried(
    sections: Sequence[FlowSection],
    axis: ShareAxis,
    style: Style,
    room: Room,
    content: float,
    detail: tuple[bool, bool],
) -> FlowPage | tuple[float, float]:
    has_numbers, has_notes = detail
    labels = {row.site: row.label for one in sections for row in one.rows}
    most = min(max(0.3 * content, _NAMES[0]), _NAMES[1])
    names, widest = wrapped_widths(labels, style.label_size, most, style.font)
    words = [row.words for one in sections for row in one.rows] if has_numbers else []
    numbers = max(
        (1.05 * text_width(one, style.caption_size, style.font) for one in words), default=0.0
    )
    fixed = widest + _GAP + (numbers + _GAP if has_numbers else 0.24)
    if fixed + _PLOT[0] > content + 1e-9:
        wide = fixed + _PLOT[0]
        roomy = replace(room, width=wide + 2 * style.margin + 1e-6, height=None)
        page = _tried(sections, axis, style, roomy, wide + 1e-6, detail)
        return roomy.width, page.height if isinstance(page, FlowPage) else page[1]
    most_columns = min(
        max(floor((content + _BETWEEN) / (fixed + _PLOT[0] + _BETWEEN)), 1), len(sections)
    )
    least = 1
    if room.fill:
        good = fixed + _PLOT[1] - 0.3 + _BETWEEN
        least = min(max(floor((content + _BETWEEN) / good), 1), most_columns)
    if not room.fill:
        total = sum(
            one.height for one in _blocks(sections, names, style, fixed + _PLOT[1], has_notes)
        )
        least = min(max(round(sqrt(total / (_PROPORTION * (fixed + _PLOT[1])))), 1), most_columns)
    lowest = 1e9
    for count in range(least, most_columns + 1):
        share = (content - (count - 1) * _BETWEEN) / count
        plot = min(share - fixed, _PLOT[2] if room.fill else max(_PLOT[1], _PLOT[0]))
        column = fixed + plot
        blocks = _blocks(sections, names, style, column, has_notes)
        columns = [_continued(one, style, column) for one in _share_out(blocks, count)]
        unit = tuple(wrap(_UNIT, style.caption_size, 0.98 * plot, style.font))
        below = _FOOT + len(unit) * line_height(style.caption_size) + 0.04
        height = below + max(_column_height(one) for one in columns)
        lowest = min(lowest, height)
        if room.height is None or height <= room.height + 1e-9:
            used = count * column + (count - 1) * _BETWEEN
            return FlowPage(
                columns=tuple(map(tuple, columns)),
                axis=axis,
                names=widest,
                plot=plot,
                column=column,
                left=style.margin + ((content - used) / 2 if room.fill else 0.0),
                has_numbers=has_numbers,
                has_notes=has_notes,
                unit=unit,
                width=room.width if room.fill else used + 2 * style.margin,
                height=height,
            )
    return room.width, lowest


def _blocks(
    sections: Sequence[FlowSection],
    names: Mapping[str, tuple[str, ...]],
    style: Style,
    column: float,
    has_notes: bool,
) -> list[_CohortBlock]:
    blocks = []
    for at, one in enumerate(sections):
        is_first = at == 0 or sections[at - 1].primary != one.primary
        size, small = style.label_size, style.caption_size
        heading = wrap(one.label, size, 0.96 * column, style.font, bold=True) if is_first else []
        people = wrap(one.cohort, small, 0.97 * column, style.font)
        note = wrap(one.note, small, 0.97 * column, style.font) if has_notes and one.note else []
        pitch = 0.85 * line_height(size)
        heights = tuple(max(style.row, 0.05 + pitch * len(names[row.site])) for row in one.rows)
        words = (len(people) + len(note)) * line_height(small) + (0.11 if note else 0.0)
        height = len(heading) * line_height(size) + words + 0.04 + sum(heights)
        blocks.append(
            _CohortBlock(one, tuple(heading), tuple(people), tuple(note), names, heights, height)
        )
    return blocks


def _continued(blocks: Sequence[_CohortBlock], style: Style, column: float) -> list[_CohortBlock]:
    """Return a column that names its primary, though the column before has done so."""
    first, *rest = blocks
    if first.heading:
        return list(blocks)
    said = f"{first.section.label}, continued"
    lines = tuple(wrap(said, style.label_size, 0.96 * column, style.font, bold=True))
    more = len(lines) * line_height(style.label_size)
    return [replace(first, heading=lines, height=first.height + more), *rest]


def _column_height(blocks: Sequence[_CohortBlock]) -> float:
    return sum(one.height for one in blocks) + _SPACE * max(len(blocks) - 1, 0)


def _share_out(blocks: Sequence[_CohortBlock], count: int) -> list[list[_CohortBlock]]:
    """Return blocks in columns whose highest is as low as can be, in the order given."""
    low, high = max(one.height for one in blocks), _column_height(blocks)
    best = [list(blocks)]
    for _ in range(30):
        middle = (low + high) / 2
        filled: list[list[_CohortBlock]] = [[]]
        for one in blocks:
            if filled[-1] and _column_height([*filled[-1], one]) > middle + 1e-9:
                filled.append([])
            filled[-1].append(one)
        if len(filled) <= count:
            best, high = filled, middle
        else:
            low = middle
    return best


# Drawing


class _FlowPen:
    """What is drawn so far, by role."""

    ROLES: Final = (
        "primary labels",
        "cohort labels",
        "site labels",
        "numbers",
        "notes",
        "grid",
        "axes",
        "axis labels",
        "ties",
        "expected",
        "intervals",
        "marks",
    )

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.artists: dict[str, list[Artist]] = {role: [] for role in self.ROLES}

    def write(self, role: str, x: float, y: float, text: str, gid: str, **more: Any) -> None:
        self.artists[role].append(self.sheet.write(x, y, text, gid=gid, **more))


def draw_flow_page(
    sheet: Sheet, page: FlowPage, top: float, color_of: Callable[[str], str]
) -> dict[str, tuple[Artist, ...]]:
    """Draw every cohort, and an axis under each column; return the artists by role."""
    pen = _FlowPen(sheet)
    for at, blocks in enumerate(page.columns):
        left = page.left + at * (page.column + _BETWEEN)
        y, spans = top, []
        for block in blocks:
            spans.append(_draw_block(pen, page, block, left, y, color_of))
            y += block.height + _SPACE
        y -= _SPACE
        axis = left + page.names + _GAP
        drawn = draw_axis(sheet, page.axis, axis, page.plot, spans, y, f"flow-axis-{at + 1}")
        pen.artists["grid"].append(drawn[0])
        pen.artists["axes"].append(drawn[1])
        pen.artists["axis labels"] += drawn[2]
        size = sheet.style.caption_size
        faint: dict[str, Any] = {"size": size, "color": sheet.style.faint_ink}
        for line, text in enumerate(page.unit):
            below = y + _FOOT + (line + 0.4) * line_height(size)
            pen.write("axis labels", axis, below, text, f"flow-unit-{at + 1}-{line + 1}", **faint)
        if page.has_numbers:
            x, below = axis + page.plot + _GAP, y + _FOOT + 0.4 * line_height(size)
            pen.write("axis labels", x, below, "ratio", f"flow-unit-{at + 1}-ratio", **faint)
    return {role: tuple(found) for role, found in pen.artists.items()}


def _draw_block(
    pen: _FlowPen,
    page: FlowPage,
    block: _CohortBlock,
    left: float,
    top: float,
    color_of: Callable[[str], str],
) -> tuple[float, float]:
    """Draw a cohort; return the heights between which its rows are."""
    style, key, y = pen.sheet.style, block.section.key, top
    for at, text in enumerate(block.heading):
        gid = f"flow-heading-{key}-{at + 1}"
        line = line_height(style.label_size)
        pen.write("primary labels", left, y + line / 2, text, gid, size=style.label_size, bold=True)
        y += line
    small = line_height(style.caption_size)
    faint: dict[str, Any] = {"size": style.caption_size, "color": style.faint_ink}
    for at, text in enumerate(block.people):
        pen.write(
            "cohort labels", left, y + small / 2, text, f"flow-cohort-{key}-{at + 1}", **faint
        )
        y += small
    y += 0.04
    first = y
    for row, high in zip(block.section.rows, block.heights, strict=True):
        _draw_row(pen, page, row, block.names[row.site], left, y + high / 2, color_of)
        y += high
    last = y
    y += 0.05
    for at, text in enumerate(block.note):
        pen.write("notes", left, y + small / 2, text, f"flow-note-{key}-{at + 1}", **faint)
        y += small
    return first, last


def _draw_row(
    pen: _FlowPen,
    page: FlowPage,
    row: FlowRow,
    lines: Sequence[str],
    left: float,
    y: float,
    color_of: Callable[[str], str],
) -> None:
    sheet, style = pen.sheet, pen.sheet.style
    color = color_of(row.verdict) if row.lit else style.outline
    ink = style.ink if row.lit else style.faint_ink
    pitch = 0.85 * line_height(style.label_size)
    for at, text in enumerate(lines):
        at_y = y + pitch * (at - (len(lines) - 1) / 2)
        gid = f"flow-label-{row.key}-{at + 1}"
        pen.write(
            "site labels",
            left + page.names,
            at_y,
            text,
            gid,
            size=style.label_size,
            align="right",
            color=ink,
        )
    axis, start = page.axis, left + page.names + _GAP
    xs = [start + page.plot * axis.at(value) for value in (row.observed, row.expected)]
    put = pen.artists
    put["ties"].append(draw_span(sheet, min(xs), max(xs), y, color, f"flow-tie-{row.key}", 0.6))
    put["expected"].append(
        draw_dot(sheet, xs[1], y, "bar", style.faint_ink, f"flow-expected-{row.key}")
    )
    if row.interval:
        ends = [start + page.plot * axis.at(value) for value in row.interval]
        put["intervals"].append(
            draw_span(sheet, ends[0], ends[1], y, color, f"flow-interval-{row.key}", 2.0)
        )
    is_open = row.shape == "circle"
    shape = "square" if row.verdict == "not told apart from flow" else row.shape
    if axis.is_beyond(row.observed):
        shape = "left" if row.observed < axis.low else "right"
        xs[0] += 0.06 if shape == "left" else -0.06
    put["marks"].append(
        draw_dot(sheet, xs[0], y, shape, color, f"flow-mark-{row.key}", hollow=is_open)
    )
    if page.has_numbers:
        x = start + page.plot + _GAP
        pen.write(
            "numbers", x, y, row.words, f"flow-number-{row.key}", size=style.caption_size, color=ink
        )
