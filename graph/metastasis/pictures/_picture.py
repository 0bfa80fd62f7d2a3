"""The picture as one record: a figure with its artists, and what it says.

:func:`compose` puts a planned picture together on a sheet.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from metastasis._clean import shown
from metastasis._vocabulary import DATA_RELEASE, NOT_CLINICAL
from metastasis.pictures._drawn import bind, table_of, works
from metastasis.pictures._save import render, save
from metastasis.pictures._sheet import EmptyDiagramWarning, open_sheet, warn_caller
from metastasis.pictures._surround import surround

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from metastasis._table import Table
    from metastasis.pictures._drawn import Drawn, Work
    from metastasis.pictures._kind import Kind
    from metastasis.pictures._sheet import Sheet

__all__ = ["Diagram", "compose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """What drawing gives: the figure, what is in it, and what it says.

    In a notebook it shows itself, with its findings as alternative text.
    """

    kind: str
    title: str
    figure: Figure
    axes: Axes
    artists: Mapping[str, tuple[Artist, ...]]
    """Every artist drawn, by its role (``edges``, ``primary labels`` …), each with its own id."""
    alt_text: str
    """The main findings in words, for those who do not see the picture."""
    caption: str
    """What the picture's widths and colors mean, out of whom, from which sources and release."""
    call: str
    """The Python call that draws it again."""
    credits: tuple[str, ...]
    """The sources behind it, each with its license."""
    release: str = DATA_RELEASE
    dpi: float | None = None
    """Pixels an inch that were asked for; None is what suits the format of a file."""
    transparent: bool = False
    """Whether files leave the paper out."""
    rows: tuple[Drawn, ...] = ()
    """What is drawn, row by row, each with the ids of its artists."""
    works: tuple[Work, ...] = ()
    """The sources behind it, each with its citation, license and address."""

    def save(
        self,
        path: Path | str,
        format: str | None = None,  # noqa: A002
        *,
        dpi: float | None = None,
        transparent: bool | None = None,
    ) -> None:
        """Write the picture to a file; as :func:`metastasis.pictures.save`."""
        save(self, path, format, dpi=dpi, transparent=transparent)

    def to_table(self) -> Table[Drawn]:
        """Return what is drawn as a table: a row for each edge, cell, organ or statement.

        >>> import metastasis as mets
        >>> table = mets.load().draw.body("prostate", sites="bone").to_table()
        >>> table[0].site, table[0].state
        ('bone', 'number')
        """
        said = self.caption.removesuffix(NOT_CLINICAL).rstrip()  # a table ends with it anyway
        return table_of(self.rows, [said] if said else [])

    def to_pandas(self) -> pandas.DataFrame:
        """Return what is drawn as a data frame, with source and frame; as :meth:`to_table`.

        Percentages and the ends of intervals are in percent; of pairs without a number these are
        missing, and their state and words say what is known.

        Raises
        ------
        MissingExtraError
            pandas is not installed; the extra ``frames`` brings it.
        """
        return self.to_table().to_pandas()

    def __repr__(self) -> str:
        return f"<Diagram {self.kind}: {self.title}; {self.release}, not for clinical use>"

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        picture = io.BytesIO()
        render(self, picture, "png")
        return picture.getvalue(), {"alt": self.alt_text}


def compose(
    kind: Kind, call: str, title: str | None, width: float | None, ax: Axes | None
) -> Diagram:
    """Draw a planned picture with title, legend and caption around it.

    A picture without a size has nothing to draw, and says so. ``width`` is that of the figure in
    inches; None is as wide as the drawing needs.
    """
    wide, high = kind.size or kind.empty_size
    title = shown(title or (kind.title() if kind.size else kind.empty_title))
    caption = shown(kind.caption())
    around = surround(wide, title, kind.legend() if kind.size else (), caption, kind.style)
    sheet = open_sheet(ax, wide, around.head + high + around.foot, kind.style, width)
    if kind.size:
        drawn = dict(kind.paint(sheet, around.head))
    else:
        drawn = _write_nothing(sheet, kind, around.head + high / 2)
    return Diagram(
        kind=kind.name,
        title=title,
        figure=sheet.figure,
        axes=sheet.axes,
        artists=drawn | around.draw(sheet, kind.name),
        alt_text=shown(kind.alt_text()),
        caption=caption,
        call=shown(call),
        credits=tuple(map(shown, kind.credits())),
        rows=bind(kind.rows(), _gids(drawn), kind.shared) if kind.size else (),
        works=works(kind.sources(), kind.chosen.catalog),
    )


def _gids(artists: Mapping[str, tuple[Artist, ...]]) -> list[str]:
    return [str(one.get_gid()) for found in artists.values() for one in found]


def _write_nothing(sheet: Sheet, kind: Kind, y: float) -> dict[str, tuple[Artist, ...]]:
    """Say in the figure that there is nothing to draw, and warn the caller."""
    warn_caller(f"there is {kind.nothing} to draw", EmptyDiagramWarning)
    said = f"Nothing to draw: {kind.nothing} fits what was asked for."
    size = sheet.style.label_size + 2
    gid = f"{kind.name}-nothing"
    return {"nothing": (sheet.write(sheet.width / 2, y, said, size=size, align="center", gid=gid),)}
