"""Where the lines of a forest plot stand: names, axis and numbers in columns that a place has.

Apart from the forest plot because it is geometry alone. Where there is little room, what stands
right of the axis falls away first: n/N, then the interval in words. Long because the records of the
page and how it is laid out change together.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from metastasis.pictures._said.words import capitalize
from metastasis.pictures._sheet.sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metastasis.pictures._forest.rows import NumberGroup, Row, Section
    from metastasis.pictures._sheet.style import Style

__all__ = ["INDENT", "ForestPage", "PageLine", "lay_out_page", "least_width"]

INDENT: Final = 0.12
"""Inches by which a row stands in from its group."""
_PLOT: Final = 1.0
"""Length of the axis at least, in inches."""
_ROOMY: Final = (1.0, 1.0, 1.15, 1.5)
"""How many times as long it is at least beside no, one, two or three columns of numbers."""
_LONG: Final = 4.6
"""The same at most, where the width need not be used."""
_NAMES: Final = 2.3
"""Width of what stands left of the axis at most."""
_NARROW: Final = 1.05
"""The same at most, where there is hardly any room."""
_LEAST: Final = 6.0
"""Width of a page at least, where it is free: title and caption stand above and below."""
_SHARE_OF_NAMES: Final = 0.3
"""Of the width of a column that names take at most."""
_BETWEEN: Final = 0.4
"""Between two columns of the page."""
_GAP: Final = 0.14
"""Between the axis and what stands beside it, and between the columns of numbers."""
_HEADINGS: Final = {"primary": 0.32, "section": 0.06, "group": 0.04, "axis": 0.27, "space": 0.07}
"""Heights of what is no statement, in inches; of sections and groups above their words."""
_PROPORTION: Final = 1.3
"""Height to width from which on a page of any height has another column."""
_COMFORT: Final = 5.0
"""Width of a column at least, where any height will do."""
_WIDER: Final = 1.04
"""A renderer may set text a little wider than it was measured."""
_ROWS: Final = ((0.95, 1.0), (0.8, 0.7), (0.7, 0.4))
"""Of the height of rows, and of the gaps between groups: with ease, and where there is little
room."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a column: what it is, and where it starts from the top of its column."""

    kind: str
    """``primary``, ``continued``, ``section``, ``group``, ``row``, ``words`` or ``space``."""
    y: float
    height: float
    section: Section
    texts: tuple[str, ...] = ()
    """What is written, line by line."""
    beside: tuple[str, ...] = ()
    """What is written beside it: of a pair its first group, of a phrase who says it."""
    indent: float = 0.0
    """Inches from the left to what stands beside a pair."""
    row: Row | None = None
    cited: int = 0
    """How many of the texts of a row are the name of its source."""
    number: int = 0
    """Of the group within its pair."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Where things stand across a column, from its left, in inches."""

    width: float
    names: float
    """Width of the names; the axis starts there."""
    plot: float
    """Length of the axis."""
    numbers: tuple[tuple[str, float], ...]
    """Which numbers stand right of it, each with the width of its column."""

    sign: float
    """Width of the signs behind shares, which hang over so that digits stand in line."""

    def right_of(self, what: str) -> float | None:
        """Return where a column of numbers ends, None where it fell away."""
        x = self.names + self.plot
        for name, wide in self.numbers:
            x += _GAP + wide
            if name == what:
                return x
        return None


@dataclass(frozen=True, slots=True)
class ForestPage:
    """The columns of a page with their lines, in inches."""

    sections: Sequence[Section]
    columns: tuple[tuple[PageLine, ...], ...]
    measures: Measures
    head: float
    """Height of the words above the columns of numbers."""
    foot: float
    """Height of the axis below each column."""
    width: float
    height: float
    margin: float
    row: float
    """Height of a row of one line."""

    @property
    def dropped(self) -> tuple[str, ...]:
        """Which columns of numbers fell away."""
        shown = {name for name, _ in self.measures.numbers}
        return tuple(name for name in ("between", "counts") if name not in shown)

    def left(self, column: int) -> float:
        """Return where a column starts."""
        return self.margin + column * (self.measures.width + _BETWEEN)


@dataclass(frozen=True)
class _ForestPlan:
    """What is to be set, and in which style."""

    sections: Sequence[Section]
    style: Style
    row: float
    """Height of a row of one line."""
    gap: float = 1.0
    """How much of the gaps between groups there is."""

    @property
    def is_bold(self) -> bool:
        """Whether the names of groups are what stands out most: no pairs have names above them."""
        return len(self.sections) == 1

    @cached_property
    def rows(self) -> list[Row]:
        return [row for one in self.sections for row in one.rows]

    @cached_property
    def widths(self) -> dict[str, float]:
        """The width of each column of numbers."""
        style = self.style
        found = {}
        for name, head in (("share", "share"), ("between", "95 % interval"), ("counts", "n/N")):
            texts = {getattr(row, name) for row in self.rows if row.percent is not None} - {""}
            if texts:
                found[name] = _widest([*texts, head], style.caption_size, style)
        if "share" in found:
            found["share"] += self.sign
        return found

    @cached_property
    def sign(self) -> float:
        """The width of the signs behind shares."""
        return _widest({row.sign for row in self.rows}, self.style.caption_size, self.style)

    @cached_property
    def natural(self) -> float:
        """The width that names have where there is room for all."""
        style = self.style
        cited = {row.cited for row in self.rows if row.percent is not None}
        return min(_widest(cited, style.legend_size, style, bold=True), _NAMES) + 2 * INDENT

    @cached_property
    def narrow(self) -> float:
        """The width that names have at least: that of their longest word."""
        style = self.style
        words = {word for row in self.rows for word in row.cited.split() if row.percent is not None}
        phrases = {said for one in self.sections for said, _ in one.phrases}
        wide = _widest(words, style.legend_size, style)
        wide = max(wide, _widest(phrases, style.caption_size, style), _NARROW)
        return min(wide, _NAMES) + 2 * INDENT

    def measures(self, width: float, *, fill: bool) -> Measures | None:
        """Return how a column of that width at most is divided; None where it is too narrow."""
        names = max(self.narrow, min(self.natural, _SHARE_OF_NAMES * width))
        kept = list(self.widths.items())
        while True:
            beside = sum(wide + _GAP for _, wide in kept)
            plot = width - names - beside - INDENT
            if plot >= _PLOT * _ROOMY[len(kept)]:
                break
            if len(kept) <= 1:
                return None
            kept.pop()
        plot = plot if fill else min(plot, _LONG)
        return Measures(names + plot + beside + INDENT, names, plot, tuple(kept), self.sign)

    def columns(self, inner: float, *, fill: bool, is_free: bool) -> Iterator[tuple[int, Measures]]:
        """Yield how many columns stand side by side, and how each is divided; fewest first."""
        for count in range(1, 50):
            wide = (inner + _BETWEEN) / count - _BETWEEN
            if wide <= 0 or (is_free and count > 1 and wide < _COMFORT):
                return
            measures = self.measures(wide, fill=fill or count > 1)
            if measures is None:
                return
            yield count, measures


def _widest(texts: Iterable[str], size: float, style: Style, *, bold: bool = False) -> float:
    wide = (text_width(text, size, style.font, bold) for text in texts)
    return _WIDER * max(wide, default=0.0)


def lay_out_page(
    sections: Sequence[Section],
    style: Style,
    width: float,
    height: float | None,
    *,
    fill: bool,
) -> ForestPage | None:
    """Set the statements of each pair below one another, in as many columns as are needed.

    ``width`` and ``height`` (None: any) are those of the room; None is returned where its width
    does not do. A page that is higher than the room is the lowest that its width allows.
    """
    best = None
    inner = width - 2 * style.margin
    most = float("inf") if height is None else height
    enough = most if fill else min(most, _PROPORTION * width)
    for row, gap in _ROWS:
        plan = _ForestPlan(sections, style, row * style.row, gap)
        ways = list(plan.columns(inner, fill=fill, is_free=not fill and gap == 1.0))
        for at, (count, measures) in enumerate(ways):
            page = _page(plan, measures, count, width if fill else min(_LEAST, width))
            best = page if best is None or page.height < best.height else best
            if best.height <= enough or len(page.columns) < count:
                break
            if at == 0 and page.height / len(ways) > most:
                del ways[1:-1]  # not even the most columns will do: only how high they are is told
        if best is not None and best.height <= most:
            break
    return best


def least_width(sections: Sequence[Section], style: Style) -> float:
    """Return the least width of a page of one column, in inches."""
    plan = _ForestPlan(sections, style, style.row)
    wide = 0.5
    while plan.measures(wide, fill=True) is None:
        wide += 0.05
    return wide + 2 * style.margin


def _page(plan: _ForestPlan, measures: Measures, count: int, width: float) -> ForestPage:
    """Return the page of so many columns at most; it has at least that width."""
    style = plan.style
    units = _units(plan, measures)
    has_numbers = any(row.percent is not None for row in plan.rows)
    head = line_height(style.caption_size) + 0.05 if has_numbers else 0.0
    foot = _HEADINGS["axis"] if has_numbers else 0.0
    columns = _share_out(units, count)
    used = len(columns) * (measures.width + _BETWEEN) - _BETWEEN
    columns = [_with_foot(column, foot) for column in columns]
    return ForestPage(
        sections=plan.sections,
        columns=tuple(tuple(column) for column in columns),
        measures=measures,
        head=head,
        foot=foot,
        width=max(width, used + 2 * style.margin),
        height=head + max(_bottom(column, foot) for column in columns),
        margin=style.margin,
        row=plan.row,
    )


def _with_foot(lines: Sequence[PageLine], foot: float) -> list[PageLine]:
    """Return the lines of a column with room for the axis below the last number."""
    last = max((at for at, line in enumerate(lines) if line.kind == "row"), default=len(lines))
    return [replace(line, y=line.y + (foot if at > last else 0.0)) for at, line in enumerate(lines)]


def _bottom(lines: Sequence[PageLine], foot: float) -> float:
    last = next(line for line in reversed(lines) if line.kind != "space")
    return last.y + last.height + (foot if last.kind == "row" else 0.0)


# Units: what is never parted by the end of a column


@dataclass(slots=True)
class _Unit:
    """Lines that stay together, and the headings that are said again where they start a column."""

    lines: list[PageLine] = field(default_factory=list)
    again: PageLine | None = None
    """The heading of what it goes on with; None where it starts with a heading."""
    height: float = 0.0

    def add(self, kind: str, height: float, section: Section, **more: Any) -> None:
        self.lines.append(PageLine(kind, self.height, height, section, **more))
        self.height += height


def _units(plan: _ForestPlan, measures: Measures) -> list[_Unit]:
    """Return the groups of every pair, the first of each with the name of the pair."""
    primaries = [one.pair.primary for one in plan.sections]
    sites = {one.pair.site for one in plan.sections}
    is_nested = len(set(primaries)) > 1 and len(sites) > 1
    found: list[_Unit] = []
    for at, section in enumerate(plan.sections):
        unit = _Unit()
        if is_nested and (at == 0 or primaries[at - 1] != section.pair.primary):
            name = capitalize(section.pair.primary_label)
            unit.add("primary", _HEADINGS["primary"], section, texts=(name,))
        elif is_nested:
            unit.again = _again(section, section.pair.primary_label)
        heading = _heading(section, len(set(primaries)), len(sites))
        groups = list(section.groups)
        # The title names a pair that is alone; only the sign of a conflict needs a name beside it.
        is_named = len(plan.sections) > 1 or section.pair.status == "conflicting"
        if is_named:
            _add_name(unit, plan, measures, section, heading)
        for number, group in enumerate(groups):
            beside = is_named and number == 0 and unit.lines[-1].beside
            _add_group(unit, plan, measures, section, group, number, is_named=bool(beside))
            unit.add("space", plan.gap * _HEADINGS["space"], section)
            found.append(unit)
            unit = _Unit(again=_again(section, heading) if is_named else None)
        if section.in_words:
            _add_words(unit, plan, measures, section, is_named=is_named)
            unit.add("space", plan.gap * _HEADINGS["space"], section)
            found.append(unit)
    return found


def _heading(section: Section, primaries: int, sites: int) -> str:
    """Return the name of a pair: what tells it from the others of the picture."""
    pair = section.pair
    if primaries > 1:
        return capitalize(pair.primary_label if sites == 1 else pair.site_label)
    return capitalize(
        pair.site_label if sites > 1 else f"{pair.primary_label} to {pair.site_label}"
    )


def _again(section: Section, label: str) -> PageLine:
    texts = (f"{capitalize(label)}, continued",)
    return PageLine("continued", 0.0, 0.24, section, texts)


def _add_name(
    unit: _Unit, plan: _ForestPlan, measures: Measures, section: Section, heading: str
) -> None:
    """Add the name of a pair, and beside it that of its first group if there is room."""
    style = plan.style
    indent = _WIDER * text_width(heading, style.label_size, style.font, bold=True) + INDENT
    indent += 2 * INDENT if section.pair.status == "conflicting" else 0.0
    label = section.groups[0].label if section.groups else ""
    wide = _WIDER * text_width(label, style.legend_size, style.font)
    beside = (label,) if label and indent + wide <= measures.width else ()
    tall = line_height(style.label_size) + plan.gap * _HEADINGS["section"]
    unit.add("section", tall, section, texts=(heading,), beside=beside, indent=indent)


def _add_group(
    unit: _Unit,
    plan: _ForestPlan,
    measures: Measures,
    section: Section,
    group: NumberGroup,
    number: int,
    *,
    is_named: bool,
) -> None:
    """Add the numbers of a group, below its name unless that stands beside the pair's."""
    style = plan.style
    if not is_named:
        _add_label(unit, plan, measures, section, group.label, number)
    for row in group.rows:
        space = (measures.names - 2 * INDENT) / _WIDER
        cited = wrap(row.cited, style.legend_size, space, style.font, bold=row.pooled)
        space = (measures.width - 2 * INDENT) / _WIDER
        below = wrap(row.narrowed, style.caption_size, space, style.font) if row.narrowed else []
        tall = plan.row + (len(cited) - 1) * line_height(style.legend_size)
        tall += len(below) * line_height(style.caption_size)
        more = {"row": row, "number": number, "cited": len(cited)}
        unit.add("row", tall, section, texts=(*cited, *below), **more)


def _add_label(
    unit: _Unit, plan: _ForestPlan, measures: Measures, section: Section, label: str, number: int
) -> None:
    style = plan.style
    room = (measures.width - INDENT) / _WIDER
    texts = tuple(wrap(label, style.legend_size, room, style.font, bold=plan.is_bold))
    tall = len(texts) * line_height(style.legend_size) + plan.gap * _HEADINGS["group"]
    unit.add("group", tall, section, texts=texts, number=number)


def _add_words(
    unit: _Unit, plan: _ForestPlan, measures: Measures, section: Section, *, is_named: bool
) -> None:
    """Add what is only said in words: phrase by phrase, with who says it."""
    style = plan.style
    if not is_named:
        _add_label(unit, plan, measures, section, "In words", len(section.groups))
    space = (measures.width - measures.names) / _WIDER
    for number, (said, rows) in enumerate(section.phrases):
        by = "; ".join(f"{row.cited}{f' ({row.narrowed})' if row.narrowed else ''}" for row in rows)
        lines = tuple(wrap(by, style.caption_size, space, style.font))
        tall = plan.row + (len(lines) - 1) * line_height(style.caption_size)
        unit.add("words", tall, section, texts=(said,), beside=lines, number=number)


# Columns


def _share_out(units: Sequence[_Unit], count: int) -> list[list[PageLine]]:
    """Return the units in so many columns at most, as low as they can be, in the order given."""
    low = max(unit.height for unit in units)
    high = sum(unit.height for unit in units) + count
    for _ in range(24 if count > 1 else 0):
        middle = (low + high) / 2
        if len(_starts(units, middle)) <= count:
            high = middle
        else:
            low = middle
    starts = _starts(units, high)
    ends = [*starts[1:], len(units)]
    return [_joined(units[first:last]) for first, last in zip(starts, ends, strict=True)]


def _starts(units: Sequence[_Unit], most: float) -> list[int]:
    """Return where columns start that are no higher than that, if no unit alone is."""
    starts: list[int] = []
    y = 0.0
    for at, unit in enumerate(units):
        if not starts or y + unit.height > most:
            starts.append(at)
            y = unit.again.height if unit.again is not None else 0.0
        y += unit.height
    return starts


def _joined(units: Sequence[_Unit]) -> list[PageLine]:
    """Return the lines of a column; one that goes on with something says so."""
    again = units[0].again
    lines = [again] if again is not None else []
    y = again.height if again is not None else 0.0
    for unit in units:
        lines += [replace(line, y=y + line.y) for line in unit.lines]
        y += unit.height
    return lines
