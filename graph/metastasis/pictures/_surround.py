"""What surrounds a drawing: title and legend above, caption below, wrapped to its width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pictures._sheet import line_height, text_width, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from matplotlib.artist import Artist

    from metastasis.pictures._sheet import Sheet
    from metastasis.pictures._style import Style

__all__ = ["SAMPLE", "LegendEntry", "Surround", "surround"]

SAMPLE = 0.34
"""Width in inches of a legend's sample."""
_GAP = 0.09
"""From a sample to its words."""
_BETWEEN = 0.26
"""From one entry of the legend to the next."""
_ROOM = 0.96
"""Of the width between the margins: a renderer may set text a little wider than it was measured."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Words of the legend, and what draws their sample from a left end, at a height, with an id."""

    label: str
    sample: Callable[[Sheet, float, float, str], Artist]


@dataclass(frozen=True, slots=True)
class Surround:
    """Title, legend and caption as laid out for one width."""

    style: Style
    title: tuple[str, ...]
    legend: tuple[tuple[LegendEntry, ...], ...]
    """By line."""
    caption: tuple[str, ...]

    @property
    def head(self) -> float:
        """Height in inches of all above the drawing, margin included."""
        return self.style.margin + self._title_height + self._legend_height + 0.12

    @property
    def foot(self) -> float:
        """Height in inches of all below the drawing, margin included."""
        return 0.18 + len(self.caption) * line_height(self.style.caption_size) + self.style.margin

    @property
    def _title_height(self) -> float:
        return len(self.title) * line_height(self.style.title_size) + 0.06

    @property
    def _legend_height(self) -> float:
        return len(self.legend) * 1.15 * line_height(self.style.legend_size)

    def draw(self, sheet: Sheet, kind: str) -> dict[str, tuple[Artist, ...]]:
        """Draw title, legend and caption; return their artists by role."""
        style = self.style
        below = sheet.height - self.foot + 0.18
        samples = list(self._draw_legend(sheet, kind))
        return {
            "title": tuple(
                sheet.write(
                    style.margin, y, line, size=style.title_size, bold=True, gid=f"{kind}-title-{n}"
                )
                for n, (line, y) in enumerate(_stack(self.title, style.margin, style.title_size), 1)
            ),
            "legend samples": tuple(sample for sample, _ in samples),
            "legend labels": tuple(label for _, label in samples),
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

    def _draw_legend(self, sheet: Sheet, kind: str) -> Iterator[tuple[Artist, Artist]]:
        style = self.style
        pitch = 1.15 * line_height(style.legend_size)
        number = 0
        for row, entries in enumerate(self.legend):
            x, y = style.margin, style.margin + self._title_height + (row + 0.5) * pitch
            for entry in entries:
                number += 1
                sample = entry.sample(sheet, x, y, f"{kind}-legend-sample-{number}")
                yield (
                    sample,
                    sheet.write(
                        x + SAMPLE + _GAP,
                        y,
                        entry.label,
                        size=style.legend_size,
                        gid=f"{kind}-legend-label-{number}",
                    ),
                )
                x += _entry_width(entry, style) + _BETWEEN


def surround(
    width: float, title: str, legend: Sequence[LegendEntry], caption: str, style: Style
) -> Surround:
    """Lay out title, legend and caption on a sheet of that width."""
    room = _ROOM * (width - 2 * style.margin)
    return Surround(
        style=style,
        title=tuple(wrap(title, style.title_size, room, style.font, bold=True)),
        legend=tuple(_legend_rows(legend, room, style)),
        caption=tuple(wrap(caption, style.caption_size, room, style.font)),
    )


def _legend_rows(
    legend: Sequence[LegendEntry], room: float, style: Style
) -> Iterator[tuple[LegendEntry, ...]]:
    row: list[LegendEntry] = []
    used = 0.0
    for entry in legend:
        wide = _entry_width(entry, style)
        if row and used + _BETWEEN + wide > room:
            yield tuple(row)
            row, used = [], 0.0
        used += wide + (_BETWEEN if row else 0.0)
        row.append(entry)
    if row:
        yield tuple(row)


def _entry_width(entry: LegendEntry, style: Style) -> float:
    return SAMPLE + _GAP + 1.03 * text_width(entry.label, style.legend_size, style.font)


def _stack(lines: Sequence[str], top: float, size: float) -> Iterator[tuple[str, float]]:
    """Yield each line with the height of its middle."""
    for number, line in enumerate(lines):
        yield line, top + (number + 0.5) * line_height(size)
