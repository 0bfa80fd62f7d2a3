"""What a body map says in words: title, caption, legend and alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.pictures._body_arrows import ROUTES, arrow_look, arrow_width, interval_step
from metastasis.pictures._body_drawing import fill_look, mark_path
from metastasis.pictures._cells import step_words
from metastasis.pictures._diagram import (
    best_supported,
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
from metastasis.pictures._frame import SAMPLE, LegendEntry
from metastasis.pictures._style import LineStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Spread
    from metastasis.pictures._anatomy import Anatomy
    from metastasis.pictures._body_view import View
    from metastasis.pictures._reach import Reach
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["alt_text_of", "caption_of", "legend_of", "title_of"]

_STATES: Final = {
    "words": "reported, no such number",
    "absent": "reported absent",
    "conflicting": "sources conflict",
}
_INTERVALS: Final = (
    "95 % interval up to {0:g} points wide",
    "95 % interval {0:g} to {1:g} points wide",
    "95 % interval wider, or no count",
)
_FOLLOWED: Final = 12
"""Numbers whose sources a caption names one by one."""


def title_of(views: Sequence[View], scale: Scale | None) -> str:
    """Return what the picture shows, and out of whom its percentages are."""
    if not views:
        return "Metastasis"
    of = f": % of {scale}" if scale else ""
    seen_from = views[0].focus
    if len(views) > 1:
        what = "cancers spread" if seen_from == "primary" else "organs are reached from"
        return f"Where {len(views)} {what}{of}"
    name = _name(views[0])
    said = f"Where {name} spreads" if seen_from == "primary" else f"What spreads to the {name}"
    return f"{said}{of}"


def caption_of(
    views: Sequence[View], scale: Scale | None, rest: Sequence[str], *, unasked: bool
) -> str:
    """Return what shades, arrows and states mean, out of whom, from which sources."""
    reaches = [reach for view in views for reach in view.reaches]
    ending = [*rest, small_print(sources_in(reach.spread for reach in reaches))]
    if not reaches:
        return " ".join(ending)
    parts = _scale_rules(reaches, scale, unasked=unasked) if scale else []
    if any(reach.state == "words" for reach in reaches):
        parts.append(
            "Hatched shapes and thin gray arrows: reported in words or with other numbers only; no "
            "frequency can be read from them."
        )
    parts += dispute_rule([reach.spread for reach in reaches], "Crossed shapes")
    parts.append(NOT_POOLED)
    if len(views) == 1 and scale:
        parts += _followed(reaches)
    if any(view.focus == "site" for view in views):
        parts.append("An organ of several cancers is filled by the number with the largest N.")
    parts.append("Shapes are schematic: which of a pair is drawn on has no meaning.")
    return " ".join([*parts, *ending])


def _scale_rules(reaches: Sequence[Reach], scale: Scale, *, unasked: bool) -> list[str]:
    return [
        f"Shade and width: {scale_words(reaches, scale, unasked=unasked)}. Beside it stands n/N "
        "with its 95 % Wilson interval; the wider the interval, the paler the arrow.",
        *number_rules(reaches, scale),
    ]


def _followed(reaches: Sequence[Reach]) -> list[str]:
    """Return whose number stands beside each name, where there are few."""
    shown = [reach for reach in reaches if reach.figure]
    if not shown or len(shown) > _FOLLOWED:
        return []
    by: dict[str, list[str]] = {}
    for reach in shown:
        by.setdefault(reach.figure.source if reach.figure else "", []).append(reach.label.lower())
    named = "; ".join(f"{', '.join(labels)}: {source}" for source, labels in sorted(by.items()))
    return [f"Numbers by source: {named}."]


def alt_text_of(views: Sequence[View], scale: Scale | None) -> str:
    """Return the main findings for those who do not see the picture."""
    if not views:
        return "An empty body map: no evidence fits what was asked for."
    reaches = [reach for view in views for reach in view.reaches]
    parts = [_whose(views)]
    if scale and any(reach.figure for reach in reaches):
        parts.append(f"Highest of {scale}: {highest(reaches)}.")
    for state, words in _STATES.items():
        named = [_pair(reach.spread, views) for reach in reaches if reach.state == state]
        if named and len(views) == 1:
            parts.append(f"{words[:1].upper()}{words[1:]}: {', '.join(named)}.")
        elif named:
            parts.append(f"{plural(len(named), 'pair')}: {words}.")
    spreads = [reach.spread for reach in reaches if reach.spread.edge]
    parts += dispute_words(spreads)
    return " ".join(filter(None, [*parts, best_supported(spreads), stand_out(spreads)]))


def _whose(views: Sequence[View]) -> str:
    arrows = sum(len(view.reaches) for view in views)
    if len(views) > 1:
        many = "primaries" if views[0].focus == "primary" else "sites"
        return f"Body maps of {len(views)} {many} with {plural(arrows, 'pair')}."
    view = views[0]
    ends = ("site", "sites") if view.focus == "primary" else ("primary", "primaries")
    kind = {"neutral": "a torso"}.get(view.body, f"a {view.body} body")
    return f"Body map of {_name(view)} on {kind} with {plural(arrows, *ends)}."


def _name(view: View) -> str:
    """Return the label of what is in focus as it stands in the catalog."""
    spread = view.reaches[0].spread
    return spread.primary_label if view.focus == "primary" else spread.site_label


def _pair(spread: Spread, views: Sequence[View]) -> str:
    return spread.site_label if views[0].focus == "primary" else spread.primary_label


# The legend


def legend_of(views: Sequence[View], anatomy: Anatomy, style: Style) -> list[LegendEntry]:
    """Return what is in the picture: fills, widths, intervals, states, routes, marks."""
    reaches = [reach for view in views for reach in view.reaches]
    if not reaches:
        return []
    return [
        _focus_entry(views[0]),
        *_step_entries(reaches, style),
        *_arrow_entries(reaches, style),
        *(
            LegendEntry(words, _fill_sample(state))
            for state, words in _STATES.items()
            if any(reach.state == state for reach in reaches)
        ),
        *_dispute_entry(reaches),
        *_route_entries(reaches),
        *_mark_entries(reaches, anatomy),
    ]


def _focus_entry(view: View) -> LegendEntry:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.origin_fill
        return sheet.box(
            x, y - 0.075, SAMPLE, 0.15, color, gid, edgecolor=sheet.style.ink, linewidth=1.2
        )

    return LegendEntry("where it starts" if view.focus == "primary" else "the site", draw)


def _step_entries(reaches: Sequence[Reach], style: Style) -> list[LegendEntry]:
    steps = {
        sum(reach.percent >= limit for limit in style.percent_steps)
        for reach in reaches
        if reach.state == "number"
    }
    limits = [0.0, *style.percent_steps]
    return [
        LegendEntry(words, _fill_sample("number", limits[step]))
        for step, words in enumerate(step_words(style))
        if step in steps
    ]


def _dispute_entry(reaches: Sequence[Reach]) -> list[LegendEntry]:
    """Return how a shape is drawn of which sources conflict although it is reached."""
    disputed = [reach for reach in reaches if reach.is_disputed]
    if not disputed:
        return []
    sample = _fill_sample(disputed[0].state, disputed[0].percent, disputed=True)
    return [LegendEntry("reported, and sources conflict", sample)]


def _fill_sample(
    state: str, percent: float = 0.0, *, disputed: bool = False
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        look = fill_look(state, percent, sheet.style, disputed=disputed)
        color = look.pop("color")
        edge = sheet.style.faint_ink if state == "words" else sheet.style.ink
        return sheet.box(x, y - 0.075, SAMPLE, 0.15, color, gid, **{"edgecolor": edge, **look})

    return draw


def _arrow_entries(reaches: Sequence[Reach], style: Style) -> list[LegendEntry]:
    """Return how wide an arrow of 10 and of 50 percent is, and how pale a wide interval."""
    shown = [reach for reach in reaches if reach.state == "number"]
    if not shown:
        return []
    entries = [
        LegendEntry(f"arrow at {share} %", _line_sample(arrow_width(share, style), style.arrow))
        for share in (10, 50)
    ]
    steps = sorted({interval_step(reach.interval, style): reach for reach in shown}.items())
    for step, reach in steps:
        _, color = arrow_look(reach, style)
        words = _INTERVALS[step].format(*style.interval_steps)
        entries.append(LegendEntry(words, _line_sample(4.0, color)))
    return entries


def _line_sample(
    width: float, color: str, dashes: tuple[float, ...] = ()
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], LineStyle(width, dashes), color, gid)

    return draw


def _route_entries(reaches: Sequence[Reach]) -> list[LegendEntry]:
    named = {reach.route for reach in reaches if reach.state in ("number", "words")}
    if not named - {None}:
        return []
    entries = [
        LegendEntry(route.replace("_", " "), _line_sample(2.6, "#1A1A1A", dashes))
        for route, dashes in ROUTES.items()
        if route in named
    ]
    solid = [LegendEntry("route not stated", _line_sample(2.6, "#1A1A1A"))]
    return [*entries, *(solid if None in named else [])]


def _mark_entries(reaches: Sequence[Reach], anatomy: Anatomy) -> list[LegendEntry]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        path = mark_path((x + SAMPLE / 2, y), 0.06)
        return sheet.fill(path, sheet.style.absent_fill, gid)

    shapeless = any(
        not any(key in anatomy.organs and anatomy.organs[key].path for key in reach.organs)
        for reach in reaches
    )
    return [LegendEntry("a place without a shape here", draw)] if shapeless else []
