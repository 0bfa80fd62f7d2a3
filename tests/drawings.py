"""Small graphs to draw, and what tests ask of a drawing."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

import strategies
from metastasis._catalog import Catalog, Primary, Site
from metastasis._evidence.assertion import Assertion
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import KINDS
from metastasis.pictures._save import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis.pictures import Diagram
    from metastasis.pictures._order import Matrix


__all__ = [
    "DICHROMACIES",
    "EVIDENCE_KINDS",
    "boxes",
    "center_of",
    "counted",
    "height_of",
    "is_readable",
    "lab",
    "linear",
    "lines",
    "points_of",
    "said",
    "small",
    "wide",
    "words",
    "written",
]


EVIDENCE_KINDS: Final = tuple(kind for kind in KINDS if kind != "progression")
"""The kinds that draw evidence; a progression draws sequences of the caller's own."""


def said(primary: str, site: str, frequency: str, source: str = "one") -> Assertion:
    return Assertion(
        primary=primary, site=site, frequency=frequency, source=source, locator="somewhere"
    )


def small(*rows: Assertion) -> KnowledgeGraph:
    return KnowledgeGraph.from_assertions(rows, strategies.SMALL)


def wide(*rows: Assertion) -> KnowledgeGraph:
    """Return a graph with one primary and site more than the small one."""
    small = strategies.SMALL
    catalog = Catalog(
        primaries=[
            small.primaries["breast"],
            replace(small.primaries["lung"], arises_in=("lung",)),
            Primary(key="prostate", label="prostate cancer"),
        ],
        sites=[*small.sites.values(), Site(key="lung", label="lung")],
        sources=list(small.sources.values()),
    )
    return KnowledgeGraph.from_assertions(rows, catalog)


def points_of(edge: PathPatch) -> Matrix:
    """Return a hundred points along the curve of an edge."""
    share = np.linspace(0, 1, 101)[:, None]
    corners = np.asarray(edge.get_path().vertices, dtype=np.float64)
    weights = ((1 - share) ** 3, 3 * (1 - share) ** 2 * share, 3 * (1 - share) * share**2, share**3)
    return np.concatenate(weights, axis=1) @ corners


def center_of(mark: PathPatch) -> Matrix:
    center: Matrix = np.asarray(mark.get_path().vertices, dtype=np.float64)[:-1].mean(axis=0)
    return center


def counted(site: str, count: int | None, denominator: str, **more: object) -> Assertion:
    fields: dict[str, object] = {
        "total": 200 if count is not None else None,
        "setting": "during_course",
        "source": "one",
        "locator": "a table",
        **more,
    }
    return Assertion(
        primary="breast",
        site=site,
        count=count,
        denominator=denominator,
        **fields,  # type: ignore[arg-type]
    )


def words(artists: Iterable[object]) -> list[str]:
    return [artist.get_text() for artist in artists if isinstance(artist, Text)]


def lines(diagram: Diagram, role: str) -> dict[str, PathPatch]:
    found = [artist for artist in diagram.artists[role] if isinstance(artist, PathPatch)]
    return {str(line.get_gid()): line for line in found}


def boxes(diagram: Diagram) -> dict[str, Rectangle]:
    found = [artist for artist in diagram.artists["cells"] if isinstance(artist, Rectangle)]
    return {str(box.get_gid()).removeprefix("heatmap-cell-"): box for box in found}


def height_of(artist: object) -> float:
    assert isinstance(artist, Text)
    return float(artist.get_position()[1])


def written(diagram: Diagram, format_: str, dpi: float | None = None) -> bytes:
    file = io.BytesIO()
    render(diagram, file, format_, dpi=dpi)
    return file.getvalue()


def is_readable(diagram: Diagram) -> None:
    """No two texts overlap, and none leaves the figure."""
    diagram.figure.draw_without_rendering()
    texts = [one for found in diagram.artists.values() for one in found if isinstance(one, Text)]
    places = np.array([one.get_window_extent().extents for one in texts])
    frame = diagram.figure.bbox
    assert (places[:, :2] >= 0).all()
    assert (places[:, 2] <= frame.width).all()
    assert (places[:, 3] <= frame.height).all()
    clashes = [(texts[a].get_text(), texts[b].get_text()) for a, b in _overlaps(places)]
    assert clashes == []


def _overlaps(places: Matrix) -> Iterator[tuple[int, int]]:
    """Yield each two boxes (left, bottom, right, top) that share more than half a pixel each way.

    From the bottom up, so that the thousands of texts of a forest are not each held to all others.
    """
    order = np.argsort(places[:, 1])
    boxes = places[order]
    ends = np.searchsorted(boxes[:, 1], boxes[:, 3] - 0.5)
    for one, end in enumerate(ends):
        above = boxes[one + 1 : end]
        apart = np.minimum(above[:, 2:], boxes[one, 2:]) - np.maximum(above[:, :2], boxes[one, :2])
        for other in np.flatnonzero((apart > 0.5).all(axis=1)):
            yield int(order[one]), int(order[one + 1 + other])


DICHROMACIES: Final = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""How linear RGB is seen: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113."""


def linear(color: str) -> Matrix:
    channels = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(
    seen: Matrix,
) -> Matrix:
    matrix = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    x, y, z = np.cbrt(matrix @ np.clip(seen, 0, 1) / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
