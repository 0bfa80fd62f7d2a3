"""Pictures as files: the same bytes for the same picture, with its origin inside.

:func:`save` writes a diagram to a path, wholly or not at all; :func:`render` to an open file.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import IO, TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.backends import backend_ps
from PIL import Image

from metastasis._errors import UnknownNameError
from metastasis._files import write_atomically
from metastasis._vocabulary import NOT_CLINICAL, VERSION
from metastasis.pictures._files.html import page_of
from metastasis.pictures._files.opaque import mixed_with_paper
from metastasis.pictures._files.svg import finish_svg
from metastasis.pictures._sheet.style import PEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metastasis.pictures._picture import Diagram

__all__ = ["FORMATS", "inline_svg", "render", "save", "unknown_format"]

_DPI: Final = 200
"""Pixels an inch of a PNG: sharp on a screen of high density and in print at half its width."""
_PRINT_DPI: Final = 300
"""The same of a TIFF, which is for journals; they ask for 600 where there are only lines."""
_LEAST_DPI: Final = 10
_MOST_DPI: Final = 2400
"""More than any press sets."""
_MOST_PIXELS: Final = 150_000_000
"""Of a picture; they take 600 MB while it is drawn. A journal's page at 1,200 has half of them."""
_OURS: Final = {
    "svg.hashsalt": "metastasis",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "text.hinting": "no_hinting",
}
"""Stable ids, text that stays text, and letters in their own shape: to fit them to pixels, which
200 dots an inch do not need, took a third of the time of a picture."""
_OTHERWISE: Final = {
    "jpg": "png or tiff: the blocks of JPEG blur letters and lines",
    "jpeg": "png or tiff: the blocks of JPEG blur letters and lines",
    "tif": "tiff",
    "htm": "html",
    "ps": "eps",
    "webp": "png",
    "gif": "png",
    "emf": "svg, which office programs take",
    "pptx": "svg, which office programs take",
    "docx": "svg, which office programs take",
}
"""What to ask for in place of formats that people ask for."""
_TIFF_TAGS: Final = {"description": 270, "software": 305, "artist": 315, "rights": 33432}
_BOUNDS: Final = "_bounds"
"""What Matplotlib calls that which measures a font for an EPS."""
_LINE: Final = 200
"""Characters of a comment of an EPS: a line may have 255."""
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
        The file; its ending tells the format unless ``format`` names one. HTML is one page with
        the picture, its sources and all that it shows as a table.
    dpi
        Pixels an inch of PNG and TIFF; None is as the diagram was drawn, else 200 and 300.
    transparent
        Whether the paper is left out; None is as the diagram was drawn.

    Raises
    ------
    UnknownNameError
        There is no such format; the error lists them.
    ValueError
        The pixels an inch are under 10 or over 2,400, or make more than 150 million pixels.
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
        raise unknown_format(format)
    wanted = _Wanted(
        _checked(diagram.dpi if dpi is None else dpi),
        diagram.transparent if transparent is None else transparent,
    )
    with PEN, mpl.rc_context(_settings()):
        FORMATS[format](diagram, file, wanted)


def unknown_format(name: str) -> UnknownNameError:
    """Return the error that says which formats there are, and which to take for this one.

    >>> str(unknown_format("jpg"))
    "unknown picture format 'jpg'. Use png or tiff: the blocks of JPEG blur letters and lines."
    >>> str(unknown_format("bmp"))
    "unknown picture format 'bmp'. Did you mean 'png', 'svg', 'pdf', 'eps', 'tiff' or 'html'?"
    """
    other = _OTHERWISE.get(name)
    hint = f" Use {other}." if other else ""
    return UnknownNameError("picture format", name, list(FORMATS), hint=hint)


def _checked(dpi: float | None) -> float | None:
    """Return the pixels an inch if there can be so many."""
    if dpi is not None and not _LEAST_DPI <= dpi <= _MOST_DPI:
        raise ValueError(
            f"dpi must be a positive number of pixels an inch, {_LEAST_DPI} to {_MOST_DPI:,}, "
            f"not {dpi:g}"
        )
    return dpi


def _pixels(diagram: Diagram, dpi: float) -> float:
    """Return the pixels an inch if the picture is not too large for them."""
    wide, high = map(float, diagram.figure.get_size_inches())
    if (count := wide * high * dpi**2) > _MOST_PIXELS:
        most = int((_MOST_PIXELS / wide / high) ** 0.5)
        raise ValueError(
            f"dpi={dpi:g} makes {count / 1e6:,.0f} million pixels of {wide:.1f} x {high:.1f} "
            f"inches: ask for dpi={most} or less, or for a format without pixels"
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


def _rights(diagram: Diagram) -> str:
    """Return the license of what is drawn: of a user's own numbers what the user states."""
    return f"Data: {diagram.license or 'license not stated'}"


def _release(diagram: Diagram) -> str:
    return f"data release {diagram.release}" if diagram.release else ""


def _write_png(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    metadata = {
        "Title": diagram.title,
        "Description": diagram.alt_text,
        "Caption": diagram.caption,
        "Disclaimer": NOT_CLINICAL,
        "Copyright": _rights(diagram),
        "Source": "; ".join(diagram.credits),
        "Citation": diagram.citation,
        "Data release": diagram.release,
        "Call": diagram.call,
        "Software": _software(),
    }
    metadata = {name: text for name, text in metadata.items() if text}
    diagram.figure.savefig(
        file,
        format="png",
        dpi=_pixels(diagram, wanted.dpi or _DPI),
        transparent=wanted.transparent,
        metadata=metadata,
        pil_kwargs={"compress_level": _COMPRESSION},
    )


def inline_svg(diagram: Diagram) -> str:
    """Return a diagram as SVG that may stand in a page beside others."""
    with PEN, mpl.rc_context(_settings()):
        return _svg_of(diagram, diagram.transparent, inline=True)


def _write_svg(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    file.write(_svg_of(diagram, wanted.transparent).encode())


def _svg_of(diagram: Diagram, transparent: bool, *, inline: bool = False) -> str:
    """Return a diagram as SVG; ``inline`` as it stands in a page beside others.

    Called with Matplotlib's settings for files, as :func:`render` sets them.
    """
    metadata = {
        "Title": diagram.title,
        "Description": f"{diagram.alt_text} {diagram.caption}",
        "Source": "; ".join(diagram.credits),
        "Rights": f"{_rights(diagram)}. {NOT_CLINICAL}",
        "Relation": diagram.call,
        **({"Coverage": f"Data release {diagram.release}"} if diagram.release else {}),
        "Creator": _software(),
        "Date": None,
    }
    drawing = io.BytesIO()
    diagram.figure.savefig(drawing, format="svg", transparent=transparent, metadata=metadata)
    return finish_svg(drawing.getvalue().decode(), diagram, inline=inline)


def _write_pdf(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    metadata = {
        "Title": diagram.title,
        "Subject": f"{diagram.alt_text} {diagram.caption}",
        "Keywords": "; ".join(filter(None, [_release(diagram), diagram.call, *diagram.credits])),
        "Author": f"{_rights(diagram)}. {NOT_CLINICAL}",
        "Creator": _software(),
        "Producer": f"Matplotlib {mpl.__version__}",
        "CreationDate": None,
    }
    diagram.figure.savefig(file, format="pdf", transparent=wanted.transparent, metadata=metadata)


def _write_eps(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    """Write a figure for print shops; PostScript knows no transparency, so colors are mixed."""
    drawing = io.BytesIO()
    with mixed_with_paper(diagram.figure), _bounds_as_stated():
        diagram.figure.savefig(
            drawing,
            format="eps",
            transparent=wanted.transparent,
            metadata={"Creator": _software()},
        )
    head, rest = drawing.getvalue().split(b"%%Orientation", 1)
    kept = b"".join(line for line in head.splitlines(True) if b"%%CreationDate" not in line)
    said = {
        "Description": diagram.alt_text,
        "Caption": diagram.caption,
        "Data release": diagram.release or "none",
        "Rights": _rights(diagram),
        "Source": "; ".join(diagram.credits),
        "Call": diagram.call,
    }
    comments = [
        f"%%Title: {_plain(diagram.title)[:_LINE]}",
        *(
            line
            for name, text in (*said.items(), ("Disclaimer", NOT_CLINICAL))
            for line in wrap(
                _plain(f"{name}: {text}"), _LINE, initial_indent="% ", subsequent_indent="%   "
            )
        ),
    ]
    file.write(kept + "\n".join([*comments, ""]).encode("ascii") + b"%%Orientation" + rest)


@contextmanager
def _bounds_as_stated() -> Iterator[None]:
    """Let Matplotlib take the bounds of a font from its head, and not from its 6,000 glyphs.

    It draws each to measure it, which takes three seconds a font; the head says the same.
    """
    known = vars(backend_ps)
    measured = known.get(_BOUNDS)
    if measured is None:  # another release of Matplotlib, which may be as slow as it likes
        yield
        return
    known[_BOUNDS] = _stated_bounds
    try:
        yield
    finally:
        known[_BOUNDS] = measured


def _stated_bounds(font: Any) -> tuple[float, float, float, float]:
    head = font["head"]
    return head.xMin, head.yMin, head.xMax, head.yMax


def _plain(text: str) -> str:
    """Return a text in the letters that a comment of PostScript may have."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()


def _write_tiff(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    """Write pixels as journals ask for them: packed without loss, and without alpha on paper."""
    dpi = _pixels(diagram, wanted.dpi or _PRINT_DPI)
    pixels = io.BytesIO()
    diagram.figure.savefig(pixels, format="rgba", dpi=dpi, transparent=wanted.transparent)
    wide = int(diagram.figure.get_figwidth() * dpi)
    said = {
        "description": "\n".join(  # noqa: FLY002
            (diagram.title, diagram.alt_text, diagram.caption, diagram.call, NOT_CLINICAL)
        ),
        "software": _software(),
        "artist": "; ".join(diagram.credits),
        "rights": ", ".join(filter(None, [_rights(diagram), _release(diagram)])),
    }
    tags = {_TIFF_TAGS[name]: text.encode() for name, text in said.items()}
    drawn = pixels.getvalue()
    size = wide, len(drawn) // (4 * wide)
    with Image.frombytes("RGBA", size, drawn) as image:
        plain = image if wanted.transparent else image.convert("RGB")
        plain.save(file, format="TIFF", compression="tiff_lzw", dpi=(dpi, dpi), tiffinfo=tags)


def _write_html(diagram: Diagram, file: IO[bytes], wanted: _Wanted) -> None:
    file.write(page_of(diagram, _svg_of(diagram, wanted.transparent, inline=True)).encode())


FORMATS: Final[Mapping[str, Callable[[Diagram, IO[bytes], _Wanted], None]]] = {
    "png": _write_png,
    "svg": _write_svg,
    "pdf": _write_pdf,
    "eps": _write_eps,
    "tiff": _write_tiff,
    "html": _write_html,
}
"""The formats of pictures, and what writes each."""


def _software() -> str:
    return f"metastasis {VERSION}, Matplotlib {mpl.__version__}"
