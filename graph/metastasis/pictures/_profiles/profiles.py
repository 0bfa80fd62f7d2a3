"""Site profiles: how often cancers spread to each site, dots with intervals on one axis.

Where rows and panels stand is in :mod:`.page`, how they are drawn in
:mod:`.drawing`. Long because what is chosen and what is said of it are one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from metastasis._errors import FitError
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._profiles.drawing import ProfileLook, draw_profile_page, draw_sign, sign_of
from metastasis.pictures._profiles.page import (
    MOST_IN_ONE,
    ProfileLine,
    SiteProfile,
    axis_end,
    lay_out_profiles,
    signs_of,
)
from metastasis.pictures._said.mark import (
    DENIED,
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    highest,
    is_applicable,
    letter_rules,
    marks_of,
    number_rules,
)
from metastasis.pictures._said.regions import SYSTEMS, system_of_primary, system_of_site
from metastasis.pictures._said.words import (
    NOT_POOLED,
    best_supported,
    capitalize,
    class_rules,
    count_ends,
    name_primaries,
    plural,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.axis import ShareAxis
from metastasis.pictures._sheet.fitting import most_that_fits, no_room_in_height, wider_rooms
from metastasis.pictures._sheet.sides import as_given, by_name
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry
from metastasis.pictures._signs.share_marks import SHAPES, draw_share, interval_entries
from metastasis.pictures._signs.signs import basis_entries, basis_rule, basis_words, letter_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["SiteProfiles", "draw_profiles"]

_CLASSES: Final = {
    "commonly": "common",
    "possibly": "reported, frequency not established",
    "rarely": "rare",
}
"""The signs of pairs without a number, by class of edge."""
_SIGNS: Final = {
    **_CLASSES,
    **{state: STATES[state] for state in (*DENIED, "conflicting")},
}
_WIDEST: Final = 60.0
"""Inches of the sheet up to which a width is looked for that would do."""
_DROPPED: Final = "There is no room for numbers in words."


class SiteProfiles(Kind):
    """Draw how often cancers spread to each site, as dots with intervals in one frame on one axis.

    Several cancers stand in one panel, by color and shape, or have a panel each. Of one site that
    is asked for, rows are the cancers that reach it. Where there is nothing to draw, the picture
    says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        Names of those to draw, in the order named; None is all by name, without groupings such as
        "cancer" in general.
    panels
        ``one`` for all cancers in one panel, of which there are seven at most, ``each`` for a
        panel each; None is one panel for up to four, as far as there is room.
    top
        Only so many rows, those with the highest shares; the caption says how many are left out.
        None is all.

    Returns
    -------
    Diagram
        With artists ``stripes``, ``grid``, ``axes``, ``axis labels``, ``dots``, ``intervals``,
        ``signs`` (of pairs without a number, denied or in conflict), ``conflict marks`` (of pairs
        with an edge that sources conflict on), ``basis marks``, ``unstudied dots`` (one artist),
        ``numbers``, ``intervals in words``, ``counts``, ``column labels``, ``column marks``,
        ``letters``, ``group labels``, ``primary labels``, ``site labels`` (again for each column or
        row of panels), and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.profiles(primaries=["prostate", "breast"], panels="each")
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer', 'Breast cancer']
    >>> kg.draw.profiles(setting="later")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown setting 'later'. Did you mean ...
    """

    name = "profiles"
    noun = "page of profiles"
    tells_legend_first = True
    choices = ("least", "top", "highlight", "order")
    orders = ("share", "name", "given", "system")

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
        panels: Literal["one", "each"] | None = None,
    ) -> None:
        super().__init__(chosen)
        self.choose_frame(self.drawn, denominator, setting, occurrence)
        everything = marks_of(self.drawn, self.frame, chosen.letters)
        least = chosen.least or 0.0
        kept = [one for one in everything if one.number is None or one.percent >= least]
        self.under = len(everything) - len(kept)
        primaries = {one.pair.primary for one in kept}
        sites = {one.pair.site for one in kept} | set(chosen.named_sites)
        self.by_site = len(sites) > 1 or len(primaries) <= 1
        self.marks = self._plan(kept)
        self.drawn = [one.pair for one in self.marks]
        count = len(self.profiles)
        if panels == "one" and count > MOST_IN_ONE:
            raise ValueError(
                f"{count} profiles in one panel are not told apart: {MOST_IN_ONE} are the most; "
                "panels='each' draws all"
            )
        self.is_one = None if panels is None else panels == "one"

    # What stands where

    def _plan(self, marks: Sequence[Mark]) -> list[Mark]:
        """Set rows and profiles; return the marks that are in them."""
        chosen = self.chosen
        rows = self._row_labels(marks)
        order = self._ordered(rows, marks)
        self.cut = max(len(order) - chosen.top, 0) if chosen.top else 0
        if chosen.top is not None:
            best = set(self._by_share(order, marks)[: chosen.top])
            order = [key for key in order if key in best]
        shown = set(order)
        kept = [one for one in marks if self._row(one) in shown]
        system = system_of_site if self.by_site else system_of_primary
        is_grouped = self.order == "system"
        self.lines = [
            ProfileLine(
                key,
                capitalize(rows[key]),
                system(chosen.catalog, key) if is_grouped else "",
            )
            for key in order
        ]
        self.profiles = self._profiles(kept)
        return kept

    def _profiles(self, marks: Sequence[Mark]) -> list[SiteProfile]:
        """Return the profiles in the order named, else by name."""
        labels: dict[str, str] = {}
        by_key: dict[str, dict[str, Mark]] = {}
        for one in marks:
            pair = one.pair
            key, label = (
                (pair.primary, pair.primary_label) if self.by_site else (pair.site, pair.site_label)
            )
            labels[key] = label
            by_key.setdefault(key, {})[self._row(one)] = one
        named = (self.chosen.primaries if self.by_site else self.chosen.sites) or ()
        ranks = {key: at for at, key in enumerate(named)}
        order = sorted(labels, key=lambda key: (ranks.get(key, 0), labels[key].casefold()))
        return [SiteProfile(key, capitalize(labels[key]), by_key[key]) for key in order]

    def _row(self, mark: Mark) -> str:
        return mark.pair.site if self.by_site else mark.pair.primary

    def _row_labels(self, marks: Sequence[Mark]) -> dict[str, str]:
        """Return the rows by key; sites and cancers that are named stay if they are not studied."""
        if not self.by_site:
            found = {one.pair.primary: one.pair.primary_label for one in marks}
            return found | dict(self.chosen.named_primaries)
        return {one.pair.site: one.pair.site_label for one in marks} | dict(self.chosen.named_sites)

    def _ordered(self, rows: Mapping[str, str], marks: Sequence[Mark]) -> list[str]:
        """Return the keys of the rows in the order that was asked for."""
        named = by_name(rows)
        if self.order == "name":
            return named
        if self.order == "given":
            return as_given(named, self.chosen.sites if self.by_site else self.chosen.primaries)
        by_share = self._by_share(named, marks)
        if self.order == "share":
            return by_share
        system = system_of_site if self.by_site else system_of_primary
        systems = {key: system(self.chosen.catalog, key) for key in by_share}
        return sorted(by_share, key=lambda key: SYSTEMS.index(systems[key]))

    def _by_share(self, keys: Sequence[str], marks: Sequence[Mark]) -> list[str]:
        """Return rows by their highest share, then by how many profiles reach them in words."""
        shares: dict[str, float] = {}
        reached: dict[str, int] = {}
        for one in marks:
            row = self._row(one)
            if one.number:
                shares[row] = max(shares.get(row, 0.0), one.percent)
            if one.pair.edge:
                weight = 1000 if one.pair.edge == "commonly" else 1
                reached[row] = reached.get(row, 0) + weight
        return sorted(
            keys, key=lambda key: (-shares.get(key, -1.0), -reached.get(key, 0), keys.index(key))
        )

    @property
    def axis(self) -> ShareAxis | None:
        """The one axis of the picture; None where it has no numbers."""
        if not any(one.number for one in self.marks):
            return None
        return ShareAxis(0.0, self.high or axis_end(self.marks))

    # Layout and drawing

    def lay_out(self, room: Room) -> None:
        """Place every row and panel."""
        if not self.marks:
            return
        page = lay_out_profiles(
            self.profiles,
            self.lines,
            self.style,
            (room.width, room.height),
            fill=room.fill,
            one=self.is_one,
        )
        if page is None or (room.height is not None and page.height > room.height):
            self._refuse(room, page.height if page else None)
            return
        self.page = page
        self.size = page.width, page.height

    def _refuse(self, room: Room, height: float | None) -> None:
        """Raise what would fit.

        Raises
        ------
        FitError
            Always.
        """
        scale = self.style.scale
        count = plural(len(self.profiles), "profile")
        what = f"the {self.noun} with {count} of {plural(len(self.lines), 'row')}"
        remedies = [] if self.tried else [*self._larger(room), *self._fewer(room)]
        if height is None:
            wide = room.width
            while not self._fits(self.lines, wide, None, True) and wide < _WIDEST:
                wide += 0.25
            needs = f"{25.4 * wide * scale:.0f} mm in width"
            raise FitError(what, room, needs, [*remedies, f"width={wide * scale + 0.05:.1f}"])
        raise no_room_in_height(what, room, height, remedies or self.remedies, self.style)

    def _larger(self, room: Room) -> Iterator[str]:
        """Yield the next wider place of the same letters that it fits in, or else a screen."""
        for name, wider in wider_rooms(room, self.style.scale):
            if self._fits(self.lines, wider.width, wider.height, wider.fill):
                yield f"size='{name}'"
                return

    def _fewer(self, room: Room) -> Iterator[str]:
        """Yield the largest ``top`` with which it fits."""
        by_share = self._by_share([one.key for one in self.lines], self.marks)

        def fits(most: int) -> bool:
            kept = set(by_share[:most])
            lines = [one for one in self.lines if one.key in kept]
            return self._fits(lines, room.width, room.height, room.fill)

        if most := most_that_fits(len(by_share), fits):
            yield f"top={most}"
        elif most := most_that_fits(
            len(self.profiles),
            lambda most: self._fits(self.lines, room.width, room.height, room.fill, most),
        ):
            yield f"{plural(most, 'cancer')}, by primaries"

    def _fits(
        self,
        lines: Sequence[ProfileLine],
        width: float,
        height: float | None,
        fill: bool,
        most: int | None = None,
    ) -> bool:
        """Return whether so many profiles (None: all) with some rows have room."""
        keys = {one.key for one in lines}
        profiles = [
            SiteProfile(one.key, one.label, marks)
            for one in self.profiles[:most]
            if (marks := {key: mark for key, mark in one.marks.items() if key in keys})
        ]
        page = lay_out_profiles(
            profiles, lines, self.style, (width, height), fill=fill, one=self.is_one
        )
        return page is not None and (height is None or page.height <= height)

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every row and panel."""
        return draw_profile_page(
            sheet,
            self.page,
            self.axis,
            top,
            self._looks(),
            {one.key: self._look(one) for one in self.profiles},
            by_site=self.by_site,
            is_open=self._is_open,
        )

    def _is_open(self, profile: str, row: str) -> bool:
        """Return whether a place could have been studied: one sex has both organs."""
        ends = (profile, row) if self.by_site else (row, profile)
        return is_applicable(self.chosen.catalog, *ends)

    def _looks(self) -> dict[str, ProfileLook]:
        """Return the look of every pair: by profile in one panel; what is not lit is gray."""
        style = self.style
        found = {}
        for profile in self.profiles:
            plain = self._look(profile)
            for mark in profile.marks.values():
                pair = mark.pair
                lit = self.chosen.is_lit(pair.primary, pair.site)
                look = plain if lit else ProfileLook(style.outline, plain.shape)
                found[f"{pair.primary}--{pair.site}"] = look
        return found

    @property
    def _is_in_one(self) -> bool:
        """Whether several profiles are in one panel; before it is laid out, whether they may be."""
        page = getattr(self, "page", None)
        is_one = page.is_one if page else self.is_one is not False
        return is_one and 1 < len(self.profiles) <= MOST_IN_ONE

    def _look(self, profile: SiteProfile) -> ProfileLook:
        if not self._is_in_one:
            return ProfileLook(self.style.edge_shades[0])
        at = self.profiles.index(profile)
        return ProfileLook(self.style.primaries[at % len(self.style.primaries)], list(SHAPES)[at])

    # Words

    def title(self) -> str:
        """Return whose profiles these are, and out of whom percentages are."""
        of = f": % of {whom_of(self.frame)}" if self.axis is not None else ""
        if not self.by_site:
            return f"Cancers that reach the {self.drawn[0].site_label}{of}"
        who = name_primaries({pair.primary_label for pair in self.drawn})
        return f"Site profile{'' if not who[0].isdigit() else 's'} of {who}{of}"

    def rules(self) -> list[str]:
        """Return what dots and signs mean."""
        if not self.marks:
            return []
        rules = []
        if self.frame and self.axis is not None:
            words = frame_words(self.frame, self.why)
            panels = "; all panels have one axis" if self.size and not self.page.is_one else ""
            rules.append(f"Place of a dot: {words}{panels}.")
            if any(one.interval for one in self.marks):
                rules.append("The line through it is the 95 % interval.")
            without = "Open dots with a dashed outline"
            rules += number_rules(self.marks, self.frame, without=without)
        rules += self._left_out()
        rules += dispute_rule(self.drawn, "Squares left of the axis")
        if self.size and self.page.dropped and self.axis is not None and self._has_columns():
            rules.append(_DROPPED)
        if any(one.state == "words" for one in self.marks):
            rules.append(
                "Disks, left of the axis: reported in words or with other numbers only; filled, "
                "open or small by the class of the edge, and no frequency can be read from them."
            )
            basis = (one.basis for one in self.marks)
            rules += basis_rule(basis, numbers=self.frame is not None)
            return [*rules, *class_rules(one.pair for one in self.marks if one.state == "words")]
        return [*rules, NOT_POOLED]

    def _has_columns(self) -> bool:
        return len(self.profiles) == 1 or not self.page.is_one

    def _left_out(self) -> list[str]:
        """Return what ``least`` and ``top`` leave out."""
        rules = []
        if self.under:
            rules.append(f"Left out: {plural(self.under, 'share')} under {self.chosen.least:g} %.")
        if self.cut:
            what = ("site", "sites") if self.by_site else ("cancer", "cancers")
            rules.append(f"Left out: {plural(self.cut, *what)} with lower shares or none.")
        return rules

    def findings(self) -> str:
        """Return the highest shares, and which pairs have none."""
        pairs = self.drawn
        size = " over ".join(count_ends(pairs))
        parts = [f"Site profiles of {size}, with {plural(len(pairs), 'pair')}."]
        if self.frame and self.axis is not None:
            parts.append(f"Highest of {whom_of(self.frame)}: {highest(self.marks)}.")
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
        """Return the profiles by color and shape, then the dots and signs that are there."""
        numbers = [one for one in self.marks if one.number]
        entries = []
        if self._is_in_one:
            entries = [
                LegendEntry(one.label, _profile_sample(self._look(one))) for one in self.profiles
            ]
        entries += interval_entries(
            (one.interval_basis for one in numbers), "circle", "circle", plain=self._is_in_one
        )
        present = {sign_of(one) for one in self.marks if "state" in signs_of(one)}
        present |= {one.state for one in numbers if one.state == "none_seen"}
        present |= {"conflicting" for one in self.marks if one.is_disputed}
        no_number = ", no such number" if numbers else ""
        entries += [
            LegendEntry(f"{words}{no_number if sign in _CLASSES else ''}", _sign_sample(sign))
            for sign, words in _SIGNS.items()
            if sign in present
        ]
        entries += basis_entries(one.basis for one in self.marks)
        # The letters of a slide are large: the caption, beside it as text, has their meanings.
        if self.style.scale <= 1:
            entries += letter_entries(self.marks)
        if any(
            line.key not in one.marks and self._is_open(one.key, line.key)
            for one in self.profiles
            for line in self.lines
        ):
            entries.append(LegendEntry(self.chosen.unstudied, _unstudied_sample))
        return entries


draw_profiles = front(SiteProfiles)


def _profile_sample(look: ProfileLook) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_share(sheet, x + SAMPLE / 2, y, gid, basis="counted", **look.how)

    return draw


def _sign_sample(sign: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_sign(sheet, x + SAMPLE / 2, y, sign, gid)

    return draw


def _unstudied_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return sheet.dots([(x + SAMPLE / 2, y)], 0.014, sheet.style.unstudied_dot, gid)
