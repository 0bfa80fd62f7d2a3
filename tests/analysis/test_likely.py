"""Likely primaries: Bayes' rule against independent implementations, calibration, refusals."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from itertools import permutations
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import norm

from metastasis import Assertion, Frame
from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis import count_patients, likely
from metastasis.analysis._likely import choose_prior, evidence_shares, observe, shrunk_shares
from metastasis.analysis._likely.model import Frequencies, log_likelihood, statement_factors
from metastasis.analysis._likely.patients import LEAST_PATIENTS, Patients, fit_factor, independent
from metastasis.analysis._likely.posterior import LEAST_GAIN, why_flat
from metastasis.analysis._likely.shares import UNKNOWN_TOTAL, USUAL, shares_in_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._table import Table
    from metastasis.analysis._likely import LikelyPrimary


def _script(name: str) -> Any:
    """Return a module of ``scripts/``, with its neighbors in reach."""
    folder = str(Path(__file__).parents[2] / "scripts")
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(folder)


TRUTH: Final = _script("known_truth")
"""Cohorts made up with a known truth, and how good posteriors on them are."""

EVIDENCE = load().evidence
CATALOG = EVIDENCE.catalog
SITES = ("bone", "brain", "liver", "lung")
NOWHERE = Frame("autopsies", "at_diagnosis")
"""Where nobody counts anything."""


@dataclass(frozen=True)
class Pattern:
    """As ``metastasis.patients`` has it."""

    primary: str
    sex: str | None
    metastatic: bool
    sites: tuple[str, ...]
    patients: int


def patterns_of(
    *rows: tuple[str, Sequence[str], int], sex: str | None = None, metastatic: bool = True
) -> list[Pattern]:
    return [Pattern(one, sex, metastatic, tuple(sites), n) for one, sites, n in rows]


COHORT = patterns_of(
    ("prostate", ("bone",), 80),
    ("prostate", ("liver", "bone"), 8),
    ("prostate", ("liver",), 2),
    ("colorectal", ("liver",), 70),
    ("colorectal", ("liver", "lung"), 25),
    ("colorectal", ("bone",), 5),
    ("lung", ("brain",), 40),
    ("lung", ("bone", "liver"), 30),
    ("lung", ("lung",), 30),
)


def evidence_of(shares: dict[str, dict[str, tuple[int, int]]], **more: Any) -> Evidence:
    """Return evidence that counts n of N at each site of each primary."""
    return Evidence.from_assertions(
        [
            Assertion(
                primary=primary,
                site=site,
                source="hess-2006",
                locator=f"{primary} {site}",
                count=count,
                total=total,
                **{
                    "denominator": "metastatic_patients",
                    "setting": "during_course",
                    **more,
                },
            )
            for primary, sites in shares.items()
            for site, (count, total) in sites.items()
        ],
        CATALOG,
    )


COUNTED = evidence_of(
    {
        "prostate": {"bone": (90, 100), "liver": (10, 100), "lung": (30, 100)},
        "colorectal": {"bone": (10, 100), "liver": (70, 100), "lung": (30, 100)},
        "breast": {"bone": (60, 100), "liver": (40, 100), "lung": (30, 100)},
    }
)


MODEL: Final = fit_factor(count_patients(COHORT, CATALOG))


def posterior_of(found: Table[LikelyPrimary]) -> dict[str, float]:
    return {one.primary: one.posterior or 0 for one in found}


# Bayes' rule


observations = st.dictionaries(st.sampled_from(SITES), st.booleans(), min_size=1, max_size=4)


@given(observations, st.sampled_from(["uniform", "cohort"]), st.booleans())
def test_the_posterior_sums_to_one_and_the_shares_to_the_log_odds(
    seen: dict[str, bool], prior: str, dependence: bool
) -> None:
    found = likely(
        EVIDENCE,
        [site for site, there in seen.items() if there],
        absent=[site for site, there in seen.items() if not there],
        patterns=COHORT,
        prior=prior,
        dependence=dependence,
        draws=20,
    )
    assert sum(posterior_of(found).values()) == pytest.approx(1)
    for one in found:
        assert one.posterior is not None
        assert one.prior_log_odds is not None
        assert one.log_odds == pytest.approx(log(one.posterior / (1 - one.posterior)), abs=1e-9)
        added = sum(share.weight for share in one.evidence)
        assert one.prior_log_odds + added == pytest.approx(one.log_odds, abs=1e-9)
        assert {share.site for share in one.evidence} == set(seen)


@pytest.mark.parametrize("patterns", [None, COHORT])
def test_the_order_of_sites_is_of_no_matter(patterns: Any) -> None:
    evidence = COUNTED if patterns is None else EVIDENCE
    answers = [
        likely(evidence, order, absent="lung", patterns=patterns, draws=50).to_dicts()
        for order in permutations(["bone", "liver"])
    ]
    assert all(answer == answers[0] for answer in answers)


def test_the_posterior_is_that_of_a_calculation_by_hand() -> None:
    found = likely(COUNTED, "liver", absent="bone", prior={"prostate": 3, "colorectal": 1})
    parts = np.array([[90, 10], [10, 70], [60, 40]]) / 100
    more, fewer = shrunk_shares(parts, np.full((3, 2), 100))
    bone, liver = (more / (more + fewer)).T
    weights = {"prostate": 3 * liver[0] * (1 - bone[0]), "colorectal": liver[1] * (1 - bone[1])}
    # The prior leaves breast cancer out of the ranking; its numbers still tell the mean of a site.
    expected = {key: weight / sum(weights.values()) for key, weight in weights.items()}
    assert posterior_of(found) == pytest.approx(expected)
    assert found[0].primary == "colorectal"
    assert any("without a prior, and so left out: breast" in note for note in found.notes)


def test_with_levels_of_spread_it_is_that_of_brute_force() -> None:
    """Sums over every set of the sites that were not mentioned, and over the levels."""
    patients = count_patients(COHORT, CATALOG)
    model = fit_factor(patients)
    presence = model.presence()
    place = {site: n for n, site in enumerate(patients.sites)}
    whole = np.zeros(len(patients.primaries))
    for lung in (0, 1):
        for brain in (0, 1):
            row = {"bone": 1, "liver": 0, "lung": lung, "brain": brain}
            for level, weight in enumerate(model.weights):
                terms = [
                    presence[:, level, place[site]]
                    if there
                    else 1 - presence[:, level, place[site]]
                    for site, there in row.items()
                ]
                whole += weight * np.prod(terms, axis=0)
    expected = whole / whole.sum()
    found = posterior_of(likely(EVIDENCE, "bone", absent="liver", patterns=COHORT, draws=0))
    assert [found[key] for key in patients.primaries] == pytest.approx(expected)


def test_independent_sites_agree_with_naive_bayes() -> None:
    """Where the mean of a site is a half and weighs two patients: Laplace's smoothing."""
    naive_bayes = pytest.importorskip("sklearn.naive_bayes")
    patients = TRUTH.draw_patients(
        TRUTH.make_world("independent", primaries=4, sites=6), [40] * 4, seed=3
    )
    totals = patients.counts.sum(axis=1, keepdims=True)
    there = patients.counts @ patients.rows
    model = Frequencies(patients.primaries, there + 1, totals - there + 1)
    primary, place = np.nonzero(patients.counts)
    peer = naive_bayes.BernoulliNB(alpha=1)
    peer.fit(patients.rows[place], primary, sample_weight=patients.counts[primary, place])
    ours = TRUTH.posteriors(model, totals[:, 0] / totals.sum(), patients.rows)
    np.testing.assert_allclose(ours, peer.predict_proba(patients.rows), atol=1e-12)


def test_where_every_cancer_is_alike_the_prior_stays_and_nothing_is_told() -> None:
    alike = evidence_of({one: {"bone": (40, 100)} for one in ("lung", "breast", "kidney")})
    found = likely(alike, ["bone"], prior={"lung": 7, "breast": 2, "kidney": 1})
    assert [one.posterior for one in found] == pytest.approx([0.7, 0.2, 0.1])
    assert {one.verdict for one in found} == {f"{CANNOT_TELL}: the sites hardly change the prior"}
    flat = likely(alike, ["bone"], prior="uniform")
    assert "the posterior is flat" in flat[0].verdict


def test_a_site_with_ratio_one_adds_nothing() -> None:
    without = likely(COUNTED, ["bone"])
    with_it = likely(COUNTED, ["bone", "lung"])  # 30 of 100 in every cancer
    assert posterior_of(with_it) == pytest.approx(posterior_of(without))
    lung = [share.weight for one in with_it for share in one.evidence if share.site == "lung"]
    assert lung == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_site_that_is_not_mentioned_is_no_evidence_of_absence() -> None:
    silent = posterior_of(likely(COUNTED, ["liver"]))
    clear = posterior_of(likely(COUNTED, "liver", absent="bone"))
    assert clear["colorectal"] > silent["colorectal"]


@given(st.integers(2, 12), st.integers(0, 1000))
def test_shares_of_the_evidence_sum_to_the_change_of_the_odds(sites: int, seed: int) -> None:
    """Ten statements at most are shared out exactly, more by drawn orders; the sum is exact."""
    generator = np.random.default_rng(seed)
    model = MODEL
    presence = generator.uniform(0.05, 0.95, (4, 3, sites))
    factors = statement_factors(presence, [((n,), bool(n % 2)) for n in range(sites)])
    weights = model.weights[:3] / model.weights[:3].sum()
    prior = np.array([0.4, 0.3, 0.2, 0.1])
    shares = evidence_shares(factors, weights, prior, seed=seed)
    joint = np.exp(log_likelihood(factors, weights)) * prior
    posterior = joint / joint.sum()
    change = np.log(posterior / (1 - posterior)) - np.log(prior / (1 - prior))
    np.testing.assert_allclose(shares.sum(axis=0), change, atol=1e-9)


# Shrinkage


def test_the_shrunk_share_is_between_its_own_and_the_mean() -> None:
    parts = np.array([[0.9], [0.5], [0.1], [0.3]])
    for patients in (5, 50, 5000):
        more, fewer = shrunk_shares(parts, np.full((4, 1), patients))
        shrunk = more / (more + fewer)
        assert np.all(np.abs(shrunk - parts.mean()) <= np.abs(parts - parts.mean()) + 1e-9)
    np.testing.assert_allclose(shrunk, parts, atol=0.001)


def test_moments_come_near_the_likeliest_beta_distribution() -> None:
    """Kleinman's moments against the marginal likelihood of the counts, on a known truth."""
    generator = np.random.default_rng(4)
    sizes = generator.integers(50, 400, 300)
    counts = generator.binomial(sizes, generator.beta(3, 7, 300))
    more, fewer = shrunk_shares((counts / sizes)[:, None], sizes[:, None])
    weight = (more + fewer - sizes[:, None])[0, 0]
    mean = (more - counts[:, None])[0, 0] / weight

    def likelihood(mean: float, weight: float) -> float:
        first, second = mean * weight, (1 - mean) * weight
        terms = betaln(counts + first, sizes - counts + second) - betaln(first, second)
        return float(terms.sum())

    assert mean == pytest.approx(0.3, abs=0.03)
    assert weight == pytest.approx(10, rel=0.25)
    best = max(likelihood(m, w) for m in np.linspace(0.2, 0.4, 41) for w in np.linspace(5, 20, 61))
    assert best - likelihood(mean, weight) < 1


def test_a_cancer_that_was_not_counted_at_a_site_is_like_the_mean_and_it_is_said() -> None:
    evidence = evidence_of(
        {
            "prostate": {"bone": (90, 100), "liver": (10, 100)},
            "colorectal": {"bone": (10, 100), "liver": (70, 100)},
            "breast": {"bone": (60, 100), "liver": (40, 100)},
            "kidney": {"liver": (20, 100)},
            "thyroid": {"lung": (50, 100)},
        }
    )
    answer = likely(evidence, ["bone", "liver"])
    found = {one.primary: one for one in answer}
    assert found["kidney"].assumed == ("bone",)
    assert (found["kidney"].posterior or 0) > 0
    assert "thyroid" not in found
    assert any("none of the sites is counted for them: thyroid" in one for one in answer.notes)


# The numbers of the graph


def test_the_shares_of_a_frame_prefer_counts_and_say_what_they_weigh() -> None:
    shares = shares_in_frame(EVIDENCE, USUAL)
    assert shares["breast", "bone"].patients == 276
    assert shares["nen", "liver"].patients == UNKNOWN_TOTAL
    assert shares["bladder", "bone"].population == "muscle-invasive"
    assert shares["bladder", "bone"].share == 71 / 150


def test_several_counts_of_a_pair_are_pooled() -> None:
    said = [
        Assertion(
            primary="lung",
            site="bone",
            source=source,
            locator="a",
            count=count,
            total=100,
            denominator="autopsies",
            setting="at_autopsy",
        )
        for source, count in (("hess-2006", 20), ("shiraz-breast", 40))
    ]
    evidence = Evidence.from_assertions(said, CATALOG)
    shares = shares_in_frame(evidence, Frame("autopsies", "at_autopsy"))
    one = shares["lung", "bone"]
    assert one.how == "pooled"
    assert 0.2 < one.share < 0.4
    assert one.patients < 200  # the sources differ by more than chance
    assert one.sources == ("hess-2006", "shiraz-breast")


def test_only_the_broadest_of_a_cancer_and_its_subtypes_is_ranked() -> None:
    primaries = ("nen", "lung_net", "stomach", "kidney")
    evidence = evidence_of({one: {"liver": (40, 100)} for one in primaries})
    found = likely(evidence, ["liver"], prior="uniform", anyway=True)
    assert set(posterior_of(found)) == {"nen", "stomach", "kidney"}
    assert any("subtypes of a cancer that is ranked: lung_net" in note for note in found.notes)


def test_a_sex_leaves_the_cancers_of_the_other_out() -> None:
    assert "prostate" in posterior_of(likely(COUNTED, ["bone"]))
    assert "prostate" not in posterior_of(likely(COUNTED, ["bone"], sex="female"))
    found = likely(EVIDENCE, ["bone"], sex="female", patterns=COHORT)
    assert "prostate" not in posterior_of(found)
    assert observe(CATALOG, ["ovary"]).sex == "female"


def test_priors_by_name() -> None:
    uniform = choose_prior("uniform", ["breast", "lung"], CATALOG)
    assert uniform.shares == {"breast": 0.5, "lung": 0.5}
    cases = choose_prior("incidence", ["breast", "lung", "osteosarcoma"], CATALOG)
    assert cases.shares["lung"] == pytest.approx(2480675 / (2480675 + 2296840))
    assert cases.without == ("osteosarcoma",)
    assert "World 2022" in cases.source
    cohort = choose_prior("cohort", ["breast", "lung"], CATALOG, {"breast": 30, "lung": 10})
    assert cohort.shares == {"breast": 0.75, "lung": 0.25}


def test_the_prior_of_a_cohort_is_that_of_the_sex_where_it_was_recorded() -> None:
    rows = [
        *patterns_of(("lung", ("bone",), 30), ("breast", ("bone",), 1), sex="male"),
        *patterns_of(("lung", ("liver",), 30), ("breast", ("liver",), 89), sex="female"),
    ]
    patients = count_patients(rows, CATALOG)
    assert patients.patients_of("male") == {"breast": 1, "lung": 30}
    assert patients.patients_of() == {"breast": 90, "lung": 60}
    found = likely(EVIDENCE, ["bone"], sex="male", patterns=rows, prior="cohort", draws=0)
    assert {one.primary: one.prior for one in found} == pytest.approx(
        {"breast": 1 / 31, "lung": 30 / 31}
    )


# Patients


def test_of_sites_that_overlap_the_finest_counts_and_a_whole_is_any_of_its_parts() -> None:
    rows = patterns_of(
        ("lung", ("lymph_node", "lymph_node_thoracic"), 50),
        ("lung", ("lymph_node",), 25),
        ("lung", ("bone",), 25),
        ("breast", ("lymph_node", "lymph_node_axillary"), 20),
        ("breast", ("bone",), 80),
    )
    patients = count_patients(rows, CATALOG)
    assert patients.sites == ("bone", "lymph_node", "lymph_node_axillary", "lymph_node_thoracic")
    assert patients.rows.sum(axis=1).tolist() == [1, 1, 1, 1]
    found = likely(EVIDENCE, ["lymph node"], patterns=rows, dependence=False, draws=0)
    shares = independent(patients).presence()[:, 0, 1:]
    any_of = 1 - np.prod(1 - shares, axis=1)
    expected = dict(zip(("breast", "lung"), any_of / any_of.sum(), strict=True))
    assert posterior_of(found) == pytest.approx(expected)


def test_patients_who_are_not_metastatic_and_small_cohorts_are_left_out() -> None:
    rows = [
        *COHORT,
        *patterns_of(("kidney", (), 1000), metastatic=False),
        *patterns_of(("thyroid", ("bone",), LEAST_PATIENTS - 1)),
    ]
    found = likely(EVIDENCE, ["bone"], patterns=rows)
    assert set(posterior_of(found)) == {"prostate", "colorectal", "lung"}
    assert any("thyroid" in note for note in found.notes)


def test_a_split_gives_every_patient_to_one_part() -> None:
    patients = TRUTH.draw_patients(TRUTH.make_world("spread"), [100] * 10)
    first, second = TRUTH.split_patients(patients, 0.7, 1)
    np.testing.assert_array_equal(first.counts + second.counts, patients.counts)
    assert first.counts.sum(axis=1).tolist() == [70] * 10
    assert min(first.counts.min(), second.counts.min()) >= 0


# Dependence, and a known truth


def test_the_spread_of_a_known_world_is_recovered() -> None:
    truth = TRUTH.make_world("spread", primaries=6, sites=8, seed=2)
    model = fit_factor(TRUTH.draw_patients(truth, [4000] * 6, seed=5))
    np.testing.assert_allclose(model.loadings, truth.loadings, atol=0.2)
    assert np.corrcoef(model.intercepts.ravel(), truth.intercepts.ravel())[0, 1] > 0.99
    none = fit_factor(TRUTH.draw_patients(TRUTH.make_world("independent"), [2000] * 10, seed=5))
    assert np.abs(none.loadings).max() < 0.4


def true_posterior(kind: str, seed: int, patients: Patients, sizes: Sequence[int]) -> Any:
    """Return posteriors from the truth itself, with a fine rectangle rule over the spread."""
    world = TRUTH.make_world(kind, seed=seed)
    grid = np.linspace(-6, 6, 241)
    weights = norm.pdf(grid) / norm.pdf(grid).sum()
    logits = world.intercepts[:, None, :] + grid[:, None] * world.loadings
    chances = 1 / (1 + np.exp(-logits))
    rows = patients.rows
    joint = np.exp(
        np.einsum("ps,cqs->pcq", rows, np.log(chances))
        + np.einsum("ps,cqs->pcq", 1 - rows, np.log1p(-chances))
    )
    weighed = (joint @ weights) * np.array(sizes)
    return weighed / weighed.sum(axis=1, keepdims=True)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["independent", "spread"])
def test_on_a_known_truth_posteriors_are_calibrated_and_near_the_best_there_is(kind: str) -> None:
    sizes = [1500, 900, 600, 300, 300, 150, 150, 100, 60, 50]
    world = TRUTH.make_world(kind, seed=1)
    first = TRUTH.draw_patients(world, sizes, seed=10)
    second = TRUTH.draw_patients(world, [4 * size for size in sizes], seed=11)
    ours = TRUTH.judge(
        TRUTH.posteriors(fit_factor(first), np.array(sizes), second.rows), second.counts
    )
    best = TRUTH.judge(true_posterior(kind, 1, second, sizes), second.counts)
    prior = np.tile(np.array(sizes) / sum(sizes), (len(second.rows), 1))
    assert ours.calibration_error <= 0.03
    assert best.log_loss <= ours.log_loss <= best.log_loss * 1.03
    assert ours.log_loss < TRUTH.judge(prior, second.counts).log_loss * 0.9


@pytest.mark.slow
@pytest.mark.parametrize("kind", TRUTH.WORLDS)
def test_with_few_patients_no_logistic_regression_is_much_better(kind: str) -> None:
    """Not even with a penalty chosen in hindsight; scripts/judge_likely.py judges in earnest."""
    linear_model = pytest.importorskip("sklearn.linear_model")
    world = TRUTH.make_world(kind, seed=0)
    first = TRUTH.draw_patients(world, [150] * 10, seed=20)
    second = TRUTH.draw_patients(world, [1000] * 10, seed=21)
    ours = TRUTH.judge(TRUTH.posteriors(fit_factor(first), np.ones(10), second.rows), second.counts)
    primary, place = np.nonzero(first.counts)
    peers = []
    for strength in (0.03, 0.1, 0.3, 1, 3):
        peer = linear_model.LogisticRegression(C=strength, max_iter=1000)
        peer.fit(first.rows[place], primary, sample_weight=first.counts[primary, place])
        peers.append(TRUTH.judge(peer.predict_proba(second.rows), second.counts).log_loss)
    assert ours.log_loss <= min(peers) * 1.01
    assert ours.calibration_error <= 0.03


def test_intervals_hold_the_true_posterior_about_as_often_as_they_say() -> None:
    """Cancers with a known share of one site, counted in 60 patients each, 40 times over."""
    generator = np.random.default_rng(7)
    names = ["lung", "breast", "kidney", "prostate", "colorectal", "stomach", "bladder", "thyroid"]
    inside = []
    for seed in range(40):
        shares = generator.beta(2, 4, len(names))
        counts = generator.binomial(60, shares)
        evidence = evidence_of(
            {one: {"bone": (int(n), 60)} for one, n in zip(names, counts, strict=True)}
        )
        truth = dict(zip(names, shares / shares.sum(), strict=True))
        inside += [
            (one.low or 0) <= truth[one.primary] <= (one.high or 1)
            for one in likely(evidence, ["bone"], prior="uniform", draws=400, seed=seed)
        ]
    assert 0.9 <= np.mean(inside) <= 0.99


def test_measures_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    patients = TRUTH.draw_patients(TRUTH.make_world("spread", primaries=4, sites=5), [60] * 4)
    posterior = TRUTH.posteriors(independent(patients), np.ones(4), patients.rows)
    primary, place = np.nonzero(patients.counts)
    weights = patients.counts[primary, place]
    found = TRUTH.judge(posterior, patients.counts)
    expected = metrics.log_loss(primary, posterior[place], sample_weight=weights)
    assert found.log_loss == pytest.approx(expected)
    for number, share in ((1, found.top1), (3, found.top3)):
        assert share == pytest.approx(
            metrics.top_k_accuracy_score(primary, posterior[place], k=number, sample_weight=weights)
        )
    curve = TRUTH.calibration_curve(posterior, patients.counts)
    assert curve[:, 2].sum() == 240
    gaps = np.abs(curve[:, 0] - curve[:, 1]) @ curve[:, 2] / 240
    assert TRUTH.expected_calibration_error(posterior, patients.counts) == pytest.approx(gaps)


# What cannot be told, and bad input


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"sites": ["liver"], "absent": ["hepatic"]}, "both present and clear"),
        ({"sites": ["spine"], "absent": ["bone"]}, "spine is part of bone"),
        ({"sites": ["ovary"], "sex": "male"}, "ovary is no site of a male patient"),
        ({"sites": ["ovary", "prostate"]}, "no patient has all of these"),
        ({"sites": ["spleen"]}, "spleen is not counted for any cancer"),
        ({"sites": ["liver"], "absent": ["spleen"]}, "spleen is not counted for any cancer"),
        ({"sites": ["unspecified"]}, "names no place"),
    ],
)
@pytest.mark.parametrize("patterns", [None, COHORT])
def test_what_cannot_be_told_is_said(asked: dict[str, Any], why: str, patterns: Any) -> None:
    found = likely(COUNTED, **asked, patterns=patterns)
    assert len(found)
    for one in found:
        assert one.verdict.startswith(CANNOT_TELL)
        assert why in one.verdict
        assert one.posterior is one.rank is one.low is None
    assert any(why in note for note in found.notes)


def test_a_posterior_that_tells_is_not_called_flat() -> None:
    prior = np.full(4, 0.25)
    assert why_flat(np.array([0.7, 0.1, 0.1, 0.1]), prior) is None
    assert why_flat(np.array([1.0, 0.0]), np.array([0.5, 0.5])) is None
    assert why_flat(np.array([1.0]), np.array([1.0])) is not None
    assert LEAST_GAIN < 0.1


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"sites": ["livr"]}, UnknownNameError, "unknown site 'livr'. Did you mean"),
        ({"sites": []}, EvidenceError, "name at least one site"),
        ({"sites": ["liver"], "sex": "man"}, UnknownNameError, "unknown sex 'man'"),
        ({"sites": ["liver"], "prior": "best"}, UnknownNameError, "unknown prior 'best'"),
        ({"sites": ["liver"], "prior": "cohort"}, EvidenceError, "give their patterns"),
        ({"sites": ["liver"], "prior": {"lungg": 1}}, UnknownNameError, "unknown primary"),
        ({"sites": ["liver"], "prior": {"breast": -1}}, EvidenceError, "no weight of 0 or more"),
        ({"sites": ["liver"], "prior": {"breast": 0}}, EvidenceError, "has no weight for any"),
        ({"sites": ["liver"], "denominator": "records"}, EvidenceError, "do not say how often"),
        ({"sites": ["liver"], "denominator": "autopsis"}, UnknownNameError, "unknown denominat"),
        ({"sites": ["liver"], "frame": NOWHERE}, EvidenceError, "there is: "),
        ({"sites": ["liver"], "patterns": []}, EvidenceError, "they are empty"),
        ({"sites": ["liver"], "draws": -1}, ValueError, "draws is 0 or more"),
        ({"sites": ["liver"], "top": 0}, ValueError, "top 1 or more"),
    ],
)
def test_bad_input_is_one_clear_error(asked: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        likely(EVIDENCE, **asked)


def test_bad_patterns_are_one_clear_error() -> None:
    with pytest.raises(EvidenceError, match="-3 patients"):
        count_patients(patterns_of(("lung", ("bone",), -3)), CATALOG)
    with pytest.raises(UnknownNameError, match="unknown primary"):
        count_patients(patterns_of(("lungg", ("bone",), 3)), CATALOG)
    with pytest.raises(EvidenceError, match="fewer than 10 metastatic patients: lung"):
        count_patients(patterns_of(("lung", ("bone",), 3)), CATALOG)
    with pytest.raises(ValueError, match="2 sizes for 3 primaries"):
        TRUTH.draw_patients(TRUTH.make_world("spread", primaries=3), [1, 2])


def test_a_graph_without_numbers_is_refused() -> None:
    row = Assertion(
        primary="lung", site="bone", source="hess-2006", locator="a", frequency="common"
    )
    words = Evidence.from_assertions([row], CATALOG)
    with pytest.raises(EvidenceError, match="nothing is counted"):
        likely(words, ["bone"])


# A file of patterns


def test_patterns_may_be_a_file_that_the_wing_of_patients_wrote(tmp_path: Path) -> None:
    path = tmp_path / "patterns.csv"
    rows = [
        f"{one.primary},{one.sex or ''},yes,{'; '.join(one.sites)},{one.patients}" for one in COHORT
    ]
    path.write_text("\n".join(["primary,sex,metastatic,sites,patients", *rows, ""]))
    expected = likely(EVIDENCE, "bone", patterns=COHORT, prior="cohort", draws=0)
    assert likely(EVIDENCE, "bone", patterns=path, prior="cohort", draws=0) == expected
    counted = count_patients(COHORT, CATALOG)
    assert likely(EVIDENCE, "bone", patterns=counted, prior="cohort", draws=0) == expected
    assert counted.factor_model is counted.factor_model
    with pytest.raises(EvidenceError, match="have a frame of their own"):
        likely(EVIDENCE, "bone", patterns=path, denominator="autopsies")
