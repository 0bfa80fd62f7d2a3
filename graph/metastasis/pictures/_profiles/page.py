"""Where the dots of site profiles stand: rows of sites, one panel for all cancers or one for each.

Apart because it is geometry alone. Long because the records of the page and its two ways of being
laid out change together. Where there is little room, what stands right of the axis falls
away first: n/N, then the interval in words, then the share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Final

from metastasis.pictures._sheet.sheet import line_height, text_width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.style import Style

__all__ = [
    "BESIDE",
    "GUTTER",
    "MOST_IN_ONE",
    "ProfileBlock",
    "ProfileLine",
    "ProfilePage",
    "SiteProfile",
    "axis_end",
    "has_number",
    "lay_out_profiles",
    "signs_of",
]

MOST_IN_ONE: Final = 7
"""Profiles in one panel at most: there are no more colors and shapes that are told apart."""
GUTTER: Final = 0.17
"""For signs, left of where the axis starts: no sign is to be read as a share, in inches."""
BESIDE: Final = 0.115
"""For each more sign that stands left of another."""
_TOPS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0)
"""Where the axis may end, in percent."""
_PLOT: Final = 0.6
"""Length of the axis at least; of a panel among others it may be shorter."""
_SMALL_PLOT: Final = 0.4
_LONG: Final = 4.6
"""The same at most, where the width need not be used."""
_LONG_EACH: Final = 1.7
_ROOMY: Final = (1.0, 1.4, 1.7, 2.2)
"""How many times as long it is at least beside no, one, two or three columns of numbers."""
_GAP: Final = 0.12
"""Between the axis and what stands beside it."""
_BETWEEN: Final = 0.22
"""From one column to the next."""
_PANELS: Final = (0.22, 0.1)
"""From one panel to the next: with ease, and where there is little room."""
_EASY: Final = 1.2
"""Inches of axis that are left where names stand in one line each."""
_NAMES: Final = (2.2, 0.34, 0.9)
"""Width of the names of rows: at most, as a share of a column at most, and at least."""
_TITLE: Final = 0.28
_HEAD: Final = 0.2
"""Heights of the name of a panel, and of the words above numbers."""
_AXIS: Final = 0.26
_LANES: Final = (0.115, 0.085, 0.085)
"""From one profile to the next within a row: with ease, and where there is little room."""
_LETTERED: Final = 0.125
"""The same where letters stand beside dots."""
_AROUND: Final = 0.06
"""Above and below the profiles of a row together."""
_ROWS: Final = (0.95, 0.8, 0.7)
"""Of the height of a row of one profile: with ease, and where there is little room."""
_WIDER: Final = 1.04
_LEAST: Final = 6.0
"""Width of a page at least, where it is free: title and caption stand above and below."""


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """One cancer over sites, or one site over cancers."""

    key: str
    label: str
    marks: Mapping[str, Mark]
    """By the key of the row."""


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One row: a site, or where one site is drawn a cancer."""

    key: str
    label: str
    group: str = ""
    """What it stands under, such as an organ system."""


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A row as it stands in a block: from its top, its name in lines."""

    line: ProfileLine
    y: float
    height: float
    words: tuple[str, ...]
    heading: str = ""
    """The name of its group, if it is the first of it."""


@dataclass(frozen=True, slots=True)
class ProfileBlock:
    """An axis with its rows and profiles, in inches from the top left of the drawing."""

    profiles: tuple[SiteProfile, ...]
    lines: tuple[PlacedLine, ...]
    title: str
    """The name of the profile, where each has a panel."""
    names: float
    """Where the names of its rows end; negative where the panel left of it has them."""
    left: float
    """Where the axis starts."""
    plot: float
    """Length of the axis."""
    numbers: tuple[tuple[str, float], ...]
    """The columns of numbers, each with where it ends."""
    top: float
    foot: float
    """Where the axis is."""
    lane: float
    """From one dot to the next within a row."""
    start: float
    """Where its rows start, with their names."""
    signs: float
    """From the signs of one profile to those of the next, left of the axis."""
    size: float = 0.0
    """Of the letters of its title."""

    def lanes(self, line: PlacedLine) -> Iterator[tuple[SiteProfile, float]]:
        """Yield each profile with the height of its dot in a row; those with a number have some."""
        middle = self.middle(line)
        numbered = [one for one in self.profiles if has_number(one, line.line.key)]
        first = middle - self.lane * (len(numbered) - 1) / 2
        for profile in self.profiles:
            at = numbered.index(profile) if profile in numbered else 0
            yield profile, first + at * self.lane

    def middle(self, line: PlacedLine) -> float:
        """Return the height of the middle of a row."""
        return self.top + line.y + line.height / 2

    def sign(self, at: int) -> float:
        """Return where the sign of a profile stands that is so far down the list."""
        return (
            self.left
            - min(GUTTER, self.signs + 0.02) / 2
            - (len(self.profiles) - 1 - at) * self.signs
        )


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """The blocks of a page."""

    blocks: tuple[ProfileBlock, ...]
    is_one: bool
    """Whether all profiles are in one panel."""
    dropped: bool
    """Whether numbers in words fell away."""
    width: float
    height: float


@dataclass(frozen=True)
class _ProfilePlan:
    profiles: Sequence[SiteProfile]
    lines: Sequence[ProfileLine]
    style: Style
    has_numbers: bool
    lane: float
    row: float
    is_one: bool

    @cached_property
    def marks(self) -> list[Mark]:
        return [mark for one in self.profiles for mark in one.marks.values()]

    @cached_property
    def signs(self) -> float:
        """Width of the signs of one pair."""
        if not self.has_signs:
            return 0.03
        most = max((len(signs_of(one)) for one in self.marks), default=0)
        return GUTTER - 0.02 + BESIDE * max(most - 1, 0)

    @cached_property
    def has_signs(self) -> bool:
        """Whether anything but numbers is drawn."""
        places = len(self.profiles) * len(self.lines)
        return len(self.marks) < places or any(map(signs_of, self.marks))

    def gutter(self, profiles: int) -> float:
        """Return the width of the signs of so many profiles side by side."""
        return 0.02 + profiles * self.signs

    def names(self, width: float) -> float:
        """Return the width of the names of rows in a column of that width."""
        style = self.style
        most, share, least = _NAMES
        natural = _widest((one.label for one in self.lines), style.label_size, style)
        words = {word for one in self.lines for word in one.label.split()}
        longest = _widest(words, style.label_size, style)
        # A name in one line is worth some of the axis, not all.
        others = self.gutter(len(self.profiles)) + _EASY if self.is_one else width
        wanted = natural if natural + others <= width else share * width
        return min(max(longest, least, min(natural, wanted)), most) + 0.08

    def numbers(self, profiles: Sequence[SiteProfile]) -> dict[str, float]:
        """Return the width of each column of numbers of some profiles."""
        style, found = self.style, {}
        marks = [mark for one in profiles for mark in one.marks.values() if mark.number]
        for name, head in (
            ("share_label", "share"),
            ("interval_label", "95 % interval"),
            ("count_label", "n/N"),
        ):
            texts = {getattr(one, name) for one in marks} - {""}
            if texts:
                heads = [head] if len(self.profiles) == 1 else []
                found[name] = _widest([*texts, *heads], style.caption_size, style)
        return found

    def placed(
        self, lines: Sequence[ProfileLine], names: float, profiles: Sequence[SiteProfile]
    ) -> tuple[PlacedLine, ...]:
        """Return rows below one another, each as high as its dots and its name ask for."""
        style, y, group = self.style, 0.0, ""
        found: list[PlacedLine] = []
        for line in lines:
            words = wrapped(line.label, style.label_size, names / _WIDER, style.font)
            heading = line.group if line.group != group else ""
            if heading:
                y += line_height(style.caption_size) + (0.05 if found else 0.0)
            group = line.group
            lanes = sum(has_number(one, line.key) for one in profiles)
            tall = max(
                self.row,
                (lanes - 1) * self.lane + _AROUND * 2 if lanes > 1 else 0.0,
                len(words) * 0.82 * line_height(style.label_size) + (0.03 if len(words) > 1 else 0),
            )
            found.append(PlacedLine(line, y, tall, words, heading))
            y += tall
        return tuple(found)


def _widest(texts: Iterable[str], size: float, style: Style, *, bold: bool = False) -> float:
    wide = (text_width(text, size, style.font, bold) for text in texts)
    return _WIDER * max(wide, default=0.0)


def lay_out_profiles(
    profiles: Sequence[SiteProfile],
    lines: Sequence[ProfileLine],
    style: Style,
    room: tuple[float, float | None],
    *,
    fill: bool,
    one: bool | None,
) -> ProfilePage | None:
    """Return profiles in one panel or in a panel each, as is asked for or as the room has it.

    None is returned where no width does; a page that is higher than the room is the lowest there
    is.
    """
    width, height = room
    few = len(profiles) <= 4
    ways = [one] if one is not None else [True, False] if few else [False]
    if one is None and not few and len(profiles) <= MOST_IN_ONE:
        ways.append(True)
    has_numbers = any(mark.number for each in profiles for mark in each.marks.values())
    best = None
    for is_one in ways if len(profiles) > 1 else [True]:
        has_letters = any(mark.letter for each in profiles for mark in each.marks.values())
        for lane, tight in zip(_LANES, _ROWS, strict=True):
            lane_ = max(lane, _LETTERED) if has_letters else lane
            plan = _ProfilePlan(
                profiles, lines, style, has_numbers, lane_, tight * style.row, is_one
            )
            make = _in_one if is_one else _in_each
            for page in make(plan, width, fill=fill):
                if height is None or page.height <= height:
                    return page
                if best is None or page.height < best.height:
                    best = page
    return best


# One panel


def _in_one(plan: _ProfilePlan, width: float, *, fill: bool) -> Iterator[ProfilePage]:
    """Yield pages of one, two and more columns of rows, as long as they fit across."""
    style = plan.style
    inner = width - 2 * style.margin
    is_single = len(plan.profiles) == 1
    for count in range(1, len(plan.lines) + 1):
        wide = (inner + _BETWEEN) / count - _BETWEEN
        names = plan.names(wide)
        kept = list(plan.numbers(plan.profiles).items()) if is_single else []
        before = len(kept)
        while kept and wide - _taken(plan, names, kept) < _PLOT * _ROOMY[len(kept)]:
            kept.pop()
        plot = wide - _taken(plan, names, kept)
        if plan.has_numbers and plot < _PLOT:
            return
        if not plan.has_numbers and plot < 0.1:
            return
        plot = plot if fill else min(plot, _LONG)
        if not plan.has_numbers:
            plot = 0.1
        yield _column_page(plan, count, names, plot, kept, width, before, fill=fill)


def _taken(plan: _ProfilePlan, names: float, kept: Sequence[tuple[str, float]]) -> float:
    """Return what a column takes beside its axis; the last tick goes a little beyond it."""
    signs = plan.gutter(len(plan.profiles))
    return names + signs + sum(wide + _GAP for _, wide in kept) + (0.0 if kept else 0.16)


def _column_page(
    plan: _ProfilePlan,
    count: int,
    names: float,
    plot: float,
    kept: Sequence[tuple[str, float]],
    width: float,
    before: int,
    *,
    fill: bool,
) -> ProfilePage:
    style = plan.style
    is_tight = plan.row < 0.75 * style.row and len(kept) < 2
    head = _HEAD if (kept and not is_tight) or len(plan.profiles) > 1 else 0.04
    wide = _taken(plan, names, kept) + plot
    blocks = []
    everything = plan.placed(plan.lines, names - 0.08, plan.profiles)
    for at, lines in enumerate(_parts(everything, count)):
        placed = plan.placed(lines, names - 0.08, plan.profiles)
        x = style.margin + at * (wide + _BETWEEN)
        left = x + names + plan.gutter(len(plan.profiles))
        ends, end = [], left + plot
        for name, one in kept:
            end += _GAP + one
            ends.append((name, end))
        foot = head + placed[-1].y + placed[-1].height
        blocks.append(
            ProfileBlock(
                tuple(plan.profiles),
                placed,
                "",
                x + names - 0.08,
                left,
                plot,
                tuple(ends),
                head,
                foot,
                plan.lane,
                x,
                plan.signs,
            )
        )
    used = len(blocks) * (wide + _BETWEEN) - _BETWEEN + 2 * style.margin
    tall = max(one.foot for one in blocks) + (_AXIS if plan.has_numbers else 0.05)
    return ProfilePage(
        tuple(blocks),
        is_one=True,
        dropped=len(kept) < before,
        width=width if fill else max(used, min(_LEAST, width)),
        height=tall,
    )


def _parts(lines: Sequence[PlacedLine], count: int) -> list[list[ProfileLine]]:
    """Return rows in so many columns at most, of about one height."""
    low, high = max(line.height for line in lines), lines[-1].y + lines[-1].height
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(lines, middle)) <= count else (middle, high)
    return _filled(lines, high + 1e-6)


def _filled(lines: Sequence[PlacedLine], most: float) -> list[list[ProfileLine]]:
    columns: list[list[ProfileLine]] = []
    start = 0.0
    for line in lines:
        if not columns or line.y + line.height - start > most:
            columns.append([])
            start = line.y
        columns[-1].append(line.line)
    return columns


# A panel each


def _in_each(plan: _ProfilePlan, width: float, *, fill: bool) -> Iterator[ProfilePage]:
    """Yield pages with as many panels side by side as fit, then with fewer."""
    style = plan.style
    inner = width - 2 * style.margin
    names = plan.names(inner)
    shares = max(
        (plan.numbers([one]).get("share_label", 0.0) for one in plan.profiles), default=0.0
    )
    titles = {word for one in plan.profiles for word in one.label.split()}
    sizes = (style.label_size, style.caption_size, style.least_size)
    longest = {size: _widest(titles, size, style, bold=True) + 0.03 for size in sizes}
    found = []
    total = len(plan.profiles)
    for count, between in product(range(total, 0, -1), _PANELS):
        if ceil(total / ceil(total / count)) != count:
            continue  # as many rows of panels would do with fewer side by side
        panel = (inner - names + between) / count - between
        size = next((one for one, wide in longest.items() if wide <= panel + 0.05), None)
        if size is None:
            continue
        plot = panel - plan.gutter(1) - 0.16
        if plan.has_numbers and plot < _SMALL_PLOT:
            continue
        if not plan.has_numbers and plot < 0.1:
            continue
        beside = shares if shares and plot + 0.16 - shares - _GAP >= 1.35 * _PLOT else 0.0
        plot = plot + 0.16 - beside - _GAP if beside else plot
        plot = plot if fill else min(plot, _LONG_EACH)
        if not plan.has_numbers:
            plot = min(plot, 0.3)
        found.append(_panel_page(plan, count, names, plot, beside, width, size, between, fill=fill))
    found.sort(key=lambda page: page.height)
    yield from found


def _panel_page(
    plan: _ProfilePlan,
    count: int,
    names: float,
    plot: float,
    beside: float,
    width: float,
    size: float,
    between: float,
    *,
    fill: bool,
) -> ProfilePage:
    style = plan.style
    bands = ceil(len(plan.profiles) / count)
    panel = plan.gutter(1) + plot + (beside + _GAP if beside else 0.16)
    blocks: list[ProfileBlock] = []
    y = 0.0
    title_room = (panel + 0.05 - 0.03) / _WIDER
    for start in range(0, len(plan.profiles), count):
        of = plan.profiles[start : start + count]
        # Each row of panels lists what any of its profiles has.
        lines = [
            line
            for line in plan.lines
            if bands == 1 or any(line.key in one.marks for one in of) or not _is_any(plan, line)
        ]
        placed = plan.placed(lines, names - 0.08, ())
        titles = [wrapped(one.label, size, title_room, style.font, bold=True) for one in of]
        head = _TITLE + (max(map(len, titles)) - 1) * line_height(size)
        foot = y + head + placed[-1].y + placed[-1].height
        for at, one in enumerate(of):
            x = style.margin + names + at * (panel + between)
            left = x + plan.gutter(1)
            numbers = (("share_label", left + plot + _GAP + beside),) if beside else ()
            blocks.append(
                ProfileBlock(
                    (one,),
                    placed,
                    "\n".join(titles[at]),
                    style.margin + names - 0.08 if at == 0 else -1.0,
                    left,
                    plot,
                    numbers,
                    y + head,
                    foot,
                    plan.lane,
                    style.margin if at == 0 else x,
                    plan.signs,
                    size,
                )
            )
        y = foot + (_AXIS if plan.has_numbers else 0.1) + 0.05
    used = names + count * (panel + between) - between + 2 * style.margin
    return ProfilePage(
        tuple(blocks),
        is_one=False,
        dropped=not beside and plan.has_numbers,
        width=width if fill else max(used, min(_LEAST, width)),
        height=y - 0.05,
    )


def _is_any(plan: _ProfilePlan, line: ProfileLine) -> bool:
    return any(line.key in one.marks for one in plan.profiles)


# Marks


def has_number(profile: SiteProfile, row: str) -> bool:
    """Return whether a profile has a number in a row."""
    mark = profile.marks.get(row)
    return mark is not None and mark.number is not None


def signs_of(mark: Mark) -> list[str]:
    """Return the signs of a pair from the axis outwards: its state, its basis, and a conflict.

    A number needs no sign of its state, unless words deny it or sources conflict.
    """
    speaks = mark.number is not None and mark.state in ("number", "none_seen")
    signs = [] if speaks else ["state"]
    signs += ["basis"] if mark.basis else []
    return [*signs, *(["conflict"] if mark.is_disputed else [])]


def axis_end(marks: Sequence[Mark]) -> float:
    """Return where the axis of some shares ends, in percent."""
    most = max((one.most for one in marks), default=0.0)
    return next((top for top in _TOPS if top >= most - 1e-9), _TOPS[-1])
