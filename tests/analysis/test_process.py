"""Spread as a Markov chain: the mathematics, both estimates, and what they cannot tell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metastasis import Assertion, Frame
from metastasis._errors import EvidenceError, TableError, UnknownNameError
from metastasis._evidence.cohort import SiteFrequency, StudyCohort, cohorts
from metastasis._evidence.evidence import Evidence
from metastasis._graph import load
from metastasis._vocabulary import CANNOT_TELL
from metastasis.analysis import next_sites, passage_times, previous_sites, process, transitions
from metastasis.analysis._process import (
    Process,
    SiteSequence,
    following_table,
    known_process,
    likely_origins,
    passage_table,
    preceding_table,
    process_from_cohort,
    process_from_frequencies,
    process_from_sequences,
    read_sequences,
    role_table,
    simulate_sequences,
    transition_table,
)
from metastasis.analysis._process.chain import (
    first_passage_times,
    is_aperiodic,
    recurrent_states,
    stationary_distribution,
)
from metastasis.analysis._process.frequencies import fit_stationary
from strategies import transition_matrices

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

EVIDENCE = load().evidence
CATALOG = EVIDENCE.catalog
SITES = ("bone", "brain", "liver")
METASTATIC = Frame("metastatic_patients", "at_autopsy")
KNOWN = [
    [0.5, 0.2, 0.3],  # from the primary
    [0.0, 0.4, 0.6],
    [0.7, 0.0, 0.3],
    [0.2, 0.8, 0.0],
]
TRUE = known_process("lung", SITES, KNOWN)


# The mathematics


@given(transition_matrices())
def test_the_closed_class_is_that_of_networkx(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    links = nx.from_numpy_array(matrix > 0, create_using=nx.DiGraph)
    closed = list(nx.attracting_components(links))
    found = recurrent_states(matrix)
    assert found == (sorted(closed[0]) if len(closed) == 1 else None)


@given(transition_matrices())
def test_the_stationary_distribution_stays_as_it_is(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    if recurrent_states(matrix) is None:
        with pytest.raises(EvidenceError, match="reducible"):
            stationary_distribution(matrix)
        return
    shares = stationary_distribution(matrix)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= -1e-12).all()
    np.testing.assert_allclose(shares @ matrix, shares, atol=1e-9)


@given(transition_matrices())
def test_passage_times_solve_the_linear_equations(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    recurrent = recurrent_states(matrix)
    assume(recurrent is not None)
    times = first_passage_times(matrix)
    for target in range(len(matrix)):
        if recurrent is not None and target in recurrent:
            np.testing.assert_allclose(times[:, target], _passage(matrix, target), rtol=1e-5)
        else:
            assert np.isinf(times[:, target]).all()


def _passage(matrix: Matrix, target: int) -> Matrix:
    """Return mean steps to a target, from ``m = 1 + Q m`` with the target taken out."""
    others = [state for state in range(len(matrix)) if state != target]
    inner = matrix[np.ix_(others, others)]
    steps = np.linalg.solve(np.eye(len(others)) - inner, np.ones(len(others)))
    return np.insert(steps, target, 1 + matrix[target, others] @ steps)


def test_passage_times_are_those_of_a_simulation() -> None:
    paths = simulate_sequences(TRUE, patients=4000, length=60, seed=1)
    first = [[site for (site,) in one.steps].index("brain") + 1 for one in paths]
    error = np.std(first) / np.sqrt(len(first))
    expected = TRUE.passage_times()[0, TRUE.state("brain")]
    assert abs(np.mean(first) - expected) < 5 * error


def test_a_chain_that_alternates_is_told_from_one_that_settles() -> None:
    assert not is_aperiodic(np.array([[0.0, 1], [1, 0]]), [0, 1])
    assert is_aperiodic(np.array([[0.1, 0.9], [1, 0]]), [0, 1])
    sound = known_process("lung", ["bone", "liver"], [[0, 1], [1, 0]]).soundness()
    assert sound.irreducible
    assert sound.aperiodic is False
    assert any("periodic: shares alternate" in said for said in sound.sentences)


# From frequencies


@given(
    st.lists(st.floats(0.01, 1), min_size=2, max_size=8),
    st.integers(min_value=0, max_value=10**6),
)
def test_every_solution_has_the_frequencies_and_is_nearest(shares: list[float], seed: int) -> None:
    target = np.array(shares) / sum(shares)
    first = np.random.default_rng(seed).uniform(0.1, 1, size=(3, len(target), len(target)))
    solutions = fit_stationary(first, target)
    for start, solution in zip(first, solutions, strict=True):
        np.testing.assert_allclose(solution.sum(axis=1), 1, atol=1e-8)
        np.testing.assert_allclose(target @ solution, target, atol=1e-8)
        # Nearest in relative entropy: the flows are the first matrix, rows and columns scaled.
        change = np.log(target[:, None] * solution / start)
        centered = change - change.mean(0) - change.mean(1)[:, None] + change.mean()
        np.testing.assert_allclose(centered, 0, atol=1e-8)


def test_the_independent_chain_has_the_highest_entropy_rate() -> None:
    process = process_from_frequencies(EVIDENCE, "bladder", setting="at_autopsy", draws=50)
    shares = process.stationary()[1:]
    rates = [_entropy_rate(shares, matrix) for matrix in process.draws[:, 1:, 1:]]
    assert max(rates) < _entropy_rate(shares, process.matrix[1:, 1:])


def _entropy_rate(shares: Matrix, matrix: Matrix) -> float:
    return float(-(shares[:, None] * matrix * np.log(matrix)).sum())


@pytest.mark.parametrize("choice", ["independent", "nearest"])
def test_frequencies_leave_the_transitions_open_and_it_is_said(choice: str) -> None:
    process = process_from_frequencies(EVIDENCE, "bladder", setting="at_autopsy", choice=choice)
    sites = len(process.states) - 1
    sound = process.soundness()
    assert sound.irreducible
    assert sound.aperiodic
    assert not sound.identifiable
    assert any(f"{(sites - 1) ** 2} are left open" in said for said in sound.sentences)
    from_sites = [row for row in transition_table(process) if row.origin != process.states[0]]
    wide = [row for row in from_sites if row.target != process.states[0]]
    assert all(row.high is not None and row.low is not None for row in wide)
    assert max((row.high or 0) - (row.low or 0) for row in wide) > 0.3
    table = role_table(process)
    assert {row.role for row in table} == {CANNOT_TELL}
    for row in table:  # what frequencies do fix has no spread
        assert row.stationary_low is row.stationary_high is None, "no draw varies it"


def test_the_long_run_is_the_observed_frequencies() -> None:
    cohort = cohorts(EVIDENCE, "bladder", source="wallmeroth-1999")[0]
    process = process_from_cohort(cohort, choice="nearest")
    shares = np.array([one.share for one in cohort.frequencies])
    np.testing.assert_allclose(process.stationary()[1:], shares / shares.sum(), atol=1e-8)


def test_a_search_that_finds_no_solution_is_an_error() -> None:
    first = np.array([[[0.0, 1.0], [1.0, 0.0]]])  # both sites would have to be equally frequent
    with pytest.raises(EvidenceError, match="did not converge"):
        fit_stationary(first, np.array([0.3, 0.7]), most_steps=100)


def test_a_look_back_needs_to_know_how_many_sites_a_patient_has() -> None:
    process = process_from_frequencies(EVIDENCE, "breast", denominator="all_patients")
    with pytest.raises(EvidenceError, match="it is not known how many sites"):
        preceding_table(process, "liver")


def test_where_there_are_counts_their_sampling_error_is_in_the_spread() -> None:
    frequencies = _counted(50, 20, 10)
    cohort = StudyCohort("lung", "s", None, METASTATIC, frequencies)
    process = process_from_cohort(cohort, draws=400)
    assert process.spread == "spread over solutions and resampled counts"
    rows = {row.site: row for row in role_table(process)}
    for one in frequencies:
        row = rows[one.site]
        low, high = row.stationary_low or 0, row.stationary_high or 0
        assert low < one.share / 0.8 < high
        assert 0.05 < high - low < 0.25


def test_of_all_involvements_one_a_patient_came_from_the_primary() -> None:
    frequencies = _counted(90, 60, 50)  # two sites a patient
    cohort = StudyCohort("lung", "s", None, METASTATIC, frequencies)
    (first, *_) = preceding_table(process_from_cohort(cohort), "liver")
    assert first.state == "primary:lung"
    assert first.probability == pytest.approx(1 / 2)


def test_what_frequencies_do_not_answer() -> None:
    with pytest.raises(UnknownNameError, match="unknown primary"):
        process_from_frequencies(EVIDENCE, "brast")
    with pytest.raises(UnknownNameError, match="unknown choice"):
        process_from_frequencies(EVIDENCE, "bladder", choice="best")
    with pytest.raises(EvidenceError, match="no quantified evidence on thymoma"):
        process_from_frequencies(EVIDENCE, "thymoma")
    with pytest.raises(EvidenceError, match="no quantified evidence on bladder"):
        process_from_frequencies(EVIDENCE, "bladder", denominator="records")
    with pytest.raises(ValueError, match="at least one draw"):
        process_from_frequencies(EVIDENCE, "bladder", draws=0)
    none = StudyCohort("lung", "s", None, Frame("autopsies", "at_autopsy"), _counted(0, 0))
    with pytest.raises(EvidenceError, match="fewer than two sites above zero"):
        process_from_cohort(none)


def test_words_without_numbers_make_no_chain() -> None:
    said = [
        Assertion(primary="lung", site=site, source="hess-2006", locator=site, frequency="common")
        for site in SITES
    ]
    with pytest.raises(EvidenceError, match="no quantified evidence"):
        process_from_frequencies(Evidence.from_assertions(said, CATALOG), "lung")


def test_a_total_of_zero_is_refused_when_the_graph_is_built() -> None:
    none = [
        Assertion(
            primary="lung",
            site=site,
            source="hess-2006",
            locator=site,
            count=0,
            total=0,
            denominator="autopsies",
        )
        for site in SITES
    ]
    with pytest.raises(TableError, match="no one was counted"):
        Evidence.from_assertions(none, CATALOG)


def _counted(*counts: int) -> tuple[SiteFrequency, ...]:
    return tuple(
        SiteFrequency(site, count / 100, count, 100)
        for site, count in zip(SITES, counts, strict=False)
    )


# Cohorts


def test_a_cohort_is_of_one_source_population_denominator_and_setting() -> None:
    found = cohorts(EVIDENCE)
    names = [(one.primary, one.name) for one in found]
    assert len(set(names)) == len(names)
    for one in found:
        sites = {frequency.site for frequency in one.frequencies}
        assert len(sites) == len(one.frequencies) >= 2
        assert not any((CATALOG.parts(site) - {site}) & sites for site in sites)
        behind = {
            said.site
            for said in EVIDENCE.assertions
            if (said.primary, said.source, said.population, said.frame)
            == (one.primary, one.source, one.population, one.frame)
        }
        assert sites <= behind


def test_a_site_counted_twice_stands_once() -> None:
    counts = {"bone": 50, "vertebra": 30, "abdomen": 60, "liver": 40}
    rows = [
        Assertion(
            primary="lung",
            site=site,
            source="hess-2006",
            locator=site,
            count=count,
            total=100,
            denominator="autopsies",
        )
        for site, count in counts.items()
    ]
    (cohort,) = cohorts(Evidence.from_assertions(rows, CATALOG))
    assert [one.site for one in cohort.frequencies] == ["bone", "liver"]
    assert cohort.left_out == ("abdomen", "vertebra")


def test_of_as_many_sites_those_that_lie_apart_go_first() -> None:
    rows = [
        Assertion(
            primary="breast",
            site=site,
            source=source,
            locator=site,
            count=count,
            total=100,
            denominator="autopsies",
        )
        for source, sites in (
            ("cagney-2017", ("brain", "dura", "leptomeninges")),
            ("hess-2006", ("bone", "brain", "liver")),
        )
        for count, site in enumerate(sites, 10)
    ]
    found = cohorts(Evidence.from_assertions(rows, CATALOG))
    assert [one.source for one in found] == ["hess-2006", "cagney-2017"]


# From sequences


def test_steps_are_counted_and_the_end_of_follow_up_is_none() -> None:
    paths = [
        SiteSequence("a", "lung", (("bone",), ("liver",))),
        SiteSequence("b", "lung", (("bone",), ("brain",), ("bone",))),
        SiteSequence("c", "lung", (("liver",),)),
    ]
    process = process_from_sequences(paths, draws=0)
    counts = process.matrix * process.departures[:, None]
    assert process.states == ("primary:lung", "site:bone", "site:brain", "site:liver")
    assert counts[0].tolist() == pytest.approx([0, 2, 0, 1])
    assert counts[1].tolist() == pytest.approx([0, 0, 1, 1])
    assert counts[2].tolist() == pytest.approx([0, 1, 0, 0])
    assert np.isnan(counts[3]).all()  # no patient was seen to go on from the liver


def test_ties_are_shared_or_dropped() -> None:
    path = [SiteSequence("a", "lung", (("bone", "liver"), ("brain",), ("liver",)))]
    shared = process_from_sequences(path, draws=0)
    assert shared.departures.tolist() == [1, 0.5, 1, 0.5]
    assert shared.matrix[0].tolist() == [0, 0.5, 0, 0.5]
    assert any("2 steps lead to or from sites found together" in note for note in shared.notes)
    dropped = process_from_sequences(path, ties="drop", draws=0)
    assert dropped.departures.tolist() == [0, 0, 1, 0]
    with pytest.raises(UnknownNameError, match="unknown ties"):
        process_from_sequences(path, ties="first")


@given(st.integers(0, 10**6), st.floats(0.1, 3))
def test_smoothing_adds_steps_to_every_other_site_alone(seed: int, smoothing: float) -> None:
    paths = simulate_sequences(TRUE, patients=20, length=3, seed=seed)
    plain = process_from_sequences(paths, draws=0)
    counts = np.nan_to_num(plain.matrix) * plain.departures[:, None]
    smooth = process_from_sequences(paths, smoothing=smoothing, draws=0)
    sites = len(plain.states) - 1
    added = np.where(np.eye(sites + 1, dtype=bool), 0, smoothing)
    added[:, 0] = 0
    expected = (counts + added) / (counts + added).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(smooth.matrix, expected)
    assert smooth.soundness().irreducible
    with pytest.raises(ValueError, match="below zero"):
        process_from_sequences(paths, smoothing=-smoothing)


def test_a_row_from_smoothing_alone_has_no_role() -> None:
    paths = [SiteSequence(str(n), "lung", (("bone",), ("liver",))) for n in range(30)]
    process = process_from_sequences(paths, smoothing=0.5)
    assert any("all steps from liver are assumed" in note for note in process.notes)
    assert {row.site: row.role for row in role_table(process)}["liver"] == CANNOT_TELL


@pytest.mark.slow
def test_a_known_chain_is_recovered_within_its_intervals() -> None:
    truth = {(row.origin, row.target): row.probability for row in transition_table(TRUE)}
    shares = {row.site: row for row in role_table(TRUE)}
    steps = {row.site: row.steps for row in passage_table(TRUE)}
    covered: dict[str, list[bool]] = defaultdict(list)
    back = {row.state: row.probability for row in _true_look_back("liver", length=5)}
    for seed in range(50):
        paths = simulate_sequences(TRUE, patients=200, length=5, seed=seed)
        process = process_from_sequences(paths, draws=200, seed=seed)
        covered["step"] += [
            _holds(row, truth[row.origin, row.target])
            for row in transition_table(process)
            if row.target != "primary:lung"
        ]
        for row in role_table(process):
            true, low, high = shares[row.site], row.stationary_low, row.stationary_high
            covered["share"].append(_within(true.stationary, low, high))
            covered["ratio"].append(_within(true.ratio, row.ratio_low, row.ratio_high))
        before = preceding_table(process, "liver")
        covered["passage"] += [_holds(row, steps[row.site]) for row in passage_table(process)]
        covered["back"] += [_holds(row, back[row.state]) for row in before]
    for what, held in covered.items():
        assert np.mean(held) > 0.9, what


def _true_look_back(site: str, length: int) -> list[Any]:
    """Return where the true chain was before a site, from very many simulated patients."""
    paths = simulate_sequences(TRUE, patients=100_000, length=length, seed=99)
    return list(preceding_table(process_from_sequences(paths, draws=0), site))


def _holds(row: Any, true: float | None) -> bool:
    return _within(true, row.low, row.high)


def _within(true: float | None, low: float | None, high: float | None) -> bool:
    return true is not None and low is not None and high is not None and low <= true <= high


def test_spreaders_and_sponges_are_told_where_the_steps_tell_them() -> None:
    leaky = known_process(
        "lung", SITES, [[1 / 3, 1 / 3, 1 / 3], [0, 0.5, 0.5], [0.05, 0.9, 0.05], [0.1, 0.9, 0]]
    )
    paths = simulate_sequences(leaky, patients=400, length=6, seed=3)
    found = {row.site: row.role for row in role_table(process_from_sequences(paths))}
    assert found["bone"] == "spreader"
    assert found["brain"] == "sponge"


@given(st.integers(0, 10**6))
def test_all_that_goes_out_of_sites_comes_into_sites(seed: int) -> None:
    paths = simulate_sequences(TRUE, patients=40, length=4, seed=seed)
    table = role_table(process_from_sequences(paths, smoothing=0.5, draws=0))
    outgoing = sum(row.outgoing or 0 for row in table)
    assert outgoing == pytest.approx(sum(row.incoming or 0 for row in table))


def test_a_step_never_seen_is_not_ruled_out() -> None:
    paths = [SiteSequence(str(n), "lung", (("bone",), ("liver",), ("bone",))) for n in range(20)]
    process = process_from_sequences(paths)
    rows = {(row.origin, row.target): row for row in transition_table(process)}
    unseen = rows["site:bone", "site:bone"]
    assert unseen.probability == unseen.low == 0
    assert 0.1 < (unseen.high or 0) < 0.2
    always = rows["site:bone", "site:liver"]
    assert always.high == 1
    assert 0.8 < (always.low or 0) < 0.9


def test_a_look_back_is_the_share_of_the_steps_that_came() -> None:
    paths = simulate_sequences(TRUE, patients=200, length=5, seed=4)
    came = [
        before
        for one in paths
        for before, after in zip((("lung",), *one.steps), one.steps, strict=False)
        if after == ("liver",)
    ]
    for row in preceding_table(process_from_sequences(paths, draws=0), "liver"):
        name = (row.state.partition(":")[2],)
        assert row.probability == pytest.approx(came.count(name) / len(came))


def test_where_no_patient_went_on_it_cannot_be_told() -> None:
    process = process_from_sequences([SiteSequence("a", "lung", (("bone",), ("liver",)))])
    sound = process.soundness()
    assert sound.undefined == ("site:liver",)
    assert sound.irreducible is None
    assert "cannot tell the long run" in sound.sentences[0]
    assert all(row.stationary is None for row in role_table(process))
    for ask in (process.stationary, process.passage_times):
        with pytest.raises(EvidenceError, match="no patient was seen to go on from site:liver"):
            ask()
    with pytest.raises(EvidenceError, match="cannot tell what comes after site:liver"):
        following_table(process, "liver")


def test_a_reducible_chain_has_no_long_run() -> None:
    process = known_process("lung", ["bone", "liver"], [[1, 0], [0, 1]])
    assert process.soundness().settles is False
    assert all(row.stationary is None for row in role_table(process))
    with pytest.raises(EvidenceError, match="reducible"):
        passage_table(process)


def test_an_unknown_state_is_an_error_with_suggestions() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'liver'"):
        following_table(TRUE, "livr")
    with pytest.raises(UnknownNameError, match="The chain of lung has: lung, bone, brain, liver"):
        preceding_table(TRUE, "spleen")


def test_sequences_that_answer_nothing() -> None:
    with pytest.raises(EvidenceError, match="no sequences"):
        process_from_sequences([])
    mixed = [SiteSequence("a", "lung", (("bone",),)), SiteSequence("b", "breast", (("bone",),))]
    with pytest.raises(EvidenceError, match="several primaries, breast, lung: name one"):
        process_from_sequences(mixed)
    with pytest.raises(EvidenceError, match="no step"):
        process_from_sequences([SiteSequence("a", "lung", ())])
    with pytest.raises(EvidenceError, match="sums to"):
        known_process("lung", ["bone", "liver"], [[0.5, 0.1], [1, 0]])
    assert process_from_sequences(mixed, "breast", draws=0).primary == "breast"


def test_the_primary_of_a_path_is_found_again() -> None:
    other = known_process("colon", SITES, [KNOWN[0][::-1], *(row[::-1] for row in KNOWN[:0:-1])])
    right = [
        likely_origins([TRUE, other], [site for (site,) in path.steps])[0].primary == true.primary
        for true in (TRUE, other)
        for path in simulate_sequences(true, patients=100, length=6, seed=5)
    ]
    assert np.mean(right) > 0.6
    (first, second) = likely_origins([TRUE, other], ["liver"], {"lung": 3, "colon": 1})
    assert first.prior + second.prior == pytest.approx(1)
    assert first.probability + second.probability == pytest.approx(1)
    even = {row.primary: row.likelihood for row in likely_origins([TRUE, other], ["liver"])}
    weighed = 3 * even["lung"] / (3 * even["lung"] + even["colon"])
    assert {one.primary: one.probability for one in (first, second)}["lung"] == pytest.approx(
        weighed
    )
    with pytest.raises(EvidenceError, match="no chain makes"):
        likely_origins([TRUE], ["spleen"])
    with pytest.raises(EvidenceError, match="at least one"):
        likely_origins([], ["liver"])


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    paths = simulate_sequences(TRUE, patients=50, length=4, seed=1)
    assert paths == simulate_sequences(TRUE, patients=50, length=4, seed=1)
    assert paths != simulate_sequences(TRUE, patients=50, length=4, seed=2)
    one, same, other = (process_from_sequences(paths, seed=seed, draws=20) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.draws, same.draws)
    assert not np.array_equal(one.draws, other.draws, equal_nan=True)


def test_a_table_says_its_formula_source_and_inputs() -> None:
    for table in (
        transition_table(TRUE),
        role_table(TRUE),
        passage_table(TRUE),
        following_table(TRUE),
        preceding_table(TRUE, "liver"),
    ):
        assert table.formula
        assert table.source
        assert table.inputs == ("a matrix",)
        assert len(table.to_pandas()) == len(table) > 0
        assert "Not for clinical use" in table._repr_html_()


# The table of sequences


def _written(folder: Path, text: str) -> Path:
    path = folder / "sequences.csv"
    path.write_text(text)
    return path


def test_sequences_are_read_with_ties_days_and_any_name(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        "patient,primary,site,order,day\n"
        "b,lung cancer,hepatic,2,\n"
        "b,lung,bone,1,\n"
        "b,lung,brain,2,\n"
        "a,lung,C79.51,,40\n"
        "a,lung,liver,,-3\n"
        "a,lung,unspecified site,,50\n",
    )
    assert read_sequences(path, CATALOG) == [
        SiteSequence("a", "lung", (("liver",), ("bone",))),
        SiteSequence("b", "lung", (("bone",), ("brain", "liver"))),
    ]


def test_sequences_are_read_as_ingest_writes_them(tmp_path: Path) -> None:
    """A whole stands beside its part, dates beside orders; only the finest site is a step."""
    path = _written(
        tmp_path,
        "patient,primary,site,date,order\n"
        "a,lung,adrenal_gland,2018-12-22,1\n"
        "a,lung,lymph_node,2019-07-08,2\n"
        "a,lung,lymph_node_thoracic,2019-07-08,2\n"
        "b,lung,cns,2019-02-04,1\n"
        "b,lung,liver,2019-03-07,2\n"
        "b,lung,brain,2019-11-04,3\n"
        "c,lung,lymph_node,2020-03-22,1\n",
    )
    assert read_sequences(path, CATALOG) == [
        SiteSequence("a", "lung", (("adrenal_gland",), ("lymph_node_thoracic",))),
        SiteSequence("b", "lung", (("liver",), ("brain",))),
        SiteSequence("c", "lung", (("lymph_node",),)),
    ]


def test_dates_order_sites_where_no_order_stands(tmp_path: Path) -> None:
    text = "patient,primary,site,date,order\na,lung,bone,2019-07-08,\na,lung,liver,2018-12-22,\n"
    (one,) = read_sequences(_written(tmp_path, text), CATALOG)
    assert one.steps == (("liver",), ("bone",))
    with pytest.raises(TableError, match="column date: '2018-13-22': write a date as"):
        read_sequences(_written(tmp_path, text.replace("-12-", "-13-")), CATALOG)


def test_every_fault_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        "patient,primary,site,order\n"
        ",lung,bone,1\n"
        "a,lungg,bone,1\n"
        "a,lung,brian,0\n"
        "a,lung,bone,2\n"
        "a,lung,bone,2\n"
        "a,lung,liver,\n",
    )
    with pytest.raises(TableError) as caught:
        read_sequences(path, CATALOG)
    faults = [(fault.row, fault.column) for fault in caught.value.faults]
    assert faults == [
        (2, "patient"),
        (3, "primary"),
        (4, "site"),
        (4, "order"),
        (6, "site"),
        (7, "order"),
    ]
    with pytest.raises(TableError, match="column order: the column is missing"):
        read_sequences(_written(tmp_path, "patient,primary,site\n"), CATALOG)


def _table(paths: list[SiteSequence]) -> str:
    rows = [
        f"{one.patient},{one.primary},{site},{order}"
        for one in paths
        for order, step in enumerate(one.steps, start=1)
        for site in step
    ]
    return "\n".join(["patient,primary,site,order", *rows, ""])


def test_a_written_table_reads_back(tmp_path: Path) -> None:
    paths = simulate_sequences(TRUE, patients=30, length=4, seed=7)
    path = _written(tmp_path, _table(paths))
    assert sorted(read_sequences(path, CATALOG), key=lambda one: int(one.patient[1:])) == paths


def test_an_interval_is_left_out_where_draws_do_not_tell() -> None:
    paths = [SiteSequence("a", "lung", (("bone",), ("liver",), ("bone",)))]
    paths += [SiteSequence("b", "lung", (("brain",), ("bone",)))]
    process: Process = process_from_sequences(paths, draws=100)
    rows = {(row.origin, row.target): row for row in transition_table(process)}
    assert rows["site:bone", "site:liver"].probability == 1
    table = {row.site: row for row in role_table(process)}
    assert table["liver"].ratio == 1
    assert table["liver"].ratio_low is None  # in a quarter of the samples no one has it


# The questions


def test_the_questions_are_those_tables_of_the_chain_of_one_cancer(tmp_path: Path) -> None:
    paths = simulate_sequences(TRUE, patients=60, length=5, seed=8)
    path = _written(tmp_path, _table(paths))
    options: dict[str, Any] = {"sequences": path, "smoothing": 0.5, "draws": 20, "seed": 3}
    known = read_sequences(path, CATALOG)
    chain = process_from_sequences(known, "lung", smoothing=0.5, draws=20, seed=3)
    assert process(EVIDENCE, "lung cancer", **options) == role_table(chain)
    assert transitions(EVIDENCE, "lung", **options, top=2) == transition_table(chain, top=2)
    assert passage_times(EVIDENCE, "lung", **options) == passage_table(chain)
    assert passage_times(EVIDENCE, "lung", "hepatic", **options) == passage_table(chain, "liver")
    assert next_sites(EVIDENCE, "lung", **options) == following_table(chain)
    assert next_sites(EVIDENCE, "lung", "bone", **options, top=1)[0].site == "liver"
    found = previous_sites(EVIDENCE, "lung", "liver", **options)
    assert found == preceding_table(chain, "liver")
    options["sequences"] = known
    assert previous_sites(EVIDENCE, "lung", "liver", **options) == found


def test_the_frame_and_the_source_choose_the_cohort() -> None:
    frame = Frame("metastatic_patients", "at_autopsy")
    by_frame = process(EVIDENCE, "bladder", frame=frame)
    assert by_frame == process(EVIDENCE, "bladder", setting="at_autopsy")
    assert by_frame.inputs == (
        "wallmeroth-1999 (muscle-invasive): metastatic patients, at autopsy",
    )
    assert len(process(EVIDENCE, "bladder", source="xu-2020-bladder")) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"smoothing": 1}, "from frequencies takes no smoothing"),
        ({"ties": "drop"}, "from frequencies takes no ties"),
        ({"sequences": [], "choice": "nearest"}, "from sequences takes no choice"),
        ({"sequences": [], "setting": "at_autopsy", "source": "x"}, "takes no setting, source"),
        ({"sequences": [], "frame": METASTATIC}, "from sequences takes no frame"),
    ],
)
def test_options_of_the_other_kind_of_chain_are_refused(options: dict[str, Any], said: str) -> None:
    for question in (process, transitions, passage_times, next_sites):
        with pytest.raises(EvidenceError, match=said):
            question(EVIDENCE, "bladder", **options)


def test_what_the_evidence_alone_decides_is_worked_out_once() -> None:
    kg = load()
    asked = {"setting": "at_autopsy", "draws": 5}
    assert kg.process("bladder", **asked) is kg.process("bladder cancer", **asked)
    assert kg.next_sites("bladder", "bone", **asked) is kg.next_sites("bladder", "bone", **asked)
    assert kg.next_sites("bladder", "liver", **asked) != kg.next_sites("bladder", "bone", **asked)
    other = kg.process("bladder", setting="at_autopsy", draws=5, seed=1)
    assert other != kg.process("bladder", **asked)


def test_sequences_are_counted_anew_each_time() -> None:
    kg = load()
    rows = [SiteSequence("a", "bladder", (("bone",), ("liver",)))]
    once = kg.transitions("bladder", sequences=rows, draws=3)
    rows.append(SiteSequence("b", "bladder", (("lung",), ("liver",))))
    assert kg.transitions("bladder", sequences=rows, draws=3) != once


# Intervals


@pytest.mark.slow
@pytest.mark.parametrize("question", [process, transitions, passage_times, next_sites])
def test_no_interval_has_a_width_of_zero(question: Any) -> None:
    primaries = {one.primary for one in cohorts(EVIDENCE)}
    answers = [question(EVIDENCE, one, draws=40) for one in sorted(primaries)]
    answers.append(question(EVIDENCE, "bladder", setting="at_autopsy"))
    for row in (row for answer in answers for row in answer.to_dicts()):
        for low, high in (("low", "high"), ("stationary_low", "stationary_high")):
            if row.get(low) is not None:
                assert row[high] > row[low]
