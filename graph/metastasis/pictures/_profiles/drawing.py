"""How site profiles are drawn: dots with intervals, signs of what has no number, names and axes.

Apart from the profiles because those say what is drawn, and this how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matplotlib.path import Path

from metastasis.pictures._profiles.page import BESIDE, GUTTER, has_number, signs_of
from metastasis.pictures._said.mark import DENIED
from metastasis.pictures._sheet.axis import draw_axis
from metastasis.pictures._sheet.sheet import line_height
from metastasis.pictures._sheet.style import LineStyle
from metastasis.pictures._signs.share_marks import SHAPES, draw_interval, draw_share
from metastasis.pictures._signs.signs import draw_basis, draw_square

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist

    from metastasis.pictures._profiles.page import PlacedLine, ProfileBlock, ProfilePage
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.axis import ShareAxis
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = ["ProfileLook", "draw_profile_page", "draw_sign", "sign_of"]

_ROLES: Final = (
    "stripes",
    "grid",
    "axes",
    "axis labels",
    "dots",
    "intervals",
    "signs",
    "conflict marks",
    "basis marks",
    "unstudied dots",
    "numbers",
    "number signs",
    "intervals in words",
    "counts",
    "column labels",
    "column marks",
    "letters",
    "group labels",
    "primary labels",
    "site labels",
)
_HEADS: Final = {
    "share_label": ("share", "numbers", "number"),
    "interval_label": ("95 % interval", "intervals in words", "between"),
    "count_label": ("n/N", "counts", "count"),
}
_RADIUS: Final = 0.046
"""Of a dot alone in its row; of several they are a little smaller."""
_SMALLER: Final = 0.04
_SIGN: Final = 0.04
"""Radius of the disk of a pair without a number; a rare one has a smaller one."""
_BASIS: Final = 0.04
_HEADLESS: Final = 0.1
"""Inches above rows that hold no words."""
_LETTER: Final = 0.07


@dataclass(frozen=True, slots=True)
class ProfileLook:
    """The color and the shape of a profile."""

    color: str
    shape: str = "circle"

    @property
    def how(self) -> dict[str, Any]:
        """Color and shape as options."""
        return {"color": self.color, "shape": self.shape}


def draw_profile_page(
    sheet: Sheet,
    page: ProfilePage,
    axis: ShareAxis | None,
    top: float,
    looks: Mapping[str, ProfileLook],
    profile_looks: Mapping[str, ProfileLook],
    *,
    by_site: bool,
    is_open: Callable[[str, str], bool],
) -> dict[str, tuple[Artist, ...]]:
    """Draw every block from a height on; return the artists by role.

    ``looks`` are by pair, ``profile_looks`` by profile; ``axis`` is None where there are no
    numbers, ``by_site`` says whether rows are sites, ``is_open``
    whether a profile could have been studied in a row.
    """
    artists: dict[str, list[Artist]] = {role: [] for role in _ROLES}
    pen = _ProfilePen(sheet, page, axis, top, looks, profile_looks, by_site, is_open, artists, [])
    for number, block in enumerate(page.blocks, 1):
        pen.block(block, number)
    pen.unstudied()
    return {role: tuple(found) for role, found in pen.artists.items()}


@dataclass(frozen=True, slots=True)
class _ProfilePen:
    sheet: Sheet
    page: ProfilePage
    axis: ShareAxis | None
    top: float
    looks: Mapping[str, ProfileLook]
    profile_looks: Mapping[str, ProfileLook]
    by_site: bool
    is_open: Callable[[str, str], bool]
    artists: dict[str, list[Artist]]
    empty: list[Point]
    """Where nothing is studied."""

    def put(self, role: str, *artists: Artist) -> None:
        self.artists[role].extend(artists)

    @property
    def _quiet(self) -> dict[str, Any]:
        """How words stand that only head others."""
        style = self.sheet.style
        return {"size": style.caption_size, "align": "right", "color": style.faint_ink}

    def block(self, block: ProfileBlock, number: int) -> None:
        """Draw an axis with its rows."""
        start = self.top + block.top
        has_numbers = any(
            has_number(one, line.line.key) for one in block.profiles for line in block.lines
        )
        if self.axis is not None and (has_numbers or not self.page.is_one):
            grid, axis, labels = draw_axis(
                self.sheet,
                self.axis,
                block.left,
                block.plot,
                [(start, self.top + block.foot)],
                self.top + block.foot,
                f"profiles-axis-{number}",
            )
            self.put("grid", grid)
            self.put("axes", axis)
            self.put("axis labels", *labels)
        self._names(block, number)
        self._heads(block, number)
        self._stripes(block, number)
        for line in block.lines:
            middle = self.top + block.middle(line)
            for at, (profile, y) in enumerate(block.lanes(line)):
                mark = profile.marks.get(line.line.key)
                if mark is not None:
                    self._signs(mark, block.sign(at), middle)
                    self._number(block, mark, self.top + y)
                elif self.is_open(profile.key, line.line.key):
                    self.empty.append((block.sign(at), middle))

    def _stripes(self, block: ProfileBlock, number: int) -> None:
        """Draw every other row as a pale stripe, so that names lead to dots."""
        if len(block.lines) < 2:
            return
        right = max([block.left + block.plot, *(end for _, end in block.numbers)]) + 0.04
        left = block.start
        paths = []
        for line in block.lines[::2]:
            low = self.top + block.top + line.y
            corners = [(left, low), (right, low), (right, low + line.height)]
            corners += [(left, low + line.height), (left, low)]
            paths.append(Path(corners, closed=True))
        path = Path.make_compound_path(*paths)
        look: dict[str, Any] = {"alpha": 0.45, "linewidth": 0.0, "zorder": 0.5}
        fill = self.sheet.style.other_fill
        self.put("stripes", self.sheet.fill(path, fill, f"profiles-stripes-{number}", **look))

    def _names(self, block: ProfileBlock, number: int) -> None:
        start = self.top + block.top
        rows, panels = ("site", "primary") if self.by_site else ("primary", "site")
        for line in block.lines if block.names >= 0 else ():
            self._row_name(block, line, f"profiles-label-{rows}-{line.line.key}-{number}", rows)
        titles = block.title.split("\n") if block.title else []
        pitch = line_height(block.size)
        for at, text in enumerate(titles):
            y = start - 0.06 - (len(titles) - at - 0.5) * pitch
            key = block.profiles[0].key
            gid = f"profiles-label-{panels}-{key}{f'-{at}' if at else ''}"
            look: dict[str, Any] = {"size": block.size, "bold": True, "gid": gid}
            x = max(block.left - GUTTER, block.start if number > 1 else 0.0)
            self.put(f"{panels} labels", self.sheet.write(x, y, text, **look))
        has_head = not titles and block.top > _HEADLESS
        for name, end in block.numbers if has_head else ():
            gid = f"profiles-head-{name.partition('_')[0]}-{number}"
            quiet = self._quiet
            self.put(
                "column labels",
                self.sheet.write(end, start - 0.1, _HEADS[name][0], gid=gid, **quiet),
            )

    def _heads(self, block: ProfileBlock, number: int) -> None:
        """Draw the shape of each profile above its signs, where several are in one panel."""
        y = self.top + block.top - 0.09
        for at, one in enumerate(block.profiles if len(block.profiles) > 1 else ()):
            look = self.profile_looks[one.key]
            gid = f"profiles-head-{'primary' if self.by_site else 'site'}-{one.key}-{number}"
            mark = draw_share(
                self.sheet, block.sign(at), y, gid, basis="counted", radius=_SMALLER, **look.how
            )
            self.put("column marks", mark)

    def _row_name(self, block: ProfileBlock, line: PlacedLine, gid: str, role: str) -> None:
        style, start = self.sheet.style, self.top + block.top + line.y
        if line.heading:
            y = start - line_height(style.caption_size) / 2
            name = gid.replace("-label-", "-group-")
            group = self.sheet.write(block.names, y, line.heading, gid=name, **self._quiet)
            self.put("group labels", group)
        pitch = 0.82 * line_height(style.label_size)
        middle = start + line.height / 2
        for at, text in enumerate(line.words):
            y = middle + (at - (len(line.words) - 1) / 2) * pitch
            look: dict[str, Any] = {"size": style.label_size, "align": "right"}
            name = f"{gid}{f'-{at}' if at else ''}"
            self.put(f"{role} labels", self.sheet.write(block.names, y, text, gid=name, **look))

    def _number(self, block: ProfileBlock, mark: Mark, y: float) -> None:
        """Draw the number of a pair: its dot with its interval, and its digits."""
        ends = f"{mark.pair.primary}--{mark.pair.site}"
        look = self.looks[ends]
        if mark.number is None or self.axis is None:
            return
        sheet, basis = self.sheet, mark.interval_basis
        is_none = mark.state == "none_seen"
        if mark.interval:
            interval = draw_interval(
                sheet,
                self.axis,
                block.left,
                block.plot,
                mark.interval,
                y,
                f"profiles-interval-{ends}",
                basis=basis,
                color=self.sheet.style.outline if is_none else look.color,
                thick=1.2,
            )
            self.put("intervals", interval)
        x = block.left + block.plot * self.axis.at(mark.percent)
        if is_none:
            sign = draw_sign(sheet, x, y, "none_seen", f"profiles-sign-{ends}")
            self.put("signs", sign)
        elif not (self.axis.is_beyond(mark.percent) and mark.interval):
            dot = draw_share(
                sheet,
                x,
                y,
                f"profiles-dot-{ends}",
                basis=basis,
                color=look.color,
                shape=look.shape,
                radius=_RADIUS if len(block.profiles) == 1 else _SMALLER,
            )
            self.put("dots", dot)
        self._numbers(block, mark, y, ends)

    def _numbers(self, block: ProfileBlock, mark: Mark, y: float, ends: str) -> None:
        style = self.sheet.style
        for name, end in block.numbers:
            _, role, part = _HEADS[name]
            if text := getattr(mark, name):
                gid = f"profiles-{part}-{ends}"
                look: dict[str, Any] = {"size": style.caption_size, "align": "right", "gid": gid}
                self.put(role, self.sheet.write(end, y, text, **look))
        if mark.letter and not block.numbers and self.axis is not None:
            x = block.left + block.plot * self.axis.at(mark.most) + _LETTER
            gid = f"profiles-letter-{ends}"
            letter = self.sheet.write(x, y, mark.letter, size=style.caption_size, gid=gid)
            self.put("letters", letter)

    def _signs(self, mark: Mark, x: float, y: float) -> None:
        """Draw the signs of a pair from a place to the left."""
        ends = f"{mark.pair.primary}--{mark.pair.site}"
        look = self.looks[ends]
        for sign in signs_of(mark):
            if sign == "state":
                state = sign_of(mark)
                gid = f"profiles-sign-{ends}"
                self.put("signs", draw_sign(self.sheet, x, y, state, gid, look.color))
            elif sign == "basis":
                gid = f"profiles-basis-{ends}"
                basis = draw_basis(self.sheet, x, y, mark.basis or "", gid, radius=_BASIS)
                self.put("basis marks", basis)
            else:
                gid = f"profiles-conflict-{ends}"
                self.put("conflict marks", draw_square(self.sheet, x, y, gid, 0.042))
            x -= BESIDE

    def unstudied(self) -> None:
        """Draw where nothing is studied, as one artist."""
        if self.empty:
            color = self.sheet.style.unstudied_dot
            self.put(
                "unstudied dots", self.sheet.dots(self.empty, 0.014, color, "profiles-unstudied")
            )


def sign_of(mark: Mark) -> str:
    """Return the sign of a pair without a number: its state, or the class of its edge."""
    is_denied = mark.state in (*DENIED, "conflicting")
    return mark.state if is_denied else mark.pair.edge or "other"


def draw_sign(
    sheet: Sheet, x: float, y: float, sign: str, gid: str, color: str | None = None
) -> Artist:
    """Draw a pair without a number: a disk by class, a cross if denied, a square if in conflict.

    The disk of a common one is filled, that of others is open, and that of a rare one small.
    """
    style = sheet.style
    color = color or style.edge_shades[0]
    if sign == "none_seen":
        ends = [(x - 0.04, y), (x + 0.04, y)]
        return sheet.line(ends, LineStyle(1.1), style.faint_ink, gid, zorder=5)
    if sign in DENIED:
        half = 0.036
        cross = [Path([(x - half, y - half), (x + half, y + half)])]
        cross.append(Path([(x - half, y + half), (x + half, y - half)]))
        path = Path.make_compound_path(*cross)
        return sheet.fill(path, "none", gid, edgecolor=color, linewidth=1.1, zorder=5)
    if sign == "conflicting":
        return draw_square(sheet, x, y, gid, 0.042)
    radius = 0.6 * _SIGN if sign == "rarely" else _SIGN
    fill = color if sign == "commonly" else style.paper
    corners = SHAPES["circle"](x, y, radius)
    return sheet.shape(corners, fill, gid, edgecolor=color, linewidth=0.9, zorder=5)
