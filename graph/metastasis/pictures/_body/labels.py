"""The words beside a body, measured: names with their numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from metastasis.pictures._sheet.sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis.pictures._body.layout import LabelColumns
    from metastasis.pictures._body.spots import Spot
    from metastasis.pictures._sheet.style import Style

__all__ = ["DETAILS", "Label", "LabelLine", "LabelMeasure", "Letters", "Measure", "letters_of"]

DETAILS: Final = 3
"""Wordings of what stands below a name, from the fullest to the shortest."""
_TIGHT: Final = 0.88
"""Of the usual height of a line: a label is one thing."""
_SAFE: Final = 1.03
"""A renderer may set text a little wider than it was measured."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How large the letters of labels are."""

    name: float
    more: float
    font: tuple[str, ...]

    @property
    def space(self) -> float:
        """Inches from a name to its number on the same line."""
        return 0.55 * self.name / 72

    @property
    def sign(self) -> float:
        """Radius of the sign of what an edge rests on: it stands among the letters of a name."""
        return 0.34 * self.name / 72


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A piece of a label: its words, and where they begin."""

    text: str
    role: str
    """``name``, ``share`` (both on one line, if there is room) or ``more``."""
    y: float
    """Inches from the top of the label to its middle."""
    on_left: float = 0.0
    """Inches from the body's side of a left column; it ends there."""
    on_right: float = 0.0
    """Inches from the body's side of a right column; it begins there."""
    bold: bool = False
    size: float = 9.0


@dataclass(frozen=True, slots=True)
class Label:
    """The lines of a label, and its size."""

    lines: tuple[LabelLine, ...]
    width: float
    height: float
    sign: tuple[float, float] | None = None
    """Inches from the body's side and from the top to the sign of what an edge rests on."""


def letters_of(style: Style, *, small: bool = False) -> Letters:
    """Return the letters of one body, or of each of many on a page."""
    if small:
        return Letters(style.cell_size, max(style.cell_size - 0.8, style.least_size), style.font)
    more = max(min(style.cell_size, style.label_size - 1), style.least_size)
    return Letters(style.label_size, more, style.font)


def _spot_label(spot: Spot, letters: Letters, column: float, level: int) -> Label:
    """Return the label of a spot in a column of that width, in a wording of its details."""
    beside = 2.6 * letters.sign if spot.basis else 0.0
    return _label(
        spot.label,
        spot.share,
        spot.details[min(level, len(spot.details) - 1)],
        letters,
        column,
        beside=beside,
    )


def _label(
    name: str,
    share: str,
    more: str,
    letters: Letters,
    column: float,
    *,
    beside: float = 0.0,
    is_focus: bool = False,
) -> Label:
    font, size = letters.font, letters.name
    room = column / _SAFE
    names = wrap(name, size, room, font, bold=is_focus)
    if beside and _wide(names[-1], size, font) + beside > room:
        names = wrap(name, size, room - beside, font)
    widths = [_wide(line, size, font, bold=is_focus) for line in names]
    pitch = _TIGHT * line_height(size)
    lines: list[LabelLine] = []
    y = pitch / 2
    for at, text in enumerate(names):
        last = at == len(names) - 1
        wide = _wide(share, size, font, bold=True) if share and last else 0.0
        joined = bool(wide) and widths[at] + letters.space + wide <= room
        away = wide + letters.space if joined else 0.0
        lines.append(LabelLine(text, "name", y, on_left=away, bold=is_focus, size=size))
        if wide and not joined:
            y += pitch
        if wide:
            begin = widths[at] + letters.space if joined else 0.0
            lines.append(LabelLine(share, "share", y, on_right=begin, bold=True, size=size))
            widths.append(begin + wide)
        y += pitch
    sign = None
    if beside:
        sign = (widths[len(names) - 1] / _SAFE + 0.75 * beside, pitch * (len(names) - 0.5))
        widths.append(widths[len(names) - 1] + beside)
    y -= pitch / 2
    step = _TIGHT * line_height(letters.more)
    for text in wrap(more, letters.more, room, font) if more else ():
        lines.append(LabelLine(text, "more", y + step / 2, size=letters.more))
        widths.append(_wide(text, letters.more, font))
        y += step
    return Label(tuple(lines), max(widths), y, sign)


def _wide(text: str, size: float, font: tuple[str, ...], *, bold: bool = False) -> float:
    return _SAFE * text_width(text, size, font, bold)


class LabelMeasure(Protocol):
    """What measures the words beside a body: letters of a picture, or those of a page."""

    def spot(self, spot: Spot, column: float, level: int) -> Label:
        """Return the label of a spot in a column of that width, in a wording of its details."""

    def focus(self, name: str, word: str, column: float, level: int) -> Label:
        """Return the label of what is in focus."""

    def heading(self, text: str, column: float) -> Label:
        """Return a heading over a list."""

    def rest(self, texts: Sequence[str], width: float) -> Label:
        """Return sentences in lines: what is named below a body."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How the words beside a body are measured: in the letters of a picture."""

    letters: Letters
    known: dict[tuple[int, float, int], Label] = field(default_factory=dict, repr=False)
    """What is measured already: a body is laid out in many ways before the best is drawn."""
    columns: dict[tuple[object, ...], LabelColumns] = field(default_factory=dict, repr=False)
    """What is shared out already, by body with its labels, width and wording."""

    def spot(self, spot: Spot, column: float, level: int) -> Label:
        """Return the label of a spot in a column of that width, in a wording of its details."""
        key = (id(spot), column, level)  # as it stands: to compare spots takes longer
        if key not in self.known:
            self.known[key] = _spot_label(spot, self.letters, column, level)
        return self.known[key]

    def focus(self, name: str, word: str, column: float, level: int) -> Label:
        """Return the label of what is in focus."""
        more = word if level < DETAILS - 1 else ""
        return _label(name, "", more, self.letters, column, is_focus=True)

    def heading(self, text: str, column: float) -> Label:
        """Return a heading over a list, in small letters."""
        return self.rest([text], column)

    def rest(self, texts: Sequence[str], width: float) -> Label:
        """Return sentences in lines of small letters: what is named below a body."""
        lines = [line for text in texts for line in self._wrapped(text, width)]
        step = _TIGHT * line_height(self.letters.more)
        widths = [_wide(line, self.letters.more, self.letters.font) for line in lines]
        return Label(
            tuple(
                LabelLine(line, "more", (at + 0.5) * step, size=self.letters.more)
                for at, line in enumerate(lines)
            ),
            max(widths, default=0.0),
            len(lines) * step,
        )

    def _wrapped(self, text: str, width: float) -> list[str]:
        return wrap(text, self.letters.more, width / _SAFE, self.letters.font)
