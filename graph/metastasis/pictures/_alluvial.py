"""The alluvial diagram: primaries, what lies between, and sites, as streams of one height each.

Long because it holds both how the streams are drawn and what is said of them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matplotlib.path import Path

from metastasis._errors import check_choice
from metastasis._evidence.number import number_for
from metastasis.pictures._alluvial_layout import (
    APART,
    BLOCK,
    MIDDLES,
    NOT_STATED,
    VALUES,
    flows_of,
    key_of,
    lay_out_alluvial,
    middle_label,
    with_number,
)
from metastasis.pictures._drawn import drawn_of, row_key
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import (
    dispute_rule,
    dispute_words,
    is_disputed,
    meanings,
    shown_basis,
)
from metastasis.pictures._sheet import text_width
from metastasis.pictures._signs import (
    basis_entries,
    basis_radius,
    basis_rule,
    basis_words,
    clear_place,
    dispute_entry,
    draw_basis,
    draw_square,
    letter_entries,
)
from metastasis.pictures._surround import SAMPLE, LegendEntry
from metastasis.pictures._words import (
    NOT_POOLED,
    best_supported,
    capitalize,
    label_of,
    name_primaries,
    name_sites,
    plural,
    stand_out,
    undrawn,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._alluvial_layout import Flow, Streams
    from metastasis.pictures._drawn import Drawn
    from metastasis.pictures._labels import Point
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet

__all__ = [
    "draw_alluvial",
]


_SAMPLES = (10_000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""Numbers of which one is the sample of the legend: the largest that is not too high."""
_SAMPLE_HEIGHT = 0.16
"""Inches of that sample at most: a line of the legend."""
_NAMED = 6
"""Pairs that the caption names of each letter."""


_DISPUTED = tuple((50 + step) / 100 for step in range(40))
"""At which share of its way to the site a flow is marked where sources conflict: the first that is
clear of other marks."""
_RESTS = tuple((88 - step) / 100 for step in range(80))
"""The same of what its edge rests on."""
_APART = 0.15
"""Inches between the middles of two marks at least."""


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
        What heights count: ``"statements"`` in favor of a pair, ``"pairs"``, or ``"patients"`` (n
        of one number of each pair, all in one frame).
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

    def __init__(
        self,
        chosen: Selection,
        *,
        through: str = "region",
        value: str = "statements",
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        check_choice("through", through, MIDDLES)
        check_choice("value", value, VALUES)
        if value != "patients" and any((denominator, setting, occurrence)):
            raise ValueError(f"a count of {value} has no denominator: add value='patients'")
        self.through, self.value = through, value
        self.nothing = "no count of patients" if value == "patients" else "no edge"
        self.edges = [pair for pair in chosen.pairs if pair.edge]
        if value == "patients":
            self.choose_frame(self.edges, denominator, setting, occurrence)
        self.flows = flows_of(
            self.edges, chosen.catalog, through=through, value=value, frame=self.frame
        )
        self.drawn = list({id(flow.pair): flow.pair for flow in self.flows}.values())
        if self.flows:
            adds_up = value != "patients"
            self.layout = lay_out_alluvial(self.flows, through, self.style, adds_up=adds_up)
            self.size = self.layout.width, self.layout.height

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
        return draw_flows(sheet, self.layout, top, numbers=self.frame is not None)

    def title(self) -> str:
        """Return what is counted, from whom to where."""
        who = name_primaries({flow.pair.primary_label for flow in self.flows})
        sites = name_sites({flow.pair.site_label for flow in self.flows})
        what = f"patients with each site ({self.frame})" if self.frame else self.value
        return f"Metastasis of {who} to {sites}: number of {what}"

    def rules(self) -> list[str]:
        """Return what heights count and what the middle is, and how many pairs are left out."""
        counted = self._counting_rules() if self.flows else []
        signs = [*basis_rule(self._basis()), *dispute_rule(self.drawn, "Squares")]
        return [*counted, *signs, *undrawn(self.chosen.pairs)]

    def _basis(self) -> list[str | None]:
        """Return the signs of what edges rest on; a count of patients speaks for itself."""
        return [] if self.frame else [shown_basis(pair) for pair in self.drawn]

    def _counting_rules(self) -> list[str]:
        counted = {
            "statements": "the number of statements of sources in favor of a pair, whatever they "
            "count: it tells how much is written, not how often it happens",
            "pairs": "one for each pair of a primary and a site, however often it happens",
            "patients": f"n, the number of {self.frame} with the site; a patient with two sites "
            "counts in both, so that heights of one primary do not add up to its patients; heights "
            "follow the size of each series, not how often the site is reached",
        }[self.value]
        rules = [f"Height: {counted}."]
        if missing := len(self.edges) - len({(one.primary, one.site) for one in self.flows}):
            verb = "is" if missing == 1 else "are"
            rules.append(f"{plural(missing, 'pair')} without such a count {verb} left out.")
        if self.value == "patients":
            rules += _series_rules(self.flows)
        if self.through == "route":
            rules.append("Route as its source states it; nothing is inferred from the site.")
        else:
            rules.append(
                "Lymph nodes stand together, wherever they lie; other sites by the part of the "
                "body."
            )
        several = len({flow.primary for flow in self.flows})
        if several > 1:
            repeats = ", and repeats" if several > len(self.style.primaries) else ""
            rules.append(f"Color only tells primaries apart{repeats}.")
        return [*rules, NOT_POOLED]

    def legend(self) -> list[LegendEntry]:
        """Return how high so many are: the most that fits a line of the legend."""
        unit = self.layout.unit
        number = next((one for one in _SAMPLES if one * unit <= _SAMPLE_HEIGHT), 1)
        high = number * unit

        def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
            color = sheet.style.faint_ink
            return sheet.box(x, y - high / 2, SAMPLE, high, color, gid, linewidth=0.0)

        words = f"height of {plural(number, self.value.removesuffix('s'), self.value)}"
        letters = letter_entries([flow.mark for flow in self.flows])
        signs = [*dispute_entry(self.drawn), *basis_entries(self._basis()), *letters]
        return [LegendEntry(words, draw), *signs]

    def empty_findings(self) -> str:
        """Return that nothing is counted."""
        return "An empty alluvial diagram: nothing fits what was asked for."

    def findings(self) -> str:
        """Return how much is counted, by what, and the largest flows."""
        drawn, flows, through, value = self.drawn, self.flows, self.through, self.value
        total = sum(flow.weight for flow in flows)
        size = (
            f"{plural(len({one.primary for one in drawn}), 'primary', 'primaries')} to "
            f"{plural(len({one.site for one in drawn}), 'site')}"
        )
        if value == "patients":  # one with two sites would count twice: no sums
            parts = [f"Alluvial diagram of patients from {size}, by {through}."]
        else:
            middles = _ranked((middle_label(flow.middle), flow.weight) for flow in flows)
            parts = [
                f"Alluvial diagram of {total:,} {value} from {size}, by {through}.",
                f"By {through}: {', '.join(middles)}.",
            ]
        largest = _ranked((_told(flow), flow.weight) for flow in flows)
        parts.append(f"Largest: {', '.join(largest[:5])}.")
        unstated = sum(flow.weight for flow in flows if flow.middle == NOT_STATED)
        if unstated and value != "patients":
            parts.append(f"The route is not stated for {unstated:,} of {total:,}.")
        parts += _limit_rules(flows)
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
    return [*rules, *_limit_rules(flows)]


def _limit_rules(flows: Sequence[Flow]) -> list[str]:
    """Return what each letter means, and on which pairs: not every flow has a number to mark."""
    marks = [flow.mark for flow in flows]
    rules = []
    for letter, said in meanings(marks).items():
        of = [label_of(one.pair) for one in marks if one.letter == letter]
        more = [f"{len(of) - _NAMED} more"] if len(of) > _NAMED else []
        where = f" ({', '.join([*of[:_NAMED], *more])})" if of else ""
        rules.append(f"{capitalize(letter) if not of else letter}{where}: {said}.")
    return rules


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


def draw_flows(
    sheet: Sheet, laid: Streams, top: float, *, numbers: bool
) -> dict[str, tuple[Artist, ...]]:
    """Draw flows, blocks, leaders, labels and numbers from a height on; return them by role.

    With ``numbers`` flows count patients, and have no sign of what their edge rests on.
    """
    palette = sheet.style.primaries
    colors = {block.key: palette[at % len(palette)] for at, block in enumerate(laid.columns[0])}
    return {
        "flows": tuple(_draw_flows(sheet, laid, top, colors)),
        **_draw_marks(sheet, laid, top, colors, numbers=numbers),
        "primary blocks": tuple(_draw_blocks(sheet, laid, top, 0, colors)),
        "middle blocks": tuple(_draw_middles(sheet, laid, top)),
        "site blocks": tuple(_draw_blocks(sheet, laid, top, 2, {})),
        "primary labels": tuple(_draw_labels(sheet, laid, top, 0)),
        "middle labels": tuple(_draw_middle_labels(sheet, laid, top)),
        "site labels": tuple(_draw_labels(sheet, laid, top, 2)),
        "numbers": tuple(_draw_numbers(sheet, laid, top)),
    }


def _draw_flows(
    sheet: Sheet, laid: Streams, top: float, colors: Mapping[str, str]
) -> Iterator[Artist]:
    """Draw each flow as one shape in two parts, before and behind the middle; large ones first."""
    first, second, third, fourth = laid.edges
    for flow in sorted(laid.flows, key=lambda one: -one.weight):
        thick = laid.unit * flow.weight
        leaves, enters, goes_on, arrives = (top + y for y in laid.bands[key_of(flow)])
        path = Path.make_compound_path(
            _ribbon(first, leaves, second, enters, thick),
            _ribbon(third, goes_on, fourth, arrives, thick),
        )
        color, paper = colors[flow.primary], sheet.style.paper
        gid = _gid("flow", flow)
        yield sheet.fill(path, color, gid, alpha=0.6, edgecolor=paper, linewidth=0.4, zorder=2)


def _draw_marks(
    sheet: Sheet, laid: Streams, top: float, colors: Mapping[str, str], *, numbers: bool
) -> dict[str, tuple[Artist, ...]]:
    """Mark on their way to the site what sources conflict on, and what edges rest on.

    Each mark stands where it is clear of those before it.
    """
    taken: list[Point] = []

    def place(flow: Flow, shares: Sequence[float]) -> Point:
        places = [_point_of(laid, flow, top, share) for share in shares]
        taken.append(clear_place(places, taken, _APART))
        return taken[-1]

    disputed = [
        draw_square(sheet, *place(flow, _DISPUTED), _gid("conflict", flow))
        for flow in laid.flows
        if is_disputed(flow.pair)
    ]
    found = [
        (flow, basis) for flow in laid.flows if not numbers and (basis := shown_basis(flow.pair))
    ]
    radius = basis_radius(len(found))
    rests = [
        draw_basis(
            sheet,
            *place(flow, _RESTS),
            basis,
            _gid("basis", flow),
            radius=radius,
            color=colors[flow.primary],
        )
        for flow, basis in found
    ]
    return {"conflict marks": tuple(disputed), "basis marks": tuple(rests)}


def _gid(role: str, flow: Flow) -> str:
    return f"alluvial-{role}-{'--'.join(key_of(flow))}".replace(" ", "-")


def _point_of(laid: Streams, flow: Flow, top: float, share: float) -> Point:
    """Return the middle of a flow at a share of its way from the middle to the site."""
    _, _, third, fourth = laid.edges
    *_, goes_on, arrives = laid.bands[key_of(flow)]
    bent = 1.5 * share * (1 - share) + share**3
    risen = share**2 * (3 - 2 * share)
    y = goes_on + risen * (arrives - goes_on) + laid.unit * flow.weight / 2
    return third + bent * (fourth - third), top + y


def _ribbon(x1: float, y1: float, x2: float, y2: float, thick: float) -> Path:
    """Return a band that leaves and arrives level."""
    bend = 0.5 * (x2 - x1)
    points = [
        (x1, y1),
        (x1 + bend, y1),
        (x2 - bend, y2),
        (x2, y2),
        (x2, y2 + thick),
        (x2 - bend, y2 + thick),
        (x1 + bend, y1 + thick),
        (x1, y1 + thick),
        (x1, y1),
    ]
    curve = [Path.CURVE4] * 3
    return Path(points, [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY])


def _draw_blocks(
    sheet: Sheet, laid: Streams, top: float, at: int, colors: Mapping[str, str]
) -> Iterator[Artist]:
    kind, x = ("site", laid.edges[3]) if at else ("primary", laid.edges[0] - BLOCK)
    for block in laid.columns[at]:
        color = colors.get(block.key, sheet.style.ink)
        high = max(block.high - block.low, 0.01)
        gid = f"alluvial-block-{kind}-{block.key}"
        yield sheet.box(x, top + block.low, BLOCK, high, color, gid, linewidth=0.0, zorder=3)


def _draw_middles(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Draw the blocks in the middle; that of no stated route is open and dashed."""
    style = sheet.style
    left, right = laid.edges[1:3]
    for block in laid.columns[1]:
        look = {"edgecolor": style.faint_ink, "linewidth": 0.8}
        if block.key == NOT_STATED:
            look |= {"linestyle": (0, (4.0, 2.5))}
        fill = style.paper if block.key == NOT_STATED else style.other_fill
        gid = f"alluvial-block-middle-{block.key}".replace(" ", "-")
        yield sheet.box(
            left, top + block.low, right - left, block.high - block.low, fill, gid, zorder=3, **look
        )


def _draw_middle_labels(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    x = (laid.edges[1] + laid.edges[2]) / 2
    for block in laid.columns[1]:
        gid = f"alluvial-label-middle-{block.key}".replace(" ", "-")
        size = sheet.style.label_size
        yield sheet.write(
            x,
            top + block.text,
            with_number(block, adds_up=laid.adds_up),
            size=size,
            align="center",
            gid=gid,
        )


def _text_end(laid: Streams, at: int) -> tuple[float, int, str]:
    """Return where texts of a side start, in which direction they go, and how they are set."""
    if at == 0:
        return laid.edges[0] - BLOCK - APART, -1, "right"
    return laid.edges[3] + BLOCK + APART, 1, "left"


def _number_width(sheet: Sheet, laid: Streams, at: int) -> float:
    style = sheet.style
    widths = [
        text_width(block.number, style.caption_size, style.font)
        for block in laid.columns[at]
        if block.number
    ]
    return 1.05 * max(widths) + 0.1 if widths else 0.0


def _draw_labels(sheet: Sheet, laid: Streams, top: float, at: int) -> Iterator[Artist]:
    x, sign, align = _text_end(laid, at)
    x += sign * _number_width(sheet, laid, at)
    kind = "site" if at else "primary"
    for block in laid.columns[at]:
        gid = f"alluvial-label-{kind}-{block.key}"
        size = sheet.style.label_size
        yield sheet.write(x, top + block.text, block.label, size=size, align=align, gid=gid)


def _draw_numbers(sheet: Sheet, laid: Streams, top: float) -> Iterator[Artist]:
    """Write beside each name how many it counts, right-aligned."""
    style = sheet.style
    for at in (0, 2):
        x, _, _ = _text_end(laid, at)
        right = x + (_number_width(sheet, laid, at) - 0.1 if at else 0.0)
        for block in (one for one in laid.columns[at] if one.number):
            yield sheet.write(
                right,
                top + block.text,
                block.number,
                size=style.caption_size,
                align="right",
                color=style.faint_ink,
                gid=f"alluvial-number-{'site' if at else 'primary'}-{block.key}",
            )
