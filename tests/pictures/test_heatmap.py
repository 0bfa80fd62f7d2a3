"""The heat map's trees, its numbers, and what it says of what is not in it."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import metastasis as mets
import strategies
from drawings import (
    DICHROMACIES,
    counted,
    height_of,
    is_readable,
    lab,
    linear,
    said,
    small,
    wide,
    words,
)
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.frame import Frame
from metastasis._evidence.number import choose_frame, number_for
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import Style
from metastasis.pictures._heatmap.cells import CELL_STATES
from metastasis.pictures._heatmap.looks import plain_look
from metastasis.pictures._order import cluster_order, cluster_tree

if TYPE_CHECKING:
    from metastasis.pictures import Diagram
    from metastasis.pictures._order import Matrix

METASTATIC: Final = "metastatic_patients"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def numbers() -> KnowledgeGraph:
    """Return a generated graph of counts on one scale: 72 primaries and 25 sites."""
    catalog, draw = strategies.CATALOG, random.Random(2)  # noqa: S311
    named = sorted(key for key, one in catalog.primaries.items() if one.kind != "grouping")[:72]
    sites = sorted(key for key, one in catalog.sites.items() if one.is_anatomical)[:25]
    rows = [
        Assertion(
            primary=primary,
            site=site,
            count=draw.randint(0, 20_000),
            total=20_000,
            denominator=METASTATIC,
            setting="at_autopsy",
            source=min(catalog.sources),
            locator="generated",
        )
        for primary in named
        for site in draw.sample(sites, 4)
    ]
    return KnowledgeGraph.from_assertions(rows)


# The trees


def matrix_of(rows: list[list[int]]) -> Matrix:
    return np.array(rows, dtype=float).reshape(len(rows), -1)


def apart(one: Matrix, other: Matrix) -> float:
    """Return the weighted Jaccard distance as its formula has it."""
    most = float(np.maximum(one, other).sum())
    return 1 - float(np.minimum(one, other).sum()) / most if most else 0.0


@pytest.mark.parametrize("seed", range(20))
def test_trees_have_the_heights_that_scipy_finds(seed: int) -> None:
    """Where no distances tie, which these never do, a tree is the only one."""
    hierarchy = pytest.importorskip("scipy.cluster.hierarchy")
    distance = pytest.importorskip("scipy.spatial.distance")
    matrix = np.random.default_rng(seed).random((4 + seed, 6))
    between = distance.pdist(matrix, apart)
    expected = hierarchy.linkage(between, method="average")[:, 2]
    found = [join.distance for join in cluster_tree(matrix).joins]
    assert found == pytest.approx(expected.tolist())


@given(rows=strategies.bipartite_matrices())
def test_trees_grow_from_the_nearest_on(rows: list[list[int]]) -> None:
    matrix = matrix_of(rows)
    found = [join.distance for join in cluster_tree(matrix).joins]
    assert len(found) == max(len(matrix) - 1, 0)
    assert found == sorted(found)
    assert all(0 <= one <= 1 for one in found)
    if found:
        nearest = min(apart(a, b) for a, b in combinations(matrix, 2))
        assert found[0] == pytest.approx(nearest)


@given(rows=strategies.bipartite_matrices())
def test_branches_of_a_tree_never_cross(rows: list[list[int]]) -> None:
    tree = cluster_tree(matrix_of(rows))
    assert list(tree.order) == cluster_order(matrix_of(rows))
    spans = {float(place): (place, place) for place in range(len(tree.order))}
    for join in tree.joins:
        left, right = (spans.pop(place) for place in join.places)
        assert left[1] + 1 == right[0]
        assert max(join.starts) <= join.distance + 1e-9
        spans[sum(join.places) / 2] = (left[0], right[1])
    assert len(spans) == min(len(tree.order), 1)


def test_trees_end_at_their_rows_and_columns(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.heatmap(sources="cancer-spreading", tree=True)
    rows, columns = (
        np.asarray(tree.get_path().vertices)
        for tree in diagram.artists["trees"]
        if isinstance(tree, PathPatch)
    )
    middle = 0.365 * Style().label_size / 72
    leaves = middle + rows[np.isclose(rows[:, 0], rows[:, 0].min()), 1]
    heights = [height_of(one) for one in diagram.artists["primary labels"]]
    assert max(float(np.abs(leaves - height).min()) for height in heights) < 0.01
    labels = [one for one in diagram.artists["site labels"] if isinstance(one, Text)]
    leaves = middle + columns[np.isclose(columns[:, 1], columns[:, 1].min()), 0]
    assert max(float(np.abs(leaves - one.get_position()[0]).min()) for one in labels) < 0.03
    assert "The trees at the margins" in diagram.caption


def test_two_rows_need_no_tree() -> None:
    diagram = small(said("breast", "bone", "common"), said("lung", "bone", "common")).draw.heatmap()
    assert diagram.artists["trees"] == ()
    assert "trees" not in diagram.caption


# The numbers


def test_body_and_heat_map_show_the_same_number_of_several() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("bone", None, METASTATIC, percent=Decimal(55), total=9000, source="two"),
        counted("bone", 900, METASTATIC, total=1000, population="women", source="three"),
    )
    (spread,) = graph.evidence.pairs()
    shown = number_for(spread, choose_frame([spread], occurrence="any").frame)
    assert shown is not None
    assert (shown.count, shown.total) == (60, 200)
    assert words(graph.draw.heatmap(value="percent").artists["cell texts"]) == ["30 %", "60/200 +2"]
    beside = " ".join(words(graph.draw.body(primaries="breast").artists["numbers"]))
    assert "30 % 60/200" in beside.replace("\N{NO-BREAK SPACE}", " ")


def test_without_a_count_the_total_is_told() -> None:
    graph = small(counted("bone", None, METASTATIC, percent=Decimal(55), total=9000))
    diagram = graph.draw.heatmap(value="percent")
    assert words(diagram.artists["cell texts"]) == ["55 %*", "of 9000"]
    assert "Below it stands N." in diagram.caption


def test_one_occurrence_is_drawn_at_a_time(kg: KnowledgeGraph) -> None:
    graph = small(
        counted("bone", 60, METASTATIC, occurrence="first_site"),
        counted("bone", 20, METASTATIC, occurrence="only_site"),
        counted("liver", 90, METASTATIC),
    )
    shown = {
        occurrence: words(
            graph.draw.heatmap(value="percent", occurrence=occurrence).artists["cell texts"]
        )
        for occurrence in ("any", "first_site", "only_site")
    }
    assert shown == {
        "any": ["45 %", "90/200"],
        "first_site": ["30 %", "60/200"],
        "only_site": ["10 %", "20/200"],
    }
    diagram = graph.draw.heatmap(value="percent", occurrence="only_site")
    assert "as the only site" in diagram.title
    assert "on metastasis at any time or on the first" in diagram.caption
    assert diagram.call.startswith("kg.draw.heatmap(value='percent', occurrence='only_site')")


def test_a_count_of_sources_has_no_occurrence(kg: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="add value='percent'"):
        kg.draw.heatmap(occurrence="only_site")


def test_nothing_is_chosen_unasked() -> None:
    graph = small(counted("bone", 60, METASTATIC), counted("liver", 30, "autopsies"))
    spreads = graph.evidence.pairs()
    assert choose_frame(spreads).frame == Frame("autopsies", "during_course")
    with pytest.raises(ValueError, match="choose one:"):
        choose_frame(spreads, ask=True)
    with pytest.raises(ValueError, match="denominator='autopsies'"):
        graph.draw.heatmap(value="percent")


def test_numbers_on_one_stage_only_are_no_percentage_of_a_cell() -> None:
    graph = small(
        counted("bone", 60, METASTATIC, stage="advanced"), counted("liver", 20, METASTATIC)
    )
    assert words(graph.draw.heatmap(value="percent").artists["cell texts"]) == ["10 %", "20/200"]


@pytest.mark.slow
def test_no_two_texts_overlap_among_72_primaries_with_numbers(numbers: KnowledgeGraph) -> None:
    diagram = numbers.draw.heatmap(value="percent", size=(20, 30))
    assert len(diagram.artists["primary labels"]) == 72
    is_readable(diagram)
    _fit_their_cells(diagram)


@pytest.mark.slow
def test_numbers_fit_their_cells(kg: KnowledgeGraph) -> None:
    for occurrence in ("any", "only_site"):
        _fit_their_cells(
            kg.draw.heatmap(
                value="percent",
                denominator="distant_stage_at_diagnosis",
                setting="at_diagnosis",
                occurrence=occurrence,
            )
        )


def _fit_their_cells(diagram: Diagram) -> None:
    diagram.figure.canvas.draw()
    cells = {
        str(cell.get_gid()).removeprefix("heatmap-cell-"): cell.get_window_extent()
        for cell in diagram.artists["cells"]
    }
    for text in diagram.artists["cell texts"]:
        inside = text.get_window_extent()
        cell = cells[str(text.get_gid()).partition("-text")[2].lstrip("2-")]
        assert cell.x0 - 1 <= inside.x0 < inside.x1 <= cell.x1 + 1


# The states


@pytest.mark.parametrize("vision", [*DICHROMACIES, "greyscale"])
def test_states_are_told_apart_by_lightness_or_pattern(vision: str) -> None:
    """Two states that look alike in lightness have another pattern, stroke, dot or dash."""
    style = Style()
    patterns = {
        "absent": "stroke",
        "none_seen": "number",
        "conflicting": "hatch",
        "other": "dash",
        "unstudied": "dot",
        "not_applicable": "lines the other way",
    }
    seen = {}
    for state in CELL_STATES:
        color = linear(plain_look(state, None, style)["color"])
        if vision != "greyscale":
            color = DICHROMACIES[vision] @ color
        seen[state] = (float(lab(color)[0]), patterns.get(state, "plain"))
    for one, (light, pattern) in seen.items():
        for other, (light2, pattern2) in seen.items():
            assert one == other or pattern != pattern2 or abs(light - light2) >= 9


# What is asked for


def test_a_site_that_only_groupings_reach_is_not_called_unstudied() -> None:
    source = "cancer-spreading"
    graph = KnowledgeGraph.from_assertions(
        [said("any", "testis", "common", source), said("breast", "bone", "common", source)]
    )
    assert graph.catalog.primaries["any"].kind == "grouping"
    for kind in ("heatmap", "network"):
        with pytest.warns(UserWarning, match="to draw"):
            diagram = getattr(graph.draw, kind)(sites="testis")
        for text in (diagram.caption, diagram.alt_text):
            assert "Reported only of groupings of cancers" in text
            assert "Not studied here" not in text


def test_groupings_of_other_sources_do_not_count() -> None:
    graph = wide(said("breast", "bone", "common"), said("breast", "liver", "common", "two"))
    caption = graph.draw.heatmap(sites=["bone", "liver"], sources="one").caption
    assert "None of the chosen sources speaks here of: liver." in caption
    assert "grouping" not in caption


def test_cells_are_not_studied_by_the_sources_chosen_only() -> None:
    graph = wide(said("breast", "bone", "common"), said("breast", "liver", "common", "two"))
    diagram = graph.draw.heatmap(sites=["bone", "liver"], sources="one")
    assert "not studied by the chosen sources" in words(diagram.artists["legend labels"])
    assert "1 not studied by the chosen sources" in diagram.alt_text


def options_of(diagram: Diagram) -> dict[str, Any]:
    """Return the options of the call that a diagram says it was drawn by."""
    found: dict[str, Any] = {}
    call = diagram.call.replace("kg.draw.heatmap(", "found.update(")
    eval(call, {"found": found})  # noqa: S307
    return found


def test_the_call_draws_the_same_again(kg: KnowledgeGraph) -> None:
    first = kg.draw.heatmap(
        value="percent",
        primaries=["breast", "lung"],
        denominator="all_patients",
        setting="at_diagnosis",
    )
    again = kg.draw.heatmap(**options_of(first))
    assert (again.title, again.caption, again.alt_text) == (
        first.title,
        first.caption,
        first.alt_text,
    )
