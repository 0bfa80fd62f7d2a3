"""Which rows and columns a heat map has, in which order, and in which groups.

Apart from the layout because that says where things stand in inches, and this which there are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis.pictures._said.mark import is_applicable
from metastasis.pictures._said.regions import SYSTEMS, system_of_primary, system_of_site
from metastasis.pictures._sheet.order import cluster_tree
from metastasis.pictures._sheet.sides import by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.order import Tree

__all__ = ["ORDERS", "Arrangement", "Bracketed", "arrange", "has_tree"]

ORDERS: Final = ("clusters", "system", "share", "given", "name")
"""The orders of rows and columns, the one that holds where none is named first."""
_LEAST_LEAVES: Final = 3
"""Rows or columns, below which a tree says nothing."""


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Rows or columns that stand together: the name, and from which to before which."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The table that is drawn: its cells, and rows and columns in the order drawn."""

    cells: tuple[Cell, ...]
    """Row by row; those that are not studied have none."""
    rows: Mapping[str, str]
    """Key and label of each primary, top to bottom."""
    columns: Mapping[str, str]
    """Key and label of each site, left to right."""
    row_groups: tuple[Bracketed, ...] = ()
    column_groups: tuple[Bracketed, ...] = ()
    row_tree: Tree | None = None
    column_tree: Tree | None = None
    inapplicable: frozenset[tuple[str, str]] = frozenset()
    """Primary and site of the cells that no patient can be in: one sex lacks the site."""
    not_top: tuple[int, int] = (0, 0)
    """Primaries and sites left out because others rank higher."""
    too_small: tuple[int, int] = (0, 0)
    """Primaries and sites left out because their shares are too small."""

    @property
    def unstudied(self) -> int:
        """How many cells are not studied."""
        return len(self.rows) * len(self.columns) - len(self.cells) - len(self.inapplicable)

    def with_cells(self, cells: Iterable[Cell]) -> Arrangement:
        """Return the same table with other cells in its places."""
        return replace(self, cells=tuple(cells))


def has_tree(tree: Tree | None) -> bool:
    """Return whether there is a tree that is worth its room."""
    return tree is not None and len(tree.order) >= _LEAST_LEAVES


def arrange(cells: Sequence[Cell], chosen: Selection, top: int | None, order: str) -> Arrangement:
    """Choose and order rows and columns.

    Primaries and sites that were named, and of which nothing is known, are the last ones, unless
    they stand as given.
    """
    kept, too_small = _of_least(cells, chosen.least)
    kept, not_top = _of_top(kept, top)
    if not kept:
        return Arrangement((), {}, {}, not_top=not_top, too_small=too_small)
    rows = {one.pair.primary: one.pair.primary_label for one in kept}
    columns = dict(sorted({one.pair.site: one.pair.site_label for one in kept}.items()))
    trees: tuple[Tree | None, Tree | None] = (None, None)
    if order == "clusters":
        found = trees = _cluster(kept, list(rows), list(columns))
        in_rows = [list(rows)[index] for index in found[0].order]
        in_columns = [list(columns)[index] for index in found[1].order]
    else:
        in_rows, in_columns = _sorted(kept, rows, columns, chosen, order)
    whole = top is None and chosen.least is None
    named = (chosen.named_primaries, chosen.named_sites) if whole else ({}, {})
    rows = _placed({**named[0], **rows}, in_rows, named[0], given=order == "given")
    columns = _placed({**named[1], **columns}, in_columns, named[1], given=order == "given")
    made = Arrangement(
        cells=_by_place(kept, rows, columns),
        rows=rows,
        columns=columns,
        row_tree=trees[0],
        column_tree=trees[1],
        inapplicable=_inapplicable(kept, rows, columns, chosen),
        not_top=not_top,
        too_small=too_small,
    )
    return _grouped(made, chosen) if order == "system" else made


def _of_least(cells: Sequence[Cell], least: float | None) -> tuple[list[Cell], tuple[int, int]]:
    """Leave out rows and columns whose shares are all under so many percent."""
    if least is None:
        return list(cells), (0, 0)
    high = [one for one in cells if one.mark.number and one.mark.percent >= least]
    return _within(cells, {one.pair.primary for one in high}, {one.pair.site for one in high})


def _of_top(cells: Sequence[Cell], top: int | None) -> tuple[list[Cell], tuple[int, int]]:
    """Leave out all but so many primaries, and of what these reach all but so many sites."""
    if top is None:
        return list(cells), (0, 0)
    rows = set(_ranked(cells, 0)[:top])
    columns = set(_ranked([one for one in cells if one.key[0] in rows], 1)[:top])
    return _within(cells, rows, columns)


def _within(
    cells: Sequence[Cell], rows: set[str], columns: set[str]
) -> tuple[list[Cell], tuple[int, int]]:
    left_out = (
        len({one.pair.primary for one in cells} - rows),
        len({one.pair.site for one in cells} - columns),
    )
    kept = [one for one in cells if one.key[0] in rows and one.key[1] in columns]
    return kept, left_out


def _ranked(cells: Iterable[Cell], at: int) -> list[str]:
    """Return the primaries (0) or sites (1), that with the highest sum of its cells first."""
    sums: dict[str, float] = defaultdict(float)
    for one in cells:
        sums[one.key[at]] += one.score
    return sorted(sums, key=lambda key: (-round(sums[key], 9), key))


def _cluster(cells: Sequence[Cell], rows: list[str], columns: list[str]) -> tuple[Tree, Tree]:
    """Return the trees of the primaries and of the sites."""
    matrix = np.zeros((len(rows), len(columns)))
    row, column = _index(rows), _index(columns)
    for one in cells:
        matrix[row[one.key[0]], column[one.key[1]]] = one.weight
    return cluster_tree(matrix), cluster_tree(matrix.T)


def _sorted(
    cells: Sequence[Cell],
    rows: Mapping[str, str],
    columns: Mapping[str, str],
    chosen: Selection,
    order: str,
) -> tuple[list[str], list[str]]:
    if order == "given":
        return list(rows), list(columns)
    if order == "name":
        return by_name(rows), by_name(columns)
    ranked = _ranked(cells, 0), _ranked(cells, 1)
    if order == "share":
        return ranked
    primary, site = _systems(chosen)
    return (
        sorted(ranked[0], key=lambda key: SYSTEMS.index(primary(key))),
        sorted(ranked[1], key=lambda key: SYSTEMS.index(site(key))),
    )


def _systems(chosen: Selection) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """Return what tells the organ system of a primary, and of a site."""
    catalog = chosen.catalog
    return lambda key: system_of_primary(catalog, key), lambda key: system_of_site(catalog, key)


def _placed(
    labels: Mapping[str, str], order: Sequence[str], named: Iterable[str], *, given: bool
) -> dict[str, str]:
    """Return keys and labels in their order; those that were named come first where given."""
    keys = [*named, *order] if given else [*order, *named]
    return {key: labels[key] for key in dict.fromkeys(keys)}


def _by_place(
    cells: Iterable[Cell], rows: Iterable[str], columns: Iterable[str]
) -> tuple[Cell, ...]:
    row, column = _index(rows), _index(columns)
    return tuple(sorted(cells, key=lambda one: (row[one.key[0]], column[one.key[1]])))


def _inapplicable(
    cells: Iterable[Cell], rows: Iterable[str], columns: Iterable[str], chosen: Selection
) -> frozenset[tuple[str, str]]:
    """Return the empty cells whose cancer and site no one sex has both of."""
    filled = {one.key for one in cells}
    columns = list(columns)
    every = {(row, column) for row in rows for column in columns}
    return frozenset(one for one in every - filled if not is_applicable(chosen.catalog, *one))


def _grouped(made: Arrangement, chosen: Selection) -> Arrangement:
    """Return a table with its groups; what was named without evidence joins its own."""
    primary, site = _systems(chosen)
    rows = {key: made.rows[key] for key in _together(made.rows, primary)}
    columns = {key: made.columns[key] for key in _together(made.columns, site)}
    return replace(
        made,
        cells=_by_place(made.cells, rows, columns),
        rows=rows,
        columns=columns,
        row_groups=_groups(rows, primary),
        column_groups=_groups(columns, site),
    )


def _together(keys: Iterable[str], system: Callable[[str], str]) -> list[str]:
    return sorted(keys, key=lambda key: SYSTEMS.index(system(key)))


def _groups(keys: Iterable[str], system: Callable[[str], str]) -> tuple[Bracketed, ...]:
    groups: list[Bracketed] = []
    at = 0
    for name, members in groupby(keys, key=system):
        count = len(list(members))
        groups.append(Bracketed(name, at, at + count))
        at += count
    return tuple(groups)


def _index(names: Iterable[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}
