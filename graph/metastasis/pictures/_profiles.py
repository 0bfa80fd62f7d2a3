"""Site profiles as small multiples: one panel a primary, one frame, sites in one order.

Long because it holds both how the panels are drawn and what is said of them; where they stand is in
:mod:`metastasis.pictures._profiles_page`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matplotlib.path import Path

from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import (
    DENIED,
    NO_INTERVAL,
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    has_no_interval,
    highest,
    letter_rules,
    marks_of,
    number_rules,
)
from metastasis.pictures._profiles_page import (
    BAR,
    BESIDE,
    GUTTER,
    TEXT,
    TITLE,
    bar_text,
    lay_out_panels,
    signs_beside,
)
from metastasis.pictures._signs import (
    basis_entries,
    basis_rule,
    basis_words,
    draw_basis,
    draw_square,
    letter_entries,
)
from metastasis.pictures._style import LineStyle
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    NOT_POOLED,
    best_supported,
    class_rules,
    name_primaries,
    plural,
    stand_out,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._labels import Point
    from metastasis.pictures._mark import Mark
    from metastasis.pictures._place import Room
    from metastasis.pictures._profiles_page import Multiples, ProfilePanel
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["SiteProfiles", "draw_profiles"]

_CLASSES: Final = {
    "commonly": "common",
    "possibly": "reported, how commonly not established",
    "rarely": "rare",
}
"""The signs of pairs without a number, by class of edge."""
_SIGNS: Final = {
    **_CLASSES,
    "none_seen": STATES["none_seen"],
    "absent": STATES["absent"],
    "conflicting": STATES["conflicting"],
}
_THICK = 0.115
"""Of a bar, in inches: about half a row."""


class SiteProfiles(Kind):
    """Draw how often each primary spreads to each site, a panel each, to compare primaries.

    Where there is nothing to draw, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        Names of those to draw, in the order named; None is all by name, without groupings such as
        "cancer" in general.

    Returns
    -------
    Diagram
        With artists ``stripes``, ``axes``, ``axis labels``, ``bars``, ``intervals``, ``signs`` (of
        pairs without a number, denied or in conflict), ``conflict marks`` (of pairs with an edge
        that sources conflict on), ``basis marks``, ``unstudied dots`` (one artist), ``numbers``,
        ``primary labels`` (one a panel), ``site labels`` (again for each row of
        panels), and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.profiles(primaries=["prostate", "breast"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'Breast cancer']
    >>> kg.draw.profiles(setting="later")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown setting 'later'. Did you mean ...
    """

    name = "profiles"
    noun = "page of profiles"

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        self.choose_frame(self.drawn, denominator, setting, occurrence)
        self.marks = marks_of(self.drawn, self.frame)

    def lay_out(self, room: Room) -> None:  # noqa: ARG002 - room is not minded yet
        """Place every panel."""
        if self.marks:
            self.page = self._panels()
            self.size = self.page.width, self.page.height

    def _panels(self) -> Multiples:
        """Lay out the panels in the order named, else by name; sites named stay if not studied."""
        labels = {pair.primary: pair.primary_label for pair in self.drawn}
        ranks = {key: at for at, key in enumerate(self.chosen.primaries or ())}
        order = sorted(labels, key=lambda key: (ranks.get(key, 0), labels[key].casefold()))
        sites = {pair.site: pair.site_label for pair in self.drawn}
        sites |= dict(self.chosen.named_sites)
        return lay_out_panels(self.marks, order, sites, self.style, self.chosen.named_sites)

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every panel."""
        return draw_panels(sheet, self.page, top)

    def title(self) -> str:
        """Return whose profiles these are, and out of whom percentages are."""
        who = name_primaries({pair.primary_label for pair in self.drawn})
        of = f": % of {self.frame}" if self.frame else ""
        return f"Site profile{'' if not who[0].isdigit() else 's'} of {who}{of}"

    def rules(self) -> list[str]:
        """Return what bars and signs mean."""
        if not self.marks:
            return []
        rules = []
        if self.frame:
            words = frame_words(self.frame, self.why)
            rules.append(f"Length of a bar: {words}; all panels have one scale.")
            if any(one.interval for one in self.marks):
                rules.append("The line on it is the 95 % interval.")
            rules += number_rules(self.marks, self.frame, without="Bars with a dashed edge")
        if self.size and any(len(one.sites) < len(self.page.sites) for one in self.page.bands):
            rules.append("Each row of panels lists the sites that any of its cancers has.")
        rules += dispute_rule(self.drawn, "Squares beside a bar or a disk")
        if any(one.state == "words" for one in self.marks):
            rules.append(
                "Disks, left of the axis: reported in words or with other numbers only; their "
                "shade gives the class of the edge, and no frequency can be read from them."
            )
            basis = (one.basis for one in self.marks)
            rules += basis_rule(basis, numbers=self.frame is not None)
            return [*rules, *class_rules(one.pair for one in self.marks if one.state == "words")]
        return [*rules, NOT_POOLED]

    def findings(self) -> str:
        """Return the highest shares, and which pairs have none."""
        pairs = self.drawn
        size = (
            f"{plural(len({one.primary for one in pairs}), 'primary', 'primaries')} over "
            f"{plural(len({one.site for one in pairs}), 'site')}"
        )
        parts = [f"Site profiles of {size}, with {plural(len(pairs), 'pair')}."]
        if self.frame:
            parts.append(f"Highest of {self.frame}: {highest(self.marks)}.")
            parts += letter_rules(self.marks)
        parts += [
            f"{plural(count, 'pair')}: {STATES[state]}."
            for state in (*DENIED, "conflicting")
            if (count := sum(one.state == state for one in self.marks))
        ]
        reported = [one for one in pairs if one.edge]
        parts += [*basis_words(reported), *dispute_words(reported)]
        return " ".join([*parts, best_supported(reported), stand_out(reported)])

    def legend(self) -> list[LegendEntry]:
        """Return the bars and signs that are in the picture."""
        numbers = [one for one in self.marks if one.number]
        entries = []
        if counted := next((one for one in numbers if one.interval), None):
            entries.append(LegendEntry("share with its 95 % interval", _bar_sample(counted)))
        if uncounted := next((one for one in numbers if not one.interval), None):
            entries.append(LegendEntry("share without an interval", _bar_sample(uncounted)))
        present = {one.pair.edge for one in self.marks if one.state == "words"}
        present |= {one.state for one in self.marks}
        present |= {"conflicting" for one in self.marks if one.is_disputed}
        no_number = ", no such number" if numbers else ""
        entries += [
            LegendEntry(f"{words}{no_number if sign in _CLASSES else ''}", _sign_sample(sign))
            for sign, words in _SIGNS.items()
            if sign in present
        ]
        entries += basis_entries(one.basis for one in self.marks)
        entries += letter_entries(self.marks)
        if len(self.marks) < sum(len(one.sites) for one in self.page.panels):
            entries.append(LegendEntry(self.chosen.unstudied, _unstudied_sample))
        return entries


draw_profiles = front(SiteProfiles)


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


# Drawing


def draw_panels(sheet: Sheet, page: Multiples, top: float) -> dict[str, tuple[Artist, ...]]:
    """Draw every panel from a height on; return the artists by role."""
    numbers = any(one.number for panel in page.panels for one in panel.marks.values())
    shown = [
        (panel, mark, *_place(page, panel, at, top, sheet.style))
        for panel in page.panels
        for at, key in enumerate(panel.sites)
        for mark in (panel.marks.get(key),)
    ]
    numbered = [(one, mark, x, y) for one, mark, x, y in shown if mark and mark.number]
    empty = [(x - GUTTER / 2, y) for _, mark, x, y in shown if mark is None]
    return {
        "stripes": (_draw_stripes(sheet, page, top),),
        "axes": tuple(_draw_axes(sheet, page, top)) if numbers else (),
        "axis labels": tuple(_draw_ticks(sheet, page, top)) if numbers else (),
        "bars": tuple(
            draw_bar(sheet, x, y, page.unit, mark, f"profiles-bar-{panel.key}--{mark.pair.site}")
            for panel, mark, x, y in numbered
        ),
        "intervals": tuple(
            _draw_interval(sheet, x, y, page.unit, mark, panel.key)
            for panel, mark, x, y in numbered
            if mark.interval
        ),
        "signs": tuple(
            _draw_sign_of(sheet, x - GUTTER / 2, y, mark, panel.key)
            for panel, mark, x, y in shown
            if mark and (mark.number is None or mark.state != "number")
        ),
        "conflict marks": tuple(
            draw_square(
                sheet,
                x - GUTTER / 2 - BESIDE * len(signs_beside(mark)),
                y,
                f"profiles-conflict-{panel.key}--{mark.pair.site}",
            )
            for panel, mark, x, y in shown
            if mark and mark.is_disputed
        ),
        "basis marks": tuple(
            draw_basis(
                sheet,
                x - GUTTER / 2 - BESIDE,
                y,
                mark.basis,
                f"profiles-basis-{panel.key}--{mark.pair.site}",
            )
            for panel, mark, x, y in shown
            if mark and mark.basis
        ),
        "unstudied dots": _draw_unstudied(sheet, empty),
        "numbers": tuple(
            sheet.write(
                x + page.unit * mark.most + TEXT,
                y,
                bar_text(mark),
                size=sheet.style.caption_size,
                gid=f"profiles-number-{panel.key}--{mark.pair.site}",
            )
            for panel, mark, x, y in numbered
        ),
        "primary labels": tuple(_draw_names(sheet, page, top)),
        "site labels": tuple(_draw_sites(sheet, page, top)),
    }


def _place(page: Multiples, panel: ProfilePanel, at: int, top: float, style: Style) -> Point:
    return panel.x + page.gutter, top + panel.y + TITLE + (at + 0.5) * style.row


def _sign_of(mark: Mark) -> str:
    """Return the sign of a pair without a number: its state, or the class of its edge."""
    is_denied = mark.state in (*DENIED, "conflicting")
    return mark.state if is_denied else mark.pair.edge or "other"


def draw_bar(sheet: Sheet, x: float, y: float, unit: float, mark: Mark, gid: str) -> Artist:
    """Draw a share as a bar; one without a count is pale with a dashed edge."""
    style = sheet.style
    long = max(unit * mark.percent, 0.012)
    look = {"edgecolor": style.edge_shades[0], "linewidth": 0.0, "zorder": 3}
    color = style.edge_shades[1]
    if has_no_interval(mark):
        look |= NO_INTERVAL
    return sheet.box(x, y - _THICK / 2, long, _THICK, color, gid, **look)


def _draw_interval(
    sheet: Sheet, x: float, y: float, unit: float, mark: Mark, primary: str
) -> Artist:
    low, high = mark.interval or (0.0, 0.0)
    ends = [(x + unit * low, y), (x + unit * high, y)]
    gid = f"profiles-interval-{primary}--{mark.pair.site}"
    return sheet.line(ends, LineStyle(1.3), sheet.style.ink, gid, zorder=4)


def draw_sign(sheet: Sheet, x: float, y: float, sign: str, gid: str) -> Artist:
    """Draw a pair without a number: a disk by class, a cross if denied, a square if in conflict."""
    style = sheet.style
    if sign == "none_seen":
        ends = [(x - 0.045, y), (x + 0.045, y)]
        return sheet.line(ends, LineStyle(1.1), style.faint_ink, gid, zorder=5)
    if sign == "absent":
        half = 0.042
        cross = [Path([(x - half, y - half), (x + half, y + half)])]
        cross.append(Path([(x - half, y + half), (x + half, y - half)]))
        path = Path.make_compound_path(*cross)
        return sheet.fill(path, "none", gid, edgecolor=style.ink, linewidth=1.2, zorder=5)
    if sign == "conflicting":
        return draw_square(sheet, x, y, gid)
    shades = dict(zip(("commonly", "possibly", "rarely"), style.edge_shades, strict=True))
    disk = Path.circle((x, y), 0.05)
    color = shades.get(sign, style.other_fill)
    return sheet.fill(disk, color, gid, edgecolor=style.edge_shades[0], linewidth=0.8, zorder=5)


def _draw_sign_of(sheet: Sheet, x: float, y: float, mark: Mark, primary: str) -> Artist:
    gid = f"profiles-sign-{primary}--{mark.pair.site}"
    return draw_sign(sheet, x, y, _sign_of(mark), gid)


def _draw_unstudied(sheet: Sheet, places: Sequence[Point]) -> tuple[Artist, ...]:
    if not places:
        return ()
    return (sheet.dots(places, 0.014, sheet.style.unstudied_dot, "profiles-unstudied"),)


def _draw_stripes(sheet: Sheet, page: Multiples, top: float) -> Artist:
    """Draw every other line of sites as a pale stripe over all panels, as one artist."""
    row = sheet.style.row
    paths = []
    for band in page.bands:
        right = max(panel.x for panel in page.panels if panel.y == band.top) + page.panel
        for at in range(0, len(band.sites), 2):
            low = top + band.top + TITLE + at * row
            corners = [(page.left, low), (right, low), (right, low + row), (page.left, low + row)]
            paths.append(Path([*corners, corners[0]], closed=True))
    path = Path.make_compound_path(*paths)
    color = sheet.style.other_fill
    return sheet.fill(path, color, "profiles-stripes", alpha=0.5, linewidth=0.0, zorder=0.5)


def _bottom(panel: ProfilePanel, top: float, style: Style) -> float:
    return top + panel.y + TITLE + len(panel.sites) * style.row


def _draw_axes(sheet: Sheet, page: Multiples, top: float) -> Iterator[Artist]:
    """Draw the axis of each panel as one artist: its foot, and lines at its ends and middle."""
    for panel in page.panels:
        high, low = top + panel.y + TITLE, _bottom(panel, top, sheet.style)
        start = panel.x + page.gutter
        xs = [start, start + BAR / 2, start + BAR]
        paths = [Path([(x, high), (x, low + 0.03)]) for x in xs]
        paths.append(Path([(xs[0], low), (xs[-1], low)]))
        path = Path.make_compound_path(*paths)
        color = sheet.style.grid
        gid = f"profiles-axis-{panel.key}"
        yield sheet.fill(path, "none", gid, edgecolor=color, linewidth=0.7, zorder=1)


def _draw_ticks(sheet: Sheet, page: Multiples, top: float) -> Iterator[Artist]:
    for panel in page.panels:
        y = _bottom(panel, top, sheet.style) + 0.1
        for number, (share, align) in enumerate(((0.0, "center"), (1.0, "center"))):
            yield sheet.write(
                panel.x + page.gutter + share * BAR,
                y,
                f"{share * page.top:g} %",
                size=sheet.style.caption_size,
                align=align,
                color=sheet.style.faint_ink,
                gid=f"profiles-axis-{panel.key}-{number}",
            )


def _draw_names(sheet: Sheet, page: Multiples, top: float) -> Iterator[Artist]:
    for panel in page.panels:
        gid = f"profiles-label-primary-{panel.key}"
        size = sheet.style.label_size
        y = top + panel.y + TITLE / 2
        yield sheet.write(panel.x, y, panel.label, size=size, bold=True, gid=gid)


def _draw_sites(sheet: Sheet, page: Multiples, top: float) -> Iterator[Artist]:
    """Write the names of the sites at the left of each row of panels."""
    style = sheet.style
    for number, band in enumerate(page.bands, 1):
        for at, key in enumerate(band.sites):
            label = page.sites[key]
            y = top + band.top + TITLE + (at + 0.5) * style.row
            gid = f"profiles-label-site-{key}-{number}"
            x = page.left - 0.08
            yield sheet.write(x, y, label, size=style.label_size, align="right", gid=gid)
