"""The bipartite network: primaries on the left, sites on the right, a line for every edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import UnknownNameError
from metastasis._evidence.edge import EDGES
from metastasis._evidence.pair import has_edge
from metastasis.pictures._bipartite import MARK_SHAPES, draw_bipartite, lay_out_bipartite
from metastasis.pictures._composing import Body, Wording, compose
from metastasis.pictures._diagram import (
    CLASS_RULES,
    best_supported,
    credit,
    describe_call,
    name_primaries,
    plural,
    small_print,
    sources_in,
    stand_out,
)
from metastasis.pictures._dispute import dispute_entry
from metastasis.pictures._figure_words import dispute_rule, dispute_words, undrawn
from metastasis.pictures._frame import SAMPLE, LegendEntry
from metastasis.pictures._progression import draw_progression
from metastasis.pictures._selection import Selection, not_reached, select
from metastasis.pictures._style import LineStyle, Style, current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._evidence.pair import Spread
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_network"]

_CLASSES: Final = {
    "commonly": "commonly spreads to",
    "possibly": "spreads to, how commonly not established",
    "rarely": "rarely spreads to",
}
_MARKS: Final = {
    "own_organ": "into its own organ (another part or the other side)",
    "neighbor": "into a neighboring organ",
}


def draw_network(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    edge: str = "any",
    sequences: Any = None,
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw which primaries spread to which sites, in an order with few crossings.

    With ``sequences`` it draws how one primary goes on from site to site instead.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw; None is all, without groupings such as "cancer" in general.
    sources
        Keys of the sources to go by; None is all. An edge is then what follows from these alone.
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.
    sequences
        A table of sequences of sites, or a transition matrix: as :func:`draw_progression`, which
        then draws, and says what it returns.
    title
        None is one that counts what is drawn.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``edges`` (rarely, possibly, commonly, in the order drawn), ``proximity
        marks``, ``conflict marks``, ``primary labels``, ``primary dots``, ``site labels``, ``site
        dots`` (each top to bottom), and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

    Where sources conflict on an edge, a square marks it; where they conflict so that there is no
    edge, the caption counts the pairs. It also lists the primaries and sites that were named and
    have no line. Where there is nothing to draw, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_network(mets.load(), primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> draw_network(mets.load(), edge="often")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown edge 'often'. Did you mean 'any', ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        The width is not positive; or sources or a class of edge are named beside sequences.
    """
    if sequences is not None:
        if sources is not None or edge != "any":
            raise ValueError("steps go by their sequences alone: leave sources and edge out")
        more = {"primaries": primaries, "sites": sites, "title": title, "width": width}
        return draw_progression(kg, sequences, ax=ax, **more)  # type: ignore[arg-type]
    if edge not in ("any", *EDGES):
        raise UnknownNameError("edge", edge, ["any", *EDGES])
    chosen = select(kg, primaries, sites, sources)
    drawn = [spread for spread in chosen.spreads if has_edge(spread, edge)]
    style = current_style()
    layout = lay_out_bipartite(drawn, style)
    title = title or _title(drawn)
    caption = _caption(chosen, drawn, edge, style)
    wording = Wording(
        title=title,
        legend=_legend(drawn, style),
        caption=caption,
        alt_text=" ".join([_alt_text(drawn), *not_reached(chosen, drawn)]),
        call=_call(chosen, edge, width),
        credits=credit(kg.catalog, sources_in(drawn)),
        nothing="no edge",
    )

    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_bipartite(sheet, layout, drawn, top)

    body = Body(layout.width, layout.height, draw) if drawn else None
    return compose("network", body, wording, ax, width)


def _legend(drawn: Sequence[Spread], style: Style) -> list[LegendEntry]:
    """Return the classes of edges and the marks that are in the figure."""
    present = {spread.edge for spread in drawn}
    lines = [
        LegendEntry(words, _line_sample(getattr(style, name)))
        for name, words in _CLASSES.items()
        if name in present
    ]
    near = {spread.proximity for spread in drawn}
    marks = [
        LegendEntry(words, _mark_sample(name)) for name, words in _MARKS.items() if name in near
    ]
    return [*lines, *marks, *dispute_entry(drawn)]


def _line_sample(how: LineStyle) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], how, sheet.style.ink, gid)

    return draw


def _mark_sample(name: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return MARK_SHAPES[name](sheet, x + SAMPLE / 2, y, sheet.style.ink, gid)

    return draw


def _title(drawn: Sequence[Spread]) -> str:
    if not drawn:
        return "Metastasis"
    sites = plural(len({spread.site for spread in drawn}), "site")
    who = name_primaries({spread.primary_label for spread in drawn})
    return f"Metastasis of {who} to {sites}"


def _caption(chosen: Selection, drawn: Sequence[Spread], edge: str, style: Style) -> str:
    parts = ["Line width and pattern give the class of the edge, not a percentage.", CLASS_RULES]
    if len({spread.primary for spread in drawn}) > 1:
        repeats = len({spread.primary for spread in drawn}) > len(style.primaries)
        parts.append(
            f"Color only tells the lines of primaries apart{', and repeats' if repeats else ''}."
        )
    if edge != "any":
        parts.append(f"Only edges of the class “{edge}” are drawn.")
    parts += [*dispute_rule(drawn, "Squares"), *undrawn(chosen.spreads)]
    parts = parts if drawn else parts[2:]
    return " ".join([*parts, *not_reached(chosen, drawn), small_print(sources_in(drawn))])


def _alt_text(drawn: Sequence[Spread]) -> str:
    if not drawn:
        return "An empty network: no edge fits what was asked for."
    classes = [(name, sum(spread.edge == name for spread in drawn)) for name in _CLASSES]
    primaries = [spread.primary_label for spread in drawn]
    sites = [spread.site_label for spread in drawn]
    disputed = "".join(f" {words}" for words in dispute_words(drawn))
    return (
        f"Network of {plural(len(set(primaries)), 'primary', 'primaries')} on the left and "
        f"{plural(len(set(sites)), 'site')} on the right, joined by {plural(len(drawn), 'edge')}: "
        f"{', '.join(f'{count} {name}' for name, count in classes if count)}.{disputed} "
        f"{best_supported(drawn)} {stand_out(drawn)}"
    )


def _call(chosen: Selection, edge: str, width: float | None) -> str:
    return describe_call(
        "network",
        primaries=chosen.primaries,
        sites=chosen.sites,
        sources=chosen.sources,
        edge=None if edge == "any" else edge,
        width=width,
    )
