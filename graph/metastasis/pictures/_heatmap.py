"""The heat map: primaries by sites, what is reported told apart from what is not studied.

Where cells are placed and how they are drawn is in :mod:`metastasis.pictures._grid`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from metastasis._errors import check_choice
from metastasis._evidence.number import choose_frame
from metastasis.pictures._drawn import drawn_of
from metastasis.pictures._front import front
from metastasis.pictures._grid import (
    CELL_STATES,
    Cell,
    draw_grid,
    draw_sample,
    has_tree,
    lay_out_grid,
)
from metastasis.pictures._kind import Kind
from metastasis.pictures._mark import (
    Mark,
    dispute_rule,
    dispute_words,
    highest,
    letter_rules,
    marks_of,
    number_rules,
    percent_of,
    step_words,
)
from metastasis.pictures._signs import (
    basis_entries,
    basis_rule,
    basis_words,
    dispute_entry,
    letter_entries,
)
from metastasis.pictures._surround import LegendEntry
from metastasis.pictures._words import (
    best_supported,
    class_rules,
    name_primaries,
    name_sites,
    plural,
    small_print,
    stand_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib.artist import Artist

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._drawn import Drawn
    from metastasis.pictures._selection import Selection
    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["Heatmap", "draw_heatmap"]

_VALUES: Final = ("sources", "percent")
_NO_NUMBER: Final = "\u2013"
"""A dash, printed where there is an edge but no such number."""
_WEIGHTS: Final = {"commonly": 3.0, "possibly": 2.0, "rarely": 1.0, "conflicting": 1.0}
"""How much a cell counts when like rows are put beside like: by class, a conflict as the least."""
_EACH_CELL: Final = (
    "Each cell prints how many sources report on the pair; its shade gives the class of the edge, "
    "not a percentage."
)
_ORDER: Final = "Rows and columns are clustered: like stands beside like."
_TREES: Final = (
    "The trees at the margins join near the cells what is alike, and far from them what has little "
    "in common (average linkage, weighted Jaccard distance)."
)
_OTHERS: Final = {
    "any": "on the first or the only metastatic site",
    "only_site": "on metastasis at any time or on the first metastatic site",
    "first_site": "on metastasis at any time or on the only metastatic site",
}
"""What is left out where numbers of one occurrence are drawn."""


class Heatmap(Kind):
    """Draw primaries by sites, with what is reported, reported absent, conflicting and not studied.

    Primaries and sites that are named stay even where nothing is known of them. Where there is
    nothing to draw at all, the picture says so, with an `EmptyDiagramWarning`.

    Parameters
    ----------
    value
        ``"sources"``: cells are shaded by class of edge and print the number of sources;
        ``"percent"``: cells are shaded by percentage and print n/N, all in one frame. Numbers on
        one stage only are left out.
    denominator
        With ``value="percent"``: out of whom; None is the only one that there is.
    setting
        With ``value="percent"``: when; None is the only one that there is.
    occurrence
        With ``value="percent"``: the site at ``"any"`` time, as the ``"only_site"`` or as the
        ``"first_site"``.

    Returns
    -------
    Diagram
        With artists ``cells`` (row by row; a cell that is not studied has none), ``cell texts``,
        ``strokes`` (through what is reported absent), ``conflict marks`` (in the corner of a cell
        with an edge that sources conflict on), ``basis marks`` (in the other corner), ``unstudied
        dots`` (one artist), ``primary labels`` (top to bottom), ``site labels`` (left to right),
        ``grid``, ``trees`` (of the rows and of the columns, where there are three or more), and
        ``title``, ``legend samples``, ``legend labels``, ``caption``.

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

    def __init__(
        self,
        chosen: Selection,
        *,
        value: str = "sources",
        denominator: str | None = None,
        setting: str | None = None,
        occurrence: str = "any",
    ) -> None:
        super().__init__(chosen)
        _check(value, denominator, setting, occurrence)
        self.parts = denominator, setting, occurrence
        self.is_percent = value == "percent"
        if self.is_percent:
            self.frame = choose_frame(
                chosen.pairs,
                denominator=denominator,
                setting=setting,
                occurrence=occurrence,
                ask=True,
                needed=False,
            ).frame
        self.grid = lay_out_grid(
            self._cells(),
            self.style,
            chosen.named_primaries,
            chosen.named_sites,
            chosen.catalog,
        )
        if self.grid.cells:
            self.size = self.grid.width, self.grid.height

    def _cells(self) -> list[Cell]:
        """Return a cell for each pair; rows and columns without a percentage go unless named."""
        if not self.is_percent:
            return [_count_cell(pair) for pair in self.chosen.pairs]
        if self.frame is None:
            return []
        marks = marks_of(self.chosen.pairs, self.frame)
        cells = [_percent_cell(mark, self.style) for mark in marks]
        shown = [cell.pair for cell in cells if cell.mark.number]
        rows = {pair.primary for pair in shown} | set(self.chosen.named_primaries)
        columns = {pair.site for pair in shown} | set(self.chosen.named_sites)
        return [cell for cell in cells if cell.pair.primary in rows and cell.pair.site in columns]

    def rows(self) -> list[Drawn]:
        """Return every cell of which something is said; its shade or number is its value."""
        return [
            drawn_of(cell.mark, self.chosen.catalog, **self._value_of(cell))
            for cell in self.grid.cells
        ]

    def _value_of(self, cell: Cell) -> dict[str, Any]:
        return {} if self.is_percent else {"value": len(cell.pair.sources), "measure": "sources"}

    def paint(self, sheet: Sheet, top: float) -> Mapping[str, tuple[Artist, ...]]:
        """Draw cells, labels and trees."""
        return draw_grid(sheet, self.grid, top)

    def title(self) -> str:
        """Return a title that counts what is drawn, and says out of whom."""
        who = name_primaries(list(self.grid.primaries.values()))
        labels = {cell.pair.site: cell.pair.site_label for cell in self.grid.cells}
        named = {**self.chosen.named_sites, **labels}
        sites = name_sites([named[key] for key in self.grid.columns])
        if self.frame is None:
            return f"What is known of metastasis of {who} to {sites}"
        return f"Metastasis of {who} to {sites}: % of {self.frame}"

    def legend(self) -> list[LegendEntry]:
        """Return the shades and states that are in the figure."""
        present = {cell.state for cell in self.grid.cells}
        if self.grid.unstudied:
            present.add("unstudied")
        if self.grid.inapplicable:
            present.add("not_applicable")
        shown = {cell.step for cell in self.grid.cells if cell.state == "percent"}
        steps = [
            LegendEntry(words, draw_sample("percent", step))
            for step, words in enumerate(step_words(self.style) if self.frame else [])
            if step in shown
        ]
        states = [
            LegendEntry(words, draw_sample(state))
            for state, words in (CELL_STATES | {"unstudied": self.chosen.unstudied}).items()
            if state in present
        ]
        marks = [cell.mark for cell in self.grid.cells]
        return [
            *steps,
            *states,
            *dispute_entry(self._shown()),
            *basis_entries(self._basis()),
            *letter_entries(marks),
        ]

    def _basis(self) -> list[str | None]:
        return [cell.mark.basis for cell in self.grid.cells]

    def _shown(self) -> list[Pair]:
        return [cell.pair for cell in self.grid.cells]

    def rules(self) -> list[str]:
        """Return what the cells mean, in which order they are, and what is not in them."""
        left_out = self._left_out() if self.is_percent else []
        grid = self.grid
        if not grid.cells:
            return left_out
        order = [_ORDER] if len(grid.rows) > 1 else []
        order += [_TREES] if has_tree(grid.row_tree) or has_tree(grid.column_tree) else []
        order += dispute_rule(self._shown(), "Squares in the corner of a cell")
        cells = self._percent_rules() if self.frame else [_EACH_CELL, *class_rules(self._shown())]
        return [*cells, *basis_rule(self._basis(), numbers=self.is_percent), *order, *left_out]

    def _percent_rules(self) -> list[str]:
        """Return what the percentages mean, and the signs on them where there are any."""
        texts = [line for cell in self.grid.cells for line in cell.lines]
        if self.frame is None:
            return []
        rules = [f"Every percentage is out of {self.frame}."]
        counts = any("/" in text for text in texts), any(text[:3] == "of " for text in texts)
        if all(counts):
            rules.append("Below it stands n/N, or “of N” where its source gives no n.")
        elif any(counts):
            rules.append(
                f"Below it stands {'n/N, where its source gives n' if counts[0] else 'N'}."
            )
        marks = [cell.mark for cell in self.grid.cells]
        rules += number_rules(marks, self.frame, without="Cells with a dashed edge")
        if any(mark.others for mark in marks):
            rules.append("+1 says that one more such number is not shown.")
        return rules

    def _left_out(self) -> list[str]:
        """Say which numbers are no percentages of a cell, and how many pairs have no other."""
        denominator, setting, occurrence = self.parts
        if self.frame is not None:
            denominator, setting = self.frame.denominator, self.frame.setting
        if not _has_other_occurrence(self.chosen.pairs, denominator, setting, occurrence):
            return []
        count = _of_other_occurrence(self.chosen.pairs, denominator, setting, occurrence)
        have = "has" if count == 1 else "have"
        only = f" ({plural(count, 'pair')} {have} no other)" if count else ""
        return [f"Numbers {_OTHERS[occurrence]} are left out{only}."]

    def sources(self) -> list[str]:
        """Return the sources counted in the cells, or those of the percentages printed in them."""
        if self.frame is None:
            return super().sources() if self.grid.cells else []
        return sorted({cell.mark.number.source for cell in self.grid.cells if cell.mark.number})

    def ending(self) -> str:
        """Return the ending; sources of percentages are those of the numbers alone."""
        of = " of the numbers" if self.frame else ""
        return small_print(self.chosen.evidence, self.sources(), of)

    def findings(self) -> str:
        """Return how many cells are in which state, and which pairs stand out."""
        grid = self.grid
        rows = plural(len(grid.rows), "primary", "primaries")
        size = f"{rows} by {plural(len(grid.columns), 'site')}"
        states = [
            f"{number:,} {words}"
            for state, words in CELL_STATES.items()
            if (number := sum(cell.state == state for cell in grid.cells))
        ]
        if grid.unstudied:
            states.append(f"{grid.unstudied:,} {self.chosen.unstudied}")
        if grid.inapplicable:
            states.append(f"{len(grid.inapplicable):,} {CELL_STATES['not_applicable']}")
        more = [*basis_words(self._shown()), *dispute_words(self._shown())]
        cells = plural(len(grid.rows) * len(grid.columns), "cell")
        head = f"Heat map of {size}, {cells}"
        if self.frame is not None:
            others = f" Other cells: {'; '.join(states)}." if states else ""
            said = f"{head}: percentages of {self.frame}. {_highest(grid.cells)}{others}"
            return " ".join([said, *letter_rules([cell.mark for cell in grid.cells]), *more])
        reported = [pair for pair in self._shown() if pair.edge]
        found = [best_supported(reported), stand_out(reported)]
        return " ".join(filter(None, [f"{head}: {'; '.join(states)}.", *more, *found]))


draw_heatmap = front(Heatmap)


def _check(value: str, denominator: str | None, setting: str | None, occurrence: str) -> None:
    check_choice("value", value, _VALUES)
    if value == "sources" and (denominator or setting or occurrence != "any"):
        raise ValueError(
            "a count of sources has no denominator, setting or occurrence: add value='percent'"
        )


# Cells


def _count_cell(pair: Pair) -> Cell:
    """Return a cell that shows in how many sources a pair is."""
    mark = Mark(pair, None)
    state = str(pair.edge) if mark.state == "words" else mark.state
    return Cell(mark, state, (str(len(pair.sources)),), _WEIGHTS.get(state, 0.0))


def _percent_cell(mark: Mark, style: Style) -> Cell:
    """Return a cell that shows a percentage; other such numbers on the pair are counted."""
    if mark.number is None:
        lines = () if mark.pair.edge is None else (_NO_NUMBER,)
        return Cell(mark, "other" if lines else mark.state, lines, 0.0)
    share = percent_of(mark.number)
    others = f"+{mark.others}" if mark.others else ""
    below = " ".join(filter(None, (_counts(mark.number), others)))
    return Cell(
        mark,
        "percent" if mark.state == "number" else mark.state,
        tuple(filter(None, (mark.share_label, below))),
        # The constant keeps a row of small shares apart from a row that is not studied.
        weight=1 + float(share) / 10,
        step=sum(share >= limit for limit in style.percent_steps),
    )


def _counts(number: Assertion) -> str:
    """Return n/N; without n only what N is, and nothing where not even that is known."""
    if number.is_quantified:
        return f"{number.count}/{number.total}"
    return f"of {number.total}" if number.total else ""


def _has_other_occurrence(
    pairs: Iterable[Pair], denominator: str | None, setting: str | None, occurrence: str
) -> bool:
    """Return whether there are numbers out of these patients, but of other occurrence."""
    return any(
        one.percent is not None
        and denominator in (None, one.denominator)
        and setting in (None, one.setting)
        and one.occurrence != occurrence
        for pair in pairs
        for one in pair.assertions
    )


def _of_other_occurrence(
    pairs: Iterable[Pair], denominator: str | None, setting: str | None, occurrence: str
) -> int:
    """Return how many pairs have numbers out of these patients, but of other occurrence only."""
    kinds = (
        {
            one.occurrence
            for one in pair.assertions
            if one.percent is not None
            and denominator in (None, one.denominator)
            and setting in (None, one.setting)
        }
        for pair in pairs
    )
    return sum(bool(found) and occurrence not in found for found in kinds)


def _highest(cells: Iterable[Cell]) -> str:
    return f"Highest: {highest([cell.mark for cell in cells], 3)}."
