"""The trees at the margins of a heat map: which rows, and which columns, are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.artist import Artist

    from metastasis.pictures._clustering import Join, Tree
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._spreading import Point

__all__ = ["TREE_DEPTH", "draw_column_tree", "draw_row_tree", "has_tree"]

TREE_DEPTH: Final = 0.6
"""Inches from the cells to the join of two branches with nothing in common."""
_GAP: Final = 0.05
"""From the cells to the leaves."""
_LEAST: Final = 3
"""Rows or columns, below which a tree says nothing."""


def has_tree(tree: Tree) -> bool:
    """Return whether a tree is worth its room."""
    return len(tree.order) >= _LEAST


def draw_row_tree(sheet: Sheet, tree: Tree, corner: Point, row: float) -> Artist:
    """Draw the tree of the rows to the right of the cells, from their top right corner on."""
    x, y = corner

    def place(along: float, distance: float) -> Point:
        return x + _GAP + distance * TREE_DEPTH, y + (along + 0.5) * row

    return _draw(sheet, tree, place, "heatmap-tree-primaries")


def draw_column_tree(sheet: Sheet, tree: Tree, corner: Point, column: float) -> Artist:
    """Draw the tree of the columns below the cells, from their bottom left corner on."""
    x, y = corner

    def place(along: float, distance: float) -> Point:
        return x + (along + 0.5) * column, y + _GAP + distance * TREE_DEPTH

    return _draw(sheet, tree, place, "heatmap-tree-sites")


def _draw(sheet: Sheet, tree: Tree, place: Callable[[float, float], Point], gid: str) -> Artist:
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
