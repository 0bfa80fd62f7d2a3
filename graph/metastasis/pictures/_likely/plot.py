"""What the picture of likely primaries shows and says.

Apart from the folder's face because its parts are. Long because all that is said of the picture
stands together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from metastasis._errors import check_choice
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._likely import likely
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._likely.layout import (
    LikelyPage,
    LikelyRow,
    SitePart,
    draw_likely_page,
    lay_out_likely,
    part_sample,
)
from metastasis.pictures._own import (
    call_with_data,
    data_name,
    own_caption,
)
from metastasis.pictures._said.drawn import Drawn, row_key
from metastasis.pictures._said.words import capitalize, first_fitting, plural
from metastasis.pictures._sheet.axis import AXES, axis_for
from metastasis.pictures._sheet.fitting import most_that_fits, no_room_alone, under_legend
from metastasis.pictures._sheet.surround import LegendEntry
from metastasis.pictures._signs.dots import mark_sample, span_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.artist import Artist

    from metastasis.analysis._likely import LikelyPrimary
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["Likely", "draw_likely"]

_MOST: Final = 15
"""Cancers that are drawn where nothing is asked: the rest share little."""
_REST: Final = "rest"
"""What names the row of all other cancers in the ids of artists."""
_NOT_A_DIAGNOSIS: Final = "research, not a diagnosis"
_TOLD: Final = 5
"""Cancers that an alternative text names."""


class Likely(Kind):
    """Draw the cancers that metastases at some sites may come from. Research, not a diagnosis.

    At the left the posterior of each cancer among those ranked, with its interval, and a stroke at
    its prior; at the right what each site adds to its log odds or takes from them, as
    :func:`metastasis.analysis.likely` works it out. One site alone is answered as it was counted,
    where that was done: then there is no prior, and nothing at the right. Where nothing can be
    ranked, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries
        Only these cancers are drawn; the posterior is among all that are ranked. None is all.
    sites
        The sites with metastasis, one name or several.
    absent
        Sites examined and clear. A site in neither list is not known, and is no evidence.
    sex
        ``female`` or ``male``; None is not known.
    prior
        ``"uniform"``, ``"incidence"``, ``"cohort"`` with patterns, or weights by primary; None is
        what :func:`metastasis.analysis.likely` takes.
    patterns
        Patterns of your own patients, from which alone it then follows: a file that ``metastasis
        ingest ... --patterns`` wrote, a frame, or the patterns. None is the graph.
    dependence
        Whether sites of patterns may depend on each other.
    denominator, setting
        The frame of the numbers; None is the one that counts the most of the commonest primaries.
    anyway
        Rank even where the commonest known primaries of a site are no candidates.
    top
        Only so many cancers, the most probable; the caption says what the others share. None is as
        many as there is room for, at most 15.
    draws, seed
        How often frequencies are drawn for the intervals, and where chance starts.

    Returns
    -------
    Diagram
        With artists ``marks``, ``intervals``, ``priors``, ``parts``, ``sums``, ``primary labels``,
        ``numbers``, ``grid``, ``axes``, ``axis labels``, and ``title``, ``legend samples``,
        ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> diagram = mets.load().draw.likely(sites=["bone", "liver"])
    >>> diagram.title
    'Likely primaries of metastases in bone and liver (research, not a diagnosis)'
    """

    name = "likely"
    noun = "picture of likely primaries"
    nothing = "no ranking of primaries"
    takes_sources = False
    choices = ("top", "highlight")

    def __init__(
        self,
        chosen: Selection,
        *,
        absent: str | Iterable[str] = (),
        sex: Literal["female", "male"] | None = None,
        prior: str | Mapping[str, float] | None = None,
        patterns: Path | str | Any | None = None,
        dependence: bool = True,
        denominator: str | None = None,
        setting: str | None = None,
        anyway: bool = False,
        axis: Literal["percent", "log"] | None = None,
        draws: int = 500,
        seed: int = 0,
    ) -> None:
        super().__init__(chosen)
        if axis is not None:
            check_choice("axis", axis, AXES)
        self.drawn = ()
        self.asked_axis, self.patterns = axis, patterns
        names = [absent] if isinstance(absent, str) else list(absent)
        self.absent = [chosen.catalog.site(name).key for name in names]
        self.answer = likely(
            chosen.evidence,
            chosen.sites or (),
            absent=self.absent,
            sex=sex,
            prior=prior,
            patterns=_patterns(patterns),
            dependence=dependence,
            denominator=denominator,
            setting=setting,
            anyway=anyway,
            draws=draws,
            seed=seed,
        )
        asked = chosen.primaries
        self.ranked = [
            row
            for row in self.answer
            if row.posterior is not None
            and (asked is None or not row.primary or row.primary in asked)
        ]
        if not any(row.primary for row in self.ranked):
            self.ranked = []
        self.statements = (
            [(one.site, one.state) for one in self.ranked[0].evidence] if self.ranked else []
        )
        self.page: LikelyPage | None = None
        if self.ranked:
            self.size = self.empty_size  # until it is laid out
        self.empty_title = self._title()

    @property
    def verdict(self) -> str:
        """What is said of the ranking as a whole."""
        return self.answer[0].verdict

    # Layout

    def lay_out(self, room: Room) -> None:
        """Take as many cancers, the most probable first, as the room has place for."""
        if not self.ranked:
            return
        named = [row for row in self.ranked if row.primary]
        asked = self.chosen.top
        most = min(len(named), asked or _MOST)
        axis = self._axis(self._kept(most))
        page = lay_out_likely(self._rows(most), axis, self.style, room)
        number = most
        if isinstance(page, tuple) and asked is None:
            number = most_that_fits(
                most,
                lambda few: isinstance(
                    lay_out_likely(self._rows(few), axis, self.style, room), LikelyPage
                ),
            )
            number = max(number, 1)
            page = lay_out_likely(self._rows(number), axis, self.style, room)
        if isinstance(page, tuple):
            room = under_legend(room, self.legend(), self.style)
            less = room
            fewer = most_that_fits(
                most - 1,
                lambda number: isinstance(
                    lay_out_likely(self._rows(number), axis, self.style, less), LikelyPage
                ),
            )
            what = f"the picture of {plural(number, 'cancer')}"
            raise no_room_alone(what, room, page, fewer, self.style)
        self.page = page
        self.size = page.width, page.height

    def _kept(self, number: int) -> list[LikelyPrimary]:
        """Return the most probable cancers, and what stands for all others."""
        named = [row for row in self.ranked if row.primary]
        return [*named[:number], *(row for row in self.ranked if not row.primary)]

    def _axis(self, rows: Sequence[LikelyPrimary]) -> ShareAxis:
        shares = [100 * (row.posterior or 0.0) for row in rows]
        shares += [100 * row.prior for row in rows if row.prior is not None]
        ends = [100 * row.high for row in rows if row.high is not None]
        return axis_for(shares, max([*shares, *ends]), (20.0, 50.0, 100.0), asked=self.asked_axis)

    def _rows(self, number: int) -> list[LikelyRow]:
        return [
            LikelyRow(
                key=row.primary or _REST,
                label=self._label(row),
                posterior=100 * (row.posterior or 0.0),
                interval=None
                if row.low is None or row.high is None
                else (100 * row.low, 100 * row.high),
                prior=None if row.prior is None else 100 * row.prior,
                words=_share_words(row),
                parts=tuple(
                    SitePart(
                        one.site,
                        self.statements.index((one.site, one.state)),
                        one.state,
                        one.weight,
                    )
                    for one in row.evidence
                ),
                lit=self.chosen.highlight is None or row.primary in self.chosen.highlight,
            )
            for row in self._kept(number)
        ]

    def _label(self, row: LikelyPrimary) -> str:
        return capitalize(self.chosen.label(row.primary, row.primary_label))

    def _site(self, key: str) -> str:
        return self.chosen.label(key, self.chosen.catalog.sites[key].label)

    # Telling

    def _title(self) -> str:
        present = _listed([self._site(key) for key in self.chosen.sites or ()])
        clear = _listed([self._site(key) for key in self.absent])
        where = f"metastases in {present}" if present else "metastases"
        seen = f"{where}, {clear} clear" if clear else where
        return f"Likely primaries of {seen} ({_NOT_A_DIAGNOSIS})"

    def title(self) -> str:
        """Return which sites are seen, and that it is no diagnosis."""
        return self._title()

    def legend(self) -> list[LegendEntry]:
        """Return posterior, prior, and a sample for each site that adds to the log odds."""
        style = self.style
        rows = self._kept(_MOST)
        entries = [LegendEntry(self._value_words(), mark_sample("circle", style.ink), wide=0.16)]
        if any(row.low is not None for row in rows):
            entries.append(LegendEntry("95 % interval", span_sample(style.ink)))
        if any(row.prior is not None for row in rows):
            entries.append(LegendEntry("prior", mark_sample("bar", style.faint_ink), wide=0.16))
        for at, (site, state) in enumerate(self.statements):
            sample = part_sample(at, state)
            entries.append(LegendEntry(f"{self._site(site)} {state}", sample, wide=0.22))
        if len(self.statements) > 1:
            entries.append(LegendEntry("sum", mark_sample("bar", style.ink), wide=0.16))
        return entries

    def _value_words(self) -> str:
        return "posterior" if self.statements else "as counted at the site"

    def rules(self) -> list[str]:
        """Return what the two panels mean, prior, frame, and what else limits it."""
        answer = self.answer
        if not self.ranked:
            return [f"{capitalize(self.verdict)}."]
        first = (
            "Left: how probable each cancer is among those ranked, with its 95 % interval, and a "
            "stroke at its prior. Right: what each site adds to the log odds of the cancer against "
            "all others, in natural logarithms (shares of Shapley); right of zero it speaks for it."
            if self.statements
            else "Patients with a metastasis there by primary, as they were counted, with 95 % "
            "intervals; no prior and no model."
        )
        rules = [f"Not a diagnosis: {first}"]
        if self.verdict.startswith(CANNOT_TELL):
            rules.append(f"{capitalize(self.verdict)}.")
        rules.append(f"{answer.formula}." if answer.formula else "")
        if self.statements:
            rules.append(f"Method: {answer.source}.")
        rules += [f"{capitalize(one)}." for one in answer.inputs]
        rules += [f"{capitalize(one.rstrip('.'))}." for one in _notes(answer.notes)]
        return [*filter(None, rules), *self._left_out()]

    def _left_out(self) -> list[str]:
        if self.page is None:
            return []
        drawn = {row.key for row in self.page.rows}
        rest = [row for row in self.answer if row.posterior is not None and row.primary]
        rest = [row for row in rest if row.primary not in drawn]
        if not rest:
            return []
        share = 100 * sum(row.posterior or 0.0 for row in rest)
        return [f"Not drawn: {plural(len(rest), 'cancer')} with {share:.1f} % together."]

    def sources(self) -> list[str]:
        """Return the sources of the numbers that are drawn; none with patterns of one's own."""
        if self.patterns is not None:
            return []
        texts = [*self.answer.inputs, *(text for row in self.ranked for text in row.numbers)]
        known = self.chosen.catalog.sources
        found = {word for text in texts for word in re.findall(r"[\w-]+", text)}
        return sorted(found & known.keys())

    def _prior(self) -> str:
        return next((one for one in self.answer.inputs if one.startswith("prior: ")), "")

    def caption(self) -> str:
        """Return the rules and the ending; the sites are in the title."""
        if self.patterns is not None:
            return own_caption(self.rules(), data_name("patterns", self.patterns))
        return " ".join([*self.rules(), self.ending()])

    def credits(self) -> tuple[str, ...]:
        """Return the sources, or the patterns, which are the caller's own."""
        if self.patterns is not None:
            return (f"{data_name('patterns', self.patterns)} (of the caller's own)",)
        return super().credits()

    def license(self) -> str:
        """Return under which license the sources are recorded; patterns are the caller's own."""
        if self.patterns is not None:
            return f"{data_name('patterns', self.patterns)}: not stated"
        return super().license()

    def citation(self) -> str:
        """Return how to cite the sources, or the patterns."""
        if self.patterns is not None:
            return data_name("patterns", self.patterns)
        return super().citation()

    def short_caption(self, fits: Callable[[str], bool]) -> str:
        """Return that it is no diagnosis, the prior, sources and release, in the words that fit."""
        warned = "Not a diagnosis. "
        prior = f"{warned}{capitalize(self._prior())}. " if self._prior() else warned
        told = f"{warned}{capitalize(self.verdict)}. " if CANNOT_TELL in self.verdict else prior
        keys = self.sources()
        starts = [told, prior, warned]
        if self.patterns is not None:
            starts = [
                f"{start}Source: {data_name('patterns', self.patterns)}. " for start in starts
            ]
        return first_fitting(fits, starts, keys, self.release())

    def alt_text(self) -> str:
        """Return the findings."""
        if self.ranked:
            return self.findings()
        return f"{self.empty_findings()} {capitalize(self.verdict)}."

    def findings(self) -> str:
        """Return the most probable cancers, with prior, and that it is no diagnosis."""
        said = [f"{self._label(row).lower()} {_share_words(row)}" for row in self._kept(_TOLD)]
        parts = [f"{self._title()}.", f"{capitalize(self._value_words())}: {'; '.join(said)}."]
        if self.verdict.startswith(CANNOT_TELL):
            parts.append(f"{capitalize(self.verdict)}.")
        if self._prior():
            parts.append(f"{capitalize(self._prior())}.")
        return " ".join([*parts, *self._left_out()])

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; patterns that are no file cannot be written down."""
        if self.patterns is None:
            return super().call(options)
        return call_with_data(self.name, "patterns", self.patterns, options)

    def rows(self) -> list[Drawn]:
        """Return the posterior of each cancer, then what each site adds to its log odds."""
        if self.page is None:
            return []
        drawn = {row.key for row in self.page.rows}
        kept = [row for row in self.ranked if (row.primary or _REST) in drawn]
        return [
            *map(self._row, kept),
            *(
                self._part(row, one.site, one.state, one.weight)
                for row in kept
                for one in row.evidence
            ),
        ]

    def _row(self, row: LikelyPrimary) -> Drawn:
        return Drawn(
            key=row.primary or _REST,
            primary=row.primary,
            primary_label=self.chosen.label(row.primary, row.primary_label),
            site="",
            site_label="",
            state="number",
            value=100 * (row.posterior or 0.0),
            measure="percent",
            percent=100 * (row.posterior or 0.0),
            interval_low=None if row.low is None else 100 * row.low,
            interval_high=None if row.high is None else 100 * row.high,
            frame="posterior among the cancers ranked" if self.statements else "as counted",
            denominator=row.denominator or None,
            setting=row.setting or None,
            words=() if row.prior is None else (f"prior: {100 * row.prior:.3g} %",),
            numbers=row.numbers,
            source=tuple(self.sources()),
            note=_NOT_A_DIAGNOSIS,
        )

    def _part(self, row: LikelyPrimary, site: str, state: str, weight: float) -> Drawn:
        return Drawn(
            key=row_key(row.primary or _REST, site),
            primary=row.primary,
            primary_label=self.chosen.label(row.primary, row.primary_label),
            site=site,
            site_label=self._site(site),
            state="number",
            value=weight,
            measure="log odds",
            words=(state,),
            source=tuple(self.sources()),
            note=_NOT_A_DIAGNOSIS,
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw both panels, row by row."""
        return {} if self.page is None else draw_likely_page(sheet, self.page, top)


draw_likely = front(Likely)


def _notes(notes: Iterable[str]) -> list[str]:
    """Return what limits an answer, without what is said of its origin otherwise."""
    return [one for one in notes if not one.startswith(("formula: ", "source: ", "inputs: "))]


def _patterns(data: Any) -> Any:
    """Return patterns as the analysis takes them: a frame is read here."""
    if data is None or isinstance(data, list | tuple | str) or hasattr(data, "__fspath__"):
        return data
    if hasattr(data, "patterns") and hasattr(data, "report"):
        return data.patterns
    if hasattr(data, "factor_model") or hasattr(data, "__next__"):
        return data
    from metastasis.patients import read_patterns

    return read_patterns(data)


def _share_words(row: LikelyPrimary) -> str:
    share = _percent(row.posterior or 0.0)
    if row.low is None or row.high is None:
        return f"{share} %"
    return f"{share} % ({_percent(row.low)} to {_percent(row.high)})"


def _percent(share: float) -> str:
    value = 100 * share
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.095 else f"{value:.2g}"


def _listed(labels: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(labels[:-1]), labels[-1]])) if labels else ""
