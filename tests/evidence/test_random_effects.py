"""Random effects, held to published figures, to statsmodels, and to plain integration."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from metastasis._errors import UnknownNameError
from metastasis._evidence.random_effects import (
    METHODS,
    RandomEffects,
    dispersion,
    random_effects,
    share,
)
from strategies import studies

pytest.importorskip("scipy", reason="scipy is in the extra 'stats'")
pytest.importorskip("statsmodels", reason="statsmodels is in the extra 'stats'")

# Catheter-related bloodstream infections in 18 trials (Niel-Weise BS, Stijnen T, van den Broek PJ,
# 2007): dat.nielweise2007 of the R package metadat, infections and patients, with standard and with
# coated catheters. The figures are those of Stijnen T, Hamza TH, Özdemir P, Stat Med
# 2010;29:3046-3067, doi:10.1002/sim.4040, table II, as metafor's own test of that example has them
# (tests/testthat/test_analysis_example_stijnen2010.r): rma(measure="PLO") and rma.glmm; but for the
# intervals of "reml", which are those of rma(…, test="adhoc"), by Student's t.
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
        (STANDARD, "reml", -3.30, 0.24, 0.663, (0.036, 0.022, 0.057)),
        (COATED, "reml", -4.26, 0.26, 0.393, (0.014, 0.008, 0.024)),
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


# Run once, with metafor 3.8-1 in R 4.2.2:
#   rma(measure="PLO", xi=xi, ni=ni, method="REML", test="adhoc") (PM, DL: test="t")
#   rma.glmm(measure="PLO", xi=xi, ni=ni, nAGQ=25, test="t")
# PRITZ is dat.pritz1997 of metadat. The adjustment of Knapp and Hartung bounded from below is
# test="adhoc"; without the bound it is "knha". b, se, ci.lb, ci.ub, tau2, QE are printed.
FIVE = ([8, 20, 3, 11, 5], [40, 60, 30, 95, 22])
ALIKE = ([20, 21, 40], [100, 100, 205])
PRITZ = (
    [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
    [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
)


@pytest.mark.parametrize(
    ("data", "method", "interval", "printed"),
    [
        (FIVE, "reml", "Knapp-Hartung", (-1.445537, 0.293907, -2.261554, -0.629521, 0.262860)),
        (ALIKE, "reml", "Knapp-Hartung", (-1.385871, 0.124240, -1.920434, -0.851309, 0)),
        (PRITZ, "reml", "Knapp-Hartung", (1.138909, 0.244441, 0.610825, 1.666993, 0.364588)),
        (FIVE, "paule_mandel", "t", (-1.440244, 0.279986, -2.217611, -0.662877, 0.224911)),
        (FIVE, "dersimonian_laird", "t", (-1.451043, 0.310416, -2.312896, -0.589189, 0.310643)),
        (FIVE, "binomial_normal", "t", (-1.479272, 0.270785, -2.231090, -0.727453, 0.201931)),
    ],
)
def test_intervals_are_those_of_metafor(
    data: tuple[list[int], list[int]], method: str, interval: str, printed: tuple[float, ...]
) -> None:
    found = random_effects(*data, method)
    ours = (found.estimate, found.standard_error, found.low, found.high, found.tau2)
    assert ours == pytest.approx(printed, abs=2e-5)
    assert found.interval == interval


def test_the_adjustment_of_knapp_and_hartung_is_that_of_metafor() -> None:
    """``rma(…, test="knha")``: standard errors 0.27936581, 0.02678440 and 0.24444147."""
    for data, printed in ((FIVE, 0.27936581), (ALIKE, 0.02678440), (PRITZ, 0.24444147)):
        counts, totals = (np.asarray(numbers, dtype=float) for numbers in data)
        half = np.where((counts == 0) | (counts == totals), 0.5, 0)
        n, rest = counts + half, totals - counts + half
        logits, variances = np.log(n / rest), 1 / n + 1 / rest
        tau2 = random_effects(*data, "reml").tau2
        plain = math.sqrt(1 / (1 / (variances + tau2)).sum())
        ours = plain * math.sqrt(dispersion(logits, variances, tau2))
        assert ours == pytest.approx(printed, abs=1e-6)


@pytest.mark.parametrize(("studies_", "interval"), [(5, "t"), (6, "normal")])
def test_of_few_studies_the_interval_takes_t(studies_: int, interval: str) -> None:
    found = random_effects([10, 12, 9, 14, 11, 10][:studies_], [50] * studies_)
    assert found.interval == interval


def test_i2_is_that_of_q() -> None:
    """Higgins and Thompson 2002; metafor prints 63.7 here, from τ²."""
    found = random_effects(*FIVE, "reml")
    assert found.q == pytest.approx(12.2967444751)
    assert found.i2 == pytest.approx(100 * (1 - 4 / found.q))


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
        if other.q > 1e-9:  # of a Q that is 0 but for rounding, its I² is any number
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
