"""Site profiles: one axis, one order, every pair in its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

import metastasis as mets
import strategies
from drawings import counted, faults, is_readable, said, small, wide, words
from metastasis import FitError
from metastasis.pictures import EmptyDiagramWarning, Scale, draw_profiles

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


def dots(diagram: Diagram) -> dict[str, PathPatch]:
    found = [one for one in diagram.artists["dots"] if isinstance(one, PathPatch)]
    return {str(one.get_gid()).removeprefix("profiles-dot-"): one for one in found}


def middle(patch: PathPatch) -> tuple[float, float]:
    box = patch.get_path().get_extents()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Glyph")  # of any alphabet: parts of a population are told
@given(rows=strategies.dense_tables())
def test_every_pair_is_a_dot_or_a_sign(rows: list[Assertion]) -> None:
    graph = small(*rows)
    pairs = {f"{one.primary}--{one.site}" for one in graph.evidence.pairs()}
    if pairs:
        diagram = draw_profiles(graph)
        assert ids(diagram, "dots") | ids(diagram, "signs") == pairs
    else:
        with pytest.warns(EmptyDiagramWarning):
            draw_profiles(graph)


def test_dots_are_shares_on_one_axis() -> None:
    diagram = draw_profiles(
        small(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC))
    )
    found = dots(diagram)
    (axis,) = diagram.artists["axes"]
    box = axis.get_path().get_extents()  # type: ignore[attr-defined]
    for key, share in (("breast--bone", 30), ("breast--liver", 10)):
        assert middle(found[key])[0] == pytest.approx(box.x0 + box.width * share / 40)
    assert words(diagram.artists["axis labels"]) == ["0", "10", "20", "30", "40 %"]
    assert words(diagram.artists["numbers"]) == ["30 %", "10 %"]
    assert words(diagram.artists["intervals in words"]) == ["24 to 37 %", "7 to 15 %"]
    assert words(diagram.artists["counts"]) == ["60/200", "20/200"]
    assert len(diagram.artists["intervals"]) == 2


def test_a_share_without_a_count_is_dashed_and_has_no_interval() -> None:
    diagram = draw_profiles(small(counted("bone", None, METASTATIC, percent=40)))
    assert diagram.artists["intervals"] == ()
    assert dots(diagram)["breast--bone"].get_linestyle() not in ("solid", "-")
    assert "Open dots with a dashed outline" in diagram.caption


def test_a_share_of_a_total_alone_is_open_with_an_interval_from_rounding() -> None:
    diagram = draw_profiles(small(counted("bone", None, METASTATIC, percent=40, total=300)))
    assert len(diagram.artists["intervals"]) == 1
    assert dots(diagram)["breast--bone"].get_facecolor()[:3] == (1.0, 1.0, 1.0)
    assert words(diagram.artists["legend labels"]) == ["printed share, interval from rounding"]
    assert "it may be rounded from" in diagram.caption


def both(*rows: Assertion) -> KnowledgeGraph:
    return wide(
        said("breast", "liver", "common"),
        said("lung", "liver", "common"),
        counted("bone", 60, METASTATIC),
        replace(counted("bone", 20, METASTATIC), primary="lung"),
        *rows,
    )


def test_several_cancers_stand_in_one_panel_by_color_and_shape() -> None:
    diagram = draw_profiles(both(), primaries=["lung", "breast"])
    found = dots(diagram)
    looks = {
        (one.get_facecolor(), len(one.get_path().vertices))  # type: ignore[arg-type]
        for one in found.values()
    }
    assert len(looks) == 2
    assert middle(found["lung--bone"])[1] < middle(found["breast--bone"])[1]
    assert words(diagram.artists["legend labels"])[:2] == ["Lung cancer", "Breast cancer"]
    assert len(diagram.artists["axes"]) == 1
    each = draw_profiles(both(), primaries=["lung", "breast"], panels="each")
    assert words(each.artists["primary labels"]) == ["Lung cancer", "Breast cancer"]
    assert len(each.artists["axes"]) == 2
    assert "all panels have one axis" in each.caption
    assert "panels" not in diagram.caption


def test_more_cancers_than_colors_are_refused_in_one_panel(kg: KnowledgeGraph) -> None:
    eight = [*SIX, "bladder", "melanoma"]
    with pytest.raises(ValueError, match="7 are the most"):
        draw_profiles(kg, primaries=eight, panels="one")
    assert len(draw_profiles(kg, primaries=eight).artists["primary labels"]) >= 8


def test_of_one_site_rows_are_the_cancers_that_reach_it() -> None:
    diagram = draw_profiles(both(), sites="bone")
    assert words(diagram.artists["primary labels"]) == ["Breast cancer", "Lung cancer"]
    assert diagram.artists["site labels"] == ()
    assert diagram.title.startswith("Cancers that reach the bone: % of ")


def test_sites_stand_in_the_order_that_is_asked_for() -> None:
    graph = both(replace(counted("lung", 150, METASTATIC), locator="another"))
    sites = {
        order: words(draw_profiles(graph, order=order).artists["site labels"])
        for order in ("share", "name", "system")
    }
    assert sites["share"] == ["Lung", "Bone", "Liver"]
    assert sites["name"] == ["Bone", "Liver", "Lung"]
    assert set(sites["system"]) == set(sites["name"])
    given = draw_profiles(graph, sites=["liver", "lung", "bone"], order="given")
    assert words(given.artists["site labels"]) == ["Liver", "Lung", "Bone"]


def test_what_is_not_studied_is_a_dot() -> None:
    diagram = draw_profiles(
        wide(
            said("breast", "liver", "common"),
            said("lung", "liver", "common"),
            said("breast", "bone", "rare"),
        ),
        primaries=["lung", "breast"],
    )
    assert words(diagram.artists["site labels"]) == ["Liver", "Bone"]
    assert len(diagram.artists["unstudied dots"]) == 1
    assert "not studied" in words(diagram.artists["legend labels"])
    assert diagram.artists["axes"] == ()


def test_least_and_top_leave_out_and_say_so() -> None:
    graph = small(counted("bone", 60, METASTATIC), counted("liver", 4, METASTATIC))
    few = draw_profiles(graph, least=5)
    assert words(few.artists["site labels"]) == ["Bone"]
    assert "Left out: 1 share under 5 %." in few.caption
    one = draw_profiles(graph, top=1)
    assert words(one.artists["site labels"]) == ["Bone"]
    assert "Left out: 1 site with lower shares or none." in one.caption
    assert "Left out" not in draw_profiles(graph).caption


def test_what_is_not_brought_out_is_gray() -> None:
    graph = small(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC))
    diagram = draw_profiles(graph, highlight="liver")
    assert len({one.get_facecolor() for one in dots(diagram).values()}) == 2
    assert faults(diagram) == []


def test_pictures_share_the_end_of_an_axis(kg: KnowledgeGraph) -> None:
    axes = Figure(figsize=(5, 4)).add_subplot()
    diagram = draw_profiles(small(counted("bone", 60, METASTATIC)), ax=axes, scale=Scale(high=80))
    assert words(diagram.artists["axis labels"])[-1] == "80 %"


def test_none_seen_is_a_quiet_sign_at_zero_with_its_interval() -> None:
    diagram = draw_profiles(small(counted("bone", 0, METASTATIC), counted("liver", 20, METASTATIC)))
    assert words(diagram.artists["numbers"]) == ["10 %", "0 %"]
    assert set(dots(diagram)) == {"breast--liver"}
    (sign,) = diagram.artists["signs"]
    (axis,) = diagram.artists["axes"]
    start = axis.get_path().get_extents().x0  # type: ignore[attr-defined]
    assert middle(sign)[0] == pytest.approx(start)  # type: ignore[arg-type]
    assert "looked for, none seen" in words(diagram.artists["legend labels"])


def test_what_does_not_fit_is_refused_with_what_does(kg: KnowledgeGraph) -> None:
    with pytest.raises(FitError) as refused:
        draw_profiles(kg, sites="liver", size="column")
    remedies = dict(one.split("=") for one in refused.value.remedies)
    most = int(remedies["top"])
    assert faults(draw_profiles(kg, sites="liver", size="column", top=most)) == []
    with pytest.raises(FitError):
        draw_profiles(kg, sites="liver", size="column", top=most + 2)
    assert faults(draw_profiles(kg, sites="liver", size=remedies["size"].strip("'"))) == []


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


def test_signs_are_not_read_as_shares() -> None:
    diagram = draw_profiles(
        small(counted("bone", 60, METASTATIC), said("breast", "liver", "common"))
    )
    (sign,) = diagram.artists["signs"]
    (axis,) = diagram.artists["axes"]
    right = sign.get_path().get_extents().x1  # type: ignore[attr-defined]
    assert right < axis.get_path().get_extents().x0  # type: ignore[attr-defined]


def test_mixed_denominators_are_refused() -> None:
    graph = small(
        counted("bone", 60, METASTATIC), counted("bone", 50, METASTATIC, setting="at_autopsy")
    )
    with pytest.raises(ValueError, match="choose one"):
        draw_profiles(graph, denominator=METASTATIC)
    assert len(draw_profiles(graph).artists["dots"]) == 1


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
