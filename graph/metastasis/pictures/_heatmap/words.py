"""What captions and alternative texts of a heat map say: only of what is in it.

Apart from the heat map because these are sentences, each with its condition.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from metastasis.pictures._heatmap.arrangement import has_tree
from metastasis.pictures._heatmap.cells import (
    CELL_STATES,
    COUNTS,
    DIGITS,
    FULL,
    NONE,
    STACKED,
    WHOLE,
    ratio_label,
)
from metastasis.pictures._heatmap.ratio import RATIO_RULE
from metastasis.pictures._said.mark import highest, number_rules
from metastasis.pictures._said.words import CLASS_RULES, label_of, plural, whom_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis.pictures._heatmap.arrangement import Arrangement
    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._heatmap.layout import Detail
    from metastasis.pictures._heatmap.ratio import RatioTable
    from metastasis.pictures._said.selection import Selection

__all__ = [
    "choice_rules",
    "count_rules",
    "highest_words",
    "left_out_numbers",
    "lost_rules",
    "order_rules",
    "percent_rules",
    "proximity_rules",
    "ratio_rules",
    "state_words",
]

_SHADE: Final = "The shade of a cell gives the class of the edge, not a percentage."
_EACH_COUNT: Final = "Each cell prints how many sources report on the pair."
_EACH_CELL: Final = (
    "Each cell prints how many sources report on the pair; its shade gives the class of the edge, "
    "not a percentage."
)
_ORDERS: Final = {
    "clusters": "Rows and columns are clustered: like stands beside like.",
    "system": "Rows are grouped by the organ system that the cancer arises in, columns by that of "
    "the site; within a group the highest come first.",
    "name": "Rows and columns are in the order of their names.",
    "given": "Rows and columns are in the order given.",
}
_ROWS_ALONE: Final = {
    "system": "Rows are grouped by the organ system that the cancer arises in; within a group the "
    "highest come first.",
}
_COLUMNS_ALONE: Final = {
    "system": "Columns are grouped by the organ system of the site; within a group the highest "
    "come first.",
}
"""The orders that say more of each, where there are only rows or only columns to put in order."""
_BY_SHARE: Final = {
    False: "Rows and columns are ranked by how many sources report on them.",
    True: "Rows and columns are ranked by the sum of their shares.",
}
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
_PROXIMITY: Final = {
    "own_organ": "the site is the organ of origin",
    "neighbor": "the site lies next to the organ of origin, where growth into it is no metastasis",
}


def count_rules(cells: Iterable[Cell], text: str) -> list[str]:
    """Return what cells mean that show numbers of sources, and of edges what their class means."""
    if not any(cell.pair.edge for cell in cells):
        return [_EACH_COUNT] if text != NONE else []
    return [_EACH_CELL if text != NONE else _SHADE, CLASS_RULES]


def percent_rules(cells: Sequence[Cell], frame: Frame, text: str) -> list[str]:
    """Return what the percentages mean, and the signs on them where there are any."""
    rules = [f"Every percentage is out of {whom_of(frame)}."]
    if text == DIGITS:
        rules.append("Numbers in cells are percent, of three digits at most.")
    if text in (WHOLE, STACKED):
        rules.append("Numbers in cells are whole percent.")
    rules += _below(cells, text)
    marks = [cell.mark for cell in cells]
    if text == NONE:
        limited = sum(bool(mark.number and mark.sign) for mark in marks)
        if limited:
            one = "number has a limit that is" if limited == 1 else "numbers have limits that are"
            rules.append(f"{limited:,} {one} not printed here: the data of the picture tell.")
        return rules
    rules += number_rules(marks, frame, without="Cells with a dashed edge")
    if text == FULL and any(mark.others for mark in marks):
        rules.append("+1 says that one more such number is not shown.")
    return rules


def _below(cells: Iterable[Cell], text: str) -> list[str]:
    """Return what stands below a percentage, or alone in a cell."""
    if text == STACKED:
        return (
            ["Its signs stand below it."]
            if any(len(cell.lines(text)) > 1 for cell in cells)
            else []
        )
    printed = [line for cell in cells for line in cell.lines(text)]
    counts = any("/" in line for line in printed), any(line[:3] == "of " for line in printed)
    if text == COUNTS:
        return ["Cells print n/N; a percentage where its source gives no N."]
    if all(counts):
        return ["Below it stands n/N, or \u201cof N\u201d where its source gives no n."]
    if any(counts):
        return [f"Below it stands {'n/N, where its source gives n' if counts[0] else 'N'}."]
    return []


def ratio_rules(cells: Sequence[Cell], frame: Frame, table: RatioTable, text: str) -> list[str]:
    """Return what the ratios are of, against what, and how sure they are."""
    shown = [cell for cell in cells if cell.ratio is not None]
    counts = sorted({len(table.cancers[cell.pair.site]) for cell in shown})
    many = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    part = f", only: {table.population}" if table.population else ""
    rules = [
        "Each number is the share of a cancer's patients with the site over the share of all "
        f"cancers together: of the {many} that {table.source} counts at the site "
        f"({whom_of(frame)}{part}), in the mix that it has.",
        RATIO_RULE,
    ]
    if any(cell.pair.primary not in table.cancers[cell.pair.site] for cell in shown):
        rules.insert(1, "A kind of a cancer that is counted itself is not added to all again.")
    if text == FULL:
        rules.append("Below a ratio stands its interval.")
    if any(cell.state == "unsure" for cell in shown):
        rules.append("Cells are shaded only where the interval leaves out 1.")
    rules.append("Intervals are not corrected for the number of cells.")
    return rules


def order_rules(made: Arrangement, order: str, detail: Detail, *, numbers: bool) -> list[str]:
    """Return in which order rows and columns are, and what trees and groups tell."""
    if len(made.rows) < 2 and len(made.columns) < 2:
        return []
    rule = _BY_SHARE[numbers] if order == "share" else _ORDERS[order]
    if len(made.columns) < 2:
        rule = _ROWS_ALONE.get(order, rule.replace("Rows and columns", "Rows"))
    if len(made.rows) < 2:
        rule = _COLUMNS_ALONE.get(order, rule.replace("Rows and columns", "Columns"))
    rules = [rule]
    if made.row_groups and not detail.names:
        rules.append(f"Groups of rows, from the top: {_named(made.row_groups)}.")
        rules.append(f"Groups of columns, from the left: {_named(made.column_groups)}.")
    if detail.tree and (has_tree(made.row_tree) or has_tree(made.column_tree)):
        rules.append(_TREES)
    return rules


def _named(groups: Iterable[object]) -> str:
    return ", ".join(getattr(one, "name", "").lower() for one in groups)


def proximity_rules(cells: Iterable[Cell]) -> list[str]:
    """Return what the marks of the organ of origin and its neighbors mean, where there are any."""
    found = {cell.pair.proximity for cell in cells}
    filled = {"own_organ": "Filled corner", "neighbor": "Open corner"}
    return [f"{filled[key]}: {said}." for key, said in _PROXIMITY.items() if key in found]


def choice_rules(made: Arrangement, chosen: Selection, *, numbers: bool) -> list[str]:
    """Return how many rows and columns ``top`` and ``least`` left out, and what is brought out."""
    rules = []
    if chosen.least is not None and any(made.too_small):
        rules.append(
            f"Left out, because all their shares are under {chosen.least:g} %: "
            f"{_counted(made.too_small)}."
        )
    if chosen.top is not None and any(made.not_top):
        rank = "the highest sums of shares" if numbers else "the most sources in sum"
        rules.append(
            f"Only those with {rank} are drawn, {chosen.top} at most of each: "
            f"{_counted(made.not_top)} are left out."
        )
    if chosen.highlight is not None and any(not cell.is_lit for cell in made.cells):
        rules.append("Cells of other rows and columns than those brought out are faded.")
    return rules


def _counted(counts: tuple[int, int]) -> str:
    said = [
        plural(counts[0], "cancer") if counts[0] else "",
        plural(counts[1], "site") if counts[1] else "",
    ]
    return " and ".join(filter(None, said))


def lost_rules(wanted: Detail, drawn: Detail) -> list[str]:
    """Return what there was no room for."""
    lost = []
    if wanted.row_bars and not drawn.row_bars:
        lost.append("bars at the margins")
    elif wanted.column_bars and not drawn.column_bars:
        lost.append("bars below the columns")
    if wanted.text == FULL and drawn.text != FULL:
        lost.append("the second line of cells")
    if wanted.text != NONE and drawn.text == NONE:
        lost.append("numbers in cells")
    if wanted.names and not drawn.names:
        lost.append("names of groups")
    return [f"Left out for want of room: {', '.join(lost)}."] if lost else []


def left_out_numbers(
    pairs: Iterable[Pair], denominator: str | None, setting: str | None, occurrence: str
) -> list[str]:
    """Say which numbers are no percentages of a cell, and how many pairs have no other."""
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
    found = list(kinds)
    if not any(one - {occurrence} for one in found):
        return []
    count = sum(bool(one) and occurrence not in one for one in found)
    have = "has" if count == 1 else "have"
    only = f" ({plural(count, 'pair')} {have} no other)" if count else ""
    return [f"Numbers {_OTHERS[occurrence]} are left out{only}."]


# For those who do not see it


def state_words(made: Arrangement, unstudied: str) -> list[str]:
    """Return how many cells are in each state that shows no number."""
    counts = Counter(cell.state for cell in made.cells)
    counts["unstudied"] = made.unstudied
    counts["not_applicable"] = len(made.inapplicable)
    words = CELL_STATES | {"unstudied": unstudied}
    return [f"{counts[state]:,} {said}" for state, said in words.items() if counts[state]]


def highest_words(cells: Sequence[Cell], frame: Frame) -> str:
    """Return which cells have the highest shares, or ratios on either side of 1."""
    if not any(cell.ratio for cell in cells):
        most = highest([cell.mark for cell in cells], 3)
        return f"percentages of {whom_of(frame)}. Highest: {most}."
    sure = [(cell.ratio.value, cell) for cell in cells if cell.ratio and cell.ratio.is_sure]
    ranked = sorted(sure, key=lambda one: (one[0], label_of(one[1].pair)))
    high = [cell for value, cell in reversed(ranked) if value > 1][:3]
    low = [cell for value, cell in ranked if value < 1][:3]
    said = [
        f"{words}: {'; '.join(map(_ratio_words, found))}."
        for words, found in (("Highest", high), ("Lowest", low))
        if found
    ]
    none = "" if said else " All intervals hold 1."
    return " ".join([f"shares against those of all cancers, of {whom_of(frame)}.{none}", *said])


def _ratio_words(cell: Cell) -> str:
    found = cell.ratio
    if found is None:
        return label_of(cell.pair)
    between = f"{ratio_label(found.low)} to {ratio_label(found.high)}"
    return f"{label_of(cell.pair)} {ratio_label(found.value)} ({between})"
