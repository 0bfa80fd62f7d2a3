"""Intervals, held to independent implementations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metastasis._evidence.interval import wilson_interval


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    total = draw(st.integers(1, 10**6))
    return draw(st.integers(0, total)), total


@given(counts())
def test_the_interval_agrees_with_statsmodels_and_scipy(pair: tuple[int, int]) -> None:
    from scipy.stats import binomtest
    from statsmodels.stats.proportion import proportion_confint

    count, total = pair
    ours = wilson_interval(count, total)
    scipys = binomtest(count, total).proportion_ci(0.95, method="wilson")
    assert ours == pytest.approx(proportion_confint(count, total, method="wilson"), abs=1e-9)
    assert ours == pytest.approx((scipys.low, scipys.high), abs=1e-9)


@given(counts())
def test_the_interval_holds_the_proportion_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    count, total = pair
    low, high = wilson_interval(count, total)
    assert 0 <= low <= count / total <= high <= 1


@pytest.mark.parametrize(("count", "total"), [(0, 0), (1, -1), (-1, 5), (6, 5)])
def test_what_has_no_proportion_has_no_interval(count: int, total: int) -> None:
    with pytest.raises(ValueError, match="not defined"):
        wilson_interval(count, total)
