"""Small graphs to draw, and what tests ask of a drawing."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from matplotlib.colors import to_hex, to_rgba
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.text import Text

import strategies
from metastasis._catalog import Catalog, Primary, Site
from metastasis._evidence.assertion import Assertion
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import KINDS
from metastasis.pictures._files.save import render
from metastasis.pictures._sheet.style import contrast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metastasis.pictures import Diagram
    from metastasis.pictures._sheet.order import Matrix


__all__ = [
    "DICHROMACIES",
    "EVIDENCE_KINDS",
    "boxes",
    "center_of",
    "counted",
    "faults",
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


EVIDENCE_KINDS: Final = tuple(
    kind for kind in KINDS if kind not in ("progression", "upset", "flow", "likely")
)
"""The kinds that draw the pairs of evidence: the others draw data of the caller's own, or answers
of an analysis, and need other options."""


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
    assert [*_clipped(diagram), *_overlapping(diagram)] == []


def faults(diagram: Diagram, *, least: float = 5.0) -> list[str]:
    """Return what is wrong with a drawing: words clipped, over each other, too small, too faint.

    Shapes count as seen where their fill or their outline stands out 3 : 1 from the paper; words
    where they stand out 4.5 : 1 from what is under them.
    """
    return [
        *_clipped(diagram),
        *_overlapping(diagram),
        *_too_small(diagram, least),
        *_faint_words(diagram),
        *_faint_shapes(diagram),
    ]


def _texts(diagram: Diagram) -> list[Text]:
    found = [one for role in diagram.artists.values() for one in role if isinstance(one, Text)]
    return [one for one in found if one.get_text()]


def _corners(text: Text) -> Matrix:
    """Return the four corners of a text in pixels, turned as it is."""
    turn = text.get_rotation()
    text.set_rotation(0)
    box = text.get_window_extent()
    text.set_rotation(turn)
    corners = np.array([(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)])
    # It is turned about its anchor, with its middle left as it would be unturned.
    anchor = text.get_transform().transform(text.get_unitless_position())
    angle = np.radians(turn)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray((corners - anchor) @ spin.T + anchor)


def _clipped(diagram: Diagram) -> Iterator[str]:
    """Yield the words that leave the figure, or the axes of the caller's that they are on."""
    diagram.figure.draw_without_rendering()
    frame = diagram.axes.get_window_extent()
    for text in _texts(diagram):
        places = _corners(text)
        low, high = places.min(axis=0), places.max(axis=0)
        if (low < (frame.x0 - 0.5, frame.y0 - 0.5)).any() or (
            high > (frame.x1 + 0.5, frame.y1 + 0.5)
        ).any():
            yield f"clipped: {text.get_text()!r}"


def _overlapping(diagram: Diagram) -> Iterator[str]:
    texts = _texts(diagram)
    if not texts:
        return
    turned = [_corners(one) for one in texts]
    around = np.array([[*one.min(axis=0), *one.max(axis=0)] for one in turned])
    for a, b in _overlaps(around):
        if _meet(turned[a], turned[b]):
            yield f"over each other: {texts[a].get_text()!r} and {texts[b].get_text()!r}"


def _meet(one: Matrix, other: Matrix) -> bool:
    """Return whether two turned boxes share more than half a pixel along each of their axes."""
    for box in (one, other):
        for edge in (box[1] - box[0], box[3] - box[0]):
            along = edge / (np.hypot(*edge) or 1.0)
            a, b = one @ along, other @ along
            if min(a.max(), b.max()) - max(a.min(), b.min()) <= 0.5:
                return False
    return True


def _too_small(diagram: Diagram, least: float) -> Iterator[str]:
    for text in _texts(diagram):
        if float(text.get_fontsize()) < least - 1e-6:
            yield f"{text.get_fontsize():.2f} points: {text.get_text()!r}"


QUIET: Final = ("grid", "stripes", "leaders", "body", "trees", "faded", "axes")
"""Roles of artists that only guide the eye: they need not stand out."""


def _faint_shapes(diagram: Diagram) -> Iterator[str]:
    paper = to_hex(diagram.figure.get_facecolor())
    for role, found in diagram.artists.items():
        for patch in found:
            if role in QUIET or not isinstance(patch, Patch) or "faded" in str(patch.get_gid()):
                continue
            seen = [to_hex(patch.get_facecolor())] if to_rgba(patch.get_facecolor())[3] > 0 else []
            if patch.get_linewidth() and to_rgba(patch.get_edgecolor())[3] > 0:
                seen.append(to_hex(patch.get_edgecolor()))
            if seen and max(contrast(one, paper) for one in seen) < 2.95:
                yield f"{role}: {patch.get_gid()} stands out {seen} from {paper} too little"


def _faint_words(diagram: Diagram) -> Iterator[str]:
    """Yield the words that stand out too little from the uppermost filled shape under their middle.

    Only boxes are looked at, such as cells: what else lies under words, words keep off.
    """
    paper = to_hex(diagram.figure.get_facecolor())
    boxes_ = [
        (one.get_window_extent(), to_hex(one.get_facecolor()))
        for found in diagram.artists.values()
        for one in found
        if isinstance(one, Rectangle) and to_rgba(one.get_facecolor())[3] > 0
    ]
    places = np.array([[box.x0, box.y0, box.x1, box.y1] for box, _ in boxes_]).reshape(-1, 4)
    for text in _texts(diagram):
        x, y = _corners(text).mean(axis=0)
        under = np.flatnonzero(
            (places[:, 0] < x) & (places[:, 1] < y) & (x < places[:, 2]) & (y < places[:, 3])
        )
        ground = boxes_[under[-1]][1] if len(under) else paper
        if (patch := text.get_bbox_patch()) is not None:
            ground = to_hex(patch.get_facecolor())
        faint = contrast(to_hex(text.get_color()), ground)
        if faint < 4.5:
            yield f"{faint:.1f} to 1: {text.get_text()!r} on {ground}"


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
