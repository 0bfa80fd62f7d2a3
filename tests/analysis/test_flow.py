"""Soil or flow: the reference blood flow, the circulation, and what is set against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metastasis._errors import EvidenceError, UnknownNameError
from metastasis._evidence.assertion import Assertion
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis._flow import (
    arriving_shares,
    blood_flow,
    first_beds,
    flow,
    flow_explained,
)
from metastasis.analysis._flow.circulation import DRAINAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metastasis.analysis._flow import FlowComparison

EVIDENCE = load().evidence
CATALOG = EVIDENCE.catalog
BEDS = st.lists(st.sampled_from(["lung", "liver", "arteries"]), min_size=1, max_size=2)
ARRESTS = st.floats(min_value=0.01, max_value=1)
ADULTS = st.sampled_from(["male", "female", "mean"])
ARTERIAL = ("brain", "kidney", "bone", "adrenal_gland", "skin", "muscle", "spleen", "heart")
"""Sites that arteries alone supply."""


# The table


@pytest.mark.parametrize(("adult", "liver"), [("male", 0.255), ("female", 0.27)])
def test_the_reference_flow_adds_up(adult: str, liver: float) -> None:
    rows = [row for row in blood_flow() if row.part_of is None]
    assert sum(row.share(adult) for row in rows) == pytest.approx(1)
    drained = sum(row.share(adult) for row in rows if row.drains_to == "liver")
    arterial = next(row.share(adult) for row in rows if row.site == "liver")
    # The total that the source prints for the liver, to half a percent of the cardiac output.
    assert arterial + drained == pytest.approx(liver, abs=0.0051)
    parts = sum(row.share(adult) for row in blood_flow() if row.part_of == "skeleton")
    assert parts == pytest.approx(0.05)


def test_the_table_names_sites_of_the_catalog_and_its_source_on_every_row() -> None:
    sites = [row.site for row in blood_flow() if row.site]
    assert len(set(sites)) == len(sites)
    assert set(sites) <= set(CATALOG.sites)
    assert set(DRAINAGE) <= set(CATALOG.sites)
    assert {row.locator for row in blood_flow()} == {"Table 2.40"}
    assert {row.drains_to for row in blood_flow()} == {"lung", "liver", "systemic"}


# The circulation


def _simulated(beds: list[str], arrest: float, cells: int) -> dict[str, float]:
    """Return where cells are held that go around by chance, as shares by tissue."""
    generator = np.random.default_rng(2)
    rows = [row for row in blood_flow() if row.part_of is None]
    flows = np.array([row.share("mean") for row in rows])
    after = {row.tissue: row.drains_to for row in rows}
    held: dict[str, float] = {}
    for _ in range(cells):
        place = beds[generator.integers(len(beds))]
        while place in ("arteries", "systemic") or generator.random() >= arrest:
            if place in ("arteries", "systemic", "lung"):
                place = rows[generator.choice(len(rows), p=flows / flows.sum())].tissue
            else:
                place = after[place]
        held[place] = held.get(place, 0) + 1 / cells
    return held


@pytest.mark.parametrize("beds", [["lung"], ["liver"], ["arteries"], ["liver", "lung"]])
def test_shares_are_those_of_cells_that_go_around_by_chance(beds: list[str]) -> None:
    cells = 6000
    held = _simulated(beds, 0.4, cells)
    shares = arriving_shares(beds, arrest=0.4)
    counted = {row.site: held.get(row.tissue, 0) for row in blood_flow() if row.part_of is None}
    counted["lung"] += held.get("lung", 0)
    for site in ("lung", "liver", "brain", "kidney", "bone", "small_intestine"):
        error = np.sqrt(shares[site] * (1 - shares[site]) / cells)
        assert abs(counted[site] - shares[site]) < 5 * error, site


@given(BEDS, ADULTS, ARRESTS)
def test_shares_are_a_part_of_all_cells(beds: list[str], adult: str, arrest: float) -> None:
    shares = arriving_shares(beds, adult=adult, arrest=arrest)
    assert all(share >= 0 for share in shares.values())
    assert sum(share for site, share in shares.items() if site != "bone_marrow") < 1 + 1e-9
    assert shares["bone_marrow"] == pytest.approx(0.6 * shares["bone"], abs=1e-12)
    assert ("ovary" in shares, "testis" in shares) == (adult != "male", adult != "female")


@given(BEDS, ADULTS, st.floats(min_value=0.01, max_value=0.99))
def test_between_arterial_sites_shares_are_in_proportion_to_flow(
    beds: list[str], adult: str, arrest: float
) -> None:
    shares = arriving_shares(beds, adult=adult, arrest=arrest)
    flows = {row.site: row.share(adult) for row in blood_flow()}
    for site in ARTERIAL:
        ratio = shares[site] / shares["kidney"]
        assert ratio == pytest.approx(flows[site] / flows["kidney"])


def test_the_first_bed_holds_all_where_none_passes() -> None:
    assert arriving_shares(["lung"], arrest=1)["lung"] == pytest.approx(1)
    assert arriving_shares(["liver"], arrest=1)["liver"] == pytest.approx(1)
    spread = arriving_shares(["arteries"], adult="male", arrest=1)
    assert spread["brain"] == pytest.approx(0.12)
    assert spread["liver"] == pytest.approx(0.065)


def test_where_almost_all_pass_shares_are_those_of_the_flow_through_each_bed() -> None:
    shares = arriving_shares(["liver"], adult="male", arrest=1e-6)
    assert shares["liver"] / shares["brain"] == pytest.approx(25.5 / 12, rel=1e-3)
    lung = 100 - 2.5 + 2.5  # all venous blood but the bronchial, and the bronchial flow itself
    assert shares["lung"] / shares["brain"] == pytest.approx(lung / 12, rel=1e-3)


@pytest.mark.parametrize(
    ("primary", "beds"),
    [
        ("colon", {"liver"}),
        ("pancreas", {"liver"}),
        ("rectum", {"liver", "lung"}),
        ("breast", {"lung"}),
        ("lung", {"arteries"}),
    ],
)
def test_blood_of_a_primary_goes_where_anatomy_has_it(primary: str, beds: set[str]) -> None:
    assert set(first_beds(CATALOG.primary(primary))) == beds


def test_what_the_circulation_does_not_take() -> None:
    for arrest in (0, -0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="arrest is a probability"):
            arriving_shares(["lung"], arrest=arrest)
    with pytest.raises(UnknownNameError, match="unknown bed 'spleen'"):
        arriving_shares(["spleen"])
    with pytest.raises(UnknownNameError, match="unknown adult"):
        arriving_shares(["lung"], adult="child")
    with pytest.raises(ValueError, match="at least one bed"):
        arriving_shares([])
    with pytest.raises(EvidenceError, match="names no organ"):
        first_beds(CATALOG.primary("nec"))


# Observed against flow


def _counted(
    counts: Mapping[str, int],
    total: int,
    *,
    primary: str = "prostate",
    denominator: str = "metastatic_patients",
    source: str = "hess-2006",
) -> Evidence:
    said = _assertions(counts, total, primary, denominator, source)
    return Evidence.from_assertions(said, CATALOG)


def _assertions(
    counts: Mapping[str, int], total: int, primary: str, denominator: str, source: str
) -> list[Assertion]:
    return [
        Assertion(
            primary=primary,
            site=site,
            source=source,
            locator=f"{primary} {site}",
            count=count,
            total=total,
            denominator=denominator,
            setting="during_course",
        )
        for site, count in counts.items()
    ]


def _verdicts(evidence: Evidence, among: str = "all") -> dict[str, FlowComparison]:
    return {row.site: row for row in flow(evidence, among=among)}


MENTIONS = ("observed_share_of_site_mentions", "expected_share_of_site_mentions")


def test_what_flow_alone_makes_has_the_index_one_and_is_explained() -> None:
    shares = arriving_shares(["lung"], adult="male")
    total = 100_000
    counts = {site: round(0.9 * total * shares[site]) for site in ("lung", "liver", *ARTERIAL)}
    evidence = _counted(counts, total)
    for row in flow(evidence):
        assert row.index == pytest.approx(1, abs=0.01)
        observed = row.observed_share_of_site_mentions
        assert row.expected_share_of_site_mentions == pytest.approx(observed, rel=0.02)
        assert (row.index_low or 9) <= 1 <= (row.index_high or 0)
    (explained,) = flow_explained(evidence)
    assert explained.r_squared == pytest.approx(1, abs=1e-3)
    assert "flow explains 100 % of the variance" in explained.statement


def test_verdicts_follow_the_intervals() -> None:
    evidence = _counted({"kidney": 10, "bone": 160, "brain": 110}, 200)
    rows = _verdicts(evidence)
    assert rows["bone"].verdict == "above flow"
    assert rows["kidney"].verdict == "below flow"
    for row in rows.values():
        low, high = row.index_low or 0, row.index_high or 0
        assert low < (row.index or 0) < high
        assert (row.verdict == "above flow") == (low > 1)
        assert (row.verdict == "below flow") == (high < 1)
    few = _verdicts(_counted({"kidney": 2, "bone": 1}, 4))
    assert {row.verdict for row in few.values()} == {"not told apart from flow"}


def test_intervals_of_the_index_hold_the_truth() -> None:
    generator = np.random.default_rng(6)
    sites, total = ("kidney", "bone", "brain", "adrenal_gland"), 150
    true = np.array([0.15, 0.5, 0.2, 0.08])
    flows = {row.site: row.share("male") for row in blood_flow()}
    expected = np.array([flows[site] for site in sites])
    index = (true / true.sum()) / (expected / expected.sum())
    held = []
    for _ in range(30):
        counts = dict(zip(sites, generator.binomial(total, true).tolist(), strict=True))
        rows = _verdicts(_counted(counts, total))
        for site, value in zip(sites, index, strict=True):
            low, high = rows[site].index_low, rows[site].index_high
            held.append(low is not None and high is not None and low <= value <= high)
    assert np.mean(held) > 0.9


@given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.floats(0.05, 0.99))
def test_shares_of_site_mentions_add_up_to_all_of_them(counts: list[int], arrest: float) -> None:
    evidence = _counted(dict(zip(("kidney", "liver", "lung"), counts, strict=True)), 50)
    rows = flow(evidence, arrest=arrest)
    if not any(counts):
        assert {row.verdict for row in rows} == {CANNOT_TELL}
    else:
        for name in MENTIONS:
            assert sum(getattr(row, name) for row in rows) == pytest.approx(100)


def test_a_site_that_no_patient_had_has_an_upper_bound() -> None:
    row = _verdicts(_counted({"kidney": 0, "bone": 30}, 60))["kidney"]
    assert row.index == row.index_low == 0
    assert 0 < (row.index_high or 0) < 1
    assert row.verdict == "below flow"


def test_what_depends_on_the_arrest_is_not_judged() -> None:
    evidence = _counted({"lung": 300, "brain": 40}, 400)
    brain = _verdicts(evidence)["brain"]
    assert (brain.verdict, brain.reason) == (
        CANNOT_TELL,
        "depends on how many cells a capillary bed holds",
    )
    alone = _verdicts(_counted({"bone": 300, "brain": 40, "lung": 3}, 400), among="arteries")
    assert alone["bone"].verdict == "above flow"
    assert alone["lung"].reason == "reached by veins too"


def test_sites_that_cannot_be_compared_say_why() -> None:
    reasons = {
        "lymph_node": "reached by lymph",
        "peritoneum": "no reference blood flow",
        "prostate": "organ that the primary arises in",
    }
    rows = _verdicts(_counted({"bone": 5, "liver": 4, **dict.fromkeys(reasons, 3)}, 20))
    for site, reason in reasons.items():
        row = rows[site]
        assert (row.verdict, row.reason, row.index) == (CANNOT_TELL, reason, None)
        assert {getattr(row, name) for name in MENTIONS} == {None}
    lonely = _verdicts(_counted({"bone": 5, "lymph_node": 4}, 20))
    assert lonely["bone"].reason == "no other site to compare with"
    somewhere = _verdicts(_counted({"bone": 5, "liver": 4}, 20, primary="nec"))
    assert somewhere["bone"].reason == "no organ that the primary arises in"


def test_where_the_first_bed_holds_all_nothing_is_compared() -> None:
    rows = flow(_counted({"bone": 5, "lung": 4}, 20), arrest=1)
    assert {row.site: row.reason for row in rows} == {
        "bone": "every cell is held before it comes there",
        "lung": "no other site to compare with",
    }


def test_percentages_without_counts_get_no_interval_and_no_verdict() -> None:
    rows = flow(EVIDENCE, ["bladder"], setting="at_autopsy")
    assert all(row.count is None for row in rows)
    assert {row.verdict for row in rows} == {CANNOT_TELL}
    bone = next(row for row in rows if row.site == "bone")
    assert bone.reason == "no count, so no interval"
    assert bone.index is not None
    assert bone.index_low is bone.index_high is None


def test_cohorts_stand_each_for_itself() -> None:
    for row in flow(EVIDENCE):
        said = [
            one
            for one in EVIDENCE.assertions
            if one.primary == row.primary
            and one.site == row.site
            and row.cohort.startswith(one.source)
            and one.percent is not None
        ]
        assert any(float(one.percent or 0) == pytest.approx(row.observed, abs=0.5) for one in said)
    sums: dict[tuple[str, str], list[FlowComparison]] = {}
    for row in flow(EVIDENCE):
        if row.expected_share_of_site_mentions is not None:
            sums.setdefault((row.primary, row.cohort), []).append(row)
    for rows in sums.values():
        for row in rows:
            observed, expected = (getattr(row, name) for name in MENTIONS)
            assert row.index == pytest.approx(observed / expected)
            assert 0 <= expected <= 100
        for name in MENTIONS:
            assert sum(getattr(row, name) for row in rows) == pytest.approx(100)


# How much is explained


def test_r_squared_is_that_of_scipy() -> None:
    counts = {site: 10 + 7 * n for n, site in enumerate(ARTERIAL)}
    evidence = _counted(counts, 100)
    (row,) = flow_explained(evidence)
    flows = {one.site: one.share("male") for one in blood_flow()}
    expected = stats.pearsonr(
        np.log([flows[site] for site in counts]), np.log(list(counts.values()))
    )
    assert row.r_squared == pytest.approx(expected.statistic**2)
    assert 0 <= (row.low or 0) <= (row.r_squared or 0) <= (row.high or 0) <= 1


def test_the_interval_of_r_squared_is_seeded_and_wide_for_few_sites() -> None:
    evidence = _counted({site: 10 + 7 * (n % 3) for n, site in enumerate(ARTERIAL)}, 100)
    first, again, other = (flow_explained(evidence, seed=seed)[0] for seed in (0, 0, 1))
    assert first == again
    assert first.low != other.low
    assert (first.high or 0) - (first.low or 0) > 0.2


def test_few_sites_or_no_variance_cannot_be_told() -> None:
    (few,) = flow_explained(_counted({"bone": 5, "liver": 4, "brain": 1}, 20))
    assert (few.r_squared, few.statement) == (None, "cannot tell: 3 sites are too few")
    (flat,) = flow_explained(_counted(dict.fromkeys(ARTERIAL, 5), 20))
    assert flat.statement == "cannot tell: too little varies between the sites"


def test_frames_hold_one_denominator_setting_and_primary_once() -> None:
    counts = {site: 10 + 3 * n for n, site in enumerate(ARTERIAL)}
    said = [
        *_assertions(counts, 100, "prostate", "metastatic_patients", "hess-2006"),
        *_assertions(counts, 100, "prostate", "metastatic_patients", "kromer-2017"),
        *_assertions(counts, 100, "breast", "metastatic_patients", "hess-2006"),
        *_assertions(counts, 100, "thyroid", "all_patients", "hess-2006"),
    ]
    rows = flow_explained(Evidence.from_assertions(said, CATALOG))
    frames = [row for row in rows if row.cohorts.endswith("cohorts")]
    assert [row.cohorts for row in frames] == [
        "metastatic patients, during the course of the disease: 2 cohorts"
    ]
    assert sorted(frames[0].primaries) == ["breast", "prostate"]
    assert frames[0].sites == 2 * len(counts)
    for row in flow_explained(EVIDENCE):
        if row.cohorts.endswith("cohorts"):
            told = ", " in row.cohorts or row.cohorts.startswith("patients with distant stage at")
            assert told, "a setting that is not specified is no frame to compare in"


def test_no_numbers_no_answer() -> None:
    for ask in (flow, flow_explained):
        with pytest.raises(EvidenceError, match="no quantified evidence on thymoma"):
            ask(EVIDENCE, ["thymoma"])
        with pytest.raises(UnknownNameError, match="unknown primary"):
            ask(EVIDENCE, ["brast"])
        with pytest.raises(UnknownNameError, match="unknown denominator"):
            ask(EVIDENCE, denominator="everyone")
        with pytest.raises(UnknownNameError, match="unknown source"):
            ask(EVIDENCE, source="no-one-1900")
    with pytest.raises(UnknownNameError, match="unknown among"):
        flow(EVIDENCE, among="veins")


def test_answers_say_formula_source_and_limits() -> None:
    for table in (flow(EVIDENCE), flow_explained(EVIDENCE)):
        assert "ICRP Publication 89" in str(table.source)
        assert "10.1007/BF00132751" in str(table.source)
        assert table.formula
        assert any("assumed" in note for note in table.notes)
        assert len(table.to_pandas()) == len(table)
