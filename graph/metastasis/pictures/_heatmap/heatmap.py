"""The kind itself: what is asked for, what is chosen, and what it says of itself.

Long because a kind decides all of its own: what is drawn, where it fits, what it says.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import FitError, check_choice
from metastasis._evidence.number import choose_frame
from metastasis.pictures._front import front
from metastasis.pictures._heatmap.arrangement import ORDERS, arrange
from metastasis.pictures._heatmap.cells import (
    CELL_STATES,
    FULL,
    NONE,
    count_cell,
    percent_cell,
    ratio_cell,
    ratio_label,
)
from metastasis.pictures._heatmap.drawing import Painting
from metastasis.pictures._heatmap.layout import Wanted, details, fit_grid
from metastasis.pictures._heatmap.legend import CLASSES, TIMES, scale_entries
from metastasis.pictures._heatmap.looks import draw_sample, proximity_entry
from metastasis.pictures._heatmap.margins import count_margins, percent_margins, ratio_margins
from metastasis.pictures._heatmap.ratio import ratio_table
from metastasis.pictures._heatmap.words import (
    choice_rules,
    count_rules,
    highest_words,
    left_out_numbers,
    lost_rules,
    order_rules,
    percent_rules,
    proximity_rules,
    ratio_rules,
    state_words,
)
from metastasis.pictures._kind import Kind
from metastasis.pictures._said.drawn import drawn_of
from metastasis.pictures._said.mark import (
    dispute_rule,
    dispute_words,
    has_no_interval,
    letter_rules,
    mark_of,
    marks_of,
)
from metastasis.pictures._said.words import (
    best_supported,
    name_primaries,
    plural,
    small_print,
    stand_out,
    whom_of,
)
from metastasis.pictures._sheet.fitting import height_around, legend_height, most_that_fits
from metastasis.pictures._sheet.place import SIZES, Room
from metastasis.pictures._sheet.surround import LegendEntry
from metastasis.pictures._signs.signs import (
    basis_entries,
    basis_rule,
    basis_words,
    dispute_entry,
    letter_entries,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._heatmap.arrangement import Arrangement
    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._heatmap.layout import Detail, Grid
    from metastasis.pictures._heatmap.margins import Margins
    from metastasis.pictures._heatmap.ratio import RatioTable
    from metastasis.pictures._said.drawn import Drawn
    from metastasis.pictures._said.selection import Selection
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["Heatmap", "draw_heatmap"]

_VALUES: Final = ("sources", "percent", "ratio")
_ANNOTATIONS: Final = ("fit", "percent", "n/N", "none")
_HIGHEST: Final = 200.0
_NEAR: Final = 0.05
_PLACES: Final = ("onehalf", "page", "slide")


class Heatmap(Kind):
    """Draw primaries by sites, with what is reported, reported absent, conflicting and not studied.

    Primaries and sites that are named stay even where nothing is known of them. Where there is
    nothing to draw at all, the picture says so, with an `EmptyDiagramWarning`. What has no room
    falls away in this order, and the caption says so: bars at the margins, the second line of
    cells, all that is printed in them, names of groups.

    Parameters
    ----------
    value
        ``"sources"``: cells are shaded by class of edge and print the number of sources;
        ``"percent"``: cells are shaded by percentage and print n/N, all in one frame;
        ``"ratio"``: how many times the share of all cancers together the share of one is, within
        the one source that counts most pairs in the frame. Numbers on one stage only are left out.
    annotate
        What cells print: ``"percent"``, ``"n/N"``, or ``"none"``, as None is; ``"fit"`` is as much
        as there is room for.
    margins
        Whether bars tell the largest N of each row (of sources: how many) and how many cancers were
        seen at each site; None is where there is room.
    tree
        Whether trees at the margins tell how alike rows and columns are; takes the order
        ``"clusters"``.
    denominator
        With a percentage or a ratio: out of whom; None is the only one that there is.
    setting
        With a percentage or a ratio: when; None is the only one that there is.
    occurrence
        With a percentage or a ratio: the site at ``"any"`` time, as the ``"only_site"`` or as the
        ``"first_site"``.
    least
        With a percentage or a ratio: rows and columns whose shares are all under so many percent
        are left out; the caption says how many. None is none.
    top
        So many primaries and so many sites at most: those with the highest sums of shares, or with
        the most sources. None is all.
    highlight
        Primaries or sites to bring out, by name: all other cells are faded. None is all alike.
    order
        ``"clusters"``: like beside like; ``"system"``: grouped by organ system; ``"share"``: the
        highest sums of shares first, or the most sources; ``"given"``: as named; ``"name"``. None
        is clusters.

    Returns
    -------
    Diagram
        With artists ``cells`` (row by row; a cell that is not studied has none), ``cell texts``,
        ``strokes`` (through what is reported absent), ``conflict marks`` (in the corner of a cell
        with an edge that sources conflict on), ``basis marks``, ``own organ marks`` and ``neighbor
        marks`` (in the other corners), ``unstudied dots`` and ``inapplicable crosses`` (one artist
        each), ``primary labels`` (top to bottom), ``site labels`` (left to right), ``grid``,
        ``group names``, ``axes`` (lines over groups of sites), ``trees``, ``row bars``, ``column
        bars`` and ``bar texts``, and ``title``, ``legend samples``, ``legend labels``, ``caption``.

    Examples
    --------
    >>> import metastasis as mets
    >>> kg = mets.load()
    >>> diagram = kg.draw.heatmap(primaries="prostate", sites="bone")
    >>> [label.get_text() for label in diagram.artists["site labels"]]
    ['Bone']
    >>> kg.draw.heatmap(primaries="prostate", value="percent")
    Traceback (most recent call last):
    ...
    metastasis.EvidenceError: numbers with different denominators, settings or occurrences ...
    """

    name = "heatmap"
    noun = "heat map"
    choices = ("least", "top", "highlight", "order")
    orders = ORDERS

    def __init__(
        self,
        chosen: Selection,
        *,
        value: str = "sources",
        annotate: str | None = "fit",
        margins: bool | None = None,
        tree: bool = False,
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str = "any",
    ) -> None:
        super().__init__(chosen)
        annotate = None if annotate == "none" else annotate
        self._check(value, annotate, tree, (denominator, setting, occurrence))
        self.value = value
        self.parts = denominator, setting, occurrence
        self.table: RatioTable | None = None
        if self.has_numbers:
            self.frame = self._framed(denominator, setting, occurrence)
        if value == "ratio" and (self.frame or chosen.pairs):
            self.table = ratio_table(self._everyone(), self.frame, chosen.catalog)
        self.wanted = Wanted(annotate, margins, tree, self.has_numbers, value == "percent")
        self.made = self._made(chosen.top)
        self.margins = self._margins(self.made)
        self.grid: Grid | None = None
        self.room: Room | None = None
        if self.made.cells:
            self.size = self.empty_size

    @property
    def has_numbers(self) -> bool:
        """Whether cells show numbers of one frame."""
        return self.value != "sources"

    def _check(
        self,
        value: str,
        annotate: str | None,
        tree: bool,
        parts: tuple[str | None, str | None, str],
    ) -> None:
        check_choice("value", value, _VALUES)
        if annotate is not None:
            check_choice("annotate", annotate, _ANNOTATIONS)
        if value == "sources" and parts != (None, None, "any"):
            raise ValueError(
                "sources have no denominator, setting or occurrence: add value='percent'"
            )
        if value != "percent" and annotate in ("percent", "n/N"):
            raise ValueError(f"annotate={annotate!r} takes value='percent'")
        if value == "sources" and self.chosen.least is not None:
            raise ValueError("least is a share, and sources have none: add value='percent'")
        if tree and self.order != "clusters":
            raise ValueError("a tree takes the order of clusters: leave order out, or tree")

    def _framed(self, denominator: str | None, setting: str | None, occurrence: str) -> Any:
        return choose_frame(
            self.chosen.pairs,
            denominator=denominator,
            setting=setting,
            occurrence=occurrence,
            ask=True,
            needed=False,
        ).frame

    def _everyone(self) -> list[Pair]:
        """Return the pairs of all cancers at the sites chosen, from the sources chosen."""
        chosen = self.chosen
        pairs = chosen.evidence.pairs(sites=set(chosen.sites) if chosen.sites else None)
        if chosen.sources is None:
            return list(pairs)
        named = set(chosen.sources)
        return [
            replace(pair, assertions=kept)
            for pair in pairs
            if (kept := tuple(one for one in pair.assertions if one.source in named))
        ]

    # What is drawn

    def _made(self, top: int | None) -> Arrangement:
        """Return the table: chosen and ordered first, then marked in the order drawn."""
        pairs = self._pairs()
        first = [self._cell(pair, None) for pair in pairs]
        made = arrange(self._with_numbers(first), self.chosen, top, self.order)
        if self.frame is None:
            return made
        marks = marks_of([cell.pair for cell in made.cells], self.frame)
        return made.with_cells(self._cell(mark.pair, mark) for mark in marks)

    def _pairs(self) -> Sequence[Pair]:
        if self.has_numbers and self.frame is None:
            return ()
        if self.table is not None:
            return self.table.narrowed(self.chosen.pairs)
        return self.chosen.pairs

    def _cell(self, pair: Pair, mark: Any) -> Cell:
        lit = self.chosen.is_lit(pair.primary, pair.site)
        if not self.has_numbers:
            return count_cell(pair, is_lit=lit)
        is_worded = mark is not None
        mark = mark or mark_of(pair, self.frame)
        if self.table is not None:
            ratio = self.table.ratio(pair.primary, pair.site)
            return ratio_cell(mark, ratio, self.style, is_lit=lit)
        return percent_cell(mark, self.style, is_lit=lit, is_worded=is_worded)

    def _with_numbers(self, cells: list[Cell]) -> list[Cell]:
        """Leave out rows and columns without a number, unless they are named."""
        if not self.has_numbers:
            return cells
        shown = [cell.pair for cell in cells if cell.mark.number]
        rows = {pair.primary for pair in shown} | set(self.chosen.named_primaries)
        columns = {pair.site for pair in shown} | set(self.chosen.named_sites)
        return [cell for cell in cells if cell.key[0] in rows and cell.key[1] in columns]

    def _margins(self, made: Arrangement) -> Margins | None:
        if self.table is not None:
            return ratio_margins(made, self.table)
        return percent_margins(made) if self.has_numbers else count_margins(made)

    def lay_out(self, room: Room) -> None:
        """Lay the table out with as much as there is room for.

        Raises
        ------
        FitError
            There is no room for cells and labels alone.
        """
        if not self.made.cells:
            return
        is_first = self.room is None
        self.room = room
        self.grid = fit_grid(self.made, self.margins, self.wanted, self.style, room)
        if self.grid is None:
            rows, columns = len(self.made.rows), len(self.made.columns)
            what = f"the heat map of {rows} by {columns}"
            left = self._beside_legend(room) if is_first else room
            raise FitError(what, room, *self._refusal(room, left))
        self.size = self.grid.width, self.grid.height

    def _beside_legend(self, room: Room) -> Room:
        """Return what the legend leaves of a room that it has not been taken from yet."""
        if room.height is None:
            return room
        taken = legend_height(self.legend(), room.width, self.style)
        return replace(room, height=room.height - taken)

    def _refusal(self, room: Room, left: Room) -> tuple[str, list[str]]:
        """Return what it needs, and what would fit into what the legend leaves of the room."""
        return ("more", []) if self.tried else (self._needs(room), self._remedies(left))

    def _needs(self, room: Room) -> str:
        """Return what the map alone needs, beside what stands around it."""

        def fits(height: float | None) -> bool:
            taller = replace(room, height=height)
            made, wanted = self.made, self.wanted
            return fit_grid(made, self.margins, wanted, self.style, taller) is not None

        if not fits(None):
            return "more width for its columns"
        low, high = room.height or 0.0, _HIGHEST
        while high - low > _NEAR:
            middle = (low + high) / 2
            low, high = (low, middle) if fits(middle) else (middle, high)
        tall = 25.4 * high * self.style.scale
        return f"{tall:.0f} mm of height beside title, legend and caption"

    def _remedies(self, room: Room) -> list[str]:
        """Return what would fit: fewer rows and columns, a larger place, less beside the cells."""
        found = [*self._fewer(room), *self._larger(room)]
        plain = replace(self.wanted, annotate=None, margins=False, tree=False)
        if plain != self.wanted and fit_grid(self.made, None, plain, self.style, room):
            asked = {"annotate": "None", "margins": "False", "tree": "False"}
            more = [
                f"{name}={value}"
                for name, value in asked.items()
                if getattr(plain, name) != getattr(self.wanted, name)
            ]
            found.append(" and ".join(more))
        return found or list(self.remedies)

    def _fewer(self, room: Room) -> list[str]:
        """Return the largest ``top`` that has room, if any has."""
        most = max(len(self.made.rows), len(self.made.columns)) - 1
        fewer = most_that_fits(most, lambda top: self._fits_with(top, room))
        return [f"top={fewer}"] if fewer else []

    def _fits_with(self, top: int, room: Room) -> bool:
        made = self._made(top)
        return fit_grid(made, self._margins(made), self.wanted, self.style, room) is not None

    def _larger(self, room: Room) -> list[str]:
        """Return the first larger place of the same letters that has room."""
        scale = self.style.scale
        around = height_around(room, scale)
        for name in _PLACES:
            place = SIZES[name]
            if place.letters != room.place.letters or place.width / scale <= room.width:
                continue
            height = None if place.height is None else place.height / scale - around
            larger = Room(place.width / scale, height, fill=place.fills_width, place=place)
            if fit_grid(self.made, self.margins, self.wanted, self.style, larger) is not None:
                return [f"size={name!r}"]
        return []

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw cells, labels, bars and trees."""
        if self.grid is None:
            raise RuntimeError("it is laid out before it is drawn")
        lit = self.chosen.highlight or frozenset()
        rows = frozenset(self.made.rows) & lit or frozenset(self.made.rows)
        columns = frozenset(self.made.columns) & lit or frozenset(self.made.columns)
        painting = Painting(sheet, self.grid, self.made, self.margins, top)
        return painting.draw(rows, columns)

    def rows(self) -> list[Drawn]:
        """Return every cell of which something is said; its shade or number is its value."""
        return [
            drawn_of(cell.mark, self.chosen.catalog, **self._value_of(cell))
            for cell in self.made.cells
        ]

    def _value_of(self, cell: Cell) -> dict[str, Any]:
        if not self.has_numbers:
            return {"value": len(cell.pair.sources), "measure": "sources"}
        if cell.ratio is None:
            return {}
        found = cell.ratio
        between = f"95 % interval {ratio_label(found.low)} to {ratio_label(found.high)}"
        return {
            "value": found.value,
            "measure": TIMES,
            "note": f"{between}; all cancers {found.against.count:,}/{found.against.total:,}",
        }

    # What it says

    def title(self) -> str:
        """Return a title that counts what is drawn, and says out of whom."""
        who = name_primaries(list(self.made.rows.values()))
        columns = list(self.made.columns.values())
        where = columns[0] if len(columns) == 1 else plural(len(columns), "site")
        if self.frame is None:
            return f"What is known of metastasis of {who} to {where}"
        if self.table is not None:
            return f"Metastasis of {who} to {where} against all cancers: {whom_of(self.frame)}"
        return f"Metastasis of {who} to {where}: % of {whom_of(self.frame)}"

    def legend(self) -> list[LegendEntry]:
        """Return the steps of the scale, all of them, and the states that are in the figure."""
        made = self.made
        present = Counter(cell.state for cell in made.cells)
        present["unstudied"] = made.unstudied
        present["not_applicable"] = len(made.inapplicable)
        words = CELL_STATES | {
            "unstudied": self.chosen.unstudied,
            "unsure": "interval holds 1",
        }
        plain = [state for state in words if state not in CLASSES]
        states = [
            LegendEntry(
                words[state].partition(":")[0],
                draw_sample(state, sign=self._sign_of(state)),
                told=words[state],
            )
            for state in plain
            if present[state]
        ]
        marks = [cell.mark for cell in made.cells]
        return [
            *scale_entries(self.value, present, self.style, self.room.width if self.room else None),
            *self._dashed(),
            *states,
            *proximity_entry({cell.pair.proximity for cell in made.cells}),
            *dispute_entry(self._shown()),
            *basis_entries(self._basis()),
            *(letter_entries(marks) if self._text != NONE else []),
        ]

    def _dashed(self) -> list[LegendEntry]:
        """Return the look of a number without an interval, where a cell has one."""
        dashed = [
            cell
            for cell in self.made.cells
            if cell.state == "percent" and has_no_interval(cell.mark)
        ]
        sample = draw_sample("percent", dashed[0].step, dashed=True) if dashed else None
        return [LegendEntry("no interval", sample)] if dashed else []

    def _sign_of(self, state: str) -> str:
        """Return what is printed in the sample of a state, as in its cells."""
        printed = {"none_seen": "0"} if self.has_numbers else {}
        return printed.get(state, "") if self._text != NONE else ""

    @property
    def _text(self) -> str:
        """How much is printed in cells."""
        return self.grid.detail.text if self.grid else FULL

    @property
    def _most(self) -> Detail:
        """How much would be drawn if there were room."""
        return details(self.wanted, self.made, self.margins)[0]

    def _basis(self) -> list[str | None]:
        return [cell.mark.basis for cell in self.made.cells]

    def _shown(self) -> list[Pair]:
        return [cell.pair for cell in self.made.cells]

    def rules(self) -> list[str]:
        """Return what the cells mean, in which order they are, and what is not in them."""
        made = self.made
        left_out = choice_rules(made, self.chosen, numbers=self.has_numbers)
        left_out += self._left_out() if self.has_numbers else []
        if not made.cells:
            return left_out
        drawn = self.grid.detail if self.grid else self._most
        order = order_rules(made, self.order, drawn, numbers=self.has_numbers)
        return [
            *self._cell_rules(),
            *basis_rule(self._basis(), numbers=self.has_numbers),
            *dispute_rule(self._shown(), "Squares in the corner of a cell"),
            *proximity_rules(made.cells),
            *order,
            *self._margin_rules(drawn),
            *lost_rules(self._most, drawn),
            *left_out,
        ]

    def _margin_rules(self, drawn: Detail) -> list[str]:
        if self.margins is None:
            return []
        rows = [self.margins.row_rule] if drawn.row_bars or not self.margins.rows else []
        return [*rows, *([self.margins.column_rule] if drawn.column_bars else [])]

    def _cell_rules(self) -> list[str]:
        cells, text = self.made.cells, self._text
        if self.frame is None:
            return count_rules(cells, text)
        if self.table is not None:
            letters = letter_rules([cell.mark for cell in cells]) if text != NONE else []
            return [*ratio_rules(cells, self.frame, self.table, text), *letters]
        return percent_rules(cells, self.frame, text)

    def _left_out(self) -> list[str]:
        denominator, setting, occurrence = self.parts
        if self.frame is not None:
            denominator, setting = self.frame.denominator, self.frame.setting
        return left_out_numbers(self.chosen.pairs, denominator, setting, occurrence)

    def sources(self) -> list[str]:
        """Return the sources counted in the cells, or those of the percentages printed in them."""
        if self.table is not None:
            return [self.table.source] if self.made.cells else []
        if self.frame is None:
            return sorted({key for pair in self._shown() for key in pair.sources})
        return sorted({cell.mark.number.source for cell in self.made.cells if cell.mark.number})

    def ending(self) -> str:
        """Return the ending; sources of percentages are those of the numbers alone."""
        of = " of the numbers" if self.frame else ""
        return small_print(self.chosen.evidence, self.sources(), of)

    def findings(self) -> str:
        """Return how many cells are in which state, and which pairs stand out."""
        made = self.made
        rows = plural(len(made.rows), "primary", "primaries")
        cells = plural(len(made.rows) * len(made.columns), "cell")
        head = f"Heat map of {rows} by {plural(len(made.columns), 'site')}, {cells}"
        more = [*basis_words(self._shown()), *dispute_words(self._shown())]
        states = "; ".join(state_words(made, self.chosen.unstudied))
        marks = [cell.mark for cell in made.cells]
        if self.frame is not None:
            others = f" Other cells: {states}." if states else ""
            said = f"{head}: {highest_words(made.cells, self.frame)}{others}"
            return " ".join([said, *letter_rules(marks), *more])
        reported = [pair for pair in self._shown() if pair.edge]
        found = [best_supported(reported), stand_out(reported)]
        return " ".join(filter(None, [f"{head}: {states}.", *more, *found]))


draw_heatmap = front(Heatmap)
