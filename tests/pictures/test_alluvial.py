"""The alluvial diagram: heights count what they say, flows add up, no route is invented."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import PathPatch, Rectangle

import metastasis as mets
import strategies
from drawings import counted, is_readable, said, small, words
from metastasis._catalog import read_catalog
from metastasis._errors import UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.frame import Frame
from metastasis.pictures import EmptyDiagramWarning, Style, draw_alluvial
from metastasis.pictures._alluvial.layout import lay_out_alluvial
from metastasis.pictures._alluvial.streams import (
    MIDDLES,
    VALUES,
    flows_of,
    in_order,
)
from metastasis.pictures._said.regions import region_of

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures._alluvial.streams import Flow

FRAME = Frame("metastatic_patients", "during_course")


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def flows(graph: KnowledgeGraph, through: str = "route", value: str = "statements") -> list[Flow]:
    spreads = [one for one in graph.evidence.pairs() if one.edge]
    return flows_of(spreads, graph.catalog, through=through, value=value, frame=FRAME)


def routed(site: str, route: str | None, source: str = "one") -> Assertion:
    return Assertion(
        primary="breast",
        site=site,
        frequency="common",
        route=route,
        source=source,
        locator=f"{route} {source}",
    )


@pytest.mark.slow
@given(rows=strategies.dense_tables(), through=st.sampled_from(MIDDLES))
def test_statements_in_favor_are_counted_once_each(rows: list[Assertion], through: str) -> None:
    graph = small(*rows)
    expected = Counter(
        (spread.primary, spread.site)
        for spread in graph.evidence.pairs()
        if spread.edge
        for one in spread.assertions
        if one.finding == "present"
    )
    found: Counter[tuple[str, str]] = Counter()
    for flow in flows(graph, through):
        found[flow.primary, flow.site] += flow.weight
    assert found == expected


@pytest.mark.slow
@given(rows=strategies.dense_tables(), through=st.sampled_from(MIDDLES))
def test_each_pair_counts_once(rows: list[Assertion], through: str) -> None:
    graph = small(*rows)
    pairs = [(flow.primary, flow.site) for flow in flows(graph, through, "pairs")]
    assert len(pairs) == len(set(pairs))
    assert all(flow.weight == 1 for flow in flows(graph, through, "pairs"))


@pytest.mark.parametrize("through", MIDDLES)
@pytest.mark.parametrize("value", VALUES)
def test_flows_fill_their_blocks(kg: KnowledgeGraph, through: str, value: str) -> None:
    found = flows(kg, through, value)
    laid = lay_out_alluvial(found, through, Style(), adds_up=value != "patients")
    assert laid is not None
    for at, end in ((0, 0), (1, 1), (1, 2), (2, 3)):
        for block in laid.columns[at]:
            mine = sorted(
                (laid.bands[flow.primary, flow.middle, flow.site][end], flow.weight)
                for flow in found
                if (flow.primary, flow.middle, flow.site)[at] == block.key
            )
            assert block.weight == sum(weight for _, weight in mine)
            assert block.high - block.low == pytest.approx(block.weight * laid.unit)
            height = block.low
            for top, weight in mine:
                assert top == pytest.approx(height)
                height += weight * laid.unit


def test_blocks_of_a_column_stand_apart(kg: KnowledgeGraph) -> None:
    laid = lay_out_alluvial(flows(kg, "region"), "region", Style(), adds_up=True)
    assert laid is not None
    for column in laid.columns:
        assert all(a.high < b.low for a, b in itertools.pairwise(column))
        assert column[0].low >= -1e-9
        assert column[-1].high <= laid.height + 1e-9


def test_a_route_that_is_not_stated_is_shown_as_such() -> None:
    graph = small(routed("bone", None), routed("bone", "hematogenous"), routed("liver", None))
    diagram = draw_alluvial(graph, through="route", value="statements")
    assert words(diagram.artists["middle labels"]) == ["Hematogenous: 1", "Route not stated: 2"]
    boxes = {
        str(one.get_gid()): one
        for one in diagram.artists["middle blocks"]
        if isinstance(one, Rectangle)
    }
    assert boxes["alluvial-block-middle-not_stated"].get_linestyle() != "solid"
    assert boxes["alluvial-block-middle-hematogenous"].get_linestyle() in ("solid", "-")
    assert "The route is not stated for 2 of 3." in diagram.alt_text


def test_a_pair_with_several_routes_says_so() -> None:
    graph = small(routed("bone", "lymphatic"), routed("bone", "hematogenous"))
    diagram = draw_alluvial(graph, through="route", value="pairs")
    assert words(diagram.artists["middle labels"]) == ["Several routes: 1"]


def test_patients_are_those_of_one_scale() -> None:
    graph = small(
        counted("bone", 60, "metastatic_patients"),
        counted("liver", 20, "metastatic_patients"),
        counted("liver", 7, "all_patients"),
    )
    diagram = draw_alluvial(graph, value="patients", denominator="metastatic_patients")
    assert sorted(words(diagram.artists["numbers"])) == ["20", "60"]
    assert "a patient with two sites counts in both" in diagram.caption
    assert not any(text.endswith("80") for text in words(diagram.artists["middle labels"]))
    with pytest.raises(ValueError, match="choose one"):
        draw_alluvial(
            small(
                counted("bone", 6, "autopsies"),
                counted("bone", 5, "autopsies", setting="at_autopsy"),
            ),
            value="patients",
            denominator="autopsies",
        )


def test_patients_of_several_series_have_no_sum() -> None:
    diagram = draw_alluvial(
        small(
            counted("bone", 60, "metastatic_patients"),
            counted("liver", 20, "metastatic_patients"),
            replace(counted("liver", 30, "metastatic_patients"), primary="lung"),
        ),
        value="patients",
    )
    assert words(diagram.artists["numbers"]) == ["60"]
    assert "A site that several series reach has no number" in diagram.caption
    assert "heights follow the size of each series" in diagram.caption
    is_readable(diagram)


def test_patients_of_a_part_of_the_population_are_marked() -> None:
    part = counted("liver", 20, "metastatic_patients", population="favorable histology")
    diagram = draw_alluvial(
        small(counted("bone", 60, "metastatic_patients"), part), value="patients"
    )
    assert sorted(words(diagram.artists["numbers"])) == ["20\u202fa", "60"]
    assert words(diagram.artists["primary labels"]) == ["Breast cancer"]
    said = "a: only favorable histology. Numbers with a: breast cancer to liver."
    assert said in diagram.caption
    assert "breast cancer to liver [a] (20)" in diagram.alt_text
    is_readable(diagram)


def test_no_count_of_patients_is_nothing_to_draw() -> None:
    with pytest.warns(EmptyDiagramWarning, match="no count of patients"):
        diagram = draw_alluvial(small(said("breast", "bone", "common")), value="patients")
    assert "empty" in diagram.alt_text


def test_a_height_is_proportional_to_its_number() -> None:
    graph = small(
        *(routed("bone", None, source) for source in ("one", "two", "three")),
        routed("liver", None),
    )
    heights = {}
    for one in draw_alluvial(graph, value="statements").artists["flows"]:
        assert isinstance(one, PathPatch)
        points = np.asarray(one.get_path().vertices, dtype=float)
        heights[str(one.get_gid()).rpartition("--")[2]] = points[4, 1] - points[3, 1]
    assert heights["bone"] == pytest.approx(3 * heights["liver"])


def test_every_site_has_a_region() -> None:
    catalog = read_catalog()
    regions = {
        key: region_of(catalog, key)
        for key, one in catalog.sites.items()
        if one.is_anatomical and one.kind != "system"
    }
    # Vessels that run through several regions, or of which nobody says which they are.
    elsewhere = [key for key, region in regions.items() if region == "Elsewhere"]
    assert elsewhere == ["aorta", "artery", "vein"]
    assert regions["lymph_node_mediastinal"] == "Lymph nodes"
    assert regions["skin_chest_wall"] == "Skin and soft tissue"
    assert regions["heart"] == "Thorax"
    assert in_order(["Lymph nodes", "Thorax", "Nervous system"], "region")[0] == "Nervous system"


@pytest.mark.slow
@pytest.mark.parametrize("through", MIDDLES)
@pytest.mark.parametrize("value", VALUES)
def test_labels_do_not_overlap(kg: KnowledgeGraph, through: str, value: str) -> None:
    is_readable(draw_alluvial(kg, through=through, value=value))


def test_bad_requests_are_told(kg: KnowledgeGraph) -> None:
    with pytest.raises(UnknownNameError, match="'region' or 'route'"):
        draw_alluvial(kg, through="vein")
    with pytest.raises(UnknownNameError, match="statements"):
        draw_alluvial(kg, value="percent")
    with pytest.raises(ValueError, match="add value='patients'"):
        draw_alluvial(kg, value="pairs", denominator="autopsies")
    with pytest.raises(ValueError, match="least is a share, and pairs have none"):
        draw_alluvial(kg, least=10)
