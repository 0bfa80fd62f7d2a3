"""How much each site speaks for a cancer: shares of the log odds, whatever the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metastasis.analysis._likely.model import subset_likelihood

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = ["SiteEvidence", "evidence_shares", "log_odds"]

_EXACT: Final = 10
"""Up to so many statements every order of them is taken into account."""
_ORDERS: Final = 200
"""Above, so many orders drawn by chance, each with its reverse."""


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """One site, and its share of the log odds of one cancer against all others.

    >>> str(SiteEvidence("liver", "present", 0.5))
    'liver present +0.50'
    """

    site: str
    """Catalog key."""
    state: str
    """``present`` or ``clear``."""
    weight: float
    """In natural logarithms of odds: above zero it speaks for the cancer."""

    def __str__(self) -> str:
        """Return site, state and weight."""
        return f"{self.site} {self.state} {self.weight:+.2f}"


def log_odds(logs: Matrix) -> Matrix:
    """Return the log odds of each cancer against all others, from log weights, ... by cancers.

    The weights need not sum to one. Of a single cancer they are infinite.

    >>> import numpy as np
    >>> log_odds(np.log([0.5, 0.25, 0.25])).round(3).tolist()
    [0.0, -1.099, -1.099]
    """
    import numpy as np

    top = logs.max(axis=-1, keepdims=True)
    scaled = np.exp(logs - top)
    first = logs.argmax(axis=-1)[..., None]
    others = scaled.sum(axis=-1, keepdims=True) - scaled
    np.put_along_axis(others, first, np.nan, axis=-1)
    beside = np.array(scaled)
    np.put_along_axis(beside, first, 0, axis=-1)
    np.put_along_axis(others, first, beside.sum(axis=-1, keepdims=True), axis=-1)
    with np.errstate(divide="ignore"):
        odds: Matrix = logs - top - np.log(others)
    return odds


def evidence_shares(factors: Matrix, weights: Matrix, prior: Matrix, *, seed: int = 0) -> Matrix:
    """Return the share of each statement in the log odds of each cancer, statements by cancers.

    The shares of a cancer sum to its posterior log odds less its prior log odds. Each is the mean,
    over all orders in which the statements may come, of what the statement adds when it comes: the
    value of Shapley LS, Contributions to the Theory of Games II, 1953, 307-318,
    doi:10.1515/9781400881970-018. Where sites are independent and there are two cancers this is the
    log likelihood ratio of the site. ``factors`` are those of
    :func:`~metastasis.analysis._likely.model.statement_factors`, ``prior`` is above zero.

    >>> import numpy as np
    >>> factors = np.log(np.array([[[0.8], [0.2]], [[0.5], [0.5]]]))
    >>> evidence_shares(factors, np.ones(1), np.array([0.5, 0.5]))[0].round(3).tolist()
    [1.386, -1.386]
    """
    import numpy as np

    number = len(factors)
    if len(prior) == 1 or not number:
        return np.zeros((number, len(prior)))
    if number <= _EXACT:
        return _over_subsets(factors, weights, np.log(prior))
    return _over_orders(factors, weights, np.log(prior), seed)


def _over_subsets(factors: Matrix, weights: Matrix, prior: Matrix) -> Matrix:
    from math import comb

    import numpy as np

    number = len(factors)
    codes = np.arange(2**number)
    member = (codes[:, None] >> np.arange(number)) & 1
    odds = log_odds(subset_likelihood(factors, weights, member.astype(float)) + prior)
    sizes = member.sum(axis=1)
    shares = np.empty((number, len(prior)))
    for place in range(number):
        without = codes[member[:, place] == 0]
        chance = np.array([1 / (number * comb(number - 1, size)) for size in sizes[without]])
        shares[place] = chance @ (odds[without | (1 << place)] - odds[without])
    return shares


def _over_orders(factors: Matrix, weights: Matrix, prior: Matrix, seed: int) -> Matrix:
    import numpy as np

    number = len(factors)
    generator = np.random.default_rng(seed)
    drawn = [generator.permutation(number) for _ in range(_ORDERS // 2)]
    shares = np.zeros((number, len(prior)))
    for order in [one for each in drawn for one in (each, each[::-1])]:
        prefixes = np.zeros((number + 1, number))
        for step, place in enumerate(order, start=1):
            prefixes[step:, place] = 1
        odds = log_odds(subset_likelihood(factors, weights, prefixes) + prior)
        shares[order] += np.diff(odds, axis=0)
    return shares / (2 * (_ORDERS // 2))
