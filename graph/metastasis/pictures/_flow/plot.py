"""What the picture of observed against expected shows and says.

Apart from the folder's face because its parts are. Long because all that is said of the picture
stands together.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.cohort import cohorts_of
from metastasis.analysis._flow import flow
from metastasis.pictures._flow.layout import FlowPage, FlowRow, FlowSection, lay_out_flow
from metastasis.pictures._flow.layout import draw_flow_page as draw_page
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._said.cite import cite
from metastasis.pictures._said.drawn import Drawn, row_key, works
from metastasis.pictures._said.words import capitalize, first_fitting, name_primaries, plural
from metastasis.pictures._sheet.axis import AXES, axis_for
from metastasis.pictures._sheet.fitting import most_that_fits, no_room_alone, under_legend
from metastasis.pictures._sheet.surround import LegendEntry
from metastasis.pictures._signs.dots import mark_sample, span_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from matplotlib.artist import Artist

    from metastasis.analysis._flow import FlowComparison
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["BloodFlow", "draw_flow"]

_TOPS: Final = (20.0, 50.0, 100.0)
_LOOKS: Final = {
    "above flow": ("up", "more than flow brings"),
    "below flow": ("down", "less than flow brings"),
    "not told apart from flow": ("circle", "not told apart from flow"),
    "cannot tell": ("circle", "cannot be told"),
}
_EXPECTED: Final = "expected by blood flow alone"
_TOLD: Final = 6
"""Sites that an alternative text names."""
_MOST_MORE: Final = 5
"""Decimals more at most, by which a narrow interval is told from its ratio."""


@dataclass(frozen=True, slots=True)
class _Cohort:
    """The rows of one cohort of one primary."""

    primary: str
    source: str
    name: str
    compared: tuple[FlowComparison, ...]
    """The highest index first."""
    others: tuple[FlowComparison, ...]
    """Those that flow cannot be set against."""


class BloodFlow(Kind):
    """Draw how often sites are involved beside what blood flow alone would bring there.

    A dot is the share of a site in all mentions of the sites compared in one cohort, with its 95 %
    interval; an upright stroke is the same share were cells dealt out by the blood, as
    :func:`metastasis.analysis.flow` works it out. Each cohort stands for itself: nothing is pooled.
    Where nothing can be compared, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        The primaries to draw; None is all with a cohort in which two sites or more were counted.
    sites
        The sites to draw; None is all. Shares stay those among all sites compared in a cohort.
    denominator, setting
        Only cohorts of these people, or of this time; None is any.
    arrest
        The probability that a capillary bed holds a cell, above 0 and at most 1; it is assumed.
    among
        Which sites are set against each other: ``"all"`` with a reference flow, or ``"arteries"``:
        those that arteries alone supply, whose shares do not depend on ``arrest``.
    top
        Only so many cohorts, those with the most sites compared; the caption says how many are left
        out. None is all.

    Returns
    -------
    Diagram
        With artists ``marks``, ``expected``, ``intervals``, ``ties``, ``site labels``, ``primary
        labels``, ``cohort labels``, ``numbers``, ``notes``, ``grid``, ``axes``, ``axis labels``,
        and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> diagram = mets.load().draw.flow("bladder", sources="xu-2020-bladder")
    >>> [label.get_text() for label in diagram.artists["site labels"]]
    ['Bone', 'Liver', 'Brain', 'Lung']
    """

    name = "flow"
    noun = "picture of blood flow"
    nothing = "no cohort that blood flow can be set against"
    choices = ("top", "highlight")
    empty_title = "Sites against blood flow"

    def __init__(
        self,
        chosen: Selection,
        *,
        denominator: str | None = None,
        setting: str | None = None,
        arrest: float = 0.5,
        among: Literal["all", "arteries"] = "all",
        axis: Literal["percent", "log"] | None = None,
    ) -> None:
        super().__init__(chosen)
        if axis is not None:
            check_choice("axis", axis, AXES)
        self.asked_axis, self.arrest = axis, arrest
        every = list(self._cohorts(denominator, setting, arrest, among))
        ranked = sorted(every, key=lambda one: -len(one.compared))
        kept = ranked[: chosen.top] if chosen.top else ranked
        self.cohorts = [one for one in every if one in kept]
        self.dropped = len(every) - len(self.cohorts)
        there = {(row.primary, row.site) for one in self.cohorts for row in one.compared}
        self.drawn = [pair for pair in chosen.pairs if (pair.primary, pair.site) in there]
        self.page: FlowPage | None = None
        if self.cohorts:
            self.size = self.empty_size  # until it is laid out

    def _cohorts(
        self, denominator: str | None, setting: str | None, arrest: float, among: str
    ) -> Iterator[_Cohort]:
        chosen = self.chosen
        evidence = chosen.evidence
        try:
            names = {
                (one.primary, one.name): one.source
                for one in cohorts_of(
                    evidence, chosen.primaries, denominator=denominator, setting=setting
                )
            }
            answer = flow(
                evidence,
                chosen.primaries,
                denominator=denominator,
                setting=setting,
                arrest=arrest,
                among=among,
            )
        except EvidenceError:
            return
        for (primary, name), source in names.items():
            if chosen.sources is not None and source not in chosen.sources:
                continue
            rows = [
                row
                for row in answer
                if (row.primary, row.cohort) == (primary, name)
                and (chosen.sites is None or row.site in chosen.sites)
            ]
            compared = [row for row in rows if row.index is not None]
            compared.sort(key=lambda row: (-(row.index or 0.0), row.site))
            others = tuple(row for row in rows if row.index is None)
            if compared:
                yield _Cohort(primary, source, name, tuple(compared), others)

    # Layout

    def lay_out(self, room: Room) -> None:
        """Set cohorts below each other, in as many columns as the room wants."""
        if not self.cohorts:
            return
        sections = [self._section(one) for one in self.cohorts]
        axis = self._axis()
        page = lay_out_flow(sections, axis, self.style, room)
        if isinstance(page, tuple):
            room = under_legend(room, self.legend(), self.style)
            less = room
            fewer = most_that_fits(
                len(sections) - 1,
                lambda number: isinstance(
                    lay_out_flow(self._richest(sections, number), axis, self.style, less), FlowPage
                ),
            )
            what = f"the picture of {plural(len(sections), 'cohort')}"
            raise no_room_alone(what, room, page, fewer, self.style)
        self.page = page
        self.size = page.width, page.height

    def _richest(self, sections: list[FlowSection], number: int) -> list[FlowSection]:
        """Return so many sections, those with the most rows, in the order they have."""
        ranked = sorted(sections, key=lambda one: -len(one.rows))[:number]
        return [one for one in sections if one in ranked]

    def _axis(self) -> ShareAxis:
        shares = [
            share
            for one in self.cohorts
            for row in one.compared
            for share in (
                row.observed_share_of_site_mentions or 0.0,
                row.expected_share_of_site_mentions or 0.0,
            )
        ]
        ends = [end for one in self.cohorts for row in one.compared for end in _interval(row) or ()]
        return axis_for(shares, max([*shares, *ends]), _TOPS, asked=self.asked_axis)

    def _section(self, cohort: _Cohort) -> FlowSection:
        label = self._primary(cohort.primary)
        named = {row.site: self._site(row.site) for row in (*cohort.compared, *cohort.others)}
        reasons: dict[str, list[str]] = {}
        for row in cohort.others:
            reasons.setdefault(row.reason or "", []).append(named[row.site].lower())
        said = "; ".join(f"{', '.join(sites)} ({why})" for why, sites in sorted(reasons.items()))
        total = next((row.total for row in cohort.compared if row.total), None)
        cited = cite(self.chosen.catalog, self.sources())[cohort.source]
        name = cited + cohort.name.removeprefix(cohort.source)
        people = f"{name}, N={total:,}" if total else name
        return FlowSection(
            key=self._key(cohort),
            primary=cohort.primary,
            label=capitalize(label),
            cohort=people,
            rows=tuple(
                FlowRow(
                    key=row_key(self._key(cohort), row.primary, row.site),
                    site=row.site,
                    label=capitalize(named[row.site]),
                    observed=row.observed_share_of_site_mentions or 0.0,
                    expected=row.expected_share_of_site_mentions or 0.0,
                    interval=_interval(row),
                    shape=_LOOKS[row.verdict][0],
                    verdict=row.verdict,
                    words=_index_words(row),
                    lit=self.chosen.is_lit(row.primary, row.site),
                )
                for row in cohort.compared
            ),
            note=f"Not compared: {said}" if said else "",
        )

    def _key(self, cohort: _Cohort) -> str:
        return row_key(f"{cohort.source}-{self.cohorts.index(cohort) + 1}")

    def _site(self, key: str) -> str:
        return self.chosen.label(key, self.chosen.catalog.sites[key].label)

    def _primary(self, key: str) -> str:
        return self.chosen.label(key, self.chosen.catalog.primaries[key].label)

    # Telling

    def _who(self) -> str:
        labels = [self._primary(one.primary) for one in self.cohorts]
        return name_primaries(dict.fromkeys(labels))

    def title(self) -> str:
        """Return whose sites are set against blood flow."""
        return f"Sites of {self._who()} against what blood flow alone would bring"

    def legend(self) -> list[LegendEntry]:
        """Return the marks that are in the picture."""
        style = self.style
        verdicts = {row.verdict for one in self.cohorts for row in one.compared}
        entries = [
            LegendEntry(
                words,
                mark_sample(shape, verdict_color(verdict, self), hollow=shape == "circle"),
                wide=0.16,
            )
            for verdict, (shape, words) in _LOOKS.items()
            if verdict in verdicts
        ]
        if {"not told apart from flow", "cannot tell"} <= verdicts:
            entries[-1] = LegendEntry("cannot be told", entries[-1].sample, wide=0.16)
            entries[-2] = LegendEntry(
                "not told apart from flow", mark_sample("square", style.ink, hollow=True), wide=0.16
            )
        entries.append(LegendEntry(_EXPECTED, mark_sample("bar", style.faint_ink), wide=0.16))
        if any(_interval(row) for one in self.cohorts for row in one.compared):
            entries.append(LegendEntry("95 % interval", span_sample(style.ink)))
        return entries

    def rules(self) -> list[str]:
        """Return the model, what is expected of what, and how a verdict is reached."""
        if not self.cohorts:
            return []
        rules = [
            "Dots: the share of a site in all mentions of the sites compared in a cohort; "
            "strokes: that share were cells dealt out by blood flow alone. The number is their "
            "ratio, with its interval (metastatic efficiency index after Weiss L 1992, "
            "doi:10.1007/BF00132751).",
            f"Model: capillary beds in the order of the circulation, each of which holds a cell "
            f"with probability {self.arrest:g}, which is assumed; a verdict also holds for 0.1 and "
            "0.9. First beds as filters: Scott JG et al. 2014, doi:10.1016/j.ejca.2014.08.019. "
            "Flows: ICRP Publication 89, 2002, Table 2.40, doi:10.1016/S0146-6453(03)00002-2.",
            "An index is relative to the sites compared in the same cohort; nothing is pooled. "
            "Sites are taken as independent. More than flow brings is no proof of fertile soil.",
        ]
        if any(
            not _interval(row) and row.index is not None
            for one in self.cohorts
            for row in one.compared
        ):
            rules.append("Without an interval: no count is printed, so that it cannot be told.")
        if self._beyond():
            rules.append("A triangle at the end of the axis: the share is beyond it.")
        if self.dropped:
            rules.append(f"{plural(self.dropped, 'cohort')} with fewer sites not drawn.")
        if (
            self.page is not None
            and not self.page.has_notes
            and any(one.others for one in self.cohorts)
        ):
            rules.append(f"Not compared: {self._not_compared()}.")
        return rules

    def _not_compared(self) -> str:
        reasons: dict[str, set[str]] = {}
        for one in self.cohorts:
            for row in one.others:
                reasons.setdefault(row.reason or "", set()).add(self._site(row.site).lower())
        return "; ".join(
            f"{', '.join(sorted(sites))} ({why})" for why, sites in sorted(reasons.items())
        )

    def _beyond(self) -> bool:
        axis = self._axis()
        return any(
            axis.is_beyond(row.observed_share_of_site_mentions or 0.0)
            for one in self.cohorts
            for row in one.compared
        )

    def sources(self) -> list[str]:
        """Return the sources of the cohorts."""
        return sorted({one.source for one in self.cohorts})

    def short_caption(self, fits: Callable[[str], bool]) -> str:
        """Return what is expected from what, then sources and release, in the words that fit."""
        model = f"Expected: blood flow alone (model, ICRP 89; arrest {self.arrest:g} assumed). "
        keys = self.sources()
        return first_fitting(fits, [model, ""], keys, self.release())

    def findings(self) -> str:
        """Return which sites are above and below flow."""
        rows = [row for one in self.cohorts for row in one.compared]
        parts = [
            f"{plural(len(rows), 'site')} of {self._who()} set against blood flow in "
            f"{plural(len(self.cohorts), 'cohort')}."
        ]
        for verdict, words in (("above flow", "More than flow"), ("below flow", "Less than flow")):
            found = sorted(
                (row for row in rows if row.verdict == verdict),
                key=lambda row: -abs(_log(row.index)),
            )
            said = [
                f"{self._primary(row.primary)} to {self._site(row.site)}, ratio {_index_words(row)}"
                for row in found[:_TOLD]
            ]
            if said:
                more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
                parts.append(f"{words}: {'; '.join(said)}{more}.")
        others = sum(row.verdict not in ("above flow", "below flow") for row in rows)
        parts.append(f"Of {plural(others, 'site')} it cannot be told." if others else "")
        return " ".join(filter(None, parts))

    def rows(self) -> list[Drawn]:
        """Return every site compared, with observed and expected share and their ratio."""
        return [self._row(one, row) for one in self.cohorts for row in one.compared]

    def _row(self, cohort: _Cohort, row: FlowComparison) -> Drawn:
        low, high = _interval(row) or (None, None)
        share = row.observed_share_of_site_mentions or 0.0
        expected = row.expected_share_of_site_mentions or 0.0
        (work,) = works((cohort.source,), self.chosen.catalog)
        seen = f"{row.count:,}/{row.total:,}" if row.count is not None and row.total else ""
        return Drawn(
            key=row_key(self._key(cohort), row.primary, row.site),
            primary=row.primary,
            primary_label=self._primary(row.primary),
            site=row.site,
            site_label=self._site(row.site),
            state="number",
            value=row.index,
            measure="observed over expected",
            percent=share,
            interval_low=low,
            interval_high=high,
            interval_basis="count" if low is not None else None,
            frame="share of the mentions of the sites compared",
            words=(
                f"expected by blood flow: {expected:.3g} %",
                f"seen in {seen or f'{row.observed:g} %'} of {cohort.name}",
                row.verdict + (f": {row.reason}" if row.reason else ""),
            ),
            note=f"expected by blood flow {expected:.3g} %: {row.verdict}",
            source=(cohort.source,),
            citation=(work.citation,),
            link=work.address,
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw axes, then cohorts from top to bottom."""
        if self.page is None:
            return {}
        return draw_page(sheet, self.page, top, lambda verdict: verdict_color(verdict, self))


draw_flow = front(BloodFlow)


def verdict_color(verdict: str, kind: Kind) -> str:
    """Return the color of what a verdict says."""
    colors = {"above flow": kind.style.arrow, "below flow": kind.style.primaries[0]}
    return colors.get(verdict, kind.style.ink)


def _interval(row: FlowComparison) -> tuple[float, float] | None:
    """Return the interval of the observed share: that of the index, times what is expected."""
    expected = row.expected_share_of_site_mentions
    if row.index_low is None or row.index_high is None or expected is None:
        return None
    return row.index_low * expected, row.index_high * expected


def _log(index: float | None) -> float:
    from math import log

    return log(max(index or 0.0, 1e-9))


def _index_words(row: FlowComparison) -> str:
    if row.index is None:
        return ""
    if row.index_low is None or row.index_high is None:
        return _short(row.index)
    ends = (row.index_low, row.index, row.index_high)
    # An interval is not rounded until it is none, nor a share of something to nothing.
    more = next((more for more in range(_MOST_MORE) if _is_told_apart(ends, more)), 0)
    low, index, high = (_short(one, more) for one in ends)
    return f"{index} ({low} to {high})"


def _is_told_apart(ends: tuple[float, float, float], more: int) -> bool:
    """Return whether what differs is written differently."""
    return all(
        one == other or _short(one, more) != _short(other, more) for one, other in pairwise(ends)
    )


def _short(value: float, more: int = 0) -> str:
    """Return a ratio in two digits that matter: ``17``, ``3.5``, ``0.41``; or with some more."""
    places = 0 if value >= 9.95 else 1 if value >= 0.995 else 2
    return f"{value:.{places + more}f}"
