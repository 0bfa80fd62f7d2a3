"""The body map: where a primary spreads, or what spreads to an organ, drawn on the body.

What is shown is chosen here and made into spots (:mod:`.views`, :mod:`.values`), laid out
(:mod:`.labels`, :mod:`.layout`, :mod:`.page`), drawn (:mod:`.fills`, :mod:`.drawing`), and told
(:mod:`.words`).

Long because every choice of the caller is checked and handed on here.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from metastasis._errors import check_choice
from metastasis.pictures._body.anatomy import BODIES, read_anatomy
from metastasis.pictures._body.fills import Fills, shades
from metastasis.pictures._body.frames import frame_of_most, own_frame
from metastasis.pictures._body.page import draw_page, lay_out_page, measures_of
from metastasis.pictures._body.spots import organ_of
from metastasis.pictures._body.values import values_of, view_of_values
from metastasis.pictures._body.views import important, view_of_primary, view_of_site
from metastasis.pictures._body.words import (
    Told,
    findings_of,
    legend_of,
    rules_of,
    values_findings,
    values_rules,
)
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._said.drawn import Drawn, drawn_of, row_key
from metastasis.pictures._said.mark import lettered, mark_of
from metastasis.pictures._said.words import plural, spread_title, whom_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._body.spots import View
    from metastasis.pictures._body.values import Values
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = ["BodyMap", "draw_body"]

COLORS: Final = ("share", "class")
"""What shades mean: the share in one frame, or the class of the edge."""
_OF_A_SPOT: Final = ("arrow", "name", "number", "stroke", "basis", "leader", "dot")
"""What is drawn of each spot, in the ids of artists."""
_CALLERS: Final = "Values given by the caller"


class BodyMap(Kind):
    """Draw the sites of a primary on the body, or the primaries that reach a site.

    One channel has one meaning. Shade is the share, where half of the pairs have a number in one
    frame: the first of metastatic patients, autopsies, distant stage at diagnosis, all patients.
    Elsewhere shade is the class of the edge, and each number says whom it counts. Every pair is
    drawn, also those without a number and those denied. Where there is little room, details and
    the names of what matters least fall away first, and the caption says so.

    Parameters
    ----------
    primaries
        One primary is one body, several are a page of bodies; None is all.
    sites
        Sites without primaries are seen from the other end: which primaries reach them. With both,
        only these sites are drawn.
    body
        ``"female"``, ``"male"`` or ``"neutral"``; None is what the sex of the primary (or of the
        site) asks for, and neutral otherwise.
    color
        What shades mean: ``"share"`` or ``"class"``; None is the share where half of the pairs have
        a number in one frame.
    arrows
        Whether arrows lead from where it starts; their dashes are the route, their width nothing.
    values
        Numbers of your own to draw, by name of the site, such as ``{"liver": 0.4}``. Nothing of
        the graph is drawn then.
    steps
        Where one shade of such values ends and the next begins; None is even steps.
    unit
        What such values are in, such as ``"%"``.

    Returns
    -------
    Diagram
        With artists ``body``, ``organs``, ``marks`` (of sites without a shape), ``strokes``
        (through what is reported absent), ``leaders``, ``basis marks`` (behind names), ``primary
        labels``, ``site labels``, ``numbers``, with arrows ``arrows`` and ``arrow heads``, and
        ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.body("prostate")
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'primary']
    >>> mine = kg.draw.body(values={"liver": 0.4, "bone": 0.7})
    >>> mine.title, mine.credits
    ('Values given by the caller', ())
    >>> kg.draw.body("prostate", body="cat")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown body 'cat'. Did you mean 'female', ...
    """

    name = "body"
    noun = "body map"
    empty_size = (4.0, 1.0)
    choices = ("least", "top", "highlight", "order")
    orders = ("position", "share")

    def __init__(
        self,
        chosen: Selection,
        *,
        body: Literal["female", "male", "neutral"] | None = None,
        color: Literal["share", "class"] | None = None,
        arrows: bool = False,
        values: Mapping[str, float] | None = None,
        steps: Sequence[float] | None = None,
        unit: str | None = None,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        for option, value, known in (("body", body, BODIES), ("color", color, COLORS)):
            if value is not None:
                check_choice(option, value, known)
        self.anatomy = read_anatomy()
        self.body = body
        self.arrows = arrows
        self.is_short = False
        self.reverse = chosen.primaries is None and chosen.sites is not None
        self.by_class = False
        self.color: str | None = None
        self.left_out: list[str] = []
        self.values: Values | None = None
        self.marks: list[Mark] = []
        if values is not None:
            self._take_values(values, steps, unit, (denominator, setting, occurrence))
        else:
            if steps is not None or unit is not None:
                raise ValueError("steps and unit are those of values: leave them out")
            self._take_pairs(color, denominator, setting, occurrence)
        self.measures = measures_of(self.style)
        self.fills = self._fills()

    # What is shown

    def _fills(self) -> Fills:
        """Return the shades: as many as there are steps."""
        colors = self.style.percent_shades
        count = len(self.values.words()) if self.values else len(colors)
        return Fills(self.style, shades(colors, count))

    def _take_values(
        self,
        values: Mapping[str, float],
        steps: Sequence[float] | None,
        unit: str | None,
        frame: tuple[str | None, ...],
    ) -> None:
        chosen = self.chosen
        if any((chosen.primaries, chosen.sites, chosen.sources, *frame)):
            raise ValueError("values are drawn alone: leave out primaries, sites, sources, frames")
        self.drawn = ()
        self.reverse = False
        self.values = values_of(values, chosen, steps, unit)
        view = view_of_values(self.values, chosen, self.anatomy, self.body, _CALLERS)
        if chosen.least is not None:
            raise ValueError("least is a share, and values of yours have none: leave it out")
        if chosen.top is not None:
            kept = view.spots[: chosen.top]
            self._leave_out(len(view.spots) - len(kept), f"beyond the first {chosen.top}", "value")
            filled = {key: spot for key, spot in view.filled.items() if spot in kept}
            view = replace(view, spots=kept, filled=filled)
        self.views = [view] if view.spots else []
        if self.body not in (None, "neutral"):
            places = (chosen.catalog.sites[key] for key in self.values.given)
            self._refuse([one.label for one in places if one.sex and one.sex != self.body])

    def _take_pairs(
        self,
        color: str | None,
        denominator: str | None,
        setting: str | None,
        occurrence: str | None,
    ) -> None:
        pairs = self.chosen.pairs
        if any((denominator, setting, occurrence)):
            self.choose_frame(pairs, denominator, setting, occurrence, of_sites=self.reverse)
            if color == "class":
                raise ValueError("a frame is what shades of the share need: leave out color")
        else:
            self.frame, self.why = frame_of_most(pairs, of_sites=self.reverse)
            self.by_class = color == "class" or (self.frame is None and color is None)
            if color == "share" and self.frame is None:
                self.choose_frame(pairs, None, None, None, of_sites=self.reverse)
        if self.by_class:
            self.frame = None
            self.why = "asked for" if color == "class" else ""
        self.color = "class" if self.by_class else "share"
        self._check_sex()
        marks = [mark_of(pair, own_frame(pair) if self.by_class else self.frame) for pair in pairs]
        marks = sorted(self._kept(marks), key=lambda one: self._focus(one.pair))
        self.marks = lettered(marks, self.chosen.letters)
        self.drawn = tuple(mark.pair for mark in self.marks)
        self.views = self._views()

    def _focus(self, pair: Pair) -> tuple[str, str]:
        """Return label and key of what is in focus on the body of a pair."""
        if self.reverse:
            return pair.site_label.casefold(), pair.site
        return pair.primary_label.casefold(), pair.primary

    def _kept(self, marks: list[Mark]) -> list[Mark]:
        """Return what is left where the caller wants less, and note what is left out."""
        least, top = self.chosen.least, self.chosen.top
        kept = marks
        if least is not None:
            kept = [mark for mark in marks if mark.number is None or mark.percent >= least]
            self._leave_out(len(marks) - len(kept), f"with a share under {least:g} %")
        if top is not None:
            ranked = sorted(
                kept,
                key=lambda one: (
                    self._focus(one.pair),
                    important(one, by_class=self.by_class),
                    one.pair.site_label,
                    one.pair.primary_label,
                ),
            )
            groups = groupby(ranked, key=lambda one: self._focus(one.pair))
            first = [mark for _, group in groups for mark in list(group)[:top]]
            what = "class and number of sources" if self.by_class else "share"
            self._leave_out(len(kept) - len(first), f"beyond the first {top} by {what}")
            kept = first
        return kept

    def _leave_out(self, count: int, why: str, what: str = "pair") -> None:
        if count:
            self.left_out.append(f"Left out: {plural(count, what)} {why}.")

    def _check_sex(self) -> None:
        """Raise unless whatever is named can be on the body asked for."""
        body, catalog = self.body, self.chosen.catalog
        if body in (None, "neutral"):
            return
        cancers = (catalog.primaries[key] for key in self.chosen.primaries or ())
        places = (catalog.sites[key] for key in self.chosen.sites or ())
        others = [one.label for one in cancers if one.sex and one.sex != body]
        others += [one.label for one in places if one.sex and one.sex != body]
        self._refuse(others)

    def _refuse(self, others: Sequence[str]) -> None:
        if others:
            raise ValueError(f"no {self.body} body has {', '.join(others)}: leave body out")

    def _views(self) -> list[View]:
        """Return a body for each primary, or for each site, in the order of the alphabet."""
        view = view_of_site if self.reverse else view_of_primary
        steps = None if self.by_class else self.style.percent_steps
        return [
            view(name, list(marks), self.chosen, self.anatomy, self.body, steps)
            for (_, name), marks in groupby(self.marks, key=lambda one: self._focus(one.pair))
        ]

    # The picture

    def lay_out(self, room: Room) -> None:
        """Place every body with its labels within a room."""
        self.is_short = room.place.name == "slide" or self.chosen.letters is not None
        if self.views:
            self.page = lay_out_page(
                self.views, self.anatomy, self.style, room, self.order, self.measures
            )
            self.size = self.page.width, self.page.height

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every body with its labels."""
        self._top = top
        return draw_page(sheet, self.page, self.anatomy, self.fills, top, arrows=self.arrows)

    def places(self) -> dict[str, Point]:
        """Return where each site lies on the axes; of several bodies by ``body/site``."""
        found: dict[str, Point] = {}
        for panel, (x, y) in self.page.panels:
            body = "" if len(self.page.panels) == 1 else f"{panel.view.key}/"
            for key in self.anatomy.organs:
                if organ := organ_of((key,), self.anatomy):
                    left, down = panel.place(organ.anchor or (0.0, 0.0))
                    found[f"{body}{key}"] = (x + left, self._top + y + down)
        return found

    def rows(self) -> list[Drawn]:
        """Return every pair, body by body, or every value."""
        if self.values is not None:
            return list(self._value_rows())
        return [drawn_of(mark, self.chosen.catalog) for mark in self.marks]

    def _value_rows(self) -> Iterator[Drawn]:
        for view in self.views:
            for spot in view.spots:
                yield Drawn(
                    key=spot.key,
                    primary="",
                    primary_label=_CALLERS,
                    site=spot.key,
                    site_label=spot.label,
                    state="number",
                    value=self.values.given[spot.key] if self.values else None,
                    measure=(self.values.unit if self.values else "") or "value",
                )

    def shared(self, gid: str) -> tuple[str, ...]:
        """Return the pairs that an organ, an arrow or a label stands for."""
        while gid:
            if found := self._keys.get(gid):
                return found
            gid = gid.rpartition("-")[0]
        return ()

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        """The pairs by the ids of what they are drawn by: several cancers may reach one organ."""
        found: dict[str, list[str]] = {}
        for view in self.views:
            body = "body" if len(self.views) == 1 else f"body-{view.key}"
            for spot in view.spots:
                key = spot.key
                if self.values is None:
                    ends = (key, view.key) if self.reverse else (view.key, key)
                    key = row_key(*ends)
                organs = [f"site-{organ}" for organ in {spot.key, *spot.organs}]
                for end in [*organs, *(f"{role}-{spot.key}" for role in _OF_A_SPOT)]:
                    found.setdefault(f"{body}-{end}", []).append(key)
        return {gid: tuple(keys) for gid, keys in found.items()}

    # What is said

    def title(self) -> str:
        """Return what the picture shows, and out of whom its percentages are."""
        if self.values is not None:
            return _CALLERS
        of = f": % of {whom_of(self.frame)}" if self.frame else ""
        if len(self.views) > 1 and self.reverse:
            return f"Where {len(self.views)} organs are reached from{of}"
        return f"{spread_title(self.drawn, self.chosen)}{of}"

    def legend(self) -> list[LegendEntry]:
        """Return steps or classes, states and signs that are in the picture."""
        return legend_of(self._told, self.fills, self.values)

    def rules(self) -> list[str]:
        """Return what shades, arrows and states mean, and out of whom."""
        if self.values is not None:
            return values_rules(self.values, self._told)
        return rules_of(self._told, self.anatomy)

    def findings(self) -> str:
        """Return the highest numbers, and which pairs have none."""
        if self.values is not None:
            return values_findings(self.values, self.views[0])
        return findings_of(self._told)

    def whom(self) -> str:
        """Return whom the numbers count, in a short sentence."""
        said = super().whom()
        if self.values is not None:
            said = f"{_CALLERS}."
        elif self.by_class:
            has_numbers = any(mark.number for mark in self.marks)
            each = "; each number says whom it counts" if has_numbers else ""
            said = f"Shade: class of the edge{each}."
        told = self._told
        if not told.unnamed:
            return said
        return f"{said} Named are {len(told.spots) - told.unnamed} of {len(told.spots)}."

    @property
    def _told(self) -> Told:
        page = getattr(self, "page", None)
        unnamed = sum(len(panel.unnamed) for panel, _ in page.panels) if page else 0
        return Told(
            self.views,
            self.marks,
            self.frame,
            self.why,
            self.by_class,
            self.arrows,
            is_short=self.is_short,
            unnamed=unnamed,
            left_out=tuple(self.left_out),
        )


draw_body = front(BodyMap)
