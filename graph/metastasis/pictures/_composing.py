"""A diagram put together: its body on a sheet, with title, legend and caption round it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metastasis.pictures._diagram import Diagram, write_nothing
from metastasis.pictures._frame import frame_for
from metastasis.pictures._sheet import open_sheet
from metastasis.pictures._style import current_style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis.pictures._frame import LegendEntry
    from metastasis.pictures._sheet import Sheet

__all__ = ["Body", "Wording", "compose"]

_EMPTY = (7.0, 0.9)
"""Size of a body that says that there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between legend and caption: its size in inches, and what draws it from a top."""

    width: float
    height: float
    draw: Callable[[Sheet, float], Mapping[str, tuple[Artist, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All that a diagram says in words."""

    title: str
    legend: Sequence[LegendEntry]
    caption: str
    alt_text: str
    call: str
    credits: tuple[str, ...]
    nothing: str = "no evidence"
    """What there is none of, where there is no body."""


def compose(
    kind: str, body: Body | None, wording: Wording, ax: Axes | None, width: float | None
) -> Diagram:
    """Draw a body with what stands round it; without a body, say that there is nothing to draw.

    ``width`` is that of the figure in inches; None is as wide as the body needs.
    """
    style = current_style()
    wide, high = (body.width, body.height) if body else _EMPTY
    frame = frame_for(wide, wording.title, wording.legend, wording.caption, style)
    sheet = open_sheet(ax, wide, frame.head + high + frame.foot, style, width)
    if body:
        drawn = dict(body.draw(sheet, frame.head))
    else:
        drawn = write_nothing(sheet, kind, wording.nothing, frame.head + high / 2)
    return Diagram(
        kind=kind,
        title=wording.title,
        figure=sheet.figure,
        axes=sheet.axes,
        artists=drawn | frame.draw(sheet, kind),
        alt_text=wording.alt_text,
        caption=wording.caption,
        call=wording.call,
        credits=wording.credits,
    )
