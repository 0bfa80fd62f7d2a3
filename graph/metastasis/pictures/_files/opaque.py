"""A figure without transparency, for formats that know none: colors mixed with the paper.

Apart from the formats because it changes a figure and gives it back, and writes nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    Color: TypeAlias = tuple[float, float, float, float]

__all__ = ["mixed_with_paper"]


@contextmanager
def mixed_with_paper(figure: Figure) -> Iterator[None]:
    """Make every color of a figure opaque for a while, as it looks on the figure's own paper.

    What lies below a transparent shape is no longer seen through it.
    """
    paper = to_rgba(figure.get_facecolor())
    undo = [mend for one in figure.findobj() for mend in _mixed(one, paper)]
    try:
        yield
    finally:
        for mend in undo:
            mend()


def _mixed(artist: Artist, paper: Color) -> list[Callable[[], object]]:
    """Mix the colors of an artist with the paper; return what gives it back its own."""
    alpha = artist.get_alpha()
    if isinstance(artist, Patch):
        own = {"facecolor": artist.get_facecolor(), "edgecolor": artist.get_edgecolor()}
    elif isinstance(artist, Line2D | Text):
        own = {"color": to_rgba(artist.get_color(), alpha)}
    else:
        return []
    seen = {name: to_rgba(color) for name, color in own.items()}
    through = {name: color for name, color in seen.items() if 0 < color[3] < 1}
    if not through:
        return []
    artist.set(alpha=None, **{name: _over(color, paper) for name, color in through.items()})
    return [partial(artist.set, **through), partial(artist.set_alpha, alpha)]


def _over(color: Color, paper: Color) -> Color:
    """Return how a color looks on paper."""
    share = color[3]
    red, green, blue = (
        share * above + (1 - share) * below
        for above, below in zip(color[:3], paper[:3], strict=True)
    )
    return red, green, blue, 1.0
