"""The heat map: primaries by sites, what is reported told apart from what is not studied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.diagrams.cells import (
    STATES,
    Basis,
    Cell,
    count_cells,
    only_other_numbers,
    percent_cells,
    percent_label,
    settle_basis,
    share_of,
    step_words,
)
from metastasis.diagrams.diagram import (
    CLASS_RULES,
    Diagram,
    best_supported,
    credit,
    describe_call,
    name_primaries,
    plural,
    small_print,
    sources_in,
    stand_out,
    write_nothing,
)
from metastasis.diagrams.frame import LegendEntry, frame_for
from metastasis.diagrams.grid import Grid, draw_grid, draw_sample, lay_out_grid
from metastasis.diagrams.selection import Selection, label_of, not_reached, select
from metastasis.diagrams.sheet import open_sheet
from metastasis.diagrams.style import Style, current_style
from metastasis.errors import UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from metastasis.assertion import Assertion
    from metastasis.diagrams.selection import Names
    from metastasis.graph import KnowledgeGraph
    from metastasis.pairs import Spread

__all__ = ["draw_heatmap"]

_VALUES = ("sources", "percent")
_EACH_CELL: Final = (
    "Each cell prints how many sources report on the pair; its shade gives the class of the edge, "
    "not a percentage."
)
_ORDER: Final = "Rows and columns are clustered: like stands beside like."


def draw_heatmap(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    value: str = "sources",
    denominator: str | None = None,
    setting: str | None = None,
    title: str | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw primaries by sites, with what is reported, reported absent, conflicting and not studied.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw; None is all, without groupings such as "cancer" in general.
    sources
        Keys of the sources to go by; None is all.
    value
        ``"sources"``: cells are shaded by class of edge and print the number of sources.
        ``"percent"``: cells are shaded by percentage and print n/N, all out of one denominator in
        one setting; only numbers on any stage and any occurrence are taken.
    denominator, setting
        Which percentages; None where those there are have only one.
    title
        None is one that counts what is drawn.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure as large as labels need.

    Returns
    -------
    Diagram
        With artists ``cells`` (row by row; a cell that is not studied has none), ``cell texts``,
        ``strokes`` (through what is reported absent), ``unstudied dots`` (one artist), ``primary
        labels`` (top to bottom), ``site labels`` (left to right), ``grid``, and ``title``,
        ``legend samples``, ``legend labels``, ``caption``.

    Primaries and sites that are named stay even where nothing is known of them. Where there is
    nothing to draw at all, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_heatmap(mets.load(), primaries="prostate", sites="bone")
    >>> [label.get_text() for label in diagram.artists["site labels"]]
    ['Bone']
    >>> draw_heatmap(mets.load(), primaries="prostate", value="percent")
    Traceback (most recent call last):
    ...
    ValueError: percentages with different denominators or settings cannot share a scale; ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        The percentages have more than one denominator or setting; or one was named with
        ``value="sources"``, which has none.
    """
    _check(value, denominator, setting)
    style = current_style()
    chosen = select(kg, primaries, sites, sources)
    basis = settle_basis(chosen.spreads, denominator, setting) if value == "percent" else None
    cells = _cells(chosen, value, basis, style)
    grid = lay_out_grid(cells, style, chosen.named_primaries, chosen.named_sites)
    title = title or _title(grid, basis)
    left_out = _left_out(chosen, basis, denominator, setting) if value == "percent" else []
    caption = _caption(grid, basis, [*left_out, *not_reached(chosen, chosen.spreads)])
    frame = frame_for(grid.width, title, _legend(grid, basis, style), caption, style)
    sheet = open_sheet(ax, grid.width, frame.head + grid.height + frame.foot, style)
    if cells:
        body = draw_grid(sheet, grid, frame.head)
    else:
        body = write_nothing(sheet, "heatmap", "no evidence", frame.head + grid.height / 2)
    return Diagram(
        kind="heatmap",
        title=title,
        figure=sheet.figure,
        axes=sheet.axes,
        artists=body | frame.draw(sheet, "heatmap"),
        alt_text=" ".join([_alt_text(grid, basis), *not_reached(chosen, chosen.spreads)]),
        caption=caption,
        call=_call(chosen, value, denominator, setting),
        credits=credit(kg.catalog, _sources(grid, basis)),
    )


def _check(value: str, denominator: str | None, setting: str | None) -> None:
    if value not in _VALUES:
        raise UnknownNameError("value", value, _VALUES)
    if value == "sources" and (denominator or setting):
        raise ValueError("a count of sources has no denominator or setting: add value='percent'")


def _cells(chosen: Selection, value: str, basis: Basis | None, style: Style) -> list[Cell]:
    if value == "sources":
        return count_cells(chosen.spreads)
    if basis is None:
        return []
    rows, columns = chosen.named_primaries, chosen.named_sites
    return percent_cells(chosen.spreads, basis, style, primaries=rows, sites=columns)


def _sources(grid: Grid, basis: Basis | None) -> list[str]:
    """Return the sources counted in the cells, or those of the percentages printed in them."""
    if basis is None:
        return sources_in(cell.spread for cell in grid.cells)
    return sorted({cell.figure.source for cell in grid.cells if cell.figure})


def _left_out(
    chosen: Selection, basis: Basis | None, denominator: str | None, setting: str | None
) -> list[str]:
    """Say which numbers are no percentages of a cell, and how many pairs have no other."""
    if basis is not None:
        denominator, setting = basis.denominator, basis.setting
    count = only_other_numbers(chosen.spreads, denominator, setting)
    only = f" ({plural(count, 'pair')} {'has' if count == 1 else 'have'} no other)" if count else ""
    return [f"Numbers on the first or the only metastatic site are left out{only}."]


def _legend(grid: Grid, basis: Basis | None, style: Style) -> list[LegendEntry]:
    """Return the shades and states that are in the figure."""
    present = {cell.state for cell in grid.cells}
    if grid.unstudied:
        present.add("unstudied")
    shown = {cell.step for cell in grid.cells if cell.state == "percent"}
    steps = [
        LegendEntry(words, draw_sample("percent", step))
        for step, words in enumerate(step_words(style) if basis else [])
        if step in shown
    ]
    states = [
        LegendEntry(words, draw_sample(state))
        for state, words in STATES.items()
        if state in present
    ]
    return [*steps, *states]


def _title(grid: Grid, basis: Basis | None) -> str:
    if not grid.cells:
        return "Metastasis"
    who = name_primaries(list(grid.primaries.values()))
    sites = plural(len(grid.columns), "site")
    if basis is None:
        return f"What is known of metastasis of {who} to {sites}"
    return f"Metastasis of {who} to {sites}: % of {basis}"


def _caption(grid: Grid, basis: Basis | None, left_out: Sequence[str]) -> str:
    of = " of the numbers" if basis else ""
    ending = [*left_out, small_print(_sources(grid, basis), of)]
    if not grid.cells:
        return " ".join(ending)
    order = [_ORDER] if len(grid.rows) > 1 else []
    if basis is None:
        return " ".join([_EACH_CELL, CLASS_RULES, *order, *ending])
    texts = [line for cell in grid.cells for line in cell.lines]
    return " ".join([*_percent_rules(texts, basis), *order, *ending])


def _percent_rules(texts: Sequence[str], basis: Basis) -> list[str]:
    """Return what the percentages mean, and the marks on them where there are any."""
    rules = [f"Every percentage is out of {basis}."]
    if any("/" in text for text in texts):
        rules.append("Below it stands n/N, where its source gives n.")
    if basis.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    if any("+" in text for text in texts):
        rules.append(
            "Of several such numbers the one on the whole population with the largest N is shown, "
            "never a mean: +1 says that one more is not shown."
        )
    if any("*" in text for text in texts):
        rules.append("*: printed by its source without a count n.")
    if any("†" in text for text in texts):
        rules.append("†: of a part of the population only (a histology, sex, age or subtype).")
    return rules


def _alt_text(grid: Grid, basis: Basis | None) -> str:
    if not grid.cells:
        return "An empty heat map: no evidence fits what was asked for."
    count = len(grid.cells) + grid.unstudied
    size = (
        f"{plural(len(grid.rows), 'primary', 'primaries')} by {plural(len(grid.columns), 'site')}"
    )
    states = [
        f"{number:,} {words}"
        for state, words in STATES.items()
        if (number := sum(cell.state == state for cell in grid.cells))
    ]
    if grid.unstudied:
        states.append(f"{grid.unstudied:,} {STATES['unstudied']}")
    head = f"Heat map of {size}, {plural(count, 'cell')}"
    if basis is not None:
        others = f" Other cells: {'; '.join(states)}." if states else ""
        return f"{head}: percentages of {basis}. {_highest(grid.cells)}{others}"
    reported = [cell.spread for cell in grid.cells if cell.spread.edge]
    found = [best_supported(reported), stand_out(reported)]
    return " ".join(filter(None, [f"{head}: {'; '.join(states)}.", *found]))


def _highest(cells: Sequence[Cell]) -> str:
    figures = [(one.spread, one.figure) for one in cells if one.figure is not None]
    figures.sort(key=lambda pair: (-share_of(pair[1]), label_of(pair[0])))
    return f"Highest: {'; '.join(_in_words(*pair) for pair in figures[:3])}."


def _in_words(spread: Spread, figure: Assertion) -> str:
    count = f"{figure.count}/{figure.total}" if figure.is_quantified else "no count given"
    return f"{label_of(spread)} {percent_label(figure)} ({count})"


def _call(chosen: Selection, value: str, denominator: str | None, setting: str | None) -> str:
    return describe_call(
        "heatmap",
        primaries=chosen.primaries,
        sites=chosen.sites,
        sources=chosen.sources,
        value=None if value == "sources" else value,
        denominator=denominator,
        setting=setting,
    )
