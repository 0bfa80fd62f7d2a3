"""Cohorts made up with a known truth, and how good posteriors are: hits, log loss, calibration.

What :mod:`judge_likely` and the tests of likely primaries judge by; it is no part of the package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from metastasis._errors import check_choice
from metastasis.analysis._likely.patients import Patients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from metastasis.analysis._likely.model import SpreadModel

    Matrix = NDArray[np.float64]

__all__ = [
    "WORLDS",
    "Judgment",
    "World",
    "calibration_curve",
    "draw_patients",
    "expected_calibration_error",
    "judge",
    "make_world",
    "posteriors",
    "split_patients",
]

WORLDS: Final = ("independent", "spread", "pairs")
"""How sites depend on each other in a patient.

``independent``: not at all. ``spread``: through how far the cancer has spread, the same variable
for all sites. ``pairs``: each site on the one before it, in every cancer in another way; this is
not what the model of levels of spread assumes.
"""

_BINS: Final = 15
"""As Guo et al. 2017 have them, so that calibration errors can be set beside others."""
_LEAST: Final = 1e-15
"""As scikit-learn cuts off a probability of 0 in a log loss."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """True frequencies of sites, of which only patients drawn from them are seen."""

    intercepts: Matrix
    """Logits, primaries by sites."""
    loadings: Matrix
    """Effect of the spread, one a site; 0 where there is none."""
    neighbors: Matrix
    """Effect of the site before, primaries by sites; 0 where there is none."""

    def probabilities(self, spread: Matrix, before: Matrix, primary: int, site: int) -> Matrix:
        """Return the probability of one site in patients, given the spread and the site before."""
        logits = self.intercepts[primary, site] + self.loadings[site] * spread
        chances: Matrix = 1 / (1 + np.exp(-(logits + self.neighbors[primary, site] * before)))
        return chances


def make_world(kind: str, *, primaries: int = 10, sites: int = 12, seed: int = 0) -> World:
    """Return a world of one kind, see :data:`WORLDS`.

    >>> make_world("independent", sites=3).loadings.tolist()
    [0.0, 0.0, 0.0]

    Raises
    ------
    UnknownNameError
        There is no such kind.
    """
    check_choice("world", kind, WORLDS)
    generator = np.random.default_rng(seed)
    usual = generator.normal(-1.8, 0.9, sites)
    intercepts = usual + generator.normal(0, 1, (primaries, sites))
    loadings = generator.uniform(0.4, 1.8, sites)
    neighbors = generator.normal(0, 1.2, sites) + generator.normal(0, 0.75, (primaries, sites))
    return World(
        intercepts,
        loadings if kind == "spread" else np.zeros(sites),
        neighbors if kind == "pairs" else np.zeros((primaries, sites)),
    )


def draw_patients(world: World, sizes: Sequence[int], *, seed: int = 0) -> Patients:
    """Return patients of a world, so many of each primary.

    >>> draw_patients(make_world("spread", primaries=2), [30, 70]).counts.sum(axis=1).tolist()
    [30.0, 70.0]

    Raises
    ------
    ValueError
        There are not as many sizes as primaries in the world.
    """
    if len(sizes) != len(world.intercepts):
        raise ValueError(f"{len(sizes)} sizes for {len(world.intercepts)} primaries")
    generator = np.random.default_rng(seed)
    drawn = np.concatenate(
        [_drawn(world, primary, size, generator) for primary, size in enumerate(sizes)]
    )
    rows, sets = np.unique(drawn, axis=0, return_inverse=True)
    counts = np.zeros((len(sizes), len(rows)))
    np.add.at(counts, (np.repeat(np.arange(len(sizes)), sizes), sets.ravel()), 1)
    names = tuple(f"primary_{number}" for number in range(len(sizes)))
    return Patients(
        names,
        tuple(f"site_{number}" for number in range(world.intercepts.shape[1])),
        rows.astype(float),
        counts,
        {name: {None: size} for name, size in zip(names, sizes, strict=True)},
        (),
    )


@dataclass(frozen=True, slots=True)
class Judgment:
    """What posteriors are worth, over all patients judged."""

    patients: int
    top1: float
    """The share of patients whose primary came first."""
    top3: float
    log_loss: float
    """Mean of -log posterior of the true primary, in natural logarithms."""
    calibration_error: float
    """See :func:`expected_calibration_error`."""


def judge(posterior: Matrix, counts: Matrix) -> Judgment:
    """Return how good posteriors are.

    ``posterior`` is sets of sites by primaries; ``counts`` says how many patients of each primary
    have each set, primaries by sets, as :class:`.Patients` has them.

    >>> judge(np.array([[0.5, 0.25, 0.25]]), np.array([[3], [1], [0]])).top1
    0.75
    """
    weights = counts.T
    order = np.argsort(-posterior, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1)
    total = weights.sum()
    loss = -(weights * np.log(np.maximum(posterior, _LEAST))).sum() / total
    return Judgment(
        patients=int(total),
        top1=float((weights * (ranks < 1)).sum() / total),
        top3=float((weights * (ranks < 3)).sum() / total),
        log_loss=float(loss),
        calibration_error=expected_calibration_error(posterior, counts),
    )


def calibration_curve(posterior: Matrix, counts: Matrix) -> Matrix:
    """Return rows of mean posterior of the first primary, share that is right, and patients.

    One row for each of 15 equally wide bins of that posterior that holds patients.

    >>> calibration_curve(np.array([[0.9, 0.1]]), np.array([[3], [1]])).tolist()
    [[0.9, 0.75, 4.0]]
    """
    first = posterior.argmax(axis=1)
    sure = posterior.max(axis=1)
    patients = counts.sum(axis=0)
    right = counts[first, np.arange(len(first))]
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    sums = [np.bincount(bins, each, _BINS) for each in (sure * patients, right, patients)]
    there = sums[2] > 0
    believed, hits, number = (each[there] for each in sums)
    return np.column_stack([believed / number, hits / number, number])


def expected_calibration_error(posterior: Matrix, counts: Matrix) -> float:
    """Return the mean distance between what is believed and what is right, over patients.

    Of the first primary, in 15 equally wide bins (Naeini MP, Cooper GF, Hauskrecht M, Obtaining
    well calibrated probabilities using Bayesian binning, AAAI 2015; Guo C et al., ICML 2017,
    arXiv:1706.04599).

    >>> round(expected_calibration_error(np.array([[0.9, 0.1]]), np.array([[3], [1]])), 3)
    0.15
    """
    believed, right, number = calibration_curve(posterior, counts).T
    return float(np.abs(believed - right) @ number / number.sum())


def posteriors(model: SpreadModel, prior: Matrix, rows: Matrix) -> Matrix:
    """Return the posterior of patients in whom every site was examined, sets by primaries.

    ``rows`` are sets by sites of the model, ones and zeros; ``prior`` is one weight a primary.

    >>> from metastasis.analysis._likely.model import Frequencies
    >>> model = Frequencies(("a", "b"), np.array([[8.0], [2.0]]), np.array([[2.0], [8.0]]))
    >>> posteriors(model, np.array([1, 1]), np.array([[1.0]])).round(2).tolist()
    [[0.8, 0.2]]
    """
    presence = np.clip(model.presence(), 1e-12, 1 - 1e-12)
    there, clear = np.log(presence), np.log1p(-presence)
    joint = np.einsum("ps,cqs->pcq", rows, there - clear, optimize=True) + clear.sum(axis=-1)
    top = joint.max(axis=(1, 2), keepdims=True)
    weights = (np.exp(joint - top) @ model.weights) * prior
    shares: Matrix = weights / weights.sum(axis=1, keepdims=True)
    return shares


def split_patients(patients: Patients, part: float, seed: int) -> tuple[Patients, Patients]:
    """Return two cohorts, each patient in one of them: ``part`` of them in the first, by chance.

    Each primary is split apart, so that both cohorts have it.

    >>> from types import SimpleNamespace
    >>> from metastasis._catalog import read_catalog
    >>> from metastasis.analysis._likely.patients import count_patients
    >>> one = SimpleNamespace(
    ...     primary="lung", sex=None, metastatic=True, sites=("bone", "liver"), patients=12)
    >>> first, second = split_patients(count_patients([one], read_catalog()), 0.75, 0)
    >>> first.counts.tolist(), second.counts.tolist()
    ([[9.0]], [[3.0]])
    """
    generator = np.random.default_rng(seed)
    numbers = patients.counts.astype(np.int64)
    first = np.array(
        [
            generator.multivariate_hypergeometric(row, round(part * row.sum()), method="marginals")
            for row in numbers
        ]
    ).reshape(numbers.shape)
    return (
        replace(patients, counts=first.astype(float)),
        replace(patients, counts=(numbers - first).astype(float)),
    )


def _drawn(world: World, primary: int, size: int, generator: np.random.Generator) -> Matrix:
    spread = generator.standard_normal(size)
    found = np.zeros((size, world.intercepts.shape[1]))
    before = np.zeros(size)
    for site in range(found.shape[1]):
        before = (
            generator.random(size) < world.probabilities(spread, before, primary, site)
        ).astype(float)
        found[:, site] = before
    return found
