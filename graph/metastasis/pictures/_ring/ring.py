"""The ring: primaries and sites around a circle, a band for every edge, as wide as its share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._errors import FitError
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._ring.drawing import band_look, draw_bands, line_look
from metastasis.pictures._ring.layout import plan_ring
from metastasis.pictures._said.cut import best_first, cut_pairs
from metastasis.pictures._said.mark import (
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    has_no_interval,
    highest,
    letter_rules,
    limit_rules,
    marks_of,
    number_rules,
    undrawn,
)
from metastasis.pictures._said.words import (
    CLASSES,
    NOT_LIT,
    NOT_POOLED,
    best_supported,
    class_rules,
    color_rule,
    count_ends,
    plural,
    spread_title,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.fitting import would_fit
from metastasis.pictures._sheet.sides import ORDERS
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry
from metastasis.pictures._signs.signs import (
    basis_entries,
    basis_rule,
    basis_words,
    dispute_entry,
    letter_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.frame import Frame
    from metastasis.pictures._ring.layout import Circle, RingPlan
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["draw_ring"]

_SAMPLES: Final = (100, 50, 20, 10, 5, 2, 1)
"""Percentages whose width a legend may show: the largest that fits a line of it."""
_MANY: Final = 60
"""Bands, from which thin ones are faded."""
_THIN: Final = 0.03
"""Inches of a band that is thin."""
_WIDEST: Final = 30
"""Bands that are not faded, however thin."""
_LETTERS: Final = 6
"""Letters of numbers that the legend explains at most; of more, and in a low room, the caption."""
_LOW: Final = 3.2
"""Inches of a low room."""
_SIGNED: Final = 200
"""Bands, up to which what they rest on stands on them: more signs would cover the bands."""


class Ring(Kind):
    """Draw primaries on the left of a ring, sites on the right, and a band for every edge.

    Pairs without a number on the scale are thin lines. Where no pair has one, all are lines whose
    width gives the class of the edge. Names stand beside the ring, or along it where they are many;
    of very many bands the thin ones are faded. Where there is nothing to draw, the picture says so,
    with an `EmptyDiagramWarning`.

    Returns
    -------
    Diagram
        With artists ``bands`` (widest first), ``interval edges`` (of each band with a count: as
        wide as the upper end of its interval, then the outline of the share itself), ``conflict
        marks``, ``basis marks``, ``primary arcs``, ``site arcs``, ``leaders``, ``primary labels``
        and ``site labels`` (top to bottom), ``numbers``, and ``title``, ``legend samples``,
        ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.ring(primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> kg.draw.ring(denominator="autopsy")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown denominator 'autopsy'. Did you mean ...
    """

    name = "ring"
    noun = "ring"
    nothing = "no edge"
    choices = ("least", "top", "highlight", "order")
    orders = ORDERS

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        edges = [pair for pair in chosen.pairs if pair.edge]
        self.choose_frame(edges, denominator, setting, occurrence)
        self.cut = cut_pairs(edges, self.frame, chosen)
        self.drawn = self.cut.pairs
        self.marks = marks_of(self.drawn, self.frame)
        self.signed = len(self.marks) <= _SIGNED
        self.planned: RingPlan | None = None
        self.letters = _LETTERS

    def lay_out(self, room: Room) -> None:
        """Put names beside the ring or, where they are too many, along it."""
        if not self.marks:
            return
        chosen = self.chosen
        if room.height is not None and room.height < _LOW:
            self.letters = 0
        if self.planned is None:
            self.planned = self._plan(self.marks)
        # On a screen it is no taller than it has to be.
        high = None if room.place.name == "screen" else room.height
        found = self.planned.lay_out(room.width, high, fill=room.fill)
        if found is None:
            fits = self._would_fit
            inch = 25.4 * self.style.scale
            down = f" x {inch * room.height:.0f}" if room.height else ""
            needs = f"more than {inch * room.width:.0f}{down} mm for the drawing"
            raise FitError(
                f"the ring of {plural(len(self.drawn), 'pair')}",
                room,
                needs,
                would_fit(room, self.style.scale, fits, len(self.drawn)),
            )
        self.layout = found
        self.size = found.width, found.height
        unit = found.per_percent
        many = len(self.marks) > _MANY
        numbered = sorted((one for one in self.marks if one.number), key=lambda one: -one.percent)
        widest = {id(one) for one in numbered[:_WIDEST]}
        self.faded = (
            (lambda one: not chosen.is_lit(one.pair.primary, one.pair.site))
            if chosen.highlight is not None
            else (lambda one: many and self._is_thin(one, unit) and id(one) not in widest)
        )

    def _plan(self, marks: Sequence[Mark]) -> RingPlan:
        chosen = self.chosen
        return plan_ring(
            marks,
            self.style,
            order=self.order,
            given=(chosen.primaries or (), chosen.sites or ()),
            lit=chosen.highlight or frozenset(),
        )

    def _would_fit(self, width: float, height: float | None, count: int) -> bool:
        kept = {id(pair) for pair in best_first(self.drawn, self.frame)[:count]}
        marks = [one for one in self.marks if id(one.pair) in kept]
        return self._plan(marks).lay_out(width, height, fill=True) is not None

    def _is_thin(self, mark: Mark, unit: float) -> bool:
        if self.frame is None:
            return mark.pair.edge != "commonly"
        return mark.number is None or mark.percent * unit < _THIN

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw bands, arcs and labels."""
        return draw_bands(
            sheet,
            self.layout,
            self.marks,
            top,
            numbers=self.frame is not None,
            faded=self.faded,
            signs=self.signed,
        )

    def title(self) -> str:
        """Return who spreads where, and out of whom percentages are."""
        said = spread_title(self.drawn, self.chosen)
        return f"{said}: % of {whom_of(self.frame)}" if self.frame else said

    def rules(self) -> list[str]:
        """Return what widths, edges and colors mean, and what is left out."""
        of_bands = [*self._band_rules(), *self._room_rules()] if self.size else []
        return [*of_bands, *self.cut.rules, *undrawn(self.chosen.pairs)]

    def _band_rules(self) -> list[str]:
        colors = color_rule(self.drawn, self.style.primaries)
        disputed = [
            *basis_rule(self._basis(), numbers=self.frame is not None),
            *dispute_rule(self.drawn, "Squares"),
        ]
        if self.frame is None:
            rules = ["Line width and pattern give the class of the edge, not a percentage."]
            return [*rules, *class_rules(self.drawn), *disputed, *colors]
        rules = [f"Width of a band: {frame_words(self.frame, self.why)}."]
        if any(one.interval for one in self.marks):
            rules.append(
                "The strong part is as wide as the lower end of the 95 % interval, the pale "
                "edge as its upper end; the thin line between is the share itself."
            )
        rules += self._number_rules(self.frame)
        if any(one.number is None for one in self.marks):
            rules.append(
                "Thin lines: reported in words or with other numbers only; no frequency can be "
                "read from them."
            )
        rules.append(
            "Patients may have several sites: the length of an arc, the sum of its bands, is no "
            "share."
        )
        return [*rules, *disputed, NOT_POOLED, *colors]

    def _number_rules(self, frame: Frame) -> list[str]:
        """Return what must be said of the numbers, whether or not they are written."""
        said = number_rules(self.marks, frame, without="Bands with a dashed edge")
        if self.layout.writes_numbers:
            return said
        lettered = letter_rules(self.marks)
        unwritten = [one for one in said if one not in lettered and not one.startswith("*")]
        return [*unwritten, *limit_rules(self.marks)]

    def _room_rules(self) -> list[str]:
        """Return what is faded, and what is left out for room."""
        rules = []
        if self.chosen.highlight is not None:
            if any(map(self.faded, self.marks)):
                rules.append(NOT_LIT)
        elif any(map(self.faded, self.marks)):
            thin = "bands that are thin, and lines" if self.frame else "lines that are not common"
            rules.append(f"Faded: {thin}.")
        if self.layout.without_numbers:
            rules.append("Counts, intervals and words beside names are left out for room.")
        if nameless := self.layout.nameless:
            rules.append(
                f"For room, {plural(len(nameless), 'name')} with the thinnest bands "
                f"{'is' if len(nameless) == 1 else 'are'} not written."
            )
        if not self.signed and any(one.basis for one in self.marks):
            rules.append("What edges rest on is not drawn on so many bands.")
        return rules

    def _basis(self) -> list[str | None]:
        return [one.basis for one in self.marks] if self.signed else []

    def findings(self) -> str:
        """Return how many bands there are, and the highest shares."""
        drawn = self.drawn
        primaries, sites = count_ends(drawn)
        bands = plural(len(drawn), "band")
        parts = [f"Ring of {primaries} on the left and {sites} on the right, joined by {bands}."]
        if self.frame:
            parts.append(f"Highest of {whom_of(self.frame)}: {highest(self.marks)}.")
            parts += letter_rules(self.marks)
        if self.frame and (rest := sum(one.number is None for one in self.marks)):
            parts.append(f"{plural(rest, 'pair')} without such a number.")
        parts += [*basis_words(drawn), *dispute_words(drawn)]
        return " ".join([*parts, best_supported(drawn), stand_out(drawn)])

    def legend(self) -> list[LegendEntry]:
        """Return the classes of lines, or how wide bands are and what their edges mean."""
        disputed = [*dispute_entry(self.drawn), *basis_entries(self._basis())]
        if self.frame is None:
            present = {pair.edge for pair in self.drawn}
            lines = [
                LegendEntry(words, _line_sample(name, numbers=False))
                for name, words in CLASSES.items()
                if name in present
            ]
            return [*lines, *disputed]
        entries = [_width_entry(self.layout, self.style)]
        if any(one.interval for one in self.marks):
            entries.append(LegendEntry("share, with its 95 % interval as edge", _interval_sample))
        if any(map(has_no_interval, self.marks)):
            entries.append(LegendEntry("share without an interval", _uncounted_sample))
        if any(one.number is None for one in self.marks):
            entries.append(LegendEntry(STATES["words"], _line_sample(None, numbers=True)))
        letters = letter_entries(self.marks, self.letters) if self.layout.writes_numbers else []
        return [*entries, *disputed, *letters]


draw_ring = front(Ring)


def _width_entry(ring: Circle, style: Style) -> LegendEntry:
    """Return how wide so many percent are: the most that fits a line of the legend."""
    most = 1.4 * style.legend_size / 72
    share = next((one for one in _SAMPLES if one * ring.per_percent <= most), _SAMPLES[-1])
    high = share * ring.per_percent

    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        color = sheet.style.faint_ink
        return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, edgecolor=color, linewidth=0.3)

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
