"""Pooled shares: only like with like, everything accounted for, nothing counted twice."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import metastasis as mets
from metastasis._catalog import Source, read_catalog
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.interval import possible_counts, rounding_interval, wilson_interval
from metastasis._evidence.overlap import same_patients
from metastasis._evidence.pooling import Pooled, pool_assertions
from metastasis._evidence.random_effects import random_effects, share
from strategies import SMALL, dense_tables, overlapping_sources

if TYPE_CHECKING:
    from random import Random

pytest.importorskip("scipy", reason="scipy is in the extra 'stats'")


def counted(source: str, count: int | None, total: int | None, **more: Any) -> Assertion:
    more = {"denominator": "autopsies", "setting": "at_autopsy", "locator": "table", **more}
    return Assertion(primary="lung", site="bone", source=source, count=count, total=total, **more)


def known(*keys: str, **more: Any) -> dict[str, Source]:
    design = more.pop("design", "registry")
    return {key: Source(key=key, citation=key, design=design, **more) for key in keys}


def only(rows: list[Pooled]) -> Pooled:
    (row,) = rows
    return row


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(dense_tables())
def test_every_assertion_is_in_one_row_as_entered_or_as_left_out(table: list[Assertion]) -> None:
    rows = pool_assertions(table, SMALL.sources)
    placed = [one.key for row in rows for one in row.entered]
    placed += [one.assertion.key for row in rows for one in row.left_out]
    assert sorted(placed) == sorted(one.key for one in table)
    for row in rows:
        frames = {one.stratum for one in row.entered}
        assert len(frames) <= 1
        assert all(one.is_quantified and one.denominator for one in row.entered)
        assert len({one.source for one in row.entered}) == len(row.entered)
        assert all(one.reason for one in row.left_out)
        assert row.remarks or row.studies >= 6


@settings(max_examples=30, deadline=None)
@given(dense_tables())
def test_the_order_of_the_assertions_does_not_matter(table: list[Assertion]) -> None:
    assert pool_assertions(table, SMALL.sources) == pool_assertions(table[::-1], SMALL.sources)


def test_two_studies_are_pooled_by_the_model_that_is_named() -> None:
    said = [counted("a", 20, 100), counted("b", 45, 150)]
    for method in ("binomial_normal", "reml"):
        row = only(pool_assertions(said, known("a", "b", design="autopsy_series"), method=method))
        found = random_effects([45, 20], [150, 100], method)
        assert (row.status, row.method, row.studies) == ("pooled", method, 2)
        assert row.percent == pytest.approx(100 * share(found.estimate))
        assert (row.tau2, row.q, row.i2) == (found.tau2, found.q, found.i2)
        assert row.prediction_low is None
    with pytest.raises(UnknownNameError, match="unknown method 'mean'"):
        pool_assertions(said, known("a", "b"), method="mean")


@pytest.mark.parametrize(
    "other",
    [
        {"denominator": "metastatic_patients"},
        {"setting": "during_course"},
        {"occurrence": "only_site"},
        {"stage": "advanced"},
        {"population": "women"},
        {"route": "hematogenous"},
        {"relation": "extension"},
    ],
)
def test_numbers_out_of_other_people_are_never_pooled(other: dict[str, str]) -> None:
    rows = pool_assertions([counted("a", 20, 100), counted("b", 45, 150, **other)], known("a", "b"))
    assert [row.status for row in rows] == ["one study", "one study"]


def test_one_study_gives_itself_and_says_so() -> None:
    row = only(pool_assertions([counted("a", 71, 150)], known("a")))
    low, high = wilson_interval(71, 150)
    assert (row.status, row.method, row.studies) == ("one study", None, 1)
    assert row.interval_method == "Wilson"
    assert (row.percent, row.low, row.high) == (100 * 71 / 150, 100 * low, 100 * high)
    assert "one study" in row.remarks[0]


@pytest.mark.parametrize(
    ("assertion", "reason"),
    [
        (counted("a", None, None, frequency="common", denominator=None), "words only"),
        (
            counted("a", None, None, percent=Decimal("12.5")),
            "12.5 % without a count or a total",
        ),
        (
            counted("a", None, 200, percent=Decimal(12)),
            "interval from rounding 7.8 to 17.8 %, derived",
        ),
        (counted("a", None, 7, percent=Decimal("3.3")), "no whole number of 7 patients is 3.3 %"),
        (counted("a", 0, 0), "a total of 0 has no share"),
        (counted("a", 3, 10, denominator=None), "who the total counts is not said"),
        (
            counted("a", None, None, percent=Decimal(5), denominator=None),
            "5 % without a count or a total",
        ),
    ],
)
def test_no_quantified_evidence_is_unquantified_and_why(assertion: Assertion, reason: str) -> None:
    row = only(pool_assertions([assertion], known("a")))
    assert (row.status, row.percent, row.low, row.entered) == ("unquantified", None, None, ())
    assert "no count with its total" in row.remarks[0]
    assert reason in row.left_out[0].reason


def test_a_percentage_without_its_count_does_not_enter_beside_counts() -> None:
    said = [counted("a", 20, 100), counted("b", None, 200, percent=Decimal(20))]
    row = only(pool_assertions(said, known("a", "b")))
    assert (row.status, [one.source for one in row.entered]) == ("one study", ["a"])
    assert [one.assertion.source for one in row.left_out] == ["b"]


def test_a_source_counts_once() -> None:
    said = [counted("a", 20, 100), counted("a", 5, 30, locator="text"), counted("b", 9, 40)]
    row = only(pool_assertions(said, known("a", "b")))
    assert [(one.source, one.total) for one in row.entered] == [("a", 100), ("b", 40)]
    assert row.left_out[0].reason == "another number of a entered: a source counts once"


@pytest.mark.parametrize(
    ("first", "second", "studies"),
    [("2010-2013", "2013-2015", 1), ("2010-2012", "2013-2015", 2), (None, "2013-2015", 1)],
)
def test_patients_of_one_registry_are_not_counted_twice(
    first: str | None, second: str, studies: int
) -> None:
    sources = {
        **known("a", registry=("SEER",), years=first),
        **known("b", registry=("NCDB", "SEER"), years=second),
    }
    row = only(pool_assertions([counted("a", 20, 100), counted("b", 45, 150)], sources))
    assert row.studies == studies
    assert row.entered[0].source == "b"
    if studies == 1:
        assert row.left_out[0].reason == "may hold patients of b: both draw on SEER"


def test_sources_of_no_registry_are_pooled() -> None:
    sources = known("a", "b", population="one hospital, Sweden", design="clinical_cohort")
    assert only(pool_assertions([counted("a", 2, 9), counted("b", 3, 9)], sources)).studies == 2


def test_two_sources_of_one_document_count_once() -> None:
    sources = known("a", "b", doi="10.1000/one")
    row = only(pool_assertions([counted("a", 20, 100), counted("b", 45, 150)], sources))
    assert (row.studies, row.left_out[0].reason) == (1, "the same document as b")


@pytest.mark.parametrize(
    ("counts", "told"),
    [((0, 0), "0 of 200 in all studies"), ((100, 100), "200 of 200"), ((0, 100), "in each study")],
)
def test_where_no_model_fits_it_says_so(counts: tuple[int, int], told: str) -> None:
    said = [counted(source, n, 100) for source, n in zip("ab", counts, strict=True)]
    row = only(pool_assertions(said, known("a", "b")))
    assert (row.status, row.percent) == ("not pooled", None)
    assert told in row.remarks[0]


@pytest.mark.parametrize(("studies", "said"), [(2, "two studies"), (3, "fewer than 6")])
def test_few_studies_are_said_to_be_few(studies: int, said: str) -> None:
    rows = pool_assertions(
        [counted(key, 20 + n, 100) for n, key in enumerate("abcdef"[:studies])],
        known(*"abcdef", design="autopsy_series"),
    )
    assert said in only(rows).remarks[0]
    assert only(rows).interval_method == "t"
    many = [counted(key, 20 + n, 100) for n, key in enumerate("abcdef")]
    row = only(pool_assertions(many, known(*"abcdef", design="model")))
    assert (row.remarks, row.interval_method) == ((), "normal")


def test_a_mean_over_a_contradiction_says_so() -> None:
    rows = pool_assertions([counted("a", 5, 100), counted("b", 90, 100)], known("a", "b"))
    assert "a and b contradict each other" in only(rows).remarks[0]


@settings(max_examples=30, deadline=None)
@given(overlapping_sources(), st.randoms())
def test_a_pool_counts_nobody_twice_in_whatever_order(
    sources: dict[str, Source], chance: Random
) -> None:
    said = [counted(key, 3, 10 + place) for place, key in enumerate(sources)]
    rows = pool_assertions(said, sources)
    chance.shuffle(said)
    assert pool_assertions(said, sources) == rows
    row = only(rows)
    assert not any(same_patients(*two, sources) for two in combinations(row.entered, 2))
    for one in row.left_out:
        assert any(same_patients(one.assertion, other, sources) for other in row.entered)


def test_a_method_that_is_none_is_refused_whatever_the_evidence() -> None:
    with pytest.raises(UnknownNameError, match="binomial_normal"):
        pool_assertions([], {}, method="mean")


# In the graph -------------------------------------------------------------------------------------


def test_the_shipped_graph_pools_what_is_alike() -> None:
    answer = mets.load().pool("DTC", "lung")
    row = answer.to_dicts()[0]
    assert row["entered"] == "tan-2022-thyroid 263/530; kim-2018-thyroid 149/242"
    assert (row["studies"], row["denominator"]) == (2, "distant_stage_at_diagnosis")
    assert answer.formula.startswith("random-effects mean of logits")
    assert "10.1002/sim.4040" in answer.source
    assert any("two studies" in note for note in answer.notes)
    other = mets.load().pool("DTC", "lung", method="reml")
    assert other[0].interval_method == "Knapp-Hartung"
    assert "10.1002/sim.1009" in other.source
    assert "I² from Q" in other.source


def test_pooling_asks_for_what_is_there() -> None:
    kg = mets.load()
    with pytest.raises(UnknownNameError, match="unknown site 'livr'"):
        kg.pool("breast", "livr")
    with pytest.raises(EvidenceError, match="breast cancer to testis is not studied"):
        kg.pool("breast", "testis")


def test_at_least_twelve_pairs_are_counted_by_several_within_one_denominator_and_setting() -> None:
    catalog = read_catalog()
    tables = sorted((Path(__file__).parents[2] / "ontology" / "assertions").glob("*.csv"))
    rows = pool_assertions(mets.read_assertions(tables), catalog.sources)
    of_a_cancer = {
        (row.primary, row.site)
        for row in rows
        if row.status == "pooled" and row.denominator not in ("site_cases", "records")
    }
    assert len(of_a_cancer) >= 12
    for site in ("lung", "pleura", "bone"):
        assert ("ovary_epithelial", site) in of_a_cancer


def test_every_number_has_its_denominator() -> None:
    kg = mets.load()
    for spread in kg.sites_of("lung", roll_up=False):
        for row in kg.pool("lung", spread.site).to_dicts():
            assert row["percent"] is None or row["denominator"]


# Rounding -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [1, 7, 55, 200, 2812])
def test_the_counts_a_percentage_may_stand_for_are_those_that_round_to_it(total: int) -> None:
    for count in range(total + 1):
        for places in (0, 1):
            percent = Decimal(f"{100 * count / total:.{places}f}")
            assert count in possible_counts(percent, total)
            low, high = rounding_interval(percent, total)
            ours = wilson_interval(count, total)
            assert low <= ours[0] <= ours[1] <= high


@pytest.mark.parametrize(
    ("percent", "total"),
    [("50", 0), ("50", -1), ("101", 5), ("-1", 5), ("NaN", 5), ("3.3", 7)],
)
def test_what_no_count_gives_has_no_interval(percent: str, total: int) -> None:
    with pytest.raises(ValueError, match=f"{total}"):
        rounding_interval(Decimal(percent), total)
