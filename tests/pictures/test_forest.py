"""The forest plot: every statement once, groups apart, intervals where there are counts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from matplotlib.patches import PathPatch

import metastasis as mets
import strategies
from drawings import counted, is_readable, said, small, words
from metastasis._evidence.interval import wilson_interval
from metastasis.pictures import draw_forest
from metastasis.pictures._forest import section_of

if TYPE_CHECKING:
    from metastasis._evidence.assertion import Assertion
    from metastasis._graph import KnowledgeGraph
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
            assert all(
                (row.interval[1] if row.interval else row.percent or 0) <= group.top + 1e-9
                for row in group.rows
            )


def test_marks_and_intervals_stand_at_their_numbers() -> None:
    diagram = draw_forest(small(counted("bone", 60, METASTATIC)))
    (axis,) = spans(diagram, "axes")
    (interval,) = spans(diagram, "intervals")
    (mark,) = spans(diagram, "marks")
    unit = (axis[1] - axis[0]) / 100
    low, high = wilson_interval(60, 200)
    assert interval == pytest.approx((axis[0] + 100 * low * unit, axis[0] + 100 * high * unit))
    assert sum(mark) / 2 == pytest.approx(axis[0] + 30 * unit)
    assert words(diagram.artists["numbers"]) == ["30 %  60/200  (24 to 37 %)"]


def test_each_group_has_an_axis_of_its_own() -> None:
    diagram = draw_forest(
        small(
            counted("bone", 60, METASTATIC),
            counted("bone", 55, METASTATIC, source="two"),
            counted("bone", 50, METASTATIC, setting="at_autopsy"),
            counted("bone", 40, METASTATIC, occurrence="first_site"),
            counted("bone", 3, "all_patients"),
        )
    )
    assert len(diagram.artists["axes"]) == 4
    assert words(diagram.artists["group labels"]) == [
        "All patients, during the course of the disease",
        "Metastatic patients, during the course of the disease",
        "Metastatic patients, during the course of the disease, as the first site",
        "Metastatic patients, at autopsy",
    ]
    assert "only numbers out of the same people" in diagram.caption


def test_a_percentage_without_a_count_has_no_interval() -> None:
    diagram = draw_forest(small(counted("bone", None, METASTATIC, percent=40)))
    assert diagram.artists["intervals"] == ()
    assert len(diagram.artists["marks"]) == 1
    assert words(diagram.artists["numbers"]) == ["40 %*"]
    assert words(diagram.artists["legend labels"]) == ["share without an interval"]


def test_words_stay_words() -> None:
    diagram = draw_forest(
        small(said("breast", "bone", "less_common"), said("breast", "bone", "absent", "two"))
    )
    assert diagram.artists["marks"] == ()
    assert words(diagram.artists["numbers"]) == ["“less common”", "“absent”"]
    assert "one “less common”; two “absent”" in diagram.alt_text


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
    assert "28.0 %  (20.0 to 36.0 %)" in words(diagram.artists["numbers"])
    assert "pooled values as handed in" in diagram.caption


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
    assert f"{mean.percent:.1f} %  ({mean.low:.1f} to {mean.high:.1f} %)" in words(
        diagram.artists["numbers"]
    )
    assert "pooled value" in words(diagram.artists["legend labels"])
    is_readable(diagram)


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
def test_the_page_of_all_breaks_into_columns(kg: KnowledgeGraph) -> None:
    diagram = draw_forest(kg)
    pairs = [
        one for one in kg.evidence.pairs() if kg.catalog.primaries[one.primary].kind != "grouping"
    ]
    assert len(diagram.artists["site labels"]) == len(pairs)
    height, width = diagram.figure.get_figheight(), diagram.figure.get_figwidth()
    assert height < 2 * width
    assert len({one.get_position()[0] for one in diagram.artists["site labels"]}) > 2  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [{"primaries": "breast", "sites": "bone"}, {"primaries": "bladder"}, {"sites": "brain"}],
)
def test_labels_do_not_overlap(kg: KnowledgeGraph, options: dict[str, str]) -> None:
    is_readable(draw_forest(kg, **options))
