"""The picture as one record: a figure with its artists, and what it says.

:func:`compose` puts a planned picture together on a sheet.
"""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from metastasis._clean import shown
from metastasis._errors import FitError
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL
from metastasis.pictures._files.save import inline_svg, render, save
from metastasis.pictures._said.drawn import bind, page_of_pair, table_of, works
from metastasis.pictures._said.words import own_sources, whom_of
from metastasis.pictures._sheet.place import Room
from metastasis.pictures._sheet.sheet import (
    EmptyDiagramWarning,
    line_height,
    open_sheet,
    warn_caller,
    wrap,
)
from metastasis.pictures._sheet.surround import LegendEntry, caption_lines, surround

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from metastasis._table import Table
    from metastasis.pictures._kind import Kind
    from metastasis.pictures._said.drawn import Drawn, Work
    from metastasis.pictures._scale import Scale
    from metastasis.pictures._sheet.place import Place
    from metastasis.pictures._sheet.sheet import Sheet
    from metastasis.pictures._sheet.surround import Surround

__all__ = ["Diagram", "Presentation", "compose", "lay_out"]

_TRIES: Final = 4
"""Times that a drawing is laid out at most, until title, legend and drawing have room."""
_HAIR: Final = 1e-6
_NOTEBOOK: Final = 1_000_000
"""Characters of an SVG in a notebook at most: it keeps every picture, and has to open."""
_SHOWN_AS: Final = ("text/plain", "image/png", "image/svg+xml")
_SIDE: Final = 3.6
"""Inches of the column at the right of a slide that has the legend, margin included."""
_LONG_LEGEND: Final = 3
"""Lines of a legend, from which on it stands there."""
_NOTEBOOK_DPI: Final = 144
"""Pixels an inch of a PNG in a notebook, which holds all its pictures: sharp, and half as large."""
_CAPTION_LINES: Final = 2
"""Of the caption in the picture; the whole one is beside it, as text."""


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
    legend_text: str = ""
    """The words of the legend, one entry after the other."""
    release: str = DATA_RELEASE
    """The data release that it draws from; blank where all is of the user's own sources."""
    license: str = DATA_LICENSE
    """Under which license what it draws is recorded: ours, or what users state of their own."""
    citation: str = ""
    """How to cite what it draws: the release, and each source."""
    dpi: float | None = None
    """Pixels an inch that were asked for; None is what suits the format of a file."""
    transparent: bool = False
    """Whether files leave the paper out."""
    rows: tuple[Drawn, ...] = ()
    """What is drawn, row by row, each with the ids of its artists."""
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict, repr=False)
    """Where sites lie on the axes of a body map, by key: ``liver``, or ``breast/liver`` of many."""
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
        release = f"{self.release}, " if self.release else ""
        return f"<Diagram {self.kind}: {self.title}; {release}not for clinical use>"

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        picture = io.BytesIO()
        render(self, picture, "png", dpi=self.dpi or _NOTEBOOK_DPI)
        return picture.getvalue(), {"alt": self.alt_text}

    def _repr_svg_(self) -> tuple[str, dict[str, Any]] | None:
        """Show it as SVG, with tooltips; not where it would make a notebook large."""
        picture = inline_svg(self)
        return (picture, {"alt": self.alt_text}) if len(picture) <= _NOTEBOOK else None

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return PNG, SVG and words for a notebook, which takes what it can show."""
        wanted = set(_SHOWN_AS).intersection(include or _SHOWN_AS).difference(exclude or ())
        found: dict[str, Any] = {}
        if "text/plain" in wanted:
            found["text/plain"] = repr(self)
        if "image/png" in wanted:
            found["image/png"] = b64encode(self._repr_png_()[0]).decode()
        if "image/svg+xml" in wanted and (drawn := self._repr_svg_()):
            found["image/svg+xml"] = drawn[0]
        pictures = (name for name in found if name.startswith("image/"))
        return found, {name: {"alt": self.alt_text} for name in pictures}


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """How a picture is to look, whatever it shows: where it stands and what stands around it."""

    place: Place
    title: bool | str
    legend: bool | str
    caption: bool | str
    dpi: float | None = None
    transparent: bool = False
    ax: Axes | None = None
    scale: Scale | None = None


def compose(kind: Kind, call: str, look: Presentation) -> Diagram:
    """Lay a planned picture out in its place and draw it, with what stands around it.

    A picture without a size has nothing to draw, and says so.

    Raises
    ------
    FitError
        It has no room there; the error says what would fit.
    """
    around = lay_out(kind, look)
    if look.scale is not None:
        look.scale.take(kind)
    wide, high = kind.size or kind.empty_size
    if look.place.fills_width:
        wide = look.place.width / kind.style.scale
    needed = around.head + high + around.foot
    most = look.place.height
    tall = most / kind.style.scale if most and look.place.fills_height else needed
    sheet = open_sheet(look.ax, wide, tall, kind.style)
    top = around.head + max(tall - needed, 0.0) / 2
    drawn = dict(kind.paint(sheet, top)) if kind.size else _write_nothing(sheet, kind, top)
    return Diagram(
        kind=kind.name,
        title=shown(_title(kind, look.title)),
        figure=sheet.figure,
        axes=sheet.axes,
        artists=drawn | around.draw(sheet, kind.name),
        alt_text=shown(kind.alt_text()),
        caption=shown(kind.caption()),
        legend_text="; ".join(shown(one.told or one.label) for one in _legend(kind)),
        call=shown(call),
        credits=tuple(map(shown, kind.credits())),
        release=kind.release(),
        license=shown(kind.license()),
        citation=shown(kind.citation()),
        dpi=look.dpi,
        transparent=look.transparent,
        rows=bind(_rows(kind), _gids(drawn), kind.shared) if kind.size else (),
        places=kind.places() if kind.size else {},
        works=works(kind.sources(), kind.chosen.catalog),
    )


def _rows(kind: Kind) -> list[Drawn]:
    """Return what is drawn, under the names of the picture; what has no link leads to its page."""
    chosen = kind.chosen
    rows = kind.rows()
    own = set(own_sources(chosen.evidence, {key for row in rows for key in row.source}))
    return [
        replace(
            row,
            primary_label=chosen.label(row.primary, row.primary_label),
            site_label=chosen.label(row.site, row.site_label),
            link=row.link or (None if own.intersection(row.source) else page_of_pair(row)),
        )
        for row in rows
    ]


def _gids(artists: Mapping[str, tuple[Artist, ...]]) -> list[str]:
    return [str(one.get_gid()) for found in artists.values() for one in found]


def lay_out(kind: Kind, look: Presentation) -> Surround:
    """Lay out the drawing and what stands around it, on a slide with a long legend at its side.

    A slide is low: title and legend would take the drawing a third of its height.

    Raises
    ------
    FitError
        It has no room there; the error says what would fit.
    """
    if look.place.letters != "slide" or look.legend is not True:
        return _lay_out_around(kind, look)
    try:
        around = _lay_out_around(kind, look)
    except FitError:
        if (beside := _lay_out_beside(kind, look)) is None:
            raise
        return beside
    if len(around.legend) < _LONG_LEGEND:
        return around
    return _lay_out_beside(kind, look) or _lay_out_around(kind, look)


def _lay_out_beside(kind: Kind, look: Presentation) -> Surround | None:
    """Lay out the drawing with its legend at the right; None where one of them has no room."""
    try:
        around = _lay_out_around(kind, look, side=_SIDE / kind.style.scale)
    except FitError:
        return None
    room = around.side - kind.style.margin
    most = (look.place.height or 0.0) / kind.style.scale
    fits = all(one.entry.wide <= room / 2 for line in around.legend for one in line)
    return around if fits and around.head + around.legend_height + around.foot <= most else None


def _lay_out_around(kind: Kind, look: Presentation, side: float = 0.0) -> Surround:
    """Lay out the drawing and what stands around it; each takes what the other leaves.

    How tall title and legend are depends on what the drawing shows, and this on the room that they
    leave: so the drawing is laid out again where they took more than was thought.

    Raises
    ------
    FitError
        It has no room there; the error says what would fit.
    """
    scale, place = kind.style.scale, look.place
    wide, most = place.width / scale, place.height / scale if place.height else None
    around = _around(kind, look, wide, side, legend=kind.tells_legend_first)
    for _ in range(_TRIES):
        # What stands around may need more than there is: then next to nothing is left.
        left = None if most is None else max(most - around.head - around.foot, _HAIR)
        kind.lay_out(Room(wide - side, left, fill=place.fills_width, place=place))
        size = kind.size or kind.empty_size
        around = _around(kind, look, wide if place.fills_width else size[0], side)
        if left is None or most is None or around.head + around.foot <= most - left + _HAIR:
            break
    if kind.size:  # that there is nothing is said in any width
        _check_fit(
            kind,
            look,
            (size[0] + side, size[1]),
            None if most is None else most - around.head - around.foot,
        )
    return around


def _check_fit(
    kind: Kind, look: Presentation, size: tuple[float, float], left: float | None
) -> None:
    """Raise if a drawing is larger than its room: a kind that can, has said so before, and more."""
    wide = look.place.width / kind.style.scale
    fits = size[0] <= wide + _HAIR and (left is None or size[1] <= left + _HAIR)
    if fits:
        return
    around = 0.0 if left is None else (look.place.height or 0.0) - left * kind.style.scale
    needs = (size[0] * kind.style.scale, size[1] * kind.style.scale + around)
    raise FitError(
        f"the {kind.noun}",
        look.place,
        f"{25.4 * needs[0]:.0f} x {25.4 * needs[1]:.0f} mm",
        kind.remedies,
    )


def _around(
    kind: Kind, look: Presentation, wide: float, side: float = 0.0, *, legend: bool = True
) -> Surround:
    """Return title, legend and caption as they are asked for, laid out for a width."""
    title = _title(kind, look.title) if look.title else ""
    caption = look.caption if isinstance(look.caption, str) else ""
    if look.caption is True:
        # Whom numbers count is said once: in the title, if it says it.
        said = f"Share of {whom_of(kind.frame)}."
        twice = f"{said} " if kind.whom() == said and f"of {whom_of(kind.frame)}" in title else ""
        caption = kind.short_caption(
            lambda text: (
                caption_lines(shown(text.removeprefix(twice)), wide, kind.style) <= _CAPTION_LINES
            )
        ).removeprefix(twice)
    entries = _legend(kind) if legend and look.legend is True else []
    if isinstance(look.legend, str):
        entries = [LegendEntry(shown(look.legend), None)]
    return surround(wide, shown(title), entries, shown(caption), kind.style, side=side)


def _title(kind: Kind, asked: bool | str) -> str:
    if isinstance(asked, str):
        return asked
    return kind.title() if _is_told(kind) else kind.empty_title


def _legend(kind: Kind) -> Sequence[LegendEntry]:
    return kind.legend() if _is_told(kind) else ()


def _is_told(kind: Kind) -> bool:
    """Return whether title and legend are known: some are before it is laid out."""
    return kind.size is not None or (kind.tells_legend_first and bool(kind.drawn))


def _write_nothing(sheet: Sheet, kind: Kind, top: float) -> dict[str, tuple[Artist, ...]]:
    """Say in the figure that there is nothing to draw, and warn the caller."""
    warn_caller(f"there is {kind.nothing} to draw", EmptyDiagramWarning)
    said = f"Nothing to draw: {kind.nothing} fits what was asked for."
    size = sheet.style.label_size + 1
    room = 0.94 * (sheet.width - 2 * sheet.style.margin)
    lines = wrap(said, size, room, sheet.style.font)
    y = top + (kind.empty_size[1] - (len(lines) - 1) * line_height(size)) / 2
    gids = [f"{kind.name}-nothing", *(f"{kind.name}-nothing-{n}" for n in range(2, 20))]
    return {
        "nothing": tuple(
            sheet.write(
                sheet.width / 2,
                y + at * line_height(size),
                line,
                size=size,
                align="center",
                gid=gid,
            )
            for at, (line, gid) in enumerate(zip(lines, gids, strict=False))
        )
    }
