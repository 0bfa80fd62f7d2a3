"""Shares against those of all cancers: the intervals, the one table they come from, the picture."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pytest
from matplotlib.colors import to_hex

import metastasis as mets
from drawings import boxes, counted, faults, small, words
from invented import autopsies
from metastasis import EvidenceError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.frame import Frame
from metastasis.pictures import Style
from metastasis.pictures._heatmap.ratio import Counts, ratio_table, ratio_to_all

if TYPE_CHECKING:
    from metastasis._graph import KnowledgeGraph

AUTOPSIES: Final = Frame("autopsies", "at_autopsy")


@pytest.fixture(scope="module")
def table() -> KnowledgeGraph:
    return autopsies()


def number(primary: str, site: str, count: int, total: int, **more: Any) -> Assertion:
    given: dict[str, Any] = {"source": "one", "locator": f"{primary} {site}", **more}
    return Assertion(
        primary=primary,
        site=site,
        count=count,
        total=total,
        denominator="autopsies",
        setting="at_autopsy",
        **given,
    )


def carried_over(ratio: float, part: float) -> float:
    """Return the ratio to all, of one to all others: all are this part and the rest."""
    return ratio / (part * ratio + (1 - part))


@pytest.mark.parametrize("seed", range(40))
def test_the_interval_is_that_of_scipy_carried_over_to_all(seed: int) -> None:
    contingency = pytest.importorskip("scipy.stats.contingency")
    chance = random.Random(seed)  # noqa: S311 - invented numbers
    total, rest = chance.randint(5, 2000), chance.randint(5, 9000)
    count, others = chance.randint(1, total - 1), chance.randint(1, rest - 1)
    expected = contingency.relative_risk(count, total, others, rest)
    low, high = expected.confidence_interval(0.95)
    found = ratio_to_all(count, total, Counts(count + others, total + rest))
    assert found is not None
    part = total / (total + rest)
    everyone = (count + others) / (total + rest)
    assert found.value == pytest.approx((count / total) / everyone)
    assert found.value == pytest.approx(carried_over(expected.relative_risk, part))
    assert found.low == pytest.approx(carried_over(low, part))
    assert found.high == pytest.approx(carried_over(high, part))
    # 1 is in the one interval where it is in the other
    assert found.is_sure == (low > 1 or high < 1)


def test_where_none_is_seen_a_half_is_added_to_every_count() -> None:
    found = ratio_to_all(0, 60, Counts(40, 460))
    assert found is not None
    assert (found.value, found.low) == (0.0, 0.0)
    one, other = 0.5 / 60.5, 40.5 / 400.5
    error = math.sqrt(1 / 0.5 - 1 / 60.5 + 1 / 40.5 - 1 / 400.5)
    high = one / other * math.exp(1.959964 * error)
    assert found.high == pytest.approx(carried_over(high, 60 / 460), rel=1e-5)


def test_where_no_other_cancer_has_the_site_the_ratio_is_as_high_as_it_can_be() -> None:
    found = ratio_to_all(10, 50, Counts(10, 200))
    assert found is not None
    assert found.value == found.high == pytest.approx(4)
    assert found.low < 4


@pytest.mark.parametrize(
    ("count", "total", "all_", "of"), [(0, 5, 0, 9), (3, 9, 3, 9), (5, 9, 3, 12)]
)
def test_there_is_no_ratio_where_nobody_or_nobody_else_was_counted(
    count: int, total: int, all_: int, of: int
) -> None:
    assert ratio_to_all(count, total, Counts(all_, of)) is None


def test_all_cancers_are_those_of_one_table_and_nobody_counts_twice() -> None:
    rows = [
        number("lung", "bone", 30, 100),
        number("luad", "bone", 20, 50),  # a kind of lung cancer: it is among them
        number("breast", "bone", 60, 100),
        number("prostate", "bone", 9, 10, source="two"),
        number("kidney", "bone", 9, 10, population="women"),
        number("any", "bone", 500, 5000),
    ]
    catalog = mets.load().catalog
    known = [
        replace(catalog.sources[key], key=name)
        for key, name in zip(list(catalog.sources)[:2], ("one", "two"), strict=True)
    ]
    graph = mets.KnowledgeGraph.from_assertions(rows, catalog.with_sources(known))
    found = ratio_table(graph.evidence.pairs(), AUTOPSIES, graph.catalog)
    assert (found.source, found.population) == ("one", None)
    assert found.cancers == {"bone": ("breast", "lung")}
    assert found.everyone == {"bone": Counts(90, 200)}
    luad = found.ratio("luad", "bone")
    assert luad is not None
    assert luad.value == pytest.approx(0.4 / 0.45)
    assert found.ratio("prostate", "bone") is None


def test_without_such_a_table_the_picture_is_refused() -> None:
    with pytest.raises(EvidenceError, match="one source that counts several cancers"):
        small(counted("bone", 60, "autopsies")).draw.heatmap(value="ratio")
    shares = [
        number("breast", "bone", 6, 60, source="one"),
        number("lung", "bone", 7, 60, source="two"),
    ]
    with pytest.raises(EvidenceError):
        small(*shares).draw.heatmap(value="ratio")


def test_what_is_drawn_beside_a_cancer_does_not_change_its_ratio(table: KnowledgeGraph) -> None:
    full = table.draw.heatmap(value="ratio", size="page").to_table()
    alone = table.draw.heatmap("breast", value="ratio").to_table()
    expected = {row.site: row.value for row in full if row.primary == "breast"}
    assert {row.site: row.value for row in alone} == expected
    assert all(row.measure == "times the share of all cancers" for row in alone)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_only_cells_whose_interval_leaves_out_1_are_shaded(
    table: KnowledgeGraph, theme: str
) -> None:
    diagram = table.draw.heatmap(value="ratio", size=(20, 12), theme=theme)
    assert faults(diagram) == []
    found = ratio_table(table.evidence.pairs(), AUTOPSIES, table.catalog)
    paper = to_hex(diagram.figure.get_facecolor())
    for key, box in boxes(diagram).items():
        ratio = found.ratio(*key.split("--"))
        assert ratio is not None
        assert (to_hex(box.get_facecolor()) == paper) == (not ratio.is_sure)
    assert "against all cancers" in diagram.title
    assert "of the 13 that our-autopsies counts at the site (autopsies)" in (diagram.caption)
    assert "A kind of a cancer that is counted itself is not added to all again." in (
        diagram.caption
    )
    assert "10.2307/2530610" in diagram.caption
    assert "interval holds 1" in words(diagram.artists["legend labels"])
    assert "\u2265" in diagram.legend_text


def test_the_scale_of_ratios_has_1_in_its_middle() -> None:
    style = Style()
    assert style.ratio_steps[len(style.ratio_steps) // 2] == 1
    assert len(style.ratio_shades) == len(style.ratio_steps) + 1
    logs = [math.log2(step) for step in style.ratio_steps]
    assert logs == [-one for one in reversed(logs)]
