"""A chain over sites from site frequencies: what they fix, and a named choice for the rest.

Newton PK et al., PLoS ONE 2012;7(4):e34637, doi:10.1371/journal.pone.0034637, search iteratively
for a transition matrix whose stationary distribution is that of metastases at autopsy, from many
random first matrices, because the problem is underdetermined. The same is done here with iterative
proportional fitting, which gives the solution nearest to the first matrix in relative entropy
(Deming WE, Stephan FF, Ann Math Stat 1940;11:427-444, doi:10.1214/aoms/1177731829; Csiszár I, Ann
Probab 1975;3:146-158, doi:10.1214/aop/1176996454).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis._errors import EvidenceError, check_choice
from metastasis._evidence.cohort import cohorts_of
from metastasis.analysis._process.chain import Process

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metastasis._evidence.cohort import SiteFrequency, StudyCohort
    from metastasis._evidence.evidence import Evidence
    from metastasis._evidence.frame import Frame
    from metastasis.analysis._process.chain import Matrix

__all__ = ["CHOICES", "fit_stationary", "process_from_cohort", "process_from_frequencies"]

CHOICES: Final = ("independent", "nearest")
"""How the transitions are chosen that frequencies leave open.

``independent``: the next site does not depend on the last (of all solutions the one with the
highest entropy rate). ``nearest``: the mean of the solutions nearest to many random matrices.
"""
_METASTATIC: Final = ("metastatic_patients", "distant_stage_at_diagnosis")
"""Denominators of people who all have a metastasis, so that their mean number of sites is known."""
_SOURCE: Final = "Newton PK et al. 2012, doi:10.1371/journal.pone.0034637"
_FORMULAS: Final = {
    "independent": "P[i, j] = v[j]; v: site frequencies over their sum",
    "nearest": "P with v P = v, nearest in relative entropy to a random matrix; mean over draws",
}


def process_from_frequencies(
    evidence: Evidence,
    primary: str,
    *,
    choice: str = "independent",
    frame: Frame | None = None,
    denominator: str | None = None,
    setting: str | None = None,
    source: str | None = None,
    draws: int = 200,
    seed: int = 0,
) -> Process:
    """Return the chain over sites that agrees with the frequencies in one cohort.

    The cohort is the one with most sites among those that the frame and ``source`` allow (None
    allows any). The frequencies do not decide the transitions: ``choice`` does, see
    :data:`CHOICES`, and the interval of every number is its spread over ``draws`` solutions. Where
    every site has a count, each solution has frequencies of its own, drawn from their posterior
    with Jeffreys' prior, so that the sampling error is in the spread too (Brown LD, Cai TT,
    DasGupta A, Stat Sci 2001;16:101-133, doi:10.1214/ss/1009213286); sites are drawn independently.

    >>> import metastasis as mets
    >>> evidence = mets.load().evidence
    >>> process = process_from_frequencies(evidence, "bladder", setting="at_autopsy", draws=9)
    >>> process.inputs
    ('wallmeroth-1999 (muscle-invasive): metastatic patients, at autopsy',)
    >>> process.soundness().identifiable
    False

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        A name that nothing has, or that several have.
    EvidenceError
        No two sites were counted in the same people, or no solution was found.
    """
    (cohort, *_) = cohorts_of(
        evidence, primary, frame=frame, denominator=denominator, setting=setting, source=source
    )
    return process_from_cohort(cohort, choice=choice, draws=draws, seed=seed)


def process_from_cohort(
    cohort: StudyCohort, *, choice: str = "independent", draws: int = 200, seed: int = 0
) -> Process:
    """Return the chain over sites that agrees with the frequencies in a cohort.

    Its stationary distribution is each site's share of all the involvements counted, and the first
    step from the primary is assumed to follow it too. Sites with frequency zero are left out.

    >>> import metastasis as mets
    >>> from metastasis._evidence.cohort import cohorts
    >>> cohort = cohorts(mets.load().evidence, "bladder", source="xu-2020-bladder")[0]
    >>> process_from_cohort(cohort, draws=9).stationary().round(2).tolist()
    [0.0, 0.37, 0.03, 0.25, 0.35]

    Raises
    ------
    EvidenceError
        Fewer than two sites have a frequency above zero, or no solution was found.
    ValueError
        ``draws`` is below one.
    """
    check_choice("choice", choice, CHOICES)
    if draws < 1:
        raise ValueError(f"a spread needs at least one draw, not {draws}")
    present = [one for one in cohort.frequencies if one.share > 0]
    if len(present) < 2:
        raise EvidenceError(f"{cohort.name} has fewer than two sites above zero: there is no chain")
    shares = np.array([one.share for one in present])
    target = shares / shares.sum()
    generator = np.random.default_rng(seed)
    first = generator.exponential(size=(draws, len(target), len(target)))
    targets = _drawn_targets(present, draws, generator)
    inner = np.tile(target, (len(target), 1))
    if choice == "nearest":
        inner = fit_stationary(first, target).mean(axis=0)
    solutions = fit_stationary(first, target if targets is None else targets)
    departures = _departures(cohort, float(shares.sum()), target)
    return Process(
        primary=cohort.primary,
        states=(f"primary:{cohort.primary}", *(f"site:{one.site}" for one in present)),
        matrix=_with_primary(inner[None], target)[0],
        draws=_with_primary(solutions, target if targets is None else targets),
        departures=departures,
        drawn_departures=np.tile(departures, (draws, 1)),
        method=f"site frequencies, {choice} transitions",
        spread="spread over solutions" + ("" if targets is None else " and resampled counts"),
        identifiable=False,
        formula=_FORMULAS[choice],
        source=_SOURCE,
        inputs=(cohort.name,),
        notes=_notes(cohort, draws, counted=targets is not None),
    )


def fit_stationary(
    first: Matrix, target: Matrix, *, tolerance: float = 1e-10, most_steps: int = 10_000
) -> Matrix:
    """Return transition matrices with this stationary distribution, nearest to those given.

    ``first`` holds matrices, number by states by states, none below zero; ``target`` is above zero
    and sums to one, one for all matrices or a row for each. The flows ``target[i] P[i, j]`` are
    fitted to ``target`` by rows and by columns in turn; nearest means least relative entropy of the
    flows.

    >>> fitted = fit_stationary(np.ones((1, 2, 2)), np.array([0.25, 0.75]))
    >>> fitted.round(4).tolist()
    [[[0.25, 0.75], [0.25, 0.75]]]

    Raises
    ------
    EvidenceError
        After ``most_steps`` steps a solution is still off by more than ``tolerance``: zeros in the
        first matrix may forbid every solution.
    """
    flows = np.array(first, dtype=float)
    for _ in range(most_steps):
        flows *= _ratio(target, flows.sum(axis=2))[:, :, None]
        flows *= _ratio(target, flows.sum(axis=1))[:, None, :]
        off = float(np.abs(flows.sum(axis=2) - target).max(initial=0))
        if off <= tolerance:
            matrices: Matrix = flows / flows.sum(axis=2)[:, :, None]
            return matrices
    raise EvidenceError(
        f"the search for a transition matrix did not converge: after {most_steps} steps it is off "
        f"by {off:.2g}; transitions that the first matrix rules out may leave no solution"
    )


def _ratio(target: Matrix, sums: Matrix) -> Matrix:
    return np.where(sums > 0, target / np.where(sums > 0, sums, 1), 0)


def _drawn_targets(
    present: Sequence[SiteFrequency], number: int, generator: np.random.Generator
) -> Matrix | None:
    """Return frequencies drawn from their posterior, over their sum; None where a count lacks."""
    counts = [(one.count, one.total) for one in present if one.count is not None and one.total]
    if len(counts) < len(present):
        return None
    # Jeffreys' prior adds half a patient to either side, so that 0 of N is not taken for never.
    more, fewer = zip(*((n + 0.5, total - n + 0.5) for n, total in counts), strict=True)
    drawn = generator.beta(more, fewer, size=(number, len(present)))
    targets: Matrix = drawn / drawn.sum(axis=1, keepdims=True)
    return targets


def _with_primary(inner: Matrix, target: Matrix) -> Matrix:
    number, size, _ = inner.shape
    whole = np.zeros((number, size + 1, size + 1))
    whole[:, 0, 1:] = target
    whole[:, 1:, 1:] = inner
    return whole


def _departures(cohort: StudyCohort, involved: float, target: Matrix) -> Matrix:
    """Return steps a patient: one from the primary, the rest of the mean number from the sites."""
    if cohort.frame.denominator not in _METASTATIC:
        return np.full(len(target) + 1, np.nan)
    return np.concatenate([[1.0], max(involved - 1, 0) * target])


def _notes(cohort: StudyCohort, draws: int, *, counted: bool) -> tuple[str, ...]:
    zero = [one.site for one in cohort.frequencies if one.share == 0]
    notes = [
        "frequencies do not decide transitions: intervals are the spread over "
        f"{draws} solutions from random matrices{', with' if counted else ', without'} the "
        "sampling error of the counts",
        "the first step from the primary is assumed to follow the same frequencies",
    ]
    if zero:
        notes.append(f"left out, with frequency zero: {', '.join(zero)}")
    if cohort.left_out:
        overlapping = ", ".join(cohort.left_out)
        notes.append(f"left out, overlapping with a site that is counted: {overlapping}")
    return tuple(notes)
