"""What an UpSet plot shows and says.

Apart from the folder's face because its parts are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from metastasis._errors import check_choice
from metastasis.pictures._front import front
from metastasis.pictures._own import OwnKind
from metastasis.pictures._said.drawn import Drawn, row_key
from metastasis.pictures._said.words import BRIEF_NOTICE, capitalize, plural
from metastasis.pictures._sheet.fitting import no_room_alone, under_legend
from metastasis.pictures._sheet.surround import LegendEntry
from metastasis.pictures._upset.combinations import count_combinations
from metastasis.pictures._upset.drawing import (
    SAMPLE_WIDTH,
    Shown,
    bar_sample,
    draw_plot,
    hollow_sample,
)
from metastasis.pictures._upset.layout import UpsetFrame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.artist import Artist

    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._upset.combinations import Combination, Counted
    from metastasis.pictures._upset.layout import UpsetPage

__all__ = ["Upset", "draw_upset"]

_DENOMINATORS: Final = {"metastatic_patients": "metastatic patients", "all_patients": "patients"}
_STATES: Final = {
    "others": "with none of the sites drawn",
    "unrecorded": "metastatic, no site recorded",
    "none": "no metastasis recorded",
}
_MOST: Final = 40
"""Combinations that are drawn where nothing is asked: more are a fringe of ones and twos."""
_TOLD: Final = 5
"""Combinations that an alternative text names."""


class Upset(OwnKind):
    """Draw which sites patients of one's own have together, as an UpSet plot.

    A bar is of the patients with exactly the sites that are dotted below it, out of all who are
    counted; the bars at the left are of all with a site, whatever else they have. Metastatic
    patients without a site on record are a bar of their own, and count in N. Where there is
    nothing to draw, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    patterns
        Patterns of your own patients: a file that ``metastasis ingest ... --patterns`` or
        ``write_patterns`` wrote, a frame with its columns, what a reader of
        :mod:`metastasis.patients` returned with ``patterns=True``, or its ``patterns``.
    primaries
        Only patients with these primaries; None is all.
    sites
        Combinations among these sites alone; None is all on record, parts counted as their wholes.
    denominator
        Who is counted, and so N: ``metastatic_patients``, or ``all_patients``.
    least_patients
        Leave out combinations of fewer patients than this; the caption says how many. None is none.
    top
        Only so many combinations, the most frequent; the caption says how many are left out. None
        is as many as there is room for, at most 40.
    highlight
        Sites to bring out, by name: combinations without any of them are faded. None is all alike.

    Returns
    -------
    Diagram
        With artists ``bars``, ``sizes``, ``dots``, ``links``, ``numbers``, ``size numbers``, ``site
        labels``, ``grid``, ``stripes``, ``axis labels``, and ``title``, ``legend samples``,
        ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> from metastasis.patients import Pattern
    >>> patterns = [
    ...     Pattern("lung", "female", True, ("bone",), 8),
    ...     Pattern("lung", "female", True, ("bone", "liver"), 3),
    ... ]
    >>> diagram = mets.load().draw.upset(patterns)
    >>> [number.get_text() for number in diagram.artists["numbers"]]
    ['8', '3']
    """

    name = "upset"
    noun = "UpSet plot"
    nothing = "no combination of sites"
    argument = "patterns"
    choices = ("top", "highlight", "order")
    orders = ("size", "degree")

    def __init__(
        self,
        chosen: Selection,
        patterns: Path | str | Any,
        *,
        denominator: Literal["metastatic_patients", "all_patients"] = "metastatic_patients",
        least_patients: int | None = None,
    ) -> None:
        super().__init__(chosen)
        check_choice("denominator", denominator, tuple(_DENOMINATORS))
        self.drawn = ()
        self.given, self.least_patients = patterns, least_patients or 0
        self.people = _DENOMINATORS[denominator]
        self.denominator = denominator
        catalog = chosen.catalog
        self.found = count_combinations(
            patterns,
            catalog,
            primaries=chosen.primaries,
            sites=chosen.sites,
            metastatic=denominator == "metastatic_patients",
        )
        self.origin = self.found.origin
        self.labels = {
            key: capitalize(chosen.label(key, catalog.sites[key].label)) for key in self.found.sizes
        }
        self.lit = self._lit()
        enough = [one for one in self.found.of_sites if one.patients.count >= self.least_patients]
        self.wanted = tuple(sorted(enough, key=self._rank))
        self.plan: UpsetPage | None = None
        if self.wanted:
            self.size = self.empty_size  # until it is laid out
        self.empty_title = f"Sites found together in {self._who()}"

    def _lit(self) -> frozenset[str] | None:
        if self.chosen.highlight is None:
            return None
        if not (lit := self.chosen.highlight & self.found.sizes.keys()):
            raise ValueError("highlight names no site that these patients have")
        return lit

    def _rank(self, one: Combination) -> tuple[Any, ...]:
        return (-one.patients.count, len(one.sites), one.sites)

    def _who(self) -> str:
        primaries = self.found.primaries
        if not primaries:
            return "patients"
        label = self.chosen.catalog.primaries[primaries[0]].label
        label = self.chosen.label(primaries[0], label)
        of = label if len(primaries) == 1 else f"{len(primaries)} cancers"
        people = plural(self.found.total, self.people[:-1], self.people)
        return f"{people} with {of}" if len(primaries) == 1 else f"{people} of {of}"

    # Layout

    def lay_out(self, room: Room) -> None:
        """Take as many combinations, the most frequent first, as the room has place for."""
        if not self.wanted:
            return
        asked = self.chosen.top
        most = min(len(self.wanted), asked or _MOST)
        frame = UpsetFrame.of(self.found, self.labels, self.style, room)
        fitting = frame.most_columns(self.wanted, most)
        if fitting < 1 or (asked is not None and fitting < most):
            room = under_legend(room, self._entries({*_STATES}), self.style)
            fitting = replace(frame, room=room).most_columns(self.wanted, most)
            needed = frame.size(self.wanted[: most if asked else 1])
            what = f"the UpSet plot of {plural(most, 'combination')}"
            raise no_room_alone(what, room, needed, fitting, self.style)
        shown = self.wanted[:fitting]
        if self.order == "degree":
            shown = tuple(sorted(shown, key=lambda one: (len(one.sites), *self._rank(one))))
        self.plan = frame.laid((*shown, *self.found.without))
        self.size = self.plan.width, self.plan.height

    # Telling

    def title(self) -> str:
        """Return in whom sites go together."""
        return f"Sites found together in {self._who()}"

    def legend(self) -> list[LegendEntry]:
        """Return the looks of bars that are in the picture."""
        if self.plan is None:
            return []
        return self._entries({one.state for one in self.plan.columns})

    def _entries(self, states: set[str]) -> list[LegendEntry]:
        style = self.style
        exactly = "exactly the sites dotted below"
        entries = [LegendEntry(exactly, bar_sample(style.edge_shades[0]), wide=SAMPLE_WIDTH)]
        if self.lit is not None:
            lit = [self.labels[key].lower() for key in self.found.sizes if key in self.lit]
            entries = [
                LegendEntry(f"with {' or '.join(lit)}", bar_sample(style.arrow), wide=SAMPLE_WIDTH),
                LegendEntry("without", bar_sample(style.outline), wide=SAMPLE_WIDTH),
            ]
        for state, words in _STATES.items():
            if state in states:
                entries.append(LegendEntry(words, hollow_sample(state), wide=SAMPLE_WIDTH))
        return entries

    def rules(self) -> list[str]:
        """Return what bars and dots mean, who is counted, and what is not drawn."""
        if self.plan is None:
            return []
        rules = [
            f"Upper bars: patients with exactly the sites dotted below and no other of those "
            f"looked at, out of {self._who()}; bars at the left: all with the site. A patient "
            "is in one upper bar."
        ]
        rules += [self._unrecorded()] if self._count("unrecorded") else []
        placeless = [key for key in self.plan.rows if not self.is_place(key)]
        if placeless:
            named = ", ".join(self.labels[key].lower() for key in placeless)
            rules.append(
                f"Open dots: the record names no place ({named}), so that the combination is not "
                "fully known."
            )
        rules += [f"{text}" for text in self._left_out()]
        return [*rules, *self.found.remarks]

    def _unrecorded(self) -> str:
        number = self._count("unrecorded")
        return f"For {number:,} metastatic patients no site is recorded; they count in N."

    def _count(self, state: str) -> int:
        return sum(one.patients.count for one in self.found.all if one.state == state)

    def is_place(self, key: str) -> bool:
        """Return whether a site of the record names a place."""
        return self.chosen.catalog.sites[key].is_anatomical

    def _left_out(self) -> Iterable[str]:
        plan = self.plan
        if plan is None:
            return
        drawn = {one.key for one in plan.columns}
        rest = [one for one in self.found.of_sites if one.key not in drawn]
        if rest:
            people = sum(one.patients.count for one in rest)
            most = max(one.patients.count for one in rest)
            each = f"of at most {most:,} each" if len(rest) > 1 else ""
            said = f"{plural(len(rest), 'combination')} {each}".rstrip()
            yield f"Not drawn: {said}, {plural(people, 'patient')} in all."
        if hidden := [self.labels[key].lower() for key in self.found.sizes if key not in plan.rows]:
            yield f"In none of the combinations drawn, and without a row: {', '.join(hidden)}."

    def findings(self) -> str:
        """Return the most frequent sites and combinations."""
        sizes = [f"{self.labels[key].lower()} {_told(one)}" for key, one in self._sizes()[:_TOLD]]
        first = [f"{self._named(one)} {_told(one.patients)}" for one in self.found.of_sites[:_TOLD]]
        parts = [
            f"{plural(len(self.found.of_sites), 'combination')} of "
            f"{plural(len(self.found.sizes), 'site')} in {self._who()}.",
            f"Most frequent combinations: {', '.join(first)}.",
            f"Most frequent sites: {', '.join(sizes)}.",
        ]
        parts += [self._unrecorded()] if self._count("unrecorded") else []
        return " ".join([*parts, *self._left_out()])

    def _sizes(self) -> list[tuple[str, Counted]]:
        return list(self.found.sizes.items())

    def _named(self, one: Combination) -> str:
        *first, last = [self.labels[key].lower() for key in one.sites]
        if first:
            return f"{', '.join(first)} and {last}"
        return f"{last} alone" if self.is_place(one.sites[0]) else last

    def short_caption(self, fits: Callable[[str], bool]) -> str:
        """Return who is counted, and where from, in the first wording that fits."""
        whom = f"Share of {self._who()}. "
        lacking = f"{self._unrecorded()} " if self._count("unrecorded") else ""
        source = f"Source: {self.found.origin}. "
        texts = [
            f"{whom}{lacking}{source}{BRIEF_NOTICE}",
            f"{lacking}{source}{BRIEF_NOTICE}",
            f"{source}{BRIEF_NOTICE}",
        ]
        return next(filter(fits, texts), texts[-1])

    def alt_text(self) -> str:
        """Return the findings."""
        return self.findings() if self.wanted else self.empty_findings()

    def rows(self) -> list[Drawn]:
        """Return each combination that is drawn, then each site with a row."""
        if self.plan is None:
            return []
        return [
            *(self._row(one.key, one.sites, one.state, one.patients) for one in self.plan.columns),
            *(
                self._row(row_key("any", key), (key,), "sites", self.found.sizes[key])
                for key in self.plan.rows
            ),
        ]

    def _row(self, key: str, sites: Sequence[str], state: str, one: Counted) -> Drawn:
        primaries = self.found.primaries
        single = self.chosen.catalog.primaries[primaries[0]] if len(primaries) == 1 else None
        label = (
            self.chosen.label(single.key, single.label) if single else f"{len(primaries)} cancers"
        )
        listed = ", ".join(self.labels[site].lower() for site in sites)
        names = listed if sites else _STATES[state]
        exact = "" if key.startswith("any--") else "exactly these sites"
        return Drawn(
            key=key,
            primary=single.key if single else "",
            primary_label=label,
            site="; ".join(sites),
            site_label=names,
            state="number",
            value=float(one.count),
            measure="patients",
            count=one.count,
            total=one.total,
            percent=one.percent,
            interval_low=one.interval[0],
            interval_high=one.interval[1],
            interval_basis="count",
            denominator=self.denominator,
            frame=f"out of {self.people}",
            source=(self.found.origin,),
            note=exact if sites and exact else None,
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw the matrix, then bars, then words."""
        if self.plan is None:
            return {}
        places = frozenset(filter(self.is_place, self.found.sizes))
        return draw_plot(sheet, Shown(self.found.sizes, self.lit, places), self.plan, top)


draw_upset = front(Upset)


def _told(one: Counted) -> str:
    return f"{one.count:,}/{one.total:,} ({one.percent:.1f} %)"
