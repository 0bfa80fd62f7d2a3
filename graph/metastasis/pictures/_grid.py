"""The grid of a heat map: where cells, labels and trees are placed, and how they are drawn.

Apart from the heat map because that says what a cell is, and this where it goes.
Long because layout and drawing of cells, labels and trees share their measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.path import Path

from metastasis.pictures._mark import NO_INTERVAL, STATES, has_no_interval, is_applicable
from metastasis.pictures._order import Tree, cluster_tree
from metastasis.pictures._sheet import line_height, text_width
from metastasis.pictures._signs import CELL_RADIUS, CORNER, draw_basis, draw_square
from metastasis.pictures._style import LineStyle, ink_on
from metastasis.pictures._surround import SAMPLE
from metastasis.pictures._words import capitalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.patches import Rectangle

    from metastasis._catalog import Catalog
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._labels import Point
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._order import Join
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = [
    "CELL_STATES",
    "Cell",
    "Grid",
    "draw_grid",
    "draw_sample",
    "has_tree",
    "lay_out_grid",
]

CELL_STATES: Final = {
    "commonly": "reported, common",
    "possibly": "reported, how commonly not established",
    "rarely": "reported, rare",
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
    "other": STATES["words"],
    "unstudied": "not studied",
    "not_applicable": STATES["not_applicable"],
}
"""The states of a cell, in the words of the legend: those of a pair, reported ones by class."""


_FULL_WIDTH = 7.0
"""Up to which cells are enlarged."""
_LEAST_WIDTH = 5.0
"""Of a sheet: a narrower map stands in its middle."""
_GAP = 0.07
"""From a label to the cells."""
_INSET = 0.012
"""From the grid to the fill of a cell."""
_SMALL = 0.8
"""Size of the second line of a cell to the first."""
_DOT = 0.014
"""Radius of the dot in a cell that is not studied."""
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_ROOMIEST = 1.5
"""By how much cells are enlarged where the sheet has room."""
_TREE_DEPTH: Final = 0.6
"""Inches from the cells to the join of two branches with nothing in common."""
_LEAVES: Final = 0.05
"""Inches from the cells to the leaves of a tree."""
_LEAST_LEAVES: Final = 3
"""Rows or columns, below which a tree says nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its mark, how it looks, the lines printed in it, and its weight for the order."""

    mark: Mark
    state: str
    """One of :data:`CELL_STATES`, or ``percent``."""
    lines: tuple[str, ...]
    weight: float
    step: int | None = None
    """Which shade of a percentage; None where there is none."""

    @property
    def pair(self) -> Pair:
        """The pair of its row and column."""
        return self.mark.pair


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells stand, in inches; rows and columns in the order drawn."""

    cells: tuple[Cell, ...]
    primaries: dict[str, str]
    """Key and label of each row, top to bottom."""
    rows: dict[str, int]
    columns: dict[str, int]
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    cell_width: float
    cell_height: float
    left: float
    """Where the cells start, from the left edge of the sheet."""
    above: float
    """Height of the column labels."""
    width: float
    """Of the sheet."""
    row_tree: Tree
    column_tree: Tree
    inapplicable: frozenset[tuple[str, str]] = frozenset()
    """Primary and site of the cells that no patient can be in: one sex lacks the site."""

    @property
    def unstudied(self) -> int:
        """How many cells are not studied."""
        every = len(self.rows) * len(self.columns)
        return every - len(self.cells) - len(self.inapplicable)

    @property
    def height(self) -> float:
        """Of the column labels, the cells and the tree below them."""
        return self.above + max(len(self.rows), 1) * self.cell_height + _room(self.column_tree)


def lay_out_grid(
    cells: Sequence[Cell],
    style: Style,
    named_primaries: Mapping[str, str] = _NONE,
    named_sites: Mapping[str, str] = _NONE,
    catalog: Catalog | None = None,
) -> Grid:
    """Put like rows and columns side by side, in cells as large as what they print.

    Primaries and sites that were named, and of which nothing is known, are the last ones. The
    catalog tells which empty cells no patient can be in.
    """
    primaries = {cell.pair.primary: cell.pair.primary_label for cell in cells}
    sites = dict(sorted({cell.pair.site: cell.pair.site_label for cell in cells}.items()))
    row_tree, column_tree = _cluster(cells, list(primaries), list(sites))
    rows = [list(primaries)[index] for index in row_tree.order]
    columns = [list(sites)[index] for index in column_tree.order]
    if cells:
        rows += [key for key in named_primaries if key not in primaries]
        columns += [key for key in named_sites if key not in sites]
    row_labels = tuple(capitalize({**named_primaries, **primaries}[key]) for key in rows)
    column_labels = tuple(capitalize({**named_sites, **sites}[key]) for key in columns)
    left = style.margin + _widest(row_labels, style) + _GAP
    right = _room(row_tree) + style.margin
    cell_width, cell_height = _enlarge(
        *_cell_size(cells, style), _FULL_WIDTH - left - right, len(columns)
    )
    needed = left + len(columns) * cell_width + right
    width = max(needed, _LEAST_WIDTH if cells else _FULL_WIDTH)
    row, column = _index(rows), _index(columns)
    return Grid(
        cells=tuple(sorted(cells, key=lambda one: (row[one.pair.primary], column[one.pair.site]))),
        primaries={key: {**named_primaries, **primaries}[key] for key in rows},
        rows=row,
        columns=column,
        row_labels=row_labels,
        column_labels=column_labels,
        cell_width=cell_width,
        cell_height=cell_height,
        left=left + (width - needed) / 2,
        above=_widest(column_labels, style) + _GAP,
        width=width,
        row_tree=row_tree,
        column_tree=column_tree,
        inapplicable=_inapplicable(cells, rows, columns, catalog) if catalog else frozenset(),
    )


def _inapplicable(
    cells: Sequence[Cell], rows: Sequence[str], columns: Sequence[str], catalog: Catalog
) -> frozenset[tuple[str, str]]:
    """Return the empty cells whose cancer and site no one sex has both of."""
    filled = {(cell.pair.primary, cell.pair.site) for cell in cells}
    every = frozenset((row, column) for row in rows for column in columns)
    return frozenset(one for one in every - filled if not is_applicable(catalog, *one))


def _room(tree: Tree) -> float:
    """Return how much room a tree takes at its margin."""
    return _TREE_DEPTH + _GAP if has_tree(tree) else 0.0


def _cluster(cells: Sequence[Cell], primaries: list[str], sites: list[str]) -> tuple[Tree, Tree]:
    """Return the trees of the primaries and of the sites."""
    matrix = np.zeros((len(primaries), len(sites)))
    row, column = _index(primaries), _index(sites)
    for cell in cells:
        matrix[row[cell.pair.primary], column[cell.pair.site]] = cell.weight
    return cluster_tree(matrix), cluster_tree(matrix.T)


def _index(names: Sequence[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


def _widest(labels: Sequence[str], style: Style) -> float:
    return 1.03 * max(
        (text_width(label, style.label_size, style.font) for label in labels), default=0.0
    )


def _cell_size(cells: Sequence[Cell], style: Style) -> tuple[float, float]:
    """Return width and height of a cell: square for one line, else as its lines need."""
    widths = [
        text_width(line, style.cell_size * (_SMALL if number else 1), style.font)
        for cell in cells
        for number, line in enumerate(cell.lines)
    ]
    lines = max((len(cell.lines) for cell in cells), default=1)
    needed = 1.05 * max(widths, default=0.0) + 0.07
    height = max(style.row, 0.02 + lines * 0.9 * line_height(style.cell_size))
    return max(style.row, needed), height


def draw_grid(sheet: Sheet, grid: Grid, head: float) -> dict[str, tuple[Artist, ...]]:
    """Draw cells and labels from a height on; return the artists by role."""
    top = head + grid.above
    texts = [text for cell in grid.cells for text in _print_cell(sheet, grid, cell, top)]
    return {
        "grid": tuple(_rule(sheet, grid, top)),
        "inapplicable cells": tuple(_fill_inapplicable(sheet, grid, top)),
        "cells": tuple(_draw_cell(sheet, grid, cell, top) for cell in grid.cells),
        "strokes": tuple(
            _strike(
                sheet,
                *_corner(grid, cell, top),
                grid.cell_width,
                grid.cell_height,
                _gid("stroke", cell),
            )
            for cell in grid.cells
            if cell.state == "absent"
        ),
        "conflict marks": tuple(_mark_corners(sheet, grid, top)),
        "basis marks": tuple(_mark_basis(sheet, grid, top)),
        "cell texts": tuple(texts),
        "unstudied dots": tuple(_dot_unstudied(sheet, grid, top)),
        "trees": tuple(_draw_trees(sheet, grid, top)),
        **_draw_labels(sheet, grid, top),
    }


def _draw_trees(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    right = grid.left + len(grid.columns) * grid.cell_width
    bottom = top + len(grid.rows) * grid.cell_height
    if has_tree(grid.row_tree):
        yield _draw_row_tree(sheet, grid.row_tree, (right, top), grid.cell_height)
    if has_tree(grid.column_tree):
        yield _draw_column_tree(sheet, grid.column_tree, (grid.left, bottom), grid.cell_width)


def draw_sample(
    state: str, step: int | None = None
) -> Callable[[Sheet, float, float, str], Artist]:
    """Return what draws the legend's sample of a state."""

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        look = _look(state, step, sheet.style)
        if state == "unstudied":
            look = {**look, "edgecolor": sheet.style.grid}
            sheet.dots([(x + SAMPLE / 2, y)], _DOT, sheet.style.unstudied_dot, f"{gid}-dot")
        box = _fill(sheet, x, y - 0.075, SAMPLE, 0.15, look, gid)
        if state == "absent":
            _strike(sheet, x, y - 0.075, SAMPLE, 0.15, f"{gid}-stroke")
        if state == "other":
            ends = [(x + SAMPLE / 2 - 0.03, y), (x + SAMPLE / 2 + 0.03, y)]
            sheet.line(ends, LineStyle(0.9), sheet.style.ink, f"{gid}-dash", zorder=3)
        return box

    return draw


def _draw_labels(sheet: Sheet, grid: Grid, top: float) -> dict[str, tuple[Artist, ...]]:
    size = sheet.style.label_size
    return {
        "primary labels": tuple(
            sheet.write(
                grid.left - _GAP,
                top + (index + 0.5) * grid.cell_height,
                label,
                size=size,
                align="right",
                gid=f"heatmap-label-primary-{key}",
            )
            for (key, index), label in zip(grid.rows.items(), grid.row_labels, strict=True)
        ),
        "site labels": tuple(
            sheet.write(
                grid.left + (index + 0.5) * grid.cell_width,
                top - _GAP,
                label,
                size=size,
                upright=True,
                gid=f"heatmap-label-site-{key}",
            )
            for (key, index), label in zip(grid.columns.items(), grid.column_labels, strict=True)
        ),
    }


def _enlarge(width: float, height: float, room: float, columns: int) -> tuple[float, float]:
    """Return a larger cell where the sheet would stay empty; a square one stays square."""
    factor = min(max(room / (max(columns, 1) * width), 1.0), _ROOMIEST)
    return width * factor, height * factor if width == height else height


def _rule(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    """Draw the empty cells: lines between rows and columns."""
    style, thin = sheet.style, LineStyle(0.5)
    right = grid.left + len(grid.columns) * grid.cell_width
    bottom = top + len(grid.rows) * grid.cell_height
    for row in range(len(grid.rows) + 1):
        y = top + row * grid.cell_height
        yield sheet.line(
            [(grid.left, y), (right, y)], thin, style.grid, f"heatmap-row-{row}", zorder=1
        )
    for column in range(len(grid.columns) + 1):
        x = grid.left + column * grid.cell_width
        yield sheet.line(
            [(x, top), (x, bottom)],
            thin,
            style.grid,
            f"heatmap-column-{column}",
            zorder=1,
        )


def _dot_unstudied(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    """Put a dot into each cell that is not studied: all dots are one artist."""
    filled = {(cell.pair.primary, cell.pair.site) for cell in grid.cells}
    centers = [
        (grid.left + (column + 0.5) * grid.cell_width, top + (row + 0.5) * grid.cell_height)
        for primary, row in grid.rows.items()
        for site, column in grid.columns.items()
        if (primary, site) not in filled and (primary, site) not in grid.inapplicable
    ]
    if centers:
        yield sheet.dots(centers, _DOT, sheet.style.unstudied_dot, "heatmap-unstudied")


def _fill_inapplicable(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    """Gray out the cells that no patient can be in."""
    for primary, site in sorted(grid.inapplicable):
        x = grid.left + grid.columns[site] * grid.cell_width
        y = top + grid.rows[primary] * grid.cell_height
        look = _look("not_applicable", None, sheet.style)
        gid = f"heatmap-inapplicable-{primary}--{site}"
        yield _fill(sheet, x, y, grid.cell_width, grid.cell_height, look, gid)


def _corner(grid: Grid, cell: Cell, top: float) -> tuple[float, float]:
    x = grid.left + grid.columns[cell.pair.site] * grid.cell_width
    return x, top + grid.rows[cell.pair.primary] * grid.cell_height


def _gid(role: str, cell: Cell) -> str:
    return f"heatmap-{role}-{cell.pair.primary}--{cell.pair.site}"


def _draw_cell(sheet: Sheet, grid: Grid, cell: Cell, top: float) -> Rectangle:
    x, y = _corner(grid, cell, top)
    look = _look(cell.state, cell.step, sheet.style)
    if has_no_interval(cell.mark) and cell.state == "percent":
        look |= {**NO_INTERVAL, "edgecolor": sheet.style.ink}
    return _fill(sheet, x, y, grid.cell_width, grid.cell_height, look, _gid("cell", cell))


def _mark_corners(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    """Mark the cells of pairs with an edge that sources conflict on, in their corner."""
    inset = _INSET + CORNER + 0.01
    for cell in grid.cells:
        if cell.mark.is_disputed:
            x, y = _corner(grid, cell, top)
            x += grid.cell_width - inset
            yield draw_square(sheet, x, y + inset, _gid("conflict", cell), CORNER)


def _mark_basis(sheet: Sheet, grid: Grid, top: float) -> Iterator[Artist]:
    """Mark in the other corner what the edges of cells rest on that show no number."""
    inset = _INSET + 1.6 * CELL_RADIUS
    for cell in grid.cells:
        if basis := cell.mark.basis:
            x, y = _corner(grid, cell, top)
            gid = _gid("basis", cell)
            yield draw_basis(sheet, x + inset, y + inset, basis, gid, radius=CELL_RADIUS)


def _look(state: str, step: int | None, style: Style) -> dict[str, Any]:
    """Return how a cell in a state is filled: color, and pattern where color alone would not do."""
    shades = dict(zip(("commonly", "possibly", "rarely"), style.edge_shades, strict=True))
    if state == "percent" and step is not None:
        return {"color": style.percent_shades[step]}
    if state == "conflicting":
        return {"color": style.conflict_fill, "hatch": "/////", "edgecolor": style.conflict_line}
    if state == "absent":
        return {"color": style.absent_fill, "edgecolor": style.ink}
    if state == "none_seen":
        return {"color": style.absent_fill, "edgecolor": style.grid}
    if state == "not_applicable":
        return {"color": style.absent_fill, "hatch": "\\\\\\\\\\", "edgecolor": style.grid}
    if state == "other":
        return {"color": style.other_fill}
    return {"color": shades.get(state, style.unstudied_fill)}


def _fill(
    sheet: Sheet, x: float, y: float, width: float, height: float, look: dict[str, Any], gid: str
) -> Rectangle:
    return sheet.box(
        x + _INSET,
        y + _INSET,
        width - 2 * _INSET,
        height - 2 * _INSET,
        gid=gid,
        **{"edgecolor": "none", "linewidth": 0.7, "zorder": 2, **look},
    )


def _strike(sheet: Sheet, x: float, y: float, width: float, height: float, gid: str) -> Artist:
    """Draw the stroke through what is reported absent, from corner to corner."""
    ends = [(x + _INSET, y + height - _INSET), (x + width - _INSET, y + _INSET)]
    return sheet.line(ends, LineStyle(0.7), sheet.style.ink, gid, zorder=3)


def _print_cell(sheet: Sheet, grid: Grid, cell: Cell, top: float) -> Iterator[Artist]:
    """Print the lines of a cell: on a patch of paper where a pattern would run through them."""
    x, y = _corner(grid, cell, top)
    style = sheet.style
    fill = _look(cell.state, cell.step, style)["color"]
    pitch = 0.85 * line_height(style.cell_size)
    start = y + grid.cell_height / 2 - (len(cell.lines) - 1) * pitch / 2
    for number, line in enumerate(cell.lines):
        text = sheet.write(
            x + grid.cell_width / 2,
            start + number * pitch,
            line,
            size=style.cell_size * (_SMALL if number else 1),
            align="center",
            color=ink_on(fill, style),
            gid=_gid("text" if number == 0 else f"text{number + 1}", cell),
        )
        if cell.state in ("absent", "conflicting"):
            text.set_bbox({"facecolor": fill, "edgecolor": "none", "pad": 0.4 * sheet.scale})
        yield text


# The trees at the margins: which rows, and which columns, are alike


def has_tree(tree: Tree) -> bool:
    """Return whether a tree is worth its room."""
    return len(tree.order) >= _LEAST_LEAVES


def _draw_row_tree(sheet: Sheet, tree: Tree, corner: Point, row: float) -> Artist:
    """Draw the tree of the rows to the right of the cells, from their top right corner on."""
    x, y = corner

    def place(along: float, distance: float) -> Point:
        return x + _LEAVES + distance * _TREE_DEPTH, y + (along + 0.5) * row

    return _draw_tree(sheet, tree, place, "heatmap-tree-primaries")


def _draw_column_tree(sheet: Sheet, tree: Tree, corner: Point, column: float) -> Artist:
    """Draw the tree of the columns below the cells, from their bottom left corner on."""
    x, y = corner

    def place(along: float, distance: float) -> Point:
        return x + (along + 0.5) * column, y + _LEAVES + distance * _TREE_DEPTH

    return _draw_tree(sheet, tree, place, "heatmap-tree-sites")


def _draw_tree(
    sheet: Sheet, tree: Tree, place: Callable[[float, float], Point], gid: str
) -> Artist:
    path = Path.make_compound_path(*(_bracket(join, place) for join in tree.joins))
    return sheet.fill(
        path, "none", gid, edgecolor=sheet.style.faint_ink, linewidth=0.6, joinstyle="miter"
    )


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
