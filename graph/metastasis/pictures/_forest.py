"""The forest plot: what every source says of a pair, by denominator, setting and occurrence.

How the lines are set in columns and drawn is in :mod:`metastasis.pictures._forest_page`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._evidence.frame import Frame
from metastasis._evidence.pooling import pool
from metastasis._vocabulary import LISTS, WORDS
from metastasis.pictures._drawn import Drawn, row_key, said_of
from metastasis.pictures._forest_page import (
    NumberGroup,
    Row,
    Section,
    draw_mark,
    draw_page,
    lay_out_page,
)
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._limits import limits_of
from metastasis.pictures._mark import ROUNDED, Mark, dispute_rule, dispute_words
from metastasis.pictures._signs import basis_words, conflict_entry
from metastasis.pictures._style import LineStyle
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    NOT_POOLED,
    best_supported,
    capitalize,
    label_of,
    plural,
    sources_in,
    stand_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._place import Room
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet

__all__ = ["ForestPlot", "draw_forest", "section_of"]

_MARK: Final = "Squares beside the name of a site"
_TOLD: Final = 6
"""Groups of numbers, or pairs in conflict, that are named one by one."""


class ForestPlot(Kind):
    """Draw what every source says of a pair, only what may be compared on one axis.

    Intervals are 95 % Wilson intervals; a percentage printed without its count has none. Where
    there is nothing to draw, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    primaries, sites
        Those to draw, best one of each; None is all, a section for each pair.
    pooled
        Whether to show the pooled share of the one pair that is drawn, as
        :func:`metastasis.analysis.pool` gives it. Or pooled values to show as diamonds in their
        groups: objects with ``primary``, ``site``, ``denominator``, ``setting``, ``occurrence``,
        ``stage``, ``percent``, ``low`` and ``high`` (in percent). Those of other pairs and groups,
        and of a single study, are not drawn.

    Returns
    -------
    Diagram
        With artists ``primary labels``, ``continued labels`` (again at the top of a column), ``site
        labels``, ``conflict marks`` (beside these), ``group labels``, ``source labels``,
        ``numbers``, ``axes`` and ``axis labels`` (of each group its own), ``intervals``, ``marks``,
        and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.forest(primaries="breast", sites="bone")
    >>> [label.get_text() for label in diagram.artists["group labels"]][0]
    'All patients, at diagnosis'
    >>> kg.draw.forest(primaries="breast", sites="livr")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown site 'livr'. Did you mean 'liver'?
    """

    name = "forest"
    noun = "forest plot"

    def __init__(self, chosen: Selection, *, pooled: bool | Iterable[Any] = False) -> None:
        super().__init__(chosen)
        values = _pooled(chosen) if pooled is True else list(pooled or ())
        self.sections = [section_of(pair, values) for pair in chosen.pairs]

    def lay_out(self, room: Room) -> None:  # noqa: ARG002 - room is not minded yet
        """Set the lines of every section in columns."""
        if self.sections:
            self.layout = lay_out_page(self.sections, self.style)
            self.size = self.layout.width, self.layout.height

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; pooled values are the caller's own and cannot be written down."""
        return super().call({name: one for name, one in options.items() if name != "pooled"})

    def _rows(self) -> list[Row]:
        return [row for one in self.sections for group in one.groups for row in group.rows]

    def rows(self) -> list[Drawn]:
        """Return every statement, and every pooled value."""
        return [
            row
            for one in self.sections
            for row in (
                *(said_of(one.pair, said, self.chosen.catalog) for said in one.pair.assertions),
                *(_drawn_pooled(one.pair, row) for group in one.groups for row in group.rows),
            )
            if row is not None
        ]

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every line of every column."""
        return draw_page(sheet, self.layout, top)

    def title(self) -> str:
        """Return how many sources say something of what."""
        sources = plural(len(sources_in(self.drawn)), "source")
        if len(self.drawn) == 1:
            verb = "says" if sources == "1 source" else "say"
            return f"What {sources} {verb} of {label_of(self.drawn[0])}"
        primaries = {pair.primary_label for pair in self.drawn}
        sites = {pair.site_label for pair in self.drawn}
        who = primaries.pop() if len(primaries) == 1 else f"{len(primaries)} cancers"
        where = sites.pop() if len(sites) == 1 else f"{len(sites)} sites"
        return f"What {sources} say of {who} to {where}"

    def legend(self) -> list[LegendEntry]:
        """Return the marks that are in the picture."""
        rows = self._rows()
        entries = []
        if any(row.interval and not row.pooled for row in rows):
            entries.append(LegendEntry("share with its 95 % interval", _counted_sample))
        if any(not row.interval and not row.pooled for row in rows):
            entries.append(LegendEntry("share without an interval", _uncounted_sample))
        if any(row.pooled for row in rows):
            entries.append(LegendEntry("pooled value", _pooled_sample))
        return [*entries, *conflict_entry(self.drawn)]

    def rules(self) -> list[str]:
        """Return what marks and axes mean, and on which pairs sources conflict."""
        marks = self._mark_rules() if self.sections else []
        return [*marks, *dispute_rule(self.drawn, _MARK), *_without_edge(self.drawn)]

    def _mark_rules(self) -> list[str]:
        rows = self._rows()
        rules = []
        if rows:
            rules.append(
                "Each group of numbers has an axis of its own: only numbers out of the same "
                "people, in the same setting, can be compared."
            )
        if any(group.of_sites for one in self.sections for group in one.groups):
            rules.append(
                "Of patients with a metastasis at the site, the number is the share that came from "
                "the primary."
            )
        if any(row.interval and not row.pooled for row in rows):
            rules.append("Squares: shares with their 95 % interval, of n/N the Wilson interval.")
        if any(row.rounded for row in rows):
            rules.append(ROUNDED)
        if any("*" in row.words for row in rows):
            rules.append("*: printed by its source without a count n.")
        if any(not row.interval and not row.pooled for row in rows):
            rules.append("Open diamonds: numbers of which no interval can be given.")
        if any(row.narrowed for row in rows):
            rules.append("Below a source stands what its number is limited to.")
        if any(row.pooled for row in rows):
            rules.append("Filled diamonds: pooled values as handed in, with their 95 % interval.")
        if any(one.in_words for one in self.sections):
            rules.append("In quotation marks: the frequency that a source gives in words.")
        return [*rules, NOT_POOLED]

    def findings(self) -> str:
        """Return how much is said, and of a single pair what; then which pairs stand out."""
        sections, pairs = self.sections, self.drawn
        numbers = sum(not row.pooled for row in self._rows())
        words = sum(len(one.in_words) for one in sections)
        of = label_of(pairs[0]) if len(pairs) == 1 else plural(len(pairs), "pair")
        parts = [
            f"Forest plot of {of}: {plural(numbers, 'number')} in "
            f"{plural(sum(len(one.groups) for one in sections), 'group')} and "
            f"{plural(words, 'statement')} in words."
        ]
        if len(pairs) == 1:
            parts += [_group_words(group) for group in sections[0].groups[:_TOLD]]
            if sections[0].in_words:
                said = "; ".join(f"{row.source} {row.words}" for row in sections[0].in_words)
                parts.append(f"In words: {said}.")
        reported = [pair for pair in pairs if pair.edge]
        parts += [*basis_words(pairs), *dispute_words(pairs), *_without_edge(pairs)]
        return " ".join([*parts, best_supported(reported), stand_out(reported)])


draw_forest = front(ForestPlot)


def _drawn_pooled(pair: Pair, row: Row) -> Drawn | None:
    """Return a pooled value as a row of what is drawn; None where it is a statement."""
    if not row.pooled:
        return None
    low, high = row.interval or (None, None)
    return Drawn(
        key=f"{row.key}-{row_key(pair.primary, pair.site)}",
        primary=pair.primary,
        primary_label=pair.primary_label,
        site=pair.site,
        site_label=pair.site_label,
        state="pooled",
        edge=pair.edge,
        basis=pair.basis,
        value=row.percent,
        measure="percent",
        percent=row.percent,
        interval_low=low,
        interval_high=high,
        population=row.narrowed or None,
    )


def _without_edge(pairs: Sequence[Pair]) -> list[str]:
    """Return on which pairs sources conflict so that there is no edge, or on how many."""
    torn = [label_of(one) for one in pairs if one.status == "conflicting" and one.edge is None]
    named = ", ".join(torn) if len(torn) <= _TOLD else plural(len(torn), "pair")
    return [f"Sources conflict, and no edge follows: {named}."] if torn else []


def _group_words(group: NumberGroup) -> str:
    """Return the numbers of a group in a sentence."""
    said = "; ".join(
        f"{row.source} {' '.join(row.words.split())}"
        + (f" [{row.narrowed}]" if row.narrowed else "")
        for row in group.rows
    )
    return f"{group.label}: {said}."


def _counted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    ends = [(x, y), (x + SAMPLE, y)]
    sheet.line(ends, LineStyle(1.6), sheet.style.ink, f"{gid}-interval")
    return draw_mark(sheet, x + SAMPLE / 2, y, gid, counted=True)


def _uncounted_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return draw_mark(sheet, x + SAMPLE / 2, y, gid, counted=False)


def _pooled_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    middle = x + SAMPLE / 2
    corners = [(x + 0.04, y), (middle, y - 0.07), (x + SAMPLE - 0.04, y), (middle, y + 0.07)]
    return sheet.shape(corners, sheet.style.arrow, gid)


# What is said of a pair


def _pooled(chosen: Selection) -> list[Any]:
    """Return the pooled shares of the one pair that is asked for."""
    if len(chosen.primaries or ()) != 1 or len(chosen.sites or ()) != 1:
        raise ValueError("a pooled share is of one pair: name one primary and one site")
    return list(pool(chosen.evidence, *chosen.primaries or (), *chosen.sites or ()))


def section_of(pair: Pair, pooled: Iterable[Any] = ()) -> Section:
    """Return what every source says of a pair; the pooled values that fit stand in their groups.

    A pooled value is any object with ``primary``, ``site``, ``denominator``, ``setting``,
    ``occurrence``, ``stage``, ``percent``, ``low`` and ``high`` (in percent), such as the rows of
    ``kg.pool``. Those of one study are left out: it has a row of its own.
    """
    by_group: dict[tuple[int, ...], list[Assertion]] = defaultdict(list)
    in_words = []
    for one in pair.assertions:
        if one.percent is None:
            in_words.append(_row(pair, one))
        else:
            by_group[_rank(one)].append(one)
    fitting = [one for one in pooled if _fits(one, pair)]
    groups = [_group(pair, numbers, fitting) for _, numbers in sorted(by_group.items())]
    words = sorted(in_words, key=lambda row: (row.source, row.key))
    return Section(pair, tuple(groups), tuple(words))


def _fits(one: Any, pair: Pair) -> bool:
    """Return whether a value is pooled of several studies, on a pair and in its relation."""
    relations = {said.relation for said in pair.assertions}
    return (
        (one.primary, one.site) == (pair.primary, pair.site)
        and getattr(one, "relation", "metastasis") in relations
        and getattr(one, "status", "pooled") == "pooled"
    )


def _rank(one: Any) -> tuple[int, ...]:
    """Return where a group stands among others, in the order of the closed lists."""
    return tuple(
        LISTS[name].index(value) if (value := getattr(one, name)) else -1
        for name in ("denominator", "setting", "occurrence", "stage")
    )


def _group(pair: Pair, numbers: Sequence[Assertion], pooled: Sequence[Any]) -> NumberGroup:
    """Return the numbers that may be compared, those out of most people first."""
    first = numbers[0]
    ordered = sorted(numbers, key=lambda one: (-(one.total or 0), one.source, one.key))
    rows = [_row(pair, one) for one in ordered]
    rows += [
        _pooled_row(one, number)
        for number, one in enumerate(pooled, 1)
        if one.percent is not None and _rank(one) == _rank(first)
    ]
    # The stage is told apart below: in a frame's own words it would be named before the setting.
    whom = str(Frame(first.denominator or "", first.setting, first.occurrence))
    stage = ", advanced stage" if first.stage == "advanced" else ""
    unstated = ", setting not stated" if first.setting == "unspecified" else ""
    of_sites = first.denominator == "site_cases"
    return NumberGroup(f"{capitalize(whom)}{stage}{unstated}", tuple(rows), of_sites)


def _row(pair: Pair, one: Assertion) -> Row:
    said = f"“{(one.frequency or '').replace('_', ' ')}”" if one.frequency else ""
    route = f"{one.route.replace('_', ' ')} route" if one.route else ""
    when = _when(one) if one.percent is None else ""
    if one.percent is None:
        narrowed = ", ".join(filter(None, (one.population, route, when)))
        return Row(one.key, one.source, narrowed, said or "reported")
    mark = Mark(pair, one)
    # What limits a number stands below its source: no letter is needed to find it.
    limits = limits_of(replace(one, population=None), one.frame)
    narrowed = "; ".join(filter(None, (one.population, route, *limits)))
    words = "  ".join(filter(None, (*mark.number_lines, said)))
    rounded = mark.interval_basis == "rounded"
    return Row(one.key, one.source, narrowed, words, mark.percent, mark.interval, rounded=rounded)


def _when(one: Assertion) -> str:
    """Return setting, occurrence and stage of what is only said in words, if they are stated."""
    stated = [
        # Shorter than the words of a frame: it stands in the narrow column of a row.
        one.setting.replace("_", " ") if one.setting != "unspecified" else "",
        WORDS["occurrence"].get(one.occurrence, ""),
        WORDS["stage"].get(one.stage, ""),
    ]
    return ", ".join(filter(None, stated))


def _pooled_row(one: Any, number: int) -> Row:
    interval = None if one.low is None or one.high is None else (one.low, one.high)
    between = f"  ({interval[0]:.1f} to {interval[1]:.1f} %)" if interval else ""
    studies = getattr(one, "studies", None)
    route = getattr(one, "route", None)
    said = (
        getattr(one, "population", None),
        f"{route.replace('_', ' ')} route" if route else None,
        f"{studies} studies" if studies else None,
    )
    narrowed = ", ".join(filter(None, said))
    words = f"{one.percent:.1f} %{between}"
    return Row(f"pooled-{number}", "Pooled", narrowed, words, one.percent, interval, pooled=True)
