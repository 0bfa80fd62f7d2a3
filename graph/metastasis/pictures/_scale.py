"""What the pictures of one figure share: who their numbers count, and one legend for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from metastasis._clean import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from metastasis._evidence.frame import Frame
    from metastasis.pictures._kind import Kind
    from metastasis.pictures._sheet.surround import LegendEntry

__all__ = ["Scale"]


@dataclass(slots=True)
class Scale:
    """One frame and one legend for the pictures on a grid of axes.

    The first picture with numbers decides the frame where none is given; all others follow, also
    those of which little is known in that frame. To have it otherwise, say it: ``Scale(frame=...)``
    with the frame of most of the pictures, or ``Scale(color="class")`` for bodies of cancers that
    were counted in different ways. ``kg.frames()`` tells which frames there are.

    >>> Scale(high=60)
    Scale(frame=None, high=60, color=None)
    """

    frame: Frame | None = None
    """Who the numbers of all pictures count."""
    high: float | None = None
    """Where axes of shares end, in percent; None: each picture as its numbers need."""
    color: str | None = None
    """What shades mean, ``share`` or ``class``; None: as the first picture has it."""
    letters: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False)
    """What limits numbers, with the letter that says so in every picture."""
    _entries: dict[str, LegendEntry] = field(default_factory=dict, repr=False)
    _captions: list[str] = field(default_factory=list, repr=False)

    def take(self, kind: Kind) -> None:
        """Note what a picture shows; its frame is the frame of those to come."""
        self.frame = self.frame or kind.frame
        self.color = self.color or getattr(kind, "color", None)
        for one in kind.legend() if kind.size else ():
            self._entries.setdefault(one.label, one)
        self._captions += [one for one in kind.rules() if one not in self._captions]

    @property
    def caption(self) -> str:
        """Return what the captions of all pictures say, each sentence once."""
        return shown(" ".join(self._captions))

    def legend(self, ax: Axes, **settings: Any) -> Sequence[Artist]:
        """Draw the legend of all pictures on axes of its own; return its artists.

        ``settings`` are ``size``, ``theme`` and ``font``, as of the pictures.

        Raises
        ------
        FitError
            The axes are too small for it.
        """
        from metastasis.pictures._legend import draw_legend

        return draw_legend(ax, list(self._entries.values()), **settings)
