"""What edges rest on: told by a sign where no number speaks, in the legend and in words."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.patches import PathPatch

import metastasis as mets
import strategies
from drawings import center_of, counted, said, words
from metastasis._catalog import Catalog, Source
from metastasis._evidence.edge import BASES
from metastasis._graph import KnowledgeGraph
from metastasis.pictures._said.mark import mark_of
from metastasis.pictures._signs.signs import basis_words

if TYPE_CHECKING:
    from metastasis._evidence.pair import Pair
    from metastasis.pictures import Diagram
    from metastasis.pictures._sheet.order import Matrix

FIVE = ["breast", "colorectal", "esophagus", "lung", "thyroid"]
KINDS = ("alluvial", "body", "heatmap", "network", "profiles", "ring")
EXPERTS, LAY = (f"rests on {BASES[basis]}" for basis in ("expert_words", "lay_words"))


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def mixed() -> KnowledgeGraph:
    """Return a graph with an edge of each basis."""
    small_catalog = strategies.SMALL
    lay = Source(key="lay", citation="A page for patients", design="lay_summary")
    catalog = Catalog(
        primaries=list(small_catalog.primaries.values()),
        sites=list(small_catalog.sites.values()),
        sources=[*small_catalog.sources.values(), lay],
    )
    rows = [
        counted("bone", 60, "metastatic_patients"),
        said("breast", "liver", "common"),
        said("lung", "liver", "common", "lay"),
    ]
    return KnowledgeGraph.from_assertions(rows, catalog)


def draw(kg: KnowledgeGraph, kind: str, **options: Any) -> Diagram:
    diagram: Diagram = getattr(kg.draw, kind)(**options)
    return diagram


def signs(diagram: Diagram) -> dict[str, PathPatch]:
    found = [one for one in diagram.artists["basis marks"] if isinstance(one, PathPatch)]
    return {str(one.get_gid()): one for one in found}


def corners(sign: PathPatch) -> Matrix:
    return np.asarray(sign.get_path().vertices, dtype=np.float64)


def pairs_of(kg: KnowledgeGraph, primaries: list[str]) -> list[Pair]:
    return [one for one in kg.evidence.pairs(primaries=primaries) if one.edge]


@pytest.mark.parametrize("kind", KINDS)
def test_words_have_a_sign_and_numbers_have_none(mixed: KnowledgeGraph, kind: str) -> None:
    diagram = draw(mixed, kind)
    drawn = signs(diagram)
    assert len(drawn) == 2
    (expert,) = (one for name, one in drawn.items() if "breast" in name)
    (lay,) = (one for name, one in drawn.items() if "lung" in name)
    assert len(corners(expert)) > len(corners(lay)) == 4
    assert words(diagram.artists["legend labels"]).count(EXPERTS) == 1
    assert words(diagram.artists["legend labels"]).count(LAY) == 1
    assert "open circle, words of experts; open triangle, words for lay readers" in diagram.caption
    told = "Of 3 edges, 1 rests on numbers, 1 on words of experts, 1 on words for lay readers."
    assert told in diagram.alt_text


@pytest.mark.parametrize("kind", KINDS)
def test_the_legend_lists_only_the_signs_that_are_there(mixed: KnowledgeGraph, kind: str) -> None:
    for primary, label, other in (("breast", EXPERTS, LAY), ("lung", LAY, EXPERTS)):
        legend = words(draw(mixed, kind, primaries=primary).artists["legend labels"])
        assert label in legend
        assert other not in legend
    numbers = draw(mixed, kind, primaries="breast", sites="bone")
    assert signs(numbers) == {}
    assert not {EXPERTS, LAY} & set(words(numbers.artists["legend labels"]))
    assert "rests on:" not in numbers.caption
    assert "The edge rests on numbers." in numbers.alt_text


@pytest.mark.parametrize("kind", ["alluvial", "network", "heatmap"])
def test_every_edge_by_words_has_its_sign(kg: KnowledgeGraph, kind: str) -> None:
    diagram = draw(kg, kind, primaries=FIVE)
    expected = {
        (one.primary, one.site) for one in pairs_of(kg, FIVE) if one.basis not in (None, "numbers")
    }
    found = {name.removeprefix(f"{kind}-basis-") for name in signs(diagram)}
    assert {(one.split("--")[0], one.split("--")[-1]) for one in found} == expected


@pytest.mark.parametrize("kind", ["profiles", "ring"])
def test_a_number_that_is_shown_speaks_for_itself(kg: KnowledgeGraph, kind: str) -> None:
    frame = Counter(
        frame for one in pairs_of(kg, FIVE) for frame in one.by_frame if frame.stage == "any"
    ).most_common(1)[0][0]
    marks = [mark_of(one, frame) for one in pairs_of(kg, FIVE)]
    expected = {
        f"{kind}-basis-{one.pair.primary}--{one.pair.site}"
        for one in marks
        if one.number is None and one.pair.basis != "numbers"
    }
    assert set(signs(draw(kg, kind, primaries=FIVE, frame=frame))) == expected


def test_flows_of_patients_have_no_sign(kg: KnowledgeGraph) -> None:
    diagram = draw(kg, "alluvial", primaries=FIVE, value="patients")
    assert signs(diagram) == {}
    assert not {EXPERTS, LAY} & set(words(diagram.artists["legend labels"]))


@pytest.mark.parametrize("kind", ["alluvial", "network", "ring"])
def test_no_sign_stands_on_another_mark(kg: KnowledgeGraph, kind: str) -> None:
    diagram = draw(kg, kind, primaries=FIVE)
    centers = [
        center_of(one)
        for role in ("basis marks", "conflict marks", "proximity marks")
        for one in diagram.artists.get(role, ())
        if isinstance(one, PathPatch)
    ]
    assert len(centers) > len(signs(diagram)) > 5
    nearest = min(float(np.hypot(*(a - b))) for a, b in combinations(centers, 2))
    assert nearest > 0.1


def test_a_sign_stands_on_its_line_in_its_color(kg: KnowledgeGraph) -> None:
    diagram = draw(kg, "network", primaries=FIVE)
    edges = {str(one.get_gid()): one for one in diagram.artists["edges"]}
    for name, sign in signs(diagram).items():
        edge = edges[name.replace("basis", "edge")]
        assert isinstance(edge, PathPatch)
        assert sign.get_edgecolor()[:3] == edge.get_edgecolor()[:3]


@pytest.mark.slow
def test_signs_are_small_where_they_are_many(kg: KnowledgeGraph) -> None:
    sizes = [
        max(
            one.get_path().get_extents().width
            for one in signs(draw(kg, "network", **more)).values()
        )
        for more in ({"primaries": FIVE}, {})
    ]
    assert sizes[1] < 0.8 * sizes[0]


def test_the_words_count_every_edge(kg: KnowledgeGraph) -> None:
    edges = pairs_of(kg, FIVE)
    counts = Counter(one.basis for one in edges)
    (told,) = basis_words(edges)
    for basis, label in BASES.items():
        assert f"{counts[basis]}" in told
        assert label in told
    assert basis_words([]) == []
    assert basis_words([edges[0]] * 2)[0].startswith("Both edges rest on ")
