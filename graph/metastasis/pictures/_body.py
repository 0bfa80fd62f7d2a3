"""The body map: where a primary spreads, or what spreads to an organ, drawn on the body.

Long because what is chosen, told and put into the legend stands together.
"""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final

from metastasis._errors import check_choice
from metastasis.pictures._anatomy import BODIES, read_anatomy
from metastasis.pictures._arrow import (
    ROUTES,
    arrow_look,
    arrow_width,
    draw_shaft,
    interval_step,
)
from metastasis.pictures._body_drawing import fill_look, mark_path
from metastasis.pictures._body_layout import draw_bodies, lay_out_page
from metastasis.pictures._body_view import (
    PARTS,
    End,
    View,
    organs_meant,
    view_of_primary,
    view_of_site,
)
from metastasis.pictures._drawn import drawn_of, row_key
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import (
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    has_no_interval,
    highest,
    letter_rules,
    marks_of,
    number_rules,
    step_words,
)
from metastasis.pictures._signs import basis_entries, basis_rule, basis_words, letter_entries
from metastasis.pictures._style import LineStyle
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    NOT_POOLED,
    best_supported,
    plural,
    spread_title,
    stand_out,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._anatomy import Anatomy
    from metastasis.pictures._drawn import Drawn
    from metastasis.pictures._place import Room
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = [
    "draw_body",
]


class BodyMap(Kind):
    """Draw the sites of a primary on the body, or the primaries that reach a site.

    Every pair is drawn, also those without a number and those denied; sites without a shape of
    their own are marks. Where there is nothing to draw, the picture says so, with an
    `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        One primary is one body, several are a page of bodies; None is all.
    sites
        Sites without primaries are seen from the other end: which primaries reach them. With both,
        only these sites are drawn.
    body
        ``"female"``, ``"male"`` or ``"neutral"``; None is what the sex of the primary (or of the
        site) asks for, and a neutral torso otherwise.

    Returns
    -------
    Diagram
        With artists ``body``, ``organs``, ``marks`` (of sites without a shape), ``arrows``, ``arrow
        heads``, ``strokes`` (through what is reported absent), ``leaders``, ``basis marks`` (behind
        names), ``primary labels``, ``site labels``, ``numbers``, and ``title``, ``legend samples``,
        ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.body("prostate")
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'primary']
    >>> kg.draw.body("prostate", body="cat")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown body 'cat'. Did you mean 'female', ...
    """

    name = "body"
    noun = "body map"
    empty_size = (6.0, 1.0)

    def __init__(
        self,
        chosen: Selection,
        *,
        body: str | None = None,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        if body is not None:
            check_choice("body", body, BODIES)
        self.body = body
        self.reverse = chosen.primaries is None and chosen.sites is not None
        self.choose_frame(chosen.pairs, denominator, setting, occurrence, of_sites=self.reverse)
        self._check_sex()
        self.views = self._views()
        self.anatomy = read_anatomy()

    def lay_out(self, room: Room) -> None:  # noqa: ARG002 - room is not minded yet
        """Place every body with its arrows and labels."""
        if self.views:
            self.page = lay_out_page(self.views, self.anatomy, self.style)
            self.size = self.page.width, self.page.height

    def _check_sex(self) -> None:
        """Raise unless whatever is named can be on the body asked for."""
        body, catalog = self.body, self.chosen.catalog
        if body in (None, "neutral"):
            return
        cancers = (catalog.primaries[key] for key in self.chosen.primaries or ())
        places = (catalog.sites[key] for key in self.chosen.sites or ())
        others = [one.label for one in cancers if one.sex and one.sex != body]
        others += [one.label for one in places if one.sex and one.sex != body]
        if others:
            raise ValueError(f"no {body} body has {', '.join(others)}: leave body out")

    def _views(self) -> list[View]:
        """Return a body for each primary, or for each site, in the order of the alphabet."""
        key, view = (
            (lambda one: (one.site_label.casefold(), one.site), view_of_site)
            if self.reverse
            else (lambda one: (one.primary_label.casefold(), one.primary), view_of_primary)
        )
        marks = marks_of(sorted(self.chosen.pairs, key=key), self.frame)
        return [
            view(name, list(of), self.chosen.catalog, self.body)
            for (_, name), of in groupby(marks, key=lambda one: key(one.pair))
        ]

    def rows(self) -> list[Drawn]:
        """Return every pair, body by body."""
        catalog = self.chosen.catalog
        return [drawn_of(mark, catalog) for view in self.views for mark in view.marks]

    def shared(self, gid: str) -> tuple[str, ...]:
        """Return the pairs that an organ, an arrow or a label stands for."""
        return self._keys.get(gid) or self._keys.get(gid.rpartition("-")[0], ())

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        """The pairs by the ids of what they are drawn by: several cancers may reach one organ."""
        found: dict[str, list[str]] = {}
        for view in self.views:
            body = "body" if len(self.views) == 1 else f"body-{view.key}"
            for mark in view.marks:
                key = row_key(mark.pair.primary, mark.pair.site)
                drawn = [f"site-{organ}" for organ in {mark.key, *mark.organs}]
                for end in [*drawn, *(f"{role}-{mark.key}" for role in _OF_A_PAIR)]:
                    found.setdefault(f"{body}-{end}", []).append(key)
        return {gid: tuple(keys) for gid, keys in found.items()}

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every body with its arrows and labels."""
        return draw_bodies(sheet, self.page, self.anatomy, top)

    def title(self) -> str:
        """Return what the picture shows, and out of whom its percentages are."""
        return title_of(self.views, self.frame, self.chosen)

    def legend(self) -> list[LegendEntry]:
        """Return fills, widths, intervals, states, routes and marks that are in the picture."""
        return legend_of(self.views, self.anatomy, self.style)

    def rules(self) -> list[str]:
        """Return what shades, arrows and states mean, and out of whom."""
        return rules_of(self.views, self.frame, self.why, self.anatomy)

    def findings(self) -> str:
        """Return the highest numbers, and which pairs have none."""
        return findings_of(self.views, self.frame)


draw_body = front(BodyMap)


_STATES: Final = {
    "words": STATES["words"],
    PARTS: "only kinds of the cancer have a number",
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
}
_INTERVALS: Final = (
    "95 % interval up to {0:g} points wide",
    "95 % interval {0:g} to {1:g} points wide",
    "95 % interval wider",
)
_OF_A_PAIR: Final = ("arrow", "name", "number", "stroke", "basis")
"""What is drawn of each pair, in the ids of artists."""
_FOLLOWED: Final = 12
"""Numbers whose sources a caption names one by one."""


def title_of(views: Sequence[View], frame: Frame | None, chosen: Selection) -> str:
    """Return what the picture shows, and out of whom its percentages are."""
    of = f": % of {frame}" if frame else ""
    if len(views) > 1 and views[0].focus == "site":
        return f"Where {len(views)} organs are reached from{of}"
    return f"{spread_title([mark.pair for view in views for mark in view.marks], chosen)}{of}"


def rules_of(views: Sequence[View], frame: Frame | None, why: str, anatomy: Anatomy) -> list[str]:
    """Return what shades, arrows and states mean, and out of whom."""
    marks = [mark for view in views for mark in view.marks]
    if not marks:
        return []
    parts = _frame_rules(marks, frame, why) if frame else []
    if any(mark.state == "words" for mark in marks):
        parts.append(
            "Hatched shapes and thin gray arrows: reported in words or with other numbers only; no "
            "frequency can be read from them."
        )
    parts += basis_rule((mark.basis for mark in marks), numbers=frame is not None)
    parts += dispute_rule([mark.pair for mark in marks], "Crossed shapes")
    parts.append(NOT_POOLED)
    if len(views) == 1 and frame:
        parts += _followed(marks)
    parts += filling_rules(views, anatomy)
    return [*parts, "Shapes are schematic: which of a pair is drawn on has no meaning."]


def _frame_rules(marks: Sequence[End], frame: Frame, why: str) -> list[str]:
    rules = [f"Shade and width: {frame_words(frame, why)}."]
    if any(mark.interval for mark in marks):
        rules.append("The wider the 95 % interval, the paler the arrow.")
    without = "Dashed shapes and open heads in the color of arrows"
    return [*rules, *number_rules(marks, frame, without=without)]


def filling_rules(views: Sequence[View], anatomy: Anatomy) -> list[str]:
    """Return by which of several cancers an organ is filled, where several arise in one.

    And of which organs only kinds of cancer have a number, with the kinds by name.
    """
    filled: set[str] = set()
    parts: set[str] = set()
    for view in views:
        if view.focus == "site":
            for organ, mark in organs_meant(view, anatomy).items():
                several = [one for one in view.marks if organ in one.organs]
                if mark and mark.state == PARTS:
                    parts |= {one.pair.primary_label for one in several if one.state == "number"}
                elif mark and mark.state == "number" and len(several) > 1:
                    filled.add(mark.pair.primary_label)
    rules = []
    if filled:
        named = ", ".join(sorted(filled))
        rules.append(
            f"An organ that several cancers arise in is filled by the broadest of them: {named}."
        )
    if parts:
        named = ", ".join(sorted(parts))
        rules.append(
            f"Dotted organs: only kinds of the cancers that arise there have a number: {named}."
        )
    return rules


def _followed(marks: Sequence[End]) -> list[str]:
    """Return whose number stands beside each name, where there are few."""
    shown = [mark for mark in marks if mark.number]
    if not shown or len(shown) > _FOLLOWED:
        return []
    by: dict[str, list[str]] = {}
    for mark in shown:
        by.setdefault(mark.number.source if mark.number else "", []).append(mark.label.lower())
    named = "; ".join(f"{', '.join(labels)}: {source}" for source, labels in sorted(by.items()))
    return [f"Numbers by source: {named}."]


def findings_of(views: Sequence[View], frame: Frame | None) -> str:
    """Return the main findings for those who do not see the picture."""
    marks = [mark for view in views for mark in view.marks]
    parts = [_whose(views)]
    if frame and any(mark.number for mark in marks):
        parts.append(f"Highest of {frame}: {highest(marks)}.")
        parts += letter_rules(marks)
    for state, words in _STATES.items():
        named = [_pair(mark.pair, views) for mark in marks if mark.state == state]
        if named and len(views) == 1:
            parts.append(f"{words[:1].upper()}{words[1:]}: {', '.join(named)}.")
        elif named:
            parts.append(f"{plural(len(named), 'pair')}: {words}.")
    pairs = [mark.pair for mark in marks if mark.pair.edge]
    parts += [*basis_words(pairs), *dispute_words(pairs)]
    return " ".join(filter(None, [*parts, best_supported(pairs), stand_out(pairs)]))


def _whose(views: Sequence[View]) -> str:
    arrows = sum(len(view.marks) for view in views)
    if len(views) > 1:
        many = "primaries" if views[0].focus == "primary" else "sites"
        return f"Body maps of {len(views)} {many} with {plural(arrows, 'pair')}."
    view = views[0]
    ends = ("site", "sites") if view.focus == "primary" else ("primary", "primaries")
    kind = {"neutral": "a torso"}.get(view.body, f"a {view.body} body")
    return f"Body map of {_name(view)} on {kind} with {plural(arrows, *ends)}."


def _name(view: View) -> str:
    """Return the label of what is in focus as it stands in the catalog."""
    pair = view.marks[0].pair
    return pair.primary_label if view.focus == "primary" else pair.site_label


def _pair(pair: Pair, views: Sequence[View]) -> str:
    return pair.site_label if views[0].focus == "primary" else pair.primary_label


# The legend


def legend_of(views: Sequence[View], anatomy: Anatomy, style: Style) -> list[LegendEntry]:
    """Return what is in the picture: fills, widths, intervals, states, routes, marks."""
    marks = [mark for view in views for mark in view.marks]
    if not marks:
        return []
    return [
        _focus_entry(views[0]),
        *_step_entries(marks, style),
        *_arrow_entries(marks, style),
        *(
            LegendEntry(words, _fill_sample(state))
            for state, words in _STATES.items()
            if any(mark.state == state for mark in [*marks, *_fillings(views, anatomy)])
        ),
        *_dispute_entry(marks),
        *basis_entries(mark.basis for mark in marks),
        *_route_entries(marks),
        *letter_entries(marks),
        *_mark_entries(marks, anatomy),
    ]


def _fillings(views: Sequence[View], anatomy: Anatomy) -> list[End]:
    """Return the marks that organs are filled by."""
    return [mark for view in views for mark in organs_meant(view, anatomy).values() if mark]


def _focus_entry(view: View) -> LegendEntry:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.origin_fill
        return sheet.box(
            x, y - 0.075, SAMPLE, 0.15, color, gid, edgecolor=sheet.style.ink, linewidth=1.2
        )

    return LegendEntry("where it starts" if view.focus == "primary" else "the site", draw)


def _step_entries(marks: Sequence[End], style: Style) -> list[LegendEntry]:
    steps = {
        sum(mark.percent >= limit for limit in style.percent_steps)
        for mark in marks
        if mark.state == "number"
    }
    limits = [0.0, *style.percent_steps]
    return [
        LegendEntry(words, _fill_sample("number", limits[step]))
        for step, words in enumerate(step_words(style))
        if step in steps
    ]


def _dispute_entry(marks: Sequence[End]) -> list[LegendEntry]:
    """Return how a shape is drawn of which sources conflict although it is reached."""
    disputed = [mark for mark in marks if mark.is_disputed]
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


def _arrow_entries(marks: Sequence[End], style: Style) -> list[LegendEntry]:
    """Return how wide an arrow of 10 and of 50 percent is, and how pale a wide interval."""
    shown = [mark for mark in marks if mark.state == "number"]
    if not shown:
        return []
    entries = [
        LegendEntry(f"arrow at {share} %", _line_sample(arrow_width(share, style), style.arrow))
        for share in (10, 50)
    ]
    certain = [mark for mark in shown if mark.interval]
    steps = sorted({interval_step(mark.interval, style): mark for mark in certain}.items())
    for step, mark in steps:
        _, color = arrow_look(mark, style)
        words = _INTERVALS[step].format(*style.interval_steps)
        entries.append(LegendEntry(words, _line_sample(4.0, color)))
    if any(map(has_no_interval, shown)):
        entries.append(LegendEntry("no interval", _no_interval_sample))
    return entries


def _no_interval_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    how, color = LineStyle(4.0), sheet.style.arrow
    ends = [(x + SAMPLE * part / 3, y) for part in range(4)]
    return draw_shaft(sheet, ends, how, color, 0.0, gid, hollow=True)[0]


def _line_sample(
    width: float, color: str, dashes: tuple[float, ...] = ()
) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], LineStyle(width, dashes), color, gid)

    return draw


def _route_entries(marks: Sequence[End]) -> list[LegendEntry]:
    named = {mark.route for mark in marks if mark.state in ("number", "words")}
    if not named - {None}:
        return []
    entries = [
        LegendEntry(route.replace("_", " "), _line_sample(2.6, "#1A1A1A", dashes))
        for route, dashes in ROUTES.items()
        if route in named
    ]
    solid = [LegendEntry("route not stated", _line_sample(2.6, "#1A1A1A"))]
    return [*entries, *(solid if None in named else [])]


def _mark_entries(marks: Sequence[End], anatomy: Anatomy) -> list[LegendEntry]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        path = mark_path((x + SAMPLE / 2, y), 0.06)
        return sheet.fill(path, sheet.style.absent_fill, gid)

    shapeless = any(
        not any(key in anatomy.organs and anatomy.organs[key].path for key in mark.organs)
        for mark in marks
    )
    return [LegendEntry("a place without a shape here", draw)] if shapeless else []
