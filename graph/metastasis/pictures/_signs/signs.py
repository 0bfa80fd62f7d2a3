"""The signs of marks, the same in every picture: how each is drawn, and what legends say of it.

The square says that sources conflict, an open circle or triangle what an edge rests on, a letter
what limits a number.
"""

from __future__ import annotations

from collections import Counter
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from metastasis._evidence.edge import BASES
from metastasis.pictures._said.mark import STATES, is_disputed, meanings
from metastasis.pictures._sheet.surround import SAMPLE, LegendEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.artist import Artist

    from metastasis._evidence.pair import Pair
    from metastasis.pictures._said.mark import Mark
    from metastasis.pictures._sheet.labels import Point
    from metastasis.pictures._sheet.sheet import Sheet

__all__ = [
    "CELL_RADIUS",
    "CORNER",
    "basis_entries",
    "basis_radius",
    "basis_rule",
    "basis_words",
    "clear_place",
    "conflict_entry",
    "dispute_entry",
    "draw_basis",
    "draw_square",
    "letter_entries",
]

_HALF: Final = 0.05
"""Half a side of the square that says that sources conflict, in inches."""
CORNER: Final = 0.03
"""The same of a square in the corner of a cell."""
_RADIUS: Final = 0.047
"""Inches from the middle of the sign of what an edge rests on to its rim."""
_SMALL: Final = 0.03
"""The same in a crowd."""
CELL_RADIUS: Final = 0.022
"""The same in the corner of a cell."""
_CROWD: Final = 60
"""Such signs, above which they are small."""
_MOST_LETTERS: Final = 8
"""Letters that a legend explains at most: more stand in the caption alone."""
_LONGEST: Final = 60
"""Characters of a meaning in a legend: the rest stands in the caption."""


def draw_square(sheet: Sheet, x: float, y: float, gid: str, half: float = _HALF) -> Artist:
    """Draw the square that says that sources conflict, its middle at a point."""
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half)]
    corners.append((x - half, y + half))
    return sheet.shape(corners, sheet.style.conflict_fill, gid, zorder=5)


def dispute_entry(pairs: Iterable[Pair]) -> list[LegendEntry]:
    """Return the square and its words, if there is a pair with an edge that sources conflict on."""
    entry = LegendEntry("reported, and sources conflict", _square_sample)
    return [entry] if any(map(is_disputed, pairs)) else []


def conflict_entry(pairs: Iterable[Pair]) -> list[LegendEntry]:
    """Return the square and its words where it marks pairs with and without an edge alike."""
    torn = [pair for pair in pairs if pair.status == "conflicting"]
    if all(map(is_disputed, torn)):
        return dispute_entry(torn)
    return [LegendEntry(STATES["conflicting"], _square_sample)]


def _square_sample(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
    return draw_square(sheet, x + SAMPLE / 2, y, gid)


# The signs that say what an edge rests on: none for numbers, else an open circle or triangle


def _circle(x: float, y: float, radius: float) -> list[Point]:
    turns = [2 * pi * step / 24 for step in range(24)]
    return [(x + radius * cos(turn), y + radius * sin(turn)) for turn in turns]


def _triangle(x: float, y: float, radius: float) -> list[Point]:
    """Return a triangle that looks as large as a circle of that radius."""
    top, foot, half = 1.25 * radius, 0.85 * radius, 1.2 * radius
    return [(x, y - top), (x + half, y + foot), (x - half, y + foot)]


_BASIS_SIGNS: Final = {"expert_words": ("circle", _circle), "lay_words": ("triangle", _triangle)}


def draw_basis(
    sheet: Sheet,
    x: float,
    y: float,
    basis: str,
    gid: str,
    *,
    radius: float = _RADIUS,
    color: str | None = None,
) -> Artist:
    """Draw the open sign of what an edge rests on, its middle at a point, in ink or a color."""
    _, corners = _BASIS_SIGNS[basis]
    how = {"edgecolor": color or sheet.style.ink, "linewidth": 0.5 + 10 * radius, "zorder": 5}
    return sheet.shape(corners(x, y, radius), sheet.style.paper, gid, **how)


def basis_radius(count: int) -> float:
    """Return the radius of the signs of what edges rest on in a picture of so many.

    >>> basis_radius(5) > basis_radius(500)
    True
    """
    return _RADIUS if count <= _CROWD else _SMALL


def clear_place(places: Sequence[Point], taken: Sequence[Point], apart: float) -> Point:
    """Return the first place that is so far from all that is taken, or else the farthest.

    >>> clear_place([(0.0, 0.0), (1.0, 0.0)], [(0.1, 0.0)], 0.5)
    (1.0, 0.0)
    """
    import numpy as np  # what only tells of signs must not wait for it

    if not taken:
        return places[0]
    points = np.asarray(places, dtype=np.float64)[:, None, :]
    gaps = points - np.asarray(taken, dtype=np.float64)[None, :, :]
    far = np.hypot(gaps[..., 0], gaps[..., 1]).min(axis=1)
    clear = np.flatnonzero(far >= apart)
    return places[int(clear[0] if len(clear) else far.argmax())]


def basis_entries(shown: Iterable[str | None]) -> list[LegendEntry]:
    """Return the signs of what edges rest on that are in a picture, with their words."""
    present = set(shown)
    return [
        LegendEntry(f"rests on {words}", _basis_sample(basis))
        for basis, words in BASES.items()
        if basis in present and basis in _BASIS_SIGNS
    ]


def _basis_sample(basis: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        return draw_basis(sheet, x + SAMPLE / 2, y, basis, gid)

    return draw


def basis_rule(shown: Iterable[str | None], *, numbers: bool = False) -> list[str]:
    """Return what the signs in a picture mean, and what it means that there is none.

    ``numbers``: the picture shows numbers, which need no sign.
    """
    present = set(shown)
    signs = [
        f"open {sign}, {BASES[basis]}"
        for basis, (sign, _) in _BASIS_SIGNS.items()
        if basis in present
    ]
    edge, rest = ("edge without a number here", "other numbers") if numbers else ("edge", "numbers")
    return [f"What an {edge} rests on: {'; '.join(signs)}; no sign, {rest}."] if signs else []


def basis_words(pairs: Iterable[Pair]) -> list[str]:
    """Return in words how many edges rest on numbers, how many on whose words."""
    counts = Counter(pair.basis for pair in pairs if pair.basis)
    total = counts.total()
    said = [(counts[basis], words) for basis, words in BASES.items() if counts[basis]]
    if not said:
        return []
    if len(said) == 1:
        many = "Both edges rest" if total == 2 else f"All {total:,} edges rest"
        edges = "The edge rests" if total == 1 else many
        return [f"{edges} on {said[0][1]}."]
    (first, words), *others = said
    verb = "rests" if first == 1 else "rest"
    listed = [f"{first:,} {verb} on {words}", *(f"{count:,} on {of}" for count, of in others)]
    return [f"Of {total:,} edges, {', '.join(listed)}."]


# The letters of numbers that something limits


def letter_entries(marks: Sequence[Mark], most: int = _MOST_LETTERS) -> list[LegendEntry]:
    """Return what each letter in a picture means; of many only that the caption tells.

    Long meanings are cut: the caption has them whole, and the alternative text too.
    """
    told = meanings(marks)
    if len(told) > most:
        return [LegendEntry("what limits a number: see the caption", _letter_sample("a, b …"))]
    return [LegendEntry(_cut(said), _letter_sample(_short(key))) for key, said in told.items()]


def _short(key: str) -> str:
    return "all" if key == "all numbers" else key


def _cut(said: str) -> str:
    if len(said) <= _LONGEST:
        return said
    return f"{said[:_LONGEST].rpartition(' ')[0].rstrip(',;:')} …"


def _letter_sample(letter: str) -> Callable[[Sheet, float, float, str], Artist]:
    def draw(sheet: Sheet, x: float, y: float, gid: str) -> Artist:
        size = sheet.style.legend_size
        if " " in letter:  # in the middle it would leave the margin
            return sheet.write(x, y, letter, size=size, gid=gid)
        return sheet.write(x + SAMPLE / 2, y, letter, size=size, align="center", gid=gid)

    return draw
