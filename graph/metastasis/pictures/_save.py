"""Pictures as files: the same bytes for the same picture, with its origin inside.

:func:`save` writes a diagram to a path, wholly or not at all; :func:`render` to an open file.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import matplotlib as mpl

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically
from metastasis._vocabulary import DATA_LICENSE, NOT_CLINICAL, VERSION
from metastasis.pictures._style import PEN
from metastasis.pictures._svg import finish_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metastasis.pictures._picture import Diagram

__all__ = ["FORMATS", "render", "save"]

_DPI: Final = 200
"""Pixels an inch of a PNG: sharp on a screen of high density and in print at half its width."""
_MOST_DPI: Final = 2400
"""More than any press sets; a page at that is 20,000 pixels high."""
_OURS: Final = {
    "svg.hashsalt": "metastasis",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "text.hinting": "no_hinting",
}
"""Stable ids, text that stays text, and letters in their own shape: to fit them to pixels, which
200 dots an inch do not need, took a third of the time of a picture."""
_COMPRESSION: Final = 3
"""Of 0 to 9. It takes two thirds of the time of the usual 6, and the files are no larger."""
_DECIDES_HOW_FILES_LOOK: Final = (
    "agg.",
    "hatch.",
    "path.",
    "pdf.",
    "ps.",
    "savefig.",
    "svg.",
    "text.",
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted of a file."""

    dpi: float | None
    transparent: bool


def save(
    diagram: Diagram,
    path: Path | str,
    format: str | None = None,  # noqa: A002
    *,
    dpi: float | None = None,
    transparent: bool | None = None,
) -> None:
    """Write a diagram in one of :data:`FORMATS`, wholly or not at all.

    Parameters
    ----------
    diagram
        What a draw function returned.
    path
        The file; its ending tells the format unless ``format`` names one.
    dpi
        Pixels an inch, of formats of pixels; None is as the diagram was drawn, else 200 in PNG.
    transparent
        Whether the paper is left out; None is as the diagram was drawn.

    Raises
    ------
    UnknownNameError
        There is no such format; the error lists them.
    ValueError
        The pixels an inch are not positive, or over 2,400.
    WriteError
        The file cannot be written.
    """
    path = Path(path)
    name = (format or path.suffix.removeprefix(".")).lower()
    drawing = io.BytesIO()
    render(diagram, drawing, name, dpi=dpi, transparent=transparent)
    with write_atomically(path) as file:
        file.write(drawing.getvalue())


def render(
    diagram: Diagram,
    file: IO[bytes],
    format: str,  # noqa: A002
    *,
    dpi: float | None = None,
    transparent: bool | None = None,
) -> None:
    """Write a diagram to an open binary file; as :func:`save`."""
    if format not in FORMATS:
        raise UnknownNameError("picture format", format, list(FORMATS))
    wanted = _Wanted(
        _checked(diagram.dpi if dpi is None else dpi),
        diagram.transparent if transparent is None else transparent,
    )
    with PEN, mpl.rc_context(_settings()):
        FORMATS[format](diagram, file, wanted)


def _checked(dpi: float | None) -> float | None:
    """Return the pixels an inch if there can be so many."""
    if dpi is not None and not 0 < dpi <= _MOST_DPI:
        raise ValueError(
            f"dpi must be a positive number of pixels an inch, at most {_MOST_DPI:,}, not {dpi:g}"
        )
    return dpi


def _settings() -> Any:
    """Return Matplotlib's own settings for files, whatever the caller's are, and stable ids."""
    plain: dict[str, Any] = {
        name: value
        for name, value in dict.items(mpl.rcParamsDefault)
        if name.startswith(_DECIDES_HOW_FILES_LOOK)
    }
    return {**plain, **_OURS}


def _write_png(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
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
    diagram.figure.savefig(
        file,
        format="png",
        dpi=wanted.dpi or _DPI,
        transparent=wanted.transparent,
        metadata=metadata,
        pil_kwargs={"compress_level": _COMPRESSION},
    )


def _write_svg(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
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
    diagram.figure.savefig(drawing, format="svg", transparent=wanted.transparent, metadata=metadata)
    file.write(finish_svg(drawing.getvalue().decode(), diagram).encode())


def _write_pdf(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    metadata = {
        "Title": diagram.title,
        "Subject": f"{diagram.alt_text} {diagram.caption}",
        "Keywords": f"data release {diagram.release}; {diagram.call}; {'; '.join(diagram.credits)}",
        "Author": f"Data: {DATA_LICENSE}. {NOT_CLINICAL}",
        "Creator": _software(),
        "Producer": f"Matplotlib {mpl.__version__}",
        "CreationDate": None,
    }
    diagram.figure.savefig(file, format="pdf", transparent=wanted.transparent, metadata=metadata)


FORMATS: Final[Mapping[str, Callable[[Diagram, IO[bytes], _Wanted], None]]] = {
    "png": _write_png,
    "svg": _write_svg,
    "pdf": _write_pdf,
}
"""The formats of pictures, and what writes each."""


def _software() -> str:
    return f"metastasis {VERSION}, Matplotlib {mpl.__version__}"
