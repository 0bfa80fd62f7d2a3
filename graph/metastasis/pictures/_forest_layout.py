"""Where the rows of a forest plot stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from math import sqrt
from typing import TYPE_CHECKING, Any

from metastasis.pictures._sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.pictures._forest_rows import Group, PairRows, Row
    from metastasis.pictures._style import Style

__all__ = ["BETWEEN", "INDENT", "PLOT", "Forest", "Line", "lay_out_forest", "name_lines"]

PLOT = 2.2
"""Width of the axes in inches."""
_NAMES = 2.3
"""Width of what stands left of them at most."""
INDENT = 0.12
BETWEEN = 0.45
"""Between two columns of the page."""
_HEADINGS = {"primary": 0.34, "site": 0.27, "group": 0.235, "axis": 0.25, "space": 0.09}
"""Heights of the lines that are no statements, in inches."""
_PROPORTION = 1.3
"""Height to width of a page of many columns."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column: what it is, and where it starts from the top of its column."""

    kind: str
    """``primary``, ``continued``, ``site``, ``group``, ``row``, ``axis`` or ``space``."""
    y: float
    height: float
    pair: PairRows
    group: Group | None = None
    row: Row | None = None
    number: int = 0
    """Of the group within its pair."""


@dataclass(frozen=True, slots=True)
class Forest:
    """The columns of a page with their lines, in inches."""

    columns: tuple[tuple[Line, ...], ...]
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
        return self.names + PLOT + self.numbers


@dataclass(slots=True)
class _Stack:
    """Lines set one below the other."""

    lines: list[Line] = field(default_factory=list)
    y: float = 0.0

    def add(self, kind: str, pair: PairRows, height: float, **more: Any) -> None:
        self.lines.append(Line(kind, self.y, height, pair, **more))
        self.y += height


def lay_out_forest(pairs: Sequence[PairRows], style: Style) -> Forest:
    """Set the statements of each pair below one another, in as many columns as a page wants."""
    firsts = [next(of) for _, of in groupby(pairs, key=lambda one: one.pair.primary)]
    sections = [_section(pair, style, first=pair in firsts) for pair in pairs]
    rows = [row for pair in pairs for row in _all_rows(pair)]
    names = max(_name_width(row, style) for row in rows) + 2 * INDENT + 0.14
    numbers = 0.12 + max(
        1.04 * text_width(row.words, style.caption_size, style.font) for row in rows
    )
    total = sum(section.y for section in sections)
    wide = names + PLOT + numbers + BETWEEN
    count = min(max(1, round(sqrt(total / (_PROPORTION * wide)))), len(sections))
    columns = [_joined(column) for column in _share_out(sections, total / count)]
    return Forest(
        columns=tuple(tuple(column.lines) for column in columns),
        names=names,
        numbers=numbers,
        width=max(len(columns) * wide - BETWEEN + 2 * style.margin, 6.0),
        height=max(column.y for column in columns),
        margin=style.margin,
    )


def _all_rows(pair: PairRows) -> list[Row]:
    return [row for group in pair.groups for row in group.rows] + list(pair.in_words)


def name_lines(row: Row, style: Style) -> list[str]:
    """Return the source, and below it to whom the statement applies."""
    if not row.narrowed:
        return [row.source]
    return [row.source, *wrap(row.narrowed, style.caption_size, _NAMES, style.font)]


def _name_width(row: Row, style: Style) -> float:
    first, *rest = name_lines(row, style)
    wide = [text_width(first, style.legend_size, style.font)]
    wide += [text_width(line, style.caption_size, style.font) for line in rest]
    return 1.04 * max(wide)


def _section(pair: PairRows, style: Style, *, first: bool) -> _Stack:
    """Return the lines of one pair, below the name of the primary if it is the first of it."""
    stack = _Stack()
    if first:
        stack.add("primary", pair, _HEADINGS["primary"])
    stack.add("site", pair, _HEADINGS["site"])
    for number, group in enumerate(pair.groups):
        stack.add("group", pair, _HEADINGS["group"], group=group, number=number)
        for row in group.rows:
            more = {"group": group, "row": row, "number": number}
            stack.add("row", pair, _row_height(row, style), **more)
        stack.add("axis", pair, _HEADINGS["axis"], group=group, number=number)
    for row in pair.in_words:
        stack.add("row", pair, _row_height(row, style), row=row)
    stack.add("space", pair, _HEADINGS["space"])
    return stack


def _row_height(row: Row, style: Style) -> float:
    lines = len(name_lines(row, style)) - 1
    return 0.95 * style.row + lines * line_height(style.caption_size)


def _share_out(sections: Sequence[_Stack], target: float) -> list[list[_Stack]]:
    """Return the sections in columns of about one height, in the order given."""
    columns: list[list[_Stack]] = [[]]
    used = 0.0
    for section in sections:
        if columns[-1] and used + section.y / 2 > target * len(columns):
            columns.append([])
        columns[-1].append(section)
        used += section.y
    return columns


def _joined(sections: Sequence[_Stack]) -> _Stack:
    """Return one column; one that starts amid a primary names it again."""
    column = _Stack()
    if sections and sections[0].lines[0].kind != "primary":
        column.add("continued", sections[0].lines[0].pair, _HEADINGS["primary"])
    for section in sections:
        top = column.y
        column.lines += [replace(line, y=top + line.y) for line in section.lines]
        column.y += section.y
    return column
