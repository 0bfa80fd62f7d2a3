"""The ring: primaries and sites round a circle, a band for every edge, its interval as its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from metastasis.pictures._figure_words import (
    NOT_POOLED,
    dispute_rule,
    dispute_words,
    highest,
    number_rules,
    scale_words,
    undrawn,
)
from metastasis.pictures._frame import SAMPLE, LegendEntry
from metastasis.pictures._reach import reach_of
from metastasis.pictures._ring_drawing import band_look, draw_bands, line_look
from metastasis.pictures._ring_layout import lay_out_ring
from metastasis.pictures._scale import settle_scale
from metastasis.pictures._selection import not_reached, select
from metastasis.pictures._style import current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._reach import Reach
    from metastasis.pictures._ring_layout import Ring
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["draw_ring"]

_CLASSES = {
    "commonly": "commonly spreads to",
    "possibly": "spreads to, how commonly not established",
    "rarely": "rarely spreads to",
}
_SAMPLES = (50, 20, 10, 5, 2, 1)
"""Percentages whose width a legend may show: the largest that fits a line of it."""


def draw_ring(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw primaries on the left of a ring, sites on the right, and a band for every edge.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw; None is all, without groupings such as "cancer" in general.
    sources
        Keys of the sources to go by; None is all. An edge is then what follows from these alone.
    denominator, setting, occurrence
        Which numbers give bands their width. If none is named, those that most pairs have; the
        caption says which. One scale serves the whole picture.
    title
        None is one that says what is drawn, and out of whom.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``bands`` (widest first), ``interval edges`` (of each band with a count: as
        wide as the upper end of its interval, then the outline of the share itself), ``conflict
        marks``, ``primary arcs``, ``site arcs``, ``leaders``, ``primary labels`` and ``site
        labels`` (top to bottom), ``numbers``, and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

    Pairs without a number on the scale are thin lines. Where no pair has one, all are lines whose
    width gives the class of the edge. Where there is nothing to draw, the figure says so, with an
    `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_ring(mets.load(), primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> draw_ring(mets.load(), denominator="autopsy")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown denominator 'autopsy'. Did you mean ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        A denominator, setting or occurrence is named, and the numbers that have it are still of
        more than one kind: the message lists them. Or the width is not positive.
    """
    chosen = select(kg, primaries, sites, sources)
    drawn = [spread for spread in chosen.spreads if spread.edge]
    asked = {"denominator": denominator, "setting": setting, "occurrence": occurrence}
    scale = settle_scale(drawn, denominator=denominator, setting=setting, occurrence=occurrence)
    reaches = [reach_of(one, one.site, one.site_label, (), scale) for one in drawn]
    scale = scale if any(one.figure for one in reaches) else None
    style = current_style()
    ring = lay_out_ring(reaches, style) if reaches else None
    body = _body(ring, reaches, numbers=scale is not None) if ring else None
    missed = not_reached(chosen, drawn)
    rules = _rules(reaches, scale, unasked=not any(asked.values()))
    caption = [*rules, *undrawn(chosen.spreads), *missed, small_print(sources_in(drawn))]
    wording = Wording(
        title=title or _title(reaches, scale),
        legend=_legend(reaches, ring, scale, style) if ring else [],
        caption=" ".join(caption),
        alt_text=" ".join([_alt_text(reaches, scale), *missed]),
        call=describe_call(
            "ring",
            primaries=chosen.primaries,
            sites=chosen.sites,
            sources=chosen.sources,
            **asked,
            width=width,
        ),
        credits=credit(kg.catalog, sources_in(drawn)),
        nothing="no edge",
    )
    return compose("ring", body, wording, ax, width)


def _body(ring: Ring, reaches: Sequence[Reach], *, numbers: bool) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_bands(sheet, ring, reaches, top, numbers=numbers)

    return Body(ring.width, ring.height, draw)


def _title(reaches: Sequence[Reach], scale: Scale | None) -> str:
    if not reaches:
        return "Metastasis"
    who = name_primaries({one.spread.primary_label for one in reaches})
    sites = {one.spread.site_label for one in reaches}
    if scale is None:
        return f"Metastasis of {who} to {plural(len(sites), 'site')}"
    if len(sites) == 1:
        return f"What spreads to the {sites.pop()}: % of {scale}"
    verb = "spreads" if len({one.spread.primary for one in reaches}) == 1 else "spread"
    return f"Where {who} {verb}: % of {scale}"


def _rules(reaches: Sequence[Reach], scale: Scale | None, *, unasked: bool) -> list[str]:
    """Return what widths, edges and colors mean."""
    if not reaches:
        return []
    disputed = dispute_rule([one.spread for one in reaches], "Squares")
    if scale is None:
        rules = ["Line width and pattern give the class of the edge, not a percentage."]
        return [*rules, CLASS_RULES, *disputed, *_color_rule(reaches)]
    rules = [f"Width of a band: {scale_words(reaches, scale, unasked=unasked)}."]
    if any(one.interval for one in reaches):
        rules.append(
            "The strong part is as wide as the lower end of the 95 % Wilson interval, the pale "
            "edge as its upper end; the thin line between is the share itself."
        )
    rules += number_rules(reaches, scale)
    if any(one.figure is None for one in reaches):
        rules.append(
            "Thin lines: reported in words or with other numbers only; no frequency can be read "
            "from them."
        )
    rules.append(
        "Patients may have several sites: the length of an arc, the sum of its bands, is no share."
    )
    return [*rules, *disputed, NOT_POOLED, *_color_rule(reaches)]


def _color_rule(reaches: Sequence[Reach]) -> list[str]:
    several = len({one.spread.primary for one in reaches})
    repeats = ", and repeats" if several > len(current_style().primaries) else ""
    return [f"Color only tells primaries apart{repeats}."] if several > 1 else []


def _alt_text(reaches: Sequence[Reach], scale: Scale | None) -> str:
    if not reaches:
        return "An empty ring: no edge fits what was asked for."
    spreads = [one.spread for one in reaches]
    size = (
        f"{plural(len({one.primary for one in spreads}), 'primary', 'primaries')} on the left and "
        f"{plural(len({one.site for one in spreads}), 'site')} on the right"
    )
    parts = [f"Ring of {size}, joined by {plural(len(reaches), 'band')}."]
    if scale:
        parts.append(f"Highest of {scale}: {highest(reaches)}.")
    if scale and (rest := sum(one.figure is None for one in reaches)):
        parts.append(f"{plural(rest, 'pair')} without such a number.")
    parts += dispute_words(spreads)
    return " ".join([*parts, best_supported(spreads), stand_out(spreads)])


# The legend


def _legend(
    reaches: Sequence[Reach], ring: Ring, scale: Scale | None, style: Style
) -> list[LegendEntry]:
    disputed = dispute_entry([one.spread for one in reaches])
    if scale is None:
        present = {one.spread.edge for one in reaches}
        lines = [
            LegendEntry(words, _line_sample(name, numbers=False))
            for name, words in _CLASSES.items()
            if name in present
        ]
        return [*lines, *disputed]
    entries = [_width_entry(ring, style)]
    if any(one.interval for one in reaches):
        entries.append(LegendEntry("share, with its 95 % interval as edge", _interval_sample))
    if any(one.figure and not one.interval for one in reaches):
        entries.append(LegendEntry("no count given: no interval", _uncounted_sample))
    if any(one.figure is None for one in reaches):
        words = "reported, no such number"
        entries.append(LegendEntry(words, _line_sample(None, numbers=True)))
    return [*entries, *disputed]


def _width_entry(ring: Ring, style: Style) -> LegendEntry:
    """Return how wide so many percent are: the most that fits a line of the legend."""
    most = 1.4 * style.legend_size / 72
    share = next((one for one in _SAMPLES if one * ring.per_percent <= most), _SAMPLES[-1])
    high = share * ring.per_percent

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.faint_ink
        return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, linewidth=0.0)

    return LegendEntry(f"width of {share} %", draw)


def _line_sample(
    edge: str | None, *, numbers: bool
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        how = line_look(edge, sheet.style, numbers=numbers)
        return sheet.line([(x, y), (x + SAMPLE, y)], how, sheet.style.ink, gid)

    return draw


def _interval_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    ink = sheet.style.ink
    for part, half, kind in (("upper", 0.075, "fringe"), ("lower", 0.035, "core")):
        look = band_look(kind, ink)
        color = str(look.pop("color"))
        sheet.box(x, y - half, SAMPLE, 2 * half, color, f"{gid}-{part}", **look)
    return sheet.box(x, y - 0.055, SAMPLE, 0.11, "none", gid, edgecolor=ink, linewidth=0.7)


def _uncounted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    look = band_look("uncounted", sheet.style.ink)
    return sheet.box(x, y - 0.06, SAMPLE, 0.12, str(look.pop("color")), gid, **look)
