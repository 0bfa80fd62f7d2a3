"""Tables at the ends of what there is: nothing seen, all seen, one number, very many people."""

from __future__ import annotations

import warnings
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from drawings import faults, said, small, wide, words
from metastasis._evidence.assertion import Assertion
from metastasis.pictures import EmptyDiagramWarning, find_kind

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram


def autopsies(site: str, primary: str = "breast", **more: Any) -> Assertion:
    given = {"denominator": "autopsies", "setting": "at_autopsy", "locator": "a table"} | more
    return Assertion(primary=primary, site=site, source="one", **given)


def drawn(graph: KnowledgeGraph, kind: str, *data: Any, **options: Any) -> Diagram:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyDiagramWarning)
        return find_kind(kind)(graph, *data, **options)


@pytest.mark.parametrize("kind", ["ring", "network", "alluvial"])
def test_what_was_looked_for_and_not_seen_is_not_called_reported_absent(kind: str) -> None:
    unseen = autopsies("bone", count=0, total=60)
    diagram = drawn(small(unseen, said("lung", "bone", "absent")), kind)
    assert "1 pair looked for and not seen is not drawn." in diagram.caption
    assert "1 pair reported absent is not drawn." in diagram.caption
    assert "reported absent" not in drawn(small(unseen), kind).caption


def test_a_heat_map_without_edges_says_nothing_of_their_classes() -> None:
    caption = drawn(small(autopsies("bone", count=0, total=60)), "heatmap").caption
    assert "how many sources" in caption
    assert "class of the edge" not in caption
    assert "Common by numbers" not in caption


def test_a_heat_map_of_one_row_says_nothing_of_the_order_of_rows() -> None:
    sites = [autopsies(site, count=3, total=60) for site in ("bone", "liver")]
    row = drawn(small(*sites), "heatmap").caption
    assert "Columns are clustered" in row
    assert "Rows" not in row
    column = [autopsies("bone", one, count=3, total=60) for one in ("breast", "lung")]
    for order, first in (("clusters", "Rows are clustered"), ("system", "Rows are grouped by")):
        caption = drawn(small(*column), "heatmap", order=order).caption
        assert first in caption
        assert "columns" not in caption


def test_all_of_very_many_is_written_without_decimals() -> None:
    diagram = drawn(small(autopsies("bone", count=9_999_999, total=9_999_999)), "profiles")
    assert "100 % (9,999,999/9,999,999)" in diagram.alt_text


def test_a_forest_without_intervals_does_not_say_that_there_is_no_room_for_them() -> None:
    diagram = drawn(small(autopsies("bone", percent=Decimal("33.3"))), "forest")
    assert "There is no room" not in diagram.caption


def test_no_interval_of_a_ratio_is_rounded_until_it_is_none() -> None:
    many = [
        autopsies("bone", count=1_234_567, total=9_999_999),
        autopsies("liver", count=1, total=9_999_999),
    ]
    told = [row.words for row in drawn(wide(*many), "flow").rows]
    assert all(told)
    for (said_,) in told:
        low, _, high = said_.partition("(")[2].removesuffix(")").partition(" to ")
        assert float(low) < float(said_.split()[0]) < float(high)


def test_one_pair_is_one_pair_and_two_edges_are_both() -> None:
    one = small(said("breast", "bone", "common"))
    assert "diagram of 1 pair from" in drawn(one, "alluvial").alt_text
    two = small(said("breast", "bone", "common"), said("lung", "bone", "common"))
    assert "Both edges rest" in drawn(two, "network").alt_text


@pytest.mark.parametrize("label", ["", "  ", "\n", "\u200b"])
def test_a_label_without_a_word_is_refused(label: str) -> None:
    graph = small(said("breast", "bone", "common"))
    with pytest.raises(ValueError, match="the label of 'bone' has no words"):
        drawn(graph, "network", labels={"bone": label})


@pytest.mark.parametrize("place", ["title", "caption", "legend"])
@pytest.mark.parametrize("size", ["column", "screen", (3.0, 6.0)])
def test_a_word_wider_than_the_picture_goes_on_in_the_next_line(place: str, size: Any) -> None:
    graph = small(said("breast", "bone", "common"))
    diagram = drawn(graph, "network", size=size, **{place: "W" * 150})
    assert faults(diagram) == []
    role = "legend labels" if place == "legend" else place
    assert "".join(words(diagram.artists[role])) == "W" * 150
