"""The forest plot: what every source says of a pair, by denominator, setting and occurrence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metastasis.pictures._composing import Body, Wording, compose
from metastasis.pictures._diagram import (
    best_supported,
    credit,
    describe_call,
    plural,
    small_print,
    sources_in,
    stand_out,
)
from metastasis.pictures._mark import conflict_entry
from metastasis.pictures._figure_words import NOT_POOLED, dispute_rule, dispute_words
from metastasis.pictures._forest_drawing import draw_forest_rows, draw_mark
from metastasis.pictures._forest_layout import lay_out_forest
from metastasis.pictures._forest_rows import rows_of
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import label_of, not_reached, select
from metastasis.pictures._style import LineStyle, current_style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._forest_layout import Forest
    from metastasis.pictures._forest_rows import Group, PairRows, Row
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_forest"]

_MARK = "Squares beside the name of a site"
_TOLD = 6
"""Groups of numbers, or pairs in conflict, that are named one by one."""


def draw_forest(
    kg: KnowledgeGraph,
    *,
    primaries: Names = None,
    sites: Names = None,
    sources: Names = None,
    pooled: Iterable[Any] = (),
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw what every source says of a pair, only what may be compared on one axis.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw, best one of each; None is all, a section for each pair.
    sources
        Keys of the sources to go by; None is all.
    pooled
        Pooled values to show as diamonds in their groups: objects with ``primary``, ``site``,
        ``denominator``, ``setting``, ``occurrence``, ``stage``, ``percent``, ``low`` and ``high``
        (in percent), such as :func:`metastasis._evidence.weighing.pool` returns. Nothing is pooled here;
        those of other pairs and groups, and of a single study, are not drawn.
    title
        None is one that says what is drawn.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``primary labels``, ``continued labels`` (again at the top of a column), ``site
        labels``, ``conflict marks`` (beside these), ``group labels``, ``source labels``,
        ``numbers``, ``axes`` and ``axis labels`` (of each group its own), ``intervals``, ``marks``,
        and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Intervals are 95 % Wilson intervals; a percentage printed without its count has none. Where
    there is nothing to draw, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_forest(mets.load(), primaries="breast", sites="bone")
    >>> [label.get_text() for label in diagram.artists["group labels"]][0]
    'All patients, at diagnosis'
    >>> draw_forest(mets.load(), primaries="breast", sites="livr")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        The width is not positive.
    """
    chosen = select(kg, primaries, sites, sources)
    values = list(pooled)
    pairs = [rows_of(pair, values) for pair in chosen.pairs]
    laid = lay_out_forest(pairs, current_style()) if pairs else None
    missed = not_reached(chosen, chosen.pairs)
    said = sources_in(chosen.pairs)
    wording = Wording(
        title=title or _title(pairs),
        legend=[*_legend(pairs), *conflict_entry(chosen.pairs)],
        caption=" ".join(
            [*_rules(pairs), *_conflict_rules(chosen.pairs), *missed, small_print(said)]
        ),
        alt_text=" ".join([_alt_text(pairs), *missed]),
        call=describe_call(
            "forest",
            primaries=chosen.primaries,
            sites=chosen.sites,
            sources=chosen.sources,
            width=width,
        ),
        credits=credit(kg.catalog, said),
    )
    return compose("forest", _body(laid) if laid else None, wording, ax, width)


def _body(laid: Forest) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_forest_rows(sheet, laid, top)

    return Body(laid.width, laid.height, draw)


def _title(pairs: Sequence[PairRows]) -> str:
    if not pairs:
        return "Metastasis"
    sources = plural(len(sources_in(pair.pair for pair in pairs)), "source")
    if len(pairs) == 1:
        verb = "says" if sources == "1 source" else "say"
        return f"What {sources} {verb} of {label_of(pairs[0].pair)}"
    primaries = {pair.pair.primary_label for pair in pairs}
    sites = {pair.pair.site_label for pair in pairs}
    who = primaries.pop() if len(primaries) == 1 else f"{len(primaries)} cancers"
    where = sites.pop() if len(sites) == 1 else f"{len(sites)} sites"
    return f"What {sources} say of {who} to {where}"


def _rows(pairs: Sequence[PairRows]) -> list[Row]:
    return [row for pair in pairs for group in pair.groups for row in group.rows]


def _rules(pairs: Sequence[PairRows]) -> list[str]:
    """Return what marks and axes mean."""
    if not pairs:
        return []
    rows = _rows(pairs)
    rules = []
    if rows:
        rules.append(
            "Each group of numbers has an axis of its own: only numbers out of the same people, in "
            "the same setting, can be compared."
        )
    if any(group.of_sites for pair in pairs for group in pair.groups):
        rules.append(
            "Of patients with a metastasis at the site, the number is the share that came from the "
            "primary."
        )
    if any(row.interval and not row.pooled for row in rows):
        rules.append("Squares: n/N with its 95 % Wilson interval.")
    if any(not row.interval and not row.pooled for row in rows):
        rules.append("Open diamonds and *: printed by its source without a count n.")
    if any("†" in row.words for row in rows):
        rules.append("†: of a part of the population only, named below the source.")
    if any(row.pooled for row in rows):
        rules.append("Filled diamonds: pooled values as handed in, with their 95 % interval.")
    if any(pair.in_words for pair in pairs):
        rules.append("In quotation marks: the frequency that a source gives in words.")
    return [*rules, NOT_POOLED]


def _conflict_rules(pairs: Sequence[Pair]) -> list[str]:
    """Return on how many pairs sources conflict, those with an edge first."""
    return [*dispute_rule(pairs, _MARK), *_without_edge(pairs)]


def _without_edge(pairs: Sequence[Pair]) -> list[str]:
    """Return on which pairs sources conflict so that there is no edge, or on how many."""
    torn = [label_of(one) for one in pairs if one.status == "conflicting" and one.edge is None]
    named = ", ".join(torn) if len(torn) <= _TOLD else plural(len(torn), "pair")
    return [f"Sources conflict, and no edge follows: {named}."] if torn else []


def _alt_text(pairs: Sequence[PairRows]) -> str:
    if not pairs:
        return "An empty forest plot: no evidence fits what was asked for."
    pairs = [pair.pair for pair in pairs]
    numbers = sum(not row.pooled for row in _rows(pairs))
    words = sum(len(pair.in_words) for pair in pairs)
    of = label_of(pairs[0]) if len(pairs) == 1 else plural(len(pairs), "pair")
    parts = [
        f"Forest plot of {of}: {plural(numbers, 'number')} in "
        f"{plural(sum(len(pair.groups) for pair in pairs), 'group')} and "
        f"{plural(words, 'statement')} in words."
    ]
    if len(pairs) == 1:
        parts += [_group_words(group) for group in pairs[0].groups[:_TOLD]]
        if pairs[0].in_words:
            said = "; ".join(f"{row.source} {row.words}" for row in pairs[0].in_words)
            parts.append(f"In words: {said}.")
    reported = [pair for pair in pairs if pair.edge]
    parts += [*dispute_words(pairs), *_without_edge(pairs)]
    return " ".join([*parts, best_supported(reported), stand_out(reported)])


def _group_words(group: Group) -> str:
    """Return the numbers of a group in a sentence."""
    said = "; ".join(f"{row.source} {' '.join(row.words.split())}" for row in group.rows)
    return f"{group.label}: {said}."


# The legend


def _legend(pairs: Sequence[PairRows]) -> list[LegendEntry]:
    rows = _rows(pairs)
    entries = []
    if any(row.interval and not row.pooled for row in rows):
        entries.append(LegendEntry("share with its 95 % interval", _counted_sample))
    if any(not row.interval and not row.pooled for row in rows):
        entries.append(LegendEntry("share without a count", _uncounted_sample))
    if any(row.pooled for row in rows):
        entries.append(LegendEntry("pooled value", _pooled_sample))
    return entries


def _counted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    ends = [(x, y), (x + SAMPLE, y)]
    sheet.line(ends, LineStyle(1.6), sheet.style.ink, f"{gid}-interval")
    return draw_mark(sheet, x + SAMPLE / 2, y, gid, counted=True)


def _uncounted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return draw_mark(sheet, x + SAMPLE / 2, y, gid, counted=False)


def _pooled_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    middle = x + SAMPLE / 2
    corners = [(x + 0.04, y), (middle, y - 0.07), (x + SAMPLE - 0.04, y), (middle, y + 0.07)]
    return sheet.shape(corners, sheet.style.arrow, gid)
