"""What surrounds a drawing: title and legend above, caption below, wrapped to its width.

The legend may stand in a column at the right instead: a slide is wide and low.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pictures._sheet.sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.style import Style

__all__ = ["SAMPLE", "LegendEntry", "Surround", "caption_lines", "surround"]

SAMPLE = 0.34
"""Width in inches of a legend's sample."""
_GAP = 0.09
"""From a sample to its words."""
_BETWEEN = 0.26
"""From one entry of the legend to the next."""
_APART = 0.12
"""From title and legend to the drawing."""
_ROOM = 0.96
"""Of the width between the margins: a renderer may set text a little wider than it was measured."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Words of the legend, and what draws their sample from a left end, at a height, with an id."""

    label: str
    sample: Callable[[Sheet, float, float, str], Artist] | None
    """None: words alone."""
    wide: float = SAMPLE
    """Inches that the sample takes."""
    told: str | None = None
    """What it says as text, where the sample itself carries words; None is the label."""


@dataclass(frozen=True, slots=True)
class Surround:
    """Title, legend and caption as laid out for one width."""

    style: Style
    title: tuple[str, ...]
    legend: tuple[tuple[LegendLine, ...], ...]
    """By line."""
    caption: tuple[str, ...]
    side: float = 0.0
    """Width in inches of the column at the right that has the legend; 0: it stands above."""

    @property
    def head(self) -> float:
        """Height in inches of all above the drawing, margin included."""
        above = self._title_height + (0.0 if self.side else self.legend_height)
        return self.style.margin + above + (_APART if above else 0.0)

    @property
    def foot(self) -> float:
        """Height in inches of all below the drawing, margin included."""
        below = len(self.caption) * line_height(self.style.caption_size)
        return below + (1.5 * _APART if below else 0.0) + self.style.margin

    @property
    def _title_height(self) -> float:
        return len(self.title) * line_height(self.style.title_size) + (0.06 if self.title else 0.0)

    @property
    def legend_height(self) -> float:
        """Height in inches of the legend."""
        return sum(self._pitches)

    @property
    def _pitches(self) -> list[float]:
        """Height in inches of each line of the legend; in a column entries stand apart."""
        line = line_height(self.style.legend_size)
        if not self.side:
            return [1.15 * line] * len(self.legend)
        ends = [*(row[0].begins for row in self.legend[1:]), True]
        return [(1.4 if is_end else 0.9) * line for is_end in ends]

    def draw(self, sheet: Sheet, kind: str) -> dict[str, tuple[Artist, ...]]:
        """Draw title, legend and caption; return their artists by role."""
        style = self.style
        below = sheet.height - self.foot + 1.5 * _APART
        samples, labels = self._draw_legend(sheet, kind)
        return {
            "title": tuple(
                sheet.write(
                    style.margin, y, line, size=style.title_size, bold=True, gid=f"{kind}-title-{n}"
                )
                for n, (line, y) in enumerate(_stack(self.title, style.margin, style.title_size), 1)
            ),
            "legend samples": tuple(samples),
            "legend labels": tuple(labels),
            "caption": tuple(
                sheet.write(
                    style.margin,
                    y,
                    line,
                    size=style.caption_size,
                    color=style.faint_ink,
                    gid=f"{kind}-caption-{n}",
                )
                for n, (line, y) in enumerate(_stack(self.caption, below, style.caption_size), 1)
            ),
        }

    def _draw_legend(self, sheet: Sheet, kind: str) -> tuple[list[Artist], list[Artist]]:
        style = self.style
        left, top = style.margin, style.margin + self._title_height
        if self.side:
            left, top = sheet.width - self.side, self.head
        pitches = self._pitches
        samples: list[Artist] = []
        labels: list[Artist] = []
        for row, entries in enumerate(self.legend):
            y = top + sum(pitches[:row]) + 0.5 * min(pitches)
            for one in entries:
                if one.entry.sample is not None and one.begins:
                    gid = f"{kind}-legend-sample-{len(samples) + 1}"
                    samples.append(one.entry.sample(sheet, left + one.x, y, gid))
                x = left + one.x + one.indent
                gid = f"{kind}-legend-label-{len(labels) + 1}"
                labels.append(sheet.write(x, y, one.line, size=style.legend_size, gid=gid))
        return samples, labels


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of an entry of the legend, and where it stands on its row."""

    entry: LegendEntry
    line: str
    x: float
    indent: float
    """Inches from there to the words."""
    begins: bool
    """Whether it is the first line of its entry, and so has the sample."""


def surround(
    width: float,
    title: str,
    legend: Sequence[LegendEntry],
    caption: str,
    style: Style,
    *,
    side: float = 0.0,
) -> Surround:
    """Lay out title, legend and caption on a sheet of that width; what is blank takes no room.

    ``side`` is the width of a column at the right, margin included, that the legend stands in.
    """
    room = _ROOM * (width - 2 * style.margin)
    return Surround(
        style=style,
        title=tuple(wrap(title, style.title_size, room, style.font, bold=True, broken=True)),
        legend=tuple(_legend_rows(legend, _ROOM * (side - style.margin) if side else room, style)),
        caption=tuple(wrap(caption, style.caption_size, room, style.font, broken=True)),
        side=side,
    )


def caption_lines(text: str, width: float, style: Style) -> int:
    """Return how many lines a caption takes on a sheet of that width."""
    room = _ROOM * (width - 2 * style.margin)
    return len(wrap(text, style.caption_size, room, style.font, broken=True))


def _legend_rows(
    legend: Sequence[LegendEntry], room: float, style: Style
) -> Iterator[tuple[LegendLine, ...]]:
    """Yield the rows of a legend; an entry that is too long for one takes several of its own."""
    row: list[LegendLine] = []
    used = 0.0
    for entry in legend:
        indent = entry.wide + _GAP if entry.sample is not None else 0.0
        wide = indent + 1.03 * text_width(entry.label, style.legend_size, style.font)
        start = used + _BETWEEN if row else 0.0
        if row and start + wide > room:
            yield tuple(row)
            row, used, start = [], 0.0, 0.0
        if wide <= room:
            row.append(LegendLine(entry, entry.label, start, indent, begins=True))
            used = start + wide
            continue
        inner = (room - indent) / 1.03
        lines = wrap(entry.label, style.legend_size, inner, style.font, broken=True)
        for number, line in enumerate(lines):
            yield (LegendLine(entry, line, 0.0, indent, begins=number == 0),)
    if row:
        yield tuple(row)


def _stack(lines: Sequence[str], top: float, size: float) -> Iterator[tuple[str, float]]:
    """Yield each line with the height of its middle."""
    for number, line in enumerate(lines):
        yield line, top + (number + 0.5) * line_height(size)
