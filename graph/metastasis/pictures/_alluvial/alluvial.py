"""The alluvial diagram: primaries, what lies between, and sites, as streams of one height each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis._errors import FitError, check_choice
from metastasis._evidence.number import number_for
from metastasis.pictures._alluvial.drawing import draw_flows
from metastasis.pictures._alluvial.layout import lay_out_alluvial
from metastasis.pictures._alluvial.streams import (
    MIDDLES,
    NOT_STATED,
    VALUES,
    flows_of,
    key_of,
    middle_label,
    without_twice,
)
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._said.cut import best_first, cut_pairs
from metastasis.pictures._said.drawn import drawn_of, row_key
from metastasis.pictures._said.mark import (
    dispute_rule,
    dispute_words,
    limit_rules,
    shown_basis,
    undrawn,
)
from metastasis.pictures._said.words import (
    NOT_LIT,
    NOT_POOLED,
    best_supported,
    capitalize,
    color_rule,
    count_ends,
    label_of,
    plural,
    spread_title,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.fitting import legend_height, would_fit
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
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._alluvial.layout import Streams
    from metastasis.pictures._alluvial.streams import Flow
    from metastasis.pictures._said.drawn import Drawn
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["draw_alluvial"]

_SAMPLES: Final = (10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""Numbers of which one is the sample of the legend: the largest that is not too high."""
_SAMPLE_HEIGHT: Final = 0.16
"""Inches of that sample at most: a line of the legend."""
_SIGNED: Final = 150
"""Streams, up to which what their edges rest on stands on them."""
_COUNTED: Final = {
    "pairs": "pairs of a cancer and a site, not patients",
    "statements": "statements of sources, not patients",
}
_HEADS: Final = {"region": "part of the body", "route": "route"}


class Alluvial(Kind):
    """Draw how many statements, pairs or patients lead from primaries to sites, and by what.

    Only pairs with an edge are drawn; the caption counts the others. Where there is nothing to
    draw, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    through
        What is in the middle: ``"region"``, the part of the body that a site is in, or
        ``"route"``; most sources do not state a route, and the diagram shows that.
    value
        What heights count: ``"pairs"``, ``"statements"`` in favor of a pair, or ``"patients"`` (n
        of one number of each pair, all in one frame, and none of a pair that another one counts).
        None is pairs, and patients where any part of a frame is named.
    denominator
        With ``value="patients"``: who they are. If no part of the frame is named, those that most
        pairs have.
    setting
        With ``value="patients"``: when they were counted.
    occurrence
        With ``value="patients"``: the site at ``"any"`` time, as the ``"only_site"`` or as the
        ``"first_site"``.

    Returns
    -------
    Diagram
        With artists ``flows`` (one of each primary, middle and site, large ones first), ``conflict
        marks``, ``basis marks``, ``primary blocks``, ``middle blocks`` and ``site blocks`` with
        their ``labels`` (top to bottom), ``numbers``, and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.alluvial(primaries="prostate", sites="bone", value="pairs")
    >>> [label.get_text() for label in diagram.artists["middle labels"]]
    ['Bone and marrow: 1']
    >>> kg.draw.alluvial(value="percent")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown value 'percent'. Did you mean 'statements', ...
    """

    name = "alluvial"
    noun = "alluvial diagram"
    choices = ("least", "top", "highlight", "order")
    orders = ORDERS

    def __init__(
        self,
        chosen: Selection,
        *,
        through: str = "region",
        value: str | None = None,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        check_choice("through", through, MIDDLES)
        if value is not None:
            check_choice("value", value, VALUES)
        framed = any((denominator, setting, occurrence))
        value = value or ("patients" if framed else "pairs")
        if value != "patients" and framed:
            raise ValueError(
                f"{value} have no denominator, setting or occurrence: add value='patients'"
            )
        if value != "patients" and chosen.least is not None:
            raise ValueError(f"least is a share, and {value} have none: add value='patients'")
        self.through, self.value = through, value
        self.nothing = "no count of patients" if value == "patients" else "no edge"
        self.edges = [pair for pair in chosen.pairs if pair.edge]
        kept: Sequence[Pair] = self.edges
        if value == "patients":
            self.choose_frame(self.edges, denominator, setting, occurrence)
            kept = without_twice(self.edges, self.frame, chosen.catalog)
            kept = [pair for pair in kept if self._has_count(pair)]
        self.cut = cut_pairs(kept, self.frame, chosen)
        self.flows = flows_of(
            self.cut.pairs, chosen.catalog, through=through, value=value, frame=self.frame
        )
        self.drawn = list({id(flow.pair): flow.pair for flow in self.flows}.values())
        self.signed = self.frame is None and len(self.flows) <= _SIGNED

    def _has_count(self, pair: Pair) -> bool:
        number = number_for(pair, self.frame)
        return number is not None and bool(number.count)

    def lay_out(self, room: Room) -> None:
        """Stack the streams, names wrapped as the room asks."""
        if not self.flows:
            return
        found = self._laid_out(self.flows, room.width, room.height, fill=room.fill)
        if found is None:
            names = max(len({key_of(flow)[at] for flow in self.flows}) for at in (0, 2))
            raise FitError(
                f"the alluvial diagram of {plural(len(self.drawn), 'pair')}",
                room,
                f"room for {plural(names, 'name')} one below the other, and for streams between",
                would_fit(
                    room,
                    self.style.scale,
                    self._would_fit,
                    len(self.drawn),
                    legend_height(self._entries(1, 0.1), room.width, self.style),
                ),
            )
        self.layout = found
        self.size = found.width, found.height

    def _laid_out(
        self, flows: Sequence[Flow], width: float, height: float | None, *, fill: bool
    ) -> Streams | None:
        chosen = self.chosen
        by = ("cancer", _HEADS[self.through], "site")
        heads = [f"{capitalize(self.value)} by {one}" for one in by]
        return lay_out_alluvial(
            flows,
            self.through,
            self.style,
            width,
            height,
            adds_up=self.value != "patients",
            fill=fill,
            heads=(heads[0], heads[1], heads[2]),
            order=self.order,
            given=(chosen.primaries or (), chosen.sites or ()),
        )

    def _would_fit(self, width: float, height: float | None, count: int) -> bool:
        kept = {id(pair) for pair in best_first(self.drawn, self.frame)[:count]}
        flows = [flow for flow in self.flows if id(flow.pair) in kept]
        return self._laid_out(flows, width, height, fill=True) is not None

    def _is_lit(self, flow: Flow) -> bool:
        return self.chosen.is_lit(flow.primary, flow.site)

    def sources(self) -> list[str]:
        """Return the sources of the pairs, or of the numbers where patients are counted."""
        if self.frame is None:
            return super().sources()
        numbers = [number_for(pair, self.frame) for pair in self.drawn]
        return sorted({number.source for number in numbers if number})

    def rows(self) -> list[Drawn]:
        """Return every stream: how much it counts, and of patients the number that it is."""
        return [
            drawn_of(
                flow.mark,
                self.chosen.catalog,
                key=row_key(*key_of(flow)),
                via=middle_label(flow.middle),
                value=flow.weight,
                measure=self.value,
            )
            for flow in self.flows
        ]

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw flows, blocks and labels."""
        return draw_flows(sheet, self.layout, top, signs=self.signed, is_lit=self._is_lit)

    def title(self) -> str:
        """Return what is counted, from whom to where: never what could be taken for patients."""
        said = spread_title(self.drawn, self.chosen)
        if self.frame:
            return f"{said}: number of patients with each site ({whom_of(self.frame)})"
        return f"{said}: number of {_COUNTED[self.value]}"

    def whom(self) -> str:
        """Return whom or what the streams count, for the caption in the picture."""
        if self.frame:
            return f"Number of {whom_of(self.frame)} with each site; one with two counts twice."
        if not self.flows:
            return ""
        return f"Streams count {_COUNTED[self.value]}."

    def rules(self) -> list[str]:
        """Return what heights count and what the middle is, and how many pairs are left out."""
        counted = self._counting_rules() if self.flows else []
        signs = [*basis_rule(self._basis()), *dispute_rule(self.drawn, "Squares")]
        return [*counted, *signs, *self.cut.rules, *undrawn(self.chosen.pairs)]

    def _basis(self) -> list[str | None]:
        """Return the signs of what edges rest on; a count of patients speaks for itself."""
        return [shown_basis(pair) for pair in self.drawn] if self.signed else []

    def _counting_rules(self) -> list[str]:
        counted = {
            "statements": "the number of statements of sources in favor of a pair, whatever they "
            "count: it tells how much is written, not how often it happens",
            "pairs": "one for each pair of a primary and a site, however often it happens",
            "patients": f"n, the number of {whom_of(self.frame)} with the site; a patient with "
            "two sites counts in both, so that heights of one primary do not add up to its "
            "patients; heights follow the size of each series, not how often the site is reached",
        }[self.value]
        rules = [f"Height: {counted}."]
        if self.value == "patients":
            rules += [*self._twice_rules(), *_series_rules(self.flows)]
        rules += self._room_rules()
        if self.through == "route":
            rules.append("Route as its source states it; nothing is inferred from the site.")
        else:
            rules.append(
                "Lymph nodes stand together, wherever they lie; other sites by the part of the "
                "body."
            )
        return [*rules, *color_rule(self.drawn, self.style.primaries), NOT_POOLED]

    def _twice_rules(self) -> list[str]:
        """Return which pairs are left out, without a count or counted by another."""
        once = without_twice(self.edges, self.frame, self.chosen.catalog)
        bare = sum(not self._has_count(pair) for pair in once)
        left_out = {
            "without such a count": bare,
            "of a kind of cancer or a part of a site that is drawn, whose patients would count "
            "twice,": len(self.edges) - len(once),
        }
        return [
            f"{plural(count, 'pair')} {said} {'is' if count == 1 else 'are'} left out."
            for said, count in left_out.items()
            if count
        ]

    def _room_rules(self) -> list[str]:
        """Return what is faded, and what is left out for room."""
        rules = []
        if not all(map(self._is_lit, self.flows)):
            rules.append(NOT_LIT)
        if self.size and self.layout.without_numbers:
            rules.append("The numbers beside names are left out for room.")
        if self.frame is None and not self.signed and any(map(shown_basis, self.drawn)):
            rules.append("What edges rest on is not drawn on so many streams.")
        return rules

    def legend(self) -> list[LegendEntry]:
        """Return how high so many are: the most that fits a line of the legend."""
        unit = self.layout.unit
        number = next((one for one in _SAMPLES if one * unit <= _SAMPLE_HEIGHT), 1)
        return [*self._entries(number, number * unit), *self._letters()]

    def _entries(self, number: int, high: float) -> list[LegendEntry]:
        def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
            color = sheet.style.faint_ink
            return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, linewidth=0.0)

        words = f"height of {plural(number, self.value.removesuffix('s'), self.value)}"
        if self.frame is None:
            words = f"{words} (not patients)"
        signs = [*dispute_entry(self.drawn), *basis_entries(self._basis())]
        return [LegendEntry(words, draw), *signs]

    def _letters(self) -> list[LegendEntry]:
        """Return the letters that are written beside numbers."""
        if self.layout.without_numbers:
            return []
        reached = Counter(flow.site for flow in self.flows)
        return letter_entries([flow.mark for flow in self.flows if reached[flow.site] == 1])

    def empty_findings(self) -> str:
        """Return that nothing is counted."""
        return "An empty alluvial diagram: nothing fits what was asked for."

    def findings(self) -> str:
        """Return how much is counted, by what, and the largest flows."""
        drawn, flows, through, value = self.drawn, self.flows, self.through, self.value
        total = sum(flow.weight for flow in flows)
        size = " to ".join(count_ends(drawn))
        if value == "patients":  # one with two sites would count twice: no sums
            parts = [f"Alluvial diagram of patients from {size}, by {through}."]
        else:
            counted = plural(total, value.removesuffix("s"), value)
            middles = _ranked((middle_label(flow.middle), flow.weight) for flow in flows)
            parts = [
                f"Alluvial diagram of {counted} from {size}, by {through}.",
                f"By {through}: {', '.join(middles)}.",
            ]
        largest = _ranked((_told(flow), flow.weight) for flow in flows)
        parts.append(f"Largest: {', '.join(largest[:5])}.")
        unstated = sum(flow.weight for flow in flows if flow.middle == NOT_STATED)
        if unstated and value != "patients":
            parts.append(f"The route is not stated for {unstated:,} of {total:,}.")
        parts += limit_rules([flow.mark for flow in flows])
        parts += [*basis_words(drawn), *dispute_words(drawn)]
        return " ".join([*parts, best_supported(drawn), stand_out(drawn)])


draw_alluvial = front(Alluvial)


def _series_rules(flows: Sequence[Flow]) -> list[str]:
    """Return which numbers of patients are written, and which are of a part of a population."""
    rules = []
    if len({flow.site for flow in flows}) < len(flows):
        rules.append(
            "A site that several series reach has no number: their patients add up to none."
        )
    return [*rules, *limit_rules([flow.mark for flow in flows])]


def _told(flow: Flow) -> str:
    """Return a pair in words, with the letter of what limits its number."""
    pair = label_of(flow.pair)
    return f"{pair} [{flow.mark.letter}]" if flow.mark.letter else pair


def _ranked(weights: Iterable[tuple[str, int]]) -> list[str]:
    """Return names with their sums, the largest first."""
    sums: Counter[str] = Counter()
    for name, weight in weights:
        sums[name] += weight
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return [f"{name} ({weight:,})" for name, weight in ranked]
