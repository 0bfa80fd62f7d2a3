"""The diagrams: what is in them, where it stands, what they say, and that they never change."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import warnings
from decimal import Decimal
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from PIL import Image

import metastasis as mets
import strategies
from drawings import (
    DICHROMACIES,
    EVIDENCE_KINDS,
    boxes,
    center_of,
    counted,
    height_of,
    is_readable,
    lab,
    linear,
    lines,
    points_of,
    said,
    small,
    wide,
    words,
    written,
)
from metastasis._errors import AmbiguousNameError, UnknownNameError, WriteError
from metastasis._evidence.assertion import Assertion
from metastasis._graph import KnowledgeGraph
from metastasis._vocabulary import DATA_RELEASE
from metastasis.pictures import (
    FORMATS,
    Draw,
    EmptyDiagramWarning,
    Style,
    current_style,
    find_kind,
    save,
    styled,
)
from metastasis.pictures._said.cite import cite
from metastasis.pictures._said.mark import percent_label
from metastasis.pictures._sheet.order import (
    cluster_order,
    count_crossings,
    minimize_crossings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from metastasis.pictures import Diagram
    from metastasis.pictures._sheet.order import Matrix

PAGE: Final = "cancer-spreading"
"""The source that describes 13 cancers and cancer in general."""


LARGE: Final[dict[str, dict[str, Any]]] = {
    "forest": {"top": 25},
    "profiles": {"top": 12},
    "body": {"size": (16, 50)},
}
"""How kinds draw the most of the shipped graph, where not all of it has room on a screen."""
LARGER: Final[dict[str, dict[str, Any]]] = {
    "heatmap": {"size": (30, 30)},
    "forest": {"top": 25},
    "profiles": {"size": (30, 150)},
    "body": {"size": (16, 50)},
}
"""The same of a graph of 72 primaries and every site."""


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


@pytest.fixture(scope="module")
def everything(kg: KnowledgeGraph) -> Diagram:
    """Return the network of all edges, which takes seconds."""
    return kg.draw.network()


@pytest.fixture(scope="module")
def pages(kg: KnowledgeGraph) -> dict[str, dict[str, bytes]]:
    """Return what is written of each kind for one source, in every format."""
    drawn = {kind: find_kind(kind)(kg, sources=PAGE) for kind in EVIDENCE_KINDS}
    return {
        kind: {format_: written(diagram, format_) for format_ in FORMATS}
        for kind, diagram in drawn.items()
    }


@pytest.fixture(scope="module")
def crowd() -> KnowledgeGraph:
    """Return a generated graph: 72 primaries, every site, conflicting and denied pairs."""
    catalog = strategies.CATALOG
    draw = random.Random(1)  # noqa: S311
    named = sorted(key for key, one in catalog.primaries.items() if one.kind != "grouping")[:72]
    sites = sorted(key for key, one in catalog.sites.items() if one.is_anatomical)
    words = ("common", "common", "possible", "rare", "less_common", "absent")
    pairs = {(one, site) for one in named for site in draw.sample(sites, 6)}
    pairs |= {(named[index % 72], site) for index, site in enumerate(sites)}
    rows = [
        said(primary, site, draw.choice(words), source)
        for primary, site in sorted(pairs)
        for source in sorted(catalog.sources)[: draw.choice((1, 1, 2))]
    ]
    return KnowledgeGraph.from_assertions(rows)


# Order and places


@given(rows=strategies.bipartite_matrices())
def test_crossings_are_counted_as_one_counts_them_by_hand(rows: list[list[int]]) -> None:
    matrix = np.array(rows, dtype=float)
    edges = [(int(row), int(column)) for row, column in np.argwhere(matrix)]
    crossed = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for a, b in combinations(edges, 2))
    assert count_crossings(matrix) == crossed


@given(rows=strategies.bipartite_matrices())
def test_there_are_never_more_crossings_than_before(rows: list[list[int]]) -> None:
    matrix = np.array(rows, dtype=float)
    order, across = minimize_crossings(matrix)
    assert sorted(order) == list(range(matrix.shape[0]))
    assert sorted(across) == list(range(matrix.shape[1]))
    assert count_crossings(matrix[np.ix_(order, across)]) <= count_crossings(matrix)


def test_a_network_that_can_be_drawn_without_crossings_is() -> None:
    ladder = np.kron(np.eye(6), np.ones((1, 2)))
    shuffled: Matrix = np.array(
        ladder[[3, 0, 5, 1, 4, 2]][:, [7, 2, 11, 0, 5, 9, 4, 1, 8, 3, 10, 6]], dtype=np.float64
    )
    rows, columns = minimize_crossings(shuffled)
    assert count_crossings(shuffled[np.ix_(rows, columns)]) == 0


@given(rows=strategies.bipartite_matrices())
def test_clustering_keeps_every_row(rows: list[list[int]]) -> None:
    assert sorted(cluster_order(np.array(rows, dtype=float))) == list(range(len(rows)))


def test_equal_rows_stand_together() -> None:
    matrix = np.array([[3, 0, 0], [0, 2, 1], [3, 0, 0], [0, 2, 1], [3, 0, 0]], dtype=float)
    assert cluster_order(matrix) in ([0, 2, 4, 1, 3], [4, 2, 0, 1, 3], [0, 2, 4, 3, 1])


# The network


def test_the_network_holds_every_edge_and_no_other(kg: KnowledgeGraph, everything: Diagram) -> None:
    expected = {
        f"network-edge-{one.primary}--{one.site}"
        for one in kg.evidence.pairs()
        if one.edge and kg.catalog.primaries[one.primary].kind != "grouping"
    }
    assert set(lines(everything, "edges")) == expected


def test_width_and_pattern_tell_the_classes_apart(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(sources=PAGE)
    edges = lines(diagram, "edges")
    wide = edges["network-edge-lung--bone"]
    dashed = edges["network-edge-prostate--liver"]
    thin = edges["network-edge-colorectal--brain"]
    assert wide.get_linewidth() > 2 * thin.get_linewidth()
    assert wide.get_linestyle() == thin.get_linestyle() == "solid"
    assert dashed.get_linestyle() != "solid"
    samples = [one for one in diagram.artists["legend samples"] if isinstance(one, PathPatch)]
    assert [one.get_linewidth() for one in samples[:3]] == [
        one.get_linewidth() for one in (wide, thin, dashed)
    ]
    assert words(diagram.artists["legend labels"])[:3] == [
        "commonly spreads to",
        "spreads to, how commonly not established",
        "rarely spreads to",
    ]


def test_neighbors_on_the_page_differ_in_color(everything: Diagram) -> None:
    dots = [one for one in everything.artists["primary dots"] if isinstance(one, PathPatch)]
    colors = [to_hex(dot.get_facecolor()) for dot in dots]
    assert all(one != other for one, other in pairwise(colors))
    own = dict(zip((str(dot.get_gid()).split("-")[-1] for dot in dots), colors, strict=True))
    for gid, edge in lines(everything, "edges").items():
        primary = gid.removeprefix("network-edge-").partition("--")[0]
        assert to_hex(edge.get_edgecolor()) == own[primary]


def test_labels_stand_where_their_lines_end(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(sources=PAGE)
    labels = {one.get_gid(): height_of(one) for one in diagram.artists["site labels"]}
    for gid, edge in lines(diagram, "edges").items():
        site = gid.partition("--")[2]
        end = np.asarray(edge.get_path().vertices)[-1]
        assert end[1] == pytest.approx(labels[f"network-label-site-{site}"], abs=0.06)
    heights = [height_of(one) for one in diagram.artists["site labels"]]
    assert heights == sorted(heights)


def test_labels_begin_with_a_capital(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(primaries=["breast", "merkel cell carcinoma"], sites="bone")
    assert set(words(diagram.artists["primary labels"])) == {
        "Breast cancer",
        "Merkel cell carcinoma",
    }
    assert words(diagram.artists["site labels"]) == ["Bone"]


def test_own_organ_and_neighbor_are_marked(kg: KnowledgeGraph, everything: Diagram) -> None:
    near = {
        f"network-mark-{one.primary}--{one.site}"
        for one in kg.evidence.pairs()
        if one.edge and one.proximity and kg.catalog.primaries[one.primary].kind != "grouping"
    }
    assert near
    assert {one.get_gid() for one in everything.artists["proximity marks"]} == near
    assert "into a neighboring organ" in words(everything.artists["legend labels"])


def test_conflicting_and_denied_pairs_are_counted_not_drawn() -> None:
    diagram = small(
        said("breast", "bone", "common"),
        said("breast", "liver", "common"),
        said("breast", "liver", "absent", "two"),
        said("lung", "liver", "absent"),
    ).draw.network()
    assert set(lines(diagram, "edges")) == {"network-edge-breast--bone"}
    assert "1 pair on which sources conflict is not drawn." in diagram.caption
    assert "1 pair reported absent is not drawn." in diagram.caption


def test_an_edge_follows_from_the_sources_named() -> None:
    graph = small(said("breast", "bone", "rare"), said("breast", "bone", "common", "two"))
    edges = [
        lines(graph.draw.network(sources=source), "edges")["network-edge-breast--bone"]
        for source in ("one", "two", None)
    ]
    assert edges[0].get_linewidth() < edges[1].get_linewidth() == edges[2].get_linewidth()


def test_one_class_may_be_asked_for(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(edge="rarely", sources=PAGE)
    assert all(line.get_linestyle() != "solid" for line in lines(diagram, "edges").values())
    assert words(diagram.artists["legend labels"])[0] == "rarely spreads to"
    assert "Only edges of the class “rarely” are drawn." in diagram.caption


def test_groupings_are_drawn_when_named(kg: KnowledgeGraph) -> None:
    groups = {key for key, one in kg.catalog.primaries.items() if one.kind == "grouping"}
    named = {one.primary for one in kg.evidence.pairs() if one.edge} & groups
    for key in named:
        assert lines(kg.draw.network(primaries=key), "edges")


@pytest.mark.slow
def test_the_network_has_fewer_crossings_than_the_alphabet(crowd: KnowledgeGraph) -> None:
    diagram = crowd.draw.network()
    rows = [str(one.get_gid()).split("-")[-1] for one in diagram.artists["primary labels"]]
    columns = [str(one.get_gid()).split("-")[-1] for one in diagram.artists["site labels"]]
    pairs = [gid.removeprefix("network-edge-").split("--") for gid in lines(diagram, "edges")]

    def crossings(left: list[str], right: list[str]) -> int:
        matrix = np.zeros((len(left), len(right)))
        for primary, site in pairs:
            matrix[left.index(primary), right.index(site)] = 1
        return count_crossings(matrix)

    assert crossings(rows, columns) < 0.75 * crossings(sorted(rows), sorted(columns))


# The heat map


def test_the_four_states_look_different_in_color_and_pattern() -> None:
    diagram = small(
        said("breast", "bone", "common"),
        said("breast", "liver", "common"),
        said("breast", "liver", "absent", "two"),
        said("lung", "liver", "absent"),
    ).draw.heatmap()
    cells = boxes(diagram)
    assert set(cells) == {"breast--bone", "breast--liver", "lung--liver"}
    assert len({to_hex(cell.get_facecolor()) for cell in cells.values()}) == 3
    assert cells["breast--liver"].get_hatch()
    assert not cells["breast--bone"].get_hatch()
    strokes = [one.get_gid() for one in diagram.artists["strokes"]]
    assert strokes == ["heatmap-stroke-lung--liver"]
    assert words(diagram.artists["legend labels"])[1:] == [
        "reported absent",
        "sources conflict",
        "not studied",
        "rests on words of experts",
    ]


@pytest.mark.slow
def test_cells_print_how_many_sources(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.heatmap(size=(30, 30))
    printed = {
        str(one.get_gid()): one.get_text()
        for one in diagram.artists["cell texts"]
        if isinstance(one, Text)
    }
    for spread in kg.evidence.pairs():
        if kg.catalog.primaries[spread.primary].kind != "grouping":
            gid = f"heatmap-text-{spread.primary}--{spread.site}"
            assert printed[gid] == str(len(spread.sources))


def test_a_darker_cell_is_a_commoner_edge(kg: KnowledgeGraph) -> None:
    cells = boxes(kg.draw.heatmap(sources=PAGE))
    shades = [cells[f"{pair}"] for pair in ("lung--bone", "colorectal--brain", "prostate--liver")]
    light = [float(lab(linear(to_hex(cell.get_facecolor())))[0]) for cell in shades]
    assert light == sorted(light)


def test_percentages_share_one_denominator_and_setting() -> None:
    graph = small(
        counted("bone", 60, "metastatic_patients"),
        counted("liver", 30, "autopsies", setting="at_autopsy"),
    )
    with pytest.raises(ValueError, match="choose one") as error:
        graph.draw.heatmap(value="percent")
    listed = "denominator='autopsies', setting='at_autopsy', occurrence='any' (1 pair)"
    assert listed in str(error.value)
    diagram = graph.draw.heatmap(value="percent", denominator="autopsies")
    assert words(diagram.artists["cell texts"]) == ["15 %", "30/200"]
    assert "out of autopsies" in diagram.caption


def test_one_setting_is_not_mixed_with_another() -> None:
    graph = small(
        counted("bone", 60, "metastatic_patients"),
        counted("liver", 30, "metastatic_patients", setting="at_diagnosis"),
    )
    with pytest.raises(ValueError, match="setting='at_diagnosis'"):
        graph.draw.heatmap(value="percent", denominator="metastatic_patients")


def test_percentages_print_their_counts_or_say_that_there_is_none() -> None:
    diagram = small(
        counted("bone", 60, "metastatic_patients"),
        counted("bone", 10, "metastatic_patients", population="women", source="two"),
        counted("liver", None, "metastatic_patients", percent=Decimal(8)),
        said("lung", "bone", "common"),
        Assertion(
            primary="lung",
            site="liver",
            count=90,
            total=100,
            denominator="metastatic_patients",
            setting="during_course",
            population="men",
            source="one",
            locator="a table",
        ),
    ).draw.heatmap(value="percent")
    assert set(words(diagram.artists["cell texts"])) == {
        "30 %",
        "60/200 +1",
        "8 %*",
        "90 %\u202fa",
        "90/100",
        "\N{EN DASH}",
    }
    assert "*: printed by its source without a count n." in diagram.caption
    assert "never a mean" in diagram.caption
    assert "reported, no such number" in words(diagram.artists["legend labels"])
    assert "Highest: lung cancer to liver 90 % (90/100, a)" in diagram.alt_text
    assert "a: only men." in diagram.caption
    assert "a: only men." in diagram.alt_text


def test_first_and_only_sites_are_not_drawn_as_percentages() -> None:
    graph = small(
        counted("bone", 60, "metastatic_patients", occurrence="first_site"),
        counted("liver", 60, "metastatic_patients"),
    )
    diagram = graph.draw.heatmap(value="percent")
    assert words(diagram.artists["cell texts"]) == ["30 %", "60/200"]
    left_out = "Numbers on the first or the only metastatic site are left out"
    assert f"{left_out} (1 pair has no other)." in diagram.caption
    assert left_out not in graph.draw.heatmap(value="percent", sites="liver").caption
    with pytest.warns(EmptyDiagramWarning):
        empty = graph.draw.heatmap(value="percent", sites="bone")
    assert f"{left_out} (1 pair has no other)." in empty.caption


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        ((97, 2812), "3.4 %"),
        ((7, 2000), "0.35 %"),
        ((1, 800), "0.13 %"),
        ((199, 20000), "1.0 %"),
        ((1990, 20000), "10.0 %"),
        ((249, 2490), "10 %"),
        ((21, 200), "11 %"),
        ((1, 30000), "<0.01 %"),
        ((0, 200), "0 %"),
        ("0.35", "0.35 %"),
        ("0.3", "0.3 %"),
        ("8", "8 %"),
        ("3.45", "3.45 %"),
        ("12.5", "12.5 %"),
        ("70", "70 %"),
    ],
)
def test_percentages_are_rounded_half_up_and_once(
    number: tuple[int, int] | str, printed: str
) -> None:
    if isinstance(number, str):
        one = counted("bone", None, "autopsies", percent=Decimal(number))
    else:
        one = counted("bone", number[0], "autopsies", total=number[1])
    assert percent_label(one) == printed


def test_percentages_name_only_the_sources_that_they_come_from() -> None:
    diagram = small(
        counted("bone", 60, "metastatic_patients", source="one"),
        counted("bone", None, "metastatic_patients", percent=Decimal(8), source="three"),
        said("breast", "liver", "common", "two"),
        said("lung", "bone", "common", "two"),
    ).draw.heatmap(value="percent")
    assert "Source of the numbers: one." in diagram.caption
    assert [one.partition(" ")[0] for one in diagram.credits] == ["one"]


# What is asked for by name


def test_names_without_a_pair_are_rows_and_columns_that_are_not_studied() -> None:
    graph = wide(said("breast", "bone", "common"), said("prostate", "lung", "common"))
    diagram = graph.draw.heatmap(primaries=["lung", "breast"], sites=["liver", "bone"])
    assert words(diagram.artists["primary labels"]) == ["Breast cancer", "Lung cancer"]
    assert words(diagram.artists["site labels"]) == ["Bone", "Liver"]
    assert set(boxes(diagram)) == {"breast--bone"}
    assert "2 cancers to 2 sites" in diagram.title
    assert "4 cells: 1 reported, common; 3 not studied" in diagram.alt_text
    for text in (diagram.caption, diagram.alt_text):
        assert "Not studied here: lung cancer, liver." in text


def test_named_rows_stay_where_there_is_no_such_number() -> None:
    diagram = wide(
        counted("bone", 60, "metastatic_patients"), said("prostate", "bone", "common")
    ).draw.heatmap(value="percent", primaries=["breast", "prostate", "lung"])
    assert set(words(diagram.artists["primary labels"])) == {
        "Breast cancer",
        "Prostate cancer",
        "Lung cancer",
    }
    assert "Not studied here: lung cancer." in diagram.caption


def test_the_network_says_which_names_have_no_line() -> None:
    diagram = wide(
        said("breast", "bone", "common"), said("prostate", "bone", "absent")
    ).draw.network(primaries=["breast", "prostate", "lung"], sites=["bone", "liver", "unspecified"])
    for text in (diagram.caption, diagram.alt_text):
        assert "Not studied here: lung cancer, liver." in text
        assert "Asked for but without anything to draw: prostate cancer." in text
        assert "Left out, because it names no place: unspecified site." in text


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_names_are_not_missed_where_none_were_given(kg: KnowledgeGraph, kind: str) -> None:
    assert "Not studied here" not in find_kind(kind)(kg, sources=PAGE).caption


# Legends, marks and cells


def test_marks_have_the_color_of_their_line_and_stand_on_it(everything: Diagram) -> None:
    edges = lines(everything, "edges")
    for gid, mark in lines(everything, "proximity marks").items():
        edge = edges[gid.replace("-mark-", "-edge-")]
        assert to_hex(mark.get_facecolor()) == to_hex(edge.get_edgecolor())
        assert to_hex(mark.get_edgecolor()) == Style().paper.lower()
        assert np.linalg.norm(points_of(edge) - center_of(mark), axis=1).min() < 0.05


def test_a_mark_keeps_clear_of_a_crossing() -> None:
    diagram = wide(
        said("lung", "lung", "common"),
        said("lung", "liver", "common"),
        said("breast", "lung", "common"),
        said("breast", "liver", "common"),
    ).draw.network()
    (mark,) = lines(diagram, "proximity marks").values()
    for gid, edge in lines(diagram, "edges").items():
        if gid != "network-edge-lung--lung":
            assert np.linalg.norm(points_of(edge) - center_of(mark), axis=1).min() > 0.1


def test_legends_show_only_what_is_there() -> None:
    graph = small(said("breast", "bone", "common"))
    for kind, state in (("network", "commonly spreads to"), ("heatmap", "reported")):
        labels = words(find_kind(kind)(graph).artists["legend labels"])
        assert labels == [state, "rests on words of experts"]
    percents = small(counted("bone", 60, "metastatic_patients"), said("lung", "liver", "rare"))
    labels = words(percents.draw.heatmap(value="percent").artists["legend labels"])
    assert labels == ["share in %"]
    named = percents.draw.heatmap(value="percent", primaries=["breast", "lung"])
    assert words(named.artists["legend labels"]) == ["share in %", "not studied"]
    assert "25 to 50 %; 50 % or more; not studied" in named.legend_text


def test_cells_that_are_not_studied_have_a_dot_each() -> None:
    diagram = small(
        said("breast", "bone", "common"), said("lung", "liver", "common")
    ).draw.heatmap()
    (dots,) = lines(diagram, "unstudied dots").values()
    assert len(dots.get_path().to_polygons()) == 2
    luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(Style().unstudied_dot))
    assert 1.05 / (luminance + 0.05) > 2
    full = small(said("breast", "bone", "common")).draw.heatmap()
    assert full.artists["unstudied dots"] == ()


def test_lines_of_the_grid_make_no_groups(kg: KnowledgeGraph) -> None:
    assert len({line.get_linewidth() for line in lines(kg.draw.heatmap(), "grid").values()}) == 1


def test_a_small_map_stands_in_the_middle() -> None:
    diagram = small(said("breast", "bone", "common")).draw.heatmap()
    diagram.figure.canvas.draw()
    cell = boxes(diagram)["breast--bone"].get_window_extent()
    label = diagram.artists["primary labels"][0].get_window_extent()
    width = diagram.figure.bbox.width
    assert label.x0 == pytest.approx(width - cell.x1, abs=0.1 * width)
    assert diagram.figure.get_figwidth() < 6


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_one_primary_is_told_by_class(kind: str) -> None:
    graph = small(said("breast", "bone", "common"), said("breast", "liver", "rare"))
    text = find_kind(kind)(graph).alt_text
    assert "most primaries" not in text
    assert "Commonly: bone. Rarely: liver." in text
    one_site = find_kind(kind)(
        small(said("breast", "bone", "common"), said("lung", "bone", "common"))
    )
    assert "Commonly: breast cancer, lung cancer." in one_site.alt_text


# All diagrams


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_no_two_labels_overlap_on_the_page(kg: KnowledgeGraph, kind: str) -> None:
    is_readable(find_kind(kind)(kg, sources=PAGE))


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_no_two_labels_overlap_in_the_shipped_graph(kg: KnowledgeGraph, kind: str) -> None:
    is_readable(find_kind(kind)(kg, **LARGE.get(kind, {})))


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_no_two_labels_overlap_at_72_primaries(crowd: KnowledgeGraph, kind: str) -> None:
    diagram = find_kind(kind)(crowd, **LARGER.get(kind, {}))
    assert len(diagram.artists["primary labels"]) >= (1 if kind == "forest" else 72)
    is_readable(diagram)


@pytest.mark.slow
def test_no_two_labels_overlap_among_percentages(kg: KnowledgeGraph) -> None:
    is_readable(
        kg.draw.heatmap(
            value="percent", denominator="distant_stage_at_diagnosis", setting="at_diagnosis"
        )
    )


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_a_long_title_is_wrapped(kg: KnowledgeGraph, kind: str) -> None:
    title = "A title as long as a sentence " * 6
    diagram = find_kind(kind)(kg, primaries="breast", sites=["bone", "liver"], title=title)
    assert len(diagram.artists["title"]) > 1
    is_readable(diagram)


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_alt_text_names_the_best_supported_pair(kg: KnowledgeGraph, kind: str) -> None:
    top = max(len(one.sources) for one in kg.evidence.pairs(primaries={"prostate"}))
    diagram = find_kind(kind)(kg, primaries="prostate")
    assert f"Best supported: prostate cancer to bone ({top} sources)" in diagram.alt_text


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_captions_say_source_denominator_release_and_use(kg: KnowledgeGraph, kind: str) -> None:
    diagram = find_kind(kind)(kg, sources=PAGE)
    for part in (f"Source: {PAGE}.", "denominators are not pooled", DATA_RELEASE, "Not for clin"):
        assert part in diagram.caption
    shown = " ".join(words(diagram.artists["caption"])).replace("\N{NO-BREAK SPACE}", " ")
    assert len(words(diagram.artists["caption"])) <= 2
    cited = cite(kg.catalog, [PAGE])[PAGE]
    for part in (f"Source: {cited}.", DATA_RELEASE, "Not for clinical use"):
        assert part in shown


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_every_artist_has_an_id_of_its_own(kg: KnowledgeGraph, kind: str) -> None:
    diagram = find_kind(kind)(kg, **LARGE.get(kind, {}))
    ids = [one.get_gid() for found in diagram.artists.values() for one in found]
    assert all(ids)
    assert len(set(ids)) == len(ids)
    root = ET.fromstring(written(diagram, "svg"))  # noqa: S314
    assert set(ids) <= {element.get("id") for element in root.iter()}


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_svg_text_stays_text(kg: KnowledgeGraph, kind: str) -> None:
    diagram = find_kind(kind)(kg, primaries="breast", sites=["bone", "liver"])
    root = ET.fromstring(written(diagram, "svg"))  # noqa: S314
    found = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("reast cancer" in one for one in found)
    assert root.get("role") == "graphics-document document"
    assert diagram.alt_text in str(root.get("aria-label"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_files_say_what_they_are(kg: KnowledgeGraph, kind: str, tmp_path: Path) -> None:
    diagram = find_kind(kind)(kg, primaries=["prostate", "breast"], sources=PAGE)
    call = f"kg.draw.{kind}(primaries=['prostate', 'breast'], sources=['{PAGE}'])"
    assert diagram.call == call
    diagram.save(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        said_in_png = dict(image.info)
    assert said_in_png["Title"] == diagram.title
    assert said_in_png["Description"] == diagram.alt_text
    assert said_in_png["Call"] == call
    assert said_in_png["Data release"] == DATA_RELEASE
    assert said_in_png["Disclaimer"].startswith("Not for clinical use")
    assert said_in_png["Source"].startswith(f"{PAGE} (")
    svg = written(diagram, "svg").decode()
    for part in (diagram.title, call, DATA_RELEASE, "Not for clinical use", f"{PAGE} ("):
        assert part in svg.partition("<defs>")[0].replace("&apos;", "'")
    assert "<dc:date>" not in svg
    assert written(diagram, "pdf").startswith(b"%PDF")


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_the_same_bytes_twice(
    pages: dict[str, dict[str, bytes]], kg: KnowledgeGraph, kind: str
) -> None:
    again = find_kind(kind)(kg, sources=PAGE)
    for format_ in (*FORMATS, *FORMATS):
        assert written(again, format_) == pages[kind][format_], format_


@pytest.mark.slow
def test_the_same_bytes_for_every_hash_seed() -> None:
    script = (
        "import hashlib, io, sys, metastasis as mets\n"
        "from metastasis.pictures import KINDS\n"
        "from metastasis.pictures._files.save import render\n"
        "kg = mets.load()\n"
        f"for kind in {EVIDENCE_KINDS!r}:\n"
        "    for format in ('png', 'svg', 'pdf'):\n"
        "        file = io.BytesIO()\n"
        "        sites = ['bone', 'liver', 'lung']\n"
        "        drawn = KINDS[kind](kg, primaries=['breast', 'lung', 'ovary'], sites=sites)\n"
        "        render(drawn, file, format)\n"
        "        print(kind, format, hashlib.sha256(file.getvalue()).hexdigest())\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert len(answers[0].splitlines()) == 3 * len(EVIDENCE_KINDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_nothing_global_is_changed_or_asked(
    pages: dict[str, dict[str, bytes]], kg: KnowledgeGraph, kind: str
) -> None:
    others = {
        "axes.grid": True,
        "axes.facecolor": "black",
        "figure.dpi": 37,
        "figure.facecolor": "red",
        "figure.autolayout": True,
        "font.family": "serif",
        "font.stretch": "condensed",
        "hatch.color": "red",
        "hatch.linewidth": 5.0,
        "path.sketch": (1, 1, 1),
        "savefig.bbox": "tight",
        "savefig.dpi": 33,
        "savefig.transparent": True,
        "svg.fonttype": "path",
        "text.color": "red",
    }
    with mpl.rc_context(others):  # type: ignore[arg-type]
        before = dict(mpl.rcParams)
        diagram = find_kind(kind)(kg, sources=PAGE)
        found = {format_: written(diagram, format_) for format_ in FORMATS}
        assert dict(mpl.rcParams) == before
    assert {name for name in FORMATS if found[name] != pages[kind][name]} == set()


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_nothing_to_draw_is_said_in_the_figure_and_to_the_caller(
    kg: KnowledgeGraph, kind: str
) -> None:
    with pytest.warns(EmptyDiagramWarning, match="to draw") as caught:
        diagram = getattr(kg.draw, kind)(primaries="uveal melanoma", sites="ureter")
    assert caught[0].filename == __file__
    assert words(diagram.artists["nothing"])[0].startswith("Nothing to draw")
    assert "empty" in diagram.alt_text
    is_readable(diagram)


def test_no_percentage_is_nothing_to_draw() -> None:
    with pytest.warns(EmptyDiagramWarning):
        small(said("breast", "bone", "common")).draw.heatmap(value="percent")


@pytest.mark.parametrize("kind", EVIDENCE_KINDS)
def test_every_kind_is_a_method(kg: KnowledgeGraph, kind: str) -> None:
    diagram = getattr(Draw(kg.evidence), kind)(primaries="breast")
    assert diagram.kind == kind
    assert "not for clinical use" in repr(diagram)


def test_a_notebook_gets_the_picture_and_the_words(kg: KnowledgeGraph) -> None:
    diagram = kg.draw.network(primaries="breast")
    picture, more = diagram._repr_png_()
    assert picture == written(diagram, "png", 144)
    assert more == {"alt": diagram.alt_text}


def test_pixels_are_those_an_inch(kg: KnowledgeGraph, tmp_path: Path) -> None:
    diagram = kg.draw.network(primaries="breast")
    save(diagram, tmp_path / "a.png", dpi=100)
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == tuple((100 * diagram.figure.get_size_inches()).astype(int))


@pytest.mark.slow
def test_the_ending_or_the_format_tells_how_to_write(kg: KnowledgeGraph, tmp_path: Path) -> None:
    diagram = kg.draw.network(primaries="breast")
    save(diagram, tmp_path / "new" / "a.SVG")
    assert (tmp_path / "new" / "a.SVG").read_bytes() == written(diagram, "svg")
    save(diagram, str(tmp_path / "picture"), "pdf")
    assert (tmp_path / "picture").read_bytes() == written(diagram, "pdf")


# Bad input


def test_unknown_names_are_told_with_what_there_is(kg: KnowledgeGraph, tmp_path: Path) -> None:
    diagram = kg.draw.network(primaries="breast")
    with pytest.raises(UnknownNameError, match="'pdf', 'eps', 'tiff' or 'html'"):
        save(diagram, tmp_path / "a.bmp")
    with pytest.raises(UnknownNameError, match="'network', 'heatmap'"):
        find_kind("pie")
    with pytest.raises(UnknownNameError, match="commonly"):
        kg.draw.network(edge="often")
    with pytest.raises(UnknownNameError, match="liver"):
        kg.draw.network(sites=["livr"])
    with pytest.raises(UnknownNameError, match=PAGE):
        kg.draw.heatmap(sources="cancer-spredding")
    with pytest.raises(UnknownNameError, match="autopsies"):
        kg.draw.heatmap(value="percent", denominator="autopsy")
    with pytest.raises(UnknownNameError, match="'sources', 'percent' or 'ratio'"):
        kg.draw.heatmap(value="share")
    with pytest.raises(UnknownNameError, match="label_size"), styled(lable_size=3):
        pass
    with pytest.raises((UnknownNameError, AmbiguousNameError)):
        kg.draw.network(primaries="no such cancer")
    assert list(tmp_path.iterdir()) == []


def test_impossible_requests_say_what_to_do(kg: KnowledgeGraph, tmp_path: Path) -> None:
    diagram = kg.draw.network(primaries="breast")
    for dpi in (0, -1, 2401):
        with pytest.raises(ValueError, match=f"positive number of pixels .* 2,400, not {dpi}"):
            save(diagram, tmp_path / "a.png", dpi=dpi)
    with pytest.raises(ValueError, match="add value='percent'"):
        kg.draw.heatmap(denominator="autopsies")
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_path_is_one_sentence(kg: KnowledgeGraph, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("kept")
    with pytest.raises(WriteError, match="cannot write"):
        save(kg.draw.network(primaries="breast"), blocked / "a.png")
    assert blocked.read_text() == "kept"


# Style


def test_a_style_holds_inside_its_block_only(kg: KnowledgeGraph) -> None:
    with styled(label_size=12.0, margin=0.5) as style:
        assert style == current_style()
        diagram = kg.draw.network(sources=PAGE)
    sizes = {one.get_fontsize() for one in diagram.artists["site labels"] if isinstance(one, Text)}
    assert sizes == {12.0}
    assert current_style() == Style()


@pytest.mark.parametrize("vision", DICHROMACIES)
def test_the_colors_of_primaries_are_told_apart(vision: str) -> None:
    seen = [lab(DICHROMACIES[vision] @ linear(color)) for color in Style().primaries]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 20


@pytest.mark.parametrize("color", Style().primaries)
def test_the_colors_of_primaries_stand_out_from_paper(color: str) -> None:
    luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(color))
    assert 1.05 / (luminance + 0.05) >= 3


@pytest.mark.parametrize("shades", [Style().edge_shades[::-1], Style().percent_shades])
def test_shades_are_ordered_in_greyscale(shades: tuple[str, ...]) -> None:
    lightness = [float(lab(linear(color))[0]) for color in shades]
    assert all(a - b >= 9 for a, b in pairwise(lightness))


@pytest.mark.slow
def test_five_thousand_edges_are_laid_out() -> None:
    matrix = np.zeros((400, 400))
    places = np.random.default_rng(1).choice(matrix.size, 5000, replace=False)
    matrix.flat[places] = 1
    rows, columns = minimize_crossings(matrix)
    assert count_crossings(matrix[np.ix_(rows, columns)]) < 0.8 * count_crossings(matrix)


def test_warnings_have_classes_of_their_own() -> None:
    assert issubclass(EmptyDiagramWarning, UserWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyDiagramWarning)
        diagram = small(said("breast", "bone", "absent")).draw.network()
    assert "1 pair reported absent is not drawn." in diagram.caption
