"""How probable a set of sites is with each cancer: levels of pair, and sites within a level.

Within a level of spread sites are independent; levels, where there are several, make those with one
metastasis more likely to have another. A site that is not mentioned drops out of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = ["Frequencies", "SpreadModel", "log_likelihood", "statement_factors", "subset_likelihood"]


class SpreadModel(Protocol):
    """What a posterior needs to know of cancers and sites."""

    @property
    def primaries(self) -> tuple[str, ...]:
        """Catalog keys."""

    @property
    def weights(self) -> Matrix:
        """The share of each level of spread; they sum to one."""

    def presence(self) -> Matrix:
        """Return the probability of each site, cancers by levels by sites."""

    def drawn_presence(self, draws: int, seed: int) -> Matrix:
        """Return what it may be as well, draws by cancers by levels by sites."""


@dataclass(frozen=True, slots=True, eq=False)
class Frequencies:
    """Sites that do not depend on each other: one level, and a beta distribution of each share."""

    primaries: tuple[str, ...]
    more: Matrix
    """First parameter, cancers by sites."""
    fewer: Matrix

    @property
    def weights(self) -> Matrix:
        """One level, of weight one.

        >>> import numpy as np
        >>> Frequencies(("lung",), np.ones((1, 1)), np.ones((1, 1))).weights
        array([1.])
        """
        import numpy as np

        return np.ones(1)

    def presence(self) -> Matrix:
        """Return the mean shares, cancers by one level by sites."""
        found: Matrix = (self.more / (self.more + self.fewer))[:, None, :]
        return found

    def drawn_presence(self, draws: int, seed: int) -> Matrix:
        """Return shares drawn from their distributions, draws by cancers by one level by sites."""
        import numpy as np

        generator = np.random.default_rng(seed)
        drawn = generator.beta(self.more, self.fewer, size=(draws, *self.more.shape))
        return drawn[:, :, None, :]


def statement_factors(presence: Matrix, statements: list[tuple[tuple[int, ...], bool]]) -> Matrix:
    """Return the log probability of each statement, statements by ... by cancers by levels.

    A statement is the columns that it is about and whether metastasis is there: in at least one of
    them, or in none.

    >>> import numpy as np
    >>> np.exp(statement_factors(np.array([[[0.5, 0.2]]]), [((0, 1), True)])).round(2).tolist()
    [[[0.6]]]
    """
    import numpy as np

    shape = presence.shape[:-1]
    factors = np.empty((len(statements), *shape))
    for place, (columns, there) in enumerate(statements):
        clear = np.prod(1 - presence[..., list(columns)], axis=-1)
        factors[place] = np.log(np.clip(1 - clear if there else clear, _LEAST, 1))
    return factors


_LEAST = 1e-12
"""No probability is taken to be less: none of them is known to be zero."""


def log_likelihood(factors: Matrix, weights: Matrix) -> Matrix:
    """Return the log probability of all statements together, ... by cancers.

    ``factors`` are those of :func:`statement_factors`.

    >>> import numpy as np
    >>> factors = np.log(np.array([[[0.2, 0.8]], [[0.2, 0.8]]]))
    >>> np.exp(log_likelihood(factors, np.array([0.5, 0.5]))).round(2).tolist()
    [0.34]
    """
    return _over_levels(factors.sum(axis=0), weights)


def subset_likelihood(factors: Matrix, weights: Matrix, subsets: Matrix) -> Matrix:
    """Return the log probability of subsets of the statements, subsets by cancers.

    ``subsets`` holds ones and zeros, subsets by statements.
    """
    import numpy as np

    return _over_levels(np.tensordot(subsets, factors, axes=1), weights)


def _over_levels(logs: Matrix, weights: Matrix) -> Matrix:
    import numpy as np

    if len(weights) == 1:
        one: Matrix = logs[..., 0]
        return one
    top = logs.max(axis=-1, keepdims=True)
    summed: Matrix = np.log(np.exp(logs - top) @ weights) + top[..., 0]
    return summed
