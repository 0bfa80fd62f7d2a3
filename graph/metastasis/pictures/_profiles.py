"""Site profiles as small multiples: one panel a primary, one scale, sites in one order."""

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
from metastasis.pictures._figure_words import (
    NOT_POOLED,
    dispute_rule,
    dispute_words,
    highest,
    number_rules,
    scale_words,
)
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._profiles_drawing import draw_bar, draw_profiles_of, draw_sign
from metastasis.pictures._profiles_layout import lay_out_profiles
from metastasis.pictures._mark import mark_of
from metastasis.pictures._scale import settle_scale
from metastasis.pictures._selection import not_reached, select
from metastasis.pictures._style import LineStyle, current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._profiles_layout import Profiles
    from metastasis.pictures._mark import Mark
    from metastasis._evidence.frame import Frame
    from metastasis.pictures._selection import Names, Selection
    from metastasis.pictures._sheet import Sheet

__all__ = ["draw_profiles"]

_SIGNS = {
    "commonly": "common",
    "possibly": "reported, how commonly not established",
    "rarely": "rare",
    "absent": "reported absent",
    "conflicting": "sources conflict",
}


def draw_profiles(
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
    """Draw how often each primary spreads to each site, a panel each, to compare primaries.

    Parameters
    ----------
    kg
        The graph.
    primaries, sites
        Names of those to draw; primaries stand in the order named. None is all by name, without
        groupings such as "cancer" in general.
    sources
        Keys of the sources to go by; None is all.
    denominator, setting, occurrence
        Which numbers are bars. If none is named, those that most pairs have; the caption says
        which. One scale serves all panels.
    title
        None is one that says what is drawn, and out of whom.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``stripes``, ``axes``, ``axis labels``, ``bars``, ``intervals``, ``signs`` (of
        pairs without a number, denied or in conflict), ``conflict marks`` (of pairs with an edge
        that sources conflict on), ``unstudied dots`` (one artist),
        ``numbers``, ``primary labels`` (one a panel), ``site labels`` (again for each row of
        panels), and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Where there is nothing to draw, the figure says so, with an `EmptyDiagramWarning`.

    >>> import metastasis as mets
    >>> diagram = draw_profiles(mets.load(), primaries=["prostate", "breast"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'Breast cancer']
    >>> draw_profiles(mets.load(), setting="later")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown setting 'later'. Did you mean ...

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        A denominator, setting or occurrence is named, and the numbers that have it are still of
        more than one kind: the message lists them. Or the width is not positive.
    """
    chosen = select(kg, primaries, sites, sources)
    drawn = chosen.pairs
    asked = {"denominator": denominator, "setting": setting, "occurrence": occurrence}
    scale = settle_scale(drawn, denominator=denominator, setting=setting, occurrence=occurrence)
    marks = [reach_of(one, one.site, one.site_label, (), scale) for one in drawn]
    scale = scale if any(one.number for one in marks) else None
    laid = _lay_out(marks, chosen) if marks else None
    missed = not_reached(chosen, drawn)
    rules = _rules(marks, scale, unasked=not any(asked.values()))
    said = sources_in(drawn)
    wording = Wording(
        title=title or _title(marks, scale),
        legend=_legend(marks, laid, chosen.unstudied) if laid else [],
        caption=" ".join([*rules, *missed, small_print(said)]),
        alt_text=" ".join([_alt_text(marks, scale), *missed]),
        call=describe_call(
            "profiles",
            primaries=chosen.primaries,
            sites=chosen.sites,
            sources=chosen.sources,
            **asked,
            width=width,
        ),
        credits=credit(kg.catalog, said),
    )
    return compose("profiles", _body(laid) if laid else None, wording, ax, width)


def _lay_out(marks: Sequence[Mark], chosen: Selection) -> Profiles:
    """Lay out the panels in the order named, else by name; sites named stay if not studied."""
    labels = {one.pair.primary: one.pair.primary_label for one in marks}
    ranks = {key: at for at, key in enumerate(chosen.primaries or ())}
    order = sorted(labels, key=lambda key: (ranks.get(key, 0), labels[key].casefold()))
    sites = {one.pair.site: one.pair.site_label for one in marks} | dict(chosen.named_sites)
    return lay_out_profiles(marks, order, sites, current_style())


def _body(laid: Profiles) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_profiles_of(sheet, laid, top)

    return Body(laid.width, laid.height, draw)


def _title(marks: Sequence[Mark], scale: Frame | None) -> str:
    if not marks:
        return "Metastasis"
    who = name_primaries({one.pair.primary_label for one in marks})
    of = f": % of {scale}" if scale else ""
    return f"Site profile{'' if not who[0].isdigit() else 's'} of {who}{of}"


def _rules(marks: Sequence[Mark], scale: Frame | None, *, unasked: bool) -> list[str]:
    """Return what bars and signs mean."""
    if not marks:
        return []
    rules = []
    if scale:
        words = scale_words(marks, scale, unasked=unasked)
        rules.append(f"Length of a bar: {words}; all panels have one scale.")
        if any(one.interval for one in marks):
            rules.append("Beside it stands n/N; the line on it is the 95 % Wilson interval.")
        rules += number_rules(marks, scale)
    rules += dispute_rule([one.pair for one in marks], "Squares beside a bar or a disk")
    if any(one.state == "words" for one in marks):
        rules.append(
            "Disks, left of the axis: reported in words or with other numbers only; their shade "
            "gives the class of the edge, and no frequency can be read from them."
        )
        return [*rules, CLASS_RULES]
    return [*rules, NOT_POOLED]


def _alt_text(marks: Sequence[Mark], scale: Frame | None) -> str:
    if not marks:
        return "An empty page of profiles: no evidence fits what was asked for."
    pairs = [one.pair for one in marks]
    size = (
        f"{plural(len({one.primary for one in pairs}), 'primary', 'primaries')} over "
        f"{plural(len({one.site for one in pairs}), 'site')}"
    )
    parts = [f"Site profiles of {size}, with {plural(len(marks), 'pair')}."]
    if scale:
        parts.append(f"Highest of {scale}: {highest(marks)}.")
    for state, words in (("absent", "reported absent"), ("conflicting", "sources conflict")):
        if count := sum(one.state == state for one in marks):
            parts.append(f"{plural(count, 'pair')}: {words}.")
    reported = [one for one in pairs if one.edge]
    parts += dispute_words(reported)
    return " ".join([*parts, best_supported(reported), stand_out(reported)])


# The legend


def _legend(marks: Sequence[Mark], laid: Profiles, unstudied: str) -> list[LegendEntry]:
    figures = [one for one in marks if one.number]
    entries = []
    if counted := next((one for one in figures if one.interval), None):
        entries.append(LegendEntry("share with its 95 % interval", _bar_sample(counted)))
    if uncounted := next((one for one in figures if not one.interval), None):
        entries.append(LegendEntry("share without a count", _bar_sample(uncounted)))
    present = {one.pair.edge for one in marks if one.state == "words"}
    present |= {one.state for one in marks}
    present |= {"conflicting" for one in marks if one.is_disputed}
    no_number = ", no such number" if figures else ""
    entries += [
        LegendEntry(
            f"{words}{no_number if sign in ('commonly', 'possibly', 'rarely') else ''}",
            _sign_sample(sign),
        )
        for sign, words in _SIGNS.items()
        if sign in present
    ]
    if len(marks) < len(laid.panels) * len(laid.sites):
        entries.append(LegendEntry(unstudied, _unstudied_sample))
    return entries


def _bar_sample(mark: Mark) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        share = max(mark.percent, 1e-6)
        if mark.interval:
            ends = [(x + 0.2, y), (x + SAMPLE, y)]
            sheet.line(ends, LineStyle(1.3), sheet.style.ink, f"{gid}-interval", zorder=4)
        return draw_bar(sheet, x, y, 0.27 / share, mark, gid)

    return draw


def _sign_sample(sign: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_sign(sheet, x + SAMPLE / 2, y, sign, gid)

    return draw


def _unstudied_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return sheet.dots([(x + SAMPLE / 2, y)], 0.014, sheet.style.unstudied_dot, gid)
