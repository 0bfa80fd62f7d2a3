"""The bars at the margins of a heat map: who is counted in each row, how many reach a site.

Apart from the heat map because this counts, and draws and decides nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metastasis.pictures._heatmap.arrangement import Arrangement
    from metastasis.pictures._heatmap.cells import Cell
    from metastasis.pictures._heatmap.ratio import RatioTable

__all__ = ["Bar", "Margins", "count_margins", "percent_margins", "ratio_margins"]

_LEAST: Final = 2
"""Rows, or columns, below which bars compare nothing."""
_WIDE: Final = 20.0
"""How many times the shortest bar the longest is, from which on they are drawn on a log scale."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its length from 0 to 1, in parts by state and step, and the number beside it."""

    parts: tuple[tuple[str, int | None, float], ...]
    text: str

    @property
    def length(self) -> float:
        """From 0 to 1."""
        return sum(length for _, _, length in self.parts)


@dataclass(frozen=True, slots=True)
class Margins:
    """The bars of rows and of columns, what they are, and the sentence of the caption on them."""

    rows: Mapping[str, Bar]
    columns: Mapping[str, Bar]
    row_head: str
    """Below the bars of the rows."""
    column_head: str
    """To the left of the bars of the columns."""
    row_rule: str
    column_rule: str


def count_margins(made: Arrangement) -> Margins | None:
    """Return the number of sources of each primary, and of primaries by class at each site."""
    if not _are_many(made):
        return None
    sources: dict[str, set[str]] = defaultdict(set)
    for cell in made.cells:
        sources[cell.pair.primary] |= set(cell.pair.sources)
    counts = {key: len(found) for key, found in sources.items()}
    rows, is_log = _lengths(counts)
    columns = _stacked(cell for cell in made.cells if cell.pair.edge)
    return Margins(
        rows,
        columns,
        _row_head("Sources", is_log=is_log),
        "Cancers reported",
        _row_rule("how many sources speak of it", "sources", counts, is_log=is_log),
        "Bars below: how many of the cancers are reported to reach the site, by class.",
    )


def percent_margins(made: Arrangement) -> Margins | None:
    """Return the largest N of each row, and the number of primaries by step at each site."""
    if not _are_many(made):
        return None
    totals: dict[str, int] = defaultdict(int)
    for cell in made.cells:
        totals[cell.pair.primary] = max(totals[cell.pair.primary], cell.mark.total)
    counts = {key: total for key, total in totals.items() if total}
    rows, is_log = _lengths(counts)
    columns = _stacked(cell for cell in made.cells if cell.mark.number and cell.mark.percent > 0)
    lacking = len(made.rows) - len(rows) if rows else 0
    without = " No bar: no N is given." if lacking else ""
    return Margins(
        rows,
        columns,
        _row_head("N", is_log=is_log),
        "Cancers seen there",
        f"{_row_rule('the largest N of its numbers', 'N', counts, is_log=is_log)}{without}",
        "Bars below: in how many of the cancers the site was seen, by the same steps.",
    )


def ratio_margins(made: Arrangement, table: RatioTable) -> Margins | None:
    """Return the largest N of each row, and the share of all cancers together at each site."""
    found = percent_margins(made)
    if found is None:
        return None
    shares = {site: 100 * one.share for site, one in table.everyone.items() if site in made.columns}
    most = max(shares.values(), default=0.0) or 1.0
    columns = {
        site: Bar((("all", None, share / most),), f"{share:.{0 if share >= 9.95 else 1}f}")
        for site, share in shares.items()
    }
    return Margins(
        found.rows,
        columns,
        found.row_head,
        "% of all cancers",
        found.row_rule,
        "Bars below: the share of all cancers together, in percent.",
    )


def _are_many(made: Arrangement) -> bool:
    return len(made.rows) >= _LEAST and len(made.columns) >= _LEAST


def _row_head(words: str, *, is_log: bool) -> str:
    return f"{words} (log scale)" if is_log else words


def _row_rule(what: str, unit: str, counts: Mapping[str, int], *, is_log: bool) -> str:
    """Return what the bars of rows are; where all were alike, and none is drawn, their value."""
    if len(set(counts.values())) < _LEAST:
        said = next(iter(counts.values()), None)
        if said is None:
            return "No N is given."
        of = "N is" if unit == "N" else "The number of sources is"
        return f"{of} {said:,} in every row that has one."
    scale = ", on a log scale from 1" if is_log else ""
    return f"Bars beside a row: {what}{scale}."


def _lengths(values: Mapping[str, int]) -> tuple[dict[str, Bar], bool]:
    """Return bars of values, and whether on a log scale: where the small ones would not be seen.

    There are none where all are alike.
    """
    if len(set(values.values())) < _LEAST:
        return {}, False
    most, least = max(values.values(), default=1), min(values.values(), default=1)
    is_log = most > _WIDE * least
    return {
        key: Bar((("all", None, _along(value, most, is_log=is_log)),), f"{value:,}")
        for key, value in values.items()
    }, is_log


def _along(value: int, most: int, *, is_log: bool) -> float:
    return log10(max(value, 1)) / log10(most) if is_log else value / most


def _stacked(cells: Iterable[Cell]) -> dict[str, Bar]:
    """Return for each site how many cells there are of each state and step, the strongest first."""
    counts: dict[str, Counter[tuple[str, int | None]]] = defaultdict(Counter)
    for cell in cells:
        counts[cell.pair.site][cell.state, cell.step] += 1
    most = max((sum(one.values()) for one in counts.values()), default=1)
    return {
        site: Bar(
            tuple(
                (state, step, count / most)
                for (state, step), count in sorted(found.items(), key=_strength)
            ),
            str(sum(found.values())),
        )
        for site, found in counts.items()
    }


_CLASSES: Final = ("percent", "commonly", "possibly", "rarely")


def _strength(item: tuple[tuple[str, int | None], int]) -> tuple[int, int]:
    (state, step), _ = item
    return (_CLASSES.index(state) if state in _CLASSES else len(_CLASSES)), -(step or 0)
