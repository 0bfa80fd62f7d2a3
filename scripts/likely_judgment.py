"""How good posteriors are on patients whose primary is known: hits, log loss, calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from metastasis.analysis._likely.model import SpreadModel
    from metastasis.analysis._likely.patients import Patients

    Matrix = NDArray[np.float64]
    Numbers = NDArray[np.int64]

__all__ = [
    "Judgment",
    "calibration_curve",
    "expected_calibration_error",
    "judge",
    "posteriors",
    "split_patients",
]

_BINS: Final = 15
_LEAST: Final = 1e-15


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

    >>> import numpy as np
    >>> judge(np.array([[0.5, 0.25, 0.25]]), np.array([[3], [1], [0]])).top1
    0.75
    """
    import numpy as np

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

    >>> import numpy as np
    >>> calibration_curve(np.array([[0.9, 0.1]]), np.array([[3], [1]])).tolist()
    [[0.9, 0.75, 4.0]]
    """
    import numpy as np

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

    >>> import numpy as np
    >>> round(expected_calibration_error(np.array([[0.9, 0.1]]), np.array([[3], [1]])), 3)
    0.15
    """
    import numpy as np

    believed, right, number = calibration_curve(posterior, counts).T
    return float(np.abs(believed - right) @ number / number.sum())


def posteriors(model: SpreadModel, prior: Matrix, rows: Matrix) -> Matrix:
    """Return the posterior of patients in whom every site was examined, sets by primaries.

    ``rows`` are sets by sites of the model, ones and zeros; ``prior`` is one weight a primary.

    >>> import numpy as np
    >>> from metastasis.analysis._likely.model import Frequencies
    >>> model = Frequencies(("a", "b"), np.array([[8.0], [2.0]]), np.array([[2.0], [8.0]]))
    >>> posteriors(model, np.array([1, 1]), np.array([[1.0]])).round(2).tolist()
    [[0.8, 0.2]]
    """
    import numpy as np

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
    from dataclasses import replace

    import numpy as np

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
