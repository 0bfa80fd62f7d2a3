"""The forest plot: what every source says of a pair, by denominator, setting and occurrence.

What its rows are is in :mod:`.rows`, where they stand in :mod:`.page`, how they are
drawn in :mod:`.drawing`. Long because what is chosen and what is said of it are one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from metastasis._errors import FitError, check_choice
from metastasis._evidence.pooling import pool_assertions
from metastasis._evidence.random_effects import METHODS
from metastasis.pictures._forest.drawing import draw_page, draw_pooled_sample
from metastasis.pictures._forest.page import lay_out_page, least_width
from metastasis.pictures._forest.rows import (
    ORDERS,
    NumberGroup,
    Row,
    Section,
    cut_to_numbers,
    section_of,
)
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._said.cite import cite
from metastasis.pictures._said.drawn import Drawn, row_key, said_of
from metastasis.pictures._said.mark import ROUNDED, dispute_rule, dispute_words
from metastasis.pictures._said.words import (
    NOT_POOLED,
    best_supported,
    capitalize,
    label_of,
    plural,
    stand_out,
)
from metastasis.pictures._sheet.axis import AXES, ShareAxis, axis_for
from metastasis.pictures._sheet.fitting import most_that_fits, no_room_in_height, wider_rooms
from metastasis.pictures._sheet.surround import LegendEntry
from metastasis.pictures._signs.share_marks import interval_entries
from metastasis.pictures._signs.signs import basis_words, conflict_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._forest.page import ForestPage
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["COMPARED", "ForestPlot", "draw_forest"]

COMPARED: Final = (
    "Compare only numbers within a group: out of the same people, in the same setting."
)

_MARK: Final = "Squares beside the name of a pair"
_TOLD: Final = 6
"""Groups of numbers, or pairs in conflict, that are named one by one."""
_TOPS: Final = (1.0, 5.0, 20.0, 100.0)
"""Where a linear axis may end, in percent."""
_FORMULA: Final = (
    "Pooled: random-effects mean of logits within one frame, population and route "
    f"({METHODS['binomial_normal']}; Stijnen, Hamza and Özdemir 2010, doi:10.1002/sim.4040); k "
    "studies, I² = max(0, 1 - (k - 1)/Q), τ² of logits; the diamond is its 95 % interval."
)
_PREDICTION: Final = "The line through it: where 95 % of other studies' shares would lie."
_DROPPED: Final = {"between": "intervals", "counts": "n/N"}


class ForestPlot(Kind):
    """Draw what every source says of a pair, on one axis, those numbers together that compare.

    All numbers of a picture stand on one axis from 0 to 100 percent (to 20, 5 or 1 where all
    intervals end below), or by powers of ten where the highest share is a hundred times the lowest
    and most shares are under 5 percent. Intervals are 95 % Wilson intervals of n/N; of a percentage
    printed with N alone, what rounding leaves open. Where there is nothing to draw, the picture
    says so, with an `EmptyDiagramWarning`.

    A pooled share is the random-effects mean of logits, logit p[i] ~ N(μ, τ²) with n[i] binomial
    out of N[i], by maximum likelihood (Stijnen T, Hamza TH, Özdemir P, Stat Med 2010;29:3046-3067,
    doi:10.1002/sim.4040), of studies in one frame, population and route alone; it is never one over
    frames. I² = max(0, 1 - (k - 1)/Q) of k studies (Higgins JPT, Thompson SG 2002,
    doi:10.1002/sim.1186); the prediction interval is that of Higgins et al. 2009,
    doi:10.1111/j.1467-985X.2008.00552.x.

    Parameters
    ----------
    primaries, sites
        Those to draw, best one of each; None is all, a section for each pair.
    pooled
        Whether to show the pooled share of every group of numbers that has one, as
        :func:`metastasis.analysis.pool` gives it. Or pooled values to show as diamonds in their
        groups: objects with ``primary``, ``site``, ``denominator``, ``setting``, ``occurrence``,
        ``stage``, ``percent``, ``low`` and ``high`` (in percent). Those of other pairs and groups,
        and of a single study, are not drawn.
    top
        Only so many: of several pairs those with the highest shares, of one pair the numbers out of
        the most people; the caption says how many are left out. None is all.

    Returns
    -------
    Diagram
        With artists ``primary labels`` (of several primaries at several sites), ``site labels``
        (the name of each pair), ``continued labels`` (again at the top of a column), ``conflict
        marks`` (beside these), ``group labels``, ``source labels``, ``column labels``, ``numbers``,
        ``intervals in words``, ``counts``, ``words``, ``axes`` and ``axis labels`` (of each column
        its own), ``intervals``, ``marks``, and ``title``, ``legend samples``, ``legend labels``,
        ``caption``.

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
    tells_legend_first = True
    choices = ("least", "top", "highlight", "order")
    orders = ORDERS

    def __init__(
        self,
        chosen: Selection,
        *,
        pooled: bool | Iterable[Any] = False,
        axis: Literal["percent", "log"] | None = None,
    ) -> None:
        super().__init__(chosen)
        if axis is not None:
            check_choice("axis", axis, AXES)
        self.asked_axis = axis
        catalog = chosen.catalog
        cited = cite(catalog, {one.source for pair in chosen.pairs for one in pair.assertions})
        values = _pooled(chosen) if pooled is True else list(pooled or ())
        self.pooled_here = pooled is True
        self.all_sections = [
            section_of(pair, values, cited=cited, catalog=catalog, order=self.order)
            for pair in chosen.pairs
        ]
        self.sections = self._chosen(chosen.top)
        self.said_in: Mapping[str, tuple[str, ...]] = {}
        self.wordless = 0
        """Statements in words that there was no room for."""
        self.drawn = [one.pair for one in self.sections]
        self.remarks = _remarks(values, self.sections) if self.pooled_here else []

    def _chosen(self, top: int | None) -> list[Section]:
        """Return the sections that ``least`` and so large a ``top`` leave."""
        least = self.chosen.least or 0.0
        found = [
            one.kept(lambda row: row.percent is None or row.percent >= least) if least else one
            for one in self.all_sections
        ]
        found = [one for one in found if one.rows]
        if top is None:
            return found
        if len(found) == 1:
            return [cut_to_numbers(found[0], top)] if found[0].numbers else found
        ranked = sorted(found, key=lambda one: (-_highest(one), label_of(one.pair)))[:top]
        kept = {id(one) for one in ranked}
        return [one for one in found if id(one) in kept]

    @property
    def axis(self) -> ShareAxis:
        """The one axis of the picture."""
        numbers = [row for row in self._rows() if row.percent is not None]
        shares = [row.percent or 0.0 for row in numbers]
        most = max((row.most for row in numbers), default=0.0)
        return axis_for(shares, most, _TOPS, asked=self.asked_axis, high=self.high)

    def lay_out(self, room: Room) -> None:
        """Set the lines of every section in columns."""
        if not self.sections:
            return
        self.sections = self._chosen(self.chosen.top)
        self.wordless = 0
        page = self._page(room)
        few = self._without_words()
        if few and (page is None or page.height > (room.height or page.height)):
            full, self.sections = self.sections, few
            page_of_few = self._page(room)
            if page_of_few is not None and page_of_few.height <= (room.height or 0.0):
                page, self.wordless = page_of_few, len(full[0].in_words)
            else:
                self.sections = full
        if page is None or page.height > (room.height or page.height):
            self._refuse(room, page.height if page else None)
            return
        self.layout = page
        self.said_in = self._phrases()
        self.size = page.width, page.height

    def _page(self, room: Room) -> ForestPage | None:
        return lay_out_page(self.sections, self.style, room.width, room.height, fill=room.fill)

    def _without_words(self) -> list[Section]:
        """Return a pair that is alone without what is only said in words: this falls away first."""
        if len(self.sections) != 1 or not (self.sections[0].groups and self.sections[0].in_words):
            return []
        return [replace(self.sections[0], in_words=())]

    def _refuse(self, room: Room, height: float | None) -> None:
        """Raise what would fit.

        Raises
        ------
        FitError
            Always.
        """
        numbers = sum(row.percent is not None for row in self._rows())
        pairs = plural(len(self.sections), "pair")
        what = f"the forest plot of {pairs} with {plural(numbers, 'number')}"
        if height is None:
            least = self.style.scale * least_width(self.sections, self.style)
            needs = f"{25.4 * least:.0f} mm in width"
            raise FitError(what, room, needs, [f"width={least + 0.05:.1f}"])
        remedies = [*self._larger(room), *self._fewer(room)]
        raise no_room_in_height(what, room, height, remedies or self.remedies, self.style)

    def _larger(self, room: Room) -> Iterator[str]:
        """Yield the next wider place of the same letters that it fits in, or else a screen."""
        for name, wider in wider_rooms(room, self.style.scale):
            if self._fits(self.sections, wider):
                yield f"size='{name}'"
                return

    def _fewer(self, room: Room) -> Iterator[str]:
        """Yield the largest ``top`` with which it fits; of one pair where not even that pair does.

        Numbers of one pair are cut by the people that they are out of.
        """
        count = len(self.sections)
        if count > 1 and (most := self._most(room, min(self.chosen.top or count, count))):
            yield f"top={most}"
            return
        (first,) = self._chosen(1)[:1] if count > 1 else self.sections
        most = most_that_fits(
            len(first.numbers), lambda top: self._fits([cut_to_numbers(first, top)], room)
        )
        named = f"primaries={first.pair.primary!r}, sites={first.pair.site!r}, "
        if most:
            yield f"{named if count > 1 else ''}top={most}"

    def _most(self, room: Room, count: int) -> int:
        return most_that_fits(count, lambda top: self._fits(self._chosen(top), room))

    def _fits(self, sections: Sequence[Section], room: Room) -> bool:
        page = lay_out_page(sections, self.style, room.width, room.height, fill=room.fill)
        return page is not None and (room.height is None or page.height <= room.height)

    def call(self, options: Mapping[str, Any]) -> str:
        """Return the call; pooled values that were handed in cannot be written down."""
        is_told = options.get("pooled") is True
        told = {name: one for name, one in options.items() if name != "pooled" or is_told}
        return super().call(told)

    def _rows(self) -> list[Row]:
        return [row for one in self.sections for group in one.groups for row in group.rows]

    def sources(self) -> list[str]:
        """Return the keys of the sources of the rows that are drawn."""
        return sorted({row.source for one in self.sections for row in one.rows if not row.pooled})

    def rows(self) -> list[Drawn]:
        """Return every statement that is drawn, and every pooled value."""
        found = []
        for one in self.sections:
            shown = {row.key for row in one.rows}
            said = [said for said in one.pair.assertions if said.key in shown]
            found += [said_of(one.pair, each, self.chosen.catalog) for each in said]
            found += [_drawn_pooled(one.pair, row) for row in one.rows if row.pooled]
        return found

    def shared(self, gid: str) -> Iterable[str]:
        """Return the keys of the statements that are said in one phrase."""
        kind, _, rest = gid.partition("forest-words-")
        if kind or not rest:
            return ()
        return self.said_in.get(rest, ()) or self.said_in.get(rest.rpartition("-")[0], ())

    def _phrases(self) -> Mapping[str, tuple[str, ...]]:
        """Return the keys of the statements that are said in one phrase, by the id of it."""
        found = {}
        for one in self.sections:
            ends = f"{one.pair.primary}--{one.pair.site}"
            for number, (_, rows) in enumerate(one.phrases):
                pair = row_key(one.pair.primary, one.pair.site)
                found[f"{number}-{ends}"] = tuple(f"{row.key}-{pair}" for row in rows)
        return found

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw every line of every column."""
        return draw_page(sheet, self.layout, self.axis, top, self.chosen.is_lit)

    def title(self) -> str:
        """Return how many sources say something of what."""
        sources = plural(len(self.sources()), "source")
        verb = "says" if sources == "1 source" else "say"
        if len(self.drawn) == 1:
            return f"What {sources} {verb} of {label_of(self.drawn[0])}"
        primaries = {pair.primary_label for pair in self.drawn}
        sites = {pair.site_label for pair in self.drawn}
        who = primaries.pop() if len(primaries) == 1 else f"{len(primaries)} cancers"
        where = sites.pop() if len(sites) == 1 else f"{len(sites)} sites"
        return f"What {sources} {verb} of {who} to {where}"

    def legend(self) -> list[LegendEntry]:
        """Return the marks that are in the picture."""
        rows = self._rows()
        entries = interval_entries(row.basis for row in rows if not row.pooled)
        if any(row.pooled for row in rows):
            entries.append(LegendEntry("pooled value", draw_pooled_sample))
        return [*entries, *conflict_entry(self.drawn)]

    def rules(self) -> list[str]:
        """Return what marks and axes mean, and on which pairs sources conflict."""
        marks = self._mark_rules() if self.sections else []
        return [
            *marks,
            *self._left_out(),
            *dispute_rule(self.drawn, _MARK),
            *_without_edge(self.drawn),
        ]

    def _mark_rules(self) -> list[str]:
        rows = self._rows()
        numbers = [row for row in rows if not row.pooled]
        rules = []
        if sum(len(one.groups) for one in self.sections) > 1:
            rules.append(COMPARED)
        if numbers and self.axis.is_log:
            rules.append("The axis goes by powers of ten.")
        if any(group.of_sites for one in self.sections for group in one.groups):
            rules.append(
                "Of patients with a metastasis at the site, the number is the share that came from "
                "the primary."
            )
        if any(row.interval for row in numbers):
            rules.append("Lines: 95 % intervals, of n/N the Wilson interval.")
        if any(row.basis == "rounded" for row in numbers):
            rules.append(ROUNDED)
        if any("*" in row.sign for row in numbers):
            rules.append("*: printed by its source without a count n.")
        if any(row.interval is None for row in numbers):
            rules.append(
                "Open diamonds with a dashed outline: numbers of which no interval can be given."
            )
        if any(_goes_beyond(row, self.axis) for row in rows):
            rules.append("An arrow: the interval goes on beyond the axis.")
        if any(row.narrowed for row in numbers):
            rules.append("Below a source stands what its number is limited to.")
        rules += self._pooled_rules()
        if any(one.in_words for one in self.sections):
            rules.append("In quotation marks: the frequency that a source gives in words.")
        if lacking := self._dropped(numbers):
            named = " and ".join(_DROPPED[name] for name in lacking)
            rules.append(f"There is no room for {named} in words.")
        if self.wordless:
            said = plural(self.wordless, "statement")
            rules.append(f"There is no room for {said} in words.")
        return [*rules, NOT_POOLED]

    def _dropped(self, numbers: Sequence[Row]) -> list[str]:
        """Return which columns of words fell away that some row would have had words in."""
        had = {
            "between": any(row.between for row in numbers),
            "counts": any(row.counts for row in numbers),
        }
        return [name for name in self.layout.dropped if had[name]] if self.size else []

    def _pooled_rules(self) -> list[str]:
        pooled = [row for row in self._rows() if row.pooled]
        if not pooled:
            return []
        if not self.pooled_here:
            return ["Filled diamonds: pooled values as handed in, with their 95 % interval."]
        prediction = [_PREDICTION] if any(row.prediction for row in pooled) else []
        return [_FORMULA, *prediction, *self.remarks]

    def _left_out(self) -> list[str]:
        """Return what ``least`` and ``top`` leave out."""
        least, top = self.chosen.least, self.chosen.top
        everything = [row for one in self.all_sections for row in one.numbers]
        under = sum((row.percent or 0.0) < (least or 0.0) for row in everything)
        rules = [f"Left out: {plural(under, 'number')} under {least:g} %."] if under else []
        if top is None:
            return rules
        pairs, shown = self._chosen(None), self.sections
        if len(pairs) > len(shown):
            more = plural(len(pairs) - len(shown), "pair")
            rules.append(f"Left out: {more} with lower shares.")
        elif len(pairs) == 1 and len(pairs[0].rows) > len(shown[0].rows):
            kinds = [
                (len(pairs[0].numbers) - len(shown[0].numbers), "number", " out of fewer people"),
                (len(pairs[0].in_words) - len(shown[0].in_words), "statement", " in words"),
            ]
            said = [f"{plural(count, noun)}{which}" for count, noun, which in kinds if count]
            rules.append(f"Left out: {' and '.join(said)}." if said else "")
        return list(filter(None, rules))

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
                said = "; ".join(f"{row.cited} {row.words}" for row in sections[0].in_words)
                parts.append(f"In words: {said}.")
        reported = [pair for pair in pairs if pair.edge]
        parts += [*basis_words(pairs), *dispute_words(pairs), *_without_edge(pairs)]
        return " ".join([*parts, best_supported(reported), stand_out(reported)])


draw_forest = front(ForestPlot)


def _highest(section: Section) -> float:
    return max((row.percent or 0.0 for row in section.numbers), default=-1.0)


def _goes_beyond(row: Row, axis: ShareAxis) -> bool:
    ends = [*(row.interval or ()), *(row.prediction or ())]
    return any(map(axis.is_beyond, ends))


def _drawn_pooled(pair: Pair, row: Row) -> Drawn:
    """Return a pooled value as a row of what is drawn."""
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
        f"{row.cited} {' '.join(row.words.split())}"
        + (f" [{row.narrowed}]" if row.narrowed else "")
        for row in group.rows
    )
    return f"{group.label}: {said}."


# What is pooled


def _pooled(chosen: Selection) -> list[Any]:
    """Return the pooled share of every frame, population and route of the pairs chosen."""
    sources = chosen.catalog.sources
    return [one for pair in chosen.pairs for one in pool_assertions(pair.assertions, sources)]


def _remarks(values: Iterable[Any], sections: Sequence[Section]) -> list[str]:
    """Return what has to be said of the pooled values that are drawn, each remark once."""
    shown = {one.pair.primary + "--" + one.pair.site for one in sections if _has_pooled(one)}
    found: dict[str, None] = {}
    for one in values:
        if one.status == "pooled" and f"{one.primary}--{one.site}" in shown:
            found |= dict.fromkeys(one.remarks)
    return [f"{capitalize(remark)}." for remark in found]


def _has_pooled(section: Section) -> bool:
    return any(row.pooled for row in section.rows)
