"""Site profiles: one scale, one order, every pair in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from matplotlib.patches import Rectangle

import metastasis as mets
import strategies
from drawings import counted, is_readable, said, small, wide, words
from metastasis.pictures import EmptyDiagramWarning, draw_profiles

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._graph import KnowledgeGraph
    from metastasis.pictures import Diagram

METASTATIC = "metastatic_patients"
SIX = ["breast", "prostate", "lung", "colorectal", "kidney", "uveal melanoma"]


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def ids(diagram: Diagram, role: str) -> set[str]:
    return {
        str(one.get_gid()).partition(f"profiles-{role[:-1]}-")[2] for one in diagram.artists[role]
    }


def bars(diagram: Diagram) -> dict[str, Rectangle]:
    found = [one for one in diagram.artists["bars"] if isinstance(one, Rectangle)]
    return {str(one.get_gid()).removeprefix("profiles-bar-"): one for one in found}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph")  # of any alphabet: parts of a population are told
@given(rows=strategies.dense_tables())
def test_every_pair_is_a_bar_or_a_sign(rows: list[Assertion]) -> None:
    graph = small(*rows)
    pairs = {f"{one.primary}--{one.site}" for one in graph.evidence.pairs()}
    if pairs:
        diagram = draw_profiles(graph)
        assert ids(diagram, "bars") | ids(diagram, "signs") == pairs
    else:
        with pytest.warns(EmptyDiagramWarning):
            draw_profiles(graph)


def test_bars_are_shares_on_one_scale() -> None:
    diagram = draw_profiles(
        small(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC))
    )
    found = bars(diagram)
    assert found["breast--bone"].get_width() == pytest.approx(
        3 * found["breast--liver"].get_width()
    )
    assert words(diagram.artists["axis labels"]) == ["0 %", "50 %"]
    assert words(diagram.artists["numbers"]) == ["30 %  60/200", "10 %  20/200"]
    assert len(diagram.artists["intervals"]) == 2


def test_a_share_without_a_count_is_dashed_and_has_no_interval() -> None:
    diagram = draw_profiles(small(counted("bone", None, METASTATIC, percent=40)))
    assert diagram.artists["intervals"] == ()
    assert bars(diagram)["breast--bone"].get_linestyle() not in ("solid", "-")


def test_sites_stand_in_one_order_the_most_reached_first() -> None:
    diagram = draw_profiles(
        wide(
            said("breast", "liver", "common"),
            said("lung", "liver", "common"),
            said("breast", "bone", "rare"),
        ),
        primaries=["lung", "breast"],
    )
    assert words(diagram.artists["site labels"])[:2] == ["Liver", "Bone"]
    assert words(diagram.artists["primary labels"]) == ["Lung cancer", "Breast cancer"]
    assert len(diagram.artists["unstudied dots"]) == 1
    assert "not studied" in words(diagram.artists["legend labels"])


def test_states_are_told_apart_in_words_and_signs() -> None:
    diagram = draw_profiles(
        small(
            said("breast", "bone", "absent"),
            said("breast", "liver", "common"),
            said("lung", "liver", "common"),
            said("lung", "liver", "absent", "two"),
        )
    )
    labels = words(diagram.artists["legend labels"])
    assert {"common", "reported absent", "sources conflict", "not studied"} <= set(labels)
    assert "1 pair: reported absent." in diagram.alt_text


def test_signs_are_not_read_as_lengths() -> None:
    diagram = draw_profiles(
        small(counted("bone", 60, METASTATIC), said("breast", "liver", "common"))
    )
    (sign,) = diagram.artists["signs"]
    (bar,) = bars(diagram).values()
    box = sign.get_path().get_extents()  # type: ignore[attr-defined]
    assert box.x1 < bar.get_x()


def test_mixed_denominators_are_refused() -> None:
    graph = small(
        counted("bone", 60, METASTATIC), counted("bone", 50, METASTATIC, setting="at_autopsy")
    )
    with pytest.raises(ValueError, match="choose one"):
        draw_profiles(graph, denominator=METASTATIC)
    assert len(draw_profiles(graph).artists["bars"]) == 1


def test_sites_asked_for_stay_where_nothing_is_known() -> None:
    diagram = draw_profiles(
        small(said("breast", "bone", "common")), primaries="breast", sites=["bone", "liver"]
    )
    assert words(diagram.artists["site labels"]) == ["Bone", "Liver"]
    assert "Not studied here: liver." in diagram.caption


@pytest.mark.parametrize(
    "options", [{"primaries": SIX}, {"sites": "liver"}, {"primaries": "bladder"}]
)
def test_labels_do_not_overlap(kg: KnowledgeGraph, options: dict[str, str]) -> None:
    is_readable(draw_profiles(kg, **options))
