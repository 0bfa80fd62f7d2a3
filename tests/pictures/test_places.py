"""Every kind of picture at every place and in every theme: no word clipped, hidden, small or faint.

Of the shipped graph and of a full table of autopsies; what does not fit is refused with what would.
"""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from PIL import Image

import metastasis as mets
from drawings import EVIDENCE_KINDS, faults, written
from invented import autopsies
from metastasis import FitError
from metastasis.pictures import SIZES, THEMES, Scale, find_kind

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram

LEAST: Final = {"slide": 14.0}
"""Points of the smallest letters, where they are not 5."""

SIX: Final = ["bladder", "breast", "kidney", "lung", "melanoma", "prostate"]
SELECTIONS: Final[dict[str, dict[str, Any]]] = {
    "one cancer": {"primaries": "prostate"},
    "one site": {"sites": "liver"},
    "one pair": {"primaries": "bladder", "sites": "bone"},
    "six": {"primaries": SIX, "sites": ["bone", "brain", "liver", "lung", "adrenal gland"]},
    "own labels": {
        "primaries": ["breast", "colorectal"],
        "labels": {"liver": "Liver, in the words of a user & <others>"},
    },
}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def table() -> KnowledgeGraph:
    return autopsies()


def drawn(kind: str, kg: KnowledgeGraph, **options: Any) -> Diagram | None:
    """Return a picture; None where it is refused with what would fit."""
    try:
        return find_kind(kind)(kg, **options)
    except FitError as error:
        if not (error.remedies and error.needs):
            raise
        return None


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_nothing_is_wrong_with_a_picture_in_its_place(
    shipped: KnowledgeGraph, kind: str, size: str, theme: str
) -> None:
    fitted = 0
    for options in SELECTIONS.values():
        diagram = drawn(kind, shipped, size=size, theme=theme, **options)
        if diagram is not None:
            fitted += 1
            assert faults(diagram, least=LEAST.get(size, 5.0)) == []
            place = SIZES[size]
            wide, high = diagram.figure.get_size_inches()
            assert wide <= place.width + 1e-6
            assert high <= (place.height or 1e9) + 1e-6
            if place.fills_width:
                assert wide == pytest.approx(place.width)
    # A forest says all there is of every pair: on paper there is room for few.
    assert fitted >= (1 if kind == "forest" else 3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_a_full_table_of_autopsies_fits_or_is_refused(
    table: KnowledgeGraph, kind: str, size: str, theme: str
) -> None:
    diagram = drawn(kind, table, size=size, theme=theme)
    assert diagram is None or faults(diagram, least=LEAST.get(size, 5.0)) == []
    if size in ("screen", "page") and kind != "forest":
        assert diagram is not None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::metastasis.pictures.EmptyDiagramWarning")
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_any_selection_is_without_fault_or_is_refused(
    shipped: KnowledgeGraph, kind: str, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - selections
    catalog = shipped.catalog
    names = sorted({pair.primary for pair in shipped.evidence.pairs()})
    places = sorted({pair.site for pair in shipped.evidence.pairs()} & set(catalog.sites))
    for _ in range(5):
        options: dict[str, Any] = {
            "primaries": chance.sample(names, chance.randint(1, 12))
            if chance.random() < 0.8
            else None,
            "sites": chance.sample(places, chance.randint(1, 12))
            if chance.random() < 0.5
            else None,
        }
        size = chance.choice([*SIZES, (chance.uniform(2, 10), chance.uniform(2, 10))])
        with_words = chance.choice([True, False, "words of one's own"])
        diagram = drawn(
            kind,
            shipped,
            size=size,
            theme=chance.choice(THEMES),
            title=with_words,
            legend=chance.choice([True, False]),
            caption=chance.choice([True, False]),
            **options,
        )
        assert diagram is None or faults(diagram) == [], (options, size)


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_words_around_a_drawing_can_be_left_out_and_give_their_room_back(
    shipped: KnowledgeGraph, kind: str
) -> None:
    options = SELECTIONS["one pair"]
    full = find_kind(kind)(shipped, **options, size="column")
    bare = find_kind(kind)(
        shipped, **options, size="column", title=False, caption=False, legend=False
    )
    own = find_kind(kind)(
        shipped, **options, size="column", title="Mine", caption="Said here.", legend="In words."
    )
    for role in ("title", "caption", "legend labels"):
        assert bare.artists[role] == ()
        assert len(full.artists[role]) > 0
    assert [one.get_text() for one in own.artists["title"]] == ["Mine"]  # type: ignore[attr-defined]
    assert bare.figure.get_figheight() < full.figure.get_figheight()
    assert bare.caption == full.caption
    assert bare.legend_text == full.legend_text != ""
    assert "Not for clinical use" in bare.caption


@pytest.mark.parametrize(
    "kind", [kind for kind in EVIDENCE_KINDS if kind in ("body", "heatmap", "profiles")]
)
def test_six_pictures_share_a_frame_and_a_legend_on_a_page(
    shipped: KnowledgeGraph, kind: str
) -> None:
    figure = Figure(figsize=(183 / 25.4, 6.0))
    grid = figure.add_gridspec(3, 3, height_ratios=(5, 5, 1.2), left=0, right=1, bottom=0, top=1)
    scale = Scale()
    diagrams = []
    for at, primary in enumerate(SIX):
        ax = figure.add_subplot(grid[at // 3, at % 3])
        diagrams.append(
            find_kind(kind)(
                shipped, primary, ["bone", "liver", "lung", "brain"], ax=ax, scale=scale
            )
        )
    below = figure.add_subplot(grid[2, :])
    assert scale.legend(below)
    figure.draw_without_rendering()
    for diagram in diagrams:
        assert faults(diagram) == []
        assert diagram.artists["title"] == ()
    assert scale.caption


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_a_picture_stands_in_a_subfigure(shipped: KnowledgeGraph, kind: str) -> None:
    figure = Figure(figsize=(183 / 25.4, 4.5))
    left, right = np.ravel(figure.subfigures(1, 2, squeeze=False))
    ax = left.add_axes((0.0, 0.0, 1.0, 1.0))
    right.add_axes((0.1, 0.1, 0.8, 0.8)).plot([1, 2, 3])
    diagram = find_kind(kind)(shipped, **SELECTIONS["one pair"], ax=ax)
    assert diagram.figure is figure
    assert faults(diagram) == []


def test_a_font_that_is_not_there_is_fallen_back_from_in_silence(
    shipped: KnowledgeGraph, caplog: pytest.LogCaptureFixture
) -> None:
    one = shipped.draw.network("breast", "bone", font="No Such Font")
    two = shipped.draw.network("breast", "bone")
    pixels, others = (
        np.asarray(Image.open(io.BytesIO(written(each, "png")))) for each in (one, two)
    )
    assert np.array_equal(pixels, others)
    assert caplog.records == []


def test_a_long_legend_stands_beside_the_drawing_on_a_slide(shipped: KnowledgeGraph) -> None:
    body = find_kind("body")(shipped, primaries="prostate", size="slide")
    words = [one.get_window_extent() for one in body.artists["legend labels"]]
    assert min(one.x0 for one in words) > 0.7 * body.figure.bbox.width
    assert faults(body, least=14.0) == []


def test_numbers_stay_in_the_narrow_cells_of_a_page(shipped: KnowledgeGraph) -> None:
    frame = {"denominator": "metastatic_patients", "setting": "during_course"}
    page = find_kind("heatmap")(shipped, value="percent", size="page", **frame)
    assert len(page.artists["cell texts"]) >= len(page.artists["cells"]) * 0.9
    assert "whole percent. Its signs stand below it." in page.caption
    assert faults(page) == []


def test_whom_numbers_count_is_said_once_where_the_title_says_it(shipped: KnowledgeGraph) -> None:
    frame = {"denominator": "autopsies", "setting": "at_autopsy", "value": "percent"}
    for title in (True, "Mine"):
        picture = find_kind("heatmap")(shipped, **frame, size="slide", top=7, title=title)
        said = " ".join(one.get_text() for one in picture.artists["caption"])  # type: ignore[attr-defined]
        assert said.endswith("Not for clinical use.")
        assert "at autopsy" not in said
        assert ("Share of" in said) == (title == "Mine")


@pytest.mark.parametrize("kind", ["heatmap", "network"])
def test_a_dark_picture_can_be_read_on_axes_of_a_white_figure(
    shipped: KnowledgeGraph, kind: str
) -> None:
    ax = Figure(figsize=(5, 5), facecolor="white").add_axes((0, 0, 1, 1))
    find_kind(kind)(shipped, **SELECTIONS["one pair"], ax=ax, theme="dark")
    (paper,) = (one for one in ax.patches if one.get_gid() == "paper")
    assert to_hex(paper.get_facecolor()) == "#15181c"
    ax = Figure(figsize=(5, 5), facecolor="white").add_axes((0, 0, 1, 1))
    find_kind(kind)(shipped, **SELECTIONS["one pair"], ax=ax)
    assert all(one.get_gid() != "paper" for one in ax.patches)
