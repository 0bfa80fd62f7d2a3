"""What chance alone would give: edges dealt out at random, and p-values of many tests.

Two null models: :func:`even_deal` keeps the number of edges of one side and is exact;
:func:`draws_with_degrees_kept` keeps those of both sides and has to be drawn. Apart from what they
judge, because they hold for any matrix.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from metastasis.analysis._matrix import scipy_sparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["adjusted", "draws_with_degrees_kept", "even_deal"]

_TRADES_A_ROW: Final = 10
"""Trades between two draws, for each row: the draws of small graphs are then even (tested)."""
_BURN_IN: Final = 10
"""Times as many before the first draw: it must not remember the graph that it began with."""


def draws_with_degrees_kept(
    matrix: Any, draws: int, *, seed: int = 0, trades: int | None = None
) -> Iterator[Any]:
    """Yield 0/1 matrices with the row and column sums of this one, drawn evenly among all such.

    The curveball algorithm: two rows at random deal out anew the columns that only one of them has,
    each getting as many as before (Strona G, Nappo D, Boccacci F, Fattorini S, San-Miguel-Ayanz J,
    Nat Commun 2014;5:4114, doi:10.1038/ncomms5114; that it is even in the long run: Carstens CJ,
    Phys Rev E 2015;91:042812, doi:10.1103/PhysRevE.91.042812). One chain runs through all draws.

    Parameters
    ----------
    matrix
        A sparse matrix; what is not 0 counts as 1.
    draws
        How many matrices.
    seed
        Where chance starts: the same seed gives the same draws.
    trades
        How many trades lie between two draws; None is ten for each row.

    >>> matrix = scipy_sparse().csr_array([[1, 0], [0, 1]])
    >>> {str(one.toarray().tolist()) for one in draws_with_degrees_kept(matrix, 20, seed=1)} == {
    ...     "[[1.0, 0.0], [0.0, 1.0]]", "[[0.0, 1.0], [1.0, 0.0]]"}
    True

    Raises
    ------
    ValueError
        ``draws`` or ``trades`` is not positive.
    """
    trades = _TRADES_A_ROW * matrix.shape[0] if trades is None else trades
    if draws < 1 or trades < 1:
        raise ValueError("draws and trades have to be at least 1")
    chance = random.Random(seed)  # noqa: S311 - the same draws for the same seed, not a secret
    ends = list(zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True))
    rows = [set(map(int, matrix.indices[start:stop])) for start, stop in ends]
    _trade(rows, _BURN_IN * trades, chance)
    for _ in range(draws):
        _trade(rows, trades, chance)
        yield _matrix(rows, matrix.shape)


def even_deal(counts: Any, number: int) -> tuple[float, float, Any]:
    """Return mean, standard deviation and upper tail of how often one thing is dealt.

    ``counts`` says how many different things each deal takes, evenly at random among ``number``.
    How often one thing is taken is a sum of independent chances k/N that are not alike (a Poisson
    binomial distribution), worked out exactly by convolution. The tail at k is the chance that k
    deals or more take it: an array from 0 to the number of deals.

    >>> mean, spread, tail = even_deal([1, 1], 2)
    >>> mean, tail.tolist()
    (1.0, [1.0, 0.75, 0.25])

    Raises
    ------
    ValueError
        A deal takes more things than there are.
    """
    chances = np.asarray(counts, dtype=float) / number
    if np.any(chances > 1):
        raise ValueError("a deal takes more things than there are")
    masses = np.ones(1)
    for chance in chances:
        masses = np.convolve(masses, [1 - chance, chance])
    tail = np.minimum(np.cumsum(masses[::-1])[::-1], 1.0)
    spread = float(np.sqrt((chances * (1 - chances)).sum()))
    return float(chances.sum()), spread, tail


def adjusted(values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number by the false discovery rate.

    Benjamini Y, Hochberg Y, J R Stat Soc B 1995;57:289-300, doi:10.1111/j.2517-6161.1995.tb02031.x.

    >>> adjusted([0.01, 0.5, 0.03])
    [0.03, 0.5, 0.045]
    """
    number = len(values)
    order = sorted(range(number), key=lambda i: values[i], reverse=True)
    found, least = [1.0] * number, 1.0
    for rank, i in zip(range(number, 0, -1), order, strict=True):
        least = min(least, values[i] * number / rank)
        found[i] = least
    return found


def _trade(rows: list[set[int]], trades: int, chance: random.Random) -> None:
    if len(rows) < 2:
        return
    for _ in range(trades):
        one, other = chance.sample(range(len(rows)), 2)
        only, pool = rows[one] - rows[other], rows[one] ^ rows[other]
        if only and len(only) < len(pool):
            both = rows[one] & rows[other]
            dealt = set(chance.sample(sorted(pool), len(only)))
            rows[one], rows[other] = both | dealt, both | (pool - dealt)


def _matrix(rows: list[set[int]], shape: tuple[int, int]) -> Any:
    ends = np.cumsum([0, *map(len, rows)])
    indices = np.fromiter((column for row in rows for column in sorted(row)), dtype=np.int64)
    return scipy_sparse().csr_array((np.ones(len(indices)), indices, ends), shape=shape)
