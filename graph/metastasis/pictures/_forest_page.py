"""The page of a forest plot: its rows and groups, how they are set in columns, and drawn.

Apart from the forest plot because that says what the rows are, and this where they go. Long
because the records of the page, its layout and its drawing change together.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path

from metastasis.pictures._sheet import line_height, text_width, wrap
from metastasis.pictures._signs import draw_square
from metastasis.pictures._style import LineStyle
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["Columns", "NumberGroup", "Row", "Section", "draw_mark", "draw_page", "lay_out_page"]

_TOPS: Final = (1.0, 5.0, 20.0, 100.0)
"""Where the axis of a group may end, in percent."""


@dataclass(frozen=True, slots=True)
class Row:
    """One statement, or a pooled value: who says it, on whom, and the share with its interval."""

    key: str
    source: str
    narrowed: str
    """To whom it applies, if not to the whole population, and by which route; else blank."""
    words: str
    """What stands at the right: n/N with share and interval, or the words of the source."""
    percent: float | None = None
    interval: tuple[float, float] | None = None
    pooled: bool = False
    rounded: bool = False
    """Whether the interval follows from a printed percentage, not from a count."""


@dataclass(frozen=True, slots=True)
class NumberGroup:
    """The numbers that may be compared: one denominator, setting, occurrence and stage."""

    label: str
    rows: tuple[Row, ...]
    of_sites: bool
    """Whether it is of the patients with a metastasis at the site how many have the primary."""

    @property
    def top(self) -> float:
        """The end of the axis in percent."""
        ends = [row.interval[1] if row.interval else row.percent or 0.0 for row in self.rows]
        return next((top for top in _TOPS if top >= max(ends) - 1e-9), _TOPS[-1])


@dataclass(frozen=True, slots=True)
class Section:
    """All that is said of a pair: groups with numbers, then what is only said in words."""

    pair: Pair
    groups: tuple[NumberGroup, ...]
    in_words: tuple[Row, ...]


# Where the lines are placed

_PLOT = 2.2
"""Width of the axes in inches."""
_NAMES = 2.3
"""Width of what stands left of them at most."""
_INDENT = 0.12
"""Inches by which a row stands in from its group."""
_BETWEEN = 0.45
"""Between two columns of the page."""
_HEADINGS = {"primary": 0.34, "site": 0.27, "group": 0.235, "axis": 0.25, "space": 0.09}
"""Heights of the lines that are no statements, in inches."""
_PROPORTION = 1.3
"""Height to width of a page of many columns."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a column: what it is, and where it starts from the top of its column."""

    kind: str
    """``primary``, ``continued``, ``site``, ``group``, ``row``, ``axis`` or ``space``."""
    y: float
    height: float
    section: Section
    group: NumberGroup | None = None
    row: Row | None = None
    number: int = 0
    """Of the group within its pair."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a page with their lines, in inches."""

    columns: tuple[tuple[PageLine, ...], ...]
    names: float
    """Width of what stands left of the axes."""
    numbers: float
    """Width of what stands right of them."""
    width: float
    height: float
    margin: float

    @property
    def column(self) -> float:
        """Width of a column."""
        return self.names + _PLOT + self.numbers


@dataclass(slots=True)
class _Stack:
    """Lines set one below the other."""

    lines: list[PageLine] = field(default_factory=list)
    y: float = 0.0

    def add(self, kind: str, section: Section, height: float, **more: Any) -> None:
        self.lines.append(PageLine(kind, self.y, height, section, **more))
        self.y += height


def lay_out_page(sections: Sequence[Section], style: Style) -> Columns:
    """Set the statements of each pair below one another, in as many columns as a page wants."""
    firsts = [next(of) for _, of in groupby(sections, key=lambda one: one.pair.primary)]
    stacks = [_stack(one, style, first=one in firsts) for one in sections]
    rows = [row for one in sections for row in _all_rows(one)]
    names = max(_name_width(row, style) for row in rows) + 2 * _INDENT + 0.14
    numbers = 0.12 + max(
        1.04 * text_width(row.words, style.caption_size, style.font) for row in rows
    )
    total = sum(stack.y for stack in stacks)
    wide = names + _PLOT + numbers + _BETWEEN
    count = min(max(1, round(sqrt(total / (_PROPORTION * wide)))), len(stacks))
    columns = [_joined(column) for column in _share_out(stacks, total / count)]
    return Columns(
        columns=tuple(tuple(column.lines) for column in columns),
        names=names,
        numbers=numbers,
        width=max(len(columns) * wide - _BETWEEN + 2 * style.margin, 6.0),
        height=max(column.y for column in columns),
        margin=style.margin,
    )


def _all_rows(section: Section) -> list[Row]:
    return [row for group in section.groups for row in group.rows] + list(section.in_words)


def _name_lines(row: Row, style: Style) -> list[str]:
    """Return the source, and below it to whom the statement applies."""
    if not row.narrowed:
        return [row.source]
    return [row.source, *wrap(row.narrowed, style.caption_size, _NAMES, style.font)]


def _name_width(row: Row, style: Style) -> float:
    first, *rest = _name_lines(row, style)
    wide = [text_width(first, style.legend_size, style.font)]
    wide += [text_width(line, style.caption_size, style.font) for line in rest]
    return 1.04 * max(wide)


def _stack(section: Section, style: Style, *, first: bool) -> _Stack:
    """Return the lines of one pair, below the name of the primary if it is the first of it."""
    stack = _Stack()
    if first:
        stack.add("primary", section, _HEADINGS["primary"])
    stack.add("site", section, _HEADINGS["site"])
    for number, group in enumerate(section.groups):
        stack.add("group", section, _HEADINGS["group"], group=group, number=number)
        for row in group.rows:
            more = {"group": group, "row": row, "number": number}
            stack.add("row", section, _row_height(row, style), **more)
        stack.add("axis", section, _HEADINGS["axis"], group=group, number=number)
    for row in section.in_words:
        stack.add("row", section, _row_height(row, style), row=row)
    stack.add("space", section, _HEADINGS["space"])
    return stack


def _row_height(row: Row, style: Style) -> float:
    lines = len(_name_lines(row, style)) - 1
    return 0.95 * style.row + lines * line_height(style.caption_size)


def _share_out(stacks: Sequence[_Stack], target: float) -> list[list[_Stack]]:
    """Return the sections in columns of about one height, in the order given."""
    columns: list[list[_Stack]] = [[]]
    used = 0.0
    for stack in stacks:
        if columns[-1] and used + stack.y / 2 > target * len(columns):
            columns.append([])
        columns[-1].append(stack)
        used += stack.y
    return columns


def _joined(stacks: Sequence[_Stack]) -> _Stack:
    """Return one column; one that starts amid a primary names it again."""
    column = _Stack()
    if stacks and stacks[0].lines[0].kind != "primary":
        column.add("continued", stacks[0].lines[0].section, _HEADINGS["primary"])
    for stack in stacks:
        top = column.y
        column.lines += [replace(line, y=top + line.y) for line in stack.lines]
        column.y += stack.y
    return column


# Drawing


@dataclass(frozen=True, slots=True)
class _Gathered:
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


def draw_page(sheet: Sheet, page: Columns, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw every line from a height on; return the artists by role."""
    pen = _Gathered(sheet, {role: [] for role in _ROLES})
    for at, lines in enumerate(page.columns):
        left = page.margin + at * (page.column + _BETWEEN)
        for group in _in_groups(lines):
            _draw_group(pen, group, left, left + page.names, top)
    return {role: tuple(found) for role, found in pen.artists.items()}


def _in_groups(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """Return the lines in runs: those of one group with its axis, all others alone."""
    runs = groupby(
        enumerate(lines),
        key=lambda item: (
            (item[1].section.pair.primary, item[1].section.pair.site, item[1].number)
            if item[1].group
            else item[0]
        ),
    )
    return [[line for _, line in run] for _, run in runs]


def _draw_group(
    pen: _Gathered, lines: Sequence[PageLine], left: float, axis: float, top: float
) -> None:
    for line in lines:
        middle = top + line.y + line.height / 2
        if line.kind in ("primary", "continued", "site", "group"):
            _draw_heading(pen, line, left, middle)
        elif line.kind == "axis":
            first = next(one for one in lines if one.kind == "row")
            _draw_axis(pen, line, axis, top + first.y, top + line.y)
        elif line.row:
            _draw_row(pen, line, left, axis, top + line.y)


def _draw_heading(pen: _Gathered, line: PageLine, left: float, y: float) -> None:
    style, pair = pen.sheet.style, line.section.pair
    ends = f"{pair.primary}--{pair.site}"
    name = capitalize(pair.primary_label)
    role, text, size, gid = {
        "primary": (
            "primary labels",
            name,
            style.label_size + 1,
            f"label-primary-{pair.primary}",
        ),
        "continued": ("continued labels", f"{name}, continued", style.label_size, f"again-{ends}"),
        "site": (
            "site labels",
            capitalize(pair.site_label),
            style.label_size,
            f"label-site-{ends}",
        ),
        "group": (
            "group labels",
            line.group.label if line.group else "",
            style.legend_size,
            f"group-{ends}-{line.number}",
        ),
    }[line.kind]
    x = left + (_INDENT if line.kind == "group" else 0.0)
    bold = line.kind in ("primary", "site")
    pen.put(role, pen.sheet.write(x, y, text, size=size, bold=bold, gid=f"forest-{gid}"))
    if line.kind == "site" and pair.status == "conflicting":
        x += 1.04 * text_width(text, size, style.font, bold) + _INDENT
        pen.put("conflict marks", draw_square(pen.sheet, x, y, f"forest-conflict-{ends}"))


def _draw_axis(pen: _Gathered, line: PageLine, left: float, high: float, low: float) -> None:
    """Draw the axis of a group with its ticks as one artist, and what stands at the ticks."""
    group, pair, sheet = line.group, line.section.pair, pen.sheet
    if group is None:
        return
    places = [0.0, group.top / 2, group.top]
    xs = [left + _PLOT * place / group.top for place in places]
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
    pen.put("axes", grid)
    for number, (x, place) in enumerate(zip(xs, places, strict=True)):
        text = f"{place:g} %"
        pen.put(
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


def _draw_row(pen: _Gathered, line: PageLine, left: float, axis: float, top: float) -> None:
    """Write who says what, and draw the share with its interval."""
    row, style, sheet = line.row, pen.sheet.style, pen.sheet
    if row is None:
        return
    y = top + 0.95 * style.row / 2
    gid = f"{row.key}-{line.section.pair.primary}--{line.section.pair.site}"
    first, *rest = _name_lines(row, style)
    x = left + 2 * _INDENT
    size, bold = style.legend_size, row.pooled
    pen.put(
        "source labels",
        sheet.write(x, y, first, size=size, bold=bold, gid=f"forest-source-{gid}"),
    )
    for number, text in enumerate(rest, 1):
        below = y + number * line_height(style.caption_size)
        name = f"forest-source-{gid}-{number}"
        color = style.faint_ink
        pen.put(
            "source labels",
            sheet.write(x, below, text, size=style.caption_size, color=color, gid=name),
        )
    in_words = line.group is None
    x = axis if in_words else axis + _PLOT + 0.12
    pen.put(
        "numbers",
        sheet.write(x, y, row.words, size=style.caption_size, gid=f"forest-number-{gid}"),
    )
    if line.group is not None and row.percent is not None:
        unit = _PLOT / line.group.top
        _draw_share(pen, row, axis, unit, y, gid)


def _draw_share(pen: _Gathered, row: Row, axis: float, unit: float, y: float, gid: str) -> None:
    sheet, percent = pen.sheet, row.percent or 0.0
    if row.interval and not row.pooled:
        ends = [(axis + unit * end, y) for end in row.interval]
        line = sheet.line(ends, LineStyle(1.6), sheet.style.ink, f"forest-interval-{gid}", zorder=2)
        pen.put("intervals", line)
    x = axis + unit * percent
    if row.pooled and row.interval:
        low, high = (axis + unit * end for end in row.interval)
        corners = [(low, y), (x, y - 0.075), (high, y), (x, y + 0.075)]
        color = sheet.style.arrow
        pen.put("marks", sheet.shape(corners, color, f"forest-mark-{gid}", zorder=3))
        return
    pen.put("marks", draw_mark(sheet, x, y, f"forest-mark-{gid}", counted=bool(row.interval)))


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
