"""How a forest plot is drawn: every line of every column, and the axis below.

Apart from the forest plot because that says what is drawn, and this how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._forest.page import INDENT
from metastasis.pictures._sheet.axis import draw_axis
from metastasis.pictures._sheet.sheet import line_height, text_width
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._sheet.surround import SAMPLE
from metastasis.pictures._signs.share_marks import draw_interval, draw_share
from metastasis.pictures._signs.signs import draw_square

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._forest.page import ForestPage, PageLine
    from metastasis.pictures._forest.rows import Row
    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["draw_page", "draw_pooled_sample"]

_ROLES: Final = (
    "primary labels",
    "continued labels",
    "site labels",
    "group labels",
    "source labels",
    "conflict marks",
    "column labels",
    "numbers",
    "number signs",
    "intervals in words",
    "counts",
    "words",
    "grid",
    "axes",
    "axis labels",
    "intervals",
    "marks",
)
_HEADS: Final = {"share": "share", "between": "95 % interval", "counts": "n/N"}
_NUMBERS: Final = {
    "share": ("numbers", "number"),
    "between": ("intervals in words", "between"),
    "counts": ("counts", "count"),
}
"""Role and part of the id of each column of numbers."""
_HIGH: Final = 0.058
"""Half the height of the diamond of a pooled value, in inches."""
_HAIR: Final = 1e-6


def draw_page(
    sheet: Sheet,
    page: ForestPage,
    axis: ShareAxis,
    top: float,
    is_lit: Callable[[str, str], bool],
) -> dict[str, tuple[Artist, ...]]:
    """Draw every line from a height on; return the artists by role."""
    pen = _Forest(sheet, page, axis, is_lit, {role: [] for role in _ROLES})
    for number, lines in enumerate(page.columns):
        pen.column(number, lines, top)
    return {role: tuple(found) for role, found in pen.artists.items()}


@dataclass(frozen=True, slots=True)
class _Forest:
    """A sheet, the page and its axis, and the artists drawn so far by role."""

    sheet: Sheet
    page: ForestPage
    axis: ShareAxis
    is_lit: Callable[[str, str], bool]
    artists: dict[str, list[Artist]]

    def put(self, role: str, *artists: Artist) -> None:
        self.artists[role].extend(artists)

    def column(self, number: int, lines: Sequence[PageLine], top: float) -> None:
        """Draw a column: its axis behind its lines, and words above its numbers."""
        left, start = self.page.left(number), top + self.page.head
        with_numbers = [line for line in lines if line.kind == "row"]
        if with_numbers:
            last = with_numbers[-1]
            grid, axis, labels = draw_axis(
                self.sheet,
                self.axis,
                left + self.page.measures.names,
                self.page.measures.plot,
                [(start + top_, start + low) for top_, low in _runs(lines, self.page.row)],
                start + last.y + last.height + 0.03,
                f"forest-axis-{number + 1}",
            )
            self.put("grid", grid)
            self.put("axes", axis)
            self.put("axis labels", *labels)
            self._heads(number, left, top)
        for line in lines:
            self._line(line, left, start + line.y)

    def _heads(self, column: int, left: float, top: float) -> None:
        style = self.sheet.style
        for name, _ in self.page.measures.numbers:
            x = left + (self.page.measures.right_of(name) or 0.0)
            x -= self.page.measures.sign if name == "share" else 0.0
            y = top + line_height(style.caption_size) / 2
            gid = f"forest-head-{name}-{column + 1}"
            look: dict[str, Any] = {
                "size": style.caption_size,
                "color": style.faint_ink,
                "align": "right",
            }
            self.put("column labels", self.sheet.write(x, y, _HEADS[name], gid=gid, **look))

    def _line(self, line: PageLine, left: float, y: float) -> None:
        if line.kind in ("primary", "continued", "section", "group"):
            self._heading(line, left, y)
        elif line.kind == "words":
            self._words(line, left, y)
        elif line.row is not None:
            self._row(line, line.row, left, y)

    def _heading(self, line: PageLine, left: float, top: float) -> None:
        style, pair = self.sheet.style, line.section.pair
        ends = f"{pair.primary}--{pair.site}"
        is_named = len(self.page.sections) > 1
        role, size, bold, x, gid = {
            "primary": ("primary labels", style.label_size + 1, True, left, f"primary-{ends}"),
            "continued": ("continued labels", style.label_size, False, left, f"again-{ends}"),
            "section": ("site labels", style.label_size, True, left, f"label-{ends}"),
            "group": (
                "group labels",
                style.legend_size,
                not is_named,
                left + INDENT,
                f"group-{ends}-{line.number}",
            ),
        }[line.kind]
        color = style.faint_ink if line.kind == "continued" else style.ink
        pitch = line_height(size)
        y = top + line.height - len(line.texts) * pitch
        for number, text in enumerate(line.texts):
            middle = y + (number + 0.5) * pitch
            name = f"forest-{gid}{f'-{number}' if number else ''}"
            look: dict[str, Any] = {"size": size, "bold": bold, "color": color}
            self.put(role, self.sheet.write(x, middle, text, gid=name, **look))
        if line.kind == "section" and pair.status == "conflicting":
            wide = 1.04 * text_width(line.texts[0], size, style.font, bold) + INDENT
            square = draw_square(self.sheet, x + wide, y + pitch / 2, f"forest-conflict-{ends}")
            self.put("conflict marks", square)
        for text in line.beside:
            gid = f"forest-group-{ends}-0"
            x += line.indent
            group = self.sheet.write(x, y + pitch / 2, text, size=style.legend_size, gid=gid)
            self.put("group labels", group)

    def _words(self, line: PageLine, left: float, top: float) -> None:
        """Write a phrase, and who says it."""
        style, pair = self.sheet.style, line.section.pair
        size, y = style.caption_size, top + self.page.row / 2
        gid = f"forest-words-{line.number}-{pair.primary}--{pair.site}"
        for text in line.texts:
            x = left + 2 * INDENT
            self.put("words", self.sheet.write(x, y, text, size=size, gid=gid))
        for number, text in enumerate(line.beside):
            x, middle = left + self.page.measures.names, y + number * line_height(size)
            look: dict[str, Any] = {
                "size": size,
                "color": style.faint_ink,
                "gid": f"{gid}-{number}",
            }
            self.put("source labels", self.sheet.write(x, middle, text, **look))

    def _row(self, line: PageLine, row: Row, left: float, top: float) -> None:
        """Write who says what, and draw the share with its interval."""
        style, measures, pair = self.sheet.style, self.page.measures, line.section.pair
        y = top + self.page.row / 2
        key = f"{row.key}-{pair.primary}--{pair.site}"
        self._names(line, row, left + 2 * INDENT, y, key)
        size = style.caption_size
        for name, _ in measures.numbers:
            text, x = getattr(row, name), left + (measures.right_of(name) or 0.0)
            role, part = _NUMBERS[name]
            if name == "share":
                x -= measures.sign
                if row.sign:
                    gid = f"forest-sign-{key}"
                    self.put("number signs", self.sheet.write(x, y, row.sign, size=size, gid=gid))
            if text:
                gid = f"forest-{part}-{key}"
                look: dict[str, Any] = {
                    "size": size,
                    "align": "right",
                    "bold": row.pooled and name == "share",
                }
                self.put(role, self.sheet.write(x, y, text, gid=gid, **look))
        lit = self.is_lit(pair.primary, pair.site)
        color = style.edge_shades[0] if lit else style.outline
        self._share(row, left + measures.names, y, key, color)

    def _names(self, line: PageLine, row: Row, x: float, y: float, key: str) -> None:
        style = self.sheet.style
        for number, text in enumerate(line.texts):
            is_source = number < line.cited
            if number:
                before = style.legend_size if number - 1 < line.cited else style.caption_size
                now = style.legend_size if is_source else style.caption_size
                y += (line_height(before) + line_height(now)) / 2
            artist = self.sheet.write(
                x,
                y,
                text,
                size=style.legend_size if is_source else style.caption_size,
                color=style.ink if is_source else style.faint_ink,
                bold=row.pooled and is_source,
                gid=f"forest-source-{key}{f'-{number}' if number else ''}",
            )
            self.put("source labels", artist)

    def _share(self, row: Row, left: float, y: float, key: str, color: str) -> None:
        sheet, axis, width = self.sheet, self.axis, self.page.measures.plot
        percent = row.percent or 0.0
        if row.pooled:
            self._pooled(row, left, y, key)
            return
        if row.interval:
            gid = f"forest-interval-{key}"
            look: dict[str, Any] = {"basis": row.basis, "color": color}
            ends = row.interval
            self.put("intervals", draw_interval(sheet, axis, left, width, ends, y, gid, **look))
        if axis.is_beyond(percent) and row.interval:
            return  # the arrow of its interval says where it is
        x = left + width * axis.at(percent)
        shape = "square" if row.basis else "diamond"
        mark = draw_share(
            sheet, x, y, f"forest-mark-{key}", basis=row.basis, color=color, shape=shape
        )
        self.put("marks", mark)

    def _pooled(self, row: Row, left: float, y: float, key: str) -> None:
        """Draw a pooled value as a diamond as wide as its interval, on its prediction interval."""
        sheet, axis, width = self.sheet, self.axis, self.page.measures.plot
        color = sheet.style.arrow
        if row.prediction:
            gid = f"forest-prediction-{key}"
            look: dict[str, Any] = {"basis": "counted", "color": color, "thick": 1.0}
            ends = row.prediction
            self.put("intervals", draw_interval(sheet, axis, left, width, ends, y, gid, **look))
        low, x, high = (
            left + width * axis.at(one)
            for one in (
                (row.interval or (row.percent or 0.0,) * 2)[0],
                row.percent or 0.0,
                (row.interval or (row.percent or 0.0,) * 2)[1],
            )
        )
        # So that it is seen to be a diamond where its interval is hardly wider than a line.
        low, high = min(low, x - 0.03), max(high, x + 0.03)
        corners = [(low, y), (x, y - _HIGH), (high, y), (x, y + _HIGH)]
        gid = f"forest-mark-{key}"
        self.put(
            "marks", sheet.shape(corners, color, gid, edgecolor=color, linewidth=0.6, zorder=4)
        )


def _runs(lines: Sequence[PageLine], row: float) -> list[tuple[float, float]]:
    """Return from where to where numbers stand below one another with no words between."""
    found: list[tuple[float, float]] = []
    for line in lines:
        if line.kind != "row":
            continue
        # What a number is limited to stands below it, from the left to the right.
        has_below = len(line.texts) > line.cited
        end = line.y + (row if has_below else line.height)
        if found and abs(found[-1][1] - line.y) < _HAIR:
            found[-1] = found[-1][0], end
        else:
            found.append((line.y, end))
    return found


def draw_pooled_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    """Draw the sample of a pooled value, with the line of its prediction interval."""
    color, middle = sheet.style.arrow, x + SAMPLE / 2
    ends = [(x, y), (x + SAMPLE, y)]
    sheet.line(ends, LineStyle(1.0), color, f"{gid}-prediction", zorder=3)
    corners = [(x + 0.08, y), (middle, y - _HIGH), (x + SAMPLE - 0.08, y), (middle, y + _HIGH)]
    return sheet.shape(corners, color, gid, edgecolor=color, linewidth=0.6, zorder=4)
