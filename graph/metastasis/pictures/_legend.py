"""A legend on axes of its own, for a figure of several pictures.

Apart from the scale because that must not wait for Matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metastasis._errors import FitError
from metastasis.pictures._sheet.place import axes_place
from metastasis.pictures._sheet.sheet import open_sheet
from metastasis.pictures._sheet.style import PEN, dressed
from metastasis.pictures._sheet.surround import surround

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = ["draw_legend"]


def draw_legend(
    ax: Axes,
    entries: Sequence[LegendEntry],
    *,
    size: str | None = None,
    theme: str | None = None,
    font: str | None = None,
) -> tuple[Artist, ...]:
    """Draw the entries of a legend on axes, wrapped to their width; return the artists.

    Raises
    ------
    FitError
        The axes are too small.
    """
    place = axes_place(ax, size)
    with PEN, dressed(place.letters, theme, font) as style:
        wide, tall = place.width / style.scale, (place.height or 0.0) / style.scale
        laid = surround(wide, "", entries, "", style)
        if laid.head > tall:
            needs = f"{25.4 * laid.head * style.scale:.0f} mm of height"
            raise FitError("the legend", place, needs, ["a taller or wider axes"])
        drawn = laid.draw(open_sheet(ax, wide, tall, style), "scale")
    return (*drawn["legend samples"], *drawn["legend labels"])
