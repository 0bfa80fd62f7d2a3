"""The heat map's trees, its numbers, and what it says of what is not in it."""

from __future__ import annotations

import io
import random
import time
from decimal import Decimal
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

import metastasis as mets
import strategies
from drawings import (
    DICHROMACIES,
    counted,
    faults,
    height_of,
    is_readable,
    lab,
    linear,
    said,
    small,
    wide,
    words,
    written,
)
from invented import autopsies
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.frame import Frame
from metastasis._evidence.number import choose_frame, number_for
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import SIZES, Style
from metastasis.pictures._heatmap.cells import CELL_STATES
from metastasis.pictures._heatmap.looks import plain_look
from metastasis.pictures._said.regions import SYSTEMS, system_of_primary, system_of_site
from metastasis.pictures._sheet.order import cluster_order, cluster_tree

if TYPE_CHECKING:
    from metastasis.pictures import Diagram
    from metastasis.pictures._sheet.order import Matrix

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


# What is chosen, and in which order


def labels_of(diagram: Diagram, side: str) -> list[str]:
    """Return the keys of rows or columns in the order drawn."""
    start = f"heatmap-label-{side}-"
    gids = [str(one.get_gid()) for one in diagram.artists[f"{side} labels"]]
    return [gid.removeprefix(start) for gid in gids if not gid[-2:].strip("-").isdigit()]


@pytest.fixture(scope="module")
def table() -> KnowledgeGraph:
    return autopsies()


@pytest.fixture(scope="module")
def large() -> KnowledgeGraph:
    return autopsies(50, 21)


def shares(graph: KnowledgeGraph) -> dict[tuple[str, str], float]:
    return {
        (one.primary, one.site): 100 * (one.count or 0) / (one.total or 1)
        for one in graph.evidence.assertions
    }


def test_rows_stand_in_the_order_asked_for(table: KnowledgeGraph) -> None:
    def drawn(**options: Any) -> tuple[list[str], list[str]]:
        diagram = table.draw.heatmap(value="percent", size=(20, 12), **options)
        return labels_of(diagram, "primary"), labels_of(diagram, "site")

    catalog, share = table.catalog, shares(table)
    rows, columns = drawn(order="name")
    assert rows == sorted(rows, key=lambda key: catalog.primaries[key].label.casefold())
    assert columns == sorted(columns, key=lambda key: catalog.sites[key].label.casefold())
    rows, _ = drawn(order="share")
    sums = [sum(value for (one, _), value in share.items() if one == row) for row in rows]
    assert sums == sorted(sums, reverse=True)
    rows, columns = drawn(order="system")
    systems = [SYSTEMS.index(system_of_primary(catalog, key)) for key in rows]
    assert systems == sorted(systems)
    systems = [SYSTEMS.index(system_of_site(catalog, key)) for key in columns]
    assert systems == sorted(systems)
    named = ["lung", "breast", "kidney"], ["liver", "bone", "brain"]
    assert drawn(order="given", primaries=named[0], sites=named[1]) == named


def test_groups_of_a_system_have_their_names(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", size=(20, 16), order="system")
    named = set(words(diagram.artists["group names"]))
    assert {system_of_primary(table.catalog, key) for key in labels_of(diagram, "primary")} <= named
    assert "grouped by the organ system" in diagram.caption
    assert faults(diagram) == []


def test_the_order_of_the_table_changes_nothing(table: KnowledgeGraph) -> None:
    rows = list(table.evidence.assertions)
    random.Random(3).shuffle(rows)  # noqa: S311
    shuffled = KnowledgeGraph.from_assertions(rows, table.catalog)
    for order in ("clusters", "system", "share", "name"):
        one, other = (
            graph.draw.heatmap(value="percent", order=order, size=(20, 16))
            for graph in (table, shuffled)
        )
        assert labels_of(one, "primary") == labels_of(other, "primary")
        assert labels_of(one, "site") == labels_of(other, "site")


def test_top_keeps_the_highest_sums_and_says_how_many_are_left_out(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", top=5, size="page")
    share = shares(table)
    sums = {
        row: sum(value for (one, _), value in share.items() if one == row)
        for row in {row for row, _ in share}
    }
    assert set(labels_of(diagram, "primary")) == set(sorted(sums, key=sums.get, reverse=True)[:5])  # type: ignore[arg-type]
    assert len(labels_of(diagram, "site")) == 5
    assert "5 at most of each: 11 cancers and 15 sites are left out." in diagram.caption
    assert "at most of each" not in table.draw.heatmap(value="percent", size="page").caption


def test_least_leaves_out_rows_and_columns_all_of_whose_shares_are_smaller() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("liver", 4, METASTATIC),
        counted("bone", 3, METASTATIC, source="two"),
    )
    diagram = graph.draw.heatmap(value="percent", least=10)
    assert labels_of(diagram, "site") == ["bone"]
    assert "Left out, because all their shares are under 10 %: 1 site." in diagram.caption
    assert "Left out" not in graph.draw.heatmap(value="percent").caption
    with pytest.raises(ValueError, match="add value='percent'"):
        graph.draw.heatmap(least=10)


def test_what_is_not_brought_out_is_faded(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", highlight="breast", size="page")
    faded = {str(one.get_gid()) for one in diagram.artists["cells"] if "faded" in one.get_gid()}  # type: ignore[operator]
    assert len(faded) == 15 * 20
    assert not any("breast--" in gid for gid in faded)
    assert "are faded" in diagram.caption
    assert faults(diagram) == []


# How much is drawn


def test_cells_print_what_is_asked_for(table: KnowledgeGraph) -> None:
    def printed(annotate: str | None) -> list[str]:
        options: dict[str, Any] = {"value": "percent", "size": (22, 14), "margins": False}
        return words(table.draw.heatmap(annotate=annotate, **options).artists["cell texts"])

    assert all(text.endswith(" %") for text in printed("percent"))
    assert all("/" in text for text in printed("n/N"))
    assert printed(None) == printed("none") == []
    both = printed("fit")
    assert len(both) == 2 * 16 * 20
    with pytest.raises(ValueError, match="takes value='percent'"):
        table.draw.heatmap(annotate="n/N")
    with pytest.raises(ValueError, match="takes the order of clusters"):
        table.draw.heatmap(tree=True, order="name")


def test_none_seen_is_a_number_and_not_unstudied(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", size="page")
    texts = {str(one.get_gid()): one.get_text() for one in diagram.artists["cell texts"]}  # type: ignore[attr-defined]
    none = [key for key, value in shares(table).items() if value == 0]
    assert none
    for primary, site in none:
        assert texts[f"heatmap-text-{primary}--{site}"].startswith("0")
    assert diagram.artists["unstudied dots"] == ()
    assert "not studied" not in diagram.legend_text
    assert "looked for, none seen" in diagram.legend_text


def test_bars_at_the_margins_tell_n_and_how_many_cancers(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", size="page", margins=True)
    texts = {str(one.get_gid()): one.get_text() for one in diagram.artists["bar texts"]}  # type: ignore[attr-defined]
    totals = {one.primary: one.total for one in table.evidence.assertions}
    for primary, total in totals.items():
        assert texts[f"heatmap-total-primary-{primary}"] == f"{total:,}"
    share = shares(table)
    for site in labels_of(diagram, "site"):
        seen = sum(value > 0 for (_, one), value in share.items() if one == site)
        assert texts[f"heatmap-total-site-{site}"] == str(seen)
    bare = table.draw.heatmap(value="percent", size="page", margins=False)
    assert bare.artists["row bars"] == bare.artists["column bars"] == ()
    assert "Bars" in diagram.caption
    assert "Bars" not in bare.caption


def test_rows_alike_in_n_have_no_bars() -> None:
    graph = wide(
        *(
            Assertion(
                primary=primary,
                site=site,
                count=5,
                total=50,
                denominator=METASTATIC,
                setting="during_course",
                source="one",
                locator="a table",
            )
            for primary in ("breast", "lung")
            for site in ("bone", "liver")
        )
    )
    diagram = graph.draw.heatmap(value="percent")
    assert diagram.artists["row bars"] == ()
    assert "N is 50 in every row that has one." in diagram.caption


def test_the_legend_has_all_steps_of_the_scale() -> None:
    diagram = small(counted("bone", 60, METASTATIC)).draw.heatmap(value="percent")
    assert diagram.legend_text.startswith("under 5 %; 5 to 10 %; 10 to 25 %; 25 to 50 %; 50 %")


def test_what_there_was_no_room_for_is_told(table: KnowledgeGraph) -> None:
    assert "Left out for want of room" not in (
        table.draw.heatmap(value="percent", size=(24, 16)).caption
    )
    column = table.draw.heatmap(value="percent", size="column")
    assert "Left out for want of room: " in column.caption


def test_own_organs_and_their_neighbors_are_marked(table: KnowledgeGraph) -> None:
    diagram = table.draw.heatmap(value="percent", size="page")
    found = {
        proximity: {
            f"{pair.primary}--{pair.site}"
            for pair in table.evidence.pairs()
            if pair.proximity == proximity
        }
        for proximity in ("own_organ", "neighbor")
    }
    own = {str(one.get_gid()) for one in diagram.artists["own organ marks"]}
    beside = {str(one.get_gid()) for one in diagram.artists["neighbor marks"]}
    assert own == {f"heatmap-own-{key}" for key in found["own_organ"]} != set()
    assert beside == {f"heatmap-neighbor-{key}" for key in found["neighbor"]} != set()
    plain = table.draw.heatmap("breast", "bone", value="percent")
    assert "own organ" not in plain.legend_text
    assert "organ of origin" not in plain.caption


def test_a_site_that_the_sex_lacks_has_a_cross() -> None:
    diagram = mets.load().draw.heatmap(["prostate", "breast"], ["ovary", "bone"])
    assert len(diagram.artists["inapplicable crosses"]) == 1
    assert "the other sex has this organ" in diagram.legend_text


# A table of 50 by 21


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_fifty_cancers_and_21_sites_are_read_on_one_page(large: KnowledgeGraph, theme: str) -> None:
    diagram = large.draw.heatmap(value="percent", size="page", theme=theme)
    assert faults(diagram) == []
    wide_, high = diagram.figure.get_size_inches() * 25.4
    assert wide_ == pytest.approx(183)
    assert high <= 170 + 1e-6
    assert len(labels_of(diagram, "primary")) == 50
    assert len(diagram.artists["cell texts"]) == 50 * 21


@pytest.mark.slow
@pytest.mark.parametrize("value", ["percent", "ratio", "sources"])
@pytest.mark.parametrize("size", SIZES)
def test_a_large_table_fits_or_what_would_fit_does(
    large: KnowledgeGraph, size: str, value: str
) -> None:
    try:
        assert faults(large.draw.heatmap(value=value, size=size)) == []
    except mets.FitError as error:
        tops = [one for one in error.remedies if one.startswith("top=")]
        assert tops
        top = int(tops[0].removeprefix("top="))
        assert top >= 8
        assert faults(large.draw.heatmap(value=value, size=size, top=top)) == []


@pytest.mark.slow
def test_a_large_table_takes_no_more_than_twice_as_many_plain_artists(
    large: KnowledgeGraph,
) -> None:
    def seconds(draw: Any) -> float:
        start = time.process_time()
        draw()
        return time.process_time() - start

    def ours() -> None:
        written(large.draw.heatmap(value="percent", size="page"), "png", 300)

    drawn = large.draw.heatmap(value="percent", size="page")
    artists = [one for role in drawn.artists.values() for one in role]
    texts = sum(isinstance(one, Text) for one in artists)

    def plain() -> None:
        figure = Figure(figsize=(7.2, 6.7))
        axes = figure.add_axes((0, 0, 1, 1))
        for at in range(len(artists) - texts):
            axes.add_artist(Rectangle((at % 50 / 50, at // 50 / 50), 0.01, 0.01))
        for at in range(texts):
            axes.text(at % 50 / 50, at // 50 / 50, "12", fontsize=5)
        figure.savefig(io.BytesIO(), format="png", dpi=300)

    assert min(seconds(ours) for _ in range(2)) <= 2 * max(seconds(plain) for _ in range(2))
