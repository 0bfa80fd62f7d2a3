"""The progression from site to site: a ring of sites with a step for every next site."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.pictures._arrow import arrow_width, faded, interval_step
from metastasis.pictures._composing import Body, Wording, compose
from metastasis.pictures._diagram import describe_call, plural
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._progression_drawing import (
    draw_steps,
    is_return,
    lay_out_progression,
)
from metastasis.pictures._progression_record import START, read_steps, steps_from_matrix
from metastasis.pictures._words import capitalize
from metastasis.pictures._style import LineStyle, current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._diagram import Diagram
    from metastasis.pictures._progression_drawing import Progression
    from metastasis.pictures._progression_record import Step, Steps
    from metastasis.pictures._selection import Names
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["draw_progression"]

_INTERVALS: Final = (
    "interval up to {0:g} points wide",
    "interval {0:g} to {1:g} points wide",
    "interval wider",
)
_TOLD = 6
_DRAWN = 120
"""Steps that are drawn at most, the most frequent: more are not to be told apart."""


def draw_progression(
    kg: KnowledgeGraph,
    sequences: Any,
    *,
    primaries: Names = None,
    sites: Names = None,
    title: str | None = None,
    width: float | None = None,
    ax: Axes | None = None,
) -> Diagram:
    """Draw how often a cancer goes from one site to the next, as a ring with steps both ways.

    Parameters
    ----------
    kg
        The graph, for names.
    sequences
        A table with the columns ``patient``, ``primary``, ``site`` and ``order``, as ``metastasis
        ingest coded --sequences`` writes it; or an object with a transition ``matrix`` over its
        ``states`` (or ``sites``), such as a process of :mod:`metastasis.analysis`, whose ``draws``
        give intervals.
    primaries
        The primary, where the table has several.
    sites
        Names of the sites to draw steps between; None is all.
    title
        None is one that names the primary.
    width
        Of the figure in inches, letters scaled with it; None is as wide as labels need.
    ax
        Axes to draw on, all scaled down to fit them; None is a figure of its own.

    Returns
    -------
    Diagram
        With artists ``steps`` and ``step heads`` (small ones first), ``site dots``, ``leaders``,
        ``primary labels``, ``site labels`` (clockwise), ``numbers``, and ``title``, ``legend
        samples``, ``legend labels``, ``caption``.

    A share is out of the steps from a site, as :mod:`metastasis.analysis._process` counts them: the
    end of a sequence is no step, and sites found together share one in equal parts. Where there is
    no step, the figure says so, with an `EmptyDiagramWarning`.

    >>> from types import SimpleNamespace
    >>> import metastasis as mets
    >>> chain = SimpleNamespace(sites=["bone", "liver"], matrix=[[0.0, 1.0], [0.5, 0.5]])
    >>> len(draw_progression(mets.load(), chain, primaries="breast").artists["steps"])
    3

    Raises
    ------
    TableError, ReadError
        The table cannot be read: with every fault.
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    ValueError
        The table has several primaries and none is named; matrix and states do not fit; or the
        width is not positive.
    """
    catalog = kg.catalog
    chosen = [catalog.primary(name).key for name in _listed(primaries)] or None
    is_table = isinstance(sequences, str | Path)
    read = read_steps if is_table else steps_from_matrix
    steps = _between(read(sequences, catalog, chosen), kg, sites)
    labels = {key: capitalize(catalog.sites[key].label) for key in steps.sites}
    name = catalog.primary(steps.primary).label if steps.primary else "the primary"
    labels[START] = capitalize(name)
    style = current_style()
    shown = _most_frequent(steps)
    laid = lay_out_progression(shown, labels, style) if shown.steps else None
    call = describe_call(
        "network",
        sequences=Path(sequences).name if is_table else "…",
        primaries=tuple(chosen) if chosen else None,
        sites=tuple(_listed(sites)) or None,
        width=width,
    )
    wording = Wording(
        title=title or f"Where {name} goes next, from site to site",
        legend=_legend(laid, style) if laid else [],
        caption=_caption(steps, laid),
        alt_text=_alt_text(steps, labels, name),
        call=call,
        credits=(f"{steps.origin} (of the caller's own)",),
        nothing="no step",
    )
    return compose("network", _body(laid) if laid else None, wording, ax, width)


def _listed(names: Names) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())


def _between(steps: Steps, kg: KnowledgeGraph, sites: Names) -> Steps:
    """Return the steps among the sites that are named; shares stay those of all next sites."""
    if sites is None:
        return steps
    kept = [kg.catalog.site(name).key for name in _listed(sites)]
    ends = {START, *kept}
    among = tuple(one for one in steps.steps if one.origin in ends and one.target in ends)
    return replace(steps, steps=among, sites=tuple(key for key in steps.sites if key in kept))


def _most_frequent(steps: Steps) -> Steps:
    """Return the steps that are drawn."""
    ranked = sorted(steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
    return replace(steps, steps=tuple(ranked[:_DRAWN]))


def _body(laid: Progression) -> Body:
    def draw(sheet: Sheet, top: float) -> dict[str, tuple[Artist, ...]]:
        return draw_steps(sheet, laid, top)

    return Body(laid.width, laid.height, draw)


def _caption(steps: Steps, laid: Progression | None) -> str:
    """Return what width, color and direction mean, and out of whom shares are."""
    ending = f"Source: {steps.origin}. Data release {DATA_RELEASE}. {NOT_CLINICAL}"
    if laid is None:
        return ending
    rules = []
    if steps.counted:
        rules.append(
            f"Width: share of the steps from a site, with k/n steps, in "
            f"{plural(steps.patients or 0, 'patient')}; the end of a sequence is no step. Sites "
            "found together share one step in equal parts, and none of them leads to another."
        )
    else:
        rules.append("Width: transition probability, of those who go on from a site.")
    rules += steps.remarks
    if any(step.interval for step in laid.steps):
        rules.append(f"The wider the {steps.interval} of a share, the paler its step.")
    rules.append(
        "Clockwise from the primary: sites in the order of how often they come first. Steps bend "
        "to their right; steps back to a site that more often comes first are blue."
    )
    if less := len(steps.steps) - len(laid.steps):
        least = min(step.percent for step in laid.steps)
        rules.append(f"{plural(less, 'step')} of {least:.1f} % or less not drawn.")
    rules.append("Beside a site stand its most frequent next sites.")
    return " ".join([*rules, "Numbers with different denominators are not pooled.", ending])


def _alt_text(steps: Steps, labels: dict[str, str], name: str) -> str:
    if not steps.steps:
        return "An empty network: no step from site to site fits what was asked for."
    found = sorted(steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
    first = [one for one in found if one.origin == START]
    later = [one for one in found if one.origin != START]
    pairs = {(one.origin, one.target) for one in later}
    both = sum((target, origin) in pairs for origin, target in pairs if origin < target)
    parts = [
        f"Progression of {name} over {plural(len(steps.sites), 'site')}: "
        f"{plural(len(found), 'step')}."
    ]
    if first:
        parts.append(f"First sites: {_told(first, labels, target_only=True)}.")
    if later:
        parts.append(f"Most frequent next: {_told(later, labels, target_only=False)}.")
    parts.append(f"{plural(both, 'pair of sites', 'pairs of sites')} joined both ways.")
    return " ".join(parts)


def _told(steps: Sequence[Step], labels: dict[str, str], *, target_only: bool) -> str:
    said = []
    for one in steps[:_TOLD]:
        target = labels[one.target].lower()
        pair = target if target_only else f"{labels[one.origin].lower()} to {target}"
        counted = f" ({one.counts})" if one.counts else ""
        said.append(f"{pair} {one.percent:.0f} %{counted}")
    return ", ".join(said)


# The legend


def _legend(laid: Progression, style: Style) -> list[LegendEntry]:
    """Return widths of 10 and 50 percent, directions, and how pale a wide interval is."""
    entries = [
        LegendEntry(f"{share} %", _line_sample(arrow_width(share, style), style.arrow))
        for share in (10, 50)
    ]
    if any(is_return(step, laid.ranks) for step in laid.steps):
        entries.append(LegendEntry("step back", _line_sample(4.0, style.primaries[0])))
    pale = {interval_step(step.interval, style) for step in laid.steps if step.interval}
    for step in sorted(pale):
        words = _INTERVALS[step].format(*style.interval_steps)
        entries.append(LegendEntry(words, _line_sample(4.0, faded(style.arrow, step, style))))
    return entries


def _line_sample(width: float, color: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], LineStyle(width), color, gid)

    return draw
