"""Which sources may hold the same patients."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._catalog import Source, read_catalog
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.overlap import independent, same_patients
from strategies import overlapping_sources

if TYPE_CHECKING:
    from random import Random

SHIPPED = read_catalog().sources


def said(key: str) -> Assertion:
    return Assertion(primary="lung", site="bone", source=key, locator="table", frequency="common")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("huang-2020-bone", "zhang-2023-bone", "both draw on SEER"),
        ("wu-2017-breast", "xiao-2018-breast", "both draw on SEER"),
        ("de-ridder-2016", "netherlands-colorectal", "both draw on Netherlands"),
        ("bianchi-2012", "gandaglia-2014", "both draw on NIS"),
        ("riihimaki-2014-lung", "riihimaki-2018", "both draw on Sweden"),
        ("hess-2006", "shinagare-2011", None),
        ("cagney-2017", "habbous-2020", None),
        ("pdq-wilms", "nci-common-sites", None),
    ],
)
def test_shipped_sources(one: str, other: str, reason: str | None) -> None:
    found = same_patients(said(one), said(other), SHIPPED)
    assert found == (None if reason is None else f"may hold patients of {other}: {reason}")


@pytest.mark.parametrize(
    ("years", "others", "overlap"),
    [
        ("1991-2000; 2005", "2001-2004", False),
        ("1991-2000; 2005", "2004-2006", True),
        ("2010", "2010", True),
        (None, "2010", True),
        (None, None, True),
    ],
)
def test_years_overlap_span_by_span(years: str | None, others: str | None, overlap: bool) -> None:
    sources = {
        key: Source(key=key, citation=key, design="registry", years=when, registry=("SEER",))
        for key, when in (("a", years), ("b", others))
    }
    assert bool(same_patients(said("a"), said("b"), sources)) is overlap


def test_a_part_of_a_registry_is_in_it() -> None:
    sources = {
        key: Source(key=key, citation=key, design="registry", registry=(key,))
        for key in ("SEER", "Detroit", "Ontario")
    }
    assert same_patients(said("Detroit"), said("SEER"), sources)
    assert same_patients(said("SEER"), said("Detroit"), sources)
    assert same_patients(said("Ontario"), said("SEER"), sources) is None


@given(overlapping_sources(), st.randoms())
def test_together_are_the_connected_ones_in_whatever_order(
    sources: dict[str, Source], chance: Random
) -> None:
    rows = [said(key) for key in sources]
    graph = nx.Graph([(one.source, one.source) for one in rows])
    graph.add_edges_from(
        (one.source, other.source)
        for one, other in combinations(rows, 2)
        if same_patients(one, other, sources)
    )
    expected = sorted(tuple(sorted(group)) for group in nx.connected_components(graph))
    chance.shuffle(rows)
    assert list(independent(rows, sources)) == expected


@given(overlapping_sources())
def test_it_holds_both_ways(sources: dict[str, Source]) -> None:
    for one, other in combinations(map(said, sources), 2):
        forth, back = same_patients(one, other, sources), same_patients(other, one, sources)
        assert (forth is None) == (back is None)
