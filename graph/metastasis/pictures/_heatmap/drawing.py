"""Draws a heat map that is laid out: cells, labels, bars, trees.

Long because every part of a drawing hangs on the same grid.
Apart from the heat map because that decides what is shown, and this only puts it on a sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._heatmap.arrangement import has_tree
from metastasis.pictures._heatmap.layout import (
    BAR_GAP,
    BARS,
    DEEP,
    GAP,
    HEAD,
    LEAVES,
    TREE_DEPTH,
    note_size,
    second_size,
)
from metastasis.pictures._heatmap.looks import (
    DOT,
    bar_look,
    cross,
    draw_box,
    draw_strike,
    ink_of,
    look_of,
    wedge,
)
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.signs import CELL_RADIUS, CORNER, draw_basis, draw_square

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._heatmap.arrangement import Arrangement, Bracketed
    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._heatmap.layout import Grid
    from metastasis.pictures._heatmap.margins import Bar, Margins
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.order import Join, Tree
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["Painting"]

_SLANT: Final = 0.5**0.5
_LINE: Final = 1.14
_TIGHT: Final = 0.22
"""Width or height of cells in inches, below which marks in corners would touch digits."""
_INSET: Final = 0.012


class Painting:
    """A table on a sheet: what draws each part of it."""

    def __init__(
        self, sheet: Sheet, grid: Grid, made: Arrangement, margins: Margins | None, top: float
    ) -> None:
        self.sheet = sheet
        self.grid = grid
        self.made = made
        self.margins = margins
        self.top = top

    def draw(
        self, lit_rows: frozenset[str], lit_columns: frozenset[str]
    ) -> dict[str, tuple[Artist, ...]]:
        """Draw everything; return the artists by role. What is not lit has fainter labels."""
        cells = self.made.cells
        return {
            "grid": tuple(self._rule()),
            "cells": tuple(map(self._draw_cell, cells)),
            "strokes": tuple(self._strike(one) for one in cells if one.state == "absent"),
            "inapplicable crosses": tuple(self._cross_out()),
            "unstudied dots": tuple(self._dot_unstudied()),
            "own organ marks": tuple(self._mark_proximity("own_organ")),
            "neighbor marks": tuple(self._mark_proximity("neighbor")),
            "conflict marks": tuple(self._mark_conflicts()),
            "basis marks": tuple(self._mark_basis()),
            "cell texts": tuple(text for one in cells for text in self._print(one)),
            "primary labels": tuple(self._label_rows(lit_rows)),
            "site labels": tuple(self._label_columns(lit_columns)),
            "group names": tuple(self._name_groups()),
            "axes": tuple(self._bracket_groups()),
            "trees": tuple(self._draw_trees()),
            "row bars": tuple(self._draw_row_bars()),
            "column bars": tuple(self._draw_column_bars()),
            "bar texts": tuple(self._write_bars()),
        }

    # Cells

    def _corner(self, primary: str, site: str) -> Point:
        return self.grid.x[site], self.top + self.grid.y[primary]

    def _middle(self, primary: str, site: str) -> Point:
        x, y = self._corner(primary, site)
        return x + self.grid.cell_width / 2, y + self.grid.cell_height / 2

    def _draw_cell(self, cell: Cell) -> Artist:
        x, y = self._corner(*cell.key)
        look = look_of(cell, self.sheet.style)
        role = "cell" if cell.is_lit else "fadedcell"
        wide, high = self.grid.cell_width, self.grid.cell_height
        return draw_box(self.sheet, x, y, wide, high, look, _gid(role, cell))

    def _strike(self, cell: Cell) -> Artist:
        x, y = self._corner(*cell.key)
        wide, high = self.grid.cell_width, self.grid.cell_height
        return draw_strike(self.sheet, x, y, wide, high, _gid("stroke", cell))

    def _print(self, cell: Cell) -> Iterator[Artist]:
        """Print the lines of a cell: on a patch of paper where a pattern would run through them."""
        lines = cell.lines(self.grid.detail.text)
        if not lines:
            return
        style, size = self.sheet.style, self.grid.text_size
        sizes = [size, second_size(size, style)]
        x, y = self._middle(*cell.key)
        pitch = 1.06 * (sizes[0] + sizes[1]) / 2 / 72
        y -= (len(lines) - 1) * pitch / 2
        fill, ink = look_of(cell, style)["color"], ink_of(cell, style)
        for at, line in enumerate(lines):
            gid = _gid("text" if at == 0 else f"text{at + 1}", cell)
            text = self.sheet.write(
                x, y + at * pitch, line, size=sizes[min(at, 1)], align="center", color=ink, gid=gid
            )
            if cell.state in ("absent", "conflicting"):
                pad = 0.4 * self.sheet.scale
                text.set_bbox({"facecolor": fill, "edgecolor": "none", "pad": pad})
            yield text

    def _rule(self) -> Iterator[Artist]:
        """Draw the empty cells: lines around rows and columns, as one artist."""
        if not self.made.unstudied and not self.made.inapplicable:
            return
        grid, lines = self.grid, []
        wide, high = grid.cell_width, grid.cell_height
        for start, stop in self._runs(list(grid.y), self.made.row_groups):
            low, end = self.top + grid.y[start], self.top + grid.y[stop] + high
            for first, last in self._runs(list(grid.x), self.made.column_groups):
                left, right = grid.x[first], grid.x[last] + wide
                rows, columns = round((end - low) / high), round((right - left) / wide)
                lines += [
                    Path([(left, low + at * high), (right, low + at * high)])
                    for at in range(rows + 1)
                ]
                lines += [
                    Path([(left + at * wide, low), (left + at * wide, end)])
                    for at in range(columns + 1)
                ]
        path = Path.make_compound_path(*lines)
        color = self.sheet.style.grid
        yield self.sheet.fill(
            path, "none", "heatmap-grid", edgecolor=color, linewidth=0.5, zorder=1
        )

    def _runs(self, keys: Sequence[str], groups: Sequence[Bracketed]) -> Iterator[tuple[str, str]]:
        """Yield the first and the last of each group; of all where there are no groups."""
        spans = [(one.start, one.stop) for one in groups] or [(0, len(keys))]
        for start, stop in spans:
            yield keys[start], keys[stop - 1]

    def _dot_unstudied(self) -> Iterator[Artist]:
        """Put a dot into each cell that is not studied: all dots are one artist."""
        filled = {one.key for one in self.made.cells} | self.made.inapplicable
        centers = [
            self._middle(primary, site)
            for primary in self.grid.y
            for site in self.grid.x
            if (primary, site) not in filled
        ]
        if centers:
            color = self.sheet.style.unstudied_dot
            yield self.sheet.dots(centers, DOT, color, "heatmap-unstudied")

    def _cross_out(self) -> Iterator[Artist]:
        """Put a small cross into each cell that no patient can be in: all are one artist."""
        strokes = [
            Path(stroke)
            for one in sorted(self.made.inapplicable)
            for stroke in cross(*self._middle(*one))
        ]
        if strokes:
            path = Path.make_compound_path(*strokes)
            color = self.sheet.style.unstudied_dot
            yield self.sheet.fill(
                path, "none", "heatmap-inapplicable", edgecolor=color, linewidth=0.6, zorder=3
            )

    def _mark_proximity(self, proximity: str) -> Iterator[Artist]:
        """Mark in the lower left corner that a site is the organ of origin, or next to it."""
        style = self.sheet.style
        fill, role = (style.ink, "own") if proximity == "own_organ" else (style.paper, "neighbor")
        edge = style.paper if proximity == "own_organ" else style.ink
        for cell in self.made.cells:
            if cell.pair.proximity == proximity:
                x, y = self._corner(*cell.key)
                corners = wedge(x, y + self.grid.cell_height, self.grid.cell_height)
                yield self.sheet.shape(
                    corners, fill, _gid(role, cell), edgecolor=edge, linewidth=0.5, zorder=4
                )

    def _mark_conflicts(self) -> Iterator[Artist]:
        """Mark the cells of pairs with an edge that sources conflict on, in their corner."""
        is_tight = min(self.grid.cell_width, self.grid.cell_height) < _TIGHT
        half = CORNER * (0.7 if is_tight else 1.0)
        inset = half + (0.004 if is_tight else _INSET + 0.01)
        for cell in self.made.cells:
            if cell.mark.is_disputed:
                x, y = self._corner(*cell.key)
                x += self.grid.cell_width - inset
                yield draw_square(self.sheet, x, y + inset, _gid("conflict", cell), half)

    def _mark_basis(self) -> Iterator[Artist]:
        """Mark in the other corner what the edges of cells rest on that show no number."""
        inset = _INSET + CELL_RADIUS + 0.003
        for cell in self.made.cells:
            if basis := cell.mark.basis:
                x, y = self._corner(*cell.key)
                gid = _gid("basis", cell)
                yield draw_basis(self.sheet, x + inset, y + inset, basis, gid, radius=CELL_RADIUS)

    # Labels

    def _label_rows(self, lit: frozenset[str]) -> Iterator[Artist]:
        grid, size = self.grid, self.grid.label_size
        for key, lines in grid.row_labels.items():
            y = self.top + grid.y[key] + grid.cell_height / 2
            for at, line in enumerate(lines):
                yield self.sheet.write(
                    grid.left - GAP,
                    y + (at - (len(lines) - 1) / 2) * _LINE * size / 72,
                    line,
                    size=size,
                    align="right",
                    color=self._label_ink(key, lit),
                    gid=f"heatmap-label-primary-{key}{f'-{at + 1}' if at else ''}",
                )

    def _label_columns(self, lit: frozenset[str]) -> Iterator[Artist]:
        grid, foot = self.grid, self.top + self.grid.top - GAP
        for key, lines in grid.column_labels.items():
            x = grid.x[key] + grid.cell_width / 2
            ink = self._label_ink(key, lit)
            if grid.turn == "level":
                yield from self._write_level(key, lines, x, foot, ink)
            elif grid.turn == "slanted":
                yield self._write_slanted(key, lines[0], x, foot, ink)
            else:
                yield from self._write_upright(key, lines, x, foot, ink)

    def _label_ink(self, key: str, lit: frozenset[str]) -> str:
        return self.sheet.style.ink if key in lit else self.sheet.style.faint_ink

    def _write_level(
        self, key: str, lines: Sequence[str], x: float, foot: float, ink: str
    ) -> Iterator[Artist]:
        size = self.grid.label_size
        for at, line in enumerate(lines):
            yield self.sheet.write(
                x,
                foot - (len(lines) - at - 0.5) * _LINE * size / 72,
                line,
                size=size,
                align="center",
                color=ink,
                gid=f"heatmap-label-site-{key}{f'-{at + 1}' if at else ''}",
            )

    def _write_upright(
        self, key: str, lines: Sequence[str], x: float, foot: float, ink: str
    ) -> Iterator[Artist]:
        size = self.grid.label_size
        for at, line in enumerate(lines):
            yield self.sheet.write(
                x + (at - (len(lines) - 1) / 2) * _LINE * size / 72,
                foot,
                line,
                size=size,
                upright=True,
                color=ink,
                gid=f"heatmap-label-site-{key}{f'-{at + 1}' if at else ''}",
            )

    def _write_slanted(self, key: str, line: str, x: float, foot: float, ink: str) -> Artist:
        """Write a label that rises to the right, the middle of its first letter over its column."""
        size = self.grid.label_size
        middle = 0.365 * size / 72
        text = self.sheet.write(
            x + _SLANT * middle,
            foot - middle * (1 - _SLANT) - 0.01,
            line,
            size=size,
            color=ink,
            gid=f"heatmap-label-site-{key}",
        )
        text.set_rotation(45)
        return text

    # Groups

    def _name_groups(self) -> Iterator[Artist]:
        grid, style = self.grid, self.sheet.style
        if not grid.detail.names:
            return
        rows = list(grid.y)
        for group in self.made.row_groups:
            y = self.top + grid.y[rows[group.start]] - HEAD * grid.label_size / 72 / 2
            yield self.sheet.write(
                grid.left - GAP,
                y,
                group.name,
                size=grid.label_size,
                align="right",
                bold=False,
                color=style.faint_ink,
                gid=f"heatmap-group-rows-{_slug(group.name)}",
            )
        yield from self._name_columns()

    def _name_columns(self) -> Iterator[Artist]:
        grid, style = self.grid, self.sheet.style
        columns = list(grid.x)
        size = note_size(grid.text_size, style)
        start = self.top + grid.names_at + 0.06
        for group, lines in zip(self.made.column_groups, grid.group_names, strict=True):
            left = grid.x[columns[group.start]]
            right = grid.x[columns[group.stop - 1]] + grid.cell_width
            gid = f"heatmap-group-columns-{_slug(group.name)}"
            if grid.group_turn == "upright":
                text = self.sheet.write(
                    (left + right) / 2,
                    start,
                    lines[0],
                    size=size,
                    align="right",
                    upright=True,
                    color=style.faint_ink,
                    gid=gid,
                )
                yield text
                continue
            for at, line in enumerate(lines):
                yield self.sheet.write(
                    (left + right) / 2,
                    start + (at + 0.5) * _LINE * size / 72,
                    line,
                    size=size,
                    align="center",
                    color=style.faint_ink,
                    gid=f"{gid}{f'-{at + 1}' if at else ''}",
                )

    def _bracket_groups(self) -> Iterator[Artist]:
        """Draw a line over the columns of each group, below the cells, and one before its rows."""
        grid, thin = self.grid, LineStyle(0.8)
        columns = list(grid.x)
        y = self.top + grid.names_at
        for group in self.made.column_groups if grid.detail.names else ():
            left = grid.x[columns[group.start]] + 0.015
            right = grid.x[columns[group.stop - 1]] + grid.cell_width - 0.015
            gid = f"heatmap-bracket-columns-{_slug(group.name)}"
            yield self.sheet.line([(left, y), (right, y)], thin, self.sheet.style.faint_ink, gid)

    # Bars

    def _draw_row_bars(self) -> Iterator[Artist]:
        grid = self.grid
        for key, bar in self._bars("rows").items():
            high = min(0.62 * grid.cell_height, 0.13)
            y = self.top + grid.y[key] + (grid.cell_height - high) / 2
            x = grid.bars_at
            for at, (state, step, length) in enumerate(bar.parts):
                wide = max(length * BARS, 0.008)
                look = bar_look(state, step, self.sheet.style)
                gid = f"heatmap-bar-primary-{key}{f'-{at + 1}' if at else ''}"
                yield self.sheet.box(x, y, wide, high, gid=gid, **look)
                x += wide

    def _draw_column_bars(self) -> Iterator[Artist]:
        grid = self.grid
        for key, bar in self._bars("columns").items():
            wide = min(0.66 * grid.cell_width, 0.24)
            x = grid.x[key] + (grid.cell_width - wide) / 2
            y = self.top + grid.bars_below
            for at, (state, step, length) in enumerate(bar.parts):
                high = max(length * DEEP, 0.004)
                look = bar_look(state, step, self.sheet.style)
                gid = f"heatmap-bar-site-{key}{f'-{at + 1}' if at else ''}"
                yield self.sheet.box(x, y, wide, high, gid=gid, **look)
                y += high

    def _bars(self, side: str) -> dict[str, Bar]:
        detail = self.grid.detail
        if self.margins is None or not (detail.row_bars if side == "rows" else detail.column_bars):
            return {}
        places = self.grid.y if side == "rows" else self.grid.x
        bars = getattr(self.margins, side)
        return {key: bars[key] for key in places if key in bars}

    def _write_bars(self) -> Iterator[Artist]:
        """Write the number of each bar, and what the bars are."""
        if self.margins is None:
            return
        grid, style = self.grid, self.sheet.style
        size = note_size(grid.text_size, style)
        for key, bar in self._bars("rows").items():
            yield self.sheet.write(
                grid.bars_at + max(bar.length * BARS, 0.008) + 0.6 * BAR_GAP,
                self.top + grid.y[key] + grid.cell_height / 2,
                bar.text,
                size=size,
                color=style.faint_ink,
                gid=f"heatmap-total-primary-{key}",
            )
        yield from self._write_column_numbers(size)
        heads = [
            (grid.detail.row_bars, grid.bars_at, self.margins.row_head, "left", "rows"),
            (
                grid.detail.column_bars,
                grid.left - GAP,
                self.margins.column_head,
                "right",
                "columns",
            ),
        ]
        y = self.top + grid.bars_below + 0.6 * size / 72
        for is_drawn, x, words, align, side in heads:
            if is_drawn:
                gid = f"heatmap-head-{side}"
                ink = style.faint_ink
                yield self.sheet.write(x, y, words, size=size, align=align, color=ink, gid=gid)

    def _write_column_numbers(self, size: float) -> Iterator[Artist]:
        grid = self.grid
        bars = self._bars("columns")
        most = max((len(bar.text) for bar in bars.values()), default=0)
        if most * 0.66 * size / 72 > grid.cell_width:
            return
        for key, bar in bars.items():
            yield self.sheet.write(
                grid.x[key] + grid.cell_width / 2,
                self.top + grid.bars_below + bar.length * DEEP + 0.6 * size / 72 + 0.02,
                bar.text,
                size=size,
                align="center",
                color=self.sheet.style.faint_ink,
                gid=f"heatmap-total-site-{key}",
            )

    # Trees: which rows, and which columns, are alike

    def _draw_trees(self) -> Iterator[Artist]:
        grid, made = self.grid, self.made
        if not grid.detail.tree:
            return
        if made.row_tree and has_tree(made.row_tree):
            start = self.top + grid.top

            def beside(along: float, distance: float) -> Point:
                x = grid.right + LEAVES + distance * TREE_DEPTH
                return x, start + (along + 0.5) * grid.cell_height

            yield self._draw_tree(made.row_tree, beside, "heatmap-tree-primaries")
        if made.column_tree and has_tree(made.column_tree):
            foot = self.top + grid.bottom

            def below(along: float, distance: float) -> Point:
                y = foot + LEAVES + distance * TREE_DEPTH
                return grid.left + (along + 0.5) * grid.cell_width, y

            yield self._draw_tree(made.column_tree, below, "heatmap-tree-sites")

    def _draw_tree(self, tree: Tree, place: Callable[[float, float], Point], gid: str) -> Artist:
        path = Path.make_compound_path(*(_bracket(join, place) for join in tree.joins))
        color = self.sheet.style.faint_ink
        return self.sheet.fill(path, "none", gid, edgecolor=color, linewidth=0.6, joinstyle="miter")


def _bracket(join: Join, place: Callable[[float, float], Point]) -> Path:
    """Return the three lines that join two branches."""
    (left, right), (left_start, right_start) = join.places, join.starts
    corners = [
        (left, left_start),
        (left, join.distance),
        (right, join.distance),
        (right, right_start),
    ]
    return Path([place(*corner) for corner in corners])


def _gid(role: str, cell: Cell) -> str:
    return f"heatmap-{role}-{cell.pair.primary}--{cell.pair.site}"


def _slug(name: str) -> str:
    return "-".join(name.lower().replace(",", "").split())
