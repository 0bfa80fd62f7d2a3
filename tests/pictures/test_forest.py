"""The forest plot: every statement once, groups apart, all numbers of a picture on one axis."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

import metastasis as mets
import strategies
from drawings import counted, faults, is_readable, said, small, words
from invented import autopsies
from metastasis import FitError
from metastasis._catalog import Catalog
from metastasis._evidence.interval import wilson_interval
from metastasis._graph import KnowledgeGraph
from metastasis.pictures import Scale, draw_forest
from metastasis.pictures._forest.rows import section_of

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis.pictures import Diagram

METASTATIC = "metastatic_patients"


@pytest.fixture(scope="module")
def kg() -> KnowledgeGraph:
    return mets.load()


def spans(diagram: Diagram, role: str) -> list[tuple[float, float]]:
    """Return from where to where each artist goes across."""
    paths = [one.get_path() for one in diagram.artists[role] if isinstance(one, PathPatch)]
    xs = [np.asarray(path.vertices, dtype=float)[:, 0] for path in paths]
    return [(float(one.min()), float(one.max())) for one in xs]


def heights(diagram: Diagram, role: str) -> dict[str, float]:
    return {one.get_text(): one.get_position()[1] for one in diagram.artists[role]}  # type: ignore[attr-defined]


def dated(*rows: Assertion) -> KnowledgeGraph:
    """Return a graph whose sources have authors and years."""
    citations = {
        "one": ("Zu A, et al. A title. J 2001", 2001),
        "two": ("Ab B. Another. J 1999", 1999),
        "three": ("Zu C. A third. J 2001", 2001),
    }
    catalog = Catalog(
        primaries=list(strategies.SMALL.primaries.values()),
        sites=list(strategies.SMALL.sites.values()),
        sources=[
            replace(one, citation=citations[key][0], year=citations[key][1])
            for key, one in strategies.SMALL.sources.items()
        ],
    )
    return KnowledgeGraph.from_assertions(rows, catalog)


def pooled(**more: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{
            "primary": "breast",
            "site": "bone",
            "denominator": METASTATIC,
            "setting": "during_course",
            "occurrence": "any",
            "stage": "any",
            "percent": 28.0,
            "low": 20.0,
            "high": 36.0,
            "studies": 2,
            **more,
        }
    )


@pytest.mark.slow
@given(rows=strategies.dense_tables())
def test_every_statement_stands_once_in_a_group_of_its_like(rows: list[Assertion]) -> None:
    graph = small(*rows)
    for spread in graph.evidence.pairs():
        found = section_of(spread)
        keys = [row.key for group in found.groups for row in group.rows]
        keys += [row.key for row in found.in_words]
        assert sorted(keys) == sorted(one.key for one in spread.assertions)
        by_key = {one.key: one for one in spread.assertions}
        for group in found.groups:
            kinds = {
                (one.denominator, one.setting, one.occurrence, one.stage)
                for one in (by_key[row.key] for row in group.rows)
            }
            assert len(kinds) == 1


def test_marks_and_intervals_stand_at_their_numbers() -> None:
    diagram = draw_forest(small(counted("bone", 60, METASTATIC)))
    (axis,) = spans(diagram, "axes")
    (interval,) = spans(diagram, "intervals")
    (mark,) = spans(diagram, "marks")
    unit = (axis[1] - axis[0]) / 100
    low, high = wilson_interval(60, 200)
    assert interval == pytest.approx((axis[0] + 100 * low * unit, axis[0] + 100 * high * unit))
    assert sum(mark) / 2 == pytest.approx(axis[0] + 30 * unit)
    assert words(diagram.artists["numbers"]) == ["30 %"]
    assert words(diagram.artists["intervals in words"]) == ["24 to 37 %"]
    assert words(diagram.artists["counts"]) == ["60/200"]


def test_all_groups_stand_on_one_axis() -> None:
    diagram = draw_forest(
        small(
            counted("bone", 60, METASTATIC),
            counted("bone", 55, METASTATIC, source="two"),
            counted("bone", 50, METASTATIC, setting="at_autopsy"),
            counted("bone", 40, METASTATIC, occurrence="first_site"),
            counted("bone", 3, "all_patients"),
        )
    )
    assert len(diagram.artists["axes"]) == 1
    assert words(diagram.artists["axis labels"])[0] == "0"
    assert words(diagram.artists["axis labels"])[-1] == "100 %"
    assert words(diagram.artists["group labels"]) == [
        "All patients, during the course of the disease",
        "Metastatic patients, during the course of the disease",
        "Metastatic patients, during the course of the disease, as the first site",
        "Metastatic patients, at autopsy",
    ]
    told = "Compare only numbers within a group: out of the same people"
    assert told in diagram.caption
    assert told not in draw_forest(small(counted("bone", 60, METASTATIC))).caption


def test_an_axis_ends_where_the_shares_do_or_where_it_is_asked_to() -> None:
    graph = small(counted("bone", 6, METASTATIC), counted("liver", 3, METASTATIC))
    assert words(draw_forest(graph).artists["axis labels"])[-1] == "20 %"
    axes = Figure(figsize=(5, 4)).add_subplot()
    scale = Scale(high=50)
    assert words(draw_forest(graph, ax=axes, scale=scale).artists["axis labels"])[-1] == "50 %"


def test_an_axis_by_powers_of_ten_is_taken_for_small_shares_or_if_asked_for() -> None:
    rows = [counted("bone", count, "all_patients", total=10_000) for count in (2, 30)]
    rows = [rows[0], replace(rows[1], source="two"), counted("bone", 90, METASTATIC)]
    diagram = draw_forest(small(*rows))
    assert words(diagram.artists["axis labels"]) == ["0.01", "0.1", "1", "10", "100 %"]
    assert "The axis goes by powers of ten." in diagram.caption
    low, high = spans(diagram, "axes")[0]
    places = sorted(sum(one) / 2 for one in spans(diagram, "marks"))
    expected = [low + (high - low) * (2 + np.log10(share)) / 4 for share in (0.02, 0.3, 45.0)]
    assert places == pytest.approx(expected)
    plain = draw_forest(small(*rows), axis="percent")
    assert words(plain.artists["axis labels"])[0] == "0"
    assert "powers of ten" not in plain.caption
    logs = draw_forest(small(counted("bone", 60, METASTATIC)), axis="log")
    assert words(logs.artists["axis labels"]) == ["10", "100 %"]
    with pytest.raises(mets.UnknownNameError, match="axis"):
        draw_forest(small(*rows), axis="cubic")


def test_an_interval_beyond_the_axis_ends_in_an_arrow() -> None:
    diagram = draw_forest(
        small(counted("bone", 0, METASTATIC), counted("bone", 9, "autopsies")), axis="log"
    )
    assert "An arrow: the interval goes on beyond the axis." in diagram.caption
    assert len(diagram.artists["intervals"]) == 2
    assert len(diagram.artists["marks"]) == 1
    plain = draw_forest(small(counted("bone", 0, METASTATIC)))
    assert "arrow" not in plain.caption


def test_sources_are_cited_and_sorted_by_year() -> None:
    graph = dated(
        counted("bone", 60, METASTATIC),
        counted("bone", 10, METASTATIC, source="two"),
        counted("bone", 90, METASTATIC, source="three", total=900),
    )
    diagram = draw_forest(graph)
    assert words(diagram.artists["source labels"]) == ["Ab 1999", "Zu 2001a", "Zu 2001b"]
    assert [row.source for row in diagram.rows if row.count == 60] == [("one",)]
    by_share = draw_forest(graph, order="share")
    assert words(by_share.artists["numbers"]) == ["30 %", "10 %", "5.0 %"]
    by_people = draw_forest(graph, order="N")
    assert words(by_people.artists["counts"])[0] == "90/900"


def test_each_kind_of_interval_has_a_look_of_its_own() -> None:
    diagram = draw_forest(
        small(
            counted("bone", 60, METASTATIC),
            counted("bone", None, METASTATIC, source="two", percent=40, total=300),
            counted("bone", None, METASTATIC, source="three", percent=50),
        )
    )
    looks = {
        (one.get_facecolor(), str(one.get_linestyle()))
        for one in diagram.artists["marks"]
        if isinstance(one, PathPatch)
    }
    assert len(looks) == 3
    assert words(diagram.artists["legend labels"]) == [
        "share n/N with its 95 % interval",
        "printed share, interval from rounding",
        "share without an interval",
    ]
    assert len(diagram.artists["intervals"]) == 2
    assert faults(diagram) == []


def test_a_percentage_without_a_count_has_no_interval() -> None:
    diagram = draw_forest(small(counted("bone", None, METASTATIC, percent=40)))
    assert diagram.artists["intervals"] == ()
    assert len(diagram.artists["marks"]) == 1
    assert words(diagram.artists["numbers"]) == ["40 %"]
    assert words(diagram.artists["number signs"]) == ["*"]
    assert words(diagram.artists["legend labels"]) == ["share without an interval"]


def test_words_stay_words() -> None:
    diagram = draw_forest(
        small(said("breast", "bone", "less_common"), said("breast", "bone", "absent", "two"))
    )
    assert diagram.artists["marks"] == ()
    assert words(diagram.artists["words"]) == ["“less common”", "“absent”"]
    assert "The first source “less common”; The second source “absent”" in diagram.alt_text
    ids = [row.artists for row in diagram.rows]
    assert ("forest-words-0-breast--bone-0", "forest-words-0-breast--bone") in ids


def test_one_phrase_of_several_sources_is_written_once_and_stands_for_all() -> None:
    diagram = draw_forest(
        small(said("breast", "bone", "common"), said("breast", "bone", "common", "two"))
    )
    assert words(diagram.artists["words"]) == ["“common”"]
    assert [len(row.artists) for row in diagram.rows] == [2, 2]


def test_nothing_is_pooled_unless_it_is_handed_in() -> None:
    graph = small(counted("bone", 60, METASTATIC), counted("bone", 52, METASTATIC, source="two"))
    plain = draw_forest(graph)
    assert "pooled value" not in words(plain.artists["legend labels"])
    assert len(plain.artists["marks"]) == 2
    diagram = draw_forest(graph, pooled=[pooled()])
    assert len(diagram.artists["marks"]) == 3
    (axis,) = spans(diagram, "axes")
    unit = (axis[1] - axis[0]) / 100
    diamond = (axis[0] + 20 * unit, axis[0] + 36 * unit)
    assert any(span == pytest.approx(diamond) for span in spans(diagram, "marks"))
    assert "28.0 %" in words(diagram.artists["numbers"])
    assert "20.0 to 36.0 %" in words(diagram.artists["intervals in words"])
    assert "pooled values as handed in" in diagram.caption
    assert "random-effects" not in diagram.caption


@pytest.mark.parametrize(
    "other", [{"site": "liver"}, {"denominator": "autopsies"}, {"setting": "at_autopsy"}]
)
def test_a_pooled_value_stands_in_its_own_group_only(other: dict[str, str]) -> None:
    diagram = draw_forest(small(counted("bone", 60, METASTATIC)), pooled=[pooled(**other)])
    assert len(diagram.artists["marks"]) == 1


def test_what_is_pooled_of_the_graph_stands_in_the_picture(kg: KnowledgeGraph) -> None:
    pair = "thyroid_differentiated", "bone"
    found = list(kg.pool(*pair))
    (mean,) = [one for one in found if one.status == "pooled"]
    diagram = draw_forest(kg, primaries=pair[0], sites=pair[1], pooled=found)
    assert f"{mean.percent:.1f} %" in words(diagram.artists["numbers"])
    assert f"{mean.low:.1f} to {mean.high:.1f} %" in words(diagram.artists["intervals in words"])
    assert "pooled value" in words(diagram.artists["legend labels"])
    is_readable(diagram)
    same = draw_forest(kg, primaries=pair[0], sites=pair[1], pooled=True)
    assert words(same.artists["numbers"]) == words(diagram.artists["numbers"])
    assert "random-effects mean of logits" in same.caption
    assert "Two studies: how much studies differ is hardly known" in same.caption
    assert "pooled=True" in same.call


def test_pooled_shares_are_those_of_the_analysis_for_every_pair_of_a_picture(
    kg: KnowledgeGraph,
) -> None:
    diagram = draw_forest(kg, primaries="thyroid_differentiated", pooled=True)
    drawn = [row for row in diagram.rows if row.state == "pooled"]
    sites = {row.site for row in diagram.rows}
    expected = [
        (site, one.percent, one.low, one.high)
        for site in sorted(sites)
        for one in kg.pool("thyroid_differentiated", site)
        if one.status == "pooled"
    ]
    found = [(row.site, row.percent, row.interval_low, row.interval_high) for row in drawn]
    assert sorted(found) == sorted(expected)
    assert len(found) == 2


def test_a_pooled_share_is_what_a_formula_of_its_own_gives() -> None:
    """Equal shares leave no spread: the mean logit is that of the sum, its error binomial."""
    rows = [
        counted("bone", count, METASTATIC, total=total, source=source)
        for source, count, total in (("one", 30, 100), ("two", 60, 200), ("three", 45, 150))
    ]
    graph = small(*(replace(row, locator=str(at)) for at, row in enumerate(rows)))
    diagram = draw_forest(graph, pooled=True)
    (mean,) = (row for row in diagram.rows if row.state == "pooled")
    share, total = 135 / 450, 450
    error = 1 / np.sqrt(total * share * (1 - share))
    t = 4.302652729911275  # Student's t, 2 degrees of freedom, 97.5 %
    ends = [1 / (1 + np.exp(-(np.log(share / (1 - share)) + way * t * error))) for way in (-1, 1)]
    assert mean.percent == pytest.approx(30.0, abs=1e-4)
    assert (mean.interval_low, mean.interval_high) == pytest.approx(
        tuple(100 * one for one in ends), rel=1e-4
    )
    below = " ".join(words(diagram.artists["source labels"])).replace("\u00a0", " ")
    assert "Pooled, 3 studies" in below
    assert "I² 0 %, τ² 0.00" in below
    assert "prediction" in below
    assert "The line through it" in diagram.caption


def test_numbers_of_two_frames_are_never_pooled() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("bone", 52, METASTATIC, source="two", setting="at_autopsy"),
    )
    diagram = draw_forest(graph, pooled=True)
    assert not [row for row in diagram.rows if row.state == "pooled"]
    assert "Pooled" not in diagram.caption


def test_least_and_top_leave_out_and_say_so() -> None:
    graph = small(
        counted("bone", 60, METASTATIC),
        counted("bone", 4, METASTATIC, source="two", total=100),
        counted("liver", 20, METASTATIC),
        said("breast", "liver", "common", "two"),
    )
    few = draw_forest(graph, least=5)
    assert words(few.artists["numbers"]) == ["30 %", "10 %"]
    assert "Left out: 1 number under 5 %." in few.caption
    one = draw_forest(graph, top=1)
    assert {row.site for row in one.rows} == {"bone"}
    assert "Left out: 1 pair with lower shares." in one.caption
    best = draw_forest(graph, sites="bone", top=1)
    assert words(best.artists["counts"]) == ["60/200"]
    assert "Left out: 1 number out of fewer people." in best.caption
    worded = draw_forest(graph, sites="liver", top=1)
    assert worded.artists["words"] == ()
    assert "Left out: 1 statement in words." in worded.caption
    assert "Left out" not in draw_forest(graph).caption


def test_what_is_not_brought_out_is_gray() -> None:
    graph = small(counted("bone", 60, METASTATIC), counted("liver", 20, METASTATIC))
    diagram = draw_forest(graph, highlight="liver")
    colors = {str(one.get_gid()): one.get_facecolor() for one in diagram.artists["marks"]}  # type: ignore[attr-defined]
    assert len(set(colors.values())) == 2
    assert faults(diagram) == []


def test_columns_of_numbers_fall_away_where_there_is_no_room(kg: KnowledgeGraph) -> None:
    pair = {"primaries": "bladder", "sites": "bone"}
    wide = draw_forest(kg, **pair, size="page")
    narrow = draw_forest(kg, **pair, size=(2.6, 6.0))
    assert wide.artists["counts"]
    assert narrow.artists["counts"] == ()
    assert "There is no room for" not in wide.caption
    assert "There is no room for" in narrow.caption
    assert faults(narrow) == []


def test_what_does_not_fit_is_refused_with_what_does(kg: KnowledgeGraph) -> None:
    with pytest.raises(FitError) as refused:
        draw_forest(kg, primaries="prostate", size="page")
    (top,) = (one for one in refused.value.remedies if one.startswith("top="))
    most = int(top.removeprefix("top="))
    assert faults(draw_forest(kg, primaries="prostate", size="page", top=most)) == []
    assert "size='screen'" in refused.value.remedies
    draw_forest(kg, primaries="prostate", size="screen")
    with pytest.raises(FitError):
        draw_forest(kg, primaries="prostate", size="page", top=most + 1)


def test_a_table_of_autopsies_is_refused_in_short_and_drawn_in_part() -> None:
    with pytest.raises(FitError) as refused:
        draw_forest(autopsies(), size="page")
    (remedy,) = refused.value.remedies
    part = draw_forest(autopsies(), size="page", top=int(remedy.removeprefix("top=")))
    assert faults(part) == []


def test_one_study_is_not_a_pooled_value() -> None:
    graph = small(counted("bone", 60, METASTATIC))
    (one,) = graph.pool("breast", "bone")
    assert one.status == "one study"
    assert len(draw_forest(graph, pooled=[one]).artists["marks"]) == 1
    other = pooled(relation="direct_extension")
    assert len(draw_forest(graph, pooled=[other]).artists["marks"]) == 1


def test_shares_of_a_site_are_told_apart(kg: KnowledgeGraph) -> None:
    diagram = draw_forest(kg, primaries="breast", sites="brain")
    assert "the number is the share that came from the primary" in diagram.caption


@pytest.mark.slow
def test_many_pairs_stand_in_columns_of_one_height(kg: KnowledgeGraph) -> None:
    diagram = draw_forest(kg, primaries="breast")
    pairs = [one for one in kg.evidence.pairs() if one.primary == "breast"]
    assert len(diagram.artists["site labels"]) == len(pairs)
    assert len({one.get_position()[0] for one in diagram.artists["site labels"]}) == 2  # type: ignore[attr-defined]
    assert len(diagram.artists["axes"]) == 2
    assert faults(diagram) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"primaries": "breast", "sites": "bone"}, {"primaries": "bladder"}, {"sites": "brain"}],
)
def test_labels_do_not_overlap(kg: KnowledgeGraph, options: dict[str, str]) -> None:
    is_readable(draw_forest(kg, **options))


def test_a_narrow_pooled_interval_is_written_until_it_is_one() -> None:
    mean = pooled(percent=28.0, low=27.96, high=28.04)
    diagram = draw_forest(small(counted("bone", 60, METASTATIC)), pooled=[mean])
    assert "28.00 %" in words(diagram.artists["numbers"])
    assert "27.96 to 28.04 %" in words(diagram.artists["intervals in words"])
