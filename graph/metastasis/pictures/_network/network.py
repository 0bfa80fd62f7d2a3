"""The network: primaries on the left, sites on the right, a line for every edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis._errors import FitError, check_choice
from metastasis._evidence.edge import EDGES
from metastasis._evidence.pair import has_edge
from metastasis.pictures._front import front
from metastasis.pictures._kind import Kind
from metastasis.pictures._network.drawing import (
    FADED,
    MARK_SHAPES,
    draw_bipartite,
    line_of_class,
    line_of_share,
)
from metastasis.pictures._network.layout import lay_out_bipartite
from metastasis.pictures._said.cut import best_first, cut_pairs
from metastasis.pictures._said.mark import (
    STATES,
    dispute_rule,
    dispute_words,
    frame_words,
    highest,
    letter_rules,
    limit_rules,
    marks_of,
    number_rules,
    undrawn,
)
from metastasis.pictures._said.words import (
    CLASSES,
    NOT_LIT,
    NOT_POOLED,
    best_supported,
    class_rules,
    color_rule,
    count_ends,
    plural,
    spread_title,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.fitting import legend_height, would_fit
from metastasis.pictures._sheet.sides import ORDERS, side_orders
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry
from metastasis.pictures._signs.signs import (
    basis_entries,
    basis_rule,
    basis_words,
    dispute_entry,
    letter_entries,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.frame import Frame
    from metastasis._vocabulary import Edge
    from metastasis.pictures._network.layout import Bipartite
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import LineStyle

__all__ = ["Network", "draw_network"]

_VALUES: Final = ("classes", "share")
"""What the width of a line may be."""
_NEAR: Final = {
    "own_organ": "into its own organ (another part or the other side)",
    "neighbor": "into a neighboring organ",
}
_SAMPLES: Final = (100, 50, 20, 10, 5)
"""Percentages whose lines a legend may show: the largest that is reached, and one far less."""
_MANY: Final = 150
"""Lines, from which those that are not common are paler."""


class Network(Kind):
    """Draw which primaries spread to which sites, in an order with few crossings.

    Where sources conflict on an edge, a square marks it; where they conflict so that there is no
    edge, the caption counts the pairs. It also lists the primaries and sites that were named and
    have no line. Where there is nothing to draw, the picture says so, with an
    `EmptyDiagramWarning`.

    Parameters
    ----------
    value
        What the width of a line is: ``"classes"`` of edges, or the ``"share"`` of one frame. None
        is classes, and shares where any part of a frame, or ``least``, is named.
    edge
        ``"any"`` edge, or only ``"commonly"``, ``"possibly"`` or ``"rarely"``.

    Returns
    -------
    Diagram
        With artists ``edges`` (in the order drawn), ``proximity
        marks``, ``conflict marks``, ``basis marks``, ``primary labels``, ``primary dots``, ``site
        labels``, ``site dots`` (each top to bottom), and ``title``, ``legend samples``, ``legend
        labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.network(primaries="prostate", sites=["bone", "liver"])
    >>> [label.get_text() for label in diagram.artists["primary labels"]]
    ['Prostate cancer']
    >>> kg.draw.network(edge="often")
    Traceback (most recent call last):
    ...
    metastasis.UnknownNameError: unknown edge 'often'. Did you mean 'any', ...
    """

    name = "network"
    noun = "network"
    nothing = "no edge"
    choices = ("least", "top", "highlight", "order")
    orders = ORDERS

    def __init__(
        self,
        chosen: Selection,
        *,
        edge: Edge = "any",
        value: str | None = None,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str | None = None,
    ) -> None:
        super().__init__(chosen)
        check_choice("edge", edge, ("any", *EDGES))
        if value is not None:
            check_choice("value", value, _VALUES)
        framed = any((denominator, setting, occurrence))
        if value == "classes" and framed:
            raise ValueError(
                "classes have no denominator, setting or occurrence: add value='share'"
            )
        if value == "classes" and chosen.least is not None:
            raise ValueError("least is a share, and classes have none: add value='share'")
        self.edge = edge
        edges = [pair for pair in chosen.pairs if has_edge(pair, edge)]
        if value == "share" or framed or chosen.least is not None:
            self.choose_frame(edges, denominator, setting, occurrence)
        self.by_share = self.frame is not None
        self.cut = cut_pairs(edges, self.frame, chosen)
        self.drawn = self.cut.pairs
        self.marks = marks_of(self.drawn, self.frame)
        self.shares = self._single_shares()
        self.ordered: tuple[list[str], list[str]] | None = None

    def _single_shares(self) -> dict[str, str]:
        """Return the share to stand behind each name, where the other side has only one name."""
        ends = {pair.primary for pair in self.drawn}, {pair.site for pair in self.drawn}
        if min(map(len, ends)) != 1:
            return {}
        at = "site" if len(ends[0]) == 1 else "primary"
        return {getattr(one.pair, at): one.share_label for one in self.marks if one.number}

    def lay_out(self, room: Room) -> None:
        """Put primaries and sites in their order, names wrapped as the room asks."""
        if not self.drawn:
            return
        if self.ordered is None:
            self.ordered = self._order(self.marks)
        found = self._laid_out(
            self.marks,
            room.width,
            room.height,
            self.ordered,
            fill=room.fill,
            tall=room.place.fills_height,
        )
        if found is None:
            raise self._no_room(room)
        self.layout = found
        self.size = found.width, found.height

    def _order(self, marks: Sequence[Mark]) -> tuple[list[str], list[str]]:
        chosen = self.chosen
        classes = {"commonly": 3.0, "possibly": 2.0, "rarely": 1.0}
        values = [
            one.percent if self.by_share else classes.get(str(one.pair.edge), 0.0) for one in marks
        ]
        given = (chosen.primaries or (), chosen.sites or ())
        return side_orders([one.pair for one in marks], values, self.order, given)

    def _laid_out(
        self,
        marks: Sequence[Mark],
        width: float,
        height: float | None,
        orders: tuple[Sequence[str], Sequence[str]],
        *,
        fill: bool,
        tall: bool = False,
    ) -> Bipartite | None:
        """Return where everything stands, with shares behind names if there is room for them."""
        drawn = [one.pair for one in marks]
        for behind in (self.shares, {}) if self.shares else ({},):
            found = lay_out_bipartite(
                drawn, self.style, width, height, fill=fill, tall=tall, orders=orders, behind=behind
            )
            self.writes_shares = bool(behind)
            if found is not None:
                return found
        return None

    def _no_room(self, room: Room) -> FitError:
        names = max(
            len({pair.primary for pair in self.drawn}), len({pair.site for pair in self.drawn})
        )
        best = best_first(self.drawn, self.frame)

        def fits(width: float, height: float | None, count: int) -> bool:
            kept = {(pair.primary, pair.site) for pair in best[:count]}
            marks = [one for one in self.marks if (one.pair.primary, one.pair.site) in kept]
            # Which of them stand where makes no difference to whether they have room.
            orders = side_orders([one.pair for one in marks], [0.0] * len(marks), "name")
            return self._laid_out(marks, width, height, orders, fill=True) is not None

        return FitError(
            f"the network of {plural(len(self.drawn), 'edge')}",
            room,
            f"room for {plural(names, 'name')} one below the other, and for lines between",
            would_fit(
                room,
                self.style.scale,
                fits,
                len(self.drawn),
                legend_height(self.legend(), room.width, self.style),
            ),
        )

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw edges, marks, dots and labels."""
        return draw_bipartite(
            sheet, self.layout, self.marks, top, by_share=self.by_share, strength=self._strength
        )

    def _strength(self, mark: Mark) -> float:
        """Return how opaque a line is: of those that are not brought out, and of very many."""
        if self.chosen.highlight is not None:
            return 1.0 if self.chosen.is_lit(mark.pair.primary, mark.pair.site) else FADED
        is_quiet = mark.number is None if self.by_share else mark.pair.edge != "commonly"
        return 0.5 if is_quiet and len(self.marks) > _MANY else 1.0

    def title(self) -> str:
        """Return who spreads where, and out of whom shares are."""
        said = spread_title(self.drawn, self.chosen)
        return f"{said}: % of {whom_of(self.frame)}" if self.frame else said

    def legend(self) -> list[LegendEntry]:
        """Return what lines and marks mean that are in the figure."""
        near = {pair.proximity for pair in self.drawn}
        return [
            *(self._share_entries() if self.by_share else self._class_entries()),
            *(LegendEntry(words, _mark_sample(one)) for one, words in _NEAR.items() if one in near),
            *dispute_entry(self.drawn),
            *basis_entries(one.basis for one in self.marks),
            *(letter_entries(self.marks) if self.shares and self.writes_shares else []),
        ]

    def _class_entries(self) -> list[LegendEntry]:
        present = {pair.edge for pair in self.drawn}
        return [
            LegendEntry(words, _line_sample(line_of_class(name, self.style)))
            for name, words in CLASSES.items()
            if name in present
        ]

    def _share_entries(self) -> list[LegendEntry]:
        most = max((one.percent for one in self.marks), default=0.0)
        reached = [one for one in _SAMPLES if one <= most] or [_SAMPLES[-1]]
        entries = [
            LegendEntry(f"share of {share} %", _line_sample(line_of_share(share)))
            for share in dict.fromkeys((reached[0], *(reached[2:3] or reached[1:2])))
            if any(one.number for one in self.marks)
        ]
        if any(one.number is None for one in self.marks):
            entries.append(LegendEntry(STATES["words"], _line_sample(line_of_share(None))))
        return entries

    def rules(self) -> list[str]:
        """Return what lines mean, and how many pairs have none."""
        only = [f"Only edges of the class “{self.edge}” are drawn."] if self.edge != "any" else []
        left_out = [
            *only,
            *self.cut.rules,
            *dispute_rule(self.drawn, "Squares"),
            *undrawn(self.chosen.pairs),
        ]
        if not self.drawn:
            return left_out
        basis = basis_rule((one.basis for one in self.marks), numbers=self.by_share)
        said = self._share_rules(self.frame) if self.frame else self._class_rules()
        colors = color_rule(self.drawn, self.style.primaries, "the lines of ")
        return [*said, *basis, *self._faded_rule(), *colors, *left_out]

    def _class_rules(self) -> list[str]:
        lines = "Line width and pattern give the class of the edge, not a percentage."
        return [lines, *class_rules(self.drawn)]

    def _share_rules(self, frame: Frame) -> list[str]:
        said = [f"Width of a line: {frame_words(frame, self.why)}; intervals are not drawn."]
        rules = number_rules(self.marks, frame, without="")
        if not (self.shares and getattr(self, "writes_shares", False)):
            lettered = letter_rules(self.marks)
            rules = [one for one in rules if one not in lettered and not one.startswith("*")]
            rules += limit_rules(self.marks)
        # Of intervals nothing is said where none are drawn.
        said += [one for one in rules if "interval" not in one]
        if any(one.number is None for one in self.marks):
            said.append(
                "Dotted lines: reported in words or with other numbers only; no frequency can be "
                "read from them."
            )
        return [*said, NOT_POOLED]

    def _faded_rule(self) -> list[str]:
        if self.chosen.highlight is not None:
            lit = all(self._strength(one) == 1 for one in self.marks)
            return [] if lit else [NOT_LIT]
        if all(self._strength(one) == 1 for one in self.marks):
            return []
        of = "without a number" if self.by_share else "that are not common"
        return [f"Paler: edges {of}."]

    def findings(self) -> str:
        """Return how many edges of each class there are, and which pairs stand out."""
        drawn = self.drawn
        classes = [(name, sum(pair.edge == name for pair in drawn)) for name in CLASSES]
        shares = (
            [f"Highest of {whom_of(self.frame)}: {highest(self.marks)}.", *letter_rules(self.marks)]
            if self.frame and any(one.number for one in self.marks)
            else []
        )
        more = " ".join([*shares, *basis_words(drawn), *dispute_words(drawn)])
        primaries, sites = count_ends(drawn)
        return (
            f"Network of {primaries} on the left and {sites} on the right, joined by "
            f"{plural(len(drawn), 'edge')}: "
            f"{', '.join(f'{count} {name}' for name, count in classes if count)}. {more} "
            f"{best_supported(drawn)} {stand_out(drawn)}"
        )


draw_network = front(Network)


def _line_sample(how: LineStyle) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return sheet.line([(x, y), (x + SAMPLE, y)], how, sheet.style.ink, gid)

    return draw


def _mark_sample(name: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return MARK_SHAPES[name](sheet, x + SAMPLE / 2, y, sheet.style.ink, gid)

    return draw
