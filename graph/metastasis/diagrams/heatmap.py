"""The heat map: primaries by sites, what is reported told apart from what is not studied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.diagrams.cells import (
    STATES,
    Basis,
    Cell,
    count_cells,
    percent_cells,
    percent_label,
    settle_basis,
    step_words,
)
from metastasis.diagrams.diagram import (
    CLASS_RULES,
    Diagram,
    best_supported,
    credit,
    describe_call,
    most_frequent,
    name_primaries,
    plural,
    small_print,
    sources_in,
    write_nothing,
)
from metastasis.diagrams.frame import LegendEntry, frame_for
from metastasis.diagrams.grid import Grid, draw_grid, draw_sample, lay_out_grid
from metastasis.diagrams.selection import Selection, label_of, select
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
        ``strokes`` (through what is reported absent), ``primary labels`` (top to bottom), ``site
        labels`` (left to right), ``grid``, and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

    Where there is nothing to draw, the figure says so, with an `EmptyDiagramWarning`.

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
    cells = _cells(chosen.spreads, value, basis, style)
    grid = lay_out_grid(cells, style)
    title = title or _title(cells, basis)
    caption = _caption(cells, basis)
    frame = frame_for(grid.width, title, _legend(cells, basis, style), caption, style)
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
        alt_text=_alt_text(grid, basis),
        caption=caption,
        call=_call(chosen, value, denominator, setting),
        credits=credit(kg.catalog, sources_in(cell.spread for cell in cells)),
    )


def _check(value: str, denominator: str | None, setting: str | None) -> None:
    if value not in _VALUES:
        raise UnknownNameError("value", value, _VALUES)
    if value == "sources" and (denominator or setting):
        raise ValueError("a count of sources has no denominator or setting: add value='percent'")


def _cells(spreads: Sequence[Spread], value: str, basis: Basis | None, style: Style) -> list[Cell]:
    if value == "sources":
        return count_cells(spreads)
    return percent_cells(spreads, basis, style) if basis else []


def _legend(cells: Sequence[Cell], basis: Basis | None, style: Style) -> list[LegendEntry]:
    if not cells:
        return []
    present = {cell.state for cell in cells}
    shades = [] if basis else ["commonly", "possibly", "rarely"]
    rest = ["absent", "conflicting", *(["other"] if "other" in present else []), "unstudied"]
    steps = [
        LegendEntry(words, draw_sample("percent", step))
        for step, words in enumerate(step_words(style) if basis else [])
    ]
    return [*steps, *(LegendEntry(STATES[state], draw_sample(state)) for state in [*shades, *rest])]


def _title(cells: Sequence[Cell], basis: Basis | None) -> str:
    if not cells:
        return "Metastasis"
    who = name_primaries([cell.spread for cell in cells])
    sites = plural(len({cell.spread.site for cell in cells}), "site")
    if basis is None:
        return f"What is known of metastasis of {who} to {sites}"
    return f"Metastasis of {who} to {sites}: % of {basis}"


def _caption(cells: Sequence[Cell], basis: Basis | None) -> str:
    ending = small_print(sources_in(cell.spread for cell in cells))
    if not cells:
        return ending
    if basis is None:
        return f"{_EACH_CELL} {CLASS_RULES} {_ORDER} {ending}"
    texts = [line for cell in cells for line in cell.lines]
    return " ".join([*_percent_rules(texts, basis), _ORDER, ending])


def _percent_rules(texts: Sequence[str], basis: Basis) -> list[str]:
    """Return what the percentages mean, and the marks on them where there are any."""
    counted = ", with n/N below it" if any("/" in text for text in texts) else ""
    rules = [f"Every percentage is out of {basis}{counted}."]
    if basis.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    if any("+" in text for text in texts):
        rules.append(
            "Of several such numbers the one on the whole population with the largest N is shown, "
            "never a mean: +1 says that one more is not shown."
        )
    if any("*" in text for text in texts):
        rules.append("*: printed by its source without n and N.")
    if any("†" in text for text in texts):
        rules.append("†: of a part of the population only (a histology, sex, age or subtype).")
    return rules


def _alt_text(grid: Grid, basis: Basis | None) -> str:
    if not grid.cells:
        return "An empty heat map: no evidence fits what was asked for."
    count = len(grid.rows) * len(grid.columns)
    size = (
        f"{plural(len(grid.rows), 'primary', 'primaries')} by {plural(len(grid.columns), 'site')}"
    )
    states = [
        f"{number:,} {words}"
        for state, words in STATES.items()
        if (number := sum(cell.state == state for cell in grid.cells))
    ]
    states.append(f"{count - len(grid.cells):,} {STATES['unstudied']}")
    head = f"Heat map of {size}, {plural(count, 'cell')}"
    if basis is not None:
        others = f"Other cells: {'; '.join(states)}."
        return f"{head}: percentages of {basis}. {_highest(grid.cells)} {others}"
    reported = [cell.spread for cell in grid.cells if cell.spread.edge]
    return (
        f"{head}: {'; '.join(states)}. {best_supported(reported)} "
        f"Sites that most primaries reach: {most_frequent(one.site_label for one in reported)}."
    )


def _highest(cells: Sequence[Cell]) -> str:
    figures = [(one.spread, one.figure) for one in cells if one.figure is not None]
    figures.sort(key=lambda pair: (-float(pair[1].percent or 0), label_of(pair[0])))
    return f"Highest: {'; '.join(_in_words(*pair) for pair in figures[:3])}."


def _in_words(spread: Spread, figure: Assertion) -> str:
    count = f"{figure.count}/{figure.total}" if figure.is_quantified else "no count given"
    return f"{label_of(spread)} {percent_label(float(figure.percent or 0))} ({count})"


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
