"""Shares of several cancers drawn toward their mean, each as far as its numbers are few.

Each share is taken for a draw from a beta distribution of its site, estimated from all cancers:
parametric empirical Bayes (Morris CN, J Am Stat Assoc 1983;78:47-55).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = ["MOST_WEIGHT", "shrunk_shares"]

LEAST_WEIGHT: Final = 2.0
"""The mean of a site weighs at least as much as this many patients."""
MOST_WEIGHT: Final = 500.0
"""And at most so many, however alike the cancers are."""
_FEWEST: Final = 3
"""From so many cancers on, how much they differ is estimated; below, it is taken for large."""
_STEPS: Final = 50


def shrunk_shares(shares: Any, patients: Any) -> tuple[Matrix, Matrix]:
    """Return both parameters of the beta distribution of each share, cancers by sites.

    ``shares`` are from 0 to 1 and ``patients`` says out of how many, cancers by sites; where there
    are 0 patients nothing is known, and the cancer has the distribution of the site. For a share x
    of n patients the parameters are m·k + n·x and (1 - m)·k + n·(1 - x), where m and k are the mean
    and weight of the site by the moments of Kleinman JC, J Am Stat Assoc 1973;68:46-54,
    doi:10.1080/01621459.1973.10481332.

    >>> more, fewer = shrunk_shares([[0.5], [0.3], [0.1], [0.0]], [[100], [100], [100], [0]])
    >>> (more / (more + fewer)).round(2).ravel().tolist()
    [0.49, 0.3, 0.11, 0.3]
    """
    import numpy as np

    part, known = np.asarray(shares, dtype=float), np.asarray(patients, dtype=float)
    mean, weight = _moments(part, known)
    counted = known * np.where(known > 0, part, 0)
    return mean * weight + counted, (1 - mean) * weight + known - counted


def _moments(part: Matrix, known: Matrix) -> tuple[Matrix, Matrix]:
    """Return mean and weight of each site."""
    import numpy as np

    part, over = np.where(known > 0, part, 0), np.where(known > 0, known, 1)
    weights = np.array(known)
    enough = (known > 0).sum(axis=0) >= _FEWEST
    least, most = 1 / (1 + MOST_WEIGHT), 1 / (1 + LEAST_WEIGHT)
    spread = np.full(known.shape[1], most)
    for _ in range(_STEPS):
        _, estimate = _step(part, over, weights)
        before, spread = spread, np.where(enough, np.clip(estimate, least, most), most)
        weights = np.where(known > 0, known / (1 + spread * (over - 1)), 0)
        if np.abs(spread - before).max(initial=0) < 1e-9:
            break
    return _step(part, over, weights)[0], 1 / spread - 1


def _step(part: Matrix, over: Matrix, weights: Matrix) -> tuple[Matrix, Matrix]:
    """Return the weighted mean of each site, and the excess spread about it."""
    import numpy as np

    total = np.maximum(weights.sum(axis=0), 1e-12)
    rough = (weights * part).sum(axis=0) / total
    mean = np.clip(rough, 0.5 / (total + 1), (total + 0.5) / (total + 1))
    square = (weights * (part - mean) ** 2).sum(axis=0)
    rest = weights * (1 - weights / total)
    chance = (rest / over).sum(axis=0)
    binomial = mean * (1 - mean)
    left = np.maximum(binomial * (rest.sum(axis=0) - chance), 1e-12)
    return mean, (square - binomial * chance) / left
