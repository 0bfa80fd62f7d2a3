"""What a progression shows and says.

Apart from the folder's face because its parts are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._front import front
from metastasis.pictures._own import OwnKind
from metastasis.pictures._progression.drawing import (
    Looks,
    arc_sample,
    dashes_of,
    draw_ring_of_steps,
    role_color,
    step_sample,
)
from metastasis.pictures._progression.layout import StepRing, lay_out_ring, step_width
from metastasis.pictures._progression.steps import START, steps_of
from metastasis.pictures._said.drawn import Drawn, row_key
from metastasis.pictures._said.words import NOT_POOLED, capitalize, first_fitting, plural
from metastasis.pictures._sheet.fitting import no_room_alone, under_legend
from metastasis.pictures._sheet.surround import LegendEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.artist import Artist

    from metastasis.pictures._progression.steps import Step, Steps
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["Progression", "draw_progression"]

_ROLES: Final = {
    "spreader": "spreader: gives more than it takes",
    "sponge": "sponge: takes more than it gives",
}
_NO_ROLE: Final = "cannot tell which"
_NEWTON: Final = "Newton PK et al. 2013, doi:10.1158/0008-5472.CAN-12-4488"
_TOLD: Final = 6
"""Steps that an alternative text names one by one."""
_DRAWN: Final = 120
"""Steps that are drawn at most, the most frequent: more are not to be told apart."""


class Progression(OwnKind):
    """Draw how often a cancer goes from one site to the next, as arrows across a ring of sites.

    A share is out of the steps from a site: the end of a sequence is no step, and sites found
    together share one in equal parts. Spreaders give more than they take, sponges take more than
    they give; where the interval of the ratio holds 1, it cannot be told. Where there is no step,
    the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    sequences
        A table with the columns ``patient``, ``primary``, ``site`` and ``order``, as ``metastasis
        ingest coded --sequences`` writes it: a file, or a frame of pandas, Polars or Arrow. Or an
        object with a transition ``matrix`` over its ``states`` (or ``sites``), such as a process
        of :mod:`metastasis.analysis`, whose ``draws`` give intervals.
    primaries
        The primary, where the table has several.
    sites
        The sites to draw steps between; None is all.
    least
        Leave out steps under so many percent; the caption says how many. None is none.
    top
        Only so many steps, the most frequent; the caption says how many are left out. None is as
        many as there is room for, at most 120.
    highlight
        Sites to bring out, by name: steps that neither leave nor reach one are faded. None is all
        alike.

    Returns
    -------
    Diagram
        With artists ``steps`` and ``step heads`` (small ones first), ``arcs``, ``leaders``,
        ``primary labels``, ``site labels`` (clockwise), ``numbers``, and ``title``, ``legend
        samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import metastasis as mets
    >>> chain = SimpleNamespace(sites=["bone", "liver"], matrix=[[0.0, 1.0], [0.5, 0.5]])
    >>> len(mets.load().draw.progression(chain, primaries="breast").artists["steps"])
    3
    """

    name = "progression"
    noun = "progression"
    nothing = "no step"
    argument = "sequences"
    choices = ("least", "top", "highlight")

    def __init__(self, chosen: Selection, sequences: Path | str | Any) -> None:
        super().__init__(chosen)
        self.drawn = ()
        self.given = sequences
        catalog = chosen.catalog
        self.steps = _between(steps_of(sequences, catalog, chosen.primaries), chosen.sites)
        self.origin = self.steps.origin
        primary = self.steps.primary
        label = catalog.primary(primary).label if primary else "the primary"
        self.primary = chosen.label(primary, label)
        self.labels = {
            key: capitalize(chosen.label(key, catalog.sites[key].label)) for key in self.steps.sites
        }
        self.labels[START] = capitalize(self.primary)
        self.wanted = self._wanted()
        self.layout: StepRing | None = None
        if self.wanted.steps:
            self.size = self.empty_size  # until it is laid out
        self.empty_title = self.title()

    def _wanted(self) -> Steps:
        """Return the steps that are drawn if there is room, and the sites that they join."""
        ranked = sorted(self.steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
        kept = [one for one in ranked if one.percent >= (self.chosen.least or 0.0)]
        kept = kept[: min(self.chosen.top or _DRAWN, _DRAWN)]
        joined = {end for one in kept for end in (one.origin, one.target)}
        is_cut = len(kept) < len(ranked)
        sites = tuple(key for key in self.steps.sites if key in joined or not is_cut)
        return replace(self.steps, steps=tuple(kept), sites=sites)

    # Layout

    def lay_out(self, room: Room) -> None:
        """Put sites on a ring that takes what labels leave, with as many steps as have room."""
        if not self.wanted.steps:
            return
        laid = lay_out_ring(self.wanted, self.labels, self.style, room)
        if isinstance(laid, StepRing) and laid.paths:
            self.layout = laid
            self.size = laid.width, laid.height
            return
        room = under_legend(room, self.legend(), self.style)
        needed = (laid.width, laid.height) if isinstance(laid, StepRing) else laid
        what = f"the ring of {plural(len(self.wanted.sites), 'site')}"
        raise no_room_alone(what, room, needed, self._fewer(room), self.style)

    def _fewer(self, room: Room) -> int:
        """Return how many steps would have room; 0 if not fewer would."""
        for top in range(min(len(self.wanted.steps) - 1, 40), 0, -1):
            kept = self.wanted.steps[:top]
            joined = {end for one in kept for end in (one.origin, one.target)}
            few = replace(
                self.wanted,
                steps=kept,
                sites=tuple(key for key in self.wanted.sites if key in joined),
            )
            laid = lay_out_ring(few, self.labels, self.style, room)
            if isinstance(laid, StepRing) and laid.paths:
                return top
        return 0

    # Telling

    def _drawn_steps(self) -> list[Step]:
        return [one.step for one in self.layout.paths] if self.layout else []

    def _role(self, key: str) -> str:
        if key == START:
            return "primary"
        found = self.steps.roles.get(key)
        return found.role if found else ""

    def _role_words(self, key: str) -> str:
        found = self.steps.roles.get(key)
        if found is None or found.ratio is None:
            return ""
        interval = (
            f" ({found.ratio_low:.2g} to {found.ratio_high:.2g})"
            if found.ratio_low is not None and found.ratio_high is not None
            else ""
        )
        name = self.labels[key].lower()
        return f"{name}: {found.role}, gives over takes {found.ratio:.2g}{interval}"

    def _is_wide(self, step: Step) -> bool:
        if step.interval is None:
            return False
        return step.interval[1] - step.interval[0] > self.style.wide_interval

    def _is_lit(self, origin: str, target: str) -> bool:
        lit = self.chosen.highlight
        return lit is None or bool(lit & {origin, target})

    def title(self) -> str:
        """Return which primary goes on."""
        return f"Where {self.primary} goes next, from site to site"

    def legend(self) -> list[LegendEntry]:
        """Return the roles of sites, widths of 10 and 50 percent, and dashes, where there are."""
        style, drawn = self.style, self._drawn_steps()
        keys = self.wanted.sites
        there = {self._role(key) for key in keys}
        entries = [
            LegendEntry(words, arc_sample(role), wide=0.24)
            for role, words in _ROLES.items()
            if role in there
        ]
        if entries and there - _ROLES.keys():
            entries.append(LegendEntry(_NO_ROLE, arc_sample(""), wide=0.24))
        entries += [
            LegendEntry(f"{share} %", step_sample(step_width(share), lambda one: one.outline))
            for share in (10, 50)
        ]
        if any(map(self._is_wide, drawn)):
            dashes = dashes_of(is_wide=True)
            words = f"interval over {style.wide_interval:g} points wide"
            entries.append(
                LegendEntry(words, step_sample(3.0, lambda one: role_color("", one), dashes))
            )
        return entries

    def rules(self) -> list[str]:
        """Return what width, color and direction mean, and out of whom shares are."""
        if self.layout is None:
            return []
        steps, drawn = self.steps, self._drawn_steps()
        rules = ["Width: transition probability, of those who go on from a site."]
        if steps.counted:
            patients = plural(steps.patients or 0, "patient")
            rules = [
                f"Width: share of the steps from a site, with k/n steps, in {patients}; the end of "
                "a sequence is no step. Sites found together share one step in equal parts, and "
                "none of them leads to another."
            ]
        rules += [*steps.remarks, self._roles_rule()]
        if any(map(self._is_wide, drawn)):
            rules.append(
                f"Dashed: the {steps.interval} of the share is over "
                f"{self.style.wide_interval:g} percentage points wide."
            )
        rules.append(
            "Clockwise from the primary: sites in the order of how often they come first. Steps "
            "have the color of what they come from."
        )
        if less := len(steps.steps) - len(drawn):
            least = min(step.percent for step in drawn)
            rules.append(f"{plural(less, 'step')} of {least:.1f} % or less not drawn.")
        if self.layout.has_numbers:
            rules.append("Beside a site stand its most frequent next sites.")
        return [*rules, NOT_POOLED]

    def _roles_rule(self) -> str:
        told = [key for key in self.wanted.sites if self._role(key) in _ROLES]
        if told:
            return (
                "A spreader's steps to other sites have more probability in sum than theirs to it, "
                f"a sponge's less, and the interval of the ratio does not hold 1 ({_NEWTON})."
            )
        going = {one.origin for one in self.steps.steps}
        ends = [self.labels[key].lower() for key in self.steps.sites if key not in going]
        why = f": no step from {', '.join(ends)} is seen" if ends and self.steps.roles else ""
        return f"Of no site can it be told whether it is a spreader or a sponge{why}."

    def findings(self) -> str:
        """Return how many steps there are, the most frequent, and which sites spread or soak."""
        ranked = sorted(self.steps.steps, key=lambda one: (-one.percent, one.origin, one.target))
        first = [one for one in ranked if one.origin == START]
        later = [one for one in ranked if one.origin != START]
        pairs = {(one.origin, one.target) for one in later}
        both = sum((target, origin) in pairs for origin, target in pairs if origin < target)
        parts = [
            f"Progression of {self.primary} over {plural(len(self.steps.sites), 'site')}: "
            f"{plural(len(ranked), 'step')}."
        ]
        if first:
            parts.append(f"First sites: {self._told(first, target_only=True)}.")
        if later:
            parts.append(f"Most frequent next: {self._told(later, target_only=False)}.")
        parts.append(f"{plural(both, 'pair of sites', 'pairs of sites')} joined both ways.")
        sites = self.steps.sites
        by_role = {
            role: [self.labels[key].lower() for key in sites if self._role(key) == role]
            for role in _ROLES
        }
        parts += [f"{capitalize(role)}s: {', '.join(of)}." for role, of in by_role.items() if of]
        return " ".join(parts)

    def _told(self, steps: Sequence[Step], *, target_only: bool) -> str:
        said = []
        for one in steps[:_TOLD]:
            target = self.labels[one.target].lower()
            pair = target if target_only else f"{self.labels[one.origin].lower()} to {target}"
            counted = f" ({one.counts})" if one.counts else ""
            said.append(f"{pair} {one.percent:.0f} %{counted}")
        return ", ".join(said)

    def short_caption(self, fits: Callable[[str], bool]) -> str:
        """Return out of what shares are, and where from, in the words that fit."""
        source = f"Source: {self.steps.origin}. "
        whom = "Share of those who go on from a site. "
        if self.steps.counted:
            patients = plural(self.steps.patients or 0, "patient")
            whom = f"Share of the steps from a site, in {patients}. "
        return first_fitting(fits, [f"{whom}{source}", source], [], "")

    def alt_text(self) -> str:
        """Return the most frequent steps."""
        return self.findings() if self.steps.steps else self.empty_findings()

    def empty_findings(self) -> str:
        """Return that there is no step."""
        return f"An empty {self.name}: no step from site to site fits what was asked for."

    def rows(self) -> list[Drawn]:
        """Return every step that is drawn; what it starts from, if a site, is between its ends."""
        return [self._row(step) for step in self._drawn_steps()]

    def _row(self, step: Step) -> Drawn:
        low, high = step.interval or (None, None)
        role = self._role_words(step.origin)
        return Drawn(
            key=row_key(step.origin, step.target),
            primary=self.steps.primary,
            primary_label=self.primary,
            site=step.target,
            site_label=self.labels[step.target].lower(),
            via=None if step.origin == START else f"from {self.labels[step.origin].lower()}",
            state="number",
            value=step.percent,
            measure="percent",
            count=step.count,
            total=step.total,
            percent=step.percent,
            frame=f"steps from {self.labels[step.origin].lower()}",
            words=(role,) if role else (),
            note=role or None,
            source=(self.steps.origin,),
            interval_low=low,
            interval_high=high,
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw steps, small ones first, then sites and labels."""
        if self.layout is None:
            return {}
        roles = {START: "primary"} | {key: self._role(key) for key in self.wanted.sites}
        looks = Looks(roles, self._is_lit, self._is_wide, self.name)
        return draw_ring_of_steps(sheet, self.layout, looks, top)


draw_progression = front(Progression)


def _between(steps: Steps, sites: Sequence[str] | None) -> Steps:
    """Return the steps among the sites that are named; shares stay those of all next sites."""
    if sites is None:
        return steps
    ends = {START, *sites}
    among = tuple(one for one in steps.steps if one.origin in ends and one.target in ends)
    return replace(steps, steps=among, sites=tuple(key for key in steps.sites if key in sites))
