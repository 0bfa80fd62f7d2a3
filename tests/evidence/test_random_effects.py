"""Random effects, held to published figures, to statsmodels, and to plain integration."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from metastasis._errors import UnknownNameError
from metastasis._evidence.random_effects import METHODS, RandomEffects, random_effects, share
from strategies import studies

pytest.importorskip("scipy", reason="scipy is in the extra 'stats'")
pytest.importorskip("statsmodels", reason="statsmodels is in the extra 'stats'")

# Catheter-related bloodstream infections in 18 trials (Niel-Weise BS, Stijnen T, van den Broek PJ,
# 2007): dat.nielweise2007 of the R package metadat, infections and patients, with standard and with
# coated catheters. The figures are those of Stijnen T, Hamza TH, Özdemir P, Stat Med
# 2010;29:3046-3067, doi:10.1002/sim.4040, table II, as metafor's own test of that example has them
# (tests/testthat/test_analysis_example_stijnen2010.r): rma(measure="PLO") and rma.glmm.
STANDARD = (
    [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1],
    [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69],
)
COATED = (
    [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4],
    [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64],
)


@pytest.mark.parametrize(
    ("arm", "method", "estimate", "error", "tau2", "shares"),
    [
        (STANDARD, "reml", -3.30, 0.24, 0.663, (0.036, 0.023, 0.055)),
        (COATED, "reml", -4.26, 0.26, 0.393, (0.014, 0.008, 0.023)),
        (STANDARD, "binomial_normal", -3.50, 0.26, 0.81, (0.029, 0.018, 0.048)),
        (COATED, "binomial_normal", -4.81, 0.36, 0.83, (0.008, 0.004, 0.016)),
    ],
)
def test_the_published_figures_of_metafor_come_out(
    arm: tuple[list[int], list[int]],
    method: str,
    estimate: float,
    error: float,
    tau2: float,
    shares: tuple[float, float, float],
) -> None:
    found = random_effects(*arm, method)
    digits = 3 if method == "reml" else 2
    assert round(found.estimate, 2) == estimate
    assert round(found.standard_error, 2) == error
    assert round(found.tau2, digits) == tau2
    logits = (found.estimate, found.low, found.high)
    assert tuple(round(share(logit), 3) for logit in logits) == shares


@settings(max_examples=60, deadline=None)
@given(studies())
def test_the_weighed_methods_agree_with_statsmodels(data: tuple[list[int], list[int]]) -> None:
    from statsmodels.stats.meta_analysis import combine_effects

    counts, totals = (np.asarray(numbers, dtype=float) for numbers in data)
    rest = totals - counts
    half = np.where((counts == 0) | (rest == 0), 0.5, 0)
    logits = np.log((counts + half) / (rest + half))
    variances = 1 / (counts + half) + 1 / (rest + half)
    for method, theirs in (("dersimonian_laird", "chi2"), ("paule_mandel", "iterated")):
        ours = random_effects(*data, method)
        with np.errstate(invalid="ignore", divide="ignore"):  # it leaves a negative τ² as it is
            other = combine_effects(logits, variances, method_re=theirs)
        assert ours.tau2 == pytest.approx(max(0.0, other.tau2), abs=1e-6)
        assert ours.q == pytest.approx(other.q, rel=1e-9, abs=1e-9)
        assert ours.i2 == pytest.approx(100 * max(0.0, other.i2), abs=1e-6)
        if other.tau2 >= 0:
            assert ours.estimate == pytest.approx(other.mean_effect_re, abs=1e-6)
            assert ours.standard_error == pytest.approx(other.sd_eff_w_re, abs=1e-6)


def loss(mean: float, spread: float, counts: list[int], totals: list[int]) -> float:
    """Return minus the log likelihood by a fine grid, without modes, nodes or weights."""
    logits = np.linspace(mean - 10 * spread, mean + 10 * spread, 20_001)
    density = np.exp(-0.5 * ((logits - mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    total = 0.0
    for n, of in zip(counts, totals, strict=True):
        log_fit = n * logits - of * np.logaddexp(0, logits)
        top = log_fit.max()
        total -= top + math.log(np.trapezoid(np.exp(log_fit - top) * density, logits))
    return total


@pytest.mark.parametrize("arm", [STANDARD, COATED, ([8, 20, 3], [40, 60, 30]), ([1, 40], [50, 60])])
def test_the_binomial_normal_maximum_is_one_by_plain_integration(
    arm: tuple[list[int], list[int]],
) -> None:
    found = random_effects(*arm)
    spread = math.sqrt(found.tau2)
    best = loss(found.estimate, spread, *arm)
    for step in (-0.02, 0.02):
        assert loss(found.estimate + step, spread, *arm) > best
        assert loss(found.estimate, spread + step, *arm) > best


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(studies())
def test_a_pooled_share_lies_among_the_shares_and_in_its_intervals(
    data: tuple[list[int], list[int]],
) -> None:
    shares = [n / of for n, of in zip(*data, strict=True)]
    for method in METHODS:
        found = random_effects(*data, method)
        assert min(shares) - 0.1 <= share(found.estimate) <= max(shares) + 0.1
        assert found.low <= found.estimate <= found.high
        assert found.tau2 >= 0
        assert 0 <= found.i2 <= 100
        if found.prediction_low is not None:
            assert found.prediction_low <= found.low
        assert (found.prediction_low is None) == (len(shares) < 3)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(studies())
def test_the_order_of_the_studies_and_the_side_counted_do_not_matter(
    data: tuple[list[int], list[int]],
) -> None:
    counts, totals = data
    for method in METHODS:
        found = random_effects(counts, totals, method)
        turned = random_effects(counts[::-1], totals[::-1], method)
        other = random_effects([n - k for k, n in zip(counts, totals, strict=True)], totals, method)
        assert turned.estimate == pytest.approx(found.estimate, rel=2e-3, abs=2e-3)
        assert other.estimate == pytest.approx(-found.estimate, rel=2e-3, abs=2e-3)
        assert other.tau2 == pytest.approx(found.tau2, rel=2e-2, abs=2e-3)


def test_studies_that_agree_have_nothing_between_them() -> None:
    found = random_effects([10, 20, 30], [100, 200, 300])
    assert (found.tau2, found.i2) == (0.0, 0.0)
    assert share(found.estimate) == pytest.approx(0.1)


def test_the_prediction_interval_is_that_of_higgins_and_others() -> None:
    from scipy.stats import t

    found = random_effects(*STANDARD, "reml")
    assert found.prediction_high is not None
    reach = t.ppf(0.975, 16) * math.sqrt(found.tau2 + found.standard_error**2)
    assert found.prediction_high - found.estimate == pytest.approx(reach)


@pytest.mark.parametrize(
    ("counts", "totals", "wrong"),
    [
        ([1], [10], "two or more"),
        ([], [], "two or more"),
        ([1, 2], [10], "two or more"),
        ([0, 1], [0, 10], "0 of 0 is no proportion"),
        ([1, 11], [10, 10], "11 of 10 is no proportion"),
        ([-1, 1], [10, 10], "-1 of 10"),
        ([0, 0], [10, 10], "0 of 20 in all studies"),
        ([10, 10], [10, 10], "20 of 20 in all studies"),
        ([0, 10], [10, 10], "no one or everyone in each study"),
    ],
)
def test_what_cannot_be_pooled_says_why(counts: list[int], totals: list[int], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        random_effects(counts, totals)


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown method 'fixed'"):
        random_effects([1, 2], [10, 10], "fixed")


def test_larger_heterogeneity_widens_the_prediction() -> None:
    spreads: list[RandomEffects] = [
        random_effects([20 - gap, 20, 20 + gap], [100, 100, 100]) for gap in (0, 8, 15)
    ]
    for one, other in pairwise(spreads):
        assert one.prediction_high is not None
        assert other.prediction_high is not None
        assert one.prediction_high < other.prediction_high
