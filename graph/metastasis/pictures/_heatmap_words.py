"""What a heat map says in words: its title, its caption, and its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metastasis.pictures._cells import (
    STATES,
    only_other_numbers,
    percent_label,
    share_of,
)
from metastasis.pictures._dendrogram import has_tree
from metastasis.pictures._diagram import (
    CLASS_RULES,
    best_supported,
    name_primaries,
    plural,
    small_print,
    sources_in,
    stand_out,
)
from metastasis.pictures._figure_words import dispute_rule, dispute_words
from metastasis.pictures._selection import label_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.assertion import Assertion
    from metastasis._evidence.pair import Spread
    from metastasis.pictures._cells import Cell
    from metastasis.pictures._grid import Grid
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._selection import Selection

__all__ = ["alt_text_of", "caption_of", "left_out_of", "sources_of", "title_of"]

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


def sources_of(grid: Grid, scale: Scale | None) -> list[str]:
    """Return the sources counted in the cells, or those of the percentages printed in them."""
    if scale is None:
        return sources_in(cell.spread for cell in grid.cells)
    return sorted({cell.figure.source for cell in grid.cells if cell.figure})


def left_out_of(
    chosen: Selection,
    scale: Scale | None,
    denominator: str | None,
    setting: str | None,
    occurrence: str,
) -> list[str]:
    """Say which numbers are no percentages of a cell, and how many pairs have no other."""
    if scale is not None:
        denominator, setting = scale.denominator, scale.setting
    count = only_other_numbers(chosen.spreads, denominator, setting, occurrence)
    only = f" ({plural(count, 'pair')} {'has' if count == 1 else 'have'} no other)" if count else ""
    return [f"Numbers {_OTHERS[occurrence]} are left out{only}."]


def title_of(grid: Grid, scale: Scale | None) -> str:
    """Return a title that counts what is drawn, and says out of whom."""
    if not grid.cells:
        return "Metastasis"
    who = name_primaries(list(grid.primaries.values()))
    sites = plural(len(grid.columns), "site")
    if scale is None:
        return f"What is known of metastasis of {who} to {sites}"
    return f"Metastasis of {who} to {sites}: % of {scale}"


def caption_of(grid: Grid, scale: Scale | None, left_out: Sequence[str]) -> str:
    """Return what the cells mean, in which order they stand, and from which sources they are."""
    of = " of the numbers" if scale else ""
    ending = [*left_out, small_print(sources_of(grid, scale), of)]
    if not grid.cells:
        return " ".join(ending)
    order = [_ORDER] if len(grid.rows) > 1 else []
    order += [_TREES] if has_tree(grid.row_tree) or has_tree(grid.column_tree) else []
    order += dispute_rule([cell.spread for cell in grid.cells], "Squares in the corner of a cell")
    if scale is None:
        return " ".join([_EACH_CELL, CLASS_RULES, *order, *ending])
    texts = [line for cell in grid.cells for line in cell.lines]
    return " ".join([*_percent_rules(texts, scale), *order, *ending])


def _percent_rules(texts: Sequence[str], scale: Scale) -> list[str]:
    """Return what the percentages mean, and the marks on them where there are any."""
    rules = [f"Every percentage is out of {scale}."]
    counts = [text for text in texts if "/" in text], [text for text in texts if text[:3] == "of "]
    if all(counts):
        rules.append("Below it stands n/N, or “of N” where its source gives no n.")
    elif any(counts):
        rules.append(f"Below it stands {'n/N, where its source gives n' if counts[0] else 'N'}.")
    if scale.denominator == "site_cases":
        rules.append("It is the share of them that came from the primary.")
    if any("+" in text for text in texts):
        rules.append(
            "Of several such numbers one is shown, never a mean: on the whole population before a "
            "part of it, with a count before without, then the largest N; +1 says that one more is "
            "not shown."
        )
    if any("*" in text for text in texts):
        rules.append("*: printed by its source without a count n.")
    if any("†" in text for text in texts):
        rules.append("†: of a part of the population only (a histology, sex, age or subtype).")
    return rules


def alt_text_of(grid: Grid, scale: Scale | None, unstudied: str) -> str:
    """Return the findings: how many cells are in which state, and which pairs stand out.

    ``unstudied`` says in words what a cell without evidence is.
    """
    if not grid.cells:
        return "An empty heat map: no evidence fits what was asked for."
    count = len(grid.cells) + grid.unstudied
    size = (
        f"{plural(len(grid.rows), 'primary', 'primaries')} by {plural(len(grid.columns), 'site')}"
    )
    states = [
        f"{number:,} {words}"
        for state, words in STATES.items()
        if (number := sum(cell.state == state for cell in grid.cells))
    ]
    if grid.unstudied:
        states.append(f"{grid.unstudied:,} {unstudied}")
    disputed = dispute_words(cell.spread for cell in grid.cells)
    head = f"Heat map of {size}, {plural(count, 'cell')}"
    if scale is not None:
        others = f" Other cells: {'; '.join(states)}." if states else ""
        said = f"{head}: percentages of {scale}. {_highest(grid.cells)}{others}"
        return " ".join([said, *disputed])
    reported = [cell.spread for cell in grid.cells if cell.spread.edge]
    found = [best_supported(reported), stand_out(reported)]
    return " ".join(filter(None, [f"{head}: {'; '.join(states)}.", *disputed, *found]))


def _highest(cells: Sequence[Cell]) -> str:
    figures = [(one.spread, one.figure) for one in cells if one.figure is not None]
    figures.sort(key=lambda pair: (-share_of(pair[1]), label_of(pair[0])))
    return f"Highest: {'; '.join(_in_words(*pair) for pair in figures[:3])}."


def _in_words(spread: Spread, figure: Assertion) -> str:
    count = f"{figure.count}/{figure.total}" if figure.is_quantified else "no count given"
    return f"{label_of(spread)} {percent_label(figure)} ({count})"
