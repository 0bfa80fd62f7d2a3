"""Why an edge stands: the rule, the threshold at which it falls, and what carries it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

import metastasis as mets
from metastasis import KnowledgeGraph
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.edge import RULES, verdict_on
from metastasis.rdf._rules import rule_paths
from strategies import SMALL, dense_tables

if TYPE_CHECKING:
    from metastasis._evidence.explanation import Explanation


def said(source: str = "one", **more: Any) -> Assertion:
    more = {"denominator": "autopsies" if "total" in more else None, "locator": "here", **more}
    return Assertion(primary="breast", site="bone", source=source, **more)


def explained(*assertions: Assertion) -> Explanation:
    return KnowledgeGraph.from_assertions(assertions, SMALL).explain("breast", "bone")


def test_every_rule_named_is_a_rule() -> None:
    assert set(RULES.values()) <= {path.stem for path in rule_paths()}


def test_counts_alone_say_where_the_edge_falls() -> None:
    found = explained(said(count=30, total=100), said("two", count=50, total=100))
    assert found.rule == "10-commonly-spreads-to"
    assert found.falls_above == pytest.approx(40.3832)
    assert "stands until the share that is asked for, now 10 %, passes 40.4 %." in str(found)


def test_words_carry_an_edge_until_numbers_rule_it_out() -> None:
    found = explained(said(frequency="common"), said("two", count=50, total=100))
    assert found.falls_above == pytest.approx(59.6168)
    assert "passes 59.6 %" in str(found)
    words = explained(said(frequency="common"))
    assert words.falls_above is None
    assert "does not hang on a threshold" in str(words)


def test_an_edge_that_is_not_common_says_how_far_it_is_from_it() -> None:
    words = str(explained(said(count=12, total=100)))
    assert "rule 30-spreads-to: not common" in words
    assert "the highest lower bound is 7 %, where 10 % is asked for" in words
    assert "no number out of at least 50 patients" in str(explained(said(frequency="possible")))
    rare = explained(said(frequency="rare"))
    assert (rare.rule, rare.falls_above) == ("20-rarely-spreads-to", None)


def test_a_pair_without_an_edge_has_no_rule() -> None:
    for found in (
        explained(said(frequency="absent")),
        explained(said(frequency="common"), said("two", frequency="absent")),
        mets.load().explain("breast", "testis"),
    ):
        assert (found.rule, found.falls_above) == (None, None)
    assert mets.load().explain("breast", "testis").belief is None


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(dense_tables())
def test_the_edge_stands_just_below_the_threshold_and_falls_above_it(
    table: list[Assertion],
) -> None:
    kg = KnowledgeGraph.from_assertions(table, SMALL)
    found = kg.explain("breast", "bone")
    if found.falls_above is None:
        return
    assert found.metastasis is not None
    assertions, sources = found.metastasis.assertions, SMALL.sources
    for asked, is_common in ((found.falls_above, True), (found.falls_above + 0.001, False)):
        verdict = verdict_on(assertions, sources, least_percent=asked)
        assert (verdict.edge == "commonly") == is_common


def test_the_interval_from_rounding_is_said_to_be_derived() -> None:
    words = str(explained(said(percent=Decimal(12), total=200)))
    assert "12 % of 200 autopsies (7.8 to 17.8 from rounding), no count, one" in words
    strange = str(explained(said(percent=Decimal("3.3"), total=7)))
    assert "no whole number of patients gives this percentage" in strange
    assert "rounding" not in str(explained(said(count=3, total=9)))


def test_belief_stands_with_its_documents() -> None:
    found = explained(said(frequency="common"), said(frequency="rare", locator="there"))
    assert found.belief is not None
    assert found.belief.documents == 1
    assert "Belief 0.65 from 1 document of 1 kind (documents counted once" in str(found)
