"""The alluvial diagram: from primaries by route, or by part of the body, to sites."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metastasis._errors import check_choice
from metastasis.pictures._alluvial_drawing import draw_flows
from metastasis.pictures._alluvial_flows import (
    MIDDLES,
    NOT_STATED,
    VALUES,
    flows_of,
    middle_label,
)
from metastasis.pictures._alluvial_layout import lay_out_alluvial
from metastasis.pictures._composing import Body, Wording, compose
from metastasis.pictures._diagram import (
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
from metastasis.pictures._figure_words import NOT_POOLED, dispute_rule, dispute_words, undrawn
from metastasis.pictures._frame import SAMPLE, LegendEntry
from metastasis.pictures._scale import figure_on, settle_scale
from metastasis.pictures._selection import label_of, not_reached, select
from metastasis.pictures._style import current_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._evidence.pair import Spread
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._alluvial_flows import Flow
    from metastasis.pictures._alluvial_layout import Alluvial
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_alluvial"]

_SAMPLES = (10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
_SAMPLE_HEIGHT = 0.16
_NAMED = 6
"""Numbers of a part of a population that the caption names."""


def draw_alluvial(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    through: str = "region",
    value: str = "statements",
    denominator: str | None = None,
    setting: str | None = None,
    occurrence: str | None = None,
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw how many statements, pairs or patients lead from primaries to sites, and by what.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw; None is all, without groupings such as "cancer" in general.
    sources
        Keys of the sources to go by; None is all. An edge is then what follows from these alone.
    through
        What stands in the middle: ``"region"``, the part of the body that a site is in, or
        ``"route"``; most sources do not state a route, and the diagram shows that.
    value
        What heights count: ``"statements"`` in favor of a pair, ``"pairs"``, or ``"patients"`` (n
        of one number of each pair, all on one scale).
    denominator, setting, occurrence
        With ``value="patients"``: which numbers. If none is named, those that most pairs have.
    title
        None is one that says what is counted.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``flows`` (one of each primary, middle and site, large ones first), ``conflict
        marks``, ``primary blocks``, ``middle blocks`` and ``site blocks`` with their ``labels``
        (top to bottom), ``numbers``, and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

    Only pairs with an edge are drawn; the caption counts the others. Where there is nothing to
    draw, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_alluvial(mets.load(), primaries="prostate", sites="bone", through="route")
    >>> [label.get_text() for label in diagram.artists["middle labels"]]
    ['Route not stated: 5']
    >>> draw_alluvial(mets.load(), value="percent")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown value 'percent'. Did you mean 'statements', ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        Patients of more than one denominator, setting or occurrence are asked for: the message
        lists them. A denominator, setting or occurrence is named where no patients are counted. Or
        the width is not positive.
    """
    check_choice("through", through, MIDDLES)
    check_choice("value", value, VALUES)
    asked = {"denominator": denominator, "setting": setting, "occurrence": occurrence}
    if value != "patients" and any(asked.values()):
        raise ValueError(f"a count of {value} has no denominator: add value='patients'")
    chosen = select(kg, primaries, sites, sources)
    edges = [spread for spread in chosen.spreads if spread.edge]
    scale = None
    if value == "patients":
        scale = settle_scale(edges, denominator=denominator, setting=setting, occurrence=occurrence)
    flows = flows_of(edges, kg.catalog, through=through, value=value, scale=scale)
    drawn = list({id(flow.spread): flow.spread for flow in flows}.values())
    adds_up = value != "patients"
    laid = lay_out_alluvial(flows, through, current_style(), adds_up=adds_up) if flows else None
    said = sources_in(drawn) if scale is None else _sources_on(scale, drawn)
    missed = not_reached(chosen, drawn)
    caption = [
        *(_rules(flows, edges, through, value, scale) if flows else []),
        *dispute_rule(drawn, "Squares"),
        *undrawn(chosen.spreads),
        *missed,
        small_print(said),
    ]
    wording = Wording(
        title=title or _title(flows, value, scale),
        legend=[_height_entry(laid, value), *dispute_entry(drawn)] if laid else [],
        caption=" ".join(caption),
        alt_text=" ".join([_alt_text(flows, drawn, through, value), *missed]),
        call=describe_call(
            "alluvial",
            primaries=chosen.primaries,
            sites=chosen.sites,
            sources=chosen.sources,
            through=None if through == "region" else through,
            value=None if value == "statements" else value,
            **asked,
            width=width,
        ),
        credits=credit(kg.catalog, said),
        nothing="no count of patients" if value == "patients" else "no edge",
    )
    return compose("alluvial", _body(laid) if laid else None, wording, ax, width)


def _sources_on(scale: Scale, drawn: Sequence[Spread]) -> list[str]:
    """Return the sources of the numbers drawn."""
    figures = [figure_on(spread, scale) for spread in drawn]
    return sorted({figure.source for figure in figures if figure})


def _body(laid: Alluvial) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_flows(sheet, laid, top)

    return Body(laid.width, laid.height, draw)


def _title(flows: Sequence[Flow], value: str, scale: Scale | None) -> str:
    if not flows:
        return "Metastasis"
    who = name_primaries({flow.spread.primary_label for flow in flows})
    sites = plural(len({flow.site for flow in flows}), "site")
    what = f"patients with each site ({scale})" if scale else value
    return f"Metastasis of {who} to {sites}: number of {what}"


def _rules(
    flows: Sequence[Flow],
    edges: Sequence[Spread],
    through: str,
    value: str,
    scale: Scale | None,
) -> list[str]:
    """Return what the heights count, and what the middle is."""
    counted = {
        "statements": "the number of statements of sources in favor of a pair, whatever they "
        "count: it tells how much is written, not how often it happens",
        "pairs": "one for each pair of a primary and a site, however often it happens",
        "patients": f"n, the number of {scale} with the site; a patient with two sites counts in "
        "both, so that heights of one primary do not add up to its patients; heights follow the "
        "size of each series, not how often the site is reached",
    }[value]
    rules = [f"Height: {counted}."]
    if missing := len(edges) - len({(flow.primary, flow.site) for flow in flows}):
        verb = "is" if missing == 1 else "are"
        rules.append(f"{plural(missing, 'pair')} without such a count {verb} left out.")
    if value == "patients":
        rules += _series_rules(flows)
    if through == "route":
        rules.append("Route as its source states it; nothing is inferred from the site.")
    else:
        rules.append(
            "Lymph nodes stand together, wherever they lie; other sites by the part of the body."
        )
    several = len({flow.primary for flow in flows})
    if several > 1:
        repeats = ", and repeats" if several > len(current_style().primaries) else ""
        rules.append(f"Color only tells primaries apart{repeats}.")
    return [*rules, NOT_POOLED]


def _series_rules(flows: Sequence[Flow]) -> list[str]:
    """Return which numbers of patients are written, and which are of a part of a population."""
    rules = []
    if len({flow.site for flow in flows}) < len(flows):
        rules.append(
            "A site that several series reach has no number: their patients add up to none."
        )
    parts = [flow for flow in flows if flow.population]
    if parts:
        of = "; ".join(f"{label_of(one.spread)} ({one.population})" for one in parts[:_NAMED])
        more = f"; and {plural(len(parts) - _NAMED, 'other')}" if len(parts) > _NAMED else ""
        rules.append(f"†: wholly or partly of a part of the population only: {of}{more}.")
    return rules


def _height_entry(laid: Alluvial, value: str) -> LegendEntry:
    """Return how high so many are: the most that fits a line of the legend."""
    number = next((one for one in _SAMPLES if one * laid.unit <= _SAMPLE_HEIGHT), 1)
    high = number * laid.unit

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.faint_ink
        return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, linewidth=0.0)

    return LegendEntry(f"height of {plural(number, value.removesuffix('s'), value)}", draw)


def _alt_text(flows: Sequence[Flow], drawn: Sequence[Spread], through: str, value: str) -> str:
    if not flows:
        return "An empty alluvial diagram: nothing fits what was asked for."
    total = sum(flow.weight for flow in flows)
    size = (
        f"{plural(len({one.primary for one in drawn}), 'primary', 'primaries')} to "
        f"{plural(len({one.site for one in drawn}), 'site')}"
    )
    middles = _ranked((middle_label(flow.middle), flow.weight) for flow in flows)
    largest = _ranked((_told(flow), flow.weight) for flow in flows)
    if value == "patients":  # one with two sites would count twice
        head = [f"Alluvial diagram of patients from {size}, by {through}."]
    else:
        head = [
            f"Alluvial diagram of {total:,} {value} from {size}, by {through}.",
            f"By {through}: {', '.join(middles)}.",
        ]
    parts = [
        *head,
        f"Largest: {', '.join(largest[:5])}.",
    ]
    unstated = sum(flow.weight for flow in flows if flow.middle == NOT_STATED)
    if unstated and value != "patients":
        parts.append(f"The route is not stated for {unstated:,} of {total:,}.")
    parts += dispute_words(drawn)
    return " ".join([*parts, best_supported(drawn), stand_out(drawn)])


def _told(flow: Flow) -> str:
    """Return a pair in words, and of which part of the population its patients are."""
    pair = label_of(flow.spread)
    return f"{pair}, {flow.population}" if flow.population else pair


def _ranked(weights: Iterable[tuple[str, int]]) -> list[str]:
    """Return names with their sums, the largest first."""
    sums: Counter[str] = Counter()
    for name, weight in weights:
        sums[name] += weight
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [f"{name} ({weight:,})" for name, weight in ranked]
