"""The picture as one record: a figure with its artists, what it says, how it is written to files.

:func:`compose` puts a planned picture together on a sheet; :func:`save` writes it, the same bytes
every time, with its origin inside.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import matplotlib as mpl

from metastasis._clean import shown
from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically
from metastasis._vocabulary import DATA_LICENSE, DATA_RELEASE, NOT_CLINICAL, VERSION
from metastasis.pictures._sheet import EmptyDiagramWarning, open_sheet, warn_caller
from metastasis.pictures._style import PEN
from metastasis.pictures._surround import surround

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from metastasis.pictures._kind import Kind
    from metastasis.pictures._sheet import Sheet

__all__ = ["FORMATS", "Diagram", "compose", "render", "save"]

_DPI = 200
"""Pixels an inch of a PNG: sharp on a screen of high density and in print at half its width."""
_OURS: Final = {
    "svg.hashsalt": "metastasis",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "text.hinting": "no_hinting",
}
"""Stable ids, text that stays text, and letters in their own shape: to fit them to pixels, which
200 dots an inch do not need, took a third of the time of a picture."""
_COMPRESSION = 3
"""Of 0 to 9. It takes two thirds of the time of the usual 6, and the files are no larger."""
_DECIDES_HOW_FILES_LOOK = ("agg.", "hatch.", "path.", "pdf.", "savefig.", "svg.", "text.")
_OTHER_FONTS = "'DejaVu Sans', Verdana, sans-serif"


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

    def save(
        self,
        path: Path | str,
        format: str | None = None,  # noqa: A002
        *,
        width: int | None = None,
    ) -> None:
        """Write the picture to a file; as :func:`metastasis.pictures.save`."""
        save(self, path, format, width=width)

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
    )


def _write_nothing(sheet: Sheet, kind: Kind, y: float) -> dict[str, tuple[Artist, ...]]:
    """Say in the figure that there is nothing to draw, and warn the caller."""
    warn_caller(f"there is {kind.nothing} to draw", EmptyDiagramWarning)
    said = f"Nothing to draw: {kind.nothing} fits what was asked for."
    size = sheet.style.label_size + 2
    gid = f"{kind.name}-nothing"
    return {"nothing": (sheet.write(sheet.width / 2, y, said, size=size, align="center", gid=gid),)}


# Files


def save(
    diagram: Diagram,
    path: Path | str,
    format: str | None = None,  # noqa: A002
    *,
    width: int | None = None,
) -> None:
    """Write a diagram as PNG, SVG or PDF, wholly or not at all.

    Parameters
    ----------
    diagram
        What a draw function returned.
    path
        The file; its ending tells the format unless ``format`` names one.
    width
        Of the picture in pixels, letters scaled with it; None is 200 pixels an inch in PNG, and
        the size it was drawn in otherwise. A PDF has no pixels.

    Raises
    ------
    UnknownNameError
        There is no such format; the error lists them.
    ValueError
        The width is not a positive number, or the format is PDF.
    WriteError
        The file cannot be written.
    """
    path = Path(path)
    name = (format or path.suffix.removeprefix(".")).lower()
    if name not in FORMATS:
        raise UnknownNameError("picture format", name, list(FORMATS))
    drawing = io.BytesIO()
    render(diagram, drawing, name, width=width)
    with write_atomically(path) as file:
        file.write(drawing.getvalue())


def render(diagram: Diagram, file: IO[bytes], format: str, *, width: int | None = None) -> None:  # noqa: A002
    """Write a diagram to an open binary file, in one of :data:`FORMATS`."""
    if width is not None and width <= 0:
        raise ValueError(f"the width must be a positive number of pixels, not {width}")
    with PEN, mpl.rc_context(_settings()):
        FORMATS[format](diagram, file, width)


def _settings() -> Any:
    """Return Matplotlib's own settings for files, whatever the caller's are, and stable ids."""
    plain: dict[str, Any] = {
        name: value
        for name, value in dict.items(mpl.rcParamsDefault)
        if name.startswith(_DECIDES_HOW_FILES_LOOK)
    }
    return {**plain, **_OURS}


def _write_png(diagram: Diagram, file: IO[bytes], width: int | None) -> None:
    inches = diagram.figure.get_figwidth()
    metadata = {
        "Title": diagram.title,
        "Description": diagram.alt_text,
        "Caption": diagram.caption,
        "Disclaimer": NOT_CLINICAL,
        "Copyright": f"Data: {DATA_LICENSE}",
        "Source": "; ".join(diagram.credits),
        "Data release": diagram.release,
        "Call": diagram.call,
        "Software": _software(),
    }
    dpi = (width + 0.01) / inches if width else _DPI
    diagram.figure.savefig(
        file, format="png", dpi=dpi, metadata=metadata, pil_kwargs={"compress_level": _COMPRESSION}
    )


def _write_svg(diagram: Diagram, file: IO[bytes], width: int | None) -> None:
    metadata = {
        "Title": diagram.title,
        "Description": f"{diagram.alt_text} {diagram.caption}",
        "Source": "; ".join(diagram.credits),
        "Rights": f"Data: {DATA_LICENSE}. {NOT_CLINICAL}",
        "Relation": diagram.call,
        "Coverage": f"Data release {diagram.release}",
        "Creator": _software(),
        "Date": None,
    }
    drawing = io.BytesIO()
    diagram.figure.savefig(drawing, format="svg", metadata=metadata)
    file.write(_finish_svg(drawing.getvalue().decode(), diagram, width).encode())


def _write_pdf(diagram: Diagram, file: IO[bytes], width: int | None) -> None:
    if width is not None:
        raise ValueError("a PDF has no pixels: leave the width out and scale it where it is placed")
    metadata = {
        "Title": diagram.title,
        "Subject": f"{diagram.alt_text} {diagram.caption}",
        "Keywords": f"data release {diagram.release}; {diagram.call}; {'; '.join(diagram.credits)}",
        "Author": f"Data: {DATA_LICENSE}. {NOT_CLINICAL}",
        "Creator": _software(),
        "Producer": f"Matplotlib {mpl.__version__}",
        "CreationDate": None,
    }
    diagram.figure.savefig(file, format="pdf", metadata=metadata)


FORMATS: Final[Mapping[str, Callable[[Diagram, IO[bytes], int | None], None]]] = {
    "png": _write_png,
    "svg": _write_svg,
    "pdf": _write_pdf,
}
"""The formats of pictures, and what writes each."""


def _finish_svg(text: str, diagram: Diagram, width: int | None) -> str:
    """Say what the picture shows to those who hear it, name fonts to fall back on, set the size."""
    described = f' role="img" aria-label="{escape(diagram.title)}. {escape(diagram.alt_text)}"'
    text = text.replace("<svg ", f"<svg{described} ", 1)
    text = re.sub(r"(?<=[ :])'DejaVu Sans'(?=[;\"])", _OTHER_FONTS, text)
    if width is not None:
        inches = diagram.figure.get_size_inches()
        height = width * float(inches[1] / inches[0])
        size = f'width="{width}px" height="{height:.2f}px"'
        text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', size, text, count=1)
        text = re.sub(r'height="[\d.]+pt"( [^>]*?)width="[\d.]+pt"', rf"\1{size}", text, count=1)
    return text


def _software() -> str:
    return f"metastasis {VERSION}, Matplotlib {mpl.__version__}"
