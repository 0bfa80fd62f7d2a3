"""How probable a set of sites is with each cancer, and how much each site speaks for it.

Within a level of spread sites are independent; levels, where there are several, make those with one
metastasis more likely to have another. A site that is not mentioned drops out of the product.

Shares of several cancers are drawn toward their mean, each as far as its numbers are few: each is
taken for a draw from a beta distribution of its site, estimated from all cancers: parametric
empirical Bayes (Morris CN, J Am Stat Assoc 1983;78:47-55, doi:10.1080/01621459.1983.10477920).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

__all__ = [
    "MOST_WEIGHT",
    "Frequencies",
    "SiteEvidence",
    "SpreadModel",
    "evidence_shares",
    "log_likelihood",
    "log_odds",
    "shrunk_shares",
    "statement_factors",
    "subset_likelihood",
]

_LEAST: Final = 1e-12
"""No probability is taken to be less: none of them is known to be zero."""
LEAST_WEIGHT: Final = 2.0
"""The mean of a site weighs at least as much as this many patients: a flat beta distribution."""
MOST_WEIGHT: Final = 500.0
"""And at most as much as this many, however alike the cancers are: a handful of cancers cannot
show that they do not differ at all."""
_FEWEST: Final = 3
"""With this many cancers or more, how much they differ is estimated; of two, a variance is a guess,
and is taken to be large, so that each keeps its own numbers."""
_STEPS: Final = 50
"""Steps of the moments: most tables settle to nine digits within 11, all that were tried in 21."""
_EXACT: Final = 10
"""Up to this many statements every order counts: 1,024 subsets, a few milliseconds."""
_ORDERS: Final = 200
"""Above that, this many orders are drawn by chance, each with its reverse (antithetic draws)."""


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

    def of_primaries(self, places: list[int]) -> SpreadModel:
        """Return the model of some of the cancers."""

    def of_sites(self, places: list[int]) -> SpreadModel:
        """Return the model of some sites: independent in a level, the others drop out of it."""


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

        >>> Frequencies(("lung",), np.ones((1, 1)), np.ones((1, 1))).weights
        array([1.])
        """
        return np.ones(1)

    def presence(self) -> Matrix:
        """Return the mean shares, cancers by one level by sites."""
        found: Matrix = (self.more / (self.more + self.fewer))[:, None, :]
        return found

    def drawn_presence(self, draws: int, seed: int) -> Matrix:
        """Return shares drawn from their distributions, draws by cancers by one level by sites."""
        generator = np.random.default_rng(seed)
        drawn = generator.beta(self.more, self.fewer, size=(draws, *self.more.shape))
        return drawn[:, :, None, :]

    def of_primaries(self, places: list[int]) -> Frequencies:
        """Return the model of some of the cancers."""
        kept = tuple(self.primaries[n] for n in places)
        return Frequencies(kept, self.more[places], self.fewer[places])

    def of_sites(self, places: list[int]) -> Frequencies:
        """Return the model of some of the sites."""
        return Frequencies(self.primaries, self.more[:, places], self.fewer[:, places])


def statement_factors(presence: Matrix, statements: list[tuple[tuple[int, ...], bool]]) -> Matrix:
    """Return the log probability of each statement, statements by ... by cancers by levels.

    A statement is the columns that it is about and whether metastasis is there: in at least one of
    them, or in none.

    >>> np.exp(statement_factors(np.array([[[0.5, 0.2]]]), [((0, 1), True)])).round(2).tolist()
    [[[0.6]]]
    """
    shape = presence.shape[:-1]
    factors = np.empty((len(statements), *shape))
    for place, (columns, there) in enumerate(statements):
        clear = np.prod(1 - presence[..., list(columns)], axis=-1)
        factors[place] = np.log(np.clip(1 - clear if there else clear, _LEAST, 1))
    return factors


def log_likelihood(factors: Matrix, weights: Matrix) -> Matrix:
    """Return the log probability of all statements together, ... by cancers.

    ``factors`` are those of :func:`statement_factors`.

    >>> factors = np.log(np.array([[[0.2, 0.8]], [[0.2, 0.8]]]))
    >>> np.exp(log_likelihood(factors, np.array([0.5, 0.5]))).round(2).tolist()
    [0.34]
    """
    return _over_levels(factors.sum(axis=0), weights)


def subset_likelihood(factors: Matrix, weights: Matrix, subsets: Matrix) -> Matrix:
    """Return the log probability of subsets of the statements, subsets by cancers.

    ``subsets`` holds ones and zeros, subsets by statements.
    """
    return _over_levels(np.tensordot(subsets, factors, axes=1), weights)


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
    part, known = np.asarray(shares, dtype=float), np.asarray(patients, dtype=float)
    mean, weight = _moments(part, known)
    counted = known * np.where(known > 0, part, 0)
    return mean * weight + counted, (1 - mean) * weight + known - counted


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

    >>> log_odds(np.log([0.5, 0.25, 0.25])).round(3).tolist()
    [0.0, -1.099, -1.099]
    """
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

    >>> factors = np.log(np.array([[[0.8], [0.2]], [[0.5], [0.5]]]))
    >>> evidence_shares(factors, np.ones(1), np.array([0.5, 0.5]))[0].round(3).tolist()
    [1.386, -1.386]
    """
    number = len(factors)
    if len(prior) == 1 or not number:
        return np.zeros((number, len(prior)))
    if number <= _EXACT:
        return _over_subsets(factors, weights, np.log(prior))
    return _over_orders(factors, weights, np.log(prior), seed)


def _over_levels(logs: Matrix, weights: Matrix) -> Matrix:
    if len(weights) == 1:
        one: Matrix = logs[..., 0]
        return one
    top = logs.max(axis=-1, keepdims=True)
    summed: Matrix = np.log(np.exp(logs - top) @ weights) + top[..., 0]
    return summed


def _moments(part: Matrix, known: Matrix) -> tuple[Matrix, Matrix]:
    """Return mean and weight of each site."""
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
    total = np.maximum(weights.sum(axis=0), 1e-12)
    rough = (weights * part).sum(axis=0) / total
    mean = np.clip(rough, 0.5 / (total + 1), (total + 0.5) / (total + 1))
    square = (weights * (part - mean) ** 2).sum(axis=0)
    rest = weights * (1 - weights / total)
    chance = (rest / over).sum(axis=0)
    binomial = mean * (1 - mean)
    left = np.maximum(binomial * (rest.sum(axis=0) - chance), 1e-12)
    return mean, (square - binomial * chance) / left


def _over_subsets(factors: Matrix, weights: Matrix, prior: Matrix) -> Matrix:
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
