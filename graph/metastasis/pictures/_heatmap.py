"""The heat map: primaries by sites, what is reported told apart from what is not studied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis._errors import UnknownNameError
from metastasis.pictures._cells import STATES, count_cells, percent_cells, step_words
from metastasis.pictures._composing import Body, Wording, compose
from metastasis.pictures._diagram import credit, describe_call
from metastasis.pictures._dispute import dispute_entry
from metastasis.pictures._frame import LegendEntry
from metastasis.pictures._grid import Grid, draw_grid, draw_sample, lay_out_grid
from metastasis.pictures._heatmap_words import (
    alt_text_of,
    caption_of,
    left_out_of,
    sources_of,
    title_of,
)
from metastasis.pictures._scale import settle_scale
from metastasis.pictures._selection import Selection, not_reached, select
from metastasis.pictures._style import Style, current_style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._cells import Cell
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_heatmap"]

_VALUES = ("sources", "percent")


def draw_heatmap(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    value: str = "sources",
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str = "any",
    title: str | None = None,
    width: float | None = None,
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
        ``"percent"``: cells are shaded by percentage and print n/N, all out of one denominator, in
        one setting and of one occurrence; numbers on one stage only are left out.
    denominator, setting
        Which percentages; None where those there are have only one.
    occurrence
        Percentages of those with the site at ``"any"`` time, as the ``"only_site"`` or as the
        ``"first_site"``.
    title
        None is one that counts what is drawn.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``cells`` (row by row; a cell that is not studied has none), ``cell texts``,
        ``strokes`` (through what is reported absent), ``conflict marks`` (in the corner of a cell
        with an edge that sources conflict on), ``unstudied dots`` (one artist), ``primary labels``
        (top to bottom), ``site labels`` (left to right), ``grid``, ``trees`` (of the rows and of
        the columns, where there are three or more), and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

    Primaries and sites that are named stay even where nothing is known of them. Where there is
    nothing to draw at all, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_heatmap(mets.load(), primaries="prostate", sites="bone")
    >>> [label.get_text() for label in diagram.artists["site labels"]]
    ['Bone']
    >>> draw_heatmap(mets.load(), primaries="prostate", value="percent")
    Traceback (most recent call last):
    ...
    ValueError: numbers with different denominators, settings or occurrences cannot share a ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        The percentages have more than one denominator or setting: the message lists them; or one
        was named with ``value="sources"``, which has none. Or the width is not positive.
    """
    _check(value, denominator, setting, occurrence)
    style = current_style()
    chosen = select(kg, primaries, sites, sources)
    percent = value == "percent"
    scale = _scale(chosen, denominator, setting, occurrence) if percent else None
    cells = _cells(chosen, value, scale, style)
    grid = lay_out_grid(cells, style, chosen.named_primaries, chosen.named_sites)
    left_out = left_out_of(chosen, scale, denominator, setting, occurrence) if percent else []
    missed = not_reached(chosen, chosen.spreads)
    caption = caption_of(grid, scale, [*left_out, *missed])
    wording = Wording(
        title=title or title_of(grid, scale),
        legend=_legend(grid, scale, style, chosen.unstudied),
        caption=caption,
        alt_text=" ".join([alt_text_of(grid, scale, chosen.unstudied), *missed]),
        call=_call(
            chosen,
            value=None if value == "sources" else value,
            denominator=denominator,
            setting=setting,
            occurrence=None if occurrence == "any" else occurrence,
            width=width,
        ),
        credits=credit(kg.catalog, sources_of(grid, scale)),
    )
    return compose("heatmap", _body(grid) if cells else None, wording, ax, width)


def _body(grid: Grid) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_grid(sheet, grid, top)

    return Body(grid.width, grid.height, draw)


def _check(value: str, denominator: str | None, setting: str | None, occurrence: str) -> None:
    if value not in _VALUES:
        raise UnknownNameError("value", value, _VALUES)
    if value == "sources" and (denominator or setting or occurrence != "any"):
        raise ValueError(
            "a count of sources has no denominator, setting or occurrence: add value='percent'"
        )


def _scale(
    chosen: Selection, denominator: str | None, setting: str | None, occurrence: str
) -> Scale | None:
    """Return the one scale of the percentages; which one is for the caller to say."""
    return settle_scale(
        chosen.spreads,
        denominator=denominator,
        setting=setting,
        occurrence=occurrence,
        unasked=False,
    )


def _cells(chosen: Selection, value: str, scale: Scale | None, style: Style) -> list[Cell]:
    if value == "sources":
        return count_cells(chosen.spreads)
    if scale is None:
        return []
    rows, columns = chosen.named_primaries, chosen.named_sites
    return percent_cells(chosen.spreads, scale, style, primaries=rows, sites=columns)


def _legend(grid: Grid, scale: Scale | None, style: Style, unstudied: str) -> list[LegendEntry]:
    """Return the shades and states that are in the figure."""
    present = {cell.state for cell in grid.cells}
    if grid.unstudied:
        present.add("unstudied")
    shown = {cell.step for cell in grid.cells if cell.state == "percent"}
    steps = [
        LegendEntry(words, draw_sample("percent", step))
        for step, words in enumerate(step_words(style) if scale else [])
        if step in shown
    ]
    states = [
        LegendEntry(words, draw_sample(state))
        for state, words in (STATES | {"unstudied": unstudied}).items()
        if state in present
    ]
    return [*steps, *states, *dispute_entry(cell.spread for cell in grid.cells)]


def _call(chosen: Selection, **options: Any) -> str:
    return describe_call(
        "heatmap",
        primaries=chosen.primaries,
        sites=chosen.sites,
        sources=chosen.sources,
        **options,
    )
