"""Where cells, labels, bars and trees of a heat map stand, and what falls away where room is short.

Lengths are inches of the sheet. Nothing here draws.

Long because widths, heights and what falls away hang on one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import sqrt
from typing import TYPE_CHECKING, Final

from metastasis.pictures._heatmap.arrangement import has_tree
from metastasis.pictures._heatmap.cells import COUNTS, DIGITS, FULL, NONE, SHARE, STACKED, WHOLE
from metastasis.pictures._said.words import capitalize
from metastasis.pictures._sheet.sheet import text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from metastasis.pictures._heatmap.arrangement import Arrangement, Bracketed
    from metastasis.pictures._heatmap.margins import Margins
    from metastasis.pictures._sheet.place import Room
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "BARS",
    "BAR_GAP",
    "DEEP",
    "GAP",
    "HEAD",
    "LEAVES",
    "TREE_DEPTH",
    "Detail",
    "Grid",
    "Wanted",
    "details",
    "fit_grid",
    "least_size",
    "note_size",
    "second_size",
]

GAP: Final = 0.07
"""From a label to the cells."""
TREE_DEPTH: Final = 0.6
"""From the cells to the join of two branches with nothing in common."""
LEAVES: Final = 0.05
"""From the cells to the leaves of a tree."""
BARS: Final = 0.6
"""Length of the longest bar of a row."""
DEEP: Final = 0.4
"""Length of the longest bar of a column."""
BAR_GAP: Final = 0.07
"""From the cells to bars, and from bars to their numbers."""
HEAD: Final = 1.35
"""Height of the heading of a group, in heights of its letters."""
_APART: Final = 0.06
"""Between groups."""
_LEAST_WIDTH: Final = 5.0
"""Of a sheet that may be narrower than its room: a narrower map stands in its middle."""
_LINE: Final = 1.14
"""From line to line of labels and numbers, in heights of letters."""
_SLANT: Final = 1 / sqrt(2)
_LEAST: Final = 0.67
_SMALL: Final = 0.8
"""Size of the second line of a cell to the first."""
_LABELS: Final = 0.36
"""Of the width, above which labels of rows are wrapped."""
_LEVEL_LINES: Final = 3
_EPS: Final = 1e-9
_GROUPS: Final = ([FULL], [SHARE, DIGITS], [WHOLE], [STACKED], [COUNTS], [NONE])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None is what there is room for."""

    annotate: str | None
    """``fit``, ``percent``, ``n/N`` or None."""
    margins: bool | None
    tree: bool
    has_full: bool
    """Whether there is more to print than one number a cell."""
    has_units: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """How much is drawn beside labels and cells."""

    text: str
    row_bars: bool
    column_bars: bool
    names: bool
    """Of groups."""
    tree: bool


def details(wanted: Wanted, made: Arrangement, margins: Margins | None) -> list[Detail]:
    """Return how much may be drawn, the most first: names of groups fall away last."""
    texts = {
        "fit": [
            *([FULL] if wanted.has_full else []),
            SHARE,
            *([DIGITS, WHOLE, STACKED] if wanted.has_units else []),
            NONE,
        ],
        "percent": [SHARE, DIGITS, WHOLE, STACKED],
        "n/N": [COUNTS],
    }.get(wanted.annotate or "", [NONE])
    has_rows = margins is not None and bool(margins.rows)
    bars = [(has_rows, margins is not None), (has_rows, False), (False, False)]
    if wanted.margins is not None:
        bars = bars[:1] if wanted.margins else bars[2:]
    names = [True, False] if made.row_groups else [False]
    return [
        Detail(text, *sides, named, wanted.tree)
        for named, some in product(names, _alike(texts))
        for sides, text in product(bars, some)
    ]


def _alike(texts: Sequence[str]) -> list[list[str]]:
    """Return texts in groups: bars are worth more than a unit in every cell."""
    groups = [[one for one in group if one in texts] for group in _GROUPS]
    return [group for group in groups if group]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where everything stands; heights are from the top of the drawing."""

    detail: Detail
    label_size: float
    text_size: float
    row_labels: Mapping[str, tuple[str, ...]]
    """Lines of each."""
    column_labels: Mapping[str, tuple[str, ...]]
    turn: str
    """How the labels of columns stand: ``level``, ``slanted`` or ``upright``."""
    x: Mapping[str, float]
    """Where each column begins."""
    y: Mapping[str, float]
    """Where each row begins."""
    cell_width: float
    cell_height: float
    left: float
    right: float
    """Where the cells end."""
    top: float
    bottom: float
    bars_at: float
    """Where the bars of rows begin, from the left."""
    bars_below: float
    """Where the bars of columns begin, from the top."""
    names_at: float
    """Where the names of groups of columns begin, from the top."""
    group_names: tuple[tuple[str, ...], ...]
    """Lines of the name of each group of columns."""
    group_turn: str
    width: float
    height: float


def least_size(style: Style) -> float:
    """Return the size of the smallest letters: two thirds of labels, 5 points at least.

    So that they are read in the last row of a hall, too.
    """
    return max(_LEAST * style.label_size, style.least_size)


def second_size(size: float, style: Style) -> float:
    """Return the size of the second line of a cell, whose first has a size."""
    return max(_SMALL * size, least_size(style))


def note_size(text_size: float, style: Style) -> float:
    """Return the size of numbers and words at the margins."""
    return max(0.9 * text_size, least_size(style))


def fit_grid(
    made: Arrangement, margins: Margins | None, wanted: Wanted, style: Style, room: Room
) -> Grid | None:
    """Return a table laid out with as much as there is room for; None where there is none.

    Letters are of the size of the place; only where nothing else helps are they smaller, 5 points
    at least.
    """
    least = least_size(style)
    sizes = dict.fromkeys(
        max(size, least) for size in (style.label_size, 0.88 * style.label_size, least)
    )
    choices = list(dict.fromkeys(details(wanted, made, margins)))
    words = _Words.of(made, style.font)
    for size, detail in product(sizes, choices):
        for text_size in dict.fromkeys((style.cell_size, max(least, 0.9 * style.cell_size), least)):
            attempt = _Attempt(made, margins, detail, style, room, words, size, text_size)
            found = attempt.grid()
            if found is not None:
                return found
    return None


@dataclass(frozen=True, slots=True)
class _Words:
    """How wide labels and numbers are, per point of their letters."""

    row_lines: Mapping[int, Mapping[str, tuple[str, ...]]]
    """Labels of rows by how many lines they take at most."""
    longest: float
    columns: Mapping[str, str]
    cells: Mapping[str, tuple[float, float, int]]
    """By how much is printed: the widest first and second line, and how many lines."""

    @classmethod
    def of(cls, made: Arrangement, font: tuple[str, ...]) -> _Words:
        cells = {}
        for text in (FULL, SHARE, DIGITS, WHOLE, STACKED, COUNTS, NONE):
            printed = [one.lines(text) for one in made.cells]
            first = max((_advance(lines[0], font) for lines in printed if lines), default=0.0)
            second = max(
                (_advance(lines[1], font) for lines in printed if len(lines) > 1), default=0.0
            )
            cells[text] = first, second, max(map(len, printed), default=0)
        rows = {key: capitalize(label) for key, label in made.rows.items()}
        longest = 1.03 * max(map(_unit_of(font), rows.values()), default=0.0)
        lines = {count: _on_lines(rows, count, longest, font) for count in (1, 2, 3)}
        return cls(
            {count: found for count, found in lines.items() if found is not None},
            longest,
            {key: capitalize(label) for key, label in made.columns.items()},
            cells,
        )


def _on_lines(
    labels: Mapping[str, str], count: int, longest: float, font: tuple[str, ...]
) -> dict[str, tuple[str, ...]] | None:
    """Return labels on so many lines at most, as narrow as that makes them; None if none is."""
    if count == 1:
        return {key: (label,) for key, label in labels.items()}
    for share in (0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        width = share * longest * (1.0 if count == 2 else 0.75)
        found = {key: tuple(wrap(one, 1.0, width / 1.03, font)) for key, one in labels.items()}
        if max(map(len, found.values())) <= count:
            return found
    return None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to lay a table out in a room, with so much detail and letters of these sizes."""

    made: Arrangement
    margins: Margins | None
    detail: Detail
    style: Style
    room: Room
    words: _Words
    size: float
    text_size: float

    def grid(self) -> Grid | None:
        """Return the table laid out, or None: rows on one line or, if need be, on more."""
        few = self.room.width * _LABELS
        counts = (1, 2, 3) if self.words.longest * self.size <= few else (2, 3, 1)
        for count in counts:
            labels = self.words.row_lines.get(count)
            if labels is not None and (found := self._with_rows(labels)) is not None:
                return found
        return None

    def _with_rows(self, labels: Mapping[str, tuple[str, ...]]) -> Grid | None:
        made, style = self.made, self.style
        wide = self._widest(line for lines in labels.values() for line in lines)
        if self.detail.names:
            heads = self._widest(group.name for group in made.row_groups)
            wide = max(wide, heads)
        if self.detail.column_bars and self.margins is not None:
            wide = max(wide, self._widest(self.margins.column_head, self._note_size))
        left = style.margin + wide + GAP
        right = style.margin + self._tree_room(rows=True) + self._bars_room
        count = max(len(made.columns), 1)
        gaps = _APART * max(len(made.column_groups) - 1, 0)
        most = (self.room.width - left - right - gaps) / count
        return next(filter(None, self._turned(labels, left, right, gaps, most)), None)

    def _turned(
        self,
        labels: Mapping[str, tuple[str, ...]],
        left: float,
        right: float,
        gaps: float,
        most: float,
    ) -> Iterator[Grid | None]:
        """Yield the table with the labels of columns level, slanted or upright: the first fits."""
        line = self.size / 72
        least = max(self._text_width, 1.0 * line)
        natural = self._natural_width(labels, least)
        columns = self.words.columns
        wide = min(most, natural)
        widest_word = self._widest(word for label in columns.values() for word in label.split())
        level = min(most, max(natural, widest_word + 0.06))
        if level >= max(least, widest_word + 0.06):
            lines = {key: self._wrap(label, level - 0.06) for key, label in columns.items()}
            if max(map(len, lines.values())) <= _LEVEL_LINES:
                yield self._placed(labels, lines, "level", left, right, gaps, level)
        slanted = min(wide, self._slanted_width(left))
        if slanted >= max(least, 1.15 * line / _SLANT) and slanted >= 0.8 * wide:
            lines = {key: (label,) for key, label in columns.items()}
            yield self._placed(labels, lines, "slanted", left, right, gaps, slanted)
        if wide >= max(least, _LINE * line) - _EPS:
            lines = {key: (label,) for key, label in columns.items()}
            yield self._placed(labels, lines, "upright", left, right, gaps, wide)
        if wide >= max(least, 2 * _LINE * line) - _EPS:
            yield self._placed(labels, self._folded(), "upright", left, right, gaps, wide)

    def _folded(self) -> dict[str, tuple[str, ...]]:
        """Return the labels of columns on two lines at most, as short as that makes them."""
        columns = self.words.columns
        longest = self._widest(columns.values())
        for share in (0.5, 0.55, 0.6, 0.7, 0.8):
            lines = {key: self._wrap(label, share * longest) for key, label in columns.items()}
            if max(map(len, lines.values())) <= 2:
                return lines
        return {key: (label,) for key, label in columns.items()}

    def _natural_width(self, labels: Mapping[str, tuple[str, ...]], least: float) -> float:
        """Return how wide a cell is at most: wider would only be empty."""
        roomy = max(1.5 * least, 0.3)
        if self.room.fill:
            roomy = max(roomy, 2.4 * self._least_height(labels), 0.42)
        return min(roomy, 1.1) if least < 1.1 else least

    def _slanted_width(self, left: float) -> float:
        """Return how wide a column may be so that no slanted label leaves the sheet."""
        edge = self.room.width - self.style.margin
        ends = []
        apart = {group.start for group in self.made.column_groups}
        gaps = 0.0
        for at, label in enumerate(self.words.columns.values()):
            gaps += _APART if at and at in apart else 0.0
            reach = _SLANT * (self._widest([label]) + self.size / 72) + 0.03
            ends.append((edge - left - gaps - reach) / (at + 0.5))
        return min(ends, default=0.0)

    def _placed(
        self,
        rows: Mapping[str, tuple[str, ...]],
        columns: Mapping[str, tuple[str, ...]],
        turn: str,
        left: float,
        right: float,
        gaps: float,
        cell_width: float,
    ) -> Grid | None:
        """Return the table with cells of a width, as high as there is room for."""
        made, room = self.made, self.room
        above = self._label_height(columns, turn) + GAP
        names, group_turn, names_height = self._group_names(cell_width)
        tree = self._tree_room(rows=False)
        bars = self._bars_height
        head = HEAD * self.size / 72 if self.detail.names else _APART
        heads = head * (len(made.row_groups) - (0 if self.detail.names else 1))
        count = max(len(made.rows), 1)
        fixed = above + tree + bars + names_height + max(heads, 0.0)
        least = self._least_height(rows)
        cell_height = self._natural_height(least, cell_width)
        if room.height is not None:
            most = (room.height - fixed) / count
            if room.place.fills_height:
                cell_height = max(cell_height, min(1.6 * cell_height, 0.9 * cell_width, most))
            cell_height = min(cell_height, most)
        if cell_height < least - _EPS:
            return None
        needed = left + len(made.columns) * cell_width + gaps + right
        if turn == "slanted":
            needed = max(needed, self._reach(left, cell_width))
        width = room.width if room.fill else max(needed, min(_LEAST_WIDTH, room.width))
        left += max(width - needed, 0.0) / 2
        x = _starts(made.columns, made.column_groups, left, cell_width, _APART, first=False)
        y = _starts(made.rows, made.row_groups, above, cell_height, head, first=self.detail.names)
        end = left + len(made.columns) * cell_width + gaps
        bottom = above + count * cell_height + max(heads, 0.0)
        return Grid(
            detail=self.detail,
            label_size=self.size,
            text_size=self.text_size,
            row_labels=rows,
            column_labels=columns,
            turn=turn,
            x=x,
            y=y,
            cell_width=cell_width,
            cell_height=cell_height,
            left=left,
            right=end,
            top=above,
            bottom=bottom,
            bars_at=end + self._tree_room(rows=True) + BAR_GAP,
            bars_below=bottom + tree + 0.05,
            names_at=bottom + tree + bars + 0.05,
            group_names=names,
            group_turn=group_turn,
            width=width,
            height=above + count * cell_height + max(heads, 0.0) + tree + bars + names_height,
        )

    def _reach(self, left: float, cell_width: float) -> float:
        """Return how far to the right the slanted labels reach, margin included."""
        apart = {group.start for group in self.made.column_groups}
        gaps, most = 0.0, 0.0
        for at, label in enumerate(self.words.columns.values()):
            gaps += _APART if at and at in apart else 0.0
            reach = _SLANT * (self._widest([label]) + self.size / 72) + 0.03
            most = max(most, left + gaps + (at + 0.5) * cell_width + reach)
        return most + self.style.margin

    def _natural_height(self, least: float, cell_width: float) -> float:
        if self.detail.text in (FULL, COUNTS) or cell_width > 0.4:
            return max(1.06 * least, min(self.style.row, cell_width))
        return max(least, min(cell_width, 0.26))

    def _least_height(self, rows: Mapping[str, tuple[str, ...]]) -> float:
        most = max((len(lines) for lines in rows.values()), default=1)
        labels = (most * _LINE * self.size + 0.4) / 72
        _, _, count = self.words.cells[self.detail.text]
        small = second_size(self.text_size, self.style)
        lines = {0: 0.0, 1: 1.06 * self.text_size}.get(count, 1.16 * (self.text_size + small))
        return max(labels, lines / 72 + 0.012 * count, 0.08)

    @property
    def _text_width(self) -> float:
        first, second, count = self.words.cells[self.detail.text]
        if not count:
            return 0.08
        small = second_size(self.text_size, self.style)
        return 1.02 * max(first * self.text_size, second * small) + 0.035

    @property
    def _note_size(self) -> float:
        return note_size(self.text_size, self.style)

    @property
    def _bars_room(self) -> float:
        if not self.detail.row_bars or self.margins is None:
            return 0.0
        numbers = max(
            (_advance(one.text, self.style.font) for one in self.margins.rows.values()), default=0.0
        )
        beside = 1.05 * numbers * self._note_size
        head = 1.05 * _advance(self.margins.row_head, self.style.font) * self._note_size
        return BAR_GAP + max(BARS + BAR_GAP + beside, head)

    @property
    def _bars_height(self) -> float:
        line = 1.2 * self._note_size / 72
        if self.detail.column_bars:
            return 0.08 + DEEP + line
        return 0.04 + line if self.detail.row_bars else 0.0

    def _tree_room(self, *, rows: bool) -> float:
        tree = self.made.row_tree if rows else self.made.column_tree
        return TREE_DEPTH + GAP if self.detail.tree and has_tree(tree) else 0.0

    def _label_height(self, columns: Mapping[str, tuple[str, ...]], turn: str) -> float:
        line = self.size / 72
        if turn == "level":
            return max(map(len, columns.values())) * _LINE * line
        longest = self._widest(one for lines in columns.values() for one in lines)
        return _SLANT * (longest + line) if turn == "slanted" else longest

    def _group_names(self, cell_width: float) -> tuple[tuple[tuple[str, ...], ...], str, float]:
        """Return the names of the groups of columns as they stand below, and how high they are."""
        groups = self.made.column_groups
        if not self.detail.names or not groups:
            return (), "level", 0.1 if groups else 0.0
        line = self._note_size / 72
        widths = [(group.stop - group.start) * cell_width + _APART * 0.5 for group in groups]
        lines = [
            self._wrap(group.name, width, self._note_size)
            for group, width in zip(groups, widths, strict=True)
        ]
        fit = all(
            self._widest(one, self._note_size) <= width and len(one) <= _LEVEL_LINES
            for one, width in zip(lines, widths, strict=True)
        )
        if fit:
            return tuple(lines), "level", 0.14 + _LINE * line * max(map(len, lines))
        names = [group.name for group in groups]
        return (
            tuple((name,) for name in names),
            "upright",
            0.14 + self._widest(names, self._note_size),
        )

    def _widest(self, labels: Iterable[str] | str, size: float | None = None) -> float:
        listed = [labels] if isinstance(labels, str) else labels
        size = size or self.size
        return 1.03 * size * max(map(_unit_of(self.style.font), listed), default=0.0)

    def _wrap(self, label: str, width: float, size: float | None = None) -> tuple[str, ...]:
        return tuple(wrap(label, size or self.size, width / 1.03, self.style.font))


def _starts(
    names: Iterable[str],
    groups: Sequence[Bracketed],
    start: float,
    length: float,
    apart: float,
    *,
    first: bool,
) -> dict[str, float]:
    """Return where each row or column begins: with room before a group, or all but the first."""
    begins = {group.start for group in groups} - (set() if first else {0})
    places, at = {}, start
    for index, name in enumerate(names):
        at += apart if index in begins else 0.0
        places[name] = at
        at += length
    return places


@lru_cache(maxsize=20)
def _unit_of(font: tuple[str, ...]) -> Callable[[str], float]:
    """Return what tells how wide a label is, per point of its letters."""
    return lambda label: text_width(label, 10.0, font) / 10


def _advance(text: str, font: tuple[str, ...]) -> float:
    """Return how wide a number is per point: its signs one by one, for there are thousands."""
    return sum(_sign_width(sign, font) for sign in text)


@lru_cache(maxsize=2_000)
def _sign_width(sign: str, font: tuple[str, ...]) -> float:
    return (text_width(f"n{sign}n", 10.0, font) - text_width("nn", 10.0, font)) / 10
