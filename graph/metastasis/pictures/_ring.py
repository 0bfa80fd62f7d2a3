"""The ring: primaries and sites around a circle, a band for every edge, as wide as its share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis.pictures._kind import Kind, front
from metastasis.pictures._mark import (
    STATES,
    dispute_entry,
    dispute_rule,
    dispute_words,
    frame_words,
    highest,
    mark_of,
    number_rules,
)
from metastasis.pictures._ring_drawing import band_look, draw_bands, line_look
from metastasis.pictures._ring_layout import lay_out_ring
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    CLASS_RULES,
    CLASSES,
    NOT_POOLED,
    best_supported,
    name_primaries,
    plural,
    stand_out,
    undrawn,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._ring_layout import Circle
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["Ring", "draw_ring"]

_SAMPLES = (50, 20, 10, 5, 2, 1)
"""Percentages whose width a legend may show: the largest that fits a line of it."""


class Ring(Kind):
    """Draw primaries on the left of a ring, sites on the right, and a band for every edge.

    Pairs without a number on the scale are thin lines. Where no pair has one, all are lines whose
    width gives the class of the edge. Where there is nothing to draw, the figure says so, with an
    `EmptyDiagramWarning`.

    Returns
    -------
    Diagram
        With artists ``bands`` (widest first), ``interval edges`` (of each band with a count: as
        wide as the upper end of its interval, then the outline of the share itself), ``conflict
        marks``, ``primary arcs``, ``site arcs``, ``leaders``, ``primary labels`` and ``site
        labels`` (top to bottom), ``numbers``, and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

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

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        self.drawn = [pair for pair in chosen.pairs if pair.edge]
        self.choose_frame(self.drawn, denominator, setting, occurrence)
        self.marks = [mark_of(pair, self.frame) for pair in self.drawn]
        if self.marks:
            self.layout = lay_out_ring(self.marks, self.style)
            self.size = self.layout.width, self.layout.height

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw bands, arcs and labels."""
        numbers = self.frame is not None
        return draw_bands(sheet, self.layout, self.marks, top, numbers=numbers)

    def title(self) -> str:
        """Return who spreads where, and out of whom percentages are."""
        who = name_primaries({pair.primary_label for pair in self.drawn})
        sites = {pair.site_label for pair in self.drawn}
        if self.frame is None:
            return f"Metastasis of {who} to {plural(len(sites), 'site')}"
        if len(sites) == 1:
            return f"What spreads to the {sites.pop()}: % of {self.frame}"
        verb = "spreads" if len({pair.primary for pair in self.drawn}) == 1 else "spread"
        return f"Where {who} {verb}: % of {self.frame}"

    def rules(self) -> list[str]:
        """Return what widths, edges and colors mean."""
        return [*(self._band_rules() if self.marks else []), *undrawn(self.chosen.pairs)]

    def _band_rules(self) -> list[str]:
        disputed = dispute_rule(self.drawn, "Squares")
        if self.frame is None:
            rules = ["Line width and pattern give the class of the edge, not a percentage."]
            return [*rules, CLASS_RULES, *disputed, *self._color_rule()]
        rules = [f"Width of a band: {frame_words(self.marks, self.frame, asked=self.asked)}."]
        if any(one.interval for one in self.marks):
            rules.append(
                "The strong part is as wide as the lower end of the 95 % Wilson interval, the pale "
                "edge as its upper end; the thin line between is the share itself."
            )
        rules += number_rules(self.marks, self.frame)
        if any(one.number is None for one in self.marks):
            rules.append(
                "Thin lines: reported in words or with other numbers only; no frequency can be "
                "read from them."
            )
        rules.append(
            "Patients may have several sites: the length of an arc, the sum of its bands, is no "
            "share."
        )
        return [*rules, *disputed, NOT_POOLED, *self._color_rule()]

    def _color_rule(self) -> list[str]:
        several = len({pair.primary for pair in self.drawn})
        repeats = ", and repeats" if several > len(self.style.primaries) else ""
        return [f"Color only tells primaries apart{repeats}."] if several > 1 else []

    def findings(self) -> str:
        """Return how many bands there are, and the highest shares."""
        drawn = self.drawn
        size = (
            f"{plural(len({one.primary for one in drawn}), 'primary', 'primaries')} on the left "
            f"and {plural(len({one.site for one in drawn}), 'site')} on the right"
        )
        parts = [f"Ring of {size}, joined by {plural(len(drawn), 'band')}."]
        if self.frame:
            parts.append(f"Highest of {self.frame}: {highest(self.marks)}.")
        if self.frame and (rest := sum(one.number is None for one in self.marks)):
            parts.append(f"{plural(rest, 'pair')} without such a number.")
        parts += dispute_words(drawn)
        return " ".join([*parts, best_supported(drawn), stand_out(drawn)])

    def legend(self) -> list[LegendEntry]:
        """Return the classes of lines, or how wide bands are and what their edges mean."""
        disputed = dispute_entry(self.drawn)
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
        if any(one.number and not one.interval for one in self.marks):
            entries.append(LegendEntry("no count given: no interval", _uncounted_sample))
        if any(one.number is None for one in self.marks):
            entries.append(LegendEntry(STATES["words"], _line_sample(None, numbers=True)))
        return [*entries, *disputed]


draw_ring = front(Ring)


def _width_entry(ring: Circle, style: Style) -> LegendEntry:
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
