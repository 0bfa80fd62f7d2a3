"""Pairs on which sources conflict: drawn and marked where an edge stands, else as before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.patches import Patch

import metastasis as mets
from drawings import counted, is_readable, said, small, words
from metastasis.pictures._said.mark import mark_of, percent_label

if TYPE_CHECKING:
    from metastasis._evidence.frame import Frame
    from metastasis._evidence.pair import Pair
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram

CANCER = "thyroid_differentiated"
DRAWN = {
    "alluvial": "flows",
    "body": "organs",
    "forest": "site labels",
    "heatmap": "cells",
    "network": "edges",
    "profiles": "dots",
    "ring": "bands",
}
"""The role of the artists that an edge is drawn as."""
FRAMED = {"body", "profiles", "ring"}
"""The kinds that show numbers in a frame, whatever is asked for."""
MARKED = sorted(set(DRAWN) - {"body"})


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def pair_of(kg: KnowledgeGraph, site: str) -> Pair:
    (pair,) = kg.evidence.pairs(primaries=[CANCER], sites=[site])
    return pair


@pytest.fixture(scope="module")
def frame(kg: KnowledgeGraph) -> Frame:
    """Return a frame in which there are numbers on the pair in conflict, and on one that is not."""
    lung, bone = pair_of(kg, "lung").by_frame, pair_of(kg, "bone").by_frame
    return min(one for one in lung if one in bone and one.stage == "any")


@pytest.fixture(scope="module")
def conflicting() -> KnowledgeGraph:
    """Return a graph with a pair in conflict that has an edge, and one that has none."""
    return small(
        counted("liver", 60, "metastatic_patients"),
        said("breast", "liver", "rare", "two"),
        said("lung", "bone", "common"),
        said("lung", "bone", "absent", "two"),
        said("lung", "liver", "common"),
    )


def ids(diagram: Diagram, role: str) -> list[str]:
    return [str(one.get_gid()) for one in diagram.artists[role]]


def draw(kg: KnowledgeGraph, kind: str, **options: Any) -> Diagram:
    diagram: Diagram = getattr(kg.draw, kind)(**options)
    return diagram


def test_the_shipped_pair_conflicts_and_has_an_edge(kg: KnowledgeGraph) -> None:
    (lung,) = (one for one in kg.sites_of(CANCER) if one.site == "lung")
    assert (lung.status, lung.edge) == ("conflicting", "commonly")


@pytest.mark.parametrize("kind", DRAWN)
def test_it_is_drawn_and_said_to_conflict(kg: KnowledgeGraph, kind: str, frame: Frame) -> None:
    options = {"frame": frame} if kind in FRAMED else {}
    diagram = draw(kg, kind, primaries=CANCER, **options)
    assert any(name.endswith("lung") for name in ids(diagram, DRAWN[kind]))
    assert any("sources conflict" in label for label in words(diagram.artists["legend labels"]))
    assert "sources conflict on 1 pair; its edge is drawn all the same" in diagram.caption
    assert (
        "Sources conflict, and the edge stands: differentiated thyroid cancer to lung."
        in diagram.alt_text
    )
    assert "on which sources conflict is not drawn" not in diagram.caption
    is_readable(diagram)


@pytest.mark.parametrize("kind", MARKED)
def test_it_is_marked_by_a_square(kg: KnowledgeGraph, kind: str) -> None:
    (mark,) = ids(draw(kg, kind, primaries=CANCER), "conflict marks")
    assert mark.startswith(f"{kind}-conflict-{CANCER}--")
    assert mark.endswith("lung")
    assert draw(kg, kind, primaries=CANCER, sites="bone").artists["conflict marks"] == ()


def test_the_body_shows_its_number_and_crosses_the_organ(kg: KnowledgeGraph, frame: Frame) -> None:
    diagram = draw(kg, "body", primaries=CANCER, frame=frame)
    organs = {str(one.get_gid()): one for one in diagram.artists["organs"]}
    (lung,) = (one for name, one in organs.items() if name.endswith("site-lung"))
    (bone,) = (one for name, one in organs.items() if name.endswith("site-bone"))
    assert isinstance(lung, Patch)
    assert isinstance(bone, Patch)
    assert lung.get_hatch()
    assert not bone.get_hatch()
    numbers = words(diagram.artists["numbers"])
    mark = mark_of(pair_of(kg, "lung"), frame)
    assert mark.number is not None
    assert any(one.startswith(percent_label(mark.number)) for one in numbers)
    assert any(mark.count_label in one for one in numbers)
    assert "sources conflict" in " ".join(numbers)


@pytest.mark.parametrize("kind", ["alluvial", "network", "ring"])
def test_without_an_edge_it_is_counted_and_not_drawn(
    conflicting: KnowledgeGraph, kind: str
) -> None:
    diagram = draw(conflicting, kind, primaries="lung")
    assert not any(name.endswith("bone") for name in ids(diagram, DRAWN[kind]))
    assert diagram.artists["conflict marks"] == ()
    assert "1 pair on which sources conflict is not drawn." in diagram.caption
    assert "the edge stands" not in diagram.alt_text


@pytest.mark.parametrize("kind", ["body", "forest", "heatmap", "profiles"])
def test_without_an_edge_it_is_a_state_of_its_own(conflicting: KnowledgeGraph, kind: str) -> None:
    diagram = draw(conflicting, kind, primaries="lung")
    assert "sources conflict" in words(diagram.artists["legend labels"])
    assert "the edge stands" not in diagram.alt_text
    assert "drawn all the same" not in diagram.caption


def test_a_forest_marks_what_has_no_edge(conflicting: KnowledgeGraph) -> None:
    diagram = draw(conflicting, "forest", primaries="lung")
    assert ids(diagram, "conflict marks") == ["forest-conflict-lung--bone"]
    for text in (diagram.caption, diagram.alt_text):
        assert "Sources conflict, and no edge follows: lung cancer to bone." in text


def test_both_stand_in_one_picture(conflicting: KnowledgeGraph) -> None:
    diagram = draw(conflicting, "profiles")
    assert ids(diagram, "conflict marks") == ["profiles-conflict-breast--liver"]
    assert "profiles-sign-lung--bone" in ids(diagram, "signs")
    assert "Sources conflict, and the edge stands: breast cancer to liver." in diagram.alt_text
