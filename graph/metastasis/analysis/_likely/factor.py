"""Sites that depend on each other: how far a cancer has spread makes all of them more frequent.

Patients differ in how far their cancer has pair, a standard normal variable z that is not
observed: logit P(site s | cancer c, z) = a[c, s] + b[s]·z. Given z, sites are independent. This is
the latent trait model of Bock RD, Aitkin M, Psychometrika 1981;46:443-459, doi:10.1007/BF02293801,
with their expectation-maximization over Gauss-Hermite points; b is shared by all cancers, so that
small cohorts bear it, and the a of a site are drawn toward their mean with a variance that is
estimated with them. With b = 0 sites are independent. Where sites depend on each other by pairs
instead, the log loss is a few thousandths above that of logistic regression
(``scripts/judge_likely.py --worlds pairs``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.analysis._likely.shrinkage import shrunk_shares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from metastasis.analysis._likely.patients import Patients

    Matrix = NDArray[np.float64]

__all__ = ["FactorModel", "fit_factor"]

_LEVELS: Final = 9
"""Gauss-Hermite points: levels of pair."""
_MOST_STEPS: Final = 200
_TOLERANCE: Final = 1e-6
"""Steps end when the log likelihood changes by less than this part of itself."""
_SPREAD: Final = (0.02, 10.0)
"""Bounds of the variance of the intercepts of a site."""
_LOADING_VARIANCE: Final = 4.0
"""Of the normal prior of b: wide, so that it only keeps rare sites from running away."""


@dataclass(frozen=True, slots=True, eq=False)
class FactorModel:
    """The sites of each cancer by how far it has pair."""

    primaries: tuple[str, ...]
    sites: tuple[str, ...]
    intercepts: Matrix
    """a, primaries by sites."""
    variances: Matrix
    """Of each a, given the rest."""
    loadings: Matrix
    """b, one a site: how much more frequent it is where a cancer has spread further."""
    points: Matrix
    """z of each level."""
    weights: Matrix
    steps: int

    def presence(self) -> Matrix:
        """Return the probability of each site, cancers by levels by sites."""
        return _logistic(self.intercepts[:, None, :] + self.points[:, None] * self.loadings)

    def drawn_presence(self, draws: int, seed: int) -> Matrix:
        """Return the same for drawn intercepts, draws by cancers by levels by sites.

        Each is normal about its estimate; the loadings, which all cancers share, stay.
        """
        import numpy as np

        generator = np.random.default_rng(seed)
        noise = generator.standard_normal((draws, *self.intercepts.shape))
        drawn = self.intercepts + noise * np.sqrt(self.variances)
        return _logistic(drawn[:, :, None, :] + self.points[:, None] * self.loadings)


def fit_factor(patients: Patients) -> FactorModel:
    """Return the model that some patients are most probable under, given its priors.

    >>> from types import SimpleNamespace
    >>> from metastasis._catalog import read_catalog
    >>> from metastasis.analysis._likely.patients import count_patients
    >>> patterns = [SimpleNamespace(primary="lung", sex=None, metastatic=True, sites=s, patients=n)
    ...             for s, n in (((), 40), (("bone", "liver"), 40), (("bone",), 10))]
    >>> model = fit_factor(count_patients(patterns, read_catalog()))
    >>> bool(model.loadings.min() > 1)
    True
    """
    import numpy as np

    points, weights = np.polynomial.hermite_e.hermegauss(_LEVELS)
    weights = weights / weights.sum()
    intercepts = _first_intercepts(patients)
    loadings, spread = np.full((2, len(patients.sites)), [[0.5], [1.0]])
    held = [(patients.rows[found > 0], found[found > 0]) for found in patients.counts]
    before, steps = -np.inf, 0
    while steps < _MOST_STEPS:
        steps += 1
        expected, likelihood = _expected(held, intercepts, loadings, points, weights)
        for _ in range(2):
            intercepts, loadings, curvature = _newton(
                *expected, intercepts, loadings, points, spread
            )
        off = (intercepts - intercepts.mean(axis=0)) ** 2
        spread = np.clip((off + 1 / curvature).mean(axis=0), *_SPREAD)
        if abs(likelihood - before) < _TOLERANCE * abs(likelihood):
            break
        before = likelihood
    return FactorModel(
        patients.primaries,
        patients.sites,
        intercepts,
        1 / curvature,
        loadings,
        points,
        weights,
        steps,
    )


def _first_intercepts(patients: Patients) -> Matrix:
    import numpy as np

    totals = patients.counts.sum(axis=1, keepdims=True)
    shares = patients.counts @ patients.rows / totals
    more, fewer = shrunk_shares(shares, np.broadcast_to(totals, shares.shape))
    logits: Matrix = np.log(more / fewer)
    return logits


def _logistic(values: Matrix) -> Matrix:
    import numpy as np

    result: Matrix = 1 / (1 + np.exp(-np.clip(values, -30, 30)))
    return result


def _expected(
    held: list[tuple[Matrix, Matrix]],
    intercepts: Matrix,
    loadings: Matrix,
    points: Matrix,
    weights: Matrix,
) -> tuple[tuple[Matrix, Matrix], float]:
    """Return how many patients are at each level, in all and by site, and the log likelihood.

    ``held`` has the sets of each primary and how many patients have them. The numbers are primaries
    by one by levels, and primaries by sites by levels.
    """
    import numpy as np

    logits = intercepts[:, None, :] + points[:, None] * loadings
    clear = -np.logaddexp(0, logits).sum(axis=-1) + np.log(weights)
    at_level = np.empty((len(held), 1, len(points)))
    there = np.empty((len(held), len(loadings), len(points)))
    likelihood = 0.0
    for place, (rows, counts) in enumerate(held):
        joint = rows @ logits[place].T + clear[place]
        top = joint.max(axis=1, keepdims=True)
        scaled = np.exp(joint - top)
        whole = scaled.sum(axis=1, keepdims=True)
        likelihood += float(counts @ (np.log(whole) + top)[:, 0])
        part = scaled / whole * counts[:, None]
        at_level[place] = part.sum(axis=0)
        there[place] = rows.T @ part
    return (at_level, there), likelihood


def _newton(
    at_level: Matrix,
    there: Matrix,
    intercepts: Matrix,
    loadings: Matrix,
    points: Matrix,
    spread: Matrix,
) -> tuple[Matrix, Matrix, Matrix]:
    """Return intercepts and loadings one step on, and the curvature at the intercepts.

    The intercepts of a site meet in its loading only, so that each step is solved in closed form.
    """
    import numpy as np

    found = _logistic(intercepts[:, :, None] + loadings[:, None] * points)
    error = there - at_level * found
    variance = at_level * found * (1 - found)
    slope = error.sum(axis=-1) - (intercepts - intercepts.mean(axis=0)) / spread
    slope_loading = (error * points).sum(axis=(0, 2)) - loadings / _LOADING_VARIANCE
    curvature = variance.sum(axis=-1) + 1 / spread
    mixed = (variance * points).sum(axis=-1)
    bend = (variance * points**2).sum(axis=(0, 2)) + 1 / _LOADING_VARIANCE
    change = (slope_loading - (mixed * slope / curvature).sum(axis=0)) / (
        bend - (mixed**2 / curvature).sum(axis=0)
    )
    change_intercepts = (slope - mixed * change) / curvature
    return (
        intercepts + np.clip(change_intercepts, -2, 2),
        loadings + np.clip(change, -1, 1),
        curvature,
    )
